#include "scenarios/analysis.h"

#include <math.h>
#include <stdlib.h>

#include "io/standard_reader.h"

/* All but the study, which is there. */
static qh_status solve(const char *standard, qh_margin margin, qh_diag *diag, qh_analysis *a) {
    const qh_case *c = a->study->river_case;
    QH_TRY(qh_standard_read(standard ? standard : c->standard, diag, &a->standard));
    QH_TRY(qh_targets_create(c, a->standard, margin, diag, &a->targets));
    QH_TRY(qh_prepare(c, diag, &a->prepared));
    return qh_response_create(a->prepared, diag, &a->response);
}

static qh_status hand_over(qh_status status, qh_analysis *made, qh_analysis **analysis) {
    if (status == QH_OK)
        *analysis = made;
    else
        qh_analysis_close(made);
    return status;
}

qh_status qh_analysis_open(const qh_analysis_options *options, qh_diag *diag, qh_analysis **analysis) {
    const qh_analysis_options *const o = options;
    qh_analysis *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    qh_status status = qh_study_open(o->folder, o->n_setting, o->setting, o->scenario, diag, &made->study);
    if (status == QH_OK) status = solve(o->standard, o->margin, diag, made);
    return hand_over(status, made, analysis);
}

qh_status qh_analysis_open_stored(const qh_store *store, const char *standard, qh_margin margin, qh_diag *diag,
                                  qh_analysis **analysis) {
    const qh_store_info *info = qh_store_get_info(store);
    QH_CHECK(info->steady, QH_E_INPUT, diag, QH_NOWHERE,
             "%s: the run is unsteady; shares of sources, permissible loads and cuts are those of a steady run",
             info->path);
    qh_analysis *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    qh_status status = qh_study_open_stored(store, diag, &made->study);
    if (status == QH_OK) status = solve(standard, margin, diag, made);
    return hand_over(status, made, analysis);
}

qh_status qh_analysis_difference(const qh_analysis *analysis, qh_store *store, qh_diag *diag, double *difference) {
    const qh_store_info *info = qh_store_get_info(store);
    const qh_response *r = analysis->response;
    QH_CHECK(info->n_section == r->n_section && info->n_constituent == r->n_species && info->n_sample > 0, QH_E_INPUT,
             diag, QH_NOWHERE, "%s: the stored case is not that of the stored results", info->path);
    double most = 0;
    for (size_t i = 0; i < r->n_species; i++) {
        double largest = 0, apart = 0;
        for (size_t s = 0; s < r->n_section; s++) {
            const double whole = r->whole[i * r->n_section + s];
            double stored = 0;
            QH_TRY(qh_store_read_section(store, s, i, info->n_sample - 1, 1, diag, &stored));
            largest = fmax(largest, fabs(stored));
            apart = fmax(apart, fabs(stored - whole));
        }
        if (apart > 0) most = fmax(most, apart / largest);
    }
    *difference = most;
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
