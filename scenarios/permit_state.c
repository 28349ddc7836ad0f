/* The states of one period: the case of each, its exact solution, and what follows at the places.
 *
 * A state is a case: the period's scenario and flows on the case, the scenarios of cuts and of approved outfalls on that,
 * and the project. Each has a flow of its own, so each is solved on its own; within it lanes (scenarios/permit_internal.h)
 * give the response to the project's loads in the same solve.
 *
 * Not for nonlinear kinetics or unsteady cases: the loads must superpose. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/overlay_reader.h"
#include "scenarios/permit_internal.h"
#include "solvers/forcing.h"

/* ---- cases ---- */

qh_status qh_case_with_project(qh_arena *arena, const qh_case *base, const qh_proposal *proposal, bool with_outfall,
                               bool without_replaced, qh_case **made) {
    qh_case *c = qh_arena_alloc(arena, 1, sizeof *c);
    qh_outfall *outfall = qh_arena_alloc(arena, base->n_outfall + 1, sizeof *outfall);
    qh_input *none = qh_arena_alloc(arena, base->n_constituent, sizeof *none);
    qh_optional *limit = qh_arena_alloc(arena, base->n_constituent, sizeof *limit);
    if (!c || !outfall || !none || !limit) return QH_E_NOMEM;
    *c = *base;
    c->arena = NULL; /* of the permit: never destroyed as a case */
    if (base->n_outfall > 0) memcpy(outfall, base->outfall, base->n_outfall * sizeof *outfall);
    if (without_replaced && proposal->has_replaced) {
        outfall[proposal->replaced].flow = 0;
        outfall[proposal->replaced].input = none;
    }
    if (with_outfall) {
        outfall[base->n_outfall] = proposal->outfall;
        outfall[base->n_outfall].limit = limit;
        c->n_outfall++;
    }
    c->outfall = outfall;
    *made = c;
    return QH_OK;
}

/* Lays a scenario over a case. The new case and the overlay live until the chain is freed. */
typedef struct layers {
    size_t count;
    qh_case *made[4];
    qh_overlay *overlay[4];
} layers;

static void chain_free(layers *chain) {
    while (chain->count > 0) {
        chain->count--;
        qh_case_destroy(chain->made[chain->count]);
        qh_overlay_destroy(chain->overlay[chain->count]);
    }
}

static qh_status chain_lay(layers *chain, const char *scenario, qh_diag *diag, const qh_case **c) {
    if (scenario[0] == '\0') return QH_OK;
    qh_overlay *overlay = NULL;
    qh_case *made = NULL;
    QH_TRY(qh_overlay_read(*c, scenario, diag, &overlay));
    const qh_status status = qh_overlay_apply(*c, overlay, diag, &made);
    if (status != QH_OK) {
        qh_overlay_destroy(overlay);
        return status;
    }
    chain->made[chain->count] = made;
    chain->overlay[chain->count++] = overlay;
    *c = made;
    return QH_OK;
}

/* Flows and month of the period on a case, in `arena`. */
static qh_status give_period(qh_arena *arena, const qh_proposal_period *period, const qh_case **c) {
    qh_case *made = qh_arena_alloc(arena, 1, sizeof *made);
    qh_headwater *headwater = qh_arena_alloc(arena, (*c)->n_headwater, sizeof *headwater);
    if (!made || !headwater) return QH_E_NOMEM;
    *made = **c;
    made->arena = NULL;
    memcpy(headwater, (*c)->headwater, (*c)->n_headwater * sizeof *headwater);
    for (size_t i = 0; i < period->n_flow; i++)
        headwater[period->flow[i].headwater].flow = period->flow[i].flow;
    made->headwater = headwater;
    if (period->month != 0) made->run.month = period->month;
    *c = made;
    return QH_OK;
}

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
    for (size_t i = 0; i < qh_diag_size(quiet); i++) {
        const qh_message *message = qh_diag_get(quiet, i);
        if (message->severity == QH_ERROR) qh_diag_add(m->diag, QH_ERROR, message->place, "%s", message->text);
    }
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

static bool has_cuts(qh_permit_state state) { return state == QH_STATE_CUTS || state == QH_STATE_ALL; }
static bool has_approved(qh_permit_state state) { return state == QH_STATE_CUMULATIVE || state == QH_STATE_ALL; }

/* The accident's discharge in the place of the proposal's. */
static qh_status accident_case(qh_permit_maker *m, qh_case *c) {
    qh_outfall *o = (qh_outfall *)&c->outfall[c->n_outfall - 1]; /* of the copy that was just made */
    qh_input *input = qh_arena_alloc(m->arena, c->n_constituent, sizeof *input);
    if (!input) return QH_E_NOMEM;
    for (size_t i = 0; i < c->n_constituent; i++)
        input[i].value.constant = m->proposal->accident.concentration[i];
    o->flow = m->proposal->accident.flow;
    o->input = input;
    return QH_OK;
}

/* The case of one state; what the scenarios make lives in `chain`. */
static qh_status state_case(qh_permit_maker *m, size_t period, qh_permit_state state, layers *chain, qh_case **made) {
    const qh_proposal *p = m->proposal;
    const qh_case *c = m->base;
    QH_TRY(chain_lay(chain, p->period[period].scenario, m->diag, &c));
    QH_TRY(give_period(m->arena, &p->period[period], &c));
    if (has_approved(state)) QH_TRY(chain_lay(chain, p->approved, m->diag, &c));
    if (has_cuts(state)) QH_TRY(chain_lay(chain, p->cuts, m->diag, &c));
    const bool with = state != QH_STATE_WITHOUT;
    const bool without_replaced = with || p->kind == QH_PROPOSAL_EXISTING;
    QH_TRY(qh_case_with_project(m->arena, c, p, with, without_replaced, made));
    return state == QH_STATE_ACCIDENT ? accident_case(m, *made) : QH_OK;
}

static qh_status solve_state(qh_permit_maker *m, size_t period, qh_permit_state state, layers *chain) {
    qh_state_solution *s = &m->solution[period][state];
    qh_case *c = NULL;
    QH_TRY(state_case(m, period, state, chain, &c));
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
    layers chain = {0};
    const qh_case *less = c;
    qh_status status = chain_lay(&chain, m->proposal->cuts, m->diag, &less);
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
    chain_free(&chain);
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
    layers chains[QH_STATES] = {{0}};
    qh_status status = QH_OK;
    for (size_t k = 0; k < QH_STATES && status == QH_OK; k++)
        if (m->made->state_given[order[k]]) status = solve_state(m, period, order[k], &chains[order[k]]);
    if (status == QH_OK) status = describe(m, period);
    if (status == QH_OK && period == 0 && m->proposal->cuts[0]) status = add_cuts(m, m->base);
    for (size_t k = 0; k < QH_STATES; k++) {
        solution_free(&m->solution[period][k]);
        chain_free(&chains[k]);
    }
    return status;
}
