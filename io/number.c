#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/number_internal.h"
#include "model/calendar.h"

size_t qh_blank(const char *text) {
    switch ((unsigned char)text[0]) {
    case ' ':
    case '\t':
    case '\n':
    case '\r': return 1;
    case 0xC2: return (unsigned char)text[1] == 0xA0 ? 2 : 0;
    case 0xE3: return (unsigned char)text[1] == 0x80 && (unsigned char)text[2] == 0x80 ? 3 : 0;
    default: return 0;
    }
}

static size_t blank_before(const char *begin, const char *end) {
    if (end > begin && qh_blank(end - 1) == 1) return 1;
    if (end - begin >= 2 && qh_blank(end - 2) == 2) return 2;
    if (end - begin >= 3 && qh_blank(end - 3) == 3) return 3;
    return 0;
}

const char *qh_trim(const char *text, size_t *length) {
    const char *begin = text;
    const char *end = text + *length;
    while (begin < end) {
        const size_t step = qh_blank(begin);
        if (step == 0 || step > (size_t)(end - begin)) break;
        begin += step;
    }
    while (end > begin) {
        const size_t step = blank_before(begin, end);
        if (step == 0) break;
        end -= step;
    }
    *length = (size_t)(end - begin);
    return begin;
}

/* The characters that an input method in full-width mode gives for those of a number: U+FF0B..U+FF19, e, E. */
static bool is_full_width(const char *text) {
    const unsigned char *c = (const unsigned char *)text;
    return c[0] == 0xEF && c[1] == 0xBC && c[2] >= 0x8B && c[2] <= 0x99;
}

static const char *skip_digits(const char *p) {
    while (isdigit((unsigned char)*p))
        p++;
    return p;
}

/* End of the number at `text` by the grammar [+-] digits [. digits] [e [+-] digits]; NULL when there is none. */
static const char *number_end(const char *text, bool *nonzero) {
    const char *p = text;
    if (*p == '+' || *p == '-') p++;
    const char *digits = p;
    p = skip_digits(p);
    size_t count = (size_t)(p - digits);
    if (*p == '.') {
        const char *fraction = p + 1;
        p = skip_digits(fraction);
        count += (size_t)(p - fraction);
    }
    if (count == 0) return NULL;
    *nonzero = strcspn(digits, "123456789") < (size_t)(p - digits);
    if (*p == 'e' || *p == 'E') {
        const char *exponent = p + 1;
        if (*exponent == '+' || *exponent == '-') exponent++;
        if (isdigit((unsigned char)*exponent)) p = skip_digits(exponent);
    }
    return p;
}

static bool begins_not_finite(const char *text) {
    static const char *const words[] = {"nan", "inf"};
    if (*text == '+' || *text == '-') text++;
    if (*text == '.') text++; /* YAML's .nan and .inf */
    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
        size_t i = 0;
        while (i < 3 && tolower((unsigned char)text[i]) == words[w][i])
            i++;
        if (i == 3) return true;
    }
    return false;
}

/* strtod in the "C" locale whatever the caller's is; the thread's locale is put back. */
static double to_double(const char *text) {
    const locale_t c_locale = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    const locale_t before = c_locale ? uselocale(c_locale) : (locale_t)0;
    const double value = strtod(text, NULL);
    if (c_locale) {
        uselocale(before);
        freelocale(c_locale);
    }
    return value;
}

qh_number_fault qh_number_read(const char *text, double *value, const char **rest) {
    bool nonzero = false;
    const char *sign = text + (*text == '+' || *text == '-');
    const char *end = number_end(text, &nonzero);
    if (!end) {
        if (is_full_width(sign)) return QH_NUMBER_FULL_WIDTH;
        return begins_not_finite(text) ? QH_NUMBER_NOT_FINITE : QH_NUMBER_NONE;
    }
    if (*end == ',') return QH_NUMBER_COMMA;
    if (is_full_width(end)) return QH_NUMBER_FULL_WIDTH;
    const double number = nonzero ? to_double(text) : 0.0; /* strtod would read 0x10 as sixteen */
    if (!isfinite(number)) return QH_NUMBER_OVERFLOW;
    if (nonzero && !isnormal(number)) return QH_NUMBER_UNDERFLOW;
    *value = number;
    size_t step = 0;
    while ((step = qh_blank(end)) > 0)
        end += step;
    *rest = end;
    return QH_NUMBER_FINE;
}

/* `width` digits at *p into *number; moves *p behind them. */
static bool fixed_digits(const char **p, int width, int *number) {
    int n = 0;
    for (int i = 0; i < width; i++, (*p)++) {
        if (!isdigit((unsigned char)**p)) return false;
        n = 10 * n + (**p - '0');
    }
    *number = n;
    return true;
}

static bool literal(const char **p, char c) { return **p == c && (*p)++; }

bool qh_time_read(const char *text, int64_t *seconds) {
    const char *p = text;
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!fixed_digits(&p, 4, &year) || !literal(&p, '-') || !fixed_digits(&p, 2, &month) || !literal(&p, '-') ||
        !fixed_digits(&p, 2, &day))
        return false;
    if (*p) {
        if (!literal(&p, 'T') && !literal(&p, ' ')) return false;
        if (!fixed_digits(&p, 2, &hour) || !literal(&p, ':') || !fixed_digits(&p, 2, &minute)) return false;
        if (literal(&p, ':') && !fixed_digits(&p, 2, &second)) return false;
        if (*p) return false;
    }
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > qh_days_in_month(year, month)) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    const int64_t days = qh_day_number((qh_date){year, month, day});
    *seconds = days * 86400 + (int64_t)hour * 3600 + (int64_t)minute * 60 + second;
    return true;
}

void qh_time_write(int64_t seconds, size_t size, char *buffer) {
    int64_t days = seconds / 86400;
    int64_t rest = seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        days -= 1;
    }
    const qh_date date = qh_day_date(days);
    (void)snprintf(buffer, size, "%04d-%02d-%02dT%02d:%02d:%02d", (int)date.year, date.month, date.day,
                   (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
}

const char *qh_series_name(const char *text) {
    static const char *const prefixes[] = {"series:", "series：", "序列:", "序列："};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        const size_t length = strlen(prefixes[i]);
        if (strncmp(text, prefixes[i], length) != 0) continue;
        const char *name = text + length;
        size_t step = 0;
        while ((step = qh_blank(name)) > 0)
            name += step;
        return name;
    }
    return NULL;
}
