/* Runs of single states, into stores. */
#include "scenarios/permit_run.h"

#include <string.h>

#include "io/store.h"
#include "io/text_file.h"
#include "model/overlay.h"
#include "scenarios/permit_internal.h"
#include "scenarios/run.h"

/* Part of what is allowed that a value uses up; 0 where it has no target. */
static double used_up(const qh_permit *permit, size_t period, size_t place, size_t species) {
    const qh_target *target = qh_permit_target_at(permit, place, species);
    const double value = qh_permit_value_at(permit, period, permit->judged, place, species)->judged;
    if (!target->given) return 0;
    /* Of oxygen the least counts. */
    const double most = target->sense < 0 ? value : target->allowed;
    return most > 0 ? (target->sense < 0 ? target->allowed : value) / most : 0;
}

size_t qh_permit_hardest_period(const qh_permit *permit) {
    size_t hardest = 0;
    double most = 0;
    for (size_t t = 0; t < permit->n_period; t++) {
        for (size_t k = 0; k < permit->n_place * permit->n_species; k++) {
            const double part = used_up(permit, t, k / permit->n_species, k % permit->n_species);
            if (part > most) most = part, hardest = t;
        }
    }
    return hardest;
}

bool qh_permit_can_run(const qh_permit *permit, qh_permit_state state) {
    return state == QH_STATE_WITHOUT || (permit->period && permit->state_given[state]);
}

/* Solves into a store that is complete, or not there. */
static qh_status store_run(const qh_case *c, const qh_permit_run_request *request, qh_diag *diag) {
    qh_prepared *prepared = NULL;
    qh_store_writer *writer = NULL;
    const qh_store_provenance provenance = {request->command, "", diag};
    QH_TRY(qh_prepare(c, diag, &prepared));
    qh_status status = qh_store_writer_create(request->path, &provenance, diag, &writer);
    if (status == QH_OK) {
        const qh_sink sink = qh_store_writer_sink(writer);
        status = qh_run(prepared, NULL, &sink, diag);
        if (status == QH_OK) status = qh_store_writer_finish(writer, diag);
        qh_store_writer_destroy(writer);
    }
    qh_prepared_destroy(prepared);
    return status;
}

/* The proposal among the input files of the run. */
static qh_status add_file(qh_arena *arena, const qh_proposal *proposal, qh_case *c, qh_diag *diag) {
    if (!*proposal->file) return QH_OK;
    const char *slash = strrchr(proposal->file, '/');
    qh_text_file text;
    QH_TRY(qh_text_file_read(arena, proposal->file, proposal->file, diag, &text));
    qh_case_file *file = qh_arena_alloc(arena, c->n_file + 1, sizeof *file);
    const char *name = qh_arena_printf(arena, "proposals/%s", slash ? slash + 1 : proposal->file);
    if (!file || !name) return QH_E_NOMEM;
    if (c->n_file > 0) memcpy(file, c->file, c->n_file * sizeof *file);
    file[c->n_file++] = (qh_case_file){name, text.text, text.encoding};
    c->file = file;
    return QH_OK;
}

static qh_status run_in(qh_arena *arena, const qh_permit_run_request *request, qh_diag *quiet) {
    const qh_permit *permit = request->permit;
    qh_scenario *scenario = qh_arena_alloc(arena, 1, sizeof *scenario);
    if (!scenario) return QH_E_NOMEM;
    qh_layers chain = {0};
    qh_case *c = NULL;
    const qh_state_asked asked = {permit->river_case, permit->proposal, request->period, request->state};
    qh_status status = qh_permit_state_case(arena, &asked, &chain, quiet, &c);
    if (status == QH_OK) status = add_file(arena, request->permit->proposal, c, quiet);
    if (status == QH_OK) {
        *scenario = c->scenario ? *c->scenario : (qh_scenario){0};
        scenario->name = qh_permit_state_name(request->state);
        scenario->title = request->title;
        c->scenario = scenario;
        status = store_run(c, request, quiet);
    }
    qh_layers_free(&chain);
    return status;
}

qh_status qh_permit_run(const qh_permit_run_request *request, qh_diag *diag) {
    qh_arena *arena = qh_arena_create();
    qh_diag *quiet = qh_diag_create(diag ? qh_diag_lang(diag) : QH_EN);
    const qh_status status = arena && quiet ? run_in(arena, request, quiet) : QH_E_NOMEM;
    if (quiet) qh_permit_pass_errors(quiet, diag);
    qh_diag_destroy(quiet);
    qh_arena_destroy(arena);
    return status;
}
