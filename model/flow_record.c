/* Means of a flow record. A monthly mean is that of its known days; a yearly mean weighs months by their days. */
#include "model/flow_record.h"

#include <math.h>

#include "model/calendar.h"

enum { MONTHS = 12, WEEK = 7 };

static int64_t month_at(const qh_flow_record *record, size_t i) {
    const int64_t at = record->first + (int64_t)i;
    if (record->step == QH_RECORD_MONTHLY) return at;
    const qh_date date = qh_day_date(at);
    return qh_month_number(date.year, date.month);
}

static void add_days(const qh_flow_record *record, int64_t first_number, qh_flow_month *month) {
    for (size_t i = 0; i < record->count; i++) {
        if (!record->known[i]) continue;
        qh_flow_month *m = &month[month_at(record, i) - first_number];
        m->mean += record->flow[i];
        m->known++;
    }
}

static void close_month(qh_record_step step, int missing_days, qh_flow_month *m) {
    m->days = qh_days_in_month(qh_month_year(m->number), qh_month_of_year(m->number));
    if (step == QH_RECORD_MONTHLY) {
        m->usable = m->known == 1;
        if (m->usable) m->known = m->days;
        return;
    }
    m->usable = m->known > 0 && m->days - m->known <= missing_days;
    if (m->known > 0) m->mean /= m->known;
}

/* The lowest mean of seven known days in a row among the days [from, to) of the record. */
static void find_week(const qh_flow_record *record, int64_t from, int64_t to, qh_flow_year *year) {
    int run = 0;
    for (int64_t day = from; day < to; day++) {
        const size_t i = (size_t)(day - record->first);
        run = record->known[i] ? run + 1 : 0;
        if (run < WEEK) continue;
        double sum = 0;
        for (size_t k = i + 1 - WEEK; k <= i; k++)
            sum += record->flow[k];
        const double mean = sum / WEEK;
        if (year->has_week && mean >= year->week) continue;
        year->has_week = true;
        year->week = mean;
        year->week_first = day + 1 - WEEK;
    }
}

static qh_flow_year make_year(const qh_flow_record *record, const qh_flow_month *month, size_t first) {
    qh_flow_year year = {.year = qh_month_year(month[first].number), .first_month = first, .complete = true};
    double sum = 0, days = 0;
    year.driest = first;
    for (size_t m = first; m < first + MONTHS; m++) {
        year.complete = year.complete && month[m].usable;
        sum += month[m].mean * month[m].days;
        days += month[m].days;
        if (month[m].mean < month[year.driest].mean) year.driest = m;
    }
    year.mean = sum / days;
    if (!year.complete || record->step == QH_RECORD_MONTHLY) return year;
    const int64_t last = month[first + MONTHS - 1].number;
    const int64_t from = qh_day_number((qh_date){year.year, qh_month_of_year(month[first].number), 1});
    const int64_t to = qh_day_number((qh_date){qh_month_year(last + 1), qh_month_of_year(last + 1), 1});
    const int64_t end = record->first + (int64_t)record->count;
    find_week(record, from > record->first ? from : record->first, to < end ? to : end, &year);
    return year;
}

qh_status qh_flow_calendar_build(qh_arena *arena, const qh_flow_record *record, int begins, int missing_days,
                                 qh_flow_calendar *calendar) {
    const int64_t first = month_at(record, 0), last = month_at(record, record->count - 1);
    const size_t n_month = (size_t)(last - first) + 1;
    qh_flow_month *month = qh_arena_alloc(arena, n_month, sizeof *month);
    qh_flow_year *year = qh_arena_alloc(arena, n_month / MONTHS + 1, sizeof *year);
    if (!month || !year) return QH_E_NOMEM;
    for (size_t m = 0; m < n_month; m++)
        month[m].number = first + (int64_t)m;
    add_days(record, first, month);
    for (size_t m = 0; m < n_month; m++)
        close_month(record->step, missing_days, &month[m]);
    size_t n_year = 0;
    for (size_t m = 0; m + MONTHS <= n_month; m++)
        if (qh_month_of_year(month[m].number) == begins) year[n_year++] = make_year(record, month, m);
    *calendar = (qh_flow_calendar){n_month, month, n_year, year, begins};
    return QH_OK;
}
