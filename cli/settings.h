/* --set KEY=VALUE and --scenario NAME, for every subcommand that reads a case. */
#ifndef QH_CLI_SETTINGS_H
#define QH_CLI_SETTINGS_H

#include "cli/options.h"
#include "scenarios/study.h"

/* Rows of the options table. */
#define QH_SET_OPTION(values)                                                                                          \
    {                                                                                                                  \
        0, "set", "KEY=VALUE",                                                                                         \
            QH_N("change one key of case.yaml for this run, such as --set run.month=1; may be repeated"), NULL, NULL,  \
            NULL, NULL, (values)                                                                                       \
    }

#define QH_SCENARIO_OPTION(name)                                                                                       \
    {                                                                                                                  \
        0, "scenario", "NAME",                                                                                         \
            QH_N("lay the scenario of the file scenarios/NAME.yaml in the case folder over the case, after --set"),    \
            NULL, NULL, NULL, (name), NULL                                                                             \
    }

/* The case that a command reads, as its options give it. */
typedef struct qh_study_request {
    const char *folder, *scenario, *standard;
    qh_text_list set;
} qh_study_request;

/* The request as scenarios/study.h takes it; free((void *)options->setting). Returns -1, or the exit code of wrong use,
 * which has been reported. */
int qh_read_study_request(const qh_app *app, const char *command, const qh_study_request *request,
                          qh_study_options *options);

/* The values of --set as settings [set->count], allocated with malloc together with their keys: free() them. Returns -1,
 * or the exit code of wrong use, which has been reported. */
int qh_read_settings(const qh_app *app, const char *command, const qh_text_list *set, qh_setting **settings);

#endif
