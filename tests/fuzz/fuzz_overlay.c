/* Fuzzer of scenarios: any bytes as scenarios/s.yaml of a small case give a sound overlay or messages, and one that can
 * be laid over the case gives a case whose network can be built. Run by `make fuzz`. */
#include <math.h>

#include "io/case_reader.h"
#include "io/overlay_reader.h"
#include "model/network.h"
#include "tests/fuzz/folder.h"

/* A case with every table that a scenario can touch, as small as it gets, and a scenario to extend. */
static const fuzz_file good[] = {
    {"case.yaml", "format: 1\nname: f\nrun: {type: steady, month: 1, temperature: 10 degC}\n"
                  "constituents: [{name: COD, title: 化学需氧量, k20: 0.1 1/d}, {name: NH3-N, k20: 0.1 1/d}]\n"},
    {"reaches.csv", "name,from,to,length [km],law,area [m2],width [m],dispersion [m2/s]\n"
                    "R1,A,B,5,fixed,10,20,5\nR2,B,C,5,fixed,10,20,5\n"},
    {"kinetics.csv", "reach,constituent,k20 [1/d]\nR2,COD,0.2\n"},
    {"headwaters.csv", "name,node,flow [m3/s],COD [mg/L],NH3-N [mg/L]\nH,A,5,5,1\n"},
    {"tributaries.csv", "name,reach,chainage [km],flow [m3/s],COD [kg/d],NH3-N [mg/L]\nT,R1,1,1,10,1\n"},
    {"outfalls.csv", "code,name,category,district,body,reach,chainage [km],flow [m3/d],COD [mg/L],NH3-N [kg/d]\n"
                     "W1,厂,工,区,司,R1,2,100,50,50\nW2,厂二,农,区,司,R2,2,0,50,0\n"},
    {"laterals.csv", "name,reach,from [km],to [km],flow [m3/s],COD [kg/d],NH3-N [mg/L]\nL,R1,1,2,0.1,5,1\n"},
    {"stations.csv", "name,reach,chainage [km],tailrace_reach,tailrace_chainage [km],capacity [m3/s],rule,eco_flow "
                     "[m3/s],mean_annual_flow [m3/s]\nP,R1,4,R2,1,2,fixed,1,10\n"},
    {"sections.csv", "code,name,reach,chainage [km],target\nS,断面,R2,4,Ⅲ\n"},
    {"scenarios/b.yaml", "extends: s\nchanges: [{close: W2}]\n"},
    {"scenarios/c.yaml", "changes: [{close: W1}]\n"},
};
enum { N_FILE = sizeof good / sizeof good[0] };

static qh_case *river_case;

static void clean_up(void) {
    qh_case_destroy(river_case);
    fuzz_remove("scenarios/s.yaml");
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

static void check_case(const qh_case *c) {
    expect(c->scenario != NULL && c->n_file == river_case->n_file + c->scenario->n_file);
    for (size_t i = 0; i < c->n_outfall; i++) {
        const qh_outfall *o = &c->outfall[i];
        expect(isfinite(o->flow) && o->flow >= 0 && o->reach < c->n_reach);
        expect(o->chainage >= 0 && o->chainage <= c->reach[o->reach].length);
        for (size_t k = 0; k < c->n_constituent; k++)
            expect(isfinite(o->input[k].value.constant) && o->input[k].value.constant >= 0);
    }
    qh_network *network = NULL;
    if (qh_network_create(c, NULL, &network) == QH_OK) qh_network_destroy(network);
}

static void lay(const char *name) {
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_overlay *overlay = NULL;
    qh_case *changed = NULL;
    qh_status status = qh_overlay_read(river_case, name, diag, &overlay);
    expect((status == QH_OK) == (overlay != NULL));
    expect((status == QH_OK) == (qh_diag_count(diag, QH_ERROR) == 0));
    if (status == QH_OK) {
        status = qh_overlay_apply(river_case, overlay, diag, &changed);
        expect((status == QH_OK) == (changed != NULL));
        expect((status == QH_OK) == (qh_diag_count(diag, QH_ERROR) == 0));
    }
    if (changed) check_case(changed);
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        expect(qh_diag_line(diag, i)[0] != '\0');
    qh_case_destroy(changed);
    qh_overlay_destroy(overlay);
    qh_diag_destroy(diag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_write("scenarios/s.yaml", data, size);
    lay("s");
    lay("b");
    return 0;
}
