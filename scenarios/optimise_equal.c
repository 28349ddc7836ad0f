/* Equal cuts: one number for each constituent that misses, found by bisection.
 *
 * For the targets of one constituent, all outfalls that reach one of those that miss scale all loads it comes from to t W
 * (equal percentage), or hold them to t times the highest concentration among them (equal concentration). The room of a
 * target never grows with t, so the largest t that meets all is unique. Where loads serve the targets of several
 * constituents the stricter holds. No load falls below the part that must stay. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/optimise_internal.h"

typedef struct equaliser {
    qh_planner *planner;
    size_t species; /* whose targets are met */
    bool *takes;    /* [n_outfall][n_species], part in the cut */
    double *peak;   /* [n_species], g/m3, highest concentration among those that take part */
    double *trial;  /* [n_outfall][n_species], g/s */
} equaliser;

static double flow_of(const equaliser *e, size_t outfall) { return e->planner->river_case->outfall[outfall].flow; }

static void find_parts(equaliser *e) {
    const qh_planner *p = e->planner;
    const size_t n = p->made->n_species;
    memset(e->takes, 0, p->made->n_outfall * n * sizeof *e->takes);
    for (size_t l = 0; l < p->n_limit; l++) {
        if (p->limit[l].species != e->species || p->limit[l].room >= 0) continue;
        for (size_t j = 0; j < p->made->n_outfall; j++)
            for (size_t k = 0; k < n; k++)
                if (p->before[j * n + k] > 0 && qh_limit_reached(p->analysis, &p->limit[l], j, k))
                    e->takes[j * n + k] = true;
    }
}

static qh_status find_peaks(equaliser *e) {
    const qh_planner *p = e->planner;
    const size_t n = p->made->n_species;
    memset(e->peak, 0, n * sizeof *e->peak);
    for (size_t j = 0; j < p->made->n_outfall; j++) {
        for (size_t k = 0; k < n; k++) {
            if (!e->takes[j * n + k]) continue;
            QH_CHECK(flow_of(e, j) > 0, QH_E_INPUT, p->diag, p->river_case->outfall[j].place,
                     "outfall %s gives a load without flow: it has no concentration that could be made equal",
                     p->river_case->outfall[j].code);
            e->peak[k] = fmax(e->peak[k], p->before[j * n + k] / flow_of(e, j));
        }
    }
    return QH_OK;
}

/* Loads at the level t. */
static void try_level(const equaliser *e, double t) {
    const qh_planner *p = e->planner;
    const size_t n = p->made->n_species;
    for (size_t j = 0; j < p->made->n_outfall; j++) {
        for (size_t k = 0; k < n; k++) {
            const double load = p->before[j * n + k];
            double kept = load;
            if (e->takes[j * n + k])
                kept = p->made->objective == QH_EQUAL_PERCENT ? t * load : fmin(load, t * e->peak[k] * flow_of(e, j));
            e->trial[j * n + k] = fmax(kept, (1 - p->most) * load);
        }
    }
}

static bool meets(const equaliser *e) {
    const qh_planner *p = e->planner;
    for (size_t l = 0; l < p->n_limit; l++)
        if (p->limit[l].species == e->species && qh_plan_room(p, l, e->trial) < 0) return false;
    return true;
}

static void tell_short(const equaliser *e) {
    const qh_planner *p = e->planner;
    for (size_t l = 0; l < p->n_limit; l++)
        if (p->limit[l].species == e->species) p->plan_limit[l].short_by = fmax(0, -qh_plan_room(p, l, e->trial));
}

static qh_status meet_species(equaliser *e) {
    qh_planner *p = e->planner;
    find_parts(e);
    if (p->made->objective == QH_EQUAL_CONCENTRATION) QH_TRY(find_peaks(e));
    try_level(e, 1);
    if (meets(e)) return QH_OK;
    double low = 0, high = 1;
    try_level(e, 0);
    if (!meets(e)) {
        p->made->feasible = false;
        tell_short(e);
        return QH_OK;
    }
    while (high - low > 1e-13) {
        const double middle = 0.5 * (low + high);
        try_level(e, middle);
        if (meets(e))
            low = middle;
        else
            high = middle;
    }
    try_level(e, low);
    for (size_t q = 0; q < p->made->n_outfall * p->made->n_species; q++)
        p->after[q] = fmin(p->after[q], e->trial[q]);
    return QH_OK;
}

qh_status qh_plan_equally(qh_planner *planner) {
    const size_t n = planner->made->n_species, pairs = planner->made->n_outfall * n;
    equaliser e = {.planner = planner,
                   .takes = calloc(pairs + 1, sizeof(bool)),
                   .peak = calloc(n + 1, sizeof(double)),
                   .trial = calloc(pairs + 1, sizeof(double))};
    qh_status status = e.takes && e.peak && e.trial ? QH_OK : QH_E_NOMEM;
    planner->made->feasible = true;
    for (e.species = 0; status == QH_OK && e.species < n; e.species++)
        status = meet_species(&e);
    free(e.takes);
    free(e.peak);
    free(e.trial);
    return status;
}
