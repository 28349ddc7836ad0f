/* Normal depth in a trapezoid by Manning's equation.
 *
 *     Q = 1/n A R^(2/3) S^(1/2),   A = (b + z h) h,   P = b + 2 h sqrt(1 + z^2),   R = A/P
 *
 * Solved for the depth h by Newton's method on ln(A R^(2/3)) against ln h: the curve of logarithms is nearly straight
 * (its slope lies between 1, deep and narrow, and 8/3, a triangle), so a handful of steps give all digits from trickles
 * to floods; a bracket catches what would leave it. The cube A^5/P^2 is compared, so that a step needs no root and no
 * logarithm. b = 0 (triangle) and z = 0 (rectangle) are allowed, not both.
 *
 * Source: V. T. Chow, Open-Channel Hydraulics, 1959, ch. 6. Not for backwater: the depth above a weir or a held level is
 * larger than the normal depth. */
#include <float.h>
#include <math.h>

#include "model/channel_internal.h"

typedef struct trapezoid {
    double bottom_width; /* m */
    double side_slope;   /* - */
    double widening;     /* -, of the perimeter over the depth */
} trapezoid;

static trapezoid trapezoid_of(const qh_reach *reach) {
    const double z = reach->channel.side_slope.value;
    return (trapezoid){reach->channel.bottom_width.value, z, 2 * sqrt(1 + z * z)};
}

static double area_at(const trapezoid *t, double depth) { return (t->bottom_width + t->side_slope * depth) * depth; }

static double top_width_at(const trapezoid *t, double depth) { return t->bottom_width + 2 * t->side_slope * depth; }

static double perimeter_at(const trapezoid *t, double depth) { return t->bottom_width + t->widening * depth; }

/* Searches for the depths [m] at which A R^(2/3) is what is wanted [m^(8/3)], side by side; those that are not asked for
 * repeat the last one. */
typedef struct searches {
    size_t count, places; /* places: count, up to a multiple of 4 */
    double bottom_width[QH_CHANNEL_STATES], side_slope[QH_CHANNEL_STATES], widening[QH_CHANNEL_STATES];
    double wanted[QH_CHANNEL_STATES];                         /* m^(8/3) */
    double depth[QH_CHANNEL_STATES];                          /* m; NAN when it cannot be represented */
    double low[QH_CHANNEL_STATES], high[QH_CHANNEL_STATES];   /* m, the bracket */
    double per_cube[QH_CHANNEL_STATES];                       /* 1/wanted^3 */
    double lies[QH_CHANNEL_STATES], moves[QH_CHANNEL_STATES]; /* 1: in the bracket; not settled; else 0 */
} searches;

/* A wide rectangle and a sharp triangle both hold less than the trapezoid: the smaller depth is a good start. The
 * triangle's is (wanted/z)^(3/8). */
static double start_of(double b, double z, double wanted) {
    const double side = wanted / z, triangle = sqrt(sqrt(side * sqrt(side))); /* infinite without a side slope */
    const double rectangle = b > 0 ? pow(wanted / b, 0.6) : INFINITY;
    return rectangle < triangle ? rectangle : triangle;
}

static void begin(const qh_reach *const *reach, size_t count, const double *discharge, searches *s) {
    s->count = count;
    s->places = (count + 3) & ~(size_t)3;
    for (size_t k = 0; k < s->places; k++) {
        const size_t own = k < count ? k : count - 1; /* places that are left over repeat the last one */
        const trapezoid t = trapezoid_of(reach[own]);
        s->bottom_width[k] = t.bottom_width;
        s->side_slope[k] = t.side_slope;
        s->widening[k] = t.widening;
        s->wanted[k] = qh_channel_wanted_conveyance(reach[own], discharge[own]);
        s->depth[k] = k < count ? start_of(t.bottom_width, t.side_slope, s->wanted[k]) : s->depth[count - 1];
        s->low[k] = 0;
        s->high[k] = INFINITY;
        s->per_cube[k] = 1 / (s->wanted[k] * s->wanted[k] * s->wanted[k]);
        s->moves[k] = 1;
    }
}

/* One step of every search that moves. -3 ln(conveyance/wanted) and the slope 3 d ln(A R^(2/3))/d ln h; ln y and exp y by
 * their first Pade fractions, which near the solution are far better than the step itself; all over one denominator. */
static void step(searches *restrict s) {
    for (size_t k = 0; k < (s->places & ~(size_t)3); k++) {
        const double b = s->bottom_width[k], z = s->side_slope[k], widening = s->widening[k], before = s->depth[k];
        const double area = (b + z * before) * before, perimeter = b + widening * before, square = area * area;
        const double carried = square * square * area * s->per_cube[k],
                     wetted = perimeter * perimeter;                                                /* cube: ratio */
        const double slope = before * (5 * (b + 2 * z * before) * perimeter - 2 * widening * area); /* times product */
        const double whole = (wetted + carried) * slope, half = (wetted - carried) * (area * perimeter);
        const double stepped = before * ((whole + half) / (whole - half));
        const double old_low = s->low[k], old_high = s->high[k], moves = s->moves[k];
        const double low = carried < wetted ? before : old_low, high = carried < wetted ? old_high : before;
        const double sound = carried + wetted < INFINITY ? stepped : NAN;
        s->low[k] = low;
        s->high[k] = high;
        s->depth[k] = moves > 0 ? sound : before;
        const double above = sound < low ? 0 : 1;
        s->lies[k] = sound > high ? 0 : above;
        /* the error after a step is less than the square of the step */
        s->moves[k] = fabs(sound - before) > 1e-9 * before ? moves : 0;
    }
}

/* Into the bracket, where a step has left it. */
static void halve(searches *s, size_t k) {
    const double low = s->low[k], high = s->high[k];
    s->depth[k] = isinf(high) ? 2 * low : low > 0 ? sqrt(low) * sqrt(high) : high / 2;
    s->moves[k] = 1;
}

static void settle(searches *s) {
    double moving = 1;
    for (int round = 0; round < 200 && moving > 0; round++) {
        step(s);
        moving = 0;
        for (size_t k = 0; k < s->count; k++) {
            if (s->lies[k] == 0 && s->moves[k] > 0) halve(s, k);
            moving += s->moves[k];
        }
    }
}

static qh_status check(const qh_reach *reach, qh_diag *diag) {
    static const qh_need need[QH_CHANNEL_PARAMETERS] = {
        [QH_CHANNEL_MANNING] = QH_NEED_POSITIVE,
        [QH_CHANNEL_SLOPE] = QH_NEED_POSITIVE,
        [QH_CHANNEL_BOTTOM_WIDTH] = QH_NEED_NOT_NEGATIVE,
        [QH_CHANNEL_SIDE_SLOPE] = QH_NEED_NOT_NEGATIVE,
    };
    QH_TRY(qh_channel_check_parameters(reach, need, diag));
    QH_CHECK(reach->channel.bottom_width.value > 0 || reach->channel.side_slope.value > 0, QH_E_INPUT, diag,
             reach->place, "reach %s: bottom_width and side_slope cannot both be 0", reach->name);
    return QH_OK;
}

static qh_status states(const qh_reach *const *reach, size_t count, const double *discharge, qh_diag *diag,
                        qh_channel_state *out) {
    searches s;
    begin(reach, count, discharge, &s);
    settle(&s);
    for (size_t k = 0; k < count; k++) {
        const trapezoid t = {s.bottom_width[k], s.side_slope[k], s.widening[k]};
        const double depth = s.depth[k];
        QH_CHECK(depth > 0 && depth <= DBL_MAX, QH_E_NUMERIC, diag, reach[k]->place,
                 "reach %s: no normal depth found at %g m3/s", reach[k]->name, discharge[k]);
        out[k] =
            qh_channel_state_from(discharge[k], area_at(&t, depth), top_width_at(&t, depth), perimeter_at(&t, depth));
    }
    return QH_OK;
}

static qh_status state(const qh_reach *reach, double discharge, qh_diag *diag, qh_channel_state *out) {
    return states(&reach, 1, &discharge, diag, out);
}

static double section(const qh_reach *reach, double depth, qh_channel_section *out) {
    const trapezoid t = trapezoid_of(reach);
    *out = (qh_channel_section){area_at(&t, depth), top_width_at(&t, depth), perimeter_at(&t, depth)};
    return INFINITY;
}

const qh_channel_law qh_channel_trapezoid = {
    .name = "trapezoid",
    .title = QH_N("normal depth in a trapezoid (Manning)"),
    .source = "Chow, Open-Channel Hydraulics, 1959, ch. 6",
    .check = check,
    .state = state,
    .states = states,
    .section = section,
};
