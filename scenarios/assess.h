/* Assessment: what a stored run means under a standard. Reads only the store. */
#ifndef QH_SCENARIOS_ASSESS_H
#define QH_SCENARIOS_ASSESS_H

#include "io/store.h"
#include "model/standard.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_statistic {
    QH_STAT_MEAN,    /* over the whole run; the value itself for a steady run */
    QH_STAT_INSTANT, /* worst instant */
    QH_STAT_DAILY,   /* worst daily mean */
    QH_STAT_MONTHLY, /* worst monthly mean */
    QH_STAT_ANNUAL   /* worst annual mean (arithmetic mean of monthly means) */
} qh_statistic;

/* One section and item. */
typedef struct qh_verdict {
    size_t section, constituent;   /* indices in the store's info */
    bool judged;                   /* false: the standard has no such item; then only value counts */
    const qh_standard_item *item;  /* NULL unless judged */
    double value;                  /* g/m3, by the statistic */
    double value_time;             /* s since start, beginning of the worst period; 0 for a steady run */
    int actual_class;              /* 1.., n_class + 1: worse than the last */
    int target_class;
    double target_limit;           /* g/m3 */
    bool attained;
    double exceedance;             /* (C - C_target)/C_target where missed, else 0 */
    bool exceedance_defined;       /* false for items without multiple (pH, DO) */
    double exceedance_national;    /* (C - C_III)/C_III where worse than the base class, else 0 */
    size_t days, days_attained;    /* unsteady: complete days, and those whose mean attains; 0 for steady */
} qh_verdict;

/* One section over all its items. */
typedef struct qh_section_verdict {
    size_t section;
    int actual_class, target_class;
    bool attained;
    size_t n_main;                 /* main pollution items, 0..3, worst first */
    size_t main_verdict[3];        /* indices of verdicts */
    size_t days, days_attained;    /* days on which every item attains */
} qh_section_verdict;

typedef struct qh_assessment {
    qh_arena *arena;
    qh_statistic statistic;
    const qh_standard *standard;       /* borrowed */
    size_t n_verdict, n_section;
    const qh_verdict *verdict;         /* [n_verdict], by section, then constituent */
    const qh_section_verdict *section; /* [n_section] */
    size_t n_attained;                 /* sections that attain their target */
    double attainment_rate;            /* n_attained / n_section */
    const char *grade;                 /* of the river: "excellent" 优 ... "heavily polluted" 重度污染, a catalogue key */
    bool grade_by_mean;                /* fewer than 5 sections: by the mean of each item over sections */
    int grade_class;                   /* class of that mean; meaningful when grade_by_mean */
    double share_good, share_worst;    /* sections in I-III, worse than V; meaningful unless grade_by_mean */
    size_t n_main;                     /* main pollution items of the river */
    const char *main_item[3];          /* item codes */
    bool eco_flow_met;                 /* at every station */
    bool withdrawals_met;
    bool all_attained;                 /* sections, ecological flows and withdrawals */
} qh_assessment;

/* Judges a run. QH_E_INPUT with messages when it cannot be judged (no section, statistic longer than the run, target
 * class outside the standard). */
qh_status qh_assess(qh_store *store, const qh_standard *standard, qh_statistic statistic, qh_diag *diag,
                    qh_assessment **assessment);
void qh_assessment_destroy(qh_assessment *assessment);

#ifdef __cplusplus
}
#endif
#endif
