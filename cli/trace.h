/* A source apportionment as people and programs read it. */
#ifndef QH_CLI_TRACE_H
#define QH_CLI_TRACE_H

#include "cli/analysis.h"
#include "scenarios/trace.h"

/* Everything that is shown. */
typedef struct qh_shown_trace {
    const qh_app *app;
    const qh_analysis *analysis;
    const qh_trace *trace;
    const char *margin;         /* as asked for */
    const char *by;             /* "source", "kind" ... */
    const bool *section_chosen; /* [n_section] */
} qh_shown_trace;

/* Name of a group in the language of the app, without its code. */
const char *qh_trace_group_name(const qh_app *app, const qh_trace_group *group);

/* Part of the whole, -; 0 where the whole is 0. */
double qh_trace_share(double part, double whole);

void qh_print_trace(const qh_shown_trace *shown);
void qh_print_trace_json(const qh_shown_trace *shown);
void qh_print_trace_csv(const qh_shown_trace *shown, bool bom);

#endif
