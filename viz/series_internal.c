/* Time series at the control sections of an unsteady run, one panel a constituent, if wanted one of the discharge above them, over the bands of the standard's
 * classes, with the limits of the sections' target classes.
 *
 * A run may hold far more samples than a picture has pixels: each of its columns keeps the lowest and the highest. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "viz/figure_internal.h"
#include "viz/palette_internal.h"
#include "viz/series_internal.h"

/* Layout, px. */
enum { WIDTH = 1280, LEFT = 86, RIGHT = 70, PANEL = 280, GAP = 20, FOOT = 54, LEGEND_ROW = 21, LEGEND_MARK = 34 };
enum { COLUMNS = 1200, CHUNK = 4096, MARKS = 14 };
static const size_t MOST_VALUES = 2 * (size_t)COLUMNS; /* of a curve: lowest and highest of each column */

typedef struct curve {
    size_t section;
    size_t count;
    double *time;   /* [count], s since start */
    double **value; /* [figure's n_constituent + 1][count], g/m3; the last one discharge, m3/s */
} curve;

typedef struct series {
    bool with_discharge; /* its panel stands above the others */
    size_t n_curve;
    curve *curve;
    double begin, end; /* s since start */
} series;

/* -------------------------------------------------------------------------------------------------- gathering */

static bool is_called(const qh_stored_section *s, const char *wanted) {
    return strcmp(s->code, wanted) == 0 || strcmp(s->name, wanted) == 0;
}

static bool is_discharge(const qh_figure *figure, size_t k) { return k == figure->n_constituent; }

static qh_status read_chunk(const qh_figure *figure, size_t section, size_t k, size_t first, size_t n, double *value) {
    qh_store *store = figure->request->store;
    if (is_discharge(figure, k)) return qh_store_read_discharge(store, section, first, n, figure->diag, value);
    return qh_store_read_section(store, section, figure->constituent[k], first, n, figure->diag, value);
}

/* One section and constituent, thinned to at most two values a column. */
static qh_status thin(qh_figure *figure, const series *all, curve *c, size_t k) {
    const qh_store_info *const info = figure->info;
    double *const chunk = qh_arena_alloc(figure->arena, CHUNK, sizeof *chunk);
    double *const value = qh_arena_alloc(figure->arena, MOST_VALUES + 2, sizeof *value);
    double *const time = qh_arena_alloc(figure->arena, MOST_VALUES + 2, sizeof *time);
    if (!chunk || !value || !time) return QH_E_NOMEM;
    const bool all_fit = info->n_sample <= MOST_VALUES;
    const double width = fmax(all->end - all->begin, 1e-9) / COLUMNS;
    size_t count = 0, column = SIZE_MAX;
    for (size_t first = 0; first < info->n_sample; first += CHUNK) {
        const size_t n = info->n_sample - first < CHUNK ? info->n_sample - first : CHUNK;
        QH_TRY(read_chunk(figure, c->section, k, first, n, chunk));
        for (size_t i = 0; i < n; i++) {
            const double t = info->sample_time[first + i], v = chunk[i];
            const size_t here = (size_t)fmin((t - all->begin) / width, COLUMNS - 1);
            if (all_fit || here != column) {
                column = here;
                time[count] = t;
                value[count++] = v;
                if (all_fit) continue;
                time[count] = t; /* lowest, then highest of the column */
                value[count++] = v;
            } else {
                value[count - 2] = fmin(value[count - 2], v);
                value[count - 1] = fmax(value[count - 1], v);
            }
        }
    }
    c->count = count;
    c->time = time;
    c->value[k] = value;
    return QH_OK;
}

static size_t n_panel(const qh_figure *figure, const series *all) {
    return figure->n_constituent + (all->with_discharge ? 1 : 0);
}

static qh_status gather(qh_figure *figure, series *all) {
    const qh_store_info *const info = figure->info;
    const char *const wanted = figure->request->section;
    QH_CHECK(!info->steady, QH_E_USAGE, figure->diag, QH_NOWHERE,
             "%s is a steady run: it has no time series, only a profile and a map", info->path);
    QH_CHECK(info->n_sample > 1, QH_E_INPUT, figure->diag, QH_NOWHERE, "%s holds no result yet", info->path);
    all->curve = qh_arena_alloc(figure->arena, info->n_section, sizeof *all->curve);
    if (!all->curve) return QH_E_NOMEM;
    all->begin = info->sample_time[0];
    all->end = info->sample_time[info->n_sample - 1];
    for (size_t s = 0; s < info->n_section; s++) {
        if (wanted && !is_called(&info->section[s], wanted)) continue;
        curve *const c = &all->curve[all->n_curve++];
        c->section = s;
        c->value = qh_arena_alloc(figure->arena, figure->n_constituent + 1, sizeof *c->value);
        if (!c->value) return QH_E_NOMEM;
        for (size_t k = 0; k < n_panel(figure, all); k++)
            QH_TRY(thin(figure, all, c, k));
    }
    QH_CHECK(all->n_curve > 0 || !wanted, QH_E_USAGE, figure->diag, QH_NOWHERE, "the run has no section '%s'", wanted);
    QH_CHECK(all->n_curve > 0, QH_E_INPUT, figure->diag, QH_NOWHERE, "%s has no control section", info->path);
    return QH_OK;
}

/* ---------------------------------------------------------------------------------------------------- panels */

static double highest(const qh_figure *figure, const series *all, size_t k) {
    double high = 0;
    for (size_t i = 0; i < all->n_curve; i++) {
        const double limit =
            is_discharge(figure, k) ? NAN : qh_figure_target(figure, figure->constituent[k], all->curve[i].section);
        high = fmax(high, isnan(limit) ? 0 : limit);
        for (size_t t = 0; t < all->curve[i].count; t++)
            high = fmax(high, all->curve[i].value[k][t]);
    }
    return high > 0 ? 1.12 * high : 1;
}

/* 0, or the strongest flow upstream. */
static double lowest(const qh_figure *figure, const series *all, size_t k) {
    double low = 0;
    if (!is_discharge(figure, k)) return low;
    for (size_t i = 0; i < all->n_curve; i++) {
        for (size_t t = 0; t < all->curve[i].count; t++)
            low = fmin(low, all->curve[i].value[k][t]);
    }
    return 1.12 * low;
}

/* Limits of the target classes of the sections shown, each drawn once. */
static void draw_targets(qh_figure *figure, const series *all, const qh_panel *at, size_t k) {
    for (size_t i = 0; i < all->n_curve; i++) {
        const double limit = qh_figure_target(figure, figure->constituent[k], all->curve[i].section);
        bool drawn = isnan(limit);
        const int target = figure->info->section[all->curve[i].section].target_class;
        for (size_t o = 0; o < i; o++)
            drawn = drawn || figure->info->section[all->curve[o].section].target_class == target;
        if (drawn) continue;
        const double y = qh_panel_y(at, limit);
        qh_canvas_line(figure->canvas, LEFT, y, WIDTH - RIGHT, y, (qh_stroke){1.6, QH_INK, "(10,5)"});
        qh_canvas_text(figure->canvas, LEFT + 8, y + 9, (qh_text_style){11, QH_INK, QH_LEFT, 0},
                       qh_figure_printf(figure, qh_figure_tr(figure, "target %s: %g mg/L"),
                                        qh_figure_class_name(figure, target), limit));
    }
}

static void draw_panel(qh_figure *figure, const series *all, const qh_panel *at, size_t k, bool last) {
    const bool flow = is_discharge(figure, k);
    const qh_standard_item *const item = flow ? NULL : qh_figure_item(figure, figure->constituent[k]);
    qh_figure_panel(figure, at);
    qh_figure_time_axis(figure, all->begin, all->end, last);
    if (item) {
        qh_figure_bands(figure, at, item);
        draw_targets(figure, all, at, k);
    }
    if (at->bottom_value < 0) {
        const double y = qh_panel_y(at, 0); /* where the flow turns */
        qh_canvas_line(figure->canvas, LEFT, y, WIDTH - RIGHT, y, (qh_stroke){0.8, QH_FAINT, NULL});
    }
    for (size_t i = 0; i < all->n_curve; i++) {
        const curve *const c = &all->curve[i];
        qh_gnuplot_add(figure->script, "$series%zu << EOD\n", i);
        for (size_t t = 0; t < c->count; t++)
            qh_gnuplot_add(figure->script, "%.9g %.9g\n", c->time[t], c->value[k][t]);
        qh_gnuplot_add(figure->script, "EOD\n");
    }
    for (size_t i = 0; i < all->n_curve; i++) {
        const curve *const c = &all->curve[i];
        const qh_line_style *const style = qh_palette_line(i);
        const size_t every = c->count / MARKS + 1;
        /* Marks of different curves stand at different times, so that curves on one another can be told apart. */
        qh_gnuplot_add(figure->script, "%s$series%zu using 1:2 with lines lw 2 lc rgb '%s' dt %s notitle, ",
                       i ? "" : "plot ", i, style->color, style->dash);
        qh_gnuplot_add(figure->script,
                       "$series%zu every %zu::%zu using 1:2 with points pt %d ps 0.8 lc rgb '%s' notitle%s", i, every,
                       i * every / all->n_curve, style->mark, style->color, i + 1 < all->n_curve ? ", " : "\n");
    }
    qh_figure_panel_name(figure, at,
                         flow ? qh_figure_tr(figure, "discharge")
                              : qh_figure_constituent_name(figure, figure->constituent[k]),
                         flow ? "m³/s" : "mg/L");
}

/* ---------------------------------------------------------------------------------------------------- legend */

static const char *curve_name(qh_figure *figure, const curve *c) {
    const qh_stored_section *const s = &figure->info->section[c->section];
    bool judged = false;
    for (size_t k = 0; k < figure->n_constituent; k++)
        judged = judged || qh_figure_item(figure, figure->constituent[k]);
    if (!judged) return s->name;
    return qh_figure_printf(figure, qh_figure_tr(figure, "%s (target %s)"), s->name,
                            qh_figure_class_name(figure, s->target_class));
}

/* The rows of the legend, drawn when `top` is not negative; returns their number. The curves' samples are gnuplot's
 * own lines and points, so that they look like the curves. */
static size_t draw_legend(qh_figure *figure, const series *all, double top) {
    double x = LEFT;
    size_t rows = 1;
    for (size_t i = 0; i < all->n_curve; i++) {
        const char *const name = curve_name(figure, &all->curve[i]);
        const double width = LEGEND_MARK + 8 + qh_gnuplot_text_width(name, 11.5) + 22;
        if (x > LEFT && x + width > WIDTH - 14) {
            x = LEFT;
            rows++;
        }
        if (top >= 0) {
            const qh_line_style *const style = qh_palette_line(i);
            const double y = top - LEGEND_ROW * ((double)rows - 0.5);
            qh_gnuplot_add(figure->script,
                           "set arrow from screen %.6f,screen %.6f to screen %.6f,screen %.6f nohead lw 2 "
                           "lc rgb '%s' dt %s\n",
                           x / WIDTH, y / figure->height, (x + LEGEND_MARK) / WIDTH, y / figure->height, style->color,
                           style->dash);
            qh_gnuplot_add(figure->script, "set label '' at screen %.6f,screen %.6f point pt %d ps 0.8 lc rgb '%s'\n",
                           (x + LEGEND_MARK / 2.0) / WIDTH, y / figure->height, style->mark, style->color);
            qh_canvas_text(figure->canvas, x + LEGEND_MARK + 8, y, (qh_text_style){11.5, QH_INK, QH_LEFT, 0}, name);
        }
        x += width;
    }
    return rows;
}

static const char *second_line(qh_figure *figure, const series *all) {
    const char *const gap = figure->request->lang == QH_ZH ? "　·　" : "  ·  ";
    const char *const from = qh_figure_time(figure, all->begin), *const to = qh_figure_time(figure, all->end);
    return qh_figure_printf(figure, "%s%s%s – %s", figure->standard ? figure->standard->code : "",
                            figure->standard ? gap : "", from, to);
}

static qh_status draw_all(qh_figure *figure, series *all) {
    QH_TRY(gather(figure, all));
    const double legend = LEGEND_ROW * (double)draw_legend(figure, all, -1);
    const size_t count = n_panel(figure, all);
    const double base = FOOT + (double)count * (PANEL + GAP);
    QH_TRY(qh_figure_open(figure, WIDTH, base + legend + 8 + QH_FIGURE_TITLE));
    for (size_t row = 0; row < count; row++) {
        const size_t k = (row + (all->with_discharge ? figure->n_constituent : 0)) % count; /* discharge on top */
        const qh_panel at = {LEFT,  WIDTH - RIGHT,           base - PANEL - (double)row * (PANEL + GAP),
                             PANEL, highest(figure, all, k), lowest(figure, all, k)};
        if (row == 0) draw_legend(figure, all, base + legend + 4); /* known to gnuplot while it draws the first panel */
        draw_panel(figure, all, &at, k, row + 1 == count);
        if (row == 0) qh_gnuplot_add(figure->script, "unset arrow; unset label\n");
    }
    qh_canvas_text(figure->canvas, (LEFT + WIDTH - RIGHT) / 2.0, 18, (qh_text_style){12, QH_INK, QH_CENTER, 0},
                   qh_figure_tr(figure, "time"));
    qh_figure_title(figure,
                    qh_figure_tr(figure, all->with_discharge ? QH_N("discharge and concentrations at the sections")
                                                             : QH_N("series at the sections")),
                    second_line(figure, all));
    return qh_figure_close(figure);
}

qh_status qh_series_draw(const qh_plot_request *request, bool with_discharge, qh_diag *diag) {
    qh_figure figure;
    series all = {.with_discharge = with_discharge};
    qh_status status = qh_figure_begin(request, diag, &figure);
    if (status == QH_OK) status = draw_all(&figure, &all);
    qh_figure_end(&figure);
    return status;
}
