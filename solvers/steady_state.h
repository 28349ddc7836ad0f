/* Steady state of the transport operator: Newton's method with a direct solve. */
#ifndef QH_SOLVERS_STEADY_STATE_H
#define QH_SOLVERS_STEADY_STATE_H

#include "solvers/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

/* y [n_unknown][n_component, g/m3] with rate(y) = 0 under the forcing set last (qh_transport_set_time); y is only
 * written. QH_E_NUMERIC with a message when there is none or it is not reached. */
qh_status qh_steady_state(qh_transport *transport, qh_diag *diag, double *y, size_t *iterations);

#ifdef __cplusplus
}
#endif
#endif
