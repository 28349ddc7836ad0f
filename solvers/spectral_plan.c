/* How to invert: period, line and number of frequencies, and whether that can be afforded.
 *
 * Scheme     sigma P = ln(10/eps), eps the tolerance over ten: what wraps around is below it. N: the smallest number whose
 *            term at the sections, for the sizes of all jumps added up, is below tolerance when it is multiplied by N/8, the
 *            length of a decaying tail; by bisection. A start from a given state decays like a power only: there the filter
 *            is of low order and N large against the samples in a period. */
#include <math.h>
#include <stdlib.h>

#include "model/lang.h"
#include "solvers/fourier_internal.h"
#include "solvers/spectral_internal.h"

static const double TAU = 6.283185307179586;
static const double LONGER_THAN_RUN = 2; /* -, least period over duration */
static const double WORK = 3e-7;         /* s, of a piece and mode at a frequency */
static const double AFFORDABLE = 10;     /* -, work of a solve over that of finite volumes ... */
static const double AFFORDABLE_TIME = 1; /* s, ... and in any case */
static const double WORK_OF_CELL = 5e-7; /* s, of finite volumes a cell, constituent and sample */
static const double MEMORY = 1 << 30;    /* bytes of accumulated transforms */
static const double BY_SAMPLES = 24;     /* -, frequencies a sample in a period, where spectra do not decay */

/* ---- solving for loads ---- */

/* m3/s of a source in a lane of the group */
static double water_of(const spectral *s, size_t source, size_t lane) {
    const qh_forcing *forcing = s->problem->forcing;
    return forcing->flow[source * forcing->n_lane + s->first_lane + lane];
}

double complex spectral_load(const spectral *s, size_t source, size_t species, size_t lane, double complex rate,
                             size_t k) {
    const qh_forcing *forcing = s->problem->forcing;
    const size_t at = (source * forcing->n_species + species) * forcing->n_lane + s->first_lane + lane;
    const qh_forcing_value *input = &forcing->value[at];
    const double weight = input->scale * (input->is_load ? 1 : water_of(s, source, lane));
    double complex load = s->given ? qh_value_at(&input->value, 0) / rate : 0;
    if (k != SPECTRAL_START && s->of_value[at] != SIZE_MAX) load += s->series[s->of_value[at]].value[k];
    return weight * load;
}

/* What spectral_load is below, at the size of the rate. */
static double bound_of(const spectral *s, size_t source, size_t species, size_t lane, double rate, spectral_part part) {
    const qh_forcing *forcing = s->problem->forcing;
    const size_t at = (source * forcing->n_species + species) * forcing->n_lane + s->first_lane + lane;
    const qh_forcing_value *input = &forcing->value[at];
    const double weight = fabs(input->scale) * (input->is_load ? 1 : water_of(s, source, lane));
    double bound = 0;
    if (input->value.series) bound = spectral_series_bound(input->value.series, rate, s->plan.shift, s->plan.duration);
    if (part == SPECTRAL_ALL && s->given) bound += fabs(qh_value_at(&input->value, 0)) / rate;
    return weight * bound;
}

/* The loads of a solve: of a frequency, or bounds. */
typedef struct asked {
    double complex rate;
    size_t k;
    bool evaluated; /* its pieces are; they are number `place` of those */
    size_t place;
    bool bound, unit; /* unit: 1 g/m3 from every source */
    spectral_part part;
} asked;

static double complex given_load(const spectral *s, size_t source, size_t species, size_t lane, const asked *a) {
    if (a->unit) return fmax(water_of(s, source, lane), 1e-3);
    return a->bound ? bound_of(s, source, species, lane, cabs(a->rate), a->part)
                    : spectral_load(s, source, species, lane, a->rate, a->k);
}

/* Whether a source takes part: from the steady state on only those whose series change do. */
static bool is_silent_source(const spectral *s, size_t source, const asked *a) {
    return !a->unit && !a->bound && !s->given && s->constant[source];
}

static void add_to_point(const spectral *s, const spectral_level *l, size_t source, size_t point, const asked *a) {
    if (is_silent_source(s, source, a)) return;
    for (size_t i = 0; i < s->n; i++) {
        double complex *at = exact_complex_core_at(l->core, i, point);
        for (size_t lane = 0; lane < s->n_lane; lane++)
            at[lane] += given_load(s, source, l->river->species[i], lane, a);
    }
}

static void add_to_stretch(const spectral *s, const spectral_level *l, size_t source, size_t row, const asked *a) {
    const qh_lateral *lateral = &s->problem->river_case->lateral[row];
    const qh_network *network = s->problem->network;
    if (is_silent_source(s, source, a)) return;
    for (size_t i = 0; i < s->n; i++) {
        for (size_t lane = 0; lane < s->n_lane; lane++) {
            const double complex load =
                given_load(s, source, l->river->species[i], lane, a) / (lateral->to - lateral->from);
            for (size_t k = network->lateral_first[row]; k < network->lateral_end[row]; k++)
                l->core->brought[(k * s->n + i) * s->n_lane + lane] += load;
        }
    }
}

/* What ponds hold at the start, and what their kinetics make. */
static void add_ponds(const spectral *s, const spectral_level *l) {
    const exact_complex_core *core = l->core;
    for (size_t p = 0; p < s->problem->network->n_point; p++) {
        const double volume = l->river->point[p].pond;
        if (!(volume > 0)) continue;
        for (size_t i = 0; i < s->n; i++) {
            const double start = core->initial ? core->initial[i] : 0;
            const double complex gain = core->gain_factor * l->river->pond_gain[i];
            double complex *at = exact_complex_core_at(core, i, p);
            for (size_t lane = 0; lane < s->n_lane; lane++)
                at[lane] += volume * (start + gain);
        }
    }
}

static void set_loads(const spectral *s, const spectral_level *l, const asked *a) {
    const qh_case *c = s->problem->river_case;
    const qh_network *network = s->problem->network;
    for (size_t k = 0; k < s->n * network->n_point * s->n_lane; k++)
        l->core->value[k] = 0;
    for (size_t k = 0; c->n_lateral > 0 && k < s->n * network->n_segment * s->n_lane; k++)
        l->core->brought[k] = 0;
    size_t source = 0;
    for (size_t k = 0; k < c->n_headwater; k++)
        add_to_point(s, l, source++, network->headwater_point[k], a);
    for (size_t k = 0; k < c->n_tributary; k++)
        add_to_point(s, l, source++, network->tributary_point[k], a);
    for (size_t k = 0; k < c->n_outfall; k++)
        add_to_point(s, l, source++, network->outfall_point[k], a);
    for (size_t k = 0; k < c->n_lateral; k++)
        add_to_stretch(s, l, source++, k, a);
    if (s->problem->pond) add_ponds(s, l);
}

static qh_status solve_asked(const spectral *s, const asked *a) {
    const bool starts = s->given && !a->unit && (!a->bound || a->part == SPECTRAL_ALL);
    for (size_t l = 0; l < s->n_level; l++) {
        exact_complex_core *core = s->level[l].core;
        core->silent = a->unit || a->bound ? NULL : s->silent;
        if (a->evaluated)
            exact_complex_core_take_rate(core, a->place);
        else
            QH_TRY(exact_complex_core_set_rate(core, a->rate));
        core->gain_factor = starts ? 1 / a->rate : 0;
        core->initial = starts ? s->initial : NULL;
        set_loads(s, &s->level[l], a);
        QH_TRY(exact_complex_core_solve(core));
    }
    return QH_OK;
}

size_t spectral_block(const spectral *s) {
    size_t least = EXACT_COMPLEX_RATES;
    for (size_t l = 0; l < s->n_level; l++)
        if (s->level[l].core->n_rate < least) least = s->level[l].core->n_rate;
    return least;
}

qh_status spectral_evaluate(const spectral *s, size_t first, size_t count) {
    double complex rate[EXACT_COMPLEX_RATES];
    for (size_t k = 0; k < count; k++)
        rate[k] = spectral_rate(&s->plan, (double)(first + k));
    spectral_keep_silent(s, first); /* and likewise the others */
    for (size_t l = 0; l < s->n_level; l++) {
        s->level[l].core->silent = s->silent;
        QH_TRY(exact_complex_core_set_rates(s->level[l].core, count, rate));
    }
    return QH_OK;
}

qh_status spectral_solve(const spectral *s, size_t k, size_t place) {
    return solve_asked(s,
                       &(asked){.rate = spectral_rate(&s->plan, (double)k), .k = k, .evaluated = true, .place = place});
}

qh_status spectral_solve_start(const spectral *s, double rate) {
    return solve_asked(s, &(asked){.rate = rate, .k = SPECTRAL_START});
}

qh_status spectral_probe(const spectral *s, double complex rate, spectral_part part) {
    return solve_asked(s, &(asked){.rate = rate, .bound = true, .part = part});
}

double complex spectral_at(const spectral *s, size_t position, size_t point, size_t lane) {
    if (s->n_level == 1) return exact_complex_core_at(s->level[0].core, position, point)[lane];
    double complex sum = 0;
    for (size_t l = 0; l < s->n_level; l++)
        sum += s->level[l].weight * exact_complex_core_at(s->level[l].core, position, point)[lane];
    return sum;
}

/* ---- the plan ---- */

static double largest_at_sections(const spectral *s) {
    double largest = 0;
    for (size_t k = 0; k < s->problem->river_case->n_section; k++)
        for (size_t i = 0; i < s->n; i++)
            for (size_t lane = 0; lane < s->n_lane; lane++)
                largest = fmax(largest, cabs(spectral_at(s, i, s->problem->network->section_point[k], lane)));
    return largest;
}

double spectral_tolerance(const spectral *s) { return 0.1 * s->problem->river_case->solver.relative_tolerance; }

double complex spectral_rate(const spectral_plan *plan, double n) { return plan->shift + TAU * I * n / plan->period; }

/* Whether the terms of the series at the sections are below tolerance from number n on. */
static qh_status is_small(const spectral *s, double n, spectral_part part, bool *small) {
    const spectral_plan *plan = &s->plan;
    QH_TRY(spectral_probe(s, spectral_rate(plan, n), part));
    const double term = 2 / plan->period * exp(plan->shift * plan->duration) * largest_at_sections(s);
    *small = term * fmax(n / 8, 1) <= spectral_tolerance(s) * plan->scale;
    return QH_OK;
}

/* The smallest number of frequencies that decays, 1 + most when there is none up to `most`. */
static qh_status find_decay(const spectral *s, double most, spectral_part part, double *count) {
    double high = 32, low = 16;
    bool small = false;
    for (;;) {
        QH_TRY(is_small(s, high, part, &small));
        if (small || high > most) break;
        low = high;
        high *= 2;
    }
    if (!small) {
        *count = most + 1;
        return QH_OK;
    }
    while (high - low > 0.02 * high) {
        const double middle = 0.5 * (low + high);
        QH_TRY(is_small(s, middle, part, &small));
        if (small)
            high = middle;
        else
            low = middle;
    }
    *count = ceil(high);
    return QH_OK;
}

/* The largest concentration that the loads can make: the steady state of the largest values, or the initial one. */
static double scale_of(const spectral *s) {
    const qh_forcing *forcing = s->problem->forcing;
    double largest = 0;
    for (size_t i = 0; i < s->n && s->given; i++)
        largest = fmax(largest, s->initial[i]);
    for (size_t k = 0; k < s->problem->river_case->n_headwater * forcing->n_species * forcing->n_lane; k++) {
        const qh_value *value = &forcing->value[k].value;
        double most = fabs(value->constant);
        for (size_t j = 0; value->series && j < value->series->count; j++)
            most = fmax(j ? most : 0, fabs(value->series->value[j]));
        largest = fmax(largest, forcing->value[k].scale * most);
    }
    return largest;
}

/* The same from loads, which is larger where outfalls matter: their loads over the water that leaves. */
static double scale_of_loads(const spectral *s) {
    const qh_forcing *forcing = s->problem->forcing;
    const size_t row = forcing->n_species * forcing->n_lane;
    double largest = 0;
    for (size_t j = 0; j < row; j++) {
        double sum = 0;
        for (size_t source = 0; source < forcing->n_source; source++) {
            const qh_forcing_value *input = &forcing->value[source * row + j];
            double most = input->value.series ? 0 : fabs(input->value.constant);
            for (size_t i = 0; input->value.series && i < input->value.series->count; i++)
                most = fmax(most, fabs(input->value.series->value[i]));
            sum += input->scale * most *
                   (input->is_load ? 1 : forcing->flow[source * forcing->n_lane + j % forcing->n_lane]);
        }
        largest = fmax(largest, sum);
    }
    return largest / s->problem->flow->inflow;
}

/* Pieces and modes; segments with distributed inflow are refined later, mostly 6 times. */
static double pieces_of(const spectral *s) {
    const exact_river *river = s->level[0].river;
    double count = 0;
    for (size_t k = 0; k < river->n_piece; k++)
        count += river->piece[k].wkb ? 5 : river->piece[k].inflow > 0 && river->divides ? 1 << 6 : 1;
    return count * (double)s->level[0].core->n_mode;
}

double spectral_cost_of_volumes(const spectral *s) {
    return WORK_OF_CELL * (double)(s->problem->grid->n_cell * s->m * s->plan.n_sample);
}

double spectral_cost(const spectral *s) { return WORK * pieces_of(s) * (double)s->plan.n_frequency; }

static bool is_whole(double ratio) { return fabs(ratio - round(ratio)) < 1e-9 * ratio; }

/* Period and times: the longer of the two intervals goes into the period a whole number of times. */
static const char *set_times(spectral *s) {
    const qh_run_options *run = &s->problem->river_case->run;
    const double longer = fmax(run->sample_interval, run->output_interval);
    const double shorter = fmin(run->sample_interval, run->output_interval);
    if (!is_whole(longer / shorter) || !is_whole(run->duration / longer))
        return QH_N("the duration and the intervals of output and samples are not multiples of one another");
    const size_t fold = fourier_length((size_t)ceil(round(run->duration / longer) * LONGER_THAN_RUN));
    const double period = (double)fold * longer;
    s->plan.duration = run->duration;
    s->plan.period = period;
    s->plan.sample_fold = (size_t)round(period / run->sample_interval);
    s->plan.frame_fold = (size_t)round(period / run->output_interval);
    s->plan.n_sample = (size_t)round(run->duration / run->sample_interval) + 1;
    s->plan.n_frame = (size_t)round(run->duration / run->output_interval) + 1;
    s->plan.shift = log(10 / spectral_tolerance(s)) / period;
    s->plan.scale = fmax(scale_of(s), scale_of_loads(s));
    if (!(s->plan.scale > 0)) s->plan.scale = 1;
    return NULL;
}

static const char *set_frequencies(spectral *s, qh_status *status) {
    if (s->problem->river_case->n_section == 0) return QH_N("there is no control section whose error could be bounded");
    const double time = fmax(AFFORDABLE * spectral_cost_of_volumes(s), AFFORDABLE_TIME);
    const double most = fmin(fmax(time / (WORK * pieces_of(s)), 1024), 1 << 20);
    double jumps = 0, all = 0;
    *status = find_decay(s, most, SPECTRAL_JUMPS, &jumps);
    if (*status == QH_OK) *status = find_decay(s, most, SPECTRAL_ALL, &all);
    if (*status != QH_OK) return NULL;
    if (jumps > most) return QH_N("a front at a control section is too sharp for a series of frequencies");
    const double by_samples = fmax(BY_SAMPLES * (double)s->plan.sample_fold, 3 * jumps);
    s->plan.decays = 1.1 * all <= by_samples;
    s->plan.filter_order = s->plan.decays ? 16 : 8;
    const double wanted = s->plan.decays ? 1.1 * all : by_samples;
    if (wanted > most) return QH_N("a front at a control section is too sharp for a series of frequencies");
    s->plan.n_frequency = (size_t)wanted;
    const qh_grid *grid = s->problem->grid;
    const double places = 2 * (double)grid->n_cell + 2 * (double)s->problem->network->n_point;
    const double sections = 2 * (double)s->problem->river_case->n_section * (double)s->plan.sample_fold;
    const double rows = places * (double)s->plan.frame_fold + sections;
    if (rows * (double)s->m * sizeof(double complex) > MEMORY)
        return QH_N("profiles at so many times need too much memory");
    return NULL;
}

bool spectral_profiles_are_sharp(const spectral *s) {
    const qh_forcing *forcing = s->problem->forcing;
    const double interval = s->problem->river_case->run.output_interval;
    const double rounded = 3 * s->plan.period / (double)s->plan.n_frequency;
    for (size_t k = 0; k < forcing->n_source * forcing->n_species * forcing->n_lane; k++) {
        const qh_series *series = forcing->value[k].value.series;
        if (series && spectral_series_distance(series, interval, s->plan.duration) < rounded) return false;
    }
    return true;
}

/* ---- creation ---- */

static qh_status add_level(spectral *s, size_t division, const double *rate_scale, qh_diag *diag) {
    spectral_level made = {.weight = 1};
    const qh_problem *p = s->problem;
    QH_TRY(exact_river_create(spectral_case(s), p->network, p->flow, rate_scale, division, diag, &made.river));
    if (p->pond) exact_river_set_ponds(made.river, p->pond);
    const qh_status status = exact_complex_core_create(made.river, s->n_lane, &made.core);
    if (status != QH_OK) {
        exact_river_destroy(made.river);
        return status;
    }
    s->level[s->n_level++] = made;
    return QH_OK;
}

static void weigh_levels(spectral *s) {
    double weight[EXACT_LEVELS];
    exact_weights(s->n_level, weight);
    for (size_t l = 0; l < s->n_level; l++)
        s->level[l].weight = weight[l];
}

/* Transforms at the sections of all that enters, at some rates between 0 and one over the time that a sample takes. */
enum { N_PROBE = 5 };
static qh_status probe_all(const spectral *s, double complex *value) {
    const size_t n_section = s->problem->river_case->n_section, row = n_section * s->n * s->n_lane;
    for (size_t k = 0; k < N_PROBE; k++) {
        const double turn = k == 0 ? 0 : pow((double)s->plan.sample_fold, (double)k / N_PROBE);
        QH_TRY(solve_asked(s, &(asked){.rate = spectral_rate(&s->plan, turn), .unit = true}));
        for (size_t p = 0; p < n_section; p++)
            for (size_t i = 0; i < s->n; i++)
                for (size_t lane = 0; lane < s->n_lane; lane++)
                    value[k * row + (p * s->n + i) * s->n_lane + lane] =
                        spectral_at(s, i, s->problem->network->section_point[p], lane);
    }
    return QH_OK;
}

/* Refines distributed inflow until the transforms at the sections change by less than the tolerance. */
static qh_status refine(spectral *s, const double *rate_scale, qh_diag *diag) {
    const size_t count = N_PROBE * s->problem->river_case->n_section * s->n * s->n_lane;
    double complex *value = calloc(2 * count + 1, sizeof *value), *before = value ? value + count : NULL;
    qh_status status = value ? probe_all(s, before) : QH_E_NOMEM;
    s->inflow_bound = 1;
    while (status == QH_OK && s->inflow_bound > spectral_tolerance(s) && s->n_level < SPECTRAL_LEVELS) {
        status = add_level(s, (size_t)1 << s->n_level, rate_scale, diag);
        weigh_levels(s);
        if (status == QH_OK) status = probe_all(s, value);
        double change = 0, largest = 0;
        for (size_t k = 0; k < count && status == QH_OK; k++) {
            change = fmax(change, cabs(value[k] - before[k]));
            largest = fmax(largest, cabs(value[k]));
            before[k] = value[k];
        }
        s->inflow_bound = largest > 0 ? change / largest : 0;
    }
    free(value);
    return status;
}

static void rate_scale_of(const spectral *s, double *scale) {
    for (size_t i = 0; i < s->n; i++)
        scale[i] = s->problem->forcing->rate_scale[i * s->problem->forcing->n_lane + s->first_lane];
}

qh_status spectral_refine(spectral *s, qh_diag *diag) {
    double scale[EXACT_SPECIES];
    rate_scale_of(s, scale);
    if (s->level[0].river->divides) QH_TRY(refine(s, scale, diag));
    s->inflow_bound += s->level[0].river->wkb_bound;
    return QH_OK;
}

static qh_status set_up(spectral *s, qh_diag *diag, const char **objection) {
    const qh_case *c = s->problem->river_case;
    s->given = c->run.initial == QH_INITIAL_GIVEN;
    s->initial = calloc(s->n + 1, sizeof *s->initial);
    if (!s->initial) return QH_E_NOMEM;
    size_t order[EXACT_SPECIES];
    if (!qh_kinetics_order(c, order)) return QH_E_INPUT;
    for (size_t i = 0; i < s->n && s->given; i++)
        s->initial[i] = c->constituent[order[i]].initial.value;
    *objection = set_times(s);
    if (*objection) return QH_OK;
    double scale[EXACT_SPECIES];
    rate_scale_of(s, scale);
    QH_TRY(add_level(s, 1, scale, diag));
    qh_status status = QH_OK;
    *objection = set_frequencies(s, &status);
    return status;
}

qh_status spectral_create(const qh_problem *problem, size_t first_lane, size_t n_lane, qh_diag *diag, spectral **made,
                          const char **objection) {
    spectral *s = calloc(1, sizeof *s);
    if (!s) return QH_E_NOMEM;
    *s = (spectral){.problem = problem, .first_lane = first_lane, .n_lane = n_lane, .n = problem->forcing->n_species};
    s->m = s->n * n_lane;
    const char *why = NULL;
    const qh_status status = set_up(s, diag, &why);
    if (status != QH_OK) {
        spectral_destroy(s);
        return status;
    }
    *made = s;
    *objection = why;
    return QH_OK;
}

void spectral_destroy(spectral *s) {
    if (!s) return;
    for (size_t l = 0; l < s->n_level; l++) {
        exact_complex_core_destroy(s->level[l].core);
        exact_river_destroy(s->level[l].river);
    }
    for (size_t k = 0; k < s->n_series; k++)
        free(s->series[k].value);
    free(s->series);
    free(s->of_value);
    free(s->constant);
    free(s->silent_from);
    free(s->silent);
    free(s->initial);
    free(s);
}
