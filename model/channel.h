/* Channel state: depth, width, area and velocity of a discharge, by the reach's law. One law a file in channels/. */
#ifndef QH_MODEL_CHANNEL_H
#define QH_MODEL_CHANNEL_H

#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_channel_state {
    double area;             /* m2, flow area */
    double depth;            /* m, hydraulic depth area/width */
    double width;            /* m, at the surface */
    double hydraulic_radius; /* m, area/wetted perimeter */
    double velocity;         /* m/s, discharge/area */
} qh_channel_state;

/* A cross-section up to a water depth. */
typedef struct qh_channel_section {
    double area;      /* m2 */
    double width;     /* m, at the surface */
    double perimeter; /* m, wetted */
} qh_channel_section;

/* Most discharges that are asked for at once. */
enum { QH_CHANNEL_STATES = 16 };

/* A hydraulic law. `check` adds to diag every parameter that is missing, contradictory or not positive. `state` is
 * called only with a channel that passed `check` and discharge > 0 [m3/s]; it fails (QH_E_NUMERIC, with a message)
 * where no state exists, e.g. water over the top of a surveyed section. */
typedef struct qh_channel_law {
    const char *name;
    const char *title;  /* English, a catalogue key */
    const char *source; /* where the law is from */
    qh_status (*check)(const qh_reach *reach, qh_diag *diag);
    qh_status (*state)(const qh_reach *reach, double discharge, qh_diag *diag, qh_channel_state *state);
    /* The same states of up to QH_CHANNEL_STATES reaches and discharges [count] at once, to the last bit; NULL: one by one. */
    qh_status (*states)(const qh_reach *const *reach, size_t count, const double *discharge, qh_diag *diag,
                        qh_channel_state *state);
    /* The section up to `depth` [m, > 0] above its lowest point; returns the depth at which its banks end [m, INFINITY where
     * they do not], above which they go on as walls. NULL: the law knows no section, and no level. */
    double (*section)(const qh_reach *reach, double depth, qh_channel_section *section);
} qh_channel_law;

/* All laws, NULL-terminated, by name. Generated. */
extern const qh_channel_law *const qh_registry_channel[];

/* The law of that name, NULL when there is none. */
const qh_channel_law *qh_channel_law_find(const char *name);

/* States of `count` <= QH_CHANNEL_STATES discharges [count, m3/s], each in its reach [count], all of this law: state [count]. */
qh_status qh_channel_states_by(const qh_reach *const *reach, const qh_channel_law *law, size_t count,
                               const double *discharge, qh_diag *diag, qh_channel_state *state);

/* State of a reach's channel at `discharge` [m3/s]; its sign is ignored; 0 is an error (a dry channel has no state). */
qh_status qh_channel_state_of(const qh_reach *reach, double discharge, qh_diag *diag, qh_channel_state *state);

#ifdef __cplusplus
}
#endif
#endif
