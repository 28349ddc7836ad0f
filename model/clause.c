#include "model/clause.h"

#include <stdbool.h>
#include <string.h>

typedef struct numbered {
    const char *english, *before, *after;
} numbered;

/* What carries a number stands behind its document without a comma. */
static const numbered parts[] = {
    {"Article ", "第", "条"}, {"Annex ", "附录", ""}, {"Appendix ", "附录", ""},
    {"Table ", "表", ""},     {"item ", "第", "项"},
};

static const char *const words[] = {
    QH_N("mixing length"),         QH_N("one-dimensional steady"),     QH_N("two-dimensional steady"),
    QH_N("uniform mixing"),        QH_N("release of finite duration"), QH_N("instantaneous release"),
    QH_N("one-dimensional model"), QH_N("zero-dimensional model"),     QH_N("the station's approval"),
};

typedef struct buffer {
    char *text;
    size_t size, used;
} buffer;

static void put(buffer *b, size_t length, const char *text) {
    if (b->used + length >= b->size) { /* whole characters only */
        length = b->size > b->used + 1 ? b->size - b->used - 1 : 0;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
        b->size = b->used + length + 1; /* full */
    }
    memcpy(b->text + b->used, text, length);
    b->used += length;
    b->text[b->used] = '\0';
}
static void put_all(buffer *b, const char *text) { put(b, strlen(text), text); }

/* True where the piece carries a number in a known way. */
static bool put_numbered(buffer *b, size_t length, const char *piece) {
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const size_t name = strlen(parts[i].english);
        if (length <= name || strncmp(piece, parts[i].english, name) != 0) continue;
        put_all(b, parts[i].before);
        put(b, length - name, piece + name);
        put_all(b, parts[i].after);
        return true;
    }
    return false;
}

/* "8.3.3" is an article of a standard, "3" a chapter. */
static bool put_chapter(buffer *b, size_t length, const char *piece) {
    if (length == 0 || strspn(piece, "0123456789.") < length) return false;
    put_all(b, "第");
    put(b, length, piece);
    put_all(b, memchr(piece, '.', length) ? "条" : "章");
    return true;
}

static void put_plain(buffer *b, size_t length, const char *piece) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) != length || strncmp(piece, words[i], length) != 0) continue;
        put_all(b, qh_tr(QH_ZH, words[i]));
        return;
    }
    put(b, length, piece);
}

/* "GB 3838-2002 表1 第5项 (Table 1, item 5)": in Chinese already, English behind it. */
static bool tells_both(const char *clause) {
    const char *bracket = strstr(clause, " (");
    for (const char *c = clause; bracket && c < bracket; c++)
        if ((unsigned char)*c >= 0x80) return true;
    return false;
}

void qh_clause_write(qh_lang lang, const char *clause, size_t size, char *text) {
    buffer b = {text, size, 0};
    if (size == 0) return;
    *text = '\0';
    if (lang != QH_ZH || tells_both(clause)) {
        put_all(&b, clause);
        return;
    }
    for (const char *piece = clause, *between = ""; *piece;) {
        const size_t length = strcspn(piece, ",;");
        if (*between == ';') put_all(&b, "；");
        if (!put_numbered(&b, length, piece) && !put_chapter(&b, length, piece)) {
            if (*between == ',') put_all(&b, "，");
            put_plain(&b, length, piece);
        }
        between = piece + length;
        piece += length + strspn(piece + length, ",; ");
    }
}
