#include <stdio.h>

#include "cli/assessment.h"
#include "cli/assessment_takers.h"
#include "cli/assessment_water.h"
#include "cli/json.h"
#include "cli/messages.h"
#include "model/ecoflow.h"

static void put_class(json_t *object, const char *key, const char *name_key, const qh_standard *standard,
                      int water_class) {
    char buffer[64];
    qh_json_put(object, key, water_class ? json_integer(water_class) : json_null());
    qh_json_put(object, name_key,
                water_class ? json_string(qh_class_name(standard, water_class, sizeof buffer, buffer)) : json_null());
}

static void put_time(json_t *object, const char *key, const qh_store_info *info, double time) {
    char buffer[64];
    qh_json_put(object, key,
                info->steady ? json_null() : json_string(qh_time_text(info->start, time, sizeof buffer, buffer)));
}

static void put_grade(json_t *object, const qh_grade *grade) {
    qh_json_put(object, "grade", grade ? json_string(grade->title) : json_null());
    qh_json_put(object, "grade_zh", grade ? json_string(grade->title_zh) : json_null());
}

static json_t *run_object(const qh_shown_assessment *shown) {
    const qh_store_info *info = shown->info;
    json_t *run = qh_need(json_object());
    qh_json_text(run, "path", info->path);
    qh_json_text(run, "case", info->case_name);
    qh_json_text(run, "title", info->case_title);
    qh_json_text(run, "note", info->case_note);
    qh_json_put(run, "scenario", *info->scenario ? json_string(info->scenario) : json_null());
    qh_json_put(run, "scenario_title", *info->scenario ? json_string(info->scenario_title) : json_null());
    json_t *files = qh_json_array(run, "scenario_files");
    for (size_t i = 0; i < info->n_scenario_file; i++)
        if (json_array_append_new(files, json_string(info->scenario_file[i])) != 0) qh_need(NULL);
    qh_json_text(run, "engine", info->engine);
    qh_json_text(run, "version", info->version);
    qh_json_text(run, "command", info->command);
    qh_json_bool(run, "complete", info->complete);
    qh_json_bool(run, "steady", info->steady);
    qh_json_text(run, "start", info->start);
    qh_json_put(run, "month", info->month ? json_integer(info->month) : json_null());
    qh_json_number(run, "duration_s", true, info->sample_time[info->n_sample - 1] - info->sample_time[0]);
    qh_json_count(run, "samples", info->n_sample);
    qh_json_text(run, "statistic", info->steady ? "steady" : qh_statistic_name(shown->assessment->statistic));
    qh_json_number(run, "worst_residual", info->complete, info->worst_residual);
    return run;
}

static json_t *standard_object(const qh_standard *standard) {
    json_t *out = qh_need(json_object());
    qh_json_text(out, "code", standard->code);
    qh_json_text(out, "title", standard->title);
    qh_json_text(out, "title_zh", standard->title_zh);
    qh_json_text(out, "source", standard->source);
    json_t *classes = qh_json_array(out, "classes");
    for (size_t i = 0; i < standard->n_class; i++)
        if (json_array_append_new(classes, json_string(standard->class_name[i])) != 0) qh_need(NULL);
    json_t *exceedance = qh_json_object(out, "exceedance_national");
    put_class(exceedance, "base_class", "base_class_name", standard, standard->exceedance_base_class);
    qh_json_text(exceedance, "formula", "(C - C_base) / C_base");
    qh_json_text(exceedance, "clause", standard->exceedance_clause);
    qh_json_text(exceedance, "confidence", standard->exceedance_confidence);
    const qh_grading *grading = &standard->grading;
    if (grading->n_grade == 0) {
        qh_json_put(out, "grading", json_null());
        return out;
    }
    json_t *rules = qh_json_object(out, "grading");
    qh_json_text(rules, "code", grading->code);
    qh_json_text(rules, "title", grading->title);
    qh_json_text(rules, "title_zh", grading->title_zh);
    qh_json_text(rules, "source", grading->source);
    put_class(rules, "good_class", "good_class_name", standard, grading->good_class);
    qh_json_count(rules, "min_sections", grading->min_sections);
    qh_json_rule(rules, "section", grading->class_clause, grading->class_confidence);
    qh_json_rule(rules, "river", grading->share_clause, grading->share_confidence);
    qh_json_rule(rules, "main_items", grading->main_clause, grading->main_confidence);
    return out;
}

static void put_item(const qh_shown_assessment *shown, json_t *array, const qh_verdict *v) {
    const qh_store_info *info = shown->info;
    const bool days = v->judged && !info->steady;
    json_t *item = qh_json_append_object(array);
    qh_json_text(item, "section", info->section[v->section].code);
    qh_json_text(item, "section_name", info->section[v->section].name);
    qh_json_text(item, "constituent", info->constituent[v->constituent].name);
    qh_json_put(item, "item", v->judged ? json_string(v->item->code) : json_null());
    qh_json_text(item, "title", v->judged ? v->item->title : info->constituent[v->constituent].title);
    qh_json_text(item, "title_zh", v->judged ? v->item->title_zh : info->constituent[v->constituent].title);
    qh_json_number(item, "value", true, qh_verdict_shown(v, v->value));
    qh_json_text(item, "unit", qh_verdict_unit(v));
    qh_json_text(item, "statistic", info->steady ? "steady" : qh_statistic_name(shown->assessment->statistic));
    put_time(item, "from", info, v->from);
    put_time(item, "to", info, v->to);
    qh_json_bool(item, "judged", v->judged);
    qh_json_bool(item, "counts", v->counts);
    put_class(item, "class", "class_name", shown->standard, v->actual_class);
    put_class(item, "target_class", "target_class_name", shown->standard, v->target_class);
    qh_json_number(item, "target_limit", v->judged, qh_verdict_shown(v, v->target_limit));
    qh_json_number(item, "target_limit_high", v->judged && v->item->sense == QH_LIMIT_RANGE,
                   qh_verdict_shown(v, v->target_limit_high));
    qh_json_put(item, "attained", v->judged ? json_boolean(v->attained) : json_null());
    qh_json_number(item, "exceedance_of_target", v->exceedance_defined, v->exceedance);
    qh_json_number(item, "exceedance_national", v->exceedance_defined, v->exceedance_national);
    qh_json_put(item, "days", days ? json_integer((json_int_t)v->days) : json_null());
    qh_json_put(item, "days_attained", days ? json_integer((json_int_t)v->days_attained) : json_null());
    qh_json_put(item, "clause", v->judged ? json_string(v->item->clause) : json_null());
    qh_json_put(item, "confidence", v->judged ? json_string(v->item->confidence) : json_null());
}

/* Classes month by month and day by day; empty for runs without complete ones. */
static void fill_calendar(const qh_shown_assessment *shown, json_t *section, const qh_attainment *a) {
    int year = 0, month = 0, day = 0;
    char text[32];
    json_t *months = qh_json_array(section, "months");
    for (size_t m = 0; m < a->n_month; m++) {
        json_t *item = qh_json_append_object(months);
        if (!qh_date_at(shown->info->start, a->month[m], &year, &month, &day)) continue;
        snprintf(text, sizeof text, "%04d-%02d", year, month);
        qh_json_text(item, "month", text);
        put_class(item, "class", "class_name", shown->standard, a->month_class[m]);
        qh_json_count(item, "days", a->month_days[m]);
        qh_json_count(item, "days_attained", a->month_days_attained[m]);
    }
    put_class(section, "year_class", "year_class_name", shown->standard, a->year_class);
    json_t *days = qh_json_array(section, "day_classes");
    for (size_t d = 0; d < a->n_day; d++)
        if (json_array_append_new(days, json_integer(a->day_class[d])) != 0) qh_need(NULL);
    const bool dated = a->n_day > 0 && qh_date_at(shown->info->start, a->day[0], &year, &month, &day);
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    qh_json_put(section, "first_day", dated ? json_string(text) : json_null());
}

static void put_section(const qh_shown_assessment *shown, json_t *array, const qh_section_verdict *s) {
    const qh_stored_section *stored = &shown->info->section[s->section];
    json_t *section = qh_json_append_object(array);
    qh_json_text(section, "section", stored->code);
    qh_json_text(section, "section_name", stored->name);
    qh_json_text(section, "level", stored->level);
    qh_json_text(section, "district", stored->district);
    qh_json_text(section, "reach", stored->reach_name);
    qh_json_number(section, "chainage_m", true, stored->chainage);
    qh_json_bool(section, "protected", stored->is_protected);
    qh_json_number(section, "longitude", stored->has_position, stored->longitude);
    qh_json_number(section, "latitude", stored->has_position, stored->latitude);
    qh_json_bool(section, "judged", s->judged);
    put_class(section, "class", "class_name", shown->standard, s->actual_class);
    put_class(section, "target_class", "target_class_name", shown->standard, s->target_class);
    qh_json_put(section, "attained", s->judged ? json_boolean(s->attained) : json_null());
    put_grade(section, s->grade);
    json_t *items = qh_json_array(section, "main_items");
    for (size_t i = 0; i < s->n_main; i++) {
        const qh_verdict *v = &shown->assessment->verdict[s->main_verdict[i]];
        json_t *item = qh_json_append_object(items);
        qh_json_text(item, "item", v->item->code);
        put_class(item, "class", "class_name", shown->standard, v->actual_class);
        qh_json_number(item, "exceedance_national", v->exceedance_defined, v->exceedance_national);
    }
    const bool days = s->judged && !shown->info->steady;
    qh_json_put(section, "days", days ? json_integer((json_int_t)s->days) : json_null());
    qh_json_put(section, "days_attained", days ? json_integer((json_int_t)s->days_attained) : json_null());
    fill_calendar(shown, section, &shown->assessment->attainment[s->section]);
}

static void fill_river(const qh_shown_assessment *shown, json_t *river, const qh_river_verdict *r) {
    const bool graded = r->grade != NULL;
    qh_json_text(river, "name", r->name);
    qh_json_count(river, "sections", r->n_section);
    qh_json_count(river, "sections_attained", r->n_attained);
    qh_json_number(river, "attainment_rate", r->n_section > 0, r->attainment_rate);
    json_t *classes = qh_json_object(river, "sections_by_class");
    for (size_t k = 0; k <= shown->standard->n_class; k++) {
        char buffer[64];
        qh_json_count(classes, qh_class_name(shown->standard, (int)k + 1, sizeof buffer, buffer), r->n_class[k]);
    }
    put_grade(river, r->grade);
    qh_json_put(river, "grade_by",
                !graded ? json_null() : json_string(r->grade_by_mean ? "mean over sections" : "class shares"));
    put_class(river, "grade_class", "grade_class_name", shown->standard,
              graded && r->grade_by_mean ? r->grade_class : 0);
    qh_json_number(river, "share_good", graded, r->share_good);
    qh_json_number(river, "share_worst", graded, r->share_worst);
    json_t *items = qh_json_array(river, "main_items");
    for (size_t i = 0; i < r->n_main; i++) {
        const qh_main_item *m = &r->main_item[i];
        json_t *item = qh_json_append_object(items);
        qh_json_text(item, "item", m->item->code);
        qh_json_number(item, "share_of_sections", m->by_rate, m->rate);
        put_class(item, "class", "class_name", shown->standard, m->by_rate ? 0 : m->actual_class);
        qh_json_number(item, "exceedance_national", m->item->sense == QH_LIMIT_MAX, m->exceedance_national);
    }
}

static void put_release_months(json_t *daily, const qh_store_info *info, size_t i) {
    qh_arena *arena = qh_need(qh_arena_create());
    size_t n = 0;
    const qh_release_month *month = NULL;
    if (qh_release_months_of(info->release, i, info->start, arena, &n, &month) != QH_OK) qh_need(NULL);
    json_t *months = qh_json_array(daily, "months");
    for (size_t m = 0; m < n; m++) {
        char text[32];
        snprintf(text, sizeof text, "%04d-%02d", (int)month[m].year, month[m].month);
        json_t *item = qh_json_append_object(months);
        qh_json_text(item, "month", text);
        qh_json_count(item, "days", month[m].days);
        qh_json_count(item, "days_kept", month[m].kept);
        qh_json_number(item, "missing_m3", true, month[m].missing);
        qh_json_number(item, "arriving_m3s", true, month[m].arriving);
        qh_json_number(item, "target_m3s", true, month[m].target);
        qh_json_number(item, "released_m3s", true, month[m].released);
    }
    qh_arena_destroy(arena);
}

/* Of a station or a withdrawal: how it was served, day by day. */
static json_t *put_days(json_t *row, const qh_release_log *log, size_t i) {
    const qh_release_record record = qh_release_record_of(log, i);
    json_t *daily = qh_json_object(row, "daily");
    qh_json_count(daily, "days", record.days);
    qh_json_count(daily, "days_kept", record.kept);
    qh_json_number(daily, "missing_m3", true, record.missing);
    qh_json_count(daily, "longest_run_short_days", record.longest);
    qh_json_number(daily, "longest_run_from_day", record.longest > 0, (double)record.longest_begins + 1);
    qh_json_number(daily, "worst_day", record.longest > 0, (double)record.worst + 1);
    qh_json_number(daily, "worst_deficit_m3s", record.longest > 0, record.worst_deficit);
    json_t *deficit = qh_json_array(daily, "deficit_m3s");
    for (size_t d = 0; d < log->n_day; d++)
        (void)json_array_append_new(deficit, json_real(log->deficit[d * log->n_station + i]));
    return daily;
}

/* The rule that bound on each day, by the month in which the day begins. */
static void put_binding_days(json_t *daily, const qh_store_info *info, size_t i) {
    const qh_stored_station *s = &info->station[i];
    if (!s->monthly_rule) return;
    json_t *rules = qh_json_array(daily, "binding_rule");
    qh_date date;
    for (size_t d = 0; d < info->release->n_day && qh_release_day_date(info->start, d, &date); d++)
        (void)json_array_append_new(rules, json_string(s->monthly_rule[date.month - 1]));
}

static void put_releases(json_t *station, const qh_store_info *info, size_t i) {
    json_t *daily = put_days(station, info->release, i);
    put_binding_days(daily, info, i);
    put_release_months(daily, info, i);
    qh_put_takers(daily, info, i);
}

/* Which of its rules asks for the most, month by month. */
static void put_binding_rules(json_t *station, const qh_stored_station *s) {
    if (!s->monthly_rule) return;
    json_t *months = qh_json_array(station, "by_month");
    for (size_t m = 0; m < 12; m++) {
        const qh_ecoflow_rule *rule = qh_ecoflow_find(s->monthly_rule[m]);
        json_t *month = qh_json_append_object(months);
        qh_json_count(month, "month", m + 1);
        qh_json_number(month, "target_m3s", true, s->monthly_flow[m]);
        qh_json_text(month, "rule", s->monthly_rule[m]);
        qh_json_text(month, "clause", rule ? rule->source : "");
        qh_json_text(month, "confidence", rule ? rule->confidence : "");
    }
}

static void put_station(json_t *array, const qh_store_info *info, size_t i) {
    const qh_stored_station *s = &info->station[i];
    const char *binding = qh_binding_rule(info, i);
    const qh_ecoflow_rule *rule = qh_ecoflow_find(binding);
    json_t *station = qh_json_append_object(array);
    qh_json_text(station, "name", s->name);
    qh_json_text(station, "reach", s->reach_name);
    qh_json_number(station, "chainage_m", true, s->chainage);
    qh_json_text(station, "rule", s->rule);
    qh_json_text(station, "binding_rule", binding);
    qh_json_text(station, "clause", rule ? rule->source : "");
    qh_json_text(station, "confidence", rule ? rule->confidence : "");
    qh_json_number(station, "arriving_m3s", true, s->flow.arriving);
    qh_json_number(station, "target_m3s", true, s->flow.target);
    qh_json_number(station, "released_m3s", true, s->flow.released);
    qh_json_number(station, "diverted_m3s", true, s->flow.diverted);
    qh_json_number(station, "deficit_m3s", true, s->flow.deficit);
    qh_json_bool(station, "met", qh_station_keeps(info, i));
    put_binding_rules(station, s);
    if (info->release) put_releases(station, info, i);
}

static void put_withdrawal(json_t *array, const qh_store_info *info, size_t i) {
    const qh_stored_withdrawal *w = &info->withdrawal[i];
    json_t *withdrawal = qh_json_append_object(array);
    qh_json_text(withdrawal, "code", w->code);
    qh_json_text(withdrawal, "name", w->name);
    qh_json_text(withdrawal, "kind", w->kind);
    qh_json_text(withdrawal, "reach", w->reach_name);
    qh_json_number(withdrawal, "chainage_m", true, w->chainage);
    qh_json_number(withdrawal, "priority", w->priority.given, w->priority.value);
    qh_json_number(withdrawal, "asked_m3s", true, w->flow.asked);
    qh_json_number(withdrawal, "taken_m3s", true, w->flow.taken);
    qh_json_number(withdrawal, "deficit_m3s", true, w->flow.deficit);
    qh_json_bool(withdrawal, "met", qh_withdrawal_served(info, i));
    if (info->take) (void)put_days(withdrawal, info->take, i);
}

static void put_transfer(json_t *array, const qh_store_info *info, size_t i) {
    const qh_stored_transfer *t = &info->transfer[i];
    json_t *transfer = qh_json_append_object(array);
    qh_json_text(transfer, "code", t->code);
    qh_json_text(transfer, "name", t->name);
    qh_json_text(transfer, "reach", info->reach[t->reach].name);
    qh_json_number(transfer, "chainage_m", true, t->chainage);
    qh_json_text(transfer, "to_reach", info->reach[t->to_reach].name);
    qh_json_number(transfer, "to_chainage_m", true, t->to_chainage);
    qh_json_number(transfer, "capacity_m3s", true, t->capacity);
    qh_json_number(transfer, "priority", t->priority.given, t->priority.value);
    qh_json_number(transfer, "asked_m3s", true, t->flow.asked);
    qh_json_number(transfer, "taken_m3s", true, t->flow.taken);
    qh_json_number(transfer, "deficit_m3s", true, t->flow.deficit);
    qh_put_transfer_days(transfer, info, i);
}

static void put_budget(const qh_store_info *info, json_t *array, const qh_stored_budget_row *b) {
    static const char *const names[] = {
#define NAME(code, name, meaning) name,
        QH_BUDGET_LIST(NAME)
#undef NAME
    };
    json_t *budget = qh_json_append_object(array);
    qh_json_put(budget, "reach", *b->reach_name ? json_string(b->reach_name) : json_null());
    qh_json_text(budget, "constituent", info->constituent[b->constituent].name);
    qh_json_text(budget, "unit", info->steady ? "g/s" : "g");
    for (size_t i = 0; i < QH_BUDGET_TERMS; i++)
        qh_json_number(budget, names[i], true, b->term[i]);
    qh_json_number(budget, "residual", true, b->residual);
    qh_json_number(budget, "throughput", true, b->throughput);
}

static json_t *document(const qh_shown_assessment *shown) {
    const qh_store_info *info = shown->info;
    const qh_assessment *a = shown->assessment;
    json_t *root = qh_need(json_object());
    qh_json_count(root, "format", 1);
    qh_json_put(root, "run", run_object(shown));
    qh_json_put(root, "standard", standard_object(shown->standard));
    json_t *array = qh_json_array(root, "items");
    for (size_t i = 0; i < a->n_verdict; i++)
        put_item(shown, array, &a->verdict[i]);
    array = qh_json_array(root, "sections");
    for (size_t i = 0; i < a->n_section; i++)
        put_section(shown, array, &a->section[i]);
    fill_river(shown, qh_json_object(root, "river"), &a->river[0]);
    array = qh_json_array(root, "rivers");
    for (size_t i = 1; i < a->n_river; i++)
        fill_river(shown, qh_json_append_object(array), &a->river[i]);
    array = qh_json_array(root, "stations");
    for (size_t i = 0; i < info->n_station; i++)
        put_station(array, info, i);
    array = qh_json_array(root, "withdrawals");
    for (size_t i = 0; i < info->n_withdrawal; i++)
        put_withdrawal(array, info, i);
    array = qh_json_array(root, "transfers");
    for (size_t i = 0; i < info->n_transfer; i++)
        put_transfer(array, info, i);
    qh_put_reservoirs(root, info);
    array = qh_json_array(root, "budget");
    for (size_t i = 0; i < info->n_budget_row; i++)
        put_budget(info, array, &info->budget_row[i]);
    array = qh_json_array(root, "messages");
    for (size_t i = 0; i < info->n_message; i++)
        if (json_array_append_new(array, json_string(info->message[i])) != 0) qh_need(NULL);
    json_t *verdict = qh_json_object(root, "verdict");
    qh_json_bool(verdict, "sections_attained", a->river[0].n_attained == a->river[0].n_section);
    qh_json_bool(verdict, "ecological_flow_met", a->eco_flow_met);
    qh_json_bool(verdict, "withdrawals_met", a->withdrawals_met);
    qh_json_bool(verdict, "all_attained", a->all_attained);
    return root;
}

void qh_print_assessment_json(const qh_shown_assessment *shown) {
    json_t *root = document(shown);
    /* A write that fails shows in stdout's error state, which main looks at. */
    (void)json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    fputc('\n', stdout);
    json_decref(root);
}
