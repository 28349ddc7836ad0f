/* Unsteady closed forms by the spectral engine, to 1e-6 of the largest value and better; networks against the general and
 * the exact engine; what it must refuse. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/case_builder.h"
#include "tests/support/closed_forms.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"

static void assert_close(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("found %.12g, expected %.12g within %g", found, expected, tolerance);
}

static solved *solve_spectral(const qh_case *c) {
    solved *s = solve_case(c, "spectral", 1, NULL);
    assert_int_equal(s->status, QH_OK);
    assert_true(s->lowest >= 0);
    assert_true(s->worst < 1e-11);
    return s;
}

/* A1: 100 g/m3 at x = 0 from the start on. */
static void check_front(double k) {
    const double x[] = {1000, 2000, 4000, 6000, 8000, 12000, 16000};
    const size_t count = sizeof x / sizeof *x;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = k;
    case_reach(b, "R", "A", "Z", 30000, 20, 10);
    case_headwater(b, "A", 10, 100);
    case_unsteady(b, 28800, 28800, 3600);
    case_initial(b, 0, 0);
    for (size_t i = 0; i < count; i++)
        case_section(b, "R", x[i]);
    qh_case *c = case_end(b);
    c->solver.cell_length = 100;
    solved *s = solve_spectral(c);
    for (size_t n = 1; n < s->n_sample; n++)
        for (size_t i = 0; i < count; i++)
            assert_close(solved_section(s, n, i, 0), ogata_banks(x[i], s->sample_time[n], 100, 0.5, 10, k), 1e-5);
    solved_free(s);
    qh_case_destroy(c);
}

static void step_front(void **state) {
    (void)state;
    check_front(0);
    check_front(5e-5);
}

/* A3: 10 kg let go evenly within 30 s: the mean of slugs, by four points of Gauss. */
static double released(double x, double t, double k) {
    static const double node[] = {0.3399810435848563, 0.8611363115940526};
    static const double weight[] = {0.6521451548625461, 0.3478548451374538};
    double sum = 0;
    for (size_t i = 0; i < 4; i++) {
        const double at = 15 + 15 * (i < 2 ? node[i] : -node[i - 2]);
        sum += 0.5 * weight[i % 2] * slug(x, t - at, 10000, 20, 0.5, 10, k);
    }
    return sum;
}

static void slug_of_ten_kilograms(void **state) {
    (void)state;
    const double origin = 6000, x[] = {1500, 2000, 3500, 4000, 7000, 7500}, k = 5e-5;
    const double time[] = {0, 30}, load[] = {10000.0 / 30, 0};
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = k;
    case_reach(b, "R", "A", "Z", 25000, 20, 10);
    case_headwater(b, "A", 10, 0);
    case_unsteady(b, 14400, 14400, 3600);
    case_initial(b, 0, 0);
    const qh_series *series = case_series(b, QH_STEP, 2, time, load);
    case_give_series(case_outfall(b, "R", origin, 0, 0)->input, 0, true, series);
    for (size_t i = 0; i < 6; i++)
        case_section(b, "R", origin + x[i]);
    qh_case *c = case_end(b);
    c->solver.cell_length = 100;
    solved *s = solve_spectral(c);
    double peak = 0;
    for (size_t n = 1; n < s->n_sample; n++)
        for (size_t i = 0; i < 6; i++)
            peak = fmax(peak, released(x[i], s->sample_time[n], k));
    for (size_t n = 1; n < s->n_sample; n++)
        for (size_t i = 0; i < 6; i++)
            assert_close(solved_section(s, n, i, 0), released(x[i], s->sample_time[n], k), 1e-6 * peak);
    solved_free(s);
    qh_case_destroy(c);
}

/* A4, from the steady state at rest and from a given one: the same. */
static void finite_pulse(void **state) {
    (void)state;
    const double time[] = {0, 3600, 3 * 3600}, value[] = {0, 100, 0};
    for (int given = 0; given < 2; given++) {
        case_builder *b = case_begin(1);
        case_constituent(b, 0)->k20 = 1e-4;
        case_reach(b, "R", "A", "Z", 5000, 1, 5);
        case_unsteady(b, 12 * 3600, 3600, 900);
        if (given) case_initial(b, 0, 0);
        const qh_series *series = case_series(b, QH_STEP, 3, time, value);
        case_give_series(case_headwater(b, "A", 0.1, 0)->input, 0, false, series);
        case_section(b, "R", 100);
        case_section(b, "R", 2000);
        qh_case *c = case_end(b);
        c->solver.cell_length = 50;
        solved *s = solve_spectral(c);
        for (size_t n = 1; n < s->n_sample; n++) {
            const double t = s->sample_time[n];
            assert_close(solved_section(s, n, 0, 0), pulse(100, t, 100, 0.1, 5, 1e-4, 3600, 3 * 3600), 1e-5);
            assert_close(solved_section(s, n, 1, 0), pulse(2000, t, 100, 0.1, 5, 1e-4, 3600, 3 * 3600), 1e-5);
        }
        /* cells: their means by the middles, which differ by (dx/L)^2/24 */
        for (size_t i = 2; i < s->water.grid->n_cell - 10; i++)
            assert_close(s->cell[i],
                         pulse(qh_grid_chainage(s->water.grid, i), 12 * 3600, 100, 0.1, 5, 1e-4, 3600, 3 * 3600), 0.01);
        solved_free(s);
        qh_case_destroy(c);
    }
}

/* A10: figures of a numerical inversion of the Laplace solution with 40 digits: u = 0.035 m/s, D = 0.24 m2/s,
 * alpha = 3e-5 1/s, A_s = A; 7.7 g/m3 for 3 h. */
static void transient_storage(void **state) {
    (void)state;
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
    c->solver.cell_length = 50;
    solved *s = solve_spectral(c);
    for (size_t n = 0; n < sizeof reference / sizeof *reference; n++) {
        const size_t sample = (size_t)lround(reference[n].hour * 2);
        assert_close(solved_section(s, sample, 0, 0), reference[n].c281, 1e-6);
        assert_close(solved_section(s, sample, 1, 0), reference[n].c619, 1e-6);
    }
    solved_free(s);
    qh_case_destroy(c);
}

/* Random networks against the general engine on short cells, from the steady state with a boundary that moves smoothly in
 * hours; long after the last change against the exact steady state. */
static void networks(void **state) {
    (void)state;
    static const double time[] = {0, 7200, 14400, 28800, 200 * 3600.0}, value[] = {4, 4, 30, 8, 8};
    size_t taken = 0;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        random_options options = random_options_of(seed);
        options.most_reaches = 4;
        options.most_peclet = 20;
        options.flags &= ~(unsigned)(RANDOM_LATERALS | RANDOM_STORAGE);
        case_builder *b = random_network(&options);
        case_unsteady(b, 48 * 3600, 48 * 3600, 3600);
        qh_case *c = case_end(b);
        case_give_series(c->headwater[0].input, 0, false, case_series(b, QH_LINEAR, 5, time, value));
        c->solver.cell_length = 40;
        solved *g = solve_case(c, "general", 1, NULL);
        const qh_problem p = {.river_case = c,
                              .network = g->water.network,
                              .flow = g->water.flow,
                              .grid = g->water.grid,
                              .forcing = g->forcing};
        const qh_engine *engine = NULL;
        if (qh_engine_choose(&p, "spectral", NULL, &engine) == QH_OK) {
            solved *s = solve_case(c, "spectral", 1, NULL);
            assert_int_equal(s->status, QH_OK);
            assert_int_equal(g->status, QH_OK);
            for (size_t k = 0; k < s->n_sample * c->n_section * s->m; k++)
                if (!(fabs(s->sample[k] - g->sample[k]) <= 0.02 * g->highest))
                    fail_msg("seed %d: %g, by finite volumes %g", (int)seed, s->sample[k], g->sample[k]);
            solved_free(s);
            taken++;
        }
        solved_free(g);
        qh_case_destroy(c);
    }
    print_message("%d networks\n", (int)taken);
    assert_true(taken >= 5);
}

/* A pond that begins as the whole river does: what decays to a background does so in it as elsewhere, as long as no front has
 * come; a river at its background stays there, and the budget counts what the pond holds. */
static void pond_decays_as_the_river(void **state) {
    (void)state;
    const double k = 2e-5, background = 3, start = 8, duration = 20 * 3600;
    for (int at_rest = 0; at_rest < 2; at_rest++) {
        case_builder *b = case_begin(1);
        case_reach(b, "R", "A", "Z", 60000, 20, 10);
        case_headwater(b, "A", 10, at_rest ? background : start);
        qh_constituent *substance = case_constituent(b, 0);
        substance->k20 = k;
        substance->theta = 1;
        substance->background = background;
        case_section(b, "R", 50000);
        case_section(b, "R", 55000);
        case_unsteady(b, duration, duration, 3600);
        case_initial(b, 0, at_rest ? background : start);
        qh_case *c = case_end(b);
        c->solver.relative_tolerance = 1e-6;
        solved *s = solve_pond(c, "spectral", 0, 4e5);
        assert_int_equal(s->status, QH_OK);
        for (size_t n = 1; n < s->n_sample; n++) {
            const double t = s->sample_time[n];
            const double expected = at_rest ? background : background + (start - background) * exp(-k * t);
            for (size_t section = 0; section < 2; section++)
                if (!(fabs(solved_section(s, n, section, 0) - expected) <= 1e-4 * start))
                    fail_msg("at %g s: %.8g, expected %.8g", t, solved_section(s, n, section, 0), expected);
        }
        assert_true(s->worst <= 1e-9);
        solved_free(s);
        qh_case_destroy(c);
    }
}

/* What other engines say of ponds, and the transform of a steady start. */
static void ponds_are_for_the_transform(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 20000, 20, 10);
    case_headwater(b, "A", 10, 1);
    case_section(b, "R", 15000);
    case_unsteady(b, 3600, 3600, 600);
    qh_case *c = case_end(b);
    static const char *const name[] = {"linear", "general", "spectral", "auto"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        solved *s = solve_pond(c, name[i], 0, 1e5);
        assert_int_equal(s->status, QH_E_INPUT);
        assert_int_equal(s->begins, 0);
        solved_free(s);
    }
    qh_case_destroy(c);
}

/* Long after a step the state is the steady one, of a chain too. */
static void late_state_is_steady(void **state) {
    (void)state;
    static const double time[] = {0, 3600}, value[] = {5, 20};
    case_builder *b = case_begin(2);
    case_reach(b, "R", "A", "Z", 15000, 20, 15);
    case_headwater(b, "A", 10, 20);
    qh_constituent *first = case_constituent(b, 0);
    first->k20 = 4e-5;
    first->has_product = true;
    first->product = 1;
    first->yield = 0.7;
    case_constituent(b, 1)->k20 = 4e-5; /* equal rates */
    case_section(b, "R", 7000);
    case_section(b, "R", 14000);
    case_unsteady(b, 5 * 86400, 86400, 86400);
    qh_case *c = case_end(b);
    const qh_series *series = case_series(b, QH_STEP, 2, time, value);
    c->solver.cell_length = 500;
    case_give_series(c->headwater[0].input, 0, false, series);
    solved *s = solve_spectral(c);
    case_give(c->headwater[0].input, 0, false, 20);
    c->run.type = QH_STEADY;
    solved *e = solve_case(c, "exact", 1, NULL);
    assert_int_equal(e->status, QH_OK);
    for (size_t k = 0; k < c->n_section * s->m; k++)
        assert_close(s->sample[(s->n_sample - 1) * c->n_section * s->m + k], e->sample[k], 1e-5);
    for (size_t k = 0; k < s->water.grid->n_cell * s->m; k++)
        assert_close(s->cell[k], e->cell[k], 1e-4);
    solved_free(s);
    solved_free(e);
    qh_case_destroy(c);
}

/* A chain in a batch (no gradient): C1 = c e^{-kt}, C2 = y k c t e^{-kt} where both rates are k; from a given state. */
static void chain_from_given_state(void **state) {
    (void)state;
    const double k = 3e-5;
    case_builder *b = case_begin(2);
    case_reach(b, "R", "A", "Z", 90000, 20, 15);
    case_headwater(b, "A", 10, 0);
    for (size_t i = 0; i < 2; i++)
        case_constituent(b, i)->k20 = k;
    qh_constituent *first = case_constituent(b, 0);
    first->has_product = true;
    first->product = 1;
    first->yield = 0.7;
    case_initial(b, 0, 10);
    case_initial(b, 1, 0);
    case_section(b, "R", 70000);
    case_unsteady(b, 12 * 3600, 12 * 3600, 3600);
    qh_case *c = case_end(b);
    c->solver.cell_length = 1000;
    solved *s = solve_spectral(c);
    for (size_t n = 1; n < s->n_sample; n++) {
        const double t = s->sample_time[n];
        assert_close(solved_section(s, n, 0, 0), 10 * exp(-k * t), 1e-5);
        assert_close(solved_section(s, n, 0, 1), 0.7 * k * t * 10 * exp(-k * t), 1e-5);
    }
    solved_free(s);
    qh_case_destroy(c);
}

/* Plug flow keeps a jump a jump: no number of frequencies resolves it. */
static void sharp_fronts_are_refused(void **state) {
    (void)state;
    static const double time[] = {0, 3600}, value[] = {5, 20};
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 15000, 20, 0);
    case_headwater(b, "A", 10, 20);
    case_section(b, "R", 7000);
    case_unsteady(b, 86400, 86400, 3600);
    qh_case *c = case_end(b);
    case_give_series(c->headwater[0].input, 0, false, case_series(b, QH_STEP, 2, time, value));
    solved *s = solve_case(c, "spectral", 1, NULL);
    assert_int_equal(s->status, QH_E_INPUT);
    assert_int_equal(s->begins, 0);
    assert_non_null(strstr(qh_diag_line(s->water.diag, qh_diag_size(s->water.diag) - 1), "too sharp"));
    solved_free(s);
    s = solve_case(c, "auto", 1, NULL);
    assert_int_equal(s->status, QH_OK);
    assert_string_not_equal(s->engine->name, "spectral");
    solved_free(s);
    c->run.sample_interval = 3601;
    s = solve_case(c, "spectral", 1, NULL);
    assert_int_equal(s->status, QH_E_INPUT);
    solved_free(s);
    qh_case_destroy(c);
}

/* The number of samples has no small factors (1439 is a prime): the same curve as with one minute more. */
static void number_of_samples_may_be_prime(void **state) {
    (void)state;
    static const double time[] = {0, 2 * 3600.0, 5 * 3600.0}, value[] = {3.7, 11.4, 3.7};
    solved *run[2] = {NULL};
    qh_case *made[2] = {NULL};
    for (size_t k = 0; k < 2; k++) {
        case_builder *b = case_begin(1);
        case_reach(b, "R", "A", "Z", 669, 0.36, 0.24);
        case_headwater(b, "A", 0.0125, 3.7);
        case_section(b, "R", 281);
        case_section(b, "R", 433);
        case_section(b, "R", 619);
        const double duration = 60 * (double)(1439 + k);
        case_unsteady(b, duration, duration, 60);
        qh_case *c = made[k] = case_end(b);
        case_give_series(c->headwater[0].input, 0, false, case_series(b, QH_STEP, 3, time, value));
        c->solver.cell_length = 10;
        run[k] = solve_spectral(c);
    }
    const double tolerance = 2 * made[0]->solver.relative_tolerance * 11.4;
    assert_int_equal(run[0]->n_sample, 1440);
    for (size_t k = 0; k < run[0]->n_sample * 3; k++)
        assert_close(run[0]->sample[k], run[1]->sample[k], tolerance);
    assert_true(solved_section(run[0], 330, 0, 0) > 5); /* the pulse is there */
    for (size_t k = 0; k < 2; k++) {
        solved_free(run[k]);
        qh_case_destroy(made[k]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_front),
        cmocka_unit_test(slug_of_ten_kilograms),
        cmocka_unit_test(finite_pulse),
        cmocka_unit_test(transient_storage),
        cmocka_unit_test(networks),
        cmocka_unit_test(late_state_is_steady),
        cmocka_unit_test(chain_from_given_state),
        cmocka_unit_test(pond_decays_as_the_river),
        cmocka_unit_test(ponds_are_for_the_transform),
        cmocka_unit_test(sharp_fronts_are_refused),
        cmocka_unit_test(number_of_samples_may_be_prime),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
