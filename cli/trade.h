/* Rates of trade as people and programs read them. */
#ifndef QH_CLI_TRADE_H
#define QH_CLI_TRADE_H

#include "cli/analysis.h"
#include "scenarios/trade.h"

/* Prints the rates of trade of the outfall `buyer` as a table, or as JSON. */
void qh_print_trades(const qh_app *app, const qh_analysis *analysis, const char *margin, size_t buyer, bool json);

#endif
