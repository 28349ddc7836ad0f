/* The network: cutting reaches into segments, and the order in which water passes them.
 *
 * Points are numbered nodes first, in the case's order, then the break points inside reaches, reach by reach and
 * downstream in each. A break point is a chainage where something happens; two of them within SAME_PLACE share a point,
 * and one that near to an end of its reach is the node there. The downstream order is Kahn's (Communications of the
 * ACM 5, 1962): a point is taken once everything above it has been, in time linear in points, segments and links; what
 * can never be taken lies on or below a cycle, and a depth-first search names the cycles.
 *
 * Every check runs even after another has failed, on whatever can still be made sense of, so that a user sees all that
 * is wrong at once. */
#include "model/network.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const double SAME_PLACE = 1e-6; /* m */
static const double SHARE_SLACK = 1e-9;
enum { NAMES_IN_A_CYCLE = 12 }; /* longer ones are cut in the message */

/* Items grouped by key: those of group g are item[first[g]] .. item[first[g+1]-1], in the order they had. */
typedef struct grouping {
    size_t *first; /* [n_group + 1] */
    size_t *item;  /* [n_item] */
} grouping;

/* A place on a reach that needs a point. */
typedef struct spot {
    size_t reach;
    double chainage; /* m */
    size_t *point;   /* where to write it */
} spot;

typedef struct builder {
    const qh_case *river_case;
    qh_diag *diag;
    qh_arena *arena;   /* of the network */
    qh_arena *scratch; /* until the network is built */
    qh_network *network;
    bool failed; /* an error went to diag */

    /* What the network shows as const. */
    qh_point *point;
    qh_segment *segment;
    qh_link *link;
    size_t *order, *reach_first;
    size_t *headwater_point, *tributary_point, *outfall_point, *withdrawal_point, *section_point, *node_point;
    size_t *reservoir_point, *structure_point;
    size_t *lateral_first, *lateral_end;

    spot *spot; /* strictly inside reaches */
    size_t n_spot;
    bool *misplaced;                   /* [n_link], an end outside its reach */
    size_t *lateral_from, *lateral_to; /* [n_lateral], points */
    grouping leaving, arriving;        /* reaches by upstream and by downstream node */
    grouping out, in;                  /* segments by upstream and by downstream point */
    grouping dam, tailrace;            /* links by the point they leave and by the point they enter */
} builder;

static qh_status group_by(qh_arena *arena, const size_t *key, size_t n_item, size_t n_group, grouping *result) {
    size_t *first = qh_arena_alloc(arena, n_group + 1, sizeof *first);
    size_t *item = qh_arena_alloc(arena, n_item, sizeof *item);
    if (first == NULL || item == NULL) return QH_E_NOMEM;
    for (size_t i = 0; i < n_item; i++)
        first[key[i]]++;
    size_t before = 0;
    for (size_t g = 0; g <= n_group; g++) {
        const size_t count = first[g];
        first[g] = before;
        before += count;
    }
    for (size_t i = 0; i < n_item; i++)
        item[first[key[i]]++] = i;
    /* Filling moved every start to its group's end: move them back by one group. */
    for (size_t g = n_group; g > 0; g--)
        first[g] = first[g - 1];
    first[0] = 0;
    *result = (grouping){first, item};
    return QH_OK;
}

static size_t group_size(const grouping *g, size_t group) { return g->first[group + 1] - g->first[group]; }

#define COMPLAIN(b, place, ...) ((b)->failed = true, qh_diag_add((b)->diag, QH_ERROR, (place), __VA_ARGS__))

static double km(double metres) { return metres / 1000.0; }

/* ------------------------------------------------------------------------------------------- nodes and reaches */

static qh_status group_reaches(builder *b) {
    const qh_case *c = b->river_case;
    size_t *from = qh_arena_alloc(b->scratch, c->n_reach, sizeof *from);
    size_t *to = qh_arena_alloc(b->scratch, c->n_reach, sizeof *to);
    if (from == NULL || to == NULL) return QH_E_NOMEM;
    for (size_t r = 0; r < c->n_reach; r++) {
        from[r] = c->reach[r].from;
        to[r] = c->reach[r].to;
    }
    QH_TRY(group_by(b->scratch, from, c->n_reach, c->n_node, &b->leaving));
    return group_by(b->scratch, to, c->n_reach, c->n_node, &b->arriving);
}

static void check_reaches(builder *b) {
    const qh_case *c = b->river_case;
    if (c->n_reach == 0) COMPLAIN(b, QH_NOWHERE, "the case has no reach");
    for (size_t r = 0; r < c->n_reach; r++) {
        const qh_reach *reach = &c->reach[r];
        if (reach->from == reach->to)
            COMPLAIN(b, reach->place, "reach %s begins and ends at the same node %s", reach->name,
                     c->node[reach->from].name);
    }
}

static void check_shares_of_division(builder *b, size_t node) {
    const qh_case *c = b->river_case;
    const size_t *reach = b->leaving.item + b->leaving.first[node];
    const size_t count = group_size(&b->leaving, node);
    double sum = 0.0;
    bool all_given = true;
    for (size_t i = 0; i < count; i++) {
        const qh_reach *branch = &c->reach[reach[i]];
        if (!branch->share.given) {
            all_given = false;
            COMPLAIN(b, branch->place, "reach %s: node %s divides into %zu reaches, so each of them needs a share",
                     branch->name, c->node[node].name, count);
        } else if (!(branch->share.value > 0.0 && branch->share.value <= 1.0)) {
            all_given = false;
            COMPLAIN(b, branch->place, "reach %s: share %.6g, expected more than 0 and less than 1", branch->name,
                     branch->share.value);
        } else {
            sum += branch->share.value;
        }
    }
    if (all_given && fabs(sum - 1.0) > SHARE_SLACK)
        COMPLAIN(b, c->reach[reach[0]].place,
                 "the shares of the %zu reaches that leave node %s add up to %.10g, expected 1", count,
                 c->node[node].name, sum);
}

static void check_shares(builder *b) {
    const qh_case *c = b->river_case;
    for (size_t n = 0; n < c->n_node; n++) {
        if (group_size(&b->leaving, n) > 1) {
            check_shares_of_division(b, n);
        } else if (group_size(&b->leaving, n) == 1) {
            const qh_reach *only = &c->reach[b->leaving.item[b->leaving.first[n]]];
            if (only->share.given && only->share.value != 1.0)
                COMPLAIN(b, only->place, "reach %s has a share of %.6g, but no other reach leaves node %s", only->name,
                         only->share.value, c->node[n].name);
        }
    }
}

/* ------------------------------------------------------------------------------------------------ break points */

/* Asks for a point at a chainage; at an end of the reach it is the node's at once. What lies outside (false) is put in
 * the middle of the reach for the rest of the checks, where it gives no cause for further complaints. */
static bool ask_point(builder *b, size_t reach, double chainage, qh_place place, size_t *point) {
    const qh_reach *r = &b->river_case->reach[reach];
    const bool inside = chainage >= -SAME_PLACE && chainage <= r->length + SAME_PLACE;
    if (!inside)
        COMPLAIN(b, place, "chainage %.6g km lies outside reach %s, which is %.6g km long", km(chainage), r->name,
                 km(r->length));
    const double x = inside ? chainage : 0.5 * r->length;
    if (x >= r->length - SAME_PLACE)
        *point = r->to;
    else if (x <= SAME_PLACE)
        *point = r->from;
    else
        b->spot[b->n_spot++] = (spot){reach, x, point};
    return inside;
}

static void ask_points(builder *b) {
    const qh_case *c = b->river_case;
    for (size_t n = 0; n < c->n_node; n++)
        b->node_point[n] = n;
    for (size_t i = 0; i < c->n_headwater; i++)
        b->headwater_point[i] = c->headwater[i].node;
    for (size_t i = 0; i < c->n_tributary; i++) {
        const qh_tributary *t = &c->tributary[i];
        (void)ask_point(b, t->reach, t->chainage, t->place, &b->tributary_point[i]);
    }
    for (size_t i = 0; i < c->n_outfall; i++) {
        const qh_outfall *o = &c->outfall[i];
        (void)ask_point(b, o->reach, o->chainage, o->place, &b->outfall_point[i]);
    }
    for (size_t i = 0; i < c->n_lateral; i++) {
        const qh_lateral *l = &c->lateral[i];
        (void)ask_point(b, l->reach, l->from, l->place, &b->lateral_from[i]);
        (void)ask_point(b, l->reach, l->to, l->place, &b->lateral_to[i]);
    }
    for (size_t i = 0; i < c->n_withdrawal; i++) {
        const qh_withdrawal *w = &c->withdrawal[i];
        (void)ask_point(b, w->reach, w->chainage, w->place, &b->withdrawal_point[i]);
    }
    for (size_t i = 0; i < c->n_station; i++) {
        const qh_station *s = &c->station[i];
        b->link[i].station = i;
        const bool dam_inside = ask_point(b, s->reach, s->chainage, s->place, &b->link[i].from);
        const bool tailrace_inside = ask_point(b, s->tailrace_reach, s->tailrace_chainage, s->place, &b->link[i].to);
        b->misplaced[i] = !dam_inside || !tailrace_inside;
    }
    for (size_t i = 0; i < c->n_transfer; i++) {
        const qh_transfer *t = &c->transfer[i];
        const size_t l = c->n_station + i;
        b->link[l] = (qh_link){.is_transfer = true, .transfer = i};
        const bool from_inside = ask_point(b, t->reach, t->chainage, t->place, &b->link[l].from);
        const bool to_inside = ask_point(b, t->to_reach, t->to_chainage, t->place, &b->link[l].to);
        b->misplaced[l] = !from_inside || !to_inside;
    }
    for (size_t i = 0; i < c->n_reservoir; i++) {
        const qh_reservoir *r = &c->reservoir[i];
        (void)ask_point(b, r->reach, r->chainage, r->place, &b->reservoir_point[i]);
    }
    for (size_t i = 0; i < c->n_structure; i++) {
        const qh_structure *s = &c->structure[i];
        if (s->in_river) (void)ask_point(b, s->reach, s->chainage, s->place, &b->structure_point[i]);
    }
    for (size_t i = 0; i < c->n_section; i++) {
        const qh_section *s = &c->section[i];
        (void)ask_point(b, s->reach, s->chainage, s->place, &b->section_point[i]);
    }
}

static int by_chainage(const void *left, const void *right) {
    const spot *a = left;
    const spot *b = right;
    return (a->chainage > b->chainage) - (a->chainage < b->chainage);
}

/* Spots of one reach together, downstream. */
static qh_status sort_spots(builder *b) {
    size_t *key = qh_arena_alloc(b->scratch, b->n_spot, sizeof *key);
    spot *sorted = qh_arena_alloc(b->scratch, b->n_spot, sizeof *sorted);
    grouping group;
    if (key == NULL || sorted == NULL) return QH_E_NOMEM;
    for (size_t i = 0; i < b->n_spot; i++)
        key[i] = b->spot[i].reach;
    QH_TRY(group_by(b->scratch, key, b->n_spot, b->river_case->n_reach, &group));
    for (size_t i = 0; i < b->n_spot; i++)
        sorted[i] = b->spot[group.item[i]];
    for (size_t r = 0; r < b->river_case->n_reach; r++)
        if (group_size(&group, r) > 1)
            qsort(sorted + group.first[r], group_size(&group, r), sizeof *sorted, by_chainage);
    b->spot = sorted;
    return QH_OK;
}

static void add_segment(builder *b, size_t reach, double x0, double x1, size_t from, size_t to) {
    b->segment[b->network->n_segment++] = (qh_segment){reach, x0, x1, from, to};
}

/* Points and segments from the sorted spots. */
static void cut_reaches(builder *b) {
    const qh_case *c = b->river_case;
    for (size_t n = 0; n < c->n_node; n++)
        b->point[n] = (qh_point){.is_node = true, .node = n};
    b->network->n_point = c->n_node;
    size_t next = 0;
    for (size_t r = 0; r < c->n_reach; r++) {
        size_t last = c->reach[r].from;
        double x = 0.0;
        b->reach_first[r] = b->network->n_segment;
        for (; next < b->n_spot && b->spot[next].reach == r; next++) {
            if (b->spot[next].chainage - x > SAME_PLACE) {
                const size_t here = b->network->n_point++;
                b->point[here] = (qh_point){.reach = r, .chainage = b->spot[next].chainage};
                add_segment(b, r, x, b->spot[next].chainage, last, here);
                last = here;
                x = b->spot[next].chainage;
            }
            *b->spot[next].point = last;
        }
        add_segment(b, r, x, c->reach[r].length, last, c->reach[r].to);
    }
    b->reach_first[c->n_reach] = b->network->n_segment;
}

/* The segments that each distributed inflow feeds. */
static void place_laterals(builder *b) {
    const qh_case *c = b->river_case;
    for (size_t i = 0; i < c->n_lateral; i++) {
        const size_t r = c->lateral[i].reach;
        size_t first = b->reach_first[r];
        const size_t reach_end = b->reach_first[r + 1];
        while (first < reach_end && b->segment[first].from != b->lateral_from[i])
            first++;
        size_t end = first;
        while (end < reach_end && b->segment[end].from != b->lateral_to[i])
            end++;
        if (b->lateral_from[i] == b->lateral_to[i]) end = first;
        b->lateral_first[i] = first;
        b->lateral_end[i] = end;
        if (first == end && !b->failed)
            COMPLAIN(b, c->lateral[i].place, "distributed inflow %s: from %.6g km to %.6g km is no stretch of reach %s",
                     c->lateral[i].name, km(c->lateral[i].from), km(c->lateral[i].to), c->reach[r].name);
    }
}

static qh_status group_points(builder *b) {
    const qh_network *net = b->network;
    const size_t n = net->n_segment > net->n_link ? net->n_segment : net->n_link;
    size_t *from = qh_arena_alloc(b->scratch, n, sizeof *from);
    size_t *to = qh_arena_alloc(b->scratch, n, sizeof *to);
    if (from == NULL || to == NULL) return QH_E_NOMEM;
    for (size_t s = 0; s < net->n_segment; s++) {
        from[s] = b->segment[s].from;
        to[s] = b->segment[s].to;
    }
    QH_TRY(group_by(b->arena, from, net->n_segment, net->n_point, &b->out));
    QH_TRY(group_by(b->arena, to, net->n_segment, net->n_point, &b->in));
    for (size_t l = 0; l < net->n_link; l++) {
        from[l] = b->link[l].from;
        to[l] = b->link[l].to;
    }
    QH_TRY(group_by(b->scratch, from, net->n_link, net->n_point, &b->dam));
    return group_by(b->scratch, to, net->n_link, net->n_point, &b->tailrace);
}

/* ------------------------------------------------------------------------------------------ what stands where */

static void complain_of_link(builder *b, const qh_headwater *h, const qh_link *link) {
    const qh_case *c = b->river_case;
    const char *node = c->node[h->node].name;
    if (link->is_transfer)
        COMPLAIN(b, h->place,
                 "headwater %s: transfer %s already enters node %s; water that joins there belongs in tributaries.csv",
                 h->name, c->transfer[link->transfer].code, node);
    else
        COMPLAIN(b, h->place,
                 "headwater %s: the tailrace of station %s already enters node %s; water that joins there belongs "
                 "in tributaries.csv",
                 h->name, c->station[link->station].name, node);
}

static qh_status check_headwaters(builder *b) {
    const qh_case *c = b->river_case;
    size_t *holder = qh_arena_alloc(b->scratch, c->n_node, sizeof *holder); /* headwater of a node, plus one */
    if (holder == NULL) return QH_E_NOMEM;
    for (size_t i = 0; i < c->n_headwater; i++) {
        const qh_headwater *h = &c->headwater[i];
        const char *node = c->node[h->node].name;
        if (holder[h->node] != 0) {
            COMPLAIN(b, h->place, "headwater %s: node %s already has headwater %s; add the two together", h->name, node,
                     c->headwater[holder[h->node] - 1].name);
            continue;
        }
        holder[h->node] = i + 1;
        if (group_size(&b->arriving, h->node) > 0)
            COMPLAIN(
                b, h->place,
                "headwater %s: reach %s already ends at node %s; water that joins there belongs in tributaries.csv",
                h->name, c->reach[b->arriving.item[b->arriving.first[h->node]]].name, node);
        else if (group_size(&b->tailrace, h->node) > 0)
            complain_of_link(b, h, &b->link[b->tailrace.item[b->tailrace.first[h->node]]]);
    }
    for (size_t n = 0; n < c->n_node; n++) {
        const size_t down = group_size(&b->leaving, n);
        const size_t up = group_size(&b->arriving, n);
        if (down + up == 0)
            COMPLAIN(b, c->node[n].place, "no reach begins or ends at node %s; is the name misspelt?", c->node[n].name);
        else if (up == 0 && holder[n] == 0 && group_size(&b->tailrace, n) == 0)
            COMPLAIN(b, c->node[n].place,
                     "reach %s begins at node %s, where no water arrives: add a headwater there, or is the name "
                     "misspelt?",
                     c->reach[b->leaving.item[b->leaving.first[n]]].name, c->node[n].name);
    }
    return QH_OK;
}

/* A withdrawal at the head of one of several branches: from that branch, or from all of them? */
static void check_withdrawals(builder *b) {
    const qh_case *c = b->river_case;
    for (size_t i = 0; i < c->n_withdrawal; i++) {
        const qh_withdrawal *w = &c->withdrawal[i];
        const size_t p = b->withdrawal_point[i];
        if (b->point[p].is_node && p == c->reach[w->reach].from && group_size(&b->leaving, p) > 1)
            COMPLAIN(b, w->place,
                     "withdrawal %s stands at node %s, where the river divides; move it a little way into reach %s",
                     w->code, c->node[p].name, c->reach[w->reach].name);
    }
}

/* The same of a transfer's intake; and its two ends must be two. */
static void check_transfers(builder *b) {
    const qh_case *c = b->river_case;
    for (size_t i = 0; i < c->n_transfer; i++) {
        const qh_transfer *t = &c->transfer[i];
        const qh_link *link = &b->link[c->n_station + i];
        if (b->misplaced[c->n_station + i]) continue;
        if (link->from == link->to) COMPLAIN(b, t->place, "transfer %s: intake and outlet are the same place", t->code);
        if (b->point[link->from].is_node && link->from == c->reach[t->reach].from &&
            group_size(&b->leaving, link->from) > 1)
            COMPLAIN(b, t->place,
                     "transfer %s takes at node %s, where the river divides; move it a little way into reach %s",
                     t->code, c->node[link->from].name, c->reach[t->reach].name);
    }
}

/* Inflow at the head of one of several branches is legal, and maybe not what was meant. */
static void warn_of_division(builder *b, size_t reach, size_t point, qh_place place, const char *name) {
    const qh_case *c = b->river_case;
    if (b->point[point].is_node && point == c->reach[reach].from && group_size(&b->leaving, point) > 1)
        qh_diag_add(b->diag, QH_WARNING, place,
                    "%s enters at node %s, where the river divides: all branches get their share of it; if it belongs "
                    "to reach %s alone, move it a little way into that reach",
                    name, c->node[point].name, c->reach[reach].name);
}

static void check_inflows(builder *b) {
    const qh_case *c = b->river_case;
    for (size_t i = 0; i < c->n_tributary; i++)
        warn_of_division(b, c->tributary[i].reach, b->tributary_point[i], c->tributary[i].place, c->tributary[i].name);
    for (size_t i = 0; i < c->n_outfall; i++)
        warn_of_division(b, c->outfall[i].reach, b->outfall_point[i], c->outfall[i].place, c->outfall[i].code);
    for (size_t i = 0; i < c->n_station; i++)
        warn_of_division(b, c->station[i].tailrace_reach, b->link[i].to, c->station[i].place, c->station[i].name);
    for (size_t i = 0; i < c->n_transfer; i++)
        warn_of_division(b, c->transfer[i].to_reach, b->link[c->n_station + i].to, c->transfer[i].place,
                         c->transfer[i].code);
}

/* A dam holds the water of one reach: at a node it must be clear which. */
static bool dam_is_clear(const builder *b, const qh_station *s, size_t p) {
    if (!b->point[p].is_node) return true;
    if (group_size(&b->leaving, p) > 1) return false;
    return p == b->river_case->reach[s->reach].from || group_size(&b->arriving, p) == 1;
}

static void check_stations(builder *b) {
    const qh_case *c = b->river_case;
    for (size_t i = 0; i < c->n_station; i++) {
        const qh_station *s = &c->station[i];
        const qh_link *link = &b->link[i];
        const size_t first = b->dam.item[b->dam.first[link->from]]; /* stations come before transfers */
        if (b->misplaced[i]) continue;
        if (!dam_is_clear(b, s, link->from))
            COMPLAIN(b, s->place,
                     "station %s: its dam stands at node %s, where reaches meet or part; move it a little way into "
                     "reach %s",
                     s->name, c->node[link->from].name, c->reach[s->reach].name);
        if (first != i)
            COMPLAIN(b, s->place, "station %s: station %s has its dam at the same place; set them apart", s->name,
                     c->station[first].name);
        if (s->reach == s->tailrace_reach && s->tailrace_chainage <= s->chainage + SAME_PLACE)
            COMPLAIN(b, s->place, "station %s: its tailrace at %.6g km of reach %s is not below its dam at %.6g km",
                     s->name, km(s->tailrace_chainage), c->reach[s->reach].name, km(s->chainage));
        else if (link->from == link->to)
            COMPLAIN(b, s->place, "station %s: dam and tailrace are the same place", s->name);
    }
}

static void check_reservoirs(builder *b) {
    const qh_case *c = b->river_case;
    for (size_t i = 0; i < c->n_reservoir; i++) {
        for (size_t k = 0; k < i; k++) {
            if (b->reservoir_point[k] != b->reservoir_point[i]) continue;
            COMPLAIN(b, c->reservoir[i].place, "reservoir %s: reservoir %s has its dam at the same place",
                     c->reservoir[i].name, c->reservoir[k].name);
        }
        for (size_t h = 0; h < c->n_held_level; h++) {
            if (c->held_level[h].node == b->reservoir_point[i])
                COMPLAIN(b, c->reservoir[i].place, "reservoir %s: a level is held at its dam, in line %d of %s",
                         c->reservoir[i].name, c->held_level[h].place.line, c->held_level[h].place.file);
        }
    }
    for (size_t i = 0; i < c->n_station; i++) {
        const qh_optional minimum = c->station[i].minimum_level;
        bool found = !minimum.given;
        for (size_t k = 0; k < c->n_reservoir; k++) {
            if (b->reservoir_point[k] != b->link[i].from) continue;
            const qh_storage_curve *curve = c->reservoir[k].curve;
            found = true;
            if (minimum.given && minimum.value > curve->level[curve->count - 1])
                COMPLAIN(b, c->station[i].place,
                         "station %s never runs: its minimum level of %.10g m is above the storage curve of reservoir "
                         "%s, which ends at %.10g m",
                         c->station[i].name, minimum.value, c->reservoir[k].name, curve->level[curve->count - 1]);
        }
        if (!found)
            COMPLAIN(b, c->station[i].place, "station %s: minimum_level is given, but no reservoir stands at its dam",
                     c->station[i].name);
    }
}

/* In a river a structure parts the level above from that below: there is one of each. */
static void check_structures(builder *b) {
    const qh_case *c = b->river_case;
    for (size_t i = 0; i < c->n_structure; i++) {
        const qh_structure *s = &c->structure[i];
        if (!s->in_river) {
            b->structure_point[i] = b->reservoir_point[s->reservoir];
            continue;
        }
        const size_t p = b->structure_point[i];
        const size_t above = group_size(&b->in, p), below = group_size(&b->out, p);
        if (above != 1 || below > 1)
            COMPLAIN(b, s->place,
                     "structure %s stands where %zu reaches end and %zu begin; in a river one must end there and one "
                     "at most begin",
                     s->code, above, below);
        for (size_t k = 0; k < c->n_reservoir; k++) {
            if (b->reservoir_point[k] == p)
                COMPLAIN(b, s->place, "structure %s stands at the dam of reservoir %s: name the reservoir in its row",
                         s->code, c->reservoir[k].name);
        }
    }
}

/* ------------------------------------------------------------------------------------------------------- order */

/* The way out of a point: its segments first, then its links. */
typedef struct way {
    bool is_link;
    size_t index; /* of the segment or the link */
    size_t to;    /* point */
} way;

static size_t count_ways(const builder *b, size_t point) {
    return group_size(&b->out, point) + group_size(&b->dam, point);
}

static way way_out(const builder *b, size_t point, size_t i) {
    const size_t n_segment = group_size(&b->out, point);
    if (i < n_segment) {
        const size_t s = b->out.item[b->out.first[point] + i];
        return (way){false, s, b->segment[s].to};
    }
    const size_t l = b->dam.item[b->dam.first[point] + i - n_segment];
    return (way){true, l, b->link[l].to};
}

/* A reach that begins where it ends and a tailrace at or above its dam or nowhere have their own messages. */
static bool is_reported(const builder *b, way w) {
    if (!w.is_link) {
        const qh_reach *r = &b->river_case->reach[b->segment[w.index].reach];
        return r->from == r->to;
    }
    const qh_link *link = &b->link[w.index];
    if (b->misplaced[w.index] || link->from == link->to) return true;
    if (link->is_transfer) return false;
    const qh_station *s = &b->river_case->station[link->station];
    return s->reach == s->tailrace_reach && s->tailrace_chainage <= s->chainage;
}

/* Points that have been put in order; fewer than all of them where the water runs in a circle. */
static qh_status order_points(builder *b, size_t *n_ordered) {
    const size_t n_point = b->network->n_point;
    size_t *waiting = qh_arena_alloc(b->scratch, n_point, sizeof *waiting); /* ways in that are not passed yet */
    if (waiting == NULL) return QH_E_NOMEM;
    for (size_t p = 0; p < n_point; p++) {
        for (size_t i = 0; i < count_ways(b, p); i++) {
            const way w = way_out(b, p, i);
            if (!is_reported(b, w)) waiting[w.to]++;
        }
    }
    size_t n = 0;
    for (size_t p = 0; p < n_point; p++)
        if (waiting[p] == 0) b->order[n++] = p;
    for (size_t done = 0; done < n; done++) {
        const size_t p = b->order[done];
        for (size_t i = 0; i < count_ways(b, p); i++) {
            const way w = way_out(b, p, i);
            if (!is_reported(b, w) && --waiting[w.to] == 0) b->order[n++] = w.to;
        }
    }
    *n_ordered = n;
    return QH_OK;
}

/* What a person calls this way: the reach, or the station whose water it carries. NULL when out of memory. */
static const char *way_name(const builder *b, way w) {
    if (!w.is_link) return b->river_case->reach[b->segment[w.index].reach].name;
    const qh_link *link = &b->link[w.index];
    const qh_lang lang = qh_diag_lang(b->diag);
    return link->is_transfer ? qh_arena_printf(b->scratch, "%s %s", qh_tr(lang, "transfer"),
                                               b->river_case->transfer[link->transfer].code)
                             : qh_arena_printf(b->scratch, "%s %s", qh_tr(lang, "station"),
                                               b->river_case->station[link->station].name);
}

/* Names of the ways, a reach's segments as one: "R1 > R2 > station S". NULL when out of memory. */
static const char *name_cycle(const builder *b, const way *cycle, size_t count) {
    const char *text = "";
    size_t named = 0;
    for (size_t i = 0; i < count; i++) {
        const bool same_reach = i > 0 && !cycle[i].is_link && !cycle[i - 1].is_link &&
                                b->segment[cycle[i].index].reach == b->segment[cycle[i - 1].index].reach;
        if (same_reach) continue;
        if (named == NAMES_IN_A_CYCLE) return qh_arena_printf(b->scratch, "%s > ...", text);
        const char *name = way_name(b, cycle[i]);
        if (name == NULL) return NULL;
        text = qh_arena_printf(b->scratch, "%s%s%s", text, named > 0 ? " > " : "", name);
        if (text == NULL) return NULL;
        named++;
    }
    return text;
}

static qh_place place_of(const builder *b, way w) {
    const qh_case *c = b->river_case;
    if (!w.is_link) return c->reach[b->segment[w.index].reach].place;
    const qh_link *link = &b->link[w.index];
    return link->is_transfer ? c->transfer[link->transfer].place : c->station[link->station].place;
}

static qh_status report_cycle(builder *b, const way *cycle, size_t count) {
    if (b->diag != NULL) {
        const way back = cycle[count - 1];
        const char *names = name_cycle(b, cycle, count);
        if (names == NULL) return QH_E_NOMEM;
        const qh_place place = place_of(b, back);
        qh_diag_add(b->diag, QH_ERROR, place, "the water runs in a circle: %s", names);
    }
    b->failed = true;
    return QH_OK;
}

/* Every way that leads back to a point of the path that reached it closes a cycle; without these ways there is none.
 * So each is reported, once, with its cycle. */
static qh_status report_cycles(builder *b) {
    enum { NEW, ON_PATH, DONE };
    const size_t n_point = b->network->n_point;
    unsigned char *state = qh_arena_alloc(b->scratch, n_point, sizeof *state);
    size_t *next = qh_arena_alloc(b->scratch, n_point, sizeof *next);      /* of each point: the way to try next */
    size_t *depth = qh_arena_alloc(b->scratch, n_point, sizeof *depth);    /* of each point: its place on the path */
    size_t *path = qh_arena_alloc(b->scratch, n_point + 1, sizeof *path);  /* points */
    way *passed = qh_arena_alloc(b->scratch, n_point + 1, sizeof *passed); /* passed[i] leaves path[i] */
    if (state == NULL || next == NULL || depth == NULL || path == NULL || passed == NULL) return QH_E_NOMEM;
    for (size_t start = 0; start < n_point; start++) {
        if (state[start] != NEW) continue;
        size_t length = 0;
        path[0] = start;
        state[start] = ON_PATH;
        depth[start] = 0;
        for (;;) {
            const size_t p = path[length];
            if (next[p] == count_ways(b, p)) {
                state[p] = DONE;
                if (length == 0) break;
                length--;
                continue;
            }
            const way w = way_out(b, p, next[p]++);
            if (is_reported(b, w)) continue;
            passed[length] = w;
            if (state[w.to] == ON_PATH) {
                QH_TRY(report_cycle(b, passed + depth[w.to], length + 1 - depth[w.to]));
            } else if (state[w.to] == NEW) {
                length++;
                path[length] = w.to;
                state[w.to] = ON_PATH;
                depth[w.to] = length;
            }
        }
    }
    return QH_OK;
}

/* ------------------------------------------------------------------------------------------------------- build */

static void *allocate(qh_arena *arena, size_t count, size_t size, bool *enough) {
    void *memory = qh_arena_alloc(arena, count, size);
    if (memory == NULL) *enough = false;
    return memory;
}

static qh_status allocate_all(builder *b) {
    const qh_case *c = b->river_case;
    const size_t n_spot = c->n_tributary + c->n_outfall + 2 * c->n_lateral + c->n_withdrawal +
                          2 * (c->n_station + c->n_transfer) + c->n_section + c->n_reservoir + c->n_structure;
    bool enough = true;
#define ALLOCATE(arena, field, count) b->field = allocate((arena), (count), sizeof *b->field, &enough)
    ALLOCATE(b->arena, network, 1);
    ALLOCATE(b->arena, point, c->n_node + n_spot);
    ALLOCATE(b->arena, segment, c->n_reach + n_spot);
    ALLOCATE(b->arena, link, c->n_station + c->n_transfer);
    ALLOCATE(b->arena, order, c->n_node + n_spot);
    ALLOCATE(b->arena, reach_first, c->n_reach + 1);
    ALLOCATE(b->arena, headwater_point, c->n_headwater);
    ALLOCATE(b->arena, tributary_point, c->n_tributary);
    ALLOCATE(b->arena, outfall_point, c->n_outfall);
    ALLOCATE(b->arena, withdrawal_point, c->n_withdrawal);
    ALLOCATE(b->arena, section_point, c->n_section);
    ALLOCATE(b->arena, reservoir_point, c->n_reservoir);
    ALLOCATE(b->arena, structure_point, c->n_structure);
    ALLOCATE(b->arena, node_point, c->n_node);
    ALLOCATE(b->arena, lateral_first, c->n_lateral);
    ALLOCATE(b->arena, lateral_end, c->n_lateral);
    ALLOCATE(b->scratch, misplaced, c->n_station + c->n_transfer);
    ALLOCATE(b->scratch, lateral_from, c->n_lateral);
    ALLOCATE(b->scratch, lateral_to, c->n_lateral);
    ALLOCATE(b->scratch, spot, n_spot);
#undef ALLOCATE
    return enough ? QH_OK : QH_E_NOMEM;
}

static void publish(builder *b) {
    qh_network *net = b->network;
    net->arena = b->arena;
    net->point = b->point;
    net->segment = b->segment;
    net->link = b->link;
    net->point_order = b->order;
    net->reach_first = b->reach_first;
    net->in_first = b->in.first;
    net->in_segment = b->in.item;
    net->out_first = b->out.first;
    net->out_segment = b->out.item;
    net->headwater_point = b->headwater_point;
    net->tributary_point = b->tributary_point;
    net->outfall_point = b->outfall_point;
    net->withdrawal_point = b->withdrawal_point;
    net->section_point = b->section_point;
    net->reservoir_point = b->reservoir_point;
    net->structure_point = b->structure_point;
    net->node_point = b->node_point;
    net->lateral_first = b->lateral_first;
    net->lateral_end = b->lateral_end;
}

static qh_status build(builder *b) {
    QH_TRY(allocate_all(b));
    b->network->n_link = b->river_case->n_station + b->river_case->n_transfer;
    QH_TRY(group_reaches(b));
    check_reaches(b);
    check_shares(b);
    ask_points(b);
    QH_TRY(sort_spots(b));
    cut_reaches(b);
    place_laterals(b);
    QH_TRY(group_points(b));
    QH_TRY(check_headwaters(b));
    check_withdrawals(b);
    check_transfers(b);
    check_inflows(b);
    check_stations(b);
    check_reservoirs(b);
    check_structures(b);
    size_t n_ordered = 0;
    QH_TRY(order_points(b, &n_ordered));
    if (n_ordered < b->network->n_point) QH_TRY(report_cycles(b));
    if (b->failed) return QH_E_INPUT;
    publish(b);
    return QH_OK;
}

qh_status qh_network_create(const qh_case *river_case, qh_diag *diag, qh_network **network) {
    builder b = {.river_case = river_case, .diag = diag, .arena = qh_arena_create(), .scratch = qh_arena_create()};
    const qh_status status = b.arena == NULL || b.scratch == NULL ? QH_E_NOMEM : build(&b);
    qh_arena_destroy(b.scratch);
    if (status != QH_OK) {
        qh_arena_destroy(b.arena);
        return status;
    }
    *network = b.network;
    return QH_OK;
}

void qh_network_destroy(qh_network *network) {
    if (network != NULL) qh_arena_destroy(network->arena);
}
