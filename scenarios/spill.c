/* A spill on the water of a case.
 *
 * What is added by the release obeys the transport equation of the case alone, since that is linear: one constituent, one
 * load of mass/duration, nothing else. On steady flow it is solved without grid or step where that can be (spill_group.c),
 * on flow that changes by finite volumes on the router's water (spill_moving.c).
 *
 * The band comes from two more solves, with the smallest and the largest dispersion that the formulas give in each reach,
 * with a flow band at its lowest and its highest flow. It says nothing about the uncertainty of roughness and decay.
 *
 * Not for: the stretch where the river is not mixed across, in which the peak near the bank is higher; substances that
 * float or sink. */
#include "scenarios/spill.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/spill_internal.h"

/* ---- background ---- */

static qh_status find_background(const spill_work *s, qh_spill_target *target) {
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
    if (release->follows && !(c->run.routing && release->start >= 0 && release->start < c->run.duration)) {
        qh_diag_add(diag, QH_ERROR, c->run.place, "the spill begins %.6g h after the run's start, which lasts %.6g h",
                    release->start / 3600, c->run.duration / 3600);
        good = false;
    }
    if (release->has_species) good = qh_release_of_species(&c->constituent[release->species], diag) && good;
    return good ? QH_OK : QH_E_INPUT;
}

/* Places first, probes behind them; places by travel time, probes downstream. */
static int by_travel_time(const void *a, const void *b) {
    const qh_spill_target *x = a, *y = b;
    const bool is_probe = !*x->code;
    if (is_probe != !*y->code) return is_probe ? 1 : -1;
    if (is_probe) return (x->distance > y->distance) - (x->distance < y->distance);
    if (x->travel_time != y->travel_time) return x->travel_time > y->travel_time ? 1 : -1;
    return strcmp(x->code, y->code);
}

/* Whether it may still come, or go on, at a place when the run ends. */
static bool is_open(const qh_spill *spill, const qh_spill_target *target) {
    for (size_t a = 0; a < spill->n_answer; a++)
        if (target->pass[a].lasts) return true;
    return false;
}

static qh_status solve_targets(spill_work *s) {
    qh_spill *spill = s->spill;
    qh_spill_target *target = qh_arena_alloc(s->arena, s->n_place, sizeof *target);
    if (!target) return QH_E_NOMEM;
    for (size_t i = 0; i < s->n_place; i++)
        qh_spill_describe(s, s->place[i].section, &target[i]);
    QH_TRY(find_background(s, target));
    QH_TRY(spill->release.follows ? qh_spill_solve_moving(s, target) : qh_spill_solve_steady(s, target));
    qsort(target, s->n_place, sizeof *target, by_travel_time);
    spill->n_probe = s->n_probe;
    spill->n_target = s->n_place - s->n_probe;
    spill->target = target;
    spill->probe = target + spill->n_target;
    for (size_t i = 0; i < spill->n_target; i++)
        spill->n_open += is_open(spill, &target[i]);
    return QH_OK;
}

static qh_status find_water(const spill_work *s, spill_water *w, qh_diag *diag) {
    QH_TRY(qh_flow_solve(w->clean, s->network, diag, &w->flow));
    QH_TRY(qh_spill_dispersion(s->arena, w->clean, s->network, w->flow, diag, &w->dispersion));
    return qh_spill_ways(w->clean, s->network, w->flow, &w->dispersion, s->pond, diag, w->way);
}

/* Withdrawals that fall short are told by `diag`. */
static qh_status add_water(spill_work *s, double factor, qh_diag *diag) {
    spill_water *w = &s->water[s->n_water++];
    w->factor = factor;
    w->way = qh_arena_alloc(s->arena, s->network->n_point, sizeof *w->way);
    if (!w->way) return QH_E_NOMEM;
    QH_TRY(qh_spill_with_flow(s->arena, s->spill_case, factor, &w->scaled));
    w->clean = w->scaled;
    if (s->spill->release.follows) QH_TRY(qh_spill_at_time(s->arena, w->scaled, s->spill->release.start, &w->clean));
    const qh_status status = find_water(s, w, diag);
    if (status != QH_E_INPUT || factor == 1) return status;
    qh_diag_add(s->diag, QH_ERROR, QH_NOWHERE, "with %g times the inflow, by --flow-band, there is no water everywhere",
                factor);
    return status;
}

static qh_status add_answer(spill_work *s, const spill_water *w, qh_spread spread) {
    qh_spill *spill = s->spill;
    const size_t a = spill->n_answer++;
    const qh_optional *of[QH_SPREADS] = {w->dispersion.own, w->dispersion.least, w->dispersion.most};
    spill->answer[a] = (qh_spill_answer){w->factor, spread};
    s->variant_flow[a] = w->flow;
    if (spill->release.follows && spread == QH_SPREAD_OWN) { /* it follows the water as well */
        s->variant[a] = w->scaled;
        return QH_OK;
    }
    return qh_spill_with_dispersion(s->arena, spill->release.follows ? w->scaled : w->clean, of[spread],
                                    &s->variant[a]);
}

/* A section at the release, the last one, tells the discharge there. */
static qh_status watch_release(spill_work *s) {
    const qh_release *release = &s->spill->release;
    const qh_section section = {.place = QH_NOWHERE,
                                .code = "",
                                .name = "",
                                .level = "",
                                .district = "",
                                .reach = release->reach,
                                .chainage = release->chainage};
    return qh_spill_add_sections(s->arena, s->spill_case, 1, &section);
}

/* The way needs the flow, probes need the way, and the network needs the probes. */
static qh_status find_probes(spill_work *s) {
    s->first_probe = s->spill_case->n_section;
    QH_TRY(qh_network_create(s->spill_case, s->diag, &s->network));
    qh_status status = add_water(s, 1, NULL);
    const bool flows = status == QH_OK; /* else the flow is solved again, and tells why not */
    if (flows) status = qh_spill_add_probes(s);
    if (!flows && status != QH_E_NOMEM) status = QH_OK;
    if (status == QH_OK && s->spill->release.follows) status = watch_release(s);
    qh_flow_destroy(s->water[0].flow);
    qh_network_destroy(s->network);
    s->water[0] = (spill_water){0};
    s->n_water = 0;
    s->network = NULL;
    return status;
}

static qh_status find_answers(spill_work *s) {
    const double band = s->spill->release.flow_band;
    QH_TRY(add_water(s, 1, s->diag));
    if (band > 0) {
        QH_TRY(add_water(s, 1 - band, NULL));
        QH_TRY(add_water(s, 1 + band, NULL));
    }
    QH_TRY(add_answer(s, &s->water[0], QH_SPREAD_OWN));
    for (size_t w = band > 0; w < s->n_water; w++) {
        QH_TRY(add_answer(s, &s->water[w], QH_SPREAD_LEAST));
        QH_TRY(add_answer(s, &s->water[w], QH_SPREAD_MOST));
    }
    return QH_OK;
}

/* Without one below the spill there is nothing to mix into. */
static void forget_ponds_elsewhere(spill_work *s) {
    for (size_t i = 0; i < s->spill_case->n_reservoir; i++)
        if (s->water[0].way[s->network->reservoir_point[i]].reached) return;
    s->pond = NULL;
}

static void tell_reservoirs(const spill_work *s) {
    for (size_t i = 0; i < s->spill_case->n_reservoir; i++) {
        const qh_reservoir *reservoir = &s->spill_case->reservoir[i];
        const size_t p = s->network->reservoir_point[i];
        if (!s->water[0].way[p].reached) continue;
        const double through = s->water[0].flow->point_through[p];
        qh_diag_add(
            s->diag, QH_ADVICE, reservoir->place,
            "reservoir %s lies below the spill: it is taken as a fully mixed tank of %.4g m3, in which %.4g m3/s "
            "stay %.4g h",
            reservoir->name, s->pond[p], through, s->pond[p] / through / 3600);
    }
}

static qh_status solve(spill_work *s) {
    qh_spill *spill = s->spill;
    QH_TRY(find_probes(s));
    QH_TRY(qh_network_create(s->spill_case, s->diag, &s->network));
    QH_TRY(qh_spill_ponds(s->arena, s->spill_case, s->network, &s->pond));
    QH_TRY(find_answers(s));
    forget_ponds_elsewhere(s);
    if (!spill->release.follows) tell_reservoirs(s);
    const spill_water *own = &s->water[0];
    spill->discharge = own->flow->point_through[s->network->outfall_point[s->spill_case->n_outfall - 1]];
    spill->n_reach = s->river_case->n_reach;
    spill->dispersion[QH_SPREAD_OWN] = own->dispersion.own;
    spill->dispersion[QH_SPREAD_LEAST] = own->dispersion.least;
    spill->dispersion[QH_SPREAD_MOST] = own->dispersion.most;
    spill->n_formula = own->dispersion.n_formula;
    QH_TRY(qh_spill_mixing(s->spill_case, &spill->release, spill->discharge, s->diag, &spill->mixing_length));
    QH_TRY(qh_spill_find_places(s));
    return solve_targets(s);
}

qh_status qh_spill_solve(const qh_case *river_case, const qh_release *release, qh_diag *diag, qh_spill **spill) {
    QH_TRY(check(river_case, release, diag));
    if (river_case->run.routing && !release->follows)
        qh_diag_add(diag, QH_WARNING, river_case->run.place,
                    "the flow of this case changes in time: the spill is followed on the flow of the run's start; "
                    "--when follows it on the water of that moment and after");
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    spill_work s = {.river_case = river_case, .arena = arena, .diag = diag};
    s.spill = qh_arena_alloc(arena, 1, sizeof *s.spill);
    qh_status status = s.spill ? qh_spill_case(arena, river_case, release, &s.spill_case) : QH_E_NOMEM;
    if (status == QH_OK) {
        s.spill->arena = arena;
        s.spill->river_case = river_case;
        s.spill->release = *release;
        qh_spill_judge(river_case, &s.spill->release);
        s.spill->limited_way = release->limit.given;
        s.spill->watched = release->follows ? river_case->run.duration - release->start : INFINITY;
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
