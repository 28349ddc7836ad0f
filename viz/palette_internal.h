/* Colours and line styles of all pictures, in one place.
 *
 * The colours of the classes are those of the status they stand for in the evaluation of surface water (环办〔2011〕22号:
 * blue, green, yellow, orange, red). They do not tell apart all classes to all eyes, so no picture relies on them alone:
 * classes are named beside their colour, and lines differ in dashes and marks too. */
#ifndef QH_VIZ_PALETTE_INTERNAL_H
#define QH_VIZ_PALETTE_INTERNAL_H

#include <stddef.h>

typedef struct qh_class_color {
    const char *strong; /* lines and symbols, "#rrggbb" */
    const char *tint;   /* areas behind lines */
    const char *ink;    /* text on `strong` */
} qh_class_color;

/* Colour of a class, 1-based, of a standard with `n_class` classes; n_class + 1 is worse than the last. */
const qh_class_color *qh_palette_class(int class_index, size_t n_class);

/* The i-th of several lines in one picture; after the last it begins again. */
typedef struct qh_line_style {
    const char *color;
    const char *dash; /* for gnuplot's dashtype */
    int mark;         /* gnuplot's pointtype */
} qh_line_style;

enum { QH_PALETTE_LINES = 10 };
const qh_line_style *qh_palette_line(size_t index);

#define QH_INK   "#1b2a41" /* text, the line that matters */
#define QH_FAINT "#6b7785" /* second-rank text */
#define QH_RULE  "#c3cad3" /* leaders, grid */
#define QH_ALARM "#b3121d" /* a missed target */
#define QH_WATER "#2f6f9f" /* discharge, tributaries */
#define QH_WASTE "#6d4c41" /* outfalls */

#endif
