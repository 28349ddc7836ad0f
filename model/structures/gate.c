/* A sluice gate over a sill: an orifice under the gate, or a weir where the water does not touch it, free or drowned, in one
 * formula without jumps:
 *
 *     Q = mu b d sqrt(2g H),   d = min(a, h1),   H = h1 - max(h2, d/2)
 *
 * with the opening a and heads over the sill. Free under the gate: an orifice under the head over its middle. Untouched
 * (h1 < a): mu b sqrt(g) h1^(3/2), a weir. Drowned: by the difference of the levels.
 *
 * Source: the orifice of any text of hydraulics; mu is some 0.6 for a sharp lower edge, up to 0.9 for a rounded one. Not for
 * a hydraulic jump that partly drowns the jet, nor for radial gates, whose mu depends on their angle. */
#include <math.h>

#include "model/structure_internal.h"

static qh_status check(const qh_structure *structure, qh_diag *diag) {
    return qh_structure_check_parameters(
        structure, QH_STRUCTURE_CREST | QH_STRUCTURE_WIDTH | QH_STRUCTURE_COEFFICIENT | QH_STRUCTURE_OPENING, diag);
}

static qh_passage of_heads(const qh_structure *s, double opening, double over, double under) {
    if (!(over > 0) || !(opening > 0)) return (qh_passage){0, 0, 0};
    const bool touched = over > opening, drowned = under > 0.5 * fmin(opening, over);
    const double d = touched ? opening : over, d_by_over = touched ? 0 : 1;
    const double head = over - (drowned ? under : 0.5 * d);
    const double head_by_over = drowned ? 1 : 1 - 0.5 * d_by_over;
    if (!(head > 0)) return (qh_passage){0, 0, 0};
    const double speed = s->coefficient.value * s->width.value * sqrt(2 * QH_STRUCTURE_GRAVITY * head);
    const double by_head = 0.5 * d * speed / head;
    return (qh_passage){d * speed, d_by_over * speed + by_head * head_by_over, drowned ? -by_head : 0};
}

static qh_passage passage(const qh_structure *structure, double setting, double up, double down) {
    return qh_structure_both_ways(of_heads, structure, setting, up, down);
}

const qh_structure_law qh_structure_gate = {
    .name = "gate",
    .title = QH_N("a sluice gate, free or drowned, opened by series or rule"),
    .source = "orifice and weir of one discharge coefficient, texts of hydraulics",
    .confidence = "M~",
    .by_opening = true,
    .check = check,
    .passage = passage,
};
