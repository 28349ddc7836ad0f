/* Inside of a spill: the ways down the water, and the case that carries nothing but the spill. */
#ifndef QH_SCENARIOS_SPILL_INTERNAL_H
#define QH_SCENARIOS_SPILL_INTERNAL_H

#include "model/flow.h"
#include "scenarios/spill.h"
#include "solvers/router.h"

/* What lies between the release and a point. */
typedef struct spill_way {
    bool reached;
    double distance;    /* m, shortest */
    double soonest;     /* s, travel time of the way of that distance */
    double latest;      /* s, longest travel time of any way, reservoirs left out */
    double held;        /* s, longest sum of the residence times of reservoirs on a way */
    double variance[2]; /* s2, of travel times: along the quickest spread (0: least) and the widest (1: most) */
    double rising;      /* s2, the least of them without reservoirs, which do not make a front less steep */
} spill_way;

/* Dispersion of every reach below the release [n_reach], m2/s, and the formulas that were asked. */
typedef struct spill_dispersion {
    qh_optional *own, *least, *most; /* [n_reach] each */
    size_t *n_formula;               /* [n_reach] */
} spill_dispersion;

/* ---- spill_case.c ---- */

/* The case with one constituent, the substance, that enters by one outfall (the last one) and nothing else; its sections
 * are the case's, followed by one at each intake. Borrows from river_case. */
qh_status qh_spill_case(qh_arena *arena, const qh_case *river_case, const qh_release *release, qh_case **made);

/* The same with what flows in multiplied by `factor`, outfalls and withdrawals as they are. */
qh_status qh_spill_with_flow(qh_arena *arena, const qh_case *spill_case, double factor, qh_case **made);

/* The same with the dispersion given in each reach that has one in `dispersion` [n_reach, m2/s]. */
qh_status qh_spill_with_dispersion(qh_arena *arena, const qh_case *spill_case, const qh_optional *dispersion,
                                   qh_case **made);

/* The case itself, steady, with those sections: for what is there without the spill. */
qh_status qh_spill_background_case(qh_arena *arena, const qh_case *river_case, const qh_case *spill_case,
                                   qh_case **made);

/* ---- spill_way.c ---- */

/* Dispersion of the reaches that lie below the release, by the case and by the formulas. */
qh_status qh_spill_dispersion(qh_arena *arena, const qh_case *spill_case, const qh_network *network,
                              const qh_flow *flow, qh_diag *diag, spill_dispersion *dispersion);

/* Ways from the release to all points: way [n_point]; pond [n_point, m3] is what points hold, NULL: nothing. */
qh_status qh_spill_ways(const qh_case *spill_case, const qh_network *network, const qh_flow *flow,
                        const spill_dispersion *dispersion, const double *pond, qh_diag *diag, spill_way *way);

/* Mixing length [m] of a release at the bank; not given without a slope. */
qh_status qh_spill_mixing(const qh_case *spill_case, const qh_release *release, double discharge, qh_diag *diag,
                          qh_optional *length);

/* ---- spill_pond.c ---- */

/* What reservoirs hold, pond [n_point, m3]; NULL where there is none. */
qh_status qh_spill_ponds(qh_arena *arena, const qh_case *spill_case, const qh_network *network, const double **pond);

/* Hands out the steady water of the case for ever; its reservoirs hold what they do at the run's start. */
extern const qh_router qh_spill_standing_water;

/* ---- spill_run.c ---- */

/* What an engine gave at the sections. Zero-initialise; free with qh_spill_samples_free. */
typedef struct spill_samples {
    size_t n_section; /* sections times constituents */
    size_t count, capacity;
    double *time;  /* [count], s */
    double *value; /* [count][n_section], g/m3 */
} spill_samples;

/* Solves a case on its water: "spectral" where that has no objection, else the engine that the case asks for; where points
 * hold water (pond [n_point, m3]; NULL: none) else "moving". */
qh_status qh_spill_run(const qh_case *c, const qh_network *network, const qh_flow *flow, const double *pond,
                       qh_diag *diag, spill_samples *samples, const char **engine);
void qh_spill_samples_free(spill_samples *samples);

/* ---- spill_pass.c ---- */

typedef struct spill_bounds {
    double edge;                   /* -, part of the peak */
    double felt;                   /* g/m3, a lower peak counts as none */
    qh_optional limit, background; /* g/m3 */
} spill_bounds;

/* What passes, from `n` values [g/m3] at times [n, s]. False where it has not come down to the edge at the end. */
bool qh_spill_pass_of(size_t n, const double *time, const double *added, const spill_bounds *bounds, qh_pass *pass);

#endif
