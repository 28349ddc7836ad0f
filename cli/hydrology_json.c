#include <stdio.h>

#include "cli/hydrology.h"
#include "cli/json.h"
#include "cli/messages.h"

static void put_optional(json_t *object, const char *key, qh_optional value) {
    qh_json_number(object, key, value.given, value.value);
}

static void put_month(json_t *object, const char *key, int64_t number) {
    char text[32];
    qh_json_text(object, key, qh_month_text(number, sizeof text, text));
}

static void put_made(json_t *object, const qh_hydrology *h, qh_hydrology_statistic s) {
    const qh_statistic_rule *rule = qh_statistic_rule_get(s);
    qh_json_bool(object, "made", h->made[s]);
    qh_json_bool(object, "too_few_years", h->marked[s]);
    qh_json_count(object, "least_years", (size_t)rule->least);
    qh_json_count(object, "asked_years", (size_t)rule->asked);
    qh_json_text(object, "clause", rule->clause);
    qh_json_text(object, "confidence", rule->confidence);
}

static json_t *record_object(const qh_hydrology *h) {
    const qh_flow_record *record = h->record;
    char text[32];
    json_t *out = qh_need(json_object());
    qh_json_text(out, "file", record->file);
    qh_json_text(out, "step", record->step == QH_RECORD_DAILY ? "daily" : "monthly");
    qh_json_text(out, "first", qh_step_text(record, record->first, sizeof text, text));
    qh_json_text(out, "last", qh_step_text(record, record->first + (int64_t)record->count - 1, sizeof text, text));
    qh_json_count(out, "entries", record->count);
    qh_json_count(out, "known", h->n_known);
    qh_json_count(out, "year_begins", (size_t)h->calendar.begins);
    qh_json_count(out, "complete_years", h->n_complete);
    return out;
}

static void put_fit(json_t *object, const char *key, const qh_pearson3 *d, const qh_fit_quality *q) {
    json_t *fit = qh_json_object(object, key);
    qh_json_number(fit, "mean", true, d->mean);
    qh_json_number(fit, "cv", true, d->deviation / d->mean);
    qh_json_number(fit, "cs", true, d->skewness);
    qh_json_number(fit, "rmse", true, q->rmse);
    qh_json_number(fit, "largest_deviation", true, q->largest);
    qh_json_number(fit, "r2", true, q->determination);
}

static void put_low_flow(json_t *root, const char *key, const qh_hydrology *h, const qh_low_flow *low,
                         qh_hydrology_statistic statistic) {
    json_t *out = qh_json_object(root, key);
    put_made(out, h, statistic);
    qh_json_count(out, "years", low->count);
    json_t *sample = qh_json_array(out, "sample");
    for (size_t i = 0; i < low->count; i++) {
        json_t *point = qh_json_append_object(sample);
        qh_json_number(point, "exceedance", true, qh_weibull_position(i + 1, low->count));
        qh_json_number(point, "flow", true, low->flow[i]);
    }
    if (low->fitted) {
        put_fit(out, "pearson3_lmoments", &low->lmoments, &low->lmoments_quality);
        put_fit(out, "pearson3_least_squares", &low->curve, &low->curve_quality);
    }
    json_t *design = qh_json_array(out, "design");
    for (size_t i = 0; i < low->n_design; i++) {
        const qh_design_flow *d = &low->design[i];
        json_t *row = qh_json_append_object(design);
        qh_json_number(row, "assurance", true, d->assurance);
        put_optional(row, "empirical", d->empirical);
        put_optional(row, "pearson3_lmoments", d->lmoments);
        put_optional(row, "pearson3_least_squares", d->curve);
        qh_json_bool(row, "too_few_years", d->few);
        qh_json_text(row, "clause", d->clause);
        qh_json_text(row, "confidence", d->confidence);
    }
}

static void put_years(json_t *root, const qh_hydrology *h) {
    const qh_flow_calendar *c = &h->calendar;
    char text[32];
    json_t *years = qh_json_array(root, "years");
    for (size_t y = 0; y < c->n_year; y++) {
        const qh_flow_year *year = &c->year[y];
        json_t *row = qh_json_append_object(years);
        put_month(row, "from", c->month[year->first_month].number);
        qh_json_bool(row, "complete", year->complete);
        qh_json_number(row, "mean", year->complete, year->mean);
        qh_json_text(row, "driest_month",
                     year->complete ? qh_month_text(c->month[year->driest].number, sizeof text, text) : "");
        qh_json_number(row, "driest_month_mean", year->complete, c->month[year->driest].mean);
        qh_json_number(row, "lowest_7_day_mean", year->has_week, year->week);
        qh_json_text(row, "lowest_7_days_from", year->has_week ? qh_day_text(year->week_first, sizeof text, text) : "");
    }
}

static void put_months(json_t *root, const qh_hydrology *h) {
    json_t *months = qh_json_array(root, "months");
    for (size_t m = 0; m < h->calendar.n_month; m++) {
        const qh_flow_month *month = &h->calendar.month[m];
        json_t *row = qh_json_append_object(months);
        put_month(row, "month", month->number);
        qh_json_number(row, "mean", month->usable, month->mean);
        qh_json_count(row, "days", (size_t)month->days);
        qh_json_count(row, "days_known", (size_t)month->known);
    }
    json_t *means = qh_json_array(root, "calendar_month_means");
    for (int m = 0; m < 12; m++) {
        json_t *row = qh_json_append_object(means);
        qh_json_count(row, "month", (size_t)m + 1);
        put_optional(row, "mean", h->month_mean[m]);
        qh_json_count(row, "years", (size_t)h->month_count[m]);
    }
}

static void put_tables(json_t *root, const qh_hydrology *h) {
    json_t *tennant = qh_json_object(root, "tennant");
    put_made(tennant, h, QH_STATISTIC_TENNANT);
    json_t *grades = qh_json_array(tennant, "grades");
    for (size_t i = 0; i < h->n_tennant; i++) {
        json_t *row = qh_json_append_object(grades);
        qh_json_text(row, "grade", h->tennant[i].grade);
        qh_json_number(row, "october_march", true, h->tennant[i].dry);
        qh_json_number(row, "april_september", true, h->tennant[i].wet);
    }
    json_t *duration = qh_json_object(root, "flow_duration");
    put_made(duration, h, QH_STATISTIC_DURATION);
    json_t *curve = qh_json_array(duration, "curve");
    for (size_t i = 0; i < h->n_duration; i++) {
        json_t *row = qh_json_append_object(curve);
        qh_json_number(row, "exceedance", true, h->duration[i].exceedance);
        qh_json_number(row, "flow", true, h->duration[i].flow);
    }
}

/* ---- compliance ---- */

static void put_share(json_t *object, const char *key, const qh_compliance_share *s, const qh_compliance_run *run,
                      bool days) {
    char text[32];
    json_t *out = qh_json_object(object, key);
    const bool any = s->count.judged > 0;
    qh_json_count(out, "judged", s->count.judged);
    qh_json_count(out, "met", s->count.met);
    qh_json_number(out, "share", any, s->share);
    qh_json_put(out, "passes", any ? json_boolean(s->passes) : json_null());
    qh_json_count(out, "longest_run_under", run->length);
    qh_json_text(out, "longest_run_from",
                 run->length == 0 ? ""
                 : days           ? qh_day_text(run->first, sizeof text, text)
                                  : qh_month_text(run->first, sizeof text, text));
}

static void put_count(json_t *object, const char *judged, const char *met, const qh_compliance_count *c) {
    qh_json_count(object, judged, c->judged);
    qh_json_count(object, met, c->met);
}

static void put_compliance(json_t *root, const qh_shown_hydrology *shown) {
    const qh_compliance *c = shown->compliance;
    if (!c) {
        qh_json_put(root, "compliance", json_null());
        return;
    }
    char text[32];
    const qh_constant line = qh_hydrology_number_get(QH_PASS_SHARE);
    json_t *out = qh_json_object(root, "compliance");
    qh_json_text(out, "target", shown->target);
    qh_json_text(out, "target_clause", shown->target_clause);
    qh_json_text(out, "target_confidence", shown->target_confidence);
    qh_json_number(out, "pass_share", true, c->pass_share);
    qh_json_rule(out, "pass_rule", line.clause, line.confidence);
    put_share(out, "days", &c->day, &c->longest_days, true);
    put_share(out, "months", &c->month, &c->longest_months, false);
    qh_json_number(out, "deficit_m3", true, c->deficit);
    qh_json_number(out, "worst_deficit_m3_per_s", true, c->worst_deficit);
    qh_json_text(out, "worst_at",
                 c->worst_deficit > 0 ? qh_step_text(shown->hydrology->record, c->worst_at, sizeof text, text) : "");
    json_t *calendar = qh_json_array(out, "calendar_months");
    for (int m = 0; m < 12; m++) {
        json_t *row = qh_json_append_object(calendar);
        qh_json_count(row, "month", (size_t)m + 1);
        qh_json_number(row, "target", true, c->target[m]);
        put_count(row, "days_judged", "days_met", &c->day_by_month[m]);
        put_count(row, "months_judged", "months_met", &c->month_by_month[m]);
    }
    json_t *months = qh_json_array(out, "months_in_a_row");
    for (size_t m = 0; m < c->n_month; m++) {
        const qh_compliance_month *month = &c->by_month[m];
        json_t *row = qh_json_append_object(months);
        put_month(row, "month", month->number);
        qh_json_number(row, "mean", month->judged, month->mean);
        qh_json_number(row, "target", true, month->target);
        qh_json_put(row, "met", month->judged ? json_boolean(month->met) : json_null());
        put_count(row, "days_judged", "days_met", &month->day);
    }
}

void qh_print_hydrology_json(const qh_shown_hydrology *shown) {
    const qh_hydrology *h = shown->hydrology;
    json_t *root = qh_need(json_object());
    qh_json_put(root, "record", record_object(h));
    json_t *mean = qh_json_object(root, "mean_annual_flow");
    put_made(mean, h, QH_STATISTIC_MEAN);
    put_optional(mean, "flow", h->mean);
    put_low_flow(root, "driest_month", h, &h->month, QH_STATISTIC_PEARSON);
    json_t *ten = qh_json_object(root, "driest_month_of_last_ten_years");
    put_made(ten, h, QH_STATISTIC_TEN_YEARS);
    put_optional(ten, "flow", h->ten_years);
    if (h->ten_years.given) put_month(ten, "month", h->calendar.month[h->ten_years_month].number);
    put_low_flow(root, "lowest_7_day_mean", h, &h->week, QH_STATISTIC_WEEK);
    put_optional(root, "7q10_log_pearson3", h->seven_q_ten_log);
    put_tables(root, h);
    put_years(root, h);
    put_months(root, h);
    put_compliance(root, shown);
    /* A write that fails shows in stdout's error state, which main looks at. */
    (void)json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    fputc('\n', stdout);
    json_decref(root);
}
