#include "scenarios/analysis.h"

#include <stdlib.h>

#include "io/standard_reader.h"

static qh_status open_all(const qh_analysis_options *o, qh_diag *diag, qh_analysis *a) {
    QH_TRY(qh_study_open(o->folder, o->n_setting, o->setting, o->scenario, diag, &a->study));
    const qh_case *c = a->study->river_case;
    QH_TRY(qh_standard_read(o->standard ? o->standard : c->standard, diag, &a->standard));
    QH_TRY(qh_targets_create(c, a->standard, o->margin, diag, &a->targets));
    QH_TRY(qh_prepare(c, diag, &a->prepared));
    return qh_response_create(a->prepared, diag, &a->response);
}

qh_status qh_analysis_open(const qh_analysis_options *options, qh_diag *diag, qh_analysis **analysis) {
    qh_analysis *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    const qh_status status = open_all(options, diag, made);
    if (status != QH_OK) {
        qh_analysis_close(made);
        return status;
    }
    *analysis = made;
    return QH_OK;
}

void qh_analysis_close(qh_analysis *analysis) {
    if (!analysis) return;
    qh_response_destroy(analysis->response);
    qh_prepared_destroy(analysis->prepared);
    qh_targets_destroy(analysis->targets);
    qh_standard_destroy(analysis->standard);
    qh_study_close(analysis->study);
    free(analysis);
}
