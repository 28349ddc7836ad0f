/* Fuzzer of the store's reader. HDF5's own parser breaks on broken bytes and is not ours to mend, so the input edits a good
 * file through HDF5: numbers, extents, attributes, missing variables. Whatever opens must be safe to use: every index
 * points into something. Run by `make fuzz`. */
#include <hdf5.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/store.h"
#include "tests/fuzz/hdf5_edit.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/qinghe-fuzz-XXXXXX";
static char good[256], edited[256];
static unsigned char *good_bytes;
static size_t good_size;
static hdf5_names names;

/* ---- a good file ---- */

static const qh_node nodes[] = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
static const qh_channel channel = {.law = "fixed", .area = {true, 10.0}, .width = {true, 5.0}};
static const qh_input inputs[] = {{false, {1.0, NULL}}, {false, {2.0, NULL}}};
static const qh_optional limits[2];
static const qh_headwater headwaters[] = {{.name = "h", .node = 0, .flow = 3.0, .input = inputs}};
static const qh_outfall outfalls[] = {
    {.code = "w", .name = "厂", .reach = 0, .chainage = 500.0, .flow = 0.1, .input = inputs, .limit = limits}};
static const qh_withdrawal withdrawals[] = {
    {.code = "q", .name = "水厂", .kind = "intake", .reach = 1, .chainage = 500.0, .flow = 0.2}};
static const qh_station stations[] = {{.name = "p",
                                       .reach = 0,
                                       .chainage = 800.0,
                                       .tailrace_reach = 1,
                                       .tailrace_chainage = 200.0,
                                       .capacity = 1.0,
                                       .rule = "fixed",
                                       .eco_flow = {true, 1.0}}};
static const qh_section sections[] = {{.code = "s", .name = "断面", .reach = 1, .chainage = 900.0, .target_class = 3}};
static const size_t way[] = {0, 1};
static const qh_route routes[] = {{.name = "r", .count = 2, .reach = way}};
static const qh_constituent constituents[] = {{.name = "COD", .title = "COD", .item = "COD", .theta = 1.0},
                                              {.name = "NH3-N", .title = "氨氮", .item = "NH3-N", .theta = 1.0}};

static void write_good(void) {
    qh_reach reaches[] = {{.name = "r1",
                           .river = "",
                           .from = 0,
                           .to = 1,
                           .length = 1000.0,
                           .channel = channel,
                           .dispersion = {true, 1.0}},
                          {.name = "r2",
                           .river = "",
                           .from = 1,
                           .to = 2,
                           .length = 1000.0,
                           .channel = channel,
                           .dispersion = {true, 1.0}}};
    const qh_case c = {.folder = "",
                       .name = "f",
                       .title = "",
                       .note = "",
                       .standard = "S",
                       .run = {.type = QH_STEADY, .start = "", .temperature = 20.0},
                       .n_constituent = 2,
                       .n_node = 3,
                       .n_reach = 2,
                       .n_headwater = 1,
                       .n_outfall = 1,
                       .n_withdrawal = 1,
                       .n_station = 1,
                       .n_section = 1,
                       .n_route = 1,
                       .constituent = constituents,
                       .node = nodes,
                       .reach = reaches,
                       .headwater = headwaters,
                       .outfall = outfalls,
                       .withdrawal = withdrawals,
                       .station = stations,
                       .section = sections,
                       .route = routes};
    qh_network *network = NULL;
    qh_flow *flow = NULL;
    qh_grid *grid = NULL;
    qh_budget *budget = NULL;
    qh_store_writer *writer = NULL;
    expect(qh_network_create(&c, NULL, &network) == QH_OK);
    expect(qh_flow_solve(&c, network, NULL, &flow) == QH_OK);
    expect(qh_grid_create(&c, network, flow, 200.0, NULL, &grid) == QH_OK);
    expect(qh_budget_create(2, 2, 1, true, &budget) == QH_OK);
    const qh_store_provenance from = {"qinghe run", "", NULL};
    expect(qh_store_writer_create(good, &from, NULL, &writer) == QH_OK);
    const qh_sink sink = qh_store_writer_sink(writer);
    const qh_run_layout layout = {.river_case = &c,
                                  .network = network,
                                  .flow = flow,
                                  .grid = grid,
                                  .engine = "none",
                                  .n_species = 2,
                                  .n_lane = 1};
    double *values = calloc(2 * (grid->n_cell + network->n_point), sizeof *values);
    expect(values != NULL);
    const qh_frame frame = {.cell = values, .point = values};
    const qh_sample sample = {.section = values};
    const qh_run_result result = {.budget = budget};
    expect(sink.begin(sink.self, &layout) == QH_OK && sink.frame(sink.self, &frame) == QH_OK);
    expect(sink.sample(sink.self, &sample) == QH_OK && sink.end(sink.self, &result) == QH_OK);
    expect(qh_store_writer_finish(writer, NULL) == QH_OK);
    qh_store_writer_destroy(writer);
    free(values);
    qh_budget_destroy(budget);
    qh_grid_destroy(grid);
    qh_flow_destroy(flow);
    qh_network_destroy(network);
}

static void clean_up(void) {
    unlink(good);
    unlink(edited);
    rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    expect(mkdtemp(folder) != NULL);
    (void)snprintf(good, sizeof good, "%s/good.h5", folder);
    (void)snprintf(edited, sizeof edited, "%s/edited.h5", folder);
    atexit(clean_up);
    write_good();
    hdf5_names_of(good, &names);
    good_bytes = hdf5_bytes_of(good, &good_size);
    return 0;
}

/* ---- what must hold of whatever opens ---- */

static void use(qh_store *store) {
    const qh_store_info *info = qh_store_get_info(store);
    expect(info->n_frame < 1000000 && info->n_sample < 1000000);
    for (size_t i = 0; i < info->n_reach; i++) {
        const qh_stored_reach *reach = &info->reach[i];
        expect(reach->from < info->n_node && reach->to < info->n_node && reach->length > 0.0 && reach->n_cell > 0);
        expect(reach->first_cell < info->n_cell && reach->n_cell <= info->n_cell - reach->first_cell);
    }
    for (size_t i = 0; i < info->n_cell; i++) {
        expect(info->cell_reach[i] < info->n_reach);
    }
    for (size_t i = 0; i < info->n_section; i++) {
        expect(info->section[i].reach < info->n_reach && info->section[i].target_class >= 1);
    }
    for (size_t i = 0; i < info->n_source; i++) {
        expect(info->source[i].reach < info->n_reach || info->source[i].node < info->n_node);
        expect(strlen(info->source[i].reach_name) + strlen(info->source[i].node_name) > 0);
    }
    for (size_t i = 0; i < info->n_route; i++) {
        for (size_t k = 0; k < info->route[i].count; k++) {
            expect(info->route[i].reach[k] < info->n_reach);
        }
    }
    double *values = calloc(info->n_cell + info->n_point + info->n_sample + 1, sizeof *values);
    expect(values != NULL);
    for (size_t s = 0; s < info->n_constituent; s++) {
        for (size_t k = 0; k < info->n_frame && k < 4; k++) {
            expect(qh_store_read_frame(store, k, s, NULL, values) == QH_OK);
            expect(qh_store_read_points(store, k, s, NULL, values) == QH_OK);
        }
        for (size_t i = 0; i < info->n_section; i++) {
            expect(qh_store_read_section(store, i, s, 0, info->n_sample, NULL, values) == QH_OK);
        }
    }
    for (size_t i = 1; i < info->n_frame; i++) {
        expect(info->frame_time[i] >= info->frame_time[i - 1]);
    }
    free(values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const attributes[] = {"qinghe_format", "qinghe_complete", "qinghe_month"};
    hdf5_edit(edited, good_bytes, good_size, &names, 3, attributes, data, size);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_store *store = NULL;
    const qh_status status = qh_store_open(edited, diag, &store);
    if (status == QH_OK) {
        use(store);
        qh_store_close(store);
    } else {
        expect(status == QH_E_NOMEM || (status == QH_E_IO && qh_diag_count(diag, QH_ERROR) == 1));
    }
    qh_diag_destroy(diag);
    return 0;
}
