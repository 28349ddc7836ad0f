/* The grade, the conclusion and its reasons.
 *
 * The state that is judged (with the project; with the approved outfalls too where there are any) attains when every
 * target keeps its margin at every place in every period. Where one does not, three ways are tried, in this order: less
 * load, if what is left can reasonably be asked of a treatment plant; the regional cuts that come with the proposal; both.
 * Where none of them helps, it does not attain. */
#include <math.h>
#include <string.h>

#include "scenarios/permit_internal.h"

static const double tonnes = 31.536; /* t/a in a g/s */

/* ---- findings ---- */

qh_status qh_permit_add_finding(qh_permit_maker *m, qh_finding_kind kind, const char *code, qh_clause clause,
                                const char *english, const char *chinese) {
    if (!english || !chinese) return QH_E_NOMEM;
    if (m->made->n_finding == m->finding_capacity) {
        const size_t capacity = 2 * m->finding_capacity + 16;
        qh_finding *larger = qh_arena_alloc(m->arena, capacity, sizeof *larger);
        if (!larger) return QH_E_NOMEM;
        if (m->made->n_finding > 0) memcpy(larger, m->finding, m->made->n_finding * sizeof *larger);
        m->finding = larger;
        m->finding_capacity = capacity;
        m->made->finding = larger;
    }
    m->finding[m->made->n_finding++] =
        (qh_finding){.kind = kind, .code = code, .text = {english, chinese}, .clause = clause};
    return QH_OK;
}

/* A place in a sentence: kind, or code and name. */
static const char *place_name(const qh_permit_maker *m, size_t place, qh_lang lang) {
    const qh_permit_place *at = &m->place[place];
    if (!*at->code) return qh_tr(lang, qh_permit_place_kind_title(at->kind));
    if (!*at->name || strcmp(at->name, at->code) == 0) return at->code;
    const bool name_first = lang == QH_ZH;
    const char *text =
        qh_arena_printf(m->arena, "%s %s", name_first ? at->name : at->code, name_first ? at->code : at->name);
    return text ? text : at->code;
}

static const char *constituent(const qh_permit_maker *m, size_t species) { return m->base->constituent[species].name; }

/* ---- grade ---- */

/* A protected target within the influence of the project: intakes and zones on the main way up to its end. */
static bool target_in_range(const qh_permit_maker *m) {
    for (size_t p = 0; p < m->made->n_place; p++) {
        const qh_permit_place *place = &m->place[p];
        if (place->kind != QH_PLACE_INTAKE && place->kind != QH_PLACE_ZONE) continue;
        for (size_t t = 0; t < m->made->n_period; t++) {
            for (size_t i = 0; i < m->made->n_species; i++) {
                const qh_permit_influence *far = &m->period[t].influence[i];
                if (far->any && (far->to_the_end || place->distance <= far->distance)) return true;
            }
        }
    }
    return false;
}

/* Whether the river misses the class by something that is discharged, without the project. */
static bool misses_without(const qh_permit_maker *m, size_t species) {
    if (!(m->proposal->discharged[species].load > 0)) return false;
    for (size_t t = 0; t < m->made->n_period; t++) {
        for (size_t p = 0; p < m->made->n_place; p++) {
            const qh_target *target = qh_permit_target_at(m->made, p, species);
            const double c = qh_permit_value_at(m->made, t, QH_STATE_WITHOUT, p, species)->mean;
            if (target->given && target->sense * c > target->sense * target->limit * (1 + target->sense * 1e-9))
                return true;
        }
    }
    return false;
}

static qh_status find_equivalents(qh_permit_maker *m) {
    const qh_proposal *p = m->proposal;
    const size_t n = p->n_discharged;
    const qh_equivalent **pollutant = qh_arena_alloc(m->arena, n, sizeof *pollutant);
    double *mass = qh_arena_alloc(m->arena, n, sizeof *mass);
    size_t *index = qh_arena_alloc(m->arena, n + 1, sizeof *index);
    if (!pollutant || !mass || !index) return QH_E_NOMEM;
    size_t count = 0, largest = 0;
    for (size_t i = 0; i < n; i++) {
        const qh_discharged *d = &p->discharged[i];
        const char *name = d->modelled ? m->base->constituent[d->species].item : d->name;
        pollutant[count] = qh_equivalent_find(name);
        if (!pollutant[count]) continue;
        mass[count] = d->annual * tonnes * 1000; /* kg/a */
        m->made->grade_input.class_1 |= pollutant[count]->pollutant_class == 1 && d->load > 0;
        index[count++] = i;
    }
    m->made->grade_input.equivalents = qh_equivalents_of(count, pollutant, mass, &largest);
    m->made->largest_equivalent = largest < count ? index[largest] : n;
    return QH_OK;
}

static qh_status find_grade(qh_permit_maker *m, bool evaluated) {
    qh_grade_input *input = &m->made->grade_input;
    QH_TRY(find_equivalents(m));
    input->direct = m->proposal->direct;
    input->flow = m->proposal->outfall.flow * 86400;
    input->target = evaluated && target_in_range(m);
    for (size_t i = 0; evaluated && i < m->made->n_species; i++)
        input->exceeded = input->exceeded || misses_without(m, i);
    m->made->graded = qh_grade_of(input);
    return QH_OK;
}

/* ---- periods ---- */

static bool has_season(const qh_permit_maker *m, qh_season season) {
    for (size_t t = 0; t < m->proposal->n_period; t++)
        if (m->proposal->period[t].season == season) return true;
    return false;
}

static qh_status check_season(qh_permit_maker *m, qh_season season, bool asked, bool least) {
    const qh_grade_rule *rule = qh_grade_rule_get(m->made->graded.grade);
    const qh_clause clause = {rule->clause, rule->confidence};
    if (!asked || has_season(m, season)) return QH_OK;
    QH_FINDING(m, least ? QH_FINDING_CONDITION : QH_FINDING_NOTE, "period", clause,
               least ? qh_tr(lang, "grade %s takes the %s period at least: it was not evaluated")
                     : qh_tr(lang, "grade %s asks for the %s period too: it was not evaluated"),
               lang == QH_ZH ? rule->name_zh : rule->name, qh_tr(lang, qh_season_name(season)));
    return QH_OK;
}

static qh_status check_periods(qh_permit_maker *m) {
    const qh_grade_rule *rule = qh_grade_rule_get(m->made->graded.grade);
    QH_TRY(check_season(m, QH_SEASON_WET, rule->asked.wet, rule->least.wet));
    QH_TRY(check_season(m, QH_SEASON_NORMAL, rule->asked.normal, rule->least.normal));
    QH_TRY(check_season(m, QH_SEASON_DRY, rule->asked.dry, rule->least.dry));
    bool design = !rule->least.dry;
    for (size_t t = 0; t < m->proposal->n_period; t++)
        design = design || m->proposal->period[t].basis >= QH_BASIS_Q90;
    if (design) return QH_OK;
    const qh_clause clause = qh_permit_rule_get(QH_PERMIT_RULE_DESIGN_FLOW);
    QH_FINDING(m, QH_FINDING_CONDITION, "design", clause,
               qh_tr(lang,
                     "no period stands for a design low flow: the driest month at 90 %% or of the last ten years, or "
                     "the ecological flow of a regulated river"));
    return QH_OK;
}

/* ---- what is missed ---- */

static bool all_met(const qh_permit_maker *m, qh_permit_state state) {
    for (size_t t = 0; t < m->made->n_period; t++)
        for (size_t p = 0; p < m->made->n_place; p++)
            for (size_t i = 0; i < m->made->n_species; i++)
                if (!qh_permit_value_at(m->made, t, state, p, i)->met) return false;
    return true;
}

/* The period in which a target is missed most; n_period: in none. */
static size_t worst_period(const qh_permit_maker *m, qh_permit_state state, size_t place, size_t species) {
    const qh_target *target = qh_permit_target_at(m->made, place, species);
    size_t worst = m->made->n_period;
    double most = -INFINITY;
    for (size_t t = 0; t < m->made->n_period; t++) {
        const qh_permit_value *v = qh_permit_value_at(m->made, t, state, place, species);
        const double over = target->sense * (v->judged - target->allowed);
        if (!v->met && over > most) most = over, worst = t;
    }
    return worst;
}

static qh_status tell_missed(qh_permit_maker *m, qh_permit_state state, qh_finding_kind kind) {
    for (size_t p = 0; p < m->made->n_place; p++) {
        for (size_t i = 0; i < m->made->n_species; i++) {
            const size_t t = worst_period(m, state, p, i);
            if (t == m->made->n_period) continue;
            const qh_target *target = qh_permit_target_at(m->made, p, i);
            const qh_permit_value *v = qh_permit_value_at(m->made, t, state, p, i);
            const double without = qh_permit_value_at(m->made, t, QH_STATE_WITHOUT, p, i)->mean;
            QH_FINDING(m, kind, "missed", qh_permit_rule_get(QH_PERMIT_RULE_MARGIN),
                       target->sense > 0
                           ? qh_tr(lang, "%s at %s, %s: %.4g mg/L, at most %.4g allowed (limit %.4g of class %s less "
                                         "%.3g %%); without the project %.4g")
                           : qh_tr(lang, "%s at %s, %s: %.4g mg/L, at least %.4g asked (limit %.4g of class %s, margin "
                                         "%.3g %%); without the project %.4g"),
                       constituent(m, i), place_name(m, p, lang), m->proposal->period[t].name, v->judged,
                       target->allowed, target->limit, m->standard->class_name[m->place[p].target_class - 1],
                       100 * target->margin, without);
        }
    }
    return QH_OK;
}

static qh_status tell_present(qh_permit_maker *m) {
    const qh_clause clause = qh_permit_rule_get(QH_PERMIT_RULE_MARGIN);
    for (size_t i = 0; i < m->made->n_species; i++) {
        if (!misses_without(m, i)) continue;
        QH_FINDING(m, QH_FINDING_NOTE, "present", clause,
                   qh_tr(lang, "%s: the river misses its class without the project; no new load unless regional cuts "
                               "bring it to its class first"),
                   constituent(m, i));
    }
    return QH_OK;
}

/* ---- ways out ---- */

/* Whether the load that the river leaves is one a plant can be asked for: its concentration is no lower than the limit of
 * the water itself. Where one constituent is not possible, none is. */
static bool can_reduce(const qh_permit_maker *m, bool with_cuts) {
    for (size_t i = 0; i < m->made->n_species; i++) {
        const qh_permit_terms *t = &m->terms[i];
        const bool limited = with_cuts ? t->permissible_with_cuts_given : t->limited;
        const double river = with_cuts ? t->permissible_with_cuts : t->permissible;
        const qh_target *target = qh_permit_target_at(m->made, 0, i);
        if (!limited || river >= t->applied * (1 - 1e-9)) continue;
        const double least = target->given && target->sense > 0 ? target->limit : 0;
        if (river < 0 || river / m->proposal->outfall.flow < least) return false;
    }
    return true;
}

/* Whether all targets hold once every load is that of the terms: what no load of the project can mend stays missed. */
static bool holds_reduced(const qh_permit_maker *m, qh_permit_state state) {
    const size_t n = m->made->n_species;
    for (size_t t = 0; t < m->made->n_period; t++) {
        const qh_state_solution *s = &m->solution[t][state];
        for (size_t row = 0; row < m->made->n_place * n; row++) {
            const qh_target *target = &m->made->target[row];
            double c = s->mean[row * s->n_lane + QH_LANE_ZERO];
            for (size_t k = 0; k < n; k++) {
                const double river =
                    s == &m->solution[t][m->made->judged] ? m->terms[k].permissible : m->terms[k].permissible_with_cuts;
                const bool limited = s == &m->solution[t][m->made->judged] ? m->terms[k].limited
                                                                           : m->terms[k].permissible_with_cuts_given;
                c += s->part[row * n + k] * (limited ? fmin(river, m->terms[k].applied) : m->terms[k].applied);
            }
            if (target->given && !qh_target_met(target, c)) return false;
        }
    }
    return true;
}

static qh_status ask_to_reduce(qh_permit_maker *m, bool with_cuts) {
    const double flow = m->proposal->outfall.flow;
    for (size_t i = 0; i < m->made->n_species; i++) {
        const qh_permit_terms *t = &m->terms[i];
        const bool limited = with_cuts ? t->permissible_with_cuts_given : t->limited;
        const double river = with_cuts ? t->permissible_with_cuts : t->permissible;
        if (!limited || river >= t->applied * (1 - 1e-9)) continue;
        QH_FINDING(m, QH_FINDING_CONDITION, "reduce", qh_permit_rule_get(QH_PERMIT_RULE_MARGIN),
                   qh_tr(lang, "discharge at most %.4g mg/L of %s at %.4g m3/d, %.4g t/a; %.4g mg/L is applied for"),
                   river / flow, constituent(m, i), flow * 86400, tonnes * river * m->proposal->days / 365,
                   t->applied_concentration);
    }
    return QH_OK;
}

static qh_status ask_for_cuts(qh_permit_maker *m) {
    QH_FINDING(m, QH_FINDING_CONDITION, "cuts", qh_permit_rule_get(QH_PERMIT_RULE_MARGIN),
               qh_tr(lang, "the regional cuts of scenario %s are made before the outfall discharges"),
               m->proposal->cuts);
    return QH_OK;
}

/* Cuts over what is added, where cuts come with the project. */
static qh_status check_replacement(qh_permit_maker *m) {
    for (size_t i = 0; m->proposal->cuts[0] && i < m->made->n_species; i++) {
        const qh_permit_terms *t = &m->terms[i];
        const bool twice = misses_without(m, i);
        const qh_constant rule = qh_permit_number_get(twice ? QH_PERMIT_REPLACE_DOUBLE : QH_PERMIT_REPLACE_EQUAL);
        const qh_clause clause = {rule.clause, rule.confidence};
        const double added = t->annual - t->replaced;
        if (m->base->constituent[i].is_oxygen || !(added > 0)) continue;
        const bool enough = t->cut >= rule.value * added * (1 - 1e-9);
        QH_FINDING(m, enough ? QH_FINDING_NOTE : QH_FINDING_CONDITION, "replacement", clause,
                   enough
                       ? qh_tr(lang, "%s: the regional cuts take away %.4g t/a, %.3g times the %.4g t/a that are added "
                                     "(%.3g times are asked)")
                       : qh_tr(lang, "%s: the regional cuts take away %.4g t/a, only %.3g times the %.4g t/a that are "
                                     "added: %.3g times are asked"),
                   constituent(m, i), tonnes * t->cut, t->cut / added, tonnes * added, rule.value);
    }
    return QH_OK;
}

static qh_status check_increase(qh_permit_maker *m) {
    for (size_t i = 0; m->no_increase && i < m->made->n_species; i++) {
        const qh_permit_terms *t = &m->terms[i];
        if (m->base->constituent[i].is_oxygen || t->applied_annual <= t->replaced * (1 + 1e-9)) continue;
        QH_FINDING(m, QH_FINDING_CONDITION, "increase", m->no_increase_clause,
                   qh_tr(lang, "%s: no more than the %.4g t/a that were discharged there; %.4g t/a are applied for"),
                   constituent(m, i), tonnes * t->replaced, tonnes * t->applied_annual);
    }
    return QH_OK;
}

static qh_status check_standard(qh_permit_maker *m) {
    for (size_t i = 0; i < m->made->n_species; i++) {
        const qh_permit_terms *t = &m->terms[i];
        if (!t->standard.given || t->applied_concentration <= t->standard.value * (1 + 1e-9)) continue;
        QH_FINDING(m, QH_FINDING_CONDITION, "standard", t->standard_clause,
                   qh_tr(lang, "%s: treated to %.4g mg/L or less (%s); %.4g mg/L are applied for"), constituent(m, i),
                   t->standard.value, m->proposal->standard_name, t->applied_concentration);
    }
    if (m->proposal->standard) return QH_OK;
    QH_FINDING(m, QH_FINDING_NOTE, "standard", qh_permit_rule_get(QH_PERMIT_RULE_OWN),
               qh_tr(lang, "no discharge standard is named: the concentrations were held against the river only"));
    return QH_OK;
}

static qh_status tell_accident(qh_permit_maker *m) {
    const qh_clause clause = qh_permit_rule_get(QH_PERMIT_RULE_ACCIDENT);
    for (size_t p = 0; m->proposal->accident.given && p < m->made->n_place; p++) {
        for (size_t i = 0; i < m->made->n_species; i++) {
            size_t worst = 0;
            for (size_t t = 1; t < m->made->n_period; t++)
                if (m->period[t].peak[p * m->made->n_species + i].peak >
                    m->period[worst].peak[p * m->made->n_species + i].peak)
                    worst = t;
            const qh_permit_peak *peak = &m->period[worst].peak[p * m->made->n_species + i];
            const qh_target *target = qh_permit_target_at(m->made, p, i);
            if (!target->given || target->sense < 0 || !(peak->peak > target->limit * (1 + 1e-9))) continue;
            QH_FINDING(m, QH_FINDING_NOTE, "accident", clause,
                       qh_tr(lang,
                             "an accident of %.4g h brings %s to %.4g mg/L at %s after %.3g h (limit %.4g; %s): it "
                             "must be kept back"),
                       m->proposal->accident.duration / 3600, constituent(m, i), peak->peak, place_name(m, p, lang),
                       peak->at / 3600, target->limit, m->proposal->period[worst].name);
        }
    }
    return QH_OK;
}

static qh_status tell_mixing(qh_permit_maker *m) {
    const qh_clause clause = qh_permit_rule_get(QH_PERMIT_RULE_BANK);
    for (size_t t = 0; t < m->made->n_period; t++) {
        const qh_permit_water *w = &m->period[t].water;
        if (!w->has_transverse) {
            QH_FINDING(m, QH_FINDING_NOTE, "mixing", clause,
                       qh_tr(lang, "%s: reach %s has no slope, so that the mixing length is not known and means of the "
                                   "cross-section were judged"),
                       m->proposal->period[t].name, m->base->reach[m->proposal->outfall.reach].name);
        } else if (!w->mixed_at_accounting) {
            QH_FINDING(m, QH_FINDING_NOTE, "mixing", clause,
                       qh_tr(lang,
                             "%s: the river is mixed after %.4g km only, beyond the accounting section at %.4g km: "
                             "the highest concentration of the section, at the bank, was judged"),
                       m->proposal->period[t].name, w->mixing_length / 1000, m->place[0].distance / 1000);
        }
    }
    return QH_OK;
}

/* ---- the conclusion ---- */

static bool is_there(const qh_permit_maker *m, qh_finding_kind kind) {
    for (size_t i = 0; i < m->made->n_finding; i++)
        if (m->made->finding[i].kind == kind) return true;
    return false;
}

/* What the cuts that come with the proposal leave missed, where they do not help. */
static qh_status tell_cuts_fail(qh_permit_maker *m, qh_permit_state cut) {
    size_t count = 0, place = 0, species = 0;
    double worst = 0; /* over what is allowed, - */
    for (size_t p = 0; p < m->made->n_place; p++) {
        for (size_t i = 0; i < m->made->n_species; i++) {
            const size_t t = worst_period(m, cut, p, i);
            if (t == m->made->n_period) continue;
            const qh_target *target = qh_permit_target_at(m->made, p, i);
            const double c = qh_permit_value_at(m->made, t, cut, p, i)->judged;
            const double over = target->sense * (c / target->allowed - 1);
            if (count++ == 0 || over > worst) worst = over, place = p, species = i;
        }
    }
    QH_FINDING(m, QH_FINDING_FAILS, "cuts", qh_permit_rule_get(QH_PERMIT_RULE_MARGIN),
               qh_tr(lang,
                     "even with the regional cuts of scenario %s %zu targets are missed, most of all %s at %s, by "
                     "%.3g %%"),
               m->proposal->cuts, count, constituent(m, species), place_name(m, place, lang), 100 * worst);
    return QH_OK;
}

/* What helps where targets are missed. */
static qh_status find_way_out(qh_permit_maker *m) {
    const qh_permit_state judged = m->made->judged;
    const qh_permit_state cut = judged == QH_STATE_CUMULATIVE ? QH_STATE_ALL : QH_STATE_CUTS;
    const bool has_cuts = m->made->state_given[cut];
    const bool less = can_reduce(m, false) && holds_reduced(m, judged);
    const bool cuts = has_cuts && all_met(m, cut);
    const bool both = has_cuts && can_reduce(m, true) && holds_reduced(m, cut);
    if (!less && (cuts || both)) {
        m->made->terms_state = cut;
        qh_permit_find_terms(m);
    }
    QH_TRY(tell_missed(m, judged, less || cuts || both ? QH_FINDING_NOTE : QH_FINDING_FAILS));
    if (less) return ask_to_reduce(m, false);
    if (has_cuts && !cuts && !both) return tell_cuts_fail(m, cut);
    if (cuts || both) QH_TRY(ask_for_cuts(m));
    return !cuts && both ? ask_to_reduce(m, true) : QH_OK;
}

/* What can be permitted, in one sentence: what a reader of the conclusion alone needs. */
static qh_status tell_terms(qh_permit_maker *m) {
    const qh_clause clause = qh_permit_rule_get(QH_PERMIT_RULE_MARGIN);
    const char *list[2] = {"", ""};
    for (size_t i = 0; i < m->made->n_species; i++) {
        const qh_permit_terms *t = &m->terms[i];
        if (!t->possible || m->base->constituent[i].is_oxygen) continue;
        for (int lang = QH_EN; lang <= QH_ZH; lang++) {
            const char *between = !*list[lang] ? "" : lang == QH_ZH ? "；" : "; ";
            list[lang] = qh_arena_printf(m->arena, qh_tr((qh_lang)lang, "%s%s%s %.4g mg/L, %.4g t/a"), list[lang],
                                         between, constituent(m, i), t->allowed, tonnes * t->annual);
            if (!list[lang]) return QH_E_NOMEM;
        }
    }
    if (!*list[QH_EN]) return QH_OK;
    QH_FINDING(m, QH_FINDING_NOTE, "terms", clause,
               qh_tr(lang, "can be permitted at %.6g m3/d on %.4g days a year: %s"), m->proposal->outfall.flow * 86400,
               m->proposal->days, list[lang]);
    return QH_OK;
}

static qh_status tell_all(qh_permit_maker *m) {
    QH_TRY(tell_present(m));
    if (!all_met(m, m->made->judged)) QH_TRY(find_way_out(m));
    QH_TRY(check_standard(m));
    QH_TRY(check_increase(m));
    QH_TRY(check_replacement(m));
    QH_TRY(check_periods(m));
    if (!is_there(m, QH_FINDING_FAILS)) QH_TRY(tell_terms(m));
    QH_TRY(tell_mixing(m));
    return tell_accident(m);
}

/* The gravest first, each kind in the order of finding. */
static qh_status sort_findings(qh_permit_maker *m) {
    qh_finding *sorted = qh_arena_alloc(m->arena, m->made->n_finding, sizeof *sorted);
    if (!sorted) return QH_E_NOMEM;
    size_t n = 0;
    for (int kind = QH_FINDING_FORBIDS; kind <= QH_FINDING_NOTE; kind++)
        for (size_t i = 0; i < m->made->n_finding; i++)
            if ((int)m->finding[i].kind == kind) sorted[n++] = m->finding[i];
    m->made->finding = m->finding = sorted;
    m->finding_capacity = n;
    return QH_OK;
}

qh_status qh_permit_conclude(qh_permit_maker *m) {
    const bool forbidden = is_there(m, QH_FINDING_FORBIDS);
    QH_TRY(find_grade(m, !forbidden));
    if (!forbidden) QH_TRY(tell_all(m));
    m->made->conclusion = forbidden                           ? QH_PERMIT_FORBIDDEN
                          : is_there(m, QH_FINDING_FAILS)     ? QH_PERMIT_FAILS
                          : is_there(m, QH_FINDING_CONDITION) ? QH_PERMIT_CONDITIONAL
                                                              : QH_PERMIT_ATTAINS;
    return sort_findings(m);
}
