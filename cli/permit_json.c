#include <math.h>

#include "cli/analysis.h"
#include "cli/json_print.h"
#include "cli/permit.h"

static const double seconds_a_day = 86400;

static const char *constituent(const qh_permit *permit, size_t species) {
    return permit->river_case->constituent[species].name;
}

static void put_tonnes(json_t *o, const char *key, bool given, double load) {
    qh_json_number(o, key, given, QH_TONNES_A_YEAR * load);
}

/* ---- what was asked, and the conclusion ---- */

static void put_proposal(json_t *root, const qh_permit *permit) {
    const qh_proposal *q = permit->proposal;
    const qh_outfall *of = &q->outfall;
    json_t *o = qh_json_object(root, "proposal");
    qh_json_put_text(o, "file", q->file);
    qh_json_put_text(o, "title", q->title);
    qh_json_put_text(o, "note", q->note);
    qh_json_text(o, "kind", qh_proposal_kind_name(q->kind));
    qh_json_text(o, "outfall", of->code);
    qh_json_text(o, "name", of->name);
    qh_json_text(o, "reach", permit->river_case->reach[of->reach].name);
    qh_json_put_real(o, "chainage_m", of->chainage);
    qh_json_put_real(o, "flow_m3_d", of->flow * seconds_a_day);
    qh_json_put_real(o, "days", q->days);
    qh_json_bool(o, "direct", q->direct);
    qh_json_bool(o, "backwater", q->backwater);
    qh_json_put_text(o, "discharge_standard", q->standard_name);
    qh_json_put_text(o, "cuts", q->cuts);
    qh_json_put_text(o, "approved", q->approved);
}

static void put_grade(json_t *root, const qh_permit *permit) {
    const qh_grade_rule *rule = qh_grade_rule_get(permit->graded.grade);
    const bool sum = permit->largest_equivalent >= permit->proposal->n_discharged;
    json_t *o = qh_json_object(root, "grade");
    qh_json_text(o, "grade", rule->name);
    qh_json_text(o, "reason", qh_grade_reason_text(permit->graded.reason));
    qh_json_put_real(o, "flow_m3_d", permit->grade_input.flow);
    qh_json_put_real(o, "equivalents", permit->grade_input.equivalents);
    qh_json_put_text(o, "largest", sum ? NULL : permit->proposal->discharged[permit->largest_equivalent].name);
    qh_json_bool(o, "wet_asked", rule->asked.wet);
    qh_json_bool(o, "normal_asked", rule->asked.normal);
    qh_json_bool(o, "dry_asked", rule->asked.dry);
    qh_json_rule(o, "rule", QH_GRADE_CLAUSE, QH_GRADE_CONFIDENCE);
    qh_json_rule(o, "periods_rule", rule->clause, rule->confidence);
    qh_json_rule(o, "equivalents_rule", QH_EQUIVALENT_CLAUSE, QH_EQUIVALENT_CONFIDENCE);
}

static void put_findings(json_t *root, const qh_permit *permit, qh_lang lang) {
    json_t *array = qh_json_array(root, "findings");
    for (size_t i = 0; i < permit->n_finding; i++) {
        const qh_finding *f = &permit->finding[i];
        json_t *o = qh_json_append_object(array);
        qh_json_text(o, "kind", qh_finding_kind_name(f->kind));
        qh_json_text(o, "code", f->code);
        qh_json_text(o, "text", f->text[lang]);
        qh_json_rule(o, "rule", f->clause.clause, f->clause.confidence);
    }
}

/* ---- places ---- */

static void put_places(json_t *root, const qh_permit *permit) {
    json_t *array = qh_json_array(root, "places");
    for (size_t i = 0; i < permit->n_place; i++) {
        const qh_permit_place *p = &permit->place[i];
        json_t *o = qh_json_append_object(array);
        qh_json_text(o, "kind", qh_permit_place_kind_name(p->kind));
        qh_json_put_text(o, "code", p->code);
        qh_json_put_text(o, "name", p->name);
        qh_json_text(o, "reach", permit->river_case->reach[p->reach].name);
        qh_json_put_real(o, "chainage_m", p->chainage);
        qh_json_put_real(o, "distance_m", p->distance);
        qh_json_text(o, "class", permit->standard->class_name[p->target_class - 1]);
        qh_json_put_text(o, "class_from", p->class_from);
        qh_json_bool(o, "protected", p->is_protected);
        qh_json_rule(o, "rule", p->clause.clause, p->clause.confidence);
    }
}

/* ---- periods ---- */

static void put_water(json_t *period, const qh_permit_water *w) {
    json_t *o = qh_json_object(period, "water");
    qh_json_put_real(o, "river_m3_s", w->river);
    qh_json_put_real(o, "flow_m3_s", w->flow);
    qh_json_put_real(o, "width_m", w->width);
    qh_json_put_real(o, "depth_m", w->depth);
    qh_json_put_real(o, "velocity_m_s", w->velocity);
    qh_json_put_real(o, "dispersion_m2_s", w->dispersion);
    qh_json_number(o, "transverse_m2_s", w->has_transverse, w->transverse);
    qh_json_number(o, "mixing_length_m", w->has_transverse, w->mixing_length);
    qh_json_put(o, "mixed_at_accounting", w->has_transverse ? json_boolean(w->mixed_at_accounting) : NULL);
}

static void put_values(json_t *period, const qh_permit *permit, size_t t) {
    json_t *array = qh_json_array(period, "values");
    for (size_t s = 0; s < QH_STATES; s++) {
        for (size_t p = 0; permit->state_given[s] && p < permit->n_place; p++) {
            for (size_t i = 0; i < permit->n_species; i++) {
                const qh_permit_value *v = qh_permit_value_at(permit, t, (qh_permit_state)s, p, i);
                const qh_target *target = qh_permit_target_at(permit, p, i);
                json_t *o = qh_json_append_object(array);
                qh_json_text(o, "state", qh_permit_state_name((qh_permit_state)s));
                qh_json_count(o, "place", p);
                qh_json_text(o, "constituent", constituent(permit, i));
                qh_json_put_real(o, "mean_mg_L", v->mean);
                qh_json_put_real(o, "judged_mg_L", v->judged);
                qh_json_put_real(o, "increment_mg_L", v->increment);
                qh_json_number(o, "limit_mg_L", target->given, target->limit);
                qh_json_number(o, "margin", target->given, target->margin);
                qh_json_number(o, "allowed_mg_L", target->given, target->allowed);
                qh_json_put(o, "met", target->given ? json_boolean(v->met) : NULL);
            }
        }
    }
}

static void put_near(json_t *period, const qh_permit *permit, size_t t) {
    json_t *array = qh_json_array(period, "near");
    for (size_t i = 0; i < permit->n_species; i++) {
        const qh_permit_closed *closed = &permit->period[t].closed[i];
        const qh_permit_mixing_zone *zone = &permit->period[t].zone[i];
        const qh_permit_influence *far = &permit->period[t].influence[i];
        const bool bounded = zone->state == QH_MIXING_BOUNDED;
        json_t *o = qh_json_append_object(array);
        qh_json_text(o, "constituent", constituent(permit, i));
        qh_json_number(o, "network_mg_L", closed->given, closed->network);
        qh_json_number(o, "annex_e_mg_L", closed->given, closed->annex);
        qh_json_number(o, "annex_e_case", closed->given, (double)closed->regime);
        qh_json_number(o, "alpha", closed->given, closed->alpha);
        qh_json_number(o, "peclet", closed->given, closed->peclet);
        qh_json_text(o, "zone", qh_mixing_zone_state_name(zone->state));
        qh_json_number(o, "zone_length_m", bounded, zone->length);
        qh_json_number(o, "zone_width_m", bounded, zone->width);
        qh_json_put(o, "influence", far->given ? json_boolean(far->any) : NULL);
        qh_json_number(o, "influence_m", far->any, far->distance);
        qh_json_bool(o, "influence_to_the_end", far->to_the_end);
    }
}

static void put_peaks(json_t *period, const qh_permit *permit, size_t t) {
    const qh_permit_peak *peak = permit->period[t].peak;
    json_t *array = qh_json_array(period, "accident");
    for (size_t k = 0; peak && k < permit->n_place * permit->n_species; k++) {
        json_t *o = qh_json_append_object(array);
        qh_json_count(o, "place", k / permit->n_species);
        qh_json_text(o, "constituent", constituent(permit, k % permit->n_species));
        qh_json_put_real(o, "peak_mg_L", peak[k].peak);
        qh_json_put_real(o, "after_s", peak[k].at);
        qh_json_put_real(o, "over_s", peak[k].over);
        qh_json_bool(o, "ends_over", peak[k].ends_over);
    }
}

static void put_periods(json_t *root, const qh_permit *permit) {
    json_t *array = qh_json_array(root, "periods");
    for (size_t t = 0; permit->period && t < permit->n_period; t++) {
        const qh_proposal_period *asked = permit->period[t].asked;
        json_t *o = qh_json_append_object(array);
        qh_json_text(o, "name", asked->name);
        qh_json_text(o, "season", qh_season_name(asked->season));
        qh_json_text(o, "basis", qh_flow_basis_name(asked->basis));
        qh_json_put_text(o, "scenario", asked->scenario);
        put_water(o, &permit->period[t].water);
        put_values(o, permit, t);
        put_near(o, permit, t);
        put_peaks(o, permit, t);
    }
}

/* ---- terms ---- */

static void put_terms(json_t *root, const qh_permit *permit) {
    json_t *array = qh_json_array(root, "terms");
    const double year = permit->proposal->days / 365; /* part of the year in which water is discharged */
    for (size_t i = 0; permit->period && permit->terms && i < permit->n_species; i++) {
        const qh_permit_terms *t = &permit->terms[i];
        json_t *o = qh_json_append_object(array);
        qh_json_text(o, "constituent", constituent(permit, i));
        qh_json_put_real(o, "applied_mg_L", t->applied_concentration);
        put_tonnes(o, "applied_t_a", true, t->applied_annual);
        qh_json_number(o, "standard_mg_L", t->standard.given, t->standard.value);
        if (t->standard.given)
            qh_json_rule(o, "standard_rule", t->standard_clause.clause, t->standard_clause.confidence);
        put_tonnes(o, "permissible_t_a", t->limited, year * t->permissible);
        qh_json_number(o, "permissible_mg_L", t->limited, t->permissible / permit->proposal->outfall.flow);
        qh_json_number(o, "bound_by_place", t->limited, (double)t->place);
        qh_json_put_text(o, "bound_by_period", t->limited ? permit->period[t->period].asked->name : NULL);
        put_tonnes(o, "permissible_with_cuts_t_a", t->permissible_with_cuts_given, year * t->permissible_with_cuts);
        qh_json_text(o, "set_by", qh_permit_bound_name(t->bound));
        qh_json_number(o, "permit_mg_L", t->possible, t->allowed);
        put_tonnes(o, "permit_t_a", t->possible, t->annual);
        put_tonnes(o, "replaced_t_a", permit->proposal->has_replaced, t->replaced);
        put_tonnes(o, "cut_t_a", permit->proposal->cuts[0] != '\0', t->cut);
    }
}

void qh_print_permit_json(const qh_shown_permit *shown) {
    const qh_permit *permit = shown->permit;
    const qh_case *c = permit->river_case;
    json_t *root = json_object();
    qh_json_put(root, "format", json_integer(1));
    qh_json_text(root, "case", c->name);
    qh_json_put_text(root, "scenario", c->scenario ? c->scenario->name : NULL);
    qh_json_text(root, "standard", permit->standard->code);
    qh_json_text(root, "conclusion", qh_permit_conclusion_name(permit->conclusion));
    put_findings(root, permit, shown->app->lang);
    put_proposal(root, permit);
    qh_json_text(root, "class", permit->standard->class_name[permit->target_class - 1]);
    qh_json_put_text(root, "class_from", permit->class_from);
    put_grade(root, permit);
    qh_json_text(root, "judged", qh_permit_state_name(permit->judged));
    qh_json_text(root, "terms_hold", qh_permit_state_name(permit->terms_state));
    put_places(root, permit);
    put_periods(root, permit);
    put_terms(root, permit);
    qh_json_print(root);
}
