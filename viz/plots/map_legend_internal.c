/* The legend of the map: what occurs on it is explained, nothing else. */
#include <math.h>
#include <string.h>

#include "viz/palette_internal.h"
#include "viz/plots/map_internal.h"

static void legend_heading(qh_figure *figure, double x, double *y, const char *text) {
    qh_canvas_text(figure->canvas, x, *y, (qh_text_style){12, QH_FAINT, QH_LEFT, 0}, text);
    *y -= 22;
}

static void legend_classes(qh_figure *figure, double x, double *y) {
    legend_heading(figure, x, y, qh_figure_tr(figure, "class of the water"));
    const size_t n = figure->standard->n_class;
    for (size_t c = 1; c <= n + 1; c++) {
        const qh_class_color *const color = qh_palette_class((int)c, n);
        const char *name = qh_figure_class_name(figure, (int)c);
        if (c < n + 1 && qh_palette_class((int)c + 1, n) == color)
            name = qh_figure_printf(figure, "%s–%s", name, qh_figure_class_name(figure, (int)++c));
        qh_canvas_rectangle(figure->canvas, x, *y - 5, x + 30, *y + 5, color->strong, (qh_stroke){1, QH_INK, NULL});
        qh_canvas_text(figure->canvas, x + 40, *y, (qh_text_style){11.5, QH_INK, QH_LEFT, 0}, name);
        *y -= 19;
    }
    *y -= 10;
}

/* Which band is which of two runs. */
static void legend_bands(qh_figure *figure, const qh_map *m, double x, double *y) {
    const qh_text_style text = {11.5, QH_INK, QH_LEFT, 0};
    legend_heading(figure, x, y, qh_figure_tr(figure, "two runs"));
    if (m->slim < 1) { /* no room for two bands */
        qh_canvas_text(figure->canvas, x, *y, text,
                       qh_figure_printf(figure, qh_figure_tr(figure, "rivers are those of: %s"), m->after->label));
        *y -= 28;
        return;
    }
    qh_canvas_rectangle(figure->canvas, x, *y - 8, x + 30, *y + 8, QH_RULE, (qh_stroke){1, QH_INK, NULL});
    qh_canvas_rectangle(figure->canvas, x, *y - 4, x + 30, *y + 4, "#ffffff", (qh_stroke){1, QH_INK, NULL});
    qh_canvas_text(figure->canvas, x + 40, *y + 7, text,
                   qh_figure_printf(figure, qh_figure_tr(figure, "outside: %s"), m->label));
    qh_canvas_text(figure->canvas, x + 40, *y - 9, text,
                   qh_figure_printf(figure, qh_figure_tr(figure, "inside: %s"), m->after->label));
    *y -= 34;
}

static void legend_symbol(qh_figure *figure, qh_mark shape, const char *fill, const char *edge, double x, double *y,
                          const char *text) {
    qh_canvas_mark(figure->canvas, shape, x + 15, *y, 12, fill, (qh_stroke){1.5, edge, NULL});
    qh_canvas_text(figure->canvas, x + 40, *y, (qh_text_style){11.5, QH_INK, QH_LEFT, 0}, text);
    *y -= 20;
}

static void legend_scale(qh_figure *figure, const qh_map *m, double x, double y) {
    if (!m->layout.geographic) {
        qh_canvas_text(figure->canvas, x, y, (qh_text_style){11, QH_FAINT, QH_LEFT, 0},
                       qh_figure_tr(figure, "scheme, not to scale"));
        return;
    }
    double length = 1; /* m: the longest of 1, 2, 5, 10 ... that fits */
    static const double factor[] = {2, 2.5, 2};
    for (size_t i = 0; length * factor[i % 3] * m->layout.pixels_per_metre < 130; i++)
        length *= factor[i % 3];
    const double width = length * m->layout.pixels_per_metre;
    qh_canvas_line(figure->canvas, x, y, x + width, y, (qh_stroke){2.5, QH_INK, NULL});
    qh_canvas_line(figure->canvas, x, y - 4, x, y + 4, (qh_stroke){1.2, QH_INK, NULL});
    qh_canvas_line(figure->canvas, x + width, y - 4, x + width, y + 4, (qh_stroke){1.2, QH_INK, NULL});
    qh_canvas_text(figure->canvas, x + width / 2, y + 12, (qh_text_style){11, QH_INK, QH_CENTER, 0},
                   length >= 1000 ? qh_figure_printf(figure, "%g km", length / 1000)
                                  : qh_figure_printf(figure, "%g m", length));
    qh_canvas_arrowhead(figure->canvas, x + 185, y + 22, 0, 1, 22, QH_INK);
    qh_canvas_text(figure->canvas, x + 185, y - 8, (qh_text_style){12, QH_INK, QH_CENTER, 0}, "N");
}

/* What occurs on this map, for a legend that explains nothing else. */
typedef struct contents {
    bool judged, outfall, closed, tributary;
    size_t attained, missed;
} contents;

static contents look(const qh_figure *figure, const qh_map *m, double *work) {
    const qh_store_info *const info = figure->info;
    contents has = {.judged = false};
    for (size_t i = 0; i < info->n_cell; i++)
        has.judged = has.judged || m->class_index[i] > 0;
    for (size_t s = 0; s < info->n_section && has.judged; s++)
        *(qh_map_section_class(figure, m, s, work) > info->section[s].target_class ? &has.missed : &has.attained) += 1;
    for (size_t i = 0; i < info->n_source; i++) {
        const bool outfall = strcmp(info->source[i].kind, "outfall") == 0;
        has.outfall = has.outfall || (outfall && info->source[i].flow > 0);
        has.closed = has.closed || (outfall && info->source[i].flow <= 0);
        has.tributary = has.tributary || strcmp(info->source[i].kind, "tributary") == 0;
    }
    return has;
}

static void legend_sections(qh_figure *figure, const contents *has, double x, double *y) {
    if (figure->info->n_section == 0) return;
    legend_heading(figure, x, y, qh_figure_tr(figure, "control sections"));
    if (!has->judged) {
        legend_symbol(figure, QH_MARK_CIRCLE, "#ffffff", QH_INK, x, y,
                      qh_figure_tr(figure, "not judged by the standard"));
    } else {
        legend_symbol(figure, QH_MARK_CIRCLE, "#ffffff", QH_INK, x, y,
                      qh_figure_printf(figure, qh_figure_tr(figure, "target attained: %zu"), has->attained));
        legend_symbol(figure, QH_MARK_DIAMOND, QH_ALARM, QH_ALARM, x, y,
                      qh_figure_printf(figure, qh_figure_tr(figure, "target missed: %zu"), has->missed));
    }
    *y -= 10;
}

static void legend_river(qh_figure *figure, const contents *has, double x, double *y) {
    const qh_store_info *const info = figure->info;
    const qh_text_style text = {11.5, QH_INK, QH_LEFT, 0};
    legend_heading(figure, x, y, qh_figure_tr(figure, "on the river"));
    if (has->outfall)
        legend_symbol(figure, QH_MARK_TRIANGLE_DOWN, QH_WASTE, QH_WASTE, x, y,
                      qh_figure_printf(figure, qh_figure_tr(figure, "outfall (area: %s load)"),
                                       info->constituent[qh_map_load_constituent(figure)].name));
    if (has->closed)
        legend_symbol(figure, QH_MARK_TRIANGLE_DOWN, "#ffffff", QH_WASTE, x, y,
                      qh_figure_tr(figure, "outfall without flow"));
    if (info->n_station > 0) {
        qh_canvas_line(figure->canvas, x + 15, *y - 8, x + 15, *y + 8, (qh_stroke){4.5, QH_INK, NULL});
        qh_canvas_text(figure->canvas, x + 40, *y, text, qh_figure_tr(figure, "diversion station"));
        *y -= 16;
        qh_canvas_text(figure->canvas, x + 40, *y, (qh_text_style){10, QH_FAINT, QH_LEFT, 0},
                       qh_figure_tr(figure, "released / ecological flow"));
        *y -= 20;
    }
    if (has->tributary) {
        qh_canvas_line(figure->canvas, x + 2, *y - 4, x + 26, *y + 4, (qh_stroke){2.4, QH_WATER, NULL});
        qh_canvas_arrowhead(figure->canvas, x + 27, *y + 4.3, 24, 8, 9, QH_WATER);
        qh_canvas_text(figure->canvas, x + 40, *y, text, qh_figure_tr(figure, "tributary"));
        *y -= 20;
    }
    if (info->n_withdrawal > 0)
        legend_symbol(figure, QH_MARK_TRIANGLE_UP, QH_WATER, QH_WATER, x, y, qh_figure_tr(figure, "withdrawal"));
    qh_canvas_arrowhead(figure->canvas, x + 22, *y, 1, 0, 13, QH_INK);
    qh_canvas_text(figure->canvas, x + 40, *y, text, qh_figure_tr(figure, "direction of flow"));
}

qh_status qh_map_legend(qh_figure *figure, const qh_map *m) {
    double *const work = qh_arena_alloc(figure->arena, figure->n_constituent, sizeof *work);
    if (!work) return QH_E_NOMEM;
    const contents has = look(figure, m, work);
    const double x = QH_MAP_WIDTH - QH_MAP_LEGEND + 8;
    double y = figure->height - QH_FIGURE_TITLE - 22;
    qh_canvas_line(figure->canvas, x - 18, figure->height - QH_FIGURE_TITLE - 10, x - 18, QH_MAP_FOOT,
                   (qh_stroke){0.8, QH_RULE, NULL});
    if (m->after) legend_bands(figure, m, x, &y);
    if (has.judged) legend_classes(figure, x, &y);
    legend_sections(figure, &has, x, &y);
    legend_river(figure, &has, x, &y);
    if (m->n_nameless > 0)
        qh_canvas_text(
            figure->canvas, x, QH_MAP_FOOT + 66, (qh_text_style){10, QH_FAINT, QH_LEFT, 0},
            qh_figure_printf(figure, qh_figure_tr(figure, "without a name for want of room: %zu"), m->n_nameless));
    legend_scale(figure, m, x, QH_MAP_FOOT + 24);
    return QH_OK;
}
