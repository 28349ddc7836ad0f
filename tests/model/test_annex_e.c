/* Closed forms of HJ 2.3-2018, Annex E, and of GB/T 25173-2010: answers worked out by hand, limits, and the traps. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/annex_e.h"
#include "model/formula.h"
#include "model/mixing.h"
#include "model/permissible_load.h"

static const double pi = 3.141592653589793;

static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance * fmax(1e-300, fabs(expected))))
        fail_msg("%.15g, expected %.15g within %g", value, expected, tolerance);
}

static const qh_annex_e_outfall outfall = {.flow = 1, .concentration = 100};

static qh_annex_e_river river_of(double rate, double dispersion) {
    return (qh_annex_e_river){.flow = 3,
                              .concentration = 15,
                              .velocity = 0.5,
                              .width = 10,
                              .area = 8,
                              .dispersion = dispersion,
                              .rate = rate};
}

static qh_annex_e_steady chosen(double rate, double dispersion) {
    const qh_annex_e_river river = river_of(rate, dispersion);
    return qh_annex_e_steady_choose(&outfall, &river);
}

/* ---- one dimension, steady ---- */

/* (100 + 45) / 4 = 36.25; e^(-5e-5 x 5000 / 0.5) = e^-0.5. */
static void the_known_answer(void **state) {
    (void)state;
    const qh_annex_e_steady s = chosen(5e-5, 0.5);
    assert_int_equal(s.regime, QH_ANNEX_E_PLUG_FLOW);
    assert_near(s.alpha, 1e-4, 1e-12);
    assert_near(s.peclet, 10, 1e-12);
    assert_near(s.initial, 36.25, 1e-14);
    assert_near(qh_annex_e_steady_at(&s, 5000), 36.25 * exp(-0.5), 1e-13);
    assert_true(fabs(qh_annex_e_steady_at(&s, 5000) - 21.987) < 5e-4);
    assert_near(qh_annex_e_steady_at(&s, -1), 15, 1e-14); /* nothing goes upstream */
}

/* alpha = k Ex / 0.25; Pe = 5 / Ex. */
static void the_four_cases(void **state) {
    (void)state;
    assert_int_equal(chosen(5e-5, 5).regime, QH_ANNEX_E_PLUG_FLOW); /* Pe = 1 */
    assert_int_equal(chosen(5e-5, 5.001).regime, QH_ANNEX_E_BACKED_UP);
    assert_int_equal(chosen(0.027 * 0.25 / 50, 50).regime, QH_ANNEX_E_BACKED_UP); /* alpha = 0.027 itself */
    assert_int_equal(chosen(0.0271 * 0.25 / 50, 50).regime, QH_ANNEX_E_DISPERSED);
    assert_int_equal(chosen(379.9 * 0.25 / 50, 50).regime, QH_ANNEX_E_DISPERSED);
    assert_int_equal(chosen(380.1 * 0.25 / 50, 50).regime, QH_ANNEX_E_DISPERSION_ONLY);
    /* Case 2 upstream: C0 e^(ux/Ex) at x = -Ex/u is C0/e. */
    const qh_annex_e_steady two = chosen(5e-5, 50);
    assert_near(qh_annex_e_steady_at(&two, -100), 36.25 / exp(1), 1e-13);
    /* Case 3 with alpha = 0.75: r = 2, C0 = 18.125; upstream e^(1.5 u x/Ex), downstream e^(-0.5 u x/Ex). */
    const qh_annex_e_steady three = chosen(0.75 * 0.25 / 50, 50);
    assert_near(three.initial, 18.125, 1e-13);
    assert_near(qh_annex_e_steady_at(&three, -100), 18.125 * exp(-1.5), 1e-12);
    assert_near(qh_annex_e_steady_at(&three, 100), 18.125 * exp(-0.5), 1e-12);
    /* Case 4: C0 = 145 / (2 A sqrt(k Ex)) with the area 8, not a depth; alpha = 400: k Ex = 100, sqrt 10. */
    const qh_annex_e_steady four = chosen(2, 50);
    assert_near(four.initial, 145.0 / (2 * 8 * 10), 1e-13);
    assert_near(qh_annex_e_steady_at(&four, -5), four.initial / exp(1), 1e-12);
    assert_near(qh_annex_e_steady_at(&four, 5), four.initial / exp(1), 1e-12);
}

/* The table jumps by sqrt(1.108) at alpha = 0.027, where C is compared at x = 0, and is not smoothed. */
static void the_jump(void **state) {
    (void)state;
    const double edge = 0.027 * 0.25 / 50;
    const qh_annex_e_steady below = chosen(edge, 50), above = chosen(edge * (1 + 1e-9), 50);
    assert_int_equal(below.regime, QH_ANNEX_E_BACKED_UP);
    assert_int_equal(above.regime, QH_ANNEX_E_DISPERSED);
    assert_near(below.initial / above.initial, qh_annex_e_jump(), 1e-8);
    assert_true(fabs(qh_annex_e_jump() - 1.0526) < 5e-5);
}

/* alpha -> 0: plug flow, in the third case too. */
static void without_dispersion_it_is_plug_flow(void **state) {
    (void)state;
    const qh_annex_e_river river = river_of(5e-5, 1e-6);
    const qh_annex_e_steady three = qh_annex_e_steady_in(&outfall, &river, QH_ANNEX_E_DISPERSED);
    for (double x = 0; x < 2e4; x += 1234)
        assert_near(qh_annex_e_steady_at(&three, x), 36.25 * exp(-5e-5 * x / 0.5), 1e-8);
    assert_true(qh_annex_e_steady_at(&three, -1) < 1e-100);
}

/* Case 3 solves u C' = Ex C'' - k C on both sides, is continuous at 0, and its fluxes differ by the load where the flow
 * is u A; then case 4 follows from it for large alpha. */
static void case_three_solves_its_equation(void **state) {
    (void)state;
    const double k = 0.004, e = 40, u = 0.5, h = 0.01;
    const qh_annex_e_river river = {.flow = 3, .velocity = u, .width = 10, .area = 8, .dispersion = e, .rate = k};
    const qh_annex_e_steady s = qh_annex_e_steady_choose(&outfall, &river);
    assert_int_equal(s.regime, QH_ANNEX_E_DISPERSED);
    static const double place[] = {-200, -30, -1, 1, 30, 200};
    for (size_t i = 0; i < sizeof place / sizeof *place; i++) {
        const double x = place[i], left = qh_annex_e_steady_at(&s, x - h), here = qh_annex_e_steady_at(&s, x),
                     right = qh_annex_e_steady_at(&s, x + h);
        const double first = (right - left) / (2 * h), second = (right - 2 * here + left) / (h * h);
        assert_true(fabs(u * first - e * second + k * here) < 1e-5 * here);
    }
    const double left = (s.initial - qh_annex_e_steady_at(&s, -1e-4)) / 1e-4,
                 right = (qh_annex_e_steady_at(&s, 1e-4) - s.initial) / 1e-4;
    assert_near(8 * e * (left - right), 100, 1e-4); /* g/s */
    const qh_annex_e_river still = {.flow = 3, .velocity = u, .width = 10, .area = 8, .dispersion = e, .rate = 5};
    const qh_annex_e_steady a = qh_annex_e_steady_in(&outfall, &still, QH_ANNEX_E_DISPERSED),
                            b = qh_annex_e_steady_in(&outfall, &still, QH_ANNEX_E_DISPERSION_ONLY);
    assert_near(a.initial, b.initial, 1e-3); /* alpha = 800 */
}

/* The background is folded into C0: far upstream the standard says 0, kept apart it is the river's own water. */
static void the_background_upstream(void **state) {
    (void)state;
    const qh_annex_e_steady s = chosen(0.75 * 0.25 / 50, 50);
    assert_true(qh_annex_e_steady_at(&s, -5000) < 1e-20);
    assert_near(qh_annex_e_steady_superposed(&s, -5000), 15 * exp(0.75 * 0.25 / 50 * 5000 / 0.5), 1e-12);
    /* In plug flow both are the same below the outfall, and an outfall of the river's own water changes nothing. */
    const qh_annex_e_steady plug = chosen(5e-5, 0.5);
    for (double x = 0; x < 9000; x += 777)
        assert_near(qh_annex_e_steady_superposed(&plug, x), qh_annex_e_steady_at(&plug, x), 1e-13);
    const qh_annex_e_outfall same = {2, 15};
    const qh_annex_e_river river = river_of(0, 50);
    const qh_annex_e_steady flat = qh_annex_e_steady_choose(&same, &river);
    assert_near(qh_annex_e_steady_superposed(&flat, -70), 15, 1e-13);
    assert_near(qh_annex_e_steady_superposed(&flat, 70), 15, 1e-13);
}

/* ---- releases ---- */

static const qh_annex_e_reach reach = {.area = 20, .velocity = 0.4, .dispersion = 10, .rate = 1e-5};

/* 5 kg, x = ut = 1440 m after an hour: M / (A sqrt(4 pi 10 3600)) e^-0.036. */
static void slug_by_hand(void **state) {
    (void)state;
    const double expected = 5000 / (20 * sqrt(4 * pi * 10 * 3600)) * exp(-0.036);
    assert_near(qh_annex_e_instantaneous(&reach, 5000, 1440, 3600), expected, 1e-13);
    assert_near(qh_annex_e_peak(&reach, 5000, 1440), expected, 1e-13);
    double mass = 0;
    for (double x = -3000; x < 6000; x += 5)
        mass += 5 * 20 * qh_annex_e_instantaneous(&reach, 5000, x, 3600);
    assert_near(mass, 5000 * exp(-0.036), 1e-10);
}

/* All of it in ever less time is a slug; ten equal steps of a slug's tenth are less than a per cent from fifty. */
static void a_short_release_is_a_slug(void **state) {
    (void)state;
    static const double place[] = {1200, 1440, 1700};
    for (size_t i = 0; i < 3; i++) {
        double before = HUGE_VAL;
        const double slug = qh_annex_e_instantaneous(&reach, 5000, place[i], 3600);
        for (double duration = 400; duration > 0.01; duration /= 20) {
            double load[8];
            for (size_t s = 0; s < 8; s++)
                load[s] = 5000 / duration;
            const double c = qh_annex_e_release(&reach, 8, load, duration / 8, place[i], 3600);
            const double error = fabs(c / slug - 1);
            assert_true(error < before);
            before = error;
        }
        assert_true(before < 1e-4);
    }
}

/* Released steadily for long, it becomes the steady plume of u C' = Ex C'' - kC. */
static void a_long_release_is_steady(void **state) {
    (void)state;
    enum { STEPS = 4000 };
    static double load[STEPS];
    for (size_t i = 0; i < STEPS; i++)
        load[i] = 60;
    const qh_annex_e_reach fast = {.area = 20, .velocity = 0.4, .dispersion = 50, .rate = 2e-4};
    const double r = sqrt(1 + 4 * 2e-4 * 50 / 0.16), x = 500;
    const double steady = 60 / (20 * 0.4 * r) * exp(0.4 * x / 100 * (1 - r));
    assert_near(qh_annex_e_release(&fast, STEPS, load, 10, x, 40000), steady, 1e-4);
}

/* A step that is not over does not count: at t = 1.5 steps there is one slug, half a step after its middle at 0.5. */
static void only_steps_that_are_over_count(void **state) {
    (void)state;
    static const double load[] = {3, 5, 7};
    assert_true(qh_annex_e_release(&reach, 3, load, 100, 20, 99) == 0);
    assert_near(qh_annex_e_release(&reach, 3, load, 100, 20, 150), qh_annex_e_instantaneous(&reach, 300, 20, 100),
                1e-13);
    const double two = qh_annex_e_instantaneous(&reach, 300, 20, 150) + qh_annex_e_instantaneous(&reach, 500, 20, 50);
    assert_near(qh_annex_e_release(&reach, 3, load, 100, 20, 200), two, 1e-13);
}

/* ---- two dimensions ---- */

static const qh_annex_e_plane plane = {
    .background = 2, .depth = 1.5, .width = 60, .velocity = 0.5, .transverse = 0.05, .rate = 1e-5};

static double bank_flux(size_t reflections, double x) {
    enum { STRIPS = 6000 };
    double flux = 0;
    for (int i = 0; i < STRIPS; i++) {
        const double y = (i + 0.5) * plane.width / STRIPS;
        flux += (qh_annex_e_bank(&plane, 30, reflections, x, y) - plane.background) * plane.depth * plane.velocity *
                plane.width / STRIPS;
    }
    return flux;
}

/* What the section carries is the load that has not decayed; what one reflection misses is as foretold. */
static void the_section_carries_the_load(void **state) {
    (void)state;
    for (double x = 50; x < 3000; x *= 2)
        assert_near(bank_flux(1, x), 30 * exp(-1e-5 * x / 0.5), 1e-6);
    for (double x = 2e4; x < 3e5; x *= 3) {
        const double whole = 30 * exp(-1e-5 * x / 0.5), missing = qh_annex_e_bank_missing(&plane, 1, x);
        assert_true(missing > 1e-6);
        assert_near(bank_flux(1, x) / whole, 1 - missing, 1e-6);
        assert_near(bank_flux(9, x) / whole, 1, 1e-6);
    }
}

/* At the bank near the outfall only the outfall itself: m / (h sqrt(pi Ey u x)). */
static void bank_by_hand(void **state) {
    (void)state;
    const double expected = 2 + 30 / (1.5 * sqrt(pi * 0.05 * 0.5 * 100)) * exp(-1e-5 * 200);
    assert_near(qh_annex_e_bank(&plane, 30, 1, 100, 0), expected, 1e-12);
    /* The far bank mirrors: no gradient there. */
    const double h = 1e-3, at = qh_annex_e_bank(&plane, 30, 1, 2000, 60 - h);
    assert_true(fabs(qh_annex_e_bank(&plane, 30, 1, 2000, 60) - at) < 1e-6 * at);
}

/* a = 0: (0.11 + 0.7 sqrt(0.5 - 0.275)) = 0.4420391; x 0.5 x 3600 / 0.05. */
static void mixing_length_by_hand(void **state) {
    (void)state;
    assert_near(qh_mixing_length(0, 60, 0.5, 0.05), (0.11 + 0.7 * sqrt(0.225)) * 36000, 1e-13);
    assert_near(qh_mixing_length(30, 60, 0.5, 0.05), 0.11 * 36000, 1e-13);
}

/* ---- permissible loads ---- */

/* KL/u = 0.2/86400 x 43200 x ... : length 43,200 m at 0.5 m/s is one day, so KL/u = 0.2. */
static void permissible_loads_by_hand(void **state) {
    (void)state;
    const qh_load_reach r = {
        .target = 20, .initial = 15, .flow = 8, .outfall = 2, .velocity = 0.5, .rate = 0.2 / 86400, .length = 43200};
    assert_near(qh_load_mixed(&r), 50, 1e-14);
    const double left = 15 * exp(-0.2);
    assert_near(qh_load_one_dimension(&r), (20 - left) * 10, 1e-13);
    assert_near(qh_load_middle(&r), (20 - left) * exp(0.1) * 8, 1e-13);
    assert_near(qh_load_uniform(&r, 0.8), 0.8 * (20 - left) * 8 * 0.2 / (1 - exp(-0.2)), 1e-13);
    /* Without decay all are the same but for the outfall's own water; below target it is negative, not cut to 0. */
    qh_load_reach still = r;
    still.rate = 0;
    assert_near(qh_load_uniform(&still, 1), 40, 1e-14);
    assert_near(qh_load_middle(&still), 40, 1e-14);
    still.rate = 1e-12;
    assert_near(qh_load_uniform(&still, 1), 40, 1e-6);
    still.initial = 30;
    assert_true(qh_load_one_dimension(&still) < 0 && qh_load_mixed(&still) < 0);
}

/* Spread evenly and discharged at W, a reach that starts at C0 ends at Cs: u C' = W/(Q L) u - K C. */
static void the_uniform_load_attains_the_target(void **state) {
    (void)state;
    const qh_load_reach r = {.target = 20, .initial = 15, .flow = 8, .velocity = 0.5, .rate = 3e-6, .length = 43200};
    const double load = qh_load_uniform(&r, 1);
    enum { STEPS = 20000 };
    double c = r.initial;
    for (int i = 0; i < STEPS; i++) {
        const double dt = r.length / r.velocity / STEPS, gain = load * r.velocity / (r.flow * r.length);
        const double middle = c + 0.5 * dt * (gain - r.rate * c);
        c += dt * (gain - r.rate * middle);
    }
    assert_near(c, 20, 1e-8);
}

static void numbers_have_clause_and_confidence(void **state) {
    (void)state;
    for (int n = 0; n < QH_ANNEX_E_NUMBERS; n++) {
        const qh_constant c = qh_annex_e_number_get((qh_annex_e_number)n);
        assert_non_null(strstr(c.clause, "HJ 2.3-2018"));
        assert_true(c.name[0] && c.unit[0] && c.meaning[0] && c.confidence[0] && c.value > 0);
    }
}

/* ---- the formulas by name ---- */

static void evaluated(const char *name, const double *input, double *output, const char *warning) {
    const qh_formula *f = qh_formula_find(name);
    assert_non_null(f);
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(f->evaluate(input, diag, output), QH_OK);
    if (warning) {
        assert_int_equal(qh_diag_count(diag, QH_WARNING), 1);
        if (!strstr(qh_diag_line(diag, 0), warning)) fail_msg("%s", qh_diag_line(diag, 0));
    } else {
        assert_int_equal(qh_diag_size(diag), 0);
    }
    qh_diag_destroy(diag);
}

static void formulas_tell_the_traps(void **state) {
    (void)state;
    double out[QH_MOST_FORMULA_QUANTITIES];
    evaluated("steady-1d", (double[]){1, 100, 3, 15, 0.5, 10, 8, 0.5, 5e-5, 5000}, out, NULL);
    assert_near(out[0], 36.25 * exp(-0.5), 1e-12);
    assert_true(out[5] == 1);
    evaluated("steady-1d", (double[]){1, 100, 3, 15, 0.5, 10, 1.2, 0.5, 5e-5, 5000}, out, "not a depth");
    evaluated("steady-1d", (double[]){1, 100, 3, 15, 0.5, 10, 8, 50, 0.0265 * 0.25 / 50, 0}, out,
              "near 0.027, where the table jumps by 5.3 %: case 3");
    evaluated("steady-1d", (double[]){1, 100, 3, 15, 0.5, 10, 8, 50, 5e-5, -10}, out, "falls to 0, not to Ch");
    evaluated("bank-2d", (double[]){30, 2, 1.5, 60, 0.5, 0.05, 1e-5, 100, 0}, out, NULL);
    evaluated("bank-2d", (double[]){30, 2, 1.5, 60, 0.5, 0.05, 1e-5, 1e5, 0}, out, "missing from the section");
    evaluated("load-1d", (double[]){20, 30, 8, 2, 0.5, 0, 1000}, out, "negative");
    assert_near(out[0], -100, 1e-14);
    evaluated("release", (double[]){60, 3600, 2, 20, 0.4, 10, 0, 1440, 3600}, out, "take more steps");
}

static void formulas_refuse_what_does_not_go_together(void **state) {
    (void)state;
    double out[QH_MOST_FORMULA_QUANTITIES] = {-7};
    assert_int_equal(qh_formula_find("mixing-length")->evaluate((double[]){31, 60, 0.5, 0.05}, NULL, out), QH_E_INPUT);
    assert_int_equal(
        qh_formula_find("bank-2d")->evaluate((double[]){30, 2, 1.5, 60, 0.5, 0.05, 1e-5, 100, 61}, NULL, out),
        QH_E_INPUT);
    assert_int_equal(
        qh_formula_find("release")->evaluate((double[]){60, 3600, 2.5, 20, 0.4, 10, 0, 1440, 3600}, NULL, out),
        QH_E_INPUT);
    assert_true(out[0] == -7);
    assert_null(qh_formula_find("no such formula"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_answer),
        cmocka_unit_test(the_four_cases),
        cmocka_unit_test(the_jump),
        cmocka_unit_test(without_dispersion_it_is_plug_flow),
        cmocka_unit_test(case_three_solves_its_equation),
        cmocka_unit_test(the_background_upstream),
        cmocka_unit_test(slug_by_hand),
        cmocka_unit_test(a_short_release_is_a_slug),
        cmocka_unit_test(a_long_release_is_steady),
        cmocka_unit_test(only_steps_that_are_over_count),
        cmocka_unit_test(the_section_carries_the_load),
        cmocka_unit_test(bank_by_hand),
        cmocka_unit_test(mixing_length_by_hand),
        cmocka_unit_test(permissible_loads_by_hand),
        cmocka_unit_test(the_uniform_load_attains_the_target),
        cmocka_unit_test(numbers_have_clause_and_confidence),
        cmocka_unit_test(formulas_tell_the_traps),
        cmocka_unit_test(formulas_refuse_what_does_not_go_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
