/* Rows of a proposal's file before they become a qh_proposal. */
#ifndef QH_IO_PROPOSAL_INTERNAL_H
#define QH_IO_PROPOSAL_INTERNAL_H

#include "model/proposal.h"

typedef struct qh_proposal_discharge_row {
    qh_place place;
    const char *constituent;
    qh_optional concentration; /* g/m3 */
    qh_optional load, annual;  /* g/s */
} qh_proposal_discharge_row;

typedef struct qh_proposal_accident_row {
    qh_optional flow; /* m3/s */
    double duration;  /* s */
} qh_proposal_accident_row;

typedef struct qh_proposal_accident_discharge_row {
    qh_place place;
    size_t species;
    double concentration; /* g/m3 */
} qh_proposal_accident_discharge_row;

#endif
