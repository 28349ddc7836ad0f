/* What the kinds of plot share: the choice of what is drawn, its names in the reader's language, title and legend. */
#ifndef QH_VIZ_FIGURE_INTERNAL_H
#define QH_VIZ_FIGURE_INTERNAL_H

#include <stdbool.h>

#include "viz/canvas_internal.h"
#include "viz/plot.h"

typedef struct qh_figure {
    qh_arena *arena;
    const qh_plot_request *request;
    const qh_store_info *info;
    const qh_standard *standard;
    qh_diag *diag;
    qh_gnuplot *script;
    qh_canvas *canvas;
    double width, height; /* px */
    size_t n_constituent;
    const size_t *constituent; /* [n_constituent], those to be drawn */
} qh_figure;

/* Begins a figure: chooses the constituents. All of it is freed by qh_figure_end, whatever happened. */
qh_status qh_figure_begin(const qh_plot_request *request, qh_diag *diag, qh_figure *figure);
void qh_figure_end(qh_figure *figure);

/* Opens the picture once its size [px] is known. */
qh_status qh_figure_open(qh_figure *figure, double width, double height);

/* Writes the picture. */
qh_status qh_figure_close(qh_figure *figure);

/* A text of the figure's arena, "" when out of memory (which qh_figure_close reports). */
const char *qh_figure_printf(qh_figure *figure, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* `english` in the language of the figure. */
const char *qh_figure_tr(const qh_figure *figure, const char *english) __attribute__((format_arg(2)));

/* The item a constituent is judged by, NULL when the standard has none. */
const qh_standard_item *qh_figure_item(const qh_figure *figure, size_t constituent);

/* "氨氮 NH3-N" or "Ammonia nitrogen NH3-N". */
const char *qh_figure_constituent_name(qh_figure *figure, size_t constituent);

/* "Ⅳ"; for what is worse than the last class "劣Ⅴ" or ">Ⅴ". */
const char *qh_figure_class_name(qh_figure *figure, int class_index);

/* Index of the frame to draw: the one asked for, or the last. */
qh_status qh_figure_frame(const qh_figure *figure, size_t *frame);

/* "2024-01-03 06:00", or "2.5 d" for a run without a date; "" for a steady run. */
const char *qh_figure_time(qh_figure *figure, double seconds);

/* Seconds from midnight to the start of the run, by its own clock; false when the run has no date. */
bool qh_figure_clock(const qh_figure *figure, double *seconds);

/* Index of the reach of that name, n_reach when there is none. */
size_t qh_figure_reach(const qh_figure *figure, const char *name);

/* A further run of the picture, `index` of request->other: a figure like the first, but of that store, with the same
 * constituents by name. `request` is what it borrows. The canvas is that of the first as it stands now. */
qh_status qh_figure_other(qh_figure *figure, size_t index, qh_plot_request *request, qh_figure *other);

/* How a run is called in a picture of several: its scenario, or "the case as it is". */
const char *qh_figure_run_label(const qh_figure *figure, const qh_store_info *info);

/* Title, second line and the case's note at the top of the figure; their height in px. */
enum { QH_FIGURE_TITLE = 74 };
void qh_figure_title(qh_figure *figure, const char *kind, const char *second_line);

/* Concentration of every section at the drawn frame: values [n_section], g/m3. `cells` is that frame's profile. */
qh_status qh_figure_sections(qh_figure *figure, size_t frame, size_t constituent, const double *cells, double *values);

/* Worst class over the figure's constituents that the standard judges, at one place: value [n_constituent] g/m3 in the
 * order of the figure; 0 when it judges none. */
int qh_figure_worst_class(const qh_figure *figure, const double *value);

/* A panel of a picture [px]. */
typedef struct qh_panel {
    double left, right, bottom, height;
    double top_value;    /* value at the upper edge */
    double bottom_value; /* value at the lower edge: 0, or below it for discharge that reverses */
} qh_panel;

double qh_panel_y(const qh_panel *panel, double value); /* px */

/* Tells gnuplot the range begin .. end [s since start] of x and its ticks, with names or without. */
void qh_figure_time_axis(qh_figure *figure, double begin, double end, bool named);

/* Tells gnuplot the panel's edges and axes; what is still missing is the range and ticks of x. */
void qh_figure_panel(qh_figure *figure, const qh_panel *panel);
void qh_figure_panel_name(qh_figure *figure, const qh_panel *panel, const char *name, const char *unit);

/* One band a class behind the panel's curves, its name at the right edge; classes with the same limit share a band
 * ("Ⅰ–Ⅱ"). Nothing for an item whose limits are a range. */
void qh_figure_bands(qh_figure *figure, const qh_panel *panel, const qh_standard_item *item);

/* Limit of a section's target class for a constituent, g/m3; NAN when the standard sets none of that kind. */
double qh_figure_target(const qh_figure *figure, size_t constituent, size_t section);

/* One row of a legend. Each call draws a symbol and its text and moves *x on. */
void qh_figure_legend(qh_figure *figure, qh_mark mark, const char *fill, const char *edge, const char *text, double *x,
                      double y);

/* Spreads labels along a line: wanted [count] ascending, moved as little as possible so that neighbours are `gap`
 * apart and all lie in low .. high (where there is room). placed [count]. */
void qh_figure_spread(size_t count, const double *wanted, double gap, double low, double high, double *placed);

#endif
