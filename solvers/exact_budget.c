/* Budget of an exact solution from its fluxes: rates of a steady one, or quantities integrated over time. */
#include <stdlib.h>
#include <string.h>

#include "solvers/exact_internal.h"

/* What the sums are made for. */
typedef struct ledger {
    const exact_river *river;
    const exact_parts *parts;
    qh_budget *budget;
    double *amount; /* [m], workspace */
    double *load;   /* [n_point][m], g/s, of all sources at a point */
    double *inlet;  /* [n_point][m], g/s, of it from headwaters */
} ledger;

/* term[row][species][which][lane] += sign amount[species][lane] */
static void add(const ledger *l, size_t row, qh_budget_term which, double sign, const double *amount) {
    const qh_budget *b = l->budget;
    for (size_t species = 0, j = 0; species < b->n_species; species++) {
        double *term = b->term + qh_budget_index(b, row, species, which, 0);
        for (size_t lane = 0; lane < b->n_lane; lane++, j++)
            term[lane] += sign * amount[j];
    }
}

/* For the network, and for the reach in which a point lies, unless it is a node. */
static void add_at(const ledger *l, size_t point, qh_budget_term which, const double *amount) {
    const qh_point *p = &l->river->network->point[point];
    add(l, l->river->river_case->n_reach, which, 1, amount);
    if (!p->is_node) add(l, p->reach, which, 1, amount);
}

static void sum_loads(ledger *l) {
    const qh_case *c = l->river->river_case;
    const qh_network *network = l->river->network;
    const size_t m = l->parts->m;
    const double *load = l->parts->load;
    for (size_t k = 0; k < c->n_headwater; k++, load += m)
        for (size_t j = 0; j < m; j++)
            l->inlet[network->headwater_point[k] * m + j] += load[j];
    memcpy(l->load, l->inlet, network->n_point * m * sizeof *l->load);
    for (size_t k = 0; k < c->n_tributary; k++, load += m)
        for (size_t j = 0; j < m; j++)
            l->load[network->tributary_point[k] * m + j] += load[j];
    for (size_t k = 0; k < c->n_outfall; k++, load += m)
        for (size_t j = 0; j < m; j++)
            l->load[network->outfall_point[k] * m + j] += load[j];
    for (size_t k = 0; k < c->n_lateral; k++, load += m) {
        add(l, c->lateral[k].reach, QH_BUDGET_LATERAL, 1, load);
        add(l, c->n_reach, QH_BUDGET_LATERAL, 1, load);
    }
}

static void add_reaches(const ledger *l) {
    const qh_network *network = l->river->network;
    const size_t m = l->parts->m, n_reach = l->river->river_case->n_reach;
    for (size_t r = 0; r < n_reach; r++) {
        add(l, r, QH_BUDGET_IN, 1, l->parts->end_flux + 2 * network->reach_first[r] * m);
        add(l, r, QH_BUDGET_OUT, 1, l->parts->end_flux + (2 * network->reach_first[r + 1] - 1) * m);
        for (size_t which = 0; which < 2; which++) {
            const double *sum = which == 0 ? l->parts->reacted : l->parts->stored;
            if (!sum) continue;
            add(l, r, which == 0 ? QH_BUDGET_REACTED : QH_BUDGET_STORED, 1, sum + r * m);
            add(l, n_reach, which == 0 ? QH_BUDGET_REACTED : QH_BUDGET_STORED, 1, sum + r * m);
        }
    }
}

/* What a first-type inlet must supply, whatever disperses: what leaves the point less what else enters. */
static void supply_of(const ledger *l, size_t point) {
    const qh_network *network = l->river->network;
    const exact_point *p = &l->river->point[point];
    const size_t m = l->parts->m;
    for (size_t j = 0; j < m; j++) {
        const double entering = l->load[point * m + j] - l->inlet[point * m + j];
        l->amount[j] = (p->taken + p->outlet) * l->parts->point[point * m + j] - entering;
    }
    for (size_t k = 0; k < network->n_link; k++) {
        if (network->link[k].to != point) continue;
        for (size_t j = 0; j < m; j++)
            l->amount[j] -= l->river->link_flow[k] * l->parts->point[network->link[k].from * m + j];
    }
    for (size_t k = network->in_first[point]; k < network->in_first[point + 1]; k++)
        for (size_t j = 0; j < m; j++)
            l->amount[j] -= l->parts->end_flux[(2 * network->in_segment[k] + 1) * m + j];
    for (size_t k = network->out_first[point]; k < network->out_first[point + 1]; k++)
        for (size_t j = 0; j < m; j++)
            l->amount[j] += l->parts->end_flux[2 * network->out_segment[k] * m + j];
}

static void add_points(const ledger *l) {
    const size_t m = l->parts->m, n_reach = l->river->river_case->n_reach;
    for (size_t p = 0; p < l->river->n_point; p++) {
        const exact_point *point = &l->river->point[p];
        const double *c = l->parts->point + p * m;
        for (size_t j = 0; j < m; j++)
            l->amount[j] = point->outlet * c[j];
        add(l, n_reach, QH_BUDGET_OUT, 1, l->amount);
        for (size_t j = 0; j < m; j++)
            l->amount[j] = l->load[p * m + j] - l->inlet[p * m + j];
        add_at(l, p, QH_BUDGET_SOURCE, l->amount);
        for (size_t j = 0; j < m; j++)
            l->amount[j] = point->taken * c[j];
        add_at(l, p, QH_BUDGET_TAKEN, l->amount);
        if (point->fixed)
            supply_of(l, p);
        else
            memcpy(l->amount, l->inlet + p * m, m * sizeof *l->amount);
        add(l, n_reach, QH_BUDGET_IN, 1, l->amount);
        if (l->parts->pond_reacted) add_at(l, p, QH_BUDGET_REACTED, l->parts->pond_reacted + p * m);
        if (l->parts->pond_stored) add_at(l, p, QH_BUDGET_STORED, l->parts->pond_stored + p * m);
    }
}

/* A diversion is taken at the dam and returned at the tailrace: inside the network it is neither. */
static void add_links(const ledger *l) {
    const qh_network *network = l->river->network;
    const size_t m = l->parts->m;
    for (size_t k = 0; k < network->n_link; k++) {
        const qh_point *to = &network->point[network->link[k].to];
        for (size_t j = 0; j < m; j++)
            l->amount[j] = l->river->link_flow[k] * l->parts->point[network->link[k].from * m + j];
        if (!to->is_node) add(l, to->reach, QH_BUDGET_SOURCE, 1, l->amount);
        add(l, l->river->river_case->n_reach, QH_BUDGET_TAKEN, -1, l->amount);
    }
}

qh_status exact_budget(const exact_river *river, const exact_parts *parts, qh_budget *budget) {
    const size_t m = parts->m, count = river->n_point * m;
    double *memory = calloc(m + 2 * count + 1, sizeof *memory);
    if (!memory) return QH_E_NOMEM;
    ledger l = {river, parts, budget, memory, memory + m, memory + m + count};
    sum_loads(&l);
    add_reaches(&l);
    add_points(&l);
    add_links(&l);
    free(memory);
    return QH_OK;
}
