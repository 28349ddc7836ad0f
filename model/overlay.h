/* An overlay: a named list of changes of a case, and its application.
 *
 * Built by io/overlay_reader.h against a case: every name is resolved, every number in the inner unit. Applying it gives
 * a new case; the one it is applied to stays as it is. One kind of change a file in changes/. */
#ifndef QH_MODEL_OVERLAY_H
#define QH_MODEL_OVERLAY_H

#include "model/case.h"
#include "model/discharge.h"
#include "model/units.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_source_kind {
    QH_SOURCE_HEADWATER,
    QH_SOURCE_TRIBUTARY,
    QH_SOURCE_OUTFALL,
    QH_SOURCE_LATERAL
} qh_source_kind;

/* A source of the case. An outfall past n_outfall is the one that an earlier change added, in the order of adding. */
typedef struct qh_source_index {
    qh_source_kind kind;
    size_t index;
} qh_source_index;

/* What a source is to give of one constituent. */
typedef struct qh_given_input {
    bool given;
    qh_input input; /* meaningless unless given */
} qh_given_input;

/* One change. Which fields count is the matter of its kind; the others are zero. */
typedef struct qh_change {
    qh_place place;
    const struct qh_change_kind *kind;

    size_t n_source;
    const qh_source_index *source; /* [n_source], what is scaled, set, closed, upgraded or moved */
    size_t n_only;
    const size_t *only; /* [n_only], constituents that a scaling or upgrade is restricted to; none: all */

    qh_optional flow_factor, concentration_factor, load_factor; /* -, >= 0 (scale, design_flow) */
    qh_optional flow;                                           /* m3/s, >= 0 (set) */
    const qh_given_input *input;                                /* [n_constituent] (set, add) */

    const qh_discharge_standard *standard; /* (upgrade) */
    size_t grade;                          /* index of the standard's grade (upgrade) */
    qh_optional temperature; /* degC: of the run (temperature), of the effluent (upgrade; else of the reach) */

    bool in_reach;   /* reach is given (kinetics); always true for move */
    size_t reach;    /* (move, kinetics) */
    double chainage; /* m (move) */

    qh_outfall outfall; /* (add), its input stands above, its limit is NULL */

    size_t station;          /* (release) */
    qh_station station_rule; /* rule NULL: as it is; of the parameters those that are given (release) */

    size_t constituent;                                  /* (kinetics) */
    qh_optional rate_factor;                             /* -, of k20, >= 0 (kinetics) */
    qh_optional k20, theta, k2_20, settling, background; /* as in qh_constituent (kinetics) */
} qh_change;

typedef struct qh_overlay {
    qh_arena *arena;
    const char *name;  /* of the scenario, as asked for */
    const char *title; /* for people; "" when not given */
    size_t n_added;    /* outfalls that the changes add */
    size_t n_change;
    const qh_change *change; /* [n_change], those of the scenarios it extends first */
    size_t n_file;
    const qh_case_file *file; /* [n_file], texts of the scenario and of all it extends, in the order of their changes */
} qh_overlay;

/* What a change did, for people. Values of a series are its mean. */
typedef struct qh_effect {
    qh_place place;       /* of the change */
    const char *kind;     /* name of the kind of change */
    const char *object;   /* code or name of what changed; "" for the case as a whole */
    const char *quantity; /* "flow", "COD", "k20 COD"; English, a catalogue key but for constituents */
    bool is_text;         /* text_before and text_after count, else before and after */
    qh_dimension dimension;
    bool has_before;      /* false: it was not there, or was written as another quantity */
    double before, after; /* inner unit of the dimension; before is meaningless unless has_before */
    const char *text_before, *text_after;
    const char *clause, *confidence; /* of the limit that made it; "" for none */
} qh_effect;

/* An applied overlay, as the changed case remembers it. */
struct qh_scenario {
    const char *name, *title;
    size_t n_effect;
    const qh_effect *effect; /* [n_effect], in the order of application */
    size_t n_file;
    const char *const *file; /* [n_file], names of its texts among the files of the case */
};

typedef struct qh_draft qh_draft;

typedef struct qh_change_kind {
    const char *name;  /* the key in the scenario's file: "scale" */
    const char *title; /* English, a catalogue key */
    bool is_condition; /* applied before all others, whatever its place: limits may depend on it */
    qh_status (*apply)(qh_draft *draft, const qh_change *change);
} qh_change_kind;

/* All kinds, NULL-terminated, by name. Generated. */
extern const qh_change_kind *const qh_registry_change[];

/* The kind of that name, NULL when there is none. */
const qh_change_kind *qh_change_find(const char *name);

/* A new case: `base` with the changes of `overlay`, which was read against it. Conditions come first, then all others
 * in their order; later changes win. Names, texts, cross-sections and series that no change touches are borrowed: base
 * and overlay must live longer. QH_E_INPUT with messages at the changes' places when one cannot be made. */
qh_status qh_overlay_apply(const qh_case *base, const qh_overlay *overlay, qh_diag *diag, qh_case **changed);

void qh_overlay_destroy(qh_overlay *overlay);

#ifdef __cplusplus
}
#endif
#endif
