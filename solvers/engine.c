#include "solvers/engine.h"

#include <string.h>

#include "model/lang.h"
#include "solvers/router.h"

extern const qh_engine qh_engine_moving;

static const char *objection_of(const qh_engine *engine, const qh_problem *problem) {
    if (problem->pond && !engine->holds_ponds) return QH_N("it knows no reservoirs on steady flow");
    return engine->objection(problem);
}

static const qh_engine *preferred(const qh_problem *problem) {
    const qh_engine *best = NULL;
    int highest = 0;
    for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
        if (objection_of(*engine, problem)) continue;
        const int preference = (*engine)->preference(problem);
        if (preference <= highest) continue;
        best = *engine;
        highest = preference;
    }
    return best;
}

/* Only one engine follows moving water, so that what it objects to is what the user must be told. */
static qh_status check_router(const qh_problem *problem, qh_diag *diag) {
    const qh_run_options *run = &problem->river_case->run;
    QH_CHECK(qh_router_find(run->routing), QH_E_INPUT, diag, run->place,
             "there is no router '%s': `qinghe list routers` names them", run->routing);
    const char *objection = qh_engine_moving.objection(problem);
    QH_CHECK(!objection, QH_E_INPUT, diag, run->place, "routing '%s' cannot be followed in this case: %s", run->routing,
             qh_tr(diag ? qh_diag_lang(diag) : QH_EN, objection));
    return QH_OK;
}

qh_status qh_engine_choose(const qh_problem *problem, const char *name, qh_diag *diag, const qh_engine **engine) {
    const qh_place place = problem->river_case->solver.place;
    if (problem->river_case->run.routing) QH_TRY(check_router(problem, diag));
    if (strcmp(name, "auto") == 0) {
        const qh_engine *best = preferred(problem);
        QH_CHECK(best, QH_E_INPUT, diag, place, "no engine can solve this case");
        *engine = best;
        return QH_OK;
    }
    for (const qh_engine *const *candidate = qh_registry_engine; *candidate; candidate++) {
        if (strcmp((*candidate)->name, name) != 0) continue;
        const char *objection = objection_of(*candidate, problem);
        QH_CHECK(!objection, QH_E_INPUT, diag, place, "engine %s cannot solve this case: %s", name,
                 qh_tr(diag ? qh_diag_lang(diag) : QH_EN, objection));
        *engine = *candidate;
        return QH_OK;
    }
    qh_diag_add(diag, QH_ERROR, place, "there is no engine called %s", name);
    return QH_E_INPUT;
}
