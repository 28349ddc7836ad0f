#include "tests/support/case_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERIES_AT_MOST = 64, FIRST_CAPACITY = 16 };

struct case_builder {
    qh_case *river_case;
    qh_arena *arena;
    /* Rows as they can be written, and how many each array holds. */
    qh_constituent *constituent;
    qh_node *node;
    qh_reach *reach;
    qh_kinetics_override *override;
    qh_headwater *headwater;
    qh_tributary *tributary;
    qh_outfall *outfall;
    qh_lateral *lateral;
    qh_withdrawal *withdrawal;
    qh_transfer *transfer;
    qh_station *station;
    qh_section *section;
    qh_series *series;
    size_t room_node, room_reach, room_override, room_headwater, room_tributary, room_outfall, room_lateral;
    size_t room_withdrawal, room_transfer, room_station, room_section;
};

static void *checked(void *memory) {
    if (memory == NULL) {
        (void)fputs("case_builder: out of memory\n", stderr);
        abort();
    }
    return memory;
}

static void *grow(qh_arena *arena, const void *rows, size_t count, size_t size, size_t *room) {
    *room = *room == 0 ? FIRST_CAPACITY : 2 * *room;
    void *larger = checked(qh_arena_alloc(arena, *room, size));
    if (count > 0) memcpy(larger, rows, count * size);
    return larger;
}

/* Room for one more row of a kind; the row, zeroed, and its place in a table that bears the kind's name. */
#define NEW_ROW(b, kind)                                                                                               \
    (((b)->river_case->n_##kind == (b)->room_##kind                                                                    \
          ? (void)((b)->kind = grow((b)->arena, (b)->kind, (b)->room_##kind, sizeof *(b)->kind, &(b)->room_##kind))    \
          : (void)0),                                                                                                  \
     (b)->river_case->kind = (b)->kind,                                                                                \
     (b)->kind[(b)->river_case->n_##kind].place = (qh_place){#kind, (int)(b)->river_case->n_##kind + 2, 1},            \
     &(b)->kind[(b)->river_case->n_##kind++])

static const char *copy(case_builder *b, const char *text) { return checked(qh_arena_strdup(b->arena, text)); }

static const char *numbered(case_builder *b, const char *prefix, size_t number) {
    return checked(qh_arena_printf(b->arena, "%s%zu", prefix, number));
}

case_builder *case_begin(size_t n_constituent) {
    qh_arena *arena = checked(qh_arena_create());
    case_builder *b = checked(qh_arena_alloc(arena, 1, sizeof *b));
    b->arena = arena;
    b->river_case = checked(qh_arena_alloc(arena, 1, sizeof *b->river_case));
    qh_case *c = b->river_case;
    c->arena = arena;
    c->folder = "memory";
    c->name = "memory";
    c->title = c->note = "";
    c->standard = "GB3838-2002";
    c->run =
        (qh_run_options){.type = QH_STEADY, .start = "", .month = 1, .temperature = 20.0, .transverse_mixing = 0.6};
    c->solver = (qh_solver_options){.engine = "auto",
                                    .cell_length = 100.0,
                                    .relative_tolerance = 1e-6,
                                    .absolute_tolerance = 1e-6,
                                    .balance_tolerance = 1e-10,
                                    .max_steps = 100000};
    b->constituent = checked(qh_arena_alloc(arena, n_constituent, sizeof *b->constituent));
    for (size_t i = 0; i < n_constituent; i++) {
        const char *name = numbered(b, "C", i + 1);
        b->constituent[i] = (qh_constituent){.name = name, .title = name, .item = name, .theta = 1.0};
    }
    c->n_constituent = n_constituent;
    c->constituent = b->constituent;
    b->series = checked(qh_arena_alloc(arena, SERIES_AT_MOST, sizeof *b->series));
    c->series = b->series;
    return b;
}

qh_case *case_end(case_builder *b) { return b->river_case; }

void case_unsteady(case_builder *b, double duration, double output_interval, double sample_interval) {
    qh_run_options *run = &b->river_case->run;
    run->type = QH_UNSTEADY;
    run->start = "2024-01-01T00:00:00";
    run->duration = duration;
    run->output_interval = output_interval;
    run->sample_interval = sample_interval;
}

void case_initial(case_builder *b, size_t constituent, double concentration) {
    b->river_case->run.initial = QH_INITIAL_GIVEN;
    b->constituent[constituent].initial = (qh_optional){true, concentration};
}

qh_constituent *case_constituent(case_builder *b, size_t constituent) { return &b->constituent[constituent]; }

size_t case_node(case_builder *b, const char *name) {
    for (size_t n = b->river_case->n_node; n > 0; n--)
        if (strcmp(b->node[n - 1].name, name) == 0) return n - 1;
    NEW_ROW(b, node)->name = copy(b, name);
    return b->river_case->n_node - 1;
}

size_t case_reach_index(const case_builder *b, const char *name) {
    for (size_t r = b->river_case->n_reach; r > 0; r--)
        if (strcmp(b->reach[r - 1].name, name) == 0) return r - 1;
    (void)fprintf(stderr, "case_builder: no reach %s\n", name);
    abort();
}

qh_reach *case_reach(case_builder *b, const char *name, const char *from, const char *to, double length, double area,
                     double dispersion) {
    const size_t up = case_node(b, from);
    const size_t down = case_node(b, to);
    qh_reach *r = NEW_ROW(b, reach);
    r->name = copy(b, name);
    r->river = "";
    r->from = up;
    r->to = down;
    r->length = length;
    r->channel.law = "fixed";
    r->channel.area = (qh_optional){true, area};
    r->channel.width = (qh_optional){true, area};
    r->channel.slope = (qh_optional){true, 1e-3};
    r->dispersion = (qh_optional){true, dispersion};
    return r;
}

qh_reach *case_branch(case_builder *b, const char *name, const char *from, const char *to, double length, double area,
                      double dispersion, double share) {
    qh_reach *r = case_reach(b, name, from, to, length, area, dispersion);
    r->share = (qh_optional){true, share};
    return r;
}

qh_kinetics_override *case_override(case_builder *b, const char *reach, size_t constituent) {
    qh_kinetics_override *o = NEW_ROW(b, override);
    o->reach = case_reach_index(b, reach);
    o->constituent = constituent;
    return o;
}

static const qh_input *inputs(case_builder *b, bool is_load, double value) {
    const size_t n = b->river_case->n_constituent;
    qh_input *input = checked(qh_arena_alloc(b->arena, n, sizeof *input));
    for (size_t i = 0; i < n; i++)
        input[i] = (qh_input){is_load, {value, NULL}};
    return input;
}

qh_headwater *case_headwater(case_builder *b, const char *node, double flow, double concentration) {
    const size_t at = case_node(b, node);
    qh_headwater *h = NEW_ROW(b, headwater);
    h->name = numbered(b, "H", b->river_case->n_headwater);
    h->node = at;
    h->flow = flow;
    h->inlet = QH_INLET_CONCENTRATION;
    h->input = inputs(b, false, concentration);
    return h;
}

qh_tributary *case_tributary(case_builder *b, const char *reach, double chainage, double flow, double concentration) {
    qh_tributary *t = NEW_ROW(b, tributary);
    t->name = numbered(b, "T", b->river_case->n_tributary);
    t->reach = case_reach_index(b, reach);
    t->chainage = chainage;
    t->flow = flow;
    t->input = inputs(b, false, concentration);
    return t;
}

qh_outfall *case_outfall(case_builder *b, const char *reach, double chainage, double flow, double load) {
    qh_outfall *o = NEW_ROW(b, outfall);
    o->code = numbered(b, "P", b->river_case->n_outfall);
    o->name = o->code;
    o->category = o->district = o->body = o->permit = o->standard = o->entry = o->note = "";
    o->reach = case_reach_index(b, reach);
    o->chainage = chainage;
    o->flow = flow;
    o->input = inputs(b, true, load);
    o->limit = checked(qh_arena_alloc(b->arena, b->river_case->n_constituent, sizeof *o->limit));
    return o;
}

qh_lateral *case_lateral(case_builder *b, const char *reach, double from, double to, double flow,
                         double concentration) {
    qh_lateral *l = NEW_ROW(b, lateral);
    l->name = numbered(b, "L", b->river_case->n_lateral);
    l->reach = case_reach_index(b, reach);
    l->from = from;
    l->to = to;
    l->flow = flow;
    l->input = inputs(b, false, concentration);
    return l;
}

void case_give(const qh_input *input, size_t constituent, bool is_load, double value) {
    /* Every input was made by this file, in memory that can be written. */
    ((qh_input *)input)[constituent] = (qh_input){is_load, {value, NULL}};
}

void case_give_series(const qh_input *input, size_t constituent, bool is_load, const qh_series *series) {
    ((qh_input *)input)[constituent] = (qh_input){is_load, {0.0, series}};
}

const qh_series *case_series(case_builder *b, qh_interpolation interpolation, size_t count, const double *time,
                             const double *value) {
    if (b->river_case->n_series == SERIES_AT_MOST) {
        (void)fputs("case_builder: too many series\n", stderr);
        abort();
    }
    double *t = checked(qh_arena_alloc(b->arena, count, sizeof *t));
    double *v = checked(qh_arena_alloc(b->arena, count, sizeof *v));
    memcpy(t, time, count * sizeof *t);
    memcpy(v, value, count * sizeof *v);
    qh_series *s = &b->series[b->river_case->n_series++];
    *s = (qh_series){.name = numbered(b, "S", b->river_case->n_series),
                     .interpolation = interpolation,
                     .count = count,
                     .time = t,
                     .value = v};
    return s;
}

qh_withdrawal *case_withdrawal(case_builder *b, const char *reach, double chainage, double flow) {
    qh_withdrawal *w = NEW_ROW(b, withdrawal);
    w->code = numbered(b, "W", b->river_case->n_withdrawal);
    w->name = w->code;
    w->kind = "withdrawal";
    w->reach = case_reach_index(b, reach);
    w->chainage = chainage;
    w->flow = flow;
    return w;
}

qh_transfer *case_transfer(case_builder *b, const char *reach, double chainage, const char *to_reach,
                           double to_chainage, double flow) {
    qh_transfer *t = NEW_ROW(b, transfer);
    t->code = numbered(b, "X", b->river_case->n_transfer);
    t->name = t->code;
    t->reach = case_reach_index(b, reach);
    t->chainage = chainage;
    t->to_reach = case_reach_index(b, to_reach);
    t->to_chainage = to_chainage;
    t->capacity = flow;
    t->flow = (qh_optional){true, flow};
    return t;
}

qh_station *case_station(case_builder *b, const char *reach, double chainage, const char *tailrace_reach,
                         double tailrace_chainage, double capacity, double eco_flow) {
    qh_station *s = NEW_ROW(b, station);
    s->name = numbered(b, "D", b->river_case->n_station);
    s->reach = case_reach_index(b, reach);
    s->chainage = chainage;
    s->tailrace_reach = case_reach_index(b, tailrace_reach);
    s->tailrace_chainage = tailrace_chainage;
    s->capacity = capacity;
    s->rule = "fixed";
    s->eco_flow = (qh_optional){true, eco_flow};
    return s;
}

qh_section *case_section(case_builder *b, const char *reach, double chainage) {
    qh_section *s = NEW_ROW(b, section);
    s->code = numbered(b, "S", b->river_case->n_section);
    s->name = s->code;
    s->level = s->district = "";
    s->reach = case_reach_index(b, reach);
    s->chainage = chainage;
    s->target_class = 3;
    return s;
}
