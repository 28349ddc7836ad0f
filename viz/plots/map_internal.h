/* What the parts of the map share. */
#ifndef QH_VIZ_PLOTS_MAP_INTERNAL_H
#define QH_VIZ_PLOTS_MAP_INTERNAL_H

#include "viz/figure_internal.h"
#include "viz/labels_internal.h"
#include "viz/layout_internal.h"

/* Layout, px. */
enum { QH_MAP_WIDTH = 1280, QH_MAP_MARGIN = 92, QH_MAP_LEGEND = 232, QH_MAP_FOOT = 16 };

typedef struct qh_map {
    size_t frame;
    const char *label; /* name of the run, where there are two */
    qh_layout layout;
    qh_labels *labels;
    double **value;        /* [figure's n_constituent][n_cell], g/m3 */
    double **section;      /* [figure's n_constituent][n_section], g/m3 */
    int *class_index;      /* [n_cell], worst over the constituents; 0: not judged */
    double *width;         /* [n_reach], px, of the river as drawn */
    double slim;           /* -, 1 where there is room; less where rivers are crowded: of widths and symbols */
    int only_class;        /* of stretches that are drawn now, where rivers are crowded */
    double only_width;     /* px, likewise */
    size_t n_nameless;     /* symbols whose names find no room */
    double x0, y0, x1, y1; /* px, where the network lies */
    struct qh_map *after;  /* the second run, NULL for one alone */
} qh_map;

/* Worst class at a section in the run that is judged: the second where there are two. work [n_constituent]. */
int qh_map_section_class(const qh_figure *figure, const qh_map *map, size_t section, double *work);

/* The constituent whose load sets the size of the outfalls: the second of several, which by custom follows COD. */
size_t qh_map_load_constituent(const qh_figure *figure);

/* Explains what occurs on the map, and nothing else. */
qh_status qh_map_legend(qh_figure *figure, const qh_map *map);

#endif
