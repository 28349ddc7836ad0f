/* Spills on water that moves: constant flow given as a series is steady flow, a flow that doubles halves the time, a rise on
 * the way is met half-way, a reservoir of the router is the tank of steady flow, a run that ends too early says so; and the
 * cloud along the river against the closed form. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/spill.h"
#include "tests/support/case_builder.h"
#include "tests/support/closed_forms.h"

static const double AREA = 20, DISPERSION = 10, ORIGIN = 4000, LENGTH = 50000, HOUR = 3600, DAY = 86400;
static const double distance[] = {5000, 15000, 30000};
enum { PLACES = 3 };

/* ---- a river of fixed area, whose water moves all at once ---- */

typedef struct flow_series {
    size_t count;
    double time[4];  /* s */
    double value[4]; /* m3/s */
} flow_series;

static qh_case *river(const flow_series *flow) {
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", LENGTH, AREA, DISPERSION);
    qh_headwater *head = case_headwater(b, "A", flow->value[0], 0);
    if (flow->count > 1) head->flow_series = case_series(b, QH_STEP, flow->count, flow->time, flow->value);
    for (size_t i = 0; i < PLACES; i++)
        case_section(b, "R", ORIGIN + distance[i]);
    if (flow->count > 1) case_unsteady(b, 4 * DAY, DAY, HOUR);
    qh_case *c = case_end(b);
    if (flow->count > 1) {
        c->run.routing = "kinematic";
        c->run.routing_step = 900;
    }
    return c;
}

static qh_release release_at(double start, bool follows) {
    return (qh_release){.reach = 0,
                        .chainage = ORIGIN,
                        .mass = 1000,
                        .duration = 1800,
                        .name = "dye",
                        .decay = 2e-6,
                        .edge = 0.01,
                        .follows = follows,
                        .start = start};
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

static void assert_near(const char *what, double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("%s: found %.10g, expected %.10g within %g", what, found, expected, tolerance);
}

/* All answers of both pass all places alike: peaks by `part`, times by `part` of the cloud's length. */
static void assert_alike(const qh_spill *moving, const qh_spill *steady, double part) {
    assert_int_equal(moving->n_target, steady->n_target);
    assert_int_equal(moving->n_answer, steady->n_answer);
    assert_string_equal(moving->engine, "moving");
    for (size_t i = 0; i < steady->n_target; i++)
        for (size_t a = 0; a < steady->n_answer; a++) {
            const qh_pass *m = &moving->target[i].pass[a], *s = &steady->target[i].pass[a];
            const double length = s->passed - s->arrival;
            assert_true(m->arrives && s->arrives && !m->lasts);
            assert_near("peak", m->peak, s->peak, part * s->peak);
            assert_near("arrival", m->arrival, s->arrival, part * length);
            assert_near("peak time", m->peak_time, s->peak_time, part * length);
            assert_near("passed", m->passed, s->passed, part * length);
        }
}

static void constant_series_is_steady(void **state) {
    (void)state;
    const flow_series series = {2, {0, 4 * DAY}, {10, 10}}, steady = {1, {0}, {10}};
    qh_case *m = river(&series), *s = river(&steady);
    const qh_release on_series = release_at(10 * HOUR, true), on_steady = release_at(0, false);
    qh_spill *moving = solved(m, &on_series), *still = solved(s, &on_steady);
    assert_near("discharge", moving->discharge, 10, 1e-9);
    assert_near("watched", moving->watched, 4 * DAY - 10 * HOUR, 1e-6);
    assert_alike(moving, still, 0.03);
    /* It is over long before the run ends. */
    assert_true(moving->target[0].time[moving->target[0].n_time - 1] < moving->watched);
    qh_spill_destroy(moving);
    qh_spill_destroy(still);
    qh_case_destroy(m);
    qh_case_destroy(s);
}

/* Before the release the flow doubles: all is as on steady flow of twice as much, and takes half the time. */
static void twice_the_flow_half_the_time(void **state) {
    (void)state;
    const flow_series series = {3, {0, 6 * HOUR, 4 * DAY}, {10, 20, 20}}, steady = {1, {0}, {20}};
    qh_case *m = river(&series), *s = river(&steady);
    const qh_release before = release_at(0, false), after = release_at(6 * HOUR, true);
    qh_spill *moving = solved(m, &after), *still = solved(s, &before), *slow = solved(m, &before);
    assert_near("discharge", moving->discharge, 20, 1e-9);
    assert_alike(moving, still, 0.03);
    for (size_t i = 0; i < PLACES; i++) {
        /* The release itself takes as long as before. */
        const double fast = moving->target[i].pass[0].peak_time - 900, whole = slow->target[i].pass[0].peak_time - 900;
        assert_near("half the time", fast / whole, 0.5, 0.02);
    }
    qh_spill_destroy(moving);
    qh_spill_destroy(still);
    qh_spill_destroy(slow);
    qh_case_destroy(m);
    qh_case_destroy(s);
}

/* Flow that rises while the cloud is under way: the peak stands where the water is that came by with it. */
static void rise_on_the_way(void **state) {
    (void)state;
    const double rise = 8 * HOUR, start = 2 * HOUR;
    const flow_series series = {3, {0, rise, 4 * DAY}, {10, 25, 25}};
    qh_case *c = river(&series);
    const qh_release release = release_at(start, true);
    qh_spill *spill = solved(c, &release);
    for (size_t i = 0; i < PLACES; i++) {
        const qh_pass *pass = &spill->target[i].pass[0];
        const double first = rise - start - release.duration / 2, by_first = first * 10 / AREA; /* s, m */
        const double expected =
            distance[i] < by_first ? distance[i] * AREA / 10 : first + (distance[i] - by_first) * AREA / 25;
        assert_near("peak time", pass->peak_time - release.duration / 2, expected, 0.02 * expected);
    }
    assert_true(spill->target[0].pass[0].peak_time < rise - start && spill->target[2].pass[0].peak_time > rise - start);
    qh_spill_destroy(spill);
    qh_case_destroy(c);
}

/* A reservoir that lets go what comes is the tank of steady flow, with its router's volume. */
static void reservoir_of_the_router(void **state) {
    (void)state;
    static const double level[] = {100, 110}, volume[] = {0, 4e5};
    const qh_storage_curve curve = {.name = "curve", .count = 2, .level = level, .volume = volume};
    const qh_reservoir reservoir = {
        .name = "Lake", .reach = 0, .chainage = ORIGIN + 9000, .curve = &curve, .level = 105};
    const qh_structure gate = {.code = "G", .kind = "release", .flow = {true, 10}};
    const flow_series series = {2, {0, 4 * DAY}, {10, 10}}, steady = {1, {0}, {10}};
    qh_case *m = river(&series), *s = river(&steady);
    m->reservoir = s->reservoir = &reservoir;
    m->n_reservoir = s->n_reservoir = 1;
    m->structure = &gate;
    m->n_structure = 1;
    const qh_release on_series = release_at(HOUR, true), on_steady = release_at(0, false);
    qh_spill *moving = solved(m, &on_series), *still = solved(s, &on_steady);
    assert_alike(moving, still, 0.035); /* behind a tank the peak is flat */
    const qh_pass *far = &moving->target[1].pass[0];
    assert_true(far->passed - far->arrival > log(100) * 2e5 / 10);
    qh_spill_destroy(moving);
    qh_spill_destroy(still);
    qh_case_destroy(m);
    qh_case_destroy(s);
}

static void run_that_ends_too_early(void **state) {
    (void)state;
    const flow_series series = {2, {0, 4 * DAY}, {10, 10}};
    qh_case *c = river(&series);
    const qh_release release = release_at(4 * DAY - 9 * HOUR, true);
    qh_spill *spill = solved(c, &release);
    const qh_pass *near = &spill->target[0].pass[0], *middle = &spill->target[1].pass[0];
    assert_true(near->arrives && !near->lasts);
    assert_true(middle->arrives && middle->lasts);
    assert_near("end", middle->passed, 9 * HOUR, 1);
    assert_true(!spill->target[2].pass[0].arrives && spill->target[2].pass[0].lasts);
    assert_int_equal(spill->n_open, 2);
    qh_spill_destroy(spill);
    qh_case_destroy(c);
}

/* ---- the cloud ---- */

/* Of a slug-like release by its mean: x U .. of the concentration that passes. */
static double at(double x, double t) {
    enum { PIECES = 40 };
    double sum = 0;
    for (int i = 0; i < PIECES; i++)
        sum += slug(x, t - (i + 0.5) * 1800 / PIECES, 1000, AREA, 0.5, DISPERSION, 2e-6);
    return sum / PIECES;
}

static double highest(double x) {
    double most = 0;
    const int minutes = (int)((x / 0.5 + 20000) / 60);
    for (int i = 1; i < minutes; i++)
        most = fmax(most, at(x, 60.0 * i));
    return most;
}

/* At the front and at the rear stands the edge of what passes there, at the over-limit ends the limit. */
static void cloud_on_steady_flow(void **state) {
    (void)state;
    const flow_series steady = {1, {0}, {10}};
    qh_case *c = river(&steady);
    qh_release release = release_at(0, false);
    release.limit = (qh_optional){true, 0.05};
    qh_spill *spill = solved(c, &release);
    assert_true(spill->n_probe > 10 && spill->limited_way);
    double time[QH_SPILL_CLOUD_TIMES], last = 0;
    const size_t n = qh_spill_cloud_times(spill, time);
    assert_true(n >= 4);
    for (size_t k = 0; k < n; k++) {
        qh_spill_cloud cloud;
        qh_band extent;
        assert_true(qh_spill_cloud_at(spill, time[k], &cloud, &extent));
        assert_true(extent.low <= cloud.rear && cloud.rear <= cloud.crest && cloud.crest <= cloud.front);
        assert_true(cloud.front <= extent.high && cloud.crest >= last);
        last = cloud.crest;
        if (time[k] < 3 * HOUR || cloud.leaves) continue;
        assert_near("front", at(cloud.front, time[k]) / highest(cloud.front), 0.01, 0.002);
        assert_near("rear", at(cloud.rear, time[k]) / highest(cloud.rear), 0.01, 0.002);
        assert_near("crest", cloud.crest, 0.5 * (time[k] - 900), 0.01 * cloud.crest + 50);
        assert_near("peak", cloud.peak.value, highest(cloud.crest), 0.01 * cloud.peak.value);
        if (!cloud.over) continue;
        assert_near("over, front", at(cloud.over_front, time[k]), 0.05, 0.003);
        assert_near("over, rear", at(cloud.over_rear, time[k]), 0.05, 0.003);
    }
    size_t reach = 9;
    double chainage = 0;
    qh_spill_way_place(spill, 12345, &reach, &chainage);
    assert_int_equal(reach, 0);
    assert_near("chainage", chainage, ORIGIN + 12345, 1e-6);
    qh_spill_cloud cloud;
    qh_band extent;
    assert_false(qh_spill_cloud_at(spill, 30 * DAY, &cloud, &extent));
    qh_spill_destroy(spill);
    qh_case_destroy(c);
}

/* ---- what is refused ---- */

static void refused(const qh_case *c, const qh_release *release, const char *text) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_spill *spill = NULL;
    assert_int_equal(qh_spill_solve(c, release, diag, &spill), QH_E_INPUT);
    bool found = false;
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        found = found || strstr(qh_diag_get(diag, i)->text, text);
    if (!found) fail_msg("no message has '%s'", text);
    qh_diag_destroy(diag);
}

static void cannot_be_followed(void **state) {
    (void)state;
    const flow_series series = {2, {0, 4 * DAY}, {10, 10}};
    qh_case *c = river(&series);
    qh_release release = release_at(4 * DAY, true);
    refused(c, &release, "after the run's start, which lasts 96 h");
    release.start = -1;
    refused(c, &release, "after the run's start");
    release.start = HOUR;
    c->run.routing = "none such";
    refused(c, &release, "there is no router 'none such'");
    c->run.routing = "kinematic";
    qh_reach reach = c->reach[0];
    const qh_reach *const kept = c->reach;
    reach.storage_area = (qh_optional){true, 5};
    reach.storage_exchange = (qh_optional){true, 1e-4};
    c->reach = &reach;
    refused(c, &release, "a reach has a transient storage zone");
    c->reach = kept;
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_series_is_steady), cmocka_unit_test(twice_the_flow_half_the_time),
        cmocka_unit_test(rise_on_the_way),           cmocka_unit_test(reservoir_of_the_router),
        cmocka_unit_test(run_that_ends_too_early),   cmocka_unit_test(cloud_on_steady_flow),
        cmocka_unit_test(cannot_be_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
