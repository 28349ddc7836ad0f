/* An evaluation before a permit as a report: the states that are compared are run into stores, which the report reads like
 * any other, and which are gone when it is written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/text_file.h"
#include "scenarios/permit_run.h"
#include "viz/report.h"

enum { MOST_RUNS = 3 };

typedef struct runs {
    const qh_permit_report_request *request;
    qh_diag *diag;
    qh_arena *arena;
    char *folder; /* temporary */
    size_t count;
    const char *path[MOST_RUNS];
    const char *name[MOST_RUNS][2]; /* [run][QH_EN, QH_ZH] */
    qh_store *store[MOST_RUNS];
} runs;

/* "dry: with the project" */
static const char *name_of(runs *r, const char *period, qh_permit_state state, qh_lang lang) {
    return qh_arena_printf(r->arena, qh_tr(lang, "%s: %s"), period, qh_tr(lang, qh_permit_state_title(state)));
}

static qh_status add_run(runs *r, qh_permit_state state) {
    const qh_permit *const permit = r->request->permit;
    if (!qh_permit_can_run(permit, state)) return QH_OK;
    const size_t i = r->count, period = qh_permit_hardest_period(permit);
    const char *const asked = permit->proposal->period[period].name;
    for (int lang = QH_EN; lang <= QH_ZH; lang++)
        r->name[i][lang] = name_of(r, asked, state, (qh_lang)lang);
    r->path[i] = qh_arena_printf(r->arena, "%s/%s.h5", r->folder, qh_permit_state_name(state));
    if (!r->path[i] || !r->name[i][QH_EN] || !r->name[i][QH_ZH]) return QH_E_NOMEM;
    r->count++;
    const qh_permit_run_request run = {permit,    period, state, r->name[i][r->request->lang], r->request->command,
                                       r->path[i]};
    QH_TRY(qh_permit_run(&run, r->diag));
    return qh_store_open(r->path[i], r->diag, &r->store[i]);
}

static qh_status make(runs *r) {
    const qh_permit *const permit = r->request->permit;
    QH_TRY(add_run(r, QH_STATE_WITHOUT));
    QH_TRY(add_run(r, permit->judged));
    QH_TRY(add_run(r, permit->judged == QH_STATE_CUMULATIVE ? QH_STATE_ALL : QH_STATE_CUTS));
    const qh_report_request report = {.n_store = r->count,
                                      .store = r->store,
                                      .standard = permit->standard,
                                      .lang = r->request->lang,
                                      .output = r->request->output,
                                      .permit = permit,
                                      .run_name = (const char *const(*)[2])r->name};
    return qh_report_write(&report, r->diag);
}

static void clean(runs *r) {
    for (size_t i = 0; i < r->count; i++) {
        qh_store_close(r->store[i]);
        (void)unlink(r->path[i]);
        const char *const part = qh_arena_printf(r->arena, "%s.part", r->path[i]);
        if (part) (void)unlink(part); /* of a run that failed */
    }
    (void)rmdir(r->folder);
}

static qh_status write_in(runs *r) {
    const char *const place = getenv("TMPDIR");
    char reason[128];
    r->folder = qh_arena_printf(r->arena, "%s/qinghe-XXXXXX", place && *place ? place : "/tmp");
    if (!r->folder) return QH_E_NOMEM;
    QH_CHECK(mkdtemp(r->folder), QH_E_IO, r->diag, QH_NOWHERE, "cannot write %s: %s", r->folder,
             qh_errno_text(errno, r->diag, sizeof reason, reason));
    const qh_status status = make(r);
    clean(r);
    return status;
}

qh_status qh_permit_report_write(const qh_permit_report_request *request, qh_diag *diag) {
    runs r = {.request = request, .diag = diag, .arena = qh_arena_create()};
    const qh_status status = r.arena ? write_in(&r) : QH_E_NOMEM;
    qh_arena_destroy(r.arena);
    return status;
}
