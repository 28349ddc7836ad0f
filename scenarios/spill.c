/* A spill on steady water.
 *
 * What is added by the release obeys the transport equation of the case alone, since that is linear: one constituent, one
 * load of mass/duration, nothing else. Engine "spectral" gives the series at sections without grid or time step; where it
 * objects, another engine takes the case's grid. Near places are passed in minutes, far ones in days: places are taken
 * together whose clouds have about the same length, and each group has its own window, its own interval of time, a tenth of
 * the standard deviation of the steepest rise in it, and its own tolerance.
 *
 * The band comes from two more solves, with the smallest and the largest dispersion that the formulas give in each reach,
 * with a flow band at its lowest and its highest flow. It says nothing about the uncertainty of roughness and decay.
 *
 * Not for: discharge that changes while the cloud is under way; the stretch where the river is not mixed across, in which
 * the peak near the bank is higher; substances that float, sink or evaporate. */
#include "scenarios/spill.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/spill_internal.h"

static const double SAMPLES = 10;       /* in the standard deviation of a rise */
static const double TAIL = 8;           /* standard deviations after the mean */
static const double SAME_LENGTH = 2.5;  /* longest over shortest window of a group */
static const double MOST_SAMPLES = 2e4; /* of a window */
static const double FELT = 1e-6;        /* of the peak without decay: what is lower does not arrive */
static const double DILUTED = 0.2;      /* of a peak, for want of the water that comes in on the way */
static const double NOISE = 1e-2;       /* error over the edge of a peak */
static const double FINEST = 1e-9;      /* tolerance that the inversion bears in double precision */
enum { MOST_ATTEMPTS = 8, MOST_FLOWS = 3 };

typedef struct place {
    size_t section;   /* of the spill's case */
    double window;    /* s */
    double rise;      /* s, least standard deviation of what rises and falls */
    double undecayed; /* g/m3, highest peak that a substance without decay would have */
    double flattest;  /* g/m3, about its lowest */
} place;

/* The river at one flow. */
typedef struct water {
    double factor;  /* -, on what flows in */
    qh_case *clean; /* the spill's case at that flow */
    qh_flow *flow;
    spill_dispersion dispersion;
    spill_way *way; /* [n_point] */
} water;

typedef struct solving {
    const qh_case *river_case; /* as given */
    qh_case *spill_case;
    qh_arena *arena; /* of the result */
    qh_diag *diag;
    qh_network *network; /* the same at all flows */
    const double *pond;  /* [n_point], m3, that reservoirs hold; NULL: there are none */
    size_t n_water;
    water water[MOST_FLOWS]; /* [n_water], the case's own flow first */
    size_t n_place;
    place *place; /* [n_place], by window */
    qh_case *variant[QH_SPILL_MOST_ANSWERS];
    const qh_flow *variant_flow[QH_SPILL_MOST_ANSWERS];
    qh_spill *spill;
} solving;

/* ---- places ---- */

static int by_window(const void *a, const void *b) {
    const place *x = a, *y = b;
    return (x->window > y->window) - (x->window < y->window);
}

/* The longest window and the steepest rise over all flows. The cloud of a long release is as steep as its way made it. */
static place place_of(const solving *s, size_t section) {
    const qh_release *release = &s->spill->release;
    const double even = release->duration * release->duration / 12; /* s2, variance of an even release */
    const double least = release->duration / 20;                    /* s, at the place of release itself */
    const size_t point = s->network->section_point[section];
    place made = {.section = section, .rise = INFINITY};
    double spread = INFINITY, widest = 0;
    for (size_t w = 0; w < s->n_water; w++) {
        const spill_way *way = &s->water[w].way[point];
        if (!way->reached) continue;
        /* What a reservoir holds goes down by e in a residence time. */
        const double wide = way->variance[1] - way->held * way->held + even;
        const double emptied = way->held * (1.5 - log(release->edge));
        made.window = fmax(made.window, way->latest + TAIL * sqrt(fmax(wide, even)) + emptied + release->duration);
        made.rise = fmin(made.rise, sqrt(way->rising + least * least));
        spread = fmin(spread, sqrt(way->variance[0] + even));
        widest = fmax(widest, sqrt(way->variance[1] + even));
    }
    /* Its dose is mass/discharge where all of the water comes by. */
    const double dose = release->mass / s->spill->discharge;
    made.undecayed = dose / (sqrt(6.283185307179586) * spread);
    made.flattest = DILUTED * dose / (sqrt(6.283185307179586) * widest);
    return made;
}

static qh_status find_places(solving *s) {
    s->place = qh_arena_alloc(s->arena, s->spill_case->n_section, sizeof *s->place);
    if (!s->place) return QH_E_NOMEM;
    for (size_t i = 0; i < s->spill_case->n_section; i++) {
        if (s->water[0].way[s->network->section_point[i]].reached)
            s->place[s->n_place++] = place_of(s, i);
        else
            s->spill->n_dry++;
    }
    QH_CHECK(s->n_place > 0, QH_E_INPUT, s->diag, QH_NOWHERE,
             "no section and no intake lies below the place of the spill");
    qsort(s->place, s->n_place, sizeof *s->place, by_window);
    return QH_OK;
}

/* Class that the water of a place must meet, 0: none. An intake has that of the protected stretch it lies in. */
static int class_of(const solving *s, size_t section) {
    const qh_case *c = s->river_case;
    const qh_section *of = &s->spill_case->section[section];
    if (section < c->n_section) return of->target_class;
    int strictest = 0;
    for (size_t i = 0; i < c->n_zone; i++) {
        const qh_zone *zone = &c->zone[i];
        if (zone->reach != of->reach || zone->from > of->chainage || zone->to < of->chainage) continue;
        if (zone->target_class > 0 && (strictest == 0 || zone->target_class < strictest))
            strictest = zone->target_class;
    }
    return strictest;
}

static qh_optional limit_at(const solving *s, size_t section) {
    const qh_release *release = &s->spill->release;
    if (release->limit.given || !release->has_species || !release->standard) return release->limit;
    const qh_standard_item *item =
        qh_standard_item_find(release->standard, s->river_case->constituent[release->species].item);
    const int target = class_of(s, section);
    if (!item || item->sense != QH_LIMIT_MAX || target < 1 || (size_t)target > release->standard->n_class)
        return (qh_optional){0};
    return (qh_optional){true, item->limit[target - 1]};
}

/* What holds at a place whatever the answer. */
static void describe(const solving *s, size_t section, qh_spill_target *target) {
    const qh_section *of = &s->spill_case->section[section];
    const spill_way *way = &s->water[0].way[s->network->section_point[section]];
    const qh_optional *mixing = &s->spill->mixing_length;
    *target = (qh_spill_target){.is_intake = section >= s->river_case->n_section,
                                .code = of->code,
                                .name = of->name,
                                .reach = of->reach,
                                .chainage = of->chainage,
                                .distance = way->distance,
                                .travel_time = way->soonest,
                                .limit = limit_at(s, section),
                                .mixed = !mixing->given || way->distance >= mixing->value};
}

/* ---- groups ---- */

/* Places first .. end-1 have about the same window; the steepest rise among them. */
static size_t group_end(const solving *s, size_t first, double *rise) {
    size_t end = first;
    *rise = INFINITY;
    while (end < s->n_place && s->place[end].window <= SAME_LENGTH * s->place[first].window) {
        const double least = fmin(*rise, s->place[end].rise);
        if (end > first && s->place[end].window * SAMPLES / least > MOST_SAMPLES) break;
        *rise = least;
        end++;
    }
    return end;
}

/* Concentration where the release enters, g/m3: what the engine's tolerance refers to. */
static double scale_of(const solving *s) {
    const qh_release *release = &s->spill->release;
    return release->mass / release->duration / s->spill->discharge;
}

static qh_status keep_curve(const solving *s, const spill_samples *kept, size_t column, const place *at, size_t answer,
                            qh_spill_target *target, bool *passed) {
    double *added = qh_arena_alloc(s->arena, kept->count, sizeof *added);
    double *time = qh_arena_alloc(s->arena, kept->count, sizeof *time);
    if (!added || !time) return QH_E_NOMEM;
    for (size_t i = 0; i < kept->count; i++) {
        added[i] = kept->value[i * kept->n_section + column];
        time[i] = kept->time[i];
    }
    target->n_time = kept->count;
    target->time = time;
    target->added[answer] = added;
    const qh_release *release = &s->spill->release;
    /* Felt, and high enough that its edge stands out of the inversion's error. */
    const double felt = fmax(FELT * at->undecayed, 3 * FINEST * scale_of(s) / release->edge);
    const spill_bounds bounds = {release->edge, felt, target->limit, target->background};
    *passed = qh_spill_pass_of(kept->count, time, added, &bounds, &target->pass[answer]) && *passed;
    return QH_OK;
}

typedef struct group {
    size_t first, end;     /* places */
    double window;         /* s */
    double interval;       /* s */
    double tolerance;      /* -, of the largest concentration that the release makes */
    qh_section *section;   /* [end - first] */
    size_t *section_point; /* [end - first] */
} group;

/* The next whole number that has no prime factor above 5: the engine's Fourier transform is fast at those. */
static double smooth_count(double least) {
    for (size_t n = (size_t)ceil(least);; n++) {
        size_t rest = n;
        for (size_t factor = 2; factor <= 5; factor++)
            while (rest % factor == 0)
                rest /= factor;
        if (rest == 1) return (double)n;
    }
}

/* One answer for a group. False in `passed` where a cloud has not. The engine sees the group's places alone: others are
 * nearer, where all is sharper, or have a window of their own. */
static qh_status solve_window(const solving *s, size_t answer, const group *g, qh_spill_target *target, bool *passed) {
    qh_case c = *s->variant[answer];
    qh_network network = *s->network;
    c.section = g->section;
    c.n_section = g->end - g->first;
    network.section_point = g->section_point;
    c.run.duration = c.run.output_interval = g->window;
    c.run.sample_interval = g->window / smooth_count(g->window / g->interval);
    c.solver.relative_tolerance = g->tolerance;
    c.solver.absolute_tolerance = g->tolerance * scale_of(s);
    spill_samples kept = {0};
    qh_status status = qh_spill_run(&c, &network, s->variant_flow[answer], s->pond, s->diag, &kept, &s->spill->engine);
    for (size_t i = g->first; status == QH_OK && i < g->end; i++)
        status = keep_curve(s, &kept, i - g->first, &s->place[i], answer, &target[i], passed);
    qh_spill_samples_free(&kept);
    return status;
}

static qh_status choose_sections(const solving *s, group *g) {
    g->section = qh_arena_alloc(s->arena, g->end - g->first, sizeof *g->section);
    g->section_point = qh_arena_alloc(s->arena, g->end - g->first, sizeof *g->section_point);
    if (!g->section || !g->section_point) return QH_E_NOMEM;
    for (size_t i = g->first; i < g->end; i++) {
        g->section[i - g->first] = s->spill_case->section[s->place[i].section];
        g->section_point[i - g->first] = s->network->section_point[s->place[i].section];
    }
    return QH_OK;
}

/* The tolerance that the edge of the lowest peak of a group needs. */
static double tolerance_for(const solving *s, const group *g, const qh_spill_target *target) {
    double lowest = INFINITY;
    for (size_t i = g->first; i < g->end; i++)
        for (size_t a = 0; a < s->spill->n_answer; a++)
            if (target[i].pass[a].arrives) lowest = fmin(lowest, target[i].pass[a].peak);
    return NOISE * s->spill->release.edge * lowest / scale_of(s);
}

/* The window grows until all clouds have passed, and the tolerance falls until the edges of all peaks stand out. */
static qh_status solve_group(const solving *s, group *g, qh_spill_target *target) {
    double lowest = INFINITY;
    for (size_t i = g->first; i < g->end; i++)
        lowest = fmin(lowest, s->place[i].flattest);
    g->tolerance = fmax(FINEST, NOISE * s->spill->release.edge * fmin(1, lowest / scale_of(s)));
    for (int attempt = 0; attempt <= MOST_ATTEMPTS; attempt++) {
        bool passed = true;
        for (size_t a = 0; a < s->spill->n_answer; a++)
            QH_TRY(solve_window(s, a, g, target, &passed));
        const double wanted = tolerance_for(s, g, target);
        if (passed && (g->tolerance <= 2 * wanted || g->tolerance <= FINEST)) return QH_OK;
        if (g->tolerance > wanted) g->tolerance = fmax(FINEST, wanted);
        if (!passed) g->window *= 2;
    }
    qh_diag_add(s->diag, QH_ERROR, QH_NOWHERE, "the spill has not passed %s after %.0f h", target[g->end - 1].code,
                g->window / 2 / 3600);
    return QH_E_NUMERIC;
}

/* ---- background ---- */

static qh_status find_background(const solving *s, qh_spill_target *target) {
    const qh_release *release = &s->spill->release;
    if (!release->has_species || s->river_case->run.type != QH_STEADY) return QH_OK;
    qh_case *c = NULL;
    QH_TRY(qh_spill_background_case(s->arena, s->river_case, s->spill_case, &c));
    qh_network *network = NULL; /* without the point of the release */
    qh_flow *flow = NULL;
    spill_samples kept = {0};
    const char *engine = NULL;
    qh_status status = qh_network_create(c, s->diag, &network);
    if (status == QH_OK) status = qh_flow_solve(c, network, s->diag, &flow);
    if (status == QH_OK) status = qh_spill_run(c, network, flow, NULL, s->diag, &kept, &engine);
    for (size_t i = 0; status == QH_OK && i < s->n_place; i++) {
        const size_t at = s->place[i].section * s->river_case->n_constituent + release->species;
        target[i].background = (qh_optional){true, kept.value[at]};
    }
    qh_spill_samples_free(&kept);
    qh_flow_destroy(flow);
    qh_network_destroy(network);
    return status;
}

/* ---- all of it ---- */

static qh_status check(const qh_case *c, const qh_release *release, qh_diag *diag) {
    const qh_reach *reach = &c->reach[release->reach];
    bool good = release->chainage >= 0 && release->chainage <= reach->length;
    if (!good)
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "the place of the spill, %g m, is not on reach %s: it has %g m",
                    release->chainage, reach->name, reach->length);
    if (release->has_species) good = qh_release_of_species(&c->constituent[release->species], diag) && good;
    return good ? QH_OK : QH_E_INPUT;
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
    for (size_t first = 0; first < s->n_place;) {
        double rise = 0;
        const size_t end = group_end(s, first, &rise);
        group g = {.first = first, .end = end, .window = s->place[end - 1].window, .interval = rise / SAMPLES};
        QH_TRY(choose_sections(s, &g));
        QH_TRY(solve_group(s, &g, target));
        first = end;
    }
    qsort(target, s->n_place, sizeof *target, by_travel_time);
    spill->n_target = s->n_place;
    spill->target = target;
    return QH_OK;
}

static qh_status find_water(const solving *s, water *w, qh_diag *diag) {
    QH_TRY(qh_flow_solve(w->clean, s->network, diag, &w->flow));
    QH_TRY(qh_spill_dispersion(s->arena, w->clean, s->network, w->flow, diag, &w->dispersion));
    return qh_spill_ways(w->clean, s->network, w->flow, &w->dispersion, s->pond, diag, w->way);
}

static qh_status add_water(solving *s, double factor) {
    water *w = &s->water[s->n_water++];
    w->factor = factor;
    w->way = qh_arena_alloc(s->arena, s->network->n_point, sizeof *w->way);
    if (!w->way) return QH_E_NOMEM;
    QH_TRY(qh_spill_with_flow(s->arena, s->spill_case, factor, &w->clean));
    /* Withdrawals that fall short are told of the case's own flow only. */
    const qh_status status = find_water(s, w, factor == 1 ? s->diag : NULL);
    if (status != QH_E_INPUT || factor == 1) return status;
    qh_diag_add(s->diag, QH_ERROR, QH_NOWHERE, "with %g times the inflow, by --flow-band, there is no water everywhere",
                factor);
    return status;
}

static qh_status add_answer(solving *s, const water *w, qh_spread spread) {
    qh_spill *spill = s->spill;
    const size_t a = spill->n_answer++;
    const qh_optional *of[QH_SPREADS] = {w->dispersion.own, w->dispersion.least, w->dispersion.most};
    spill->answer[a] = (qh_spill_answer){w->factor, spread};
    s->variant_flow[a] = w->flow;
    return qh_spill_with_dispersion(s->arena, w->clean, of[spread], &s->variant[a]);
}

static qh_status find_answers(solving *s) {
    const double band = s->spill->release.flow_band;
    QH_TRY(add_water(s, 1));
    if (band > 0) {
        QH_TRY(add_water(s, 1 - band));
        QH_TRY(add_water(s, 1 + band));
    }
    QH_TRY(add_answer(s, &s->water[0], QH_SPREAD_OWN));
    for (size_t w = band > 0; w < s->n_water; w++) {
        QH_TRY(add_answer(s, &s->water[w], QH_SPREAD_LEAST));
        QH_TRY(add_answer(s, &s->water[w], QH_SPREAD_MOST));
    }
    return QH_OK;
}

/* Without one below the spill there is nothing to mix into. */
static void forget_ponds_elsewhere(solving *s) {
    for (size_t i = 0; i < s->spill_case->n_reservoir; i++)
        if (s->water[0].way[s->network->reservoir_point[i]].reached) return;
    s->pond = NULL;
}

static void tell_reservoirs(const solving *s) {
    for (size_t i = 0; i < s->spill_case->n_reservoir; i++) {
        const qh_reservoir *reservoir = &s->spill_case->reservoir[i];
        const size_t p = s->network->reservoir_point[i];
        if (!s->water[0].way[p].reached) continue;
        const double through = s->water[0].flow->point_through[p];
        qh_diag_add(s->diag, QH_ADVICE, reservoir->place,
                    "reservoir %s lies below the spill: it is taken as a fully mixed tank of %.4g m3, in which %.4g m3/s "
                    "stay %.4g h",
                    reservoir->name, s->pond[p], through, s->pond[p] / through / 3600);
    }
}

static qh_status solve(solving *s) {
    qh_spill *spill = s->spill;
    QH_TRY(qh_network_create(s->spill_case, s->diag, &s->network));
    QH_TRY(qh_spill_ponds(s->arena, s->spill_case, s->network, &s->pond));
    QH_TRY(find_answers(s));
    forget_ponds_elsewhere(s);
    tell_reservoirs(s);
    const water *own = &s->water[0];
    spill->discharge = own->flow->point_through[s->network->outfall_point[s->spill_case->n_outfall - 1]];
    spill->n_reach = s->river_case->n_reach;
    spill->dispersion[QH_SPREAD_OWN] = own->dispersion.own;
    spill->dispersion[QH_SPREAD_LEAST] = own->dispersion.least;
    spill->dispersion[QH_SPREAD_MOST] = own->dispersion.most;
    spill->n_formula = own->dispersion.n_formula;
    QH_TRY(qh_spill_mixing(s->spill_case, &spill->release, spill->discharge, s->diag, &spill->mixing_length));
    QH_TRY(find_places(s));
    return solve_targets(s);
}

qh_status qh_spill_solve(const qh_case *river_case, const qh_release *release, qh_diag *diag, qh_spill **spill) {
    QH_TRY(check(river_case, release, diag));
    if (river_case->run.routing)
        qh_diag_add(diag, QH_WARNING, river_case->run.place,
                    "the flow of this case changes in time: the spill is followed on the flow of the run's start");
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    solving s = {.river_case = river_case, .arena = arena, .diag = diag};
    s.spill = qh_arena_alloc(arena, 1, sizeof *s.spill);
    qh_status status = s.spill ? qh_spill_case(arena, river_case, release, &s.spill_case) : QH_E_NOMEM;
    if (status == QH_OK) {
        s.spill->arena = arena;
        s.spill->river_case = river_case;
        s.spill->release = *release;
        s.spill->name = s.spill_case->constituent->name;
        s.spill->title = s.spill_case->constituent->title;
        status = solve(&s);
    }
    for (size_t w = 0; w < s.n_water; w++)
        qh_flow_destroy(s.water[w].flow);
    qh_network_destroy(s.network);
    if (status != QH_OK) {
        qh_arena_destroy(arena);
        return status;
    }
    *spill = s.spill;
    return QH_OK;
}
