/* Loads of the linear finite volumes at the two ends of a step. */
#include <string.h>

#include "solvers/volumes_internal.h"

qh_status qh_volumes_loads_create(const qh_volumes *v, qh_arena *arena, volume_loads *loads) {
    loads->source = qh_arena_alloc(arena, v->problem->forcing->n_source * v->m, sizeof(double));
    bool complete = loads->source != NULL;
    for (size_t side = 0; side < 2; side++) {
        loads->point[side] = qh_arena_alloc(arena, v->n_point * v->m, sizeof(double));
        loads->headwater[side] = qh_arena_alloc(arena, v->n_point * v->m, sizeof(double));
        loads->segment[side] = qh_arena_alloc(arena, v->n_segment * v->m, sizeof(double));
        complete = complete && loads->point[side] && loads->headwater[side] && loads->segment[side];
    }
    return complete ? QH_OK : QH_E_NOMEM;
}

static void add_to_point(const qh_volumes *v, const double *load, size_t point, double *sum) {
    for (size_t j = 0; j < v->m; j++)
        sum[point * v->m + j] += load[j];
}

void qh_volumes_loads_set(const qh_volumes *v, double t, size_t side, volume_loads *loads) {
    const qh_case *river_case = v->problem->river_case;
    const qh_network *network = v->problem->network;
    const qh_forcing *forcing = v->problem->forcing;
    const size_t m = v->m;
    double *point = loads->point[side], *segment = loads->segment[side];
    qh_forcing_loads(forcing, t, loads->source);
    memset(point, 0, v->n_point * m * sizeof(double));
    memset(segment, 0, v->n_segment * m * sizeof(double));
    for (size_t h = 0; h < river_case->n_headwater; h++)
        add_to_point(v, loads->source + h * m, network->headwater_point[h], point);
    memcpy(loads->headwater[side], point, v->n_point * m * sizeof(double));
    for (size_t k = 0; k < river_case->n_tributary; k++)
        add_to_point(v, loads->source + (forcing->first_tributary + k) * m, network->tributary_point[k], point);
    for (size_t k = 0; k < river_case->n_outfall; k++)
        add_to_point(v, loads->source + (forcing->first_outfall + k) * m, network->outfall_point[k], point);
    for (size_t k = 0; k < river_case->n_lateral; k++) {
        const qh_lateral *lateral = &river_case->lateral[k];
        const double per_metre = 1 / (lateral->to - lateral->from);
        for (size_t s = network->lateral_first[k]; s < network->lateral_end[k]; s++) {
            for (size_t j = 0; j < m; j++)
                segment[s * m + j] += loads->source[(forcing->first_lateral + k) * m + j] * per_metre;
        }
    }
}
