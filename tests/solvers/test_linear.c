/* Sparse solver and BDF integrator on small problems with known answers; forcing in time. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "solvers/bdf.h"
#include "solvers/forcing.h"
#include "solvers/sparse.h"
#include "tests/support/case_builder.h"
#include "tests/support/random_network.h"

static void pattern_merges_and_sorts(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    const int row[] = {2, 0, 2, 1, 0}, column[] = {0, 1, 0, 2, 1};
    int slot[5];
    qh_pattern *p = NULL;
    assert_int_equal(qh_pattern_create(arena, 3, 5, row, column, slot, &p), QH_OK);
    assert_int_equal(p->first[3], 6); /* three positions and the diagonal */
    assert_int_equal(slot[0], slot[2]);
    assert_int_equal(slot[1], slot[4]);
    for (int c = 0; c < 3; c++) {
        for (int k = p->first[c] + 1; k < p->first[c + 1]; k++)
            assert_true(p->row[k] > p->row[k - 1]);
        assert_int_equal(p->row[p->diagonal[c]], c);
    }
    assert_int_equal(p->row[slot[3]], 1);
    qh_arena_destroy(arena);
}

/* Random sparse systems with a strong diagonal, solved and multiplied back; refactored with other values. */
static void factors_solve(void **state) {
    (void)state;
    enum { n = 60, entries = 300 };
    random_source r = {42};
    qh_arena *arena = qh_arena_create();
    int row[entries], column[entries], slot[entries];
    for (size_t k = 0; k < entries; k++) {
        row[k] = (int)random_index(&r, n);
        column[k] = (int)random_index(&r, n);
    }
    qh_pattern *p = NULL;
    assert_int_equal(qh_pattern_create(arena, n, entries, row, column, slot, &p), QH_OK);
    qh_factors *f = NULL;
    assert_int_equal(qh_factors_create(p, 2, &f), QH_OK);
    double *value = calloc((size_t)p->first[n], sizeof *value);
    assert_non_null(value);
    for (size_t round = 0; round < 6; round++) {
        for (int k = 0; k < p->first[n]; k++)
            value[k] = random_unit(&r) - 0.5;
        for (int i = 0; i < n; i++)
            value[p->diagonal[i]] = 10;
        double x[n], b[n];
        for (size_t i = 0; i < n; i++)
            x[i] = b[i] = random_unit(&r);
        assert_int_equal(qh_factors_compute(f, round % 2, value), QH_OK);
        assert_int_equal(qh_factors_solve(f, round % 2, x), QH_OK);
        for (int c = 0; c < n; c++) {
            for (int k = p->first[c]; k < p->first[c + 1]; k++)
                b[p->row[k]] -= value[k] * x[c];
        }
        for (size_t i = 0; i < n; i++)
            assert_true(fabs(b[i]) < 1e-13);
    }
    for (int k = 0; k < p->first[n]; k++)
        value[k] = 0;
    assert_int_equal(qh_factors_compute(f, 0, value), QH_E_NUMERIC);
    free(value);
    qh_factors_destroy(f);
    qh_arena_destroy(arena);
}

/* y0' = -y0, y1' = y0 - 3 y1; total z' = y0: y0 + z is an invariant. */
typedef struct decay {
    double gamma;
    bool project_called;
    size_t conserved;
} decay;

static void decay_rate(void *self, double t, const double *y, double *dydt) {
    (void)self, (void)t;
    dydt[0] = -y[0];
    dydt[1] = y[0] - 3 * y[1];
}
static void decay_total(void *self, double t, const double *y, double *dzdt) {
    (void)self, (void)t;
    dzdt[0] = y[0];
}
static qh_status decay_system(void *self, double t, const double *y, double gamma, bool reuse, bool *fresh) {
    (void)t, (void)y;
    ((decay *)self)->gamma = gamma;
    *fresh = !reuse;
    return QH_OK;
}
static qh_status decay_solve(void *self, double *x) {
    const double gamma = ((decay *)self)->gamma;
    x[0] /= 1 + gamma;
    x[1] = (x[1] + gamma * x[0]) / (1 + 3 * gamma);
    return QH_OK;
}
static void decay_conserve(void *self, const double *y, const double *remainder, double gamma, double *correction) {
    (void)y;
    decay *d = self;
    assert_true(gamma == d->gamma || fabs(gamma / d->gamma - 1) < 0.3); /* the factors' own, or near it */
    correction[0] += remainder[0];
    d->conserved++;
}
static bool decay_admissible(void *self, const double *y) {
    (void)self, (void)y;
    return false;
}
static bool decay_project(void *self, const double *y, double *correction) {
    (void)y, (void)correction;
    ((decay *)self)->project_called = true;
    return true;
}

static void bdf_decays_and_keeps_the_invariant(void **state) {
    (void)state;
    decay d = {0};
    const qh_bdf_problem problem = {.self = &d,
                                    .n_state = 2,
                                    .n_total = 1,
                                    .rate = decay_rate,
                                    .total_rate = decay_total,
                                    .linear_system = decay_system,
                                    .linear_solve = decay_solve,
                                    .conserve = decay_conserve,
                                    .admissible = decay_admissible,
                                    .project = decay_project};
    const double y0[] = {1, 0}, longest = 0.05;
    qh_bdf *bdf = NULL;
    assert_int_equal(qh_bdf_create(&problem, 0, y0, 1e-8, 1e-10, longest, NULL, &bdf), QH_OK);
    double t = 0, total = 0, between[2];
    bool restarted = false;
    while (t < 4) {
        const double before = t;
        assert_int_equal(qh_bdf_step(bdf, t < 2 ? 2 : 4, &t), QH_OK);
        assert_int_equal(qh_bdf_totals(bdf, &total), QH_OK);
        const double *y = qh_bdf_state(bdf);
        assert_true(fabs(y[0] - exp(-t)) < 1e-6);
        assert_true(fabs(y[1] - (exp(-t) - exp(-3 * t)) / 2) < 1e-6);
        assert_true(fabs(y[0] + total - 1) < 1e-13);
        assert_true(t > before && t - before <= longest * (1 + 1e-12));
        const double inside = before + 0.3 * (t - before);
        assert_int_equal(qh_bdf_state_at(bdf, inside, between), QH_OK);
        assert_true(fabs(between[0] - exp(-inside)) < 1e-6);
        if (t == 2 && !restarted) {
            restarted = true;
            assert_int_equal(qh_bdf_restart(bdf), QH_OK);
        }
    }
    assert_true(t == 4 && restarted && d.project_called);
    const qh_bdf_statistics s = qh_bdf_get_statistics(bdf);
    assert_true(s.steps > 20 && s.newton_iterations >= s.steps && s.last_order <= 4);
    assert_true((double)d.conserved >= s.steps);
    qh_bdf_destroy(bdf);
}

static void forcing_follows_its_series(void **state) {
    (void)state;
    const double time[] = {0, 100, 300}, value[] = {1, 5, 2};
    case_builder *b = case_begin(2);
    case_reach(b, "R", "A", "Z", 1000, 10, 1);
    case_headwater(b, "A", 4, 3);
    case_outfall(b, "R", 500, 0.5, 7);
    case_lateral(b, "R", 100, 900, 2, 6);
    const qh_series *step = case_series(b, QH_STEP, 3, time, value);
    const qh_series *line = case_series(b, QH_LINEAR, 3, time, value);
    qh_case *c = case_end(b);
    case_give_series(c->headwater[0].input, 0, false, step);
    case_give_series(c->outfall[0].input, 1, true, line);
    qh_forcing *f = NULL;
    assert_int_equal(qh_forcing_create(c, 2, &f), QH_OK);
    qh_forcing_scale(f, f->first_outfall, 1, 1, 3);
    double load[3 * 2 * 2];
    qh_forcing_loads(f, 200, load);
    assert_true(load[0] == 4 * 5 && load[1] == 4 * 5); /* step: 5 from 100 s on, times 4 m3/s */
    assert_true(load[2] == 4 * 3);                     /* the other constituent, constant */
    assert_true(load[4] == 7);                         /* a load is not multiplied by the flow */
    assert_true(load[6] == 3.5 && load[7] == 3 * 3.5); /* line: half way from 5 to 2; lane 1 three times */
    assert_true(load[8] == 2 * 6);
    assert_true(qh_forcing_next_break(f, 0) == 100 && qh_forcing_next_break(f, 100) == 300);
    assert_true(isinf(qh_forcing_next_break(f, 300)));
    assert_true(qh_forcing_jumps_at(f, 100) && !qh_forcing_jumps_at(f, 200));
    qh_forcing_destroy(f);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pattern_merges_and_sorts),
        cmocka_unit_test(factors_solve),
        cmocka_unit_test(bdf_decays_and_keeps_the_invariant),
        cmocka_unit_test(forcing_follows_its_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
