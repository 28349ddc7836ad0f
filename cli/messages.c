#include "cli/messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The formats come through qh_tr, which the compiler checks at the caller. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

int qh_wrong_use(const qh_app *app, const char *command, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, command ? "qinghe %s: " : "qinghe: ", command);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    if (command)
        fprintf(stderr, qh_tr(app->lang, "Try: qinghe %s --help\n"), command);
    else
        fputs(qh_tr(app->lang, "Try: qinghe --help\n"), stderr);
    return qh_status_exit_code(QH_E_USAGE);
}

void qh_tell(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("qinghe: ", stderr);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void qh_print_messages(qh_diag *diag) {
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        fprintf(stderr, "%s\n", qh_diag_line(diag, i));
}

int qh_fail(const qh_app *app, qh_diag *diag, qh_status status) {
    qh_print_messages(diag);
    if (qh_diag_count(diag, QH_ERROR) == 0) qh_tell("%s", qh_tr(app->lang, qh_status_text(status)));
    return qh_status_exit_code(status);
}

void qh_tell_of_part(const qh_app *app, const char *path) {
    if (access(path, F_OK) == 0) return;
    const size_t size = strlen(path) + sizeof ".part";
    char *part = qh_need(malloc(size));
    snprintf(part, size, "%s.part", path);
    if (access(part, F_OK) == 0)
        qh_tell(qh_tr(app->lang, "there is %s, a run that was stopped; it can be read too"), part);
    free(part);
}

void *qh_need(void *pointer) {
    if (!pointer) {
        fprintf(stderr, "qinghe: %s\n", qh_status_text(QH_E_NOMEM));
        exit(qh_status_exit_code(QH_E_NOMEM));
    }
    return pointer;
}
