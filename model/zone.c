#include "model/zone.h"

#include "model/lang.h"

qh_zone_rule qh_zone_rule_get(qh_zone_kind kind) {
    static const char *const title[] = {
        [QH_ZONE_SOURCE_1] = QH_N("class 1 protection zone of a drinking-water source"),
        [QH_ZONE_SOURCE_2] = QH_N("class 2 protection zone of a drinking-water source"),
        [QH_ZONE_SOURCE_QUASI] = QH_N("outer protection zone of a drinking-water source"),
        [QH_ZONE_RESERVE] = QH_N("nature reserve"),
        [QH_ZONE_SCENIC] = QH_N("water of a scenic area"),
        [QH_ZONE_FISHERY] = QH_N("important fishery water"),
        [QH_ZONE_HABITAT] = QH_N("important aquatic habitat"),
    };
    static const qh_zone_rule rules[] = {
#define ZONE_RULE(code, name, name_zh, ban_new, ban_any, no_increase, raises, target_class, clause, confidence)        \
    [code] = {name, name_zh, NULL, ban_new, ban_any, no_increase, raises, target_class, clause, confidence},
#include "model/data/zone_rules.def"
#undef ZONE_RULE
    };
    qh_zone_rule rule = rules[kind];
    rule.title = title[kind];
    return rule;
}
