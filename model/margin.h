/* Safety margins: how far below the limit of its class a section is to stay. */
#ifndef QH_MODEL_MARGIN_H
#define QH_MODEL_MARGIN_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What margin is kept. */
typedef enum qh_margin_rule {
    QH_MARGIN_NONE,
    QH_MARGIN_SHARE, /* the same part of every upper limit */
    QH_MARGIN_HJ2_3  /* by class, of COD, NH3-N, TP and TN; see data/safety_margin.def */
} qh_margin_rule;

typedef struct qh_margin {
    qh_margin_rule rule;
    double share; /* -, 0 .. 1, of QH_MARGIN_SHARE */
} qh_margin;

/* "none", "hj2.3", "10%", "10 %" or "0.1"; false for anything else, and for parts outside [0, 1). */
bool qh_margin_parse(const char *text, qh_margin *margin);

/* The margin [-] of an item ("NH3-N") at a section of a class (1 ..), protected or not. */
double qh_margin_of(qh_margin margin, const char *item, int target_class, bool is_protected);

#define QH_MARGIN_HJ2_3_CLAUSE     "HJ 2.3-2018"
#define QH_MARGIN_HJ2_3_CONFIDENCE "M+"

#ifdef __cplusplus
}
#endif
#endif
