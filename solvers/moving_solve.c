/* Direct solution of a stage: each segment's band is eliminated downstream, with what it answers to its two points; these are
 * then solved together, and the cells follow. See moving.c for the ordering. */
#include <string.h>

#include "solvers/moving_internal.h"

#define INLINE static inline __attribute__((always_inline))

/* ---- a segment ---- */

/* Row of cell k: weights of the places k-2 .. k+2, without volume and kinetics. */
static void row_of(const moving_face *above, const moving_face *below, double sigma, double entry[5]) {
    entry[0] = -sigma * above->weight[0];
    entry[1] = sigma * (below->weight[0] - above->weight[1]);
    entry[2] = sigma * (below->weight[1] - above->weight[2]);
    entry[3] = sigma * (below->weight[2] - above->weight[3]);
    entry[4] = sigma * below->weight[3];
}

enum { WIDEST = 4 };

/* Systems that are treated side by side: one waits for its own cell before, the others fill the time. */
typedef struct systems {
    size_t first, count;
} systems;

static size_t end_component(const moving *v, systems y) { return moving_component(v, y.first + y.count); }

/* What the elimination of a cell needs of one above it, by system. */
typedef struct row_above {
    double inverse[WIDEST], upper[2][WIDEST], answer[2][WIDEST];
} row_above;

/* Where the factors of one cell stand, from some system on. */
typedef struct row_factors {
    double *restrict lower, *restrict upper, *restrict answer, *restrict inverse;
} row_factors;

INLINE row_factors factors_at(const moving *v, size_t cell, size_t system) {
    const moving_factors *f = &v->factors;
    const size_t at = cell * v->n_system + system, pair = 2 * cell * v->n_system + system;
    return (row_factors){f->lower + pair, f->upper + pair, f->answer + pair, f->inverse + at};
}

/* Eliminates row k of a segment with the rows above in registers; `one` and `two` are moved on. Adds to `unsound` what is no
 * pivot. */
INLINE void eliminate(row_factors f, size_t stride, size_t k, size_t n, const double entry[5], const double *own_volume,
                      row_above *one, row_above *two, size_t width, int *unsound) {
    const double to_from = k == 0 ? -entry[1] : k == 1 ? -entry[0] : 0;
    const double to_to = k + 1 == n ? -entry[3] : k + 2 == n ? -entry[4] : 0;
    const double next = k + 1 < n ? entry[3] : 0, after = k + 2 < n ? entry[4] : 0;
    const double by_one = k > 0 ? entry[1] : 0, by_two = k > 1 ? entry[0] : 0;
    for (size_t i = 0; i < width; i++) {
        const double far = by_two * two->inverse[i];
        const double near = (by_one - far * two->upper[0][i]) * one->inverse[i];
        const double pivot = ((entry[2] + own_volume[i]) - far * two->upper[1][i]) - near * one->upper[0][i];
        const double onward = next - near * one->upper[1][i];
        const double from = (to_from - far * two->answer[0][i]) - near * one->answer[0][i];
        const double to = (to_to - far * two->answer[1][i]) - near * one->answer[1][i];
        *unsound |= !(pivot > 0);
        two->inverse[i] = one->inverse[i], one->inverse[i] = 1 / pivot;
        two->upper[0][i] = one->upper[0][i], one->upper[0][i] = onward;
        two->upper[1][i] = one->upper[1][i], one->upper[1][i] = after;
        two->answer[0][i] = one->answer[0][i], one->answer[0][i] = from;
        two->answer[1][i] = one->answer[1][i], one->answer[1][i] = to;
        f.lower[i] = near, f.lower[stride + i] = far;
        f.upper[i] = onward, f.upper[stride + i] = after;
        f.answer[i] = from, f.answer[stride + i] = to;
        f.inverse[i] = one->inverse[i];
    }
}

INLINE bool factor_down(moving *v, size_t s, const double *volume, systems y, size_t width) {
    const moving_factors *f = &v->factors;
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s), stride = v->n_system;
    const moving_face *face = f->face + qh_first_face(v->problem->grid, s);
    row_above one = {0}, two = {0};
    int unsound = 0;
    for (size_t k = 0; k < n; k++) {
        const size_t cell = first + k;
        double entry[5], own[WIDEST];
        row_of(&face[k], &face[k + 1], f->sigma, entry);
        for (size_t i = 0; i < width; i++)
            own[i] = v->still[cell] ? 1 : volume[cell] * (1 + f->sigma * v->system[y.first + i].decay[cell]);
        eliminate(factors_at(v, cell, y.first), stride, k, n, entry, own, &one, &two, width, &unsound);
    }
    return !unsound;
}

/* Answers to the points, from the last cell up. */
INLINE void answer_up(moving *v, size_t s, systems y, size_t width) {
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s), stride = v->n_system;
    double one[2][WIDEST] = {{0}}, two[2][WIDEST] = {{0}}; /* of the cell below, and below that */
    for (size_t k = n; k-- > 0;) {
        const row_factors f = factors_at(v, first + k, y.first);
        for (size_t end = 0; end < 2; end++) {
            double *answer = f.answer + end * stride;
            for (size_t i = 0; i < width; i++) {
                const double value =
                    ((answer[i] - f.upper[i] * one[end][i]) - f.upper[stride + i] * two[end][i]) * f.inverse[i];
                two[end][i] = one[end][i];
                one[end][i] = answer[i] = value;
            }
        }
    }
}

INLINE bool factor_systems(moving *v, size_t s, const double *volume, systems y, size_t width) {
    if (!factor_down(v, s, volume, y, width)) return false;
    answer_up(v, s, y, width);
    return true;
}

/* Some systems of all that are left; constant widths let the compiler keep a cell in registers. */
static size_t next_width(systems *y, size_t last) {
    y->first += y->count;
    const size_t left = last - y->first;
    y->count = left < WIDEST ? left : WIDEST;
    return y->count;
}

/* QH_E_NUMERIC without a pivot. */
static qh_status factor_segment(moving *v, size_t s, const double *volume) {
    systems y = {0, 0};
    bool sound = true;
    while (sound && next_width(&y, v->n_system) > 0) {
        switch (y.count) {
        case 1: sound = factor_systems(v, s, volume, y, 1); break;
        case 2: sound = factor_systems(v, s, volume, y, 2); break;
        case 3: sound = factor_systems(v, s, volume, y, 3); break;
        default: sound = factor_systems(v, s, volume, y, WIDEST); break;
        }
    }
    return sound ? QH_OK : QH_E_NUMERIC;
}

/* ---- solution ---- */

/* Cells of a segment whose systems have one lane each, `width` of them: what the next cell needs stays at hand. x [n][m] from
 * the segment's first cell and the first system on. */
INLINE void sweep_down(const moving *v, size_t first, size_t n, size_t system, size_t width, double *x) {
    const size_t stride = v->n_system, m = v->m;
    double one[WIDEST] = {0}, two[WIDEST] = {0}; /* of the cell above, and above that */
    for (size_t k = 0; k < n; k++, x += m) {
        const double *restrict lower = factors_at(v, first + k, system).lower;
        for (size_t i = 0; i < width; i++) {
            const double value = (x[i] - lower[stride + i] * two[i]) - lower[i] * one[i];
            two[i] = one[i];
            one[i] = x[i] = value;
        }
    }
}

INLINE void sweep_up(const moving *v, size_t first, size_t n, size_t system, size_t width, double *x) {
    const size_t stride = v->n_system, m = v->m;
    double one[WIDEST] = {0}, two[WIDEST] = {0}; /* of the cell below, and below that */
    for (size_t k = n; k-- > 0;) {
        const row_factors f = factors_at(v, first + k, system);
        double *own = x + k * m;
        for (size_t i = 0; i < width; i++) {
            const double value = ((own[i] - f.upper[stride + i] * two[i]) - f.upper[i] * one[i]) * f.inverse[i];
            two[i] = one[i];
            one[i] = own[i] = value;
        }
    }
}

INLINE void sweep(const moving *v, size_t s, systems y, double *x, size_t width) {
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s);
    sweep_down(v, first, n, y.first, width, x + first * v->m + y.first);
    sweep_up(v, first, n, y.first, width, x + first * v->m + y.first);
}

/* One system at a time, in all its lanes. */
static void sweep_lanes(const moving *v, size_t s, size_t system, double *x) {
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s), m = v->m, lanes = v->lanes;
    const size_t stride = v->n_system;
    double *own = x + first * m + moving_component(v, system);
    for (size_t k = 0; k < n; k++, own += m) {
        const double *lower = factors_at(v, first + k, system).lower;
        for (size_t l = 0; l < lanes && k > 0; l++)
            own[l] -= lower[0] * own[l - m] + (k > 1 ? lower[stride] * own[l - 2 * m] : 0);
    }
    for (size_t k = n; k-- > 0;) {
        own -= m;
        const row_factors f = factors_at(v, first + k, system);
        for (size_t l = 0; l < lanes; l++) {
            double value = own[l];
            if (k + 1 < n) value -= f.upper[0] * own[l + m];
            if (k + 2 < n) value -= f.upper[stride] * own[l + 2 * m];
            own[l] = value * f.inverse[0];
        }
    }
}

/* x of the systems' cells as if both points were 0. */
static void solve_segment(const moving *v, size_t s, systems all, double *x) {
    const size_t last = all.first + all.count;
    for (size_t k = all.first; v->lanes > 1 && k < last; k++)
        sweep_lanes(v, s, k, x);
    systems y = {all.first, 0};
    while (v->lanes == 1 && next_width(&y, last) > 0) {
        switch (y.count) {
        case 1: sweep(v, s, y, x, 1); break;
        case 2: sweep(v, s, y, x, 2); break;
        case 3: sweep(v, s, y, x, 3); break;
        default: sweep(v, s, y, x, WIDEST); break;
        }
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
    /* answers of the first two cells and of the last two: each to the points above and below, [2][stride] */
    const double *head = f->answer + 2 * first * stride + system, *tail = head + 2 * (n - 2) * stride;
    const size_t from = segment->from, to = segment->to;
    const double scale_from = is_instant(v, from) ? 1 : f->sigma, scale_to = is_instant(v, to) ? 1 : f->sigma;
    for (size_t l = 0; l < v->lanes; l++) {
        const size_t j = moving_component(v, system) + l;
        if (!v->fixed[to]) {
            *point_entry(v, diagonal + to, j) -=
                scale_to * (end->weight[0] * tail[stride] + end->weight[1] * tail[3 * stride] + end->weight[2]);
            *point_entry(v, 2 * s, j) -= scale_to * (end->weight[0] * tail[0] + end->weight[1] * tail[2 * stride]);
        }
        if (!v->fixed[from]) {
            *point_entry(v, diagonal + from, j) +=
                scale_from * (top->weight[1] + top->weight[2] * head[0] + top->weight[3] * head[2 * stride]);
            *point_entry(v, 2 * s + 1, j) +=
                scale_from * (top->weight[2] * head[stride] + top->weight[3] * head[3 * stride]);
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

/* Systems of one lane each. */
INLINE void add_narrow(const moving *v, size_t s, systems y, size_t width, double *restrict x) {
    const qh_segment *segment = &v->problem->network->segment[s];
    const size_t m = v->m, stride = v->n_system;
    double from[WIDEST], to[WIDEST];
    for (size_t k = 0; k < width; k++) {
        from[k] = x[(v->n_cell + segment->from) * m + y.first + k];
        to[k] = x[(v->n_cell + segment->to) * m + y.first + k];
    }
    for (size_t i = v->problem->grid->segment_first[s]; i < v->problem->grid->segment_first[s + 1]; i++) {
        const double *restrict answer = factors_at(v, i, y.first).answer;
        for (size_t k = 0; k < width; k++)
            x[i * m + y.first + k] += answer[k] * from[k] + answer[stride + k] * to[k];
    }
}

static void add_lanes(const moving *v, size_t s, size_t system, double *x) {
    const qh_segment *segment = &v->problem->network->segment[s];
    const size_t m = v->m, at = moving_component(v, system), stride = v->n_system;
    const double *from = x + (v->n_cell + segment->from) * m + at, *to = x + (v->n_cell + segment->to) * m + at;
    for (size_t i = v->problem->grid->segment_first[s]; i < v->problem->grid->segment_first[s + 1]; i++) {
        const double *answer = factors_at(v, i, system).answer;
        for (size_t l = 0; l < v->lanes; l++)
            x[i * m + at + l] += answer[0] * from[l] + answer[stride] * to[l];
    }
}

static void add_answers(const moving *v, size_t s, systems all, double *x) {
    const size_t last = all.first + all.count;
    for (size_t k = all.first; v->lanes > 1 && k < last; k++)
        add_lanes(v, s, k, x);
    systems y = {all.first, 0};
    while (v->lanes == 1 && next_width(&y, last) > 0) {
        switch (y.count) {
        case 1: add_narrow(v, s, y, 1, x); break;
        case 2: add_narrow(v, s, y, 2, x); break;
        case 3: add_narrow(v, s, y, 3, x); break;
        default: add_narrow(v, s, y, WIDEST, x); break;
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
