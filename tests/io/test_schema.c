/* The schema itself: every entry is sound, names and aliases are unique, defaults pass their own checks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/schema.h"
#include "io/value_internal.h"

/* One check of every key of every table. */
static void for_every_key(void (*check)(const qh_key_table *, const qh_key *)) {
    const qh_key_table *table = NULL;
    size_t n = 0;
    for (size_t t = 0; (table = qh_schema_table(t)); t++) {
        for (size_t k = 0; k < table->n_key; k++, n++)
            check(table, &table->key[k]);
    }
    assert_true(n > 150);
}

static void is_documented(const qh_key_table *table, const qh_key *key) {
    if (!key->help || strlen(key->help) < 4) fail_msg("%s.%s has no help", table->name, key->name);
    if (strcmp(qh_tr(QH_ZH, key->help), key->help) == 0) fail_msg("%s.%s has no Chinese help", table->name, key->name);
    if (table->form != QH_FORM_STANDARD && (!key->aliases || !key->aliases[0]))
        fail_msg("%s.%s has no Chinese name", table->name, key->name);
}
static void every_key_is_documented_in_both_languages(void **state) {
    (void)state;
    for_every_key(is_documented);
}

static bool is_quantity(const qh_key *key) { return key->kind == QH_KEY_NUMBER || key->kind == QH_KEY_OPTIONAL; }

static void has_a_unit(const qh_key_table *table, const qh_key *key) {
    if (!is_quantity(key)) return;
    const qh_unit *unit = key->unit ? qh_unit_find(key->unit, key->dimension) : NULL;
    if (!unit || unit->dimension != key->dimension)
        fail_msg("%s.%s: unit and dimension differ", table->name, key->name);
}
static void every_quantity_shows_a_unit_of_its_dimension(void **state) {
    (void)state;
    for_every_key(has_a_unit);
}

static void refers_to_a_table(const qh_key_table *table, const qh_key *key) {
    const bool must = key->kind == QH_KEY_REFERENCE || key->kind == QH_KEY_POINTER || key->kind == QH_KEY_SECTION ||
                      key->kind == QH_KEY_LIST;
    if (must && (!key->table || !qh_schema_find_table(key->table)))
        fail_msg("%s.%s refers to nothing", table->name, key->name);
}
static void every_reference_names_a_table(void **state) {
    (void)state;
    for_every_key(refers_to_a_table);
}

static void fits_its_row(const qh_key_table *table, const qh_key *key) {
    if (key->offset == QH_NOT_STORED) return;
    if (key->offset >= table->row_size) fail_msg("%s.%s lies outside its row", table->name, key->name);
    for (size_t k = 0; k < table->n_key; k++) {
        const qh_key *other = &table->key[k];
        if (other != key && other->offset == key->offset && other->kind != QH_KEY_SECTION &&
            key->kind != QH_KEY_SECTION)
            fail_msg("%s.%s and %s are stored in the same place", table->name, key->name, other->name);
    }
}
static void every_key_has_a_place_of_its_own(void **state) {
    (void)state;
    for_every_key(fits_its_row);
}

static size_t times_called(const qh_key_table *table, const char *name, size_t length) {
    char word[128];
    (void)snprintf(word, sizeof word, "%.*s", (int)length, name);
    size_t n = 0;
    for (size_t k = 0; k < table->n_key; k++)
        n += qh_is_called(word, table->key[k].name, table->key[k].aliases);
    return n;
}
static void is_called_once(const qh_key_table *table, const qh_key *key) {
    assert_int_equal(times_called(table, key->name, strlen(key->name)), 1);
    for (const char *p = key->aliases; *p;) {
        const size_t length = strcspn(p, "|");
        if (times_called(table, p, length) != 1)
            fail_msg("%s: %.*s is the name of two keys", table->name, (int)length, p);
        p += length + (p[length] == '|');
    }
}
static void names_and_aliases_are_unique_in_a_table(void **state) {
    (void)state;
    for_every_key(is_called_once);
}

/* A default is read by the code that reads files: unit, range and choice included. */
static void default_is_sound(const qh_key_table *table, const qh_key *key) {
    if (key->presence != QH_HAS_DEFAULT) return;
    qh_arena *arena = qh_arena_create();
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_value_reader reader = {.arena = arena, .diag = diag};
    void *row = qh_arena_alloc(arena, 1, table->row_size);
    const qh_given none = {.label = key->name};
    if (!key->fallback || !qh_value_store(&reader, key, &none, row))
        fail_msg("%s.%s: %s", table->name, key->name, qh_diag_size(diag) ? qh_diag_line(diag, 0) : "no default");
    qh_diag_destroy(diag);
    qh_arena_destroy(arena);
}
static void every_default_passes_its_own_checks(void **state) {
    (void)state;
    for_every_key(default_is_sound);
}

static void is_explained(const qh_key_table *table, const qh_key *key) {
    char text[2048], again[2048];
    qh_key_path(table, key, sizeof text, text);
    const qh_key_table *found_table = NULL;
    if (qh_schema_find(text, &found_table) != key || found_table != table)
        fail_msg("%s is not found by its path", text);
    qh_key_kind_text(key, QH_EN, sizeof text, text);
    qh_key_kind_text(key, QH_ZH, sizeof again, again);
    if (!text[0] || (strcmp(text, again) == 0 && !key->choice)) fail_msg("%s.%s: what is it?", table->name, key->name);
    qh_key_presence_text(key, QH_EN, sizeof text, text);
    assert_true(text[0]);
}
static void every_key_can_be_explained(void **state) {
    (void)state;
    for_every_key(is_explained);
}

static void keys_are_found_in_both_languages(void **state) {
    (void)state;
    const qh_key_table *table = NULL;
    const qh_key *key = qh_schema_find("outfalls.flow", &table);
    assert_non_null(key);
    assert_string_equal(table->name, "outfalls");
    assert_ptr_equal(qh_schema_find("排污口.流量", &table), key);
    assert_ptr_equal(qh_schema_find("name", &table), qh_schema_find("case.name", NULL));
    assert_null(qh_schema_find("outfalls.colour", &table));
    assert_null(qh_schema_find("nothing.flow", &table));
    char nearest[64];
    qh_schema_suggest("run.mnth", sizeof nearest, nearest);
    assert_string_equal(nearest, "run.month");
    qh_schema_suggest("qqqqqq", sizeof nearest, nearest);
    assert_string_equal(nearest, "");
}

static void ranges_are_shown_in_the_unit_asked_for(void **state) {
    (void)state;
    char text[128];
    const qh_key *k20 = qh_schema_find("constituents.k20", NULL);
    qh_key_range_text(k20, qh_unit_find("1/d", QH_DIM_RATE), QH_EN, sizeof text, text);
    assert_string_equal(text, "from 0 to 1000 1/d");
    qh_key_range_text(qh_schema_find("run.month", NULL), NULL, QH_ZH, sizeof text, text);
    assert_string_equal(text, "1 至 12");
    qh_key_range_text(qh_schema_find("reaches.slope", NULL), NULL, QH_EN, sizeof text, text);
    assert_string_equal(text, "over 0 and at most 1 m/m");
    qh_key_range_text(qh_schema_find("name", NULL), NULL, QH_EN, sizeof text, text);
    assert_string_equal(text, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_documented_in_both_languages),
        cmocka_unit_test(every_quantity_shows_a_unit_of_its_dimension),
        cmocka_unit_test(every_reference_names_a_table),
        cmocka_unit_test(every_key_has_a_place_of_its_own),
        cmocka_unit_test(names_and_aliases_are_unique_in_a_table),
        cmocka_unit_test(every_default_passes_its_own_checks),
        cmocka_unit_test(every_key_can_be_explained),
        cmocka_unit_test(keys_are_found_in_both_languages),
        cmocka_unit_test(ranges_are_shown_in_the_unit_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
