/* Ecological flow over time: days, deficits and runs counted from steps that do not care for midnight; months by the date. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/release_log.h"

static const double day = 86400;

static void days_are_counted(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    qh_release_log log;
    assert_int_equal(qh_release_log_create(5.5 * day, 2, 3, arena, &log), QH_OK);
    assert_int_equal(log.n_day, 5);
    /* Station 1 lacks 1 of 2 m3/s from noon of day 1 to noon of day 2, and all of it on day 4 for 6 hours. */
    for (double t = 0; t < 5.5 * day; t += 900) {
        const double now = t / day;
        const double released = now >= 0.5 && now < 1.5 ? 1 : now >= 3 && now < 3.25 ? 0 : 2.5;
        qh_release_log_add(&log, 1, t, t + 900, 2, released, 0.5);
    }
    /* Station 0 keeps to it but for one step over midnight: two days are broken by it. */
    qh_release_log_add(&log, 0, 0, 2 * day - 3600, 3, 3, 0);
    qh_release_log_add(&log, 0, 2 * day - 3600, 2 * day + 7200, 3, 2, 0);
    qh_release_log_add(&log, 0, 2 * day + 7200, 6 * day, 3, 4, 1);

    /* Withdrawal 2 takes 4 m3/s from noon of day 2 for a day and a half. */
    qh_release_log_take(&log, 2, 1.5 * day, 3 * day, 4);
    for (size_t d = 0; d < 5; d++) {
        const double by_hand = d == 1 ? 2 : d == 2 ? 4 : 0;
        assert_true(log.taken[d * 3] == 0 && fabs(log.taken[d * 3 + 2] - by_hand) < 1e-12);
    }

    const qh_release_record first = qh_release_record_of(&log, 0), other = qh_release_record_of(&log, 1);
    assert_true(first.days == 5 && first.kept == 3);
    assert_true(first.longest == 2 && first.longest_begins == 1 && first.worst == 2);
    assert_true(fabs(first.missing - 10800) < 1e-6);
    assert_true(fabs(first.worst_deficit - 7200 / day) < 1e-12);
    assert_true(fabs(log.released[2 * 2] - (2 * 7200 + 4 * (day - 7200)) / day) < 1e-12);
    assert_true(fabs(log.arriving[4 * 2] - 5) < 1e-12 && fabs(log.target[4 * 2] - 3) < 1e-12);

    assert_true(other.days == 5 && other.kept == 2 && other.longest == 2 && other.longest_begins == 0);
    assert_true(fabs(other.missing - (day + 2 * 21600)) < 1e-6);
    assert_true(other.worst == 0 || other.worst == 1 || other.worst == 3);
    assert_true(fabs(other.worst_deficit - 0.5) < 1e-12);
    /* The mean of day 1 is over 1.7 of 2 m3/s: the water of the morning does not make up for the afternoon's. */
    assert_true(fabs(log.released[1] - 1.75) < 1e-12 && fabs(log.deficit[1] - 0.5) < 1e-12);
    qh_arena_destroy(arena);
}

static void months_follow_the_date_and_the_hour(void **state) {
    (void)state;
    qh_station station = {.name = "s", .rule = "monthly"};
    for (int m = 0; m < 12; m++)
        station.monthly[m] = (qh_optional){true, m + 1};
    qh_case c = {.station = &station, .n_station = 1, .run = {.start = "2023-12-31T18:00:00", .month = 7}};
    assert_true(qh_ecoflow_at(&c, 0, 0) == 12 && qh_day_at(&c, 0) == 1231);
    assert_true(qh_ecoflow_at(&c, 0, 6 * 3600 - 1) == 12 && qh_ecoflow_at(&c, 0, 6 * 3600) == 1);
    assert_int_equal(qh_day_at(&c, 59.25 * day), 229);
    c.run.start = "";
    assert_true(qh_ecoflow_at(&c, 0, 40 * day) == 7 && qh_day_at(&c, 40 * day) == 701);
}

static void months_count_their_days(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    qh_release_log log;
    /* 28 January 18:00, 36 days: 4 days begin in January, 29 in the leap year's February, 3 in March. */
    assert_int_equal(qh_release_log_create(36 * day, 2, 0, arena, &log), QH_OK);
    qh_release_log_add(&log, 1, 0, 36 * day, 2, 2.5, 0);
    qh_release_log_add(&log, 0, 0, 3.5 * day, 3, 4, 1);
    qh_release_log_add(&log, 0, 3.5 * day, 5 * day, 3, 2, 1);
    qh_release_log_add(&log, 0, 5 * day, 36 * day, 5, 5, 0);
    size_t n = 0;
    const qh_release_month *month = NULL;
    assert_int_equal(qh_release_months_of(&log, 0, "2024-01-28T18:00:00", arena, &n, &month), QH_OK);
    assert_int_equal(n, 3);
    assert_true(month[0].year == 2024 && month[0].month == 1 && month[1].month == 2 && month[2].month == 3);
    assert_true(month[0].first_day == 0 && month[1].first_day == 4 && month[2].first_day == 33);
    assert_true(month[0].days == 4 && month[1].days == 29 && month[2].days == 3);
    assert_true(month[0].kept == 3 && month[1].kept == 28 && month[2].kept == 3);
    assert_true(fabs(month[0].missing - 0.5 * day) < 1e-6 && fabs(month[1].missing - day) < 1e-6);
    assert_true(month[2].missing == 0);
    assert_true(fabs(month[0].released - (3.5 * 4 + 0.5 * 2) / 4) < 1e-12 && fabs(month[0].target - 3) < 1e-12);
    assert_true(fabs(month[1].target - (3 + 28 * 5.) / 29) < 1e-12);
    assert_true(fabs(month[1].arriving - (3 + 28 * 5.) / 29) < 1e-12);
    assert_int_equal(qh_release_months_of(&log, 1, "2024-01-28T18:00:00", arena, &n, &month), QH_OK);
    assert_true(n == 3 && month[0].kept == 4 && month[1].kept == 29 && fabs(month[1].released - 2.5) < 1e-12);
    assert_int_equal(qh_release_months_of(&log, 0, "", arena, &n, &month), QH_OK);
    assert_int_equal(n, 0);
    qh_arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_counted),
        cmocka_unit_test(months_follow_the_date_and_the_hour),
        cmocka_unit_test(months_count_their_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
