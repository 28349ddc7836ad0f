/* Tennant's method: a percentage of the natural mean annual flow, by grade and half of the year.
 *
 * The percentages stand in data/tennant.def. Source:
 * D. L. Tennant, Instream flow regimens for fish, wildlife, recreation and related environmental resources, Fisheries
 * 1(4) (1976) 6-10, the numbers read in a secondary table [V2]. The halves of the year are those of the northern
 * temperate zone; not for rivers whose low season differs, nor for intermittent ones. */
#include <string.h>

#include "model/ecoflow.h"

typedef struct grade {
    const char *name;
    double dry, wet; /* -, of the mean annual flow: October-March, April-September */
} grade;

static const grade grades[] = {
#define TENNANT(name, dry, wet) {name, dry, wet},
#include "model/data/tennant.def"
#undef TENNANT
};

static const grade *grade_of(const qh_station *station) {
    for (size_t i = 0; station->tennant_grade && i < sizeof grades / sizeof *grades; i++) {
        if (strcmp(grades[i].name, station->tennant_grade) == 0) return &grades[i];
    }
    return NULL;
}

static qh_status check(const qh_station *station, qh_diag *diag) {
    QH_CHECK(!station->tennant_grade || grade_of(station), QH_E_INPUT, diag, station->place,
             "station %s: there is no grade %s of Tennant's; known are flush, optimum, outstanding, excellent, good, "
             "fair, poor",
             station->name, station->tennant_grade);
    return QH_OK;
}

static double flow(const qh_station *station, int month) {
    const grade *g = grade_of(station);
    if (!g) return 0;
    return (month >= 4 && month <= 9 ? g->wet : g->dry) * station->mean_annual_flow.value;
}

const qh_ecoflow_rule qh_ecoflow_tennant = {
    .name = "tennant",
    .title = QH_N("Tennant's percentages of the mean annual flow"),
    .source = "Tennant, Fisheries 1(4) (1976) 6-10",
    .confidence = "V2",
    .monthly = true,
    .needs = QH_ECOFLOW_MEAN | QH_ECOFLOW_GRADE,
    .check = check,
    .flow = flow,
};
