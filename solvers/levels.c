/* Flow by water levels.
 *
 *     dA/dt + dQ/dx = q
 *     du/dt + u du/dx + g dz/dx + g u|u| A^2/K^2 = 0        (without inertia: Q = K sqrt(-dz/dx), against the slope)
 *
 * z level, A area, K Manning's conveyance, u = Q/A. Staggered: volumes and levels in cells, flows at edges between them.
 * All but advection is implicit:
 *
 *     V_i(h') = V_i + dt (sum in Q' - sum out Q' + q)
 *     Q' = A(d') u',   u' + dt g (A/K)^2 u'|u'| = u - dt adv(u) + dt g (z'_up - z'_down)/L
 *
 * d' is the depth, above the higher of both beds, of the cell that the water comes from; down a reach partly of the cell below
 * (levels_flux.c), of order 2 in space where cells resolve the river's own diffusion. V rises with h and Q with the level above,
 * falls with the level below: Newton's matrix is an M-matrix on the graph of cells, eliminated in river order
 * (solvers/linear.h). The volume of a cell is what its balance says, and the root of the system has no depth below 0, for
 * nothing leaves a dry cell: wetting and drying need no threshold. Still water stays still over any bed. There is no limit
 * of the step from gravity waves or from floods. Advection conserves momentum, of order 1 in space (Stelling and Duinmeijer;
 * levels_advection.c); with it steps are no longer than 0.8 L/u, which are taken by themselves.
 *
 * A step has two such stages of g = 1 - 1/sqrt(2) of its length and is of order 2 (SDIRK2, L-stable; with advection the pair
 * ARS(2,2,2), levels_advection.c),
 *
 *     V1 = V + g dt F(h1),   V' = V + (1 - g) dt F(h1) + g dt F(h'),   flows of the step: (1 - g) Q(h1) + g Q(h')
 *
 * and as short as it takes for the stages to agree on every cell's volume to 2 %, but no shorter than a minute for that. Where
 * the first stage would leave a cell less than nothing for the second (it runs dry), the step is one stage.
 *
 * At points the cells beside share one level, that of a host cell (levels_internal.h), and momentum passes in line. A river
 * divides by its levels; shares in the case only serve the steady flow.
 *
 * Start: steady non-uniform flow, by implicit steps without inertia that grow until nothing changes.
 *
 * Source: Casulli, Int. J. Numer. Meth. Fluids 60 (2009) 391-408; Stelling and Duinmeijer, Int. J. Numer. Meth. Fluids 43
 * (2003) 1329-1354; Alexander, SIAM J. Numer. Anal. 14 (1977) 1006-1021. Not for fronts within a
 * cell or two in water that hardly flows: levels swing behind them. */
#include "solvers/levels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/bed.h"
#include "solvers/levels_internal.h"

const char *qh_levels_objection(const qh_routing *routing) {
    const qh_case *c = routing->river_case;
    for (size_t r = 0; r < c->n_reach; r++)
        if (!qh_channel_law_find(c->reach[r].channel.law)->section)
            return QH_N("a router with levels needs channels with a cross-section, and a reach has none");
    return NULL;
}

/* ---- memory ---- */

static qh_status allocate(qh_levels *v) {
    const qh_case *c = v->routing.river_case;
    const size_t n = v->n, n_face = qh_face_count(v->routing.grid), most_edge = n_face + v->n_point + v->n_pond;
    bool enough = true;
#define ALLOCATE(field, count)                                                                                         \
    enough = (v->field = qh_arena_alloc(v->arena, (count) + 1, sizeof *v->field)) != NULL && enough
    ALLOCATE(stage, v->n_cell);
    ALLOCATE(bed, n);
    ALLOCATE(length, n);
    ALLOCATE(edge, most_edge);
    ALLOCATE(host, v->n_point);
    ALLOCATE(stays, v->n_point);
    ALLOCATE(diverts, v->routing.network->n_link);
    ALLOCATE(first_leaving, v->n_point);
    ALLOCATE(next_leaving, v->routing.network->n_link);
    ALLOCATE(first_edge, n + 1);
    ALLOCATE(edge_of, 2 * most_edge);
    ALLOCATE(edge_above, n);
    ALLOCATE(edge_below, n);
    ALLOCATE(change, n);
    ALLOCATE(depth, n);
    ALLOCATE(before, n);
    ALLOCATE(after, n);
    ALLOCATE(mean, most_edge);
    ALLOCATE(flow, most_edge);
    ALLOCATE(speed, most_edge);
    ALLOCATE(face, n_face);
    ALLOCATE(end_face, n_face);
    ALLOCATE(last_q, most_edge);
    ALLOCATE(last_face, n_face);
    ALLOCATE(hydraulic_depth, v->n_cell);
    ALLOCATE(width, v->n_cell);
    ALLOCATE(level, v->n_cell);
    ALLOCATE(node_bed, c->n_node);
    ALLOCATE(pond, v->n_pond);
    ALLOCATE(works, v->n_pond);
    ALLOCATE(next_structure, c->n_structure);
    ALLOCATE(second, n);
    ALLOCATE(first, most_edge);
    ALLOCATE(first_taken, qh_claim_count(c));
    ALLOCATE(first_link, v->routing.network->n_link);
    ALLOCATE(trial, n);
    ALLOCATE(at, n);
    ALLOCATE(q, most_edge);
    ALLOCATE(u, most_edge);
    ALLOCATE(dq_up, most_edge);
    ALLOCATE(dq_down, most_edge);
    ALLOCATE(ahead, most_edge);
    ALLOCATE(push, most_edge);
    ALLOCATE(less, most_edge);
    ALLOCATE(quick, most_edge);
    ALLOCATE(rate, most_edge);
    ALLOCATE(brings, most_edge);
    ALLOCATE(area, v->n_cell);
    ALLOCATE(first_push, most_edge);
    ALLOCATE(first_advection, most_edge);
    ALLOCATE(scale, n);
#undef ALLOCATE
    return enough ? QH_OK : QH_E_NOMEM;
}

static qh_status make_stages(qh_levels *v) {
    const qh_case *c = v->routing.river_case;
    qh_stage *stage = qh_arena_alloc(v->arena, c->n_reach, sizeof *stage);
    if (!stage) return QH_E_NOMEM;
    for (size_t r = 0; r < c->n_reach; r++)
        QH_TRY(qh_stage_create(&c->reach[r], v->arena, &stage[r]));
    for (size_t i = 0; i < v->n_cell; i++) {
        v->stage[i] = &stage[qh_grid_reach(v->routing.grid, i)];
        v->length[i] = qh_grid_length(v->routing.grid, i);
    }
    return QH_OK;
}

/* Levels of reservoirs and sills are in the case's datum: beds must be, too. */
static qh_status check_datum(const qh_case *c, qh_diag *diag) {
    for (size_t i = 0; i < c->n_node; i++)
        if (c->node[i].bed.given) return QH_OK;
    QH_CHECK(
        c->n_reservoir == 0, QH_E_INPUT, diag, c->reservoir[0].place,
        "reservoir %s has levels, and no node has a bed to go with them: give `bed` in nodes.csv, of the network's "
        "outlets at least",
        c->reservoir[0].name);
    for (size_t i = 0; i < c->n_structure; i++)
        QH_CHECK(!c->structure[i].crest.given, QH_E_INPUT, diag, c->structure[i].place,
                 "structure %s has a crest, and no node has a bed to go with it: give `bed` in nodes.csv, of the "
                 "network's outlets at least",
                 c->structure[i].code);
    return QH_OK;
}

/* Reservoirs at their level of the start. */
static void fill_ponds(qh_levels *v) {
    for (size_t i = 0; i < v->n_pond; i++) {
        const qh_reservoir *r = &v->routing.river_case->reservoir[i];
        double area = 0;
        v->bed[v->n_cell + i] = r->curve->level[0];
        v->length[v->n_cell + i] = 1;
        v->depth[v->n_cell + i] = r->level - r->curve->level[0];
        v->after[v->n_cell + i] = qh_storage_volume(r->curve, r->level, &area);
    }
}

static qh_status set_up(qh_levels *v, qh_diag *diag) {
    QH_TRY(check_datum(v->routing.river_case, diag));
    QH_TRY(allocate(v));
    QH_TRY(qh_bed_levels(v->routing.river_case, v->routing.network, v->routing.grid, diag, v->bed, v->node_bed));
    QH_TRY(make_stages(v));
    QH_TRY(qh_router_points_create(&v->routing, v->arena, &v->points));
    QH_TRY(qh_router_ponds_create(&v->points, v->arena, &v->ponds));
    fill_ponds(v);
    QH_TRY(levels_join(v, diag));
    return levels_begin(v, diag);
}

qh_status qh_levels_create(const qh_routing *routing, bool inertia, qh_diag *diag, qh_levels **levels) {
    qh_arena *arena = qh_arena_create();
    qh_levels *v = arena ? qh_arena_alloc(arena, 1, sizeof *v) : NULL;
    if (!v) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *v = (qh_levels){.routing = *routing,
                     .arena = arena,
                     .inertia = inertia,
                     .n_cell = routing->grid->n_cell,
                     .n_pond = routing->river_case->n_reservoir,
                     .n = routing->grid->n_cell + routing->river_case->n_reservoir,
                     .n_point = routing->network->n_point,
                     .step = INFINITY};
    const qh_status status = set_up(v, diag);
    if (status != QH_OK) {
        qh_levels_destroy(v);
        return status;
    }
    *levels = v;
    return QH_OK;
}

void qh_levels_destroy(qh_levels *levels) {
    if (!levels) return;
    qh_linear_destroy(levels->linear);
    qh_arena_destroy(levels->arena);
}

/* ---- in time ---- */

static void show(const qh_levels *v, double start, qh_water *water) {
    *water = (qh_water){.start = start,
                        .end = v->now,
                        .volume_start = start < v->now ? v->before : v->after,
                        .volume_end = v->after,
                        .pond_start = start < v->now ? v->ponds.start : v->ponds.end,
                        .pond_end = v->ponds.end,
                        .face = v->face,
                        .source = v->points.source,
                        .lateral = v->points.lateral,
                        .taken = v->points.taken,
                        .link = v->points.link,
                        .set = v->points.asked + v->routing.river_case->n_withdrawal,
                        .outlet = v->points.outlet,
                        .depth = v->hydraulic_depth,
                        .width = v->width,
                        .level = v->level};
}

void qh_levels_state(const qh_levels *levels, qh_water *water) { show(levels, levels->now, water); }

static qh_status check_banks(const qh_levels *v, qh_diag *diag) {
    for (size_t i = 0; i < v->n_cell; i++) {
        const qh_stage *stage = v->stage[i];
        QH_CHECK(v->depth[i] <= stage->top, QH_E_NUMERIC, diag, stage->reach->place,
                 "reach %s at %.6g km, %.6g h after the start: the water stands %.3g m deep, over the lower bank of "
                 "cross-section %s, %.3g m above its lowest point; survey it higher",
                 stage->reach->name, qh_grid_chainage(v->routing.grid, i) / 1000, v->now / 3600, v->depth[i],
                 stage->reach->channel.cross_section->name, stage->top);
    }
    return QH_OK;
}

static qh_status step_in_vain(const qh_levels *v, qh_diag *diag) {
    if (levels_blame_works(v, diag)) return QH_E_NUMERIC;
    size_t worst = 0;
    for (size_t i = 1; i < v->n_cell; i++)
        if (fabs(v->change[i]) > fabs(v->change[worst])) worst = i;
    const qh_reach *reach = v->stage[worst]->reach;
    qh_diag_add(
        diag, QH_ERROR, reach->place,
        "reach %s at %.6g km, %.6g h after the start: the equations of flow cannot be solved, not even with steps "
        "of a second",
        reach->name, qh_grid_chainage(v->routing.grid, worst) / 1000, v->now / 3600);
    return QH_E_NUMERIC;
}

qh_status qh_levels_advance(qh_levels *v, double until, qh_diag *diag, qh_water *water) {
    const double start = v->now, least = 1.0; /* s */
    double *const swap = v->before;
    v->before = v->after;
    v->after = swap;
    qh_router_rules_look(&v->ponds.rules, v->face);
    double dt = fmin(fmin(until - start, v->step), levels_courant_step(v));
    bool halved = false;
    for (;;) {
        /* All of it, rather than a small rest. */
        const bool ends = start + dt * (1 + 1e-9) >= until;
        dt = (ends ? until : start + dt) - start; /* what the times say, to the last digit */
        qh_router_points_begin(&v->points, start, ends ? until : start + dt);
        qh_router_ponds_transfers(&v->ponds, start, v->before + v->n_cell);
        const qh_status status = levels_step(v, dt);
        if (status == QH_OK) {
            v->now = ends ? until : start + dt;
            break;
        }
        if (v->rough > 1) {
            dt = fmax(dt * fmax(0.1, 0.8 / sqrt(v->rough)), LEVELS_SHORT_STEP);
            continue;
        }
        if (dt <= least) return step_in_vain(v, diag);
        dt *= 0.5;
        halved = true;
    }
    v->step = halved ? dt : dt * (v->rough > 0 ? fmin(2, 0.8 / sqrt(v->rough)) : 2);
    levels_settle(v);
    QH_TRY(check_banks(v, diag));
    QH_TRY(levels_check_ponds(v, diag));
    show(v, start, water);
    return QH_OK;
}

/* ---- for tests ---- */

void qh_levels_restart(qh_levels *v, const double *depth, double now) {
    memcpy(v->depth, depth, v->n_cell * sizeof *v->depth);
    for (size_t i = 0; i < v->n_cell; i++)
        v->after[i] = v->length[i] * qh_stage_find(v->stage[i], depth[i]).area;
    memset(v->mean, 0, v->n_edge * sizeof *v->mean);
    memset(v->flow, 0, v->n_edge * sizeof *v->flow);
    memset(v->speed, 0, v->n_edge * sizeof *v->speed);
    memset(v->face, 0, qh_face_count(v->routing.grid) * sizeof *v->face);
    memset(v->end_face, 0, qh_face_count(v->routing.grid) * sizeof *v->end_face);
    fill_ponds(v);
    v->now = now;
    v->step = INFINITY;
    levels_settle(v);
}

const double *qh_levels_bed(const qh_levels *levels) { return levels->bed; }
