/* A spill as people and programs read it. */
#ifndef QH_CLI_SPILL_H
#define QH_CLI_SPILL_H

#include "cli/command.h"
#include "scenarios/spill.h"

typedef struct qh_shown_spill {
    const qh_app *app;
    const qh_spill *spill;
    const qh_spill *other;   /* the same spill on another flow; NULL: none */
    double flow_factor;      /* -, of the other's inflow; 0: it is another scenario's */
    const char *other_label; /* "1.5 times the inflow", "scenario x", in the language of app */
} qh_shown_spill;

/* In the order of travel times, with advice, to stdout. */
void qh_print_spill(const qh_shown_spill *shown);

/* One JSON object, and one row a place; the same in all languages. See docs/spill.md. */
void qh_print_spill_json(const qh_shown_spill *shown);
void qh_print_spill_csv(const qh_shown_spill *shown, bool bom);

#endif
