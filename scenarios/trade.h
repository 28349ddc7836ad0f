/* Trades of load between outfalls: how much one must cut so that another may add, and no section gets worse. */
#ifndef QH_SCENARIOS_TRADE_H
#define QH_SCENARIOS_TRADE_H

#include "scenarios/analysis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What `seller` cuts of a constituent for every unit that the buyer adds of it. */
typedef struct qh_trade_rate {
    size_t seller, species; /* seller: index among outfalls */
    bool covers;            /* it reaches every section with a target that the buyer reaches; else no cut is enough */
    double rate;            /* -, meaningless unless covers */
    size_t section;         /* that asks for this rate, or the one that is not covered */
    double available;       /* g/s, what the seller has */
} qh_trade_rate;

/* The rates of every other outfall and constituent for the outfall `buyer`: rate [n_outfall - 1][n_constituent] and
 * `count` of them; constituents by which the buyer reaches no target, and oxygen, are left out. */
void qh_trade_rates(const qh_analysis *analysis, size_t buyer, qh_trade_rate *rate, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
