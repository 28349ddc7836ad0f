/* Permissible loads as people and programs read them. */
#ifndef QH_CLI_CAPACITY_H
#define QH_CLI_CAPACITY_H

#include "cli/analysis.h"
#include "scenarios/capacity.h"

typedef struct qh_shown_capacity {
    const qh_app *app;
    const qh_analysis *analysis;
    const qh_capacity *capacity;
    const char *margin; /* as asked for */
} qh_shown_capacity;

void qh_print_capacity(const qh_shown_capacity *shown);
void qh_print_capacity_json(const qh_shown_capacity *shown);
void qh_print_capacity_csv(const qh_shown_capacity *shown, bool bom);

#endif
