/* Concentration over time and distance along a way down the network, one panel a constituent: how waves of pollution and of
 * clean water run down the river. Profiles are shown as they are stored, every picture column the nearest in time, every
 * row the cell that lies there; nothing is smoothed. */
#include <math.h>

#include "viz/figure_internal.h"
#include "viz/palette_internal.h"
#include "viz/way_internal.h"

/* Layout, px. */
enum { WIDTH = 1280, LEFT = 86, RIGHT = 150, PANEL = 320, GAP = 22, FOOT = 54 };
enum { COLUMNS = 600, ROWS = 240 };

typedef struct spacetime {
    qh_way way;
    size_t row_cell[ROWS]; /* the cell in the middle of each row */
    size_t n_column;
    size_t column_frame[COLUMNS];
    double begin, end; /* s since start */
    float *value;      /* [n_column][ROWS], g/m3 */
    double most;       /* g/m3 */
} spacetime;

static size_t cell_at(const qh_store_info *info, const qh_way *way, double along) {
    size_t i = way->count - 1;
    while (i > 0 && way->offset[i] > along)
        i--;
    const qh_stored_reach *reach = &info->reach[way->reach[i]];
    size_t c = reach->first_cell;
    while (c + 1 < reach->first_cell + reach->n_cell &&
           info->cell_chainage[c] + 0.5 * info->cell_length[c] < along - way->offset[i])
        c++;
    return c;
}

static size_t frame_nearest(const qh_store_info *info, double time, size_t from) {
    while (from + 1 < info->n_frame && fabs(info->frame_time[from + 1] - time) <= fabs(info->frame_time[from] - time))
        from++;
    return from;
}

static qh_status lay_out(qh_figure *figure, spacetime *p) {
    const qh_store_info *info = figure->info;
    QH_CHECK(!info->steady, QH_E_USAGE, figure->diag, QH_NOWHERE,
             "%s is a steady run: it has no time series, only a profile and a map", info->path);
    QH_CHECK(info->n_frame > 1, QH_E_INPUT, figure->diag, QH_NOWHERE, "%s holds no result yet", info->path);
    QH_TRY(qh_way_choose(info, figure->request->route, figure->arena, figure->diag, &p->way));
    for (size_t r = 0; r < ROWS; r++)
        p->row_cell[r] = cell_at(info, &p->way, ((double)r + 0.5) / ROWS * p->way.length);
    p->begin = info->frame_time[0];
    p->end = info->frame_time[info->n_frame - 1];
    p->n_column = info->n_frame < COLUMNS ? info->n_frame : COLUMNS;
    size_t frame = 0;
    for (size_t k = 0; k < p->n_column; k++) {
        const double part = ((double)k + 0.5) / (double)p->n_column;
        frame = frame_nearest(info, p->begin + part * (p->end - p->begin), frame);
        p->column_frame[k] = frame;
    }
    p->value = qh_arena_alloc(figure->arena, p->n_column * ROWS, sizeof *p->value);
    return p->value ? QH_OK : QH_E_NOMEM;
}

static qh_status gather(qh_figure *figure, spacetime *p, size_t constituent, double *cells) {
    p->most = 0;
    for (size_t k = 0; k < p->n_column; k++) {
        QH_TRY(qh_store_read_frame(figure->request->store, p->column_frame[k], constituent, figure->diag, cells));
        for (size_t r = 0; r < ROWS; r++) {
            p->value[k * ROWS + r] = (float)cells[p->row_cell[r]];
            p->most = fmax(p->most, cells[p->row_cell[r]]);
        }
    }
    return QH_OK;
}

/* Where sections stand, and their names. */
static void draw_sections(qh_figure *figure, const spacetime *p, const qh_panel *at) {
    const double top = at->bottom + at->height;
    for (size_t s = 0; s < figure->info->n_section; s++) {
        const qh_stored_section *section = &figure->info->section[s];
        double along = 0;
        if (!qh_way_find(&p->way, section->reach, section->chainage, &along)) continue;
        const double y = at->bottom + at->height * (1 - along / p->way.length);
        qh_canvas_line(figure->canvas, LEFT, y, WIDTH - RIGHT, y, (qh_stroke){0.8, "#ffffff", "(4,6)"});
        qh_canvas_text(figure->canvas, LEFT + 6 + (y + 14 > top ? 130 : 0), y + 14 > top ? top - 8 : y + 7,
                       (qh_text_style){10.5, "#ffffff", QH_LEFT, 0}, section->name);
    }
}

/* Distance runs downwards, as the river does. */
static void draw_panel(qh_figure *figure, const spacetime *p, const qh_panel *at, size_t constituent, bool last) {
    const double most = p->most > 0 ? p->most : 1, km = p->way.length / 1000;
    qh_figure_panel(figure, at);
    qh_figure_time_axis(figure, p->begin, p->end, last);
    qh_gnuplot_add(figure->script, "set yrange [%.9g:0]\n", km);
    qh_gnuplot_add(
        figure->script,
        "set palette defined (0 '#440154', 1 '#3b528b', 2 '#21918c', 3 '#5ec962', 4 '#fde725')\n"
        "set cbrange [0:%.9g]\nset colorbox user origin screen %.6f,screen %.6f size screen %.6f,screen %.6f\n"
        "set cbtics font ',11' tc rgb '%s'\n",
        most, (WIDTH - RIGHT + 24.0) / WIDTH, at->bottom / figure->height, 16.0 / WIDTH, at->height / figure->height,
        QH_INK);
    qh_gnuplot_add(figure->script, "$map << EOD\n");
    const double width = (p->end - p->begin) / (double)p->n_column, height = km / ROWS;
    for (size_t k = 0; k < p->n_column; k++) {
        for (size_t r = 0; r < ROWS; r++)
            qh_gnuplot_add(figure->script, "%.9g %.6g %.5g\n", p->begin + ((double)k + 0.5) * width,
                           ((double)r + 0.5) * height, (double)p->value[k * ROWS + r]);
    }
    qh_gnuplot_add(figure->script, "EOD\nplot $map using 1:2:3 with image notitle\nunset colorbox\n");
    qh_figure_panel_name(figure, at, qh_figure_constituent_name(figure, constituent), "km");
    qh_canvas_text(figure->canvas, WIDTH - RIGHT + 24, at->bottom + at->height + 9,
                   (qh_text_style){10.5, QH_FAINT, QH_LEFT, 0}, "mg/L");
    draw_sections(figure, p, at);
}

static qh_status draw_all(qh_figure *figure, spacetime *p) {
    QH_TRY(lay_out(figure, p));
    double *cells = qh_arena_alloc(figure->arena, figure->info->n_cell, sizeof *cells);
    if (!cells) return QH_E_NOMEM;
    const double base = FOOT + (double)figure->n_constituent * (PANEL + GAP);
    QH_TRY(qh_figure_open(figure, WIDTH, base + 16 + QH_FIGURE_TITLE));
    for (size_t k = 0; k < figure->n_constituent; k++) {
        const qh_panel at = {LEFT, WIDTH - RIGHT, base - PANEL - (double)k * (PANEL + GAP), PANEL, 1, 0};
        QH_TRY(gather(figure, p, figure->constituent[k], cells));
        draw_panel(figure, p, &at, figure->constituent[k], k + 1 == figure->n_constituent);
    }
    qh_canvas_text(figure->canvas, (LEFT + WIDTH - RIGHT) / 2.0, 18, (qh_text_style){12, QH_INK, QH_CENTER, 0},
                   qh_figure_tr(figure, "time"));
    const char *const gap = figure->request->lang == QH_ZH ? "　·　" : "  ·  ";
    qh_figure_title(figure, qh_figure_tr(figure, "concentrations over time and distance"),
                    qh_figure_printf(figure, "%s%s%s – %s", p->way.name, gap, qh_figure_time(figure, p->begin),
                                     qh_figure_time(figure, p->end)));
    return qh_figure_close(figure);
}

static qh_status draw(const qh_plot_request *request, qh_diag *diag) {
    qh_figure figure;
    qh_status status = qh_figure_begin(request, diag, &figure);
    spacetime *p = status == QH_OK ? qh_arena_alloc(figure.arena, 1, sizeof *p) : NULL;
    if (status == QH_OK) status = p ? draw_all(&figure, p) : QH_E_NOMEM;
    qh_figure_end(&figure);
    return status;
}

const qh_plot qh_plot_spacetime = {
    .name = "spacetime",
    .title = QH_N("concentrations of an unsteady run over time and distance along a route"),
    .most_runs = 1,
    .draw = draw,
};
