/* The attainment calendar in the file of a run. */
#include "io/store_internal.h"

typedef struct rows {
    qh_store_plan *plan;
    const char *standard;
    qh_h5_dim period;
} rows;

/* Days or months by the time at which they begin; the caller closes period.id. */
static rows begin(qh_store_plan *plan, const qh_stored_calendar *calendar, const char *name, const char *long_name,
                  const char *units, size_t count, const double *time) {
    rows r = {.plan = plan, .standard = calendar->standard, .period = {.name = name, .id = -1, .size = count}};
    const qh_h5_dim own = r.period;
    const qh_h5_variable axis = {
        .name = name, .units = units, .long_name = long_name, .type = H5T_IEEE_F64LE, .rank = 1, .dim = {&own}};
    const hid_t id = qh_h5_put_doubles(&plan->h, plan->h.file, axis, time);
    r.period = qh_h5_coordinate(&plan->h, id, name);
    r.period.size = count;
    r.period.unlimited = false;
    return r;
}

static void put(const rows *r, const char *name, const char *long_name, const int *values) {
    const qh_h5_variable variable = {.name = name,
                                     .long_name = long_name,
                                     .type = H5T_STD_I32LE,
                                     .rank = 2,
                                     .dim = {&r->period, &r->plan->dim.section}};
    const hid_t id = qh_h5_put_ints(&r->plan->h, r->plan->h.file, variable, values);
    qh_h5_text_attribute(&r->plan->h, id, "standard", r->standard);
    qh_h5_close(id);
}

static void put_year(qh_store_plan *plan, const qh_stored_calendar *calendar) {
    if (!calendar->year_class) return;
    const qh_h5_variable variable = {.name = "attainment_year_class",
                                     .long_name = "class of the mean of the first twelve months; 0: none",
                                     .type = H5T_STD_I32LE,
                                     .rank = 1,
                                     .dim = {&plan->dim.section}};
    const hid_t id = qh_h5_put_ints(&plan->h, plan->h.file, variable, calendar->year_class);
    qh_h5_text_attribute(&plan->h, id, "standard", calendar->standard);
    qh_h5_close(id);
}

void qh_store_write_calendar(qh_store_plan *plan, const char *time_units, const qh_stored_calendar *calendar) {
    if (calendar->n_day > 0) {
        const rows day =
            begin(plan, calendar, "attainment_day", "beginning of the day", time_units, calendar->n_day, calendar->day);
        put(&day, "attainment_day_class", "class of the means of the day; 0: none", calendar->day_class);
        qh_h5_close(day.period.id);
    }
    if (calendar->n_month > 0) {
        const rows month = begin(plan, calendar, "attainment_month", "beginning of the month", time_units,
                                 calendar->n_month, calendar->month);
        put(&month, "attainment_month_class", "class of the means of the month; 0: none", calendar->month_class);
        put(&month, "attainment_month_days", "whole days of the month in the run", calendar->month_days);
        put(&month, "attainment_month_days_attained", "of them, days that attain the target",
            calendar->month_days_attained);
        qh_h5_close(month.period.id);
    }
    put_year(plan, calendar);
}
