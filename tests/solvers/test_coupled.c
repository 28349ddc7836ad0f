/* The transport operator with constituents that react with one another: its Jacobian, its budget, lanes that differ in
 * their rates, oxygen that runs out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "solvers/transport.h"
#include "tests/support/hydraulics.h"
#include "tests/support/random_network.h"
#include "tests/support/reacting.h"
#include "tests/support/solved.h"

enum { n_kind = 3 };

static case_builder *river_of(uint64_t seed, reacting kind, size_t n_constituent) {
    random_options options = random_options_of(seed);
    options.most_reaches = 8;
    options.cell_length = 900;
    options.n_constituent = n_constituent;
    options.flags = RANDOM_EVERYTHING & ~RANDOM_DECAY;
    case_builder *b = random_network(&options);
    make_reacting(b, kind);
    return b;
}

typedef struct operated {
    qh_case *c;
    hydraulics water;
    qh_forcing *forcing;
    qh_problem problem;
    qh_transport *transport;
    size_t n, m;
} operated;

/* Lane 1 and those after it decay faster, each constituent in its own way. */
static void scale_rates(qh_forcing *forcing) {
    for (size_t species = 0; species < forcing->n_species; species++) {
        for (size_t lane = 1; lane < forcing->n_lane; lane++) {
            qh_forcing_scale_rate(forcing, species, lane, 1 + 0.4 * (double)lane * (double)(1 + species % 2));
        }
    }
}

static operated open_operator(case_builder *b, size_t n_lane, bool lanes_differ) {
    operated o = {.c = case_end(b)};
    o.water = hydraulics_of(o.c);
    assert_int_equal(qh_forcing_create(o.c, n_lane, &o.forcing), QH_OK);
    if (lanes_differ) scale_rates(o.forcing);
    return o;
}

static void create(operated *o) {
    o->problem = (qh_problem){.river_case = o->c,
                              .network = o->water.network,
                              .flow = o->water.flow,
                              .grid = o->water.grid,
                              .forcing = o->forcing};
    assert_int_equal(qh_transport_create(&o->problem, o->water.diag, &o->transport), QH_OK);
    o->n = qh_transport_unknowns(o->transport);
    o->m = qh_transport_components(o->transport);
}

static void close_operator(operated *o) {
    qh_transport_destroy(o->transport);
    qh_forcing_destroy(o->forcing);
    hydraulics_free(&o->water);
    qh_case_destroy(o->c);
}

static double *some(size_t count) {
    double *memory = calloc(count + 1, sizeof *memory);
    assert_non_null(memory);
    return memory;
}

/* A smooth state with rises and falls, and steps at random cells. */
static void fill_state(const operated *o, random_source *r, double *y) {
    for (size_t j = 0; j < o->m; j++) {
        double level = 5;
        for (size_t i = 0; i < o->n; i++) {
            level *= 1 + 0.2 * (random_unit(r) - 0.5);
            if (random_unit(r) < 0.02) level = random_between(r, 0.1, 30);
            y[i * o->m + j] = level;
        }
    }
}

/* Central differences of the rates over a part of unknown k (of all n m), left in up [n m]. */
static void differ(const operated *o, double *y, size_t k, double part, double *up, double *down) {
    const double kept = y[k], h = part * kept;
    y[k] = kept + h;
    qh_transport_rate(o->transport, y, up);
    y[k] = kept - h;
    qh_transport_rate(o->transport, y, down);
    y[k] = kept;
    for (size_t i = 0; i < o->n * o->m; i++)
        up[i] = (up[i] - down[i]) / (2 * h);
}

/* Every entry of the systems, and that there are no others, with shared and with own rates of the lanes. */
static void jacobians_are_derivatives(void **state) {
    (void)state;
    size_t checked = 0, wrong = 0, limited = 0;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        const size_t n_constituent = 2 + seed % 3, n_lane = 1 + seed % 2;
        operated o = open_operator(river_of(seed, (reacting)(seed % n_kind), n_constituent), n_lane, seed % 4 > 1);
        create(&o);
        const qh_transport_systems systems = qh_transport_systems_of(o.transport);
        assert_int_equal(systems.block, n_constituent);
        assert_int_equal(systems.count, n_lane);
        const qh_pattern *pattern = systems.pattern;
        const size_t nnz = (size_t)pattern->first[pattern->n], size = o.n * o.m;
        double *y = some(size), *up = some(size), *down = some(size), *column = some(size);
        double *value = some(nnz * n_lane), *frozen = some(nnz * n_lane);
        random_source r = {seed * 77};
        fill_state(&o, &r, y);
        qh_transport_jacobians(o.transport, y, NULL, value);
        double scale = 0;
        for (size_t k = 0; k < nnz * n_lane; k++)
            scale = fmax(scale, fabs(value[k]));
        for (int c = 0; c < pattern->n; c++) {
            for (size_t lane = 0; lane < n_lane; lane++) {
                differ(&o, y, (size_t)c * n_lane + lane, 1e-6, up, down);
                memset(column, 0, size * sizeof *column);
                for (int k = pattern->first[c]; k < pattern->first[c + 1]; k++)
                    column[(size_t)pattern->row[k] * n_lane + lane] = value[(size_t)k * n_lane + lane];
                for (size_t i = 0; i < size; i++, checked++)
                    wrong += fabs(up[i] - column[i]) > 1e-5 * scale;
            }
        }
        qh_jacobian_kind kind[2] = {QH_JACOBIAN_FROZEN, QH_JACOBIAN_FROZEN};
        qh_transport_jacobians(o.transport, y, kind, frozen);
        limited += memcmp(value, frozen, nnz * n_lane * sizeof *value) != 0;
        kind[0] = QH_JACOBIAN_EXACT; /* one lane anew, the other stays */
        kind[1] = QH_JACOBIAN_NONE;
        qh_transport_jacobians(o.transport, y, kind, frozen);
        qh_transport_jacobians(o.transport, y, (qh_jacobian_kind[]){QH_JACOBIAN_NONE, QH_JACOBIAN_EXACT}, frozen);
        assert_memory_equal(value, frozen, nnz * n_lane * sizeof *value);
        free(y);
        free(up);
        free(down);
        free(column);
        free(value);
        free(frozen);
        close_operator(&o);
    }
    /* a difference across a limiter's kink is no derivative; such places are few */
    print_message("%zu of %zu entries differ from differences\n", wrong, checked);
    assert_true(wrong * 20000 < checked);
    assert_true(limited >= 12); /* at low Péclet numbers no limiter is on */
}

/* The derivatives by other constituents by themselves: the scale of the test above is that of the exchange, which is far
 * larger. No limiter is in them. */
static void couplings_are_derivatives(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 9; seed++) {
        const size_t n = 3;
        operated o = open_operator(river_of(seed, (reacting)(seed % n_kind), n), 1, false);
        create(&o);
        const qh_pattern *pattern = qh_transport_systems_of(o.transport).pattern;
        const size_t nnz = (size_t)pattern->first[pattern->n], size = o.n * o.m;
        double *y = some(size), *up = some(size), *down = some(size), *value = some(nnz);
        random_source r = {seed};
        fill_state(&o, &r, y);
        qh_transport_jacobians(o.transport, y, NULL, value);
        size_t nonzero = 0;
        for (int c = 0; c < pattern->n; c++) {
            differ(&o, y, (size_t)c, 1e-3, up, down);
            for (int k = pattern->first[c]; k < pattern->first[c + 1]; k++) {
                const size_t row = (size_t)pattern->row[k];
                if (row % n == (size_t)c % n) continue;
                nonzero += value[k] != 0;
                if (!(fabs(up[row] - value[k]) <= 1e-4 * fabs(value[k]) + 1e-8)) {
                    fail_msg("seed %d, (%d, %d): %.9g by differences, %.9g", (int)seed, (int)row, c, up[row], value[k]);
                }
            }
        }
        assert_true(nonzero >= 2 * o.n);
        free(y);
        free(up);
        free(down);
        free(value);
        close_operator(&o);
    }
}

/* What the rates do to the mass is what the budget says, constituent by constituent and lane by lane. */
static void budget_is_the_change_of_mass(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        const size_t n_lane = 1 + seed % 3;
        operated o = open_operator(river_of(seed, (reacting)(seed % n_kind), 3), n_lane, seed % 2 == 0);
        create(&o);
        const size_t rows = o.c->n_reach + 1;
        double *y = some(o.n * o.m), *dydt = some(o.n * o.m), *mass = some(rows * o.m);
        double *term = some(rows * o.m * QH_BUDGET_TERMS);
        random_source r = {seed};
        fill_state(&o, &r, y);
        qh_transport_rate(o.transport, y, dydt);
        qh_transport_mass(o.transport, dydt, mass);
        qh_transport_budget(o.transport, y, term);
        for (size_t row = 0; row < rows; row++) {
            for (size_t j = 0; j < o.m; j++) {
                const double *of = term + (row * 3 + j / n_lane) * QH_BUDGET_TERMS * n_lane + j % n_lane;
                const double in =
                    of[QH_BUDGET_IN * n_lane] + of[QH_BUDGET_SOURCE * n_lane] + of[QH_BUDGET_LATERAL * n_lane];
                const double out = of[QH_BUDGET_OUT * n_lane] + of[QH_BUDGET_TAKEN * n_lane];
                const double reacted = of[QH_BUDGET_REACTED * n_lane];
                const double scale = fabs(in) + fabs(out) + fabs(reacted) + fabs(mass[row * o.m + j]);
                assert_true(fabs(in - out - reacted - mass[row * o.m + j]) <= 1e-10 * scale);
            }
        }
        free(y);
        free(dydt);
        free(mass);
        free(term);
        close_operator(&o);
    }
}

/* ---- lanes ---- */

static size_t wanted_lane; /* of rates_alone: cmocka's callbacks have no argument for it */

static void rates_alone(qh_forcing *forcing) {
    for (size_t species = 0; species < forcing->n_species && wanted_lane > 0; species++)
        qh_forcing_scale_rate(forcing, species, 0, 1 + 0.4 * (double)wanted_lane * (double)(1 + species % 2));
}

/* With lanes that differ in their rates, uncoupled (kind n_kind: decay alone) and coupled, steady and not. */
static void lanes_with_own_rates_equal_single_runs(void **state) {
    (void)state;
    enum { lanes = 3 };
    for (size_t kind = 0; kind <= n_kind; kind++) {
        for (size_t unsteady = 0; unsteady < 2; unsteady++) {
            case_builder *b = NULL;
            if (kind < n_kind) {
                b = river_of(7, (reacting)kind, 3);
            } else {
                random_options options = random_options_of(7);
                options.most_reaches = 8;
                options.cell_length = 900;
                b = random_network(&options);
            }
            if (unsteady) case_unsteady(b, 4 * 3600, 3600, 3600);
            for (size_t j = 0; j < case_end(b)->n_constituent && unsteady; j++)
                case_initial(b, j, 6);
            qh_case *c = case_end(b);
            const char *engine = unsteady ? "general" : "steady";
            solved *all = solve_case(c, engine, lanes, scale_rates);
            assert_int_equal(all->status, QH_OK);
            double apart = 0;
            for (wanted_lane = 0; wanted_lane < lanes; wanted_lane++) {
                solved *one = solve_case(c, engine, 1, rates_alone);
                assert_int_equal(one->status, QH_OK);
                const double tolerance = unsteady ? 1e-4 : 1e-10;
                for (size_t k = 0; k < one->n_sample * c->n_section * one->m; k++) {
                    if (!(fabs(all->sample[k * lanes + wanted_lane] - one->sample[k]) <= tolerance * one->highest)) {
                        fail_msg("kind %zu, lane %zu: %.12g together, %.12g alone", kind, wanted_lane,
                                 all->sample[k * lanes + wanted_lane], one->sample[k]);
                    }
                    apart = fmax(apart, fabs(all->sample[k * lanes] - all->sample[k * lanes + 2]));
                }
                solved_free(one);
            }
            assert_true(apart > 0.01); /* the scales do something */
            solved_free(all);
            qh_case_destroy(c);
        }
    }
}

/* ---- oxygen ---- */

/* 60 mg/L of BOD need more oxygen than the air gives: an error that names the place, whatever the engine; with
 * oxygen_half both give a result without a negative value. */
static void oxygen_that_runs_out_is_reported(void **state) {
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        const bool unsteady = k % 2 == 1, waits = k >= 2;
        case_builder *b = case_begin(2);
        case_reach(b, "long", "A", "Z", 60000, 50, 10);
        qh_constituent *bod = case_constituent(b, 0), *oxygen = case_constituent(b, 1);
        bod->k20 = 0.5 / 86400;
        bod->oxygen_demand = 1;
        if (waits) bod->oxygen_half = (qh_optional){true, 0.5};
        oxygen->is_oxygen = true;
        oxygen->k20 = 0.6 / 86400;
        oxygen->background = 9;
        oxygen->name = "DO";
        case_give(case_headwater(b, "A", 10, 60)->input, 1, false, 8);
        case_section(b, "long", 50000);
        if (unsteady) case_unsteady(b, 3 * 86400, 86400, 86400);
        case_initial(b, 0, 0);
        case_initial(b, 1, 9);
        qh_case *c = case_end(b);
        solved *s = solve_case(c, unsteady ? "general" : "steady", 1, NULL);
        assert_true(s->lowest >= 0);
        if (waits) {
            assert_int_equal(s->status, QH_OK);
            assert_true(solved_section(s, s->n_sample - 1, 0, 1) < 0.5);
        } else {
            assert_int_equal(s->status, QH_E_NUMERIC);
            const char *line = qh_diag_line(s->water.diag, qh_diag_size(s->water.diag) - 1);
            assert_non_null(strstr(line, "DO falls to -"));
            assert_non_null(strstr(line, "reach long at "));
            assert_non_null(strstr(line, "oxygen_half"));
        }
        solved_free(s);
        qh_case_destroy(c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jacobians_are_derivatives),        cmocka_unit_test(couplings_are_derivatives),
        cmocka_unit_test(budget_is_the_change_of_mass),     cmocka_unit_test(lanes_with_own_rates_equal_single_runs),
        cmocka_unit_test(oxygen_that_runs_out_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
