#include "model/release_log.h"

#include <math.h>
#include <stdlib.h>

#include "model/calendar.h"
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

/* The start is "2024-01-01T00:00:00", checked when the case was read; "" for a run without a date. */
static qh_date date_at(const qh_case *c, double t) {
    const char *text = c->run.start;
    if (!text || !*text) return (qh_date){0, c->run.month, 1};
    const long year = number(&text), month = number(&text), first = number(&text);
    const long hour = number(&text), minute = number(&text), second = number(&text);
    const double since = (double)(3600 * hour + 60 * minute + second) + t;
    const int64_t start = qh_day_number((qh_date){year, (int)month, (int)first});
    return qh_day_date(start + (int64_t)floor(since / day));
}

double qh_ecoflow_at(const qh_case *river_case, size_t station, double t) {
    return qh_ecoflow_flow(&river_case->station[station], date_at(river_case, t).month, NULL);
}

int qh_day_at(const qh_case *river_case, double t) {
    const qh_date date = date_at(river_case, t);
    return 100 * date.month + date.day;
}

/* ---- days ---- */

qh_status qh_release_log_create(double duration, size_t n_station, qh_arena *arena, qh_release_log *log) {
    const size_t n_day = (size_t)floor(duration / day * (1 + 1e-12));
    const size_t n = n_day * n_station + 1;
    qh_release_log made = {.n_day = n_day,
                           .n_station = n_station,
                           .arriving = qh_arena_alloc(arena, n, sizeof(double)),
                           .target = qh_arena_alloc(arena, n, sizeof(double)),
                           .released = qh_arena_alloc(arena, n, sizeof(double)),
                           .deficit = qh_arena_alloc(arena, n, sizeof(double))};
    if (!made.arriving || !made.target || !made.released || !made.deficit) return QH_E_NOMEM;
    *log = made;
    return QH_OK;
}

void qh_release_log_add(qh_release_log *log, size_t station, double start, double end, double target, double released,
                        double diverted) {
    const double missing = target - released;
    for (size_t d = (size_t)(start / day); d < log->n_day && (double)d * day < end; d++) {
        const double part = (fmin(end, ((double)d + 1) * day) - fmax(start, (double)d * day)) / day;
        const size_t at = d * log->n_station + station;
        log->arriving[at] += part * (released + diverted);
        log->target[at] += part * target;
        log->released[at] += part * released;
        if (missing > slack * target) log->deficit[at] += part * missing;
    }
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
