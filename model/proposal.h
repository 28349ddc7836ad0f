/* A proposal: what an applicant asks to discharge, and under which waters it is to be judged.
 *
 * Built by io/proposal_reader.h against a case, or from an outfall of the case; everything after takes it as const. What
 * belongs to the river (protected zones, control sections, intakes) stands in the case. */
#ifndef QH_MODEL_PROPOSAL_H
#define QH_MODEL_PROPOSAL_H

#include "model/case.h"
#include "model/discharge.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_proposal_kind {
    QH_PROPOSAL_NEW,      /* 新建 */
    QH_PROPOSAL_REBUILT,  /* 改建 */
    QH_PROPOSAL_EXPANDED, /* 扩建 */
    QH_PROPOSAL_EXISTING  /* an outfall of the case as it stands; never written in a file */
} qh_proposal_kind;

/* "new", "rebuilt", "expanded", "existing"; catalogue keys. */
const char *qh_proposal_kind_name(qh_proposal_kind kind);

typedef enum qh_season {
    QH_SEASON_UNKNOWN, /* nobody said which; never written in a file */
    QH_SEASON_WET,     /* 丰水期 */
    QH_SEASON_NORMAL,  /* 平水期 */
    QH_SEASON_DRY      /* 枯水期 */
} qh_season;

/* "not stated", "wet", "normal", "dry"; catalogue keys. */
const char *qh_season_name(qh_season season);

/* The design condition that a period's flows stand for. */
typedef enum qh_flow_basis {
    QH_BASIS_UNKNOWN,   /* nobody said which; never written in a file */
    QH_BASIS_MEAN,      /* mean of the season: no design condition */
    QH_BASIS_Q90,       /* driest month at 90 % assurance */
    QH_BASIS_TEN_YEARS, /* driest month of the last ten years */
    QH_BASIS_ECOLOGICAL /* ecological flow or least release of a regulated river */
} qh_flow_basis;

/* "not stated", "seasonal mean", "driest month at 90 %", "driest month of ten years", "ecological flow"; catalogue keys. */
const char *qh_flow_basis_name(qh_flow_basis basis);

/* One pollutant of the discharge. */
typedef struct qh_discharged {
    qh_place place;
    const char *name; /* of the constituent, or of a pollutant of model/impact_grade.h that the case does not carry */
    bool modelled;    /* it is a constituent of the case */
    size_t species;   /* constituent index; meaningless unless modelled */
    double concentration; /* g/m3 */
    double load;          /* g/s while water is discharged */
    double annual;        /* g/s, mean over a year of 365 d: load * days / 365 */
} qh_discharged;

typedef struct qh_proposal_flow {
    qh_place place;
    size_t headwater;
    double flow; /* m3/s, > 0 */
} qh_proposal_flow;

/* A state of the river under which the discharge is judged. */
typedef struct qh_proposal_period {
    qh_place place;
    const char *name;
    qh_season season;
    qh_flow_basis basis;
    const char *scenario; /* of the case's folder, laid over the case; "" for none */
    int month;            /* 1..12; 0: the case's */
    size_t n_flow;
    const qh_proposal_flow *flow; /* [n_flow], headwaters that carry something else than in the case */
} qh_proposal_period;

typedef struct qh_proposal_accident {
    bool given;                  /* the rest is meaningless unless */
    double flow;                 /* m3/s */
    double duration;             /* s, > 0 */
    const double *concentration; /* [n_constituent], g/m3 */
} qh_proposal_accident;

typedef struct qh_proposal {
    qh_arena *arena;
    const char *file;  /* as given; "" for an outfall of the case */
    const char *title; /* "" when not given */
    const char *note;  /* likewise */
    qh_proposal_kind kind;
    qh_outfall outfall; /* input [n_constituent]: concentrations; limit NULL */
    bool direct;        /* into the river; false: to another treatment plant */
    bool backwater;     /* the stretch is under backwater */
    double days;        /* d in a year on which water is discharged, > 0 */

    double bank_distance;            /* m, outfall to the nearer bank, >= 0 */
    qh_optional accounting_distance; /* m, outfall to accounting section; else by rule */
    int target_class;                /* 1..5, of the water at the outfall; 0: of the control section */
    qh_optional margin;              /* -, a stricter local margin */
    bool has_replaced;               /* rebuilt and expanded: the outfall of the case that it takes the place of */
    size_t replaced;                 /* outfall index; meaningless unless has_replaced */

    qh_discharge_standard *standard; /* owned; NULL: none is named */
    size_t grade;                    /* index; meaningless without standard */
    const char *standard_name;       /* "GB18918-2002 1A"; "" for none */

    size_t n_discharged;
    const qh_discharged *discharged; /* [n_discharged], every constituent of the case first, in its order */
    size_t n_period;
    const qh_proposal_period *period; /* [n_period], >= 1 */
    qh_proposal_accident accident;
    const char *cuts;     /* scenario of the regional cuts; "" for none */
    const char *approved; /* scenario that adds outfalls approved but not yet built; "" for none */
} qh_proposal;

/* A proposal that asks for an outfall as the case has it, every day of the year, in the state of the case, its only period,
 * which is shown by the name given; QH_E_NOMEM. */
qh_status qh_proposal_of_outfall(const qh_case *river_case, size_t outfall, const char *period_name,
                                 qh_proposal **proposal);

void qh_proposal_destroy(qh_proposal *proposal);

#ifdef __cplusplus
}
#endif
#endif
