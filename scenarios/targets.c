#include "scenarios/targets.h"

#include <math.h>

qh_target qh_target_make(const qh_standard_item *item, int target_class, bool is_protected, qh_margin margin) {
    if (!item || !item->evaluated || item->sense == QH_LIMIT_RANGE) return (qh_target){0};
    const bool upper = item->sense == QH_LIMIT_MAX;
    const double limit = item->limit[target_class - 1];
    const double part = upper ? qh_margin_of(margin, item->code, target_class, is_protected) : 0;
    return (qh_target){.given = true,
                       .item = item,
                       .sense = upper ? 1 : -1,
                       .limit = limit,
                       .margin = part,
                       .allowed = limit * (1 - part)};
}

static qh_status fill(const qh_case *c, const qh_standard *standard, qh_margin margin, qh_diag *diag,
                      qh_target *target) {
    size_t n_given = 0, n_wrong = 0;
    for (size_t s = 0; s < c->n_section; s++) {
        const qh_section *section = &c->section[s];
        if (section->target_class < 1 || (size_t)section->target_class > standard->n_class) {
            qh_diag_add(diag, QH_ERROR, section->place, "section %s has target class %d, but %s has classes 1 to %zu",
                        section->code, section->target_class, standard->code, standard->n_class);
            n_wrong++;
            continue;
        }
        for (size_t i = 0; i < c->n_constituent; i++) {
            const qh_standard_item *item = qh_standard_item_find(standard, c->constituent[i].item);
            target[s * c->n_constituent + i] =
                qh_target_make(item, section->target_class, section->is_protected, margin);
            n_given += target[s * c->n_constituent + i].given;
        }
    }
    if (n_wrong > 0) return QH_E_INPUT;
    QH_CHECK(n_given > 0, QH_E_INPUT, diag, QH_NOWHERE, "no constituent is limited by %s", standard->code);
    return QH_OK;
}

qh_status qh_targets_create(const qh_case *river_case, const qh_standard *standard, qh_margin margin, qh_diag *diag,
                            qh_targets **targets) {
    QH_CHECK(river_case->n_section > 0, QH_E_INPUT, diag, QH_NOWHERE, "the case has no control section");
    qh_arena *arena = qh_arena_create();
    const size_t n = river_case->n_section * river_case->n_constituent;
    qh_targets *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    qh_target *target = arena ? qh_arena_alloc(arena, n, sizeof *target) : NULL;
    bool *is_oxygen = arena ? qh_arena_alloc(arena, river_case->n_constituent, sizeof *is_oxygen) : NULL;
    const qh_status status =
        made && target && is_oxygen ? fill(river_case, standard, margin, diag, target) : QH_E_NOMEM;
    if (status != QH_OK) {
        qh_arena_destroy(arena);
        return status;
    }
    for (size_t i = 0; i < river_case->n_constituent; i++)
        is_oxygen[i] = river_case->constituent[i].is_oxygen;
    *made = (qh_targets){arena, river_case->n_section, river_case->n_constituent, target, is_oxygen};
    *targets = made;
    return QH_OK;
}

void qh_targets_destroy(qh_targets *targets) {
    if (targets) qh_arena_destroy(targets->arena);
}

bool qh_target_met(const qh_target *target, double concentration) {
    return target->sense * (concentration - target->allowed) <= 1e-9 * target->limit;
}

double qh_target_contribution(const qh_response *response, const qh_targets *targets, size_t section, size_t species,
                              size_t source) {
    double sum = 0;
    for (size_t k = 0; k < response->n_species; k++) {
        const double *block = targets->is_oxygen[k] ? NULL : qh_response_block(response, species, k);
        if (block)
            sum += block[source * response->n_section + section] * response->load[k * response->n_source + source];
    }
    return sum;
}

double qh_target_total(const qh_response *response, const qh_targets *targets, size_t section, size_t species) {
    double sum = 0;
    for (size_t j = response->first_outfall; j < response->first_lateral; j++)
        sum += qh_target_contribution(response, targets, section, species, j);
    return sum;
}

double qh_target_scale(const qh_response *response, const qh_targets *targets, size_t section, size_t species) {
    const qh_target *target = qh_target_of(targets, section, species);
    if (!target->given) return INFINITY;
    const double total = qh_target_total(response, targets, section, species);
    double own = 0;
    for (size_t j = response->first_outfall; j < response->first_lateral; j++) {
        const double part = qh_target_contribution(response, targets, section, species, j);
        if (qh_target_reached(part, total)) own += part;
    }
    if (!(target->sense * own > 0)) return INFINITY;
    const double rest = response->whole[species * response->n_section + section] - own;
    return (target->allowed - rest) / own;
}
