/* Discrete Fourier transforms.
 *
 * Scheme     n = r m: r transforms of length m over every r-th entry, then to[j + q m] = sum over p < r of
 *            w^(p (j + q m)) part_p[j], w = exp(2 pi i/n); recursively, by 4 as long as that goes, then by 2, 3 and 5. Powers
 *            of w come from a table.
 * Other lengths  with j k = (j^2 + k^2 - (j - k)^2)/2 the sum is a convolution with exp(-pi i k^2/n), done by transforms
 *            of a length without large factors (Bluestein): some 5 times the work, not n times. k^2 is taken modulo 2n
 *            in whole numbers, so that no digit is lost.
 * Real parts of two sums come from one transform: a and b are replaced by the halves that have real sums,
 *            (a_k + conj a_-k)/2, and added as a + i b.
 * Source     Cooley & Tukey (1965), Math. Comp. 19:297; Bluestein (1970), IEEE Trans. Audio Electroacoust. 18:451. */
#include "solvers/fourier_internal.h"

#include <math.h>

#include "solvers/complex_internal.h"

static const double PI = 3.14159265358979323846;

struct fourier {
    size_t n;
    double complex *root;  /* [n], exp(2 pi i k/n) */
    double complex *twice; /* [n], workspace of two sums at once */
    /* Lengths with large factors. */
    fourier *inner;         /* of length >= 2n - 1; NULL: not needed */
    double complex *chirp;  /* [n], exp(pi i k^2/n) */
    double complex *kernel; /* [inner n], transform of the conjugate chirp, over its length */
    double complex *work;   /* [2][inner n] */
};

enum { MOST_FACTOR = 5 };

static size_t factor_of(size_t n) {
    if (n % 4 == 0) return 4;
    for (size_t r = 2; r <= MOST_FACTOR; r++)
        if (n % r == 0) return r;
    return n;
}

/* ---- small factors ---- */

static void put_two(double complex *to, size_t m, double complex a, double complex b) {
    to[0] = a + b;
    to[m] = a - b;
}

static void put_four(double complex *to, size_t m, const double complex *part) {
    const double complex even = part[0] + part[2], odd = part[1] + part[3], across = part[0] - part[2];
    const double complex turned = CMPLX(-cimag(part[1] - part[3]), creal(part[1] - part[3]));
    to[0] = even + odd;
    to[m] = across + turned;
    to[2 * m] = even - odd;
    to[3 * m] = across - turned;
}

/* to[q m], q < r, from r parts. */
static void put_parts(const fourier *f, size_t r, size_t m, const double complex *part, double complex *to) {
    if (r == 2) {
        put_two(to, m, part[0], part[1]);
        return;
    }
    if (r == 4) {
        put_four(to, m, part);
        return;
    }
    for (size_t q = 0; q < r; q++) {
        double complex sum = part[0];
        for (size_t p = 1; p < r; p++)
            sum += complex_times(part[p], f->root[p * q % r * (f->n / r)]);
        to[q * m] = sum;
    }
}

/* Combines r transforms of length m that stand one behind the other; inlined for every r. */
static inline void combine(const fourier *f, size_t r, size_t m, double complex *to) {
    const size_t step = f->n / (r * m);
    double complex part[MOST_FACTOR];
    for (size_t j = 0; j < m; j++) {
        part[0] = to[j];
        for (size_t p = 1; p < r; p++)
            part[p] = complex_times(to[p * m + j], f->root[p * j * step]);
        put_parts(f, r, m, part, to + j);
    }
}

static void recurse(const fourier *f, size_t n, const double complex *from, size_t stride, double complex *to) {
    const size_t r = factor_of(n), m = n / r;
    if (m <= 1) {
        double complex part[MOST_FACTOR] = {0};
        for (size_t p = 0; p < n; p++)
            part[p] = from[p * stride];
        if (n > 1)
            put_parts(f, r, 1, part, to);
        else
            to[0] = part[0];
        return;
    }
    for (size_t p = 0; p < r; p++)
        recurse(f, m, from + p * stride, stride * r, to + p * m);
    switch (r) {
    case 2: combine(f, 2, m, to); break;
    case 3: combine(f, 3, m, to); break;
    case 4: combine(f, 4, m, to); break;
    default: combine(f, 5, m, to); break;
    }
}

/* ---- any length ---- */

static void set_roots(size_t n, double complex *root) {
    for (size_t k = 0; k < n; k++) {
        const double angle = 2 * PI * (double)k / (double)n;
        root[k] = CMPLX(cos(angle), sin(angle));
    }
}

static void convolve(const fourier *f, const double complex *from, size_t stride, double complex *to) {
    const size_t m = f->inner->n;
    double complex *padded = f->work, *spectrum = f->work + m;
    for (size_t k = 0; k < m; k++)
        padded[k] = k < f->n ? complex_times(from[k * stride], f->chirp[k]) : 0;
    recurse(f->inner, m, padded, 1, spectrum);
    for (size_t k = 0; k < m; k++)
        spectrum[k] = complex_times(spectrum[k], f->kernel[k]);
    recurse(f->inner, m, spectrum, 1, padded); /* backwards: entry -j is number m - j */
    for (size_t j = 0; j < f->n; j++)
        to[j] = complex_times(padded[j > 0 ? m - j : 0], f->chirp[j]);
}

static qh_status add_chirp(qh_arena *arena, fourier *f) {
    const size_t n = f->n, m = fourier_length(2 * n - 1);
    QH_TRY(fourier_create(arena, m, &f->inner));
    f->chirp = qh_arena_alloc(arena, n, sizeof *f->chirp);
    f->kernel = qh_arena_alloc(arena, m, sizeof *f->kernel);
    f->work = qh_arena_alloc(arena, 2 * m, sizeof *f->work);
    if (!f->chirp || !f->kernel || !f->work) return QH_E_NOMEM;
    for (size_t k = 0, square = 0; k < n; k++) {
        const double angle = PI * (double)square / (double)n;
        f->chirp[k] = CMPLX(cos(angle), sin(angle));
        square = (square + 2 * k + 1) % (2 * n); /* (k + 1)^2 */
        const double complex term = conj(f->chirp[k]) / (double)m;
        f->work[k] = term;
        if (k > 0) f->work[m - k] = term;
    }
    recurse(f->inner, m, f->work, 1, f->kernel);
    return QH_OK;
}

qh_status fourier_create(qh_arena *arena, size_t n, fourier **transform) {
    fourier *made = qh_arena_alloc(arena, 1, sizeof *made);
    double complex *twice = qh_arena_alloc(arena, n, sizeof *twice);
    if (!made || !twice) return QH_E_NOMEM;
    *made = (fourier){.n = n, .twice = twice};
    if (fourier_length(n) == n) {
        made->root = qh_arena_alloc(arena, n, sizeof *made->root);
        if (!made->root) return QH_E_NOMEM;
        set_roots(n, made->root);
    } else {
        QH_TRY(add_chirp(arena, made));
    }
    *transform = made;
    return QH_OK;
}

void fourier_sum(const fourier *transform, const double complex *from, size_t stride, double complex *to) {
    if (transform->inner)
        convolve(transform, from, stride, to);
    else
        recurse(transform, transform->n, from, stride, to);
}

void fourier_real_sums(const fourier *transform, const double complex *from, size_t stride, double complex *to) {
    const size_t n = transform->n;
    for (size_t k = 0; k < n; k++) {
        const double complex *here = from + k * stride, *there = from + (k > 0 ? n - k : 0) * stride;
        const double complex a = 0.5 * (here[0] + conj(there[0])), b = 0.5 * (here[1] + conj(there[1]));
        transform->twice[k] = a + CMPLX(-cimag(b), creal(b));
    }
    fourier_sum(transform, transform->twice, 1, to);
}

void fourier_transform(const fourier *transform, const double complex *from, double complex *to) {
    const size_t n = transform->n;
    fourier_sum(transform, from, 1, to);
    for (size_t j = 1; j < n - j; j++) { /* -j is n - j */
        const double complex other = to[j];
        to[j] = to[n - j];
        to[n - j] = other;
    }
}

size_t fourier_length(size_t n) {
    for (size_t length = n > 1 ? n : 1;; length++) {
        size_t rest = length;
        for (size_t r = 2; r <= MOST_FACTOR; r++)
            while (rest % r == 0)
                rest /= r;
        if (rest == 1) return length;
    }
}
