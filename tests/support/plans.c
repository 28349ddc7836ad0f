#include "tests/support/plans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenarios/run.h"

static void must(int holds, const char *what) {
    if (holds) return;
    (void)fprintf(stderr, "plans: %s\n", what);
    abort();
}

void plans_begin(plans *p) {
    *p = (plans){.folder = "/tmp/qinghe-plan-XXXXXX"};
    must(mkdtemp(p->folder) != NULL, "no temporary folder");
    (void)snprintf(p->path, sizeof p->path, "%s/plan.yaml", p->folder);
}

void plans_end(plans *p) {
    const char *const names[] = {"plan.yaml", "table.csv"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/%s", p->folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(p->folder);
    qh_diag_destroy(p->diag);
}

void plans_write(const plans *p, const char *name, const char *text) {
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", p->folder, name);
    FILE *file = fopen(path, "w");
    must(file && fputs(text, file) >= 0 && fclose(file) == 0, "a file cannot be written");
}

const char *plans_case(const char *name, size_t size, char *buffer) {
    char root[1024];
    if (*name == '/') return name;
    must(getcwd(root, sizeof root) != NULL, "no working folder");
    must((size_t)snprintf(buffer, size, "%s/%s", root, name) < size, "the path is too long");
    return buffer;
}

qh_status plans_read(plans *p, const char *river_case, const char *text, qh_sweep_plan **plan) {
    char folder[2048];
    const size_t size = strlen(text) + sizeof folder + 16;
    char *whole = malloc(size);
    must(whole != NULL, "out of memory");
    (void)snprintf(whole, size, "case: %s\n%s", plans_case(river_case, sizeof folder, folder), text);
    plans_write(p, "plan.yaml", whole);
    free(whole);
    qh_diag_destroy(p->diag);
    p->diag = qh_diag_create(QH_EN);
    return qh_sweep_plan_read(p->path, p->n_setting, p->setting, p->diag, plan);
}

qh_sweep_plan *plans_good(plans *p, const char *river_case, const char *text) {
    qh_sweep_plan *plan = NULL;
    const qh_status status = plans_read(p, river_case, text, &plan);
    for (size_t i = 0; status != QH_OK && i < qh_diag_size(p->diag); i++)
        (void)fprintf(stderr, "%s\n", qh_diag_line(p->diag, i));
    must(status == QH_OK, "the plan should be good");
    return plan;
}

evaluated evaluate(qh_evaluator *evaluator, uint64_t first, size_t count) {
    const qh_evaluator_layout *l = qh_evaluator_get_layout(evaluator);
    evaluated e = {.count = count};
    e.r.variable = calloc(l->n_variable * count + 1, sizeof(double));
    e.r.statistic = calloc(l->n_species * l->n_statistic * l->n_section * count + 1, sizeof(double));
    e.r.item = calloc(l->n_species * l->n_section * count + 1, 1);
    e.r.section = calloc(l->n_section * count + 1, 1);
    e.r.whole = calloc(count + 1, 1);
    e.r.series = calloc(l->n_species * l->n_section * l->n_sample * count + 1, sizeof(double));
    e.r.field = calloc(l->n_frame * l->n_species * l->n_point * count + 1, sizeof(double));
    e.r.status = calloc(count + 1, sizeof(qh_status));
    e.r.message = calloc(count + 1, QH_EVALUATION_MESSAGE);
    must(e.r.variable && e.r.statistic && e.r.item && e.r.section && e.r.whole && e.r.series && e.r.field &&
             e.r.status && e.r.message,
         "out of memory");
    must(qh_evaluator_run(evaluator, first, count, NULL, &e.r) == QH_OK, "the evaluation should go through");
    return e;
}

void evaluated_free(evaluated *e) {
    free(e->r.variable);
    free(e->r.statistic);
    free(e->r.item);
    free(e->r.section);
    free(e->r.whole);
    free(e->r.series);
    free(e->r.field);
    free(e->r.status);
    free(e->r.message);
}

static qh_status take_begin(void *self, const qh_run_layout *layout) {
    (void)self;
    (void)layout;
    return QH_OK;
}
static qh_status take_frame(void *self, const qh_frame *frame) {
    (void)self;
    (void)frame;
    return QH_OK;
}
static qh_status take_sample(void *self, const qh_sample *sample) {
    ran *r = self;
    r->section = realloc(r->section, (r->n_sample + 1) * r->count * sizeof(double));
    must(r->section != NULL, "out of memory");
    memcpy(r->section + r->n_sample++ * r->count, sample->section, r->count * sizeof(double));
    return QH_OK;
}
static qh_status take_end(void *self, const qh_run_result *result) {
    (void)self;
    (void)result;
    return QH_OK;
}

static void note_message(ran *r, qh_diag *diag) {
    for (size_t k = 0; k < qh_diag_size(diag); k++) {
        const qh_message *message = qh_diag_get(diag, k);
        if (message->severity != QH_ERROR) continue;
        (void)snprintf(r->message, sizeof r->message, "%s", message->text);
        return;
    }
}

ran plans_run(const qh_sweep_plan *plan, uint64_t scenario) {
    qh_sampler *sampler = NULL;
    qh_composer *composer = NULL;
    qh_case *changed = NULL;
    qh_prepared *prepared = NULL;
    qh_diag *diag = qh_diag_create(QH_EN);
    double *value = calloc(plan->n_variable, sizeof *value);
    must(diag && value && qh_sampler_create(plan, &sampler) == QH_OK && qh_composer_create(plan, &composer) == QH_OK,
         "out of memory");
    qh_sampler_values(sampler, scenario, 1, value);
    ran r = {.count = plan->river_case->n_section * plan->river_case->n_constituent};
    r.status = qh_overlay_apply(plan->river_case, qh_compose(composer, value), diag, &changed);
    if (r.status == QH_OK) r.status = qh_prepare(changed, diag, &prepared);
    const qh_sink sink = {&r, take_begin, take_frame, take_sample, take_end};
    if (r.status == QH_OK) r.status = qh_run(prepared, NULL, &sink, diag);
    if (r.status != QH_OK) note_message(&r, diag);
    qh_prepared_destroy(prepared);
    qh_case_destroy(changed);
    qh_composer_destroy(composer);
    qh_sampler_destroy(sampler);
    qh_diag_destroy(diag);
    free(value);
    return r;
}

void ran_free(ran *r) {
    free(r->section);
    *r = (ran){0};
}
