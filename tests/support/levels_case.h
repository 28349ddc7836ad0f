/* Cases for routers with levels: channels with cross-sections and beds. */
#ifndef QH_TESTS_SUPPORT_LEVELS_CASE_H
#define QH_TESTS_SUPPORT_LEVELS_CASE_H

#include <stdint.h>

#include "tests/support/case_builder.h"

/* A trapezoid: bottom width [m], side slope [-], slope [-], Manning's n [s/m^(1/3)]. */
void levels_channel(qh_reach *reach, double width, double side, double slope, double manning);

/* Beds that fall along every reach: each node as high as its steepest reach asks for, and slopes as the beds then are. */
void levels_beds(qh_case *c);

/* A random network (tests/support/random_network.h) of trapezoids with beds; `without`: flags that are left out. */
case_builder *levels_random_case(uint64_t seed, unsigned without);

/* Gives the network's reaches surveyed sections: valleys of straight lines with banks of 200 m, made of `seed`. */
void levels_survey(qh_case *c, uint64_t seed);

/* What levels_build puts into a case, which must not outlive it. */
typedef struct levels_works {
    double level[3], volume[3]; /* m, m3 */
    qh_storage_curve curve;
    qh_reservoir reservoir;
    qh_structure structure[3];
    qh_rule rule;
} levels_works;

/* A reservoir with a weir in one reach; a weir and beside it a gate with a rule in another, or in the same. */
void levels_build(qh_case *c, uint64_t seed, levels_works *works);

#endif
