/* Unsteady transport by Laplace transforms; mathematics at the top of spectral.c. */
#ifndef QH_SOLVERS_SPECTRAL_INTERNAL_H
#define QH_SOLVERS_SPECTRAL_INTERNAL_H

#include <stdint.h>

#include "model/progress.h"
#include "solvers/engine.h"
#include "solvers/exact_complex_internal.h"
#include "solvers/exact_internal.h"

/* Which parts of the loads a transform contains. */
typedef enum spectral_part {
    SPECTRAL_JUMPS, /* jumps and bends after the start, with their sizes added up: what a section must resolve */
    SPECTRAL_ALL    /* and what holds from the start on, with the initial state */
} spectral_part;

/* How the transform is inverted; decided by spectral_plan. */
typedef struct spectral_plan {
    double duration;                /* s */
    double period;                  /* s, of the Fourier series, > duration */
    double shift;                   /* 1/s, sigma */
    double scale;                   /* g/m3, largest concentration that the loads can make */
    size_t n_sample, n_frame;       /* times 0, interval ... duration */
    size_t sample_fold, frame_fold; /* intervals in a period */
    size_t n_frequency;
    int filter_order;
    bool decays; /* the spectra at the sections have decayed by then */
} spectral_plan;

/* Rivers and cores of growing division, and the weights that extrapolate them. */
typedef struct spectral_level {
    exact_river *river;
    exact_complex_core *core;
    double weight;
} spectral_level;

/* Transform of the changes of one series, see spectral_loads.c. */
typedef struct spectral_series {
    const qh_series *series;
    double complex *value; /* [n_frequency + 1] */
} spectral_series;

enum { SPECTRAL_LEVELS = 7 };

typedef struct spectral {
    const qh_problem *problem;
    spectral_level level[SPECTRAL_LEVELS];
    size_t n_level;
    double inflow_bound;             /* -, what the last refinement of distributed inflow changed */
    size_t first_lane, n_lane, n, m; /* lanes of the forcing that are solved here; m = n n_lane */
    bool given;                      /* starts from a given state */
    double *initial;                 /* [n] by position, g/m3; 0 unless given */
    spectral_plan plan;
    spectral_series *series; /* [n_series] */
    size_t n_series;
    size_t *silent_from; /* [n_segment], first frequency that a segment does not carry, a multiple of
                            EXACT_COMPLEX_RATES; NULL: they carry all */
    bool *silent;        /* [n_segment], at the frequency at hand; NULL likewise */
    size_t *of_value;    /* [n_source][n_species][n_lane of the forcing], series of each value; SIZE_MAX: constant */
    bool *constant;      /* [n_source], all its values are */
} spectral;

/* The case whose kinetics hold in the lanes that are solved here. */
static inline const qh_case *spectral_case(const spectral *s) { return s->problem->forcing->river_case[s->first_lane]; }

/* Builds levels for `n_lane` lanes from first_lane on and decides how to invert. *objection receives why that cannot serve
 * (a catalogue key), or NULL. */
qh_status spectral_create(const qh_problem *problem, size_t first_lane, size_t n_lane, qh_diag *diag, spectral **made,
                          const char **objection);
void spectral_destroy(spectral *s);

/* Refines distributed inflow until the transforms at the sections change by less than the tolerance. */
qh_status spectral_refine(spectral *s, qh_diag *diag);

/* Estimated work of a solve, and of finite volumes, s. */
double spectral_cost(const spectral *s);
double spectral_cost_of_volumes(const spectral *s);

/* Transform of what a source gives in a lane of the group, g: frequency number k at its rate, or only what holds from the
 * start on when k is SPECTRAL_START. */
#define SPECTRAL_START SIZE_MAX
double complex spectral_load(const spectral *s, size_t source, size_t species, size_t lane, double complex rate,
                             size_t k);

/* Frequencies that are evaluated together: EXACT_COMPLEX_RATES, 1 on large rivers. */
size_t spectral_block(const spectral *s);

/* Evaluates and factors at frequencies first .. first + count - 1 side by side; first a multiple of the block, count no more
 * than that. */
qh_status spectral_evaluate(const spectral *s, size_t first, size_t count);

/* Solves at frequency number k, which stands at `place` among those evaluated last, for its loads; and at a rate [1/s] for
 * what holds from the start on. */
qh_status spectral_solve(const spectral *s, size_t k, size_t place);
qh_status spectral_solve_start(const spectral *s, double rate);

/* The same for bounds of the loads (no frequency number). */
qh_status spectral_probe(const spectral *s, double complex rate, spectral_part part);

/* Rate [1/s] of frequency number n, and what the sections may be wrong by, over the scale. */
double complex spectral_rate(const spectral_plan *plan, double n);
double spectral_tolerance(const spectral *s);

/* Extrapolated value of species by position in a lane at a point, after a solve. */
double complex spectral_at(const spectral *s, size_t position, size_t point, size_t lane);

/* Finds from which frequency on segments carry nothing worth solving (spectral_silence.c); and leaves those out of the next
 * solve, for frequency number k. */
#define SPECTRAL_SILENCE 0.1 /* -, of the tolerance: what may be left out */
qh_status spectral_find_silence(spectral *s);
void spectral_keep_silent(const spectral *s, size_t k);

/* Transforms of all series at the frequencies of the plan. */
qh_status spectral_load_series(spectral *s);

/* Bound of a series' transform at |rate|: sizes of its changes within `duration`, weighted by exp(-shift t). */
double spectral_series_bound(const qh_series *series, double rate, double shift, double duration);

/* Least distance [s] of a change after the start from a multiple of `interval` [s]; INFINITY without changes. */
double spectral_series_distance(const qh_series *series, double interval, double duration);

/* Whether no load changes so close to the time of a profile that the profile would be rounded beside the source. */
bool spectral_profiles_are_sharp(const spectral *s);

/* What a solve gives, [...][m] by species and lane of the group. */
typedef struct spectral_results {
    double *sample;  /* [n_sample][n_section][m], g/m3 */
    double *point;   /* [n_frame][n_point][m] */
    double *cell;    /* [n_frame][n_cell][m] */
    double *storage; /* [n_frame][n_cell][m]; NULL without storage zones */
    double *load;    /* [n_source][m], g over the run, and likewise below */
    double *point_integral, *end_flux, *reacted,
        *stored;                        /* [n_point][m], [2 n_segment][m], [n_reach][m] twice; points in
                                                           * g/m3 s */
    double *pond_reacted, *pond_stored; /* [n_point][m] each, g, of what points hold; not read without ponds */
    double bound, profile_bound;        /* - */
} spectral_results;

/* Who is told of the progress, and between which parts done. */
typedef struct spectral_watch {
    const qh_progress *progress;
    double from, to;
} spectral_watch;

/* Marches over the frequencies and inverts. The results are 0 on entry. QH_E_INTERRUPTED, QH_E_NOMEM, QH_E_NUMERIC. */
qh_status spectral_run(spectral *s, const spectral_watch *watch, qh_diag *diag, spectral_results *results);

#endif
