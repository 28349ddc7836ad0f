/* The store's reader. It trusts nothing in the file: every extent is checked against the dimensions, every index against
 * what it points into, and nothing is allocated that is larger than the file itself (what is read at opening is not
 * compressed). Calls are chained; the first problem is kept and told. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/store_internal.h"

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

typedef struct reader {
    qh_store *store;
    qh_arena *arena;
    hid_t at; /* file or group */
    uint64_t file_size;
    bool failed, no_memory;
    char name[80];                  /* of the variable in trouble */
    const char *what;               /* is wrong with it, a catalogue key */
    char reason[QH_H5_REASON_SIZE]; /* HDF5's, "" for none */
} reader;

static bool bad(reader *r, const char *name, const char *what) {
    if (!r->failed) {
        snprintf(r->name, sizeof r->name, "%s", name);
        r->what = what;
        qh_h5_reason(r->reason);
    }
    r->failed = true;
    return false;
}

static void *room(reader *r, size_t count, size_t size) {
    if (r->failed) return NULL;
    void *memory = qh_arena_alloc(r->arena, count, size);
    if (!memory) r->failed = r->no_memory = true;
    return memory;
}

/* Whether `count` elements of `size` bytes can be in the file at all. */
static bool fits(reader *r, const char *name, size_t count, size_t size) {
    return count <= r->file_size / size || bad(r, name, QH_N("is larger than the file"));
}

/* ---- text ---- */

/* Length of the well-formed UTF-8 character at `s`, 0 when it is none. */
static size_t utf8_length(const unsigned char *s) {
    static const unsigned least[] = {0, 0, 0x80U, 0x800U, 0x10000U};
    if (s[0] < 0x80U) return 1;
    const size_t length = s[0] >= 0xF0U && s[0] < 0xF8U ? 4 : s[0] >= 0xE0U && s[0] < 0xF0U ? 3 : s[0] >= 0xC0U ? 2 : 0;
    if (length == 0 || s[0] >= 0xF8U) return 0;
    unsigned code = s[0] & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xC0U) != 0x80U) return 0; /* the closing zero ends it too */
        code = code << 6 | (s[i] & 0x3FU);
    }
    return code >= least[length] && code <= 0x10FFFFU && (code < 0xD800U || code > 0xDFFFU) ? length : 0;
}

/* A copy in which bytes that are not UTF-8 became question marks: it goes into tables and JSON. */
static const char *clean_copy(reader *r, const char *text) {
    char *copy = r->failed ? NULL : qh_arena_strdup(r->arena, text ? text : "");
    if (!copy) {
        if (!r->failed) r->failed = r->no_memory = true;
        return "";
    }
    for (char *p = copy; *p;) {
        const size_t length = utf8_length((const unsigned char *)p);
        if (length == 0) *p = '?';
        p += length ? length : 1;
    }
    return copy;
}

/* ---- attributes ---- */

static const char *read_text(reader *r, hid_t attribute, hid_t type) {
    if (H5Tis_variable_str(type) > 0) {
        const hid_t text = qh_h5_text_type();
        char *value = NULL;
        const char *copy = "";
        if (H5Aread(attribute, text, &value) >= 0 && value) {
            copy = clean_copy(r, value);
            H5free_memory(value);
        }
        H5Tclose(text);
        return copy;
    }
    const size_t size = H5Tget_size(type);
    if (size == 0 || size > 65536) return "";
    char *value = room(r, size + 1, 1);
    if (!value || H5Aread(attribute, type, value) < 0) return "";
    value[size] = '\0';
    return clean_copy(r, value);
}

/* "" when there is none. */
static const char *text_attribute(reader *r, const char *name) {
    if (r->failed || H5Aexists(r->at, name) <= 0) return "";
    const hid_t attribute = H5Aopen(r->at, name, H5P_DEFAULT);
    const hid_t type = attribute >= 0 ? H5Aget_type(attribute) : -1;
    const hid_t space = attribute >= 0 ? H5Aget_space(attribute) : -1;
    const char *text = "";
    if (type >= 0 && space >= 0 && H5Tget_class(type) == H5T_STRING && H5Sget_simple_extent_npoints(space) == 1)
        text = read_text(r, attribute, type);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    if (attribute >= 0) H5Aclose(attribute);
    return text;
}

static int int_attribute(reader *r, hid_t object, const char *name) {
    int value = 0;
    if (r->failed) return 0;
    if (H5Aexists(object, name) <= 0) return bad(r, name, QH_N("is missing")), 0;
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    const hid_t space = attribute >= 0 ? H5Aget_space(attribute) : -1;
    if (space < 0 || H5Sget_simple_extent_npoints(space) != 1 || H5Aread(attribute, H5T_NATIVE_INT, &value) < 0)
        bad(r, name, QH_N("is no integer attribute"));
    if (space >= 0) H5Sclose(space);
    if (attribute >= 0) H5Aclose(attribute);
    return value;
}

/* ---- variables ---- */

static bool exists(const reader *r, const char *name) {
    return H5Lexists(r->at, name, H5P_DEFAULT) > 0 && H5Oexists_by_name(r->at, name, H5P_DEFAULT) > 0;
}

static hid_t open_variable(reader *r, const char *name) {
    if (r->failed) return -1;
    if (!exists(r, name)) return bad(r, name, QH_N("is missing")), -1;
    const hid_t id = H5Dopen2(r->at, name, H5P_DEFAULT);
    if (id < 0) bad(r, name, QH_N("is no variable"));
    return id;
}

/* Extents of a variable, extent [4]; the rank, or -1. */
static int extents(hid_t variable, hsize_t *extent) {
    const hid_t space = H5Dget_space(variable);
    int rank = -1;
    if (space >= 0 && H5Sis_simple(space) > 0 && H5Sget_simple_extent_ndims(space) <= QH_H5_MAX_RANK)
        rank = H5Sget_simple_extent_dims(space, extent, NULL);
    if (space >= 0) H5Sclose(space);
    return rank;
}

/* Length of a dimension, 0 when the file has none of that name. */
static size_t dimension(reader *r, const char *name) {
    if (r->failed || !exists(r, name)) return 0;
    hsize_t extent[QH_H5_MAX_RANK] = {0};
    const hid_t id = open_variable(r, name);
    if (id < 0) return 0;
    const int rank = extents(id, extent);
    H5Dclose(id);
    if (rank != 1 || extent[0] > INT32_MAX) return bad(r, name, QH_N("is no dimension")), 0;
    return (size_t)extent[0];
}

/* Opens a variable of just these extents and kind of type; negative on failure. */
static hid_t open_shaped(reader *r, const char *name, H5T_class_t kind, size_t rank, const size_t *shape) {
    const hid_t id = open_variable(r, name);
    if (id < 0) return -1;
    hsize_t extent[QH_H5_MAX_RANK] = {0};
    bool same = extents(id, extent) == (int)rank;
    for (size_t d = 0; d < rank; d++) {
        same = same && extent[d] == shape[d];
    }
    const hid_t type = H5Dget_type(id);
    const bool right_type = type >= 0 && H5Tget_class(type) == kind &&
                            (kind != H5T_STRING || H5Tis_variable_str(type) > 0) && H5Tget_size(type) <= 16;
    if (type >= 0) H5Tclose(type);
    if (same && right_type) return id;
    H5Dclose(id);
    bad(r, name, same ? QH_N("has an unexpected type") : QH_N("does not fit its dimensions"));
    return -1;
}

/* A whole variable [shape]; element size of memory_type in `size`. */
static void *whole(reader *r, const char *name, H5T_class_t kind, hid_t memory_type, size_t size, size_t rank,
                   const size_t *shape) {
    size_t count = 1;
    for (size_t d = 0; d < rank; d++) {
        if (shape[d] > 0 && count > SIZE_MAX / shape[d]) return bad(r, name, QH_N("is larger than the file")), NULL;
        count *= shape[d];
    }
    if (!r->failed && !fits(r, name, count, 4)) return NULL;
    const hid_t id = open_shaped(r, name, kind, rank, shape);
    void *values = id >= 0 ? room(r, count, size) : NULL;
    if (values && count > 0 && H5Dread(id, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
        bad(r, name, QH_N("cannot be read"));
        values = NULL;
    }
    if (id >= 0) H5Dclose(id);
    return values;
}

static double *doubles(reader *r, const char *name, size_t n) {
    const size_t shape[1] = {n};
    return whole(r, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), 1, shape);
}

static const double *by_constituent(reader *r, const char *name, size_t n) {
    const size_t shape[2] = {n, r->store->info.n_constituent};
    return whole(r, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), 2, shape);
}

static const int *ints(reader *r, const char *name, size_t n) {
    const size_t shape[1] = {n};
    return whole(r, name, H5T_INTEGER, H5T_NATIVE_INT, sizeof(int), 1, shape);
}

/* Numbers of reaches, nodes or cells, each below `limit`; SIZE_MAX for -1 where `may_lack`. */
static const size_t *indices(reader *r, const char *name, size_t n, size_t limit, bool may_lack) {
    const int *raw = ints(r, name, n);
    size_t *index = room(r, n, sizeof *index);
    if (!raw || !index) return NULL;
    for (size_t i = 0; i < n; i++) {
        const bool lacks = may_lack && raw[i] == -1;
        if (!lacks && (raw[i] < 0 || (size_t)raw[i] >= limit))
            return bad(r, name, QH_N("has an index out of range")), NULL;
        index[i] = lacks ? SIZE_MAX : (size_t)raw[i];
    }
    return index;
}

static const char *const *texts(reader *r, const char *name, size_t n) {
    const char **text = room(r, n, sizeof *text);
    if (!text || !fits(r, name, n, 16)) return NULL;
    const hid_t id = open_shaped(r, name, H5T_STRING, 1, &n), type = qh_h5_text_type();
    char **raw = id >= 0 && type >= 0 ? room(r, n, sizeof *raw) : NULL;
    if (raw && n > 0) {
        if (H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) < 0) bad(r, name, QH_N("cannot be read"));
        for (size_t i = 0; i < n; i++) {
            text[i] = clean_copy(r, raw[i]);
            if (raw[i]) H5free_memory(raw[i]);
        }
    }
    if (id >= 0) H5Dclose(id);
    if (type >= 0) H5Tclose(type);
    return r->failed ? NULL : text;
}

static double scalar(reader *r, const char *name) {
    const double *value = whole(r, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), 0, NULL);
    return value ? *value : (double)NAN;
}

static size_t counter(reader *r, const char *name) {
    const long long *value = whole(r, name, H5T_INTEGER, H5T_NATIVE_LLONG, sizeof(long long), 0, NULL);
    if (!value) return 0;
    if (*value < 0) return bad(r, name, QH_N("is negative")), 0;
    return (size_t)*value;
}

/* ---- the parts ---- */

/* One name a line. */
static void read_scenario_files(reader *r, const char *lines) {
    qh_store_info *info = &r->store->info;
    size_t n = 0, most = 1;
    for (const char *c = lines; *c; c++)
        most += *c == '\n';
    const char **name = room(r, most, sizeof *name);
    for (const char *line = lines; name && *line;) {
        const size_t length = strcspn(line, "\n");
        name[n] = qh_arena_strndup(r->arena, line, length);
        if (!name[n++]) {
            r->failed = r->no_memory = true;
            return;
        }
        line += length + (line[length] == '\n');
    }
    info->scenario_file = name;
    info->n_scenario_file = name ? n : 0;
}

static void read_head(reader *r) {
    qh_store_info *info = &r->store->info;
    const int format = int_attribute(r, r->at, "qinghe_format");
    if (!r->failed && format > QH_STORE_FORMAT) {
        bad(r, "qinghe_format", QH_N("shows that a newer version wrote the file"));
        return;
    }
    info->complete = int_attribute(r, r->at, "qinghe_complete") == 1;
    info->month = int_attribute(r, r->at, "qinghe_month");
    info->steady = strcmp(text_attribute(r, "qinghe_run_type"), "unsteady") != 0;
    info->case_name = text_attribute(r, "qinghe_case");
    info->case_title = text_attribute(r, "qinghe_title");
    info->case_note = text_attribute(r, "comment");
    info->scenario = text_attribute(r, "qinghe_scenario");
    info->scenario_title = text_attribute(r, "qinghe_scenario_title");
    read_scenario_files(r, text_attribute(r, "qinghe_scenario_files"));
    info->standard = text_attribute(r, "qinghe_standard");
    info->engine = text_attribute(r, "qinghe_engine");
    info->command = text_attribute(r, "qinghe_command");
    info->version = text_attribute(r, "qinghe_version");
    info->commit = text_attribute(r, "qinghe_commit");
    info->start = text_attribute(r, "qinghe_start");
    info->date = text_attribute(r, "date_created");
    if (!r->failed && (info->month < 0 || info->month > 12)) bad(r, "qinghe_month", QH_N("is no month"));
}

static void read_dimensions(reader *r) {
    qh_store_info *info = &r->store->info;
    info->n_node = dimension(r, "node");
    info->n_reach = dimension(r, "reach");
    info->n_cell = dimension(r, "cell");
    info->n_point = dimension(r, "point");
    info->n_constituent = dimension(r, "constituent");
    info->n_section = dimension(r, "section");
    info->n_station = dimension(r, "station");
    info->n_withdrawal = dimension(r, "withdrawal");
    info->n_transfer = dimension(r, "transfer");
    info->n_reservoir = dimension(r, "reservoir");
    info->n_source = dimension(r, "source");
    info->n_route = dimension(r, "route");
    const size_t n_lane = dimension(r, "lane");
    info->n_lane = n_lane > 0 ? n_lane : 1;
    if (!r->failed && (info->n_reach == 0 || info->n_node == 0 || info->n_cell == 0 || info->n_constituent == 0))
        bad(r, "reach", QH_N("is empty"));
}

static void read_network(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n_node = info->n_node, n_reach = info->n_reach;
    qh_stored_node *node = room(r, n_node, sizeof *node);
    qh_stored_reach *reach = room(r, n_reach, sizeof *reach);
    const char *const *node_name = texts(r, "node_name", n_node);
    const double *longitude = doubles(r, "node_longitude", n_node), *latitude = doubles(r, "node_latitude", n_node);
    const double *x = doubles(r, "node_x", n_node), *y = doubles(r, "node_y", n_node);
    const char *const *name = texts(r, "reach_name", n_reach), *const *river = texts(r, "reach_river", n_reach);
    const double *length = doubles(r, "reach_length", n_reach), *discharge = doubles(r, "reach_discharge", n_reach);
    const size_t *first = indices(r, "reach_first_cell", n_reach, info->n_cell, false);
    const int *count = ints(r, "reach_cell_count", n_reach);
    const size_t shape[2] = {n_reach, 2};
    const int *ends = whole(r, "reach_nodes", H5T_INTEGER, H5T_NATIVE_INT, sizeof(int), 2, shape);
    const hid_t topology = open_variable(r, "network");
    if (topology >= 0) {
        info->schematic = int_attribute(r, topology, "qinghe_schematic") != 0;
        H5Dclose(topology);
    }
    if (r->failed) return;
    for (size_t i = 0; i < n_node; i++) {
        const bool has = isfinite(longitude[i]) && isfinite(latitude[i]);
        node[i] = (qh_stored_node){node_name[i], has, has ? longitude[i] : 0.0, has ? latitude[i] : 0.0, x[i], y[i]};
        if (!isfinite(x[i]) || !isfinite(y[i])) bad(r, "node_x", QH_N("is not finite"));
    }
    for (size_t i = 0; i < n_reach && !r->failed; i++) {
        const int from = ends[2 * i], to = ends[2 * i + 1];
        if (from < 0 || to < 0 || (size_t)from >= n_node || (size_t)to >= n_node)
            bad(r, "reach_nodes", QH_N("has an index out of range"));
        else if (count[i] < 1 || (size_t)count[i] > info->n_cell - first[i])
            bad(r, "reach_cell_count", QH_N("does not fit the cells"));
        else if (!(length[i] > 0.0) || !isfinite(length[i]))
            bad(r, "reach_length", QH_N("is not positive"));
        reach[i] = (qh_stored_reach){name[i],   river[i], (size_t)from,     (size_t)to,
                                     length[i], first[i], (size_t)count[i], discharge[i]};
    }
    info->node = node;
    info->reach = reach;
}

static void read_places(reader *r) {
    qh_store_info *info = &r->store->info;
    info->cell_reach = indices(r, "cell_reach", info->n_cell, info->n_reach, false);
    info->cell_chainage = doubles(r, "cell_chainage", info->n_cell);
    info->cell_length = doubles(r, "cell_length", info->n_cell);
    info->cell_discharge = doubles(r, "discharge", info->n_cell);
    info->cell_velocity = doubles(r, "velocity", info->n_cell);
    info->cell_depth = doubles(r, "depth", info->n_cell);
    info->cell_width = doubles(r, "width", info->n_cell);
    info->cell_area = doubles(r, "area", info->n_cell);
    info->cell_dispersion = doubles(r, "dispersion", info->n_cell);

    const size_t n = info->n_point;
    qh_stored_point *point = room(r, n, sizeof *point);
    const size_t *node = indices(r, "point_node", n, info->n_node, true);
    const size_t *reach = indices(r, "point_reach", n, info->n_reach, true);
    const double *chainage = doubles(r, "point_chainage", n);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        if ((node[i] == SIZE_MAX) == (reach[i] == SIZE_MAX)) bad(r, "point_reach", QH_N("contradicts point_node"));
        point[i] = (qh_stored_point){node[i], reach[i], chainage[i]};
    }
    info->point = point;
}

static void read_sections(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n = info->n_section;
    if (n == 0) return;
    qh_stored_section *section = room(r, n, sizeof *section);
    const char *const *code = texts(r, "section_code", n), *const *name = texts(r, "section_name", n);
    const char *const *level = texts(r, "section_level", n), *const *district = texts(r, "section_district", n);
    const size_t *reach = indices(r, "section_reach", n, info->n_reach, false);
    const double *chainage = doubles(r, "section_chainage", n), *discharge = doubles(r, "section_discharge", n);
    const double *longitude = doubles(r, "section_longitude", n), *latitude = doubles(r, "section_latitude", n);
    const int *target = ints(r, "section_target_class", n), *protected = ints(r, "section_protected", n);
    const int *located = ints(r, "section_has_position", n);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        const bool has = located[i] == 1 && isfinite(longitude[i]) && isfinite(latitude[i]);
        if (target[i] < 1 || target[i] > QH_MAX_CLASSES) bad(r, "section_target_class", QH_N("is no class"));
        if (!isfinite(chainage[i])) bad(r, "section_chainage", QH_N("is not finite"));
        section[i] = (qh_stored_section){.code = code[i],
                                         .name = name[i],
                                         .level = level[i],
                                         .district = district[i],
                                         .reach_name = info->reach[reach[i]].name,
                                         .chainage = chainage[i],
                                         .target_class = target[i],
                                         .is_protected = protected[i] == 1,
                                         .has_position = has,
                                         .longitude = has ? longitude[i] : 0.0,
                                         .latitude = has ? latitude[i] : 0.0,
                                         .reach = reach[i],
                                         .discharge = discharge[i]};
    }
    info->section = section;
}

/* "q90 q90 tennant ...": twelve names. */
static const char *const *names_of_months(reader *r, const char *text) {
    const char **name = room(r, 12, sizeof *name);
    for (size_t m = 0; m < 12 && !r->failed; m++) {
        const size_t length = strcspn(text, " ");
        name[m] = qh_arena_strndup(r->arena, text, length);
        if (!name[m]) r->failed = r->no_memory = true;
        if (length == 0 || (m < 11) != (text[length] == ' '))
            bad(r, "station_monthly_rule", QH_N("does not fit the months"));
        text += length + (text[length] == ' ');
    }
    return name;
}

/* What the rules ask for in each month; older files do not tell. */
static void read_station_months(reader *r, size_t n, qh_stored_station *station) {
    if (!exists(r, "station_monthly_rule")) return;
    const char *const *rules = texts(r, "station_monthly_rule", n);
    const size_t shape[2] = {n, 12};
    const double *flow =
        whole(r, "station_monthly_ecological_flow", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), 2, shape);
    for (size_t i = 0; i < n && !r->failed; i++) {
        station[i].monthly_flow = flow + 12 * i;
        station[i].monthly_rule = names_of_months(r, rules[i]);
    }
}

static void read_stations(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n = info->n_station;
    if (n == 0) return;
    qh_stored_station *station = room(r, n, sizeof *station);
    const char *const *name = texts(r, "station_name", n), *const *rule = texts(r, "station_rule", n);
    const size_t *reach = indices(r, "station_reach", n, info->n_reach, false);
    const size_t *tailrace = indices(r, "station_tailrace_reach", n, info->n_reach, false);
    const double *chainage = doubles(r, "station_chainage", n), *below = doubles(r, "station_tailrace_chainage", n);
    const double *capacity = doubles(r, "station_capacity", n), *arriving = doubles(r, "station_arriving", n);
    const double *target = doubles(r, "station_ecological_flow", n), *released = doubles(r, "station_released", n);
    const double *diverted = doubles(r, "station_diverted", n), *deficit = doubles(r, "station_deficit", n);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        const qh_station_flow flow = {arriving[i], target[i], released[i], diverted[i], deficit[i]};
        station[i] = (qh_stored_station){.name = name[i],
                                         .reach_name = info->reach[reach[i]].name,
                                         .rule = rule[i],
                                         .chainage = chainage[i],
                                         .flow = flow,
                                         .reach = reach[i],
                                         .tailrace_reach = tailrace[i],
                                         .tailrace_chainage = below[i],
                                         .capacity = capacity[i]};
    }
    read_station_months(r, n, station);
    info->station = station;
}

static double *by_day(reader *r, const char *name, size_t n_day, size_t n) {
    const size_t shape[2] = {n_day, n};
    return whole(r, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), 2, shape);
}

static void read_releases(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n_day = dimension(r, "station_day"), n = info->n_station;
    if (n_day == 0 || n == 0) return;
    qh_release_log *log = room(r, 1, sizeof *log);
    const qh_release_log read = {.n_day = n_day,
                                 .n_station = info->n_station,
                                 .arriving = by_day(r, "station_daily_arriving", n_day, n),
                                 .target = by_day(r, "station_daily_ecological_flow", n_day, n),
                                 .released = by_day(r, "station_daily_released", n_day, n),
                                 .deficit = by_day(r, "station_daily_deficit", n_day, n)};
    if (r->failed) return;
    *log = read;
    log->n_withdrawal = info->n_withdrawal;
    /* Older files do not tell. */
    if (info->n_withdrawal > 0 && exists(r, "withdrawal_daily_taken"))
        log->taken = by_day(r, "withdrawal_daily_taken", n_day, info->n_withdrawal);
    info->release = log;
}

/* Stores of before 0.3 have no days of withdrawals. */
static void read_takes(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n_day = dimension(r, "station_day"), n = info->n_withdrawal;
    if (n_day == 0 || n == 0 || !exists(r, "withdrawal_daily_taken")) return;
    qh_release_log *log = room(r, 1, sizeof *log);
    const qh_release_log read = {.n_day = n_day,
                                 .n_station = n,
                                 .arriving = by_day(r, "withdrawal_daily_taken", n_day, n),
                                 .target = by_day(r, "withdrawal_daily_asked", n_day, n),
                                 .released = by_day(r, "withdrawal_daily_taken", n_day, n),
                                 .deficit = by_day(r, "withdrawal_daily_deficit", n_day, n)};
    if (r->failed) return;
    *log = read;
    info->take = log;
}

static void read_withdrawals(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n = info->n_withdrawal;
    if (n == 0) return;
    qh_stored_withdrawal *withdrawal = room(r, n, sizeof *withdrawal);
    const char *const *code = texts(r, "withdrawal_code", n), *const *name = texts(r, "withdrawal_name", n);
    const char *const *kind = texts(r, "withdrawal_kind", n);
    const size_t *reach = indices(r, "withdrawal_reach", n, info->n_reach, false);
    const double *chainage = doubles(r, "withdrawal_chainage", n), *asked = doubles(r, "withdrawal_asked", n);
    const double *taken = doubles(r, "withdrawal_taken", n), *deficit = doubles(r, "withdrawal_deficit", n);
    const double *priority = exists(r, "withdrawal_priority") ? doubles(r, "withdrawal_priority", n) : NULL;
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        const qh_withdrawal_flow flow = {asked[i], taken[i], deficit[i]};
        withdrawal[i] =
            (qh_stored_withdrawal){.code = code[i],
                                   .name = name[i],
                                   .kind = kind[i],
                                   .reach_name = info->reach[reach[i]].name,
                                   .chainage = chainage[i],
                                   .flow = flow,
                                   .reach = reach[i],
                                   .priority = {priority && isfinite(priority[i]), priority ? priority[i] : 0}};
    }
    info->withdrawal = withdrawal;
}

static void read_transfers(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n = info->n_transfer;
    if (n == 0) return;
    qh_stored_transfer *transfer = room(r, n, sizeof *transfer);
    const char *const *code = texts(r, "transfer_code", n), *const *name = texts(r, "transfer_name", n);
    const size_t *reach = indices(r, "transfer_reach", n, info->n_reach, false);
    const size_t *to_reach = indices(r, "transfer_to_reach", n, info->n_reach, false);
    const double *chainage = doubles(r, "transfer_chainage", n), *to = doubles(r, "transfer_to_chainage", n);
    const double *capacity = doubles(r, "transfer_capacity", n), *priority = doubles(r, "transfer_priority", n);
    const double *asked = doubles(r, "transfer_asked", n), *taken = doubles(r, "transfer_taken", n);
    const double *deficit = doubles(r, "transfer_deficit", n);
    const bool told = !r->failed && exists(r, "transfer_reservoir");
    const size_t *reservoir = told ? indices(r, "transfer_reservoir", n, info->n_reservoir, true) : NULL;
    if (r->failed) return;
    for (size_t i = 0; i < n; i++)
        transfer[i] = (qh_stored_transfer){.code = code[i],
                                           .name = name[i],
                                           .reach = reach[i],
                                           .to_reach = to_reach[i],
                                           .chainage = chainage[i],
                                           .to_chainage = to[i],
                                           .capacity = capacity[i],
                                           .flow = {asked[i], taken[i], deficit[i]},
                                           .priority = {isfinite(priority[i]), priority[i]},
                                           .reservoir = told ? reservoir[i] : SIZE_MAX};
    info->transfer = transfer;
}

/* Stores of before 0.3 have no days of transfers. */
static void read_moved(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n_day = dimension(r, "station_day"), n = info->n_transfer;
    if (n_day == 0 || n == 0 || !exists(r, "transfer_daily_carried")) return;
    qh_transfer_log *log = room(r, 1, sizeof *log);
    const qh_transfer_log read = {.moved = {.n_day = n_day,
                                            .n_station = n,
                                            .arriving = by_day(r, "transfer_daily_carried", n_day, n),
                                            .target = by_day(r, "transfer_daily_wanted", n_day, n),
                                            .released = by_day(r, "transfer_daily_carried", n_day, n),
                                            .deficit = by_day(r, "transfer_daily_deficit", n_day, n)},
                                  .held = by_day(r, "transfer_daily_held_by_rule", n_day, n)};
    if (r->failed) return;
    *log = read;
    info->moved = log;
}

static void read_reservoirs(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n = info->n_reservoir;
    if (n == 0) return;
    qh_stored_reservoir *reservoir = room(r, n, sizeof *reservoir);
    const char *const *name = texts(r, "reservoir_name", n);
    const size_t *reach = indices(r, "reservoir_reach", n, info->n_reach, false);
    const double *chainage = doubles(r, "reservoir_chainage", n);
    const bool told = !r->failed && exists(r, "reservoir_dead_level"); /* not in older files */
    const double *dead = told ? doubles(r, "reservoir_dead_level", n) : NULL;
    const double *minimum = told ? doubles(r, "reservoir_minimum_level", n) : NULL;
    if (r->failed) return;
    for (size_t i = 0; i < n; i++)
        reservoir[i] = (qh_stored_reservoir){.name = name[i],
                                             .reach = reach[i],
                                             .chainage = chainage[i],
                                             .dead_level = {told && isfinite(dead[i]), told ? dead[i] : 0},
                                             .minimum_level = {told && isfinite(minimum[i]), told ? minimum[i] : 0}};
    info->reservoir = reservoir;
}

/* Nor days of reservoirs. */
static void read_storage(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n_day = dimension(r, "station_day"), n = info->n_reservoir;
    if (n_day == 0 || n == 0 || !exists(r, "reservoir_daily_volume")) return;
    qh_storage_log *log = room(r, 1, sizeof *log);
    double *inflow = by_day(r, "reservoir_daily_inflow", n_day, n);
    const qh_storage_log read = {.n_day = n_day,
                                 .n_reservoir = n,
                                 .start_volume = doubles(r, "reservoir_start_volume", n),
                                 .level = by_day(r, "reservoir_daily_level", n_day, n),
                                 .lowest = by_day(r, "reservoir_daily_lowest_level", n_day, n),
                                 .highest = by_day(r, "reservoir_daily_highest_level", n_day, n),
                                 .volume = by_day(r, "reservoir_daily_volume", n_day, n),
                                 .inflow = inflow,
                                 .spilled = by_day(r, "reservoir_daily_spilled", n_day, n),
                                 .diverted = by_day(r, "reservoir_daily_diverted", n_day, n),
                                 .taken = by_day(r, "reservoir_daily_taken", n_day, n),
                                 .release = {.n_day = n_day,
                                             .n_station = n,
                                             .arriving = inflow,
                                             .target = by_day(r, "reservoir_daily_ecological_flow", n_day, n),
                                             .released = by_day(r, "reservoir_daily_released", n_day, n),
                                             .deficit = by_day(r, "reservoir_daily_deficit", n_day, n)}};
    if (r->failed) return;
    *log = read;
    info->storage = log;
}

static void read_sources(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n = info->n_source, m = info->n_constituent;
    if (n == 0) return;
    enum { KIND, CODE, NAME, CATEGORY, DISTRICT, BODY, PERMIT, STANDARD, ENTRY, STATUS, NOTE, N_TEXT };
    static const char *const text_name[N_TEXT] = {
        "source_kind",   "source_code",     "source_name",  "source_category", "source_district", "source_body",
        "source_permit", "source_standard", "source_entry", "source_status",   "source_note"};
    const char *const *text[N_TEXT];
    for (size_t k = 0; k < N_TEXT; k++) {
        text[k] = texts(r, text_name[k], n);
    }
    qh_stored_source *source = room(r, n, sizeof *source);
    const size_t *reach = indices(r, "source_reach", n, info->n_reach, true);
    const size_t *node = indices(r, "source_node", n, info->n_node, true);
    const double *chainage = doubles(r, "source_chainage", n), *end = doubles(r, "source_end_chainage", n);
    const double *longitude = doubles(r, "source_longitude", n), *latitude = doubles(r, "source_latitude", n);
    const double *flow = doubles(r, "source_flow", n), *load = by_constituent(r, "source_load", n);
    const double *concentration = by_constituent(r, "source_concentration", n);
    const double *limit = by_constituent(r, "source_limit", n);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        const bool has = isfinite(longitude[i]) && isfinite(latitude[i]);
        if ((node[i] == SIZE_MAX) == (reach[i] == SIZE_MAX)) bad(r, "source_reach", QH_N("contradicts source_node"));
        source[i] = (qh_stored_source){.kind = text[KIND][i],
                                       .code = text[CODE][i],
                                       .name = text[NAME][i],
                                       .category = text[CATEGORY][i],
                                       .district = text[DISTRICT][i],
                                       .body = text[BODY][i],
                                       .reach_name = reach[i] == SIZE_MAX ? "" : info->reach[reach[i]].name,
                                       .node_name = node[i] == SIZE_MAX ? "" : info->node[node[i]].name,
                                       .chainage = chainage[i],
                                       .flow = flow[i],
                                       .load = load + i * m,
                                       .permit = text[PERMIT][i],
                                       .standard = text[STANDARD][i],
                                       .entry = text[ENTRY][i],
                                       .note = text[NOTE][i],
                                       .status = text[STATUS][i],
                                       .reach = reach[i],
                                       .node = node[i],
                                       .end_chainage = end[i],
                                       .concentration = concentration + i * m,
                                       .limit = limit + i * m,
                                       .has_position = has,
                                       .longitude = has ? longitude[i] : 0.0,
                                       .latitude = has ? latitude[i] : 0.0};
    }
    info->source = source;
}

static void read_routes(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n = info->n_route, n_entry = dimension(r, "route_entry");
    if (n == 0) return;
    qh_stored_route *route = room(r, n, sizeof *route);
    const char *const *name = texts(r, "route_name", n);
    const int *count = ints(r, "route_reach_count", n);
    const size_t *reach = indices(r, "route_reach", n_entry, info->n_reach, false);
    size_t entry = 0;
    for (size_t i = 0; i < n && !r->failed; i++) {
        if (count[i] < 1 || (size_t)count[i] > n_entry - entry) {
            bad(r, "route_reach_count", QH_N("does not fit the routes"));
            return;
        }
        route[i] = (qh_stored_route){name[i], (size_t)count[i], reach + entry};
        entry += (size_t)count[i];
    }
    info->route = route;
}

static void read_messages(reader *r) {
    qh_store_info *info = &r->store->info;
    /* Appended one variable after the other: what is in all of them counts. */
    size_t n = dimension(r, "message_text");
    static const char *const other[] = {"message_file", "message_severity", "message_line"};
    for (size_t k = 0; k < 3; k++) {
        const size_t length = dimension(r, other[k]);
        if (length != n && info->complete) bad(r, other[k], QH_N("does not fit its dimensions"));
        if (length < n) n = 0; /* cut short in the middle of adding some */
    }
    if (r->failed || n == 0) return;
    info->message = texts(r, "message_text", n);
    info->message_file = texts(r, "message_file", n);
    info->message_severity = ints(r, "message_severity", n);
    info->message_line = ints(r, "message_line", n);
    info->n_message = n;
}

static void read_statistics(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n = dimension(r, "statistic_name");
    if (r->failed || n == 0 || dimension(r, "statistic_value") != n) return;
    qh_stored_statistic *statistic = room(r, n, sizeof *statistic);
    const char *const *name = texts(r, "statistic_name", n);
    const double *value = doubles(r, "statistic_value", n);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        statistic[i] = (qh_stored_statistic){name[i], value[i]};
    }
    info->statistic = statistic;
    info->n_statistic = n;
}

/* Lane 0 of the budget. */
static void read_budget(reader *r) {
    qh_store_info *info = &r->store->info;
    info->worst_residual = scalar(r, "budget_worst_residual");
    if (r->failed || isnan(info->worst_residual)) return; /* the run did not end */
    const size_t n_row = info->n_reach + 1, n = info->n_constituent, n_lane = info->n_lane;
    const bool lanes = n_lane > 1;
    const size_t shape[4] = {n_row, n, QH_BUDGET_TERMS, n_lane}, closing[3] = {n_row, n, n_lane};
    const double *term = whole(r, "budget", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), lanes ? 4 : 3, shape);
    const double *residual =
        whole(r, "budget_residual", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), lanes ? 3 : 2, closing);
    const double *throughput =
        whole(r, "budget_throughput", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), lanes ? 3 : 2, closing);
    qh_stored_budget_row *row = room(r, n_row * n, sizeof *row);
    if (r->failed) return;
    for (size_t i = 0; i < n_row * n; i++) {
        row[i].reach_name = i / n < info->n_reach ? info->reach[i / n].name : "";
        row[i].constituent = i % n;
        for (size_t t = 0; t < QH_BUDGET_TERMS; t++) {
            row[i].term[t] = term[(i * QH_BUDGET_TERMS + t) * n_lane];
        }
        row[i].residual = residual[i * n_lane];
        row[i].throughput = throughput[i * n_lane];
    }
    info->budget_row = row;
    info->n_budget_row = n_row * n;
}

static void read_case_text(reader *r) {
    if (r->failed || !exists(r, "case")) return;
    const hid_t file = r->at, group = H5Gopen2(file, "case", H5P_DEFAULT);
    if (group < 0) {
        bad(r, "case", QH_N("is no group"));
        return;
    }
    r->at = group;
    const size_t n = dimension(r, "file");
    r->store->info.case_file = texts(r, "name", n);
    r->store->case_text = texts(r, "text", n);
    if (!r->failed) r->store->info.n_case_file = n;
    r->at = file;
    H5Gclose(group);
}

/* ---- time and concentrations ---- */

/* Opens a variable [time][n], or [time][n][lane] where there are several, and lowers *rows to what it holds. */
static hid_t open_in_time(reader *r, const char *name, size_t n, size_t n_lane, size_t *rows) {
    const hid_t id = open_variable(r, name);
    if (id < 0) return -1;
    hsize_t extent[QH_H5_MAX_RANK] = {0};
    const int rank = extents(id, extent);
    const hid_t type = H5Dget_type(id);
    if (rank != (n_lane > 1 ? 3 : 2) || extent[1] != n || (n_lane > 1 && extent[2] != n_lane))
        bad(r, name, QH_N("does not fit its dimensions"));
    else if (type < 0 || H5Tget_class(type) != H5T_FLOAT)
        bad(r, name, QH_N("has an unexpected type"));
    else if (extent[0] < *rows)
        *rows = (size_t)extent[0];
    if (type >= 0) H5Tclose(type);
    return id;
}

static hid_t open_concentration(reader *r, const char *name, size_t n, size_t *rows) {
    return open_in_time(r, name, n, r->store->info.n_lane, rows);
}

/* Water that changes in time, of which a file holds all or nothing but levels. */
static void read_water(reader *r, size_t *n_frame, size_t *n_sample) {
    static const char *const name[WATER_QUANTITIES] = {"water_discharge", "water_depth", "water_volume", "water_level"};
    qh_store *store = r->store;
    qh_store_info *info = &store->info;
    for (size_t k = 0; k < WATER_QUANTITIES; k++)
        store->water[k] = -1;
    store->discharge = -1;
    info->water_moves = exists(r, name[QH_WATER_DISCHARGE]);
    info->water_has_levels = info->water_moves && exists(r, name[QH_WATER_LEVEL]);
    for (size_t k = 0; info->water_moves && k < WATER_QUANTITIES; k++) {
        if (k != QH_WATER_LEVEL || info->water_has_levels)
            store->water[k] = open_in_time(r, name[k], info->n_cell, 1, n_frame);
    }
    if (info->water_moves && info->n_section > 0)
        store->discharge = open_in_time(r, "water_section_discharge", info->n_section, 1, n_sample);
    static const char *const of_reservoir[] = {"water_reservoir_level", "water_reservoir_released"};
    info->has_reservoir_series = info->water_moves && info->n_reservoir > 0 && exists(r, of_reservoir[0]);
    for (size_t k = 0; k < 2; k++)
        store->reservoir[k] =
            info->has_reservoir_series ? open_in_time(r, of_reservoir[k], info->n_reservoir, 1, n_sample) : -1;
}

/* The first `n` times of an axis that may be longer. */
static const double *read_times(reader *r, const char *name, size_t n) {
    if (r->failed) return NULL;
    if (!fits(r, name, n, sizeof(double))) return NULL;
    const hid_t id = open_variable(r, name);
    double *time = room(r, n, sizeof *time);
    hsize_t first = 0;
    const hsize_t count = n;
    const hid_t space = id >= 0 ? H5Dget_space(id) : -1, memory = H5Screate_simple(1, &count, NULL);
    if (time && n > 0 &&
        (space < 0 || memory < 0 || H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &count, NULL) < 0 ||
         H5Dread(id, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, time) < 0))
        bad(r, name, QH_N("cannot be read"));
    if (memory >= 0) H5Sclose(memory);
    if (space >= 0) H5Sclose(space);
    if (id >= 0) H5Dclose(id);
    for (size_t i = 0; i < n && !r->failed; i++) {
        if (!isfinite(time[i]) || (i > 0 && time[i] < time[i - 1])) bad(r, name, QH_N("runs backwards"));
    }
    return time;
}

static void read_constituents(reader *r) {
    qh_store_info *info = &r->store->info;
    const size_t n = info->n_constituent;
    qh_stored_constituent *constituent = room(r, n, sizeof *constituent);
    const char *const *name = texts(r, "constituent_name", n), *const *title = texts(r, "constituent_title", n);
    const char *const *item = texts(r, "constituent_item", n), *const *variable = texts(r, "constituent_variable", n);
    stored_variables *open = room(r, n, sizeof *open);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        open[i] = (stored_variables){-1, -1, -1};
    }
    r->store->variable = open;
    size_t n_frame = dimension(r, "time"), n_sample = dimension(r, "sample_time");
    for (size_t i = 0; i < n && !r->failed; i++) {
        constituent[i] = (qh_stored_constituent){name[i], title[i], item[i]};
        const char *point = qh_arena_printf(r->arena, "%s_point", variable[i]);
        const char *section = qh_arena_printf(r->arena, "%s_section", variable[i]);
        if (!point || !section) {
            r->failed = r->no_memory = true;
            return;
        }
        open[i].cell = open_concentration(r, variable[i], info->n_cell, &n_frame);
        open[i].point = open_concentration(r, point, info->n_point, &n_frame);
        if (info->n_section > 0) open[i].section = open_concentration(r, section, info->n_section, &n_sample);
    }
    read_water(r, &n_frame, &n_sample);
    const size_t frames = counter(r, "frames_complete"), samples = counter(r, "samples_complete");
    if (!r->failed && info->complete && (frames > n_frame || samples > n_sample))
        bad(r, "frames_complete", QH_N("counts more than there is"));
    info->n_frame = frames < n_frame ? frames : n_frame;
    info->n_sample = samples < n_sample ? samples : n_sample;
    info->frame_time = read_times(r, "time", info->n_frame);
    info->sample_time = read_times(r, "sample_time", info->n_sample);
    info->constituent = constituent;
}

/* ---- opening ---- */

static hid_t open_file(const char *path) {
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0) return -1;
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 10, 7)
    H5Pset_file_locking(access, false, true); /* a look at a file never waits for nor hinders another program */
#endif
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return file;
}

static void read_all(reader *r) {
    read_head(r);
    read_dimensions(r);
    read_network(r);
    read_places(r);
    read_sections(r);
    read_stations(r);
    read_releases(r);
    read_withdrawals(r);
    read_takes(r);
    read_transfers(r);
    read_moved(r);
    read_reservoirs(r);
    read_storage(r);
    read_sources(r);
    read_routes(r);
    read_constituents(r);
    read_messages(r);
    read_statistics(r);
    read_budget(r);
    read_case_text(r);
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
    store->file = open_file(path);
    if (store->file < 0) {
        char reason[QH_H5_REASON_SIZE];
        qh_h5_reason(reason);
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot read %s: it is not an HDF5 file, or is damaged (HDF5: %s)",
                    path, reason);
        return QH_E_IO;
    }
    reader r = {.store = store, .arena = store->arena, .at = store->file, .file_size = (uint64_t)status.st_size};
    store->info.path = clean_copy(&r, path);
    if (H5Aexists(store->file, "qinghe_format") <= 0) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot read %s: it is not a run of qinghe", path);
        return QH_E_IO;
    }
    read_all(&r);
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
    const int rank = extents(variable, extent); /* water has no lanes */
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
