/* Clauses in the reader's language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/clause.h"

static void is(qh_lang lang, const char *clause, const char *expected) {
    char text[128];
    qh_clause_write(lang, clause, sizeof text, text);
    assert_string_equal(text, expected);
}

static void test_languages(void **state) {
    (void)state;
    is(QH_EN, "HJ 2.3-2018, Annex E, mixing length", "HJ 2.3-2018, Annex E, mixing length");
    is(QH_ZH, "HJ 2.3-2018, Annex E, mixing length", "HJ 2.3-2018附录E，混合过程段长度");
    is(QH_ZH, "水污染防治法, Article 64; GB 3838-2002, 3", "水污染防治法第64条；GB 3838-2002第3章");
    is(QH_ZH, "GB 18918-2002, Table 1, item 1", "GB 18918-2002表1第1项");
    is(QH_ZH, "HJ 2.3-2018, 8.3.3; Annex E", "HJ 2.3-2018第8.3.3条；附录E");
    is(QH_ZH, "环发〔2014〕197号", "环发〔2014〕197号");
    is(QH_ZH, "GB 3838-2002 表1 第19项 (Table 1, item 19)", "GB 3838-2002 表1 第19项 (Table 1, item 19)");
    is(QH_ZH, "Articles of its own", "Articles of its own"); /* no number, no part */
    is(QH_ZH, "", "");
}

static void test_is_cut_between_characters(void **state) {
    (void)state;
    char text[8];
    qh_clause_write(QH_ZH, "水污染防治法, Article 64", sizeof text, text);
    assert_string_equal(text, "水污"); /* 3 bytes each; nothing after what has no room */
    qh_clause_write(QH_EN, "HJ 2.3-2018", sizeof text, text);
    assert_string_equal(text, "HJ 2.3-");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
