/* Mass budget by constituent and reach, and its gate. */
#ifndef QH_MODEL_BUDGET_H
#define QH_MODEL_BUDGET_H

#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Terms of a budget, all >= 0 in the usual case except REACTED and STORED, which have a sign.
 *     residual = IN + SOURCE + LATERAL - OUT - TAKEN - REACTED - STORED
 *   code                 store's name   meaning */
#define QH_BUDGET_LIST(X)                                                                                              \
    X(QH_BUDGET_IN, "in", "through upstream ends (of the network: headwaters)")                                        \
    X(QH_BUDGET_SOURCE, "source", "outfalls, tributaries and tailraces")                                               \
    X(QH_BUDGET_LATERAL, "lateral", "distributed inflow")                                                              \
    X(QH_BUDGET_OUT, "out", "through downstream ends (of the network: outlets)")                                       \
    X(QH_BUDGET_TAKEN, "taken", "withdrawn, and diverted to a tailrace")                                               \
    X(QH_BUDGET_REACTED, "reacted", "lost by reactions and settling, net of what reactions give")                      \
    X(QH_BUDGET_STORED, "stored", "increase of what the water holds, storage zones included")

typedef enum qh_budget_term {
#define QH_BUDGET_ENUM(code, name, meaning) code,
    QH_BUDGET_LIST(QH_BUDGET_ENUM)
#undef QH_BUDGET_ENUM
        QH_BUDGET_TERMS
} qh_budget_term;

/* Row r < n_reach is reach r; row n_reach is the whole network. Steady runs: g/s. Unsteady: g over the run. */
typedef struct qh_budget {
    qh_arena *arena;
    size_t n_row, n_species, n_lane; /* n_row = n_reach + 1 */
    bool steady;
    double *term;       /* [n_row][n_species][QH_BUDGET_TERMS][n_lane] */
    double *residual;   /* [n_row][n_species][n_lane] */
    double *throughput; /* [n_row][n_species][n_lane], larger of all gains and all losses; >= 0 */
} qh_budget;

/* A zeroed budget, owned by the caller. */
qh_status qh_budget_create(size_t n_reach, size_t n_species, size_t n_lane, bool steady, qh_budget **budget);
void qh_budget_destroy(qh_budget *budget);

static inline size_t qh_budget_index(const qh_budget *b, size_t row, size_t species, qh_budget_term term, size_t lane) {
    return ((row * b->n_species + species) * QH_BUDGET_TERMS + (size_t)term) * b->n_lane + lane;
}

/* Fills residual and throughput from the terms. */
void qh_budget_close(qh_budget *budget);

/* Largest |residual| / throughput over rows, species and lanes (0 where nothing moves), measured against the
 * throughput of the whole network for that species. */
double qh_budget_worst(const qh_budget *budget);

/* QH_E_BALANCE, with a message naming row, species and residual, where the ratio passes `tolerance` [-]. */
qh_status qh_budget_check(const qh_budget *budget, const qh_case *river_case, double tolerance, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
