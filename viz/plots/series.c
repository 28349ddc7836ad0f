/* Concentrations at the control sections in time, with the limits of their targets (viz/series_internal.h). */
#include "viz/series_internal.h"

static qh_status draw(const qh_plot_request *request, qh_diag *diag) { return qh_series_draw(request, false, diag); }

const qh_plot qh_plot_series = {
    .name = "series",
    .title = QH_N("concentrations at the control sections in time, with the limits of their targets"),
    .most_runs = 1,
    .draw = draw,
};
