/* Values of the variables, scenario by scenario.
 *
 * Drawn designs give each variable j a number u in (0, 1) and take its quantile (of a list: the value at u n):
 *     random            u = r(j, i)
 *     latin hypercube   u = (p_j(i) + r(j, i))/N, p_j a random permutation of 0 .. N-1
 *     sobol             u = (x_j(i) xor s_j + r_j)/2^32, s_j a random shift of 32 bits, r_j in (0, 1), both of the seed
 * r and p are functions of seed, variable and index (model/random.h). With indices (Saltelli 2010) a point has 2 k
 * coordinates, k of matrix A and k of B; its k + 2 scenarios stand side by side: A, B, then A with one column of B each.
 * Source     McKay, Beckman & Conover (1979), Technometrics 21, 239-245; Cranley & Patterson (1976), SIAM J. Numer. Anal.
 *            13, 904-914, and Owen (1995) for shifts of digital nets; Saltelli et al. (2010), Comput. Phys. Commun. 181, 259-270.
 * Not for    variables that depend on one another. */
#include "scenarios/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/random.h"
#include "model/sobol.h"

/* Streams of random numbers beside those of the coordinates, which are 0, 1, ... */
enum { STREAM_SHIFT = 0x40000000, STREAM_FRACTION = 0x50000000, STREAM_PERMUTATION = 0x60000000 };

/* Largest number below 1. */
static const double BELOW_ONE = 1 - 0x1p-53;

struct qh_sampler {
    const qh_sweep_plan *plan;
    size_t n_coordinate;   /* of a point: n_variable, or twice as many with indices */
    uint32_t *direction;   /* [n_coordinate][QH_SOBOL_BITS] (sobol) */
    uint32_t *shift;       /* [n_coordinate] (sobol) */
    double *fraction;      /* [n_coordinate] (sobol) */
    uint64_t *permutation; /* [n_coordinate], keys (latin hypercube) */
};

qh_status qh_sampler_create(const qh_sweep_plan *plan, qh_sampler **sampler) {
    qh_sampler *s = calloc(1, sizeof *s);
    if (!s) return QH_E_NOMEM;
    const size_t n = plan->n_variable * (plan->indices ? 2 : 1);
    *s = (qh_sampler){.plan = plan, .n_coordinate = n};
    s->direction = malloc(n * QH_SOBOL_BITS * sizeof *s->direction);
    s->shift = malloc(n * sizeof *s->shift);
    s->fraction = malloc(n * sizeof *s->fraction);
    s->permutation = malloc(n * sizeof *s->permutation);
    if (!s->direction || !s->shift || !s->fraction || !s->permutation) {
        qh_sampler_destroy(s);
        return QH_E_NOMEM;
    }
    if (plan->design == QH_DESIGN_SOBOL) qh_sobol_directions(n, s->direction);
    for (size_t j = 0; j < n; j++) {
        s->shift[j] = (uint32_t)qh_random_bits(plan->seed, STREAM_SHIFT, j);
        s->fraction[j] = qh_random_unit(plan->seed, STREAM_FRACTION, j);
        s->permutation[j] = qh_random_bits(plan->seed, STREAM_PERMUTATION, j);
    }
    *sampler = s;
    return QH_OK;
}

void qh_sampler_destroy(qh_sampler *s) {
    if (!s) return;
    free(s->direction);
    free(s->shift);
    free(s->fraction);
    free(s->permutation);
    free(s);
}

/* Coordinate j of a drawn point, in (0, 1). */
static double coordinate(const qh_sampler *s, uint64_t point, size_t j) {
    const qh_sweep_plan *p = s->plan;
    double u = 0;
    if (p->design == QH_DESIGN_SOBOL) {
        u = (qh_sobol_point(s->direction + j * QH_SOBOL_BITS, point) ^ s->shift[j]) * 0x1p-32;
        u += s->fraction[j] * 0x1p-32;
    } else {
        u = qh_random_unit(p->seed, (uint32_t)j, point);
        if (p->design == QH_DESIGN_LATIN_HYPERCUBE)
            u = ((double)qh_permuted(s->permutation[j], p->count, point) + u) / (double)p->count;
    }
    return u < BELOW_ONE ? u : BELOW_ONE;
}

/* The value that a list gives at `index`, or a drawn coordinate. */
static double listed(const qh_plan_variable *v, size_t index) { return v->value ? v->value[index] : (double)index; }

static double drawn(const qh_plan_variable *v, double u) {
    if (v->n_value == 0) return qh_distribution_quantile(&v->distribution, u);
    const size_t index = (size_t)(u * (double)v->n_value);
    return listed(v, index < v->n_value ? index : v->n_value - 1);
}

static void draw(const qh_sampler *s, uint64_t index, double *value) {
    const qh_sweep_plan *p = s->plan;
    const qh_saltelli at = qh_saltelli_of(p, index);
    const uint64_t point = p->indices ? at.point : index;
    for (size_t j = 0; j < p->n_variable; j++) {
        const bool of_b = p->indices && (at.block == 1 || at.block == 2 + j);
        value[j] = drawn(&p->variable[j], coordinate(s, point, j + (of_b ? p->n_variable : 0)));
    }
}

static void combine(const qh_sweep_plan *p, uint64_t index, double *value) {
    for (size_t j = p->n_variable; j > 0; j--) {
        const qh_plan_variable *v = &p->variable[j - 1];
        value[j - 1] = listed(v, (size_t)(index % v->n_value));
        index /= v->n_value;
    }
}

void qh_sampler_values(const qh_sampler *sampler, uint64_t first, size_t count, double *value) {
    const qh_sweep_plan *p = sampler->plan;
    for (size_t q = 0; q < count; q++, value += p->n_variable) {
        if (qh_sampling_draws(p->design)) {
            draw(sampler, first + q, value);
        } else if (p->design == QH_DESIGN_FACTORIAL) {
            combine(p, first + q, value);
        } else {
            for (size_t j = 0; j < p->n_variable; j++)
                value[j] = listed(&p->variable[j], (size_t)(first + q));
        }
    }
}

void qh_scenario_id(const qh_sweep_plan *plan, uint64_t index, const double *value, size_t size, char *id) {
    uint32_t hash = 0x811C9DC5U; /* FNV-1a of the values' bytes, the lowest first */
    for (size_t j = 0; j < plan->n_variable; j++) {
        uint64_t bits = 0;
        memcpy(&bits, &value[j], sizeof bits);
        for (int k = 0; k < 64; k += 8)
            hash = (hash ^ (uint32_t)(bits >> k & 0xFF)) * 0x01000193U;
    }
    int digits = 1;
    for (uint64_t last = plan->n_scenario - 1; last >= 10; last /= 10)
        digits++;
    (void)snprintf(id, size, "%0*" PRIu64 "-%08" PRIx32, digits, index, hash);
}

/* ---- overlays ---- */

struct qh_composer {
    const qh_sweep_plan *plan;
    qh_arena *arena;
    qh_overlay overlay;
    qh_change *change;      /* [most changes of a scenario] */
    qh_given_input **input; /* [n_variable], each [n_change][n_constituent] of a number that is an amount; else NULL */
};

static size_t most_changes(const qh_sweep_plan *p) {
    size_t sum = 0;
    for (size_t j = 0; j < p->n_variable; j++) {
        const qh_plan_variable *v = &p->variable[j];
        size_t most = v->n_change;
        for (size_t i = 0; v->level && i < v->n_value; i++)
            most = v->level[i].n_change > most ? v->level[i].n_change : most;
        sum += most;
    }
    return sum;
}

/* The amounts of a number's changes, to be written over. */
static qh_status own_inputs(qh_composer *c, size_t j) {
    const qh_plan_variable *v = &c->plan->variable[j];
    const size_t n = c->plan->river_case->n_constituent;
    bool any = false;
    for (size_t k = 0; k < v->n_slot; k++)
        any = any || v->slot[k].is_amount;
    if (!any) return QH_OK;
    c->input[j] = qh_arena_alloc(c->arena, v->n_change * n, sizeof *c->input[j]);
    if (!c->input[j]) return QH_E_NOMEM;
    for (size_t k = 0; k < v->n_change; k++)
        if (n > 0 && v->change[k].input) memcpy(c->input[j] + k * n, v->change[k].input, n * sizeof *c->input[j]);
    return QH_OK;
}

static qh_status build(qh_composer *c) {
    const qh_sweep_plan *p = c->plan;
    c->change = qh_arena_alloc(c->arena, most_changes(p) + 1, sizeof *c->change);
    c->input = qh_arena_alloc(c->arena, p->n_variable, sizeof *c->input);
    if (!c->change || !c->input) return QH_E_NOMEM;
    for (size_t j = 0; j < p->n_variable; j++)
        QH_TRY(own_inputs(c, j));
    c->overlay = (qh_overlay){.name = "sweep", .title = p->title, .n_added = p->n_added, .change = c->change};
    return QH_OK;
}

qh_status qh_composer_create(const qh_sweep_plan *plan, qh_composer **composer) {
    qh_arena *arena = qh_arena_create();
    qh_composer *c = arena ? qh_arena_alloc(arena, 1, sizeof *c) : NULL;
    if (!c) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *c = (qh_composer){.plan = plan, .arena = arena};
    const qh_status status = build(c);
    if (status != QH_OK) {
        qh_arena_destroy(arena);
        return status;
    }
    *composer = c;
    return QH_OK;
}

void qh_composer_destroy(qh_composer *composer) {
    if (composer) qh_arena_destroy(composer->arena);
}

/* Changes of a number: those of the plan with `value` in their slots. */
static void put_number(qh_composer *c, size_t j, double value, qh_change *change) {
    const qh_plan_variable *v = &c->plan->variable[j];
    const size_t n = c->plan->river_case->n_constituent;
    memcpy(change, v->change, v->n_change * sizeof *change);
    for (size_t k = 0; k < v->n_slot; k++) {
        const qh_plan_slot *slot = &v->slot[k];
        if (slot->is_amount) {
            qh_given_input *input = c->input[j] + slot->change * n;
            input[slot->place].input.value.constant = value;
            change[slot->change].input = input;
        } else {
            memcpy((char *)&change[slot->change] + slot->place, &value, sizeof value);
        }
    }
}

const qh_overlay *qh_compose(qh_composer *composer, const double *value) {
    const qh_sweep_plan *p = composer->plan;
    size_t n = 0;
    for (size_t j = 0; j < p->n_variable; j++) {
        const qh_plan_variable *v = &p->variable[j];
        if (v->is_number) {
            put_number(composer, j, value[j], composer->change + n);
            n += v->n_change;
            continue;
        }
        const qh_plan_level *level = &v->level[(size_t)value[j]];
        if (level->n_change > 0) memcpy(composer->change + n, level->change, level->n_change * sizeof(qh_change));
        n += level->n_change;
    }
    composer->overlay.n_change = n;
    return &composer->overlay;
}
