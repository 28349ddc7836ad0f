#include "viz/gnuplot_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utf8proc.h>

#include "model/arena.h"

extern char **environ;

struct qh_gnuplot {
    qh_arena *arena;
    const char *output;
    locale_t plain; /* numbers with a decimal point */
    char *text;     /* [length + 1] */
    size_t length, capacity;
    bool out_of_memory;
};

/* What each format needs so that 1 px of font and line is the same everywhere. Pictures for a screen are drawn at twice
 * their size: names must stay readable on a projector. The factors of the fonts follow from the terminals' own units:
 * points at 96 dpi for pngcairo, pixels for svg, 16/9 of a pixel for pdfcairo. */
typedef struct picture_format {
    const char *ending;
    const char *terminal;
    double scale;     /* terminal's unit of length per px */
    const char *unit; /* how gnuplot writes that unit */
} picture_format;

static const picture_format formats[] = {
    {".png", "pngcairo truecolor fontscale 1.5 linewidth 2 pointscale 2", 2, ""},
    {".svg", "svg dynamic", 1, ""},
    {".pdf", "pdfcairo color fontscale 0.5625 linewidth 1.5", 1.0 / 96, "in"},
};

static const picture_format *format_of(const char *output) {
    const size_t length = strlen(output);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const size_t ending = strlen(formats[i].ending);
        if (length > ending && strcmp(output + length - ending, formats[i].ending) == 0) return &formats[i];
    }
    return NULL;
}

qh_status qh_gnuplot_create(double width, double height, const char *output, qh_diag *diag, qh_gnuplot **script) {
    const picture_format *const format = format_of(output);
    QH_CHECK(format, QH_E_USAGE, diag, QH_NOWHERE, "the name of a picture must end in .png, .svg or .pdf, not '%s'",
             output);
    qh_gnuplot *const made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->arena = qh_arena_create();
    made->plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (made->arena) made->output = qh_arena_strdup(made->arena, output);
    if (!made->output || !made->plain) {
        qh_gnuplot_destroy(made);
        return QH_E_NOMEM;
    }
    qh_gnuplot_add(made, "set encoding utf8\n");
    qh_gnuplot_add(made,
                   "set terminal %s noenhanced rounded background '#ffffff' font 'Noto Sans CJK SC,12' size "
                   "%.6g%s,%.6g%s\n",
                   format->terminal, width * format->scale, format->unit, height * format->scale, format->unit);
    *script = made;
    return QH_OK;
}

void qh_gnuplot_destroy(qh_gnuplot *script) {
    if (!script) return;
    if (script->plain) freelocale(script->plain);
    qh_arena_destroy(script->arena);
    free(script->text);
    free(script);
}

/* Room for `more` bytes and the closing zero. */
static bool reserve(qh_gnuplot *script, size_t more) {
    if (script->length + more < script->capacity) return true;
    const size_t capacity = 2 * (script->length + more) + 4096;
    char *const text = realloc(script->text, capacity);
    if (!text) {
        script->out_of_memory = true;
        return false;
    }
    script->text = text;
    script->capacity = capacity;
    return true;
}

void qh_gnuplot_add(qh_gnuplot *script, const char *format, ...) {
    const locale_t before = uselocale(script->plain);
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) {
        script->out_of_memory = true;
    } else if (reserve(script, (size_t)length)) {
        vsnprintf(script->text + script->length, (size_t)length + 1, format, again);
        script->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
    uselocale(before);
}

const char *qh_gnuplot_quote(qh_gnuplot *script, const char *text) {
    /* Between single quotes nothing has a meaning to gnuplot but the quote itself, which is doubled. */
    char *const quoted = qh_arena_alloc(script->arena, 2 * strlen(text) + 3, 1);
    if (!quoted) {
        script->out_of_memory = true;
        return "''";
    }
    char *to = quoted;
    *to++ = '\'';
    for (const char *from = text; *from; from++) {
        if (*from == '\'') *to++ = '\'';
        *to++ = ((unsigned char)*from < 0x20 || *from == 0x7f) ? ' ' : *from;
    }
    *to++ = '\'';
    *to = '\0';
    return quoted;
}

double qh_gnuplot_text_width(const char *text, double size) {
    const double narrow = 0.57, wide = 1.0; /* em, of the font that is asked for */
    double width = 0;
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    while (*at) {
        utf8proc_int32_t character = 0;
        const utf8proc_ssize_t length = utf8proc_iterate(at, -1, &character);
        if (length < 1) {
            at++;
            continue;
        }
        const int columns = utf8proc_charwidth(character);
        width += columns == 2 ? wide : columns == 1 ? narrow : 0;
        at += length;
    }
    return width * size;
}

/* The last thing gnuplot said, without its prompt and line number; "" when it said nothing. */
static void last_words(FILE *errors, size_t size, char *words) {
    words[0] = '\0';
    char line[512];
    rewind(errors);
    while (fgets(line, sizeof line, errors)) {
        line[strcspn(line, "\r\n")] = '\0';
        const char *text = line + strspn(line, " \t^");
        if (*text == '\0' || strncmp(text, "gnuplot>", 8) == 0) continue;
        if (strncmp(text, "line ", 5) == 0 && strchr(text, ':')) text = strchr(text, ':') + 2;
        snprintf(words, size, "%s", text);
    }
}

static qh_status refuse(qh_diag *diag, const char *output, const char *why) {
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "%s: the picture cannot be written: %s", output, why);
    return QH_E_IO;
}

/* Runs gnuplot with the given streams; QH_OK when it ended well. */
static qh_status run(FILE *input, int picture, FILE *errors, const char *output, qh_diag *diag) {
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions)) return QH_E_NOMEM;
    posix_spawn_file_actions_adddup2(&actions, fileno(input), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, picture, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(errors), STDERR_FILENO);
    /* --default-settings: a user's own gnuplotrc must not change the picture. */
    char program[] = "gnuplot", plain[] = "--default-settings", standard_input[] = "-";
    char *const arguments[] = {program, plain, standard_input, NULL};
    pid_t child = 0;
    const int failure = posix_spawnp(&child, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    QH_CHECK(failure != ENOENT, QH_E_IO, diag, QH_NOWHERE,
             "gnuplot draws the pictures and is not installed (Debian: gnuplot-nox)");
    if (failure) return refuse(diag, output, strerror(failure));
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return refuse(diag, output, strerror(errno));
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return QH_OK;
    char words[512];
    last_words(errors, sizeof words, words);
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "%s: gnuplot failed: %s", output, words[0] ? words : "it was stopped");
    return QH_E_IO;
}

static qh_status draw_to(const qh_gnuplot *script, int picture, qh_diag *diag) {
    FILE *const input = tmpfile(), *const errors = tmpfile();
    qh_status status = QH_E_IO;
    if (!input || !errors || fwrite(script->text, 1, script->length, input) != script->length || fflush(input))
        status = refuse(diag, script->output, strerror(errno));
    else {
        rewind(input);
        status = run(input, picture, errors, script->output, diag);
    }
    struct stat made;
    if (status == QH_OK && (fstat(picture, &made) || made.st_size == 0))
        status = refuse(diag, script->output, "gnuplot drew nothing");
    if (input) fclose(input);
    if (errors) fclose(errors);
    return status;
}

qh_status qh_gnuplot_run(qh_gnuplot *script, qh_diag *diag) {
    const char *const part = qh_arena_printf(script->arena, "%s.part", script->output);
    if (!part || script->out_of_memory) return QH_E_NOMEM;
    const int picture = open(part, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0666);
    if (picture < 0) return refuse(diag, script->output, strerror(errno));
    qh_status status = draw_to(script, picture, diag);
    if (close(picture) && status == QH_OK) status = refuse(diag, script->output, strerror(errno));
    if (status == QH_OK && rename(part, script->output)) status = refuse(diag, script->output, strerror(errno));
    if (status != QH_OK) unlink(part);
    return status;
}
