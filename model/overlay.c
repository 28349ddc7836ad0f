#include "model/overlay.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "model/overlay_internal.h"

const qh_change_kind *qh_change_find(const char *name) {
    for (const qh_change_kind *const *kind = qh_registry_change; *kind; kind++) {
        if (strcmp((*kind)->name, name) == 0) return *kind;
    }
    return NULL;
}

void qh_overlay_destroy(qh_overlay *overlay) {
    if (overlay) qh_arena_destroy(overlay->arena);
}

/* ---- the draft ---- */

/* A copy of `count` rows with room for `extra` more. */
static void *copy_rows(qh_arena *arena, const void *rows, size_t count, size_t extra, size_t size) {
    void *copy = qh_arena_alloc(arena, count + extra, size);
    if (copy && count > 0) memcpy(copy, rows, count * size);
    return copy;
}

static qh_status own_inputs(qh_arena *arena, size_t n_constituent, const qh_input **input) {
    *input = copy_rows(arena, *input, n_constituent, 0, sizeof **input);
    return *input ? QH_OK : QH_E_NOMEM;
}

static qh_status copy_inputs(qh_draft *draft) {
    const size_t n = draft->base->n_constituent;
    for (size_t i = 0; i < draft->base->n_headwater; i++)
        QH_TRY(own_inputs(draft->arena, n, &draft->headwater[i].input));
    for (size_t i = 0; i < draft->base->n_tributary; i++)
        QH_TRY(own_inputs(draft->arena, n, &draft->tributary[i].input));
    for (size_t i = 0; i < draft->base->n_outfall; i++)
        QH_TRY(own_inputs(draft->arena, n, &draft->outfall[i].input));
    for (size_t i = 0; i < draft->base->n_lateral; i++)
        QH_TRY(own_inputs(draft->arena, n, &draft->lateral[i].input));
    return QH_OK;
}

static qh_status begin(qh_draft *draft, const qh_overlay *overlay) {
    const qh_case *base = draft->base;
    qh_arena *arena = draft->arena;
    draft->made = copy_rows(arena, base, 1, 0, sizeof *base);
    draft->constituent = copy_rows(arena, base->constituent, base->n_constituent, 0, sizeof *base->constituent);
    draft->override = copy_rows(arena, base->override, base->n_override, overlay->n_change, sizeof *base->override);
    draft->headwater = copy_rows(arena, base->headwater, base->n_headwater, 0, sizeof *base->headwater);
    draft->tributary = copy_rows(arena, base->tributary, base->n_tributary, 0, sizeof *base->tributary);
    draft->outfall = copy_rows(arena, base->outfall, base->n_outfall, overlay->n_added, sizeof *base->outfall);
    draft->lateral = copy_rows(arena, base->lateral, base->n_lateral, 0, sizeof *base->lateral);
    draft->station = copy_rows(arena, base->station, base->n_station, 0, sizeof *base->station);
    if (!draft->made || !draft->constituent || !draft->override || !draft->headwater || !draft->tributary ||
        !draft->outfall || !draft->lateral || !draft->station)
        return QH_E_NOMEM;
    draft->made->arena = arena;
    draft->made->constituent = draft->constituent;
    draft->made->override = draft->override;
    draft->made->headwater = draft->headwater;
    draft->made->tributary = draft->tributary;
    draft->made->outfall = draft->outfall;
    draft->made->lateral = draft->lateral;
    draft->made->station = draft->station;
    return copy_inputs(draft);
}

/* Arrays of a case are const to all but the draft that owns them. */
#define OWN_INPUT(row) ((qh_input *)(uintptr_t)(row)->input)

qh_draft_source qh_draft_source_of(qh_draft *draft, qh_source_index source) {
    switch (source.kind) {
    case QH_SOURCE_HEADWATER: {
        qh_headwater *h = &draft->headwater[source.index];
        return (qh_draft_source){.label = h->name,
                                 .flow = &h->flow,
                                 .flow_series = &h->flow_series,
                                 .input = OWN_INPUT(h),
                                 .is_headwater = true};
    }
    case QH_SOURCE_TRIBUTARY: {
        qh_tributary *t = &draft->tributary[source.index];
        return (qh_draft_source){.label = t->name,
                                 .flow = &t->flow,
                                 .flow_series = &t->flow_series,
                                 .input = OWN_INPUT(t),
                                 .has_reach = true,
                                 .reach = t->reach};
    }
    case QH_SOURCE_LATERAL: {
        qh_lateral *l = &draft->lateral[source.index];
        return (qh_draft_source){.label = l->name,
                                 .flow = &l->flow,
                                 .flow_series = &l->flow_series,
                                 .input = OWN_INPUT(l),
                                 .has_reach = true,
                                 .reach = l->reach};
    }
    default: {
        qh_outfall *o = &draft->outfall[source.index];
        return (qh_draft_source){.label = o->code,
                                 .flow = &o->flow,
                                 .flow_series = &o->flow_series,
                                 .input = OWN_INPUT(o),
                                 .has_reach = true,
                                 .reach = o->reach,
                                 .outfall = o};
    }
    }
}

bool qh_change_touches(const qh_change *change, size_t constituent) {
    for (size_t i = 0; i < change->n_only; i++) {
        if (change->only[i] == constituent) return true;
    }
    return change->n_only == 0;
}

/* ---- values ---- */

qh_status qh_draft_check_flow(qh_draft *draft, const qh_change *change, const qh_draft_source *source, double flow) {
    QH_CHECK(!source->is_headwater || flow > 0.0, QH_E_INPUT, draft->diag, change->place,
             "headwater %s would have no flow; it must stay above 0", source->label);
    QH_CHECK(isfinite(flow), QH_E_INPUT, draft->diag, change->place, "%s would have an infinite flow", source->label);
    return QH_OK;
}

qh_status qh_draft_flow(qh_draft *draft, const qh_change *change, const qh_draft_source *source, double flow) {
    QH_TRY(qh_draft_check_flow(draft, change, source, flow));
    const double before = qh_draft_mean_flow(source);
    *source->flow = flow;
    *source->flow_series = NULL;
    return qh_draft_number(draft, change, source->label, QH_N("flow"), QH_DIM_FLOW, before, flow, NULL);
}

static qh_status new_series(qh_draft *draft, size_t most, qh_value *value, double **time, double **entry,
                            qh_series **made) {
    qh_series *series = copy_rows(draft->arena, value->series, 1, 0, sizeof *series);
    *time = qh_arena_alloc(draft->arena, most, sizeof **time);
    *entry = qh_arena_alloc(draft->arena, most, sizeof **entry);
    if (!series || !*time || !*entry) return QH_E_NOMEM;
    series->time = *time;
    series->value = *entry;
    value->series = series;
    *made = series;
    return QH_OK;
}

qh_status qh_draft_scale(qh_draft *draft, double factor, qh_value *value) {
    const qh_series *old = value->series;
    value->constant *= factor;
    if (!old) return QH_OK;
    double *time = NULL, *entry = NULL;
    qh_series *made = NULL;
    QH_TRY(new_series(draft, old->count, value, &time, &entry, &made));
    for (size_t i = 0; i < old->count; i++) {
        time[i] = old->time[i];
        entry[i] = factor * old->value[i];
    }
    return QH_OK;
}

double qh_draft_mean_flow(const qh_draft_source *source) {
    const qh_value value = {*source->flow, *source->flow_series};
    return qh_draft_mean(&value);
}

qh_status qh_draft_scale_flow(qh_draft *draft, const qh_change *change, const qh_draft_source *source, double factor) {
    QH_TRY(qh_draft_check_flow(draft, change, source, *source->flow * factor));
    const double before = qh_draft_mean_flow(source);
    qh_value value = {*source->flow, *source->flow_series};
    QH_TRY(qh_draft_scale(draft, factor, &value));
    *source->flow = value.constant;
    *source->flow_series = value.series;
    return qh_draft_number(draft, change, source->label, QH_N("flow"), QH_DIM_FLOW, before, qh_draft_mean(&value),
                           NULL);
}

static double smaller(double a, double b) { return a < b ? a : b; }

qh_status qh_draft_cap(qh_draft *draft, double limit, qh_value *value) {
    const qh_series *old = value->series;
    if (!old) {
        value->constant = smaller(value->constant, limit);
        return QH_OK;
    }
    double *time = NULL, *entry = NULL;
    qh_series *made = NULL;
    QH_TRY(new_series(draft, 2 * old->count, value, &time, &entry, &made));
    size_t n = 0;
    for (size_t i = 0; i < old->count; i++) {
        const double v1 = old->value[i];
        if (i > 0 && old->interpolation == QH_LINEAR && (old->value[i - 1] - limit) * (v1 - limit) < 0.0) {
            const double v0 = old->value[i - 1], t0 = old->time[i - 1];
            const double crossing = t0 + (limit - v0) / (v1 - v0) * (old->time[i] - t0);
            /* Rounding may put it on a neighbour, where it would be one entry too many. */
            if (crossing > t0 && crossing < old->time[i]) {
                time[n] = crossing;
                entry[n++] = limit;
            }
        }
        time[n] = old->time[i];
        entry[n++] = smaller(v1, limit);
    }
    made->count = n;
    return QH_OK;
}

double qh_draft_mean(const qh_value *value) {
    const qh_series *s = value->series;
    if (!s) return value->constant;
    return s->count > 1 ? qh_value_mean(value, s->time[0], s->time[s->count - 1]) : s->value[0];
}

/* ---- effects ---- */

static qh_status new_effect(qh_draft *draft, const qh_change *change, const char *object, const char *quantity,
                            qh_effect **effect) {
    if (draft->n_effect == draft->effect_capacity) {
        const size_t capacity = draft->effect_capacity ? 2 * draft->effect_capacity : 32;
        qh_effect *larger =
            copy_rows(draft->arena, draft->effect, draft->n_effect, capacity - draft->n_effect, sizeof *larger);
        if (!larger) return QH_E_NOMEM;
        draft->effect = larger;
        draft->effect_capacity = capacity;
    }
    qh_effect *made = &draft->effect[draft->n_effect];
    *made = (qh_effect){.place = change->place, .kind = change->kind->name, .text_before = "", .text_after = ""};
    made->object = qh_arena_strdup(draft->arena, object);
    made->quantity = qh_arena_strdup(draft->arena, quantity);
    made->clause = made->confidence = "";
    if (!made->object || !made->quantity) return QH_E_NOMEM;
    draft->n_effect++;
    *effect = made;
    return QH_OK;
}

qh_status qh_draft_number(qh_draft *draft, const qh_change *change, const char *object, const char *quantity,
                          qh_dimension dimension, double before, double after, const qh_discharge_item *cause) {
    if (before == after) return QH_OK;
    qh_effect *effect = NULL;
    QH_TRY(new_effect(draft, change, object, quantity, &effect));
    effect->dimension = dimension;
    effect->has_before = true;
    effect->before = before;
    effect->after = after;
    if (!cause) return QH_OK;
    effect->clause = qh_arena_strdup(draft->arena, cause->clause);
    effect->confidence = qh_arena_strdup(draft->arena, cause->confidence);
    return effect->clause && effect->confidence ? QH_OK : QH_E_NOMEM;
}

qh_status qh_draft_new_number(qh_draft *draft, const qh_change *change, const char *object, const char *quantity,
                              qh_dimension dimension, double after) {
    qh_effect *effect = NULL;
    QH_TRY(new_effect(draft, change, object, quantity, &effect));
    effect->dimension = dimension;
    effect->after = after;
    return QH_OK;
}

qh_status qh_draft_text(qh_draft *draft, const qh_change *change, const char *object, const char *quantity,
                        const char *before, const char *after) {
    if (strcmp(before, after) == 0) return QH_OK;
    qh_effect *effect = NULL;
    QH_TRY(new_effect(draft, change, object, quantity, &effect));
    effect->is_text = true;
    effect->text_before = qh_arena_strdup(draft->arena, before);
    effect->text_after = qh_arena_strdup(draft->arena, after);
    return effect->text_before && effect->text_after ? QH_OK : QH_E_NOMEM;
}

/* ---- the whole ---- */

/* Errors of one change do not hide those of the next. */
static qh_status apply_changes(qh_draft *draft, const qh_overlay *overlay, bool conditions) {
    qh_status status = QH_OK;
    for (size_t i = 0; i < overlay->n_change; i++) {
        const qh_change *change = &overlay->change[i];
        if (change->kind->is_condition != conditions) continue;
        const qh_status one = change->kind->apply(draft, change);
        if (one != QH_OK && one != QH_E_INPUT) return one;
        if (one != QH_OK) status = one;
    }
    return status;
}

/* Texts of the scenarios join the files of the case, so that they are kept with every result. */
static qh_status keep_texts(qh_draft *draft, const qh_overlay *overlay, struct qh_scenario *scenario) {
    qh_case *made = draft->made;
    qh_case_file *file = copy_rows(draft->arena, draft->base->file, draft->base->n_file, overlay->n_file, sizeof *file);
    const char **name = qh_arena_alloc(draft->arena, overlay->n_file, sizeof *name);
    if (!file || !name) return QH_E_NOMEM;
    for (size_t i = 0; i < overlay->n_file; i++) {
        file[made->n_file++] = overlay->file[i];
        name[i] = overlay->file[i].name;
    }
    made->file = file;
    scenario->file = name;
    scenario->n_file = overlay->n_file;
    return QH_OK;
}

static qh_status make(qh_draft *draft, const qh_overlay *overlay) {
    struct qh_scenario *scenario = qh_arena_alloc(draft->arena, 1, sizeof *scenario);
    if (!scenario) return QH_E_NOMEM;
    QH_TRY(begin(draft, overlay));
    const qh_status conditions = apply_changes(draft, overlay, true);
    if (conditions != QH_OK && conditions != QH_E_INPUT) return conditions;
    QH_TRY(apply_changes(draft, overlay, false));
    QH_TRY(conditions);
    QH_TRY(keep_texts(draft, overlay, scenario));
    scenario->name = overlay->name;
    scenario->title = overlay->title;
    scenario->n_effect = draft->n_effect;
    scenario->effect = draft->effect;
    draft->made->scenario = scenario;
    return QH_OK;
}

qh_status qh_overlay_apply(const qh_case *base, const qh_overlay *overlay, qh_diag *diag, qh_case **changed) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    qh_draft draft = {.arena = arena, .diag = diag, .base = base};
    const qh_status status = make(&draft, overlay);
    if (status != QH_OK) {
        qh_arena_destroy(arena);
        return status;
    }
    *changed = draft.made;
    return QH_OK;
}
