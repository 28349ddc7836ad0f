/* Direct solution of a stage: each segment's band is eliminated downstream, with what it answers to its two points; these are
 * then solved together, and the cells follow. See moving.c for the ordering. */
#include <string.h>

#include "solvers/moving_internal.h"

/* ---- a segment ---- */

/* Row of cell k: weights of the places k-2 .. k+2, without volume and kinetics. */
static void row_of(const moving_face *above, const moving_face *below, double sigma, double entry[5]) {
    entry[0] = -sigma * above->weight[0];
    entry[1] = sigma * (below->weight[0] - above->weight[1]);
    entry[2] = sigma * (below->weight[1] - above->weight[2]);
    entry[3] = sigma * (below->weight[2] - above->weight[3]);
    entry[4] = sigma * below->weight[3];
}

/* Eliminates row k of a segment for one system; `a` are its arrays at that cell. QH_E_NUMERIC without a pivot. */
static qh_status eliminate(moving_factors *f, size_t at, size_t stride, size_t k, size_t n, const double entry[5]) {
    double *lower = f->lower + 2 * at, *upper = f->upper + 2 * at, *answer = f->answer + 2 * at;
    answer[0] = k == 0 ? -entry[1] : k == 1 ? -entry[0] : 0;
    answer[1] = k + 1 == n ? -entry[3] : k + 2 == n ? -entry[4] : 0;
    lower[0] = lower[1] = 0;
    upper[0] = k + 1 < n ? entry[3] : 0;
    upper[1] = k + 2 < n ? entry[4] : 0;
    double one = k > 0 ? entry[1] : 0, own = entry[2];
    if (k > 1) {
        const size_t above = at - 2 * stride;
        lower[1] = entry[0] * f->inverse[above];
        one -= lower[1] * f->upper[2 * above];
        own -= lower[1] * f->upper[2 * above + 1];
        answer[0] -= lower[1] * f->answer[2 * above];
        answer[1] -= lower[1] * f->answer[2 * above + 1];
    }
    if (k > 0) {
        const size_t above = at - stride;
        lower[0] = one * f->inverse[above];
        own -= lower[0] * f->upper[2 * above];
        upper[0] -= lower[0] * f->upper[2 * above + 1];
        answer[0] -= lower[0] * f->answer[2 * above];
        answer[1] -= lower[0] * f->answer[2 * above + 1];
    }
    if (!(own > 0)) return QH_E_NUMERIC;
    f->inverse[at] = 1 / own;
    return QH_OK;
}

static qh_status factor_segment(moving *v, size_t s, const double *volume) {
    moving_factors *f = &v->factors;
    const qh_grid *grid = v->problem->grid;
    const size_t first = grid->segment_first[s], n = moving_cells(v, s), stride = v->n_system;
    const moving_face *face = f->face + qh_first_face(grid, s);
    for (size_t k = 0; k < n; k++) {
        double entry[5];
        row_of(&face[k], &face[k + 1], f->sigma, entry);
        for (size_t i = 0; i < stride; i++) {
            double own[5] = {entry[0], entry[1], entry[2], entry[3], entry[4]};
            own[2] += v->still[first + k] ? 1 : volume[first + k] * (1 + f->sigma * v->system[i].decay[first + k]);
            QH_TRY(eliminate(f, (first + k) * stride + i, stride, k, n, own));
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t i = 0; i < stride; i++) {
            const size_t at = (first + k) * stride + i;
            for (size_t end = 0; end < 2; end++) {
                double value = f->answer[2 * at + end];
                if (k + 1 < n) value -= f->upper[2 * at] * f->answer[2 * (at + stride) + end];
                if (k + 2 < n) value -= f->upper[2 * at + 1] * f->answer[2 * (at + 2 * stride) + end];
                f->answer[2 * at + end] = value * f->inverse[at];
            }
        }
    }
    return QH_OK;
}

enum { WIDEST = 4 };

/* Systems that are solved side by side: one waits for its own cell before, the others fill the time. */
typedef struct systems {
    size_t first, count;
} systems;

static size_t end_component(const moving *v, systems y) { return moving_component(v, y.first + y.count); }

/* Cells of a segment whose systems have one lane each, `width` of them: what the next cell needs stays at hand. `lower` and
 * `upper` [n_cell][stride][2], `inverse` [n_cell][stride], x [n][m], all from the segment's first cell on. */
static inline void sweep_down(size_t n, size_t m, size_t stride, size_t width, const double *lower, double *x) {
    double one[WIDEST] = {0}, two[WIDEST] = {0}; /* of the cell above, and above that */
    for (size_t k = 0; k < n; k++, lower += 2 * stride, x += m) {
        for (size_t i = 0; i < width; i++) {
            const double value = (x[i] - lower[2 * i + 1] * two[i]) - lower[2 * i] * one[i];
            two[i] = one[i];
            one[i] = x[i] = value;
        }
    }
}

static inline void sweep_up(size_t n, size_t m, size_t stride, size_t width, const double *upper, const double *inverse,
                            double *x) {
    double one[WIDEST] = {0}, two[WIDEST] = {0}; /* of the cell below, and below that */
    for (size_t k = n; k-- > 0;) {
        const double *u = upper + 2 * k * stride, *v = inverse + k * stride;
        double *own = x + k * m;
        for (size_t i = 0; i < width; i++) {
            const double value = ((own[i] - u[2 * i + 1] * two[i]) - u[2 * i] * one[i]) * v[i];
            two[i] = one[i];
            one[i] = own[i] = value;
        }
    }
}

static inline void sweep(const moving *v, size_t s, systems y, double *x, size_t width) {
    const moving_factors *f = &v->factors;
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s), stride = v->n_system;
    const size_t at = first * stride + y.first;
    sweep_down(n, v->m, stride, width, f->lower + 2 * at, x + first * v->m + y.first);
    sweep_up(n, v->m, stride, width, f->upper + 2 * at, f->inverse + at, x + first * v->m + y.first);
}

/* One system at a time, in all its lanes. */
static void sweep_lanes(const moving *v, size_t s, size_t system, double *x) {
    const moving_factors *f = &v->factors;
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s), m = v->m, lanes = v->lanes;
    double *own = x + first * m + moving_component(v, system);
    for (size_t k = 0; k < n; k++, own += m) {
        const double *lower = f->lower + 2 * ((first + k) * v->n_system + system);
        for (size_t l = 0; l < lanes && k > 0; l++)
            own[l] -= lower[0] * own[l - m] + (k > 1 ? lower[1] * own[l - 2 * m] : 0);
    }
    for (size_t k = n; k-- > 0;) {
        own -= m;
        const size_t at = (first + k) * v->n_system + system;
        const double *upper = f->upper + 2 * at;
        for (size_t l = 0; l < lanes; l++) {
            double value = own[l];
            if (k + 1 < n) value -= upper[0] * own[l + m];
            if (k + 2 < n) value -= upper[1] * own[l + 2 * m];
            own[l] = value * f->inverse[at];
        }
    }
}

/* x of the systems' cells as if both points were 0. Constant widths let the compiler keep a cell in registers. */
static void solve_segment(const moving *v, size_t s, systems y, double *x) {
    for (size_t k = 0; v->lanes > 1 && k < y.count; k++)
        sweep_lanes(v, s, y.first + k, x);
    while (v->lanes == 1 && y.count > 0) {
        const size_t width = y.count < WIDEST ? y.count : WIDEST;
        switch (width) {
        case 1: sweep(v, s, y, x, 1); break;
        case 2: sweep(v, s, y, x, 2); break;
        case 3: sweep(v, s, y, x, 3); break;
        default: sweep(v, s, y, x, WIDEST); break;
        }
        y.first += width;
        y.count -= width;
    }
}

/* ---- points ---- */

/* Whether a point balances at every instant. */
static bool is_instant(const moving *v, size_t p) {
    return !(v->water.pond_start[p] > 0) && !(v->water.pond_end[p] > 0);
}

static double *point_entry(moving *v, size_t index, size_t component) {
    return v->factors.value + (size_t)v->slot[index] * v->m + component;
}

static void enter_segment(moving *v, size_t s, size_t system) {
    const moving_factors *f = &v->factors;
    const qh_segment *segment = &v->problem->network->segment[s];
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s), stride = v->n_system;
    const moving_face *top = f->face + qh_first_face(v->problem->grid, s), *end = top + n;
    const size_t diagonal = 2 * v->n_segment + v->problem->network->n_link;
    const double *head = f->answer + 2 * (first * stride + system), *tail = head + 2 * (n - 1) * stride;
    const size_t from = segment->from, to = segment->to;
    const double scale_from = is_instant(v, from) ? 1 : f->sigma, scale_to = is_instant(v, to) ? 1 : f->sigma;
    for (size_t l = 0; l < v->lanes; l++) {
        const size_t j = moving_component(v, system) + l;
        if (!v->fixed[to]) {
            *point_entry(v, diagonal + to, j) -=
                scale_to * (end->weight[0] * tail[1 - 2 * (long)stride] + end->weight[1] * tail[1] + end->weight[2]);
            *point_entry(v, 2 * s, j) -=
                scale_to * (end->weight[0] * tail[-2 * (long)stride] + end->weight[1] * tail[0]);
        }
        if (!v->fixed[from]) {
            *point_entry(v, diagonal + from, j) +=
                scale_from * (top->weight[1] + top->weight[2] * head[0] + top->weight[3] * head[2 * stride]);
            *point_entry(v, 2 * s + 1, j) +=
                scale_from * (top->weight[2] * head[1] + top->weight[3] * head[2 * stride + 1]);
        }
    }
}

static void enter_point(moving *v, size_t p, size_t system, const double *volume) {
    const size_t row = v->n_cell + p, at = 2 * v->n_segment + v->problem->network->n_link + p;
    const double sigma = v->factors.sigma;
    const double leaving = v->taken[p] + v->outlet[p] + v->link_out[p];
    for (size_t l = 0; l < v->lanes; l++) {
        double *entry = point_entry(v, at, moving_component(v, system) + l);
        if (v->fixed[p] || v->still[row])
            *entry = 1;
        else if (is_instant(v, p))
            *entry += leaving;
        else
            *entry += sigma * leaving + volume[row] * (1 + sigma * v->system[system].decay[row]);
    }
}

static void enter_links(moving *v) {
    const qh_network *network = v->problem->network;
    for (size_t k = 0; k < network->n_link; k++) {
        const size_t to = network->link[k].to;
        if (v->fixed[to]) continue;
        for (size_t j = 0; j < v->m; j++)
            *point_entry(v, 2 * v->n_segment + k, j) -= (is_instant(v, to) ? 1 : v->factors.sigma) * v->water.link[k];
    }
}

qh_status qh_moving_factor(moving *v, const moving_face *face, double sigma, const double *volume) {
    v->factors.face = face;
    v->factors.sigma = sigma;
    v->factorisations++;
    memset(v->factors.value, 0, (size_t)v->pattern->first[v->n_point] * v->m * sizeof(double));
    for (size_t s = 0; s < v->n_segment; s++) {
        QH_TRY(factor_segment(v, s, volume));
        for (size_t system = 0; system < v->n_system; system++)
            enter_segment(v, s, system);
    }
    enter_links(v);
    for (size_t p = 0; p < v->n_point; p++) {
        for (size_t system = 0; system < v->n_system; system++)
            enter_point(v, p, system, volume);
    }
    return qh_linear_factor(v->linear, 0, 1, v->factors.value);
}

/* What the segment's ends give its points with both at 0, into the points' right-hand side. */
static void enter_right_side(const moving *v, size_t s, systems y, double *x) {
    const moving_factors *f = &v->factors;
    const qh_segment *segment = &v->problem->network->segment[s];
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s), m = v->m;
    const moving_face *top = f->face + qh_first_face(v->problem->grid, s), *end = top + n;
    const double scale_from = is_instant(v, segment->from) ? 1 : f->sigma;
    const double scale_to = is_instant(v, segment->to) ? 1 : f->sigma;
    for (size_t j = moving_component(v, y.first); j < end_component(v, y); j++) {
        const double *head = x + first * m + j, *tail = head + (n - 1) * m;
        if (!v->fixed[segment->to])
            x[(v->n_cell + segment->to) * m + j] +=
                scale_to * (end->weight[0] * tail[-(long)m] + end->weight[1] * tail[0]);
        if (!v->fixed[segment->from])
            x[(v->n_cell + segment->from) * m + j] -=
                scale_from * (top->weight[2] * head[0] + top->weight[3] * head[m]);
    }
}

static void add_answers(const moving *v, size_t s, systems y, double *x) {
    const qh_segment *segment = &v->problem->network->segment[s];
    const size_t m = v->m, lanes = v->lanes, at = moving_component(v, y.first);
    const double *from = x + (v->n_cell + segment->from) * m + at, *to = x + (v->n_cell + segment->to) * m + at;
    for (size_t i = v->problem->grid->segment_first[s]; i < v->problem->grid->segment_first[s + 1]; i++) {
        const double *answer = v->factors.answer + 2 * (i * v->n_system + y.first);
        for (size_t k = 0; k < y.count; k++, answer += 2) {
            for (size_t l = k * lanes; l < (k + 1) * lanes; l++)
                x[i * m + at + l] += answer[0] * from[l] + answer[1] * to[l];
        }
    }
}

/* The points of some systems; those of the others are right-hand sides or solutions of their own, and are put aside. */
static qh_status solve_points(moving *v, systems y, double *points) {
    double *kept = v->alpha;
    const bool all = y.count == v->n_system;
    if (!all) memcpy(kept, points, v->n_point * v->m * sizeof(double));
    QH_TRY(qh_linear_solve(v->linear, points));
    const size_t first = moving_component(v, y.first), end = end_component(v, y);
    for (size_t p = 0; p < v->n_point && !all; p++) {
        for (size_t j = 0; j < v->m; j++) {
            if (j < first || j >= end) points[p * v->m + j] = kept[p * v->m + j];
        }
    }
    return QH_OK;
}

static qh_status solve(moving *v, systems y, double *x) {
    for (size_t s = 0; s < v->n_segment; s++) {
        solve_segment(v, s, y, x);
        enter_right_side(v, s, y, x);
    }
    QH_TRY(solve_points(v, y, x + v->n_cell * v->m));
    for (size_t s = 0; s < v->n_segment; s++)
        add_answers(v, s, y, x);
    return QH_OK;
}

qh_status qh_moving_solve_system(moving *v, size_t system, double *x) { return solve(v, (systems){system, 1}, x); }

qh_status qh_moving_solve_all(moving *v, double *x) { return solve(v, (systems){0, v->n_system}, x); }
