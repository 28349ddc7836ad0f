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
#include <math.h>

#include "model/channel_internal.h"

typedef struct trapezoid {
    double bottom_width; /* m */
    double side_slope;   /* - */
} trapezoid;

static double area_at(const trapezoid *t, double depth) { return (t->bottom_width + t->side_slope * depth) * depth; }

static double top_width_at(const trapezoid *t, double depth) { return t->bottom_width + 2 * t->side_slope * depth; }

static double perimeter_at(const trapezoid *t, double depth) {
    return t->bottom_width + 2 * depth * sqrt(1 + t->side_slope * t->side_slope);
}

/* One search for the depth [m] at which A R^(2/3) is `wanted` [m^(8/3)]. */
typedef struct search {
    double depth, low, high; /* m; NAN when it cannot be represented */
    double per_cube;         /* 1/wanted^3 */
    bool settled;
} search;

static search begin(const trapezoid *t, double wanted) {
    const double b = t->bottom_width, z = t->side_slope;
    /* A wide rectangle and a sharp triangle both hold less than the trapezoid: the smaller depth is a good start. The
     * triangle's is (wanted/z)^(3/8). */
    const double rectangle = b > 0 ? pow(wanted / b, 0.6) : INFINITY;
    const double triangle = z > 0 ? sqrt(sqrt(wanted / z * sqrt(wanted / z))) : INFINITY;
    return (search){.depth = fmin(rectangle, triangle), .high = INFINITY, .per_cube = 1 / (wanted * wanted * wanted)};
}

static void go_on(const trapezoid *t, double widening, search *s) {
    const double b = t->bottom_width, z = t->side_slope, before = s->depth;
    const double area = (b + z * before) * before, perimeter = b + widening * before, square = area * area;
    const double carried = square * square * area * s->per_cube, wetted = perimeter * perimeter; /* cube: their ratio */
    s->settled = true;
    if (!(carried > 0 && wetted > 0) || !isfinite(carried + wetted)) s->depth = NAN;
    if (isnan(s->depth) || carried == wetted) return;
    if (carried < wetted)
        s->low = before;
    else
        s->high = before;
    /* -3 ln(conveyance/wanted) and the slope 3 d ln(A R^(2/3))/d ln h; ln y and exp y by their first Pade fractions,
     * which near the solution are far better than the step itself; all over one denominator, for steps wait for it */
    const double slope = before * (5 * (b + 2 * z * before) * perimeter - 2 * widening * area); /* times the product */
    const double whole = (wetted + carried) * slope, half = (wetted - carried) * (area * perimeter);
    double depth = before * ((whole + half) / (whole - half));
    if (!(depth >= s->low && depth <= s->high))
        depth = isinf(s->high) ? 2 * s->low : s->low > 0 ? sqrt(s->low) * sqrt(s->high) : s->high / 2;
    s->depth = depth;
    /* the error after a step is less than the square of the step */
    s->settled = fabs(depth - before) <= 1e-9 * before;
}

/* Searches take turns: a step waits for the one before, and meanwhile the others go on. */
static void settle(const trapezoid *t, size_t count, search *s) {
    const double widening = 2 * sqrt(1 + t->side_slope * t->side_slope);
    bool all = false;
    for (int step = 0; step < 200 && !all; step++) {
        all = true;
        for (size_t k = 0; k < count; k++) {
            if (!s[k].settled) go_on(t, widening, &s[k]);
            all = all && s[k].settled;
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

static qh_status states(const qh_reach *reach, size_t count, const double *discharge, qh_diag *diag,
                        qh_channel_state *out) {
    const trapezoid t = {reach->channel.bottom_width.value, reach->channel.side_slope.value};
    search s[QH_CHANNEL_STATES];
    for (size_t k = 0; k < count; k++)
        s[k] = begin(&t, qh_channel_wanted_conveyance(reach, discharge[k]));
    settle(&t, count, s);
    for (size_t k = 0; k < count; k++) {
        const double depth = s[k].depth;
        QH_CHECK(depth > 0 && isfinite(depth), QH_E_NUMERIC, diag, reach->place,
                 "reach %s: no normal depth found at %g m3/s", reach->name, discharge[k]);
        out[k] =
            qh_channel_state_from(discharge[k], area_at(&t, depth), top_width_at(&t, depth), perimeter_at(&t, depth));
    }
    return QH_OK;
}

static qh_status state(const qh_reach *reach, double discharge, qh_diag *diag, qh_channel_state *out) {
    return states(reach, 1, &discharge, diag, out);
}

static double section(const qh_reach *reach, double depth, qh_channel_section *out) {
    const trapezoid t = {reach->channel.bottom_width.value, reach->channel.side_slope.value};
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
