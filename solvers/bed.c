#include "solvers/bed.h"

#include <math.h>
#include <stdlib.h>

typedef struct ends {
    double upper, lower; /* m */
} ends;

/* The reach's ends, its lower node being known. */
static ends ends_of(const qh_case *c, const qh_reach *reach, const double *node) {
    const double lower = node[reach->to];
    if (c->node[reach->from].bed.given) return (ends){c->node[reach->from].bed.value, lower};
    return (ends){lower + reach->channel.slope.value * reach->length, lower};
}

static void settle_node(const qh_case *c, const qh_network *net, size_t point, double *node, ends *reach) {
    const size_t at = net->point[point].node;
    double lowest = INFINITY;
    for (size_t i = net->out_first[point]; i < net->out_first[point + 1]; i++) {
        const size_t r = net->segment[net->out_segment[i]].reach;
        reach[r] = ends_of(c, &c->reach[r], node);
        lowest = fmin(lowest, reach[r].upper);
    }
    node[at] = c->node[at].bed.given ? c->node[at].bed.value : isfinite(lowest) ? lowest : 0;
}

qh_status qh_bed_levels(const qh_case *c, const qh_network *net, const qh_grid *grid, qh_diag *diag, double *bed,
                        double *node) {
    bool sloped = true;
    for (size_t r = 0; r < c->n_reach; r++) {
        const qh_reach *reach = &c->reach[r];
        if (reach->channel.slope.given || (c->node[reach->from].bed.given && c->node[reach->to].bed.given)) continue;
        qh_diag_add(diag, QH_ERROR, reach->place, "reach %s needs a slope, or the bed of both its nodes", reach->name);
        sloped = false;
    }
    if (!sloped) return QH_E_INPUT;
    ends *reach = calloc(c->n_reach + 1, sizeof *reach);
    if (!reach) return QH_E_NOMEM;
    for (size_t i = net->n_point; i > 0; i--) { /* upwards: the lower node of every reach comes before its upper one */
        const size_t p = net->point_order[i - 1];
        if (net->point[p].is_node) settle_node(c, net, p, node, reach);
    }
    for (size_t i = 0; i < grid->n_cell; i++) {
        const size_t r = qh_grid_reach(grid, i);
        const double part = qh_grid_chainage(grid, i) / c->reach[r].length;
        bed[i] = reach[r].upper + part * (reach[r].lower - reach[r].upper);
    }
    free(reach);
    return QH_OK;
}
