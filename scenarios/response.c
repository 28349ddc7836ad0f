/* Response matrix: one steady solve a source, many sources at once.
 *
 * Equation   A C = W + b for one flow: C is affine in the loads W; column j of the response is C(L e_j) - C(0) over L.
 * Scheme     Lanes of the exact solution (solvers/exact.h): its factors stand, a lane is one source with the load L that
 *            would give 1 g/m3 in the water that passes it, so all lanes have the same scale and C(0) cancels nothing of
 *            it. Constituents that do not react with one another share a lane. Beside them go a lane without loads (the
 *            background) and one with the case's own (to compare with).
 * Order      Blocks [source][section] for each pair of species of which one depends on the other: a batch of load
 *            scenarios is then one dgemm a pair.
 * Why not    one adjoint solve a section where sections are fewer: a source is a lane of some microseconds, so 100 of them cost
 *            a third of a millisecond (bench/bench_response.c), less than reading the case; and lanes need no second solver.
 * Not for    nonlinear kinetics, flows that change with the scenario. */
#include "scenarios/response.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/kinetics.h"
#include "solvers/exact.h"
#include "solvers/forcing.h"

enum { MOST_LANES = 32, BATCH = 2048 };

const char *qh_response_objection(const qh_case *river_case) {
    if (river_case->run.type != QH_STEADY) return QH_N("the run is unsteady (try --set run.type=steady)");
    return qh_exact_objection(river_case);
}

/* ---- building ---- */

typedef struct builder {
    const qh_prepared *prepared;
    const qh_case *river_case;
    qh_response *made;
    double **block; /* [n_species][n_species], as in qh_response */
    double *background, *load, *whole;
    double *given;       /* [n_source], g/s, load of a source in its lane */
    bool alone;          /* a lane carries one species of one source, not all of them */
    size_t n_lane;       /* two of them for the background and the whole */
    double *lane_load;   /* [n_source][n_species][n_lane], g/s */
    double *lane_result; /* [n_section][n_species][n_lane], g/m3 */
} builder;

/* Whether a species depends on another one, directly or through others: depends [n][n]. */
static void find_dependence(const qh_case *c, bool *depends) {
    const size_t n = c->n_constituent;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            depends[i * n + k] = i == k || qh_kinetics_couples(c, i, k);
    for (size_t via = 0; via < n; via++)
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n; k++)
                depends[i * n + k] = depends[i * n + k] || (depends[i * n + via] && depends[via * n + k]);
}

/* The load that gives about 1 g/m3 where it enters. */
static void find_given(const builder *b) {
    const qh_case *c = b->river_case;
    const qh_network *network = b->prepared->network;
    const double *through = b->prepared->flow->point_through;
    double *given = b->given;
    for (size_t i = 0; i < c->n_headwater; i++)
        *given++ = c->headwater[i].flow;
    for (size_t i = 0; i < c->n_tributary; i++)
        *given++ = through[network->tributary_point[i]];
    for (size_t i = 0; i < c->n_outfall; i++)
        *given++ = through[network->outfall_point[i]];
    for (size_t i = 0; i < c->n_lateral; i++)
        *given++ = through[network->segment[network->lateral_end[i] - 1].to];
}

/* Memory of all but the blocks. */
static qh_status make(builder *b, const qh_forcing *forcing) {
    qh_response *r = b->made;
    const size_t n = r->n_species;
    bool *depends = qh_arena_alloc(r->arena, n * n, sizeof *depends);
    b->block = qh_arena_alloc(r->arena, n * n, sizeof *b->block);
    b->background = qh_arena_alloc(r->arena, n * r->n_section, sizeof(double));
    b->whole = qh_arena_alloc(r->arena, n * r->n_section, sizeof(double));
    b->load = qh_arena_alloc(r->arena, n * r->n_source, sizeof(double));
    b->given = qh_arena_alloc(r->arena, r->n_source, sizeof(double));
    if (!depends || !b->block || !b->background || !b->whole || !b->load || !b->given) return QH_E_NOMEM;
    find_dependence(b->river_case, depends);
    for (size_t i = 0; i < n * n; i++) {
        if (!depends[i]) continue;
        if (i / n != i % n) b->alone = true;
        b->block[i] = qh_arena_alloc(r->arena, r->n_source * r->n_section, sizeof(double));
        if (!b->block[i]) return QH_E_NOMEM;
    }
    const size_t column = r->n_source * (b->alone ? n : 1);
    b->n_lane = (column < MOST_LANES ? column : MOST_LANES) + 2;
    b->lane_load = malloc((r->n_source * n * b->n_lane + 1) * sizeof(double));
    b->lane_result = malloc((r->n_section * n * b->n_lane + 1) * sizeof(double));
    if (!b->lane_load || !b->lane_result) return QH_E_NOMEM;
    qh_forcing_loads(forcing, 0, b->lane_load); /* [n_source][n_species] of one lane */
    for (size_t j = 0; j < r->n_source; j++)
        for (size_t k = 0; k < n; k++)
            b->load[k * r->n_source + j] = b->lane_load[j * n + k];
    find_given(b);
    return QH_OK;
}

/* Loads of the lanes for columns first .. first+count-1; the last lane has the case's own. */
static void give_lanes(const builder *b, size_t first, size_t count) {
    const size_t n = b->made->n_species, n_source = b->made->n_source;
    memset(b->lane_load, 0, n_source * n * b->n_lane * sizeof *b->lane_load);
    for (size_t lane = 0; lane < count; lane++) {
        const size_t column = first + lane, source = b->alone ? column / n : column;
        for (size_t k = 0; k < n; k++) {
            if (b->alone && k != column % n) continue;
            b->lane_load[(source * n + k) * b->n_lane + lane] = b->given[source];
        }
    }
    for (size_t j = 0; j < n_source; j++)
        for (size_t k = 0; k < n; k++)
            b->lane_load[(j * n + k) * b->n_lane + b->n_lane - 1] = b->load[k * n_source + j];
}

static const double *result_of(const builder *b, size_t section, size_t species) {
    return b->lane_result + (section * b->made->n_species + species) * b->n_lane;
}

/* A lane into the blocks. */
static void take_lane(const builder *b, size_t column, size_t lane) {
    const size_t n = b->made->n_species, n_section = b->made->n_section;
    const size_t source = b->alone ? column / n : column;
    for (size_t i = 0; i < n; i++) {
        double *block = b->block[i * n + (b->alone ? column % n : i)];
        if (!block) continue;
        for (size_t s = 0; s < n_section; s++) {
            const double *result = result_of(b, s, i);
            block[source * n_section + s] = (result[lane] - result[b->n_lane - 2]) / b->given[source];
        }
    }
}

static void take_ends(const builder *b) {
    const size_t n_section = b->made->n_section;
    for (size_t i = 0; i < b->made->n_species; i++) {
        for (size_t s = 0; s < n_section; s++) {
            b->background[i * n_section + s] = result_of(b, s, i)[b->n_lane - 2];
            b->whole[i * n_section + s] = result_of(b, s, i)[b->n_lane - 1];
        }
    }
}

static qh_status solve_columns(builder *b, qh_diag *diag) {
    qh_exact *exact = NULL;
    QH_TRY(qh_exact_create(b->river_case, b->prepared->network, b->prepared->flow, NULL, b->n_lane, diag, &exact));
    const size_t n_column = b->made->n_source * (b->alone ? b->made->n_species : 1), most = b->n_lane - 2;
    qh_status status = QH_OK;
    for (size_t first = 0; status == QH_OK && first < n_column; first += most) {
        const size_t count = n_column - first < most ? n_column - first : most;
        give_lanes(b, first, count);
        status = qh_exact_solve(exact, b->lane_load, diag);
        if (status != QH_OK) break;
        qh_exact_sections(exact, b->lane_result);
        for (size_t lane = 0; lane < count; lane++)
            take_lane(b, first + lane, lane);
        if (first == 0) take_ends(b);
        b->made->error_bound = fmax(b->made->error_bound, qh_exact_error_bound(exact));
    }
    qh_exact_destroy(exact);
    return status;
}

/* How far the contributions are from the whole. */
static double sum_error(const qh_response *r) {
    double worst = 0;
    for (size_t i = 0; i < r->n_species; i++) {
        double largest = 0, apart = 0;
        for (size_t s = 0; s < r->n_section; s++) {
            double sum = r->background[i * r->n_section + s];
            for (size_t j = 0; j < r->n_source; j++)
                sum += qh_response_contribution(r, s, i, j);
            largest = fmax(largest, fabs(r->whole[i * r->n_section + s]));
            apart = fmax(apart, fabs(sum - r->whole[i * r->n_section + s]));
        }
        if (largest > 0) worst = fmax(worst, apart / largest);
    }
    return worst;
}

static qh_status build(builder *b, qh_diag *diag) {
    qh_forcing *forcing = NULL;
    QH_TRY(qh_forcing_create(b->river_case, 1, &forcing));
    b->made->n_source = forcing->n_source;
    b->made->first_tributary = forcing->first_tributary;
    b->made->first_outfall = forcing->first_outfall;
    b->made->first_lateral = forcing->first_lateral;
    qh_status status = make(b, forcing);
    qh_forcing_destroy(forcing);
    if (status == QH_OK) status = solve_columns(b, diag);
    free(b->lane_load);
    free(b->lane_result);
    QH_TRY(status);
    qh_response *r = b->made;
    r->block = (const double *const *)b->block;
    r->background = b->background, r->load = b->load, r->whole = b->whole;
    r->sum_error = sum_error(r);
    return QH_OK;
}

qh_status qh_response_create(const qh_prepared *prepared, qh_diag *diag, qh_response **response) {
    const qh_case *c = prepared->river_case;
    const char *objection = qh_response_objection(c);
    QH_CHECK(!objection, QH_E_INPUT, diag, QH_NOWHERE, "this case has no response matrix: %s",
             qh_tr(diag ? qh_diag_lang(diag) : QH_EN, objection));
    qh_arena *arena = qh_arena_create();
    qh_response *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    made->arena = arena;
    made->n_species = c->n_constituent;
    made->n_section = c->n_section;
    builder b = {.prepared = prepared, .river_case = c, .made = made};
    const qh_status status = build(&b, diag);
    if (status != QH_OK) {
        qh_response_destroy(made);
        return status;
    }
    *response = made;
    return QH_OK;
}

/* ---- evaluation ---- */

void qh_response_rest(const qh_response *response, size_t first, size_t count, double *rest) {
    for (size_t i = 0; i < response->n_species; i++) {
        for (size_t s = 0; s < response->n_section; s++) {
            double sum = response->background[i * response->n_section + s];
            for (size_t j = 0; j < response->n_source; j++)
                if (j < first || j >= first + count) sum += qh_response_contribution(response, s, i, j);
            rest[i * response->n_section + s] = sum;
        }
    }
}

/* `n_scenario` scenarios of one species; load and section begin at the first of them, `stride` scenarios a species. */
static void evaluate_batch(const qh_response *r, size_t species, size_t first, size_t count, const double *rest,
                           size_t n_scenario, size_t stride, const double *load, double *section) {
    const size_t n_section = r->n_section;
    for (size_t q = 0; q < n_scenario; q++)
        memcpy(section + q * n_section, rest + species * n_section, n_section * sizeof *section);
    for (size_t k = 0; k < r->n_species; k++) {
        const double *block = qh_response_block(r, species, k);
        if (!block) continue;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)n_scenario, (int)n_section, (int)count, 1.0,
                    load + k * stride * count, (int)count, block + first * n_section, (int)n_section, 1.0, section,
                    (int)n_section);
    }
}

void qh_response_evaluate(const qh_response *response, size_t first, size_t count, const double *rest,
                          size_t n_scenario, const double *load, double *section) {
    if (response->n_section == 0) return;
    for (size_t q = 0; q < n_scenario; q += BATCH) {
        const size_t n = n_scenario - q < BATCH ? n_scenario - q : BATCH;
        for (size_t i = 0; i < response->n_species; i++) {
            evaluate_batch(response, i, first, count, rest, n, n_scenario, load + q * count,
                           section + (i * n_scenario + q) * response->n_section);
        }
    }
}
