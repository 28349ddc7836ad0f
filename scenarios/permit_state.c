/* The states of one period: the exact solution of each, and what follows at the places.
 *
 * Each state is a case (permit_case.c) with a flow of its own, so each is solved on its own; within it lanes (scenarios/permit_internal.h)
 * give the response to the project's loads in the same solve.
 *
 * Not for nonlinear kinetics or unsteady cases: the loads must superpose. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/permit_internal.h"
#include "solvers/forcing.h"

/* ---- solving ---- */

static void solution_free(qh_state_solution *s) {
    qh_exact_destroy(s->exact);
    qh_flow_destroy(s->flow);
    qh_network_destroy(s->network);
    s->exact = NULL, s->flow = NULL, s->network = NULL, s->river_case = NULL;
}

/* Loads of all lanes: [n_source][n_species][n_lane]. */
static qh_status loads_of(qh_state_solution *s, double **load) {
    const qh_case *c = s->river_case;
    const size_t n = c->n_constituent;
    qh_forcing *forcing = NULL;
    QH_TRY(qh_forcing_create(c, s->n_lane, &forcing));
    double *made = malloc((forcing->n_source * n * s->n_lane + 1) * sizeof *made);
    if (made) qh_forcing_loads(forcing, 0, made);
    const size_t source = forcing->first_outfall + s->project;
    qh_forcing_destroy(forcing);
    if (!made) return QH_E_NOMEM;
    for (size_t i = 0; s->project < c->n_outfall && i < n; i++) {
        double *row = made + (source * n + i) * s->n_lane;
        for (size_t lane = QH_LANE_ZERO; lane < s->n_lane; lane++)
            row[lane] = lane == QH_LANE_UNIT + i ? s->unit : 0;
    }
    *load = made;
    return QH_OK;
}

static qh_status solve_lanes(qh_state_solution *s, qh_diag *diag) {
    double *load = NULL;
    QH_TRY(qh_network_create(s->river_case, diag, &s->network));
    QH_TRY(qh_flow_solve(s->river_case, s->network, diag, &s->flow));
    /* About 1 g/m3 where it enters, so that no lane drowns in the round-off of another. */
    s->unit = s->project < s->river_case->n_outfall ? s->flow->point_through[s->network->outfall_point[s->project]] : 1;
    QH_TRY(loads_of(s, &load));
    qh_status status = qh_exact_create(s->river_case, s->network, s->flow, NULL, s->n_lane, diag, &s->exact);
    if (status == QH_OK) status = qh_exact_solve(s->exact, load, diag);
    free(load);
    return status;
}

/* What only repeats the warnings of another state is not told; errors are. */
static qh_status solve_quietly(qh_permit_maker *m, bool aloud, qh_state_solution *s) {
    if (aloud) return solve_lanes(s, m->diag);
    qh_diag *quiet = qh_diag_create(m->diag ? qh_diag_lang(m->diag) : QH_EN);
    if (!quiet) return QH_E_NOMEM;
    const qh_status status = solve_lanes(s, quiet);
    qh_permit_pass_errors(quiet, m->diag);
    qh_diag_destroy(quiet);
    return status;
}

static qh_status sample_places(qh_permit_maker *m, qh_state_solution *s) {
    const size_t row = m->made->n_species * s->n_lane;
    s->mean = qh_arena_alloc(m->arena, m->made->n_place * row, sizeof *s->mean);
    if (!s->mean) return QH_E_NOMEM;
    for (size_t p = 0; p < m->made->n_place; p++)
        QH_TRY(qh_exact_value(s->exact, m->place[p].reach, m->place[p].chainage, s->mean + p * row));
    return QH_OK;
}

/* Responses at the places, at the bank where the river is not mixed yet. */
static qh_status find_parts(qh_permit_maker *m, const qh_permit_water *water, qh_state_solution *s) {
    const size_t n = m->made->n_species;
    s->part = qh_arena_alloc(m->arena, m->made->n_place * n * n, sizeof *s->part);
    if (!s->part) return QH_E_NOMEM;
    for (size_t p = 0; p < m->made->n_place; p++) {
        for (size_t i = 0; i < n; i++) {
            const double *mean = s->mean + (p * n + i) * s->n_lane;
            for (size_t k = 0; k < n; k++)
                s->part[(p * n + i) * n + k] = (mean[QH_LANE_UNIT + k] - mean[QH_LANE_ZERO]) / s->unit;
            const double distance = m->place[p].distance;
            if (!water->has_transverse || !(distance > 0 && distance < water->mixing_length)) continue;
            double *own = &s->part[(p * n + i) * n + i];
            /* Near the end of the mixing length both say the same, and the images left out make the plane fall short. */
            *own = fmax(*own, qh_permit_bank(water, i, distance));
        }
    }
    return QH_OK;
}

/* ---- values ---- */

/* Loads of the project in a state, g/s. */
static double project_load(const qh_permit_maker *m, qh_permit_state state, size_t species) {
    const qh_proposal *p = m->proposal;
    if (state == QH_STATE_WITHOUT) return 0;
    if (state == QH_STATE_ACCIDENT) return p->accident.flow * p->accident.concentration[species];
    return p->discharged[species].load;
}

static void set_values(qh_permit_maker *m, size_t period, qh_permit_state state) {
    const size_t n = m->made->n_species;
    const qh_state_solution *s = &m->solution[period][state], *without = &m->solution[period][QH_STATE_WITHOUT];
    for (size_t p = 0; p < m->made->n_place; p++) {
        for (size_t i = 0; i < n; i++) {
            qh_permit_value *v = &m->value[period][((size_t)state * m->made->n_place + p) * n + i];
            const double *mean = s->mean + (p * n + i) * s->n_lane;
            v->mean = v->bank = mean[QH_LANE_AS_IS];
            if (s->part) {
                v->bank = mean[QH_LANE_ZERO];
                for (size_t k = 0; k < n; k++)
                    v->bank += s->part[(p * n + i) * n + k] * project_load(m, state, k);
            }
            v->judged = v->bank;
            v->increment = v->judged - without->mean[(p * n + i) * without->n_lane + QH_LANE_AS_IS];
            const qh_target *target = &m->made->target[p * n + i];
            v->met = !target->given || qh_target_met(target, v->judged);
        }
    }
}

/* ---- one period ---- */

static qh_status solve_state(qh_permit_maker *m, size_t period, qh_permit_state state, qh_layers *chain) {
    qh_state_solution *s = &m->solution[period][state];
    qh_case *c = NULL;
    const qh_state_asked asked = {m->base, m->proposal, period, state};
    QH_TRY(qh_permit_state_case(m->arena, &asked, chain, m->diag, &c));
    s->river_case = c;
    s->project = state == QH_STATE_WITHOUT ? c->n_outfall : c->n_outfall - 1;
    s->n_lane = QH_LANE_UNIT + m->made->n_species;
    QH_TRY(solve_quietly(m, state == QH_STATE_NORMAL, s));
    QH_TRY(sample_places(m, s));
    if (state == QH_STATE_NORMAL) QH_TRY(qh_permit_find_water(m, s, &m->period[period].water));
    if (state != QH_STATE_WITHOUT) QH_TRY(find_parts(m, &m->period[period].water, s));
    set_values(m, period, state);
    return QH_OK;
}

/* What the cuts take away, g/s, over all sources. */
static qh_status add_cuts(qh_permit_maker *m, const qh_case *c) {
    const size_t n = m->made->n_species;
    qh_layers chain = {0};
    const qh_case *less = c;
    qh_status status = qh_layers_lay(&chain, m->proposal->cuts, m->diag, &less);
    for (int after = 0; status == QH_OK && after <= 1; after++) {
        qh_forcing *forcing = NULL;
        status = qh_forcing_create(after ? less : c, 1, &forcing);
        double *load = status == QH_OK ? malloc((forcing->n_source * n + 1) * sizeof *load) : NULL;
        if (load) {
            qh_forcing_loads(forcing, 0, load);
            for (size_t j = 0; j < forcing->n_source * n; j++)
                m->cut[j % n] += after ? -load[j] : load[j];
        } else if (status == QH_OK) {
            status = QH_E_NOMEM;
        }
        free(load);
        qh_forcing_destroy(forcing);
    }
    qh_layers_free(&chain);
    return status;
}

static qh_status describe(qh_permit_maker *m, size_t period) {
    const qh_state_solution *all = m->solution[period];
    const qh_state_solution *without = &all[QH_STATE_WITHOUT], *with = &all[QH_STATE_NORMAL];
    QH_TRY(qh_permit_find_mixing(m, period, without, with));
    QH_TRY(qh_permit_find_profile(m, period, without, with));
    return m->proposal->accident.given ? qh_permit_follow_accident(m, period, with->river_case, with->project) : QH_OK;
}

qh_status qh_permit_solve_period(qh_permit_maker *m, size_t period) {
    /* Normal comes first: the water at the outfall, by which all states tell what is mixed, is its. */
    static const qh_permit_state order[] = {QH_STATE_WITHOUT, QH_STATE_NORMAL,     QH_STATE_ACCIDENT,
                                            QH_STATE_CUTS,    QH_STATE_CUMULATIVE, QH_STATE_ALL};
    qh_layers chains[QH_STATES] = {{0}};
    qh_status status = QH_OK;
    for (size_t k = 0; k < QH_STATES && status == QH_OK; k++)
        if (m->made->state_given[order[k]]) status = solve_state(m, period, order[k], &chains[order[k]]);
    if (status == QH_OK) status = describe(m, period);
    if (status == QH_OK && period == 0 && m->proposal->cuts[0]) status = add_cuts(m, m->base);
    for (size_t k = 0; k < QH_STATES; k++) {
        solution_free(&m->solution[period][k]);
        qh_layers_free(&chains[k]);
    }
    return status;
}
