/* The cheapest or smallest cut as a programme.
 *
 *     minimise  sum of costs,  where for each target  sum over columns of a d x >= -room,  0 <= x <= most
 * a: response, d: what a column takes off the loads. A column is a cut of one constituent at one outfall (g/s), or an
 * upgrade level of an outfall, bought whole or not at all, at most one an outfall.
 *
 * When nothing is enough, a second programme finds the least that is missing: each target gets a slack, and their sum over
 * the limits is minimised (phase one). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/optimise_internal.h"
#include "scenarios/programme.h"

typedef struct column {
    size_t outfall, species; /* species: of a cut */
    size_t level;            /* index in the costs; n_level: a cut */
    double most, cost;       /* upper bound; of one unit */
} column;

typedef struct table {
    size_t n_column, n_row, n_level; /* n_level: of the costs */
    column *column;
    double *cost, *low, *high, *x; /* [n_column + n_limit], the slacks last */
    double *row_low, *row_high;    /* [n_row] */
    double *price;                 /* [n_row] */
    double *matrix;                /* [n_row][n_column + n_limit] */
    bool *integer;                 /* [n_column + n_limit] */
} table;

/* ---- columns ---- */

static bool reaches_any(const qh_planner *p, size_t outfall, size_t species) {
    for (size_t l = 0; l < p->n_limit; l++)
        if (qh_limit_reached(p->analysis, &p->limit[l], outfall, species)) return true;
    return false;
}

static void add_cuts(const qh_planner *p, table *t) {
    const size_t n = p->made->n_species;
    for (size_t j = 0; j < p->made->n_outfall; j++) {
        for (size_t k = 0; k < n; k++) {
            const double load = p->before[j * n + k];
            if (load > 0 && reaches_any(p, j, k))
                t->column[t->n_column++] = (column){j, k, t->n_level, p->most * load, 1};
        }
    }
}

static void add_bought(const qh_planner *p, table *t) {
    const size_t n = p->made->n_species;
    for (size_t i = 0; i < p->costs->n_cut; i++) {
        const qh_cost_cut *cut = &p->costs->cut[i];
        const double load = p->before[cut->outfall * n + cut->species];
        t->column[t->n_column++] = (column){cut->outfall, cut->species, t->n_level, cut->most * load, cut->cost};
    }
    for (size_t i = 0; i < p->costs->n_level; i++)
        t->column[t->n_column++] = (column){p->costs->level[i].outfall, 0, i, 1, p->costs->level[i].cost};
}

/* What one unit of a column takes off the load of a species, g/s. */
static double taken_off(const qh_planner *p, const table *t, const column *c, size_t species) {
    if (c->level == t->n_level) return species == c->species ? 1 : 0;
    return p->before[c->outfall * p->made->n_species + species] -
           qh_plan_level_load(p, &p->costs->level[c->level], species);
}

/* ---- rows ---- */

static void fill_limit(const qh_planner *p, table *t, size_t l) {
    const qh_limit *limit = &p->limit[l];
    const bool buys = p->costs && p->costs->n_level > 0;
    double *row = t->matrix + l * (t->n_column + p->n_limit);
    /* A hair more than is needed, so that what the solver leaves open does not make a target miss. */
    const double hair = limit->room < 0 ? (buys ? 2e-7 : 2e-9) : 0;
    t->row_low[l] = -limit->room / limit->scale + hair;
    t->row_high[l] = INFINITY;
    for (size_t c = 0; c < t->n_column; c++) {
        double sum = 0;
        for (size_t k = 0; k < p->made->n_species; k++)
            sum += qh_limit_response(p->analysis, limit, t->column[c].outfall, k) * taken_off(p, t, &t->column[c], k);
        row[c] = sum / limit->scale;
    }
    row[t->n_column + l] = 1;
}

/* At most one level an outfall. */
static void fill_choice(const qh_planner *p, table *t, size_t outfall) {
    const size_t r = p->n_limit + outfall;
    double *row = t->matrix + r * (t->n_column + p->n_limit);
    t->row_low[r] = -INFINITY;
    t->row_high[r] = 1;
    for (size_t c = 0; c < t->n_column; c++)
        if (t->column[c].level < t->n_level && t->column[c].outfall == outfall) row[c] = 1;
}

static void fill(const qh_planner *p, table *t) {
    for (size_t c = 0; c < t->n_column; c++) {
        t->cost[c] = t->column[c].cost;
        t->high[c] = t->column[c].most;
        t->integer[c] = t->column[c].level < t->n_level;
    }
    for (size_t l = 0; l < p->n_limit; l++)
        fill_limit(p, t, l);
    for (size_t j = 0; j < p->made->n_outfall; j++)
        fill_choice(p, t, j);
}

/* ---- answers ---- */

/* Solves with slacks (phase one: they cost, nothing else does) or without. */
static qh_status solve(const qh_planner *p, table *t, bool with_slacks, qh_programme_state *state) {
    const size_t all = t->n_column + p->n_limit;
    for (size_t c = 0; c < all; c++) {
        const bool slack = c >= t->n_column;
        t->cost[c] = slack ? 1 : with_slacks ? 0 : t->column[c].cost;
        if (slack) t->high[c] = with_slacks ? INFINITY : 0;
    }
    const qh_programme g = {all, t->n_row, t->cost, t->low, t->high, t->integer, t->row_low, t->row_high, t->matrix};
    return qh_programme_solve(&g, state, t->x, with_slacks ? NULL : t->price);
}

static void take_plan(qh_planner *p, const table *t) {
    const size_t n = p->made->n_species;
    memcpy(p->after, p->before, p->made->n_outfall * n * sizeof *p->after);
    for (size_t c = 0; c < t->n_column; c++) {
        const column *own = &t->column[c];
        if (t->x[c] <= 0) continue;
        if (p->costs) p->made->cost += own->cost * t->x[c];
        if (own->level < t->n_level) p->level[own->outfall] = own->level;
        for (size_t k = 0; k < n; k++)
            p->after[own->outfall * n + k] -= t->x[c] * taken_off(p, t, own, k);
    }
}

static qh_status answer(qh_planner *p, table *t) {
    qh_programme_state state = QH_INFEASIBLE;
    QH_TRY(solve(p, t, false, &state));
    if (state == QH_OPTIMAL) {
        take_plan(p, t);
        for (size_t l = 0; l < p->n_limit; l++)
            p->plan_limit[l].price = fmax(0, t->price[l]) / p->limit[l].scale;
        p->made->feasible = true;
        return QH_OK;
    }
    QH_TRY(solve(p, t, true, &state));
    if (state != QH_OPTIMAL) return QH_E_NUMERIC;
    for (size_t l = 0; l < p->n_limit; l++) {
        const double missing = t->x[t->n_column + l];
        p->plan_limit[l].short_by = missing > 1e-7 ? missing * p->limit[l].scale : 0;
    }
    return QH_OK;
}

static void table_free(table *t) {
    free(t->column);
    free(t->cost);
    free(t->integer);
}

qh_status qh_plan_by_programme(qh_planner *p) {
    const size_t n_pair = p->made->n_outfall * p->made->n_species;
    table t = {.n_row = p->n_limit + p->made->n_outfall, .n_level = p->costs ? p->costs->n_level : 0};
    t.column = calloc(n_pair + (p->costs ? p->costs->n_cut + p->costs->n_level : 0) + 1, sizeof *t.column);
    if (!t.column) return QH_E_NOMEM;
    if (p->costs)
        add_bought(p, &t);
    else
        add_cuts(p, &t);
    const size_t all = t.n_column + p->n_limit;
    t.cost = calloc(4 * all + 3 * t.n_row + t.n_row * all + 1, sizeof *t.cost);
    t.integer = calloc(all + 1, sizeof *t.integer);
    if (!t.cost || !t.integer) {
        table_free(&t);
        return QH_E_NOMEM;
    }
    t.low = t.cost + all, t.high = t.low + all, t.x = t.high + all;
    t.row_low = t.x + all, t.row_high = t.row_low + t.n_row, t.price = t.row_high + t.n_row;
    t.matrix = t.price + t.n_row;
    fill(p, &t);
    const qh_status status = answer(p, &t);
    table_free(&t);
    return status;
}
