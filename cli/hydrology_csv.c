#include <stdio.h>

#include "cli/csv.h"
#include "cli/hydrology.h"

/* A number of the table; `period` says of when, `way` by what method, "" for none. */
typedef struct row {
    const char *statistic, *period, *way;
    qh_optional value;
    const char *unit;
    bool few;
    const char *clause, *confidence;
} row;

static void print_row(row r) {
    qh_csv_text(r.statistic);
    qh_csv_comma_text(r.period);
    qh_csv_comma_text(r.way);
    qh_csv_comma_number(r.value.given, r.value.value);
    qh_csv_comma_text(r.unit);
    qh_csv_comma_text(r.few ? "yes" : "no");
    qh_csv_comma_text(r.clause);
    qh_csv_comma_text(r.confidence);
    putchar('\n');
}

static qh_optional given(double value) { return (qh_optional){true, value}; }

static row row_of(const qh_hydrology *h, qh_hydrology_statistic s, const char *name) {
    const qh_statistic_rule *rule = qh_statistic_rule_get(s);
    return (row){name, "", "", {false, 0}, "m3/s", h->marked[s], rule->clause, rule->confidence};
}

static void print_design(const char *name, const qh_low_flow *low) {
    for (size_t i = 0; i < low->n_design; i++) {
        const qh_design_flow *d = &low->design[i];
        char period[32];
        (void)snprintf(period, sizeof period, "%g %%", 100 * d->assurance);
        row r = {name, period, "empirical", d->empirical, "m3/s", d->few, d->clause, d->confidence};
        print_row(r);
        r.way = "pearson3_lmoments";
        r.value = d->lmoments;
        print_row(r);
        r.way = "pearson3_least_squares";
        r.value = d->curve;
        print_row(r);
    }
}

static void print_years(const qh_hydrology *h) {
    char period[32];
    row r = row_of(h, QH_STATISTIC_MEAN, "");
    r.few = false;
    for (size_t y = 0; y < h->calendar.n_year; y++) {
        const qh_flow_year *year = &h->calendar.year[y];
        (void)snprintf(period, sizeof period, "%04d-%02d", (int)year->year, h->calendar.begins);
        r.period = period;
        r.statistic = "year_mean";
        r.value = (qh_optional){year->complete, year->mean};
        print_row(r);
        r.statistic = "year_driest_month";
        r.value = (qh_optional){year->complete, h->calendar.month[year->driest].mean};
        print_row(r);
        if (h->record->step != QH_RECORD_DAILY) continue;
        r.statistic = "year_lowest_7_day_mean";
        r.value = (qh_optional){year->has_week, year->week};
        print_row(r);
    }
    r.statistic = "month_mean";
    for (size_t m = 0; m < h->calendar.n_month; m++) {
        const qh_flow_month *month = &h->calendar.month[m];
        r.period = qh_month_text(month->number, sizeof period, period);
        r.value = (qh_optional){month->usable, month->mean};
        print_row(r);
    }
}

static void print_tables(const qh_hydrology *h) {
    char period[32];
    row r = row_of(h, QH_STATISTIC_TENNANT, "tennant");
    for (size_t i = 0; i < h->n_tennant; i++) {
        r.way = h->tennant[i].grade;
        r.period = "october-march";
        r.value = given(h->tennant[i].dry);
        print_row(r);
        r.period = "april-september";
        r.value = given(h->tennant[i].wet);
        print_row(r);
    }
    r = row_of(h, QH_STATISTIC_DURATION, "flow_duration");
    for (size_t i = 0; i < h->n_duration; i++) {
        (void)snprintf(period, sizeof period, "%g %%", 100 * h->duration[i].exceedance);
        r.period = period;
        r.value = given(h->duration[i].flow);
        print_row(r);
    }
}

static void print_share(row r, const char *what, const qh_compliance_share *s, const qh_compliance_run *run) {
    r.period = what;
    r.statistic = "compliance_share";
    r.unit = "-";
    r.value = (qh_optional){s->count.judged > 0, s->share};
    print_row(r);
    r.statistic = "compliance_judged";
    r.unit = "1";
    r.value = given((double)s->count.judged);
    print_row(r);
    r.statistic = "compliance_met";
    r.value = given((double)s->count.met);
    print_row(r);
    r.statistic = "compliance_longest_run_under";
    r.value = given((double)run->length);
    print_row(r);
}

static void print_compliance(const qh_shown_hydrology *shown) {
    const qh_compliance *c = shown->compliance;
    if (!c) return;
    row r = row_of(shown->hydrology, QH_STATISTIC_COMPLIANCE, "");
    r.way = shown->target;
    print_share(r, "days", &c->day, &c->longest_days);
    print_share(r, "months", &c->month, &c->longest_months);
    r.statistic = "compliance_deficit";
    r.unit = "m3";
    r.value = given(c->deficit);
    print_row(r);
    r.statistic = "compliance_worst_deficit";
    r.unit = "m3/s";
    r.value = given(c->worst_deficit);
    print_row(r);
}

void qh_print_hydrology_csv(const qh_shown_hydrology *shown, bool bom) {
    const qh_hydrology *h = shown->hydrology;
    char period[32];
    if (bom) fputs("\xEF\xBB\xBF", stdout);
    puts("statistic,period,method,value,unit,too_few_years,clause,confidence");
    row r = row_of(h, QH_STATISTIC_MEAN, "mean_annual_flow");
    r.value = h->mean;
    print_row(r);
    print_design("driest_month", &h->month);
    r = row_of(h, QH_STATISTIC_TEN_YEARS, "driest_month_of_last_ten_years");
    r.value = h->ten_years;
    if (h->ten_years.given)
        r.period = qh_month_text(h->calendar.month[h->ten_years_month].number, sizeof period, period);
    print_row(r);
    print_design("lowest_7_day_mean", &h->week);
    if (h->seven_q_ten_log.given) {
        r = row_of(h, QH_STATISTIC_WEEK, "lowest_7_day_mean");
        r.period = "90 %";
        r.way = "log_pearson3";
        r.value = h->seven_q_ten_log;
        print_row(r);
    }
    print_tables(h);
    print_years(h);
    print_compliance(shown);
}
