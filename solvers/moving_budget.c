/* Budget on moving water: what passes and reacts in each step, as it counts, into the run's terms (model/budget.h). */
#include "solvers/moving_internal.h"

static void enter(const moving *v, size_t row, qh_budget_term term, size_t j, double amount) {
    const size_t lanes = v->problem->forcing->n_lane;
    v->budget->term[qh_budget_index(v->budget, row, j / lanes, term, j % lanes)] += amount;
}

static void count_reach(const moving *v, size_t r) {
    const qh_network *network = v->problem->network;
    const qh_grid *grid = v->problem->grid;
    const size_t first = network->reach_first[r], after = network->reach_first[r + 1], m = v->m;
    const size_t all = v->problem->river_case->n_reach;
    const double *in = v->flux + qh_first_face(grid, first) * m;
    const double *out = v->flux + (qh_first_face(grid, after - 1) + moving_cells(v, after - 1)) * m;
    for (size_t j = 0; j < m; j++) {
        enter(v, r, QH_BUDGET_IN, j, v->h * in[j]);
        enter(v, r, QH_BUDGET_OUT, j, v->h * out[j]);
        for (size_t s = first; s < after; s++) {
            double lateral = 0, reacted = 0;
            for (size_t i = grid->segment_first[s]; i < grid->segment_first[s + 1]; i++) {
                lateral += v->h * v->lateral[1][s * m + j] * qh_grid_length(grid, i);
                reacted += v->reacted[i * m + j];
            }
            enter(v, r, QH_BUDGET_LATERAL, j, lateral);
            enter(v, all, QH_BUDGET_LATERAL, j, lateral);
            enter(v, r, QH_BUDGET_REACTED, j, reacted);
            enter(v, all, QH_BUDGET_REACTED, j, reacted);
        }
    }
}

/* What a first-type inlet had to supply, g/s. */
static double supplied(const moving *v, size_t p, size_t j) {
    const qh_network *network = v->problem->network;
    const size_t m = v->m;
    double sum = (v->taken[p] + v->outlet[p] + v->link_out[p]) * v->mean[(v->n_cell + p) * m + j];
    sum -= v->load[1][p * m + j] - v->headwater[1][p * m + j];
    for (size_t k = 0; k < network->n_link; k++) {
        if (network->link[k].to == p) sum -= v->water.link[k] * v->mean[(v->n_cell + network->link[k].from) * m + j];
    }
    for (size_t k = network->out_first[p]; k < network->out_first[p + 1]; k++)
        sum += v->flux[qh_first_face(v->problem->grid, network->out_segment[k]) * m + j];
    for (size_t k = network->in_first[p]; k < network->in_first[p + 1]; k++) {
        const size_t s = network->in_segment[k];
        sum -= v->flux[(qh_first_face(v->problem->grid, s) + moving_cells(v, s)) * m + j];
    }
    return sum;
}

static void count_point(const moving *v, size_t p) {
    const qh_network *network = v->problem->network;
    const size_t all = v->problem->river_case->n_reach, m = v->m;
    for (size_t j = 0; j < m; j++) {
        const double value = v->mean[(v->n_cell + p) * m + j];
        const double headwater = v->fixed[p] ? supplied(v, p, j) : v->headwater[1][p * m + j];
        const double outside = v->outside[1][p * m + j];
        const double source = v->load[1][p * m + j] - v->headwater[1][p * m + j] - outside;
        const double reacted = v->reacted[(v->n_cell + p) * m + j], taken = v->taken[p] * value;
        enter(v, all, QH_BUDGET_IN, j, v->h * (headwater + outside));
        enter(v, all, QH_BUDGET_OUT, j, v->h * v->outlet[p] * value);
        enter(v, all, QH_BUDGET_SOURCE, j, v->h * source);
        enter(v, all, QH_BUDGET_TAKEN, j, v->h * taken);
        enter(v, all, QH_BUDGET_REACTED, j, reacted);
        if (network->point[p].is_node) continue;
        const size_t r = network->point[p].reach;
        enter(v, r, QH_BUDGET_SOURCE, j, v->h * source);
        enter(v, r, QH_BUDGET_TAKEN, j, v->h * (taken + v->link_out[p] * value));
        enter(v, r, QH_BUDGET_REACTED, j, reacted);
    }
}

void qh_moving_count(moving *v) {
    const qh_network *network = v->problem->network;
    for (size_t r = 0; r < v->problem->river_case->n_reach; r++)
        count_reach(v, r);
    for (size_t p = 0; p < v->n_point; p++)
        count_point(v, p);
    for (size_t k = 0; k < network->n_link; k++) {
        const qh_point *to = &network->point[network->link[k].to];
        for (size_t j = 0; j < v->m && !to->is_node; j++)
            enter(v, to->reach, QH_BUDGET_SOURCE, j,
                  v->h * v->water.link[k] * v->mean[(v->n_cell + network->link[k].from) * v->m + j]);
    }
}

void qh_moving_stored(moving *v, double sign) {
    const qh_network *network = v->problem->network;
    const size_t all = v->problem->river_case->n_reach, m = v->m;
    qh_moving_volumes(v, sign < 0 ? v->water.start : v->water.end, v->volume[1]);
    for (size_t i = 0; i < v->n_row; i++) {
        const bool is_cell = i < v->n_cell;
        const bool in_reach = is_cell || !network->point[i - v->n_cell].is_node;
        const size_t r = is_cell    ? qh_grid_reach(v->problem->grid, i)
                         : in_reach ? network->point[i - v->n_cell].reach
                                    : all;
        for (size_t j = 0; j < m; j++) {
            const double mass = sign * v->volume[1][i] * v->now[i * m + j];
            enter(v, all, QH_BUDGET_STORED, j, mass);
            if (in_reach) enter(v, r, QH_BUDGET_STORED, j, mass);
        }
    }
}
