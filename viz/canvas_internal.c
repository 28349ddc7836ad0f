#include "viz/canvas_internal.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Points of one datablock, or of a part of it. */
typedef struct points {
    struct points *next;
    size_t count;
    const double *x, *y; /* [count], px */
} points;

/* One datablock of the script and how it is to be drawn. Lines of the same kind that follow one another share it: gnuplot
 * takes long over thousands of datablocks. */
typedef struct shape {
    struct shape *next;
    const char *drawing; /* "with lines ..." */
    bool joins;          /* parts may be added to it */
    points *first, **end;
} shape;

typedef struct inscription {
    struct inscription *next;
    double x, y; /* px */
    qh_text_style style;
    const char *text;
} inscription;

struct qh_canvas {
    qh_arena *arena;
    qh_gnuplot *script;
    double width, height; /* px */
    shape *first, **end, *last;
    inscription *first_text, **end_text;
    bool out_of_memory;
};

qh_canvas *qh_canvas_create(qh_arena *arena, qh_gnuplot *script, double width, double height) {
    qh_canvas *const canvas = qh_arena_alloc(arena, 1, sizeof *canvas);
    if (!canvas) return NULL;
    canvas->arena = arena;
    canvas->script = script;
    canvas->width = width;
    canvas->height = height;
    canvas->end = &canvas->first;
    canvas->end_text = &canvas->first_text;
    return canvas;
}

/* Kept until the end: a label that gnuplot knows is drawn again with every curve that follows. */
void qh_canvas_text(qh_canvas *canvas, double x, double y, qh_text_style style, const char *text) {
    inscription *const added = qh_arena_alloc(canvas->arena, 1, sizeof *added);
    char *const copy = qh_arena_strdup(canvas->arena, text);
    if (!added || !copy) {
        canvas->out_of_memory = true;
        return;
    }
    *added = (inscription){NULL, x, y, style, copy};
    *canvas->end_text = added;
    canvas->end_text = &added->next;
}

static shape *new_shape(qh_canvas *canvas, const char *drawing, bool joins) {
    shape *const added = drawing ? qh_arena_alloc(canvas->arena, 1, sizeof *added) : NULL;
    if (!added) return NULL;
    *added = (shape){.drawing = drawing, .joins = joins, .end = &added->first};
    *canvas->end = added;
    canvas->end = &added->next;
    canvas->last = added;
    return added;
}

static void add_shape(qh_canvas *canvas, const char *drawing, bool joins, size_t count, const double *x,
                      const double *y) {
    shape *to = canvas->last;
    if (!to || !drawing || !joins || !to->joins || strcmp(to->drawing, drawing) != 0)
        to = new_shape(canvas, drawing, joins);
    points *const part = to ? qh_arena_alloc(canvas->arena, 1, sizeof *part) : NULL;
    double *const copy = part ? qh_arena_alloc(canvas->arena, 2 * count, sizeof *copy) : NULL;
    if (!copy) {
        canvas->out_of_memory = true;
        return;
    }
    memcpy(copy, x, count * sizeof *copy);
    memcpy(copy + count, y, count * sizeof *copy);
    *part = (points){NULL, count, copy, copy + count};
    *to->end = part;
    to->end = &part->next;
}

void qh_canvas_polyline(qh_canvas *canvas, size_t count, const double *x, const double *y, qh_stroke stroke) {
    if (count < 2) return;
    add_shape(canvas,
              qh_arena_printf(canvas->arena, "with lines lw %g lc rgb '%s' dt %s", stroke.width, stroke.color,
                              stroke.dash ? stroke.dash : "solid"),
              true, count, x, y);
}

void qh_canvas_line(qh_canvas *canvas, double x0, double y0, double x1, double y1, qh_stroke stroke) {
    qh_canvas_polyline(canvas, 2, (const double[]){x0, x1}, (const double[]){y0, y1}, stroke);
}

void qh_canvas_polygon(qh_canvas *canvas, size_t count, const double *x, const double *y, const char *fill,
                       qh_stroke edge) {
    add_shape(canvas,
              qh_arena_printf(canvas->arena, "with filledcurves closed fc rgb '%s' fs solid 1.0 noborder", fill), false,
              count, x, y);
    if (edge.width <= 0) return;
    qh_canvas_polyline(canvas, count, x, y, edge);
    qh_canvas_line(canvas, x[count - 1], y[count - 1], x[0], y[0], edge);
}

void qh_canvas_rectangle(qh_canvas *canvas, double x0, double y0, double x1, double y1, const char *fill,
                         qh_stroke edge) {
    qh_canvas_polygon(canvas, 4, (const double[]){x0, x1, x1, x0}, (const double[]){y0, y0, y1, y1}, fill, edge);
}

void qh_canvas_mark(qh_canvas *canvas, qh_mark mark, double x, double y, double size, const char *fill,
                    qh_stroke edge) {
    enum { CIRCLE_POINTS = 28 };
    static const struct {
        size_t count;
        double x[4], y[4]; /* on a symbol 2 units across */
    } outline[] = {
        [QH_MARK_DIAMOND] = {4, {0, 1.15, 0, -1.15}, {1.15, 0, -1.15, 0}},
        [QH_MARK_SQUARE] = {4, {-0.85, 0.85, 0.85, -0.85}, {-0.85, -0.85, 0.85, 0.85}},
        [QH_MARK_TRIANGLE_UP] = {3, {-1, 1, 0}, {-0.8, -0.8, 0.95}},
        [QH_MARK_TRIANGLE_DOWN] = {3, {-1, 1, 0}, {0.8, 0.8, -0.95}},
        [QH_MARK_BAR] = {4, {-0.35, 0.35, 0.35, -0.35}, {-1.2, -1.2, 1.2, 1.2}},
    };
    const double turn = 6.283185307179586;
    double px[CIRCLE_POINTS] = {0}, py[CIRCLE_POINTS] = {0};
    const size_t count = mark == QH_MARK_CIRCLE ? (size_t)CIRCLE_POINTS : outline[mark].count;
    for (size_t i = 0; i < count; i++) {
        const double angle = turn * (double)i / CIRCLE_POINTS;
        px[i] = x + size / 2 * (mark == QH_MARK_CIRCLE ? cos(angle) : outline[mark].x[i]);
        py[i] = y + size / 2 * (mark == QH_MARK_CIRCLE ? sin(angle) : outline[mark].y[i]);
    }
    qh_canvas_polygon(canvas, count, px, py, fill, edge);
}

void qh_canvas_arrowhead(qh_canvas *canvas, double x, double y, double dx, double dy, double size, const char *fill) {
    const double length = hypot(dx, dy);
    if (length <= 0) return;
    const double ex = dx / length * size, ey = dy / length * size;
    const double px[] = {x, x - ex - 0.45 * ey, x - 0.7 * ex, x - ex + 0.45 * ey};
    const double py[] = {y, y - ey + 0.45 * ex, y - 0.7 * ey, y - ey - 0.45 * ex};
    qh_canvas_polygon(canvas, 4, px, py, fill, (qh_stroke){0, fill, NULL});
}

static void write_texts(const qh_canvas *canvas) {
    static const char *const align[] = {"left", "center", "right"};
    size_t number = 0;
    for (const inscription *t = canvas->first_text; t; t = t->next) {
        qh_gnuplot_add(canvas->script, "set label %zu %s at screen %.6f,screen %.6f %s", ++number,
                       qh_gnuplot_quote(canvas->script, t->text), t->x / canvas->width, t->y / canvas->height,
                       align[t->style.align]);
        qh_gnuplot_add(canvas->script, " rotate by %g font ',%g' tc rgb '%s' front\n", t->style.angle, t->style.size,
                       t->style.color);
    }
}

/* A blank line lifts the pen. */
static void write_points(const qh_canvas *canvas) {
    size_t number = 0;
    for (const shape *s = canvas->first; s; s = s->next) {
        qh_gnuplot_add(canvas->script, "$shape%zu << EOD\n", number++);
        for (const points *p = s->first; p; p = p->next) {
            for (size_t i = 0; i < p->count; i++)
                qh_gnuplot_add(canvas->script, "%.2f %.2f\n", p->x[i], p->y[i]);
            if (p->next) qh_gnuplot_add(canvas->script, "\n");
        }
        qh_gnuplot_add(canvas->script, "EOD\n");
    }
}

qh_status qh_canvas_finish(qh_canvas *canvas) {
    if (canvas->out_of_memory) return QH_E_NOMEM;
    qh_gnuplot *const script = canvas->script;
    qh_gnuplot_add(script, "unset xdata; unset border; unset tics; unset key; unset title; unset xlabel; unset ylabel; "
                           "unset grid; unset object; unset arrow\n"
                           "set lmargin at screen 0; set rmargin at screen 1; set bmargin at screen 0; "
                           "set tmargin at screen 1\n");
    write_texts(canvas);
    write_points(canvas);
    qh_gnuplot_add(script, "set xrange [0:%g]; set yrange [0:%g]\nplot ", canvas->width, canvas->height);
    size_t number = 0;
    for (const shape *s = canvas->first; s; s = s->next)
        qh_gnuplot_add(script, "$shape%zu using 1:2 %s notitle, ", number++, s->drawing);
    qh_gnuplot_add(script, "NaN lc rgb '#ffffff' notitle\n");
    return QH_OK;
}
