/* Longitudinal profile: concentration along a route at one time, one panel a constituent, over the bands of the
 * standard's classes; below them the discharge, which shows dewatered reaches and where dilution comes from. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "viz/figure_internal.h"
#include "viz/palette_internal.h"
#include "viz/way_internal.h"

typedef enum feature_kind { OUTFALL, TRIBUTARY, STATION, WITHDRAWAL, SECTION } feature_kind;

typedef struct feature {
    feature_kind kind;
    double along; /* m from the head of the route */
    const char *name;
    size_t index;  /* of the source or section in the store; unused for the others */
    double weight; /* among its kind: outfalls by load [g/s], rivers that join by discharge [m3/s]; else 0 */
    bool named;
} feature;

/* All that is drawn, gathered before the picture is opened. Of further runs only the curves and sections count. */
typedef struct profile {
    qh_way way;
    size_t frame;
    size_t n_cell;       /* along the way */
    const double *along; /* [n_cell], m from the head */
    const double *flow;  /* [n_cell], m3/s */
    double **value;      /* [figure's n_constituent][n_cell], g/m3 */
    double **section;    /* [figure's n_constituent][n_section], g/m3 */
    size_t n_feature;
    feature *feature;  /* [n_feature], downstream */
    size_t n_nameless; /* features whose names find no room */
    const char *label; /* name of the run, where there are several */
    size_t n_other;
    struct profile *other; /* [n_other], the same way in further runs */
} profile;

/* Layout, px. */
enum {
    WIDTH = 1280,
    LEFT = 86,
    RIGHT = 70,
    PANEL = 176,
    FLOW = 92,
    GAP = 14,
    FOOT = 78,
    RUNS = 22,
    LABEL = 11,
    LABEL_WIDTH = 190
};
#define FLOW_CURVE SIZE_MAX /* in place of a constituent */
#define LABEL_GAP  22.0     /* between the feet of slanted labels */
#define LEAST_GAP  15.5     /* of the feet where there are many: the height of a line, slanted */
#define SLANT      45.0     /* deg */
#define COS45      0.70710678118654752

/* ------------------------------------------------------------------------------------------------- gathering */

static qh_status gather_cells(qh_figure *figure, profile *p) {
    const qh_store_info *const info = figure->info;
    for (size_t i = 0; i < p->way.count; i++)
        p->n_cell += info->reach[p->way.reach[i]].n_cell;
    double *const along = qh_arena_alloc(figure->arena, p->n_cell, sizeof *along);
    double *const flow = qh_arena_alloc(figure->arena, p->n_cell, sizeof *flow);
    double *const frame = qh_arena_alloc(figure->arena, info->n_cell, sizeof *frame);
    p->value = qh_arena_alloc(figure->arena, figure->n_constituent, sizeof *p->value);
    p->section = qh_arena_alloc(figure->arena, figure->n_constituent, sizeof *p->section);
    if (!along || !flow || !frame || !p->value || !p->section) return QH_E_NOMEM;
    for (size_t k = 0; k < figure->n_constituent; k++) {
        double *const value = qh_arena_alloc(figure->arena, p->n_cell, sizeof *value);
        double *const section = qh_arena_alloc(figure->arena, info->n_section, sizeof *section);
        if (!value || !section) return QH_E_NOMEM;
        QH_TRY(qh_store_read_frame(figure->request->store, p->frame, figure->constituent[k], figure->diag, frame));
        QH_TRY(qh_figure_sections(figure, p->frame, figure->constituent[k], frame, section));
        size_t at = 0;
        for (size_t i = 0; i < p->way.count; i++) {
            const qh_stored_reach *const reach = &info->reach[p->way.reach[i]];
            for (size_t c = reach->first_cell; c < reach->first_cell + reach->n_cell; c++, at++) {
                along[at] = p->way.offset[i] + info->cell_chainage[c];
                flow[at] = info->cell_discharge[c];
                value[at] = frame[c];
            }
        }
        p->value[k] = value;
        p->section[k] = section;
    }
    p->along = along;
    p->flow = flow;
    return QH_OK;
}

/* The way of the first run in another one: reaches are matched by name. */
static qh_status match_way(qh_figure *figure, const profile *p, const qh_figure *other, profile *q) {
    const qh_store_info *const info = other->info;
    size_t *const reach = qh_arena_alloc(figure->arena, p->way.count, sizeof *reach);
    if (!reach) return QH_E_NOMEM;
    for (size_t i = 0; i < p->way.count; i++) {
        const char *const name = figure->info->reach[p->way.reach[i]].name;
        reach[i] = qh_figure_reach(other, name);
        QH_CHECK(reach[i] < info->n_reach, QH_E_INPUT, figure->diag, QH_NOWHERE, "%s has no reach '%s', which %s has",
                 info->path, name, figure->info->path);
    }
    q->way = p->way;
    q->way.reach = reach;
    return QH_OK;
}

static qh_status gather_runs(qh_figure *figure, profile *p) {
    p->label = qh_figure_run_label(figure, figure->info);
    p->n_other = figure->request->n_other;
    p->other = qh_arena_alloc(figure->arena, p->n_other, sizeof *p->other);
    if (!p->other) return QH_E_NOMEM;
    for (size_t i = 0; i < p->n_other; i++) {
        qh_plot_request request;
        qh_figure other;
        profile *const q = &p->other[i];
        QH_TRY(qh_figure_other(figure, i, &request, &other));
        q->label = qh_figure_run_label(figure, other.info);
        QH_TRY(match_way(figure, p, &other, q));
        QH_TRY(qh_figure_frame(&other, &q->frame));
        QH_TRY(gather_cells(&other, q));
    }
    return QH_OK;
}

static void add_feature(qh_figure *figure, profile *p, feature_kind kind, const char *reach_name, double chainage,
                        const char *name, size_t index, double weight) {
    double along = 0;
    if (!qh_way_find(&p->way, qh_figure_reach(figure, reach_name), chainage, &along)) return;
    p->feature[p->n_feature++] = (feature){kind, along, name, index, weight, true};
}

/* Rivers that join the way at a node; a side arm that comes back is none. */
static void add_confluences(qh_figure *figure, profile *p) {
    const qh_stored_reach *const reach = figure->info->reach;
    for (size_t i = 1; i < p->way.count; i++) {
        for (size_t r = 0; r < figure->info->n_reach; r++) {
            const qh_stored_reach *const above = &reach[p->way.reach[i - 1]];
            if (reach[r].to != reach[p->way.reach[i]].from || r == p->way.reach[i - 1]) continue;
            if (reach[r].river[0] && strcmp(reach[r].river, above->river) == 0) continue;
            const char *const river = reach[r].river[0] ? reach[r].river : reach[r].name;
            p->feature[p->n_feature++] =
                (feature){TRIBUTARY, p->way.offset[i], river, figure->info->n_source, reach[r].discharge, true};
        }
    }
}

static int downstream(const void *a, const void *b) {
    const feature *const f = a, *const g = b;
    if (f->along != g->along) return f->along < g->along ? -1 : 1;
    return (int)f->kind - (int)g->kind;
}

static qh_status gather_features(qh_figure *figure, profile *p) {
    const qh_store_info *const info = figure->info;
    const size_t most = info->n_source + info->n_station + info->n_withdrawal + info->n_section + info->n_reach;
    p->feature = qh_arena_alloc(figure->arena, most, sizeof *p->feature);
    if (!p->feature) return QH_E_NOMEM;
    for (size_t i = 0; i < info->n_source; i++) {
        const qh_stored_source *const s = &info->source[i];
        if (strcmp(s->kind, "outfall") == 0)
            add_feature(figure, p, OUTFALL, s->reach_name, s->chainage, s->name, i, s->load[figure->constituent[0]]);
        if (strcmp(s->kind, "tributary") == 0)
            add_feature(figure, p, TRIBUTARY, s->reach_name, s->chainage, s->name, i, s->flow);
    }
    for (size_t i = 0; i < info->n_station; i++)
        add_feature(figure, p, STATION, info->station[i].reach_name, info->station[i].chainage, info->station[i].name,
                    i, 0);
    for (size_t i = 0; i < info->n_withdrawal; i++) {
        const qh_stored_withdrawal *const w = &info->withdrawal[i];
        add_feature(figure, p, WITHDRAWAL, w->reach_name, w->chainage, w->name, i, 0);
    }
    for (size_t i = 0; i < info->n_section; i++)
        add_feature(figure, p, SECTION, info->section[i].reach_name, info->section[i].chainage, info->section[i].name,
                    i, 0);
    add_confluences(figure, p);
    qsort(p->feature, p->n_feature, sizeof *p->feature, downstream);
    return QH_OK;
}

/* --------------------------------------------------------------------------------------------------- judging */

static bool misses(const qh_figure *figure, size_t constituent, size_t section, double value) {
    const qh_standard_item *const item = qh_figure_item(figure, constituent);
    const int target = figure->info->section[section].target_class;
    return item && target >= 1 && qh_standard_class_of(figure->standard, item, value) > target;
}

static bool misses_any(const qh_figure *figure, const profile *p, size_t section) {
    for (size_t k = 0; k < figure->n_constituent; k++) {
        if (misses(figure, figure->constituent[k], section, p->section[k][section])) return true;
    }
    return false;
}

/* ---- names that find room ---- */

/* Sections before stations, withdrawals, outfalls and rivers that join, a missed section before all; within a kind by weight. */
typedef struct ranked {
    int rank;
    double weight;
    size_t index;
} ranked;

static int by_rank(const void *a, const void *b) {
    const ranked *const f = a, *const g = b;
    if (f->rank != g->rank) return f->rank - g->rank;
    if (f->weight != g->weight) return f->weight > g->weight ? -1 : 1;
    return f->index < g->index ? -1 : 1;
}

/* A name takes the width of its line, slanted: of more than find room the first by rank are named. */
static qh_status choose_named(qh_figure *figure, profile *p) {
    static const int rank_of[] = {[SECTION] = 1, [STATION] = 2, [WITHDRAWAL] = 3, [OUTFALL] = 4, [TRIBUTARY] = 5};
    const size_t room = (size_t)((WIDTH - LEFT - RIGHT) / LEAST_GAP);
    if (p->n_feature <= room) return QH_OK;
    ranked *const all = qh_arena_alloc(figure->arena, p->n_feature, sizeof *all);
    if (!all) return QH_E_NOMEM;
    for (size_t i = 0; i < p->n_feature; i++) {
        const feature *const f = &p->feature[i];
        const bool missed = f->kind == SECTION && misses_any(figure, p, f->index);
        all[i] = (ranked){missed ? 0 : rank_of[f->kind], f->weight, i};
    }
    qsort(all, p->n_feature, sizeof *all, by_rank);
    for (size_t i = room; i < p->n_feature; i++)
        p->feature[all[i].index].named = false;
    p->n_nameless = p->n_feature - room;
    return QH_OK;
}

/* ---------------------------------------------------------------------------------------------------- panels */

/* Distances are shown in km, on a short brook in m. */
static double distance_unit(const profile *p) { return p->way.length < 2000 ? 1 : 1000; }

static double pixel_x(const profile *p, double along) { return LEFT + along / p->way.length * (WIDTH - LEFT - RIGHT); }

static double highest(const qh_figure *figure, const profile *p, size_t k) {
    double high = 0;
    for (size_t i = 0; i < p->n_cell; i++)
        high = fmax(high, p->value[k][i]);
    for (size_t o = 0; o < p->n_other; o++) {
        for (size_t i = 0; i < p->other[o].n_cell; i++)
            high = fmax(high, p->other[o].value[k][i]);
    }
    for (size_t i = 0; i < p->n_feature; i++) {
        if (p->feature[i].kind != SECTION) continue;
        const double limit = qh_figure_target(figure, figure->constituent[k], p->feature[i].index);
        high = fmax(high, fmax(p->section[k][p->feature[i].index], isnan(limit) ? 0 : limit));
    }
    return high > 0 ? 1.18 * high : 1;
}

static void begin_panel(qh_figure *figure, const profile *p, const qh_panel *at, bool last) {
    qh_figure_panel(figure, at);
    qh_gnuplot_add(figure->script, "set xrange [0:%.9g]; set xtics autofreq; set format x '%s'\n",
                   p->way.length / distance_unit(p), last ? "%g" : "");
}

static const double *curve_of(const profile *run, size_t k) { return k == FLOW_CURVE ? run->flow : run->value[k]; }

/* Curves of several runs over one another: the first as `how` says, the others as lines. k is a constituent of the
 * figure, or FLOW_CURVE. */
static void plot_runs(qh_figure *figure, const profile *p, size_t k, const char *how) {
    for (size_t o = 0; o <= p->n_other; o++) {
        const profile *const run = o ? &p->other[o - 1] : p;
        qh_gnuplot_add(figure->script, "$run%zu << EOD\n", o);
        for (size_t i = 0; i < run->n_cell; i++)
            qh_gnuplot_add(figure->script, "%.6f %.9g\n", run->along[i] / distance_unit(p), curve_of(run, k)[i]);
        qh_gnuplot_add(figure->script, "EOD\n");
    }
    qh_gnuplot_add(figure->script, "plot %s", how);
    for (size_t o = 1; o <= p->n_other; o++) {
        const qh_line_style *const style = qh_palette_line(o);
        qh_gnuplot_add(figure->script, ", $run%zu using 1:2 with lines lw 2 dt %s lc rgb '%s' notitle", o, style->dash,
                       style->color);
    }
    qh_gnuplot_add(figure->script, "\n");
}

/* Outfalls hang from the panel's upper edge, their area in proportion to the load of this constituent. */
static void draw_loads(qh_figure *figure, const profile *p, const qh_panel *at, size_t k) {
    double most = 0;
    for (size_t i = 0; i < p->n_feature; i++) {
        if (p->feature[i].kind == OUTFALL)
            most = fmax(most, figure->info->source[p->feature[i].index].load[figure->constituent[k]]);
    }
    for (size_t i = 0; i < p->n_feature; i++) {
        if (p->feature[i].kind != OUTFALL) continue;
        const double load = figure->info->source[p->feature[i].index].load[figure->constituent[k]];
        if (load <= 0) continue;
        const double size = 5 + 13 * sqrt(load / most);
        qh_canvas_mark(figure->canvas, QH_MARK_TRIANGLE_DOWN, pixel_x(p, p->feature[i].along),
                       at->bottom + at->height - size / 2, size, QH_WASTE, (qh_stroke){0.8, "#ffffff", NULL});
    }
}

static void draw_section(qh_figure *figure, const profile *p, const qh_panel *at, size_t k, const feature *f) {
    const size_t constituent = figure->constituent[k];
    const double value = p->section[k][f->index], limit = qh_figure_target(figure, constituent, f->index);
    const double x = pixel_x(p, f->along), y = qh_panel_y(at, value);
    const bool missed = misses(figure, constituent, f->index, value);
    if (!isnan(limit)) {
        const double target = qh_panel_y(at, limit);
        if (missed) qh_canvas_line(figure->canvas, x, target, x, y, (qh_stroke){1.6, QH_ALARM, NULL});
        qh_canvas_line(figure->canvas, x - 9, target, x + 9, target, (qh_stroke){2.6, QH_INK, NULL});
        const bool inside = x + 30 > WIDTH - RIGHT;
        qh_canvas_text(figure->canvas, inside ? x - 12 : x + 12, target,
                       (qh_text_style){10.5, QH_INK, inside ? QH_RIGHT : QH_LEFT, 0},
                       qh_figure_class_name(figure, figure->info->section[f->index].target_class));
    }
    qh_canvas_mark(figure->canvas, missed ? QH_MARK_DIAMOND : QH_MARK_CIRCLE, x, y, missed ? 10 : 8,
                   missed ? QH_ALARM : "#ffffff", (qh_stroke){1.4, missed ? "#ffffff" : QH_INK, NULL});
    if (!missed) return;
    const bool at_right = x > WIDTH - RIGHT - 90;
    const int class_index = qh_standard_class_of(figure->standard, qh_figure_item(figure, constituent), value);
    qh_canvas_text(figure->canvas, at_right ? x - 9 : x + 9, y + 13,
                   (qh_text_style){11.5, QH_ALARM, at_right ? QH_RIGHT : QH_LEFT, 0},
                   qh_figure_printf(figure, "%.3g  %s", value, qh_figure_class_name(figure, class_index)));
}

static void draw_constituent(qh_figure *figure, const profile *p, const qh_panel *at, size_t k) {
    const qh_standard_item *const item = qh_figure_item(figure, figure->constituent[k]);
    begin_panel(figure, p, at, false);
    if (item) qh_figure_bands(figure, at, item);
    plot_runs(figure, p, k, "$run0 using 1:2 with lines lw 2.2 lc rgb '" QH_INK "' notitle");
    qh_figure_panel_name(figure, at, qh_figure_constituent_name(figure, figure->constituent[k]), "mg/L");
    draw_loads(figure, p, at, k);
    for (size_t i = 0; i < p->n_feature; i++) {
        if (p->feature[i].kind == SECTION) draw_section(figure, p, at, k, &p->feature[i]);
    }
}

/* The largest of 1, 2, 5, 10, 20 ... that is not above `step`. */
static double round_step(double step) {
    const double power = pow(10, floor(log10(step)));
    return power * (step >= 5 * power ? 5 : step >= 2 * power ? 2 : 1);
}

static void draw_flow(qh_figure *figure, const profile *p) {
    qh_panel at = {LEFT, WIDTH - RIGHT, FOOT, FLOW, 0, 0};
    for (size_t i = 0; i < p->n_cell; i++)
        at.top_value = fmax(at.top_value, 1.15 * p->flow[i]);
    for (size_t o = 0; o < p->n_other; o++) {
        for (size_t i = 0; i < p->other[o].n_cell; i++)
            at.top_value = fmax(at.top_value, 1.15 * p->other[o].flow[i]);
    }
    if (at.top_value <= 0) at.top_value = 1;
    begin_panel(figure, p, &at, true);
    qh_gnuplot_add(figure->script, "set ytics %g\n", round_step(at.top_value / 2));
    plot_runs(figure, p, FLOW_CURVE,
              "$run0 using 1:2 with filledcurves y1=0 fc rgb '#d9e8f3' fs solid 1.0 notitle, "
              "$run0 using 1:2 with lines lw 1.6 lc rgb '" QH_WATER "' notitle");
    qh_figure_panel_name(figure, &at, qh_figure_tr(figure, "discharge"), "m³/s");
    qh_canvas_text(figure->canvas, (LEFT + WIDTH - RIGHT) / 2.0, FOOT - 37, (qh_text_style){12, QH_INK, QH_CENTER, 0},
                   distance_unit(p) > 1 ? qh_figure_tr(figure, "distance from the head of the route (km)")
                                        : qh_figure_tr(figure, "distance from the head of the route (m)"));
}

/* ----------------------------------------------------------------------------------------------------- names */

static const char *shorten(qh_figure *figure, const char *name) {
    size_t length = strlen(name);
    if (qh_gnuplot_text_width(name, LABEL) <= LABEL_WIDTH) return name;
    char *const text = qh_arena_strdup(figure->arena, name);
    while (text && length > 0 && qh_gnuplot_text_width(text, LABEL) > LABEL_WIDTH - LABEL) {
        do
            length--;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80); /* whole characters of UTF-8 */
        text[length] = '\0';
    }
    return text ? qh_figure_printf(figure, "%s…", text) : name;
}

static void feature_symbol(qh_figure *figure, const profile *p, const feature *f, double x, double y) {
    static const qh_mark marks[] = {QH_MARK_TRIANGLE_DOWN, QH_MARK_SQUARE, QH_MARK_BAR, QH_MARK_TRIANGLE_UP,
                                    QH_MARK_CIRCLE};
    const bool missed = f->kind == SECTION && misses_any(figure, p, f->index);
    const char *const fill[] = {QH_WASTE, QH_WATER, QH_INK, QH_WATER, missed ? QH_ALARM : "#ffffff"};
    qh_canvas_mark(figure->canvas, missed ? QH_MARK_DIAMOND : marks[f->kind], x, y, 9, fill[f->kind],
                   (qh_stroke){f->kind == SECTION ? 1.3 : 0, missed ? QH_ALARM : QH_INK, NULL});
}

/* The runs by name, under the title. */
static void draw_runs(qh_figure *figure, const profile *p, double y) {
    double x = LEFT;
    for (size_t o = 0; p->n_other > 0 && o <= p->n_other; o++) {
        const qh_line_style *const style = o ? qh_palette_line(o) : NULL;
        const char *const label = o ? p->other[o - 1].label : p->label;
        const qh_stroke stroke = {2.2, style ? style->color : QH_INK, style ? style->dash : NULL};
        qh_canvas_line(figure->canvas, x, y, x + 30, y, stroke);
        qh_canvas_text(figure->canvas, x + 36, y, (qh_text_style){11.5, QH_INK, QH_LEFT, 0}, label);
        x += 36 + qh_gnuplot_text_width(label, 11.5) + 24;
    }
}

/* Guide lines down through all panels, symbols above them, slanted names over these. What has no name has its symbol only. */
static void draw_nameless(qh_figure *figure, const profile *p, double base) {
    for (size_t i = 0; i < p->n_feature; i++) {
        if (!p->feature[i].named) feature_symbol(figure, p, &p->feature[i], pixel_x(p, p->feature[i].along), base + 10);
    }
}

static qh_status draw_names(qh_figure *figure, const profile *p, double base) {
    double *const wanted = qh_arena_alloc(figure->arena, p->n_feature, sizeof *wanted);
    double *const placed = qh_arena_alloc(figure->arena, p->n_feature, sizeof *placed);
    const feature **const named = qh_arena_alloc(figure->arena, p->n_feature, sizeof *named);
    if (!wanted || !placed || !named) return QH_E_NOMEM;
    double high = WIDTH;
    size_t count = 0;
    for (size_t i = 0; i < p->n_feature; i++)
        if (p->feature[i].named) named[count++] = &p->feature[i];
    for (size_t i = 0; i < count; i++) {
        wanted[i] = pixel_x(p, named[i]->along);
        const double width = qh_gnuplot_text_width(shorten(figure, named[i]->name), LABEL);
        high = fmin(high, WIDTH - 14 - COS45 * width + LABEL_GAP * (double)(count - 1 - i));
    }
    qh_figure_spread(count, wanted, LABEL_GAP, LEFT - 30, high, placed);
    draw_nameless(figure, p, base);
    for (size_t i = 0; i < count; i++) {
        const feature *const f = named[i];
        const double x = wanted[i], foot = placed[i];
        const bool missed = f->kind == SECTION && misses_any(figure, p, f->index);
        qh_canvas_line(figure->canvas, x, FOOT, x, base, (qh_stroke){0.7, "#9aa5b1", "(2,4)"});
        qh_canvas_line(figure->canvas, x, base + 16, foot, base + 40, (qh_stroke){0.8, "#9aa5b1", NULL});
        feature_symbol(figure, p, f, x, base + 10);
        qh_canvas_text(figure->canvas, foot + 2, base + 45,
                       (qh_text_style){LABEL, missed ? QH_ALARM : QH_INK, QH_LEFT, SLANT}, shorten(figure, f->name));
    }
    return QH_OK;
}

static double names_height(qh_figure *figure, const profile *p) {
    double widest = 0;
    for (size_t i = 0; i < p->n_feature; i++)
        if (p->feature[i].named)
            widest = fmax(widest, qh_gnuplot_text_width(shorten(figure, p->feature[i].name), LABEL));
    return 58 + COS45 * widest;
}

static bool has_kind(const profile *p, feature_kind kind) {
    for (size_t i = 0; i < p->n_feature; i++) {
        if (p->feature[i].kind == kind) return true;
    }
    return false;
}

/* Explains what occurs, and nothing else. */
static void draw_legend(qh_figure *figure, const profile *p) {
    double x = LEFT;
    const double y = 16;
    bool judged = false;
    for (size_t k = 0; k < figure->n_constituent; k++)
        judged = judged || qh_figure_item(figure, figure->constituent[k]);
    if (judged && has_kind(p, SECTION)) {
        const char *const target = qh_figure_tr(figure, "limit of the target class");
        qh_canvas_line(figure->canvas, x - 3, y, x + 15, y, (qh_stroke){2.6, QH_INK, NULL});
        qh_canvas_text(figure->canvas, x + 21, y, (qh_text_style){11, QH_INK, QH_LEFT, 0}, target);
        x += 21 + qh_gnuplot_text_width(target, 11) + 20;
        qh_figure_legend(figure, QH_MARK_CIRCLE, "#ffffff", QH_INK, qh_figure_tr(figure, "section, target attained"),
                         &x, y);
        qh_figure_legend(figure, QH_MARK_DIAMOND, QH_ALARM, QH_ALARM, qh_figure_tr(figure, "section, target missed"),
                         &x, y);
    } else if (has_kind(p, SECTION)) {
        qh_figure_legend(figure, QH_MARK_CIRCLE, "#ffffff", QH_INK, qh_figure_tr(figure, "control section"), &x, y);
    }
    if (has_kind(p, OUTFALL))
        qh_figure_legend(figure, QH_MARK_TRIANGLE_DOWN, QH_WASTE, QH_WASTE,
                         qh_figure_tr(figure, "outfall (area: load)"), &x, y);
    if (has_kind(p, TRIBUTARY))
        qh_figure_legend(figure, QH_MARK_SQUARE, QH_WATER, QH_WATER, qh_figure_tr(figure, "tributary"), &x, y);
    if (p->n_nameless > 0)
        qh_canvas_text(
            figure->canvas, WIDTH - 14, y, (qh_text_style){11, QH_FAINT, QH_RIGHT, 0},
            qh_figure_printf(figure, qh_figure_tr(figure, "without a name for want of room: %zu"), p->n_nameless));
    if (has_kind(p, STATION))
        qh_figure_legend(figure, QH_MARK_BAR, QH_INK, QH_INK, qh_figure_tr(figure, "diversion station"), &x, y);
    if (has_kind(p, WITHDRAWAL))
        qh_figure_legend(figure, QH_MARK_TRIANGLE_UP, QH_WATER, QH_WATER, qh_figure_tr(figure, "withdrawal"), &x, y);
}

static const char *second_line(qh_figure *figure, const profile *p) {
    const qh_store_info *const info = figure->info;
    const char *const gap = figure->request->lang == QH_ZH ? "　·　" : "  ·  ";
    const char *const when =
        info->steady ? qh_figure_tr(figure, "steady state") : qh_figure_time(figure, info->frame_time[p->frame]);
    return qh_figure_printf(figure, "%s%s%s%s%.1f %s%s%s", figure->standard ? figure->standard->code : "",
                            figure->standard ? gap : "", p->way.name, gap, p->way.length / distance_unit(p),
                            distance_unit(p) > 1 ? "km" : "m", gap, when);
}

static qh_status draw_all(qh_figure *figure, profile *p) {
    QH_TRY(qh_figure_frame(figure, &p->frame));
    QH_TRY(qh_way_choose(figure->info, figure->request->route, figure->arena, figure->diag, &p->way));
    QH_TRY(gather_cells(figure, p));
    QH_TRY(gather_runs(figure, p));
    QH_TRY(gather_features(figure, p));
    QH_TRY(choose_named(figure, p));
    const double base = FOOT + FLOW + (double)figure->n_constituent * (PANEL + GAP);
    const double top = base + names_height(figure, p) + (p->n_other > 0 ? RUNS : 0);
    QH_TRY(qh_figure_open(figure, WIDTH, top + QH_FIGURE_TITLE));
    QH_TRY(draw_names(figure, p, base));
    for (size_t k = 0; k < figure->n_constituent; k++) {
        const qh_panel at = {LEFT,  WIDTH - RIGHT,         base - PANEL - (double)k * (PANEL + GAP),
                             PANEL, highest(figure, p, k), 0};
        draw_constituent(figure, p, &at, k);
    }
    draw_flow(figure, p);
    draw_legend(figure, p);
    draw_runs(figure, p, top - RUNS / 2.0);
    qh_figure_title(figure, qh_figure_tr(figure, "longitudinal profile"), second_line(figure, p));
    return qh_figure_close(figure);
}

static qh_status draw(const qh_plot_request *request, qh_diag *diag) {
    qh_figure figure;
    profile p = {.n_cell = 0};
    qh_status status = qh_figure_begin(request, diag, &figure);
    if (status == QH_OK) status = draw_all(&figure, &p);
    qh_figure_end(&figure);
    return status;
}

const qh_plot qh_plot_profile = {
    .name = "profile",
    .title = QH_N("concentrations along a route, over the classes of the standard"),
    .most_runs = 8,
    .draw = draw,
};
