#include "tests/support/water_balance.h"

#include <math.h>
#include <stdlib.h>

typedef struct sum {
    double total, largest;
} sum;

static void add(sum *s, double term) {
    s->total += term;
    s->largest = fmax(s->largest, fabs(term));
}

static double off(const sum *s) { return s->largest > 0 ? fabs(s->total) / s->largest : 0; }

static void add_sources(const qh_routing *r, const qh_water *w, double dt, sum *at) {
    const qh_case *c = r->river_case;
    const qh_network *net = r->network;
    size_t k = 0;
    for (size_t i = 0; i < c->n_headwater; i++)
        add(&at[net->headwater_point[i]], dt * w->source[k++]);
    for (size_t i = 0; i < c->n_tributary; i++)
        add(&at[net->tributary_point[i]], dt * w->source[k++]);
    for (size_t i = 0; i < c->n_outfall; i++)
        add(&at[net->outfall_point[i]], dt * w->source[k++]);
    for (size_t i = 0; i < c->n_withdrawal; i++)
        add(&at[net->withdrawal_point[i]], -dt * w->taken[i]);
    for (size_t i = 0; i < net->n_link; i++) {
        add(&at[net->link[i].from], -dt * w->link[i]);
        add(&at[net->link[i].to], dt * w->link[i]);
    }
}

water_balance water_balance_of(const qh_routing *r, const qh_water *w) {
    const qh_network *net = r->network;
    const qh_grid *grid = r->grid;
    const double dt = w->end - w->start;
    water_balance b = {.lowest = INFINITY};
    sum *at = calloc(net->n_point, sizeof *at);
    if (!at) abort();
    for (size_t s = 0; s < net->n_segment; s++) {
        const double *face = &w->face[qh_first_face(grid, s)];
        add(&at[net->segment[s].from], -dt * face[0]);
        for (size_t i = grid->segment_first[s]; i < grid->segment_first[s + 1]; i++, face++) {
            sum cell = {0};
            add(&cell, w->volume_end[i]);
            add(&cell, -w->volume_start[i]);
            add(&cell, -dt * face[0]);
            add(&cell, dt * face[1]);
            add(&cell, -dt * w->lateral[i]);
            b.cell = fmax(b.cell, off(&cell));
            b.lowest = fmin(b.lowest, fmin(w->volume_start[i], w->volume_end[i]));
        }
        add(&at[net->segment[s].to], dt * face[0]);
    }
    add_sources(r, w, dt, at);
    for (size_t p = 0; p < net->n_point; p++) {
        add(&at[p], -dt * w->outlet[p]);
        add(&at[p], w->pond_start[p]);
        add(&at[p], -w->pond_end[p]);
        b.point = fmax(b.point, off(&at[p]));
        b.lowest = fmin(b.lowest, fmin(w->pond_start[p], w->pond_end[p]));
    }
    free(at);
    return b;
}

/* ---- hydrographs ---- */

enum { ENTRIES = 25 };

static const qh_series *hydrograph(case_builder *b, double flow, double swing, double duration, size_t k) {
    double time[ENTRIES], value[ENTRIES];
    for (size_t i = 0; i < ENTRIES; i++) {
        time[i] = duration * (double)i / (ENTRIES - 1);
        const double phase = 6.2831853 * (double)i / (5.0 + 1.3 * (double)(k % 7));
        value[i] = flow * (1 + (k % 3 ? swing : -swing) * sin(phase));
    }
    return case_series(b, k % 2 ? QH_LINEAR : QH_STEP, ENTRIES, time, value);
}

void give_hydrographs(case_builder *b, double swing, double duration, size_t most) {
    qh_case *c = case_end(b);
    size_t k = 0;
#define GIVE(rows, count)                                                                                              \
    for (size_t i = 0; i < c->count && k < most; i++, k++) {                                                           \
        qh_series const *s = hydrograph(b, c->rows[i].flow, swing, duration, k);                                       \
        double flow = s->value[0];                                                                                     \
        *(const qh_series **)&c->rows[i].flow_series = s;                                                              \
        *(double *)&c->rows[i].flow = flow;                                                                            \
    }
    GIVE(headwater, n_headwater)
    GIVE(tributary, n_tributary)
    GIVE(lateral, n_lateral)
    GIVE(outfall, n_outfall)
    GIVE(withdrawal, n_withdrawal)
#undef GIVE
}
