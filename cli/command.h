/* Subcommands. One a file in commands/. */
#ifndef QH_CLI_COMMAND_H
#define QH_CLI_COMMAND_H

#include <stdbool.h>

#include "model/lang.h"

/* What every subcommand is told. */
typedef struct qh_app {
    qh_lang lang;
    bool color;    /* stdout is a terminal that shows colours */
    bool terminal; /* stderr is a terminal: progress bars are welcome */
    int argc;      /* of the whole command line, for the record */
    char **argv;
} qh_app;

typedef struct qh_command {
    const char *name;
    const char *arguments;                                 /* "CASE [-o RUN.h5]" */
    const char *summary;                                   /* one line, a catalogue key */
    int order;                                             /* in the help */
    int (*main)(const qh_app *app, int argc, char **argv); /* argv[0] is the subcommand; returns the exit code */
} qh_command;

extern const qh_command *const qh_registry_command[];

#endif
