/* Equal cells along each segment, and the state of the water in each.
 *
 * Discharge is exact at the faces: the k-th face below a segment's upper end carries
 *     Q_k = Q_0 + q k dx,   Q_n = Q_0 + q (x1 - x0),
 * and a face is held once, so that what leaves one cell enters the other to the last bit. Area, depth and dispersion are
 * those of the cell's mean discharge. Without distributed inflow all cells of a segment are
 * alike and are evaluated once.
 *
 * A face's conductance is that of two half cells in series, 1/G = dx/(2 A1 D1) + dx/(2 A2 D2): the flux through both
 * halves is the same, so a jump of A D between cells needs no mean of D. At a segment's ends only the half cell counts,
 * and the point beyond it holds the concentration. */
#include "model/grid.h"

#include <math.h>

#include "model/reach.h"

static const double most_cells = 50e6;

static qh_status check_reaches(const qh_case *river_case, qh_diag *diag) {
    qh_status worst = QH_OK;
    for (size_t r = 0; r < river_case->n_reach; r++) {
        const qh_status status = qh_reach_check(&river_case->reach[r], diag);
        if (status != QH_OK) worst = status;
    }
    return worst;
}

/* The grid's arrays while they are written; names and units as in qh_grid. */
typedef struct columns {
    size_t *segment_first;
    qh_grid_segment *segment;
    uint32_t *segment_of;
    double *area, *depth, *dispersion, *discharge, *conductance;
} columns;

typedef struct builder {
    const qh_case *river_case;
    const qh_network *network;
    const qh_flow *flow;
    qh_diag *diag;
    columns c;
    size_t told_reach; /* the last reach whose formula was reported as out of range; n_reach: none yet */
} builder;

/* Cells of a segment: the ratio's own rounding must not cost a cell. */
static double cells_of(const qh_segment *segment, double cell_length) {
    const double ratio = (segment->x1 - segment->x0) / cell_length;
    return fmax(2, ceil(ratio * (1 - 1e-12)));
}

static qh_status count_cells(const qh_case *river_case, const qh_network *network, double cell_length, qh_diag *diag,
                             size_t *n_cell) {
    const qh_place place = river_case->solver.place;
    QH_CHECK(cell_length > 0 && isfinite(cell_length), QH_E_INPUT, diag, place,
             "solver.cell_length must be greater than 0, it is %g m", cell_length);
    double total = 0;
    for (size_t s = 0; s < network->n_segment; s++) {
        total += cells_of(&network->segment[s], cell_length);
    }
    QH_CHECK(total <= most_cells, QH_E_INPUT, diag, place,
             "a solver.cell_length of %g m makes %.3g cells, more than the %.0f million that a grid may have",
             cell_length, total, most_cells / 1e6);
    *n_cell = (size_t)total;
    return QH_OK;
}

static qh_status allocate(qh_arena *arena, size_t n_segment, size_t n_cell, columns *c) {
    c->segment_first = qh_arena_alloc(arena, n_segment + 1, sizeof *c->segment_first);
    c->segment = qh_arena_alloc(arena, n_segment, sizeof *c->segment);
    c->segment_of = qh_arena_alloc(arena, n_cell, sizeof *c->segment_of);
    c->area = qh_arena_alloc(arena, n_cell, sizeof(double));
    c->depth = qh_arena_alloc(arena, n_cell, sizeof(double));
    c->dispersion = qh_arena_alloc(arena, n_cell, sizeof(double));
    c->discharge = qh_arena_alloc(arena, n_cell + n_segment, sizeof(double));
    c->conductance = qh_arena_alloc(arena, n_cell + n_segment, sizeof(double));
    const bool complete = c->segment_first && c->segment && c->segment_of && c->area && c->depth && c->dispersion &&
                          c->discharge && c->conductance;
    return complete ? QH_OK : QH_E_NOMEM;
}

static void tell_out_of_range(builder *b, size_t r, const qh_reach_water *water) {
    if (b->told_reach == r) return; /* a reach's segments stand together */
    b->told_reach = r;
    const qh_reach *reach = &b->river_case->reach[r];
    const qh_lang lang = qh_diag_lang(b->diag);
    qh_diag_add(b->diag, QH_ADVICE, reach->place,
                "reach %s: the dispersion formula %s is outside its range (%s): B/H = %.3g, U/u* = %.3g", reach->name,
                qh_tr(lang, water->formula->title), qh_tr(lang, water->formula->range),
                water->input.width / water->input.depth, water->input.velocity / water->input.shear_velocity);
}

static qh_status water_at(builder *b, size_t r, double discharge, qh_reach_water *out) {
    QH_TRY(qh_reach_water_at(&b->river_case->reach[r], discharge, b->diag, out));
    if (out->formula && !out->formula->in_range(&out->input)) tell_out_of_range(b, r, out);
    return QH_OK;
}

static void fill_constants(const builder *b, size_t s, size_t first, size_t n) {
    const qh_segment *segment = &b->network->segment[s];
    const qh_reach *reach = &b->river_case->reach[segment->reach];
    b->c.segment[s] = (qh_grid_segment){
        .reach = segment->reach,
        .start = segment->x0,
        .length = (segment->x1 - segment->x0) / (double)n,
        .storage_area = reach->storage_area.given ? reach->storage_area.value : 0,
        .storage_exchange = reach->storage_exchange.given ? reach->storage_exchange.value : 0,
        .temperature = reach->temperature.given ? reach->temperature.value : b->river_case->run.temperature};
    for (size_t i = 0; i < n; i++)
        b->c.segment_of[first + i] = (uint32_t)s;
}

/* Discharge [m3/s] through face k of n + 1, counted from the segment's upper end. */
static double face_discharge(const builder *b, size_t s, size_t k, size_t n) {
    const qh_segment *segment = &b->network->segment[s];
    const double length = segment->x1 - segment->x0;
    return b->flow->segment_upstream[s] + b->flow->segment_lateral[s] * (length * ((double)k / (double)n));
}

static qh_status fill_water(builder *b, size_t s, size_t first, size_t n) {
    const bool uniform = b->flow->segment_lateral[s] == 0;
    double *discharge = b->c.discharge + first + s;
    qh_reach_water w = {0};
    discharge[0] = face_discharge(b, s, 0, n);
    for (size_t i = 0; i < n; i++) {
        const size_t cell = first + i;
        discharge[i + 1] = face_discharge(b, s, i + 1, n);
        const double mean = 0.5 * discharge[i] + 0.5 * discharge[i + 1];
        if (i == 0 || !uniform) QH_TRY(water_at(b, b->network->segment[s].reach, mean, &w));
        b->c.area[cell] = w.state.area;
        b->c.depth[cell] = w.state.depth;
        b->c.dispersion[cell] = w.dispersion;
    }
    return QH_OK;
}

static double half_cell_conductance(const columns *c, size_t s, size_t cell) {
    return 2 * c->area[cell] * c->dispersion[cell] / c->segment[s].length;
}

static double in_series(double a, double b) { return a > 0 && b > 0 ? a * b / (a + b) : 0; }

static void fill_conductances(columns *c, size_t s, size_t first, size_t n) {
    double *conductance = c->conductance + first + s, before = half_cell_conductance(c, s, first);
    conductance[0] = before;
    for (size_t i = 1; i < n; i++) {
        const double here = half_cell_conductance(c, s, first + i);
        conductance[i] = in_series(before, here);
        before = here;
    }
    conductance[n] = before;
}

/* Every reach is tried, so that all that is wrong is said at once; within a reach the first failure is enough. */
static qh_status fill(builder *b, double cell_length) {
    qh_status worst = QH_OK;
    size_t first = 0, failed_reach = b->river_case->n_reach;
    for (size_t s = 0; s < b->network->n_segment; s++) {
        const qh_segment *segment = &b->network->segment[s];
        const size_t n = (size_t)cells_of(segment, cell_length);
        b->c.segment_first[s] = first;
        if (segment->reach != failed_reach) {
            fill_constants(b, s, first, n);
            const qh_status status = fill_water(b, s, first, n);
            if (status == QH_OK) {
                fill_conductances(&b->c, s, first, n);
            } else {
                worst = status;
                failed_reach = segment->reach;
            }
        }
        first += n;
    }
    b->c.segment_first[b->network->n_segment] = first;
    return worst;
}

static qh_status build(qh_arena *arena, builder *b, double cell_length, qh_grid **grid) {
    size_t n_cell = 0;
    QH_TRY(check_reaches(b->river_case, b->diag));
    QH_TRY(count_cells(b->river_case, b->network, cell_length, b->diag, &n_cell));
    QH_TRY(allocate(arena, b->network->n_segment, n_cell, &b->c));
    QH_TRY(fill(b, cell_length));
    qh_grid *g = qh_arena_alloc(arena, 1, sizeof *g);
    if (!g) return QH_E_NOMEM;
    const columns *c = &b->c;
    *g = (qh_grid){.arena = arena,
                   .n_cell = n_cell,
                   .n_segment = b->network->n_segment,
                   .segment_first = c->segment_first,
                   .segment = c->segment,
                   .segment_of = c->segment_of,
                   .area = c->area,
                   .depth = c->depth,
                   .dispersion = c->dispersion,
                   .discharge = c->discharge,
                   .conductance = c->conductance};
    *grid = g;
    return QH_OK;
}

qh_status qh_grid_create(const qh_case *river_case, const qh_network *network, const qh_flow *flow, double cell_length,
                         qh_diag *diag, qh_grid **grid) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    builder b = {
        .river_case = river_case, .network = network, .flow = flow, .diag = diag, .told_reach = river_case->n_reach};
    const qh_status status = build(arena, &b, cell_length, grid);
    if (status != QH_OK) qh_arena_destroy(arena);
    return status;
}

void qh_grid_destroy(qh_grid *grid) {
    if (grid) qh_arena_destroy(grid->arena);
}
