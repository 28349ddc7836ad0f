/* What a step of the router means for transport: weights of the fluxes through every face (see moving.c), dispersion by the
 * state in the middle of the step, and what points lose. */
#include <math.h>
#include <string.h>

#include "model/mixing.h"
#include "model/reach.h"
#include "solvers/moving_internal.h"

/* ---- faces, seen along the water: far and own lie where it comes from, down where it goes ---- */

typedef struct along {
    double far, own, down;
} along;

static along complete(double q, double far, double down) { return (along){far, (q - far) - down, down}; }

/* Into a point at the end of a segment. */
static along ending(double q, double g, bool high) {
    return complete(q, high && q > g ? -0.5 * (q - g) : 0, q > g ? 0 : q - g); /* q w - g to the last digit */
}

static along inner_high(double q, double g, bool far_is_point, bool before_step) {
    double b = 1.0 / 3;
    if (before_step && g < q * b) b = g / q;
    if (!far_is_point) return complete(q, -q * (0.5 - b), q * b - g);
    const double part = before_step ? 3 * b : 1; /* the parabola through the point and both means */
    return complete(q, -q * (0.5 * part + (1 - part)), 0.25 * q * part - g);
}

static along inner_low(double q, double g) { return complete(q, 0, q > 2 * g ? 0 : 0.5 * q - g); }

static moving_face placed(along a, bool reversed) {
    if (reversed) return (moving_face){{0, -a.down, -a.own, -a.far}};
    return (moving_face){{a.far, a.own, a.down, 0}};
}

static void set_faces(moving *v, size_t s) {
    const qh_segment *segment = &v->problem->network->segment[s];
    const size_t f = qh_first_face(v->problem->grid, s), n = moving_cells(v, s);
    for (size_t k = 0; k <= n; k++) {
        const double flow = v->water.face[f + k], g = v->conductance[f + k], q = fabs(flow);
        const bool reversed = flow < 0;
        const bool leaves_point = k == (reversed ? n : 0), enters_point = k == (reversed ? 0 : n);
        along high, low;
        if (leaves_point) {
            high = low = (along){0, q + g, -g};
        } else if (enters_point) {
            high = ending(q, g, true);
            low = ending(q, g, false);
        } else {
            const bool step = reversed ? v->step_up[segment->from] : v->step_down[segment->to];
            high = inner_high(q, g, k == (reversed ? n - 1 : 1), k == (reversed ? 1 : n - 1) && step);
            low = inner_low(q, g);
        }
        v->high[f + k] = placed(high, reversed);
        v->low[f + k] = placed(low, reversed);
    }
}

/* ---- dispersion ---- */

static qh_status dispersion_of(const moving *v, const qh_reach *reach, size_t i, double q, double *dispersion) {
    if (reach->dispersion.given) {
        *dispersion = reach->dispersion.value;
        return QH_OK;
    }
    const double area = v->area[i], depth = v->depth[i], width = area / depth;
    const double radius = v->perimeter[i] * area / (width + 2 * depth);
    const qh_dispersion_formula *formula = qh_dispersion_find(reach->dispersion_formula);
    const qh_dispersion_input input = {.velocity = q / area,
                                       .depth = depth,
                                       .width = width,
                                       .shear_velocity = qh_shear_velocity(radius, reach->channel.slope.value)};
    const double value = q > 0 ? formula->coefficient(&input) : 0;
    QH_CHECK(value >= 0 && isfinite(value), QH_E_NUMERIC, v->diag, reach->place,
             "reach %s: the dispersion formula %s gives no usable value (%g m2/s)", reach->name,
             reach->dispersion_formula, value);
    *dispersion = value;
    return QH_OK;
}

static qh_status set_conductances(moving *v, size_t s) {
    const qh_grid *grid = v->problem->grid;
    const size_t first = grid->segment_first[s], n = moving_cells(v, s), f = qh_first_face(grid, s);
    const qh_reach *reach = &v->problem->river_case->reach[qh_grid_reach(grid, first)];
    double before = 0;
    for (size_t k = 0; k < n; k++) {
        const size_t i = first + k;
        double d = 0;
        if (v->area[i] > 0 && v->depth[i] > 0) {
            const double q = fabs(0.5 * (v->water.face[f + k] + v->water.face[f + k + 1]));
            QH_TRY(dispersion_of(v, reach, i, q, &d));
        }
        const double half = 2 * v->area[i] * d / qh_grid_length(grid, i);
        v->conductance[f + k] = k == 0 ? half : half > 0 && before > 0 ? half * before / (half + before) : 0;
        before = half;
    }
    v->conductance[f + n] = before;
    return QH_OK;
}

/* ---- points ---- */

static const qh_held_level *held_at(const qh_case *c, const qh_point *point) {
    for (size_t k = 0; k < c->n_held_level && point->is_node; k++) {
        if (c->held_level[k].node == point->node) return &c->held_level[k];
    }
    return NULL;
}

static qh_status set_points(moving *v) {
    const qh_network *network = v->problem->network;
    const qh_case *c = v->problem->river_case;
    memset(v->taken, 0, v->n_point * sizeof(double));
    memset(v->link_out, 0, v->n_point * sizeof(double));
    for (size_t k = 0; k < c->n_withdrawal; k++)
        v->taken[network->withdrawal_point[k]] += v->water.taken[k];
    for (size_t k = 0; k < network->n_link; k++)
        v->link_out[network->link[k].from] += v->water.link[k];
    for (size_t p = 0; p < v->n_point; p++) {
        const double out = v->water.outlet[p];
        v->outlet[p] = out > 0 ? out : 0;
        v->entering[p] = out < 0 ? -out : 0;
        if (!(out < 0)) continue;
        const qh_held_level *held = held_at(c, &network->point[p]);
        const char *node = network->point[p].is_node ? c->node[network->point[p].node].name : "?";
        QH_CHECK(held && held->input, QH_E_NUMERIC, v->diag, held ? held->place : QH_NOWHERE,
                 "water enters the network through the outlet %s at %.6g h, and no concentrations are given for it in "
                 "held_levels.csv",
                 node, v->water.start / 3600);
    }
    return QH_OK;
}

/* What a pond gains, m3/s: what enters less what leaves. */
static double gained_by(const moving *v, size_t p) {
    const qh_network *network = v->problem->network;
    double sum = qh_moving_water_of_sources(v, p) + v->entering[p] - v->outlet[p] - v->taken[p] - v->link_out[p];
    for (size_t k = 0; k < network->n_link; k++)
        sum += network->link[k].to == p ? v->water.link[k] : 0;
    for (size_t i = network->in_first[p]; i < network->in_first[p + 1]; i++)
        sum += v->water.face[qh_first_face(v->problem->grid, network->in_segment[i] + 1) - 1];
    for (size_t i = network->out_first[p]; i < network->out_first[p + 1]; i++)
        sum -= v->water.face[qh_first_face(v->problem->grid, network->out_segment[i])];
    return sum;
}

/* The state of rest at an instant at which a pond fills or empties: what it gains leaves it again, and what it loses it is
 * given, at its own concentration, so that a constant stays one. */
static void rest_ponds(moving *v) {
    for (size_t p = 0; p < v->n_point; p++) {
        if (v->water.pond_end[p] > 0) v->outlet[p] += gained_by(v, p);
    }
}

/* ---- what is dry ---- */

static void set_still(moving *v) {
    const qh_network *network = v->problem->network;
    const qh_water *w = &v->water;
    for (size_t p = 0; p < v->n_point; p++) {
        const double leaving = v->taken[p] + v->outlet[p] + v->link_out[p];
        v->still[v->n_cell + p] = !v->fixed[p] && leaving == 0 && w->pond_start[p] == 0 && w->pond_end[p] == 0;
    }
    for (size_t s = 0; s < v->n_segment; s++) {
        const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s);
        const size_t f = qh_first_face(v->problem->grid, s);
        for (size_t k = 0; k <= n; k++) {
            const bool passes = w->face[f + k] != 0 || v->conductance[f + k] > 0;
            bool *above = &v->still[k == 0 ? v->n_cell + network->segment[s].from : first + k - 1];
            bool *below = &v->still[k == n ? v->n_cell + network->segment[s].to : first + k];
            if (k < n) *below = w->volume_start[first + k] == 0 && w->volume_end[first + k] == 0;
            if (passes) *above = *below = false;
        }
    }
}

/* ---- the whole ---- */

qh_status qh_moving_take_water(moving *v, const qh_water *water) {
    const qh_grid *grid = v->problem->grid;
    v->water = *water;
    for (size_t i = 0; i < v->n_cell; i++) {
        v->area[i] = 0.5 * (water->volume_start[i] + water->volume_end[i]) / qh_grid_length(grid, i);
        const double before = water->end > water->start ? v->depth_before[i] : water->depth[i];
        v->depth[i] = 0.5 * (before + water->depth[i]);
        v->depth_before[i] = water->depth[i];
    }
    QH_TRY(set_points(v));
    if (!(water->end > water->start)) rest_ponds(v);
    for (size_t s = 0; s < v->n_segment; s++) {
        QH_TRY(set_conductances(v, s));
        set_faces(v, s);
    }
    set_still(v);
    return qh_moving_set_kinetics(v);
}

void qh_moving_volumes(const moving *v, double t, double *volume) {
    const qh_water *w = &v->water;
    const double length = w->end - w->start, part = length > 0 ? (t - w->start) / length : 0;
    for (size_t i = 0; i < v->n_cell; i++)
        volume[i] = w->volume_start[i] + part * (w->volume_end[i] - w->volume_start[i]);
    for (size_t p = 0; p < v->n_point; p++)
        volume[v->n_cell + p] = w->pond_start[p] + part * (w->pond_end[p] - w->pond_start[p]);
}
