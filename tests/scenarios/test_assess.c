/* Assessment of runs whose answer is known by hand. The store is a fake of this file: it hands out the samples that a
 * test gives, and remembers how many were asked for at once. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/standard_reader.h"
#include "scenarios/assess.h"

enum { MAX_SECTION = 12, MAX_CONSTITUENT = 4 };

struct qh_store {
    qh_store_info info;
    qh_stored_section section[MAX_SECTION];
    qh_stored_constituent constituent[MAX_CONSTITUENT];
    qh_stored_station station[2];
    qh_stored_withdrawal withdrawal[2];
    qh_stored_reach reach[2];
    double *time;                                                     /* [n_sample] */
    double (*value)(size_t section, size_t constituent, double time); /* g/m3 */
    double steady[MAX_SECTION][MAX_CONSTITUENT];                      /* g/m3, when value is NULL */
    size_t largest_block;
};

const qh_store_info *qh_store_get_info(const qh_store *store) { return &store->info; }

qh_status qh_store_read_section(qh_store *store, size_t section, size_t constituent, size_t first, size_t count,
                                qh_diag *diag, double *values) {
    (void)diag;
    assert_true(first + count <= store->info.n_sample);
    if (count > store->largest_block) store->largest_block = count;
    for (size_t i = 0; i < count; i++)
        values[i] = store->value ? store->value(section, constituent, store->time[first + i])
                                 : store->steady[section][constituent];
    return QH_OK;
}

static qh_standard *gb3838;

#define assert_near(value, expected, tolerance)                                                                        \
    do {                                                                                                               \
        if (!(fabs((value) - (expected)) <= (tolerance)))                                                              \
            fail_msg("%s is %.17g, expected %.17g", #value, (double)(value), (double)(expected));                      \
    } while (0)

/* A steady run of `n_section` sections with target class Ⅲ and the constituents named. */
static qh_store *steady_store(size_t n_section, size_t n_constituent, const char *const *item) {
    qh_store *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->time = calloc(1, sizeof *s->time);
    s->reach[0] = (qh_stored_reach){.name = "R1", .river = "阿蓬江"};
    s->reach[1] = (qh_stored_reach){.name = "R2", .river = "黔江河"};
    for (size_t i = 0; i < n_section; i++)
        s->section[i] = (qh_stored_section){.code = "S", .name = "渔滩", .reach_name = "R1", .target_class = 3};
    for (size_t i = 0; i < n_constituent; i++)
        s->constituent[i] = (qh_stored_constituent){item[i], item[i], item[i]};
    s->info = (qh_store_info){.path = "a.h5", .complete = true, .steady = true, .start = "", .standard = "GB3838-2002"};
    s->info.n_section = n_section;
    s->info.section = s->section;
    s->info.n_constituent = n_constituent;
    s->info.constituent = s->constituent;
    s->info.n_reach = 2;
    s->info.reach = s->reach;
    s->info.n_sample = 1;
    s->info.sample_time = s->time;
    s->info.station = s->station;
    s->info.withdrawal = s->withdrawal;
    return s;
}

/* The same, unsteady: a sample every `step` s from 0 to `duration` s. */
static qh_store *unsteady_store(size_t n_constituent, const char *const *item, const char *start, double duration,
                                double step, double (*value)(size_t, size_t, double)) {
    qh_store *s = steady_store(1, n_constituent, item);
    const size_t n = (size_t)floor(duration / step + 0.5) + 1;
    free(s->time);
    s->time = calloc(n, sizeof *s->time);
    for (size_t i = 0; i < n; i++)
        s->time[i] = (double)i * step;
    s->info.n_sample = n;
    s->info.sample_time = s->time;
    s->info.steady = false;
    s->info.start = start;
    s->value = value;
    return s;
}

static void free_store(qh_store *s) {
    free(s->time);
    free(s);
}

static qh_assessment *judged(qh_store *s, qh_statistic statistic) {
    qh_assessment *a = NULL;
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_assess(s, gb3838, statistic, diag, &a), QH_OK);
    assert_int_equal(qh_diag_size(diag), 0);
    qh_diag_destroy(diag);
    return a;
}

/* The run cannot be judged, and the message says why. */
static void refused(qh_store *s, qh_statistic statistic, const char *why) {
    qh_assessment *a = NULL;
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_assess(s, gb3838, statistic, diag, &a), QH_E_INPUT);
    assert_null(a);
    assert_int_equal(qh_diag_count(diag, QH_ERROR), 1);
    if (!strstr(qh_diag_line(diag, 0), why)) fail_msg("expected '%s' in '%s'", why, qh_diag_line(diag, 0));
    qh_diag_destroy(diag);
    free_store(s);
}

static const char *const cod[] = {"COD"}, *const cod_ammonia[] = {"COD", "NH3-N"};

/* -------------------------------------------------------------------------------------------- single factor */

/* One value of one item against target Ⅲ: class, and both multiples. */
static void expect(const char *item, double value, int actual, double exceedance, double national) {
    const char *const items[] = {item};
    qh_store *s = steady_store(1, 1, items);
    s->steady[0][0] = value;
    qh_assessment *a = judged(s, QH_STAT_MEAN);
    const qh_verdict *v = &a->verdict[0];
    if (v->actual_class != actual) fail_msg("%s %g: class %d, expected %d", item, value, v->actual_class, actual);
    assert_int_equal(v->attained, actual <= 3);
    assert_near(v->exceedance, exceedance, 1e-12);
    assert_near(v->exceedance_national, national, 1e-12);
    assert_near(v->value, value, 0.0);
    qh_assessment_destroy(a);
    free_store(s);
}

static void class_of_a_value(void **state) {
    (void)state;
    expect("COD", 0.0, 1, 0.0, 0.0);
    expect("COD", 15.0, 1, 0.0, 0.0); /* Ⅰ and Ⅱ share the limit: the better class */
    expect("COD", 15.01, 3, 0.0, 0.0);
    expect("COD", 20.0, 3, 0.0, 0.0); /* at the limit */
    expect("COD", 25.0, 4, 0.25, 0.25);
    expect("COD", 40.0, 5, 1.0, 1.0);
    expect("COD", 41.0, 6, 1.05, 1.05);
    expect("NH3-N", 0.15, 1, 0.0, 0.0);
    expect("NH3-N", 0.16, 2, 0.0, 0.0);
    expect("NH3-N", 2.5, 6, 1.5, 1.5);
    expect("Hg", 0.0002, 4, 1.0, 1.0);
}

static void oxygen_is_better_when_higher(void **state) {
    (void)state;
    expect("DO", 8.0, 1, 0.0, 0.0);
    expect("DO", 7.5, 1, 0.0, 0.0);
    expect("DO", 7.4, 2, 0.0, 0.0);
    expect("DO", 1.0, 6, 0.0, 0.0); /* no multiple for dissolved oxygen */
}

static void acidity_has_two_sides(void **state) {
    (void)state;
    expect("pH", 6.0, 1, 0.0, 0.0);
    expect("pH", 9.0, 1, 0.0, 0.0);
    expect("pH", 5.9, 6, 0.0, 0.0);
    expect("pH", 9.1, 6, 0.0, 0.0);
}

static void target_and_national_base_differ(void **state) {
    (void)state;
    qh_store *s = steady_store(1, 1, cod);
    s->section[0].target_class = 2;
    s->steady[0][0] = 18.0; /* Ⅲ: misses Ⅱ, good by the national measure */
    qh_assessment *a = judged(s, QH_STAT_MEAN);
    assert_false(a->verdict[0].attained);
    assert_near(a->verdict[0].exceedance, 3.0 / 15.0, 1e-12);
    assert_near(a->verdict[0].exceedance_national, 0.0, 0.0);
    assert_int_equal(a->section[0].n_main, 0);
    assert_false(a->all_attained);
    qh_assessment_destroy(a);
    free_store(s);
}

static void worst_item_decides(void **state) {
    (void)state;
    qh_store *s = steady_store(1, 2, cod_ammonia);
    s->steady[0][0] = 10.0;
    s->steady[0][1] = 1.8;
    qh_assessment *a = judged(s, QH_STAT_MEAN);
    assert_int_equal(a->section[0].actual_class, 5);
    assert_false(a->section[0].attained);
    assert_int_equal(a->section[0].n_main, 1);
    assert_string_equal(a->verdict[a->section[0].main_verdict[0]].item->code, "NH3-N");
    assert_string_equal(a->section[0].grade->title_zh, "中度污染");
    qh_assessment_destroy(a);
    free_store(s);
}

static void items_outside_the_class(void **state) {
    (void)state;
    const char *const items[] = {"COD", "TN", "chloride"};
    qh_store *s = steady_store(1, 3, items);
    s->steady[0][0] = 10.0;
    s->steady[0][1] = 9.0; /* far over V, but total nitrogen does not count in rivers */
    s->steady[0][2] = 500.0;
    qh_assessment *a = judged(s, QH_STAT_MEAN);
    assert_true(a->verdict[1].judged && !a->verdict[1].counts);
    assert_int_equal(a->verdict[1].actual_class, 6);
    assert_false(a->verdict[1].attained);
    assert_false(a->verdict[2].judged);
    assert_near(a->verdict[2].value, 500.0, 0.0);
    assert_int_equal(a->section[0].actual_class, 1);
    assert_true(a->section[0].attained);
    assert_true(a->all_attained);
    qh_assessment_destroy(a);

    s->info.constituent = &s->constituent[2]; /* chloride alone: nothing to judge, and no grade from nothing */
    s->info.n_constituent = 1;
    a = judged(s, QH_STAT_MEAN);
    assert_false(a->section[0].judged);
    assert_null(a->section[0].grade);
    assert_int_equal(a->river[0].n_section, 0);
    assert_null(a->river[0].grade);
    assert_true(a->all_attained);
    qh_assessment_destroy(a);
    free_store(s);
}

/* ------------------------------------------------------------------------------------------------- statistics */

static const double DAY = 86400.0;

static double ramp(size_t section, size_t constituent, double t) { /* 10 g/m3 a day */
    (void)section;
    return constituent == 0 ? 10.0 * t / DAY : 2.0 - 0.5 * t / DAY;
}

static void means_of_a_ramp(void **state) {
    (void)state;
    qh_store *s = unsteady_store(1, cod, "2024-03-01T00:00:00", 3.0 * DAY, 3600.0, ramp);
    qh_assessment *a = judged(s, QH_STAT_MEAN);
    assert_near(a->verdict[0].value, 15.0, 1e-9);
    assert_int_equal(a->verdict[0].days, 3);
    assert_int_equal(a->verdict[0].days_attained, 2); /* 5, 15 | 25 */
    assert_near(a->verdict[0].to, 3.0 * DAY, 0.0);
    qh_assessment_destroy(a);

    a = judged(s, QH_STAT_INSTANT);
    assert_near(a->verdict[0].value, 30.0, 1e-12);
    assert_near(a->verdict[0].from, 3.0 * DAY, 0.0);
    qh_assessment_destroy(a);

    a = judged(s, QH_STAT_DAILY);
    assert_near(a->verdict[0].value, 25.0, 1e-9);
    assert_near(a->verdict[0].from, 2.0 * DAY, 0.0);
    assert_near(a->verdict[0].to, 3.0 * DAY, 0.0);
    qh_assessment_destroy(a);
    free_store(s);
}

static void days_are_local_and_complete(void **state) {
    (void)state;
    /* From 18:00: the first complete day begins 6 h later; of 3 days two are complete. Samples every 7 h do not fall on
     * midnight. */
    qh_store *s = unsteady_store(1, cod, "2024-03-01T18:00:00", 11.0 * 7.0 * 3600.0, 7.0 * 3600.0, ramp);
    qh_assessment *a = judged(s, QH_STAT_DAILY);
    assert_int_equal(a->verdict[0].days, 2);
    assert_near(a->verdict[0].from, 1.25 * DAY, 0.0);
    assert_near(a->verdict[0].value, 17.5, 1e-9); /* mean over 1.25 .. 2.25 d */
    qh_assessment_destroy(a);
    free_store(s);
}

static void section_day_needs_every_item(void **state) {
    (void)state;
    /* COD means 5, 15, 25, 35 (misses Ⅲ from day 3), NH3-N 1.75, 1.25, 0.75, 0.25 (attains from day 3): no day holds. */
    qh_store *s = unsteady_store(2, cod_ammonia, "2024-03-01T00:00:00", 4.0 * DAY, 3600.0, ramp);
    qh_assessment *a = judged(s, QH_STAT_MEAN);
    assert_int_equal(a->verdict[0].days_attained, 2);
    assert_int_equal(a->verdict[1].days_attained, 2);
    assert_int_equal(a->section[0].days, 4);
    assert_int_equal(a->section[0].days_attained, 0);
    qh_assessment_destroy(a);
    free_store(s);
}

static double falling(size_t section, size_t constituent, double t) {
    (void)section;
    (void)constituent;
    return 9.0 - t / DAY;
}

static void worst_oxygen_is_the_lowest(void **state) {
    (void)state;
    const char *const items[] = {"DO"};
    qh_store *s = unsteady_store(1, items, "2024-03-01T00:00:00", 4.0 * DAY, 3600.0, falling);
    qh_assessment *a = judged(s, QH_STAT_DAILY);
    assert_near(a->verdict[0].value, 5.5, 1e-9);
    assert_int_equal(a->verdict[0].actual_class, 3);
    qh_assessment_destroy(a);
    a = judged(s, QH_STAT_INSTANT);
    assert_near(a->verdict[0].value, 5.0, 1e-9);
    qh_assessment_destroy(a);
    free_store(s);
}

static double by_month(size_t section, size_t constituent, double t) { /* 1 in January, 2 in February ... of 2024 */
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28};
    (void)section;
    (void)constituent;
    double end = 0.0;
    for (int m = 0; m < 14; m++) {
        end += days[m] * DAY;
        if (t < end) return (double)(m + 1);
    }
    return 14.0;
}

static void months_of_the_calendar(void **state) {
    (void)state;
    /* Half-hour samples: the jump at a month's end smears over half an hour, 14 days in advance of nothing. */
    qh_store *s = unsteady_store(1, cod, "2024-01-01T00:00:00", 61.0 * DAY, 1800.0, by_month);
    qh_assessment *a = judged(s, QH_STAT_MONTHLY); /* January and the 29 days of February are complete, March is not */
    assert_near(a->verdict[0].from, 31.0 * DAY, 0.0);
    assert_near(a->verdict[0].to, 60.0 * DAY, 0.0);
    assert_near(a->verdict[0].value, 2.0, 1e-3);
    assert_int_equal(qh_statistic_default(&s->info), QH_STAT_MONTHLY);
    qh_assessment_destroy(a);
    free_store(s);
}

static void year_is_the_mean_of_months(void **state) {
    (void)state;
    qh_store *s = unsteady_store(1, cod, "2024-01-01", 366.0 * DAY, 3600.0, by_month);
    qh_assessment *a = judged(s, QH_STAT_ANNUAL);
    assert_near(a->verdict[0].value, 6.5, 2e-3); /* every month counts the same, however many days it has */
    assert_near(a->verdict[0].to, 366.0 * DAY, 0.0);
    assert_int_equal(a->verdict[0].days, 366);
    qh_assessment_destroy(a);
    free_store(s);
}

static void default_statistic(void **state) {
    (void)state;
    qh_store *s = steady_store(1, 1, cod);
    assert_int_equal(qh_statistic_default(&s->info), QH_STAT_MEAN);
    free_store(s);
    s = unsteady_store(1, cod, "2024-01-02T00:00:00", 58.0 * DAY, 3600.0,
                       ramp); /* to 29 February: neither month complete */
    assert_int_equal(qh_statistic_default(&s->info), QH_STAT_MEAN);
    free_store(s);
    s = unsteady_store(1, cod, "2024-01-02T00:00:00", 59.0 * DAY, 3600.0, ramp); /* to 1 March, 00:00 */
    assert_int_equal(qh_statistic_default(&s->info), QH_STAT_MONTHLY);
    free_store(s);
}

static double constant(size_t section, size_t constituent, double t) {
    (void)section;
    (void)constituent;
    (void)t;
    return 12.5;
}

static void long_runs_are_read_in_blocks(void **state) {
    (void)state;
    qh_store *s = unsteady_store(1, cod, "2024-01-01T00:00:00", 100000.0 * 60.0, 60.0, constant);
    qh_assessment *a = judged(s, QH_STAT_DAILY);
    assert_true(s->largest_block <= 10000);
    assert_near(a->verdict[0].value, 12.5, 1e-9);
    assert_int_equal(a->verdict[0].days, 69);
    qh_assessment_destroy(a);
    free_store(s);
}

static double broken(size_t section, size_t constituent, double t) {
    (void)section;
    (void)constituent;
    return t < 7200.0 ? 1.0 : NAN;
}

static void what_cannot_be_judged(void **state) {
    (void)state;
    refused(steady_store(0, 1, cod), QH_STAT_MEAN, "no control section");
    qh_store *s = steady_store(1, 1, cod);
    s->info.n_sample = 0;
    refused(s, QH_STAT_MEAN, "before its first sample");
    s = steady_store(1, 1, cod);
    s->section[0].target_class = 6;
    refused(s, QH_STAT_MEAN, "target class 6 is not a class of GB3838-2002, which has 5");
    refused(steady_store(1, 1, cod), QH_STAT_DAILY, "'daily' needs an unsteady run");
    const char *const start = "2024-01-31T00:00:00";
    refused(unsteady_store(1, cod, start, 0.9 * DAY, 3600.0, ramp), QH_STAT_DAILY, "needs a complete day");
    refused(unsteady_store(1, cod, start, 20.0 * DAY, 3600.0, ramp), QH_STAT_MONTHLY, "needs 1 complete months");
    refused(unsteady_store(1, cod, start, 360.0 * DAY, 3600.0, ramp), QH_STAT_ANNUAL,
            "needs 12 complete months; the run covers 11");
    refused(unsteady_store(1, cod, start, 40.0 * DAY, 2.0 * DAY, ramp), QH_STAT_MONTHLY,
            "a sample at least once a day");
    refused(unsteady_store(1, cod, start, 4.0 * DAY, 3600.0, broken), QH_STAT_MEAN, "no number for COD at sample 3");
}

/* ------------------------------------------------------------------------------------------ rivers and flows */

static void each_river_and_the_whole(void **state) {
    (void)state;
    qh_store *s = steady_store(3, 1, cod);
    s->section[2].reach_name = "R2";
    s->section[2].target_class = 4;
    s->steady[0][0] = 10.0;
    s->steady[1][0] = 22.0;
    s->steady[2][0] = 34.0;
    qh_assessment *a = judged(s, QH_STAT_MEAN);
    assert_int_equal(a->n_river, 3);
    assert_string_equal(a->river[0].name, "");
    assert_int_equal(a->river[0].n_attained, 1);
    assert_near(a->river[0].attainment_rate, 1.0 / 3.0, 1e-15);
    assert_true(a->river[0].grade_by_mean); /* three sections: mean 22, Ⅳ */
    assert_int_equal(a->river[0].grade_class, 4);
    assert_string_equal(a->river[0].grade->title_zh, "轻度污染");
    assert_int_equal(a->river[0].n_main, 1);
    assert_near(a->river[0].main_item[0].exceedance_national, 0.1, 1e-12);
    assert_string_equal(a->river[1].name, "阿蓬江");
    assert_int_equal(a->river[1].grade_class, 3); /* mean 16 */
    assert_string_equal(a->river[2].name, "黔江河");
    assert_int_equal(a->river[2].grade_class, 5);
    assert_near(a->river[2].attainment_rate, 0.0, 0.0);
    qh_assessment_destroy(a);
    free_store(s);
}

static void flows_are_targets_too(void **state) {
    (void)state;
    qh_store *s = steady_store(1, 1, cod);
    s->station[0].flow = (qh_station_flow){10.0, 2.0, 2.0, 8.0, 0.0};
    s->station[1].flow = (qh_station_flow){1.5, 2.0, 1.5, 0.0, 0.5};
    s->withdrawal[0].flow = (qh_withdrawal_flow){1.0, 1.0, 0.0};
    s->withdrawal[1].flow = (qh_withdrawal_flow){1.0, 0.9, 0.1};
    s->info.n_station = s->info.n_withdrawal = 1;
    qh_assessment *a = judged(s, QH_STAT_MEAN);
    assert_true(a->eco_flow_met && a->withdrawals_met && a->all_attained);
    qh_assessment_destroy(a);
    s->info.n_station = 2;
    a = judged(s, QH_STAT_MEAN);
    assert_true(!a->eco_flow_met && a->withdrawals_met && !a->all_attained);
    qh_assessment_destroy(a);
    s->info.n_station = 1;
    s->info.n_withdrawal = 2;
    a = judged(s, QH_STAT_MEAN);
    assert_true(a->eco_flow_met && !a->withdrawals_met && !a->all_attained);
    qh_assessment_destroy(a);
    free_store(s);
}

/* On moving water the days decide: a good start does not excuse a day short, nor does a bad one outlast good days. */
static void flows_are_judged_by_every_day(void **state) {
    (void)state;
    enum { N_DAY = 2 };
    static double full[N_DAY] = {2, 2}, less[N_DAY] = {2, 1.5}, short_by[N_DAY] = {0, 0.5}, nothing[N_DAY] = {0, 0};
    const qh_release_log good = {
        .n_day = N_DAY, .n_station = 1, .arriving = full, .target = full, .released = full, .deficit = nothing};
    const qh_release_log bad = {
        .n_day = N_DAY, .n_station = 1, .arriving = less, .target = full, .released = less, .deficit = short_by};
    const qh_storage_log poor = {.n_day = N_DAY, .n_reservoir = 1, .release = bad};
    qh_store *s = steady_store(1, 1, cod);
    s->station[0].flow = (qh_station_flow){10.0, 2.0, 2.0, 8.0, 0.0};
    s->withdrawal[0].flow = (qh_withdrawal_flow){1.0, 0.9, 0.1};
    s->info.n_station = s->info.n_withdrawal = 1;
    s->info.release = &bad;
    s->info.take = &good;
    qh_assessment *a = judged(s, QH_STAT_MEAN);
    assert_true(!a->eco_flow_met && a->withdrawals_met && !a->all_attained);
    qh_assessment_destroy(a);
    s->info.release = &good;
    s->info.take = &bad;
    a = judged(s, QH_STAT_MEAN);
    assert_true(a->eco_flow_met && !a->withdrawals_met && !a->all_attained);
    qh_assessment_destroy(a);
    s->info.take = &good;
    a = judged(s, QH_STAT_MEAN);
    assert_true(a->eco_flow_met && a->withdrawals_met && a->all_attained);
    qh_assessment_destroy(a);
    s->info.n_reservoir = 1;
    s->info.storage = &poor;
    a = judged(s, QH_STAT_MEAN);
    assert_true(!a->eco_flow_met && !a->all_attained);
    qh_assessment_destroy(a);
    free_store(s);
}

static void names_and_times(void **state) {
    (void)state;
    qh_statistic statistic = QH_STAT_MEAN;
    assert_true(qh_statistic_find("annual", &statistic));
    assert_int_equal(statistic, QH_STAT_ANNUAL);
    assert_false(qh_statistic_find("weekly", &statistic));
    assert_string_equal(qh_statistic_name(QH_STAT_INSTANT), "instant");
    char text[64];
    assert_string_equal(qh_time_text("2023-12-31T23:30:00", 3600.0, sizeof text, text), "2024-01-01 00:30");
    assert_string_equal(qh_time_text("2024-02-28", 1.5 * DAY, sizeof text, text), "2024-02-29 12:00");
    assert_string_equal(qh_time_text("2024-01-01T00:00", -60.0, sizeof text, text), "2023-12-31 23:59");
    assert_string_equal(qh_time_text("", 1.5 * DAY, sizeof text, text), "1.5 d");
}

static int load_standard(void **state) {
    (void)state;
    qh_diag *diag = qh_diag_create(QH_EN);
    const qh_status status = qh_standard_read("GB3838-2002", diag, &gb3838);
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        print_error("%s\n", qh_diag_line(diag, i));
    qh_diag_destroy(diag);
    return status == QH_OK ? 0 : -1;
}

static int free_standard(void **state) {
    (void)state;
    qh_standard_destroy(gb3838);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(class_of_a_value),
        cmocka_unit_test(oxygen_is_better_when_higher),
        cmocka_unit_test(acidity_has_two_sides),
        cmocka_unit_test(target_and_national_base_differ),
        cmocka_unit_test(worst_item_decides),
        cmocka_unit_test(items_outside_the_class),
        cmocka_unit_test(means_of_a_ramp),
        cmocka_unit_test(days_are_local_and_complete),
        cmocka_unit_test(section_day_needs_every_item),
        cmocka_unit_test(worst_oxygen_is_the_lowest),
        cmocka_unit_test(months_of_the_calendar),
        cmocka_unit_test(year_is_the_mean_of_months),
        cmocka_unit_test(default_statistic),
        cmocka_unit_test(long_runs_are_read_in_blocks),
        cmocka_unit_test(what_cannot_be_judged),
        cmocka_unit_test(each_river_and_the_whole),
        cmocka_unit_test(flows_are_targets_too),
        cmocka_unit_test(flows_are_judged_by_every_day),
        cmocka_unit_test(names_and_times),
    };
    return cmocka_run_group_tests(tests, load_standard, free_standard);
}
