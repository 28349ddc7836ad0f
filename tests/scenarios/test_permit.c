/* The evaluation before a permit by pencil: every number of these rivers can be worked out by hand, and is, in the
 * comments. One river of 9 m3/s with 10 mg/L, an outfall of 1 m3/s, and what follows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/discharge_reader.h"
#include "io/standard_reader.h"
#include "scenarios/permit.h"
#include "tests/support/case_builder.h"

#define assert_near(value, expected, tolerance)                                                                        \
    do {                                                                                                               \
        if (!(fabs((value) - (expected)) <= (tolerance)))                                                              \
            fail_msg("%s is %.17g, expected %.17g", #value, (double)(value), (double)(expected));                      \
    } while (0)

enum { MOST = 3 };

/* A proposal in memory, in the dry season by a design flow: nothing more is asked of it than a grade 2 takes. */
typedef struct asked {
    qh_proposal proposal;
    qh_discharged discharged[MOST];
    qh_input input[MOST];
    qh_proposal_period period[2];
    double accident[MOST];
} asked;

static void ask(asked *a, const qh_case *c, const char *reach, double chainage, double flow, double concentration) {
    memset(a, 0, sizeof *a);
    for (size_t i = 0; i < c->n_constituent; i++) {
        a->discharged[i] = (qh_discharged){QH_NOWHERE,           c->constituent[i].name, true, i, concentration,
                                           flow * concentration, flow * concentration};
        a->input[i].value.constant = concentration;
    }
    a->period[0] = (qh_proposal_period){
        .name = "dry", .season = QH_SEASON_DRY, .basis = QH_BASIS_Q90, .scenario = "", .place = QH_NOWHERE};
    size_t at = 0;
    while (strcmp(c->reach[at].name, reach) != 0)
        at++;
    a->proposal = (qh_proposal){.file = "",
                                .title = "",
                                .note = "",
                                .kind = QH_PROPOSAL_NEW,
                                .direct = true,
                                .days = 365,
                                .standard_name = "",
                                .n_discharged = c->n_constituent,
                                .discharged = a->discharged,
                                .n_period = 1,
                                .period = a->period,
                                .cuts = "",
                                .approved = ""};
    a->proposal.outfall = (qh_outfall){.code = "NEW",
                                       .name = "new",
                                       .category = "",
                                       .district = "",
                                       .body = "",
                                       .permit = "",
                                       .standard = "",
                                       .entry = "",
                                       .note = "",
                                       .reach = at,
                                       .chainage = chainage,
                                       .flow = flow,
                                       .input = a->input};
}

static qh_standard *surface_water(void) {
    qh_standard *standard = NULL;
    assert_int_equal(qh_standard_read("GB3838-2002", NULL, &standard), QH_OK);
    return standard;
}

static qh_permit *evaluate(const qh_case *c, const asked *a, const qh_standard *standard) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_permit *permit = NULL;
    const qh_status status = qh_permit_create(c, &a->proposal, standard, diag, &permit);
    for (size_t i = 0; status != QH_OK && i < qh_diag_size(diag); i++)
        print_error("%s\n", qh_diag_line(diag, i));
    assert_int_equal(status, QH_OK);
    qh_diag_destroy(diag);
    return permit;
}

static const qh_finding *finding_of(const qh_permit *permit, qh_finding_kind kind, const char *code) {
    for (size_t i = 0; i < permit->n_finding; i++)
        if (permit->finding[i].kind == kind && strcmp(permit->finding[i].code, code) == 0) return &permit->finding[i];
    return NULL;
}

/* 9 m3/s of 10 mg/L COD in a channel of 20 m2, conservative, no dispersion; a section of class Ⅲ at 12 km. */
static case_builder *plain_river(void) {
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_reach(b, "r", "A", "B", 20000, 20, 0);
    case_headwater(b, "A", 9, 10)->inlet = QH_INLET_FLUX;
    case_section(b, "r", 12000);
    return b;
}

/* ---- known answers ---- */

/* 1 m3/s with 100 mg/L: (9*10 + 100)/10 = 19 mg/L, over 20*(1 - 0.10) = 18. What may come: 18*10 - 90 = 90 g/s, which is
 * 90 mg/L at 1 m3/s; on 330 days 90 g/m3 * 86400 m3/d * 330 d = 2566.08 t/a, applied for 2851.2 t/a. */
static void test_permissible_load_and_annual_load(void **state) {
    (void)state;
    qh_case *c = case_end(plain_river());
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 100);
    a.proposal.days = 330;
    a.discharged[0].annual = a.discharged[0].load * 330 / 365;
    qh_permit *p = evaluate(c, &a, standard);
    assert_int_equal(p->n_place, 2);
    const qh_permit_value *normal = qh_permit_value_at(p, 0, QH_STATE_NORMAL, 0, 0);
    assert_near(normal->mean, 19, 1e-9);
    assert_near(normal->increment, 9, 1e-9);
    assert_false(normal->met);
    assert_near(qh_permit_value_at(p, 0, QH_STATE_WITHOUT, 0, 0)->mean, 10, 1e-9);
    assert_near(qh_permit_target_at(p, 0, 0)->margin, 0.10, 0);
    assert_near(qh_permit_target_at(p, 0, 0)->allowed, 18, 1e-12);
    const qh_permit_terms *t = &p->terms[0];
    assert_true(t->limited && t->possible);
    assert_near(t->permissible, 90, 1e-7);
    assert_near(t->allowed, 90, 1e-7);
    assert_int_equal(t->bound, QH_BOUND_RIVER);
    assert_near(t->annual * 31.536, 2566.08, 1e-5);
    assert_near(t->applied_annual * 31.536, 2851.2, 1e-5);
    assert_int_equal(p->conclusion, QH_PERMIT_CONDITIONAL);
    const qh_finding *reduce = finding_of(p, QH_FINDING_CONDITION, "reduce");
    assert_non_null(reduce);
    assert_non_null(strstr(reduce->text[QH_EN], "at most 90 mg/L of C1"));
    assert_non_null(strstr(reduce->text[QH_EN], "2566 t/a"));
    assert_non_null(strstr(reduce->text[QH_ZH], "2566 t/a"));
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* The same river with less: (90 + 60)/10 = 15 mg/L. Class Ⅳ: 30*0.92 = 27.6; protected 30*0.90 = 27; 20 % asked locally: 24. */
static void test_margin_by_class_protection_and_local_rule(void **state) {
    (void)state;
    qh_standard *standard = surface_water();
    static const struct {
        int target_class;
        bool is_protected;
        double local, allowed;
    } rows[] = {{3, false, 0, 18},    {4, false, 0, 27.6},    {5, false, 0, 36.8}, {4, true, 0, 27},
                {4, false, 0.20, 24}, {4, false, 0.05, 27.6}, {2, false, 0, 13.5}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        case_builder *b = case_begin(1);
        case_constituent(b, 0)->item = "COD";
        case_reach(b, "r", "A", "B", 20000, 20, 0);
        case_headwater(b, "A", 9, 10)->inlet = QH_INLET_FLUX;
        qh_section *section = case_section(b, "r", 12000);
        section->target_class = rows[i].target_class;
        section->is_protected = rows[i].is_protected;
        qh_case *c = case_end(b);
        asked a;
        ask(&a, c, "r", 5000, 1, 30);
        a.proposal.kind = QH_PROPOSAL_EXPANDED; /* a new one may not stand in class Ⅱ */
        a.proposal.margin = (qh_optional){rows[i].local > 0, rows[i].local};
        qh_permit *p = evaluate(c, &a, standard);
        assert_int_equal(p->place[1].kind, QH_PLACE_SECTION);
        assert_near(qh_permit_target_at(p, 1, 0)->allowed, rows[i].allowed, 1e-12);
        qh_permit_destroy(p);
        qh_case_destroy(c);
    }
    qh_standard_destroy(standard);
}

/* Decay of 0.2/d at u = 10/20 = 0.5 m/s: 19 e^(-0.2/86400*1998/0.5) = 18.825 mg/L at the accounting section, 1998 m down.
 * Its room: 18 - 9 e^(-k 1998/u) ... the network, the closed form of Annex E and the pencil say the same. */
static void test_accounting_section_with_decay_and_annex_e(void **state) {
    (void)state;
    case_builder *b = plain_river();
    case_constituent(b, 0)->k20 = 0.2 / 86400;
    case_constituent(b, 0)->theta = 1;
    case_reach(b, "other", "B", "C", 1000, 20, 0);
    qh_case *c = case_end(b);
    ((qh_reach *)(uintptr_t)c->reach)[0].dispersion.value = 1e-3; /* Annex E has none without dispersion */
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 100);
    qh_permit *p = evaluate(c, &a, standard);
    const qh_permit_place *accounting = &p->place[0];
    assert_int_equal(accounting->kind, QH_PLACE_ACCOUNTING);
    assert_near(accounting->distance, 1998, 1e-9);
    assert_near(accounting->chainage, 6998, 1e-9);
    /* Above the outfall u = 0.45 m/s over 5 km: 10 e^(-k 5000/0.45) comes to it. */
    const double k = 0.2 / 86400, above = 10 * exp(-k * 5000 / 0.45), below = exp(-k * 1998 / 0.5);
    const double with = (9 * above + 100) / 10 * below;
    assert_near(qh_permit_value_at(p, 0, QH_STATE_NORMAL, 0, 0)->mean, with, 1e-6);
    const qh_permit_closed *closed = &p->period[0].closed[0];
    assert_true(closed->given);
    assert_near(closed->annex, with, 1e-4);
    assert_near(closed->network, closed->annex, 1e-4);
    assert_int_equal(closed->regime, QH_ANNEX_E_PLUG_FLOW);
    /* (18/below*10 - 9 above) g/s keeps 18 mg/L there. */
    assert_near(p->terms[0].permissible, 18 / below * 10 - 9 * above, 1e-5);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* B = 20 m, h = 1 m, u = 10/20 = 0.5 m/s, slope 0.001, R = 20/22: u* = sqrt(9.81*20/22*0.001) = 0.09443 m/s,
 * Ey = 0.6*1*0.09443 = 0.05666 m2/s, L = (0.11 + 0.7 sqrt(0.5 - 1.1*0.25)) 0.5*400/0.05666 = 1560.3 m: mixed at 1998 m, not
 * at a section 500 m down, where the bank form stands: m/(h sqrt(pi Ey u x)) (1 + 2 e^(-u B^2/(Ey x))). */
static void test_mixing_length_and_bank(void **state) {
    (void)state;
    case_builder *b = plain_river();
    case_section(b, "r", 5500);
    qh_case *c = case_end(b);
    ((qh_reach *)(uintptr_t)c->reach)[0].channel.slope = (qh_optional){true, 0.001};
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 60);
    a.proposal.accounting_distance = (qh_optional){true, 1998};
    qh_permit *p = evaluate(c, &a, standard);
    const qh_permit_water *w = &p->period[0].water;
    const double transverse = 0.6 * sqrt(9.81 * 20 / 22 * 0.001);
    const double length = (0.11 + 0.7 * sqrt(0.5 - 1.1 * 0.25)) * 0.5 * 400 / transverse;
    assert_near(w->transverse, transverse, 1e-12);
    assert_near(w->mixing_length, length, 1e-8);
    assert_near(length, 1560.3, 0.1);
    assert_true(w->mixed_at_accounting);
    const qh_permit_value *far = qh_permit_value_at(p, 0, QH_STATE_NORMAL, 0, 0);
    assert_near(far->judged, 15, 1e-9);
    assert_near(far->bank, far->mean, 1e-12);
    assert_near(p->place[1].distance, 500, 1e-9);
    const qh_permit_value *near = qh_permit_value_at(p, 0, QH_STATE_NORMAL, 1, 0);
    const double pi = 3.141592653589793;
    const double bank = 9 + 60 / sqrt(pi * transverse * 0.5 * 500) * (1 + 2 * exp(-0.5 * 400 / (transverse * 500)));
    assert_near(near->mean, 15, 1e-9);
    assert_near(near->judged, bank, 1e-9); /* 9 mg/L: the river's 90 g/s in 10 m3/s */
    assert_true(near->judged > near->mean);
    /* Permissible there: (18 - 9)/(bank - 9)*60 g/s, less than the 90 g/s of the mixed river. */
    assert_near(p->terms[0].permissible, 9 / (bank - 9) * 60, 1e-7);
    assert_int_equal(p->terms[0].place, 1);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* Along the bank C = 10 + 60/(sqrt(pi Ey u x)) falls to 20 where sqrt(pi Ey u x) = 6: x = 36/(pi Ey u), as long as the far
 * bank does not count: 404.5 m, where its image adds 2 e^(-u B^2/(Ey x)) = 0.03 %. */
static void test_mixing_zone(void **state) {
    (void)state;
    case_builder *b = plain_river();
    qh_case *c = case_end(b);
    ((qh_reach *)(uintptr_t)c->reach)[0].channel.slope = (qh_optional){true, 0.001};
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 60);
    qh_permit *p = evaluate(c, &a, standard);
    const qh_permit_mixing_zone *zone = &p->period[0].zone[0];
    const double pi = 3.141592653589793, transverse = 0.6 * sqrt(9.81 * 20 / 22 * 0.001);
    assert_int_equal(zone->state, QH_MIXING_BOUNDED);
    assert_near(zone->length, 36 / (pi * transverse * 0.5), 1);
    assert_true(zone->width > 5 && zone->width < 20 && !zone->to_bank);
    qh_permit_destroy(p);
    ask(&a, c, "r", 5000, 1, 150); /* 24 mg/L when mixed */
    p = evaluate(c, &a, standard);
    assert_int_equal(p->period[0].zone[0].state, QH_MIXING_OPEN);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* The increment is 5 mg/L at the outfall and falls as e^(-kx/u): to 2, a tenth of 20, where x = u/k ln(5/2). With
 * k = 10/d and u = 0.5 m/s that is 3958.4 m. The river itself is clean. */
static void test_range_of_influence(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_constituent(b, 0)->k20 = 10.0 / 86400;
    case_constituent(b, 0)->theta = 1;
    case_reach(b, "r", "A", "B", 20000, 20, 0);
    case_headwater(b, "A", 9, 0)->inlet = QH_INLET_FLUX;
    case_section(b, "r", 12000);
    qh_case *c = case_end(b);
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 50);
    qh_permit *p = evaluate(c, &a, standard);
    const qh_permit_influence *far = &p->period[0].influence[0];
    const double x = 0.5 * 86400 / 10 * log(2.5);
    assert_true(far->given && far->any && !far->to_the_end);
    assert_near(far->distance, x, 1e-6);
    assert_near(x, 3958.4, 0.1);
    assert_near(far->chainage, 5000 + x, 1e-6);
    const qh_permit_profile *profile = &p->period[0].profile;
    assert_true(profile->count > 100);
    assert_near(profile->with[0], 5, 1e-9);
    assert_near(profile->distance[profile->count - 1], 15000, 1e-6);
    qh_permit_destroy(p);
    ask(&a, c, "r", 5000, 1, 15); /* 1.5 mg/L, under 2 from the beginning */
    p = evaluate(c, &a, standard);
    assert_false(p->period[0].influence[0].any);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* ---- places ---- */

/* A section 800 m down takes the accounting section to itself; the intake asks for class Ⅲ as a protected target. */
static void test_accounting_section_moves_to_the_target_between(void **state) {
    (void)state;
    case_builder *b = plain_river();
    case_withdrawal(b, "r", 5800, 0.1)->kind = "intake";
    qh_case *c = case_end(b);
    qh_section *section = (qh_section *)(uintptr_t)c->section;
    section[0].target_class = 4;
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 30);
    qh_permit *p = evaluate(c, &a, standard);
    assert_int_equal(p->n_place, 3);
    assert_near(p->place[0].distance, 800, 1e-9);
    assert_true(p->place[0].is_protected);
    assert_int_equal(p->place[0].target_class, 4);
    assert_int_equal(p->place[1].kind, QH_PLACE_INTAKE);
    assert_int_equal(p->place[1].target_class, 3);
    assert_near(qh_permit_target_at(p, 1, 0)->allowed, 18, 1e-12);
    assert_int_equal(p->target_class, 4);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

static void test_backwater_has_two_sections(void **state) {
    (void)state;
    qh_case *c = case_end(plain_river());
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 30);
    a.proposal.backwater = true;
    qh_permit *p = evaluate(c, &a, standard);
    assert_int_equal(p->n_place, 3);
    assert_near(p->place[0].distance, 999, 1e-9);
    assert_int_equal(p->place[1].kind, QH_PLACE_ABOVE);
    assert_near(p->place[1].distance, -999, 1e-9);
    assert_near(p->place[1].chainage, 4001, 1e-9);
    assert_near(qh_permit_value_at(p, 0, QH_STATE_NORMAL, 1, 0)->increment, 0, 1e-9);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* A brook that joins a large river 500 m below the outfall: the section stands 100 m above the confluence, at 400 m, and
 * has the brook's class, not that of the river's section. */
static void test_accounting_section_stays_on_its_river(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_reach(b, "brook", "S", "J", 5500, 5, 0)->river = "brook";
    case_reach(b, "up", "A", "J", 5000, 50, 0)->river = "river";
    case_reach(b, "down", "J", "B", 20000, 50, 0)->river = "river";
    case_headwater(b, "S", 1, 8);
    case_headwater(b, "A", 40, 8);
    case_section(b, "brook", 2000)->target_class = 4;
    case_section(b, "down", 3000)->target_class = 3;
    qh_case *c = case_end(b);
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "brook", 5000, 0.1, 30);
    qh_permit *p = evaluate(c, &a, standard);
    assert_near(p->place[0].distance, 400, 1e-9);
    assert_int_equal(p->place[0].reach, a.proposal.outfall.reach);
    assert_int_equal(p->place[0].target_class, 4);
    /* The section above the outfall gives the class but its water is not the outfall's: it is no place. */
    assert_int_equal(p->n_place, 2);
    assert_near(p->place[1].distance, 3500, 1e-9);
    assert_int_equal(p->place[1].target_class, 3);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* ---- bans ---- */

static qh_zone zone_on(const char *code, qh_zone_kind kind, double from, double to) {
    return (qh_zone){.place = QH_NOWHERE, .code = code, .name = code, .kind = kind, .from = from, .to = to};
}

static void test_forbidden_places(void **state) {
    (void)state;
    qh_standard *standard = surface_water();
    static const struct {
        qh_zone_kind zone;
        qh_proposal_kind kind;
        bool forbidden;
    } rows[] = {{QH_ZONE_SOURCE_1, QH_PROPOSAL_NEW, true},      {QH_ZONE_SOURCE_2, QH_PROPOSAL_EXPANDED, true},
                {QH_ZONE_SOURCE_QUASI, QH_PROPOSAL_NEW, false}, {QH_ZONE_SCENIC, QH_PROPOSAL_NEW, true},
                {QH_ZONE_SCENIC, QH_PROPOSAL_EXPANDED, false},  {QH_ZONE_HABITAT, QH_PROPOSAL_NEW, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        qh_case *c = case_end(plain_river());
        const qh_zone zone = zone_on("Z", rows[i].zone, 4000, 6000);
        c->zone = &zone;
        c->n_zone = 1;
        asked a;
        ask(&a, c, "r", 5000, 1, 30);
        a.proposal.kind = rows[i].kind;
        qh_permit *p = evaluate(c, &a, standard);
        assert_true((p->conclusion == QH_PERMIT_FORBIDDEN) == rows[i].forbidden);
        /* No numbers pretend otherwise. */
        assert_true((p->period == NULL) == rows[i].forbidden && (p->terms == NULL) == rows[i].forbidden);
        if (rows[i].forbidden) {
            assert_string_equal(p->finding[0].code, "zone");
            assert_string_equal(p->finding[0].clause.clause, qh_zone_rule_get(rows[i].zone).clause);
        }
        qh_permit_destroy(p);
        qh_case_destroy(c);
    }
    qh_standard_destroy(standard);
}

/* GB 8978: no new outfall in classes Ⅰ and Ⅱ; one that stands there is held to its load. */
static void test_class_two_takes_no_new_outfall(void **state) {
    (void)state;
    case_builder *b = plain_river();
    case_outfall(b, "r", 4000, 0.5, 20);
    qh_case *c = case_end(b);
    ((qh_section *)(uintptr_t)c->section)[0].target_class = 2;
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 30);
    qh_permit *p = evaluate(c, &a, standard);
    assert_int_equal(p->conclusion, QH_PERMIT_FORBIDDEN);
    assert_string_equal(p->finding[0].code, "class");
    qh_permit_destroy(p);
    a.proposal.kind = QH_PROPOSAL_EXPANDED;
    a.proposal.has_replaced = true;
    p = evaluate(c, &a, standard);
    assert_true(p->period != NULL);
    /* 30 g/s instead of the 20 g/s of the one that it takes the place of, whose water and load are gone. */
    assert_non_null(finding_of(p, QH_FINDING_CONDITION, "increase"));
    assert_near(p->terms[0].replaced, 20, 1e-12);
    assert_near(qh_permit_value_at(p, 0, QH_STATE_WITHOUT, 0, 0)->mean, 110 / 9.5, 1e-9);
    assert_near(qh_permit_value_at(p, 0, QH_STATE_NORMAL, 0, 0)->mean, 120 / 10.0, 1e-9);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* ---- conclusions ---- */

/* 9 m3/s of 25 mg/L: missed without any project, and -(25*9 - 18*10) = -45 g/s is what the river leaves. */
static void test_exceeded_river_takes_nothing(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_reach(b, "r", "A", "B", 20000, 20, 0);
    case_headwater(b, "A", 9, 25)->inlet = QH_INLET_FLUX;
    case_section(b, "r", 12000);
    qh_case *c = case_end(b);
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 30);
    qh_permit *p = evaluate(c, &a, standard);
    assert_int_equal(p->conclusion, QH_PERMIT_FAILS);
    assert_non_null(finding_of(p, QH_FINDING_FAILS, "missed"));
    assert_non_null(finding_of(p, QH_FINDING_NOTE, "present"));
    assert_null(finding_of(p, QH_FINDING_CONDITION, "reduce"));
    assert_near(p->terms[0].permissible, -45, 1e-7);
    assert_false(p->terms[0].possible);
    assert_int_equal(p->period[0].zone[0].state, QH_MIXING_EXCEEDED);
    assert_null(finding_of(p, QH_FINDING_NOTE, "mixing"));
    qh_permit_destroy(p);
    /* Without a slope nobody knows how it mixes, and that is said. */
    ((qh_reach *)(uintptr_t)c->reach)[0].channel.slope.given = false;
    p = evaluate(c, &a, standard);
    assert_false(p->period[0].water.has_transverse);
    assert_int_equal(p->period[0].zone[0].state, QH_MIXING_UNKNOWN);
    assert_non_null(finding_of(p, QH_FINDING_NOTE, "mixing"));
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* 17 mg/L in the river leave 18*10 - 17*9 = 27 g/s: 27 mg/L, over the 20 of the water's own limit: to be asked of a plant. At
 * 17.9 mg/L 18.9 g/s are left, 18.9 mg/L, cleaner than the river has to be: not to be asked. */
static void test_what_can_be_asked_of_a_plant(void **state) {
    (void)state;
    qh_standard *standard = surface_water();
    static const double river[] = {17, 17.9}, left[] = {27, 18.9};
    for (size_t i = 0; i < 2; i++) {
        case_builder *b = case_begin(1);
        case_constituent(b, 0)->item = "COD";
        case_reach(b, "r", "A", "B", 20000, 20, 0);
        case_headwater(b, "A", 9, river[i])->inlet = QH_INLET_FLUX;
        case_section(b, "r", 12000);
        qh_case *c = case_end(b);
        asked a;
        ask(&a, c, "r", 5000, 1, 60);
        qh_permit *p = evaluate(c, &a, standard);
        assert_near(p->terms[0].permissible, left[i], 1e-7);
        assert_int_equal(p->conclusion, i == 0 ? QH_PERMIT_CONDITIONAL : QH_PERMIT_FAILS);
        qh_permit_destroy(p);
        qh_case_destroy(c);
    }
    qh_standard_destroy(standard);
}

/* 70 mg/L applied for, 60 allowed by grade 1B: the standard sets the terms, though the river would take 90. */
static void test_discharge_standard_sets_the_terms(void **state) {
    (void)state;
    qh_case *c = case_end(plain_river());
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 70);
    assert_int_equal(qh_discharge_read("GB18918-2002", NULL, &a.proposal.standard), QH_OK);
    a.proposal.grade = 1;
    a.proposal.standard_name = "GB18918-2002 1B";
    qh_permit *p = evaluate(c, &a, standard);
    assert_int_equal(p->terms[0].bound, QH_BOUND_STANDARD);
    assert_near(p->terms[0].allowed, 60, 1e-12);
    assert_near(p->terms[0].annual * 31.536, 60 * 86400 * 365 / 1e6, 1e-6);
    assert_int_equal(p->conclusion, QH_PERMIT_CONDITIONAL);
    assert_non_null(finding_of(p, QH_FINDING_CONDITION, "standard"));
    qh_discharge_standard_destroy(a.proposal.standard);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* 1 m3/s = 86400 m3/d is grade 1: wet and dry at least. Two periods: the wet one with 39 m3/s; the dry one binds. */
static void test_periods(void **state) {
    (void)state;
    qh_case *c = case_end(plain_river());
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 40);
    qh_permit *p = evaluate(c, &a, standard);
    assert_int_equal(p->graded.grade, QH_GRADE_1);
    assert_int_equal(p->conclusion, QH_PERMIT_CONDITIONAL); /* attains, but was not evaluated in the wet season */
    assert_non_null(finding_of(p, QH_FINDING_CONDITION, "period"));
    assert_non_null(finding_of(p, QH_FINDING_NOTE, "period"));
    qh_permit_destroy(p);
    const qh_proposal_flow flow = {QH_NOWHERE, 0, 39};
    a.period[1] = (qh_proposal_period){
        .name = "wet", .season = QH_SEASON_WET, .basis = QH_BASIS_MEAN, .scenario = "", .n_flow = 1, .flow = &flow};
    a.proposal.n_period = 2;
    p = evaluate(c, &a, standard);
    assert_int_equal(p->conclusion, QH_PERMIT_ATTAINS);
    assert_near(qh_permit_value_at(p, 0, QH_STATE_NORMAL, 0, 0)->mean, 13, 1e-9);
    assert_near(qh_permit_value_at(p, 1, QH_STATE_NORMAL, 0, 0)->mean, 430.0 / 40, 1e-9);
    assert_int_equal(p->terms[0].period, 0);
    assert_near(p->period[1].water.river, 39, 1e-9);
    a.period[0].basis = QH_BASIS_MEAN;
    qh_permit_destroy(p);
    p = evaluate(c, &a, standard);
    assert_non_null(finding_of(p, QH_FINDING_CONDITION, "design"));
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* For ever, the accident gives (90 + 300)/10 = 39 mg/L; for 24 h it reaches that too at the section 7 km down, in 14000 s
 * at 0.5 m/s, and stays over 20 mg/L for about 24 h. */
static void test_accident(void **state) {
    (void)state;
    case_builder *b = plain_river();
    qh_case *c = case_end(b);
    ((qh_reach *)(uintptr_t)c->reach)[0].dispersion.value = 5;
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 30);
    a.accident[0] = 300;
    a.proposal.accident =
        (qh_proposal_accident){.given = true, .flow = 1, .duration = 86400, .concentration = a.accident};
    qh_permit *p = evaluate(c, &a, standard);
    assert_near(qh_permit_value_at(p, 0, QH_STATE_ACCIDENT, 1, 0)->mean, 39, 1e-6);
    const qh_permit_peak *peak = &p->period[0].peak[1];
    assert_near(peak->peak, 39, 0.05);
    assert_true(peak->at > 14000 && peak->at < 14000 + 3 * 3600);
    assert_near(peak->over, 86400, 3 * 2160); /* samples every 36 min */
    /* Annex E at the accounting section: the whole rise, which the river takes up long before the accident is over. */
    assert_true(p->period[0].peak[0].annex_given);
    assert_near(p->period[0].peak[0].annex, 39, 0.02);
    assert_false(peak->annex_given);
    assert_false(peak->ends_over);
    assert_non_null(finding_of(p, QH_FINDING_NOTE, "accident"));
    qh_permit_destroy(p);
    a.proposal.accident.duration = 600; /* too short to fill the section */
    p = evaluate(c, &a, standard);
    assert_true(p->period[0].peak[1].peak < 30 && p->period[0].peak[1].peak > 12);
    /* Above normal operation Q = 10 m3/s, u = 0.5 m/s carry W = 270 g/s for 600 s = 300 m of water, which at x has spread by
     * s = sqrt(2 Ex x/u): W/Q erf(150 m/(sqrt(2) s)). The accident has a jump of W where the unsteady run samples 15 s. */
    const double x = p->place[0].distance, spread = sqrt(2 * 5 * x / 0.5);
    const double expected = 12 + 27 * erf(150 / (sqrt(2) * spread));
    assert_near(p->period[0].peak[0].annex, expected, 0.01 * expected);
    assert_near(p->period[0].peak[0].peak, expected, 0.01 * expected);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* BOD takes oxygen: a load of BOD is bound by the oxygen's target, and oxygen itself is no load to be limited. */
static void test_oxygen_binds_what_consumes_it(void **state) {
    (void)state;
    case_builder *b = case_begin(2);
    qh_constituent *bod = case_constituent(b, 0), *oxygen = case_constituent(b, 1);
    bod->item = "none", bod->k20 = 0.5 / 86400, bod->theta = 1, bod->oxygen_demand = 1;
    oxygen->item = "DO", oxygen->is_oxygen = true;
    case_reach(b, "r", "A", "B", 40000, 20, 0);
    case_headwater(b, "A", 9, 8)->inlet = QH_INLET_FLUX;
    case_section(b, "r", 30000);
    qh_case *c = case_end(b);
    case_give(c->headwater[0].input, 0, false, 0); /* no BOD from above */
    qh_standard *standard = surface_water();
    asked a;
    ask(&a, c, "r", 5000, 1, 8);
    qh_permit *p = evaluate(c, &a, standard);
    assert_true(p->terms[0].limited);
    assert_int_equal(p->terms[0].by_species, 1);
    assert_false(p->terms[1].limited);
    /* 25 km at 0.5 m/s: f = 1 - e^(-0.5/86400*50000) of W/10 is gone; (8 - 5)/f*10 g/s may come. */
    const double f = 1 - exp(-0.5 / 86400 * 50000);
    assert_near(p->terms[0].permissible, 30 / f, 1e-5);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

/* ---- what cannot be evaluated ---- */

static void test_objections(void **state) {
    (void)state;
    qh_case *c = case_end(plain_river());
    qh_standard *standard = surface_water();
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_permit *p = NULL;
    asked a;
    ask(&a, c, "r", 5000, 1, 30);
    c->run.type = QH_UNSTEADY;
    assert_int_equal(qh_permit_create(c, &a.proposal, standard, diag, &p), QH_E_INPUT);
    assert_null(p);
    assert_string_equal(
        qh_diag_line(diag, 0),
        "error: this case cannot be evaluated for a permit: the run is unsteady (try --set run.type=steady)");
    qh_diag_destroy(diag);
    c->run.type = QH_STEADY;
    c->n_section = 0;
    diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_permit_create(c, &a.proposal, standard, diag, &p), QH_E_INPUT);
    assert_string_equal(qh_diag_line(diag, 0), "error: no control section tells the class of the water at outfall NEW: "
                                               "give outfall.target in the proposal");
    a.proposal.target_class = 3; /* then it can */
    qh_diag_destroy(diag);
    p = evaluate(c, &a, standard);
    assert_int_equal(p->n_place, 1);
    assert_near(qh_permit_target_at(p, 0, 0)->allowed, 18, 1e-12);
    qh_permit_destroy(p);
    qh_standard_destroy(standard);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_permissible_load_and_annual_load),
        cmocka_unit_test(test_margin_by_class_protection_and_local_rule),
        cmocka_unit_test(test_accounting_section_with_decay_and_annex_e),
        cmocka_unit_test(test_mixing_length_and_bank),
        cmocka_unit_test(test_mixing_zone),
        cmocka_unit_test(test_range_of_influence),
        cmocka_unit_test(test_accounting_section_moves_to_the_target_between),
        cmocka_unit_test(test_backwater_has_two_sections),
        cmocka_unit_test(test_accounting_section_stays_on_its_river),
        cmocka_unit_test(test_forbidden_places),
        cmocka_unit_test(test_class_two_takes_no_new_outfall),
        cmocka_unit_test(test_exceeded_river_takes_nothing),
        cmocka_unit_test(test_what_can_be_asked_of_a_plant),
        cmocka_unit_test(test_discharge_standard_sets_the_terms),
        cmocka_unit_test(test_periods),
        cmocka_unit_test(test_accident),
        cmocka_unit_test(test_oxygen_binds_what_consumes_it),
        cmocka_unit_test(test_objections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
