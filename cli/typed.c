#include "cli/typed.h"

#include <string.h>

#include "cli/messages.h"

const char *qh_command_line(const qh_app *app, qh_arena *arena) {
    const char *line = "";
    for (int i = 0; i < app->argc; i++) {
        const char *const argument = app->argv[i];
        const char *const quote = *argument == '\0' || strpbrk(argument, " \t\n\"'\\$*?[]{}()<>|&;#~`!") ? "'" : "";
        const char *quoted = "";
        for (const char *c = argument; *c;) {
            const size_t n = strcspn(c, "'");
            quoted = qh_need(qh_arena_printf(arena, "%s%.*s%s", quoted, (int)n, c, c[n] ? "'\\''" : ""));
            c += n + (c[n] != '\0');
        }
        line = qh_need(qh_arena_printf(arena, "%s%s%s%s%s", line, i ? " " : "", quote, quoted, quote));
    }
    return line;
}
