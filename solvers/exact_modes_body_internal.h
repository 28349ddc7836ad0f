/* Modes of pieces without the series of exact_inflow_body_internal.h: exponents and ports, many side by side. Part of
 * exact_core_body_internal.h, compiled with it twice.
 *
 * Scheme     A lane is one mode of one piece at one rate. Lanes are gathered in blocks, which go through loops without branches
 *            (equation and port: exact_core_body_internal.h), and are given back. */
#ifndef EXACT_SCALAR
#include "solvers/exact_core_body_internal.h"
#else

typedef struct mode_block {
    size_t used, count; /* count: used, up to a multiple of 8; what is left over repeats the last one */
    mode_type *mode[WIDTH];
    const exact_piece *piece[WIDTH];
    double velocity[WIDTH], dispersion[WIDTH], steepness[WIDTH], area[WIDTH], length[WIDTH]; /* of the piece */
    double exchange[WIDTH], back[WIDTH], dilution[WIDTH];                                    /* 1/s */
    wide rate;                                                                               /* 1/s, s + decay */
    wide total, source, zone;                                                                /* as in the mode */
    wide slow_rate, fast_rate;                                                               /* 1/m, as in the mode */
    wide sum;                                                                                /* m/s, velocity + root */
    wide slow, fast;               /* -, exponents over the length, both <= 0 */
    wide fall, falls, rise, rises; /* -, exponentials, and what they lack to 1 */
    wide spread, b, e, s0, sL;
    bool in_cells; /* means over cells are wanted too */
    cell_type *into[WIDTH];
    double cell[WIDTH];                         /* m */
    wide down_exponent, up_exponent, cell_lack; /* -, over a cell */
    wide down, up;                              /* -, its factors */
    wide down_mean, up_mean;
} mode_block;

/* What the storage zone does to the rates, and the exponents: see "Modes" and "Equation" in the body. */
VECTOR_CLONES static void set_exponents(mode_block *restrict o) {
    for (size_t i = 0; i < (o->count & ~(size_t)7); i++) {
        scalar zone;
        const scalar rate = get(&o->rate, i), source = zone_source(rate, o->exchange[i], o->back[i], &zone);
        const scalar total = times(rate, source);
        const double u = o->velocity[i];
        const scalar loss = o->dilution[i] + total, sum = u + root_of(u * u + 4 * o->dispersion[i] * loss);
        put(&o->source, i, source);
        put(&o->total, i, total);
        put(&o->zone, i, zone);
        put(&o->sum, i, sum);
        const scalar slow = -2 * times(loss, inverse_of(sum)), fast = o->steepness[i] * sum;
        put(&o->slow_rate, i, slow);
        put(&o->fast_rate, i, fast);
        put(&o->slow, i, o->length[i] * slow);
        put(&o->fast, i, -o->length[i] * fast);
    }
}

/* 1 - E1 E2 = (1 - E2) + E2 (1 - E1): nothing cancels. Without dispersion it is plug flow: E1 = 0. */
VECTOR_CLONES static void set_ports(mode_block *restrict o) {
    for (size_t i = 0; i < (o->count & ~(size_t)7); i++) {
        const bool spreads = o->dispersion[i] > 0;
        const scalar fall = get(&o->fall, i), rise = spreads ? get(&o->rise, i) : 0;
        const scalar rises = spreads ? get(&o->rises, i) : 1;
        const scalar spread = spreads ? get(&o->falls, i) + times(fall, rises) : 1, scale = inverse_of(spread);
        const scalar gain = 0.5 * o->area[i] * get(&o->sum, i);
        const scalar back = o->area[i] * o->dispersion[i] * get(&o->slow_rate, i);
        const scalar ahead = times(gain, rises), behind = times(back, get(&o->falls, i));
        put(&o->rise, i, rise);
        put(&o->spread, i, spread);
        put(&o->b, i, times(times(gain - back, rise), scale));
        put(&o->e, i, times(times(gain, times(rise, fall)) - back, scale));
        put(&o->s0, i, times(ahead + times(behind, rise), scale));
        put(&o->sL, i, times(times(ahead, fall) + behind, scale));
    }
}

/* Means over a cell from what the exponentials lack to 1 there. */
VECTOR_CLONES static void set_cell_means(const wide *restrict exponent, const wide *restrict lack, size_t count,
                                         wide *restrict mean) {
    for (size_t i = 0; i < (count & ~(size_t)7); i++) {
        const scalar z = get(exponent, i), inverse = inverse_of(z);
        put(mean, i, size_of(z) > 0 ? -times(get(lack, i), inverse) : 1);
    }
}

static void set_cells(mode_block *o) {
    for (size_t i = 0; i < o->count; i++) {
        put(&o->down_exponent, i, o->cell[i] * get(&o->slow_rate, i));
        put(&o->up_exponent, i, -o->cell[i] * get(&o->fast_rate, i));
    }
    decay(&o->down_exponent, o->count, &o->down, &o->cell_lack);
    set_cell_means(&o->down_exponent, &o->cell_lack, o->count, &o->down_mean);
    decay(&o->up_exponent, o->count, &o->up, &o->cell_lack);
    set_cell_means(&o->up_exponent, &o->cell_lack, o->count, &o->up_mean);
}

/* Distributed inflow, with the middle's Q, A and D: the discharges at the ends, and what the budget leaves for F(L). */
static void set_inflow_port(mode_type *m, const exact_piece *p) {
    scalar mean0, meanL;
    mean_shape(m, p, 0, p->length, &mean0, &meanL);
    const scalar reacts = p->area * p->length * m->total;
    m->port.s0 -= 0.5 * p->inflow * p->length;
    m->port.e = m->port.b + times(reacts, meanL);
    m->port.sL = m->port.s0 - times(reacts, mean0 + meanL);
}

static void give_mode(const mode_block *o, size_t i) {
    const exact_piece *p = o->piece[i];
    mode_type *m = o->mode[i];
    *m = (mode_type){.total = get(&o->total, i),
                     .source = get(&o->source, i),
                     .zone = get(&o->zone, i),
                     .slow = get(&o->slow_rate, i),
                     .fast = get(&o->fast_rate, i),
                     .rise = get(&o->rise, i),
                     .fall = get(&o->fall, i),
                     .spread = get(&o->spread, i),
                     .port = {get(&o->b, i), get(&o->e, i), get(&o->s0, i), get(&o->sL, i)}};
    if (o->in_cells)
        *o->into[i] = (cell_type){get(&o->down, i), get(&o->down_mean, i), get(&o->up, i), get(&o->up_mean, i)};
    if (p->inflow != 0) set_inflow_port(m, p);
}

static void repeat_last(mode_block *o) {
    const size_t last = o->used - 1;
    for (size_t i = o->used; i < o->count; i++) {
        o->velocity[i] = o->velocity[last];
        o->dispersion[i] = o->dispersion[last];
        o->steepness[i] = o->steepness[last];
        o->area[i] = o->area[last];
        o->length[i] = o->length[last];
        o->exchange[i] = o->exchange[last];
        o->back[i] = o->back[last];
        o->dilution[i] = o->dilution[last];
        if (o->in_cells) o->cell[i] = o->cell[last];
        put(&o->rate, i, get(&o->rate, last));
    }
}

static void finish_modes(mode_block *o) {
    if (o->used == 0) return;
    o->count = (o->used + 7) & ~(size_t)7;
    repeat_last(o);
    set_exponents(o);
    decay(&o->slow, o->count, &o->fall, &o->falls);
    decay(&o->fast, o->count, &o->rise, &o->rises);
    set_ports(o);
    if (o->in_cells) set_cells(o);
    for (size_t i = 0; i < o->used; i++)
        give_mode(o, i);
    o->used = 0;
}

/* Asks for mode *m of piece p at the rate s + decay [1/s]: it is there after finish_modes. */
static void ask_mode(mode_block *o, mode_type *m, const exact_piece *p, scalar rate) {
    const size_t i = o->used++;
    o->mode[i] = m;
    o->piece[i] = p;
    o->velocity[i] = p->velocity;
    o->dispersion[i] = p->dispersion;
    o->steepness[i] = p->steepness;
    o->area[i] = p->area;
    o->length[i] = p->length;
    o->exchange[i] = p->exchange;
    o->back[i] = p->back;
    o->dilution[i] = p->inflow != 0 ? p->inflow / p->area : 0;
    put(&o->rate, i, rate);
    if (o->used == WIDTH) finish_modes(o);
}

#endif
