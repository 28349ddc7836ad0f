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

/* sum of delta^(j-1) g_j at -t and at t. */
static void wkb_sums(size_t count, scalar delta, scalar t, scalar *slow, scalar *fast) {
    const scalar square = t * t;
    *slow = *fast = 0;
    for (size_t j = count; j-- > 0;) {
        const double *g = WKB_G[j];
        scalar even = 0, odd = 0;
        for (size_t m = j / 2 + 1; m-- > 0;) {
            even = even * square + g[2 * m];
            if (2 * m + 1 <= j) odd = odd * square + g[2 * m + 1];
        }
        odd *= t;
        *slow = *slow * delta + (even - odd) * (1.0 / 128);
        *fast = *fast * delta + (even + odd) * (1.0 / 128);
    }
}

typedef struct wkb_value {
    scalar slow; /* 1/m, Y/(A D) */
    scalar zeta; /* m, -Z/(A K) */
} wkb_value;

static wkb_value wkb_at(const exact_piece *p, scalar loss, size_t terms, double discharge) {
    const double spread = p->area * p->dispersion;
    const scalar root = root_of(discharge * discharge + 4 * spread * loss), gone = inverse_of(root);
    const scalar t = discharge * gone, share = inverse_of(root + discharge);
    const scalar delta = spread * p->inflow * gone * gone;
    scalar slow, fast;
    wkb_sums(terms, delta, t, &slow, &fast);
    return (wkb_value){.slow = 2 * loss * share + 0.5 * p->inflow * gone * (1 + t) * slow,
                       .zeta = 2 * spread * share * (1 + delta * fast)};
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

/* Mean of exp(S) over a short stretch, S its exponent at the start, the middle and the end: S = middle + z xi + c xi^2, by
 * the powers of both. */
static scalar gentle_mean(scalar start, scalar middle, scalar end) {
    const scalar z = end - start, c = 2 * (start + end - 2 * middle), square = z * z;
    const scalar a0 = 1 + square * (1.0 / 24 + square * (1.0 / 1920 + square * (1.0 / 322560 + square / 92897280)));
    const scalar a2 = 1.0 / 12 + square * (1.0 / 160 + square * (1.0 / 10752 + square / 1658880));
    const scalar a4 = 1.0 / 80 + square * (1.0 / 896 + square / 55296);
    return exp_of(middle) * (a0 + c * (a2 + 0.5 * c * a4));
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
    if (!place->known) place->flow = slow_flux(w, p, place->x) * exp_of(place->exponent);
    place->known = true;
    return place->flow;
}
static scalar fast_flow(const wkb_type *w, const exact_piece *p, wkb_place *place) {
    if (!place->known) place->flow = polynomial(w->zeta, EXACT_WKB_NODES, xi_of(p, place->x)) * exp_of(place->exponent);
    place->known = true;
    return place->flow;
}

/* Mean over a stretch where the exponent changes little. Where the discharge changes by less than a thousandth, what the
 * parabola leaves out is below 1e-9 of it. */
static scalar mean_of(exponent_along *exponent, const wkb_type *w, const exact_piece *p, const wkb_place *first,
                      const wkb_place *last) {
    if (p->inflow * (last->x - first->x) > 1e-3 * discharge_at(p, first->x))
        return gauss_mean(exponent, w, p, first->x, last->x);
    return gentle_mean(first->exponent, exponent(w, p, 0.5 * (first->x + last->x)), last->exponent);
}

static scalar mean_slow(const mode_type *m, const wkb_type *w, const exact_piece *p, wkb_place *first,
                        wkb_place *last) {
    if (!is_steep(last->exponent - first->exponent) || !is_lossy(m, p))
        return mean_of(slow_exponent, w, p, first, last);
    return (slow_flow(w, p, first) - slow_flow(w, p, last)) * inverse_of(p->area * m->total * (last->x - first->x));
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
    *phi0 = (slow - m->fall * fast) * scale;
    *phiL = (fast - m->rise * slow) * scale;
}

static void wkb_means(const mode_type *m, scalar slow, scalar fast, scalar *phi0, scalar *phiL) {
    const scalar scale = inverse_of(m->spread);
    *phi0 = (slow - m->fall * fast) * scale;
    *phiL = (fast - m->rise * slow) * scale;
}

/* Exponents along the piece from the nodes; returns the whole ones in m->slow and m->fast. */
static void set_wkb_exponents(mode_type *m, wkb_type *w, const exact_piece *p, size_t terms,
                              const double (*integral)[EXACT_WKB_NODES]) {
    const double half = 0.5 * p->length;
    const scalar loss = p->area * m->total;
    scalar slow[EXACT_WKB_NODES], fast[EXACT_WKB_NODES], zeta[EXACT_WKB_NODES];
    m->slow = m->fast = 0;
    for (size_t k = 0; k < EXACT_WKB_NODES; k++) {
        const double discharge = p->discharge + half * p->inflow * gauss_node(k);
        const wkb_value at = wkb_at(p, loss, terms, discharge);
        slow[k] = -half * at.slow;
        zeta[k] = at.zeta;
        fast[k] = p->dispersion > 0 ? half * (discharge + loss * at.zeta) * (1 / (p->area * p->dispersion)) : 0;
        m->slow += GAUSS_WEIGHT[k % 3] * slow[k];
        m->fast += GAUSS_WEIGHT[k % 3] * fast[k];
    }
    for (size_t i = 0; i <= EXACT_WKB_NODES; i++) {
        w->slow[i] = w->fast[i] = 0;
        for (size_t k = 0; k < EXACT_WKB_NODES; k++) {
            w->slow[i] += integral[i][k] * slow[k];
            w->fast[i] += integral[i][k] * fast[k];
        }
    }
    w->fast[0] -= m->fast;
    for (size_t i = 0; i < EXACT_WKB_NODES; i++) {
        w->zeta[i] = 0;
        for (size_t k = 0; k < EXACT_WKB_NODES; k++)
            w->zeta[i] += (double)(i + 1) * integral[i + 1][k] * zeta[k];
    }
}

/* Exponents, port and means of a piece with inflow. */
static void set_wkb(mode_type *m, wkb_type *w, const exact_piece *p, const double (*integral)[EXACT_WKB_NODES]) {
    const scalar loss = p->area * m->total;
    const double spread = p->area * p->dispersion, up = discharge_at(p, 0), down = discharge_at(p, p->length);
    const double delta = spread * p->inflow / fmax(up * up, size_of(up * up + 4 * spread * loss) / 2);
    const size_t terms = wkb_terms(fmax(down / up - 1, delta), delta);
    set_wkb_exponents(m, w, p, terms, integral);
    const wkb_value first = wkb_at(p, loss, terms, up), last = wkb_at(p, loss, terms, down);
    const scalar whole = m->slow, ahead0 = up + spread * first.slow, aheadL = down + spread * last.slow;
    const scalar back0 = -loss * first.zeta, backL = -loss * last.zeta;
    scalar falls, rises = 1;
    m->fall = decayed(m->slow, &falls);
    m->rise = p->dispersion > 0 ? decayed(-m->fast, &rises) : 0;
    m->spread = falls + m->fall * rises;
    m->slow *= 1 / p->length;
    m->fast *= 1 / p->length;
    const scalar scale = inverse_of(m->spread);
    const scalar fast = p->dispersion > 0 ? (last.zeta - first.zeta * m->rise) * (1 / p->length) : 0;
    const bool steep = is_steep(whole) && is_lossy(m, p);
    const scalar slow = steep ? (ahead0 - aheadL * m->fall) * inverse_of(loss * p->length)
                              : gauss_mean(slow_exponent, w, p, 0, p->length);
    wkb_means(m, slow, fast, &w->mean0, &w->meanL);
    m->port.b = m->rise * (ahead0 - back0) * scale;
    m->port.s0 = (ahead0 * rises + back0 * m->rise * falls) * scale;
    m->port.e = (aheadL * m->fall * m->rise - backL) * scale;
    m->port.sL = (m->fall * aheadL * rises + backL * falls) * scale;
    if (steep) return;
    m->port.e =
        m->port.b + loss * p->length * w->meanL; /* so that the budget closes where the means do not follow from it */
    m->port.sL = m->port.s0 - loss * p->length * (w->mean0 + w->meanL);
}

#endif
