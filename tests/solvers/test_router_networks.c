/* Routers with levels on random networks with all that may stand in them, reservoirs and structures among it, in trapezoids
 * and in surveyed sections: balances, a tracer of one; and a surveyed trapezoid beside the law. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above */
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "solvers/levels.h"
#include "tests/support/levels_case.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"
#include "tests/support/water_balance.h"

static const char *const both[] = {"diffusive", "dynamic"};

static qh_routing routing_of(const hydraulics *h) {
    return (qh_routing){.river_case = h->river_case, .network = h->network, .flow = h->flow, .grid = h->grid};
}

static case_builder *case_of(uint64_t seed, levels_works *works) {
    case_builder *b = levels_random_case(seed, 0);
    if (seed % 2) levels_survey(case_end(b), seed);
    levels_build(case_end(b), seed, works);
    return b;
}

static void told(uint64_t seed, qh_diag *diag) {
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        print_error("seed %d: %s\n", (int)seed, qh_diag_line(diag, i));
}

/* ---- balances ---- */

typedef struct seen {
    water_balance worst;
    double withdrawn, lowest_face; /* m3, m3/s */
} seen;

static void follow(const qh_router *router, const qh_routing *routing, void *self, uint64_t seed, qh_diag *diag,
                   seen *s) {
    qh_water water;
    for (double at = 0; at < 86400; at = water.end) {
        const qh_status status = router->advance(self, fmin(86400, ceil((at + 1) / 3600) * 3600), diag, &water);
        if (status != QH_OK) told(seed, diag);
        assert_int_equal(status, QH_OK);
        const water_balance now = water_balance_of(routing, &water);
        s->worst.cell = fmax(s->worst.cell, now.cell);
        s->worst.point = fmax(s->worst.point, now.point);
        s->worst.lowest = fmin(s->worst.lowest, now.lowest);
        for (size_t i = 0; i < routing->river_case->n_withdrawal; i++)
            s->withdrawn += water.taken[i] * (water.end - water.start);
        for (size_t i = 0; i < qh_face_count(routing->grid); i++)
            s->lowest_face = fmin(s->lowest_face, water.face[i]);
    }
}

static void balances_of(const char *name, uint64_t first, uint64_t last) {
    const qh_router *router = qh_router_find(name);
    seen s = {.worst = {.lowest = INFINITY}};
    for (uint64_t seed = first; seed <= last; seed++) {
        levels_works works;
        case_builder *b = case_of(seed, &works);
        give_hydrographs(b, 0.9, 86400, 40);
        hydraulics h = hydraulics_of(case_end(b));
        const qh_routing routing = routing_of(&h);
        assert_null(router->objection(&routing));
        void *self = NULL;
        const qh_status status = router->create(&routing, h.diag, &self);
        if (status != QH_OK) told(seed, h.diag);
        assert_int_equal(status, QH_OK);
        follow(router, &routing, self, seed, h.diag, &s);
        router->destroy(self);
        hydraulics_free(&h);
        qh_case_destroy(case_end(b));
    }
    print_message("%s: cells %.2g, points %.2g; %.3g m3 withdrawn, up to %.3g m3/s upstream\n", name, s.worst.cell,
                  s.worst.point, s.withdrawn, -s.lowest_face);
    assert_true(s.worst.cell <= 1e-12 && s.worst.point <= 1e-12 && s.worst.lowest >= 0);
    assert_true(first == last || s.withdrawn > 1e4);
}

static void every_balance_closes(void **state) {
    (void)state;
    balances_of("diffusive", 1, 30);
    balances_of("dynamic", 1, 4);
}

/* Stations that give back what they take some metres below, in the same pool: the start is found all the same. */
static void stations_within_a_pool_find_their_start(void **state) {
    (void)state;
    const uint64_t seed[] = {83, 169, 235, 303};
    for (size_t i = 0; i < sizeof seed / sizeof *seed; i++)
        balances_of("diffusive", seed[i], seed[i]);
}

/* ---- transport ---- */

static void a_tracer_of_one_stays_one(void **state) {
    (void)state;
    for (size_t n = 0; n < 2; n++) {
        double worst = 0, budget = 0;
        for (uint64_t seed = 1; seed <= (n == 0 ? 8 : 3); seed++) {
            levels_works works;
            case_builder *b = case_of(seed, &works);
            make_uniform(b, 1);
            give_hydrographs(b, 0.9, 86400, 40);
            case_unsteady(b, 21600, 21600, 10800);
            for (size_t i = 0; i < case_end(b)->n_constituent; i++)
                case_initial(b, i, 1); /* water that stands still at the start has no steady state */
            case_end(b)->run.routing_step = 3600;
            solved *s = solve_moving(case_end(b), qh_router_find(both[n]), 1);
            if (s->status != QH_OK) told(seed, s->water.diag);
            assert_int_equal(s->status, QH_OK);
            const double off = fmax(fabs(s->lowest - 1), fabs(s->highest - 1));
            if (off > 1e-12) print_error("seed %d: %g\n", (int)seed, off);
            worst = fmax(worst, off);
            budget = fmax(budget, s->worst);
            solved_free(s);
            qh_case_destroy(case_end(b));
        }
        print_message("%s: tracer of 1 off by %.2g, budget by %.2g\n", both[n], worst, budget);
        assert_true(worst <= 1e-12 && budget <= 1e-12);
    }
}

/* ---- surveyed sections ---- */

/* Volume [m3] in every cell of a river with a withdrawal and a held level, `volume` [20]. */
static void river_in(const char *router, const qh_cross_section *section, double *volume) {
    case_builder *b = case_begin(1);
    levels_channel(case_reach(b, "r", "a", "o", 10000, 1, 1), 10, 2, 5e-4, 0.03);
    qh_case *c = case_end(b);
    qh_channel *channel = &((qh_reach *)&c->reach[0])->channel;
    if (section)
        *channel = (qh_channel){
            .law = "surveyed", .cross_section = section, .slope = channel->slope, .manning = channel->manning};
    case_headwater(b, "a", 30, 1);
    case_withdrawal(b, "r", 4000, 12);
    const qh_held_level held = {.node = 1, .level = {3, NULL}};
    c->held_level = &held;
    c->n_held_level = 1;
    c->solver.cell_length = 500;
    hydraulics h = hydraulics_of(c);
    const qh_routing routing = routing_of(&h);
    void *self = NULL;
    qh_water water;
    assert_int_equal(qh_router_find(router)->create(&routing, h.diag, &self), QH_OK);
    assert_int_equal(qh_router_find(router)->advance(self, 600, h.diag, &water), QH_OK);
    assert_int_equal(h.grid->n_cell, 20);
    assert_true(water.taken[0] == 12);
    memcpy(volume, water.volume_end, 20 * sizeof *volume);
    qh_router_find(router)->destroy(self);
    hydraulics_free(&h);
    qh_case_destroy(c);
}

static void a_surveyed_trapezoid_is_the_law(void **state) {
    (void)state;
    const double offset[] = {0, 40, 50, 90}, elevation[] = {120, 100, 100, 120};
    const qh_cross_section section = {.name = "t", .count = 4, .offset = offset, .elevation = elevation};
    for (size_t n = 0; n < 2; n++) {
        double law[20], survey[20], worst = 0;
        river_in(both[n], NULL, law);
        river_in(both[n], &section, survey);
        for (size_t i = 0; i < 20; i++)
            worst = fmax(worst, fabs(survey[i] / law[i] - 1));
        print_message("%s: volumes of the surveyed trapezoid off by %.2g\n", both[n], worst);
        assert_true(worst <= 1e-6 && law[19] > 1.2 * law[9]); /* and the held level is felt */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_balance_closes),
        cmocka_unit_test(stations_within_a_pool_find_their_start),
        cmocka_unit_test(a_tracer_of_one_stays_one),
        cmocka_unit_test(a_surveyed_trapezoid_is_the_law),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
