#include "bench/race_case.h"

#include <math.h>

#include "bench/bench.h"
#include "bench/crank_nicolson.h"
#include "tests/support/case_builder.h"
#include "tests/support/closed_forms.h"

const race_river race = {
    .length = 100e3,
    .discharge = 20,
    .area = 40,
    .dispersion = 20,
    .rate = 0.25 / 86400,
    .inflow = {15, 30},
    .step = 86400,
    .outfall_at = {20e3, 60e3},
    .outfall_flow = {0.5, 0.8},
    .outfall_load = {25, 24},
    .section_at = {10e3, 30e3, 50e3, 70e3, 90e3},
    .duration = 864000,
};

qh_case *race_case(double cell_length, double relative_tolerance) {
    const double time[] = {0, race.step};
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", race.length, race.area, race.dispersion);
    case_headwater(b, "A", race.discharge, race.inflow[0]);
    case_constituent(b, 0)->k20 = race.rate;
    for (size_t k = 0; k < 2; k++)
        case_outfall(b, "R", race.outfall_at[k], race.outfall_flow[k], race.outfall_load[k]);
    for (size_t k = 0; k < RACE_SECTIONS; k++)
        case_section(b, "R", race.section_at[k]);
    case_unsteady(b, race.duration, race.duration, 3600);
    qh_case *c = case_end(b);
    c->solver.cell_length = cell_length;
    c->solver.relative_tolerance = relative_tolerance;
    c->solver.absolute_tolerance = relative_tolerance;
    case_give_series(c->headwater[0].input, 0, false, case_series(b, QH_STEP, 2, time, race.inflow));
    return c;
}

/* Both errors of the loop are of second order, so a quarter of each is left when cells and steps are halved. */
void race_reference(race_series reference) {
    static race_series coarse;
    bench_must(crank_nicolson_run(4000, 30, coarse), "reference");
    bench_must(crank_nicolson_run(8000, 15, reference), "reference");
    for (size_t n = 0; n <= RACE_HOURS; n++) {
        for (size_t k = 0; k < RACE_SECTIONS; k++)
            reference[n][k] += (reference[n][k] - coarse[n][k]) / 3;
    }
}

double race_error(race_series reference, race_series result) {
    double worst = 0;
    for (size_t n = 0; n <= RACE_HOURS; n++) {
        for (size_t k = 0; k < RACE_SECTIONS; k++) {
            const double off = fabs(result[n][k] - reference[n][k]);
            if (!(off <= worst)) worst = off; /* also where it is no number */
        }
    }
    return worst / race.inflow[1];
}

double race_closed_form_error(race_series result) {
    const double x = race.section_at[0], u = race.discharge / race.area, d = race.dispersion, k = race.rate;
    const double steady = race.inflow[0] * exp((u - sqrt(u * u + 4 * k * d)) * x / (2 * d));
    double worst = 0;
    for (size_t n = 0; n <= RACE_HOURS; n++) {
        const double front = ogata_banks(x, 3600 * (double)n - race.step, race.inflow[1] - race.inflow[0], u, d, k);
        const double off = fabs(result[n][0] - steady - front);
        if (!(off <= worst)) worst = off;
    }
    return worst / race.inflow[1];
}
