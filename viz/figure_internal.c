#include "viz/figure_internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scenarios/assess.h"
#include "viz/palette_internal.h"

/* ---------------------------------------------------------------------------------------------- what is drawn */

static bool is_called(const qh_stored_constituent *c, const char *wanted) {
    return strcmp(c->name, wanted) == 0 || strcmp(c->title, wanted) == 0 || strcmp(c->item, wanted) == 0;
}

static qh_status no_constituent(const qh_figure *figure, const char *wanted) {
    char known[512] = "";
    for (size_t c = 0; c < figure->info->n_constituent; c++) {
        const size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", c ? ", " : "", figure->info->constituent[c].name);
    }
    qh_diag_add(figure->diag, QH_ERROR, QH_NOWHERE, "the run has no constituent '%s', only %s", wanted, known);
    return QH_E_USAGE;
}

static qh_status choose_constituents(qh_figure *figure) {
    const char *const wanted = figure->request->constituent;
    size_t *const chosen = qh_arena_alloc(figure->arena, figure->info->n_constituent, sizeof *chosen);
    if (!chosen) return QH_E_NOMEM;
    size_t count = 0;
    for (size_t c = 0; c < figure->info->n_constituent; c++) {
        if (!wanted || is_called(&figure->info->constituent[c], wanted)) chosen[count++] = c;
    }
    if (count == 0) return no_constituent(figure, wanted ? wanted : "");
    figure->constituent = chosen;
    figure->n_constituent = count;
    return QH_OK;
}

qh_status qh_figure_begin(const qh_plot_request *request, qh_diag *diag, qh_figure *figure) {
    *figure = (qh_figure){.request = request,
                          .info = qh_store_get_info(request->store),
                          .standard = request->standard,
                          .diag = diag,
                          .arena = qh_arena_create()};
    if (!figure->arena) return QH_E_NOMEM;
    QH_CHECK(figure->info->n_frame > 0, QH_E_INPUT, diag, QH_NOWHERE, "%s holds no result yet", figure->info->path);
    return choose_constituents(figure);
}

void qh_figure_end(qh_figure *figure) {
    qh_gnuplot_destroy(figure->script);
    qh_arena_destroy(figure->arena);
}

qh_status qh_figure_open(qh_figure *figure, double width, double height) {
    QH_TRY(qh_gnuplot_create(width, height, figure->request->output, figure->diag, &figure->script));
    figure->width = width;
    figure->height = height;
    figure->canvas = qh_canvas_create(figure->arena, figure->script, width, height);
    if (!figure->canvas) return QH_E_NOMEM;
    qh_gnuplot_add(figure->script, "set multiplot\n");
    return QH_OK;
}

qh_status qh_figure_close(qh_figure *figure) {
    QH_TRY(qh_canvas_finish(figure->canvas));
    qh_gnuplot_add(figure->script, "unset multiplot\n");
    return qh_gnuplot_run(figure->script, figure->diag);
}

/* ------------------------------------------------------------------------------------------------------- names */

const char *qh_figure_printf(qh_figure *figure, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *const kept = qh_arena_strdup(figure->arena, text);
    return kept ? kept : "";
}

const char *qh_figure_tr(const qh_figure *figure, const char *english) { return qh_tr(figure->request->lang, english); }

const qh_standard_item *qh_figure_item(const qh_figure *figure, size_t constituent) {
    if (!figure->standard) return NULL;
    return qh_standard_item_find(figure->standard, figure->info->constituent[constituent].item);
}

const char *qh_figure_constituent_name(qh_figure *figure, size_t constituent) {
    const qh_stored_constituent *const c = &figure->info->constituent[constituent];
    const qh_standard_item *const item = qh_figure_item(figure, constituent);
    const char *title = c->title;
    if (figure->request->lang == QH_EN && item) title = item->title;
    return strcmp(title, c->name) == 0 ? title : qh_figure_printf(figure, "%s %s", title, c->name);
}

const char *qh_figure_class_name(qh_figure *figure, int class_index) {
    const qh_standard *const s = figure->standard;
    const int last = (int)s->n_class;
    if (class_index <= last) return s->class_name[class_index < 1 ? 0 : class_index - 1];
    if (figure->request->lang == QH_ZH) return qh_figure_printf(figure, "劣%s", s->class_name[last - 1]);
    return qh_figure_printf(figure, ">%s", s->class_name[last - 1]);
}

size_t qh_figure_reach(const qh_figure *figure, const char *name) {
    size_t r = 0;
    while (r < figure->info->n_reach && strcmp(figure->info->reach[r].name, name) != 0)
        r++;
    return r;
}

/* -------------------------------------------------------------------------------------------------------- time */

qh_status qh_figure_frame(const qh_figure *figure, size_t *frame) {
    const qh_store_info *const info = figure->info;
    if (!figure->request->has_time) {
        *frame = info->n_frame - 1;
        return QH_OK;
    }
    const double wanted = figure->request->time, first = info->frame_time[0],
                 last = info->frame_time[info->n_frame - 1];
    QH_CHECK(wanted >= first && wanted <= last, QH_E_USAGE, figure->diag, QH_NOWHERE,
             "the time %g s is outside the run, which goes from %g s to %g s", wanted, first, last);
    size_t nearest = 0;
    for (size_t f = 1; f < info->n_frame; f++) {
        if (fabs(info->frame_time[f] - wanted) < fabs(info->frame_time[nearest] - wanted)) nearest = f;
    }
    *frame = nearest;
    return QH_OK;
}

const char *qh_figure_time(qh_figure *figure, double seconds) {
    char text[64];
    if (figure->info->steady) return "";
    return qh_figure_printf(figure, "%s", qh_time_text(figure->info->start, seconds, sizeof text, text));
}

bool qh_figure_clock(const qh_figure *figure, double *seconds) {
    char text[64];
    qh_time_text(figure->info->start, 0, sizeof text, text);
    const char *const clock = strchr(text, ':') ? strchr(text, ' ') : NULL; /* "2024-01-31 06:00" */
    if (!clock || strlen(clock) < 6) return false;
    const int hour = (clock[1] - '0') * 10 + (clock[2] - '0'), minute = (clock[4] - '0') * 10 + (clock[5] - '0');
    *seconds = hour * 3600.0 + minute * 60.0;
    return true;
}

/* ------------------------------------------------------------------------------------------------- common parts */

void qh_figure_title(qh_figure *figure, const char *kind, const char *second_line) {
    const qh_store_info *const info = figure->info;
    const char *const of_case = info->case_title[0] ? info->case_title : info->case_name;
    const char *const of_scenario = info->scenario_title[0] ? info->scenario_title : info->scenario;
    const bool one_scenario = figure->request->n_other == 0 && info->scenario[0];
    const char *const title = one_scenario ? qh_figure_printf(figure, "%s — %s", of_case, of_scenario) : of_case;
    const double left = 18, right = figure->width - 18, top = figure->height;
    qh_canvas_text(figure->canvas, left, top - 22, (qh_text_style){18, QH_INK, QH_LEFT, 0}, title);
    qh_canvas_text(figure->canvas, right, top - 22, (qh_text_style){14, QH_FAINT, QH_RIGHT, 0}, kind);
    qh_canvas_text(figure->canvas, left, top - 45, (qh_text_style){11.5, QH_FAINT, QH_LEFT, 0}, second_line);
    if (info->case_note[0])
        qh_canvas_text(figure->canvas, left, top - 63, (qh_text_style){10, QH_FAINT, QH_LEFT, 0}, info->case_note);
    qh_canvas_text(figure->canvas, right, top - 63, (qh_text_style){10, QH_FAINT, QH_RIGHT, 0},
                   qh_figure_printf(figure, "qinghe %s", info->version));
    if (!info->complete)
        qh_canvas_text(figure->canvas, right, top - 45, (qh_text_style){11.5, QH_ALARM, QH_RIGHT, 0},
                       qh_figure_tr(figure, "incomplete run"));
}

qh_status qh_figure_other(qh_figure *figure, size_t index, qh_plot_request *request, qh_figure *other) {
    *request = *figure->request;
    request->store = figure->request->other[index];
    *other = *figure;
    other->request = request;
    other->info = qh_store_get_info(request->store);
    size_t *const constituent = qh_arena_alloc(figure->arena, figure->n_constituent, sizeof *constituent);
    if (!constituent) return QH_E_NOMEM;
    for (size_t k = 0; k < figure->n_constituent; k++) {
        const char *const name = figure->info->constituent[figure->constituent[k]].name;
        size_t c = 0;
        while (c < other->info->n_constituent && strcmp(other->info->constituent[c].name, name) != 0)
            c++;
        QH_CHECK(c < other->info->n_constituent, QH_E_INPUT, figure->diag, QH_NOWHERE,
                 "%s has no constituent '%s', which %s has", other->info->path, name, figure->info->path);
        constituent[k] = c;
    }
    other->constituent = constituent;
    return QH_OK;
}

const char *qh_figure_run_label(const qh_figure *figure, const qh_store_info *info) {
    return info->scenario[0] ? info->scenario : qh_figure_tr(figure, "the case as it is");
}

/* The sample taken at the time of a frame; n_sample when there is none. */
static size_t sample_at(const qh_store_info *info, double time) {
    for (size_t s = 0; s < info->n_sample; s++) {
        if (fabs(info->sample_time[s] - time) < 0.5) return s;
    }
    return info->n_sample;
}

static double nearest_cell(const qh_figure *figure, const qh_stored_section *section, const double *cells) {
    const size_t r = qh_figure_reach(figure, section->reach_name);
    if (r == figure->info->n_reach) return NAN;
    const qh_stored_reach *const reach = &figure->info->reach[r];
    size_t nearest = reach->first_cell;
    for (size_t c = nearest; c < reach->first_cell + reach->n_cell; c++) {
        const double *const x = figure->info->cell_chainage;
        if (fabs(x[c] - section->chainage) < fabs(x[nearest] - section->chainage)) nearest = c;
    }
    return cells[nearest];
}

qh_status qh_figure_sections(qh_figure *figure, size_t frame, size_t constituent, const double *cells, double *values) {
    const qh_store_info *const info = figure->info;
    const size_t sample = sample_at(info, info->frame_time[frame]);
    for (size_t s = 0; s < info->n_section; s++) {
        if (sample < info->n_sample)
            QH_TRY(qh_store_read_section(figure->request->store, s, constituent, sample, 1, figure->diag, &values[s]));
        else
            values[s] = nearest_cell(figure, &info->section[s], cells);
    }
    return QH_OK;
}

int qh_figure_worst_class(const qh_figure *figure, const double *value) {
    int worst = 0;
    for (size_t i = 0; i < figure->n_constituent; i++) {
        const qh_standard_item *const item = qh_figure_item(figure, figure->constituent[i]);
        if (!item) continue;
        const int c = qh_standard_class_of(figure->standard, item, value[i]);
        if (c > worst) worst = c;
    }
    return worst;
}

double qh_panel_y(const qh_panel *panel, double value) {
    return panel->bottom + (value - panel->bottom_value) / (panel->top_value - panel->bottom_value) * panel->height;
}

void qh_figure_panel(qh_figure *figure, const qh_panel *panel) {
    qh_gnuplot *const s = figure->script;
    qh_gnuplot_add(s, "set lmargin at screen %.6f; set rmargin at screen %.6f\n", panel->left / figure->width,
                   panel->right / figure->width);
    qh_gnuplot_add(s, "set bmargin at screen %.6f; set tmargin at screen %.6f\n", panel->bottom / figure->height,
                   (panel->bottom + panel->height) / figure->height);
    qh_gnuplot_add(s, "set border 3 lw 0.8 lc rgb '%s'; set tics nomirror out scale 0.6 font ',11' tc rgb '%s'\n",
                   QH_FAINT, QH_INK);
    qh_gnuplot_add(s, "set yrange [%.9g:%.9g]; set ytics autofreq; set format y '%%g'; unset key; unset object\n",
                   panel->bottom_value, panel->top_value);
}

void qh_figure_panel_name(qh_figure *figure, const qh_panel *panel, const char *name, const char *unit) {
    const double middle = panel->bottom + panel->height / 2;
    qh_canvas_text(figure->canvas, 20, middle, (qh_text_style){12, QH_INK, QH_CENTER, 90}, name);
    qh_canvas_text(figure->canvas, 37, middle, (qh_text_style){10.5, QH_FAINT, QH_CENTER, 90}, unit);
}

void qh_figure_bands(qh_figure *figure, const qh_panel *at, const qh_standard_item *item) {
    if (item->sense == QH_LIMIT_RANGE) return;
    const size_t n = figure->standard->n_class;
    const bool falling = item->sense == QH_LIMIT_MIN; /* class I on top */
    double low = 0;
    for (size_t k = 0; k <= n && low < at->top_value; k++) {
        const size_t first = falling ? n - k : k; /* 0-based class of this band, n: worse than the last */
        size_t end = first;
        double high = at->top_value;
        if (falling ? first > 0 : first < n) high = fmin(high, item->limit[falling ? first - 1 : first]);
        if (!falling && k + 1 < n && item->limit[k + 1] <= item->limit[k]) end = ++k;
        const qh_class_color *const color = qh_palette_class((int)end + 1, n);
        qh_gnuplot_add(figure->script,
                       "set object rectangle from graph 0,first %.9g to graph 1,first %.9g behind fc rgb '%s' "
                       "fs solid 1.0 noborder\n",
                       low, high, color->tint);
        const double y0 = qh_panel_y(at, low), y1 = qh_panel_y(at, high);
        const char *name = qh_figure_class_name(figure, (int)end + 1);
        if (end != first) name = qh_figure_printf(figure, "%s–%s", qh_figure_class_name(figure, (int)first + 1), name);
        if (y1 - y0 >= 11) {
            const double x = at->right;
            qh_canvas_rectangle(figure->canvas, x + 3, y0 + 0.5, x + 9, y1 - 0.5, color->strong,
                                (qh_stroke){0, color->strong, NULL});
            qh_canvas_text(figure->canvas, x + 14, (y0 + y1) / 2, (qh_text_style){11, QH_INK, QH_LEFT, 0}, name);
        }
        low = high;
    }
}

double qh_figure_target(const qh_figure *figure, size_t constituent, size_t section) {
    const qh_standard_item *const item = qh_figure_item(figure, constituent);
    const int target = figure->info->section[section].target_class;
    if (!item || item->sense == QH_LIMIT_RANGE || target < 1 || target > (int)figure->standard->n_class) return NAN;
    return item->limit[target - 1];
}

void qh_figure_legend(qh_figure *figure, qh_mark mark, const char *fill, const char *edge, const char *text, double *x,
                      double y) {
    const double size = 11;
    qh_canvas_mark(figure->canvas, mark, *x + 6, y, 10, fill, (qh_stroke){1.2, edge, NULL});
    qh_canvas_text(figure->canvas, *x + 17, y, (qh_text_style){size, QH_INK, QH_LEFT, 0}, text);
    *x += 17 + qh_gnuplot_text_width(text, size) + 20;
}

/* Pool adjacent violators: neighbours too close form a block that sits where its members would like it on average. */
void qh_figure_spread(size_t count, const double *wanted, double gap, double low, double high, double *placed) {
    const double room = high - low, needed = count > 1 ? gap * (double)(count - 1) : 0;
    const double step = needed > room ? gap * room / needed : gap;
    for (size_t i = 0; i < count; i++)
        placed[i] = wanted[i] - step * (double)i; /* in these coordinates the gap is zero: the order must not turn */
    for (size_t i = 1; i < count; i++) {
        size_t first = i;
        double sum = placed[i];
        while (first > 0 && placed[first - 1] > sum / (double)(i - first + 1))
            sum += placed[--first];
        for (size_t k = first; k <= i; k++)
            placed[k] = sum / (double)(i - first + 1);
    }
    const double last = high - step * (double)(count ? count - 1 : 0);
    for (size_t i = 0; i < count; i++)
        placed[i] = fmin(fmax(placed[i], low), fmax(last, low)) + step * (double)i;
}
