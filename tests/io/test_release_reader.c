/* Words of a release: what they become, and that everything wrong is told at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/release_reader.h"
#include "tests/support/case_builder.h"

static qh_case *river(void) {
    case_builder *b = case_begin(3);
    case_constituent(b, 1)->k2_20 = 1e-6;
    case_constituent(b, 2)->is_oxygen = true;
    case_reach(b, "R/1", "A", "B", 5000, 10, 5);
    case_reach(b, "main", "B", "C", 8000, 10, 5);
    case_headwater(b, "A", 5, 0);
    case_outfall(b, "main", 3000, 0, 0);
    return case_end(b);
}

static const qh_release_words good = {.at = "R/1/1.5 km",
                                      .mass = "2 t",
                                      .over = "30 min",
                                      .substance = "benzene",
                                      .decay = "0.864 1/d",
                                      .edge = "1 %",
                                      .flow_band = "20%"};

static void words_become_numbers(void **state) {
    (void)state;
    qh_case *c = river();
    qh_release release;
    assert_int_equal(qh_release_read(c, &good, NULL, &release), QH_OK);
    assert_int_equal(release.reach, 0);
    assert_float_equal(release.chainage, 1500, 1e-9);
    assert_float_equal(release.mass, 2e6, 1e-6);
    assert_float_equal(release.duration, 1800, 1e-9);
    assert_float_equal(release.decay, 1e-5, 1e-15);
    assert_float_equal(release.edge, 0.01, 1e-15);
    assert_float_equal(release.flow_band, 0.2, 1e-15);
    assert_false(release.has_species || release.limit.given);
    assert_string_equal(release.name, "benzene");
    qh_release_words words = good;
    words.at = words.substance = words.decay = NULL;
    words.outfall = c->outfall[0].code;
    words.constituent = "C1";
    words.limit = "5 ug/L";
    assert_int_equal(qh_release_read(c, &words, NULL, &release), QH_OK);
    assert_int_equal(release.reach, 1);
    assert_float_equal(release.chainage, 3000, 1e-9);
    assert_true(release.has_species && release.species == 0);
    assert_true(release.limit.given);
    assert_float_equal(release.limit.value, 0.005, 1e-15);
    /* The same mass in three ways. */
    static const struct {
        const char *mass, *rate, *volume, *concentration;
    } way[] = {{"36 kg", NULL, NULL, NULL}, {NULL, "20 g/s", NULL, NULL}, {NULL, NULL, "9 m3", "4 g/L"}};
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        words = good;
        words.mass = way[i].mass;
        words.rate = way[i].rate;
        words.volume = way[i].volume;
        words.concentration = way[i].concentration;
        assert_int_equal(qh_release_read(c, &words, NULL, &release), QH_OK);
        assert_float_equal(release.mass, 36000, 1e-9);
        assert_false(release.dated || release.follows);
    }
    qh_case_destroy(c);
}

/* The messages of these words are exactly these texts, in some order. */
static void expect(const qh_case *c, const qh_release_words *words, size_t count, const char *const *text) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_release release = {.mass = 7};
    assert_int_equal(qh_release_read(c, words, diag, &release), QH_E_INPUT);
    assert_float_equal(release.mass, 7, 0); /* untouched */
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t k = 0; k < qh_diag_size(diag); k++)
            found = found || strstr(qh_diag_get(diag, k)->text, text[i]);
        if (!found) fail_msg("no message has '%s'", text[i]);
    }
    assert_int_equal(qh_diag_count(diag, QH_ERROR), count);
    qh_diag_destroy(diag);
}

#define EXPECT(c, words, ...)                                                                                          \
    do {                                                                                                               \
        const char *const texts[] = {__VA_ARGS__};                                                                     \
        expect(c, words, sizeof texts / sizeof *texts, texts);                                                         \
    } while (0)

/* A moment in a run whose water moves; on steady flow it is only a date. */
static void moments(void **state) {
    (void)state;
    qh_case *c = river();
    qh_release release;
    qh_release_words words = good;
    words.when = "2024-01-02 06:30";
    assert_int_equal(qh_release_read(c, &words, NULL, &release), QH_OK);
    assert_true(release.dated && !release.follows);
    c->run.routing = "kinematic";
    c->run.start = "2024-01-01T00:00";
    c->run.duration = 2 * 86400;
    assert_int_equal(qh_release_read(c, &words, NULL, &release), QH_OK);
    assert_true(release.dated && release.follows);
    assert_float_equal(release.start, 30.5 * 3600, 0);
    static const char *const wrong[] = {"2023-12-31T23:59", "2024-01-03T00:00", "2024-02-30", "tomorrow"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        words.when = wrong[i];
        EXPECT(c, &words, i < 2 ? "but the run and its series go from" : "a local time such as");
    }
    qh_case_destroy(c);
}

static void amounts(void **state) {
    (void)state;
    qh_case *c = river();
    static const struct {
        const char *mass, *rate, *volume, *concentration, *text;
    } bad[] = {
        {"1 kg", "1 g/s", NULL, NULL, "in one way"},
        {"1 kg", NULL, NULL, "1 g/L", "in one way"},
        {NULL, NULL, "1 m3", NULL, "'--concentration' is missing"},
        {NULL, NULL, NULL, "1 g/L", "'--volume' is missing"},
        {NULL, NULL, "0 m3", "1 g/L", "'--volume' is 0 m3"},
        {NULL, "0 g/s", NULL, NULL, "'--rate' is 0 g/s"},
        {NULL, NULL, "1e300 m3", "1e300 g/L", "too large"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        qh_release_words words = good;
        words.mass = bad[i].mass;
        words.rate = bad[i].rate;
        words.volume = bad[i].volume;
        words.concentration = bad[i].concentration;
        EXPECT(c, &words, bad[i].text);
    }
    qh_case_destroy(c);
}

static void all_problems_at_once(void **state) {
    (void)state;
    qh_case *c = river();
    const qh_release_words nothing = {0};
    EXPECT(c, &nothing, "either --at or --outfall", "either --constituent or --substance",
           "say how much is let go in one way", "'--over' is missing", "'--edge' is missing",
           "'--flow-band' is missing");
    const qh_release_words bad = {.at = "mian/9km",
                                  .mass = "-3 kg",
                                  .over = "20 s",
                                  .substance = "x",
                                  .decay = "0.2 m/s",
                                  .limit = "0 mg/L",
                                  .edge = "0.9",
                                  .flow_band = "100%"};
    EXPECT(c, &bad, "no such reach; did you mean 'main'", "'--mass' is", "'--over' is", "'--decay' is", "'--limit' is",
           "'--edge' is", "'--flow-band' is");
    qh_case_destroy(c);
}

static void places(void **state) {
    (void)state;
    qh_case *c = river();
    static const struct {
        const char *at, *outfall, *text;
    } bad[] = {
        {"main/8.1 km", NULL, "'--at' is 8.1 km"}, /* beyond its end */
        {"main/-1 m", NULL, "'--at' is -1 m"},
        {"main/3", NULL, "without a unit"},
        {"main/3 kg", NULL, "'--at' is in kg"},
        {"main/", NULL, "a reach and a chainage"},
        {"main", NULL, "a reach and a chainage"},
        {"/3km", NULL, "a reach and a chainage"},
        {"nowhere at all/1 km", NULL, "but there is no such reach"},
        {NULL, "Q9", "but there is no such outfall"},
        {"main/1km", "P1", "either --at or --outfall"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        qh_release_words words = good;
        words.at = bad[i].at;
        words.outfall = bad[i].outfall;
        EXPECT(c, &words, bad[i].text);
    }
    qh_release_words words = good; /* both ends of a reach are on it */
    qh_release release;
    words.at = "main/8 km";
    assert_int_equal(qh_release_read(c, &words, NULL, &release), QH_OK);
    words.at = "main/0 m";
    assert_int_equal(qh_release_read(c, &words, NULL, &release), QH_OK);
    qh_case_destroy(c);
}

static void substances(void **state) {
    (void)state;
    qh_case *c = river();
    static const struct {
        const char *constituent, *substance, *decay, *text;
    } bad[] = {
        {"C9", NULL, NULL, "but there is no such constituent"},
        {"C2", NULL, NULL, "C2 does not decay in proportion to itself"},
        {"C3", NULL, NULL, "C3 is dissolved oxygen"},
        {"C1", NULL, "0 1/d", "--decay goes with --substance"},
        {"C1", "x", "0 1/d", "either --constituent or --substance"},
        {NULL, "x", NULL, "--substance needs its --decay"},
        {NULL, "", "0 1/d", "'--substance' is empty"},
        {NULL, "x", "-1 1/d", "'--decay' is -1 1/d"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        qh_release_words words = good;
        words.constituent = bad[i].constituent;
        words.substance = bad[i].substance;
        words.decay = bad[i].decay;
        EXPECT(c, &words, bad[i].text);
    }
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_become_numbers), cmocka_unit_test(moments), cmocka_unit_test(amounts),
        cmocka_unit_test(all_problems_at_once), cmocka_unit_test(places),  cmocka_unit_test(substances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
