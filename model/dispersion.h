/* Longitudinal dispersion by named formulas. One formula a file in dispersion/. */
#ifndef QH_MODEL_DISPERSION_H
#define QH_MODEL_DISPERSION_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_dispersion_input {
    double velocity;       /* m/s, mean, > 0 */
    double depth;          /* m, mean, > 0 */
    double width;          /* m, > 0 */
    double shear_velocity; /* m/s, u* = sqrt(g R S), > 0 */
} qh_dispersion_input;

typedef struct qh_dispersion_formula {
    const char *name;       /* "fischer" */
    const char *title;      /* "Fischer (1975)", a catalogue key */
    const char *equation;   /* as text, for `qinghe list dispersion` */
    const char *source;     /* paper */
    const char *confidence; /* how sure the constants are: V, V2, M+, M~, M- of docs/standards.md */
    const char *range;      /* validity in words, a catalogue key */
    double (*coefficient)(const qh_dispersion_input *input); /* m2/s */
    bool (*in_range)(const qh_dispersion_input *input);      /* inside the validity range */
} qh_dispersion_formula;

/* All formulas, NULL-terminated, by name. Generated. */
extern const qh_dispersion_formula *const qh_registry_dispersion[];

/* The formula of that name, NULL when there is none. */
const qh_dispersion_formula *qh_dispersion_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
