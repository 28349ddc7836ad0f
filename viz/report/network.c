/* The network as it is drawn, and the ways down it that profiles follow. */
#include <math.h>

#include "viz/layout_internal.h"
#include "viz/report/report_internal.h"
#include "viz/way_internal.h"

/* px: the map's own coordinates, y upwards; the page scales them. */
static const double WIDTH = 1000;

/* Every few points of a curve, its ends included; as many as a large network leaves for each reach. */
static void put_curve(const qh_curve *curve, size_t n_reach, qh_json out) {
    size_t count = QH_REPORT_CURVE / (n_reach ? n_reach : 1);
    if (count > QH_CURVE_POINTS) count = QH_CURVE_POINTS;
    if (count < 2) count = 2;
    double x[QH_CURVE_POINTS], y[QH_CURVE_POINTS];
    for (size_t i = 0; i < count; i++) {
        const size_t at = i * (QH_CURVE_POINTS - 1) / (count - 1);
        x[i] = curve->x[at];
        y[i] = curve->y[at];
    }
    qh_page_numbers(out, "x", count, x, 5);
    qh_page_numbers(out, "y", count, y, 5);
}

static void put_reaches(const qh_store_info *info, const qh_layout *layout, qh_json out) {
    const qh_json array = qh_page_array(out, "reaches");
    for (size_t i = 0; i < info->n_reach; i++) {
        const qh_stored_reach *const r = &info->reach[i];
        const qh_json one = qh_page_object(array, NULL);
        qh_page_text(one, "name", r->name);
        qh_page_text(one, "river", r->river);
        qh_page_count(one, "from", r->from);
        qh_page_count(one, "to", r->to);
        qh_page_number(one, "length_m", r->length);
        put_curve(&layout->curve[i], info->n_reach, one);
    }
}

static void put_nodes(const qh_store_info *info, const qh_layout *layout, qh_json out) {
    const qh_json array = qh_page_array(out, "nodes");
    for (size_t i = 0; i < info->n_node; i++) {
        const qh_json one = qh_page_object(array, NULL);
        qh_page_text(one, "name", info->node[i].name);
        qh_page_rounded(one, "x", layout->x[i], 6);
        qh_page_rounded(one, "y", layout->y[i], 6);
    }
}

static void put_route(const char *name, size_t count, const size_t *reach, qh_json array) {
    const qh_json one = qh_page_object(array, NULL);
    qh_page_text(one, "name", name);
    const qh_json reaches = qh_page_array(one, "reaches");
    for (size_t i = 0; i < count; i++)
        qh_page_count(reaches, NULL, reach[i]);
}

static qh_status put_routes(qh_report *report, const qh_store_info *info, qh_json out) {
    const qh_json array = qh_page_array(out, "routes");
    for (size_t i = 0; i < info->n_route; i++)
        put_route(info->route[i].name, info->route[i].count, info->route[i].reach, array);
    if (info->n_route > 0) return QH_OK;
    qh_way way;
    QH_TRY(qh_way_choose(info, NULL, report->arena, report->diag, &way));
    put_route(way.name, way.count, way.reach, array);
    return QH_OK;
}

qh_status qh_report_network(qh_report *report, qh_json root) {
    const qh_store_info *const info = report->run[0].info;
    qh_layout layout;
    double aspect = 1;
    QH_TRY(qh_layout_aspect(info, report->arena, &aspect));
    QH_TRY(qh_layout_create(info, 0, 0, WIDTH, aspect * WIDTH, report->arena, &layout));
    const qh_json out = qh_page_object(root, "network");
    qh_page_bool(out, "geographic", layout.geographic);
    qh_page_number(out, "units_per_m", layout.geographic ? layout.pixels_per_metre : (double)NAN);
    qh_page_number(out, "width", WIDTH);
    qh_page_number(out, "height", aspect * WIDTH);
    put_nodes(info, &layout, out);
    put_reaches(info, &layout, out);
    return put_routes(report, info, out);
}
