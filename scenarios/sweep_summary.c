#include "scenarios/sweep_summary.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/plan_source.h"

enum { RESAMPLES = 200 };

typedef struct summariser {
    const qh_sweep_file *file;
    const qh_sweep_layout *layout;
    const qh_progress *progress;
    qh_diag *diag;
    qh_sweep_summary *summary;
    qh_sweep_quantity *quantity;
    size_t n; /* scenarios */
    double *value;
    int8_t *mark;
    bool indices;
} summariser;

static bool ends_with(const char *text, const char *end) {
    const size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static qh_status read_mark(summariser *s, const char *name, size_t row, bool *found, qh_probability *probability) {
    size_t field = 0;
    *found = qh_sweep_find_field(s->layout, name, &field);
    if (!*found) return QH_OK;
    QH_TRY(qh_sweep_file_read(s->file, field, row, 0, s->n, NULL, s->mark, s->diag));
    *probability = qh_probability_of(s->mark, s->n, 1, s->summary->confidence);
    return QH_OK;
}

static qh_status work_out_indices(summariser *s, qh_sweep_quantity *q) {
    const size_t n_variable = s->layout->n_variable;
    qh_arena *arena = s->summary->arena;
    qh_sobol_indices *indices = qh_arena_alloc(arena, 1, sizeof *indices);
    if (!indices) return QH_E_NOMEM;
    *indices = (qh_sobol_indices){.first = qh_arena_alloc(arena, n_variable, sizeof *indices->first),
                                  .total = qh_arena_alloc(arena, n_variable, sizeof *indices->total)};
    if (!indices->first || !indices->total) return QH_E_NOMEM;
    QH_TRY(qh_sobol_indices_of(s->value, s->n / (n_variable + 2), n_variable, 1, RESAMPLES, s->layout->seed,
                               s->summary->confidence, indices));
    q->indices = indices;
    return QH_OK;
}

static qh_status summarise(summariser *s, size_t section, size_t species) {
    const char *name = s->layout->river_case->constituent[species].name;
    qh_sweep_quantity *q = &s->quantity[section * s->summary->n_species + species];
    *q = (qh_sweep_quantity){.section = section, .species = species};
    qh_arena *arena = s->summary->arena;
    const char *verdict = qh_arena_printf(arena, "%s_attained", name);
    const char *values = qh_arena_printf(arena, "%s_value", name);
    if (!verdict || !values) return QH_E_NOMEM;
    QH_TRY(read_mark(s, verdict, section, &q->has_verdicts, &q->attained));
    size_t field = 0;
    q->has_values = qh_sweep_find_field(s->layout, values, &field);
    if (!q->has_values) return QH_OK;
    QH_TRY(qh_sweep_file_read(s->file, field, section, 0, s->n, s->value, NULL, s->diag));
    QH_TRY(qh_summarise(s->value, s->n, 1, &q->values));
    return s->indices ? work_out_indices(s, q) : QH_OK;
}

static qh_status summarise_all(summariser *s) {
    qh_sweep_summary *summary = s->summary;
    const size_t n = summary->n_section * summary->n_species;
    for (size_t section = 0; section < summary->n_section; section++) {
        for (size_t species = 0; species < summary->n_species; species++) {
            QH_TRY(summarise(s, section, species));
            const double done = (double)(section * summary->n_species + species + 1) / (double)n;
            if (qh_progress_stop(s->progress, done)) return QH_E_INTERRUPTED;
        }
    }
    qh_probability *whole = qh_arena_alloc(summary->arena, summary->n_section + 1, sizeof *whole);
    if (!whole) return QH_E_NOMEM;
    bool found = false;
    for (size_t section = 0; section < summary->n_section; section++)
        QH_TRY(read_mark(s, "section_attained", section, &found, &whole[section]));
    if (found) summary->section = whole;
    return read_mark(s, "attained", 0, &summary->has_verdicts, &summary->whole);
}

static qh_status create(summariser *s) {
    const qh_case *c = s->layout->river_case;
    s->summary->n_section = c->n_section;
    s->summary->n_species = c->n_constituent;
    s->summary->confidence = 0.95;
    s->quantity = qh_arena_alloc(s->summary->arena, c->n_section * c->n_constituent + 1, sizeof *s->quantity);
    s->value = malloc((s->n + 1) * sizeof *s->value);
    s->mark = malloc(s->n + 1);
    if (!s->quantity || !s->value || !s->mark) return QH_E_NOMEM;
    s->summary->quantity = s->quantity;
    return summarise_all(s);
}

qh_status qh_sweep_summary_create(const qh_sweep_file *file, const qh_progress *progress, qh_diag *diag,
                                  qh_sweep_summary **summary) {
    qh_arena *arena = qh_arena_create();
    qh_sweep_summary *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *made = (qh_sweep_summary){.arena = arena};
    const qh_sweep_layout *layout = &qh_sweep_file_get_info(file)->layout;
    summariser s = {.file = file,
                    .layout = layout,
                    .progress = progress,
                    .diag = diag,
                    .summary = made,
                    .n = (size_t)layout->n_scenario,
                    .indices = ends_with(layout->design, QH_WITH_INDICES)};
    const qh_status status = create(&s);
    free(s.value);
    free(s.mark);
    if (status != QH_OK) {
        qh_sweep_summary_destroy(made);
        return status;
    }
    *summary = made;
    return QH_OK;
}

void qh_sweep_summary_destroy(qh_sweep_summary *summary) {
    if (summary) qh_arena_destroy(summary->arena);
}
