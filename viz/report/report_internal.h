/* The report's document: what the page shows, part by part. Every member's name ends in its unit where that is
 * not g/m3 or, in verdicts, the item's own. */
#ifndef QH_VIZ_REPORT_REPORT_INTERNAL_H
#define QH_VIZ_REPORT_REPORT_INTERNAL_H

#include "scenarios/assess.h"
#include "scenarios/capacity.h"
#include "scenarios/trace.h"
#include "viz/report.h"
#include "viz/report/json_internal.h"

/* Sizes that keep the page small enough to open at once. What is left out is said in "thinned" of the run. */
enum {
    QH_REPORT_CELLS = 2000,      /* along one way */
    QH_REPORT_FRAMES = 100,      /* of one run */
    QH_REPORT_SAMPLES = 1500,    /* of one line of a series */
    QH_REPORT_NUMBERS = 900000,  /* in all profiles, and again in all series, of all runs */
    QH_REPORT_SHARES = 300000,   /* in the shares of the sources, of all runs */
    QH_REPORT_CURVE = 24000,     /* points of all reaches on the map */
    QH_REPORT_FILE_BYTES = 65536 /* of one input file that is shown in full */
};

/* One run of the report. */
typedef struct qh_report_run {
    qh_store *store;
    const qh_store_info *info;
    qh_assessment *assessment; /* owned */
} qh_report_run;

typedef struct qh_report {
    const qh_report_request *request;
    qh_arena *arena;
    qh_diag *diag;
    size_t n_run;
    qh_report_run *run;   /* [n_run] */
    const char *pictures; /* folder of the pictures of what can be edited, NULL: those of the page are drawn by it */
    bool failed;          /* a part of the document could not be made */
} qh_report;

/* Everything but the texts of the page. */
qh_status qh_report_document(qh_report *report, qh_json root);

/* ---- the parts ---- */

qh_status qh_report_network(qh_report *report, qh_json root);      /* nodes, reaches as drawn, routes */
void qh_report_standard(const qh_report *report, qh_json root);    /* classes with colours, grades, clauses */
void qh_report_constituents(const qh_report *report, qh_json run); /* with their limits, of the first run */
void qh_report_verdicts(const qh_report_run *run, qh_json out);    /* items, sections, rivers */
void qh_report_water(const qh_report_run *run, qh_json out);       /* stations, withdrawals, sources */
void qh_report_reservoirs(const qh_store_info *info, qh_json out); /* where they have days */
void qh_report_transfer_days(const qh_store_info *info, size_t transfer, qh_json out); /* likewise, of one */
void qh_report_budget(const qh_report_run *run, qh_json out);
void qh_report_record(const qh_report_run *run, qh_json out);                          /* messages, input files */
qh_status qh_report_profile(qh_report *report, const qh_report_run *run, qh_json out); /* cells in space and time */
qh_status qh_report_series(qh_report *report, const qh_report_run *run, qh_json out);  /* sections in time */

/* "permit": the evaluation before a permit, its sentences in both languages, and the protected zones. */
void qh_report_permit(const qh_report *report, qh_json root);
void qh_permit_document(const qh_permit *permit, qh_lang lang, qh_json root); /* what --json of the command prints */

/* "analysis" of a run: shares of the sources, permissible loads, the plan, as far as they were asked for. */
qh_status qh_report_analysis(qh_report *report, const qh_report_run *run, qh_json out);
void qh_report_trace(const qh_report *report, const qh_analysis *analysis, const qh_trace *trace, qh_json out);
void qh_report_capacity(const qh_analysis *analysis, const qh_capacity *capacity, qh_json out);
void qh_report_plan(const qh_analysis *analysis, const qh_plan *plan, const qh_costs *costs, qh_json out);

/* Tonnes a year (365 d) in a gram a second. */
#define QH_REPORT_TONNES 31.536

#endif
