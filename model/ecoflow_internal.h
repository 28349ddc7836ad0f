/* What the ecological-flow rules share: which parameters a rule takes, and the check of a station against them. */
#ifndef QH_MODEL_ECOFLOW_INTERNAL_H
#define QH_MODEL_ECOFLOW_INTERNAL_H

#include "model/ecoflow.h"

/* Parameters of a station that rules may take; bits. */
enum { QH_ECOFLOW_FLOW = 1, QH_ECOFLOW_MEAN = 2, QH_ECOFLOW_SHARE = 4, QH_ECOFLOW_GRADE = 8, QH_ECOFLOW_MONTHLY = 16 };

/* Errors for each of `needed` that is not given or out of range, warnings for what is given and neither needed nor
 * `allowed`. QH_E_INPUT when there was an error. */
qh_status qh_ecoflow_check_parameters(const qh_station *station, unsigned needed, unsigned allowed, qh_diag *diag);

/* Advice where `flow` [m3/s] is less than the customary floor: 10 % of the mean annual flow, 5 % where that is more than
 * 80 m3/s. Says nothing when the mean annual flow is not given. */
void qh_ecoflow_advise_floor(const qh_station *station, double flow, qh_diag *diag);

#endif
