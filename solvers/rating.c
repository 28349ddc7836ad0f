#include "solvers/rating.h"

#include <math.h>

enum { PER_OCTAVE = 8, MOST_NODES = 600 };

/* The m-th node above 2^exponent. */
static double node_at(int exponent, size_t m) {
    return ldexp(1.0 + (double)(m % PER_OCTAVE) / PER_OCTAVE, exponent + (int)(m / PER_OCTAVE));
}

/* Value and slope by the law itself, from three neighbouring discharges. */
static qh_status fill(const qh_reach *reach, const qh_channel_law *law, double q, qh_diag *diag, qh_rating_node *node) {
    static const double apart = 1e-4; /* -: the difference's own error is its square */
    const double at[3] = {q * (1 - apart), q, q * (1 + apart)};
    qh_channel_state state[3];
    const qh_reach *const same[3] = {reach, reach, reach};
    QH_TRY(qh_channel_states_by(same, law, 3, at, diag, state));
    const double over = at[2] - at[0];
    *node = (qh_rating_node){.area = state[1].area,
                             .area_slope = (state[2].area - state[0].area) / over,
                             .width = state[1].width,
                             .width_slope = (state[2].width - state[0].width) / over};
    return QH_OK;
}

qh_status qh_rating_create(const qh_reach *reach, double least, double most, qh_arena *arena, qh_diag *diag,
                           qh_rating *rating) {
    const qh_channel_law *law = qh_channel_law_find(reach->channel.law);
    int exponent = 0;
    (void)frexp(least, &exponent);
    exponent--; /* 2^exponent <= least */
    size_t n = 2;
    while (n < MOST_NODES && node_at(exponent, n - 1) <= most)
        n++;
    qh_rating_node *node = qh_arena_alloc(arena, n, sizeof *node);
    if (!node) return QH_E_NOMEM;
    size_t made = 0;
    while (made < n) {
        /* Where the law ends the table does; who asks for more is told by the law itself. */
        const qh_status status = fill(reach, law, node_at(exponent, made), made < 2 ? diag : NULL, &node[made]);
        if (status == QH_E_NOMEM || (status != QH_OK && made < 2)) return status;
        if (status != QH_OK) break;
        made++;
    }
    *rating = (qh_rating){.reach = reach,
                          .lowest = node_at(exponent, 0),
                          .highest = node_at(exponent, made - 1),
                          .n_node = made,
                          .node = node};
    rating->area_power = rating->lowest * node[0].area_slope / node[0].area;
    rating->width_power = rating->lowest * node[0].width_slope / node[0].width;
    return QH_OK;
}

double qh_rating_low_area(const qh_rating *rating, double q, double *slope) {
    const double power = rating->area_power, lowest = rating->lowest, area = rating->node[0].area;
    if (!(power > 0)) { /* a fixed area */
        *slope = 0;
        return area;
    }
    const double at = area * pow(q / lowest, power);
    *slope = q > 0 ? power * at / q : HUGE_VAL;
    return at;
}

double qh_rating_low_width(const qh_rating *rating, double q) {
    const double power = rating->width_power;
    return power > 0 ? rating->node[0].width * pow(q / rating->lowest, power) : rating->node[0].width;
}
