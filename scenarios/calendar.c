#include "scenarios/calendar.h"

#include "io/standard_reader.h"
#include "scenarios/attainment.h"

typedef struct tables {
    size_t n_section;
    int *day_class, *month_class, *month_days, *month_days_attained; /* [period][n_section] */
    int *year_class;                                                 /* [n_section] */
} tables;

static qh_status allocate(tables *t, const qh_attainment *a, qh_arena *arena) {
    int **const by_month[] = {&t->month_class, &t->month_days, &t->month_days_attained};
    for (size_t i = 0; i < sizeof by_month / sizeof *by_month; i++) {
        *by_month[i] = qh_arena_alloc(arena, a->n_month * t->n_section + 1, sizeof(int));
        if (!*by_month[i]) return QH_E_NOMEM;
    }
    t->day_class = qh_arena_alloc(arena, a->n_day * t->n_section + 1, sizeof(int));
    t->year_class = qh_arena_alloc(arena, t->n_section + 1, sizeof(int));
    return t->day_class && t->year_class ? QH_OK : QH_E_NOMEM;
}

static void take(tables *t, const qh_attainment *a, size_t section) {
    for (size_t d = 0; d < a->n_day; d++)
        t->day_class[d * t->n_section + section] = a->day_class[d];
    for (size_t m = 0; m < a->n_month; m++) {
        const size_t at = m * t->n_section + section;
        t->month_class[at] = a->month_class[m];
        t->month_days[at] = (int)a->month_days[m];
        t->month_days_attained[at] = (int)a->month_days_attained[m];
    }
    t->year_class[section] = a->year_class;
}

static qh_status judge(qh_store *store, const qh_standard *standard, qh_arena *arena, qh_diag *diag,
                       qh_stored_calendar *calendar) {
    tables t = {.n_section = qh_store_get_info(store)->n_section};
    qh_attainment a = {0};
    for (size_t s = 0; s < t.n_section; s++) {
        QH_TRY(qh_attainment_of(store, standard, s, arena, diag, &a));
        if (s == 0) QH_TRY(allocate(&t, &a, arena));
        take(&t, &a, s);
    }
    /* All sections have the same days and months: those of the run. */
    *calendar = (qh_stored_calendar){.standard = standard->code,
                                     .n_day = a.n_day,
                                     .n_month = a.n_month,
                                     .day = a.day,
                                     .month = a.month,
                                     .day_class = t.day_class,
                                     .month_class = t.month_class,
                                     .month_days = t.month_days,
                                     .month_days_attained = t.month_days_attained,
                                     .year_class = a.year_to > a.year_from ? t.year_class : NULL};
    return QH_OK;
}

static qh_status keep(qh_store_writer *writer, qh_store *store, qh_arena *arena, qh_diag *diag) {
    const qh_store_info *info = qh_store_get_info(store);
    if (info->steady || info->n_section == 0 || info->n_lane > 1) return QH_OK;
    qh_standard *standard = NULL;
    QH_TRY(qh_standard_read(info->standard, diag, &standard));
    qh_stored_calendar calendar = {0};
    qh_status status = judge(store, standard, arena, diag, &calendar);
    if (status == QH_OK && calendar.n_day > 0) status = qh_store_writer_add_calendar(writer, &calendar, diag);
    qh_standard_destroy(standard);
    return status;
}

qh_status qh_calendar_keep(qh_store_writer *writer, qh_diag *diag) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    qh_store *store = NULL;
    qh_status status = qh_store_open(qh_store_writer_part(writer), diag, &store);
    if (status == QH_OK) status = keep(writer, store, arena, diag);
    qh_store_close(store);
    qh_arena_destroy(arena);
    return status;
}
