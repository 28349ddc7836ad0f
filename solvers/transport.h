/* The transport operator: finite volumes on the grid, points between segments, kinetics, transient storage.
 *
 *     d(A C)/dt + d(Q C)/dx = d/dx(A D dC/dx) + q_L C_L + A R(C) + A alpha (C_s - C)
 *     dC_s/dt = alpha A/A_s (C - C_s) + R(C_s)
 *
 * Unknowns y [n_unknown][n_component], g/m3: first the cells in the grid's order, then one more for each cell that has
 * a storage zone. A component is a species in a lane, component = species * n_lane + lane, lane fastest. The scheme is
 * written down at the top of transport.c. Contract: qh_transport_rate at a constant state of 1 with every input 1 and
 * no decay is 0 to round-off; off-diagonal Jacobian entries are >= 0 where the limiters are off. */
#ifndef QH_SOLVERS_TRANSPORT_H
#define QH_SOLVERS_TRANSPORT_H

#include "solvers/engine.h"
#include "solvers/sparse.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_transport qh_transport;

/* Builds the operator of a problem; the problem is borrowed and must outlive it. Kinetics R may couple the constituents
 * of a lane and may be nonlinear; k20 is scaled by the forcing's rate_scale as it is now. The object holds workspace:
 * one thread at a time. */
qh_status qh_transport_create(const qh_problem *problem, qh_diag *diag, qh_transport **transport);
void qh_transport_destroy(qh_transport *transport);

/* Why a problem is not one of components that know nothing of one another, with rates that are linear and the same in
 * all lanes (a catalogue key), or NULL when it is: for engines that can do no more. */
const char *qh_transport_objection(const qh_problem *problem);

size_t qh_transport_unknowns(const qh_transport *transport);   /* n_cell + cells with a storage zone */
size_t qh_transport_components(const qh_transport *transport); /* n_species * n_lane */

/* Volume of each unknown's water [n_unknown], m3. Lives as long as the transport. */
const double *qh_transport_volumes(const qh_transport *transport);

/* Evaluates the forcing at time t [s since run start] for the calls below. */
void qh_transport_set_time(qh_transport *transport, double time);

/* dydt [n_unknown][n_component], g/m3/s, at y. */
void qh_transport_rate(qh_transport *transport, const double *y, double *dydt);

/* Pattern of d(dydt)/dy of one component by itself; the same for all. Lives as long as the transport. */
const qh_pattern *qh_transport_pattern(const qh_transport *transport);

/* Values of that pattern at y for one component: value [pattern nnz], 1/s. */
void qh_transport_jacobian(qh_transport *transport, const double *y, size_t component, double *value);

/* The same with the limiters as constants: an M-matrix (off its diagonal >= 0), for Picard steps. */
void qh_transport_frozen_jacobian(qh_transport *transport, const double *y, size_t component, double *value);

/* The whole Jacobian as systems of one pattern, x [n_unknown][n_component] being the right-hand sides of all of them: a
 * system a component where constituents do not react with one another (count = n_component, block = 1), else a system a
 * lane (count = n_lane) in which the constituents of a cell are block = n_species unknowns in sequence. */
typedef struct qh_transport_systems {
    const qh_pattern *pattern; /* lives as long as the transport */
    size_t block, count;
} qh_transport_systems;
qh_transport_systems qh_transport_systems_of(const qh_transport *transport);

/* What is wanted of a system: nothing, its Jacobian, or that with the limiters as constants. */
typedef enum qh_jacobian_kind { QH_JACOBIAN_NONE, QH_JACOBIAN_EXACT, QH_JACOBIAN_FROZEN } qh_jacobian_kind;

/* Their values at y: value [pattern nnz][count], 1/s; kind [count] (NULL: all exact), values of systems of which nothing
 * is wanted stay. Exact but for one thing: where several rivers end in the same outlet, what a constituent there owes to
 * another one in the other river is left out. */
void qh_transport_jacobians(qh_transport *transport, const double *y, const qh_jacobian_kind *kind, double *value);

/* All of them, exact, in single precision, with the sums of the rows in place of the diagonal: entries of a row that
 * cancel then still do (qh_tree_factor_single). workspace [n_unknown]. */
void qh_transport_jacobians_single(qh_transport *transport, const double *y, double *workspace, float *value);

/* Concentrations at the points: point [n_point][n_component], g/m3. */
void qh_transport_points(qh_transport *transport, const double *y, double *point);

/* Budget terms as rates: term [n_reach + 1][n_species][QH_BUDGET_TERMS][n_lane], g/s, laid out as in qh_budget; the
 * term STORED is left 0. */
void qh_transport_budget(qh_transport *transport, const double *y, double *term);

/* Mass held: mass [n_reach + 1][n_component], g, storage zones included. */
void qh_transport_mass(const qh_transport *transport, const double *y, double *mass);

/* Concentrations of the storage zones for a frame: storage [n_cell][n_component], g/m3, the cell's own where it has no
 * zone. Those of the cells are the first n_cell unknowns. */
void qh_transport_zones(const qh_transport *transport, const double *y, double *storage);
bool qh_transport_has_storage(const qh_transport *transport);
bool qh_transport_is_nonlinear(const qh_transport *transport); /* its kinetics */
const qh_problem *qh_transport_problem(const qh_transport *transport);

/* Adds to correction [n_unknown][n_component, g/m3] the mass that `remainder` [n_unknown][n_component, g/m3] holds in each
 * reach, spread over the reach in proportion to |y|: the budget of a reach cannot tell one from the other, and nothing
 * that is stiff is disturbed. Mass below the round-off of what is exchanged in gamma [s] stays away. */
void qh_transport_spread(const qh_transport *transport, const double *y, const double *remainder, double gamma,
                         double *correction);

/* Makes a state non-negative by exchanging mass between neighbouring cells of the same reach, so that no mass is made
 * or lost: a cell below zero takes what it lacks from its neighbours (the flux through their face was wrong by that
 * much). Adds the change to correction [n_unknown][n_component] (may be y itself). Returns false when a reach holds less
 * than nothing; with `whole_network`, for round-off, the other reaches then lend, and false means that they cannot.
 * Oxygen that decay may consume without end (solvers/oxygen_check.h) is left as it is without `whole_network`: moving it
 * about would hide that it has run out. */
bool qh_transport_make_positive(const qh_transport *transport, const double *y, bool whole_network, double *correction);

/* Whether no concentration lies below zero. */
bool qh_transport_is_positive(const qh_transport *transport, const double *y);

#ifdef __cplusplus
}
#endif
#endif
