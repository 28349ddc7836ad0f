/* The evaluation before a permit: whether an outfall may discharge, and on what terms (HJ 2.3-2018). docs/permit.md.
 *
 * One plain struct holds all of it; command line and report show the same. Everything stands in the inner units; texts
 * that hold numbers are made in both languages. */
#ifndef QH_SCENARIOS_PERMIT_H
#define QH_SCENARIOS_PERMIT_H

#include "io/case_reader.h"
#include "model/annex_e.h"
#include "model/impact_grade.h"
#include "model/permit_number.h"
#include "model/permit_rule.h"
#include "model/proposal.h"
#include "model/zone.h"
#include "scenarios/study.h"
#include "scenarios/targets.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the states that are compared ---- */

typedef enum qh_permit_state {
    QH_STATE_WITHOUT,    /* the river as it is; of an existing outfall: without it */
    QH_STATE_NORMAL,     /* with the project */
    QH_STATE_ACCIDENT,   /* with its accidental discharge, as if it went on for ever */
    QH_STATE_CUTS,       /* with the project and the regional cuts */
    QH_STATE_CUMULATIVE, /* with the project and the outfalls approved but not yet built */
    QH_STATE_ALL,        /* with the project, those and the cuts */
    QH_STATES
} qh_permit_state;

/* "without", "normal", "accident", "cuts", "cumulative", "all": stable, for programs. */
const char *qh_permit_state_name(qh_permit_state state);
/* English, a catalogue key. */
const char *qh_permit_state_title(qh_permit_state state);

/* ---- where it is judged ---- */

typedef enum qh_permit_place_kind {
    QH_PLACE_ACCOUNTING, /* 核算断面 below the outfall */
    QH_PLACE_ABOVE,      /* the one above it, in backwater */
    QH_PLACE_SECTION,    /* a control section */
    QH_PLACE_INTAKE,     /* a drinking-water intake */
    QH_PLACE_ZONE        /* where the water enters a protected zone */
} qh_permit_place_kind;

/* "accounting", "above", "section", "intake", "zone": stable; its title is a catalogue key. */
const char *qh_permit_place_kind_name(qh_permit_place_kind kind);
const char *qh_permit_place_kind_title(qh_permit_place_kind kind);

typedef struct qh_permit_place {
    qh_permit_place_kind kind;
    const char *code, *name; /* of section, intake, zone; of an accounting section code "" */
    size_t reach;
    double chainage;        /* m */
    double distance;        /* m along the water from the outfall, by the shortest way; < 0: above it */
    int target_class;       /* 1..5, that the water must meet here */
    bool is_protected;      /* drinking water, fish ...: counts for the margin */
    const char *class_from; /* code of the section or zone that gave the class; "" : the proposal, or the rule */
    qh_clause clause;       /* of the place, or of its class */
} qh_permit_place;

/* One period, state, place and constituent. */
typedef struct qh_permit_value {
    double mean;      /* g/m3, mean of the cross-section, by the network solution */
    double bank;      /* g/m3, at the bank where the place lies within the mixing length; else the mean */
    double judged;    /* g/m3, what is held against the target: bank */
    double increment; /* g/m3, judged - mean of QH_STATE_WITHOUT */
    bool met;         /* true where there is no target */
} qh_permit_value;

/* ---- the water at the outfall ---- */

typedef struct qh_permit_water {
    double river;                        /* m3/s, arriving at the outfall, without the project */
    double flow;                         /* m3/s, with it */
    double width, depth, area, velocity; /* m, m, m2, m/s, with it */
    double dispersion;                   /* m2/s, longitudinal */
    const double *rate;                  /* [n_species], 1/s, first-order loss in the outfall's reach */
    bool has_transverse;                 /* false: the reach has no slope, what follows is not known */
    double transverse;                   /* m2/s */
    double mixing_length;                /* m, HJ 2.3-2018 Annex E */
    bool mixed_at_accounting;            /* the accounting section lies beyond it */
} qh_permit_water;

/* Annex E beside the network at the accounting section, and the mixing zone. One period and constituent. */
typedef struct qh_permit_closed {
    bool given; /* false: the accounting section lies beyond the outfall's reach, or decay is not first order */
    double network, annex; /* g/m3, QH_STATE_NORMAL, both as one dimension */
    qh_annex_e_regime regime;
    double alpha, peclet; /* - */
} qh_permit_closed;

typedef enum qh_mixing_zone_state {
    QH_MIXING_NONE,     /* no water over the limit */
    QH_MIXING_BOUNDED,  /* length and width hold */
    QH_MIXING_OPEN,     /* over the limit over the whole width: the zone has no end */
    QH_MIXING_EXCEEDED, /* the river is over the limit without the project: no zone can be told */
    QH_MIXING_UNKNOWN   /* no limit, or no transverse mixing */
} qh_mixing_zone_state;

/* "none", "bounded", "open", "exceeded", "unknown": stable; the title is a catalogue key. */
const char *qh_mixing_zone_state_name(qh_mixing_zone_state state);
const char *qh_mixing_zone_state_title(qh_mixing_zone_state state);

typedef struct qh_permit_mixing_zone {
    qh_mixing_zone_state state;
    double length; /* m, over the limit of the class along the bank, by the two-dimensional form */
    double width;  /* m, its widest */
    bool to_bank;  /* it reaches the other bank */
} qh_permit_mixing_zone;

/* How far downstream the increment is no less than QH_PERMIT_INFLUENCE_SHARE of the limit. */
typedef struct qh_permit_influence {
    bool given;      /* false: the constituent has no limit */
    bool any;        /* false: not even at the outfall; what follows is meaningless */
    bool to_the_end; /* to the end of the network */
    double distance; /* m */
    size_t reach;
    double chainage; /* m */
} qh_permit_influence;

/* Mean concentrations down the main way from the outfall: the branch of the largest discharge. */
typedef struct qh_permit_profile {
    size_t count;
    const double *distance; /* [count], m from the outfall */
    const size_t *reach;    /* [count] */
    const double *chainage; /* [count], m */
    const double *without;  /* [count][n_species], g/m3 */
    const double *with;     /* [count][n_species], g/m3, QH_STATE_NORMAL */
} qh_permit_profile;

/* The accidental discharge as it passes: one period, place and constituent. */
typedef struct qh_permit_peak {
    double peak;      /* g/m3, largest mean of the cross-section */
    double at;        /* s after the accident began, when all but a hundredth of the rise is done */
    double over;      /* s over the limit of the class, without margin; 0 where there is no limit */
    bool ends_over;   /* it is over it still at the end of what was computed */
    bool annex_given; /* accounting section in the outfall's reach: Annex E stands beside it */
    double annex;     /* g/m3, highest by the finite release of Annex E upon normal operation */
} qh_permit_peak;

typedef struct qh_permit_period {
    const qh_proposal_period *asked; /* borrowed from the proposal */
    qh_permit_water water;
    const qh_permit_value *value;         /* [QH_STATES][n_place][n_species]; states that were not made are zero */
    const qh_permit_closed *closed;       /* [n_species] */
    const qh_permit_mixing_zone *zone;    /* [n_species] */
    const qh_permit_influence *influence; /* [n_species] */
    qh_permit_profile profile;
    const qh_permit_peak *peak; /* [n_place][n_species]; NULL: no accident */
} qh_permit_period;

/* ---- terms ---- */

typedef enum qh_permit_bound {
    QH_BOUND_APPLIED,  /* what the applicant asks for */
    QH_BOUND_STANDARD, /* the discharge standard */
    QH_BOUND_RIVER     /* what the river can take */
} qh_permit_bound;

/* One constituent: what may be discharged at the flow that is asked for. Loads are g/s while water is discharged. */
/* "applied", "standard", "river": stable; the title is a catalogue key. */
const char *qh_permit_bound_name(qh_permit_bound bound);
const char *qh_permit_bound_title(qh_permit_bound bound);

typedef struct qh_permit_terms {
    double applied;               /* g/s */
    double applied_concentration; /* g/m3 */
    double applied_annual;        /* g/s, mean of the year: applied * days / 365 */
    bool limited;                 /* by some target that it reaches; the four that follow are meaningless unless */
    double permissible;           /* g/s, keeps all targets with their margins; negative: even 0 is too much */
    size_t period, place;         /* that bind it */
    size_t by_species;            /* constituent whose target binds it: another one only in a chain */
    bool permissible_with_cuts_given;
    double permissible_with_cuts; /* g/s, likewise with the regional cuts made */
    qh_optional standard;         /* g/m3, limit of the discharge standard */
    qh_clause standard_clause;    /* of that limit */
    qh_permit_bound bound;        /* what sets the terms */
    bool possible;                /* false: no load at all keeps the targets; what follows is meaningless */
    double allowed;               /* g/m3, the smallest of the three, under the state that is judged */
    double annual;                /* g/s, mean of the year: allowed * flow * days / 365; 31.536 t/a each */
    double replaced;              /* g/s, mean of the year, of the outfall that it takes the place of */
    double cut;                   /* g/s, mean of the year, taken away by the regional cuts */
} qh_permit_terms;

/* ---- conclusion ---- */

typedef enum qh_permit_conclusion {
    QH_PERMIT_ATTAINS,     /* as applied for */
    QH_PERMIT_CONDITIONAL, /* only on conditions */
    QH_PERMIT_FAILS,       /* does not attain */
    QH_PERMIT_FORBIDDEN    /* no outfall may stand there: nothing else was evaluated */
} qh_permit_conclusion;

/* "attains", "conditional", "fails", "forbidden": stable; the title is a catalogue key. */
const char *qh_permit_conclusion_name(qh_permit_conclusion conclusion);
const char *qh_permit_conclusion_title(qh_permit_conclusion conclusion);

typedef enum qh_finding_kind {
    QH_FINDING_FORBIDS,   /* it may not stand there */
    QH_FINDING_FAILS,     /* a target is missed, and nothing that was proposed helps */
    QH_FINDING_CONDITION, /* what must be done, or must not be exceeded */
    QH_FINDING_NOTE       /* what whoever decides should know */
} qh_finding_kind;

/* "forbids", "fails", "condition", "note": stable; the title is a catalogue key. */
const char *qh_finding_kind_name(qh_finding_kind kind);
const char *qh_finding_kind_title(qh_finding_kind kind);

typedef struct qh_finding {
    qh_finding_kind kind;
    const char *code;    /* what it is about, for programs: "zone", "missed", "reduce" ... of docs/permit.md */
    const char *text[2]; /* [QH_EN], [QH_ZH] */
    qh_clause clause;
} qh_finding;

/* ---- the whole ---- */

typedef struct qh_permit {
    qh_arena *arena;
    const qh_case *river_case;   /* borrowed by qh_permit_create; of qh_permit_open owned */
    const qh_proposal *proposal; /* likewise */
    const qh_standard *standard; /* likewise */

    qh_graded graded;
    qh_grade_input grade_input;
    size_t largest_equivalent; /* of proposal->discharged; n_discharged: the sum of class 1 */
    int target_class;          /* 1..5, of the water at the outfall */
    const char *class_from;    /* code of the section that gave it; "": the proposal */
    qh_margin margin;          /* of HJ 2.3-2018; a stricter one of the proposal prevails */
    bool state_given[QH_STATES];
    qh_permit_state judged;      /* what the conclusion is about: normal, or cumulative where there are others */
    qh_permit_state terms_state; /* what the terms hold under: judged, or the same with the cuts */

    size_t n_species, n_place, n_period;
    const qh_permit_place *place;   /* [n_place], accounting sections first, then by distance */
    const qh_target *target;        /* [n_place][n_species] */
    const qh_permit_period *period; /* [n_period]; NULL where it is forbidden */
    const qh_permit_terms *terms;   /* [n_species]; likewise */

    qh_permit_conclusion conclusion;
    size_t n_finding;
    const qh_finding *finding; /* [n_finding], the gravest first */

    struct qh_permit_inputs *own; /* what qh_permit_open made; NULL else */
} qh_permit;

static inline const qh_permit_value *qh_permit_value_at(const qh_permit *permit, size_t period, qh_permit_state state,
                                                        size_t place, size_t species) {
    return &permit->period[period].value[((size_t)state * permit->n_place + place) * permit->n_species + species];
}

static inline const qh_target *qh_permit_target_at(const qh_permit *permit, size_t place, size_t species) {
    return &permit->target[place * permit->n_species + species];
}

/* Evaluates a proposal on a steady case with linear kinetics. Case, proposal and standard are borrowed. QH_E_INPUT with
 * messages where it cannot be done. */
qh_status qh_permit_create(const qh_case *river_case, const qh_proposal *proposal, const qh_standard *standard,
                           qh_diag *diag, qh_permit **permit);

/* What is asked for: either a proposal or an outfall. */
typedef struct qh_permit_options {
    qh_study_options study;
    const char *proposal; /* file, or name of one in the folder `proposals` of the case; NULL: none */
    const char *outfall;  /* code of an outfall of the case or of a proposal in that folder; NULL: none */
} qh_permit_options;

/* Reads the case and the proposal, and evaluates it. */
qh_status qh_permit_open(const qh_permit_options *options, qh_diag *diag, qh_permit **permit);

/* Frees it, with what qh_permit_open read. NULL is allowed. */
void qh_permit_destroy(qh_permit *permit);

#ifdef __cplusplus
}
#endif
#endif
