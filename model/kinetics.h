/* Kinetics: processes that change concentrations inside a body of water. One process a file in kinetics/. */
#ifndef QH_MODEL_KINETICS_H
#define QH_MODEL_KINETICS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Parameters of one constituent as they hold in one reach (case values with the reach's overrides). */
typedef struct qh_rate_parameters {
    double k20;        /* 1/s */
    double theta;      /* - */
    double settling;   /* m/s */
    double background; /* g/m3 */
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
    bool linear;  /* the Jacobian does not depend on concentrations */
    bool coupled; /* the Jacobian has entries off its diagonal */
    /* Adds to dcdt [n_species, g/m3/s] and to jacobian [n_species][n_species, d(dcdt_row)/d(c_column), 1/s] at the
     * concentrations c [n_species, g/m3]. Must give dcdt_i >= 0 wherever c_i = 0 and the others are >= 0. */
    void (*rates)(const qh_process_input *input, const double *c, double *dcdt, double *jacobian);
} qh_process;

/* All processes, NULL-terminated, by name. Generated. */
extern const qh_process *const qh_registry_process[];

/* Parameters of every constituent in a reach: parameters [n_constituent]. */
void qh_rate_parameters_of(const qh_case *river_case, size_t reach, qh_rate_parameters *parameters);

/* Sum of all processes: dcdt [n_species, g/m3/s], jacobian [n_species][n_species, 1/s]; both are overwritten. */
void qh_kinetics_rates(const qh_process_input *input, const double *c, double *dcdt, double *jacobian);

#ifdef __cplusplus
}
#endif
#endif
