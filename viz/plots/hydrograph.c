/* Discharge at the control sections in time, and their concentrations below it (viz/series_internal.h). */
#include "viz/series_internal.h"

static qh_status draw(const qh_plot_request *request, qh_diag *diag) { return qh_series_draw(request, true, diag); }

const qh_plot qh_plot_hydrograph = {
    .name = "hydrograph",
    .title = QH_N("discharge at the control sections in time, and their concentrations below it"),
    .most_runs = 1,
    .draw = draw,
};
