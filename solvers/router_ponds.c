#include "solvers/router_ponds.h"

#include <math.h>

#include "model/ecoflow.h"
#include "model/release_log.h"
#include "model/structure.h"

/* ---- preparation ---- */

qh_status qh_router_ponds_create(qh_router_points *points, qh_arena *arena, qh_router_ponds *ponds) {
    const qh_case *c = points->routing->river_case;
    const qh_network *net = points->routing->network;
    *ponds = (qh_router_ponds){.points = points};
    bool enough = true;
#define ALLOCATE(field, count)                                                                                         \
    enough = (ponds->field = qh_arena_alloc(arena, (count) + 1, sizeof *ponds->field)) != NULL && enough
    ALLOCATE(start, net->n_point);
    ALLOCATE(end, net->n_point);
    ALLOCATE(released, c->n_reservoir);
    ALLOCATE(reservoir_at, net->n_point);
#undef ALLOCATE
    if (!enough) return QH_E_NOMEM;
    QH_TRY(qh_router_rules_create(points->routing, arena, &ponds->rules));
    for (size_t i = 0; i < c->n_reservoir; i++) {
        double area = 0;
        const size_t p = net->reservoir_point[i];
        ponds->reservoir_at[p] = i + 1;
        ponds->start[p] = ponds->end[p] = qh_storage_volume(c->reservoir[i].curve, c->reservoir[i].level, &area);
    }
    return QH_OK;
}

void qh_router_ponds_transfers(qh_router_ponds *ponds, double start, const double *held) {
    const qh_case *c = ponds->points->routing->river_case;
    for (size_t t = 0; t < c->n_transfer; t++) {
        const size_t from = ponds->points->routing->network->link[c->n_station + t].from;
        const size_t i = ponds->reservoir_at[from];
        const double level =
            i > 0 ? qh_storage_level(c->reservoir[i - 1].curve, held ? held[i - 1] : ponds->start[from]) : 0;
        (void)qh_router_rules_transfer(&ponds->rules, t, level, start, &ponds->points->asked[c->n_withdrawal + t]);
    }
}

void qh_router_ponds_begin(qh_router_ponds *ponds) {
    double *const swap = ponds->start;
    ponds->start = ponds->end;
    ponds->end = swap;
}

static double most_of(double constant, const qh_series *series) {
    if (!series) return constant;
    double most = 0;
    for (size_t i = 0; i < series->count; i++)
        most = fmax(most, series->value[i]);
    return most;
}

/* The largest that a structure is ever set to. */
static double widest(const qh_case *c, size_t structure) {
    const qh_structure *s = &c->structure[structure];
    const bool by_flow = qh_structure_find(s->kind)->by_flow;
    double most = by_flow ? most_of(s->flow.value, s->flow_series) : most_of(s->opening.value, s->opening_series);
    for (size_t i = 0; i < c->n_rule; i++) {
        if (!c->rule[i].sets_transfer && c->rule[i].structure == structure)
            most = fmax(most, by_flow ? c->rule[i].flow.value : c->rule[i].opening.value);
    }
    return most;
}

double qh_router_ponds_most(const qh_routing *routing) {
    const qh_case *c = routing->river_case;
    double most = 0;
    for (size_t i = 0; i < c->n_structure; i++) {
        if (c->structure[i].in_river) continue;
        const qh_storage_curve *curve = c->reservoir[c->structure[i].reservoir].curve;
        const double highest = curve->level[curve->count - 1];
        most +=
            qh_structure_find(c->structure[i].kind)->passage(&c->structure[i], widest(c, i), highest, -INFINITY).flow;
    }
    for (size_t i = 0; i < c->n_reservoir; i++)
        most += c->reservoir[i].eco_flow.given ? c->reservoir[i].eco_flow.value : 0;
    for (size_t i = 0; i < c->n_station && c->n_reservoir > 0; i++) {
        double ecoflow = 0;
        for (int month = 1; month <= 12; month++)
            ecoflow = fmax(ecoflow, qh_ecoflow_flow(&c->station[i], month, NULL));
        most += c->station[i].capacity + ecoflow;
    }
    return most;
}

/* ---- one reservoir, one step ---- */

qh_passage qh_router_ponds_released(const qh_pond_step *d, double up, double down) {
    const qh_case *c = d->all->points->routing->river_case;
    qh_passage sum = {0};
    for (size_t k = 0; k < c->n_structure; k++) {
        if (!qh_structure_serves(&c->structure[k], d->reservoir)) continue;
        const qh_passage through =
            qh_structure_find(c->structure[k].kind)->passage(&c->structure[k], d->all->rules.setting[k], up, down);
        sum.flow += through.flow;
        sum.by_up += through.by_up;
        sum.by_down += through.by_down;
    }
    if (d->ecoflow > 0 && sum.flow < d->ecoflow) sum = (qh_passage){.flow = d->ecoflow};
    if (d->has_dead && sum.flow > d->most) sum = (qh_passage){.flow = d->most};
    return sum;
}

static double released_at(const qh_pond_step *d, double level, double *slope) {
    const qh_passage passage = qh_router_ponds_released(d, level, -INFINITY);
    *slope = passage.by_up;
    return passage.flow;
}

/* Water too much at a level of the step's end, m3: rises with the level. */
static double excess_at(const qh_pond_step *d, double level, double *slope) {
    const double step = d->end - d->start;
    double area = 0, by_level_ = 0;
    const double volume = qh_storage_volume(d->curve, level, &area);
    const double released = released_at(d, level, &by_level_);
    *slope = area + step * by_level_;
    return (volume - d->volume) - step * (d->inflow - released);
}

static double level_of_end(const qh_pond_step *d, double low, double high) {
    double level = fmin(fmax(qh_storage_level(d->curve, d->volume), low), high);
    for (int i = 0; i < 100; i++) {
        double slope = 0;
        const double excess = excess_at(d, level, &slope);
        if (excess > 0)
            high = level;
        else
            low = level;
        double next = level - excess / slope;
        if (!(next >= low && next <= high)) next = 0.5 * (low + high);
        if (next == level || high - low <= 1e-15 * fmax(fabs(low), fabs(high))) break;
        level = next;
    }
    return level;
}

qh_status qh_router_ponds_empty(const qh_pond_step *d, double released, qh_diag *diag) {
    const qh_reservoir *r = &d->all->points->routing->river_case->reservoir[d->reservoir];
    qh_diag_add(
        diag, QH_ERROR, r->place,
        "reservoir %s is empty %.6g h after the start: %.4g m3/s arrive; the river below gets %.4g m3/s (of them "
        "%.4g m3/s as ecological flow), withdrawals %.4g m3/s, the station %.4g m3/s. Its storage curve ends at "
        "%.6g m; give a rule or a minimum level that saves water",
        r->name, d->end / 3600, d->arriving, released, d->ecoflow, d->taken, d->diverted, d->curve->level[0]);
    return QH_E_NUMERIC;
}

qh_status qh_router_ponds_overtopped(const qh_pond_step *d, double released, qh_diag *diag) {
    const qh_reservoir *r = &d->all->points->routing->river_case->reservoir[d->reservoir];
    qh_diag_add(diag, QH_ERROR, r->place,
                "reservoir %s overtops %.6g h after the start: %.4g m3/s arrive, and at the end of its storage curve, "
                "%.6g m, no more than %.4g m3/s leave it; give a weir, or a curve that goes on",
                r->name, d->end / 3600, d->arriving, d->curve->level[d->curve->count - 1],
                released + d->taken + d->diverted);
    return QH_E_NUMERIC;
}

static qh_status solve(qh_pond_step *d, qh_diag *diag, double *released) {
    const double low = d->curve->level[0], high = d->curve->level[d->curve->count - 1];
    double slope = 0;
    if (!d->has_dead && excess_at(d, low, &slope) > 0)
        return qh_router_ponds_empty(d, released_at(d, low, &slope), diag);
    if (excess_at(d, high, &slope) < 0) return qh_router_ponds_overtopped(d, released_at(d, high, &slope), diag);
    *released = released_at(d, level_of_end(d, low, high), &slope);
    return QH_OK;
}

/* Withdrawals get what they ask for: the reservoir has it, or the run stops. */
static void take(qh_pond_step *d, size_t point) {
    qh_router_points *p = d->all->points;
    for (size_t i = p->first_withdrawal[point]; i > 0; i = p->next_withdrawal[i - 1]) {
        p->taken[i - 1] = p->asked[i - 1];
        d->taken += p->asked[i - 1];
    }
    qh_router_points_transfer(p, point);
}

/* What arrives and what may be drawn from above the dead level in the step, m3/s; at a moment all that is asked for. */
static double available(const qh_pond_step *d, double dead) {
    double area = 0;
    const double stored = d->volume - qh_storage_volume(d->curve, dead, &area);
    if (d->end > d->start) return fmax(0, d->arriving + stored / (d->end - d->start));
    return stored > 0 ? INFINITY : fmax(0, d->arriving);
}

/* What transfers that run must leave in the river below, m3/s. */
static double left_by_transfers(const qh_router_points *p, size_t point) {
    double most = 0;
    for (size_t i = p->claims.first[point]; i < p->claims.first[point + 1]; i++) {
        const qh_claim *claim = &p->claims.claim[i];
        if (p->taken[claim->index] > 0) most = fmax(most, claim->leaves);
    }
    return most;
}

/* Withdrawals and transfers share what is above the dead level; the sum that is left, m3/s. */
static double take_by_rank(qh_pond_step *d, size_t point, double dead) {
    qh_router_points *p = d->all->points;
    const double all = available(d, dead);
    const double reserve = fmax(d->ecoflow, qh_claims_reserve(&p->claims, point, p->target));
    d->taken = qh_claims_share_stored(&p->claims, point, all, reserve, p->asked, p->taken);
    qh_router_points_transfer(p, point);
    d->ecoflow = fmax(d->ecoflow, left_by_transfers(p, point));
    return fmax(0, all - d->taken);
}

/* A station with a schedule draws on the storage; one without takes no more than what comes beyond the ecological flow. */
static void divert(qh_pond_step *d, size_t point, double level, double left) {
    qh_router_points *p = d->all->points;
    const size_t l = p->link_at[point];
    if (l == 0) return;
    const qh_station *station = &p->routing->river_case->station[p->routing->network->link[l - 1].station];
    const bool stands = station->minimum_level.given && level < station->minimum_level.value;
    double wanted = stands ? 0 : qh_router_points_wanted(p, l - 1, d->start, d->end);
    if (!station->turbine.given) wanted = fmin(wanted, fmax(d->arriving - d->taken - d->ecoflow, 0));
    p->link[l - 1] = d->diverted = fmin(wanted, fmax(left - d->ecoflow, 0));
}

void qh_router_ponds_set(qh_router_ponds *ponds, size_t reservoir, double level, double arriving, double start,
                         double end) {
    const qh_case *c = ponds->points->routing->river_case;
    for (size_t k = 0; k < c->n_structure; k++) {
        if (qh_structure_serves(&c->structure[k], reservoir))
            qh_router_rules_set(&ponds->rules, k, level, arriving, start, end);
    }
}

/* By the rule of the station at its dam, or its own, m3/s. */
static double ecoflow_of(const qh_router_points *p, const qh_reservoir *reservoir, size_t point, double start) {
    const size_t l = p->link_at[point];
    if (l > 0) return qh_router_points_ecoflow(p, l - 1, start);
    return reservoir->eco_flow.given ? reservoir->eco_flow.value : 0;
}

qh_pond_step qh_router_ponds_claims(qh_router_ponds *ponds, size_t point, double level, double arriving, double start,
                                    double end) {
    const size_t i = ponds->reservoir_at[point] - 1;
    const qh_reservoir *r = &ponds->points->routing->river_case->reservoir[i];
    double area = 0, left = INFINITY;
    qh_pond_step d = {.all = ponds,
                      .curve = r->curve,
                      .reservoir = i,
                      .volume = qh_storage_volume(r->curve, level, &area),
                      .ecoflow = ecoflow_of(ponds->points, r, point, start),
                      .arriving = arriving,
                      .start = start,
                      .end = end,
                      .has_dead = r->dead_level.given};
    if (d.has_dead)
        left = take_by_rank(&d, point, r->dead_level.value);
    else
        take(&d, point);
    divert(&d, point, level, left);
    d.most = left - d.diverted;
    d.inflow = arriving - d.taken - d.diverted;
    return d;
}

static qh_status pass_reservoir(qh_router_ponds *ponds, size_t point, double arriving, double start, double end,
                                qh_diag *diag, double *released) {
    const size_t i = ponds->reservoir_at[point] - 1;
    const qh_reservoir *r = &ponds->points->routing->river_case->reservoir[i];
    const double level = qh_storage_level(r->curve, ponds->start[point]);
    qh_pond_step d = qh_router_ponds_claims(ponds, point, level, arriving, start, end);
    d.volume = ponds->start[point];
    qh_router_ponds_set(ponds, i, level, arriving, start, end);
    double slope = 0;
    if (end > start)
        QH_TRY(solve(&d, diag, released));
    else
        *released = released_at(&d, level, &slope);
    ponds->released[i] = *released;
    ponds->end[point] = d.volume + (end - start) * (d.inflow - *released);
    return QH_OK;
}

qh_status qh_router_ponds_pass(qh_router_ponds *ponds, size_t point, double arriving, double start, double end,
                               qh_diag *diag, double *leaving) {
    qh_router_points *p = ponds->points;
    const qh_network *net = p->routing->network;
    if (ponds->reservoir_at[point] == 0) {
        *leaving = qh_router_points_pass(p, point, arriving, start, end);
        return QH_OK;
    }
    QH_TRY(pass_reservoir(ponds, point, arriving, start, end, diag, leaving));
    const bool ends = net->out_first[point + 1] == net->out_first[point];
    p->outlet[point] = ends ? *leaving : 0;
    return QH_OK;
}
