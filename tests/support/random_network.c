/* How validity is kept. Rivers grow downstream from open ends: an end is continued, divided, or two ends meet; new
 * nodes only, so a reach that is made later never lies above one made earlier, and a tailrace on a later reach (or
 * farther down the same one) closes no cycle. Each open end carries a lower bound of its discharge: what is certain to
 * come, tailraces not counted. Withdrawals, shares and ecological flows are drawn against that bound. */
#include "tests/support/random_network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 32, MOST_EVENTS = 5 };

/* Not divided, dammed or overdrawn below this bound, so that no reach comes near to dry. */
static const double ENOUGH = 0.02; /* m3/s */

/* ---------------------------------------------------------------------------------------------------- numbers */

/* SplitMix64 (Steele, Lea & Flood 2014). */
static uint64_t next_bits(random_source *r) {
    uint64_t z = (r->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double random_unit(random_source *r) { return (double)(next_bits(r) >> 11) * 0x1p-53; }

double random_between(random_source *r, double low, double high) { return low + (high - low) * random_unit(r); }

double random_logarithmic(random_source *r, double low, double high) {
    return low >= high ? low : exp(random_between(r, log(low), log(high)));
}

size_t random_index(random_source *r, size_t n) { return (size_t)(next_bits(r) % n); }

static bool chance(random_source *r, double probability) { return random_unit(r) < probability; }

/* ------------------------------------------------------------------------------------------------------ growth */

typedef struct open_end {
    size_t node;    /* its name is N<node> */
    double low;     /* m3/s, at least this much comes */
    double nominal; /* m3/s, about this much comes where nothing is diverted */
} open_end;

/* A diversion that still has to come back. */
typedef struct waiting_dam {
    size_t reach; /* number of the reach; its name is R<reach> */
    double chainage;
    double capacity, target; /* m3/s */
} waiting_dam;

typedef struct growth {
    const random_options *options;
    random_source random;
    case_builder *builder;
    open_end *end; /* [n_end] */
    size_t n_end, n_node, n_reach, n_canal, n_contest;
    waiting_dam *waiting; /* [n_waiting] */
    size_t n_waiting;
} growth;

static bool wants(const growth *g, unsigned flag) { return (g->options->flags & flag) != 0; }

static const char *name_of(char buffer[NAME_SIZE], char kind, size_t number) {
    (void)snprintf(buffer, NAME_SIZE, "%c%zu", kind, number);
    return buffer;
}

static void give_random_inputs(growth *g, const qh_input *input, bool loads_too, double flow) {
    for (size_t i = 0; i < g->options->n_constituent; i++) {
        const bool nothing = chance(&g->random, 0.1);
        const bool load = loads_too && (flow <= 0.0 || chance(&g->random, 0.5));
        const double value = random_between(&g->random, 0.0, load ? 100.0 : 50.0);
        case_give(input, i, load, nothing ? 0.0 : value);
    }
}

static open_end new_headwater(growth *g) {
    char node[NAME_SIZE];
    const double flow = random_logarithmic(&g->random, 0.1, 50.0);
    const size_t number = ++g->n_node;
    qh_headwater *h = case_headwater(g->builder, name_of(node, 'N', number), flow, 0.0);
    h->inlet = chance(&g->random, 0.5) ? QH_INLET_CONCENTRATION : QH_INLET_FLUX;
    give_random_inputs(g, h->input, false, flow);
    return (open_end){number, flow, flow};
}

static void set_rule(growth *g, qh_station *s, double target) {
    static const char *const rules[] = {"fixed", "share", "tennant", "monthly"};
    s->rule = rules[random_index(&g->random, 4)];
    s->eco_flow.given = strcmp(s->rule, "fixed") == 0;
    s->eco_flow.value = target;
    if (strcmp(s->rule, "share") == 0) {
        s->share = (qh_optional){true, 0.1};
        s->mean_annual_flow = (qh_optional){true, target / 0.1};
    } else if (strcmp(s->rule, "tennant") == 0) { /* the poor grade asks for 10 % in every month */
        s->tennant_grade = "poor";
        s->mean_annual_flow = (qh_optional){true, target / 0.1};
    } else if (strcmp(s->rule, "monthly") == 0) {
        for (size_t m = 0; m < 12; m++)
            s->monthly[m] = (qh_optional){true, m == 0 ? target : 2.0 * target};
    }
}

static void add_station(growth *g, const waiting_dam *dam, const char *tailrace_reach, double tailrace_chainage) {
    char reach[NAME_SIZE];
    qh_station *s = case_station(g->builder, name_of(reach, 'R', dam->reach), dam->chainage, tailrace_reach,
                                 tailrace_chainage, dam->capacity, dam->target);
    set_rule(g, s, dam->target);
}

/* A canal that begins at the tailrace and leaves the network, or flows on as a river of its own. */
static void add_canal(growth *g, const waiting_dam *dam, double least_diverted);

static void dam_the_reach(growth *g, const char *name, double chainage, double length, open_end *water) {
    waiting_dam dam = {.reach = g->n_reach, .chainage = chainage};
    dam.capacity = water->low * random_logarithmic(&g->random, 0.05, 5.0);
    const bool unmet = wants(g, RANDOM_SHORTAGE) && chance(&g->random, 0.2);
    dam.target = water->low * (unmet ? random_between(&g->random, 1.0, 50.0) : random_between(&g->random, 0.1, 0.5));
    const double least_diverted = unmet ? 0.0 : fmin(dam.capacity, 0.25 * water->low);
    const size_t where = random_index(&g->random, 4);
    if (where < 2)
        add_station(g, &dam, name, random_between(&g->random, chainage + 0.1 * (length - chainage), length));
    else if (where == 2)
        g->waiting[g->n_waiting++] = dam;
    else if (least_diverted > ENOUGH)
        add_canal(g, &dam, least_diverted);
    else
        return;
    g->n_contest++;
    water->low = fmin(water->low, dam.target);
}

/* At the end of a reach others' water is there too, and the bound of this one says little of what would be left. */
static void withdraw(growth *g, const char *name, double chainage, bool at_end, open_end *water) {
    const bool short_of =
        wants(g, RANDOM_SHORTAGE) && !at_end && water->low > 100.0 * ENOUGH && chance(&g->random, 0.2);
    const double part = short_of ? random_between(&g->random, 0.9, 3.0) : random_between(&g->random, 0.0, 0.5);
    case_withdrawal(g->builder, name, chainage, part * water->low);
    if (short_of) g->n_contest++;
    const double left = short_of ? 0.01 : 1.0 - part;
    water->nominal = fmax(water->nominal - part * water->low, 0.01 * water->nominal);
    water->low *= left;
}

/* Water that enters at the head of a branch divides among all of them, and where a dam stands or a withdrawal asks for
 * too much they take of it too: not to be counted on. */
static void count_inflow(open_end *water, double flow, bool doubtful) {
    if (doubtful) return;
    water->low += flow;
    water->nominal += flow;
}

/* One thing on a reach. `contested`: at this very place stands a dam, so that neither a second one may nor a withdrawal,
 * which would take before the station does; or a withdrawal that asks for too much. */
static void add_event(growth *g, const char *name, double chainage, double length, bool at_division, bool contested,
                      open_end *water) {
    const bool at_end = chainage >= length;
    switch (random_index(&g->random, 5)) {
    case 0:
        if (wants(g, RANDOM_SECTIONS)) case_section(g->builder, name, chainage);
        break;
    case 1:
        if (wants(g, RANDOM_SOURCES)) {
            const double flow = chance(&g->random, 0.2) ? 0.0 : random_logarithmic(&g->random, 1e-3, 1.0);
            qh_outfall *o = case_outfall(g->builder, name, chainage, flow, 0.0);
            give_random_inputs(g, o->input, true, flow);
            count_inflow(water, flow, at_division || contested);
        }
        break;
    case 2:
        if (wants(g, RANDOM_SOURCES)) {
            const double flow = random_logarithmic(&g->random, 1e-3, 5.0);
            qh_tributary *t = case_tributary(g->builder, name, chainage, flow, 0.0);
            give_random_inputs(g, t->input, true, flow);
            count_inflow(water, flow, at_division || contested);
        }
        break;
    case 3:
        if (wants(g, RANDOM_WITHDRAWALS) && chainage > 0.0 && !contested && water->low > ENOUGH)
            withdraw(g, name, chainage, at_end, water);
        break;
    default:
        if (wants(g, RANDOM_STATIONS) && !contested && !at_division && !at_end && water->low > ENOUGH)
            dam_the_reach(g, name, chainage, length, water);
        break;
    }
}

static int ascending(const void *left, const void *right) {
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Chainages of events: anywhere, at the ends, or where the one before is. */
static size_t draw_chainages(growth *g, double length, double chainage[MOST_EVENTS]) {
    const size_t count = random_index(&g->random, MOST_EVENTS + 1);
    for (size_t i = 0; i < count; i++) {
        const size_t way = random_index(&g->random, 10);
        if (way == 0)
            chainage[i] = 0.0;
        else if (way == 1)
            chainage[i] = length;
        else if (way == 2 && i > 0)
            chainage[i] = chainage[i - 1];
        else
            chainage[i] = random_between(&g->random, 0.0, length);
    }
    qsort(chainage, count, sizeof *chainage, ascending);
    return count;
}

static void add_events(growth *g, const char *name, double length, bool is_branch, open_end *water) {
    double chainage[MOST_EVENTS];
    const size_t count = draw_chainages(g, length, chainage);
    double contested = -1.0;
    for (size_t i = 0; i < count; i++) {
        const size_t before = g->n_contest;
        add_event(g, name, chainage[i], length, is_branch && chainage[i] <= 0.0, chainage[i] == contested, water);
        if (g->n_contest > before) contested = chainage[i];
    }
    if (wants(g, RANDOM_LATERALS) && chance(&g->random, 0.4)) {
        const bool whole = chance(&g->random, 0.5);
        const double from = whole ? 0.0 : random_between(&g->random, 0.0, 0.8 * length);
        const double to = whole ? length : random_between(&g->random, from + 0.1 * length, length);
        const double flow = random_logarithmic(&g->random, 1e-3, 1.0);
        qh_lateral *l = case_lateral(g->builder, name, from, to, flow, 0.0);
        give_random_inputs(g, l->input, true, flow);
        water->nominal += flow; /* too late to count on for what stands in the reach, so `low` goes without */
    }
}

static void set_trapezoid(growth *g, qh_reach *r, double nominal) {
    r->channel = (qh_channel){.law = "trapezoid",
                              .manning = {true, random_between(&g->random, 0.02, 0.06)},
                              .bottom_width = {true, 5.0 + 3.0 * sqrt(nominal)},
                              .side_slope = {true, random_between(&g->random, 0.5, 3.0)},
                              .slope = {true, random_logarithmic(&g->random, 1e-4, 5e-3)}};
    if (chance(&g->random, 0.3)) {
        r->dispersion = (qh_optional){0};
        r->dispersion_formula = "fischer";
    }
}

static void set_channel(growth *g, qh_reach *r, double nominal, double velocity) {
    const double peclet = random_logarithmic(&g->random, g->options->least_peclet, g->options->most_peclet);
    r->channel.area.value = nominal / velocity;
    r->channel.width.value = sqrt(20.0 * r->channel.area.value);
    r->dispersion.value = velocity * g->options->cell_length / peclet;
    if (wants(g, RANDOM_STORAGE) && chance(&g->random, 0.3)) {
        r->storage_area = (qh_optional){true, r->channel.area.value * random_between(&g->random, 0.05, 1.0)};
        r->storage_exchange = (qh_optional){true, random_logarithmic(&g->random, 1e-6, 1e-3)};
    }
    if (!wants(g, RANDOM_CHANNELS)) return;
    const size_t law = random_index(&g->random, 3);
    if (law == 0)
        set_trapezoid(g, r, nominal);
    else if (law == 1)
        r->channel = (qh_channel){.law = "power",
                                  .velocity_coefficient = {true, random_between(&g->random, 0.1, 0.4)},
                                  .velocity_exponent = {true, 0.4},
                                  .depth_coefficient = {true, random_between(&g->random, 0.2, 0.5)},
                                  .depth_exponent = {true, 0.4},
                                  .slope = {true, 1e-3}};
}

static void set_kinetics(growth *g, const char *reach) {
    if (!wants(g, RANDOM_DECAY) || g->options->n_constituent == 0 || !chance(&g->random, 0.2)) return;
    qh_kinetics_override *o = case_override(g->builder, reach, random_index(&g->random, g->options->n_constituent));
    o->k20 = (qh_optional){true, random_logarithmic(&g->random, 1e-7, 1e-4)};
    if (chance(&g->random, 0.5)) o->background = (qh_optional){true, random_between(&g->random, 0.0, 5.0)};
}

/* A reach from an open end to a node; the end moves there. `share` 1: the only reach that leaves. */
static open_end grow_reach(growth *g, open_end end, size_t to, double share) {
    char from_name[NAME_SIZE];
    char to_name[NAME_SIZE];
    char name[NAME_SIZE];
    const double length = random_logarithmic(&g->random, 100.0, 5000.0);
    const double velocity = random_logarithmic(&g->random, 0.05, 1.5);
    (void)name_of(name, 'R', ++g->n_reach);
    const size_t number = g->n_reach;
    qh_reach *r =
        case_reach(g->builder, name, name_of(from_name, 'N', end.node), name_of(to_name, 'N', to), length, 1.0, 1.0);
    if (share < 1.0) r->share = (qh_optional){true, share};
    open_end water = {to, end.low * share, end.nominal * share};
    set_channel(g, r, water.nominal, velocity);
    set_kinetics(g, name);
    add_events(g, name, length, share < 1.0, &water);
    /* Diversions that wait for a tailrace come back somewhere on a later reach. */
    for (size_t i = g->n_waiting; i > 0; i--) {
        if (g->waiting[i - 1].reach >= number || !chance(&g->random, 0.5)) continue;
        add_station(g, &g->waiting[i - 1], name,
                    chance(&g->random, 0.2) ? length : random_between(&g->random, 0.05, 0.95) * length);
        g->waiting[i - 1] = g->waiting[--g->n_waiting];
    }
    return water;
}

static void add_canal(growth *g, const waiting_dam *dam, double least_diverted) {

    char name[NAME_SIZE];
    char from[NAME_SIZE];
    char to[NAME_SIZE];
    const size_t head = ++g->n_node;
    const size_t foot = ++g->n_node;

    const double velocity = random_logarithmic(&g->random, 0.3, 1.5);
    qh_reach *r =
        case_reach(g->builder, name_of(name, 'K', ++g->n_canal), name_of(from, 'N', head), name_of(to, 'N', foot),
                   random_logarithmic(&g->random, 100.0, 2000.0), least_diverted / velocity, 1.0);
    r->channel.width.value = sqrt(20.0 * r->channel.area.value);
    r->dispersion.value = velocity * g->options->cell_length /
                          random_logarithmic(&g->random, g->options->least_peclet, g->options->most_peclet);
    add_station(g, dam, name, 0.0);
    g->end[g->n_end++] = (open_end){foot, least_diverted, least_diverted};
}

static open_end take_end(growth *g) {
    const size_t i = random_index(&g->random, g->n_end);
    const open_end end = g->end[i];
    g->end[i] = g->end[--g->n_end];
    return end;
}

static void continue_river(growth *g) {
    const open_end end = take_end(g);
    const open_end next = grow_reach(g, end, ++g->n_node, 1.0);
    g->end[g->n_end++] = next;
}

static void join_rivers(growth *g) {
    const open_end first = take_end(g);
    const open_end second = take_end(g);
    const size_t meeting = ++g->n_node;
    const open_end a = grow_reach(g, first, meeting, 1.0);
    const open_end b = grow_reach(g, second, meeting, 1.0);
    g->end[g->n_end++] = (open_end){meeting, a.low + b.low, a.nominal + b.nominal};
}

static void divide_river(growth *g) {
    const open_end end = take_end(g);
    if (end.low < ENOUGH) {
        const open_end lower = grow_reach(g, end, ++g->n_node, 1.0);
        g->end[g->n_end++] = lower;
        return;
    }
    const size_t count = 2 + random_index(&g->random, 2);
    const bool rejoin = chance(&g->random, 0.4);
    const size_t meeting = rejoin ? ++g->n_node : 0;
    open_end together = {meeting, 0.0, 0.0};
    double left = 1.0;
    for (size_t i = 0; i < count; i++) {
        const double share = i + 1 < count ? left * random_between(&g->random, 0.2, 0.6) : left;
        left -= share;
        const open_end branch = grow_reach(g, end, rejoin ? meeting : ++g->n_node, share);
        together.low += branch.low;
        together.nominal += branch.nominal;
        if (!rejoin) g->end[g->n_end++] = branch;
    }
    if (rejoin) g->end[g->n_end++] = together;
}

static void grow_once(growth *g) {

    const size_t what = random_index(&g->random, 10);
    if (what < 2 && g->n_end < 2 + g->options->most_reaches / 2)
        g->end[g->n_end++] = new_headwater(g);
    else if (what < 5 && g->n_end >= 2)
        join_rivers(g);
    else if (what < 7 && wants(g, RANDOM_BIFURCATIONS))
        divide_river(g);
    else
        continue_river(g);
}

/* An open end that no reach has reached yet is a headwater without a river. */
static void finish(growth *g) {
    const qh_case *c = case_end(g->builder);
    for (size_t i = 0; i < g->n_end; i++) {
        bool reached = false;
        char name[NAME_SIZE];
        const size_t node = case_node(g->builder, name_of(name, 'N', g->end[i].node));
        for (size_t r = 0; r < c->n_reach && !reached; r++)
            reached = c->reach[r].to == node;
        if (!reached) (void)grow_reach(g, g->end[i], ++g->n_node, 1.0);
    }
    /* Dams whose water found no later reach get a tailrace farther down their own. */
    for (size_t i = 0; i < g->n_waiting; i++) {
        char name[NAME_SIZE];
        const size_t r = case_reach_index(g->builder, name_of(name, 'R', g->waiting[i].reach));
        add_station(g, &g->waiting[i], name, 0.5 * (g->waiting[i].chainage + c->reach[r].length));
    }
}

random_options random_options_of(uint64_t seed) {
    return (random_options){.seed = seed,
                            .least_reaches = 1,
                            .most_reaches = 30,
                            .n_constituent = 2,
                            .least_peclet = 0.1,
                            .most_peclet = 1000.0,
                            .cell_length = 200.0,
                            .flags = RANDOM_EVERYTHING};
}

case_builder *random_network(const random_options *options) {
    growth g = {.options = options, .random = {options->seed}, .builder = case_begin(options->n_constituent)};
    (void)next_bits(&g.random);
    /* Each reach opens at most three ends or one canal an event, and each event at most one dam. */
    const size_t most = (options->most_reaches + 8) * (MOST_EVENTS + 4) + 64;
    g.end = calloc(most, sizeof *g.end);
    g.waiting = calloc(most, sizeof *g.waiting);
    if (g.end == NULL || g.waiting == NULL) abort();
    case_end(g.builder)->solver.cell_length = options->cell_length;
    if (wants(&g, RANDOM_DECAY)) {
        for (size_t i = 0; i < options->n_constituent; i++) {
            qh_constituent *c = case_constituent(g.builder, i);
            c->k20 = chance(&g.random, 0.2) ? 0.0 : random_logarithmic(&g.random, 1e-7, 1e-4);
            c->theta = random_between(&g.random, 1.0, 1.1);
            c->settling = chance(&g.random, 0.5) ? 0.0 : random_logarithmic(&g.random, 1e-7, 1e-5);
            c->background = chance(&g.random, 0.5) ? 0.0 : random_between(&g.random, 0.0, 2.0);
        }
        case_end(g.builder)->run.temperature = random_between(&g.random, 5.0, 30.0);
    }
    const size_t wanted =
        options->least_reaches + random_index(&g.random, options->most_reaches - options->least_reaches + 1);
    const size_t headwaters = 1 + random_index(&g.random, 1 + wanted / 4);
    for (size_t i = 0; i < headwaters; i++)
        g.end[g.n_end++] = new_headwater(&g);
    while (g.n_reach < wanted)
        grow_once(&g);
    finish(&g);
    free(g.end);
    free(g.waiting);
    return g.builder;
}

/* ------------------------------------------------------------------------------------------------ other orders */

static void *checked(void *memory) {
    if (memory == NULL) abort();
    return memory;
}

/* A random permutation: position[i] is where item i goes. */
static size_t *permutation(qh_arena *arena, random_source *r, size_t n) {
    size_t *position = checked(qh_arena_alloc(arena, n, sizeof *position));
    for (size_t i = 0; i < n; i++)
        position[i] = i;
    for (size_t i = n; i > 1; i--) {
        const size_t j = random_index(r, i);
        const size_t other = position[j];
        position[j] = position[i - 1];
        position[i - 1] = other;
    }
    return position;
}

static void *copied(qh_arena *arena, const void *rows, size_t n, size_t size) {
    void *copy = checked(qh_arena_alloc(arena, n, size));
    if (n > 0) memcpy(copy, rows, n * size);
    return copy;
}

/* A kind's rows in a new order, their reaches renumbered. */
#define SHUFFLE(kind, type)                                                                                            \
    do {                                                                                                               \
        type *rows = checked(qh_arena_alloc(arena, c->n_##kind, sizeof *rows));                                        \
        const size_t *to = permutation(arena, &random, c->n_##kind);                                                   \
        for (size_t i = 0; i < c->n_##kind; i++) {                                                                     \
            rows[to[i]] = original->kind[i];                                                                           \
            rows[to[i]].reach = reach_to[original->kind[i].reach];                                                     \
        }                                                                                                              \
        c->kind = rows;                                                                                                \
    } while (0)

/* A kind's rows in the same order, their reaches renumbered. */
#define RENUMBER(kind, type)                                                                                           \
    do {                                                                                                               \
        type *rows = copied(arena, original->kind, c->n_##kind, sizeof *rows);                                         \
        for (size_t i = 0; i < c->n_##kind; i++)                                                                       \
            rows[i].reach = reach_to[rows[i].reach];                                                                   \
        c->kind = rows;                                                                                                \
    } while (0)

qh_case *shuffled_case(const qh_case *original, uint64_t seed, size_t *new_reach) {
    random_source random = {seed};
    qh_arena *arena = checked(qh_arena_create());
    qh_case *c = copied(arena, original, 1, sizeof *c);
    c->arena = arena;
    const size_t *node_to = permutation(arena, &random, c->n_node);
    const size_t *reach_to = permutation(arena, &random, c->n_reach);

    qh_node *node = checked(qh_arena_alloc(arena, c->n_node, sizeof *node));
    for (size_t i = 0; i < c->n_node; i++)
        node[node_to[i]] = original->node[i];
    c->node = node;
    qh_reach *reach = checked(qh_arena_alloc(arena, c->n_reach, sizeof *reach));
    for (size_t i = 0; i < c->n_reach; i++) {
        reach[reach_to[i]] = original->reach[i];
        reach[reach_to[i]].from = node_to[original->reach[i].from];
        reach[reach_to[i]].to = node_to[original->reach[i].to];
    }
    c->reach = reach;

    qh_headwater *headwater = checked(qh_arena_alloc(arena, c->n_headwater, sizeof *headwater));
    const size_t *headwater_to = permutation(arena, &random, c->n_headwater);
    for (size_t i = 0; i < c->n_headwater; i++) {
        headwater[headwater_to[i]] = original->headwater[i];
        headwater[headwater_to[i]].node = node_to[original->headwater[i].node];
    }
    c->headwater = headwater;
    SHUFFLE(tributary, qh_tributary);
    SHUFFLE(outfall, qh_outfall);
    SHUFFLE(lateral, qh_lateral);
    SHUFFLE(override, qh_kinetics_override);
    RENUMBER(withdrawal, qh_withdrawal);
    RENUMBER(section, qh_section);
    qh_station *station = copied(arena, original->station, c->n_station, sizeof *station);
    for (size_t i = 0; i < c->n_station; i++) {
        station[i].reach = reach_to[station[i].reach];
        station[i].tailrace_reach = reach_to[station[i].tailrace_reach];
    }
    c->station = station;
    if (new_reach != NULL) memcpy(new_reach, reach_to, c->n_reach * sizeof *new_reach);
    return c;
}

void make_uniform(case_builder *b, double concentration) {
    const qh_case *c = case_end(b);
    for (size_t k = 0; k < c->n_constituent; k++) {
        qh_constituent *constituent = case_constituent(b, k);
        constituent->k20 = constituent->settling = 0.0;
        for (size_t i = 0; i < c->n_headwater; i++)
            case_give(c->headwater[i].input, k, false, concentration);
        for (size_t i = 0; i < c->n_tributary; i++)
            case_give(c->tributary[i].input, k, false, concentration);
        for (size_t i = 0; i < c->n_outfall; i++)
            case_give(c->outfall[i].input, k, false, concentration);
        for (size_t i = 0; i < c->n_lateral; i++)
            case_give(c->lateral[i].input, k, false, concentration);
    }
    for (size_t i = 0; i < c->n_override; i++) {
        /* Every row was made by this folder, in memory that can be written. */
        qh_kinetics_override *o = (qh_kinetics_override *)&c->override[i];
        o->k20 = o->settling = (qh_optional){true, 0.0};
    }
}
