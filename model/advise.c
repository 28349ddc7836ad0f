/* Advice before a solve: what the grid, the output interval and the one-dimensional view itself cannot show.
 *
 * Cell Peclet number u dx/D: above 10 the grid no longer resolves the width that dispersion gives a front. The scheme
 * stays monotone, so this is advice and no error. Courant number u dt/dx of the output interval: where water passes a
 * whole reach between two profiles, the profiles miss what happens there. Mixing length by HJ 2.3-2018, Annex E, for a
 * discharge at the bank (a = 0): a section inside it sees more near that bank than the mean of the cross-section. A
 * reaeration formula holds where it was measured: outside that range of depth and velocity it is a guess. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/grid.h"
#include "model/mixing.h"
#include "model/reaeration.h"

static const double peclet_limit = 10;

typedef struct view {
    const qh_case *river_case;
    const qh_network *network;
    const qh_grid *grid;
    qh_diag *diag;
} view;

/* Cells of a reach: [first, end). */
static void cells_of_reach(const view *v, size_t reach, size_t *first, size_t *end) {
    *first = v->grid->segment_first[v->network->reach_first[reach]];
    *end = v->grid->segment_first[v->network->reach_first[reach + 1]];
}

/* ------------------------------------------------------------------------------------------------- Peclet */

static void advise_peclet(const view *v, size_t r) {
    const qh_grid *g = v->grid;
    const qh_reach *reach = &v->river_case->reach[r];
    size_t first, end, worst = SIZE_MAX;
    double peclet = peclet_limit;
    cells_of_reach(v, r, &first, &end);
    for (size_t i = first; i < end; i++) {
        const double here =
            g->dispersion[i] > 0 ? qh_grid_velocity(g, i) * qh_grid_length(g, i) / g->dispersion[i] : INFINITY;
        if (here > peclet) {
            peclet = here;
            worst = i;
        }
    }
    if (worst == SIZE_MAX) return;
    if (isinf(peclet)) {
        qh_diag_add(v->diag, QH_ADVICE, reach->place,
                    "reach %s has no dispersion: fronts are as wide as its cells of %.3g m make them", reach->name,
                    qh_grid_length(g, worst));
    } else if (v->river_case->run.type == QH_STEADY) {
        qh_diag_add(v->diag, QH_ADVICE, reach->place,
                    "reach %s: cell Péclet number %.3g (velocity %.3g m/s, cells of %.3g m, dispersion %.3g m2/s): a "
                    "steady profile holds, but what spreads upstream of a source is not resolved",
                    reach->name, peclet, qh_grid_velocity(g, worst), qh_grid_length(g, worst), g->dispersion[worst]);
    } else {
        qh_diag_add(v->diag, QH_ADVICE, reach->place,
                    "reach %s: cell Péclet number %.3g (velocity %.3g m/s, cells of %.3g m, dispersion %.3g m2/s): the "
                    "grid widens sharp fronts more than the river does; cells of %.2g m would resolve them",
                    reach->name, peclet, qh_grid_velocity(g, worst), qh_grid_length(g, worst), g->dispersion[worst],
                    qh_grid_length(g, worst) * peclet_limit / peclet);
    }
}

/* ------------------------------------------------------------------------------------------------ Courant */

static double travel_time(const view *v, size_t reach) { /* s */
    size_t first, end;
    double time = 0;
    cells_of_reach(v, reach, &first, &end);
    for (size_t i = first; i < end; i++) {
        time += qh_grid_length(v->grid, i) / qh_grid_velocity(v->grid, i);
    }
    return time;
}

static void advise_courant(const view *v) {
    const double interval = v->river_case->run.output_interval;
    if (v->river_case->run.type != QH_UNSTEADY || !(interval > 0)) return;
    size_t passed = 0, fastest = 0;
    double shortest = INFINITY;
    for (size_t r = 0; r < v->river_case->n_reach; r++) {
        const double time = travel_time(v, r);
        if (time < interval) passed++;
        if (time < shortest) {
            shortest = time;
            fastest = r;
        }
    }
    if (passed == 0) return;
    size_t first, end;
    cells_of_reach(v, fastest, &first, &end);
    const double courant = interval / (shortest / (double)(end - first));
    qh_diag_add(v->diag, QH_ADVICE, v->river_case->run.place,
                "profiles every %.3g h miss what passes between them in %zu of %zu reaches: the water crosses reach %s "
                "in %.2g h (Courant number of its cells %.3g); control sections are followed every %.3g h",
                interval / 3600, passed, v->river_case->n_reach, v->river_case->reach[fastest].name, shortest / 3600,
                courant, v->river_case->run.sample_interval / 3600);
}

/* --------------------------------------------------------------------------------------------- reaeration */

static const qh_reaeration_formula *reaeration_of(const qh_case *river_case) {
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        const char *name = river_case->constituent[i].reaeration;
        if (name) return qh_reaeration_find(name);
    }
    return NULL;
}

/* Once a reach, at its first cell outside the range. */
static void advise_reaeration(const view *v, size_t r, const qh_reaeration_formula *formula) {
    const qh_grid *g = v->grid;
    const qh_lang lang = qh_diag_lang(v->diag);
    size_t first, end;
    cells_of_reach(v, r, &first, &end);
    while (first < end && formula->in_range(qh_grid_velocity(g, first), g->depth[first]))
        first++;
    if (first == end) return;
    qh_diag_add(v->diag, QH_ADVICE, v->river_case->reach[r].place,
                "reach %s: the reaeration formula %s is outside its range (%s): depth %.3g m, velocity %.3g m/s",
                v->river_case->reach[r].name, formula->name, qh_tr(lang, formula->range), g->depth[first],
                qh_grid_velocity(g, first));
}

/* ------------------------------------------------------------------------------------------------- mixing */

typedef struct source {
    const char *kind; /* catalogue key */
    const char *name;
    size_t point;
} source;

/* The cell into which the water of a point flows, by its larger branch; SIZE_MAX at an outlet. */
static size_t cell_below(const view *v, size_t point) {
    size_t cell = SIZE_MAX;
    for (size_t i = v->network->out_first[point]; i < v->network->out_first[point + 1]; i++) {
        const size_t candidate = v->grid->segment_first[v->network->out_segment[i]];
        if (cell == SIZE_MAX || qh_grid_discharge_up(v->grid, candidate) > qh_grid_discharge_up(v->grid, cell))
            cell = candidate;
    }
    return cell;
}

/* Mixing length [m] below a source; 0 where it cannot be told, for want of a slope. */
static double mixing_length_below(const view *v, const source *from) {
    const size_t cell = cell_below(v, from->point);
    if (cell == SIZE_MAX) return 0;
    const qh_grid *g = v->grid;
    const qh_reach *reach = &v->river_case->reach[qh_grid_reach(g, cell)];
    const double mixing =
        reach->transverse_mixing.given ? reach->transverse_mixing.value : v->river_case->run.transverse_mixing;
    if (!(mixing > 0)) return 0;
    if (!reach->channel.slope.given) {
        qh_diag_add(v->diag, QH_ADVICE, reach->place,
                    "reach %s has no slope: how far its outfalls and tributaries need to mix cannot be told",
                    reach->name);
        return 0;
    }
    /* Of the rectangle of the same width and depth: the grid keeps no wetted perimeter. */
    const double radius = g->area[cell] / (qh_grid_width(g, cell) + 2 * g->depth[cell]);
    const double transverse = mixing * g->depth[cell] * qh_shear_velocity(radius, reach->channel.slope.value);
    return qh_mixing_length(0, qh_grid_width(g, cell), qh_grid_velocity(g, cell), transverse);
}

/* A control section that lies within the mixing length of a source. */
typedef struct unmixed {
    size_t section;
    double distance, length; /* m */
    source from;
} unmixed;

typedef struct search {
    qh_arena *arena;
    double *distance;   /* [n_point], m below the source */
    size_t *position;   /* [n_point], of a point in point_order */
    size_t *section_at; /* [n_point], one control section there; SIZE_MAX: none */
    unmixed *found;     /* [n_found], of room */
    size_t n_found, room;
} search;

static bool remember(search *s, const unmixed *one) {
    if (s->n_found == s->room) {
        const size_t room = s->room ? 2 * s->room : 64;
        unmixed *found = realloc(s->found, room * sizeof *found);
        if (!found) return false;
        s->found = found;
        s->room = room;
    }
    s->found[s->n_found++] = *one;
    return true;
}

/* Goes downstream from a source, on every branch to the first section, no farther than the mixing length. */
static bool search_below(const view *v, search *s, const source *from) {
    const double length = mixing_length_below(v, from);
    if (!(length > 0) || !isfinite(length)) return true;
    const qh_network *net = v->network;
    for (size_t p = 0; p < net->n_point; p++) {
        s->distance[p] = INFINITY;
    }
    s->distance[from->point] = 0;
    for (size_t k = s->position[from->point]; k < net->n_point; k++) {
        const size_t p = net->point_order[k];
        if (!(s->distance[p] < length)) continue;
        if (s->section_at[p] != SIZE_MAX) {
            if (!remember(s, &(unmixed){s->section_at[p], s->distance[p], length, *from})) return false;
            continue;
        }
        for (size_t i = net->out_first[p]; i < net->out_first[p + 1]; i++) {
            const qh_segment *segment = &net->segment[net->out_segment[i]];
            const double there = s->distance[p] + (segment->x1 - segment->x0);
            if (there < s->distance[segment->to]) s->distance[segment->to] = there;
        }
    }
    return true;
}

/* Whether anything dissolved comes with it; a closed outfall needs no mixing. */
static bool brings_something(const view *v, const qh_input *input, double flow) {
    for (size_t i = 0; i < v->river_case->n_constituent; i++) {
        if ((input[i].is_load || flow > 0) && (input[i].value.series || input[i].value.constant != 0)) return true;
    }
    return false;
}

/* False when out of memory. */
static bool search_all(const view *v, search *s) {
    const qh_case *c = v->river_case;
    for (size_t p = 0; p < v->network->n_point; p++) {
        s->position[v->network->point_order[p]] = p;
        s->section_at[p] = SIZE_MAX;
    }
    for (size_t i = c->n_section; i-- > 0;) {
        s->section_at[v->network->section_point[i]] = i;
    }
    for (size_t i = 0; i < c->n_outfall; i++) {
        const qh_outfall *o = &c->outfall[i];
        if (!brings_something(v, o->input, o->flow)) continue;
        const source from = {QH_N("outfall"), o->name, v->network->outfall_point[i]};
        if (!search_below(v, s, &from)) return false;
    }
    for (size_t i = 0; i < c->n_tributary; i++) {
        const qh_tributary *t = &c->tributary[i];
        if (!brings_something(v, t->input, t->flow)) continue;
        const source from = {QH_N("tributary"), t->name, v->network->tributary_point[i]};
        if (!search_below(v, s, &from)) return false;
    }
    return true;
}

/* By section, in it the nearest source first. */
static int compare_unmixed(const void *left, const void *right) {
    const unmixed *a = left, *b = right;
    if (a->section != b->section) return a->section < b->section ? -1 : 1;
    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    return strcmp(a->from.name, b->from.name);
}

/* "outfall A (0.40 of 0.41 km), tributary B (1.20 of 3.10 km)": sources [count] of one section, the nearest few. */
static const char *list_sources(const view *v, const search *s, const unmixed *one, size_t count) {
    enum { MOST = 5 };
    const qh_lang lang = qh_diag_lang(v->diag);
    const char *list = "";
    for (size_t i = 0; i < count && i < MOST && list; i++) {
        list = qh_arena_printf(s->arena, qh_tr(lang, "%s%s%s %s (%.2f of %.2f km)"), list,
                               i > 0 ? qh_tr(lang, ", ") : "", qh_tr(lang, one[i].from.kind), one[i].from.name,
                               one[i].distance / 1000, one[i].length / 1000);
    }
    if (count > MOST && list) list = qh_arena_printf(s->arena, qh_tr(lang, "%s and %zu more"), list, count - MOST);
    return list;
}

static void tell_unmixed(const view *v, search *s) {
    if (s->n_found > 0) qsort(s->found, s->n_found, sizeof *s->found, compare_unmixed);
    for (size_t i = 0, n = 0; i < s->n_found; i += n) {
        const qh_section *section = &v->river_case->section[s->found[i].section];
        for (n = 0; i + n < s->n_found && s->found[i + n].section == s->found[i].section;) {
            n++;
        }
        const char *list = list_sources(v, s, &s->found[i], n);
        if (!list) return;
        qh_diag_add(v->diag, QH_ADVICE, section->place,
                    "section %s lies within the mixing length of %s: near the bank the concentration is higher than "
                    "the computed mean of the cross-section (HJ 2.3-2018, discharge at the bank)",
                    section->name, list);
    }
}

/* ------------------------------------------------------------------------------------------------- reservoirs */

/* The reservoir at a point, if it gives whatever is asked of it; NULL. */
static const qh_reservoir *unshared_at(const view *v, size_t point) {
    for (size_t i = 0; i < v->river_case->n_reservoir; i++)
        if (v->network->reservoir_point[i] == point && !v->river_case->reservoir[i].dead_level.given)
            return &v->river_case->reservoir[i];
    return NULL;
}

/* Ranks and flows left below a dam mean nothing where nobody can come short. */
static void advise_claims(const view *v) {
    const qh_case *c = v->river_case;
    if (!c->run.routing) return;
    for (size_t i = 0; i < c->n_withdrawal; i++) {
        const qh_reservoir *r = unshared_at(v, v->network->withdrawal_point[i]);
        if (r && c->withdrawal[i].has_priority && c->withdrawal[i].priority > 0)
            qh_diag_add(v->diag, QH_ADVICE, c->withdrawal[i].place,
                        "withdrawal %s takes from reservoir %s, which has no dead_level: it gets all it asks for, "
                        "whatever its priority",
                        c->withdrawal[i].name, r->name);
    }
    for (size_t i = 0; i < c->n_transfer; i++) {
        const qh_transfer *t = &c->transfer[i];
        const qh_reservoir *r = unshared_at(v, v->network->link[c->n_station + i].from);
        if (r && ((t->has_priority && t->priority > 0) || t->leaves.given))
            qh_diag_add(v->diag, QH_ADVICE, t->place,
                        "transfer %s takes from reservoir %s, which has no dead_level: it gets all it asks for, "
                        "whatever its priority and `leaves`",
                        t->name, r->name);
    }
}

void qh_grid_advise(const qh_case *river_case, const qh_network *network, const qh_flow *flow, const qh_grid *grid,
                    qh_diag *diag) {
    (void)flow; /* the grid holds what it gives */
    const view v = {river_case, network, grid, diag};
    for (size_t r = 0; r < river_case->n_reach; r++) {
        advise_peclet(&v, r);
    }
    const qh_reaeration_formula *reaeration = reaeration_of(river_case);
    for (size_t r = 0; reaeration && r < river_case->n_reach; r++) {
        advise_reaeration(&v, r, reaeration);
    }
    advise_courant(&v);
    advise_claims(&v);

    search s = {.arena = qh_arena_create()};
    if (!s.arena) return; /* advice is never worth failing for */
    s.distance = qh_arena_alloc(s.arena, network->n_point, sizeof *s.distance);
    s.position = qh_arena_alloc(s.arena, network->n_point, sizeof *s.position);
    s.section_at = qh_arena_alloc(s.arena, network->n_point, sizeof *s.section_at);
    if (s.distance && s.position && s.section_at && search_all(&v, &s)) tell_unmixed(&v, &s);
    free(s.found);
    qh_arena_destroy(s.arena);
}
