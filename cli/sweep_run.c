#include "cli/sweep_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/json_print.h"
#include "cli/messages.h"
#include "cli/sweep.h"
#include "cli/sweep_progress.h"
#include "cli/table.h"
#include "scenarios/jobs.h"
#include "scenarios/launch.h"
#include "scenarios/plan_source.h"

typedef struct runner {
    const qh_app *app;
    const qh_sweep_request *request;
    qh_diag *diag;
    qh_sweep_plan *plan;
    qh_plan_source *source;
    uint64_t counter; /* of a crew of one */
    qh_crew crew;
    size_t n_worker;
} runner;

static const qh_sweep_layout *layout_of(const runner *r) { return &qh_plan_source_get(r->source)->layout; }

/* ---- workers ---- */

/* -1, or the exit code. */
static int join(runner *r) {
    const qh_launch launch = qh_launch_find();
    const qh_lang lang = r->app->lang;
    r->crew = qh_crew_alone(&r->counter);
    r->n_worker = 1;
    if (launch == QH_LAUNCHED_WITHOUT_MPI && r->request->n_shard == 0 && !r->request->dry_run)
        return qh_wrong_use(r->app, "sweep",
                            qh_tr(lang, "srun started several processes that do not know of each other: start them "
                                        "with srun --mpi=pmix, or give each its part with --shard"));
    if (launch == QH_LAUNCHED_BY_MPI && !r->request->dry_run) {
        if (r->request->n_job > 1 || r->request->n_shard > 0)
            return qh_wrong_use(r->app, "sweep", qh_tr(lang, "--jobs and --shard do not go with MPI"));
        char path[8192];
        qh_launch_plugin(sizeof path, path);
        const qh_status status = qh_crew_join(path, r->diag, &r->crew);
        if (status != QH_OK) return qh_fail(r->app, r->diag, status);
        r->n_worker = r->crew.size;
        return -1;
    }
    r->n_worker = r->request->n_job ? r->request->n_job : qh_jobs_processors();
    return -1;
}

static bool is_first(const runner *r) { return r->crew.rank == 0; }

/* ---- what is to be done ---- */

static qh_status read_plan(runner *r) {
    const qh_sweep_request *request = r->request;
    QH_TRY(qh_sweep_plan_read(request->plan, request->n_setting, request->setting, r->diag, &r->plan));
    return qh_plan_source_create(r->plan, r->diag, &r->source);
}

static void tell_plan(const runner *r, double seconds) {
    const qh_lang lang = r->app->lang;
    const qh_sweep_layout *l = layout_of(r);
    qh_table *table = qh_table_create(r->app);
    qh_table_column(table, QH_LEFT, NULL);
    qh_table_column(table, QH_WRAP, NULL);
    qh_table_cell(table, "%s", qh_tr(lang, "plan"));
    qh_table_cell(table, "%s  %s", r->request->plan, l->title);
    qh_table_cell(table, "%s", qh_tr(lang, "scenarios"));
    qh_table_cell(table, qh_tr(lang, "%llu, %s, seed %llu"), (unsigned long long)l->n_scenario,
                  qh_tr(lang, qh_design_words(l->design)), (unsigned long long)l->seed);
    qh_table_cell(table, "%s", qh_tr(lang, "computed by"));
    qh_table_cell(table, "%s", qh_tr(lang, qh_method_words(l->path)));
    qh_table_cell(table, "%s", qh_tr(lang, "a scenario"));
    qh_table_cell(table, qh_tr(lang, "%.3g ms, %.4g bytes"), 1e3 * seconds,
                  (double)qh_sweep_bytes(l) / (double)l->n_scenario);
    qh_table_cell(table, "%s", qh_tr(lang, "on disk"));
    qh_table_cell(table, qh_tr(lang, "%.4g MB; twice as much while it is made"), 1e-6 * (double)qh_sweep_bytes(l));
    qh_table_cell(table, "%s", qh_tr(lang, "expected time"));
    qh_table_cell(table, qh_tr(lang, "%.3g s with %zu processes as fast as this one"),
                  seconds * (double)l->n_scenario / (double)r->n_worker, r->n_worker);
    for (size_t v = 0; v < r->plan->n_variable; v++) {
        qh_table_cell(table, "%s", v == 0 ? qh_tr(lang, "variables") : " ");
        qh_table_cell(table, "%s", r->plan->variable[v].name);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void tell_plan_json(const runner *r, double seconds) {
    const qh_sweep_layout *l = layout_of(r);
    json_t *root = json_object();
    qh_json_count(root, "format", 1);
    qh_json_text(root, "plan", r->request->plan);
    qh_json_text(root, "title", l->title);
    qh_json_put(root, "scenarios", json_integer((json_int_t)l->n_scenario));
    qh_json_text(root, "design", l->design);
    qh_json_text(root, "method", l->path);
    qh_json_put(root, "bytes", json_integer((json_int_t)qh_sweep_bytes(l)));
    qh_json_put_real(root, "seconds_a_scenario", seconds);
    qh_json_count(root, "processes", r->n_worker);
    qh_json_put_real(root, "expected_seconds", seconds * (double)l->n_scenario / (double)r->n_worker);
    json_t *variables = qh_json_array(root, "variables");
    for (size_t v = 0; v < r->plan->n_variable; v++)
        qh_json_text(qh_json_append_object(variables), "name", r->plan->variable[v].name);
    qh_json_print(root);
}

static qh_status try_out(runner *r) {
    double seconds = 0.0;
    QH_TRY(qh_plan_source_measure(r->source, r->diag, &seconds));
    if (r->request->json)
        tell_plan_json(r, seconds);
    else
        tell_plan(r, seconds);
    return QH_OK;
}

/* ---- computing ---- */

static qh_status work(runner *r, qh_sweep *sweep) {
    const qh_sweep_state state = qh_sweep_get_state(sweep);
    const uint64_t n_left = state.n_mine - state.n_kept;
    const bool split = r->crew.size == 1 && r->n_worker > 1 && n_left > 1;
    qh_jobs jobs = {0};
    qh_crew local = r->crew;
    if (split) QH_TRY(qh_jobs_start(n_left < r->n_worker ? (size_t)n_left : r->n_worker, r->diag, &jobs, &local));

    qh_sweep_progress progress;
    qh_sweep_progress_start(&progress, r->app, r->request->quiet || local.rank > 0, r->request->json && local.rank == 0,
                            state.n_kept, n_left);
    const qh_progress told = qh_sweep_progress_get(&progress);
    const qh_status status = qh_sweep_work(sweep, &local, &told, r->diag);
    (void)qh_bar_stop(&progress.bar);
    if (!split) return status;
    if (local.rank > 0) {
        if (status != QH_OK && status != QH_E_INTERRUPTED) qh_print_messages(r->diag);
        _exit((int)status);
    }
    if (status != QH_OK) qh_jobs_stop(&jobs);
    const qh_status others = qh_jobs_wait(&jobs, status == QH_OK ? r->diag : NULL);
    return status == QH_OK ? others : status;
}

/* What is kept after a run that did not reach its end: read anew, for the workers do not know of each other. */
static void tell_what_is_kept(const runner *r, const qh_sweep_options *options) {
    qh_sweep_options again = *options;
    again.restart = false;
    uint64_t counter = 0;
    const qh_crew alone = qh_crew_alone(&counter);
    qh_sweep *sweep = NULL;
    if (qh_sweep_open(&again, qh_plan_source_get(r->source), &sweep) != QH_OK) return;
    if (qh_sweep_begin(sweep, &alone, NULL) == QH_OK) {
        const qh_sweep_state state = qh_sweep_get_state(sweep);
        qh_tell(
            qh_tr(r->app->lang, "%llu of %llu scenarios are kept in %s.shards; the same command goes on from there"),
            (unsigned long long)state.n_kept, (unsigned long long)state.n_mine, options->output);
    }
    qh_sweep_close(sweep);
}

static void tell_end(const runner *r, const qh_sweep_state *before, const qh_sweep_state *after, double seconds) {
    if (r->request->quiet || r->request->json) return;
    const qh_lang lang = r->app->lang;
    if (before->complete) {
        qh_tell(qh_tr(lang, "%s is complete already; --restart computes it anew"), r->request->output);
        return;
    }
    const uint64_t computed = before->n_mine - before->n_kept;
    if (before->n_kept > 0)
        qh_tell(qh_tr(lang, "%llu scenarios were there from an earlier run"), (unsigned long long)before->n_kept);
    if (before->n_dropped > 0)
        qh_tell(qh_tr(lang, "%zu blocks that a killed run had left torn are computed again"), before->n_dropped);
    qh_tell(qh_tr(lang, "%llu scenarios in %.2f s by %zu processes, %.4g a second"), (unsigned long long)computed,
            seconds, r->n_worker, seconds > 0.0 ? (double)computed / seconds : 0.0);
    if (!after->complete)
        qh_tell(qh_tr(lang, "part %zu of %zu is done; when all are: qinghe merge %s"), r->request->shard,
                r->request->n_shard, r->request->output);
}

static qh_status compute(runner *r, bool *made) {
    const qh_sweep_request *request = r->request;
    const qh_sweep_options options = {
        .output = request->output, .shard = request->shard, .n_shard = request->n_shard, .restart = request->restart};
    qh_sweep *sweep = NULL;
    QH_TRY(qh_sweep_open(&options, qh_plan_source_get(r->source), &sweep));
    qh_bar clock;
    qh_bar_start(&clock, r->app, true, 0.0);
    qh_status status = qh_sweep_begin(sweep, &r->crew, r->diag);
    const qh_sweep_state before = qh_sweep_get_state(sweep);
    const bool begun = status == QH_OK;
    if (begun) status = qh_sweep_finish(sweep, &r->crew, work(r, sweep), r->diag);
    const qh_sweep_state after = qh_sweep_get_state(sweep);
    qh_sweep_close(sweep);
    if (!is_first(r)) return status;
    if (status == QH_OK) tell_end(r, &before, &after, qh_bar_elapsed(&clock));
    if (status != QH_OK && begun) tell_what_is_kept(r, &options);
    *made = status == QH_OK && after.complete;
    return status;
}

static qh_status agreed(const runner *r, qh_status status) {
    return (qh_status)r->crew.worst(r->crew.self, (int)status);
}

static int run(runner *r, bool *made) {
    const int wrong = join(r);
    if (wrong >= 0) return wrong;
    qh_status status = read_plan(r);
    /* All have read the same plan; but one of them may be out of memory, and the others wait for it. */
    const qh_status all = agreed(r, status);
    if (status == QH_OK && all == QH_OK) {
        if (is_first(r) && !r->request->quiet) qh_print_messages(r->diag);
        status = r->request->dry_run ? try_out(r) : compute(r, made);
    } else if (status == QH_OK) {
        status = all;
    }
    const int code = status == QH_OK ? 0 : is_first(r) ? qh_fail(r->app, r->diag, status) : qh_status_exit_code(status);
    r->crew.dismiss(r->crew.self);
    return code;
}

int qh_sweep_run(const qh_app *app, const qh_sweep_request *request, bool *made) {
    runner r = {.app = app, .request = request, .diag = qh_need(qh_diag_create(app->lang))};
    *made = false;
    const int code = run(&r, made);
    qh_plan_source_destroy(r.source);
    qh_sweep_plan_destroy(r.plan);
    qh_diag_destroy(r.diag);
    return code;
}
