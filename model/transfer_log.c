#include "model/transfer_log.h"

#include <math.h>

static const double day = 86400; /* s */

const char *qh_transfer_cause_name(qh_transfer_cause cause) {
    static const char *const name[QH_N_TRANSFER_CAUSE] = {"", "rule", "source", "level"};
    return name[cause];
}

qh_status qh_transfer_log_create(double duration, size_t n_transfer, qh_arena *arena, qh_transfer_log *log) {
    qh_transfer_log made = {.held = NULL};
    QH_TRY(qh_release_log_create(duration, n_transfer, 0, arena, &made.moved));
    made.held = qh_arena_alloc(arena, made.moved.n_day * n_transfer + 1, sizeof(double));
    if (!made.held) return QH_E_NOMEM;
    *log = made;
    return QH_OK;
}

void qh_transfer_log_add(qh_transfer_log *log, size_t transfer, double start, double end, double wanted, double set,
                         double carried) {
    qh_release_log_add(&log->moved, transfer, start, end, fmax(wanted, set), carried, 0);
    for (size_t d = (size_t)(start / day); set < wanted && d < log->moved.n_day && (double)d * day < end; d++) {
        const double begins = (double)d * day;
        const double part = (fmin(end, begins + day) - fmax(start, begins)) / day;
        log->held[d * log->moved.n_station + transfer] += part * (wanted - set);
    }
}

qh_transfer_cause qh_transfer_cause_of(const qh_transfer_log *log, size_t transfer, size_t d, bool stored) {
    const size_t at = d * log->moved.n_station + transfer;
    const double deficit = log->moved.deficit[at], held = log->held[at];
    if (!(deficit > 0)) return QH_TRANSFER_SERVED;
    if (held >= 0.5 * deficit) return QH_TRANSFER_RULE;
    return stored ? QH_TRANSFER_LEVEL : QH_TRANSFER_SOURCE;
}

qh_transfer_record qh_transfer_record_of(const qh_transfer_log *log, size_t transfer, bool stored) {
    qh_transfer_record r = {0};
    for (size_t d = 0; d < log->moved.n_day; d++) {
        const size_t at = d * log->moved.n_station + transfer;
        r.moved += day * log->moved.released[at];
        r.missing += day * log->moved.deficit[at];
        r.days_running += log->moved.released[at] > 0;
        r.most = fmax(r.most, log->moved.released[at]);
        r.days[qh_transfer_cause_of(log, transfer, d, stored)]++;
    }
    return r;
}
