/* Rates on moving water: those of the middle of the router's step, by its depth, velocity and temperature. */
#include <math.h>

#include "model/kinetics.h"
#include "solvers/moving_internal.h"

static bool depends_on_water(const qh_case *c) {
    for (size_t k = 0; k < c->n_constituent; k++) {
        if (c->constituent[k].settling > 0 || c->constituent[k].reaeration) return true;
    }
    for (size_t k = 0; k < c->n_override; k++) {
        if (c->override[k].settling.given && c->override[k].settling.value > 0) return true;
    }
    return false;
}

static bool allocate_system(moving *v, size_t index, const size_t *order, size_t place, size_t group) {
    const size_t per_species = v->n_system / v->problem->forcing->n_species;
    moving_system *s = &v->system[index];
    s->species = order[place];
    s->decay = qh_arena_alloc(v->arena, v->n_row, sizeof(double));
    s->gain = qh_arena_alloc(v->arena, v->n_row, sizeof(double));
    s->parent = qh_arena_alloc(v->arena, place + 1, sizeof *s->parent);
    s->from_parent = qh_arena_alloc(v->arena, place + 1, sizeof *s->from_parent);
    if (!s->decay || !s->gain || !s->parent || !s->from_parent) return false;
    for (size_t k = 0; k < place; k++) {
        if (!qh_kinetics_couples(v->problem->river_case, s->species, order[k])) continue;
        s->parent[s->n_parent] = order[k] * per_species + group;
        s->from_parent[s->n_parent] = qh_arena_alloc(v->arena, v->n_row, sizeof(double));
        if (!s->from_parent[s->n_parent++]) return false;
    }
    return true;
}

qh_status qh_moving_create_kinetics(moving *v) {
    const size_t n = v->problem->forcing->n_species, groups = v->n_system / n;
    size_t *species = qh_arena_alloc(v->arena, n, sizeof *species);
    v->order = qh_arena_alloc(v->arena, v->n_system, sizeof *v->order);
    v->system = qh_arena_alloc(v->arena, v->n_system, sizeof *v->system);
    if (!species || !v->order || !v->system) return QH_E_NOMEM;
    (void)qh_kinetics_order(v->problem->river_case, species); /* circles are objected to */
    v->independent = true;
    v->kinetics_of_water = depends_on_water(v->problem->river_case);
    for (size_t place = 0; place < n; place++) {
        for (size_t group = 0; group < groups; group++) {
            const size_t index = species[place] * groups + group;
            v->order[place * groups + group] = index;
            if (!allocate_system(v, index, species, place, group)) return QH_E_NOMEM;
            v->independent = v->independent && v->system[index].n_parent == 0;
        }
    }
    return QH_OK;
}

/* Of the water in a group of lanes, in the middle of the router's step. */
static double temperature_of(const moving *v, size_t group) {
    const qh_run_options *run = &v->problem->forcing->river_case[group * v->lanes]->run;
    if (!run->temperature_series) return run->temperature;
    const qh_value value = {.series = run->temperature_series};
    const qh_water *w = &v->water;
    return w->end > w->start ? qh_value_mean(&value, w->start, w->end) : qh_value_at(&value, w->start);
}

/* Workspace of one call. */
typedef struct rates {
    size_t n;
    qh_rate_parameters *parameters; /* [n] */
    double *zero, *rate, *jacobian; /* [n], [n], [n][n] */
} rates;

static void enter(moving *v, size_t row, size_t group, const rates *r) {
    const size_t groups = v->n_system / r->n;
    for (size_t species = 0; species < r->n; species++) {
        moving_system *s = &v->system[species * groups + group];
        s->decay[row] = -r->jacobian[species * r->n + species];
        s->gain[row] = r->rate[species];
        for (size_t a = 0; a < s->n_parent; a++)
            s->from_parent[a][row] = r->jacobian[species * r->n + v->system[s->parent[a]].species];
    }
}

static void parameters_of(const moving *v, size_t reach, size_t group, const rates *r) {
    const qh_forcing *forcing = v->problem->forcing;
    qh_forcing_rate_parameters(forcing, group * v->lanes, reach, r->parameters);
}

static void set_cells(moving *v, size_t group, double temperature, const rates *r) {
    const qh_grid *grid = v->problem->grid;
    for (size_t s = 0; s < v->n_segment; s++) {
        const size_t first = grid->segment_first[s], face = qh_first_face(grid, s);
        const size_t reach = qh_grid_reach(grid, first);
        const bool new_reach = s == 0 || qh_grid_reach(grid, first - 1) != reach;
        if (new_reach) parameters_of(v, reach, group, r);
        const qh_optional own = v->problem->river_case->reach[reach].temperature;
        for (size_t i = first; i < grid->segment_first[s + 1]; i++) {
            const double q = 0.5 * (v->water.face[face + i - first] + v->water.face[face + i - first + 1]);
            const bool wet = v->depth[i] > 0 && v->area[i] > 0;
            const qh_process_input input = {.n_species = r->n,
                                            .parameters = r->parameters,
                                            .temperature = own.given ? own.value : temperature,
                                            .depth = wet ? v->depth[i] : 1,
                                            .velocity = wet ? fabs(q) / v->area[i] : 0};
            if (v->kinetics_of_water || (new_reach && i == first))
                qh_kinetics_rates(&input, r->zero, r->rate, r->jacobian);
            enter(v, i, group, r);
        }
    }
}

/* Ponds decay by the case's rates; nobody knows their depth, so that nothing settles and no air enters. */
static void set_ponds(moving *v, size_t group, double temperature, const rates *r) {
    parameters_of(v, v->problem->river_case->n_reach, group, r);
    for (size_t k = 0; k < r->n; k++) {
        r->parameters[k].settling = 0;
        r->parameters[k].reaeration = NULL;
    }
    const qh_process_input input = {
        .n_species = r->n, .parameters = r->parameters, .temperature = temperature, .depth = 1, .velocity = 0};
    qh_kinetics_rates(&input, r->zero, r->rate, r->jacobian);
    for (size_t p = 0; p < v->n_point; p++)
        enter(v, v->n_cell + p, group, r);
}

qh_status qh_moving_set_kinetics(moving *v) {
    const size_t n = v->problem->forcing->n_species;
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    const rates r = {n, qh_arena_alloc(arena, n, sizeof(qh_rate_parameters)), qh_arena_alloc(arena, n, sizeof(double)),
                     qh_arena_alloc(arena, n, sizeof(double)), qh_arena_alloc(arena, n * n, sizeof(double))};
    const bool complete = r.parameters && r.zero && r.rate && r.jacobian;
    for (size_t group = 0; complete && group < v->n_system / n; group++) {
        const double temperature = temperature_of(v, group);
        set_cells(v, group, temperature, &r);
        set_ponds(v, group, temperature, &r);
    }
    qh_arena_destroy(arena);
    return complete ? QH_OK : QH_E_NOMEM;
}
