#include <stdio.h>
#include <string.h>

#include "cli/hydrology.h"
#include "cli/messages.h"
#include "cli/notes.h"
#include "cli/table.h"
#include "model/calendar.h"

typedef struct page {
    const qh_shown_hydrology *shown;
    const qh_hydrology *h;
    qh_lang lang;
    qh_notes notes;
} page;

const char *qh_day_text(int64_t day, size_t size, char *buffer) {
    const qh_date d = qh_day_date(day);
    (void)snprintf(buffer, size, "%04d-%02d-%02d", (int)d.year, d.month, d.day);
    return buffer;
}

const char *qh_month_text(int64_t number, size_t size, char *buffer) {
    (void)snprintf(buffer, size, "%04d-%02d", (int)qh_month_year(number), qh_month_of_year(number));
    return buffer;
}

const char *qh_step_text(const qh_flow_record *record, int64_t at, size_t size, char *buffer) {
    return record->step == QH_RECORD_DAILY ? qh_day_text(at, size, buffer) : qh_month_text(at, size, buffer);
}

static void heading(const page *p, const char *text) {
    if (p->shown->app->color)
        printf("\n\033[1m%s\033[0m\n", text);
    else
        printf("\n%s\n", text);
}

static void flow_cell(qh_table *table, qh_optional flow) {
    if (flow.given)
        qh_table_cell(table, "%.4g", flow.value);
    else
        qh_table_cell(table, "-");
}

/* " *" behind what was made of too few years. */
static const char *star(const page *p, qh_hydrology_statistic s) { return p->h->marked[s] ? " *" : ""; }

static const char *rule_mark(page *p, qh_hydrology_statistic s) {
    const qh_statistic_rule *rule = qh_statistic_rule_get(s);
    return qh_note_mark(&p->notes, rule->clause, rule->confidence);
}

static void print_title(const page *p) {
    const qh_flow_record *record = p->h->record;
    char from[32], to[32];
    qh_step_text(record, record->first, sizeof from, from);
    qh_step_text(record, record->first + (int64_t)record->count - 1, sizeof to, to);
    if (record->step == QH_RECORD_DAILY)
        printf(qh_tr(p->lang, "%s: daily record, %s to %s, %zu of %zu days have a flow\n"), record->file, from, to,
               p->h->n_known, record->count);
    else
        printf(qh_tr(p->lang, "%s: monthly record, %s to %s, %zu of %zu months have a flow\n"), record->file, from, to,
               p->h->n_known, record->count);
    printf(qh_tr(p->lang, "Years begin in month %d; %zu are complete. Flows in m3/s.\n"), p->h->calendar.begins,
           p->h->n_complete);
}

/* ---- design flows ---- */

static void design_row(page *p, qh_table *table, const char *title, const qh_design_flow *d) {
    const char *mark = qh_note_mark(&p->notes, d->clause, d->confidence);
    qh_table_cell(table, "%s%s", title, mark);
    qh_table_cell(table, "%g %%", 100 * d->assurance);
    flow_cell(table, d->empirical);
    flow_cell(table, d->lmoments);
    flow_cell(table, d->curve);
    qh_table_cell(table, "%s", d->few ? " *" : "");
}

static void single_row(page *p, qh_table *table, qh_hydrology_statistic s, qh_optional flow, const char *when) {
    qh_table_cell(table, "%s%s", qh_tr(p->lang, qh_statistic_title(s)), rule_mark(p, s));
    qh_table_cell(table, "-");
    flow_cell(table, flow);
    qh_table_cell(table, "-");
    qh_table_cell(table, "-");
    qh_table_cell(table, "%s %s", star(p, s), when);
}

static void print_design(page *p) {
    const qh_hydrology *h = p->h;
    char when[32] = "";
    heading(p, qh_tr(p->lang, "Design flows, m3/s"));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "statistic"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "assurance"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "empirical"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "P-III, L-moments"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "P-III, curve"));
    qh_table_column(table, QH_LEFT, "");
    single_row(p, table, QH_STATISTIC_MEAN, h->mean, "");
    for (size_t i = 0; i < h->month.n_design; i++)
        design_row(p, table, qh_tr(p->lang, "driest month"), &h->month.design[i]);
    if (h->ten_years.given) qh_month_text(h->calendar.month[h->ten_years_month].number, sizeof when, when);
    single_row(p, table, QH_STATISTIC_TEN_YEARS, h->ten_years, when);
    for (size_t i = 0; i < h->week.n_design; i++)
        design_row(p, table, qh_tr(p->lang, "lowest 7-day mean (7Q10)"), &h->week.design[i]);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    if (h->seven_q_ten_log.given)
        printf(qh_tr(p->lang, "7Q10 by log-Pearson III (moments of the logarithms): %.4g m3/s\n"),
               h->seven_q_ten_log.value);
    bool any = false;
    for (size_t s = 0; s < QH_STATISTICS; s++)
        any = any || h->marked[s];
    if (any) puts(qh_tr(p->lang, "* made from fewer complete years than are asked for"));
}

static void fit_row(const page *p, qh_table *table, const char *what, const char *way, const qh_pearson3 *d,
                    const qh_fit_quality *q) {
    qh_table_cell(table, "%s", what);
    qh_table_cell(table, "%s", qh_tr(p->lang, way));
    qh_table_cell(table, "%.4g", d->mean);
    qh_table_cell(table, "%.3f", d->deviation / d->mean);
    qh_table_cell(table, "%.3f", d->skewness);
    qh_table_cell(table, "%.4g", q->rmse);
    qh_table_cell(table, "%.4g", q->largest);
    qh_table_cell(table, "%.4f", q->determination);
}

static void print_fits(const page *p) {
    const qh_low_flow *const low[] = {&p->h->month, &p->h->week};
    const char *const title[] = {QH_N("driest month"), QH_N("lowest 7-day mean (7Q10)")};
    if (!low[0]->fitted && !low[1]->fitted) return;
    heading(p, qh_tr(p->lang, "Pearson III fits"));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "sample"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "fitted by"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "mean"));
    qh_table_column(table, QH_RIGHT, "Cv");
    qh_table_column(table, QH_RIGHT, "Cs");
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "RMSE"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "largest deviation"));
    qh_table_column(table, QH_RIGHT, "R2");
    for (size_t i = 0; i < 2; i++) {
        if (!low[i]->fitted) continue;
        const char *what = qh_tr(p->lang, title[i]);
        fit_row(p, table, what, QH_N("L-moments"), &low[i]->lmoments, &low[i]->lmoments_quality);
        fit_row(p, table, what, QH_N("least squares"), &low[i]->curve, &low[i]->curve_quality);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* ---- means ---- */

static void print_months(const page *p) {
    heading(p, qh_tr(p->lang, "Mean flow of each month, m3/s"));
    qh_table *table = qh_table_create(p->shown->app);
    for (int m = 0; m < 12; m++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%d", m + 1);
        qh_table_column(table, QH_RIGHT, name);
    }
    for (int m = 0; m < 12; m++)
        flow_cell(table, p->h->month_mean[m]);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_years(const page *p) {
    const qh_flow_calendar *c = &p->h->calendar;
    const bool daily = p->h->record->step == QH_RECORD_DAILY;
    char text[32];
    heading(p, qh_tr(p->lang, "Years, m3/s"));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "from"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "mean"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "driest month"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "its mean"));
    if (daily) qh_table_column(table, QH_LEFT, qh_tr(p->lang, "lowest 7 days from"));
    if (daily) qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "their mean"));
    for (size_t y = 0; y < c->n_year; y++) {
        const qh_flow_year *year = &c->year[y];
        const qh_optional mean = {year->complete, year->mean}, week = {year->has_week, year->week};
        const qh_optional driest = {year->complete, c->month[year->driest].mean};
        qh_table_cell(table, "%04d-%02d", (int)year->year, c->begins);
        flow_cell(table, mean);
        qh_table_cell(table, "%s",
                      year->complete ? qh_month_text(c->month[year->driest].number, sizeof text, text)
                                     : qh_tr(p->lang, "incomplete"));
        flow_cell(table, driest);
        if (!daily) continue;
        qh_table_cell(table, "%s", year->has_week ? qh_day_text(year->week_first, sizeof text, text) : "-");
        flow_cell(table, week);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* Tennant's grade by the name it has in data/tennant.def; the name itself where it is a new one. */
static const char *grade_text(qh_lang lang, const char *grade) {
    static const struct {
        const char *name, *text;
    } grades[] = {{"flush", QH_N("flushing or maximum")},
                  {"optimum", QH_N("optimum, lower bound")},
                  {"outstanding", QH_N("outstanding")},
                  {"excellent", QH_N("excellent")},
                  {"good", QH_N("good")},
                  {"fair", QH_N("fair or degrading")},
                  {"poor", QH_N("poor or minimum")}};
    for (size_t i = 0; i < sizeof grades / sizeof *grades; i++)
        if (strcmp(grades[i].name, grade) == 0) return qh_tr(lang, grades[i].text);
    return grade;
}

static void print_tennant(page *p) {
    if (p->h->n_tennant == 0) return;
    heading(p, qh_tr(p->lang, "Tennant's flows from the mean annual flow, m3/s"));
    qh_table *table = qh_table_create(p->shown->app);
    const char *const grade =
        qh_need(qh_arena_printf(p->notes.arena, "%s%s", qh_tr(p->lang, "grade"), rule_mark(p, QH_STATISTIC_TENNANT)));
    qh_table_column(table, QH_LEFT, grade);
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "October-March"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "April-September"));
    for (size_t i = 0; i < p->h->n_tennant; i++) {
        qh_table_cell(table, "%s", grade_text(p->lang, p->h->tennant[i].grade));
        qh_table_cell(table, "%.4g", p->h->tennant[i].dry);
        qh_table_cell(table, "%.4g", p->h->tennant[i].wet);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_duration(const page *p) {
    if (p->h->n_duration == 0) return;
    heading(p, p->h->record->step == QH_RECORD_DAILY ? qh_tr(p->lang, "Flow-duration curve of the days")
                                                     : qh_tr(p->lang, "Flow-duration curve of the months"));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "reached: share of the time, %"));
    qh_table_column(table, QH_RIGHT, "m3/s");
    for (size_t i = 0; i < p->h->n_duration; i++) {
        qh_table_cell(table, "%g", 100 * p->h->duration[i].exceedance);
        qh_table_cell(table, "%.4g", p->h->duration[i].flow);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* ---- compliance ---- */

static void share_row(const page *p, qh_table *table, const char *what, const qh_compliance_share *s, const char *run) {
    if (s->count.judged == 0) return;
    qh_table_cell(table, "%s", what);
    qh_table_cell(table, "%zu", s->count.judged);
    qh_table_cell(table, "%zu", s->count.met);
    qh_table_cell(table, "%.1f %%", 100 * s->share);
    qh_table_verdict_cell(table, s->passes, s->passes ? qh_tr(p->lang, "yes") : qh_tr(p->lang, "no"));
    qh_table_cell(table, "%s", run);
}

static const char *run_text(const page *p, const qh_compliance_run *run, bool days) {
    char from[32];
    if (run->length == 0) return "-";
    if (days)
        qh_day_text(run->first, sizeof from, from);
    else
        qh_month_text(run->first, sizeof from, from);
    return qh_need(qh_arena_printf(p->notes.arena, qh_tr(p->lang, "%zu from %s"), run->length, from));
}

static void print_shares(page *p) {
    const qh_compliance *c = p->shown->compliance;
    const qh_constant line = qh_hydrology_number_get(QH_PASS_SHARE);
    const char *passes = qh_need(qh_arena_printf(p->notes.arena, "%s%s", qh_tr(p->lang, "passes"),
                                                 qh_note_mark(&p->notes, line.clause, line.confidence)));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, "");
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "judged"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "met"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "share"));
    qh_table_column(table, QH_LEFT, passes);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "longest run under it"));
    share_row(p, table, qh_tr(p->lang, "days"), &c->day, run_text(p, &c->longest_days, true));
    share_row(p, table, qh_tr(p->lang, "months"), &c->month, run_text(p, &c->longest_months, false));
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void count_cells(qh_table *table, const qh_compliance_count *c) {
    if (c->judged == 0) {
        qh_table_cell(table, "-");
        return;
    }
    qh_table_cell(table, "%zu/%zu (%.1f %%)", c->met, c->judged, 100 * (double)c->met / (double)c->judged);
}

static void print_compliance(page *p) {
    const qh_compliance *c = p->shown->compliance;
    if (!c) return;
    const char *mark =
        p->shown->target_clause ? qh_note_mark(&p->notes, p->shown->target_clause, p->shown->target_confidence) : "";
    heading(p, qh_tr(p->lang, "Ecological-flow compliance"));
    printf(qh_tr(p->lang, "Target: %s%s; passes at %g %%\n"), p->shown->target, mark, 100 * c->pass_share);
    print_shares(p);
    char at[32];
    if (c->worst_deficit > 0)
        printf(qh_tr(p->lang, "Deficit: %.4g m3 in all; at worst %.4g m3/s, %s\n"), c->deficit, c->worst_deficit,
               qh_step_text(p->h->record, c->worst_at, sizeof at, at));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "month"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "target m3/s"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "days met"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "months met"));
    for (int m = 0; m < 12; m++) {
        qh_table_cell(table, "%d", m + 1);
        qh_table_cell(table, "%.4g", c->target[m]);
        count_cells(table, &c->day_by_month[m]);
        count_cells(table, &c->month_by_month[m]);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

void qh_print_hydrology(const qh_shown_hydrology *shown) {
    page p = {.shown = shown, .h = shown->hydrology, .lang = shown->app->lang};
    p.notes.arena = qh_need(qh_arena_create());
    print_title(&p);
    print_design(&p);
    print_fits(&p);
    print_months(&p);
    print_years(&p);
    print_tennant(&p);
    print_duration(&p);
    print_compliance(&p);
    qh_print_notes(&p.notes, p.lang);
    qh_arena_destroy(p.notes.arena);
}
