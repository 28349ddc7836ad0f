/* Speeds of edges before a stage: what inertia brings, with advection.
 *
 *     adv = c_a (u - u_a) + c_b (u - u_b),   c = Q/(A L) of what comes in from above and from below
 *
 * Momentum passes the two cells beside the edge with the speed of where the water comes from, over the mean area A of both; in
 * a rectangle on a flat bed that is the momentum balance to the last digit, so that jumps and bores have their speed.
 *
 * Where several rivers meet or part, what comes to the shared cell mixes, u_a = sum Q u / sum Q, and goes on in line: momentum
 * passes confluences and bifurcations whole, whatever their angle, which the case does not tell. Water that turns round there,
 * out of one river below into another, brings none along.
 *
 * In time the pair ARS(2,2,2), forces by SDIRK2 of g = 1 - 1/sqrt(2), advection explicit with d = 1 - 1/(2 g):
 *
 *     u1 = u + g dt (f(u1) - adv(u))
 *     u' = u + dt ((1 - g) f(u1) + g f(u')) - dt (d adv(u) + (1 - d) adv(u1))
 *
 * good while c dt <= 1; where a short cell is passed several times in a step the edge's own speed in adv is implicit, as forces
 * are, and its neighbours' are those of the stage before: stable whatever the step, of first order there.
 *
 * Source: Stelling and Duinmeijer, Int. J. Numer. Meth. Fluids 43 (2003) 1329-1354; Ascher, Ruuth and Spiteri, Appl. Numer.
 * Math. 25 (1997) 151-167, section 2.6. Not for sharp bends or confluences of mountain torrents: their losses are in Manning's n. */
#include <math.h>
#include <string.h>

#include "solvers/levels_internal.h"

static const double MOST_EXPLICIT = 0.8; /* -, c dt */

/* Water at the moment for which advection is asked. */
typedef struct moment {
    const double *area;         /* [n_cell], m2 */
    const double *flow, *speed; /* [n_edge], m3/s, m/s */
    const double *face;         /* [faces], m3/s */
} moment;

/* What comes into a cell through one side of it. */
typedef struct coming {
    double flow, speed; /* m3/s >= 0, m/s */
} coming;

/* Speed of the water that comes through a cell's upper side, or its lower one, where one edge at most is. */
static double speed_beside(const moment *m, size_t edge_plus_one, double face, size_t cell) {
    if (edge_plus_one > 0) return m->speed[edge_plus_one - 1];
    return m->area[cell] > 0 ? face / m->area[cell] : 0;
}

/* Of a cell that several rivers share: what comes from above (`down` 1) or from below (-1) in line, over all that comes. */
static double mixed_speed(const qh_levels *v, const moment *m, size_t cell, int down) {
    double flow = 0, momentum = 0;
    for (size_t k = v->first_edge[cell]; k < v->first_edge[cell + 1]; k++) {
        const size_t e = v->edge_of[k];
        const double into = v->edge[e].down == cell ? m->flow[e] : -m->flow[e];
        if (!(into > 0)) continue;
        flow += into;
        if ((v->edge[e].down == cell) == (down > 0)) momentum += into * m->speed[e];
    }
    return flow > 0 ? momentum / flow : 0;
}

static coming from_above(const qh_levels *v, const moment *m, size_t e) {
    const size_t cell = v->edge[e].up;
    if (v->edge[e].shares[0]) return (coming){fmax(m->flow[e], 0), mixed_speed(v, m, cell, 1)};
    const double face = m->face[qh_grid_face(v->routing.grid, cell)];
    return (coming){fmax(0.5 * (face + m->flow[e]), 0), speed_beside(m, v->edge_above[cell], face, cell)};
}

static coming from_below(const qh_levels *v, const moment *m, size_t e) {
    const size_t cell = v->edge[e].down;
    if (v->edge[e].shares[1]) return (coming){fmax(-m->flow[e], 0), mixed_speed(v, m, cell, -1)};
    const double face = m->face[qh_grid_face(v->routing.grid, cell) + 1];
    return (coming){fmax(-0.5 * (m->flow[e] + face), 0), speed_beside(m, v->edge_below[cell], face, cell)};
}

/* adv = rate u - brings of every edge. */
static void advection(qh_levels *v, const moment *m) {
    for (size_t e = 0; e < v->n_edge; e++) {
        const levels_edge *edge = &v->edge[e];
        v->rate[e] = v->brings[e] = 0;
        if (edge->kind != LEVELS_INNER) continue;
        const double mass = 0.5 * (m->area[edge->up] + m->area[edge->down]) * edge->length; /* m3 */
        if (!(mass > 0)) continue;
        const coming a = from_above(v, m, e), b = from_below(v, m, e);
        v->rate[e] = (a.flow + b.flow) / mass;
        v->brings[e] = (a.flow * a.speed + b.flow * b.speed) / mass;
    }
}

void levels_push(qh_levels *v, double dt, double part) {
    memset(v->push, 0, v->n_edge * sizeof *v->push);
    if (!v->inertia) return;
    for (size_t i = 0; i < v->n_cell; i++)
        v->area[i] = v->before[i] / v->length[i];
    advection(v, &(moment){v->area, v->flow, v->speed, v->end_face});
    const double stage = part * dt;
    for (size_t e = 0; e < v->n_edge; e++) {
        const double simply = v->speed[e] - stage * (v->rate[e] * v->speed[e] - v->brings[e]);
        v->quick[e] = v->rate[e] * dt > MOST_EXPLICIT;
        v->less[e] = v->quick[e] ? 1 / (1 + stage * v->rate[e]) : 1;
        v->push[e] = v->quick[e] ? (v->speed[e] + stage * v->brings[e]) * v->less[e] : simply;
    }
}

void levels_push_again(qh_levels *v, double dt, double part) {
    if (!v->inertia) return;
    const double stage = part * dt, more = (1 - part) / part, d = 1 - 1 / (2 * part);
    for (size_t e = 0; e < v->n_edge; e++) {
        v->first_advection[e] = v->rate[e] * v->speed[e] - v->brings[e];
        v->first_push[e] = v->push[e];
    }
    for (size_t i = 0; i < v->n_cell; i++)
        v->area[i] = v->at[i].area;
    advection(v, &(moment){v->area, v->q, v->u, v->face});
    for (size_t e = 0; e < v->n_edge; e++) {
        const double u = v->speed[e], u1 = v->u[e];
        if (v->quick[e] || v->rate[e] * dt > MOST_EXPLICIT) {
            v->less[e] = 1 / (1 + stage * v->rate[e]);
            v->push[e] = (u + more * (u1 - u) + stage * v->brings[e]) * v->less[e];
        } else {
            const double now = v->rate[e] * u1 - v->brings[e];
            v->push[e] = u - dt * (d * v->first_advection[e] + (1 - d) * now) + more * (u1 - v->first_push[e]);
        }
        if (u1 == 0) v->push[e] = 0; /* dry: what has no water has no momentum */
    }
}

double levels_courant_step(const qh_levels *v) {
    static const double most = 0.8; /* -, of a cell of the size asked for in a step */
    const double usual = v->routing.river_case->solver.cell_length;
    double step = INFINITY;
    for (size_t e = 0; v->inertia && e < v->n_edge; e++)
        step = fmin(step, most * fmax(v->edge[e].length, usual) / fabs(v->speed[e]));
    return step;
}
