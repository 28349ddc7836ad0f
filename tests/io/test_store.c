/* The store, by a driver that plays the solver: what is written is read back, whatever happens on the way.
 *
 *     test_store --write PATH N_FRAME MILLISECONDS    writes such a run, with a pause after every frame, for the scripts
 *     test_store --open PATH                          opens a file and reads all of it, broken or not
 *     test_store NAME                                 runs one test */
#define _GNU_SOURCE 1 /* dladdr; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/store_internal.h"
#include "model/overlay.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"

/* ---- a river with one of everything ---- */

typedef struct river {
    qh_case *river_case;
    hydraulics hydraulics;
    qh_run_layout layout;
} river;

typedef struct river_options {
    bool unsteady, dated, located, plain; /* plain: one reach, nothing on it */
    double cell_length;                   /* m; 0: 500 */
    double duration, interval;            /* s */
    size_t n_constituent, n_lane;         /* 0: 3 and 1 */
    bool moving;                          /* the water */
} river_options;

static const char *const names[] = {"COD", "NH3-N", "总磷"};

static void fill_outfall(qh_outfall *outfall) {
    static qh_optional limit[3] = {{true, 50.0}, {false, 0.0}, {true, 0.5}};
    outfall->code = "FL-511111-0001-SH-00";
    outfall->name = "沙湾区城市污水处理厂排污口";
    outfall->category = "城镇污水处理厂排污口";
    outfall->district = "沙湾区";
    outfall->body = "某某水务有限公司";
    outfall->permit = "91511111MA00000000001V";
    outfall->standard = "DB51/2311-2016";
    outfall->entry = "连续";
    outfall->note = "示例，非实测";
    outfall->status = QH_REMEDIATION_TREATED;
    outfall->has_position = true;
    outfall->longitude = 103.55;
    outfall->latitude = 29.41;
    outfall->limit = limit;
}

static void add_places(case_builder *b, bool located) {
    case_branch(b, "左汊", "J", "K", 3000.0, 25.0, 10.0, 0.4);
    case_branch(b, "右汊", "J", "K", 2500.0, 25.0, 10.0, 0.6);
    case_reach(b, "支流", "t", "J", 4000.0, 8.0, 5.0);
    case_reach(b, "下游", "K", "o", 6000.0, 40.0, 20.0);
    case_headwater(b, "t", 1.5, 20.0);
    fill_outfall(case_outfall(b, "上游", 2000.0, 0.1, 5.0));
    case_tributary(b, "下游", 1000.0, 0.5, 8.0);
    case_lateral(b, "下游", 500.0, 5500.0, 0.2, 3.0);
    case_withdrawal(b, "下游", 4000.0, 0.3)->name = "某某水厂取水口";
    case_station(b, "上游", 1000.0, "上游", 4000.0, 20.0, 1.2)->name = "某某引水式电站";
    qh_section *section = case_section(b, "下游", 5000.0);
    section->name = "大渡河出境断面";
    section->level = "国控";
    section->district = "沙湾区";
    section->is_protected = true;
    section->target_class = 2;
    section->has_position = located;
    section->longitude = 103.6;
    section->latitude = 29.3;
    case_section(b, "支流", 3500.0)->name = "沫溪河口";
    if (!located) return;
    static const char *const node[] = {"s", "J", "K", "t", "o"};
    for (size_t i = 0; i < 5; i++) {
        case_node(b, node[i]);
    }
}

/* The builder keeps its rows private, the case is const: tests may change what no solver has seen yet. */
static void finish_case(qh_case *c, const river_options *options) {
    c->name = "dadu-shawan";
    c->title = "大渡河沙湾段";
    c->note = "示例，非实测";
    c->standard = "GB3838-2002";
    c->run.month = 3;
    c->run.start = options->dated ? "2024-01-01T00:00" : "";
    c->solver.cell_length = options->cell_length > 0.0 ? options->cell_length : 500.0;
    static const qh_case_file file[] = {{"case.yaml", "name: dadu-shawan\n# 注释\n", "UTF-8"},
                                        {"series/plant.csv", "time,COD [mg/L]\n", "GB18030"},
                                        {"scenarios/底.yaml", "changes: [{close: W1}]\n", "UTF-8"},
                                        {"scenarios/提标.yaml", "extends: 底\n# 注释\n", "UTF-8"}};
    static const char *const texts[] = {"scenarios/底.yaml", "scenarios/提标.yaml"};
    static const qh_scenario scenario = {.name = "提标", .title = "按 DB51 提标", .n_file = 2, .file = texts};
    c->file = file;
    c->n_file = options->plain ? 2 : 4;
    c->scenario = options->plain ? NULL : &scenario;
    qh_node *node = (qh_node *)(uintptr_t)c->node;
    for (size_t i = 0; options->located && i < c->n_node; i++) {
        node[i].has_position = true;
        node[i].longitude = 103.5 + 0.05 * (double)i;
        node[i].latitude = 29.5 - 0.03 * (double)i;
    }
}

static river river_of(river_options options) {
    const size_t n = options.n_constituent ? options.n_constituent : 3;
    case_builder *b = case_begin(n);
    qh_reach *reach = case_reach(b, "上游", "s", "J", 5000.0, 30.0, 20.0);
    reach->river = "大渡河";
    if (n == 3) {
        reach->storage_area = (qh_optional){true, 4.0};
        reach->storage_exchange = (qh_optional){true, 1e-4};
    }
    case_headwater(b, "s", 6.0, 10.0);
    if (options.plain)
        case_section(b, "上游", 2500.0);
    else
        add_places(b, options.located);
    for (size_t i = 0; i < n && i < 3; i++) {
        qh_constituent *constituent = case_constituent(b, i);
        constituent->name = names[i];
        constituent->title = i == 1 ? "氨氮" : names[i];
        constituent->item = names[i];
    }
    if (n == 3) { /* NH3-N decays, makes the third and takes the first: no chemistry, but every field is set */
        qh_constituent *first = case_constituent(b, 0), *second = case_constituent(b, 1);
        first->is_oxygen = true;
        first->reaeration = "covar";
        second->k2_20 = 2e-6;
        second->has_product = true;
        second->product = 2;
        second->yield = 0.5;
        second->oxygen_demand = 4.57;
        second->oxygen_half = (qh_optional){true, 0.75};
        case_override(b, "上游", 1)->k2_20 = (qh_optional){true, 3e-6};
    }
    if (options.unsteady) case_unsteady(b, options.duration, options.interval, options.interval);
    river r = {.river_case = case_end(b)};
    finish_case(r.river_case, &options);
    static const size_t way[] = {0, 2, 4};
    static const qh_route route[] = {{.name = "干流", .count = 3, .reach = way},
                                     {.name = "支流", .count = 1, .reach = way}};
    if (!options.plain) {
        r.river_case->route = route;
        r.river_case->n_route = 2;
    }
    r.hydraulics = hydraulics_of(r.river_case);
    r.layout = (qh_run_layout){r.river_case,
                               r.hydraulics.network,
                               r.hydraulics.flow,
                               r.hydraulics.grid,
                               "test engine",
                               n,
                               options.n_lane ? options.n_lane : 1,
                               options.moving,
                               options.moving};
    return r;
}

static void river_free(river *r) {
    hydraulics_free(&r->hydraulics);
    qh_case_destroy(r->river_case);
}

/* ---- the driver ---- */

/* A value that tells where it belongs: kind 0 cell, 1 storage, 2 point, 3 section; 4 to 7 the water's discharge, depth, volume
 * and level, 8 its discharge through a section. */
static double value_of(size_t kind, size_t time, size_t place, size_t species, size_t lane) {
    return 1.0 + (double)kind + 10.0 * (double)species + 1000.0 * (double)lane +
           sin(0.01 * (double)place + 0.1 * (double)time) / 3.0;
}

static void fill(double *values, size_t kind, size_t time, size_t n, const qh_run_layout *layout) {
    for (size_t i = 0; i < n; i++) {
        for (size_t s = 0; s < layout->n_species; s++) {
            for (size_t l = 0; l < layout->n_lane; l++) {
                *values++ = value_of(kind, time, i, s, l);
            }
        }
    }
}

typedef struct driver {
    const river *river;
    double *cell, *storage, *point, *section;
    double *water[4], *through; /* discharge, depth, volume, level [n_cell]; [n_section] */
    qh_budget *budget;
} driver;

static driver driver_of(const river *r) {
    const qh_run_layout *layout = &r->layout;
    const size_t width = layout->n_species * layout->n_lane * sizeof(double);
    driver d = {.river = r};
    d.cell = malloc(layout->grid->n_cell * width);
    d.storage = malloc(layout->grid->n_cell * width);
    d.point = malloc(layout->network->n_point * width);
    d.section = malloc((layout->river_case->n_section + 1) * width);
    assert_true(d.cell && d.storage && d.point && d.section);
    for (size_t q = 0; q < 4; q++)
        assert_non_null(d.water[q] = malloc(layout->grid->n_cell * sizeof(double)));
    assert_non_null(d.through = malloc((layout->river_case->n_section + 1) * sizeof(double)));
    assert_int_equal(qh_budget_create(r->river_case->n_reach, layout->n_species, layout->n_lane,
                                      r->river_case->run.type == QH_STEADY, &d.budget),
                     QH_OK);
    for (size_t row = 0; row <= r->river_case->n_reach; row++) {
        for (size_t s = 0; s < layout->n_species; s++) {
            for (size_t l = 0; l < layout->n_lane; l++) {
                const double in = 100.0 + 10.0 * (double)row + (double)s + 0.1 * (double)l;
                d.budget->term[qh_budget_index(d.budget, row, s, QH_BUDGET_IN, l)] = in;
                d.budget->term[qh_budget_index(d.budget, row, s, QH_BUDGET_REACTED, l)] = 30.0;
                d.budget->term[qh_budget_index(d.budget, row, s, QH_BUDGET_OUT, l)] = in - 30.0 + 1e-12;
            }
        }
    }
    qh_budget_close(d.budget);
    return d;
}

static void driver_free(driver *d) {
    free(d->cell);
    free(d->storage);
    free(d->point);
    free(d->section);
    for (size_t q = 0; q < 4; q++)
        free(d->water[q]);
    free(d->through);
    qh_budget_destroy(d->budget);
}

static qh_status give_frame(driver *d, const qh_sink *sink, size_t k, double interval) {
    const qh_run_layout *layout = &d->river->layout;
    fill(d->cell, 0, k, layout->grid->n_cell, layout);
    fill(d->storage, 1, k, layout->grid->n_cell, layout);
    fill(d->point, 2, k, layout->network->n_point, layout);
    for (size_t q = 0; q < 4; q++) {
        for (size_t i = 0; i < layout->grid->n_cell; i++)
            d->water[q][i] = value_of(4 + q, k, i, 0, 0);
    }
    const qh_frame_water water = {d->water[0], d->water[1], d->water[2], d->water[3]};
    const qh_frame frame = {(double)k * interval, d->cell, d->storage, d->point, layout->water_moves ? &water : NULL};
    return sink->frame(sink->self, &frame);
}

static qh_status give_sample(driver *d, const qh_sink *sink, size_t k, double interval) {
    fill(d->section, 3, k, d->river->river_case->n_section, &d->river->layout);
    for (size_t s = 0; s < d->river->river_case->n_section; s++)
        d->through[s] = value_of(8, k, s, 0, 0);
    const qh_sample sample = {.time = (double)k * interval,
                              .section = d->section,
                              .discharge = d->river->layout.water_moves ? d->through : NULL};
    return sink->sample(sink->self, &sample);
}

enum { SAMPLES_A_FRAME = 3 };

/* begin, n_frame frames with three samples each, end. */
static qh_status drive(const river *r, const qh_sink *sink, size_t n_frame, double interval, bool end) {
    driver d = driver_of(r);
    qh_status status = sink->begin(sink->self, &r->layout);
    for (size_t k = 0; k < n_frame && status == QH_OK; k++) {
        status = give_frame(&d, sink, k, interval);
        for (size_t j = 0; j < SAMPLES_A_FRAME && status == QH_OK; j++) {
            status = give_sample(&d, sink, k * SAMPLES_A_FRAME + j, interval / SAMPLES_A_FRAME);
        }
    }
    static const char *const statistic[] = {"steps", "newton_iterations"};
    static const double count[] = {123.0, 456.0};
    const qh_run_result result = {
        .budget = d.budget, .n_statistic = 2, .statistic_name = statistic, .statistic = count};
    if (status == QH_OK && end) status = sink->end(sink->self, &result);
    driver_free(&d);
    return status;
}

/* ---- files ---- */

static const char *folder(void) {
    const char *path = getenv("TMPDIR");
    return path && *path ? path : "/tmp";
}

static const char *in_folder(const char *name, char *path) {
    snprintf(path, 512, "%s/%s", folder(), name);
    return path;
}

static bool is_there(const char *path) {
    struct stat status;
    return stat(path, &status) == 0;
}

static unsigned char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static void write_file(const char *path, const unsigned char *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static const qh_store_provenance provenance = {"qinghe run 'examples/dadu-shawan' -o a.h5", "made by a test", NULL};

static void write_run(const char *path, const river *r, size_t n_frame, double interval) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_diag_add(diag, QH_ADVICE, (qh_place){"sections.csv", 3, 1}, "advice number %d", 1);
    qh_store_provenance from = provenance;
    from.diag = diag;
    qh_store_writer *writer = NULL;
    assert_int_equal(qh_store_writer_create(path, &from, diag, &writer), QH_OK);
    const qh_sink sink = qh_store_writer_sink(writer);
    qh_diag_add(diag, QH_WARNING, QH_NOWHERE, "a warning of the run");
    assert_int_equal(drive(r, &sink, n_frame, interval, true), QH_OK);
    assert_int_equal(qh_store_writer_finish(writer, diag), QH_OK);
    qh_store_writer_destroy(writer);
    qh_diag_destroy(diag);
}

static qh_store *open_run(const char *path) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_store *store = NULL;
    const qh_status status = qh_store_open(path, diag, &store);
    if (status != QH_OK && qh_diag_size(diag) > 0) print_error("%s\n", qh_diag_line(diag, 0));
    assert_int_equal(status, QH_OK);
    qh_diag_destroy(diag);
    return store;
}

/* Every value of the frames and samples that the store counts. */
static void check_values(qh_store *store, const river *r, size_t lane) {
    const qh_store_info *info = qh_store_get_info(store);
    const qh_run_layout *layout = &r->layout;
    size_t longest = info->n_cell + info->n_point;
    if (longest < info->n_sample) longest = info->n_sample;
    double *values = malloc(longest * sizeof *values);
    assert_non_null(values);
    assert_int_equal(info->n_cell, layout->grid->n_cell);
    for (size_t s = 0; s < layout->n_species; s++) {
        for (size_t k = 0; k < info->n_frame; k++) {
            assert_int_equal(qh_store_read_frame(store, k, s, NULL, values), QH_OK);
            for (size_t i = 0; i < info->n_cell; i++) {
                assert_true(values[i] == value_of(0, k, i, s, lane));
            }
            assert_int_equal(qh_store_read_points(store, k, s, NULL, values), QH_OK);
            for (size_t i = 0; i < info->n_point; i++) {
                assert_true(values[i] == value_of(2, k, i, s, lane));
            }
        }
        for (size_t i = 0; i < info->n_section; i++) {
            assert_int_equal(qh_store_read_section(store, i, s, 0, info->n_sample, NULL, values), QH_OK);
            for (size_t k = 0; k < info->n_sample; k++) {
                assert_true(values[k] == value_of(3, k, i, s, lane));
            }
        }
    }
    free(values);
}

static void check_water(qh_store *store, const river *r) {
    const qh_store_info *info = qh_store_get_info(store);
    double *values = malloc((info->n_cell + info->n_sample) * sizeof *values);
    assert_non_null(values);
    assert_int_equal(info->water_moves, r->layout.water_moves);
    assert_int_equal(info->water_has_levels, r->layout.water_has_levels);
    for (size_t k = 0; info->water_moves && k < info->n_frame; k++) {
        for (size_t q = QH_WATER_DISCHARGE; q <= QH_WATER_LEVEL; q++) {
            assert_int_equal(qh_store_read_water(store, k, (qh_water_quantity)q, NULL, values), QH_OK);
            for (size_t i = 0; i < info->n_cell; i++)
                assert_true(values[i] == value_of(4 + q, k, i, 0, 0));
        }
    }
    if (!info->water_moves) assert_int_equal(qh_store_read_water(store, 0, QH_WATER_DEPTH, NULL, values), QH_E_USAGE);
    for (size_t s = 0; s < info->n_section; s++) {
        assert_int_equal(qh_store_read_discharge(store, s, 0, info->n_sample, NULL, values), QH_OK);
        for (size_t k = 0; k < info->n_sample; k++)
            assert_true(values[k] == (info->water_moves ? value_of(8, k, s, 0, 0) : info->section[s].discharge));
    }
    free(values);
}

/* ---- round trips ---- */

static void check_head(const qh_store_info *info, const river *r) {
    assert_true(info->complete);
    assert_string_equal(info->case_name, "dadu-shawan");
    assert_string_equal(info->case_title, "大渡河沙湾段");
    assert_string_equal(info->case_note, "示例，非实测");
    assert_string_equal(info->standard, "GB3838-2002");
    assert_string_equal(info->engine, "test engine");
    assert_string_equal(info->command, provenance.command);
    assert_string_equal(info->scenario, "提标");
    assert_string_equal(info->scenario_title, "按 DB51 提标");
    assert_int_equal(info->n_scenario_file, 2);
    assert_string_equal(info->scenario_file[0], "scenarios/底.yaml");
    assert_string_equal(info->scenario_file[1], "scenarios/提标.yaml");
    assert_true(strlen(info->version) > 0 && strlen(info->date) == strlen("2024-01-01T00:00:00Z"));
    assert_int_equal(info->month, 3);
    assert_int_equal(info->n_constituent, r->layout.n_species);
    assert_string_equal(info->constituent[1].name, "NH3-N");
    assert_string_equal(info->constituent[1].title, "氨氮");
    assert_string_equal(info->constituent[2].name, "总磷");
}

static void check_network(const qh_store_info *info, const river *r) {
    const qh_case *c = r->river_case;
    assert_int_equal(info->n_node, c->n_node);
    assert_int_equal(info->n_reach, c->n_reach);
    for (size_t i = 0; i < c->n_node; i++) {
        assert_string_equal(info->node[i].name, c->node[i].name);
        assert_int_equal(info->node[i].has_position, c->node[i].has_position);
    }
    size_t cells = 0;
    for (size_t i = 0; i < c->n_reach; i++) {
        const qh_stored_reach *reach = &info->reach[i];
        assert_string_equal(reach->name, c->reach[i].name);
        assert_string_equal(reach->river, c->reach[i].river);
        assert_int_equal(reach->from, c->reach[i].from);
        assert_int_equal(reach->to, c->reach[i].to);
        assert_true(reach->length == c->reach[i].length);
        assert_int_equal(reach->first_cell, cells);
        cells += reach->n_cell;
        for (size_t k = reach->first_cell; k < cells; k++) {
            assert_int_equal(info->cell_reach[k], i);
            assert_true(info->cell_chainage[k] == qh_grid_chainage(r->layout.grid, k));
            assert_true(info->cell_velocity[k] == qh_grid_velocity(r->layout.grid, k));
            assert_true(info->cell_depth[k] == r->layout.grid->depth[k]);
            assert_true(info->cell_width[k] == qh_grid_width(r->layout.grid, k));
            assert_true(fabs(info->cell_discharge[k] - qh_grid_discharge_up(r->layout.grid, k)) < 0.1);
        }
    }
    assert_int_equal(cells, info->n_cell);
    assert_int_equal(info->n_point, r->layout.network->n_point);
    assert_int_equal(info->n_route, 2);
    assert_string_equal(info->route[0].name, "干流");
    assert_int_equal(info->route[0].count, 3);
    assert_int_equal(info->route[0].reach[2], 4);
    assert_int_equal(info->route[1].count, 1);
}

static const qh_stored_source *source_of_kind(const qh_store_info *info, const char *kind) {
    for (size_t i = 0; i < info->n_source; i++) {
        if (strcmp(info->source[i].kind, kind) == 0) return &info->source[i];
    }
    fail_msg("no source of kind %s", kind);
    return NULL;
}

static void check_places(const qh_store_info *info, const river *r) {
    assert_int_equal(info->n_section, 2);
    const qh_stored_section *section = &info->section[0];
    assert_string_equal(section->name, "大渡河出境断面");
    assert_string_equal(section->code, r->river_case->section[0].code);
    assert_string_equal(section->level, "国控");
    assert_string_equal(section->district, "沙湾区");
    assert_string_equal(section->reach_name, "下游");
    assert_true(section->chainage == 5000.0 && section->is_protected && section->target_class == 2);
    assert_int_equal(info->n_station, 1);
    assert_string_equal(info->station[0].name, "某某引水式电站");
    assert_string_equal(info->station[0].rule, "fixed");
    assert_memory_equal(&info->station[0].flow, &r->layout.flow->station[0], sizeof(qh_station_flow));
    assert_int_equal(info->n_withdrawal, 1);
    assert_string_equal(info->withdrawal[0].name, "某某水厂取水口");
    assert_memory_equal(&info->withdrawal[0].flow, &r->layout.flow->withdrawal[0], sizeof(qh_withdrawal_flow));

    assert_int_equal(info->n_source, 5);
    const qh_stored_source *headwater = source_of_kind(info, "headwater");
    assert_string_equal(headwater->node_name, "s");
    assert_string_equal(headwater->reach_name, "");
    assert_true(headwater->load[0] == 60.0 && headwater->concentration[0] == 10.0);
    assert_true(source_of_kind(info, "tributary")->load[2] == 4.0);
    assert_true(source_of_kind(info, "lateral")->end_chainage == 5500.0);
    const qh_stored_source *outfall = source_of_kind(info, "outfall");
    assert_string_equal(outfall->code, "FL-511111-0001-SH-00");
    assert_string_equal(outfall->name, "沙湾区城市污水处理厂排污口");
    assert_string_equal(outfall->category, "城镇污水处理厂排污口");
    assert_string_equal(outfall->district, "沙湾区");
    assert_string_equal(outfall->body, "某某水务有限公司");
    assert_string_equal(outfall->permit, "91511111MA00000000001V");
    assert_string_equal(outfall->standard, "DB51/2311-2016");
    assert_string_equal(outfall->entry, "连续");
    assert_string_equal(outfall->note, "示例，非实测");
    assert_string_equal(outfall->status, "treated");
    assert_true(outfall->has_position && outfall->longitude == 103.55 && outfall->latitude == 29.41);
    assert_true(outfall->load[1] == 5.0 && fabs(outfall->concentration[1] - 50.0) < 1e-12);
    assert_true(outfall->limit[0] == 50.0 && isnan(outfall->limit[1]) && outfall->limit[2] == 0.5);
}

static void check_end(const qh_store *store, const river *r) {
    const qh_store_info *info = qh_store_get_info(store);
    const size_t n = info->n_constituent;
    assert_int_equal(info->n_budget_row, (r->river_case->n_reach + 1) * n);
    for (size_t i = 0; i < info->n_budget_row; i++) {
        const qh_stored_budget_row *row = &info->budget_row[i];
        const size_t reach = i / n;
        assert_string_equal(row->reach_name, reach < r->river_case->n_reach ? r->river_case->reach[reach].name : "");
        assert_int_equal(row->constituent, i % n);
        assert_true(row->term[QH_BUDGET_IN] == 100.0 + 10.0 * (double)reach + (double)(i % n));
        assert_true(row->term[QH_BUDGET_REACTED] == 30.0);
        assert_true(fabs(row->residual) < 1e-10 && row->throughput >= 100.0);
    }
    assert_true(info->worst_residual > 0.0 && info->worst_residual < 1e-12);
    assert_int_equal(info->n_message, 2);
    assert_string_equal(info->message[0], "a warning of the run");
    assert_int_equal(info->message_severity[0], QH_WARNING);
    assert_string_equal(info->message[1], "advice number 1");
    assert_string_equal(info->message_file[1], "sections.csv");
    assert_int_equal(info->message_line[1], 3);
    assert_int_equal(info->message_severity[1], QH_ADVICE);
    assert_int_equal(info->n_statistic, 3);
    assert_string_equal(info->statistic[1].name, "newton_iterations");
    assert_true(info->statistic[1].value == 456.0);
    assert_string_equal(qh_store_case_file(store, "case.yaml"), "name: dadu-shawan\n# 注释\n");
    assert_string_equal(qh_store_case_file(store, "series/plant.csv"), "time,COD [mg/L]\n");
    assert_string_equal(qh_store_case_file(store, "scenarios/底.yaml"), "changes: [{close: W1}]\n");
    assert_string_equal(qh_store_case_file(store, "scenarios/提标.yaml"), "extends: 底\n# 注释\n");
    assert_null(qh_store_case_file(store, "none.csv"));
}

static void round_trip(river_options options, size_t n_frame) {
    char path[512];
    in_folder("round.h5", path);
    river r = river_of(options);
    write_run(path, &r, n_frame, options.interval);
    qh_store *store = open_run(path);
    const qh_store_info *info = qh_store_get_info(store);
    check_head(info, &r);
    check_network(info, &r);
    check_places(info, &r);
    check_end(store, &r);
    assert_int_equal(info->steady, !options.unsteady);
    assert_int_equal(info->n_frame, n_frame);
    assert_int_equal(info->n_sample, n_frame * SAMPLES_A_FRAME);
    assert_true(info->frame_time[n_frame - 1] == (double)(n_frame - 1) * options.interval);
    for (size_t lane = 0; lane < info->n_lane; lane++) {
        assert_int_equal(qh_store_use_lane(store, lane), QH_OK);
        check_water(store, &r); /* the same in all lanes */
        check_values(store, &r, lane);
    }
    assert_int_equal(qh_store_use_lane(store, info->n_lane), QH_E_USAGE);
    qh_store_close(store);
    char part[520];
    snprintf(part, sizeof part, "%s.part", path);
    assert_false(is_there(part));
    unlink(path);
    river_free(&r);
}

static void test_steady(void **state) {
    (void)state;
    round_trip((river_options){.located = true}, 1);
}

static void test_unsteady(void **state) {
    (void)state;
    round_trip((river_options){.unsteady = true, .dated = true, .duration = 3600.0 * 99.0, .interval = 3600.0}, 100);
}

static void test_compressed_profiles(void **state) {
    (void)state;
    round_trip((river_options){.unsteady = true, .duration = 3600.0 * 9.0, .interval = 3600.0, .cell_length = 2.0}, 10);
}

static void test_lanes(void **state) {
    (void)state;
    round_trip((river_options){.unsteady = true, .duration = 360.0, .interval = 60.0, .n_lane = 5}, 7);
}

/* Rows of several chunks, each written apart. */
static void test_wide_profiles(void **state) {
    (void)state;
    round_trip((river_options){.unsteady = true, .duration = 60.0, .interval = 60.0, .cell_length = 5.0, .n_lane = 40},
               2);
}

static void test_moving_water(void **state) {
    (void)state;
    river_options options = {.unsteady = true, .duration = 3600.0 * 19.0, .interval = 3600.0, .moving = true};
    round_trip(options, 20);
    options.n_lane = 5;
    round_trip(options, 6);
    options.n_lane = 1;
    options.cell_length = 5.0; /* rows that are compressed */
    round_trip(options, 3);
}

static void test_more_than_announced(void **state) {
    (void)state;
    round_trip((river_options){.unsteady = true, .duration = 10.0, .interval = 10.0}, 50);
}

/* The mean load over the run follows the series of a source. */
static void test_mean_load(void **state) {
    (void)state;
    char path[512];
    in_folder("mean.h5", path);
    case_builder *b = case_begin(1);
    case_reach(b, "r", "a", "b", 1000.0, 10.0, 1.0);
    case_headwater(b, "a", 2.0, 1.0);
    qh_outfall *outfall = case_outfall(b, "r", 500.0, 0.0, 0.0);
    const double time[] = {0.0, 900.0}, value[] = {4.0, 8.0};
    case_give_series(outfall->input, 0, true, case_series(b, QH_STEP, 2, time, value));
    /* Flow that rises from 2 to 6 m3/s with 1 to 3 mg/L: 26/3 g/s in the mean. */
    const double whole[] = {0.0, 3600.0}, flow[] = {2.0, 6.0}, strength[] = {1.0, 3.0};
    qh_headwater *head = (qh_headwater *)(uintptr_t)case_end(b)->headwater;
    head->flow_series = case_series(b, QH_LINEAR, 2, whole, flow);
    case_give_series(head->input, 0, false, case_series(b, QH_LINEAR, 2, whole, strength));
    case_unsteady(b, 3600.0, 3600.0, 3600.0);
    river r = {.river_case = case_end(b)};
    r.hydraulics = hydraulics_of(r.river_case);
    r.layout = (qh_run_layout){
        r.river_case, r.hydraulics.network, r.hydraulics.flow, r.hydraulics.grid, "e", 1, 1, false, false};
    qh_store_writer *writer = NULL;
    assert_int_equal(qh_store_writer_create(path, &provenance, NULL, &writer), QH_OK);
    const qh_sink sink = qh_store_writer_sink(writer);
    assert_int_equal(drive(&r, &sink, 2, 3600.0, true), QH_OK);
    assert_int_equal(qh_store_writer_finish(writer, NULL), QH_OK);
    qh_store_writer_destroy(writer);
    qh_store *store = open_run(path);
    const qh_stored_source *source = source_of_kind(qh_store_get_info(store), "outfall");
    assert_true(fabs(source->load[0] - 7.0) < 1e-12);
    assert_true(fabs(source_of_kind(qh_store_get_info(store), "headwater")->load[0] - 26.0 / 3.0) < 1e-12);
    assert_true(isnan(source->concentration[0])); /* a load without water */
    assert_int_equal(qh_store_get_info(store)->n_section, 0);
    assert_int_equal(qh_store_get_info(store)->n_sample, 0);
    assert_int_equal(qh_store_read_section(store, 0, 0, 0, 0, NULL, NULL), QH_E_USAGE);
    qh_store_close(store);
    unlink(path);
    river_free(&r);
}

/* ---- names and drawing ---- */

static void test_variable_names(void **state) {
    (void)state;
    static const char *const pair[][2] = {{"COD", "COD"}, {"NH3-N", "NH3_N"}, {"氨氮", "氨氮"}, {"5-FU", "c_5_FU"},
                                          {"_x", "c__x"}, {"a/b c", "a_b_c"}, {"", "c_"},       {"总磷(P)", "总磷_P_"}};
    qh_arena *arena = qh_arena_create();
    for (size_t i = 0; i < sizeof pair / sizeof pair[0]; i++) {
        assert_string_equal(qh_store_variable_name(arena, pair[i][0]), pair[i][1]);
    }
    qh_arena_destroy(arena);
}

/* Constituents whose names would be those of other variables, or one another's. */
static void test_colliding_names(void **state) {
    (void)state;
    char path[512];
    in_folder("names.h5", path);
    static const char *const name[] = {"time", "A-B", "A_B", "A_B_section", "cell", "section_code", "depth"};
    enum { N = 7 };
    river r = river_of((river_options){.plain = true, .n_constituent = N});
    qh_constituent *constituent = (qh_constituent *)(uintptr_t)r.river_case->constituent;
    for (size_t i = 0; i < N; i++) {
        constituent[i].name = name[i];
    }
    write_run(path, &r, 1, 0.0);
    qh_store *store = open_run(path);
    for (size_t i = 0; i < N; i++) {
        assert_string_equal(qh_store_get_info(store)->constituent[i].name, name[i]);
    }
    check_values(store, &r, 0);
    qh_store_close(store);
    unlink(path);
    river_free(&r);
}

static void test_schematic(void **state) {
    (void)state;
    char path[512];
    in_folder("drawing.h5", path);
    for (int located = 0; located < 2; located++) {
        river r = river_of((river_options){.located = located});
        write_run(path, &r, 1, 0.0);
        qh_store *store = open_run(path);
        const qh_store_info *info = qh_store_get_info(store);
        assert_int_equal(info->schematic, !located);
        for (size_t i = 0; !located && i < info->n_reach; i++) {
            const qh_stored_node *from = &info->node[info->reach[i].from], *to = &info->node[info->reach[i].to];
            assert_true(to->x - from->x > info->reach[i].length - 1e-6); /* downstream to the right */
        }
        for (size_t i = 0; i < info->n_node; i++) {
            for (size_t j = 0; j < i; j++) {
                assert_true(hypot(info->node[i].x - info->node[j].x, info->node[i].y - info->node[j].y) > 1.0);
            }
        }
        if (located) { /* a third of a degree of latitude is about 37 km */
            const double metres = info->node[0].y - info->node[1].y;
            assert_true(fabs(metres - 0.03 * 111195.0) < 1.0);
        }
        qh_store_close(store);
        river_free(&r);
    }
    unlink(path);
}

/* ---- what happens on the way ---- */

static void test_interrupted(void **state) {
    (void)state;
    char path[512], part[520], fresh[530];
    in_folder("cut.h5", path);
    snprintf(part, sizeof part, "%s.part", path);
    snprintf(fresh, sizeof fresh, "%s.part.new", path);
    river r = river_of((river_options){.unsteady = true, .duration = 600.0, .interval = 60.0});
    for (int finish = 0; finish < 2; finish++) {
        qh_store_writer *writer = NULL;
        assert_int_equal(qh_store_writer_create(path, &provenance, NULL, &writer), QH_OK);
        assert_true(is_there(fresh) && !is_there(part));
        const qh_sink sink = qh_store_writer_sink(writer);
        assert_int_equal(drive(&r, &sink, 5, 60.0, false), QH_OK);
        if (finish) assert_int_equal(qh_store_writer_finish(writer, NULL), QH_E_INTERRUPTED);
        qh_store_writer_destroy(writer);
        assert_false(is_there(path) || is_there(fresh));
        qh_store *store = open_run(part);
        const qh_store_info *info = qh_store_get_info(store);
        assert_false(info->complete);
        assert_int_equal(info->n_frame, 5);
        assert_int_equal(info->n_sample, 15);
        assert_int_equal(info->n_budget_row, 0);
        assert_true(isnan(info->worst_residual));
        check_values(store, &r, 0);
        qh_store_close(store);
        unlink(part);
    }
    river_free(&r);
}

static void test_nothing_given(void **state) {
    (void)state;
    char path[512], fresh[530];
    in_folder("nothing.h5", path);
    snprintf(fresh, sizeof fresh, "%s.part.new", path);
    qh_store_writer *writer = NULL;
    assert_int_equal(qh_store_writer_create(path, &provenance, NULL, &writer), QH_OK);
    assert_int_equal(qh_store_writer_finish(writer, NULL), QH_E_USAGE);
    qh_store_writer_destroy(writer);
    assert_false(is_there(path) || is_there(fresh));
    qh_store_writer_destroy(NULL);
    qh_store_close(NULL);
}

static void test_wrong_order(void **state) {
    (void)state;
    char path[512], part[520];
    in_folder("order.h5", path);
    snprintf(part, sizeof part, "%s.part", path);
    river r = river_of((river_options){.plain = true});
    driver d = driver_of(&r);
    qh_store_writer *writer = NULL;
    assert_int_equal(qh_store_writer_create(path, &provenance, NULL, &writer), QH_OK);
    const qh_sink sink = qh_store_writer_sink(writer);
    const qh_run_result result = {.budget = d.budget};
    assert_int_equal(give_frame(&d, &sink, 0, 0.0), QH_E_USAGE);
    assert_int_equal(give_sample(&d, &sink, 0, 0.0), QH_E_USAGE);
    assert_int_equal(sink.end(sink.self, &result), QH_E_USAGE);
    assert_int_equal(sink.begin(sink.self, &r.layout), QH_OK);
    assert_int_equal(sink.begin(sink.self, &r.layout), QH_E_USAGE);
    assert_int_equal(give_frame(&d, &sink, 0, 0.0), QH_OK);
    assert_int_equal(sink.end(sink.self, &result), QH_OK);
    assert_int_equal(sink.end(sink.self, &result), QH_E_USAGE);
    assert_int_equal(qh_store_writer_finish(writer, NULL), QH_OK);
    assert_int_equal(qh_store_writer_finish(writer, NULL), QH_E_USAGE);
    qh_store_writer_destroy(writer);
    driver_free(&d);
    unlink(path);
    river_free(&r);
}

static void test_old_file_stays(void **state) {
    (void)state;
    char path[512];
    in_folder("old.h5", path);
    river r = river_of((river_options){.unsteady = true, .duration = 600.0, .interval = 60.0});
    write_run(path, &r, 3, 60.0);
    size_t before = 0, after = 0;
    unsigned char *old = read_file(path, &before);
    qh_store_writer *writer = NULL;
    assert_int_equal(qh_store_writer_create(path, &provenance, NULL, &writer), QH_OK);
    const qh_sink sink = qh_store_writer_sink(writer);
    assert_int_equal(drive(&r, &sink, 9, 60.0, true), QH_OK);
    unsigned char *still = read_file(path, &after);
    assert_int_equal(before, after);
    assert_memory_equal(old, still, before);
    assert_int_equal(qh_store_writer_finish(writer, NULL), QH_OK);
    qh_store_writer_destroy(writer);
    qh_store *store = open_run(path);
    assert_int_equal(qh_store_get_info(store)->n_frame, 9);
    qh_store_close(store);
    free(old);
    free(still);
    unlink(path);
    river_free(&r);
}

/* A run that is read while it goes on. */
static void test_read_while_written(void **state) {
    (void)state;
    char path[512], part[520];
    in_folder("live.h5", path);
    snprintf(part, sizeof part, "%s.part", path);
    river r = river_of((river_options){.unsteady = true, .duration = 6000.0, .interval = 60.0});
    driver d = driver_of(&r);
    qh_store_writer *writer = NULL;
    assert_int_equal(qh_store_writer_create(path, &provenance, NULL, &writer), QH_OK);
    const qh_sink sink = qh_store_writer_sink(writer);
    assert_int_equal(sink.begin(sink.self, &r.layout), QH_OK);
    size_t seen = 0;
    for (size_t k = 0; k < 4; k++) {
        const struct timespec pause = {1, 10000000}; /* slow: every frame is committed at once */
        nanosleep(&pause, NULL);
        assert_int_equal(give_frame(&d, &sink, k, 60.0), QH_OK);
        qh_store *store = open_run(part);
        assert_false(qh_store_get_info(store)->complete);
        seen = qh_store_get_info(store)->n_frame;
        assert_int_equal(seen, k + 1);
        check_values(store, &r, 0);
        qh_store_close(store);
    }
    qh_store_writer_destroy(writer);
    driver_free(&d);
    unlink(part);
    river_free(&r);
}

/* ---- every beginning of the sequence of writes ---- */

typedef struct camera {
    const char *part, *still; /* paths */
    const river *river;
    size_t n_write, n_seen, last_frame, last_sample;
    size_t from, to; /* frames between which every write is looked at, elsewhere every ninth */
    bool saw_incomplete;
} camera;

/* Opens a copy of the file as it stands before the next write: what a process killed here would leave. */
static int look(void *self, uint64_t offset, size_t size) {
    (void)offset, (void)size;
    camera *c = self;
    const bool close = c->last_frame >= c->from && c->last_frame <= c->to;
    if (c->n_write++ % 9 != 0 && !close) return 0;
    size_t length = 0;
    unsigned char *bytes = read_file(c->part, &length);
    if (!bytes) return 0; /* not named .part yet */
    write_file(c->still, bytes, length);
    free(bytes);
    qh_store *store = open_run(c->still);
    const qh_store_info *info = qh_store_get_info(store);
    assert_true(info->n_frame >= c->last_frame && info->n_sample >= c->last_sample);
    c->last_frame = info->n_frame;
    c->last_sample = info->n_sample;
    c->saw_incomplete = c->saw_incomplete || !info->complete;
    assert_int_equal(info->n_section, 2);
    check_values(store, c->river, 0);
    qh_store_close(store);
    c->n_seen++;
    return 0;
}

/* A root that splits changes from end to end, so no node of a B-tree may lie across two pages. */
static void check_trees_lie_in_pages(const char *path) {
    enum { PAGE = 4096, CHUNK_NODE = 1, CHILDREN = 64 };
    size_t size = 0, found = 0;
    unsigned char *bytes = read_file(path, &size);
    assert_non_null(bytes);
    for (size_t at = 0; at + 24 < size; at++) {
        if (memcmp(bytes + at, "TREE", 4) != 0 || bytes[at + 4] != CHUNK_NODE) continue;
        const size_t key = 8 + 8 * 2, node = 24 + CHILDREN * (key + 8) + key; /* at least: chunks of one dimension */
        assert_int_equal(at / PAGE, (at + node - 1) / PAGE);
        found++;
    }
    assert_true(found >= 10);
    free(bytes);
}

static void every_beginning(river_options options, size_t n_frame, size_t from, size_t to) {
    char path[512], part[520], still[512];
    in_folder("steps.h5", path);
    in_folder("still.h5", still);
    snprintf(part, sizeof part, "%s.part", path);
    river r = river_of(options);
    camera c = {.part = part, .still = still, .river = &r, .from = from, .to = to};
    const qh_store_tap tap = {&c, look};
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_store_writer *writer = NULL;
    assert_int_equal(qh_store_writer_create_tapped(path, &provenance, diag, &tap, &writer), QH_OK);
    const qh_sink sink = qh_store_writer_sink(writer);
    for (int i = 0; i < 40; i++) { /* enough to make the heap of strings grow at the end */
        qh_diag_add(diag, QH_ADVICE, QH_NOWHERE, "advice %d that is rather long, so that it fills the heap of strings",
                    i);
    }
    assert_int_equal(drive(&r, &sink, n_frame, options.interval, true), QH_OK);
    for (int i = 40; i < 140; i++) {
        qh_diag_add(diag, QH_ADVICE, QH_NOWHERE, "advice %d that is rather long, so that it fills the heap of strings",
                    i);
    }
    assert_int_equal(qh_store_writer_finish(writer, diag), QH_OK);
    qh_store_writer_destroy(writer);
    qh_diag_destroy(diag);
    assert_true(c.n_seen > 50 && c.saw_incomplete);
    /* How many commits fell between, and so how late the last look was, is the clock's business; the end is not. */
    qh_store *store = open_run(path);
    assert_int_equal(qh_store_get_info(store)->n_frame, n_frame);
    check_values(store, c.river, 0);
    qh_store_close(store);
    check_trees_lie_in_pages(path);
    unlink(path);
    unlink(still);
    river_free(&r);
}

static void test_every_beginning(void **state) {
    (void)state;
    every_beginning((river_options){.unsteady = true, .dated = true, .duration = 6e4, .interval = 600.0}, 12, 0, 12);
}

/* Past 64 chunks a node of their index splits. */
static void test_every_beginning_compressed(void **state) {
    (void)state;
    every_beginning((river_options){.unsteady = true, .duration = 6e4, .interval = 600.0, .cell_length = 4.0}, 80, 61,
                    66);
}

/* ---- failures ---- */

typedef struct full_disk {
    size_t left; /* writes that still go well */
    int cause;
} full_disk;

static int run_full(void *self, uint64_t offset, size_t size) {
    (void)offset, (void)size;
    full_disk *disk = self;
    if (disk->left == 0) return disk->cause;
    disk->left--;
    return 0;
}

/* One run on a disk that is full after `writes` writes; true when it went well to the end. */
static bool run_on_full_disk(const river *r, const char *path, size_t writes, size_t *frames) {
    char part[520], fresh[530];
    snprintf(part, sizeof part, "%s.part", path);
    snprintf(fresh, sizeof fresh, "%s.part.new", path);
    full_disk disk = {writes, ENOSPC};
    const qh_store_tap tap = {&disk, run_full};
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_store_writer *writer = NULL;
    qh_status status = qh_store_writer_create_tapped(path, &provenance, diag, &tap, &writer);
    if (status == QH_OK) {
        const qh_sink sink = qh_store_writer_sink(writer);
        status = drive(r, &sink, 6, 60.0, true);
        if (status == QH_OK) status = qh_store_writer_finish(writer, diag);
        qh_store_writer_destroy(writer);
    }
    if (status != QH_OK) {
        assert_int_equal(status, QH_E_IO);
        assert_int_equal(qh_diag_size(diag), 1);
        assert_non_null(strstr(qh_diag_line(diag, 0), path));
        assert_non_null(strstr(qh_diag_line(diag, 0), "No space left on device"));
        assert_false(is_there(path));
    }
    assert_false(is_there(fresh));
    if (status != QH_OK && is_there(part)) {
        qh_store *store = open_run(part);
        *frames = qh_store_get_info(store)->n_frame;
        check_values(store, r, 0);
        qh_store_close(store);
    }
    unlink(part);
    unlink(path);
    qh_diag_destroy(diag);
    return status == QH_OK;
}

static void test_full_disk(void **state) {
    (void)state;
    char path[512];
    in_folder("full.h5", path);
    river r = river_of((river_options){.unsteady = true, .duration = 600.0, .interval = 60.0});
    size_t writes = 0, frames = 0, most = 0, failed = 0;
    while (!run_on_full_disk(&r, path, writes, &frames)) {
        if (most < frames) most = frames;
        failed++;
        writes += frames > 0 ? 1 : 37;
        assert_true(writes < 100000);
    }
    assert_true(failed > 20 && most == 6);
    river_free(&r);
}

static void expect_no_writer(const char *path, const char *cause) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_store_writer *writer = NULL;
    assert_int_equal(qh_store_writer_create(path, &provenance, diag, &writer), QH_E_IO);
    assert_null(writer);
    assert_int_equal(qh_diag_size(diag), 1);
    assert_non_null(strstr(qh_diag_line(diag, 0), path));
    assert_non_null(strstr(qh_diag_line(diag, 0), cause));
    qh_diag_destroy(diag);
}

static void test_unwritable(void **state) {
    (void)state;
    char path[512];
    expect_no_writer(in_folder("missing/a.h5", path), "No such file or directory");
    expect_no_writer(folder(), "Is a directory");
    expect_no_writer("/proc/a.h5", "No such file or directory");
    write_file(in_folder("plain", path), (const unsigned char *)"x", 1);
    expect_no_writer(in_folder("plain/a.h5", path), "Not a directory");
    unlink(in_folder("plain", path));
}

static void test_second_writer(void **state) {
    (void)state;
    char path[512], part[520];
    in_folder("twice.h5", path);
    snprintf(part, sizeof part, "%s.part", path);
    river r = river_of((river_options){.plain = true});
    int ready[2], done[2];
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(done), 0);
    const pid_t child = fork();
    char byte = 0;
    if (child == 0) {
        qh_store_writer *writer = NULL;
        if (qh_store_writer_create(path, &provenance, NULL, &writer) != QH_OK) _exit(1);
        const qh_sink sink = qh_store_writer_sink(writer);
        if (sink.begin(sink.self, &r.layout) != QH_OK) _exit(2);
        (void)!write(ready[1], "x", 1);
        (void)!read(done[0], &byte, 1);
        qh_store_writer_destroy(writer);
        river_free(&r);
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    expect_no_writer(path, "another run is writing");
    (void)!write(done[1], "x", 1);
    int status = 0;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    qh_store_writer *writer = NULL; /* its leavings are no obstacle */
    assert_int_equal(qh_store_writer_create(path, &provenance, NULL, &writer), QH_OK);
    qh_store_writer_destroy(writer);
    unlink(part);
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(done[i]);
    }
    river_free(&r);
}

/* ---- files that are not what they should be ---- */

/* Opens what may be broken; whatever opens is read to the last value. */
static qh_status try_open(const char *path, char *message, size_t size) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_store *store = NULL;
    const qh_status status = qh_store_open(path, diag, &store);
    if (status == QH_OK) {
        const qh_store_info *info = qh_store_get_info(store);
        double *values = malloc((info->n_cell + info->n_point + info->n_sample) * sizeof *values);
        assert_non_null(values);
        for (size_t s = 0; s < info->n_constituent; s++) {
            for (size_t k = 0; k < info->n_frame; k++) {
                (void)qh_store_read_frame(store, k, s, diag, values);
                (void)qh_store_read_points(store, k, s, diag, values);
            }
            for (size_t i = 0; i < info->n_section; i++) {
                (void)qh_store_read_section(store, i, s, 0, info->n_sample, diag, values);
            }
        }
        free(values);
        qh_store_close(store);
    } else {
        assert_true(status == QH_E_IO);
        assert_null(store);
        assert_int_equal(qh_diag_size(diag), 1);
        snprintf(message, size, "%s", qh_diag_line(diag, 0));
        assert_non_null(strstr(message, path));
    }
    qh_diag_destroy(diag);
    return status;
}

static void test_not_a_run(void **state) {
    (void)state;
    char path[512], message[600] = "";
    assert_int_equal(try_open(in_folder("none.h5", path), message, sizeof message), QH_E_IO);
    assert_non_null(strstr(message, "No such file"));
    assert_int_equal(try_open(folder(), message, sizeof message), QH_E_IO);
    assert_non_null(strstr(message, "Is a directory"));
    in_folder("bad.h5", path);
    write_file(path, (const unsigned char *)"reach,length\n", 13);
    assert_int_equal(try_open(path, message, sizeof message), QH_E_IO);
    assert_non_null(strstr(message, "not an HDF5 file"));
    write_file(path, (const unsigned char *)"", 0);
    assert_int_equal(try_open(path, message, sizeof message), QH_E_IO);
    H5Fclose(H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    assert_int_equal(try_open(path, message, sizeof message), QH_E_IO);
    assert_non_null(strstr(message, "not a run of qinghe"));
    unlink(path);
}

static void test_truncated(void **state) {
    (void)state;
    char path[512], cut[512], message[600];
    in_folder("whole.h5", path);
    in_folder("cut.h5", cut);
    river r = river_of((river_options){.unsteady = true, .duration = 600.0, .interval = 60.0});
    write_run(path, &r, 5, 60.0);
    size_t size = 0;
    unsigned char *bytes = read_file(path, &size);
    for (size_t k = 0; k < 100; k++) {
        write_file(cut, bytes, size * k / 100);
        assert_int_equal(try_open(cut, message, sizeof message), QH_E_IO);
    }
    free(bytes);
    unlink(path);
    unlink(cut);
    river_free(&r);
}

/* Whose fault a crash is. The innermost frame that is not the C library's tells. Nothing is allocated: the heap may be
 * what is broken. */
static void blame(int number) {
    (void)number;
    void *frame[40];
    const int n = backtrace(frame, 40);
    for (int i = 2; i < n; i++) { /* 0 is here, 1 the signal */
        Dl_info object;
        if (!dladdr(frame[i], &object) || !object.dli_fname) continue;
        if (strstr(object.dli_fname, "libhdf5")) _exit(2);
        if (strstr(object.dli_fname, "test_store")) break;
    }
    _exit(3);
}

/* A global heap holds the strings. HDF5 1.10 follows its broken references into nowhere, in a circle without end, or over
 * the program's own memory, which is found out anywhere later; that is not ours to mend, and says nothing of our code. */
static bool in_string_heap(const unsigned char *bytes, size_t size, size_t at) {
    for (size_t i = 0; i + 16 <= size && i <= at; i += 8) {
        if (memcmp(bytes + i, "GCOL", 4) != 0) continue;
        uint64_t length = 0;
        memcpy(&length, bytes + i + 8, sizeof length);
        if (at - i < length) return true;
    }
    return false;
}

/* Flipped bits may hit a value, and then nobody can tell; what must not happen is a crash in our code. */
static void test_flipped_bits(void **state) {
    (void)state;
    char path[512], damaged[512];
    in_folder("whole.h5", path);
    in_folder("flipped.h5", damaged);
    river r = river_of((river_options){.unsteady = true, .duration = 600.0, .interval = 60.0});
    write_run(path, &r, 3, 60.0);
    size_t size = 0;
    unsigned char *bytes = read_file(path, &size);
    uint64_t random = 20240101;
    size_t tried = 0, refused = 0, of_hdf5 = 0;
    enum { TRIES = 400 };
    const struct rlimit patience = {.rlim_cur = 2, .rlim_max = 10}; /* s of processor; opening takes milliseconds */
    while (tried < TRIES) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        const size_t at = (size_t)(random >> 20) % size;
        const unsigned char bit = (unsigned char)(1U << ((random >> 12) & 7U));
        if (in_string_heap(bytes, size, at)) continue;
        tried++;
        bytes[at] ^= bit;
        write_file(damaged, bytes, size);
        bytes[at] ^= bit;
        const pid_t child = fork();
        if (child == 0) {
            signal(SIGSEGV, blame); /* cmocka would go on with the tests here */
            signal(SIGBUS, blame);
            signal(SIGFPE, blame);
            signal(SIGABRT, blame);
            signal(SIGXCPU, blame);
            assert_int_equal(setrlimit(RLIMIT_CPU, &patience), 0);
            char message[600];
            _exit(try_open(damaged, message, sizeof message) == QH_OK ? 0 : 1);
        }
        int status = 0;
        waitpid(child, &status, 0);
        if (!WIFEXITED(status)) fail_msg("byte %zu, bit %u: signal %d", at, bit, WTERMSIG(status));
        if (WEXITSTATUS(status) > 2) fail_msg("byte %zu, bit %u: %d", at, bit, WEXITSTATUS(status));
        refused += WEXITSTATUS(status) == 1;
        of_hdf5 += WEXITSTATUS(status) == 2;
    }
    assert_true(refused > 10);
    assert_true(of_hdf5 * 20 < TRIES);
    free(bytes);
    unlink(path);
    unlink(damaged);
    river_free(&r);
}

/* Numbers that HDF5 finds in order but that point nowhere. */
static void spoil(const char *path, const char *variable, int value) {
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t id = H5Dopen2(file, variable, H5P_DEFAULT);
    assert_true(file >= 0 && id >= 0);
    const hid_t space = H5Dget_space(id);
    const hssize_t n = H5Sget_simple_extent_npoints(space);
    int *values = malloc((size_t)n * sizeof *values);
    assert_non_null(values);
    assert_true(H5Dread(id, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    values[n - 1] = value;
    assert_true(H5Dwrite(id, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    free(values);
    H5Sclose(space);
    H5Dclose(id);
    H5Fclose(file);
}

static void test_wild_indices(void **state) {
    (void)state;
    static const struct {
        const char *variable;
        int value;
    } wild[] = {{"reach_nodes", 99},
                {"reach_nodes", -1},
                {"reach_first_cell", 100000},
                {"reach_cell_count", 0},
                {"reach_cell_count", 4000},
                {"cell_reach", -2},
                {"point_node", 1000},
                {"point_reach", 77},
                {"section_reach", 5},
                {"section_target_class", 0},
                {"section_target_class", 9},
                {"station_reach", 50},
                {"station_tailrace_reach", -1},
                {"withdrawal_reach", 5},
                {"source_reach", 500},
                {"source_node", 500},
                {"route_reach_count", 7},
                {"route_reach_count", 0},
                {"route_reach", 6},
                {"frames_complete", -1},
                {"frames_complete", 4},
                {"samples_complete", 1000}};
    char path[512], damaged[512], message[600];
    in_folder("whole.h5", path);
    in_folder("wild.h5", damaged);
    river r = river_of((river_options){0});
    write_run(path, &r, 1, 0.0);
    size_t size = 0;
    unsigned char *bytes = read_file(path, &size);
    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
        write_file(damaged, bytes, size);
        spoil(damaged, wild[i].variable, wild[i].value);
        assert_int_equal(try_open(damaged, message, sizeof message), QH_E_IO);
        if (!strstr(message, wild[i].variable) && !strstr(message, "frames_complete"))
            fail_msg("%s = %d: %s", wild[i].variable, wild[i].value, message);
    }
    free(bytes);
    unlink(path);
    unlink(damaged);
    river_free(&r);
}

static void test_missing_variables(void **state) {
    (void)state;
    static const char *const variable[] = {"COD",       "NH3_N_section", "section_code", "reach_length",   "budget",
                                           "node_name", "time",          "discharge",    "source_load",    "case/text",
                                           "section",   "network",       "route_reach",  "frames_complete"};
    char path[512], damaged[512], message[600];
    in_folder("whole.h5", path);
    in_folder("missing.h5", damaged);
    river r = river_of((river_options){0});
    write_run(path, &r, 1, 0.0);
    size_t size = 0;
    unsigned char *bytes = read_file(path, &size);
    for (size_t i = 0; i < sizeof variable / sizeof variable[0]; i++) {
        write_file(damaged, bytes, size);
        const hid_t file = H5Fopen(damaged, H5F_ACC_RDWR, H5P_DEFAULT);
        assert_true(H5Ldelete(file, variable[i], H5P_DEFAULT) >= 0);
        H5Fclose(file);
        const qh_status status = try_open(damaged, message, sizeof message);
        /* Without its dimension the file has no sections any more: then it is one without samples. */
        const bool harmless = strcmp(variable[i], "section") == 0;
        if (harmless ? status != QH_OK : status != QH_E_IO) fail_msg("without %s: status %d", variable[i], (int)status);
    }
    free(bytes);
    unlink(path);
    unlink(damaged);
    river_free(&r);
}

/* ---- bounded memory ---- */

static long peak_kilobytes(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void test_memory_bounded(void **state) {
    (void)state;
#if defined(__SANITIZE_ADDRESS__)
    skip(); /* freed memory is kept apart there */
#endif
    char path[512], part[520];
    in_folder("long.h5", path);
    snprintf(part, sizeof part, "%s.part", path);
    river r = river_of((river_options){.unsteady = true, .duration = 6e6, .interval = 60.0, .cell_length = 8.0});
    driver d = driver_of(&r);
    qh_store_writer *writer = NULL;
    assert_int_equal(qh_store_writer_create(path, &provenance, NULL, &writer), QH_OK);
    const qh_sink sink = qh_store_writer_sink(writer);
    assert_int_equal(sink.begin(sink.self, &r.layout), QH_OK);
    long early = 0;
    enum { FRAMES = 900 };
    for (size_t k = 0; k < FRAMES; k++) {
        assert_int_equal(give_frame(&d, &sink, k, 60.0), QH_OK);
        for (size_t j = 0; j < 20; j++) {
            assert_int_equal(give_sample(&d, &sink, k * 20 + j, 3.0), QH_OK);
        }
        if (k == FRAMES / 6) early = peak_kilobytes();
    }
    const long late = peak_kilobytes();
    qh_store_writer_destroy(writer);
    struct stat status;
    assert_int_equal(stat(part, &status), 0);
    assert_true(status.st_size > 20000000); /* much more than memory may have grown */
    if (late - early > 4000) fail_msg("memory grew from %ld to %ld kB", early, late);
    unlink(part);
    driver_free(&d);
    river_free(&r);
}

/* ---- for the scripts ---- */

static int write_for_scripts(const char *path, size_t n_frame, long milliseconds) {
    const double interval = 3600.0;
    river r = river_of((river_options){.unsteady = true,
                                       .dated = true,
                                       .located = true,
                                       .duration = interval * (double)(n_frame - 1),
                                       .interval = interval,
                                       .cell_length = n_frame > 500 ? 5.0 : 100.0});
    driver d = driver_of(&r);
    qh_store_writer *writer = NULL;
    qh_status status = qh_store_writer_create(path, &provenance, NULL, &writer);
    if (status != QH_OK) return qh_status_exit_code(status);
    const qh_sink sink = qh_store_writer_sink(writer);
    status = sink.begin(sink.self, &r.layout);
    for (size_t k = 0; k < n_frame && status == QH_OK; k++) {
        status = give_frame(&d, &sink, k, interval);
        for (size_t j = 0; j < SAMPLES_A_FRAME && status == QH_OK; j++) {
            status = give_sample(&d, &sink, k * SAMPLES_A_FRAME + j, interval / SAMPLES_A_FRAME);
        }
        const struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
        if (milliseconds > 0) nanosleep(&pause, NULL);
    }
    const qh_run_result result = {.budget = d.budget};
    if (status == QH_OK) status = sink.end(sink.self, &result);
    if (status == QH_OK) status = qh_store_writer_finish(writer, NULL);
    qh_store_writer_destroy(writer);
    driver_free(&d);
    river_free(&r);
    return qh_status_exit_code(status);
}

int main(int argc, char **argv) {
    if (argc == 5 && strcmp(argv[1], "--write") == 0)
        return write_for_scripts(argv[2], (size_t)strtoul(argv[3], NULL, 10), strtol(argv[4], NULL, 10));
    if (argc == 3 && strcmp(argv[1], "--open") == 0) {
        char message[600] = "";
        const qh_status status = try_open(argv[2], message, sizeof message);
        printf("%d %s\n", (int)status, message);
        return 0;
    }
    if (argc == 2) cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest quick[] = {
        cmocka_unit_test(test_steady),
        cmocka_unit_test(test_unsteady),
        cmocka_unit_test(test_lanes),
        cmocka_unit_test(test_moving_water),
        cmocka_unit_test(test_wide_profiles),
        cmocka_unit_test(test_more_than_announced),
        cmocka_unit_test(test_mean_load),
        cmocka_unit_test(test_variable_names),
        cmocka_unit_test(test_colliding_names),
        cmocka_unit_test(test_schematic),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_nothing_given),
        cmocka_unit_test(test_wrong_order),
        cmocka_unit_test(test_old_file_stays),
        cmocka_unit_test(test_unwritable),
        cmocka_unit_test(test_second_writer),
        cmocka_unit_test(test_not_a_run),
        cmocka_unit_test(test_wild_indices),
        cmocka_unit_test(test_missing_variables),
    };
    const struct CMUnitTest thorough[] = {
        cmocka_unit_test(test_memory_bounded),
        cmocka_unit_test(test_compressed_profiles),
        cmocka_unit_test(test_read_while_written),
        cmocka_unit_test(test_every_beginning),
        cmocka_unit_test(test_every_beginning_compressed),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_flipped_bits),
    };
    /* Under valgrind the thorough ones would take minutes, and measure valgrind's memory. */
    const int failed = getenv("RUN_UNDER") ? 0 : cmocka_run_group_tests(thorough, NULL, NULL);
    return cmocka_run_group_tests(quick, NULL, NULL) + failed;
}
