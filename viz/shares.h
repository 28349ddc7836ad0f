/* Picture of a source apportionment: what each source adds at every control section, as stacked bars. */
#ifndef QH_VIZ_SHARES_H
#define QH_VIZ_SHARES_H

#include "scenarios/trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One panel a constituent, one bar a section: contributions [mg/L] upon one another, those below 0 downward, the allowed
 * concentration as a line across the bar. The largest groups have a colour each, the others one together. `output` ends in
 * .png, .svg or .pdf. */
qh_status qh_shares_draw(const qh_analysis *analysis, const qh_trace *trace, qh_lang lang, const char *output,
                         qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
