#include "model/permit_rule.h"

qh_clause qh_permit_rule_get(qh_permit_rule rule) {
    static const qh_clause rules[] = {
#define RULE(code, clause, confidence) [code] = {clause, confidence},
#include "model/data/permit_rules.def"
#undef RULE
    };
    return rules[rule];
}
