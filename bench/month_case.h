/* A month of examples/apengjiang on steady water, for measurements: a plant's load changes from day to day, and what comes
 * from above bends every day. */
#ifndef QH_BENCH_MONTH_CASE_H
#define QH_BENCH_MONTH_CASE_H

/* Writes the case to a new folder, whose path goes to `folder` [64]. Ends the program where it cannot. */
void month_case_make(char *folder);
void month_case_remove(const char *folder);

#endif
