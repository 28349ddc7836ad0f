/* The accidental discharge as it passes down the river: an unsteady run of the state with the project in which its loads
 * jump for the duration of the accident and fall back.
 *
 * The water of the outfall stays that of normal operation: the flow of the run is steady, and what an accident adds to it
 * is little beside the river. Places stand in the run as its control sections. The engine is the one that suits best,
 * on cells that are short beside the length of water that the release fills.
 *
 * Not for what is caught before it reaches the river, nor for the near field: the peaks are means of the cross-section. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/annex_e.h"
#include "model/reach.h"
#include "model/units.h"
#include "scenarios/permit_internal.h"
#include "scenarios/run.h"

/* Samples while the accident lasts, by which its peak is told, and cells of the water that it fills; steps of the closed form, and times at which it is asked. */
enum { SAMPLES = 40, CELLS = 20, LEAST_STEPS = 100, MOST_STEPS = 5000, CLOSED_TIMES = 400 };

/* A plateau is reached where this part of its rise is left: what it still gains says nothing of when it comes. */
static const double plateau = 0.01; /* - */

typedef struct follower {
    const qh_permit_maker *maker;
    double begins, interval, ends; /* s */
    double cell;                   /* m, longest that tells the release */
    size_t n_value;                /* n_place * n_species */
    size_t count, room;            /* samples since the accident began */
    double *time;                  /* [room], s since then */
    double *value;                 /* [room][n_value], g/m3 */
    qh_permit_peak *peak;          /* [n_value] */
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
    /* Rounding of the times may bring one sample more than was reckoned with; it would be the last. */
    if (sample->time < f->begins * (1 - 1e-9) || f->count == f->room) return QH_OK;
    f->time[f->count] = fmax(0, sample->time - f->begins);
    memcpy(f->value + f->count++ * f->n_value, sample->section, f->n_value * sizeof *f->value);
    return QH_OK;
}

static qh_permit_peak peak_of(const follower *f, size_t k) {
    const qh_target *target = &f->maker->made->target[k];
    qh_permit_peak peak = {.peak = 0};
    for (size_t i = 0; i < f->count; i++) {
        const double c = f->value[i * f->n_value + k];
        peak.peak = fmax(peak.peak, c);
        peak.ends_over = target->given && target->sense * c > target->sense * target->limit;
        if (peak.ends_over) peak.over += f->interval;
    }
    const double before = f->count > 0 ? f->value[k] : 0;
    size_t first = 0;
    while (first + 1 < f->count && f->value[first * f->n_value + k] < peak.peak - plateau * (peak.peak - before))
        first++;
    peak.at = f->count > 0 ? f->time[first] : 0;
    return peak;
}

/* ---- Annex E ---- */

/* Steps of a release so short that its slugs run into one another at x; 0: more than are worth it. */
static size_t release_steps(const qh_annex_e_reach *reach, double duration, double x) {
    const double spread = sqrt(2 * reach->dispersion * x / reach->velocity); /* m, of one slug when it comes by */
    const double steps = ceil(4 * duration * reach->velocity / spread);
    return steps > MOST_STEPS ? 0 : (size_t)fmax(steps, LEAST_STEPS);
}

/* The highest concentration at the accounting section by the closed form of a finite release, upon what is there in normal
 * operation. None where that section lies in another reach. */
static qh_status find_closed(const qh_permit_maker *m, size_t period, size_t species, qh_permit_peak *peak) {
    const qh_permit_water *water = &m->period[period].water;
    const qh_proposal_accident *accident = &m->proposal->accident;
    const qh_annex_e_reach reach = {water->area, water->velocity, water->dispersion, water->rate[species]};
    const double x = m->place[0].distance;
    if (!m->period[period].closed[species].given || !(water->velocity > 0)) return QH_OK;
    const size_t count = release_steps(&reach, accident->duration, x);
    if (count == 0) return QH_OK;
    double *load = malloc(count * sizeof *load);
    if (!load) return QH_E_NOMEM;
    for (size_t i = 0; i < count; i++)
        load[i] = accident->flow * accident->concentration[species] - m->proposal->discharged[species].load;
    const double step = accident->duration / (double)count, end = accident->duration + 2 * x / water->velocity;
    double highest = 0;
    for (int i = 1; i <= CLOSED_TIMES; i++)
        highest = fmax(highest, qh_annex_e_release(&reach, count, load, step, x, end * i / CLOSED_TIMES));
    free(load);
    const qh_permit_value *normal = m->value[period] + (size_t)QH_STATE_NORMAL * m->made->n_place * m->made->n_species;
    peak->annex_given = true;
    peak->annex = normal[species].mean + highest;
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
    /* On cells that are long beside the water that takes up the release, its peak would be lost. */
    c->solver.cell_length = fmin(c->solver.cell_length, f->cell);
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

/* Room for the samples and the peaks. */
static qh_status make_room(qh_permit_maker *m, follower *f) {
    f->n_value = m->made->n_place * m->made->n_species;
    f->room = (size_t)ceil(f->ends / f->interval) + 1;
    f->peak = qh_arena_alloc(m->arena, f->n_value, sizeof *f->peak);
    f->time = malloc((f->room + 1) * sizeof *f->time);
    f->value = malloc((f->room * f->n_value + 1) * sizeof *f->value);
    return f->peak && f->time && f->value ? QH_OK : QH_E_NOMEM;
}

static qh_status follow(qh_permit_maker *m, size_t period, const qh_case *with, size_t project, follower *f) {
    qh_case *c = NULL;
    QH_TRY(make_room(m, f));
    QH_TRY(make_case(m, with, project, f, &c));
    qh_diag *quiet = qh_diag_create(m->diag ? qh_diag_lang(m->diag) : QH_EN); /* advice of the steady run was given */
    if (!quiet) return QH_E_NOMEM;
    const qh_status status = run(c, f, quiet);
    qh_permit_pass_errors(quiet, m->diag);
    qh_diag_destroy(quiet);
    QH_TRY(status);
    for (size_t k = 0; k < f->n_value; k++)
        f->peak[k] = peak_of(f, k);
    for (size_t i = 0; i < m->made->n_species; i++)
        QH_TRY(find_closed(m, period, i, &f->peak[i])); /* the accounting section is the first place */
    m->period[period].peak = f->peak;
    return QH_OK;
}

qh_status qh_permit_follow_accident(qh_permit_maker *m, size_t period, const qh_case *with, size_t project) {
    const double duration = m->proposal->accident.duration;
    double time = 0;
    QH_TRY(travel_time(m, &time));
    follower f = {.maker = m, .begins = duration / SAMPLES, .interval = duration / SAMPLES};
    f.cell = m->period[period].water.velocity * duration / CELLS;
    /* Long enough for the tail at the farthest place, in whole intervals. */
    f.ends = f.interval * ceil((2 * time + 3 * duration) / f.interval);
    const qh_status status = follow(m, period, with, project, &f);
    free(f.time);
    free(f.value);
    return status;
}
