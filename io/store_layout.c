/* A drawing of the network for maps.
 *
 * With longitude and latitude of every node: an equirectangular projection about their middle, good enough to draw a
 * river basin.
 *
 * Without: x is the longest way down the network, so that every reach runs to the right and the outlet stands at the
 * far end. Reaches are strung into streams: at every node the largest arriving reach goes on in the largest leaving
 * one. The stream that carries most water lies on y = 0; the others are put on the nearest free line beside it, in turn
 * above and below. Lines are free where no stream on them overlaps in x. Not a map: angles and y mean nothing.
 *
 * The streams of one line do not overlap, so only the last one that begins before a new one ends can be in its way; each
 * line keeps its streams in a search tree by their beginning (a treap, Seidel & Aragon 1996, Algorithmica 16:464). */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "io/store_internal.h"

enum { NONE = -1 };
#define NO_STREAM SIZE_MAX

typedef struct stream {
    size_t first, last;  /* reaches */
    double begin, end;   /* m, x */
    double flow, length; /* m3/s at its end; m */
    long line;           /* 0, 1, -1, 2, -2 ... */
    size_t left, right;  /* streams of the same line that begin before and behind, or NO_STREAM */
} stream;

typedef struct drawing {
    const qh_case *river_case;
    size_t n_stream;
    stream *stream;           /* [n_stream] */
    long *main_in, *main_out; /* [n_node], reaches or NONE */
    double *flow;             /* [n_reach], m3/s */
    double *x, *y;            /* [n_node] */
    char *placed;             /* [n_node] */
    size_t n_line, *root;     /* lines in use; [n_reach], of each line's tree */
} drawing;

static void project(const qh_case *c, double *x, double *y) {
    const double radius = 6371000.0, degree = acos(-1.0) / 180.0;
    double longitude = 0.0, latitude = 0.0;
    for (size_t i = 0; i < c->n_node; i++) {
        longitude += c->node[i].longitude / (double)c->n_node;
        latitude += c->node[i].latitude / (double)c->n_node;
    }
    for (size_t i = 0; i < c->n_node; i++) {
        x[i] = radius * degree * cos(latitude * degree) * (c->node[i].longitude - longitude);
        y[i] = radius * degree * (c->node[i].latitude - latitude);
    }
}

/* x of every node, and the length of the longest way; below [n_point] is scratch. */
static double place_downstream(const qh_case *c, const qh_network *network, double *below, double *x) {
    double longest = 0.0;
    for (size_t k = network->n_point; k-- > 0;) {
        const size_t p = network->point_order[k];
        for (size_t i = network->out_first[p]; i < network->out_first[p + 1]; i++) {
            const qh_segment *segment = &network->segment[network->out_segment[i]];
            below[p] = fmax(below[p], segment->x1 - segment->x0 + below[segment->to]);
        }
        longest = fmax(longest, below[p]);
    }
    for (size_t i = 0; i < c->n_node; i++) {
        x[i] = longest - below[network->node_point[i]];
    }
    return longest;
}

static long next_reach(const drawing *d, size_t reach) {
    const size_t node = d->river_case->reach[reach].to;
    return d->main_in[node] == (long)reach ? d->main_out[node] : NONE;
}

static bool begins_stream(const drawing *d, size_t reach) {
    const size_t node = d->river_case->reach[reach].from;
    return d->main_out[node] != (long)reach || d->main_in[node] == NONE;
}

static void find_streams(drawing *d) {
    const qh_case *c = d->river_case;
    for (size_t i = 0; i < c->n_node; i++) {
        d->main_in[i] = d->main_out[i] = NONE;
    }
    for (size_t r = 0; r < c->n_reach; r++) {
        long *in = &d->main_in[c->reach[r].to], *out = &d->main_out[c->reach[r].from];
        if (*in == NONE || d->flow[r] > d->flow[*in]) *in = (long)r;
        if (*out == NONE || d->flow[r] > d->flow[*out]) *out = (long)r;
    }
    for (size_t r = 0; r < c->n_reach; r++) {
        if (!begins_stream(d, r)) continue;
        stream *s = &d->stream[d->n_stream++];
        *s = (stream){.first = r, .last = r, .length = c->reach[r].length};
        for (long next = next_reach(d, r); next != NONE; next = next_reach(d, s->last)) {
            s->last = (size_t)next;
            s->length += c->reach[next].length;
        }
        s->begin = d->x[c->reach[s->first].from];
        s->end = d->x[c->reach[s->last].to];
        s->flow = d->flow[s->last];
    }
}

static int by_importance(const void *a, const void *b) {
    const stream *s = a, *t = b;
    if (s->flow < t->flow || s->flow > t->flow) return s->flow > t->flow ? -1 : 1;
    if (s->length < t->length || s->length > t->length) return s->length > t->length ? -1 : 1;
    return (s->first > t->first) - (s->first < t->first);
}

/* The k-th line from the middle: 0, 1, -1, 2, -2 ... */
static long line_of(size_t k) { return k % 2 ? (long)(k + 1) / 2 : -(long)(k / 2); }

/* Whether a line's tree has a stream that overlaps with this one. */
static bool is_taken(const drawing *d, size_t root, const stream *s) {
    const stream *last = NULL;
    for (size_t i = root; i != NO_STREAM;) {
        const stream *other = &d->stream[i];
        const bool before = other->begin < s->end;
        if (before) last = other;
        i = before ? other->right : other->left;
    }
    return last && last->end > s->begin;
}

/* Scatters the numbers of streams, so that a tree stays flat whatever order they come in (Fibonacci hashing). */
static uint64_t priority_of(size_t index) { return (uint64_t)index * 11400714819323198485U; }

static void insert(drawing *d, size_t *root, size_t index) {
    stream *s = &d->stream[index];
    size_t *place = root;
    while (*place != NO_STREAM && priority_of(*place) >= priority_of(index)) {
        stream *other = &d->stream[*place];
        place = s->begin < other->begin ? &other->left : &other->right;
    }
    size_t rest = *place, *left = &s->left, *right = &s->right;
    *place = index;
    while (rest != NO_STREAM) { /* what was there goes to either side */
        stream *other = &d->stream[rest];
        if (other->begin < s->begin) {
            *left = rest;
            left = &other->right;
            rest = other->right;
        } else {
            *right = rest;
            right = &other->left;
            rest = other->left;
        }
    }
    *left = *right = NO_STREAM;
}

static void place_stream(drawing *d, size_t index, double spacing) {
    const qh_case *c = d->river_case;
    stream *s = &d->stream[index];
    size_t k = 0;
    while (k < d->n_line && is_taken(d, d->root[k], s)) {
        k++;
    }
    if (k == d->n_line) d->root[d->n_line++] = NO_STREAM;
    insert(d, &d->root[k], index);
    s->line = line_of(k);
    for (long r = (long)s->first; r != NONE; r = next_reach(d, (size_t)r)) {
        const size_t ends[2] = {c->reach[r].from, c->reach[r].to};
        for (size_t e = 0; e < 2; e++) {
            /* A stream's nodes are those it passes, its source and its outlet. */
            const bool own = e == 0 ? r != (long)s->first || d->main_in[ends[0]] == NONE : d->main_in[ends[1]] == r;
            if (!own || d->placed[ends[e]]) continue;
            d->placed[ends[e]] = 1;
            d->y[ends[e]] = (double)s->line * spacing;
        }
    }
}

qh_status qh_store_layout(const qh_case *river_case, const qh_network *network, const qh_flow *flow, qh_arena *arena,
                          bool *geographic, double *x, double *y) {
    const qh_case *c = river_case;
    *geographic = true;
    for (size_t i = 0; i < c->n_node; i++) {
        *geographic = *geographic && c->node[i].has_position;
    }
    if (*geographic) {
        project(c, x, y);
        return QH_OK;
    }
    drawing d = {.river_case = c, .x = x, .y = y};
    d.stream = qh_arena_alloc(arena, c->n_reach, sizeof *d.stream);
    d.main_in = qh_arena_alloc(arena, c->n_node, sizeof *d.main_in);
    d.main_out = qh_arena_alloc(arena, c->n_node, sizeof *d.main_out);
    d.flow = qh_arena_alloc(arena, c->n_reach, sizeof *d.flow);
    d.placed = qh_arena_alloc(arena, c->n_node, 1);
    d.root = qh_arena_alloc(arena, c->n_reach, sizeof *d.root);
    double *below = qh_arena_alloc(arena, network->n_point, sizeof *below); /* zeroed */
    if (!below || !d.stream || !d.main_in || !d.main_out || !d.flow || !d.placed || !d.root) return QH_E_NOMEM;
    for (size_t r = 0; r < c->n_reach; r++) {
        d.flow[r] = flow->segment_upstream[network->reach_first[r]];
    }
    const double longest = place_downstream(c, network, below, x);
    find_streams(&d);
    if (d.n_stream > 0) qsort(d.stream, d.n_stream, sizeof *d.stream, by_importance);
    for (size_t i = 0; i < d.n_stream; i++) {
        place_stream(&d, i, 0.06 * longest);
    }
    return QH_OK;
}
