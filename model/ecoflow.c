#include "model/ecoflow.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/ecoflow_internal.h"

const qh_ecoflow_rule *qh_ecoflow_find(const char *name) {
    for (const qh_ecoflow_rule *const *rule = qh_registry_ecoflow; *rule; rule++) {
        if (strcmp((*rule)->name, name) == 0) return *rule;
    }
    return NULL;
}

typedef struct parameter {
    unsigned bit;
    const char *name;
    bool given;
} parameter;

static qh_status check_presence(const qh_station *station, const parameter *p, unsigned needed, unsigned allowed,
                                qh_diag *diag) {
    QH_CHECK(p->given || !(needed & p->bit), QH_E_INPUT, diag, station->place, "station %s: rule %s needs %s",
             station->name, station->rule, p->name);
    if (p->given && !((needed | allowed) & p->bit)) {
        qh_diag_add(diag, QH_WARNING, station->place, "station %s: rule %s does not use %s", station->name,
                    station->rule, p->name);
    }
    return QH_OK;
}

/* "flow_3, flow_7": the months that have no value. */
static qh_status check_months(const qh_station *station, qh_diag *diag) {
    char missing[128] = "";
    size_t used = 0;
    for (int m = 0; m < 12; m++) {
        if (station->monthly[m].given) continue;
        used += (size_t)snprintf(missing + used, sizeof missing - used, "%sflow_%d", used > 0 ? ", " : "", m + 1);
    }
    QH_CHECK(used == 0, QH_E_INPUT, diag, station->place, "station %s: rule %s needs %s", station->name, station->rule,
             missing);
    return QH_OK;
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

qh_status qh_ecoflow_check_parameters(const qh_station *station, unsigned needed, unsigned allowed, qh_diag *diag) {
    bool any_month = false;
    for (int m = 0; m < 12; m++) {
        any_month = any_month || station->monthly[m].given;
    }
    const parameter parameters[] = {
        {QH_ECOFLOW_FLOW, "eco_flow", station->eco_flow.given},
        {QH_ECOFLOW_MEAN, "mean_annual_flow", station->mean_annual_flow.given},
        {QH_ECOFLOW_SHARE, "share", station->share.given},
        {QH_ECOFLOW_GRADE, "tennant_grade", station->tennant_grade != NULL},
        /* Which months are missing is said by check_months, all in one message. */
        {QH_ECOFLOW_MONTHLY, "flow_1 ... flow_12", any_month || (needed & QH_ECOFLOW_MONTHLY)},
    };
    qh_status worst = QH_OK;
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        const qh_status status = check_presence(station, &parameters[i], needed, allowed, diag);
        if (status != QH_OK) worst = status;
    }
    if (needed & QH_ECOFLOW_MONTHLY) {
        const qh_status status = check_months(station, diag);
        if (status != QH_OK) worst = status;
    }
    const qh_status values = check_values(station, needed | allowed, diag);
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

void qh_ecoflow_advise_floor(const qh_station *station, double flow, qh_diag *diag) {
    if (!station->mean_annual_flow.given) return;
    const double mean = station->mean_annual_flow.value, floor_share = least_share(mean);
    if (flow >= floor_share * mean * (1 - 1e-9)) return;
    qh_diag_add(
        diag, QH_ADVICE, station->place,
        "station %s: an ecological flow of %g m3/s is %.1f %% of the mean annual flow, less than the %.0f %% of "
        "环办函〔2006〕11号",
        station->name, flow, 100 * flow / mean, 100 * floor_share);
}
