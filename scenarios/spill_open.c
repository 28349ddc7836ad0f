/* A spill as a command asks for it: from a case's folder and words. */
#include <stdlib.h>

#include "io/standard_reader.h"
#include "scenarios/spill.h"

struct qh_spill_inputs {
    qh_study *study;
    qh_standard *standard;
};

static void inputs_free(struct qh_spill_inputs *own) {
    if (!own) return;
    qh_standard_destroy(own->standard);
    qh_study_close(own->study);
    free(own);
}

static qh_status open_inputs(const qh_spill_options *o, qh_diag *diag, struct qh_spill_inputs *own,
                             qh_release *release) {
    QH_TRY(qh_study_open(o->folder, o->n_setting, o->setting, o->scenario, diag, &own->study));
    const qh_case *c = own->study->river_case;
    const qh_status judged = qh_standard_read(o->standard ? o->standard : c->standard, diag, &own->standard);
    if (judged != QH_OK && judged != QH_E_INPUT) return judged;
    QH_TRY(qh_release_read(c, &o->words, diag, release));
    release->standard = own->standard;
    return judged;
}

qh_status qh_spill_open(const qh_spill_options *options, qh_diag *diag, qh_spill **spill) {
    struct qh_spill_inputs *own = calloc(1, sizeof *own);
    qh_release release;
    qh_spill *made = NULL;
    qh_status status = own ? open_inputs(options, diag, own, &release) : QH_E_NOMEM;
    if (status == QH_OK) status = qh_spill_solve(own->study->river_case, &release, diag, &made);
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
