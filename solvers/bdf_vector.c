/* CVODES' vectors, whose operations wait until a value is asked for and are then done together.
 *
 * Why        CVODES asks for one operation on whole vectors at a time: the prediction of order 4 alone reads or writes 30
 *            vectors. Where they do not fit the caches a step is as long as it takes to fetch them. So operations on the
 *            same elements are noted, and done block by block when a norm or an array is asked for: from the end of a step
 *            to the prediction of the next one each vector passes once. The arithmetic is that of CVODES, in its order.
 * Zero       a vector that was set to 0 is only marked so; what is added to another one of it costs nothing.
 * Norms      are added up in eight partial sums: another order of the same additions, nothing is left out. Those of a state
 *            are weighted, with weights in single precision: they judge, and nothing is computed from them. Totals take no
 *            part in the control of errors.
 * Not for    vectors of different spaces in one operation, or arrays that are kept while CVODES goes on. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/bdf_internal.h"
#include "solvers/vector_internal.h"

/* Begins with what the library's serial vectors hold, so that its functions serve where nothing is to be gained. */
typedef struct vector {
    struct _N_VectorContent_Serial serial;
    bdf_space *space;
    bool zero; /* whatever the array holds */
} vector;

static vector *of(N_Vector v) { return v->content; }

/* The first half of its array. */
static float *weights_of(N_Vector v) { return (float *)(void *)of(v)->serial.data; }

/* ---- operations that wait ---- */

/* Elements of a vector done at a time: those of all operands together fit the nearest cache. */
enum { block = 256, sums = 8 };

/* z = a x + b y; an operand may be z itself: each element is read before it is written, and no other. */
QH_INLINE void do_sum(const bdf_pending *p, size_t first, size_t count) {
    const double a = p->a, b = p->b, *x = p->x + first, *y = p->y + first;
    double *z = p->z + first;
    INDEPENDENT
    for (size_t i = 0; i < count; i++)
        z[i] = a * x[i] + b * y[i];
}

QH_INLINE void do_scale(const bdf_pending *p, size_t first, size_t count) {
    const double a = p->a, *x = p->x + first;
    double *z = p->z + first;
    INDEPENDENT
    for (size_t i = 0; i < count; i++)
        z[i] = a * x[i];
}

/* Weights 1/(relative |y| + absolute). */
QH_INLINE void do_weigh(const bdf_space *space, const bdf_pending *p, size_t first, size_t count) {
    const double relative = space->relative, absolute = space->absolute, *y = p->x + first;
    float *restrict weight = p->weight + first;
    for (size_t i = 0; i < count; i++)
        weight[i] = 1 / (float)(relative * fabs(y[i]) + absolute);
}

/* Adds the squares of weighted elements to partial sums; what is left over after the last eight goes to the first ones. */
QH_INLINE void add_squares(const double *x, const float *weight, size_t count, double *sum) {
    size_t i = 0;
    for (; i + sums <= count; i += sums) {
        for (size_t k = 0; k < sums; k++) {
            const double part = x[i + k] * (double)weight[i + k];
            sum[k] += part * part;
        }
    }
    for (size_t k = 0; i < count; i++, k++) {
        const double part = x[i] * (double)weight[i];
        sum[k] += part * part;
    }
}

/* Does what waits, and adds up the squares of x by their weights on the way unless x is NULL. */
QH_VECTORS static double perform(bdf_space *space, const double *x, const float *weight) {
    double sum[sums] = {0};
    for (size_t first = 0; first < space->length; first += block) {
        const size_t count = space->length - first < block ? space->length - first : block;
        for (const bdf_pending *p = space->pending; p < space->pending + space->n_pending; p++) {
            if (p->weight) {
                do_weigh(space, p, first, count);
            } else if (p->y) {
                do_sum(p, first, count);
            } else {
                do_scale(p, first, count);
            }
        }
        if (x) add_squares(x + first, weight + first, count, sum);
    }
    space->n_pending = 0;
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

static void perform_all(bdf_space *space) {
    if (space->n_pending > 0) (void)perform(space, NULL, NULL);
}

static bdf_pending *one_more(bdf_space *space) {
    if (space->n_pending == bdf_most_pending) perform_all(space);
    return &space->pending[space->n_pending++];
}

static void note(vector *z, double a, const double *x, double b, const double *y) {
    *one_more(z->space) = (bdf_pending){.a = a, .b = b, .x = x, .y = y, .z = z->serial.data};
    z->zero = false;
}

void qh_bdf_weigh(N_Vector state, N_Vector weight) {
    bdf_space *space = of(state)->space;
    space->state = state;
    *one_more(space) = (bdf_pending){.x = of(state)->serial.data, .weight = weights_of(weight)};
}

const float *qh_bdf_weights(N_Vector weight) {
    perform_all(of(weight)->space);
    return weights_of(weight);
}

static void scale(real factor, N_Vector vx, N_Vector vz) {
    const vector *x = of(vx);
    if (x->zero || factor == 0) {
        of(vz)->zero = true;
    } else if (factor != 1 || vx != vz) {
        note(of(vz), factor, x->serial.data, 0, NULL);
    }
}

static void linear_sum(real a, N_Vector vx, real b, N_Vector vy, N_Vector vz) {
    if (of(vx)->zero) {
        scale(b, vy, vz);
    } else if (of(vy)->zero) {
        scale(a, vx, vz);
    } else {
        note(of(vz), a, of(vx)->serial.data, b, of(vy)->serial.data);
    }
}

/* Z_k = a_k x + Y_k; Y and Z may be the same. */
static int scale_add_multi(int count, real *a, N_Vector vx, N_Vector *vy, N_Vector *vz) {
    for (int k = 0; k < count; k++)
        linear_sum(a[k], vx, 1, vy[k], vz[k]);
    return 0;
}

/* ---- operations that are done at once ---- */

double *qh_bdf_overwrite(N_Vector v) {
    perform_all(of(v)->space);
    of(v)->zero = false;
    return of(v)->serial.data;
}

static real *items(N_Vector v) {
    const bool zero = of(v)->zero;
    double *array = qh_bdf_overwrite(v);
    if (zero) memset(array, 0, of(v)->space->length * sizeof *array);
    return array;
}

static void set_all(real value, N_Vector v) {
    if (value == 0) {
        of(v)->zero = true;
        return;
    }
    double *z = qh_bdf_overwrite(v);
    for (size_t i = 0; i < of(v)->space->length; i++)
        z[i] = value;
}

static void product(N_Vector x, N_Vector y, N_Vector z) {
    (void)items(x), (void)items(y), (void)items(z);
    N_VProd_Serial(x, y, z);
}
static void quotient(N_Vector x, N_Vector y, N_Vector z) {
    (void)items(x), (void)items(y), (void)items(z);
    N_VDiv_Serial(x, y, z);
}
static void magnitude(N_Vector x, N_Vector z) {
    (void)items(x), (void)items(z);
    N_VAbs_Serial(x, z);
}
static void inverse(N_Vector x, N_Vector z) {
    (void)items(x), (void)items(z);
    N_VInv_Serial(x, z);
}
static void add_constant(N_Vector x, real b, N_Vector z) {
    (void)items(x), (void)items(z);
    N_VAddConst_Serial(x, b, z);
}
static real largest(N_Vector x) {
    (void)items(x);
    return N_VMaxNorm_Serial(x);
}

/* The state itself is weighed only to see whether round-off would exceed the tolerance: its bound says as much. */
static real weighted_norm(N_Vector vx, N_Vector weight) {
    bdf_space *space = of(vx)->space;
    if (of(vx)->zero) return 0;
    if (vx == space->state && space->relative > 0) return 1 / space->relative;
    return sqrt(perform(space, of(vx)->serial.data, weights_of(weight)) / (double)space->length);
}

/* ---- of totals: CVODES would compute weights for them in every step ---- */

static real no_norm(N_Vector x, N_Vector weight) {
    (void)x, (void)weight;
    return 0;
}
static void no_weights(N_Vector x, N_Vector z) { (void)x, (void)z; }
static void no_weights_added(N_Vector x, real b, N_Vector z) { (void)x, (void)b, (void)z; }

/* ---- making and freeing ---- */

static N_Vector_ID kind_of(N_Vector v) {
    (void)v;
    return SUNDIALS_NVEC_CUSTOM;
}
static sunindextype length_of(N_Vector v) { return of(v)->serial.length; }

static void destroy(N_Vector v) {
    if (!v) return;
    vector *own = of(v);
    if (own) {
        perform_all(own->space);
        if (own->serial.own_data) free(own->serial.data);
        free(own);
    }
    v->content = NULL;
    N_VFreeEmpty(v);
}

/* `given` [space->length] is borrowed; NULL: the vector has an array of its own. */
static vector *new_content(bdf_space *space, double *given) {
    vector *own = calloc(1, sizeof *own);
    if (!own) return NULL;
    own->space = space;
    own->zero = !given;
    own->serial.length = (sunindextype)space->length;
    own->serial.own_data = !given;
    own->serial.data = given ? given : malloc((space->length + 1) * sizeof(double));
    if (own->serial.data) return own;
    free(own);
    return NULL;
}

static N_Vector with_content(N_Vector v, vector *own) {
    if (v && own) {
        v->content = own;
        return v;
    }
    if (v) N_VFreeEmpty(v);
    if (own && own->serial.own_data) free(own->serial.data);
    free(own);
    return NULL;
}

static N_Vector clone(N_Vector v) {
    N_Vector made = N_VNewEmpty(v->sunctx);
    if (made && N_VCopyOps(v, made) != 0) {
        N_VFreeEmpty(made);
        return NULL;
    }
    return with_content(made, new_content(of(v)->space, NULL));
}

N_Vector qh_bdf_vector(bdf_space *space, double *given, SUNContext context) {
    N_Vector v = with_content(N_VNewEmpty(context), new_content(space, given));
    if (!v) return NULL;
    v->ops->nvgetvectorid = kind_of;
    v->ops->nvclone = clone;
    v->ops->nvdestroy = destroy;
    v->ops->nvgetarraypointer = items;
    v->ops->nvgetlength = length_of;
    v->ops->nvspace = N_VSpace_Serial;
    v->ops->nvlinearsum = linear_sum;
    v->ops->nvconst = set_all;
    v->ops->nvprod = product;
    v->ops->nvdiv = quotient;
    v->ops->nvscale = scale;
    v->ops->nvabs = space->weighed ? magnitude : no_weights;
    v->ops->nvinv = space->weighed ? inverse : no_weights;
    v->ops->nvaddconst = space->weighed ? add_constant : no_weights_added;
    v->ops->nvmaxnorm = largest;
    v->ops->nvwrmsnorm = space->weighed ? weighted_norm : no_norm;
    v->ops->nvscaleaddmulti = scale_add_multi;
    return v;
}
