/* The report: stored runs and what they mean, as one HTML page that needs nothing else to be read. */
#ifndef QH_VIZ_REPORT_H
#define QH_VIZ_REPORT_H

#include "io/store.h"
#include "model/lang.h"
#include "model/margin.h"
#include "model/standard.h"
#include "scenarios/optimise.h"
#include "scenarios/permit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is worked out anew for the report, from the case that a steady run's store holds. */
typedef struct qh_report_analyses {
    bool trace, capacity, optimise;
    const char *margin; /* as for qh_margin_parse, which takes it: of the permissible loads and the plan */
    qh_objective objective;
    const char *costs; /* path of a table of costs; NULL: none */
    double most;       /* -, over 0, at most 1: largest part of any load that the plan may cut, without costs */
} qh_report_analyses;

typedef struct qh_report_request {
    size_t n_store;
    qh_store *const *store;      /* [n_store], complete runs on one and the same network; the first one leads */
    const qh_standard *standard; /* all runs are judged by it */
    const char
        *standard_name; /* code or file that it was read from; NULL: each case's own, where it is worked out anew */
    qh_report_analyses analyses;
    qh_lang lang;            /* the page opens in it; it holds both */
    const char *output;      /* .html; .md or .docx, which hold less and can be edited */
    const qh_permit *permit; /* NULL, or an evaluation that stands before the runs, which then are its states */
    const char *const (*run_name)[2]; /* [n_store][QH_EN, QH_ZH], NULL: runs are named by their scenarios and files */
} qh_report_request;

/* Judges the runs and writes the page; it appears under its name only when it is complete. QH_E_INPUT with messages
 * when a run was stopped, cannot be judged, or lies on another network than the first; QH_E_USAGE when the
 * output ends in none of these or this build holds no page; QH_E_IO when the file cannot be written. */
qh_status qh_report_write(const qh_report_request *request, qh_diag *diag);

typedef struct qh_permit_report_request {
    const qh_permit *permit;
    qh_lang lang;
    const char *command; /* the command line as typed */
    const char *output;  /* as in qh_report_request */
} qh_permit_report_request;

/* Writes an evaluation as a report: the evaluation first, then the river without the project, with it as it is judged, and
 * with the regional cuts, in the period in which the targets are hardest to keep. The runs lie for a moment in a folder of
 * their own where the system keeps temporary files. Fails as qh_report_write does. */
qh_status qh_permit_report_write(const qh_permit_report_request *request, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
