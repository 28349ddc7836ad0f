/* Budget of the linear finite volumes, from the sums of what passed and reacted in the steps (see model/budget.h). */
#include "solvers/volumes_internal.h"

typedef struct account {
    const volume_step *step;
    const qh_volumes *v;
    qh_budget *budget;
    size_t index; /* system */
} account;

static void enter(const account *a, size_t row, qh_budget_term term, size_t l, double amount) {
    const volume_system *system = &a->v->system[a->index];
    a->budget->term[qh_budget_index(a->budget, row, system->species, term, l)] += amount;
}

static void reaches(const account *a, size_t l) {
    const qh_volumes *v = a->v;
    const qh_network *network = v->problem->network;
    const size_t lanes = v->n_lane, n_reach = v->problem->river_case->n_reach;
    const size_t component = volume_component(v, &v->system[a->index]) + l;
    const double *end = a->step->sums.end + a->index * 2 * v->n_segment * lanes + l;
    const double *reacted = a->step->sums.reacted + a->index * v->n_segment * lanes + l;
    for (size_t r = 0; r < n_reach; r++) {
        const size_t first = network->reach_first[r], after = network->reach_first[r + 1];
        enter(a, r, QH_BUDGET_IN, l, end[2 * first * lanes]);
        enter(a, r, QH_BUDGET_OUT, l, end[(2 * after - 1) * lanes]);
        for (size_t s = first; s < after; s++) {
            const double length = network->segment[s].x1 - network->segment[s].x0;
            const double lateral = a->step->segment_sum[s * v->m + component] * length;
            enter(a, r, QH_BUDGET_LATERAL, l, lateral);
            enter(a, n_reach, QH_BUDGET_LATERAL, l, lateral);
            enter(a, r, QH_BUDGET_REACTED, l, reacted[s * lanes]);
            enter(a, n_reach, QH_BUDGET_REACTED, l, reacted[s * lanes]);
        }
    }
}

/* What headwaters gave at a point: their load, or for a first-type inlet whatever the point had to supply. */
static double headwater_input(const account *a, size_t p, size_t l) {
    const qh_volumes *v = a->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane, component = volume_component(v, &v->system[a->index]) + l;
    const double from_headwater = a->step->headwater_sum[p * v->m + component];
    if (!point->fixed) return from_headwater;
    const double *value = a->step->sums.point + a->index * v->n_point * lanes + l;
    const double *end = a->step->sums.end + a->index * 2 * v->n_segment * lanes + l;
    double sum = (point->taken[volume_lane(v, l)] + point->outlet[volume_lane(v, l)]) * value[p * lanes];
    sum -= a->step->load_sum[p * v->m + component] - from_headwater;
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = v->arriving_link[point->link_first + k];
        sum -= v->link_flow[volume_own(v, link, l)] * value[network->link[link].from * lanes];
    }
    for (size_t k = 0; k < point->out_count; k++)
        sum += end[2 * network->out_segment[point->out_first + k] * lanes];
    for (size_t k = 0; k < point->in_count; k++)
        sum -= end[(2 * network->in_segment[point->in_first + k] + 1) * lanes];
    return sum;
}

static void points(const account *a, size_t l) {
    const qh_volumes *v = a->v;
    const qh_network *network = v->problem->network;
    const size_t lanes = v->n_lane, n_reach = v->problem->river_case->n_reach;
    const size_t component = volume_component(v, &v->system[a->index]) + l;
    const double *value = a->step->sums.point + a->index * v->n_point * lanes + l;
    for (size_t p = 0; p < v->n_point; p++) {
        const volume_point *point = &v->point[p];
        const size_t at = p * v->m + component;
        const double source = a->step->load_sum[at] - a->step->headwater_sum[at];
        const double taken = point->taken[volume_lane(v, l)] * value[p * lanes];
        enter(a, n_reach, QH_BUDGET_OUT, l, point->outlet[volume_lane(v, l)] * value[p * lanes]);
        enter(a, n_reach, QH_BUDGET_SOURCE, l, source);
        enter(a, n_reach, QH_BUDGET_TAKEN, l, taken);
        enter(a, n_reach, QH_BUDGET_IN, l, headwater_input(a, p, l));
        if (network->point[p].is_node) continue;
        enter(a, network->point[p].reach, QH_BUDGET_SOURCE, l, source);
        enter(a, network->point[p].reach, QH_BUDGET_TAKEN, l, taken);
    }
    /* A diversion is taken at the dam and returned at the tailrace: inside the network it is neither. */
    for (size_t k = 0; k < network->n_link; k++) {
        const size_t to = network->link[k].to;
        const double amount = v->link_flow[volume_own(v, k, l)] * value[network->link[k].from * lanes];
        if (!network->point[to].is_node) enter(a, network->point[to].reach, QH_BUDGET_SOURCE, l, amount);
        enter(a, n_reach, QH_BUDGET_TAKEN, l, -amount);
    }
}

void qh_volume_step_budget(const volume_step *step, qh_budget *budget) {
    const qh_volumes *v = step->v;
    for (size_t index = 0; index < v->n_system; index++) {
        const account a = {step, v, budget, index};
        for (size_t l = 0; l < v->n_lane; l++) {
            reaches(&a, l);
            points(&a, l);
        }
    }
}

void qh_volume_step_add_stored(const volume_step *step, double sign, qh_budget *budget) {
    const qh_volumes *v = step->v;
    const size_t lanes = v->n_lane, n_reach = v->problem->river_case->n_reach;
    for (size_t index = 0; index < v->n_system; index++) {
        const account a = {step, v, budget, index};
        const double *now = step->now + index * v->n_row * lanes;
        for (size_t i = 0; i < v->n_cell; i++) {
            for (size_t l = 0; l < lanes; l++)
                enter(&a, qh_grid_reach(v->problem->grid, i), QH_BUDGET_STORED, l,
                      sign * v->volume[volume_own(v, i, l)] * now[i * lanes + l]);
        }
        for (size_t z = 0; z < v->n_storage; z++) {
            const double *zone = now + (v->n_cell + v->n_point + z) * lanes;
            const size_t reach = qh_grid_reach(v->problem->grid, v->storage_cell[z]);
            for (size_t l = 0; l < lanes; l++)
                enter(&a, reach, QH_BUDGET_STORED, l, sign * v->zone_volume[z] * zone[l]);
        }
    }
    if (sign < 0) return;
    for (size_t species = 0; species < budget->n_species; species++) {
        for (size_t lane = 0; lane < budget->n_lane; lane++) {
            double sum = 0;
            for (size_t r = 0; r < n_reach; r++)
                sum += budget->term[qh_budget_index(budget, r, species, QH_BUDGET_STORED, lane)];
            budget->term[qh_budget_index(budget, n_reach, species, QH_BUDGET_STORED, lane)] = sum;
        }
    }
}
