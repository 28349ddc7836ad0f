/* The response matrix of a case, and load scenarios as matrix products. */
#ifndef QH_SCENARIOS_RESPONSE_H
#define QH_SCENARIOS_RESPONSE_H

#include "model/response.h"
#include "scenarios/run.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a case has no response matrix (English, a catalogue key), or NULL: it is unsteady, or its kinetics are nonlinear. */
const char *qh_response_objection(const qh_case *river_case);

/* The response of a prepared case. QH_E_INPUT with a message when there is an objection. */
qh_status qh_response_create(const qh_prepared *prepared, qh_diag *diag, qh_response **response);

/* What the sources first .. first+count-1 do not bring: rest [n_species][n_section], g/m3. */
void qh_response_rest(const qh_response *response, size_t first, size_t count, double *rest);

/* Concentrations at the sections when the sources first .. first+count-1 give other loads and all else stays: load
 * [n_species][n_scenario][count, g/s], rest [n_species][n_section, g/m3] of qh_response_rest, section
 * [n_species][n_scenario][n_section, g/m3]. Flows are those of the case: the water of an outfall stays. */
void qh_response_evaluate(const qh_response *response, size_t first, size_t count, const double *rest,
                          size_t n_scenario, const double *load, double *section);

#ifdef __cplusplus
}
#endif
#endif
