/* One run: case -> network -> flow -> grid -> solve -> sink. */
#ifndef QH_SCENARIOS_RUN_H
#define QH_SCENARIOS_RUN_H

#include "model/progress.h"
#include "model/sink.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Everything that is built from a case before it is solved; owned together. */
typedef struct qh_prepared {
    const qh_case *river_case; /* borrowed */
    qh_network *network;
    qh_flow *flow;
    qh_grid *grid;
} qh_prepared;

/* Builds network, flow and grid and gives the advice; nothing is solved. All problems go to diag. */
qh_status qh_prepare(const qh_case *river_case, qh_diag *diag, qh_prepared **prepared);
void qh_prepared_destroy(qh_prepared *prepared);

/* Solves a prepared case into the sink with the engine that the case asks for. */
qh_status qh_run(const qh_prepared *prepared, const qh_progress *progress, const qh_sink *sink, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
