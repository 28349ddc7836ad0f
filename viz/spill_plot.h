/* Picture of a spill: how it passes sections and intakes. */
#ifndef QH_VIZ_SPILL_PLOT_H
#define QH_VIZ_SPILL_PLOT_H

#include "scenarios/spill.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One panel a place, from the nearest to the farthest, each with its own time and concentration: the curve of the case,
 * what lies between the dispersion formulas (with a band of flows the curves of all answers), the limit. Of more places
 * than fit, intakes and those over their limit come first. `output` ends in .png, .svg or .pdf. */
qh_status qh_spill_plot(const qh_spill *spill, qh_lang lang, const char *output, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
