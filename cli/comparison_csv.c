#include <stdio.h>

#include "cli/assessment.h"
#include "cli/comparison.h"
#include "cli/csv.h"

static void row(const qh_shown_comparison *shown, size_t index, const qh_difference *d) {
    const qh_store_info *info = shown->run[0].info;
    const qh_stored_section *section = &info->section[d->base->section];
    char buffer[64];
    qh_csv_text(shown->run[index].info->path);
    qh_csv_comma_text(shown->run[index].info->scenario);
    qh_csv_comma_text(section->code);
    qh_csv_comma_text(section->name);
    qh_csv_comma_text(info->constituent[d->base->constituent].name);
    qh_csv_comma_number(true, qh_verdict_shown(d->base, d->base->value));
    qh_csv_comma_number(true, qh_verdict_shown(d->base, d->other->value));
    qh_csv_comma_text(qh_verdict_unit(d->base));
    qh_csv_comma_number(true, qh_verdict_shown(d->base, d->change));
    qh_csv_comma_number(d->has_ratio, d->relative);
    qh_csv_comma_text(qh_class_name(shown->standard, d->base->actual_class, sizeof buffer, buffer));
    qh_csv_comma_text(qh_class_name(shown->standard, d->other->actual_class, sizeof buffer, buffer));
    qh_csv_comma_text(qh_class_name(shown->standard, d->other->target_class, sizeof buffer, buffer));
    qh_csv_comma_text(qh_transition_name(d->transition));
    putchar('\n');
}

void qh_print_comparison_csv(const qh_shown_comparison *shown, bool bom) {
    if (bom) fputs("\xEF\xBB\xBF", stdout);
    puts("run,scenario,section,section_name,constituent,base_value,value,unit,change,relative_change,base_class,class,"
         "target_class,verdict");
    for (size_t k = 1; k < shown->comparison->n_run; k++) {
        for (size_t i = 0; i < shown->comparison->n_difference; i++) {
            const qh_difference *d = &shown->comparison->run[k].difference[i];
            if (qh_comparison_shows(shown, d)) row(shown, k, d);
        }
    }
}
