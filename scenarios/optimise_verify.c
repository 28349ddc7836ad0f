/* A plan as a scenario: as changes of the case, as YAML, and run in full by the case's own engine. */
#include <stdlib.h>
#include <string.h>

#include "scenarios/optimise_internal.h"

/* ---- changes ---- */

static qh_change *add_change(qh_planner *p, qh_overlay *overlay, qh_change *change, size_t outfall, const char *kind) {
    qh_source_index *source = qh_arena_alloc(p->made->arena, 1, sizeof *source);
    if (!source) return NULL;
    *source = (qh_source_index){QH_SOURCE_OUTFALL, outfall};
    qh_change *own = &change[overlay->n_change++];
    own->kind = qh_change_find(kind);
    own->place = p->river_case->outfall[outfall].place;
    own->n_source = 1;
    own->source = source;
    return own;
}

/* The level that the plan buys for an outfall, NULL: none. */
static const qh_cost_level *bought(const qh_planner *p, size_t outfall) {
    if (!p->costs || p->level[outfall] >= p->costs->n_level) return NULL;
    return &p->costs->level[p->level[outfall]];
}

static bool add_level(qh_planner *p, qh_overlay *overlay, qh_change *change, const qh_cost_level *level) {
    qh_change *own = add_change(p, overlay, change, level->outfall, "upgrade");
    if (!own) return false;
    own->standard = level->standard;
    own->grade = level->grade;
    return true;
}

static bool add_scale(qh_planner *p, qh_overlay *overlay, qh_change *change, size_t outfall, size_t species) {
    const double factor = p->factor[outfall * p->made->n_species + species];
    if (factor == 1) return true;
    qh_change *own = add_change(p, overlay, change, outfall, "scale");
    size_t *only = qh_arena_alloc(p->made->arena, 1, sizeof *only);
    if (!own || !only) return false;
    *only = species;
    own->n_only = 1;
    own->only = only;
    own->load_factor = (qh_optional){true, factor};
    return true;
}

qh_status qh_plan_make_overlay(qh_planner *p) {
    qh_arena *arena = p->made->arena;
    const size_t n = p->made->n_species;
    qh_overlay *overlay = qh_arena_alloc(arena, 1, sizeof *overlay);
    qh_change *change = qh_arena_alloc(arena, p->made->n_outfall * (n + 1), sizeof *change);
    if (!overlay || !change) return QH_E_NOMEM;
    *overlay = (qh_overlay){.arena = arena, .name = "plan", .title = "", .change = change};
    for (size_t j = 0; j < p->made->n_outfall; j++) {
        const qh_cost_level *level = bought(p, j);
        if (level && !add_level(p, overlay, change, level)) return QH_E_NOMEM;
        for (size_t k = 0; !level && k < n; k++)
            if (!add_scale(p, overlay, change, j, k)) return QH_E_NOMEM;
    }
    p->made->overlay = overlay;
    return QH_OK;
}

/* ---- the full run ---- */

/* A sink that keeps the sections of a steady run. */
typedef struct keeper {
    size_t count;
    double *section; /* [n_section][n_species], g/m3 */
} keeper;

static qh_status keep_begin(void *self, const qh_run_layout *layout) {
    keeper *k = self;
    k->count = layout->river_case->n_section * layout->n_species;
    return QH_OK;
}
static qh_status keep_frame(void *self, const qh_frame *frame) {
    (void)self;
    (void)frame;
    return QH_OK;
}
static qh_status keep_sample(void *self, const qh_sample *sample) {
    keeper *k = self;
    memcpy(k->section, sample->section, k->count * sizeof *k->section);
    return QH_OK;
}
static qh_status keep_end(void *self, const qh_run_result *result) {
    (void)self;
    (void)result;
    return QH_OK;
}

static void take_sections(qh_planner *p, const double *section) {
    p->made->attained = p->made->n_beyond == 0;
    for (size_t l = 0; l < p->n_limit; l++) {
        qh_plan_limit *own = &p->plan_limit[l];
        own->after = section[own->section * p->made->n_species + own->species];
        const qh_target *target = qh_target_of(p->analysis->targets, own->section, own->species);
        p->made->attained = p->made->attained && qh_target_met(target, own->after);
    }
}

qh_status qh_plan_verify(qh_planner *p) {
    keeper k = {.section = calloc(p->river_case->n_section * p->made->n_species + 1, sizeof(double))};
    if (!k.section) return QH_E_NOMEM;
    qh_case *changed = NULL;
    qh_prepared *prepared = NULL;
    /* Advice on the river has been given; what the upgrade's limits rest on has not. */
    qh_status status = qh_overlay_apply(p->river_case, p->made->overlay, p->diag, &changed);
    if (status == QH_OK) status = qh_prepare(changed, NULL, &prepared);
    if (status == QH_OK) {
        const qh_sink sink = {&k, keep_begin, keep_frame, keep_sample, keep_end};
        status = qh_run(prepared, NULL, &sink, p->diag);
    }
    if (status == QH_OK) take_sections(p, k.section);
    qh_prepared_destroy(prepared);
    qh_case_destroy(changed);
    free(k.section);
    return status;
}

/* ---- YAML ---- */

/* Text in double quotes. */
static const char *quoted(qh_arena *arena, const char *text) {
    char *out = qh_arena_alloc(arena, 2 * strlen(text) + 3, 1);
    if (!out) return NULL;
    char *end = out;
    *end++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') *end++ = '\\';
        *end++ = *text;
    }
    *end = '"';
    return out;
}

static const char *change_line(const qh_change *change, const qh_case *c, qh_arena *arena) {
    const char *code = quoted(arena, c->outfall[change->source->index].code);
    if (!code) return NULL;
    if (change->standard) {
        const char *standard = quoted(arena, change->standard->code);
        const char *grade = quoted(arena, change->standard->grade[change->grade]);
        if (!standard || !grade) return NULL;
        return qh_arena_printf(arena, "  - {upgrade: %s, standard: %s, grade: %s}\n", code, standard, grade);
    }
    const char *constituent = quoted(arena, c->constituent[*change->only].name);
    if (!constituent) return NULL;
    return qh_arena_printf(arena, "  - {scale: %s, load: %.6f, constituent: %s}\n", code, change->load_factor.value,
                           constituent);
}

const char *qh_plan_yaml(const qh_plan *plan, const qh_case *river_case, const char *title, const char *extends,
                         qh_arena *arena) {
    const char *name = quoted(arena, title), *base = quoted(arena, extends);
    if (!name || !base) return NULL;
    const char *text = *extends ? qh_arena_printf(arena, "title: %s\nextends: %s\nchanges:", name, base)
                                : qh_arena_printf(arena, "title: %s\nchanges:", name);
    if (!text) return NULL;
    text = qh_arena_printf(arena, "%s%s", text, plan->overlay->n_change > 0 ? "\n" : " []\n");
    for (size_t i = 0; text && i < plan->overlay->n_change; i++) {
        const char *line = change_line(&plan->overlay->change[i], river_case, arena);
        text = line ? qh_arena_printf(arena, "%s%s", text, line) : NULL;
    }
    return text;
}
