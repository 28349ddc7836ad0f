/* Where the cloud is at a time: from when it passes places along one way down the river.
 *
 * The way follows, from the release on, more water: the wider branch, or a station from its dam to its tailrace. Probes stand along it, denser near the release. With
 * arrival a(x), peak time m(x) and passing p(x) known at the probes, the front at time t is the farthest x with a(x) <= t,
 * the rear the nearest with p(x) > t, the crest the farthest with m(x) <= t, each by a straight line between two probes:
 * these times grow smoothly along a river, also where the cloud itself is much shorter than the distance of two probes.
 * The release itself counts as the first probe: there it arrives at once and has passed when the release ends.
 *
 * Not for what is beside the way: other branches, and what dispersion carries upstream of the release. */
#include <math.h>
#include <stdlib.h>

#include "model/reach.h"
#include "scenarios/spill_internal.h"

enum { PROBES = 40 };
static const double DENSER = 1.5;        /* exponent of the probes' distances */
static const double NEAREST_PECLET = 10; /* U x/D of the first probe: nearer, fronts are too steep to be worth it */
static const double BEYOND = 1.1;        /* the way goes on to this part of the farthest place's distance */

/* ---- the way ---- */

static size_t widest_branch(const qh_network *network, const qh_flow *flow, size_t point) {
    size_t best = network->out_segment[network->out_first[point]];
    for (size_t i = network->out_first[point]; i < network->out_first[point + 1]; i++) {
        const size_t s = network->out_segment[i];
        if (flow->segment_upstream[s] > flow->segment_upstream[best]) best = s;
    }
    return best;
}

/* Where a station takes more water than any branch keeps, the way goes through it, at once. */
static bool through_station(const qh_network *network, const qh_flow *flow, size_t point, double kept, size_t *to) {
    for (size_t k = 0; k < network->n_link; k++) {
        if (network->link[k].is_transfer || network->link[k].from != point || !(flow->link[k] > kept)) continue;
        *to = network->link[k].to;
        return true;
    }
    return false;
}

/* Segments of the way as pieces of reaches, segments of one reach together. */
static qh_status find_way(spill_work *s) {
    const qh_network *network = s->network;
    const qh_flow *flow = s->water[0].flow;
    qh_spill_piece *piece = qh_arena_alloc(s->arena, network->n_segment + 1, sizeof *piece);
    if (!piece) return QH_E_NOMEM;
    size_t point = network->outfall_point[s->spill_case->n_outfall - 1], n = 0;
    double done = 0;
    while (network->out_first[point] < network->out_first[point + 1]) {
        const size_t widest = widest_branch(network, flow, point);
        const qh_segment *segment = &network->segment[widest];
        if (through_station(network, flow, point, flow->segment_upstream[widest], &point)) continue;
        if (n > 0 && piece[n - 1].reach == segment->reach && piece[n - 1].to == segment->x0)
            piece[n - 1].to = segment->x1;
        else
            piece[n++] = (qh_spill_piece){segment->reach, segment->x0, segment->x1, done};
        done += segment->x1 - segment->x0;
        point = segment->to;
    }
    s->spill->n_piece = n;
    s->spill->piece = piece;
    s->spill->way_length = done;
    return QH_OK;
}

void qh_spill_way_place(const qh_spill *spill, double distance, size_t *reach, double *chainage) {
    size_t k = 0;
    while (k + 1 < spill->n_piece && spill->piece[k + 1].start <= distance)
        k++;
    const qh_spill_piece *p = &spill->piece[k];
    *reach = p->reach;
    *chainage = fmin(p->from + distance - p->start, p->to);
}

/* ---- probes ---- */

/* Where the first probe stands: far enough for any of the dispersions. */
static double nearest_probe(const spill_work *s) {
    const spill_water *w = &s->water[0];
    const size_t reach = s->spill->piece->reach;
    qh_channel_state state;
    const double discharge = w->flow->point_through[s->network->outfall_point[s->spill_case->n_outfall - 1]];
    if (qh_channel_state_of(&s->spill_case->reach[reach], discharge, NULL, &state) != QH_OK) return INFINITY;
    return NEAREST_PECLET * w->dispersion.most[reach].value / state.velocity;
}

static double farthest_place(const spill_work *s) {
    double farthest = 0;
    for (size_t i = 0; i < s->spill_case->n_section; i++) {
        const spill_way *way = &s->water[0].way[s->network->section_point[i]];
        if (way->reached) farthest = fmax(farthest, way->distance);
    }
    return farthest;
}

static int by_distance(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Dams on the way beyond the first probe, added to distance [n]: what passes changes there at once. */
static size_t add_dams(const spill_work *s, double first, double last, size_t n, double *distance) {
    for (size_t i = 0; i < s->spill_case->n_reservoir; i++) {
        const qh_reservoir *dam = &s->spill_case->reservoir[i];
        for (size_t k = 0; k < s->spill->n_piece; k++) {
            const qh_spill_piece *p = &s->spill->piece[k];
            if (p->reach != dam->reach || p->from > dam->chainage || p->to < dam->chainage) continue;
            const double at = p->start + dam->chainage - p->from;
            if (at <= first || at >= last) continue;
            distance[n++] = at;
            break;
        }
    }
    qsort(distance, n, sizeof *distance, by_distance);
    return n;
}

qh_status qh_spill_add_probes(spill_work *s) {
    QH_TRY(find_way(s));
    const double first = s->spill->n_piece > 0 ? nearest_probe(s) : INFINITY;
    const double last = fmin(s->spill->way_length, BEYOND * farthest_place(s));
    if (!(first < last)) return QH_OK;
    double *distance = qh_arena_alloc(s->arena, PROBES + s->spill_case->n_reservoir, sizeof *distance);
    qh_section *probe = qh_arena_alloc(s->arena, PROBES + s->spill_case->n_reservoir, sizeof *probe);
    if (!distance || !probe) return QH_E_NOMEM;
    for (size_t i = 0; i < PROBES; i++)
        distance[i] = first + (last - first) * pow((double)i / (PROBES - 1), DENSER);
    const size_t n = add_dams(s, first, last, PROBES, distance);
    for (size_t i = 0; i < n; i++) {
        probe[i] = (qh_section){.place = QH_NOWHERE, .code = "", .name = "", .level = "", .district = ""};
        qh_spill_way_place(s->spill, distance[i], &probe[i].reach, &probe[i].chainage);
    }
    s->first_probe = s->spill_case->n_section;
    s->n_probe = n;
    s->probe_distance = distance;
    return qh_spill_add_sections(s->arena, s->spill_case, n, probe);
}

/* ---- the cloud ---- */

/* A time at probe i [0: the release] of one answer; INFINITY where it does not arrive or has no such time. */
typedef double probe_time(const qh_spill *spill, const qh_pass *pass);

static double arrives(const qh_spill *spill, const qh_pass *pass) {
    (void)spill;
    return !pass ? 0 : pass->arrives ? pass->arrival : INFINITY;
}
static double peaks(const qh_spill *spill, const qh_pass *pass) {
    return !pass ? spill->release.duration / 2 : pass->arrives ? pass->peak_time : INFINITY;
}
static double passes(const qh_spill *spill, const qh_pass *pass) {
    return !pass ? spill->release.duration : pass->arrives && !pass->lasts ? pass->passed : INFINITY;
}
static double over_from(const qh_spill *spill, const qh_pass *pass) {
    (void)spill;
    return !pass ? 0 : pass->exceeds ? pass->over_from : INFINITY;
}
static double over_to(const qh_spill *spill, const qh_pass *pass) {
    return !pass ? spill->release.duration : pass->exceeds && !pass->lasts ? pass->over_to : INFINITY;
}

static double time_at(const qh_spill *spill, size_t answer, size_t i, probe_time *of) {
    return of(spill, i == 0 ? NULL : &spill->probe[i - 1].pass[answer]);
}
static double distance_at(const qh_spill *spill, size_t i) { return i == 0 ? 0 : spill->probe[i - 1].distance; }

static double between(const qh_spill *spill, size_t i, double part) {
    return distance_at(spill, i) + part * (distance_at(spill, i + 1) - distance_at(spill, i));
}

/* The farthest distance whose time is not later than t, where 0 counts as such. */
static double farthest_by(const qh_spill *spill, size_t answer, probe_time *of, double t, size_t *index) {
    size_t i = spill->n_probe;
    while (i > 0 && !(time_at(spill, answer, i, of) <= t))
        i--;
    *index = i;
    if (i == spill->n_probe) return distance_at(spill, i);
    const double from = time_at(spill, answer, i, of), to = time_at(spill, answer, i + 1, of);
    return isfinite(to) ? between(spill, i, (t - from) / (to - from)) : distance_at(spill, i);
}

/* The nearest distance whose time is later than t; false where there is none up to the last probe. */
static bool nearest_after(const qh_spill *spill, size_t answer, probe_time *of, double t, double *distance) {
    size_t i = 0;
    while (i <= spill->n_probe && !(time_at(spill, answer, i, of) > t))
        i++;
    if (i > spill->n_probe) return false;
    *distance = distance_at(spill, i);
    if (i == 0) return true;
    const double from = time_at(spill, answer, i - 1, of), to = time_at(spill, answer, i, of);
    *distance = isfinite(to) ? between(spill, i - 1, (t - from) / (to - from)) : distance_at(spill, i - 1);
    return true;
}

/* Peak of the cloud where its crest is, by the logarithm between two probes; not given above the first. */
static qh_optional peak_at(const qh_spill *spill, size_t answer, double crest) {
    size_t i = 0;
    while (i + 1 < spill->n_probe && spill->probe[i + 1].distance <= crest)
        i++;
    const qh_spill_target *a = &spill->probe[i];
    if (spill->n_probe == 0 || crest < a->distance || !a->pass[answer].arrives) return (qh_optional){0};
    const qh_spill_target *b = i + 1 < spill->n_probe ? a + 1 : a;
    if (a == b || !b->pass[answer].arrives) return (qh_optional){true, a->pass[answer].peak};
    const double part = (crest - a->distance) / (b->distance - a->distance);
    return (qh_optional){true, a->pass[answer].peak * pow(b->pass[answer].peak / a->pass[answer].peak, part)};
}

static bool cloud_of(const qh_spill *spill, size_t answer, double t, qh_spill_cloud *cloud) {
    size_t index = 0;
    if (!nearest_after(spill, answer, passes, t, &cloud->rear)) return false;
    cloud->front = farthest_by(spill, answer, arrives, t, &index);
    cloud->leaves = index == spill->n_probe;
    cloud->crest = farthest_by(spill, answer, peaks, t, &index);
    if (cloud->crest < cloud->rear) cloud->crest = cloud->rear;
    cloud->peak = index < spill->n_probe ? peak_at(spill, answer, cloud->crest) : (qh_optional){0};
    cloud->over_front = farthest_by(spill, answer, over_from, t, &index);
    cloud->over = spill->limited_way && nearest_after(spill, answer, over_to, t, &cloud->over_rear) &&
                  cloud->over_rear < cloud->over_front;
    return cloud->front > cloud->rear;
}

bool qh_spill_cloud_at(const qh_spill *spill, double time, qh_spill_cloud *cloud, qh_band *extent) {
    qh_spill_cloud own;
    *extent = (qh_band){INFINITY, -INFINITY};
    for (size_t a = 0; a < spill->n_answer; a++) {
        qh_spill_cloud c;
        if (!cloud_of(spill, a, time, &c)) continue;
        extent->low = fmin(extent->low, c.rear);
        extent->high = fmax(extent->high, c.front);
    }
    if (spill->n_probe == 0 || !cloud_of(spill, QH_SPILL_OWN, time, &own)) return false;
    *cloud = own;
    return true;
}

size_t qh_spill_cloud_times(const qh_spill *spill, double time[QH_SPILL_CLOUD_TIMES]) {
    static const double hours[] = {0.5, 1, 2, 3, 6, 12, 24, 36, 48, 72, 96, 120, 168, 240, 336, 480, 720};
    size_t n = 0;
    for (size_t i = 0; i < sizeof hours / sizeof *hours && n < QH_SPILL_CLOUD_TIMES; i++) {
        qh_spill_cloud cloud;
        qh_band extent;
        const double t = hours[i] * 3600;
        if (t >= spill->release.duration / 2 && t <= spill->watched && qh_spill_cloud_at(spill, t, &cloud, &extent))
            time[n++] = t;
    }
    return n;
}
