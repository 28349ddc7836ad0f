/* Kinetics of constituents that react with one another: what a process says of a case (nonlinear, coupled, in which order)
 * against its Jacobian in random cases, what is conserved, and the closed solutions of batches and of rivers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/kinetics.h"
#include "model/oxygen.h"
#include "tests/support/case_builder.h"

enum { N = 5, CASES = 300 }; /* oxygen, BOD and a chain of three in random order */

#define PER_DAY (1.0 / 86400)

/* Numbers that do not repeat, in [0, 1). */
static double next_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 16777216.0;
}

static bool chance(uint32_t *seed, double share) { return next_random(seed) < share; }

/* role[0] is oxygen, role[1] BOD, role[2] to role[4] a chain. */
static void shuffle(uint32_t *seed, size_t *role) {
    for (size_t i = 0; i < N; i++) {
        role[i] = i;
    }
    for (size_t i = N; i-- > 1;) {
        const size_t k = (size_t)(next_random(seed) * (double)(i + 1)), other = role[k];
        role[k] = role[i];
        role[i] = other;
    }
}

typedef enum oxygen_use { ANY_USE, NO_HALF, ALWAYS_HALF } oxygen_use;

static const char *random_formula(uint32_t *seed) {
    size_t count = 0;
    while (qh_registry_reaeration[count])
        count++;
    return qh_registry_reaeration[(size_t)(next_random(seed) * (double)count)]->name;
}

static void fill_oxygen(uint32_t *seed, qh_constituent *c) {
    c->is_oxygen = true;
    if (chance(seed, 0.8)) {
        c->reaeration = random_formula(seed);
    } else {
        c->k20 = 2 * PER_DAY * next_random(seed);
        c->background = 8 * next_random(seed);
    }
}

static void fill_reacting(uint32_t *seed, oxygen_use use, qh_constituent *c) {
    c->k20 = 3 * PER_DAY * next_random(seed);
    c->theta = 1 + 0.1 * next_random(seed);
    c->settling = chance(seed, 0.5) ? PER_DAY * next_random(seed) : 0;
    c->oxygen_demand = chance(seed, 0.7) ? 5 * next_random(seed) : 0;
    c->k2_20 = use != NO_HALF && chance(seed, 0.2) ? PER_DAY * next_random(seed) : 0;
    if (use == ALWAYS_HALF || (use == ANY_USE && chance(seed, 0.4)))
        c->oxygen_half = (qh_optional){true, 0.5 + 2 * next_random(seed)};
}

/* A case that the reader would accept, of one reach; role [N]. */
static qh_case *random_case(uint32_t *seed, oxygen_use use, size_t *role) {
    case_builder *b = case_begin(N);
    case_reach(b, "r", "A", "B", 1000, 10, 1);
    case_headwater(b, "A", 1, 1);
    shuffle(seed, role);
    fill_oxygen(seed, case_constituent(b, role[0]));
    for (size_t k = 1; k < N; k++) {
        qh_constituent *c = case_constituent(b, role[k]);
        fill_reacting(seed, use, c);
        c->has_product = k >= 2 && k + 1 < N && chance(seed, 0.8);
        c->product = c->has_product ? role[k + 1] : 0;
        c->yield = 0.2 + next_random(seed);
        if (!c->has_product && c->oxygen_demand == 0 && chance(seed, 0.5)) c->background = 3 * next_random(seed);
    }
    return case_end(b);
}

static qh_process_input random_water(uint32_t *seed, const qh_rate_parameters *parameters) {
    return (qh_process_input){.n_species = N,
                              .parameters = parameters,
                              .temperature = 30 * next_random(seed),
                              .depth = 0.1 + 3 * next_random(seed),
                              .velocity = 0.05 + next_random(seed)};
}

static void random_concentrations(uint32_t *seed, double share_of_zeros, double *c) {
    for (size_t i = 0; i < N; i++) {
        c[i] = chance(seed, share_of_zeros) ? 0 : 20 * next_random(seed);
    }
}

static void rates_of(const qh_process *process, const qh_process_input *in, const double *c, double *dcdt,
                     double *jacobian) {
    memset(dcdt, 0, N * sizeof *dcdt);
    memset(jacobian, 0, (size_t)N * N * sizeof *jacobian);
    process->rates(in, c, dcdt, jacobian);
}

/* -------------------------------------------------------------------------------------- what processes say */

static void compare_column(const qh_process *process, const qh_process_input *in, double *c, size_t j,
                           const double *jacobian, double largest) {
    double above[N], below[N], unused[N * N];
    const double step = 1e-5 * (1 + c[j]), keep = c[j];
    c[j] = keep + step;
    rates_of(process, in, c, above, unused);
    c[j] = keep - step;
    rates_of(process, in, c, below, unused);
    c[j] = keep;
    for (size_t i = 0; i < N; i++) {
        const double difference = (above[i] - below[i]) / (2 * step);
        if (!(fabs(difference - jacobian[i * N + j]) <= 1e-6 * largest))
            fail_msg("%s: d(dc%zu/dt)/dc%zu is %g, differences give %g", process->name, i, j, jacobian[i * N + j],
                     difference);
    }
}

static void jacobians_agree_with_finite_differences(void **state) {
    (void)state;
    uint32_t seed = 3;
    for (int trial = 0; trial < CASES; trial++) {
        size_t role[N];
        qh_case *river_case = random_case(&seed, ANY_USE, role);
        qh_rate_parameters parameters[N];
        qh_rate_parameters_of(river_case, 0, parameters);
        const qh_process_input in = random_water(&seed, parameters);
        double c[N], dcdt[N], jacobian[N * N];
        random_concentrations(&seed, 0, c);
        for (const qh_process *const *process = qh_registry_process; *process; process++) {
            rates_of(*process, &in, c, dcdt, jacobian);
            double largest = 1e-30;
            for (size_t i = 0; i < (size_t)N * N; i++) {
                largest = fmax(largest, fabs(jacobian[i]));
            }
            for (size_t j = 0; j < N; j++) {
                compare_column(*process, &in, c, j, jacobian, largest);
            }
        }
        qh_case_destroy(river_case);
    }
}

/* A process that says "linear" or "not coupled" of a case must be so there, and one that says the contrary must have a
 * reason: engines take or refuse a case by what is said. */
static void what_a_process_says_of_a_case_is_so(void **state) {
    (void)state;
    uint32_t seed = 5;
    size_t nonlinear_cases = 0, couplings = 0;
    for (int trial = 0; trial < CASES; trial++) {
        size_t role[N];
        qh_case *river_case = random_case(&seed, ANY_USE, role);
        qh_rate_parameters parameters[N];
        qh_rate_parameters_of(river_case, 0, parameters);
        const qh_process_input in = random_water(&seed, parameters);
        for (const qh_process *const *process = qh_registry_process; *process; process++) {
            double c[N], dcdt[N], here[N * N], there[N * N];
            random_concentrations(&seed, 0, c);
            rates_of(*process, &in, c, dcdt, here);
            random_concentrations(&seed, 0, c);
            rates_of(*process, &in, c, dcdt, there);
            const bool constant = memcmp(here, there, sizeof here) == 0;
            const bool says_nonlinear = (*process)->nonlinear && (*process)->nonlinear(river_case);
            if (says_nonlinear == constant) fail_msg("%s is wrong about its linearity", (*process)->name);
            nonlinear_cases += says_nonlinear;
            for (size_t of = 0; of < N; of++) {
                for (size_t on = 0; on < N; on++) {
                    if (of == on) continue;
                    const bool says_coupled = (*process)->couples && (*process)->couples(river_case, of, on);
                    if (says_coupled != (here[of * N + on] != 0))
                        fail_msg("%s is wrong about %zu depending on %zu", (*process)->name, of, on);
                    couplings += says_coupled;
                }
            }
        }
        qh_case_destroy(river_case);
    }
    assert_true(nonlinear_cases > CASES / 2 && couplings > CASES);
}

/* Linear: rates = constant + Jacobian c, to rounding. */
static void linear_cases_are_affine(void **state) {
    (void)state;
    uint32_t seed = 9;
    for (int trial = 0; trial < CASES; trial++) {
        size_t role[N];
        qh_case *river_case = random_case(&seed, NO_HALF, role);
        assert_true(qh_kinetics_is_linear(river_case));
        qh_rate_parameters parameters[N];
        qh_rate_parameters_of(river_case, 0, parameters);
        const qh_process_input in = random_water(&seed, parameters);
        const double nothing[N] = {0};
        double c[N], constant[N], dcdt[N], jacobian[N * N];
        random_concentrations(&seed, 0, c);
        qh_kinetics_rates(&in, nothing, constant, jacobian);
        qh_kinetics_rates(&in, c, dcdt, jacobian);
        for (size_t i = 0; i < N; i++) {
            double sum = constant[i], size = fabs(constant[i]);
            for (size_t j = 0; j < N; j++) {
                sum += jacobian[i * N + j] * c[j];
                size += fabs(jacobian[i * N + j] * c[j]);
            }
            assert_true(fabs(dcdt[i] - sum) <= 1e-14 * size);
        }
        qh_case_destroy(river_case);
    }
}

/* ------------------------------------------------------------------------------------------------------ order */

static void an_order_puts_what_is_depended_on_first(void **state) {
    (void)state;
    uint32_t seed = 13;
    for (int trial = 0; trial < CASES; trial++) {
        size_t role[N], order[N], place[N] = {N, N, N, N, N};
        qh_case *river_case = random_case(&seed, NO_HALF, role);
        assert_true(qh_kinetics_order(river_case, order));
        for (size_t k = 0; k < N; k++) {
            assert_true(order[k] < N && place[order[k]] == N);
            place[order[k]] = k;
        }
        for (size_t of = 0; of < N; of++) {
            for (size_t on = 0; on < N; on++) {
                if (qh_kinetics_couples(river_case, of, on)) assert_true(place[on] < place[of]);
            }
        }
        qh_case_destroy(river_case);
    }
}

static qh_case *chain_of_three(bool closed) {
    case_builder *b = case_begin(3);
    case_reach(b, "r", "A", "B", 1000, 10, 1);
    case_headwater(b, "A", 1, 1);
    for (size_t i = 0; i < 3; i++) { /* C3 -> C2 -> C1, and back to C3 when closed */
        qh_constituent *c = case_constituent(b, i);
        c->k20 = PER_DAY;
        c->has_product = i > 0 || closed;
        c->product = i > 0 ? i - 1 : 2;
        c->yield = 1;
    }
    return case_end(b);
}

static void a_circle_has_no_order(void **state) {
    (void)state;
    size_t order[3];
    qh_case *chain = chain_of_three(false), *circle = chain_of_three(true);
    assert_true(qh_kinetics_order(chain, order));
    assert_true(order[0] == 2 && order[1] == 1 && order[2] == 0);
    assert_true(qh_kinetics_is_linear(circle)); /* linear, but nothing comes first */
    assert_false(qh_kinetics_order(circle, order));
    qh_case_destroy(chain);
    qh_case_destroy(circle);
}

static void what_waits_for_oxygen_has_no_order(void **state) {
    (void)state;
    uint32_t seed = 17;
    size_t role[N], order[N], found = 0;
    for (int trial = 0; trial < CASES; trial++) {
        qh_case *river_case = random_case(&seed, ALWAYS_HALF, role);
        assert_false(qh_kinetics_is_linear(river_case));
        bool both = false; /* something takes the oxygen for which it waits */
        for (size_t i = 0; i < N; i++) {
            both = both || river_case->constituent[i].oxygen_demand > 0;
        }
        if (both) assert_false(qh_kinetics_order(river_case, order));
        found += both;
        qh_case_destroy(river_case);
    }
    assert_true(found > CASES / 2);
}

/* ---------------------------------------------------------------------------------------------- conservation */

/* Organic nitrogen, ammonia, nitrate: what one loses the next has, oxygen pays for it, whether decay waits or not. */
static void nitrogen_is_conserved_and_oxygen_pays(void **state) {
    (void)state;
    uint32_t seed = 21;
    for (int trial = 0; trial < CASES; trial++) {
        const double half = chance(&seed, 0.5) ? 0.5 + next_random(&seed) : 0;
        const qh_rate_parameters parameters[4] = {
            {.k20 = PER_DAY * next_random(&seed),
             .theta = 1.08,
             .has_product = true,
             .product = 1,
             .yield = 1,
             .oxygen_half = half},
            {.k20 = PER_DAY * next_random(&seed),
             .theta = 1.07,
             .has_product = true,
             .product = 2,
             .yield = 1,
             .oxygen_demand = 4.57,
             .oxygen_half = half},
            {.k20 = 0, .theta = 1},
            {.k20 = 0, .theta = 1, .is_oxygen = true},
        };
        const qh_process_input in = {.n_species = 4,
                                     .parameters = parameters,
                                     .temperature = 30 * next_random(&seed),
                                     .depth = 1,
                                     .velocity = 1};
        const double c[4] = {10 * next_random(&seed), 10 * next_random(&seed), 10 * next_random(&seed),
                             10 * next_random(&seed)};
        double dcdt[4], jacobian[16];
        qh_kinetics_rates(&in, c, dcdt, jacobian);
        const double size = fabs(dcdt[0]) + fabs(dcdt[1]) + fabs(dcdt[2]);
        assert_true(size > 0 && dcdt[0] < 0 && dcdt[2] > 0);
        assert_true(fabs(dcdt[0] + dcdt[1] + dcdt[2]) <= 1e-15 * size);
        assert_true(fabs(dcdt[3] + 4.57 * dcdt[2]) <= 1e-15 * fabs(dcdt[3]));
        for (size_t j = 0; j < 4; j++) {
            assert_true(fabs(jacobian[j] + jacobian[4 + j] + jacobian[8 + j]) <= 1e-15 * fabs(jacobian[j]) + 1e-25);
        }
    }
}

static void nothing_is_taken_from_what_is_not_there(void **state) {
    (void)state;
    uint32_t seed = 23;
    size_t at_zero = 0, oxygen_overdrawn = 0;
    for (int trial = 0; trial < 4 * CASES; trial++) {
        size_t role[N];
        const oxygen_use use = trial % 2 ? ALWAYS_HALF : NO_HALF;
        qh_case *river_case = random_case(&seed, use, role);
        qh_rate_parameters parameters[N];
        qh_rate_parameters_of(river_case, 0, parameters);
        const qh_process_input in = random_water(&seed, parameters);
        double c[N], dcdt[N], jacobian[N * N];
        random_concentrations(&seed, 0.4, c);
        qh_kinetics_rates(&in, c, dcdt, jacobian);
        for (size_t i = 0; i < N; i++) {
            if (c[i] != 0) continue;
            at_zero++;
            const bool overdrawn = dcdt[i] < 0;
            if (overdrawn && (use == ALWAYS_HALF || i != role[0])) fail_msg("constituent %zu turns negative", i);
            oxygen_overdrawn += overdrawn;
        }
        qh_case_destroy(river_case);
    }
    assert_true(at_zero > CASES);
    assert_true(oxygen_overdrawn > 0); /* Streeter and Phelps's law asks for more oxygen than there is */
}

/* ------------------------------------------------------------------------------------- batches: closed solutions */

/* Runge and Kutta's fourth order, `steps` steps over `duration` [s]: c [n_species, at most N] is advanced. */
static void advance(const qh_process_input *in, double duration, size_t steps, double *c) {
    const size_t n = in->n_species;
    static const double node[4] = {0, 0.5, 0.5, 1}, weight[4] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
    const double h = duration / (double)steps;
    for (size_t s = 0; s < steps; s++) {
        double slope[N] = {0}, next[N], at[N], jacobian[N * N];
        memcpy(next, c, n * sizeof *c);
        for (size_t k = 0; k < 4; k++) {
            for (size_t i = 0; i < n; i++) {
                at[i] = c[i] + node[k] * h * slope[i];
            }
            qh_kinetics_rates(in, at, slope, jacobian);
            for (size_t i = 0; i < n; i++) {
                next[i] += weight[k] * h * slope[i];
            }
        }
        memcpy(c, next, n * sizeof *c);
    }
}

/* Synthetic tests of the OpenWQ project (parameters of its file Reactions_SyntheticTests.m, times here in s), their closed
 * solutions evaluated to 12 digits: t, first order, second order, chain A, B, C, BOD, oxygen. */
static const double batch[][8] = {
    {0, 10, 10, 10, 0, 0, 10, 12},
    {20, 8.18730753078, 3.33333333333, 5.48811636094, 4.04878675476, 0.447045257088, 1.35335283237, 11.6617752917},
    {40, 6.70320046036, 2, 3.01194211912, 5.53688751185, 1.34710196428, 0.183156388887, 11.9542109079},
    {60, 5.48811636094, 1.42857142857, 1.65298888222, 5.75269121809, 2.30708154287, 0.0247875217667, 11.9938031196},
    {80, 4.49328964117, 1.11111111111, 0.907179532894, 5.37916516242, 3.15211990108, 0.00335462627903, 11.9991613434},
    {100, 3.67879441171, 0.909090909091, 0.497870683679, 4.77138559205, 3.81907500817, 0.000453999297625,
     11.9998865002},
    {120, 3.01194211912, 0.769230769231, 0.273237224473, 4.10805734197, 4.29959524357, 6.14421235333e-5, 11.9999846395},
    {200, 1.35335283237, 0.47619047619, 0.0247875217667, 1.9928479659, 4.78392060408, 2.06115362244e-8, 11.9999999948},
    {300, 0.497870683679, 0.322580645161, 0.00123409804087, 0.744954878457, 3.86225225135, 9.35762296884e-13, 12},
};
enum { N_BATCH = sizeof batch / sizeof *batch };

/* Advances from row to row of the table and compares species i with column first + i. */
static void follow_batch(const qh_process_input *in, size_t first) {
    double c[N];
    memcpy(c, &batch[0][first], in->n_species * sizeof *c);
    for (size_t row = 1; row < N_BATCH; row++) {
        advance(in, batch[row][0] - batch[row - 1][0], 2000, c);
        for (size_t i = 0; i < in->n_species; i++) {
            if (!(fabs(c[i] - batch[row][first + i]) <= 1e-9))
                fail_msg("t = %g: %.12g, expected %.12g", batch[row][0], c[i], batch[row][first + i]);
        }
    }
}

static void batches_of_first_and_second_order(void **state) {
    (void)state;
    const qh_rate_parameters parameters[2] = {{.k20 = 0.01, .theta = 1.05}, {.k2_20 = 0.01, .theta = 1.05}};
    const qh_process_input in = {
        .n_species = 2, .parameters = parameters, .temperature = 20, .depth = 1, .velocity = 0.1};
    follow_batch(&in, 1);
}

static void batch_of_a_chain(void **state) {
    (void)state;
    const qh_rate_parameters parameters[3] = {
        {.k20 = 0.03, .theta = 1, .has_product = true, .product = 1, .yield = 1},
        {.k20 = 0.01, .theta = 1, .has_product = true, .product = 2, .yield = 1},
        {.k20 = 0.005, .theta = 1},
    };
    const qh_process_input in = {
        .n_species = 3, .parameters = parameters, .temperature = 12, .depth = 1, .velocity = 0.1};
    follow_batch(&in, 3);
}

/* Temperature at which fresh water holds `saturation` [g/m3], by bisection. */
static double temperature_of(double saturation) {
    double low = 0, high = 40;
    for (int i = 0; i < 60; i++) {
        const double middle = (low + high) / 2;
        if (qh_oxygen_saturation(middle) > saturation)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Velocity [m/s] at which reaeration is `rate` [1/s] in water 1 m deep, by Churchill's formula, which is linear in it. */
static double velocity_of(const qh_reaeration_formula *churchill, double rate, double temperature) {
    return rate / (churchill->coefficient(1, 1) * pow(1.024, temperature - 20));
}

static void batch_of_bod_and_oxygen(void **state) {
    (void)state;
    const qh_reaeration_formula *churchill = qh_reaeration_find("churchill");
    const double temperature = temperature_of(12);
    const qh_rate_parameters parameters[2] = {
        {.k20 = 0.1, .theta = 1, .oxygen_demand = 1},
        {.theta = 1, .is_oxygen = true, .reaeration = churchill},
    };
    const qh_process_input in = {.n_species = 2,
                                 .parameters = parameters,
                                 .temperature = temperature,
                                 .depth = 1,
                                 .velocity = velocity_of(churchill, 0.5, temperature)};
    follow_batch(&in, 6);
}

/* Streeter and Phelps's river without dispersion is a batch that flows: x = u t with u = 0.2 m/s, L0 = 20, D0 = 1 g/m3, decay
 * 0.3 1/d, reaeration 0.6 1/d. x [m], BOD, deficit of oxygen; the worst place is 36970.78384 m with 5.263157895 g/m3. */
static void streeter_phelps_without_dispersion(void **state) {
    (void)state;
    static const double sag[][3] = {
        {0, 20, 1},
        {10000, 16.8124748667, 3.38615758739},
        {30000, 11.8805064111, 5.17605086335},
        {36970.78384, 10.5263157895, 5.263157895},
        {60000, 7.05732162918, 4.69154667174},
        {100000, 3.52408617825, 2.93417496714},
    };
    const qh_reaeration_formula *churchill = qh_reaeration_find("churchill");
    const double temperature = 20, saturation = qh_oxygen_saturation(temperature);
    const qh_rate_parameters parameters[2] = {
        {.is_oxygen = true, .theta = 1, .reaeration = churchill},
        {.k20 = 0.3 * PER_DAY, .theta = 1.047, .oxygen_demand = 1},
    };
    const qh_process_input in = {.n_species = 2,
                                 .parameters = parameters,
                                 .temperature = temperature,
                                 .depth = 1,
                                 .velocity = velocity_of(churchill, 0.6 * PER_DAY, temperature)};
    double c[N] = {saturation - sag[0][2], sag[0][1]};
    for (size_t i = 1; i < sizeof sag / sizeof *sag; i++) {
        advance(&in, (sag[i][0] - sag[i - 1][0]) / 0.2, 2000, c);
        assert_true(fabs(c[1] - sag[i][1]) <= 1e-8);
        assert_true(fabs(saturation - c[0] - sag[i][2]) <= 1e-8);
    }
}

/* More BOD than there is oxygen, none from the air: decay that waits uses the oxygen up and stops, and each gram of oxygen
 * has taken its BOD with it. The law that does not wait would go far below zero. */
static void decay_that_waits_ends_with_the_oxygen(void **state) {
    (void)state;
    for (int waits = 0; waits < 2; waits++) {
        const qh_rate_parameters parameters[2] = {
            {.is_oxygen = true, .theta = 1},
            {.k20 = 0.5 * PER_DAY, .theta = 1.047, .oxygen_demand = 1.5, .oxygen_half = waits ? 0.5 : 0},
        };
        const qh_process_input in = {
            .n_species = 2, .parameters = parameters, .temperature = 20, .depth = 1, .velocity = 0.1};
        double c[N] = {8, 40}, before = 8;
        bool negative = false;
        for (int day = 0; day < 30; day++) {
            advance(&in, 86400, 500, c);
            negative = negative || c[0] < 0;
            assert_true(fabs((8 - c[0]) - 1.5 * (40 - c[1])) < 1e-10);
            assert_true(c[0] <= before);
            before = c[0];
        }
        assert_true(negative == !waits);
        if (waits) assert_true(c[0] < 1e-6 && fabs(c[1] - (40 - 8 / 1.5)) < 1e-6);
    }
}

/* ------------------------------------------------------- rivers: closed solutions with dispersion satisfy the rates */

/* Steady, in an infinite channel of discharge Q, velocity u and dispersion D, loads w_k at x = 0. Species k loses at the
 * rate loss_k and gains at gain_k times species k - 1. C_k is a sum over l <= k of a_kl e^{j_l x}, j_l the root of
 * D j^2 - u j = loss_l that dies out on the side of x. */
typedef struct chain {
    size_t count;                           /* at most 3 */
    double loss[3], gain[3];                /* 1/s; gain[0] unused */
    double load[3];                         /* g/s */
    double discharge, velocity, dispersion; /* m3/s, m/s, m2/s */
} chain;

static double root(const chain *river, size_t l) {
    return sqrt(1 + 4 * river->loss[l] * river->dispersion / (river->velocity * river->velocity));
}

static void amplitudes(const chain *river, double a[3][3]) {
    for (size_t k = 0; k < river->count; k++) {
        double load = river->load[k] / river->discharge;
        for (size_t l = 0; l < k; l++) {
            a[k][l] = river->gain[k] * a[k - 1][l] / (river->loss[k] - river->loss[l]);
            load -= a[k][l] * root(river, l);
        }
        a[k][k] = load / root(river, k);
    }
}

/* C_k at x [m], and u dC/dx - D d2C/dx2, which the reactions must make. */
static void evaluate(const chain *river, double x, double *c, double *carried) {
    double a[3][3];
    amplitudes(river, a);
    for (size_t k = 0; k < river->count; k++) {
        c[k] = carried[k] = 0;
        for (size_t l = 0; l <= k; l++) {
            const double j =
                river->velocity / (2 * river->dispersion) * (x < 0 ? 1 + root(river, l) : 1 - root(river, l));
            const double part = a[k][l] * exp(j * x);
            c[k] += part;
            carried[k] += (river->velocity - river->dispersion * j) * j * part;
        }
    }
}

static void expect_figure(double value, double figure) {
    if (!(fabs(value - figure) <= 1e-9 * fabs(figure))) fail_msg("%.12g, expected %.12g", value, figure);
}

/* Organic nitrogen, ammonia, nitrate with denitrification. */
static void a_chain_with_dispersion_satisfies_the_rates(void **state) {
    (void)state;
    const chain river = {
        3, {0.10 * PER_DAY, 0.25 * PER_DAY, 0.05 * PER_DAY}, {0, 0.10 * PER_DAY, 0.25 * PER_DAY}, {30, 50, 20}, 10, 0.2,
        50};
    static const double figures[][4] = {
        /* x m, organic N, NH3-N, NO3-N */
        {-1000, 0.0544729201767, 0.0900881982479, 0.0384306321577},
        {10000, 2.82339545633, 4.46093404887, 2.64437549037},
        {160000, 1.18665320763, 1.0877907705, 5.57592943948},
    };
    const qh_rate_parameters parameters[3] = {
        {.k20 = 0.10 * PER_DAY, .theta = 1.08, .has_product = true, .product = 1, .yield = 1},
        {.k20 = 0.25 * PER_DAY, .theta = 1.07, .has_product = true, .product = 2, .yield = 1},
        {.k20 = 0.05 * PER_DAY, .theta = 1.05},
    };
    const qh_process_input in = {
        .n_species = 3, .parameters = parameters, .temperature = 20, .depth = 1, .velocity = 0.2};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        double c[3], carried[3], dcdt[3], jacobian[9];
        evaluate(&river, figures[i][0], c, carried);
        qh_kinetics_rates(&in, c, dcdt, jacobian);
        for (size_t k = 0; k < 3; k++) {
            expect_figure(c[k], figures[i][1 + k]);
            assert_true(fabs(dcdt[k] - carried[k]) <= 1e-12 * (fabs(jacobian[k * 3 + k]) * c[k] + fabs(carried[k])));
        }
    }
}

/* BOD of which some settles, and the deficit of oxygen that it makes (O'Connor's solution). */
static void bod_and_oxygen_with_dispersion_satisfy_the_rates(void **state) {
    (void)state;
    const chain river = {2, {0.30 * PER_DAY, 0.60 * PER_DAY}, {0, 0.25 * PER_DAY}, {200, 0}, 10, 0.2, 500};
    static const double figures[][3] = {
        /* x m, BOD, deficit */
        {-2000, 8.02335154167, 0.635821322347},
        {0, 18.4615384615, 1.02545221226},
        {40000, 9.47846988983, 3.92860577652},
    };
    const qh_reaeration_formula *churchill = qh_reaeration_find("churchill");
    const qh_rate_parameters parameters[2] = {
        {.k20 = 0.25 * PER_DAY, .theta = 1.047, .settling = 0.05 * PER_DAY, .oxygen_demand = 1},
        {.theta = 1, .is_oxygen = true, .reaeration = churchill},
    };
    const qh_process_input in = {.n_species = 2,
                                 .parameters = parameters,
                                 .temperature = 20,
                                 .depth = 1,
                                 .velocity = velocity_of(churchill, 0.60 * PER_DAY, 20)};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        double c[2], carried[2], dcdt[2], jacobian[4];
        evaluate(&river, figures[i][0], c, carried);
        expect_figure(c[0], figures[i][1]);
        expect_figure(c[1], figures[i][2]);
        const double bod = c[0], oxygen = qh_oxygen_saturation(20) - c[1];
        qh_kinetics_rates(&in, (const double[]){bod, oxygen}, dcdt, jacobian);
        assert_true(fabs(dcdt[0] - carried[0]) <= 1e-12 * 0.30 * PER_DAY * bod);
        assert_true(fabs(-dcdt[1] - carried[1]) <= 1e-12 * 0.60 * PER_DAY * oxygen);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jacobians_agree_with_finite_differences),
        cmocka_unit_test(what_a_process_says_of_a_case_is_so),
        cmocka_unit_test(linear_cases_are_affine),
        cmocka_unit_test(an_order_puts_what_is_depended_on_first),
        cmocka_unit_test(a_circle_has_no_order),
        cmocka_unit_test(what_waits_for_oxygen_has_no_order),
        cmocka_unit_test(nitrogen_is_conserved_and_oxygen_pays),
        cmocka_unit_test(nothing_is_taken_from_what_is_not_there),
        cmocka_unit_test(batches_of_first_and_second_order),
        cmocka_unit_test(batch_of_a_chain),
        cmocka_unit_test(batch_of_bod_and_oxygen),
        cmocka_unit_test(streeter_phelps_without_dispersion),
        cmocka_unit_test(decay_that_waits_ends_with_the_oxygen),
        cmocka_unit_test(a_chain_with_dispersion_satisfies_the_rates),
        cmocka_unit_test(bod_and_oxygen_with_dispersion_satisfy_the_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
