/* Which unknowns the rates of the transport operator depend on: the cells that a point's value is made of, and the pattern
 * of all constituents where they react with one another. That of one component is recorded by its assembly
 * (transport_jacobian.c). */
#include <limits.h>
#include <stdlib.h>

#include "solvers/transport_internal.h"

qh_status qh_transport_find_stencils(qh_transport *t) {
    const qh_network *network = t->problem->network;
    size_t total = 0;
    for (size_t k = 0; k < t->n_point; k++) {
        mixing_point *point = &t->point[network->point_order[k]];
        point->stencil_first = total;
        point->stencil_count = 2 * point->in_count + point->out_count;
        for (size_t n = 0; n < point->link_count; n++) {
            const size_t link = t->arriving_link[point->link_first + n];
            point->stencil_count += t->point[network->link[link].from].stencil_count;
        }
        total += point->stencil_count;
    }
    t->n_stencil = total;
    t->stencil_cell = qh_arena_alloc(t->arena, total, sizeof(size_t));
    t->grad_base = qh_arena_alloc(t->arena, total, sizeof(double));
    t->grad_mixed = qh_arena_alloc(t->arena, total, sizeof(double));
    t->grad_theta = qh_arena_alloc(t->arena, total, sizeof(double));
    if (!t->stencil_cell || !t->grad_base || !t->grad_mixed || !t->grad_theta) return QH_E_NOMEM;
    for (size_t k = 0; k < t->n_point; k++) {
        const mixing_point *point = &t->point[network->point_order[k]];
        size_t entry = point->stencil_first;
        for (size_t n = 0; n < point->in_count; n++) {
            const segment_end *end = &t->end[t->point_end[point->in_first + n]];
            t->stencil_cell[entry++] = end->cell;
            t->stencil_cell[entry++] = end->inner;
        }
        for (size_t n = 0; n < point->out_count; n++) {
            t->stencil_cell[entry++] = t->end[t->point_end[point->out_first + n]].cell;
        }
        for (size_t n = 0; n < point->link_count; n++) {
            const size_t link = t->arriving_link[point->link_first + n];
            const mixing_point *from = &t->point[network->link[link].from];
            for (size_t q = 0; q < from->stencil_count; q++) {
                t->stencil_cell[entry++] = t->stencil_cell[from->stencil_first + q];
            }
        }
    }
    return QH_OK;
}

/* Pattern of all constituents: unknown i of species s is number i * n_species + s. */
qh_status qh_transport_find_system(qh_transport *t) {
    const qh_pattern *one = t->pattern;
    const size_t nnz = (size_t)one->first[one->n], n = t->n_species, n_cross = t->n_unknown * t->n_pair;
    const size_t count = nnz * n + n_cross;
    int *row = malloc((count + 1) * sizeof *row), *column = malloc((count + 1) * sizeof *column);
    t->system_slot = qh_arena_alloc(t->arena, count, sizeof *t->system_slot);
    qh_status status = row && column && t->system_slot ? QH_OK : QH_E_NOMEM;
    if (t->n_unknown * n > INT_MAX) status = QH_E_NUMERIC;
    if (status == QH_OK) {
        for (int c = 0; c < one->n; c++) {
            for (int k = one->first[c]; k < one->first[c + 1]; k++) {
                for (size_t s = 0; s < n; s++) {
                    row[(size_t)k * n + s] = one->row[k] * (int)n + (int)s;
                    column[(size_t)k * n + s] = c * (int)n + (int)s;
                }
            }
        }
        for (size_t k = 0; k < n_cross; k++) {
            const species_pair *pair = &t->pair[k % t->n_pair];
            const size_t first = k / t->n_pair * n;
            row[nnz * n + k] = (int)(first + pair->of);
            column[nnz * n + k] = (int)(first + pair->on);
        }
        t->pair_slot = t->system_slot + nnz * n;
        status = qh_pattern_create(t->arena, t->n_unknown * n, count, row, column, t->system_slot, &t->system);
    }
    free(row);
    free(column);
    return status;
}
