#include <jansson.h>
#include <stdio.h>

#include "cli/assessment.h"
#include "cli/comparison.h"
#include "cli/messages.h"

/* jansson gives -1 or NULL only when out of memory, or for text that is not UTF-8: that becomes null. */
static void put(json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value ? value : json_null()) != 0) qh_need(NULL);
}

static json_t *put_array(json_t *object, const char *key) {
    json_t *array = qh_need(json_array());
    put(object, key, array);
    return array;
}

static json_t *append_object(json_t *array) {
    json_t *object = qh_need(json_object());
    if (json_array_append_new(array, object) != 0) qh_need(NULL);
    return object;
}

static void put_class(json_t *object, const char *key, const char *name_key, const qh_standard *standard,
                      int water_class) {
    char buffer[64];
    put(object, key, water_class ? json_integer(water_class) : json_null());
    put(object, name_key,
        water_class ? json_string(qh_class_name(standard, water_class, sizeof buffer, buffer)) : json_null());
}

static json_t *attained_of(const qh_verdict *v) { return v->judged ? json_boolean(v->attained) : json_null(); }

static void put_item(const qh_shown_comparison *shown, json_t *array, const qh_difference *d) {
    const qh_store_info *info = shown->run[0].info;
    json_t *item = append_object(array);
    put(item, "section", json_string(info->section[d->base->section].code));
    put(item, "section_name", json_string(info->section[d->base->section].name));
    put(item, "constituent", json_string(info->constituent[d->base->constituent].name));
    put(item, "unit", json_string(qh_verdict_unit(d->base)));
    put(item, "base_value", json_real(qh_verdict_shown(d->base, d->base->value)));
    put(item, "value", json_real(qh_verdict_shown(d->base, d->other->value)));
    put(item, "change", json_real(qh_verdict_shown(d->base, d->change)));
    put(item, "relative_change", d->has_ratio ? json_real(d->relative) : json_null());
    put_class(item, "base_class", "base_class_name", shown->standard, d->base->actual_class);
    put_class(item, "class", "class_name", shown->standard, d->other->actual_class);
    put_class(item, "target_class", "target_class_name", shown->standard, d->other->target_class);
    put(item, "base_attained", attained_of(d->base));
    put(item, "attained", attained_of(d->other));
    put(item, "verdict", json_string(qh_transition_name(d->transition)));
}

static void put_run(const qh_shown_comparison *shown, json_t *array, size_t index) {
    const qh_store_info *info = shown->run[index].info, *base = shown->run[0].info;
    const qh_compared_run *run = &shown->comparison->run[index];
    json_t *out = append_object(array);
    put(out, "path", json_string(info->path));
    put(out, "case", json_string(info->case_name));
    put(out, "scenario", *info->scenario ? json_string(info->scenario) : json_null());
    put(out, "title", json_string(*info->scenario_title ? info->scenario_title : info->case_title));
    put(out, "sections", json_integer((json_int_t)run->n_judged));
    put(out, "sections_attained", json_integer((json_int_t)run->n_attained));
    put(out, "sections_now_attained", json_integer((json_int_t)run->n_gained));
    put(out, "sections_now_missed", json_integer((json_int_t)run->n_lost));
    json_t *sections = put_array(out, "section_verdicts");
    for (size_t i = 0; i < shown->comparison->n_section; i++) {
        json_t *section = append_object(sections);
        put(section, "section", json_string(base->section[i].code));
        put(section, "verdict", json_string(qh_transition_name(run->section[i])));
    }
    if (index == 0) return; /* the base, against itself */
    json_t *items = put_array(out, "items");
    for (size_t i = 0; i < shown->comparison->n_difference; i++) {
        if (qh_comparison_shows(shown, &run->difference[i])) put_item(shown, items, &run->difference[i]);
    }
}

void qh_print_comparison_json(const qh_shown_comparison *shown) {
    json_t *root = qh_need(json_object());
    put(root, "format", json_integer(1));
    put(root, "standard", json_string(shown->standard->code));
    const qh_statistic statistic = shown->run[0].assessment->statistic;
    put(root, "statistic", json_string(shown->run[0].info->steady ? "steady" : qh_statistic_name(statistic)));
    put(root, "any_target_lost", json_boolean(shown->comparison->any_lost));
    json_t *runs = put_array(root, "runs");
    for (size_t i = 0; i < shown->comparison->n_run; i++)
        put_run(shown, runs, i);
    /* A write that fails shows in stdout's error state, which main looks at. */
    (void)json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    putchar('\n');
    json_decref(root);
}
