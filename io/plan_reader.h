/* Reading a plan: many scenarios of a case, made by varying some of its quantities. docs/method/sampling.md.
 *
 * A variable is a change as a scenario's file has it, with $value in place of what varies: by a list of values, by a
 * distribution, or by a column of a table. */
#ifndef QH_IO_PLAN_READER_H
#define QH_IO_PLAN_READER_H

#include "io/case_reader.h"
#include "model/distribution.h"
#include "model/overlay.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How the scenarios are laid out over the variables. */
typedef enum qh_sampling {
    QH_DESIGN_FACTORIAL,       /* every value with every other; the last variable varies fastest */
    QH_DESIGN_LISTS,           /* the first values of all lists together, then the second ones, ... */
    QH_DESIGN_TABLE,           /* the rows of a CSV file */
    QH_DESIGN_LATIN_HYPERCUBE, /* each variable has one value in each of `count` equally likely ranges */
    QH_DESIGN_SOBOL,           /* Sobol's sequence, shifted at random */
    QH_DESIGN_RANDOM
} qh_sampling;

/* "factorial", "lists", "table", "latin-hypercube", "sobol", "random". */
const char *qh_sampling_name(qh_sampling design);

/* Whether values are drawn (from distributions, or with equal chances from lists) rather than enumerated. */
static inline bool qh_sampling_draws(qh_sampling design) { return design >= QH_DESIGN_LATIN_HYPERCUBE; }

/* Where the number of a variable stands among the changes that it makes. */
typedef struct qh_plan_slot {
    size_t change;  /* index among the variable's changes */
    bool is_amount; /* of a constituent: change.input[place]; else a field of the change */
    size_t place;   /* constituent, or offset of a double in qh_change */
} qh_plan_slot;

/* What one value of a variable that is no number changes. */
typedef struct qh_plan_level {
    size_t n_change;
    const qh_change *change; /* [n_change] */
} qh_plan_level;

typedef struct qh_plan_variable {
    qh_place place;
    const char *name; /* unique; "load[QJ-SH-001]" where the plan asks for one variable of its own for each source */
    bool is_number;   /* its values are numbers, else texts or scenarios */
    qh_dimension dimension; /* of a number, which is in the inner unit */
    const char *unit;       /* that it is written in, for people; "" for a pure number or a text */
    double unit_factor;     /* inner unit = factor * written unit */

    size_t n_value;               /* values that are listed (in a table: rows); 0: a distribution */
    const double *value;          /* [n_value], of a number; else NULL */
    const char *const *label;     /* [n_value], as they are written; NULL where they come from a table of numbers */
    qh_distribution distribution; /* prepared; meaningless unless n_value is 0 */

    size_t n_change;
    const qh_change *change; /* [n_change], of a number; what stands in the slots is the first value */
    size_t n_slot;
    const qh_plan_slot *slot;   /* [n_slot] */
    const qh_plan_level *level; /* [n_value], unless it is a number */
} qh_plan_variable;

typedef struct qh_sweep_plan {
    qh_arena *arena;
    const char *path;          /* as given by the user */
    const char *title;         /* "" when not given */
    const qh_case *river_case; /* what every scenario changes: the case, or the case under the plan's scenario */
    const char *standard;      /* the water quality standard that verdicts follow, as a name for qh_standard_read */
    const char *statistic;     /* by which an unsteady run is judged, as in qh_statistic_find; "" for the usual one */
    qh_sampling design;
    size_t seed;
    size_t count;      /* drawn points, rows, or combinations */
    bool indices;      /* Sobol's indices are wanted: each point is (n_variable + 2) scenarios */
    size_t n_scenario; /* count, or count (n_variable + 2) */
    bool keep_statistics, keep_verdicts, keep_series, keep_fields;
    bool adds_or_moves; /* scenarios differ in where outfalls lie */
    size_t n_added;     /* most outfalls that a scenario adds */
    size_t n_variable;
    const qh_plan_variable *variable; /* [n_variable] */
    size_t n_file;
    const qh_case_file *file; /* [n_file], texts of the plan, its tables and the scenarios that it may choose */

    /* What it owns. */
    qh_case *base, *changed;
    qh_overlay *overlay; /* the plan's scenario; NULL: none */
    size_t n_choice;
    qh_overlay *const *choice; /* [n_choice], the scenarios that variables choose from */
} qh_sweep_plan;

/* Reads the plan at `path` and the case it is about, with `n_setting` settings of the case on top. Every problem is
 * added to diag, with line and column; QH_E_INPUT when there was one, QH_E_IO when the plan cannot be read at all. */
qh_status qh_sweep_plan_read(const char *path, size_t n_setting, const qh_setting *setting, qh_diag *diag,
                             qh_sweep_plan **plan);
void qh_sweep_plan_destroy(qh_sweep_plan *plan);

#ifdef __cplusplus
}
#endif
#endif
