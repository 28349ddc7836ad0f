/* A router whose clock starts with the release: it lets the case's router run from the run's start to that moment, without
 * transport, and hands out what follows with its times counted from there. */
#include <math.h>
#include <stdlib.h>

#include "scenarios/spill_internal.h"

typedef struct clocked {
    const qh_router *router;
    void *self;                /* the router's */
    double start, finest, now; /* s; now: since the release */
} clocked;

static const spill_clock *clock_of(const qh_routing *routing) { return (const spill_clock *)routing->river_case; }

static qh_routing inner(const qh_routing *routing) {
    qh_routing own = *routing;
    own.river_case = clock_of(routing)->routed;
    return own;
}

static const qh_router *router_of(const qh_routing *routing) {
    return qh_router_find(clock_of(routing)->routed->run.routing);
}

static const char *objection(const qh_routing *routing) {
    const qh_routing own = inner(routing);
    return router_of(routing)->objection(&own);
}

static qh_status run_to_start(const clocked *c, double step, qh_diag *diag) {
    qh_water water;
    c->router->state(c->self, &water);
    while (water.end < c->start) {
        const double until = water.end + step;
        QH_TRY(c->router->advance(c->self, until < c->start ? until : c->start, diag, &water));
    }
    return QH_OK;
}

static qh_status create(const qh_routing *routing, qh_diag *diag, void **self) {
    clocked *made = malloc(sizeof *made);
    if (!made) return QH_E_NOMEM;
    const qh_routing own = inner(routing);
    *made =
        (clocked){.router = router_of(routing), .start = clock_of(routing)->start, .finest = clock_of(routing)->finest};
    qh_status status = made->router->create(&own, diag, &made->self);
    if (status == QH_OK) {
        status = run_to_start(made, own.river_case->run.routing_step, diag);
        if (status != QH_OK) made->router->destroy(made->self);
    }
    if (status != QH_OK) {
        free(made);
        return status;
    }
    *self = made;
    return QH_OK;
}

static void shift(const clocked *c, qh_water *water) {
    water->start -= c->start;
    water->end -= c->start;
}

static void state(const void *self, qh_water *water) {
    const clocked *c = self;
    c->router->state(c->self, water);
    shift(c, water);
}

/* A young cloud is short, and transport takes no longer steps than its water: a fiftieth of the cloud's age. */
static const double OF_AGE = 0.02;

static qh_status advance(void *self, double until, qh_diag *diag, qh_water *water) {
    clocked *c = self;
    /* Equal parts: a rest of next to nothing would be no step by the run's own clock. */
    const double left = until - c->now, count = ceil(left / fmax(c->finest, OF_AGE * c->now));
    const double end = count > 1 ? c->now + left / count : until;
    QH_TRY(c->router->advance(c->self, end + c->start, diag, water));
    const bool all = water->end == end + c->start;
    shift(c, water);
    water->start = c->now;
    if (all) water->end = end; /* to the last digit, so that samples stand where they are asked for */
    c->now = water->end;
    return QH_OK;
}

static void destroy(void *self) {
    clocked *c = self;
    c->router->destroy(c->self);
    free(c);
}

const qh_router qh_spill_clock_router = {.name = "clock",
                                         .title = "the case's router from the release on",
                                         .source = "",
                                         .objection = objection,
                                         .create = create,
                                         .state = state,
                                         .advance = advance,
                                         .destroy = destroy};

/* ---- the case ---- */

static const double FIRST_STEPS = 40; /* while the release lasts */

static qh_status shifted_series(qh_arena *arena, const qh_series *series, double start, const qh_series **made) {
    qh_series *copy = qh_arena_alloc(arena, 1, sizeof *copy);
    double *time = qh_arena_alloc(arena, series->count, sizeof *time);
    if (!copy || !time) return QH_E_NOMEM;
    for (size_t i = 0; i < series->count; i++)
        time[i] = series->time[i] - start;
    *copy = *series;
    copy->time = time;
    *made = copy;
    return QH_OK;
}

qh_status qh_spill_clock_set(qh_arena *arena, const qh_case *spill_case, const qh_release *release,
                             spill_clock *clock) {
    const double start = release->start;
    *clock = (spill_clock){
        .shifted = *spill_case, .routed = spill_case, .start = start, .finest = release->duration / FIRST_STEPS};
    clock->shifted.run.duration = spill_case->run.duration - start;
    const qh_series *warmth = spill_case->run.temperature_series;
    return warmth ? shifted_series(arena, warmth, start, &clock->shifted.run.temperature_series) : QH_OK;
}
