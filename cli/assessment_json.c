#include <jansson.h>
#include <stdio.h>

#include "cli/assessment.h"
#include "cli/messages.h"
#include "model/ecoflow.h"

/* jansson gives -1 or NULL only when out of memory, or for text that is not UTF-8: that becomes null. */
static void put(json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value ? value : json_null()) != 0) qh_need(NULL);
}

static void put_text(json_t *object, const char *key, const char *value) {
    put(object, key, json_string(value ? value : ""));
}
static void put_count(json_t *object, const char *key, size_t value) {
    put(object, key, json_integer((json_int_t)value));
}
static void put_bool(json_t *object, const char *key, bool value) { put(object, key, json_boolean(value)); }
/* A number that is not there is null. */
static void put_number(json_t *object, const char *key, bool given, double value) {
    put(object, key, given ? json_real(value) : json_null());
}

static json_t *append_object(json_t *array) {
    json_t *object = qh_need(json_object());
    if (json_array_append_new(array, object) != 0) qh_need(NULL);
    return object;
}

static json_t *put_array(json_t *object, const char *key) {
    json_t *array = qh_need(json_array());
    put(object, key, array);
    return array;
}

static json_t *put_object(json_t *object, const char *key) {
    json_t *inner = qh_need(json_object());
    put(object, key, inner);
    return inner;
}

static void put_class(json_t *object, const char *key, const char *name_key, const qh_standard *standard,
                      int water_class) {
    char buffer[64];
    put(object, key, water_class ? json_integer(water_class) : json_null());
    put(object, name_key,
        water_class ? json_string(qh_class_name(standard, water_class, sizeof buffer, buffer)) : json_null());
}

static void put_time(json_t *object, const char *key, const qh_store_info *info, double time) {
    char buffer[64];
    put(object, key, info->steady ? json_null() : json_string(qh_time_text(info->start, time, sizeof buffer, buffer)));
}

static void put_grade(json_t *object, const qh_grade *grade) {
    put(object, "grade", grade ? json_string(grade->title) : json_null());
    put(object, "grade_zh", grade ? json_string(grade->title_zh) : json_null());
}

static void put_rule(json_t *object, const char *key, const char *clause, const char *confidence) {
    json_t *rule = put_object(object, key);
    put_text(rule, "clause", clause);
    put_text(rule, "confidence", confidence);
}

static json_t *run_object(const qh_shown_assessment *shown) {
    const qh_store_info *info = shown->info;
    json_t *run = qh_need(json_object());
    put_text(run, "path", info->path);
    put_text(run, "case", info->case_name);
    put_text(run, "title", info->case_title);
    put_text(run, "note", info->case_note);
    put(run, "scenario", *info->scenario ? json_string(info->scenario) : json_null());
    put(run, "scenario_title", *info->scenario ? json_string(info->scenario_title) : json_null());
    json_t *files = put_array(run, "scenario_files");
    for (size_t i = 0; i < info->n_scenario_file; i++)
        if (json_array_append_new(files, json_string(info->scenario_file[i])) != 0) qh_need(NULL);
    put_text(run, "engine", info->engine);
    put_text(run, "version", info->version);
    put_text(run, "command", info->command);
    put_bool(run, "complete", info->complete);
    put_bool(run, "steady", info->steady);
    put_text(run, "start", info->start);
    put(run, "month", info->month ? json_integer(info->month) : json_null());
    put_number(run, "duration_s", true, info->sample_time[info->n_sample - 1] - info->sample_time[0]);
    put_count(run, "samples", info->n_sample);
    put_text(run, "statistic", info->steady ? "steady" : qh_statistic_name(shown->assessment->statistic));
    put_number(run, "worst_residual", info->complete, info->worst_residual);
    return run;
}

static json_t *standard_object(const qh_standard *standard) {
    json_t *out = qh_need(json_object());
    put_text(out, "code", standard->code);
    put_text(out, "title", standard->title);
    put_text(out, "title_zh", standard->title_zh);
    put_text(out, "source", standard->source);
    json_t *classes = put_array(out, "classes");
    for (size_t i = 0; i < standard->n_class; i++)
        if (json_array_append_new(classes, json_string(standard->class_name[i])) != 0) qh_need(NULL);
    json_t *exceedance = put_object(out, "exceedance_national");
    put_class(exceedance, "base_class", "base_class_name", standard, standard->exceedance_base_class);
    put_text(exceedance, "formula", "(C - C_base) / C_base");
    put_text(exceedance, "clause", standard->exceedance_clause);
    put_text(exceedance, "confidence", standard->exceedance_confidence);
    const qh_grading *grading = &standard->grading;
    if (grading->n_grade == 0) {
        put(out, "grading", json_null());
        return out;
    }
    json_t *rules = put_object(out, "grading");
    put_text(rules, "code", grading->code);
    put_text(rules, "title", grading->title);
    put_text(rules, "title_zh", grading->title_zh);
    put_text(rules, "source", grading->source);
    put_class(rules, "good_class", "good_class_name", standard, grading->good_class);
    put_count(rules, "min_sections", grading->min_sections);
    put_rule(rules, "section", grading->class_clause, grading->class_confidence);
    put_rule(rules, "river", grading->share_clause, grading->share_confidence);
    put_rule(rules, "main_items", grading->main_clause, grading->main_confidence);
    return out;
}

static void put_item(const qh_shown_assessment *shown, json_t *array, const qh_verdict *v) {
    const qh_store_info *info = shown->info;
    const bool days = v->judged && !info->steady;
    json_t *item = append_object(array);
    put_text(item, "section", info->section[v->section].code);
    put_text(item, "section_name", info->section[v->section].name);
    put_text(item, "constituent", info->constituent[v->constituent].name);
    put(item, "item", v->judged ? json_string(v->item->code) : json_null());
    put_text(item, "title", v->judged ? v->item->title : info->constituent[v->constituent].title);
    put_text(item, "title_zh", v->judged ? v->item->title_zh : info->constituent[v->constituent].title);
    put_number(item, "value", true, qh_verdict_shown(v, v->value));
    put_text(item, "unit", qh_verdict_unit(v));
    put_text(item, "statistic", info->steady ? "steady" : qh_statistic_name(shown->assessment->statistic));
    put_time(item, "from", info, v->from);
    put_time(item, "to", info, v->to);
    put_bool(item, "judged", v->judged);
    put_bool(item, "counts", v->counts);
    put_class(item, "class", "class_name", shown->standard, v->actual_class);
    put_class(item, "target_class", "target_class_name", shown->standard, v->target_class);
    put_number(item, "target_limit", v->judged, qh_verdict_shown(v, v->target_limit));
    put_number(item, "target_limit_high", v->judged && v->item->sense == QH_LIMIT_RANGE,
               qh_verdict_shown(v, v->target_limit_high));
    put(item, "attained", v->judged ? json_boolean(v->attained) : json_null());
    put_number(item, "exceedance_of_target", v->exceedance_defined, v->exceedance);
    put_number(item, "exceedance_national", v->exceedance_defined, v->exceedance_national);
    put(item, "days", days ? json_integer((json_int_t)v->days) : json_null());
    put(item, "days_attained", days ? json_integer((json_int_t)v->days_attained) : json_null());
    put(item, "clause", v->judged ? json_string(v->item->clause) : json_null());
    put(item, "confidence", v->judged ? json_string(v->item->confidence) : json_null());
}

static void put_section(const qh_shown_assessment *shown, json_t *array, const qh_section_verdict *s) {
    const qh_stored_section *stored = &shown->info->section[s->section];
    json_t *section = append_object(array);
    put_text(section, "section", stored->code);
    put_text(section, "section_name", stored->name);
    put_text(section, "level", stored->level);
    put_text(section, "district", stored->district);
    put_text(section, "reach", stored->reach_name);
    put_number(section, "chainage_m", true, stored->chainage);
    put_bool(section, "protected", stored->is_protected);
    put_number(section, "longitude", stored->has_position, stored->longitude);
    put_number(section, "latitude", stored->has_position, stored->latitude);
    put_bool(section, "judged", s->judged);
    put_class(section, "class", "class_name", shown->standard, s->actual_class);
    put_class(section, "target_class", "target_class_name", shown->standard, s->target_class);
    put(section, "attained", s->judged ? json_boolean(s->attained) : json_null());
    put_grade(section, s->grade);
    json_t *items = put_array(section, "main_items");
    for (size_t i = 0; i < s->n_main; i++) {
        const qh_verdict *v = &shown->assessment->verdict[s->main_verdict[i]];
        json_t *item = append_object(items);
        put_text(item, "item", v->item->code);
        put_class(item, "class", "class_name", shown->standard, v->actual_class);
        put_number(item, "exceedance_national", v->exceedance_defined, v->exceedance_national);
    }
    const bool days = s->judged && !shown->info->steady;
    put(section, "days", days ? json_integer((json_int_t)s->days) : json_null());
    put(section, "days_attained", days ? json_integer((json_int_t)s->days_attained) : json_null());
}

static void fill_river(const qh_shown_assessment *shown, json_t *river, const qh_river_verdict *r) {
    const bool graded = r->grade != NULL;
    put_text(river, "name", r->name);
    put_count(river, "sections", r->n_section);
    put_count(river, "sections_attained", r->n_attained);
    put_number(river, "attainment_rate", r->n_section > 0, r->attainment_rate);
    json_t *classes = put_object(river, "sections_by_class");
    for (size_t k = 0; k <= shown->standard->n_class; k++) {
        char buffer[64];
        put_count(classes, qh_class_name(shown->standard, (int)k + 1, sizeof buffer, buffer), r->n_class[k]);
    }
    put_grade(river, r->grade);
    put(river, "grade_by",
        !graded ? json_null() : json_string(r->grade_by_mean ? "mean over sections" : "class shares"));
    put_class(river, "grade_class", "grade_class_name", shown->standard,
              graded && r->grade_by_mean ? r->grade_class : 0);
    put_number(river, "share_good", graded, r->share_good);
    put_number(river, "share_worst", graded, r->share_worst);
    json_t *items = put_array(river, "main_items");
    for (size_t i = 0; i < r->n_main; i++) {
        const qh_main_item *m = &r->main_item[i];
        json_t *item = append_object(items);
        put_text(item, "item", m->item->code);
        put_number(item, "share_of_sections", m->by_rate, m->rate);
        put_class(item, "class", "class_name", shown->standard, m->by_rate ? 0 : m->actual_class);
        put_number(item, "exceedance_national", m->item->sense == QH_LIMIT_MAX, m->exceedance_national);
    }
}

static void put_station(json_t *array, const qh_stored_station *s) {
    const qh_ecoflow_rule *rule = qh_ecoflow_find(s->rule);
    json_t *station = append_object(array);
    put_text(station, "name", s->name);
    put_text(station, "reach", s->reach_name);
    put_number(station, "chainage_m", true, s->chainage);
    put_text(station, "rule", s->rule);
    put_text(station, "clause", rule ? rule->source : "");
    put_text(station, "confidence", rule ? rule->confidence : "");
    put_number(station, "arriving_m3s", true, s->flow.arriving);
    put_number(station, "target_m3s", true, s->flow.target);
    put_number(station, "released_m3s", true, s->flow.released);
    put_number(station, "diverted_m3s", true, s->flow.diverted);
    put_number(station, "deficit_m3s", true, s->flow.deficit);
    put_bool(station, "met", qh_eco_flow_met(&s->flow));
}

static void put_withdrawal(json_t *array, const qh_stored_withdrawal *w) {
    json_t *withdrawal = append_object(array);
    put_text(withdrawal, "code", w->code);
    put_text(withdrawal, "name", w->name);
    put_text(withdrawal, "kind", w->kind);
    put_text(withdrawal, "reach", w->reach_name);
    put_number(withdrawal, "chainage_m", true, w->chainage);
    put_number(withdrawal, "asked_m3s", true, w->flow.asked);
    put_number(withdrawal, "taken_m3s", true, w->flow.taken);
    put_number(withdrawal, "deficit_m3s", true, w->flow.deficit);
    put_bool(withdrawal, "met", qh_withdrawal_met(&w->flow));
}

static void put_budget(const qh_store_info *info, json_t *array, const qh_stored_budget_row *b) {
    static const char *const names[] = {
#define NAME(code, name, meaning) name,
        QH_BUDGET_LIST(NAME)
#undef NAME
    };
    json_t *budget = append_object(array);
    put(budget, "reach", *b->reach_name ? json_string(b->reach_name) : json_null());
    put_text(budget, "constituent", info->constituent[b->constituent].name);
    put_text(budget, "unit", info->steady ? "g/s" : "g");
    for (size_t i = 0; i < QH_BUDGET_TERMS; i++)
        put_number(budget, names[i], true, b->term[i]);
    put_number(budget, "residual", true, b->residual);
    put_number(budget, "throughput", true, b->throughput);
}

static json_t *document(const qh_shown_assessment *shown) {
    const qh_store_info *info = shown->info;
    const qh_assessment *a = shown->assessment;
    json_t *root = qh_need(json_object());
    put_count(root, "format", 1);
    put(root, "run", run_object(shown));
    put(root, "standard", standard_object(shown->standard));
    json_t *array = put_array(root, "items");
    for (size_t i = 0; i < a->n_verdict; i++)
        put_item(shown, array, &a->verdict[i]);
    array = put_array(root, "sections");
    for (size_t i = 0; i < a->n_section; i++)
        put_section(shown, array, &a->section[i]);
    fill_river(shown, put_object(root, "river"), &a->river[0]);
    array = put_array(root, "rivers");
    for (size_t i = 1; i < a->n_river; i++)
        fill_river(shown, append_object(array), &a->river[i]);
    array = put_array(root, "stations");
    for (size_t i = 0; i < info->n_station; i++)
        put_station(array, &info->station[i]);
    array = put_array(root, "withdrawals");
    for (size_t i = 0; i < info->n_withdrawal; i++)
        put_withdrawal(array, &info->withdrawal[i]);
    array = put_array(root, "budget");
    for (size_t i = 0; i < info->n_budget_row; i++)
        put_budget(info, array, &info->budget_row[i]);
    array = put_array(root, "messages");
    for (size_t i = 0; i < info->n_message; i++)
        if (json_array_append_new(array, json_string(info->message[i])) != 0) qh_need(NULL);
    json_t *verdict = put_object(root, "verdict");
    put_bool(verdict, "sections_attained", a->river[0].n_attained == a->river[0].n_section);
    put_bool(verdict, "ecological_flow_met", a->eco_flow_met);
    put_bool(verdict, "withdrawals_met", a->withdrawals_met);
    put_bool(verdict, "all_attained", a->all_attained);
    return root;
}

void qh_print_assessment_json(const qh_shown_assessment *shown) {
    json_t *root = document(shown);
    /* A write that fails shows in stdout's error state, which main looks at. */
    (void)json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    fputc('\n', stdout);
    json_decref(root);
}
