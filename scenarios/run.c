#include "scenarios/run.h"

#include <stdlib.h>

#include "solvers/engine.h"

qh_status qh_prepare(const qh_case *river_case, qh_diag *diag, qh_prepared **prepared) {
    qh_prepared *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->river_case = river_case;
    qh_status status = qh_network_create(river_case, diag, &made->network);
    if (status == QH_OK) status = qh_flow_solve(river_case, made->network, diag, &made->flow);
    if (status == QH_OK) {
        status =
            qh_grid_create(river_case, made->network, made->flow, river_case->solver.cell_length, diag, &made->grid);
    }
    if (status != QH_OK) {
        qh_prepared_destroy(made);
        return status;
    }
    qh_grid_advise(river_case, made->network, made->flow, made->grid, diag);
    *prepared = made;
    return QH_OK;
}

void qh_prepared_destroy(qh_prepared *prepared) {
    if (!prepared) return;
    qh_grid_destroy(prepared->grid);
    qh_flow_destroy(prepared->flow);
    qh_network_destroy(prepared->network);
    free(prepared);
}

qh_status qh_run(const qh_prepared *prepared, const qh_progress *progress, const qh_sink *sink, qh_diag *diag) {
    qh_forcing *forcing = NULL;
    QH_TRY(qh_forcing_create(prepared->river_case, 1, &forcing));
    const qh_problem problem = {.river_case = prepared->river_case,
                                .network = prepared->network,
                                .flow = prepared->flow,
                                .grid = prepared->grid,
                                .forcing = forcing};
    const qh_engine *engine = NULL;
    qh_status status = qh_engine_choose(&problem, prepared->river_case->solver.engine, diag, &engine);
    if (status == QH_OK) status = engine->solve(&problem, progress, sink, diag);
    qh_forcing_destroy(forcing);
    return status;
}
