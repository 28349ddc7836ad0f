/* Random numbers by counter.
 *
 * Numbers       Philox4x32-10: ten rounds of multiplication, exclusive or and swap turn (counter, key) into 128 bits that pass
 *               every known test of randomness; no state. Counter: index (64 bits), stream, 0; key: the seed.
 * Permutation   a Feistel network on the smallest 2^w >= count, halves of w/2 bits (rounded down and up, swapped every round),
 *               mixed by the finaliser of SplitMix64; a result past the end goes through again (cycle walking), at
 *               most twice on average.
 * Source        Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC'11; Steele, Lea & Flood
 *               (2014), OOPSLA, 453-472; Black & Rogaway (2002), Ciphers with arbitrary finite domains, CT-RSA.
 * Not for       secrets. */
#include "model/random.h"

enum { PHILOX_ROUNDS = 10, FEISTEL_ROUNDS = 8 };

void qh_philox(const uint32_t *key, const uint32_t *counter, uint32_t *word) {
    uint32_t k0 = key[0], k1 = key[1];
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        const uint64_t a = (uint64_t)c0 * 0xD2511F53U, b = (uint64_t)c2 * 0xCD9E8D57U;
        c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)b;
        c3 = (uint32_t)a;
        k0 += 0x9E3779B9U;
        k1 += 0xBB67AE85U;
    }
    word[0] = c0, word[1] = c1, word[2] = c2, word[3] = c3;
}

uint64_t qh_random_bits(uint64_t seed, uint32_t stream, uint64_t index) {
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    const uint32_t counter[4] = {(uint32_t)index, (uint32_t)(index >> 32), stream, 0};
    uint32_t word[4];
    qh_philox(key, counter, word);
    return (uint64_t)word[1] << 32 | word[0];
}

static uint64_t mixed(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

/* One pass through the network on 2^(low + high). */
static uint64_t feistel(uint64_t key, unsigned low, unsigned high, uint64_t x) {
    unsigned right_width = low, left_width = high;
    for (uint64_t round = 1; round <= FEISTEL_ROUNDS; round++) {
        const uint64_t right = x & ((1ULL << right_width) - 1), left = x >> right_width;
        const uint64_t f = mixed(right ^ mixed(key + round * 0x9E3779B97F4A7C15U)) & ((1ULL << left_width) - 1);
        /* The halves change places, and with them their widths. */
        x = right << left_width | (left ^ f);
        const unsigned width = right_width;
        right_width = left_width;
        left_width = width;
    }
    return x;
}

uint64_t qh_permuted(uint64_t key, uint64_t count, uint64_t index) {
    unsigned width = 2;
    while (width < 63 && 1ULL << width < count)
        width++;
    uint64_t x = index;
    do {
        x = feistel(key, width / 2, width - width / 2, x);
    } while (x >= count);
    return x;
}
