/* Fuzzer of the reader of sweeps: a good file is edited through HDF5, and its seal, which would find that out at once, is cut
 * off as other programs do. Whatever opens must be safe to use. Run by `make fuzz`. */
#include <unistd.h>

#include "io/sweep_reader.h"
#include "io/sweep_store.h"
#include "tests/fuzz/hdf5_edit.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* HDF5 1.10.8 forgets the name of a file's root when it is opened for writing without times: 56 bytes each time. What we
 * leave open ourselves is counted below. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libhdf5_serial\n"; }

static char folder[] = "/tmp/qinghe-fuzz-XXXXXX";
static char good[256], edited[256];
static unsigned char *good_bytes;
static size_t good_size;
static hdf5_names names;

enum { N_SCENARIO = 7, N_SECTION = 2, N_SAMPLE = 3, N_POINT = 4 };

static const qh_sweep_field fields[] = {
    {.name = "status", .meanings = "not_computed done failed", .type = QH_SWEEP_MARK, .axis = QH_SWEEP_ONE},
    {.name = "sampled", .units = "1", .axis = QH_SWEEP_VARIABLES},
    {.name = "COD_value", .units = "mg/L", .constituent = "COD", .statistic = "value", .axis = QH_SWEEP_SECTIONS},
    {.name = "COD_series", .units = "mg/L", .constituent = "COD", .axis = QH_SWEEP_SERIES},
    {.name = "COD_profile", .units = "mg/L", .constituent = "COD", .axis = QH_SWEEP_PROFILES},
};
enum { N_FIELD = sizeof fields / sizeof *fields };

static void write_good(void) {
    static const qh_section sections[N_SECTION] = {{.code = "s", .name = "断面", .target_class = 3},
                                                   {.code = "t", .name = "出境", .target_class = 2}};
    static const qh_constituent constituents[] = {{.name = "COD"}};
    static const qh_sweep_variable variables[] = {{"flow", "1", "flow"}};
    static const double time[N_SAMPLE] = {0, 1, 2}, chainage[N_POINT] = {0, 10, 20, 30};
    static const char *const reach[N_POINT] = {"r", "r", "r", "r"};
    static const qh_case_file files[] = {{.name = "plan.yaml", .text = "a: 1", .encoding = "UTF-8"}};
    static const qh_sweep_failure failure = {3, QH_E_NUMERIC, "dry"};
    const qh_case c = {.name = "f",
                       .title = "",
                       .note = "",
                       .standard = "S",
                       .n_section = N_SECTION,
                       .section = sections,
                       .n_constituent = 1,
                       .constituent = constituents,
                       .n_file = 1,
                       .file = files};
    const qh_sweep_layout layout = {.n_scenario = N_SCENARIO,
                                    .n_variable = 1,
                                    .n_field = N_FIELD,
                                    .variable = variables,
                                    .field = fields,
                                    .n_sample = N_SAMPLE,
                                    .n_frame = N_SAMPLE,
                                    .n_point = N_POINT,
                                    .sample_time = time,
                                    .frame_time = time,
                                    .point_reach = reach,
                                    .point_chainage = chainage,
                                    .river_case = &c,
                                    .title = "",
                                    .plan_name = "p",
                                    .design = "random",
                                    .path = "steady",
                                    .n_plan_file = 1,
                                    .plan_file = files};
    const qh_sweep_store_options options = {.complete = true, .n_failure = 1, .failure = &failure};
    expect(qh_sweep_store_create(good, &layout, &options, NULL, NULL) == QH_OK);
}

/* Without the seal: as many bytes as HDF5 counts, which is where the file ends once HDF5 has written it anew. */
static void cut_seal(void) {
    const hid_t file = H5Fopen(good, H5F_ACC_RDONLY, H5P_DEFAULT);
    hsize_t size = 0;
    expect(file >= 0 && H5Fget_filesize(file, &size) >= 0);
    H5Fclose(file);
    const hid_t plain = H5Fopen(good, H5F_ACC_RDWR, H5P_DEFAULT);
    expect(plain >= 0 && H5Fclose(plain) >= 0);
    FILE *stream = fopen(good, "r+b");
    expect(stream != NULL && fseek(stream, -8, SEEK_END) == 0);
    expect(fwrite("no seal.", 1, 8, stream) == 8 && fclose(stream) == 0); /* its magic number */
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
    cut_seal();
    hdf5_names_of(good, &names);
    good_bytes = hdf5_bytes_of(good, &good_size);
    return 0;
}

static void use(const qh_sweep_file *file) {
    const qh_sweep_file_info *info = qh_sweep_file_get_info(file);
    const qh_sweep_layout *l = &info->layout;
    size_t length = strlen(l->title) + strlen(l->plan_name) + strlen(l->design) + strlen(l->path);
    for (size_t s = 0; s < l->river_case->n_section; s++)
        length += strlen(l->river_case->section[s].code) + strlen(l->river_case->section[s].name);
    for (size_t i = 0; i < info->n_failure; i++)
        length += strlen(info->failure[i].message);
    for (size_t p = 0; p < l->n_point; p++)
        length += strlen(l->point_reach[p]) + (l->point_chainage[p] > 0);
    expect(length < 100000000);
    double value[16];
    int8_t mark[16];
    const uint64_t count = l->n_scenario < 16 ? l->n_scenario : 16;
    for (size_t f = 0; f < l->n_field; f++)
        for (size_t row = 0; row < qh_sweep_rows(l, f) && row < 100; row++)
            (void)qh_sweep_file_read(file, f, row, 0, count, value, mark, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const attributes[] = {"qinghe_format", "qinghe_complete", "qinghe_view"};
    hdf5_edit(edited, good_bytes, good_size, &names, 3, attributes, data, size);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_sweep_file *file = NULL;
    const qh_status status = qh_sweep_file_open(edited, diag, &file);
    if (status == QH_OK) {
        use(file);
        qh_sweep_file_close(file);
    } else {
        expect(status == QH_E_NOMEM || (status == QH_E_IO && qh_diag_count(diag, QH_ERROR) == 1));
    }
    expect(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL) == 0);
    qh_diag_destroy(diag);
    return 0;
}
