#include "tests/support/levels_case.h"

#include <math.h>

#include "tests/support/random_network.h"

void levels_channel(qh_reach *reach, double width, double side, double slope, double manning) {
    reach->channel = (qh_channel){.law = "trapezoid",
                                  .bottom_width = {true, width},
                                  .side_slope = {true, side},
                                  .slope = {true, slope},
                                  .manning = {true, manning}};
}

void levels_beds(qh_case *c) {
    qh_node *node = (qh_node *)c->node;
    for (size_t i = 0; i < c->n_node; i++)
        node[i].bed = (qh_optional){true, 0};
    for (size_t pass = 0; pass < c->n_reach; pass++) {
        for (size_t i = 0; i < c->n_reach; i++) {
            const qh_reach *r = &c->reach[i];
            const double needed = node[r->to].bed.value + r->channel.slope.value * r->length;
            node[r->from].bed.value = fmax(node[r->from].bed.value, needed);
        }
    }
    for (size_t i = 0; i < c->n_reach; i++) {
        qh_reach *r = (qh_reach *)&c->reach[i];
        r->channel.slope.value = (node[r->from].bed.value - node[r->to].bed.value) / r->length;
    }
}

case_builder *levels_random_case(uint64_t seed, unsigned without) {
    random_options options = random_options_of(seed);
    options.flags = RANDOM_EVERYTHING & ~(unsigned)(RANDOM_STORAGE | RANDOM_CHANNELS) & ~without;
    options.most_reaches = 12;
    case_builder *b = random_network(&options);
    qh_case *c = case_end(b);
    random_source r = {seed};
    for (size_t i = 0; i < c->n_reach; i++)
        levels_channel((qh_reach *)&c->reach[i], random_logarithmic(&r, 2, 30), random_between(&r, 0, 3),
                       random_logarithmic(&r, 2e-4, 2e-2), random_between(&r, 0.02, 0.05));
    levels_beds(c);
    return b;
}

/* ---- surveyed sections ---- */

void levels_survey(qh_case *c, uint64_t seed) {
    static const double wide_offset[] = {0, 60, 62, 70, 72, 130}, wide_elevation[] = {200, 2.5, 0.4, 0, 2.2, 200};
    static const double notch_offset[] = {0, 20, 24, 28, 60}, notch_elevation[] = {200, 4, 0, 3, 200};
    static const double walled_offset[] = {0, 0, 12, 12}, walled_elevation[] = {200, 0.1, 0, 200};
    static const qh_cross_section section[] = {
        {.name = "wide", .count = 6, .offset = wide_offset, .elevation = wide_elevation},
        {.name = "notch", .count = 5, .offset = notch_offset, .elevation = notch_elevation},
        {.name = "walled", .count = 4, .offset = walled_offset, .elevation = walled_elevation},
    };
    random_source r = {seed};
    for (size_t i = 0; i < c->n_reach; i++) {
        qh_channel *channel = &((qh_reach *)&c->reach[i])->channel;
        *channel = (qh_channel){.law = "surveyed",
                                .cross_section = &section[random_index(&r, 3)],
                                .slope = channel->slope,
                                .manning = channel->manning};
    }
}

/* ---- reservoirs and structures ---- */

static qh_optional given(double value) { return (qh_optional){true, value}; }

/* Bed level in the middle of a reach between two nodes whose beds are given. */
static double bed_of(const qh_case *c, size_t reach, double part) {
    const double upper = c->node[c->reach[reach].from].bed.value, lower = c->node[c->reach[reach].to].bed.value;
    return upper + part * (lower - upper);
}

static qh_structure weir(const char *code, double crest, double width) {
    return (qh_structure){
        .code = code, .kind = "weir", .crest = given(crest), .width = given(width), .coefficient = given(0.6)};
}

void levels_build(qh_case *c, uint64_t seed, levels_works *works) {
    static const double dam = 0.5123, bar = 0.3711; /* -, of the reach: where nothing else stands */
    random_source r = {seed};
    const size_t first = random_index(&r, c->n_reach), second = random_index(&r, c->n_reach);
    const double dam_bed = bed_of(c, first, dam), bar_bed = bed_of(c, second, bar);
    *works = (levels_works){.level = {dam_bed - 1, dam_bed + 5, dam_bed + 500}, .volume = {0, 2e5, 1e8}};
    works->curve = (qh_storage_curve){.name = "c", .count = 3, .level = works->level, .volume = works->volume};
    works->reservoir = (qh_reservoir){.name = "res",
                                      .reach = first,
                                      .chainage = dam * c->reach[first].length,
                                      .curve = &works->curve,
                                      .level = dam_bed + random_between(&r, 0.5, 3)};
    works->structure[0] = weir("D", dam_bed + 1, 20);
    works->structure[1] = weir("B", bar_bed + 2, 20);
    works->structure[2] = (qh_structure){.code = "G",
                                         .kind = "gate",
                                         .crest = given(bar_bed + 0.01),
                                         .width = given(15),
                                         .coefficient = given(0.6),
                                         .opening = given(0.3)};
    for (size_t i = 1; i < 3; i++) {
        works->structure[i].in_river = true;
        works->structure[i].reach = second;
        works->structure[i].chainage = bar * c->reach[second].length;
    }
    works->rule = (qh_rule){.structure = 2,
                            .from = "",
                            .to = "",
                            .starts_at = given(bar_bed + 1.5),
                            .ends_at = given(bar_bed + 0.8),
                            .opening = given(1.2)};
    c->reservoir = &works->reservoir;
    c->n_reservoir = 1;
    c->structure = works->structure;
    c->n_structure = 3;
    c->rule = &works->rule;
    c->n_rule = 1;
}
