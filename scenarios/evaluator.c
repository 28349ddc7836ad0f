#include "scenarios/evaluator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/standard_reader.h"
#include "scenarios/evaluator_internal.h"
#include "solvers/exact.h"
#include "solvers/oxygen_check.h"

/* ---- creation ---- */

static const double SLACK = 1e-9; /* -, of model/standard.c */

static qh_bound bound_of(const qh_standard *standard, const qh_section *section, const qh_constituent *constituent) {
    const qh_standard_item *item = qh_standard_item_find(standard, constituent->item);
    qh_bound b = {.judged = item != NULL, .item = item, .target_class = section->target_class};
    if (!item) return b;
    b.counts = item->evaluated;
    b.low = item->sense == QH_LIMIT_MAX ? -INFINITY : INFINITY;
    b.high = item->sense == QH_LIMIT_MIN ? INFINITY : -INFINITY;
    for (int k = 0; k < section->target_class; k++) {
        const double slack = SLACK * fabs(item->limit[k]);
        if (item->sense == QH_LIMIT_MAX) b.high = fmax(b.high, item->limit[k] + slack);
        if (item->sense == QH_LIMIT_MIN) b.low = fmin(b.low, item->limit[k] - slack);
    }
    return b;
}

static qh_status check_sections(const qh_evaluator *e, qh_diag *diag) {
    const qh_case *c = e->plan->river_case;
    qh_status status = QH_OK;
    QH_CHECK(c->n_section > 0, QH_E_INPUT, diag, QH_NOWHERE, "the case has no control section");
    for (size_t s = 0; s < c->n_section; s++) {
        const qh_section *section = &c->section[s];
        if (section->target_class >= 1 && (size_t)section->target_class <= e->standard->n_class) continue;
        qh_diag_add(diag, QH_ERROR, section->place, "section %s has target class %d, but %s has classes 1 to %zu",
                    section->code, section->target_class, e->standard->code, e->standard->n_class);
        status = QH_E_INPUT;
    }
    return status;
}

/* Whether the exact solution is what a run of the case would take. */
static bool is_exact(const qh_sweep_plan *p) {
    const qh_case *c = p->river_case;
    const bool engine = strcmp(c->solver.engine, "auto") == 0 || strcmp(c->solver.engine, "exact") == 0;
    return engine && c->run.type == QH_STEADY && !qh_exact_objection(c) && !p->adds_or_moves &&
           qh_oxygen_exhaustible(c) == c->n_constituent;
}

static void choose_method(qh_evaluator *e) {
    const qh_sweep_plan *p = e->plan;
    if (!is_exact(p)) {
        e->layout.unit = qh_lanes_of(e);
        e->layout.method = e->layout.unit > 1 ? "lanes" : "run";
        return;
    }
    e->layout.method = "steady";
    if (!p->keep_fields && !qh_response_objection(p->river_case) && qh_plan_changes_loads_only(p))
        e->layout.method = "response";
}

static qh_status make_layout(qh_evaluator *e) {
    const qh_case *c = e->plan->river_case;
    qh_evaluator_layout *l = &e->layout;
    *l = (qh_evaluator_layout){.steady = c->run.type == QH_STEADY,
                               .unit = 1,
                               .n_variable = e->plan->n_variable,
                               .n_section = c->n_section,
                               .n_species = c->n_constituent,
                               .n_statistic = 1,
                               .statistic_name = {"value"},
                               .judged = QH_STAT_MEAN};
    e->bound = qh_arena_alloc(e->arena, l->n_section * l->n_species, sizeof *e->bound);
    e->section = qh_arena_alloc(e->arena, l->n_section * l->n_species, sizeof *e->section);
    e->values = qh_arena_alloc(e->arena, QH_BLOCK * l->n_variable, sizeof *e->values);
    if (!e->bound || !e->section || !e->values) return QH_E_NOMEM;
    for (size_t s = 0; s < l->n_section; s++)
        for (size_t i = 0; i < l->n_species; i++)
            e->bound[s * l->n_species + i] = bound_of(e->standard, &c->section[s], &c->constituent[i]);
    return QH_OK;
}

/* Times of frames: multiples of the interval and the end. */
static qh_status make_times(qh_evaluator *e, double interval, size_t *count, double **time) {
    const double duration = e->plan->river_case->run.duration;
    const size_t n = interval > 0 ? (size_t)ceil(duration / interval * (1 - 1e-12)) + 1 : 1;
    double *made = qh_arena_alloc(e->arena, n, sizeof *made);
    if (!made) return QH_E_NOMEM;
    for (size_t k = 0; k < n; k++)
        made[k] = fmin((double)k * interval, duration);
    *count = n;
    *time = made;
    return QH_OK;
}

static qh_status make_extras(qh_evaluator *e, qh_diag *diag) {
    const qh_sweep_plan *p = e->plan;
    const qh_run_options *run = &p->river_case->run;
    qh_evaluator_layout *l = &e->layout;
    double *time = NULL;
    QH_TRY(make_times(e, l->steady ? 0 : run->sample_interval, &e->n_time, &e->time));
    e->series = qh_arena_alloc(e->arena, l->unit * l->n_section * l->n_species * e->n_time, sizeof *e->series);
    if (!e->series) return QH_E_NOMEM;
    if (!l->steady) QH_TRY(qh_series_prepare(e, diag));
    if (p->keep_series) {
        l->n_sample = e->n_time;
        l->sample_time = e->time;
    }
    if (!p->keep_fields) return QH_OK;
    QH_CHECK(!p->adds_or_moves, QH_E_INPUT, diag, QH_NOWHERE,
             "fields cannot be kept where scenarios add or move outfalls: their points differ");
    QH_TRY(make_times(e, l->steady ? 0 : run->output_interval, &l->n_frame, &time));
    l->frame_time = time;
    l->n_point = e->prepared->network->n_point;
    return QH_OK;
}

static qh_status build(qh_evaluator *e, qh_diag *diag) {
    const qh_sweep_plan *p = e->plan;
    QH_TRY(qh_standard_read(p->standard, diag, &e->standard));
    QH_TRY(check_sections(e, diag));
    QH_CHECK(!*p->statistic || p->river_case->run.type == QH_UNSTEADY, QH_E_INPUT, diag, QH_NOWHERE,
             "the statistic '%s' needs an unsteady run; a steady run has one value at each section", p->statistic);
    QH_TRY(qh_sampler_create(p, &e->sampler));
    QH_TRY(qh_composer_create(p, &e->composer));
    QH_TRY(qh_prepare(p->river_case, diag, &e->prepared));
    QH_TRY(make_layout(e));
    choose_method(e);
    QH_TRY(make_extras(e, diag));
    if (strcmp(e->layout.method, "response") == 0) QH_TRY(qh_load_programme_create(e, diag, &e->loads));
    return QH_OK;
}

qh_status qh_evaluator_create(const qh_sweep_plan *plan, qh_diag *diag, qh_evaluator **evaluator) {
    qh_arena *arena = qh_arena_create();
    qh_evaluator *e = arena ? qh_arena_alloc(arena, 1, sizeof *e) : NULL;
    if (!e) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *e = (qh_evaluator){.plan = plan, .arena = arena};
    const qh_status status = build(e, diag);
    if (status != QH_OK) {
        qh_evaluator_destroy(e);
        return status;
    }
    *evaluator = e;
    return QH_OK;
}

void qh_evaluator_destroy(qh_evaluator *e) {
    if (!e) return;
    qh_load_programme_destroy(e->loads);
    qh_prepared_destroy(e->prepared);
    qh_standard_destroy(e->standard);
    qh_composer_destroy(e->composer);
    qh_sampler_destroy(e->sampler);
    qh_arena_destroy(e->arena);
}

const qh_evaluator_layout *qh_evaluator_get_layout(const qh_evaluator *evaluator) { return &evaluator->layout; }
const qh_standard *qh_evaluator_standard(const qh_evaluator *evaluator) { return evaluator->standard; }

/* ---- evaluation ---- */

/* Those numbered `from` ... of e->values, `n` of them. */
static void note_values(const qh_evaluator *e, size_t from, size_t n, const qh_place_of_result *at) {
    const size_t n_variable = e->layout.n_variable;
    if (!at->results->variable) return;
    for (size_t j = 0; j < n_variable; j++)
        for (size_t q = 0; q < n; q++)
            at->results->variable[j * at->count + at->q + q] = e->values[(from + q) * n_variable + j];
}

/* At most QH_BLOCK scenarios, from place `at` on. */
static qh_status evaluate_block(qh_evaluator *e, size_t n, const qh_progress *progress, qh_place_of_result at) {
    if (e->loads) return qh_evaluate_loads(e, e->values, n, &at);
    const bool steady = strcmp(e->layout.method, "steady") == 0;
    for (size_t q = 0; q < n; q++, at.q++) {
        if (qh_progress_stop(progress, (double)at.q / (double)at.count)) return QH_E_INTERRUPTED;
        const double *value = e->values + q * e->layout.n_variable;
        QH_TRY(steady ? qh_evaluate_steady(e, value, &at) : qh_evaluate_run(e, value, &at));
    }
    return QH_OK;
}

/* One part of the work, as its own whole. */
typedef struct part_of_work {
    const qh_progress *whole;
    double from, to; /* -, of the whole */
} part_of_work;

static bool tell_whole(void *self, double done) {
    const part_of_work *p = self;
    return !qh_progress_stop(p->whole, p->from + done * (p->to - p->from));
}

/* Whole units, of which those from `first` on are wanted, `count` of them. */
static qh_status evaluate_units(qh_evaluator *e, uint64_t first, size_t count, const qh_progress *progress,
                                const qh_evaluation *results) {
    const size_t unit = e->layout.unit;
    qh_place_of_result at[QH_MOST_LANES];
    for (uint64_t begin = first / unit * unit; begin < first + count; begin += unit) {
        const uint64_t left = e->plan->n_scenario - begin;
        const size_t n = left < unit ? (size_t)left : unit;
        qh_sampler_values(e->sampler, begin, n, e->values);
        for (size_t k = 0; k < n; k++) {
            const bool wanted = begin + k >= first && begin + k < first + count;
            at[k] = (qh_place_of_result){wanted ? results : NULL, wanted ? (size_t)(begin + k - first) : 0, count};
            if (wanted) note_values(e, k, 1, &at[k]);
        }
        part_of_work part = {progress, begin > first ? (double)(begin - first) / (double)count : 0, 1};
        if (begin + n < first + count) part.to = (double)(begin + n - first) / (double)count;
        if (qh_progress_stop(progress, part.from)) return QH_E_INTERRUPTED;
        QH_TRY(qh_evaluate_lanes(e, n, e->values, at, &(qh_progress){&part, tell_whole}));
    }
    return QH_OK;
}

qh_status qh_evaluator_run(qh_evaluator *evaluator, uint64_t first, size_t count, const qh_progress *progress,
                           const qh_evaluation *results) {
    if (evaluator->layout.unit > 1) return evaluate_units(evaluator, first, count, progress, results);
    for (size_t q = 0; q < count; q += QH_BLOCK) {
        const size_t n = count - q < QH_BLOCK ? count - q : QH_BLOCK;
        const qh_place_of_result at = {results, q, count};
        if (qh_progress_stop(progress, (double)q / (double)count)) return QH_E_INTERRUPTED;
        qh_sampler_values(evaluator->sampler, first + q, n, evaluator->values);
        note_values(evaluator, 0, n, &at);
        QH_TRY(evaluate_block(evaluator, n, progress, at));
    }
    return QH_OK;
}
