/* Loops of a step on moving water over the rows of a state (see moving_step.c): fluxes of faces, and sums of stages that
 * weigh a row's components alike. Few components, as most runs have them, are unrolled, so that a row stays in registers
 * and two components share one; many, of lanes, are loops that the compiler makes vectors of. The same sums in any case,
 * in the same order. */
#include "solvers/moving_internal.h"

#define INLINE static inline __attribute__((always_inline))

/* Calls f(..., m) with m a constant where it is small. */
#define BY_COUNT(m, f, ...)                                                                                            \
    switch (m) {                                                                                                       \
    case 1: f(__VA_ARGS__, 1); break;                                                                                  \
    case 2: f(__VA_ARGS__, 2); break;                                                                                  \
    case 3: f(__VA_ARGS__, 3); break;                                                                                  \
    case 4: f(__VA_ARGS__, 4); break;                                                                                  \
    default: f(__VA_ARGS__, m); break;                                                                                 \
    }

/* ---- fluxes ---- */

/* By differences from where the water comes: a constant gives the flow to the last digit. Values [m] of the places k-2 .. k+1
 * of face k. */
INLINE void flux_of(const double weight[4], double flow, const double *a, const double *b, const double *c,
                    const double *d, double *restrict out, size_t m) {
    const bool reversed = flow < 0;
    const double *from = reversed ? c : b, *other = reversed ? b : c;
    const double by_other = weight[reversed ? 1 : 2];
    for (size_t j = 0; j < m; j++) {
        const double own = from[j];
        out[j] = flow * own + (weight[0] * (a[j] - own) + weight[3] * (d[j] - own)) + by_other * (other[j] - own);
    }
}

INLINE void fluxes(const moving *v, size_t s, const moving_face *face, const double *state, double *flux, size_t m) {
    const qh_segment *segment = &v->problem->network->segment[s];
    const size_t first = qh_first_face(v->problem->grid, s), n = moving_cells(v, s);
    const double *cell = state + v->problem->grid->segment_first[s] * m;
    const double *from = state + (v->n_cell + segment->from) * m, *to = state + (v->n_cell + segment->to) * m;
    for (size_t k = 0; k <= n; k++) {
        const double *b = cell + (k - 1) * m;
        const double *above = k > 1 ? b - m : from, *below = k + 1 < n ? b + 2 * m : to;
        flux_of(face[first + k].weight, v->water.face[first + k], above, k > 0 ? b : from, k < n ? b + m : to, below,
                flux + (first + k) * m, m);
    }
}

void qh_moving_fluxes(const moving *v, const moving_face *face, const double *state, double *flux) {
    for (size_t s = 0; s < v->n_segment; s++)
        BY_COUNT(v->m, fluxes, v, s, face, state, flux)
}

/* ---- what cells gain ---- */

INLINE void gains(const moving *v, size_t s, const double *flux, double *restrict rate, size_t m) {
    const qh_grid *grid = v->problem->grid;
    const double *in = flux + qh_first_face(grid, s) * m, *lateral = v->lateral[0] + s * m;
    for (size_t i = grid->segment_first[s]; i < grid->segment_first[s + 1]; i++, in += m) {
        const double length = qh_grid_length(grid, i);
        for (size_t j = 0; j < m; j++)
            rate[i * m + j] = in[j] - in[m + j] + lateral[j] * length;
    }
}

void qh_moving_gains(const moving *v, const double *flux, double *rate) {
    for (size_t s = 0; s < v->n_segment; s++)
        BY_COUNT(v->m, gains, v, s, flux, rate)
}

/* A system of one lane; m apart from row to row. */
INLINE void react_alone(const moving *v, const moving_system *y, size_t at, const double *volume, const double *c,
                        double *restrict rate, size_t m) {
    const double *gain = y->gain, *decay = y->decay;
    for (size_t i = 0; i < v->n_row; i++) {
        double change = gain[i] - decay[i] * c[i * m + at];
        for (size_t a = 0; a < y->n_parent; a++)
            change += y->from_parent[a][i] * c[i * m + y->parent[a]];
        rate[i * m + at] += volume[i] * change;
    }
}

static void react_lanes(const moving *v, const moving_system *y, size_t at, const double *volume, const double *c,
                        double *rate) {
    const size_t m = v->m, lanes = v->lanes;
    for (size_t i = 0; i < v->n_row; i++) {
        const double *own = c + i * m + at;
        double *restrict to = rate + i * m + at;
        for (size_t l = 0; l < lanes; l++) {
            double change = y->gain[i] - y->decay[i] * own[l];
            for (size_t a = 0; a < y->n_parent; a++)
                change += y->from_parent[a][i] * c[i * m + moving_component(v, y->parent[a]) + l];
            to[l] += volume[i] * change;
        }
    }
}

void qh_moving_reactions(const moving *v, const double *volume, const double *state, double *rate) {
    for (size_t system = 0; system < v->n_system; system++) {
        const moving_system *y = &v->system[system];
        const size_t at = moving_component(v, system);
        if (v->lanes > 1)
            react_lanes(v, y, at, volume, state, rate);
        else
            BY_COUNT(v->m, react_alone, v, y, at, volume, state, rate)
    }
}

/* ---- stages ---- */

INLINE void known(const moving *v, size_t count, const double *w, double *restrict result, size_t m) {
    const double *volume = v->volume[0], *now = v->now, h = v->h;
    const double *r0 = v->rate[0], *r1 = v->rate[1], *r2 = v->rate[2];
    for (size_t i = 0; i < v->n_row; i++) {
        for (size_t k = i * m; k < (i + 1) * m; k++) {
            double sum = w[0] * r0[k];
            if (count > 1) sum += w[1] * r1[k];
            if (count > 2) sum += w[2] * r2[k];
            result[k] = volume[i] * now[k] + h * sum;
        }
    }
}

INLINE void known_by_count(const moving *v, size_t count, const double *w, double *result, size_t m) {
    switch (count) {
    case 1: known(v, 1, w, result, m); break;
    case 2: known(v, 2, w, result, m); break;
    default: known(v, 3, w, result, m); break;
    }
}

void qh_moving_known(const moving *v, size_t stage, const double *w,
                     double *result){BY_COUNT(v->m, known_by_count, v, stage, w, result)}

INLINE void left_over(const moving *v, double sigma, const double *volume, const double *given, double *restrict x,
                      size_t m) {
    const double *stage = v->stage;
    for (size_t i = 0; i < v->n_cell; i++) {
        const double counts = v->still[i] ? 0 : 1;
        for (size_t k = i * m; k < (i + 1) * m; k++)
            x[k] = counts != 0 ? (given[k] - volume[i] * stage[k]) + sigma * x[k] : 0;
    }
}

void qh_moving_left_over(const moving *v, double sigma, const double *volume, const double *given,
                         double *x){BY_COUNT(v->m, left_over, v, sigma, volume, given, x)}

INLINE void slopes(const moving *v, double sigma, double *restrict rate, size_t m) {
    const double *volume = v->volume[1], *stage = v->stage;
    for (size_t i = 0; i < v->n_row; i++) {
        for (size_t k = i * m; k < (i + 1) * m; k++)
            rate[k] = (volume[i] * stage[k] - rate[k]) / sigma;
    }
}

void qh_moving_slopes(const moving *v, double sigma, double *rate){BY_COUNT(v->m, slopes, v, sigma, rate)}

INLINE void take(moving *v, double b, const double *volume, size_t m) {
    const double *stage = v->stage;
    double *restrict mean = v->mean, *restrict mass = v->mass;
    for (size_t i = 0; i < v->n_row; i++) {
        const double held = b * volume[i];
        for (size_t k = i * m; k < (i + 1) * m; k++) {
            mean[k] += b * stage[k];
            mass[k] += held * stage[k];
        }
    }
}

void qh_moving_take_rows(moving *v, double b, const double *volume){BY_COUNT(v->m, take, v, b, volume)}

/* ---- error ---- */

INLINE void difference(const moving *v, const double *w, double *restrict error, size_t m) {
    const double *r0 = v->rate[0], *r1 = v->rate[1], *r2 = v->rate[2], *r3 = v->rate[3], h = v->h;
    for (size_t i = 0; i < v->n_cell; i++) {
        const bool still = v->still[i];
        for (size_t k = i * m; k < (i + 1) * m; k++) {
            const double sum = w[0] * r0[k] + w[1] * r1[k] + w[2] * r2[k] + w[3] * r3[k];
            error[k] = still ? 0 : h * sum;
        }
    }
}

void qh_moving_difference(const moving *v, const double *w, double *error) { BY_COUNT(v->m, difference, v, w, error) }
