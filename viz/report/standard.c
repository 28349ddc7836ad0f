/* The standard as the page needs it: classes with their colours, grades, and the limits of the run's constituents. */
#include "viz/palette_internal.h"
#include "viz/report/report_internal.h"

static void put_rule(qh_json out, const char *key, const char *clause, const char *confidence) {
    const qh_json rule = qh_page_object(out, key);
    qh_page_text(rule, "clause", clause);
    qh_page_text(rule, "confidence", confidence);
}

static void put_classes(const qh_standard *standard, qh_json out) {
    const qh_json classes = qh_page_array(out, "classes");
    for (size_t i = 0; i <= standard->n_class; i++) {
        const qh_class_color *const color = qh_palette_class((int)i + 1, standard->n_class);
        const qh_json one = qh_page_object(classes, NULL);
        /* Worse than the last has no name of its own: the page forms it in the reader's language. */
        qh_page_text(one, "name", i < standard->n_class ? standard->class_name[i] : "");
        qh_page_text(one, "strong", color->strong);
        qh_page_text(one, "tint", color->tint);
        qh_page_text(one, "ink", color->ink);
    }
}

void qh_report_standard(const qh_report *report, qh_json root) {
    const qh_standard *const standard = report->request->standard;
    const qh_grading *const grading = &standard->grading;
    const qh_json out = qh_page_object(root, "standard");
    qh_page_text(out, "code", standard->code);
    qh_page_text(out, "title", standard->title);
    qh_page_text(out, "title_zh", standard->title_zh);
    qh_page_text(out, "source", standard->source);
    put_classes(standard, out);
    const qh_json exceedance = qh_page_object(out, "exceedance");
    qh_page_count(exceedance, "base_class", (size_t)standard->exceedance_base_class);
    qh_page_text(exceedance, "clause", standard->exceedance_clause);
    qh_page_text(exceedance, "confidence", standard->exceedance_confidence);
    qh_page_bool(out, "graded", grading->n_grade > 0);
    if (grading->n_grade == 0) return;
    const qh_json rules = qh_page_object(out, "grading");
    qh_page_text(rules, "code", grading->code);
    qh_page_text(rules, "title", grading->title);
    qh_page_text(rules, "title_zh", grading->title_zh);
    qh_page_text(rules, "source", grading->source);
    qh_page_count(rules, "good_class", (size_t)grading->good_class);
    put_rule(rules, "section", grading->class_clause, grading->class_confidence);
    put_rule(rules, "river", grading->share_clause, grading->share_confidence);
    put_rule(rules, "main_items", grading->main_clause, grading->main_confidence);
}

static void put_item(const qh_standard *standard, const qh_standard_item *item, qh_json out) {
    static const char *const sense[] = {[QH_LIMIT_MAX] = "max", [QH_LIMIT_MIN] = "min", [QH_LIMIT_RANGE] = "range"};
    qh_page_text(out, "item", item->code);
    qh_page_text(out, "item_title", item->title);
    qh_page_text(out, "item_title_zh", item->title_zh);
    qh_page_text(out, "unit", item->unit);
    qh_page_number(out, "factor", item->factor);
    qh_page_text(out, "sense", sense[item->sense]);
    qh_page_bool(out, "evaluated", item->evaluated);
    qh_page_numbers(out, "limit", standard->n_class, item->limit, 12);
    qh_page_numbers(out, "limit_high", standard->n_class, item->limit_high, 12);
    qh_page_text(out, "clause", item->clause);
    qh_page_text(out, "confidence", item->confidence);
}

void qh_report_constituents(const qh_report *report, qh_json run) {
    const qh_standard *const standard = report->request->standard;
    const qh_store_info *const info = report->run[0].info;
    const qh_json list = qh_page_array(run, "constituents");
    for (size_t i = 0; i < info->n_constituent; i++) {
        const qh_stored_constituent *const c = &info->constituent[i];
        const qh_standard_item *const item = qh_standard_item_find(standard, c->item);
        const qh_json out = qh_page_object(list, NULL);
        qh_page_text(out, "name", c->name);
        qh_page_text(out, "title", c->title);
        qh_page_bool(out, "judged", item != NULL);
        if (item) put_item(standard, item, out);
    }
}
