#include "viz/labels_internal.h"

#include <math.h>

typedef struct box {
    double x0, y0, x1, y1, weight;
} box;

struct qh_labels {
    box room;
    size_t count, most;
    box *taken; /* [most] */
};

qh_labels *qh_labels_create(qh_arena *arena, double x0, double y0, double x1, double y1, size_t most) {
    qh_labels *const labels = qh_arena_alloc(arena, 1, sizeof *labels);
    if (!labels) return NULL;
    *labels = (qh_labels){.room = {x0, y0, x1, y1, 1}, .most = most};
    labels->taken = qh_arena_alloc(arena, most, sizeof *labels->taken);
    return labels->taken ? labels : NULL;
}

void qh_labels_avoid(qh_labels *labels, double x0, double y0, double x1, double y1, double weight) {
    if (labels->count < labels->most) labels->taken[labels->count++] = (box){x0, y0, x1, y1, weight};
}

static double overlap(const box *a, const box *b) {
    const double w = fmin(a->x1, b->x1) - fmax(a->x0, b->x0), h = fmin(a->y1, b->y1) - fmax(a->y0, b->y0);
    return w > 0 && h > 0 ? w * h : 0;
}

bool qh_labels_free(const qh_labels *labels, double x0, double y0, double x1, double y1) {
    const box b = {x0, y0, x1, y1, 1};
    for (size_t i = 0; i < labels->count; i++) {
        if (labels->taken[i].weight >= 1 && overlap(&b, &labels->taken[i]) > 0) return false;
    }
    return true;
}

/* px2 hidden, weighted, and of the label itself outside the room. */
static double hidden(const qh_labels *labels, const box *b) {
    double area = 4 * ((b->x1 - b->x0) * (b->y1 - b->y0) - overlap(b, &labels->room));
    for (size_t i = 0; i < labels->count; i++)
        area += labels->taken[i].weight * overlap(b, &labels->taken[i]);
    return area;
}

bool qh_labels_place(qh_labels *labels, double at_x, double at_y, double clear, double width, double height, bool must,
                     double *x, double *y) {
    enum { DIRECTIONS = 16, RINGS = 5 };
    const double turn = 6.283185307179586;
    double best = INFINITY, best_hidden = 0, best_x = at_x, best_y = at_y;
    for (int ring = 0; ring < RINGS; ring++) {
        const double away = clear / 2 + 3 + 14.0 * ring;
        for (int d = 0; d < DIRECTIONS; d++) {
            const double angle = turn * d / DIRECTIONS, ex = cos(angle), ey = sin(angle);
            /* The label's nearest edge, not its centre, stands `away` from the symbol. */
            const double cx = at_x + ex * away + (fabs(ex) < 0.3 ? 0 : copysign(width / 2, ex));
            const double cy = at_y + ey * away + (fabs(ey) < 0.3 ? 0 : copysign(height / 2, ey));
            const box b = {cx - width / 2 - 2, cy - height / 2 - 1, cx + width / 2 + 2, cy + height / 2 + 1, 1};
            const double covers = hidden(labels, &b);
            const double cost = covers + 9.0 * ring + (ex < -0.1 ? 2 : 0) + (fabs(ex) < 0.3 ? 3 : 0);
            if (cost >= best) continue;
            best = cost;
            best_hidden = covers;
            best_x = cx;
            best_y = cy;
        }
    }
    if (!must && best_hidden > 0.08 * width * height) return false;
    qh_labels_avoid(labels, best_x - width / 2 - 2, best_y - height / 2 - 1, best_x + width / 2 + 2,
                    best_y + height / 2 + 1, 1.5);
    *x = best_x;
    *y = best_y;
    return true;
}
