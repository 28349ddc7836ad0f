/* The document as a whole. */
#include <string.h>

#include "model/version.h"
#include "viz/palette_internal.h"
#include "viz/report/report_internal.h"

/* The last part of a path: the page does not tell where the reader of a report keeps files. */
static const char *base_name(const char *path) {
    const char *const slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void put_record(const qh_store_info *info, qh_json out) {
    qh_page_text(out, "path", base_name(info->path));
    qh_page_text(out, "case", info->case_name);
    qh_page_text(out, "title", info->case_title);
    qh_page_text(out, "note", info->case_note);
    qh_page_text(out, "scenario", info->scenario_title[0] ? info->scenario_title : info->scenario);
    qh_page_text(out, "engine", info->engine);
    qh_page_text(out, "command", info->command);
    qh_page_text(out, "version", info->version);
    qh_page_text(out, "commit", info->commit);
    qh_page_text(out, "date", info->date);
    qh_page_text(out, "start", info->start);
    qh_page_count(out, "month", (size_t)info->month);
    qh_page_bool(out, "steady", info->steady);
    qh_page_number(out, "from_s", info->sample_time[0]);
    qh_page_number(out, "to_s", info->sample_time[info->n_sample - 1]);
    qh_page_count(out, "samples", info->n_sample);
    qh_page_number(out, "worst_residual", info->worst_residual);
}

/* What was run for the evaluation before a permit has no file that is left, and a name in both languages. */
static void put_name(const qh_report *report, size_t run, qh_json out) {
    const char *const(*const name)[2] = report->request->run_name;
    if (!name) return;
    qh_page_text(out, "path", "");
    qh_page_text(out, "scenario", name[run][QH_EN]);
    qh_page_text(out, "scenario_zh", name[run][QH_ZH]);
}

static qh_status put_run(qh_report *report, const qh_report_run *run, qh_json array) {
    const qh_json out = qh_page_object(array, NULL);
    put_record(run->info, out);
    put_name(report, (size_t)(run - report->run), out);
    const qh_json names = qh_page_array(out, "constituents");
    for (size_t c = 0; c < run->info->n_constituent; c++)
        qh_page_text(names, NULL, run->info->constituent[c].name);
    qh_report_verdicts(run, out);
    qh_report_water(run, out);
    qh_report_budget(run, out);
    qh_report_record(run, out);
    QH_TRY(qh_report_analysis(report, run, out));
    QH_TRY(qh_report_profile(report, run, out));
    return qh_report_series(report, run, out);
}

static void put_lines(qh_json root) {
    const qh_json array = qh_page_array(root, "line_colors");
    for (size_t i = 0; i < QH_PALETTE_LINES; i++)
        qh_page_text(array, NULL, qh_palette_line(i)->color);
}

qh_status qh_report_document(qh_report *report, qh_json root) {
    qh_page_count(root, "format", 1);
    qh_page_text(root, "lang", report->request->lang == QH_ZH ? "zh" : "en");
    const qh_json program = qh_page_object(root, "program");
    qh_page_text(program, "version", qh_version());
    qh_page_text(program, "commit", qh_build_commit());
    put_lines(root);
    qh_report_standard(report, root);
    qh_report_constituents(report, root);
    QH_TRY(qh_report_network(report, root));
    if (report->request->permit) qh_report_permit(report, root);
    const qh_json runs = qh_page_array(root, "runs");
    for (size_t i = 0; i < report->n_run; i++)
        QH_TRY(put_run(report, &report->run[i], runs));
    return report->failed ? QH_E_NOMEM : QH_OK;
}
