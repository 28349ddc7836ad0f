/* One row a value, each with the clause that it is from and how sure that is. */
#include <stdio.h>

#include "cli/analysis.h"
#include "cli/csv.h"
#include "cli/permit.h"

typedef struct cells {
    const char *part, *what, *place, *period, *state, *constituent, *unit, *text;
    bool given;
    double value;
    qh_clause clause;
} cells;

static const char *text_of(const char *text) { return text ? text : ""; }

static void row(const cells *c) {
    qh_csv_text(c->part);
    qh_csv_comma_text(text_of(c->what));
    qh_csv_comma_text(text_of(c->place));
    qh_csv_comma_text(text_of(c->period));
    qh_csv_comma_text(text_of(c->state));
    qh_csv_comma_text(text_of(c->constituent));
    qh_csv_comma_number(c->given, c->value);
    qh_csv_comma_text(text_of(c->unit));
    qh_csv_comma_text(text_of(c->text));
    qh_csv_comma_text(text_of(c->clause.clause));
    qh_csv_comma_text(text_of(c->clause.confidence));
    putchar('\n');
}

#define ROW(...) row(&(cells){__VA_ARGS__})

static qh_clause annex(qh_annex_e_number number) {
    const qh_constant c = qh_annex_e_number_get(number);
    return (qh_clause){c.clause, c.confidence};
}

static const char *place_code(const qh_permit_place *place) {
    return place->code[0] ? place->code : qh_permit_place_kind_name(place->kind);
}

static void print_findings(const qh_permit *permit, qh_lang lang) {
    ROW(.part = "conclusion", .what = qh_permit_conclusion_name(permit->conclusion),
        .text = qh_tr(lang, qh_permit_conclusion_title(permit->conclusion)),
        .clause = qh_permit_rule_get(QH_PERMIT_RULE_MARGIN));
    for (size_t i = 0; i < permit->n_finding; i++) {
        const qh_finding *f = &permit->finding[i];
        ROW(.part = qh_finding_kind_name(f->kind), .what = f->code, .text = f->text[lang], .clause = f->clause);
    }
    const qh_grade_rule *rule = qh_grade_rule_get(permit->graded.grade);
    const qh_clause grade = {QH_GRADE_CLAUSE, QH_GRADE_CONFIDENCE};
    ROW(.part = "grade", .what = rule->name, .text = qh_tr(lang, qh_grade_reason_text(permit->graded.reason)),
        .clause = grade);
    ROW(.part = "grade", .what = "flow", .given = true, .value = permit->grade_input.flow, .unit = "m3/d",
        .clause = grade);
    ROW(.part = "grade", .what = "equivalents", .given = true, .value = permit->grade_input.equivalents, .unit = "1/a",
        .clause = {QH_EQUIVALENT_CLAUSE, QH_EQUIVALENT_CONFIDENCE});
}

static void print_places(const qh_permit *permit) {
    for (size_t i = 0; i < permit->n_place; i++) {
        const qh_permit_place *p = &permit->place[i];
        ROW(.part = "place", .what = qh_permit_place_kind_name(p->kind), .place = place_code(p), .given = true,
            .value = p->distance, .unit = "m", .text = permit->standard->class_name[p->target_class - 1],
            .clause = p->clause);
    }
}

static void print_values(const qh_permit *permit, size_t t) {
    for (size_t s = 0; s < QH_STATES; s++) {
        for (size_t p = 0; permit->state_given[s] && p < permit->n_place; p++) {
            for (size_t i = 0; i < permit->n_species; i++) {
                const qh_permit_value *v = qh_permit_value_at(permit, t, (qh_permit_state)s, p, i);
                const qh_target *target = qh_permit_target_at(permit, p, i);
                cells c = {.part = "value",
                           .what = "judged",
                           .place = place_code(&permit->place[p]),
                           .period = permit->period[t].asked->name,
                           .state = qh_permit_state_name((qh_permit_state)s),
                           .constituent = permit->river_case->constituent[i].name,
                           .unit = "mg/L",
                           .text = !target->given ? ""
                                   : v->met       ? "met"
                                                  : "missed",
                           .given = true,
                           .value = v->judged,
                           .clause = qh_permit_rule_get(QH_PERMIT_RULE_MARGIN)};
                row(&c);
                c.what = "increment", c.value = v->increment, c.text = "";
                row(&c);
                if (s != QH_STATE_NORMAL) continue;
                c.what = "allowed", c.state = "", c.given = target->given, c.value = target->allowed;
                row(&c);
            }
        }
    }
}

static void print_near(const qh_permit *permit, size_t t) {
    const char *period = permit->period[t].asked->name;
    const qh_permit_water *w = &permit->period[t].water;
    ROW(.part = "mixing", .what = "length", .period = period, .given = w->has_transverse, .value = w->mixing_length,
        .unit = "m", .clause = annex(QH_ANNEX_E_MIXING_CONSTANT));
    for (size_t i = 0; i < permit->n_species; i++) {
        const char *constituent = permit->river_case->constituent[i].name;
        const qh_permit_closed *closed = &permit->period[t].closed[i];
        const qh_permit_mixing_zone *zone = &permit->period[t].zone[i];
        const qh_permit_influence *far = &permit->period[t].influence[i];
        const bool bounded = zone->state == QH_MIXING_BOUNDED;
        ROW(.part = "annex_e", .what = "one_dimension", .period = period, .constituent = constituent,
            .given = closed->given, .value = closed->annex, .unit = "mg/L", .clause = annex(QH_ANNEX_E_ALPHA_LOW));
        ROW(.part = "zone", .what = "length", .period = period, .constituent = constituent, .given = bounded,
            .value = zone->length, .unit = "m", .text = qh_mixing_zone_state_name(zone->state),
            .clause = annex(QH_ANNEX_E_REFLECTIONS));
        ROW(.part = "zone", .what = "width", .period = period, .constituent = constituent, .given = bounded,
            .value = zone->width, .unit = "m", .text = qh_mixing_zone_state_name(zone->state),
            .clause = annex(QH_ANNEX_E_REFLECTIONS));
        ROW(.part = "influence", .what = "distance", .period = period, .constituent = constituent, .given = far->any,
            .value = far->distance, .unit = "m", .text = far->to_the_end ? "to the end" : "",
            .clause = qh_permit_rule_get(QH_PERMIT_RULE_OWN));
    }
}

static void print_peaks(const qh_permit *permit, size_t t) {
    const qh_permit_peak *peak = permit->period[t].peak;
    for (size_t k = 0; peak && k < permit->n_place * permit->n_species; k++) {
        cells c = {.part = "accident",
                   .what = "peak",
                   .place = place_code(&permit->place[k / permit->n_species]),
                   .period = permit->period[t].asked->name,
                   .constituent = permit->river_case->constituent[k % permit->n_species].name,
                   .unit = "mg/L",
                   .given = true,
                   .value = peak[k].peak,
                   .clause = qh_permit_rule_get(QH_PERMIT_RULE_ACCIDENT)};
        row(&c);
        if (peak[k].annex_given)
            ROW(.part = "annex_e", .what = "release", .place = c.place, .period = c.period,
                .constituent = c.constituent, .given = true, .value = peak[k].annex, .unit = "mg/L",
                .clause = qh_permit_rule_get(QH_PERMIT_RULE_RELEASE));
        c.what = "after", c.unit = "s", c.value = peak[k].at;
        row(&c);
        c.what = "over", c.value = peak[k].over, c.text = peak[k].ends_over ? "and longer" : "";
        row(&c);
    }
}

static void print_terms(const qh_permit *permit) {
    for (size_t i = 0; permit->period && permit->terms && i < permit->n_species; i++) {
        const qh_permit_terms *t = &permit->terms[i];
        cells c = {.part = "terms",
                   .what = "applied",
                   .constituent = permit->river_case->constituent[i].name,
                   .given = true,
                   .value = t->applied_concentration,
                   .unit = "mg/L",
                   .clause = qh_permit_rule_get(QH_PERMIT_RULE_MARGIN)};
        row(&c);
        c.what = "standard", c.given = t->standard.given, c.value = t->standard.value, c.clause = t->standard_clause;
        row(&c);
        c.what = "permissible", c.given = t->limited, c.value = t->permissible / permit->proposal->outfall.flow;
        c.clause = qh_permit_rule_get(QH_PERMIT_RULE_MARGIN);
        c.place = t->limited ? place_code(&permit->place[t->place]) : "";
        c.period = t->limited ? permit->period[t->period].asked->name : "";
        row(&c);
        c.what = "permit", c.given = t->possible, c.value = t->allowed, c.text = qh_permit_bound_name(t->bound);
        c.place = c.period = "", c.state = qh_permit_state_name(permit->terms_state);
        row(&c);
        c.what = "permit", c.value = QH_TONNES_A_YEAR * t->annual, c.unit = "t/a";
        row(&c);
    }
}

void qh_print_permit_csv(const qh_shown_permit *shown, bool bom) {
    const qh_permit *permit = shown->permit;
    if (bom) fputs("\xEF\xBB\xBF", stdout);
    puts("part,what,place,period,state,constituent,value,unit,text,clause,confidence");
    print_findings(permit, shown->app->lang);
    print_places(permit);
    for (size_t t = 0; permit->period && t < permit->n_period; t++) {
        print_values(permit, t);
        print_near(permit, t);
        print_peaks(permit, t);
    }
    print_terms(permit);
}
