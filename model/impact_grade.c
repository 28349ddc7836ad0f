#include "model/impact_grade.h"

#include <string.h>

#include "model/lang.h"

const qh_grade_rule *qh_grade_rule_get(qh_impact_grade grade) {
    static const qh_grade_rule rules[] = {
#define GRADE(code, name, name_zh, wet, normal, dry, least_wet, least_normal, least_dry, clause, confidence)           \
    [code] = {name, name_zh, {wet, normal, dry}, {least_wet, least_normal, least_dry}, clause, confidence},
#include "model/data/impact_grade.def"
    };
    return &rules[grade];
}

qh_constant qh_grade_number_get(qh_grade_number number) {
    static const qh_constant numbers[] = {
#define GRADE_NUMBER(code, name, value, unit, clause, confidence)                                                      \
    [code] = {name, value, unit, NULL, clause, confidence},
#include "model/data/impact_grade.def"
    };
    static const char *const meaning[] = {
        [QH_GRADE_LARGE_FLOW] = QH_N("discharge from which on the grade is 1"),
        [QH_GRADE_LARGE_EQUIVALENTS] = QH_N("pollution equivalents a year from which on the grade is 1"),
        [QH_GRADE_SMALL_FLOW] = QH_N("discharge below which the grade may be 3A"),
        [QH_GRADE_SMALL_EQUIVALENTS] = QH_N("pollution equivalents a year below which the grade may be 3A"),
    };
    qh_constant c = numbers[number];
    c.meaning = meaning[number];
    return c;
}

/* ---- equivalents ---- */

static const qh_equivalent equivalents[] = {
#define EQUIVALENT(name, name_zh, pollutant_class, mass) {name, name_zh, pollutant_class, mass},
#include "model/data/pollutant_equivalent.def"
#undef EQUIVALENT
};
enum { N_EQUIVALENT = sizeof equivalents / sizeof *equivalents };

const qh_equivalent *qh_equivalent_get(size_t index) { return index < N_EQUIVALENT ? &equivalents[index] : NULL; }

const qh_equivalent *qh_equivalent_find(const char *name) {
    for (size_t i = 0; i < N_EQUIVALENT; i++) {
        if (strcmp(equivalents[i].name, name) == 0 || strcmp(equivalents[i].name_zh, name) == 0) return &equivalents[i];
    }
    return NULL;
}

double qh_equivalents_of(size_t count, const qh_equivalent *const *pollutant, const double *mass, size_t *largest) {
    double class_1 = 0, most = 0;
    size_t at = count;
    for (size_t i = 0; i < count; i++) {
        const double number = mass[i] / pollutant[i]->mass;
        if (pollutant[i]->pollutant_class == 1)
            class_1 += number;
        else if (number > most)
            most = number, at = i;
    }
    const bool sum = class_1 > most;
    if (largest) *largest = sum ? count : at;
    return sum ? class_1 : most;
}

/* ---- the grade ---- */

const char *qh_grade_reason_text(qh_grade_reason reason) {
    static const char *const text[] = {
        [QH_GRADE_BY_INDIRECT] = QH_N("indirect discharge, to another treatment plant"),
        [QH_GRADE_BY_CLASS_1] = QH_N("direct discharge of pollutants of class 1"),
        [QH_GRADE_BY_FLOW] = QH_N("direct discharge of at least 20000 m3/d"),
        [QH_GRADE_BY_EQUIVALENTS] = QH_N("direct discharge of at least 600000 equivalents a year"),
        [QH_GRADE_BY_TARGET] = QH_N("small direct discharge, raised by a protected target in its range"),
        [QH_GRADE_BY_EXCEEDED] = QH_N("small direct discharge, raised because the river misses its class already"),
        [QH_GRADE_BY_SMALL] = QH_N("direct discharge of less than 200 m3/d and 6000 equivalents a year"),
        [QH_GRADE_BY_OTHER] = QH_N("direct discharge between the bounds of grades 1 and 3A"),
    };
    return text[reason];
}

qh_graded qh_grade_of(const qh_grade_input *input) {
    if (!input->direct) return (qh_graded){QH_GRADE_3B, QH_GRADE_BY_INDIRECT};
    if (input->class_1) return (qh_graded){QH_GRADE_1, QH_GRADE_BY_CLASS_1};
    if (input->flow >= qh_grade_number_get(QH_GRADE_LARGE_FLOW).value) return (qh_graded){QH_GRADE_1, QH_GRADE_BY_FLOW};
    if (input->equivalents >= qh_grade_number_get(QH_GRADE_LARGE_EQUIVALENTS).value)
        return (qh_graded){QH_GRADE_1, QH_GRADE_BY_EQUIVALENTS};
    const bool small = input->flow < qh_grade_number_get(QH_GRADE_SMALL_FLOW).value &&
                       input->equivalents < qh_grade_number_get(QH_GRADE_SMALL_EQUIVALENTS).value;
    if (!small) return (qh_graded){QH_GRADE_2, QH_GRADE_BY_OTHER};
    if (input->target) return (qh_graded){QH_GRADE_2, QH_GRADE_BY_TARGET};
    if (input->exceeded) return (qh_graded){QH_GRADE_2, QH_GRADE_BY_EXCEEDED};
    return (qh_graded){QH_GRADE_3A, QH_GRADE_BY_SMALL};
}
