/* The grade of evaluation that HJ 2.3-2018 gives a project that discharges into surface water. */
#ifndef QH_MODEL_IMPACT_GRADE_H
#define QH_MODEL_IMPACT_GRADE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/constant.h"

#ifdef __cplusplus
extern "C" {
#endif

/* From the most thorough on. */
typedef enum qh_impact_grade { QH_GRADE_1, QH_GRADE_2, QH_GRADE_3A, QH_GRADE_3B, QH_GRADES } qh_impact_grade;

/* Periods of the year that a grade asks for. */
typedef struct qh_grade_periods {
    bool wet, normal, dry;
} qh_grade_periods;

typedef struct qh_grade_rule {
    const char *name, *name_zh; /* "3A", "三级A" */
    qh_grade_periods asked, least;
    const char *clause, *confidence; /* of the periods */
} qh_grade_rule;

const qh_grade_rule *qh_grade_rule_get(qh_impact_grade grade);

typedef enum qh_grade_number {
    QH_GRADE_LARGE_FLOW,        /* m3/d, from which on grade 1 holds */
    QH_GRADE_LARGE_EQUIVALENTS, /* likewise */
    QH_GRADE_SMALL_FLOW,        /* m3/d, below which grade 3A holds */
    QH_GRADE_SMALL_EQUIVALENTS, /* and below which too */
    QH_GRADE_NUMBERS
} qh_grade_number;

qh_constant qh_grade_number_get(qh_grade_number number);

/* ---- pollution equivalents ---- */

typedef struct qh_equivalent {
    const char *name, *name_zh; /* "NH3-N", "氨氮" */
    int pollutant_class;        /* 1 or 2, by GB 8978 */
    double mass;                /* kg for one equivalent, > 0 */
} qh_equivalent;

#define QH_EQUIVALENT_CLAUSE     "环境保护税法, Annex 2"
#define QH_EQUIVALENT_CONFIDENCE "V2"

/* The i-th pollutant, NULL past the end; the one of that name, English or Chinese, NULL when there is none. */
const qh_equivalent *qh_equivalent_get(size_t index);
const qh_equivalent *qh_equivalent_find(const char *name);

/* ---- the grade ---- */

/* Why the grade is what it is; the first that holds. */
typedef enum qh_grade_reason {
    QH_GRADE_BY_INDIRECT,    /* the water goes to another plant: 3B */
    QH_GRADE_BY_CLASS_1,     /* pollutants of class 1 are discharged: 1 */
    QH_GRADE_BY_FLOW,        /* large discharge: 1 */
    QH_GRADE_BY_EQUIVALENTS, /* many equivalents: 1 */
    QH_GRADE_BY_TARGET,      /* a protected target in reach: 2 instead of 3A */
    QH_GRADE_BY_EXCEEDED,    /* the river misses its class by what is discharged: 2 instead of 3A */
    QH_GRADE_BY_SMALL,       /* small in both: 3A */
    QH_GRADE_BY_OTHER        /* direct, between the bounds: 2 */
} qh_grade_reason;

/* English text of a reason, a catalogue key. */
const char *qh_grade_reason_text(qh_grade_reason reason);

#define QH_GRADE_CLAUSE     "HJ 2.3-2018, 5.2.2, Table 1"
#define QH_GRADE_CONFIDENCE "M+"

typedef struct qh_grade_input {
    bool direct;        /* into the river; else to another treatment plant */
    double flow;        /* m3/d */
    double equivalents; /* W, see qh_equivalents_of */
    bool class_1;       /* pollutants of class 1 are discharged */
    bool target;        /* drinking water, habitats ... lie in the range of influence */
    bool exceeded;      /* something discharged makes the river miss its class already */
} qh_grade_input;

typedef struct qh_graded {
    qh_impact_grade grade;
    qh_grade_reason reason;
} qh_graded;

qh_graded qh_grade_of(const qh_grade_input *input);

/* W of annual masses [count, kg/a] of pollutants [count]: those of class 1 are summed, of the others each stands for
 * itself; the largest of these counts. `largest` (may be NULL): index of that one, `count` for the sum of class 1. */
double qh_equivalents_of(size_t count, const qh_equivalent *const *pollutant, const double *mass, size_t *largest);

#ifdef __cplusplus
}
#endif
#endif
