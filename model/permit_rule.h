/* Rules of the evaluation before a permit, from data/permit_rules.def. */
#ifndef QH_MODEL_PERMIT_RULE_H
#define QH_MODEL_PERMIT_RULE_H

#include "model/clause.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_permit_rule {
    QH_PERMIT_RULE_OWN,         /* a choice of this program */
    QH_PERMIT_RULE_MARGIN,      /* accounting section, margin, what may be discharged */
    QH_PERMIT_RULE_SECTION,     /* control sections are judged */
    QH_PERMIT_RULE_DESIGN_FLOW, /* design flows of the periods */
    QH_PERMIT_RULE_ACCIDENT,    /* accidental discharge */
    QH_PERMIT_RULE_BANK,        /* within the mixing length the bank is judged */
    QH_PERMIT_RULE_RELEASE      /* finite release in closed form */
} qh_permit_rule;

qh_clause qh_permit_rule_get(qh_permit_rule rule);

#ifdef __cplusplus
}
#endif
#endif
