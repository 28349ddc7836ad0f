/* Plans of a test's own, in a temporary folder. */
#ifndef QH_TESTS_SUPPORT_PLANS_H
#define QH_TESTS_SUPPORT_PLANS_H

#include "scenarios/evaluator.h"

typedef struct plans {
    char folder[64];
    char path[96]; /* of plan.yaml */
    qh_diag *diag; /* of the last plan that was read */
    size_t n_setting;
    const qh_setting *setting; /* [n_setting], of the cases of plans; none unless given after plans_begin */
} plans;

void plans_begin(plans *p);
void plans_end(plans *p);

/* Writes a file of the folder. */
void plans_write(const plans *p, const char *name, const char *text);

/* The path of `name` from the root of the source tree (or absolute), absolute: what a plan's `case` takes. In a buffer of the caller. */
const char *plans_case(const char *name, size_t size, char *buffer);

/* Writes plan.yaml with `case: <river_case>` in front of `text`, and reads it; messages are in p->diag. */
qh_status plans_read(plans *p, const char *river_case, const char *text, qh_sweep_plan **plan);

/* The same, which must succeed: else the messages are shown and the test fails. */
qh_sweep_plan *plans_good(plans *p, const char *river_case, const char *text);

/* Results of `count` scenarios with an array for everything that the evaluator's layout has. */
typedef struct evaluated {
    qh_evaluation r;
    size_t count;
} evaluated;
evaluated evaluate(qh_evaluator *evaluator, uint64_t first, size_t count);
void evaluated_free(evaluated *e);

/* What a run of its own gives at the sections. */
typedef struct ran {
    size_t count, n_sample;
    double *section; /* [n_sample][n_section][n_species], g/m3; count = n_section n_species */
    qh_status status;
    char message[256]; /* of the first error, "" without one */
} ran;
ran plans_run(const qh_sweep_plan *plan, uint64_t scenario);
void ran_free(ran *r);

#endif
