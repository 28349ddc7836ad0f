/* The attainment calendar of an unsteady run: a row a month, a square a day in the colour of its class, and at the end of
 * the row the month's class; days over the target bear a cross. A panel a section. */
#include <string.h>

#include "scenarios/attainment.h"
#include "viz/figure_internal.h"
#include "viz/palette_internal.h"

/* Layout, px. */
enum {
    LEFT = 120,
    SQUARE = 24,
    DAYS = 31,
    SUMMARY = 250,
    ROW = 24,
    HEAD = 54,
    GAP = 22,
    FOOT = 40,
    MOST_SECTIONS = 12
};
enum { WIDTH = LEFT + DAYS * SQUARE + SUMMARY };

typedef struct month_row {
    int year, month;
} month_row;

typedef struct sheet {
    size_t section;
    qh_attainment of;
    size_t n_row; /* months that have a complete day */
    month_row first;
} sheet;

static bool is_called(const qh_stored_section *s, const char *wanted) {
    return !wanted || strcmp(s->code, wanted) == 0 || strcmp(s->name, wanted) == 0;
}

static size_t row_of(const sheet *s, int year, int month) {
    return (size_t)((year - s->first.year) * 12 + month - s->first.month);
}

static qh_status gather(qh_figure *figure, sheet *all, size_t *count) {
    const qh_store_info *info = figure->info;
    const char *wanted = figure->request->section;
    *count = 0;
    for (size_t s = 0; s < info->n_section && *count < MOST_SECTIONS; s++) {
        if (!is_called(&info->section[s], wanted)) continue;
        sheet *made = &all[(*count)++];
        *made = (sheet){.section = s};
        QH_TRY(qh_attainment_of(figure->request->store, figure->standard, s, figure->arena, figure->diag, &made->of));
        int day = 0, year = 0, month = 0;
        QH_CHECK(made->of.n_day > 0 &&
                     qh_date_at(info->start, made->of.day[0], &made->first.year, &made->first.month, &day),
                 QH_E_USAGE, figure->diag, QH_NOWHERE,
                 "%s: a calendar takes an unsteady run with a date, a complete day, and a sample at least once a day",
                 info->path);
        (void)qh_date_at(info->start, made->of.day[made->of.n_day - 1], &year, &month, &day);
        made->n_row = row_of(made, year, month) + 1;
    }
    QH_CHECK(*count > 0 || !wanted, QH_E_USAGE, figure->diag, QH_NOWHERE, "the run has no section '%s'", wanted);
    QH_CHECK(*count > 0, QH_E_INPUT, figure->diag, QH_NOWHERE, "%s has no control section", info->path);
    return QH_OK;
}

static double height_of(const sheet *s) { return HEAD + ROW * (double)s->n_row + GAP; }

static void draw_day(qh_figure *figure, const sheet *s, size_t d, double top) {
    int year = 0, month = 0, day = 0;
    if (!qh_date_at(figure->info->start, s->of.day[d], &year, &month, &day)) return;
    const int class_of = s->of.day_class[d];
    const double x = LEFT + SQUARE * (double)(day - 1), y = top - ROW * (double)(row_of(s, year, month) + 1);
    const qh_class_color *color = qh_palette_class(class_of, figure->standard->n_class);
    qh_canvas_rectangle(figure->canvas, x + 1, y + 1, x + SQUARE - 1, y + ROW - 1, class_of ? color->strong : QH_RULE,
                        (qh_stroke){0, color->strong, NULL});
    if (class_of <= s->of.target_class) return;
    const qh_stroke cross = {1.4, color->ink, NULL};
    qh_canvas_line(figure->canvas, x + 7, y + 7, x + SQUARE - 7, y + ROW - 7, cross);
    qh_canvas_line(figure->canvas, x + 7, y + ROW - 7, x + SQUARE - 7, y + 7, cross);
}

static void draw_month(qh_figure *figure, const sheet *s, size_t m, double top) {
    int year = 0, month = 0, day = 0;
    if (!qh_date_at(figure->info->start, s->of.month[m], &year, &month, &day)) return;
    const double middle = top - ROW * ((double)row_of(s, year, month) + 0.5), x = LEFT + DAYS * SQUARE + 16;
    const int class_of = s->of.month_class[m];
    const qh_class_color *color = qh_palette_class(class_of, figure->standard->n_class);
    qh_canvas_rectangle(figure->canvas, x, middle - 9, x + 40, middle + 9, class_of ? color->strong : QH_RULE,
                        (qh_stroke){0, color->strong, NULL});
    qh_canvas_text(figure->canvas, x + 20, middle, (qh_text_style){12, color->ink, QH_CENTER, 0},
                   class_of ? qh_figure_class_name(figure, class_of) : "-");
    qh_canvas_text(figure->canvas, x + 54, middle,
                   (qh_text_style){11.5, class_of > s->of.target_class ? QH_ALARM : QH_INK, QH_LEFT, 0},
                   qh_figure_printf(figure, qh_figure_tr(figure, "%zu of %zu days attained"),
                                    s->of.month_days_attained[m], s->of.month_days[m]));
}

static const char *heading(qh_figure *figure, const sheet *s) {
    const qh_stored_section *section = &figure->info->section[s->section];
    size_t attained = 0;
    for (size_t d = 0; d < s->of.n_day; d++)
        attained += s->of.day_class[d] <= s->of.target_class;
    const char *days =
        qh_figure_printf(figure, qh_figure_tr(figure, "%s (target %s): %zu of %zu days attained"), section->name,
                         qh_figure_class_name(figure, s->of.target_class), attained, s->of.n_day);
    if (!s->of.year_class) return days;
    return qh_figure_printf(figure, qh_figure_tr(figure, "%s, year: class %s"), days,
                            qh_figure_class_name(figure, s->of.year_class));
}

static void draw_sheet(qh_figure *figure, const sheet *s, double top) {
    const double rows = top - HEAD;
    qh_canvas_text(figure->canvas, 20, top - 12, (qh_text_style){13, QH_INK, QH_LEFT, 0}, heading(figure, s));
    for (int day = 1; day <= DAYS; day++)
        qh_canvas_text(figure->canvas, LEFT + SQUARE * (day - 0.5), rows + 10,
                       (qh_text_style){10, QH_FAINT, QH_CENTER, 0}, qh_figure_printf(figure, "%d", day));
    for (size_t r = 0; r < s->n_row; r++) {
        const int month = s->first.month - 1 + (int)r;
        qh_canvas_text(figure->canvas, LEFT - 12, rows - ROW * ((double)r + 0.5),
                       (qh_text_style){11.5, QH_INK, QH_RIGHT, 0},
                       qh_figure_printf(figure, "%04d-%02d", s->first.year + month / 12, month % 12 + 1));
    }
    for (size_t d = 0; d < s->of.n_day; d++)
        draw_day(figure, s, d, rows);
    for (size_t m = 0; m < s->of.n_month; m++)
        draw_month(figure, s, m, rows);
}

static void draw_legend(qh_figure *figure) {
    double x = LEFT;
    for (int k = 1; k <= (int)figure->standard->n_class + 1; k++) {
        const qh_class_color *color = qh_palette_class(k, figure->standard->n_class);
        qh_figure_legend(figure, QH_MARK_SQUARE, color->strong, color->strong, qh_figure_class_name(figure, k), &x, 20);
    }
    qh_canvas_text(figure->canvas, x + 6, 20, (qh_text_style){11, QH_INK, QH_LEFT, 0},
                   qh_figure_tr(figure, "class of the day's mean, worst item; × over the target"));
}

static qh_status draw_all(qh_figure *figure) {
    sheet all[MOST_SECTIONS];
    size_t count = 0;
    QH_TRY(gather(figure, all, &count));
    double height = FOOT + QH_FIGURE_TITLE + GAP;
    for (size_t i = 0; i < count; i++)
        height += height_of(&all[i]);
    QH_TRY(qh_figure_open(figure, WIDTH, height));
    double top = height - QH_FIGURE_TITLE - GAP;
    for (size_t i = 0; i < count; i++) {
        draw_sheet(figure, &all[i], top);
        top -= height_of(&all[i]);
    }
    draw_legend(figure);
    const char *const gap = figure->request->lang == QH_ZH ? "　·　" : "  ·  ";
    qh_figure_title(figure, qh_figure_tr(figure, "attainment calendar"),
                    qh_figure_printf(figure, "%s%s%s – %s", figure->standard->code, gap,
                                     qh_figure_time(figure, all[0].of.day[0]),
                                     qh_figure_time(figure, all[0].of.day[all[0].of.n_day])));
    return qh_figure_close(figure);
}

static qh_status draw(const qh_plot_request *request, qh_diag *diag) {
    qh_figure figure;
    qh_status status = qh_figure_begin(request, diag, &figure);
    if (status == QH_OK) status = draw_all(&figure);
    qh_figure_end(&figure);
    return status;
}

const qh_plot qh_plot_calendar = {
    .name = "calendar",
    .title = QH_N("classes of the control sections day by day and month by month, days over the target marked"),
    .most_runs = 1,
    .draw = draw,
};
