/* What is allowed at a place: what the caller gave; else the limit of the class that the water there must meet; else, at
 * sources of drinking water, that of the standard's tables for them. */
#include <string.h>

#include "scenarios/spill_internal.h"

/* An intake that lies in no protected stretch: class III is for the outer waters of sources (GB 3838-2002, 3). */
enum { CLASS_OF_SOURCES = 3 };

const qh_standard_item *qh_spill_item(const qh_standard *standard, const char *name) {
    for (size_t i = 0; i < standard->n_item; i++) {
        const qh_standard_item *item = &standard->item[i];
        if (strcmp(item->code, name) == 0 || strcmp(item->title, name) == 0 || strcmp(item->title_zh, name) == 0)
            return item->sense == QH_LIMIT_MAX ? item : NULL;
    }
    return NULL;
}

void qh_spill_judge(const qh_case *c, qh_release *release) {
    if (!release->standard || release->limit.given) return;
    const char *name = release->has_species ? c->constituent[release->species].item : release->name;
    release->item = qh_spill_item(release->standard, name);
    if (!release->item && strcmp(release->standard->code, QH_SOURCE_LIMIT_STANDARD) == 0)
        release->source_limit = qh_source_limit_find(name);
}

/* The strictest class that protected stretches give a place, 0: none. */
static int class_of_zones(const qh_case *c, const qh_section *place) {
    int strictest = 0;
    for (size_t i = 0; i < c->n_zone; i++) {
        const qh_zone *zone = &c->zone[i];
        if (zone->reach != place->reach || zone->from > place->chainage || zone->to < place->chainage) continue;
        if (zone->target_class > 0 && (strictest == 0 || zone->target_class < strictest))
            strictest = zone->target_class;
    }
    return strictest;
}

/* Tables 2 and 3 are for class 1 and class 2 protection zones. */
static bool in_source_zone(const qh_case *c, const qh_section *place) {
    for (size_t i = 0; i < c->n_zone; i++) {
        const qh_zone *zone = &c->zone[i];
        const bool of_source = zone->kind == QH_ZONE_SOURCE_1 || zone->kind == QH_ZONE_SOURCE_2;
        if (of_source && zone->reach == place->reach && zone->from <= place->chainage && zone->to >= place->chainage)
            return true;
    }
    return false;
}

static int class_at(const qh_case *c, const qh_section *place, bool is_intake) {
    if (!is_intake) return place->target_class;
    const int strictest = class_of_zones(c, place);
    return strictest > 0 ? strictest : CLASS_OF_SOURCES;
}

qh_optional qh_spill_limit_at(const qh_case *c, const qh_release *release, const qh_section *place, bool is_intake,
                              qh_clause *clause) {
    *clause = (qh_clause){"", ""};
    if (release->limit.given) return release->limit;
    const qh_standard_item *item = release->item;
    if (item) {
        const int target = class_at(c, place, is_intake);
        if (target < 1 || (size_t)target > release->standard->n_class) return (qh_optional){0};
        *clause = (qh_clause){item->clause, item->confidence};
        return (qh_optional){true, item->limit[target - 1]};
    }
    if (!release->source_limit || !(is_intake || in_source_zone(c, place))) return (qh_optional){0};
    *clause = release->source_limit->from;
    return (qh_optional){true, release->source_limit->limit};
}
