/* Free drawing over a picture: shapes and text in px, origin at the lower left, later shapes over earlier ones and text
 * over all shapes. Everything else a picture needs (axes, curves) gnuplot draws itself, before. */
#ifndef QH_VIZ_CANVAS_INTERNAL_H
#define QH_VIZ_CANVAS_INTERNAL_H

#include "model/arena.h"
#include "viz/gnuplot_internal.h"

typedef struct qh_canvas qh_canvas;

typedef enum qh_align { QH_LEFT, QH_CENTER, QH_RIGHT } qh_align;

typedef enum qh_mark {
    QH_MARK_CIRCLE,
    QH_MARK_DIAMOND,
    QH_MARK_SQUARE,
    QH_MARK_TRIANGLE_UP,
    QH_MARK_TRIANGLE_DOWN,
    QH_MARK_BAR /* upright */
} qh_mark;

typedef struct qh_text_style {
    double size;       /* px */
    const char *color; /* "#rrggbb" */
    qh_align align;
    double angle; /* deg, counter-clockwise */
} qh_text_style;

typedef struct qh_stroke {
    double width; /* px */
    const char *color;
    const char *dash; /* gnuplot's dashtype; NULL: solid */
} qh_stroke;

/* A canvas of width x height px over `script`, living in `arena`; NULL when out of memory. */
qh_canvas *qh_canvas_create(qh_arena *arena, qh_gnuplot *script, double width, double height);

void qh_canvas_text(qh_canvas *canvas, double x, double y, qh_text_style style, const char *text);
void qh_canvas_line(qh_canvas *canvas, double x0, double y0, double x1, double y1, qh_stroke stroke);
void qh_canvas_polyline(qh_canvas *canvas, size_t count, const double *x, const double *y, qh_stroke stroke);

/* Filled, with an edge of edge.width px (0: none). */
void qh_canvas_polygon(qh_canvas *canvas, size_t count, const double *x, const double *y, const char *fill,
                       qh_stroke edge);
void qh_canvas_rectangle(qh_canvas *canvas, double x0, double y0, double x1, double y1, const char *fill,
                         qh_stroke edge);

/* A symbol about `size` px across. */
void qh_canvas_mark(qh_canvas *canvas, qh_mark mark, double x, double y, double size, const char *fill, qh_stroke edge);

/* An arrowhead with its tip at (x, y), pointing along (dx, dy). */
void qh_canvas_arrowhead(qh_canvas *canvas, double x, double y, double dx, double dy, double size, const char *fill);

/* Writes all of it to the script. QH_E_NOMEM when something was lost. */
qh_status qh_canvas_finish(qh_canvas *canvas);

#endif
