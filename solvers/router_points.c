#include "solvers/router_points.h"

#include <math.h>

#include "model/release_log.h"

/* ---- sources, in the order of qh_forcing ---- */

typedef struct supply {
    qh_value flow;
    size_t point; /* meaningless for laterals */
} supply;

static size_t count_of(const qh_case *c) { return c->n_headwater + c->n_tributary + c->n_outfall + c->n_lateral; }

static supply supply_of(const qh_case *c, const qh_network *net, size_t k) {
    if (k < c->n_headwater) {
        const qh_headwater *row = &c->headwater[k];
        return (supply){{row->flow, row->flow_series}, net->headwater_point[k]};
    }
    k -= c->n_headwater;
    if (k < c->n_tributary)
        return (supply){{c->tributary[k].flow, c->tributary[k].flow_series}, net->tributary_point[k]};
    k -= c->n_tributary;
    if (k < c->n_outfall) return (supply){{c->outfall[k].flow, c->outfall[k].flow_series}, net->outfall_point[k]};
    k -= c->n_outfall;
    return (supply){{c->lateral[k].flow, c->lateral[k].flow_series}, 0};
}

static double mean_of(const qh_value *value, double start, double end) {
    return end > start ? qh_value_mean(value, start, end) : qh_value_at(value, start);
}

static double most_of(const qh_value *value) {
    if (!value->series) return value->constant;
    double most = 0;
    for (size_t i = 0; i < value->series->count; i++)
        most = fmax(most, value->series->value[i]);
    return most;
}

double qh_router_points_most(const qh_routing *routing) {
    double most = 0;
    for (size_t k = 0; k < count_of(routing->river_case); k++) {
        const supply s = supply_of(routing->river_case, routing->network, k);
        most += most_of(&s.flow);
    }
    return most;
}

/* ---- preparation ---- */

static void chain(qh_router_points *p) {
    const qh_network *net = p->routing->network;
    const qh_case *c = p->routing->river_case;
    for (size_t i = qh_claim_count(c); i > 0; i--) {
        const size_t at = i <= c->n_withdrawal ? net->withdrawal_point[i - 1]
                                               : net->link[c->n_station + i - 1 - c->n_withdrawal].from;
        p->next_withdrawal[i - 1] = p->first_withdrawal[at];
        p->first_withdrawal[at] = i;
    }
    for (size_t l = net->n_link; l > 0; l--) {
        const size_t at = net->link[l - 1].to;
        if (!net->link[l - 1].is_transfer) p->link_at[net->link[l - 1].from] = l;
        p->next_arriving[l - 1] = p->first_arriving[at];
        p->first_arriving[at] = l;
    }
}

/* Shares add up to 1 within the network's slack; here to round-off. */
static void divide(qh_router_points *p) {
    const qh_network *net = p->routing->network;
    for (size_t at = 0; at < net->n_point; at++) {
        const size_t first = net->out_first[at], end = net->out_first[at + 1];
        double sum = 0;
        for (size_t i = first; i < end && end - first > 1; i++)
            sum += p->routing->river_case->reach[net->segment[net->out_segment[i]].reach].share.value;
        for (size_t i = first; i < end; i++) {
            const size_t s = net->out_segment[i];
            p->share[s] =
                end - first > 1 ? p->routing->river_case->reach[net->segment[s].reach].share.value / sum : 1.0;
        }
    }
}

qh_status qh_router_points_create(const qh_routing *routing, qh_arena *arena, qh_router_points *points) {
    const qh_case *c = routing->river_case;
    const qh_network *net = routing->network;
    *points = (qh_router_points){.routing = routing, .n_source = count_of(c)};
    bool enough = true;
#define ALLOCATE(field, count)                                                                                         \
    enough = (points->field = qh_arena_alloc(arena, (count) + 1, sizeof *points->field)) != NULL && enough
    ALLOCATE(source, points->n_source);
    ALLOCATE(lateral, routing->grid->n_cell);
    ALLOCATE(taken, qh_claim_count(c));
    ALLOCATE(asked, qh_claim_count(c));
    ALLOCATE(target, c->n_station);
    ALLOCATE(link, net->n_link);
    ALLOCATE(outlet, net->n_point);
    ALLOCATE(inflow, net->n_point);
    ALLOCATE(first_withdrawal, net->n_point);
    ALLOCATE(next_withdrawal, qh_claim_count(c));
    ALLOCATE(link_at, net->n_point);
    ALLOCATE(first_arriving, net->n_point);
    ALLOCATE(next_arriving, net->n_link);
    ALLOCATE(share, net->n_segment);
#undef ALLOCATE
    if (!enough) return QH_E_NOMEM;
    chain(points);
    divide(points);
    return qh_claims_create(c, net, arena, &points->claims);
}

/* ---- a step ---- */

static void spread(qh_router_points *p, size_t lateral, double flow) {
    const qh_network *net = p->routing->network;
    const qh_grid *grid = p->routing->grid;
    const size_t first = net->lateral_first[lateral], end = net->lateral_end[lateral];
    const double length = net->segment[end - 1].x1 - net->segment[first].x0;
    for (size_t i = grid->segment_first[first]; i < grid->segment_first[end]; i++)
        p->lateral[i] += flow * (qh_grid_length(grid, i) / length);
}

void qh_router_points_begin(qh_router_points *p, double start, double end) {
    const qh_case *c = p->routing->river_case;
    const qh_network *net = p->routing->network;
    const size_t first_lateral = p->n_source - c->n_lateral;
    for (size_t i = 0; i < p->routing->grid->n_cell && c->n_lateral > 0; i++)
        p->lateral[i] = 0;
    for (size_t at = 0; at < net->n_point; at++)
        p->inflow[at] = 0;
    for (size_t k = 0; k < p->n_source; k++) {
        const supply s = supply_of(c, net, k);
        p->source[k] = mean_of(&s.flow, start, end);
        if (k >= first_lateral)
            spread(p, k - first_lateral, p->source[k]);
        else
            p->inflow[s.point] += p->source[k];
    }
    for (size_t i = 0; i < c->n_withdrawal; i++) {
        const qh_value flow = {c->withdrawal[i].flow, c->withdrawal[i].flow_series};
        p->asked[i] = mean_of(&flow, start, end);
    }
    for (size_t i = 0; i < c->n_transfer; i++) {
        const qh_transfer *t = &c->transfer[i];
        const qh_value flow = {t->flow.given ? t->flow.value : t->capacity, t->flow_series};
        p->asked[c->n_withdrawal + i] = fmin(mean_of(&flow, start, end), t->capacity);
    }
    for (size_t i = 0; i < c->n_station; i++)
        p->target[i] = qh_ecoflow_at(c, i, start);
}

double qh_router_points_linked(const qh_router_points *p, size_t point) {
    double sum = 0;
    for (size_t l = p->first_arriving[point]; l > 0; l = p->next_arriving[l - 1])
        sum += p->link[l - 1];
    return sum;
}

static const qh_station *station_of(const qh_router_points *p, size_t link) {
    return &p->routing->river_case->station[p->routing->network->link[link].station];
}

double qh_router_points_ecoflow(const qh_router_points *points, size_t link, double t) {
    return qh_ecoflow_at(points->routing->river_case, points->routing->network->link[link].station, t);
}

double qh_router_points_wanted(const qh_router_points *points, size_t link, double start, double end) {
    const qh_station *station = station_of(points, link);
    if (!station->turbine.given) return station->capacity;
    const qh_value turbine = {station->turbine.value, station->turbine_series};
    return fmin(mean_of(&turbine, start, end), station->capacity);
}

void qh_router_points_transfer(qh_router_points *p, size_t point) {
    const qh_case *c = p->routing->river_case;
    for (size_t i = p->claims.first[point]; i < p->claims.first[point + 1]; i++) {
        const size_t claim = p->claims.claim[i].index;
        if (claim >= c->n_withdrawal) p->link[c->n_station + claim - c->n_withdrawal] = p->taken[claim];
    }
}

double qh_router_points_pass(qh_router_points *p, size_t point, double arriving, double start, double end) {
    const qh_network *net = p->routing->network;
    const double reserve = qh_claims_reserve(&p->claims, point, p->target);
    double gone = qh_claims_share(&p->claims, point, arriving, reserve, p->asked, p->taken);
    qh_router_points_transfer(p, point);
    const size_t l = p->link_at[point];
    if (l > 0) {
        const double over = fmax(arriving - gone - qh_router_points_ecoflow(p, l - 1, start), 0);
        p->link[l - 1] = fmin(over, qh_router_points_wanted(p, l - 1, start, end));
        gone += p->link[l - 1];
    }
    const double leaving = arriving - gone;
    const bool ends = net->out_first[point + 1] == net->out_first[point];
    p->outlet[point] = ends ? leaving : 0;
    return leaving;
}
