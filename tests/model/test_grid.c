/* The grid: cells, faces, conductances, hydraulics, and the advice before a solve. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/channel.h"
#include "model/dispersion.h"
#include "model/mixing.h"
#include "model/reach.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"

static qh_optional given(double value) { return (qh_optional){true, value}; }

static void set_cell_length(qh_case *c, double cell_length) { c->solver.cell_length = cell_length; }

/* A reach whose state and dispersion both depend on the discharge. */
static void make_trapezoid(qh_reach *r, const char *formula) {
    r->channel = (qh_channel){.law = "trapezoid",
                              .manning = given(0.035),
                              .bottom_width = given(30),
                              .side_slope = given(2),
                              .slope = given(0.001)};
    r->dispersion = (qh_optional){false, 0};
    r->dispersion_formula = formula;
}

/* Two headwaters that meet, an outfall, a lateral over the middle of the third reach, a section. */
static qh_case *a_river(void) {
    case_builder *b = case_begin(1);
    make_trapezoid(case_reach(b, "r1", "A", "J", 2500, 30, 20), "fischer");
    case_reach(b, "r2", "B", "J", 700, 10, 5);
    make_trapezoid(case_reach(b, "r3", "J", "O", 6000, 30, 20), "deng");
    case_headwater(b, "A", 10, 1);
    case_headwater(b, "B", 3, 1);
    case_outfall(b, "r1", 1234.5, 0.3, 5);
    case_lateral(b, "r3", 1000, 4000, 2.7, 0);
    case_section(b, "r3", 5000);
    qh_case *c = case_end(b);
    set_cell_length(c, 100);
    return c;
}

static void cells_fill_the_segments_evenly(void **state) {
    (void)state;
    qh_case *c = a_river();
    hydraulics h = hydraulics_of(c);
    const qh_grid *g = h.grid;
    assert_int_equal(g->n_segment, h.network->n_segment);
    assert_int_equal(g->segment_first[0], 0);
    assert_int_equal(g->segment_first[g->n_segment], g->n_cell);
    for (size_t s = 0; s < g->n_segment; s++) {
        const qh_segment *segment = &h.network->segment[s];
        const size_t first = g->segment_first[s], n = g->segment_first[s + 1] - first;
        const double length = segment->x1 - segment->x0;
        assert_true(n >= 2);
        assert_true(length / (double)n <= 100 * (1 + 1e-12));
        assert_true(n == 2 || length / (double)(n - 1) > 100 * (1 - 1e-12)); /* no more than needed */
        for (size_t i = first; i < first + n; i++) {
            assert_true(qh_grid_length(g, i) == length / (double)n);
            assert_int_equal(qh_grid_reach(g, i), segment->reach);
            assert_true(qh_grid_chainage(g, i) > segment->x0 && qh_grid_chainage(g, i) < segment->x1);
            if (i > first)
                assert_true(fabs(qh_grid_chainage(g, i) - qh_grid_chainage(g, i - 1) - qh_grid_length(g, i)) < 1e-9);
            assert_true(qh_grid_temperature(g, i) == 20);
            assert_true(qh_grid_storage_area(g, i) == 0 && qh_grid_storage_exchange(g, i) == 0);
        }
        assert_true(fabs(qh_grid_chainage(g, first) - 0.5 * qh_grid_length(g, first) - segment->x0) < 1e-9);
    }
    hydraulics_free(&h);
    qh_case_destroy(c);
}

static size_t cells_of_one_reach(double length, double cell_length) {
    case_builder *b = case_begin(1);
    case_reach(b, "r", "A", "B", length, 10, 1);
    case_headwater(b, "A", 1, 1);
    qh_case *c = case_end(b);
    set_cell_length(c, cell_length);
    hydraulics h = hydraulics_of(c);
    const size_t n = h.grid->n_cell;
    hydraulics_free(&h);
    qh_case_destroy(c);
    return n;
}

static void the_number_of_cells_is_not_rounded_up_for_nothing(void **state) {
    (void)state;
    assert_int_equal(cells_of_one_reach(1000, 100), 10);
    assert_int_equal(cells_of_one_reach(1001, 100), 11);
    assert_int_equal(cells_of_one_reach(0.3, 0.1), 3); /* 0.3/0.1 is 2.9999999999999996 */
    assert_int_equal(cells_of_one_reach(2.1, 0.7), 3); /* 2.1/0.7 is 3.0000000000000004 */
    assert_int_equal(cells_of_one_reach(50, 1000), 2);
    assert_int_equal(cells_of_one_reach(50, 50), 2);
}

static void faces_carry_the_same_discharge_on_both_sides(void **state) {
    (void)state;
    qh_case *c = a_river();
    hydraulics h = hydraulics_of(c);
    const qh_grid *g = h.grid;
    size_t with_lateral = 0;
    for (size_t s = 0; s < g->n_segment; s++) {
        const qh_segment *segment = &h.network->segment[s];
        const double q = h.flow->segment_lateral[s], up = h.flow->segment_upstream[s];
        const size_t first = g->segment_first[s], last = g->segment_first[s + 1] - 1;
        assert_true(qh_grid_discharge_up(g, first) == up);
        assert_true(qh_grid_discharge_down(g, last) == up + q * (segment->x1 - segment->x0));
        for (size_t i = first; i <= last; i++) {
            if (i < last)
                assert_true(qh_grid_discharge_down(g, i) == qh_grid_discharge_up(g, i + 1)); /* to the last bit */
            assert_true(fabs(qh_grid_discharge_down(g, i) - qh_grid_discharge_up(g, i) - q * qh_grid_length(g, i)) <
                        1e-13);
            if (q == 0) assert_true(qh_grid_discharge_down(g, i) == up);
        }
        if (q > 0) with_lateral++;
    }
    assert_int_equal(with_lateral, 1);
    hydraulics_free(&h);
    qh_case_destroy(c);
}

static void conductances_are_half_cells_in_series(void **state) {
    (void)state;
    qh_case *c = a_river();
    hydraulics h = hydraulics_of(c);
    const qh_grid *g = h.grid;
    for (size_t s = 0; s < g->n_segment; s++) {
        const size_t first = g->segment_first[s], last = g->segment_first[s + 1] - 1;
        for (size_t i = first; i <= last; i++) {
            const double half = qh_grid_length(g, i) / 2 / (g->area[i] * g->dispersion[i]); /* resistance, s/m3 */
            if (i == first) assert_true(fabs(qh_grid_conductance_up(g, i) * half - 1) < 1e-14);
            if (i == last) {
                assert_true(fabs(qh_grid_conductance_down(g, i) * half - 1) < 1e-14);
                break;
            }
            const double next = qh_grid_length(g, i + 1) / 2 / (g->area[i + 1] * g->dispersion[i + 1]);
            assert_true(qh_grid_conductance_down(g, i) == qh_grid_conductance_up(g, i + 1)); /* to the last bit */
            assert_true(fabs(qh_grid_conductance_down(g, i) * (half + next) - 1) < 1e-14);
        }
    }
    hydraulics_free(&h);
    qh_case_destroy(c);
}

static void cells_have_the_state_of_their_mean_discharge(void **state) {
    (void)state;
    qh_case *c = a_river();
    hydraulics h = hydraulics_of(c);
    const qh_grid *g = h.grid;
    for (size_t i = 0; i < g->n_cell; i++) {
        const qh_reach *r = &c->reach[qh_grid_reach(g, i)];
        qh_channel_state s = {0};
        assert_int_equal(
            qh_channel_state_of(r, 0.5 * (qh_grid_discharge_up(g, i) + qh_grid_discharge_down(g, i)), h.diag, &s),
            QH_OK);
        assert_true(fabs(g->area[i] / s.area - 1) < 1e-14 && fabs(g->depth[i] / s.depth - 1) < 1e-14);
        assert_true(fabs(qh_grid_width(g, i) / s.width - 1) < 1e-14 &&
                    fabs(qh_grid_velocity(g, i) / s.velocity - 1) < 1e-14);
        if (r->dispersion.given) {
            assert_true(g->dispersion[i] == r->dispersion.value);
        } else {
            const qh_dispersion_input in = {s.velocity, s.depth, s.width,
                                            qh_shear_velocity(s.hydraulic_radius, r->channel.slope.value)};
            const double d = qh_dispersion_find(r->dispersion_formula)->coefficient(&in);
            assert_true(fabs(g->dispersion[i] / d - 1) < 1e-13);
        }
    }
    hydraulics_free(&h);
    qh_case_destroy(c);
}

static void no_dispersion_gives_no_conductance(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r", "A", "B", 1000, 10, 0);
    case_headwater(b, "A", 1, 1);
    qh_case *c = case_end(b);
    set_cell_length(c, 100);
    hydraulics h = hydraulics_of(c);
    for (size_t i = 0; i < h.grid->n_cell; i++) {
        assert_true(qh_grid_conductance_up(h.grid, i) == 0 && qh_grid_conductance_down(h.grid, i) == 0);
    }
    hydraulics_free(&h);
    qh_case_destroy(c);
}

static void storage_zones_and_temperatures_are_the_reachs(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    qh_reach *r = case_reach(b, "r1", "A", "B", 1000, 10, 1);
    r->storage_area = given(3);
    r->storage_exchange = given(1e-4);
    r->temperature = given(12.5);
    case_reach(b, "r2", "B", "C", 1000, 10, 1);
    case_headwater(b, "A", 1, 1);
    qh_case *c = case_end(b);
    hydraulics h = hydraulics_of(c);
    for (size_t i = 0; i < h.grid->n_cell; i++) {
        const bool first = qh_grid_reach(h.grid, i) == 0;
        assert_true(qh_grid_storage_area(h.grid, i) == (first ? 3 : 0));
        assert_true(qh_grid_storage_exchange(h.grid, i) == (first ? 1e-4 : 0));
        assert_true(qh_grid_temperature(h.grid, i) == (first ? 12.5 : 20));
    }
    hydraulics_free(&h);
    qh_case_destroy(c);
}

static void many_cells_without_inflow_are_evaluated_once(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    make_trapezoid(case_reach(b, "r", "A", "B", 400e3, 10, 0), "fischer");
    case_headwater(b, "A", 25, 1);
    qh_case *c = case_end(b);
    set_cell_length(c, 1);
    hydraulics h = hydraulics_of(c);
    assert_int_equal(h.grid->n_cell, 400000);
    for (size_t i = 0; i < h.grid->n_cell; i += 999) {
        assert_true(h.grid->area[i] == h.grid->area[0] && h.grid->dispersion[i] == h.grid->dispersion[0]);
    }
    hydraulics_free(&h);
    qh_case_destroy(c);
}

/* -------------------------------------------------------------------------------------------------- errors */

typedef struct attempt {
    qh_diag *diag;
    qh_network *network;
    qh_flow *flow;
    qh_grid *grid;
    qh_status status;
} attempt;

/* Network and flow must stand; the grid may not. */
static attempt attempt_grid(const qh_case *c, double cell_length) {
    attempt a = {.diag = qh_diag_create(QH_EN)};
    assert_int_equal(qh_network_create(c, a.diag, &a.network), QH_OK);
    assert_int_equal(qh_flow_solve(c, a.network, a.diag, &a.flow), QH_OK);
    assert_int_equal(qh_diag_size(a.diag), 0);
    a.status = qh_grid_create(c, a.network, a.flow, cell_length, a.diag, &a.grid);
    return a;
}

static void end_attempt(attempt *a) {
    qh_grid_destroy(a->grid);
    qh_flow_destroy(a->flow);
    qh_network_destroy(a->network);
    qh_diag_destroy(a->diag);
}

static bool has_text(qh_diag *diag, qh_severity severity, const char *part) {
    for (size_t i = 0; i < qh_diag_size(diag); i++) {
        const qh_message *m = qh_diag_get(diag, i);
        if (m->severity == severity && strstr(m->text, part)) return true;
    }
    return false;
}

static void assert_text(qh_diag *diag, qh_severity severity, const char *part) {
    if (has_text(diag, severity, part)) return;
    for (size_t i = 0; i < qh_diag_size(diag); i++) {
        print_error("%s\n", qh_diag_line(diag, i));
    }
    fail_msg("nothing says: %s", part);
}

static void too_many_cells_are_an_error(void **state) {
    (void)state;
    qh_case *c = a_river();
    attempt a = attempt_grid(c, 1e-4);
    assert_int_equal(a.status, QH_E_INPUT);
    assert_null(a.grid);
    assert_text(a.diag, QH_ERROR,
                "a solver.cell_length of 0.0001 m makes 9.2e+07 cells, more than the 50 million that a grid may have");
    end_attempt(&a);
    static const double wrong[] = {0, -1, NAN, INFINITY};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        a = attempt_grid(c, wrong[i]);
        assert_int_equal(a.status, QH_E_INPUT);
        assert_null(a.grid);
        assert_text(a.diag, QH_ERROR, "solver.cell_length must be greater than 0");
        end_attempt(&a);
    }
    a = attempt_grid(c, 1e-300);
    assert_int_equal(a.status, QH_E_INPUT);
    end_attempt(&a);
    qh_case_destroy(c);
}

static void all_that_reaches_lack_is_told_at_once(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "A", "B", 1000, 10, 1)->dispersion = (qh_optional){false, 0};
    make_trapezoid(case_reach(b, "r2", "B", "C", 1000, 10, 1), "fisher");
    qh_reach *r = case_reach(b, "r3", "C", "D", 1000, 10, 1);
    r->dispersion = (qh_optional){false, 0};
    r->dispersion_formula = "fischer";
    r->channel.slope = (qh_optional){false, 0};
    case_reach(b, "r4", "D", "E", 1000, 10, -2);
    case_reach(b, "r5", "E", "F", 1000, 10, 1)->storage_area = given(2);
    r = case_reach(b, "r6", "F", "G", 1000, 10, 1);
    r->storage_area = given(-2);
    r->storage_exchange = given(1e-4);
    r = case_reach(b, "r7", "G", "H", 1000, 10, 1);
    r->storage_area = given(2);
    r->storage_exchange = given(NAN);
    case_reach(b, "r8", "H", "I", 1000, 10, 1)->channel.law = "weir";
    case_reach(b, "r9", "I", "K", 1000, 10, 1)->channel.width = (qh_optional){false, 0};
    case_reach(b, "r10", "K", "L", 1000, 10, 1)->dispersion_formula = "fischer";
    case_headwater(b, "A", 1, 1);
    qh_case *c = case_end(b);
    attempt a = attempt_grid(c, 100);
    assert_int_equal(a.status, QH_E_INPUT);
    static const char *const expected[] = {
        "reach r1 needs dispersion or dispersion_formula",
        "reach r2: there is no dispersion formula fisher",
        "reach r3: the dispersion formula fischer needs slope, for the shear velocity",
        "reach r4: dispersion must not be negative, it is -2",
        "reach r5: storage_area and storage_exchange must be given together",
        "reach r6: storage_area must not be negative, it is -2",
        "reach r7: storage_exchange must not be negative, it is nan",
        "reach r8: there is no hydraulic law weir",
        "reach r9: law fixed needs width",
        "reach r10: its dispersion is given, the formula fischer is not used",
    };
    assert_int_equal(qh_diag_size(a.diag), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const qh_message *m = qh_diag_get(a.diag, i);
        assert_string_equal(m->text, expected[i]);
        assert_int_equal(m->severity, i == 9 ? QH_WARNING : QH_ERROR);
        assert_int_equal(m->place.line, i + 2); /* the reach's own row */
    }
    /* A reader that checked before gets no message twice. */
    for (size_t i = 0; i < c->n_reach; i++) {
        assert_int_equal(qh_reach_check(&c->reach[i], a.diag), i == 9 ? QH_OK : QH_E_INPUT);
    }
    assert_int_equal(qh_diag_size(a.diag), sizeof expected / sizeof *expected);
    end_attempt(&a);
    qh_case_destroy(c);
}

static void reaches_without_a_state_are_all_told(void **state) {
    (void)state;
    static const double offset[] = {0, 20, 25, 45}, elevation[] = {3, 0, 0, 3};
    const qh_cross_section small = {
        .place = {"memory/x.csv", 2, 1}, .name = "X", .count = 4, .offset = offset, .elevation = elevation};
    case_builder *b = case_begin(1);
    for (int i = 0; i < 2; i++) {
        qh_reach *r = case_reach(b, i ? "r2" : "r1", i ? "B" : "A", i ? "C" : "B", 1000, 10, 1);
        r->channel =
            (qh_channel){.law = "surveyed", .cross_section = &small, .manning = given(0.03), .slope = given(0.001)};
    }
    case_outfall(b, "r1", 500, 0.5, 1); /* a second segment, with another discharge: the first is told */
    case_headwater(b, "A", 5000, 1);
    qh_case *c = case_end(b);
    attempt a = attempt_grid(c, 100);
    assert_int_equal(a.status, QH_E_NUMERIC);
    assert_null(a.grid);
    assert_int_equal(qh_diag_count(a.diag, QH_ERROR), 2);
    assert_text(a.diag, QH_ERROR, "reach r1: 5000 m3/s pass over the lower bank of cross-section X");
    assert_text(a.diag, QH_ERROR, "reach r2: 5000.5 m3/s pass over the lower bank of cross-section X");
    end_attempt(&a);
    qh_case_destroy(c);
}

static void formulas_out_of_range_are_told_once_a_reach(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    make_trapezoid(case_reach(b, "r1", "A", "B", 3000, 10, 1), "elder");
    make_trapezoid(case_reach(b, "r2", "B", "C", 3000, 10, 1), "elder");
    make_trapezoid(case_reach(b, "r3", "C", "D", 3000, 10, 1), "fischer"); /* in range */
    case_outfall(b, "r1", 500, 0.1, 1);
    case_outfall(b, "r1", 900, 0.1, 1);
    case_headwater(b, "A", 5, 1);
    qh_case *c = case_end(b);
    attempt a = attempt_grid(c, 100);
    assert_int_equal(a.status, QH_OK);
    assert_int_equal(qh_diag_size(a.diag), 2);
    assert_text(a.diag, QH_ADVICE,
                "reach r1: the dispersion formula Elder (1959) is outside its range (vertical shear only: plane flow "
                "without banks; far too low for rivers): B/H = ");
    assert_text(a.diag, QH_ADVICE, "reach r2: the dispersion formula Elder (1959)");
    end_attempt(&a);
    qh_case_destroy(c);
}

/* -------------------------------------------------------------------------------------------------- advice */

static qh_diag *advice_on(const qh_case *c) {
    hydraulics h = hydraulics_of(c);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_grid_advise(c, h.network, h.flow, h.grid, diag);
    hydraulics_free(&h);
    assert_int_equal(qh_diag_count(diag, QH_ERROR) + qh_diag_count(diag, QH_WARNING), 0);
    return diag;
}

static void coarse_cells_are_told_by_their_peclet_number(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "coarse", "A", "B", 10000, 10, 2); /* u = 0.5, Pe = 0.5*100/2 = 25 */
    case_reach(b, "fine", "B", "C", 10000, 10, 20);  /* 2.5 */
    case_reach(b, "none", "C", "D", 10000, 10, 0);
    case_headwater(b, "A", 5, 1);
    case_unsteady(b, 10 * 86400, 3600, 3600);
    qh_case *c = case_end(b);
    set_cell_length(c, 100);
    qh_diag *diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 2);
    assert_text(diag, QH_ADVICE,
                "reach coarse: cell Péclet number 25 (velocity 0.5 m/s, cells of 100 m, dispersion 2 m2/s): the grid "
                "widens sharp fronts more than the river does; cells of 40 m would resolve them");
    assert_text(diag, QH_ADVICE, "reach none has no dispersion: fronts are as wide as its cells of 100 m make them");
    qh_diag_destroy(diag);
    c->run.type = QH_STEADY;
    diag = advice_on(c);
    assert_text(diag, QH_ADVICE, "reach coarse: cell Péclet number 25");
    assert_text(diag, QH_ADVICE, "a steady profile holds");
    qh_diag_destroy(diag);
    set_cell_length(c, 30); /* 7.5 */
    diag = advice_on(c);
    assert_false(has_text(diag, QH_ADVICE, "reach coarse"));
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

static void profiles_that_are_too_rare_are_told_by_their_courant_number(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "short", "A", "B", 3600, 10, 50); /* u = 0.5: 2 h */
    case_reach(b, "long", "B", "C", 36000, 10, 50); /* 20 h */
    case_headwater(b, "A", 5, 1);
    case_unsteady(b, 10 * 86400, 6 * 3600, 3600);
    qh_case *c = case_end(b);
    set_cell_length(c, 100);
    qh_diag *diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 1);
    assert_text(
        diag, QH_ADVICE,
        "profiles every 6 h miss what passes between them in 1 of 2 reaches: the water crosses reach short in 2 h "
        "(Courant number of its cells 108); control sections are followed every 1 h");
    qh_diag_destroy(diag);
    c->run.output_interval = 3600;
    diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 0);
    qh_diag_destroy(diag);
    c->run.output_interval = 6 * 3600;
    c->run.type = QH_STEADY;
    diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 0);
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

/* Width 10, depth 1, u = 0.5, slope 0.001: u* = sqrt(9.81 * 10/12 * 0.001) = 0.0904, Ey = 0.6 u* = 0.0542,
 * L = 0.4420 * 0.5 * 100 / 0.0542 = 407 m. */
static qh_case *mixing_case(double outfall_at, double section_at, bool on_the_next_reach) {
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "A", "B", 5000, 10, 50)->channel.slope = given(0.001);
    case_reach(b, "r2", "B", "C", 5000, 10, 50)->channel.slope = given(0.001);
    case_headwater(b, "A", 5, 1);
    case_outfall(b, "r1", outfall_at, 0, 10);
    case_section(b, on_the_next_reach ? "r2" : "r1", section_at);
    qh_case *c = case_end(b);
    c->run.transverse_mixing = 0.6;
    return c;
}

static void sections_inside_the_mixing_length_are_told(void **state) {
    (void)state;
    qh_case *c = mixing_case(1000, 1400, false);
    qh_diag *diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 1);
    assert_string_equal(qh_diag_get(diag, 0)->place.file, c->section[0].place.file);
    assert_text(diag, QH_ADVICE,
                "section S1 lies within the mixing length of outfall P1 (0.40 of 0.41 km): near the bank the "
                "concentration is higher than the computed mean of the cross-section (HJ 2.3-2018, discharge at the "
                "bank)");
    qh_diag_destroy(diag);
    qh_case_destroy(c);

    c = mixing_case(1000, 1410, false); /* just beyond */
    diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 0);
    qh_diag_destroy(diag);
    qh_case_destroy(c);

    c = mixing_case(1000, 900, false); /* upstream of it */
    diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 0);
    qh_diag_destroy(diag);
    qh_case_destroy(c);

    c = mixing_case(4800, 100, true); /* on the following reach: 200 + 100 m */
    diag = advice_on(c);
    assert_text(diag, QH_ADVICE, "outfall P1 (0.30 of 0.41 km)");
    qh_diag_destroy(diag);
    qh_case_destroy(c);

    c = mixing_case(4800, 300, true); /* 500 m */
    diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 0);
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

static void the_nearest_sources_of_a_section_are_listed(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "A", "B", 5000, 10, 50);
    case_headwater(b, "A", 5, 1);
    for (int i = 0; i < 80; i++) {
        case_outfall(b, "r1", 1000 + 2 * i, 0, 10); /* the last one nearest */
    }
    case_tributary(b, "r1", 1150, 0.01, 10);
    case_section(b, "r1", 1200);
    qh_case *c = case_end(b);
    c->run.transverse_mixing = 0.6;
    qh_diag *diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 1); /* one line a section, however many sources */
    assert_text(
        diag, QH_ADVICE,
        "section S1 lies within the mixing length of outfall P80 (0.04 of 0.41 km), outfall P79 (0.04 of 0.41 "
        "km), outfall P78 (0.05 of 0.41 km), outfall P77 (0.05 of 0.41 km), outfall P76 (0.05 of 0.41 km) and 76 "
        "more: near");
    qh_diag_destroy(diag);
    hydraulics h = hydraulics_of(c);
    diag = qh_diag_create(QH_ZH);
    qh_grid_advise(c, h.network, h.flow, h.grid, diag);
    assert_text(diag, QH_ADVICE,
                "断面 S1 处于下列污染源的混合过程段内：排污口 P80（相距 0.04 km，混合段长 0.41 km）、排污口 P79");
    assert_text(diag, QH_ADVICE, "，另有 76 处");
    qh_diag_destroy(diag);
    hydraulics_free(&h);
    qh_case_destroy(c);
}

/* Reaches 1 m deep with 10 and 40 m2 of area: 0.8 and 0.2 m/s. */
static void reaeration_out_of_range_is_told_once_a_reach(void **state) {
    (void)state;
    case_builder *b = case_begin(2);
    case_reach(b, "fast", "A", "B", 5000, 10, 500);
    case_reach(b, "slow", "B", "C", 5000, 40, 500);
    case_headwater(b, "A", 8, 1);
    qh_case *c = case_end(b);
    qh_constituent *oxygen = &((qh_constituent *)(uintptr_t)c->constituent)[1];
    oxygen->is_oxygen = true;
    static const struct {
        const char *formula, *text; /* NULL: in range everywhere */
    } expected[] = {
        {NULL, NULL},
        {"churchill", "reach slow: the reaeration formula churchill is outside its range (depth 0.61 to 3.35 m, "
                      "velocity 0.55 to 1.52 m/s): depth 1 m, velocity 0.2 m/s"},
        {"oconnor-dobbins",
         "reach fast: the reaeration formula oconnor-dobbins is outside its range (depth 0.3 to 9.1 m, "
         "velocity 0.15 to 0.49 m/s): depth 1 m, velocity 0.8 m/s"},
        {"covar", NULL},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        oxygen->reaeration = expected[i].formula;
        qh_diag *diag = advice_on(c);
        assert_int_equal(qh_diag_size(diag), expected[i].text ? 1 : 0);
        if (expected[i].text) assert_text(diag, QH_ADVICE, expected[i].text);
        qh_diag_destroy(diag);
    }
    qh_case_destroy(c);
}

static void closed_outfalls_need_no_mixing(void **state) {
    (void)state;
    qh_case *c = mixing_case(1000, 1400, false);
    case_give(c->outfall[0].input, 0, true, 0);
    qh_diag *diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 0);
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

static void only_the_next_section_is_told_on_every_branch(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "A", "B", 1000, 10, 50)->channel.slope = given(0.001);
    case_branch(b, "left", "B", "C", 1000, 10, 50, 0.5)->channel.slope = given(0.001);
    case_branch(b, "right", "B", "D", 1000, 10, 50, 0.5)->channel.slope = given(0.001);
    case_headwater(b, "A", 5, 1);
    case_tributary(b, "r1", 900, 0.5, 30);
    case_section(b, "left", 100);
    case_section(b, "left", 150); /* behind the first: that one says it */
    case_section(b, "right", 120);
    case_section(b, "right", 800); /* too far */
    qh_case *c = case_end(b);
    c->run.transverse_mixing = 0.6;
    qh_diag *diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 2);
    assert_text(diag, QH_ADVICE, "section S1 lies within the mixing length of tributary T1 (0.20 of ");
    assert_text(diag, QH_ADVICE, "section S3 lies within the mixing length of tributary T1 (0.22 of ");
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

static void the_shorter_way_to_a_section_counts(void **state) {
    (void)state;
    for (int left_is_longer = 0; left_is_longer < 2; left_is_longer++) {
        case_builder *b = case_begin(1);
        case_reach(b, "r1", "A", "B", 1000, 10, 50);
        case_branch(b, "left", "B", "C", left_is_longer ? 150 : 100, 10, 50, 0.5);
        case_branch(b, "right", "B", "C", left_is_longer ? 100 : 150, 10, 50, 0.5);
        case_reach(b, "r2", "C", "D", 1000, 10, 50);
        case_headwater(b, "A", 5, 1);
        case_tributary(b, "r1", 950, 0.5, 30);
        case_section(b, "r2", 10);
        qh_case *c = case_end(b);
        c->run.transverse_mixing = 0.6;
        qh_diag *diag = advice_on(c);
        assert_text(diag, QH_ADVICE, "tributary T1 (0.16 of ");
        qh_diag_destroy(diag);
        qh_case_destroy(c);
    }
}

static void at_a_bifurcation_the_larger_branch_decides(void **state) {
    (void)state;
    /* Left: 10 m wide, 407 m to mix; right: 2 m wide and slower, some 20 m. The section lies 200 m below. */
    for (int left_first = 0; left_first < 2; left_first++) {
        case_builder *b = case_begin(1);
        case_reach(b, "r1", "A", "B", 1000, 10, 50);
        if (left_first) case_branch(b, "left", "B", "C", 1000, 10, 50, 0.9);
        case_branch(b, "right", "B", "D", 1000, 2, 50, 0.1);
        if (!left_first) case_branch(b, "left", "B", "C", 1000, 10, 50, 0.9);
        case_headwater(b, "A", 5, 1);
        case_outfall(b, "r1", 1000, 0, 10);
        case_section(b, "left", 200);
        qh_case *c = case_end(b);
        c->run.transverse_mixing = 0.6;
        qh_diag *diag = advice_on(c);
        assert_text(diag, QH_ADVICE, "outfall P1 (0.20 of ");
        qh_diag_destroy(diag);
        qh_case_destroy(c);
    }
}

static void without_transverse_mixing_nothing_is_said_of_it(void **state) {
    (void)state;
    qh_case *c = mixing_case(1000, 1010, false);
    c->run.transverse_mixing = 0;
    qh_diag *diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 0);
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

static void without_a_slope_the_mixing_length_cannot_be_told(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "A", "B", 5000, 10, 50)->channel.slope = (qh_optional){false, 0};
    case_headwater(b, "A", 5, 1);
    case_outfall(b, "r1", 1000, 0.1, 10);
    case_outfall(b, "r1", 2000, 0.1, 10);
    case_section(b, "r1", 1100);
    qh_case *c = case_end(b);
    c->run.transverse_mixing = 0.6;
    qh_diag *diag = advice_on(c);
    assert_int_equal(qh_diag_size(diag), 1); /* once for the reach */
    assert_text(diag, QH_ADVICE, "reach r1 has no slope: how far its outfalls and tributaries need to mix");
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_fill_the_segments_evenly),
        cmocka_unit_test(the_number_of_cells_is_not_rounded_up_for_nothing),
        cmocka_unit_test(faces_carry_the_same_discharge_on_both_sides),
        cmocka_unit_test(conductances_are_half_cells_in_series),
        cmocka_unit_test(cells_have_the_state_of_their_mean_discharge),
        cmocka_unit_test(no_dispersion_gives_no_conductance),
        cmocka_unit_test(storage_zones_and_temperatures_are_the_reachs),
        cmocka_unit_test(many_cells_without_inflow_are_evaluated_once),
        cmocka_unit_test(too_many_cells_are_an_error),
        cmocka_unit_test(all_that_reaches_lack_is_told_at_once),
        cmocka_unit_test(reaches_without_a_state_are_all_told),
        cmocka_unit_test(formulas_out_of_range_are_told_once_a_reach),
        cmocka_unit_test(coarse_cells_are_told_by_their_peclet_number),
        cmocka_unit_test(profiles_that_are_too_rare_are_told_by_their_courant_number),
        cmocka_unit_test(sections_inside_the_mixing_length_are_told),
        cmocka_unit_test(the_nearest_sources_of_a_section_are_listed),
        cmocka_unit_test(reaeration_out_of_range_is_told_once_a_reach),
        cmocka_unit_test(closed_outfalls_need_no_mixing),
        cmocka_unit_test(only_the_next_section_is_told_on_every_branch),
        cmocka_unit_test(the_shorter_way_to_a_section_counts),
        cmocka_unit_test(at_a_bifurcation_the_larger_branch_decides),
        cmocka_unit_test(without_transverse_mixing_nothing_is_said_of_it),
        cmocka_unit_test(without_a_slope_the_mixing_length_cannot_be_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
