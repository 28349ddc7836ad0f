/* Texts and tables of Markdown. */
#include <ctype.h>
#include <string.h>

#include "viz/report/markdown_internal.h"

const char *qh_md_tr(const qh_md *w, const char *text) { return qh_tr(w->report->request->lang, text); }

/* Text of the user's is only ever text: what Markdown would read as its own is escaped. */
void qh_md_text(const qh_md *w, const char *text) {
    for (const char *c = text; *c; c++) {
        if (*c == '\n' || *c == '\r') {
            (void)fputc(' ', w->file);
            continue;
        }
        if (strchr("\\`*_{}[]<>#|~$", *c)) (void)fputc('\\', w->file);
        (void)fputc(*c, w->file);
    }
}

const char *qh_md_text_of(const json_t *object, const char *key) {
    const char *const text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void put_class(const qh_md *w, const json_t *value) {
    const qh_standard *const standard = w->report->request->standard;
    const json_int_t water = json_integer_value(value);
    const size_t n = standard->n_class;
    if (water <= 0)
        qh_md_text(w, "–");
    else if ((size_t)water <= n)
        qh_md_text(w, standard->class_name[water - 1]);
    else
        (void)fprintf(w->file, "%s%s", w->report->request->lang == QH_ZH ? "劣" : "\\>", standard->class_name[n - 1]);
}

static void put_value(const qh_md *w, const json_t *row, const qh_md_column *c) {
    const json_t *const value = json_object_get(row, c->key);
    const char *const list = c->kind == QH_MD_OUTFALL ? "outfalls" : "sections";
    const json_t *const from = c->kind == QH_MD_OUTFALL ? json_object_get(w->run, "analysis") : w->run;
    if (!value || json_is_null(value))
        qh_md_text(w, "–");
    else if (c->kind == QH_MD_MET)
        qh_md_text(w, qh_md_tr(w, json_is_true(value) ? QH_N("yes") : QH_N("no")));
    else if (c->kind == QH_MD_CLASS)
        put_class(w, value);
    else if (c->kind == QH_MD_SECTION || c->kind == QH_MD_OUTFALL)
        qh_md_text(
            w, qh_md_text_of(json_array_get(json_object_get(from, list), (size_t)json_integer_value(value)), "name"));
    else if (json_is_string(value))
        qh_md_text(w, json_string_value(value));
    else
        (void)fprintf(w->file, "%.4g", json_number_value(value));
}

/* With a capital, as a title begins. */
static void put_title(const qh_md *w, const char *title) {
    const char *const text = qh_md_tr(w, title);
    if (!*text) return;
    (void)fputc(toupper((unsigned char)*text), w->file); /* a byte of Chinese stays as it is */
    (void)fputs(text + 1, w->file);
}

/* Numbers stand right, as the first one tells. */
static bool is_number(const json_t *rows, const qh_md_column *c) {
    if (c->kind != QH_MD_PLAIN) return false;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *const value = json_object_get(json_array_get(rows, i), c->key);
        if (value && !json_is_null(value)) return json_is_number(value);
    }
    return false;
}

void qh_md_table(const qh_md *w, const char *title, const json_t *rows, size_t n, const qh_md_column *columns) {
    if (json_array_size(rows) == 0) return;
    (void)fputs("**", w->file);
    put_title(w, title);
    (void)fputs("**\n\n|", w->file);
    for (size_t c = 0; c < n; c++) {
        (void)fputc(' ', w->file);
        put_title(w, columns[c].title);
        (void)fprintf(w->file, *columns[c].unit ? " (%s) |" : "%s |", columns[c].unit);
    }
    (void)fputs("\n|", w->file);
    for (size_t c = 0; c < n; c++)
        (void)fputs(is_number(rows, &columns[c]) ? " ---: |" : " --- |", w->file);
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

void qh_md_heading(const qh_md *w, const char *title) { (void)fprintf(w->file, "## %s\n\n", qh_md_tr(w, title)); }
