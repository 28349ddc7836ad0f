/* Unsteady closed forms by the engines of finite volumes: step front (A1), slug (A3), finite pulse (A4 = OTIS application 3),
 * transient storage (A10), and a sharp pulse at a cell Péclet number of 50. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/case_builder.h"
#include "tests/support/closed_forms.h"
#include "tests/support/solved.h"

static const char *const unsteady_engine[] = {"general", "linear"};
enum { n_engine = sizeof unsteady_engine / sizeof *unsteady_engine };

static void assert_close(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("found %.12g, expected %.12g within %g", found, expected, tolerance);
    }
}

static void formulas_give_the_published_figures(void **state) {
    (void)state;
    assert_close(ogata_banks(2000, 3600, 100, 0.5, 10, 0), 24.9261509507, 1e-9);
    assert_close(ogata_banks(4000, 7200, 100, 0.5, 10, 5e-5), 11.1761824778, 1e-9);
    assert_close(slug(2000, 3600, 10000, 20, 0.5, 10, 0), 0.563088251132, 1e-11);
    assert_close(pulse(100, 1.5 * 3600, 100, 0.1, 5, 1e-4, 3600, 3 * 3600), 80.463273752, 1e-8);
    assert_close(pulse(2000, 6 * 3600, 100, 0.1, 5, 1e-4, 3600, 3 * 3600), 7.51942719694, 1e-9);
}

static void step_front(const char *engine, double k) {
    const double x[] = {1000, 2000, 4000, 6000, 8000, 12000, 16000};
    const size_t count = sizeof x / sizeof *x;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = k;
    case_reach(b, "R", "A", "Z", 25000, 20, 10);
    case_headwater(b, "A", 10, 100);
    case_unsteady(b, 28800, 28800, 3600);
    case_initial(b, 0, 0);
    for (size_t i = 0; i < count; i++)
        case_section(b, "R", x[i]);
    qh_case *c = case_end(b);
    c->solver.cell_length = 20;
    c->solver.relative_tolerance = 1e-6;
    c->solver.absolute_tolerance = 1e-6;
    solved *s = solve_case(c, engine, 1, NULL);
    assert_int_equal(s->status, QH_OK);
    for (size_t n = 1; n < s->n_sample; n++) {
        for (size_t i = 0; i < count; i++) {
            assert_close(solved_section(s, n, i, 0), ogata_banks(x[i], s->sample_time[n], 100, 0.5, 10, k), 0.1);
        }
    }
    assert_true(s->lowest >= 0);
    assert_true(s->highest <= 100 * (1 + 1e-6));
    assert_true(s->worst < 1e-12);
    solved_free(s);
    qh_case_destroy(c);
}

static void step_front_conservative(void **state) {
    (void)state;
    for (size_t e = 0; e < n_engine; e++)
        step_front(unsteady_engine[e], 0);
}

static void step_front_with_decay(void **state) {
    (void)state;
    for (size_t e = 0; e < n_engine; e++)
        step_front(unsteady_engine[e], 5e-5);
}

/* 10 kg let in within 30 s, by an outfall without water, far from both ends. */
static void check_slug(const char *engine, double k) {
    const double origin = 6000, release = 30, x[] = {1500, 2000, 3500, 4000, 7000, 7500};
    const double release_time[] = {0, release}, release_load[] = {10000 / release, 0};
    const size_t count = sizeof x / sizeof *x;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = k;
    case_reach(b, "R", "A", "Z", 20000, 20, 10);
    case_headwater(b, "A", 10, 0);
    case_unsteady(b, 14400, 14400, 3600);
    case_initial(b, 0, 0);
    const qh_series *series = case_series(b, QH_STEP, 2, release_time, release_load);
    case_give_series(case_outfall(b, "R", origin, 0, 0)->input, 0, true, series);
    for (size_t i = 0; i < count; i++)
        case_section(b, "R", origin + x[i]);
    qh_case *c = case_end(b);
    c->solver.cell_length = 20;
    c->solver.relative_tolerance = 1e-6;
    c->solver.absolute_tolerance = 1e-8;
    solved *s = solve_case(c, engine, 1, NULL);
    assert_int_equal(s->status, QH_OK);
    const double hours[] = {3600, 7200, 14400};
    const size_t sample[] = {1, 2, 4};
    for (size_t n = 0; n < 3; n++) {
        const double peak = slug(0.5 * hours[n], hours[n], 10000, 20, 0.5, 10, k);
        for (size_t i = 0; i < count; i++) {
            const double reference = slug(x[i], hours[n] - release / 2, 10000, 20, 0.5, 10, k);
            assert_close(solved_section(s, sample[n], i, 0), reference, 0.01 * peak);
        }
    }
    const size_t network = c->n_reach;
    const double *term = &s->budget.term[qh_budget_index(&s->budget, network, 0, (qh_budget_term)0, 0)];
    assert_close(term[QH_BUDGET_SOURCE], 10000, 1e-6);
    assert_true(s->worst < 1e-12);
    assert_true(s->lowest >= 0);
    solved_free(s);
    qh_case_destroy(c);
}

static void slug_conservative(void **state) {
    (void)state;
    for (size_t e = 0; e < n_engine; e++)
        check_slug(unsteady_engine[e], 0);
}

static void slug_with_decay(void **state) {
    (void)state;
    for (size_t e = 0; e < n_engine; e++)
        check_slug(unsteady_engine[e], 5e-5);
}

static void check_finite_pulse(const char *engine) {
    const double time[] = {0, 3600, 3 * 3600}, value[] = {0, 100, 0};
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = 1e-4;
    case_reach(b, "R", "A", "Z", 4000, 1, 5);
    case_unsteady(b, 12 * 3600, 12 * 3600, 900);
    case_initial(b, 0, 0);
    const qh_series *series = case_series(b, QH_STEP, 3, time, value);
    case_give_series(case_headwater(b, "A", 0.1, 0)->input, 0, false, series);
    case_section(b, "R", 100);
    case_section(b, "R", 2000);
    qh_case *c = case_end(b);
    c->solver.cell_length = 10;
    c->solver.relative_tolerance = 1e-6;
    c->solver.absolute_tolerance = 1e-6;
    solved *s = solve_case(c, engine, 1, NULL);
    assert_int_equal(s->status, QH_OK);
    double peak = 0;
    for (size_t n = 0; n < s->n_sample; n++) {
        peak = fmax(peak, pulse(2000, s->sample_time[n], 100, 0.1, 5, 1e-4, 3600, 3 * 3600));
    }
    for (size_t n = 1; n < s->n_sample; n++) {
        const double t = s->sample_time[n];
        assert_close(solved_section(s, n, 0, 0), pulse(100, t, 100, 0.1, 5, 1e-4, 3600, 3 * 3600), 0.005 * 91);
        assert_close(solved_section(s, n, 1, 0), pulse(2000, t, 100, 0.1, 5, 1e-4, 3600, 3 * 3600), 0.005 * peak);
    }
    assert_true(s->lowest >= 0);
    assert_true(s->worst < 1e-12);
    solved_free(s);
    qh_case_destroy(c);
}

/* Figures of a numerical inversion of the Laplace solution, 40 digits: u = 0.035 m/s, D = 0.24 m2/s, alpha = 3e-5 1/s,
 * A_s = A; 7.7 g/m3 for 3 h. */
static void check_transient_storage(const char *engine) {
    const struct {
        double hour, c281, c619;
    } reference[] = {{1.5, 0.290659511818, 1.52148318297e-16}, {2, 2.24110055812, 1.91640450825e-9},
                     {2.5, 4.6138816798, 1.4852110478e-5},     {3, 5.78193797239, 0.00290666385847},
                     {3.5, 6.15937304793, 0.0712111336486},    {4, 6.28869163652, 0.491623756429},
                     {4.5, 6.07414688983, 1.52194089661},      {5, 4.1870604045, 2.83585714414},
                     {5.5, 1.87348253534, 3.88803434426},      {6, 0.761733234957, 4.50327308855},
                     {6.5, 0.437984612928, 4.751637413},       {7, 0.35893292782, 4.50756984647}};
    const double time[] = {0, 3 * 3600}, value[] = {7.7, 0};
    case_builder *b = case_begin(1);
    qh_reach *reach = case_reach(b, "R", "A", "Z", 1500, 0.36, 0.24);
    reach->storage_area = (qh_optional){true, 0.36};
    reach->storage_exchange = (qh_optional){true, 3e-5};
    case_unsteady(b, 7 * 3600, 7 * 3600, 1800);
    case_initial(b, 0, 0);
    const qh_series *series = case_series(b, QH_STEP, 2, time, value);
    case_give_series(case_headwater(b, "A", 0.035 * 0.36, 0)->input, 0, false, series);
    case_section(b, "R", 281);
    case_section(b, "R", 619);
    qh_case *c = case_end(b);
    c->solver.cell_length = 2;
    c->solver.relative_tolerance = 1e-6;
    c->solver.absolute_tolerance = 1e-6;
    solved *s = solve_case(c, engine, 1, NULL);
    assert_int_equal(s->status, QH_OK);
    for (size_t n = 0; n < sizeof reference / sizeof *reference; n++) {
        const size_t sample = (size_t)lround(reference[n].hour * 2);
        assert_close(solved_section(s, sample, 0, 0), reference[n].c281, 0.005 * 6.295);
        assert_close(solved_section(s, sample, 1, 0), reference[n].c619, 0.005 * 4.752);
    }
    assert_true(s->lowest >= 0);
    assert_true(s->worst < 1e-12);
    solved_free(s);
    qh_case_destroy(c);
}

/* 100 g/m3 for 2 h at a cell Péclet number of 50: no negative value, no new maximum, no mass lost. */
static void check_sharp_pulse(const char *engine) {
    const double time[] = {0, 2 * 3600}, value[] = {100, 0};
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 50000, 40, 1);
    case_unsteady(b, 24 * 3600, 2 * 3600, 3600);
    case_initial(b, 0, 0);
    const qh_series *series = case_series(b, QH_STEP, 2, time, value);
    case_give_series(case_headwater(b, "A", 20, 0)->input, 0, false, series);
    case_section(b, "R", 20000);
    qh_case *c = case_end(b);
    c->solver.cell_length = 100; /* u dx/D = 0.5 * 100 / 1 */
    solved *s = solve_case(c, engine, 1, NULL);
    assert_int_equal(s->status, QH_OK);
    assert_true(s->lowest >= 0);
    assert_true(s->highest <= 100 * (1 + 1e-5));
    assert_true(s->worst < 1e-12);
    assert_true(s->n_frame == 13);
    solved_free(s);
    qh_case_destroy(c);
}

static void finite_pulse(void **state) {
    (void)state;
    for (size_t e = 0; e < n_engine; e++)
        check_finite_pulse(unsteady_engine[e]);
}

static void transient_storage(void **state) {
    (void)state;
    for (size_t e = 0; e < n_engine; e++)
        check_transient_storage(unsteady_engine[e]);
}

static void sharp_pulse_stays_in_bounds(void **state) {
    (void)state;
    for (size_t e = 0; e < n_engine; e++)
        check_sharp_pulse(unsteady_engine[e]);
}

/* A pulse of 2 h carried 100 km, u = 0.5 m/s, D = 5 m2/s, decay 0.1 1/d, against the closed form of A4: the loss of its
 * peak at three grids, in which the cell Péclet number is 20, 10 and 5. */
static void peak_of_a_long_way(void **state) {
    (void)state;
    const double length[] = {200, 100, 50}, most[] = {0.04, 0.006, 0.002}, u = 0.5, d = 5, k = 0.1 / 86400;
    const double time[] = {0, 7200}, value[] = {100, 0};
    for (size_t g = 0; g < 3; g++) {
        case_builder *b = case_begin(1);
        case_constituent(b, 0)->k20 = k;
        case_reach(b, "R", "A", "Z", 110000, 40, d);
        case_unsteady(b, 70 * 3600, 70 * 3600, 300);
        case_initial(b, 0, 0);
        const qh_series *series = case_series(b, QH_STEP, 2, time, value);
        case_give_series(case_headwater(b, "A", u * 40, 0)->input, 0, false, series);
        case_section(b, "R", 100000);
        qh_case *c = case_end(b);
        c->solver.cell_length = length[g];
        c->solver.relative_tolerance = c->solver.absolute_tolerance = 1e-5;
        solved *s = solve_case(c, "linear", 1, NULL);
        assert_int_equal(s->status, QH_OK);
        double found = 0, exact = 0;
        for (size_t n = 0; n < s->n_sample; n++) {
            found = fmax(found, solved_section(s, n, 0, 0));
            exact = fmax(exact, pulse(100000, s->sample_time[n], 100, u, d, k, 0, 7200));
        }
        print_message("cells of %g m: peak %.3f, exact %.3f, loss %.2f %%\n", length[g], found, exact,
                      100 * (1 - found / exact));
        assert_true(s->lowest >= 0);
        if (!(found >= exact * (1 - most[g]) && found <= exact * 1.002)) fail_msg("loss of peak");
        solved_free(s);
        qh_case_destroy(c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_give_the_published_figures),
        cmocka_unit_test(step_front_conservative),
        cmocka_unit_test(step_front_with_decay),
        cmocka_unit_test(slug_conservative),
        cmocka_unit_test(slug_with_decay),
        cmocka_unit_test(finite_pulse),
        cmocka_unit_test(transient_storage),
        cmocka_unit_test(sharp_pulse_stays_in_bounds),
        cmocka_unit_test(peak_of_a_long_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
