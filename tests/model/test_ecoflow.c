/* Ecological-flow rules: Tennant's table, values, and what `check` says. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/ecoflow.h"

static qh_optional given(double value) { return (qh_optional){true, value}; }

static qh_station station_of(const char *rule) {
    return (qh_station){.place = {"stations.csv", 3, 0}, .name = "嘉禾", .capacity = 20, .rule = rule};
}

static double flow_of(const qh_station *station, int month) {
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_ecoflow_check(station, diag), QH_OK);
    assert_int_equal(qh_diag_count(diag, QH_ERROR), 0);
    qh_diag_destroy(diag);
    return qh_ecoflow_flow(station, month, NULL);
}

static void checked(const qh_station *station, qh_status status, size_t count, const char *const *expected) {
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_ecoflow_check(station, diag), status);
    for (size_t i = 0; i < qh_diag_size(diag) && i < count; i++) {
        assert_string_equal(qh_diag_line(diag, i), expected[i]);
    }
    assert_int_equal(qh_diag_size(diag), count);
    qh_diag_destroy(diag);
}

static void tennants_table(void **state) {
    (void)state;
    typedef struct row {
        const char *grade;
        double dry, wet; /* % of the mean annual flow */
    } row;
    static const row table[] = {{"flush", 200, 200},   {"optimum", 60, 60}, {"outstanding", 40, 60},
                                {"excellent", 30, 50}, {"good", 20, 40},    {"fair", 10, 30},
                                {"poor", 10, 10}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        qh_station s = station_of("tennant");
        s.mean_annual_flow = given(150);
        s.tennant_grade = table[i].grade;
        for (int month = 1; month <= 12; month++) {
            const bool wet = month >= 4 && month <= 9; /* April to September */
            assert_true(fabs(flow_of(&s, month) - 1.5 * (wet ? table[i].wet : table[i].dry)) < 1e-12);
        }
    }
}

static void fixed_share_and_monthly_values(void **state) {
    (void)state;
    qh_station s = station_of("fixed");
    s.eco_flow = given(2.5);
    assert_true(flow_of(&s, 1) == 2.5 && flow_of(&s, 7) == 2.5);
    s = station_of("share");
    s.mean_annual_flow = given(40);
    s.share = given(0.15);
    assert_true(fabs(flow_of(&s, 1) - 6) < 1e-14);
    s = station_of("monthly");
    for (int m = 0; m < 12; m++) {
        s.monthly[m] = given(m + 1);
    }
    for (int month = 1; month <= 12; month++) {
        assert_true(flow_of(&s, month) == month);
    }
    /* A month that `check` would have refused never reads outside. */
    assert_true(qh_ecoflow_find("monthly")->flow(&s, 0) == 0);
    assert_true(qh_ecoflow_find("monthly")->flow(&s, 13) == 0);
}

static void missing_parameters_are_named(void **state) {
    (void)state;
    qh_station s = station_of("fixed");
    static const char *const fixed[] = {"stations.csv:3: error: station 嘉禾: rule fixed needs eco_flow"};
    checked(&s, QH_E_INPUT, 1, fixed);
    s = station_of("share");
    static const char *const share[] = {"stations.csv:3: error: station 嘉禾: rule share needs mean_annual_flow",
                                        "stations.csv:3: error: station 嘉禾: rule share needs share"};
    checked(&s, QH_E_INPUT, 2, share);
    s = station_of("tennant");
    static const char *const tennant[] = {"stations.csv:3: error: station 嘉禾: rule tennant needs mean_annual_flow",
                                          "stations.csv:3: error: station 嘉禾: rule tennant needs tennant_grade"};
    checked(&s, QH_E_INPUT, 2, tennant);
    s = station_of("monthly");
    for (int m = 0; m < 12; m++) {
        if (m != 2 && m != 11) s.monthly[m] = given(1);
    }
    static const char *const monthly[] = {"stations.csv:3: error: station 嘉禾: rule monthly needs flow_3, flow_12"};
    checked(&s, QH_E_INPUT, 1, monthly);
    s = station_of("monthly");
    static const char *const none[] = {"stations.csv:3: error: station 嘉禾: rule monthly needs flow_1, flow_2, "
                                       "flow_3, flow_4, flow_5, flow_6, flow_7, "
                                       "flow_8, flow_9, flow_10, flow_11, flow_12"};
    checked(&s, QH_E_INPUT, 1, none);
}

static void wrong_values_are_named(void **state) {
    (void)state;
    qh_station s = station_of("fixed");
    s.eco_flow = given(-1);
    static const char *const negative[] = {
        "stations.csv:3: error: station 嘉禾: eco_flow must not be negative, it is -1 m3/s"};
    checked(&s, QH_E_INPUT, 1, negative);
    s = station_of("share");
    s.mean_annual_flow = given(0);
    s.share = given(1.2);
    static const char *const share[] = {
        "stations.csv:3: error: station 嘉禾: mean_annual_flow must be greater than 0, it is 0 m3/s",
        "stations.csv:3: error: station 嘉禾: share must lie between 0 and 1, it is 1.2"};
    checked(&s, QH_E_INPUT, 2, share);
    s = station_of("tennant");
    s.mean_annual_flow = given(40);
    s.tennant_grade = "splendid";
    static const char *const grade[] = {
        "stations.csv:3: error: station 嘉禾: there is no grade splendid of Tennant's; known are flush, optimum, "
        "outstanding, excellent, good, fair, poor"};
    checked(&s, QH_E_INPUT, 1, grade);
    assert_true(qh_ecoflow_find("tennant")->flow(&s, 1) == 0); /* never garbage */
    s = station_of("monthly");
    for (int m = 0; m < 12; m++) {
        s.monthly[m] = given(m == 4 ? NAN : 1);
    }
    static const char *const month[] = {
        "stations.csv:3: error: station 嘉禾: flow_5 must not be negative, it is nan m3/s"};
    checked(&s, QH_E_INPUT, 1, month);
}

static void unused_parameters_are_a_warning(void **state) {
    (void)state;
    qh_station s = station_of("fixed");
    s.eco_flow = given(5);
    s.share = given(0.1);
    s.monthly[3] = given(1);
    static const char *const unused[] = {
        "stations.csv:3: warning: station 嘉禾: rule fixed does not use share",
        "stations.csv:3: warning: station 嘉禾: rule fixed does not use flow_1 ... flow_12"};
    checked(&s, QH_OK, 2, unused);
}

static void less_than_the_customary_floor_is_advice(void **state) {
    (void)state;
    qh_station s = station_of("share");
    s.mean_annual_flow = given(40);
    s.share = given(0.10);
    checked(&s, QH_OK, 0, NULL);
    s.share = given(0.08);
    static const char *const ten[] = {
        "stations.csv:3: advice: station 嘉禾: an ecological flow of 3.2 m3/s is 8.0 % of the mean annual flow, less "
        "than the 10 % of 环办函〔2006〕11号"};
    checked(&s, QH_OK, 1, ten);
    s.mean_annual_flow = given(150); /* more than 80 m3/s: 5 % will do */
    checked(&s, QH_OK, 0, NULL);
    s = station_of("fixed");
    s.eco_flow = given(7);
    s.mean_annual_flow = given(150);
    static const char *const five[] = {"stations.csv:3: advice: station 嘉禾: an ecological flow of 7 m3/s is 4.7 % of "
                                       "the mean annual flow, less than "
                                       "the 5 % of 环办函〔2006〕11号"};
    checked(&s, QH_OK, 1, five);
}

static void only_rules_that_depend_on_the_month_say_so(void **state) {
    (void)state;
    qh_station s = station_of(NULL);
    s.eco_flow = given(3);
    s.mean_annual_flow = given(40);
    s.share = given(0.2);
    s.tennant_grade = "good";
    s.q90_flow = given(1.5);
    for (int m = 0; m < 12; m++) {
        s.monthly[m] = given(m + 1);
    }
    for (const qh_ecoflow_rule *const *rule = qh_registry_ecoflow; *rule; rule++) {
        bool differs = false;
        for (int month = 1; month <= 12; month++) {
            const double flow = (*rule)->flow(&s, month);
            assert_true(flow >= 0 && isfinite(flow));
            differs = differs || flow != (*rule)->flow(&s, 1);
        }
        assert_int_equal(differs, (*rule)->monthly);
    }
}

/* Of 40 m3/s Tennant's "good" is 8 in winter and 16 in summer, a tenth is 4, Q90 is 9. */
static void of_several_rules_the_largest_holds(void **state) {
    (void)state;
    qh_station s = station_of("max(share, tennant, q90)");
    s.mean_annual_flow = given(40);
    s.share = given(0.1);
    s.tennant_grade = "good";
    s.q90_flow = given(9);
    for (int month = 1; month <= 12; month++) {
        const bool wet = month >= 4 && month <= 9;
        const qh_ecoflow_rule *binding = NULL;
        assert_true(fabs(flow_of(&s, month) - (wet ? 16 : 9)) < 1e-12);
        assert_true(fabs(qh_ecoflow_flow(&s, month, &binding) - (wet ? 16 : 9)) < 1e-12);
        assert_string_equal(binding->name, wet ? "tennant" : "q90");
    }
    assert_true(qh_ecoflow_is_monthly(&s));
    s.rule = "max(share, q90)";
    assert_false(qh_ecoflow_is_monthly(&s));
    s.q90_flow = given(4); /* the first named of equals */
    const qh_ecoflow_rule *binding = NULL;
    assert_true(qh_ecoflow_flow(&s, 1, &binding) == 4);
    assert_string_equal(binding->name, "share");
}

static void several_rules_are_checked_as_one(void **state) {
    (void)state;
    qh_station s = station_of("max(fixed, q90, share)");
    s.mean_annual_flow = given(40);
    s.share = given(0.01);
    s.tennant_grade = "good";
    static const char *const lacking[] = {
        "stations.csv:3: error: station 嘉禾: rule fixed needs eco_flow",
        "stations.csv:3: warning: station 嘉禾: rule max(fixed, q90, share) does not use tennant_grade",
        "stations.csv:3: error: station 嘉禾: rule q90 needs q90_flow"};
    checked(&s, QH_E_INPUT, 3, lacking);
    s.tennant_grade = NULL;
    s.eco_flow = given(1);
    s.q90_flow = given(2);
    static const char *const little[] = {
        "stations.csv:3: advice: station 嘉禾: an ecological flow of 2 m3/s is 5.0 % of the mean annual flow, less "
        "than the 10 % of 环办函〔2006〕11号"};
    checked(&s, QH_OK, 1, little);
    s.q90_flow = given(4); /* the largest is enough, however little the others ask for */
    checked(&s, QH_OK, 0, NULL);
    static const char *const wrong[] = {
        "max(share, share)",    "max(share", "max()",  "max(share,)", "max(share) or so",
        "max(share, generous)", "",          "maximum"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        qh_ecoflow_rules rules = {0};
        assert_false(qh_ecoflow_parse(wrong[i], &rules));
        assert_int_equal(rules.count, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tennants_table),
        cmocka_unit_test(fixed_share_and_monthly_values),
        cmocka_unit_test(missing_parameters_are_named),
        cmocka_unit_test(wrong_values_are_named),
        cmocka_unit_test(unused_parameters_are_a_warning),
        cmocka_unit_test(less_than_the_customary_floor_is_advice),
        cmocka_unit_test(only_rules_that_depend_on_the_month_say_so),
        cmocka_unit_test(of_several_rules_the_largest_holds),
        cmocka_unit_test(several_rules_are_checked_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
