#include "scenarios/plan_source.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/sweep_layout.h"

struct qh_plan_source {
    qh_arena *arena;
    const qh_sweep_plan *plan;
    qh_evaluator *evaluator;
    const qh_evaluator_layout *layout;
    qh_sweep_source source;
    qh_network *network;                /* for the places of profiles' points; NULL where none are kept */
    size_t n_statistic;                 /* fields of statistics that are kept: 0 or all */
    size_t first_series, first_profile; /* fields; meaningless unless kept */
    size_t first_verdict;               /* field of the first verdict; meaningless without keep_verdicts */
};

/* ---- layout ---- */

static const qh_sweep_field status_field = {.name = "status",
                                            .long_name = "whether the scenario was computed",
                                            .meanings = "not_computed done failed",
                                            .type = QH_SWEEP_MARK,
                                            .axis = QH_SWEEP_ONE};
static const qh_sweep_field sampled_field = {.name = "sampled",
                                             .units = "1",
                                             .long_name = "values of the variables, each in its own unit",
                                             .type = QH_SWEEP_REAL,
                                             .axis = QH_SWEEP_VARIABLES};

static qh_sweep_field verdict_field(const char *name, const char *constituent, qh_sweep_axis axis) {
    return (qh_sweep_field){.name = name,
                            .long_name = "whether the target is attained",
                            .meanings = "not_judged missed attained",
                            .constituent = constituent,
                            .statistic = "attained",
                            .type = QH_SWEEP_MARK,
                            .axis = axis};
}

static qh_status statistic_fields(qh_plan_source *s, qh_sweep_field *field) {
    const qh_evaluator_layout *l = s->layout;
    for (size_t i = 0; i < l->n_species; i++) {
        for (size_t k = 0; k < l->n_statistic; k++) {
            const char *what = l->statistic_name[k], *name = s->plan->river_case->constituent[i].name;
            const qh_sweep_field made = {.name = qh_arena_printf(s->arena, "%s_%s", name, what),
                                         .units = strcmp(what, "days") == 0 ? "1" : "mg/L",
                                         .long_name = qh_arena_printf(s->arena, "%s, %s", name, what),
                                         .constituent = name,
                                         .statistic = what,
                                         .type = QH_SWEEP_REAL,
                                         .axis = QH_SWEEP_SECTIONS};
            if (!made.name || !made.long_name) return QH_E_NOMEM;
            *field++ = made;
        }
    }
    return QH_OK;
}

static qh_status verdict_fields(qh_plan_source *s, qh_sweep_field *field) {
    for (size_t i = 0; i < s->layout->n_species; i++) {
        const char *constituent = s->plan->river_case->constituent[i].name;
        const char *name = qh_arena_printf(s->arena, "%s_attained", constituent);
        if (!name) return QH_E_NOMEM;
        *field++ = verdict_field(name, constituent, QH_SWEEP_SECTIONS);
    }
    *field++ = verdict_field("section_attained", NULL, QH_SWEEP_SECTIONS);
    *field = verdict_field("attained", NULL, QH_SWEEP_ONE);
    return QH_OK;
}

/* A field a constituent, along sections and time or along time and points. */
static qh_status whole_fields(qh_plan_source *s, const char *what, qh_sweep_axis axis, qh_sweep_field *field) {
    for (size_t i = 0; i < s->layout->n_species; i++) {
        const char *constituent = s->plan->river_case->constituent[i].name;
        const char *name = qh_arena_printf(s->arena, "%s_%s", constituent, what);
        if (!name) return QH_E_NOMEM;
        *field++ = (qh_sweep_field){.name = name,
                                    .units = "mg/L",
                                    .long_name = constituent,
                                    .constituent = constituent,
                                    .statistic = what,
                                    .type = QH_SWEEP_REAL,
                                    .axis = axis};
    }
    return QH_OK;
}

static qh_status make_fields(qh_plan_source *s) {
    const qh_evaluator_layout *l = s->layout;
    s->n_statistic = s->plan->keep_statistics ? l->n_species * l->n_statistic : 0;
    s->first_verdict = 2 + s->n_statistic;
    s->first_series = s->first_verdict + (s->plan->keep_verdicts ? l->n_species + 2 : 0);
    s->first_profile = s->first_series + (l->n_sample > 0 ? l->n_species : 0);
    const size_t n = s->first_profile + (l->n_frame > 0 ? l->n_species : 0);
    qh_sweep_field *field = qh_arena_alloc(s->arena, n, sizeof *field);
    if (!field) return QH_E_NOMEM;
    field[0] = status_field;
    field[1] = sampled_field;
    if (s->plan->keep_statistics) QH_TRY(statistic_fields(s, field + 2));
    if (s->plan->keep_verdicts) QH_TRY(verdict_fields(s, field + s->first_verdict));
    if (l->n_sample > 0) QH_TRY(whole_fields(s, "series", QH_SWEEP_SERIES, field + s->first_series));
    if (l->n_frame > 0) QH_TRY(whole_fields(s, "profile", QH_SWEEP_PROFILES, field + s->first_profile));
    s->source.layout.field = field;
    s->source.layout.n_field = n;
    return QH_OK;
}

static qh_status make_variables(qh_plan_source *s) {
    const qh_sweep_plan *plan = s->plan;
    qh_sweep_variable *variable = qh_arena_alloc(s->arena, plan->n_variable, sizeof *variable);
    if (!variable) return QH_E_NOMEM;
    for (size_t j = 0; j < plan->n_variable; j++) {
        const qh_plan_variable *v = &plan->variable[j];
        const char *unit = v->is_number && v->dimension != QH_DIM_NONE ? qh_dimension_unit(v->dimension) : "1";
        variable[j] = (qh_sweep_variable){.name = v->name, .units = unit, .title = v->name};
    }
    s->source.layout.variable = variable;
    s->source.layout.n_variable = plan->n_variable;
    return QH_OK;
}

/* Points of the base case's network, of which no scenario's differs where profiles are kept. A node stands by the end of a
 * reach that it has. */
static qh_status make_points(qh_plan_source *s) {
    const qh_case *c = s->plan->river_case;
    QH_TRY(qh_network_create(c, NULL, &s->network));
    const qh_network *net = s->network;
    const char **reach = qh_arena_alloc(s->arena, net->n_point, sizeof *reach);
    double *chainage = qh_arena_alloc(s->arena, net->n_point, sizeof *chainage);
    if (!reach || !chainage) return QH_E_NOMEM;
    for (size_t i = 0; i < net->n_segment; i++) {
        const qh_segment *segment = &net->segment[i];
        const size_t at[] = {segment->from, segment->to};
        const double x[] = {segment->x0, segment->x1};
        for (size_t k = 0; k < 2; k++) {
            reach[at[k]] = c->reach[segment->reach].name;
            chainage[at[k]] = x[k];
        }
    }
    s->source.layout.n_point = net->n_point;
    s->source.layout.point_reach = reach;
    s->source.layout.point_chainage = chainage;
    return QH_OK;
}

/* The limits that verdicts are by, as text. */
static const char *text_of(qh_arena *arena, const qh_standard *standard) {
    const char *text = standard->code;
    for (size_t i = 0; text && i < standard->n_item; i++) {
        text = qh_arena_printf(arena, "%s|%s", text, standard->item[i].code);
        for (size_t k = 0; text && k < standard->n_class; k++)
            text = qh_arena_printf(arena, "%s %.17g", text, standard->item[i].limit[k]);
    }
    return text;
}

static qh_status make_layout(qh_plan_source *s) {
    const qh_sweep_plan *plan = s->plan;
    qh_sweep_layout *l = &s->source.layout;
    const char *slash = strrchr(plan->path, '/');
    const char *design = qh_sampling_name(plan->design);
    *l = (qh_sweep_layout){.n_scenario = plan->n_scenario,
                           .river_case = plan->river_case,
                           .title = plan->title,
                           .plan_name = slash ? slash + 1 : plan->path,
                           .design = plan->indices ? qh_arena_printf(s->arena, "%s" QH_WITH_INDICES, design) : design,
                           .path = s->layout->method,
                           .seed = plan->seed,
                           .n_plan_file = plan->n_file,
                           .plan_file = plan->file};
    l->n_sample = s->layout->n_sample;
    l->sample_time = s->layout->sample_time;
    l->n_frame = s->layout->n_frame;
    l->frame_time = s->layout->frame_time;
    QH_TRY(make_variables(s));
    if (l->n_frame > 0) QH_TRY(make_points(s));
    QH_TRY(make_fields(s));
    const char *standard = text_of(s->arena, qh_evaluator_standard(s->evaluator));
    if (!l->design || !standard) return QH_E_NOMEM;
    l->identity = qh_sweep_identify(l, standard);
    return QH_OK;
}

/* ---- evaluation ---- */

/* Moves `n_field` fields of [n_row][count] of `size` bytes from one array to the arrays of the results. */
static void hand_over(const char *from, size_t bytes, size_t n_field, void *const *to) {
    for (size_t f = 0; f < n_field; f++)
        memcpy(to[f], from + f * bytes, bytes);
}

/* The evaluator has profiles by time, then constituent; the file by constituent, then time. */
static void hand_over_profiles(const qh_plan_source *s, const double *from, size_t count, void *const *to) {
    const size_t n_species = s->layout->n_species, block = s->layout->n_point * count;
    for (size_t k = 0; k < s->layout->n_frame; k++)
        for (size_t i = 0; i < n_species; i++)
            memcpy((double *)to[i] + k * block, from + (k * n_species + i) * block, block * sizeof *from);
}

static qh_status note_failures(qh_sweep_results *results, const qh_evaluation *e) {
    signed char *mark = results->values[0];
    for (size_t i = 0; i < results->count; i++) {
        mark[i] = e->status[i] != QH_OK;
        if (e->status[i] == QH_OK) continue;
        const char *message = qh_arena_strdup(results->arena, e->message[i]);
        if (!message) return QH_E_NOMEM;
        results->failure[results->n_failure++] = (qh_sweep_failure){results->first + i, e->status[i], message};
    }
    return QH_OK;
}

/* Results as the evaluator gives them; of what is kept once a row of a field, the field's own memory. */
static bool reserve(const qh_plan_source *s, const qh_sweep_results *results, qh_evaluation *e) {
    const qh_evaluator_layout *l = s->layout;
    const size_t count = (size_t)results->count, block = l->n_section * count;
    void *const *values = results->values;
    *e = (qh_evaluation){.variable = values[1],
                         .status = calloc(count + 1, sizeof(qh_status)),
                         .message = calloc(count + 1, QH_EVALUATION_MESSAGE)};
    if (s->n_statistic > 0) e->statistic = calloc(s->n_statistic * block + 1, sizeof(double));
    if (s->plan->keep_verdicts) {
        e->item = calloc(l->n_species * block + 1, 1);
        e->section = values[s->first_verdict + l->n_species];
        e->whole = values[s->first_verdict + l->n_species + 1];
    }
    const size_t n_series = l->n_species * l->n_section * l->n_sample, n_field = l->n_frame * l->n_species * l->n_point;
    if (n_series > 0) e->series = malloc((n_series * count + 1) * sizeof(double));
    if (n_field > 0) e->field = malloc((n_field * count + 1) * sizeof(double));
    if ((n_series > 0 && !e->series) || (n_field > 0 && !e->field)) return false;
    return e->status && e->message && (e->statistic || s->n_statistic == 0) && (e->item || !s->plan->keep_verdicts);
}

static qh_status evaluate(void *self, qh_sweep_results *results, const qh_progress *progress, qh_diag *diag) {
    (void)diag;
    qh_plan_source *s = self;
    const size_t count = (size_t)results->count, block = s->layout->n_section * count;
    qh_evaluation e;
    qh_status status = reserve(s, results, &e) ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) status = qh_evaluator_run(s->evaluator, results->first, count, progress, &e);
    if (status == QH_OK) {
        if (e.statistic)
            hand_over((const char *)e.statistic, block * sizeof(double), s->n_statistic, results->values + 2);
        if (e.item) hand_over((const char *)e.item, block, s->layout->n_species, results->values + s->first_verdict);
        const size_t series = s->layout->n_section * s->layout->n_sample * count;
        if (e.series)
            hand_over((const char *)e.series, series * sizeof(double), s->layout->n_species,
                      results->values + s->first_series);
        if (e.field) hand_over_profiles(s, e.field, count, results->values + s->first_profile);
        status = note_failures(results, &e);
    }
    free(e.series);
    free(e.field);
    free(e.statistic);
    free(e.item);
    free(e.status);
    free(e.message);
    return status;
}

qh_status qh_plan_source_measure(qh_plan_source *s, qh_diag *diag, double *seconds) {
    static const double long_enough = 0.3; /* s */
    const qh_sweep_layout *l = &s->source.layout;
    double taken = 0;
    for (uint64_t count = s->source.unit;; count *= 4) {
        if (count > l->n_scenario) count = l->n_scenario;
        qh_arena *arena = qh_arena_create();
        void **values = arena ? qh_arena_alloc(arena, l->n_field, sizeof *values) : NULL;
        qh_sweep_failure *failure = arena ? qh_arena_alloc(arena, count, sizeof *failure) : NULL;
        qh_status status = values && failure ? QH_OK : QH_E_NOMEM;
        for (size_t f = 0; status == QH_OK && f < l->n_field; f++) {
            values[f] = qh_arena_alloc(arena, qh_sweep_rows(l, f) * count, qh_sweep_size(&l->field[f]));
            if (!values[f]) status = QH_E_NOMEM;
        }
        struct timespec from, to;
        (void)clock_gettime(CLOCK_MONOTONIC, &from);
        qh_sweep_results results = {0, count, values, 0, failure, arena};
        if (status == QH_OK) status = evaluate(s, &results, NULL, diag);
        (void)clock_gettime(CLOCK_MONOTONIC, &to);
        qh_arena_destroy(arena);
        if (status != QH_OK) return status;
        taken = (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
        if (taken > long_enough || count == l->n_scenario || count >= 100000) {
            *seconds = taken / (double)count;
            return QH_OK;
        }
    }
}

/* ---- all of it ---- */

static qh_status create(qh_plan_source *s, qh_diag *diag) {
    QH_TRY(qh_evaluator_create(s->plan, diag, &s->evaluator));
    s->layout = qh_evaluator_get_layout(s->evaluator);
    s->source.self = s;
    s->source.evaluate = evaluate;
    s->source.unit = s->layout->unit;
    return make_layout(s);
}

qh_status qh_plan_source_create(const qh_sweep_plan *plan, qh_diag *diag, qh_plan_source **source) {
    qh_arena *arena = qh_arena_create();
    qh_plan_source *s = arena ? qh_arena_alloc(arena, 1, sizeof *s) : NULL;
    if (!s) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *s = (qh_plan_source){.arena = arena, .plan = plan};
    const qh_status status = create(s, diag);
    if (status != QH_OK) {
        qh_plan_source_destroy(s);
        return status;
    }
    *source = s;
    return QH_OK;
}

void qh_plan_source_destroy(qh_plan_source *source) {
    if (!source) return;
    qh_network_destroy(source->network);
    qh_evaluator_destroy(source->evaluator);
    qh_arena_destroy(source->arena);
}

const qh_sweep_source *qh_plan_source_get(const qh_plan_source *source) { return &source->source; }
