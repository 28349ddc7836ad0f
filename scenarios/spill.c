/* A spill on steady water.
 *
 * What is added by the release obeys the transport equation of the case alone, since that is linear: one constituent, one
 * load of mass/duration, nothing else. Engine "spectral" gives the series at sections without grid or time step; where it
 * objects, another engine takes the case's grid. Near places are passed in minutes, far ones in days: places are taken
 * together whose clouds have about the same length, and each group has its own window and interval of time, a tenth of the
 * shortest standard deviation in it.
 *
 * The band comes from two more solves, with the smallest and the largest dispersion that the formulas give in each reach.
 * It says nothing about the uncertainty of discharge, velocity and decay.
 *
 * Not for: discharge that changes while the cloud is under way; the stretch where the river is not mixed across, in which
 * the peak near the bank is higher; substances that float, sink or evaporate. */
#include "scenarios/spill.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/spill_internal.h"
#include "solvers/engine.h"

static const double SAMPLES = 10;       /* a standard deviation */
static const double TAIL = 8;           /* standard deviations after the mean */
static const double SAME_LENGTH = 4;    /* longest over shortest window of a group */
static const double MOST_SAMPLES = 2e4; /* of a window */
enum { MOST_DOUBLINGS = 5 };

typedef struct place {
    size_t section; /* of the spill's case */
    double window;  /* s */
    double spread;  /* s, least standard deviation */
} place;

typedef struct solving {
    const qh_case *river_case; /* as given */
    qh_case *spill_case;
    qh_arena *arena; /* of the result */
    qh_diag *diag;
    qh_network *network;
    qh_flow *flow;
    spill_dispersion dispersion;
    spill_way *way; /* [n_point] */
    size_t n_place;
    place *place; /* [n_place], by window */
    qh_spill *spill;
} solving;

/* ---- collecting samples ---- */

typedef struct samples {
    size_t n_section, count, capacity;
    double *time, *value; /* [count], [count][n_section] */
} samples;

static qh_status keep_layout(void *self, const qh_run_layout *layout) {
    ((samples *)self)->n_section = layout->river_case->n_section * layout->n_species;
    return QH_OK;
}

static qh_status keep_frame(void *self, const qh_frame *frame) {
    (void)self, (void)frame;
    return QH_OK;
}

static qh_status keep_sample(void *self, const qh_sample *sample) {
    samples *s = self;
    if (s->count == s->capacity) {
        const size_t capacity = s->capacity ? 2 * s->capacity : 512;
        double *time = realloc(s->time, capacity * sizeof *time);
        if (time) s->time = time;
        double *value = realloc(s->value, capacity * (s->n_section + 1) * sizeof *value);
        if (value) s->value = value;
        if (!time || !value) return QH_E_NOMEM;
        s->capacity = capacity;
    }
    s->time[s->count] = sample->time;
    memcpy(s->value + s->count * s->n_section, sample->section, s->n_section * sizeof *s->value);
    s->count++;
    return QH_OK;
}

static qh_status keep_result(void *self, const qh_run_result *result) {
    (void)self, (void)result;
    return QH_OK;
}

static void free_samples(samples *s) {
    free(s->time);
    free(s->value);
}

/* Solves on a grid of this cell length [m] with the engine of that name; QH_E_INPUT, silently, where it objects. */
static qh_status try_engine(const solving *s, const qh_case *c, const char *engine_name, double cell_length,
                            bool silent, samples *kept, const char **engine_used) {
    qh_diag *diag = silent ? NULL : s->diag;
    qh_grid *grid = NULL;
    qh_forcing *forcing = NULL;
    qh_status status = qh_grid_create(c, s->network, s->flow, cell_length, diag, &grid);
    if (status == QH_OK) status = qh_forcing_create(c, 1, &forcing);
    if (status == QH_OK) {
        const qh_problem problem = {c, s->network, s->flow, grid, forcing};
        const qh_sink sink = {kept, keep_layout, keep_frame, keep_sample, keep_result};
        const qh_engine *engine = NULL;
        status = qh_engine_choose(&problem, engine_name, diag, &engine);
        if (status == QH_OK) {
            *engine_used = engine->name;
            status = engine->solve(&problem, NULL, &sink, diag);
        }
    }
    qh_forcing_destroy(forcing);
    qh_grid_destroy(grid);
    return status;
}

static qh_status solve_case(const solving *s, const qh_case *c, samples *kept, const char **engine) {
    static const double coarse = 1e9; /* m: the spectral engine needs no cells */
    *kept = (samples){0};
    qh_status status = try_engine(s, c, "spectral", coarse, true, kept, engine);
    if (status == QH_OK || status == QH_E_NOMEM) return status;
    free_samples(kept);
    *kept = (samples){0};
    return try_engine(s, c, "auto", c->solver.cell_length, false, kept, engine);
}

/* ---- places ---- */

static int by_window(const void *a, const void *b) {
    const place *x = a, *y = b;
    return (x->window > y->window) - (x->window < y->window);
}

static qh_status find_places(solving *s) {
    const double release = s->spill->release.duration;
    s->place = qh_arena_alloc(s->arena, s->spill_case->n_section, sizeof *s->place);
    if (!s->place) return QH_E_NOMEM;
    for (size_t i = 0; i < s->spill_case->n_section; i++) {
        const spill_way *way = &s->way[s->network->section_point[i]];
        if (!way->reached) {
            s->spill->n_dry++;
            continue;
        }
        const double own = release * release / 12;
        s->place[s->n_place++] =
            (place){i, way->latest + TAIL * sqrt(way->variance[1] + own) + release, sqrt(way->variance[0] + own)};
    }
    if (s->n_place == 0) {
        qh_diag_add(s->diag, QH_ERROR, QH_NOWHERE, "no section and no intake lies below the place of the spill");
        return QH_E_INPUT;
    }
    qsort(s->place, s->n_place, sizeof *s->place, by_window);
    return QH_OK;
}

/* What holds at a place whatever the answer. */
static void describe(const solving *s, size_t section, qh_spill_target *target) {
    const qh_section *of = &s->spill_case->section[section];
    const spill_way *way = &s->way[s->network->section_point[section]];
    const qh_release *release = &s->spill->release;
    *target = (qh_spill_target){.is_intake = section >= s->river_case->n_section,
                                .code = of->code,
                                .name = of->name,
                                .reach = of->reach,
                                .chainage = of->chainage,
                                .distance = way->distance,
                                .travel_time = way->soonest,
                                .limit = release->limit};
    if (release->limit.given || target->is_intake || !release->has_species || !release->standard) return;
    const qh_standard_item *item =
        qh_standard_item_find(release->standard, s->river_case->constituent[release->species].item);
    if (!item || item->sense != QH_LIMIT_MAX || (size_t)of->target_class > release->standard->n_class) return;
    target->limit = (qh_optional){true, item->limit[of->target_class - 1]};
}

/* ---- groups ---- */

/* Places first .. end-1 have about the same window; their least spread. */
static size_t group_end(const solving *s, size_t first, double *spread) {
    size_t end = first;
    *spread = INFINITY;
    while (end < s->n_place && s->place[end].window <= SAME_LENGTH * s->place[first].window) {
        const double least = fmin(*spread, s->place[end].spread);
        if (end > first && s->place[end].window * SAMPLES / least > MOST_SAMPLES) break;
        *spread = least;
        end++;
    }
    return end;
}

static qh_status keep_curve(const solving *s, const samples *kept, const place *at, qh_spill_answer answer,
                            qh_spill_target *target, bool *passed) {
    double *added = qh_arena_alloc(s->arena, kept->count, sizeof *added);
    double *time = qh_arena_alloc(s->arena, kept->count, sizeof *time);
    if (!added || !time) return QH_E_NOMEM;
    for (size_t i = 0; i < kept->count; i++) {
        added[i] = kept->value[i * kept->n_section + at->section];
        time[i] = kept->time[i];
    }
    target->n_time = kept->count;
    target->time = time;
    target->added[answer] = added;
    *passed = qh_spill_pass_of(kept->count, time, added, s->spill->release.edge, target->limit, target->background,
                               &target->pass[answer]) &&
              *passed;
    return QH_OK;
}

/* One answer for the places of a group in a window [s]. */
static qh_status solve_window(const solving *s, const qh_case *variant, size_t first, size_t end, double window,
                              double spread, qh_spill_answer answer, qh_spill_target *target, bool *passed) {
    qh_case c = *variant;
    const double n = ceil(window * SAMPLES / spread);
    c.run.duration = c.run.output_interval = window;
    c.run.sample_interval = window / n;
    samples kept;
    qh_status status = solve_case(s, &c, &kept, &s->spill->engine);
    for (size_t i = first; status == QH_OK && i < end; i++)
        status = keep_curve(s, &kept, &s->place[i], answer, &target[i], passed);
    free_samples(&kept);
    return status;
}

static qh_status solve_group(const solving *s, qh_case *const *variant, size_t first, size_t end, double spread,
                             qh_spill_target *target) {
    double window = s->place[end - 1].window;
    for (int doubling = 0; doubling <= MOST_DOUBLINGS; doubling++, window *= 2) {
        bool passed = true;
        for (size_t a = 0; a < QH_SPILL_ANSWERS; a++)
            QH_TRY(solve_window(s, variant[a], first, end, window, spread, (qh_spill_answer)a, target, &passed));
        if (passed) return QH_OK;
    }
    qh_diag_add(s->diag, QH_ERROR, QH_NOWHERE, "the spill has not passed %s after %.0f h", target[end - 1].code,
                window / 2 / 3600);
    return QH_E_NUMERIC;
}

/* ---- background ---- */

static qh_status find_background(const solving *s, qh_spill_target *target) {
    const qh_release *release = &s->spill->release;
    if (!release->has_species || s->river_case->run.type != QH_STEADY) return QH_OK;
    qh_case *c = NULL;
    QH_TRY(qh_spill_background_case(s->arena, s->river_case, s->spill_case, &c));
    solving own = *s;
    own.network = NULL, own.flow = NULL; /* without the point of the release */
    qh_status status = qh_network_create(c, s->diag, &own.network);
    if (status == QH_OK) status = qh_flow_solve(c, own.network, s->diag, &own.flow);
    samples kept = {0};
    const char *engine = NULL;
    if (status == QH_OK) status = try_engine(&own, c, "auto", c->solver.cell_length, false, &kept, &engine);
    for (size_t i = 0; status == QH_OK && i < s->n_place; i++) {
        const size_t at = s->place[i].section * s->river_case->n_constituent + release->species;
        target[i].background = (qh_optional){true, kept.value[at]};
    }
    free_samples(&kept);
    qh_flow_destroy(own.flow);
    qh_network_destroy(own.network);
    return status;
}

/* ---- all of it ---- */

static qh_status check(const qh_case *c, const qh_release *release, qh_diag *diag) {
    const qh_reach *reach = &c->reach[release->reach];
    QH_CHECK(release->chainage >= 0 && release->chainage <= reach->length, QH_E_INPUT, diag, QH_NOWHERE,
             "the place of the spill, %g m, is not on reach %s: it has %g m", release->chainage, reach->name,
             reach->length);
    if (!release->has_species) return QH_OK;
    const qh_constituent *substance = &c->constituent[release->species];
    QH_CHECK(!substance->is_oxygen, QH_E_INPUT, diag, QH_NOWHERE, "%s is dissolved oxygen: it is not spilt",
             substance->name);
    QH_CHECK(!(substance->k2_20 > 0) && !substance->oxygen_half.given, QH_E_INPUT, diag, QH_NOWHERE,
             "%s does not decay in proportion to itself: give a substance with a rate of its own instead",
             substance->name);
    return QH_OK;
}

static int by_travel_time(const void *a, const void *b) {
    const qh_spill_target *x = a, *y = b;
    if (x->travel_time != y->travel_time) return x->travel_time > y->travel_time ? 1 : -1;
    return strcmp(x->code, y->code);
}

static qh_status solve_targets(solving *s) {
    qh_spill *spill = s->spill;
    qh_spill_target *target = qh_arena_alloc(s->arena, s->n_place, sizeof *target);
    if (!target) return QH_E_NOMEM;
    for (size_t i = 0; i < s->n_place; i++)
        describe(s, s->place[i].section, &target[i]);
    QH_TRY(find_background(s, target));
    qh_case *variant[QH_SPILL_ANSWERS] = {s->spill_case, NULL, NULL};
    QH_TRY(qh_spill_with_dispersion(s->arena, s->spill_case, s->dispersion.least, &variant[QH_SPILL_LEAST]));
    QH_TRY(qh_spill_with_dispersion(s->arena, s->spill_case, s->dispersion.most, &variant[QH_SPILL_MOST]));
    for (size_t first = 0; first < s->n_place;) {
        double spread = 0;
        const size_t end = group_end(s, first, &spread);
        QH_TRY(solve_group(s, variant, first, end, spread, target));
        first = end;
    }
    qsort(target, s->n_place, sizeof *target, by_travel_time);
    spill->n_target = s->n_place;
    spill->target = target;
    return QH_OK;
}

static qh_status solve(solving *s) {
    QH_TRY(qh_network_create(s->spill_case, s->diag, &s->network));
    QH_TRY(qh_flow_solve(s->spill_case, s->network, s->diag, &s->flow));
    s->way = qh_arena_alloc(s->arena, s->network->n_point, sizeof *s->way);
    if (!s->way) return QH_E_NOMEM;
    QH_TRY(qh_spill_dispersion(s->arena, s->spill_case, s->network, s->flow, s->diag, &s->dispersion));
    QH_TRY(qh_spill_ways(s->spill_case, s->network, s->flow, &s->dispersion, s->diag, s->way));
    qh_spill *spill = s->spill;
    spill->discharge = s->flow->point_through[s->network->outfall_point[s->spill_case->n_outfall - 1]];
    spill->n_reach = s->river_case->n_reach;
    spill->dispersion[QH_SPILL_OWN] = s->dispersion.own;
    spill->dispersion[QH_SPILL_LEAST] = s->dispersion.least;
    spill->dispersion[QH_SPILL_MOST] = s->dispersion.most;
    spill->n_formula = s->dispersion.n_formula;
    QH_TRY(find_places(s));
    return solve_targets(s);
}

qh_status qh_spill_solve(const qh_case *river_case, const qh_release *release, qh_diag *diag, qh_spill **spill) {
    QH_TRY(check(river_case, release, diag));
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    solving s = {.river_case = river_case, .arena = arena, .diag = diag};
    s.spill = qh_arena_alloc(arena, 1, sizeof *s.spill);
    qh_status status = s.spill ? qh_spill_case(arena, river_case, release, &s.spill_case) : QH_E_NOMEM;
    if (status == QH_OK) {
        s.spill->arena = arena;
        s.spill->release = *release;
        s.spill->name = s.spill_case->constituent->title;
        status = solve(&s);
    }
    qh_flow_destroy(s.flow);
    qh_network_destroy(s.network);
    if (status != QH_OK) {
        qh_arena_destroy(arena);
        return status;
    }
    *spill = s.spill;
    return QH_OK;
}

void qh_spill_destroy(qh_spill *spill) {
    if (spill) qh_arena_destroy(spill->arena);
}
