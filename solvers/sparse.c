#include "solvers/sparse.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include <suitesparse/klu.h>

/* ---- pattern: two counting sorts, by row and then by column, leave the rows of each column ascending ---- */

static void count_sort(size_t n, size_t n_entry, const int *key, const size_t *order_in, size_t *bucket,
                       size_t *order_out) {
    for (size_t i = 0; i <= n; i++)
        bucket[i] = 0;
    for (size_t k = 0; k < n_entry; k++)
        bucket[key[k] + 1]++;
    for (size_t i = 0; i < n; i++)
        bucket[i + 1] += bucket[i];
    for (size_t k = 0; k < n_entry; k++) {
        const size_t entry = order_in ? order_in[k] : k;
        order_out[bucket[key[entry]]++] = entry;
    }
}

/* Merges sorted positions into the pattern; returns the number of distinct entries. */
static size_t merge_columns(size_t n_entry, const int *row, const int *column, const size_t *order, int *first,
                            int *merged_row, int *slot) {
    size_t used = 0;
    int previous_row = -1, previous_column = -1;
    for (size_t k = 0; k < n_entry; k++) {
        const size_t entry = order[k];
        if (row[entry] != previous_row || column[entry] != previous_column) {
            merged_row[used] = previous_row = row[entry];
            previous_column = column[entry];
            first[column[entry] + 1]++;
            used++;
        }
        slot[entry] = (int)(used - 1);
    }
    return used;
}

qh_status qh_pattern_create(qh_arena *arena, size_t n, size_t n_entry, const int *row, const int *column, int *slot,
                            qh_pattern **pattern) {
    if (n_entry + n >= INT_MAX) return QH_E_NUMERIC;
    const size_t total = n_entry + n; /* the diagonal is appended */
    int *all_row = malloc((total + 1) * sizeof *all_row), *all_column = malloc((total + 1) * sizeof *all_column);
    int *all_slot = malloc((total + 1) * sizeof *all_slot);
    size_t *by_row = malloc((total + 1) * sizeof *by_row), *by_column = malloc((total + 1) * sizeof *by_column);
    size_t *bucket = malloc((n + 2) * sizeof *bucket);
    qh_pattern *made = qh_arena_alloc(arena, 1, sizeof *made);
    qh_status status = QH_E_NOMEM;
    if (!all_row || !all_column || !all_slot || !by_row || !by_column || !bucket || !made) goto done;
    made->n = (int)n;
    made->first = qh_arena_alloc(arena, n + 1, sizeof *made->first);
    made->row = qh_arena_alloc(arena, total, sizeof *made->row);
    made->diagonal = qh_arena_alloc(arena, n, sizeof *made->diagonal);
    if (!made->first || !made->row || !made->diagonal) goto done;

    for (size_t k = 0; k < n_entry; k++) {
        all_row[k] = row[k];
        all_column[k] = column[k];
    }
    for (size_t i = 0; i < n; i++)
        all_row[n_entry + i] = all_column[n_entry + i] = (int)i;
    count_sort(n, total, all_row, NULL, bucket, by_row);
    count_sort(n, total, all_column, by_row, bucket, by_column);
    merge_columns(total, all_row, all_column, by_column, made->first, made->row, all_slot);
    for (size_t i = 0; i < n; i++)
        made->first[i + 1] += made->first[i];
    for (size_t k = 0; k < n_entry; k++)
        slot[k] = all_slot[k];
    for (size_t i = 0; i < n; i++)
        made->diagonal[i] = all_slot[n_entry + i];
    *pattern = made;
    status = QH_OK;
done:
    free(all_row);
    free(all_column);
    free(all_slot);
    free(by_row);
    free(by_column);
    free(bucket);
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
