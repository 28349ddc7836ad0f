/* Engine "moving": unsteady transport on flow that changes in time, on the volumes and flows of a router (solvers/moving.h). */
#include "solvers/moving.h"

static const char *objection(const qh_problem *problem) {
    const char *name = problem->river_case->run.routing;
    if (!name) return QH_N("the run has no routing: its flow is steady");
    const qh_router *router = qh_router_find(name);
    if (!router) return QH_N("there is no router of that name");
    const qh_routing routing = {
        .river_case = problem->river_case, .network = problem->network, .flow = problem->flow, .grid = problem->grid};
    const char *no = router->objection(&routing);
    return no ? no : qh_moving_objection(problem);
}

static qh_status solve(const qh_problem *problem, const qh_progress *progress, const qh_sink *sink, qh_diag *diag) {
    return qh_moving_solve(problem, qh_router_find(problem->river_case->run.routing), progress, sink, diag);
}

static int preference(const qh_problem *problem) {
    (void)problem;
    return 100;
}

const qh_engine qh_engine_moving = {
    .name = "moving",
    .title = QH_N("unsteady transport on flow that changes in time"),
    .source = "Kennedy, Carpenter (2003), Appl. Numer. Math. 44:139; Zalesak (1979), J. Comput. Phys. 31:335",
    .wide = 16,
    .varied = 1,
    .apart = 1,
    .preference = preference,
    .objection = objection,
    .solve = solve,
};
