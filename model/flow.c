/* Steady discharge: mass balance of water, point by point downstream.
 *
 *     through(p)  = sum of segments and tailraces that end in p + headwaters, tributaries and outfalls at p
 *     leaving(p)  = through(p) - withdrawn(p) - diverted(p)
 *     upstream(s) = share(s) leaving(p)                  for the segments s that begin in p
 *     end(s)      = upstream(s) + lateral(s) length(s)   what segment s brings to its lower point
 *
 * The network's order makes one sweep enough: all that ends in a point is known before the point is reached. Sums are
 * compensated (Neumaier, ZAMM 54, 1974), so that the balance of the whole network closes to round-off whatever its
 * size.
 *
 * Not for tidal or regulated rivers where water runs back, nor for loops whose division of the water depends on levels:
 * shares are given, not computed. */
#include "model/flow.h"

#include <math.h>

#include "model/ecoflow.h"

/* Relative; nobody is told of a shortage that is only the rounding of decimal fractions. */
static const double ROUND_OFF = 1e-12;

typedef struct sum {
    double value;
    double lost; /* what rounding took from value */
} sum;

static void add(sum *s, double term) {
    const double total = s->value + term;
    s->lost += fabs(s->value) >= fabs(term) ? (s->value - total) + term : (term - total) + s->value;
    s->value = total;
}

static double total_of(const sum *s) { return s->value + s->lost; }

typedef struct sweep {
    const qh_case *river_case;
    const qh_network *network;
    qh_diag *diag;
    qh_arena *arena;   /* of the flow */
    qh_arena *scratch; /* until it is solved */
    qh_flow *flow;
    bool failed; /* an error went to diag */

    double *upstream, *lateral, *taken, *inflow, *through; /* the flow's arrays, still to be written */
    qh_station_flow *station;
    qh_withdrawal_flow *withdrawal, *transfer;
    double *link;

    sum *arriving; /* [n_point], m3/s */
    qh_claims claims;
    double *asked, *got;                      /* [n_withdrawal], m3/s */
    double *target;                           /* [n_station], m3/s, ecological flows */
    size_t *station_at;                       /* [n_point], plus one; 0 where there is none */
    const qh_ecoflow_rule **rule;             /* [n_station] */
    sum total_in, total_out, total_withdrawn; /* m3/s */
} sweep;

static double km(double metres) { return metres / 1000.0; }

static size_t n_leaving(const qh_network *net, size_t point) {
    return net->out_first[point + 1] - net->out_first[point];
}

/* -------------------------------------------------------------------------------------------------- preparation */

static qh_status check_rules(sweep *s) {
    const qh_case *c = s->river_case;
    for (size_t i = 0; i < c->n_station; i++) {
        const qh_station *station = &c->station[i];
        const qh_status status = qh_ecoflow_check(station, s->diag);
        if (status == QH_E_INPUT)
            s->failed = true;
        else
            QH_TRY(status);
        if (qh_ecoflow_is_monthly(station) && (c->run.month < 1 || c->run.month > 12)) {
            s->failed = true;
            qh_diag_add(s->diag, QH_ERROR, c->run.place,
                        "station %s: its ecological flow changes by month, and the month of the run is not given",
                        station->name);
        }
    }
    return QH_OK;
}

static void spread_laterals(sweep *s) {
    const qh_network *net = s->network;
    for (size_t i = 0; i < s->river_case->n_lateral; i++) {
        /* Ends that fell on a neighbouring point move a little: the flow stays, so the rate is over what is covered. */
        const double length = net->segment[net->lateral_end[i] - 1].x1 - net->segment[net->lateral_first[i]].x0;
        const double flow = s->river_case->lateral[i].flow;
        for (size_t j = net->lateral_first[i]; j < net->lateral_end[i]; j++)
            s->lateral[j] += flow / length;
        add(&s->total_in, flow);
    }
}

static void enter_sources(sweep *s) {
    const qh_case *c = s->river_case;
    const qh_network *net = s->network;
    for (size_t i = 0; i < c->n_headwater; i++)
        add(&s->arriving[net->headwater_point[i]], c->headwater[i].flow);
    for (size_t i = 0; i < c->n_tributary; i++)
        add(&s->arriving[net->tributary_point[i]], c->tributary[i].flow);
    for (size_t i = 0; i < c->n_outfall; i++)
        add(&s->arriving[net->outfall_point[i]], c->outfall[i].flow);
    for (size_t p = 0; p < net->n_point; p++) {
        s->inflow[p] = total_of(&s->arriving[p]);
        add(&s->total_in, s->inflow[p]);
    }
}

static qh_status find_takers(sweep *s) {
    const qh_case *c = s->river_case;
    const qh_network *net = s->network;
    QH_TRY(qh_claims_create(c, net, s->scratch, &s->claims));
    for (size_t i = 0; i < c->n_withdrawal; i++)
        s->asked[i] = c->withdrawal[i].flow;
    for (size_t i = 0; i < c->n_transfer; i++) {
        const qh_transfer *t = &c->transfer[i];
        s->asked[c->n_withdrawal + i] = t->flow.given ? fmin(t->flow.value, t->capacity) : t->capacity;
    }
    for (size_t i = 0; i < c->n_station; i++)
        s->target[i] = qh_ecoflow_flow(&c->station[i], c->run.month, NULL);
    for (size_t i = 0; i < c->n_station; i++)
        s->station_at[net->link[i].from] = net->link[i].station + 1;
    return QH_OK;
}

/* -------------------------------------------------------------------------------------------------- at one point */

/* What is said of a claim: "withdrawal" or "transfer" with its code, and where it takes. */
typedef struct taker {
    const char *kind, *code;
    size_t reach;
    double chainage;
    qh_place place;
} taker;

static taker taker_of(const sweep *s, size_t claim) {
    const qh_case *c = s->river_case;
    const qh_lang lang = qh_diag_lang(s->diag);
    if (claim < c->n_withdrawal) {
        const qh_withdrawal *w = &c->withdrawal[claim];
        return (taker){qh_tr(lang, QH_N("withdrawal")), w->code, w->reach, w->chainage, w->place};
    }
    const qh_transfer *t = &c->transfer[claim - c->n_withdrawal];
    return (taker){qh_tr(lang, QH_N("transfer")), t->code, t->reach, t->chainage, t->place};
}

static void report_short(sweep *s, const qh_claim *claim, double there, double reserve) {
    const taker t = taker_of(s, claim->index);
    const double asked = s->asked[claim->index], taken = s->got[claim->index], deficit = asked - taken;
    const char *const reach = s->river_case->reach[t.reach].name;
    if (claim->leaves > 0.0)
        qh_diag_add(
            s->diag, QH_WARNING, t.place,
            "%s %s at %.6g km of reach %s asks for %.4g m3/s where %.4g m3/s are left, and leaves %.4g m3/s in the "
            "river: it gets %.4g m3/s, %.4g m3/s short",
            t.kind, t.code, km(t.chainage), reach, asked, there, claim->leaves, taken, deficit);
    else if (!claim->before_river && reserve > 0.0)
        qh_diag_add(
            s->diag, QH_WARNING, t.place,
            "%s %s at %.6g km of reach %s asks for %.4g m3/s where %.4g m3/s are left, and the ecological flow of "
            "%.4g m3/s comes first: it gets %.4g m3/s, %.4g m3/s short",
            t.kind, t.code, km(t.chainage), reach, asked, there, reserve, taken, deficit);
    else
        qh_diag_add(s->diag, QH_WARNING, t.place,
                    "%s %s at %.6g km of reach %s asks for %.4g m3/s where %.4g m3/s are left: it gets %.4g m3/s, "
                    "%.4g m3/s short",
                    t.kind, t.code, km(t.chainage), reach, asked, there, taken, deficit);
}

/* Takes note of what a claim got; what a transfer carries arrives elsewhere. */
static void book(sweep *s, size_t claim) {
    const qh_case *c = s->river_case;
    const double asked = s->asked[claim], got = s->got[claim];
    const qh_withdrawal_flow flow = {.asked = asked, .taken = got, .deficit = asked - got};
    if (claim < c->n_withdrawal) {
        s->withdrawal[claim] = flow;
        add(&s->total_withdrawn, got);
        return;
    }
    const size_t t = claim - c->n_withdrawal, l = c->n_station + t;
    s->transfer[t] = flow;
    s->link[l] = got;
    add(&s->arriving[s->network->link[l].to], got);
}

/* Those of one rank see the same water. */
static void withdraw(sweep *s, size_t point) {
    if (qh_claim_count(s->river_case) == 0) return;
    const qh_claims *claims = &s->claims;
    const double reserve = qh_claims_reserve(claims, point, s->target);
    s->taken[point] = qh_claims_share(claims, point, s->through[point], reserve, s->asked, s->got);
    double gone = 0.0, before = 0.0;
    for (size_t i = claims->first[point]; i < claims->first[point + 1]; i++) {
        const qh_claim *claim = &claims->claim[i];
        if (i == claims->first[point] || claim[-1].rank != claim->rank || claim[-1].before_river != claim->before_river)
            before = gone;
        book(s, claim->index);
        gone += s->got[claim->index];
        if (s->asked[claim->index] > s->got[claim->index]) report_short(s, claim, s->through[point] - before, reserve);
    }
}

/* What a station leaves and takes. Written case by case, so that neither bound is missed by a rounding. */
static qh_station_flow divert(double arriving, double target, double capacity) {
    if (arriving <= target)
        return (qh_station_flow){arriving, target, .released = arriving, .diverted = 0.0, .deficit = target - arriving};
    if (arriving - target <= capacity)
        return (qh_station_flow){arriving, target, .released = target, .diverted = arriving - target, .deficit = 0.0};
    const double released = fmax(target, arriving - capacity);
    return (qh_station_flow){arriving, target, .released = released, .diverted = capacity, .deficit = 0.0};
}

static void pass_station(sweep *s, size_t point) {
    if (s->station_at[point] == 0) return;
    const size_t i = s->station_at[point] - 1;
    const qh_station *row = &s->river_case->station[i];
    const double most = row->turbine.given ? fmin(row->capacity, row->turbine.value) : row->capacity;
    const qh_station_flow flow = divert(s->through[point] - s->taken[point], s->target[i], most);
    s->station[i] = flow;
    s->taken[point] += flow.diverted;
    s->link[i] = flow.diverted;
    add(&s->arriving[s->network->link[i].to], flow.diverted);
    if (flow.deficit > 0.0)
        qh_diag_add(
            s->diag, QH_WARNING, row->place,
            "station %s at %.6g km of reach %s: %.4g m3/s arrive, the ecological flow is %.4g m3/s: all of it is "
            "released, %.4g m3/s short",
            row->name, km(row->chainage), s->river_case->reach[row->reach].name, flow.arriving, flow.target,
            flow.deficit);
}

/* Only where water is lost, not again at every point below. */
static void report_dry(sweep *s, size_t point, size_t segment) {
    const qh_network *net = s->network;
    const qh_reach *reach = &s->river_case->reach[net->segment[segment].reach];
    const double here = km(net->segment[segment].x0);
    s->failed = true;
    if (s->through[point] < QH_DRY && s->inflow[point] == 0.0) {
        if (net->in_first[point + 1] == net->in_first[point])
            qh_diag_add(s->diag, QH_ERROR, reach->place,
                        "reach %s is dry: the station or transfer that enters at %.6g km brings nothing", reach->name,
                        here);
    } else if (s->station_at[point] > 0) {
        const qh_station *row = &s->river_case->station[s->station_at[point] - 1];
        const qh_station_flow *flow = &s->station[s->station_at[point] - 1];
        qh_diag_add(s->diag, QH_ERROR, row->place,
                    "reach %s falls dry below station %s at %.6g km: it diverts %.4g m3/s of %.4g m3/s, and its "
                    "ecological flow is %.4g m3/s; a dry reach cannot be computed, leave it some water",
                    reach->name, row->name, here, flow->diverted, flow->arriving, flow->target);
    } else {
        qh_diag_add(s->diag, QH_ERROR, reach->place,
                    "reach %s falls dry at %.6g km: %.4g m3/s arrive, %.4g m3/s are taken", reach->name, here,
                    s->through[point], s->taken[point]);
    }
}

static void pass_on(sweep *s, size_t point) {
    const qh_network *net = s->network;
    const double leaving = s->through[point] - s->taken[point];
    const size_t first = net->out_first[point];
    const size_t count = n_leaving(net, point);
    if (count == 0) add(&s->total_out, leaving);
    /* Shares add up to 1 within the network's slack; here they must do so to round-off. */
    double shares = 0.0;
    for (size_t i = 0; i < count && count > 1; i++)
        shares += s->river_case->reach[net->segment[net->out_segment[first + i]].reach].share.value;
    for (size_t i = 0; i < count; i++) {
        const size_t j = net->out_segment[first + i];
        const qh_segment *segment = &net->segment[j];
        const double share = count > 1 ? s->river_case->reach[segment->reach].share.value / shares : 1.0;
        s->upstream[j] = leaving * share;
        if (s->upstream[j] < QH_DRY) report_dry(s, point, j);
        add(&s->arriving[segment->to], s->upstream[j]);
        add(&s->arriving[segment->to], s->lateral[j] * (segment->x1 - segment->x0));
    }
}

static void warn_of_spoilt_release(const sweep *s, size_t point, size_t station) {
    for (size_t i = s->claims.first[point]; i < s->claims.first[point + 1]; i++) {
        const size_t w = s->claims.claim[i].index;
        const taker row = taker_of(s, w);
        if (s->got[w] <= 0.0) continue;
        qh_diag_add(s->diag, QH_WARNING, row.place,
                    "%s %s at %.6g km of reach %s takes from the ecological flow of station %s: %.4g m3/s "
                    "are left of %.4g m3/s",
                    row.kind, row.code, km(row.chainage), s->river_case->reach[row.reach].name,
                    s->river_case->station[station].name, s->through[point] - s->taken[point],
                    s->station[station].target);
    }
}

/* A withdrawal below a dam, before the river divides or the tailrace comes in, that takes of the ecological flow. */
static void warn_of_spoilt_releases(const sweep *s) {
    const qh_network *net = s->network;
    for (size_t l = 0; l < s->river_case->n_station; l++) {
        const size_t i = net->link[l].station;
        const double target = s->station[i].target;
        size_t p = net->link[l].from;
        while (s->station[i].deficit == 0.0 && n_leaving(net, p) == 1) {
            p = net->segment[net->out_segment[net->out_first[p]]].to;
            if (p == net->link[l].to || s->station_at[p] > 0) break;
            if (s->through[p] - s->taken[p] < target * (1.0 - ROUND_OFF)) warn_of_spoilt_release(s, p, i);
        }
    }
}

/* -------------------------------------------------------------------------------------------------------- solve */

static void *allocate(qh_arena *arena, size_t count, size_t size, bool *enough) {
    void *memory = qh_arena_alloc(arena, count, size);
    if (memory == NULL) *enough = false;
    return memory;
}

static qh_status allocate_all(sweep *s) {
    const qh_network *net = s->network;
    const qh_case *c = s->river_case;
    bool enough = true;
#define ALLOCATE(arena, field, count) s->field = allocate((arena), (count), sizeof *s->field, &enough)
    ALLOCATE(s->arena, flow, 1);
    ALLOCATE(s->arena, upstream, net->n_segment);
    ALLOCATE(s->arena, lateral, net->n_segment);
    ALLOCATE(s->arena, taken, net->n_point);
    ALLOCATE(s->arena, inflow, net->n_point);
    ALLOCATE(s->arena, through, net->n_point);
    ALLOCATE(s->arena, station, c->n_station);
    ALLOCATE(s->arena, withdrawal, c->n_withdrawal);
    ALLOCATE(s->arena, transfer, c->n_transfer);
    ALLOCATE(s->arena, link, net->n_link);
    ALLOCATE(s->scratch, arriving, net->n_point);
    ALLOCATE(s->scratch, asked, qh_claim_count(c));
    ALLOCATE(s->scratch, got, qh_claim_count(c));
    ALLOCATE(s->scratch, target, c->n_station);
    ALLOCATE(s->scratch, station_at, net->n_point);
#undef ALLOCATE
    return enough ? QH_OK : QH_E_NOMEM;
}

static void publish(sweep *s) {
    qh_flow *flow = s->flow;
    flow->arena = s->arena;
    flow->n_segment = s->network->n_segment;
    flow->n_point = s->network->n_point;
    flow->n_station = s->river_case->n_station;
    flow->n_withdrawal = s->river_case->n_withdrawal;
    flow->segment_upstream = s->upstream;
    flow->segment_lateral = s->lateral;
    flow->point_taken = s->taken;
    flow->point_inflow = s->inflow;
    flow->point_through = s->through;
    flow->station = s->station;
    flow->withdrawal = s->withdrawal;
    flow->n_transfer = s->river_case->n_transfer;
    flow->n_link = s->network->n_link;
    flow->transfer = s->transfer;
    flow->link = s->link;
    flow->inflow = total_of(&s->total_in);
    flow->outflow = total_of(&s->total_out);
    flow->withdrawn = total_of(&s->total_withdrawn);
    sum residual = {0};
    add(&residual, flow->inflow);
    add(&residual, -flow->outflow);
    add(&residual, -flow->withdrawn);
    flow->residual = total_of(&residual);
}

static qh_status solve(sweep *s) {
    QH_TRY(allocate_all(s));
    QH_TRY(check_rules(s));
    if (s->failed) return QH_E_INPUT;
    spread_laterals(s);
    enter_sources(s);
    QH_TRY(find_takers(s));
    for (size_t i = 0; i < s->network->n_point; i++) {
        const size_t p = s->network->point_order[i];
        s->through[p] = total_of(&s->arriving[p]);
        withdraw(s, p);
        pass_station(s, p);
        pass_on(s, p);
    }
    warn_of_spoilt_releases(s);
    if (s->failed) return QH_E_INPUT;
    publish(s);
    return QH_OK;
}

qh_status qh_flow_solve(const qh_case *river_case, const qh_network *network, qh_diag *diag, qh_flow **flow) {
    sweep s = {.river_case = river_case,
               .network = network,
               .diag = diag,
               .arena = qh_arena_create(),
               .scratch = qh_arena_create()};
    const qh_status status = s.arena == NULL || s.scratch == NULL ? QH_E_NOMEM : solve(&s);
    qh_arena_destroy(s.scratch);
    if (status != QH_OK) {
        qh_arena_destroy(s.arena);
        return status;
    }
    *flow = s.flow;
    return QH_OK;
}

void qh_flow_destroy(qh_flow *flow) {
    if (flow != NULL) qh_arena_destroy(flow->arena);
}
