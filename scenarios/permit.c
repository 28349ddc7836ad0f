/* The evaluation before a permit, stage by stage: places, states of each period, terms, conclusion. */
#include "scenarios/permit.h"

#include <stdlib.h>
#include <string.h>

#include "io/proposal_reader.h"
#include "io/standard_reader.h"
#include "scenarios/permit_internal.h"
#include "scenarios/study.h"

/* ---- names ---- */

typedef struct named {
    const char *name, *title;
} named;

static const named states[] = {
    [QH_STATE_WITHOUT] = {"without", QH_N("without the project")},
    [QH_STATE_NORMAL] = {"normal", QH_N("with the project")},
    [QH_STATE_ACCIDENT] = {"accident", QH_N("accidental discharge, lasting")},
    [QH_STATE_CUTS] = {"cuts", QH_N("with the regional cuts")},
    [QH_STATE_CUMULATIVE] = {"cumulative", QH_N("with the approved outfalls")},
    [QH_STATE_ALL] = {"all", QH_N("with approved outfalls and cuts")},
};
const char *qh_permit_state_name(qh_permit_state state) { return states[state].name; }
const char *qh_permit_state_title(qh_permit_state state) { return states[state].title; }

static const named place_kinds[] = {
    [QH_PLACE_ACCOUNTING] = {"accounting", QH_N("accounting section")},
    [QH_PLACE_ABOVE] = {"above", QH_N("accounting section above")},
    [QH_PLACE_SECTION] = {"section", QH_N("control section")},
    [QH_PLACE_INTAKE] = {"intake", QH_N("drinking-water intake")},
    [QH_PLACE_ZONE] = {"zone", QH_N("protected zone")},
};
const char *qh_permit_place_kind_name(qh_permit_place_kind kind) { return place_kinds[kind].name; }
const char *qh_permit_place_kind_title(qh_permit_place_kind kind) { return place_kinds[kind].title; }

static const named mixing_states[] = {
    [QH_MIXING_NONE] = {"none", QH_N("none over the limit")},
    [QH_MIXING_BOUNDED] = {"bounded", QH_N("bounded")},
    [QH_MIXING_OPEN] = {"open", QH_N("over the whole width")},
    [QH_MIXING_EXCEEDED] = {"exceeded", QH_N("river over the limit already")},
    [QH_MIXING_UNKNOWN] = {"unknown", QH_N("not known")},
};
const char *qh_mixing_zone_state_name(qh_mixing_zone_state state) { return mixing_states[state].name; }
const char *qh_mixing_zone_state_title(qh_mixing_zone_state state) { return mixing_states[state].title; }

static const named bounds[] = {
    [QH_BOUND_APPLIED] = {"applied", QH_N("application")},
    [QH_BOUND_STANDARD] = {"standard", QH_N("discharge standard")},
    [QH_BOUND_RIVER] = {"river", QH_N("what the river takes")},
};
const char *qh_permit_bound_name(qh_permit_bound bound) { return bounds[bound].name; }
const char *qh_permit_bound_title(qh_permit_bound bound) { return bounds[bound].title; }

static const named conclusions[] = {
    [QH_PERMIT_ATTAINS] = {"attains", QH_N("attains")},
    [QH_PERMIT_CONDITIONAL] = {"conditional", QH_N("attains only on conditions")},
    [QH_PERMIT_FAILS] = {"fails", QH_N("does not attain")},
    [QH_PERMIT_FORBIDDEN] = {"forbidden", QH_N("not permissible at this place")},
};
const char *qh_permit_conclusion_name(qh_permit_conclusion conclusion) { return conclusions[conclusion].name; }
const char *qh_permit_conclusion_title(qh_permit_conclusion conclusion) { return conclusions[conclusion].title; }

static const named finding_kinds[] = {
    [QH_FINDING_FORBIDS] = {"forbids", QH_N("forbidden")},
    [QH_FINDING_FAILS] = {"fails", QH_N("missed")},
    [QH_FINDING_CONDITION] = {"condition", QH_N("condition")},
    [QH_FINDING_NOTE] = {"note", QH_N("note")},
};
const char *qh_finding_kind_name(qh_finding_kind kind) { return finding_kinds[kind].name; }
const char *qh_finding_kind_title(qh_finding_kind kind) { return finding_kinds[kind].title; }

/* ---- making ---- */

static void choose_states(qh_permit_maker *m) {
    const bool cuts = m->proposal->cuts[0] != '\0', approved = m->proposal->approved[0] != '\0';
    bool *given = m->made->state_given;
    given[QH_STATE_WITHOUT] = given[QH_STATE_NORMAL] = true;
    given[QH_STATE_ACCIDENT] = m->proposal->accident.given;
    given[QH_STATE_CUTS] = cuts;
    given[QH_STATE_CUMULATIVE] = approved;
    given[QH_STATE_ALL] = cuts && approved;
    m->made->judged = m->made->terms_state = approved ? QH_STATE_CUMULATIVE : QH_STATE_NORMAL;
}

/* The network on which places are found: that of the case with the project. */
static qh_status open_water(qh_permit_maker *m) {
    const qh_proposal *p = m->proposal;
    QH_TRY(qh_case_with_project(m->arena, m->base, p, true, true, &m->with));
    m->project = m->with->n_outfall - 1;
    QH_TRY(qh_network_create(m->with, m->diag, &m->network));
    QH_TRY(qh_flow_solve(m->with, m->network, m->diag, &m->flow));
    m->way = qh_arena_alloc(m->arena, m->network->n_point, sizeof *m->way);
    if (!m->way) return QH_E_NOMEM;
    qh_way_from(m->network, p->outfall.reach, p->outfall.chainage, m->way);
    return QH_OK;
}

static qh_status room_for_periods(qh_permit_maker *m) {
    const size_t n_period = m->proposal->n_period, n = m->made->n_species;
    m->period = qh_arena_alloc(m->arena, n_period, sizeof *m->period);
    m->terms = qh_arena_alloc(m->arena, n, sizeof *m->terms);
    m->cut = qh_arena_alloc(m->arena, n, sizeof *m->cut);
    m->value = qh_arena_alloc(m->arena, n_period, sizeof *m->value);
    m->solution = qh_arena_alloc(m->arena, n_period, sizeof *m->solution);
    if (!m->period || !m->terms || !m->cut || !m->value || !m->solution) return QH_E_NOMEM;
    for (size_t t = 0; t < n_period; t++) {
        m->value[t] = qh_arena_alloc(m->arena, QH_STATES * m->made->n_place * n, sizeof **m->value);
        if (!m->value[t]) return QH_E_NOMEM;
        m->period[t].asked = &m->proposal->period[t];
        m->period[t].value = m->value[t];
    }
    m->made->period = m->period;
    m->made->n_period = n_period;
    return QH_OK;
}

static bool is_forbidden(const qh_permit *permit) {
    for (size_t i = 0; i < permit->n_finding; i++)
        if (permit->finding[i].kind == QH_FINDING_FORBIDS) return true;
    return false;
}

static qh_status evaluate(qh_permit_maker *m) {
    QH_TRY(open_water(m));
    QH_TRY(qh_permit_find_places(m));
    if (is_forbidden(m->made)) return qh_permit_conclude(m);
    QH_TRY(room_for_periods(m));
    for (size_t t = 0; t < m->made->n_period; t++)
        QH_TRY(qh_permit_solve_period(m, t));
    qh_permit_find_terms(m);
    m->made->terms = m->terms;
    return qh_permit_conclude(m);
}

static qh_status check_case(const qh_case *c, qh_diag *diag) {
    const char *objection =
        c->run.type != QH_STEADY ? QH_N("the run is unsteady (try --set run.type=steady)") : qh_exact_objection(c);
    QH_CHECK(!objection, QH_E_INPUT, diag, QH_NOWHERE, "this case cannot be evaluated for a permit: %s",
             qh_tr(diag ? qh_diag_lang(diag) : QH_EN, objection));
    return QH_OK;
}

qh_status qh_permit_create(const qh_case *river_case, const qh_proposal *proposal, const qh_standard *standard,
                           qh_diag *diag, qh_permit **permit) {
    QH_TRY(check_case(river_case, diag));
    qh_arena *arena = qh_arena_create();
    qh_permit *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    made->arena = arena;
    made->river_case = river_case;
    made->proposal = proposal;
    made->standard = standard;
    made->n_species = river_case->n_constituent;
    made->margin = (qh_margin){QH_MARGIN_HJ2_3, 0};
    qh_permit_maker m = {
        .base = river_case, .proposal = proposal, .standard = standard, .diag = diag, .arena = arena, .made = made};
    choose_states(&m);
    const qh_status status = evaluate(&m);
    qh_flow_destroy(m.flow);
    qh_network_destroy(m.network);
    if (status != QH_OK) {
        qh_arena_destroy(arena);
        return status;
    }
    *permit = made;
    return QH_OK;
}

/* ---- from files ---- */

struct qh_permit_inputs {
    qh_study *study;
    qh_standard *standard;
    qh_proposal *proposal;
};

static void inputs_free(struct qh_permit_inputs *own) {
    if (!own) return;
    qh_proposal_destroy(own->proposal);
    qh_standard_destroy(own->standard);
    qh_study_close(own->study);
    free(own);
}

static qh_status read_proposal(const qh_case *c, qh_arena *scratch, const char *name, qh_diag *diag,
                               qh_proposal **proposal) {
    const char *path = NULL;
    QH_TRY(qh_proposal_path(scratch, c, name, diag, &path));
    return qh_proposal_read(c, path, diag, proposal);
}

/* An outfall of the case, else that of a proposal in its folder. */
static qh_status find_outfall(const qh_case *c, qh_arena *scratch, const char *code, qh_diag *diag,
                              qh_proposal **proposal) {
    for (size_t i = 0; i < c->n_outfall; i++) {
        if (strcmp(c->outfall[i].code, code) != 0) continue;
        QH_CHECK(c->outfall[i].flow > 0, QH_E_INPUT, diag, c->outfall[i].place,
                 "outfall %s discharges no water: there is nothing to be evaluated", code);
        const char *name = qh_tr(diag ? qh_diag_lang(diag) : QH_EN, QH_N("as it stands")); /* the river, now */
        return qh_proposal_of_outfall(c, i, name, proposal);
    }
    const char *path = NULL;
    QH_TRY(qh_proposal_of_code(scratch, c, code, &path));
    QH_CHECK(path, QH_E_INPUT, diag, QH_NOWHERE,
             "there is no outfall '%s', neither in outfalls.csv nor in a proposal of the case's folder proposals",
             code);
    return qh_proposal_read(c, path, diag, proposal);
}

static qh_status open_inputs(const qh_permit_options *o, qh_diag *diag, struct qh_permit_inputs *own) {
    QH_TRY(qh_study_open_asked(&o->study, diag, &own->study));
    const qh_case *c = own->study->river_case;
    QH_TRY(qh_study_standard(&o->study, own->study, diag, &own->standard));
    qh_arena *scratch = qh_arena_create();
    if (!scratch) return QH_E_NOMEM;
    const qh_status status = o->proposal ? read_proposal(c, scratch, o->proposal, diag, &own->proposal)
                                         : find_outfall(c, scratch, o->outfall, diag, &own->proposal);
    qh_arena_destroy(scratch);
    return status;
}

qh_status qh_permit_open(const qh_permit_options *options, qh_diag *diag, qh_permit **permit) {
    struct qh_permit_inputs *own = calloc(1, sizeof *own);
    qh_permit *made = NULL;
    qh_status status = own ? open_inputs(options, diag, own) : QH_E_NOMEM;
    if (status == QH_OK) status = qh_permit_create(own->study->river_case, own->proposal, own->standard, diag, &made);
    if (status != QH_OK) {
        inputs_free(own);
        return status;
    }
    made->own = own;
    *permit = made;
    return QH_OK;
}

void qh_permit_destroy(qh_permit *permit) {
    if (!permit) return;
    inputs_free(permit->own);
    qh_arena_destroy(permit->arena);
}
