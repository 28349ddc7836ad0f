/* Constituents that react with one another, put on any case of this folder. */
#ifndef QH_TESTS_SUPPORT_REACTING_H
#define QH_TESTS_SUPPORT_REACTING_H

#include "tests/support/case_builder.h"

typedef enum reacting {
    REACTING_CHAIN,  /* each becomes the next, with other yields: linear, triangular */
    REACTING_OXYGEN, /* the same, and the last is oxygen, which all need: linear, triangular */
    REACTING_MONOD   /* the same, and all wait for oxygen: nonlinear, all depend on all */
} reacting;

/* Sets decay, products and oxygen of all constituents; rates are those of days. Nothing may be left of backgrounds and
 * overrides (leave out RANDOM_DECAY). With oxygen, at least two constituents. Sources give oxygen like the rest; where
 * decay does not wait, demand is so small that oxygen does not run out. */
void make_reacting(case_builder *b, reacting kind);

#endif
