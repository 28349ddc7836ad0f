/* Main pollution items of sections and rivers, and their grades, by the rules in the standard's data file
 * (环办〔2011〕22号 for GB 3838-2002). No number of the rules stands here. */
#include <stdlib.h>

#include "scenarios/assess_internal.h"

double qh_exceedance_national(const qh_standard *standard, const qh_standard_item *item, double value) {
    const double base = item->limit[standard->exceedance_base_class - 1];
    if (item->sense != QH_LIMIT_MAX || base <= 0.0) return 0.0;
    return qh_standard_class_of(standard, item, value) > standard->exceedance_base_class ? (value - base) / base : 0.0;
}

/* An item that may be a main pollution item. */
typedef struct candidate {
    const qh_standard_item *item;
    int actual_class;
    double exceedance, rate;
    size_t verdict;
} candidate;

static int descending(double a, double b) { return (a < b) - (a > b); }

/* Cyanide and heavy metals first, then the worst classes, among equals the largest multiple. */
static int by_class(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    if (x->item->toxic != y->item->toxic) return y->item->toxic - x->item->toxic;
    if (x->actual_class != y->actual_class) return y->actual_class - x->actual_class;
    return descending(x->exceedance, y->exceedance);
}

/* The most sections first; among equals the largest multiple. */
static int by_rate(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    if (x->rate != y->rate) return descending(x->rate, y->rate);
    return descending(x->exceedance, y->exceedance);
}

void qh_grade_section(const qh_standard *standard, const qh_verdict *verdict, qh_section_verdict *section) {
    const qh_grading *grading = &standard->grading;
    if (grading->n_grade == 0 || !section->judged) return;
    section->grade = &grading->grade[grading->class_grade[section->actual_class - 1]];

    /* One more place than is named: the candidates are kept sorted, and the last one falls out. */
    candidate best[QH_MAX_MAIN_ITEMS + 1];
    size_t n = 0;
    for (size_t i = section->first_verdict; i < section->first_verdict + section->n_verdict; i++) {
        const qh_verdict *v = &verdict[i];
        if (!v->counts || v->actual_class <= grading->good_class) continue;
        best[n++] = (candidate){v->item, v->actual_class, v->exceedance_national, 0.0, i};
        qsort(best, n, sizeof *best, by_class);
        if (n > grading->max_main_items) n--;
    }
    section->n_main = n;
    for (size_t i = 0; i < n; i++)
        section->main_verdict[i] = best[i].verdict;
}

/* One item over the sections of a river. */
typedef struct item_sum {
    const qh_standard_item *item;
    double sum;            /* of values, inner unit */
    double worst_multiple; /* - */
    size_t count, worse;   /* sections that have it, and where it is worse than the good classes */
} item_sum;

/* Sums by item over the sections; the items stand in the order in which they appear. */
static size_t sum_items(const qh_standard *standard, const qh_verdict *verdict, const qh_section_verdict *all, size_t n,
                        const size_t *section, item_sum *sums) {
    size_t n_item = 0;
    for (size_t s = 0; s < n; s++) {
        const qh_section_verdict *one = &all[section[s]];
        for (size_t i = one->first_verdict; i < one->first_verdict + one->n_verdict; i++) {
            const qh_verdict *v = &verdict[i];
            if (!v->counts) continue;
            size_t k = 0;
            while (k < n_item && sums[k].item != v->item)
                k++;
            if (k == n_item) sums[n_item++] = (item_sum){.item = v->item};
            sums[k].sum += v->value;
            sums[k].count++;
            sums[k].worse += v->actual_class > standard->grading.good_class;
            if (v->exceedance_national > sums[k].worst_multiple) sums[k].worst_multiple = v->exceedance_national;
        }
    }
    return n_item;
}

static void name_main_items(const qh_grading *grading, candidate *candidates, size_t n, qh_river_verdict *river) {
    if (n > 0) qsort(candidates, n, sizeof *candidates, river->grade_by_mean ? by_class : by_rate);
    river->n_main = n < grading->max_main_items ? n : grading->max_main_items;
    for (size_t i = 0; i < river->n_main; i++)
        river->main_item[i] = (qh_main_item){candidates[i].item, !river->grade_by_mean, candidates[i].rate,
                                             candidates[i].actual_class, candidates[i].exceedance};
}

/* Few sections: the mean of each item over them is judged like one section. */
static void grade_by_mean(const qh_standard *standard, const item_sum *sums, size_t n_item, candidate *candidates,
                          qh_river_verdict *river) {
    const qh_grading *grading = &standard->grading;
    size_t n = 0;
    river->grade_class = 1;
    for (size_t i = 0; i < n_item; i++) {
        const double mean = sums[i].sum / (double)sums[i].count;
        const int actual = qh_standard_class_of(standard, sums[i].item, mean);
        if (actual > river->grade_class) river->grade_class = actual;
        if (actual > grading->good_class)
            candidates[n++] =
                (candidate){sums[i].item, actual, qh_exceedance_national(standard, sums[i].item, mean), 0.0, 0};
    }
    river->grade = &grading->grade[grading->class_grade[river->grade_class - 1]];
    name_main_items(grading, candidates, n, river);
}

static void grade_by_share(const qh_grading *grading, const item_sum *sums, size_t n_item, candidate *candidates,
                           qh_river_verdict *river) {
    size_t g = 0;
    /* The last grade takes what no other took, whatever the file says. */
    while (g + 1 < grading->n_grade &&
           !(river->share_good >= grading->grade[g].good_from && river->share_worst < grading->grade[g].worst_below))
        g++;
    river->grade = &grading->grade[g];
    size_t n = 0;
    for (size_t i = 0; i < n_item; i++)
        if (sums[i].worse > 0)
            candidates[n++] = (candidate){sums[i].item, 0, sums[i].worst_multiple,
                                          (double)sums[i].worse / (double)river->n_section, 0};
    name_main_items(grading, candidates, n, river);
}

qh_status qh_grade_river(const qh_standard *standard, const qh_verdict *verdict, const qh_section_verdict *all,
                         size_t n, const size_t *section, qh_arena *arena, qh_river_verdict *river) {
    const qh_grading *grading = &standard->grading;
    for (size_t s = 0; s < n; s++) {
        const qh_section_verdict *one = &all[section[s]];
        if (!one->judged) continue;
        river->n_section++;
        river->n_attained += one->attained;
        river->n_class[one->actual_class - 1]++;
    }
    if (river->n_section == 0) return QH_OK;
    const double total = (double)river->n_section;
    river->attainment_rate = (double)river->n_attained / total;
    if (grading->n_grade == 0) return QH_OK;

    size_t good = 0;
    for (int k = 0; k < grading->good_class; k++)
        good += river->n_class[k];
    river->share_good = (double)good / total;
    river->share_worst = (double)river->n_class[standard->n_class] / total;
    river->grade_by_mean = river->n_section < grading->min_sections;

    item_sum *sums = qh_arena_alloc(arena, standard->n_item, sizeof *sums);
    candidate *candidates = qh_arena_alloc(arena, standard->n_item, sizeof *candidates);
    if (!sums || !candidates) return QH_E_NOMEM;
    const size_t n_item = sum_items(standard, verdict, all, n, section, sums);
    if (river->grade_by_mean)
        grade_by_mean(standard, sums, n_item, candidates, river);
    else
        grade_by_share(grading, sums, n_item, candidates, river);
    return QH_OK;
}
