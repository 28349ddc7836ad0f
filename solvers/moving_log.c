/* Days of stations, withdrawals, transfers and reservoirs, out of the router's steps. What a reservoir gets is added up from
 * what comes to it, and not from its volume: so the balance of a day says something. What it spills is what its weirs pass
 * at the levels of the step's end, as the router has it that way (`diffusive`: the mean over the step differs a little). */
#include "solvers/moving_log_internal.h"

#include <math.h>

#include "model/structure.h"

double moving_goes_on(const moving *v, size_t point) {
    const qh_network *network = v->problem->network;
    double sum = v->water.outlet[point];
    for (size_t k = network->out_first[point]; k < network->out_first[point + 1]; k++)
        sum += v->water.face[qh_first_face(v->problem->grid, network->out_segment[k])];
    return sum;
}

qh_status moving_log_create(moving_log *log, const moving *v) {
    const qh_case *c = v->problem->river_case;
    const double duration = c->run.duration;
    QH_TRY(qh_release_log_create(duration, c->n_station, c->n_withdrawal, v->arena, &log->release));
    QH_TRY(qh_release_log_create(duration, c->n_withdrawal, 0, v->arena, &log->take));
    QH_TRY(qh_transfer_log_create(duration, c->n_transfer, v->arena, &log->transfer));
    QH_TRY(qh_storage_log_create(duration, c->n_reservoir, v->arena, &log->storage));
    log->target = qh_arena_alloc(v->arena, c->n_reservoir + 1, sizeof *log->target);
    log->supply = qh_arena_alloc(v->arena, c->n_reservoir + 1, sizeof *log->supply);
    return log->target && log->supply ? QH_OK : QH_E_NOMEM;
}

void moving_log_begin(moving_log *log, const moving *v) {
    for (size_t i = 0; i < v->problem->river_case->n_reservoir; i++)
        log->storage.start_volume[i] = v->water.pond_end[v->problem->network->reservoir_point[i]];
}

/* ---- stations, withdrawals, transfers ---- */

/* What stations left in the river. */
static void log_releases(moving_log *log, const moving *v) {
    const qh_network *network = v->problem->network;
    for (size_t k = 0; k < network->n_link; k++) {
        const qh_link *link = &network->link[k];
        if (link->is_transfer) continue;
        qh_release_log_add(&log->release, link->station, v->water.start, v->water.end,
                           qh_ecoflow_at(v->problem->river_case, link->station, v->water.start),
                           moving_goes_on(v, link->from), v->water.link[k]);
    }
}

/* What withdrawals asked for and took. */
static void log_takes(moving_log *log, const moving *v) {
    const qh_case *c = v->problem->river_case;
    const double start = v->water.start, end = v->water.end;
    for (size_t k = 0; k < c->n_withdrawal; k++) {
        const qh_value flow = {c->withdrawal[k].flow, c->withdrawal[k].flow_series};
        qh_release_log_add(&log->take, k, start, end, qh_value_mean(&flow, start, end), v->water.taken[k], 0);
        qh_release_log_take(&log->release, k, start, end, v->water.taken[k]);
    }
}

/* What transfers wanted, were set to, and carried. */
static void log_transfers(moving_log *log, const moving *v) {
    const qh_case *c = v->problem->river_case;
    const double start = v->water.start, end = v->water.end;
    for (size_t k = 0; k < c->n_transfer; k++) {
        const qh_transfer *t = &c->transfer[k];
        const qh_value flow = {t->flow.given ? t->flow.value : t->capacity, t->flow_series};
        const double wanted = fmin(qh_value_mean(&flow, start, end), t->capacity);
        qh_transfer_log_add(&log->transfer, k, start, end, wanted, v->water.set ? v->water.set[k] : wanted,
                            v->water.link[c->n_station + k]);
    }
}

/* ---- reservoirs ---- */

/* Headwaters, tributaries and outfalls at the dams themselves, in the order of the forcing. */
static void find_supply(moving_log *log, const moving *v) {
    const qh_case *c = v->problem->river_case;
    const qh_network *net = v->problem->network;
    const struct {
        size_t count;
        const size_t *point;
    } kind[] = {{c->n_headwater, net->headwater_point},
                {c->n_tributary, net->tributary_point},
                {c->n_outfall, net->outfall_point}};
    for (size_t r = 0; r < c->n_reservoir; r++) {
        log->supply[r] = 0;
        for (size_t k = 0, first = 0; k < sizeof kind / sizeof *kind; first += kind[k++].count)
            for (size_t i = 0; i < kind[k].count; i++)
                if (kind[k].point[i] == net->reservoir_point[r]) log->supply[r] += v->water.source[first + i];
    }
}

/* The ecological flow that is due below each dam: by the rule of its station, or its own. */
static void find_targets(moving_log *log, const moving *v) {
    const qh_case *c = v->problem->river_case;
    for (size_t r = 0; r < c->n_reservoir; r++) {
        log->target[r] = c->reservoir[r].eco_flow.given ? c->reservoir[r].eco_flow.value : 0;
        for (size_t k = 0; k < c->n_station; k++)
            if (v->problem->network->link[k].from == v->problem->network->reservoir_point[r])
                log->target[r] = qh_ecoflow_at(c, k, v->water.start);
    }
}

/* All that arrives at a point, m3/s. */
static double arrives(const moving *v, size_t point, double supply) {
    const qh_network *net = v->problem->network;
    double sum = supply;
    for (size_t k = net->in_first[point]; k < net->in_first[point + 1]; k++)
        sum += v->water.face[qh_first_face(v->problem->grid, net->in_segment[k] + 1) - 1];
    for (size_t k = 0; k < net->n_link; k++)
        if (net->link[k].to == point) sum += v->water.link[k];
    return sum;
}

/* Level of the river just below a dam, m; where the router knows none the dam discharges freely. */
static double level_below(const moving *v, size_t point) {
    const qh_network *net = v->problem->network;
    if (!v->water.level || net->out_first[point] == net->out_first[point + 1]) return -INFINITY;
    return v->water.level[v->problem->grid->segment_first[net->out_segment[net->out_first[point]]]];
}

/* What goes over weirs, which nobody sets, m3/s. */
static double spills(const moving *v, size_t reservoir, double level, double below, double released) {
    const qh_case *c = v->problem->river_case;
    double sum = 0;
    for (size_t k = 0; k < c->n_structure; k++) {
        const qh_structure_law *law = qh_structure_find(c->structure[k].kind);
        if (!qh_structure_serves(&c->structure[k], reservoir) || law->by_opening || law->by_flow) continue;
        sum += law->passage(&c->structure[k], 0, level, below).flow;
    }
    return fmin(fmax(sum, 0), fmax(released, 0));
}

static void log_storage(moving_log *log, const moving *v) {
    const qh_case *c = v->problem->river_case;
    const qh_network *net = v->problem->network;
    find_supply(log, v);
    find_targets(log, v);
    for (size_t r = 0; r < c->n_reservoir; r++) {
        const size_t p = net->reservoir_point[r];
        qh_storage_step s = {.start = v->water.start,
                             .end = v->water.end,
                             .level_start = qh_storage_level(c->reservoir[r].curve, v->water.pond_start[p]),
                             .level_end = qh_storage_level(c->reservoir[r].curve, v->water.pond_end[p]),
                             .volume_start = v->water.pond_start[p],
                             .volume_end = v->water.pond_end[p],
                             .inflow = arrives(v, p, log->supply[r]),
                             .released = moving_goes_on(v, p),
                             .target = log->target[r]};
        s.spilled = spills(v, r, s.level_end, level_below(v, p), s.released);
        for (size_t k = 0; k < net->n_link; k++) {
            if (net->link[k].from == p) *(net->link[k].is_transfer ? &s.taken : &s.diverted) += v->water.link[k];
        }
        for (size_t k = 0; k < c->n_withdrawal; k++)
            if (net->withdrawal_point[k] == p) s.taken += v->water.taken[k];
        qh_storage_log_add(&log->storage, r, &s);
    }
}

void moving_log_step(moving_log *log, const moving *v) {
    log_releases(log, v);
    log_takes(log, v);
    log_transfers(log, v);
    log_storage(log, v);
}
