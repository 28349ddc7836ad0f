/* Spills: against the closed form of a finite release on one river; mass through withdrawals, confluences, divisions and
 * storage zones; what the band holds; limits; what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/standard_reader.h"
#include "scenarios/spill.h"
#include "tests/support/case_builder.h"
#include "tests/support/closed_forms.h"

static const double AREA = 20, VELOCITY = 0.5, DISPERSION = 10, ORIGIN = 6000;

static qh_release release_of(size_t reach, double chainage, double mass, double duration) {
    return (qh_release){
        .reach = reach, .chainage = chainage, .mass = mass, .duration = duration, .name = "phenol", .edge = 0.01};
}

static qh_spill *solved(const qh_case *c, const qh_release *release) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_spill *spill = NULL;
    const qh_status status = qh_spill_solve(c, release, diag, &spill);
    for (size_t i = 0; status != QH_OK && i < qh_diag_size(diag); i++)
        print_error("%s\n", qh_diag_line(diag, i));
    assert_int_equal(status, QH_OK);
    qh_diag_destroy(diag);
    return spill;
}

static const qh_spill_target *target_of(const qh_spill *spill, const char *code) {
    for (size_t i = 0; i < spill->n_target; i++)
        if (strcmp(spill->target[i].code, code) == 0) return &spill->target[i];
    fail_msg("no target %s", code);
    return NULL;
}

static void assert_near(const char *what, double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("%s: found %.10g, expected %.10g within %g", what, found, expected, tolerance);
}

/* ---- one river ---- */

/* A release of `duration` [s] on the river above, per gram: the mean of slugs over it by Gauss's rule on 64 pieces. */
static double released(double x, double t, double duration, double k) {
    static const double node = 0.5773502691896258;
    enum { PIECES = 64 };
    const double half = duration / PIECES / 2;
    double sum = 0;
    for (int i = 0; i < PIECES; i++)
        for (int side = -1; side <= 1; side += 2)
            sum += slug(x, t - (2 * i + 1 + side * node) * half, 1, AREA, VELOCITY, DISPERSION, k);
    return sum / (2.0 * PIECES);
}

static double peak_time(double x, double duration, double k) {
    double low = x / VELOCITY / 2, high = 2 * x / VELOCITY + 2 * duration;
    for (int i = 0; i < 200; i++) {
        const double a = low + (high - low) / 3, b = high - (high - low) / 3;
        if (released(x, a, duration, k) < released(x, b, duration, k))
            low = a;
        else
            high = b;
    }
    return (low + high) / 2;
}

/* Time between a below and b above `value`, in whichever order. */
static double crossing(double x, double duration, double k, double value, double below, double above) {
    for (int i = 0; i < 100; i++) {
        const double middle = (below + above) / 2;
        if (released(x, middle, duration, k) < value)
            below = middle;
        else
            above = middle;
    }
    return (below + above) / 2;
}

static qh_case *river(double decay, const double *distance, size_t count) {
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = decay;
    case_reach(b, "R", "A", "Z", 120000, AREA, DISPERSION);
    case_headwater(b, "A", AREA * VELOCITY, 0);
    for (size_t i = 0; i < count; i++)
        case_section(b, "R", ORIGIN + distance[i]);
    return case_end(b);
}

static void check_passes(double mass, double duration, double decay) {
    static const double distance[] = {300, 1500, 4000, 12000, 40000, 80000};
    enum { COUNT = sizeof distance / sizeof *distance };
    const double limit = 0.01;
    qh_case *c = river(decay, distance, COUNT);
    qh_release release = release_of(0, ORIGIN, mass, duration);
    release.decay = decay;
    release.limit = (qh_optional){true, limit};
    qh_spill *spill = solved(c, &release);
    assert_int_equal(spill->n_target, COUNT);
    assert_near("discharge", spill->discharge, 10, 1e-12);
    for (size_t i = 0; i < COUNT; i++) {
        const qh_spill_target *t = &spill->target[i];
        const qh_pass *pass = &t->pass[QH_SPILL_OWN];
        const double x = distance[i], at = peak_time(x, duration, decay), peak = released(x, at, duration, decay);
        const double far = at + 12 * sqrt(2 * DISPERSION * x / pow(VELOCITY, 3)) + 2 * duration;
        assert_true(pass->arrives);
        const double length = pass->passed - pass->arrival; /* of the cloud */
        assert_near("distance", t->distance, x, 1e-6);
        assert_near("travel time", t->travel_time, x / VELOCITY, 1e-6);
        assert_near("peak", pass->peak, mass * peak, 1e-3 * mass * peak);
        assert_near("arrival", pass->arrival, crossing(x, duration, decay, 0.01 * peak, 0, at), 4e-3 * length);
        assert_near("passed", pass->passed, crossing(x, duration, decay, 0.01 * peak, far, at), 4e-3 * length);
        /* A long release has a flat top near by: its peak is as sure as its height. */
        if (duration < 1000) assert_near("peak time", pass->peak_time, at, 4e-3 * length);
        assert_true(pass->exceeds == (mass * peak > limit));
        if (!pass->exceeds) continue;
        assert_near("from", pass->over_from, crossing(x, duration, decay, limit / mass, 0, at), 4e-3 * length);
        assert_near("to", pass->over_to, crossing(x, duration, decay, limit / mass, far, at), 4e-3 * length);
    }
    assert_true(spill->target[0].pass[0].exceeds);
    assert_false(spill->target[COUNT - 1].pass[0].exceeds);
    qh_spill_destroy(spill);
    qh_case_destroy(c);
}

static void closed_form(void **state) {
    (void)state;
    check_passes(500, 600, 0);
    check_passes(500, 600, 2e-5);
    check_passes(2000, 7200, 1e-5);
    check_passes(500, 60, 6e-5); /* at 80 km e^-9.6 of it is left */
}

/* A constituent brings its own kinetics, a substance the rate that it is given: the same numbers. */
static void constituent_or_substance(void **state) {
    (void)state;
    static const double distance[] = {5000};
    qh_case *c = river(3e-5, distance, 1);
    qh_release release = release_of(0, ORIGIN, 1000, 600);
    release.decay = 3e-5;
    qh_spill *by_rate = solved(c, &release);
    release.has_species = true;
    qh_spill *by_case = solved(c, &release);
    assert_string_equal(by_case->name, "C1");
    assert_string_equal(by_rate->name, "phenol");
    assert_near("peak", by_case->target[0].pass[0].peak, by_rate->target[0].pass[0].peak, 1e-12);
    assert_true(by_case->target[0].background.given);
    assert_false(by_rate->target[0].background.given);
    qh_spill_destroy(by_rate);
    qh_spill_destroy(by_case);
    qh_case_destroy(c);
}

/* ---- mass ---- */

/* Integral of an answer over time by the trapezoid rule, g s/m3. */
static double dose(const qh_spill_target *t, size_t answer) {
    double sum = 0;
    for (size_t i = 1; i < t->n_time; i++)
        sum += (t->added[answer][i - 1] + t->added[answer][i]) / 2 * (t->time[i] - t->time[i - 1]);
    return sum;
}

/* On a network with a withdrawal, a confluence, an island, a distributed inflow and a storage zone: what passes a place is the mass times
 * the part of the water that came by, whatever the dispersion. */
static void mass_is_recovered(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "a", "A", "J", 8000, 15, 12);
    case_reach(b, "side", "S", "J", 3000, 6, 5);
    qh_reach *zone = case_reach(b, "b", "J", "F", 9000, 25, 20);
    zone->storage_area = (qh_optional){true, 5};
    zone->storage_exchange = (qh_optional){true, 1e-4};
    case_branch(b, "left", "F", "G", 4000, 10, 15, 0.7);
    case_branch(b, "right", "F", "G", 9000, 8, 15, 0.3);
    case_reach(b, "c", "G", "Z", 12000, 28, 25);
    case_headwater(b, "A", 6, 0);
    case_headwater(b, "S", 2, 0);
    case_withdrawal(b, "a", 4000, 1)->kind = "intake";
    case_withdrawal(b, "b", 2000, 1)->kind = "withdrawal";
    case_lateral(b, "c", 0, 6000, 1.5, 0);
    case_section(b, "a", 6000);
    case_section(b, "b", 5000);
    case_section(b, "left", 2000);
    case_section(b, "right", 5000);
    case_section(b, "c", 10000);
    case_section(b, "side", 1000); /* not reached */
    case_section(b, "a", 500);     /* above the spill */
    qh_case *c = case_end(b);
    const double mass = 5000;
    const qh_release release = release_of(0, 1000, mass, 900);
    qh_spill *spill = solved(c, &release);
    assert_int_equal(spill->n_target, 6);
    assert_int_equal(spill->n_dry, 2);
    /* Q of the place, and the part of the mass that is still in the river there */
    const double after_1 = 5.0 / 6, after_2 = after_1 * 6 / 7;
    const struct {
        size_t section;
        double discharge, part;
    } expected[] = {
        {0, 5, after_1}, {1, 6, after_2}, {2, 6 * 0.7, 0.7 * after_2}, {3, 6 * 0.3, 0.3 * after_2}, {4, 7.5, after_2}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const qh_spill_target *t = target_of(spill, c->section[expected[i].section].code);
        assert_false(t->is_intake);
        for (size_t a = 0; a < spill->n_answer; a++) {
            const double found = dose(t, a) * expected[i].discharge;
            assert_near(t->code, found / (mass * expected[i].part), 1, 1e-4);
        }
    }
    const qh_spill_target *intake = target_of(spill, c->withdrawal[0].code);
    assert_true(intake->is_intake);
    assert_near("at the intake", dose(intake, 0) * 6 / mass, 1, 1e-4);
    for (size_t i = 1; i < spill->n_target; i++)
        assert_true(spill->target[i].travel_time >= spill->target[i - 1].travel_time);
    assert_ptr_equal(&spill->target[0], intake);
    qh_spill_destroy(spill);
    qh_case_destroy(c);
}

/* ---- the band ---- */

static void holds(qh_band band, double value) { assert_true(band.low <= value && value <= band.high); }

static void band_of_formulas(void **state) {
    (void)state;
    static const double distance[] = {2000, 20000, 60000};
    qh_case *c = river(0, distance, 3);
    const qh_release release = release_of(0, ORIGIN, 1000, 600);
    qh_spill *spill = solved(c, &release);
    assert_true(spill->n_formula[0] >= 3); /* 20 m wide, 1 m deep: B/H = 20 */
    const double least = spill->dispersion[QH_SPREAD_LEAST][0].value, most = spill->dispersion[QH_SPREAD_MOST][0].value;
    assert_near("own", spill->dispersion[QH_SPREAD_OWN][0].value, DISPERSION, 0);
    assert_true(least <= DISPERSION && DISPERSION <= most && most > 2 * least);
    for (size_t i = 0; i < spill->n_target; i++) {
        const qh_spill_target *t = &spill->target[i];
        const qh_pass *own = &t->pass[QH_SPILL_OWN];
        /* What spreads more comes earlier, is lower and stays longer. */
        assert_true(t->pass[QH_SPILL_MOST].arrival < t->pass[QH_SPILL_LEAST].arrival);
        assert_true(t->pass[QH_SPILL_MOST].peak < t->pass[QH_SPILL_LEAST].peak);
        assert_true(t->pass[QH_SPILL_MOST].passed > t->pass[QH_SPILL_LEAST].passed);
        holds(qh_spill_arrival(spill, t), own->arrival);
        holds(qh_spill_peak_time(spill, t), own->peak_time);
        holds(qh_spill_peak(spill, t), own->peak);
        holds(qh_spill_passed(spill, t), own->passed);
    }
    /* A cloud's peak falls on its way and its length grows. */
    for (size_t i = 1; i < spill->n_target; i++)
        for (size_t a = 0; a < spill->n_answer; a++) {
            const qh_pass *near = &spill->target[i - 1].pass[a], *far = &spill->target[i].pass[a];
            assert_true(far->peak < near->peak && far->arrival > near->arrival);
            assert_true(far->passed - far->arrival > near->passed - near->arrival);
        }
    qh_spill_destroy(spill);
    qh_case_destroy(c);
}

/* Without a slope there is no shear velocity and no formula: the three answers are one. */
static void band_without_formulas(void **state) {
    (void)state;
    static const double distance[] = {5000};
    qh_case *c = river(0, distance, 1);
    qh_reach *reach = malloc(sizeof *reach);
    assert_non_null(reach);
    *reach = c->reach[0];
    reach->channel.slope = (qh_optional){0};
    const qh_reach *const kept = c->reach;
    c->reach = reach;
    const qh_release release = release_of(0, ORIGIN, 1000, 600);
    qh_spill *spill = solved(c, &release);
    assert_int_equal(spill->n_formula[0], 0);
    assert_near("least", spill->target[0].pass[QH_SPILL_LEAST].peak, spill->target[0].pass[QH_SPILL_MOST].peak, 0);
    qh_spill_destroy(spill);
    c->reach = kept;
    free(reach);
    qh_case_destroy(c);
}

/* A band of flow is what the same river gives at the lower and at the higher flow. */
static void band_of_flow(void **state) {
    (void)state;
    static const double distance[] = {2000, 20000}, factor[] = {0.8, 1.2};
    qh_case *c = river(1e-5, distance, 2);
    qh_release release = release_of(0, ORIGIN, 1000, 600);
    release.decay = 1e-5;
    release.flow_band = 0.2;
    qh_spill *spill = solved(c, &release);
    release.flow_band = 0;
    assert_int_equal(spill->n_answer, 5);
    for (size_t k = 0; k < 2; k++) {
        case_builder *b = case_begin(1);
        case_reach(b, "R", "A", "Z", 120000, AREA, DISPERSION);
        case_headwater(b, "A", factor[k] * AREA * VELOCITY, 0);
        for (size_t i = 0; i < 2; i++)
            case_section(b, "R", ORIGIN + distance[i]);
        qh_case *other = case_end(b);
        qh_spill *alone = solved(other, &release);
        for (size_t i = 0; i < 2; i++) {
            for (size_t a = QH_SPILL_LEAST; a <= QH_SPILL_MOST; a++) {
                const qh_pass *pass = &spill->target[i].pass[2 * k + a], *expected = &alone->target[i].pass[a];
                assert_near("factor", spill->answer[2 * k + a].flow_factor, factor[k], 1e-12);
                assert_near("arrival", pass->arrival, expected->arrival, 2e-3 * expected->arrival);
                assert_near("passed", pass->passed, expected->passed, 2e-3 * expected->passed);
                assert_near("peak", pass->peak, expected->peak, 1e-3 * expected->peak);
            }
            assert_true(qh_spill_arrival(spill, &spill->target[i]).low <=
                        alone->target[i].pass[QH_SPILL_MOST].arrival * 1.002);
        }
        qh_spill_destroy(alone);
        qh_case_destroy(other);
    }
    qh_spill_destroy(spill);
    qh_case_destroy(c);
}

/* ---- limits ---- */

static void limits_and_background(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "NH3-N";
    case_reach(b, "R", "A", "Z", 60000, AREA, DISPERSION);
    case_headwater(b, "A", AREA * VELOCITY, 0.3);
    case_section(b, "R", ORIGIN + 5000); /* class III: 1.0 mg/L */
    case_withdrawal(b, "R", ORIGIN + 8000, 0.1)->kind = "intake";
    case_withdrawal(b, "R", ORIGIN + 20000, 0.1)->kind = "intake";
    qh_case *c = case_end(b);
    const qh_zone zone = {
        .code = "Z", .name = "", .reach = 0, .from = ORIGIN + 7000, .to = ORIGIN + 9000, .target_class = 2};
    c->zone = &zone;
    c->n_zone = 1;
    qh_standard *standard = NULL;
    assert_int_equal(qh_standard_read("GB3838-2002", NULL, &standard), QH_OK);
    qh_release release = release_of(0, ORIGIN, 20000, 600);
    release.has_species = true;
    release.standard = standard;
    qh_spill *spill = solved(c, &release);
    const qh_spill_target *section = target_of(spill, c->section[0].code);
    assert_true(section->limit.given && section->background.given);
    assert_near("limit", section->limit.value, 1, 1e-12);
    assert_near("background", section->background.value, 0.3, 1e-9);
    /* What is added is over 0.7 from .. to. */
    const double at = peak_time(5000, 600, 0), far = at + 20000;
    const double from = crossing(5000, 600, 0, 0.7 / 20000, 0, at), to = crossing(5000, 600, 0, 0.7 / 20000, far, at);
    assert_true(section->pass[0].exceeds);
    assert_near("from", section->pass[0].over_from, from, 20);
    assert_near("to", section->pass[0].over_to, to, 20);
    const qh_spill_target *protected_intake = target_of(spill, c->withdrawal[0].code);
    assert_near("of the zone", protected_intake->limit.value, 0.5, 1e-12);
    assert_near("in no zone: class III", target_of(spill, c->withdrawal[1].code)->limit.value, 1, 1e-12);
    assert_string_equal(section->limit_clause.confidence, "V");
    qh_spill_destroy(spill);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* A substance that only the tables for drinking-water sources know has a limit at intakes and in source zones, nowhere else;
 * one that the standard has classes for has those; one that nobody knows has none. */
static void limits_of_substances(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 60000, AREA, DISPERSION);
    case_headwater(b, "A", AREA * VELOCITY, 0);
    case_section(b, "R", ORIGIN + 5000);
    case_section(b, "R", ORIGIN + 8000);
    case_withdrawal(b, "R", ORIGIN + 20000, 0.1)->kind = "intake";
    qh_case *c = case_end(b);
    const qh_zone zone = {.code = "Z",
                          .name = "",
                          .kind = QH_ZONE_SOURCE_2,
                          .reach = 0,
                          .from = ORIGIN + 7000,
                          .to = ORIGIN + 9000,
                          .target_class = 3};
    c->zone = &zone;
    c->n_zone = 1;
    qh_standard *standard = NULL;
    assert_int_equal(qh_standard_read("GB3838-2002", NULL, &standard), QH_OK);
    static const struct {
        const char *name, *clause;
        double section, zone, intake; /* g/m3; < 0: none */
    } of[] = {{"苯", "GB 3838-2002, Table 3, item 19", -1, 0.01, 0.01},
              {"nickel", "GB 3838-2002, Table 3, item 76", -1, 0.02, 0.02},
              {"挥发酚", "GB 3838-2002 表1 第20项 (Table 1, item 20)", 0.005, 0.005, 0.005},
              {"CN-", "GB 3838-2002 表1 第19项 (Table 1, item 19)", 0.2, 0.2, 0.2},
              {"ink", "", -1, -1, -1}};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        qh_release release = release_of(0, ORIGIN, 5000, 600);
        release.name = of[i].name;
        release.standard = standard;
        qh_spill *spill = solved(c, &release);
        const double expected[] = {of[i].section, of[i].zone, of[i].intake};
        for (size_t k = 0; k < 3; k++) {
            const qh_spill_target *t = target_of(spill, k < 2 ? c->section[k].code : c->withdrawal[0].code);
            assert_true(t->limit.given == (expected[k] > 0));
            if (!t->limit.given) continue;
            assert_near(of[i].name, t->limit.value, expected[k], 1e-12);
            assert_string_equal(t->limit_clause.clause, of[i].clause);
        }
        qh_spill_destroy(spill);
    }
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* What decays on the way does not arrive, and has no times. */
static void decayed_on_the_way(void **state) {
    (void)state;
    static const double distance[] = {1000, 60000};
    qh_case *c = river(0, distance, 2);
    qh_release release = release_of(0, ORIGIN, 1000, 600);
    release.decay = 5e-4; /* e^-60 over 60 km */
    release.limit = (qh_optional){true, 1e-12};
    qh_spill *spill = solved(c, &release);
    assert_true(spill->target[0].pass[0].arrives && spill->target[0].pass[0].exceeds);
    assert_false(spill->target[1].pass[0].arrives || spill->target[1].pass[0].exceeds);
    const qh_band arrival = qh_spill_arrival(spill, &spill->target[1]);
    assert_true(arrival.low > arrival.high);
    qh_spill_destroy(spill);
    qh_case_destroy(c);
}

/* ---- reservoirs ---- */

/* A tank between two levels: it holds 500,000 m3 at the start. */
static const double level[] = {100, 110}, volume[] = {0, 1e6}, HELD = 5e5;
static const qh_storage_curve curve = {.name = "curve", .count = 2, .level = level, .volume = volume};

static qh_reservoir reservoir_at(double chainage) {
    return (qh_reservoir){.name = "Lake", .reach = 0, .chainage = chainage, .curve = &curve, .level = 105};
}

/* What a load of 1 g/s over `duration` [s] makes of a stirred tank [g/m3]. The water above it takes part by dispersion: as
 * much as D/U of its length. */
static double tank(double t, double duration, double decay) {
    const double held = HELD + AREA * DISPERSION / VELOCITY, rate = AREA * VELOCITY / held + decay;
    const double filling = t < duration ? t : duration;
    return t <= 0 ? 0 : (1 - exp(-rate * filling)) / (held * rate) * exp(-rate * (t - filling));
}

/* And of the river below it: what leaves the tank as slugs, by Gauss's rule. */
static double below_tank(double x, double t, double duration, double decay) {
    static const double node = 0.5773502691896258;
    enum { PIECES = 4000 };
    const double half = t / PIECES / 2;
    double sum = 0;
    for (int i = 0; i < PIECES; i++)
        for (int side = -1; side <= 1; side += 2) {
            const double left = (2 * i + 1 + side * node) * half;
            sum +=
                AREA * VELOCITY * tank(left, duration, decay) * slug(x, t - left, 1, AREA, VELOCITY, DISPERSION, decay);
        }
    return sum * half;
}

/* The residence-time curve of a stirred tank, at its dam and 20 km below it. */
static void tank_curve(void **state) {
    (void)state;
    const double duration = 1800, decay = 4e-6, mass = 1000;
    static const double distance[] = {0, 20000};
    qh_case *c = river(decay, distance, 2);
    const qh_reservoir reservoir = reservoir_at(ORIGIN);
    c->reservoir = &reservoir;
    c->n_reservoir = 1;
    c->solver.cell_length = 400;
    qh_release release = release_of(0, ORIGIN, mass, duration);
    release.decay = decay;
    qh_spill *spill = solved(c, &release);
    const double load = mass / duration, rate = AREA * VELOCITY / (HELD + AREA * DISPERSION / VELOCITY) + decay;
    for (size_t i = 0; i < 2; i++) {
        const qh_spill_target *t = &spill->target[i];
        double highest = 0;
        for (size_t k = 0; k < t->n_time; k++)
            highest = fmax(highest, t->added[0][k]);
        for (size_t k = t->n_time / 40; k < t->n_time; k += t->n_time / 20) {
            const double expected = load * (i == 0 ? tank(t->time[k], duration, decay)
                                                   : below_tank(distance[1], t->time[k], duration, decay));
            assert_near("concentration", t->added[0][k], expected, 4e-3 * highest);
        }
    }
    const qh_pass *dam = &spill->target[0].pass[0];
    assert_near("peak", dam->peak, load * tank(duration, duration, decay), 6e-3 * dam->peak); /* a kink */
    assert_near("peak time", dam->peak_time, duration, 200);
    assert_near("passed", dam->passed, duration + log(100) / rate, 2e-3 * dam->passed);
    qh_spill_destroy(spill);
    qh_case_destroy(c);
}

/* A reservoir on the way delays and dilutes, and loses nothing; one above the release is of no matter. */
static void reservoir_on_the_way(void **state) {
    (void)state;
    static const double distance[] = {5000, 15000};
    qh_case *c = river(0, distance, 2);
    const qh_release release = release_of(0, ORIGIN, 1000, 600);
    qh_spill *bare = solved(c, &release);
    for (int below = 0; below < 2; below++) {
        const qh_reservoir reservoir = reservoir_at(below ? ORIGIN + 8000 : ORIGIN - 3000);
        c->reservoir = &reservoir;
        c->n_reservoir = 1;
        qh_diag *diag = qh_diag_create(QH_EN);
        qh_spill *spill = NULL;
        assert_int_equal(qh_spill_solve(c, &release, diag, &spill), QH_OK);
        assert_int_equal(qh_diag_count(diag, QH_ADVICE), below);
        assert_string_equal(spill->engine, "spectral");
        const qh_pass *far = &spill->target[1].pass[0], *without = &bare->target[1].pass[0];
        const double residence = HELD / (AREA * VELOCITY);
        assert_near("dose", dose(&spill->target[1], 0) * AREA * VELOCITY / 1000, 1, below ? 1e-2 : 1e-4);
        assert_near("mean", spill->target[1].travel_time, 15000 / VELOCITY + (below ? residence : 0), 1e-6);
        if (below) {
            /* As long as it takes to fall to 1 % of the peak, and as low as the mass in so much water. */
            assert_near("passed", far->passed - without->peak_time, log(100) * residence, 0.05 * log(100) * residence);
            assert_true(far->peak < 1000 / HELD && far->peak > 0.9 * 1000 / HELD);
            assert_true(far->peak_time > without->peak_time && far->peak < without->peak / 5);
        } else {
            assert_near("peak", far->peak, without->peak, 1e-3 * far->peak);
            assert_near("passed", far->passed, without->passed, 20);
        }
        assert_near("above", spill->target[0].pass[0].peak, bare->target[0].pass[0].peak, 1e-3 * without->peak);
        qh_spill_destroy(spill);
        qh_diag_destroy(diag);
    }
    qh_spill_destroy(bare);
    qh_case_destroy(c);
}

/* ---- what is refused ---- */

static void refused(const qh_case *c, const qh_release *release, const char *text) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_spill *spill = NULL;
    assert_int_equal(qh_spill_solve(c, release, diag, &spill), QH_E_INPUT);
    assert_null(spill);
    bool found = false;
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        found = found || strstr(qh_diag_get(diag, i)->text, text);
    if (!found) fail_msg("no message has '%s'", text);
    qh_diag_destroy(diag);
}

static void cannot_be_solved(void **state) {
    (void)state;
    static const double distance[] = {1000};
    qh_case *c = river(0, distance, 1);
    qh_release release = release_of(0, 120001, 1000, 600);
    refused(c, &release, "is not on reach R");
    release.chainage = ORIGIN + 1500;
    refused(c, &release, "no section and no intake lies below");
    qh_constituent reacting = c->constituent[0];
    const qh_constituent *const kept = c->constituent;
    reacting.k2_20 = 1e-6;
    c->constituent = &reacting;
    release.chainage = ORIGIN;
    release.has_species = true;
    refused(c, &release, "does not decay in proportion to itself");
    c->constituent = kept;
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_form),           cmocka_unit_test(constituent_or_substance),
        cmocka_unit_test(mass_is_recovered),     cmocka_unit_test(band_of_formulas),
        cmocka_unit_test(band_without_formulas), cmocka_unit_test(band_of_flow),
        cmocka_unit_test(limits_and_background), cmocka_unit_test(decayed_on_the_way),
        cmocka_unit_test(limits_of_substances),  cmocka_unit_test(tank_curve),
        cmocka_unit_test(reservoir_on_the_way),  cmocka_unit_test(cannot_be_solved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
