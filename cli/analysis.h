/* What trace, capacity and optimise share on the command line: their case, its standard and margin, and some texts. */
#ifndef QH_CLI_ANALYSIS_H
#define QH_CLI_ANALYSIS_H

#include <jansson.h>

#include "cli/options.h"
#include "cli/settings.h"
#include "scenarios/analysis.h"

typedef struct qh_analysis_request {
    const char *folder, *scenario, *standard, *margin;
    qh_text_list set;
} qh_analysis_request;

#define QH_MARGIN_OPTION(text, standing)                                                                               \
    {                                                                                                                  \
        0, "margin", "MARGIN",                                                                                         \
            QH_N("part of the limits that is kept free: none, hj2.3 (by class, of COD, NH3-N, TP, TN), or 10%"),       \
            (standing), NULL, NULL, (text), NULL                                                                       \
    }

#define QH_STANDARD_OPTION(text)                                                                                       \
    {                                                                                                                  \
        0, "standard", "CODE|FILE",                                                                                    \
            QH_N("judge by this standard: one that ships (qinghe list standards) or a file of the same form"),         \
            QH_N("the one that the case names"), NULL, NULL, (text), NULL                                              \
    }

/* Opens it. Returns -1, or the exit code of a command that cannot go on, which has been reported. */
int qh_open_analysis(const qh_app *app, const char *command, const qh_analysis_request *request, qh_diag *diag,
                     qh_analysis **analysis);

/* "Case: ...", "Scenario: ...", "Standard: ...", "Margin: ..." to stdout. */
void qh_print_analysis_head(const qh_app *app, const qh_analysis *analysis, const char *margin);

/* "case", "scenario", "standard", "margin" of a JSON object. */
void qh_json_put_head(json_t *root, const qh_analysis *analysis, const char *margin);

/* A heading of a part of the output. */
void qh_print_part(const qh_app *app, const char *text);

/* Tonnes a year in a gram a second. */
#define QH_TONNES_A_YEAR 31.536

#endif
