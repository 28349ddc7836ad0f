/* What the control sections of a case are held to: one limit a section and constituent, less a safety margin. */
#ifndef QH_SCENARIOS_TARGETS_H
#define QH_SCENARIOS_TARGETS_H

#include "model/case.h"
#include "model/margin.h"
#include "model/response.h"
#include "model/standard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Allowed: sense * concentration <= sense * allowed. */
typedef struct qh_target {
    bool given; /* the standard limits this constituent and it counts; all else is meaningless unless */
    const qh_standard_item *item; /* borrowed from the standard */
    double sense;                 /* +1 at most, -1 at least (dissolved oxygen) */
    double limit;                 /* g/m3, of the section's class */
    double margin;                /* -, part of the limit that is kept free; 0 of limits that are at least */
    double allowed;               /* g/m3, limit (1 - margin) */
} qh_target;

typedef struct qh_targets {
    qh_arena *arena;
    size_t n_section, n_species;
    const qh_target *target; /* [n_section][n_species] */
    const bool *is_oxygen;   /* [n_species], whose loads do good: they are never cut or limited */
} qh_targets;

/* What water of a class (1 ..), protected or not, is held to by an item; none where `item` is NULL, does not count, or
 * has a limit at both sides. */
qh_target qh_target_make(const qh_standard_item *item, int target_class, bool is_protected, qh_margin margin);

/* The targets of all sections. Items with a limit at both sides (pH) and those that do not count in the evaluation (TN)
 * set none. QH_E_INPUT with a message where the case has no section or a class that the standard does not have, or
 * when nothing at all is limited. */
qh_status qh_targets_create(const qh_case *river_case, const qh_standard *standard, qh_margin margin, qh_diag *diag,
                            qh_targets **targets);
void qh_targets_destroy(qh_targets *targets);

static inline const qh_target *qh_target_of(const qh_targets *targets, size_t section, size_t species) {
    return &targets->target[section * targets->n_species + species];
}

/* Whether a concentration [g/m3] keeps to a target, round-off aside (1e-9 of the limit). */
bool qh_target_met(const qh_target *target, double concentration);

/* What a source adds to a species at a section by loads that can be cut, g/m3: all but those of dissolved oxygen. */
double qh_target_contribution(const qh_response *response, const qh_targets *targets, size_t section, size_t species,
                              size_t source);

/* Outfalls of a section are those that bring at least this part of what all outfalls bring; others would cut in vain. */
#define QH_REACHES 1e-3 /* - */

/* What all outfalls add, g/m3. */
double qh_target_total(const qh_response *response, const qh_targets *targets, size_t section, size_t species);

/* Whether a contribution makes an outfall one of the section's, whose outfalls add `total`. */
static inline bool qh_target_reached(double contribution, double total) {
    const double part = contribution < 0 ? -contribution : contribution, all = total < 0 ? -total : total;
    return part > 0 && part >= QH_REACHES * all;
}

/* The largest common factor on the loads of a section's own outfalls by which its target of `species` holds, all else as
 * it is: INFINITY where outfalls do not make it worse, negative where not even closing them is enough. In a chain the
 * loads of all constituents that the species comes from are scaled together. */
double qh_target_scale(const qh_response *response, const qh_targets *targets, size_t section, size_t species);

#ifdef __cplusplus
}
#endif
#endif
