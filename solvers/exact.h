/* Steady transport without a grid: concentrations at points, and anywhere between, of one river under many scenarios.
 *
 * Built once for a river, it is solved again for other loads (its factors stand), or for another flow (channel state,
 * dispersion, rates and factors are made anew in the same memory). Lanes are scenarios that differ in their loads only:
 * they are solved side by side. Mathematics: docs/method/exact.md.
 *
 *     qh_exact_create(river_case, network, flow, NULL, 16, diag, &exact);
 *     for each batch of 16 load scenarios:  qh_exact_solve(exact, load, diag);  qh_exact_sections(exact, section);
 *     for each scenario of flow:            qh_flow_solve(...);  qh_exact_set_water(exact, flow, diag);  ...
 *
 * Not thread-safe: one object a thread. */
#ifndef QH_SOLVERS_EXACT_H
#define QH_SOLVERS_EXACT_H

#include "model/flow.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_exact qh_exact;

/* Why a case has no exact steady solution (English, a catalogue key), or NULL: kinetics that are nonlinear or a circle. */
const char *qh_exact_objection(const qh_case *river_case);

/* The river's equations for `n_lane` sets of loads. `rate_scale` [n_species, -] are factors of k20, NULL: all 1. Case,
 * network and flow are borrowed. QH_E_NUMERIC, with a message, where a channel has no state. */
qh_status qh_exact_create(const qh_case *river_case, const qh_network *network, const qh_flow *flow,
                          const double *rate_scale, size_t n_lane, qh_diag *diag, qh_exact **exact);
void qh_exact_destroy(qh_exact *exact);

/* How far the last two extrapolations may differ, - of the largest value at points: 1e-11 unless said. Each step of
 * refinement costs as much as all before it, so many scenarios are better served by less. */
void qh_exact_set_agreement(qh_exact *exact, double agreement);

/* Takes another flow (borrowed) of the same network. Allocates nothing. After a failure the object can only be given
 * water again or destroyed. */
qh_status qh_exact_set_water(qh_exact *exact, const qh_flow *flow, qh_diag *diag);

/* Solves for loads [n_source][n_species][n_lane, g/s], sources in the order of solvers/forcing.h (qh_forcing_loads gives
 * them). Segments with distributed inflow are refined until two extrapolations agree to 1e-11 of the largest value; only
 * the first solve allocates for that. QH_E_NUMERIC when there is no steady state. */
qh_status qh_exact_solve(qh_exact *exact, const double *load, qh_diag *diag);

/* Error of the last solve, -, over the largest value at points: what the last refinement changed; 0 without inflow. */
double qh_exact_error_bound(const qh_exact *exact);

/* Refinements of the last solve, 1 without distributed inflow. */
size_t qh_exact_refinements(const qh_exact *exact);

/* Concentrations after a solve, g/m3: point [n_point][n_species][n_lane], section [n_section][n_species][n_lane]. */
void qh_exact_points(const qh_exact *exact, double *point);
void qh_exact_sections(const qh_exact *exact, double *section);

/* Concentration after a solve at `chainage` [m, 0 .. length] of a reach: c [n_species][n_lane], g/m3. At a break point the
 * value is that of the point. QH_E_INPUT when there is no such place. */
qh_status qh_exact_value(qh_exact *exact, size_t reach, double chainage, double *c);

#ifdef __cplusplus
}
#endif
#endif
