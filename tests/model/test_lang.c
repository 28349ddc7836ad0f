/* The catalogue: found, complete in its conversions, and the language of a locale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/lang.h"
#include "model/lang_internal.h"

static void locales_name_a_language(void **state) {
    (void)state;
    static const char *const chinese[] = {"zh",         "zh_CN.UTF-8", "zh_TW",     "zh-Hans-CN",
                                          "zh.GB18030", "ZH_cn",       "zh@pinyin", "zh_CN:en"};
    static const char *const other[] = {"", "C", "C.UTF-8", "POSIX", "en_US.UTF-8", "de", "z", "zha_CN", "zhx"};
    for (size_t i = 0; i < sizeof chinese / sizeof *chinese; i++) {
        assert_int_equal(qh_lang_of_locale(chinese[i]), QH_ZH);
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        assert_int_equal(qh_lang_of_locale(other[i]), QH_EN);
    }
    assert_int_equal(qh_lang_of_locale(NULL), QH_EN);
}

static void texts_are_found_or_stay_as_they_are(void **state) {
    (void)state;
    assert_string_equal(qh_tr(QH_EN, "error"), "error");
    assert_string_equal(qh_tr(QH_ZH, "error"), "错误");
    const char *unknown = "a text that no catalogue has";
    assert_ptr_equal(qh_tr(QH_ZH, unknown), unknown);
    assert_string_equal(qh_tr(QH_ZH, ""), ""); /* not the header of the .po file */
}

static void the_catalogue_is_sorted_and_every_entry_is_found(void **state) {
    (void)state;
    assert_true(qh_catalogue_zh_count > 0);
    for (size_t i = 0; i < qh_catalogue_zh_count; i++) {
        const qh_translation *t = &qh_catalogue_zh[i];
        if (i > 0) assert_true(strcmp(qh_catalogue_zh[i - 1].en, t->en) < 0);
        assert_true(t->zh[0] != '\0');
        if (t->en[0] != '\0') assert_ptr_equal(qh_tr(QH_ZH, t->en), t->zh);
    }
}

/* The next conversion of a format, without width and precision unless they take an argument: "%-8.3g" gives "g",
 * "%*zu" gives "*zu". Moves `format` behind it; "" when there is none. */
static void next_conversion(const char **format, char *kind, size_t size) {
    size_t n = 0;
    const char *f = strchr(*format, '%');
    if (f) {
        for (f++; *f && n + 1 < size; f++) {
            if (strchr("-+ #0123456789.'", *f)) continue;
            kind[n++] = *f;
            if (!strchr("*hlzjtL", *f)) {
                f++;
                break;
            }
        }
    }
    kind[n] = '\0';
    *format = f ? f : "";
}

static void translations_keep_the_conversions_of_their_originals(void **state) {
    (void)state;
    int different = 0;
    for (size_t i = 0; i < qh_catalogue_zh_count; i++) {
        const char *en = qh_catalogue_zh[i].en, *zh = qh_catalogue_zh[i].zh;
        char of_en[16], of_zh[16];
        do {
            next_conversion(&en, of_en, sizeof of_en);
            next_conversion(&zh, of_zh, sizeof of_zh);
            if (strcmp(of_en, of_zh) != 0) {
                print_error("%s: %%%s became %%%s\n", qh_catalogue_zh[i].en, of_en, of_zh);
                different++;
                break;
            }
        } while (of_en[0] != '\0');
    }
    assert_int_equal(different, 0);
}

static void the_comparison_of_conversions_can_fail(void **state) {
    (void)state;
    char kind[16];
    const char *format = "a %s of %-8.3g, %zu and %*d, 5 %% and %ld";
    static const char *const expected[] = {"s", "g", "zu", "*d", "%", "ld", ""};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        next_conversion(&format, kind, sizeof kind);
        assert_string_equal(kind, expected[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locales_name_a_language),
        cmocka_unit_test(texts_are_found_or_stay_as_they_are),
        cmocka_unit_test(the_catalogue_is_sorted_and_every_entry_is_found),
        cmocka_unit_test(translations_keep_the_conversions_of_their_originals),
        cmocka_unit_test(the_comparison_of_conversions_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
