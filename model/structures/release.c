/* A release of a set discharge: a bottom outlet, a pump, a turbine at the dam. What is set passes, whatever the levels; a
 * reservoir that cannot give it stops the run. */
#include "model/structure_internal.h"

static qh_status check(const qh_structure *structure, qh_diag *diag) {
    return qh_structure_check_parameters(structure, QH_STRUCTURE_FLOW, diag);
}

static qh_passage passage(const qh_structure *structure, double setting, double up, double down) {
    (void)structure;
    (void)up;
    (void)down;
    return (qh_passage){setting, 0, 0};
}

const qh_structure_law qh_structure_release = {
    .name = "release",
    .title = QH_N("a set discharge, by number, series or rule"),
    .source = "operation of the dam",
    .confidence = "V",
    .by_flow = true,
    .check = check,
    .passage = passage,
};
