#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/messages.h"
#include "cli/table.h"

void qh_text_list_free(qh_text_list *list) {
    free(list->item);
    *list = (qh_text_list){0, NULL};
}

static void append(qh_text_list *list, const char *value) {
    list->item = qh_need(realloc(list->item, (list->count + 1) * sizeof *list->item));
    list->item[list->count++] = value;
}

bool qh_is_choice(const char *choices, const char *text) {
    const size_t length = strlen(text);
    for (const char *c = choices; c; c = strchr(c, '|')) {
        if (*c == '|') c++;
        if (length == strcspn(c, "|") && strncmp(c, text, length) == 0) return true;
    }
    return false;
}

/* Edits (insert, delete, replace one byte) from a to b; names are short. */
static size_t distance(const char *a, const char *b) {
    enum { LONGEST = 64 };
    const size_t m = strlen(a), n = strlen(b);
    if (m >= LONGEST || n >= LONGEST) return LONGEST;
    size_t row[LONGEST];
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            const size_t above = row[j];
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            if (above + 1 < best) best = above + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[n];
}

const char *qh_closest(const char *word, size_t n, const char *const *names) {
    const char *closest = NULL;
    size_t least = strlen(word) / 3 + 2; /* farther away it is another word, not a slip */
    for (size_t i = 0; i < n; i++) {
        const size_t d = distance(word, names[i]);
        if (d < least) {
            least = d;
            closest = names[i];
        }
    }
    return closest;
}

const char *qh_exit_code_text(int code) {
    switch (code) {
    case 0: return QH_N("done, and where something was judged, all targets attained");
    case 1: return QH_N("done, but a target is missed");
    case 2: return QH_N("wrong use, or errors in the input");
    case 3: return QH_N("the numerical solution failed, or the mass balance does not close");
    case 4: return QH_N("a file could not be read or written");
    case 130: return QH_N("interrupted; what was finished is kept");
    default: return "";
    }
}

static void help_option(const qh_app *app, qh_table *table, const qh_option *option) {
    const char *const gap = option->value ? " " : "", *const value = option->value ? option->value : "";
    if (option->letter)
        qh_table_cell(table, "  -%c, --%s%s%s", option->letter, option->name, gap, value);
    else
        qh_table_cell(table, "      --%s%s%s", option->name, gap, value);
    const char *help = qh_tr(app->lang, option->help);
    if (option->initial)
        qh_table_cell(table, qh_tr(app->lang, "%s (default: %s)"), help, qh_tr(app->lang, option->initial));
    else
        qh_table_cell(table, "%s", help);
}

static void help(const qh_app *app, const qh_usage *usage) {
    const qh_command *command = usage->command;
    printf(qh_tr(app->lang, "Usage: qinghe %s %s\n"), command->name, command->arguments);
    printf("\n%s\n", qh_tr(app->lang, usage->description));

    printf("\n%s\n", qh_tr(app->lang, "Options:"));
    qh_table *options = qh_table_create(app);
    qh_table_column(options, QH_LEFT, NULL);
    qh_table_column(options, QH_WRAP, NULL);
    for (size_t i = 0; i < usage->n_option; i++)
        help_option(app, options, &usage->option[i]);
    const qh_option common[] = {
        {'h', "help", NULL, QH_N("show this help"), NULL, NULL, NULL, NULL, NULL},
        {0, "lang", "en|zh", QH_N("language of all that is said"), app->lang == QH_ZH ? "zh" : "en", NULL, NULL, NULL,
         NULL},
    };
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        help_option(app, options, &common[i]);
    qh_table_print(options, stdout);
    qh_table_destroy(options);

    if (usage->examples) {
        printf("\n%s\n", qh_tr(app->lang, "Examples:"));
        for (const char *line = usage->examples; *line;) {
            const int length = (int)strcspn(line, "\n");
            printf("  %.*s\n", length, line);
            line += length + (line[length] == '\n');
        }
    }
    printf("\n%s\n", qh_tr(app->lang, "Exit codes:"));
    for (const char *c = usage->exit_codes; *c; c++) {
        const int code = *c == 'i' ? qh_status_exit_code(QH_E_INTERRUPTED) : *c - '0';
        printf("  %3d  %s\n", code, qh_tr(app->lang, qh_exit_code_text(code)));
    }
}

static const qh_option *find_long(const qh_usage *usage, const char *name, size_t length) {
    for (size_t i = 0; i < usage->n_option; i++)
        if (strlen(usage->option[i].name) == length && strncmp(usage->option[i].name, name, length) == 0)
            return &usage->option[i];
    return NULL;
}

static const qh_option *find_short(const qh_usage *usage, char letter) {
    for (size_t i = 0; i < usage->n_option; i++)
        if (usage->option[i].letter == letter) return &usage->option[i];
    return NULL;
}

static int unknown_option(const qh_app *app, const qh_usage *usage, const char *argument) {
    const char *const command = usage->command->name;
    if (strncmp(argument, "--", 2) == 0 && usage->n_option > 0) {
        const char **names = qh_need(calloc(usage->n_option, sizeof *names));
        for (size_t i = 0; i < usage->n_option; i++)
            names[i] = usage->option[i].name;
        const char *closest = qh_closest(argument + 2, usage->n_option, names);
        free(names);
        if (closest)
            return qh_wrong_use(app, command, qh_tr(app->lang, "there is no option '%s'; did you mean --%s?"), argument,
                                closest);
    }
    return qh_wrong_use(app, command, qh_tr(app->lang, "there is no option '%s'"), argument);
}

/* Takes argv[i], an option, with its value; gives -1 or the exit code, and moves *i to the last argument taken. */
static int take_option(const qh_app *app, const qh_usage *usage, int argc, char **argv, int *i) {
    const char *const argument = argv[*i], *value = NULL;
    const bool is_long = argument[1] == '-';
    const size_t length = is_long ? strcspn(argument + 2, "=") : 1;
    const qh_option *option = is_long ? find_long(usage, argument + 2, length) : find_short(usage, argument[1]);
    if (!option) return unknown_option(app, usage, argument);
    if (is_long && argument[2 + length] == '=') value = argument + 3 + length;
    if (!is_long && argument[2]) value = argument + 2;

    const char *const command = usage->command->name;
    if (!option->value) {
        if (value) return qh_wrong_use(app, command, qh_tr(app->lang, "option --%s takes no value"), option->name);
        *option->flag = true;
        return -1;
    }
    if (!value) {
        if (*i + 1 >= argc)
            return qh_wrong_use(app, command, qh_tr(app->lang, "option --%s needs a value: %s"), option->name,
                                option->value);
        value = argv[++*i];
    }
    if (option->choices && !qh_is_choice(option->choices, value))
        return qh_wrong_use(app, command, qh_tr(app->lang, "option --%s cannot be '%s'; it is one of %s"), option->name,
                            value, option->choices);
    if (option->list)
        append(option->list, value);
    else
        *option->text = value;
    return -1;
}

int qh_options_parse(const qh_app *app, const qh_usage *usage, int argc, char **argv, const char **operand,
                     size_t *n_operand) {
    const char *const command = usage->command->name;
    size_t n = 0;
    bool only_operands = false;
    for (int i = 1; i < argc; i++) {
        if (!only_operands && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)) {
            help(app, usage);
            return 0;
        }
        if (strcmp(argv[i], "--") == 0) only_operands = true;
    }
    only_operands = false;
    for (int i = 1; i < argc; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1]) {
            const int code = take_option(app, usage, argc, argv, &i);
            if (code >= 0) return code;
        } else if (n == usage->max_operands) {
            return qh_wrong_use(app, command, qh_tr(app->lang, "one argument too many: '%s'"), argv[i]);
        } else {
            operand[n++] = argv[i];
        }
    }
    if (n < usage->min_operands)
        return qh_wrong_use(app, command, qh_tr(app->lang, "an argument is missing: qinghe %s %s"), command,
                            usage->command->arguments);
    *n_operand = n;
    return -1;
}
