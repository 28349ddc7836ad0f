/* Claims on the water at one place: withdrawals and transfers in order of priority, with the ecological flow among them. */
#ifndef QH_MODEL_CLAIMS_H
#define QH_MODEL_CLAIMS_H

#include "model/network.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Part of the water at a point that withdrawals leave there, however much they ask for: no river is pumped to the last
 * drop, and a dry channel has no concentration. What they do not get for it is in their deficit. */
#define QH_LEFT_BY_WITHDRAWALS 0.01 /* - */

typedef struct qh_claim {
    size_t index; /* of the withdrawal; of a transfer: n_withdrawal of the case and its own */
    int rank;     /* the lower comes first; claims of one rank share in proportion to what they ask for */
    bool
        before_river; /* comes before the ecological flow of the river; at a reservoir with a dead level only a claim of
                        * priority 0 does */
    double leaves;    /* m3/s, that go on in the river, whatever it asks for; 0: nothing of its own */
} qh_claim;

/* Memory of the arena it was made in. */
typedef struct qh_claims {
    const size_t *first; /* [n_point + 1] */
    const qh_claim
        *claim; /* at point p: claim[first[p]] .. claim[first[p + 1] - 1], in the order in which they are served */
    const size_t *first_station, *station; /* stations in whose dewatered reach point p lies, dam included: likewise */
} qh_claims;

/* Claims of a case, transfers included. */
static inline size_t qh_claim_count(const qh_case *river_case) {
    return river_case->n_withdrawal + river_case->n_transfer;
}

/* Without priorities withdrawals rank by their row and transfers after them, before the ecological flow. */
qh_status qh_claims_create(const qh_case *river_case, const qh_network *network, qh_arena *arena, qh_claims *claims);

/* Ecological flow [m3/s] that claims of priority 1 and later must leave at a point; `target` [n_station], m3/s. */
double qh_claims_reserve(const qh_claims *claims, size_t point, const double *target);

/* Shares `arriving` [m3/s] at a point: all but QH_LEFT_BY_WITHDRAWALS of it, and of that what is more than `reserve`
 * [m3/s] where the ecological flow comes first. From `asked` to `taken` [qh_claim_count], m3/s; the sum of what is taken
 * there. */
double qh_claims_share(const qh_claims *claims, size_t point, double arriving, double reserve, const double *asked,
                       double *taken);

/* The same at a reservoir with a dead level: `available` [m3/s] is what arrives and what can be drawn from it in the step,
 * to the last drop; it may be infinite. */
double qh_claims_share_stored(const qh_claims *claims, size_t point, double available, double reserve,
                              const double *asked, double *taken);

#ifdef __cplusplus
}
#endif
#endif
