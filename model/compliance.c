/* Ecological-flow compliance: share of days (months) with Q >= target, deficits, the longest run under the target. */
#include "model/compliance.h"

#include <math.h>
#include <string.h>

#include "model/calendar.h"

enum { DAY = 86400 }; /* s */

static bool meets(double flow, double target) { return flow >= target * (1 - 1e-12); }

static void count(qh_compliance_count *c, bool met) {
    c->judged++;
    c->met += met;
}

static void lengthen(qh_compliance_run *longest, qh_compliance_run *now, int64_t at, bool under) {
    if (!under) {
        now->length = 0;
        return;
    }
    if (now->length == 0) now->first = at;
    now->length++;
    if (now->length > longest->length) *longest = *now;
}

static void lacks(qh_compliance *c, double deficit, double seconds, int64_t at) {
    c->deficit += deficit * seconds;
    if (deficit <= c->worst_deficit) return;
    c->worst_deficit = deficit;
    c->worst_at = at;
}

static void judge_days(const qh_flow_record *record, qh_compliance_month *month, qh_compliance *c) {
    qh_compliance_run now = {0, 0};
    for (size_t i = 0; i < record->count; i++) {
        const int64_t at = record->first + (int64_t)i;
        const qh_date date = qh_day_date(at);
        const double target = c->target[date.month - 1];
        const bool met = record->known[i] && meets(record->flow[i], target);
        lengthen(&c->longest_days, &now, at, record->known[i] && !met);
        if (!record->known[i]) continue;
        count(&c->day.count, met);
        count(&c->day_by_month[date.month - 1], met);
        count(&month[qh_month_number(date.year, date.month) - month[0].number].day, met);
        if (!met) lacks(c, target - record->flow[i], DAY, at);
    }
}

static void judge_months(const qh_flow_calendar *calendar, bool monthly, qh_compliance_month *month, qh_compliance *c) {
    qh_compliance_run now = {0, 0};
    for (size_t m = 0; m < calendar->n_month; m++) {
        const qh_flow_month *from = &calendar->month[m];
        const int of_year = qh_month_of_year(from->number) - 1;
        const double target = c->target[of_year];
        const bool met = from->usable && meets(from->mean, target);
        month[m] = (qh_compliance_month){from->number, from->usable, met, from->mean, target, {0, 0}};
        lengthen(&c->longest_months, &now, from->number, from->usable && !met);
        if (!from->usable) continue;
        count(&c->month.count, met);
        count(&c->month_by_month[of_year], met);
        if (monthly && !met) lacks(c, target - from->mean, DAY * (double)from->days, from->number);
    }
}

static void close_share(qh_compliance_share *s, double pass_share) {
    if (s->count.judged == 0) return;
    s->share = (double)s->count.met / (double)s->count.judged;
    s->passes = s->share >= pass_share * (1 - 1e-12);
}

qh_status qh_compliance_judge(qh_arena *arena, const qh_flow_record *record, const qh_flow_calendar *calendar,
                              const double *target, double pass_share, qh_compliance *compliance) {
    qh_compliance_month *month = qh_arena_alloc(arena, calendar->n_month, sizeof *month);
    if (!month) return QH_E_NOMEM;
    qh_compliance c = {.n_month = calendar->n_month, .by_month = month, .pass_share = pass_share};
    memcpy(c.target, target, sizeof c.target);
    const bool monthly = record->step == QH_RECORD_MONTHLY;
    judge_months(calendar, monthly, month, &c);
    if (!monthly) judge_days(record, month, &c);
    close_share(&c.day, pass_share);
    close_share(&c.month, pass_share);
    *compliance = c;
    return QH_OK;
}
