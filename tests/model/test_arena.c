/* The arena: alignment, zeros, growth, overflow, strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/arena.h"

static void allocations_are_aligned_and_zeroed(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    assert_non_null(arena);
    for (size_t bytes = 1; bytes < 300000; bytes = bytes * 3 + 1) {
        unsigned char *p = qh_arena_alloc(arena, bytes, 1);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < bytes; i++) {
            assert_int_equal(p[i], 0);
        }
        memset(p, 0xAB, bytes); /* the next one must be zeroed all the same */
    }
    qh_arena_destroy(arena);
}

static void allocations_do_not_overlap(void **state) {
    (void)state;
    enum { N = 5000 };
    static size_t *p[N];
    qh_arena *arena = qh_arena_create();
    for (size_t i = 0; i < N; i++) {
        const size_t count = 1 + i % 97 * (i % 13 == 0 ? 50 : 1);
        p[i] = qh_arena_alloc(arena, count, sizeof **p);
        assert_non_null(p[i]);
        for (size_t k = 0; k < count; k++) {
            p[i][k] = i;
        }
    }
    for (size_t i = 0; i < N; i++) {
        const size_t count = 1 + i % 97 * (i % 13 == 0 ? 50 : 1);
        for (size_t k = 0; k < count; k++) {
            assert_int_equal(p[i][k], i);
        }
    }
    qh_arena_destroy(arena);
}

static void sizes_that_overflow_give_null(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    assert_null(qh_arena_alloc(arena, SIZE_MAX, 2));
    assert_null(qh_arena_alloc(arena, 2, SIZE_MAX));
    assert_null(qh_arena_alloc(arena, SIZE_MAX, 1));
    assert_null(qh_arena_alloc(arena, SIZE_MAX - 63, 1)); /* fits, but not with its header */
    assert_null(qh_arena_alloc(arena, SIZE_MAX / 8 + 1, 8));
    assert_non_null(qh_arena_alloc(arena, 1, 8)); /* and it still works */
    qh_arena_destroy(arena);
}

static void nothing_is_a_valid_pointer(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    void *a = qh_arena_alloc(arena, 0, 8), *b = qh_arena_alloc(arena, 8, 0);
    assert_non_null(a);
    assert_non_null(b);
    assert_ptr_not_equal(a, b);
    qh_arena_destroy(arena);
}

static void strings_are_copied(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    char text[] = "阿蓬江";
    char *copy = qh_arena_strdup(arena, text);
    text[0] = '?';
    assert_string_equal(copy, "阿蓬江");
    assert_string_equal(qh_arena_strndup(arena, "outfall", 3), "out");
    assert_string_equal(qh_arena_strndup(arena, "out\0fall", 8), "out"); /* ends where the text ends */
    assert_string_equal(qh_arena_strndup(arena, "out", 0), "");
    assert_string_equal(qh_arena_strdup(arena, ""), "");
    qh_arena_destroy(arena);
}

static void formatted_strings_have_any_length(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    assert_string_equal(qh_arena_printf(arena, "%s-%d", "R", 7), "R-7");
    char *text = qh_arena_printf(arena, "%0*d", 9000, 5);
    assert_int_equal(strlen(text), 9000);
    assert_int_equal(text[8999], '5');
    qh_arena_destroy(arena);
}

static void destroying_nothing_is_allowed(void **state) {
    (void)state;
    qh_arena_destroy(NULL);
    qh_arena_destroy(qh_arena_create());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocations_are_aligned_and_zeroed),
        cmocka_unit_test(allocations_do_not_overlap),
        cmocka_unit_test(sizes_that_overflow_give_null),
        cmocka_unit_test(nothing_is_a_valid_pointer),
        cmocka_unit_test(strings_are_copied),
        cmocka_unit_test(formatted_strings_have_any_length),
        cmocka_unit_test(destroying_nothing_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
