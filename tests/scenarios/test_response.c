/* The response matrix against full solves, to 1e-9: random networks, chains, scenarios of loads, and by pencil. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/response_store.h"
#include "scenarios/response.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"

#define assert_near(value, expected, tolerance) assert_true(fabs((value) - (expected)) <= (tolerance))

static qh_prepared *prepare(const qh_case *c) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_prepared *p = NULL;
    const qh_status status = qh_prepare(c, diag, &p);
    for (size_t i = 0; status != QH_OK && i < qh_diag_size(diag); i++)
        (void)fprintf(stderr, "%s\n", qh_diag_line(diag, i));
    assert_int_equal(status, QH_OK);
    qh_diag_destroy(diag);
    return p;
}

static qh_response *response_of(const qh_prepared *p) {
    qh_response *r = NULL;
    assert_int_equal(qh_response_create(p, NULL, &r), QH_OK);
    return r;
}

/* Factors of the loads of one scenario: source j, species k. */
static double factor_of(size_t j, size_t k) { return 0.25 * (double)((7 * j + 3 * k) % 11); }

static void scale_all(qh_forcing *forcing) {
    for (size_t j = 0; j < forcing->n_source; j++)
        for (size_t k = 0; k < forcing->n_species; k++)
            qh_forcing_scale(forcing, j, k, 0, factor_of(j, k));
}

/* Largest difference of an evaluated scenario [n_species][n_section] from a full run, over the largest value. */
static double apart(const qh_response *r, const double *section, const solved *full) {
    double worst = 0;
    for (size_t i = 0; i < r->n_species; i++) {
        double largest = 0, difference = 0;
        for (size_t s = 0; s < r->n_section; s++) {
            const double exact = solved_section(full, 0, s, i);
            largest = fmax(largest, fabs(exact));
            difference = fmax(difference, fabs(exact - section[i * r->n_section + s]));
        }
        if (largest > 0) worst = fmax(worst, difference / largest);
    }
    return worst;
}

static double error_of_scaled(const qh_case *c) {
    qh_prepared *p = prepare(c);
    qh_response *r = response_of(p);
    assert_true(r->sum_error < 1e-10);
    double *load = calloc(r->n_species * r->n_source + 1, sizeof *load);
    double *section = calloc(r->n_species * r->n_section + 1, sizeof *section);
    double *rest = calloc(r->n_species * r->n_section + 1, sizeof *rest);
    assert_true(load && section && rest);
    for (size_t k = 0; k < r->n_species; k++)
        for (size_t j = 0; j < r->n_source; j++)
            load[k * r->n_source + j] = factor_of(j, k) * r->load[k * r->n_source + j];
    qh_response_rest(r, 0, r->n_source, rest);
    qh_response_evaluate(r, 0, r->n_source, rest, 1, load, section);
    solved *full = solve_case(c, "exact", 1, scale_all);
    assert_int_equal(full->status, QH_OK);
    const double error = apart(r, section, full);
    solved_free(full);
    free(load);
    free(section);
    free(rest);
    qh_response_destroy(r);
    qh_prepared_destroy(p);
    return error;
}

static void test_random_networks(void **state) {
    (void)state;
    size_t with_sections = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        const random_options options = random_options_of(seed);
        case_builder *b = random_network(&options);
        qh_case *c = case_end(b);
        with_sections += c->n_section > 0;
        const double error = error_of_scaled(c);
        if (!(error < 1e-9)) (void)fprintf(stderr, "seed %d: %g\n", (int)seed, error);
        assert_true(error < 1e-9);
        qh_case_destroy(c);
    }
    assert_true(with_sections > 30);
}

/* Organic nitrogen -> ammonia -> nitrate, ammonia and organic matter use oxygen, the air gives it back. */
static case_builder *chain_river(void) {
    case_builder *b = case_begin(5);
    case_reach(b, "a", "A", "B", 20000, 30, 8);
    case_reach(b, "t", "T", "B", 9000, 12, 4);
    case_reach(b, "m", "B", "C", 40000, 45, 15);
    for (size_t k = 0; k < 3; k++)
        case_constituent(b, k)->k20 = (0.6 - 0.1 * (double)k) / 86400;
    for (size_t k = 0; k < 2; k++) {
        case_constituent(b, k)->has_product = true;
        case_constituent(b, k)->product = k + 1;
        case_constituent(b, k)->yield = 1;
    }
    case_constituent(b, 2)->k20 = 0;
    case_constituent(b, 1)->oxygen_demand = 4.57;
    case_constituent(b, 3)->k20 = 0.3 / 86400;
    case_constituent(b, 3)->oxygen_demand = 1;
    case_constituent(b, 4)->is_oxygen = true;
    case_constituent(b, 4)->k20 = 1.2 / 86400;
    case_constituent(b, 4)->background = 9.1;
    case_give(case_headwater(b, "A", 10, 0.5)->input, 4, false, 8.5);
    case_give(case_headwater(b, "T", 2, 0.3)->input, 4, false, 8.8);
    const qh_outfall *p = case_outfall(b, "a", 3000, 0.3, 0);
    case_give(p->input, 0, true, 2);
    case_give(p->input, 1, true, 3);
    case_give(p->input, 3, true, 12);
    p = case_outfall(b, "m", 1000, 0.1, 0);
    case_give(p->input, 1, true, 2);
    case_give(p->input, 3, true, 5);
    case_lateral(b, "m", 5000, 30000, 1.5, 1);
    case_section(b, "a", 15000);
    case_section(b, "m", 500);
    case_section(b, "m", 20000);
    case_section(b, "m", 39000);
    return b;
}

static void test_chains(void **state) {
    (void)state;
    qh_case *c = case_end(chain_river());
    qh_prepared *p = prepare(c);
    qh_response *r = response_of(p);
    assert_non_null(qh_response_block(r, 2, 0)); /* nitrate of organic nitrogen, through ammonia */
    assert_non_null(qh_response_block(r, 4, 0)); /* oxygen likewise */
    assert_null(qh_response_block(r, 0, 1));
    assert_null(qh_response_block(r, 3, 4));
    /* Load of organic matter lowers oxygen, that of oxygen lifts it. */
    assert_true(qh_response_block(r, 4, 3)[r->first_outfall * r->n_section + 3] < 0);
    assert_true(qh_response_block(r, 4, 4)[r->first_outfall * r->n_section + 3] > 0);
    qh_response_destroy(r);
    qh_prepared_destroy(p);
    assert_true(error_of_scaled(c) < 1e-9);
    qh_case_destroy(c);
}

/* A river of 9 m3/s with 1 m3/s of effluent, decay k, no dispersion to speak of: R = e^(-k t)/Q by pencil. */
static void test_by_pencil(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r", "A", "B", 20000, 20, 0); /* u = 0.5 m/s below the outfall */
    case_constituent(b, 0)->k20 = 1e-5;
    case_headwater(b, "A", 9, 2)->inlet = QH_INLET_FLUX;
    case_outfall(b, "r", 5000, 1, 40);
    case_section(b, "r", 15000);
    qh_case *c = case_end(b);
    qh_prepared *p = prepare(c);
    qh_response *r = response_of(p);
    const double below = exp(-1e-5 * 10000 / 0.5), above = exp(-1e-5 * 5000 / 0.45);
    const double *block = qh_response_block(r, 0, 0);
    assert_near(block[r->first_outfall], below / 10, 1e-11);
    assert_near(block[0], above * below / 10, 1e-11);
    assert_near(r->whole[0], (2 * 9 * above + 40) / 10 * below, 1e-9);
    assert_near(qh_response_contribution(r, 0, 0, r->first_outfall), 4 * below, 1e-9);
    assert_near(r->background[0], 0, 0);
    qh_response_destroy(r);
    qh_prepared_destroy(p);
    qh_case_destroy(c);
}

/* Many scenarios in one product are each what one alone is, across batches; rest and outfalls make the whole. */
static void test_batches(void **state) {
    (void)state;
    enum { N = 5000 };
    random_options options = random_options_of(7);
    options.least_reaches = 8;
    case_builder *b = random_network(&options);
    qh_case *c = case_end(b);
    qh_prepared *p = prepare(c);
    qh_response *r = response_of(p);
    const size_t first = r->first_outfall, count = r->first_lateral - first, n = r->n_species, m = r->n_section;
    assert_true(count > 0 && m > 0);
    double *load = calloc(n * N * count, sizeof *load), *section = calloc(n * N * m, sizeof *section);
    double *rest = calloc(n * m, sizeof *rest), *one = calloc(n * m, sizeof *one);
    double *single = calloc(n * count, sizeof *single);
    assert_true(load && section && rest && one && single);
    qh_response_rest(r, first, count, rest);
    for (size_t k = 0; k < n; k++)
        for (size_t q = 0; q < N; q++)
            for (size_t j = 0; j < count; j++)
                load[(k * N + q) * count + j] =
                    q == 0 ? r->load[k * r->n_source + first + j] : (double)((q + 1) * (j + 2) % 13);
    qh_response_evaluate(r, first, count, rest, N, load, section);
    for (size_t i = 0; i < n; i++)
        for (size_t s = 0; s < m; s++)
            assert_near(section[i * N * m + s], r->whole[i * m + s], 1e-10 * (1 + r->whole[i * m + s]));
    const size_t tried[] = {1, 2047, 2048, 4999};
    for (size_t t = 0; t < sizeof tried / sizeof *tried; t++) {
        for (size_t k = 0; k < n; k++)
            memcpy(single + k * count, load + (k * N + tried[t]) * count, count * sizeof *single);
        qh_response_evaluate(r, first, count, rest, 1, single, one);
        for (size_t i = 0; i < n; i++)
            for (size_t s = 0; s < m; s++)
                assert_near(section[(i * N + tried[t]) * m + s], one[i * m + s], 1e-12 * (1 + one[i * m + s]));
    }
    free(load);
    free(section);
    free(rest);
    free(one);
    free(single);
    qh_response_destroy(r);
    qh_prepared_destroy(p);
    qh_case_destroy(c);
}

static void test_objections(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r", "A", "B", 1000, 10, 5);
    case_headwater(b, "A", 3, 1);
    case_constituent(b, 0)->k2_20 = 1e-6;
    qh_case *c = case_end(b);
    qh_prepared *p = prepare(c);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_response *r = NULL;
    assert_int_equal(qh_response_create(p, diag, &r), QH_E_INPUT);
    assert_null(r);
    assert_non_null(strstr(qh_diag_line(diag, 0), "no response matrix"));
    qh_diag_destroy(diag);
    qh_prepared_destroy(p);
    qh_case_destroy(c);
}

/* Written and read back, every number is the same; what is no response is refused. */
static void test_store(void **state) {
    (void)state;
    qh_case *c = case_end(chain_river());
    qh_prepared *p = prepare(c);
    qh_response *r = response_of(p), *back = NULL;
    char path[256];
    const char *folder = getenv("TMPDIR");
    (void)snprintf(path, sizeof path, "%s/response.h5", folder ? folder : "/tmp");
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_response_write(path, c, r, "qinghe trace", diag), QH_OK);
    assert_int_equal(qh_response_read(path, diag, &back), QH_OK);
    assert_int_equal(back->n_source, r->n_source);
    assert_int_equal(back->first_outfall, r->first_outfall);
    assert_int_equal(back->first_lateral, r->first_lateral);
    const size_t n = r->n_species, size = r->n_source * r->n_section * sizeof(double);
    for (size_t i = 0; i < n * n; i++) {
        assert_int_equal(r->block[i] == NULL, back->block[i] == NULL);
        if (r->block[i]) assert_memory_equal(r->block[i], back->block[i], size);
    }
    assert_memory_equal(r->load, back->load, n * r->n_source * sizeof(double));
    assert_memory_equal(r->background, back->background, n * r->n_section * sizeof(double));
    assert_memory_equal(r->whole, back->whole, n * r->n_section * sizeof(double));
    qh_response_destroy(back);
    back = NULL;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("no HDF5", file) >= 0 && fclose(file) == 0);
    assert_int_equal(qh_response_read(path, diag, &back), QH_E_IO);
    assert_null(back);
    assert_int_equal(qh_response_write("/no/such/folder/r.h5", c, r, "", diag), QH_E_IO);
    (void)remove(path);
    qh_diag_destroy(diag);
    qh_response_destroy(r);
    qh_prepared_destroy(p);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_networks), cmocka_unit_test(test_chains),     cmocka_unit_test(test_by_pencil),
        cmocka_unit_test(test_batches),         cmocka_unit_test(test_objections), cmocka_unit_test(test_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
