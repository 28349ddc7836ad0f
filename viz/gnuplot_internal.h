/* A gnuplot script that is built up piece by piece and then run: no shell, no file of ours left behind.
 *
 * Script and data go to gnuplot's standard input from an unnamed temporary file, the picture comes from its standard
 * output: neither a path nor any text of the user's is ever read as a command. Lengths are pixels of 1/96 inch,
 * whatever the format; fonts too. Enhanced text is off, so that @ _ ^ { } & stand for themselves. */
#ifndef QH_VIZ_GNUPLOT_INTERNAL_H
#define QH_VIZ_GNUPLOT_INTERNAL_H

#include <stddef.h>

#include "model/diag.h"

typedef struct qh_gnuplot qh_gnuplot;

/* A script for a picture of width x height px in `output`, whose ending (.png, .svg, .pdf) chooses the format;
 * QH_E_USAGE for another one. Owned by the caller. */
qh_status qh_gnuplot_create(double width, double height, const char *output, qh_diag *diag, qh_gnuplot **script);
void qh_gnuplot_destroy(qh_gnuplot *script); /* NULL is allowed */

/* Appends to the script; numbers are written with a point whatever the locale. Out of memory is remembered and
 * reported by qh_gnuplot_run. */
void qh_gnuplot_add(qh_gnuplot *script, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* `text` as a gnuplot string, quotes included; control characters become spaces. Lives as long as the script. */
const char *qh_gnuplot_quote(qh_gnuplot *script, const char *text);

/* Width of `text` in px when set at `size` px: about, since fonts differ. */
double qh_gnuplot_text_width(const char *text, double size);

/* Runs the script. The picture appears under its name only when it is complete. QH_E_IO, with what gnuplot said, when
 * there is no gnuplot, it refuses the script or the file cannot be written. */
qh_status qh_gnuplot_run(qh_gnuplot *script, qh_diag *diag);

#endif
