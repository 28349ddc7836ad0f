/* Evaluation of a plan's scenarios: many at once, each a function of the plan and its index alone.
 *
 * Three ways, chosen by the plan:
 *     response   steady, linear, and only loads differ: the response matrix times the loads
 *     steady     steady and linear: the exact solution, for each scenario's own flow and rates
 *     lanes      where outfalls lie the same and the engine gains by it: full runs of several, side by side
 *     run        all else: a full run of each
 * Bits of a result do not depend on what else is evaluated with it, before it, or where: lanes that are solved together are
 * a matter of the plan alone, scenarios k unit ... (k + 1) unit - 1. */
#ifndef QH_SCENARIOS_EVALUATOR_H
#define QH_SCENARIOS_EVALUATOR_H

#include "model/progress.h"
#include "model/standard.h"
#include "scenarios/assess.h"
#include "scenarios/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_evaluator qh_evaluator;

enum { QH_EVALUATION_MESSAGE = 256, QH_MOST_STATISTICS = 8 };

/* What a result has. Fixed when the evaluator is made. */
typedef struct qh_evaluator_layout {
    const char *method; /* "response", "steady", "lanes", "run" */
    bool steady;
    size_t unit; /* scenarios that are computed together, whatever part of them is asked for; else 1 */
    size_t n_variable, n_section, n_species;
    size_t n_statistic;
    const char *statistic_name[QH_MOST_STATISTICS]; /* [n_statistic]: "value", by which it is judged; unsteady also
                                                     * "mean", "minimum", "maximum", "p95" of the samples, g/m3, and
                                                     * "days", the share of complete days that attain, - */
    qh_statistic judged;                            /* what "value" is */
    size_t n_sample;                                /* of a series; 0 unless kept */
    const double *sample_time;                      /* [n_sample], s since the start of the run */
    size_t n_frame, n_point;                        /* of fields; 0 unless kept */
    const double *frame_time;                       /* [n_frame], s */
} qh_evaluator_layout;

enum { QH_NOT_JUDGED = -1, QH_MISSED = 0, QH_ATTAINED = 1 };

/* Results of `count` scenarios, which are the fastest index of every array. An array that is NULL is not filled. Of a
 * scenario that failed numbers are NaN, and verdicts QH_NOT_JUDGED. */
typedef struct qh_evaluation {
    double *variable;     /* [n_variable][count], as qh_sampler_values gives them */
    double *statistic;    /* [n_species][n_statistic][n_section][count], g/m3 or - */
    signed char *item;    /* [n_species][n_section][count], verdicts: the constituent attains the section's class */
    signed char *section; /* [n_section][count], all of its constituents that count do */
    signed char *whole;   /* [count], all sections, ecological flows and withdrawals do */
    double *series;       /* [n_species][n_section][n_sample][count], g/m3 */
    double *field;        /* [n_frame][n_species][n_point][count], g/m3 */
    qh_status *status;    /* [count] */
    char (*message)[QH_EVALUATION_MESSAGE]; /* [count], English; "" where all went well */
} qh_evaluation;

/* Reads the standard, prepares the plan's case and chooses the method. The plan is borrowed. QH_E_INPUT with messages. */
qh_status qh_evaluator_create(const qh_sweep_plan *plan, qh_diag *diag, qh_evaluator **evaluator);
void qh_evaluator_destroy(qh_evaluator *evaluator);

const qh_evaluator_layout *qh_evaluator_get_layout(const qh_evaluator *evaluator);
const qh_standard *qh_evaluator_standard(const qh_evaluator *evaluator);

/* Evaluates scenarios first .. first+count-1. A scenario that fails is no failure of this function: it has its status and
 * message. QH_E_INTERRUPTED when `progress` (may be NULL) says so; QH_E_NOMEM. Not thread-safe: an evaluator a thread. */
qh_status qh_evaluator_run(qh_evaluator *evaluator, uint64_t first, size_t count, const qh_progress *progress,
                           const qh_evaluation *results);

#ifdef __cplusplus
}
#endif
#endif
