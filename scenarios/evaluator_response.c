/* Scenarios of loads by the response matrix.
 *
 * Equation   C_i(s) = rest_i(s) + sum over touched sources j and constituents k of R_ik(j, s) W_k(j)
 * Scheme     The plan's changes are run as a programme on the loads W of the touched sources, a block of scenarios side by
 *            side; where it cannot be (limits, texts), scenario by scenario through the changed case. The product is summed in
 *            one order for every scenario, source by source: the bits of a scenario do not depend on its neighbours, as they
 *            would with a library's blocked product.
 * Order      W [source][constituent][scenario], C [constituent][section][scenario]: the scenario is fastest.
 * Not for    anything that changes water or rates. */
#include <stdlib.h>
#include <string.h>

#include "scenarios/evaluator_internal.h"
#include "solvers/forcing.h"

struct qh_load_programme {
    qh_response *response;
    bool flows_met;
    bool direct;      /* every change can be made on the loads themselves */
    size_t n_touched; /* sources whose loads the plan changes */
    size_t *touched;  /* [n_touched], sources in the order of solvers/forcing.h */
    size_t *row;      /* [n_source], place among the touched ones; n_touched: none */
    double *flow;     /* [n_source], m3/s */
    double *rest;     /* [n_species][n_section], g/m3 */
    double *start;    /* [n_touched][n_species], g/s, of the plan's case */
    double *load;     /* [n_touched][n_species][QH_BLOCK], g/s */
    double *all;      /* [n_source][n_species], g/s, of one scenario */
    double *result;   /* [n_species][n_section][QH_BLOCK], g/m3 */
    double *one;      /* [n_section][n_species], g/m3, of one scenario */
};

/* ---- what a plan touches ---- */

/* Limits depend on more than the load itself; a text makes other changes from scenario to scenario. */
static bool is_direct(const qh_sweep_plan *p) {
    for (size_t j = 0; j < p->n_variable; j++) {
        if (!p->variable[j].is_number) return false;
        for (size_t k = 0; k < p->variable[j].n_change; k++)
            if (strcmp(p->variable[j].change[k].kind->name, "upgrade") == 0) return false;
    }
    return true;
}

static size_t source_of(const qh_response *r, qh_source_index source) {
    switch (source.kind) {
    case QH_SOURCE_HEADWATER: return source.index;
    case QH_SOURCE_TRIBUTARY: return r->first_tributary + source.index;
    case QH_SOURCE_OUTFALL: return r->first_outfall + source.index;
    default: return r->first_lateral + source.index;
    }
}

static void touch(qh_load_programme *l, size_t n, const qh_change *change) {
    for (size_t k = 0; k < n; k++) {
        for (size_t m = 0; m < change[k].n_source; m++) {
            const size_t source = source_of(l->response, change[k].source[m]);
            if (l->row[source] < l->response->n_source) continue;
            l->row[source] = l->n_touched;
            l->touched[l->n_touched++] = source;
        }
    }
}

static void touch_all(const qh_sweep_plan *p, qh_load_programme *l) {
    for (size_t i = 0; i < l->response->n_source; i++)
        l->row[i] = l->response->n_source;
    for (size_t j = 0; j < p->n_variable; j++) {
        const qh_plan_variable *v = &p->variable[j];
        touch(l, v->n_change, v->change);
        for (size_t i = 0; v->level && i < v->n_value; i++)
            touch(l, v->level[i].n_change, v->level[i].change);
    }
}

/* ---- creation ---- */

static void fill_rest(qh_load_programme *l) {
    const qh_response *r = l->response;
    for (size_t i = 0; i < r->n_species; i++) {
        for (size_t s = 0; s < r->n_section; s++) {
            double sum = r->background[i * r->n_section + s];
            for (size_t j = 0; j < r->n_source; j++)
                if (l->row[j] == r->n_source) sum += qh_response_contribution(r, s, i, j);
            l->rest[i * r->n_section + s] = sum;
        }
    }
}

static qh_status build(const qh_evaluator *e, qh_load_programme *l, qh_diag *diag) {
    QH_TRY(qh_response_create(e->prepared, diag, &l->response));
    const qh_response *r = l->response;
    const size_t n = r->n_species;
    l->touched = malloc((r->n_source + 1) * sizeof *l->touched);
    l->row = malloc((r->n_source + 1) * sizeof *l->row);
    l->flow = malloc((r->n_source + 1) * sizeof *l->flow);
    l->rest = malloc((n * r->n_section + 1) * sizeof *l->rest);
    l->all = malloc((n * r->n_source + 1) * sizeof *l->all);
    l->result = malloc((n * r->n_section * QH_BLOCK + 1) * sizeof *l->result);
    l->one = malloc((n * r->n_section + 1) * sizeof *l->one);
    if (!l->touched || !l->row || !l->flow || !l->rest || !l->all || !l->result || !l->one) return QH_E_NOMEM;
    touch_all(e->plan, l);
    l->start = malloc((l->n_touched * n + 1) * sizeof *l->start);
    l->load = malloc((l->n_touched * n * QH_BLOCK + 1) * sizeof *l->load);
    if (!l->start || !l->load) return QH_E_NOMEM;
    qh_forcing *forcing = NULL;
    QH_TRY(qh_forcing_create(e->plan->river_case, 1, &forcing));
    memcpy(l->flow, forcing->flow, r->n_source * sizeof *l->flow);
    qh_forcing_loads(forcing, 0, l->all);
    qh_forcing_destroy(forcing);
    for (size_t t = 0; t < l->n_touched; t++)
        memcpy(l->start + t * n, l->all + l->touched[t] * n, n * sizeof *l->start);
    fill_rest(l);
    l->direct = is_direct(e->plan);
    l->flows_met = qh_flows_met(e->prepared->flow);
    return QH_OK;
}

qh_status qh_load_programme_create(const qh_evaluator *e, qh_diag *diag, qh_load_programme **programme) {
    qh_load_programme *l = calloc(1, sizeof *l);
    if (!l) return QH_E_NOMEM;
    const qh_status status = build(e, l, diag);
    if (status != QH_OK) {
        qh_load_programme_destroy(l);
        return status;
    }
    *programme = l;
    return QH_OK;
}

void qh_load_programme_destroy(qh_load_programme *l) {
    if (!l) return;
    qh_response_destroy(l->response);
    free(l->touched);
    free(l->row);
    free(l->flow);
    free(l->rest);
    free(l->start);
    free(l->load);
    free(l->all);
    free(l->result);
    free(l->one);
    free(l);
}

/* ---- loads ---- */

/* The slot of a change at an offset of its struct (or of an amount); NULL: its number is fixed. */
static const qh_plan_slot *slot_at(const qh_plan_variable *v, size_t change, bool is_amount, size_t place) {
    for (size_t k = 0; k < v->n_slot; k++) {
        const qh_plan_slot *slot = &v->slot[k];
        if (slot->change == change && slot->is_amount == is_amount && slot->place == place) return slot;
    }
    return NULL;
}

/* One factor or number of a change in a block: the drawn values, or one for all. */
typedef struct operand {
    const double *value; /* of scenario q at value[q * stride] */
    size_t stride;
} operand;

static operand operand_of(const qh_plan_slot *slot, const double *drawn, size_t n_variable, const double *fixed) {
    return slot ? (operand){drawn, n_variable} : (operand){fixed, 0};
}

static void scale_loads(qh_load_programme *l, const qh_evaluator *e, size_t j, size_t k, const double *drawn,
                        size_t n) {
    const qh_plan_variable *v = &e->plan->variable[j];
    const qh_change *c = &v->change[k];
    const size_t n_species = l->response->n_species, place = offsetof(qh_optional, value);
    const bool by_load = c->load_factor.given;
    const size_t at = (by_load ? offsetof(qh_change, load_factor) : offsetof(qh_change, concentration_factor)) + place;
    const operand factor = operand_of(slot_at(v, k, false, at), drawn, e->plan->n_variable,
                                      by_load ? &c->load_factor.value : &c->concentration_factor.value);
    for (size_t m = 0; m < c->n_source; m++) {
        const size_t row = l->row[source_of(l->response, c->source[m])];
        for (size_t i = 0; i < n_species; i++) {
            bool touched = c->n_only == 0;
            for (size_t o = 0; o < c->n_only; o++)
                touched = touched || c->only[o] == i;
            double *load = l->load + (row * n_species + i) * QH_BLOCK;
            for (size_t q = 0; touched && q < n; q++)
                load[q] *= factor.value[q * factor.stride];
        }
    }
}

static void set_loads(qh_load_programme *l, const qh_evaluator *e, size_t j, size_t k, const double *drawn, size_t n) {
    const qh_plan_variable *v = &e->plan->variable[j];
    const qh_change *c = &v->change[k];
    const size_t n_species = l->response->n_species;
    for (size_t m = 0; m < c->n_source; m++) {
        const size_t source = source_of(l->response, c->source[m]);
        for (size_t i = 0; i < n_species; i++) {
            const qh_given_input *input = &c->input[i];
            if (!input->given) continue;
            const operand amount =
                operand_of(slot_at(v, k, true, i), drawn, e->plan->n_variable, &input->input.value.constant);
            const double weight = input->input.is_load ? 1 : l->flow[source];
            double *load = l->load + (l->row[source] * n_species + i) * QH_BLOCK;
            for (size_t q = 0; q < n; q++)
                load[q] = weight * amount.value[q * amount.stride];
        }
    }
}

/* The loads of a block, by the changes themselves. */
static void make_loads(qh_load_programme *l, const qh_evaluator *e, const double *value, size_t n) {
    for (size_t k = 0; k < l->n_touched * l->response->n_species; k++)
        for (size_t q = 0; q < n; q++)
            l->load[k * QH_BLOCK + q] = l->start[k];
    for (size_t j = 0; j < e->plan->n_variable; j++) {
        for (size_t k = 0; k < e->plan->variable[j].n_change; k++) {
            const bool scales = strcmp(e->plan->variable[j].change[k].kind->name, "scale") == 0;
            (scales ? scale_loads : set_loads)(l, e, j, k, value + j, n);
        }
    }
}

/* Loads of one scenario from the changed case, into place q of the block. */
static qh_status case_loads(qh_evaluator *e, const double *value, size_t q, qh_diag *diag) {
    qh_load_programme *l = e->loads;
    const size_t n_species = l->response->n_species;
    qh_case *changed = NULL;
    qh_forcing *forcing = NULL;
    QH_TRY(qh_overlay_apply(e->plan->river_case, qh_compose(e->composer, value), diag, &changed));
    const qh_status status = qh_forcing_create(changed, 1, &forcing);
    if (status == QH_OK) qh_forcing_loads(forcing, 0, l->all);
    qh_forcing_destroy(forcing);
    qh_case_destroy(changed);
    QH_TRY(status);
    for (size_t t = 0; t < l->n_touched; t++)
        for (size_t i = 0; i < n_species; i++)
            l->load[(t * n_species + i) * QH_BLOCK + q] = l->all[l->touched[t] * n_species + i];
    return QH_OK;
}

/* ---- the product ---- */

static void multiply(const qh_load_programme *l, size_t n) {
    const qh_response *r = l->response;
    for (size_t i = 0; i < r->n_species; i++) {
        for (size_t s = 0; s < r->n_section; s++) {
            double *restrict sum = l->result + (i * r->n_section + s) * QH_BLOCK;
            for (size_t q = 0; q < n; q++)
                sum[q] = l->rest[i * r->n_section + s];
            for (size_t t = 0; t < l->n_touched; t++) {
                for (size_t k = 0; k < r->n_species; k++) {
                    const double *block = qh_response_block(r, i, k);
                    if (!block) continue;
                    const double factor = block[l->touched[t] * r->n_section + s];
                    const double *restrict load = l->load + (t * r->n_species + k) * QH_BLOCK;
                    for (size_t q = 0; q < n; q++)
                        sum[q] += factor * load[q];
                }
            }
        }
    }
}

static void give_scenario(const qh_evaluator *e, size_t q, const qh_place_of_result *at) {
    const qh_load_programme *l = e->loads;
    const size_t n_species = e->layout.n_species, n_section = e->layout.n_section;
    for (size_t s = 0; s < n_section; s++)
        for (size_t i = 0; i < n_species; i++)
            l->one[s * n_species + i] = l->result[(i * n_section + s) * QH_BLOCK + q];
    qh_judge_scenario(e, l->one, l->flows_met, at);
    if (!at->results->series || e->layout.n_sample == 0) return;
    for (size_t k = 0; k < n_species * n_section; k++)
        at->results->series[k * at->count + at->q] = l->result[k * QH_BLOCK + q];
}

/* What a scenario that failed is told; NULL diag was cheaper the first time. */
static qh_status fail(qh_evaluator *e, const double *value, qh_status status, const qh_place_of_result *at) {
    if (status == QH_E_NOMEM) return status;
    qh_diag *diag = qh_diag_create(QH_EN);
    if (!diag) return QH_E_NOMEM;
    (void)case_loads(e, value, 0, diag);
    qh_fail_scenario(e, status, diag, at);
    qh_diag_destroy(diag);
    return QH_OK;
}

qh_status qh_evaluate_loads(qh_evaluator *e, const double *value, size_t n, const qh_place_of_result *at) {
    qh_load_programme *l = e->loads;
    const size_t n_variable = e->plan->n_variable;
    qh_status status[QH_BLOCK] = {QH_OK};
    if (l->direct) make_loads(l, e, value, n);
    for (size_t q = 0; !l->direct && q < n; q++)
        status[q] = case_loads(e, value + q * n_variable, q, NULL);
    multiply(l, n);
    qh_place_of_result place = *at;
    for (size_t q = 0; q < n; q++, place.q++) {
        if (status[q] != QH_OK) {
            QH_TRY(fail(e, value + q * n_variable, status[q], &place));
        } else {
            give_scenario(e, q, &place);
        }
    }
    return QH_OK;
}
