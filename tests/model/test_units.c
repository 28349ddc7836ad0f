/* Units: every spelling that stands in Chinese tables, conversions, ambiguity, dimensions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/units.h"

typedef struct expectation {
    const char *symbol;
    qh_dimension dimension;
    double factor;
} expectation;

static const expectation spellings[] = {
    /* length, area, volume */
    {"m", QH_DIM_LENGTH, 1},
    {"km", QH_DIM_LENGTH, 1000},
    {"公里", QH_DIM_LENGTH, 1000},
    {"千米", QH_DIM_LENGTH, 1000},
    {"cm", QH_DIM_LENGTH, 0.01},
    {"厘米", QH_DIM_LENGTH, 0.01},
    {"㎜", QH_DIM_LENGTH, 0.001},
    {"m²", QH_DIM_AREA, 1},
    {"㎡", QH_DIM_AREA, 1},
    {"平方米", QH_DIM_AREA, 1},
    {"km^2", QH_DIM_AREA, 1e6},
    {"平方公里", QH_DIM_AREA, 1e6},
    {"公顷", QH_DIM_AREA, 1e4},
    {"万m³", QH_DIM_VOLUME, 1e4},
    {"亿立方米", QH_DIM_VOLUME, 1e8},
    {"升", QH_DIM_VOLUME, 0.001},
    /* time */
    {"min", QH_DIM_TIME, 60},
    {"小时", QH_DIM_TIME, 3600},
    {"d", QH_DIM_TIME, 86400},
    {"天", QH_DIM_TIME, 86400},
    {"年", QH_DIM_TIME, 31.536e6},
    /* flow */
    {"m3/s", QH_DIM_FLOW, 1},
    {"m³/s", QH_DIM_FLOW, 1},
    {"m^3/s", QH_DIM_FLOW, 1},
    {"m³·s⁻¹", QH_DIM_FLOW, 1},
    {"m3 s-1 ", QH_DIM_FLOW, 0}, /* a space is no product */
    {" m3 / s ", QH_DIM_FLOW, 1},
    {"㎥／s", QH_DIM_FLOW, 1},
    {"立方米/秒", QH_DIM_FLOW, 1},
    {"m3/h", QH_DIM_FLOW, 1 / 3600.0},
    {"m3/d", QH_DIM_FLOW, 1 / 86400.0},
    {"立方米/日", QH_DIM_FLOW, 1 / 86400.0},
    {"万m3/d", QH_DIM_FLOW, 1e4 / 86400},
    {"万m³/日", QH_DIM_FLOW, 1e4 / 86400},
    {"万吨/日", QH_DIM_FLOW, 1e4 / 86400},
    {"万t/d", QH_DIM_FLOW, 1e4 / 86400},
    {"亿m3/a", QH_DIM_FLOW, 1e8 / 31.536e6},
    {"L/s", QH_DIM_FLOW, 0.001},
    {"l/s", QH_DIM_FLOW, 0.001},
    /* velocity, slope */
    {"m/s", QH_DIM_VELOCITY, 1},
    {"m·s-1", QH_DIM_VELOCITY, 1},
    {"cm/s", QH_DIM_VELOCITY, 0.01},
    {"m/d", QH_DIM_VELOCITY, 1 / 86400.0},
    {"km/h", QH_DIM_VELOCITY, 1 / 3.6},
    {"‰", QH_DIM_SLOPE, 0.001},
    {"%", QH_DIM_SLOPE, 0.01},
    {"％", QH_DIM_SLOPE, 0.01},
    {"m/km", QH_DIM_SLOPE, 0.001},
    {"m/m", QH_DIM_SLOPE, 1},
    {"-", QH_DIM_SLOPE, 1},
    {"－", QH_DIM_NONE, 1},
    {"无量纲", QH_DIM_NONE, 1},
    {"%", QH_DIM_NONE, 0.01},
    {"1", QH_DIM_NONE, 1},
    /* concentration, load, mass */
    {"mg/L", QH_DIM_CONCENTRATION, 1},
    {"mg/l", QH_DIM_CONCENTRATION, 1},
    {"mg·L⁻¹", QH_DIM_CONCENTRATION, 1},
    {"mg·L^-1", QH_DIM_CONCENTRATION, 1},
    {"毫克/升", QH_DIM_CONCENTRATION, 1},
    {"g/m3", QH_DIM_CONCENTRATION, 1},
    {"g·m-3", QH_DIM_CONCENTRATION, 1},
    {"μg/L", QH_DIM_CONCENTRATION, 0.001}, /* Greek mu */
    {"µg/L", QH_DIM_CONCENTRATION, 0.001}, /* micro sign */
    {"ug/l", QH_DIM_CONCENTRATION, 0.001},
    {"kg/m³", QH_DIM_CONCENTRATION, 1000},
    {"g/L", QH_DIM_CONCENTRATION, 1000},
    {"g/s", QH_DIM_LOAD, 1},
    {"kg/d", QH_DIM_LOAD, 1000 / 86400.0},
    {"千克/天", QH_DIM_LOAD, 1000 / 86400.0},
    {"kg/h", QH_DIM_LOAD, 1 / 3.6},
    {"t/d", QH_DIM_LOAD, 1e6 / 86400},
    {"吨/日", QH_DIM_LOAD, 1e6 / 86400},
    {"t/a", QH_DIM_LOAD, 1 / 31.536},
    {"吨/年", QH_DIM_LOAD, 1 / 31.536},
    {"kg/a", QH_DIM_LOAD, 0.001 / 31.536},
    {"g/d", QH_DIM_LOAD, 1 / 86400.0},
    {"t", QH_DIM_MASS, 1e6},
    {"公斤", QH_DIM_MASS, 1000},
    /* rates */
    {"1/d", QH_DIM_RATE, 1 / 86400.0},
    {"/d", QH_DIM_RATE, 1 / 86400.0},
    {"d-1", QH_DIM_RATE, 1 / 86400.0},
    {"d^-1", QH_DIM_RATE, 1 / 86400.0},
    {"d⁻¹", QH_DIM_RATE, 1 / 86400.0},
    {"1/日", QH_DIM_RATE, 1 / 86400.0},
    {"s-1", QH_DIM_RATE, 1},
    {"1/h", QH_DIM_RATE, 1 / 3600.0},
    {"m3/g/d", QH_DIM_SECOND_ORDER, 1 / 86400.0},
    {"m³·g⁻¹·s⁻¹", QH_DIM_SECOND_ORDER, 1},
    {"L/mg/d", QH_DIM_SECOND_ORDER, 1 / 86400.0},
    {"l·mg⁻¹·d⁻¹", QH_DIM_SECOND_ORDER, 1 / 86400.0},
    {"升/毫克/日", QH_DIM_SECOND_ORDER, 1 / 86400.0},
    /* the rest */
    {"m2/s", QH_DIM_DISPERSION, 1},
    {"m²·s⁻¹", QH_DIM_DISPERSION, 1},
    {"℃", QH_DIM_TEMPERATURE, 1},
    {"°C", QH_DIM_TEMPERATURE, 1},
    {"摄氏度", QH_DIM_TEMPERATURE, 1},
    {"degC", QH_DIM_TEMPERATURE, 1},
    {"°", QH_DIM_ANGLE, 1},
    {"度", QH_DIM_ANGLE, 1},
    {"s/m^(1/3)", QH_DIM_MANNING, 1},
    {"s/m(1/3)", QH_DIM_MANNING, 1},
    {"s·m^(-1/3)", QH_DIM_MANNING, 1},
    {"m^(-1/3)·s", QH_DIM_MANNING, 1},
    {"-", QH_DIM_MANNING, 1},
    {"个/L", QH_DIM_COUNT_DENSITY, 1},
    {"个/升", QH_DIM_COUNT_DENSITY, 1},
    {"MPN/L", QH_DIM_COUNT_DENSITY, 1},
    {"MPN/100mL", QH_DIM_COUNT_DENSITY, 10},
    {"1/mL", QH_DIM_COUNT_DENSITY, 1000},
};

static void spellings_mean_their_unit(void **state) {
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        const expectation *e = &spellings[i];
        const qh_unit *unit = qh_unit_find(e->symbol, e->dimension);
        const bool right = e->factor == 0
                               ? !unit
                               : unit && unit->dimension == e->dimension && fabs(unit->factor / e->factor - 1) < 4e-16;
        if (!right) {
            print_error("%s: found %s\n", e->symbol, unit ? unit->symbol : "nothing");
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void what_is_no_unit_is_not_found(void **state) {
    (void)state;
    static const char *const unknown[] = {"",       "furlong", "Mg",   "MG/L", "M3/s", "m3",  "m4/s",  "mg//L",
                                          "s-2",    "m3/s/s",  "t/月", "·",    "/",    "^",   "mg/L/", "1/",
                                          "m3·s⁻³", "kg/day",  "cfs",  "K",    "升/",  "mgl", "mlg"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        const qh_unit *unit = qh_unit_find(unknown[i], QH_DIM_FLOW);
        if (unit && unit->dimension == QH_DIM_FLOW) fail_msg("%s was taken for %s", unknown[i], unit->symbol);
        if (strcmp(unknown[i], "m3") != 0) assert_null(unit);
    }
}

static void long_symbols_are_not_overrun(void **state) {
    (void)state;
    char text[4096];
    for (size_t n = 1; n < sizeof text; n += 13) {
        memset(text, 'm', n);
        text[n] = '\0';
        if (n > 2) assert_null(qh_unit_find(text, QH_DIM_LENGTH));
    }
    for (size_t n = 0; n < 70; n++) { /* around the buffer's length: a replacement may make it longer or shorter */
        memset(text, ' ', n);
        (void)snprintf(text + n, sizeof text - n, "℃");
        assert_non_null(qh_unit_find(text, QH_DIM_TEMPERATURE));
    }
    text[0] = '\0';
    for (int i = 0; i < 40; i++) {
        (void)strcat(text, "℃");
        if (i > 0) assert_null(qh_unit_find(text, QH_DIM_TEMPERATURE));
    }
}

/* Whatever bytes a header holds, the answer is a unit of the table or nothing; the sanitizers look on. */
static void any_bytes_are_answered(void **state) {
    (void)state;
    static const char *const pieces[] = {"m",  "g",  "L", "s", "d",    "-1",   "1/3", "/", "*",    "·", "³", "⁻¹",
                                         "万", "米", "^", "(", "\xE7", "\xC2", "升",  " ", "\xFF", "l", "%", "-"};
    uint32_t seed = 1;
    size_t known = 0;
    for (int i = 0; i < 100000; i++) {
        char text[128] = "";
        for (uint32_t n = (seed >> 8) % 7; n > 0; n--) {
            seed = seed * 1664525u + 1013904223u;
            (void)strcat(text, pieces[(seed >> 8) % (sizeof pieces / sizeof *pieces)]);
        }
        seed = seed * 1664525u + 1013904223u;
        const qh_unit *unit = qh_unit_find(text, (qh_dimension)((seed >> 8) % 17));
        if (!unit) continue;
        known++;
        bool in_table = false;
        for (size_t k = 0; qh_unit_get(k); k++) {
            in_table = in_table || qh_unit_get(k) == unit;
        }
        assert_true(in_table);
    }
    assert_true(known > 1000 && known < 90000);
}

static void the_wanted_dimension_decides(void **state) {
    (void)state;
    assert_int_equal(qh_unit_find("-", QH_DIM_SLOPE)->dimension, QH_DIM_SLOPE);
    assert_int_equal(qh_unit_find("-", QH_DIM_NONE)->dimension, QH_DIM_NONE);
    assert_int_equal(qh_unit_find("%", QH_DIM_SLOPE)->dimension, QH_DIM_SLOPE);
    assert_int_equal(qh_unit_find("%", QH_DIM_NONE)->dimension, QH_DIM_NONE);
    assert_int_equal(qh_unit_find("m/m", QH_DIM_SLOPE)->dimension, QH_DIM_SLOPE);
    /* Where the wanted one does not fit, the unit is still known, so that the message can say what it is of. */
    assert_int_equal(qh_unit_find("kg/d", QH_DIM_FLOW)->dimension, QH_DIM_LOAD);
    assert_int_equal(qh_unit_find("m3/d", QH_DIM_LOAD)->dimension, QH_DIM_FLOW);
}

static void tonnes_a_day_are_never_a_flow(void **state) {
    (void)state;
    for (size_t i = 0; qh_unit_get(i); i++) {
        if (strcmp(qh_unit_get(i)->symbol, "t/d") == 0) assert_int_equal(qh_unit_get(i)->dimension, QH_DIM_LOAD);
    }
    assert_int_equal(qh_unit_find("t/d", QH_DIM_FLOW)->dimension, QH_DIM_LOAD);
}

static void every_unit_is_found_by_its_own_symbol(void **state) {
    (void)state;
    size_t n = 0;
    for (; qh_unit_get(n); n++) {
        const qh_unit *unit = qh_unit_get(n);
        assert_ptr_equal(qh_unit_find(unit->symbol, unit->dimension), unit);
        assert_true(unit->factor > 0 && isfinite(unit->factor));
    }
    assert_true(n > 60);
    assert_null(qh_unit_get(n + 1000));
}

static void the_inner_unit_of_a_dimension_has_factor_1(void **state) {
    (void)state;
#define QH_ASSERT_INNER(code, inner, text)                                                                             \
    assert_string_equal(qh_dimension_unit(code), inner);                                                               \
    assert_string_equal(qh_dimension_name(code), text);                                                                \
    assert_non_null(qh_unit_find(inner, code));                                                                        \
    assert_int_equal(qh_unit_find(inner, code)->dimension, code);                                                      \
    assert_true(qh_unit_find(inner, code)->factor == 1);
    QH_DIMENSION_LIST(QH_ASSERT_INNER)
#undef QH_ASSERT_INNER
    assert_string_equal(qh_dimension_unit((qh_dimension)99), "");
    assert_string_equal(qh_dimension_name((qh_dimension)99), "");
}

static void units_are_listed_and_cut_at_a_whole_symbol(void **state) {
    (void)state;
    char text[256];
    qh_dimension_units(QH_DIM_LENGTH, sizeof text, text);
    assert_string_equal(text, "m, km, cm, mm");
    for (size_t size = 1; size <= sizeof "m, km, cm, mm"; size++) {
        memset(text, '#', sizeof text);
        qh_dimension_units(QH_DIM_LENGTH, size, text);
        assert_true(strlen(text) < size);
        assert_true(strcmp(text, "") == 0 || strcmp(text, "m") == 0 || strcmp(text, "m, km") == 0 ||
                    strcmp(text, "m, km, cm") == 0 || strcmp(text, "m, km, cm, mm") == 0);
        assert_int_equal(text[size], '#');
    }
    memset(text, '#', sizeof text);
    qh_dimension_units(QH_DIM_LENGTH, 0, text);
    assert_int_equal(text[0], '#');
    qh_dimension_units(QH_DIM_FLOW, sizeof text, text);
    assert_non_null(strstr(text, "万m3/d"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_mean_their_unit),
        cmocka_unit_test(what_is_no_unit_is_not_found),
        cmocka_unit_test(long_symbols_are_not_overrun),
        cmocka_unit_test(any_bytes_are_answered),
        cmocka_unit_test(the_wanted_dimension_decides),
        cmocka_unit_test(tonnes_a_day_are_never_a_flow),
        cmocka_unit_test(every_unit_is_found_by_its_own_symbol),
        cmocka_unit_test(the_inner_unit_of_a_dimension_has_factor_1),
        cmocka_unit_test(units_are_listed_and_cut_at_a_whole_symbol),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
