#include "scenarios/study.h"

#include <stdlib.h>

#include "io/overlay_reader.h"

static qh_status lay_over(qh_study *study, const char *scenario, qh_diag *diag) {
    QH_TRY(qh_overlay_read(study->base, scenario, diag, &study->overlay));
    QH_TRY(qh_overlay_apply(study->base, study->overlay, diag, &study->changed));
    study->river_case = study->changed;
    return QH_OK;
}

qh_status qh_study_open(const char *folder, size_t n_setting, const qh_setting *setting, const char *scenario,
                        qh_diag *diag, qh_study **study) {
    qh_study *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    qh_status status = qh_case_read(folder, n_setting, setting, diag, &made->base);
    made->river_case = made->base;
    if (status == QH_OK && scenario) status = lay_over(made, scenario, diag);
    if (status != QH_OK) {
        qh_study_close(made);
        return status;
    }
    *study = made;
    return QH_OK;
}

void qh_study_close(qh_study *study) {
    if (!study) return;
    qh_case_destroy(study->changed);
    qh_overlay_destroy(study->overlay);
    qh_case_destroy(study->base);
    free(study);
}

qh_status qh_study_open_asked(const qh_study_options *o, qh_diag *diag, qh_study **study) {
    return qh_study_open(o->folder, o->n_setting, o->setting, o->scenario, diag, study);
}

qh_status qh_study_standard(const qh_study_options *o, const qh_study *study, qh_diag *diag, qh_standard **standard) {
    return qh_standard_read(o->standard ? o->standard : study->river_case->standard, diag, standard);
}
