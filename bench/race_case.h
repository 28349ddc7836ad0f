/* The race case: one river on which every engine and every baseline is measured.
 *
 * 100 km, Q = 20 m3/s, A = 40 m2, D = 20 m2/s, k = 0.25 1/d. The inflow has 15 g/m3 and steps to 30 at 24 h; outfalls of
 * 0.5 m3/s at 50 g/m3 at 20 km and 0.8 m3/s at 30 g/m3 at 60 km (the area stays at 40 m2). Ten days from the steady state,
 * hourly values at five sections. */
#ifndef QH_BENCH_RACE_CASE_H
#define QH_BENCH_RACE_CASE_H

#include "model/case.h"

enum { RACE_SECTIONS = 5, RACE_HOURS = 240 };

typedef struct race_river {
    double length, discharge, area, dispersion, rate;       /* m, m3/s, m2, m2/s, 1/s */
    double inflow[2], step;                                 /* g/m3 before and after, s */
    double outfall_at[2], outfall_flow[2], outfall_load[2]; /* m, m3/s, g/s */
    double section_at[RACE_SECTIONS];                       /* m */
    double duration;                                        /* s */
} race_river;

extern const race_river race;

/* Hourly values at the sections, g/m3. */
typedef double race_series[RACE_HOURS + 1][RACE_SECTIONS];

/* The case, to be freed with qh_case_destroy. */
qh_case *race_case(double cell_length, double relative_tolerance);

/* The reference: the textbook loop on two fine grids, extrapolated to none. */
void race_reference(race_series reference);

/* Largest deviation over all sections and hours, over the highest inflow [-]. */
double race_error(race_series reference, race_series result);

/* Largest deviation at the first section from the closed form, which holds there because both outfalls are downstream:
 * the steady profile and an Ogata-Banks front with decay on top of it, over the highest inflow [-]. */
double race_closed_form_error(race_series result);

#endif
