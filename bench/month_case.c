#include "bench/month_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"

#define SOURCE "examples/apengjiang"
enum { DAYS = 30, SIZE = 1 << 16 };

static const char *const copied[] = {"cross_sections.csv", "headwaters.csv",  "kinetics.csv",    "laterals.csv",
                                     "nodes.csv",          "outfalls.csv",    "reaches.csv",     "sections.csv",
                                     "stations.csv",       "tributaries.csv", "withdrawals.csv", "zones.csv"};
enum { N_COPIED = sizeof copied / sizeof *copied };

static void write_file(const char *folder, const char *name, const char *text) {
    char path[160];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0) bench_must(QH_E_IO, path);
}

static char *read_file(const char *name) {
    char path[160];
    (void)snprintf(path, sizeof path, SOURCE "/%s", name);
    char *text = calloc(1, SIZE);
    FILE *file = fopen(path, "r");
    if (!text || !file || fread(text, 1, SIZE - 1, file) == 0) bench_must(QH_E_IO, path);
    (void)fclose(file);
    return text;
}

/* `text` with `after` in the place of the first `before`, which must be there. */
static void replace(char *text, const char *before, const char *after) {
    char *at = strstr(text, before);
    if (!at || strlen(text) + strlen(after) >= SIZE) bench_must(QH_E_INPUT, before);
    memmove(at + strlen(after), at + strlen(before), strlen(at + strlen(before)) + 1);
    memcpy(at, after, strlen(after));
}

/* One value a day from 0 to 1, the same on every machine. */
static double noise(int day, int salt) { return (double)((day * 7919 + salt * 104729) % 1009) / 1009; }

static void write_series(const char *folder, const char *name, double low, double range, int salt) {
    char text[64 + 32 * (DAYS + 2)] = "time [d],COD [mg/L]\n";
    for (int day = 0; day <= DAYS; day++)
        (void)snprintf(text + strlen(text), 32, "%d,%.3f\n", day, low + range * noise(day, salt));
    write_file(folder, name, text);
}

static void write_case(const char *folder) {
    char *text = read_file("case.yaml");
    replace(text, "type: steady",
            "type: unsteady\n  start: 2024-01-01T00:00\n  duration: 30 d\n  output_interval: 1 d\n"
            "  sample_interval: 1 h\n  initial: steady");
    replace(text, "routes:",
            "series:\n"
            "  - {name: plant, file: plant.csv, column: \"COD [mg/L]\", interpolation: step}\n"
            "  - {name: above, file: above.csv, column: \"COD [mg/L]\", interpolation: linear}\nroutes:");
    write_file(folder, "case.yaml", text);
    free(text);
}

void month_case_make(char *folder) {
    (void)snprintf(folder, 64, "/tmp/qinghe-month-XXXXXX");
    if (!mkdtemp(folder)) bench_must(QH_E_IO, "a folder");
    for (size_t k = 0; k < N_COPIED; k++) {
        char *text = read_file(copied[k]);
        if (strcmp(copied[k], "outfalls.csv") == 0) replace(text, ",40000,60,", ",40000,series:plant,");
        if (strcmp(copied[k], "headwaters.csv") == 0) replace(text, ",12.0,flux,9,", ",12.0,flux,series:above,");
        write_file(folder, copied[k], text);
        free(text);
    }
    write_case(folder);
    write_series(folder, "plant.csv", 30, 40, 1);
    write_series(folder, "above.csv", 8, 4, 2);
}

void month_case_remove(const char *folder) {
    const char *const made[] = {"case.yaml", "plant.csv", "above.csv"};
    char path[160];
    for (size_t k = 0; k < N_COPIED + 3; k++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, k < N_COPIED ? copied[k] : made[k - N_COPIED]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}
