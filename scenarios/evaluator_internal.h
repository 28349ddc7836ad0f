/* What the ways of evaluation share. */
#ifndef QH_SCENARIOS_EVALUATOR_INTERNAL_H
#define QH_SCENARIOS_EVALUATOR_INTERNAL_H

#include "model/sink.h"
#include "scenarios/assess_internal.h"
#include "scenarios/evaluator.h"
#include "scenarios/response.h"

/* What a section is held to in one constituent: attained where low <= value <= high. */
typedef struct qh_bound {
    bool judged, counts;          /* as in qh_verdict */
    const qh_standard_item *item; /* NULL unless judged */
    int target_class;
    double low, high; /* g/m3, with the slack of qh_standard_class_of; of a range the class is asked for instead */
} qh_bound;

/* What is ready before the first load scenario (evaluator_response.c). */
typedef struct qh_load_programme qh_load_programme;

struct qh_evaluator {
    const qh_sweep_plan *plan;
    qh_arena *arena;
    qh_sampler *sampler;
    qh_composer *composer;
    qh_standard *standard;
    qh_prepared *prepared; /* the plan's case */
    qh_bound *bound;       /* [n_section][n_species] */
    qh_evaluator_layout layout;
    qh_load_programme *loads; /* method response */
    qh_periods day, month;    /* of an unsteady run */
    double *values;           /* [QH_BLOCK][n_variable] */
    double *section;          /* [n_section][n_species] of one scenario, g/m3 */
    double *series;           /* [unit][n_section][n_species][samples] of full runs, g/m3 */
    double *time;             /* [samples], s */
    double *sorted, *mean;    /* [samples], [days or months] */
    size_t n_time;            /* samples of an unsteady run */
};

enum { QH_BLOCK = 256 /* scenarios that are drawn, or multiplied, together */ };

/* Where one scenario's results go: number q of `count`. */
typedef struct qh_place_of_result {
    const qh_evaluation *results;
    size_t q, count;
} qh_place_of_result;

/* ---- evaluator_verdict.c ---- */

/* Whether a value [g/m3] attains. */
bool qh_bound_met(const qh_evaluator *evaluator, const qh_bound *bound, double value);

/* Larger is worse: what "worst" means for a value. */
double qh_bound_badness(const qh_bound *bound, double value);

/* Notes values and verdicts of one scenario: value [n_section][n_species], the values it is judged by; `flows`: ecological
 * flows and withdrawals are met. */
void qh_judge_scenario(const qh_evaluator *evaluator, const double *value, bool flows, const qh_place_of_result *at);

/* Whether ecological flows and withdrawals are met. */
bool qh_flows_met(const qh_flow *flow);

/* Notes the failure of one scenario, with the first error of diag. */
void qh_fail_scenario(const qh_evaluator *evaluator, qh_status status, qh_diag *diag, const qh_place_of_result *at);

/* ---- evaluator_run.c ---- */

/* One scenario by the exact steady solution or by a full run. A failure of the scenario is noted, not returned. */
qh_status qh_evaluate_steady(qh_evaluator *evaluator, const double *value, const qh_place_of_result *at);
qh_status qh_evaluate_run(qh_evaluator *evaluator, const double *value, const qh_place_of_result *at);

/* ---- evaluator_changes.c ---- */

/* Whether the plan changes loads only; or these and the kinetics, so that all scenarios have the same water. */
bool qh_plan_changes_loads_only(const qh_sweep_plan *plan);
bool qh_plan_shares_water(const qh_sweep_plan *plan);

/* ---- evaluator_record.c ---- */

enum { QH_MOST_LANES = 16 };

/* Keeps what a run gives, lane by lane. Nobody wants a lane whose `at`, or its results, is NULL. */
typedef struct qh_recorder {
    qh_evaluator *evaluator;
    size_t n_lane;
    const qh_place_of_result *at[QH_MOST_LANES]; /* [n_lane] */
    size_t n_sample, n_frame;                    /* so far */
    bool tells_days, days_kept;                  /* ecological flows and withdrawals on every whole day of the run */
} qh_recorder;
qh_sink qh_recorder_sink(qh_recorder *recorder);

/* Judges all lanes after the run, in the water of each: flow [n_lane]. QH_E_NUMERIC where samples are missing. */
qh_status qh_recorder_judge(const qh_recorder *recorder, const qh_flow *const *flow);

/* ---- evaluator_lanes.c ---- */

/* How many scenarios are best computed side by side: 1, unless they have the same places and the engine of the plan's case
 * gains by it. */
size_t qh_lanes_of(const qh_evaluator *evaluator);

/* The `n` scenarios of one unit, values [n][n_variable], whose results go to at [n] (its results NULL: nowhere). */
qh_status qh_evaluate_lanes(qh_evaluator *evaluator, size_t n, const double *value, const qh_place_of_result *at,
                            const qh_progress *progress);

/* ---- evaluator_response.c ---- */

/* `count` scenarios (at most QH_BLOCK) by the response matrix, whose variables' values are [count][n_variable]. */
qh_status qh_load_programme_create(const qh_evaluator *evaluator, qh_diag *diag, qh_load_programme **programme);
void qh_load_programme_destroy(qh_load_programme *programme);
qh_status qh_evaluate_loads(qh_evaluator *evaluator, const double *value, size_t n, const qh_place_of_result *at);

/* ---- evaluator_series.c ---- */

/* Prepares statistics of an unsteady run's series, and notes those of one scenario: series [n_section][n_species][n_time]. */
qh_status qh_series_prepare(qh_evaluator *evaluator, qh_diag *diag);
void qh_series_judge(qh_evaluator *evaluator, const double *series, bool flows, const qh_place_of_result *at);

/* Notes evaluator->section as the series of a steady scenario. */
void qh_note_steady_series(const qh_evaluator *evaluator, const qh_place_of_result *at);

/* Row of a field in the results: species and section of a statistic. */
static inline double *qh_statistic_row(const qh_evaluator *e, const qh_place_of_result *at, size_t species,
                                       size_t statistic, size_t section) {
    const qh_evaluator_layout *l = &e->layout;
    return at->results->statistic + ((species * l->n_statistic + statistic) * l->n_section + section) * at->count;
}

#endif
