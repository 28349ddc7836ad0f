/* Claims on the water at one place. In order of rank, with a = arriving and G what earlier ranks took:
 *
 *     room  = max(0, a - max(l a, E) - G),     l = QH_LEFT_BY_WITHDRAWALS, E the ecological flow (0 for rank 0)
 *     taken = asked min(1, room / sum of asked over the rank)
 *
 * Claims that must leave a flow of their own in the river stop when no more is left than that, while the others of their
 * rank go on. At a reservoir with a dead level a is what arrives and what it holds above that level, and l = 0.
 *
 * Source: priority and proportional sharing as water laws and allocation plans name them; Water Law of the PRC (2016) art.
 * 21: domestic use first, with the needs of the river among the others. Not for rights that reach along a river: who lies
 * upstream takes before who lies downstream, whatever their ranks. */
#include "model/claims.h"

#include <math.h>
#include <stdlib.h>

/* Relative; nobody is short by the rounding of decimal fractions. */
static const double ROUND_OFF = 1e-12;

/* ---- preparation ---- */

static int by_rank(const void *left, const void *right) {
    const qh_claim *a = left, *b = right;
    if (a->before_river != b->before_river) return a->before_river ? -1 : 1;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    if (a->leaves != b->leaves) return a->leaves > b->leaves ? -1 : 1; /* who must stop first comes first */
    return (a->index > b->index) - (a->index < b->index);
}

/* From sizes [n + 1] of groups, shifted by one, to their beginnings. */
static void add_up(size_t n, size_t *first) {
    for (size_t i = 0; i < n; i++)
        first[i + 1] += first[i];
}

static size_t point_of(const qh_case *c, const qh_network *net, size_t index) {
    if (index < c->n_withdrawal) return net->withdrawal_point[index];
    return net->link[c->n_station + index - c->n_withdrawal].from;
}

static qh_claim claim_of(const qh_case *c, size_t index, bool stored) {
    bool has_priority = false;
    int priority = 0;
    double leaves = 0;
    if (index < c->n_withdrawal) {
        has_priority = c->withdrawal[index].has_priority;
        priority = c->withdrawal[index].priority;
    } else {
        const qh_transfer *t = &c->transfer[index - c->n_withdrawal];
        has_priority = t->has_priority;
        priority = t->priority;
        leaves = t->leaves.given ? t->leaves.value : 0;
    }
    return (qh_claim){.index = index,
                      .rank = has_priority ? priority : (int)index,
                      .before_river = has_priority ? priority == 0 : !stored,
                      .leaves = leaves};
}

/* (*stored)[n_point]: points with a reservoir that has a dead level; NULL where there is none. */
static qh_status find_stored(const qh_case *c, const qh_network *net, qh_arena *arena, const bool **stored) {
    bool *made = NULL;
    for (size_t i = 0; i < c->n_reservoir; i++) {
        if (!c->reservoir[i].dead_level.given) continue;
        if (!made) made = qh_arena_alloc(arena, net->n_point, sizeof *made);
        if (!made) return QH_E_NOMEM;
        made[net->reservoir_point[i]] = true;
    }
    *stored = made;
    return QH_OK;
}

static qh_status group_claims(const qh_case *c, const qh_network *net, qh_arena *arena, qh_claims *claims) {
    const size_t count = qh_claim_count(c);
    size_t *first = qh_arena_alloc(arena, net->n_point + 1, sizeof *first);
    *claims = (qh_claims){.first = first};
    if (count == 0) return first ? QH_OK : QH_E_NOMEM; /* scenarios of flow come by the thousand */
    size_t *next = qh_arena_alloc(arena, net->n_point + 1, sizeof *next);
    qh_claim *claim = qh_arena_alloc(arena, count + 1, sizeof *claim);
    if (!first || !next || !claim) return QH_E_NOMEM;
    const bool *stored = NULL;
    QH_TRY(find_stored(c, net, arena, &stored));
    for (size_t i = 0; i < count; i++)
        first[point_of(c, net, i) + 1]++;
    add_up(net->n_point, first);
    for (size_t p = 0; p < net->n_point; p++)
        next[p] = first[p];
    for (size_t i = 0; i < count; i++)
        claim[next[point_of(c, net, i)]++] = claim_of(c, i, stored && stored[point_of(c, net, i)]);
    for (size_t p = 0; p < net->n_point; p++)
        if (first[p + 1] > first[p] + 1) qsort(claim + first[p], first[p + 1] - first[p], sizeof *claim, by_rank);
    claims->claim = claim;
    return QH_OK;
}

/* The next point of the dewatered reach below point `p`; false where it ends: the tailrace comes in, another dam stands, the
 * river divides or ends. `dam` [n_point]. */
static bool step_down(const qh_network *net, const qh_link *link, const bool *dam, size_t *p) {
    if (net->out_first[*p + 1] - net->out_first[*p] != 1) return false;
    *p = net->segment[net->out_segment[net->out_first[*p]]].to;
    return *p != link->to && !dam[*p];
}

static qh_status find_dewatered(const qh_network *net, size_t n_station, qh_arena *arena, qh_claims *claims) {
    size_t *first = qh_arena_alloc(arena, net->n_point + 1, sizeof *first);
    claims->first_station = first;
    if (n_station == 0) return first ? QH_OK : QH_E_NOMEM;
    size_t *next = qh_arena_alloc(arena, net->n_point + 1, sizeof *next);
    bool *dam = qh_arena_alloc(arena, net->n_point, sizeof *dam);
    if (!first || !next || !dam) return QH_E_NOMEM;
    for (size_t l = 0; l < n_station; l++)
        dam[net->link[l].from] = true;
    for (size_t l = 0; l < n_station; l++) {
        size_t p = net->link[l].from;
        do
            first[p + 1]++;
        while (step_down(net, &net->link[l], dam, &p));
    }
    add_up(net->n_point, first);
    size_t *station = qh_arena_alloc(arena, first[net->n_point] + 1, sizeof *station);
    if (!station) return QH_E_NOMEM;
    for (size_t p = 0; p < net->n_point; p++)
        next[p] = first[p];
    for (size_t l = 0; l < n_station; l++) {
        size_t p = net->link[l].from;
        do
            station[next[p]++] = net->link[l].station;
        while (step_down(net, &net->link[l], dam, &p));
    }
    claims->station = station;
    return QH_OK;
}

qh_status qh_claims_create(const qh_case *river_case, const qh_network *network, qh_arena *arena, qh_claims *claims) {
    qh_claims made;
    QH_TRY(group_claims(river_case, network, arena, &made));
    QH_TRY(find_dewatered(network, river_case->n_station, arena, &made));
    *claims = made;
    return QH_OK;
}

/* ---- sharing ---- */

double qh_claims_reserve(const qh_claims *claims, size_t point, const double *target) {
    double most = 0;
    for (size_t i = claims->first_station[point]; i < claims->first_station[point + 1]; i++)
        most = fmax(most, target[claims->station[i]]);
    return most;
}

static size_t end_of_rank(const qh_claims *claims, size_t begin, size_t end) {
    const qh_claim *one = &claims->claim[begin];
    size_t i = begin + 1;
    while (i < end && claims->claim[i].rank == one->rank && claims->claim[i].before_river == one->before_river)
        i++;
    return i;
}

/* Fills claims of one rank at the same rate, each in proportion to what it asks for, until all have what they ask for or
 * `allowed` [m3/s] is gone; those that must leave more in the river stop before. `filled`: taken by earlier ranks, m3/s. */
static double fill(const qh_claim *claim, size_t count, double arriving, double allowed, double filled,
                   const double *asked, double *taken) {
    double rate = 0, part = 0, gone = filled; /* m3/s; -, of what each asks for; m3/s */
    for (size_t i = 0; i < count; i++)
        rate += asked[claim[i].index];
    for (size_t i = 0; i < count; i++) {
        const double until = fmax(filled, fmin(allowed, arriving - claim[i].leaves));
        if (until > gone && rate > 0 && part < 1) {
            const double step = fmin((until - gone) / rate, 1 - part);
            /* All that is left is theirs, without the rounding of shares. */
            part = step >= (1 - part) * (1 - ROUND_OFF) ? 1 : part + step;
            gone = part < 1 ? until : gone + rate * step;
        }
        const double own = asked[claim[i].index];
        taken[claim[i].index] = part < 1 ? own * part : own;
        rate -= own;
    }
    return gone;
}

/* `most` [m3/s]: all that claims may take, those before the ecological flow included. */
static double share(const qh_claims *claims, size_t point, double arriving, double most, double reserve,
                    const double *asked, double *taken) {
    const size_t end = claims->first[point + 1];
    double gone = 0, filled = 0; /* m3/s; `filled` is `gone` without the rounding of shares */
    for (size_t begin = claims->first[point], next; begin < end; begin = next) {
        next = end_of_rank(claims, begin, end);
        const qh_claim *claim = &claims->claim[begin];
        const double allowed = claim->before_river ? most : fmin(most, arriving - reserve);
        filled = fill(claim, next - begin, arriving, allowed, filled, asked, taken);
        for (size_t i = begin; i < next; i++)
            gone += taken[claims->claim[i].index];
    }
    return gone;
}

double qh_claims_share(const qh_claims *claims, size_t point, double arriving, double reserve, const double *asked,
                       double *taken) {
    return share(claims, point, arriving, arriving * (1.0 - QH_LEFT_BY_WITHDRAWALS), reserve, asked, taken);
}

double qh_claims_share_stored(const qh_claims *claims, size_t point, double available, double reserve,
                              const double *asked, double *taken) {
    return share(claims, point, available, available, reserve, asked, taken);
}
