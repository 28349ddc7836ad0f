/* The network as a map: reaches coloured by the class of the water in them, cell by cell, with flow direction, control
 * sections, outfalls, stations and withdrawals. On the nodes' coordinates when all have them, else as a scheme.
 * Of two runs the first gives the outer band and all symbols, the second the inner band and the verdicts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viz/palette_internal.h"
#include "viz/plots/map_internal.h"

/* Layout, px. */
enum { CLASS_GAP = 22, LEAST_HEIGHT = 560, BAND = 5 };
#define OUTLINE 2.6

/* -------------------------------------------------------------------------------------------------- gathering */

static qh_status gather(qh_figure *figure, qh_map *m) {
    const qh_store_info *const info = figure->info;
    m->value = qh_arena_alloc(figure->arena, figure->n_constituent, sizeof *m->value);
    m->section = qh_arena_alloc(figure->arena, figure->n_constituent, sizeof *m->section);
    m->class_index = qh_arena_alloc(figure->arena, info->n_cell, sizeof *m->class_index);
    double *const here = qh_arena_alloc(figure->arena, figure->n_constituent, sizeof *here);
    if (!m->value || !m->section || !m->class_index || !here) return QH_E_NOMEM;
    for (size_t k = 0; k < figure->n_constituent; k++) {
        m->value[k] = qh_arena_alloc(figure->arena, info->n_cell, sizeof **m->value);
        m->section[k] = qh_arena_alloc(figure->arena, info->n_section, sizeof **m->section);
        if (!m->value[k] || !m->section[k]) return QH_E_NOMEM;
        const size_t c = figure->constituent[k];
        QH_TRY(qh_store_read_frame(figure->request->store, m->frame, c, figure->diag, m->value[k]));
        QH_TRY(qh_figure_sections(figure, m->frame, c, m->value[k], m->section[k]));
    }
    for (size_t i = 0; i < info->n_cell; i++) {
        for (size_t k = 0; k < figure->n_constituent; k++)
            here[k] = m->value[k][i];
        m->class_index[i] = qh_figure_worst_class(figure, here);
    }
    return QH_OK;
}

static int class_in(const qh_figure *figure, const qh_map *run, size_t section, double *work) {
    for (size_t k = 0; k < figure->n_constituent; k++)
        work[k] = run->section[k][section];
    return qh_figure_worst_class(figure, work);
}

int qh_map_section_class(const qh_figure *figure, const qh_map *m, size_t section, double *work) {
    return class_in(figure, m->after ? m->after : m, section, work);
}

/* Scenarios of one case have the same network; other rivers cannot be drawn on one map. */
static qh_status check_same(const qh_figure *figure, const qh_figure *other) {
    const qh_store_info *const a = figure->info, *const b = other->info;
    bool same = a->n_reach == b->n_reach && a->n_section == b->n_section;
    for (size_t r = 0; same && r < a->n_reach; r++)
        same = strcmp(a->reach[r].name, b->reach[r].name) == 0;
    for (size_t s = 0; same && s < a->n_section; s++)
        same = strcmp(a->section[s].code, b->section[s].code) == 0;
    QH_CHECK(same, QH_E_INPUT, figure->diag, QH_NOWHERE, "%s and %s have other reaches or sections: no map shows both",
             a->path, b->path);
    return QH_OK;
}

/* The second run, on the layout of the first. */
static qh_status gather_after(qh_figure *figure, qh_map *m, qh_figure *other, qh_plot_request *request, qh_map *after) {
    m->label = qh_figure_run_label(figure, figure->info);
    if (figure->request->n_other == 0) return QH_OK;
    QH_TRY(qh_figure_other(figure, 0, request, other));
    QH_TRY(check_same(figure, other));
    QH_TRY(qh_figure_frame(other, &after->frame));
    QH_TRY(gather(other, after));
    after->label = qh_figure_run_label(figure, other->info);
    m->after = after;
    return QH_OK;
}

/* -------------------------------------------------------------------------------------------------- the river */

static const char *class_color(const qh_figure *figure, int class_index) {
    return class_index ? qh_palette_class(class_index, figure->standard->n_class)->strong : QH_WATER;
}

/* Width of the reaches as drawn: the more water the wider, by the square root, as rivers do. */
static qh_status choose_widths(qh_figure *figure, qh_map *m) {
    const qh_store_info *const info = figure->info;
    double most = 1e-12; /* m3/s, in any cell */
    m->width = qh_arena_alloc(figure->arena, info->n_reach, sizeof *m->width);
    if (!m->width) return QH_E_NOMEM;
    for (size_t i = 0; i < info->n_cell; i++)
        most = fmax(most, info->cell_discharge[i]);
    for (size_t r = 0; r < info->n_reach; r++) {
        const qh_stored_reach *const reach = &info->reach[r];
        double flow = 0;
        for (size_t c = reach->first_cell; c < reach->first_cell + reach->n_cell; c++)
            flow += info->cell_discharge[c] / (double)reach->n_cell;
        m->width[r] = 3.5 + 6 * sqrt(flow / most);
    }
    return QH_OK;
}

/* Where rivers as wide as that would cover more than a part of the map, all of it is drawn the slimmer. */
static void slim_down(const qh_figure *figure, qh_map *m) {
    const double most = 0.08; /* -, of the map's area */
    double ink = 0;           /* px2 */
    for (size_t r = 0; r < figure->info->n_reach; r++) {
        const double *const x = m->layout.curve[r].x, *const y = m->layout.curve[r].y;
        for (size_t i = 0; i + 1 < QH_CURVE_POINTS; i++)
            ink += (m->width[r] + OUTLINE) * hypot(x[i + 1] - x[i], y[i + 1] - y[i]);
    }
    const double covered = ink / ((m->x1 - m->x0) * (m->y1 - m->y0));
    m->slim = covered > most ? most / covered : 1;
    for (size_t r = 0; r < figure->info->n_reach; r++)
        m->width[r] *= m->slim;
}

/* Symbols shrink less than rivers: they must be told apart. */
static double symbol_scale(const qh_map *m) { return fmax(0.6, sqrt(m->slim)); }

/* A stretch from fraction a to fraction b of a reach. */
static void draw_stretch(qh_figure *figure, const qh_map *m, size_t reach, double a, double b, qh_stroke stroke) {
    enum { STEPS = 24 };
    const size_t steps = (size_t)fmax(2, ceil(STEPS * (b - a)));
    double x[STEPS + 2], y[STEPS + 2], dx = 0, dy = 0;
    for (size_t i = 0; i <= steps; i++)
        qh_layout_at(&m->layout, reach, a + (b - a) * (double)i / (double)steps, &x[i], &y[i], &dx, &dy);
    qh_canvas_polyline(figure->canvas, steps + 1, x, y, stroke);
}

/* Calls `visit` for every stretch of a reach whose cells are of one class. */
typedef void visit_stretch(qh_figure *figure, qh_map *m, size_t reach, double a, double b, int class_index);

static void each_stretch(qh_figure *figure, qh_map *m, size_t reach, visit_stretch *visit) {
    const qh_stored_reach *const r = &figure->info->reach[reach];
    const double *const x = figure->info->cell_chainage;
    const size_t end = r->first_cell + r->n_cell;
    double a = 0;
    for (size_t c = r->first_cell; c < end; c++) {
        if (c + 1 < end && m->class_index[c + 1] == m->class_index[c]) continue;
        const double b = c + 1 < end ? (x[c] + x[c + 1]) / 2 / r->length : 1;
        visit(figure, m, reach, a, b, m->class_index[c]);
        a = b;
    }
}

static void draw_class(qh_figure *figure, qh_map *m, size_t reach, double a, double b, int class_index) {
    draw_stretch(figure, m, reach, a, b, (qh_stroke){m->width[reach], class_color(figure, class_index), NULL});
}

/* The band around the second run's, told apart by a thin line. */
static void draw_outer_class(qh_figure *figure, qh_map *m, size_t reach, double a, double b, int class_index) {
    draw_stretch(figure, m, reach, a, b,
                 (qh_stroke){m->width[reach] + 2 * BAND, class_color(figure, class_index), NULL});
}

/* Length on the picture of the last stretch of one class in a reach, px. */
static double last_stretch(const qh_figure *figure, const qh_map *m, size_t reach) {
    const qh_stored_reach *const r = &figure->info->reach[reach];
    size_t c = r->first_cell + r->n_cell - 1;
    while (c > r->first_cell && m->class_index[c - 1] == m->class_index[c])
        c--;
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0, dx = 0, dy = 0;
    qh_layout_at(&m->layout, reach, figure->info->cell_chainage[c] / r->length, &x0, &y0, &dx, &dy);
    qh_layout_at(&m->layout, reach, 1, &x1, &y1, &dx, &dy);
    return hypot(x1 - x0, y1 - y0);
}

/* Shortest stretch whose class is named, px. */
static double class_gap(const qh_map *m) { return m->slim < 1 ? 3 * CLASS_GAP : CLASS_GAP; }

/* Class that is named at the foot of the reach of the same river above this one; -1 where there is none. */
static int class_above(const qh_figure *figure, const qh_map *m, size_t reach) {
    const qh_stored_reach *const r = &figure->info->reach[reach];
    for (size_t n = 0; n < figure->info->n_reach; n++) {
        const qh_stored_reach *const o = &figure->info->reach[n];
        if (o->to == r->from && strcmp(o->river, r->river) == 0 && last_stretch(figure, m, n) >= class_gap(m))
            return m->class_index[o->first_cell + o->n_cell - 1];
    }
    return -1;
}

/* The class named on the stretch: the colours alone do not tell I from II, nor all eyes red from green. */
static void name_class(qh_figure *figure, qh_map *m, size_t reach, double a, double b, int class_index) {
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0, x = 0, y = 0, dx = 0, dy = 0;
    qh_layout_at(&m->layout, reach, a, &x0, &y0, &dx, &dy);
    qh_layout_at(&m->layout, reach, b, &x1, &y1, &dx, &dy);
    if (class_index == 0 || hypot(x1 - x0, y1 - y0) < class_gap(m)) return;
    if (a <= 0 && class_above(figure, m, reach) == class_index) return; /* named upstream already */
    const char *const name = qh_figure_class_name(figure, class_index);
    const double half = 5 + qh_gnuplot_text_width(name, 10) / 2;
    static const double where[] = {0.5, 0.35, 0.65,
                                   0.2, 0.8,  0.5}; /* the first where no symbol stands, else the middle */
    bool is_free = false;
    for (size_t i = 0; i < sizeof where / sizeof *where && !is_free; i++) {
        qh_layout_at(&m->layout, reach, a + where[i] * (b - a), &x, &y, &dx, &dy);
        is_free = qh_labels_free(m->labels, x - half - 2, y - 10, x + half + 2, y + 10);
    }
    if (!is_free && m->slim < 1) return;
    const qh_class_color *const color = qh_palette_class(class_index, figure->standard->n_class);
    qh_canvas_rectangle(figure->canvas, x - half, y - 8, x + half, y + 8, color->strong,
                        (qh_stroke){1.2, "#ffffff", NULL});
    qh_canvas_text(figure->canvas, x, y, (qh_text_style){10.5, color->ink, QH_CENTER, 0}, name);
    qh_labels_avoid(m->labels, x - half, y - 8, x + half, y + 8, 1);
}

/* One arrow a reach, two on a long one, each where no symbol stands. */
static void draw_arrows(qh_figure *figure, const qh_map *m, size_t reach) {
    static const double upper[] = {0.25, 0.33, 0.17, 0.4, 0.1}, lower[] = {0.75, 0.67, 0.83, 0.6, 0.9, 0.5};
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0, x = 0, y = 0, dx = 0, dy = 0;
    qh_layout_at(&m->layout, reach, 0, &x0, &y0, &dx, &dy);
    qh_layout_at(&m->layout, reach, 1, &x1, &y1, &dx, &dy);
    const double size = symbol_scale(m);
    if (m->slim < 1 && hypot(x1 - x0, y1 - y0) < 40) return;
    for (int half = hypot(x1 - x0, y1 - y0) > 130 ? 0 : 1; half < 2; half++) {
        const double *const where = half ? lower : upper;
        const size_t count = half ? sizeof lower / sizeof *lower : sizeof upper / sizeof *upper;
        for (size_t i = 0; i < count; i++) {
            qh_layout_at(&m->layout, reach, where[i], &x, &y, &dx, &dy);
            if (!qh_labels_free(m->labels, x - 9, y - 9, x + 9, y + 9)) continue;
            qh_canvas_arrowhead(figure->canvas, x + 6 * size * dx, y + 6 * size * dy, dx, dy, 13 * size, QH_INK);
            break;
        }
    }
}

/* Stretches of the class and width at hand only. */
static void draw_if(qh_figure *figure, qh_map *m, size_t reach, double a, double b, int class_index) {
    if (class_index != m->only_class) return;
    draw_stretch(figure, m, reach, a, b, (qh_stroke){m->only_width, class_color(figure, class_index), NULL});
}

/* Crowded rivers: no outline, large ones over small ones, bad water over good. */
static void draw_crowded(qh_figure *figure, qh_map *m) {
    const size_t n_class = figure->standard ? figure->standard->n_class + 1 : 0;
    enum { WIDTHS = 8 };
    double most = 0;
    for (size_t r = 0; r < figure->info->n_reach; r++)
        most = fmax(most, m->width[r]);
    for (int class_index = 0; class_index <= (int)n_class; class_index++) {
        for (int k = 0; k < WIDTHS; k++) {
            m->only_class = class_index;
            m->only_width = fmax(most * (k + 1) / WIDTHS, 0.5);
            for (size_t r = 0; r < figure->info->n_reach; r++)
                if ((int)fmin(m->width[r] / most * WIDTHS, WIDTHS - 1) == k) each_stretch(figure, m, r, draw_if);
        }
    }
}

static void draw_spacious(qh_figure *figure, qh_map *m, qh_figure *other) {
    const qh_store_info *const info = figure->info;
    const double outline = m->after ? 2 * BAND + OUTLINE : OUTLINE;
    for (size_t r = 0; r < info->n_reach; r++)
        draw_stretch(figure, m, r, 0, 1, (qh_stroke){m->width[r] + outline, QH_INK, NULL});
    for (size_t r = 0; r < info->n_reach; r++)
        each_stretch(figure, m, r, m->after ? draw_outer_class : draw_class);
    for (size_t r = 0; m->after && r < info->n_reach; r++)
        draw_stretch(figure, m, r, 0, 1, (qh_stroke){m->width[r] + 1.6, QH_INK, NULL});
    for (size_t r = 0; m->after && r < info->n_reach; r++)
        each_stretch(other, m->after, r, draw_class);
}

/* Names keep off the rivers; points that are nearer to one another than the river is wide count once. */
static void avoid_river(qh_map *m, size_t reach) {
    const double half = (m->after ? 5 + BAND : 5) * m->slim, apart = m->slim < 1 ? 2 * half : 0;
    double last_x = INFINITY, last_y = INFINITY;
    for (size_t i = 0; i < QH_CURVE_POINTS; i++) {
        const double x = m->layout.curve[reach].x[i], y = m->layout.curve[reach].y[i];
        if (hypot(x - last_x, y - last_y) < apart) continue;
        qh_labels_avoid(m->labels, x - half, y - half, x + half, y + half, 0.5);
        last_x = x;
        last_y = y;
    }
}

static void draw_rivers(qh_figure *figure, qh_map *m, qh_figure *other) {
    if (m->slim < 1)
        draw_crowded(m->after ? other : figure, m->after ? m->after : m);
    else
        draw_spacious(figure, m, other);
    for (size_t r = 0; r < figure->info->n_reach; r++)
        avoid_river(m, r);
}

/* ---------------------------------------------------------------------------------------------------- symbols */

/* A symbol to be named: all symbols are drawn and kept clear before the first name is placed. */
typedef struct marked {
    double x, y;  /* px */
    double clear; /* px, across the symbol */
    const char *name;
    const char *second;       /* second line, NULL for none */
    const char *second_color; /* its colour */
    double size;              /* px, of the name */
    const char *color;
    bool must;  /* be named, even over something else */
    bool first; /* before all others */
} marked;

typedef struct marked_list {
    size_t count;
    marked *item;
} marked_list;

static void mark(qh_map *m, marked_list *list, marked item) {
    list->item[list->count++] = item;
    const double half = item.clear / 2;
    qh_labels_avoid(m->labels, item.x - half, item.y - half, item.x + half, item.y + half, 2);
}

static bool on_reach(const qh_figure *figure, const qh_map *m, const char *reach_name, double chainage, double *x,
                     double *y, double *dx, double *dy) {
    const size_t r = qh_figure_reach(figure, reach_name);
    if (r == figure->info->n_reach) return false;
    qh_layout_at(&m->layout, r, chainage / figure->info->reach[r].length, x, y, dx, dy);
    return true;
}

static void mark_section(qh_figure *figure, qh_map *m, marked_list *list, size_t section, double *work) {
    const qh_stored_section *const s = &figure->info->section[section];
    double x = 0, y = 0, dx = 0, dy = 0;
    if (!on_reach(figure, m, s->reach_name, s->chainage, &x, &y, &dx, &dy)) return;
    const int actual = qh_map_section_class(figure, m, section, work), before = class_in(figure, m, section, work);
    const bool missed = actual > s->target_class;
    const double scale = symbol_scale(m);
    qh_canvas_mark(figure->canvas, missed ? QH_MARK_DIAMOND : QH_MARK_CIRCLE, x, y, scale * (missed ? 15 : 12),
                   missed ? QH_ALARM : "#ffffff",
                   (qh_stroke){scale * (missed ? 1.6 : 2), missed ? "#ffffff" : QH_INK, NULL});
    marked item = {.x = x,
                   .y = y,
                   .clear = scale * (missed ? 18 : 14),
                   .name = s->name,
                   .size = 12,
                   .color = missed ? QH_ALARM : QH_INK,
                   .must = m->slim >= 1 || missed,
                   .first = missed};
    const char *const name = qh_figure_class_name(figure, actual);
    const char *const classes = m->after && before != actual
                                    ? qh_figure_printf(figure, "%s → %s", qh_figure_class_name(figure, before), name)
                                    : name;
    if (actual && figure->request->lang == QH_ZH)
        item.second = qh_figure_printf(figure, "%s类，目标%s类%s", classes,
                                       qh_figure_class_name(figure, s->target_class), missed ? "，未达标" : "");
    else if (actual)
        item.second = qh_figure_printf(figure, "class %s, target %s%s", classes,
                                       qh_figure_class_name(figure, s->target_class), missed ? ": missed" : "");
    item.second_color = missed ? QH_ALARM : QH_FAINT;
    mark(m, list, item);
}

size_t qh_map_load_constituent(const qh_figure *figure) {
    return figure->constituent[figure->n_constituent > 1 ? 1 : 0];
}

static void mark_sources(qh_figure *figure, qh_map *m, marked_list *list) {
    const qh_store_info *const info = figure->info;
    const size_t k = qh_map_load_constituent(figure);
    const double scale = symbol_scale(m);
    double most = 0;
    for (size_t i = 0; i < info->n_source; i++) {
        if (strcmp(info->source[i].kind, "outfall") == 0) most = fmax(most, info->source[i].load[k]);
    }
    for (size_t i = 0; i < info->n_source; i++) {
        const qh_stored_source *const s = &info->source[i];
        double x = 0, y = 0, dx = 0, dy = 0;
        if (!on_reach(figure, m, s->reach_name, s->chainage, &x, &y, &dx, &dy)) continue;
        if (strcmp(s->kind, "outfall") == 0) {
            const double size = scale * (most > 0 ? 6 + 12 * sqrt(s->load[k] / most) : 6);
            const double off = 8 * scale + size / 2, ox = x + dy * off, oy = y - dx * off; /* on the right bank */
            qh_canvas_line(figure->canvas, x, y, ox, oy, (qh_stroke){1.4, QH_WASTE, NULL});
            qh_canvas_mark(figure->canvas, QH_MARK_TRIANGLE_DOWN, ox, oy, size, s->flow > 0 ? QH_WASTE : "#ffffff",
                           (qh_stroke){1, s->flow > 0 ? "#ffffff" : QH_WASTE, NULL});
            mark(m, list, (marked){ox, oy, size + 2, s->name, NULL, NULL, 10, QH_WASTE, false, false});
        } else if (strcmp(s->kind, "tributary") == 0) {
            /* From the left bank, slanting downstream. */
            const double fx = x - dy * 26 - dx * 16, fy = y + dx * 26 - dy * 16;
            qh_canvas_line(figure->canvas, fx, fy, x, y, (qh_stroke){2.4, QH_WATER, NULL});
            qh_canvas_arrowhead(figure->canvas, x - (x - fx) * 0.18, y - (y - fy) * 0.18, x - fx, y - fy, 9, QH_WATER);
            mark(m, list, (marked){fx, fy, 8, s->name, NULL, NULL, 11, QH_WATER, m->slim >= 1, false});
        }
    }
}

static void mark_stations(qh_figure *figure, qh_map *m, marked_list *list) {
    const qh_store_info *const info = figure->info;
    for (size_t i = 0; i < info->n_station; i++) {
        const qh_stored_station *const s = &info->station[i];
        double x = 0, y = 0, dx = 0, dy = 0;
        if (!on_reach(figure, m, s->reach_name, s->chainage, &x, &y, &dx, &dy)) continue;
        qh_canvas_line(figure->canvas, x - 11 * dy, y + 11 * dx, x + 11 * dy, y - 11 * dx,
                       (qh_stroke){7, "#ffffff", NULL});
        qh_canvas_line(figure->canvas, x - 10 * dy, y + 10 * dx, x + 10 * dy, y - 10 * dx,
                       (qh_stroke){4.5, QH_INK, NULL});
        marked item = {x, y, 22, s->name, NULL, QH_FAINT, 11, QH_INK, m->slim >= 1, false};
        item.second = qh_figure_printf(figure, "%.3g / %.3g m³/s", s->flow.released, s->flow.target);
        if (s->flow.deficit > 0) item.second_color = QH_ALARM;
        if (s->flow.target <= 0) item.second = NULL;
        mark(m, list, item);
    }
    for (size_t i = 0; i < info->n_withdrawal; i++) {
        const qh_stored_withdrawal *const w = &info->withdrawal[i];
        double x = 0, y = 0, dx = 0, dy = 0;
        if (!on_reach(figure, m, w->reach_name, w->chainage, &x, &y, &dx, &dy)) continue;
        const double ox = x - dy * 15, oy = y + dx * 15; /* on the left bank */
        qh_canvas_line(figure->canvas, x, y, ox, oy, (qh_stroke){1.4, QH_WATER, NULL});
        qh_canvas_mark(figure->canvas, QH_MARK_TRIANGLE_UP, ox, oy, 11, QH_WATER, (qh_stroke){1, "#ffffff", NULL});
        mark(m, list, (marked){ox, oy, 12, w->name, NULL, NULL, 10, QH_WATER, false, false});
    }
}

/* Whether a reach is the longest of its river, the first among equals: there the river is named, once. */
static bool bears_name(const qh_store_info *info, size_t reach) {
    const qh_stored_reach *const r = &info->reach[reach];
    if (!r->river[0]) return false;
    for (size_t n = 0; n < info->n_reach; n++) {
        const qh_stored_reach *const o = &info->reach[n];
        if (strcmp(o->river, r->river) != 0) continue;
        if (o->length > r->length || (o->length >= r->length && n < reach)) return false;
    }
    return true;
}

static void mark_rivers(qh_figure *figure, const qh_map *m, marked_list *list) {
    for (size_t r = 0; r < figure->info->n_reach; r++) {
        if (!bears_name(figure->info, r)) continue;
        double x = 0, y = 0, dx = 0, dy = 0;
        qh_layout_at(&m->layout, r, 0.38, &x, &y, &dx, &dy);
        list->item[list->count++] =
            (marked){x, y, 10, figure->info->reach[r].river, NULL, NULL, 15, QH_WATER, m->slim >= 1, false};
    }
}

/* --------------------------------------------------------------------------------------------------- labelling */

/* False where it finds no room. */
static bool place_label(qh_figure *figure, qh_map *m, const marked *item) {
    double width = qh_gnuplot_text_width(item->name, item->size);
    double height = item->size * 1.25;
    const double second_size = item->size - 1.5;
    if (item->second) {
        width = fmax(width, qh_gnuplot_text_width(item->second, second_size));
        height += second_size * 1.25;
    }
    double x = 0, y = 0;
    if (!qh_labels_place(m->labels, item->x, item->y, item->clear, width, height, item->must, &x, &y)) return false;
    /* Text leans towards its symbol; a thin leader joins the two when they stand apart. */
    const qh_align align = x > item->x + width * 0.3 ? QH_LEFT : x < item->x - width * 0.3 ? QH_RIGHT : QH_CENTER;
    const double at = align == QH_LEFT ? x - width / 2 : align == QH_RIGHT ? x + width / 2 : x;
    const double near_x = fmin(fmax(item->x, x - width / 2), x + width / 2);
    const double near_y = fmin(fmax(item->y, y - height / 2), y + height / 2);
    if (hypot(near_x - item->x, near_y - item->y) > item->clear / 2 + 9)
        qh_canvas_line(figure->canvas, item->x, item->y, near_x, near_y, (qh_stroke){0.8, QH_FAINT, NULL});
    const double upper = item->second ? y + height / 2 - item->size * 0.62 : y;
    qh_canvas_text(figure->canvas, at, upper, (qh_text_style){item->size, item->color, align, 0}, item->name);
    if (item->second)
        qh_canvas_text(figure->canvas, at, y - height / 2 + second_size * 0.6,
                       (qh_text_style){second_size, item->second_color, align, 0}, item->second);
    return true;
}

static qh_status draw_symbols(qh_figure *figure, qh_map *m, qh_figure *other) {
    const qh_store_info *const info = figure->info;
    const size_t most = info->n_section + info->n_source + info->n_station + info->n_withdrawal + info->n_reach;
    marked_list list = {0, qh_arena_alloc(figure->arena, most, sizeof(marked))};
    double *const work = qh_arena_alloc(figure->arena, figure->n_constituent, sizeof *work);
    if (!list.item || !work) return QH_E_NOMEM;
    /* What is marked first is named first and gets the best places. */
    for (size_t s = 0; s < info->n_section; s++)
        mark_section(figure, m, &list, s, work);
    mark_stations(figure, m, &list);
    mark_sources(figure, m, &list);
    mark_rivers(figure, m, &list);
    for (size_t r = 0; r < info->n_reach; r++)
        each_stretch(other, m->after ? m->after : m, r, name_class);
    for (size_t r = 0; r < info->n_reach; r++)
        draw_arrows(figure, m, r);
    for (size_t i = 0; i < list.count; i++)
        if (list.item[i].first) (void)place_label(figure, m, &list.item[i]);
    for (size_t i = 0; i < list.count; i++)
        if (!list.item[i].first && !place_label(figure, m, &list.item[i])) m->n_nameless++;
    return QH_OK;
}

/* ---------------------------------------------------------------------------------------------------- together */

static const char *second_line(qh_figure *figure, const qh_map *m) {
    const qh_store_info *const info = figure->info;
    const char *const gap = figure->request->lang == QH_ZH ? "　·　" : "  ·  ";
    const char *what = "";
    for (size_t k = 0; k < figure->n_constituent; k++)
        what = qh_figure_printf(figure, "%s%s%s", what, k ? ", " : "", info->constituent[figure->constituent[k]].name);
    const char *const when =
        info->steady ? qh_figure_tr(figure, "steady state") : qh_figure_time(figure, info->frame_time[m->frame]);
    return qh_figure_printf(figure, "%s%s%s%s%s", figure->standard ? figure->standard->code : "",
                            figure->standard ? gap : "", what, gap, when);
}

static qh_status draw_all(qh_figure *figure, qh_map *m, qh_map *after) {
    const qh_store_info *const info = figure->info;
    qh_figure other = *figure;
    qh_plot_request of_other;
    QH_TRY(qh_figure_frame(figure, &m->frame));
    QH_TRY(gather(figure, m));
    QH_TRY(gather_after(figure, m, &other, &of_other, after));
    QH_TRY(choose_widths(figure, m));
    double aspect = 1;
    QH_TRY(qh_layout_aspect(info, figure->arena, &aspect));
    const double room = QH_MAP_WIDTH - QH_MAP_LEGEND - 2 * QH_MAP_MARGIN;
    const double height = fmax(QH_FIGURE_TITLE + QH_MAP_FOOT + QH_MAP_MARGIN * 1.2 + room * aspect, LEAST_HEIGHT);
    QH_TRY(qh_figure_open(figure, QH_MAP_WIDTH, height));
    m->x0 = QH_MAP_MARGIN;
    m->x1 = QH_MAP_WIDTH - QH_MAP_LEGEND - QH_MAP_MARGIN;
    m->y0 = QH_MAP_FOOT + QH_MAP_MARGIN * 0.55;
    m->y1 = height - QH_FIGURE_TITLE - QH_MAP_MARGIN * 0.55;
    QH_TRY(qh_layout_create(info, m->x0, m->y0, m->x1, m->y1, figure->arena, &m->layout));
    slim_down(figure, m);
    const size_t most = 4 * (info->n_section + info->n_source + info->n_station + info->n_withdrawal) +
                        info->n_reach * (QH_CURVE_POINTS + 2) + info->n_cell;
    m->labels = qh_labels_create(figure->arena, 8, QH_MAP_FOOT, QH_MAP_WIDTH - QH_MAP_LEGEND - 14,
                                 height - QH_FIGURE_TITLE, most);
    if (!m->labels) return QH_E_NOMEM;
    other.canvas = figure->canvas;
    other.script = figure->script;
    after->labels = m->labels;
    after->layout = m->layout;
    after->width = m->width;
    after->slim = m->slim;
    draw_rivers(figure, m, &other);
    QH_TRY(draw_symbols(figure, m, &other));
    QH_TRY(qh_map_legend(figure, m));
    qh_figure_title(figure, qh_figure_tr(figure, "map of the network"), second_line(figure, m));
    return qh_figure_close(figure);
}

static qh_status draw(const qh_plot_request *request, qh_diag *diag) {
    qh_figure figure;
    qh_map m = {.frame = 0}, after = {.frame = 0};
    qh_status status = qh_figure_begin(request, diag, &figure);
    if (status == QH_OK) status = draw_all(&figure, &m, &after);
    qh_figure_end(&figure);
    return status;
}

const qh_plot qh_plot_map = {
    .name = "map",
    .title = QH_N("the network, its reaches coloured by the class of their water"),
    .most_runs = 2,
    .draw = draw,
};
