/* The evaluation before a permit as Markdown. Rows of tables are gathered from the document, so that they say the same. */
#include <string.h>

#include "model/clause.h"
#include "viz/report/markdown_internal.h"

enum { MOST_STATES = 6, FIXED_COLUMNS = 9 };

typedef struct permit_writer {
    const qh_md *md;
    const json_t *permit, *places;
    qh_lang lang;
    qh_json scratch; /* rows that are gathered */
} permit_writer;

static const char *title(const permit_writer *w, const char *group, const char *name) {
    const json_t *const names = json_object_get(json_object_get(w->permit, "titles"), group);
    const char *const text = json_string_value(json_array_get(json_object_get(names, name), w->lang == QH_ZH));
    return text ? text : name;
}

/* In the reader's language. */
static const char *clause_of(const permit_writer *w, const json_t *object, const char *key) {
    char text[256];
    qh_clause_write(w->lang, qh_md_text_of(json_object_get(object, key), "clause"), sizeof text, text);
    const char *const kept = qh_arena_strdup(w->md->report->arena, text);
    return kept ? kept : "";
}

static const char *rule_of(const json_t *object, const char *key, const char *member) {
    return qh_md_text_of(json_object_get(object, key), member);
}

static void put_place(const permit_writer *w, qh_json row, const char *key, const json_t *place) {
    const char *const code = qh_md_text_of(place, "code"), *const name = qh_md_text_of(place, "name");
    if (!*code)
        qh_page_text(row, key, title(w, "place", qh_md_text_of(place, "kind")));
    else
        qh_page_text(row, key, qh_arena_printf(w->md->report->arena, *name ? "%s %s" : "%s%s", code, name));
}

/* A member as it stands in the document, under the same name. */
static void pass(qh_json row, const json_t *from, const char *key) {
    json_t *const value = json_object_get(from, key);
    if (value && json_object_set(row.value, key, value) != 0) *row.failed = true;
}

static qh_json rows_of(const permit_writer *w, const char *name) { return qh_page_array(w->scratch, name); }

/* ---- parts ---- */

static void put_conclusion(const permit_writer *w) {
    const json_t *const findings = json_object_get(w->permit, "findings");
    (void)fprintf(w->md->file, "**%s**\n\n", title(w, "conclusion", qh_md_text_of(w->permit, "conclusion")));
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *const f = json_array_get(findings, i);
        (void)fprintf(w->md->file, "- **%s** ", title(w, "finding", qh_md_text_of(f, "kind")));
        qh_md_text(w->md, qh_md_text_of(f, w->lang == QH_ZH ? "text_zh" : "text"));
        (void)fputs(" (", w->md->file);
        qh_md_text(w->md, clause_of(w, f, "rule"));
        (void)fprintf(w->md->file, ", %s)\n", rule_of(f, "rule", "confidence"));
    }
    (void)fputc('\n', w->md->file);
}

static void add_fact(const permit_writer *w, qh_json rows, const char *what, const char *value, const char *clause,
                     const char *confidence) {
    if (!*value) return;
    const qh_json row = qh_page_object(rows, NULL);
    qh_page_text(row, "what", qh_md_tr(w->md, what));
    qh_page_text(row, "value", value);
    qh_page_optional_text(row, "clause", clause);
    qh_page_optional_text(row, "confidence", confidence);
}

static void put_facts(const permit_writer *w) {
    const json_t *const q = json_object_get(w->permit, "proposal"), *const g = json_object_get(w->permit, "grade");
    qh_arena *const arena = w->md->report->arena;
    const bool zh = w->lang == QH_ZH;
    const qh_json rows = rows_of(w, "facts");
    const double km = json_number_value(json_object_get(q, "chainage_m")) / 1000;
    const double flow = json_number_value(json_object_get(q, "flow_m3_d"));
    const double days = json_number_value(json_object_get(q, "days"));
    const double equivalents = json_number_value(json_object_get(g, "equivalents"));
    add_fact(w, rows, QH_N("proposal"), qh_md_text_of(q, "title"), "", "");
    add_fact(w, rows, QH_N("outfall"),
             qh_arena_printf(arena, "%s %s (%s)", qh_md_text_of(q, "outfall"), qh_md_text_of(q, "name"),
                             title(w, "kind", qh_md_text_of(q, "kind"))),
             "", "");
    add_fact(w, rows, QH_N("place"), qh_arena_printf(arena, "%s, %.4g km", qh_md_text_of(q, "reach"), km), "", "");
    add_fact(w, rows, QH_N("class of the water"), qh_md_text_of(w->permit, "class"), "", "");
    add_fact(w, rows, QH_N("waste water"), qh_arena_printf(arena, "%.6g m³/d, %.4g d/a", flow, days), "", "");
    add_fact(w, rows, QH_N("discharge standard"), qh_md_text_of(q, "discharge_standard"), "", "");
    add_fact(w, rows, QH_N("water quality standard"), qh_md_text_of(w->permit, "standard"), "", "");
    add_fact(w, rows, QH_N("grade of evaluation"),
             qh_arena_printf(arena, "%s: %s", qh_md_text_of(g, zh ? "grade_zh" : "grade"),
                             zh ? qh_md_text_of(w->permit, "reason_zh") : qh_md_text_of(g, "reason")),
             clause_of(w, g, "rule"), rule_of(g, "rule", "confidence"));
    add_fact(w, rows, QH_N("pollution equivalents"),
             qh_arena_printf(arena, "%.6g %s", equivalents, qh_md_text_of(g, "largest")),
             clause_of(w, g, "equivalents_rule"), rule_of(g, "equivalents_rule", "confidence"));
    add_fact(w, rows, QH_N("regional cuts"), qh_md_text_of(q, "cuts"), "", "");
    add_fact(w, rows, QH_N("approved outfalls"), qh_md_text_of(q, "approved"), "", "");
    QH_MD_TABLE(w->md, QH_N("what is asked for"), rows.value, {QH_N("subject"), "", "what", QH_MD_PLAIN},
                {QH_N("value"), "", "value", QH_MD_PLAIN}, {QH_N("clause"), "", "clause", QH_MD_PLAIN},
                {QH_N("confidence"), "", "confidence", QH_MD_PLAIN});
}

static void put_terms(const permit_writer *w) {
    const json_t *const terms = json_object_get(w->permit, "terms");
    const qh_json rows = rows_of(w, "terms");
    static const char *const same[] = {"constituent",      "applied_mg_L",    "applied_t_a", "standard_mg_L",
                                       "permissible_mg_L", "permissible_t_a", "permit_mg_L", "permit_t_a"};
    for (size_t i = 0; i < json_array_size(terms); i++) {
        const json_t *const t = json_array_get(terms, i), *const place = json_object_get(t, "bound_by_place");
        const qh_json row = qh_page_object(rows, NULL);
        for (size_t k = 0; k < sizeof same / sizeof *same; k++)
            pass(row, t, same[k]);
        if (json_is_number(place))
            put_place(w, row, "bound_by", json_array_get(w->places, (size_t)json_number_value(place)));
        qh_page_text(row, "set_by", title(w, "bound", qh_md_text_of(t, "set_by")));
    }
    QH_MD_TABLE(w->md, QH_N("terms at the discharge that is asked for"), rows.value,
                {QH_N("constituent"), "", "constituent", QH_MD_ITEM},
                {QH_N("applied for"), "mg/L", "applied_mg_L", QH_MD_PLAIN},
                {QH_N("applied for"), "t/a", "applied_t_a", QH_MD_PLAIN},
                {QH_N("discharge standard"), "mg/L", "standard_mg_L", QH_MD_PLAIN},
                {QH_N("river takes"), "mg/L", "permissible_mg_L", QH_MD_PLAIN},
                {QH_N("river takes"), "t/a", "permissible_t_a", QH_MD_PLAIN},
                {QH_N("bound by"), "", "bound_by", QH_MD_PLAIN},
                {QH_N("permitted"), "mg/L", "permit_mg_L", QH_MD_PLAIN},
                {QH_N("permitted"), "t/a", "permit_t_a", QH_MD_PLAIN}, {QH_N("set by"), "", "set_by", QH_MD_PLAIN});
}

static void put_water(const permit_writer *w) {
    const json_t *const periods = json_object_get(w->permit, "periods");
    const qh_json rows = rows_of(w, "water");
    static const char *const same[] = {"river_m3_s",      "width_m",         "depth_m",        "velocity_m_s",
                                       "dispersion_m2_s", "transverse_m2_s", "mixing_length_m"};
    for (size_t i = 0; i < json_array_size(periods); i++) {
        const json_t *const p = json_array_get(periods, i), *const water = json_object_get(p, "water");
        const qh_json row = qh_page_object(rows, NULL);
        pass(row, p, "name");
        qh_page_text(row, "season", title(w, "season", qh_md_text_of(p, "season")));
        qh_page_text(row, "basis", title(w, "basis", qh_md_text_of(p, "basis")));
        for (size_t k = 0; k < sizeof same / sizeof *same; k++)
            pass(row, water, same[k]);
    }
    QH_MD_TABLE(w->md, QH_N("design flows and mixing at the outfall"), rows.value,
                {QH_N("period"), "", "name", QH_MD_PLAIN}, {QH_N("season"), "", "season", QH_MD_PLAIN},
                {QH_N("flow basis"), "", "basis", QH_MD_PLAIN}, {QH_N("river"), "m³/s", "river_m3_s", QH_MD_PLAIN},
                {QH_N("width"), "m", "width_m", QH_MD_PLAIN}, {QH_N("depth"), "m", "depth_m", QH_MD_PLAIN},
                {QH_N("velocity"), "m/s", "velocity_m_s", QH_MD_PLAIN}, {"Ex", "m²/s", "dispersion_m2_s", QH_MD_PLAIN},
                {"Ey", "m²/s", "transverse_m2_s", QH_MD_PLAIN},
                {QH_N("mixing length"), "m", "mixing_length_m", QH_MD_PLAIN});
}

/* ---- concentrations ---- */

static const json_t *value_at(const json_t *period, const char *state, size_t place, const char *constituent) {
    const json_t *const values = json_object_get(period, "values");
    for (size_t i = 0; i < json_array_size(values); i++) {
        const json_t *const v = json_array_get(values, i);
        if ((size_t)json_integer_value(json_object_get(v, "place")) == place &&
            strcmp(qh_md_text_of(v, "state"), state) == 0 && strcmp(qh_md_text_of(v, "constituent"), constituent) == 0)
            return v;
    }
    return NULL;
}

static void add_value(const permit_writer *w, qh_json rows, const json_t *period, size_t place, const char *item) {
    const json_t *const judged = value_at(period, qh_md_text_of(w->permit, "judged"), place, item);
    const qh_json row = qh_page_object(rows, NULL);
    put_place(w, row, "place", json_array_get(w->places, place));
    qh_page_text(row, "constituent", item);
    pass(row, period, "name");
    pass(row, judged, "allowed_mg_L");
    pass(row, judged, "increment_mg_L");
    pass(row, judged, "met");
    for (int s = 0; s < QH_STATES; s++) {
        const char *const state = qh_permit_state_name((qh_permit_state)s);
        const json_t *const v = value_at(period, state, place, item);
        if (v) qh_page_number(row, state, json_number_value(json_object_get(v, "judged_mg_L")));
    }
}

static void put_values(const permit_writer *w) {
    const json_t *const periods = json_object_get(w->permit, "periods"), *const names =
                                                                             json_object_get(w->permit, "constituents");
    const bool *const given = w->md->report->request->permit->state_given;
    const qh_json rows = rows_of(w, "values");
    for (size_t i = 0; i < json_array_size(names); i++) {
        for (size_t p = 0; p < json_array_size(w->places); p++) {
            for (size_t t = 0; t < json_array_size(periods); t++)
                add_value(w, rows, json_array_get(periods, t), p, json_string_value(json_array_get(names, i)));
        }
    }
    qh_md_column columns[FIXED_COLUMNS + MOST_STATES] = {{QH_N("place"), "", "place", QH_MD_PLAIN},
                                                         {QH_N("constituent"), "", "constituent", QH_MD_ITEM},
                                                         {QH_N("period"), "", "name", QH_MD_PLAIN},
                                                         {QH_N("allowed"), "", "allowed_mg_L", QH_MD_PLAIN}};
    size_t n = 4;
    for (int s = 0; s < QH_STATES; s++) {
        if (!given[s]) continue;
        const qh_permit_state state = (qh_permit_state)s;
        columns[n++] = (qh_md_column){qh_permit_state_title(state), "", qh_permit_state_name(state), QH_MD_PLAIN};
    }
    columns[n++] = (qh_md_column){QH_N("increment"), "", "increment_mg_L", QH_MD_PLAIN};
    columns[n++] = (qh_md_column){QH_N("attained"), "", "met", QH_MD_MET};
    qh_md_table(w->md, QH_N("concentrations at the places, mg/L"), rows.value, n, columns);
}

/* ---- near the outfall, the accident ---- */

static void put_near(const permit_writer *w) {
    const json_t *const periods = json_object_get(w->permit, "periods");
    const qh_json rows = rows_of(w, "near");
    static const char *const same[] = {"constituent",   "network_mg_L", "annex_e_mg_L", "annex_e_case",
                                       "zone_length_m", "zone_width_m", "influence_m"};
    for (size_t t = 0; t < json_array_size(periods); t++) {
        const json_t *const period = json_array_get(periods, t), *const near = json_object_get(period, "near");
        for (size_t i = 0; i < json_array_size(near); i++) {
            const json_t *const v = json_array_get(near, i);
            const qh_json row = qh_page_object(rows, NULL);
            pass(row, period, "name");
            for (size_t k = 0; k < sizeof same / sizeof *same; k++)
                pass(row, v, same[k]);
            qh_page_text(row, "zone", title(w, "zone", qh_md_text_of(v, "zone")));
        }
    }
    QH_MD_TABLE(w->md, QH_N("accounting section by Annex E, mixing zone, range of influence"), rows.value,
                {QH_N("constituent"), "", "constituent", QH_MD_ITEM}, {QH_N("period"), "", "name", QH_MD_PLAIN},
                {QH_N("network"), "mg/L", "network_mg_L", QH_MD_PLAIN},
                {QH_N("Annex E"), "mg/L", "annex_e_mg_L", QH_MD_PLAIN},
                {QH_N("its case"), "", "annex_e_case", QH_MD_PLAIN}, {QH_N("over the limit"), "", "zone", QH_MD_PLAIN},
                {QH_N("length"), "m", "zone_length_m", QH_MD_PLAIN}, {QH_N("width"), "m", "zone_width_m", QH_MD_PLAIN},
                {QH_N("influence"), "m", "influence_m", QH_MD_PLAIN});
}

static void put_accident(const permit_writer *w) {
    const json_t *const periods = json_object_get(w->permit, "periods");
    const qh_json rows = rows_of(w, "accident");
    for (size_t t = 0; t < json_array_size(periods); t++) {
        const json_t *const period = json_array_get(periods, t), *const peaks = json_object_get(period, "accident");
        for (size_t i = 0; i < json_array_size(peaks); i++) {
            const json_t *const v = json_array_get(peaks, i);
            const qh_json row = qh_page_object(rows, NULL);
            put_place(w, row, "place",
                      json_array_get(w->places, (size_t)json_integer_value(json_object_get(v, "place"))));
            pass(row, v, "constituent");
            pass(row, period, "name");
            pass(row, v, "peak_mg_L");
            pass(row, v, "annex_e_mg_L");
            qh_page_number(row, "after_h", json_number_value(json_object_get(v, "after_s")) / 3600);
            qh_page_number(row, "over_h", json_number_value(json_object_get(v, "over_s")) / 3600);
        }
    }
    QH_MD_TABLE(
        w->md, QH_N("accidental discharge as it passes"), rows.value, {QH_N("place"), "", "place", QH_MD_PLAIN},
        {QH_N("constituent"), "", "constituent", QH_MD_ITEM}, {QH_N("period"), "", "name", QH_MD_PLAIN},
        {QH_N("peak"), "mg/L", "peak_mg_L", QH_MD_PLAIN}, {QH_N("Annex E"), "mg/L", "annex_e_mg_L", QH_MD_PLAIN},
        {QH_N("peak comes after"), "h", "after_h", QH_MD_PLAIN}, {QH_N("over the limit"), "h", "over_h", QH_MD_PLAIN});
}

qh_status qh_md_permit(const qh_md *md) {
    const json_t *const permit = json_object_get(md->root, "permit");
    bool failed = false;
    permit_writer w = {.md = md,
                       .permit = permit,
                       .places = json_object_get(permit, "places"),
                       .lang = md->report->request->lang,
                       .scratch = qh_page_root(&failed)};
    qh_md_heading(md, QH_N("Evaluation of the outfall"));
    put_conclusion(&w);
    put_facts(&w);
    put_terms(&w);
    put_water(&w);
    put_values(&w);
    put_near(&w);
    put_accident(&w);
    json_decref(w.scratch.value);
    return failed ? QH_E_NOMEM : QH_OK;
}
