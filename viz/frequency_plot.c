/* Frequency of the yearly lowest flows on Hazen's probability paper (海森几率格纸): the abscissa is the normal quantile of
 * the assurance, on which a normal distribution is a straight line; below it the flow-duration curve on the same axis. */
#include "viz/frequency_plot.h"

#include <math.h>

#include "model/gamma.h"
#include "model/version.h"
#include "viz/canvas_internal.h"
#include "viz/palette_internal.h"

/* Layout, px. */
enum { WIDTH = 1100, LEFT = 86, RIGHT = 30, PANEL = 330, GAP = 74, FOOT = 58, TITLE = 66, LEGEND = 26 };
enum { CURVE_POINTS = 120 };

static const double ticks[] = {1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 99}; /* % */
enum { N_TICK = sizeof ticks / sizeof *ticks };

typedef struct picture {
    qh_arena *arena;
    const qh_hydrology *h;
    qh_lang lang;
    qh_gnuplot *script;
    qh_canvas *canvas;
    double height; /* px */
} picture;

typedef struct panel {
    double bottom; /* px */
    double top;    /* m3/s at the upper edge */
} panel;

/* Assurance, -, to the abscissa. */
static double abscissa(double assurance) { return qh_normal_quantile(assurance); }

static double x_px(double assurance) {
    const double low = abscissa(ticks[0] / 100), high = abscissa(ticks[N_TICK - 1] / 100);
    return LEFT + (abscissa(assurance) - low) / (high - low) * (WIDTH - LEFT - RIGHT);
}

static double y_px(const panel *p, double flow) { return p->bottom + flow / p->top * PANEL; }

static void text(picture *pic, double x, double y, double size, const char *color, qh_align align, const char *what) {
    qh_canvas_text(pic->canvas, x, y, (qh_text_style){size, color, align, 0}, what);
}

static void axes(picture *pic, const panel *p, const char *name, const char *unit) {
    qh_gnuplot *s = pic->script;
    qh_gnuplot_add(s, "set lmargin at screen %.6f; set rmargin at screen %.6f\n", (double)LEFT / WIDTH,
                   (double)(WIDTH - RIGHT) / WIDTH);
    qh_gnuplot_add(s, "set bmargin at screen %.6f; set tmargin at screen %.6f\n", p->bottom / pic->height,
                   (p->bottom + PANEL) / pic->height);
    qh_gnuplot_add(s, "set border 3 lw 0.8 lc rgb '%s'; set tics nomirror out scale 0.6 font ',11' tc rgb '%s'\n",
                   QH_FAINT, QH_INK);
    qh_gnuplot_add(s, "set grid lw 0.6 lc rgb '%s'; unset key\n", QH_RULE);
    qh_gnuplot_add(s, "set yrange [0:%.9g]; set ytics autofreq; set format y '%%g'\n", p->top);
    qh_gnuplot_add(s, "set xrange [%.9g:%.9g]\nset xtics (", abscissa(ticks[0] / 100),
                   abscissa(ticks[N_TICK - 1] / 100));
    for (size_t i = 0; i < N_TICK; i++)
        qh_gnuplot_add(s, "%s'%g' %.9g", i ? ", " : "", ticks[i], abscissa(ticks[i] / 100));
    qh_gnuplot_add(s, ")\n");
    text(pic, LEFT, p->bottom + PANEL + 14, 13, QH_INK, QH_LEFT, name);
    text(pic, LEFT - 8, p->bottom + PANEL + 14, 10.5, QH_FAINT, QH_RIGHT, "m³/s");
    text(pic, (LEFT + WIDTH - RIGHT) / 2.0, p->bottom - 38, 11.5, QH_INK, QH_CENTER, unit);
}

/* ---- driest months ---- */

static void fitted_curve(picture *pic, const panel *p, const qh_pearson3 *d, size_t style) {
    const qh_line_style *line = qh_palette_line(style);
    double x[CURVE_POINTS], y[CURVE_POINTS];
    size_t n = 0;
    for (size_t i = 0; i < CURVE_POINTS; i++) {
        const double low = abscissa(ticks[0] / 100), high = abscissa(ticks[N_TICK - 1] / 100);
        const double z = low + (high - low) * (double)i / (CURVE_POINTS - 1);
        const double assurance = 0.5 * erfc(-z / sqrt(2)), flow = qh_pearson3_quantile(d, assurance);
        if (flow < 0 || flow > p->top) continue;
        x[n] = x_px(assurance);
        y[n++] = y_px(p, flow);
    }
    qh_canvas_polyline(pic->canvas, n, x, y, (qh_stroke){1.8, line->color, line->dash});
}

static void legend(picture *pic, double x, double y, size_t style, const char *what) {
    const qh_line_style *line = qh_palette_line(style);
    qh_canvas_line(pic->canvas, x, y, x + 30, y, (qh_stroke){1.8, line->color, line->dash});
    text(pic, x + 38, y, 11, QH_INK, QH_LEFT, what);
}

static const char *fit_text(const picture *pic, const char *way, const qh_pearson3 *d, const qh_fit_quality *q) {
    const char *made = qh_arena_printf(pic->arena, "%s: Cv %.3f, Cs %.2f, R² %.3f", qh_tr(pic->lang, way),
                                       d->deviation / d->mean, d->skewness, q->determination);
    return made ? made : "";
}

/* A leader at each assurance to the flow used first: the fitted one, else the empirical one. */
static void design_marks(picture *pic, const panel *p, const qh_low_flow *low) {
    for (size_t i = 0; i < low->n_design; i++) {
        const qh_design_flow *d = &low->design[i];
        const qh_optional flow = d->lmoments.given ? d->lmoments : d->empirical;
        if (!flow.given) continue;
        const double x = x_px(d->assurance), y = y_px(p, flow.value);
        const qh_stroke leader = {1, QH_ALARM, "(6,4)"};
        qh_canvas_line(pic->canvas, x, p->bottom, x, y, leader);
        qh_canvas_line(pic->canvas, LEFT, y, x, y, leader);
        const char *way = d->lmoments.given ? QH_N("P-III, L-moments") : QH_N("empirical");
        const char *what =
            qh_arena_printf(pic->arena, "Q%g = %.4g (%s)", 100 * d->assurance, flow.value, qh_tr(pic->lang, way));
        text(pic, LEFT + 8, y + (i % 2 ? -9 : 9), 11, QH_ALARM, QH_LEFT, what ? what : "");
    }
}

static void draw_driest(picture *pic, double bottom) {
    const qh_low_flow *low = &pic->h->month;
    const panel p = {bottom, 1.12 * low->flow[0]};
    axes(pic, &p, qh_tr(pic->lang, "driest month of every year"), qh_tr(pic->lang, "assurance: share of years, %"));
    qh_gnuplot_add(pic->script, "$years << EOD\n");
    for (size_t i = 0; i < low->count; i++)
        qh_gnuplot_add(pic->script, "%.9g %.9g\n", abscissa(qh_weibull_position(i + 1, low->count)), low->flow[i]);
    qh_gnuplot_add(pic->script, "EOD\nplot $years using 1:2 with points pt 6 ps 0.8 lw 1.4 lc rgb '%s' notitle\n",
                   QH_INK);
    const double y = bottom + PANEL - 12, x = WIDTH / 2.0 + 30;
    qh_canvas_mark(pic->canvas, QH_MARK_CIRCLE, x + 15, y, 7, "#ffffff", (qh_stroke){1.4, QH_INK, NULL});
    text(pic, x + 38, y, 11, QH_INK, QH_LEFT, qh_tr(pic->lang, "Weibull's positions, m/(n+1)"));
    if (low->fitted) {
        fitted_curve(pic, &p, &low->lmoments, 0);
        fitted_curve(pic, &p, &low->curve, 1);
        legend(pic, x, y - 20, 0, fit_text(pic, QH_N("P-III, L-moments"), &low->lmoments, &low->lmoments_quality));
        legend(pic, x, y - 40, 1, fit_text(pic, QH_N("P-III, curve"), &low->curve, &low->curve_quality));
    }
    design_marks(pic, &p, low);
}

/* ---- duration ---- */

static void draw_duration(picture *pic, double bottom) {
    const qh_hydrology *h = pic->h;
    const panel p = {bottom, 1.05 * h->duration[0].flow};
    const bool daily = h->record->step == QH_RECORD_DAILY;
    axes(pic, &p,
         daily ? qh_tr(pic->lang, "Flow-duration curve of the days")
               : qh_tr(pic->lang, "Flow-duration curve of the months"),
         qh_tr(pic->lang, "reached: share of the time, %"));
    qh_gnuplot_add(pic->script, "$duration << EOD\n");
    for (size_t i = 0; i < h->n_duration; i++)
        qh_gnuplot_add(pic->script, "%.9g %.9g\n", abscissa(h->duration[i].exceedance), h->duration[i].flow);
    qh_gnuplot_add(pic->script, "EOD\nplot $duration using 1:2 with linespoints pt 7 ps 0.5 lw 2 lc rgb '%s' notitle\n",
                   QH_WATER);
    if (!h->mean.given || h->mean.value >= p.top) return;
    const double y = y_px(&p, h->mean.value);
    qh_canvas_line(pic->canvas, LEFT, y, WIDTH - RIGHT, y, (qh_stroke){1.2, QH_INK, "(10,5)"});
    const char *what = qh_arena_printf(pic->arena, "%s %.4g", qh_tr(pic->lang, "mean annual flow"), h->mean.value);
    text(pic, WIDTH - RIGHT - 6, y + 10, 11, QH_INK, QH_RIGHT, what ? what : "");
}

static void title(picture *pic) {
    const double top = pic->height;
    const char *what = qh_arena_printf(pic->arena, qh_tr(pic->lang, "%zu complete years"), pic->h->n_complete);
    const char *version = qh_arena_printf(pic->arena, "qinghe %s", qh_version());
    text(pic, 18, top - 22, 17, QH_INK, QH_LEFT, pic->h->record->file);
    text(pic, WIDTH - 18, top - 22, 14, QH_FAINT, QH_RIGHT, qh_tr(pic->lang, "design flows"));
    text(pic, 18, top - 45, 11.5, QH_FAINT, QH_LEFT, what ? what : "");
    text(pic, WIDTH - 18, top - 45, 10, QH_FAINT, QH_RIGHT, version ? version : "");
}

static qh_status draw(picture *pic, const char *output, qh_diag *diag) {
    const bool driest = pic->h->month.count >= 4, duration = pic->h->n_duration > 1;
    QH_CHECK(driest || duration, QH_E_INPUT, diag, QH_NOWHERE, "%s: the record is too short for a picture",
             pic->h->record->file);
    pic->height =
        FOOT + (driest ? PANEL : 0) + (driest && duration ? GAP : 0) + (duration ? PANEL : 0) + LEGEND + TITLE;
    QH_TRY(qh_gnuplot_create(WIDTH, pic->height, output, diag, &pic->script));
    pic->canvas = qh_canvas_create(pic->arena, pic->script, WIDTH, pic->height);
    if (!pic->canvas) return QH_E_NOMEM;
    qh_gnuplot_add(pic->script, "set multiplot\n");
    if (driest) draw_driest(pic, FOOT + (duration ? PANEL + GAP : 0));
    if (duration) draw_duration(pic, FOOT);
    title(pic);
    QH_TRY(qh_canvas_finish(pic->canvas));
    qh_gnuplot_add(pic->script, "unset multiplot\n");
    return qh_gnuplot_run(pic->script, diag);
}

qh_status qh_frequency_plot(const qh_hydrology *hydrology, qh_lang lang, const char *output, qh_diag *diag) {
    picture pic = {.arena = qh_arena_create(), .h = hydrology, .lang = lang};
    const qh_status status = pic.arena ? draw(&pic, output, diag) : QH_E_NOMEM;
    qh_gnuplot_destroy(pic.script);
    qh_arena_destroy(pic.arena);
    return status;
}
