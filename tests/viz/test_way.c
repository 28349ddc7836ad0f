/* The longest way down a network, against a search that tries everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "viz/way_internal.h"

enum { MOST = 14 };

static double longest_to(const qh_store_info *info, const bool *taken, size_t reach) {
    double best = 0;
    for (size_t u = 0; u < info->n_reach; u++) {
        if (taken[u] || info->reach[u].to != info->reach[reach].from) continue;
        const double through = longest_to(info, taken, u);
        if (through > best) best = through;
    }
    return best + info->reach[reach].length;
}

static double longest(const qh_store_info *info, const bool *taken) {
    double best = 0;
    for (size_t r = 0; r < info->n_reach; r++) {
        const double here = taken[r] ? 0 : longest_to(info, taken, r);
        if (here > best) best = here;
    }
    return best;
}

static unsigned next(uint32_t *seed, unsigned below) {
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 16) % below;
}

static void is_the_longest_of_all(void **state) {
    (void)state;
    uint32_t seed = 11;
    for (int round = 0; round < 400; round++) {
        qh_stored_reach reach[MOST] = {{0}};
        bool taken[MOST] = {false};
        const size_t n = 1 + next(&seed, MOST);
        for (size_t r = 0; r < n; r++) {
            reach[r].from = next(&seed, 9);
            reach[r].to = reach[r].from + 1 + next(&seed, 3); /* downstream: no cycle; side arms and double ways */
            reach[r].length = 100.0 + next(&seed, 900);
            taken[r] = next(&seed, 5) == 0;
        }
        const qh_store_info info = {.n_reach = n, .n_node = 12, .reach = reach};
        size_t way[MOST], count = 99;
        assert_int_equal(qh_way_longest(&info, taken, way, &count), QH_OK);
        double length = 0;
        for (size_t i = 0; i < count; i++) {
            assert_false(taken[way[i]]);
            if (i > 0) assert_int_equal(reach[way[i - 1]].to, reach[way[i]].from);
            length += reach[way[i]].length;
        }
        assert_true(length == longest(&info, taken));
    }
}

static void of_equal_ways_the_first_counts(void **state) {
    (void)state;
    qh_stored_reach reach[] = {
        {.from = 2, .to = 3, .length = 5}, {.from = 0, .to = 2, .length = 7}, {.from = 1, .to = 2, .length = 7}};
    const qh_store_info info = {.n_reach = 3, .n_node = 4, .reach = reach};
    size_t way[3], count = 0;
    assert_int_equal(qh_way_longest(&info, NULL, way, &count), QH_OK);
    assert_int_equal(count, 2);
    assert_int_equal(way[0], 1);
    assert_int_equal(way[1], 0);
}

static void none_when_all_are_taken(void **state) {
    (void)state;
    qh_stored_reach reach[] = {{.from = 0, .to = 1, .length = 5}};
    const qh_store_info info = {.n_reach = 1, .n_node = 2, .reach = reach};
    const bool taken[] = {true};
    size_t way[1], count = 7;
    assert_int_equal(qh_way_longest(&info, taken, way, &count), QH_OK);
    assert_int_equal(count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_the_longest_of_all),
        cmocka_unit_test(of_equal_ways_the_first_counts),
        cmocka_unit_test(none_when_all_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
