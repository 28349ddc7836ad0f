/* Exponentials that a compiler puts side by side: no call, no branch, no table, so that a loop over many of them becomes
 * vector code.
 *
 * Equation   exp(x) = 2^n exp(r), x = n ln 2 + r; sin and cos of b = n pi/2 + r. |r| <= ln 2/2 and pi/4: there the Taylor
 *            series ends, below round-off, with r^13/13! for exp and r^17/17!, r^18/18! for sin and cos. n ln 2 and
 *            n pi/2 are subtracted in two and three parts, the products of the first ones exact (Cody & Waite 1980).
 *            What exp(x) lacks to 1 comes from the same series, (1 - 2^n) - 2^n (exp(r) - 1), and what cos(b) lacks to 1
 *            from its own: neither cancels.
 * Error      of exp, and of 1 - exp over itself, below 4e-16; of sin and cos below 3e-16 (tests/solvers/test_vector_math.c).
 *            Results are the same on every processor and by every compiler that does not contract.
 * Source     Cody & Waite (1980), Software Manual for the Elementary Functions, ch. 6 and 8.
 * Libraries  those with vector exponentials (SLEEF, the C library's own) give exp and sin, not what they lack to 1; that
 *            would take a second and a third call.
 * Not for    exponents above 709; results below 3e-308, which become 0; angles above VECTOR_MOST_ANGLE: ask the C library. */
#ifndef QH_SOLVERS_VECTOR_MATH_INTERNAL_H
#define QH_SOLVERS_VECTOR_MATH_INTERNAL_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "solvers/vector_internal.h"

/* As QH_VECTORS, in files that are compiled twice and so share names, which clang would make visible. */
#ifdef __clang__
#define VECTOR_CLONES
#else
#define VECTOR_CLONES QH_VECTORS
#endif

#define VECTOR_MOST_ANGLE 1e7 /* -, of sin and cos */

/* The nearest whole number, |x| < 2^51. */
QH_INLINE double vector_round(double x) { return (x + 0x1.8p52) - 0x1.8p52; }

/* exp(x), and what it lacks to 1. */
QH_INLINE double vector_exp(double x, double *lack) {
    const double least = -708, most = 709; /* 2^n is normal */
    const double shifted = x * 1.4426950408889634 + 0x1.8p52, n = shifted - 0x1.8p52;
    const double r = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    const double r2 = r * r, r4 = r2 * r2; /* in pairs: steps do not wait for one another (Estrin) */
    const double low = (0.5 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
    const double middle = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
    const double high = (1.0 / 3628800 + r * (1.0 / 39916800)) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
    const double p = r + r2 * (low + r4 * (middle + r4 * high));
    uint64_t bits; /* n stands in the last bits of the shifted number; moved up it is the exponent of 2^n */
    double power;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023) << 52;
    memcpy(&power, &bits, sizeof power);
    double value = power + power * p, gap = (1 - power) - power * p;
    value = x < least ? 0 : value;
    gap = x < least ? 1 : gap;
    value = x > most ? INFINITY : value;
    *lack = x > most ? -INFINITY : gap;
    return value;
}

/* cos(b) and sin(b), and what cos(b) lacks to 1. */
QH_INLINE double vector_cos(double b, double *sine, double *lack) {
    const double n = vector_round(b * 0.6366197723675814);
    const double r = ((b - n * 0x1.921fb54p+0) - n * 0x1.10b461p-30) - n * 0x1.a62633145c06ep-58;
    const double q = r * r;
    const double q2 = q * q, q4 = q2 * q2;
    const double s_low = (-1.0 / 6 + q * (1.0 / 120)) + q2 * (-1.0 / 5040 + q * (1.0 / 362880));
    const double s_high =
        (-1.0 / 39916800 + q * (1.0 / 6227020800)) + q2 * (-1.0 / 1307674368000 + q * (1.0 / 355687428096000));
    const double s = r + r * q * (s_low + q4 * s_high);
    const double v_low = (-1.0 / 24 + q * (1.0 / 720)) + q2 * (-1.0 / 40320 + q * (1.0 / 3628800));
    const double v_high =
        (-1.0 / 479001600 + q * (1.0 / 87178291200)) + q2 * (-1.0 / 20922789888000 + q * (1.0 / 6402373705728000));
    const double v = q * (0.5 + q * (v_low + q4 * v_high));           /* 1 - cos r */
    const double c = 1 - v, quarter = n - 4 * vector_round(0.25 * n); /* -2 .. 2 */
    const double along = quarter * quarter == 1 ? s : c, across = quarter * quarter == 1 ? c : s;
    const double cosine = fabs(quarter + 0.5) < 1 ? along : -along;
    *sine = fabs(quarter - 0.5) < 1 ? across : -across;
    *lack = quarter == 0 ? v : 1 - cosine;
    return cosine;
}

#endif
