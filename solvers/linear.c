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

qh_status qh_linear_create(const qh_pattern *pattern, size_t m, qh_linear **linear) {
    return qh_linear_create_blocks(pattern, 1, m, linear);
}

qh_status qh_linear_create_blocks(const qh_pattern *pattern, size_t block, size_t m, qh_linear **linear) {
    qh_linear *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->pattern = pattern;
    made->n = (size_t)pattern->n;
    made->nnz = (size_t)pattern->first[pattern->n];
    made->m = m;
    made->sound = calloc(m ? m : 1, sizeof *made->sound);
    const qh_status status =
        made->sound ? qh_tree_create_blocks(pattern, block, m, most_fill, &made->tree) : QH_E_NOMEM;
    if (status == QH_E_NOMEM) {
        qh_linear_destroy(made);
        return status;
    }
    *linear = made;
    return QH_OK;
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

static qh_status factor_by_klu(qh_linear *s, size_t j, double shift, double scale, const double *value) {
    for (size_t k = 0; k < s->nnz; k++)
        s->entries[k] = scale * value[k * s->m + j];
    for (size_t i = 0; i < s->n; i++)
        s->entries[s->pattern->diagonal[i]] += shift;
    return qh_factors_compute(s->klu, j, s->entries);
}

qh_status qh_linear_factor(qh_linear *s, double shift, double scale, const double *value) {
    if (s->tree) qh_tree_factor(s->tree, shift, scale, value, s->sound);
    s->pivoted = 0;
    for (size_t j = 0; j < s->m; j++)
        s->pivoted += !s->sound[j];
    if (s->pivoted == 0) return QH_OK;
    QH_TRY(open_klu(s));
    for (size_t j = 0; j < s->m; j++) {
        if (!s->sound[j]) QH_TRY(factor_by_klu(s, j, shift, scale, value));
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
