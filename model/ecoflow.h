/* Ecological-flow rules: what a diversion station must leave in the river. One rule a file in ecoflow/. */
#ifndef QH_MODEL_ECOFLOW_H
#define QH_MODEL_ECOFLOW_H

#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A rule. `check` adds to diag every parameter of the station that the rule needs and that is missing or out of range
 * (month 1..12 of the run included where the rule is monthly). `flow` is called only after `check` passed. */
typedef struct qh_ecoflow_rule {
    const char *name;
    const char *title;      /* English, a catalogue key */
    const char *source;     /* clause or paper */
    const char *confidence; /* V, V2, M+, M~, M- of docs/standards.md */
    bool monthly;           /* depends on the month */
    qh_status (*check)(const qh_station *station, qh_diag *diag);
    double (*flow)(const qh_station *station, int month); /* m3/s; month 1..12, ignored by rules that are not monthly */
} qh_ecoflow_rule;

/* All rules, NULL-terminated, by name. Generated. */
extern const qh_ecoflow_rule *const qh_registry_ecoflow[];

/* The rule of that name, NULL when there is none. */
const qh_ecoflow_rule *qh_ecoflow_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
