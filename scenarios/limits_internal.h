/* Targets as linear constraints on loads, shared by capacity and optimise. */
#ifndef QH_SCENARIOS_LIMITS_INTERNAL_H
#define QH_SCENARIOS_LIMITS_INTERNAL_H

#include "scenarios/analysis.h"

/* One target: sense * (whole + sum over outfalls and species of R (W - W now)) <= sense * allowed. Divided by its scale,
 * rows are of the order of 1. */
typedef struct qh_limit {
    size_t section, species;
    double sense; /* +1 at most, -1 at least */
    double room;  /* g/m3, sense * (allowed - whole): what may be added, negative where the target is missed */
    double scale; /* g/m3, > 0, the limit */
} qh_limit;

/* All targets that some outfall reaches by a load of some species that may be cut: limit [at most n_section * n_species],
 * and their number. A target that is missed whatever outfalls do is none of them. */
size_t qh_limits_find(const qh_analysis *analysis, qh_limit *limit);

/* What a load of `species` at an outfall (index among outfalls) adds to a limit's left side, s/m3; 0 where it does not
 * depend on it, or where loads of that species do good. */
double qh_limit_response(const qh_analysis *analysis, const qh_limit *limit, size_t outfall, size_t species);

/* Whether a load of an outfall reaches a limit: what gives 1 g/m3 at its place gives at least QH_REACHES there. */
bool qh_limit_reached(const qh_analysis *analysis, const qh_limit *limit, size_t outfall, size_t species);

/* Load of the case, g/s. */
double qh_limit_load(const qh_analysis *analysis, size_t outfall, size_t species);

#endif
