/* What protected stretches of a river forbid, by kind. */
#ifndef QH_MODEL_ZONE_H
#define QH_MODEL_ZONE_H

#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_zone_rule {
    const char *name, *name_zh; /* "source_1", "饮用水水源一级保护区" */
    const char *title;          /* English, a catalogue key */
    bool ban_new, ban_any;      /* no new outfall, no outfall at all */
    bool no_increase;           /* an outfall there may not discharge more than it did */
    bool raises_grade;          /* a protected target in the sense of HJ 2.3-2018 */
    int target_class;           /* that its water must meet; 0: none */
    const char *clause, *confidence;
} qh_zone_rule;

/* From data/zone_rules.def; `title` is set. */
qh_zone_rule qh_zone_rule_get(qh_zone_kind kind);

#ifdef __cplusplus
}
#endif
#endif
