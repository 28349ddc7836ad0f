/* Linear programmes by CLP's dual simplex, with integers by CBC's branch and cut.
 *
 * Source   Forrest, Hall, CLP and CBC, https://github.com/coin-or (EPL-2.0).
 * Not for  thousands of columns: the matrix is handed over dense by rows. */
#include "scenarios/programme.h"

#include <coin/Cbc_C_Interface.h>
#include <coin/Clp_C_Interface.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TOLERANCE = 1e-9; /* of a row, linear */

/* A programme by columns, as the solvers take it. */
typedef struct packed {
    CoinBigIndex *start; /* [n_column + 1] */
    int *row;            /* [n_entry] */
    double *value;       /* [n_entry] */
    double *bound;       /* column_low, column_high [n_column], row_low, row_high [n_row]; infinite ones as DBL_MAX */
} packed;

static void packed_free(packed *p) {
    free(p->start);
    free(p->row);
    free(p->value);
    free(p->bound);
}

static double *copy_bounds(double *to, size_t n, const double *from) {
    for (size_t i = 0; i < n; i++)
        to[i] = isinf(from[i]) ? (from[i] > 0 ? DBL_MAX : -DBL_MAX) : from[i];
    return to + n;
}

static qh_status pack(const qh_programme *g, packed *p) {
    size_t n_entry = 0;
    for (size_t k = 0; k < g->n_row * g->n_column; k++)
        n_entry += g->matrix[k] != 0;
    *p = (packed){malloc((g->n_column + 1) * sizeof(CoinBigIndex)), malloc((n_entry + 1) * sizeof(int)),
                  malloc((n_entry + 1) * sizeof(double)), malloc((2 * (g->n_column + g->n_row) + 1) * sizeof(double))};
    if (!p->start || !p->row || !p->value || !p->bound) {
        packed_free(p);
        return QH_E_NOMEM;
    }
    size_t entry = 0;
    for (size_t c = 0; c < g->n_column; c++) {
        p->start[c] = (CoinBigIndex)entry;
        for (size_t r = 0; r < g->n_row; r++) {
            if (g->matrix[r * g->n_column + c] == 0) continue;
            p->row[entry] = (int)r;
            p->value[entry++] = g->matrix[r * g->n_column + c];
        }
    }
    p->start[g->n_column] = (CoinBigIndex)entry;
    double *end = copy_bounds(p->bound, g->n_column, g->column_low);
    end = copy_bounds(end, g->n_column, g->column_high);
    end = copy_bounds(end, g->n_row, g->row_low);
    (void)copy_bounds(end, g->n_row, g->row_high);
    return QH_OK;
}

static qh_status solve_linear(const qh_programme *g, const packed *p, qh_programme_state *state, double *x,
                              double *price) {
    Clp_Simplex *model = Clp_newModel();
    if (!model) return QH_E_NOMEM;
    const size_t n = g->n_column, m = g->n_row;
    Clp_setLogLevel(model, 0);
    Clp_setPrimalTolerance(model, TOLERANCE);
    Clp_setDualTolerance(model, TOLERANCE);
    Clp_loadProblem(model, (int)n, (int)m, p->start, p->row, p->value, p->bound, p->bound + n, g->cost,
                    p->bound + 2 * n, p->bound + 2 * n + m);
    (void)Clp_initialSolve(model);
    const int result = Clp_status(model);
    qh_status status = QH_OK;
    if (result == 0) {
        *state = QH_OPTIMAL;
        memcpy(x, Clp_primalColumnSolution(model), n * sizeof *x);
        if (price) memcpy(price, Clp_dualRowSolution(model), m * sizeof *price);
    } else if (result == 1 || result == 2) {
        *state = result == 1 ? QH_INFEASIBLE : QH_UNBOUNDED;
    } else {
        status = QH_E_NUMERIC;
    }
    Clp_deleteModel(model);
    return status;
}

static qh_status solve_integer(const qh_programme *g, const packed *p, qh_programme_state *state, double *x) {
    Cbc_Model *model = Cbc_newModel();
    if (!model) return QH_E_NOMEM;
    const size_t n = g->n_column, m = g->n_row;
    Cbc_loadProblem(model, (int)n, (int)m, p->start, p->row, p->value, p->bound, p->bound + n, g->cost,
                    p->bound + 2 * n, p->bound + 2 * n + m);
    for (size_t c = 0; c < n; c++)
        if (g->is_integer[c]) Cbc_setInteger(model, (int)c);
    Cbc_setLogLevel(model, 0);
    Cbc_setParameter(model, "log", "0");
    Cbc_setAllowableGap(model, 0);
    Cbc_setAllowableFractionGap(model, 0);
    (void)Cbc_solve(model);
    qh_status status = QH_OK;
    if (Cbc_isProvenOptimal(model)) {
        *state = QH_OPTIMAL;
        memcpy(x, Cbc_getColSolution(model), n * sizeof *x);
        for (size_t c = 0; c < n; c++)
            if (g->is_integer[c]) x[c] = round(x[c]);
    } else if (Cbc_isProvenInfeasible(model)) {
        *state = QH_INFEASIBLE;
    } else if (Cbc_isContinuousUnbounded(model)) {
        *state = QH_UNBOUNDED;
    } else {
        status = QH_E_NUMERIC;
    }
    Cbc_deleteModel(model);
    return status;
}

/* Prices of the relaxed programme: at fixed integers there would be nothing left to have a price. */
static qh_status price_relaxed(const qh_programme *g, const packed *p, double *price) {
    double *unused = malloc((g->n_column + 1) * sizeof *unused);
    if (!unused) return QH_E_NOMEM;
    qh_programme_state state = QH_INFEASIBLE;
    const qh_status status = solve_linear(g, p, &state, unused, price);
    free(unused);
    return status == QH_OK && state != QH_OPTIMAL ? QH_E_NUMERIC : status;
}

qh_status qh_programme_solve(const qh_programme *programme, qh_programme_state *state, double *x, double *price) {
    bool integer = false;
    for (size_t c = 0; programme->is_integer && c < programme->n_column; c++)
        integer = integer || programme->is_integer[c];
    packed p;
    QH_TRY(pack(programme, &p));
    qh_status status;
    if (!integer) {
        status = solve_linear(programme, &p, state, x, price);
    } else {
        status = solve_integer(programme, &p, state, x);
        if (status == QH_OK && *state == QH_OPTIMAL && price) status = price_relaxed(programme, &p, price);
    }
    packed_free(&p);
    return status;
}
