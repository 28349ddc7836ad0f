/* Design flows by name: the assurances of the driest month, empirical or by Pearson III, and the single ones. */
#include <string.h>

#include "model/hydrology.h"

typedef enum design_way { EMPIRICAL, LMOMENTS, CURVE } design_way;

static const struct {
    const char *name;
    qh_hydrology_statistic statistic; /* whose years it needs */
    design_way way;
    double assurance; /* of the driest month, -; 0: none */
} names[] = {
    {"Q90", QH_STATISTIC_WEIBULL_90, EMPIRICAL, 0.90},   {"Q95", QH_STATISTIC_WEIBULL_95, EMPIRICAL, 0.95},
    {"Q90-P3", QH_STATISTIC_PEARSON, LMOMENTS, 0.90},    {"Q95-P3", QH_STATISTIC_PEARSON, LMOMENTS, 0.95},
    {"Q90-curve", QH_STATISTIC_PEARSON, CURVE, 0.90},    {"Q95-curve", QH_STATISTIC_PEARSON, CURVE, 0.95},
    {"ten-years", QH_STATISTIC_TEN_YEARS, EMPIRICAL, 0}, {"7Q10", QH_STATISTIC_WEEK, EMPIRICAL, 0},
    {"mean", QH_STATISTIC_MEAN, EMPIRICAL, 0},
};

enum { N_NAME = sizeof names / sizeof *names };

const char *qh_design_name(size_t index) { return index < N_NAME ? names[index].name : NULL; }

static const qh_design_flow *design_of(const qh_low_flow *low, double assurance) {
    for (size_t i = 0; i < low->n_design; i++)
        if (low->design[i].assurance > assurance - 1e-9 && low->design[i].assurance < assurance + 1e-9)
            return &low->design[i];
    return NULL;
}

static qh_optional flow_of(const qh_hydrology *h, size_t index) {
    static const qh_optional none = {false, 0};
    const qh_design_flow *d = names[index].assurance > 0 ? design_of(&h->month, names[index].assurance) : NULL;
    switch (names[index].statistic) {
    case QH_STATISTIC_MEAN: return h->mean;
    case QH_STATISTIC_TEN_YEARS: return h->ten_years;
    case QH_STATISTIC_WEEK: return h->week.n_design > 0 ? h->week.design[0].empirical : none;
    case QH_STATISTIC_PEARSON: return !d ? none : names[index].way == LMOMENTS ? d->lmoments : d->curve;
    default: return d ? d->empirical : none;
    }
}

bool qh_design_find(const qh_hydrology *hydrology, const char *name, qh_named_flow *found) {
    for (size_t i = 0; i < N_NAME; i++) {
        if (strcmp(names[i].name, name) != 0) continue;
        const bool week = names[i].statistic == QH_STATISTIC_WEEK;
        *found = (qh_named_flow){.name = names[i].name,
                                 .statistic = names[i].statistic,
                                 .flow = flow_of(hydrology, i),
                                 .years = week ? hydrology->week.count : hydrology->n_complete};
        return true;
    }
    return false;
}
