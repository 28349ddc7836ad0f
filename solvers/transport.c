/* Finite volumes for advection, dispersion, first-order kinetics and transient storage on a river network.
 *
 * Equation   see transport.h. In a cell of volume V = A dx, with upstream and downstream face fluxes F:
 *                V dC/dt = F_up - F_down + W_lateral + V (gain - decay C) + V alpha (C_s - C)
 * Face       between cells u (upwind) and d, far f upwind of u, discharge Q > 0 from u to d, g = A D/dx:
 *                F = Q [ w (C_u + C_d)/2 + (1 - w)(C_u + phi/2) ] + g (C_u - C_d),   phi = harmonic mean of
 *                C_u - C_f and C_d - C_u (van Leer), 0 at an extremum;   w = min(1, 2 g/Q).
 *            With a cell Péclet number up to 2 (w = 1) this is the central scheme, linear and second order everywhere;
 *            above it becomes the limited upwind scheme by degrees. Both parts keep dC/dt of a cell a combination of
 *            differences to its neighbours with coefficients >= 0 (Harten 1983; LED of Jameson 1995): no new
 *            extremum, nothing negative, at any Péclet number, and nothing is clamped.
 * Point      node or break point, fully mixed, no volume: sum of fluxes = 0 gives its value
 *                C_p = [ sum_in(Q (1-w) C* + g C_u) + sum_out g C_d + W ] / [ sum_in(g - Q w) + sum_out(Q + g) + taken + outlet ]
 *            with g over half a cell, w = min(1, g/Q), C* = C_u + theta (C_u - C_inner)/2. At high Péclet numbers this
 *            is exact mixing, at low ones the common concentration with balanced fluxes. theta compares what the slopes
 *            would add to C_p with the step from the unextrapolated mixture to the next cell downstream (van Albada,
 *            smooth), so a confluence keeps second order where a limiter on one branch alone would see a false
 *            extremum. Slopes against the sense of that step do not count. C_p stays between mixture and next cell.
 * Inlet      first type: C_p = C_in. Third type: the point's equation with W = Q C_in.
 * Outlet     dC/dx = 0 for dispersion; the last half cell is extrapolated by its own kinetics, which needs no
 *            neighbour beyond the end: C* = (C_u + T gain)/(1 + T decay), T = half the cell's travel time; coupled
 *            kinetics solve C* = C_u + T R(C*).
 * Kinetics   coupled or nonlinear: V R(C) in the place of V (gain - decay C), see transport_kinetics.c.
 * Order      unknowns: cells downstream in each segment, then storage zones. Components (species, lane) innermost.
 * Sources    van Leer (1974, 1977), J. Comput. Phys. 14:361 and 23:276; van Albada et al. (1982), Astron. Astrophys.
 *            108:76; Jameson (1995), Int. J. Comput. Fluid Dyn. 4:171; Bencala & Walters (1983), Water Resour. Res.
 *            19:718 for the storage zone. Blending by Péclet number and the limiter at points are this program's own.
 * Not for    discharge that changes in time (areas are constants here). */
#include "solvers/transport.h"

#include <math.h>
#include <string.h>

#include "model/kinetics.h"
#include "solvers/transport_internal.h"

const char *qh_transport_objection(const qh_problem *problem) {
    const qh_case *river_case = problem->river_case;
    if (!qh_kinetics_is_linear(river_case)) return QH_N("a process is nonlinear");
    for (size_t of = 0; of < river_case->n_constituent; of++) {
        for (size_t on = 0; on < river_case->n_constituent; on++) {
            if (qh_kinetics_couples(river_case, of, on)) return QH_N("a process couples constituents");
        }
    }
    if (qh_forcing_rates_differ(problem->forcing)) return QH_N("lanes differ in their kinetics");
    return NULL;
}

void qh_transport_destroy(qh_transport *transport) {
    if (transport) qh_arena_destroy(transport->arena);
}

size_t qh_transport_unknowns(const qh_transport *transport) { return transport->n_unknown; }
size_t qh_transport_components(const qh_transport *transport) { return transport->m; }
bool qh_transport_has_storage(const qh_transport *transport) { return transport->n_storage > 0; }
bool qh_transport_is_nonlinear(const qh_transport *transport) { return transport->nonlinear; }
const qh_problem *qh_transport_problem(const qh_transport *transport) { return transport->problem; }
const double *qh_transport_volumes(const qh_transport *transport) { return transport->volume; }
const qh_pattern *qh_transport_pattern(const qh_transport *transport) { return transport->pattern; }

qh_transport_systems qh_transport_systems_of(const qh_transport *t) {
    if (t->coupled) return (qh_transport_systems){.pattern = t->system, .block = t->n_species, .count = t->n_lane};
    return (qh_transport_systems){.pattern = t->pattern, .block = 1, .count = t->m};
}

void qh_transport_zones(const qh_transport *t, const double *y, double *storage) {
    const size_t m = t->m;
    for (size_t i = 0; i < t->n_cell; i++)
        memcpy(storage + i * m, y + zone_of_cell(t, i) * m, m * sizeof(double));
}
