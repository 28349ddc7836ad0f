#include "model/budget.h"

#include <math.h>
#include <stdint.h>

qh_status qh_budget_create(size_t n_reach, size_t n_species, size_t n_lane, bool steady, qh_budget **budget) {
    const size_t n_row = n_reach + 1;
    if (n_reach == SIZE_MAX) return QH_E_NOMEM;
    size_t n = n_row;
    const size_t factors[] = {n_species, n_lane, QH_BUDGET_TERMS};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        if (factors[i] != 0 && n > SIZE_MAX / factors[i]) return QH_E_NOMEM;
        n *= factors[i];
    }
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    qh_budget *b = qh_arena_alloc(arena, 1, sizeof *b);
    double *term = qh_arena_alloc(arena, n, sizeof *term);
    double *residual = qh_arena_alloc(arena, n / QH_BUDGET_TERMS, sizeof *residual);
    double *throughput = qh_arena_alloc(arena, n / QH_BUDGET_TERMS, sizeof *throughput);
    if (!b || !term || !residual || !throughput) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *b = (qh_budget){.arena = arena,
                     .n_row = n_row,
                     .n_species = n_species,
                     .n_lane = n_lane,
                     .steady = steady,
                     .term = term,
                     .residual = residual,
                     .throughput = throughput};
    *budget = b;
    return QH_OK;
}

void qh_budget_destroy(qh_budget *budget) {
    if (budget) qh_arena_destroy(budget->arena);
}

/* A sum that keeps what rounding drops (Neumaier): the residual is a small difference of large terms, and must show
 * what the solver lost, not what this sum lost. */
typedef struct compensated {
    double sum, lost;
} compensated;

static void add(compensated *s, double value) {
    const double total = s->sum + value;
    s->lost += fabs(s->sum) >= fabs(value) ? (s->sum - total) + value : (value - total) + s->sum;
    s->sum = total;
}

static double value_of(const compensated *s) { return s->sum + s->lost; }

static double sign_of(qh_budget_term term) {
    return term == QH_BUDGET_IN || term == QH_BUDGET_SOURCE || term == QH_BUDGET_LATERAL ? 1.0 : -1.0;
}

static size_t cell_of(const qh_budget *b, size_t row, size_t species, size_t lane) {
    return (row * b->n_species + species) * b->n_lane + lane;
}

static void close_one(qh_budget *b, size_t row, size_t species, size_t lane) {
    compensated residual = {0, 0}, gain = {0, 0}, loss = {0, 0};
    for (int t = 0; t < QH_BUDGET_TERMS; t++) {
        const qh_budget_term term = (qh_budget_term)t;
        const double change = sign_of(term) * b->term[qh_budget_index(b, row, species, term, lane)];
        add(&residual, change);
        add(change > 0 ? &gain : &loss, fabs(change));
    }
    const size_t cell = cell_of(b, row, species, lane);
    b->residual[cell] = value_of(&residual);
    b->throughput[cell] = fmax(value_of(&gain), value_of(&loss));
}

void qh_budget_close(qh_budget *budget) {
    for (size_t row = 0; row < budget->n_row; row++) {
        for (size_t species = 0; species < budget->n_species; species++) {
            for (size_t lane = 0; lane < budget->n_lane; lane++) {
                close_one(budget, row, species, lane);
            }
        }
    }
}

/* |residual| over the network's throughput; infinite where something is left over though nothing moves, or where a
 * term is not a number: a gate must never let those through. */
static double ratio_of(const qh_budget *b, size_t row, size_t species, size_t lane) {
    const double residual = fabs(b->residual[cell_of(b, row, species, lane)]);
    const double throughput = b->throughput[cell_of(b, b->n_row - 1, species, lane)];
    if (residual == 0.0 && isfinite(throughput)) return 0.0;
    const double ratio = residual / throughput;
    return isnan(ratio) || !isfinite(throughput) ? INFINITY : ratio;
}

typedef struct worst_row {
    double ratio;
    size_t row, lane;
} worst_row;

static worst_row worst_of(const qh_budget *b, size_t species) {
    worst_row worst = {-1.0, 0, 0};
    for (size_t row = 0; row < b->n_row; row++) {
        for (size_t lane = 0; lane < b->n_lane; lane++) {
            const double ratio = ratio_of(b, row, species, lane);
            if (ratio > worst.ratio) worst = (worst_row){ratio, row, lane};
        }
    }
    return worst;
}

double qh_budget_worst(const qh_budget *budget) {
    double worst = 0.0;
    for (size_t species = 0; species < budget->n_species; species++) {
        worst = fmax(worst, worst_of(budget, species).ratio);
    }
    return worst;
}

qh_status qh_budget_check(const qh_budget *budget, const qh_case *river_case, double tolerance, qh_diag *diag) {
    qh_status status = QH_OK;
    for (size_t species = 0; species < budget->n_species; species++) {
        const worst_row worst = worst_of(budget, species);
        if (worst.ratio <= tolerance || budget->n_lane == 0) continue;
        status = QH_E_BALANCE;
        const char *name = species < river_case->n_constituent ? river_case->constituent[species].name : "?";
        const char *unit = budget->steady ? "g/s" : "g";
        const double residual = budget->residual[cell_of(budget, worst.row, species, worst.lane)];
        const double throughput = budget->throughput[cell_of(budget, budget->n_row - 1, species, worst.lane)];
        if (worst.row < river_case->n_reach) {
            const qh_reach *reach = &river_case->reach[worst.row];
            qh_diag_add(diag, QH_ERROR, reach->place,
                        "the mass balance of %s does not close in reach %s: %.3g %s are left over, %.2g of the %.3g %s "
                        "that pass the network (tolerance %.2g)",
                        name, reach->name, residual, unit, worst.ratio, throughput, unit, tolerance);
        } else {
            qh_diag_add(diag, QH_ERROR, QH_NOWHERE,
                        "the mass balance of %s does not close over the network: %.3g %s are left over, %.2g of the "
                        "%.3g %s that pass it (tolerance %.2g)",
                        name, residual, unit, worst.ratio, throughput, unit, tolerance);
        }
    }
    return status;
}
