/* Reaeration coefficients by named formulas. One formula a file in reaeration/. */
#ifndef QH_MODEL_REAERATION_H
#define QH_MODEL_REAERATION_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_reaeration_formula {
    const char *name;       /* "churchill" */
    const char *title;      /* "Churchill et al. (1962)", a catalogue key */
    const char *equation;   /* as text, for `qinghe list reaeration` */
    const char *source;     /* paper */
    const char *confidence; /* how sure the constants are: V, V2, M+, M~, M- of docs/standards.md */
    const char *range;      /* validity in words, a catalogue key */
    double (*coefficient)(double velocity, double depth); /* 1/s at 20 degC; m/s > 0, m > 0 */
    bool (*in_range)(double velocity, double depth);      /* inside the validity range */
} qh_reaeration_formula;

/* All formulas, NULL-terminated, by name. Generated. */
extern const qh_reaeration_formula *const qh_registry_reaeration[];

/* The formula of that name, NULL when there is none. */
const qh_reaeration_formula *qh_reaeration_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
