#include "viz/palette_internal.h"

static const qh_class_color blue = {"#1f6fc4", "#d6e6f7", "#ffffff"};
static const qh_class_color green = {"#2f9e4f", "#d9f0de", "#ffffff"};
static const qh_class_color yellow = {"#f2cf1d", "#fdf6cf", "#1b2a41"};
static const qh_class_color orange = {"#ef8a1d", "#fce3c8", "#1b2a41"};
static const qh_class_color red = {"#d3212d", "#f8d3d5", "#ffffff"};

/* Classes I and II are both blue (优), III green (良好), IV yellow, V orange, worse than V red. */
static const qh_class_color *const five_classes[] = {&blue, &blue, &green, &yellow, &orange, &red};
static const qh_class_color *const scale[] = {&blue, &green, &yellow, &orange, &red};

const qh_class_color *qh_palette_class(int class_index, size_t n_class) {
    const size_t worst = n_class + 1;
    size_t c = class_index < 1 ? 1 : (size_t)class_index;
    if (c > worst) c = worst;
    if (n_class == 5) return five_classes[c - 1];
    /* Another standard: its best class is blue, worse than its last is red, the rest is spread between. */
    const size_t last = sizeof scale / sizeof *scale - 1;
    return scale[(c - 1) * last / n_class];
}

/* Okabe and Ito's colours, which the colour-blind tell apart, without their yellow (too faint for a line). */
static const qh_line_style lines[QH_PALETTE_LINES] = {
    {"#0072b2", "solid", 7},   {"#d55e00", "'-'", 5},    {"#009e73", "'-.'", 9}, {"#cc79a7", "'_'", 13},
    {"#1b2a41", "'.'", 11},    {"#56b4e9", "'-..'", 6},  {"#e69f00", "'_.'", 4}, {"#7f3c8d", "'_-'", 8},
    {"#5b5b5b", "(12,3)", 10}, {"#8c510a", "(3,6)", 12},
};

const qh_line_style *qh_palette_line(size_t index) { return &lines[index % QH_PALETTE_LINES]; }
