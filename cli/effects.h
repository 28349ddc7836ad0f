/* What a scenario changes, as people read it. */
#ifndef QH_CLI_EFFECTS_H
#define QH_CLI_EFFECTS_H

#include "cli/command.h"
#include "model/overlay.h"

/* The name of the scenario and a table of its effects, to stdout; nothing for a case without scenario. */
void qh_print_effects(const qh_app *app, const qh_case *river_case);

#endif
