#include "model/ecoflow.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- rules by name ---- */

const qh_ecoflow_rule *qh_ecoflow_find(const char *name) {
    for (const qh_ecoflow_rule *const *rule = qh_registry_ecoflow; *rule; rule++) {
        if (strcmp((*rule)->name, name) == 0) return *rule;
    }
    return NULL;
}

static bool add_rule(const char *name, size_t length, qh_ecoflow_rules *rules) {
    char copy[32];
    if (length == 0 || length >= sizeof copy || rules->count == QH_MOST_ECOFLOW_RULES) return false;
    memcpy(copy, name, length);
    copy[length] = '\0';
    const qh_ecoflow_rule *rule = qh_ecoflow_find(copy);
    for (size_t i = 0; i < rules->count; i++)
        if (rules->rule[i] == rule) return false;
    rules->rule[rules->count] = rule;
    rules->count += rule != NULL;
    return rule != NULL;
}

bool qh_ecoflow_parse(const char *text, qh_ecoflow_rules *rules) {
    qh_ecoflow_rules found = {0};
    if (!text) return false;
    if (strncmp(text, "max(", 4) != 0) {
        if (!add_rule(text, strlen(text), &found)) return false;
    } else {
        const char *name = text + 4;
        for (bool more = true; more;) {
            const size_t length = strcspn(name, ",)");
            if (!name[length] || !add_rule(name, length, &found)) return false;
            more = name[length] == ',';
            name += length + 1;
            name += strspn(name, " ");
        }
        if (*name) return false;
    }
    *rules = found;
    return true;
}

bool qh_ecoflow_is_monthly(const qh_station *station) {
    qh_ecoflow_rules rules;
    if (!qh_ecoflow_parse(station->rule, &rules)) return false;
    for (size_t i = 0; i < rules.count; i++)
        if (rules.rule[i]->monthly) return true;
    return false;
}

double qh_ecoflow_flow(const qh_station *station, int month, const qh_ecoflow_rule **binding) {
    qh_ecoflow_rules rules;
    double most = 0;
    if (!qh_ecoflow_parse(station->rule, &rules)) return 0;
    size_t which = 0;
    for (size_t i = 0; i < rules.count; i++) {
        const double flow = rules.rule[i]->flow(station, month);
        if (i > 0 && !(flow > most)) continue;
        most = flow;
        which = i;
    }
    if (binding) *binding = rules.rule[which];
    return most;
}

/* ---- parameters ---- */

typedef struct parameter {
    unsigned bit;
    const char *name;
    bool given;
} parameter;

/* "flow_3, flow_7": the months that have no value. */
static void name_missing_months(const qh_station *station, size_t size, char *text) {
    size_t used = 0;
    text[0] = '\0';
    for (int m = 0; m < 12; m++) {
        if (station->monthly[m].given || used >= size) continue;
        used += (size_t)snprintf(text + used, size - used, "%sflow_%d", used > 0 ? ", " : "", m + 1);
    }
}

static bool has_any_month(const qh_station *station) {
    for (int m = 0; m < 12; m++)
        if (station->monthly[m].given) return true;
    return false;
}

static bool has_all_months(const qh_station *station) {
    for (int m = 0; m < 12; m++)
        if (!station->monthly[m].given) return false;
    return true;
}

/* A parameter that is there and used, or not there and not needed. */
static qh_status check_presence(const qh_station *station, const qh_ecoflow_rules *rules, const parameter *p,
                                qh_diag *diag) {
    qh_status status = QH_OK;
    unsigned used = 0;
    char missing[128];
    name_missing_months(station, sizeof missing, missing);
    for (size_t i = 0; i < rules->count; i++) {
        const qh_ecoflow_rule *rule = rules->rule[i];
        used |= rule->needs | rule->allows;
        const bool whole = p->bit == QH_ECOFLOW_MONTHLY ? has_all_months(station) : p->given;
        if (whole || !(rule->needs & p->bit)) continue;
        qh_diag_add(diag, QH_ERROR, station->place, "station %s: rule %s needs %s", station->name, rule->name,
                    p->bit == QH_ECOFLOW_MONTHLY ? missing : p->name);
        status = QH_E_INPUT;
    }
    if (p->given && !(used & p->bit))
        qh_diag_add(diag, QH_WARNING, station->place, "station %s: rule %s does not use %s", station->name,
                    station->rule, p->name);
    return status;
}

static qh_status check_values(const qh_station *station, unsigned used, qh_diag *diag) {
    const qh_place place = station->place;
    qh_status status = QH_OK;
    if ((used & QH_ECOFLOW_FLOW) && station->eco_flow.given &&
        !(station->eco_flow.value >= 0 && isfinite(station->eco_flow.value))) {
        qh_diag_add(diag, QH_ERROR, place, "station %s: eco_flow must not be negative, it is %g m3/s", station->name,
                    station->eco_flow.value);
        status = QH_E_INPUT;
    }
    if ((used & QH_ECOFLOW_MEAN) && station->mean_annual_flow.given &&
        !(station->mean_annual_flow.value > 0 && isfinite(station->mean_annual_flow.value))) {
        qh_diag_add(diag, QH_ERROR, place, "station %s: mean_annual_flow must be greater than 0, it is %g m3/s",
                    station->name, station->mean_annual_flow.value);
        status = QH_E_INPUT;
    }
    if ((used & QH_ECOFLOW_Q90) && station->q90_flow.given &&
        !(station->q90_flow.value >= 0 && isfinite(station->q90_flow.value))) {
        qh_diag_add(diag, QH_ERROR, place, "station %s: q90_flow must not be negative, it is %g m3/s", station->name,
                    station->q90_flow.value);
        status = QH_E_INPUT;
    }
    if ((used & QH_ECOFLOW_SHARE) && station->share.given &&
        !(station->share.value >= 0 && station->share.value <= 1)) {
        qh_diag_add(diag, QH_ERROR, place, "station %s: share must lie between 0 and 1, it is %g", station->name,
                    station->share.value);
        status = QH_E_INPUT;
    }
    for (int m = 0; (used & QH_ECOFLOW_MONTHLY) && m < 12; m++) {
        const qh_optional flow = station->monthly[m];
        if (!flow.given || (flow.value >= 0 && isfinite(flow.value))) continue;
        qh_diag_add(diag, QH_ERROR, place, "station %s: flow_%d must not be negative, it is %g m3/s", station->name,
                    m + 1, flow.value);
        status = QH_E_INPUT;
    }
    return status;
}

static qh_status check_parameters(const qh_station *station, const qh_ecoflow_rules *rules, qh_diag *diag) {
    const parameter parameters[] = {
        {QH_ECOFLOW_FLOW, "eco_flow", station->eco_flow.given},
        {QH_ECOFLOW_MEAN, "mean_annual_flow", station->mean_annual_flow.given},
        {QH_ECOFLOW_SHARE, "share", station->share.given},
        {QH_ECOFLOW_GRADE, "tennant_grade", station->tennant_grade != NULL},
        {QH_ECOFLOW_Q90, "q90_flow", station->q90_flow.given},
        {QH_ECOFLOW_MONTHLY, "flow_1 ... flow_12", has_any_month(station)},
    };
    qh_status worst = QH_OK;
    unsigned used = 0;
    for (size_t i = 0; i < rules->count; i++)
        used |= rules->rule[i]->needs | rules->rule[i]->allows;
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        const qh_status status = check_presence(station, rules, &parameters[i], diag);
        if (status != QH_OK) worst = status;
    }
    const qh_status values = check_values(station, used, diag);
    return values != QH_OK ? values : worst;
}

/* The least part of a mean flow [m3/s] that must be left, -. */
static double least_share(double mean) {
    static const struct {
        double above, share; /* m3/s, - */
    } floors[] = {
#define FLOOR(above, share) {above, share},
#include "model/data/ecoflow_floor.def"
#undef FLOOR
    };
    size_t i = 0;
    while (i + 1 < sizeof floors / sizeof *floors && mean <= floors[i].above)
        i++;
    return floors[i].share;
}

/* Advice where `flow` [m3/s] is less than the customary floor: 10 % of the mean annual flow, 5 % where that is more than
 * 80 m3/s. Says nothing when the mean annual flow is not given. */
static void advise_floor(const qh_station *station, double flow, qh_diag *diag) {
    if (!station->mean_annual_flow.given) return;
    const double mean = station->mean_annual_flow.value, floor_share = least_share(mean);
    if (flow >= floor_share * mean * (1 - 1e-9)) return;
    qh_diag_add(
        diag, QH_ADVICE, station->place,
        "station %s: an ecological flow of %g m3/s is %.1f %% of the mean annual flow, less than the %.0f %% of "
        "环办函〔2006〕11号",
        station->name, flow, 100 * flow / mean, 100 * floor_share);
}

qh_status qh_ecoflow_check(const qh_station *station, qh_diag *diag) {
    qh_ecoflow_rules rules;
    QH_CHECK(qh_ecoflow_parse(station->rule, &rules), QH_E_INPUT, diag, station->place,
             "station %s: there is no ecological-flow rule %s", station->name, station->rule ? station->rule : "''");
    qh_status status = check_parameters(station, &rules, diag);
    for (size_t i = 0; i < rules.count; i++) {
        if (rules.rule[i]->check && rules.rule[i]->check(station, diag) != QH_OK) status = QH_E_INPUT;
    }
    if (status == QH_OK && !qh_ecoflow_is_monthly(station))
        advise_floor(station, qh_ecoflow_flow(station, 1, NULL), diag);
    return status;
}
