/* Shares of the sources at the control sections. Sources so small that nobody could see them in a bar are counted
 * together: of a network with many, all pairs of source and section would be a page of their own. */
#include <math.h>

#include "model/source.h"
#include "viz/report/report_internal.h"

static const double SEEN = 1e-4; /* -, of the whole */

static void put_sources(const qh_analysis *analysis, const qh_trace *trace, qh_json out) {
    const qh_case *const c = analysis->study->river_case;
    const qh_json array = qh_page_array(out, "sources");
    for (size_t g = 0; g < trace->n_group; g++) {
        const bool is_source = !trace->group[g].is_background;
        const qh_source s = is_source ? qh_source_get(c, g) : (qh_source){.code = "", .name = ""};
        const qh_json one = qh_page_object(array, NULL);
        qh_page_text(one, "kind", is_source ? qh_source_kind_name(s.kind) : trace->group[g].name);
        qh_page_bool(one, "outfall", trace->group[g].is_outfalls);
        qh_page_text(one, "code", s.code);
        qh_page_text(one, "name", s.name);
        qh_page_text(one, "category", s.category);
        qh_page_text(one, "district", s.district);
        qh_page_text(one, "body", s.body);
        qh_page_numbers(one, "load_gs", trace->n_species, trace->load + g * trace->n_species, 9);
        qh_page_numbers(one, "cut_gs", trace->n_species, trace->cut + g * trace->n_species, 9);
    }
}

static void put_shares(const qh_trace *trace, size_t section, size_t species, double least, qh_json out) {
    const double *const at = qh_trace_at(trace, section, species);
    const qh_json index = qh_page_array(out, "source"), value = qh_page_array(out, "contribution");
    double rest = 0;
    for (size_t g = 0; g < trace->n_group; g++) {
        if (fabs(at[g]) <= least) {
            rest += at[g];
            continue;
        }
        qh_page_count(index, NULL, g);
        qh_page_number(value, NULL, at[g]);
    }
    qh_page_number(out, "rest", rest);
}

static void put_item(const qh_analysis *analysis, const qh_trace *trace, size_t section, size_t species, double seen,
                     qh_json array) {
    const qh_case *const c = analysis->study->river_case;
    const qh_target *const target = qh_target_of(analysis->targets, section, species);
    const double whole = trace->whole[section * trace->n_species + species];
    const qh_json out = qh_page_object(array, NULL);
    qh_page_count(out, "section", section);
    qh_page_text(out, "constituent", c->constituent[species].name);
    qh_page_number(out, "value", whole);
    qh_page_number(out, "sum", trace->sum[section * trace->n_species + species]);
    qh_page_number(out, "allowed", target->given ? target->allowed : (double)NAN);
    qh_page_number(out, "limit", target->given ? target->limit : (double)NAN);
    qh_page_bool(out, "at_least", target->given && target->sense < 0);
    qh_page_bool(out, "attained", !target->given || qh_target_met(target, whole));
    put_shares(trace, section, species, seen * fabs(whole), out);
}

static void put_demands(const qh_analysis *analysis, const qh_trace *trace, qh_json out) {
    const qh_json array = qh_page_array(out, "demands");
    for (size_t i = 0; i < trace->n_species; i++) {
        const qh_trace_cut *const d = &trace->demand[i];
        const qh_json one = qh_page_object(array, NULL);
        qh_page_text(one, "constituent", analysis->study->river_case->constituent[i].name);
        qh_page_number(one, "cut_share", 1 - d->factor);
        qh_page_bool(one, "enough", d->enough);
        qh_page_index(one, "section", d->section, trace->n_section);
    }
}

void qh_report_trace(const qh_report *report, const qh_analysis *analysis, const qh_trace *trace, qh_json out) {
    const size_t pairs = report->n_run * trace->n_section * trace->n_species * trace->n_group;
    /* Fewer are seen where there are more than a page can hold. */
    const double seen = pairs > QH_REPORT_SHARES ? SEEN * (double)pairs / QH_REPORT_SHARES : SEEN;
    const qh_json made = qh_page_object(out, "trace");
    qh_page_number(made, "least_share", seen);
    put_sources(analysis, trace, made);
    const qh_json items = qh_page_array(made, "items");
    for (size_t s = 0; s < trace->n_section; s++) {
        for (size_t i = 0; i < trace->n_species; i++)
            put_item(analysis, trace, s, i, seen, items);
    }
    put_demands(analysis, trace, made);
}
