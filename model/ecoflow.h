/* Ecological-flow rules: what a diversion station must leave in the river. One rule a file in ecoflow/. A station has one
 * rule or several; of several the one that asks for the most holds, month by month. */
#ifndef QH_MODEL_ECOFLOW_H
#define QH_MODEL_ECOFLOW_H

#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Parameters of a station that rules take; bits. */
enum {
    QH_ECOFLOW_FLOW = 1,
    QH_ECOFLOW_MEAN = 2,
    QH_ECOFLOW_SHARE = 4,
    QH_ECOFLOW_GRADE = 8,
    QH_ECOFLOW_MONTHLY = 16,
    QH_ECOFLOW_Q90 = 32
};

typedef struct qh_ecoflow_rule {
    const char *name;
    const char *title;      /* English, a catalogue key */
    const char *source;     /* clause or paper */
    const char *confidence; /* V, V2, M+, M~, M- of docs/standards.md */
    bool monthly;           /* depends on the month */
    unsigned needs, allows; /* parameters without which it has no value, and further ones that stand beside it */
    /* What goes beyond presence and range of its parameters; NULL: nothing. QH_E_INPUT with messages in diag. */
    qh_status (*check)(const qh_station *station, qh_diag *diag);
    double (*flow)(const qh_station *station, int month); /* m3/s; month 1..12, ignored by rules that are not monthly.
                                                            * Called only after qh_ecoflow_check passed */
} qh_ecoflow_rule;

/* All rules, NULL-terminated, by name. Generated. */
extern const qh_ecoflow_rule *const qh_registry_ecoflow[];

/* The rule of that name, NULL when there is none. */
const qh_ecoflow_rule *qh_ecoflow_find(const char *name);

/* ---- rules of a station ---- */

enum { QH_MOST_ECOFLOW_RULES = 8 };

typedef struct qh_ecoflow_rules {
    size_t count;
    const qh_ecoflow_rule *rule[QH_MOST_ECOFLOW_RULES]; /* [count], in the order in which they are named */
} qh_ecoflow_rules;

/* The rules that "share" or "max(share, q90)" names; false when there is one that is not known, or named twice. */
bool qh_ecoflow_parse(const char *text, qh_ecoflow_rules *rules);

/* Adds to diag every parameter of the station that its rules need and that is missing or out of range, warnings for what
 * none of them uses, advice where they ask for less than is customary. QH_E_INPUT when there was an error. */
qh_status qh_ecoflow_check(const qh_station *station, qh_diag *diag);

/* Whether one of its rules depends on the month. */
bool qh_ecoflow_is_monthly(const qh_station *station);

/* Ecological flow of a month, m3/s, once qh_ecoflow_check passed: the most that one of its rules asks for. `binding` (may
 * be NULL): that rule, the first named of several that ask for the same. */
double qh_ecoflow_flow(const qh_station *station, int month, const qh_ecoflow_rule **binding);

#ifdef __cplusplus
}
#endif
#endif
