#include "model/case.h"

void qh_case_destroy(qh_case *river_case) {
    if (river_case) qh_arena_destroy(river_case->arena); /* the case itself lives there too */
}
