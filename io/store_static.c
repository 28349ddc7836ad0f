/* The static part of a store: everything that is known before the first frame. docs/reference/store.md lists it. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "io/store_internal.h"
#include "model/ecoflow.h"
#include "model/source.h"

/* `array` [count] in scratch memory, filled from an expression in i. */
#define COLUMN(h, type, array, count, expression)                                                                      \
    type *array = qh_h5_scratch((h), (count), sizeof(type));                                                           \
    for (size_t i = 0; array && i < (count); i++) {                                                                    \
        array[i] = (expression);                                                                                       \
    }

static double given(qh_optional value) { return value.given ? value.value : (double)NAN; }
static const char *text_or_empty(const char *text) { return text ? text : ""; }

const char *qh_store_coordinates(qh_store_plan *plan, const char *prefix) {
    const char *const first = plan->geographic ? "longitude" : "x", *const second = plan->geographic ? "latitude" : "y";
    return qh_arena_printf(plan->h.scratch, "%s_%s %s_%s", prefix, first, prefix, second);
}

void qh_store_locate(qh_store_plan *plan, hid_t id, const qh_h5_dim *dim) {
    qh_h5 *h = &plan->h;
    const bool of_reaches = dim == &plan->dim.reach, of_cells = dim == &plan->dim.cell;
    if (!of_reaches && !of_cells && dim != &plan->dim.node) return;
    const char *where = qh_store_coordinates(plan, dim->name);
    if (of_cells && where) where = qh_arena_printf(h->scratch, "%s cell_reach cell_chainage", where);
    qh_h5_text_attribute(h, id, "mesh", of_cells ? "grid" : "network");
    qh_h5_text_attribute(h, id, "location", of_reaches || of_cells ? "edge" : "node");
    qh_h5_text_attribute(h, id, "coordinates", where);
    if (plan->geographic) qh_h5_text_attribute(h, id, "grid_mapping", "crs");
}

/* ---- short ways to make a variable of one dimension ---- */

static bool is_position(const char *name) {
    static const char *const end[] = {"_longitude", "_latitude", "_x", "_y", "_chainage"};
    for (size_t i = 0; i < sizeof end / sizeof end[0]; i++) {
        const size_t length = strlen(name), tail = strlen(end[i]);
        if (length > tail && strcmp(name + length - tail, end[i]) == 0) return true;
    }
    return false;
}

static void doubles(qh_store_plan *plan, const qh_h5_dim *dim, const char *name, const char *units,
                    const char *standard, const char *long_name, const double *values) {
    bool missing = false;
    for (hsize_t i = 0; values && i < dim->size; i++) {
        missing = missing || isnan(values[i]);
    }
    const qh_h5_variable variable = {.name = name,
                                     .units = units,
                                     .standard_name = standard,
                                     .long_name = long_name,
                                     .rank = 1,
                                     .dim = {dim},
                                     .fill_nan = missing};
    if (!values) return;
    const hid_t id = qh_h5_put_doubles(&plan->h, plan->h.file, variable, values);
    if (!is_position(name)) qh_store_locate(plan, id, dim);
    qh_h5_close(id);
}

static hid_t open_ints(qh_store_plan *plan, const qh_h5_dim *dim, const char *name, const char *long_name,
                       const int *values) {
    const qh_h5_variable variable = {.name = name, .long_name = long_name, .rank = 1, .dim = {dim}};
    return values ? qh_h5_put_ints(&plan->h, plan->h.file, variable, values) : -1;
}

static void ints(qh_store_plan *plan, const qh_h5_dim *dim, const char *name, const char *long_name,
                 const int *values) {
    qh_h5_close(open_ints(plan, dim, name, long_name, values));
}

/* Indices into another dimension, from 0; -1 where there is none. */
static void indices(qh_store_plan *plan, const qh_h5_dim *dim, const char *name, const char *long_name,
                    const char *instance_of, const int *values) {
    const hid_t id = open_ints(plan, dim, name, long_name, values);
    qh_h5_int_attribute(&plan->h, id, "start_index", 0);
    qh_h5_text_attribute(&plan->h, id, "index_of", instance_of);
    qh_h5_close(id);
}

static hid_t open_texts(qh_store_plan *plan, const qh_h5_dim *dim, const char *name, const char *long_name,
                        const char *const *values) {
    const qh_h5_variable variable = {.name = name, .long_name = long_name, .rank = 1, .dim = {dim}};
    return values ? qh_h5_put_texts(&plan->h, plan->h.file, variable, values) : -1;
}

static void texts(qh_store_plan *plan, const qh_h5_dim *dim, const char *name, const char *long_name,
                  const char *const *values) {
    qh_h5_close(open_texts(plan, dim, name, long_name, values));
}

/* values [dim][constituent] */
static void by_constituent(qh_store_plan *plan, const qh_h5_dim *dim, const char *name, const char *units,
                           const char *long_name, const double *values) {
    const qh_h5_variable variable = {.name = name,
                                     .units = units,
                                     .long_name = long_name,
                                     .rank = 2,
                                     .dim = {dim, &plan->dim.constituent},
                                     .fill_nan = true};
    if (values) qh_h5_close(qh_h5_put_doubles(&plan->h, plan->h.file, variable, values));
}

static void scalar(qh_store_plan *plan, const char *name, const char *units, const char *long_name, double value) {
    const qh_h5_variable variable = {.name = name, .units = units, .long_name = long_name};
    qh_h5_close(qh_h5_put_doubles(&plan->h, plan->h.file, variable, &value));
}

/* ---- positions ---- */

/* Two coordinates of things of one dimension, by the kind of map. */
static void positions(qh_store_plan *plan, const qh_h5_dim *dim, const char *prefix, const double *a, const double *b) {
    qh_arena *scratch = plan->h.scratch;
    const bool geographic = plan->geographic;
    const char *first = qh_arena_printf(scratch, geographic ? "%s_longitude" : "%s_x", prefix);
    const char *second = qh_arena_printf(scratch, geographic ? "%s_latitude" : "%s_y", prefix);
    if (!first || !second || !a || !b) return;
    doubles(plan, dim, first, geographic ? "degrees_east" : "m", geographic ? "longitude" : NULL,
            geographic ? "longitude (CGCS2000)" : "x in a schematic drawing", a);
    doubles(plan, dim, second, geographic ? "degrees_north" : "m", geographic ? "latitude" : NULL,
            geographic ? "latitude (CGCS2000)" : "y in a schematic drawing", b);
}

/* Node coordinates on the map in use. */
typedef struct node_map {
    const double *a, *b; /* [n_node], deg or m */
} node_map;

/* On the straight line between a reach's nodes. */
static double along(const qh_case *c, const double *node_value, size_t reach, double chainage) {
    const double part = c->reach[reach].length > 0.0 ? chainage / c->reach[reach].length : 0.0;
    return (1.0 - part) * node_value[c->reach[reach].from] + part * node_value[c->reach[reach].to];
}

static double at_point(const qh_case *c, const double *node_value, const qh_point *point) {
    return point->is_node ? node_value[point->node] : along(c, node_value, point->reach, point->chainage);
}

/* ---- the network: nodes, reaches, UGRID topology ---- */

static hid_t container(qh_store_plan *plan, const char *name, const char *long_name) {
    const int nothing = 0;
    const qh_h5_variable variable = {.name = name, .long_name = long_name};
    return qh_h5_put_ints(&plan->h, plan->h.file, variable, &nothing);
}

static void topology(qh_store_plan *plan, const char *name, const char *long_name, const char *node, const char *edge,
                     const char *connectivity) {
    qh_h5 *h = &plan->h;
    const hid_t id = container(plan, name, long_name);
    qh_h5_text_attribute(h, id, "cf_role", "mesh_topology");
    qh_h5_int_attribute(h, id, "topology_dimension", 1);
    qh_h5_text_attribute(h, id, "node_dimension", node);
    qh_h5_text_attribute(h, id, "node_coordinates", qh_store_coordinates(plan, node));
    qh_h5_text_attribute(h, id, "edge_dimension", edge);
    qh_h5_text_attribute(h, id, "edge_node_connectivity", connectivity);
    qh_h5_text_attribute(h, id, "edge_coordinates", qh_store_coordinates(plan, edge));
    qh_h5_int_attribute(h, id, "qinghe_schematic", !plan->geographic);
    qh_h5_close(id);
}

/* pairs [dim][2] */
static void connectivity(qh_store_plan *plan, const qh_h5_dim *dim, const char *name, const char *long_name,
                         const int *pairs) {
    if (!pairs) return;
    const qh_h5_variable variable = {
        .name = name, .long_name = long_name, .rank = 2, .dim = {dim, &plan->dim.reach_end}};
    const hid_t id = qh_h5_put_ints(&plan->h, plan->h.file, variable, pairs);
    qh_h5_text_attribute(&plan->h, id, "cf_role", "edge_node_connectivity");
    qh_h5_int_attribute(&plan->h, id, "start_index", 0);
    qh_h5_close(id);
}

static void write_crs(qh_store_plan *plan) {
    if (!plan->geographic) return;
    const hid_t id = container(plan, "crs", "CGCS2000");
    qh_h5_text_attribute(&plan->h, id, "grid_mapping_name", "latitude_longitude");
    qh_h5_double_attribute(&plan->h, id, "longitude_of_prime_meridian", 0.0);
    qh_h5_double_attribute(&plan->h, id, "semi_major_axis", 6378137.0);
    qh_h5_double_attribute(&plan->h, id, "inverse_flattening", 298.257222101);
    qh_h5_text_attribute(&plan->h, id, "epsg_code", "EPSG:4490");
    qh_h5_close(id);
}

static node_map write_nodes(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    double *x = qh_h5_scratch(h, c->n_node, sizeof *x), *y = qh_h5_scratch(h, c->n_node, sizeof *y);
    if (!x || !y) return (node_map){NULL, NULL};
    if (qh_store_layout(c, plan->layout->network, plan->layout->flow, h->scratch, &plan->geographic, x, y) != QH_OK) {
        h->failed = h->no_memory = true;
        return (node_map){NULL, NULL};
    }
    write_crs(plan);
    topology(plan, "network", "river network: nodes and reaches", "node", "reach", "reach_nodes");
    const qh_h5_dim *dim = &plan->dim.node;
    COLUMN(h, const char *, name, c->n_node, c->node[i].name)
    COLUMN(h, double, longitude, c->n_node, c->node[i].has_position ? c->node[i].longitude : (double)NAN)
    COLUMN(h, double, latitude, c->n_node, c->node[i].has_position ? c->node[i].latitude : (double)NAN)
    texts(plan, dim, "node_name", "name of the node", name);
    doubles(plan, dim, "node_longitude", "degrees_east", "longitude", "longitude (CGCS2000)", longitude);
    doubles(plan, dim, "node_latitude", "degrees_north", "latitude", "latitude (CGCS2000)", latitude);
    doubles(plan, dim, "node_x", "m", NULL, "x on the drawing of the network", x);
    doubles(plan, dim, "node_y", "m", NULL, "y on the drawing of the network", y);
    return plan->geographic ? (node_map){longitude, latitude} : (node_map){x, y};
}

/* Rates of every constituent in every reach, overrides applied. */
static void write_rates(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const size_t n = c->n_constituent;
    enum { N_RATE = 5 };
    double *rate[N_RATE];
    for (size_t k = 0; k < N_RATE; k++) {
        rate[k] = qh_h5_scratch(h, c->n_reach * n, sizeof(double));
        if (!rate[k]) return;
    }
    for (size_t r = 0; r < c->n_reach; r++) {
        for (size_t s = 0; s < n; s++) {
            const qh_constituent *constituent = &c->constituent[s];
            rate[0][r * n + s] = constituent->k20;
            rate[1][r * n + s] = constituent->theta;
            rate[2][r * n + s] = constituent->settling;
            rate[3][r * n + s] = constituent->background;
            rate[4][r * n + s] = constituent->k2_20;
        }
    }
    for (size_t o = 0; o < c->n_override; o++) {
        const qh_kinetics_override *override = &c->override[o];
        const qh_optional value[N_RATE] = {override->k20, override->theta, override->settling, override->background,
                                           override->k2_20};
        for (size_t k = 0; k < N_RATE; k++) {
            if (value[k].given) rate[k][override->reach * n + override->constituent] = value[k].value;
        }
    }
    const qh_h5_dim *dim = &plan->dim.reach;
    by_constituent(plan, dim, "reach_k20", "s-1", "first-order loss rate at 20 degC", rate[0]);
    by_constituent(plan, dim, "reach_theta", "1", "temperature coefficient of the loss rate", rate[1]);
    by_constituent(plan, dim, "reach_settling", "m s-1", "settling velocity", rate[2]);
    by_constituent(plan, dim, "reach_background", "mg/L", "concentration that decay tends to", rate[3]);
    by_constituent(plan, dim, "reach_k2_20", "m3 g-1 s-1", "second-order loss rate at 20 degC", rate[4]);
}

static void write_reaches(qh_store_plan *plan, const node_map *map) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_network *net = plan->layout->network;
    const qh_grid *grid = plan->layout->grid;
    const qh_h5_dim *dim = &plan->dim.reach;
    const qh_reach *reach = c->reach;
    const size_t n = c->n_reach;

    int *ends = qh_h5_scratch(h, 2 * n, sizeof *ends);
    for (size_t r = 0; ends && r < n; r++) {
        ends[2 * r] = (int)reach[r].from;
        ends[2 * r + 1] = (int)reach[r].to;
    }
    connectivity(plan, dim, "reach_nodes", "upstream and downstream node of the reach", ends);
    COLUMN(h, double, a, n, map->a ? along(c, map->a, i, 0.5 * reach[i].length) : 0.0)
    COLUMN(h, double, b, n, map->b ? along(c, map->b, i, 0.5 * reach[i].length) : 0.0)
    positions(plan, dim, "reach", a, b);

    COLUMN(h, const char *, name, n, reach[i].name)
    COLUMN(h, const char *, river, n, text_or_empty(reach[i].river))
    COLUMN(h, const char *, law, n, text_or_empty(reach[i].channel.law))
    COLUMN(h, const char *, formula, n, text_or_empty(reach[i].dispersion_formula))
    COLUMN(h, double, length, n, reach[i].length)
    COLUMN(h, double, slope, n, given(reach[i].channel.slope))
    COLUMN(h, double, manning, n, given(reach[i].channel.manning))
    COLUMN(h, double, share, n, given(reach[i].share))
    COLUMN(h, double, upstream, n, plan->layout->flow->segment_upstream[net->reach_first[i]])
    COLUMN(h, int, first, n, (int)grid->segment_first[net->reach_first[i]])
    COLUMN(h, int, count, n,
           (int)(grid->segment_first[net->reach_first[i + 1]] - grid->segment_first[net->reach_first[i]]))
    texts(plan, dim, "reach_name", "name of the reach", name);
    texts(plan, dim, "reach_river", "river that the reach belongs to", river);
    texts(plan, dim, "reach_law", "hydraulic law of the channel", law);
    texts(plan, dim, "reach_dispersion_formula", "formula of the dispersion coefficient, empty where it is given",
          formula);
    doubles(plan, dim, "reach_length", "m", NULL, "length of the reach", length);
    doubles(plan, dim, "reach_slope", "m m-1", NULL, "slope of the bed", slope);
    doubles(plan, dim, "reach_manning", NULL, NULL, "Manning roughness, s/m^(1/3)", manning);
    doubles(plan, dim, "reach_share", "1", NULL, "share of the discharge at a bifurcation", share);
    doubles(plan, dim, "reach_discharge", "m3 s-1", "water_volume_transport_in_river_channel",
            "discharge at the upstream end", upstream);
    indices(plan, dim, "reach_first_cell", "first cell of the reach", "cell", first);
    ints(plan, dim, "reach_cell_count", "number of cells of the reach", count);
    write_rates(plan);
}

/* ---- points and cells ---- */

static void write_points(qh_store_plan *plan, const node_map *map) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_network *net = plan->layout->network;
    const qh_flow *flow = plan->layout->flow;
    const qh_point *point = net->point;
    const qh_h5_dim *dim = &plan->dim.point;
    const size_t n = net->n_point;
    COLUMN(h, int, node, n, point[i].is_node ? (int)point[i].node : -1)
    COLUMN(h, int, reach, n, point[i].is_node ? -1 : (int)point[i].reach)
    COLUMN(h, double, chainage, n, point[i].is_node ? (double)NAN : point[i].chainage)
    COLUMN(h, double, a, n, map->a ? at_point(c, map->a, &point[i]) : 0.0)
    COLUMN(h, double, b, n, map->b ? at_point(c, map->b, &point[i]) : 0.0)
    indices(plan, dim, "point_node", "node that the point is, -1: inside a reach", "node", node);
    indices(plan, dim, "point_reach", "reach that the point lies in, -1: a node", "reach", reach);
    doubles(plan, dim, "point_chainage", "m", NULL, "distance from the upstream end of the reach", chainage);
    positions(plan, dim, "point", a, b);
    doubles(plan, dim, "point_through", "m3 s-1", "water_volume_transport_in_river_channel", "all water that arrives",
            flow->point_through);
    doubles(plan, dim, "point_inflow", "m3 s-1", NULL, "water entering the network there", flow->point_inflow);
    doubles(plan, dim, "point_taken", "m3 s-1", NULL, "water withdrawn and diverted there", flow->point_taken);
}

/* The cells as a mesh of their own: its nodes are the network's points, then the faces inside segments. */
static void write_mesh(qh_store_plan *plan, const node_map *map) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_network *net = plan->layout->network;
    const qh_grid *grid = plan->layout->grid;
    topology(plan, "grid", "computational cells: edges between faces", "grid_node", "cell", "grid_edge_nodes");
    const size_t n = (size_t)plan->dim.grid_node.size;
    double *a = qh_h5_scratch(h, n, sizeof *a), *b = qh_h5_scratch(h, n, sizeof *b);
    int *ends = qh_h5_scratch(h, 2 * grid->n_cell, sizeof *ends);
    if (!a || !b || !ends || !map->a || !map->b) return;
    for (size_t p = 0; p < net->n_point; p++) {
        a[p] = at_point(c, map->a, &net->point[p]);
        b[p] = at_point(c, map->b, &net->point[p]);
    }
    size_t face = net->n_point;
    for (size_t s = 0; s < net->n_segment; s++) {
        const qh_segment *segment = &net->segment[s];
        size_t upstream = segment->from;
        for (size_t i = grid->segment_first[s]; i < grid->segment_first[s + 1]; i++) {
            const bool last = i + 1 == grid->segment_first[s + 1];
            const size_t downstream = last ? segment->to : face++;
            if (!last) {
                a[downstream] =
                    along(c, map->a, segment->reach, qh_grid_chainage(grid, i) + 0.5 * qh_grid_length(grid, i));
                b[downstream] =
                    along(c, map->b, segment->reach, qh_grid_chainage(grid, i) + 0.5 * qh_grid_length(grid, i));
            }
            ends[2 * i] = (int)upstream;
            ends[2 * i + 1] = (int)downstream;
            upstream = downstream;
        }
    }
    positions(plan, &plan->dim.grid_node, "grid_node", a, b);
    connectivity(plan, &plan->dim.cell, "grid_edge_nodes", "upstream and downstream face of the cell", ends);
}

static double area_of(const qh_grid *grid, size_t cell) { return grid->area[cell]; }
static double depth_of(const qh_grid *grid, size_t cell) { return grid->depth[cell]; }
static double dispersion_of(const qh_grid *grid, size_t cell) { return grid->dispersion[cell]; }

static void write_cells(qh_store_plan *plan, const node_map *map) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_grid *grid = plan->layout->grid;
    const qh_h5_dim *dim = &plan->dim.cell;
    const size_t n = grid->n_cell;
    COLUMN(h, int, reach, n, (int)qh_grid_reach(grid, i))
    COLUMN(h, double, a, n, map->a ? along(c, map->a, qh_grid_reach(grid, i), qh_grid_chainage(grid, i)) : 0.0)
    COLUMN(h, double, b, n, map->b ? along(c, map->b, qh_grid_reach(grid, i), qh_grid_chainage(grid, i)) : 0.0)
    indices(plan, dim, "cell_reach", "reach that the cell lies in", "reach", reach);
    positions(plan, dim, "cell", a, b);
    const struct {
        const char *name, *units, *standard_name, *long_name;
        double (*of)(const qh_grid *, size_t);
    } column[] = {
        {"cell_chainage", "m", NULL, "distance of the centre from the upstream end of the reach", qh_grid_chainage},
        {"cell_length", "m", NULL, "length of the cell", qh_grid_length},
        {"discharge", "m3 s-1", "water_volume_transport_in_river_channel", "discharge", qh_grid_discharge},
        {"velocity", "m s-1", NULL, "mean flow velocity", qh_grid_velocity},
        {"depth", "m", NULL, "hydraulic depth, area over width", depth_of},
        {"width", "m", NULL, "width of the water surface", qh_grid_width},
        {"area", "m2", NULL, "flow area", area_of},
        {"dispersion", "m2 s-1", NULL, "longitudinal dispersion coefficient", dispersion_of},
        {"temperature", "degree_Celsius", NULL, "water temperature", qh_grid_temperature},
        {"storage_area", "m2", NULL, "area of the transient storage zone", qh_grid_storage_area},
        {"storage_exchange", "s-1", NULL, "exchange rate with the transient storage zone", qh_grid_storage_exchange},
    };
    const size_t count = sizeof column / sizeof column[0], of_storage = 2; /* the last ones */
    double *values = qh_h5_scratch(h, n, sizeof *values);                  /* of one column after the other */
    for (size_t k = 0; values && k < (plan->has_storage ? count : count - of_storage); k++) {
        for (size_t i = 0; i < n; i++)
            values[i] = column[k].of(grid, i);
        doubles(plan, dim, column[k].name, column[k].units, column[k].standard_name, column[k].long_name, values);
    }
}

/* What has as many rows as there are cells gets scratch memory of its own, given back at once. */
static void apart(qh_store_plan *plan, const node_map *map, void (*write)(qh_store_plan *, const node_map *)) {
    qh_h5 *h = &plan->h;
    qh_arena *const outer = h->scratch, *const own = qh_arena_create();
    if (!own && !h->failed) h->failed = h->no_memory = true;
    if (own) {
        h->scratch = own;
        write(plan, map);
        h->scratch = outer;
    }
    qh_arena_destroy(own);
}

/* ---- what stands along the river ---- */

static void write_sections(qh_store_plan *plan, const node_map *map) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_section *section = c->section;
    const size_t *point = plan->layout->network->section_point;
    const qh_h5_dim *dim = &plan->dim.section;
    const size_t n = c->n_section;
    if (n == 0) return;
    COLUMN(h, const char *, code, n, section[i].code)
    COLUMN(h, const char *, name, n, section[i].name)
    COLUMN(h, const char *, level, n, text_or_empty(section[i].level))
    COLUMN(h, const char *, district, n, text_or_empty(section[i].district))
    COLUMN(h, int, reach, n, (int)section[i].reach)
    COLUMN(h, double, chainage, n, section[i].chainage)
    COLUMN(h, int, target, n, section[i].target_class)
    COLUMN(h, int, protected, n, section[i].is_protected)
    COLUMN(h, int, located, n, section[i].has_position)
    COLUMN(h, double, discharge, n, plan->layout->flow->point_through[point[i]])
    const hid_t id = open_texts(plan, dim, "section_code", "code of the control section", code);
    qh_h5_text_attribute(h, id, "cf_role", "timeseries_id");
    qh_h5_close(id);
    texts(plan, dim, "section_name", "name of the control section", name);
    texts(plan, dim, "section_level", "level of supervision", level);
    texts(plan, dim, "section_district", "district", district);
    indices(plan, dim, "section_reach", "reach", "reach", reach);
    doubles(plan, dim, "section_chainage", "m", NULL, "distance from the upstream end of the reach", chainage);
    ints(plan, dim, "section_target_class", "target class of water quality, 1 is the best", target);
    ints(plan, dim, "section_protected", "1: a protected target", protected);
    doubles(plan, dim, "section_discharge", "m3 s-1", "water_volume_transport_in_river_channel", "discharge",
            discharge);
    /* A section without a position of its own takes that of the river there. */
    const bool any_map = plan->geographic;
    COLUMN(h, double, longitude, n,
           section[i].has_position ? section[i].longitude
           : any_map && map->a     ? along(c, map->a, section[i].reach, section[i].chainage)
                                   : (double)NAN)
    COLUMN(h, double, latitude, n,
           section[i].has_position ? section[i].latitude
           : any_map && map->b     ? along(c, map->b, section[i].reach, section[i].chainage)
                                   : (double)NAN)
    doubles(plan, dim, "section_longitude", "degrees_east", "longitude", "longitude (CGCS2000)", longitude);
    doubles(plan, dim, "section_latitude", "degrees_north", "latitude", "latitude (CGCS2000)", latitude);
    ints(plan, dim, "section_has_position", "1: the position is surveyed, 0: taken from the river, or missing",
         located);
}

/* Names of the rules that bind from January on, a blank between them. */
static const char *rules_by_month(qh_h5 *h, const qh_station *station) {
    const char *text = "";
    for (int month = 1; month <= 12 && text; month++) {
        const qh_ecoflow_rule *binding = NULL;
        (void)qh_ecoflow_flow(station, month, &binding);
        text = qh_arena_printf(h->scratch, "%s%s%s", text, month > 1 ? " " : "", binding ? binding->name : "-");
    }
    if (!text) h->failed = h->no_memory = true;
    return text ? text : "";
}

/* What the rules ask for month by month, and which of several. */
static void write_station_months(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const size_t n = c->n_station;
    const qh_h5_dim month = qh_h5_dimension(h, h->file, "station_month", 12, false);
    double *flow = qh_h5_scratch(h, 12 * n, sizeof *flow);
    for (size_t i = 0; flow && i < 12 * n; i++)
        flow[i] = qh_ecoflow_flow(&c->station[i / 12], (int)(i % 12) + 1, NULL);
    COLUMN(h, const char *, rules, n, rules_by_month(h, &c->station[i]))
    const qh_h5_variable variable = {.name = "station_monthly_ecological_flow",
                                     .units = "m3 s-1",
                                     .long_name = "ecological flow that the rules ask for, January first",
                                     .rank = 2,
                                     .dim = {&plan->dim.station, &month}};
    if (flow) qh_h5_close(qh_h5_put_doubles(h, h->file, variable, flow));
    texts(plan, &plan->dim.station, "station_monthly_rule", "rule that asks for the most in each month, January first",
          rules);
    qh_h5_close(month.id);
}

static void write_stations(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_station *station = c->station;
    const qh_station_flow *flow = plan->layout->flow->station;
    const qh_h5_dim *dim = &plan->dim.station;
    const size_t n = c->n_station;
    if (n == 0) return;
    COLUMN(h, const char *, name, n, station[i].name)
    COLUMN(h, const char *, rule, n, text_or_empty(station[i].rule))
    COLUMN(h, const char *, grade, n, text_or_empty(station[i].tennant_grade))
    COLUMN(h, int, reach, n, (int)station[i].reach)
    COLUMN(h, int, tailrace, n, (int)station[i].tailrace_reach)
    COLUMN(h, double, chainage, n, station[i].chainage)
    COLUMN(h, double, tailrace_chainage, n, station[i].tailrace_chainage)
    COLUMN(h, double, capacity, n, station[i].capacity)
    COLUMN(h, double, mean, n, given(station[i].mean_annual_flow))
    COLUMN(h, double, share, n, given(station[i].share))
    COLUMN(h, double, arriving, n, flow[i].arriving)
    COLUMN(h, double, target, n, flow[i].target)
    COLUMN(h, double, released, n, flow[i].released)
    COLUMN(h, double, diverted, n, flow[i].diverted)
    COLUMN(h, double, deficit, n, flow[i].deficit)
    texts(plan, dim, "station_name", "name of the diversion power station", name);
    texts(plan, dim, "station_rule", "ecological-flow rule", rule);
    texts(plan, dim, "station_tennant_grade", "grade of Tennant's method, empty for other rules", grade);
    indices(plan, dim, "station_reach", "reach of the dam", "reach", reach);
    doubles(plan, dim, "station_chainage", "m", NULL, "distance of the dam from the upstream end of the reach",
            chainage);
    indices(plan, dim, "station_tailrace_reach", "reach of the tailrace", "reach", tailrace);
    doubles(plan, dim, "station_tailrace_chainage", "m", NULL, "distance of the tailrace from the upstream end",
            tailrace_chainage);
    doubles(plan, dim, "station_capacity", "m3 s-1", NULL, "most that the station diverts", capacity);
    doubles(plan, dim, "station_mean_annual_flow", "m3 s-1", NULL, "natural mean annual flow at the dam", mean);
    doubles(plan, dim, "station_share", "1", NULL, "share of the mean annual flow", share);
    doubles(plan, dim, "station_arriving", "m3 s-1", NULL, "discharge that reaches the dam", arriving);
    doubles(plan, dim, "station_ecological_flow", "m3 s-1", NULL, "ecological flow that the rule asks for", target);
    doubles(plan, dim, "station_released", "m3 s-1", NULL, "discharge left in the river below the dam", released);
    doubles(plan, dim, "station_diverted", "m3 s-1", NULL, "discharge through the station", diverted);
    doubles(plan, dim, "station_deficit", "m3 s-1", NULL, "ecological flow that is missing", deficit);
    write_station_months(plan);
}

static void write_withdrawals(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_withdrawal *withdrawal = c->withdrawal;
    const qh_withdrawal_flow *flow = plan->layout->flow->withdrawal;
    const qh_h5_dim *dim = &plan->dim.withdrawal;
    const size_t n = c->n_withdrawal;
    if (n == 0) return;
    COLUMN(h, const char *, code, n, withdrawal[i].code)
    COLUMN(h, const char *, name, n, withdrawal[i].name)
    COLUMN(h, const char *, kind, n, text_or_empty(withdrawal[i].kind))
    COLUMN(h, int, reach, n, (int)withdrawal[i].reach)
    COLUMN(h, double, chainage, n, withdrawal[i].chainage)
    COLUMN(h, double, priority, n, withdrawal[i].has_priority ? withdrawal[i].priority : (double)NAN)
    COLUMN(h, double, asked, n, flow[i].asked)
    COLUMN(h, double, taken, n, flow[i].taken)
    COLUMN(h, double, deficit, n, flow[i].deficit)
    texts(plan, dim, "withdrawal_code", "code of the withdrawal", code);
    texts(plan, dim, "withdrawal_name", "name of the withdrawal", name);
    texts(plan, dim, "withdrawal_kind", "withdrawal, or intake of drinking water", kind);
    indices(plan, dim, "withdrawal_reach", "reach", "reach", reach);
    doubles(plan, dim, "withdrawal_chainage", "m", NULL, "distance from the upstream end of the reach", chainage);
    doubles(plan, dim, "withdrawal_priority", "1", NULL,
            "order in which claims at one place are served, the lowest first", priority);
    doubles(plan, dim, "withdrawal_asked", "m3 s-1", NULL, "discharge asked for", asked);
    doubles(plan, dim, "withdrawal_taken", "m3 s-1", NULL, "discharge taken", taken);
    doubles(plan, dim, "withdrawal_deficit", "m3 s-1", NULL, "discharge missing", deficit);
}

/* Of the station at the dam of reservoir `i`, m; NaN where there is none. */
static double minimum_level_at(const qh_store_plan *plan, size_t i) {
    const qh_case *c = plan->layout->river_case;
    const qh_network *net = plan->layout->network;
    for (size_t k = 0; k < c->n_station; k++)
        if (net->link[k].from == net->reservoir_point[i]) return given(c->station[k].minimum_level);
    return NAN;
}

static void write_reservoirs(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_reservoir *reservoir = plan->layout->river_case->reservoir;
    const qh_h5_dim *dim = &plan->dim.reservoir;
    const size_t n = plan->layout->river_case->n_reservoir;
    if (n == 0) return;
    COLUMN(h, const char *, name, n, reservoir[i].name)
    COLUMN(h, int, reach, n, (int)reservoir[i].reach)
    COLUMN(h, double, chainage, n, reservoir[i].chainage)
    texts(plan, dim, "reservoir_name", "name of the reservoir", name);
    indices(plan, dim, "reservoir_reach", "reach of the dam", "reach", reach);
    doubles(plan, dim, "reservoir_chainage", "m", NULL, "distance of the dam from the upstream end of the reach",
            chainage);
    COLUMN(h, double, dead, n, given(reservoir[i].dead_level))
    COLUMN(h, double, minimum, n, minimum_level_at(plan, i))
    doubles(plan, dim, "reservoir_dead_level", "m", NULL, "level below which nothing is drawn; none: not a number",
            dead);
    doubles(plan, dim, "reservoir_minimum_level", "m", NULL,
            "level below which the station at the dam stands still; none: not a number", minimum);
}

/* -1 where there is none. */
static int reservoir_at(const qh_store_plan *plan, size_t point) {
    for (size_t i = 0; i < plan->layout->river_case->n_reservoir; i++)
        if (plan->layout->network->reservoir_point[i] == point) return (int)i;
    return -1;
}

static void write_transfers(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_transfer *transfer = c->transfer;
    const qh_withdrawal_flow *flow = plan->layout->flow->transfer;
    const qh_h5_dim *dim = &plan->dim.transfer;
    const size_t n = c->n_transfer;
    if (n == 0) return;
    COLUMN(h, const char *, code, n, transfer[i].code)
    COLUMN(h, const char *, name, n, transfer[i].name)
    COLUMN(h, int, reach, n, (int)transfer[i].reach)
    COLUMN(h, int, to_reach, n, (int)transfer[i].to_reach)
    COLUMN(h, double, chainage, n, transfer[i].chainage)
    COLUMN(h, double, to_chainage, n, transfer[i].to_chainage)
    COLUMN(h, double, capacity, n, transfer[i].capacity)
    COLUMN(h, double, priority, n, transfer[i].has_priority ? transfer[i].priority : (double)NAN)
    COLUMN(h, double, asked, n, flow[i].asked)
    COLUMN(h, double, taken, n, flow[i].taken)
    COLUMN(h, double, deficit, n, flow[i].deficit)
    texts(plan, dim, "transfer_code", "code of the transfer", code);
    texts(plan, dim, "transfer_name", "name of the transfer", name);
    indices(plan, dim, "transfer_reach", "reach from which it takes", "reach", reach);
    doubles(plan, dim, "transfer_chainage", "m", NULL, "distance of the intake from the upstream end", chainage);
    indices(plan, dim, "transfer_to_reach", "reach to which it brings the water", "reach", to_reach);
    doubles(plan, dim, "transfer_to_chainage", "m", NULL, "distance of the outlet from the upstream end", to_chainage);
    doubles(plan, dim, "transfer_capacity", "m3 s-1", NULL, "most that it carries", capacity);
    doubles(plan, dim, "transfer_priority", "1", NULL,
            "order in which claims at one place are served, the lowest first", priority);
    COLUMN(h, int, reservoir, n, reservoir_at(plan, plan->layout->network->link[c->n_station + i].from))
    indices(plan, dim, "transfer_reservoir", "reservoir from which it takes", "reservoir", reservoir);
    doubles(plan, dim, "transfer_asked", "m3 s-1", NULL, "discharge asked for", asked);
    doubles(plan, dim, "transfer_taken", "m3 s-1", NULL, "discharge carried", taken);
    doubles(plan, dim, "transfer_deficit", "m3 s-1", NULL, "discharge missing", deficit);
}

/* ---- sources: headwaters, tributaries, outfalls, distributed inflows ---- */

typedef struct source_row {
    const char *kind, *code, *name, *category, *district, *body, *permit, *standard, *entry, *status, *note;
    int reach, node;
    double chainage, end_chainage, longitude, latitude, flow;
    const qh_input *input;
    const qh_optional *limit; /* NULL: none */
} source_row;

static const char *remediation_name(qh_remediation status) {
    switch (status) {
    case QH_REMEDIATION_SURVEYED: return "surveyed";
    case QH_REMEDIATION_MONITORED: return "monitored";
    case QH_REMEDIATION_TRACED: return "traced";
    case QH_REMEDIATION_TREATED: return "treated";
    case QH_REMEDIATION_CLOSED: return "closed";
    case QH_REMEDIATION_UNKNOWN: break;
    }
    return "";
}

static source_row plain_row(const char *kind, const char *name, double flow, const qh_input *input) {
    return (source_row){.kind = kind,
                        .code = "",
                        .name = name,
                        .category = "",
                        .district = "",
                        .body = "",
                        .permit = "",
                        .standard = "",
                        .entry = "",
                        .status = "",
                        .note = "",
                        .reach = -1,
                        .node = -1,
                        .chainage = (double)NAN,
                        .end_chainage = (double)NAN,
                        .longitude = (double)NAN,
                        .latitude = (double)NAN,
                        .flow = flow,
                        .input = input};
}

static source_row outfall_row(const qh_outfall *outfall) {
    source_row row = plain_row("outfall", outfall->name, outfall->flow, outfall->input);
    row.code = outfall->code;
    row.category = text_or_empty(outfall->category);
    row.district = text_or_empty(outfall->district);
    row.body = text_or_empty(outfall->body);
    row.permit = text_or_empty(outfall->permit);
    row.standard = text_or_empty(outfall->standard);
    row.entry = text_or_empty(outfall->entry);
    row.status = remediation_name(outfall->status);
    row.note = text_or_empty(outfall->note);
    row.reach = (int)outfall->reach;
    row.chainage = outfall->chainage;
    if (outfall->has_position) {
        row.longitude = outfall->longitude;
        row.latitude = outfall->latitude;
    }
    row.limit = outfall->limit;
    return row;
}

static size_t count_sources(const qh_case *c) { return c->n_headwater + c->n_tributary + c->n_outfall + c->n_lateral; }

static void gather_sources(const qh_case *c, source_row *row) {
    for (size_t i = 0; i < c->n_headwater; i++) {
        *row = plain_row("headwater", c->headwater[i].name, c->headwater[i].flow, c->headwater[i].input);
        row++->node = (int)c->headwater[i].node;
    }
    for (size_t i = 0; i < c->n_tributary; i++) {
        *row = plain_row("tributary", c->tributary[i].name, c->tributary[i].flow, c->tributary[i].input);
        row->reach = (int)c->tributary[i].reach;
        row++->chainage = c->tributary[i].chainage;
    }
    for (size_t i = 0; i < c->n_outfall; i++) {
        *row++ = outfall_row(&c->outfall[i]);
    }
    for (size_t i = 0; i < c->n_lateral; i++) {
        *row = plain_row("lateral", c->lateral[i].name, c->lateral[i].flow, c->lateral[i].input);
        row->reach = (int)c->lateral[i].reach;
        row->chainage = c->lateral[i].from;
        row++->end_chainage = c->lateral[i].to;
    }
}

/* Mean over the run. */
static double mean_of(const qh_case *c, const qh_value *value) {
    if (c->run.type == QH_UNSTEADY && c->run.duration > 0.0) return qh_value_mean(value, 0.0, c->run.duration);
    return qh_value_at(value, 0.0);
}

/* Of the product of two, as a load is of flow and concentration. */
static double mean_product(const qh_case *c, const qh_value *a, const qh_value *b) {
    if (c->run.type == QH_UNSTEADY && c->run.duration > 0.0) return qh_value_mean_product(a, b, 0.0, c->run.duration);
    return qh_value_at(a, 0.0) * qh_value_at(b, 0.0);
}

static void write_loads(qh_store_plan *plan, const source_row *row) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const size_t n = count_sources(c), m = c->n_constituent;
    double *load = qh_h5_scratch(h, n * m, sizeof *load), *concentration = qh_h5_scratch(h, n * m, sizeof *load);
    double *limit = qh_h5_scratch(h, n * m, sizeof *limit);
    int *as_load = qh_h5_scratch(h, n * m, sizeof *as_load);
    if (!load || !concentration || !limit || !as_load) return;
    for (size_t i = 0; i < n; i++) {
        const qh_value water = {row[i].flow, qh_source_get(c, i).flow_series};
        const double flow = mean_of(c, &water);
        for (size_t s = 0; s < m; s++) {
            const qh_input *input = &row[i].input[s];
            const double mean = mean_of(c, &input->value);
            load[i * m + s] = input->is_load ? mean : mean_product(c, &input->value, &water);
            concentration[i * m + s] = !input->is_load ? mean : flow > 0.0 ? mean / flow : (double)NAN;
            limit[i * m + s] = row[i].limit ? given(row[i].limit[s]) : (double)NAN;
            as_load[i * m + s] = input->is_load;
        }
    }
    by_constituent(plan, &plan->dim.source, "source_load", "g s-1", "load, mean over the run", load);
    by_constituent(plan, &plan->dim.source, "source_concentration", "mg/L", "concentration, mean over the run",
                   concentration);
    by_constituent(plan, &plan->dim.source, "source_limit", "mg/L", "permitted concentration", limit);
    const qh_h5_variable variable = {.name = "source_given_as_load",
                                     .long_name = "1: the case gives a load, 0: a concentration",
                                     .rank = 2,
                                     .dim = {&plan->dim.source, &plan->dim.constituent}};
    qh_h5_close(qh_h5_put_ints(h, h->file, variable, as_load));
}

static void write_sources(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_h5_dim *dim = &plan->dim.source;
    const size_t n = count_sources(c);
    if (n == 0) return;
    source_row *row = qh_h5_scratch(h, n, sizeof *row);
    if (!row) return;
    gather_sources(c, row);
    COLUMN(h, const char *, kind, n, row[i].kind)
    COLUMN(h, const char *, code, n, row[i].code)
    COLUMN(h, const char *, name, n, row[i].name)
    COLUMN(h, const char *, category, n, row[i].category)
    COLUMN(h, const char *, district, n, row[i].district)
    COLUMN(h, const char *, body, n, row[i].body)
    COLUMN(h, const char *, permit, n, row[i].permit)
    COLUMN(h, const char *, standard, n, row[i].standard)
    COLUMN(h, const char *, entry, n, row[i].entry)
    COLUMN(h, const char *, status, n, row[i].status)
    COLUMN(h, const char *, note, n, row[i].note)
    COLUMN(h, int, reach, n, row[i].reach)
    COLUMN(h, int, node, n, row[i].node)
    COLUMN(h, double, chainage, n, row[i].chainage)
    COLUMN(h, double, end_chainage, n, row[i].end_chainage)
    COLUMN(h, double, longitude, n, row[i].longitude)
    COLUMN(h, double, latitude, n, row[i].latitude)
    COLUMN(h, double, flow, n, row[i].flow)
    texts(plan, dim, "source_kind", "headwater, tributary, outfall or lateral", kind);
    texts(plan, dim, "source_code", "code of the outfall", code);
    texts(plan, dim, "source_name", "name", name);
    texts(plan, dim, "source_category", "category of the outfall", category);
    texts(plan, dim, "source_district", "district", district);
    texts(plan, dim, "source_body", "responsible body", body);
    texts(plan, dim, "source_permit", "permit number", permit);
    texts(plan, dim, "source_standard", "discharge standard and grade", standard);
    texts(plan, dim, "source_entry", "how it enters the river", entry);
    texts(plan, dim, "source_status", "remediation: surveyed, monitored, traced, treated, closed", status);
    texts(plan, dim, "source_note", "note", note);
    indices(plan, dim, "source_reach", "reach, -1 for a headwater", "reach", reach);
    indices(plan, dim, "source_node", "node of a headwater, else -1", "node", node);
    doubles(plan, dim, "source_chainage", "m", NULL,
            "distance from the upstream end of the reach; of a lateral, where it begins", chainage);
    doubles(plan, dim, "source_end_chainage", "m", NULL, "where a lateral ends", end_chainage);
    doubles(plan, dim, "source_longitude", "degrees_east", "longitude", "longitude (CGCS2000)", longitude);
    doubles(plan, dim, "source_latitude", "degrees_north", "latitude", "latitude (CGCS2000)", latitude);
    doubles(plan, dim, "source_flow", "m3 s-1", NULL, "discharge", flow);
    write_loads(plan, row);
}

/* ---- routes, constituents, totals, settings, the case's text ---- */

static size_t count_route_entries(const qh_case *c) {
    size_t count = 0;
    for (size_t i = 0; i < c->n_route; i++) {
        count += c->route[i].count;
    }
    return count;
}

static void write_routes(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    if (c->n_route == 0) return;
    COLUMN(h, const char *, name, c->n_route, c->route[i].name)
    COLUMN(h, int, count, c->n_route, (int)c->route[i].count)
    int *reach = qh_h5_scratch(h, count_route_entries(c), sizeof *reach);
    if (!reach) return;
    size_t entry = 0;
    for (size_t i = 0; i < c->n_route; i++) {
        for (size_t k = 0; k < c->route[i].count; k++) {
            reach[entry++] = (int)c->route[i].reach[k];
        }
    }
    texts(plan, &plan->dim.route, "route_name", "name of the way down the network", name);
    const hid_t id = open_ints(plan, &plan->dim.route, "route_reach_count", "number of reaches on the route", count);
    qh_h5_text_attribute(h, id, "sample_dimension", "route_entry");
    qh_h5_close(id);
    indices(plan, &plan->dim.route_entry, "route_reach", "reaches of all routes, one route after the other", "reach",
            reach);
}

/* What reactions make of a constituent, and its need of oxygen. */
static void write_reactions(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_constituent *constituent = c->constituent;
    const qh_h5_dim *dim = &plan->dim.constituent;
    const size_t n = c->n_constituent;
    COLUMN(h, int, product, n, constituent[i].has_product ? (int)constituent[i].product : -1)
    COLUMN(h, double, yield, n, constituent[i].has_product ? constituent[i].yield : (double)NAN)
    COLUMN(h, double, demand, n, constituent[i].oxygen_demand)
    COLUMN(h, double, half, n, given(constituent[i].oxygen_half))
    COLUMN(h, int, is_oxygen, n, constituent[i].is_oxygen)
    COLUMN(h, const char *, reaeration, n, text_or_empty(constituent[i].reaeration))
    indices(plan, dim, "constituent_product", "constituent that its decay makes", "constituent", product);
    doubles(plan, dim, "constituent_yield", "1", NULL, "mass of the product for a mass decayed", yield);
    doubles(plan, dim, "constituent_oxygen_demand", "1", NULL, "mass of oxygen for a mass decayed", demand);
    doubles(plan, dim, "constituent_oxygen_half", "mg/L", NULL, "oxygen at which it decays at half its rate", half);
    ints(plan, dim, "constituent_is_oxygen", "1 where it is dissolved oxygen", is_oxygen);
    texts(plan, dim, "constituent_reaeration", "formula of its reaeration", reaeration);
}

static void write_constituents(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_h5_dim *dim = &plan->dim.constituent;
    const size_t n = c->n_constituent;
    COLUMN(h, const char *, name, n, c->constituent[i].name)
    COLUMN(h, const char *, title, n, text_or_empty(c->constituent[i].title))
    COLUMN(h, const char *, item, n, text_or_empty(c->constituent[i].item))
    COLUMN(h, const char *, variable, n, plan->names[i].cell)
    COLUMN(h, const char *, section, n, plan->names[i].section)
    texts(plan, dim, "constituent_name", "name of the constituent in the case", name);
    texts(plan, dim, "constituent_title", "name for people", title);
    texts(plan, dim, "constituent_item", "item of the standard that it is judged by", item);
    texts(plan, dim, "constituent_variable", "variable of its profiles", variable);
    texts(plan, dim, "constituent_section_variable", "variable of its series at sections", section);
}

static void write_totals(qh_store_plan *plan) {
    const qh_flow *flow = plan->layout->flow;
    scalar(plan, "network_inflow", "m3 s-1", "all water that enters the network", flow->inflow);
    scalar(plan, "network_outflow", "m3 s-1", "all water that leaves through outlets", flow->outflow);
    scalar(plan, "network_withdrawn", "m3 s-1", "all water withdrawn", flow->withdrawn);
    scalar(plan, "network_flow_residual", "m3 s-1", "inflow - outflow - withdrawn", flow->residual);
}

/* What was in effect, changes on the command line included. */
static void write_settings(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const hid_t id = container(plan, "settings", "settings of the run in effect, --set included");
    qh_h5_text_attribute(h, id, "run_type", c->run.type == QH_STEADY ? "steady" : "unsteady");
    qh_h5_text_attribute(h, id, "run_start", text_or_empty(c->run.start));
    qh_h5_double_attribute(h, id, "run_duration_s", c->run.duration);
    qh_h5_double_attribute(h, id, "run_output_interval_s", c->run.output_interval);
    qh_h5_double_attribute(h, id, "run_sample_interval_s", c->run.sample_interval);
    qh_h5_text_attribute(h, id, "run_initial", c->run.initial == QH_INITIAL_STEADY ? "steady" : "given");
    qh_h5_int_attribute(h, id, "run_month", c->run.month);
    qh_h5_double_attribute(h, id, "run_temperature_degC", c->run.temperature);
    qh_h5_double_attribute(h, id, "run_transverse_mixing", c->run.transverse_mixing);
    qh_h5_text_attribute(h, id, "solver_engine", text_or_empty(c->solver.engine));
    qh_h5_double_attribute(h, id, "solver_cell_length_m", c->solver.cell_length);
    qh_h5_double_attribute(h, id, "solver_relative_tolerance", c->solver.relative_tolerance);
    qh_h5_double_attribute(h, id, "solver_absolute_tolerance_g_m3", c->solver.absolute_tolerance);
    qh_h5_double_attribute(h, id, "solver_balance_tolerance", c->solver.balance_tolerance);
    qh_h5_double_attribute(h, id, "solver_max_steps", (double)c->solver.max_steps);
    qh_h5_close(id);
}

static void write_case_text(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    if (h->failed || c->n_file == 0) return;
    const hid_t list = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    const hid_t group = H5Gcreate2(h->file, "case", H5P_DEFAULT, list, H5P_DEFAULT);
    if (list >= 0) H5Pclose(list);
    if (group < 0) {
        qh_h5_fail(h);
        return;
    }
    const qh_h5_dim dim = qh_h5_dimension(h, group, "file", c->n_file, false);
    COLUMN(h, const char *, name, c->n_file, c->file[i].name)
    COLUMN(h, const char *, text, c->n_file, text_or_empty(c->file[i].text))
    COLUMN(h, const char *, encoding, c->n_file, text_or_empty(c->file[i].encoding))
    const struct {
        const char *name, *long_name;
        const char *const *values;
    } column[] = {{"name", "name of the input file, in the case's folder", name},
                  {"text", "its text, in UTF-8", text},
                  {"encoding", "encoding in which it was found", encoding}};
    for (size_t k = 0; k < 3; k++) {
        const qh_h5_variable variable = {
            .name = column[k].name, .long_name = column[k].long_name, .rank = 1, .dim = {&dim}};
        if (column[k].values) qh_h5_close(qh_h5_put_texts(h, group, variable, column[k].values));
    }
    qh_h5_close(dim.id);
    H5Gclose(group);
}

/* ---- names of the constituents' variables ---- */

char *qh_store_variable_name(qh_arena *arena, const char *name) {
    const bool needs_letter = !((unsigned char)*name >= 0x80U || isalpha((unsigned char)*name));
    char *result = qh_arena_printf(arena, "%s%s", needs_letter ? "c_" : "", name);
    for (char *p = result; p && *p; p++) {
        const unsigned char byte = (unsigned char)*p;
        if (byte < 0x80U && !isalnum(byte) && byte != '_') *p = '_';
    }
    return result;
}

static bool is_taken(qh_store_plan *plan, size_t n_named, const char *name) {
    if (H5Lexists(plan->h.file, name, H5P_DEFAULT) != 0) return true;
    for (size_t i = 0; i < n_named; i++) {
        const qh_store_names *other = &plan->names[i];
        if (!strcmp(name, other->cell) || !strcmp(name, other->section) || !strcmp(name, other->point) ||
            !strcmp(name, other->storage))
            return true;
    }
    return false;
}

/* Variables of the file that are made after the constituents were named. */
static bool is_reserved(const char *name) {
    static const char *const prefix[] = {
        "node_",       "reach_",    "cell_",   "point_",   "grid_",      "section_",  "station_", "budget_",
        "source_",     "route_",    "sample_", "message_", "statistic_", "network_",  "storage_", "constituent_",
        "withdrawal_", "transfer_", "frames_", "samples_", "water_",     "reservoir_"};
    static const char *const word[] = {"time", "discharge", "velocity", "depth",   "width",  "area",     "dispersion",
                                       "case", "crs",       "grid",     "network", "budget", "settings", "temperature"};
    for (size_t i = 0; i < sizeof prefix / sizeof prefix[0]; i++) {
        if (!strncmp(name, prefix[i], strlen(prefix[i]))) return true;
    }
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        if (!strcmp(name, word[i])) return true;
    }
    return false;
}

static bool is_free(qh_store_plan *plan, size_t n_named, const qh_store_names *names) {
    return !is_reserved(names->cell) && !is_taken(plan, n_named, names->cell) &&
           !is_taken(plan, n_named, names->section) && !is_taken(plan, n_named, names->point) &&
           !is_taken(plan, n_named, names->storage);
}

/* The `attempt`-th way to name a constituent's variables; false when out of memory. */
static bool propose_names(qh_arena *arena, const char *stem, size_t attempt, qh_store_names *names) {
    const char *const cell = attempt == 0   ? stem
                             : attempt == 1 ? qh_arena_printf(arena, "c_%s", stem)
                                            : qh_arena_printf(arena, "c_%s_%zu", stem, attempt);
    if (!cell) return false;
    *names = (qh_store_names){cell, qh_arena_printf(arena, "%s_section", cell),
                              qh_arena_printf(arena, "%s_point", cell), qh_arena_printf(arena, "%s_storage", cell)};
    return names->section && names->point && names->storage;
}

static void name_constituents(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    qh_store_names *names = qh_h5_scratch(h, c->n_constituent, sizeof *names);
    plan->names = names;
    for (size_t i = 0; names && i < c->n_constituent && !h->failed; i++) {
        const char *stem = qh_store_variable_name(h->scratch, c->constituent[i].name);
        size_t attempt = 0;
        bool good = stem != NULL;
        do {
            good = good && propose_names(h->scratch, stem, attempt++, &names[i]);
        } while (good && !is_free(plan, i, &names[i]));
        if (!good) h->failed = h->no_memory = true;
    }
}

/* ---- all of it ---- */

static void make_dimensions(qh_store_plan *plan) {
    qh_h5 *h = &plan->h;
    const qh_case *c = plan->layout->river_case;
    const qh_network *net = plan->layout->network;
    const size_t n_cell = plan->layout->grid->n_cell;
    qh_store_dims *d = &plan->dim;
    const struct {
        qh_h5_dim *dim;
        const char *name;
        size_t size;
    } all[] = {
        {&d->node, "node", c->n_node},
        {&d->reach, "reach", c->n_reach},
        {&d->reach_end, "edge_end", 2},
        {&d->cell, "cell", n_cell},
        {&d->point, "point", net->n_point},
        {&d->grid_node, "grid_node", net->n_point + n_cell - net->n_segment},
        {&d->section, "section", c->n_section},
        {&d->station, "station", c->n_station},
        {&d->withdrawal, "withdrawal", c->n_withdrawal},
        {&d->reservoir, "reservoir", c->n_reservoir},
        {&d->transfer, "transfer", c->n_transfer},
        {&d->source, "source", count_sources(c)},
        {&d->constituent, "constituent", c->n_constituent},
        {&d->route, "route", c->n_route},
        {&d->route_entry, "route_entry", count_route_entries(c)},
        {&d->budget_row, "budget_row", c->n_reach + 1},
        {&d->budget_term, "budget_term", QH_BUDGET_TERMS},
        {&d->lane, "lane", plan->layout->n_lane > 1 ? plan->layout->n_lane : 0},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        *all[i].dim = (qh_h5_dim){all[i].name, -1, all[i].size, false};
        if (all[i].size > 0) *all[i].dim = qh_h5_dimension(h, h->file, all[i].name, all[i].size, false);
    }
}

void qh_store_write_static(qh_store_plan *plan) {
    const qh_grid *grid = plan->layout->grid;
    for (size_t i = 0; i < grid->n_cell; i++) {
        plan->has_storage = plan->has_storage || qh_grid_storage_area(grid, i) > 0.0;
    }
    make_dimensions(plan);
    name_constituents(plan);
    if (plan->h.failed) return;
    const node_map map = write_nodes(plan);
    write_reaches(plan, &map);
    write_points(plan, &map);
    apart(plan, &map, write_mesh);
    apart(plan, &map, write_cells);
    write_constituents(plan);
    write_reactions(plan);
    write_sections(plan, &map);
    write_stations(plan);
    write_withdrawals(plan);
    write_reservoirs(plan);
    write_transfers(plan);
    write_sources(plan);
    write_routes(plan);
    write_totals(plan);
    write_settings(plan);
    write_case_text(plan);
}
