/* What makes a run traceable: budget, messages, input files. */
#include <string.h>

#include "viz/report/report_internal.h"

void qh_report_budget(const qh_report_run *run, qh_json out) {
    const qh_store_info *const info = run->info;
    const qh_json array = qh_page_array(out, "budget");
    for (size_t i = 0; i < info->n_budget_row; i++) {
        const qh_stored_budget_row *const row = &info->budget_row[i];
        if (*row->reach_name) continue; /* of the whole network only: the rest is in the store */
        const qh_json one = qh_page_object(array, NULL);
        qh_page_text(one, "constituent", info->constituent[row->constituent].name);
        qh_page_numbers(one, "term", QH_BUDGET_TERMS, row->term, 9);
        qh_page_number(one, "residual", row->residual);
        qh_page_number(one, "throughput", row->throughput);
    }
}

static const char *severity_name(int severity) {
    switch (severity) {
    case QH_ERROR: return "error";
    case QH_WARNING: return "warning";
    default: return "advice";
    }
}

static void put_file(const char *name, const char *text, qh_json array) {
    const size_t size = text ? strlen(text) : 0;
    const qh_json one = qh_page_object(array, NULL);
    qh_page_text(one, "name", name);
    qh_page_count(one, "bytes", size);
    if (size <= QH_REPORT_FILE_BYTES) qh_page_text(one, "text", text);
}

void qh_report_record(const qh_report_run *run, qh_json out) {
    const qh_store_info *const info = run->info;
    qh_json array = qh_page_array(out, "messages");
    for (size_t i = 0; i < info->n_message; i++) {
        const qh_json one = qh_page_object(array, NULL);
        qh_page_text(one, "severity", severity_name(info->message_severity[i]));
        qh_page_text(one, "text", info->message[i]);
        qh_page_text(one, "file", info->message_file[i]);
        qh_page_count(one, "line", (size_t)info->message_line[i]);
    }
    array = qh_page_array(out, "files");
    for (size_t i = 0; i < info->n_case_file; i++)
        put_file(info->case_file[i], qh_store_case_file(run->store, info->case_file[i]), array);
}
