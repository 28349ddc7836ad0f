#include "viz/shares.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viz/canvas_internal.h"
#include "viz/palette_internal.h"

/* Layout, px. */
enum { WIDTH = 1280, LEFT = 90, RIGHT = 30, TITLE = 74, PANEL = 190, GAP = 46, ROW = 20, FOOT = 16, MOST_COLORS = 9 };

typedef struct shares {
    const qh_analysis *analysis;
    const qh_trace *trace;
    const qh_case *river_case;
    qh_lang lang;
    qh_arena *arena;
    qh_canvas *canvas;
    double height;
    size_t n_color;            /* groups with a colour of their own */
    size_t color[MOST_COLORS]; /* groups */
    bool has_others;
} shares;

static const qh_stroke NO_EDGE = {0, QH_RULE, NULL};

static const char *group_name(const shares *s, const qh_trace_group *group) {
    if (group->is_kind) return qh_tr(s->lang, group->name);
    if (!*group->name) return qh_tr(s->lang, "(not given)");
    if (!*group->code) return group->name;
    const char *both = qh_arena_printf(s->arena, "%s %s", group->code, group->name);
    return both ? both : group->name;
}

/* ---- which groups have colours ---- */

/* Largest part of a whole that a group has anywhere. */
static double weight_of(const qh_trace *t, size_t group) {
    double most = 0;
    for (size_t row = 0; row < t->n_section * t->n_species; row++)
        if (t->whole[row] != 0) most = fmax(most, fabs(t->contribution[row * t->n_group + group] / t->whole[row]));
    return most;
}

static bool is_colored(const shares *s, size_t group) {
    for (size_t i = 0; i < s->n_color; i++)
        if (s->color[i] == group) return true;
    return false;
}

static void choose_colors(shares *s) {
    const qh_trace *t = s->trace;
    while (s->n_color < MOST_COLORS) {
        double most = 0;
        size_t best = t->n_group;
        for (size_t g = 0; g < t->n_group; g++)
            if (!is_colored(s, g) && weight_of(t, g) > most) most = weight_of(t, g), best = g;
        if (best == t->n_group) return;
        s->color[s->n_color++] = best;
    }
    for (size_t g = 0; g < t->n_group; g++)
        s->has_others = s->has_others || (!is_colored(s, g) && weight_of(t, g) > 0);
}

/* Part of colour i, the last being all others together. */
static double part_of(const shares *s, size_t section, size_t species, size_t i) {
    const double *at = qh_trace_at(s->trace, section, species);
    if (i < s->n_color) return at[s->color[i]];
    double rest = s->trace->sum[section * s->trace->n_species + species];
    for (size_t k = 0; k < s->n_color; k++)
        rest -= at[s->color[k]];
    return rest;
}

static const char *fill_of(const shares *s, size_t i) { return i < s->n_color ? qh_palette_line(i)->color : QH_RULE; }

/* ---- panels ---- */

typedef struct scale {
    double low, high; /* mg/L at the edges */
    double bottom;    /* px */
} scale;

static double y_of(const scale *z, double value) { return z->bottom + PANEL * (value - z->low) / (z->high - z->low); }

static scale scale_of(const shares *s, size_t species, double bottom) {
    const qh_trace *t = s->trace;
    scale z = {0, 0, bottom};
    for (size_t k = 0; k < t->n_section; k++) {
        double up = 0, down = 0;
        for (size_t i = 0; i <= s->n_color; i++) {
            const double part = part_of(s, k, species, i);
            if (part > 0)
                up += part;
            else
                down += part;
        }
        const qh_target *target = qh_target_of(s->analysis->targets, k, species);
        z.high = fmax(z.high, fmax(up, target->given ? target->allowed : 0));
        z.low = fmin(z.low, down);
    }
    if (z.high <= z.low) z.high = z.low + 1;
    z.high += 0.06 * (z.high - z.low);
    return z;
}

/* 1, 2 or 5 times a power of ten, at most five of them in the panel. */
static double step_of(const scale *z) {
    const double least = (z->high - z->low) / 5, power = pow(10, floor(log10(least)));
    return least <= 2 * power ? 2 * power : least <= 5 * power ? 5 * power : 10 * power;
}

static void draw_axis(const shares *s, const scale *z, size_t species) {
    const double step = step_of(z);
    const long first = lround(ceil(z->low / step)), last = lround(floor(z->high / step));
    for (long tick = first; tick <= last; tick++) {
        const double value = step * (double)tick, y = y_of(z, value);
        const char *text = qh_arena_printf(s->arena, "%.3g", value);
        qh_canvas_line(s->canvas, LEFT, y, WIDTH - RIGHT, y, (qh_stroke){0.6, QH_RULE, NULL});
        qh_canvas_text(s->canvas, LEFT - 8, y, (qh_text_style){10, QH_FAINT, QH_RIGHT, 0}, text ? text : "");
    }
    const qh_constituent *c = &s->river_case->constituent[species];
    const char *name = qh_arena_printf(s->arena, "%s [mg/L]", s->lang == QH_ZH ? c->title : c->name);
    qh_canvas_text(s->canvas, LEFT, z->bottom + PANEL + 12, (qh_text_style){12, QH_INK, QH_LEFT, 0}, name ? name : "");
}

static void draw_bar(const shares *s, const scale *z, size_t section, size_t species) {
    const double room = (double)(WIDTH - LEFT - RIGHT) / (double)s->trace->n_section;
    const double middle = LEFT + room * ((double)section + 0.5), half = fmin(0.32 * room, 40);
    double up = 0, down = 0;
    for (size_t i = 0; i <= s->n_color; i++) {
        const double part = part_of(s, section, species, i);
        double *from = part > 0 ? &up : &down;
        if (fabs(part) > 1e-4 * (z->high - z->low))
            qh_canvas_rectangle(s->canvas, middle - half, y_of(z, *from), middle + half, y_of(z, *from + part),
                                fill_of(s, i), NO_EDGE);
        *from += part;
    }
    const qh_target *target = qh_target_of(s->analysis->targets, section, species);
    const bool met = !target->given || qh_target_met(target, s->trace->whole[section * s->trace->n_species + species]);
    if (target->given) {
        const double y = y_of(z, target->allowed);
        qh_canvas_line(s->canvas, middle - half - 6, y, middle + half + 6, y,
                       (qh_stroke){2, met ? QH_INK : QH_ALARM, NULL});
    }
    qh_canvas_text(s->canvas, middle, z->bottom - 11, (qh_text_style){10.5, met ? QH_INK : QH_ALARM, QH_CENTER, 0},
                   s->river_case->section[section].code);
}

static void draw_panel(const shares *s, size_t species, double bottom) {
    const scale z = scale_of(s, species, bottom);
    draw_axis(s, &z, species);
    for (size_t k = 0; k < s->trace->n_section; k++)
        draw_bar(s, &z, k, species);
    qh_canvas_line(s->canvas, LEFT, y_of(&z, 0), WIDTH - RIGHT, y_of(&z, 0), (qh_stroke){1, QH_INK, NULL});
}

/* ---- legend and title ---- */

/* Draws the legend downward from y, or only counts its rows. */
static size_t legend(const shares *s, double y, bool draw) {
    double x = LEFT;
    size_t rows = 1;
    const size_t n = s->n_color + s->has_others;
    for (size_t i = 0; i < n; i++) {
        const char *name =
            i < s->n_color ? group_name(s, &s->trace->group[s->color[i]]) : qh_tr(s->lang, "other sources");
        const double width = 17 + qh_gnuplot_text_width(name, 11) + 22;
        if (x + width > WIDTH - RIGHT && x > LEFT) x = LEFT, y -= ROW, rows++;
        if (draw) {
            qh_canvas_rectangle(s->canvas, x, y - 5, x + 11, y + 5, fill_of(s, i), NO_EDGE);
            qh_canvas_text(s->canvas, x + 17, y, (qh_text_style){11, QH_INK, QH_LEFT, 0}, name);
        }
        x += width;
    }
    return rows;
}

static void draw_title(const shares *s) {
    const qh_case *c = s->river_case;
    const char *of_case = *c->title ? c->title : c->name;
    const char *title = c->scenario ? qh_arena_printf(s->arena, "%s — %s", of_case, c->scenario->name) : of_case;
    const double top = s->height;
    qh_canvas_text(s->canvas, 18, top - 22, (qh_text_style){18, QH_INK, QH_LEFT, 0}, title ? title : of_case);
    qh_canvas_text(s->canvas, WIDTH - 18, top - 22, (qh_text_style){14, QH_FAINT, QH_RIGHT, 0},
                   qh_tr(s->lang, "contributions of the sources"));
    qh_canvas_text(s->canvas, 18, top - 42, (qh_text_style){11, QH_FAINT, QH_LEFT, 0},
                   qh_tr(s->lang, "across each bar: what the section's target allows, red where it is missed"));
    qh_canvas_text(s->canvas, 18, top - 58, (qh_text_style){10, QH_FAINT, QH_LEFT, 0}, c->note);
}

static qh_status draw(shares *s, const char *output, qh_diag *diag) {
    const size_t n = s->trace->n_species, rows = legend(s, 0, false);
    qh_gnuplot *script = NULL;
    s->height = TITLE + (double)n * (PANEL + GAP) + (double)rows * ROW + FOOT;
    QH_TRY(qh_gnuplot_create(WIDTH, s->height, output, diag, &script));
    s->canvas = qh_canvas_create(s->arena, script, WIDTH, s->height);
    qh_status status = s->canvas ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) {
        qh_gnuplot_add(script, "set multiplot\n");
        draw_title(s);
        for (size_t i = 0; i < n; i++)
            draw_panel(s, i, s->height - TITLE - (double)(i + 1) * (PANEL + GAP) + GAP - 18);
        (void)legend(s, FOOT + (double)rows * ROW - 8, true);
        status = qh_canvas_finish(s->canvas);
    }
    if (status == QH_OK) {
        qh_gnuplot_add(script, "unset multiplot\n");
        status = qh_gnuplot_run(script, diag);
    }
    qh_gnuplot_destroy(script);
    return status;
}

qh_status qh_shares_draw(const qh_analysis *analysis, const qh_trace *trace, qh_lang lang, const char *output,
                         qh_diag *diag) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    shares s = {
        .analysis = analysis, .trace = trace, .river_case = analysis->study->river_case, .lang = lang, .arena = arena};
    choose_colors(&s);
    const qh_status status = draw(&s, output, diag);
    qh_arena_destroy(arena);
    return status;
}
