/* What the kinds of change share: the draft of the changed case. */
#ifndef QH_MODEL_OVERLAY_INTERNAL_H
#define QH_MODEL_OVERLAY_INTERNAL_H

#include "model/overlay.h"

/* The case under change: its own copy of every table that a change can touch. The counts are those of `made`. */
struct qh_draft {
    qh_arena *arena; /* of the case that is made */
    qh_diag *diag;
    const qh_case *base;
    qh_case *made;
    qh_constituent *constituent;
    qh_kinetics_override *override; /* with room for one a reach and constituent that changes name */
    qh_headwater *headwater;
    qh_tributary *tributary;
    qh_outfall *outfall; /* with room for those that are added */
    qh_lateral *lateral;
    qh_station *station;
    size_t n_effect, effect_capacity;
    qh_effect *effect;
};

/* A source under change, whatever table it stands in. */
typedef struct qh_draft_source {
    const char *label;             /* code of an outfall, name of any other */
    double *flow;                  /* m3/s */
    const qh_series **flow_series; /* m3/s; *flow_series NULL: constant */
    qh_input *input;               /* [n_constituent] */
    bool has_reach;
    size_t reach;        /* meaningless unless has_reach */
    qh_outfall *outfall; /* NULL for any other */
    bool is_headwater;   /* its flow must stay above 0 */
} qh_draft_source;

qh_draft_source qh_draft_source_of(qh_draft *draft, qh_source_index source);

/* Whether a change restricted to some constituents touches this one. */
bool qh_change_touches(const qh_change *change, size_t constituent);

/* Complains where `flow` [m3/s] cannot be that of the source: none for a headwater, or an infinite one. */
qh_status qh_draft_check_flow(qh_draft *draft, const qh_change *change, const qh_draft_source *source, double flow);

/* Gives a source another flow [m3/s] and records it. */
qh_status qh_draft_flow(qh_draft *draft, const qh_change *change, const qh_draft_source *source, double flow);

/* The same by a factor; a series becomes a new one. */
qh_status qh_draft_scale_flow(qh_draft *draft, const qh_change *change, const qh_draft_source *source, double factor);

/* Mean flow of a source, m3/s. */
double qh_draft_mean_flow(const qh_draft_source *source);

/* Multiplies a value; a series becomes a new one. */
qh_status qh_draft_scale(qh_draft *draft, double factor, qh_value *value);

/* min(value, limit); a series of straight lines gets an entry wherever it crosses the limit. */
qh_status qh_draft_cap(qh_draft *draft, double limit, qh_value *value);

/* Mean of a value over its series, inner unit. */
double qh_draft_mean(const qh_value *value);

/* Records what a change did; nothing when before and after are the same. `cause` (may be NULL) gave the limit. */
qh_status qh_draft_number(qh_draft *draft, const qh_change *change, const char *object, const char *quantity,
                          qh_dimension dimension, double before, double after, const qh_discharge_item *cause);
/* The same for what was not there before, or was another quantity. */
qh_status qh_draft_new_number(qh_draft *draft, const qh_change *change, const char *object, const char *quantity,
                              qh_dimension dimension, double after);
qh_status qh_draft_text(qh_draft *draft, const qh_change *change, const char *object, const char *quantity,
                        const char *before, const char *after);

#endif
