/* Down the water from a place: distances to all that it reaches, and the main way. */
#include <math.h>

#include "scenarios/permit_internal.h"

/* The segment of a reach that a chainage lies in, the upper one of two that meet there. */
static size_t segment_at(const qh_network *network, size_t reach, double chainage) {
    size_t s = network->reach_first[reach];
    while (s + 1 < network->reach_first[reach + 1] && network->segment[s].x1 < chainage)
        s++;
    return s;
}

void qh_way_from(const qh_network *network, size_t reach, double chainage, double *distance) {
    for (size_t p = 0; p < network->n_point; p++)
        distance[p] = INFINITY;
    const qh_segment *first = &network->segment[segment_at(network, reach, chainage)];
    distance[first->to] = first->x1 - chainage;
    /* The order goes downstream, so what arrives at a point is known when its turn comes. */
    for (size_t i = 0; i < network->n_point; i++) {
        const size_t p = network->point_order[i];
        for (size_t l = 0; l < network->n_link; l++) {
            const double canal = distance[network->link[l].from];
            if (network->link[l].to == p && !isfinite(distance[p])) distance[p] = canal;
        }
        if (!isfinite(distance[p])) continue;
        for (size_t k = network->out_first[p]; k < network->out_first[p + 1]; k++) {
            const qh_segment *s = &network->segment[network->out_segment[k]];
            distance[s->to] = fmin(distance[s->to], distance[p] + s->x1 - s->x0);
        }
    }
}

double qh_way_to(const qh_network *network, const double *distance, size_t from_reach, double from, size_t reach,
                 double chainage) {
    if (reach == from_reach && chainage >= from) return chainage - from;
    const qh_segment *s = &network->segment[segment_at(network, reach, chainage)];
    if (chainage == s->x1) return distance[s->to];
    return distance[s->from] + (chainage - s->x0);
}

/* The segment with the most water that leaves a point; n_segment: none does. */
static size_t largest_out(const qh_network *network, const qh_flow *flow, size_t point) {
    size_t best = network->n_segment;
    for (size_t k = network->out_first[point]; k < network->out_first[point + 1]; k++) {
        const size_t s = network->out_segment[k];
        if (best == network->n_segment || flow->segment_upstream[s] > flow->segment_upstream[best]) best = s;
    }
    return best;
}

size_t qh_main_way(const qh_network *network, const qh_flow *flow, size_t reach, double chainage, qh_stretch *stretch) {
    size_t n = 0;
    double from = chainage, distance = 0;
    for (size_t s = segment_at(network, reach, chainage); s < network->n_segment;) {
        const qh_segment *segment = &network->segment[s];
        if (segment->x1 > from) stretch[n++] = (qh_stretch){segment->reach, from, segment->x1, distance};
        distance += segment->x1 - from;
        s = largest_out(network, flow, segment->to);
        if (s < network->n_segment) from = network->segment[s].x0;
    }
    return n;
}
