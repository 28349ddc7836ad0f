/* What the parts of an optimisation share. */
#ifndef QH_SCENARIOS_OPTIMISE_INTERNAL_H
#define QH_SCENARIOS_OPTIMISE_INTERNAL_H

#include "scenarios/limits_internal.h"
#include "scenarios/optimise.h"

typedef struct qh_planner {
    const qh_analysis *analysis;
    const qh_case *river_case;
    const qh_costs *costs; /* NULL: none */
    double most;           /* -, largest part of a load that may be cut, without costs */
    qh_diag *diag;
    qh_plan *made;
    size_t n_limit;
    qh_limit *limit;           /* [n_limit] */
    qh_plan_limit *plan_limit; /* [n_limit] */
    double *before, *after;    /* [n_outfall][n_species], g/s */
    double *factor;            /* [n_outfall][n_species], - */
    size_t *level;             /* [n_outfall] */
} qh_planner;

/* The plan by linear (integer) programming: fills after, level, cost, prices and what is short. */
qh_status qh_plan_by_programme(qh_planner *planner);

/* The equal plans: fills after and what is short. */
qh_status qh_plan_equally(qh_planner *planner);

/* Load [g/s] that a level leaves of a species: min(W, limit Q), W where the grade does not limit it. */
double qh_plan_level_load(const qh_planner *planner, const qh_cost_level *level, size_t species);

/* Overlay of the plan in the plan's arena. QH_E_NOMEM. */
qh_status qh_plan_make_overlay(qh_planner *planner);

/* Runs the changed case and fills `after` of the limits, and whether all is attained. */
qh_status qh_plan_verify(qh_planner *planner);

/* What is left of the room of a limit with loads `after` [n_outfall][n_species], g/m3. */
double qh_plan_room(const qh_planner *planner, size_t limit, const double *after);

#endif
