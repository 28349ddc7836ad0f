/* What the command tells on stderr. */
#ifndef QH_CLI_MESSAGES_H
#define QH_CLI_MESSAGES_H

#include "cli/command.h"
#include "model/diag.h"

/* Wrong use: "qinghe run: text", where to find help; returns exit code 2. The format is already translated. */
int qh_wrong_use(const qh_app *app, const char *command, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* One line of the program's own, "qinghe: text", format already translated. */
void qh_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* All collected messages, one a line. */
void qh_print_messages(qh_diag *diag);

/* The end of a command that failed: its messages, or the status in words when there is no error among them. Returns
 * the exit code. */
int qh_fail(const qh_app *app, qh_diag *diag, qh_status status);

/* When a store `path` is not there but the .part file of a stopped run is: says so. */
void qh_tell_of_part(const qh_app *app, const char *path);

/* `pointer`, or the end of the program (exit 4, out of memory) where it is NULL. */
void *qh_need(void *pointer);

#endif
