#include "viz/labels_internal.h"

#include <math.h>
#include <stdint.h>

/* Boxes are filed by the tile that their middle lies in, so that a look around does not pass through all of them. What
 * reaches farthest from its middle says how far to look. */
enum { TILE = 16, MOST_TILES = 256 }; /* px; along one side */
#define NO_BOX SIZE_MAX

typedef struct box {
    double x0, y0, x1, y1, weight;
} box;

struct qh_labels {
    box room;
    size_t count, most;
    box *taken;              /* [most] */
    size_t *next;            /* [most], box in the same tile or NO_BOX */
    size_t n_x, n_y, *first; /* tiles; [n_y][n_x], first box of each or NO_BOX */
    double half_x, half_y;   /* px, half of the largest width and height */
};

static size_t tiles_along(double length) { return (size_t)fmin(MOST_TILES, fmax(1, ceil(length / TILE))); }

qh_labels *qh_labels_create(qh_arena *arena, double x0, double y0, double x1, double y1, size_t most) {
    qh_labels *const labels = qh_arena_alloc(arena, 1, sizeof *labels);
    if (!labels) return NULL;
    *labels = (qh_labels){
        .room = {x0, y0, x1, y1, 1}, .most = most, .n_x = tiles_along(x1 - x0), .n_y = tiles_along(y1 - y0)};
    labels->taken = qh_arena_alloc(arena, most, sizeof *labels->taken);
    labels->next = qh_arena_alloc(arena, most, sizeof *labels->next);
    labels->first = qh_arena_alloc(arena, labels->n_x * labels->n_y, sizeof *labels->first);
    if (!labels->taken || !labels->next || !labels->first) return NULL;
    for (size_t k = 0; k < labels->n_x * labels->n_y; k++)
        labels->first[k] = NO_BOX;
    return labels;
}

/* Tile along one side; what lies outside the room belongs to the outermost one. */
static size_t tile_of(double x, double x0, double x1, size_t n) {
    const double k = floor((x - x0) / (x1 - x0) * (double)n);
    return k > 0 ? (size_t)fmin(k, (double)(n - 1)) : 0;
}

static size_t column_of(const qh_labels *labels, double x) {
    return tile_of(x, labels->room.x0, labels->room.x1, labels->n_x);
}
static size_t row_of(const qh_labels *labels, double y) {
    return tile_of(y, labels->room.y0, labels->room.y1, labels->n_y);
}

void qh_labels_avoid(qh_labels *labels, double x0, double y0, double x1, double y1, double weight) {
    if (labels->count == labels->most) return;
    size_t *const first =
        &labels->first[row_of(labels, (y0 + y1) / 2) * labels->n_x + column_of(labels, (x0 + x1) / 2)];
    labels->taken[labels->count] = (box){x0, y0, x1, y1, weight};
    labels->next[labels->count] = *first;
    *first = labels->count++;
    labels->half_x = fmax(labels->half_x, (x1 - x0) / 2);
    labels->half_y = fmax(labels->half_y, (y1 - y0) / 2);
}

static double overlap(const box *a, const box *b) {
    const double w = fmin(a->x1, b->x1) - fmax(a->x0, b->x0), h = fmin(a->y1, b->y1) - fmax(a->y0, b->y0);
    return w > 0 && h > 0 ? w * h : 0;
}

/* Sum of weight times overlap [px2] over the boxes of at least `least` weight; adding ends once it is over `enough`. */
static double covered(const qh_labels *labels, const box *b, double least, double enough) {
    const size_t last_row = row_of(labels, b->y1 + labels->half_y), last = column_of(labels, b->x1 + labels->half_x);
    double area = 0;
    for (size_t row = row_of(labels, b->y0 - labels->half_y); row <= last_row; row++) {
        for (size_t column = column_of(labels, b->x0 - labels->half_x); column <= last; column++) {
            for (size_t i = labels->first[row * labels->n_x + column]; i != NO_BOX; i = labels->next[i]) {
                if (labels->taken[i].weight >= least) area += labels->taken[i].weight * overlap(b, &labels->taken[i]);
            }
            if (area > enough) return area;
        }
    }
    return area;
}

bool qh_labels_free(const qh_labels *labels, double x0, double y0, double x1, double y1) {
    return covered(labels, &(box){x0, y0, x1, y1, 1}, 1, 0) <= 0;
}

/* px2 hidden, weighted, and of the label itself outside the room; more than `enough` need not be known exactly. */
static double hidden(const qh_labels *labels, const box *b, double enough) {
    const double outside = 4 * ((b->x1 - b->x0) * (b->y1 - b->y0) - overlap(b, &labels->room));
    return outside + covered(labels, b, 0, enough - outside);
}

bool qh_labels_place(qh_labels *labels, double at_x, double at_y, double clear, double width, double height, bool must,
                     double *x, double *y) {
    enum { DIRECTIONS = 16, RINGS = 5 };
    const double turn = 6.283185307179586, most_hidden = 0.08 * width * height;
    const double farthest = 9.0 * RINGS + 5; /* more than what a place's distance and side can cost */
    double best = must ? INFINITY : most_hidden + farthest, best_hidden = INFINITY, best_x = at_x, best_y = at_y;
    for (int ring = 0; ring < RINGS; ring++) {
        const double away = clear / 2 + 3 + 14.0 * ring;
        for (int d = 0; d < DIRECTIONS; d++) {
            const double angle = turn * d / DIRECTIONS, ex = cos(angle), ey = sin(angle);
            /* The label's nearest edge, not its centre, stands `away` from the symbol. */
            const double cx = at_x + ex * away + (fabs(ex) < 0.3 ? 0 : copysign(width / 2, ex));
            const double cy = at_y + ey * away + (fabs(ey) < 0.3 ? 0 : copysign(height / 2, ey));
            const box b = {cx - width / 2 - 2, cy - height / 2 - 1, cx + width / 2 + 2, cy + height / 2 + 1, 1};
            const double covers = hidden(labels, &b, best);
            const double cost = covers + 9.0 * ring + (ex < -0.1 ? 2 : 0) + (fabs(ex) < 0.3 ? 3 : 0);
            if (cost >= best) continue;
            best = cost;
            best_hidden = covers;
            best_x = cx;
            best_y = cy;
        }
    }
    if (!must && best_hidden > most_hidden) return false;
    qh_labels_avoid(labels, best_x - width / 2 - 2, best_y - height / 2 - 1, best_x + width / 2 + 2,
                    best_y + height / 2 + 1, 1.5);
    *x = best_x;
    *y = best_y;
    return true;
}
