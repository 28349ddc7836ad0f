#include "model/margin.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

bool qh_margin_parse(const char *text, qh_margin *margin) {
    if (strcmp(text, "none") == 0) return *margin = (qh_margin){QH_MARGIN_NONE, 0}, true;
    if (strcmp(text, "hj2.3") == 0) return *margin = (qh_margin){QH_MARGIN_HJ2_3, 0}, true;
    char *end = NULL;
    double share = strtod(text, &end);
    if (end == text) return false;
    while (*end == ' ')
        end++;
    if (*end == '%') share /= 100, end++;
    if (*end != '\0' || !(share >= 0 && share < 1)) return false;
    *margin = (qh_margin){QH_MARGIN_SHARE, share};
    return true;
}

static bool is_named(const char *item) {
    static const char *const name[] = {"COD", "NH3-N", "TP", "TN"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        if (strcmp(name[i], item) == 0) return true;
    return false;
}

double qh_margin_of(qh_margin margin, const char *item, int target_class, bool is_protected) {
    static const struct {
        int target_class;
        double of_protected, of_others; /* - */
    } row[] = {
#define MARGIN(target_class, of_protected, of_others, confidence) {target_class, of_protected, of_others},
#include "model/data/safety_margin.def"
#undef MARGIN
    };
    if (margin.rule == QH_MARGIN_SHARE) return margin.share;
    if (margin.rule == QH_MARGIN_NONE || !is_named(item)) return 0;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (row[i].target_class == target_class) return is_protected ? row[i].of_protected : row[i].of_others;
    return 0;
}
