#include "model/release_log.h"

#include <math.h>
#include <stdlib.h>

#include "model/ecoflow.h"

static const double day = 86400;  /* s */
static const double slack = 1e-9; /* -, of the target */

/* ---- dates ---- */

/* The number that begins at *text, which moves beyond it and the character after it. */
static long number(const char **text) {
    char *end = NULL;
    const long value = strtol(*text, &end, 10);
    *text = *end ? end + 1 : end;
    return value;
}

/* The start is "2024-01-01T00:00:00", checked when the case was read. */
static qh_date date_after(const char *text, double t) {
    const long year = number(&text), month = number(&text), first = number(&text);
    const long hour = number(&text), minute = number(&text), second = number(&text);
    const double since = (double)(3600 * hour + 60 * minute + second) + t;
    const int64_t start = qh_day_number((qh_date){year, (int)month, (int)first});
    return qh_day_date(start + (int64_t)floor(since / day));
}

static bool is_dated(const char *start) { return start && *start; }

static qh_date date_at(const qh_case *c, double t) {
    return is_dated(c->run.start) ? date_after(c->run.start, t) : (qh_date){0, c->run.month, 1};
}

double qh_ecoflow_at(const qh_case *river_case, size_t station, double t) {
    return qh_ecoflow_flow(&river_case->station[station], date_at(river_case, t).month, NULL);
}

int qh_day_at(const qh_case *river_case, double t) {
    const qh_date date = date_at(river_case, t);
    return 100 * date.month + date.day;
}

/* ---- days ---- */

qh_status qh_release_log_create(double duration, size_t n_station, size_t n_withdrawal, qh_arena *arena,
                                qh_release_log *log) {
    const size_t n_day = (size_t)floor(duration / day * (1 + 1e-12));
    const size_t n = n_day * n_station + 1;
    qh_release_log made = {.n_day = n_day,
                           .n_station = n_station,
                           .n_withdrawal = n_withdrawal,
                           .arriving = qh_arena_alloc(arena, n, sizeof(double)),
                           .target = qh_arena_alloc(arena, n, sizeof(double)),
                           .released = qh_arena_alloc(arena, n, sizeof(double)),
                           .deficit = qh_arena_alloc(arena, n, sizeof(double)),
                           .taken = qh_arena_alloc(arena, n_day * n_withdrawal + 1, sizeof(double))};
    if (!made.arriving || !made.target || !made.released || !made.deficit || !made.taken) return QH_E_NOMEM;
    *log = made;
    return QH_OK;
}

/* The part of day `d` between `start` and `end` [s], 0 .. 1. */
static double part_of_day(size_t d, double start, double end) {
    return (fmin(end, ((double)d + 1) * day) - fmax(start, (double)d * day)) / day;
}

void qh_release_log_add(qh_release_log *log, size_t station, double start, double end, double target, double released,
                        double diverted) {
    const double missing = target - released;
    for (size_t d = (size_t)(start / day); d < log->n_day && (double)d * day < end; d++) {
        const double part = part_of_day(d, start, end);
        const size_t at = d * log->n_station + station;
        log->arriving[at] += part * (released + diverted);
        log->target[at] += part * target;
        log->released[at] += part * released;
        if (missing > slack * target) log->deficit[at] += part * missing;
    }
}

void qh_release_log_take(qh_release_log *log, size_t withdrawal, double start, double end, double taken) {
    for (size_t d = (size_t)(start / day); d < log->n_day && (double)d * day < end; d++)
        log->taken[d * log->n_withdrawal + withdrawal] += part_of_day(d, start, end) * taken;
}

qh_release_record qh_release_record_of(const qh_release_log *log, size_t station) {
    qh_release_record record = {.days = log->n_day};
    size_t run = 0;
    for (size_t d = 0; d < log->n_day; d++) {
        const double deficit = log->deficit[d * log->n_station + station];
        if (!(deficit > 0)) {
            record.kept++;
            run = 0;
            continue;
        }
        run++;
        record.missing += deficit * day;
        if (run > record.longest) {
            record.longest = run;
            record.longest_begins = d + 1 - run;
        }
        if (deficit > record.worst_deficit) {
            record.worst_deficit = deficit;
            record.worst = d;
        }
    }
    return record;
}

bool qh_release_kept(const qh_release_log *log, size_t station) {
    const qh_release_record record = qh_release_record_of(log, station);
    return record.kept == record.days;
}

/* ---- months ---- */

bool qh_release_day_date(const char *start, size_t d, qh_date *date) {
    if (!is_dated(start)) return false;
    *date = date_after(start, (double)d * day);
    return true;
}

static void add_day(const qh_release_log *log, size_t at, qh_release_month *m) {
    m->days++;
    m->kept += !(log->deficit[at] > 0);
    m->missing += log->deficit[at] * day;
    /* Means as the days come in: the divisor is the days so far. */
    const double share = 1 / (double)m->days;
    m->arriving += share * (log->arriving[at] - m->arriving);
    m->target += share * (log->target[at] - m->target);
    m->released += share * (log->released[at] - m->released);
}

qh_status qh_release_months_of(const qh_release_log *log, size_t station, const char *start, qh_arena *arena,
                               size_t *n_month, const qh_release_month **month) {
    /* No month is shorter than 28 days, and the first and the last may be covered in part. */
    qh_release_month *made = qh_arena_alloc(arena, log->n_day / 28 + 2, sizeof *made);
    if (!made) return QH_E_NOMEM;
    size_t n = 0;
    qh_date date;
    for (size_t d = 0; d < log->n_day && qh_release_day_date(start, d, &date); d++) {
        if (n == 0 || made[n - 1].month != date.month || made[n - 1].year != date.year)
            made[n++] = (qh_release_month){.year = date.year, .month = date.month, .first_day = d};
        add_day(log, d * log->n_station + station, &made[n - 1]);
    }
    *n_month = n;
    *month = made;
    return QH_OK;
}
