/* Waters that no change can reach: left out of every step.
 *
 * A run that begins in the steady state changes only below inputs that vary, and as far above them as values downstream
 * are felt. Elimination says how far that is: row i takes of a change behind it the part |down_i / pivot_i|, most of it in
 * the steady state, where pivots are smallest; the larger part by the high and the low order counts. Segments are counted upstream until the product of these parts is below
 * round-off. All others are still: their cells keep their values to the last bit, and what passes them is the same at any
 * time. In a national network with some hundred outfalls in daily change most waters are.
 *
 * Not for    rivers with bifurcations or diversions, whose points are solved by other means (volumes_solve.c); runs that
 *            begin in another state. There everything counts as changing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/volumes_internal.h"

/* A change of which less arrives is none. */
static const double least_part = 1e-18;

/* Cells around one that is out of bounds whose fluxes the limiter may change (volumes_limit.c), and some more. */
enum { limiter_reach = 6 };

/* Cells that exchange more than so many times what passes them never quite rest: there the last digit of the steady state
 * is too much for the budget. */
static const double most_exchange = 100;

static bool varies(const qh_forcing *forcing, size_t source) {
    const size_t stride = forcing->n_species * forcing->n_lane;
    for (size_t k = source * stride; k < (source + 1) * stride; k++) {
        const qh_series *series = forcing->value[k].value.series;
        if (series && series->count > 1) return true;
    }
    return false;
}

/* Points and segments into which something enters that varies. */
static void mark_inputs(const qh_volumes *v, bool *point, bool *segment) {
    const qh_case *river_case = v->problem->river_case;
    const qh_network *network = v->problem->network;
    const qh_forcing *forcing = v->problem->forcing;
    for (size_t k = 0; k < river_case->n_headwater; k++)
        point[network->headwater_point[k]] |= varies(forcing, k);
    for (size_t k = 0; k < river_case->n_tributary; k++)
        point[network->tributary_point[k]] |= varies(forcing, forcing->first_tributary + k);
    for (size_t k = 0; k < river_case->n_outfall; k++)
        point[network->outfall_point[k]] |= varies(forcing, forcing->first_outfall + k);
    for (size_t k = 0; k < river_case->n_lateral; k++) {
        for (size_t s = network->lateral_first[k]; s < network->lateral_end[k]; s++)
            segment[s] |= varies(forcing, forcing->first_lateral + k);
    }
}

static void mark_restless(const qh_volumes *v, bool *segment) {
    for (size_t lane = 0; lane < v->n_own; lane++) {
        const qh_grid *grid = qh_problem_grid(v->problem, lane);
        for (size_t i = 0; i < v->n_cell; i++) {
            const double exchange = fmax(qh_grid_conductance_up(grid, i), qh_grid_conductance_down(grid, i));
            if (exchange > most_exchange * qh_grid_discharge_up(grid, i)) segment[grid->segment_of[i]] = true;
        }
    }
}

static void follow_downstream(const qh_volumes *v, bool *point, bool *segment) {
    const qh_network *network = v->problem->network;
    for (size_t k = 0; k < v->n_point; k++) {
        const size_t p = network->point_order[k];
        for (size_t n = 0; n < v->point[p].in_count; n++)
            point[p] |= segment[network->in_segment[v->point[p].in_first + n]];
        for (size_t n = 0; n < v->point[p].out_count; n++)
            segment[network->out_segment[v->point[p].out_first + n]] |= point[p];
    }
}

/* Largest part of a change behind it that a row takes, in any lane, by the fluxes of `face` and the factors of their steady
 * state, into part [n_row] where it is larger than what stands there. */
static void note_parts(const qh_volumes *v, const volume_faces *face, const volume_factors *steady, double *part) {
    const qh_network *network = v->problem->network;
    const size_t own = v->n_own;
    for (size_t index = 0; index < v->n_system; index++) {
        const double *inverse = steady->inverse + index * v->n_row * own;
        for (size_t k = 0; k < v->n_cell * own; k++)
            part[k / own] = fmax(part[k / own], fabs(face->down[k] * inverse[k]));
        for (size_t p = 0; p < v->n_point; p++) {
            if (v->point[p].fixed || v->point[p].out_count == 0) continue;
            const volume_segment *s = &v->segment[network->out_segment[v->point[p].out_first]];
            const size_t row = v->n_cell + p;
            for (size_t k = 0; k < own; k++)
                part[row] = fmax(part[row], fabs(s->disperse[k] * inverse[row * own + k]));
        }
    }
}

/* How a change is felt: the part that is left, and how many cells further up the limiter may bring in all of it. */
typedef struct feeling {
    double part;
    size_t near;
} feeling;

/* From the lower end of a segment to the point above it. */
static feeling felt_above(const qh_volumes *v, const double *part, const volume_segment *s, feeling f) {
    for (size_t i = s->last + 1; i-- > s->first;) {
        if (f.near > 0) {
            f.near--;
        } else {
            f.part *= part[i];
        }
    }
    if (f.near == 0) f.part *= part[v->n_cell + s->from];
    return f;
}

static void follow_upstream(const qh_volumes *v, const double *part, feeling *felt, bool *point, bool *segment) {
    const qh_network *network = v->problem->network;
    for (size_t k = v->n_point; k-- > 0;) {
        const size_t p = network->point_order[k];
        for (size_t n = 0; n < v->point[p].in_count && point[p]; n++) {
            const size_t s = network->in_segment[v->point[p].in_first + n], from = v->segment[s].from;
            if (point[from]) continue; /* changes by itself, and its segment with it */
            segment[s] = true;
            felt[from] = felt_above(v, part, &v->segment[s], felt[p]);
            point[from] = felt[from].part > least_part;
        }
    }
}

/* Lists what may change: see qh_volumes. */
static void list_changing(qh_volumes *v, const bool *point, const bool *segment) {
    const qh_network *network = v->problem->network;
    v->n_live = v->n_order = v->n_range = v->n_live_zone = 0;
    for (size_t s = 0; s < v->n_segment; s++) {
        v->is_live[s] = segment[s];
        if (!segment[s]) continue;
        const size_t first = v->segment[s].first, count = v->segment[s].last - first + 1;
        volume_range *last = v->n_range > 0 ? &v->range[v->n_range - 1] : NULL;
        v->live[v->n_live++] = s;
        for (size_t z = v->zone_first[s]; z < v->zone_first[s + 1]; z++)
            v->live_zone[v->n_live_zone++] = z;
        if (last && last->first + last->count == first) {
            last->count += count;
        } else {
            v->range[v->n_range++] = (volume_range){first, count};
        }
    }
    for (size_t k = 0; k < v->n_point; k++) {
        const size_t p = network->point_order[k];
        bool begins = false;
        for (size_t n = 0; n < v->point[p].out_count; n++)
            begins = begins || segment[network->out_segment[v->point[p].out_first + n]];
        v->is_still[p] = !point[p];
        if (begins || point[p]) v->order[v->n_order++] = p;
    }
}

qh_status qh_volumes_list_all(qh_volumes *v) {
    bool *all = malloc(v->n_point + v->n_segment + 1);
    if (!all) return QH_E_NOMEM;
    memset(all, true, v->n_point + v->n_segment + 1);
    list_changing(v, all, all);
    free(all);
    return QH_OK;
}

/* What may change, point [n_point] and segment [n_segment]; part [n_row], felt [n_point]: workspace. */
static qh_status find_changing(volume_step *step, double *part, feeling *felt, bool *point, bool *segment) {
    qh_volumes *v = step->v;
    note_parts(v, &v->face, &step->real, part);
    QH_TRY(qh_volumes_make_low(v)); /* the limiter brings in the low order */
    QH_TRY(qh_volumes_factor(v, &v->low, 0, 0, 0, &step->real));
    note_parts(v, &v->low, &step->real, part);
    mark_inputs(v, point, segment);
    mark_restless(v, segment);
    follow_downstream(v, point, segment);
    for (size_t p = 0; p < v->n_point; p++)
        felt[p] = (feeling){1, limiter_reach};
    follow_upstream(v, part, felt, point, segment);
    return QH_OK;
}

qh_status qh_volume_step_find_still(volume_step *step) {
    qh_volumes *v = step->v;
    if (v->n_special > 0) return QH_OK;
    bool *point = calloc(v->n_point + 1, sizeof *point), *segment = calloc(v->n_segment + 1, sizeof *segment);
    double *part = calloc(v->n_row + 1, sizeof *part);
    feeling *felt = malloc((v->n_point + 1) * sizeof *felt);
    qh_status status = point && segment && part && felt ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) status = find_changing(step, part, felt, point, segment);
    if (status == QH_OK) list_changing(v, point, segment);
    free(point);
    free(segment);
    free(part);
    free(felt);
    if (status != QH_OK) return status;
    const size_t size = volume_state_size(v) * sizeof(double);
    memcpy(step->next, step->now, size); /* what is still stands in all states, and its changes are 0 */
    memcpy(step->mean, step->now, size);
    memset(step->x.re, 0, size);
    memset(step->y.re, 0, size);
    memset(step->y.im, 0, size);
    return QH_OK;
}

void qh_volume_step_add_still(volume_step *step) {
    const qh_volumes *v = step->v;
    const size_t lanes = v->n_lane;
    step->h = step->still_time;
    for (size_t index = 0; index < v->n_system; index++) {
        for (size_t s = 0; s < v->n_segment; s++) {
            if (v->is_live[s]) continue;
            qh_volume_step_move_segment(step, index, s);
            const size_t end = (index * v->n_segment + s) * lanes;
            for (size_t l = 0; l < 2 * lanes; l++)
                step->sums.end[2 * end + l] += step->parts.end[2 * end + l];
            for (size_t l = 0; l < lanes; l++)
                step->sums.reacted[end + l] += step->parts.reacted[end + l];
        }
    }
    step->still_time = 0;
}
