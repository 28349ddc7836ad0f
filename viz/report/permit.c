/* The evaluation before a permit, for the page: the document of the command, sentences in the second language, and the
 * zones that the map shows. */
#include "model/zone.h"
#include "viz/report/report_internal.h"

static void put_chinese(const qh_permit *permit, qh_json out) {
    json_t *const findings = json_object_get(out.value, "findings");
    for (size_t i = 0; i < permit->n_finding; i++)
        qh_page_text((qh_json){json_array_get(findings, i), out.failed}, "text_zh", permit->finding[i].text[QH_ZH]);
}

static void put_zones(const qh_permit *permit, qh_json out) {
    const qh_case *const c = permit->river_case;
    const qh_json array = qh_page_array(out, "zones");
    for (size_t i = 0; i < c->n_zone; i++) {
        const qh_zone *const zone = &c->zone[i];
        const qh_zone_rule rule = qh_zone_rule_get(zone->kind);
        const qh_json one = qh_page_object(array, NULL);
        qh_page_text(one, "code", zone->code);
        qh_page_text(one, "name", zone->name);
        qh_page_text(one, "kind", rule.title);
        qh_page_text(one, "kind_zh", rule.name_zh);
        qh_page_count(one, "reach", zone->reach);
        qh_page_number(one, "from_m", zone->from);
        qh_page_number(one, "to_m", zone->to);
    }
}

/* What names stand for, [English, Chinese]. */
static void put_pair(qh_json out, const char *name, const char *title) {
    const qh_json pair = qh_page_array(out, name);
    qh_page_text(pair, NULL, title);
    qh_page_text(pair, NULL, qh_tr(QH_ZH, title));
}

static void put_titles(qh_json out) {
    const qh_json titles = qh_page_object(out, "titles");
#define TITLES(group, type, last, name, title)                                                                         \
    do {                                                                                                               \
        const qh_json inner = qh_page_object(titles, group);                                                           \
        for (int i = 0; i <= (int)(last); i++)                                                                         \
            put_pair(inner, name((type)i), title((type)i));                                                            \
    } while (0)
    TITLES("conclusion", qh_permit_conclusion, QH_PERMIT_FORBIDDEN, qh_permit_conclusion_name,
           qh_permit_conclusion_title);
    TITLES("finding", qh_finding_kind, QH_FINDING_NOTE, qh_finding_kind_name, qh_finding_kind_title);
    TITLES("state", qh_permit_state, QH_STATES - 1, qh_permit_state_name, qh_permit_state_title);
    TITLES("place", qh_permit_place_kind, QH_PLACE_ZONE, qh_permit_place_kind_name, qh_permit_place_kind_title);
    TITLES("zone", qh_mixing_zone_state, QH_MIXING_UNKNOWN, qh_mixing_zone_state_name, qh_mixing_zone_state_title);
    TITLES("bound", qh_permit_bound, QH_BOUND_RIVER, qh_permit_bound_name, qh_permit_bound_title);
    TITLES("season", qh_season, QH_SEASON_DRY, qh_season_name, qh_season_name);
    TITLES("basis", qh_flow_basis, QH_BASIS_ECOLOGICAL, qh_flow_basis_name, qh_flow_basis_name);
    TITLES("kind", qh_proposal_kind, QH_PROPOSAL_EXISTING, qh_proposal_kind_name, qh_proposal_kind_name);
#undef TITLES
}

void qh_report_permit(const qh_report *report, qh_json root) {
    const qh_permit *const permit = report->request->permit;
    const qh_json out = qh_page_object(root, "permit");
    qh_permit_document(permit, QH_EN, out);
    put_chinese(permit, out);
    qh_page_text(out, "reason_zh", qh_tr(QH_ZH, qh_grade_reason_text(permit->graded.reason)));
    put_zones(permit, out);
    put_titles(out);
}
