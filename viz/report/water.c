/* Stations with their ecological flow, withdrawals, and all that enters the network. */
#include <math.h>
#include <string.h>

#include "model/ecoflow.h"
#include "viz/report/report_internal.h"

/* How it was served day by day, where the water moved. */
static void put_days(qh_json out, const qh_release_log *log, size_t i) {
    if (!log) return;
    const qh_release_record record = qh_release_record_of(log, i);
    qh_page_count(out, "days", record.days);
    qh_page_count(out, "days_kept", record.kept);
    qh_page_number(out, "missing_m3", record.missing);
    qh_page_count(out, "longest_run_short_days", record.longest);
}

/* Which of several rules asks for the most, month by month. */
static void put_months(const qh_stored_station *s, qh_json out) {
    if (!s->monthly_rule || strncmp(s->rule, "max(", 4) != 0) return;
    qh_json months = qh_page_array(out, "by_month");
    for (size_t m = 0; m < 12; m++) {
        const qh_ecoflow_rule *const rule = qh_ecoflow_find(s->monthly_rule[m]);
        const qh_json month = qh_page_object(months, NULL);
        qh_page_count(month, "month", m + 1);
        qh_page_number(month, "target_m3s", s->monthly_flow[m]);
        qh_page_text(month, "rule", rule ? rule->title : s->monthly_rule[m]);
        qh_page_text(month, "clause", rule ? rule->source : "");
        qh_page_text(month, "confidence", rule ? rule->confidence : "");
    }
}

static void put_station(const qh_store_info *info, size_t i, qh_json array) {
    const qh_stored_station *s = &info->station[i];
    const size_t n_reach = info->n_reach;
    const char *const binding = qh_binding_rule(info, i);
    const qh_ecoflow_rule *const rule = qh_ecoflow_find(binding);
    const qh_json out = qh_page_object(array, NULL);
    qh_page_text(out, "name", s->name);
    qh_page_index(out, "reach", s->reach, n_reach);
    qh_page_number(out, "chainage_m", s->chainage);
    qh_page_index(out, "tailrace_reach", s->tailrace_reach, n_reach);
    qh_page_number(out, "tailrace_chainage_m", s->tailrace_chainage);
    qh_page_number(out, "capacity_m3s", s->capacity);
    qh_page_text(out, "rule", rule ? rule->title : binding);
    qh_page_text(out, "clause", rule ? rule->source : "");
    qh_page_text(out, "confidence", rule ? rule->confidence : "");
    qh_page_number(out, "arriving_m3s", s->flow.arriving);
    qh_page_number(out, "target_m3s", s->flow.target);
    qh_page_number(out, "released_m3s", s->flow.released);
    qh_page_number(out, "diverted_m3s", s->flow.diverted);
    qh_page_number(out, "deficit_m3s", s->flow.deficit);
    qh_page_bool(out, "met", qh_station_keeps(info, i));
    put_months(s, out);
    put_days(out, info->release, i);
}

static void put_withdrawal(const qh_store_info *info, size_t i, size_t n_reach, qh_json array) {
    const qh_stored_withdrawal *w = &info->withdrawal[i];
    const qh_json out = qh_page_object(array, NULL);
    qh_page_text(out, "code", w->code);
    qh_page_text(out, "name", w->name);
    qh_page_text(out, "kind", w->kind);
    qh_page_index(out, "reach", w->reach, n_reach);
    qh_page_number(out, "chainage_m", w->chainage);
    qh_page_number(out, "asked_m3s", w->flow.asked);
    qh_page_number(out, "taken_m3s", w->flow.taken);
    qh_page_number(out, "deficit_m3s", w->flow.deficit);
    qh_page_bool(out, "met", qh_withdrawal_served(info, i));
    if (w->priority.given) qh_page_count(out, "priority", (size_t)w->priority.value);
    put_days(out, info->take, i);
}

static void put_transfer(const qh_store_info *info, size_t i, qh_json array) {
    const qh_stored_transfer *t = &info->transfer[i];
    const size_t n_reach = info->n_reach;
    const qh_json out = qh_page_object(array, NULL);
    qh_page_text(out, "code", t->code);
    qh_page_text(out, "name", t->name);
    qh_page_index(out, "reach", t->reach, n_reach);
    qh_page_number(out, "chainage_m", t->chainage);
    qh_page_index(out, "to_reach", t->to_reach, n_reach);
    qh_page_number(out, "to_chainage_m", t->to_chainage);
    qh_page_number(out, "capacity_m3s", t->capacity);
    qh_page_number(out, "asked_m3s", t->flow.asked);
    qh_page_number(out, "taken_m3s", t->flow.taken);
    qh_page_number(out, "deficit_m3s", t->flow.deficit);
    qh_report_transfer_days(info, i, out);
}

static void put_known(qh_json out, const char *key, const char *text) {
    if (*text) qh_page_text(out, key, text);
}

/* What is not known of a source is left out, as a large network has many: the page takes it for empty or none. */
static void put_source(const qh_store_info *info, const qh_stored_source *s, qh_json array) {
    const qh_json out = qh_page_object(array, NULL);
    qh_page_text(out, "kind", s->kind);
    put_known(out, "code", s->code);
    qh_page_text(out, "name", s->name);
    put_known(out, "category", s->category);
    put_known(out, "district", s->district);
    put_known(out, "body", s->body);
    put_known(out, "permit", s->permit);
    put_known(out, "standard", s->standard);
    put_known(out, "status", s->status);
    put_known(out, "note", s->note);
    if (s->reach < info->n_reach) qh_page_count(out, "reach", s->reach);
    if (s->node < info->n_node) qh_page_count(out, "node", s->node);
    if (isfinite(s->chainage)) qh_page_number(out, "chainage_m", s->chainage);
    if (isfinite(s->end_chainage)) qh_page_number(out, "end_chainage_m", s->end_chainage);
    qh_page_number(out, "flow_m3s", s->flow);
    qh_page_numbers(out, "concentration", info->n_constituent, s->concentration, 7);
    qh_page_numbers(out, "load_gs", info->n_constituent, s->load, 7);
    bool limited = false;
    for (size_t i = 0; i < info->n_constituent; i++)
        limited = limited || isfinite(s->limit[i]);
    if (limited) qh_page_numbers(out, "limit", info->n_constituent, s->limit, 12);
}

void qh_report_water(const qh_report_run *run, qh_json out) {
    const qh_store_info *const info = run->info;
    qh_json array = qh_page_array(out, "stations");
    for (size_t i = 0; i < info->n_station; i++)
        put_station(info, i, array);
    array = qh_page_array(out, "withdrawals");
    for (size_t i = 0; i < info->n_withdrawal; i++)
        put_withdrawal(info, i, info->n_reach, array);
    array = qh_page_array(out, "transfers");
    for (size_t i = 0; i < info->n_transfer; i++)
        put_transfer(info, i, array);
    qh_report_reservoirs(info, out);
    array = qh_page_array(out, "sources");
    for (size_t i = 0; i < info->n_source; i++)
        put_source(info, &info->source[i], array);
}
