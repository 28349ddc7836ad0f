/* The exact solution at one rate: types and calls, for real numbers or, with EXACT_COMPLEX, for complex ones. Included by
 * exact_real_internal.h and exact_complex_internal.h; the mathematics stand in exact_core_body_internal.h. */
#include "solvers/exact_river_internal.h"

#ifdef EXACT_COMPLEX
#include <complex.h>
#define EXACT(name)  exact_complex_##name
#define EXACT_SCALAR double complex
#define EXACT_RATES  EXACT_COMPLEX_RATES
#else
#define EXACT(name)  exact_real_##name
#define EXACT_SCALAR double
#define EXACT_RATES  1
#endif

/* Rates whose pieces are evaluated side by side. */
enum { EXACT_COMPLEX_RATES = 8 };

/* Fluxes at the ends of a piece from the values there, see "Port" in the body; m3/s. */
typedef struct EXACT(port) {
    EXACT_SCALAR b, e, s0, sL;
} EXACT(port);

/* Equal cells inside a piece: from `start` [m from the piece's upstream end] on, `count` of `length` [m]. */
#ifndef QH_EXACT_CELLS
#define QH_EXACT_CELLS
typedef struct exact_cells_of {
    double start, length;
    size_t count;
} exact_cells_of;
#endif

/* What a cell does to the two exponentials of a mode, -: the factor from one end to the other, and the mean over the end
 * where it is larger. */
typedef struct EXACT(cell) {
    EXACT_SCALAR along, along_mean, against, against_mean;
} EXACT(cell);

/* One species that decays by itself on one piece: C = level + c0 phi0 + cL phiL. */
typedef struct EXACT(mode) {
    EXACT_SCALAR total;  /* 1/s, rate of the channel with its exchange: m (1 + alpha/(m + beta)), m = s + decay */
    EXACT_SCALAR source; /* -, what a source in channel and zone gives the channel: 1 + alpha/(m + beta) */
    EXACT_SCALAR zone;   /* -, of the channel's concentration in the zone: beta/(m + beta) */
    EXACT_SCALAR slow;   /* 1/m, real part <= 0: decay along the flow */
    EXACT_SCALAR fast;   /* 1/m, real part >= 0: dispersion against it; meaningless without dispersion */
    EXACT_SCALAR rise;   /* -, exp(-fast length), 0 without dispersion */
    EXACT_SCALAR fall;   /* -, exp(slow length) */
    EXACT_SCALAR spread; /* -, 1 - rise fall */
    EXACT(port) port;
} EXACT(mode);

/* Along a piece whose discharge grows, with xi = -1 .. 1 from end to end (exact_inflow_body_internal.h). */
typedef struct EXACT(wkb) {
    EXACT_SCALAR slow[EXACT_WKB_NODES + 1], fast[EXACT_WKB_NODES + 1]; /* -, exponents, coefficients of xi^m */
    EXACT_SCALAR zeta[EXACT_WKB_NODES]; /* m, likewise: -flux of the fast part over A K w */
    EXACT_SCALAR mean0, meanL;          /* -, of phi0 and phiL over the piece */
} EXACT(wkb);

/* What belongs to one rate. */
typedef struct EXACT(at_rate) {
    EXACT_SCALAR rate;  /* 1/s, s */
    EXACT(mode) * mode; /* [n_piece][n_mode] */
    EXACT(wkb) * wkb;   /* [river's n_wkb][n_mode] */
    EXACT(cell) * cell; /* [n_piece][n_mode], set where core->cells are given; complex only */
    EXACT(port) *
        port; /* [n_piece][n][n], on what the flux of each species (first) depends; diagonal: own; coupled only */
    EXACT_SCALAR *total;     /* [n_piece][n][n], 1/s, rate matrix of the channel; coupled only */
    EXACT(port) * joined;    /* [n_piece][n], pieces of the segment up to this one as one; of segments of several */
    EXACT_SCALAR *pivot;     /* [n][n_point], inverse pivots */
    EXACT_SCALAR *up, *down; /* [n][n_entry], factors */
} EXACT(at_rate);

typedef struct EXACT(core) {
    qh_arena *arena;
    const exact_river *river;                              /* borrowed */
    size_t n, n_lane, n_mode;                              /* n_mode modes a piece: [shift][n] */
    double integral[EXACT_WKB_NODES + 1][EXACT_WKB_NODES]; /* of a function known at Gauss's nodes */
    const exact_cells_of *cells;                           /* [n_piece], borrowed, for core_profile; NULL: none */
    size_t n_rate;                                         /* that are set side by side, at most */
    EXACT(at_rate) all[EXACT_RATES];                       /* [n_rate] */
    EXACT(at_rate) now;                                    /* the one that is taken */

    /* What a solve is for. */
    EXACT_SCALAR gain_factor; /* of the kinetics' gains; 1 steady, 1/s for gains that are constant in time */
    const double *initial;    /* [n], g/m3 at the start, everywhere; NULL: 0 */
    const bool *silent;       /* [n_segment], borrowed: left out, they take Q C and pass nothing on; NULL: none */
    EXACT_SCALAR *brought;    /* [n_segment][n][n_lane], g/s/m, what distributed inflow brings */

    EXACT_SCALAR *value;       /* [n][n_point in order][n_lane]: in g/s what sources give, out g/m3 */
    EXACT_SCALAR *level;       /* [n_piece][n][n_lane], g/m3 */
    EXACT_SCALAR *cut;         /* [n_piece][n][n_lane], g/m3 at the downstream end of pieces that are not the last */
    EXACT_SCALAR *constant;    /* [4][n_piece][n_lane], g/s: k0, kL of pieces and of joined pieces, species at hand */
    EXACT_SCALAR *start, *end; /* [n_mode][n_lane], g/m3, end values of an opened piece less its level, by mode */
    EXACT_SCALAR *work;        /* [2][n][n_lane] */
} EXACT(core);

/* A core for `n_lane` right-hand sides of one matrix. The river is borrowed. */
qh_status EXACT(core_create)(const exact_river *river, size_t n_lane, EXACT(core) * *core);
void EXACT(core_destroy)(EXACT(core) * core);

/* Evaluates all pieces at rates s [count <= core->n_rate, 1/s] and factors, side by side; allocates nothing. QH_E_NUMERIC
 * when the equations of one are singular. */
qh_status EXACT(core_set_rates)(EXACT(core) * core, size_t count, const EXACT_SCALAR *s);

/* Takes number k of these rates for the calls below; the same segments are silent. */
void EXACT(core_take_rate)(EXACT(core) * core, size_t k);

/* Both for one rate. */
qh_status EXACT(core_set_rate)(EXACT(core) * core, EXACT_SCALAR s);

/* Solves for the loads in core->value and core->brought, gain_factor and initial. */
qh_status EXACT(core_solve)(EXACT(core) * core);

/* Where the values of a species, by position, at a point begin: [n_lane]. */
EXACT_SCALAR *EXACT(core_at)(const EXACT(core) * core, size_t position, size_t point);

/* Fluxes [g/s, n_lane] of a species at the ends of a segment, after a solve: species in ascending position. */
void EXACT(core_fluxes)(EXACT(core) * core, size_t position, size_t segment, EXACT_SCALAR *up, EXACT_SCALAR *down);

/* Opens piece k for the calls below. */
void EXACT(core_open)(EXACT(core) * core, size_t k);

/* Concentrations [n][n_lane, by position] in the opened piece k: at x, or means over x1 < x2, m from the piece's upstream
 * end; zone, which may be NULL, receives those of the storage zone. */
void EXACT(core_value)(EXACT(core) * core, size_t k, double x, EXACT_SCALAR *c);
void EXACT(core_mean)(EXACT(core) * core, size_t k, double x1, double x2, EXACT_SCALAR *c, EXACT_SCALAR *zone);

/* Adds factor times the means over core->cells of the opened piece k: c and zone [count][n][n_lane]; zone may be NULL. Costs
 * two multiplications a cell and mode; terms below `least` [g/m3 times factor] are left out. */
void EXACT(core_profile)(EXACT(core) * core, size_t k, EXACT_SCALAR factor, double least, EXACT_SCALAR *c,
                         EXACT_SCALAR *zone);

/* What the opened piece k loses [n][n_lane, g/s], by reaction and, at a rate s, into what is stored; and of it, unless
 * `stored` is NULL, the increase of what it holds, storage zone included: s mass - initial mass. */
void EXACT(core_lost)(EXACT(core) * core, size_t k, EXACT_SCALAR *lost, EXACT_SCALAR *stored);

#undef EXACT
#undef EXACT_SCALAR
#undef EXACT_RATES
