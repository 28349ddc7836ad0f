/* The river in pieces; see exact_river_internal.h. What is computed here holds for every rate. */
#include <math.h>
#include <string.h>

#include "model/lang.h"
#include "solvers/exact_river_internal.h"

const char *exact_objection(const qh_case *river_case) {
    size_t order[EXACT_SPECIES];
    if (river_case->n_constituent > EXACT_SPECIES) return QH_N("there are more than 64 constituents");
    if (!qh_kinetics_is_linear(river_case)) return QH_N("a process is nonlinear");
    if (!qh_kinetics_order(river_case, order)) return QH_N("constituents depend on one another in a circle");
    for (size_t k = 0; k < river_case->n_lateral; k++)
        if (!(river_case->lateral[k].flow > 0)) return QH_N("a distributed inflow brings no water");
    return NULL;
}

/* ---- water ---- */

/* How much the discharge of a segment grows by distributed inflow, over its first. */
static double change_of(const exact_river *e, size_t s) {
    const qh_segment *segment = &e->network->segment[s];
    return e->flow->segment_lateral[s] * (segment->x1 - segment->x0) / e->flow->segment_upstream[s];
}

static const double NO_CHANGE = 1e-9; /* the error of the middle's discharge, its square, is round-off */

/* Pieces for the series, equally long: the discharge grows by an eleventh at most in the first, where it is least. */
static const double MOST_GROWTH = 1.0 / 11;
static size_t wkb_pieces(double change) { return (size_t)ceil(change / MOST_GROWTH); }

/* Pieces of a segment: a multiple of `division` where the series does not hold, more where the discharge changes much. */
static size_t pieces_of(const exact_river *e, size_t s) {
    const double change = change_of(e, s);
    if (change < NO_CHANGE) return 1;
    return e->wkb[s] ? wkb_pieces(change) : e->division * (size_t)ceil(8 * log2(1 + change));
}

static const double MOST_CHANGE = 2; /* -, of a segment; above it equal pieces would be too many */

/* Error of an exponent by the terms that the series leaves out; INFINITY where it does not hold. The largest delta is that
 * of the upstream end at rest, 7.2e8 the largest value of the polynomial left out. */
static double wkb_error(const exact_river *e, size_t s, double area, double dispersion) {
    const qh_segment *segment = &e->network->segment[s];
    const double upstream = e->flow->segment_upstream[s], count = (double)wkb_pieces(change_of(e, s));
    if (!(upstream * (segment->x1 - segment->x0) >= count * area * dispersion)) return INFINITY;
    const double delta = area * dispersion * e->flow->segment_lateral[s] / (upstream * upstream);
    return fmax(change_of(e, s), delta) * pow(delta, EXACT_WKB_TERMS) * 7.2e8;
}

static const double LEAST_WKB_ERROR = 1e-12; /* above it segments are divided */

/* Whether only the discharge changes along a segment, and slowly enough for the series. */
static qh_status suits_wkb(const exact_river *e, size_t s, qh_diag *diag, bool *suits, double *error) {
    const size_t reach = e->network->segment[s].reach;
    const double change = change_of(e, s), upstream = e->flow->segment_upstream[s];
    *suits = false;
    if (!(change >= NO_CHANGE && change <= MOST_CHANGE) || e->feels_water[reach]) return QH_OK;
    const double discharge[2] = {upstream, upstream * (1 + change)};
    qh_reach_water water[2];
    const qh_reach *const both[2] = {&e->river_case->reach[reach], &e->river_case->reach[reach]};
    QH_TRY(qh_reach_waters_by(both, &e->laws[reach], 2, discharge, diag, water));
    *error = wkb_error(e, s, water[0].state.area, water[0].dispersion);
    *suits = water[0].state.area == water[1].state.area && water[0].dispersion == water[1].dispersion &&
             *error <= LEAST_WKB_ERROR;
    return QH_OK;
}

static qh_status find_wkb(exact_river *e, qh_diag *diag) {
    for (size_t s = 0; s < e->n_segment; s++) {
        double error = 0;
        QH_TRY(suits_wkb(e, s, diag, &e->wkb[s], &error));
        e->divides = e->divides || (change_of(e, s) >= NO_CHANGE && !e->wkb[s]);
    }
    return QH_OK;
}

/* The series under the water at hand, and whether segments would now be taken otherwise. */
static qh_status judge_wkb(exact_river *e, qh_diag *diag) {
    e->wkb_bound = 0;
    e->outgrown = false;
    for (size_t s = 0; s < e->n_segment; s++) {
        double error = 0;
        bool suits = false;
        if (e->flow->segment_lateral[s] == 0 && !e->wkb[s]) continue;
        QH_TRY(suits_wkb(e, s, diag, &suits, &error));
        const size_t count = e->segment_piece[s + 1] - e->segment_piece[s];
        e->outgrown = e->outgrown || suits != e->wkb[s] || (suits && count != pieces_of(e, s)) ||
                      (!suits && change_of(e, s) >= NO_CHANGE && !e->divides);
        if (suits) e->wkb_bound = fmax(e->wkb_bound, error);
    }
    return QH_OK;
}

/* Rates in a piece's water, by species: gain [n] and Jacobian [n][n] in the scratch. */
static void rates_at(exact_river *e, size_t reach, double depth, double velocity) {
    const qh_reach *r = &e->river_case->reach[reach];
    double *zero = e->scratch, *gain = zero + e->n, *jacobian = gain + e->n;
    const qh_process_input input = {.n_species = e->n,
                                    .parameters = e->parameters + reach * e->n,
                                    .temperature =
                                        r->temperature.given ? r->temperature.value : e->river_case->run.temperature,
                                    .depth = depth,
                                    .velocity = velocity};
    memset(zero, 0, e->n * sizeof *zero);
    qh_kinetics_rates(&input, zero, gain, jacobian);
}

static void set_kinetics(exact_river *e, size_t reach, double depth, double velocity, double retardation,
                         exact_kinetics *kinetics) {
    rates_at(e, reach, depth, velocity);
    const double time = e->river_case->reach[reach].length / velocity * retardation;
    exact_kinetics_set(e->n, e->species, e->scratch + e->n, e->scratch + 2 * e->n, time, kinetics);
}

/* Where the water of a piece is that of the one before, its kinetics are too. */
static void set_piece(exact_river *e, size_t k, const qh_reach_water *water, bool same) {
    exact_piece *p = &e->piece[k];
    const qh_reach *reach = &e->river_case->reach[p->reach];
    p->area = water->state.area;
    p->dispersion = water->dispersion;
    p->velocity = p->discharge / p->area;
    p->steepness = p->dispersion > 0 ? 0.5 / p->dispersion : 0;
    const bool stores = reach->storage_area.given && reach->storage_area.value > 0;
    p->zone = stores ? reach->storage_area.value : 0;
    p->exchange = stores ? reach->storage_exchange.value : 0;
    p->back = stores ? p->exchange * p->area / p->zone : 0;
    p->wkb = e->wkb[p->segment];
    p->kinetics = &e->kinetics[p->reach];
    if (!e->feels_water[p->reach]) return;
    exact_kinetics *own = &e->kinetics[e->river_case->n_reach + k];
    p->kinetics = own;
    if (same)
        p->kinetics = e->piece[k - 1].kinetics;
    else
        set_kinetics(e, p->reach, water->state.depth, water->state.velocity, 1 + p->zone / p->area, own);
}

/* Different waters of reaches of the same laws, to be found at once, and the first piece of each. */
typedef struct waters {
    const qh_reach_laws *laws;
    size_t count;
    const qh_reach *reach[QH_CHANNEL_STATES];
    double discharge[QH_CHANNEL_STATES]; /* m3/s */
    size_t first[QH_CHANNEL_STATES + 1]; /* pieces first[w] .. first[w + 1] - 1 have water w */
} waters;

static qh_status find_waters(exact_river *e, waters *w, size_t end, qh_diag *diag) {
    qh_reach_water water[QH_CHANNEL_STATES];
    if (w->count == 0) return QH_OK;
    QH_TRY(qh_reach_waters_by(w->reach, w->laws, w->count, w->discharge, diag, water));
    w->first[w->count] = end;
    for (size_t k = 0; k < w->count; k++)
        for (size_t piece = w->first[k]; piece < w->first[k + 1]; piece++)
            set_piece(e, piece, &water[k], piece > w->first[k]);
    w->count = 0;
    return QH_OK;
}

static qh_status set_waters(exact_river *e, qh_diag *diag) {
    waters w;
    w.count = 0;
    for (size_t k = 0; k < e->n_piece; k++) {
        const exact_piece *p = &e->piece[k];
        const qh_reach_laws *laws = &e->laws[p->reach];
        if (k > 0 && p->reach == e->piece[k - 1].reach && p->discharge == e->piece[k - 1].discharge) continue;
        const bool alike = w.count > 0 && laws->channel == w.laws->channel && laws->dispersion == w.laws->dispersion;
        if (w.count == QH_CHANNEL_STATES || (w.count > 0 && !alike)) QH_TRY(find_waters(e, &w, k, diag));
        w.laws = laws;
        w.reach[w.count] = &e->river_case->reach[p->reach];
        w.discharge[w.count] = p->discharge;
        w.first[w.count++] = k;
    }
    return find_waters(e, &w, e->n_piece, diag);
}

static qh_status set_pieces(exact_river *e, qh_diag *diag) {
    for (size_t s = 0; s < e->n_segment; s++) {
        const size_t first = e->segment_piece[s], count = e->segment_piece[s + 1] - first;
        const double length = e->network->segment[s].x1 - e->network->segment[s].x0;
        const double inflow = e->flow->segment_lateral[s];
        for (size_t i = 0; i < count; i++) {
            exact_piece *p = &e->piece[first + i];
            p->segment = s;
            p->reach = e->network->segment[s].reach;
            p->start = count > 1 ? length * (double)i / (double)count : 0;
            p->length = count > 1 ? length / (double)count : length;
            p->inflow = inflow;
            p->discharge = e->flow->segment_upstream[s] + inflow * (p->start + 0.5 * p->length);
        }
    }
    return set_waters(e, diag);
}

/* ---- points ---- */

static void set_points(exact_river *e) {
    const qh_network *network = e->network;
    for (size_t p = 0; p < e->n_point; p++)
        e->point[p] = (exact_point){.through = e->flow->point_inflow[p], .taken = e->flow->point_taken[p]};
    for (size_t k = 0; k < network->n_link; k++) {
        e->link_flow[k] = e->flow->link[k];
        e->point[network->link[k].to].through += e->link_flow[k];
    }
    for (size_t h = 0; h < e->river_case->n_headwater; h++) {
        if (e->river_case->headwater[h].inlet == QH_INLET_CONCENTRATION)
            e->point[network->headwater_point[h]].fixed = true;
    }
    for (size_t p = 0; p < e->n_point; p++) {
        exact_point *point = &e->point[p];
        double in = point->through, out = 0;
        for (size_t k = network->in_first[p]; k < network->in_first[p + 1]; k++) {
            const size_t s = network->in_segment[k];
            const double length = network->segment[s].x1 - network->segment[s].x0;
            in += e->flow->segment_upstream[s] + e->flow->segment_lateral[s] * length;
        }
        for (size_t k = network->out_first[p]; k < network->out_first[p + 1]; k++)
            out += e->flow->segment_upstream[network->out_segment[k]];
        if (network->out_first[p] == network->out_first[p + 1]) {
            point->outlet = in - point->taken;
        } else if (point->taken > 0) {
            point->taken = in - out; /* what is left may be little: the balance must hold to its last digit */
        }
    }
}

/* Nobody knows a pond's depth: nothing settles there and no air enters. */
void exact_river_set_ponds(exact_river *e, const double *pond) {
    const qh_case *c = e->river_case;
    double *zero = e->scratch, *gain = zero + e->n, *jacobian = gain + e->n;
    qh_rate_parameters *parameters = e->parameters + c->n_reach * e->n;
    qh_rate_parameters_of(c, c->n_reach, parameters);
    for (size_t i = 0; i < e->n; i++) {
        parameters[i].k20 *= e->rate_scale[i];
        parameters[i].settling = 0;
        parameters[i].reaeration = NULL;
    }
    const qh_process_input input = {
        .n_species = e->n, .parameters = parameters, .temperature = c->run.temperature, .depth = 1};
    memset(zero, 0, e->n * sizeof *zero);
    qh_kinetics_rates(&input, zero, gain, jacobian);
    for (size_t i = 0; i < e->n; i++) {
        e->pond_decay[i] = -jacobian[e->species[i] * e->n + e->species[i]];
        e->pond_gain[i] = gain[e->species[i]];
    }
    for (size_t p = 0; p < e->n_point; p++)
        e->point[p].pond = pond[p];
}

/* ---- creation ---- */

/* Whether a reach's rates depend on depth or velocity: found by asking at two waters that have no simple ratio. */
static bool feels_water(exact_river *e, size_t reach) {
    const size_t count = e->n + e->n * e->n;
    double *first = e->scratch + 2 * e->n + e->n * e->n;
    rates_at(e, reach, 0.7310585786300049, 0.2689414213699951);
    memcpy(first, e->scratch + e->n, count * sizeof *first);
    rates_at(e, reach, 2.2360679774997896, 0.5772156649015329);
    for (size_t k = 0; k < count; k++)
        if (first[k] != e->scratch[e->n + k]) return true;
    return false;
}

static qh_status set_species(exact_river *e) {
    if (!qh_kinetics_order(e->river_case, e->species)) return QH_E_INPUT;
    for (size_t i = 0; i < e->n; i++) {
        e->position[e->species[i]] = i;
        for (size_t j = 0; j < e->n; j++)
            if (i != j && qh_kinetics_couples(e->river_case, i, j)) e->coupled = true;
    }
    return QH_OK;
}

static void set_reaches(exact_river *e) {
    for (size_t r = 0; r < e->river_case->n_reach; r++) {
        qh_rate_parameters *parameters = e->parameters + r * e->n;
        qh_rate_parameters_of(e->river_case, r, parameters);
        for (size_t i = 0; i < e->n; i++)
            parameters[i].k20 *= e->rate_scale[i];
        e->feels_water[r] = feels_water(e, r);
        e->any_feels_water = e->any_feels_water || e->feels_water[r];
    }
}

static qh_status create_kinetics(exact_river *e) {
    for (size_t r = 0; r < e->river_case->n_reach; r++) {
        const size_t first = e->segment_piece[e->network->reach_first[r]];
        const size_t last = e->segment_piece[e->network->reach_first[r + 1]];
        const size_t at = e->river_case->n_reach;
        if (!e->feels_water[r]) QH_TRY(exact_kinetics_create(e->arena, e->n, e->coupled, &e->kinetics[r]));
        for (size_t k = first; e->feels_water[r] && k < last; k++)
            QH_TRY(exact_kinetics_create(e->arena, e->n, e->coupled, &e->kinetics[at + k]));
    }
    return QH_OK;
}

/* Kinetics of reaches that do not feel the water; the time that water stays is that of the first flow. */
static void set_reach_kinetics(exact_river *e) {
    for (size_t r = 0; r < e->river_case->n_reach; r++) {
        if (e->feels_water[r]) continue;
        const exact_piece *p = &e->piece[e->segment_piece[e->network->reach_first[r]]];
        set_kinetics(e, r, 1, p->discharge / p->area, 1 + p->zone / p->area, &e->kinetics[r]);
    }
}

/* Whether a flux may owe something to other things than the species' own values. */
static bool has_inflow(const exact_river *e) {
    for (size_t s = 0; s < e->n_segment; s++)
        if (e->flow->segment_lateral[s] > 0) return true;
    return false;
}

static bool has_gains(const exact_river *e) {
    for (size_t k = 0; k < e->n_piece; k++)
        for (size_t i = 0; i < e->n; i++)
            if (e->piece[k].kinetics->gain[i] != 0) return true;
    return false;
}

/* The gains of kinetics that do not feel the water stand since the creation. */
static void set_feeds(exact_river *e, bool created) {
    if (created || e->any_feels_water) e->gains = has_gains(e);
    e->feeds = e->coupled || e->gains || has_inflow(e);
}

/* Pieces, after what decides how many there are. */
static qh_status create_pieces(exact_river *e, qh_diag *diag) {
    QH_TRY(find_wkb(e, diag));
    for (size_t s = 0; s < e->n_segment; s++)
        e->segment_piece[s + 1] = e->segment_piece[s] + pieces_of(e, s);
    e->n_piece = e->segment_piece[e->n_segment];
    e->piece = qh_arena_alloc(e->arena, e->n_piece, sizeof *e->piece);
    e->kinetics = qh_arena_alloc(e->arena, e->river_case->n_reach + e->n_piece, sizeof *e->kinetics);
    if (!e->piece || !e->kinetics) return QH_E_NOMEM;
    for (size_t s = 0; s < e->n_segment; s++)
        for (size_t k = e->segment_piece[s]; e->wkb[s] && k < e->segment_piece[s + 1]; k++)
            e->piece[k].wkb_row = e->n_wkb++;
    return create_kinetics(e);
}

static qh_status build(exact_river *e, const double *rate_scale, qh_diag *diag) {
    const size_t n = e->n, n_reach = e->river_case->n_reach;
    e->segment_piece = qh_arena_alloc(e->arena, e->n_segment + 1, sizeof *e->segment_piece);
    e->wkb = qh_arena_alloc(e->arena, e->n_segment, sizeof *e->wkb);
    e->species = qh_arena_alloc(e->arena, n, sizeof *e->species);
    e->position = qh_arena_alloc(e->arena, n, sizeof *e->position);
    e->rate_scale = qh_arena_alloc(e->arena, n, sizeof *e->rate_scale);
    e->feels_water = qh_arena_alloc(e->arena, n_reach, sizeof *e->feels_water);
    e->point = qh_arena_alloc(e->arena, e->n_point, sizeof *e->point);
    e->link_flow = qh_arena_alloc(e->arena, e->network->n_link, sizeof *e->link_flow);
    e->parameters = qh_arena_alloc(e->arena, (n_reach + 1) * n, sizeof *e->parameters);
    e->pond_decay = qh_arena_alloc(e->arena, n, sizeof *e->pond_decay);
    e->pond_gain = qh_arena_alloc(e->arena, n, sizeof *e->pond_gain);
    e->laws = qh_arena_alloc(e->arena, n_reach, sizeof *e->laws);
    e->scratch = qh_arena_alloc(e->arena, 3 * n + 2 * n * n, sizeof *e->scratch);
    if (!e->segment_piece || !e->wkb || !e->species || !e->position || !e->rate_scale || !e->feels_water || !e->point ||
        !e->link_flow || !e->parameters || !e->pond_decay || !e->pond_gain || !e->laws || !e->scratch)
        return QH_E_NOMEM;
    for (size_t i = 0; i < n; i++)
        e->rate_scale[i] = rate_scale ? rate_scale[i] : 1;
    for (size_t r = 0; r < n_reach; r++)
        QH_TRY(qh_reach_laws_of(&e->river_case->reach[r], diag, &e->laws[r]));
    QH_TRY(set_species(e));
    set_reaches(e);
    QH_TRY(create_pieces(e, diag));
    QH_TRY(exact_river_set_water(e, e->flow, diag));
    set_reach_kinetics(e);
    set_feeds(e, true);
    return exact_order_create(e->arena, e->network, &e->order);
}

qh_status exact_river_create(const qh_case *river_case, const qh_network *network, const qh_flow *flow,
                             const double *rate_scale, size_t division, qh_diag *diag, exact_river **river) {
    qh_arena *arena = qh_arena_create();
    exact_river *e = arena ? qh_arena_alloc(arena, 1, sizeof *e) : NULL;
    if (!e) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *e = (exact_river){.arena = arena,
                       .river_case = river_case,
                       .network = network,
                       .flow = flow,
                       .n = river_case->n_constituent,
                       .n_point = network->n_point,
                       .n_segment = network->n_segment,
                       .division = division};
    const qh_status status = build(e, rate_scale, diag);
    if (status != QH_OK) {
        qh_arena_destroy(arena);
        return status;
    }
    *river = e;
    return QH_OK;
}

void exact_river_destroy(exact_river *river) {
    if (river) qh_arena_destroy(river->arena);
}

qh_status exact_river_set_water(exact_river *river, const qh_flow *flow, qh_diag *diag) {
    river->flow = flow;
    QH_TRY(set_pieces(river, diag));
    QH_TRY(judge_wkb(river, diag));
    set_points(river);
    set_feeds(river, false);
    return QH_OK;
}
