/* Design flows and compliance of records made up so that every answer can be worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/calendar.h"
#include "model/compliance.h"
#include "model/hydrology.h"

enum { MOST = 60 * 366 };

typedef struct made {
    qh_arena *arena;
    double flow[MOST];
    bool known[MOST];
    qh_flow_record record;
    qh_diag *diag;
} made;

static made *of;

static int setup(void **state) {
    (void)state;
    of = test_calloc(1, sizeof *of);
    of->arena = qh_arena_create();
    of->diag = qh_diag_create(QH_EN);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    qh_arena_destroy(of->arena);
    qh_diag_destroy(of->diag);
    test_free(of);
    return 0;
}

/* Monthly: in year y (from 0) December has 10 + y m3/s, every other month 100 + y. */
static void monthly(int years) {
    const int n = 12 * years;
    for (int i = 0; i < n; i++) {
        of->flow[i] = (i % 12 == 11 ? 10 : 100) + i / 12;
        of->known[i] = true;
    }
    of->record =
        (qh_flow_record){"made.csv", QH_RECORD_MONTHLY, qh_month_number(1981, 1), (size_t)n, of->flow, of->known};
}

/* Daily from 2001-01-01: 50 m3/s, but for the week from 10 January of year y (from 0): 10 + y. */
static void daily(int years) {
    const int64_t first = qh_day_number((qh_date){2001, 1, 1});
    const size_t n = (size_t)(qh_day_number((qh_date){2001 + years, 1, 1}) - first);
    for (size_t i = 0; i < n; i++) {
        const qh_date d = qh_day_date(first + (int64_t)i);
        of->flow[i] = d.month == 1 && d.day >= 10 && d.day < 17 ? (double)(10 + d.year - 2001) : 50;
        of->known[i] = true;
    }
    of->record = (qh_flow_record){"made.csv", QH_RECORD_DAILY, first, n, of->flow, of->known};
}

static size_t day_index(int year, int month, int day) {
    return (size_t)(qh_day_number((qh_date){year, month, day}) - of->record.first);
}

static const qh_hydrology *analysed(int begins) {
    qh_hydrology *h = NULL;
    assert_int_equal(qh_hydrology_analyse(of->arena, &of->record, begins, of->diag, &h), QH_OK);
    return h;
}

static bool told(const char *text) {
    for (size_t i = 0; i < qh_diag_size(of->diag); i++)
        if (strstr(qh_diag_line(of->diag, i), text)) return true;
    return false;
}

static void assert_near(double value, double expected) {
    if (!(fabs(value - expected) < 1e-10 * fmax(1, fabs(expected)))) fail_msg("%.15g, expected %.15g", value, expected);
}

/* ---- calendar ---- */

static void days_and_dates(void **state) {
    (void)state;
    assert_int_equal(qh_day_number((qh_date){1970, 1, 1}), 0);
    assert_int_equal(qh_day_number((qh_date){2000, 3, 1}), 11017);
    assert_int_equal(qh_day_number((qh_date){1600, 2, 29}), -135081);
    int year = 1895, month = 1, day = 1;
    for (int64_t n = qh_day_number((qh_date){1895, 1, 1}); year < 2105; n++) {
        const qh_date d = qh_day_date(n);
        assert_true(d.year == year && d.month == month && d.day == day);
        assert_int_equal(qh_day_number(d), n);
        if (++day <= qh_days_in_month(year, month)) continue;
        day = 1;
        if (++month <= 12) continue;
        month = 1;
        year++;
    }
    assert_int_equal(qh_days_in_month(1900, 2), 28);
    assert_int_equal(qh_days_in_month(2000, 2), 29);
    assert_int_equal(qh_month_year(qh_month_number(2001, 12)), 2001);
    assert_int_equal(qh_month_of_year(qh_month_number(2001, 12)), 12);
}

/* ---- design flows ---- */

/* 39 years: driest months 48 ... 10. 90 %: rank 36 of 40, the 36th largest = 13. 95 %: rank 38, 11. */
static void driest_months_by_hand(void **state) {
    (void)state;
    monthly(39);
    const qh_hydrology *h = analysed(1);
    assert_int_equal(h->n_complete, 39);
    assert_int_equal(h->month.count, 39);
    assert_near(h->month.flow[0], 48);
    assert_near(h->month.design[0].assurance, 0.90);
    assert_true(h->month.design[0].empirical.given && h->month.design[1].empirical.given);
    assert_near(h->month.design[0].empirical.value, 13);
    assert_near(h->month.design[1].empirical.value, 11);
    /* A straight row of flows: both fits pass near, and are ordered as assurances are. */
    for (size_t i = 0; i < 2; i++)
        assert_true(h->month.design[i].lmoments.given && h->month.design[i].curve.given);
    assert_true(fabs(h->month.design[0].lmoments.value - 13) < 1.5);
    assert_true(h->month.design[1].lmoments.value < h->month.design[0].lmoments.value);
    assert_true(h->month.lmoments_quality.determination > 0.95);
    /* Last ten years: driest is December of the first of them, year 29: 39 m3/s. */
    assert_true(h->ten_years.given);
    assert_near(h->ten_years.value, 39);
    assert_int_equal(h->calendar.month[h->ten_years_month].number, qh_month_number(1981 + 29, 12));
    assert_int_equal(qh_diag_size(of->diag), 0);
    assert_int_equal(h->week.count, 0);
    for (size_t s = 0; s < QH_STATISTICS; s++)
        assert_false(h->marked[s]);
}

/* (11 months of 100 + y and December of 10 + y by their days) / days of the year. */
static void means_weigh_months_by_their_days(void **state) {
    (void)state;
    monthly(4);
    const qh_hydrology *h = analysed(1);
    double sum = 0;
    for (int y = 0; y < 4; y++) {
        const double days = y == 3 ? 366 : 365; /* 1984 */
        const double mean = ((days - 31) * (100 + y) + 31 * (10 + y)) / days;
        assert_near(h->calendar.year[y].mean, mean);
        sum += mean;
    }
    assert_near(h->mean.value, sum / 4);
    assert_near(h->month_mean[11].value, 11.5);
    assert_near(h->month_mean[0].value, 101.5);
    assert_int_equal(h->month_count[0], 4);
    assert_int_equal(h->n_tennant, 7);
    assert_near(h->tennant[2].dry, 0.4 * h->mean.value); /* outstanding */
    assert_near(h->tennant[2].wet, 0.6 * h->mean.value);
    assert_string_equal(h->tennant[2].grade, "outstanding");
}

static void a_year_may_begin_in_spring(void **state) {
    (void)state;
    monthly(5);
    const qh_hydrology *h = analysed(4);
    assert_int_equal(h->calendar.n_year, 4); /* April 1981 to March 1985 */
    assert_int_equal(h->calendar.year[0].year, 1981);
    assert_int_equal(h->calendar.month[h->calendar.year[0].driest].number, qh_month_number(1981, 12));
}

static void short_records_are_told_and_marked(void **state) {
    (void)state;
    monthly(8);
    const qh_hydrology *h = analysed(1);
    assert_false(h->month.design[0].empirical.given || h->month.design[0].lmoments.given || h->ten_years.given);
    assert_true(told("driest month, P = 0.90, empirical: not made; complete years: 8, needed: 9"));
    assert_true(told("driest month of the last ten years: not made; complete years: 8, needed: 10"));
    assert_true(told("mean annual flow: made from 8 complete years; 10 are asked for"));
    assert_true(h->marked[QH_STATISTIC_MEAN] && h->made[QH_STATISTIC_MEAN]);
    assert_false(h->made[QH_STATISTIC_PEARSON]);
    monthly(9);
    h = analysed(1);
    assert_near(h->month.design[0].empirical.value, 10); /* rank 9 of 10 */
    assert_true(h->month.design[0].few);
    assert_false(h->month.design[1].empirical.given);
}

static void a_missing_month_spoils_its_year_only(void **state) {
    (void)state;
    monthly(12);
    of->known[12 * 11 + 4] = false; /* May of the last year */
    const qh_hydrology *h = analysed(1);
    assert_int_equal(h->n_complete, 11);
    assert_false(h->ten_years.given); /* the last ten years are not whole */
    assert_true(told("of the last ten years only the last 0 are complete in a row"));
    assert_true(told("the year that begins in 1992-01 counts in no yearly statistic: 1 of its months lack too much"));
    assert_int_equal(h->month.count, 11);
    assert_int_equal(h->month_count[4], 11);
}

/* Weeks of 10 ... 19 m3/s in ten years: 90 %, rank 9.9 of 11 between the ninth and tenth largest: 11 and 10. */
static void seven_q_ten_by_hand(void **state) {
    (void)state;
    daily(10);
    const qh_hydrology *h = analysed(1);
    assert_int_equal(h->week.count, 10);
    assert_near(h->calendar.year[0].week, 10);
    assert_int_equal(h->calendar.year[0].week_first, qh_day_number((qh_date){2001, 1, 10}));
    assert_near(h->week.design[0].assurance, 0.9);
    assert_near(h->week.design[0].empirical.value, 10.1);
    assert_true(h->seven_q_ten_log.given && fabs(h->seven_q_ten_log.value - 10.5) < 0.6);
    /* January: 24 days of 50 and 7 of 10 + y. */
    assert_near(h->calendar.month[0].mean, (24.0 * 50 + 7 * 10) / 31);
    assert_int_equal(h->calendar.month[h->calendar.year[3].driest].number, qh_month_number(2004, 1));
}

/* Three days may be missing in a month, four may not; windows with a hole do not count as seven days. */
static void gaps_of_days(void **state) {
    (void)state;
    daily(2);
    for (int d = 12; d < 15; d++)
        of->known[day_index(2001, 1, d)] = false;
    for (int d = 1; d < 5; d++)
        of->known[day_index(2002, 6, d)] = false;
    const qh_hydrology *h = analysed(1);
    assert_true(h->calendar.month[0].usable);
    assert_near(h->calendar.month[0].mean, (24.0 * 50 + 4 * 10) / 28);
    assert_true(h->calendar.year[0].complete && !h->calendar.year[1].complete);
    /* The windows left: 4 .. 10 January with one low day, 15 .. 21 with two. */
    assert_near(h->calendar.year[0].week, (2 * 10.0 + 5 * 50) / 7);
    assert_false(h->calendar.month[17].usable);
    assert_false(h->calendar.year[1].has_week);
}

static void leap_day_may_be_missing(void **state) {
    (void)state;
    daily(4);
    of->known[day_index(2004, 2, 29)] = false;
    assert_int_equal(analysed(1)->n_complete, 4);
}

static void scaling_the_record_scales_every_flow(void **state) {
    (void)state;
    monthly(39);
    const qh_hydrology *a = analysed(1);
    double scaled[12 * 39];
    for (int i = 0; i < 12 * 39; i++)
        scaled[i] = 7 * of->flow[i];
    of->record.flow = scaled;
    const qh_hydrology *b = analysed(1);
    assert_near(b->mean.value, 7 * a->mean.value);
    assert_near(b->ten_years.value, 7 * a->ten_years.value);
    for (size_t i = 0; i < 2; i++) {
        assert_near(b->month.design[i].empirical.value, 7 * a->month.design[i].empirical.value);
        assert_near(b->month.design[i].lmoments.value, 7 * a->month.design[i].lmoments.value);
        assert_true(fabs(b->month.design[i].curve.value / a->month.design[i].curve.value - 7) < 1e-6);
    }
    assert_int_equal(b->n_duration, a->n_duration);
    for (size_t i = 0; i < b->n_duration; i++) {
        assert_near(b->duration[i].flow, 7 * a->duration[i].flow);
        assert_true(i == 0 || b->duration[i].flow <= b->duration[i - 1].flow);
    }
    assert_near(b->tennant[3].wet, 7 * a->tennant[3].wet);
}

static void a_river_that_runs_dry(void **state) {
    (void)state;
    daily(10);
    for (int d = 1; d < 31; d++)
        of->flow[day_index(2003, 1, d)] = 0;
    of->flow[day_index(2003, 1, 31)] = 0;
    const qh_hydrology *h = analysed(1);
    assert_true(told("the river runs dry in 1 of 10 years"));
    assert_false(h->seven_q_ten_log.given); /* no logarithm of nothing */
    assert_near(h->month.flow[9], 0);
}

static void numbers_have_clause_and_confidence(void **state) {
    (void)state;
    for (int s = 0; s < QH_STATISTICS; s++) {
        const qh_statistic_rule *rule = qh_statistic_rule_get((qh_hydrology_statistic)s);
        assert_true(rule->statistic == (qh_hydrology_statistic)s && rule->asked >= rule->least);
        assert_true(rule->clause[0] && rule->confidence[0] && qh_statistic_title(rule->statistic)[0]);
    }
    for (int n = 0; n < QH_HYDROLOGY_NUMBERS; n++) {
        const qh_constant c = qh_hydrology_number_get((qh_hydrology_number)n);
        assert_true(c.name[0] && c.meaning[0] && c.clause[0] && c.confidence[0] && c.value > 0);
    }
    assert_true(qh_hydrology_number_get(QH_PASS_SHARE).value == 0.9);
}

/* ---- compliance ---- */

static qh_compliance judged(const double *target, double pass) {
    qh_compliance c;
    qh_flow_calendar calendar;
    assert_int_equal(qh_flow_calendar_build(of->arena, &of->record, 1, 3, &calendar), QH_OK);
    assert_int_equal(qh_compliance_judge(of->arena, &of->record, &calendar, target, pass, &c), QH_OK);
    return c;
}

/* Two years of days with a target of 11: the week of 2001 (10 m3/s) misses, that of 2002 (11 m3/s) just meets it. */
static void compliance_by_hand(void **state) {
    (void)state;
    daily(2);
    double target[12];
    for (int m = 0; m < 12; m++)
        target[m] = 11;
    of->known[day_index(2002, 8, 8)] = false;
    qh_compliance c = judged(target, 0.9);
    assert_int_equal(c.day.count.judged, 729);
    assert_int_equal(c.day.count.met, 722);
    assert_near(c.day.share, 722.0 / 729);
    assert_true(c.day.passes && c.month.passes);
    assert_int_equal(c.month.count.met, 24);
    assert_near(c.deficit, 7 * 86400.0);
    assert_near(c.worst_deficit, 1);
    assert_int_equal(c.worst_at, qh_day_number((qh_date){2001, 1, 10}));
    assert_int_equal(c.longest_days.length, 7);
    assert_int_equal(c.longest_days.first, qh_day_number((qh_date){2001, 1, 10}));
    assert_int_equal(c.longest_months.length, 0);
    assert_int_equal(c.day_by_month[0].judged, 62);
    assert_int_equal(c.day_by_month[0].met, 55);
    assert_int_equal(c.by_month[0].day.met, 24);
    assert_true(c.by_month[0].met && c.by_month[0].judged);
    /* A target by month: only January asks for more, and its mean of 2001 is under it. */
    target[0] = 45;
    c = judged(target, 0.99);
    assert_int_equal(c.month.count.met, 22);
    assert_int_equal(c.longest_months.length, 1);
    assert_int_equal(c.day.count.met, 729 - 14);
    assert_false(c.day.passes);
    assert_false(judged(target, 0.99).month.passes);
    assert_true(judged(target, 0.91).month.passes);
}

static void a_gap_ends_a_run(void **state) {
    (void)state;
    daily(1);
    double target[12];
    for (int m = 0; m < 12; m++)
        target[m] = 60; /* never met */
    of->known[day_index(2001, 3, 1)] = false;
    const qh_compliance c = judged(target, 0.9);
    assert_int_equal(c.longest_days.length, 365 - 60);
    assert_int_equal(c.longest_days.first, qh_day_number((qh_date){2001, 3, 2}));
    assert_true(c.day.share == 0 && !c.day.passes);
}

/* December misses a target of 11 by 1 in the first of two years: 31 days of it. */
static void monthly_records_have_no_days(void **state) {
    (void)state;
    monthly(2);
    double target[12];
    for (int m = 0; m < 12; m++)
        target[m] = 11;
    const qh_compliance c = judged(target, 0.96);
    assert_int_equal(c.day.count.judged, 0);
    assert_false(c.day.passes);
    assert_int_equal(c.month.count.judged, 24);
    assert_int_equal(c.month.count.met, 23);
    assert_false(c.month.passes);
    assert_near(c.deficit, 31 * 86400.0);
    assert_int_equal(c.worst_at, qh_month_number(1981, 12));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(days_and_dates),
        TEST(driest_months_by_hand),
        TEST(means_weigh_months_by_their_days),
        TEST(a_year_may_begin_in_spring),
        TEST(short_records_are_told_and_marked),
        TEST(a_missing_month_spoils_its_year_only),
        TEST(seven_q_ten_by_hand),
        TEST(gaps_of_days),
        TEST(leap_day_may_be_missing),
        TEST(scaling_the_record_scales_every_flow),
        TEST(a_river_that_runs_dry),
        TEST(numbers_have_clause_and_confidence),
        TEST(compliance_by_hand),
        TEST(a_gap_ends_a_run),
        TEST(monthly_records_have_no_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
