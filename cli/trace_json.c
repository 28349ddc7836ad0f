#include "cli/json_print.h"
#include "cli/trace.h"

static void put_part(const qh_shown_trace *shown, json_t *parts, size_t section, size_t species, size_t group) {
    const qh_trace *t = shown->trace;
    const double part = qh_trace_at(t, section, species)[group], whole = t->whole[section * t->n_species + species];
    json_t *object = qh_json_append_object(parts);
    qh_json_put_text(object, "code", t->group[group].code);
    qh_json_put_text(object, "name", t->group[group].name);
    qh_json_put_real(object, "contribution", part);
    qh_json_put(object, "share", whole != 0.0 ? json_real(part / whole) : json_null());
}

static void put_item(const qh_shown_trace *shown, json_t *items, size_t section, size_t species) {
    const qh_trace *t = shown->trace;
    const qh_case *c = shown->analysis->study->river_case;
    const qh_target *target = qh_target_of(shown->analysis->targets, section, species);
    const double whole = t->whole[section * t->n_species + species];
    json_t *object = qh_json_append_object(items);
    qh_json_put(object, "section", json_string(c->section[section].code));
    qh_json_put(object, "section_name", json_string(c->section[section].name));
    qh_json_put(object, "constituent", json_string(c->constituent[species].name));
    qh_json_put(object, "unit", json_string("mg/L"));
    qh_json_put_real(object, "value", whole);
    qh_json_put_real(object, "sum", t->sum[section * t->n_species + species]);
    qh_json_put(object, "limit", target->given ? json_real(target->limit) : json_null());
    qh_json_put(object, "allowed", target->given ? json_real(target->allowed) : json_null());
    qh_json_put(object, "attained", target->given ? json_boolean(qh_target_met(target, whole)) : json_null());
    json_t *parts = qh_json_array(object, "contributions");
    for (size_t g = 0; g < t->n_group; g++)
        put_part(shown, parts, section, species, g);
}

static void put_loads(const qh_shown_trace *shown, json_t *loads) {
    const qh_trace *t = shown->trace;
    for (size_t g = 0; g < t->n_group; g++) {
        if (t->group[g].is_background) continue;
        for (size_t k = 0; k < t->n_species; k++) {
            json_t *object = qh_json_append_object(loads);
            qh_json_put_text(object, "code", t->group[g].code);
            qh_json_put_text(object, "name", t->group[g].name);
            qh_json_put(object, "constituent", json_string(shown->analysis->study->river_case->constituent[k].name));
            qh_json_put(object, "unit", json_string("t/a"));
            qh_json_put_real(object, "load", QH_TONNES_A_YEAR * t->load[g * t->n_species + k]);
            qh_json_put(object, "cut",
                        t->group[g].is_outfalls ? json_real(QH_TONNES_A_YEAR * t->cut[g * t->n_species + k])
                                                : json_null());
        }
    }
}

void qh_print_trace_json(const qh_shown_trace *shown) {
    const qh_trace *t = shown->trace;
    const qh_case *c = shown->analysis->study->river_case;
    json_t *root = json_object();
    qh_json_put_head(root, shown->analysis, shown->margin);
    qh_json_put(root, "by", json_string(shown->by));
    qh_json_put_real(root, "sum_error", shown->analysis->response->sum_error);
    qh_json_put(root, "targets_missed", json_integer((json_int_t)t->n_missed));
    json_t *items = qh_json_array(root, "items");
    for (size_t s = 0; s < t->n_section; s++)
        for (size_t i = 0; shown->section_chosen[s] && i < t->n_species; i++)
            put_item(shown, items, s, i);
    put_loads(shown, qh_json_array(root, "loads"));
    json_t *demands = qh_json_array(root, "demands");
    for (size_t i = 0; i < t->n_species; i++) {
        const qh_trace_cut *d = &t->demand[i];
        json_t *object = qh_json_append_object(demands);
        qh_json_put(object, "constituent", json_string(c->constituent[i].name));
        qh_json_put_real(object, "cut_share", 1 - d->factor);
        qh_json_put(object, "enough", json_boolean(d->enough));
        qh_json_put_text(object, "section", d->section < t->n_section ? c->section[d->section].code : NULL);
    }
    qh_json_print(root);
}
