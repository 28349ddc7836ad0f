/* Numbers of the evaluation before a permit, from data/permit.def. */
#ifndef QH_MODEL_PERMIT_NUMBER_H
#define QH_MODEL_PERMIT_NUMBER_H

#include "model/constant.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_permit_number {
    QH_PERMIT_ACCOUNTING_FREE,      /* m, the accounting section lies nearer than this */
    QH_PERMIT_ACCOUNTING_BACKWATER, /* m, likewise in backwater, on both sides */
    QH_PERMIT_ACCOUNTING_PART,      /* -, of it where nothing nearer asks for the section */
    QH_PERMIT_CONFLUENCE_GAP,       /* m, that it keeps from the confluence at the river's end */
    QH_PERMIT_INFLUENCE_SHARE,      /* -, of the limit: a smaller increment is no influence */
    QH_PERMIT_FORBIDDEN_CLASS,      /* 1..5, best classes up to this one take no new outfall */
    QH_PERMIT_INTAKE_CLASS,         /* 1..5, that a drinking-water intake asks for */
    QH_PERMIT_REPLACE_EQUAL,        /* -, cuts over new load */
    QH_PERMIT_REPLACE_DOUBLE,       /* -, likewise where the river misses its class */
    QH_PERMIT_ROUNDING,             /* -, by which flow, concentration and load of a proposal may differ */
    QH_PERMIT_NUMBERS
} qh_permit_number;

/* A number with its clause and confidence; `meaning` is set. */
qh_constant qh_permit_number_get(qh_permit_number number);

#ifdef __cplusplus
}
#endif
#endif
