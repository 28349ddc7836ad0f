/* Where a proposal is judged, what class the water has there, and whether an outfall may stand at its place at all.
 *
 * Accounting section (核算断面, HJ 2.3-2018, 8.3.3 [M+]): below the outfall, nearer than 2 km; in backwater one below and
 * one above, nearer than 1 km; moved to the control section, intake or protected zone that lies between. Where the river
 * ends in another one within that distance, it stands above the confluence, so that the other's water does not hide what
 * the outfall does. Class of a place: that of the next control section downstream on the same river, else of the last one
 * above on it, else of the next one downstream; a zone or an intake that asks for a better class has it.
 *
 * Not for lakes, reservoirs with stratified water, or tidal rivers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/permit_internal.h"

static qh_clause clause_of(qh_permit_number number) {
    const qh_constant c = qh_permit_number_get(number);
    return (qh_clause){c.clause, c.confidence};
}

static bool same_river(const qh_case *c, size_t one, size_t other) {
    if (c->reach[one].river[0] == '\0') return one == other;
    return strcmp(c->reach[one].river, c->reach[other].river) == 0;
}

/* ---- classes ---- */

/* The nearest section below a place, on its river only or on any; n_section: none. */
static size_t section_below(const qh_permit_maker *m, size_t reach, double chainage, const double *way,
                            bool own_river) {
    size_t best = m->base->n_section;
    double nearest = INFINITY;
    for (size_t s = 0; s < m->base->n_section; s++) {
        const qh_section *section = &m->base->section[s];
        if (own_river && !same_river(m->base, reach, section->reach)) continue;
        const double distance = qh_way_to(m->network, way, reach, chainage, section->reach, section->chainage);
        if (distance < nearest) nearest = distance, best = s;
    }
    return best;
}

/* The nearest section above a place on its river; n_section: none. Uses `way`. */
static size_t section_above(const qh_permit_maker *m, size_t reach, double chainage, double *way) {
    size_t best = m->base->n_section;
    double nearest = INFINITY;
    for (size_t s = 0; s < m->base->n_section; s++) {
        const qh_section *section = &m->base->section[s];
        if (!same_river(m->base, reach, section->reach)) continue;
        qh_way_from(m->network, section->reach, section->chainage, way);
        const double distance = qh_way_to(m->network, way, section->reach, section->chainage, reach, chainage);
        if (distance < nearest) nearest = distance, best = s;
    }
    return best;
}

/* The section that gives a place its class; n_section: none does. */
static qh_status section_of(const qh_permit_maker *m, size_t reach, double chainage, size_t *section) {
    double *way = malloc((m->network->n_point + 1) * sizeof *way);
    if (!way) return QH_E_NOMEM;
    qh_way_from(m->network, reach, chainage, way);
    size_t found = section_below(m, reach, chainage, way, true);
    const size_t any = section_below(m, reach, chainage, way, false);
    if (found == m->base->n_section) found = section_above(m, reach, chainage, way);
    *section = found == m->base->n_section ? any : found;
    free(way);
    return QH_OK;
}

/* Gives a place the class of its section where it has none, or a worse one. */
static qh_status take_section_class(const qh_permit_maker *m, qh_permit_place *place) {
    size_t s = 0;
    QH_TRY(section_of(m, place->reach, place->chainage, &s));
    if (s == m->base->n_section) return QH_OK;
    const qh_section *section = &m->base->section[s];
    if (place->target_class != 0 && place->target_class <= section->target_class) return QH_OK;
    place->target_class = section->target_class;
    place->class_from = section->code;
    return QH_OK;
}

static qh_status class_at_outfall(qh_permit_maker *m) {
    const qh_outfall *o = &m->proposal->outfall;
    qh_permit_place here = {.reach = o->reach, .chainage = o->chainage, .class_from = ""};
    here.target_class = m->proposal->target_class;
    if (here.target_class == 0) QH_TRY(take_section_class(m, &here));
    QH_CHECK(here.target_class > 0, QH_E_INPUT, m->diag, QH_NOWHERE,
             "no control section tells the class of the water at outfall %s: give outfall.target in the proposal",
             o->code);
    QH_CHECK((size_t)here.target_class <= m->standard->n_class, QH_E_INPUT, m->diag, QH_NOWHERE,
             "the water at outfall %s has target class %d, but %s has classes 1 to %zu", o->code, here.target_class,
             m->standard->code, m->standard->n_class);
    m->made->target_class = here.target_class;
    m->made->class_from = here.class_from;
    return QH_OK;
}

/* ---- bans ---- */

static bool holds_outfall(const qh_permit_maker *m, const qh_zone *zone) {
    const qh_outfall *o = &m->proposal->outfall;
    return zone->reach == o->reach && zone->from <= o->chainage && o->chainage <= zone->to;
}

static const char *zone_kind(qh_zone_kind kind, qh_lang lang) {
    const qh_zone_rule rule = qh_zone_rule_get(kind);
    return lang == QH_ZH ? rule.name_zh : rule.title;
}

static qh_status check_zones(qh_permit_maker *m) {
    const bool fresh = m->proposal->kind == QH_PROPOSAL_NEW;
    for (size_t z = 0; z < m->base->n_zone; z++) {
        const qh_zone *zone = &m->base->zone[z];
        const qh_zone_rule rule = qh_zone_rule_get(zone->kind);
        const qh_clause clause = {rule.clause, rule.confidence};
        if (!holds_outfall(m, zone)) continue;
        if (rule.ban_any || (rule.ban_new && fresh)) {
            QH_FINDING(m, QH_FINDING_FORBIDS, "zone", clause,
                       qh_tr(lang, "the outfall lies in %s %s (%s, km %.4g to %.4g of reach %s): %s"), zone->code,
                       zone->name, zone_kind(zone->kind, lang), zone->from / 1000, zone->to / 1000,
                       m->base->reach[zone->reach].name,
                       rule.ban_any ? qh_tr(lang, "no outfall may stand there")
                                    : qh_tr(lang, "no new outfall may stand there"));
        } else if (rule.no_increase) {
            m->no_increase = true;
            m->no_increase_clause = clause;
            QH_FINDING(m, QH_FINDING_CONDITION, "zone", clause,
                       qh_tr(lang, "the outfall lies in %s %s (%s): heavily polluting projects may not be built there, "
                                   "and an outfall that stands there may not discharge more than it did"),
                       zone->code, zone->name, zone_kind(zone->kind, lang));
        } else {
            QH_FINDING(m, QH_FINDING_NOTE, "zone", clause,
                       qh_tr(lang, "the outfall lies in %s %s (%s), a protected target"), zone->code, zone->name,
                       zone_kind(zone->kind, lang));
        }
    }
    return QH_OK;
}

static qh_status check_class(qh_permit_maker *m) {
    const qh_constant rule = qh_permit_number_get(QH_PERMIT_FORBIDDEN_CLASS);
    const qh_clause clause = {rule.clause, rule.confidence};
    if (m->made->target_class > (int)rule.value || !m->proposal->direct) return QH_OK;
    const char *name = m->standard->class_name[m->made->target_class - 1];
    if (m->proposal->kind == QH_PROPOSAL_NEW) {
        QH_FINDING(m, QH_FINDING_FORBIDS, "class", clause,
                   qh_tr(lang,
                         "the water at the outfall is to be class %s (%s%s): no new outfall may be built in waters "
                         "of classes Ⅰ and Ⅱ"),
                   name, *m->made->class_from ? qh_tr(lang, "by control section ") : qh_tr(lang, "by the proposal"),
                   m->made->class_from);
    } else {
        m->no_increase = true;
        m->no_increase_clause = clause;
        QH_FINDING(m, QH_FINDING_NOTE, "class", clause,
                   qh_tr(lang,
                         "the water at the outfall is to be class %s: an outfall that stands there is held to its "
                         "total load"),
                   name);
    }
    return QH_OK;
}

/* ---- places ---- */

static qh_permit_place section_place(const qh_section *s) {
    return (qh_permit_place){.kind = QH_PLACE_SECTION,
                             .code = s->code,
                             .name = s->name,
                             .reach = s->reach,
                             .chainage = s->chainage,
                             .target_class = s->target_class,
                             .is_protected = s->is_protected,
                             .class_from = s->code,
                             .clause = qh_permit_rule_get(QH_PERMIT_RULE_SECTION)};
}

static qh_permit_place intake_place(const qh_withdrawal *w) {
    return (qh_permit_place){.kind = QH_PLACE_INTAKE,
                             .code = w->code,
                             .name = w->name,
                             .reach = w->reach,
                             .chainage = w->chainage,
                             .target_class = (int)qh_permit_number_get(QH_PERMIT_INTAKE_CLASS).value,
                             .is_protected = true,
                             .class_from = "",
                             .clause = clause_of(QH_PERMIT_INTAKE_CLASS)};
}

/* Where the water enters a zone; the outfall itself where it stands in it. */
static qh_permit_place zone_place(const qh_permit_maker *m, const qh_zone *z) {
    const qh_zone_rule rule = qh_zone_rule_get(z->kind);
    return (qh_permit_place){.kind = QH_PLACE_ZONE,
                             .code = z->code,
                             .name = z->name,
                             .reach = z->reach,
                             .chainage = holds_outfall(m, z) ? m->proposal->outfall.chainage : z->from,
                             .target_class = z->target_class != 0 ? z->target_class : rule.target_class,
                             .is_protected = true,
                             .class_from = z->target_class != 0 ? z->code : "",
                             .clause = {rule.clause, rule.confidence}};
}

static bool is_intake(const qh_withdrawal *w) { return w->kind && strcmp(w->kind, "intake") == 0; }

/* Adds a place that the outfall's water reaches. */
static qh_status add_place(qh_permit_maker *m, qh_permit_place place) {
    const qh_outfall *o = &m->proposal->outfall;
    place.distance = qh_way_to(m->network, m->way, o->reach, o->chainage, place.reach, place.chainage);
    if (!isfinite(place.distance)) return QH_OK;
    if (place.kind != QH_PLACE_SECTION) QH_TRY(take_section_class(m, &place));
    if (place.target_class == 0) place.target_class = m->made->target_class;
    m->place[m->made->n_place++] = place;
    return QH_OK;
}

static qh_status add_targets(qh_permit_maker *m) {
    for (size_t i = 0; i < m->base->n_section; i++)
        QH_TRY(add_place(m, section_place(&m->base->section[i])));
    for (size_t i = 0; i < m->base->n_withdrawal; i++)
        if (is_intake(&m->base->withdrawal[i])) QH_TRY(add_place(m, intake_place(&m->base->withdrawal[i])));
    for (size_t i = 0; i < m->base->n_zone; i++)
        QH_TRY(add_place(m, zone_place(m, &m->base->zone[i])));
    return QH_OK;
}

/* ---- the accounting sections ---- */

/* The target that moves the section: the nearest within `limit` m on the main way, below the outfall; n_place: none. */
static size_t nearest_target(const qh_permit_maker *m, const qh_stretch *way, size_t n_way, double limit) {
    size_t best = m->made->n_place;
    for (size_t i = 0; i < m->made->n_place; i++) {
        const qh_permit_place *p = &m->place[i];
        if (!(p->distance > 0 && p->distance < limit)) continue;
        if (best < m->made->n_place && p->distance >= m->place[best].distance) continue;
        for (size_t k = 0; k < n_way; k++)
            if (way[k].reach == p->reach && way[k].from <= p->chainage && p->chainage <= way[k].to) best = i;
    }
    return best;
}

/* Length of the main way on the outfall's own river. */
static double own_length(const qh_permit_maker *m, const qh_stretch *way, size_t n_way, bool *joins) {
    double length = 0;
    *joins = false;
    for (size_t k = 0; k < n_way; k++) {
        if (!same_river(m->base, m->proposal->outfall.reach, way[k].reach) &&
            m->base->reach[way[k].reach].river[0] != '\0') {
            *joins = true;
            break;
        }
        length = way[k].distance + way[k].to - way[k].from;
    }
    return length;
}

static void put_at(const qh_stretch *way, size_t n_way, double distance, qh_permit_place *place) {
    size_t k = 0;
    while (k + 1 < n_way && way[k + 1].distance < distance)
        k++;
    place->reach = way[k].reach;
    place->chainage = fmin(way[k].from + distance - way[k].distance, way[k].to); /* round-off stays in the stretch */
    place->distance = distance;
}

static double accounting_distance(const qh_permit_maker *m, const qh_stretch *way, size_t n_way, double limit) {
    bool joins = false;
    const double river = own_length(m, way, n_way, &joins);
    const double gap = qh_permit_number_get(QH_PERMIT_CONFLUENCE_GAP).value;
    const size_t target = nearest_target(m, way, n_way, limit);
    double distance = limit * qh_permit_number_get(QH_PERMIT_ACCOUNTING_PART).value;
    if (m->proposal->accounting_distance.given)
        distance = m->proposal->accounting_distance.value;
    else if (target < m->made->n_place)
        distance = m->place[target].distance;
    if (distance >= river) distance = joins ? fmax(river - gap, river / 2) : river;
    return distance;
}

/* The sections come before all other places. */
static void insert_first(qh_permit_maker *m, qh_permit_place place, size_t at) {
    memmove(m->place + at + 1, m->place + at, (m->made->n_place - at) * sizeof *m->place);
    m->place[at] = place;
    m->made->n_place++;
}

static qh_status add_accounting(qh_permit_maker *m) {
    const qh_permit_number rule = m->proposal->backwater ? QH_PERMIT_ACCOUNTING_BACKWATER : QH_PERMIT_ACCOUNTING_FREE;
    const qh_outfall *o = &m->proposal->outfall;
    qh_stretch *way = malloc((m->network->n_segment + 1) * sizeof *way);
    if (!way) return QH_E_NOMEM;
    const size_t n_way = qh_main_way(m->network, m->flow, o->reach, o->chainage, way);
    const double limit = qh_permit_number_get(rule).value;
    qh_permit_place place = {.kind = QH_PLACE_ACCOUNTING,
                             .code = "",
                             .name = "",
                             .reach = o->reach,
                             .chainage = o->chainage,
                             .target_class = m->made->target_class,
                             .class_from = m->made->class_from,
                             .clause = clause_of(rule)};
    if (n_way > 0) put_at(way, n_way, accounting_distance(m, way, n_way, limit), &place);
    free(way);
    for (size_t z = 0; z < m->base->n_zone; z++)
        place.is_protected = place.is_protected || holds_outfall(m, &m->base->zone[z]);
    for (size_t i = 0; i < m->made->n_place; i++)
        place.is_protected = place.is_protected || (m->place[i].is_protected && m->place[i].distance <= place.distance);
    insert_first(m, place, 0);
    if (!m->proposal->backwater) return QH_OK;
    place.kind = QH_PLACE_ABOVE;
    place.reach = o->reach;
    place.chainage = fmax(o->chainage - limit * qh_permit_number_get(QH_PERMIT_ACCOUNTING_PART).value, 0);
    place.distance = place.chainage - o->chainage;
    insert_first(m, place, 1);
    return QH_OK;
}

/* ---- all of it ---- */

static int by_distance(const void *a, const void *b) {
    const qh_permit_place *one = a, *other = b;
    if (one->distance != other->distance) return one->distance < other->distance ? -1 : 1;
    return one->kind != other->kind ? (int)one->kind - (int)other->kind : strcmp(one->code, other->code);
}

/* A stricter local margin prevails over that of HJ 2.3-2018. */
static qh_status set_targets(qh_permit_maker *m) {
    const qh_case *c = m->base;
    qh_target *target = qh_arena_alloc(m->arena, m->made->n_place * c->n_constituent, sizeof *target);
    if (!target) return QH_E_NOMEM;
    for (size_t p = 0; p < m->made->n_place; p++) {
        for (size_t i = 0; i < c->n_constituent; i++) {
            qh_target *t = &target[p * c->n_constituent + i];
            const qh_standard_item *item =
                c->constituent[i].item ? qh_standard_item_find(m->standard, c->constituent[i].item) : NULL;
            *t = qh_target_make(item, m->place[p].target_class, m->place[p].is_protected, m->made->margin);
            if (!t->given || t->sense < 0 || !m->proposal->margin.given) continue;
            t->margin = fmax(t->margin, m->proposal->margin.value);
            t->allowed = t->limit * (1 - t->margin);
        }
    }
    m->made->target = target;
    return QH_OK;
}

qh_status qh_permit_find_places(qh_permit_maker *m) {
    const qh_case *c = m->base;
    QH_TRY(class_at_outfall(m));
    QH_TRY(check_zones(m));
    QH_TRY(check_class(m));
    m->place = qh_arena_alloc(m->arena, c->n_section + c->n_withdrawal + c->n_zone + 2, sizeof *m->place);
    if (!m->place) return QH_E_NOMEM;
    m->made->place = m->place;
    QH_TRY(add_targets(m));
    if (m->made->n_place > 0) qsort(m->place, m->made->n_place, sizeof *m->place, by_distance);
    QH_TRY(add_accounting(m));
    return set_targets(m);
}
