/* A release: mass of a substance let go at one place of the network, evenly over some time. */
#ifndef QH_MODEL_RELEASE_H
#define QH_MODEL_RELEASE_H

#include <stdint.h>

#include "model/case.h"
#include "model/source_limit.h"
#include "model/standard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Let go within less, mass counts as let go within this: sections are minutes away at least. */
#define QH_SHORTEST_RELEASE 60.0 /* s */

typedef struct qh_release {
    size_t reach;
    double chainage;  /* m from the reach's upstream end */
    double mass;      /* g, > 0 */
    double duration;  /* s, >= QH_SHORTEST_RELEASE, over which it flows out evenly */
    bool has_species; /* a constituent of the case, with its kinetics; else a substance of its own */
    size_t species;   /* index of the constituent; meaningless unless has_species */
    const char *name; /* of the substance; meaningless with has_species */
    double decay;     /* 1/s, first order, at the water's temperature; meaningless with has_species */
    double edge;      /* -, in 0..1: it has arrived and has passed at this part of the peak */
    double
        flow_band; /* -, 0 <= .. < 1: what headwaters, tributaries and distributed inflows bring may be off by this */
    bool dated;    /* the moment of the release is known: `date` */
    int64_t date;  /* s from 1970-01-01 local time; meaningless unless dated */
    bool follows;  /* on the moving water of the case, from `start` on; else on steady flow */
    double start;  /* s since the run's start; meaningless unless follows */
    qh_optional limit; /* g/m3, for all places; else that of each section's class where the standard has one */
    const qh_standard *standard;
    const qh_standard_item *item;        /* of the standard, for the substance; NULL: it has none */
    const qh_source_limit *source_limit; /* where there is no item: at sources of drinking water; NULL: none */
} qh_release;

/* Whether the kinetics of a constituent let it be followed on its own, in proportion to what was let go; adds to diag why
 * not. */
bool qh_release_of_species(const qh_constituent *substance, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
