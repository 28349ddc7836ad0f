/* Random cases for property tests: any number of rivers that meet, divide, rejoin or leave, with everything that may
 * stand on them. Every case is valid: the network has no cycle, and no reach falls dry.
 *
 * The same options give the same case on every machine. A test that fails should print the seed. */
#ifndef QH_TESTS_SUPPORT_RANDOM_NETWORK_H
#define QH_TESTS_SUPPORT_RANDOM_NETWORK_H

#include <stdint.h>

#include "tests/support/case_builder.h"

enum {
    RANDOM_BIFURCATIONS = 1, /* divided reaches, which leave or rejoin */
    RANDOM_STATIONS = 2,     /* dams with tailraces on the same reach, on another, or at the head of a canal */
    RANDOM_WITHDRAWALS = 4,
    RANDOM_SOURCES = 8, /* outfalls and tributaries */
    RANDOM_LATERALS = 16,
    RANDOM_SECTIONS = 32,
    RANDOM_DECAY = 64,     /* decay, settling, background, overrides by reach */
    RANDOM_STORAGE = 128,  /* transient storage zones in some reaches */
    RANDOM_CHANNELS = 256, /* trapezoids and power laws beside fixed areas; dispersion formulas in some trapezoids */
    RANDOM_SHORTAGE = 512, /* withdrawals that ask for too much, ecological flows that cannot be met */
    RANDOM_EVERYTHING = 1023
};

typedef struct random_options {
    uint64_t seed;
    size_t least_reaches, most_reaches; /* about: canals and short headwater reaches may add a few */
    size_t n_constituent;
    double least_peclet,
        most_peclet;    /* -, of a cell of `cell_length`, before withdrawals and diversions; log-uniform */
    double cell_length; /* m */
    unsigned flags;
} random_options;

/* Options for most tests: 1 to 30 reaches, two constituents, Péclet 0.1 to 1000, cells of 200 m, everything. */
random_options random_options_of(uint64_t seed);

/* The case, still in its builder so that a test can change it; take it with case_end. */
case_builder *random_network(const random_options *options);

/* The same river written down in another order: nodes, reaches, headwaters, tributaries, outfalls, laterals and
 * overrides are permuted; withdrawals, stations and sections, whose order means something or is compared by, are not.
 * Reach r of the original is reach new_reach[r] of the copy (new_reach [n_reach], may be NULL). The copy refers to the
 * original, which must outlive it; both are destroyed with qh_case_destroy. */
qh_case *shuffled_case(const qh_case *original, uint64_t seed, size_t *new_reach);

/* Gives every source the same concentration [g/m3] of every constituent and stops all reactions: then the river has
 * this concentration everywhere. Works on cases of this folder only. */
void make_uniform(case_builder *b, double concentration);

/* A generator of its own for tests that draw more: numbers in [0, 1), in [low, high) by their logarithm, and
 * integers in [0, n). */
typedef struct random_source {
    uint64_t state;
} random_source;

double random_unit(random_source *r);
double random_between(random_source *r, double low, double high);
double random_logarithmic(random_source *r, double low, double high);
size_t random_index(random_source *r, size_t n);

#endif
