/* Who passes water to whom: cells and reservoirs, the edges between them, and the pattern of Newton's matrix. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/levels_internal.h"

static double share_of(const qh_levels *v, size_t segment) { return v->routing.flow->segment_upstream[segment]; }

/* The largest river that begins at the point, else the largest that ends there. */
static levels_host host_of(const qh_levels *v, size_t p) {
    const qh_network *net = v->routing.network;
    const qh_grid *grid = v->routing.grid;
    size_t best = SIZE_MAX;
    for (size_t i = net->out_first[p]; i < net->out_first[p + 1]; i++)
        if (best == SIZE_MAX || share_of(v, net->out_segment[i]) > share_of(v, best)) best = net->out_segment[i];
    if (best != SIZE_MAX) return (levels_host){grid->segment_first[best], qh_first_face(grid, best), true};
    if (v->ponds.reservoir_at[p] > 0) return (levels_host){LEVELS_OUTSIDE, LEVELS_NO_FACE, true};
    for (size_t i = net->in_first[p]; i < net->in_first[p + 1]; i++)
        if (best == SIZE_MAX || share_of(v, net->in_segment[i]) > share_of(v, best)) best = net->in_segment[i];
    return (levels_host){grid->segment_first[best + 1] - 1, qh_first_face(grid, best + 1) - 1, false};
}

static void add_edge(qh_levels *v, size_t up, size_t down, size_t face) {
    v->edge[v->n_edge++] = (levels_edge){.kind = LEVELS_INNER,
                                         .up = up,
                                         .down = down,
                                         .face = face,
                                         .length = 0.5 * (v->length[up] + v->length[down]),
                                         .bed = fmax(v->bed[up], v->bed[down]),
                                         .fall = v->bed[up] - v->bed[down]};
}

static levels_edge *last_edge(qh_levels *v) { return &v->edge[v->n_edge - 1]; }

static void mark_edge(qh_levels *v, size_t point, bool host_above) {
    levels_edge *edge = last_edge(v);
    edge->joins = true;
    edge->point = point;
    edge->host_above = host_above;
}

static const qh_held_level *held_at(const qh_case *c, const qh_point *point) {
    for (size_t k = 0; k < c->n_held_level && point->is_node; k++)
        if (c->held_level[k].node == point->node) return &c->held_level[k];
    return NULL;
}

/* ---- structures in a river ---- */

/* m, of the bed along the reach, per m. */
static double slope_of(const qh_levels *v, const qh_reach *reach) {
    const qh_case *c = v->routing.river_case;
    if (!c->node[reach->from].bed.given) return reach->channel.slope.value;
    return (c->node[reach->from].bed.value - v->node_bed[reach->to]) / reach->length;
}

/* The first of those at the point, plus one; 0: none. */
static size_t structure_at(const qh_levels *v, size_t p) {
    const qh_case *c = v->routing.river_case;
    for (size_t k = 0; k < c->n_structure; k++)
        if (c->structure[k].in_river && v->routing.network->structure_point[k] == p) return k + 1;
    return 0;
}

/* Those at the point belong to the last edge. Their sills stand above the bed: nothing leaves a dry cell. */
static qh_status build_structures(qh_levels *v, size_t p, qh_diag *diag) {
    const qh_case *c = v->routing.river_case;
    levels_edge *edge = last_edge(v);
    const qh_reach *reach = &c->reach[qh_grid_reach(v->routing.grid, edge->up)];
    const double bed = v->bed[edge->up] - 0.5 * v->length[edge->up] * slope_of(v, reach);
    for (size_t k = c->n_structure; k > 0; k--) {
        const qh_structure *s = &c->structure[k - 1];
        if (!s->in_river || v->routing.network->structure_point[k - 1] != p) continue;
        QH_CHECK(!s->crest.given || s->crest.value >= bed - 1e-6, QH_E_INPUT, diag, s->place,
                 "structure %s: its crest at %.10g m lies below the bed of reach %s, which is at %.10g m there",
                 s->code, s->crest.value, reach->name, bed);
        v->next_structure[k - 1] = edge->structure;
        edge->structure = k;
    }
    return QH_OK;
}

static qh_status add_outlet(qh_levels *v, size_t p, qh_diag *diag) {
    const qh_case *c = v->routing.river_case;
    const size_t cell = v->host[p].cell;
    const qh_reach *reach = &c->reach[qh_grid_reach(v->routing.grid, cell)];
    levels_edge edge = {.kind = LEVELS_NORMAL,
                        .up = cell,
                        .down = LEVELS_OUTSIDE,
                        .face = LEVELS_NO_FACE,
                        .point = p,
                        .length = 0.5 * v->length[cell],
                        .bed = v->bed[cell],
                        .held = held_at(c, &v->routing.network->point[p])};
    if (structure_at(v, p) > 0) {
        edge.kind = LEVELS_WORKS;
    } else if (edge.held) {
        edge.kind = LEVELS_HELD;
    } else {
        QH_CHECK(reach->channel.slope.given, QH_E_INPUT, diag, reach->place,
                 "reach %s ends at an outlet without a held level and needs a slope", reach->name);
        edge.slope_root = sqrt(reach->channel.slope.value);
    }
    v->edge[v->n_edge++] = edge;
    return edge.kind == LEVELS_WORKS ? build_structures(v, p, diag) : QH_OK;
}

/* ---- reservoirs ---- */

static void add_mouth(qh_levels *v, size_t p, size_t segment) {
    const qh_grid *grid = v->routing.grid;
    const size_t cell = grid->segment_first[segment + 1] - 1;
    const qh_reach *reach = &v->routing.river_case->reach[qh_grid_reach(grid, cell)];
    v->edge[v->n_edge++] = (levels_edge){.kind = LEVELS_POND,
                                         .up = cell,
                                         .down = levels_owner(v, p),
                                         .face = qh_first_face(grid, segment + 1) - 1,
                                         .point = p,
                                         .length = 0.5 * v->length[cell],
                                         .bed = v->bed[cell],
                                         .mouth = v->bed[cell] - 0.5 * v->length[cell] * slope_of(v, reach)};
}

/* The rivers above end in the reservoir; its structures lead to the host below, or out of the network. */
static void join_pond(qh_levels *v, size_t p) {
    const qh_network *net = v->routing.network;
    for (size_t i = net->in_first[p]; i < net->in_first[p + 1]; i++)
        add_mouth(v, p, net->in_segment[i]);
    v->works[levels_owner(v, p) - v->n_cell] = v->n_edge;
    v->edge[v->n_edge++] = (levels_edge){.kind = LEVELS_WORKS,
                                         .up = levels_owner(v, p),
                                         .down = v->host[p].cell,
                                         .face = LEVELS_NO_FACE,
                                         .point = p,
                                         .length = 1};
}

/* ---- points ---- */

static void join_above(qh_levels *v, size_t p) {
    const qh_network *net = v->routing.network;
    const levels_host host = v->host[p];
    for (size_t i = net->in_first[p]; i < net->in_first[p + 1]; i++) {
        const size_t s = net->in_segment[i], cell = v->routing.grid->segment_first[s + 1] - 1;
        const size_t face = qh_first_face(v->routing.grid, s + 1) - 1;
        if (face == host.face) continue;
        add_edge(v, cell, host.cell, face);
        mark_edge(v, p, false);
    }
}

static qh_status join_point(qh_levels *v, size_t p, qh_diag *diag) {
    const qh_network *net = v->routing.network;
    const levels_host host = v->host[p] = host_of(v, p);
    if (v->ponds.reservoir_at[p] > 0)
        join_pond(v, p);
    else
        join_above(v, p);
    if (structure_at(v, p) > 0 && host.is_below) {
        last_edge(v)->kind = LEVELS_WORKS; /* one reach above, one below */
        QH_TRY(build_structures(v, p, diag));
    }
    for (size_t i = net->out_first[p]; i < net->out_first[p + 1]; i++) {
        const size_t s = net->out_segment[i], face = qh_first_face(v->routing.grid, s);
        if (face == host.face) continue;
        add_edge(v, host.cell, v->routing.grid->segment_first[s], face);
        mark_edge(v, p, true);
    }
    const bool ends = net->out_first[p + 1] == net->out_first[p];
    return ends && v->ponds.reservoir_at[p] == 0 ? add_outlet(v, p, diag) : QH_OK;
}

/* Through which edge water comes to a cell and leaves it; and which cells have several to one side, where rivers meet. */
static qh_status find_neighbours(qh_levels *v) {
    unsigned char *n = calloc(2 * v->n + 1, 1); /* above, below: 0, 1 or more */
    if (!n) return QH_E_NOMEM;
    for (size_t e = 0; e < v->n_edge; e++) {
        const levels_edge *edge = &v->edge[e];
        n[2 * edge->up + 1] |= n[2 * edge->up + 1] ? 2 : 1;
        v->edge_below[edge->up] = e + 1;
        if (levels_leads_outside(edge)) continue;
        n[2 * edge->down] |= n[2 * edge->down] ? 2 : 1;
        v->edge_above[edge->down] = e + 1;
    }
    for (size_t e = 0; e < v->n_edge; e++) {
        levels_edge *edge = &v->edge[e];
        edge->shares[0] = (n[2 * edge->up] | n[2 * edge->up + 1]) > 1;
        edge->shares[1] = !levels_leads_outside(edge) && (n[2 * edge->down] | n[2 * edge->down + 1]) > 1;
    }
    free(n);
    return QH_OK;
}

/* Each cell's edges, by counting. */
static void list_edges(qh_levels *v) {
    size_t *first = v->first_edge;
    for (size_t e = 0; e < v->n_edge; e++) {
        first[v->edge[e].up + 1]++;
        if (!levels_leads_outside(&v->edge[e])) first[v->edge[e].down + 1]++;
    }
    for (size_t i = 0; i < v->n; i++)
        first[i + 1] += first[i];
    for (size_t e = 0; e < v->n_edge; e++) {
        v->edge_of[first[v->edge[e].up]++] = e;
        if (!levels_leads_outside(&v->edge[e])) v->edge_of[first[v->edge[e].down]++] = e;
    }
    for (size_t i = v->n; i > 0; i--)
        first[i] = first[i - 1];
    first[0] = 0;
}

static qh_status join_cells(qh_levels *v, qh_diag *diag) {
    const qh_grid *grid = v->routing.grid;
    for (size_t s = 0; s < grid->n_segment; s++)
        for (size_t i = grid->segment_first[s]; i + 1 < grid->segment_first[s + 1]; i++)
            add_edge(v, i, i + 1, qh_grid_face(grid, i) + 1);
    for (size_t p = 0; p < v->n_point; p++)
        QH_TRY(join_point(v, p, diag));
    list_edges(v);
    return find_neighbours(v);
}

/* Of one link: all edges that bring water to its beginning. Those of an outlet bring none. */
static void list_returns_of(qh_levels *v, size_t link, bool count_only) {
    const size_t from = v->routing.network->link[link].from, to = v->routing.network->link[link].to;
    for (size_t e = 0; e < v->n_edge; e++) {
        const levels_edge *edge = &v->edge[e];
        if (levels_leads_outside(edge) || !(edge->joins || edge->kind == LEVELS_POND) || edge->point != from) continue;
        if (!count_only)
            v->returns[v->n_return] = (levels_return){.edge = e, .link = link, .to = levels_owner(v, to), .point = to};
        v->n_return++;
    }
}

/* Where the end of a link hangs on what comes to its beginning. */
static qh_status list_returns(qh_levels *v) {
    for (int pass = 0; pass < 2; pass++) {
        v->n_return = 0;
        for (size_t l = 0; l < v->routing.network->n_link; l++)
            list_returns_of(v, l, pass == 0);
        if (pass == 0) v->returns = qh_arena_alloc(v->arena, v->n_return + 1, sizeof *v->returns);
        if (!v->returns) return QH_E_NOMEM;
    }
    return QH_OK;
}

typedef struct entries {
    int *row, *column, *slot; /* [n] */
    size_t n;
} entries;

static void enter(entries *list, size_t row, size_t column) {
    list->row[list->n] = (int)row;
    list->column[list->n++] = (int)column;
}

static void enter_all(const qh_levels *v, entries *list) {
    for (size_t e = 0; e < v->n_edge; e++) {
        if (levels_leads_outside(&v->edge[e])) continue;
        enter(list, v->edge[e].up, v->edge[e].down);
        enter(list, v->edge[e].down, v->edge[e].up);
    }
    for (size_t i = 0; i < v->n_return; i++) {
        enter(list, v->returns[i].to, v->edge[v->returns[i].edge].up);
        enter(list, v->returns[i].to, v->edge[v->returns[i].edge].down);
    }
}

static void keep_slots(qh_levels *v, const int *slot) {
    for (size_t e = 0; e < v->n_edge; e++) {
        if (levels_leads_outside(&v->edge[e])) continue;
        v->edge[e].slot[0] = *slot++;
        v->edge[e].slot[1] = *slot++;
    }
    for (size_t i = 0; i < v->n_return; i++) {
        v->returns[i].slot[0] = *slot++;
        v->returns[i].slot[1] = *slot++;
    }
}

static qh_status make_system(qh_levels *v) {
    const size_t most = 2 * (v->n_edge + v->n_return) + 1;
    int *memory = malloc(3 * most * sizeof *memory);
    if (!memory) return QH_E_NOMEM;
    entries list = {.row = memory, .column = memory + most, .slot = memory + 2 * most};
    enter_all(v, &list);
    qh_status status = qh_pattern_create(v->arena, v->n, list.n, list.row, list.column, list.slot, &v->pattern);
    if (status == QH_OK) keep_slots(v, list.slot);
    free(memory);
    if (status == QH_OK) status = qh_linear_create(v->pattern, 1, &v->linear);
    if (status != QH_OK) return status;
    v->value = qh_arena_alloc(v->arena, (size_t)v->pattern->first[v->pattern->n], sizeof *v->value);
    return v->value ? QH_OK : QH_E_NOMEM;
}

static void chain_links(qh_levels *v) {
    for (size_t l = v->routing.network->n_link; l > 0; l--) {
        const size_t from = v->routing.network->link[l - 1].from;
        v->next_leaving[l - 1] = v->first_leaving[from];
        v->first_leaving[from] = l;
    }
}

qh_status levels_join(qh_levels *v, qh_diag *diag) {
    chain_links(v);
    QH_TRY(join_cells(v, diag));
    QH_TRY(list_returns(v));
    return make_system(v);
}
