#include <stdio.h>
#include <string.h>

#include "cli/assessment.h"
#include "cli/assessment_takers.h"
#include "cli/assessment_water.h"
#include "cli/messages.h"
#include "cli/notes.h"
#include "cli/table.h"
#include "model/ecoflow.h"

typedef struct page {
    const qh_shown_assessment *shown;
    qh_lang lang;
    qh_notes notes;
} page;

static const char *class_name(const page *p, int water_class) {
    const qh_standard *standard = p->shown->standard;
    if (water_class < 1 || standard->n_class == 0) return "-";
    if ((size_t)water_class <= standard->n_class) return standard->class_name[water_class - 1];
    return qh_need(
        qh_arena_printf(p->notes.arena, qh_tr(p->lang, "worse than %s"), standard->class_name[standard->n_class - 1]));
}

static const char *grade_name(const page *p, const qh_grade *grade) {
    return !grade ? "-" : p->lang == QH_ZH ? grade->title_zh : grade->title;
}

static void heading(const page *p, const char *text) {
    if (p->shown->app->color)
        printf("\n\033[1m%s\033[0m\n", text);
    else
        printf("\n%s\n", text);
}

static const char *statistic_text(const qh_store_info *info, qh_statistic statistic) {
    if (info->steady) return QH_N("steady value");
    switch (statistic) {
    case QH_STAT_INSTANT: return QH_N("worst instant");
    case QH_STAT_DAILY: return QH_N("worst daily mean");
    case QH_STAT_MONTHLY: return QH_N("worst monthly mean");
    case QH_STAT_ANNUAL: return QH_N("worst annual mean");
    case QH_STAT_MEAN: break;
    }
    return QH_N("mean over the run");
}

static void print_title(const page *p) {
    const qh_store_info *info = p->shown->info;
    const qh_standard *standard = p->shown->standard;
    char from[64], to[64];
    printf("%s%s%s%s%s%s\n", *info->case_title ? info->case_title : info->case_name, *info->case_title ? " (" : "",
           *info->case_title ? info->case_name : "", *info->case_title ? ")" : "", *info->case_note ? "  " : "",
           info->case_note);
    if (*info->scenario)
        printf("%s: %s%s%s\n", qh_tr(p->lang, "Scenario"), info->scenario, *info->scenario_title ? "  " : "",
               info->scenario_title);
    printf(qh_tr(p->lang, "Standard: %s, %s (%s)\n"), standard->code,
           p->lang == QH_ZH ? standard->title_zh : standard->title, standard->source);
    printf(qh_tr(p->lang, "Judged: %s, by the single-factor method; engine %s"),
           qh_tr(p->lang, statistic_text(info, p->shown->assessment->statistic)), info->engine);
    if (!info->steady)
        printf(qh_tr(p->lang, "; %s to %s"), qh_time_text(info->start, info->sample_time[0], sizeof from, from),
               qh_time_text(info->start, info->sample_time[info->n_sample - 1], sizeof to, to));
    if (!info->complete) printf("; %s", qh_tr(p->lang, "STOPPED before its end"));
    putchar('\n');
}

/* What a row is about: the constituent by the name that the case gives it; in Chinese by its title. */
static const char *item_name(const page *p, const qh_verdict *v) {
    const qh_stored_constituent *constituent = &p->shown->info->constituent[v->constituent];
    if (p->lang != QH_ZH) return constituent->name;
    return v->judged && strcmp(constituent->name, v->item->code) == 0 ? v->item->title_zh : constituent->title;
}

static void limit_cell(qh_table *table, const qh_verdict *v) {
    const double limit = v->judged ? qh_verdict_shown(v, v->target_limit) : 0.0;
    if (!v->judged)
        qh_table_cell(table, "-");
    else if (v->item->sense == QH_LIMIT_MAX)
        qh_table_cell(table, "<= %.6g", limit);
    else if (v->item->sense == QH_LIMIT_MIN)
        qh_table_cell(table, ">= %.6g", limit);
    else
        qh_table_cell(table, "%.6g ~ %.6g", limit, qh_verdict_shown(v, v->target_limit_high));
}

static void multiple_cell(qh_table *table, const qh_verdict *v, double multiple) {
    if (v->exceedance_defined && multiple > 0.0)
        qh_table_cell(table, "%.3g", multiple);
    else
        qh_table_cell(table, "-");
}

static void days_cell(qh_table *table, size_t attained, size_t days) {
    if (days == 0)
        qh_table_cell(table, "-");
    else
        qh_table_cell(table, "%zu/%zu (%.1f %%)", attained, days, 100.0 * (double)attained / (double)days);
}

static void verdict_row(page *p, qh_table *table, const qh_verdict *v, bool first) {
    const qh_store_info *info = p->shown->info;
    qh_table_cell(table, "%s", first ? info->section[v->section].name : "");
    qh_table_cell(table, "%s%s", item_name(p, v),
                  v->judged ? qh_note_mark(&p->notes, v->item->clause, v->item->confidence) : "");
    qh_table_class_cell(table, v->actual_class, "%.4g", qh_verdict_shown(v, v->value));
    qh_table_cell(table, "%s", qh_verdict_unit(v));
    qh_table_class_cell(table, v->actual_class, "%s", class_name(p, v->actual_class));
    qh_table_cell(table, "%s", v->judged ? class_name(p, v->target_class) : "-");
    limit_cell(table, v);
    if (!v->judged)
        qh_table_cell(table, "%s", qh_tr(p->lang, "not in the standard"));
    else if (!v->counts)
        qh_table_cell(table, qh_tr(p->lang, "%s, for reference"),
                      v->attained ? qh_tr(p->lang, "yes") : qh_tr(p->lang, "no"));
    else
        qh_table_verdict_cell(table, v->attained, v->attained ? qh_tr(p->lang, "yes") : qh_tr(p->lang, "no"));
    multiple_cell(table, v, v->exceedance);
    multiple_cell(table, v, v->exceedance_national);
    if (info->steady) return;
    char from[64], to[64];
    days_cell(table, v->days_attained, v->days);
    qh_time_text(info->start, v->from, sizeof from, from);
    if (v->to > v->from)
        qh_table_cell(table, "%s ~ %s", from, qh_time_text(info->start, v->to, sizeof to, to));
    else
        qh_table_cell(table, "%s", from);
}

static bool any_judged(const qh_assessment *a) {
    for (size_t i = 0; i < a->n_verdict; i++)
        if (a->verdict[i].judged) return true;
    return false;
}

static void print_items(page *p) {
    const qh_assessment *a = p->shown->assessment;
    const bool judged = any_judged(a); /* else nothing can be over anything */
    const qh_standard *standard = p->shown->standard;
    heading(p, qh_tr(p->lang, "Sections and items"));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "section"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "item"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "value"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "unit"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "class"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "target"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "limit"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "attained"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "over target"));
    const char *base = class_name(p, standard->exceedance_base_class);
    const char *base_mark =
        judged ? qh_note_mark(&p->notes, standard->exceedance_clause, standard->exceedance_confidence) : "";
    const char *over_base =
        qh_need(qh_arena_printf(p->notes.arena, qh_tr(p->lang, "over class %s%s"), base, base_mark));
    qh_table_column(table, QH_RIGHT, over_base);
    if (!p->shown->info->steady) {
        qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "days attained"));
        qh_table_column(table, QH_LEFT, qh_tr(p->lang, "period judged"));
    }
    for (size_t i = 0; i < a->n_verdict; i++)
        verdict_row(p, table, &a->verdict[i], i == 0 || a->verdict[i].section != a->verdict[i - 1].section);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    if (!judged) return;
    printf(qh_tr(p->lang, "over target = (C - C_target)/C_target, C_target the limit of the section's target class;"
                          " over class %s = (C - C_%s)/C_%s\n"),
           base, base, base);
}

/* An item as people of the language call it in short. */
static const char *short_name(const page *p, const qh_standard_item *item) {
    return p->lang == QH_ZH ? item->title_zh : item->code;
}

/* The list with one more item and what is told of it: "COD (0.23), NH3-N (1.10)". */
static const char *with_item(const page *p, const char *list, const qh_standard_item *item, const char *told) {
    const bool zh = p->lang == QH_ZH;
    const char *comma = !*list ? "" : zh ? "、" : ", ";
    const char *gap = zh || !*told ? "" : " ";
    return qh_need(qh_arena_printf(p->notes.arena, "%s%s%s%s%s", list, comma, short_name(p, item), gap, told));
}

static const char *with_multiple(const page *p, const char *list, const qh_standard_item *item, double multiple) {
    const bool defined = item->sense == QH_LIMIT_MAX;
    const char *told = defined ? qh_need(qh_arena_printf(p->notes.arena, "(%.2f)", multiple)) : "";
    return with_item(p, list, item, told);
}

static const char *main_items(const page *p, const qh_section_verdict *s) {
    const char *list = "";
    for (size_t i = 0; i < s->n_main; i++) {
        const qh_verdict *v = &p->shown->assessment->verdict[s->main_verdict[i]];
        list = with_multiple(p, list, v->item, v->exceedance_national);
    }
    return *list ? list : "-";
}

static const char *missed_items(const page *p, const qh_section_verdict *s) {
    const char *list = "";
    for (size_t i = s->first_verdict; i < s->first_verdict + s->n_verdict; i++) {
        const qh_verdict *v = &p->shown->assessment->verdict[i];
        if (v->counts && !v->attained) list = with_multiple(p, list, v->item, v->exceedance);
    }
    return *list ? list : "-";
}

static void print_sections(page *p) {
    const qh_assessment *a = p->shown->assessment;
    const qh_store_info *info = p->shown->info;
    const qh_grading *grading = &p->shown->standard->grading;
    const bool graded = grading->n_grade > 0;
    heading(p, qh_tr(p->lang, "Sections"));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "section"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "class"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "target"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "attained"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "items over target"));
    if (graded) {
        const char *of_class = qh_note_mark(&p->notes, grading->class_clause, grading->class_confidence);
        qh_table_column(table, QH_LEFT,
                        qh_need(qh_arena_printf(p->notes.arena, "%s%s", qh_tr(p->lang, "grade"), of_class)));
        const char *of_main = qh_note_mark(&p->notes, grading->main_clause, grading->main_confidence);
        qh_table_column(
            table, QH_LEFT,
            qh_need(qh_arena_printf(p->notes.arena, "%s%s", qh_tr(p->lang, "main pollution items"), of_main)));
    }
    if (!info->steady) qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "days attained"));
    for (size_t i = 0; i < a->n_section; i++) {
        const qh_section_verdict *s = &a->section[i];
        qh_table_cell(table, "%s", info->section[s->section].code);
        qh_table_cell(table, "%s%s", info->section[s->section].name,
                      info->section[s->section].is_protected ? " *" : "");
        qh_table_class_cell(table, s->actual_class, "%s", class_name(p, s->actual_class));
        qh_table_cell(table, "%s", class_name(p, s->target_class));
        qh_table_verdict_cell(table, !s->judged || s->attained,
                              !s->judged    ? "-"
                              : s->attained ? qh_tr(p->lang, "yes")
                                            : qh_tr(p->lang, "no"));
        qh_table_cell(table, "%s", missed_items(p, s));
        if (graded) {
            qh_table_class_cell(table, s->actual_class, "%s", grade_name(p, s->grade));
            qh_table_cell(table, "%s", main_items(p, s));
        }
        if (!info->steady) days_cell(table, s->days_attained, s->days);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    for (size_t i = 0; i < info->n_section; i++) {
        if (!info->section[i].is_protected) continue;
        puts(qh_tr(p->lang, "* protected target"));
        break;
    }
}

/* ---- the calendar ---- */

enum { MONTHS_A_TABLE = 12 };

static const char *month_name(const page *p, double time) {
    int year = 0, month = 0, day = 0;
    if (!qh_date_at(p->shown->info->start, time, &year, &month, &day)) return "";
    return qh_need(qh_arena_printf(p->notes.arena, "%04d-%02d", year, month));
}

static void calendar_row(const page *p, qh_table *table, size_t section, size_t first, size_t count) {
    const qh_attainment *a = &p->shown->assessment->attainment[section];
    qh_table_cell(table, "%s", p->shown->info->section[section].name);
    qh_table_cell(table, "%s", class_name(p, a->target_class));
    for (size_t m = first; m < first + count; m++) {
        const char *missed = a->month_class[m] > a->target_class ? "!" : "";
        qh_table_class_cell(table, a->month_class[m], "%s%s", class_name(p, a->month_class[m]), missed);
    }
    if (first > 0 || a->year_class == 0) return;
    qh_table_class_cell(table, a->year_class, "%s%s", class_name(p, a->year_class),
                        a->year_class > a->target_class ? "!" : "");
}

/* Classes of the months' means, of the year's, twelve months a table. */
static void print_calendar(const page *p) {
    const qh_assessment *a = p->shown->assessment;
    const size_t n_month = a->n_section > 0 ? a->attainment[0].n_month : 0;
    for (size_t first = 0; first < n_month; first += MONTHS_A_TABLE) {
        const size_t count = n_month - first < MONTHS_A_TABLE ? n_month - first : MONTHS_A_TABLE;
        heading(p, qh_tr(p->lang, "Months: class of the monthly mean, worst item; !: over the target"));
        qh_table *table = qh_table_create(p->shown->app);
        qh_table_column(table, QH_LEFT, qh_tr(p->lang, "section"));
        qh_table_column(table, QH_LEFT, qh_tr(p->lang, "target"));
        for (size_t m = first; m < first + count; m++)
            qh_table_column(table, QH_LEFT, month_name(p, a->attainment[0].month[m]));
        if (first == 0 && a->attainment[0].year_class > 0) qh_table_column(table, QH_LEFT, qh_tr(p->lang, "year"));
        for (size_t s = 0; s < a->n_section; s++)
            calendar_row(p, table, s, first, count);
        qh_table_print(table, stdout);
        qh_table_destroy(table);
    }
}

static const char *river_main_items(const page *p, const qh_river_verdict *r) {
    const char *list = "";
    for (size_t i = 0; i < r->n_main; i++) {
        const qh_main_item *m = &r->main_item[i];
        if (m->by_rate)
            list = with_item(p, list, m->item, qh_need(qh_arena_printf(p->notes.arena, "(%.1f %%)", 100.0 * m->rate)));
        else
            list = with_multiple(p, list, m->item, m->exceedance_national);
    }
    return *list ? list : "-";
}

static void river_row(const page *p, qh_table *table, const qh_river_verdict *r) {
    const qh_standard *standard = p->shown->standard;
    qh_table_cell(table, "%s", *r->name ? r->name : qh_tr(p->lang, "whole network"));
    qh_table_cell(table, "%zu/%zu", r->n_attained, r->n_section);
    if (r->n_section == 0)
        qh_table_cell(table, "-");
    else
        qh_table_cell(table, "%.1f %%", 100.0 * r->attainment_rate);
    if (standard->grading.n_grade == 0) return;
    qh_table_cell(table, "%s", grade_name(p, r->grade));
    if (!r->grade)
        qh_table_cell(table, "-");
    else if (r->grade_by_mean)
        qh_table_cell(table, qh_tr(p->lang, "mean of each item (%zu sections): class %s"), r->n_section,
                      class_name(p, r->grade_class));
    else
        qh_table_cell(table, qh_tr(p->lang, "%s to %s %.1f %%, %s %.1f %%"), class_name(p, 1),
                      class_name(p, standard->grading.good_class), 100.0 * r->share_good,
                      class_name(p, (int)standard->n_class + 1), 100.0 * r->share_worst);
    qh_table_cell(table, "%s", river_main_items(p, r));
}

static void print_rivers(page *p) {
    const qh_assessment *a = p->shown->assessment;
    const qh_grading *grading = &p->shown->standard->grading;
    heading(p, qh_tr(p->lang, "Rivers"));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "river"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "sections attained"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "attainment rate"));
    if (grading->n_grade > 0) {
        const char *of_share = qh_note_mark(&p->notes, grading->share_clause, grading->share_confidence);
        qh_table_column(table, QH_LEFT,
                        qh_need(qh_arena_printf(p->notes.arena, "%s%s", qh_tr(p->lang, "grade"), of_share)));
        qh_table_column(table, QH_LEFT, qh_tr(p->lang, "graded by"));
        const char *of_main = qh_note_mark(&p->notes, grading->main_clause, grading->main_confidence);
        qh_table_column(
            table, QH_LEFT,
            qh_need(qh_arena_printf(p->notes.arena, "%s%s", qh_tr(p->lang, "main pollution items"), of_main)));
    }
    for (size_t i = 0; i < a->n_river; i++)
        river_row(p, table, &a->river[i]);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_stations(page *p) {
    const qh_store_info *info = p->shown->info;
    if (info->n_station == 0) return;
    heading(p, qh_tr(p->lang, info->water_moves ? QH_N("Ecological flow below diversion stations at the start, m3/s")
                                                : QH_N("Ecological flow below diversion stations, m3/s")));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "station"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "reach"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "arriving"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "ecological flow"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "released"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "diverted"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "deficit"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "met"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "rule"));
    for (size_t i = 0; i < info->n_station; i++) {
        const qh_stored_station *s = &info->station[i];
        const qh_ecoflow_rule *rule = qh_ecoflow_find(qh_binding_rule(info, i));
        const bool met = qh_eco_flow_met(&s->flow);
        qh_table_cell(table, "%s", s->name);
        qh_table_cell(table, "%s", s->reach_name);
        qh_table_cell(table, "%.4g", s->flow.arriving);
        qh_table_cell(table, "%.4g", s->flow.target);
        qh_table_cell(table, "%.4g", s->flow.released);
        qh_table_cell(table, "%.4g", s->flow.diverted);
        qh_table_cell(table, "%.4g", s->flow.deficit);
        qh_table_verdict_cell(table, met, met ? qh_tr(p->lang, "yes") : qh_tr(p->lang, "no"));
        qh_table_cell(table, "%s%s", rule ? qh_tr(p->lang, rule->title) : s->rule,
                      rule ? qh_note_mark(&p->notes, rule->source, rule->confidence) : "");
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static bool has_several_rules(const qh_stored_station *s) {
    return s->monthly_rule && strncmp(s->rule, "max(", 4) == 0;
}

/* The months from `first` on in which the same rule asks for the same; the month behind them. */
static size_t same_until(const qh_stored_station *s, size_t first) {
    size_t m = first + 1;
    while (m < 12 && strcmp(s->monthly_rule[m], s->monthly_rule[first]) == 0 &&
           s->monthly_flow[m] == s->monthly_flow[first])
        m++;
    return m;
}

/* Which of several rules sets the ecological flow, through the year. */
static void print_binding_rules(page *p) {
    const qh_store_info *info = p->shown->info;
    qh_table *table = NULL;
    for (size_t i = 0; i < info->n_station; i++) {
        const qh_stored_station *s = &info->station[i];
        if (!has_several_rules(s)) continue;
        if (!table) {
            heading(p, qh_tr(p->lang, "Which of several rules sets the ecological flow, m3/s"));
            table = qh_table_create(p->shown->app);
            qh_table_column(table, QH_LEFT, qh_tr(p->lang, "station"));
            qh_table_column(table, QH_LEFT, qh_tr(p->lang, "months"));
            qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "ecological flow"));
            qh_table_column(table, QH_LEFT, qh_tr(p->lang, "rule"));
        }
        for (size_t m = 0, end = 0; m < 12; m = end) {
            const qh_ecoflow_rule *rule = qh_ecoflow_find(s->monthly_rule[m]);
            end = same_until(s, m);
            qh_table_cell(table, "%s", s->name);
            if (end - m > 1)
                qh_table_cell(table, "%zu-%zu", m + 1, end);
            else
                qh_table_cell(table, "%zu", m + 1);
            qh_table_cell(table, "%.4g", s->monthly_flow[m]);
            qh_table_cell(table, "%s%s", rule ? qh_tr(p->lang, rule->title) : s->monthly_rule[m],
                          rule ? qh_note_mark(&p->notes, rule->source, rule->confidence) : "");
        }
    }
    if (!table) return;
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static const char *station_name(const qh_store_info *info, size_t i) { return info->station[i].name; }
static const char *withdrawal_name(const qh_store_info *info, size_t i) { return info->withdrawal[i].name; }
static const char *reservoir_name(const qh_store_info *info, size_t i) { return info->reservoir[i].name; }

/* Day by day, where the water moved: how often, how long and by how much stations or withdrawals fell short. */
static void print_days(page *p, const char *title, const char *who, const qh_release_log *log,
                       const char *name(const qh_store_info *info, size_t i)) {
    if (!log) return;
    heading(p, qh_tr(p->lang, title));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, who));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "days kept"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "missing, m3"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "longest run short, days"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "from day"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "worst day"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "short by, m3/s"));
    for (size_t i = 0; i < log->n_station; i++) {
        const qh_release_record record = qh_release_record_of(log, i);
        qh_table_cell(table, "%s", name(p->shown->info, i));
        qh_table_cell(table, "%zu/%zu (%.1f %%)", record.kept, record.days,
                      100.0 * (double)record.kept / (double)record.days);
        qh_table_cell(table, "%.4g", record.missing);
        if (record.longest == 0) {
            for (size_t k = 0; k < 4; k++)
                qh_table_cell(table, "-");
            continue;
        }
        qh_table_cell(table, "%zu", record.longest);
        qh_table_cell(table, "%zu", record.longest_begins + 1);
        qh_table_cell(table, "%zu", record.worst + 1);
        qh_table_cell(table, "%.4g", record.worst_deficit);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* Of reservoirs that owe one by themselves; where a station stands the station's table tells. */
static void print_reservoir_flows(page *p) {
    const qh_store_info *info = p->shown->info;
    bool owes = false;
    for (size_t i = 0; info->storage && i < info->n_reservoir * info->storage->n_day; i++)
        owes = owes || info->storage->release.target[i] > 0;
    if (owes && info->n_station == 0)
        print_days(p, QH_N("Ecological flow below reservoirs, day by day"), QH_N("reservoir"), &info->storage->release,
                   reservoir_name);
}

static void release_months_row(const page *p, qh_table *table, size_t station, size_t first, size_t count) {
    const qh_store_info *info = p->shown->info;
    size_t n = 0;
    const qh_release_month *month = NULL;
    if (qh_release_months_of(info->release, station, info->start, p->notes.arena, &n, &month) != QH_OK) qh_need(NULL);
    qh_table_cell(table, "%s", info->station[station].name);
    for (size_t m = first; m < first + count; m++)
        qh_table_verdict_cell(table, month[m].kept == month[m].days,
                              qh_need(qh_arena_printf(p->notes.arena, "%zu/%zu", month[m].kept, month[m].days)));
}

/* Days kept of every month, twelve months a table. */
static void print_release_months(const page *p) {
    const qh_store_info *info = p->shown->info;
    size_t n = 0;
    const qh_release_month *month = NULL;
    if (!info->release) return;
    if (qh_release_months_of(info->release, 0, info->start, p->notes.arena, &n, &month) != QH_OK) qh_need(NULL);
    for (size_t first = 0; first < n; first += MONTHS_A_TABLE) {
        const size_t count = n - first < MONTHS_A_TABLE ? n - first : MONTHS_A_TABLE;
        heading(p, qh_tr(p->lang, "Ecological flow below diversion stations, days kept of each month"));
        qh_table *table = qh_table_create(p->shown->app);
        qh_table_column(table, QH_LEFT, qh_tr(p->lang, "station"));
        for (size_t m = first; m < first + count; m++)
            qh_table_column(table, QH_RIGHT,
                            qh_need(qh_arena_printf(p->notes.arena, "%04d-%02d", (int)month[m].year, month[m].month)));
        for (size_t i = 0; i < info->n_station; i++)
            release_months_row(p, table, i, first, count);
        qh_table_print(table, stdout);
        qh_table_destroy(table);
    }
}

static void print_withdrawals(page *p) {
    const qh_store_info *info = p->shown->info;
    if (info->n_withdrawal == 0) return;
    const bool ranked = info->withdrawal[0].priority.given;
    heading(p, qh_tr(p->lang, info->water_moves ? QH_N("Withdrawals at the start, m3/s") : QH_N("Withdrawals, m3/s")));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "withdrawal"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "reach"));
    if (ranked) qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "priority"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "asked"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "taken"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "deficit"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "met"));
    for (size_t i = 0; i < info->n_withdrawal; i++) {
        const qh_stored_withdrawal *w = &info->withdrawal[i];
        const bool met = qh_withdrawal_met(&w->flow);
        qh_table_cell(table, "%s", w->code);
        qh_table_cell(table, "%s", w->name);
        qh_table_cell(table, "%s", w->reach_name);
        if (ranked) qh_table_cell(table, "%.0f", w->priority.value);
        qh_table_cell(table, "%.4g", w->flow.asked);
        qh_table_cell(table, "%.4g", w->flow.taken);
        qh_table_cell(table, "%.4g", w->flow.deficit);
        qh_table_verdict_cell(table, met, met ? qh_tr(p->lang, "yes") : qh_tr(p->lang, "no"));
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_transfers(page *p) {
    const qh_store_info *info = p->shown->info;
    if (info->n_transfer == 0) return;
    heading(p, qh_tr(p->lang, info->water_moves ? QH_N("Transfers at the start, m3/s") : QH_N("Transfers, m3/s")));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "transfer"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "from"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "to"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "capacity"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "asked"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "taken"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "deficit"));
    for (size_t i = 0; i < info->n_transfer; i++) {
        const qh_stored_transfer *t = &info->transfer[i];
        qh_table_cell(table, "%s", t->code);
        qh_table_cell(table, "%s", t->name);
        qh_table_cell(table, "%s %.6g km", info->reach[t->reach].name, t->chainage / 1000);
        qh_table_cell(table, "%s %.6g km", info->reach[t->to_reach].name, t->to_chainage / 1000);
        qh_table_cell(table, "%.4g", t->capacity);
        qh_table_cell(table, "%.4g", t->flow.asked);
        qh_table_cell(table, "%.4g", t->flow.taken);
        qh_table_cell(table, "%.4g", t->flow.deficit);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_budget(page *p) {
    const qh_store_info *info = p->shown->info;
    if (info->n_budget_row == 0) return;
    heading(p, info->steady ? qh_tr(p->lang, "Mass budget of the whole network, g/s")
                            : qh_tr(p->lang, "Mass budget of the whole network, kg over the run"));
    qh_table *table = qh_table_create(p->shown->app);
    static const char *const terms[] = {QH_N("upstream ends"),   QH_N("point sources"), QH_N("distributed"),
                                        QH_N("downstream ends"), QH_N("withdrawn"),     QH_N("reacted"),
                                        QH_N("stored")};
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "constituent"));
    for (size_t i = 0; i < QH_BUDGET_TERMS; i++)
        qh_table_column(table, QH_RIGHT, qh_tr(p->lang, terms[i]));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "residual"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "residual/throughput"));
    const double scale = info->steady ? 1.0 : 1e-3; /* g to kg */
    for (size_t i = 0; i < info->n_budget_row; i++) {
        const qh_stored_budget_row *row = &info->budget_row[i];
        if (*row->reach_name) continue;
        qh_table_cell(table, "%s", info->constituent[row->constituent].name);
        for (size_t k = 0; k < QH_BUDGET_TERMS; k++)
            qh_table_cell(table, "%.6g", scale * row->term[k]);
        qh_table_cell(table, "%.1e", scale * row->residual);
        qh_table_cell(table, "%.1e", row->throughput > 0.0 ? row->residual / row->throughput : 0.0);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* Whether an item of the standard was judged at all. */
static bool is_used(const qh_assessment *a, const qh_standard_item *item) {
    for (size_t i = 0; i < a->n_verdict; i++)
        if (a->verdict[i].item == item) return true;
    return false;
}

static void print_limits(page *p) {
    const qh_standard *standard = p->shown->standard;
    heading(p, qh_tr(p->lang, "Limits"));
    qh_table *table = qh_table_create(p->shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "item"));
    qh_table_column(table, QH_LEFT, NULL);
    for (size_t k = 0; k < standard->n_class; k++)
        qh_table_column(table, QH_RIGHT, standard->class_name[k]);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "unit"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "clause"));
    size_t n = 0;
    for (size_t i = 0; i < standard->n_item; i++) {
        const qh_standard_item *item = &standard->item[i];
        if (!is_used(p->shown->assessment, item)) continue;
        n++;
        qh_table_cell(table, "%s", item->code);
        qh_table_cell(table, "%s", p->lang == QH_ZH ? item->title_zh : item->title);
        for (size_t k = 0; k < standard->n_class; k++) {
            const char *sign = item->sense == QH_LIMIT_MIN ? ">= " : "";
            if (item->sense == QH_LIMIT_RANGE)
                qh_table_cell(table, "%.6g ~ %.6g", item->limit[k] / item->factor, item->limit_high[k] / item->factor);
            else
                qh_table_cell(table, "%s%.6g", sign, item->limit[k] / item->factor);
        }
        qh_table_cell(table, "%s", item->unit);
        qh_table_cell(table, "%s%s", item->clause, qh_note_mark(&p->notes, item->clause, item->confidence));
    }
    if (n > 0)
        qh_table_print(table, stdout);
    else
        puts(qh_tr(p->lang, "no constituent is an item of the standard: values only"));
    qh_table_destroy(table);
}

static void print_messages(const page *p) {
    const qh_store_info *info = p->shown->info;
    if (info->n_message == 0) return;
    heading(p, qh_tr(p->lang, "Said before the run"));
    for (size_t i = 0; i < info->n_message; i++)
        printf("%s\n", info->message[i]);
}

/* Reservoirs of which something is asked. */
static void print_reservoir_verdict(const page *p) {
    const qh_store_info *info = p->shown->info;
    size_t asked = 0, short_ones = 0;
    for (size_t i = 0; info->storage && i < info->n_reservoir; i++) {
        bool any = false;
        for (size_t d = 0; d < info->storage->n_day && !any; d++)
            any = info->storage->release.target[d * info->n_reservoir + i] > 0;
        asked += any;
        short_ones += !qh_reservoir_keeps(info, i);
    }
    if (short_ones > 0)
        printf(qh_tr(p->lang, "%zu of %zu reservoirs release less than the ecological flow on some day\n"), short_ones,
               asked);
    else if (asked > 0)
        printf(qh_tr(p->lang, "all %zu reservoirs release the ecological flow\n"), asked);
}

static void print_verdict(const page *p) {
    const qh_assessment *a = p->shown->assessment;
    const qh_river_verdict *all = &a->river[0];
    heading(p, qh_tr(p->lang, "Verdict"));
    if (all->n_section == 0)
        puts(qh_tr(p->lang, "no section was judged"));
    else if (all->n_attained == all->n_section)
        printf(qh_tr(p->lang, "all %zu sections attain their target\n"), all->n_section);
    else
        printf(qh_tr(p->lang, "%zu of %zu sections miss their target\n"), all->n_section - all->n_attained,
               all->n_section);
    const qh_store_info *info = p->shown->info;
    size_t short_station = 0, short_withdrawal = 0;
    for (size_t i = 0; i < info->n_station; i++)
        short_station += !qh_station_keeps(info, i);
    for (size_t i = 0; i < info->n_withdrawal; i++)
        short_withdrawal += !qh_withdrawal_served(info, i);
    if (short_station > 0 && info->release)
        printf(qh_tr(p->lang, "%zu of %zu stations release less than the ecological flow on some day\n"), short_station,
               info->n_station);
    else if (short_station > 0)
        printf(qh_tr(p->lang, "%zu of %zu stations release less than the ecological flow\n"), short_station,
               info->n_station);
    else if (info->n_station > 0)
        printf(qh_tr(p->lang, "all %zu stations release the ecological flow\n"), info->n_station);
    print_reservoir_verdict(p);
    if (short_withdrawal > 0 && info->take)
        printf(qh_tr(p->lang, "%zu of %zu withdrawals get less water than they ask for on some day\n"),
               short_withdrawal, info->n_withdrawal);
    else if (short_withdrawal > 0)
        printf(qh_tr(p->lang, "%zu of %zu withdrawals get less water than they ask for\n"), short_withdrawal,
               info->n_withdrawal);
    else if (info->n_withdrawal > 0)
        printf(qh_tr(p->lang, "all %zu withdrawals get the water they ask for\n"), info->n_withdrawal);
}

void qh_print_assessment(const qh_shown_assessment *shown) {
    page p = {.shown = shown, .lang = shown->app->lang};
    const qh_store_info *info = shown->info;
    p.notes.arena = qh_need(qh_arena_create());
    print_title(&p);
    print_items(&p);
    if (shown->assessment->river[0].n_section > 0) {
        print_sections(&p);
        print_calendar(&p);
        print_rivers(&p);
    }
    print_stations(&p);
    print_binding_rules(&p);
    print_days(&p, QH_N("Ecological flow below diversion stations, day by day"), QH_N("station"), info->release,
               station_name);
    print_release_months(&p);
    qh_print_takers(p.shown->app, p.shown->info);
    print_withdrawals(&p);
    print_days(&p, QH_N("Withdrawals, day by day"), QH_N("withdrawal"), info->take, withdrawal_name);
    print_transfers(&p);
    qh_print_transfer_days(p.shown->app, info);
    qh_print_reservoirs(p.shown->app, info);
    print_reservoir_flows(&p);
    print_budget(&p);
    print_limits(&p);
    print_messages(&p);
    qh_print_notes(&p.notes, p.lang);
    print_verdict(&p);
    qh_arena_destroy(p.notes.arena);
}
