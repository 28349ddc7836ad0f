/* Which advection scheme: limited schemes as the literature gives them, and this program's engines, on one uniform river.
 *
 *     dC/dt + u dC/dx = D d2C/dx2,   u = 0.5 m/s, D given, C(0, t) given, C = 0 at first; seen 100 km downstream
 *
 * in cells of 200, 100 and 50 m. With D = 1 m2/s (cell Peclet number 50 at 100 m) all schemes; with 50 and 0.05 m2/s (1 and 1000)
 * the one of them that comes nearest and the engines. Inflows with closed forms: a Gaussian pulse (a slug let go 100 km further
 * up in a river of D = 1 m2/s), a pulse of 2 h, a step, a sine of 4 h. The schemes are lines of cells in time (SSP-RK3, Courant number
 * 1/2, or less where dispersion asks for it) and differ in the value at the face; dispersion is central. No network, no mixing: their
 * cost is a lower bound.
 *
 * van Leer (1977) J. Comput. Phys. 23:276 (limiter and MC); Koren (1993) Notes Numer. Fluid Mech. 45:117; superbee: Roe
 * (1986) Annu. Rev. Fluid Mech. 18:337; MP5: Suresh & Huynh (1997) J. Comput. Phys. 136:83, alpha = 4, which guarantees
 * monotony to a Courant number of 1/5 only. Engine linear: Zalesak (1979) J. Comput. Phys. 31:335. */
#include <complex.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "tests/support/case_builder.h"
#include "tests/support/closed_forms.h"
#include "tests/support/solved.h"

static const double u = 0.5, section = 100e3, length = 110e3, interval = 300, pi = 3.14159265358979323846;
static double d = 1;                 /* m2/s */
enum { n_sample = 865, n_grid = 3 }; /* 72 h */

/* ---- inflows, at x = 0 and downstream ---- */

/* Its variance at the inlet is that of D = 1 m2/s whatever D is. */
static double gaussian(double x, double t) {
    const double variance = 2 * (180e3 + d * t), off = x + 10e3 - u * t;
    return 100 * sqrt(400e3 / variance) * exp(-off * off / (2 * variance));
}

static double square(double x, double t) {
    if (x > 0) return pulse(x, t, 100, u, d, 0, 0, 7200);
    return t >= 0 && t < 7200 ? 100 : 0;
}

static double step(double x, double t) {
    if (x > 0) return ogata_banks(x, t - 7200, 100, u, d, 0);
    return t >= 7200 ? 100 : 0;
}

/* Settled oscillation: the front it begins with has passed when it is looked at. */
static double sine(double x, double t) {
    const double omega = 2 * pi / 14400;
    const double complex root = csqrt(u * u + 4 * I * omega * d);
    return 50 + 40 * cimag(cexp(I * omega * t - 2 * I * omega * x / (u + root)));
}

typedef struct signal {
    const char *name;
    double (*value)(double x, double t);
    double knot, until;   /* s: the engines' table of the inflow; knot 0: a step at `until` */
    double first, second; /* g/m3, before and after it */
    size_t from, to;      /* samples that are compared */
} signal;

static const signal given[] = {{"Gaussian", gaussian, 60, 40e3, 0, 0, 1, 865},
                               {"2 h pulse", square, 0, 7200, 100, 0, 1, 865},
                               {"step", step, 0, 7200, 0, 100, 1, 865},
                               {"sine", sine, 120, 72e3, 0, 0, 720, 840}};
enum { n_front = 3 }; /* of them those with an end, for other D */

/* ---- schemes: the value at the face below c[0], from c[-2] to c[2] ---- */

typedef double face_value(const double *c);

static double limited(const double *c, double (*phi)(double r)) {
    const double ahead = c[1] - c[0], behind = c[0] - c[-1];
    return ahead * behind > 0 ? c[0] + 0.5 * phi(behind / ahead) * ahead : c[0];
}

static double phi_van_leer(double r) { return 2 * r / (1 + r); }
static double phi_mc(double r) { return fmin(fmin(2 * r, 2), (1 + r) / 2); }
static double phi_koren(double r) { return fmin(fmin(2 * r, 2), (2 + r) / 3); }
static double phi_superbee(double r) { return fmax(fmin(2 * r, 1), fmin(r, 2)); }

static double van_leer(const double *c) { return limited(c, phi_van_leer); }
static double mc(const double *c) { return limited(c, phi_mc); }
static double koren(const double *c) { return limited(c, phi_koren); }
static double superbee(const double *c) { return limited(c, phi_superbee); }

static double minmod(double a, double b) { return a * b > 0 ? copysign(fmin(fabs(a), fabs(b)), a) : 0; }

static double minmod4(double a, double b, double e, double f) { return minmod(minmod(a, b), minmod(e, f)); }

static double mp5(const double *c) {
    const double high = (2 * c[-2] - 13 * c[-1] + 47 * c[0] + 27 * c[1] - 3 * c[2]) / 60;
    const double limit = c[0] + minmod(c[1] - c[0], 4 * (c[0] - c[-1]));
    if ((high - c[0]) * (high - limit) <= 1e-10) return high;
    const double before = c[-2] - 2 * c[-1] + c[0], here = c[-1] - 2 * c[0] + c[1], after = c[0] - 2 * c[1] + c[2];
    const double down = minmod4(4 * here - after, 4 * after - here, here, after);
    const double up = minmod4(4 * here - before, 4 * before - here, here, before);
    const double upper = c[0] + 4 * (c[0] - c[-1]), middle = (c[0] + c[1] - down) / 2;
    const double large = c[0] + (c[0] - c[-1]) / 2 + 4 * up / 3;
    const double least = fmax(fmin(fmin(c[0], c[1]), middle), fmin(fmin(c[0], upper), large));
    const double most = fmin(fmax(fmax(c[0], c[1]), middle), fmax(fmax(c[0], upper), large));
    return fmin(fmax(high, least), most);
}

/* ---- a run ---- */

typedef struct run {
    const signal *in;
    const char *engine; /* NULL: the scheme */
    face_value *face;
    double cell, lowest, sample[n_sample];
} run;

enum { most_cells = 2200, ghosts = 3 };

/* out = dt times the rate of change; ghosts carry what will come in, and at the end the last value on. */
static void rate(const run *r, size_t n, double t, double dt, double *c, double *out) {
    for (int i = 1; i <= ghosts; i++) {
        c[-i] = r->in->value(0, t + (i - 0.5) * r->cell / u);
        c[n - 1 + (size_t)i] = c[n - 1];
    }
    double before = u * r->face(c - 1) - d * (c[0] - c[-1]) / r->cell;
    for (size_t i = 0; i < n; i++) {
        const double after = u * r->face(c + i) - d * (c[i + 1] - c[i]) / r->cell;
        out[i] = dt / r->cell * (before - after);
        before = after;
    }
}

static void run_scheme(run *r) {
    static double room[3][most_cells + 2 * ghosts];
    double *c = room[0] + ghosts, *next = room[1] + ghosts, *change = room[2];
    const size_t n = (size_t)lround(length / r->cell), at = (size_t)lround(section / r->cell);
    const double most = fmin(0.5 * r->cell / u, 0.3 * r->cell * r->cell / d);
    const size_t steps = (size_t)ceil(interval / most);
    const double dt = interval / (double)steps;
    for (size_t i = 0; i < n; i++)
        c[i] = 0;
    r->lowest = 0;
    for (size_t k = 1; k < n_sample; k++) {
        for (size_t s = 0; s < steps; s++) {
            const double t = interval * (double)(k - 1) + dt * (double)s;
            rate(r, n, t, dt, c, change);
            for (size_t i = 0; i < n; i++)
                next[i] = c[i] + change[i];
            rate(r, n, t + dt, dt, next, change);
            for (size_t i = 0; i < n; i++)
                next[i] = 0.75 * c[i] + 0.25 * (next[i] + change[i]);
            rate(r, n, t + dt / 2, dt, next, change);
            for (size_t i = 0; i < n; i++) {
                c[i] = (c[i] + 2 * (next[i] + change[i])) / 3;
                r->lowest = fmin(r->lowest, c[i]);
            }
        }
        r->sample[k] = (7 * (c[at - 1] + c[at]) - c[at - 2] - c[at + 1]) / 12;
    }
}

static void run_engine(run *r) {
    static double time[1024], value[1024];
    size_t n = 0;
    if (r->in->knot > 0) {
        for (double t = 0; t <= r->in->until; t += r->in->knot, n++) {
            time[n] = t;
            value[n] = r->in->value(0, t);
        }
    } else {
        time[0] = 0;
        time[1] = r->in->until;
        value[0] = r->in->first;
        value[1] = r->in->second;
        n = 2;
    }
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", length, 40, d);
    case_unsteady(b, interval * (n_sample - 1), 6 * 3600, interval);
    case_initial(b, 0, 0);
    const qh_series *series = case_series(b, r->in->knot > 0 ? QH_LINEAR : QH_STEP, n, time, value);
    case_give_series(case_headwater(b, "A", u * 40, 0)->input, 0, false, series);
    case_section(b, "R", section);
    qh_case *c = case_end(b);
    c->solver.cell_length = r->cell;
    c->solver.relative_tolerance = c->solver.absolute_tolerance = 1e-5;
    solved *s = solve_case(c, r->engine, 1, NULL);
    bench_must(s->status, r->engine);
    for (size_t k = 0; k < n_sample; k++)
        r->sample[k] = solved_section(s, k, 0, 0);
    r->lowest = s->lowest;
    solved_free(s);
    qh_case_destroy(c);
}

static void run_any(void *self) {
    run *r = self;
    if (r->engine)
        run_engine(r);
    else
        run_scheme(r);
}

static void measure(const bench *b, const signal *in, const char *name, const char *engine, face_value *face) {
    static const double cell[n_grid] = {200, 100, 50};
    static run r;
    double l1[n_grid];
    for (size_t g = 0; g < n_grid; g++) {
        r = (run){.in = in, .engine = engine, .face = face, .cell = cell[g]};
        const bench_runner runner = {run_any, &r};
        double seconds, off = 0, sum = 0, found = 0, peak = 0, worst = 0;
        bench_take_turns(1, &runner, 1, 0, &seconds);
        for (size_t k = in->from; k < in->to; k++) {
            const double exact = in->value(section, interval * (double)k), error = fabs(r.sample[k] - exact);
            off += error;
            sum += fabs(exact);
            worst = fmax(worst, error);
            found = fmax(found, r.sample[k]);
            peak = fmax(peak, exact);
        }
        l1[g] = off / sum;
        char text[120];
        (void)snprintf(text, sizeof text, "%s, D %g m2/s, %s, %g m", in->name, d, name, cell[g]);
        bench_row row = bench_value(text, seconds, "s");
        row.error = l1[g];
        bench_print(b, &row);
        (void)snprintf(text, sizeof text, "%s, D %g m2/s, %s, %g m, below zero", in->name, d, name, cell[g]);
        row = bench_value(text, fmax(0, -r.lowest), "g/m3");
        row.mark = 0;
        bench_print(b, &row);
        if (!b->json) {
            printf("  loss of peak %.2f %%, largest error %.2f %%\n", 100 * (1 - found / peak), 100 * worst / peak);
        }
    }
    if (!b->json) printf("  order of the mean error %.2f, then %.2f\n", log2(l1[0] / l1[1]), log2(l1[1] / l1[2]));
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "schemes");
    for (size_t k = 0; k < sizeof given / sizeof *given; k++) {
        measure(&b, &given[k], "van Leer", NULL, van_leer);
        measure(&b, &given[k], "MC", NULL, mc);
        measure(&b, &given[k], "Koren", NULL, koren);
        measure(&b, &given[k], "superbee", NULL, superbee);
        measure(&b, &given[k], "MP5", NULL, mp5);
        measure(&b, &given[k], "engine general", "general", NULL);
        measure(&b, &given[k], "engine linear", "linear", NULL);
    }
    const double other[] = {50, 0.05};
    for (size_t n = 0; n < sizeof other / sizeof *other; n++) {
        d = other[n];
        for (size_t k = 0; k < n_front; k++) {
            measure(&b, &given[k], "Koren", NULL, koren);
            measure(&b, &given[k], "engine general", "general", NULL);
            measure(&b, &given[k], "engine linear", "linear", NULL);
        }
    }
    return 0;
}
