#include "viz/layout_internal.h"

#include <math.h>
#include <string.h>

#include "viz/way_internal.h"

static bool is_geographic(const qh_store_info *info) {
    for (size_t i = 0; i < info->n_node; i++) {
        if (!info->node[i].has_position) return false;
    }
    return info->n_node > 1;
}

/* Metres east and north of the first node; good enough over a river basin. */
static void geographic_places(const qh_store_info *info, double *x, double *y) {
    const double degree = 111195.0, radian = 0.017453292519943295; /* m of latitude; rad a degree */
    double latitude = 0;
    for (size_t i = 0; i < info->n_node; i++)
        latitude += info->node[i].latitude / (double)info->n_node;
    for (size_t i = 0; i < info->n_node; i++) {
        x[i] = (info->node[i].longitude - info->node[0].longitude) * degree * cos(latitude * radian);
        y[i] = (info->node[i].latitude - info->node[0].latitude) * degree;
    }
}

/* The scheme. Ways are taken off the network longest first; each gets a row of its own, alternately above and below
 * those that are there, and its nodes keep their distance to where the way ends. */
typedef struct scheme {
    const qh_store_info *info;
    bool *taken;         /* [n_reach] */
    bool *placed;        /* [n_node] */
    double *x, *y;       /* [n_node] */
    size_t *reach;       /* [n_reach], work space */
    double above, below; /* rows in use */
} scheme;

static void place_way(scheme *s, size_t count, double row_gap) {
    const qh_store_info *const info = s->info;
    const size_t foot = info->reach[s->reach[count - 1]].to;
    double row = 0;
    if (row_gap > 0) row = s->above <= -s->below ? (s->above += row_gap) : (s->below -= row_gap);
    if (!s->placed[foot]) {
        s->placed[foot] = true;
        s->y[foot] = row;
    }
    /* A side arm leaves a node that has its place already: it is spread between its two ends. */
    const size_t head = info->reach[s->reach[0]].from;
    double length = 0, done = 0;
    for (size_t i = 0; i < count; i++)
        length += info->reach[s->reach[i]].length;
    const double reach_back = s->placed[head] ? s->x[foot] - s->x[head] : length;
    for (size_t i = count; i-- > 0;) {
        const qh_stored_reach *const r = &info->reach[s->reach[i]];
        done += r->length;
        s->taken[s->reach[i]] = true;
        if (s->placed[r->from]) continue;
        s->placed[r->from] = true;
        s->x[r->from] = s->x[foot] - reach_back * done / length;
        s->y[r->from] = row;
    }
}

static qh_status schematic_places(const qh_store_info *info, qh_arena *arena, double *x, double *y) {
    scheme s = {.info = info};
    s.x = x;
    s.y = y;
    s.taken = qh_arena_alloc(arena, info->n_reach, sizeof *s.taken);
    s.placed = qh_arena_alloc(arena, info->n_node, sizeof *s.placed);
    s.reach = qh_arena_alloc(arena, info->n_reach, sizeof *s.reach);
    if (!s.taken || !s.placed || !s.reach) return QH_E_NOMEM;
    double row_gap = 0;
    for (;;) {
        size_t count = 0;
        QH_TRY(qh_way_longest(info, s.taken, s.reach, &count));
        if (count == 0) return QH_OK;
        /* Keep the part that ends where something is placed already, so that no row crosses another. */
        for (size_t i = 0; i < count && row_gap > 0; i++) {
            if (s.placed[info->reach[s.reach[i]].to]) count = i + 1;
        }
        double length = 0;
        for (size_t i = 0; i < count; i++)
            length += info->reach[s.reach[i]].length;
        place_way(&s, count, row_gap);
        if (row_gap <= 0) row_gap = 0.22 * length;
    }
}

static qh_status places(const qh_store_info *info, qh_arena *arena, double **x, double **y) {
    *x = qh_arena_alloc(arena, info->n_node, sizeof **x);
    *y = qh_arena_alloc(arena, info->n_node, sizeof **y);
    if (!*x || !*y) return QH_E_NOMEM;
    if (!is_geographic(info)) return schematic_places(info, arena, *x, *y);
    geographic_places(info, *x, *y);
    return QH_OK;
}

static void extent(size_t count, const double *v, double *low, double *high) {
    *low = *high = count ? v[0] : 0;
    for (size_t i = 1; i < count; i++) {
        *low = fmin(*low, v[i]);
        *high = fmax(*high, v[i]);
    }
}

qh_status qh_layout_aspect(const qh_store_info *info, qh_arena *arena, double *aspect) {
    double *x = NULL, *y = NULL, x0 = 0, x1 = 0, y0 = 0, y1 = 0;
    QH_TRY(places(info, arena, &x, &y));
    extent(info->n_node, x, &x0, &x1);
    extent(info->n_node, y, &y0, &y1);
    const double width = fmax(x1 - x0, 1e-9), ratio = (y1 - y0) / width;
    *aspect = fmin(fmax(ratio, 0.3), 1.2);
    return QH_OK;
}

/* ---------------------------------------------------------------------------------------------------- curves */

/* The reach of the same river that ends (or begins) where this one begins (ends); n_reach when there is none. */
static size_t neighbour(const qh_store_info *info, size_t reach, bool upstream) {
    const qh_stored_reach *const r = &info->reach[reach];
    for (size_t n = 0; n < info->n_reach; n++) {
        const qh_stored_reach *const o = &info->reach[n];
        const bool joins = upstream ? o->to == r->from : o->from == r->to;
        if (n != reach && joins && strcmp(o->river, r->river) == 0) return n;
    }
    return info->n_reach;
}

/* How far a reach stands out to the side because others join the same two nodes, in parts of its chord. */
static double bulge(const qh_store_info *info, size_t reach) {
    const qh_stored_reach *const r = &info->reach[reach];
    size_t count = 0, rank = 0;
    for (size_t n = 0; n < info->n_reach; n++) {
        if (info->reach[n].from != r->from || info->reach[n].to != r->to) continue;
        if (n < reach) rank++;
        count++;
    }
    return 0.5 * ((double)rank - 0.5 * (double)(count - 1));
}

/* A cubic through the reach's ends whose slope there follows the river's neighbouring reaches, so that a river drawn
 * from a handful of nodes bends at them and does not break. */
static void draw_curve(const qh_store_info *info, size_t reach, const double *x, const double *y, qh_curve *curve) {
    const qh_stored_reach *const r = &info->reach[reach];
    const double ax = x[r->from], ay = y[r->from], bx = x[r->to], by = y[r->to];
    const double chord = fmax(hypot(bx - ax, by - ay), 1e-9);
    double sx = bx - ax, sy = by - ay, ex = sx, ey = sy; /* slopes at start and end */
    const size_t up = neighbour(info, reach, true), down = neighbour(info, reach, false);
    if (up < info->n_reach) {
        const double px = x[info->reach[up].from], py = y[info->reach[up].from], before = hypot(ax - px, ay - py);
        sx = (bx - px) * chord / (chord + before);
        sy = (by - py) * chord / (chord + before);
    }
    if (down < info->n_reach) {
        const double nx = x[info->reach[down].to], ny = y[info->reach[down].to], after = hypot(nx - bx, ny - by);
        ex = (nx - ax) * chord / (chord + after);
        ey = (ny - ay) * chord / (chord + after);
    }
    const double out = bulge(info, reach);
    for (size_t i = 0; i < QH_CURVE_POINTS; i++) {
        const double t = (double)i / (QH_CURVE_POINTS - 1), t2 = t * t, t3 = t2 * t;
        const double h0 = 2 * t3 - 3 * t2 + 1, h1 = t3 - 2 * t2 + t, h2 = 3 * t2 - 2 * t3, h3 = t3 - t2;
        const double side = out * sin(3.141592653589793 * t);
        curve->x[i] = h0 * ax + h1 * sx + h2 * bx + h3 * ex - side * (by - ay);
        curve->y[i] = h0 * ay + h1 * sy + h2 * by + h3 * ey + side * (bx - ax);
        curve->along[i] =
            i ? curve->along[i - 1] + hypot(curve->x[i] - curve->x[i - 1], curve->y[i] - curve->y[i - 1]) : 0;
    }
    const double length = fmax(curve->along[QH_CURVE_POINTS - 1], 1e-9);
    for (size_t i = 0; i < QH_CURVE_POINTS; i++)
        curve->along[i] /= length;
}

qh_status qh_layout_create(const qh_store_info *info, double x0, double y0, double x1, double y1, qh_arena *arena,
                           qh_layout *layout) {
    double *x = NULL, *y = NULL, left = 0, right = 0, low = 0, high = 0;
    QH_TRY(places(info, arena, &x, &y));
    qh_curve *const curve = qh_arena_alloc(arena, info->n_reach, sizeof *curve);
    if (!curve) return QH_E_NOMEM;
    extent(info->n_node, x, &left, &right);
    extent(info->n_node, y, &low, &high);
    const bool geographic = is_geographic(info);
    double scale_x = (x1 - x0) / fmax(right - left, 1e-9), scale_y = (y1 - y0) / fmax(high - low, 1e-9);
    if (geographic || high - low <= 0) scale_x = scale_y = fmin(scale_x, scale_y);
    for (size_t i = 0; i < info->n_node; i++) {
        x[i] = (x0 + x1) / 2 + (x[i] - (left + right) / 2) * scale_x;
        y[i] = (y0 + y1) / 2 + (y[i] - (low + high) / 2) * scale_y;
    }
    for (size_t r = 0; r < info->n_reach; r++)
        draw_curve(info, r, x, y, &curve[r]);
    *layout = (qh_layout){.geographic = geographic, .pixels_per_metre = scale_x, .x = x, .y = y, .curve = curve};
    return QH_OK;
}

void qh_layout_at(const qh_layout *layout, size_t reach, double fraction, double *x, double *y, double *dx,
                  double *dy) {
    const qh_curve *const c = &layout->curve[reach];
    size_t i = 1;
    while (i < QH_CURVE_POINTS - 1 && c->along[i] < fraction)
        i++;
    const double step = fmax(c->along[i] - c->along[i - 1], 1e-12);
    const double part = fmin(fmax((fraction - c->along[i - 1]) / step, 0), 1);
    const double ex = c->x[i] - c->x[i - 1], ey = c->y[i] - c->y[i - 1], length = fmax(hypot(ex, ey), 1e-9);
    *x = c->x[i - 1] + part * ex;
    *y = c->y[i - 1] + part * ey;
    *dx = ex / length;
    *dy = ey / length;
}
