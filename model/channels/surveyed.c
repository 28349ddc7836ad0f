/* Normal depth in a surveyed cross-section by Manning's equation, the section taken as one channel.
 *
 *     Q = 1/n A R^(2/3) S^(1/2)
 *
 * A is the area below the water level, P the length of the surveyed line under water (bends and vertical walls
 * included, the water surface not), both summed over the stretches between survey points; every hollow below the level
 * is filled, a levee inside the section does not keep water out.
 *
 * Where the level rises over a flat bench, P jumps while A does not, so the conveyance is not monotone and several
 * levels may carry the same discharge: the lowest is taken, which is the one a rising river meets first. Between two
 * neighbouring survey elevations A is quadratic and P linear in the level, and A^(5/3) P^(-2/3) can only fall and then
 * rise, so that its largest value stands at an end of the interval. The first interval whose upper end carries enough
 * therefore holds exactly one solution; Newton's method in ln(level above the thalweg), inside a bracket, finds it.
 *
 * Source: V. T. Chow, Open-Channel Hydraulics, 1959, ch. 6. Not for wide flood plains beside the channel, where one
 * velocity for the whole section is too coarse, and not for backwater. */
#include <math.h>

#include "model/channel_internal.h"

typedef struct wetted {
    double area;            /* m2 */
    double width;           /* m */
    double perimeter;       /* m */
    double perimeter_slope; /* -, d perimeter / d level */
} wetted;

/* Levels are counted from the thalweg: differences of elevations near 3000 m keep their digits. */
static double thalweg_of(const qh_cross_section *section) {
    double lowest = section->elevation[0];
    for (size_t i = 1; i < section->count; i++) {
        lowest = fmin(lowest, section->elevation[i]);
    }
    return lowest;
}

static double bank_level(const qh_cross_section *section, double thalweg) {
    return fmin(section->elevation[0], section->elevation[section->count - 1]) - thalweg;
}

/* Adds the stretch between two points that lie `a` and `b` [m] below the water (negative: above it), `across` [m]
 * apart. */
static void add_stretch(wetted *w, double a, double b, double across) {
    const double deep = a > b ? a : b, shallow = a > b ? b : a;
    if (deep <= 0) return; /* a flat stretch at the water level itself is not wet */
    const double drop = deep - shallow;
    const double line = sqrt(across * across + drop * drop); /* metres: hypot() guards against what cannot be here */
    if (shallow >= 0) {
        w->area += across * (0.5 * (deep + shallow));
        w->width += across;
        w->perimeter += line;
        return;
    }
    const double part = deep / drop; /* of the stretch that is under water; drop > 0 here */
    w->area += across * part * (0.5 * deep);
    w->width += across * part;
    w->perimeter += line * part;
    w->perimeter_slope += line / drop;
}

static wetted wetted_at(const qh_cross_section *section, double thalweg, double level) {
    wetted w = {0};
    for (size_t i = 0; i + 1 < section->count; i++) {
        add_stretch(&w, level - (section->elevation[i] - thalweg), level - (section->elevation[i + 1] - thalweg),
                    section->offset[i + 1] - section->offset[i]);
    }
    return w;
}

static double conveyance_of(const wetted *w) {
    const double radius = w->area / w->perimeter;
    return w->area * cbrt(radius * radius);
}

/* Lowest survey elevation above `level`, no higher than `top`. */
static double next_level(const qh_cross_section *section, double thalweg, double level, double top) {
    double next = top;
    for (size_t i = 0; i < section->count; i++) {
        const double point = section->elevation[i] - thalweg;
        if (point > level && point < next) next = point;
    }
    return next;
}

/* The level in (low, high] that carries `wanted`; there is one. */
static double level_between(const qh_cross_section *section, double thalweg, double low, double high, double wanted) {
    double level = high;
    for (int step = 0; step < 200; step++) {
        const wetted w = wetted_at(section, thalweg, level);
        const double ratio = conveyance_of(&w) / wanted;
        if (ratio == 1) return level;
        if (ratio < 1)
            low = level;
        else
            high = level;
        const double slope =
            level * (5.0 / 3.0 * w.width / w.area - 2.0 / 3.0 * w.perimeter_slope / w.perimeter); /* of logarithms */
        const double before = level;
        level *= exp(-log(ratio) / slope);
        if (!(level > low && level < high)) level = 0.5 * (low + high); /* also where the slope is not positive */
        if (fabs(level - before) <= 2e-16 * before || level == low || level == high) return level;
    }
    return level;
}

static qh_status check(const qh_reach *reach, qh_diag *diag) {
    static const qh_need need[QH_CHANNEL_PARAMETERS] = {
        [QH_CHANNEL_MANNING] = QH_NEED_POSITIVE,
        [QH_CHANNEL_SLOPE] = QH_NEED_POSITIVE,
        [QH_CHANNEL_CROSS_SECTION] = QH_NEED_GIVEN,
    };
    QH_TRY(qh_channel_check_parameters(reach, need, diag));
    const qh_cross_section *section = reach->channel.cross_section;
    QH_CHECK(section->count >= 3, QH_E_INPUT, diag, section->place,
             "cross-section %s needs 3 points or more, it has %zu", section->name, section->count);
    for (size_t i = 0; i < section->count; i++) {
        QH_CHECK(isfinite(section->offset[i]) && isfinite(section->elevation[i]), QH_E_INPUT, diag, section->place,
                 "cross-section %s: point %zu is not a number", section->name, i + 1);
        QH_CHECK(i == 0 || section->offset[i] >= section->offset[i - 1], QH_E_INPUT, diag, section->place,
                 "cross-section %s: offsets must not decrease, point %zu lies at %g m after %g m", section->name, i + 1,
                 section->offset[i], i == 0 ? 0.0 : section->offset[i - 1]);
    }
    const double thalweg = thalweg_of(section), top = bank_level(section, thalweg);
    QH_CHECK(top > 0 && wetted_at(section, thalweg, top).area > 0, QH_E_INPUT, diag, section->place,
             "cross-section %s holds no water: its first and last point must stand above its lowest", section->name);
    return QH_OK;
}

static qh_status state(const qh_reach *reach, double discharge, qh_diag *diag, qh_channel_state *out) {
    const qh_cross_section *section = reach->channel.cross_section;
    const double wanted = qh_channel_wanted_conveyance(reach, discharge);
    const double thalweg = thalweg_of(section), top = bank_level(section, thalweg);
    double low = 0, high = 0;
    bool enough = false;
    while (!enough && high < top) {
        low = high;
        high = next_level(section, thalweg, low, top);
        const wetted w = wetted_at(section, thalweg, high);
        enough = conveyance_of(&w) >= wanted;
    }
    QH_CHECK(enough, QH_E_NUMERIC, diag, reach->place,
             "reach %s: %g m3/s pass over the lower bank of cross-section %s, %.2f m above its lowest point; survey it "
             "higher",
             reach->name, discharge, section->name, top);
    const wetted w = wetted_at(section, thalweg, level_between(section, thalweg, low, high, wanted));
    *out = qh_channel_state_from(discharge, w.area, w.width, w.perimeter);
    return QH_OK;
}

static double section_at(const qh_reach *reach, double depth, qh_channel_section *out) {
    const qh_cross_section *section = reach->channel.cross_section;
    const double thalweg = thalweg_of(section), top = bank_level(section, thalweg), above = fmax(depth - top, 0);
    const wetted w = wetted_at(section, thalweg, depth - above);
    *out = (qh_channel_section){w.area + w.width * above, w.width, w.perimeter + 2 * above};
    return top;
}

const qh_channel_law qh_channel_surveyed = {
    .name = "surveyed",
    .title = QH_N("normal depth in a surveyed cross-section (Manning)"),
    .source = "Chow, Open-Channel Hydraulics, 1959, ch. 6",
    .check = check,
    .state = state,
    .section = section_at,
};
