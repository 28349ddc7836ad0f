/* The store's reader: what is known at opening (not compressed, so that no part of it is larger than the file), and
 * profiles and series one by one. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/store_internal.h"
#include "io/store_read_internal.h"

enum { WATER_QUANTITIES = QH_WATER_LEVEL + 1 };

/* Variables of one constituent. */
typedef struct stored_variables {
    hid_t cell, section, point; /* section: negative when there is none */
} stored_variables;

struct qh_store {
    qh_arena *arena;
    hid_t file;
    qh_store_info info;
    stored_variables *variable;    /* [n_constituent] */
    const char *const *case_text;  /* [n_case_file] */
    hid_t water[WATER_QUANTITIES]; /* by qh_water_quantity; negative where there is none */
    hid_t discharge;               /* of the sections, likewise */
    hid_t reservoir[2];            /* by qh_reservoir_quantity, likewise */
    size_t lane;
};

/* One name a line. */
static void read_scenario_files(qh_h5_reader *r, const char *lines, qh_store_info *info) {
    size_t n = 0, most = 1;
    for (const char *c = lines; *c; c++)
        most += *c == '\n';
    const char **name = qh_h5_room(r, most, sizeof *name);
    for (const char *line = lines; name && *line;) {
        const size_t length = strcspn(line, "\n");
        name[n++] = qh_h5_part_copy(r, line, length);
        line += length + (line[length] == '\n');
    }
    info->scenario_file = name;
    info->n_scenario_file = name ? n : 0;
}

static void read_head(qh_h5_reader *r, qh_store_info *info) {
    const int format = qh_h5_get_int_attribute(r, r->at, "qinghe_format");
    if (!r->failed && format > QH_STORE_FORMAT) {
        qh_h5_bad(r, "qinghe_format", QH_N("shows that a newer version wrote the file"));
        return;
    }
    info->complete = qh_h5_get_int_attribute(r, r->at, "qinghe_complete") == 1;
    info->month = qh_h5_get_int_attribute(r, r->at, "qinghe_month");
    info->steady = strcmp(qh_h5_get_text_attribute(r, r->at, "qinghe_run_type"), "unsteady") != 0;
    info->case_name = qh_h5_get_text_attribute(r, r->at, "qinghe_case");
    info->case_title = qh_h5_get_text_attribute(r, r->at, "qinghe_title");
    info->case_note = qh_h5_get_text_attribute(r, r->at, "comment");
    info->scenario = qh_h5_get_text_attribute(r, r->at, "qinghe_scenario");
    info->scenario_title = qh_h5_get_text_attribute(r, r->at, "qinghe_scenario_title");
    read_scenario_files(r, qh_h5_get_text_attribute(r, r->at, "qinghe_scenario_files"), info);
    info->standard = qh_h5_get_text_attribute(r, r->at, "qinghe_standard");
    info->engine = qh_h5_get_text_attribute(r, r->at, "qinghe_engine");
    info->command = qh_h5_get_text_attribute(r, r->at, "qinghe_command");
    info->version = qh_h5_get_text_attribute(r, r->at, "qinghe_version");
    info->commit = qh_h5_get_text_attribute(r, r->at, "qinghe_commit");
    info->start = qh_h5_get_text_attribute(r, r->at, "qinghe_start");
    info->date = qh_h5_get_text_attribute(r, r->at, "date_created");
    if (!r->failed && (info->month < 0 || info->month > 12)) qh_h5_bad(r, "qinghe_month", QH_N("is no month"));
}

static void read_dimensions(qh_h5_reader *r, qh_store_info *info) {
    info->n_node = qh_h5_get_dimension(r, "node");
    info->n_reach = qh_h5_get_dimension(r, "reach");
    info->n_cell = qh_h5_get_dimension(r, "cell");
    info->n_point = qh_h5_get_dimension(r, "point");
    info->n_constituent = qh_h5_get_dimension(r, "constituent");
    info->n_section = qh_h5_get_dimension(r, "section");
    info->n_station = qh_h5_get_dimension(r, "station");
    info->n_withdrawal = qh_h5_get_dimension(r, "withdrawal");
    info->n_transfer = qh_h5_get_dimension(r, "transfer");
    info->n_reservoir = qh_h5_get_dimension(r, "reservoir");
    info->n_source = qh_h5_get_dimension(r, "source");
    info->n_route = qh_h5_get_dimension(r, "route");
    const size_t n_lane = qh_h5_get_dimension(r, "lane");
    info->n_lane = n_lane > 0 ? n_lane : 1;
    if (!r->failed && (info->n_reach == 0 || info->n_node == 0 || info->n_cell == 0 || info->n_constituent == 0))
        qh_h5_bad(r, "reach", QH_N("is empty"));
}

static void read_case_text(qh_h5_reader *r, qh_store *store) {
    if (r->failed || !qh_h5_exists(r, "case")) return;
    const hid_t file = r->at, group = H5Gopen2(file, "case", H5P_DEFAULT);
    if (group < 0) {
        qh_h5_bad(r, "case", QH_N("is no group"));
        return;
    }
    r->at = group;
    const size_t n = qh_h5_get_dimension(r, "file");
    store->info.case_file = qh_h5_get_texts(r, "name", n);
    store->case_text = qh_h5_get_texts(r, "text", n);
    if (!r->failed) store->info.n_case_file = n;
    r->at = file;
    H5Gclose(group);
}

/* ---- time and concentrations ---- */

/* Opens a variable [time][n], or [time][n][lane] where there are several, and lowers *rows to what it holds. */
static hid_t open_in_time(qh_h5_reader *r, const char *name, size_t n, size_t n_lane, size_t *rows) {
    const hid_t id = qh_h5_open(r, name);
    if (id < 0) return -1;
    hsize_t extent[QH_H5_MAX_RANK] = {0};
    const int rank = qh_h5_extents(id, extent);
    const hid_t type = H5Dget_type(id);
    if (rank != (n_lane > 1 ? 3 : 2) || extent[1] != n || (n_lane > 1 && extent[2] != n_lane))
        qh_h5_bad(r, name, QH_N("does not fit its dimensions"));
    else if (type < 0 || H5Tget_class(type) != H5T_FLOAT)
        qh_h5_bad(r, name, QH_N("has an unexpected type"));
    else if (extent[0] < *rows)
        *rows = (size_t)extent[0];
    if (type >= 0) H5Tclose(type);
    return id;
}

/* Water that changes in time, of which a file holds all or nothing but levels. */
static void read_water(qh_h5_reader *r, qh_store *store, size_t *n_frame, size_t *n_sample) {
    static const char *const name[WATER_QUANTITIES] = {"water_discharge", "water_depth", "water_volume", "water_level"};
    qh_store_info *info = &store->info;
    for (size_t k = 0; k < WATER_QUANTITIES; k++)
        store->water[k] = -1;
    store->discharge = -1;
    info->water_moves = qh_h5_exists(r, name[QH_WATER_DISCHARGE]);
    info->water_has_levels = info->water_moves && qh_h5_exists(r, name[QH_WATER_LEVEL]);
    for (size_t k = 0; info->water_moves && k < WATER_QUANTITIES; k++) {
        if (k != QH_WATER_LEVEL || info->water_has_levels)
            store->water[k] = open_in_time(r, name[k], info->n_cell, 1, n_frame);
    }
    if (info->water_moves && info->n_section > 0)
        store->discharge = open_in_time(r, "water_section_discharge", info->n_section, 1, n_sample);
    static const char *const of_reservoir[] = {"water_reservoir_level", "water_reservoir_released"};
    info->has_reservoir_series = info->water_moves && info->n_reservoir > 0 && qh_h5_exists(r, of_reservoir[0]);
    for (size_t k = 0; k < 2; k++)
        store->reservoir[k] =
            info->has_reservoir_series ? open_in_time(r, of_reservoir[k], info->n_reservoir, 1, n_sample) : -1;
}

/* The first `n` times of an axis that may be longer. */
static const double *read_times(qh_h5_reader *r, const char *name, size_t n) {
    const double *time = qh_h5_get_first_doubles(r, name, n);
    for (size_t i = 0; i < n && !r->failed; i++) {
        if (!isfinite(time[i]) || (i > 0 && time[i] < time[i - 1])) qh_h5_bad(r, name, QH_N("runs backwards"));
    }
    return time;
}

static void read_constituents(qh_h5_reader *r, qh_store *store) {
    qh_store_info *info = &store->info;
    const size_t n = info->n_constituent;
    qh_stored_constituent *constituent = qh_h5_room(r, n, sizeof *constituent);
    const char *const *name = qh_h5_get_texts(r, "constituent_name", n), *const *title =
                                                                             qh_h5_get_texts(r, "constituent_title", n);
    const char *const *item = qh_h5_get_texts(r, "constituent_item", n), *const *variable = qh_h5_get_texts(
                                                                             r, "constituent_variable", n);
    stored_variables *open = qh_h5_room(r, n, sizeof *open);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        open[i] = (stored_variables){-1, -1, -1};
    }
    store->variable = open;
    size_t n_frame = qh_h5_get_dimension(r, "time"), n_sample = qh_h5_get_dimension(r, "sample_time");
    for (size_t i = 0; i < n && !r->failed; i++) {
        constituent[i] = (qh_stored_constituent){name[i], title[i], item[i]};
        const char *point = qh_arena_printf(r->arena, "%s_point", variable[i]);
        const char *section = qh_arena_printf(r->arena, "%s_section", variable[i]);
        if (!point || !section) {
            r->failed = r->no_memory = true;
            return;
        }
        open[i].cell = open_in_time(r, variable[i], info->n_cell, info->n_lane, &n_frame);
        open[i].point = open_in_time(r, point, info->n_point, info->n_lane, &n_frame);
        if (info->n_section > 0) open[i].section = open_in_time(r, section, info->n_section, info->n_lane, &n_sample);
    }
    read_water(r, store, &n_frame, &n_sample);
    const size_t frames = qh_h5_get_counter(r, "frames_complete"), samples = qh_h5_get_counter(r, "samples_complete");
    if (!r->failed && info->complete && (frames > n_frame || samples > n_sample))
        qh_h5_bad(r, "frames_complete", QH_N("counts more than there is"));
    info->n_frame = frames < n_frame ? frames : n_frame;
    info->n_sample = samples < n_sample ? samples : n_sample;
    info->frame_time = read_times(r, "time", info->n_frame);
    info->sample_time = read_times(r, "sample_time", info->n_sample);
    info->constituent = constituent;
}

/* ---- opening ---- */

static void read_all(qh_h5_reader *r, qh_store *store) {
    qh_store_info *info = &store->info;
    read_head(r, info);
    read_dimensions(r, info);
    qh_store_read_network(r, info);
    qh_store_read_places(r, info);
    qh_store_read_sections(r, info);
    qh_store_read_stations(r, info);
    qh_store_read_releases(r, info);
    qh_store_read_withdrawals(r, info);
    qh_store_read_takes(r, info);
    qh_store_read_transfers(r, info);
    qh_store_read_moved(r, info);
    qh_store_read_reservoirs(r, info);
    qh_store_read_storage(r, info);
    qh_store_read_sources(r, info);
    qh_store_read_routes(r, info);
    read_constituents(r, store);
    qh_store_read_messages(r, info);
    qh_store_read_statistics(r, info);
    qh_store_read_budget(r, info);
    read_case_text(r, store);
}

static qh_status open_inner(qh_store *store, const char *path, qh_diag *diag) {
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
        const int cause = stat(path, &status) != 0 ? errno : EISDIR;
        char text[128];
        if (strerror_r(cause, text, sizeof text) != 0) snprintf(text, sizeof text, "errno %d", cause);
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot read %s: %s", path, text);
        return QH_E_IO;
    }
    store->file = qh_h5_open_file(path);
    if (store->file < 0) {
        char reason[QH_H5_REASON_SIZE];
        qh_h5_reason(reason);
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot read %s: it is not an HDF5 file, or is damaged (HDF5: %s)",
                    path, reason);
        return QH_E_IO;
    }
    qh_h5_reader r = {.arena = store->arena, .at = store->file, .file_size = (uint64_t)status.st_size};
    store->info.path = qh_h5_clean_copy(&r, path);
    if (H5Aexists(store->file, "qinghe_format") <= 0) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot read %s: it is not a run of qinghe", path);
        return QH_E_IO;
    }
    read_all(&r, store);
    if (r.no_memory) return QH_E_NOMEM;
    if (!r.failed) return QH_OK;
    const char *what = qh_tr(diag ? qh_diag_lang(diag) : QH_EN, r.what);
    if (*r.reason)
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot read %s: the run in it is damaged: %s %s (HDF5: %s)", path,
                    r.name, what, r.reason);
    else
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot read %s: the run in it is damaged: %s %s", path, r.name, what);
    return QH_E_IO;
}

qh_status qh_store_open(const char *path, qh_diag *diag, qh_store **store) {
    qh_arena *arena = qh_arena_create();
    qh_store *opened = arena ? qh_arena_alloc(arena, 1, sizeof *opened) : NULL;
    if (!opened) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *opened = (qh_store){.arena = arena, .file = -1, .water = {-1, -1, -1, -1}, .discharge = -1, .reservoir = {-1, -1}};
    const qh_h5_quiet quiet = qh_h5_silence();
    const qh_status status = open_inner(opened, path, diag);
    qh_h5_restore(&quiet);
    if (status != QH_OK) {
        qh_store_close(opened);
        return status;
    }
    *store = opened;
    return QH_OK;
}

void qh_store_close(qh_store *store) {
    if (!store) return;
    const qh_h5_quiet quiet = qh_h5_silence();
    for (size_t i = 0; store->variable && i < store->info.n_constituent; i++) {
        qh_h5_close(store->variable[i].cell);
        qh_h5_close(store->variable[i].section);
        qh_h5_close(store->variable[i].point);
    }
    for (size_t k = 0; k < WATER_QUANTITIES; k++)
        qh_h5_close(store->water[k]);
    qh_h5_close(store->discharge);
    for (size_t k = 0; k < 2; k++)
        qh_h5_close(store->reservoir[k]);
    if (store->file >= 0) H5Fclose(store->file);
    qh_h5_restore(&quiet);
    qh_arena_destroy(store->arena);
}

const qh_store_info *qh_store_get_info(const qh_store *store) { return &store->info; }

const char *qh_store_case_file(const qh_store *store, const char *name) {
    for (size_t i = 0; i < store->info.n_case_file; i++) {
        if (strcmp(store->info.case_file[i], name) == 0) return store->case_text[i];
    }
    return NULL;
}

/* ---- reading values ---- */

qh_status qh_store_use_lane(qh_store *store, size_t lane) {
    if (lane >= store->info.n_lane) return QH_E_USAGE;
    store->lane = lane;
    return QH_OK;
}

/* Rows first .. first+count-1, columns at .. at+width-1 of [time][n](lane) into values [count][width]. */
static bool read_block(const qh_store *store, hid_t variable, size_t first, size_t count, size_t at, size_t width,
                       double *values) {
    const hsize_t offset[3] = {first, at, store->lane}, size[3] = {count, width, 1};
    hsize_t extent[QH_H5_MAX_RANK] = {0};
    const int rank = qh_h5_extents(variable, extent); /* water has no lanes */
    const hid_t space = H5Dget_space(variable), memory = H5Screate_simple(rank, size, NULL);
    const bool good = space >= 0 && memory >= 0 &&
                      H5Sselect_hyperslab(space, H5S_SELECT_SET, offset, NULL, size, NULL) >= 0 &&
                      H5Dread(variable, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values) >= 0;
    if (memory >= 0) H5Sclose(memory);
    if (space >= 0) H5Sclose(space);
    return good;
}

static qh_status read_values(const qh_store *store, hid_t variable, size_t first, size_t count, size_t at, size_t width,
                             qh_diag *diag, double *values) {
    if (count == 0 || width == 0) return QH_OK;
    const qh_h5_quiet quiet = qh_h5_silence();
    char reason[QH_H5_REASON_SIZE] = "";
    const bool good = read_block(store, variable, first, count, at, width, values);
    if (!good) qh_h5_reason(reason);
    qh_h5_restore(&quiet);
    QH_CHECK(good, QH_E_IO, diag, QH_NOWHERE, "cannot read %s: the run in it is damaged (HDF5: %s)", store->info.path,
             reason);
    return QH_OK;
}

qh_status qh_store_read_section(qh_store *store, size_t section, size_t constituent, size_t first, size_t count,
                                qh_diag *diag, double *values) {
    const qh_store_info *info = &store->info;
    if (section >= info->n_section || constituent >= info->n_constituent || first > info->n_sample ||
        count > info->n_sample - first)
        return QH_E_USAGE;
    return read_values(store, store->variable[constituent].section, first, count, section, 1, diag, values);
}

qh_status qh_store_read_frame(qh_store *store, size_t frame, size_t constituent, qh_diag *diag, double *values) {
    const qh_store_info *info = &store->info;
    if (frame >= info->n_frame || constituent >= info->n_constituent) return QH_E_USAGE;
    return read_values(store, store->variable[constituent].cell, frame, 1, 0, info->n_cell, diag, values);
}

qh_status qh_store_read_points(qh_store *store, size_t frame, size_t constituent, qh_diag *diag, double *values) {
    const qh_store_info *info = &store->info;
    if (frame >= info->n_frame || constituent >= info->n_constituent) return QH_E_USAGE;
    return read_values(store, store->variable[constituent].point, frame, 1, 0, info->n_point, diag, values);
}

qh_status qh_store_read_water(qh_store *store, size_t frame, qh_water_quantity quantity, qh_diag *diag,
                              double *values) {
    const qh_store_info *info = &store->info;
    if (frame >= info->n_frame || !info->water_moves || (quantity == QH_WATER_LEVEL && !info->water_has_levels))
        return QH_E_USAGE;
    return read_values(store, store->water[quantity], frame, 1, 0, info->n_cell, diag, values);
}

qh_status qh_store_read_discharge(qh_store *store, size_t section, size_t first, size_t count, qh_diag *diag,
                                  double *values) {
    const qh_store_info *info = &store->info;
    if (section >= info->n_section || first > info->n_sample || count > info->n_sample - first) return QH_E_USAGE;
    if (info->water_moves) return read_values(store, store->discharge, first, count, section, 1, diag, values);
    for (size_t i = 0; i < count; i++)
        values[i] = info->section[section].discharge;
    return QH_OK;
}

qh_status qh_store_read_reservoir(qh_store *store, size_t reservoir, qh_reservoir_quantity quantity, size_t first,
                                  size_t count, qh_diag *diag, double *values) {
    const qh_store_info *info = &store->info;
    if (!info->has_reservoir_series || reservoir >= info->n_reservoir || first > info->n_sample ||
        count > info->n_sample - first)
        return QH_E_USAGE;
    return read_values(store, store->reservoir[quantity], first, count, reservoir, 1, diag, values);
}
