/* Options of a subcommand: one table parses them and writes its --help. */
#ifndef QH_CLI_OPTIONS_H
#define QH_CLI_OPTIONS_H

#include <stddef.h>

#include "cli/command.h"

/* The values of an option that may be given several times, in their order. */
typedef struct qh_text_list {
    size_t count;
    const char **item; /* [count], pointers into argv; freed by qh_text_list_free */
} qh_text_list;

void qh_text_list_free(qh_text_list *list);

/* One option. Exactly one of flag, text and list says where it goes. */
typedef struct qh_option {
    char letter;         /* short form, 0: none */
    const char *name;    /* long form without dashes */
    const char *value;   /* what it takes, "FILE"; NULL: a flag */
    const char *help;    /* a catalogue key */
    const char *initial; /* default as the help shows it, NULL: none */
    const char *choices; /* "mean|daily": any other value is an error; NULL: any */
    bool *flag;          /* set to true */
    const char **text;   /* set to the value, the last one wins */
    qh_text_list *list;  /* appended to */
} qh_option;

/* What a subcommand takes, and all that its --help says. */
typedef struct qh_usage {
    const qh_command *command;
    const char *description; /* a catalogue key */
    const char *examples;    /* one a line, as typed */
    const char *exit_codes;  /* the codes it can answer with, one character each: "0124", 'i' is 130 */
    size_t min_operands, max_operands;
    size_t n_option;
    const qh_option *option; /* [n_option] */
} qh_usage;

/* Reads the arguments of a subcommand: options anywhere, operands to `operand` [max_operands] and their number to
 * `n_operand`; after "--" all are operands. Returns -1 when the command is to go on, else the exit code to end with:
 * 0 after --help, 2 after wrong use, which has been reported. */
int qh_options_parse(const qh_app *app, const qh_usage *usage, int argc, char **argv, const char **operand,
                     size_t *n_operand);

/* Whether `text` is one of the choices "a|b|c". */
bool qh_is_choice(const char *choices, const char *text);

/* The name among `n` that is closest to a mistyped `word`, NULL when none is close. */
const char *qh_closest(const char *word, size_t n, const char *const *names);

/* What an exit code means: English, a catalogue key. */
const char *qh_exit_code_text(int code);

#endif
