/* Whether a flow record keeps an ecological flow: by day and by month. */
#ifndef QH_MODEL_COMPLIANCE_H
#define QH_MODEL_COMPLIANCE_H

#include "model/flow_record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Days, or months, of one kind judged together. */
typedef struct qh_compliance_count {
    size_t judged, met;
} qh_compliance_count;

typedef struct qh_compliance_share {
    qh_compliance_count count;
    double share; /* met / judged, -; 0 when none is judged */
    bool passes;  /* judged, and the share is no less than the pass line */
} qh_compliance_share;

/* Days or months in a row under the target. */
typedef struct qh_compliance_run {
    size_t length; /* days or months; 0: none */
    int64_t first; /* days since 1970-01-01, or qh_month_number */
} qh_compliance_run;

typedef struct qh_compliance_month {
    int64_t number; /* qh_month_number */
    bool judged;    /* the month has a mean */
    bool met;       /* judged, and the mean is no less than the target */
    double mean;    /* m3/s */
    double target;  /* m3/s */
    qh_compliance_count day;
} qh_compliance_month;

typedef struct qh_compliance {
    double target[12];       /* m3/s, of each calendar month */
    qh_compliance_share day; /* daily records only; none judged for monthly ones */
    qh_compliance_share month;
    qh_compliance_count day_by_month[12], month_by_month[12]; /* by calendar month */
    double deficit;                                           /* m3, of all days (or months) under the target */
    double worst_deficit;                                     /* m3/s */
    int64_t worst_at;                                         /* its day or month; meaningful when worst_deficit > 0 */
    qh_compliance_run longest_days, longest_months;
    size_t n_month;
    const qh_compliance_month *by_month; /* [n_month], all months of the record in a row */
    double pass_share;                   /* -, the pass line used */
} qh_compliance;

/* Judges a record against `target` [12], m3/s, one a calendar month. A flow equal to the target meets it. A run ends at
 * a gap, so the longest run may have been longer. `by_month` lives in `arena`. */
qh_status qh_compliance_judge(qh_arena *arena, const qh_flow_record *record, const qh_flow_calendar *calendar,
                              const double *target, double pass_share, qh_compliance *compliance);

#ifdef __cplusplus
}
#endif
#endif
