/* Who took the water above a station that fell short, in a network small enough to be reckoned by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenarios/takers.h"

static const double day = 86400; /* s */

/* A and B meet and are C; C and D meet and are E. The dams: HERE on C, BACK on A, whose tailrace is on C above HERE, and
 * AWAY on B, whose tailrace is on E. */
enum { A, B, C, D, E, N_REACH };
enum { HERE, BACK, AWAY, N_STATION };
enum { ON_A, ON_C_ABOVE, ON_C_BELOW, ON_D, ON_B_NOTHING, N_WITHDRAWAL };
enum { N_DAY = 3, N_NODE = 6 };

static qh_stored_reach reach[N_REACH] = {
    [A] = {.name = "A", .from = 0, .to = 2}, [B] = {.name = "B", .from = 1, .to = 2},
    [C] = {.name = "C", .from = 2, .to = 3}, [D] = {.name = "D", .from = 4, .to = 3},
    [E] = {.name = "E", .from = 3, .to = 5},
};
static const qh_stored_station station[N_STATION] = {
    [HERE] = {.name = "here", .reach = C, .chainage = 5000, .tailrace_reach = C, .tailrace_chainage = 8000},
    [BACK] = {.name = "back", .reach = A, .chainage = 3000, .tailrace_reach = C, .tailrace_chainage = 1000},
    [AWAY] = {.name = "away", .reach = B, .chainage = 3000, .tailrace_reach = E, .tailrace_chainage = 100},
};
static const qh_stored_withdrawal withdrawal[N_WITHDRAWAL] = {
    [ON_A] = {.code = "a", .reach = A, .chainage = 9000},
    [ON_C_ABOVE] = {.code = "c", .reach = C, .chainage = 5000},
    [ON_C_BELOW] = {.code = "below", .reach = C, .chainage = 5001},
    [ON_D] = {.code = "d", .reach = D, .chainage = 10},
    [ON_B_NOTHING] = {.code = "b", .reach = B, .chainage = 10},
};
/* HERE is short on the first and the last day. */
static double deficit[N_DAY * N_STATION] = {0.5, 0, 0, 0, 9, 0, 0.1, 0, 0};
static double arriving[N_DAY * N_STATION] = {3, 8, 4, 9, 8, 9, 3, 8, 5};
static double released[N_DAY * N_STATION] = {2.5, 1, 1, 2, 1, 1, 2.75, 1, 1};
static double taken[N_DAY * N_WITHDRAWAL] = {1, 2, 7, 7, 0, 50, 50, 7, 7, 50, 1.5, 1, 7, 7, 0};

static qh_release_log whole_log(void) {
    return (qh_release_log){.n_day = N_DAY,
                            .n_station = N_STATION,
                            .n_withdrawal = N_WITHDRAWAL,
                            .arriving = arriving,
                            .released = released,
                            .deficit = deficit,
                            .taken = taken};
}

static qh_store_info run_of(const qh_release_log *log) {
    return (qh_store_info){.n_station = N_STATION,
                           .n_withdrawal = N_WITHDRAWAL,
                           .n_reach = N_REACH,
                           .n_node = N_NODE,
                           .station = station,
                           .withdrawal = withdrawal,
                           .reach = reach,
                           .release = log};
}

static void expect(const qh_taker *t, qh_taker_kind kind, size_t index, double mean_days) {
    assert_true(t->kind == kind && t->index == index);
    assert_true(fabs(t->volume - mean_days * day) < 1e-6);
}

static void those_above_are_ranked_by_the_days_short(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    const qh_release_log log = whole_log();
    const qh_store_info info = run_of(&log);
    size_t n = 0;
    const qh_taker *taker = NULL;
    assert_int_equal(qh_takers_of(&info, HERE, arena, &n, &taker), QH_OK);
    /* AWAY 3 + 4, c 2 + 1, a 1 + 1.5, itself 0.5 + 0.25; BACK gives back what it takes, b took only on the good day. */
    assert_int_equal(n, 4);
    expect(&taker[0], QH_TAKER_STATION, AWAY, 7);
    expect(&taker[1], QH_TAKER_WITHDRAWAL, ON_C_ABOVE, 3);
    expect(&taker[2], QH_TAKER_WITHDRAWAL, ON_A, 2.5);
    expect(&taker[3], QH_TAKER_STATION, HERE, 0.75);
    /* BACK is short on the second day only; above it is nothing but itself, whose tailrace is below. */
    assert_int_equal(qh_takers_of(&info, BACK, arena, &n, &taker), QH_OK);
    assert_int_equal(n, 1);
    expect(&taker[0], QH_TAKER_STATION, BACK, 7);
    /* AWAY never is. */
    assert_int_equal(qh_takers_of(&info, AWAY, arena, &n, &taker), QH_OK);
    assert_int_equal(n, 0);
    qh_arena_destroy(arena);
}

static void an_older_file_tells_of_stations_only(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    qh_release_log log = whole_log();
    log.taken = NULL;
    const qh_store_info info = run_of(&log), still = run_of(NULL);
    size_t n = 0;
    const qh_taker *taker = NULL;
    assert_int_equal(qh_takers_of(&info, HERE, arena, &n, &taker), QH_OK);
    assert_int_equal(n, 2);
    expect(&taker[0], QH_TAKER_STATION, AWAY, 7);
    expect(&taker[1], QH_TAKER_STATION, HERE, 0.75);
    assert_int_equal(qh_takers_of(&still, HERE, arena, &n, &taker), QH_OK);
    assert_int_equal(n, 0);
    qh_arena_destroy(arena);
}

/* One from B to D, which meets the river below HERE; one from A back to C above HERE; one from E, below. */
static void a_transfer_away_took_water(void **state) {
    (void)state;
    static const qh_stored_transfer transfer[] = {
        {.code = "away", .reach = B, .chainage = 10, .to_reach = D, .to_chainage = 10},
        {.code = "back", .reach = A, .chainage = 10, .to_reach = C, .to_chainage = 10},
        {.code = "below", .reach = E, .chainage = 10, .to_reach = D, .to_chainage = 20},
    };
    static double carried[N_DAY * 3] = {2, 4, 4, 9, 4, 4, 3, 4, 4};
    const qh_transfer_log moved = {.moved = {.n_day = N_DAY, .n_station = 3, .released = carried}};
    qh_arena *arena = qh_arena_create();
    const qh_release_log log = whole_log();
    qh_store_info info = run_of(&log);
    info.n_transfer = 3;
    info.transfer = transfer;
    size_t n = 0;
    const qh_taker *taker = NULL;
    assert_int_equal(qh_takers_of(&info, HERE, arena, &n, &taker), QH_OK);
    assert_int_equal(n, 4); /* the file does not tell of transfers */
    info.moved = &moved;
    assert_int_equal(qh_takers_of(&info, HERE, arena, &n, &taker), QH_OK);
    assert_int_equal(n, 5);
    expect(&taker[0], QH_TAKER_STATION, AWAY, 7);
    expect(&taker[1], QH_TAKER_TRANSFER, 0, 5);
    expect(&taker[2], QH_TAKER_WITHDRAWAL, ON_C_ABOVE, 3);
    qh_arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_above_are_ranked_by_the_days_short),
        cmocka_unit_test(an_older_file_tells_of_stations_only),
        cmocka_unit_test(a_transfer_away_took_water),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
