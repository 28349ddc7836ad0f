/* A discharge standard: what outfalls may release at most, by grade, with clause and confidence. Data, never code. */
#ifndef QH_MODEL_DISCHARGE_H
#define QH_MODEL_DISCHARGE_H

#include "model/arena.h"
#include "model/diag.h"
#include "model/series.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { QH_MAX_DISCHARGE_GRADES = 8 };

typedef struct qh_discharge_item {
    qh_place place;
    const char *code;                                /* as constituents say it in `item`: "COD", "NH3-N" */
    const char *unit;                                /* as the standard writes it, "mg/L" */
    qh_optional limit[QH_MAX_DISCHARGE_GRADES];      /* [n_grade], g/m3; not given: that grade sets none */
    bool has_cold;                                   /* there are other limits for cold water */
    qh_optional cold_limit[QH_MAX_DISCHARGE_GRADES]; /* [n_grade], g/m3; they hold up to cold_until */
    double cold_until;                               /* degC, inclusive; meaningless unless has_cold */
    const char *clause;
    const char *confidence; /* V, V2, M+, M~, M- of docs/standards.md */
} qh_discharge_item;

typedef struct qh_discharge_standard {
    qh_arena *arena;
    const char *code; /* "GB18918-2002" */
    const char *title, *title_zh;
    const char *source;
    size_t n_grade;
    const char *grade[QH_MAX_DISCHARGE_GRADES];    /* [n_grade], "1A" */
    const char *grade_zh[QH_MAX_DISCHARGE_GRADES]; /* [n_grade], "一级A" */
    size_t n_item;
    const qh_discharge_item *item; /* [n_item] */
} qh_discharge_standard;

void qh_discharge_standard_destroy(qh_discharge_standard *standard);

/* The item of that code, NULL when the standard has none. */
const qh_discharge_item *qh_discharge_item_find(const qh_discharge_standard *standard, const char *code);

/* Index of the grade of that English or Chinese name; false when there is none. */
bool qh_discharge_grade_find(const qh_discharge_standard *standard, const char *name, size_t *grade);

/* The limit of a grade for water of `temperature` [degC]. */
qh_optional qh_discharge_limit(const qh_discharge_item *item, size_t grade, double temperature);

#ifdef __cplusplus
}
#endif
#endif
