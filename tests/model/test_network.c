/* The network: where reaches are cut, how points are ordered, and every topological error with its message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "model/network.h"
#include "tests/support/case_builder.h"

/* ------------------------------------------------------------------------------------------------- fixtures */

/* The network of a valid case; fails the test and shows the messages otherwise. */
static qh_network *network_of(const qh_case *c) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_network *net = NULL;
    const qh_status status = qh_network_create(c, diag, &net);
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        print_message("%s\n", qh_diag_line(diag, i));
    assert_int_equal(status, QH_OK);
    assert_int_equal(qh_diag_size(diag), 0);
    qh_diag_destroy(diag);
    return net;
}

/* Exactly these messages, in order of place, and QH_E_INPUT if one of them is an error. Destroys the case. */
static void expect(case_builder *b, size_t count, const char *const *line) {
    static qh_network untouched;
    qh_case *c = case_end(b);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_network *net = &untouched;
    const qh_status status = qh_network_create(c, diag, &net);
    for (size_t i = 0; i < qh_diag_size(diag); i++) {
        if (i >= count || strcmp(qh_diag_line(diag, i), line[i]) != 0) print_message("%s\n", qh_diag_line(diag, i));
        if (i < count) assert_string_equal(qh_diag_line(diag, i), line[i]);
    }
    assert_int_equal(qh_diag_size(diag), count);
    if (qh_diag_count(diag, QH_ERROR) > 0) {
        assert_int_equal(status, QH_E_INPUT);
        assert_ptr_equal(net, &untouched);
    } else {
        assert_int_equal(status, QH_OK);
        qh_network_destroy(net);
    }
    /* Without a collector the verdict is the same. */
    qh_network *silent = &untouched;
    assert_int_equal(qh_network_create(c, NULL, &silent), status);
    if (status == QH_OK) qh_network_destroy(silent);
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

#define EXPECT(b, ...)                                                                                                 \
    do {                                                                                                               \
        const char *const lines[] = {__VA_ARGS__};                                                                     \
        expect((b), sizeof lines / sizeof *lines, lines);                                                              \
    } while (0)

/* n1 --r1--> n2 --r2--> n3, 10 km each, with water. */
static case_builder *two_reaches(void) {
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "n1", "n2", 10000.0, 20.0, 10.0);
    case_reach(b, "r2", "n2", "n3", 10000.0, 20.0, 10.0);
    case_headwater(b, "n1", 10.0, 0.0);
    return b;
}

/* n1 --r1--> J, then r2 and r3 to outlets of their own. */
static case_builder *fork_in_the_river(void) {
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "n1", "J", 4000.0, 20.0, 10.0);
    case_branch(b, "r2", "J", "O1", 6000.0, 20.0, 10.0, 0.6);
    case_branch(b, "r3", "J", "O2", 9000.0, 20.0, 10.0, 0.4);
    case_headwater(b, "n1", 10.0, 0.0);
    return b;
}

/* --------------------------------------------------------------------------------------------------- cutting */

static void a_bare_reach_is_one_segment(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "n1", "n2", 10000.0, 20.0, 10.0);
    case_headwater(b, "n1", 10.0, 0.0);
    qh_case *c = case_end(b);
    qh_network *net = network_of(c);
    assert_int_equal(net->n_point, 2);
    assert_int_equal(net->n_segment, 1);
    assert_int_equal(net->n_link, 0);
    assert_true(net->segment[0].x0 == 0.0 && net->segment[0].x1 == 10000.0);
    assert_int_equal(net->segment[0].from, net->node_point[c->reach[0].from]);
    assert_int_equal(net->segment[0].to, net->node_point[c->reach[0].to]);
    assert_int_equal(net->headwater_point[0], net->node_point[c->reach[0].from]);
    qh_network_destroy(net);
    qh_case_destroy(c);
}

static void everything_on_a_reach_cuts_it(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_section(b, "r1", 9000.0); /* rows need not be in order */
    case_outfall(b, "r1", 1000.0, 0.1, 0.0);
    case_tributary(b, "r1", 2000.0, 1.0, 0.0);
    case_withdrawal(b, "r1", 3000.0, 1.0);
    case_station(b, "r1", 4000.0, "r1", 8000.0, 5.0, 1.0);
    case_lateral(b, "r1", 5000.0, 7000.0, 0.5, 0.0);
    qh_case *c = case_end(b);
    qh_network *net = network_of(c);
    const double cut[] = {0.0, 1000.0, 2000.0, 3000.0, 4000.0, 5000.0, 7000.0, 8000.0, 9000.0, 10000.0};
    assert_int_equal(net->reach_first[0], 0);
    assert_int_equal(net->reach_first[1], 9);
    assert_int_equal(net->reach_first[2], 10);
    for (size_t s = 0; s < 9; s++) {
        assert_int_equal(net->segment[s].reach, 0);
        assert_true(net->segment[s].x0 == cut[s] && net->segment[s].x1 == cut[s + 1]);
        if (s > 0) assert_int_equal(net->segment[s].from, net->segment[s - 1].to);
    }
    assert_int_equal(net->outfall_point[0], net->segment[1].from);
    assert_int_equal(net->tributary_point[0], net->segment[2].from);
    assert_int_equal(net->withdrawal_point[0], net->segment[3].from);
    assert_int_equal(net->link[0].from, net->segment[4].from);
    assert_int_equal(net->lateral_first[0], 5);
    assert_int_equal(net->lateral_end[0], 6);
    assert_int_equal(net->link[0].to, net->segment[7].from);
    assert_int_equal(net->section_point[0], net->segment[8].from);
    const qh_point *p = &net->point[net->section_point[0]];
    assert_false(p->is_node);
    assert_int_equal(p->reach, 0);
    assert_true(p->chainage == 9000.0);
    qh_network_destroy(net);
    qh_case_destroy(c);
}

static void things_at_one_place_share_a_point(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_outfall(b, "r1", 12.3 * 1000.0 / 3.0, 0.1, 0.0);
    case_section(b, "r1", 4100.0);
    case_section(b, "r1", 4100.0 + 0.9e-6);
    case_section(b, "r1", 4100.0 + 3e-6);
    qh_case *c = case_end(b);
    qh_network *net = network_of(c);
    assert_int_equal(net->n_segment, 4);
    assert_int_equal(net->section_point[0], net->outfall_point[0]);
    assert_int_equal(net->section_point[1], net->outfall_point[0]);
    assert_int_not_equal(net->section_point[2], net->outfall_point[0]);
    qh_network_destroy(net);
    qh_case_destroy(c);
}

static void the_ends_of_a_reach_are_its_nodes(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_section(b, "r1", 0.0);
    case_section(b, "r1", 10000.0);
    case_section(b, "r2", 0.0);
    case_section(b, "r1", 10000.0 - 0.5e-6);
    case_section(b, "r2", 0.5e-6);
    case_section(b, "r2", 10000.0 + 0.5e-6);
    case_lateral(b, "r2", 0.0, 10000.0, 1.0, 0.0);
    qh_case *c = case_end(b);
    qh_network *net = network_of(c);
    assert_int_equal(net->n_segment, 2);
    assert_int_equal(net->n_point, 3);
    assert_int_equal(net->section_point[0], net->node_point[c->reach[0].from]);
    for (size_t i = 1; i < 5; i++)
        assert_int_equal(net->section_point[i], net->node_point[c->reach[0].to]);
    assert_int_equal(net->section_point[5], net->node_point[c->reach[1].to]);
    assert_int_equal(net->lateral_first[0], 1);
    assert_int_equal(net->lateral_end[0], 2);
    qh_network_destroy(net);
    qh_case_destroy(c);
}

static void laterals_name_all_segments_they_feed(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_section(b, "r1", 2000.0);
    case_section(b, "r1", 6000.0);
    case_lateral(b, "r1", 1000.0, 8000.0, 1.0, 0.0);
    case_lateral(b, "r1", 2000.0, 6000.0, 1.0, 0.0);
    case_lateral(b, "r1", 8000.0, 10000.0, 1.0, 0.0);
    qh_case *c = case_end(b);
    qh_network *net = network_of(c); /* cut at 1, 2, 6, 8 km */
    const size_t first[] = {1, 2, 4};
    const size_t end[] = {4, 3, 5};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(net->lateral_first[i], first[i]);
        assert_int_equal(net->lateral_end[i], end[i]);
    }
    qh_network_destroy(net);
    qh_case_destroy(c);
}

/* ----------------------------------------------------------------------------------------------------- order */

/* Segments and links go from earlier to later points, every point stands once, and the lists of segments in and out
 * agree with the segments. */
static void assert_consistent(const qh_network *net) {
    size_t *rank = calloc(net->n_point, sizeof *rank);
    size_t *seen = calloc(net->n_point, sizeof *seen);
    assert_true(rank != NULL && seen != NULL);
    for (size_t i = 0; i < net->n_point; i++) {
        rank[net->point_order[i]] = i;
        seen[net->point_order[i]]++;
    }
    for (size_t p = 0; p < net->n_point; p++)
        assert_int_equal(seen[p], 1);
    for (size_t s = 0; s < net->n_segment; s++) {
        assert_true(rank[net->segment[s].from] < rank[net->segment[s].to]);
        assert_true(net->segment[s].x0 < net->segment[s].x1);
    }
    for (size_t l = 0; l < net->n_link; l++)
        assert_true(rank[net->link[l].from] < rank[net->link[l].to]);
    assert_int_equal(net->in_first[net->n_point], net->n_segment);
    assert_int_equal(net->out_first[net->n_point], net->n_segment);
    for (size_t p = 0; p < net->n_point; p++) {
        for (size_t i = net->in_first[p]; i < net->in_first[p + 1]; i++)
            assert_int_equal(net->segment[net->in_segment[i]].to, p);
        for (size_t i = net->out_first[p]; i < net->out_first[p + 1]; i++)
            assert_int_equal(net->segment[net->out_segment[i]].from, p);
    }
    free(rank);
    free(seen);
}

static void points_are_ordered_downstream(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    /* Written down from the mouth to the sources; the diversion of r4 comes back into another river. */
    case_reach(b, "r5", "d", "mouth", 1000.0, 20.0, 10.0);
    case_branch(b, "r4", "c", "d", 1000.0, 20.0, 10.0, 0.5);
    case_branch(b, "r3", "c", "d", 2000.0, 20.0, 10.0, 0.5);
    case_reach(b, "r2", "b", "c", 1000.0, 20.0, 10.0);
    case_reach(b, "r1", "a", "c", 1000.0, 20.0, 10.0);
    case_reach(b, "other", "e", "f", 1000.0, 20.0, 10.0);
    case_headwater(b, "a", 1.0, 0.0);
    case_headwater(b, "b", 1.0, 0.0);
    case_headwater(b, "e", 1.0, 0.0);
    case_station(b, "r2", 500.0, "other", 100.0, 1.0, 0.1);
    case_station(b, "other", 900.0, "r5", 900.0, 1.0, 0.1);
    qh_case *c = case_end(b);
    qh_network *net = network_of(c);
    assert_consistent(net);
    assert_int_equal(net->link[1].station, 1);
    qh_network_destroy(net);
    qh_case_destroy(c);
}

/* A binary tree of confluences: node i flows to node (i - 1) / 2. */
static qh_case *tree_of(size_t n_reach) {
    qh_arena *arena = qh_arena_create();
    qh_case *c = qh_arena_alloc(arena, 1, sizeof *c);
    qh_node *node = qh_arena_alloc(arena, n_reach + 1, sizeof *node);
    qh_reach *reach = qh_arena_alloc(arena, n_reach, sizeof *reach);
    qh_headwater *headwater = qh_arena_alloc(arena, n_reach, sizeof *headwater);
    qh_lateral *lateral = qh_arena_alloc(arena, n_reach, sizeof *lateral);
    qh_section *section = qh_arena_alloc(arena, n_reach, sizeof *section);
    assert_non_null(section);
    *c = (qh_case){.arena = arena, .n_node = n_reach + 1, .n_reach = n_reach, .n_lateral = n_reach};
    for (size_t i = 0; i <= n_reach; i++) {
        node[i].name = "n";
        if (2 * i + 1 > n_reach) headwater[c->n_headwater++] = (qh_headwater){.name = "h", .node = i, .flow = 1.0};
    }
    for (size_t i = 0; i < n_reach; i++) {
        reach[i] = (qh_reach){.name = "r", .from = i + 1, .to = i / 2, .length = 1000.0};
        lateral[i] = (qh_lateral){.name = "l", .reach = i, .from = 0.0, .to = 1000.0, .flow = 0.1};
        section[i] = (qh_section){.code = "s", .reach = n_reach - 1 - i, .chainage = 500.0};
    }
    c->n_section = n_reach;
    c->node = node;
    c->reach = reach;
    c->headwater = headwater;
    c->lateral = lateral;
    c->section = section;
    return c;
}

static double seconds_to_build(size_t n_reach) {
    qh_case *c = tree_of(n_reach);
    struct timespec start;
    struct timespec end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    qh_network *net = network_of(c);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    assert_int_equal(net->n_segment, 2 * n_reach);
    assert_consistent(net);
    qh_network_destroy(net);
    qh_case_destroy(c);
    return (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
}

/* Linear but for the caches: ten times the reaches take some tens of times as long. Anything quadratic over reaches would
 * add 10^10 steps to the larger one, a hundred times its time. The shortest of some runs is what the machine's other work
 * disturbs least. */
static void large_networks_take_linear_time(void **state) {
    (void)state;
    double small = 1e9;
    double large = 1e9;
    for (int i = 0; i < 5; i++) {
        const double t = seconds_to_build(11000);
        small = t < small ? t : small;
    }
    for (int i = 0; i < 3; i++) {
        const double t = seconds_to_build(110000);
        large = t < large ? t : large;
    }
    print_message("11,000 reaches in %.2f ms, 110,000 in %.2f ms\n", 1e3 * small, 1e3 * large);
    assert_true(large < 80.0 * small);
}

/* ---------------------------------------------------------------------------------------------------- errors */

static void no_reach(void **state) {
    (void)state;
    EXPECT(case_begin(1), "error: the case has no reach");
}

static void self_loop(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_reach(b, "r3", "n3", "n3", 500.0, 20.0, 10.0);
    EXPECT(b, "reach:4:1: error: reach r3 begins and ends at the same node n3");
}

static void outside_its_reach(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_outfall(b, "r1", 10001.0, 0.1, 0.0);
    case_section(b, "r1", -1.0);
    case_section(b, "r2", 0.0);
    case_lateral(b, "r2", 9000.0, 12500.0, 1.0, 0.0);
    case_station(b, "r2", 9000.0, "r2", 12000.0, 1.0, 0.1);
    case_station(b, "r1", 11000.0, "r1", 12000.0, 1.0, 0.1);
    EXPECT(b, "lateral:2:1: error: chainage 12.5 km lies outside reach r2, which is 10 km long",
           "outfall:2:1: error: chainage 10.001 km lies outside reach r1, which is 10 km long",
           "section:2:1: error: chainage -0.001 km lies outside reach r1, which is 10 km long",
           "station:2:1: error: chainage 12 km lies outside reach r2, which is 10 km long",
           "station:3:1: error: chainage 11 km lies outside reach r1, which is 10 km long",
           "station:3:1: error: chainage 12 km lies outside reach r1, which is 10 km long");
}

static void empty_stretch(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_lateral(b, "r1", 5000.0, 5000.0, 1.0, 0.0);
    EXPECT(b, "lateral:2:1: error: distributed inflow L1: from 5 km to 5 km is no stretch of reach r1");
}

static void source_without_headwater(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_reach(b, "r3", "n2x", "n4", 5000.0, 20.0, 10.0);
    EXPECT(b, "node:5:1: error: reach r3 begins at node n2x, where no water arrives: add a headwater there, or is the "
              "name misspelt?");
}

static void node_without_reach(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    (void)case_node(b, "n9");
    case_headwater(b, "n8", 1.0, 0.0);
    EXPECT(b, "node:5:1: error: no reach begins or ends at node n9; is the name misspelt?",
           "node:6:1: error: no reach begins or ends at node n8; is the name misspelt?");
}

static void headwater_where_water_arrives(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_reach(b, "canal", "k1", "k2", 500.0, 20.0, 10.0);
    case_station(b, "r1", 5000.0, "canal", 0.0, 5.0, 1.0);
    case_headwater(b, "n2", 1.0, 0.0);
    case_headwater(b, "k1", 1.0, 0.0);
    EXPECT(b,
           "headwater:3:1: error: headwater H2: reach r1 already ends at node n2; water that joins there belongs in "
           "tributaries.csv",
           "headwater:4:1: error: headwater H3: the tailrace of station D1 already enters node k1; water that joins "
           "there belongs in tributaries.csv");
}

static void two_headwaters_at_a_node(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_headwater(b, "n1", 1.0, 0.0);
    EXPECT(b, "headwater:3:1: error: headwater H2: node n1 already has headwater H1; add the two together");
}

static void a_canal_from_a_tailrace_needs_no_headwater(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_reach(b, "canal", "k1", "n3", 500.0, 20.0, 10.0);
    case_station(b, "r1", 5000.0, "canal", 0.0, 5.0, 1.0);
    qh_case *c = case_end(b);
    qh_network *net = network_of(c);
    assert_consistent(net);
    qh_network_destroy(net);
    qh_case_destroy(c);
}

static void shares(void **state) {
    (void)state;
    case_builder *b = fork_in_the_river();
    case_branch(b, "r4", "O1", "O3", 1000.0, 20.0, 10.0, 0.5); /* not divided */
    case_branch(b, "r5", "O2", "O4", 1000.0, 20.0, 10.0, 1.0); /* not divided, but harmless */
    case_branch(b, "r6", "O4", "O5", 1000.0, 20.0, 10.0, 0.5); /* adds up to 0.9 */
    case_branch(b, "r7", "O4", "O6", 1000.0, 20.0, 10.0, 0.4);
    case_branch(b, "r8", "O3", "O7", 1000.0, 20.0, 10.0, 0.25); /* one missing */
    case_reach(b, "r9", "O3", "O8", 1000.0, 20.0, 10.0);
    case_branch(b, "r10", "O6", "O9", 1000.0, 20.0, 10.0, 0.0); /* out of range */
    case_branch(b, "r11", "O6", "O10", 1000.0, 20.0, 10.0, 1.0);
    EXPECT(b, "reach:5:1: error: reach r4 has a share of 0.5, but no other reach leaves node O1",
           "reach:7:1: error: the shares of the 2 reaches that leave node O4 add up to 0.9, expected 1",
           "reach:10:1: error: reach r9: node O3 divides into 2 reaches, so each of them needs a share",
           "reach:11:1: error: reach r10: share 0, expected more than 0 and less than 1");
}

static void shares_need_only_add_up_to_rounding(void **state) {
    (void)state;
    case_builder *b = fork_in_the_river();
    case_branch(b, "r4", "O1", "O3", 1000.0, 20.0, 10.0, 0.1);
    case_branch(b, "r5", "O1", "O4", 1000.0, 20.0, 10.0, 0.2);
    case_branch(b, "r6", "O1", "O5", 1000.0, 20.0, 10.0, 0.7 - 0.9e-9);
    case_branch(b, "r7", "O2", "O6", 1000.0, 20.0, 10.0, 0.5);
    case_branch(b, "r8", "O2", "O7", 1000.0, 20.0, 10.0, 0.5 + 2e-9);
    EXPECT(b, "reach:8:1: error: the shares of the 2 reaches that leave node O2 add up to 1.000000002, expected 1");
}

static void things_where_the_river_divides(void **state) {
    (void)state;
    case_builder *b = fork_in_the_river();
    case_withdrawal(b, "r2", 0.0, 0.1);
    case_withdrawal(b, "r1", 4000.0, 0.1); /* before the water divides: clear */
    case_station(b, "r1", 4000.0, "r2", 3000.0, 1.0, 0.1);
    case_outfall(b, "r3", 0.0, 0.1, 0.0);
    case_outfall(b, "r1", 4000.0, 0.1, 0.0);
    case_tributary(b, "r3", 0.0, 0.1, 0.0);
    EXPECT(b,
           "outfall:2:1: warning: P1 enters at node J, where the river divides: all branches get their share of it; if "
           "it belongs to reach r3 alone, move it a little way into that reach",
           "station:2:1: error: station D1: its dam stands at node J, where reaches meet or part; move it a little way "
           "into reach r1",
           "tributary:2:1: warning: T1 enters at node J, where the river divides: all branches get their share of it; "
           "if it belongs to reach r3 alone, move it a little way into that reach",
           "withdrawal:2:1: error: withdrawal W1 stands at node J, where the river divides; move it a little way into "
           "reach r2");
}

static void dams_at_nodes(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "a", "J", 1000.0, 20.0, 10.0);
    case_reach(b, "r2", "b", "J", 1000.0, 20.0, 10.0);
    case_reach(b, "r3", "J", "K", 1000.0, 20.0, 10.0);
    case_reach(b, "r4", "K", "O", 1000.0, 20.0, 10.0);
    case_headwater(b, "a", 1.0, 0.0);
    case_headwater(b, "b", 1.0, 0.0);
    case_station(b, "r1", 1000.0, "r4", 500.0, 1.0, 0.1); /* does it hold b's water? */
    case_station(b, "r3", 1000.0, "r4", 600.0, 1.0, 0.1); /* one reach above, one below: clear */
    EXPECT(b, "station:2:1: error: station D1: its dam stands at node J, where reaches meet or part; move it a little "
              "way into reach r1");
}

static void a_dam_below_a_confluence_holds_both_rivers(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "a", "J", 1000.0, 20.0, 10.0);
    case_reach(b, "r2", "b", "J", 1000.0, 20.0, 10.0);
    case_reach(b, "r3", "J", "K", 1000.0, 20.0, 10.0);
    case_headwater(b, "a", 1.0, 0.0);
    case_headwater(b, "b", 1.0, 0.0);
    case_station(b, "r3", 0.0, "r3", 500.0, 1.0, 0.1);
    qh_case *c = case_end(b);
    qh_network *net = network_of(c);
    assert_int_equal(net->link[0].from, net->node_point[c->reach[2].from]);
    qh_network_destroy(net);
    qh_case_destroy(c);
}

static void tailrace_above_its_dam(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_station(b, "r1", 5000.0, "r1", 2000.0, 1.0, 0.1);
    case_station(b, "r1", 6000.0, "r1", 6000.0, 1.0, 0.1);
    case_station(b, "r1", 10000.0, "r2", 0.0, 1.0, 0.1);
    EXPECT(b, "station:2:1: error: station D1: its tailrace at 2 km of reach r1 is not below its dam at 5 km",
           "station:3:1: error: station D2: its tailrace at 6 km of reach r1 is not below its dam at 6 km",
           "station:4:1: error: station D3: dam and tailrace are the same place");
}

static void two_dams_at_one_place(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_station(b, "r1", 5000.0, "r1", 7000.0, 1.0, 0.1);
    case_station(b, "r1", 5000.0, "r2", 2000.0, 1.0, 0.1);
    EXPECT(b, "station:3:1: error: station D2: station D1 has its dam at the same place; set them apart");
}

/* ---------------------------------------------------------------------------------------------------- cycles */

static void a_circle_is_named_by_its_reaches(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "in", "s", "a", 1000.0, 20.0, 10.0);
    case_reach(b, "r1", "a", "b", 1000.0, 20.0, 10.0);
    case_reach(b, "r2", "b", "c", 1000.0, 20.0, 10.0);
    case_branch(b, "r3", "c", "a", 1000.0, 20.0, 10.0, 0.5);
    case_branch(b, "out", "c", "o", 1000.0, 20.0, 10.0, 0.5);
    case_headwater(b, "s", 1.0, 0.0);
    case_section(b, "r2", 300.0); /* a cut reach is named once */
    case_section(b, "r2", 600.0);
    EXPECT(b, "reach:5:1: error: the water runs in a circle: r1 > r2 > r3");
}

static void every_circle_is_reported(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "in", "s", "a", 1000.0, 20.0, 10.0);
    case_reach(b, "r1", "a", "b", 1000.0, 20.0, 10.0);
    case_branch(b, "r2", "b", "a", 1000.0, 20.0, 10.0, 0.5);
    case_branch(b, "r3", "b", "c", 1000.0, 20.0, 10.0, 0.5);
    case_reach(b, "r4", "c", "d", 1000.0, 20.0, 10.0);
    case_branch(b, "r5", "d", "c", 1000.0, 20.0, 10.0, 0.5);
    case_branch(b, "out", "d", "o", 1000.0, 20.0, 10.0, 0.5);
    case_headwater(b, "s", 1.0, 0.0);
    EXPECT(b, "reach:4:1: error: the water runs in a circle: r1 > r2",
           "reach:7:1: error: the water runs in a circle: r4 > r5");
}

static void a_circle_without_a_way_in(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_reach(b, "r3", "a", "b", 1000.0, 20.0, 10.0);
    case_reach(b, "r4", "b", "a", 1000.0, 20.0, 10.0);
    EXPECT(b, "reach:5:1: error: the water runs in a circle: r3 > r4");
}

static void a_circle_through_a_station(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_station(b, "r2", 5000.0, "r1", 5000.0, 1.0, 0.1);
    EXPECT(b, "station:2:1: error: the water runs in a circle: r1 > r2 > station D1");
}

static void long_circles_are_cut_short(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    char name[16];
    char from[16];
    char to[16];
    for (int i = 0; i < 40; i++) {
        (void)snprintf(name, sizeof name, "r%d", i);
        (void)snprintf(from, sizeof from, "n%d", i);
        (void)snprintf(to, sizeof to, "n%d", (i + 1) % 40);
        case_reach(b, name, from, to, 1000.0, 20.0, 10.0);
    }
    EXPECT(b, "reach:41:1: error: the water runs in a circle: r0 > r1 > r2 > r3 > r4 > r5 > r6 > r7 > r8 > r9 > r10 > "
              "r11 > ...");
}

static void messages_speak_chinese(void **state) {
    (void)state;
    case_builder *b = two_reaches();
    case_station(b, "r2", 5000.0, "r1", 5000.0, 1.0, 0.1);
    qh_case *c = case_end(b);
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_network *net = NULL;
    assert_int_equal(qh_network_create(c, diag, &net), QH_E_INPUT);
    assert_string_equal(qh_diag_get(diag, 0)->text, "水流构成回路：r1 > r2 > 电站 D1");
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

static void all_errors_at_once(void **state) {
    (void)state;
    case_builder *b = fork_in_the_river();
    case_reach(b, "r4", "x", "x", 500.0, 20.0, 10.0);
    case_reach(b, "r5", "y", "O1", 500.0, 20.0, 10.0);
    case_branch(b, "r6", "O2", "O3", 500.0, 20.0, 10.0, 0.3);
    (void)case_node(b, "z");
    case_headwater(b, "J", 1.0, 0.0);
    case_section(b, "r2", 7000.0);
    case_station(b, "r3", 500.0, "r3", 100.0, 1.0, 0.1);
    EXPECT(b,
           "headwater:3:1: error: headwater H2: reach r1 already ends at node J; water that joins there belongs in "
           "tributaries.csv",
           "node:7:1: error: reach r5 begins at node y, where no water arrives: add a headwater there, or is the name "
           "misspelt?",
           "node:9:1: error: no reach begins or ends at node z; is the name misspelt?",
           "reach:5:1: error: reach r4 begins and ends at the same node x",
           "reach:7:1: error: reach r6 has a share of 0.3, but no other reach leaves node O2",
           "section:2:1: error: chainage 7 km lies outside reach r2, which is 6 km long",
           "station:2:1: error: station D1: its tailrace at 0.1 km of reach r3 is not below its dam at 0.5 km");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_reach_is_one_segment),
        cmocka_unit_test(everything_on_a_reach_cuts_it),
        cmocka_unit_test(things_at_one_place_share_a_point),
        cmocka_unit_test(the_ends_of_a_reach_are_its_nodes),
        cmocka_unit_test(laterals_name_all_segments_they_feed),
        cmocka_unit_test(points_are_ordered_downstream),
        cmocka_unit_test(large_networks_take_linear_time),
        cmocka_unit_test(no_reach),
        cmocka_unit_test(self_loop),
        cmocka_unit_test(outside_its_reach),
        cmocka_unit_test(empty_stretch),
        cmocka_unit_test(source_without_headwater),
        cmocka_unit_test(node_without_reach),
        cmocka_unit_test(headwater_where_water_arrives),
        cmocka_unit_test(two_headwaters_at_a_node),
        cmocka_unit_test(a_canal_from_a_tailrace_needs_no_headwater),
        cmocka_unit_test(shares),
        cmocka_unit_test(shares_need_only_add_up_to_rounding),
        cmocka_unit_test(things_where_the_river_divides),
        cmocka_unit_test(dams_at_nodes),
        cmocka_unit_test(a_dam_below_a_confluence_holds_both_rivers),
        cmocka_unit_test(tailrace_above_its_dam),
        cmocka_unit_test(two_dams_at_one_place),
        cmocka_unit_test(a_circle_is_named_by_its_reaches),
        cmocka_unit_test(every_circle_is_reported),
        cmocka_unit_test(a_circle_without_a_way_in),
        cmocka_unit_test(a_circle_through_a_station),
        cmocka_unit_test(long_circles_are_cut_short),
        cmocka_unit_test(messages_speak_chinese),
        cmocka_unit_test(all_errors_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
