/* Transport on moving water: what must hold whatever the router does, and agreement with engine "linear" at rest. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/support/prescribed_water.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"

static case_builder *random_case(uint64_t seed, unsigned flags) {
    random_options options = random_options_of(seed);
    options.flags = flags & ~(unsigned)RANDOM_STORAGE;
    options.most_reaches = 12;
    return random_network(&options);
}

/* Water that enters through any node from outside has `concentration` [g/m3] of everything. */
static void surround(qh_case *c, double concentration) {
    qh_held_level *held = qh_arena_alloc(c->arena, c->n_node, sizeof *held);
    qh_input *input = qh_arena_alloc(c->arena, c->n_constituent, sizeof *input);
    for (size_t k = 0; k < c->n_constituent; k++)
        input[k] = (qh_input){.value = {.constant = concentration}};
    for (size_t k = 0; k < c->n_node; k++)
        held[k] = (qh_held_level){.node = k, .input = input};
    c->held_level = held;
    c->n_held_level = c->n_node;
}

static void set_run(case_builder *b, double duration, double step) {
    case_unsteady(b, duration, duration / 4, duration / 8);
    case_end(b)->run.routing_step = step;
}

static void a_tracer_of_one_stays_one(void **state) {
    (void)state;
    double worst = 0, budget = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        case_builder *b = random_case(seed, RANDOM_EVERYTHING);
        make_uniform(b, 1);
        surround(case_end(b), 1);
        set_run(b, 86400, 3600);
        prescribed_now = (prescribed){.hydrograph = 0.95, .swelling = seed % 2 ? 1.0 : 0.4, .period = 30000, .pond = seed % 3 ? 0 : 5e4};
        solved *s = solve_moving(case_end(b), &prescribed_router, 1);
        if (s->status != QH_OK) print_error("seed %llu\n", (unsigned long long)seed);
        assert_int_equal(s->status, QH_OK);
        worst = fmax(worst, fmax(fabs(s->lowest - 1), fabs(s->highest - 1)));
        budget = fmax(budget, s->worst);
        if (fmax(fabs(s->lowest - 1), fabs(s->highest - 1)) > 1e-12)
            print_error("seed %llu: %g\n", (unsigned long long)seed, fmax(fabs(s->lowest - 1), fabs(s->highest - 1)));
        solved_free(s);
        qh_case_destroy(case_end(b));
    }
    print_message("tracer of 1: off by %.2g, budget by %.2g\n", worst, budget);
    assert_true(worst <= 1e-12);
    assert_true(budget <= 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tracer_of_one_stays_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
