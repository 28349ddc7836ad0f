/* YAML: the tree and its places, duplicate keys, and what is refused before it can do harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/yaml.h"

typedef struct parsed {
    qh_arena *arena;
    qh_diag *diag;
    qh_yaml *root;
    bool sound;
    qh_status status;
} parsed;

static parsed parse(const char *text) {
    parsed p = {.arena = qh_arena_create(), .diag = qh_diag_create(QH_EN)};
    const qh_text_file file = {.name = "c.yaml", .text = text, .size = strlen(text), .encoding = "UTF-8"};
    p.status = qh_yaml_parse(p.arena, &file, p.diag, &p.sound, &p.root);
    return p;
}

static void done(parsed *p) {
    qh_diag_destroy(p->diag);
    qh_arena_destroy(p->arena);
}

static void check_refused(const char *text, const char *line) {
    parsed p = parse(text);
    assert_int_equal(p.status, QH_E_INPUT);
    assert_null(p.root);
    assert_int_equal(qh_diag_size(p.diag), 1);
    assert_string_equal(qh_diag_line(p.diag, 0), line);
    done(&p);
}

static void nodes_know_their_place_in_characters(void **state) {
    (void)state;
    parsed p = parse("名称: 阿蓬江\nrun:\n  month: 1  # note\n列表: [a, {键: '引号'}]\n");
    assert_int_equal(p.status, QH_OK);
    assert_true(p.sound);
    const qh_yaml *name = qh_yaml_get(p.root, "名称");
    assert_string_equal(name->text, "阿蓬江");
    assert_int_equal(name->place.column, 5);
    const qh_yaml *month = qh_yaml_get(qh_yaml_get(p.root, "run"), "month");
    assert_string_equal(month->text, "1");
    assert_int_equal(month->place.line, 3);
    assert_int_equal(month->place.column, 10);
    assert_int_equal(month->key_place.column, 3);
    const qh_yaml *list = qh_yaml_get(p.root, "列表");
    assert_int_equal(list->kind, QH_YAML_SEQUENCE);
    assert_int_equal(list->count, 2);
    const qh_yaml *quoted = qh_yaml_get(list->first->next, "键");
    assert_true(quoted->quoted);
    assert_string_equal(quoted->text, "引号");
    assert_int_equal(quoted->place.column, 13);
    assert_null(qh_yaml_get(p.root, "absent"));
    assert_null(qh_yaml_get(name, "of a scalar"));
    done(&p);
}

static void nulls_are_told_from_texts(void **state) {
    (void)state;
    parsed p = parse("a:\nb: ~\nc: null\nd: ''\ne: '~'\nf: x\n");
    static const bool null[] = {true, true, true, false, false, false};
    size_t i = 0;
    for (const qh_yaml *node = p.root->first; node; node = node->next)
        assert_int_equal(qh_yaml_is_null(node), null[i++]);
    assert_int_equal(i, 6);
    assert_false(qh_yaml_is_null(p.root));
    done(&p);
}

static void an_empty_text_is_an_empty_mapping(void **state) {
    (void)state;
    static const char *const texts[] = {"", "\n\n", "# only a remark\n"};
    for (size_t i = 0; i < 3; i++) {
        parsed p = parse(texts[i]);
        assert_int_equal(p.status, QH_OK);
        assert_int_equal(p.root->kind, QH_YAML_MAPPING);
        assert_int_equal(p.root->count, 0);
        done(&p);
    }
}

static void duplicate_keys_are_all_reported(void **state) {
    (void)state;
    parsed p = parse("a: 1\nb: {c: 1, c: 2}\na: 3\na: 4\n");
    assert_int_equal(p.status, QH_OK);
    assert_false(p.sound);
    assert_int_equal(qh_diag_count(p.diag, QH_ERROR), 3);
    assert_string_equal(qh_diag_line(p.diag, 0), "c.yaml:2:11: error: the key 'c' stands already in line 2");
    assert_string_equal(qh_diag_line(p.diag, 1), "c.yaml:3:1: error: the key 'a' stands already in line 1");
    assert_string_equal(qh_yaml_get(p.root, "a")->text, "1");
    done(&p);
}

static void what_can_do_harm_is_refused(void **state) {
    (void)state;
    check_refused("a: &x [1]\nb: *x\n",
                  "c.yaml:1:4: error: anchors (&) and aliases (*) are not allowed here; write the "
                  "value out, or put the text in quotes");
    check_refused("a: *x\n",
                  "c.yaml:1:4: error: anchors (&) and aliases (*) are not allowed here; write the value out, or "
                  "put the text in quotes");
    check_refused("a: !!map {}\n", "c.yaml:1:4: error: tags (!) are not allowed here; put the text in quotes");
    check_refused("? [a]\n: 1\n", "c.yaml:1:3: error: a key must be a plain text");
    check_refused("a: 1\n---\nb: 2\n", "c.yaml:2:1: error: a second document; one was expected");
    check_refused("a: \"x\\0y\"\n", "c.yaml:1:4: error: a NUL character inside a text");
    check_refused(
        "a: [1\nb: 2\n",
        "c.yaml:2:2: error: not valid YAML: while parsing a flow sequence, did not find expected ',' or ']' (line 1)");
}

static void depth_is_limited(void **state) {
    (void)state;
    char text[2 * 40 + 1] = "";
    memset(text, '[', 40);
    memset(text + 40, ']', 40);
    check_refused(text, "c.yaml:1:33: error: nested more than 32 levels deep");
    parsed p = parse("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
    assert_int_equal(p.status, QH_OK);
    done(&p);
}

static void keys_of_a_mapping_are_limited(void **state) {
    (void)state;
    char *text = malloc(20000);
    assert_non_null(text);
    size_t used = 0;
    for (int i = 0; i <= QH_YAML_KEYS; i++)
        used += (size_t)sprintf(text + used, "k%d: 1\n", i);
    check_refused(text, "c.yaml:1001:1: error: more than 1000 keys in one mapping");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_know_their_place_in_characters), cmocka_unit_test(nulls_are_told_from_texts),
        cmocka_unit_test(an_empty_text_is_an_empty_mapping),    cmocka_unit_test(duplicate_keys_are_all_reported),
        cmocka_unit_test(what_can_do_harm_is_refused),          cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(keys_of_a_mapping_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
