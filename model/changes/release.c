/* The ecological-flow rule of a diversion station. A new rule forgets the parameters of the old one, but for the mean
 * annual flow and Q90, which belong to the place. */
#include "model/ecoflow.h"
#include "model/overlay_internal.h"

/* What it comes to, "4.8 m3/s (share)"; the rule alone where that depends on a month nobody gave. */
static const char *rule_text(qh_draft *draft, const qh_station *s) {
    const int month = draft->made->run.month;
    const bool known = !qh_ecoflow_is_monthly(s) || month > 0;
    const char *text = known ? qh_arena_printf(draft->arena, "%.4g m3/s (%s)", qh_ecoflow_flow(s, month, NULL), s->rule)
                             : qh_arena_strdup(draft->arena, s->rule);
    return text ? text : "";
}

static void take(qh_optional given, qh_optional *kept) {
    if (given.given) *kept = given;
}

static void merge(const qh_station *rule, qh_station *station) {
    if (rule->rule) {
        const qh_optional none = {false, 0.0};
        station->rule = rule->rule;
        station->eco_flow = station->share = none;
        station->tennant_grade = NULL;
        for (size_t m = 0; m < 12; m++)
            station->monthly[m] = none;
    }
    take(rule->eco_flow, &station->eco_flow);
    take(rule->mean_annual_flow, &station->mean_annual_flow);
    take(rule->q90_flow, &station->q90_flow);
    take(rule->share, &station->share);
    if (rule->tennant_grade) station->tennant_grade = rule->tennant_grade;
    for (size_t m = 0; m < 12; m++)
        take(rule->monthly[m], &station->monthly[m]);
}

static qh_status apply(qh_draft *draft, const qh_change *change) {
    qh_station *station = &draft->station[change->station];
    const char *before = rule_text(draft, station);
    merge(&change->station_rule, station);
    station->place = change->place;
    QH_TRY(qh_ecoflow_check(station, draft->diag));
    QH_CHECK(!qh_ecoflow_is_monthly(station) || draft->made->run.month > 0, QH_E_INPUT, draft->diag, change->place,
             "rule '%s' depends on the month; give run.month in case.yaml", station->rule);
    return qh_draft_text(draft, change, station->name, QH_N("ecological flow"), before, rule_text(draft, station));
}

const qh_change_kind qh_change_release = {
    .name = "release",
    .title = QH_N("the ecological-flow rule of a diversion station"),
    .apply = apply,
};
