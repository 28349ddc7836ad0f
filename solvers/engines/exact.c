/* Engine "exact": steady transport by exponentials between points (solvers/exact.c); no grid, no numerical dispersion.
 *
 * Points, sections and budget are exact; the cells of the frame are given the means of the exact profile. Lanes that differ
 * in their loads only are solved side by side, lanes that differ in their rates one after the other.
 *
 * Wrong choice for unsteady cases and nonlinear kinetics, to which it objects. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/lang.h"
#include "solvers/engine.h"
#include "solvers/exact_internal.h"
#include "solvers/oxygen_check.h"

/* g/m3; what the errors of the method may leave below zero */
static const double least_oxygen = -1e-9;

static const char *objection(const qh_problem *problem) {
    if (problem->river_case->run.type != QH_STEADY) return QH_N("the run is unsteady");
    return qh_exact_objection(problem->river_case);
}

/* All that a run gives, by species and lane. */
typedef struct results {
    const qh_problem *problem;
    size_t m, n_refinement;
    double bound;
    double raised; /* g/m3, largest amount by which a value below zero was raised */
    bool stores;
    double *load, *point, *section, *cell, *storage, *end_flux, *reacted; /* [...][m], see exact_parts */
} results;

/* Numbers of each kind for m components, in the order load, point, section, cell, storage, end_flux, reacted. */
enum { N_KIND = 7 };
static void sizes_of(const results *r, size_t m, size_t *size) {
    const qh_problem *p = r->problem;
    const size_t rows[N_KIND] = {p->forcing->n_source,
                                 p->network->n_point,
                                 p->river_case->n_section,
                                 p->grid->n_cell,
                                 r->stores ? p->grid->n_cell : 0,
                                 2 * p->network->n_segment,
                                 p->river_case->n_reach};
    for (size_t k = 0; k < N_KIND; k++)
        size[k] = rows[k] * m;
}

/* Places in one block of memory. */
static void place(const results *r, size_t m, double *memory, double **kind) {
    size_t size[N_KIND];
    sizes_of(r, m, size);
    for (size_t k = 0; k < N_KIND; k++) {
        kind[k] = memory;
        memory += size[k];
    }
}

static qh_status open_results(const qh_problem *problem, results *r) {
    *r = (results){.problem = problem, .m = problem->forcing->n_species * problem->forcing->n_lane};
    for (size_t i = 0; i < problem->grid->n_cell; i++)
        r->stores = r->stores || qh_grid_storage_area(problem->grid, i) > 0;
    size_t size[N_KIND], all = 1;
    sizes_of(r, r->m, size);
    for (size_t k = 0; k < N_KIND; k++)
        all += size[k];
    r->load = malloc(all * sizeof *r->load);
    if (!r->load) return QH_E_NOMEM;
    double *kind[N_KIND];
    place(r, r->m, r->load, kind);
    r->point = kind[1], r->section = kind[2], r->cell = kind[3], r->storage = kind[4];
    r->end_flux = kind[5], r->reacted = kind[6];
    return QH_OK;
}

/* ---- solve ---- */

/* Solves lanes that share their kinetics into the blocks of `kind`. */
static qh_status solve_lanes(results *r, const qh_case *kinetics, const double *rate_scale, size_t n_lane,
                             double *const *kind, qh_diag *diag) {
    const qh_problem *p = r->problem;
    qh_exact *exact = NULL;
    QH_TRY(qh_exact_create(kinetics, p->network, p->flow, rate_scale, n_lane, diag, &exact));
    qh_status status = qh_exact_solve(exact, kind[0], diag);
    if (status == QH_OK) status = exact_cells(exact, p->grid, kind[3], r->stores ? kind[4] : NULL);
    if (status == QH_OK) status = exact_terms(exact, kind[5], kind[6]);
    if (status == QH_OK) {
        qh_exact_points(exact, kind[1]);
        qh_exact_sections(exact, kind[2]);
        r->bound = fmax(r->bound, qh_exact_error_bound(exact));
        if (qh_exact_refinements(exact) > r->n_refinement) r->n_refinement = qh_exact_refinements(exact);
    }
    qh_exact_destroy(exact);
    return status;
}

/* One lane of the block of all, or back. */
static void copy_lane(const results *r, size_t lane, bool back, double *own) {
    const size_t n_lane = r->problem->forcing->n_lane;
    size_t size[N_KIND], all = 0;
    sizes_of(r, r->problem->forcing->n_species, size);
    for (size_t k = 0; k < N_KIND; k++)
        all += size[k];
    for (size_t k = 0; k < all; k++) {
        if (back)
            r->load[k * n_lane + lane] = own[k];
        else
            own[k] = r->load[k * n_lane + lane];
    }
}

static qh_status solve_one_by_one(results *r, qh_diag *diag) {
    const qh_forcing *forcing = r->problem->forcing;
    const size_t n = forcing->n_species;
    size_t size[N_KIND], all = n + 1;
    sizes_of(r, n, size);
    for (size_t k = 0; k < N_KIND; k++)
        all += size[k];
    double *memory = calloc(all, sizeof *memory), *kind[N_KIND];
    if (!memory) return QH_E_NOMEM;
    place(r, n, memory + n, kind);
    qh_status status = QH_OK;
    for (size_t lane = 0; lane < forcing->n_lane && status == QH_OK; lane++) {
        for (size_t i = 0; i < n; i++)
            memory[i] = forcing->rate_scale[i * forcing->n_lane + lane];
        copy_lane(r, lane, false, memory + n);
        status = solve_lanes(r, forcing->river_case[lane], memory, 1, kind, diag);
        if (status == QH_OK) copy_lane(r, lane, true, memory + n);
    }
    free(memory);
    return status;
}

static qh_status solve_all(results *r, qh_diag *diag) {
    const qh_forcing *forcing = r->problem->forcing;
    qh_forcing_loads(forcing, 0, r->load);
    if (qh_forcing_rates_differ(forcing)) return solve_one_by_one(r, diag);
    double *kind[N_KIND], *rate_scale = malloc((forcing->n_species + 1) * sizeof *rate_scale);
    if (!rate_scale) return QH_E_NOMEM;
    for (size_t i = 0; i < forcing->n_species; i++)
        rate_scale[i] = forcing->rate_scale[i * forcing->n_lane];
    place(r, r->m, r->load, kind);
    const qh_status status = solve_lanes(r, forcing->river_case[0], rate_scale, forcing->n_lane, kind, diag);
    free(rate_scale);
    return status;
}

/* ---- results ---- */

/* Coupled species are sums of exponentials of both signs, known to round-off of the largest value. */
static double error_of(const results *r) {
    double largest = 0;
    for (size_t k = 0; k < r->problem->network->n_point * r->m; k++)
        largest = fmax(largest, fabs(r->point[k]));
    return (1e-12 + r->bound) * largest;
}

static qh_status give_result(results *r, const qh_sink *sink, qh_diag *diag) {
    const qh_problem *p = r->problem;
    QH_TRY(qh_oxygen_check(p, least_oxygen, r->point, r->cell, diag));
    const double error = error_of(r);
    QH_TRY(qh_judge_signs(p, error, r->point, p->network->n_point, &r->raised, diag));
    QH_TRY(qh_judge_signs(p, error, r->section, p->river_case->n_section, &r->raised, diag));
    QH_TRY(qh_judge_signs(p, error, r->cell, p->grid->n_cell, &r->raised, diag));
    QH_TRY(qh_judge_signs(p, error, r->storage, r->stores ? p->grid->n_cell : 0, &r->raised, diag));
    const qh_sample sample = {.time = 0, .section = r->section};
    QH_TRY(sink->sample(sink->self, &sample));
    const qh_frame frame = {.time = 0, .cell = r->cell, .storage = r->stores ? r->storage : NULL, .point = r->point};
    return sink->frame(sink->self, &frame);
}

static qh_status give_budget(const results *r, const qh_sink *sink, qh_diag *diag) {
    const qh_problem *p = r->problem;
    qh_budget *budget = NULL;
    exact_river *river = NULL;
    QH_TRY(qh_budget_create(p->river_case->n_reach, p->forcing->n_species, p->forcing->n_lane, true, &budget));
    qh_status status = exact_river_create(p->river_case, p->network, p->flow, NULL, 1, diag, &river);
    const exact_parts parts = {
        .m = r->m, .end_flux = r->end_flux, .point = r->point, .reacted = r->reacted, .load = r->load};
    if (status == QH_OK) status = exact_budget(river, &parts, budget);
    if (status == QH_OK) {
        qh_budget_close(budget);
        const char *const name[] = {"unknowns", "levels", "error_bound", "raised_to_zero"};
        const double value[] = {(double)p->network->n_point, (double)r->n_refinement, r->bound, r->raised};
        const qh_run_result result = {.budget = budget, .n_statistic = 4, .statistic_name = name, .statistic = value};
        status = sink->end(sink->self, &result);
    }
    if (status == QH_OK) status = qh_budget_check(budget, p->river_case, p->river_case->solver.balance_tolerance, diag);
    exact_river_destroy(river);
    qh_budget_destroy(budget);
    return status;
}

static qh_status solve(const qh_problem *problem, const qh_progress *progress, const qh_sink *sink, qh_diag *diag) {
    results r;
    QH_TRY(open_results(problem, &r));
    const qh_run_layout layout = {.river_case = problem->river_case,
                                  .network = problem->network,
                                  .flow = problem->flow,
                                  .grid = problem->grid,
                                  .engine = "exact",
                                  .n_species = problem->forcing->n_species,
                                  .n_lane = problem->forcing->n_lane};
    qh_status status = qh_progress_stop(progress, 0) ? QH_E_INTERRUPTED : QH_OK;
    if (status == QH_OK) status = sink->begin(sink->self, &layout);
    if (status == QH_OK) status = solve_all(&r, diag);
    if (status == QH_OK) status = give_result(&r, sink, diag);
    if (status == QH_OK) status = give_budget(&r, sink, diag);
    if (status == QH_OK) (void)qh_progress_stop(progress, 1);
    free(r.load);
    return status;
}

/* Segments with distributed inflow are divided into pieces, some hundred kilobytes each and a few milliseconds: thousands of
 * them are better left to finite volumes, which take a hundredth of both. */
static int preference(const qh_problem *problem) {
    enum { MANY = 1000 };
    size_t n = 0;
    for (size_t s = 0; s < problem->network->n_segment; s++)
        n += problem->flow->segment_lateral[s] > 0;
    return n > MANY ? 5 : 50;
}

const qh_engine qh_engine_exact = {
    .name = "exact",
    .title = QH_N("steady state by exponentials, without a grid"),
    .source = "Thomann & Mueller (1987); Richardson (1911)",
    .wide = 16,
    .varied = 1,
    .apart = 1,
    .preference = preference,
    .objection = objection,
    .solve = solve,
};
