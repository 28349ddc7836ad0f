#include "solvers/linear.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/tree.h"

/* River order is left to KLU beyond this many times the entries of the pattern. */
static const double most_fill = 4;

struct qh_linear {
    const qh_pattern *pattern;
    size_t n, nnz, m;
    qh_tree *tree;   /* NULL where river order fills up */
    qh_factors *klu; /* NULL until needed */
    bool *sound;     /* [m], whether the tree's last factors serve */
    size_t pivoted;  /* components that are not sound */
    double *entries; /* [nnz], matrix of one component, for KLU; these three NULL until needed */
    double *column;  /* [n], one component's right-hand side and solution */
    double *given;   /* [n][m], right-hand sides */
};

static qh_status create(const qh_pattern *pattern, size_t block, size_t m, bool single, qh_linear **linear) {
    qh_linear *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->pattern = pattern;
    made->n = (size_t)pattern->n;
    made->nnz = (size_t)pattern->first[pattern->n];
    made->m = m;
    made->sound = calloc(m ? m : 1, sizeof *made->sound);
    qh_status status = QH_E_NOMEM;
    if (made->sound) {
        status = single ? qh_tree_create_single(pattern, block, m, most_fill, &made->tree)
                        : qh_tree_create_blocks(pattern, block, m, most_fill, &made->tree);
    }
    if (status == QH_E_NOMEM) {
        qh_linear_destroy(made);
        return status;
    }
    *linear = made;
    return QH_OK;
}

qh_status qh_linear_create(const qh_pattern *pattern, size_t m, qh_linear **linear) {
    return create(pattern, 1, m, false, linear);
}

qh_status qh_linear_create_blocks(const qh_pattern *pattern, size_t block, size_t m, qh_linear **linear) {
    return create(pattern, block, m, false, linear);
}

qh_status qh_linear_create_single(const qh_pattern *pattern, size_t block, size_t m, qh_linear **linear) {
    return create(pattern, block, m, true, linear);
}

void qh_linear_destroy(qh_linear *linear) {
    if (!linear) return;
    qh_tree_destroy(linear->tree);
    qh_factors_destroy(linear->klu);
    free(linear->sound);
    free(linear->entries);
    free(linear->column);
    free(linear->given);
    free(linear);
}

size_t qh_linear_pivoted(const qh_linear *linear) { return linear->pivoted; }

static qh_status open_klu(qh_linear *s) {
    if (!s->entries) s->entries = malloc((s->nnz + 1) * sizeof *s->entries);
    if (!s->column) s->column = malloc((s->n + 1) * sizeof *s->column);
    if (!s->given) s->given = malloc((s->n * s->m + 1) * sizeof *s->given);
    if (!s->entries || !s->column || !s->given) return QH_E_NOMEM;
    return s->klu ? QH_OK : qh_factors_create(s->pattern, s->m, &s->klu);
}

static qh_status factor_entries(qh_linear *s, size_t j, double shift) {
    for (size_t i = 0; i < s->n; i++)
        s->entries[s->pattern->diagonal[i]] += shift;
    return qh_factors_compute(s->klu, j, s->entries);
}

static qh_status factor_by_klu(qh_linear *s, size_t j, double shift, double scale, const double *value) {
    for (size_t k = 0; k < s->nnz; k++)
        s->entries[k] = scale * value[k * s->m + j];
    return factor_entries(s, j, shift);
}

static qh_status factor_single_by_klu(qh_linear *s, size_t j, double shift, double scale, const float *value) {
    const qh_pattern *p = s->pattern;
    for (size_t k = 0; k < s->nnz; k++)
        s->entries[k] = scale * (double)value[k * s->m + j];
    for (int column = 0; column < p->n; column++) {
        for (int k = p->first[column]; k < p->first[column + 1]; k++) {
            if (p->row[k] != column) s->entries[p->diagonal[p->row[k]]] -= s->entries[k];
        }
    }
    return factor_entries(s, j, shift);
}

/* Whether the tree's factors serve all components; else KLU stands ready, or not for want of memory. */
static qh_status count_pivoted(qh_linear *s) {
    s->pivoted = 0;
    for (size_t j = 0; j < s->m; j++)
        s->pivoted += !s->sound[j];
    return s->pivoted == 0 ? QH_OK : open_klu(s);
}

qh_status qh_linear_factor(qh_linear *s, double shift, double scale, const double *value) {
    if (s->tree) qh_tree_factor(s->tree, shift, scale, value, s->sound);
    QH_TRY(count_pivoted(s));
    for (size_t j = 0; j < s->m; j++) {
        if (!s->sound[j]) QH_TRY(factor_by_klu(s, j, shift, scale, value));
    }
    return QH_OK;
}

qh_status qh_linear_factor_single(qh_linear *s, double shift, double scale, const float *value) {
    if (s->tree) qh_tree_factor_single(s->tree, shift, scale, value, s->sound);
    QH_TRY(count_pivoted(s));
    for (size_t j = 0; j < s->m; j++) {
        if (!s->sound[j]) QH_TRY(factor_single_by_klu(s, j, shift, scale, value));
    }
    return QH_OK;
}

qh_status qh_linear_solve(qh_linear *s, double *x) {
    if (s->pivoted > 0) memcpy(s->given, x, s->n * s->m * sizeof *x);
    if (s->pivoted < s->m) qh_tree_solve(s->tree, x);
    for (size_t j = 0; j < s->m && s->pivoted > 0; j++) {
        if (s->sound[j]) continue;
        for (size_t i = 0; i < s->n; i++)
            s->column[i] = s->given[i * s->m + j];
        QH_TRY(qh_factors_solve(s->klu, j, s->column));
        for (size_t i = 0; i < s->n; i++)
            x[i * s->m + j] = s->column[i];
    }
    return QH_OK;
}
