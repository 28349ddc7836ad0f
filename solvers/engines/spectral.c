/* Engine "spectral": unsteady transport of linear kinetics on steady water by Laplace transforms (solvers/spectral.c).
 *
 * Sections are held to solver.relative_tolerance of the largest concentration that the loads can make; the bound of the
 * error is kept with the run, that of the profiles beside it. Lanes that differ in their rates are solved one after the
 * other. Progress: the march over the frequencies is the first quarter.
 *
 * Wrong choice where fronts stay sharp (no dispersion between a load that jumps and a section): it objects, as far as the
 * loads show it, and fails when the bound tells so. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/lang.h"
#include "solvers/oxygen_check.h"
#include "solvers/spectral_internal.h"

/* g/m3; what the errors of the method may leave below zero */
static const double least_oxygen = -1e-3;

enum { CHEAP = 30, DEAR = 5 };

/* A pond's equation is that of one constituent, and its steady state is not known here. */
static const char *objection_to_ponds(const qh_case *c) {
    if (c->run.initial != QH_INITIAL_GIVEN) return QH_N("reservoirs are followed from a given state only");
    for (size_t i = 0; i < c->n_constituent; i++)
        for (size_t k = 0; k < c->n_constituent; k++)
            if (i != k && qh_kinetics_couples(c, i, k))
                return QH_N("constituents that make one another are not followed through reservoirs");
    return NULL;
}

static const char *objection(const qh_problem *problem) {
    if (problem->river_case->run.type != QH_UNSTEADY) return QH_N("the run is steady");
    if (problem->river_case->run.routing) return QH_N("the flow changes in time");
    const char *why = exact_objection(problem->river_case);
    if (!why && problem->pond) why = objection_to_ponds(problem->river_case);
    if (why) return why;
    const size_t n_lane = qh_forcing_rates_differ(problem->forcing) ? 1 : problem->forcing->n_lane;
    spectral *s = NULL;
    if (spectral_create(problem, 0, n_lane, NULL, &s, &why) != QH_OK)
        return QH_N("its equations have no solution at complex rates");
    spectral_destroy(s);
    return why;
}

/* ---- results of all lanes ---- */

enum { N_KIND = 11 };

typedef struct results {
    const qh_problem *problem;
    size_t m, n_sample, n_frame, n_group;
    bool stores;
    double *kind[N_KIND]; /* in the order of spectral_results, [...][m] */
    size_t rows[N_KIND];  /* of each */
    double bound, profile_bound, frequencies, period, scale;
    double raised; /* g/m3, largest amount by which a value below zero was raised */
} results;

static qh_status open_results(const qh_problem *problem, const spectral_plan *plan, results *r) {
    const qh_forcing *forcing = problem->forcing;
    *r = (results){.problem = problem,
                   .m = forcing->n_species * forcing->n_lane,
                   .n_sample = plan->n_sample,
                   .n_frame = plan->n_frame};
    for (size_t i = 0; i < problem->grid->n_cell; i++)
        r->stores = r->stores || qh_grid_storage_area(problem->grid, i) > 0;
    const size_t rows[N_KIND] = {plan->n_sample * problem->river_case->n_section,
                                 plan->n_frame * problem->network->n_point,
                                 plan->n_frame * problem->grid->n_cell,
                                 r->stores ? plan->n_frame * problem->grid->n_cell : 0,
                                 forcing->n_source,
                                 problem->network->n_point,
                                 2 * problem->network->n_segment,
                                 problem->river_case->n_reach,
                                 problem->river_case->n_reach,
                                 problem->pond ? problem->network->n_point : 0,
                                 problem->pond ? problem->network->n_point : 0};
    memcpy(r->rows, rows, sizeof rows);
    for (size_t k = 0; k < N_KIND; k++) {
        r->kind[k] = calloc(rows[k] * r->m + 1, sizeof *r->kind[k]);
        if (!r->kind[k]) return QH_E_NOMEM;
    }
    return QH_OK;
}

static void close_results(results *r) {
    for (size_t k = 0; k < N_KIND; k++)
        free(r->kind[k]);
}

static spectral_results view_of(const results *r, double *const *kind) {
    return (spectral_results){.sample = kind[0],
                              .point = kind[1],
                              .cell = kind[2],
                              .storage = r->stores ? kind[3] : NULL,
                              .load = kind[4],
                              .point_integral = kind[5],
                              .end_flux = kind[6],
                              .reacted = kind[7],
                              .stored = kind[8],
                              .pond_reacted = kind[9],
                              .pond_stored = kind[10]};
}

static void note(results *r, const spectral *s, const spectral_results *given) {
    r->bound = fmax(r->bound, given->bound);
    r->profile_bound = fmax(r->profile_bound, given->profile_bound);
    r->frequencies = fmax(r->frequencies, (double)s->plan.n_frequency);
    r->period = s->plan.period;
    r->scale = fmax(r->scale, s->plan.scale);
}

/* One lane of its own, copied to its place. */
static qh_status solve_lane(results *r, size_t lane, const spectral_watch *watch, qh_diag *diag) {
    const size_t n = r->problem->forcing->n_species, n_lane = r->problem->forcing->n_lane;
    spectral *s = NULL;
    const char *why = NULL;
    QH_TRY(spectral_create(r->problem, lane, 1, diag, &s, &why));
    double *own[N_KIND] = {NULL};
    qh_status status = QH_OK;
    if (why) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "engine %s cannot solve this case: %s", "spectral",
                    qh_tr(diag ? qh_diag_lang(diag) : QH_EN, why));
        status = QH_E_INPUT;
    }
    for (size_t k = 0; k < N_KIND && status == QH_OK; k++) {
        own[k] = calloc(r->rows[k] * n + 1, sizeof *own[k]);
        if (!own[k]) status = QH_E_NOMEM;
    }
    spectral_results view = view_of(r, own);
    if (status == QH_OK) status = spectral_run(s, watch, diag, &view);
    for (size_t k = 0; k < N_KIND; k++) {
        for (size_t j = 0; status == QH_OK && j < r->rows[k] * n; j++)
            r->kind[k][j * n_lane + lane] = own[k][j];
        free(own[k]);
    }
    if (status == QH_OK) note(r, s, &view);
    spectral_destroy(s);
    return status;
}

static const double MARCH = 0.25; /* part of the progress */

static qh_status solve_lanes(results *r, spectral *s, const qh_progress *progress, qh_diag *diag) {
    const size_t n_lane = r->problem->forcing->n_lane;
    if (!qh_forcing_rates_differ(r->problem->forcing)) {
        spectral_results view = view_of(r, r->kind);
        QH_TRY(spectral_run(s, &(spectral_watch){progress, 0, MARCH}, diag, &view));
        note(r, s, &view);
        return QH_OK;
    }
    for (size_t lane = 0; lane < n_lane; lane++) {
        const double part = MARCH / (double)n_lane;
        const spectral_watch watch = {progress, part * (double)lane, part * (double)(lane + 1)};
        QH_TRY(solve_lane(r, lane, &watch, diag));
    }
    return QH_OK;
}

/* ---- judging and giving ---- */

static qh_status judge_bound(const results *r, qh_diag *diag) {
    const double tolerance = r->problem->river_case->solver.relative_tolerance;
    QH_CHECK(r->bound <= tolerance, QH_E_NUMERIC, diag, QH_NOWHERE,
             "engine spectral: concentrations at the sections may be wrong by %.2g of the largest, more than "
             "solver.relative_tolerance (%.2g): a front is too sharp there; take solver.engine: general",
             r->bound, tolerance);
    return QH_OK;
}

/* What a value may be wrong by, g/m3. */
static double error_of(const results *r, double bound) {
    return (bound + r->problem->river_case->solver.relative_tolerance) * r->scale;
}

/* Volume [m3] of a cell, or of its storage zone. */
static double water_volume(const qh_grid *grid, size_t cell, bool zone) {
    return zone ? qh_grid_storage_area(grid, cell) * qh_grid_length(grid, cell) : qh_grid_volume(grid, cell);
}

/* Means of cells below zero by no more than the error take what they lack from the next cells of the reach, so that no mass
 * is made: downstream, and what is left over then upstream. */
static qh_status lend(results *r, size_t reach, bool zone, double *c, qh_diag *diag) {
    const qh_grid *grid = r->problem->grid;
    const size_t first = grid->segment_first[r->problem->network->reach_first[reach]];
    const size_t last = grid->segment_first[r->problem->network->reach_first[reach + 1]], count = last - first;
    for (size_t j = 0; j < r->m; j++) {
        double lacking = 0; /* g */
        for (size_t n = 0; n < 2 * count; n++) {
            const size_t i = n < count ? first + n : last - 1 - (n - count);
            const double volume = water_volume(grid, i, zone);
            double *own = &c[i * r->m + j];
            if (!(volume > 0) || (*own >= 0 && lacking == 0)) continue;
            const double mass = *own * volume - lacking;
            if (*own < 0) r->raised = fmax(r->raised, -*own);
            *own = mass > 0 ? mass / volume : 0;
            lacking = mass > 0 ? 0 : -mass;
        }
        const double volume = water_volume(grid, first, zone) * (double)count;
        if (lacking > error_of(r, r->profile_bound) * volume)
            return qh_tell_exhausted(r->problem, j / r->problem->forcing->n_lane, -lacking / volume, diag);
    }
    return QH_OK;
}

static qh_status judge_cells(results *r, size_t frame, qh_diag *diag) {
    const qh_grid *grid = r->problem->grid;
    double *cell = r->kind[2] + frame * grid->n_cell * r->m;
    for (size_t reach = 0; reach < r->problem->river_case->n_reach; reach++) {
        QH_TRY(lend(r, reach, false, cell, diag));
        if (!r->stores) continue;
        const qh_optional zone = r->problem->river_case->reach[reach].storage_area;
        const bool own = zone.given && zone.value > 0; /* else the channel's own values */
        QH_TRY(lend(r, reach, own, r->kind[3] + frame * grid->n_cell * r->m, diag));
    }
    return QH_OK;
}

static qh_status give_frame(results *r, const qh_sink *sink, size_t n, qh_diag *diag) {
    const qh_problem *p = r->problem;
    double *point = r->kind[1] + n * p->network->n_point * r->m;
    QH_TRY(qh_oxygen_check(p, least_oxygen, point, r->kind[2] + n * p->grid->n_cell * r->m, diag));
    QH_TRY(judge_cells(r, n, diag));
    QH_TRY(qh_judge_signs(p, error_of(r, r->profile_bound), point, p->network->n_point, &r->raised, diag));
    const qh_frame frame = {.time = (double)n * p->river_case->run.output_interval,
                            .cell = r->kind[2] + n * p->grid->n_cell * r->m,
                            .storage = r->stores ? r->kind[3] + n * p->grid->n_cell * r->m : NULL,
                            .point = point};
    return sink->frame(sink->self, &frame);
}

static qh_status give_sample(results *r, const qh_sink *sink, size_t n, qh_diag *diag) {
    const size_t count = r->problem->river_case->n_section * r->m;
    double *section = r->kind[0] + n * count;
    const size_t rows = r->problem->river_case->n_section;
    QH_TRY(qh_judge_signs(r->problem, error_of(r, r->bound), section, rows, &r->raised, diag));
    const qh_sample sample = {.time = (double)n * r->problem->river_case->run.sample_interval, .section = section};
    return sink->sample(sink->self, &sample);
}

/* Frames and samples in the order of their times. */
static qh_status give_all(results *r, const qh_progress *progress, const qh_sink *sink, qh_diag *diag) {
    const qh_run_options *run = &r->problem->river_case->run;
    size_t sample = 0, frame = 0;
    while (sample < r->n_sample || frame < r->n_frame) {
        const double sample_time = sample < r->n_sample ? (double)sample * run->sample_interval : INFINITY;
        const double frame_time = frame < r->n_frame ? (double)frame * run->output_interval : INFINITY;
        const double time = fmin(sample_time, frame_time);
        if (qh_progress_stop(progress, fmin(1, MARCH + (1 - MARCH) * time / run->duration))) return QH_E_INTERRUPTED;
        if (sample_time <= frame_time * (1 + 1e-12)) QH_TRY(give_sample(r, sink, sample++, diag));
        if (frame_time <= sample_time * (1 + 1e-12)) QH_TRY(give_frame(r, sink, frame++, diag));
    }
    return QH_OK;
}

static qh_status give_budget(const results *r, const spectral *s, const qh_sink *sink, qh_diag *diag) {
    const qh_problem *p = r->problem;
    qh_budget *budget = NULL;
    QH_TRY(qh_budget_create(p->river_case->n_reach, p->forcing->n_species, p->forcing->n_lane, false, &budget));
    const exact_parts parts = {.m = r->m,
                               .end_flux = r->kind[6],
                               .point = r->kind[5],
                               .reacted = r->kind[7],
                               .stored = r->kind[8],
                               .load = r->kind[4],
                               .pond_reacted = p->pond ? r->kind[9] : NULL,
                               .pond_stored = p->pond ? r->kind[10] : NULL};
    qh_status status = exact_budget(s->level[0].river, &parts, budget);
    if (status == QH_OK) {
        qh_budget_close(budget);
        const char *const name[] = {"frequencies",         "period",        "unknowns", "error_bound",
                                    "profile_error_bound", "raised_to_zero"};
        const double value[] = {r->frequencies, r->period,        (double)p->network->n_point,
                                r->bound,       r->profile_bound, r->raised};
        const qh_run_result result = {.budget = budget, .n_statistic = 6, .statistic_name = name, .statistic = value};
        status = sink->end(sink->self, &result);
    }
    if (status == QH_OK) status = qh_budget_check(budget, p->river_case, p->river_case->solver.balance_tolerance, diag);
    qh_budget_destroy(budget);
    return status;
}

static qh_status solve_planned(spectral *s, results *r, const qh_progress *progress, const qh_sink *sink,
                               qh_diag *diag) {
    const qh_problem *problem = r->problem;
    const qh_run_layout layout = {.river_case = problem->river_case,
                                  .network = problem->network,
                                  .flow = problem->flow,
                                  .grid = problem->grid,
                                  .engine = "spectral",
                                  .n_species = problem->forcing->n_species,
                                  .n_lane = problem->forcing->n_lane};
    QH_TRY(sink->begin(sink->self, &layout));
    QH_TRY(solve_lanes(r, s, progress, diag));
    QH_TRY(judge_bound(r, diag));
    QH_TRY(give_all(r, progress, sink, diag));
    return give_budget(r, s, sink, diag);
}

static qh_status solve(const qh_problem *problem, const qh_progress *progress, const qh_sink *sink, qh_diag *diag) {
    spectral *s = NULL;
    const char *why = NULL;
    const size_t n_lane = qh_forcing_rates_differ(problem->forcing) ? 1 : problem->forcing->n_lane;
    if (qh_progress_stop(progress, 0)) return QH_E_INTERRUPTED;
    QH_TRY(spectral_create(problem, 0, n_lane, diag, &s, &why));
    results r = {0};
    qh_status status = why ? QH_E_INPUT : open_results(problem, &s->plan, &r);
    if (why)
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "engine %s cannot solve this case: %s", "spectral",
                    qh_tr(diag ? qh_diag_lang(diag) : QH_EN, why));
    if (status == QH_OK) status = solve_planned(s, &r, progress, sink, diag);
    close_results(&r);
    spectral_destroy(s);
    return status;
}

static int preference(const qh_problem *problem) {
    const char *why = NULL;
    spectral *s = NULL;
    const size_t n_lane = qh_forcing_rates_differ(problem->forcing) ? 1 : problem->forcing->n_lane;
    if (problem->river_case->run.type != QH_UNSTEADY || exact_objection(problem->river_case) ||
        spectral_create(problem, 0, n_lane, NULL, &s, &why) != QH_OK)
        return 0;
    const bool cheap = !why && spectral_cost(s) < spectral_cost_of_volumes(s) && spectral_profiles_are_sharp(s);
    const int result = cheap ? CHEAP : DEAR;
    spectral_destroy(s);
    return result;
}

const qh_engine qh_engine_spectral = {
    .name = "spectral",
    .title = QH_N("unsteady transport by Laplace transforms, without a grid"),
    .source = "Dubner & Abate (1968), J. ACM 15:115; Crump (1976), J. ACM 23:89",
    .wide = 16,
    .varied = 1,
    .apart = 1,
    .holds_ponds = true,
    .preference = preference,
    .objection = objection,
    .solve = solve,
};
