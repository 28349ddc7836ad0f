/* The report for those who must edit: Markdown with its pictures beside, from the same document as the page. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viz/plot.h"
#include "viz/report/markdown_internal.h"

/* How a member of a row is written. */
typedef enum kind { PLAIN, MET, CLASS, SECTION, OUTFALL, ITEM } kind;

typedef struct column {
    const char *title; /* English, a catalogue key */
    const char *unit;  /* "" without one */
    const char *key;   /* member of the row */
    kind kind;
} column;

typedef struct writer {
    qh_report *report;
    const json_t *root, *run; /* the document, and the run that is written */
    FILE *file;
} writer;

static const char *tr(const writer *w, const char *text) { return qh_tr(w->report->request->lang, text); }

/* Text of the user's is only ever text: what Markdown would read as its own is escaped. */
static void put_text(const writer *w, const char *text) {
    for (const char *c = text; *c; c++) {
        if (*c == '\n' || *c == '\r') {
            (void)fputc(' ', w->file);
            continue;
        }
        if (strchr("\\`*_{}[]<>#|~$", *c)) (void)fputc('\\', w->file);
        (void)fputc(*c, w->file);
    }
}

static const char *text_of(const json_t *object, const char *key) {
    const char *const text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void put_class(const writer *w, const json_t *value) {
    const qh_standard *const standard = w->report->request->standard;
    const json_int_t water = json_integer_value(value);
    const size_t n = standard->n_class;
    if (water <= 0)
        put_text(w, "–");
    else if ((size_t)water <= n)
        put_text(w, standard->class_name[water - 1]);
    else
        (void)fprintf(w->file, "%s%s", w->report->request->lang == QH_ZH ? "劣" : "\\>", standard->class_name[n - 1]);
}

static void put_value(const writer *w, const json_t *row, const column *c) {
    const json_t *const value = json_object_get(row, c->key);
    const char *const list = c->kind == OUTFALL ? "outfalls" : "sections";
    const json_t *const from = c->kind == OUTFALL ? json_object_get(w->run, "analysis") : w->run;
    if (!value || json_is_null(value))
        put_text(w, "–");
    else if (c->kind == MET)
        put_text(w, tr(w, json_is_true(value) ? QH_N("yes") : QH_N("no")));
    else if (c->kind == CLASS)
        put_class(w, value);
    else if (c->kind == SECTION || c->kind == OUTFALL)
        put_text(w, text_of(json_array_get(json_object_get(from, list), (size_t)json_integer_value(value)), "name"));
    else if (json_is_string(value))
        put_text(w, json_string_value(value));
    else
        (void)fprintf(w->file, "%.4g", json_number_value(value));
}

static void put_table(const writer *w, const char *title, const json_t *rows, size_t n, const column *columns) {
    if (json_array_size(rows) == 0) return;
    (void)fprintf(w->file, "**%s**\n\n|", tr(w, title));
    for (size_t c = 0; c < n; c++)
        (void)fprintf(w->file, *columns[c].unit ? " %s (%s) |" : " %s%s |", tr(w, columns[c].title), columns[c].unit);
    (void)fputs("\n|", w->file);
    for (size_t c = 0; c < n; c++)
        (void)fputs(" --- |", w->file);
    (void)fputc('\n', w->file);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        (void)fputc('|', w->file);
        for (size_t c = 0; c < n; c++) {
            (void)fputc(' ', w->file);
            put_value(w, json_array_get(rows, i), &columns[c]);
            (void)fputs(" |", w->file);
        }
        (void)fputc('\n', w->file);
    }
    (void)fputc('\n', w->file);
}

#define TABLE(w, title, rows, ...)                                                                                     \
    do {                                                                                                               \
        static const column columns[] = {__VA_ARGS__};                                                                 \
        put_table((w), (title), (rows), sizeof columns / sizeof *columns, columns);                                    \
    } while (0)

static void heading(const writer *w, const char *title) { (void)fprintf(w->file, "## %s\n\n", tr(w, title)); }

/* ---- the parts ---- */

static void put_verdict(const writer *w) {
    const json_t *const sections = json_object_get(w->run, "sections");
    size_t judged = 0, missed = 0;
    for (size_t i = 0; i < json_array_size(sections); i++) {
        const json_t *const s = json_array_get(sections, i);
        judged += json_is_true(json_object_get(s, "judged"));
        missed += json_is_true(json_object_get(s, "judged")) && !json_is_true(json_object_get(s, "attained"));
    }
    const bool water = json_is_true(json_object_get(w->run, "eco_flow_met")) &&
                       json_is_true(json_object_get(w->run, "withdrawals_met"));
    const char *const words = judged == 0        ? QH_N("values only")
                              : missed || !water ? QH_N("targets are missed")
                                                 : QH_N("all targets are met");
    (void)fprintf(w->file, "**%s** (%zu/%zu)\n\n", tr(w, words), judged - missed, judged);
    TABLE(w, QH_N("class by section and item"), sections, {QH_N("section"), "", "name", PLAIN},
          {QH_N("target"), "", "target", CLASS}, {QH_N("class"), "", "class", CLASS},
          {QH_N("attained"), "", "attained", MET});
}

static void put_results(const writer *w) {
    heading(w, QH_N("Attainment by section and item"));
    TABLE(w, QH_N("judged values"), json_object_get(w->run, "items"), {QH_N("section"), "", "section", SECTION},
          {QH_N("item"), "", "constituent", ITEM}, {QH_N("value"), "", "value", PLAIN},
          {QH_N("unit"), "", "unit", PLAIN}, {QH_N("class"), "", "class", CLASS}, {QH_N("target"), "", "target", CLASS},
          {QH_N("limit"), "", "limit", PLAIN}, {QH_N("attained"), "", "attained", MET},
          {QH_N("over target"), "", "over", PLAIN});
    TABLE(w, QH_N("ecological flow below diversion stations"), json_object_get(w->run, "stations"),
          {QH_N("station"), "", "name", PLAIN}, {QH_N("arriving"), "m³/s", "arriving_m3s", PLAIN},
          {QH_N("ecological flow"), "m³/s", "target_m3s", PLAIN}, {QH_N("released"), "m³/s", "released_m3s", PLAIN},
          {QH_N("met"), "", "met", MET});
}

/* One row of texts and numbers that stand in no table of the document. */
static void put_cells(const writer *w, const char *first, const char *second, const char *third, size_t n,
                      const double *number) {
    (void)fputs("| ", w->file);
    put_text(w, first);
    (void)fputs(" | ", w->file);
    put_text(w, second);
    if (third) (void)fputs(" | ", w->file);
    if (third) put_text(w, third);
    for (size_t i = 0; i < n; i++)
        (void)fprintf(w->file, isfinite(number[i]) ? " | %.4g" : " | –", number[i]);
    (void)fputs(" |\n", w->file);
}

static double number_at(const json_t *array, size_t index) {
    const json_t *const value = json_array_get(array, index);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static void put_sources(const writer *w) {
    const json_t *const sources = json_object_get(w->run, "sources"), *const names =
                                                                          json_object_get(w->run, "constituents");
    if (json_array_size(sources) == 0) return;
    (void)fprintf(w->file,
                  "**%s**\n\n| %s | %s | %s (m³/s) | mg/L | g/s | t/a |\n| --- | --- | --- | --- | --- | --- |\n",
                  tr(w, QH_N("sources: flow, concentration, load and share of all loads")), tr(w, QH_N("source")),
                  tr(w, QH_N("item")), tr(w, QH_N("discharge")));
    for (size_t i = 0; i < json_array_size(sources); i++) {
        const json_t *const s = json_array_get(sources, i);
        for (size_t k = 0; k < json_array_size(names); k++) {
            const double load = number_at(json_object_get(s, "load_gs"), k);
            const double number[] = {json_number_value(json_object_get(s, "flow_m3s")),
                                     number_at(json_object_get(s, "concentration"), k), load, QH_REPORT_TONNES * load};
            put_cells(w, text_of(s, "name"), json_string_value(json_array_get(names, k)), NULL, 4, number);
        }
    }
    (void)fputc('\n', w->file);
}

/* Who brings more than a fiftieth, at every section. */
static void put_shares(const writer *w, const json_t *trace) {
    const json_t *const items = json_object_get(trace, "items"), *const sources = json_object_get(trace, "sources");
    heading(w, QH_N("Who brings how much"));
    (void)fprintf(w->file, "| %s | %s | %s | mg/L | %% |\n| --- | --- | --- | --- | --- |\n", tr(w, QH_N("section")),
                  tr(w, QH_N("item")), tr(w, QH_N("source")));
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *const item = json_array_get(items, i), *const index = json_object_get(item, "source");
        const double whole = json_number_value(json_object_get(item, "value"));
        const size_t section = (size_t)json_integer_value(json_object_get(item, "section"));
        const json_t *const place = json_array_get(json_object_get(w->run, "sections"), section);
        for (size_t j = 0; j < json_array_size(index); j++) {
            const json_t *const s = json_array_get(sources, (size_t)json_integer_value(json_array_get(index, j)));
            const double part = number_at(json_object_get(item, "contribution"), j),
                         number[] = {part, 100 * part / whole};
            const char *const name = *text_of(s, "name") ? text_of(s, "name") : tr(w, text_of(s, "kind"));
            if (fabs(part) > 0.02 * fabs(whole))
                put_cells(w, text_of(place, "name"), text_of(item, "constituent"), name, 2, number);
        }
    }
    (void)fputc('\n', w->file);
}

static void put_analysis(const writer *w) {
    const json_t *const a = json_object_get(w->run, "analysis");
    if (!a) return;
    if (json_object_get(a, "trace")) put_shares(w, json_object_get(a, "trace"));
    const json_t *const capacity = json_object_get(a, "capacity"), *const plan = json_object_get(a, "plan");
    if (capacity) heading(w, QH_N("Permissible loads"));
    TABLE(w, QH_N("permissible loads of all outfalls together"), json_object_get(capacity, "totals"),
          {QH_N("item"), "", "constituent", ITEM}, {QH_N("now"), "t/a", "now_ta", PLAIN},
          {QH_N("largest common factor"), "", "factor", PLAIN},
          {QH_N("section that binds it"), "", "bound_by", SECTION},
          {QH_N("largest total"), "t/a", "largest_total_ta", PLAIN});
    TABLE(w, QH_N("permissible loads by outfall"), json_object_get(capacity, "outfalls"),
          {QH_N("outfall"), "", "outfall", OUTFALL}, {QH_N("item"), "", "constituent", ITEM},
          {QH_N("now"), "t/a", "now_ta", PLAIN}, {QH_N("this outfall alone"), "t/a", "alone_ta", PLAIN},
          {QH_N("section that binds it"), "", "bound_by", SECTION},
          {QH_N("all by the same factor"), "t/a", "same_factor_ta", PLAIN});
    if (plan) heading(w, QH_N("Plan of cuts"));
    TABLE(w, QH_N("cuts by outfall"), json_object_get(plan, "loads"), {QH_N("outfall"), "", "outfall", OUTFALL},
          {QH_N("item"), "", "constituent", ITEM}, {QH_N("now"), "t/a", "before_ta", PLAIN},
          {QH_N("plan"), "t/a", "after_ta", PLAIN}, {QH_N("allowed concentration"), "mg/L", "concentration", PLAIN});
    TABLE(w, QH_N("sections under the plan, by a full run"), json_object_get(plan, "limits"),
          {QH_N("section"), "", "section", SECTION}, {QH_N("item"), "", "constituent", ITEM},
          {QH_N("allowed"), "mg/L", "allowed", PLAIN}, {QH_N("now"), "mg/L", "before", PLAIN},
          {QH_N("plan"), "mg/L", "after", PLAIN}, {QH_N("attained"), "", "attained", MET},
          {QH_N("binds"), "", "binds", MET}, {QH_N("price"), "", "price", PLAIN});
}

static void put_basis(const writer *w) {
    heading(w, QH_N("Basis: clauses, runs, messages, inputs"));
    TABLE(w, QH_N("runs of this report"), json_object_get(w->root, "runs"),
          {QH_N("file of the run"), "", "path", PLAIN}, {QH_N("engine"), "", "engine", PLAIN},
          {QH_N("program"), "", "version", PLAIN}, {QH_N("computed"), "", "date", PLAIN},
          {QH_N("command"), "", "command", PLAIN});
    TABLE(w, QH_N("limits by which the report judges"), json_object_get(w->root, "constituents"),
          {QH_N("item"), "", "name", ITEM}, {QH_N("unit"), "", "unit", PLAIN}, {QH_N("clause"), "", "clause", PLAIN},
          {QH_N("confidence"), "", "confidence", PLAIN});
}

/* ---- pictures ---- */

static qh_status put_picture(const writer *w, const char *kind_name, const char *folder, const char *link, size_t run) {
    qh_report *const report = w->report;
    const qh_plot *const plot = qh_plot_find(kind_name);
    const char *const path = qh_arena_printf(report->arena, "%s/%s-%zu.png", folder, kind_name, run + 1);
    if (!plot || !path) return QH_E_NOMEM;
    const qh_plot_request request = {.store = report->run[run].store,
                                     .standard = report->request->standard,
                                     .lang = report->request->lang,
                                     .output = path};
    QH_TRY(plot->draw(&request, report->diag));
    (void)fprintf(w->file, "![%s](<%s/%s-%zu.png>)\n\n", tr(w, plot->title), link, kind_name, run + 1);
    return QH_OK;
}

qh_status qh_report_markdown(qh_report *report, qh_json root, const char *folder, const char *link, FILE *file) {
    writer w = {.report = report, .root = root.value, .file = file};
    const json_t *const runs = json_object_get(w.root, "runs");
    const qh_store_info *const info = report->run[0].info;
    (void)fputs("# ", file);
    put_text(&w, *info->case_title ? info->case_title : info->case_name);
    (void)fputs("\n\n", file);
    put_text(&w, info->case_note);
    (void)fputs("\n\n", file);
    for (size_t i = 0; i < report->n_run; i++) {
        w.run = json_array_get(runs, i);
        (void)fputs("## ", file);
        put_text(&w, tr(&w, QH_N("Verdict")));
        (void)fputs(" — ", file);
        put_text(&w, *text_of(w.run, "scenario") ? text_of(w.run, "scenario") : text_of(w.run, "path"));
        (void)fputs("\n\n", file);
        put_verdict(&w);
        QH_TRY(put_picture(&w, "map", folder, link, i));
        QH_TRY(put_picture(&w, "profile", folder, link, i));
        if (!report->run[i].info->steady) QH_TRY(put_picture(&w, "series", folder, link, i));
        put_results(&w);
        put_sources(&w);
        put_analysis(&w);
    }
    put_basis(&w);
    return ferror(file) ? QH_E_IO : QH_OK;
}
