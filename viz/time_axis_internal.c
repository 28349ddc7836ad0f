/* The time axis of a picture: round clock times, dates at midnight. */
#include <math.h>
#include <string.h>

#include "viz/figure_internal.h"

enum { MOST_TICKS = 13 };

/* Round steps of time, s. Above a day ticks still stand at midnight, so that dates are read off them. */
static double tick_step(double span) {
    static const double minute = 60, hour = 3600, day = 86400;
    const double steps[] = {minute,   2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute,
                            hour,     2 * hour,   3 * hour,   6 * hour,    12 * hour,   day,
                            2 * day,  5 * day,    10 * day,   15 * day,    30 * day,    61 * day,
                            91 * day, 182 * day,  365 * day,  1826 * day,  3652 * day};
    const size_t n = sizeof steps / sizeof *steps;
    for (size_t i = 0; i < n; i++) {
        if (span / steps[i] <= MOST_TICKS - 1) return steps[i];
    }
    return span;
}

/* "06:00" within a day, the date at midnight; dates alone where a step is a day or more. */
static const char *tick_name(qh_figure *figure, double seconds, double step, bool several_days) {
    double clock_at_start = 0;
    const char *const full = qh_figure_time(figure, seconds); /* "2024-01-31 06:00" */
    if (!qh_figure_clock(figure, &clock_at_start)) return full;
    const char *const clock = full + 11, *const date = full + 5;
    if (step > 61 * 86400.0) return qh_figure_printf(figure, "%.7s", full);
    const bool midnight = strncmp(clock, "00:00", 5) == 0 && (several_days || seconds > 0);
    return step >= 86400 || midnight ? qh_figure_printf(figure, "%.5s", date) : clock;
}

void qh_figure_time_axis(qh_figure *figure, double begin, double end, bool named) {
    double clock_at_start = 0;
    qh_figure_clock(figure, &clock_at_start);
    const bool several_days = end - begin > 86400;
    const double step = tick_step(end - begin);
    /* Ticks stand on round clock times: multiples of the step since the midnight before the run. */
    const double first = ceil((clock_at_start + begin) / step - 1e-9) * step - clock_at_start;
    qh_gnuplot_add(figure->script, "set xrange [%.9g:%.9g]\nset xtics (", begin, end);
    for (size_t i = 0; i < 2 * (size_t)MOST_TICKS; i++) {
        const double at = first + (double)i * step;
        if (at > end + 1e-9 * step) break;
        qh_gnuplot_add(figure->script, "%s%s %.9g", i ? ", " : "",
                       qh_gnuplot_quote(figure->script, named ? tick_name(figure, at, step, several_days) : ""), at);
    }
    qh_gnuplot_add(figure->script, ")\n");
}
