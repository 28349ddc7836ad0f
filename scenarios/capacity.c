/* Permissible loads.
 *
 * Closed     forms of GB/T 25173-2010 (model/permissible_load.h) for the stretch above each section, with the concentration
 *            that the network has at its head, u = length over travel time and K = sum of k theta^(T-20) + v/H over it.
 * Network    the response matrix: sections stay linear in the loads, so the largest load of one outfall, the largest
 *            common factor, and by linear programming the largest total follow from the targets as constraints.
 * Not for    targets of constituents with a background level in the closed forms: they let C0 decay to 0. */
#include "scenarios/capacity.h"

#include <math.h>
#include <stdlib.h>

#include "model/kinetics.h"
#include "model/permissible_load.h"
#include "scenarios/limits_internal.h"
#include "scenarios/programme.h"
#include "solvers/exact.h"
#include "solvers/forcing.h"

typedef struct surveyor {
    const qh_analysis *analysis;
    const qh_case *river_case;
    qh_capacity *made;
    qh_section_capacity *section;
    qh_outfall_capacity *outfall;
    qh_species_capacity *species;
    double *point;   /* [n_point][n_species], g/m3 */
    qh_limit *limit; /* [n_limit] */
    size_t n_limit;
} surveyor;

/* ---- the present state ---- */

static qh_status solve_points(surveyor *s, qh_diag *diag) {
    const qh_prepared *p = s->analysis->prepared;
    const qh_case *c = s->river_case;
    qh_forcing *forcing = NULL;
    QH_TRY(qh_forcing_create(c, 1, &forcing));
    double *load = malloc((forcing->n_source * forcing->n_species + 1) * sizeof *load);
    qh_exact *exact = NULL;
    qh_status status = load ? qh_exact_create(c, p->network, p->flow, NULL, 1, diag, &exact) : QH_E_NOMEM;
    if (status == QH_OK) {
        qh_forcing_loads(forcing, 0, load);
        status = qh_exact_solve(exact, load, diag);
    }
    if (status == QH_OK) qh_exact_points(exact, s->point);
    qh_exact_destroy(exact);
    free(load);
    qh_forcing_destroy(forcing);
    return status;
}

/* ---- closed forms ---- */

/* Where the stretch above a section begins: chainage and point. */
static size_t stretch_head(const surveyor *s, size_t section, double *from) {
    const qh_case *c = s->river_case;
    const qh_network *network = s->analysis->prepared->network;
    const qh_section *own = &c->section[section];
    size_t point = network->segment[network->reach_first[own->reach]].from;
    *from = 0;
    for (size_t k = 0; k < c->n_section; k++) {
        const qh_section *other = &c->section[k];
        if (other->reach != own->reach || !(other->chainage < own->chainage) || other->chainage < *from) continue;
        *from = other->chainage;
        point = network->section_point[k];
    }
    return point;
}

/* Time [s] through the cells of the stretch, and the integral of a species' loss rate over it [-]. */
static double travel(const surveyor *s, const qh_section_capacity *row, double *lost) {
    const qh_grid *grid = s->analysis->prepared->grid;
    const qh_network *network = s->analysis->prepared->network;
    qh_rate_parameters *parameters = calloc(s->river_case->n_constituent, sizeof *parameters);
    if (!parameters) return NAN;
    qh_rate_parameters_of(s->river_case, row->reach, parameters);
    const qh_rate_parameters *own = &parameters[row->species];
    double time = 0;
    *lost = 0;
    for (size_t g = network->reach_first[row->reach]; g < network->reach_first[row->reach + 1]; g++) {
        for (size_t i = grid->segment_first[g]; i < grid->segment_first[g + 1]; i++) {
            if (qh_grid_chainage(grid, i) < row->from || qh_grid_chainage(grid, i) > row->to) continue;
            const double step = qh_grid_length(grid, i) / qh_grid_velocity(grid, i);
            time += step;
            *lost +=
                step * (own->k20 * pow(own->theta, qh_grid_temperature(grid, i) - 20) + own->settling / grid->depth[i]);
        }
    }
    free(parameters);
    return time;
}

static bool in_stretch(const surveyor *s, const qh_section_capacity *row, size_t outfall) {
    const qh_outfall *o = &s->river_case->outfall[outfall];
    return o->reach == row->reach && o->chainage >= row->from && o->chainage <= row->to;
}

/* Discharge at the head of the stretch, below its point. */
static double head_flow(const surveyor *s, const qh_section_capacity *row) {
    const qh_network *network = s->analysis->prepared->network;
    size_t g = network->reach_first[row->reach];
    while (network->segment[g].x0 < row->from)
        g++;
    return s->analysis->prepared->flow->segment_upstream[g];
}

static qh_status close_forms(const surveyor *s, qh_section_capacity *row, const qh_target *target) {
    const qh_section *section = &s->river_case->section[row->section];
    const size_t head = stretch_head(s, row->section, &row->from);
    row->reach = section->reach;
    row->to = section->chainage;
    row->initial = s->point[head * s->made->n_species + row->species];
    row->flow = head_flow(s, row);
    for (size_t j = 0; j < s->river_case->n_outfall; j++) {
        if (!in_stretch(s, row, j)) continue;
        row->now += qh_limit_load(s->analysis, j, row->species);
        row->outfall_flow += s->river_case->outfall[j].flow;
    }
    double lost = 0;
    const double time = travel(s, row, &lost);
    if (isnan(time)) return QH_E_NOMEM;
    row->velocity = time > 0 ? (row->to - row->from) / time : INFINITY;
    row->rate = time > 0 ? lost / time : 0;
    const qh_load_reach reach = {.target = target->allowed,
                                 .initial = row->initial,
                                 .flow = row->flow,
                                 .outfall = row->outfall_flow,
                                 .velocity = row->velocity,
                                 .rate = row->rate,
                                 .length = row->to - row->from};
    row->mixed = qh_load_mixed(&reach);
    row->one_dimension = qh_load_one_dimension(&reach);
    row->middle = qh_load_middle(&reach);
    row->spread = qh_load_uniform(&reach, 1);
    return QH_OK;
}

/* ---- the network ---- */

/* The largest factor on the loads of `species` of the outfalls chosen, all else as it is, and the limit that binds it
 * (n_limit: none). */
static double largest_factor(const surveyor *s, size_t species, const bool *chosen, size_t *binding) {
    double factor = INFINITY;
    *binding = s->n_limit;
    for (size_t l = 0; l < s->n_limit; l++) {
        double own = 0;
        bool reached = false;
        for (size_t j = 0; j < s->river_case->n_outfall; j++) {
            if (!chosen[j]) continue;
            own += qh_limit_response(s->analysis, &s->limit[l], j, species) * qh_limit_load(s->analysis, j, species);
            reached = reached || qh_limit_reached(s->analysis, &s->limit[l], j, species);
        }
        if (!reached || !(own > 0)) continue;
        const double most = 1 + s->limit[l].room / own;
        if (most < factor) factor = most, *binding = l;
    }
    return factor;
}

static size_t section_of(const surveyor *s, size_t limit) {
    return limit < s->n_limit ? s->limit[limit].section : s->river_case->n_section;
}

static void survey_stretch(const surveyor *s, qh_section_capacity *row, bool *chosen) {
    for (size_t j = 0; j < s->river_case->n_outfall; j++)
        chosen[j] = in_stretch(s, row, j);
    size_t binding = 0;
    const double factor = largest_factor(s, row->species, chosen, &binding);
    row->network = (qh_optional){binding < s->n_limit, factor * row->now};
}

/* The next section downstream of an outfall: in its reach, else down the branch that takes most water. */
static bool next_section(const surveyor *s, size_t outfall, size_t *next) {
    const qh_case *c = s->river_case;
    const qh_network *network = s->analysis->prepared->network;
    size_t reach = c->outfall[outfall].reach;
    double after = c->outfall[outfall].chainage;
    for (size_t step = 0; step <= c->n_reach; step++) {
        double nearest = INFINITY;
        for (size_t k = 0; k < c->n_section; k++) {
            if (c->section[k].reach != reach || c->section[k].chainage < after) continue;
            if (c->section[k].chainage < nearest) nearest = c->section[k].chainage, *next = k;
        }
        if (!isinf(nearest)) return true;
        size_t below = c->n_reach;
        double most = 0;
        for (size_t q = 0; q < c->n_reach; q++) {
            const double flow = s->analysis->prepared->flow->segment_upstream[network->reach_first[q]];
            if (c->reach[q].from == c->reach[reach].to && flow > most) most = flow, below = q;
        }
        if (below == c->n_reach) return false;
        reach = below;
        after = 0;
    }
    return false;
}

static void survey_outfall(const surveyor *s, qh_outfall_capacity *row) {
    const qh_prepared *p = s->analysis->prepared;
    double most = INFINITY;
    row->now = qh_limit_load(s->analysis, row->outfall, row->species);
    row->binding = s->river_case->n_section;
    for (size_t l = 0; l < s->n_limit; l++) {
        if (!qh_limit_reached(s->analysis, &s->limit[l], row->outfall, row->species)) continue;
        row->reaches = true;
        const double more = s->limit[l].room / qh_limit_response(s->analysis, &s->limit[l], row->outfall, row->species);
        if (more < most) most = more, row->binding = s->limit[l].section;
    }
    row->alone = row->now + most;
    row->has_next = next_section(s, row->outfall, &row->next_section);
    if (!row->has_next) return;
    const qh_target *target = qh_target_of(s->analysis->targets, row->next_section, row->species);
    row->has_next = target->given && target->sense > 0;
    const size_t point = p->network->outfall_point[row->outfall];
    const double through = p->flow->point_through[point], here = s->point[point * s->made->n_species + row->species];
    const double own = s->river_case->outfall[row->outfall].flow, above = through - own;
    if (!(above > 0)) return;
    row->mixed = qh_load_mixed(&(qh_load_reach){
        .target = target->allowed, .initial = (here * through - row->now) / above, .flow = above, .outfall = own});
}

/* The largest total of one constituent's loads: max sum x, A x <= room with x >= 0, by outfalls that reach a limit. */
static qh_status find_largest(const surveyor *s, size_t species, qh_outfall_capacity *row) {
    const size_t n = s->river_case->n_outfall, m = s->n_limit;
    double *memory = calloc(4 * n + 2 * m + m * n + 1, sizeof *memory);
    if (!memory) return QH_E_NOMEM;
    double *cost = memory, *low = cost + n, *high = low + n, *x = high + n, *row_low = x + n, *row_high = row_low + m;
    double *matrix = row_high + m;
    for (size_t j = 0; j < n; j++) {
        cost[j] = -1;
        low[j] = row[j].reaches ? 0 : row[j].now;
        high[j] = row[j].reaches ? INFINITY : row[j].now;
    }
    for (size_t l = 0; l < m; l++) {
        row_low[l] = -INFINITY;
        row_high[l] = s->limit[l].room / s->limit[l].scale;
        bool reached = false;
        for (size_t j = 0; j < n; j++) {
            const double a = qh_limit_response(s->analysis, &s->limit[l], j, species) / s->limit[l].scale;
            reached = reached || qh_limit_reached(s->analysis, &s->limit[l], j, species);
            matrix[l * n + j] = a;
            row_high[l] += a * row[j].now;
        }
        if (!reached) row_high[l] = INFINITY; /* not a matter of these loads */
    }
    const qh_programme g = {n, m, cost, low, high, NULL, row_low, row_high, matrix};
    qh_programme_state state = QH_INFEASIBLE;
    const qh_status status = qh_programme_solve(&g, &state, x, NULL);
    qh_species_capacity *whole = &s->species[species];
    whole->feasible = status == QH_OK && state == QH_OPTIMAL;
    for (size_t j = 0; whole->feasible && j < n; j++) {
        row[j].largest = x[j];
        if (row[j].reaches) whole->largest += x[j];
    }
    free(memory);
    return status;
}

static qh_status survey_species(const surveyor *s, size_t species, bool *chosen) {
    const size_t n = s->river_case->n_outfall;
    qh_species_capacity *whole = &s->species[species];
    qh_outfall_capacity *row = s->outfall + species * n;
    for (size_t j = 0; j < n; j++) {
        row[j] = (qh_outfall_capacity){.outfall = j, .species = species};
        if (!s->analysis->targets->is_oxygen[species]) survey_outfall(s, &row[j]);
        chosen[j] = row[j].reaches;
        whole->counts = whole->counts || row[j].reaches;
        if (row[j].reaches) whole->now += row[j].now;
    }
    size_t binding = 0;
    whole->factor = largest_factor(s, species, chosen, &binding);
    whole->binding = section_of(s, binding);
    for (size_t j = 0; j < n; j++)
        row[j].equal = row[j].now > 0 ? whole->factor * row[j].now : 0;
    return whole->counts ? find_largest(s, species, row) : QH_OK;
}

static qh_status survey_sections(surveyor *s, bool *chosen) {
    size_t n = 0;
    for (size_t i = 0; i < s->made->n_species; i++) {
        for (size_t k = 0; k < s->river_case->n_section; k++) {
            const qh_target *target = qh_target_of(s->analysis->targets, k, i);
            if (!target->given) continue;
            s->made->n_missed += !qh_target_met(target, s->analysis->response->whole[i * s->river_case->n_section + k]);
            if (target->sense < 0) continue; /* no load is permitted by a limit at least */
            qh_section_capacity *row = &s->section[n++];
            *row = (qh_section_capacity){.section = k, .species = i};
            QH_TRY(close_forms(s, row, target));
            survey_stretch(s, row, chosen);
        }
    }
    s->made->n_section = n;
    return QH_OK;
}

static qh_status survey(surveyor *s, qh_diag *diag) {
    const qh_case *c = s->river_case;
    qh_arena *arena = s->made->arena;
    const size_t n = c->n_constituent;
    s->made->n_species = n;
    s->section = qh_arena_alloc(arena, n * c->n_section, sizeof *s->section);
    s->outfall = qh_arena_alloc(arena, n * c->n_outfall, sizeof *s->outfall);
    s->species = qh_arena_alloc(arena, n, sizeof *s->species);
    s->point = qh_arena_alloc(arena, n * s->analysis->prepared->network->n_point, sizeof *s->point);
    s->limit = qh_arena_alloc(arena, n * c->n_section, sizeof *s->limit);
    bool *chosen = qh_arena_alloc(arena, c->n_outfall, sizeof *chosen);
    if (!s->section || !s->outfall || !s->species || !s->point || !s->limit || !chosen) return QH_E_NOMEM;
    QH_TRY(solve_points(s, diag));
    s->n_limit = qh_limits_find(s->analysis, s->limit);
    for (size_t i = 0; i < n; i++)
        QH_TRY(survey_species(s, i, chosen));
    QH_TRY(survey_sections(s, chosen));
    s->made->section = s->section;
    s->made->outfall = s->outfall;
    s->made->n_outfall = n * c->n_outfall;
    s->made->species = s->species;
    return QH_OK;
}

qh_status qh_capacity_create(const qh_analysis *analysis, qh_diag *diag, qh_capacity **capacity) {
    qh_arena *arena = qh_arena_create();
    qh_capacity *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    made->arena = arena;
    surveyor s = {.analysis = analysis, .river_case = analysis->study->river_case, .made = made};
    const qh_status status = survey(&s, diag);
    if (status != QH_OK) {
        qh_capacity_destroy(made);
        return status;
    }
    *capacity = made;
    return QH_OK;
}

void qh_capacity_destroy(qh_capacity *capacity) {
    if (capacity) qh_arena_destroy(capacity->arena);
}
