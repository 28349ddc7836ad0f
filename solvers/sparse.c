#include "solvers/sparse.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <suitesparse/klu.h>

/* ---- pattern: a position goes to its place in its column, which is short; one that is there already stays out ---- */

/* Columns while they fill: those of column j in row[begin[j]] .. row[begin[j] + count[j] - 1], ascending. */
typedef struct columns {
    size_t *begin; /* [n + 1] */
    int *count;    /* [n] */
    int *row;      /* [positions] */
} columns;

/* Where `row` stands among count ascending ones, or would stand. */
static int place_of(const int *rows, int count, int row) {
    int low = 0;
    while (low < count) {
        const int middle = low + (count - low) / 2;
        if (rows[middle] < row) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return low;
}

static void put_in(columns *c, int row, int column) {
    int *rows = c->row + c->begin[column];
    const int count = c->count[column], place = place_of(rows, count, row);
    if (place < count && rows[place] == row) return;
    for (int k = count; k > place; k--)
        rows[k] = rows[k - 1];
    rows[place] = row;
    c->count[column]++;
}

static bool open_columns(size_t n, size_t n_entry, const int *column, columns *c) {
    *c = (columns){calloc(n + 1, sizeof *c->begin), calloc(n + 1, sizeof *c->count),
                   malloc((n_entry + n + 1) * sizeof *c->row)};
    if (!c->begin || !c->count || !c->row) return false;
    for (size_t k = 0; k < n_entry; k++)
        c->begin[column[k] + 1]++;
    for (size_t j = 0; j < n; j++)
        c->begin[j + 1] += c->begin[j] + 1; /* and the diagonal */
    return true;
}

static void close_columns(columns *c) {
    free(c->begin);
    free(c->count);
    free(c->row);
}

static qh_status close_up(qh_arena *arena, size_t n, const columns *c, qh_pattern **pattern) {
    size_t nnz = 0;
    for (size_t j = 0; j < n; j++)
        nnz += (size_t)c->count[j];
    qh_pattern *made = qh_arena_alloc(arena, 1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    *made = (qh_pattern){.n = (int)n,
                         .first = qh_arena_alloc(arena, n + 1, sizeof *made->first),
                         .row = qh_arena_alloc(arena, nnz, sizeof *made->row),
                         .diagonal = qh_arena_alloc(arena, n, sizeof *made->diagonal)};
    if (!made->first || !made->row || !made->diagonal) return QH_E_NOMEM;
    for (size_t j = 0; j < n; j++) {
        const int *rows = c->row + c->begin[j], count = c->count[j];
        memcpy(made->row + made->first[j], rows, (size_t)count * sizeof *rows);
        made->first[j + 1] = made->first[j] + count;
        made->diagonal[j] = made->first[j] + place_of(rows, count, (int)j);
    }
    *pattern = made;
    return QH_OK;
}

int qh_pattern_entry(const qh_pattern *p, int row, int column) {
    const int first = p->first[column];
    return first + place_of(p->row + first, p->first[column + 1] - first, row);
}

qh_status qh_pattern_create(qh_arena *arena, size_t n, size_t n_entry, const int *row, const int *column, int *slot,
                            qh_pattern **pattern) {
    if (n_entry + n >= INT_MAX) return QH_E_NUMERIC;
    columns c;
    qh_status status = open_columns(n, n_entry, column, &c) ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) {
        for (size_t k = 0; k < n_entry; k++)
            put_in(&c, row[k], column[k]);
        for (size_t j = 0; j < n; j++)
            put_in(&c, (int)j, (int)j);
        status = close_up(arena, n, &c, pattern);
    }
    close_columns(&c);
    for (size_t k = 0; status == QH_OK && slot && k < n_entry; k++)
        slot[k] = qh_pattern_entry(*pattern, row[k], column[k]);
    return status;
}

/* ---- KLU ---- */

struct qh_factors {
    const qh_pattern *pattern;
    size_t n_matrix;
    klu_common common;
    klu_symbolic *symbolic;
    klu_numeric **numeric; /* [n_matrix], NULL until computed */
};

qh_status qh_factors_create(const qh_pattern *pattern, size_t n_matrix, qh_factors **factors) {
    qh_factors *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->pattern = pattern;
    made->n_matrix = n_matrix;
    made->numeric = calloc(n_matrix ? n_matrix : 1, sizeof(klu_numeric *));
    if (!made->numeric || !klu_defaults(&made->common)) {
        qh_factors_destroy(made);
        return QH_E_NOMEM;
    }
    made->symbolic = klu_analyze(pattern->n, pattern->first, pattern->row, &made->common);
    if (!made->symbolic) {
        const qh_status status = made->common.status == KLU_OUT_OF_MEMORY ? QH_E_NOMEM : QH_E_NUMERIC;
        qh_factors_destroy(made);
        return status;
    }
    *factors = made;
    return QH_OK;
}

void qh_factors_destroy(qh_factors *factors) {
    if (!factors) return;
    if (factors->numeric) {
        for (size_t k = 0; k < factors->n_matrix; k++)
            if (factors->numeric[k]) klu_free_numeric(&factors->numeric[k], &factors->common);
    }
    if (factors->symbolic) klu_free_symbolic(&factors->symbolic, &factors->common);
    free(factors->numeric);
    free(factors);
}

/* Refactoring keeps the pivots of the first factorisation; below this reciprocal condition they are chosen afresh. */
static const double smallest_rcond = 1e-14;

qh_status qh_factors_compute(qh_factors *factors, size_t k, double *value) {
    const qh_pattern *p = factors->pattern;
    klu_common *common = &factors->common;
    if (factors->numeric[k]) {
        if (klu_refactor(p->first, p->row, value, factors->symbolic, factors->numeric[k], common) &&
            klu_rcond(factors->symbolic, factors->numeric[k], common) && common->rcond > smallest_rcond) {
            return QH_OK;
        }
        klu_free_numeric(&factors->numeric[k], common);
    }
    factors->numeric[k] = klu_factor(p->first, p->row, value, factors->symbolic, common);
    if (!factors->numeric[k]) return common->status == KLU_OUT_OF_MEMORY ? QH_E_NOMEM : QH_E_NUMERIC;
    return common->status == KLU_SINGULAR ? QH_E_NUMERIC : QH_OK;
}

qh_status qh_factors_solve(qh_factors *factors, size_t k, double *x) {
    if (!klu_solve(factors->symbolic, factors->numeric[k], factors->pattern->n, 1, x, &factors->common)) {
        return QH_E_NUMERIC;
    }
    return QH_OK;
}
