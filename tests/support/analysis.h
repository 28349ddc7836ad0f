/* An analysis (scenarios/analysis.h) of a case in memory, under GB 3838-2002, for tests. */
#ifndef QH_TESTS_SUPPORT_ANALYSIS_H
#define QH_TESTS_SUPPORT_ANALYSIS_H

#include "scenarios/analysis.h"

/* Aborts with the messages when it cannot be made. The case stays its owner's; free with qh_analysis_close. */
qh_analysis *analysis_of(const qh_case *river_case, qh_margin margin);

#endif
