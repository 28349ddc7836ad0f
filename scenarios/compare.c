#include "scenarios/compare.h"

#include <stdint.h>
#include <string.h>

const char *qh_transition_name(qh_transition transition) {
    switch (transition) {
    case QH_STAYS_ATTAINED: return QH_N("attained");
    case QH_STAYS_MISSED: return QH_N("still missed");
    case QH_BECOMES_ATTAINED: return QH_N("now attained");
    case QH_BECOMES_MISSED: return QH_N("now missed");
    case QH_NOT_JUDGED: break;
    }
    return QH_N("not judged");
}

static qh_transition transition_of(bool judged, bool before, bool after) {
    if (!judged) return QH_NOT_JUDGED;
    if (before) return after ? QH_STAYS_ATTAINED : QH_BECOMES_MISSED;
    return after ? QH_BECOMES_ATTAINED : QH_STAYS_MISSED;
}

/* ---- matching ---- */

static size_t find_section(const qh_store_info *info, const char *code) {
    for (size_t i = 0; i < info->n_section; i++) {
        if (strcmp(info->section[i].code, code) == 0) return i;
    }
    return SIZE_MAX;
}

static size_t find_constituent(const qh_store_info *info, const char *name) {
    for (size_t i = 0; i < info->n_constituent; i++) {
        if (strcmp(info->constituent[i].name, name) == 0) return i;
    }
    return SIZE_MAX;
}

/* What `has` has and `lacks` lacks. */
static bool tell_missing(const qh_store_info *has, const qh_store_info *lacks, qh_diag *diag) {
    bool good = true;
    for (size_t i = 0; i < has->n_section; i++) {
        if (find_section(lacks, has->section[i].code) != SIZE_MAX) continue;
        good = false;
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "%s has no section '%s' (%s), which %s has", lacks->path,
                    has->section[i].code, has->section[i].name, has->path);
    }
    for (size_t i = 0; i < has->n_constituent; i++) {
        if (find_constituent(lacks, has->constituent[i].name) != SIZE_MAX) continue;
        good = false;
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "%s has no constituent '%s', which %s has", lacks->path,
                    has->constituent[i].name, has->path);
    }
    return good;
}

static qh_status check_comparable(const qh_assessed_run *base, const qh_assessed_run *other, qh_diag *diag) {
    const qh_store_info *a = base->info, *b = other->info;
    bool good = tell_missing(a, b, diag);
    good = tell_missing(b, a, diag) && good;
    if (a->steady != b->steady) {
        good = false;
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "%s is a steady run, %s an unsteady one", a->steady ? a->path : b->path,
                    a->steady ? b->path : a->path);
    }
    for (size_t i = 0; i < a->n_section; i++) {
        const size_t k = find_section(b, a->section[i].code);
        if (k == SIZE_MAX || a->section[i].target_class == b->section[k].target_class) continue;
        qh_diag_add(diag, QH_WARNING, QH_NOWHERE, "section '%s' has another target in %s than in %s",
                    a->section[i].code, b->path, a->path);
    }
    return good ? QH_OK : QH_E_INPUT;
}

/* ---- one run ---- */

static const qh_verdict *find_verdict(const qh_assessment *a, size_t section, size_t constituent) {
    for (size_t i = 0; i < a->n_verdict; i++) {
        const qh_verdict *v = &a->verdict[i];
        if (v->section == section && v->constituent == constituent) return v;
    }
    return NULL;
}

static const qh_section_verdict *find_section_verdict(const qh_assessment *a, size_t section) {
    for (size_t i = 0; i < a->n_section; i++) {
        if (a->section[i].section == section) return &a->section[i];
    }
    return NULL;
}

static qh_difference difference_of(const qh_verdict *base, const qh_verdict *other) {
    qh_difference d = {.base = base, .other = other, .change = other->value - base->value};
    d.has_ratio = base->value > 0.0;
    if (d.has_ratio) d.relative = d.change / base->value;
    d.transition = transition_of(base->judged && other->judged, base->attained, other->attained);
    return d;
}

static qh_status compare_items(const qh_assessed_run *base, const qh_assessed_run *other, qh_arena *arena,
                               const size_t *section_of, const qh_difference **difference) {
    const size_t n = base->assessment->n_verdict;
    qh_difference *made = qh_arena_alloc(arena, n, sizeof *made);
    if (!made) return QH_E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const qh_verdict *v = &base->assessment->verdict[i];
        const size_t constituent = find_constituent(other->info, base->info->constituent[v->constituent].name);
        const qh_verdict *w = find_verdict(other->assessment, section_of[v->section], constituent);
        if (!w) return QH_E_USAGE; /* an assessment has every pair */
        made[i] = difference_of(v, w);
    }
    *difference = made;
    return QH_OK;
}

static qh_status compare_sections(const qh_assessed_run *base, const qh_assessed_run *other, qh_arena *arena,
                                  const size_t *section_of, qh_compared_run *run) {
    const size_t n = base->info->n_section;
    qh_transition *made = qh_arena_alloc(arena, n, sizeof *made);
    if (!made) return QH_E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const qh_section_verdict *s = find_section_verdict(base->assessment, i);
        const qh_section_verdict *t = find_section_verdict(other->assessment, section_of[i]);
        if (!s || !t) return QH_E_USAGE;
        made[i] = transition_of(s->judged && t->judged, s->attained, t->attained);
        run->n_judged += t->judged;
        run->n_attained += t->judged && t->attained;
        run->n_gained += made[i] == QH_BECOMES_ATTAINED;
        run->n_lost += made[i] == QH_BECOMES_MISSED;
    }
    run->section = made;
    return QH_OK;
}

static qh_status compare_run(const qh_assessed_run *base, const qh_assessed_run *other, qh_arena *arena,
                             qh_compared_run *run) {
    const size_t n = base->info->n_section;
    size_t *section_of = qh_arena_alloc(arena, n, sizeof *section_of);
    if (!section_of) return QH_E_NOMEM;
    for (size_t i = 0; i < n; i++)
        section_of[i] = find_section(other->info, base->info->section[i].code);
    run->section_of = section_of;
    QH_TRY(compare_items(base, other, arena, section_of, &run->difference));
    return compare_sections(base, other, arena, section_of, run);
}

/* ---- the whole ---- */

static qh_status compare_all(size_t n_run, const qh_assessed_run *run, qh_arena *arena, qh_comparison **comparison) {
    qh_comparison *made = qh_arena_alloc(arena, 1, sizeof *made);
    qh_compared_run *compared = qh_arena_alloc(arena, n_run, sizeof *compared);
    if (!made || !compared) return QH_E_NOMEM;
    *made = (qh_comparison){.arena = arena,
                            .n_run = n_run,
                            .n_difference = run[0].assessment->n_verdict,
                            .n_section = run[0].info->n_section,
                            .run = compared};
    for (size_t i = 0; i < n_run; i++) {
        QH_TRY(compare_run(&run[0], &run[i], arena, &compared[i]));
        made->any_lost = made->any_lost || compared[i].n_lost > 0;
    }
    *comparison = made;
    return QH_OK;
}

qh_status qh_compare(size_t n_run, const qh_assessed_run *run, qh_diag *diag, qh_comparison **comparison) {
    if (n_run < 2) return QH_E_USAGE;
    qh_status status = QH_OK;
    for (size_t i = 1; i < n_run; i++) {
        if (check_comparable(&run[0], &run[i], diag) != QH_OK) status = QH_E_INPUT;
    }
    QH_TRY(status);
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    status = compare_all(n_run, run, arena, comparison);
    if (status != QH_OK) qh_arena_destroy(arena);
    return status;
}

void qh_comparison_destroy(qh_comparison *comparison) {
    if (comparison) qh_arena_destroy(comparison->arena);
}
