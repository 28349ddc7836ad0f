/* The report for those who must edit: Markdown with its pictures beside, from the same document as the page. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viz/plot.h"
#include "viz/report/markdown_internal.h"

/* ---- the parts ---- */

static void put_verdict(const qh_md *w) {
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
    (void)fprintf(w->file, "**%s** (%zu/%zu)\n\n", qh_md_tr(w, words), judged - missed, judged);
    QH_MD_TABLE(w, QH_N("class by section and item"), sections, {QH_N("section"), "", "name", QH_MD_PLAIN},
                {QH_N("target"), "", "target", QH_MD_CLASS}, {QH_N("class"), "", "class", QH_MD_CLASS},
                {QH_N("attained"), "", "attained", QH_MD_MET});
}

static void put_results(const qh_md *w) {
    qh_md_heading(w, QH_N("Attainment by section and item"));
    QH_MD_TABLE(w, QH_N("judged values"), json_object_get(w->run, "items"),
                {QH_N("section"), "", "section", QH_MD_SECTION}, {QH_N("item"), "", "constituent", QH_MD_ITEM},
                {QH_N("value"), "", "value", QH_MD_PLAIN}, {QH_N("unit"), "", "unit", QH_MD_PLAIN},
                {QH_N("class"), "", "class", QH_MD_CLASS}, {QH_N("target"), "", "target", QH_MD_CLASS},
                {QH_N("limit"), "", "limit", QH_MD_PLAIN}, {QH_N("attained"), "", "attained", QH_MD_MET},
                {QH_N("over target"), "", "over", QH_MD_PLAIN});
    QH_MD_TABLE(w, QH_N("ecological flow below diversion stations"), json_object_get(w->run, "stations"),
                {QH_N("station"), "", "name", QH_MD_PLAIN}, {QH_N("arriving"), "m³/s", "arriving_m3s", QH_MD_PLAIN},
                {QH_N("ecological flow"), "m³/s", "target_m3s", QH_MD_PLAIN},
                {QH_N("released"), "m³/s", "released_m3s", QH_MD_PLAIN}, {QH_N("met"), "", "met", QH_MD_MET});
}

/* One row of texts and numbers that stand in no table of the document. */
static void put_cells(const qh_md *w, const char *first, const char *second, const char *third, size_t n,
                      const double *number) {
    (void)fputs("| ", w->file);
    qh_md_text(w, first);
    (void)fputs(" | ", w->file);
    qh_md_text(w, second);
    if (third) (void)fputs(" | ", w->file);
    if (third) qh_md_text(w, third);
    for (size_t i = 0; i < n; i++)
        (void)fprintf(w->file, isfinite(number[i]) ? " | %.4g" : " | –", number[i]);
    (void)fputs(" |\n", w->file);
}

static double number_at(const json_t *array, size_t index) {
    const json_t *const value = json_array_get(array, index);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static void put_sources(const qh_md *w) {
    const json_t *const sources = json_object_get(w->run, "sources"), *const names =
                                                                          json_object_get(w->run, "constituents");
    if (json_array_size(sources) == 0) return;
    (void)fprintf(w->file,
                  "**%s**\n\n| %s | %s | %s (m³/s) | mg/L | g/s | t/a |\n| --- | --- | --- | --- | --- | --- |\n",
                  qh_md_tr(w, QH_N("sources: flow, concentration, load and share of all loads")),
                  qh_md_tr(w, QH_N("source")), qh_md_tr(w, QH_N("item")), qh_md_tr(w, QH_N("discharge")));
    for (size_t i = 0; i < json_array_size(sources); i++) {
        const json_t *const s = json_array_get(sources, i);
        for (size_t k = 0; k < json_array_size(names); k++) {
            const double load = number_at(json_object_get(s, "load_gs"), k);
            const double number[] = {json_number_value(json_object_get(s, "flow_m3s")),
                                     number_at(json_object_get(s, "concentration"), k), load, QH_REPORT_TONNES * load};
            put_cells(w, qh_md_text_of(s, "name"), json_string_value(json_array_get(names, k)), NULL, 4, number);
        }
    }
    (void)fputc('\n', w->file);
}

/* Who brings more than a fiftieth, at every section. */
static void put_shares(const qh_md *w, const json_t *trace) {
    const json_t *const items = json_object_get(trace, "items"), *const sources = json_object_get(trace, "sources");
    qh_md_heading(w, QH_N("Who brings how much"));
    (void)fprintf(w->file, "| %s | %s | %s | mg/L | %% |\n| --- | --- | --- | --- | --- |\n",
                  qh_md_tr(w, QH_N("section")), qh_md_tr(w, QH_N("item")), qh_md_tr(w, QH_N("source")));
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *const item = json_array_get(items, i), *const index = json_object_get(item, "source");
        const double whole = json_number_value(json_object_get(item, "value"));
        const size_t section = (size_t)json_integer_value(json_object_get(item, "section"));
        const json_t *const place = json_array_get(json_object_get(w->run, "sections"), section);
        for (size_t j = 0; j < json_array_size(index); j++) {
            const json_t *const s = json_array_get(sources, (size_t)json_integer_value(json_array_get(index, j)));
            const double part = number_at(json_object_get(item, "contribution"), j),
                         number[] = {part, 100 * part / whole};
            const char *const name =
                *qh_md_text_of(s, "name") ? qh_md_text_of(s, "name") : qh_md_tr(w, qh_md_text_of(s, "kind"));
            if (fabs(part) > 0.02 * fabs(whole))
                put_cells(w, qh_md_text_of(place, "name"), qh_md_text_of(item, "constituent"), name, 2, number);
        }
    }
    (void)fputc('\n', w->file);
}

static void put_analysis(const qh_md *w) {
    const json_t *const a = json_object_get(w->run, "analysis");
    if (!a) return;
    if (json_object_get(a, "trace")) put_shares(w, json_object_get(a, "trace"));
    const json_t *const capacity = json_object_get(a, "capacity"), *const plan = json_object_get(a, "plan");
    if (capacity) qh_md_heading(w, QH_N("Permissible loads"));
    QH_MD_TABLE(w, QH_N("permissible loads of all outfalls together"), json_object_get(capacity, "totals"),
                {QH_N("item"), "", "constituent", QH_MD_ITEM}, {QH_N("now"), "t/a", "now_ta", QH_MD_PLAIN},
                {QH_N("largest common factor"), "", "factor", QH_MD_PLAIN},
                {QH_N("section that binds it"), "", "bound_by", QH_MD_SECTION},
                {QH_N("largest total"), "t/a", "largest_total_ta", QH_MD_PLAIN});
    QH_MD_TABLE(w, QH_N("permissible loads by outfall"), json_object_get(capacity, "outfalls"),
                {QH_N("outfall"), "", "outfall", QH_MD_OUTFALL}, {QH_N("item"), "", "constituent", QH_MD_ITEM},
                {QH_N("now"), "t/a", "now_ta", QH_MD_PLAIN},
                {QH_N("this outfall alone"), "t/a", "alone_ta", QH_MD_PLAIN},
                {QH_N("section that binds it"), "", "bound_by", QH_MD_SECTION},
                {QH_N("all by the same factor"), "t/a", "same_factor_ta", QH_MD_PLAIN});
    if (plan) qh_md_heading(w, QH_N("Plan of cuts"));
    QH_MD_TABLE(w, QH_N("cuts by outfall"), json_object_get(plan, "loads"),
                {QH_N("outfall"), "", "outfall", QH_MD_OUTFALL}, {QH_N("item"), "", "constituent", QH_MD_ITEM},
                {QH_N("now"), "t/a", "before_ta", QH_MD_PLAIN}, {QH_N("plan"), "t/a", "after_ta", QH_MD_PLAIN},
                {QH_N("allowed concentration"), "mg/L", "concentration", QH_MD_PLAIN});
    QH_MD_TABLE(w, QH_N("sections under the plan, by a full run"), json_object_get(plan, "limits"),
                {QH_N("section"), "", "section", QH_MD_SECTION}, {QH_N("item"), "", "constituent", QH_MD_ITEM},
                {QH_N("allowed"), "mg/L", "allowed", QH_MD_PLAIN}, {QH_N("now"), "mg/L", "before", QH_MD_PLAIN},
                {QH_N("plan"), "mg/L", "after", QH_MD_PLAIN}, {QH_N("attained"), "", "attained", QH_MD_MET},
                {QH_N("binds"), "", "binds", QH_MD_MET}, {QH_N("price"), "", "price", QH_MD_PLAIN});
}

static void put_basis(const qh_md *w) {
    qh_md_heading(w, QH_N("Basis: clauses, runs, messages, inputs"));
    QH_MD_TABLE(w, QH_N("runs of this report"), json_object_get(w->root, "runs"),
                {QH_N("file of the run"), "", "path", QH_MD_PLAIN}, {QH_N("engine"), "", "engine", QH_MD_PLAIN},
                {QH_N("program"), "", "version", QH_MD_PLAIN}, {QH_N("computed"), "", "date", QH_MD_PLAIN},
                {QH_N("command"), "", "command", QH_MD_PLAIN});
    QH_MD_TABLE(w, QH_N("limits by which the report judges"), json_object_get(w->root, "constituents"),
                {QH_N("item"), "", "name", QH_MD_ITEM}, {QH_N("unit"), "", "unit", QH_MD_PLAIN},
                {QH_N("clause"), "", "clause", QH_MD_PLAIN}, {QH_N("confidence"), "", "confidence", QH_MD_PLAIN});
}

/* ---- what makes a run traceable ---- */

/* Terms of the whole network, in the order of the page. */
static void put_budget(const qh_md *w) {
    static const char *const terms[] = {QH_N("upstream ends"),   QH_N("point sources"), QH_N("distributed"),
                                        QH_N("downstream ends"), QH_N("withdrawn"),     QH_N("reacted"),
                                        QH_N("stored")};
    const json_t *const budget = json_object_get(w->run, "budget");
    if (json_array_size(budget) == 0) return;
    const bool steady = json_is_true(json_object_get(w->run, "steady"));
    qh_md_heading(w, QH_N("Mass budget"));
    (void)fprintf(w->file, "%s\n\n| %s |",
                  qh_md_tr(w, steady ? QH_N("mass budget of the whole network, g/s")
                                     : QH_N("mass budget of the whole network, kg over the run")),
                  qh_md_tr(w, QH_N("item")));
    for (size_t k = 0; k < QH_BUDGET_TERMS; k++)
        (void)fprintf(w->file, " %s |", qh_md_tr(w, terms[k]));
    (void)fprintf(w->file, " %s |\n| --- |", qh_md_tr(w, QH_N("residual/throughput")));
    for (size_t k = 0; k <= QH_BUDGET_TERMS; k++)
        (void)fputs(" ---: |", w->file);
    (void)fputc('\n', w->file);
    for (size_t i = 0; i < json_array_size(budget); i++) {
        const json_t *const row = json_array_get(budget, i);
        const double through = json_number_value(json_object_get(row, "throughput"));
        (void)fprintf(w->file, "| %s |", qh_md_text_of(row, "constituent"));
        for (size_t k = 0; k < QH_BUDGET_TERMS; k++)
            (void)fprintf(w->file, " %.4g |", (steady ? 1 : 1e-3) * number_at(json_object_get(row, "term"), k));
        (void)fprintf(w->file, " %.1e |\n",
                      through > 0 ? json_number_value(json_object_get(row, "residual")) / through : 0.0);
    }
    (void)fputc('\n', w->file);
}

static const char *severity_title(const char *severity) {
    if (strcmp(severity, "error") == 0) return QH_N("error");
    return strcmp(severity, "warning") == 0 ? QH_N("warning") : QH_N("advice");
}

static void put_messages(const qh_md *w) {
    const json_t *const messages = json_object_get(w->run, "messages");
    qh_md_heading(w, QH_N("Warnings and advice of the run"));
    for (size_t i = 0; i < json_array_size(messages); i++) {
        const json_t *const m = json_array_get(messages, i);
        (void)fprintf(w->file, "- **%s** ", qh_md_tr(w, severity_title(qh_md_text_of(m, "severity"))));
        qh_md_text(w, qh_md_text_of(m, "file"));
        if (*qh_md_text_of(m, "file")) (void)fputs(": ", w->file);
        qh_md_text(w, qh_md_text_of(m, "text"));
        (void)fputc('\n', w->file);
    }
    if (json_array_size(messages) == 0) (void)fputs(qh_md_tr(w, QH_N("none")), w->file);
    (void)fputs("\n\n", w->file);
}

/* ---- pictures ---- */

/* `others`: the runs that follow are drawn with this one, as many as the plot takes. */
static qh_status put_picture(const qh_md *w, const char *kind_name, const char *folder, const char *link, size_t run,
                             bool others) {
    qh_report *const report = w->report;
    const qh_plot *const plot = qh_plot_find(kind_name);
    const char *const path = qh_arena_printf(report->arena, "%s/%s-%zu.png", folder, kind_name, run + 1);
    if (!plot || !path) return QH_E_NOMEM;
    size_t n_other = others ? report->n_run - run - 1 : 0;
    if (n_other > plot->most_runs - 1) n_other = plot->most_runs - 1;
    const qh_plot_request request = {.store = report->run[run].store,
                                     .standard = report->request->standard,
                                     .lang = report->request->lang,
                                     .output = path,
                                     .n_other = n_other,
                                     .other = report->request->store + run + 1};
    QH_TRY(plot->draw(&request, report->diag));
    (void)fprintf(w->file, "![%s](<%s/%s-%zu.png>)\n\n", qh_md_tr(w, plot->title), link, kind_name, run + 1);
    return QH_OK;
}

/* The picture of the shares was drawn when they were worked out. */
static void put_shares_picture(const qh_md *w, const char *link, size_t run) {
    if (!json_object_get(json_object_get(w->run, "analysis"), "trace")) return;
    (void)fprintf(w->file, "![%s](<%s/shares-%zu.png>)\n\n", qh_md_tr(w, QH_N("Who brings how much")), link, run + 1);
}

/* ---- the whole ---- */

static const char *name_of_run(const qh_md *w) {
    const char *const chinese = qh_md_text_of(w->run, "scenario_zh"), *const scenario =
                                                                          qh_md_text_of(w->run, "scenario");
    if (w->report->request->lang == QH_ZH && *chinese) return chinese;
    return *scenario ? scenario : qh_md_text_of(w->run, "path");
}

static void put_heading(const qh_md *w) {
    const qh_store_info *const info = w->report->run[0].info;
    const json_t *const asked = json_object_get(json_object_get(w->root, "permit"), "proposal");
    const char *const title = asked && *qh_md_text_of(asked, "title") ? qh_md_text_of(asked, "title")
                              : asked                                 ? qh_md_text_of(asked, "name")
                                                                      : info->case_title;
    (void)fputs("# ", w->file);
    qh_md_text(w, *title ? title : info->case_name);
    (void)fputs("\n\n", w->file);
    qh_md_text(w, asked && *qh_md_text_of(asked, "note") ? qh_md_text_of(asked, "note") : info->case_note);
    (void)fputs("\n\n", w->file);
}

static qh_status put_run(qh_md *w, const char *folder, const char *link, size_t run) {
    w->run = json_array_get(json_object_get(w->root, "runs"), run);
    (void)fprintf(w->file, "## %s — ", qh_md_tr(w, QH_N("Verdict")));
    qh_md_text(w, name_of_run(w));
    (void)fputs("\n\n", w->file);
    put_verdict(w);
    QH_TRY(put_picture(w, "map", folder, link, run, false));
    QH_TRY(put_picture(w, "profile", folder, link, run, run == 0));
    if (!w->report->run[run].info->steady) QH_TRY(put_picture(w, "series", folder, link, run, false));
    put_results(w);
    put_sources(w);
    put_shares_picture(w, link, run);
    put_analysis(w);
    put_budget(w);
    put_messages(w);
    return QH_OK;
}

qh_status qh_report_markdown(qh_report *report, qh_json root, const char *folder, const char *link, FILE *file) {
    qh_md w = {.report = report, .root = root.value, .file = file};
    put_heading(&w);
    if (report->request->permit) QH_TRY(qh_md_permit(&w));
    for (size_t i = 0; i < report->n_run; i++)
        QH_TRY(put_run(&w, folder, link, i));
    put_basis(&w);
    return ferror(file) ? QH_E_IO : QH_OK;
}
