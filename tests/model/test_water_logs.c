/* Days of reservoirs and transfers: levels, the balance of the water, and why a transfer carried less, by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/storage_log.h"
#include "model/transfer_log.h"

static const double day = 86400; /* s */

static void near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-9 * fmax(1, fabs(expected)))) fail_msg("%.15g, expected %.15g", value, expected);
}

/* A basin of 1 km2 that falls by 2 m3/s for a day and a half and then rises by 1; steps of 5 h, which miss midnight. */
static void a_basin_falls_and_rises(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    qh_storage_log log;
    assert_int_equal(qh_storage_log_create(3.2 * day, 2, arena, &log), QH_OK);
    assert_int_equal(log.n_day, 3);
    log.start_volume[1] = 1e6;
    const double hours = 3600, turn = 40 * hours; /* the first step that begins after 36 h */
    double volume = 1e6;
    for (double t = 0; t < 3.2 * day; t += 5 * hours) {
        const bool falls = t < 1.5 * day;
        const double before = volume;
        volume += (falls ? -2 : 1) * 5 * hours;
        const qh_storage_step step = {.start = t,
                                      .end = t + 5 * hours,
                                      .level_start = 100 + before / 1e6,
                                      .level_end = 100 + volume / 1e6,
                                      .volume_start = before,
                                      .volume_end = volume,
                                      .inflow = 4,
                                      .released = falls ? 3 : 1,
                                      .spilled = 0.25,
                                      .diverted = falls ? 2 : 1,
                                      .taken = 1,
                                      .target = 1.5};
        qh_storage_log_add(&log, 1, &step);
    }
    const double lowest = 100 + (1e6 - 2 * turn) / 1e6;
    const qh_storage_record r = qh_storage_record_of(&log, 1, lowest, 100.8);
    near(r.lowest, lowest); /* 100.712, at 16:00 of the second day */
    near(r.highest, 101);
    assert_true(r.lowest_day == 1 && r.highest_day == 0);
    assert_int_equal(r.days_at_dead, 1);
    assert_int_equal(r.days_below_minimum, 2); /* it comes back over 100.8 on the third day */
    near(log.volume[0 * 2 + 1], 1e6 - 2 * day);
    near(log.volume[1 * 2 + 1], 1e6 - 2 * turn + (2 * day - turn));
    near(r.volume_end, 1e6 - 2 * turn + (3 * day - turn));
    near(r.level_end, 100 + r.volume_end / 1e6);
    near(r.inflow, 3 * day * 4);
    near(r.spilled, 3 * day * 0.25);
    near(r.taken, 3 * day);
    near(r.released, 3 * turn + 3 * day - turn);
    near(r.residual, 0);
    /* The ecological flow below it: due 1.5, released 1 from 16:00 of the second day on. */
    const qh_release_record kept = qh_release_record_of(&log.release, 1);
    assert_true(kept.kept == 1 && kept.longest == 2 && kept.longest_begins == 1);
    near(kept.missing, 0.5 * (3 * day - turn));
    /* The other one was never heard of. */
    assert_true(qh_storage_record_of(&log, 0, -INFINITY, -INFINITY).inflow == 0);
    qh_arena_destroy(arena);
}

static void a_balance_that_does_not_close_shows(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    qh_storage_log log;
    assert_int_equal(qh_storage_log_create(day, 1, arena, &log), QH_OK);
    const qh_storage_step step = {.start = 0, .end = day, .volume_end = 2 * day, .inflow = 3, .released = 0.5};
    qh_storage_log_add(&log, 0, &step);
    near(qh_storage_record_of(&log, 0, -INFINITY, -INFINITY).residual, -0.5 * day);
    qh_arena_destroy(arena);
}

/* Day 1 as wanted; day 2 a rule holds it back; day 3 the source is short; day 4 both, the source more; day 5 a rule asks for
 * more than it wants, and gets it but for a quarter of the day. */
static void a_transfer_tells_why(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    qh_transfer_log log;
    assert_int_equal(qh_transfer_log_create(5 * day, 2, arena, &log), QH_OK);
    qh_transfer_log_add(&log, 1, 0, day, 4, 4, 4);
    qh_transfer_log_add(&log, 1, day, 2 * day, 4, 1, 1);
    qh_transfer_log_add(&log, 1, 2 * day, 3 * day, 4, 4, 0);
    qh_transfer_log_add(&log, 1, 3 * day, 4 * day, 4, 3, 0.5);
    qh_transfer_log_add(&log, 1, 4 * day, 4.75 * day, 4, 6, 6);
    qh_transfer_log_add(&log, 1, 4.75 * day, 5 * day, 4, 6, 2);
    static const qh_transfer_cause cause[] = {QH_TRANSFER_SERVED, QH_TRANSFER_RULE, QH_TRANSFER_SOURCE,
                                              QH_TRANSFER_SOURCE, QH_TRANSFER_SOURCE};
    for (size_t d = 0; d < 5; d++) {
        assert_int_equal(qh_transfer_cause_of(&log, 1, d, false), cause[d]);
        assert_int_equal(qh_transfer_cause_of(&log, 1, d, true),
                         cause[d] == QH_TRANSFER_SOURCE ? QH_TRANSFER_LEVEL : cause[d]);
        assert_int_equal(qh_transfer_cause_of(&log, 0, d, false), QH_TRANSFER_SERVED);
    }
    const qh_transfer_record r = qh_transfer_record_of(&log, 1, false);
    near(r.moved, (4 + 1 + 0 + 0.5 + 5) * day);
    near(r.missing, (0 + 3 + 4 + 3.5 + 1) * day);
    near(r.most, 5);
    assert_true(r.days_running == 4 && r.days[QH_TRANSFER_SERVED] == 1 && r.days[QH_TRANSFER_RULE] == 1 &&
                r.days[QH_TRANSFER_SOURCE] == 3 && r.days[QH_TRANSFER_LEVEL] == 0);
    assert_string_equal(qh_transfer_cause_name(QH_TRANSFER_LEVEL), "level");
    qh_arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_basin_falls_and_rises),
        cmocka_unit_test(a_balance_that_does_not_close_shows),
        cmocka_unit_test(a_transfer_tells_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
