/* The table holds one spelling of each unit. A symbol is brought to that spelling before it is looked up: superscripts
 * and signs of Chinese input methods become ASCII, Chinese names of units become their symbols, products with negative
 * exponents become quotients. So "m³·s⁻¹", "m^3/s", "㎥/s" and "立方米/秒" are all "m3/s", and "L·mg⁻¹·d⁻¹" is "L/mg/d". */
#include "model/units.h"

#include <string.h>

#define MINUTE 60.0
#define HOUR   3600.0
#define DAY    86400.0
#define YEAR   (365.0 * DAY) /* 31.536e6 s, the year of GB/T 25173-2010 */

enum { LONGEST = 64 }; /* bytes of a symbol, before and after it is brought to the table's spelling */

/* The symbols of a dimension stand in the order in which they are offered to the user. A tonne of water a day and a
 * tonne of a substance a day are both written t/d: it is a load here, and a flow must say m3/d or 万t/d. */
static const qh_unit table[] = {
    {"-", QH_DIM_NONE, 1.0},
    {"1", QH_DIM_NONE, 1.0},
    {"%", QH_DIM_NONE, 0.01},
    {"‰", QH_DIM_NONE, 0.001},
    {"m/m", QH_DIM_NONE, 1.0},

    {"m", QH_DIM_LENGTH, 1.0},
    {"km", QH_DIM_LENGTH, 1000.0},
    {"cm", QH_DIM_LENGTH, 0.01},
    {"mm", QH_DIM_LENGTH, 0.001},

    {"m2", QH_DIM_AREA, 1.0},
    {"km2", QH_DIM_AREA, 1e6},
    {"ha", QH_DIM_AREA, 1e4},
    {"cm2", QH_DIM_AREA, 1e-4},

    {"m3", QH_DIM_VOLUME, 1.0},
    {"万m3", QH_DIM_VOLUME, 1e4},
    {"亿m3", QH_DIM_VOLUME, 1e8},
    {"L", QH_DIM_VOLUME, 0.001},

    {"s", QH_DIM_TIME, 1.0},
    {"min", QH_DIM_TIME, MINUTE},
    {"h", QH_DIM_TIME, HOUR},
    {"d", QH_DIM_TIME, DAY},
    {"a", QH_DIM_TIME, YEAR},

    {"m3/s", QH_DIM_FLOW, 1.0},
    {"m3/h", QH_DIM_FLOW, 1.0 / HOUR},
    {"m3/d", QH_DIM_FLOW, 1.0 / DAY},
    {"万m3/d", QH_DIM_FLOW, 1e4 / DAY},
    {"万t/d", QH_DIM_FLOW, 1e4 / DAY},
    {"m3/a", QH_DIM_FLOW, 1.0 / YEAR},
    {"万m3/a", QH_DIM_FLOW, 1e4 / YEAR},
    {"亿m3/a", QH_DIM_FLOW, 1e8 / YEAR},
    {"m3/min", QH_DIM_FLOW, 1.0 / MINUTE},
    {"L/s", QH_DIM_FLOW, 0.001},

    {"m/s", QH_DIM_VELOCITY, 1.0},
    {"cm/s", QH_DIM_VELOCITY, 0.01},
    {"mm/s", QH_DIM_VELOCITY, 0.001},
    {"m/h", QH_DIM_VELOCITY, 1.0 / HOUR},
    {"km/h", QH_DIM_VELOCITY, 1000.0 / HOUR},
    {"m/d", QH_DIM_VELOCITY, 1.0 / DAY},
    {"cm/d", QH_DIM_VELOCITY, 0.01 / DAY},
    {"km/d", QH_DIM_VELOCITY, 1000.0 / DAY},

    {"m/m", QH_DIM_SLOPE, 1.0},
    {"m/km", QH_DIM_SLOPE, 0.001},
    {"‰", QH_DIM_SLOPE, 0.001},
    {"%", QH_DIM_SLOPE, 0.01},
    {"-", QH_DIM_SLOPE, 1.0},
    {"1", QH_DIM_SLOPE, 1.0},

    {"mg/L", QH_DIM_CONCENTRATION, 1.0},
    {"g/m3", QH_DIM_CONCENTRATION, 1.0},
    {"ug/L", QH_DIM_CONCENTRATION, 0.001},
    {"mg/m3", QH_DIM_CONCENTRATION, 0.001},
    {"ng/L", QH_DIM_CONCENTRATION, 1e-6},
    {"g/L", QH_DIM_CONCENTRATION, 1000.0},
    {"kg/m3", QH_DIM_CONCENTRATION, 1000.0},

    {"g/s", QH_DIM_LOAD, 1.0},
    {"mg/s", QH_DIM_LOAD, 0.001},
    {"kg/s", QH_DIM_LOAD, 1000.0},
    {"g/h", QH_DIM_LOAD, 1.0 / HOUR},
    {"kg/h", QH_DIM_LOAD, 1000.0 / HOUR},
    {"g/d", QH_DIM_LOAD, 1.0 / DAY},
    {"kg/d", QH_DIM_LOAD, 1000.0 / DAY},
    {"t/d", QH_DIM_LOAD, 1e6 / DAY},
    {"kg/a", QH_DIM_LOAD, 1000.0 / YEAR},
    {"t/a", QH_DIM_LOAD, 1e6 / YEAR},

    {"g", QH_DIM_MASS, 1.0},
    {"mg", QH_DIM_MASS, 0.001},
    {"kg", QH_DIM_MASS, 1000.0},
    {"t", QH_DIM_MASS, 1e6},

    {"1/s", QH_DIM_RATE, 1.0},
    {"1/min", QH_DIM_RATE, 1.0 / MINUTE},
    {"1/h", QH_DIM_RATE, 1.0 / HOUR},
    {"1/d", QH_DIM_RATE, 1.0 / DAY},
    {"1/a", QH_DIM_RATE, 1.0 / YEAR},

    {"m3/g/s", QH_DIM_SECOND_ORDER, 1.0},
    {"m3/g/d", QH_DIM_SECOND_ORDER, 1.0 / DAY},
    {"L/mg/s", QH_DIM_SECOND_ORDER, 1.0},
    {"L/mg/d", QH_DIM_SECOND_ORDER, 1.0 / DAY},

    {"m2/s", QH_DIM_DISPERSION, 1.0},
    {"cm2/s", QH_DIM_DISPERSION, 1e-4},
    {"m2/d", QH_DIM_DISPERSION, 1.0 / DAY},

    {"degC", QH_DIM_TEMPERATURE, 1.0},

    {"deg", QH_DIM_ANGLE, 1.0},

    {"s/m^(1/3)", QH_DIM_MANNING, 1.0},
    {"-", QH_DIM_MANNING, 1.0}, /* n is commonly written as a bare number */
    {"1", QH_DIM_MANNING, 1.0},

    {"1/L", QH_DIM_COUNT_DENSITY, 1.0},
    {"MPN/L", QH_DIM_COUNT_DENSITY, 1.0},
    {"CFU/L", QH_DIM_COUNT_DENSITY, 1.0},
    {"1/mL", QH_DIM_COUNT_DENSITY, 1000.0},
    {"1/100mL", QH_DIM_COUNT_DENSITY, 10.0},
    {"MPN/100mL", QH_DIM_COUNT_DENSITY, 10.0},
    {"CFU/100mL", QH_DIM_COUNT_DENSITY, 10.0},
};
enum { N_UNIT = sizeof table / sizeof *table };

typedef struct spelling {
    const char *written, *meant;
} spelling;

/* Applied from left to right, the first that fits; so what begins with another entry stands before it. */
static const spelling spellings[] = {
    {" ", ""},
    {"\t", ""},
    {"\xC2\xA0", ""},     /* no-break space */
    {"\xE3\x80\x80", ""}, /* ideographic space */
    {"摄氏度", "degC"},
    {"平方公里", "km2"},
    {"平方千米", "km2"},
    {"平方厘米", "cm2"},
    {"平方米", "m2"},
    {"立方米", "m3"},
    {"公里", "km"},
    {"千米", "km"},
    {"厘米", "cm"},
    {"毫米", "mm"},
    {"米", "m"},
    {"公顷", "ha"},
    {"公斤", "kg"},
    {"千克", "kg"},
    {"毫克", "mg"},
    {"微克", "ug"},
    {"纳克", "ng"},
    {"克", "g"},
    {"吨", "t"},
    {"毫升", "mL"},
    {"升", "L"},
    {"分钟", "min"},
    {"小时", "h"},
    {"秒", "s"},
    {"天", "d"},
    {"日", "d"},
    {"年", "a"},
    {"度", "deg"},
    {"无量纲", "-"},
    {"个", "1"},
    {"㎡", "m2"},
    {"㎥", "m3"},
    {"㎜", "mm"},
    {"㎝", "cm"},
    {"㎞", "km"},
    {"㎎", "mg"},
    {"㎏", "kg"},
    {"℃", "degC"},
    {"°C", "degC"},
    {"°", "deg"},
    {"ºC", "degC"},
    {"º", "deg"},
    {"⁰", "0"},
    {"¹", "1"},
    {"²", "2"},
    {"³", "3"},
    {"⁴", "4"},
    {"⁻", "-"},
    {"^", ""},
    {"−", "-"},
    {"－", "-"},
    {"—", "-"},
    {"·", "*"},
    {"⋅", "*"},
    {"•", "*"},
    {"∙", "*"},
    {"．", "*"},
    {"／", "/"},
    {"∕", "/"},
    {"％", "%"},
    {"（", "("},
    {"）", ")"},
    {"\xC2\xB5", "u"}, /* micro sign */
    {"\xCE\xBC", "u"}, /* Greek mu */
};

static const spelling *spelling_at(const char *text) {
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        if (strncmp(text, spellings[i].written, strlen(spellings[i].written)) == 0) return &spellings[i];
    }
    return NULL;
}

typedef struct word {
    char text[LONGEST];
    size_t length;
} word;

static bool append(word *w, const char *text, size_t n) {
    if (w->length + n >= LONGEST) return false;
    memcpy(w->text + w->length, text, n);
    w->length += n;
    w->text[w->length] = '\0';
    return true;
}

static bool respell(const char *symbol, word *out) {
    *out = (word){.length = 0};
    for (const char *s = symbol; *s;) {
        const spelling *found = spelling_at(s);
        if (found) {
            if (!append(out, found->meant, strlen(found->meant))) return false;
            s += strlen(found->written);
        } else {
            if (!append(out, s, 1)) return false;
            s++;
        }
    }
    return true;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* l and ml, standing alone, are litres. */
static void capitalise_litre(word *w) {
    for (size_t i = 0; i < w->length; i++) {
        if (w->text[i] != 'l' || is_letter(w->text[i + 1])) continue;
        const bool alone = i == 0 || !is_letter(w->text[i - 1]);
        const bool milli = i > 0 && w->text[i - 1] == 'm' && (i == 1 || !is_letter(w->text[i - 2]));
        if (alone || milli) w->text[i] = 'L';
    }
}

/* A factor with a negative exponent, "s-1" or "m-3", divides: "m3*s-1" becomes "m3/s", "d-1" becomes "1/d". A leading
 * "/" divides 1. What has no such factor comes out as it went in. */
static bool divide(const word *in, word *out) {
    word below = {.length = 0};
    *out = (word){.length = 0};
    const char *rest = in->text;
    while (*rest) {
        const size_t n = strcspn(rest, "*");
        const char *minus = n > 2 ? memchr(rest + 1, '-', n - 1) : NULL;
        const bool negative =
            minus && is_letter(minus[-1]) && minus[1] >= '1' && minus[1] <= '3' && minus + 2 == rest + n;
        word *side = negative ? &below : out;
        if (side->length > 0 && !append(side, negative ? "/" : "*", 1)) return false;
        if (!append(side, rest, negative ? (size_t)(minus - rest) : n)) return false;
        if (negative && minus[1] != '1' && !append(side, minus + 1, 1)) return false;
        rest += n;
        if (*rest == '*') rest++;
    }
    if (below.length == 0) {
        if (out->text[0] != '/') return true;
        below = *out;
        memmove(below.text, below.text + 1, below.length--);
        *out = (word){.length = 0};
    }
    if (out->length == 0 && !append(out, "1", 1)) return false;
    return append(out, "/", 1) && append(out, below.text, below.length);
}

/* Spellings of Manning's unit after the above; its root is not a power that `divide` knows. */
static bool is_manning(const char *text) {
    static const char *const forms[] = {"s/m(1/3)", "s/m1/3", "s*m(-1/3)", "s*m-1/3", "m(-1/3)*s", "m-1/3*s"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(text, forms[i]) == 0) return true;
    }
    return false;
}

const qh_unit *qh_unit_find(const char *symbol, qh_dimension wanted) {
    word spelled, canonical;
    if (!respell(symbol, &spelled)) return NULL;
    capitalise_litre(&spelled);
    if (!divide(&spelled, &canonical)) return NULL;
    const char *name = is_manning(spelled.text) ? "s/m^(1/3)" : canonical.text;
    const qh_unit *other = NULL;
    for (size_t i = 0; i < N_UNIT; i++) {
        if (strcmp(table[i].symbol, name) != 0) continue;
        if (table[i].dimension == wanted) return &table[i];
        if (!other) other = &table[i];
    }
    return other;
}

const qh_unit *qh_unit_get(size_t index) { return index < N_UNIT ? &table[index] : NULL; }

const char *qh_dimension_unit(qh_dimension dimension) {
    switch (dimension) {
#define QH_DIMENSION_UNIT(code, unit, text)                                                                            \
    case code: return unit;
        QH_DIMENSION_LIST(QH_DIMENSION_UNIT)
#undef QH_DIMENSION_UNIT
    }
    return "";
}

const char *qh_dimension_name(qh_dimension dimension) {
    switch (dimension) {
#define QH_DIMENSION_TEXT(code, unit, text)                                                                            \
    case code: return text;
        QH_DIMENSION_LIST(QH_DIMENSION_TEXT)
#undef QH_DIMENSION_TEXT
    }
    return "";
}

void qh_dimension_units(qh_dimension dimension, size_t size, char *buffer) {
    if (size == 0) return;
    size_t used = 0;
    buffer[0] = '\0';
    for (size_t i = 0; i < N_UNIT; i++) {
        if (table[i].dimension != dimension) continue;
        const size_t comma = used > 0 ? 2 : 0, n = strlen(table[i].symbol);
        if (used + comma + n >= size) return;
        memcpy(buffer + used, ", ", comma);
        memcpy(buffer + used + comma, table[i].symbol, n + 1);
        used += comma + n;
    }
}
