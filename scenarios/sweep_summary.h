/* What the file of a sweep says: how likely each section attains, how its concentrations are spread, what they depend on.
 *
 * One quantity of all scenarios is in memory at a time. */
#ifndef QH_SCENARIOS_SWEEP_SUMMARY_H
#define QH_SCENARIOS_SWEEP_SUMMARY_H

#include "io/sweep_reader.h"
#include "model/progress.h"
#include "scenarios/sweep_statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One constituent at one section. */
typedef struct qh_sweep_quantity {
    size_t section, species;         /* indices in the file's case */
    bool has_verdicts, has_values;   /* what the sweep kept; the members below are meaningless without */
    qh_probability attained;         /* of its class */
    qh_distribution_summary values;  /* g/m3, by which it is judged */
    const qh_sobol_indices *indices; /* NULL: the plan did not ask for them */
} qh_sweep_quantity;

typedef struct qh_sweep_summary {
    qh_arena *arena;
    size_t n_section, n_species;
    const qh_sweep_quantity *quantity; /* [n_section][n_species] */
    bool has_verdicts;
    const qh_probability *section; /* [n_section], all constituents that count there; NULL without verdicts */
    qh_probability whole;          /* all sections, ecological flows and withdrawals; meaningless without verdicts */
    double confidence;             /* -, of all intervals */
} qh_sweep_summary;

/* QH_E_IO when the file cannot be read, QH_E_INTERRUPTED. The file is borrowed for the call alone. */
qh_status qh_sweep_summary_create(const qh_sweep_file *file, const qh_progress *progress, qh_diag *diag,
                                  qh_sweep_summary **summary);
void qh_sweep_summary_destroy(qh_sweep_summary *summary); /* NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
