/* The exact solution of transport at one rate s: exponentials on pieces, one unknown a point. Compiled for real numbers
 * (exact_real.c: steady, s = 0) and for complex ones (exact_complex.c: the Laplace transform of unsteady transport).
 *
 * Equation   on a piece of constant Q, A, D with inflow q, and in its storage zone, transformed in time:
 *                A D C'' - Q C' - q C - A M C - A alpha (C - Cs) + brought + A g = 0,  (M + beta) Cs = beta C + g
 *            M = s - J (J the Jacobian of the kinetics, lower triangular), g = gain_factor gain + initial,
 *            beta = alpha A/A_s. Without Cs: A D C'' - Q C' - (q + A K) C + brought + A H g = 0 with
 *                K = M (1 + alpha/(M + beta)),  H = 1 + alpha/(M + beta).
 * Modes      K is a function of J and has its eigenvectors: w = X^-1 C obeys n equations with the rates r = q/A + K_j,
 *                w = a exp(l1 (x - L)) + b exp(l2 x),  l1,2 = (u +- root)/(2D), root = sqrt(u^2 + 4 r D), Re root >= 0.
 *            The flux Q w - A D w' of the first part is A D l2, of the second A D l1 (for l1 + l2 = u/D), both without
 *            cancellation: A D l1 = A (u + root)/2, A D l2 = -2 A D r/(u + root). No exponent has a positive real part:
 *            nothing overflows at any Péclet number, and without dispersion it is plug flow.
 * Port       with E1 = exp(-l1 L), E2 = exp(l2 L), end values less the equilibrium ("level"):
 *                F(0) = [ (A D l1 - A D l2 E1 E2) w0 - (A D l1 - A D l2) E1 wL ] / (1 - E1 E2),   F(L) likewise,
 *            written with exchange and net fluxes, F(0) = s0 w0 + b (w0 - wL), F(L) = sL w0 + e (w0 - wL). Back in C these
 *            are lower triangular matrices X diag(.) X^-1: a species' flux has its own port and known terms of those before.
 *            F(0) takes the discharge that is there, F(L) what conservation leaves where there is inflow.
 * Inflow     along a segment makes Q, A and D vary: it is cut into pieces, the middle's Q, A and D hold in each. Their cuts
 *            are eliminated in a form that never subtracts the exchange b, e = O(A D/h) of short pieces from itself
 *            (after Grassmann, Taksar & Heyman 1985). The error expands in powers 2, 3, 4 ... of the piece.
 * Points     fluxes in + loads + what links bring = fluxes out + (taken + outlet) C_p + (s + k) V C_p: one equation a point,
 *            V what it holds itself (a reservoir), fully mixed. Outlet:
 *            F(L) = Q C_p, which is dC/dx = 0. First-type inlet: C_p = C_in.
 * Order      unknowns: points in order of elimination (exact_order.c); species by position, one after the other.
 * Source     Thomann & Mueller (1987), Principles of Surface Water Quality Modeling, ch. 2-3, for the exponentials.
 * Not for    kinetics that are nonlinear. */
#ifdef EXACT_BODY_COMPLEX
#include "solvers/exact_complex_internal.h"
#define EXACT(name)  exact_complex_##name
#define EXACT_SCALAR double complex
#define EXACT_RATES  EXACT_COMPLEX_RATES
#else
#include "solvers/exact_real_internal.h"
#define EXACT(name)  exact_real_##name
#define EXACT_SCALAR double
#define EXACT_RATES  1
#endif

#include <float.h>
#include <math.h>
#include <string.h>

typedef EXACT_SCALAR scalar;
typedef EXACT(core) core_type;
typedef EXACT(mode) mode_type;
typedef EXACT(port) port_type;
typedef EXACT(wkb) wkb_type;
typedef EXACT(at_rate) at_rate;
typedef EXACT(cell) cell_type;

#include "solvers/exact_scalar_body_internal.h"

#include "solvers/exact_inflow_body_internal.h"

/* ---- creation ---- */

enum { MANY_MODES = 2048 }; /* fill vectors by themselves: one rate at a time then, for memory's sake */

qh_status EXACT(core_create)(const exact_river *river, size_t n_lane, core_type **core) {
    qh_arena *arena = qh_arena_create();
    core_type *c = arena ? qh_arena_alloc(arena, 1, sizeof *c) : NULL;
    if (!c) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    const size_t n = river->n, n_piece = river->n_piece, n_mode = river->coupled ? EXACT_SHIFTS * n : n;
    const size_t matrix = river->coupled ? n * n : 0; /* else the modes' own */
    bool complete = true;
    *c = (core_type){.arena = arena, .river = river, .n = n, .n_lane = n_lane, .n_mode = n_mode, .gain_factor = 1};
    c->n_rate = n_piece * n_mode <= MANY_MODES ? EXACT_RATES : 1;
    for (size_t r = 0; r < c->n_rate; r++) {
        at_rate *at = &c->all[r];
        at->mode = qh_arena_alloc(arena, n_piece * n_mode, sizeof *at->mode);
        at->wkb = qh_arena_alloc(arena, river->n_wkb * n_mode, sizeof *at->wkb);
        at->cell = qh_arena_alloc(arena, EXACT_RATES > 1 ? n_piece * n_mode : 0, sizeof *at->cell);
        at->port = qh_arena_alloc(arena, n_piece * matrix, sizeof *at->port);
        at->total = qh_arena_alloc(arena, n_piece * matrix, sizeof *at->total);
        at->joined = qh_arena_alloc(arena, n_piece * n, sizeof *at->joined);
        at->pivot = qh_arena_alloc(arena, n * river->n_point, sizeof *at->pivot);
        at->up = qh_arena_alloc(arena, n * river->order.n_entry, sizeof *at->up);
        at->down = qh_arena_alloc(arena, n * river->order.n_entry, sizeof *at->down);
        complete = complete && at->mode && at->wkb && at->cell && at->port && at->total && at->joined && at->pivot &&
                   at->up && at->down;
    }
    c->brought = qh_arena_alloc(arena, river->n_segment * n * n_lane, sizeof *c->brought);
    c->value = qh_arena_alloc(arena, n * river->n_point * n_lane, sizeof *c->value);
    c->level = qh_arena_alloc(arena, n_piece * n * n_lane, sizeof *c->level);
    c->cut = qh_arena_alloc(arena, n_piece * n * n_lane, sizeof *c->cut);
    c->constant = qh_arena_alloc(arena, 4 * n_piece * n_lane, sizeof *c->constant);
    c->start = qh_arena_alloc(arena, n_mode * n_lane, sizeof *c->start);
    c->end = qh_arena_alloc(arena, n_mode * n_lane, sizeof *c->end);
    c->work = qh_arena_alloc(arena, 2 * n * n_lane, sizeof *c->work);
    set_integral(c->integral);
    c->now = c->all[0];
    if (!complete || !c->brought || !c->value || !c->level || !c->cut || !c->constant || !c->start || !c->end ||
        !c->work) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *core = c;
    return QH_OK;
}

void EXACT(core_destroy)(core_type *core) {
    if (core) qh_arena_destroy(core->arena);
}

/* Port of species i's flux on species j, j <= i. */
static port_type *port_at(const core_type *c, size_t k, size_t i, size_t j) {
    return c->river->coupled ? &c->now.port[(k * c->n + i) * c->n + j] : &c->now.mode[k * c->n_mode + i].port;
}
static scalar *total_at(const core_type *c, size_t k, size_t i, size_t j) {
    return c->river->coupled ? &c->now.total[(k * c->n + i) * c->n + j] : &c->now.mode[k * c->n_mode + i].total;
}

/* Of mode l of piece k, where the discharge grows. */
static wkb_type *wkb_of(const core_type *c, size_t k, size_t l) {
    return &c->now.wkb[c->river->piece[k].wkb_row * c->n_mode + l];
}

/* ---- one mode ---- */

/* Mean of exp(k (x - origin)) over x1..x2, for exponents whose real part is not positive there. */
static scalar mean_exponential(scalar k, double origin, double x1, double x2) {
    const scalar step = k * (x2 - x1);
    return real_of(step) > 0 ? times(exp_of(k * (x2 - origin)), growth_of(-step))
                             : times(exp_of(k * (x1 - origin)), growth_of(step));
}

/* phi0 and phiL at x. */
static void shape_at(const mode_type *m, const exact_piece *p, double x, scalar *phi0, scalar *phiL) {
    if (!(p->dispersion > 0)) {
        *phi0 = x < p->length ? exp_of(m->slow * x) : 0;
        *phiL = x < p->length ? 0 : 1;
        return;
    }
    const scalar steep = m->slow - m->fast, scale = inverse_of(m->spread);
    const double left = p->length - x;
    *phi0 = times(times(exp_of(m->slow * x), -expm1_of(steep * left)), scale);
    *phiL = times(times(exp_of(-m->fast * left), -expm1_of(steep * x)), scale);
}

/* Means of phi0 and phiL over x1..x2. Where the exponents change little the formula cancels; six points of Gauss are
 * exact to round-off there. */
static void mean_shape(const mode_type *m, const exact_piece *p, double x1, double x2, scalar *phi0, scalar *phiL) {
    static const double node[] = {0.2386191860831969, 0.6612093864662645, 0.9324695142031521};
    static const double weight[] = {0.4679139345726910, 0.3607615730481386, 0.1713244923791704};
    if (!(p->dispersion > 0)) {
        *phi0 = mean_exponential(m->slow, 0, x1, x2);
        *phiL = 0;
        return;
    }
    if (size_of(m->fast - m->slow) * p->length >= 0.5) {
        const scalar scale = inverse_of(m->spread), slow = mean_exponential(m->slow, 0, x1, x2);
        const scalar fast = mean_exponential(m->fast, p->length, x1, x2);
        *phi0 = times(slow - times(m->fall, fast), scale);
        *phiL = times(fast - times(m->rise, slow), scale);
        return;
    }
    *phi0 = *phiL = 0;
    for (size_t k = 0; k < 6; k++) {
        scalar c0, cL;
        const double x = 0.5 * (x1 + x2) + 0.5 * (x2 - x1) * (k < 3 ? node[k] : -node[k - 3]);
        shape_at(m, p, x, &c0, &cL);
        *phi0 += 0.5 * weight[k % 3] * c0;
        *phiL += 0.5 * weight[k % 3] * cL;
    }
}

/* The same over the whole piece, from the exponentials that are there. */
static void whole_mean(const mode_type *m, const exact_piece *p, scalar *phi0, scalar *phiL) {
    const scalar slow = m->slow * p->length, fast = m->fast * p->length;
    if (size_of(slow) < 0.5 || size_of(fast) < 0.5 || !(p->dispersion > 0)) {
        mean_shape(m, p, 0, p->length, phi0, phiL);
        return;
    }
    const scalar scale = inverse_of(m->spread), along = times(m->fall - 1, inverse_of(slow));
    const scalar against = times(1 - m->rise, inverse_of(fast));
    *phi0 = times(along - times(m->fall, against), scale);
    *phiL = times(against - times(m->rise, along), scale);
}

#include "solvers/exact_modes_body_internal.h"

/* ---- pieces at a rate ---- */

static void add_port(port_type *sum, double weight, const port_type *port) {
    sum->b += weight * port->b;
    sum->e += weight * port->e;
    sum->s0 += weight * port->s0;
    sum->sL += weight * port->sL;
}

/* X diag(.) X^-1 of the ports and rates, averaged over the shifts. */
static void couple_piece(core_type *c, size_t k) {
    const exact_kinetics *kinetics = c->river->piece[k].kinetics;
    const size_t n = c->n;
    memset(port_at(c, k, 0, 0), 0, n * n * sizeof(port_type));
    for (size_t i = 0; i < n * n; i++)
        c->now.total[k * n * n + i] = 0;
    for (size_t q = 0; q < kinetics->n_shift; q++) {
        const double *x = kinetics->vector + q * n * n, *y = kinetics->inverse + q * n * n;
        const mode_type *mode = c->now.mode + k * c->n_mode + q * n;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j <= i; j++) {
                for (size_t l = j; l <= i; l++) {
                    const double weight = kinetics->weight[q] * x[i * n + l] * y[l * n + j];
                    if (weight == 0) continue;
                    add_port(port_at(c, k, i, j), weight, &mode[l].port);
                    *total_at(c, k, i, j) += weight * mode[l].total;
                }
            }
        }
    }
}

/* Two ports in a row as one: the cut between has (flux in) = (flux out). */
static port_type join(const port_type *a, const port_type *b) {
    const scalar gone = inverse_of(b->s0 + b->b + a->e), net = b->s0 - a->sL;
    return (port_type){.b = times(times(a->b, b->b), gone),
                       .e = times(times(b->e, b->s0 + a->e) - times(b->sL, b->b), gone),
                       .s0 = a->s0 + times(times(a->b, net), gone),
                       .sL = times(times(b->sL, a->sL + a->e + b->b) - times(b->e, net), gone)};
}

static bool is_silent(const core_type *c, size_t segment) { return c->silent && c->silent[segment]; }

static void join_pieces(core_type *c) {
    for (size_t s = 0; s < c->river->n_segment; s++) {
        const size_t first = c->river->segment_piece[s], last = c->river->segment_piece[s + 1];
        if (last - first == 1 || is_silent(c, s)) continue;
        for (size_t i = 0; i < c->n; i++) {
            c->now.joined[first * c->n + i] = *port_at(c, first, i, i);
            for (size_t k = first + 1; k < last; k++)
                c->now.joined[k * c->n + i] = join(&c->now.joined[(k - 1) * c->n + i], port_at(c, k, i, i));
        }
    }
}

/* Port of species i on all of segment s. */
static const port_type *whole_port(const core_type *c, size_t s, size_t i) {
    const size_t first = c->river->segment_piece[s], last = c->river->segment_piece[s + 1] - 1;
    return first == last ? port_at(c, first, i, i) : &c->now.joined[last * c->n + i];
}

/* ---- points ---- */

/* What segment s adds to its points' equations: what leaves the one, and what arrives at the other with the opposite sign. A
 * silent one takes Q C and passes nothing on. */
static void add_to_points(core_type *c, size_t s) {
    const exact_river *river = c->river;
    const exact_order *order = &river->order;
    const qh_segment *segment = &river->network->segment[s];
    const bool leaves = !river->point[segment->from].fixed, arrives = !river->point[segment->to].fixed;
    const size_t from = order->place[segment->from], to = order->place[segment->to], e = order->segment_entry[s];
    scalar *out = from < to ? c->now.up : c->now.down, *in = from < to ? c->now.down : c->now.up;
    for (size_t i = 0; i < c->n; i++) {
        scalar *diagonal = c->now.pivot + i * river->n_point;
        const size_t at = i * order->n_entry + e;
        if (is_silent(c, s)) {
            if (leaves) diagonal[from] += river->flow->segment_upstream[s];
            continue;
        }
        const port_type whole = *whole_port(c, s, i);
        if (leaves) {
            diagonal[from] += whole.s0 + whole.b;
            out[at] -= whole.b;
        }
        if (arrives) {
            diagonal[to] += whole.e;
            in[at] -= whole.sL + whole.e;
        }
    }
}

static void assemble(core_type *c) {
    const exact_river *river = c->river;
    const exact_order *order = &river->order;
    for (size_t e = 0; e < c->n * order->n_entry; e++)
        c->now.up[e] = c->now.down[e] = 0;
    for (size_t p = 0; p < river->n_point; p++) {
        const exact_point *point = &river->point[p];
        for (size_t i = 0; i < c->n; i++)
            c->now.pivot[i * river->n_point + order->place[p]] =
                point->fixed ? point->through
                             : point->taken + point->outlet + point->pond * (c->now.rate + river->pond_decay[i]);
    }
    for (size_t s = 0; s < river->n_segment; s++)
        add_to_points(c, s);
    for (size_t k = 0; k < river->network->n_link; k++) {
        const qh_link *link = &river->network->link[k];
        scalar *half = order->place[link->to] < order->place[link->from] ? c->now.up : c->now.down;
        for (size_t i = 0; i < c->n; i++)
            half[i * order->n_entry + order->link_entry[k]] -= river->link_flow[k];
    }
}

/* Row p of U stays, column p of L is divided by the pivot; what they change later stands in order->update. */
static void eliminate(const exact_order *order, size_t p, const size_t *update, scalar *pivot, scalar *up,
                      scalar *down) {
    const size_t first = order->first[p], last = order->first[p + 1];
    const scalar gone = inverse_of(pivot[p]);
    pivot[p] = gone;
    for (size_t b = first; b < last; b++) {
        down[b] = times(down[b], gone);
        for (size_t a = first; a < b; a++, update++) {
            up[*update] -= times(down[a], up[b]);
            down[*update] -= times(down[b], up[a]);
        }
        pivot[order->column[b]] -= times(down[b], up[b]);
    }
}

/* All species at all rates in one sweep: a pivot waits for the one before, and meanwhile the others go on. */
static bool factor(core_type *c, size_t n_rate) {
    const exact_order *order = &c->river->order;
    const size_t *update = order->update;
    bool sound = true;
    for (size_t p = 0; p < order->n; p++) {
        for (size_t r = 0; r < n_rate; r++) {
            const at_rate *at = &c->all[r];
            for (size_t i = 0; i < c->n; i++) {
                scalar *pivot = at->pivot + i * order->n;
                sound = sound && is_sound(pivot[p]);
                eliminate(order, p, update, pivot, at->up + i * order->n_entry, at->down + i * order->n_entry);
            }
        }
        const size_t count = order->first[p + 1] - order->first[p];
        update += count * (count - (count > 0)) / 2;
    }
    return sound;
}

/* The modes of piece k at rate number r. */
static void ask_piece(core_type *c, size_t k, size_t r, mode_block *plain, wkb_block *growing) {
    const exact_piece *p = &c->river->piece[k];
    mode_type *mode = c->all[r].mode + k * c->n_mode;
    wkb_type *wkb = c->all[r].wkb + p->wkb_row * c->n_mode;
    for (size_t l = 0; l < p->kinetics->n_shift * c->n; l++) {
        const scalar rate = c->all[r].rate + p->kinetics->decay[l];
        if (c->cells) { /* before the block may be finished */
            plain->cell[plain->used] = c->cells[k].length;
            plain->into[plain->used] = c->all[r].cell + k * c->n_mode + l;
        }
        if (p->wkb)
            ask_wkb(growing, &mode[l], &wkb[l], p, rate, c->integral);
        else
            ask_mode(plain, &mode[l], p, rate);
    }
}

static void set_modes(core_type *c, size_t n_rate) {
    mode_block plain;
    wkb_block growing;
    plain.used = growing.used = growing.terms = 0;
    plain.in_cells = c->cells != NULL;
    for (size_t k = 0; k < c->river->n_piece; k++)
        for (size_t r = 0; r < n_rate && !is_silent(c, c->river->piece[k].segment); r++)
            ask_piece(c, k, r, &plain, &growing);
    finish_modes(&plain);
    finish_wkb(&growing, c->integral);
}

qh_status EXACT(core_set_rates)(core_type *core, size_t count, const scalar *s) {
    for (size_t r = 0; r < count; r++)
        core->all[r].rate = s[r];
    set_modes(core, count);
    for (size_t r = 0; r < count; r++) {
        core->now = core->all[r];
        for (size_t k = 0; core->river->coupled && k < core->river->n_piece; k++)
            if (!is_silent(core, core->river->piece[k].segment)) couple_piece(core, k);
        join_pieces(core);
        assemble(core);
    }
    return factor(core, count) ? QH_OK : QH_E_NUMERIC;
}

void EXACT(core_take_rate)(core_type *core, size_t k) { core->now = core->all[k]; }

qh_status EXACT(core_set_rate)(core_type *core, scalar s) {
    const qh_status status = EXACT(core_set_rates)(core, 1, &s);
    EXACT(core_take_rate)(core, 0);
    return status;
}

/* ---- solve ---- */

/* Forward and back; inlined with its number of lanes, so that one lane has no loop. */
static inline void substitute_lanes(const core_type *c, size_t i, size_t lanes) {
    const exact_order *order = &c->river->order;
    const scalar *pivot = c->now.pivot + i * order->n, *up = c->now.up + i * order->n_entry;
    const scalar *down = c->now.down + i * order->n_entry;
    scalar *value = c->value + i * order->n * lanes;
    for (size_t p = 0; p < order->n; p++) {
        const scalar *own = value + p * lanes;
        for (size_t e = order->first[p]; e < order->first[p + 1]; e++) {
            scalar *restrict later = value + order->column[e] * lanes;
            for (size_t lane = 0; lane < lanes; lane++)
                later[lane] -= times(down[e], own[lane]);
        }
    }
    for (size_t p = order->n; p-- > 0;) {
        scalar *restrict own = value + p * lanes;
        for (size_t e = order->first[p]; e < order->first[p + 1]; e++) {
            const scalar *later = value + order->column[e] * lanes;
            for (size_t lane = 0; lane < lanes; lane++)
                own[lane] -= times(up[e], later[lane]);
        }
        for (size_t lane = 0; lane < lanes; lane++)
            own[lane] = times(own[lane], pivot[p]);
    }
}

static void substitute(const core_type *c, size_t i) {
    if (c->n_lane == 1)
        substitute_lanes(c, i, 1);
    else
        substitute_lanes(c, i, c->n_lane);
}

/* One lane of species that do not feed one another, all in one sweep: a step waits for the one before, and meanwhile the
 * others go on. Every species is treated by the same operations as in substitute_lanes. */
static void substitute_species(const core_type *c) {
    const exact_order *order = &c->river->order;
    const size_t n_point = order->n, n_entry = order->n_entry;
    for (size_t p = 0; p < n_point; p++) {
        for (size_t e = order->first[p]; e < order->first[p + 1]; e++) {
            const size_t later = order->column[e];
            for (size_t i = 0; i < c->n; i++)
                c->value[i * n_point + later] -= times(c->now.down[i * n_entry + e], c->value[i * n_point + p]);
        }
    }
    for (size_t p = n_point; p-- > 0;) {
        for (size_t i = 0; i < c->n; i++) {
            scalar own = c->value[i * n_point + p];
            for (size_t e = order->first[p]; e < order->first[p + 1]; e++)
                own -= times(c->now.up[i * n_entry + e], c->value[i * n_point + order->column[e]]);
            c->value[i * n_point + p] = times(own, c->now.pivot[i * n_point + p]);
        }
    }
}

scalar *EXACT(core_at)(const core_type *core, size_t position, size_t point) {
    return core->value + (position * core->river->n_point + core->river->order.place[point]) * core->n_lane;
}

/* Values [n_lane] of species i at the ends of piece k. */
static const scalar *start_of(const core_type *c, size_t k, size_t i) {
    const size_t s = c->river->piece[k].segment;
    if (k == c->river->segment_piece[s]) return EXACT(core_at)(c, i, c->river->network->segment[s].from);
    return c->cut + ((k - 1) * c->n + i) * c->n_lane;
}
static const scalar *end_of(const core_type *c, size_t k, size_t i) {
    const size_t s = c->river->piece[k].segment;
    if (k + 1 == c->river->segment_piece[s + 1]) return EXACT(core_at)(c, i, c->river->network->segment[s].to);
    return c->cut + (k * c->n + i) * c->n_lane;
}

/* Source of species i in the channel of piece k, in g/m3/s: H g. */
static scalar source_of(const core_type *c, size_t k, size_t i) {
    const exact_kinetics *kinetics = c->river->piece[k].kinetics;
    const size_t n = c->n;
    const mode_type *mode = c->now.mode + k * c->n_mode;
    scalar sum = 0;
    for (size_t j = 0; j <= i; j++) {
        const scalar given = c->gain_factor * kinetics->gain[j] + (c->initial ? c->initial[j] : 0);
        if (given == 0) continue;
        if (!c->river->coupled) {
            if (j == i) sum = times(mode[i].source, given);
            continue;
        }
        for (size_t q = 0; q < kinetics->n_shift; q++)
            for (size_t l = j; l <= i; l++)
                sum += kinetics->weight[q] * kinetics->vector[(q * n + i) * n + l] *
                       kinetics->inverse[(q * n + l) * n + j] * times(mode[q * n + l].source, given);
    }
    return sum;
}

/* Equilibrium of species i in piece k, after those before it: the particular solution. False where there is none. */
static bool set_level(core_type *c, size_t k, size_t i) {
    const exact_piece *p = &c->river->piece[k];
    const size_t lanes = c->n_lane;
    const scalar source = p->area * source_of(c, k, i), loss = p->inflow + p->area * *total_at(c, k, i, i);
    const scalar gone = loss != 0 ? inverse_of(loss) : 0;
    const scalar *brought = c->brought + (p->segment * c->n + i) * lanes;
    scalar *level = c->level + (k * c->n + i) * lanes;
    bool exists = true;
    for (size_t lane = 0; lane < lanes; lane++) {
        scalar given = source + (p->inflow > 0 ? brought[lane] : 0);
        for (size_t j = 0; c->river->coupled && j < i; j++)
            given -= p->area * times(*total_at(c, k, i, j), c->level[(k * c->n + j) * lanes + lane]);
        exists = exists && (loss != 0 || given == 0);
        level[lane] = times(given, gone);
    }
    return exists;
}

/* What the fluxes of species i at the ends of piece k do not owe to its own values. */
static void set_constants(core_type *c, size_t k, size_t i) {
    const exact_piece *p = &c->river->piece[k];
    const size_t lanes = c->n_lane, row = k * lanes, all = c->river->n_piece * lanes;
    const double half = 0.5 * p->inflow * p->length;
    const port_type *own = port_at(c, k, i, i);
    const scalar *level = c->level + (k * c->n + i) * lanes;
    scalar *k0 = c->constant + row, *kL = k0 + all;
    for (size_t lane = 0; lane < lanes; lane++) {
        k0[lane] = times(p->discharge - half - own->s0, level[lane]);
        kL[lane] = times(p->discharge + half - own->sL, level[lane]);
    }
    for (size_t j = 0; c->river->coupled && j < i; j++) {
        const port_type *port = port_at(c, k, i, j);
        const scalar *c0 = start_of(c, k, j), *cL = end_of(c, k, j);
        level = c->level + (k * c->n + j) * lanes;
        for (size_t lane = 0; lane < lanes; lane++) {
            k0[lane] += times(port->s0, c0[lane] - level[lane]) + times(port->b, c0[lane] - cL[lane]);
            kL[lane] += times(port->sL, c0[lane] - level[lane]) + times(port->e, c0[lane] - cL[lane]);
        }
    }
}

/* Whether species i has sources or feeders in piece k; elsewhere level and constants are 0. */
static bool is_fed(const core_type *c, size_t k, size_t i) {
    const exact_piece *p = &c->river->piece[k];
    return c->river->coupled || p->inflow > 0 || p->kinetics->gain[i] != 0 || (c->initial && c->initial[i] != 0);
}

static bool is_any_fed(const core_type *c, size_t k) {
    for (size_t i = 0; i < c->n; i++)
        if (is_fed(c, k, i)) return true;
    return false;
}

static bool set_segment(core_type *c, size_t s, size_t i) {
    const size_t first = c->river->segment_piece[s], last = c->river->segment_piece[s + 1] - 1, lanes = c->n_lane;
    const size_t all = c->river->n_piece * lanes;
    bool exists = true;
    for (size_t k = first; k <= last; k++) {
        exists = set_level(c, k, i) && exists;
        set_constants(c, k, i);
        const scalar *k0 = c->constant + k * lanes, *kL = k0 + all;
        scalar *j0 = c->constant + 2 * all + k * lanes, *jL = j0 + all;
        if (k == first) {
            memcpy(j0, k0, lanes * sizeof *j0);
            memcpy(jL, kL, lanes * sizeof *jL);
            continue;
        }
        const port_type *a = &c->now.joined[(k - 1) * c->n + i], *b = port_at(c, k, i, i);
        const scalar gone = inverse_of(b->s0 + b->b + a->e), down = times(b->sL + b->e, gone), up = times(a->b, gone);
        for (size_t lane = 0; lane < lanes; lane++) {
            const scalar source = j0[all - lanes + lane] - k0[lane]; /* kL of the joined ones before */
            j0[lane] = j0[lane - lanes] - times(up, source);
            jL[lane] = kL[lane] + times(down, source);
        }
    }
    return exists;
}

/* Values at the cuts of a segment, upstream from its end. */
static void set_cuts(core_type *c, size_t s, size_t i) {
    if (is_silent(c, s)) return;
    const size_t first = c->river->segment_piece[s], last = c->river->segment_piece[s + 1] - 1, lanes = c->n_lane;
    const size_t all = c->river->n_piece * lanes;
    const scalar *c0 = start_of(c, first, i);
    for (size_t k = last; k > first; k--) {
        const port_type *a = &c->now.joined[(k - 1) * c->n + i], *b = port_at(c, k, i, i);
        const scalar gone = inverse_of(b->s0 + b->b + a->e);
        const scalar *cL = end_of(c, k, i), *k0 = c->constant + k * lanes,
                     *jL = c->constant + 3 * all + (k - 1) * lanes;
        scalar *cut = c->cut + ((k - 1) * c->n + i) * lanes;
        for (size_t lane = 0; lane < lanes; lane++)
            cut[lane] = times(times(a->sL + a->e, c0[lane]) + times(b->b, cL[lane]) + jL[lane] - k0[lane], gone);
    }
}

/* Takes what segment s owes to other things than its own end values to the points' equations. */
static bool add_segment(core_type *core, size_t s, size_t i) {
    const exact_river *river = core->river;
    const qh_segment *segment = &river->network->segment[s];
    const size_t lanes = core->n_lane, all = river->n_piece * lanes, last = river->segment_piece[s + 1] - 1;
    if (is_silent(core, s) || !is_fed(core, last, i)) return true;
    const bool exists = set_segment(core, s, i);
    const scalar *j0 = core->constant + 2 * all + last * lanes, *jL = j0 + all;
    scalar *from = EXACT(core_at)(core, i, segment->from), *to = EXACT(core_at)(core, i, segment->to);
    for (size_t lane = 0; lane < lanes && !river->point[segment->from].fixed; lane++)
        from[lane] -= j0[lane];
    for (size_t lane = 0; lane < lanes && !river->point[segment->to].fixed; lane++)
        to[lane] += jL[lane];
    return exists;
}

static bool is_finite(const scalar *value, size_t count) {
    unsigned bad = 0; /* without a way out, so that it is done side by side */
    for (size_t k = 0; k < count; k++)
        bad |= !(size_of(value[k]) <= DBL_MAX);
    return bad == 0;
}

qh_status EXACT(core_solve)(core_type *core) {
    const exact_river *river = core->river;
    const bool feeds = river->feeds || core->initial;
    bool exists = true;
    const bool at_once = !feeds && core->n_lane == 1 && river->n_piece == river->n_segment;
    if (at_once) substitute_species(core);
    for (size_t i = 0; i < core->n && !at_once; i++) {
        for (size_t s = 0; feeds && s < river->n_segment; s++)
            exists = add_segment(core, s, i) && exists;
        substitute(core, i);
        for (size_t s = 0; river->n_piece > river->n_segment && s < river->n_segment; s++)
            set_cuts(core, s, i);
    }
    return exists && is_finite(core->value, core->n * river->n_point * core->n_lane) ? QH_OK : QH_E_NUMERIC;
}

/* ---- what stands between the points ---- */

/* Flux of species i at one end of piece k, whose constants stand where the species is fed. */
static void flux_of(const core_type *c, size_t k, size_t i, bool down, scalar *flux) {
    const size_t lanes = c->n_lane;
    const port_type *port = port_at(c, k, i, i);
    const scalar net = down ? port->sL : port->s0, exchange = down ? port->e : port->b;
    const scalar *c0 = start_of(c, k, i), *cL = end_of(c, k, i);
    for (size_t lane = 0; lane < lanes; lane++)
        flux[lane] = times(net, c0[lane]) + times(exchange, c0[lane] - cL[lane]);
    if (!is_fed(c, k, i)) return;
    const scalar *constant = c->constant + k * lanes + (down ? c->river->n_piece * lanes : 0);
    for (size_t lane = 0; lane < lanes; lane++)
        flux[lane] += constant[lane];
}

void EXACT(core_fluxes)(core_type *core, size_t position, size_t segment, scalar *up, scalar *down) {
    const size_t first = core->river->segment_piece[segment], last = core->river->segment_piece[segment + 1] - 1;
    if (is_silent(core, segment)) {
        const scalar *c0 = start_of(core, first, position);
        for (size_t lane = 0; lane < core->n_lane; lane++) {
            up[lane] = core->river->flow->segment_upstream[segment] * c0[lane];
            down[lane] = 0;
        }
        return;
    }
    if (is_fed(core, first, position)) set_constants(core, first, position);
    if (last != first && is_fed(core, last, position)) set_constants(core, last, position);
    flux_of(core, first, position, false, up);
    flux_of(core, last, position, true, down);
}

/* End values less the level, as modes of every shift. */
void EXACT(core_open)(core_type *core, size_t k) {
    const exact_kinetics *kinetics = core->river->piece[k].kinetics;
    const size_t n = core->n, lanes = core->n_lane;
    scalar *c0 = core->work, *cL = c0 + n * lanes;
    for (size_t i = 0; i < n; i++) {
        const scalar *start = start_of(core, k, i), *end = end_of(core, k, i);
        const scalar *level = core->level + (k * n + i) * lanes;
        for (size_t lane = 0; lane < lanes; lane++) {
            c0[i * lanes + lane] = start[lane] - level[lane];
            cL[i * lanes + lane] = end[lane] - level[lane];
        }
    }
    if (!core->river->coupled) {
        memcpy(core->start, c0, n * lanes * sizeof *c0);
        memcpy(core->end, cL, n * lanes * sizeof *cL);
        return;
    }
    for (size_t q = 0; q < kinetics->n_shift * n; q++) {
        const double *inverse = kinetics->inverse + q * n;
        for (size_t lane = 0; lane < lanes; lane++) {
            scalar start = 0, end = 0;
            for (size_t j = 0; j <= q % n; j++) {
                start += inverse[j] * c0[j * lanes + lane];
                end += inverse[j] * cL[j * lanes + lane];
            }
            core->start[q * lanes + lane] = start;
            core->end[q * lanes + lane] = end;
        }
    }
}

/* Adds mode l of the opened piece to the species: c [n][n_lane] += weight X_il (f0 start + fL end). */
static void add_mode(const core_type *c, size_t k, size_t l, scalar f0, scalar fL, scalar *sum) {
    const exact_kinetics *kinetics = c->river->piece[k].kinetics;
    const size_t n = c->n, lanes = c->n_lane;
    const scalar *start = c->start + l * lanes, *end = c->end + l * lanes;
    const size_t last = c->river->coupled ? n - 1 : l;
    for (size_t i = l % n; i <= last; i++) {
        const double weight =
            c->river->coupled ? kinetics->weight[l / n] * kinetics->vector[(l / n * n + i) * n + l % n] : 1;
        if (weight == 0) continue;
        for (size_t lane = 0; lane < lanes; lane++)
            sum[i * lanes + lane] += weight * (times(f0, start[lane]) + times(fL, end[lane]));
    }
}

void EXACT(core_value)(core_type *core, size_t k, double x, scalar *c) {
    const exact_piece *p = &core->river->piece[k];
    memcpy(c, core->level + k * core->n * core->n_lane, core->n * core->n_lane * sizeof *c);
    for (size_t l = 0; l < p->kinetics->n_shift * core->n; l++) {
        scalar phi0, phiL;
        if (p->wkb)
            wkb_shape(&core->now.mode[k * core->n_mode + l], wkb_of(core, k, l), p, x, &phi0, &phiL);
        else
            shape_at(&core->now.mode[k * core->n_mode + l], p, x, &phi0, &phiL);
        add_mode(core, k, l, phi0, phiL, c);
    }
}

/* Of the storage zone of piece k at the level: (M + beta)^-1 (beta level + g). */
static void add_zone_level(const core_type *c, size_t k, scalar *zone) {
    const exact_piece *p = &c->river->piece[k];
    if (!is_any_fed(c, k)) return; /* then level and gains are 0 */
    const exact_kinetics *kinetics = p->kinetics;
    const size_t n = c->n, lanes = c->n_lane;
    const scalar *level = c->level + k * n * lanes;
    for (size_t l = 0; l < kinetics->n_shift * n; l++) {
        const mode_type *mode = &c->now.mode[k * c->n_mode + l];
        const scalar sum = c->now.rate + kinetics->decay[l] + p->back;
        const scalar gone = size_of(sum) > 0 ? inverse_of(sum) : 0;
        for (size_t j = 0; j <= l % n; j++) {
            if (!c->river->coupled && j != l) continue;
            const double inverse = c->river->coupled ? kinetics->inverse[l * n + j] : 1;
            const scalar given = c->gain_factor * kinetics->gain[j] + (c->initial ? c->initial[j] : 0);
            for (size_t i = l % n; i < (c->river->coupled ? n : l + 1); i++) {
                const double weight =
                    c->river->coupled ? kinetics->weight[l / n] * kinetics->vector[(l / n * n + i) * n + l % n] : 1;
                for (size_t lane = 0; lane < lanes; lane++)
                    zone[i * lanes + lane] +=
                        weight * inverse * (times(mode->zone, level[j * lanes + lane]) + times(gone, given));
            }
        }
    }
}

void EXACT(core_mean)(core_type *core, size_t k, double x1, double x2, scalar *c, scalar *zone) {
    const exact_piece *p = &core->river->piece[k];
    const size_t count = core->n * core->n_lane;
    memcpy(c, core->level + k * count, count * sizeof *c);
    if (zone) {
        for (size_t j = 0; j < count; j++)
            zone[j] = 0;
        add_zone_level(core, k, zone);
    }
    for (size_t l = 0; l < p->kinetics->n_shift * core->n; l++) {
        const mode_type *mode = &core->now.mode[k * core->n_mode + l];
        scalar phi0, phiL;
        if (p->wkb) {
            const wkb_type *wkb = wkb_of(core, k, l);
            wkb_place slow[2] = {slow_place(wkb, p, x1), slow_place(wkb, p, x2)};
            wkb_place fast[2] = {fast_place(wkb, p, x1), fast_place(wkb, p, x2)};
            wkb_means(mode, mean_slow(mode, wkb, p, &slow[0], &slow[1]), mean_fast(wkb, p, &fast[0], &fast[1]), &phi0,
                      &phiL);
        } else {
            mean_shape(mode, p, x1, x2, &phi0, &phiL);
        }
        add_mode(core, k, l, phi0, phiL, c);
        if (zone) add_mode(core, k, l, times(mode->zone, phi0), times(mode->zone, phiL), zone);
    }
}

void EXACT(core_lost)(core_type *core, size_t k, scalar *lost, scalar *stored) {
    const exact_piece *p = &core->river->piece[k];
    const size_t lanes = core->n_lane, count = core->n * lanes;
    const scalar *level = core->level + k * count, *brought = core->brought + p->segment * count;
    const bool stores = stored && p->zone > 0;
    scalar *zone = core->work;
    for (size_t j = 0; j < count; j++)
        lost[j] = p->inflow > 0 ? p->length * (brought[j] - p->inflow * level[j]) : 0;
    for (size_t j = 0; stored && j < count; j++) {
        stored[j] = level[j];
        zone[j] = 0;
    }
    if (stores) add_zone_level(core, k, zone);
    for (size_t l = 0; l < p->kinetics->n_shift * core->n; l++) {
        const mode_type *mode = &core->now.mode[k * core->n_mode + l];
        const scalar amount = p->area * p->length * mode->total;
        scalar phi0, phiL;
        if (p->wkb) {
            phi0 = wkb_of(core, k, l)->mean0;
            phiL = wkb_of(core, k, l)->meanL;
        } else {
            whole_mean(mode, p, &phi0, &phiL);
        }
        add_mode(core, k, l, times(amount, phi0), times(amount, phiL), lost);
        if (stored) add_mode(core, k, l, phi0, phiL, stored);
        if (stores) add_mode(core, k, l, times(mode->zone, phi0), times(mode->zone, phiL), zone);
    }
    for (size_t j = 0; stored && j < count; j++) {
        const double initial = core->initial ? core->initial[j / lanes] : 0;
        const scalar mass = p->length * (p->area * stored[j] + p->zone * zone[j]);
        stored[j] = times(core->now.rate, mass) - initial * p->length * (p->area + p->zone);
    }
}

#include "solvers/exact_profile_body_internal.h"
