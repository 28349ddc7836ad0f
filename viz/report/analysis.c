/* What is worked out anew from the case that the store of a run holds, beside the run's own results. */
#include <math.h>

#include "viz/report/report_internal.h"
#include "viz/shares.h"

typedef struct opened {
    qh_analysis *analysis;
    qh_trace *trace;
    qh_capacity *capacity;
    qh_costs *costs;
    qh_plan *plan;
} opened;

static void put_head(const qh_report *report, const opened *o, double difference, qh_json out) {
    const qh_report_analyses *const asked = &report->request->analyses;
    qh_margin margin = {QH_MARGIN_NONE, 0};
    (void)qh_margin_parse(asked->margin, &margin);
    const bool by_class = margin.rule == QH_MARGIN_HJ2_3;
    qh_page_text(out, "margin", asked->margin);
    qh_page_text(out, "margin_clause", by_class ? QH_MARGIN_HJ2_3_CLAUSE : "");
    qh_page_text(out, "margin_confidence", by_class ? QH_MARGIN_HJ2_3_CONFIDENCE : "");
    qh_page_number(out, "difference", difference);
    qh_page_number(out, "sum_error", o->analysis->response->sum_error);
}

/* Code, name and what they are counted by of every outfall, in the order of the case. */
static void put_outfalls(const qh_analysis *analysis, qh_json out) {
    const qh_case *const c = analysis->study->river_case;
    const qh_json array = qh_page_array(out, "outfalls");
    for (size_t i = 0; i < c->n_outfall; i++) {
        const qh_json one = qh_page_object(array, NULL);
        qh_page_text(one, "code", c->outfall[i].code);
        qh_page_text(one, "name", c->outfall[i].name);
        qh_page_number(one, "flow_m3s", c->outfall[i].flow);
    }
}

/* Where the shares cannot be drawn by the page itself. */
static qh_status draw_shares(const qh_report *report, const qh_report_run *run, const opened *o) {
    if (!report->pictures) return QH_OK;
    const size_t number = (size_t)(run - report->run) + 1;
    const char *const path = qh_arena_printf(report->arena, "%s/shares-%zu.png", report->pictures, number);
    if (!path) return QH_E_NOMEM;
    return qh_shares_draw(o->analysis, o->trace, report->request->lang, path, report->diag);
}

static qh_status work_out(qh_report *report, const qh_report_run *run, opened *o, qh_diag *diag, qh_json out) {
    const qh_report_analyses *const asked = &report->request->analyses;
    put_outfalls(o->analysis, out);
    if (asked->trace) {
        QH_TRY(qh_trace_create(o->analysis, QH_BY_SOURCE, &o->trace));
        qh_report_trace(report, o->analysis, o->trace, out);
        QH_TRY(draw_shares(report, run, o));
    }
    if (asked->capacity) {
        QH_TRY(qh_capacity_create(o->analysis, diag, &o->capacity));
        qh_report_capacity(o->analysis, o->capacity, out);
    }
    if (asked->optimise) {
        if (asked->costs) QH_TRY(qh_costs_read(asked->costs, o->analysis->study->river_case, diag, &o->costs));
        QH_TRY(qh_plan_create(o->analysis, asked->objective, o->costs, asked->most, diag, &o->plan));
        qh_report_plan(o->analysis, o->plan, o->costs, out);
    }
    return QH_OK;
}

/* Reads, solves and works out, with messages to `diag`. */
static qh_status analyse(qh_report *report, const qh_report_run *run, qh_margin margin, opened *o, qh_diag *diag,
                         qh_json out) {
    double difference = NAN;
    QH_TRY(qh_analysis_open_stored(run->store, report->request->standard_name, margin, diag, &o->analysis));
    QH_TRY(qh_analysis_difference(o->analysis, run->store, diag, &difference));
    const qh_json made = qh_page_object(out, "analysis");
    put_head(report, o, difference, made);
    return work_out(report, run, o, diag, made);
}

/* Warnings and advice of the case were told when it ran and stand in the page: only errors are told again. */
static void pass_on(qh_diag *from, qh_diag *to) {
    for (size_t i = 0; i < qh_diag_size(from); i++) {
        const qh_message *const m = qh_diag_get(from, i);
        if (m->severity == QH_ERROR) qh_diag_add(to, m->severity, m->place, "%s", m->text);
    }
}

qh_status qh_report_analysis(qh_report *report, const qh_report_run *run, qh_json out) {
    const qh_report_analyses *const asked = &report->request->analyses;
    if (!asked->trace && !asked->capacity && !asked->optimise) return QH_OK;
    qh_margin margin;
    QH_CHECK(asked->margin && qh_margin_parse(asked->margin, &margin), QH_E_USAGE, report->diag, QH_NOWHERE,
             "a margin is none, hj2.3 or a part such as 10%%, not '%s'", asked->margin ? asked->margin : "");
    qh_diag *const diag = qh_diag_create(qh_diag_lang(report->diag));
    if (!diag) return QH_E_NOMEM;
    opened o = {0};
    const qh_status status = analyse(report, run, margin, &o, diag, out);
    pass_on(diag, report->diag);
    qh_plan_destroy(o.plan);
    qh_costs_destroy(o.costs);
    qh_capacity_destroy(o.capacity);
    qh_trace_destroy(o.trace);
    qh_analysis_close(o.analysis);
    qh_diag_destroy(diag);
    return status;
}
