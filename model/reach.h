/* What a reach must have before anything can be computed in it. */
#ifndef QH_MODEL_REACH_H
#define QH_MODEL_REACH_H

#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Checks a reach's hydraulic law and its parameters, that it has a dispersion or a formula with the slope that the
 * formula needs, and that its storage zone is complete. Every problem goes to diag with the reach's place; QH_E_INPUT
 * when there is an error. qh_grid_create does it too; a reader does it earlier, so that all errors are told together. */
qh_status qh_reach_check(const qh_reach *reach, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
