#include "solvers/stage.h"

#include <math.h>

enum { PER_OCTAVE = 8, LOWEST = -14, HIGHEST = 9, N_NODE = (HIGHEST - LOWEST) * PER_OCTAVE + 1 };

static double node_at(size_t m) {
    return ldexp(1.0 + (double)(m % PER_OCTAVE) / PER_OCTAVE, LOWEST + (int)(m / PER_OCTAVE));
}

static double conveyance_of(const qh_reach *reach, const qh_channel_section *s) {
    const double radius = s->area / s->perimeter;
    return s->area * cbrt(radius * radius) / reach->channel.manning.value;
}

/* Slopes no steeper than three times the chord on either side: the cubic then never turns (Fritsch and Carlson). */
static void keep_rising(qh_stage_node *node) {
    for (size_t m = 1; m < N_NODE; m++)
        node[m].conveyance = fmax(node[m].conveyance, node[m - 1].conveyance);
    for (size_t m = 0; m < N_NODE; m++) {
        double most = INFINITY;
        if (m > 0) most = 3 * (node[m].conveyance - node[m - 1].conveyance) / (node_at(m) - node_at(m - 1));
        if (m + 1 < N_NODE)
            most = fmin(most, 3 * (node[m + 1].conveyance - node[m].conveyance) / (node_at(m + 1) - node_at(m)));
        node[m].conveyance_slope = fmax(0, fmin(node[m].conveyance_slope, most));
    }
}

qh_status qh_stage_create(const qh_reach *reach, qh_arena *arena, qh_stage *stage) {
    static const double apart = 1e-4; /* -: of the depth, for the slope of the conveyance */
    const qh_channel_law *law = qh_channel_law_find(reach->channel.law);
    qh_stage_node *node = qh_arena_alloc(arena, N_NODE, sizeof *node);
    if (!node) return QH_E_NOMEM;
    double top = INFINITY;
    for (size_t m = 0; m < N_NODE; m++) {
        const double h = node_at(m);
        qh_channel_section at, below, above;
        top = law->section(reach, h, &at);
        (void)law->section(reach, h * (1 - apart), &below);
        (void)law->section(reach, h * (1 + apart), &above);
        node[m] = (qh_stage_node){.area = at.area,
                                  .width = at.width,
                                  .conveyance = conveyance_of(reach, &at),
                                  .conveyance_slope =
                                      (conveyance_of(reach, &above) - conveyance_of(reach, &below)) / (2 * apart * h)};
    }
    keep_rising(node);
    *stage = (qh_stage){.reach = reach,
                        .lowest = node_at(0),
                        .highest = node_at(N_NODE - 1),
                        .top = top,
                        .node = node,
                        .area_power = node_at(0) * node[0].width / node[0].area,
                        .conveyance_power = node_at(0) * node[0].conveyance_slope / node[0].conveyance};
    return QH_OK;
}

qh_stage_at qh_stage_outside(const qh_stage *stage, double depth) {
    if (!(depth > 0)) return (qh_stage_at){0};
    if (depth >= stage->highest) {
        const qh_stage_node *n = &stage->node[N_NODE - 1];
        const double over = depth - stage->highest;
        return (qh_stage_at){n->area + n->width * over, n->width, n->conveyance + n->conveyance_slope * over,
                             n->conveyance_slope};
    }
    const double part = depth / stage->lowest, area = stage->node[0].area * pow(part, stage->area_power);
    const double conveyance = stage->node[0].conveyance * pow(part, stage->conveyance_power);
    return (qh_stage_at){area, stage->area_power * area / depth, conveyance,
                         stage->conveyance_power * conveyance / depth};
}

double qh_stage_depth(const qh_stage *stage, double area) {
    if (!(area > 0)) return 0;
    double low = 0, high = INFINITY, h = area / stage->node[N_NODE / 2].width;
    for (int i = 0; i < 200; i++) {
        const qh_stage_at at = qh_stage_find(stage, h);
        const double off = at.area - area;
        if (off > 0)
            high = h;
        else
            low = h;
        double next = h - off / at.width;
        if (!(next > low && next < high)) next = isinf(high) ? 2 * h : 0.5 * (low + high);
        const double change = fabs(next - h);
        h = next;
        if (change <= 1e-14 * h) break;
    }
    return h;
}
