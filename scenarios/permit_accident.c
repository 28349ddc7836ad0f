/* The accidental discharge as it passes down the river: an unsteady run of the state with the project in which its loads
 * jump for the duration of the accident and fall back.
 *
 * The water of the outfall stays that of normal operation: the flow of the run is steady, and what an accident adds to it
 * is little beside the river. Places stand in the run as its control sections. The engine is the one that suits best.
 *
 * Not for what is caught before it reaches the river, nor for the near field: the peaks are means of the cross-section. */
#include <math.h>
#include <string.h>

#include "model/reach.h"
#include "model/units.h"
#include "scenarios/permit_internal.h"
#include "scenarios/run.h"

/* Samples while the accident lasts, by which its peak is told. */
enum { SAMPLES = 40 };

/* A plateau is its peak from where it is this near to it: what it still gains says nothing of when it comes. */
static const double plateau = 1e-3; /* - */

typedef struct follower {
    const qh_permit_maker *maker;
    double begins, interval, ends; /* s */
    qh_permit_peak *peak;          /* [n_place][n_species] */
    double *reached;               /* likewise, g/m3, at the time of the peak */
} follower;

/* ---- the record ---- */

static qh_status begin(void *self, const qh_run_layout *layout) {
    (void)self, (void)layout;
    return QH_OK;
}

static qh_status frame(void *self, const qh_frame *frame) {
    (void)self, (void)frame;
    return QH_OK;
}

static qh_status end(void *self, const qh_run_result *result) {
    (void)self, (void)result;
    return QH_OK;
}

static qh_status sample(void *self, const qh_sample *sample) {
    follower *f = self;
    const qh_permit *made = f->maker->made;
    if (sample->time < f->begins) return QH_OK;
    for (size_t k = 0; k < made->n_place * made->n_species; k++) {
        const qh_target *target = &made->target[k];
        qh_permit_peak *peak = &f->peak[k];
        const double c = sample->section[k];
        if (c > f->reached[k] * (1 + plateau)) f->reached[k] = c, peak->at = sample->time - f->begins;
        peak->peak = fmax(peak->peak, c);
        peak->ends_over = target->given && target->sense * c > target->sense * target->limit;
        if (peak->ends_over) peak->over += f->interval;
    }
    return QH_OK;
}

/* ---- the case ---- */

/* Time down the main way to the farthest place, s. */
static qh_status travel_time(const qh_permit_maker *m, double *time) {
    const qh_outfall *o = &m->proposal->outfall;
    double farthest = 0, sum = 0;
    for (size_t p = 0; p < m->made->n_place; p++)
        farthest = fmax(farthest, m->place[p].distance);
    qh_stretch *way = qh_arena_alloc(m->arena, m->network->n_segment + 1, sizeof *way);
    if (!way) return QH_E_NOMEM;
    const size_t n = qh_main_way(m->network, m->flow, o->reach, o->chainage, way);
    for (size_t k = 0; k < n && way[k].distance < farthest; k++) {
        size_t s = m->network->reach_first[way[k].reach];
        while (m->network->segment[s].x1 < way[k].to)
            s++;
        qh_reach_water water;
        QH_TRY(qh_reach_water_at(&m->base->reach[way[k].reach], m->flow->segment_upstream[s], m->diag, &water));
        sum += (fmin(way[k].to, way[k].from + farthest - way[k].distance) - way[k].from) / water.state.velocity;
    }
    *time = sum;
    return QH_OK;
}

static qh_status make_sections(const qh_permit_maker *m, qh_case *c) {
    qh_section *section = qh_arena_alloc(m->arena, m->made->n_place, sizeof *section);
    if (!section) return QH_E_NOMEM;
    for (size_t p = 0; p < m->made->n_place; p++) {
        const qh_permit_place *place = &m->place[p];
        section[p] = (qh_section){.place = QH_NOWHERE,
                                  .code = qh_arena_printf(m->arena, "%zu", p),
                                  .name = place->name,
                                  .level = "",
                                  .district = "",
                                  .reach = place->reach,
                                  .chainage = place->chainage,
                                  .target_class = place->target_class};
        if (!section[p].code) return QH_E_NOMEM;
    }
    c->section = section;
    c->n_section = m->made->n_place;
    return QH_OK;
}

/* Loads of the outfall: normal, the accident's, normal again. */
static qh_status make_loads(const qh_permit_maker *m, const follower *f, size_t project, qh_case *c) {
    const size_t n = c->n_constituent;
    const qh_proposal_accident *accident = &m->proposal->accident;
    qh_series *series = qh_arena_alloc(m->arena, n, sizeof *series);
    qh_input *input = qh_arena_alloc(m->arena, n, sizeof *input);
    qh_outfall *outfall = qh_arena_alloc(m->arena, c->n_outfall, sizeof *outfall);
    double *time = qh_arena_alloc(m->arena, 3, sizeof *time), *value = qh_arena_alloc(m->arena, 3 * n, sizeof *value);
    if (!series || !input || !outfall || !time || !value) return QH_E_NOMEM;
    time[1] = f->begins;
    time[2] = f->begins + accident->duration;
    for (size_t i = 0; i < n; i++) {
        value[3 * i] = value[3 * i + 2] = m->proposal->discharged[i].load;
        value[3 * i + 1] = accident->flow * accident->concentration[i];
        series[i] = (qh_series){.name = "accident",
                                .place = QH_NOWHERE,
                                .interpolation = QH_STEP,
                                .count = 3,
                                .time = time,
                                .value = value + 3 * i,
                                .dimension = QH_DIM_LOAD};
        input[i] = (qh_input){.is_load = true, .value = {.series = &series[i]}};
    }
    memcpy(outfall, c->outfall, c->n_outfall * sizeof *outfall);
    outfall[project].input = input;
    c->outfall = outfall;
    return QH_OK;
}

static qh_status make_case(const qh_permit_maker *m, const qh_case *with, size_t project, const follower *f,
                           qh_case **made) {
    qh_case *c = qh_arena_alloc(m->arena, 1, sizeof *c);
    if (!c) return QH_E_NOMEM;
    *c = *with;
    c->arena = NULL;
    c->run.type = QH_UNSTEADY;
    c->run.start = "";
    c->run.duration = c->run.output_interval = f->ends;
    c->run.sample_interval = f->interval;
    c->run.initial = QH_INITIAL_STEADY;
    c->solver.engine = "auto";
    QH_TRY(make_sections(m, c));
    QH_TRY(make_loads(m, f, project, c));
    *made = c;
    return QH_OK;
}

static qh_status run(const qh_case *c, follower *f, qh_diag *diag) {
    const qh_sink sink = {.self = f, .begin = begin, .frame = frame, .sample = sample, .end = end};
    qh_prepared *prepared = NULL;
    QH_TRY(qh_prepare(c, diag, &prepared));
    const qh_status status = qh_run(prepared, NULL, &sink, diag);
    qh_prepared_destroy(prepared);
    return status;
}

qh_status qh_permit_follow_accident(qh_permit_maker *m, size_t period, const qh_case *with, size_t project) {
    const double duration = m->proposal->accident.duration;
    double time = 0;
    QH_TRY(travel_time(m, &time));
    follower f = {.maker = m, .begins = duration / SAMPLES, .interval = duration / SAMPLES};
    /* Long enough for the tail at the farthest place, in whole intervals. */
    f.ends = f.interval * ceil((2 * time + 3 * duration) / f.interval);
    f.peak = qh_arena_alloc(m->arena, m->made->n_place * m->made->n_species, sizeof *f.peak);
    f.reached = qh_arena_alloc(m->arena, m->made->n_place * m->made->n_species, sizeof *f.reached);
    qh_diag *quiet = qh_diag_create(m->diag ? qh_diag_lang(m->diag) : QH_EN); /* advice of the steady run was given */
    if (!f.peak || !f.reached || !quiet) {
        qh_diag_destroy(quiet);
        return QH_E_NOMEM;
    }
    qh_case *c = NULL;
    qh_status status = make_case(m, with, project, &f, &c);
    if (status == QH_OK) status = run(c, &f, quiet);
    for (size_t i = 0; i < qh_diag_size(quiet); i++) {
        const qh_message *message = qh_diag_get(quiet, i);
        if (message->severity == QH_ERROR) qh_diag_add(m->diag, QH_ERROR, message->place, "%s", message->text);
    }
    qh_diag_destroy(quiet);
    QH_TRY(status);
    m->period[period].peak = f.peak;
    return QH_OK;
}
