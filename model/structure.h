/* Weirs, gates, set releases: how much water passes at which levels; and how much a reservoir holds. One law a file in
 * structures/. Pure functions. */
#ifndef QH_MODEL_STRUCTURE_H
#define QH_MODEL_STRUCTURE_H

#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Acceleration of gravity in the laws, m/s2. */
#define QH_STRUCTURE_GRAVITY 9.81

/* What passes, and how it answers to the levels. */
typedef struct qh_passage {
    double flow;    /* m3/s, positive downstream */
    double by_up;   /* m2/s, derivative by the upper level */
    double by_down; /* m2/s, by the lower level */
} qh_passage;

/* A law. `check` adds to diag every parameter that is missing, out of range or of no use. `passage` is called only after
 * `check` passed: levels in m above the case's datum; `down` = -INFINITY where nothing below stands in the way. Free and
 * drowned, both directions, for every law but those that set the flow. */
typedef struct qh_structure_law {
    const char *name;
    const char *title;      /* English, a catalogue key */
    const char *source;     /* book or standard */
    const char *confidence; /* V, V2, M+, M~, M- of docs/standards.md */
    bool by_opening;        /* has an opening, which series and rules set */
    bool by_flow;           /* is set by its flow */
    qh_status (*check)(const qh_structure *structure, qh_diag *diag);
    /* `setting`: opening [m] or flow [m3/s], as by_opening and by_flow say; else ignored. */
    qh_passage (*passage)(const qh_structure *structure, double setting, double up, double down);
} qh_structure_law;

/* All laws, NULL-terminated, by name. Generated. */
extern const qh_structure_law *const qh_registry_structure[];

/* The law of that name, NULL when there is none. */
const qh_structure_law *qh_structure_find(const char *name);

/* Whether water leaves that reservoir through it. */
static inline bool qh_structure_serves(const qh_structure *structure, size_t reservoir) {
    return !structure->in_river && structure->reservoir == reservoir;
}

/* ---- reservoirs ---- */

/* Adds what is wrong with a table of levels and volumes: fewer than two rows, or one that does not rise. */
qh_status qh_storage_check(const qh_storage_curve *curve, qh_diag *diag);

/* Straight lines between the table's rows; `level` [m] and `volume` [m3] lie within it. `area`: dV/dz, m2. */
double qh_storage_volume(const qh_storage_curve *curve, double level, double *area);
double qh_storage_level(const qh_storage_curve *curve, double volume);

#ifdef __cplusplus
}
#endif
#endif
