/* Fuzzer of the table of costs: any bytes give sound costs or messages. Run by `make fuzz`. */
#include <math.h>

#include "io/case_reader.h"
#include "io/costs_reader.h"
#include "tests/fuzz/folder.h"

static const fuzz_file good[] = {
    {"case.yaml", "format: 1\nname: f\nrun: {type: steady, month: 1, temperature: 10 degC}\n"
                  "constituents: [{name: COD, k20: 0.1 1/d}, {name: NH3-N, k20: 0.1 1/d}]\n"},
    {"reaches.csv", "name,from,to,length [km],law,area [m2],width [m],dispersion [m2/s]\nR1,A,B,5,fixed,10,20,5\n"},
    {"headwaters.csv", "name,node,flow [m3/s],COD [mg/L],NH3-N [mg/L]\nH,A,5,5,1\n"},
    {"outfalls.csv", "code,name,reach,chainage [km],flow [m3/d],COD [mg/L],NH3-N [kg/d]\n"
                     "W1,厂,R1,2,100,50,50\nW2,厂二,R1,3,0,50,0\n"},
    {"sections.csv", "code,name,reach,chainage [km],target\nS,断面,R1,4,Ⅲ\n"},
    {"own.yaml", "code: O\ntitle: {en: o, zh: 自}\nsource: s\ngrades: [A, B]\ngrades_zh: [甲, 乙]\n"
                 "items: [{code: COD, unit: mg/L, limits: [30, 40], clause: c, confidence: V}]\n"},
};
enum { N_FILE = sizeof good / sizeof good[0] };

static qh_case *river_case;

static void clean_up(void) {
    qh_case_destroy(river_case);
    fuzz_remove("costs.csv");
    fuzz_close(N_FILE, good);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    fuzz_open(N_FILE, good);
    expect(qh_case_read(fuzz_folder, 0, NULL, NULL, &river_case) == QH_OK);
    expect(atexit(clean_up) == 0);
    return 0;
}

static void check_costs(const qh_costs *costs) {
    for (size_t i = 0; i < costs->n_level; i++) {
        const qh_cost_level *level = &costs->level[i];
        expect(level->outfall < river_case->n_outfall && level->grade < level->standard->n_grade);
        expect(isfinite(level->cost) && level->cost >= 0);
    }
    for (size_t i = 0; i < costs->n_cut; i++) {
        const qh_cost_cut *cut = &costs->cut[i];
        expect(cut->outfall < river_case->n_outfall && cut->species < river_case->n_constituent);
        expect(isfinite(cut->cost) && cut->cost >= 0 && cut->most >= 0 && cut->most <= 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[FUZZ_PATH];
    fuzz_write("costs.csv", data, size);
    fuzz_path("costs.csv", path);
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_costs *costs = NULL;
    const qh_status status = qh_costs_read(path, river_case, diag, &costs);
    expect((status == QH_OK) == (costs != NULL));
    expect((status == QH_OK) == (qh_diag_count(diag, QH_ERROR) == 0));
    if (costs) check_costs(costs);
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        expect(qh_diag_line(diag, i)[0] != '\0');
    qh_costs_destroy(costs);
    qh_diag_destroy(diag);
    return 0;
}
