/* Kinetics: each process against its equation, and what must hold for every process that is ever added, where
 * constituents react by themselves. Those that react with one another: test_coupled_kinetics.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/kinetics.h"
#include "tests/support/case_builder.h"

enum { N = 4 };

static const qh_rate_parameters parameters[N] = {
    {.k20 = 0.2 / 86400, .theta = 1.047, .settling = 0, .background = 0},
    {.k20 = 0.15 / 86400, .theta = 1.08, .settling = 0.3 / 86400, .background = 0.05},
    {.k20 = 0, .theta = 1.03, .k2_20 = 0.1 / 86400, .settling = 2.0 / 86400, .background = 0},
    {.k20 = 3.0 / 86400, .theta = 1.02, .settling = 0, .background = 40},
};

static qh_process_input input_at(double temperature, double depth) {
    return (qh_process_input){
        .n_species = N, .parameters = parameters, .temperature = temperature, .depth = depth, .velocity = 0.4};
}

/* What falls below zero must come back, however small it is: rounding would else grow. */
static void second_order_decay_leads_back_from_below_zero(void **state) {
    (void)state;
    const qh_process_input in = input_at(20, 1e30);
    const double c[N] = {0, 0, -1e-9, 0};
    double dcdt[N], jacobian[N * N];
    qh_kinetics_rates(&in, c, dcdt, jacobian);
    assert_true(dcdt[2] > 0 && jacobian[2 * N + 2] < 0);
}

/* Numbers that do not repeat, in [0, 1). */
static double next_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 16777216.0;
}

static void zero(double *dcdt, double *jacobian) {
    memset(dcdt, 0, N * sizeof *dcdt);
    memset(jacobian, 0, (size_t)N * N * sizeof *jacobian);
}

static void processes_are_what_they_say(void **state) {
    (void)state;
    const qh_process_input in = input_at(25, 2);
    const double c[N] = {10, 1, 5, 30};
    double dcdt[N], jacobian[N * N];
    qh_kinetics_rates(&in, c, dcdt, jacobian);
    for (int i = 0; i < N; i++) {
        const qh_rate_parameters *p = &parameters[i];
        const double k = p->k20 * pow(p->theta, 5), v = p->settling / 2;
        const double k2 = p->k2_20 * pow(p->theta, 5);
        assert_true(fabs(dcdt[i] - (-k * (c[i] - p->background) - k2 * c[i] * c[i] - v * c[i])) <=
                    1e-15 * fabs(dcdt[i]) + 1e-25);
        assert_true(fabs(jacobian[i * N + i] + k + 2 * k2 * c[i] + v) < 1e-20);
        for (int j = 0; j < N; j++) {
            if (i != j) assert_true(jacobian[i * N + j] == 0);
        }
    }
    assert_true(dcdt[3] > 0); /* below its background it rises */
}

static void rates_overwrite_what_stood_there(void **state) {
    (void)state;
    const qh_process_input in = input_at(20, 1);
    const double c[N] = {1, 2, 3, 4};
    double first[N], again[N], jacobian[N * N];
    qh_kinetics_rates(&in, c, first, jacobian);
    for (int i = 0; i < N; i++) {
        again[i] = NAN;
    }
    qh_kinetics_rates(&in, c, again, jacobian);
    assert_memory_equal(first, again, sizeof first);
}

static void at_20_degrees_theta_does_not_matter(void **state) {
    (void)state;
    const qh_process_input in = input_at(20, 1e30);
    const double c[N] = {1, 1, 1, 1};
    double dcdt[N], jacobian[N * N];
    qh_kinetics_rates(&in, c, dcdt, jacobian);
    for (int i = 0; i < N; i++) {
        assert_true(fabs(jacobian[i * N + i] + parameters[i].k20 + 2 * parameters[i].k2_20) <=
                    1e-15 * (parameters[i].k20 + 2 * parameters[i].k2_20) + 1e-30);
    }
}

/* ------------------------------------------------------------------------------ every process of the registry */

static void jacobians_agree_with_finite_differences(void **state) {
    (void)state;
    uint32_t seed = 7;
    for (const qh_process *const *process = qh_registry_process; *process; process++) {
        for (int trial = 0; trial < 200; trial++) {
            const qh_process_input in = input_at(30 * next_random(&seed), 0.1 + 5 * next_random(&seed));
            double c[N], dcdt[N], jacobian[N * N], unused[N * N];
            for (int i = 0; i < N; i++) {
                c[i] = 50 * next_random(&seed);
            }
            zero(dcdt, jacobian);
            (*process)->rates(&in, c, dcdt, jacobian);
            double largest = 1e-30;
            for (int i = 0; i < N * N; i++) {
                largest = fmax(largest, fabs(jacobian[i]));
            }
            for (int j = 0; j < N; j++) {
                const double step = 1e-4 * (1 + c[j]), keep = c[j];
                double above[N], below[N];
                zero(above, unused);
                zero(below, unused);
                c[j] = keep + step;
                (*process)->rates(&in, c, above, unused);
                c[j] = keep - step;
                (*process)->rates(&in, c, below, unused);
                c[j] = keep;
                for (int i = 0; i < N; i++) {
                    const double difference = (above[i] - below[i]) / (2 * step);
                    if (fabs(difference - jacobian[i * N + j]) > 1e-6 * largest) {
                        fail_msg("%s: d(dc%d/dt)/dc%d is %g, differences give %g", (*process)->name, i, j,
                                 jacobian[i * N + j], difference);
                    }
                    if (i != j && !(*process)->couples) assert_true(jacobian[i * N + j] == 0);
                }
            }
        }
    }
}

static void processes_that_are_never_nonlinear_have_a_constant_jacobian(void **state) {
    (void)state;
    const qh_process_input in = input_at(12, 1.3);
    for (const qh_process *const *process = qh_registry_process; *process; process++) {
        if ((*process)->nonlinear) continue;
        double dcdt[N], at_rest[N * N], elsewhere[N * N];
        const double nothing[N] = {0}, c[N] = {3, 99, 0.01, 7};
        zero(dcdt, at_rest);
        (*process)->rates(&in, nothing, dcdt, at_rest);
        zero(dcdt, elsewhere);
        (*process)->rates(&in, c, dcdt, elsewhere);
        assert_memory_equal(at_rest, elsewhere, sizeof at_rest);
    }
}

static void nothing_is_taken_from_what_is_not_there(void **state) {
    (void)state;
    uint32_t seed = 11;
    for (const qh_process *const *process = qh_registry_process; *process; process++) {
        for (int trial = 0; trial < 500; trial++) {
            const qh_process_input in = input_at(35 * next_random(&seed), 0.05 + 10 * next_random(&seed));
            double c[N], dcdt[N], jacobian[N * N];
            for (int i = 0; i < N; i++) {
                c[i] = next_random(&seed) < 0.4 ? 0 : 100 * next_random(&seed);
            }
            zero(dcdt, jacobian);
            (*process)->rates(&in, c, dcdt, jacobian);
            for (int i = 0; i < N; i++) {
                if (c[i] == 0 && dcdt[i] < 0) fail_msg("%s makes constituent %d negative", (*process)->name, i);
            }
        }
    }
}

static void processes_add_to_what_others_gave(void **state) {
    (void)state;
    const qh_process_input in = input_at(15, 1);
    const double c[N] = {9, 8, 7, 6};
    for (const qh_process *const *process = qh_registry_process; *process; process++) {
        double alone[N], on_top[N], jacobian_alone[N * N], jacobian_on_top[N * N];
        zero(alone, jacobian_alone);
        zero(on_top, jacobian_on_top);
        on_top[1] = 1024;
        jacobian_on_top[N + 1] = 1024;
        (*process)->rates(&in, c, alone, jacobian_alone);
        (*process)->rates(&in, c, on_top, jacobian_on_top);
        assert_true(fabs(on_top[1] - 1024 - alone[1]) < 1e-12);
        assert_true(fabs(jacobian_on_top[N + 1] - 1024 - jacobian_alone[N + 1]) < 1e-12);
    }
}

/* ------------------------------------------------------------------------------------------------ parameters */

static void overrides_change_their_reach_and_constituent_only(void **state) {
    (void)state;
    case_builder *b = case_begin(2);
    case_reach(b, "r1", "A", "B", 1000, 10, 1);
    case_reach(b, "r2", "B", "C", 1000, 10, 1);
    case_headwater(b, "A", 1, 1);
    *case_constituent(b, 1) = (qh_constituent){.name = "NH3-N",
                                               .title = "NH3-N",
                                               .item = "NH3-N",
                                               .k20 = 1e-6,
                                               .theta = 1.08,
                                               .settling = 2e-6,
                                               .background = 3};
    qh_kinetics_override *o = case_override(b, "r2", 1);
    o->k20 = (qh_optional){true, 5e-6};
    o->background = (qh_optional){true, 0};
    o->k2_20 = (qh_optional){true, 7e-6};
    qh_case *c = case_end(b);
    qh_rate_parameters p[2];
    qh_rate_parameters_of(c, 0, p);
    assert_true(p[1].k20 == 1e-6 && p[1].theta == 1.08 && p[1].settling == 2e-6 && p[1].background == 3);
    assert_true(p[1].k2_20 == 0);
    qh_rate_parameters_of(c, 1, p);
    assert_true(p[1].k20 == 5e-6 && p[1].theta == 1.08 && p[1].settling == 2e-6 && p[1].background == 0);
    assert_true(p[1].k2_20 == 7e-6);
    assert_true(p[0].k20 == 0);
    assert_false(qh_kinetics_is_linear(c)); /* one reach is enough */
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processes_are_what_they_say),
        cmocka_unit_test(rates_overwrite_what_stood_there),
        cmocka_unit_test(at_20_degrees_theta_does_not_matter),
        cmocka_unit_test(second_order_decay_leads_back_from_below_zero),
        cmocka_unit_test(jacobians_agree_with_finite_differences),
        cmocka_unit_test(processes_that_are_never_nonlinear_have_a_constant_jacobian),
        cmocka_unit_test(nothing_is_taken_from_what_is_not_there),
        cmocka_unit_test(processes_add_to_what_others_gave),
        cmocka_unit_test(overrides_change_their_reach_and_constituent_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
