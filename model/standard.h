/* A surface-water quality standard: classes and their limits, with clause and confidence. Data, never code. */
#ifndef QH_MODEL_STANDARD_H
#define QH_MODEL_STANDARD_H

#include <stdbool.h>

#include "model/arena.h"
#include "model/diag.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { QH_MAX_CLASSES = 8, QH_MAX_GRADES = 8, QH_MAX_MAIN_ITEMS = 3 };

typedef enum qh_limit_sense {
    QH_LIMIT_MAX,  /* at most the limit */
    QH_LIMIT_MIN,  /* at least the limit (dissolved oxygen) */
    QH_LIMIT_RANGE /* between limit and limit_high (pH) */
} qh_limit_sense;

typedef struct qh_standard_item {
    qh_place place;
    const char *code;     /* "COD", "NH3-N" */
    const char *title;    /* English */
    const char *title_zh; /* Chinese */
    const char *unit;     /* as the standard writes it, "mg/L" */
    double factor;        /* limit in inner unit = factor * written limit */
    qh_limit_sense sense;
    bool evaluated; /* counts in the evaluation of surface water (not: water temperature, TN, coliforms) */
    bool toxic;     /* named first among the main pollution items when exceeded */
    double limit[QH_MAX_CLASSES];      /* [n_class], inner unit */
    double limit_high[QH_MAX_CLASSES]; /* [n_class], inner unit; of QH_LIMIT_RANGE */
    const char *clause;                /* "GB 3838-2002, Table 1, item 18" */
    const char *confidence;            /* V, V2, M+, M~, M- */
} qh_standard_item;

/* One grade of water: "excellent" 优 ... "heavily polluted" 重度污染. */
typedef struct qh_grade {
    const char *title, *title_zh;
    double good_from;   /* -, a river of many sections needs at least this share of them in good classes; 0: any */
    double worst_below; /* -, and less than this share of them worse than the last class; INFINITY: any */
} qh_grade;

/* How sections and rivers are graded from classes (环办〔2011〕22号). n_grade 0: the standard says nothing of it. */
typedef struct qh_grading {
    const char *code, *title, *title_zh, *source;
    size_t n_grade;
    qh_grade grade[QH_MAX_GRADES]; /* [n_grade], best first; a river has the first whose conditions both hold */
    size_t class_grade[QH_MAX_CLASSES + 1]; /* [n_class + 1], grade of each class, 0-based; last: worse than all */
    const char *class_clause, *class_confidence;
    int good_class;      /* 1-based, the last one that is good */
    size_t min_sections; /* a river of fewer sections is graded by the mean of each item over them */
    const char *share_clause, *share_confidence;
    size_t max_main_items; /* 1..QH_MAX_MAIN_ITEMS, main pollution items named at most */
    const char *main_clause, *main_confidence;
} qh_grading;

typedef struct qh_standard {
    qh_arena *arena;
    const char *code; /* "GB3838-2002" */
    const char *title, *title_zh;
    const char *source;
    size_t n_class;
    const char *class_name[QH_MAX_CLASSES]; /* "Ⅰ" ... "Ⅴ" */
    int exceedance_base_class; /* 1-based; class whose limit is the base of the national multiple of exceedance */
    const char *exceedance_clause, *exceedance_confidence;
    qh_grading grading;
    size_t n_item;
    const qh_standard_item *item; /* [n_item] */
} qh_standard;

void qh_standard_destroy(qh_standard *standard);

/* The item of that code, NULL when the standard has none. */
const qh_standard_item *qh_standard_item_find(const qh_standard *standard, const char *code);

/* Class of one value [inner unit], 1-based; n_class + 1 where it is worse than the last class. Equal limits give the
 * better class. */
int qh_standard_class_of(const qh_standard *standard, const qh_standard_item *item, double value);

#ifdef __cplusplus
}
#endif
#endif
