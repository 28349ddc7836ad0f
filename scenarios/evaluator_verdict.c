/* What a scenario's values mean: bounds, verdicts, and where one failed nothing but why. */
#include <math.h>
#include <string.h>

#include "scenarios/evaluator_internal.h"

bool qh_bound_met(const qh_evaluator *e, const qh_bound *b, double value) {
    if (!b->judged) return true;
    if (b->item->sense != QH_LIMIT_RANGE) return value >= b->low && value <= b->high;
    return qh_standard_class_of(e->standard, b->item, value) <= b->target_class;
}

double qh_bound_badness(const qh_bound *b, double value) {
    if (!b->judged || b->item->sense == QH_LIMIT_MAX) return value;
    if (b->item->sense == QH_LIMIT_MIN) return -value;
    return fmax(b->item->limit[b->target_class - 1] - value, value - b->item->limit_high[b->target_class - 1]);
}

static void note_section(const qh_evaluator *e, const double *value, size_t s, const qh_place_of_result *at,
                         bool *all) {
    const size_t n = e->layout.n_species;
    const qh_evaluation *r = at->results;
    bool counts = false, attained = true;
    for (size_t i = 0; i < n; i++) {
        const qh_bound *b = &e->bound[s * n + i];
        const bool met = qh_bound_met(e, b, value[s * n + i]);
        if (r->statistic) qh_statistic_row(e, at, i, 0, s)[at->q] = value[s * n + i];
        if (r->item)
            r->item[(i * e->layout.n_section + s) * at->count + at->q] = (signed char)(b->judged ? met : QH_NOT_JUDGED);
        counts = counts || b->counts;
        attained = attained && (met || !b->counts);
    }
    if (r->section) r->section[s * at->count + at->q] = (signed char)(counts ? attained : QH_NOT_JUDGED);
    *all = *all && attained;
}

void qh_judge_scenario(const qh_evaluator *e, const double *value, bool flows, const qh_place_of_result *at) {
    bool all = flows;
    for (size_t s = 0; s < e->layout.n_section; s++)
        note_section(e, value, s, at, &all);
    if (at->results->whole) at->results->whole[at->q] = all;
    if (at->results->status) at->results->status[at->q] = QH_OK;
    if (at->results->message) at->results->message[at->q][0] = '\0';
}

bool qh_flows_met(const qh_flow *flow) {
    bool met = true;
    for (size_t i = 0; i < flow->n_station; i++)
        met = met && qh_eco_flow_met(&flow->station[i]);
    for (size_t i = 0; i < flow->n_withdrawal; i++)
        met = met && qh_withdrawal_met(&flow->withdrawal[i]);
    return met;
}

/* ---- failures ---- */

static void fill_numbers(double *row, size_t n_row, const qh_place_of_result *at) {
    for (size_t k = 0; row && k < n_row; k++)
        row[k * at->count + at->q] = NAN;
}

static void fill_marks(signed char *row, size_t n_row, const qh_place_of_result *at) {
    for (size_t k = 0; row && k < n_row; k++)
        row[k * at->count + at->q] = QH_NOT_JUDGED;
}

/* The text's first part that fits and ends with a whole character. */
static void copy_message(const char *text, char *message) {
    size_t length = strlen(text);
    if (length >= QH_EVALUATION_MESSAGE) {
        length = QH_EVALUATION_MESSAGE - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
    }
    memcpy(message, text, length);
    message[length] = '\0';
}

void qh_fail_scenario(const qh_evaluator *e, qh_status status, qh_diag *diag, const qh_place_of_result *at) {
    const qh_evaluator_layout *l = &e->layout;
    const qh_evaluation *r = at->results;
    fill_numbers(r->statistic, l->n_species * l->n_statistic * l->n_section, at);
    fill_numbers(r->series, l->n_species * l->n_section * l->n_sample, at);
    fill_numbers(r->field, l->n_frame * l->n_species * l->n_point, at);
    fill_marks(r->item, l->n_species * l->n_section, at);
    fill_marks(r->section, l->n_section, at);
    fill_marks(r->whole, 1, at);
    if (r->status) r->status[at->q] = status;
    if (!r->message) return;
    copy_message(qh_status_text(status), r->message[at->q]);
    for (size_t k = 0; diag && k < qh_diag_size(diag); k++) {
        const qh_message *message = qh_diag_get(diag, k);
        if (message->severity != QH_ERROR) continue;
        copy_message(message->text, r->message[at->q]);
        return;
    }
}
