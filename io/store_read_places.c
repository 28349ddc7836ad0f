/* Where things are: the network, its cells and points, the sections, who discharges, the ways through it. */
#include "io/store_read_internal.h"

#include <math.h>
#include <stdint.h>

void qh_store_read_network(qh_h5_reader *r, qh_store_info *info) {
    const size_t n_node = info->n_node, n_reach = info->n_reach;
    qh_stored_node *node = qh_h5_room(r, n_node, sizeof *node);
    qh_stored_reach *reach = qh_h5_room(r, n_reach, sizeof *reach);
    const char *const *node_name = qh_h5_get_texts(r, "node_name", n_node);
    const double *longitude = qh_h5_get_doubles(r, "node_longitude", n_node),
                 *latitude = qh_h5_get_doubles(r, "node_latitude", n_node);
    const double *x = qh_h5_get_doubles(r, "node_x", n_node), *y = qh_h5_get_doubles(r, "node_y", n_node);
    const char *const *name = qh_h5_get_texts(r, "reach_name", n_reach), *const *river =
                                                                             qh_h5_get_texts(r, "reach_river", n_reach);
    const double *length = qh_h5_get_doubles(r, "reach_length", n_reach),
                 *discharge = qh_h5_get_doubles(r, "reach_discharge", n_reach);
    const size_t *first = qh_h5_get_indices(r, "reach_first_cell", n_reach, info->n_cell, false);
    const int *count = qh_h5_get_ints(r, "reach_cell_count", n_reach);
    const size_t shape[2] = {n_reach, 2};
    const int *ends = qh_h5_get_whole(r, "reach_nodes", H5T_INTEGER, H5T_NATIVE_INT, sizeof(int), 2, shape);
    const hid_t topology = qh_h5_open(r, "network");
    if (topology >= 0) {
        info->schematic = qh_h5_get_int_attribute(r, topology, "qinghe_schematic") != 0;
        H5Dclose(topology);
    }
    if (r->failed) return;
    for (size_t i = 0; i < n_node; i++) {
        const bool has = isfinite(longitude[i]) && isfinite(latitude[i]);
        node[i] = (qh_stored_node){node_name[i], has, has ? longitude[i] : 0.0, has ? latitude[i] : 0.0, x[i], y[i]};
        if (!isfinite(x[i]) || !isfinite(y[i])) qh_h5_bad(r, "node_x", QH_N("is not finite"));
    }
    for (size_t i = 0; i < n_reach && !r->failed; i++) {
        const int from = ends[2 * i], to = ends[2 * i + 1];
        if (from < 0 || to < 0 || (size_t)from >= n_node || (size_t)to >= n_node)
            qh_h5_bad(r, "reach_nodes", QH_N("has an index out of range"));
        else if (count[i] < 1 || (size_t)count[i] > info->n_cell - first[i])
            qh_h5_bad(r, "reach_cell_count", QH_N("does not fit the cells"));
        else if (!(length[i] > 0.0) || !isfinite(length[i]))
            qh_h5_bad(r, "reach_length", QH_N("is not positive"));
        reach[i] = (qh_stored_reach){name[i],   river[i], (size_t)from,     (size_t)to,
                                     length[i], first[i], (size_t)count[i], discharge[i]};
    }
    info->node = node;
    info->reach = reach;
}

void qh_store_read_places(qh_h5_reader *r, qh_store_info *info) {
    info->cell_reach = qh_h5_get_indices(r, "cell_reach", info->n_cell, info->n_reach, false);
    info->cell_chainage = qh_h5_get_doubles(r, "cell_chainage", info->n_cell);
    info->cell_length = qh_h5_get_doubles(r, "cell_length", info->n_cell);
    info->cell_discharge = qh_h5_get_doubles(r, "discharge", info->n_cell);
    info->cell_velocity = qh_h5_get_doubles(r, "velocity", info->n_cell);
    info->cell_depth = qh_h5_get_doubles(r, "depth", info->n_cell);
    info->cell_width = qh_h5_get_doubles(r, "width", info->n_cell);
    info->cell_area = qh_h5_get_doubles(r, "area", info->n_cell);
    info->cell_dispersion = qh_h5_get_doubles(r, "dispersion", info->n_cell);

    const size_t n = info->n_point;
    qh_stored_point *point = qh_h5_room(r, n, sizeof *point);
    const size_t *node = qh_h5_get_indices(r, "point_node", n, info->n_node, true);
    const size_t *reach = qh_h5_get_indices(r, "point_reach", n, info->n_reach, true);
    const double *chainage = qh_h5_get_doubles(r, "point_chainage", n);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        if ((node[i] == SIZE_MAX) == (reach[i] == SIZE_MAX))
            qh_h5_bad(r, "point_reach", QH_N("contradicts point_node"));
        point[i] = (qh_stored_point){node[i], reach[i], chainage[i]};
    }
    info->point = point;
}

void qh_store_read_sections(qh_h5_reader *r, qh_store_info *info) {
    const size_t n = info->n_section;
    if (n == 0) return;
    qh_stored_section *section = qh_h5_room(r, n, sizeof *section);
    const char *const *code = qh_h5_get_texts(r, "section_code", n), *const *name =
                                                                         qh_h5_get_texts(r, "section_name", n);
    const char *const *level = qh_h5_get_texts(r, "section_level", n), *const *district =
                                                                           qh_h5_get_texts(r, "section_district", n);
    const size_t *reach = qh_h5_get_indices(r, "section_reach", n, info->n_reach, false);
    const double *chainage = qh_h5_get_doubles(r, "section_chainage", n),
                 *discharge = qh_h5_get_doubles(r, "section_discharge", n);
    const double *longitude = qh_h5_get_doubles(r, "section_longitude", n),
                 *latitude = qh_h5_get_doubles(r, "section_latitude", n);
    const int *target = qh_h5_get_ints(r, "section_target_class", n),
              *protected = qh_h5_get_ints(r, "section_protected", n);
    const int *located = qh_h5_get_ints(r, "section_has_position", n);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        const bool has = located[i] == 1 && isfinite(longitude[i]) && isfinite(latitude[i]);
        if (target[i] < 1 || target[i] > QH_MAX_CLASSES) qh_h5_bad(r, "section_target_class", QH_N("is no class"));
        if (!isfinite(chainage[i])) qh_h5_bad(r, "section_chainage", QH_N("is not finite"));
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

void qh_store_read_sources(qh_h5_reader *r, qh_store_info *info) {
    const size_t n = info->n_source, m = info->n_constituent;
    if (n == 0) return;
    enum { KIND, CODE, NAME, CATEGORY, DISTRICT, BODY, PERMIT, STANDARD, ENTRY, STATUS, NOTE, N_TEXT };
    static const char *const text_name[N_TEXT] = {
        "source_kind",   "source_code",     "source_name",  "source_category", "source_district", "source_body",
        "source_permit", "source_standard", "source_entry", "source_status",   "source_note"};
    const char *const *text[N_TEXT];
    for (size_t k = 0; k < N_TEXT; k++) {
        text[k] = qh_h5_get_texts(r, text_name[k], n);
    }
    qh_stored_source *source = qh_h5_room(r, n, sizeof *source);
    const size_t *reach = qh_h5_get_indices(r, "source_reach", n, info->n_reach, true);
    const size_t *node = qh_h5_get_indices(r, "source_node", n, info->n_node, true);
    const double *chainage = qh_h5_get_doubles(r, "source_chainage", n),
                 *end = qh_h5_get_doubles(r, "source_end_chainage", n);
    const double *longitude = qh_h5_get_doubles(r, "source_longitude", n),
                 *latitude = qh_h5_get_doubles(r, "source_latitude", n);
    const double *flow = qh_h5_get_doubles(r, "source_flow", n),
                 *load = qh_h5_get_rows(r, "source_load", n, info->n_constituent);
    const double *concentration = qh_h5_get_rows(r, "source_concentration", n, info->n_constituent);
    const double *limit = qh_h5_get_rows(r, "source_limit", n, info->n_constituent);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        const bool has = isfinite(longitude[i]) && isfinite(latitude[i]);
        if ((node[i] == SIZE_MAX) == (reach[i] == SIZE_MAX))
            qh_h5_bad(r, "source_reach", QH_N("contradicts source_node"));
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

void qh_store_read_routes(qh_h5_reader *r, qh_store_info *info) {
    const size_t n = info->n_route, n_entry = qh_h5_get_dimension(r, "route_entry");
    if (n == 0) return;
    qh_stored_route *route = qh_h5_room(r, n, sizeof *route);
    const char *const *name = qh_h5_get_texts(r, "route_name", n);
    const int *count = qh_h5_get_ints(r, "route_reach_count", n);
    const size_t *reach = qh_h5_get_indices(r, "route_reach", n_entry, info->n_reach, false);
    size_t entry = 0;
    for (size_t i = 0; i < n && !r->failed; i++) {
        if (count[i] < 1 || (size_t)count[i] > n_entry - entry) {
            qh_h5_bad(r, "route_reach_count", QH_N("does not fit the routes"));
            return;
        }
        route[i] = (qh_stored_route){name[i], (size_t)count[i], reach + entry};
        entry += (size_t)count[i];
    }
    info->route = route;
}
