/* Transport on moving water: finite volumes whose water is handed over by a router, for engine "moving".
 *
 * Equation   for each constituent, with the volumes V(t) and the face flows Q of a step of the router:
 *                d(V C)/dt = F_up - F_down + W + V (gain - decay C + sum f C_parent)
 * Water      in a step of the router Q is constant and V runs on a straight line from its start to its end, so that
 *            dV/dt = Q_up - Q_down + lateral holds at every instant, and in every stage of a method in time: a constant
 *            concentration stays constant to round-off, through wetting, reversal and ponds.
 * Face       as in volumes.c, seen from where the water comes: third order (two cells upwind, one downwind), with its ends;
 *            low order, an M-matrix at any Peclet number. A face whose flow is reversed has the mirror image.
 * Point      node or break point, fully mixed. Without a volume its fluxes balance at every instant; a pond has its own.
 *            An outlet through which water enters brings the concentrations given for its held level.
 * Time       ESDIRK of order 3 in 4 stages, L-stable, stiffly accurate, with an error estimate of order 2 that is damped by
 *            the last stage's matrix. Steps end where inputs jump or bend, and with those of the router.
 * Limiter    a step that makes something negative, or a new extremum, is mixed with one of backward Euler and the low order
 *            by flux-corrected transport (moving_limit.c).
 * Order      rows of a state: cells in the grid's order, then points. Cells of a segment are eliminated downstream (a band
 *            of two below and two above); what is left is a system of the points (solvers/linear.h).
 * Sources    Kennedy, Carpenter (2003), Appl. Numer. Math. 44:139 (ARK3(2)4L[2]SA, its implicit part); Zalesak (1979),
 *            J. Comput. Phys. 31:335; van Leer (1977), J. Comput. Phys. 23:276.
 * Not for    nonlinear kinetics, circular kinetics, storage zones. Settling and reaeration do not act in ponds, whose depth
 *            no router gives. */
#include <stdlib.h>

#include "model/kinetics.h"
#include "model/reach.h"
#include "solvers/moving_internal.h"

const char *qh_moving_objection(const qh_problem *problem) {
    const qh_case *river_case = problem->river_case;
    if (river_case->run.type != QH_UNSTEADY) return QH_N("the run is steady");
    if (!qh_kinetics_is_linear(river_case)) return QH_N("a process is nonlinear");
    size_t *order = malloc((river_case->n_constituent + 1) * sizeof *order);
    const bool ordered = order && qh_kinetics_order(river_case, order);
    free(order);
    if (!ordered) return QH_N("constituents depend on one another in a circle");
    for (size_t r = 0; r < river_case->n_reach; r++) {
        if (river_case->reach[r].storage_area.given) return QH_N("a reach has a transient storage zone");
    }
    return NULL;
}

void qh_moving_destroy(moving *v) {
    if (!v) return;
    qh_linear_destroy(v->linear);
    qh_budget_destroy(v->budget);
    qh_arena_destroy(v->arena);
}

/* ---- memory ---- */

typedef struct wanted {
    double **array;
    size_t count;
} wanted;

static bool allocate_all(qh_arena *arena, const wanted *list, size_t count) {
    for (size_t k = 0; k < count; k++) {
        *list[k].array = qh_arena_alloc(arena, list[k].count, sizeof(double));
        if (!*list[k].array) return false;
    }
    return true;
}

static bool allocate_water(moving *v) {
    const wanted list[] = {{&v->depth_before, v->n_cell}, {&v->depth, v->n_cell},       {&v->area, v->n_cell},
                           {&v->perimeter, v->n_cell},    {&v->conductance, v->n_face}, {&v->outlet, v->n_point},
                           {&v->taken, v->n_point},       {&v->entering, v->n_point},   {&v->link_out, v->n_point}};
    v->high = qh_arena_alloc(v->arena, v->n_face, sizeof *v->high);
    v->low = qh_arena_alloc(v->arena, v->n_face, sizeof *v->low);
    v->fixed = qh_arena_alloc(v->arena, v->n_point, sizeof(bool));
    v->still = qh_arena_alloc(v->arena, v->n_row, sizeof(bool));
    v->step_down = qh_arena_alloc(v->arena, v->n_point, sizeof(bool));
    v->step_up = qh_arena_alloc(v->arena, v->n_point, sizeof(bool));
    return v->high && v->low && v->fixed && v->still && v->step_down && v->step_up &&
           allocate_all(v->arena, list, sizeof list / sizeof *list);
}

static bool allocate_step(moving *v) {
    const size_t rows = v->n_row * v->m, points = v->n_point * v->m, faces = v->n_face * v->m;
    const wanted list[] = {{&v->now, rows},
                           {&v->next, rows},
                           {&v->stage, rows},
                           {&v->rate[0], rows},
                           {&v->rate[1], rows},
                           {&v->rate[2], rows},
                           {&v->rate[3], rows},
                           {&v->mean, rows},
                           {&v->mass, rows},
                           {&v->low_value, rows},
                           {&v->raise, rows},
                           {&v->fall, rows},
                           {&v->reacted, rows},
                           {&v->volume[0], v->n_row},
                           {&v->volume[1], v->n_row},
                           {&v->volume_end, v->n_row},
                           {&v->load[0], points},
                           {&v->load[1], points},
                           {&v->headwater[0], points},
                           {&v->headwater[1], points},
                           {&v->outside[0], points},
                           {&v->outside[1], points},
                           {&v->inlet, points},
                           {&v->lowest, points},
                           {&v->highest, points},
                           {&v->alpha, points},
                           {&v->lateral[0], v->n_segment * v->m},
                           {&v->lateral[1], v->n_segment * v->m},
                           {&v->source, v->m},
                           {&v->flux, faces},
                           {&v->difference, faces}};
    return allocate_all(v->arena, list, sizeof list / sizeof *list);
}

/* ---- points ---- */

static void mark_points(moving *v) {
    const qh_network *network = v->problem->network;
    const qh_case *c = v->problem->river_case;
    for (size_t p = 0; p < v->n_point; p++) {
        v->step_down[p] = network->in_first[p + 1] - network->in_first[p] > 1;
        v->step_up[p] = network->out_first[p + 1] - network->out_first[p] > 1;
    }
    for (size_t h = 0; h < c->n_headwater; h++) {
        const size_t p = network->headwater_point[h];
        v->fixed[p] = c->headwater[h].inlet == QH_INLET_CONCENTRATION;
        v->step_down[p] = v->step_up[p] = true;
    }
    for (size_t k = 0; k < c->n_tributary; k++)
        v->step_down[network->tributary_point[k]] = v->step_up[network->tributary_point[k]] = true;
    for (size_t k = 0; k < c->n_outfall; k++)
        v->step_down[network->outfall_point[k]] = v->step_up[network->outfall_point[k]] = true;
    for (size_t k = 0; k < network->n_link; k++)
        v->step_down[network->link[k].to] = v->step_up[network->link[k].to] = true;
}

/* Hydraulic radius over area/(width + 2 depth) at the run's start: routers know no wetted perimeter, and this ratio changes
 * little with the depth. */
static qh_status set_perimeters(moving *v) {
    const qh_grid *grid = v->problem->grid;
    for (size_t i = 0; i < v->n_cell; i++) {
        const qh_reach *reach = &v->problem->river_case->reach[qh_grid_reach(grid, i)];
        v->perimeter[i] = 1;
        if (reach->dispersion.given) continue;
        qh_channel_state state;
        QH_TRY(qh_channel_state_of(reach, qh_grid_discharge(grid, i), v->diag, &state));
        v->perimeter[i] = state.hydraulic_radius * (state.width + 2 * state.depth) / state.area;
    }
    return QH_OK;
}

static qh_status create_points_system(moving *v) {
    const qh_network *network = v->problem->network;
    const size_t n_entry = 2 * v->n_segment + network->n_link + v->n_point;
    int *row = qh_arena_alloc(v->arena, n_entry, sizeof *row), *column = qh_arena_alloc(v->arena, n_entry, sizeof *row);
    v->slot = qh_arena_alloc(v->arena, n_entry, sizeof *v->slot);
    if (!row || !column || !v->slot) return QH_E_NOMEM;
    size_t k = 0;
    for (size_t s = 0; s < v->n_segment; s++) {
        const int from = (int)network->segment[s].from, to = (int)network->segment[s].to;
        row[k] = to, column[k++] = from;
        row[k] = from, column[k++] = to;
    }
    for (size_t l = 0; l < network->n_link; l++)
        row[k] = (int)network->link[l].to, column[k++] = (int)network->link[l].from;
    for (size_t p = 0; p < v->n_point; p++)
        row[k] = column[k] = (int)p, k++;
    QH_TRY(qh_pattern_create(v->arena, v->n_point, n_entry, row, column, v->slot, &v->pattern));
    QH_TRY(qh_linear_create(v->pattern, v->m, &v->linear));
    moving_factors *f = &v->factors;
    const size_t cells = v->n_cell * v->n_system;
    const wanted list[] = {{&f->lower, 2 * cells},
                           {&f->upper, 2 * cells},
                           {&f->inverse, cells},
                           {&f->answer, 2 * cells},
                           {&f->value, (size_t)v->pattern->first[v->n_point] * v->m}};
    return allocate_all(v->arena, list, sizeof list / sizeof *list) ? QH_OK : QH_E_NOMEM;
}

qh_status qh_moving_create(const qh_problem *problem, qh_diag *diag, moving **made) {
    qh_arena *arena = qh_arena_create();
    moving *v = arena ? qh_arena_alloc(arena, 1, sizeof *v) : NULL;
    if (!v) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    const qh_forcing *forcing = problem->forcing;
    v->arena = arena;
    v->problem = problem;
    v->diag = diag;
    v->n_cell = problem->grid->n_cell;
    v->n_point = problem->network->n_point;
    v->n_segment = problem->network->n_segment;
    v->n_face = qh_face_count(problem->grid);
    v->n_row = v->n_cell + v->n_point;
    v->n_source = forcing->n_source;
    v->m = forcing->n_species * forcing->n_lane;
    v->lanes = qh_forcing_rates_differ(forcing) ? 1 : forcing->n_lane;
    v->n_system = v->m / v->lanes;
    qh_status status = allocate_water(v) && allocate_step(v) ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) mark_points(v);
    if (status == QH_OK) status = set_perimeters(v);
    if (status == QH_OK) status = create_points_system(v);
    if (status == QH_OK) status = qh_moving_create_kinetics(v);
    if (status == QH_OK) status = qh_moving_create_past(v);
    if (status == QH_OK)
        status = qh_budget_create(problem->river_case->n_reach, forcing->n_species, forcing->n_lane, false, &v->budget);
    if (status != QH_OK) {
        qh_moving_destroy(v);
        return status;
    }
    *made = v;
    return QH_OK;
}
