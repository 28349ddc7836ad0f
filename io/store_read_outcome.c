/* What came of a run: its messages, what the solver counted, its budget. */
#include "io/store_read_internal.h"

#include <math.h>

void qh_store_read_messages(qh_h5_reader *r, qh_store_info *info) {
    /* Appended one variable after the other: what is in all of them counts. */
    size_t n = qh_h5_get_dimension(r, "message_text");
    static const char *const other[] = {"message_file", "message_severity", "message_line"};
    for (size_t k = 0; k < 3; k++) {
        const size_t length = qh_h5_get_dimension(r, other[k]);
        if (length != n && info->complete) qh_h5_bad(r, other[k], QH_N("does not fit its dimensions"));
        if (length < n) n = 0; /* cut short in the middle of adding some */
    }
    if (r->failed || n == 0) return;
    info->message = qh_h5_get_texts(r, "message_text", n);
    info->message_file = qh_h5_get_texts(r, "message_file", n);
    info->message_severity = qh_h5_get_ints(r, "message_severity", n);
    info->message_line = qh_h5_get_ints(r, "message_line", n);
    info->n_message = n;
}

void qh_store_read_statistics(qh_h5_reader *r, qh_store_info *info) {
    const size_t n = qh_h5_get_dimension(r, "statistic_name");
    if (r->failed || n == 0 || qh_h5_get_dimension(r, "statistic_value") != n) return;
    qh_stored_statistic *statistic = qh_h5_room(r, n, sizeof *statistic);
    const char *const *name = qh_h5_get_texts(r, "statistic_name", n);
    const double *value = qh_h5_get_doubles(r, "statistic_value", n);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        statistic[i] = (qh_stored_statistic){name[i], value[i]};
    }
    info->statistic = statistic;
    info->n_statistic = n;
}

/* Lane 0 of the budget. */
void qh_store_read_budget(qh_h5_reader *r, qh_store_info *info) {
    info->worst_residual = qh_h5_get_scalar(r, "budget_worst_residual");
    if (r->failed || isnan(info->worst_residual)) return; /* the run did not end */
    const size_t n_row = info->n_reach + 1, n = info->n_constituent, n_lane = info->n_lane;
    const bool lanes = n_lane > 1;
    const size_t shape[4] = {n_row, n, QH_BUDGET_TERMS, n_lane}, closing[3] = {n_row, n, n_lane};
    const double *term =
        qh_h5_get_whole(r, "budget", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), lanes ? 4 : 3, shape);
    const double *residual =
        qh_h5_get_whole(r, "budget_residual", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), lanes ? 3 : 2, closing);
    const double *throughput =
        qh_h5_get_whole(r, "budget_throughput", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), lanes ? 3 : 2, closing);
    qh_stored_budget_row *row = qh_h5_room(r, n_row * n, sizeof *row);
    if (r->failed) return;
    for (size_t i = 0; i < n_row * n; i++) {
        row[i].reach_name = i / n < info->n_reach ? info->reach[i / n].name : "";
        row[i].constituent = i % n;
        for (size_t t = 0; t < QH_BUDGET_TERMS; t++) {
            row[i].term[t] = term[(i * QH_BUDGET_TERMS + t) * n_lane];
        }
        row[i].residual = residual[i * n_lane];
        row[i].throughput = throughput[i * n_lane];
    }
    info->budget_row = row;
    info->n_budget_row = n_row * n;
}
