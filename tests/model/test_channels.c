/* Channel laws: closed forms, Manning's residual over many magnitudes, surveyed sections, and what `check` says. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/channel.h"

static qh_optional given(double value) { return (qh_optional){true, value}; }

static qh_reach reach_of(const char *law) {
    return (qh_reach){.place = {"reaches.csv", 7, 0}, .name = "R1", .length = 1000, .channel = {.law = law}};
}

static qh_reach trapezoid(double bottom_width, double side_slope, double manning, double slope) {
    qh_reach r = reach_of("trapezoid");
    r.channel.bottom_width = given(bottom_width);
    r.channel.side_slope = given(side_slope);
    r.channel.manning = given(manning);
    r.channel.slope = given(slope);
    return r;
}

static qh_reach power_law(void) {
    qh_reach r = reach_of("power");
    r.channel.velocity_coefficient = given(0.25);
    r.channel.velocity_exponent = given(0.43);
    r.channel.depth_coefficient = given(0.3);
    r.channel.depth_exponent = given(0.45);
    return r;
}

static qh_reach fixed_area(double area, double width) {
    qh_reach r = reach_of("fixed");
    r.channel.area = given(area);
    r.channel.width = given(width);
    return r;
}

static qh_reach surveyed(const qh_cross_section *section, double manning, double slope) {
    qh_reach r = reach_of("surveyed");
    r.channel.cross_section = section;
    r.channel.manning = given(manning);
    r.channel.slope = given(slope);
    return r;
}

static qh_cross_section section_of(size_t count, const double *offset, const double *elevation) {
    return (qh_cross_section){
        .place = {"cross_sections.csv", 2, 1}, .name = "X1", .count = count, .offset = offset, .elevation = elevation};
}

static qh_channel_state state_at(const qh_reach *reach, double discharge) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_channel_state s = {0};
    const qh_status status = qh_channel_state_of(reach, discharge, diag, &s);
    if (status != QH_OK) print_error("%s\n", qh_diag_line(diag, 0));
    assert_int_equal(status, QH_OK);
    assert_int_equal(qh_diag_size(diag), 0);
    qh_diag_destroy(diag);
    return s;
}

/* Relative error of Manning's equation at a state. */
static double manning_error(const qh_reach *r, double discharge, const qh_channel_state *s) {
    const double q =
        s->area * pow(s->hydraulic_radius, 2.0 / 3.0) * sqrt(r->channel.slope.value) / r->channel.manning.value;
    return fabs(q / discharge - 1);
}

static void assert_close(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance * fabs(expected))) fail_msg("%.17g, expected %.17g", value, expected);
}

/* ------------------------------------------------------------------------------------------------ trapezoid */

static void a_worked_trapezoid(void **state) {
    (void)state;
    /* b = 5, z = 2, h = 1.5: A = 12, P = 5 + 3 sqrt 5, Q by Manning's equation. */
    const qh_reach r = trapezoid(5, 2, 0.03, 0.001);
    const double perimeter = 5 + 3 * sqrt(5), radius = 12 / perimeter;
    const double q = 12 * pow(radius, 2.0 / 3.0) * sqrt(0.001) / 0.03;
    const qh_channel_state s = state_at(&r, q);
    assert_close(s.area, 12, 1e-14);
    assert_close(s.width, 11, 1e-14);
    assert_close(s.depth, 12.0 / 11, 1e-14);
    assert_close(s.hydraulic_radius, radius, 1e-14);
    assert_close(s.velocity, q / 12, 1e-14);
}

static void a_triangle_has_a_closed_form(void **state) {
    (void)state;
    const double z = 1.7, n = 0.025, slope = 4e-4;
    const qh_reach r = trapezoid(0, z, n, slope);
    for (double q = 1e-6; q < 1e6; q *= 10) {
        /* A = z h^2, P = 2 h sqrt(1 + z^2) */
        const double h = pow(q * n / sqrt(slope) / z * pow(2 * sqrt(1 + z * z) / z, 2.0 / 3.0), 0.375);
        const qh_channel_state s = state_at(&r, q);
        assert_close(s.area, z * h * h, 1e-13);
        assert_close(s.depth, h / 2, 1e-13);
    }
}

static void manning_holds_over_all_magnitudes(void **state) {
    (void)state;
    static const double widths[] = {0, 1e-3, 1, 30, 1e4}, sides[] = {0, 1e-6, 0.5, 3, 200};
    static const double slopes[] = {1e-9, 1e-5, 1e-2, 0.5};
    int solved = 0;
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < 5; k++) {
            for (size_t m = 0; m < 4; m++) {
                if (widths[i] == 0 && sides[k] == 0) continue;
                const qh_reach r = trapezoid(widths[i], sides[k], 0.035, slopes[m]);
                for (double q = 1e-12; q < 1e9; q *= 31) {
                    const qh_channel_state s = state_at(&r, q);
                    assert_true(manning_error(&r, q, &s) < 2e-14);
                    assert_close(s.area * s.velocity, q, 4e-16);
                    solved++;
                }
            }
        }
    }
    assert_true(solved > 1000);
}

static void a_deep_narrow_rectangle_does_not_stall(void **state) {
    (void)state;
    /* R tends to b/2, so the depth grows as Q. */
    const qh_reach r = trapezoid(0.5, 0, 0.02, 0.001);
    const qh_channel_state a = state_at(&r, 1e4), b = state_at(&r, 2e4);
    assert_true(b.depth / a.depth > 1.99 && b.depth / a.depth < 2.01);
}

static void the_sign_of_the_discharge_does_not_matter(void **state) {
    (void)state;
    const qh_reach r = trapezoid(5, 2, 0.03, 0.001);
    const qh_channel_state down = state_at(&r, 8), up = state_at(&r, -8);
    assert_memory_equal(&down, &up, sizeof down);
}

/* ------------------------------------------------------------------------------------------------ surveyed */

static void a_surveyed_trapezoid_is_the_trapezoid(void **state) {
    (void)state;
    static const double offset[] = {0, 20, 25, 45}, elevation[] = {1510, 1500, 1500, 1510};
    const qh_cross_section section = section_of(4, offset, elevation);
    const qh_reach survey = surveyed(&section, 0.03, 0.001), exact = trapezoid(5, 2, 0.03, 0.001);
    for (double q = 1e-8; q < 500; q *= 3) {
        const qh_channel_state a = state_at(&survey, q), b = state_at(&exact, q);
        assert_close(a.area, b.area, 1e-12);
        assert_close(a.width, b.width, 1e-12);
        assert_close(a.hydraulic_radius, b.hydraulic_radius, 1e-12);
        assert_true(manning_error(&survey, q, &a) < 1e-12);
    }
}

static void vertical_walls_count_in_the_perimeter_only(void **state) {
    (void)state;
    static const double offset[] = {0, 0, 8, 8}, elevation[] = {3, 0, 0, 3};
    const qh_cross_section section = section_of(4, offset, elevation);
    const qh_reach survey = surveyed(&section, 0.02, 0.002), exact = trapezoid(8, 0, 0.02, 0.002);
    const qh_channel_state a = state_at(&survey, 20), b = state_at(&exact, 20);
    assert_close(a.area, b.area, 1e-13);
    assert_close(a.hydraulic_radius, b.hydraulic_radius, 1e-13);
    assert_close(a.width, 8, 1e-15);
}

/* A channel 10 m wide and 2 m deep between flat benches, 100 m wide in all, with walls. */
static const double bench_offset[] = {0, 0, 45, 45, 55, 55, 100, 100};
static const double bench_elevation[] = {6, 2, 2, 0, 0, 2, 2, 6};

static void over_a_bench_the_lowest_level_is_taken(void **state) {
    (void)state;
    const qh_cross_section section = section_of(8, bench_offset, bench_elevation);
    const qh_reach r = surveyed(&section, 0.03, 0.001);
    /* Conveyance just below the bench (bankfull), and just above it, where the perimeter has jumped. */
    const double bankfull = 20 * pow(20.0 / 14, 2.0 / 3.0) * sqrt(0.001) / 0.03;
    const double above = 20 * pow(20.0 / 104, 2.0 / 3.0) * sqrt(0.001) / 0.03;
    assert_true(above < bankfull);
    /* Between the two a level above the bench would do as well; the water has not got there yet. */
    const double q = 0.5 * (bankfull + above);
    const qh_channel_state low = state_at(&r, q);
    assert_true(low.area < 20 && low.width == 10);
    assert_true(manning_error(&r, q, &low) < 1e-13);
    const qh_channel_state full = state_at(&r, bankfull * (1 - 1e-12));
    assert_true(full.width == 10);
    const qh_channel_state flood = state_at(&r, bankfull * 1.001);
    assert_true(flood.width == 100 && flood.area > 20);
    assert_true(manning_error(&r, bankfull * 1.001, &flood) < 1e-13);
}

static void over_a_sloping_bench_the_level_that_carries_more_is_found(void **state) {
    (void)state;
    /* A bench that rises 0.1 m over 200 m: the conveyance falls before it rises again. */
    static const double offset[] = {0, 0, 200, 200, 210, 210}, elevation[] = {8, 2.1, 2, 0, 0, 8};
    const qh_cross_section section = section_of(6, offset, elevation);
    const qh_reach r = surveyed(&section, 0.03, 0.001);
    double before = 0;
    for (double q = 0.01; q < 500; q *= 1.02) {
        const qh_channel_state s = state_at(&r, q);
        assert_true(manning_error(&r, q, &s) < 1e-12);
        assert_true(s.area > before); /* the river rises, never falls, with its discharge */
        before = s.area;
    }
}

static void two_channels_fill_together(void **state) {
    (void)state;
    static const double offset[] = {0, 10, 20, 30, 40}, elevation[] = {5, 0, 3, 1, 5};
    const qh_cross_section section = section_of(5, offset, elevation);
    const qh_reach r = surveyed(&section, 0.03, 0.001);
    double before = 0;
    for (double q = 1e-6; q < 100; q *= 1.3) {
        const qh_channel_state s = state_at(&r, q);
        assert_true(manning_error(&r, q, &s) < 1e-12);
        assert_true(s.area > before);
        before = s.area;
    }
}

static void water_over_the_lower_bank_is_an_error_with_its_place(void **state) {
    (void)state;
    static const double offset[] = {0, 20, 25, 45}, elevation[] = {1510, 1500, 1500, 1503};
    const qh_cross_section section = section_of(4, offset, elevation);
    const qh_reach r = surveyed(&section, 0.03, 0.001);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_channel_state s = {.area = -1};
    assert_int_equal(qh_channel_state_of(&r, 500, diag, &s), QH_E_NUMERIC);
    assert_true(s.area == -1); /* untouched */
    assert_string_equal(qh_diag_line(diag, 0),
                        "reaches.csv:7: error: reach R1: 500 m3/s pass over the lower bank of cross-section X1, 3.00 m "
                        "above its lowest point; survey it higher");
    qh_diag_destroy(diag);
    /* Just at the bank it still is in the channel. */
    const double area = 5 * 3 + 0.5 * 3 * 6 + 0.5 * 3 * 20, perimeter = 5 + hypot(3, 6) + hypot(3, 20);
    const double full = area * pow(area / perimeter, 2.0 / 3.0) * sqrt(0.001) / 0.03;
    assert_true(full > 0);
    const qh_channel_state bankfull = state_at(&r, full * (1 - 1e-9));
    assert_true(manning_error(&r, full, &bankfull) < 1e-8);
}

/* ------------------------------------------------------------------------------------------ power and fixed */

static void power_laws_give_what_they_say(void **state) {
    (void)state;
    const qh_reach r = power_law();
    const qh_channel_state s = state_at(&r, 16);
    assert_close(s.velocity, 0.25 * pow(16, 0.43), 1e-15);
    assert_close(s.depth, 0.3 * pow(16, 0.45), 1e-15);
    assert_close(s.area, 16 / s.velocity, 1e-15);
    assert_close(s.width * s.depth * s.velocity, 16, 1e-15);
    assert_close(s.hydraulic_radius, s.area / (s.width + 2 * s.depth), 1e-15);
}

static void a_fixed_section_keeps_its_area(void **state) {
    (void)state;
    const qh_reach r = fixed_area(40, 20);
    const qh_channel_state s = state_at(&r, 10);
    assert_true(s.area == 40 && s.width == 20 && s.depth == 2 && s.velocity == 0.25);
    assert_close(s.hydraulic_radius, 40.0 / 24, 1e-15);
}

/* --------------------------------------------------------------------------------------- all laws, numerics */

static void every_law_conserves_water_and_is_monotone(void **state) {
    (void)state;
    static const double offset[] = {0, 500, 505, 1005}, elevation[] = {500, 0, 0, 500};
    const qh_cross_section section = section_of(4, offset, elevation);
    const qh_reach samples[] = {trapezoid(5, 2, 0.03, 0.001), surveyed(&section, 0.03, 0.001), power_law(),
                                fixed_area(40, 20)};
    size_t laws = 0;
    for (const qh_channel_law *const *law = qh_registry_channel; *law; law++, laws++) {
        const qh_reach *sample = NULL;
        for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
            if (strcmp(samples[i].channel.law, (*law)->name) == 0) sample = &samples[i];
        }
        if (!sample) fail_msg("law %s has no sample reach in this test", (*law)->name);
        qh_diag *diag = qh_diag_create(QH_EN);
        assert_int_equal((*law)->check(sample, diag), QH_OK);
        assert_int_equal(qh_diag_size(diag), 0);
        qh_diag_destroy(diag);
        qh_channel_state before = {0};
        for (double q = 1e-6; q < 1e5; q *= 7) {
            const qh_channel_state s = state_at(sample, q);
            assert_close(s.area * s.velocity, q, 1e-15);
            assert_close(s.width * s.depth, s.area, 1e-15);
            assert_true(s.hydraulic_radius <= s.depth * (1 + 1e-12)); /* the perimeter is at least the width */
            assert_true(s.area >= before.area && s.depth >= before.depth && s.velocity >= before.velocity);
            assert_true(s.width >= before.width * (1 - 1e-12));
            before = s;
        }
    }
    assert_int_equal(laws, sizeof samples / sizeof *samples);
}

static void what_has_no_state_is_an_error_and_never_nan(void **state) {
    (void)state;
    static const double wrong[] = {0, -0.0, NAN, INFINITY, -INFINITY};
    const qh_reach reaches[] = {trapezoid(5, 2, 0.03, 0.001), power_law(), fixed_area(40, 20)};
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
            qh_diag *diag = qh_diag_create(QH_EN);
            qh_channel_state s = {.area = -1};
            assert_int_equal(qh_channel_state_of(&reaches[k], wrong[i], diag, &s), QH_E_NUMERIC);
            assert_int_equal(qh_diag_count(diag, QH_ERROR), 1);
            assert_non_null(strstr(qh_diag_line(diag, 0), "reach R1 has no channel state at a discharge of"));
            assert_true(s.area == -1);
            qh_diag_destroy(diag);
        }
    }
}

static void extremes_give_a_state_or_an_error(void **state) {
    (void)state;
    static const double magnitudes[] = {1e-320, 1e-300, 1e-100, 1e-20, 1e20, 1e100, 1e300};
    static const double offset[] = {0, 500, 505, 1005}, elevation[] = {500, 0, 0, 500};
    const qh_cross_section section = section_of(4, offset, elevation);
    const qh_reach reaches[] = {trapezoid(5, 2, 0.03, 1e-12),
                                trapezoid(0, 1e-9, 1e-9, 1e9),
                                trapezoid(1e-30, 0, 1e3, 1e-30),
                                surveyed(&section, 0.03, 1e-12),
                                power_law(),
                                fixed_area(1e-200, 1e200)};
    for (size_t k = 0; k < sizeof reaches / sizeof *reaches; k++) {
        for (size_t i = 0; i < sizeof magnitudes / sizeof *magnitudes; i++) {
            qh_diag *diag = qh_diag_create(QH_EN);
            qh_channel_state s = {0};
            const qh_status status = qh_channel_state_of(&reaches[k], magnitudes[i], diag, &s);
            if (status == QH_OK) {
                assert_true(isfinite(s.area) && s.area > 0 && isfinite(s.depth) && s.depth > 0);
                assert_true(isfinite(s.velocity) && s.velocity > 0 && isfinite(s.width) && s.width > 0);
            } else {
                assert_int_equal(status, QH_E_NUMERIC);
                assert_int_equal(qh_diag_count(diag, QH_ERROR), 1);
            }
            qh_diag_destroy(diag);
        }
    }
}

static void an_unknown_law_is_an_input_error(void **state) {
    (void)state;
    qh_reach r = reach_of("weir");
    qh_channel_state s;
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_channel_state_of(&r, 1, diag, &s), QH_E_INPUT);
    assert_string_equal(qh_diag_line(diag, 0), "reaches.csv:7: error: reach R1: there is no hydraulic law weir");
    r.channel.law = NULL;
    assert_int_equal(qh_channel_state_of(&r, 1, diag, &s), QH_E_INPUT);
    qh_diag_destroy(diag);
}

/* --------------------------------------------------------------------------------------------------- check */

static void assert_lines(qh_diag *diag, size_t count, const char *const *expected) {
    for (size_t i = 0; i < qh_diag_size(diag) && i < count; i++) {
        assert_string_equal(qh_diag_line(diag, i), expected[i]);
    }
    assert_int_equal(qh_diag_size(diag), count);
}

static void checked(const qh_reach *r, qh_status status, size_t count, const char *const *expected) {
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_channel_law_find(r->channel.law)->check(r, diag), status);
    assert_lines(diag, count, expected);
    qh_diag_destroy(diag);
}

static void every_missing_parameter_is_named(void **state) {
    (void)state;
    const qh_reach none = reach_of("trapezoid");
    static const char *const trapezoid_needs[] = {
        "reaches.csv:7: error: reach R1: law trapezoid needs manning",
        "reaches.csv:7: error: reach R1: law trapezoid needs slope",
        "reaches.csv:7: error: reach R1: law trapezoid needs bottom_width",
        "reaches.csv:7: error: reach R1: law trapezoid needs side_slope",
    };
    checked(&none, QH_E_INPUT, 4, trapezoid_needs);
    const qh_reach survey = reach_of("surveyed"), power = reach_of("power"), fixed = reach_of("fixed");
    static const char *const surveyed_needs[] = {
        "reaches.csv:7: error: reach R1: law surveyed needs manning",
        "reaches.csv:7: error: reach R1: law surveyed needs slope",
        "reaches.csv:7: error: reach R1: law surveyed needs cross_section",
    };
    checked(&survey, QH_E_INPUT, 3, surveyed_needs);
    static const char *const power_needs[] = {
        "reaches.csv:7: error: reach R1: law power needs velocity_coefficient",
        "reaches.csv:7: error: reach R1: law power needs velocity_exponent",
        "reaches.csv:7: error: reach R1: law power needs depth_coefficient",
        "reaches.csv:7: error: reach R1: law power needs depth_exponent",
    };
    checked(&power, QH_E_INPUT, 4, power_needs);
    static const char *const fixed_needs[] = {
        "reaches.csv:7: error: reach R1: law fixed needs area",
        "reaches.csv:7: error: reach R1: law fixed needs width",
    };
    checked(&fixed, QH_E_INPUT, 2, fixed_needs);
}

static void wrong_values_are_named(void **state) {
    (void)state;
    qh_reach r = trapezoid(-5, 2, 0, 0.001);
    static const char *const wrong[] = {
        "reaches.csv:7: error: reach R1: manning must be greater than 0, it is 0",
        "reaches.csv:7: error: reach R1: bottom_width must not be negative, it is -5",
    };
    checked(&r, QH_E_INPUT, 2, wrong);
    r = trapezoid(0, 0, 0.03, 0.001);
    static const char *const flat[] = {"reaches.csv:7: error: reach R1: bottom_width and side_slope cannot both be 0"};
    checked(&r, QH_E_INPUT, 1, flat);
    r = trapezoid(5, 2, 0.03, NAN);
    static const char *const nan_slope[] = {"reaches.csv:7: error: reach R1: slope must be greater than 0, it is nan"};
    checked(&r, QH_E_INPUT, 1, nan_slope);
    r = power_law();
    r.channel.depth_exponent = given(0.6);
    static const char *const narrowing[] = {
        "reaches.csv:7: error: reach R1: velocity_exponent and depth_exponent add up to 1.03, more than 1: the river "
        "would grow narrower as it rises"};
    checked(&r, QH_E_INPUT, 1, narrowing);
}

static void unused_parameters_are_a_warning(void **state) {
    (void)state;
    qh_reach r = fixed_area(40, 20);
    r.channel.manning = given(0.03);
    r.channel.slope = given(0.001); /* needed by dispersion formulas: no warning */
    static const char *const unused[] = {"reaches.csv:7: warning: reach R1: law fixed does not use manning"};
    checked(&r, QH_OK, 1, unused);
    r.channel.slope = given(0); /* but it must be a slope */
    static const char *const wrong[] = {
        "reaches.csv:7: warning: reach R1: law fixed does not use manning",
        "reaches.csv:7: error: reach R1: slope must be greater than 0, it is 0",
    };
    checked(&r, QH_E_INPUT, 2, wrong);
}

static void bad_cross_sections_are_told_at_their_own_place(void **state) {
    (void)state;
    static const double offset[] = {0, 10, 9, 20}, elevation[] = {5, 0, 0, 5};
    qh_cross_section section = section_of(4, offset, elevation);
    const qh_reach r = surveyed(&section, 0.03, 0.001);
    static const char *const back[] = {
        "cross_sections.csv:2:1: error: cross-section X1: offsets must not decrease, point 3 lies at 9 m after 10 m"};
    checked(&r, QH_E_INPUT, 1, back);
    section.count = 2;
    static const char *const few[] = {
        "cross_sections.csv:2:1: error: cross-section X1 needs 3 points or more, it has 2"};
    checked(&r, QH_E_INPUT, 1, few);
    static const double ridge_offset[] = {0, 10, 20}, ridge[] = {0, 5, 1}, hole[] = {5, NAN, 5};
    section = section_of(3, ridge_offset, ridge);
    static const char *const dry[] = {"cross_sections.csv:2:1: error: cross-section X1 holds no water: its first and "
                                      "last point must stand above its lowest"};
    checked(&r, QH_E_INPUT, 1, dry);
    section = section_of(3, ridge_offset, hole);
    static const char *const no_number[] = {"cross_sections.csv:2:1: error: cross-section X1: point 2 is not a number"};
    checked(&r, QH_E_INPUT, 1, no_number);
}

/* Many trapezoids at once, from wide to triangular and rectangular, at trickles and floods: each state is what it is alone, to
 * the last bit, whatever stands beside it. */
static void states_at_once_are_those_alone(void **state) {
    (void)state;
    enum { count = QH_CHANNEL_STATES };
    qh_reach reach[count];
    const qh_reach *place[count];
    double discharge[count];
    for (size_t k = 0; k < count; k++) {
        reach[k] = trapezoid(k % 5 == 0 ? 0 : 3.0 * (double)k, k % 5 == 1 ? 0 : 0.3 * (double)(1 + k % 4), 0.03, 1e-4);
        place[k] = &reach[k];
        discharge[k] = 1e-9 * pow(10, 0.9 * (double)k);
    }
    const qh_channel_law *law = qh_channel_law_find("trapezoid");
    for (size_t n = 1; n <= count; n++) {
        qh_channel_state together[count];
        assert_int_equal(qh_channel_states_by(place, law, n, discharge, NULL, together), QH_OK);
        for (size_t k = 0; k < n; k++) {
            const qh_channel_state alone = state_at(&reach[k], discharge[k]);
            assert_memory_equal(&together[k], &alone, sizeof alone);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_worked_trapezoid),
        cmocka_unit_test(a_triangle_has_a_closed_form),
        cmocka_unit_test(manning_holds_over_all_magnitudes),
        cmocka_unit_test(a_deep_narrow_rectangle_does_not_stall),
        cmocka_unit_test(the_sign_of_the_discharge_does_not_matter),
        cmocka_unit_test(a_surveyed_trapezoid_is_the_trapezoid),
        cmocka_unit_test(vertical_walls_count_in_the_perimeter_only),
        cmocka_unit_test(over_a_bench_the_lowest_level_is_taken),
        cmocka_unit_test(over_a_sloping_bench_the_level_that_carries_more_is_found),
        cmocka_unit_test(two_channels_fill_together),
        cmocka_unit_test(water_over_the_lower_bank_is_an_error_with_its_place),
        cmocka_unit_test(power_laws_give_what_they_say),
        cmocka_unit_test(a_fixed_section_keeps_its_area),
        cmocka_unit_test(every_law_conserves_water_and_is_monotone),
        cmocka_unit_test(what_has_no_state_is_an_error_and_never_nan),
        cmocka_unit_test(extremes_give_a_state_or_an_error),
        cmocka_unit_test(an_unknown_law_is_an_input_error),
        cmocka_unit_test(every_missing_parameter_is_named),
        cmocka_unit_test(states_at_once_are_those_alone),
        cmocka_unit_test(wrong_values_are_named),
        cmocka_unit_test(unused_parameters_are_a_warning),
        cmocka_unit_test(bad_cross_sections_are_told_at_their_own_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
