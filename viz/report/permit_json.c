/* An evaluation before a permit as a document; the command's --json and the page of the report are the same one. */
#include "viz/permit_json.h"

#include "model/annex_e.h"
#include "model/permit_number.h"
#include "viz/report/report_internal.h"

static const double seconds_a_day = 86400;

enum { PROFILE_DIGITS = 5 };

static const char *constituent(const qh_permit *permit, size_t species) {
    return permit->river_case->constituent[species].name;
}

static void put_tonnes(qh_json out, const char *key, bool given, double load) {
    qh_page_given(out, key, given, QH_REPORT_TONNES * load);
}

/* ---- what was asked, and the conclusion ---- */

static void put_proposal(qh_json root, const qh_permit *permit) {
    const qh_proposal *q = permit->proposal;
    const qh_outfall *of = &q->outfall;
    const qh_json out = qh_page_object(root, "proposal");
    qh_page_optional_text(out, "file", q->file);
    qh_page_optional_text(out, "title", q->title);
    qh_page_optional_text(out, "note", q->note);
    qh_page_text(out, "kind", qh_proposal_kind_name(q->kind));
    qh_page_text(out, "outfall", of->code);
    qh_page_text(out, "name", of->name);
    qh_page_text(out, "reach", permit->river_case->reach[of->reach].name);
    qh_page_number(out, "chainage_m", of->chainage);
    qh_page_number(out, "flow_m3_d", of->flow * seconds_a_day);
    qh_page_number(out, "days", q->days);
    qh_page_bool(out, "direct", q->direct);
    qh_page_bool(out, "backwater", q->backwater);
    qh_page_number(out, "bank_distance_m", q->bank_distance);
    qh_page_optional_text(out, "discharge_standard", q->standard_name);
    qh_page_optional_text(out, "cuts", q->cuts);
    qh_page_optional_text(out, "approved", q->approved);
    qh_page_given(out, "accident_s", q->accident.given, q->accident.duration);
}

static void put_grade(qh_json root, const qh_permit *permit) {
    const qh_grade_rule *rule = qh_grade_rule_get(permit->graded.grade);
    const bool sum = permit->largest_equivalent >= permit->proposal->n_discharged;
    const qh_json out = qh_page_object(root, "grade");
    qh_page_text(out, "grade", rule->name);
    qh_page_text(out, "grade_zh", rule->name_zh);
    qh_page_text(out, "reason", qh_grade_reason_text(permit->graded.reason));
    qh_page_number(out, "flow_m3_d", permit->grade_input.flow);
    qh_page_number(out, "equivalents", permit->grade_input.equivalents);
    qh_page_optional_text(out, "largest", sum ? NULL : permit->proposal->discharged[permit->largest_equivalent].name);
    qh_page_bool(out, "wet_asked", rule->asked.wet);
    qh_page_bool(out, "normal_asked", rule->asked.normal);
    qh_page_bool(out, "dry_asked", rule->asked.dry);
    qh_page_rule(out, "rule", QH_GRADE_CLAUSE, QH_GRADE_CONFIDENCE);
    qh_page_rule(out, "periods_rule", rule->clause, rule->confidence);
    qh_page_rule(out, "equivalents_rule", QH_EQUIVALENT_CLAUSE, QH_EQUIVALENT_CONFIDENCE);
}

static void put_findings(qh_json root, const qh_permit *permit, qh_lang lang) {
    const qh_json array = qh_page_array(root, "findings");
    for (size_t i = 0; i < permit->n_finding; i++) {
        const qh_finding *f = &permit->finding[i];
        const qh_json out = qh_page_object(array, NULL);
        qh_page_text(out, "kind", qh_finding_kind_name(f->kind));
        qh_page_text(out, "code", f->code);
        qh_page_text(out, "text", f->text[lang]);
        qh_page_rule(out, "rule", f->clause.clause, f->clause.confidence);
    }
}

/* ---- places ---- */

static void put_places(qh_json root, const qh_permit *permit) {
    const qh_json array = qh_page_array(root, "places");
    for (size_t i = 0; i < permit->n_place; i++) {
        const qh_permit_place *p = &permit->place[i];
        const qh_json out = qh_page_object(array, NULL);
        qh_page_text(out, "kind", qh_permit_place_kind_name(p->kind));
        qh_page_optional_text(out, "code", p->code);
        qh_page_optional_text(out, "name", p->name);
        qh_page_text(out, "reach", permit->river_case->reach[p->reach].name);
        qh_page_number(out, "chainage_m", p->chainage);
        qh_page_number(out, "distance_m", p->distance);
        qh_page_text(out, "class", permit->standard->class_name[p->target_class - 1]);
        qh_page_optional_text(out, "class_from", p->class_from);
        qh_page_bool(out, "protected", p->is_protected);
        qh_page_rule(out, "rule", p->clause.clause, p->clause.confidence);
    }
}

/* ---- periods ---- */

static void put_water(qh_json period, const qh_permit_water *w) {
    const qh_json out = qh_page_object(period, "water");
    qh_page_number(out, "river_m3_s", w->river);
    qh_page_number(out, "flow_m3_s", w->flow);
    qh_page_number(out, "width_m", w->width);
    qh_page_number(out, "depth_m", w->depth);
    qh_page_number(out, "velocity_m_s", w->velocity);
    qh_page_number(out, "dispersion_m2_s", w->dispersion);
    qh_page_given(out, "transverse_m2_s", w->has_transverse, w->transverse);
    qh_page_given(out, "mixing_length_m", w->has_transverse, w->mixing_length);
    if (w->has_transverse)
        qh_page_bool(out, "mixed_at_accounting", w->mixed_at_accounting);
    else
        qh_page_null(out, "mixed_at_accounting");
}

static void put_value(qh_json array, const qh_permit *permit, size_t t, qh_permit_state state, size_t place,
                      size_t species) {
    const qh_permit_value *v = qh_permit_value_at(permit, t, state, place, species);
    const qh_target *target = qh_permit_target_at(permit, place, species);
    const qh_json out = qh_page_object(array, NULL);
    qh_page_text(out, "state", qh_permit_state_name(state));
    qh_page_count(out, "place", place);
    qh_page_text(out, "constituent", constituent(permit, species));
    qh_page_number(out, "mean_mg_L", v->mean);
    qh_page_number(out, "judged_mg_L", v->judged);
    qh_page_number(out, "increment_mg_L", v->increment);
    qh_page_given(out, "limit_mg_L", target->given, target->limit);
    qh_page_given(out, "margin", target->given, target->margin);
    qh_page_given(out, "allowed_mg_L", target->given, target->allowed);
    if (target->given)
        qh_page_bool(out, "met", v->met);
    else
        qh_page_null(out, "met");
}

static void put_values(qh_json period, const qh_permit *permit, size_t t) {
    const qh_json array = qh_page_array(period, "values");
    for (size_t s = 0; s < QH_STATES; s++) {
        if (!permit->state_given[s]) continue;
        for (size_t k = 0; k < permit->n_place * permit->n_species; k++)
            put_value(array, permit, t, (qh_permit_state)s, k / permit->n_species, k % permit->n_species);
    }
}

static void put_near(qh_json period, const qh_permit *permit, size_t t) {
    const qh_json array = qh_page_array(period, "near");
    for (size_t i = 0; i < permit->n_species; i++) {
        const qh_permit_closed *closed = &permit->period[t].closed[i];
        const qh_permit_mixing_zone *zone = &permit->period[t].zone[i];
        const qh_permit_influence *far = &permit->period[t].influence[i];
        const bool bounded = zone->state == QH_MIXING_BOUNDED;
        const qh_json out = qh_page_object(array, NULL);
        qh_page_text(out, "constituent", constituent(permit, i));
        qh_page_given(out, "network_mg_L", closed->given, closed->network);
        qh_page_given(out, "annex_e_mg_L", closed->given, closed->annex);
        qh_page_given(out, "annex_e_case", closed->given, (double)closed->regime);
        qh_page_given(out, "alpha", closed->given, closed->alpha);
        qh_page_given(out, "peclet", closed->given, closed->peclet);
        qh_page_text(out, "zone", qh_mixing_zone_state_name(zone->state));
        qh_page_given(out, "zone_length_m", bounded, zone->length);
        qh_page_given(out, "zone_width_m", bounded, zone->width);
        if (far->given)
            qh_page_bool(out, "influence", far->any);
        else
            qh_page_null(out, "influence");
        qh_page_given(out, "influence_m", far->any, far->distance);
        qh_page_bool(out, "influence_to_the_end", far->to_the_end);
    }
}

static void put_peaks(qh_json period, const qh_permit *permit, size_t t) {
    const qh_permit_peak *peak = permit->period[t].peak;
    const qh_json array = qh_page_array(period, "accident");
    for (size_t k = 0; peak && k < permit->n_place * permit->n_species; k++) {
        const qh_json out = qh_page_object(array, NULL);
        qh_page_count(out, "place", k / permit->n_species);
        qh_page_text(out, "constituent", constituent(permit, k % permit->n_species));
        qh_page_number(out, "peak_mg_L", peak[k].peak);
        qh_page_number(out, "after_s", peak[k].at);
        qh_page_number(out, "over_s", peak[k].over);
        qh_page_bool(out, "ends_over", peak[k].ends_over);
        qh_page_given(out, "annex_e_mg_L", peak[k].annex_given, peak[k].annex);
    }
}

/* [count] of each constituent, from [count][n_species]. */
static void put_lines(qh_json out, const char *key, const qh_permit *permit, size_t count, const double *value) {
    const qh_json lines = qh_page_object(out, key);
    for (size_t i = 0; i < permit->n_species; i++)
        qh_page_column(lines, constituent(permit, i), count, permit->n_species, value + i, PROFILE_DIGITS);
}

/* Means of the cross-section down the main way from the outfall. */
static void put_profile(qh_json period, const qh_permit *permit, size_t t) {
    const qh_permit_profile *p = &permit->period[t].profile;
    const qh_json out = qh_page_object(period, "profile");
    qh_page_numbers(out, "distance_m", p->count, p->distance, PROFILE_DIGITS);
    put_lines(out, "without_mg_L", permit, p->count, p->without);
    put_lines(out, "normal_mg_L", permit, p->count, p->with);
}

static void put_periods(qh_json root, const qh_permit *permit) {
    const qh_json array = qh_page_array(root, "periods");
    for (size_t t = 0; permit->period && t < permit->n_period; t++) {
        const qh_proposal_period *asked = permit->period[t].asked;
        const qh_json out = qh_page_object(array, NULL);
        qh_page_text(out, "name", asked->name);
        qh_page_text(out, "season", qh_season_name(asked->season));
        qh_page_text(out, "basis", qh_flow_basis_name(asked->basis));
        qh_page_optional_text(out, "scenario", asked->scenario);
        put_water(out, &permit->period[t].water);
        put_values(out, permit, t);
        put_near(out, permit, t);
        put_peaks(out, permit, t);
        put_profile(out, permit, t);
    }
}

/* ---- terms ---- */

static void put_terms(qh_json root, const qh_permit *permit, size_t species) {
    const double year = permit->proposal->days / 365; /* part of the year in which water is discharged */
    const qh_permit_terms *t = &permit->terms[species];
    const qh_json out = qh_page_object(root, NULL);
    qh_page_text(out, "constituent", constituent(permit, species));
    qh_page_number(out, "applied_mg_L", t->applied_concentration);
    put_tonnes(out, "applied_t_a", true, t->applied_annual);
    qh_page_given(out, "standard_mg_L", t->standard.given, t->standard.value);
    if (t->standard.given) qh_page_rule(out, "standard_rule", t->standard_clause.clause, t->standard_clause.confidence);
    put_tonnes(out, "permissible_t_a", t->limited, year * t->permissible);
    qh_page_given(out, "permissible_mg_L", t->limited, t->permissible / permit->proposal->outfall.flow);
    qh_page_given(out, "bound_by_place", t->limited, (double)t->place);
    qh_page_optional_text(out, "bound_by_period", t->limited ? permit->period[t->period].asked->name : NULL);
    put_tonnes(out, "permissible_with_cuts_t_a", t->permissible_with_cuts_given, year * t->permissible_with_cuts);
    qh_page_text(out, "set_by", qh_permit_bound_name(t->bound));
    qh_page_given(out, "permit_mg_L", t->possible, t->allowed);
    put_tonnes(out, "permit_t_a", t->possible, t->annual);
    put_tonnes(out, "replaced_t_a", permit->proposal->has_replaced, t->replaced);
    put_tonnes(out, "cut_t_a", permit->proposal->cuts[0] != '\0', t->cut);
}

static void put_all_terms(qh_json root, const qh_permit *permit) {
    const qh_json array = qh_page_array(root, "terms");
    for (size_t i = 0; permit->period && permit->terms && i < permit->n_species; i++)
        if (!permit->river_case->constituent[i].is_oxygen) put_terms(array, permit, i);
}

/* ---- rules that hold for all values ---- */

static void put_constant(qh_json rules, const char *key, qh_constant constant) {
    qh_page_rule(rules, key, constant.clause, constant.confidence);
}

static void put_rules(qh_json root) {
    const qh_json rules = qh_page_object(root, "rules");
    const qh_constant share = qh_permit_number_get(QH_PERMIT_INFLUENCE_SHARE);
    qh_page_rule(rules, "margin", QH_MARGIN_HJ2_3_CLAUSE, QH_MARGIN_HJ2_3_CONFIDENCE);
    put_constant(rules, "mixing_length", qh_annex_e_number_get(QH_ANNEX_E_MIXING_CONSTANT));
    put_constant(rules, "one_dimension", qh_annex_e_number_get(QH_ANNEX_E_ALPHA_LOW));
    put_constant(rules, "bank", qh_annex_e_number_get(QH_ANNEX_E_REFLECTIONS));
    const qh_clause release = qh_permit_rule_get(QH_PERMIT_RULE_RELEASE);
    qh_page_rule(rules, "release", release.clause, release.confidence);
    put_constant(rules, "influence", share);
    qh_page_number(root, "influence_share", share.value);
}

void qh_permit_document(const qh_permit *permit, qh_lang lang, qh_json root) {
    const qh_case *c = permit->river_case;
    qh_page_count(root, "format", 1);
    qh_page_text(root, "case", c->name);
    qh_page_optional_text(root, "scenario", c->scenario ? c->scenario->name : NULL);
    qh_page_text(root, "standard", permit->standard->code);
    qh_page_text(root, "conclusion", qh_permit_conclusion_name(permit->conclusion));
    put_findings(root, permit, lang);
    put_proposal(root, permit);
    qh_page_text(root, "class", permit->standard->class_name[permit->target_class - 1]);
    qh_page_optional_text(root, "class_from", permit->class_from);
    put_grade(root, permit);
    qh_page_text(root, "judged", qh_permit_state_name(permit->judged));
    qh_page_text(root, "terms_hold", qh_permit_state_name(permit->terms_state));
    const qh_json names = qh_page_array(root, "constituents");
    for (size_t i = 0; i < permit->n_species; i++)
        qh_page_text(names, NULL, constituent(permit, i));
    put_places(root, permit);
    put_periods(root, permit);
    put_all_terms(root, permit);
    put_rules(root);
}

qh_status qh_permit_json(const qh_permit *permit, qh_lang lang, json_t **document) {
    bool failed = false;
    const qh_json root = qh_page_root(&failed);
    qh_permit_document(permit, lang, root);
    if (failed) {
        json_decref(root.value);
        return QH_E_NOMEM;
    }
    *document = root.value;
    return QH_OK;
}
