/* The race case by the loop of the textbooks.
 *
 *     V dC_i/dt = Q_{i-1/2} (C_{i-1} + C_i)/2 - Q_{i+1/2} (C_i + C_{i+1})/2
 *               + (A D/dx) (C_{i-1} - 2 C_i + C_{i+1}) - k V C_i + W_i
 *
 * Crank-Nicolson in time, central differences in space, the matrix factored once (Thomas). Cells from upstream; the inlet
 * is a first-type boundary half a cell above the first centre, at the outlet dC/dx = 0. An outfall lies on a face, and
 * half of its water and load goes into the cell on either side: second order. Source: any textbook, e.g. Chapra (1997),
 * Surface Water-Quality Modeling, lecture 12. Not for cell Peclet numbers above 2, where it oscillates. */
#include "bench/crank_nicolson.h"

#include <stdlib.h>

typedef struct loop {
    size_t n;
    double *lower, *diagonal, *upper; /* [n], dC/dt = lower C_{i-1} + diagonal C_i + upper C_{i+1} + source, 1/s */
    double *source;                   /* [n], g/m3/s, without the inlet */
    double *pivot, *factor;           /* [n], of I - dt/2 A: 1/pivot and what carries a row's unknown to the next one */
    double *c, *r;                    /* [n], g/m3 */
    double inlet;                     /* 1/s, factor of the inlet's concentration in the first cell */
} loop;

/* Water that has entered above a face [m3/s]: all of an outfall's above the next face, half of it at its own. */
static double discharge_at(size_t face, double dx) {
    double q = race.discharge;
    for (size_t k = 0; k < 2; k++) {
        const double beyond = (double)face - race.outfall_at[k] / dx;
        q += race.outfall_flow[k] * (beyond > 0.5 ? 1 : beyond > -0.5 ? 0.5 : 0);
    }
    return q;
}

static void assemble(loop *l) {
    const double dx = race.length / (double)l->n, volume = race.area * dx;
    const double g = race.area * race.dispersion / dx;
    for (size_t i = 0; i < l->n; i++) {
        const double up = discharge_at(i, dx), down = discharge_at(i + 1, dx);
        l->lower[i] = (up / 2 + g) / volume;
        l->upper[i] = (g - down / 2) / volume;
        l->diagonal[i] = (up / 2 - down / 2 - 2 * g) / volume - race.rate;
        l->source[i] = 0;
    }
    l->diagonal[0] -= (race.discharge / 2 + g) / volume; /* the boundary stands at the face, half a cell away */
    l->inlet = (race.discharge + 2 * g) / volume;
    l->diagonal[l->n - 1] += l->upper[l->n - 1];
    l->lower[0] = l->upper[l->n - 1] = 0;
    for (size_t k = 0; k < 2; k++) {
        const size_t face = (size_t)(race.outfall_at[k] / dx + 0.5);
        l->source[face - 1] += race.outfall_load[k] / 2 / volume;
        l->source[face] += race.outfall_load[k] / 2 / volume;
    }
}

/* Factors shift I - scale A. */
static void factor(loop *l, double shift, double scale) {
    for (size_t i = 0; i < l->n; i++) {
        double pivot = shift - scale * l->diagonal[i];
        l->factor[i] = 0;
        if (i > 0) {
            l->factor[i] = -scale * l->lower[i] * l->pivot[i - 1];
            pivot -= l->factor[i] * -scale * l->upper[i - 1];
        }
        l->pivot[i] = 1 / pivot;
    }
}

static void solve(loop *l, double scale) {
    double *restrict c = l->c;
    const double *restrict r = l->r, *restrict f = l->factor, *restrict p = l->pivot, *restrict u = l->upper;
    c[0] = r[0];
    for (size_t i = 1; i < l->n; i++)
        c[i] = r[i] - f[i] * c[i - 1];
    c[l->n - 1] *= p[l->n - 1];
    for (size_t i = l->n - 1; i-- > 0;)
        c[i] = (c[i] + scale * u[i] * c[i + 1]) * p[i];
}

static void step(loop *l, double dt, double inflow) {
    const double *restrict c = l->c, *restrict a = l->lower, *restrict d = l->diagonal, *restrict u = l->upper;
    const double *restrict s = l->source, half = dt / 2;
    double *restrict r = l->r;
    const size_t n = l->n;
    r[0] = c[0] + half * (d[0] * c[0] + u[0] * c[1]) + dt * (s[0] + l->inlet * inflow);
    for (size_t i = 1; i + 1 < n; i++)
        r[i] = c[i] + half * (a[i] * c[i - 1] + d[i] * c[i] + u[i] * c[i + 1]) + dt * s[i];
    r[n - 1] = c[n - 1] + half * (a[n - 1] * c[n - 2] + d[n - 1] * c[n - 1]) + dt * s[n - 1];
    solve(l, half);
}

static void sample(const loop *l, double *row) {
    const double dx = race.length / (double)l->n;
    for (size_t k = 0; k < RACE_SECTIONS; k++) {
        const size_t face = (size_t)(race.section_at[k] / dx + 0.5);
        row[k] = 0.5 * (l->c[face - 1] + l->c[face]);
    }
}

static void start_steady(loop *l) {
    factor(l, 0, 1);
    for (size_t i = 0; i < l->n; i++)
        l->r[i] = l->source[i];
    l->r[0] += l->inlet * race.inflow[0];
    solve(l, 1);
}

qh_status crank_nicolson_run(size_t n_cell, double dt, race_series series) {
    enum { columns = 8 };
    double *memory = malloc(columns * n_cell * sizeof *memory);
    if (!memory) return QH_E_NOMEM;
    loop l = {.n = n_cell};
    double **const column[columns] = {&l.lower, &l.diagonal, &l.upper, &l.source, &l.pivot, &l.factor, &l.c, &l.r};
    for (size_t k = 0; k < columns; k++)
        *column[k] = memory + k * n_cell;
    assemble(&l);
    start_steady(&l);
    sample(&l, series[0]);
    factor(&l, 1, dt / 2);
    const size_t an_hour = (size_t)(3600 / dt + 0.5), total = RACE_HOURS * an_hour;
    const size_t jump = (size_t)(race.step / dt + 0.5);
    for (size_t n = 0; n < total; n++) {
        step(&l, dt, race.inflow[n >= jump]);
        if ((n + 1) % an_hour == 0) sample(&l, series[(n + 1) / an_hour]);
    }
    free(memory);
    return QH_OK;
}
