/* A weir, free or drowned:
 *
 *     Q = 2/3 mu b sqrt(2g) h1^(3/2) (1 - (h2/h1)^(3/2))^0.385,   heads over the crest, h2 = 0 below it
 *
 * Source: Poleni's formula (any text of hydraulics; SL 265 gives mu by the weir's shape); drowned: Villemonte, Eng. News-Rec.
 * 139 (1947) 866-869. mu is some 0.62 for a sharp crest, 0.58 for a broad one at its best (1.7 m^0.5/s). Where both levels
 * meet the slope is infinite; here it is bounded. */
#include <math.h>

#include "model/structure_internal.h"

static const double nearest = 1e-6; /* -, of 1 - (h2/h1)^(3/2) in the slope */

static qh_status check(const qh_structure *structure, qh_diag *diag) {
    return qh_structure_check_parameters(structure, QH_STRUCTURE_CREST | QH_STRUCTURE_WIDTH | QH_STRUCTURE_COEFFICIENT,
                                         diag);
}

static qh_passage of_heads(const qh_structure *s, double setting, double over, double under) {
    (void)setting;
    if (!(over > 0)) return (qh_passage){0, 0, 0};
    const double factor = 2.0 / 3 * s->coefficient.value * s->width.value * sqrt(2 * QH_STRUCTURE_GRAVITY);
    const double head = sqrt(over), flow = factor * over * head, by_over = 1.5 * factor * head;
    if (!(under > 0)) return (qh_passage){flow, by_over, 0};
    const double ratio = under / over, power = ratio * sqrt(ratio), left = 1 - power;
    const double part = pow(left, 0.385);
    /* d part / d ratio, away from where it has no bound */
    const double slope = -0.385 * pow(fmax(left, nearest), 0.385 - 1) * 1.5 * sqrt(ratio);
    return (qh_passage){flow * part, by_over * part - flow * slope * ratio / over, flow * slope / over};
}

static qh_passage passage(const qh_structure *structure, double setting, double up, double down) {
    return qh_structure_both_ways(of_heads, structure, setting, up, down);
}

const qh_structure_law qh_structure_weir = {
    .name = "weir",
    .title = QH_N("a weir, free or drowned"),
    .source = "Poleni; Villemonte (1947), Eng. News-Rec. 139:866",
    .confidence = "M+",
    .check = check,
    .passage = passage,
};
