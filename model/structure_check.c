/* What the laws of structures share: parameters and directions. */
#include <math.h>

#include "model/structure_internal.h"

typedef struct parameter {
    unsigned bit;
    const char *name;
    qh_optional value;
    double low, high;
    bool low_open;
    const char *range; /* English, a catalogue key */
} parameter;

static bool in_range(const parameter *p) {
    const double x = p->value.value;
    return isfinite(x) && (p->low_open ? x > p->low : x >= p->low) && x <= p->high;
}

static qh_status check_one(const qh_structure *s, const parameter *p, unsigned needed, qh_diag *diag) {
    QH_CHECK(p->value.given || !(needed & p->bit), QH_E_INPUT, diag, s->place, "structure %s: a %s needs %s", s->code,
             s->kind, p->name);
    QH_CHECK(!p->value.given || (needed & p->bit), QH_E_INPUT, diag, s->place, "structure %s: a %s has no %s", s->code,
             s->kind, p->name);
    QH_CHECK(!p->value.given || in_range(p), QH_E_INPUT, diag, s->place, "structure %s: %s is %g; it must be %s",
             s->code, p->name, p->value.value, qh_tr(qh_diag_lang(diag), p->range));
    return QH_OK;
}

qh_status qh_structure_check_parameters(const qh_structure *s, unsigned needed, qh_diag *diag) {
    const parameter parameters[] = {
        {QH_STRUCTURE_CREST, "crest", s->crest, -HUGE_VAL, HUGE_VAL, false, QH_N("a level")},
        {QH_STRUCTURE_WIDTH, "width", s->width, 0, HUGE_VAL, true, QH_N("more than 0")},
        {QH_STRUCTURE_COEFFICIENT, "coefficient", s->coefficient, 0, 1, true, QH_N("over 0 and at most 1")},
        {QH_STRUCTURE_OPENING, "opening", s->opening, 0, HUGE_VAL, false, QH_N("0 or more")},
        {QH_STRUCTURE_FLOW, "flow", s->flow, 0, HUGE_VAL, false, QH_N("0 or more")},
    };
    qh_status status = QH_OK;
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (check_one(s, &parameters[i], needed, diag) != QH_OK) status = QH_E_INPUT;
    }
    return status;
}

qh_passage qh_structure_both_ways(qh_structure_heads *law, const qh_structure *structure, double setting, double up,
                                  double down) {
    const double above = up - structure->crest.value, below = down - structure->crest.value;
    if (above >= below) return law(structure, setting, above, below);
    const qh_passage back = law(structure, setting, below, above);
    return (qh_passage){-back.flow, -back.by_down, -back.by_up};
}
