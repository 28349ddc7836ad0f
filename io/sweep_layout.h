/* What a sweep keeps of its scenarios, and what its file tells beside: the plan, the case, the names of rows.
 *
 * A field is one variable of the file, [row][scenario] with the scenario fastest, so that the distribution at one control
 * section lies in one piece. docs/reference/store.md lists what a reader finds. */
#ifndef QH_IO_SWEEP_LAYOUT_H
#define QH_IO_SWEEP_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "model/case.h"
#include "model/diag.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_sweep_type {
    QH_SWEEP_REAL, /* double; NaN in a scenario that failed */
    QH_SWEEP_MARK  /* int8_t; what each value means stands in `meanings` */
} qh_sweep_type;

/* What the rows of a field are. */
typedef enum qh_sweep_axis {
    QH_SWEEP_ONE, /* a single row: the scenario itself */
    QH_SWEEP_SECTIONS,
    QH_SWEEP_VARIABLES,
    QH_SWEEP_SERIES,  /* [section][sample] */
    QH_SWEEP_PROFILES /* [frame][point] */
} qh_sweep_axis;

typedef struct qh_sweep_field {
    const char *name; /* of the variable in the file: netCDF's rules, unique */
    const char *units;
    const char *long_name;
    const char *meanings;    /* of a mark: words for -1, 0, 1 ..., blanks between; NULL for reals */
    const char *constituent; /* name in the case; NULL: none */
    const char *statistic;   /* "mean", "attained" ...; NULL: none */
    qh_sweep_type type;
    qh_sweep_axis axis;
} qh_sweep_field;

/* A quantity that the plan varies. */
typedef struct qh_sweep_variable {
    const char *name;  /* in the plan */
    const char *units; /* of the values in the file; "1" without dimension */
    const char *title; /* for people: what is varied, and how */
} qh_sweep_variable;

/* What must agree before results of two runs may stand in one file. Hashes. */
typedef struct qh_sweep_identity {
    uint64_t plan;       /* the plan and the files it names */
    uint64_t river_case; /* the files of the case, its scenario and standard */
    uint64_t program;    /* version and commit */
    uint64_t layout;     /* fields and their order */
} qh_sweep_identity;

/* Everything but the results. All pointers are borrowed and live as long as the layout is used. */
typedef struct qh_sweep_layout {
    uint64_t n_scenario;
    size_t n_variable, n_field;
    const qh_sweep_variable *variable; /* [n_variable] */
    const qh_sweep_field *field;       /* [n_field]; field 0 is the status: a mark of the scenario, 0 done, 1 failed */
    size_t n_sample, n_frame, n_point; /* of series and of profiles; 0 where none is kept */
    const double *sample_time;         /* [n_sample], s since the start of the run */
    const double *frame_time;          /* [n_frame], s likewise */
    const char *const *point_reach;    /* [n_point], names */
    const double *point_chainage;      /* [n_point], m */
    const qh_case *river_case;         /* sections, constituents and the files it was read from */
    const char *title;                 /* of the plan; "" when not given */
    const char *plan_name;             /* as the user gave it, without its folder */
    const char *design;                /* how scenarios are drawn: "latin-hypercube" ... */
    const char *path;                  /* how they are computed: "response" ... */
    uint64_t seed;
    size_t n_plan_file;
    const qh_case_file *plan_file; /* [n_plan_file], the plan first, then the files it names */
    qh_sweep_identity identity;
} qh_sweep_layout;

/* The hashes of a layout, whose own identity is not looked at. `standard` is the text of the standard that verdicts are by. */
qh_sweep_identity qh_sweep_identify(const qh_sweep_layout *layout, const char *standard);

/* Which of the four differ, in words, in the language of diag: text [size]; "" when none does. */
const char *qh_sweep_difference(const qh_sweep_identity *a, const qh_sweep_identity *b, const qh_diag *diag,
                                size_t size, char *text);

/* The axes before the scenario, as their lengths: number [2] of them; 0, 1 or 2. */
size_t qh_sweep_axes(const qh_sweep_layout *layout, qh_sweep_axis axis, size_t *length);

/* Rows of a field: all but the scenario, the last axis fastest. */
size_t qh_sweep_rows(const qh_sweep_layout *layout, size_t field);

/* Bytes of one value of a field. */
size_t qh_sweep_size(const qh_sweep_field *field);

/* Bytes of the results of all scenarios. */
uint64_t qh_sweep_bytes(const qh_sweep_layout *layout);

/* A scenario that failed: recorded, and no reason to stop. */
typedef struct qh_sweep_failure {
    uint64_t scenario;
    qh_status status;
    const char *message; /* in English */
} qh_sweep_failure;

#ifdef __cplusplus
}
#endif
#endif
