/* The cheapest, smallest or fairest cut of loads by which every control section attains with its margin. */
#ifndef QH_SCENARIOS_OPTIMISE_H
#define QH_SCENARIOS_OPTIMISE_H

#include "io/costs_reader.h"
#include "model/overlay.h"
#include "scenarios/analysis.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_objective {
    QH_LEAST_CUT,          /* fewest tonnes, over all constituents and outfalls */
    QH_LEAST_COST,         /* least money, by a table of costs; upgrade levels make it an integer programme */
    QH_EQUAL_PERCENT,      /* all outfalls that reach a section cut the same percentage of a constituent */
    QH_EQUAL_CONCENTRATION /* all of them keep to the same concentration */
} qh_objective;

/* "least-cut", "least-cost", "equal-percent", "equal-concentration". */
bool qh_objective_find(const char *name, qh_objective *objective);

/* One target that outfalls reach. */
typedef struct qh_plan_limit {
    size_t section, species;
    double before, after; /* g/m3; after by the full run of the plan, meaningless unless the plan is feasible */
    double allowed;       /* g/m3 */
    double short_by;      /* g/m3, > 0: by how much it cannot be met, whatever is cut (infeasible plans) */
    bool binds;           /* the plan has no room left there */
    double price; /* by how much the objective falls when the limit is laxer by 1 g/m3, 0 for the equal ones; money,
                           * or g/s */
} qh_plan_limit;

typedef struct qh_plan {
    qh_arena *arena;
    qh_objective objective;
    size_t n_outfall, n_species, n_limit;
    bool feasible;
    const double *before, *after; /* [n_outfall][n_species], g/s */
    const double *factor;         /* [n_outfall][n_species], -, after / before, six decimals, rounded down */
    const size_t *level;          /* [n_outfall], index in the costs; n_level: none */
    double cost;                  /* money a year; 0 without a table of costs */
    const qh_plan_limit *limit;   /* [n_limit] */
    size_t n_beyond;              /* targets that are missed and that no outfall reaches */
    const qh_plan_limit *beyond;  /* [n_beyond] */
    bool attained;                /* by the full run: every target that was looked at holds with its margin */
    const qh_overlay *overlay;    /* the plan as changes of the case; NULL unless feasible */
} qh_plan;

/* Finds the plan and verifies it by a full run of the case's engine. `costs` is needed for QH_LEAST_COST and unused else,
 * where `most` [-, over 0, at most 1] is the largest part of any load that may be cut. QH_E_INPUT with a message where the
 * objective does not fit the case. */
qh_status qh_plan_create(const qh_analysis *analysis, qh_objective objective, const qh_costs *costs, double most,
                         qh_diag *diag, qh_plan **plan);
void qh_plan_destroy(qh_plan *plan);

/* The plan as a scenario's file, YAML, in `arena`; `extends` "" or the scenario that the plan begins from. NULL when out
 * of memory. */
const char *qh_plan_yaml(const qh_plan *plan, const qh_case *river_case, const char *title, const char *extends,
                         qh_arena *arena);

#ifdef __cplusplus
}
#endif
#endif
