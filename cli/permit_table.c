#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/analysis.h"
#include "cli/messages.h"
#include "cli/notes.h"
#include "cli/permit.h"
#include "cli/table.h"
#include "model/clause.h"

typedef struct printer {
    const qh_app *app;
    qh_lang lang;
    const qh_permit *permit;
    qh_notes notes;
} printer;

static const char *mark(printer *p, qh_clause clause) {
    return qh_note_mark(&p->notes, clause.clause, clause.confidence);
}

static const char *number_mark(printer *p, qh_permit_number number) {
    const qh_constant c = qh_permit_number_get(number);
    return qh_note_mark(&p->notes, c.clause, c.confidence);
}

static const char *rule_mark(printer *p, qh_permit_rule rule) {
    const qh_clause c = qh_permit_rule_get(rule);
    return qh_note_mark(&p->notes, c.clause, c.confidence);
}

static const char *annex_mark(printer *p, qh_annex_e_number number) {
    const qh_constant c = qh_annex_e_number_get(number);
    return qh_note_mark(&p->notes, c.clause, c.confidence);
}

static const char *constituent(const printer *p, size_t species) {
    return p->permit->river_case->constituent[species].name;
}

static const char *label(const printer *p, size_t place) {
    const qh_permit_place *at = &p->permit->place[place];
    return at->code[0] ? at->code : qh_tr(p->lang, qh_permit_place_kind_title(at->kind));
}

/* ---- head and conclusion ---- */

/* "Case: ..." in the way of the language. */
static void print_line(const printer *p, const char *what, const char *text) {
    printf(qh_tr(p->lang, "%s: %s"), qh_tr(p->lang, what), text);
}

static void print_head(const printer *p) {
    const qh_permit *permit = p->permit;
    const qh_case *c = permit->river_case;
    const qh_proposal *q = permit->proposal;
    const qh_outfall *o = &q->outfall;
    print_line(p, QH_N("Case"), c->name);
    printf("%s%s  %s\n", *c->title ? "  " : "", c->title, c->note);
    if (c->scenario) {
        print_line(p, QH_N("Scenario"), c->scenario->name);
        printf("  %s\n", c->scenario->title);
    }
    if (*q->title) {
        print_line(p, QH_N("Proposal"), q->title);
        printf("  %s\n", q->note);
    }
    print_line(p, QH_N("Outfall"), o->code);
    printf(qh_tr(p->lang, " %s (%s)\n"), o->name, qh_tr(p->lang, qh_proposal_kind_name(q->kind)));
    printf(qh_tr(p->lang, "Place: reach %s, km %.4g; class %s"), c->reach[o->reach].name, o->chainage / 1000,
           permit->standard->class_name[permit->target_class - 1]);
    if (*permit->class_from) printf(qh_tr(p->lang, " by control section %s"), permit->class_from);
    putchar('\n');
    printf(qh_tr(p->lang, "Discharge: %.6g m3/d on %.4g days a year"), o->flow * 86400, q->days);
    if (q->standard) printf(qh_tr(p->lang, ", held to %s"), q->standard_name);
    putchar('\n');
    print_line(p, QH_N("Standard"), permit->standard->code);
    printf(" %s\n", p->lang == QH_ZH ? permit->standard->title_zh : permit->standard->title);
}

/* A clause that was read in the document itself has no note at the end: it stands in the sentence. */
static void finding_cell(printer *p, qh_table *table, const qh_finding *f) {
    char clause[256];
    if (strcmp(f->clause.confidence, "V") != 0) {
        qh_table_cell(table, "%s%s", f->text[p->lang], mark(p, f->clause));
        return;
    }
    qh_clause_write(p->lang, f->clause.clause, sizeof clause, clause);
    qh_table_cell(table, qh_tr(p->lang, "%s (%s)"), f->text[p->lang], clause);
}

static void print_findings(printer *p) {
    const qh_permit *permit = p->permit;
    qh_print_part(p->app, qh_tr(p->lang, "Conclusion"));
    printf("%s\n", qh_tr(p->lang, qh_permit_conclusion_title(permit->conclusion)));
    if (permit->n_finding == 0) return;
    qh_table *table = qh_table_create(p->app);
    qh_table_column(table, QH_LEFT, NULL);
    qh_table_column(table, QH_WRAP, NULL);
    for (size_t i = 0; i < permit->n_finding; i++) {
        const qh_finding *f = &permit->finding[i];
        qh_table_verdict_cell(table, f->kind >= QH_FINDING_CONDITION, qh_tr(p->lang, qh_finding_kind_title(f->kind)));
        finding_cell(p, table, f);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_grade(printer *p) {
    const qh_permit *permit = p->permit;
    const qh_grade_rule *rule = qh_grade_rule_get(permit->graded.grade);
    const bool sum = permit->largest_equivalent >= permit->proposal->n_discharged;
    qh_print_part(p->app, qh_tr(p->lang, "Grade of evaluation"));
    printf(qh_tr(p->lang, "%s: %s"), p->app->lang == QH_ZH ? rule->name_zh : rule->name,
           qh_tr(p->lang, qh_grade_reason_text(permit->graded.reason)));
    printf("%s\n", qh_note_mark(&p->notes, QH_GRADE_CLAUSE, QH_GRADE_CONFIDENCE));
    printf(qh_tr(p->lang, "Q %.6g m3/d; W %.6g equivalents a year, by %s%s\n"), permit->grade_input.flow,
           permit->grade_input.equivalents,
           sum ? qh_tr(p->lang, "the sum of class 1") : permit->proposal->discharged[permit->largest_equivalent].name,
           qh_note_mark(&p->notes, QH_EQUIVALENT_CLAUSE, QH_EQUIVALENT_CONFIDENCE));
}

/* ---- water and places ---- */

static void print_water(printer *p) {
    qh_print_part(p->app, qh_tr(p->lang, "Water at the outfall"));
    qh_table *table = qh_table_create(p->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "period"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "season"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "flow basis"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "river [m3/s]"));
    qh_table_column(table, QH_RIGHT, "B [m]");
    qh_table_column(table, QH_RIGHT, "h [m]");
    qh_table_column(table, QH_RIGHT, "u [m/s]");
    qh_table_column(table, QH_RIGHT, "Ex [m2/s]");
    qh_table_column(table, QH_RIGHT, "Ey [m2/s]");
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "mixing length [km]"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "mixed at the accounting section"));
    for (size_t t = 0; t < p->permit->n_period; t++) {
        const qh_proposal_period *asked = p->permit->period[t].asked;
        const qh_permit_water *w = &p->permit->period[t].water;
        qh_table_cell(table, "%s", asked->name);
        qh_table_cell(table, "%s", qh_tr(p->lang, qh_season_name(asked->season)));
        qh_table_cell(table, "%s", qh_tr(p->lang, qh_flow_basis_name(asked->basis)));
        qh_table_cell(table, "%.4g", w->river);
        qh_table_cell(table, "%.4g", w->width);
        qh_table_cell(table, "%.3g", w->depth);
        qh_table_cell(table, "%.3g", w->velocity);
        qh_table_cell(table, "%.3g", w->dispersion);
        if (w->has_transverse) {
            qh_table_cell(table, "%.3g", w->transverse);
            qh_table_cell(table, "%.4g", w->mixing_length / 1000);
            qh_table_cell(table, "%s", qh_tr(p->lang, w->mixed_at_accounting ? "yes" : "no"));
        } else {
            qh_table_cell(table, "-");
            qh_table_cell(table, "-");
            qh_table_cell(table, "%s", qh_tr(p->lang, "not known"));
        }
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    printf(qh_tr(p->lang, "Mixing length of a discharge %.4g m from the bank%s\n"), p->permit->proposal->bank_distance,
           annex_mark(p, QH_ANNEX_E_MIXING_CONSTANT));
}

static void print_places(printer *p) {
    qh_print_part(p->app, qh_tr(p->lang, "Places that are judged"));
    qh_table *table = qh_table_create(p->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "place"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "kind"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "name"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "from the outfall [km]"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "reach, km"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "class"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "class by"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "protected"));
    for (size_t i = 0; i < p->permit->n_place; i++) {
        const qh_permit_place *at = &p->permit->place[i];
        qh_table_cell(table, "%s", label(p, i));
        qh_table_cell(table, "%s%s", qh_tr(p->lang, qh_permit_place_kind_title(at->kind)), mark(p, at->clause));
        qh_table_cell(table, "%s", *at->name ? at->name : "-");
        qh_table_cell(table, "%.4g", at->distance / 1000);
        qh_table_cell(table, "%s, %.4g", p->permit->river_case->reach[at->reach].name, at->chainage / 1000);
        qh_table_cell(table, "%s", p->permit->standard->class_name[at->target_class - 1]);
        qh_table_cell(table, "%s", *at->class_from ? at->class_from : "-");
        qh_table_cell(table, "%s", qh_tr(p->lang, at->is_protected ? "yes" : "no"));
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* ---- concentrations ---- */

static void value_row(printer *p, qh_table *table, size_t t, size_t place, size_t species) {
    const qh_permit *permit = p->permit;
    const qh_target *target = qh_permit_target_at(permit, place, species);
    const qh_permit_value *judged = qh_permit_value_at(permit, t, permit->judged, place, species);
    qh_table_cell(table, "%s", label(p, place));
    qh_table_cell(table, "%s", permit->period[t].asked->name);
    if (target->given) {
        qh_table_cell(table, "%.4g", target->limit);
        qh_table_cell(table, "%.3g %%", 100 * target->margin);
        qh_table_cell(table, "%.4g", target->allowed);
    } else {
        for (int i = 0; i < 3; i++)
            qh_table_cell(table, "-");
    }
    for (size_t s = 0; s < QH_STATES; s++) {
        if (!permit->state_given[s]) continue;
        const qh_permit_value *v = qh_permit_value_at(permit, t, (qh_permit_state)s, place, species);
        qh_table_cell(table, v->bank > v->mean * (1 + 1e-9) ? "%.4g*" : "%.4g", v->judged);
    }
    qh_table_cell(table, "%+.3g", judged->increment);
    if (target->given)
        qh_table_cell(table, "%+.3g %%", 100 * judged->increment / target->limit);
    else
        qh_table_cell(table, "-");
    if (target->given)
        qh_table_verdict_cell(table, judged->met, qh_tr(p->lang, judged->met ? "attained" : "missed"));
    else
        qh_table_cell(table, "-");
}

static void print_values(printer *p, size_t species) {
    const qh_permit *permit = p->permit;
    static const char *const heading[] = {QH_N("without"), QH_N("project"),  QH_N("accident"),
                                          QH_N("cuts"),    QH_N("approved"), QH_N("approved, cuts")};
    char part[160];
    (void)snprintf(part, sizeof part, "%s [mg/L]", constituent(p, species));
    qh_print_part(p->app, part);
    qh_table *table = qh_table_create(p->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "place"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "period"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "limit"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "margin"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "allowed"));
    for (size_t s = 0; s < QH_STATES; s++)
        if (permit->state_given[s]) qh_table_column(table, QH_RIGHT, qh_tr(p->lang, heading[s]));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "increment"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "of the limit"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "target"));
    for (size_t place = 0; place < permit->n_place; place++)
        for (size_t t = 0; t < permit->n_period; t++)
            value_row(p, table, t, place, species);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_all_values(printer *p) {
    for (size_t i = 0; i < p->permit->n_species; i++)
        print_values(p, i);
    printf(qh_tr(p->lang,
                 "\nTarget and increment are those %s. Margin by %s%s. *: at the bank, within the mixing length%s\n"),
           qh_tr(p->lang, qh_permit_state_title(p->permit->judged)), QH_MARGIN_HJ2_3_CLAUSE,
           rule_mark(p, QH_PERMIT_RULE_MARGIN), annex_mark(p, QH_ANNEX_E_REFLECTIONS));
}

/* ---- mixing zone, closed form, influence ---- */

static void zone_cells(printer *p, qh_table *table, const qh_permit_mixing_zone *zone) {
    if (zone->state == QH_MIXING_BOUNDED)
        qh_table_cell(table, qh_tr(p->lang, "%.4g m long, %.3g m wide"), zone->length, zone->width);
    else
        qh_table_cell(table, "%s", qh_tr(p->lang, qh_mixing_zone_state_title(zone->state)));
}

static void influence_cell(printer *p, qh_table *table, const qh_permit_influence *far) {
    if (!far->given)
        qh_table_cell(table, "-");
    else if (!far->any)
        qh_table_cell(table, "%s", qh_tr(p->lang, "none"));
    else
        qh_table_cell(
            table, far->to_the_end ? qh_tr(p->lang, "%.4g km, to the end of the network") : qh_tr(p->lang, "%.4g km"),
            far->distance / 1000);
}

static void near_row(printer *p, qh_table *table, size_t t, size_t species) {
    const qh_permit_period *period = &p->permit->period[t];
    const qh_permit_closed *closed = &period->closed[species];
    qh_table_cell(table, "%s", constituent(p, species));
    qh_table_cell(table, "%s", period->asked->name);
    if (closed->given) {
        qh_table_cell(table, "%.4g", closed->network);
        qh_table_cell(table, "%.4g", closed->annex);
        qh_table_cell(table, "%+.2g %%", 100 * (closed->annex / closed->network - 1));
        qh_table_cell(table, "%d", (int)closed->regime);
    } else {
        for (int i = 0; i < 4; i++)
            qh_table_cell(table, "-");
    }
    zone_cells(p, table, &period->zone[species]);
    influence_cell(p, table, &period->influence[species]);
}

static void print_near(printer *p) {
    const qh_constant share = qh_permit_number_get(QH_PERMIT_INFLUENCE_SHARE);
    qh_print_part(p->app, qh_tr(p->lang, "Accounting section by Annex E, mixing zone, range of influence"));
    qh_table *table = qh_table_create(p->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "constituent"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "period"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "network"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "Annex E"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "difference"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "its case"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "over the limit"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "influence"));
    for (size_t i = 0; i < p->permit->n_species; i++)
        for (size_t t = 0; t < p->permit->n_period; t++)
            near_row(p, table, t, i);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    printf(qh_tr(p->lang,
                 "Network and Annex E in mg/L, means of the cross-section with the project%s. Over the limit: of the\n"
                 "class at the outfall, without margin. Influence: increment of at least %.3g %% of that limit%s\n"),
           annex_mark(p, QH_ANNEX_E_ALPHA_LOW), 100 * share.value, number_mark(p, QH_PERMIT_INFLUENCE_SHARE));
}

/* ---- the accident ---- */

static void print_accident(printer *p) {
    const qh_permit *permit = p->permit;
    if (!permit->state_given[QH_STATE_ACCIDENT]) return;
    char part[200];
    (void)snprintf(part, sizeof part, qh_tr(p->lang, "Accidental discharge of %.4g h as it passes"),
                   permit->proposal->accident.duration / 3600);
    qh_print_part(p->app, part);
    qh_table *table = qh_table_create(p->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "place"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "period"));
    for (size_t i = 0; i < permit->n_species; i++) {
        qh_table_column(table, QH_RIGHT, constituent(p, i));
        qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "after [h]"));
        qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "over the limit [h]"));
    }
    for (size_t place = 0; place < permit->n_place; place++) {
        for (size_t t = 0; t < permit->n_period; t++) {
            qh_table_cell(table, "%s", label(p, place));
            qh_table_cell(table, "%s", permit->period[t].asked->name);
            for (size_t i = 0; i < permit->n_species; i++) {
                const qh_permit_peak *peak = &permit->period[t].peak[place * permit->n_species + i];
                qh_table_cell(table, "%.4g", peak->peak);
                qh_table_cell(table, "%.3g", peak->at / 3600);
                qh_table_cell(table, peak->ends_over ? ">%.3g" : "%.3g", peak->over / 3600);
            }
        }
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* The closed form beside it, where there is one. */
static void print_accident_closed(printer *p) {
    const qh_permit *permit = p->permit;
    bool any = false;
    for (size_t t = 0; t < permit->n_period; t++)
        for (size_t i = 0; i < permit->n_species; i++)
            any = any || (permit->period[t].peak && permit->period[t].peak[i].annex_given);
    if (!any) return;
    qh_print_part(p->app, qh_tr(p->lang, "Its peak at the accounting section, by the finite release of Annex E"));
    qh_table *table = qh_table_create(p->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "constituent"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "period"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "network"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "Annex E"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "difference"));
    for (size_t i = 0; i < permit->n_species; i++) {
        for (size_t t = 0; t < permit->n_period; t++) {
            const qh_permit_peak *peak = permit->period[t].peak ? &permit->period[t].peak[i] : NULL;
            if (!peak || !peak->annex_given) continue;
            qh_table_cell(table, "%s", constituent(p, i));
            qh_table_cell(table, "%s", permit->period[t].asked->name);
            qh_table_cell(table, "%.4g", peak->peak);
            qh_table_cell(table, "%.4g", peak->annex);
            qh_table_cell(table, "%+.2g %%", 100 * (peak->annex / peak->peak - 1));
        }
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    printf(qh_tr(p->lang, "mg/L, means of the cross-section%s\n"), rule_mark(p, QH_PERMIT_RULE_RELEASE));
}

/* ---- terms ---- */

static void terms_row(printer *p, qh_table *table, size_t species) {
    const qh_permit *permit = p->permit;
    const qh_permit_terms *t = &permit->terms[species];
    const double flow = permit->proposal->outfall.flow;
    qh_table_cell(table, "%s", constituent(p, species));
    qh_table_cell(table, "%.4g", t->applied_concentration);
    qh_table_cell(table, "%.4g", QH_TONNES_A_YEAR * t->applied_annual);
    if (t->standard.given)
        qh_table_cell(table, "%.4g%s", t->standard.value, mark(p, t->standard_clause));
    else
        qh_table_cell(table, "-");
    if (t->limited) {
        qh_table_cell(table, "%.4g", t->permissible / flow);
        qh_table_cell(table, "%.4g", QH_TONNES_A_YEAR * t->permissible * permit->proposal->days / 365);
        qh_table_cell(table, "%s, %s", label(p, t->place), permit->period[t->period].asked->name);
    } else {
        qh_table_cell(table, "-");
        qh_table_cell(table, "-");
        qh_table_cell(table, "-");
    }
    if (t->possible) {
        qh_table_cell(table, "%.4g", t->allowed);
        qh_table_cell(table, "%.4g", QH_TONNES_A_YEAR * t->annual);
    } else {
        qh_table_cell(table, "-");
        qh_table_cell(table, "-");
    }
    qh_table_cell(table, "%s", qh_tr(p->lang, qh_permit_bound_title(t->bound)));
}

static void print_terms(printer *p) {
    const qh_permit *permit = p->permit;
    qh_print_part(p->app, qh_tr(p->lang, "Terms at the discharge that is asked for"));
    qh_table *table = qh_table_create(p->app);
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "constituent"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "applied for [mg/L]"));
    qh_table_column(table, QH_RIGHT, "[t/a]");
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "standard [mg/L]"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "river takes [mg/L]"));
    qh_table_column(table, QH_RIGHT, "[t/a]");
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "bound by"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "permit [mg/L]"));
    qh_table_column(table, QH_RIGHT, "[t/a]");
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "set by"));
    for (size_t i = 0; i < permit->n_species; i++)
        if (!permit->river_case->constituent[i].is_oxygen) terms_row(p, table, i);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    printf(
        qh_tr(p->lang,
              "Permit: the smallest of application, discharge standard and river; t/a = mg/L x m3/d x %.4g d / 10^6.\n"
              "It holds %s. A negative load says that even none is too much.\n"),
        permit->proposal->days, qh_tr(p->lang, qh_permit_state_title(permit->terms_state)));
    if (permit->conclusion == QH_PERMIT_FAILS)
        puts(
            qh_tr(p->lang, "The proposal does not attain: these are no terms of a permit, but what the river leaves."));
}

void qh_print_permit(const qh_shown_permit *shown) {
    printer p = {.app = shown->app,
                 .lang = shown->app->lang,
                 .permit = shown->permit,
                 .notes = {.arena = qh_need(qh_arena_create())}};
    print_head(&p);
    print_findings(&p);
    print_grade(&p);
    if (shown->permit->period) {
        print_water(&p);
        print_places(&p);
        print_all_values(&p);
        print_near(&p);
        print_accident(&p);
        print_accident_closed(&p);
        print_terms(&p);
    }
    qh_print_notes(&p.notes, shown->app->lang);
    qh_arena_destroy(p.notes.arena);
}
