/* A comparison of runs as people and programs read it. */
#ifndef QH_CLI_COMPARISON_H
#define QH_CLI_COMPARISON_H

#include "cli/command.h"
#include "scenarios/compare.h"

/* Everything that is shown. */
typedef struct qh_shown_comparison {
    const qh_app *app;
    const qh_standard *standard;
    const qh_assessed_run *run; /* [comparison->n_run] */
    const qh_comparison *comparison;
    bool missed_only; /* only rows whose target is missed in the base or in the other run */
} qh_shown_comparison;

/* Whether a difference is to be shown. */
bool qh_comparison_shows(const qh_shown_comparison *shown, const qh_difference *difference);

/* How a run is called: its scenario, else the title of its case as it stands. */
const char *qh_run_label(const qh_app *app, const qh_store_info *info);

/* Tables in the language of the app, to stdout. */
void qh_print_comparison(const qh_shown_comparison *shown);

/* One JSON object, to stdout; the same in all languages but for texts that a user wrote. See docs/scenarios.md. */
void qh_print_comparison_json(const qh_shown_comparison *shown);

/* One row a run, section and constituent, to stdout, UTF-8; `bom`: with a byte order mark. */
void qh_print_comparison_csv(const qh_shown_comparison *shown, bool bom);

#endif
