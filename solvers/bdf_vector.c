/* Operations of CVODES on serial vectors, in loops that the compiler can vectorise: those of the library are compiled
 * for size of code and sum norms in one chain of dependent additions.
 *
 * Norms are added up in eight partial sums: another order of the same additions, nothing is left out. Not for vectors of
 * other kinds than N_VNew_Serial's. */
#include <math.h>
#include <string.h>

#include "solvers/bdf_internal.h"
#include "solvers/vector_internal.h"

static double *items(N_Vector v) { return NV_DATA_S(v); }
static size_t length(N_Vector v) { return (size_t)NV_LENGTH_S(v); }

/* z may be x or y: each element is read before it is written, and no other. */
QH_VECTORS static void linear_sum(real a, N_Vector vx, real b, N_Vector vy, N_Vector vz) {
    const double *x = items(vx), *y = items(vy);
    double *z = items(vz);
    const size_t n = length(vx);
    if (a == 1 && b == 1) { /* the prediction's Pascal triangle */
        INDEPENDENT
        for (size_t i = 0; i < n; i++)
            z[i] = x[i] + y[i];
        return;
    }
    INDEPENDENT
    for (size_t i = 0; i < n; i++)
        z[i] = a * x[i] + b * y[i];
}

static void set_all(real value, N_Vector vz) {
    double *z = items(vz);
    const size_t n = length(vz);
    if (value == 0) {
        memset(z, 0, n * sizeof *z);
        return;
    }
    for (size_t i = 0; i < n; i++)
        z[i] = value;
}

QH_VECTORS static void scale(real factor, N_Vector vx, N_Vector vz) {
    const double *x = items(vx);
    double *z = items(vz);
    const size_t n = length(vx);
    if (factor == 1) {
        if (x != z) memcpy(z, x, n * sizeof *z);
        return;
    }
    INDEPENDENT
    for (size_t i = 0; i < n; i++)
        z[i] = factor * x[i];
}

enum { sums = 8 };

QH_VECTORS static real weighted_norm(N_Vector vx, N_Vector vw) {
    const double *x = items(vx), *w = items(vw);
    const size_t n = length(vx);
    double sum[sums] = {0}, rest = 0;
    size_t i = 0;
    for (; i + sums <= n; i += sums) {
        for (size_t k = 0; k < sums; k++)
            sum[k] += x[i + k] * w[i + k] * (x[i + k] * w[i + k]);
    }
    for (; i < n; i++)
        rest += x[i] * w[i] * (x[i] * w[i]);
    for (size_t k = 0; k < sums; k++)
        rest += sum[k];
    return sqrt(rest / (double)n);
}

/* Z_k = a_k x + Y_k; Y and Z may be the same. Two at a time: x is read half as often. */
QH_VECTORS static int scale_add_multi(int count, real *a, N_Vector vx, N_Vector *vy, N_Vector *vz) {
    const double *x = items(vx);
    const size_t n = length(vx);
    int k = 0;
    for (; k + 1 < count; k += 2) {
        const double a0 = a[k], a1 = a[k + 1], *y0 = items(vy[k]), *y1 = items(vy[k + 1]);
        double *z0 = items(vz[k]), *z1 = items(vz[k + 1]);
        INDEPENDENT
        for (size_t i = 0; i < n; i++) {
            z0[i] = y0[i] + a0 * x[i];
            z1[i] = y1[i] + a1 * x[i];
        }
    }
    if (k < count) linear_sum(a[k], vx, 1, vy[k], vz[k]);
    return 0;
}

void qh_bdf_hasten_vector(N_Vector v) {
    v->ops->nvlinearsum = linear_sum;
    v->ops->nvconst = set_all;
    v->ops->nvscale = scale;
    v->ops->nvwrmsnorm = weighted_norm;
    v->ops->nvscaleaddmulti = scale_add_multi;
}
