/* What runs give, kept for the judges: of one scenario, or of several side by side. */
#include <string.h>

#include "scenarios/evaluator_internal.h"

static qh_status begin(void *self, const qh_run_layout *layout) {
    (void)self;
    (void)layout;
    return QH_OK;
}

static void take_points(const qh_recorder *r, size_t lane, size_t k, const double *point) {
    const qh_evaluator_layout *l = &r->evaluator->layout;
    const qh_place_of_result *at = r->at[lane];
    for (size_t i = 0; i < l->n_species; i++)
        for (size_t p = 0; p < l->n_point; p++)
            at->results->field[((k * l->n_species + i) * l->n_point + p) * at->count + at->q] =
                point[(p * l->n_species + i) * r->n_lane + lane];
}

static qh_status take_frame(void *self, const qh_frame *frame) {
    qh_recorder *r = self;
    const qh_evaluator_layout *l = &r->evaluator->layout;
    const size_t k = r->n_frame++;
    if (l->n_frame == 0) return QH_OK;
    if (k >= l->n_frame) return QH_E_NUMERIC;
    for (size_t lane = 0; lane < r->n_lane; lane++)
        if (r->at[lane] && r->at[lane]->results && r->at[lane]->results->field) take_points(r, lane, k, frame->point);
    return QH_OK;
}

static qh_status take_sample(void *self, const qh_sample *sample) {
    qh_recorder *r = self;
    qh_evaluator *e = r->evaluator;
    const size_t k = r->n_sample++, count = e->layout.n_section * e->layout.n_species;
    if (k >= e->n_time) return QH_E_NUMERIC;
    e->time[k] = sample->time;
    for (size_t lane = 0; lane < r->n_lane; lane++) {
        for (size_t m = 0; m < count; m++)
            e->series[(lane * count + m) * e->n_time + k] = sample->section[m * r->n_lane + lane];
    }
    return QH_OK;
}

static bool all_kept(const qh_release_log *log) {
    bool kept = true;
    for (size_t i = 0; log && i < log->n_station; i++)
        kept = kept && qh_release_kept(log, i);
    return kept;
}

static bool tells(const qh_release_log *log) { return log && log->n_day > 0; }

/* Water that moves is one for all lanes. */
static qh_status end(void *self, const qh_run_result *result) {
    qh_recorder *r = self;
    const qh_release_log *pond = result->storage ? &result->storage->release : NULL;
    r->tells_days = tells(result->release) || tells(result->take) || tells(pond);
    r->days_kept = all_kept(result->release) && all_kept(result->take) && all_kept(pond);
    return QH_OK;
}

qh_sink qh_recorder_sink(qh_recorder *recorder) { return (qh_sink){recorder, begin, take_frame, take_sample, end}; }

qh_status qh_recorder_judge(const qh_recorder *r, const qh_flow *const *flow) {
    qh_evaluator *e = r->evaluator;
    const size_t count = e->layout.n_section * e->layout.n_species;
    if (r->n_sample != e->n_time) return QH_E_NUMERIC;
    for (size_t lane = 0; lane < r->n_lane; lane++) {
        const double *series = e->series + lane * count * e->n_time;
        if (!r->at[lane] || !r->at[lane]->results) continue;
        const bool flows = r->tells_days ? r->days_kept : qh_flows_met(flow[lane]);
        if (e->layout.steady) {
            memcpy(e->section, series, count * sizeof *series);
            qh_judge_scenario(e, e->section, flows, r->at[lane]);
            qh_note_steady_series(e, r->at[lane]);
        } else {
            qh_series_judge(e, series, flows, r->at[lane]);
        }
    }
    return QH_OK;
}
