/* One step of the ESDIRK method on moving water (see moving.c). With y = V C and f = dy/dt:
 *     y_i = y_0 + h sum_j<i a_ij f_j + h gamma f_i,   y_1 = y_4,   error = h sum (b_j - b^_j) f_j
 * Weights are positive or not, but add up; fluxes are linear in C, so that what passes a face in the step is the flux of the
 * mean sum b_j C_j. */
#include <math.h>
#include <string.h>

#include "solvers/moving_internal.h"

static const double gamma_ = 1767732205903.0 / 4055673282236.0;
static const double weight[moving_stages][moving_stages] = {
    {0},
    {1767732205903.0 / 4055673282236.0, 1767732205903.0 / 4055673282236.0},
    {2746238789719.0 / 10658868560708.0, -640167445237.0 / 6845629431997.0, 1767732205903.0 / 4055673282236.0},
    {1471266399579.0 / 7840856788654.0, -4482444167858.0 / 7529755066697.0, 11266239266428.0 / 11593286722821.0,
     1767732205903.0 / 4055673282236.0},
};
static const double second_order[moving_stages] = {
    2756255671327.0 / 12835298489170.0, -10771552573575.0 / 22201958757719.0, 9247589265047.0 / 10645013368117.0,
    2193209047091.0 / 5459859503100.0};

/* Sum of a stage's weights: its place in the step. */
static double place(size_t i) {
    double sum = 0;
    for (size_t j = 0; j <= i; j++)
        sum += weight[i][j];
    return i == moving_stages - 1 ? 1 : sum;
}

static bool is_instant(const moving *v, size_t p) {
    return !(v->water.pond_start[p] > 0) && !(v->water.pond_end[p] > 0);
}

/* ---- fluxes and points ---- */

static double mixture(const moving *v, const moving_face *face, size_t p, size_t j, const double *state) {
    const qh_network *network = v->problem->network;
    const size_t m = v->m;
    double sum = v->load[0][p * m + j], own = v->taken[p] + v->outlet[p] + v->link_out[p];
    for (size_t k = 0; k < network->n_link; k++) {
        if (network->link[k].to == p) sum += v->water.link[k] * state[(v->n_cell + network->link[k].from) * m + j];
    }
    for (size_t k = network->in_first[p]; k < network->in_first[p + 1]; k++) {
        const size_t s = network->in_segment[k], last = v->problem->grid->segment_first[s + 1] - 1;
        const double *w = face[qh_first_face(v->problem->grid, s) + moving_cells(v, s)].weight;
        sum += w[0] * state[(last - 1) * m + j] + w[1] * state[last * m + j];
        own -= w[2];
    }
    for (size_t k = network->out_first[p]; k < network->out_first[p + 1]; k++) {
        const size_t s = network->out_segment[k], first = v->problem->grid->segment_first[s];
        const double *w = face[qh_first_face(v->problem->grid, s)].weight;
        sum -= w[2] * state[first * m + j] + w[3] * state[(first + 1) * m + j];
        own += w[1];
    }
    return own > 0 ? sum / own : state[(v->n_cell + p) * m + j];
}

void qh_moving_mix(moving *v, const moving_face *face, double *state) {
    for (size_t k = 0; k < v->n_point; k++) {
        const size_t p = v->problem->network->point_order[k];
        if (!is_instant(v, p)) continue;
        for (size_t j = 0; j < v->m; j++)
            state[(v->n_cell + p) * v->m + j] = v->fixed[p] ? v->inlet[p * v->m + j] : mixture(v, face, p, j, state);
    }
}

/* What decay leaves on the last half cell before an outlet, -. */
static double outlet_keeps(const moving *v, size_t p, size_t j) {
    const qh_network *network = v->problem->network;
    double least = 1;
    for (size_t k = network->in_first[p]; k < network->in_first[p + 1]; k++) {
        const size_t s = network->in_segment[k], i = v->problem->grid->segment_first[s + 1] - 1;
        const double flow = v->water.face[qh_first_face(v->problem->grid, s) + moving_cells(v, s)];
        if (!(flow > 0)) continue;
        const double travel = 0.5 * v->water.volume_end[i] / flow;
        least = fmin(least, 1 / (1 + travel * fmax(v->system[j / v->lanes].decay[i], 0)));
    }
    return least;
}

/* The high order's value, no farther from the plain mixture than the cells beside the point; at an outlet no farther
 * below than decay on the last half cell explains. */
static double within(const moving *v, size_t p, size_t j, double value, double plain, const double *state) {
    const qh_network *network = v->problem->network;
    double low = plain, high = plain;
    for (size_t k = network->in_first[p]; k < network->in_first[p + 1]; k++) {
        const double c = state[(v->problem->grid->segment_first[network->in_segment[k] + 1] - 1) * v->m + j];
        low = fmin(low, c), high = fmax(high, c);
    }
    for (size_t k = network->out_first[p]; k < network->out_first[p + 1]; k++) {
        const double c = state[v->problem->grid->segment_first[network->out_segment[k]] * v->m + j];
        low = fmin(low, c), high = fmax(high, c);
    }
    if (network->out_first[p] == network->out_first[p + 1]) low = fmin(low, plain * outlet_keeps(v, p, j));
    return value > high ? high : value < low ? low : value;
}

void qh_moving_show(moving *v, double *state) {
    for (size_t k = 0; k < v->n_point; k++) {
        const size_t p = v->problem->network->point_order[k];
        if (!is_instant(v, p)) continue;
        for (size_t j = 0; j < v->m; j++) {
            double *out = &state[(v->n_cell + p) * v->m + j];
            const double plain = v->fixed[p] ? v->inlet[p * v->m + j] : mixture(v, v->low, p, j, state);
            const double high = v->fixed[p] ? plain : mixture(v, v->high, p, j, state);
            *out = within(v, p, j, high, plain, state);
        }
    }
}

/* ---- stages ---- */

/* Rates of `stage` from its fluxes and the volumes given [n_row, m3], in g/s; of points that balance at every instant what
 * they lack. */
static void rates_of(moving *v, const moving_face *face, const double *volume, double *rate) {
    const qh_grid *grid = v->problem->grid;
    const qh_network *network = v->problem->network;
    const size_t m = v->m;
    const double *c = v->stage;
    qh_moving_fluxes(v, face, c, v->flux);
    for (size_t p = 0; p < v->n_point; p++) {
        for (size_t j = 0; j < m; j++)
            rate[(v->n_cell + p) * m + j] =
                v->load[0][p * m + j] - (v->taken[p] + v->outlet[p] + v->link_out[p]) * c[(v->n_cell + p) * m + j];
    }
    for (size_t k = 0; k < network->n_link; k++) {
        for (size_t j = 0; j < m; j++)
            rate[(v->n_cell + network->link[k].to) * m + j] +=
                v->water.link[k] * c[(v->n_cell + network->link[k].from) * m + j];
    }
    for (size_t s = 0; s < v->n_segment; s++) {
        const double *flux = v->flux + qh_first_face(grid, s) * m;
        const size_t n = moving_cells(v, s);
        for (size_t j = 0; j < m; j++) {
            rate[(v->n_cell + network->segment[s].from) * m + j] -= flux[j];
            rate[(v->n_cell + network->segment[s].to) * m + j] += flux[n * m + j];
        }
    }
    qh_moving_gains(v, v->flux, rate);
    qh_moving_reactions(v, volume, c, rate);
}

static void add_parents(const moving *v, size_t system, double sigma, const double *volume, double *x) {
    const moving_system *y = &v->system[system];
    for (size_t a = 0; a < y->n_parent; a++) {
        for (size_t i = 0; i < v->n_row; i++) {
            if (v->still[i] || (i >= v->n_cell && is_instant(v, i - v->n_cell))) continue;
            for (size_t l = 0; l < v->lanes; l++)
                x[i * v->m + moving_component(v, system) + l] +=
                    sigma * volume[i] * y->from_parent[a][i] * x[i * v->m + moving_component(v, y->parent[a]) + l];
        }
    }
}

/* Takes stage i into the means of the step. */
static void take_stage(moving *v, size_t i) {
    const double b = weight[moving_stages - 1][i];
    const size_t m = v->m, points = v->n_point * m;
    qh_moving_take_rows(v, b, v->volume[i == 0 ? 0 : 1]);
    for (size_t k = 0; k < points; k++) {
        const double value = v->stage[v->n_cell * m + k];
        v->load[1][k] += b * v->load[0][k];
        v->headwater[1][k] += b * v->headwater[0][k];
        v->outside[1][k] += b * v->outside[0][k];
        v->lowest[k] = i == 0 || value < v->lowest[k] ? value : v->lowest[k];
        v->highest[k] = i == 0 || value > v->highest[k] ? value : v->highest[k];
    }
    for (size_t k = 0; k < v->n_segment * m; k++)
        v->lateral[1][k] += b * v->lateral[0][k];
}

static void begin_step(moving *v) {
    const size_t rows = v->n_row * v->m * sizeof(double), points = v->n_point * v->m * sizeof(double);
    memset(v->mean, 0, rows);
    memset(v->mass, 0, rows);
    memset(v->load[1], 0, points);
    memset(v->headwater[1], 0, points);
    memset(v->outside[1], 0, points);
    memset(v->lateral[1], 0, v->n_segment * v->m * sizeof(double));
    qh_moving_volumes(v, v->t, v->volume[0]);
    qh_moving_loads(v, v->t);
    memcpy(v->stage, v->now, rows);
    qh_moving_mix(v, v->high, v->stage);
    rates_of(v, v->high, v->volume[0], v->rate[0]);
    take_stage(v, 0);
}

/* Solves known + sigma rate(C) - volume C = 0 by one correction of `stage`, whatever it is: the equations are linear, and
 * what is left over of a constant is nothing, so that strong dispersion costs it no digits. `known` [n_row][m, g]. */
static qh_status correct(moving *v, const moving_face *face, double sigma, const double *volume, const double *known) {
    const size_t m = v->m;
    double *x = v->next;
    rates_of(v, face, volume, x);
    qh_moving_left_over(v, sigma, volume, known, x);
    for (size_t p = 0; p < v->n_point; p++) {
        const size_t row = v->n_cell + p;
        for (size_t at = row * m, j = 0; j < m; at++, j++) {
            if (v->still[row])
                x[at] = 0;
            else if (v->fixed[p])
                x[at] = v->inlet[p * m + j] - v->stage[at];
            else if (!is_instant(v, p))
                x[at] = (known[at] - volume[row] * v->stage[at]) + sigma * x[at];
        }
    }
    if (v->independent) QH_TRY(qh_moving_solve_all(v, x));
    for (size_t k = 0; k < v->n_system && !v->independent; k++) {
        add_parents(v, v->order[k], sigma, volume, x);
        QH_TRY(qh_moving_solve_system(v, v->order[k], x));
    }
    for (size_t k = 0; k < v->n_row * m; k++)
        v->stage[k] += x[k];
    return QH_OK;
}

static qh_status make_stage(moving *v, size_t i, double last_load) {
    const double t = v->t + place(i) * v->h, sigma = v->h * gamma_;
    qh_moving_volumes(v, t, v->volume[1]);
    qh_moving_loads(v, t < last_load ? t : last_load);
    double *known = v->rate[i];
    qh_moving_known(v, i, weight[i], known);
    QH_TRY(qh_moving_factor(v, v->high, sigma, v->volume[1]));
    QH_TRY(correct(v, v->high, sigma, v->volume[1], known));
    qh_moving_slopes(v, sigma, known);
    take_stage(v, i);
    return QH_OK;
}

/* ---- error ---- */

/* Weighted by the tolerances, root of the mean square over the cells, the worst component. */
static qh_status estimate(moving *v) {
    const qh_solver_options *solver = &v->problem->river_case->solver;
    const size_t m = v->m;
    double *error = v->low_value;
    double w[moving_stages];
    for (size_t k = 0; k < moving_stages; k++)
        w[k] = weight[moving_stages - 1][k] - second_order[k];
    qh_moving_difference(v, w, error);
    for (size_t p = 0; p < v->n_point; p++) {
        const size_t row = v->n_cell + p;
        const bool has_volume = !is_instant(v, p) && !v->still[row];
        for (size_t at = row * m; at < (row + 1) * m; at++) {
            double sum = 0;
            for (size_t k = 0; k < moving_stages && has_volume; k++)
                sum += w[k] * v->rate[k][at];
            error[at] = v->h * sum;
        }
    }
    QH_TRY(qh_moving_solve_all(v, error)); /* what parents pass on is left out of the estimate */
    v->error = 0;
    for (size_t j = 0; j < m; j++) {
        double sum = 0;
        for (size_t i = 0; i < v->n_cell; i++) {
            const double allowed =
                solver->relative_tolerance * fmax(fabs(v->now[i * m + j]), fabs(v->next[i * m + j])) +
                solver->absolute_tolerance;
            const double part = error[i * m + j] / allowed;
            sum += part * part;
        }
        v->error = fmax(v->error, sqrt(sum / (double)v->n_cell));
        if (!isfinite(sum)) v->error = INFINITY;
    }
    return QH_OK;
}

static void react(moving *v) {
    const size_t m = v->m;
    for (size_t system = 0; system < v->n_system; system++) {
        const moving_system *y = &v->system[system];
        const size_t at = moving_component(v, system);
        for (size_t i = 0; i < v->n_row; i++) {
            const double volume = 0.5 * (v->volume[0][i] + v->volume_end[i]);
            for (size_t l = 0; l < v->lanes; l++) {
                double loss = y->decay[i] * v->mass[i * m + at + l] - volume * y->gain[i];
                for (size_t a = 0; a < y->n_parent; a++)
                    loss -= y->from_parent[a][i] * v->mass[i * m + moving_component(v, y->parent[a]) + l];
                v->reacted[i * m + at + l] = v->h * loss;
            }
        }
    }
}

qh_status qh_moving_try(moving *v, double h, double last_load) {
    v->h = h;
    begin_step(v);
    for (size_t i = 1; i < moving_stages; i++)
        QH_TRY(make_stage(v, i, last_load));
    memcpy(v->next, v->stage, v->n_row * v->m * sizeof(double));
    memcpy(v->volume_end, v->volume[1], v->n_row * sizeof(double));
    QH_TRY(estimate(v));
    qh_moving_fluxes(v, v->high, v->mean, v->flux);
    react(v);
    return v->error <= 1 ? qh_moving_limit(v) : QH_OK;
}

/* ---- rest ---- */

/* A step so long that what the water held before counts for nothing, s. */
static const double forever = 1e15;
/* Where dispersion is strong the first solution has lost digits; corrections by what is left over bring them back. */
enum { corrections = 4 };

static qh_status rest(moving *v, const moving_face *face) {
    const size_t bytes = v->n_row * v->m * sizeof(double);
    qh_moving_volumes(v, v->water.start, v->volume[0]);
    memset(v->stage, 0, bytes);
    memset(v->rate[0], 0, bytes);
    QH_TRY(qh_moving_factor(v, face, forever, v->volume[0]));
    for (size_t round = 0; round < corrections; round++) {
        for (size_t r = 0; r < v->n_row; r++) { /* the water has held before what it holds now */
            for (size_t j = 0; j < v->m; j++)
                v->rate[0][r * v->m + j] = v->volume[0][r] * v->stage[r * v->m + j];
        }
        QH_TRY(correct(v, face, forever, v->volume[0], v->rate[0]));
    }
    memcpy(v->now, v->stage, bytes);
    return QH_OK;
}

qh_status qh_moving_steady(moving *v, bool *settled) {
    QH_TRY(rest(v, v->high));
    *settled = true;
    for (size_t k = 0; k < v->n_row * v->m; k++)
        *settled = *settled && v->now[k] >= 0;
    return *settled ? QH_OK : rest(v, v->low);
}
