/* What the assessment says, as the page needs it. Values are in the unit of the item. */
#include <math.h>

#include "viz/report/report_internal.h"

static double shown(const qh_verdict *v, double inner) { return v->judged ? inner / v->item->factor : inner; }

static void put_item(const qh_report_run *run, const qh_verdict *v, qh_json array) {
    const qh_json out = qh_page_object(array, NULL);
    qh_page_count(out, "section", v->section);
    qh_page_text(out, "constituent", run->info->constituent[v->constituent].name);
    qh_page_number(out, "value", shown(v, v->value));
    qh_page_text(out, "unit", v->judged ? v->item->unit : "mg/L");
    qh_page_bool(out, "judged", v->judged);
    qh_page_bool(out, "counts", v->counts);
    qh_page_bool(out, "attained", v->attained);
    qh_page_count(out, "class", (size_t)v->actual_class);
    qh_page_count(out, "target", (size_t)v->target_class);
    qh_page_number(out, "limit", v->judged ? shown(v, v->target_limit) : NAN);
    qh_page_number(out, "limit_high",
                   v->judged && v->item->sense == QH_LIMIT_RANGE ? shown(v, v->target_limit_high) : NAN);
    qh_page_number(out, "over", v->exceedance_defined ? v->exceedance : NAN);
    qh_page_number(out, "over_base", v->exceedance_defined ? v->exceedance_national : NAN);
    qh_page_number(out, "from_s", v->from);
    qh_page_number(out, "to_s", v->to);
    qh_page_count(out, "days", v->days);
    qh_page_count(out, "days_attained", v->days_attained);
}

static void put_grade(qh_json out, const qh_grade *grade) {
    qh_page_text(out, "grade", grade ? grade->title : "");
    qh_page_text(out, "grade_zh", grade ? grade->title_zh : "");
}

static void put_section(const qh_report_run *run, const qh_section_verdict *v, qh_json array) {
    const qh_stored_section *const s = &run->info->section[v->section];
    const qh_json out = qh_page_object(array, NULL);
    qh_page_text(out, "code", s->code);
    qh_page_text(out, "name", s->name);
    qh_page_text(out, "level", s->level);
    qh_page_text(out, "district", s->district);
    qh_page_count(out, "reach", s->reach);
    qh_page_number(out, "chainage_m", s->chainage);
    qh_page_number(out, "discharge_m3s", s->discharge);
    qh_page_bool(out, "protected", s->is_protected);
    qh_page_bool(out, "judged", v->judged);
    qh_page_bool(out, "attained", v->attained);
    qh_page_count(out, "class", (size_t)v->actual_class);
    qh_page_count(out, "target", (size_t)v->target_class);
    put_grade(out, v->grade);
    qh_page_count(out, "days", v->days);
    qh_page_count(out, "days_attained", v->days_attained);
    const qh_json main_items = qh_page_array(out, "main_items");
    for (size_t i = 0; i < v->n_main; i++) {
        const qh_verdict *const m = &run->assessment->verdict[v->main_verdict[i]];
        const qh_json one = qh_page_object(main_items, NULL);
        qh_page_text(one, "constituent", run->info->constituent[m->constituent].name);
        qh_page_number(one, "over_base", m->exceedance_defined ? m->exceedance_national : NAN);
    }
}

static void put_river(const qh_river_verdict *v, size_t n_class, qh_json array) {
    const qh_json out = qh_page_object(array, NULL);
    qh_page_text(out, "name", v->name);
    qh_page_count(out, "sections", v->n_section);
    qh_page_count(out, "attained", v->n_attained);
    qh_page_number(out, "rate", v->n_section > 0 ? v->attainment_rate : NAN);
    put_grade(out, v->grade);
    qh_page_bool(out, "by_mean", v->grade_by_mean);
    qh_page_count(out, "grade_class", v->grade && v->grade_by_mean ? (size_t)v->grade_class : 0);
    qh_page_number(out, "share_good", v->share_good);
    qh_page_number(out, "share_worst", v->share_worst);
    const qh_json classes = qh_page_array(out, "n_class");
    for (size_t k = 0; k <= n_class; k++)
        qh_page_count(classes, NULL, v->n_class[k]);
    const qh_json main_items = qh_page_array(out, "main_items");
    for (size_t i = 0; i < v->n_main; i++) {
        const qh_main_item *const m = &v->main_item[i];
        const qh_json one = qh_page_object(main_items, NULL);
        qh_page_text(one, "item", m->item->code);
        qh_page_text(one, "title_zh", m->item->title_zh);
        qh_page_number(one, "rate", m->by_rate ? m->rate : NAN);
        qh_page_number(one, "over_base", m->item->sense == QH_LIMIT_MAX ? m->exceedance_national : NAN);
    }
}

void qh_report_verdicts(const qh_report_run *run, qh_json out) {
    const qh_assessment *const a = run->assessment;
    qh_page_text(out, "statistic", run->info->steady ? "steady" : qh_statistic_name(a->statistic));
    qh_page_bool(out, "eco_flow_met", a->eco_flow_met);
    qh_page_bool(out, "withdrawals_met", a->withdrawals_met);
    qh_json array = qh_page_array(out, "items");
    for (size_t i = 0; i < a->n_verdict; i++)
        put_item(run, &a->verdict[i], array);
    array = qh_page_array(out, "sections");
    for (size_t i = 0; i < a->n_section; i++)
        put_section(run, &a->section[i], array);
    array = qh_page_array(out, "rivers");
    for (size_t i = 0; i < a->n_river; i++)
        put_river(&a->river[i], a->standard->n_class, array);
}
