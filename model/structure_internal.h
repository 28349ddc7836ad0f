/* What the laws of structures share. */
#ifndef QH_MODEL_STRUCTURE_INTERNAL_H
#define QH_MODEL_STRUCTURE_INTERNAL_H

#include "model/structure.h"

/* Parameters that laws may take; bits. */
enum {
    QH_STRUCTURE_CREST = 1,
    QH_STRUCTURE_WIDTH = 2,
    QH_STRUCTURE_COEFFICIENT = 4,
    QH_STRUCTURE_OPENING = 8,
    QH_STRUCTURE_FLOW = 16
};

/* Errors for each of `needed` that is not given or out of range, and for what is given and not needed: an opening that
 * does nothing is a misunderstanding. */
qh_status qh_structure_check_parameters(const qh_structure *structure, unsigned needed, qh_diag *diag);

/* A law of heads over the crest, `over` >= `under`, turned to whichever side is higher. */
typedef qh_passage qh_structure_heads(const qh_structure *structure, double setting, double over, double under);
qh_passage qh_structure_both_ways(qh_structure_heads *law, const qh_structure *structure, double setting, double up,
                                  double down);

#endif
