/* All that trace, capacity and optimise begin with: a case, its response matrix, and what its sections are held to. */
#ifndef QH_SCENARIOS_ANALYSIS_H
#define QH_SCENARIOS_ANALYSIS_H

#include "scenarios/response.h"
#include "scenarios/study.h"
#include "scenarios/targets.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_analysis {
    qh_study *study;
    qh_prepared *prepared;
    qh_standard *standard;
    qh_response *response;
    qh_targets *targets;
} qh_analysis;

/* What is asked for. */
typedef struct qh_analysis_options {
    const char *folder;
    size_t n_setting;
    const qh_setting *setting; /* [n_setting] */
    const char *scenario;      /* NULL: the case as it is */
    const char *standard;      /* code or file; NULL: the one that the case names */
    qh_margin margin;
} qh_analysis_options;

/* Reads, prepares and solves. All problems go to diag. */
qh_status qh_analysis_open(const qh_analysis_options *options, qh_diag *diag, qh_analysis **analysis);

/* The same of the case that a steady run was made from, read from its store alone. `standard` as in the options. QH_E_INPUT
 * with a message when the run is unsteady or its kinetics are nonlinear. */
qh_status qh_analysis_open_stored(const qh_store *store, const char *standard, qh_margin margin, qh_diag *diag,
                                  qh_analysis **analysis);

/* How far the analysis is from the run that it was opened from: the largest difference of any concentration at a section
 * over the constituent's largest [-]. What is left is the discretisation of the run: the response is exact. */
qh_status qh_analysis_difference(const qh_analysis *analysis, qh_store *store, qh_diag *diag, double *difference);

/* Frees all of it. NULL is allowed. */
void qh_analysis_close(qh_analysis *analysis);

#ifdef __cplusplus
}
#endif
#endif
