/* What the stages of the evaluation before a permit share. */
#ifndef QH_SCENARIOS_PERMIT_INTERNAL_H
#define QH_SCENARIOS_PERMIT_INTERNAL_H

#include "model/flow.h"
#include "model/overlay.h"
#include "scenarios/permit.h"
#include "solvers/exact.h"

/* ---- the case of one state: permit_case.c ---- */

/* Scenarios laid over a case, one on the other. The cases and overlays live until the chain is freed. */
typedef struct qh_layers {
    size_t count;
    qh_case *made[4];
    qh_overlay *overlay[4];
} qh_layers;

void qh_layers_free(qh_layers *chain);

/* Lays `scenario` ("": none) over *c, which then is the new case. */
qh_status qh_layers_lay(qh_layers *chain, const char *scenario, qh_diag *diag, const qh_case **c);

typedef struct qh_state_asked {
    const qh_case *base;
    const qh_proposal *proposal;
    size_t period;
    qh_permit_state state;
} qh_state_asked;

/* The case of a state, in `arena`; what the scenarios make lives in `chain`, which is to be freed whatever happens. */
qh_status qh_permit_state_case(qh_arena *arena, const qh_state_asked *asked, qh_layers *chain, qh_diag *diag,
                               qh_case **made);

/* The errors of one list told to another, which may be NULL: what only repeats the warnings of another state is not told. */
void qh_permit_pass_errors(qh_diag *from, qh_diag *to);

/* ---- its solution ---- */

/* Lanes: QH_LANE_AS_IS the state as it is, QH_LANE_ZERO without the project's load (its water stays), and from
 * QH_LANE_UNIT on one a constituent, with a load of one unit of it besides QH_LANE_ZERO. */
enum { QH_LANE_AS_IS, QH_LANE_ZERO, QH_LANE_UNIT };

typedef struct qh_state_solution {
    const qh_case *river_case;
    size_t project; /* outfall index of the project; n_outfall: it is not there */
    qh_network *network;
    qh_flow *flow;
    qh_exact *exact;
    size_t n_lane;
    double unit;  /* g/s, load of a unit lane */
    double *mean; /* [n_place][n_species][n_lane], g/m3 */
    double *part; /* [n_place][n_species][n_species], s/m3: of the first constituent for a load of the second, as it is
                   * judged: at the bank within the mixing length */
} qh_state_solution;

typedef struct qh_permit_maker {
    const qh_case *base;
    const qh_proposal *proposal;
    const qh_standard *standard;
    qh_diag *diag;
    qh_arena *arena; /* of the permit */
    qh_permit *made;
    qh_case *with; /* the case with the project: network and flow of the places */
    qh_network *network;
    qh_flow *flow;
    size_t project; /* outfall index in `with` */
    double *way;    /* [n_point], m from the outfall down the water, INFINITY: the water does not come there */
    qh_permit_place *place;
    qh_permit_period *period;
    qh_permit_terms *terms;
    qh_finding *finding;
    size_t finding_capacity;
    qh_permit_value **value;                  /* [n_period], as in qh_permit_period, to be filled */
    qh_state_solution (*solution)[QH_STATES]; /* [n_period], without their solvers once a period is done */
    double *cut;                              /* [n_species], g/s taken away by the regional cuts */
    bool no_increase;                         /* a zone at the outfall allows no more than there was */
    qh_clause no_increase_clause;
} qh_permit_maker;

/* ---- permit_way.c: down the water ---- */

/* Distances [n_point] to all points below a place; INFINITY where its water does not come. Where only a canal leads to a
 * point, the canal counts nothing. */
void qh_way_from(const qh_network *network, size_t reach, double chainage, double *distance);

/* Distance to a place by `distance` [n_point] of a way that began at (from_reach, from); INFINITY: not reached. */
double qh_way_to(const qh_network *network, const double *distance, size_t from_reach, double from, size_t reach,
                 double chainage);

/* The main way: stretches down the branch of the largest discharge, to the end of the network. */
typedef struct qh_stretch {
    size_t reach;
    double from, to; /* m, chainages */
    double distance; /* m from the outfall, of `from` */
} qh_stretch;

/* stretch [at most n_segment] and their number. */
size_t qh_main_way(const qh_network *network, const qh_flow *flow, size_t reach, double chainage, qh_stretch *stretch);

/* ---- the stages, in their order ---- */

qh_status qh_permit_find_places(qh_permit_maker *maker); /* permit_place.c: places, classes, targets, bans */
qh_status qh_permit_solve_period(qh_permit_maker *maker, size_t period); /* permit_state.c */
qh_status qh_permit_find_water(qh_permit_maker *maker, const qh_state_solution *with,
                               qh_permit_water *water); /* permit_mixing.c */
/* Response at the bank to a load of `species` at `distance` m, s/m3; NAN where it is not known. */
double qh_permit_bank(const qh_permit_water *water, size_t species, double distance);
qh_status qh_permit_find_mixing(qh_permit_maker *maker, size_t period, const qh_state_solution *without,
                                const qh_state_solution *with);
qh_status qh_permit_find_profile(qh_permit_maker *maker, size_t period, const qh_state_solution *without,
                                 const qh_state_solution *with); /* permit_profile.c */
qh_status qh_permit_follow_accident(qh_permit_maker *maker, size_t period, const qh_case *with,
                                    size_t project);  /* permit_accident.c */
void qh_permit_find_terms(qh_permit_maker *maker);    /* permit_terms.c */
qh_status qh_permit_conclude(qh_permit_maker *maker); /* permit_conclude.c */

/* The case with the outfall of the proposal and without the one that it takes the place of, in `arena`; the arrays that
 * do not change are borrowed. */
qh_status qh_case_with_project(qh_arena *arena, const qh_case *base, const qh_proposal *proposal, bool with_outfall,
                               bool without_replaced, qh_case **made);

/* Makes a finding of both texts, which live in the permit's arena; NULL texts: out of memory. */
qh_status qh_permit_add_finding(qh_permit_maker *maker, qh_finding_kind kind, const char *code, qh_clause clause,
                                const char *english, const char *chinese);

/* A finding whose text is a printf format and its arguments, in which `lang` is the language at hand. */
#define QH_FINDING(maker, finding_kind, code, rule, ...)                                                               \
    do {                                                                                                               \
        const char *texts[2];                                                                                          \
        for (int each = QH_EN; each <= QH_ZH; each++) {                                                                \
            const qh_lang lang = (qh_lang)each;                                                                        \
            (void)lang;                                                                                                \
            texts[each] = qh_arena_printf((maker)->arena, __VA_ARGS__);                                                \
        }                                                                                                              \
        QH_TRY(qh_permit_add_finding((maker), (finding_kind), (code), (rule), texts[QH_EN], texts[QH_ZH]));            \
    } while (0)

#endif
