/* Time series at the control sections: what plots "series" and "hydrograph" share. */
#ifndef QH_VIZ_SERIES_INTERNAL_H
#define QH_VIZ_SERIES_INTERNAL_H

#include "viz/plot.h"

/* Draws concentrations in time, and above them the discharge where it is asked for. */
qh_status qh_series_draw(const qh_plot_request *request, bool with_discharge, qh_diag *diag);

#endif
