/* Unsteady transport of linear kinetics on steady water, by the Laplace transform: no grid, no time step.
 *
 * Equation   the exact solution at complex rates (exact_core_body_internal.h): the transform C^(s) at all points for all
 *            loads at once, and of cell means, fluxes, reaction and storage.
 * Inversion  a Fourier series on the line Re s = sigma,
 *                c(t) = 2/P exp(sigma t) Re sum' C^(sigma + 2 pi i k/P) f(k/N) exp(2 pi i k t/P),   0 <= t <= T < P,
 *            the first term halved. The series repeats with the period P: c(t + P) exp(-sigma P) is added, below tolerance
 *            by the choice of sigma. On this line nothing grows at any Péclet number (contours that bend to the left do).
 * Frequencies  N is the first at which transforms at the sections, with the sizes of all jumps of the loads added up, are
 *            below tolerance; f(x) = exp(-36 x^p) ends the series smoothly, so that what has not decayed (a start from a given
 *            state, profiles beside a source) stays where it is in time.
 * Start      from the steady state: the deviation from it, with the loads less their first values. From a given state: that
 *            state and the loads as they are; at t = 0 points are given s C^(s) at a very large s.
 * Samples    frequencies that differ by the number of intervals in a period have the same phases at sample times: they are
 *            added up first, then a fast Fourier transform gives all times.
 * Budget     every term is integrated over the run by one formula, 2/P Re sum' f T^(s) (exp(s T) - 1)/s, from end fluxes,
 *            reaction and s M^(s) - M(0). They balance at each s, so the budget closes to round-off; a term itself is as
 *            accurate as the formula, about 1e-1/N where a flux jumps.
 * Error      at sections, over the scale: what the last tenth of the frequencies adds up to (spectra decay faster than any power), or, where
 *            they have not decayed, the difference from half as many frequencies; for profiles the latter at the points.
 * Source     Dubner & Abate (1968), J. ACM 15:115; Crump (1976), J. ACM 23:89; Vandeven (1991), J. Sci. Comput. 6:159, for
 *            the filter.
 * Not for    nonlinear kinetics; fronts without dispersion, whose spectra do not decay. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/lang.h"
#include "solvers/complex_internal.h"
#include "solvers/fourier_internal.h"
#include "solvers/spectral_internal.h"

static double complex rate_of(const spectral_plan *plan, size_t k) { return spectral_rate(plan, (double)k); }

static double filter_at(const spectral_plan *plan, double part) {
    if (part >= 1) return 0;
    double power = part;
    for (int order = 1; order < plan->filter_order; order *= 2) /* orders are powers of two */
        power *= power;
    return exp(-36 * power);
}

/* ---- accumulated transforms ---- */

/* Transforms of one kind at fixed places, added up by phase: [fold][count]. */
typedef struct folded {
    size_t fold, count;
    double complex *sum;
} folded;

static bool open_folded(folded *f, size_t fold, size_t count) {
    *f = (folded){fold, count, calloc(fold * count + 1, sizeof *f->sum)};
    return f->sum != NULL;
}

static double complex *row_of(const folded *f, size_t k) { return f->sum + k % f->fold * f->count; }

/* Times 1 .. n_time - 1 of all places: value [n_time][count] += inverse. */
static qh_status invert(const folded *f, const spectral_plan *plan, size_t n_time, double *value) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    fourier *transform = NULL;
    double complex *time = qh_arena_alloc(arena, f->fold, sizeof *time);
    const qh_status status = time ? fourier_create(arena, f->fold, &transform) : QH_E_NOMEM;
    const double step = plan->period / (double)f->fold;
    for (size_t j = 0; j < f->count && status == QH_OK; j += 2) { /* two places at once */
        const bool pair = j + 1 < f->count;
        if (pair)
            fourier_real_sums(transform, f->sum + j, f->count, time);
        else
            fourier_sum(transform, f->sum + j, f->count, time);
        for (size_t n = 1; n < n_time; n++) {
            const double growth = 2 / plan->period * exp(plan->shift * step * (double)n);
            value[n * f->count + j] += growth * creal(time[n]);
            if (pair) value[n * f->count + j + 1] += growth * cimag(time[n]);
        }
    }
    qh_arena_destroy(arena);
    return status;
}

/* The cells that a piece covers: whole ones, and a part of one at each end where segments are cut. */
typedef struct covered {
    size_t first;    /* whole cell, in the grid */
    double from, to; /* m in the segment; of the parts: start .. from and to .. end of the piece */
    bool head, tail; /* there are such */
    bool within;     /* all of it lies in the cell `first` */
} covered;

/* All that is accumulated in the march over the frequencies. */
typedef struct march {
    spectral *s;
    spectral_results *r;
    const qh_problem *problem;
    folded section, section_half, point, point_half, cell, storage;
    double tail;                            /* g/m3 s, of the sections' last tenth of the frequencies */
    double complex *work;                   /* [2][m] */
    double least;                           /* g/m3 s, terms of profiles that are left out */
    covered *covered[SPECTRAL_LEVELS];      /* [n_piece of the level] */
    exact_cells_of *cells[SPECTRAL_LEVELS]; /* [n_piece], the whole ones */
} march;

/* Which cells a piece covers. */
static void set_covered(const qh_grid *grid, const exact_piece *p, covered *c, exact_cells_of *cells) {
    const size_t first = grid->segment_first[p->segment], n_cell = grid->segment_first[p->segment + 1] - first;
    const double dx = qh_grid_length(grid, first), end = p->start + p->length, hair = 1e-9 * dx;
    const double low = ceil((p->start - hair) / dx), high = fmin(floor((end + hair) / dx), (double)n_cell);
    *c = (covered){.within = low > high, .from = dx * low, .to = dx * high};
    c->first = first + (size_t)(c->within ? high : low);
    c->head = !c->within && c->from > p->start + hair;
    c->tail = !c->within && end > c->to + hair;
    *cells = (exact_cells_of){fmax(c->from - p->start, 0), dx, c->within ? 0 : (size_t)(high - low)};
}

static qh_status cover_cells(march *a) {
    for (size_t l = 0; l < a->s->n_level; l++) {
        const exact_river *river = a->s->level[l].river;
        a->covered[l] = calloc(river->n_piece + 1, sizeof *a->covered[l]);
        a->cells[l] = calloc(river->n_piece + 1, sizeof *a->cells[l]);
        if (!a->covered[l] || !a->cells[l]) return QH_E_NOMEM;
        for (size_t k = 0; k < river->n_piece; k++)
            set_covered(a->problem->grid, &river->piece[k], &a->covered[l][k], &a->cells[l][k]);
        a->s->level[l].core->cells = a->cells[l];
    }
    return QH_OK;
}

static qh_status open_march(march *a) {
    const spectral *s = a->s;
    const qh_grid *grid = a->problem->grid;
    const size_t n_section = a->problem->river_case->n_section, n_point = a->problem->network->n_point;
    const spectral_plan *plan = &s->plan;
    a->work = calloc(2 * s->m + 1, sizeof *a->work);
    a->least = 0.01 * spectral_tolerance(s) * plan->scale * plan->period / (double)plan->n_frequency *
               exp(-plan->shift * plan->duration);
    const bool complete = open_folded(&a->section, plan->sample_fold, n_section * s->m) &&
                          open_folded(&a->section_half, plan->sample_fold, n_section * s->m) &&
                          open_folded(&a->point, plan->frame_fold, n_point * s->m) &&
                          open_folded(&a->point_half, plan->frame_fold, n_point * s->m) &&
                          open_folded(&a->cell, plan->frame_fold, grid->n_cell * s->m) &&
                          open_folded(&a->storage, a->r->storage ? plan->frame_fold : 0, grid->n_cell * s->m);
    return complete && a->work ? cover_cells(a) : QH_E_NOMEM;
}

static void close_march(march *a) {
    folded *const all[] = {&a->section, &a->section_half, &a->point, &a->point_half, &a->cell, &a->storage};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]->sum);
    for (size_t l = 0; l < a->s->n_level; l++) {
        a->s->level[l].core->cells = NULL;
        free(a->covered[l]);
        free(a->cells[l]);
    }
    free(a->work);
}

/* Re a b */
static double real_part(double complex a, double complex b) { return creal(complex_times(a, b)); }

/* Value [m] by species and lane at a point. */
static void gather(const spectral *s, size_t point, double complex *value) {
    if (s->m == 1) {
        *value = spectral_at(s, 0, point, 0);
        return;
    }
    for (size_t i = 0; i < s->n; i++)
        for (size_t lane = 0; lane < s->n_lane; lane++)
            value[s->level[0].river->species[i] * s->n_lane + lane] = spectral_at(s, i, point, lane);
}

static void add_sections(march *a, size_t k, double weight, double half) {
    const spectral *s = a->s;
    const double part = (double)k / (double)s->plan.n_frequency;
    if (s->plan.decays) weight = k == 0 ? 0.5 : 1;
    double largest = 0;
    for (size_t i = 0; i < a->problem->river_case->n_section; i++) {
        gather(s, a->problem->network->section_point[i], a->work);
        double complex *sum = row_of(&a->section, k) + i * s->m, *sum_half = row_of(&a->section_half, k) + i * s->m;
        for (size_t j = 0; j < s->m; j++) {
            sum[j] += weight * a->work[j];
            if (!s->plan.decays) sum_half[j] += half * a->work[j];
            if (part >= 0.9) largest = fmax(largest, cabs(a->work[j]));
        }
    }
    a->tail += largest;
}

static void add_points(march *a, size_t k, double weight, double half, double complex integral) {
    const spectral *s = a->s;
    for (size_t p = 0; p < a->problem->network->n_point; p++) {
        gather(s, p, a->work);
        double complex *sum = row_of(&a->point, k) + p * s->m, *sum_half = row_of(&a->point_half, k) + p * s->m;
        for (size_t j = 0; j < s->m; j++) {
            sum[j] += weight * a->work[j];
            if (half > 0) sum_half[j] += half * a->work[j];
            a->r->point_integral[p * s->m + j] += real_part(integral, a->work[j]);
        }
    }
}

/* What points hold: the loss by reaction, and the increase s V C - V C(0). */
static void add_ponds(march *a, double complex rate, double complex integral) {
    const spectral *s = a->s;
    const exact_river *river = s->level[0].river;
    for (size_t p = 0; p < river->n_point; p++) {
        const double volume = river->point[p].pond;
        if (!(volume > 0)) continue;
        for (size_t i = 0; i < s->n; i++) {
            for (size_t lane = 0; lane < s->n_lane; lane++) {
                const double complex c = spectral_at(s, i, p, lane);
                const double complex lost = volume * (river->pond_decay[i] * c - river->pond_gain[i] / rate);
                const double complex stored = volume * (complex_times(rate, c) - s->initial[i]);
                const size_t j = p * s->m + river->species[i] * s->n_lane + lane;
                a->r->pond_reacted[j] += real_part(integral, lost);
                a->r->pond_stored[j] += real_part(integral, stored);
            }
        }
    }
}

/* sum [m, by species and lane] += Re(weight value [n][n_lane, by position]) */
static void add_real(const spectral *s, double complex weight, const double complex *value, double *sum) {
    for (size_t i = 0; i < s->n; i++) {
        double *to = sum + s->level[0].river->species[i] * s->n_lane;
        for (size_t lane = 0; lane < s->n_lane; lane++)
            to[lane] += real_part(weight, value[i * s->n_lane + lane]);
    }
}

/* The part of cell i of a segment that lies in a piece, x1 < x2 in the segment, as a part of the cell. */
static void add_part(march *a, size_t k, const spectral_level *level, size_t piece, size_t i, double x1, double x2,
                     double weight) {
    const spectral *s = a->s;
    const exact_piece *p = &level->river->piece[piece];
    const double part = weight * (x2 - x1) / qh_grid_length(a->problem->grid, i);
    const bool stores = a->r->storage && p->zone > 0;
    double complex *own = a->work, *zone = a->work + s->m;
    exact_complex_core_mean(level->core, piece, x1 - p->start, fmin(x2 - p->start, p->length), own,
                            stores ? zone : NULL);
    double complex *cell = row_of(&a->cell, k) + i * s->m;
    double complex *storage = stores ? row_of(&a->storage, k) + i * s->m : NULL;
    for (size_t j = 0; j < s->m; j++) {
        cell[j] += part * own[j];
        if (stores) storage[j] += part * zone[j];
    }
}

static void add_cells(march *a, size_t k, size_t l, size_t piece, double weight) {
    const spectral *s = a->s;
    const spectral_level *level = &s->level[l];
    const exact_piece *p = &level->river->piece[piece];
    const covered *c = &a->covered[l][piece];
    const size_t count = a->cells[l][piece].count;
    if (c->within) add_part(a, k, level, piece, c->first, p->start, p->start + p->length, weight);
    if (c->head) add_part(a, k, level, piece, c->first - 1, p->start, c->from, weight);
    if (c->tail) add_part(a, k, level, piece, c->first + count, c->to, p->start + p->length, weight);
    if (count == 0) return;
    double complex *zone = a->r->storage && p->zone > 0 ? row_of(&a->storage, k) + c->first * s->m : NULL;
    exact_complex_core_profile(level->core, piece, weight, a->least, row_of(&a->cell, k) + c->first * s->m, zone);
}

/* A segment that is left out keeps what enters it. */
static void keep_silent(march *a, const spectral_level *level, size_t segment, double complex integral) {
    const spectral *s = a->s;
    double complex *kept = a->work, *none = a->work + s->m;
    for (size_t i = 0; i < s->n; i++) {
        exact_complex_core_fluxes(level->core, i, segment, kept + i * s->n_lane, none);
        const double complex *brought = level->core->brought + (segment * s->n + i) * s->n_lane;
        const qh_segment *own = &a->problem->network->segment[segment];
        for (size_t lane = 0; a->problem->river_case->n_lateral > 0 && lane < s->n_lane; lane++)
            kept[i * s->n_lane + lane] += brought[lane] * (own->x1 - own->x0);
    }
    add_real(s, integral * level->weight, kept, a->r->stored + a->problem->network->segment[segment].reach * s->m);
}

/* Profiles, reaction and storage. */
static void add_pieces(march *a, size_t k, double weight, double complex integral) {
    const spectral *s = a->s;
    for (size_t l = 0; l < s->n_level; l++) {
        const spectral_level *level = &s->level[l];
        const exact_river *river = level->river;
        for (size_t segment = 0; s->silent && segment < river->n_segment; segment++)
            if (s->silent[segment]) keep_silent(a, level, segment, integral);
        for (size_t piece = 0; piece < river->n_piece; piece++) {
            const exact_piece *p = &river->piece[piece];
            if (s->silent && s->silent[p->segment]) continue;
            exact_complex_core_open(level->core, piece);
            add_cells(a, k, l, piece, weight * level->weight);
            double complex *lost = a->work, *stored = a->work + s->m;
            exact_complex_core_lost(level->core, piece, lost, stored);
            for (size_t j = 0; j < s->m; j++)
                lost[j] -= stored[j];
            add_real(s, integral * level->weight, lost, a->r->reacted + p->reach * s->m);
            add_real(s, integral * level->weight, stored, a->r->stored + p->reach * s->m);
        }
    }
}

static void add_fluxes(march *a, double complex integral) {
    const spectral *s = a->s;
    for (size_t l = 0; l < s->n_level; l++) {
        const exact_river *river = s->level[l].river;
        const double complex weight = integral * s->level[l].weight;
        for (size_t segment = 0; segment < river->n_segment; segment++) {
            double *up = a->r->end_flux + 2 * segment * s->m, *down = up + s->m;
            for (size_t i = 0; i < s->n; i++) {
                exact_complex_core_fluxes(s->level[l].core, i, segment, a->work, a->work + s->n_lane);
                for (size_t lane = 0; lane < s->n_lane; lane++) {
                    up[river->species[i] * s->n_lane + lane] += real_part(weight, a->work[lane]);
                    down[river->species[i] * s->n_lane + lane] += real_part(weight, a->work[s->n_lane + lane]);
                }
            }
        }
    }
}

static void add_loads(march *a, size_t k, double complex integral) {
    const spectral *s = a->s;
    for (size_t source = 0; source < a->problem->forcing->n_source; source++)
        for (size_t species = 0; species < s->n; species++)
            for (size_t lane = 0; lane < s->n_lane; lane++)
                a->r->load[source * s->m + species * s->n_lane + lane] +=
                    real_part(integral, spectral_load(s, source, species, lane, rate_of(&s->plan, k), k));
}

static qh_status add_frequency(march *a, size_t k, size_t place) {
    const spectral_plan *plan = &a->s->plan;
    const double complex rate = rate_of(plan, k);
    const double first = k == 0 ? 0.5 : 1, part = (double)k / (double)plan->n_frequency;
    const double weight = first * filter_at(plan, part), half = first * filter_at(plan, 2 * part);
    const double complex integral =
        2 / plan->period * weight * complex_times(cexp(rate * plan->duration) - 1, complex_inverse(rate));
    QH_TRY(spectral_solve(a->s, k, place));
    add_sections(a, k, weight, half);
    add_points(a, k, weight, half, integral);
    if (a->problem->pond) add_ponds(a, rate, integral);
    add_pieces(a, k, weight, integral);
    add_fluxes(a, integral);
    add_loads(a, k, integral);
    return QH_OK;
}

/* ---- the start ---- */

/* Loads at the start, [n_source][m] of the lanes solved here. */
static qh_status first_loads(const spectral *s, double **load) {
    const qh_forcing *forcing = s->problem->forcing;
    const size_t rows = forcing->n_source * forcing->n_species;
    double *all = malloc((rows * forcing->n_lane + 1) * sizeof *all),
           *own = malloc((rows * s->n_lane + 1) * sizeof *own);
    if (!all || !own) {
        free(all);
        free(own);
        return QH_E_NOMEM;
    }
    qh_forcing_loads(forcing, 0, all);
    for (size_t row = 0; row < rows; row++)
        for (size_t lane = 0; lane < s->n_lane; lane++)
            own[row * s->n_lane + lane] = all[row * forcing->n_lane + s->first_lane + lane];
    free(all);
    *load = own;
    return QH_OK;
}

/* Factors of the rates in a lane, by species. */
static void rate_scales(const spectral *s, double *scale) {
    for (size_t i = 0; i < s->n; i++)
        scale[i] = s->problem->forcing->rate_scale[i * s->problem->forcing->n_lane + s->first_lane];
}

/* The steady state under the first loads is what the deviations are added to, at all times. */
static qh_status add_steady(march *a, qh_diag *diag) {
    const spectral *s = a->s;
    const qh_problem *p = a->problem;
    spectral_results *r = a->r;
    const size_t n_reach = p->river_case->n_reach, n_flux = 2 * p->network->n_segment * s->m;
    double scale[EXACT_SPECIES], *load = NULL;
    qh_exact *exact = NULL;
    rate_scales(s, scale);
    QH_TRY(first_loads(s, &load));
    double *term = malloc((n_flux + n_reach * s->m + 1) * sizeof *term);
    qh_status status = term ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK)
        status = qh_exact_create(spectral_case(s), p->network, p->flow, scale, s->n_lane, diag, &exact);
    if (status == QH_OK) status = qh_exact_solve(exact, load, diag);
    if (status == QH_OK) status = exact_cells(exact, p->grid, r->cell, r->storage);
    if (status == QH_OK) status = exact_terms(exact, term, term + n_flux);
    if (status == QH_OK) {
        qh_exact_sections(exact, r->sample);
        qh_exact_points(exact, r->point);
        for (size_t k = 0; k < p->forcing->n_source * s->m; k++)
            r->load[k] = s->plan.duration * load[k];
        for (size_t k = 0; k < n_flux; k++)
            r->end_flux[k] = s->plan.duration * term[k];
        for (size_t k = 0; k < n_reach * s->m; k++)
            r->reacted[k] = s->plan.duration * term[n_flux + k];
        for (size_t k = 0; k < p->network->n_point * s->m; k++)
            r->point_integral[k] = s->plan.duration * r->point[k];
    }
    qh_exact_destroy(exact);
    free(term);
    free(load);
    return status;
}

/* What stands at the points just after the start from a given state: s C^(s) for s towards infinity. */
static qh_status add_given(march *a) {
    const spectral *s = a->s;
    const double rate = 1e18 / s->plan.duration;
    QH_TRY(spectral_solve_start(s, rate));
    for (size_t p = 0; p < a->problem->network->n_point; p++) {
        gather(s, p, a->work);
        for (size_t j = 0; j < s->m; j++)
            a->r->point[p * s->m + j] = creal(rate * a->work[j]);
    }
    for (size_t i = 0; i < a->problem->river_case->n_section; i++)
        memcpy(a->r->sample + i * s->m, a->r->point + a->problem->network->section_point[i] * s->m,
               s->m * sizeof *a->r->sample);
    for (size_t i = 0; i < a->problem->grid->n_cell * s->m; i++) {
        a->r->cell[i] = a->problem->river_case->constituent[i % s->m / s->n_lane].initial.value;
        if (a->r->storage) a->r->storage[i] = a->r->cell[i];
    }
    return QH_OK;
}

/* The deviations begin from the steady state; a given state does not go on. */
static void spread_start(const spectral *s, double *value, size_t count, size_t n_time) {
    for (size_t n = 1; n < n_time; n++) {
        if (s->given)
            memset(value + n * count, 0, count * sizeof *value);
        else
            memcpy(value + n * count, value, count * sizeof *value);
    }
}

/* Cells were added up by position: to their species; where there is no zone, storage is the cell. */
static void order_species(const march *a, double *cell, double *storage) {
    const spectral *s = a->s;
    double row[EXACT_SPECIES];
    for (size_t k = 0; k < s->plan.n_frame * a->problem->grid->n_cell; k++) {
        const size_t i = k % a->problem->grid->n_cell;
        for (size_t lane = 0; lane < s->n_lane; lane++) {
            for (size_t which = 0; which < (storage ? 2 : 1); which++) {
                double *value = (which ? storage : cell) + k * s->m + lane;
                for (size_t position = 0; position < s->n; position++)
                    row[position] = value[position * s->n_lane];
                for (size_t position = 0; position < s->n; position++)
                    value[s->level[0].river->species[position] * s->n_lane] = row[position];
            }
        }
        if (storage && !(qh_grid_storage_area(a->problem->grid, i) > 0))
            memcpy(storage + k * s->m, cell + k * s->m, s->m * sizeof *cell);
    }
}

static double largest_difference(const folded *a, const folded *b, const spectral_plan *plan, size_t n_time,
                                 qh_status *status) {
    double *value = calloc(n_time * a->count + 1, sizeof *value), *other = calloc(n_time * a->count + 1, sizeof *other);
    double largest = 0;
    *status = value && other ? QH_OK : QH_E_NOMEM;
    if (*status == QH_OK) *status = invert(a, plan, n_time, value);
    if (*status == QH_OK) *status = invert(b, plan, n_time, other);
    for (size_t k = a->count; *status == QH_OK && k < n_time * a->count; k++)
        largest = fmax(largest, fabs(value[k] - other[k]));
    free(value);
    free(other);
    return largest;
}

static qh_status find_bounds(march *a) {
    const spectral_plan *plan = &a->s->plan;
    const double growth = 2 / plan->period * exp(plan->shift * plan->duration), wrap = exp(-plan->shift * plan->period);
    qh_status status = QH_OK;
    const double profile = largest_difference(&a->point, &a->point_half, plan, plan->n_frame, &status);
    if (status == QH_OK && !plan->decays) {
        a->r->bound = largest_difference(&a->section, &a->section_half, plan, plan->n_sample, &status) / plan->scale;
    } else {
        a->r->bound = growth * a->tail / plan->scale;
    }
    const double left_out = a->s->silent ? SPECTRAL_SILENCE * spectral_tolerance(a->s) : 0;
    a->r->bound += wrap + a->s->inflow_bound + left_out;
    a->r->profile_bound = profile / plan->scale + wrap + a->s->inflow_bound + left_out;
    return status;
}

static qh_status finish(march *a) {
    const spectral_plan *plan = &a->s->plan;
    spectral_results *r = a->r;
    const size_t n_cell = plan->n_frame * a->cell.count;
    double *cell = calloc(n_cell * (r->storage ? 2 : 1) + 1, sizeof *cell),
           *storage = r->storage ? cell + n_cell : NULL;
    qh_status status = cell ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) status = invert(&a->cell, plan, plan->n_frame, cell);
    if (status == QH_OK && storage) status = invert(&a->storage, plan, plan->n_frame, storage);
    if (status == QH_OK) {
        order_species(a, cell, storage);
        spread_start(a->s, r->cell, a->cell.count, plan->n_frame);
        if (storage) spread_start(a->s, r->storage, a->cell.count, plan->n_frame);
        for (size_t k = 0; k < n_cell; k++) {
            r->cell[k] += cell[k];
            if (storage) r->storage[k] += storage[k];
        }
    }
    free(cell);
    QH_TRY(status);
    spread_start(a->s, r->sample, a->section.count, plan->n_sample);
    spread_start(a->s, r->point, a->point.count, plan->n_frame);
    QH_TRY(invert(&a->section, plan, plan->n_sample, r->sample));
    QH_TRY(invert(&a->point, plan, plan->n_frame, r->point));
    return find_bounds(a);
}

static qh_status run(march *a, const spectral_watch *watch, qh_diag *diag) {
    QH_TRY(open_march(a));
    QH_TRY(a->s->given ? add_given(a) : add_steady(a, diag));
    const size_t n = a->s->plan.n_frequency, block = spectral_block(a->s);
    for (size_t first = 0; first < n; first += block) {
        const size_t count = n - first < block ? n - first : block;
        const double done = (double)first / (double)n;
        if (first % 64 == 0 && qh_progress_stop(watch->progress, watch->from + (watch->to - watch->from) * done))
            return QH_E_INTERRUPTED;
        QH_TRY(spectral_evaluate(a->s, first, count));
        for (size_t place = 0; place < count; place++)
            QH_TRY(add_frequency(a, first + place, place));
    }
    return finish(a);
}

qh_status spectral_run(spectral *s, const spectral_watch *watch, qh_diag *diag, spectral_results *results) {
    QH_TRY(spectral_refine(s, diag));
    QH_TRY(spectral_find_silence(s));
    QH_TRY(spectral_load_series(s));
    march a = {.s = s, .r = results, .problem = s->problem};
    const qh_status status = run(&a, watch, diag);
    close_march(&a);
    return status;
}
