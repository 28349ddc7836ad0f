/* Design flows from a flow record: what a river carries when a permit is judged. */
#ifndef QH_MODEL_HYDROLOGY_H
#define QH_MODEL_HYDROLOGY_H

#include "model/constant.h"
#include "model/diag.h"
#include "model/flow_record.h"
#include "model/pearson3.h"
#include "model/series.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_hydrology_statistic {
    QH_STATISTIC_MEAN,
    QH_STATISTIC_WEIBULL_90,
    QH_STATISTIC_WEIBULL_95,
    QH_STATISTIC_PEARSON,
    QH_STATISTIC_TEN_YEARS,
    QH_STATISTIC_WEEK,
    QH_STATISTIC_TENNANT,
    QH_STATISTIC_DURATION,
    QH_STATISTIC_COMPLIANCE,
    QH_STATISTICS
} qh_hydrology_statistic;

/* What a statistic asks of its record; from data/hydrology.def. */
typedef struct qh_statistic_rule {
    qh_hydrology_statistic statistic;
    int least, asked;       /* years: below `least` it is not made, below `asked` it is marked */
    const char *clause;     /* of the years and of the statistic */
    const char *confidence; /* V, V2, M+, M~, M- of docs/standards.md */
} qh_statistic_rule;

const qh_statistic_rule *qh_statistic_rule_get(qh_hydrology_statistic statistic);

/* English name of a statistic, a catalogue key. */
const char *qh_statistic_title(qh_hydrology_statistic statistic);

typedef enum qh_hydrology_number {
    QH_RETURN_PERIOD, /* a, of the lowest 7-day mean */
    QH_LAST_YEARS,    /* of which the driest month is taken */
    QH_MISSING_DAYS,  /* that a month may lack and still have a mean */
    QH_PASS_SHARE,    /* -, of days or months that keep an ecological flow */
    QH_HYDROLOGY_NUMBERS
} qh_hydrology_number;

/* A number of data/hydrology.def with its clause. */
qh_constant qh_hydrology_number_get(qh_hydrology_number number);

enum { QH_MOST_ASSURANCES = 4, QH_MOST_DURATIONS = 32, QH_MOST_GRADES = 16 };

/* The flow of one assurance, by three ways. */
typedef struct qh_design_flow {
    double assurance;                 /* share of years that reach it, - */
    qh_optional empirical;            /* m3/s, Weibull's positions, straight between them */
    qh_optional lmoments;             /* m3/s, Pearson III by L-moments */
    qh_optional curve;                /* m3/s, Pearson III by least squares on the points */
    qh_hydrology_statistic statistic; /* whose years it needs */
    bool few;                         /* made of fewer years than that asks for */
    const char *clause, *confidence;
} qh_design_flow;

/* The lowest value of every year, and its frequency. */
typedef struct qh_low_flow {
    size_t count;       /* complete years */
    const double *flow; /* [count], m3/s, falling */
    qh_lmoments sample; /* meaningful when fitted */
    bool fitted;        /* Pearson III could be fitted both ways */
    qh_pearson3 lmoments, curve;
    qh_fit_quality lmoments_quality, curve_quality;
    bool curve_at_edge;
    size_t n_design;
    qh_design_flow design[QH_MOST_ASSURANCES];
} qh_low_flow;

typedef struct qh_tennant_flow {
    const char *grade; /* "optimum", as a case names it */
    double dry, wet;   /* m3/s, October-March and April-September */
} qh_tennant_flow;

typedef struct qh_duration_point {
    double exceedance; /* share of the time, - */
    double flow;       /* m3/s */
} qh_duration_point;

typedef struct qh_hydrology {
    const qh_flow_record *record;
    qh_flow_calendar calendar;
    size_t n_complete;           /* complete years */
    size_t n_known;              /* days or months with a flow */
    qh_optional mean;            /* m3/s, of the complete years */
    qh_optional month_mean[12];  /* m3/s, of each calendar month over all its usable ones */
    int month_count[12];         /* of those */
    qh_low_flow month;           /* driest month of every year */
    qh_low_flow week;            /* lowest 7-day mean of every year; count 0 for a monthly record */
    qh_optional seven_q_ten_log; /* m3/s, log-Pearson III by moments of the logarithms, as USGS does */
    qh_optional ten_years;       /* m3/s, driest month of the last ten years */
    size_t ten_years_month;      /* its index in the months of the calendar */
    size_t n_tennant;            /* 0 when there is no mean */
    qh_tennant_flow tennant[QH_MOST_GRADES];
    size_t n_duration;
    qh_duration_point duration[QH_MOST_DURATIONS];
    bool marked[QH_STATISTICS]; /* made from fewer years than are asked for */
    bool made[QH_STATISTICS];
} qh_hydrology;

/* All statistics of a record that can be made; what cannot, and what is made of too few years, is told by warnings.
 * Years begin with month `begins`, 1..12. Everything lives in `arena`; `record` is borrowed. */
qh_status qh_hydrology_analyse(qh_arena *arena, const qh_flow_record *record, int begins, qh_diag *diag,
                               qh_hydrology **hydrology);

/* ---- design flows by name, as a case names them ---- */

typedef struct qh_named_flow {
    const char *name;                 /* "Q90", "Q90-P3", "7Q10" */
    qh_hydrology_statistic statistic; /* whose years it needs */
    qh_optional flow;                 /* m3/s; not given where the record does not yield it */
    size_t years;                     /* complete years it was made from, or that there are */
} qh_named_flow;

/* The i-th name that there is; NULL past the end. */
const char *qh_design_name(size_t index);

/* The design flow of that name; false when there is none of that name. */
bool qh_design_find(const qh_hydrology *hydrology, const char *name, qh_named_flow *found);

#ifdef __cplusplus
}
#endif
#endif
