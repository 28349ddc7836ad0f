/* Engines: ways to solve the transport problem, behind one interface. One engine a file in engines/. */
#ifndef QH_SOLVERS_ENGINE_H
#define QH_SOLVERS_ENGINE_H

#include "model/progress.h"
#include "model/sink.h"
#include "solvers/forcing.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A problem ready to be solved; everything is borrowed and const. */
typedef struct qh_problem {
    const qh_case *river_case;
    const qh_network *network;
    const qh_flow *flow;
    const qh_grid *grid;
    const qh_forcing *forcing; /* n_species and n_lane are the problem's */
    /* [n_lane], water and grid of each lane, on the same cells; NULL: all have `flow` and `grid`, which else are those of
     * the first lane. For engines that are best given several lanes `apart`, no others. */
    const qh_flow *const *lane_flow;
    const qh_grid *const *lane_grid;
    /* [n_point], m3, of water that points hold, fully mixed, on steady flow (reservoirs); NULL: none. For engines that
     * hold ponds, from a given state. */
    const double *pond;
} qh_problem;

static inline const qh_flow *qh_problem_flow(const qh_problem *problem, size_t lane) {
    return problem->lane_flow ? problem->lane_flow[lane] : problem->flow;
}
static inline const qh_grid *qh_problem_grid(const qh_problem *problem, size_t lane) {
    return problem->lane_grid ? problem->lane_grid[lane] : problem->grid;
}

typedef struct qh_engine {
    const char *name;
    const char *title;  /* English, a catalogue key */
    const char *source; /* method's reference */
    /* How well it suits a problem that it has no objection to: "auto" takes the highest. Most suited 100, always right
     * but slower 10, by name only 0. Costs little beside the solve. */
    int (*preference)(const qh_problem *problem);
    /* Lanes that a solve is best given, by measurement (bench/bench_lanes.c): `wide` where they share water and kinetics,
     * `varied` where they share the water, `apart` where they share neither. 1: lanes save nothing. */
    size_t wide, varied, apart;
    bool holds_ponds; /* takes problems with `pond`: one constituent, or several that do not make one another */
    /* NULL when the engine can solve the problem, else why not (English, a catalogue key). */
    const char *(*objection)(const qh_problem *problem);
    /* Solves and fills the sink. On QH_E_INTERRUPTED or failure the frames already given stand. QH_E_BALANCE when the
     * budget does not close to the case's tolerance (the sink's `end` is called before, so that the record shows it). */
    qh_status (*solve)(const qh_problem *problem, const qh_progress *progress, const qh_sink *sink, qh_diag *diag);
} qh_engine;

/* All engines, NULL-terminated, by name. Generated. */
extern const qh_engine *const qh_registry_engine[];

/* The engine called `name`, or for "auto" the preferred one among the applicable. Adds to diag why there is none and
 * returns QH_E_INPUT. */
qh_status qh_engine_choose(const qh_problem *problem, const char *name, qh_diag *diag, const qh_engine **engine);

#ifdef __cplusplus
}
#endif
#endif
