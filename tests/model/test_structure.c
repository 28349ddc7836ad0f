/* Discharge laws of weirs and gates against hand values, their slopes against differences, their limits against one another;
 * storage curves. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/structure.h"

static qh_optional given(double value) { return (qh_optional){true, value}; }

static qh_structure weir(void) {
    return (qh_structure){
        .code = "W", .kind = "weir", .crest = given(100), .width = given(10), .coefficient = given(0.62)};
}

static qh_structure gate(void) {
    return (qh_structure){.code = "G",
                          .kind = "gate",
                          .crest = given(100),
                          .width = given(4),
                          .coefficient = given(0.6),
                          .opening = given(0.5)};
}

static double flow_of(const qh_structure *s, double setting, double up, double down) {
    return qh_structure_find(s->kind)->passage(s, setting, up, down).flow;
}

static void is_near(double value, double expected, double relative) {
    if (!(fabs(value - expected) <= relative * fabs(expected))) fail_msg("%.12g instead of %.12g", value, expected);
}

/* By hand: 2/3 0.62 10 sqrt(19.62) = 18.30838; times 1 m^1.5; drowned at h2/h1 = 1/2: (1 - 0.353553)^0.385 = 0.845386. */
static void weirs_by_hand(void **state) {
    (void)state;
    const qh_structure w = weir();
    is_near(flow_of(&w, 0, 101, -INFINITY), 18.30838, 2e-6);
    is_near(flow_of(&w, 0, 104, -INFINITY), 8 * 18.30838, 2e-6);
    is_near(flow_of(&w, 0, 101, 99.9), 18.30838, 2e-6);
    is_near(flow_of(&w, 0, 101, 100.5), 18.30838 * 0.845386, 1e-5);
    is_near(flow_of(&w, 0, 100.5, 101), -18.30838 * 0.845386, 1e-5);
    assert_true(flow_of(&w, 0, 101, 101) == 0);
    assert_true(flow_of(&w, 0, 100, -INFINITY) == 0 && flow_of(&w, 0, 99, 98) == 0);
}

/* Under the gate: 0.6 4 0.5 sqrt(19.62 (2 - 0.25)) = 7.03153; drowned by 1 m: 0.6 4 0.5 sqrt(19.62) = 5.31534; untouched at
 * 0.2 m: 0.6 4 sqrt(9.81) 0.2^1.5 = 0.672343. */
static void gates_by_hand(void **state) {
    (void)state;
    const qh_structure g = gate();
    is_near(flow_of(&g, 0.5, 102, -INFINITY), 7.03153, 2e-6);
    is_near(flow_of(&g, 0.5, 102, 101), 5.31534, 2e-6);
    is_near(flow_of(&g, 0.5, 101, 102), -5.31534, 2e-6);
    is_near(flow_of(&g, 0.5, 100.2, -INFINITY), 0.672343, 2e-6);
    assert_true(flow_of(&g, 0, 105, -INFINITY) == 0);
    assert_true(flow_of(&g, 0.5, 99, 98) == 0);
    const qh_structure release = {.code = "R", .kind = "release", .flow = given(3)};
    assert_true(flow_of(&release, 3, 50, 60) == 3);
}

static double steepest; /* -, worst of slopes against differences */

static void compare_slopes(const qh_structure *s, double setting, double up, double down) {
    const double h = 1e-6;
    const qh_structure_law *law = qh_structure_find(s->kind);
    const qh_passage at = law->passage(s, setting, up, down);
    const double by_up = (flow_of(s, setting, up + h, down) - flow_of(s, setting, up - h, down)) / (2 * h);
    const double by_down = (flow_of(s, setting, up, down + h) - flow_of(s, setting, up, down - h)) / (2 * h);
    const double scale = fmax(fabs(by_up), fabs(by_down)) + 1e-3;
    steepest = fmax(steepest, fmax(fabs(at.by_up - by_up), fabs(at.by_down - by_down)) / scale);
    if (up > down && law->by_flow == false) assert_true(at.by_up >= 0 && at.by_down <= 0);
}

static void slopes_are_those_of_the_law(void **state) {
    (void)state;
    const qh_structure w = weir(), g = gate();
    for (double up = 99.713; up < 103; up += 0.2137) {
        for (double down = 99.491; down < 103; down += 0.1871) {
            if (fabs(up - down) < 1e-2) continue;
            compare_slopes(&w, 0, up, down);
            compare_slopes(&g, 0.5, up, down);
        }
    }
    print_message("slopes against differences: %.2g\n", steepest);
    assert_true(steepest <= 1e-5);
}

/* No jumps where the water touches the gate, where it drowns, where it turns. */
static void discharge_has_no_jumps(void **state) {
    (void)state;
    const qh_structure structures[] = {weir(), gate()};
    const double levels[] = {-INFINITY, 99, 100.1, 100.25, 100.5, 101};
    double largest = 0;
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
            for (double up = 100.6; up < 101.5; up += 1e-3) { /* away from equal levels, where the slope has no bound */
                if (fabs(up - levels[i]) < 0.05) continue;
                const double step =
                    flow_of(&structures[k], 0.5, up + 1e-3, levels[i]) - flow_of(&structures[k], 0.5, up, levels[i]);
                largest = fmax(largest, fabs(step));
            }
            const double touch =
                flow_of(&structures[k], 0.5, 100.5 + 1e-9, levels[i]) - flow_of(&structures[k], 0.5, 100.5, levels[i]);
            if (levels[i] != 100.5) assert_true(fabs(touch) < 2e-6);
        }
    }
    print_message("largest change in a millimetre: %.2g m3/s\n", largest);
    assert_true(largest < 0.2);
}

static size_t complaints(qh_structure s) {
    qh_diag *diag = qh_diag_create(QH_EN);
    const qh_status status = qh_structure_find(s.kind)->check(&s, diag);
    const size_t n = qh_diag_count(diag, QH_ERROR);
    assert_int_equal(status, n > 0 ? QH_E_INPUT : QH_OK);
    qh_diag_destroy(diag);
    return n;
}

static void parameters_are_checked(void **state) {
    (void)state;
    assert_int_equal(complaints(weir()), 0);
    assert_int_equal(complaints(gate()), 0);
    qh_structure s = weir();
    s.coefficient = given(1.2);
    s.width = given(0);
    s.crest = (qh_optional){0};
    s.opening = given(1);
    assert_int_equal(complaints(s), 4);
    s = gate();
    s.opening = given(-1);
    s.flow = given(2);
    assert_int_equal(complaints(s), 2);
    assert_int_equal(complaints((qh_structure){.code = "R", .kind = "release"}), 1);
    assert_null(qh_structure_find("dam"));
    assert_null(qh_structure_find(NULL));
    for (size_t i = 0; qh_registry_structure[i]; i++) {
        assert_true(strlen(qh_registry_structure[i]->source) > 10 && strlen(qh_registry_structure[i]->confidence) > 0);
        assert_ptr_equal(qh_structure_find(qh_registry_structure[i]->name), qh_registry_structure[i]);
    }
}

static void storage_goes_both_ways(void **state) {
    (void)state;
    const double level[] = {310, 316, 320, 324}, volume[] = {0, 1.1e6, 2.4e6, 4.5e6};
    const qh_storage_curve curve = {.name = "c", .count = 4, .level = level, .volume = volume};
    assert_int_equal(qh_storage_check(&curve, NULL), QH_OK);
    double area = 0;
    for (double z = 310; z <= 324; z += 0.37)
        assert_true(fabs(qh_storage_level(&curve, qh_storage_volume(&curve, z, &area)) - z) < 1e-10);
    is_near(qh_storage_volume(&curve, 318, &area), 1.75e6, 1e-14);
    is_near(area, 3.25e5, 1e-14);
    assert_true(qh_storage_volume(&curve, 310, &area) == 0 && qh_storage_volume(&curve, 324, &area) == 4.5e6);
    const double back[] = {310, 309};
    const double same[] = {5, 5};
    assert_int_equal(
        qh_storage_check(&(qh_storage_curve){.name = "c", .count = 2, .level = back, .volume = volume}, NULL),
        QH_E_INPUT);
    assert_int_equal(
        qh_storage_check(&(qh_storage_curve){.name = "c", .count = 2, .level = level, .volume = same}, NULL),
        QH_E_INPUT);
    assert_int_equal(
        qh_storage_check(&(qh_storage_curve){.name = "c", .count = 1, .level = level, .volume = volume}, NULL),
        QH_E_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weirs_by_hand),
        cmocka_unit_test(gates_by_hand),
        cmocka_unit_test(slopes_are_those_of_the_law),
        cmocka_unit_test(discharge_has_no_jumps),
        cmocka_unit_test(parameters_are_checked),
        cmocka_unit_test(storage_goes_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
