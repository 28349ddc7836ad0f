/* Permissible loads: closed forms for the stretch above each section beside what the network can take. */
#include <math.h>

#include "viz/report/report_internal.h"

static void put_load(qh_json out, const char *key, bool given, double load) {
    qh_page_number(out, key, given ? QH_REPORT_TONNES * load : (double)NAN);
}

static void put_section(const qh_analysis *analysis, const qh_section_capacity *row, qh_json array) {
    const qh_case *const c = analysis->study->river_case;
    const qh_target *const target = qh_target_of(analysis->targets, row->section, row->species);
    const double value = analysis->response->whole[row->species * c->n_section + row->section];
    const qh_json out = qh_page_object(array, NULL);
    qh_page_count(out, "section", row->section);
    qh_page_text(out, "constituent", c->constituent[row->species].name);
    qh_page_count(out, "reach", row->reach);
    qh_page_number(out, "from_m", row->from);
    qh_page_number(out, "to_m", row->to);
    qh_page_number(out, "limit", target->limit);
    qh_page_number(out, "allowed", target->allowed);
    qh_page_bool(out, "at_least", target->sense < 0);
    qh_page_number(out, "value", value);
    qh_page_bool(out, "attained", qh_target_met(target, value));
    qh_page_number(out, "initial", row->initial);
    qh_page_number(out, "flow_m3s", row->flow);
    qh_page_number(out, "outfall_flow_m3s", row->outfall_flow);
    qh_page_number(out, "velocity_ms", row->velocity);
    qh_page_number(out, "rate_1d", 86400 * row->rate);
    put_load(out, "now_ta", true, row->now);
    put_load(out, "mixed_ta", true, row->mixed);
    put_load(out, "one_dimension_ta", true, row->one_dimension);
    put_load(out, "middle_ta", true, row->middle);
    put_load(out, "uniform_ta", true, row->spread);
    put_load(out, "network_ta", row->network.given, row->network.value);
}

static void put_outfall(const qh_capacity *capacity, const qh_outfall_capacity *row, const qh_case *c, qh_json array) {
    const bool feasible = capacity->species[row->species].feasible;
    const qh_json out = qh_page_object(array, NULL);
    qh_page_count(out, "outfall", row->outfall);
    qh_page_text(out, "constituent", c->constituent[row->species].name);
    qh_page_bool(out, "reaches", row->reaches);
    put_load(out, "now_ta", true, row->now);
    put_load(out, "mixed_ta", row->has_next, row->mixed);
    put_load(out, "alone_ta", row->reaches, row->alone);
    qh_page_index(out, "bound_by", row->reaches ? row->binding : c->n_section, c->n_section);
    put_load(out, "same_factor_ta", row->reaches, row->equal);
    put_load(out, "largest_total_ta", row->reaches && feasible, row->largest);
}

static void put_total(const qh_species_capacity *whole, const char *name, size_t n_section, qh_json array) {
    const qh_json out = qh_page_object(array, NULL);
    qh_page_text(out, "constituent", name);
    put_load(out, "now_ta", true, whole->now);
    qh_page_number(out, "factor", whole->factor);
    qh_page_index(out, "bound_by", whole->binding, n_section);
    qh_page_bool(out, "feasible", whole->feasible);
    put_load(out, "largest_total_ta", whole->feasible, whole->largest);
}

void qh_report_capacity(const qh_analysis *analysis, const qh_capacity *capacity, qh_json out) {
    const qh_case *const c = analysis->study->river_case;
    const qh_json made = qh_page_object(out, "capacity");
    const qh_json sections = qh_page_array(made, "sections"), outfalls = qh_page_array(made, "outfalls");
    const qh_json totals = qh_page_array(made, "totals");
    for (size_t i = 0; i < capacity->n_section; i++)
        put_section(analysis, &capacity->section[i], sections);
    for (size_t i = 0; i < capacity->n_outfall; i++) {
        const qh_outfall_capacity *const row = &capacity->outfall[i];
        if (capacity->species[row->species].counts) put_outfall(capacity, row, c, outfalls);
    }
    for (size_t i = 0; i < capacity->n_species; i++) {
        if (capacity->species[i].counts) put_total(&capacity->species[i], c->constituent[i].name, c->n_section, totals);
    }
}
