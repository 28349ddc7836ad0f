/* Kinetics as eigenvectors.
 *
 * Equation   dC/dt = J C + gain, J lower triangular once the species stand in the order in which they depend on one
 *            another: -J = X diag(d) X^-1, column j of X from (d_i - d_j) X_ij = sum over j <= l < i of J_il X_lj.
 *            In w = X^-1 C every species decays by itself, in the storage zone too, for its rates are functions of J.
 * Equal rates  X grows like J_ij/(d_i - d_j) and results lose as many digits. But they are analytic in the rates (they are
 *            functions of the matrix J, which exist whatever its eigenvectors do). So where an entry of X passes a limit,
 *            the rates are drawn apart by +-h, +-2h ... +-6h, and results are averaged with the weights of
 *            even interpolation to 0: they are those of the rates as they are, to 1.1e-3 (h t)^12 + 5e5 (h/d)^12, t the
 *            time that water stays. With h t <= 0.2 and h <= 0.03 d both are below 1e-11.
 * Order      species by position, see exact_river.
 * Source     Golub & Van Loan (2013), Matrix Computations, 4th ed., sec. 7.6 and 9.1; the averaging is this program's own.
 * Not for    constituents that depend on one another in a circle. */
#include <math.h>
#include <string.h>

#include "solvers/exact_river_internal.h"

static const double LIMIT = 300;          /* -, entries of X that are taken without shifts */
static const double SHIFT_OF_TIME = 0.2;  /* -, h t */
static const double SHIFT_OF_RATE = 0.03; /* -, h/d */
static const double WEIGHT[EXACT_SHIFTS / 2] = {6.0 / 7, -15.0 / 28, 5.0 / 21, -1.0 / 14, 1.0 / 77, -1.0 / 924};

qh_status exact_kinetics_create(qh_arena *arena, size_t n, bool coupled, exact_kinetics *kinetics) {
    const size_t most = coupled ? EXACT_SHIFTS : 1;
    exact_kinetics made = {.n_shift = 1,
                           .weight = qh_arena_alloc(arena, most, sizeof(double)),
                           .decay = qh_arena_alloc(arena, most * n, sizeof(double)),
                           .gain = qh_arena_alloc(arena, n, sizeof(double))};
    if (coupled) {
        made.vector = qh_arena_alloc(arena, most * n * n, sizeof(double));
        made.inverse = qh_arena_alloc(arena, most * n * n, sizeof(double));
        if (!made.vector || !made.inverse) return QH_E_NOMEM;
    }
    if (!made.weight || !made.decay || !made.gain) return QH_E_NOMEM;
    *kinetics = made;
    return QH_OK;
}

/* Kinetics in order, as a lower triangular system. */
typedef struct triangle {
    size_t n;
    const size_t *species;
    const double *jacobian; /* [n][n], by species */
} triangle;

static double rate_at(const triangle *t, size_t i, size_t j) {
    return t->jacobian[t->species[i] * t->n + t->species[j]];
}

/* Columns of X for the rates `decay`; returns the largest entry. */
static double set_vectors(const triangle *t, const double *decay, double *vector) {
    const size_t n = t->n;
    double largest = 0;
    memset(vector, 0, n * n * sizeof *vector);
    for (size_t j = 0; j < n; j++) {
        vector[j * n + j] = 1;
        for (size_t i = j + 1; i < n; i++) {
            double feed = 0;
            for (size_t l = j; l < i; l++)
                feed += rate_at(t, i, l) * vector[l * n + j];
            if (feed == 0) continue;
            const double gap = decay[i] - decay[j];
            vector[i * n + j] = gap != 0 ? feed / gap : INFINITY;
            largest = fmax(largest, fabs(vector[i * n + j]));
        }
    }
    return largest;
}

static void set_inverse(size_t n, const double *vector, double *inverse) {
    memset(inverse, 0, n * n * sizeof *inverse);
    for (size_t j = 0; j < n; j++) {
        inverse[j * n + j] = 1;
        for (size_t i = j + 1; i < n; i++)
            for (size_t l = j; l < i; l++)
                inverse[i * n + j] -= vector[i * n + l] * inverse[l * n + j];
    }
}

/* How far each rate moves in a shift: by steps of 1 from the rates that it is too close to, the group around its middle; 0
 * for rates that stand alone. Returns the largest. */
static double set_steps(const triangle *t, const double *decay, double *step) {
    bool moves[EXACT_SPECIES] = {false};
    double most = 0;
    for (size_t i = 0; i < t->n; i++) {
        step[i] = 0;
        for (size_t j = 0; j < i; j++) {
            double feed = 0;
            for (size_t l = j; l < i; l++)
                feed = fmax(feed, fabs(rate_at(t, i, l)));
            const bool close = feed > 0 && fabs(decay[i] - decay[j]) * LIMIT < feed;
            if (!close) continue;
            step[i] = fmax(step[i], step[j] + 1);
            moves[i] = moves[j] = true;
        }
        most = fmax(most, step[i]);
    }
    for (size_t i = 0; i < t->n; i++)
        if (moves[i]) step[i] -= 0.5 * most;
    return 0.5 * most;
}

/* The rates shifted to their places; returns the largest entry of the vectors. */
static double set_shifts(const triangle *t, const double *decay, const double *step, double h, exact_kinetics *k) {
    const size_t n = t->n;
    double largest = 0;
    for (size_t q = 0; q < EXACT_SHIFTS; q++) {
        const double places = (double)(q / 2 + 1) * (q % 2 ? -1 : 1);
        k->weight[q] = WEIGHT[q / 2];
        for (size_t i = 0; i < n; i++)
            k->decay[q * n + i] = decay[i] + places * h * step[i];
        largest = fmax(largest, set_vectors(t, k->decay + q * n, k->vector + q * n * n));
        set_inverse(n, k->vector + q * n * n, k->inverse + q * n * n);
    }
    return largest;
}

void exact_kinetics_set(size_t n, const size_t *species, const double *gain, const double *jacobian, double time,
                        exact_kinetics *k) {
    const triangle t = {n, species, jacobian};
    k->n_shift = 1;
    k->weight[0] = 1;
    for (size_t i = 0; i < n; i++) {
        k->gain[i] = gain[species[i]];
        k->decay[i] = 0 - rate_at(&t, i, i); /* no -0 */
    }
    if (!k->vector) return;
    double decay[EXACT_SPECIES], step[EXACT_SPECIES], slowest = INFINITY;
    memcpy(decay, k->decay, n * sizeof *decay);
    const double most = set_steps(&t, decay, step);
    if (most == 0) {
        (void)set_vectors(&t, k->decay, k->vector);
        set_inverse(n, k->vector, k->inverse);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (step[i] != 0) slowest = fmin(slowest, decay[i]);
    k->n_shift = EXACT_SHIFTS;
    /* Another rate may stand where a shifted one goes: then a shorter way. */
    double h = fmin(SHIFT_OF_RATE * slowest, SHIFT_OF_TIME / time) / most;
    double best = INFINITY, best_h = h;
    for (size_t attempt = 0; attempt < 4; attempt++, h *= 0.83) {
        const double largest = set_shifts(&t, decay, step, h, k);
        if (largest < best) {
            best = largest;
            best_h = h;
        }
    }
    (void)set_shifts(&t, decay, step, best_h, k);
}
