/* A spill on water that changes in time: engine "moving" on the water of the case's router, from the release on.
 *
 * All places are watched in one run an answer. It ends with the case's run, or earlier: when, upstream of every place, no
 * cell holds as much as a fifth of the edge of the peak that has passed the place, nor what is felt there.
 *
 * The dispersion of the case follows the water; the least and the greatest are those of the formulas at the discharges of
 * the moment of the release.
 *
 * Not for storage zones, which "moving" does not know; for a place within some cells of the release. */
#include <math.h>
#include <string.h>

#include "scenarios/spill_internal.h"
#include "solvers/moving.h"

static const double MOST_SAMPLES = 1500; /* of the longest window */
static const double LEAST_INTERVAL = 30; /* s */
static const double TOLERANCE = 1e-4;    /* of steps in time, - */
static const double FINE = 1e-6;         /* absolute, of the concentration where the release enters */
static const double LEFT = 0.2;          /* of the edge */
enum { SAMPLES_A_FRAME = 16 };

/* ---- when it has passed everywhere ---- */

typedef struct watch {
    const spill_work *s;
    const qh_network *network;
    const qh_grid *grid;
    spill_samples samples;
    bool *above;     /* [n_place][n_segment], the segment lies above the place */
    double *peak;    /* [n_place], g/m3, so far */
    double *most;    /* [n_segment], g/m3, in its cells and the point at its end */
    double *through; /* [1], m3/s, at the release when it begins */
    bool *open;      /* [n_place], it may still come, or go on */
    bool passed;
} watch;

/* All segments from which water comes to a point: against the order of the points. */
static void mark_above(const qh_network *network, size_t point, bool *leads, bool *above) {
    memset(leads, 0, network->n_point * sizeof *leads);
    leads[point] = true;
    for (size_t k = network->n_point; k-- > 0;) {
        const size_t p = network->point_order[k];
        for (size_t i = network->out_first[p]; i < network->out_first[p + 1]; i++) {
            const size_t s = network->out_segment[i];
            if (!leads[network->segment[s].to]) continue;
            above[s] = leads[p] = true;
        }
        for (size_t i = 0; i < network->n_link; i++)
            if (network->link[i].from == p && leads[network->link[i].to]) leads[p] = true;
    }
}

static qh_status watch_begin(qh_arena *arena, const spill_work *s, const qh_grid *grid, watch *w) {
    const qh_network *network = s->network;
    *w = (watch){.s = s,
                 .network = network,
                 .grid = grid,
                 .above = qh_arena_alloc(arena, s->n_place * network->n_segment, sizeof *w->above),
                 .open = qh_arena_alloc(arena, s->n_place, sizeof *w->open),
                 .peak = qh_arena_alloc(arena, s->n_place, sizeof *w->peak),
                 .most = qh_arena_alloc(arena, network->n_segment, sizeof *w->most)};
    bool *leads = qh_arena_alloc(arena, network->n_point, sizeof *leads);
    if (!w->above || !w->open || !w->peak || !w->most || !leads) return QH_E_NOMEM;
    for (size_t i = 0; i < s->n_place; i++)
        mark_above(network, network->section_point[s->place[i].section], leads, w->above + i * network->n_segment);
    return QH_OK;
}

static qh_status begin(void *self, const qh_run_layout *layout) {
    watch *w = self;
    w->samples.n_section = layout->river_case->n_section;
    return QH_OK;
}

static qh_status take_sample(void *self, const qh_sample *sample) {
    watch *w = self;
    for (size_t i = 0; i < w->s->n_place; i++)
        w->peak[i] = fmax(w->peak[i], sample->section[w->s->place[i].section]);
    /* Flows are means over the step before: the first after the release is that of the second sample. */
    if (w->through && w->samples.count == 1) *w->through = sample->discharge[w->s->spill_case->n_section - 1];
    return qh_spill_keep(&w->samples, sample->time, sample->section);
}

static void find_most(watch *w, const qh_frame *frame) {
    for (size_t s = 0; s < w->network->n_segment; s++) {
        double most = frame->point[w->network->segment[s].from];
        for (size_t i = w->grid->segment_first[s]; i < w->grid->segment_first[s + 1]; i++)
            most = fmax(most, frame->cell[i]);
        w->most[s] = most;
    }
}

static qh_status take_frame(void *self, const qh_frame *frame) {
    watch *w = self;
    const qh_release *release = &w->s->spill->release;
    if (frame->time <= release->duration) return QH_OK;
    find_most(w, frame);
    w->passed = true;
    for (size_t i = 0; i < w->s->n_place; i++) {
        const double felt = qh_spill_felt(w->s, &w->s->place[i]);
        const double enough = fmax(LEFT * release->edge * w->peak[i], felt);
        w->open[i] = false;
        for (size_t s = 0; s < w->network->n_segment; s++)
            w->open[i] = w->open[i] || (w->above[i * w->network->n_segment + s] && w->most[s] > enough);
        w->passed = w->passed && !w->open[i];
    }
    return w->passed ? QH_E_INTERRUPTED : QH_OK; /* enough has been seen */
}

static qh_status take_result(void *self, const qh_run_result *result) {
    (void)self, (void)result;
    return QH_OK;
}

/* ---- one answer ---- */

static void set_times(const spill_work *s, qh_case *c) {
    double window = 0, rise = INFINITY;
    for (size_t i = 0; i < s->n_place; i++) {
        window = fmax(window, s->place[i].window);
        rise = fmin(rise, s->place[i].rise);
    }
    const double least = fmax(LEAST_INTERVAL, fmin(window, c->run.duration) / MOST_SAMPLES);
    const double interval = fmax(rise / SPILL_SAMPLES, least);
    /* Whole eighths of a second have multiples without rounding: samples and frames fall together by either clock. */
    c->run.sample_interval = fmin(ceil(8 * interval) / 8, c->run.duration);
    c->run.output_interval = fmin(SAMPLES_A_FRAME * c->run.sample_interval, c->run.duration);
    c->run.routing_step = fmin(c->run.routing_step, c->run.output_interval);
    c->solver.relative_tolerance = TOLERANCE;
    c->solver.absolute_tolerance = FINE * qh_spill_scale(s);
}

static qh_status solve_on(const spill_work *s, const spill_clock *clock, const qh_flow *flow, double *through,
                          qh_arena *memory, watch *w) {
    qh_grid *grid = NULL;
    qh_forcing *forcing = NULL;
    qh_status status = qh_grid_create(clock->routed, s->network, flow, clock->routed->solver.cell_length, NULL, &grid);
    if (status == QH_OK) status = qh_forcing_create(&clock->shifted, 1, &forcing);
    if (status == QH_OK) status = watch_begin(memory, s, grid, w);
    w->through = through;
    const qh_problem problem = {
        .river_case = &clock->shifted, .network = s->network, .flow = flow, .grid = grid, .forcing = forcing};
    const qh_sink sink = {w, begin, take_frame, take_sample, take_result};
    if (status == QH_OK) status = qh_moving_solve(&problem, &qh_spill_clock_router, NULL, &sink, s->diag);
    qh_forcing_destroy(forcing);
    qh_grid_destroy(grid);
    return status == QH_E_INTERRUPTED && w->passed ? QH_OK : status;
}

static qh_status solve_answer(const spill_work *s, size_t answer, double *through, qh_spill_target *target) {
    const qh_case *c = s->variant[answer];
    qh_arena *memory = qh_arena_create();
    if (!memory) return QH_E_NOMEM;
    qh_flow *flow = NULL; /* of the run's start */
    spill_clock clock;
    watch w = {0};
    bool passed = true;
    qh_status status = qh_flow_solve(c, s->network, NULL, &flow);
    if (status == QH_OK) status = qh_spill_clock_set(memory, c, &s->spill->release, &clock);
    if (status == QH_OK) {
        set_times(s, &clock.shifted);
        status = solve_on(s, &clock, flow, through, memory, &w);
    }
    for (size_t i = 0; status == QH_OK && i < s->n_place; i++) {
        status = qh_spill_keep_curve(s, &w.samples, s->place[i].section, &s->place[i], answer, &target[i], &passed);
        qh_pass *pass = &target[i].pass[answer];
        pass->lasts = pass->lasts || (!pass->arrives && w.open[i]); /* on its way when the run ends */
    }
    qh_spill_samples_free(&w.samples);
    qh_flow_destroy(flow);
    qh_arena_destroy(memory);
    return status;
}

static qh_status check(const spill_work *s) {
    const qh_case *c = s->spill_case;
    const qh_problem problem = {.river_case = c};
    const char *objection = qh_moving_objection(&problem);
    QH_CHECK(!objection, QH_E_INPUT, s->diag, c->run.place, "the spill cannot be followed on water that moves: %s",
             qh_tr(s->diag ? qh_diag_lang(s->diag) : QH_EN, objection));
    const qh_routing routing = {.river_case = c, .network = s->network, .flow = s->water[0].flow};
    const qh_router *router = qh_router_find(c->run.routing);
    QH_CHECK(router, QH_E_INPUT, s->diag, c->run.place, "there is no router '%s': `qinghe list routers` names them",
             c->run.routing);
    objection = router->objection(&routing);
    QH_CHECK(!objection, QH_E_INPUT, s->diag, c->run.place, "router '%s' cannot do this case: %s", c->run.routing,
             qh_tr(s->diag ? qh_diag_lang(s->diag) : QH_EN, objection));
    return QH_OK;
}

qh_status qh_spill_solve_moving(const spill_work *s, qh_spill_target *target) {
    QH_TRY(check(s));
    s->spill->engine = "moving";
    for (size_t a = 0; a < s->spill->n_answer; a++)
        QH_TRY(solve_answer(s, a, a == 0 ? &s->spill->discharge : NULL, target));
    return QH_OK;
}
