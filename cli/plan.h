/* A plan of cuts as people and programs read it. */
#ifndef QH_CLI_PLAN_H
#define QH_CLI_PLAN_H

#include "cli/analysis.h"
#include "scenarios/optimise.h"

typedef struct qh_shown_plan {
    const qh_app *app;
    const qh_analysis *analysis;
    const qh_plan *plan;
    const qh_costs *costs; /* NULL: none */
    const char *margin, *objective;
} qh_shown_plan;

/* Name of the level that an outfall is upgraded to, in the language of the app; NULL when it is not. */
const char *qh_plan_level_name(const qh_shown_plan *shown, size_t outfall, size_t size, char *buffer);

void qh_print_plan(const qh_shown_plan *shown);
void qh_print_plan_json(const qh_shown_plan *shown);

#endif
