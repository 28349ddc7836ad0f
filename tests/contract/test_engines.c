/* The contract of the engine interface, for every engine in the registry on the same problems. A new engine is tested
 * here without a change: it must give what its objections do not refuse. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/case_builder.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"

enum { n_problem = 6 };

/* The problems: a steady river, a steady network with a station, a steady tree; the same three unsteady. */
static qh_case *problem(size_t k) {
    case_builder *b = NULL;
    const size_t kind = k % 3;
    if (kind == 0) {
        b = case_begin(2);
        case_reach(b, "R", "A", "Z", 12000, 30, 8);
        case_headwater(b, "A", 6, 12);
        case_outfall(b, "R", 3000, 0.4, 20);
        case_constituent(b, 0)->k20 = 5e-5;
        case_constituent(b, 1)->background = 2;
        case_constituent(b, 1)->k20 = 2e-5;
        case_section(b, "R", 2500);
        case_section(b, "R", 9000);
    } else {
        random_options options = random_options_of(kind == 1 ? 11 : 29);
        options.most_reaches = 8;
        options.cell_length = 400;
        b = random_network(&options);
    }
    if (k >= 3) {
        static const double time[] = {0, 4000, 7200}, value[] = {3, 40, 0};
        case_unsteady(b, 5 * 3600, 3600, 1200);
        case_initial(b, 0, 4);
        case_initial(b, 1, 2);
        qh_case *c = case_end(b);
        case_give_series(c->headwater[0].input, 0, false, case_series(b, QH_STEP, 3, time, value));
        return c;
    }
    return case_end(b);
}

/* Whether an engine takes a case is its own word. */
static bool takes(const qh_engine *engine, const qh_case *c) {
    hydraulics water = hydraulics_of(c);
    qh_forcing *forcing = NULL;
    assert_int_equal(qh_forcing_create(c, 1, &forcing), QH_OK);
    const qh_problem p = {
        .river_case = c, .network = water.network, .flow = water.flow, .grid = water.grid, .forcing = forcing};
    const bool answer = engine->objection(&p) == NULL;
    qh_forcing_destroy(forcing);
    hydraulics_free(&water);
    return answer;
}

static bool is_steady_engine(const qh_engine *engine) {
    return strcmp(engine->name, "steady") == 0 || strcmp(engine->name, "exact") == 0;
}

/* Objections must be text, and the chooser must agree with them. No engine of today takes both steady and unsteady runs. */
static void chooser_follows_objections(void **state) {
    (void)state;
    for (size_t k = 0; k < n_problem; k++) {
        qh_case *c = problem(k);
        hydraulics water = hydraulics_of(c);
        qh_forcing *forcing = NULL;
        assert_int_equal(qh_forcing_create(c, 1, &forcing), QH_OK);
        const qh_problem p = {
            .river_case = c, .network = water.network, .flow = water.flow, .grid = water.grid, .forcing = forcing};
        size_t able = 0;
        for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
            const char *objection = (*engine)->objection(&p);
            const qh_engine *chosen = NULL;
            qh_diag *diag = qh_diag_create(QH_EN);
            const qh_status status = qh_engine_choose(&p, (*engine)->name, diag, &chosen);
            assert_int_equal(status, objection ? QH_E_INPUT : QH_OK);
            if (objection) {
                assert_true(strlen(objection) > 0);
                assert_int_equal(qh_diag_count(diag, QH_ERROR), 1);
                assert_null(chosen);
            } else {
                assert_ptr_equal(chosen, *engine);
                able++;
            }
            const bool is_steady = is_steady_engine(*engine);
            if (is_steady != (c->run.type == QH_STEADY)) assert_non_null(objection);
            if (is_steady && c->run.type == QH_STEADY) assert_null(objection);
            if (strcmp((*engine)->name, "general") == 0 && c->run.type == QH_UNSTEADY) assert_null(objection);
            qh_diag_destroy(diag);
        }
        assert_true(able > 0);
        const qh_engine *best = NULL;
        assert_int_equal(qh_engine_choose(&p, "auto", NULL, &best), QH_OK);
        assert_null(best->objection(&p));
        qh_forcing_destroy(forcing);
        hydraulics_free(&water);
        qh_case_destroy(c);
    }
}

static void unknown_engine_is_named(void **state) {
    (void)state;
    qh_case *c = problem(0);
    solved *s = solve_case(c, "no-such-engine", 1, NULL);
    assert_int_equal(s->status, QH_E_INPUT);
    assert_int_equal(s->begins, 0);
    assert_non_null(strstr(qh_diag_line(s->water.diag, qh_diag_size(s->water.diag) - 1), "no-such-engine"));
    solved_free(s);
    qh_case_destroy(c);
}

/* begin once, frames and samples at the times asked for, end once; nothing negative; the budget closes. */
static void sink_gets_what_it_was_promised(void **state) {
    (void)state;
    for (size_t k = 0; k < n_problem; k++) {
        qh_case *c = problem(k);
        for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
            if (!takes(*engine, c)) continue;
            solved *s = solve_case(c, (*engine)->name, 1, NULL);
            assert_int_equal(s->status, QH_OK);
            assert_int_equal(s->begins, 1);
            assert_int_equal(s->ends, 1);
            assert_int_equal(s->n_frame, c->run.type == QH_STEADY ? 1 : 6);
            assert_int_equal(s->n_sample, c->run.type == QH_STEADY ? 1 : 16);
            for (size_t n = 0; n < s->n_sample; n++)
                assert_true(s->sample_time[n] == 1200.0 * (double)n);
            assert_true(s->lowest >= 0);
            assert_true(s->worst < 1e-10);
            solved_free(s);
        }
        qh_case_destroy(c);
    }
}

static void scale_by_lane(qh_forcing *forcing) {
    for (size_t source = 0; source < forcing->n_source; source++) {
        for (size_t species = 0; species < forcing->n_species; species++) {
            for (size_t lane = 0; lane < forcing->n_lane; lane++) {
                qh_forcing_scale(forcing, source, species, lane, 1 + 0.5 * (double)lane * (double)(source % 3));
            }
        }
    }
}

static size_t wanted_lane; /* of lane_alone: cmocka's callbacks have no argument for it */

static void lane_alone(qh_forcing *forcing) {
    for (size_t source = 0; source < forcing->n_source; source++) {
        for (size_t species = 0; species < forcing->n_species; species++) {
            qh_forcing_scale(forcing, source, species, 0, 1 + 0.5 * (double)wanted_lane * (double)(source % 3));
        }
    }
}

/* Four lanes that differ in their loads equal four runs of one lane: to round-off steady, within the integration
 * tolerance where lanes share time steps. */
static void lanes_equal_single_runs(void **state) {
    (void)state;
    enum { lanes = 4 };
    for (size_t k = 0; k < n_problem; k++) {
        qh_case *c = problem(k);
        for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
            if (!takes(*engine, c)) continue;
            solved *all = solve_case(c, (*engine)->name, lanes, scale_by_lane);
            assert_int_equal(all->status, QH_OK);
            /* in engine "linear" the flux limiter works step by step: where two cells must hold a front, its effect
             * depends on the steps, which lanes share */
            const bool limited = k > 3 && strcmp((*engine)->name, "linear") == 0;
            const double tolerance = c->run.type == QH_STEADY ? 1e-11 : limited ? 1e-2 : 1e-4;
            for (wanted_lane = 0; wanted_lane < lanes; wanted_lane++) {
                solved *one = solve_case(c, (*engine)->name, 1, lane_alone);
                assert_int_equal(one->status, QH_OK);
                for (size_t n = 0; n < one->n_sample * c->n_section * one->m; n++) {
                    const double together = all->sample[n * lanes + wanted_lane];
                    if (!(fabs(together - one->sample[n]) <= tolerance * one->highest)) {
                        fail_msg("problem %d, lane %d: %.12g together, %.12g alone", (int)k, (int)wanted_lane, together,
                                 one->sample[n]);
                    }
                }
                solved_free(one);
            }
            solved_free(all);
        }
        qh_case_destroy(c);
    }
}

/* ---- a sink that fails, a run that is interrupted ---- */

typedef struct counter {
    size_t frames, ends, fail_at;
} counter;

static qh_status count_begin(void *self, const qh_run_layout *layout) {
    (void)self, (void)layout;
    return QH_OK;
}
static qh_status count_frame(void *self, const qh_frame *frame) {
    (void)frame;
    counter *n = self;
    return ++n->frames == n->fail_at ? QH_E_IO : QH_OK;
}
static qh_status count_sample(void *self, const qh_sample *sample) {
    (void)self, (void)sample;
    return QH_OK;
}
static qh_status count_end(void *self, const qh_run_result *result) {
    (void)result;
    ((counter *)self)->ends++;
    return QH_OK;
}

static bool stop_half_way(void *self, double done) {
    double *last = self;
    assert_true(done >= *last && done <= 1);
    *last = done;
    return done < 0.5;
}
static bool stop_at_once(void *self, double done) {
    (void)self, (void)done;
    return false;
}

static qh_status solve_counted(const qh_case *c, const qh_progress *progress, counter *n) {
    hydraulics water = hydraulics_of(c);
    qh_forcing *forcing = NULL;
    assert_int_equal(qh_forcing_create(c, 1, &forcing), QH_OK);
    const qh_problem p = {
        .river_case = c, .network = water.network, .flow = water.flow, .grid = water.grid, .forcing = forcing};
    const qh_sink sink = {n, count_begin, count_frame, count_sample, count_end};
    const qh_engine *engine = NULL;
    assert_int_equal(qh_engine_choose(&p, "auto", water.diag, &engine), QH_OK);
    const qh_status status = engine->solve(&p, progress, &sink, water.diag);
    qh_forcing_destroy(forcing);
    hydraulics_free(&water);
    return status;
}

static void failing_sink_stops_the_run(void **state) {
    (void)state;
    for (size_t k = 0; k < n_problem; k++) {
        qh_case *c = problem(k);
        counter n = {.fail_at = k < 3 ? 1 : 3};
        assert_int_equal(solve_counted(c, NULL, &n), QH_E_IO);
        assert_int_equal(n.frames, n.fail_at);
        assert_int_equal(n.ends, 0);
        qh_case_destroy(c);
    }
}

static void interruption_keeps_frames(void **state) {
    (void)state;
    qh_case *c = problem(4);
    double done = 0;
    counter n = {0};
    const qh_progress half = {&done, stop_half_way};
    assert_int_equal(solve_counted(c, &half, &n), QH_E_INTERRUPTED);
    assert_true(n.frames >= 2 && n.frames <= 4);
    assert_int_equal(n.ends, 0);
    qh_case_destroy(c);
    const qh_progress never = {NULL, stop_at_once};
    for (size_t k = 0; k < n_problem; k++) {
        c = problem(k);
        assert_int_equal(solve_counted(c, &never, &n), QH_E_INTERRUPTED);
        qh_case_destroy(c);
    }
}

/* A budget gate that nothing can pass is not passed: the run ends with QH_E_BALANCE, after its record was given. */
static void gate_shuts(void **state) {
    (void)state;
    for (size_t k = 0; k < n_problem; k++) {
        qh_case *c = problem(k);
        c->solver.balance_tolerance = 1e-30;
        solved *s = solve_case(c, "auto", 1, NULL);
        assert_int_equal(s->status, QH_E_BALANCE);
        assert_int_equal(s->ends, 1);
        solved_free(s);
        qh_case_destroy(c);
    }
}

static void step_limit_is_reported(void **state) {
    (void)state;
    qh_case *c = problem(3);
    c->solver.max_steps = 3;
    solved *s = solve_case(c, "general", 1, NULL);
    assert_int_equal(s->status, QH_E_NUMERIC);
    assert_non_null(strstr(qh_diag_line(s->water.diag, qh_diag_size(s->water.diag) - 1), "solver.max_steps"));
    solved_free(s);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooser_follows_objections),
        cmocka_unit_test(unknown_engine_is_named),
        cmocka_unit_test(sink_gets_what_it_was_promised),
        cmocka_unit_test(lanes_equal_single_runs),
        cmocka_unit_test(failing_sink_stops_the_run),
        cmocka_unit_test(interruption_keeps_frames),
        cmocka_unit_test(gate_shuts),
        cmocka_unit_test(step_limit_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
