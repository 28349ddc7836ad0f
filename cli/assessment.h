/* An assessment as people and programs read it. */
#ifndef QH_CLI_ASSESSMENT_H
#define QH_CLI_ASSESSMENT_H

#include <stdbool.h>

#include "cli/command.h"
#include "scenarios/assess.h"

/* Everything that is shown. */
typedef struct qh_shown_assessment {
    const qh_app *app;
    const qh_store_info *info;
    const qh_standard *standard;
    const qh_assessment *assessment;
} qh_shown_assessment;

/* Tables in the language of the app, to stdout. */
void qh_print_assessment(const qh_shown_assessment *shown);

/* One JSON object, to stdout; the same in all languages but for texts that a user wrote. See docs/assess.md. */
void qh_print_assessment_json(const qh_shown_assessment *shown);

/* One row a section and item, to stdout, UTF-8; `bom`: with a byte order mark, by which Excel knows UTF-8. */
void qh_print_assessment_csv(const qh_shown_assessment *shown, bool bom);

/* What a row of ecological flow by day stands for. */
typedef enum qh_release_rows {
    QH_RELEASE_DAYS,
    QH_RELEASE_MONTHS,
    QH_RELEASE_TAKERS,
    QH_RELEASE_RESERVOIRS,
    QH_RELEASE_TRANSFERS
} qh_release_rows;

/* Ecological flow below the stations of a run that has it by day (info->release), one row a station and day, month or
 * taker, to stdout; months of a run with a start only, takers of one whose file tells (qh_takers_known). Or one row a
 * reservoir and day (info->storage), or a transfer and day (info->moved). */
void qh_print_release_csv(const qh_store_info *info, qh_release_rows rows, bool bom);

/* Name of a class 1..n_class + 1 as data have it: "Ⅲ", and ">Ⅴ" for worse than the last; "" for 0. Written to
 * `buffer` [size]. */
const char *qh_class_name(const qh_standard *standard, int water_class, size_t size, char *buffer);

/* The unit a verdict's value is shown in, and the value in it. */
const char *qh_verdict_unit(const qh_verdict *verdict);
double qh_verdict_shown(const qh_verdict *verdict, double inner);

#endif
