/* Levels of the reservoirs in time, a panel each, with their dead levels and the minimum levels of their stations, over what
 * they release into the rivers below.
 *
 * A run may hold far more samples than a picture has pixels: each of its columns keeps the lowest and the highest. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "viz/figure_internal.h"
#include "viz/palette_internal.h"

/* Layout, px. */
enum { WIDTH = 1280, LEFT = 86, RIGHT = 30, PANEL = 240, GAP = 20, FOOT = 54, MARKS = 14 };
enum { COLUMNS = 1200, CHUNK = 4096 };
static const size_t MOST_VALUES = 2 * (size_t)COLUMNS;

typedef struct curve {
    size_t reservoir;
    size_t count[2];
    double *time[2], *value[2]; /* by qh_reservoir_quantity: [count], s since start; m, m3/s */
} curve;

typedef struct levels {
    size_t n_curve;
    curve *curve;      /* [n_curve] */
    double begin, end; /* s since start */
} levels;

/* ---- gathering ---- */

static void keep(curve *c, int q, bool own, double t, double v) {
    if (own) {
        c->time[q][c->count[q]] = t;
        c->value[q][c->count[q]++] = v;
    } else {
        double *two = c->value[q] + c->count[q] - 2; /* lowest, then highest of the column */
        two[0] = fmin(two[0], v);
        two[1] = fmax(two[1], v);
    }
}

static qh_status thin(qh_figure *figure, const levels *all, curve *c, qh_reservoir_quantity q) {
    const qh_store_info *info = figure->info;
    double *chunk = qh_arena_alloc(figure->arena, CHUNK, sizeof *chunk);
    c->time[q] = qh_arena_alloc(figure->arena, MOST_VALUES + 2, sizeof(double));
    c->value[q] = qh_arena_alloc(figure->arena, MOST_VALUES + 2, sizeof(double));
    if (!chunk || !c->time[q] || !c->value[q]) return QH_E_NOMEM;
    const bool all_fit = info->n_sample <= MOST_VALUES;
    const double width = fmax(all->end - all->begin, 1e-9) / COLUMNS;
    size_t column = SIZE_MAX;
    for (size_t first = 0; first < info->n_sample; first += CHUNK) {
        const size_t n = info->n_sample - first < CHUNK ? info->n_sample - first : CHUNK;
        QH_TRY(qh_store_read_reservoir(figure->request->store, c->reservoir, q, first, n, figure->diag, chunk));
        for (size_t i = 0; i < n; i++) {
            const double t = info->sample_time[first + i];
            const size_t here = (size_t)fmin((t - all->begin) / width, COLUMNS - 1);
            const bool own = all_fit || here != column;
            if (own) keep(c, q, true, t, chunk[i]);
            if (own && !all_fit) keep(c, q, true, t, chunk[i]);
            if (!own) keep(c, q, false, t, chunk[i]);
            column = here;
        }
    }
    return QH_OK;
}

static qh_status gather(qh_figure *figure, levels *all) {
    const qh_store_info *info = figure->info;
    const char *wanted = figure->request->section;
    QH_CHECK(info->has_reservoir_series, QH_E_USAGE, figure->diag, QH_NOWHERE,
             "%s: no levels in time; they take a reservoir and flow that changes in time (run.routing)", info->path);
    QH_CHECK(info->n_sample > 1, QH_E_INPUT, figure->diag, QH_NOWHERE, "%s holds no result yet", info->path);
    all->curve = qh_arena_alloc(figure->arena, info->n_reservoir, sizeof *all->curve);
    if (!all->curve) return QH_E_NOMEM;
    all->begin = info->sample_time[0];
    all->end = info->sample_time[info->n_sample - 1];
    for (size_t i = 0; i < info->n_reservoir; i++) {
        if (wanted && strcmp(info->reservoir[i].name, wanted) != 0) continue;
        curve *c = &all->curve[all->n_curve++];
        c->reservoir = i;
        QH_TRY(thin(figure, all, c, QH_RESERVOIR_LEVEL));
        QH_TRY(thin(figure, all, c, QH_RESERVOIR_RELEASED));
    }
    QH_CHECK(all->n_curve > 0, QH_E_USAGE, figure->diag, QH_NOWHERE, "the run has no reservoir '%s'", wanted);
    return QH_OK;
}

/* ---- panels ---- */

static void widen(double value, double *low, double *high) {
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

static void range_of(const curve *c, int q, double *low, double *high) {
    for (size_t t = 0; t < c->count[q]; t++)
        widen(c->value[q][t], low, high);
}

/* Bottom and top of a panel of levels; a level that stands still is not blown up. */
static void level_range(const qh_figure *figure, const curve *c, double *low, double *high) {
    const qh_stored_reservoir *r = &figure->info->reservoir[c->reservoir];
    *low = INFINITY;
    *high = -INFINITY;
    range_of(c, QH_RESERVOIR_LEVEL, low, high);
    if (r->dead_level.given) widen(r->dead_level.value, low, high);
    if (r->minimum_level.given) widen(r->minimum_level.value, low, high);
    const double margin = fmax(0.08 * (*high - *low), 0.05);
    *low -= margin;
    *high += margin;
}

static void draw_limit(qh_figure *figure, const qh_panel *at, qh_optional level, const char *name) {
    if (!level.given) return;
    const double y = qh_panel_y(at, level.value);
    qh_canvas_line(figure->canvas, at->left, y, at->right, y, (qh_stroke){1.4, QH_ALARM, "(8,5)"});
    qh_canvas_text(figure->canvas, at->left + 8, y + 9, (qh_text_style){11, QH_ALARM, QH_LEFT, 0},
                   qh_figure_printf(figure, "%s %.2f m", name, level.value));
}

static void add_data(qh_figure *figure, const curve *c, size_t i, int q) {
    qh_gnuplot_add(figure->script, "$level%zu << EOD\n", i);
    for (size_t t = 0; t < c->count[q]; t++)
        qh_gnuplot_add(figure->script, "%.9g %.9g\n", c->time[q][t], c->value[q][t]);
    qh_gnuplot_add(figure->script, "EOD\n");
}

static void draw_curves(qh_figure *figure, const levels *all, size_t first, size_t count, int q) {
    for (size_t i = first; i < first + count; i++)
        add_data(figure, &all->curve[i], i, q);
    for (size_t i = first; i < first + count; i++) {
        const qh_line_style *style = qh_palette_line(i);
        const size_t every = all->curve[i].count[q] / MARKS + 1;
        qh_gnuplot_add(figure->script, "%s$level%zu using 1:2 with lines lw 2 lc rgb '%s' dt %s notitle, ",
                       i > first ? "" : "plot ", i, style->color, style->dash);
        qh_gnuplot_add(figure->script,
                       "$level%zu every %zu::%zu using 1:2 with points pt %d ps 0.8 lc rgb '%s' notitle%s", i, every,
                       (i - first) * every / count, style->mark, style->color, i + 1 < first + count ? ", " : "\n");
    }
}

static void draw_level(qh_figure *figure, const levels *all, size_t i, double bottom) {
    const curve *c = &all->curve[i];
    const qh_stored_reservoir *r = &figure->info->reservoir[c->reservoir];
    qh_panel at = {.left = LEFT, .right = WIDTH - RIGHT, .bottom = bottom, .height = PANEL};
    level_range(figure, c, &at.bottom_value, &at.top_value);
    qh_figure_panel(figure, &at);
    qh_figure_time_axis(figure, all->begin, all->end, false);
    draw_curves(figure, all, i, 1, QH_RESERVOIR_LEVEL);
    draw_limit(figure, &at, r->dead_level, qh_figure_tr(figure, "dead level"));
    draw_limit(figure, &at, r->minimum_level, qh_figure_tr(figure, "station's minimum level"));
    qh_figure_panel_name(figure, &at, qh_figure_printf(figure, qh_figure_tr(figure, "%s: level"), r->name), "m");
}

/* What all of them release; the curves look like those of the levels above. */
static void draw_released(qh_figure *figure, const levels *all, double bottom) {
    qh_panel at = {.left = LEFT, .right = WIDTH - RIGHT, .bottom = bottom, .height = PANEL};
    for (size_t i = 0; i < all->n_curve; i++)
        range_of(&all->curve[i], QH_RESERVOIR_RELEASED, &at.bottom_value, &at.top_value);
    at.bottom_value *= 1.12;
    at.top_value = at.top_value > 0 ? 1.12 * at.top_value : 1;
    qh_figure_panel(figure, &at);
    qh_figure_time_axis(figure, all->begin, all->end, true);
    draw_curves(figure, all, 0, all->n_curve, QH_RESERVOIR_RELEASED);
    qh_figure_panel_name(figure, &at, qh_figure_tr(figure, "released into the river below the dam"), "m³/s");
}

static qh_status draw_all(qh_figure *figure, levels *all) {
    QH_TRY(gather(figure, all));
    const double base = FOOT + (double)(all->n_curve + 1) * (PANEL + GAP);
    QH_TRY(qh_figure_open(figure, WIDTH, base + 8 + QH_FIGURE_TITLE));
    for (size_t i = 0; i < all->n_curve; i++)
        draw_level(figure, all, i, base - PANEL - (double)i * (PANEL + GAP));
    draw_released(figure, all, FOOT + GAP);
    qh_canvas_text(figure->canvas, (LEFT + WIDTH - RIGHT) / 2.0, 18, (qh_text_style){12, QH_INK, QH_CENTER, 0},
                   qh_figure_tr(figure, "time"));
    qh_figure_title(
        figure, qh_figure_tr(figure, "levels of the reservoirs"),
        qh_figure_printf(figure, "%s – %s", qh_figure_time(figure, all->begin), qh_figure_time(figure, all->end)));
    return qh_figure_close(figure);
}

static qh_status draw(const qh_plot_request *request, qh_diag *diag) {
    qh_figure figure;
    levels all = {0};
    qh_status status = qh_figure_begin(request, diag, &figure);
    if (status == QH_OK) status = draw_all(&figure, &all);
    qh_figure_end(&figure);
    return status;
}

const qh_plot qh_plot_level = {
    .name = "level",
    .title = QH_N("levels of the reservoirs in time, and what they release below them"),
    .most_runs = 1,
    .draw = draw,
};
