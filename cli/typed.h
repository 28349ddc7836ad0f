/* The command line as it was typed. */
#ifndef QH_CLI_TYPED_H
#define QH_CLI_TYPED_H

#include "cli/command.h"
#include "model/arena.h"

/* As one text in `arena`, arguments with blanks or quotes in single quotes, so that it can be typed again. */
const char *qh_command_line(const qh_app *app, qh_arena *arena);

#endif
