/* Reading a scenario: the file scenarios/NAME.yaml of a case folder, an overlay of the case. */
#ifndef QH_IO_OVERLAY_READER_H
#define QH_IO_OVERLAY_READER_H

#include "model/overlay.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads the scenario `name` of the folder that `river_case` came from, and all it extends, checked against the case.
 * Every problem is added to diag; QH_E_INPUT when there was one. The case must live as long as the overlay. */
qh_status qh_overlay_read(const qh_case *river_case, const char *name, qh_diag *diag, qh_overlay **overlay);

/* One scenario of a case folder, for lists. */
typedef struct qh_scenario_entry {
    const char *name;
    const char *title;   /* "" when it gives none or is no YAML */
    const char *extends; /* names with ", " between them; "" for none */
    size_t n_change;     /* of its own */
} qh_scenario_entry;

/* The scenarios of a case folder by name: entry [count], in `arena`. A folder without any gives count 0. Files are not
 * checked. QH_E_IO when the case folder cannot be read. */
qh_status qh_scenario_list(const char *folder, qh_arena *arena, qh_diag *diag, size_t *count,
                           qh_scenario_entry **entry);

#ifdef __cplusplus
}
#endif
#endif
