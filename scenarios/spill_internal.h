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

/* A section of the spill's case that the water reaches. */
typedef struct spill_place {
    size_t section;   /* of the spill's case */
    double window;    /* s */
    double rise;      /* s, least standard deviation of what rises and falls */
    double undecayed; /* g/m3, highest peak that a substance without decay would have */
    double flattest;  /* g/m3, about its lowest */
} spill_place;

/* The river at one flow. */
typedef struct spill_water {
    double factor;   /* -, on what flows in */
    qh_case *scaled; /* the spill's case with what flows in times the factor */
    qh_case *clean;  /* the same, where the flow changes with that of the moment of the release */
    qh_flow *flow;
    spill_dispersion dispersion;
    spill_way *way; /* [n_point] */
} spill_water;

enum { SPILL_MOST_FLOWS = 3 };

/* All that is known while a spill is solved. */
typedef struct spill_work {
    const qh_case *river_case; /* as given */
    qh_case *spill_case;       /* sections: those of the case, intakes, probes, and one at the release */
    qh_arena *arena;           /* of the result */
    qh_diag *diag;
    qh_network *network; /* the same at all flows */
    const double *pond;  /* [n_point], m3, that reservoirs hold on steady flow; NULL: there are none */
    size_t n_water;
    spill_water water[SPILL_MOST_FLOWS]; /* [n_water], the case's own flow first */
    size_t first_probe, n_probe;         /* sections of the spill's case */
    const double *probe_distance;        /* [n_probe], m along the way */
    size_t n_place;
    spill_place *place; /* [n_place], by window */
    qh_case *variant[QH_SPILL_MOST_ANSWERS];
    const qh_flow *variant_flow[QH_SPILL_MOST_ANSWERS];
    qh_spill *spill;
} spill_work;

/* Samples in the standard deviation of a rise. */
#define SPILL_SAMPLES 10.0

/* ---- spill_case.c ---- */

/* The case with one constituent, the substance, that enters by one outfall (the last one) and nothing else; its sections
 * are the case's, followed by one at each intake. Water stands still unless the release follows it. Borrows from
 * river_case. */
qh_status qh_spill_case(qh_arena *arena, const qh_case *river_case, const qh_release *release, qh_case **made);

/* The same with all flows as their series have them at `time` [s since the run's start], for ever. */
qh_status qh_spill_at_time(qh_arena *arena, const qh_case *spill_case, double time, qh_case **made);

/* Adds sections: place [n], after those that are there. */
qh_status qh_spill_add_sections(qh_arena *arena, qh_case *spill_case, size_t n, const qh_section *section);

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

/* ---- spill_limit.c ---- */

/* Fills in release->item and release->source_limit, from its standard. */
void qh_spill_judge(const qh_case *river_case, qh_release *release);

/* Limit at a place [g/m3], not given where there is none, and where it stands. */
qh_optional qh_spill_limit_at(const qh_case *river_case, const qh_release *release, const qh_section *place,
                              bool is_intake, qh_clause *clause);

/* The standard's item of that code or title, if values must not be above its limits; else NULL. */
const qh_standard_item *qh_spill_item(const qh_standard *standard, const char *name);

/* ---- spill_place.c ---- */

/* Which sections the water reaches, how long that takes, and how steep it is: s->place. */
qh_status qh_spill_find_places(spill_work *s);

/* What holds at a place whatever the answer. */
void qh_spill_describe(const spill_work *s, size_t section, qh_spill_target *target);

/* Concentration where the release enters, g/m3: what tolerances refer to. */
double qh_spill_scale(const spill_work *s);

/* g/m3, of a place: a lower peak counts as none. */
double qh_spill_felt(const spill_work *s, const spill_place *at);

/* ---- spill_plume.c ---- */

/* Finds the way and adds probes to the sections of the spill's case; the network must be made anew. */
qh_status qh_spill_add_probes(spill_work *s);

/* ---- spill_group.c ---- */

/* Solves all answers on steady water: target [n_place], described. */
qh_status qh_spill_solve_steady(const spill_work *s, qh_spill_target *target);

/* ---- spill_moving.c ---- */

/* Solves all answers on the water of the case's router, from the moment of the release to the end of the run, or until it
 * has passed everywhere: target [n_place], described. */
qh_status qh_spill_solve_moving(const spill_work *s, qh_spill_target *target);

/* ---- spill_clock.c ---- */

/* A case whose clock starts with the release, and which one its router is given; solvers are handed &clock->shifted. */
typedef struct spill_clock {
    qh_case shifted;       /* first, so that the router's functions find the rest */
    const qh_case *routed; /* by the run's own clock */
    double start;          /* s since the run's start */
    double finest; /* s, longest step of the first moments; later ones may grow with the time since the release */
} spill_clock;

/* Fills `clock` with the spill's case from the release on. */
qh_status qh_spill_clock_set(qh_arena *arena, const qh_case *spill_case, const qh_release *release, spill_clock *clock);

/* The router that routed->run.routing names, by the clock of a spill_clock's `shifted`. */
extern const qh_router qh_spill_clock_router;

/* ---- spill_run.c ---- */

/* What an engine gave at the sections. Zero-initialise; free with qh_spill_samples_free. */
typedef struct spill_samples {
    size_t n_section; /* sections times constituents */
    size_t count, capacity;
    double *time;  /* [count], s */
    double *value; /* [count][n_section], g/m3 */
} spill_samples;

/* Takes what one sample holds. QH_E_NOMEM. */
qh_status qh_spill_keep(spill_samples *samples, double time, const double *value);

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

/* What passes, from `n` values [g/m3] at times [n, s]. False where it has not come down to the edge, or below the limit, at
 * the end: pass->lasts. */
bool qh_spill_pass_of(size_t n, const double *time, const double *added, const spill_bounds *bounds, qh_pass *pass);

/* Keeps the curve of one answer at a place, and how it passes: the samples' column [0 .. n_section). */
qh_status qh_spill_keep_curve(const spill_work *s, const spill_samples *samples, size_t column, const spill_place *at,
                              size_t answer, qh_spill_target *target, bool *passed);

#endif
