/* How a spill passes each place: a grid of panels, two a row, since near places are passed in minutes and far ones in
 * days, and peaks differ by powers of ten. Each panel shows the time from the first arrival to the last passing. Below them
 * the cloud on its way down the river: where it is at each hour. */
#include "viz/spill_plot.h"

#include <math.h>

#include "model/version.h"
#include "viz/canvas_internal.h"
#include "viz/palette_internal.h"

/* Layout, px. */
enum { WIDTH = 1200, LEFT = 80, RIGHT = 24, MIDDLE = 84, PANEL = 150, GAP = 74, FOOT = 52, TITLE = 92, LEGEND = 24 };
enum { FIRST_ANSWER = 4, COLUMNS = 2, MOST_PANELS = 16, MOST_POINTS = 400, CLOUD_POINTS = 300 };

static const char BAND[] = "#c9deec", LOW_FLOW[] = "#c98a3a", HIGH_FLOW[] = "#6aa58c";
static const double hour = 3600, day = 86400;

typedef struct picture {
    qh_arena *arena;
    const qh_spill *spill;
    qh_lang lang;
    qh_gnuplot *script;
    qh_canvas *canvas;
    double height; /* px */
    double below;  /* px, that the panel of the cloud takes; 0: there is none */
    size_t n_panel;
    const qh_spill_target *panel[MOST_PANELS]; /* [n_panel], downstream */
} picture;

typedef struct frame {
    double left, right, bottom; /* px */
    double from, to;            /* s */
    double unit;                /* s */
    double top;                 /* g/m3 */
} frame;

static void text(picture *pic, double x, double y, double size, const char *color, qh_align align, const char *what) {
    qh_canvas_text(pic->canvas, x, y, (qh_text_style){size, color, align, 0}, what ? what : "");
}

/* Whether the answers are of several flows. */
static bool of_flows(const picture *pic) { return pic->spill->release.flow_band > 0; }

/* ---- what is drawn ---- */

/* Intakes first, then places over their limit, then the others; by travel time within each. */
static int rank_of(const qh_spill *spill, const qh_spill_target *t) {
    qh_band over;
    const qh_band arrival = qh_spill_arrival(spill, t);
    if (!t->pass[QH_SPILL_OWN].arrives || arrival.low > arrival.high) return -1;
    return t->is_intake ? 0 : qh_spill_over(spill, t, &over) ? 1 : 2;
}

static void choose_panels(picture *pic) {
    const qh_spill *spill = pic->spill;
    size_t room = MOST_PANELS;
    int last = 0; /* the highest rank of which at least one is shown */
    size_t of_last = 0;
    for (int rank = 0; rank <= 2 && room > 0; rank++) {
        size_t n = 0;
        for (size_t i = 0; i < spill->n_target; i++)
            n += rank_of(spill, &spill->target[i]) == rank;
        last = rank;
        of_last = n < room ? n : room;
        room -= of_last;
    }
    for (size_t i = 0; i < spill->n_target; i++) {
        const int rank = rank_of(spill, &spill->target[i]);
        if (rank < 0 || rank > last || (rank == last && of_last == 0)) continue;
        if (rank == last) of_last--;
        pic->panel[pic->n_panel++] = &spill->target[i];
    }
}

/* ---- a panel ---- */

static frame frame_of(const picture *pic, size_t index) {
    const qh_spill_target *t = pic->panel[index];
    const double width = (WIDTH - LEFT - MIDDLE - RIGHT) / 2.0;
    const size_t row = index / COLUMNS;
    const size_t n_row = (pic->n_panel + COLUMNS - 1) / COLUMNS;
    frame f = {.left = LEFT + (index % COLUMNS ? width + MIDDLE : 0),
               .bottom = FOOT + pic->below + (double)(n_row - 1 - row) * (PANEL + GAP)};
    f.right = f.left + width;
    const qh_band arrival = qh_spill_arrival(pic->spill, t), passed = qh_spill_passed(pic->spill, t);
    const double margin = 0.05 * (passed.high - arrival.low);
    f.from = fmax(0, arrival.low - margin);
    f.to = passed.high + margin;
    f.unit = f.to < 2 * day ? hour : day;
    f.top = 1.1 * qh_spill_peak(pic->spill, t).high;
    qh_band over;
    if (qh_spill_over(pic->spill, t, &over)) f.top = fmax(f.top, 1.1 * t->limit.value);
    return f;
}

static void axes(picture *pic, const frame *f) {
    qh_gnuplot *s = pic->script;
    qh_gnuplot_add(s, "set lmargin at screen %.6f; set rmargin at screen %.6f\n", f->left / WIDTH, f->right / WIDTH);
    qh_gnuplot_add(s, "set bmargin at screen %.6f; set tmargin at screen %.6f\n", f->bottom / pic->height,
                   (f->bottom + PANEL) / pic->height);
    qh_gnuplot_add(s, "set border 3 lw 0.8 lc rgb '%s'; set tics nomirror out scale 0.6 font ',11' tc rgb '%s'\n",
                   QH_FAINT, QH_INK);
    qh_gnuplot_add(s, "set grid lw 0.6 lc rgb '%s'; unset key\n", QH_RULE);
    qh_gnuplot_add(s, "set xrange [%.9g:%.9g]; set xtics autofreq; set format x '%%g'\n", f->from / f->unit,
                   f->to / f->unit);
    qh_gnuplot_add(s, "set yrange [0:%.9g]; set ytics autofreq; set format y '%%g'\n", f->top);
}

/* Time, lowest and highest of the answers, then each of them: a point every so many samples between the edges. */
static void data(picture *pic, const frame *f, const qh_spill_target *t) {
    qh_gnuplot *s = pic->script;
    size_t first = 0, end = t->n_time;
    while (first + 1 < end && t->time[first + 1] <= f->from)
        first++;
    while (end > first + 1 && t->time[end - 2] >= f->to)
        end--;
    const size_t every = (end - first) / MOST_POINTS + 1;
    qh_gnuplot_add(s, "$passing << EOD\n");
    for (size_t i = first; i < end; i += every) {
        double low = INFINITY, high = 0;
        for (size_t a = 0; a < pic->spill->n_answer; a++) {
            low = fmin(low, t->added[a][i]);
            high = fmax(high, t->added[a][i]);
        }
        qh_gnuplot_add(s, "%.9g %.6g %.6g", t->time[i] / f->unit, low, high);
        for (size_t a = 0; a < pic->spill->n_answer; a++)
            qh_gnuplot_add(s, " %.6g", t->added[a][i]);
        qh_gnuplot_add(s, "\n");
    }
    qh_gnuplot_add(s, "EOD\n");
}

/* Between two dispersions all values are possible, so what lies between is filled. Two flows make clouds that stand beside
 * one another with all others between them: these are drawn one by one. */
static void curves(picture *pic, const frame *f, const qh_spill_target *t) {
    qh_gnuplot *s = pic->script;
    data(pic, f, t);
    if (!of_flows(pic))
        qh_gnuplot_add(s, "plot $passing using 1:2:3 with filledcurves fc rgb '%s' notitle, ", BAND);
    else
        qh_gnuplot_add(s, "plot ");
    for (size_t a = 1; of_flows(pic) && a < pic->spill->n_answer; a++)
        qh_gnuplot_add(s, "$passing using 1:%zu with lines lw 1.4 lc rgb '%s' notitle, ", FIRST_ANSWER + a,
                       pic->spill->answer[a].flow_factor < 1 ? LOW_FLOW : HIGH_FLOW);
    qh_gnuplot_add(s, "$passing using 1:%d with lines lw 2 lc rgb '%s' notitle\n", FIRST_ANSWER, QH_WATER);
}

static void limit_line(picture *pic, const frame *f, const qh_spill_target *t) {
    const double room = t->limit.value - (t->background.given ? t->background.value : 0);
    if (!t->limit.given || !(room > 0) || room > f->top) return;
    const double y = f->bottom + room / f->top * PANEL;
    qh_canvas_line(pic->canvas, f->left, y, f->right, y, (qh_stroke){1.4, QH_ALARM, "(8,4)"});
    const char *what = t->background.given
                           ? qh_arena_printf(pic->arena, qh_tr(pic->lang, "limit %.4g less %.3g before"),
                                             t->limit.value, t->background.value)
                           : qh_arena_printf(pic->arena, qh_tr(pic->lang, "limit %.4g mg/L"), t->limit.value);
    const bool high = room > 0.85 * f->top;
    text(pic, f->right - 4, y + (high ? -9 : 9), 10.5, QH_ALARM, QH_RIGHT, what);
}

static void draw_panel(picture *pic, size_t index) {
    const qh_spill_target *t = pic->panel[index];
    const frame f = frame_of(pic, index);
    axes(pic, &f);
    curves(pic, &f, t);
    limit_line(pic, &f, t);
    const char *name = qh_arena_printf(pic->arena, "%s %s  %.4g km%s%s", t->code, t->name, t->distance / 1000,
                                       t->is_intake ? "  " : "", t->is_intake ? qh_tr(pic->lang, "intake") : "");
    text(pic, f.left, f.bottom + PANEL + 14, 13, t->is_intake ? QH_ALARM : QH_INK, QH_LEFT, name);
    text(pic, f.left - 8, f.bottom + PANEL + 14, 10.5, QH_FAINT, QH_RIGHT, "mg/L");
    text(pic, f.right, f.bottom - 32, 10.5, QH_FAINT, QH_RIGHT,
         f.unit < day ? qh_tr(pic->lang, "hours after the release began")
                      : qh_tr(pic->lang, "days after the release began"));
}

/* ---- the cloud ---- */

/* The last time [s] at which there is a cloud on the way: when it has passed the last probe, in any answer. */
static double cloud_ends(const qh_spill *s) {
    double last = 0;
    for (size_t i = 0; i < s->n_probe; i++) {
        const qh_band passed = qh_spill_passed(s, &s->probe[i]);
        if (passed.low <= passed.high) last = fmax(last, passed.high);
    }
    return last;
}

/* Time, rear, crest and front of the case's answer, least rear and farthest front of all; km. */
static void cloud_data(picture *pic, const frame *f) {
    qh_gnuplot_add(pic->script, "$cloud << EOD\n");
    for (int i = 0; i <= CLOUD_POINTS; i++) {
        const double t = f->to * i / CLOUD_POINTS;
        qh_spill_cloud c;
        qh_band extent;
        if (!qh_spill_cloud_at(pic->spill, t, &c, &extent)) continue;
        qh_gnuplot_add(pic->script, "%.9g %.6g %.6g %.6g %.6g %.6g\n", t / f->unit, c.rear / 1000, c.crest / 1000,
                       c.front / 1000, extent.low / 1000, extent.high / 1000);
    }
    qh_gnuplot_add(pic->script, "EOD\n");
}

static void draw_cloud(picture *pic) {
    const qh_spill *s = pic->spill;
    frame f = {.left = LEFT, .right = WIDTH - RIGHT, .bottom = FOOT, .to = cloud_ends(s)};
    f.unit = f.to < 2 * day ? hour : day;
    f.top = s->probe[s->n_probe - 1].distance / 1000;
    axes(pic, &f);
    cloud_data(pic, &f);
    qh_gnuplot_add(pic->script,
                   "plot $cloud using 1:5:6 with filledcurves fc rgb '%s' notitle, "
                   "$cloud using 1:2:4 with filledcurves fc rgb '%s' fs transparent solid 0.35 notitle, "
                   "$cloud using 1:3 with lines lw 2 lc rgb '%s' notitle\n",
                   BAND, QH_WATER, QH_WATER);
    text(pic, f.left, f.bottom + PANEL + 14, 13, QH_INK, QH_LEFT,
         qh_tr(pic->lang, "where the cloud is, from its rear to its front; line: its crest"));
    text(pic, f.left - 8, f.bottom + PANEL + 14, 10.5, QH_FAINT, QH_RIGHT, "km");
    text(pic, f.right, f.bottom - 32, 10.5, QH_FAINT, QH_RIGHT,
         f.unit < day ? qh_tr(pic->lang, "hours after the release began")
                      : qh_tr(pic->lang, "days after the release began"));
}

/* ---- around them ---- */

static void legend(picture *pic, double y) {
    const qh_stroke none = {0, QH_RULE, NULL};
    qh_canvas_line(pic->canvas, 18, y, 50, y, (qh_stroke){2, QH_WATER, NULL});
    text(pic, 58, y, 11, QH_INK, QH_LEFT, qh_tr(pic->lang, "added, by the case"));
    if (!of_flows(pic)) {
        qh_canvas_rectangle(pic->canvas, 250, y - 6, 282, y + 6, BAND, none);
        text(pic, 290, y, 11, QH_INK, QH_LEFT, qh_tr(pic->lang, "between the dispersion formulas"));
        return;
    }
    const double band = 100 * pic->spill->release.flow_band;
    const char *low =
        qh_arena_printf(pic->arena, qh_tr(pic->lang, "least and most dispersion, inflow less %.3g %%"), band);
    const char *high =
        qh_arena_printf(pic->arena, qh_tr(pic->lang, "least and most dispersion, inflow more %.3g %%"), band);
    qh_canvas_line(pic->canvas, 250, y, 282, y, (qh_stroke){1.4, LOW_FLOW, NULL});
    text(pic, 290, y, 11, QH_INK, QH_LEFT, low);
    qh_canvas_line(pic->canvas, 610, y, 642, y, (qh_stroke){1.4, HIGH_FLOW, NULL});
    text(pic, 650, y, 11, QH_INK, QH_LEFT, high);
}

static void title(picture *pic) {
    const qh_spill *s = pic->spill;
    const qh_release *r = &s->release;
    const double top = pic->height;
    const char *name = pic->lang == QH_ZH ? s->title : s->name;
    const char *what = qh_arena_printf(pic->arena, qh_tr(pic->lang, "Spill: %.6g kg of %s within %.4g min"),
                                       r->mass / 1000, name, r->duration / 60);
    const char *where = qh_arena_printf(pic->arena, qh_tr(pic->lang, "%s, reach %s, km %.4g; %.4g m3/s"),
                                        *s->river_case->title ? s->river_case->title : s->river_case->name,
                                        s->river_case->reach[r->reach].name, r->chainage / 1000, s->discharge);
    const char *version = qh_arena_printf(pic->arena, "qinghe %s", qh_version());
    text(pic, 18, top - 22, 17, QH_INK, QH_LEFT, what);
    text(pic, 18, top - 45, 11.5, QH_FAINT, QH_LEFT, where);
    text(pic, WIDTH - 18, top - 22, 10, QH_FAINT, QH_RIGHT, version);
    text(pic, WIDTH - 18, top - 45, 11.5, QH_FAINT, QH_RIGHT, s->river_case->note);
    legend(pic, top - 70);
}

static qh_status draw(picture *pic, const char *output, qh_diag *diag) {
    choose_panels(pic);
    QH_CHECK(pic->n_panel > 0, QH_E_INPUT, diag, QH_NOWHERE,
             "there is nothing to draw: the spill arrives at no section and no intake");
    const size_t n_row = (pic->n_panel + COLUMNS - 1) / COLUMNS;
    pic->below = pic->spill->n_probe > 0 && cloud_ends(pic->spill) > 0 ? PANEL + GAP : 0;
    pic->height = FOOT + pic->below + (double)n_row * (PANEL + GAP) - GAP + LEGEND + TITLE;
    QH_TRY(qh_gnuplot_create(WIDTH, pic->height, output, diag, &pic->script));
    pic->canvas = qh_canvas_create(pic->arena, pic->script, WIDTH, pic->height);
    if (!pic->canvas) return QH_E_NOMEM;
    qh_gnuplot_add(pic->script, "set multiplot\n");
    for (size_t i = 0; i < pic->n_panel; i++)
        draw_panel(pic, i);
    if (pic->below > 0) draw_cloud(pic);
    title(pic);
    QH_TRY(qh_canvas_finish(pic->canvas));
    qh_gnuplot_add(pic->script, "unset multiplot\n");
    return qh_gnuplot_run(pic->script, diag);
}

qh_status qh_spill_plot(const qh_spill *spill, qh_lang lang, const char *output, qh_diag *diag) {
    picture pic = {.arena = qh_arena_create(), .spill = spill, .lang = lang};
    const qh_status status = pic.arena ? draw(&pic, output, diag) : QH_E_NOMEM;
    qh_gnuplot_destroy(pic.script);
    qh_arena_destroy(pic.arena);
    return status;
}
