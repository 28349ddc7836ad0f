/* The case: all that the user wrote, in the program's own units, with the place each row came from.
 *
 * Built by io/case_reader.h; everything after it takes it as const. All of it lives in the case's arena. Rows refer to
 * one another by index, resolved when the case is read. */
#ifndef QH_MODEL_CASE_H
#define QH_MODEL_CASE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/arena.h"
#include "model/diag.h"
#include "model/series.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A substance that is carried: COD, NH3-N, a tracer. Losses are first order, some also of second order:
 *     dC/dt = -k20 theta^(T-20) (C - background) - k2_20 theta^(T-20) C^2 - settling/depth C
 * What decays may become another constituent (organic nitrogen -> ammonia -> nitrate) and may need oxygen (BOD, ammonia);
 * dissolved oxygen is given back by reaeration. The processes stand in model/kinetics/. */
typedef struct qh_constituent {
    qh_place place;
    const char *name;    /* "COD"; also the column name in the tables */
    const char *title;   /* for people, may be Chinese; equals name when not given */
    const char *item;    /* item of the standard it is judged by; equals name when not given */
    double k20;          /* 1/s at 20 degC, >= 0 */
    double theta;        /* -, >= 1 */
    double k2_20;        /* m3/g/s at 20 degC, >= 0: decay of second order, nonlinear where > 0 */
    double settling;     /* m/s, >= 0 */
    double background;   /* g/m3, >= 0: the level that decay tends to */
    qh_optional initial; /* g/m3; needed when run.initial is QH_INITIAL_GIVEN */

    bool has_product;        /* its decay makes another constituent */
    size_t product;          /* constituent index; meaningless unless has_product */
    double yield;            /* -, g of the product a g decayed, > 0; meaningless unless has_product */
    double oxygen_demand;    /* -, g of dissolved oxygen a g decayed, >= 0; > 0 only where a constituent is_oxygen */
    qh_optional oxygen_half; /* g/m3, > 0: oxygen at which it decays at half its rate, k O/(half + O): nonlinear */
    bool is_oxygen;          /* dissolved oxygen, at most one constituent of a case */
    const char *reaeration;  /* name in the registry of reaeration formulas (is_oxygen only); NULL: none, k20 and
                              * background then hold as for any constituent */
} qh_constituent;

/* How a source gives a constituent. */
typedef struct qh_input {
    bool is_load;   /* false: value is a concentration, g/m3; true: a load, g/s */
    qh_value value; /* g/m3 or g/s */
} qh_input;

typedef struct qh_node {
    qh_place place; /* of nodes.csv, or of the reach that first names it */
    const char *name;
    bool has_position;
    double longitude, latitude; /* deg (CGCS2000); meaningless unless has_position */
    qh_optional bed;            /* m above the case's datum, bed level; routing with levels only */
} qh_node;

/* Points of a surveyed cross-section, left to right bank. */
typedef struct qh_cross_section {
    qh_place place;
    const char *name;
    size_t count;            /* >= 3 */
    const double *offset;    /* [count], m, not decreasing */
    const double *elevation; /* [count], m */
} qh_cross_section;

/* Parameters of every channel law; which are given is checked against the law (model/channel.h). */
typedef struct qh_channel {
    const char *law;                       /* name in the registry of laws: "trapezoid", "surveyed", "power", "fixed" */
    qh_optional manning;                   /* s/m^(1/3) */
    qh_optional bottom_width;              /* m */
    qh_optional side_slope;                /* horizontal per vertical, - */
    const qh_cross_section *cross_section; /* NULL: not given */
    qh_optional velocity_coefficient;      /* U = a Q^b, U in m/s and Q in m3/s */
    qh_optional velocity_exponent;         /* - */
    qh_optional depth_coefficient;         /* H = c Q^d, H in m */
    qh_optional depth_exponent;            /* - */
    qh_optional area;                      /* m2 */
    qh_optional width;                     /* m */
    qh_optional slope;                     /* m/m */
} qh_channel;

typedef struct qh_reach {
    qh_place place;
    const char *name;
    const char *river; /* river it belongs to, "" when not given */
    size_t from, to;   /* node indices */
    double length;     /* m, > 0 */
    qh_channel channel;
    qh_optional share;              /* -, part of the node's outflow where it bifurcates */
    qh_optional dispersion;         /* m2/s; else dispersion_formula */
    const char *dispersion_formula; /* name in the registry, NULL: dispersion is given */
    qh_optional storage_area;       /* m2, transient storage zone; given together with storage_exchange */
    qh_optional storage_exchange;   /* 1/s */
    qh_optional temperature;        /* degC, else the case's */
    qh_optional transverse_mixing;  /* -, Ey/(H u*), for mixing-length advice; else the case's */
} qh_reach;

/* Kinetics of one constituent in one reach, where they differ from the case's. */
typedef struct qh_kinetics_override {
    qh_place place;
    size_t reach, constituent;
    qh_optional k20, theta, k2_20, settling, background; /* units as in qh_constituent */
} qh_kinetics_override;

typedef enum qh_inlet {
    QH_INLET_CONCENTRATION, /* first type: C = C_in at the node */
    QH_INLET_FLUX           /* third type: Q C - A D dC/dx = Q C_in */
} qh_inlet;

typedef struct qh_headwater {
    qh_place place;
    const char *name;
    size_t node;
    double flow;                  /* m3/s, > 0; where flow_series is given, its value at the run's start */
    const qh_series *flow_series; /* m3/s; NULL: constant. Followed by runs with routing only */
    qh_inlet inlet;
    const qh_input *input; /* [n_constituent], concentrations */
} qh_headwater;

/* A tributary that is not modelled by reaches: water and substances entering at a point. */
typedef struct qh_tributary {
    qh_place place;
    const char *name;
    size_t reach;
    double chainage;              /* m from the reach's upstream end */
    double flow;                  /* m3/s, >= 0; with flow_series as in qh_headwater */
    const qh_series *flow_series; /* m3/s; NULL: constant */
    const qh_input *input;        /* [n_constituent] */
} qh_tributary;

/* Remediation status of an outfall, in the order of the register: 查 测 溯 治 销号. */
typedef enum qh_remediation {
    QH_REMEDIATION_UNKNOWN,
    QH_REMEDIATION_SURVEYED,  /* 查 */
    QH_REMEDIATION_MONITORED, /* 测 */
    QH_REMEDIATION_TRACED,    /* 溯 */
    QH_REMEDIATION_TREATED,   /* 治 */
    QH_REMEDIATION_CLOSED     /* 销号 */
} qh_remediation;

typedef struct qh_outfall {
    qh_place place;
    const char *code; /* unique */
    const char *name;
    const char *category; /* of HJ 1312-2023 or the user's own, "" when not given */
    const char *district; /* "" when not given; likewise below */
    const char *body;     /* responsible body */
    const char *permit;   /* permit number */
    const char *standard; /* discharge standard and grade it is held to */
    const char *entry;    /* how it enters: continuous, intermittent, ... */
    const char *note;
    qh_remediation status;
    bool has_position;
    double longitude, latitude; /* deg (CGCS2000) */
    size_t reach;
    double chainage;              /* m */
    double flow;                  /* m3/s, >= 0; with flow_series as in qh_headwater */
    const qh_series *flow_series; /* m3/s; NULL: constant */
    const qh_input *input;        /* [n_constituent] */
    const qh_optional *limit;     /* [n_constituent], g/m3, permitted concentration */
} qh_outfall;

/* Water that enters along a stretch (diffuse inflow, small brooks, groundwater). */
typedef struct qh_lateral {
    qh_place place;
    const char *name;
    size_t reach;
    double from, to;              /* m, chainages, from < to */
    double flow;                  /* m3/s over the whole stretch, >= 0; with flow_series as in qh_headwater */
    const qh_series *flow_series; /* m3/s; NULL: constant */
    const qh_input *input;        /* [n_constituent]; loads are of the whole stretch */
} qh_lateral;

typedef struct qh_withdrawal {
    qh_place place;
    const char *code; /* unique */
    const char *name;
    const char *kind; /* "withdrawal", "intake" (drinking water) */
    size_t reach;
    double chainage;              /* m */
    double flow;                  /* m3/s asked for, >= 0; with flow_series as in qh_headwater */
    const qh_series *flow_series; /* m3/s; NULL: constant */
    bool has_priority;            /* all withdrawals of a case have one, or none has */
    int priority; /* >= 0, the lower is served first, equal ones share: 0 before the ecological flow, 1 and later after it;
                   * meaningless unless has_priority */
} qh_withdrawal;

/* A pumped transfer or a canal: water taken at one place of the network and brought to another, with all that is in it and at
 * once. Where it is taken it is a claim beside the withdrawals there. */
typedef struct qh_transfer {
    qh_place place;
    const char *code; /* unique */
    const char *name;
    size_t reach;
    double chainage; /* m, of the intake */
    size_t to_reach;
    double to_chainage; /* m, of the outlet */
    double capacity;    /* m3/s, > 0 */
    qh_optional flow;   /* m3/s, >= 0, wanted, the capacity at most; not given: the capacity. With flow_series as
                                   * in qh_headwater */
    const qh_series *flow_series; /* m3/s; NULL: constant */
    qh_optional leaves; /* m3/s, >= 0, that it leaves in the river below its intake; not given: nothing of its own */
    bool has_priority;  /* as in qh_withdrawal, in one order with them; all of both have one, or none has */
    int priority;
} qh_transfer;

/* A diversion power station: dam at (reach, chainage), dewatered reach below it, tailrace farther down. First the
 * ecological flow stays in the river, then the station diverts up to its capacity. */
typedef struct qh_station {
    qh_place place;
    const char *name;
    size_t reach;
    double chainage; /* m, of the dam */
    size_t tailrace_reach;
    double tailrace_chainage; /* m */
    double capacity;          /* m3/s, >= 0 */
    qh_optional turbine; /* m3/s, >= 0, what it wants to divert; where turbine_series is given, its value at the run's
                          * start; not given: all it can */
    const qh_series *turbine_series; /* m3/s; NULL: constant. Followed by runs with routing only */
    qh_optional minimum_level;       /* m, of its reservoir: below it the station stands still */
    const char
        *rule; /* name in the registry of ecological-flow rules, "share"; or several, of which the one that asks for
                       * the most holds: "max(share, q90)" */
    qh_optional eco_flow;         /* m3/s (rule fixed) */
    qh_optional mean_annual_flow; /* m3/s, natural, at the dam (share, tennant) */
    qh_optional share;            /* - (share) */
    const char *tennant_grade;    /* "good", ... (tennant); NULL: not given */
    qh_optional q90_flow;         /* m3/s, natural, at the dam (q90) */
    qh_optional monthly[12];      /* m3/s, January first (monthly) */
} qh_station;

/* How much water a reservoir holds at a level. */
typedef struct qh_storage_curve {
    qh_place place;
    const char *name;
    size_t count;         /* >= 2 */
    const double *level;  /* [count], m above the case's datum, rising */
    const double *volume; /* [count], m3, rising, the first >= 0 */
} qh_storage_curve;

/* A reservoir behind a dam at (reach, chainage), fully mixed. Steady flow passes through it unchanged. */
typedef struct qh_reservoir {
    qh_place place;
    const char *name;
    size_t reach;
    double chainage;               /* m, of the dam */
    const qh_storage_curve *curve; /* between whose ends its level must stay */
    double level;                  /* m, at the run's start */
    qh_optional eco_flow;   /* m3/s, the first release to the river below; with a station there the station's rule
                                    * holds instead */
    qh_optional dead_level; /* m, below which nothing is drawn: claims then share what it holds above it and what
                             * arrives (model/claims.h); not given: what is asked for is drawn, or the run stops */
} qh_reservoir;

/* A way by which water leaves a reservoir into the river below its dam, or passes a place of a river; laws in
 * model/structures/. */
typedef struct qh_structure {
    qh_place place;
    const char *code;                /* unique */
    bool in_river;                   /* it stands in a river, at (reach, chainage), not at a reservoir */
    size_t reservoir;                /* index; meaningless in a river */
    size_t reach;                    /* index; meaningless at a reservoir, as is the chainage */
    double chainage;                 /* m */
    const char *kind;                /* name in the registry of structures: "weir", "gate", "release" */
    qh_optional crest;               /* m above the case's datum */
    qh_optional width;               /* m, > 0 */
    qh_optional coefficient;         /* -, 0..1 */
    qh_optional opening;             /* m, >= 0 (gate); with opening_series as flow of qh_headwater */
    const qh_series *opening_series; /* m; NULL: constant */
    qh_optional flow;                /* m3/s, >= 0 (release); with flow_series likewise */
    const qh_series *flow_series;    /* m3/s; NULL: constant */
} qh_structure;

/* While all its conditions hold a rule gives a structure another opening or flow, or a transfer another flow; of several the
 * first in the table. */
typedef struct qh_rule {
    qh_place place;
    bool sets_transfer;    /* it sets a transfer, not a structure */
    size_t structure;      /* index; meaningless where it sets a transfer */
    size_t transfer;       /* index; meaningless where it sets a structure */
    const char *from, *to; /* "MM-DD", days of the year, both included; "" for all the year */
    int from_day, to_day;  /* 100 month + day of the above; 0: all the year. from_day > to_day: over New Year */
    qh_optional
        starts_at;       /* m, level above the structure at which the rule begins to act; given together with ends_at */
    qh_optional ends_at; /* m, at which it ends: below starts_at for rising levels, above it for falling ones */
    qh_optional inflow_over;   /* m3/s, acts while more than this arrives at the structure */
    qh_optional inflow_under;  /* m3/s, acts while less than this arrives */
    bool looks;                /* at the discharge of a place anywhere in the network */
    size_t at_reach;           /* index; meaningless unless it looks, as are the three below */
    double at_chainage;        /* m */
    qh_optional flow_over;     /* m3/s, acts while more than this passes there */
    qh_optional flow_under;    /* m3/s, acts while less than this passes there */
    qh_optional opening, flow; /* m (gate), m3/s (release): what it sets */
} qh_rule;

typedef struct qh_section {
    qh_place place;
    const char *code; /* unique */
    const char *name;
    const char *level;    /* national, provincial, city ... "" when not given */
    const char *district; /* "" when not given */
    size_t reach;
    double chainage;   /* m */
    int target_class;  /* 1..5 for I..V */
    bool is_protected; /* a protected target (drinking water, fish ...) */
    bool has_position;
    double longitude, latitude; /* deg */
} qh_section;

/* A level of water held at a node from outside (a lake, a tide, a reservoir downstream), at an outlet of the network. */
typedef struct qh_held_level {
    qh_place place;
    size_t node;
    qh_value level;        /* m above the case's datum */
    const qh_input *input; /* [n_constituent], concentrations of the water that enters from outside; NULL: not given */
} qh_held_level;

/* What a protected stretch of river is, from the strictest on. What each forbids stands in data/zone_rules.def. */
typedef enum qh_zone_kind {
    QH_ZONE_SOURCE_1,     /* 饮用水水源一级保护区 */
    QH_ZONE_SOURCE_2,     /* 饮用水水源二级保护区 */
    QH_ZONE_SOURCE_QUASI, /* 饮用水水源准保护区 */
    QH_ZONE_RESERVE,      /* 自然保护区 */
    QH_ZONE_SCENIC,       /* 风景名胜区水体 */
    QH_ZONE_FISHERY,      /* 重要渔业水体，含水产种质资源保护区 */
    QH_ZONE_HABITAT, /* 重要水生生物的产卵场、索饵场、越冬场、洄游通道: a protected target, not a ban */
    QH_ZONE_KINDS
} qh_zone_kind;

/* A protected stretch of one reach. A zone over several reaches has a row for each, with codes of their own. */
typedef struct qh_zone {
    qh_place place;
    const char *code; /* unique */
    const char *name;
    qh_zone_kind kind;
    size_t reach;
    double from, to;  /* m, chainages, from < to */
    int target_class; /* 1..5 for I..V; 0: the zone gives none of its own */
} qh_zone;

/* A named way down the network, for longitudinal profiles. */
typedef struct qh_route {
    qh_place place;
    const char *name;
    size_t count;        /* >= 1 */
    const size_t *reach; /* [count], consecutive reaches, downstream */
} qh_route;

typedef enum qh_run_type { QH_STEADY, QH_UNSTEADY } qh_run_type;
typedef enum qh_initial { QH_INITIAL_STEADY, QH_INITIAL_GIVEN } qh_initial;

typedef struct qh_run_options {
    qh_place place;
    qh_run_type type;
    const char *start;      /* ISO 8601 local time "2024-01-01T00:00:00", "" for a steady run without date */
    double duration;        /* s; 0 for steady */
    double output_interval; /* s between profile frames; 0 for steady */
    double sample_interval; /* s between section samples; 0 for steady */
    qh_initial initial;
    int month;                           /* 1..12, for monthly rules; 0 only where no rule needs one */
    double temperature;                  /* degC; where temperature_series is given, its value at the run's start */
    const qh_series *temperature_series; /* degC; NULL: constant. Followed by runs with routing only */
    double transverse_mixing;            /* -, Ey/(H u*), for mixing-length advice */
    const char *routing; /* name in the registry of routers: flow that changes in time; NULL: steady flow */
    double routing_step; /* s, longest step of the router; meaningless without routing */
} qh_run_options;

typedef struct qh_solver_options {
    qh_place place;
    const char *engine;        /* "auto" or a name in the registry of engines */
    double cell_length;        /* m, largest */
    double relative_tolerance; /* -, of the time integration */
    double absolute_tolerance; /* g/m3 */
    double balance_tolerance;  /* -, largest residual over throughput before exit 3 */
    size_t max_steps;          /* between two outputs */
} qh_solver_options;

/* One input file as it was read, for the record in the store. */
typedef struct qh_case_file {
    const char *name;     /* relative to the case folder */
    const char *text;     /* UTF-8 */
    const char *encoding; /* as found: "UTF-8", "GB18030" */
} qh_case_file;

/* The overlay that a case was changed by; see model/overlay.h. */
typedef struct qh_scenario qh_scenario;

typedef struct qh_case {
    qh_arena *arena;
    const char *folder;   /* as given by the user */
    const char *name;     /* short name of the river or study */
    const char *title;    /* one line for people; "" when not given */
    const char *note;     /* e.g. "示例，非实测"; "" when not given */
    const char *standard; /* code of the water quality standard, "GB3838-2002" */
    qh_run_options run;
    qh_solver_options solver;

    size_t n_constituent, n_node, n_reach, n_cross_section, n_override, n_headwater, n_tributary, n_outfall, n_lateral;
    size_t n_withdrawal, n_station, n_section, n_zone, n_route, n_series, n_file, n_held_level;
    size_t n_storage_curve, n_reservoir, n_structure, n_rule, n_transfer;
    const qh_constituent *constituent;
    const qh_node *node;
    const qh_reach *reach;
    const qh_cross_section *cross_section;
    const qh_kinetics_override *override;
    const qh_headwater *headwater;
    const qh_tributary *tributary;
    const qh_outfall *outfall;
    const qh_lateral *lateral;
    const qh_withdrawal *withdrawal;
    const qh_transfer *transfer;
    const qh_station *station;
    const qh_section *section;
    const qh_zone *zone;
    const qh_route *route;
    const qh_held_level *held_level;
    const qh_storage_curve *storage_curve;
    const qh_reservoir *reservoir;
    const qh_structure *structure;
    const qh_rule *rule;
    const qh_series *series;
    const qh_case_file *file;
    const qh_scenario *scenario; /* NULL: the case as it stands in its folder */
} qh_case;

/* Frees a case and all that it holds. NULL is allowed. */
void qh_case_destroy(qh_case *river_case);

#ifdef __cplusplus
}
#endif
#endif
