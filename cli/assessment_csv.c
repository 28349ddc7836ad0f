#include <stdio.h>

#include "cli/assessment.h"
#include "cli/csv.h"

const char *qh_class_name(const qh_standard *standard, int water_class, size_t size, char *buffer) {
    if (water_class < 1) return "";
    if ((size_t)water_class <= standard->n_class) return standard->class_name[water_class - 1];
    snprintf(buffer, size, ">%s", standard->class_name[standard->n_class - 1]);
    return buffer;
}

const char *qh_verdict_unit(const qh_verdict *verdict) { return verdict->judged ? verdict->item->unit : "mg/L"; }

double qh_verdict_shown(const qh_verdict *verdict, double inner) {
    return verdict->judged ? inner / verdict->item->factor : inner;
}

static void comma_time(const qh_store_info *info, double time) {
    char buffer[64];
    qh_csv_comma_text(qh_time_text(info->start, time, sizeof buffer, buffer));
}

static void row(const qh_shown_assessment *shown, const qh_verdict *v) {
    const qh_stored_section *section = &shown->info->section[v->section];
    const qh_stored_constituent *constituent = &shown->info->constituent[v->constituent];
    char buffer[64];
    qh_csv_text(section->code);
    qh_csv_comma_text(section->name);
    qh_csv_comma_text(constituent->name);
    qh_csv_comma_text(v->judged ? v->item->code : "");
    qh_csv_comma_text(shown->info->steady ? "steady" : qh_statistic_name(shown->assessment->statistic));
    qh_csv_comma_number(true, qh_verdict_shown(v, v->value));
    qh_csv_comma_text(qh_verdict_unit(v));
    if (shown->info->steady) {
        qh_csv_comma_text("");
        qh_csv_comma_text("");
    } else {
        comma_time(shown->info, v->from);
        comma_time(shown->info, v->to);
    }
    qh_csv_comma_text(v->judged ? v->counts ? "yes" : "reference" : "no");
    qh_csv_comma_text(qh_class_name(shown->standard, v->actual_class, sizeof buffer, buffer));
    qh_csv_comma_text(qh_class_name(shown->standard, v->target_class, sizeof buffer, buffer));
    qh_csv_comma_number(v->judged, qh_verdict_shown(v, v->target_limit));
    qh_csv_comma_text(!v->judged ? "" : v->attained ? "yes" : "no");
    qh_csv_comma_number(v->exceedance_defined, v->exceedance);
    qh_csv_comma_number(v->exceedance_defined, v->exceedance_national);
    const bool days = v->judged && !shown->info->steady;
    qh_csv_comma_number(days, (double)v->days);
    qh_csv_comma_number(days, (double)v->days_attained);
    qh_csv_comma_text(v->judged ? v->item->clause : "");
    qh_csv_comma_text(v->judged ? v->item->confidence : "");
    putchar('\n');
}

void qh_print_assessment_csv(const qh_shown_assessment *shown, bool bom) {
    if (bom) fputs("\xEF\xBB\xBF", stdout);
    puts("section,section_name,constituent,item,statistic,value,unit,from,to,judged,class,target_class,target_limit,"
         "attained,"
         "exceedance_of_target,exceedance_national,days,days_attained,clause,confidence");
    for (size_t i = 0; i < shown->assessment->n_verdict; i++)
        row(shown, &shown->assessment->verdict[i]);
}
