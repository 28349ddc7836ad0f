#include <math.h>

#include "cli/capacity.h"
#include "cli/json_print.h"

static const qh_case *case_of(const qh_shown_capacity *shown) { return shown->analysis->study->river_case; }

static void put_load(json_t *object, const char *key, bool given, double load) {
    qh_json_put_real(object, key, given ? QH_TONNES_A_YEAR * load : (double)NAN);
}

static void put_section(const qh_shown_capacity *shown, json_t *array, const qh_section_capacity *row) {
    const qh_case *c = case_of(shown);
    const qh_target *target = qh_target_of(shown->analysis->targets, row->section, row->species);
    json_t *o = qh_json_append_object(array);
    qh_json_put(o, "section", json_string(c->section[row->section].code));
    qh_json_put(o, "constituent", json_string(c->constituent[row->species].name));
    qh_json_put(o, "reach", json_string(c->reach[row->reach].name));
    qh_json_put_real(o, "from_m", row->from);
    qh_json_put_real(o, "to_m", row->to);
    qh_json_put_real(o, "limit_mg_L", target->limit);
    qh_json_put_real(o, "allowed_mg_L", target->allowed);
    qh_json_put_real(o, "value_mg_L", shown->analysis->response->whole[row->species * c->n_section + row->section]);
    qh_json_put_real(o, "initial_mg_L", row->initial);
    qh_json_put_real(o, "flow_m3_s", row->flow);
    qh_json_put_real(o, "outfall_flow_m3_s", row->outfall_flow);
    qh_json_put_real(o, "velocity_m_s", row->velocity);
    qh_json_put_real(o, "rate_1_d", 86400 * row->rate);
    put_load(o, "now_t_a", true, row->now);
    put_load(o, "mixed_t_a", true, row->mixed);
    put_load(o, "one_dimension_t_a", true, row->one_dimension);
    put_load(o, "middle_t_a", true, row->middle);
    put_load(o, "uniform_t_a", true, row->spread);
    put_load(o, "network_t_a", row->network.given, row->network.value);
}

static void put_outfall(const qh_shown_capacity *shown, json_t *array, const qh_outfall_capacity *row) {
    const qh_case *c = case_of(shown);
    const bool feasible = shown->capacity->species[row->species].feasible;
    json_t *o = qh_json_append_object(array);
    qh_json_put(o, "outfall", json_string(c->outfall[row->outfall].code));
    qh_json_put(o, "name", json_string(c->outfall[row->outfall].name));
    qh_json_put(o, "constituent", json_string(c->constituent[row->species].name));
    put_load(o, "now_t_a", true, row->now);
    put_load(o, "mixed_t_a", row->has_next, row->mixed);
    put_load(o, "alone_t_a", row->reaches, row->alone);
    qh_json_put_text(o, "bound_by", row->reaches && row->binding < c->n_section ? c->section[row->binding].code : NULL);
    put_load(o, "same_factor_t_a", row->reaches, row->equal);
    put_load(o, "largest_total_t_a", row->reaches && feasible, row->largest);
}

static void put_total(const qh_shown_capacity *shown, json_t *array, size_t species) {
    const qh_case *c = case_of(shown);
    const qh_species_capacity *whole = &shown->capacity->species[species];
    json_t *o = qh_json_append_object(array);
    qh_json_put(o, "constituent", json_string(c->constituent[species].name));
    put_load(o, "now_t_a", true, whole->now);
    qh_json_put_real(o, "factor", whole->factor);
    qh_json_put_text(o, "bound_by", whole->binding < c->n_section ? c->section[whole->binding].code : NULL);
    qh_json_put(o, "feasible", json_boolean(whole->feasible));
    put_load(o, "largest_total_t_a", whole->feasible, whole->largest);
}

void qh_print_capacity_json(const qh_shown_capacity *shown) {
    const qh_capacity *capacity = shown->capacity;
    json_t *root = json_object();
    qh_json_put_head(root, shown->analysis, shown->margin);
    qh_json_put(root, "targets_missed", json_integer((json_int_t)capacity->n_missed));
    json_t *sections = qh_json_array(root, "sections"), *outfalls = qh_json_array(root, "outfalls");
    json_t *totals = qh_json_array(root, "totals");
    for (size_t i = 0; i < capacity->n_section; i++)
        put_section(shown, sections, &capacity->section[i]);
    for (size_t i = 0; i < capacity->n_outfall; i++)
        if (capacity->species[capacity->outfall[i].species].counts) put_outfall(shown, outfalls, &capacity->outfall[i]);
    for (size_t i = 0; i < capacity->n_species; i++)
        if (capacity->species[i].counts) put_total(shown, totals, i);
    qh_json_print(root);
}
