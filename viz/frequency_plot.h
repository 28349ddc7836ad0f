/* Picture of a flow record's frequencies: driest months on probability paper, and the flow-duration curve. */
#ifndef QH_VIZ_FREQUENCY_PLOT_H
#define QH_VIZ_FREQUENCY_PLOT_H

#include "model/hydrology.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Draws to `output`, whose ending (.png, .svg, .pdf) chooses the format. QH_E_INPUT when the record is too short for
 * either picture. */
qh_status qh_frequency_plot(const qh_hydrology *hydrology, qh_lang lang, const char *output, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
