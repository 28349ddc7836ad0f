/* How `qinghe permit` shows an evaluation. */
#ifndef QH_CLI_PERMIT_H
#define QH_CLI_PERMIT_H

#include "cli/command.h"
#include "scenarios/permit.h"

typedef struct qh_shown_permit {
    const qh_app *app;
    const qh_permit *permit;
} qh_shown_permit;

void qh_print_permit(const qh_shown_permit *shown);
void qh_print_permit_json(const qh_shown_permit *shown);
void qh_print_permit_csv(const qh_shown_permit *shown, bool bom);

#endif
