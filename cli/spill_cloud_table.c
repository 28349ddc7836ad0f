/* What follows from a spill for those who act: intakes, the cloud along the river, another flow. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/analysis.h"
#include "cli/spill_internal.h"

/* ---- intakes ---- */

/* From when to when an intake must be closed: while its limit is exceeded in any answer; without a limit while the cloud is
 * there. */
typedef enum closing { CLOSE_NOT, CLOSE_BY_LIMIT, CLOSE_BY_CLOUD, CLOSE_UNKNOWN } closing;

static bool lasts(const qh_spill *s, const qh_spill_target *t) {
    for (size_t a = 0; a < s->n_answer; a++)
        if (t->pass[a].lasts) return true;
    return false;
}

static closing closing_of(const qh_spill *s, const qh_spill_target *t, qh_band *closed) {
    if (qh_spill_over(s, t, closed)) return CLOSE_BY_LIMIT;
    *closed = (qh_band){qh_spill_arrival(s, t).low, qh_spill_passed(s, t).high};
    const bool arrives = closed->low <= closed->high;
    if (lasts(s, t) && (t->limit.given || !arrives)) return CLOSE_UNKNOWN;
    return t->limit.given || !arrives ? CLOSE_NOT : CLOSE_BY_CLOUD;
}

static void intake_row(const spill_printer *p, qh_table *table, const qh_spill_target *t) {
    static const char *const why[] = {QH_N("stays below its limit"), QH_N("its limit"),
                                      QH_N("the cloud; no limit is known"), QH_N("the run ends before that is known")};
    qh_band closed;
    const closing by = closing_of(p->spill, t, &closed);
    const bool closes = by == CLOSE_BY_LIMIT || by == CLOSE_BY_CLOUD;
    char text[SPILL_TEXT];
    qh_spill_place_cells(p, table, t, false);
    qh_table_cell(table, "%s", !closes ? "-" : qh_spill_moment_text(p, closed.low, text));
    if (!closes)
        qh_table_cell(table, "-");
    else
        qh_table_cell(table, "%s%s", lasts(p->spill, t) ? "> " : "", qh_spill_moment_text(p, closed.high, text));
    const qh_band peak = qh_spill_peak(p->spill, t);
    if (peak.low > peak.high)
        qh_table_cell(table, "-");
    else
        qh_table_cell(table, "%.3g", peak.high + (t->background.given ? t->background.value : 0));
    if (t->limit.given)
        qh_table_cell(table, "%.4g", t->limit.value);
    else
        qh_table_cell(table, "-");
    qh_table_cell(table, "%s", qh_tr(p->lang, why[by]));
}

void qh_print_spill_intakes(const spill_printer *p) {
    size_t n = 0;
    for (size_t i = 0; i < p->spill->n_target; i++)
        n += p->spill->target[i].is_intake;
    if (n == 0) return;
    qh_print_part(p->app, qh_tr(p->lang, "Intakes: when to close, when to open again, by the worst of the band"));
    qh_table *table = qh_table_create(p->app);
    qh_spill_place_columns(p, table, false);
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "close before"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "open after"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "highest [mg/L]"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "limit [mg/L]"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "decided by"));
    for (size_t i = 0; i < p->spill->n_target; i++)
        if (p->spill->target[i].is_intake) intake_row(p, table, &p->spill->target[i]);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* ---- the cloud ---- */

static void cloud_row(const spill_printer *p, qh_table *table, double time) {
    qh_spill_cloud cloud;
    qh_band extent;
    if (!qh_spill_cloud_at(p->spill, time, &cloud, &extent)) return;
    char text[SPILL_TEXT];
    size_t reach = 0;
    double chainage = 0;
    qh_spill_way_place(p->spill, cloud.crest, &reach, &chainage);
    qh_table_cell(table, "%s", qh_spill_moment_text(p, time, text));
    qh_table_cell(table, "%.3g – %s%.3g", cloud.rear / 1000, cloud.leaves ? "> " : "", cloud.front / 1000);
    qh_table_cell(table, "%.3g – %.3g", extent.low / 1000, extent.high / 1000);
    qh_table_cell(table, "%.3g", (cloud.front - cloud.rear) / 1000);
    qh_table_cell(table, "%.3g", cloud.crest / 1000);
    qh_table_cell(table, "%s, %.3g", p->spill->river_case->reach[reach].name, chainage / 1000);
    if (cloud.peak.given)
        qh_table_cell(table, "%.3g", cloud.peak.value);
    else
        qh_table_cell(table, "-");
    if (!p->spill->limited_way) return;
    if (cloud.over)
        qh_table_cell(table, "%.3g – %.3g", cloud.over_rear / 1000, cloud.over_front / 1000);
    else
        qh_table_cell(table, "-");
}

void qh_print_spill_cloud(const spill_printer *p) {
    double time[QH_SPILL_CLOUD_TIMES];
    const size_t n = qh_spill_cloud_times(p->spill, time);
    if (n == 0) return;
    qh_print_part(p->app, qh_tr(p->lang, "Where the cloud is, km down the main way from the release"));
    qh_table *table = qh_table_create(p->app);
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "since the release"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "from – to [km]"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "(band)"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "length [km]"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "crest [km]"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "at reach, km"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "peak [mg/L]"));
    if (p->spill->limited_way) qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "over the limit [km]"));
    for (size_t i = 0; i < n; i++)
        cloud_row(p, table, time[i]);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* ---- another flow ---- */

static const qh_spill_target *same_place(const qh_spill *other, const qh_spill_target *t) {
    for (size_t i = 0; i < other->n_target; i++)
        if (strcmp(other->target[i].code, t->code) == 0 && other->target[i].is_intake == t->is_intake)
            return &other->target[i];
    return NULL;
}

static void time_cells(const spill_printer *p, qh_table *table, const qh_pass *now, const qh_pass *then, double a,
                       double b) {
    char text[SPILL_TEXT];
    qh_table_cell(table, "%s", now->arrives ? qh_spill_time_text(p, a, text) : "-");
    qh_table_cell(table, "%s", then && then->arrives ? qh_spill_time_text(p, b, text) : "-");
}

static void peak_cell(qh_table *table, const qh_pass *pass) {
    if (pass && pass->arrives)
        qh_table_cell(table, "%.3g", pass->peak);
    else
        qh_table_cell(table, "-");
}

static void over_cell(const spill_printer *p, qh_table *table, const qh_spill *s, const qh_spill_target *t) {
    qh_band over;
    if (t && t->limit.given && qh_spill_over(s, t, &over))
        qh_spill_band_cell(p, table, over);
    else
        qh_table_cell(table, "%s", t && t->limit.given ? qh_tr(p->lang, "no") : "-");
}

void qh_print_spill_other(const spill_printer *p, const qh_spill *other, const char *label) {
    char heading[256];
    (void)snprintf(heading, sizeof heading,
                   qh_tr(p->lang, "Now, and with %s: %.4g m3/s in place of %.4g at the release"), label,
                   other->discharge, p->spill->discharge);
    qh_print_part(p->app, heading);
    qh_table *table = qh_table_create(p->app);
    qh_spill_place_columns(p, table, false);
    static const char *const what[] = {QH_N("arrival"), QH_N("passed"), QH_N("peak [mg/L]"), QH_N("above its limit")};
    for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
        qh_table_column(table, QH_RIGHT, qh_tr(p->lang, what[i]));
        qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "(then)"));
    }
    for (size_t i = 0; i < p->spill->n_target; i++) {
        const qh_spill_target *t = &p->spill->target[i], *o = same_place(other, t);
        const qh_pass *now = &t->pass[QH_SPILL_OWN], *then = o ? &o->pass[QH_SPILL_OWN] : NULL;
        qh_spill_place_cells(p, table, t, false);
        time_cells(p, table, now, then, now->arrival, then ? then->arrival : 0);
        time_cells(p, table, now, then, now->passed, then ? then->passed : 0);
        peak_cell(table, now);
        peak_cell(table, then);
        over_cell(p, table, p->spill, t);
        over_cell(p, table, other, o);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}
