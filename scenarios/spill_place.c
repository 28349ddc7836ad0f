/* Sections and intakes that a spill reaches, how long they must be watched, and what is allowed there.
 *
 * Windows and steepness come from the moments of spill_way.c: the mean of the slowest way and some standard deviations of
 * the widest, the least standard deviation of a rise. */
#include <math.h>
#include <stdlib.h>

#include "scenarios/spill_internal.h"

static const double TAIL = 8;      /* standard deviations after the mean */
static const double DILUTED = 0.2; /* of a peak, for want of the water that comes in on the way */

/* ---- places ---- */

static int by_window(const void *a, const void *b) {
    const spill_place *x = a, *y = b;
    return (x->window > y->window) - (x->window < y->window);
}

/* The longest window and the steepest rise over all flows. The cloud of a long release is as steep as its way made it. */
static spill_place place_of(const spill_work *s, size_t section) {
    const qh_release *release = &s->spill->release;
    const double even = release->duration * release->duration / 12; /* s2, variance of an even release */
    const double least = release->duration / 20;                    /* s, at the place of release itself */
    const size_t point = s->network->section_point[section];
    spill_place made = {.section = section, .rise = INFINITY};
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

qh_status qh_spill_find_places(spill_work *s) {
    s->place = qh_arena_alloc(s->arena, s->spill_case->n_section, sizeof *s->place);
    if (!s->place) return QH_E_NOMEM;
    for (size_t i = 0; i < s->first_probe + s->n_probe; i++) {
        if (s->water[0].way[s->network->section_point[i]].reached)
            s->place[s->n_place++] = place_of(s, i);
        else
            s->spill->n_dry += i < s->first_probe;
    }
    QH_CHECK(s->n_place > s->n_probe, QH_E_INPUT, s->diag, QH_NOWHERE,
             "no section and no intake lies below the place of the spill");
    qsort(s->place, s->n_place, sizeof *s->place, by_window);
    return QH_OK;
}

/* What holds at a place whatever the answer. */
void qh_spill_describe(const spill_work *s, size_t section, qh_spill_target *target) {
    const qh_section *of = &s->spill_case->section[section];
    const spill_way *way = &s->water[0].way[s->network->section_point[section]];
    const qh_optional *mixing = &s->spill->mixing_length;
    const bool is_intake = section >= s->river_case->n_section && section < s->first_probe;
    qh_clause clause = {"", ""};
    const qh_optional limit = section < s->first_probe
                                  ? qh_spill_limit_at(s->river_case, &s->spill->release, of, is_intake, &clause)
                                  : s->spill->release.limit;
    *target = (qh_spill_target){.is_intake = is_intake,
                                .code = of->code,
                                .name = of->name,
                                .reach = of->reach,
                                .chainage = of->chainage,
                                .distance = section >= s->first_probe ? s->probe_distance[section - s->first_probe]
                                                                      : way->distance,
                                .travel_time = way->soonest,
                                .limit = limit,
                                .limit_clause = clause,
                                .mixed = !mixing->given || way->distance >= mixing->value};
}

double qh_spill_scale(const spill_work *s) {
    const qh_release *release = &s->spill->release;
    return release->mass / release->duration / s->spill->discharge;
}
