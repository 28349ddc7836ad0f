/* A spill as a command asks for it: from a case's folder and words. */
#include <stdlib.h>

#include "scenarios/spill_internal.h"

struct qh_spill_inputs {
    qh_study *study;
    qh_standard *standard;
    qh_arena *arena; /* of a case with another flow; NULL: none */
};

static void inputs_free(struct qh_spill_inputs *own) {
    if (!own) return;
    qh_standard_destroy(own->standard);
    qh_arena_destroy(own->arena);
    qh_study_close(own->study);
    free(own);
}

static qh_status open_inputs(const qh_spill_options *o, qh_diag *diag, struct qh_spill_inputs *own,
                             qh_release *release) {
    QH_TRY(qh_study_open_asked(&o->study, diag, &own->study));
    const qh_case *c = own->study->river_case;
    const qh_status judged = qh_study_standard(&o->study, own->study, diag, &own->standard);
    if (judged != QH_OK && judged != QH_E_INPUT) return judged;
    QH_TRY(qh_release_read(c, &o->words, diag, release));
    release->standard = own->standard;
    return judged;
}

/* The case with its flow. */
static qh_status with_flow(const qh_spill_options *o, struct qh_spill_inputs *own, const qh_case **river_case) {
    *river_case = own->study->river_case;
    if (o->flow_factor == 1) return QH_OK;
    qh_case *changed = NULL;
    own->arena = qh_arena_create();
    if (!own->arena) return QH_E_NOMEM;
    QH_TRY(qh_spill_with_flow(own->arena, own->study->river_case, o->flow_factor, &changed));
    *river_case = changed;
    return QH_OK;
}

qh_status qh_spill_open(const qh_spill_options *options, qh_diag *diag, qh_spill **spill) {
    struct qh_spill_inputs *own = calloc(1, sizeof *own);
    qh_release release;
    qh_spill *made = NULL;
    qh_status status = own ? open_inputs(options, diag, own, &release) : QH_E_NOMEM;
    const qh_case *river_case = NULL;
    if (status == QH_OK) status = with_flow(options, own, &river_case);
    if (status == QH_OK) status = qh_spill_solve(river_case, &release, diag, &made);
    if (status != QH_OK) {
        inputs_free(own);
        return status;
    }
    made->own = own;
    *spill = made;
    return QH_OK;
}

void qh_spill_destroy(qh_spill *spill) {
    if (!spill) return;
    inputs_free(spill->own);
    qh_arena_destroy(spill->arena);
}
