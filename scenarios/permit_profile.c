/* Concentrations down the main way without and with the project, and how far its influence goes.
 *
 * Influence: the farthest place on the main way where the increment is no less than a part of the limit of the class at
 * the outfall (QH_PERMIT_INFLUENCE_SHARE, a choice of the program: HJ 2.3-2018 gives no number). The exact solution is
 * sampled at the ends of all stretches and between them, and the place found by bisection between two samples. */
#include <math.h>
#include <stdlib.h>

#include "scenarios/permit_internal.h"

enum { LEAST_SAMPLES = 200, HALVINGS = 50 };

typedef struct sampler {
    qh_permit_maker *maker;
    const qh_state_solution *without, *with;
    size_t n_way;
    qh_stretch *way;
    double *value; /* [n_species][n_lane] */
    size_t count;
    double *distance, *chainage, *before, *after;
    size_t *reach;
} sampler;

/* Mean concentrations [n_species] of the state as it is. */
static qh_status concentrations(sampler *s, const qh_state_solution *of, size_t reach, double chainage, double *c) {
    QH_TRY(qh_exact_value(of->exact, reach, chainage, s->value));
    for (size_t i = 0; i < s->maker->made->n_species; i++)
        c[i] = s->value[i * of->n_lane + QH_LANE_AS_IS];
    return QH_OK;
}

static qh_status take(sampler *s, size_t reach, double chainage, double distance) {
    const size_t k = s->count++, n = s->maker->made->n_species;
    s->reach[k] = reach;
    s->chainage[k] = chainage;
    s->distance[k] = distance;
    QH_TRY(concentrations(s, s->without, reach, chainage, s->before + k * n));
    return concentrations(s, s->with, reach, chainage, s->after + k * n);
}

static double step_of(const sampler *s) {
    const qh_stretch *last = &s->way[s->n_way - 1];
    return (last->distance + last->to - last->from) / LEAST_SAMPLES;
}

static size_t steps_of(const sampler *s, const qh_stretch *stretch) {
    const double steps = ceil((stretch->to - stretch->from) / step_of(s));
    return steps < 1 ? 1 : (size_t)steps;
}

static qh_status room(sampler *s) {
    qh_arena *arena = s->maker->arena;
    const size_t n = s->maker->made->n_species;
    size_t most = 1;
    for (size_t k = 0; k < s->n_way; k++)
        most += steps_of(s, &s->way[k]);
    s->reach = qh_arena_alloc(arena, most, sizeof *s->reach);
    s->chainage = qh_arena_alloc(arena, most, sizeof(double));
    s->distance = qh_arena_alloc(arena, most, sizeof(double));
    s->before = qh_arena_alloc(arena, most * n, sizeof(double));
    s->after = qh_arena_alloc(arena, most * n, sizeof(double));
    return s->reach && s->chainage && s->distance && s->before && s->after ? QH_OK : QH_E_NOMEM;
}

static qh_status sample(sampler *s) {
    QH_TRY(room(s));
    for (size_t k = 0; k < s->n_way; k++) {
        const qh_stretch *w = &s->way[k];
        const size_t steps = steps_of(s, w);
        for (size_t i = k == 0 ? 0 : 1; i <= steps; i++) {
            const double along = (w->to - w->from) * (double)i / (double)steps;
            QH_TRY(take(s, w->reach, i == steps ? w->to : w->from + along, w->distance + along));
        }
    }
    return QH_OK;
}

/* ---- influence ---- */

static double increment(const sampler *s, size_t k, size_t species) {
    const size_t n = s->maker->made->n_species;
    return fabs(s->after[k * n + species] - s->before[k * n + species]);
}

/* The place between samples k and k + 1, on the stretch of the latter, where the increment falls under `level`. */
static qh_status narrow(sampler *s, size_t k, size_t species, double level, qh_permit_influence *influence) {
    const size_t n = s->maker->made->n_species;
    double *c = malloc(2 * n * sizeof *c);
    if (!c) return QH_E_NOMEM;
    const size_t reach = s->reach[k + 1];
    const double end = s->chainage[k + 1], length = s->distance[k + 1] - s->distance[k];
    double low = 0, high = length; /* m below sample k */
    qh_status status = QH_OK;
    for (int i = 0; i < HALVINGS && status == QH_OK; i++) {
        const double middle = (low + high) / 2;
        status = concentrations(s, s->without, reach, end - length + middle, c);
        if (status == QH_OK) status = concentrations(s, s->with, reach, end - length + middle, c + n);
        if (fabs(c[n + species] - c[species]) >= level)
            low = middle;
        else
            high = middle;
    }
    free(c);
    QH_TRY(status);
    influence->distance = s->distance[k] + low;
    influence->reach = reach;
    influence->chainage = end - length + low;
    return QH_OK;
}

static qh_status find_influence(sampler *s, size_t species, qh_permit_influence *influence) {
    const qh_target *target = &s->maker->made->target[species]; /* of the accounting section */
    if (!target->given) return QH_OK;
    const double level = target->limit * qh_permit_number_get(QH_PERMIT_INFLUENCE_SHARE).value;
    influence->given = true;
    size_t last = s->count;
    for (size_t k = 0; k < s->count; k++)
        if (increment(s, k, species) >= level) last = k;
    if (last == s->count) return QH_OK;
    influence->any = true;
    influence->reach = s->reach[last];
    influence->chainage = s->chainage[last];
    influence->distance = s->distance[last];
    influence->to_the_end = last + 1 == s->count;
    return influence->to_the_end ? QH_OK : narrow(s, last, species, level, influence);
}

static qh_status follow(sampler *s, size_t period) {
    qh_permit_maker *m = s->maker;
    const size_t n = m->made->n_species;
    qh_permit_influence *influence = qh_arena_alloc(m->arena, n, sizeof *influence);
    if (!influence) return QH_E_NOMEM;
    if (s->n_way > 0) QH_TRY(sample(s));
    for (size_t i = 0; i < n; i++)
        QH_TRY(find_influence(s, i, &influence[i]));
    m->period[period].influence = influence;
    m->period[period].profile = (qh_permit_profile){.count = s->count,
                                                    .distance = s->distance,
                                                    .reach = s->reach,
                                                    .chainage = s->chainage,
                                                    .without = s->before,
                                                    .with = s->after};
    return QH_OK;
}

qh_status qh_permit_find_profile(qh_permit_maker *m, size_t period, const qh_state_solution *without,
                                 const qh_state_solution *with) {
    const qh_outfall *o = &m->proposal->outfall;
    sampler s = {.maker = m, .without = without, .with = with};
    s.way = malloc((m->network->n_segment + 1) * sizeof *s.way);
    s.value = malloc(m->made->n_species * with->n_lane * sizeof *s.value);
    qh_status status = QH_E_NOMEM;
    if (s.way && s.value) {
        s.n_way = qh_main_way(m->network, m->flow, o->reach, o->chainage, s.way);
        status = follow(&s, period);
    }
    free(s.way);
    free(s.value);
    return status;
}
