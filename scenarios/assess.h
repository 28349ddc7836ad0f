/* Assessment: what a stored run means under a standard. Reads only the store. */
#ifndef QH_SCENARIOS_ASSESS_H
#define QH_SCENARIOS_ASSESS_H

#include "io/store.h"
#include "model/standard.h"
#include "scenarios/attainment.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What becomes of a section's concentrations in time. Samples are joined by straight lines; a mean is the time mean of
 * these. Days, months and years are those of the run's own (local) time, and only complete ones count. */
typedef enum qh_statistic {
    QH_STAT_MEAN,    /* over the whole run; the value itself for a steady run */
    QH_STAT_INSTANT, /* worst instant */
    QH_STAT_DAILY,   /* worst daily mean */
    QH_STAT_MONTHLY, /* worst monthly mean */
    QH_STAT_ANNUAL /* worst year: arithmetic mean of 12 consecutive monthly means, counted from the first complete month */
} qh_statistic;

/* "mean", "instant", "daily", "monthly", "annual". */
const char *qh_statistic_name(qh_statistic statistic);

/* The statistic of that name; false when there is none. */
bool qh_statistic_find(const char *name, qh_statistic *statistic);

/* What a run is judged by when nobody says: its value when steady, the monthly mean when it covers a complete month,
 * else the mean over the run. */
qh_statistic qh_statistic_default(const qh_store_info *info);

/* One section and item. Values are in the inner unit of the item; item->factor leads to the standard's unit. */
typedef struct qh_verdict {
    size_t section, constituent;  /* indices in the store's info */
    bool judged;                  /* false: the standard has no such item; then only the value counts */
    bool counts;                  /* the item is part of the class of the section; else its class is for reference */
    const qh_standard_item *item; /* NULL unless judged */
    double value;                 /* by the statistic */
    double from, to;              /* s since start, the (worst) period that it stands for; equal for an instant */
    int actual_class;             /* 1.., n_class + 1: worse than the last; 0 unless judged */
    int target_class;
    double target_limit, target_limit_high; /* the latter of QH_LIMIT_RANGE only */
    bool attained;                          /* true unless judged */
    bool exceedance_defined;                /* false for items without multiple (pH, dissolved oxygen) */
    double exceedance;                      /* -, (C - C_target)/C_target where missed, else 0 */
    double exceedance_national;             /* -, (C - C_base)/C_base where worse than the base class, else 0 */
    size_t days, days_attained;             /* unsteady: complete days, and those whose mean attains; 0 for steady */
} qh_verdict;

/* One section over all its items that count. */
typedef struct qh_section_verdict {
    size_t section;
    size_t first_verdict, n_verdict; /* its verdicts */
    bool judged;                     /* false: no item counts; then it is left out of rates and grades */
    int actual_class, target_class;  /* actual: of the worst item */
    bool attained;
    const qh_grade *grade;                  /* NULL when the standard has no grading */
    size_t n_main;                          /* main pollution items, worst first */
    size_t main_verdict[QH_MAX_MAIN_ITEMS]; /* indices of verdicts */
    size_t days, days_attained;             /* days on which every item attains */
} qh_section_verdict;

typedef struct qh_main_item {
    const qh_standard_item *item;
    bool by_rate; /* true: rate; false: class and exceedance of the mean over the sections */
    double rate;  /* -, share of sections where the item is worse than the good classes */
    int actual_class;
    double exceedance_national; /* - */
} qh_main_item;

/* The sections of one river, or of the whole network. */
typedef struct qh_river_verdict {
    const char *name;                   /* "" for the whole network */
    size_t n_section, n_attained;       /* judged sections, and those that attain their target */
    double attainment_rate;             /* -, n_attained / n_section */
    size_t n_class[QH_MAX_CLASSES + 1]; /* [n_class + 1], sections by actual class */
    double share_good, share_worst;     /* -, sections in good classes, and worse than the last */
    const qh_grade *grade;              /* NULL when the standard has no grading */
    bool grade_by_mean;                 /* few sections: by the mean of each item over them */
    int grade_class;                    /* class of that mean; meaningful when grade_by_mean */
    size_t n_main;
    qh_main_item main_item[QH_MAX_MAIN_ITEMS];
} qh_river_verdict;

typedef struct qh_assessment {
    qh_arena *arena;
    qh_statistic statistic;
    const qh_standard *standard; /* borrowed */
    size_t n_verdict, n_section, n_river;
    const qh_verdict *verdict;         /* [n_verdict], by section, then constituent */
    const qh_section_verdict *section; /* [n_section] */
    const qh_attainment *attainment;   /* [n_section], day by day and month by month */
    const qh_river_verdict *river;     /* [n_river], first the whole network; then each river when there are several */
    bool eco_flow_met;                 /* at every station and reservoir */
    bool withdrawals_met;
    bool all_attained; /* sections, ecological flows and withdrawals */
} qh_assessment;

/* Judges a run. QH_E_INPUT with messages when it cannot be judged: no section, nothing stored yet, a statistic longer
 * than the run, a target class that the standard does not have. */
qh_status qh_assess(qh_store *store, const qh_standard *standard, qh_statistic statistic, qh_diag *diag,
                    qh_assessment **assessment);
void qh_assessment_destroy(qh_assessment *assessment);

/* Means of one section and constituent over the complete days of an unsteady run. */
typedef struct qh_daily_means {
    size_t count;
    const double *boundary; /* [count + 1], s since start: day i is boundary[i] .. boundary[i+1] */
    const double *mean;     /* [count], g/m3 */
} qh_daily_means;

/* Fills `days`, whose arrays live in `arena`; count 0 for a run without a complete day. */
qh_status qh_daily_means_of(qh_store *store, size_t section, size_t constituent, qh_arena *arena, qh_diag *diag,
                            qh_daily_means *days);

/* A time [s since `start`] for people: "2024-01-31 06:00" of the run's own time, or "2.5 d" when there is no start.
 * Written to `buffer` [size], which is returned. */
const char *qh_time_text(const char *start, double time, size_t size, char *buffer);

/* Of a station's ecological-flow rules the one that asks for the most in the run's month, by name. */
const char *qh_binding_rule(const qh_store_info *info, size_t station);

/* Whether a station releases the ecological flow and a withdrawal gets its water, at one moment. */
bool qh_eco_flow_met(const qh_station_flow *flow);
bool qh_withdrawal_met(const qh_withdrawal_flow *flow);

/* The same in a run: on every whole day where it tells of days, at its start (in steady flow: always) where it does not. A
 * reservoir of a run that tells of no days keeps to it. */
bool qh_station_keeps(const qh_store_info *info, size_t station);
bool qh_withdrawal_served(const qh_store_info *info, size_t withdrawal);
bool qh_reservoir_keeps(const qh_store_info *info, size_t reservoir);

#ifdef __cplusplus
}
#endif
#endif
