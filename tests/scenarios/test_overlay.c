/* Scenarios: every kind of change does what it says and nothing else, the case they are laid over stays as it is, and
 * what is composed comes in the right order. Run from the root of the source tree: it reads tests/cases. What is said of
 * bad scenarios: tests/cases/bad/scenario-*. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/case_reader.h"
#include "io/overlay_reader.h"
#include "io/schema.h"
#include "model/overlay.h"

/* A case that exists, with scenarios of the test's own: the reader looks for them in `folder`. */
typedef struct fixture {
    char folder[64];
    qh_case *base; /* as read */
    qh_case copy;  /* base, with another folder */
    qh_diag *diag;
    qh_overlay *overlay;
    qh_case *changed;
} fixture;

static void begin_with(fixture *f, const char *name, size_t n_setting, const qh_setting *setting) {
    *f = (fixture){.folder = "/tmp/qinghe-overlay-XXXXXX"};
    char path[128];
    assert_non_null(mkdtemp(f->folder));
    (void)snprintf(path, sizeof path, "%s/scenarios", f->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    f->diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_case_read(name, n_setting, setting, f->diag, &f->base), QH_OK);
    f->copy = *f->base;
    f->copy.folder = f->folder;
}

static void begin(fixture *f) { begin_with(f, "tests/cases/good", 0, NULL); }

static void write_scenario(const fixture *f, const char *name, const char *text) {
    char path[192];
    (void)snprintf(path, sizeof path, "%s/scenarios/%s.yaml", f->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
}

static void forget(fixture *f) {
    qh_case_destroy(f->changed);
    qh_overlay_destroy(f->overlay);
    f->changed = NULL;
    f->overlay = NULL;
}

static void end(fixture *f) {
    forget(f);
    qh_case_destroy(f->base);
    qh_diag_destroy(f->diag);
    char command[128];
    (void)snprintf(command, sizeof command, "rm -r '%s'", f->folder);
    assert_int_equal(system(command), 0);
}

/* Lays scenario `name` over the case; messages are printed where it fails. */
static qh_status lay(fixture *f, const char *name) {
    forget(f);
    qh_status status = qh_overlay_read(&f->copy, name, f->diag, &f->overlay);
    if (status == QH_OK) status = qh_overlay_apply(&f->copy, f->overlay, f->diag, &f->changed);
    return status;
}

static const qh_case *change(fixture *f, const char *changes) {
    write_scenario(f, "s", changes);
    const qh_status status = lay(f, "s");
    for (size_t i = 0; status != QH_OK && i < qh_diag_size(f->diag); i++)
        print_error("%s\n", qh_diag_line(f->diag, i));
    assert_int_equal(status, QH_OK);
    return f->changed;
}

static void close_to(double value, double expected) {
    if (fabs(value - expected) > 1e-12 * fabs(expected)) fail_msg("%.15g, expected %.15g", value, expected);
}

static double value_of(const qh_input *input) { return input->value.constant; }

enum { COD, NH3_N };
enum { W1, W2 };
static const double day = 86400.0;

/* ---- flow that follows a series ---- */

/* H: 5, 20, 10, 5 m3/s; the warmth rises from 10 to 20 degC. */
static void flow_series_are_scaled_and_replaced(void **state) {
    (void)state;
    fixture f;
    begin_with(&f, "tests/cases/moving", 0, NULL);
    const qh_case *c = change(&f, "changes:\n- {design_flow: 0.5}\n");
    close_to(c->headwater[0].flow, 2.5);
    close_to(c->headwater[0].flow_series->value[1], 10.0);
    close_to(f.base->headwater[0].flow_series->value[1], 20.0);

    c = change(&f, "changes:\n- {scale: {headwater: H}, flow: 2}\n");
    close_to(c->headwater[0].flow, 10.0);
    close_to(c->headwater[0].flow_series->value[2], 20.0);

    c = change(&f, "changes:\n- {set: {headwater: H}, flow: 3 m3/s}\n");
    close_to(c->headwater[0].flow, 3.0);
    assert_null(c->headwater[0].flow_series);

    c = change(&f, "changes:\n- {temperature: 4 degC}\n");
    close_to(c->run.temperature, 4.0);
    assert_null(c->run.temperature_series);
    assert_non_null(f.base->run.temperature_series);
    end(&f);
}

/* ---- scale ---- */

/* W1: 10000 m3/d, COD 50 mg/L, NH3-N 5 mg/L; W2: 1500 m3/d, COD 150 kg/d, NH3-N 15 mg/L. */
static void a_scaled_load_is_that_of_q_times_c(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const qh_case *c = change(&f, "changes:\n- {scale: [W1, W2], load: 80 %}\n");
    close_to(value_of(&c->outfall[W1].input[COD]), 40.0);
    close_to(value_of(&c->outfall[W2].input[COD]), 0.8 * 150e3 / day);
    close_to(c->outfall[W1].flow, 10000 / day);

    c = change(&f, "changes:\n- {scale: all, flow: 0.5, load: 0.8}\n"); /* C' = b (Q/Q') C */
    close_to(value_of(&c->outfall[W1].input[COD]), 50.0 * 0.8 / 0.5);
    close_to(value_of(&c->outfall[W2].input[COD]), 0.8 * 150e3 / day);
    close_to(c->outfall[W1].flow, 5000 / day);

    c = change(&f, "changes:\n- {scale: all, flow: 0.5, concentration: 0.8}\n"); /* W' = a (Q'/Q) W */
    close_to(value_of(&c->outfall[W1].input[COD]), 40.0);
    close_to(value_of(&c->outfall[W2].input[COD]), 0.4 * 150e3 / day);

    c = change(&f, "changes:\n- {scale: all, flow: 0.5}\n"); /* what is written stays */
    close_to(value_of(&c->outfall[W1].input[COD]), 50.0);
    close_to(value_of(&c->outfall[W2].input[COD]), 150e3 / day);
    end(&f);
}

static void a_scaling_may_be_restricted_to_constituents(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const qh_case *c = change(&f, "changes:\n- {scale: 第一污水厂, concentration: 0.5, constituent: 氨氮}\n");
    close_to(value_of(&c->outfall[W1].input[COD]), 50.0);
    close_to(value_of(&c->outfall[W1].input[NH3_N]), 2.5);
    close_to(value_of(&c->outfall[W2].input[NH3_N]), 15.0);
    end(&f);
}

static void a_load_cannot_be_made_without_flow(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    write_scenario(&f, "s", "changes:\n- {scale: W1, flow: 0, load: 0.5}\n");
    assert_int_equal(lay(&f, "s"), QH_E_INPUT);
    assert_non_null(strstr(qh_diag_line(f.diag, 0), "scenarios/s.yaml:2:3: error: W1: without flow"));
    assert_null(f.changed);
    end(&f);
}

static void any_source_can_be_scaled(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const qh_case *c = change(&f, "changes:\n"
                                  "- scale: {headwater: 上游来水, tributary: all}\n  flow: 0.9\n"
                                  "- scale: {lateral: 区间入流}\n  load: 2\n"
                                  "- scale: {headwater: all}\n  concentration: 1.5\n  constituent: COD\n");
    close_to(c->headwater[0].flow, 9.0);
    close_to(c->headwater[1].flow, f.base->headwater[1].flow);
    close_to(c->tributary[0].flow, 0.9 * 0.8);
    close_to(value_of(&c->lateral[0].input[COD]), 2 * 260e3 / day);
    close_to(value_of(&c->headwater[0].input[COD]), 15.0);
    close_to(value_of(&c->headwater[1].input[COD]), 12.0);
    close_to(value_of(&c->headwater[0].input[NH3_N]), 0.3);
    close_to(value_of(&c->tributary[0].input[COD]), 12.0);
    end(&f);
}

static void attributes_select_outfalls(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const qh_case *c = change(&f, "changes:\n- {scale: {category: 工业排污口, district: 示例区}, load: 0.1}\n");
    close_to(value_of(&c->outfall[W1].input[COD]), 50.0);
    close_to(value_of(&c->outfall[W2].input[COD]), 0.1 * 150e3 / day);
    c = change(&f, "changes:\n- {scale: {district: 示例区}, load: 0.1}\n");
    close_to(value_of(&c->outfall[W1].input[COD]), 5.0);
    c = change(&f, "changes:\n- {scale: {outfall: [W1, W2], body: [示例公司, 示例食品厂]}, load: 0.1}\n");
    close_to(value_of(&c->outfall[W1].input[COD]), 5.0);
    close_to(value_of(&c->outfall[W2].input[NH3_N]), 1.5);
    end(&f);
}

/* ---- set, close, move, add ---- */

static void numbers_are_set(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const qh_case *c = change(&f, "changes:\n- {set: W2, flow: 0.02 m3/s, COD: 40 mg/L, 氨氮: 864 g/d}\n");
    close_to(c->outfall[W2].flow, 0.02);
    assert_false(c->outfall[W2].input[COD].is_load);
    close_to(value_of(&c->outfall[W2].input[COD]), 40.0);
    assert_true(c->outfall[W2].input[NH3_N].is_load);
    close_to(value_of(&c->outfall[W2].input[NH3_N]), 0.01);
    /* A load is no successor of a concentration: both are told without what was before. */
    assert_int_equal(c->scenario->n_effect, 3);
    assert_true(c->scenario->effect[0].has_before && !c->scenario->effect[1].has_before &&
                !c->scenario->effect[2].has_before);
    end(&f);
}

static void a_closed_outfall_gives_nothing(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const qh_case *c = change(&f, "changes:\n- close: W1\n");
    assert_int_equal(c->n_outfall, 2);
    assert_true(c->outfall[W1].flow == 0.0 && value_of(&c->outfall[W1].input[COD]) == 0.0);
    assert_int_equal(c->outfall[W1].status, QH_REMEDIATION_CLOSED);
    close_to(value_of(&c->outfall[W2].input[NH3_N]), 15.0);
    end(&f);
}

static void an_outfall_moves(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const qh_case *c = change(&f, "changes:\n- {move: W1, reach: R3, chainage: 9.5 km}\n");
    assert_string_equal(c->reach[c->outfall[W1].reach].name, "R3");
    close_to(c->outfall[W1].chainage, 9500.0);
    assert_false(c->outfall[W1].has_position);
    assert_string_equal(c->scenario->effect[0].text_before, "R2 1 km");
    assert_string_equal(c->scenario->effect[0].text_after, "R3 9.5 km");
    end(&f);
}

static void an_added_outfall_can_be_changed(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const qh_case *c = change(&f, "changes:\n"
                                  "- add: N1\n  name: 新厂\n  category: 工业排污口\n  reach: R1\n  chainage: 2 km\n"
                                  "  flow: 864 m3/d\n  COD: 100 mg/L\n  NH3-N: 10 mg/L\n"
                                  "- {scale: {category: 工业排污口}, load: 0.5}\n"
                                  "- {set: 新厂, NH3-N: 8 mg/L}\n");
    assert_int_equal(c->n_outfall, 3);
    assert_string_equal(c->outfall[2].code, "N1");
    assert_string_equal(c->outfall[2].district, "");
    close_to(c->outfall[2].flow, 0.01);
    close_to(value_of(&c->outfall[2].input[COD]), 50.0);
    close_to(value_of(&c->outfall[2].input[NH3_N]), 8.0);
    assert_false(c->outfall[2].limit[COD].given);
    close_to(value_of(&c->outfall[W2].input[COD]), 0.5 * 150e3 / day);
    assert_int_equal(f.base->n_outfall, 2);
    end(&f);
}

/* ---- upgrade ---- */

static void concentrations_sink_to_the_limits(void **state) {
    (void)state;
    fixture f;
    begin(&f); /* 15 degC: the limits of warm water */
    const qh_case *c = change(&f, "changes:\n- {upgrade: all, standard: GB18918-2002, grade: 一级B}\n");
    close_to(value_of(&c->outfall[W1].input[COD]), 50.0); /* was below 60 */
    close_to(value_of(&c->outfall[W1].input[NH3_N]), 5.0);
    close_to(value_of(&c->outfall[W2].input[COD]), 60.0 * 1500 / day); /* a load: 60 mg/L times the flow */
    close_to(value_of(&c->outfall[W2].input[NH3_N]), 8.0);
    assert_true(c->outfall[W2].input[COD].is_load);
    close_to(c->outfall[W1].limit[COD].value, 50.0); /* the permit was stricter */
    close_to(c->outfall[W2].limit[COD].value, 60.0);
    assert_false(f.base->outfall[W2].limit[COD].given);
    assert_string_equal(c->outfall[W2].standard, "GB18918-2002 一级B");
    end(&f);
}

static void limits_depend_on_the_temperature_wherever_it_is_changed(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const char *upgrade = "- {upgrade: W2, standard: GB18918-2002, grade: 1A}\n";
    char text[256];
    (void)snprintf(text, sizeof text, "changes:\n%s- temperature: 12 degC\n", upgrade);
    close_to(value_of(&change(&f, text)->outfall[W2].input[NH3_N]), 8.0);
    (void)snprintf(text, sizeof text, "changes:\n%s- temperature: 12.1 degC\n", upgrade);
    close_to(value_of(&change(&f, text)->outfall[W2].input[NH3_N]), 5.0);
    const qh_case *c = change(
        &f, "changes:\n- {upgrade: W2, standard: GB18918-2002, grade: 1A, temperature: 8 degC, constituent: NH3-N}\n");
    close_to(value_of(&c->outfall[W2].input[NH3_N]), 8.0);
    close_to(value_of(&c->outfall[W2].input[COD]), 150e3 / day);
    /* R3 has a temperature of its own, 16 degC, above that of the run. */
    c = change(&f, "changes:\n- {move: W2, reach: R3, chainage: 1 km}\n- temperature: 5 degC\n"
                   "- {upgrade: W2, standard: GB18918-2002, grade: 1A}\n");
    close_to(value_of(&c->outfall[W2].input[NH3_N]), 5.0);
    end(&f);
}

static void a_limit_that_nobody_read_is_marked(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const qh_case *c = change(&f, "changes:\n- {upgrade: W2, standard: DB51/2311-2016, grade: park}\n");
    close_to(value_of(&c->outfall[W2].input[NH3_N]), 3.0);
    assert_int_equal(qh_diag_count(f.diag, QH_WARNING), 2); /* COD and NH3-N */
    assert_non_null(strstr(qh_diag_line(f.diag, 0), "was not read in the standard's own text: confidence M+"));
    assert_string_equal(c->scenario->effect[0].confidence, "M+");
    change(&f, "changes:\n- {upgrade: W2, standard: GB8978-1996, grade: 1}\n");
    assert_int_equal(qh_diag_count(f.diag, QH_WARNING), 2); /* those are verified */
    end(&f);
}

static void a_series_is_capped_where_it_crosses_the_limit(void **state) {
    (void)state;
    fixture f;
    const qh_setting linear[] = {{"series.plant.interpolation", "linear"}, {"run.duration", "1 d"}};
    begin_with(&f, "tests/cases/unsteady", 0, NULL);
    /* 100 kg/d, from 24 h on 200 kg/d, in 1000 m3/d; grade 2 allows 150 mg/L */
    const char *upgrade = "changes:\n- {upgrade: W1, standard: GB8978-1996, grade: 2}\n";
    const qh_value *load = &change(&f, upgrade)->outfall[0].input[0].value;
    close_to(qh_value_at(load, 23 * 3600.0), 100e3 / day);
    close_to(qh_value_at(load, 25 * 3600.0), 150e3 / day);
    close_to(qh_value_at(&f.base->outfall[0].input[0].value, 25 * 3600.0), 200e3 / day);
    load = &change(&f, "changes:\n- {scale: W1, load: 0.5}\n")->outfall[0].input[0].value;
    close_to(qh_value_at(load, 25 * 3600.0), 100e3 / day);
    end(&f);

    begin_with(&f, "tests/cases/unsteady", 2, linear);
    load = &change(&f, upgrade)->outfall[0].input[0].value;
    for (double hour = 0; hour <= 24; hour += 1.5)
        close_to(qh_value_at(load, hour * 3600.0), fmin(150e3, 100e3 * (1 + hour / 24)) / day);
    assert_int_equal(load->series->count, 3); /* one entry more, at the crossing */
    end(&f);
}

/* ---- release, kinetics, temperature, design flow ---- */

static void a_station_gets_another_rule(void **state) {
    (void)state;
    fixture f;
    begin(&f); /* tennant, poor, of 30 m3/s */
    const qh_case *c = change(&f, "changes:\n- {release: 电站, rule: share, share: 0.2}\n");
    assert_string_equal(c->station[0].rule, "share");
    close_to(c->station[0].share.value, 0.2);
    close_to(c->station[0].mean_annual_flow.value, 30.0); /* belongs to the place */
    assert_null(c->station[0].tennant_grade);
    assert_string_equal(c->scenario->effect[0].text_before, "3 m3/s (tennant)");
    assert_string_equal(c->scenario->effect[0].text_after, "6 m3/s (share)");
    c = change(&f, "changes:\n- {release: 电站, tennant_grade: 好}\n");
    assert_string_equal(c->station[0].rule, "tennant");
    assert_string_equal(c->station[0].tennant_grade, "good");
    c = change(&f, "changes:\n- {release: 电站, rule: fixed, eco_flow: 4.5 m3/s}\n");
    close_to(c->station[0].eco_flow.value, 4.5);
    assert_string_equal(f.base->station[0].rule, "tennant");

    write_scenario(&f, "s", "changes:\n- {release: 电站, rule: monthly, flow_1: 3 m3/s}\n");
    assert_int_equal(lay(&f, "s"), QH_E_INPUT); /* eleven months are missing */
    end(&f);
}

static void kinetics_change_everywhere_or_in_a_reach(void **state) {
    (void)state;
    fixture f;
    begin(&f); /* COD: 0.2 1/d, 0.15 1/d in R2 */
    const qh_case *c = change(&f, "changes:\n- {kinetics: COD, k20: 0.3 1/d}\n");
    close_to(c->constituent[COD].k20, 0.3 / day);
    assert_int_equal(c->n_override, 1);
    assert_false(c->override[0].k20.given); /* everywhere */
    assert_true(f.base->override[0].k20.given);

    c = change(&f, "changes:\n- {kinetics: COD, reach: R2, settling: 0.1 m/d}\n"
                   "- {kinetics: 氨氮, reach: R3, k20: 0 1/d, k2_20: 0.5 m3/g/d, background: 0.1 mg/L}\n");
    close_to(c->constituent[COD].k20, 0.2 / day);
    assert_int_equal(c->n_override, 2);
    close_to(c->override[0].k20.value, 0.15 / day);
    close_to(c->override[0].settling.value, 0.1 / day);
    assert_int_equal(c->override[1].constituent, NH3_N);
    assert_true(c->override[1].k20.given && c->override[1].k20.value == 0.0);
    close_to(c->override[1].background.value, 0.1);
    close_to(c->override[1].k2_20.value, 0.5 / day);
    assert_false(c->override[1].theta.given);
    end(&f);
}

static void the_design_flow_is_that_of_all_natural_inflows(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const qh_case *c = change(&f, "changes:\n- design_flow: 80 %\n- temperature: 20 degC\n");
    close_to(c->headwater[0].flow, 8.0);
    close_to(c->tributary[0].flow, 0.64);
    close_to(c->lateral[0].flow, 0.24);
    close_to(c->outfall[W1].flow, 10000 / day);
    close_to(value_of(&c->lateral[0].input[COD]), 260e3 / day); /* a load stays a load */
    close_to(c->run.temperature, 20.0);
    assert_string_equal(c->scenario->effect[0].quantity, "water temperature"); /* conditions come first */
    end(&f);
}

/* ---- composition ---- */

static void later_changes_win_and_what_is_extended_comes_first(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    write_scenario(&f, "底", "title: 底\nchanges:\n- {scale: W1, load: 0.5}\n- {set: W1, NH3-N: 3 mg/L}\n");
    write_scenario(&f, "左", "extends: 底\nchanges:\n- {scale: W1, load: 0.5}\n");
    write_scenario(&f, "右", "基于: [底]\n变更:\n- {缩放: W1, 浓度: 0.1, 污染物: NH3-N}\n");
    write_scenario(&f, "顶", "title: 顶\nextends: [左, 右]\nchanges:\n- {set: W1, NH3-N: 7 mg/L}\n");
    assert_int_equal(lay(&f, "右"), QH_OK);
    close_to(value_of(&f.changed->outfall[W1].input[COD]), 25.0);
    close_to(value_of(&f.changed->outfall[W1].input[NH3_N]), 0.3);
    assert_string_equal(f.changed->scenario->title, "");
    assert_int_equal(lay(&f, "顶"), QH_OK);
    close_to(value_of(&f.changed->outfall[W1].input[COD]), 12.5); /* 底 counts once */
    close_to(value_of(&f.changed->outfall[W1].input[NH3_N]), 7.0);
    assert_string_equal(f.changed->scenario->name, "顶");
    assert_string_equal(f.changed->scenario->title, "顶");
    assert_int_equal(f.changed->scenario->n_file, 4);
    const char *const order[] = {"scenarios/底.yaml", "scenarios/左.yaml", "scenarios/右.yaml", "scenarios/顶.yaml"};
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(f.changed->scenario->file[i], order[i]);
    const qh_case_file *last = &f.changed->file[f.changed->n_file - 1];
    assert_string_equal(last->name, order[3]);
    assert_non_null(strstr(last->text, "NH3-N: 7 mg/L"));
    assert_int_equal(f.changed->n_file, f.base->n_file + 4);
    end(&f);
}

static bool same_inputs(const qh_input *a, const qh_input *b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (a[i].is_load != b[i].is_load || a[i].value.constant != b[i].value.constant ||
            a[i].value.series != b[i].value.series)
            return false;
    }
    return true;
}

/* All kinds of change at once: the case itself must not move. */
static void the_case_stays_as_it_is(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_case *fresh = NULL;
    assert_int_equal(qh_case_read("tests/cases/good", 0, NULL, diag, &fresh), QH_OK);
    const qh_case *c =
        change(&f, "changes:\n- {scale: {headwater: all, tributary: all, lateral: all}, flow: 2, concentration: 3}\n"
                   "- {upgrade: all, standard: GB18918-2002, grade: 1A}\n- {move: W2, reach: R1, chainage: 0 km}\n"
                   "- {add: N, reach: R1, chainage: 1 km, flow: 1 m3/d, COD: 1 mg/L, NH3-N: 1 mg/L}\n- close: W1\n"
                   "- {set: N, COD: 2 mg/L}\n- {release: 电站, tennant_grade: good}\n- {kinetics: COD, k20: 1 1/d}\n"
                   "- {kinetics: COD, reach: R2, theta: 1.1}\n- temperature: 3 degC\n- design_flow: 2\n");
    const size_t n = c->n_constituent;
    assert_true(c->n_outfall == 3 && f.base->n_outfall == 2);
    for (size_t i = 0; i < f.base->n_outfall; i++) {
        const qh_outfall *a = &f.base->outfall[i], *b = &fresh->outfall[i];
        assert_true(a->flow == b->flow && a->reach == b->reach && a->chainage == b->chainage && a->status == b->status);
        assert_string_equal(a->standard, b->standard);
        assert_true(same_inputs(a->input, b->input, n));
        for (size_t k = 0; k < n; k++)
            assert_true(a->limit[k].given == b->limit[k].given && a->limit[k].value == b->limit[k].value);
    }
    for (size_t i = 0; i < f.base->n_headwater; i++) {
        assert_true(f.base->headwater[i].flow == fresh->headwater[i].flow);
        assert_true(same_inputs(f.base->headwater[i].input, fresh->headwater[i].input, n));
    }
    assert_true(same_inputs(f.base->tributary[0].input, fresh->tributary[0].input, n));
    assert_true(same_inputs(f.base->lateral[0].input, fresh->lateral[0].input, n));
    assert_true(f.base->run.temperature == fresh->run.temperature);
    assert_true(f.base->constituent[COD].k20 == fresh->constituent[COD].k20);
    assert_true(f.base->n_override == fresh->n_override && f.base->override[0].k20.given &&
                !f.base->override[0].theta.given);
    assert_string_equal(f.base->station[0].tennant_grade, "poor");
    assert_null(f.base->scenario);
    assert_int_equal(f.base->n_file, fresh->n_file);
    qh_case_destroy(fresh);
    qh_diag_destroy(diag);
    end(&f);
}

/* Every kind of the registry has its key and its table, so that nothing can be read that is not documented. */
static void every_kind_of_change_is_in_the_schema(void **state) {
    (void)state;
    size_t n = 0;
    for (; qh_registry_change[n]; n++) {
        char name[64];
        (void)snprintf(name, sizeof name, "scenario.%s", qh_registry_change[n]->name);
        assert_non_null(qh_schema_find_table(name));
        assert_ptr_equal(qh_change_find(qh_registry_change[n]->name), qh_registry_change[n]);
    }
    assert_int_equal(n, 10);
    assert_null(qh_change_find("dredge"));
}

static void scenarios_are_listed_by_name(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    write_scenario(&f, "b", "title: second\nextends: [a, c]\n");
    write_scenario(&f, "a", "changes: [{close: W1}, {close: W2}]\n");
    write_scenario(&f, "c", ": no YAML : [\n");
    qh_arena *arena = qh_arena_create();
    size_t count = 0;
    qh_scenario_entry *entry = NULL;
    assert_int_equal(qh_scenario_list(f.folder, arena, f.diag, &count, &entry), QH_OK);
    assert_int_equal(count, 3);
    assert_string_equal(entry[0].name, "a");
    assert_int_equal(entry[0].n_change, 2);
    assert_string_equal(entry[1].title, "second");
    assert_string_equal(entry[1].extends, "a, c");
    assert_string_equal(entry[2].title, "");
    assert_int_equal(qh_scenario_list("tests/cases/unsteady", arena, f.diag, &count, &entry), QH_OK);
    assert_int_equal(count, 0);
    assert_int_equal(qh_scenario_list("tests/nowhere", arena, f.diag, &count, &entry), QH_E_IO);
    qh_arena_destroy(arena);
    end(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scaled_load_is_that_of_q_times_c),
        cmocka_unit_test(flow_series_are_scaled_and_replaced),
        cmocka_unit_test(a_scaling_may_be_restricted_to_constituents),
        cmocka_unit_test(a_load_cannot_be_made_without_flow),
        cmocka_unit_test(any_source_can_be_scaled),
        cmocka_unit_test(attributes_select_outfalls),
        cmocka_unit_test(numbers_are_set),
        cmocka_unit_test(a_closed_outfall_gives_nothing),
        cmocka_unit_test(an_outfall_moves),
        cmocka_unit_test(an_added_outfall_can_be_changed),
        cmocka_unit_test(concentrations_sink_to_the_limits),
        cmocka_unit_test(limits_depend_on_the_temperature_wherever_it_is_changed),
        cmocka_unit_test(a_limit_that_nobody_read_is_marked),
        cmocka_unit_test(a_series_is_capped_where_it_crosses_the_limit),
        cmocka_unit_test(a_station_gets_another_rule),
        cmocka_unit_test(kinetics_change_everywhere_or_in_a_reach),
        cmocka_unit_test(the_design_flow_is_that_of_all_natural_inflows),
        cmocka_unit_test(later_changes_win_and_what_is_extended_comes_first),
        cmocka_unit_test(the_case_stays_as_it_is),
        cmocka_unit_test(every_kind_of_change_is_in_the_schema),
        cmocka_unit_test(scenarios_are_listed_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
