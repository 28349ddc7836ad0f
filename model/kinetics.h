/* Kinetics: processes that change concentrations inside a body of water. One process a file in kinetics/. */
#ifndef QH_MODEL_KINETICS_H
#define QH_MODEL_KINETICS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/case.h"
#include "model/reaeration.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Parameters of one constituent as they hold in one reach (case values with the reach's overrides). */
typedef struct qh_rate_parameters {
    double k20;        /* 1/s */
    double theta;      /* - */
    double k2_20;      /* m3/g/s */
    double settling;   /* m/s */
    double background; /* g/m3 */
    bool has_product;  /* what decays becomes species `product`, yield [-] g a g */
    size_t product;
    double yield;
    double oxygen_demand; /* -, g of oxygen a g decayed */
    double oxygen_half;   /* g/m3, of Monod's factor; 0: decay does not wait for oxygen */
    bool is_oxygen;
    const qh_reaeration_formula *reaeration; /* NULL: none */
} qh_rate_parameters;

/* What a process sees of the water it acts in. */
typedef struct qh_process_input {
    size_t n_species;
    const qh_rate_parameters *parameters; /* [n_species] */
    double temperature;                   /* degC */
    double depth;                         /* m, > 0 */
    double velocity;                      /* m/s */
} qh_process_input;

typedef struct qh_process {
    const char *name;
    const char *title;    /* English, a catalogue key */
    const char *equation; /* as text */
    const char *source;
    /* Whether the Jacobian depends on concentrations in this case; NULL: it never does. */
    bool (*nonlinear)(const qh_case *river_case);
    /* Whether the rate of species `of` depends on the concentration of another one, `on`; NULL: it never does. */
    bool (*couples)(const qh_case *river_case, size_t of, size_t on);
    /* Adds to dcdt [n_species, g/m3/s] and to jacobian [n_species][n_species, d(dcdt_row)/d(c_column), 1/s] at the
     * concentrations c [n_species, g/m3]. Must give dcdt_i >= 0 wherever c_i = 0 and the others are >= 0, but for oxygen
     * that is consumed by decay that does not wait for it. */
    void (*rates)(const qh_process_input *input, const double *c, double *dcdt, double *jacobian);
} qh_process;

/* All processes, NULL-terminated, by name. Generated. */
extern const qh_process *const qh_registry_process[];

/* Parameters of every constituent in a reach: parameters [n_constituent]. */
void qh_rate_parameters_of(const qh_case *river_case, size_t reach, qh_rate_parameters *parameters);

/* Sum of all processes: dcdt [n_species, g/m3/s], jacobian [n_species][n_species, 1/s]; both are overwritten. */
void qh_kinetics_rates(const qh_process_input *input, const double *c, double *dcdt, double *jacobian);

/* Whether all processes are linear in the case: then rates = constant + Jacobian c. */
bool qh_kinetics_is_linear(const qh_case *river_case);

/* Whether some process makes the rate of species `of` depend on the concentration of another species `on`. */
bool qh_kinetics_couples(const qh_case *river_case, size_t of, size_t on);

/* Whether a species may rise where there is nothing of it, and nothing else: by a background, or oxygen from the air. */
bool qh_kinetics_gains(const qh_case *river_case, size_t species);

/* An order of the species in which each depends on none that comes later: order [n_constituent], the lowest index first
 * among those that are free. False, with order undefined, where they depend on one another in a circle. */
bool qh_kinetics_order(const qh_case *river_case, size_t *order);

#ifdef __cplusplus
}
#endif
#endif
