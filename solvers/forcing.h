/* Forcing: what differs from lane to lane, which is what enters the network, by source, constituent and lane, constant or in
 * time, and the kinetics. */
#ifndef QH_SOLVERS_FORCING_H
#define QH_SOLVERS_FORCING_H

#include "model/kinetics.h"
#include "model/network.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One input of one constituent. A concentration [g/m3] is multiplied by the source's water flow, a load [g/s] not. */
typedef struct qh_forcing_value {
    bool is_load;
    double scale;   /* -, 1 unless a lane changes it */
    qh_value value; /* g/m3 or g/s */
} qh_forcing_value;

/* Sources in the order headwaters, tributaries, outfalls, laterals of the case. */
typedef struct qh_forcing {
    qh_arena *arena;
    size_t n_source, n_species, n_lane;
    const qh_case *const *river_case;                     /* [n_lane], whose kinetics hold in a lane; borrowed */
    size_t first_tributary, first_outfall, first_lateral; /* index of the first source of each kind */
    const double *flow;      /* [n_source][n_lane], m3/s of water (laterals: over the whole stretch) */
    qh_forcing_value *value; /* [n_source][n_species][n_lane] */
    double *rate_scale;      /* [n_species][n_lane], -, factor of k20 everywhere; 1 unless a lane changes it */
} qh_forcing;

/* Forcing of the case, the same in every one of `n_lane` lanes. Series are referred to, not copied: the case must
 * outlive it. */
qh_status qh_forcing_create(const qh_case *river_case, size_t n_lane, qh_forcing **forcing);
/* Forcing of `n_lane` cases [n_lane], a lane each. They may differ in what enters, in their kinetics and temperature, and,
 * where the problem gives each lane its own (solvers/engine.h), in their water, in nothing else. The cases must outlive it; the array is copied. */
qh_status qh_forcing_create_lanes(size_t n_lane, const qh_case *const *river_case, qh_forcing **forcing);
void qh_forcing_destroy(qh_forcing *forcing);

/* Scales, in one lane, one source's input of one constituent (scenarios: cut an outfall, close it). */
void qh_forcing_scale(qh_forcing *forcing, size_t source, size_t species, size_t lane, double factor);

/* Scales, in one lane, the decay rate k20 of one constituent in all reaches (scenarios of uncertain kinetics). */
void qh_forcing_scale_rate(qh_forcing *forcing, size_t species, size_t lane, double factor);

/* Rate parameters of a lane in a reach (n_reach: in none), by constituent: parameters [n_species]. */
void qh_forcing_rate_parameters(const qh_forcing *forcing, size_t lane, size_t reach, qh_rate_parameters *parameters);

/* Water temperature of a lane in a reach, degC, where it does not change in time. */
double qh_forcing_temperature(const qh_forcing *forcing, size_t lane, size_t reach);

/* Whether the kinetics of all lanes are of one form: linear, coupled, gaining and settling alike. Engines take that of the
 * first lane. */
bool qh_forcing_is_uniform(const qh_forcing *forcing);

/* Whether lanes differ in their kinetics, temperature included. */
bool qh_forcing_rates_differ(const qh_forcing *forcing);

/* Mass entering at time t [s since run start]: load [n_source][n_species][n_lane], g/s. */
void qh_forcing_loads(const qh_forcing *forcing, double t, double *load);

/* First time strictly later than t at which any input may jump or bend; INFINITY when there is none. */
double qh_forcing_next_break(const qh_forcing *forcing, double t);

/* Whether an input jumps at t, rather than bends. */
bool qh_forcing_jumps_at(const qh_forcing *forcing, double t);

#ifdef __cplusplus
}
#endif
#endif
