/* Terms of a permit: the largest load that keeps every target, the concentration that follows at the flow asked for, and
 * the load of a year.
 *
 * Equation   C_i(place) = C_i0(place) + sum over k of R_ik(place) W_k, C0 with the project's water and without its load.
 *            Permissible W_k = min over periods, places and constituents i with R_ik > 0 of
 *            (allowed_i - C_i0 - sum over m /= k of R_im W_m) / R_ik: all else as it is.
 *            Concentration = min(applied for, discharge standard, W/Q); annual load = concentration Q days.
 * Not for    two constituents of a chain cut together: each is found with the other as applied for. */
#include <math.h>

#include "scenarios/permit_internal.h"

static const double days_a_year = 365;

typedef struct binding {
    bool limited;
    double load; /* g/s */
    size_t period, place, species;
} binding;

/* What a place leaves for `species` in one state, where it is reached. */
static void bind_at(const qh_permit_maker *m, const qh_state_solution *s, size_t period, size_t place, size_t species,
                    binding *bound) {
    const size_t n = m->made->n_species;
    for (size_t i = 0; i < n; i++) {
        const qh_target *target = &m->made->target[place * n + i];
        const double *part = s->part + (place * n + i) * n;
        /* 1 g/m3 at the outfall must give QH_REACHES there, or cutting would be in vain. */
        if (!target->given || !(target->sense * part[species] * s->unit >= QH_REACHES)) continue;
        double room = target->allowed - s->mean[(place * n + i) * s->n_lane + QH_LANE_ZERO];
        for (size_t k = 0; k < n; k++)
            if (k != species) room -= part[k] * m->proposal->discharged[k].load;
        const double load = room / part[species];
        if (bound->limited && load >= bound->load) continue;
        *bound = (binding){true, load, period, place, i};
    }
}

static binding bound_of(const qh_permit_maker *m, qh_permit_state state, size_t species) {
    binding bound = {.limited = false};
    if (!m->made->state_given[state] || m->base->constituent[species].is_oxygen) return bound;
    for (size_t period = 0; period < m->made->n_period; period++)
        for (size_t place = 0; place < m->made->n_place; place++)
            bind_at(m, &m->solution[period][state], period, place, species, &bound);
    return bound;
}

static void discharge_limit(const qh_permit_maker *m, size_t species, qh_permit_terms *t) {
    const qh_discharge_standard *standard = m->proposal->standard;
    const qh_discharge_item *item =
        standard ? qh_discharge_item_find(standard, m->base->constituent[species].item) : NULL;
    if (!item) return;
    const qh_reach *reach = &m->base->reach[m->proposal->outfall.reach];
    const double temperature = reach->temperature.given ? reach->temperature.value : m->base->run.temperature;
    t->standard = qh_discharge_limit(item, m->proposal->grade, temperature);
    t->standard_clause = (qh_clause){item->clause, item->confidence};
}

/* The smallest of what is applied for, the standard and what the river can take. */
static void set_allowed(const qh_permit_maker *m, double river, bool limited, qh_permit_terms *t) {
    const double flow = m->proposal->outfall.flow;
    t->possible = true;
    t->bound = QH_BOUND_APPLIED;
    t->allowed = t->applied_concentration;
    if (t->standard.given && t->standard.value < t->allowed)
        t->bound = QH_BOUND_STANDARD, t->allowed = t->standard.value;
    /* Round-off must not make a river that has just enough room the one that binds. */
    if (limited && river < t->allowed * flow * (1 - 1e-9)) {
        t->bound = QH_BOUND_RIVER;
        t->allowed = river / flow;
        t->possible = river >= 0;
    }
    t->annual = t->allowed * flow * m->proposal->days / days_a_year;
}

static double replaced_load(const qh_permit_maker *m, size_t species) {
    if (!m->proposal->has_replaced) return 0;
    const qh_outfall *o = &m->base->outfall[m->proposal->replaced];
    const double value = o->input[species].value.constant;
    return o->input[species].is_load ? value : value * o->flow;
}

void qh_permit_find_terms(qh_permit_maker *m) {
    const qh_permit_state judged = m->made->judged;
    const qh_permit_state with_cuts = judged == QH_STATE_CUMULATIVE ? QH_STATE_ALL : QH_STATE_CUTS;
    for (size_t k = 0; k < m->made->n_species; k++) {
        const qh_discharged *d = &m->proposal->discharged[k];
        const binding now = bound_of(m, judged, k), cuts = bound_of(m, with_cuts, k);
        qh_permit_terms *t = &m->terms[k];
        *t = (qh_permit_terms){.applied = d->load,
                               .applied_concentration = d->concentration,
                               .applied_annual = d->annual,
                               .limited = now.limited,
                               .permissible = now.load,
                               .period = now.period,
                               .place = now.place,
                               .by_species = now.species,
                               .permissible_with_cuts_given = cuts.limited,
                               .permissible_with_cuts = cuts.load,
                               .replaced = replaced_load(m, k),
                               .cut = m->cut[k]};
        discharge_limit(m, k, t);
        const bool use_cuts = m->made->terms_state == with_cuts;
        set_allowed(m, use_cuts ? cuts.load : now.load, use_cuts ? cuts.limited : now.limited, t);
    }
}
