/* What holds of the discharge of any network, on random ones. A failure names the seed: random_options_of(seed) makes
 * the same network again. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/ecoflow.h"
#include "model/flow.h"
#include "tests/support/random_network.h"

enum { N_NETWORK = 400 };

static const double ROUND_OFF = 1e-12; /* relative */

typedef struct solution {
    const qh_case *river_case;
    qh_network *network;
    qh_flow *flow;
} solution;

static solution solve(const qh_case *c, uint64_t seed) {
    solution s = {.river_case = c};
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_status status = qh_network_create(c, diag, &s.network);
    if (status == QH_OK) status = qh_flow_solve(c, s.network, diag, &s.flow);
    if (status != QH_OK) {
        for (size_t i = 0; i < qh_diag_size(diag); i++)
            print_message("%s\n", qh_diag_line(diag, i));
        fail_msg("seed %llu: %s", (unsigned long long)seed, qh_status_text(status));
    }
    qh_diag_destroy(diag);
    return s;
}

static void release(solution *s) {
    qh_flow_destroy(s->flow);
    qh_network_destroy(s->network);
}

/* Even seeds have shortages, odd ones have not. */
static random_options options_of(uint64_t seed) {
    random_options o = random_options_of(seed);
    if (seed % 2 == 1) o.flags &= ~(unsigned)RANDOM_SHORTAGE;
    return o;
}

static void for_each_network(void (*property)(const solution *s, uint64_t seed)) {
    for (uint64_t seed = 1; seed <= N_NETWORK; seed++) {
        const random_options o = options_of(seed);
        qh_case *c = case_end(random_network(&o));
        solution s = solve(c, seed);
        property(&s, seed);
        release(&s);
        qh_case_destroy(c);
    }
}

static void near(double a, double b, double scale, const char *what, uint64_t seed) {
    if (!(fabs(a - b) <= ROUND_OFF * scale))
        fail_msg("seed %llu: %s: %.17g and %.17g differ by %.3g", (unsigned long long)seed, what, a, b, a - b);
}

/* ---------------------------------------------------------------------------------------------- properties */

/* The balance of every point, from the case's own rows, not from what the solver kept of them. */
static void continuity(const solution *s, uint64_t seed) {
    const qh_case *c = s->river_case;
    const qh_network *net = s->network;
    const qh_flow *f = s->flow;
    double *balance = calloc(net->n_point, sizeof *balance); /* arriving - leaving */
    double *scale = calloc(net->n_point, sizeof *scale);
    assert_true(balance != NULL && scale != NULL);
    for (size_t i = 0; i < c->n_headwater; i++)
        balance[net->headwater_point[i]] += c->headwater[i].flow;
    for (size_t i = 0; i < c->n_tributary; i++)
        balance[net->tributary_point[i]] += c->tributary[i].flow;
    for (size_t i = 0; i < c->n_outfall; i++)
        balance[net->outfall_point[i]] += c->outfall[i].flow;
    for (size_t i = 0; i < net->n_segment; i++) {
        const qh_segment *g = &net->segment[i];
        balance[g->to] += f->segment_upstream[i] + f->segment_lateral[i] * (g->x1 - g->x0);
    }
    for (size_t i = 0; i < net->n_link; i++)
        balance[net->link[i].to] += f->link[i];
    for (size_t p = 0; p < net->n_point; p++) {
        near(balance[p], f->point_through[p], balance[p], "what arrives", seed);
        scale[p] = balance[p];
    }
    for (size_t i = 0; i < net->n_segment; i++)
        balance[net->segment[i].from] -= f->segment_upstream[i];
    for (size_t i = 0; i < net->n_link; i++)
        balance[net->link[i].from] -= f->link[i];
    for (size_t i = 0; i < c->n_withdrawal; i++)
        balance[net->withdrawal_point[i]] -= f->withdrawal[i].taken;
    for (size_t p = 0; p < net->n_point; p++) {
        if (net->out_first[p + 1] > net->out_first[p]) near(balance[p], 0.0, scale[p], "balance of a point", seed);
    }
    free(balance);
    free(scale);
}

static void continuity_at_every_point(void **state) {
    (void)state;
    for_each_network(continuity);
}

static void closure(const solution *s, uint64_t seed) {
    const qh_case *c = s->river_case;
    double inflow = 0.0;
    for (size_t i = 0; i < c->n_headwater; i++)
        inflow += c->headwater[i].flow;
    for (size_t i = 0; i < c->n_tributary; i++)
        inflow += c->tributary[i].flow;
    for (size_t i = 0; i < c->n_outfall; i++)
        inflow += c->outfall[i].flow;
    for (size_t i = 0; i < c->n_lateral; i++)
        inflow += c->lateral[i].flow;
    double taken = 0.0;
    for (size_t i = 0; i < c->n_withdrawal; i++)
        taken += s->flow->withdrawal[i].taken;
    double outflow = 0.0;
    for (size_t p = 0; p < s->network->n_point; p++) {
        if (s->network->out_first[p + 1] == s->network->out_first[p])
            outflow += s->flow->point_through[p] - s->flow->point_taken[p];
    }
    near(s->flow->inflow, inflow, inflow, "inflow", seed);
    near(s->flow->withdrawn, taken, inflow, "withdrawn", seed);
    near(s->flow->outflow, outflow, inflow, "outflow", seed);
    near(s->flow->residual, 0.0, inflow, "residual", seed);
    near(inflow - outflow - taken, 0.0, inflow, "the whole", seed);
}

static void the_whole_network_closes(void **state) {
    (void)state;
    for_each_network(closure);
}

static void bounds_of_stations(const solution *s, uint64_t seed) {
    for (size_t i = 0; i < s->river_case->n_station; i++) {
        const qh_station *row = &s->river_case->station[i];
        const qh_station_flow *f = &s->flow->station[i];
        const double target = qh_ecoflow_find(row->rule)->flow(row, s->river_case->run.month);
        const bool right = f->target == target && f->diverted >= 0.0 && f->diverted <= row->capacity &&
                           f->released >= fmin(f->arriving, target) && f->deficit == fmax(0.0, target - f->arriving) &&
                           (f->deficit == 0.0 || f->diverted == 0.0) &&
                           /* nothing is spilt while the station could take more and the river has its due */
                           (f->released <= target || f->diverted == row->capacity || f->arriving <= target);
        if (!right) fail_msg("seed %llu: station %zu", (unsigned long long)seed, i);
        near(f->released + f->diverted, f->arriving, f->arriving, "water of a station", seed);
    }
}

static void stations_keep_their_bounds(void **state) {
    (void)state;
    for_each_network(bounds_of_stations);
}

static void bounds_of_withdrawals(const solution *s, uint64_t seed) {
    for (size_t i = 0; i < s->river_case->n_withdrawal; i++) {
        const qh_withdrawal_flow *f = &s->flow->withdrawal[i];
        const size_t p = s->network->withdrawal_point[i];
        const double most = s->flow->point_through[p] * (1.0 - QH_LEFT_BY_WITHDRAWALS);
        const bool right = f->asked == s->river_case->withdrawal[i].flow && f->taken >= 0.0 && f->taken <= f->asked &&
                           f->deficit == f->asked - f->taken && f->taken <= most * (1.0 + ROUND_OFF);
        if (!right) fail_msg("seed %llu: withdrawal %zu", (unsigned long long)seed, i);
        /* Short only where all that may be taken is taken. */
        double together = 0.0;
        for (size_t j = 0; j < s->river_case->n_withdrawal; j++)
            if (s->network->withdrawal_point[j] == p) together += s->flow->withdrawal[j].taken;
        if (f->deficit > 0.0) near(together, most, most, "a short withdrawal", seed);
    }
}

static void withdrawals_keep_their_bounds(void **state) {
    (void)state;
    for_each_network(bounds_of_withdrawals);
}

static void no_dry_reach(const solution *s, uint64_t seed) {
    for (size_t i = 0; i < s->network->n_segment; i++)
        if (!(s->flow->segment_upstream[i] >= QH_DRY && s->flow->segment_lateral[i] >= 0.0))
            fail_msg("seed %llu: segment %zu", (unsigned long long)seed, i);
}

static void no_reach_is_dry(void **state) {
    (void)state;
    for_each_network(no_dry_reach);
}

static void division(const solution *s, uint64_t seed) {
    const qh_network *net = s->network;
    for (size_t p = 0; p < net->n_point; p++) {
        if (net->out_first[p + 1] - net->out_first[p] < 2) continue;
        const double leaving = s->flow->point_through[p] - s->flow->point_taken[p];
        for (size_t i = net->out_first[p]; i < net->out_first[p + 1]; i++) {
            const size_t j = net->out_segment[i];
            near(s->flow->segment_upstream[j], leaving * s->river_case->reach[net->segment[j].reach].share.value,
                 leaving, "a branch", seed);
        }
    }
}

static void rivers_divide_by_their_shares(void **state) {
    (void)state;
    for_each_network(division);
}

static void same_when_renumbered(const solution *s, uint64_t seed) {
    const qh_case *c = s->river_case;
    size_t *new_reach = calloc(c->n_reach, sizeof *new_reach);
    assert_non_null(new_reach);
    qh_case *shuffled = shuffled_case(c, seed + 1000000, new_reach);
    solution t = solve(shuffled, seed);
    assert_int_equal(t.network->n_point, s->network->n_point);
    for (size_t r = 0; r < c->n_reach; r++) {
        const size_t first = s->network->reach_first[r];
        const size_t other = t.network->reach_first[new_reach[r]];
        const size_t count = s->network->reach_first[r + 1] - first;
        assert_int_equal(t.network->reach_first[new_reach[r] + 1] - other, count);
        for (size_t i = 0; i < count; i++) {
            const double q = s->flow->segment_upstream[first + i];
            near(t.flow->segment_upstream[other + i], q, q, "discharge", seed);
            near(t.flow->segment_lateral[other + i], s->flow->segment_lateral[first + i],
                 s->flow->segment_lateral[first + i], "lateral inflow", seed);
        }
    }
    for (size_t i = 0; i < c->n_station; i++)
        near(t.flow->station[i].diverted, s->flow->station[i].diverted, s->flow->station[i].arriving, "diverted", seed);
    for (size_t i = 0; i < c->n_withdrawal; i++)
        near(t.flow->withdrawal[i].taken, s->flow->withdrawal[i].taken, s->flow->withdrawal[i].asked, "taken", seed);
    release(&t);
    qh_case_destroy(shuffled);
    free(new_reach);
}

static void renumbering_changes_no_discharge(void **state) {
    (void)state;
    for_each_network(same_when_renumbered);
}

/* The sample has in it what the properties speak of; otherwise they would hold of nothing. */
typedef struct tally {
    size_t divided, met, links, canals, unmet, short_of, laterals, shared_points, outlets;
} tally;

static tally seen;

static void count_what_is_there(const solution *s, uint64_t seed) {
    const qh_network *net = s->network;
    for (size_t p = 0; p < net->n_point; p++) {
        seen.divided += net->out_first[p + 1] - net->out_first[p] > 1;
        seen.met += net->in_first[p + 1] - net->in_first[p] > 1;
        seen.outlets += net->out_first[p + 1] == net->out_first[p];
    }
    seen.links += net->n_link;
    for (size_t i = 0; i < net->n_link; i++) {
        const size_t p = net->link[i].to;
        seen.canals += net->in_first[p + 1] == net->in_first[p];
        seen.unmet += s->flow->station[i].deficit > 0.0;
        if (seed % 2 == 1) assert_true(s->flow->station[i].deficit == 0.0);
    }
    for (size_t i = 0; i < s->river_case->n_withdrawal; i++) {
        seen.short_of += s->flow->withdrawal[i].deficit > 0.0;
        if (seed % 2 == 1) assert_true(s->flow->withdrawal[i].deficit == 0.0);
    }
    for (size_t i = 0; i < s->river_case->n_outfall; i++)
        for (size_t j = 0; j < s->river_case->n_section; j++)
            seen.shared_points += net->outfall_point[i] == net->section_point[j];
    seen.laterals += s->river_case->n_lateral;
}

static void the_sample_has_everything(void **state) {
    (void)state;
    for_each_network(count_what_is_there);
    assert_true(seen.divided > 100 && seen.met > 100 && seen.outlets > 2 * N_NETWORK);
    assert_true(seen.links > 100 && seen.canals > 20 && seen.unmet > 20);
    assert_true(seen.short_of > 20 && seen.laterals > 100 && seen.shared_points > 20);
}

static void the_same_seed_gives_the_same_network(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        const random_options o = options_of(seed);
        qh_case *a = case_end(random_network(&o));
        qh_case *b = case_end(random_network(&o));
        assert_int_equal(a->n_reach, b->n_reach);
        assert_int_equal(a->n_outfall, b->n_outfall);
        for (size_t r = 0; r < a->n_reach; r++) {
            assert_string_equal(a->reach[r].name, b->reach[r].name);
            assert_true(a->reach[r].length == b->reach[r].length);
            assert_int_equal(a->reach[r].to, b->reach[r].to);
        }
        qh_case_destroy(a);
        qh_case_destroy(b);
    }
}

/* Thousands of reaches: round-off must not grow with the network. */
static void large_networks_close_too(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        random_options o = random_options_of(seed);
        o.least_reaches = o.most_reaches = 4000;
        qh_case *c = case_end(random_network(&o));
        solution s = solve(c, seed);
        assert_true(c->n_reach >= 4000);
        continuity(&s, seed);
        closure(&s, seed);
        release(&s);
        qh_case_destroy(c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_has_everything),
        cmocka_unit_test(the_same_seed_gives_the_same_network),
        cmocka_unit_test(continuity_at_every_point),
        cmocka_unit_test(the_whole_network_closes),
        cmocka_unit_test(stations_keep_their_bounds),
        cmocka_unit_test(withdrawals_keep_their_bounds),
        cmocka_unit_test(no_reach_is_dry),
        cmocka_unit_test(rivers_divide_by_their_shares),
        cmocka_unit_test(renumbering_changes_no_discharge),
        cmocka_unit_test(large_networks_close_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
