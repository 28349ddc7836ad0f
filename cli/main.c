/* The command qinghe: a client of libqinghe. Finds the language and the subcommand, and looks after stdout. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "cli/messages.h"
#include "cli/options.h"
#include "cli/table.h"
#include "model/version.h"

static qh_lang language_of_environment(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return qh_lang_of_locale(value);
    }
    return QH_EN;
}

static bool shows_colors(void) {
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0 && !(no_color && *no_color);
}

/* Takes --lang out of the arguments, wherever it stands. Returns -1, or the exit code of wrong use. */
static int take_language(qh_app *app, int *argc, char **argv) {
    int kept = 0;
    bool only_operands = false;
    for (int i = 0; i < *argc; i++) {
        const char *value = NULL;
        if (!only_operands && strcmp(argv[i], "--lang") == 0) {
            if (i + 1 == *argc)
                return qh_wrong_use(app, NULL, qh_tr(app->lang, "option --%s needs a value: %s"), "lang", "en|zh");
            value = argv[++i];
        } else if (!only_operands && strncmp(argv[i], "--lang=", 7) == 0) {
            value = argv[i] + 7;
        } else {
            if (strcmp(argv[i], "--") == 0) only_operands = true;
            argv[kept++] = argv[i];
            continue;
        }
        if (strcmp(value, "zh") != 0 && strcmp(value, "en") != 0)
            return qh_wrong_use(app, NULL, qh_tr(app->lang, "option --%s cannot be '%s'; it is one of %s"), "lang",
                                value, "en|zh");
        app->lang = strcmp(value, "zh") == 0 ? QH_ZH : QH_EN;
    }
    argv[kept] = NULL;
    *argc = kept;
    return -1;
}

static int by_order(const void *a, const void *b) {
    const qh_command *const *x = a, *const *y = b;
    return (*x)->order != (*y)->order ? (*x)->order - (*y)->order : strcmp((*x)->name, (*y)->name);
}

static size_t count_commands(void) {
    size_t n = 0;
    while (qh_registry_command[n])
        n++;
    return n;
}

static void print_help(const qh_app *app, FILE *out) {
    fputs(qh_tr(app->lang,
                "qinghe simulates the water quality of river networks and says whether every control section\n"
                "meets its class.\n"),
          out);
    fprintf(out, "\n%s\n\n%s\n", qh_tr(app->lang, "Usage: qinghe [--lang en|zh] COMMAND [ARGUMENT]..."),
            qh_tr(app->lang, "Commands:"));
    const size_t n = count_commands();
    const qh_command **sorted = qh_need(calloc(n + 1, sizeof *sorted));
    for (size_t i = 0; i < n; i++)
        sorted[i] = qh_registry_command[i];
    qsort(sorted, n, sizeof *sorted, by_order);
    qh_table *table = qh_table_create(app);
    qh_table_column(table, QH_LEFT, NULL);
    qh_table_column(table, QH_WRAP, NULL);
    for (size_t i = 0; i < n; i++) {
        qh_table_cell(table, "  %s", sorted[i]->name);
        qh_table_cell(table, "%s", qh_tr(app->lang, sorted[i]->summary));
    }
    qh_table_print(table, out);
    qh_table_destroy(table);
    free(sorted);

    fprintf(out, "\n%s\n", qh_tr(app->lang, "Exit codes:"));
    static const int codes[] = {0, 1, 2, 3, 4, 130};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        fprintf(out, "  %3d  %s\n", codes[i], qh_tr(app->lang, qh_exit_code_text(codes[i])));
    fprintf(out, "\n%s\n",
            qh_tr(app->lang, "qinghe COMMAND --help tells more of a command. --version names this build."));
}

static int unknown_command(const qh_app *app, const char *name) {
    const size_t n = count_commands();
    const char **names = qh_need(calloc(n + 1, sizeof *names));
    for (size_t i = 0; i < n; i++)
        names[i] = qh_registry_command[i]->name;
    const char *closest = qh_closest(name, n, names);
    free(names);
    if (closest)
        return qh_wrong_use(app, NULL, qh_tr(app->lang, "there is no command '%s'; did you mean '%s'?"), name, closest);
    return qh_wrong_use(app, NULL, qh_tr(app->lang, "there is no command '%s'"), name);
}

static int dispatch(const qh_app *app, int argc, char **argv) {
    if (argc < 2) {
        print_help(app, stderr);
        return qh_status_exit_code(QH_E_USAGE);
    }
    const char *const name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_help(app, stdout);
        return 0;
    }
    if (strcmp(name, "--version") == 0) {
        printf("qinghe %s (%s, %s, %s)\n", qh_version(), qh_build_commit(), qh_build_config(), qh_build_compiler());
        return 0;
    }
    if (name[0] == '-') return qh_wrong_use(app, NULL, qh_tr(app->lang, "there is no option '%s'"), name);
    for (size_t i = 0; qh_registry_command[i]; i++)
        if (strcmp(qh_registry_command[i]->name, name) == 0)
            return qh_registry_command[i]->main(app, argc - 1, argv + 1);
    return unknown_command(app, name);
}

/* Large blocks go back to the system when they are freed. By itself the C library would keep them after the first: the
 * peak of a large network would be a third higher. */
static void hand_back_large_blocks(void) {
#ifdef __GLIBC__
    enum { large = 128 * 1024 };
    (void)mallopt(M_MMAP_THRESHOLD, large);
#endif
}

int main(int argc, char **argv) {
    hand_back_large_blocks();
    qh_app app = {
        .lang = language_of_environment(), .color = shows_colors(), .terminal = isatty(STDERR_FILENO), .argc = argc};
    /* The record keeps the line as it was typed; the arguments that are worked through lose --lang. */
    char **arguments = qh_need(calloc((size_t)argc + 1, sizeof *arguments));
    memcpy(arguments, argv, (size_t)argc * sizeof *arguments);
    app.argv = argv;

    int code = take_language(&app, &argc, arguments);
    if (code < 0) code = dispatch(&app, argc, arguments);
    free(arguments);
    /* A full disk or a closed pipe must not pass for success. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && code <= 1) {
        qh_tell("%s", qh_tr(app.lang, "standard output could not be written"));
        code = qh_status_exit_code(QH_E_IO);
    }
    return code;
}
