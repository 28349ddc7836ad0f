/* Source apportionment by superposition: what a source adds is its column of the response matrix times its load. */
#include "scenarios/trace.h"

#include <math.h>
#include <string.h>

typedef struct tracer {
    const qh_analysis *analysis;
    const qh_case *river_case;
    const qh_response *response;
    qh_trace *made;
    qh_trace_group *group;
    size_t *group_of; /* [n_source] */
    double *contribution, *sum, *whole, *load, *cut;
    qh_trace_cut *demand;
    double *scale, *total; /* [n_section][n_species], of qh_target_scale and qh_target_total */
} tracer;

bool qh_trace_by_find(const char *name, qh_trace_by *by) {
    static const char *const known[] = {"source", "kind", "category", "district", "body"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i], name) != 0) continue;
        *by = (qh_trace_by)i;
        return true;
    }
    return false;
}

/* ---- groups ---- */

static qh_trace_group group_for(const qh_source *source, qh_trace_by by) {
    const bool outfall = source->kind == QH_SOURCE_OUTFALL;
    if (by == QH_BY_SOURCE) return (qh_trace_group){.code = source->code, .name = source->name, .is_outfalls = outfall};
    if (by == QH_BY_KIND || !outfall)
        return (qh_trace_group){
            .code = "", .name = qh_source_kind_name(source->kind), .is_kind = true, .is_outfalls = outfall};
    const char *value = by == QH_BY_CATEGORY   ? source->category
                        : by == QH_BY_DISTRICT ? source->district
                                               : source->body;
    return (qh_trace_group){.code = "", .name = value, .is_outfalls = true};
}

/* Groups in the order in which their first source stands; single sources are never joined, whatever their names. */
static void find_groups(tracer *t, qh_trace_by by) {
    size_t n = 0;
    for (size_t j = 0; j < t->response->n_source; j++) {
        const qh_source source = qh_source_get(t->river_case, j);
        const qh_trace_group wanted = group_for(&source, by);
        size_t g = by == QH_BY_SOURCE ? n : 0;
        while (g < n && (t->group[g].is_kind != wanted.is_kind || strcmp(t->group[g].name, wanted.name) != 0))
            g++;
        if (g == n) t->group[n++] = wanted;
        t->group[g].n_source++;
        t->group_of[j] = g;
    }
    t->group[n++] = (qh_trace_group){.code = "", .name = QH_N("background"), .is_kind = true, .is_background = true};
    t->made->n_group = n;
}

/* ---- contributions ---- */

static void add_contributions(const tracer *t) {
    const qh_response *r = t->response;
    const size_t n_group = t->made->n_group;
    for (size_t s = 0; s < r->n_section; s++) {
        for (size_t i = 0; i < r->n_species; i++) {
            const size_t row = s * r->n_species + i;
            double *at = t->contribution + row * n_group;
            for (size_t j = 0; j < r->n_source; j++)
                at[t->group_of[j]] += qh_response_contribution(r, s, i, j);
            at[n_group - 1] = r->background[i * r->n_section + s];
            for (size_t g = 0; g < n_group; g++)
                t->sum[row] += at[g];
            t->whole[row] = r->whole[i * r->n_section + s];
            const qh_target *target = qh_target_of(t->analysis->targets, s, i);
            if (target->given && !qh_target_met(target, t->whole[row])) t->made->n_missed++;
        }
    }
}

/* ---- loads, and the cut that is asked for ---- */

static void find_scales(const tracer *t) {
    const size_t n = t->response->n_species;
    for (size_t s = 0; s < t->response->n_section; s++) {
        for (size_t i = 0; i < n; i++) {
            t->scale[s * n + i] = qh_target_scale(t->response, t->analysis->targets, s, i);
            t->total[s * n + i] = qh_target_total(t->response, t->analysis->targets, s, i);
        }
    }
}

static void find_demand(const tracer *t) {
    const size_t n_section = t->response->n_section;
    for (size_t i = 0; i < t->response->n_species; i++) {
        qh_trace_cut *demand = &t->demand[i];
        *demand = (qh_trace_cut){1, true, n_section};
        for (size_t s = 0; s < n_section; s++) {
            const qh_target *target = qh_target_of(t->analysis->targets, s, i);
            if (!target->given || qh_target_met(target, t->response->whole[i * n_section + s])) continue;
            const double scale = t->scale[s * t->response->n_species + i];
            if (!(scale >= 0) || isinf(scale)) demand->enough = false;
            if (scale < demand->factor || demand->section == n_section) demand->section = s;
            if (!isinf(scale)) demand->factor = fmin(demand->factor, fmax(0, scale));
        }
    }
}

/* Factor on the load of species k from source j: the strictest of the sections that it reaches. */
static double factor_of(const tracer *t, size_t k, size_t j) {
    const qh_response *r = t->response;
    const qh_targets *targets = t->analysis->targets;
    double factor = 1;
    if (targets->is_oxygen[k]) return factor;
    for (size_t i = 0; i < r->n_species; i++) {
        if (!qh_response_block(r, i, k) || t->demand[i].section == r->n_section) continue;
        for (size_t s = 0; s < r->n_section; s++) {
            const double part = qh_target_contribution(r, targets, s, i, j);
            const size_t row = s * r->n_species + i;
            if (qh_target_reached(part, t->total[row])) factor = fmin(factor, t->scale[row]);
        }
    }
    return fmax(0, factor);
}

static void add_loads(const tracer *t) {
    const qh_response *r = t->response;
    const size_t n = r->n_species;
    for (size_t k = 0; k < n; k++) {
        for (size_t j = 0; j < r->n_source; j++) {
            const size_t g = t->group_of[j];
            const double load = r->load[k * r->n_source + j];
            t->load[g * n + k] += load;
            if (t->group[g].is_outfalls) t->cut[g * n + k] += (1 - factor_of(t, k, j)) * load;
        }
    }
}

static qh_status trace_all(tracer *t, qh_trace_by by) {
    const qh_response *r = t->response;
    qh_arena *arena = t->made->arena;
    const size_t n = r->n_species, rows = r->n_section * n, most = r->n_source + 1;
    t->group = qh_arena_alloc(arena, most, sizeof *t->group);
    t->group_of = qh_arena_alloc(arena, most, sizeof *t->group_of);
    t->contribution = qh_arena_alloc(arena, rows * most, sizeof(double));
    t->sum = qh_arena_alloc(arena, rows, sizeof(double));
    t->whole = qh_arena_alloc(arena, rows, sizeof(double));
    t->load = qh_arena_alloc(arena, most * n, sizeof(double));
    t->cut = qh_arena_alloc(arena, most * n, sizeof(double));
    t->demand = qh_arena_alloc(arena, n, sizeof *t->demand);
    t->scale = qh_arena_alloc(arena, rows, sizeof(double));
    t->total = qh_arena_alloc(arena, rows, sizeof(double));
    if (!t->scale || !t->total) return QH_E_NOMEM;
    if (!t->group || !t->group_of || !t->contribution || !t->sum || !t->whole || !t->load || !t->cut || !t->demand)
        return QH_E_NOMEM;
    find_groups(t, by);
    add_contributions(t);
    find_scales(t);
    find_demand(t);
    add_loads(t);
    qh_trace *made = t->made;
    made->n_section = r->n_section, made->n_species = n;
    made->group = t->group, made->contribution = t->contribution, made->sum = t->sum, made->whole = t->whole;
    made->load = t->load, made->cut = t->cut, made->demand = t->demand;
    return QH_OK;
}

qh_status qh_trace_create(const qh_analysis *analysis, qh_trace_by by, qh_trace **trace) {
    qh_arena *arena = qh_arena_create();
    qh_trace *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    made->arena = arena;
    tracer t = {
        .analysis = analysis, .river_case = analysis->study->river_case, .response = analysis->response, .made = made};
    const qh_status status = trace_all(&t, by);
    if (status != QH_OK) {
        qh_trace_destroy(made);
        return status;
    }
    *trace = made;
    return QH_OK;
}

void qh_trace_destroy(qh_trace *trace) {
    if (trace) qh_arena_destroy(trace->arena);
}
