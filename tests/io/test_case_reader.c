/* The case reader on good input: values arrive in the program's own units and refer to one another; encodings, line ends,
 * separators and Chinese headers make no difference; --set. What it says of bad input: test_bad_input.sh.
 * Run from the root of the source tree: it reads tests/cases. */
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
#include <iconv.h>

#include "io/case_reader.h"
#include "model/units.h"

static qh_case *read_with(const char *folder, size_t n_setting, const qh_setting *setting) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_case *river_case = NULL;
    const qh_status status = qh_case_read(folder, n_setting, setting, diag, &river_case);
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        print_error("%s\n", qh_diag_line(diag, i));
    assert_int_equal(status, QH_OK);
    assert_int_equal(qh_diag_size(diag), 0);
    qh_diag_destroy(diag);
    return river_case;
}

static void close_to(double value, double expected) { assert_true(fabs(value - expected) <= 1e-13 * fabs(expected)); }

static void values_arrive_in_inner_units(void **state) {
    (void)state;
    qh_case *c = read_with("tests/cases/good", 0, NULL);
    assert_string_equal(c->name, "good");
    assert_string_equal(c->note, "示例，非实测");
    assert_int_equal(c->run.type, QH_STEADY);
    assert_int_equal(c->run.month, 3);
    close_to(c->run.transverse_mixing, 0.6);
    assert_string_equal(c->run.start, "");
    close_to(c->solver.cell_length, 200.0);
    close_to(c->solver.balance_tolerance, 1e-10);
    assert_int_equal(c->solver.max_steps, 100000);
    assert_string_equal(c->solver.engine, "auto");

    assert_int_equal(c->n_constituent, 2);
    close_to(c->constituent[0].k20, 0.2 / 86400.0);
    assert_string_equal(c->constituent[0].title, "化学需氧量");
    close_to(c->constituent[1].theta, 1.047); /* default */
    assert_string_equal(c->constituent[1].item, "NH3-N");

    assert_int_equal(c->n_reach, 5);
    close_to(c->reach[0].length, 8000.0);
    assert_string_equal(c->reach[0].river, "清河");
    assert_string_equal(c->reach[0].channel.law, "trapezoid");
    assert_true(c->reach[0].channel.manning.given);
    close_to(c->reach[0].channel.manning.value, 0.035);
    assert_string_equal(c->reach[0].dispersion_formula, "fischer");
    assert_false(c->reach[0].dispersion.given);
    close_to(c->reach[2].temperature.value, 16.0);
    close_to(c->reach[4].storage_exchange.value, 1e-5);
    assert_string_equal(c->reach[0].place.file, "reaches.csv");
    assert_int_equal(c->reach[2].place.line, 4);

    assert_int_equal(c->n_cross_section, 1);
    assert_int_equal(c->cross_section[0].count, 4);
    close_to(c->cross_section[0].elevation[3], 406.0);
    assert_ptr_equal(c->reach[1].channel.cross_section, &c->cross_section[0]);
    qh_case_destroy(c);
}

static void rows_refer_to_one_another(void **state) {
    (void)state;
    qh_case *c = read_with("tests/cases/good", 0, NULL);
    assert_int_equal(c->n_node, 6); /* two of nodes.csv, four that reaches name */
    assert_true(c->node[0].has_position && !c->node[2].has_position);
    assert_int_equal(c->reach[0].to, c->reach[1].from);
    assert_int_equal(c->reach[3].to, c->reach[2].from);
    assert_string_equal(c->node[c->headwater[0].node].name, "源头");
    assert_int_equal(c->headwater[1].inlet, QH_INLET_FLUX);
    assert_int_equal(c->override[0].reach, 1);
    assert_int_equal(c->override[0].constituent, 0);
    assert_true(c->override[0].k20.given && !c->override[0].theta.given);
    assert_int_equal(c->station[0].tailrace_reach, 0);
    assert_string_equal(c->station[0].tennant_grade, "poor");
    assert_int_equal(c->section[0].target_class, 3);
    assert_int_equal(c->section[1].target_class, 2);
    assert_true(c->section[1].is_protected && c->section[1].has_position && !c->section[0].has_position);
    assert_int_equal(c->n_route, 1);
    assert_int_equal(c->route[0].count, 3);
    assert_int_equal(c->route[0].reach[2], 2);
    assert_string_equal(c->withdrawal[0].kind, "intake");
    assert_int_equal(c->n_file, 12);
    assert_string_equal(c->file[0].name, "case.yaml");
    assert_string_equal(c->file[0].encoding, "UTF-8");
    qh_case_destroy(c);
}

static void sources_give_concentrations_or_loads(void **state) {
    (void)state;
    qh_case *c = read_with("tests/cases/good", 0, NULL);
    const qh_outfall *plant = &c->outfall[0], *factory = &c->outfall[1];
    close_to(plant->flow, 10000.0 / 86400.0);
    close_to(plant->chainage, 1000.0);
    assert_int_equal(plant->status, QH_REMEDIATION_TREATED);
    assert_int_equal(factory->status, QH_REMEDIATION_SURVEYED);
    assert_string_equal(plant->note, "含逗号, 与 \"引号\"");
    assert_string_equal(factory->permit, "");
    assert_false(plant->input[0].is_load);
    close_to(plant->input[0].value.constant, 50.0);
    assert_true(factory->input[0].is_load);
    close_to(factory->input[0].value.constant, 150000.0 / 86400.0);
    assert_false(factory->input[1].is_load);
    assert_true(plant->limit[0].given && !plant->limit[1].given && !factory->limit[0].given);
    assert_true(c->lateral[0].input[0].is_load);
    close_to(c->lateral[0].to, 10000.0);
    qh_case_destroy(c);
}

static void oxygen_and_nitrogen_refer_to_one_another(void **state) {
    (void)state;
    qh_case *c = read_with("tests/cases/oxygen", 0, NULL);
    assert_int_equal(c->n_constituent, 4);
    const qh_constituent *oxygen = &c->constituent[0], *bod = &c->constituent[1], *ammonia = &c->constituent[2],
                         *nitrate = &c->constituent[3];
    assert_true(oxygen->is_oxygen && !bod->is_oxygen && !ammonia->is_oxygen && !nitrate->is_oxygen);
    assert_string_equal(oxygen->reaeration, "covar");
    assert_null(bod->reaeration);
    assert_true(oxygen->k20 == 0 && !oxygen->has_product && oxygen->oxygen_demand == 0);
    close_to(bod->oxygen_demand, 1.0);
    assert_false(bod->has_product || bod->oxygen_half.given);
    assert_true(ammonia->has_product); /* of what stands further down */
    assert_int_equal(ammonia->product, 3);
    close_to(ammonia->yield, 1.0);
    close_to(ammonia->oxygen_demand, 4.57);
    assert_false(nitrate->has_product);
    assert_true(nitrate->k2_20 == 0);
    close_to(c->override[0].k20.value, 0.15 / 86400.0);
    assert_false(c->override[0].k2_20.given);
    qh_case_destroy(c);
}

static void kinetics_have_units_and_chinese_names(void **state) {
    (void)state;
    const qh_setting settings[] = {
        {"constituents.BOD5.oxygen_half", "500 ug/L"},
        {"constituents.BOD5.二级降解系数", "0.02 L/mg/d"},
        {"constituents.NH3-N.转化为", "BOD5"},
        {"constituents.NH3-N.产率", "0.5"},
        {"constituents.DO.是否溶解氧", "是"},
        {"constituents.DO.复氧公式", "churchill"},
        {"constituents.NO3-N", "{name: NO3-N, k2_20: 0 m3/g/s}"}, /* no k20: there is a rate of second order */
    };
    qh_case *c = read_with("tests/cases/oxygen", sizeof settings / sizeof *settings, settings);
    assert_true(c->constituent[1].oxygen_half.given);
    close_to(c->constituent[1].oxygen_half.value, 0.5);
    close_to(c->constituent[1].k2_20, 0.02 / 86400.0);
    assert_int_equal(c->constituent[2].product, 1);
    close_to(c->constituent[2].yield, 0.5);
    assert_string_equal(c->constituent[0].reaeration, "churchill");
    assert_true(c->constituent[0].is_oxygen);
    qh_case_destroy(c);
}

static void series_run_from_the_start(void **state) {
    (void)state;
    qh_case *c = read_with("tests/cases/unsteady", 0, NULL);
    assert_int_equal(c->run.type, QH_UNSTEADY);
    assert_string_equal(c->run.start, "2024-01-01T00:00:00");
    close_to(c->run.duration, 2 * 86400.0);
    close_to(c->run.sample_interval, 3600.0);
    assert_int_equal(c->run.initial, QH_INITIAL_GIVEN);
    close_to(c->constituent[0].initial.value, 5.0);
    assert_int_equal(c->n_series, 2);
    const qh_series *inflow = c->headwater[0].input[0].value.series;
    assert_ptr_equal(inflow, &c->series[0]);
    assert_int_equal(inflow->dimension, QH_DIM_CONCENTRATION);
    assert_int_equal(inflow->interpolation, QH_LINEAR);
    assert_int_equal(inflow->count, 3);
    close_to(inflow->time[1], 86400.0);
    close_to(inflow->value[1], 10.0);
    const qh_input *plant = &c->outfall[0].input[0];
    assert_true(plant->is_load);
    close_to(plant->value.series->value[1], 200000.0 / 86400.0);
    assert_string_equal(c->standard, "GB3838-2002"); /* default */
    qh_case_destroy(c);
}

static void flow_and_temperature_follow_series(void **state) {
    (void)state;
    qh_case *c = read_with("tests/cases/moving", 0, NULL);
    assert_string_equal(c->run.routing, "kinematic");
    close_to(c->run.routing_step, 1800.0);
    assert_ptr_equal(c->headwater[0].flow_series, &c->series[0]);
    close_to(c->headwater[0].flow, 5.0); /* at the run's start */
    assert_ptr_equal(c->run.temperature_series, &c->series[1]);
    close_to(c->run.temperature, 10.0);
    assert_null(c->withdrawal[0].flow_series);
    qh_case_destroy(c);
}

/* A level below the datum, with and without the concentrations of the water that it lets in. */
static void levels_are_held_at_outlets(void **state) {
    (void)state;
    const char *const text[] = {"node,level [m]\nC,-1.5\n", "节点,水位 [cm],COD [mg/L]\nC,150,7\n"};
    assert_int_equal(system("rm -rf /tmp/qinghe-held && cp -r tests/cases/moving /tmp/qinghe-held"), 0);
    for (size_t k = 0; k < 2; k++) {
        FILE *file = fopen("/tmp/qinghe-held/held_levels.csv", "w");
        assert_non_null(file);
        assert_true(fputs(text[k], file) >= 0 && fclose(file) == 0);
        qh_case *c = read_with("/tmp/qinghe-held", 0, NULL);
        assert_int_equal(c->n_held_level, 1);
        assert_string_equal(c->node[c->held_level[0].node].name, "C");
        close_to(c->held_level[0].level.constant, k == 0 ? -1.5 : 1.5);
        assert_true((c->held_level[0].input == NULL) == (k == 0));
        if (k == 1) close_to(c->held_level[0].input[0].value.constant, 7.0);
        qh_case_destroy(c);
    }
    assert_int_equal(system("rm -rf /tmp/qinghe-held"), 0);
}

static void settings_change_single_keys(void **state) {
    (void)state;
    const qh_setting settings[] = {
        {"run.month", "7"},
        {"solver.cell_length", "0.05 km"},
        {"constituents.COD.k20", "0.5 1/d"},
        {"constituents.2.theta", "1.1"},
        {"污染物.NH3-N.标题", "铵"},
        {"routes.主线.reaches", "[R2, R3]"},
        {"title", "a: b"}, /* what YAML would take for a mapping must be quoted; see below */
    };
    qh_case *c = read_with("tests/cases/good", 6, settings);
    assert_int_equal(c->run.month, 7);
    close_to(c->solver.cell_length, 50.0);
    close_to(c->constituent[0].k20, 0.5 / 86400.0);
    close_to(c->constituent[1].theta, 1.1);
    assert_string_equal(c->constituent[1].title, "铵");
    assert_int_equal(c->route[0].count, 2);
    qh_case_destroy(c);

    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_case_read("tests/cases/good", 7, settings, diag, &c), QH_E_INPUT);
    assert_string_equal(qh_diag_line(diag, 0), "--set:7: error: 'title' must be a single value");
    qh_diag_destroy(diag);
}

static void settings_add_what_the_file_lacks(void **state) {
    (void)state;
    const qh_setting settings[] = {{"solver.max_steps", "50"}, {"note", ""}, {"run.temperature", "280 degC"}};
    qh_case *c = read_with("tests/cases/unsteady", 2, settings); /* it has no solver section */
    assert_int_equal(c->solver.max_steps, 50);
    assert_string_equal(c->note, "");
    qh_case_destroy(c);
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_case_read("tests/cases/unsteady", 3, settings, diag, &c), QH_E_INPUT);
    assert_int_equal(qh_diag_size(diag), 1);
    assert_string_equal(qh_diag_line(diag, 0),
                        "--set:3: error: 'temperature' is 280 degC; allowed is: from 0 to 45 degC");
    qh_diag_destroy(diag);
}

/* ---- the same case in other dress ---- */

static void copy_file(const char *from, const char *to, bool dress) {
    FILE *in = fopen(from, "rb");
    assert_non_null(in);
    char text[8192];
    const size_t size = fread(text, 1, sizeof text - 1, in);
    (void)fclose(in);
    FILE *out = fopen(to, "wb");
    assert_non_null(out);
    if (!dress) {
        assert_int_equal(fwrite(text, 1, size, out), size);
    } else { /* GB18030 and CRLF */
        char changed[16384];
        const iconv_t converter = iconv_open("GB18030", "UTF-8");
        assert_true(converter != (iconv_t)-1);
        char crlf[12288];
        size_t n = 0;
        for (size_t i = 0; i < size; i++) {
            if (text[i] == '\n') crlf[n++] = '\r';
            crlf[n++] = text[i];
        }
        char *source = crlf, *target = changed;
        size_t left = n, room = sizeof changed;
        assert_int_equal(iconv(converter, &source, &left, &target, &room), 0);
        (void)iconv_close(converter);
        assert_int_equal(fwrite(changed, 1, sizeof changed - room, out), sizeof changed - room);
    }
    assert_int_equal(fclose(out), 0);
}

static const char *const files[] = {"case.yaml",    "nodes.csv",       "reaches.csv",     "cross_sections.csv",
                                    "kinetics.csv", "headwaters.csv",  "tributaries.csv", "outfalls.csv",
                                    "laterals.csv", "withdrawals.csv", "stations.csv",    "sections.csv"};
enum { N_FILES = sizeof files / sizeof files[0] };

static void each_file(const char *folder, bool dress, bool unlink_them) {
    for (size_t i = 0; i < N_FILES; i++) {
        char from[256], to[256];
        (void)snprintf(from, sizeof from, "tests/cases/good/%s", files[i]);
        (void)snprintf(to, sizeof to, "%s/%s", folder, files[i]);
        if (unlink_them)
            (void)unlink(to);
        else
            copy_file(from, to, dress);
    }
}

static void gb18030_and_crlf_make_no_difference(void **state) {
    (void)state;
    char folder[] = "/tmp/qinghe-case-XXXXXX";
    assert_non_null(mkdtemp(folder));
    each_file(folder, true, false);
    qh_case *plain = read_with("tests/cases/good", 0, NULL);
    qh_case *dressed = read_with(folder, 0, NULL);
    assert_string_equal(dressed->file[0].encoding, "GB18030");
    assert_int_equal(dressed->n_file, plain->n_file);
    for (size_t i = 0; i < plain->n_file; i++)
        assert_string_equal(dressed->file[i].text, plain->file[i].text);
    assert_string_equal(dressed->outfall[0].name, "第一污水厂");
    assert_string_equal(dressed->section[0].name, "城区下游");
    assert_int_equal(dressed->section[0].place.column, plain->section[0].place.column);
    qh_case_destroy(plain);
    qh_case_destroy(dressed);
    each_file(folder, false, true);
    (void)rmdir(folder);
}

static void write_text(const char *folder, const char *name, const char *text) {
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
}

static void chinese_headers_and_semicolons_make_no_difference(void **state) {
    (void)state;
    char folder[] = "/tmp/qinghe-case-XXXXXX";
    assert_non_null(mkdtemp(folder));
    each_file(folder, false, false);
    write_text(
        folder, "outfalls.csv",
        "\xEF\xBB\xBF编码;名称;类别;行政区;责任主体;许可证号;排放标准;入河方式;整治状态;经度;纬度;河段;里程（公里）;"
        "流量（万m³/日）;化学需氧量 [mg/L];化学需氧量［kg/d］;氨氮(mg/L);COD限值【mg/L】;备注\r\n"
        "W1;第一污水厂;城镇污水处理厂;示例区;示例公司;P-1;一级A;连续;治;108.2;29.2;R2;1;1;50;;5;50;x\r\n"
        "W2;食品厂;工业排污口;示例区;示例食品厂;;;;查;;;R2;2.5;0.15;;150;15;;\r\n");
    write_text(folder, "sections.csv",
               "编码,名称,河段,里程 [km],水质目标,保护目标\nS1,城区下游,R2,5.5,Ⅲ类,否\nS2,出境断面,R3,9.5,二类,是\n");
    qh_case *c = read_with(folder, 0, NULL);
    close_to(c->outfall[0].flow, 10000.0 / 86400.0);
    close_to(c->outfall[1].flow, 1500.0 / 86400.0);
    close_to(c->outfall[0].input[0].value.constant, 50.0);
    assert_true(c->outfall[1].input[0].is_load);
    close_to(c->outfall[1].input[1].value.constant, 15.0);
    close_to(c->outfall[0].limit[0].value, 50.0);
    assert_int_equal(c->outfall[0].status, QH_REMEDIATION_TREATED);
    assert_int_equal(c->section[0].target_class, 3);
    assert_int_equal(c->section[1].target_class, 2);
    assert_true(c->section[1].is_protected);
    qh_case_destroy(c);
    each_file(folder, false, true);
    (void)rmdir(folder);
}

/* Settings on a case, and the messages expected, warnings included. */
static void check_messages(const char *folder, size_t n_setting, const qh_setting *setting, qh_status expected,
                           size_t count, const char *const *line) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_case *c = NULL;
    const qh_status status = qh_case_read(folder, n_setting, setting, diag, &c);
    for (size_t i = 0; i < count && i < qh_diag_size(diag); i++)
        assert_string_equal(qh_diag_line(diag, i), line[i]);
    assert_int_equal(qh_diag_size(diag), count);
    assert_int_equal(status, expected);
    qh_case_destroy(c);
    qh_diag_destroy(diag);
}

/* The standard has no nitrate, but what it has near by in name is judged already: no slip of the pen. */
static void a_name_near_another_item_is_no_slip(void **state) {
    (void)state;
    const qh_setting alone = {"constituents.NH3-N.item", "TP"};
    check_messages("tests/cases/oxygen", 1, &alone, QH_OK, 1,
                   (const char *[]){
                       "case.yaml:13:5: warning: GB3838-2002 has no item 'NO3-N' (did you mean 'NH3-N'?): 'NO3-N' is "
                       "computed, but not judged",
                   });
}

static void what_has_no_effect_is_a_warning(void **state) {
    (void)state;
    const qh_setting unused[] = {
        {"run.initial", "steady"}, {"constituents.COD.item", "CODM"}, {"run.duration", "50 h"}};
    check_messages(
        "tests/cases/unsteady", 2, unused, QH_OK, 2,
        (const char *[]){
            "case.yaml:12:5: warning: `initial` of constituent 'COD' is not used: it takes `run.initial: given`",
            "case.yaml:12:5: warning: GB3838-2002 has no item 'CODM' (did you mean 'CODMn'?): 'COD' is "
            "computed, but not judged",
        });
    const qh_setting spare[] = {
        {"series", "[{name: inflow, file: series/inflow.csv, column: 'COD [mg/L]', interpolation: linear},"
                   " {name: plant, file: series/plant.csv, column: 'COD [kg/d]', interpolation: step},"
                   " {name: spare, file: series/plant.csv, column: 'COD [kg/d]', interpolation: step}]"}};
    check_messages("tests/cases/unsteady", 1, spare, QH_OK, 1,
                   (const char *[]){"--set:1: warning: series 'spare' is used nowhere"});
    const qh_setting longer[] = {
        {"run.duration", "100 h"},
        {"series.inflow", "{name: inflow, file: series/plant.csv, column: 'COD [kg/d]', interpolation: step}"}};
    check_messages(
        "tests/cases/unsteady", 2, longer, QH_E_INPUT, 3,
        (const char *[]){
            "headwaters.csv:2:7: error: 'COD' is a column of concentration, but series 'inflow' is one of load",
            "series/plant.csv:3:1: warning: the last value of series 'inflow' holds from 24 h to the end of the "
            "run at 100 h",
            "series/plant.csv:3:1: warning: the last value of series 'plant' holds from 24 h to the end of the "
            "run at 100 h",
        });
}

static void entries_of_lists_are_checked(void **state) {
    (void)state;
    const qh_setting settings[] = {
        {"series", "[{file: series/plant.csv, column: COD, interpolation: step}, just text,"
                   " {name: plant, file: series/plant.csv, column: 'COD [kg/d]', interpolation: step},"
                   " {name: plant, file: series/inflow.csv, column: 'COD [mg/L]', interpolation: cubic}]"},
        {"routes", "[{name: a, reaches: [R1]}, {name: a, reaches: []}, {name: b, reaches: [[R1], R1]}, text]"}};
    check_messages("tests/cases/unsteady", 2, settings, QH_E_INPUT, 8,
                   (const char *[]){
                       "--set:1: error: 'name' is missing",
                       "--set:1: error: 'series' must be a mapping: lines of `key: value`",
                       "--set:1: error: 'interpolation' cannot be 'cubic'; it is one of step, linear",
                       "--set:1: error: series 'plant' stands already in line 1",
                       "--set:2: error: route 'a' stands already in line 2",
                       "--set:2: error: 'reaches' is empty; a value is required",
                       "--set:2: error: 'reaches' must be a single value",
                       "--set:2: error: 'routes' must be a mapping: lines of `key: value`",
                   });
    const qh_setting shape[] = {{"series", "{}"}, {"constituents", "text"}, {"routes", "3"}};
    check_messages("tests/cases/unsteady", 3, shape, QH_E_INPUT, 3,
                   (const char *[]){
                       "--set:1: error: 'series' must be a list: lines that begin with `- `, or [a, b]",
                       "--set:2: error: 'constituents' must be a list: lines that begin with `- `, or [a, b]",
                       "--set:3: error: 'routes' must be a list: lines that begin with `- `, or [a, b]",
                   });
}

static void a_standard_may_lie_in_the_case_folder(void **state) {
    (void)state;
    char folder[] = "/tmp/qinghe-case-XXXXXX";
    assert_non_null(mkdtemp(folder));
    each_file(folder, false, false);
    write_text(folder, "mine.yaml",
               "code: MINE\ntitle: {en: mine, zh: 自定}\nsource: none\nclasses: [好, 坏]\n"
               "exceedance: {base_class: 1, clause: c, confidence: V}\n"
               "items: [{code: COD, title: {en: c, zh: c}, unit: mg/L, sense: max, limits: [10, 20], "
               "clause: c, confidence: V}]\n");
    write_text(folder, "results.csv", "a,b\n1,2\n");
    const qh_setting mine = {"standard", "mine.yaml"};
    check_messages(folder, 1, &mine, QH_E_INPUT, 2,
                   (const char *[]){
                       "results.csv: warning: no table of this name is known; the file is not read",
                       "sections.csv:2:1: error: section '城区下游' has target class 3, but MINE has only 2 classes",
                   });
    write_text(folder, "sections.csv", "code,name,reach,chainage [km],target\nS1,断面,R2,5.5,2\n");
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_case *c = NULL;
    assert_int_equal(qh_case_read(folder, 1, &mine, diag, &c), QH_OK);
    char path[64];
    (void)snprintf(path, sizeof path, "%s/mine.yaml", folder);
    assert_string_equal(c->standard, path);
    qh_case_destroy(c);
    qh_diag_destroy(diag);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/results.csv", folder);
    (void)unlink(path);
    each_file(folder, false, true);
    (void)rmdir(folder);
}

static void a_failure_leaves_the_argument_alone(void **state) {
    (void)state;
    qh_case *const sentinel = (qh_case *)&state;
    qh_case *c = sentinel;
    assert_int_equal(qh_case_read("tests/cases/nowhere", 0, NULL, NULL, &c), QH_E_IO);
    assert_ptr_equal(c, sentinel);
    assert_int_equal(qh_case_read("tests/cases/good/case.yaml", 0, NULL, NULL, &c), QH_E_IO);
    assert_ptr_equal(c, sentinel);
    const qh_setting wrong = {"run.month", "13"};
    assert_int_equal(qh_case_read("tests/cases/good", 1, &wrong, NULL, &c), QH_E_INPUT);
    assert_ptr_equal(c, sentinel);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_arrive_in_inner_units),
        cmocka_unit_test(rows_refer_to_one_another),
        cmocka_unit_test(sources_give_concentrations_or_loads),
        cmocka_unit_test(oxygen_and_nitrogen_refer_to_one_another),
        cmocka_unit_test(kinetics_have_units_and_chinese_names),
        cmocka_unit_test(a_name_near_another_item_is_no_slip),
        cmocka_unit_test(series_run_from_the_start),
        cmocka_unit_test(levels_are_held_at_outlets),
        cmocka_unit_test(flow_and_temperature_follow_series),
        cmocka_unit_test(settings_change_single_keys),
        cmocka_unit_test(settings_add_what_the_file_lacks),
        cmocka_unit_test(gb18030_and_crlf_make_no_difference),
        cmocka_unit_test(chinese_headers_and_semicolons_make_no_difference),
        cmocka_unit_test(what_has_no_effect_is_a_warning),
        cmocka_unit_test(entries_of_lists_are_checked),
        cmocka_unit_test(a_standard_may_lie_in_the_case_folder),
        cmocka_unit_test(a_failure_leaves_the_argument_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
