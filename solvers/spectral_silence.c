/* Which frequencies a segment still carries. Dispersion takes the high ones away along the river: |C^| falls like
 * exp(-x sqrt(omega/2D)), so a section far below a source sees a small part of the frequencies that one beside it needs.
 *
 * Scheme     For the sizes of all jumps added up, what is left at both ends of a segment is found at numbers n that fall by
 *            a constant ratio. Where a term of the series, times n/8 for the length of the tail, is below a tenth of the
 *            tolerance, the segment is left out from n on: it takes Q C from its upstream end and passes nothing on.
 *            The tenth is part of the bound of the error.
 * Not for    a start from a given state, which is everywhere at every frequency: nothing is left out. */
#include <math.h>
#include <stdlib.h>

#include "solvers/spectral_internal.h"

static const double RATIO = 1.25; /* -, of two numbers of frequencies that are tried */
enum { LEAST_NUMBER = 8 };

/* Whether nothing worth solving arrives at a point, after a probe; `limit` [g/m3 s]. */
static bool is_silent_at(const spectral *s, size_t point, double limit) {
    for (size_t i = 0; i < s->n; i++)
        for (size_t lane = 0; lane < s->n_lane; lane++)
            if (!(cabs(spectral_at(s, i, point, lane)) <= limit)) return false;
    return true;
}

/* Frequencies of one block are evaluated together. */
static size_t whole_block(double n) { return EXACT_COMPLEX_RATES * (size_t)ceil(n / EXACT_COMPLEX_RATES); }

/* Segments that are silent from number n on; those that have not been so at a higher number stay as they are. */
static qh_status try_number(spectral *s, double n, double before, bool *any) {
    const spectral_plan *plan = &s->plan;
    QH_TRY(spectral_probe(s, spectral_rate(plan, n), SPECTRAL_ALL));
    const double growth = 2 / plan->period * exp(plan->shift * plan->duration) * fmax(n / 8, 1);
    const double limit = SPECTRAL_SILENCE * spectral_tolerance(s) * plan->scale / growth;
    *any = false;
    for (size_t k = 0; k < s->problem->network->n_segment; k++) {
        const qh_segment *segment = &s->problem->network->segment[k];
        if (s->silent_from[k] > whole_block(before)) continue;
        if (!is_silent_at(s, segment->from, limit) || !is_silent_at(s, segment->to, limit)) continue;
        s->silent_from[k] = whole_block(n);
        *any = true;
    }
    return QH_OK;
}

qh_status spectral_find_silence(spectral *s) {
    const size_t n_segment = s->problem->network->n_segment;
    if (s->given) return QH_OK;
    if (!s->silent_from) s->silent_from = malloc((n_segment + 1) * sizeof *s->silent_from);
    if (!s->silent) s->silent = calloc(n_segment + 1, sizeof *s->silent);
    if (!s->silent_from || !s->silent) return QH_E_NOMEM;
    double before = (double)s->plan.n_frequency, n = before / RATIO;
    for (size_t k = 0; k < n_segment; k++)
        s->silent_from[k] = whole_block((double)s->plan.n_frequency);
    bool any = true;
    while (any && n >= LEAST_NUMBER) {
        QH_TRY(try_number(s, n, before, &any));
        before = n;
        n /= RATIO;
    }
    return QH_OK;
}

void spectral_keep_silent(const spectral *s, size_t k) {
    for (size_t segment = 0; s->silent && segment < s->problem->network->n_segment; segment++)
        s->silent[segment] = k >= s->silent_from[segment];
}
