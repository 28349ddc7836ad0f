/* Distributed inflow without pieces: where area, dispersion and rates stay the same along a piece, only the discharge grows,
 * Q' = q, and the two solutions are known by a series. Part of exact_core_body_internal.h, compiled with it twice.
 *
 * Equation   F' = -A K w,  F = Q w - A D w',  w = C - level. The slow solution has F = (Q + Y) w, w' = -Y/(A D) w, the fast
 *            one F = Z w, w' = (Q - Z)/(A D) w, with
 *                Y^2 + Q Y = A D (q + A K + Y'),   Z^2 - Q Z = A D (A K + Z').
 * Scheme     In powers of delta = A D q/R^2, R = sqrt(Q^2 + 4 A^2 D K), with t = Q/R (Liouville & Green, "WKB"):
 *                Y = 2 A^2 D K/(R + Q) + A D q (1 + t)/(2 R) sum delta^(j-1) g_j(-t),
 *                Z = -A K zeta,  zeta = 2 A D/(R + Q) (1 + sum delta^j g_j(t)),        g_1 = 1,
 *                g_j = (2j-3) t g + (1 + t) g - (1 - t^2) g' - (1 - t)/2 sum g_i g_(j-i),  g = g_(j-1), i = 1 .. j-1.
 *            The exponents are integrals of Y/(A D) and (Q - Z)/(A D): Gauss's formula with six nodes, in between the
 *            integral of the polynomial through them. Level and ports are those of a piece that does not vary, with
 *            Q + Y and Z of its two ends.
 * Means      A K int w = F(x1) - F(x2), for the fast part without A K; where that would cancel, by powers of the exponent.
 * Error      (q L/Q) delta^8 |g_9|, of an exponent, see exact_river.c; the nodes' is below 1e-15, for a piece's Q grows by 9 %.
 * Not for    channels whose area or dispersion follows the discharge; pieces shorter than A D/Q. */
#ifndef EXACT_SCALAR
#include "solvers/exact_core_body_internal.h"
#else

/* g_j, coefficients of t^0, t^1 ... times 128. */
static const double WKB_G[EXACT_WKB_TERMS][EXACT_WKB_TERMS] = {
    {128},
    {64, 320},
    {-320, 320, 1920},
    {-336, -6224, 2320, 17680},
    {6384, -7184, -117680, 22480, 216960},
    {6952, 310568, -139600, -2435920, 275560, 3313000},
    {-314600, 346520, 11786000, -2884720, -56198120, 4120600, 60441600},
    {-334477, -28525965, 13197551, 428562671, -65670215, -1443001415, 73199525, 1282031525}};
/* |t| <= 1: above |g_j| of the series' terms 1 ... and of the first that is left out. */
static const double WKB_LARGEST[EXACT_WKB_TERMS + 1] = {1, 3, 18, 190, 2.7e3, 4.8e4, 1.1e6, 2.6e7, 7.2e8};

static const double GAUSS_NODE[] = {0.2386191860831969, 0.6612093864662645, 0.9324695142031521};
static const double GAUSS_WEIGHT[] = {0.4679139345726910, 0.3607615730481386, 0.1713244923791704};
static double gauss_node(size_t k) { return k < 3 ? GAUSS_NODE[k] : -GAUSS_NODE[k - 3]; }

/* The integral from -1 of the polynomial through values at the nodes: coefficients of xi^m [7] from the values [6]. */
static void set_integral(double integral[EXACT_WKB_NODES + 1][EXACT_WKB_NODES]) {
    for (size_t k = 0; k < EXACT_WKB_NODES; k++) {
        double basis[EXACT_WKB_NODES] = {1};
        for (size_t j = 0, degree = 0; j < EXACT_WKB_NODES; j++) {
            if (j == k) continue;
            const double scale = 1 / (gauss_node(k) - gauss_node(j));
            degree++;
            for (size_t m = degree + 1; m-- > 0;)
                basis[m] = ((m > 0 ? basis[m - 1] : 0) - gauss_node(j) * basis[m]) * scale;
        }
        integral[0][k] = 0;
        for (size_t m = 0; m < EXACT_WKB_NODES; m++) {
            integral[m + 1][k] = basis[m] / (double)(m + 1);
            integral[0][k] += (m % 2 ? -1 : 1) * integral[m + 1][k];
        }
    }
}

/* How many terms leave out less than round-off. */
static size_t wkb_terms(double change, double delta) {
    double power = change;
    size_t count = 0;
    while (count < EXACT_WKB_TERMS && power * WKB_LARGEST[count] > 1e-16) {
        power *= delta;
        count++;
    }
    return count;
}

static scalar polynomial(const scalar *coefficient, size_t count, double xi) {
    scalar sum = coefficient[count - 1];
    for (size_t m = count - 1; m-- > 0;)
        sum = sum * xi + coefficient[m];
    return sum;
}

static double xi_of(const exact_piece *p, double x) { return 2 * x / p->length - 1; }
static double discharge_at(const exact_piece *p, double x) { return p->discharge + p->inflow * (x - 0.5 * p->length); }

/* Exponents of the two parts at x: 0 at the upstream and at the downstream end. */
static scalar slow_exponent(const wkb_type *w, const exact_piece *p, double x) {
    return polynomial(w->slow, EXACT_WKB_NODES + 1, xi_of(p, x));
}
static scalar fast_exponent(const wkb_type *w, const exact_piece *p, double x) {
    return p->dispersion > 0 ? polynomial(w->fast, EXACT_WKB_NODES + 1, xi_of(p, x)) : 0;
}

/* (Q + Y) of the slow part at x. */
static scalar slow_flux(const wkb_type *w, const exact_piece *p, double x) {
    scalar derivative = 0;
    for (size_t m = EXACT_WKB_NODES; m > 0; m--)
        derivative = derivative * xi_of(p, x) + (double)m * w->slow[m];
    return discharge_at(p, x) - p->area * p->dispersion * derivative * (2 / p->length);
}

typedef scalar exponent_along(const wkb_type *w, const exact_piece *p, double x);

/* Mean of exp(exponent) over x1..x2 by Gauss's formula. */
static scalar gauss_mean(exponent_along *exponent, const wkb_type *w, const exact_piece *p, double x1, double x2) {
    scalar sum = 0;
    for (size_t k = 0; k < EXACT_WKB_NODES; k++) {
        const double x = 0.5 * (x1 + x2) + 0.5 * (x2 - x1) * gauss_node(k);
        sum += 0.5 * GAUSS_WEIGHT[k % 3] * exp_of(exponent(w, p, x));
    }
    return sum;
}

/* Mean of exp(S) over a short stretch, over exp(middle), S the exponent at the start, the middle and the end:
 * S = middle + z xi + c xi^2, by the powers of both. */
QH_INLINE scalar gentle_factor(scalar start, scalar middle, scalar end) {
    const scalar z = end - start, c = 2 * (start + end - 2 * middle), q = times(z, z);
    const scalar a0 = 1 + times(q, 1.0 / 24 + times(q, 1.0 / 1920 + times(q, 1.0 / 322560 + q / 92897280)));
    const scalar a2 = 1.0 / 12 + times(q, 1.0 / 160 + times(q, 1.0 / 10752 + q / 1658880));
    const scalar a4 = 1.0 / 80 + times(q, 1.0 / 896 + q / 55296);
    return a0 + times(c, a2 + 0.5 * times(c, a4));
}

static bool is_steep(scalar step) { return size_of(step) > 0.5; }

/* Whether what reacts away makes the slow part steep, so that its mean follows from it; dilution alone may do so too. */
static bool is_lossy(const mode_type *m, const exact_piece *p) {
    return size_of(p->area * m->total) * p->length > 1e-2 * p->discharge;
}

/* A place along a piece and what one of the two parts is there. */
typedef struct wkb_place {
    double x;
    scalar exponent;
    scalar flow; /* slow part: (Q + Y) exp(exponent); fast part: zeta exp(exponent); only where `known` */
    bool known;
} wkb_place;

static wkb_place slow_place(const wkb_type *w, const exact_piece *p, double x) {
    return (wkb_place){.x = x, .exponent = slow_exponent(w, p, x)};
}
static wkb_place fast_place(const wkb_type *w, const exact_piece *p, double x) {
    return (wkb_place){.x = x, .exponent = fast_exponent(w, p, x)};
}
static scalar slow_flow(const wkb_type *w, const exact_piece *p, wkb_place *place) {
    if (!place->known) place->flow = times(slow_flux(w, p, place->x), exp_of(place->exponent));
    place->known = true;
    return place->flow;
}
static scalar fast_flow(const wkb_type *w, const exact_piece *p, wkb_place *place) {
    if (!place->known)
        place->flow = times(polynomial(w->zeta, EXACT_WKB_NODES, xi_of(p, place->x)), exp_of(place->exponent));
    place->known = true;
    return place->flow;
}

/* Mean over a stretch where the exponent changes little. Where the discharge changes by less than a thousandth, what the
 * parabola leaves out is below 1e-9 of it. */
static scalar mean_of(exponent_along *exponent, const wkb_type *w, const exact_piece *p, const wkb_place *first,
                      const wkb_place *last) {
    if (p->inflow * (last->x - first->x) > 1e-3 * discharge_at(p, first->x))
        return gauss_mean(exponent, w, p, first->x, last->x);
    const scalar middle = exponent(w, p, 0.5 * (first->x + last->x));
    return times(exp_of(middle), gentle_factor(first->exponent, middle, last->exponent));
}

static scalar mean_slow(const mode_type *m, const wkb_type *w, const exact_piece *p, wkb_place *first,
                        wkb_place *last) {
    if (!is_steep(last->exponent - first->exponent) || !is_lossy(m, p))
        return mean_of(slow_exponent, w, p, first, last);
    return times(slow_flow(w, p, first) - slow_flow(w, p, last), inverse_of(p->area * m->total * (last->x - first->x)));
}

static scalar mean_fast(const wkb_type *w, const exact_piece *p, wkb_place *first, wkb_place *last) {
    if (!(p->dispersion > 0)) return 0;
    if (!is_steep(last->exponent - first->exponent)) return mean_of(fast_exponent, w, p, first, last);
    return (fast_flow(w, p, last) - fast_flow(w, p, first)) * (1 / (last->x - first->x));
}

/* phi0 and phiL at x, and their means. */
static void wkb_shape(const mode_type *m, const wkb_type *w, const exact_piece *p, double x, scalar *phi0,
                      scalar *phiL) {
    const scalar slow = exp_of(slow_exponent(w, p, x)), scale = inverse_of(m->spread);
    const scalar fast = p->dispersion > 0 ? exp_of(fast_exponent(w, p, x)) : 0;
    *phi0 = times(slow - times(m->fall, fast), scale);
    *phiL = times(fast - times(m->rise, slow), scale);
}

static void wkb_means(const mode_type *m, scalar slow, scalar fast, scalar *phi0, scalar *phiL) {
    const scalar scale = inverse_of(m->spread);
    *phi0 = times(slow - times(m->fall, fast), scale);
    *phiL = times(fast - times(m->rise, slow), scale);
}

/* ---- pieces side by side ---- */

/* Places where Q counts: Gauss's nodes, the upstream and the downstream end. */
enum { WKB_UP = EXACT_WKB_NODES, WKB_DOWN, WKB_PLACES, WKB_BLOCK = WIDTH / WKB_PLACES };

/* Modes of pieces: number i at place k is lane k WKB_BLOCK + i, and the first WKB_BLOCK lanes where no place counts. */
typedef struct wkb_block {
    size_t used, terms;
    mode_type *mode[WKB_BLOCK];
    wkb_type *wkb[WKB_BLOCK];
    const exact_piece *piece[WKB_BLOCK];
    double spread[WIDTH], inflow[WIDTH], discharge[WIDTH]; /* m4/s, A D; m2/s; m3/s there */
    double half[WKB_BLOCK], per_spread[WKB_BLOCK];         /* m, half the length; 1/(A D), 0 without dispersion */
    wide loss;                                             /* m2/s, A K */
    wide square;                                           /* -, t^2 */
    wide delta, t, gone, share;                            /* -, -, s/m3: 1/R and 1/(R + Q) */
    wide slow, fast;                                       /* sums; then Y/(A D) [1/m] and zeta [m] */
    wide slow_exponent, fast_exponent;                     /* -, over the piece */
    double slow_row[EXACT_WKB_NODES + 1][2][WKB_BLOCK], fast_row[EXACT_WKB_NODES + 1][2][WKB_BLOCK];
    double zeta_row[EXACT_WKB_NODES][2][WKB_BLOCK]; /* coefficients of xi^m, real and imaginary parts */
    wide fall, falls, rise, rises;                  /* exponentials and what they lack to 1 */
    wide net, mean0, meanL, b, e, s0, sL;           /* net: 1 - E1 E2 */
} wkb_block;

VECTOR_CLONES static void set_wkb_terms(wkb_block *restrict o) {
    for (size_t i = 0; i < WIDTH; i++) {
        const double discharge = o->discharge[i];
        const scalar root = root_of(discharge * discharge + 4 * o->spread[i] * get(&o->loss, i));
        const scalar gone = inverse_of(root);
        put(&o->gone, i, gone);
        put(&o->share, i, inverse_of(root + discharge));
        put(&o->t, i, discharge * gone);
        put(&o->square, i, discharge * discharge * times(gone, gone));
        put(&o->delta, i, o->spread[i] * o->inflow[i] * times(gone, gone));
        put(&o->slow, i, 0);
        put(&o->fast, i, 0);
    }
}

/* Even part of g_(j+1), and odd part without its factor t, at t. */
VECTOR_CLONES static void set_wkb_parts(const wide *restrict square, size_t j, wide *restrict even,
                                        wide *restrict odd) {
    const double *g = WKB_G[j];
    const size_t top = j / 2;
    for (size_t i = 0; i < WIDTH; i++) {
        put(even, i, g[2 * top]);
        put(odd, i, 2 * top + 1 <= j ? g[2 * top + 1] : 0);
    }
    for (size_t m = top; m-- > 0;) {
        const double g_even = g[2 * m], g_odd = g[2 * m + 1];
        for (size_t i = 0; i < WIDTH; i++) {
            put(even, i, times(get(even, i), get(square, i)) + g_even);
            put(odd, i, times(get(odd, i), get(square, i)) + g_odd);
        }
    }
}

/* sum of delta^(j-1) g_j at -t and at t. */
VECTOR_CLONES static void add_wkb_term(wkb_block *restrict o, const wide *restrict even, const wide *restrict odd) {
    for (size_t i = 0; i < WIDTH; i++) {
        const scalar delta = get(&o->delta, i), g_even = get(even, i), g_odd = times(get(odd, i), get(&o->t, i));
        put(&o->slow, i, times(get(&o->slow, i), delta) + (g_even - g_odd) * (1.0 / 128));
        put(&o->fast, i, times(get(&o->fast, i), delta) + (g_even + g_odd) * (1.0 / 128));
    }
}

VECTOR_CLONES static void set_wkb_rates(wkb_block *restrict o) {
    for (size_t i = 0; i < WIDTH; i++) {
        const scalar loss = get(&o->loss, i), share = get(&o->share, i), gone = get(&o->gone, i);
        const scalar dilutes = times(times(gone, 1 + get(&o->t, i)), get(&o->slow, i));
        put(&o->slow, i, 2 * times(loss, share) + 0.5 * o->inflow[i] * dilutes);
        put(&o->fast, i, 2 * o->spread[i] * times(share, 1 + times(get(&o->delta, i), get(&o->fast, i))));
    }
}

/* row[m] = sum over places k of weight[m][k] value[k]. */
QH_INLINE void set_rows(size_t n_row, double (*weight)[EXACT_WKB_NODES], const double *restrict value,
                        double (*restrict row)[2][WKB_BLOCK], size_t part) {
    for (size_t m = 0; m < n_row; m++) {
        for (size_t i = 0; i < WKB_BLOCK; i++)
            row[m][part][i] = 0;
        for (size_t k = 0; k < EXACT_WKB_NODES; k++)
            for (size_t i = 0; i < WKB_BLOCK; i++)
                row[m][part][i] += weight[m][k] * value[k * WKB_BLOCK + i];
    }
}

/* Exponents along the piece from the nodes. */
VECTOR_CLONES static void set_wkb_exponents(wkb_block *restrict o, double (*integral)[EXACT_WKB_NODES]) {
    double derivative[EXACT_WKB_NODES][EXACT_WKB_NODES];
    wide slow, fast;
    for (size_t i = 0; i < WKB_BLOCK; i++) {
        put(&o->slow_exponent, i, 0);
        put(&o->fast_exponent, i, 0);
    }
    for (size_t k = 0; k < EXACT_WKB_NODES; k++) {
        for (size_t i = 0; i < WKB_BLOCK; i++) {
            const size_t at = k * WKB_BLOCK + i;
            const scalar against = o->discharge[at] + times(get(&o->loss, at), get(&o->fast, at));
            put(&slow, at, -o->half[i] * get(&o->slow, at));
            put(&fast, at, o->half[i] * o->per_spread[i] * against);
            put(&o->slow_exponent, i, get(&o->slow_exponent, i) + GAUSS_WEIGHT[k % 3] * get(&slow, at));
            put(&o->fast_exponent, i, get(&o->fast_exponent, i) - GAUSS_WEIGHT[k % 3] * get(&fast, at));
        }
        for (size_t m = 0; m < EXACT_WKB_NODES; m++)
            derivative[m][k] = (double)(m + 1) * integral[m + 1][k];
    }
    set_rows(EXACT_WKB_NODES + 1, integral, slow.re, o->slow_row, 0);
    set_rows(EXACT_WKB_NODES + 1, integral, fast.re, o->fast_row, 0);
    set_rows(EXACT_WKB_NODES, derivative, o->fast.re, o->zeta_row, 0);
#ifdef EXACT_BODY_COMPLEX
    set_rows(EXACT_WKB_NODES + 1, integral, slow.im, o->slow_row, 1);
    set_rows(EXACT_WKB_NODES + 1, integral, fast.im, o->fast_row, 1);
    set_rows(EXACT_WKB_NODES, derivative, o->fast.im, o->zeta_row, 1);
#endif
}

/* The port, and the means where they follow from the fluxes. */
VECTOR_CLONES static void set_wkb_ports(wkb_block *restrict o) {
    for (size_t i = 0; i < WKB_BLOCK; i++) {
        const size_t up = WKB_UP * WKB_BLOCK + i, down = WKB_DOWN * WKB_BLOCK + i;
        const bool spreads = o->spread[i] > 0;
        const scalar loss = get(&o->loss, i), fall = get(&o->fall, i), falls = get(&o->falls, i);
        const scalar rise = spreads ? get(&o->rise, i) : 0, rises = spreads ? get(&o->rises, i) : 1;
        const scalar ahead0 = o->discharge[up] + o->spread[i] * get(&o->slow, up);
        const scalar aheadL = o->discharge[down] + o->spread[i] * get(&o->slow, down);
        const scalar back0 = -times(loss, get(&o->fast, up)), backL = -times(loss, get(&o->fast, down));
        const scalar net = falls + times(fall, rises), scale = inverse_of(net);
        const double length = 2 * o->half[i];
        const scalar slow = times(ahead0 - times(aheadL, fall), inverse_of(loss * length));
        const scalar along = (get(&o->fast, down) - times(get(&o->fast, up), rise)) * (1 / length);
        const scalar fast = spreads ? along : 0;
        put(&o->rise, i, rise);
        put(&o->net, i, net);
        put(&o->mean0, i, times(slow - times(fall, fast), scale));
        put(&o->meanL, i, times(fast - times(rise, slow), scale));
        put(&o->b, i, times(times(rise, ahead0 - back0), scale));
        put(&o->s0, i, times(times(ahead0, rises) + times(times(back0, rise), falls), scale));
        put(&o->e, i, times(times(aheadL, times(fall, rise)) - backL, scale));
        put(&o->sL, i, times(times(times(fall, aheadL), rises) + times(backL, falls), scale));
    }
}

static scalar row_value(double (*row)[WKB_BLOCK], size_t i) {
#ifdef EXACT_BODY_COMPLEX
    return CMPLX(row[0][i], row[1][i]);
#else
    return row[0][i];
#endif
}

/* Means where the fluxes do not give them; the budget closes by e and sL there. */
static void set_gentle_means(mode_type *m, wkb_type *w, const exact_piece *p, scalar fast) {
    const scalar loss = p->area * p->length * m->total, slow = gauss_mean(slow_exponent, w, p, 0, p->length);
    wkb_means(m, slow, fast, &w->mean0, &w->meanL);
    m->port.e = m->port.b + times(loss, w->meanL);
    m->port.sL = m->port.s0 - times(loss, w->mean0 + w->meanL);
}

static void give_wkb(wkb_block *o, size_t i) {
    const exact_piece *p = o->piece[i];
    mode_type *m = o->mode[i];
    wkb_type *w = o->wkb[i];
    m->slow = get(&o->slow_exponent, i) * (1 / p->length);
    m->fast = -get(&o->fast_exponent, i) * (1 / p->length);
    m->fall = get(&o->fall, i);
    m->rise = get(&o->rise, i);
    m->spread = get(&o->net, i);
    m->port = (port_type){get(&o->b, i), get(&o->e, i), get(&o->s0, i), get(&o->sL, i)};
    for (size_t k = 0; k <= EXACT_WKB_NODES; k++) {
        w->slow[k] = row_value(o->slow_row[k], i);
        w->fast[k] = row_value(o->fast_row[k], i);
        if (k < EXACT_WKB_NODES) w->zeta[k] = row_value(o->zeta_row[k], i);
    }
    w->fast[0] += get(&o->fast_exponent, i);
    w->mean0 = get(&o->mean0, i);
    w->meanL = get(&o->meanL, i);
    if (is_steep(get(&o->slow_exponent, i)) && is_lossy(m, p)) return;
    const scalar up = get(&o->fast, WKB_UP * WKB_BLOCK + i), down = get(&o->fast, WKB_DOWN * WKB_BLOCK + i);
    set_gentle_means(m, w, p, p->dispersion > 0 ? (down - times(up, m->rise)) * (1 / p->length) : 0);
}

/* Lane `to` becomes what `from` is. */
static void copy_wkb(wkb_block *o, size_t to, size_t from) {
    o->half[to] = o->half[from];
    o->per_spread[to] = o->per_spread[from];
    for (size_t k = 0; k < WKB_PLACES; k++) {
        const size_t a = k * WKB_BLOCK + to, b = k * WKB_BLOCK + from;
        o->spread[a] = o->spread[b];
        o->inflow[a] = o->inflow[b];
        o->discharge[a] = o->discharge[b];
        put(&o->loss, a, get(&o->loss, b));
    }
}

static void finish_wkb(wkb_block *o, double (*integral)[EXACT_WKB_NODES]) {
    if (o->used == 0) return;
    wide even, odd;
    for (size_t i = o->used; i < WKB_BLOCK; i++)
        copy_wkb(o, i, o->used - 1);
    set_wkb_terms(o);
    for (size_t j = o->terms; j-- > 0;) {
        set_wkb_parts(&o->square, j, &even, &odd);
        add_wkb_term(o, &even, &odd);
    }
    set_wkb_rates(o);
    set_wkb_exponents(o, integral);
    decay(&o->slow_exponent, WKB_BLOCK, &o->fall, &o->falls);
    decay(&o->fast_exponent, WKB_BLOCK, &o->rise, &o->rises);
    set_wkb_ports(o);
    for (size_t i = 0; i < o->used; i++)
        give_wkb(o, i);
    o->used = o->terms = 0;
}

/* Asks for mode *m of piece p at the rate s + decay [1/s]: it and *w are there after finish_wkb. */
static void ask_wkb(wkb_block *o, mode_type *m, wkb_type *w, const exact_piece *p, scalar rate,
                    double (*integral)[EXACT_WKB_NODES]) {
    const size_t i = o->used++;
    m->source = zone_source(rate, p->exchange, p->back, &m->zone);
    m->total = times(rate, m->source);
    const scalar loss = p->area * m->total;
    const double spread = p->area * p->dispersion, up = discharge_at(p, 0), down = discharge_at(p, p->length);
    const double delta = spread * p->inflow / fmax(up * up, size_of(up * up + 4 * spread * loss) / 2);
    const size_t terms = wkb_terms(fmax(down / up - 1, delta), delta);
    o->terms = terms > o->terms ? terms : o->terms;
    o->mode[i] = m;
    o->wkb[i] = w;
    o->piece[i] = p;
    o->half[i] = 0.5 * p->length;
    o->per_spread[i] = spread > 0 ? 1 / spread : 0;
    for (size_t k = 0; k < WKB_PLACES; k++) {
        const size_t at = k * WKB_BLOCK + i;
        o->spread[at] = spread;
        o->inflow[at] = p->inflow;
        o->discharge[at] = k == WKB_UP     ? up
                           : k == WKB_DOWN ? down
                                           : p->discharge + o->half[i] * p->inflow * gauss_node(k);
        put(&o->loss, at, loss);
    }
    if (o->used == WKB_BLOCK) finish_wkb(o, integral);
}

#endif
