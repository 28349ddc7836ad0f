/* Discrete Fourier transforms by the mixed-radix algorithm.
 *
 * Scheme     n = r m: r transforms of length m over every r-th entry, then to[j + q m] = sum over p < r of
 *            w^(p (j + q m)) part_p[j], w = exp(2 pi i/n); recursively over the prime factors. Powers of w come from a table.
 * Source     Cooley & Tukey (1965), Math. Comp. 19:297.
 * Not for    lengths with large prime factors r: r^2 work there. */
#include "solvers/fourier_internal.h"

#include <math.h>

#include "solvers/complex_internal.h"

struct fourier {
    size_t n;
    double complex *root; /* [n], exp(2 pi i k/n) */
};

enum { MOST_FACTOR = 64 };

static size_t least_factor(size_t n) {
    for (size_t r = 2; r * r <= n; r++)
        if (n % r == 0) return r;
    return n;
}

qh_status fourier_create(qh_arena *arena, size_t n, fourier **transform) {
    fourier *made = qh_arena_alloc(arena, 1, sizeof *made);
    double complex *root = qh_arena_alloc(arena, n, sizeof *root);
    if (!made || !root) return QH_E_NOMEM;
    for (size_t k = 0; k < n; k++) {
        const double angle = 2 * 3.14159265358979323846 * (double)k / (double)n;
        root[k] = cos(angle) + I * sin(angle);
    }
    *made = (fourier){n, root};
    *transform = made;
    return QH_OK;
}

/* Combines r transforms of length m that stand one behind the other. */
static void combine(const fourier *f, size_t r, size_t m, double complex *to) {
    const size_t step = f->n / (r * m);
    double complex part[MOST_FACTOR];
    for (size_t j = 0; j < m; j++) {
        for (size_t p = 0; p < r; p++)
            part[p] = complex_times(to[p * m + j], f->root[p * j * step]);
        for (size_t q = 0; q < r; q++) {
            double complex sum = part[0];
            for (size_t p = 1; p < r; p++)
                sum += complex_times(part[p], f->root[p * q % r * (f->n / r)]);
            to[q * m + j] = sum;
        }
    }
}

static void combine_two(const fourier *f, size_t m, double complex *to) {
    const size_t step = f->n / (2 * m);
    for (size_t j = 0; j < m; j++) {
        const double complex odd = complex_times(to[m + j], f->root[j * step]);
        to[m + j] = to[j] - odd;
        to[j] += odd;
    }
}

/* A prime length that is too long for `combine`. */
static void by_sums(const fourier *f, size_t n, const double complex *from, size_t stride, double complex *to) {
    for (size_t j = 0; j < n; j++) {
        to[j] = 0;
        for (size_t k = 0, turn = 0; k < n; k++, turn = (turn + j) % n)
            to[j] += complex_times(from[k * stride], f->root[turn * (f->n / n)]);
    }
}

static void recurse(const fourier *f, size_t n, const double complex *from, size_t stride, double complex *to) {
    if (n == 1) {
        to[0] = from[0];
        return;
    }
    const size_t r = least_factor(n), m = n / r;
    if (r > MOST_FACTOR) {
        by_sums(f, n, from, stride, to);
        return;
    }
    for (size_t p = 0; p < r; p++)
        recurse(f, m, from + p * stride, stride * r, to + p * m);
    if (r == 2)
        combine_two(f, m, to);
    else
        combine(f, r, m, to);
}

void fourier_sum(const fourier *transform, const double complex *from, size_t stride, double complex *to) {
    recurse(transform, transform->n, from, stride, to);
}

void fourier_transform(const fourier *transform, const double complex *from, double complex *to) {
    const size_t n = transform->n;
    recurse(transform, n, from, 1, to);
    for (size_t j = 1; j < n - j; j++) { /* -j is n - j */
        const double complex other = to[j];
        to[j] = to[n - j];
        to[n - j] = other;
    }
}

size_t fourier_length(size_t n) {
    for (size_t length = n > 1 ? n : 1;; length++) {
        size_t rest = length;
        for (size_t r = 2; r <= 5; r++)
            while (rest % r == 0)
                rest /= r;
        if (rest == 1) return length;
    }
}
