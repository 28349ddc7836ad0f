/* What `qinghe sweep` shows of a file. */
#ifndef QH_CLI_SWEEP_H
#define QH_CLI_SWEEP_H

#include "cli/command.h"
#include "scenarios/sweep_summary.h"

typedef struct qh_shown_sweep {
    const qh_app *app;
    const qh_sweep_file_info *info;
    const qh_sweep_summary *summary;
} qh_shown_sweep;

/* Roman number of a class 1 ...; "-" where the section has no target. */
const char *qh_target_class_name(int target_class);

/* How scenarios are drawn and computed, in words: English, catalogue keys. */
const char *qh_design_words(const char *design);
const char *qh_method_words(const char *method);

void qh_print_sweep(const qh_shown_sweep *shown);
void qh_print_sweep_json(const qh_shown_sweep *shown);
void qh_print_sweep_csv(const qh_shown_sweep *shown, bool bom);

#endif
