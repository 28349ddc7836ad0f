#include "solvers/oxygen_check.h"

#include <math.h>

size_t qh_oxygen_exhaustible(const qh_case *river_case) {
    bool consumed = false;
    size_t oxygen = river_case->n_constituent;
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        const qh_constituent *c = &river_case->constituent[i];
        consumed = consumed || (c->oxygen_demand > 0 && !c->oxygen_half.given);
        if (c->is_oxygen) oxygen = i;
    }
    return consumed ? oxygen : river_case->n_constituent;
}

/* Lowest value of one constituent in rows [count][n_species][n_lane], g/m3; `row` receives where. */
static double lowest_of(const qh_forcing *forcing, size_t species, const double *value, size_t count, size_t *row) {
    const size_t m = forcing->n_species * forcing->n_lane;
    double lowest = value[species * forcing->n_lane];
    *row = 0;
    for (size_t i = 0; i < count; i++) {
        const double *own = value + i * m + species * forcing->n_lane;
        for (size_t lane = 0; lane < forcing->n_lane; lane++) {
            if (own[lane] >= lowest) continue;
            lowest = own[lane];
            *row = i;
        }
    }
    return lowest;
}

/* A point's reach and chainage [m]; of a node those of a reach that begins or ends there. */
static void place_of_point(const qh_problem *problem, size_t p, size_t *reach, double *chainage) {
    const qh_network *network = problem->network;
    const qh_point *point = &network->point[p];
    if (!point->is_node) {
        *reach = point->reach;
        *chainage = point->chainage;
        return;
    }
    const bool ends = network->in_first[p] < network->in_first[p + 1];
    const size_t s = ends ? network->in_segment[network->in_first[p]] : network->out_segment[network->out_first[p]];
    *reach = network->segment[s].reach;
    *chainage = ends ? network->segment[s].x1 : network->segment[s].x0;
}

qh_status qh_oxygen_check(const qh_problem *problem, double least, const double *point, const double *cell,
                          qh_diag *diag) {
    const qh_case *river_case = problem->river_case;
    const size_t oxygen = qh_oxygen_exhaustible(river_case);
    if (oxygen == river_case->n_constituent) return QH_OK;
    double lowest = 0, chainage = 0;
    size_t row = 0, reach = 0;
    if (cell) {
        lowest = lowest_of(problem->forcing, oxygen, cell, problem->grid->n_cell, &row);
        reach = qh_grid_reach(problem->grid, row);
        chainage = qh_grid_chainage(problem->grid, row);
    }
    if (point) {
        const double at_points = lowest_of(problem->forcing, oxygen, point, problem->network->n_point, &row);
        if (!cell || at_points < lowest) {
            lowest = at_points;
            place_of_point(problem, row, &reach, &chainage);
        }
    }
    QH_CHECK(
        lowest >= least, QH_E_NUMERIC, diag, QH_NOWHERE,
        "%s falls to %.3g mg/L in reach %s at %.3f km: what decays there needs more than there is; with oxygen_half "
        "decay waits for oxygen",
        river_case->constituent[oxygen].name, lowest, river_case->reach[reach].name, chainage / 1000);
    return QH_OK;
}

qh_status qh_tell_exhausted(const qh_problem *problem, size_t species, double value, qh_diag *diag) {
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE,
                "%s falls to %g mg/L: more is used than there is, and the linear rates do not hold (give oxygen_half)",
                problem->river_case->constituent[species].name, value);
    return QH_E_NUMERIC;
}

qh_status qh_judge_signs(const qh_problem *problem, double error, double *value, size_t rows, double *raised,
                         qh_diag *diag) {
    const qh_forcing *forcing = problem->forcing;
    const size_t m = forcing->n_species * forcing->n_lane;
    for (size_t k = 0; k < rows * m; k++) {
        if (value[k] >= 0) continue;
        if (value[k] < -error) return qh_tell_exhausted(problem, k % m / forcing->n_lane, value[k], diag);
        *raised = fmax(*raised, -value[k]);
        value[k] = 0;
    }
    return QH_OK;
}
