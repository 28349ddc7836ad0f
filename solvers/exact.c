/* Exact steady transport: the river at the rate 0, refined and extrapolated where inflow is distributed.
 *
 * Scheme     Solves with 1, 2, 4 ... times as many pieces in segments with distributed inflow; the error expands in powers 2,
 *            3, 4 ... of the piece, so that T(l, k) = T(l, k-1) + (T(l, k-1) - T(l-1, k-1))/(2^(k+1) - 1) gains an order
 *            with each column. T is a fixed sum of the solves: every result (a value anywhere, a flux, a cell's mean) is the
 *            same weighted sum, and budgets close as those of each solve do.
 * Error      |T(l, l) - T(l-1, l-1)| at the points, over the largest value.
 * Source     Richardson (1911), Phil. Trans. R. Soc. A 210:307; Romberg's tableau. Core: exact_core_body_internal.h.
 * Not for    nonlinear kinetics. */
#include "solvers/exact.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/lang.h"
#include "solvers/exact_internal.h"
#include "solvers/exact_real_internal.h"

enum { LEAST_LEVELS = 3, MOST_LEVELS = EXACT_LEVELS };
static const double MOST_BYTES = 4e9;  /* of all levels */
static const double AGREEMENT = 1e-11; /* of the largest concentration: done, unless another is asked for */

typedef struct level {
    exact_river *river;
    exact_real_core *core;
} level;

struct qh_exact {
    const qh_case *river_case;
    const qh_network *network;
    const qh_flow *flow;
    size_t n, n_lane, m;
    double agreement;   /* -, of two extrapolations: done */
    double *rate_scale; /* [n], NULL: all 1 */
    level level[MOST_LEVELS];
    size_t n_made, count;                          /* levels that stand, and those that the last solve used */
    double weight[MOST_LEVELS], last[MOST_LEVELS]; /* of the solves in the extrapolation, and in the one before */
    double bound;
    double *value; /* [m], workspace */
};

const char *qh_exact_objection(const qh_case *river_case) { return exact_objection(river_case); }
const exact_river *exact_river_of(const qh_exact *exact) { return exact->level[0].river; }
double qh_exact_error_bound(const qh_exact *exact) { return exact->bound; }
size_t qh_exact_refinements(const qh_exact *exact) { return exact->count; }

/* ---- creation ---- */

/* Memory of a level of so many pieces, B. */
static double bytes_of(const qh_exact *e, double n_piece) {
    const bool coupled = exact_river_of(e)->coupled;
    const double n = (double)e->n, lanes = (double)e->n_lane, matrix = coupled ? n * n : 0;
    const double modes = n * (double)(sizeof(exact_real_mode) + sizeof(exact_real_port)) * (coupled ? EXACT_SHIFTS : 1);
    return n_piece *
           ((double)(sizeof(exact_piece) + sizeof(exact_kinetics)) + modes +
            matrix * (double)(sizeof(exact_real_port) + sizeof(double)) + (2 * n + 4) * lanes * (double)sizeof(double));
}

/* Thousands of stretches that are divided fill any memory: told before it is asked for. The next level has twice the
 * pieces of the last one. */
static qh_status check_memory(const qh_exact *e, qh_diag *diag) {
    if (e->n_made == 0) return QH_OK;
    double pieces = 2 * (double)e->level[e->n_made - 1].river->n_piece;
    for (size_t l = 0; l < e->n_made; l++)
        pieces += (double)e->level[l].river->n_piece;
    QH_CHECK(bytes_of(e, pieces) <= MOST_BYTES, QH_E_INPUT, diag, QH_NOWHERE,
             "the exact solution would take %.0f GB: stretches with distributed inflow, in channels that follow their "
             "discharge, would be cut into %.0f pieces; a run can take engine steady, an answer by sources needs fewer "
             "such stretches",
             bytes_of(e, pieces) / 1e9, pieces);
    return QH_OK;
}

static qh_status add_level(qh_exact *e, qh_diag *diag) {
    level made = {0};
    QH_TRY(check_memory(e, diag));
    QH_TRY(exact_river_create(e->river_case, e->network, e->flow, e->rate_scale, (size_t)1 << e->n_made, diag,
                              &made.river));
    qh_status status = exact_real_core_create(made.river, e->n_lane, &made.core);
    if (status == QH_OK) status = exact_real_core_set_rate(made.core, 0);
    if (status != QH_OK) {
        exact_real_core_destroy(made.core);
        exact_river_destroy(made.river);
        return status;
    }
    e->level[e->n_made++] = made;
    return QH_OK;
}

static qh_status tell_singular(qh_status status, qh_diag *diag) {
    if (status == QH_E_NUMERIC)
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "the steady state has no solution: its equations are singular");
    return status;
}

qh_status qh_exact_create(const qh_case *river_case, const qh_network *network, const qh_flow *flow,
                          const double *rate_scale, size_t n_lane, qh_diag *diag, qh_exact **exact) {
    const char *objection = exact_objection(river_case);
    QH_CHECK(!objection, QH_E_INPUT, diag, QH_NOWHERE, "engine %s cannot solve this case: %s", "exact",
             qh_tr(diag ? qh_diag_lang(diag) : QH_EN, objection));
    const size_t n = river_case->n_constituent;
    qh_exact *e = calloc(1, sizeof *e);
    if (!e) return QH_E_NOMEM;
    *e = (qh_exact){.river_case = river_case, .network = network, .flow = flow, .n = n, .n_lane = n_lane};
    e->m = n * n_lane;
    e->agreement = AGREEMENT;
    e->value = malloc((e->m + 1) * sizeof *e->value);
    e->rate_scale = malloc((n + 1) * sizeof *e->rate_scale);
    qh_status status = e->value && e->rate_scale ? QH_OK : QH_E_NOMEM;
    for (size_t i = 0; status == QH_OK && i < n; i++)
        e->rate_scale[i] = rate_scale ? rate_scale[i] : 1;
    if (status == QH_OK) status = tell_singular(add_level(e, diag), diag);
    if (status != QH_OK) {
        qh_exact_destroy(e);
        return status;
    }
    *exact = e;
    return QH_OK;
}

static void drop_levels(qh_exact *e) {
    for (; e->n_made > 0; e->n_made--) {
        exact_real_core_destroy(e->level[e->n_made - 1].core);
        exact_river_destroy(e->level[e->n_made - 1].river);
    }
}

void qh_exact_destroy(qh_exact *exact) {
    if (!exact) return;
    drop_levels(exact);
    free(exact->value);
    free(exact->rate_scale);
    free(exact);
}

void qh_exact_set_agreement(qh_exact *exact, double agreement) { exact->agreement = agreement; }

qh_status qh_exact_set_water(qh_exact *exact, const qh_flow *flow, qh_diag *diag) {
    exact->flow = flow;
    for (size_t l = 0; l < exact->n_made; l++) {
        QH_TRY(exact_river_set_water(exact->level[l].river, flow, diag));
        if (exact->level[l].river->outgrown) {
            drop_levels(exact);
            return tell_singular(add_level(exact, diag), diag);
        }
        QH_TRY(tell_singular(exact_real_core_set_rate(exact->level[l].core, 0), diag));
    }
    return QH_OK;
}

/* ---- solve ---- */

static void add_load(const qh_exact *e, const level *l, size_t point, const double *load) {
    for (size_t i = 0; i < e->n; i++) {
        double *at = exact_real_core_at(l->core, i, point);
        const double *given = load + l->river->species[i] * e->n_lane;
        for (size_t lane = 0; lane < e->n_lane; lane++)
            at[lane] += given[lane];
    }
}

static void add_lateral(const qh_exact *e, const level *l, size_t row, const double *load) {
    const qh_lateral *lateral = &e->river_case->lateral[row];
    const double per_metre = 1 / (lateral->to - lateral->from);
    for (size_t s = e->network->lateral_first[row]; s < e->network->lateral_end[row]; s++) {
        for (size_t i = 0; i < e->n; i++) {
            double *at = l->core->brought + (s * e->n + i) * e->n_lane;
            const double *given = load + l->river->species[i] * e->n_lane;
            for (size_t lane = 0; lane < e->n_lane; lane++)
                at[lane] += given[lane] * per_metre;
        }
    }
}

static qh_status solve_level(const qh_exact *e, const level *l, const double *load) {
    const qh_case *c = e->river_case;
    memset(l->core->value, 0, e->n * e->network->n_point * e->n_lane * sizeof *l->core->value);
    for (size_t k = 0; k < c->n_headwater; k++, load += e->m)
        add_load(e, l, e->network->headwater_point[k], load);
    for (size_t k = 0; k < c->n_tributary; k++, load += e->m)
        add_load(e, l, e->network->tributary_point[k], load);
    for (size_t k = 0; k < c->n_outfall; k++, load += e->m)
        add_load(e, l, e->network->outfall_point[k], load);
    if (c->n_lateral > 0) memset(l->core->brought, 0, e->network->n_segment * e->m * sizeof *l->core->brought);
    for (size_t k = 0; k < c->n_lateral; k++, load += e->m)
        add_lateral(e, l, k, load);
    return exact_real_core_solve(l->core);
}

/* Weights of `count` solves in T(count - 1, count - 1). */
void exact_weights(size_t count, double *weight) {
    double row[MOST_LEVELS][MOST_LEVELS] = {{0}}; /* row l: weights of T(l, k), k growing */
    for (size_t l = 0; l < count; l++)
        row[l][l] = 1;
    for (size_t k = 1; k < count; k++) {
        const double factor = 1 / (pow(2, (double)(k + 1)) - 1);
        for (size_t l = count - 1; l >= k; l--)
            for (size_t j = 0; j < count; j++)
                row[l][j] += (row[l][j] - row[l - 1][j]) * factor;
    }
    memcpy(weight, row[count - 1], count * sizeof *weight);
}

/* Weighted sum of the solves, of number k of the points' values. */
static double combined(const qh_exact *e, const double *weight, size_t count, size_t k) {
    double sum = 0;
    for (size_t l = 0; l < count; l++)
        sum += weight[l] * e->level[l].core->value[k];
    return sum;
}

static void find_bound(qh_exact *e) {
    double change = 0, largest = 0;
    for (size_t k = 0; k < e->network->n_point * e->m; k++) {
        const double best = combined(e, e->weight, e->count, k);
        largest = fmax(largest, fabs(best));
        change = fmax(change, fabs(best - combined(e, e->last, e->count - 1, k)));
    }
    e->bound = largest > 0 ? change / largest : 0;
}

qh_status qh_exact_solve(qh_exact *exact, const double *load, qh_diag *diag) {
    exact->count = 0;
    exact->bound = 0;
    const size_t most = exact_river_of(exact)->divides ? MOST_LEVELS : 1;
    while (exact->count < most) {
        if (exact->count == exact->n_made) QH_TRY(tell_singular(add_level(exact, diag), diag));
        QH_TRY(tell_singular(solve_level(exact, &exact->level[exact->count], load), diag));
        memcpy(exact->last, exact->weight, sizeof exact->last);
        exact_weights(++exact->count, exact->weight);
        if (exact->count > 1) find_bound(exact);
        if (exact->count >= LEAST_LEVELS && exact->bound <= exact->agreement) break;
    }
    exact->bound += exact_river_of(exact)->wkb_bound;
    return QH_OK;
}

/* ---- results ---- */

/* Extrapolation may leave -1e-20 where the finest solve has 1e-25. Where that one is negative too (oxygen that decay uses
 * up), the extrapolated value stands: results stay linear in the loads. */
static double best_of(const qh_exact *e, double best, double finest) {
    return best < 0 && finest >= 0 && e->count > 1 ? finest : best;
}

static void give_point(const qh_exact *e, size_t point, double *c) {
    const exact_river *river = exact_river_of(e);
    for (size_t i = 0; i < e->n; i++) {
        const size_t row = (i * e->network->n_point + river->order.place[point]) * e->n_lane;
        double *given = c + river->species[i] * e->n_lane;
        for (size_t lane = 0; lane < e->n_lane; lane++) {
            const double finest = e->level[e->count - 1].core->value[row + lane];
            given[lane] = e->count == 1 ? finest : best_of(e, combined(e, e->weight, e->count, row + lane), finest);
        }
    }
}

void qh_exact_points(const qh_exact *exact, double *point) {
    for (size_t p = 0; p < exact->network->n_point; p++)
        give_point(exact, p, point + p * exact->m);
}

void qh_exact_sections(const qh_exact *exact, double *section) {
    for (size_t s = 0; s < exact->river_case->n_section; s++)
        give_point(exact, exact->network->section_point[s], section + s * exact->m);
}

/* Adds weight * value [n][n_lane], by position, to sum [n_species][n_lane]. */
static void add_species(const qh_exact *e, double weight, const double *value, double *sum) {
    for (size_t i = 0; i < e->n; i++) {
        double *to = sum + exact_river_of(e)->species[i] * e->n_lane;
        for (size_t lane = 0; lane < e->n_lane; lane++)
            to[lane] += weight * value[i * e->n_lane + lane];
    }
}

/* Value at x [m] in segment s, of the extrapolated solves. */
static void value_in_segment(qh_exact *e, size_t s, double x, double *c) {
    memset(c, 0, e->m * sizeof *c);
    for (size_t l = 0; l < e->count; l++) {
        const exact_river *river = e->level[l].river;
        size_t k = river->segment_piece[s];
        while (k + 1 < river->segment_piece[s + 1] && river->piece[k + 1].start <= x)
            k++;
        exact_real_core_open(e->level[l].core, k);
        exact_real_core_value(e->level[l].core, k, fmin(x - river->piece[k].start, river->piece[k].length), e->value);
        add_species(e, e->weight[l], e->value, c);
    }
}

qh_status qh_exact_value(qh_exact *exact, size_t reach, double chainage, double *c) {
    if (reach >= exact->river_case->n_reach || exact->count == 0) return QH_E_INPUT;
    const qh_network *network = exact->network;
    for (size_t s = network->reach_first[reach]; s < network->reach_first[reach + 1]; s++) {
        const qh_segment *segment = &network->segment[s];
        if (chainage < segment->x0 || chainage > segment->x1) continue;
        if (chainage == segment->x0 || chainage == segment->x1) {
            give_point(exact, chainage == segment->x0 ? segment->from : segment->to, c);
        } else {
            value_in_segment(exact, s, chainage - segment->x0, c);
        }
        return QH_OK;
    }
    return QH_E_INPUT;
}

/* ---- means and budgets ---- */

typedef struct means {
    double *cell, *storage; /* where they are added */
    double weight;          /* of the solve */
    double *channel, *zone; /* [m], of a part of a cell */
} means;

/* Means of piece k over the parts of the cells that it covers. */
static void add_piece_means(const qh_exact *e, const level *l, const qh_grid *grid, size_t k, const means *to) {
    const exact_piece *p = &l->river->piece[k];
    const size_t first = grid->segment_first[p->segment], last = grid->segment_first[p->segment + 1];
    const double length = qh_grid_length(grid, first), end = p->start + p->length;
    exact_real_core_open(l->core, k);
    for (size_t i = first + (size_t)(p->start / length); i < last; i++) {
        const double x1 = fmax(length * (double)(i - first), p->start);
        const double x2 = i + 1 == last ? end : fmin(length * (double)(i - first + 1), end);
        if (x1 >= end) break;
        if (x2 <= x1) continue;
        const double part = (x2 - x1) / length;
        const bool zone = to->storage && p->zone > 0;
        exact_real_core_mean(l->core, k, x1 - p->start, x2 - p->start, to->channel, zone ? to->zone : NULL);
        add_species(e, to->weight * part, to->channel, to->cell + i * e->m);
        if (to->storage) add_species(e, to->weight * part, zone ? to->zone : to->channel, to->storage + i * e->m);
    }
}

static void add_means(const qh_exact *e, size_t l, const qh_grid *grid, const means *to) {
    for (size_t k = 0; k < e->level[l].river->n_piece; k++)
        add_piece_means(e, &e->level[l], grid, k, to);
}

qh_status exact_cells(qh_exact *exact, const qh_grid *grid, double *cell, double *storage) {
    const size_t count = grid->n_cell * exact->m, finest = exact->count - 1;
    double *own = calloc(2 * count + 1, sizeof *own), *part = calloc(2 * exact->m + 1, sizeof *part);
    if (!own || !part) {
        free(own);
        free(part);
        return QH_E_NOMEM;
    }
    double *own_storage = storage ? own + count : NULL;
    memset(cell, 0, count * sizeof *cell);
    if (storage) memset(storage, 0, count * sizeof *storage);
    for (size_t l = 0; l < finest; l++)
        add_means(exact, l, grid, &(means){cell, storage, exact->weight[l], part, part + exact->m});
    add_means(exact, finest, grid, &(means){own, own_storage, 1, part, part + exact->m});
    for (size_t k = 0; k < count; k++) {
        cell[k] = best_of(exact, cell[k] + exact->weight[finest] * own[k], own[k]);
        if (storage) storage[k] = best_of(exact, storage[k] + exact->weight[finest] * own_storage[k], own_storage[k]);
    }
    free(own);
    free(part);
    return QH_OK;
}

static void add_terms(const qh_exact *e, size_t l, double *work, double *end_flux, double *reacted) {
    const exact_river *river = e->level[l].river;
    exact_real_core *core = e->level[l].core;
    for (size_t s = 0; s < river->n_segment; s++) {
        for (size_t i = 0; i < e->n; i++) {
            exact_real_core_fluxes(core, i, s, work, work + e->n_lane);
            double *flux = end_flux + 2 * s * e->m + river->species[i] * e->n_lane;
            for (size_t lane = 0; lane < e->n_lane; lane++) {
                flux[lane] += e->weight[l] * work[lane];
                flux[e->m + lane] += e->weight[l] * work[e->n_lane + lane];
            }
        }
    }
    for (size_t k = 0; k < river->n_piece; k++) {
        exact_real_core_open(core, k);
        exact_real_core_lost(core, k, work, NULL);
        add_species(e, e->weight[l], work, reacted + river->piece[k].reach * e->m);
    }
}

qh_status exact_terms(qh_exact *exact, double *end_flux, double *reacted) {
    double *work = malloc((2 * exact->m + 1) * sizeof *work);
    if (!work) return QH_E_NOMEM;
    memset(end_flux, 0, 2 * exact->network->n_segment * exact->m * sizeof *end_flux);
    memset(reacted, 0, exact->river_case->n_reach * exact->m * sizeof *reacted);
    for (size_t l = 0; l < exact->count; l++)
        add_terms(exact, l, work, end_flux, reacted);
    free(work);
    return QH_OK;
}
