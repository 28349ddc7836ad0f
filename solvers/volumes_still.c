/* Waters that no change can reach: left out of every step.
 *
 * A run that begins in the steady state changes only below inputs that vary, and as far above them as values downstream
 * are felt. Elimination says how far that is: row i takes of a change behind it the part |down_i / pivot_i|, most of it in
 * the steady state, where pivots are smallest. Segments are counted upstream until the product of these parts is below
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

/* Part of a change of the lower point that is felt at the upper one. */
static double felt_above(const qh_volumes *v, const volume_factors *steady, const volume_segment *s) {
    double largest = 0;
    for (size_t index = 0; index < v->n_system; index++) {
        const double *inverse = steady->inverse + index * v->n_row;
        double part = v->point[s->from].fixed ? 0 : s->disperse * inverse[v->n_cell + s->from];
        for (size_t i = s->first; i <= s->last; i++)
            part *= v->face[i].down * inverse[i];
        largest = fmax(largest, fabs(part));
    }
    return largest;
}

static void follow_upstream(const qh_volumes *v, const volume_factors *steady, double *felt, bool *point,
                            bool *segment) {
    const qh_network *network = v->problem->network;
    for (size_t k = v->n_point; k-- > 0;) {
        const size_t p = network->point_order[k];
        for (size_t n = 0; n < v->point[p].in_count && point[p]; n++) {
            const size_t s = network->in_segment[v->point[p].in_first + n], from = v->segment[s].from;
            if (point[from]) continue; /* changes by itself, and its segment with it */
            segment[s] = true;
            felt[from] = felt[p] * felt_above(v, steady, &v->segment[s]);
            point[from] = felt[from] > least_part;
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

qh_status qh_volume_step_find_still(volume_step *step) {
    qh_volumes *v = step->v;
    if (v->n_special > 0) return QH_OK;
    bool *point = calloc(v->n_point + 1, sizeof *point), *segment = calloc(v->n_segment + 1, sizeof *segment);
    double *felt = malloc((v->n_point + 1) * sizeof *felt);
    if (point && segment && felt) {
        mark_inputs(v, point, segment);
        follow_downstream(v, point, segment);
        for (size_t p = 0; p < v->n_point; p++)
            felt[p] = 1;
        follow_upstream(v, &step->real, felt, point, segment);
        list_changing(v, point, segment);
    }
    const bool there = point && segment && felt;
    free(point);
    free(segment);
    free(felt);
    if (!there) return QH_E_NOMEM;
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
