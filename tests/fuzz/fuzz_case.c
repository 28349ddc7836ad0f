/* Fuzzer of the case reader: one file of a good case is replaced by any bytes. The first byte chooses which, and whether
 * the rest is a file or the value of a --set. Whatever comes out, a case that is accepted must be fit to be built: its
 * network is made as well. Run by `make fuzz`. */
#include <stdlib.h>
#include <string.h>

#include "io/case_reader.h"
#include "model/network.h"
#include "tests/fuzz/folder.h"

/* A case with every table, as small as it gets. */
static const fuzz_file good[] = {
    {"case.yaml",
     "format: 1\nname: f\nstandard: t.yaml\nrun: {type: unsteady, month: 1, temperature: 10 degC, start: 2024-01-01, "
     "duration: 1 d, output_interval: 6 h, sample_interval: 1 h, initial: steady, routing: kinematic}\n"
     "constituents: [{name: COD, k20: 0.1 1/d}]\n"
     "series: [{name: s, file: s.csv, column: \"COD [mg/L]\", interpolation: linear}, {name: q, file: s.csv, column: "
     "\"Q [m3/s]\", "
     "interpolation: step}]\n"
     "routes: [{name: r, reaches: [R1, R2]}]\n"},
    {"t.yaml",
     "code: T\ntitle: {en: t, zh: 试}\nsource: s\nclasses: [Ⅰ, Ⅱ, Ⅲ]\nexceedance: {base_class: 1, clause: c, "
     "confidence: V}\nitems: [{code: COD, title: {en: c, zh: c}, unit: mg/L, sense: max, limits: [1, 2, 3], clause: "
     "c, confidence: V}]\n"},
    {"s.csv", "time [h],COD [mg/L],Q [m3/s]\n0,1,5\n24,2,8\n"},
    {"nodes.csv", "name,longitude,latitude\nA,108,29\n"},
    {"cross_sections.csv", "name,offset [m],elevation [m]\nX,0,5\nX,5,0\nX,10,5\n"},
    {"reaches.csv",
     "name,from,to,length [km],law,slope [m/m],manning,cross_section,area [m2],width [m],dispersion [m2/s]\n"
     "R1,A,B,5,surveyed,0.001,0.03,X,,,5\nR2,B,C,5,fixed,,,,10,20,5\n"},
    {"kinetics.csv", "reach,constituent,k20 [1/d]\nR2,COD,0.2\n"},
    {"headwaters.csv", "name,node,flow [m3/s],COD [mg/L]\nH,A,series:q,series:s\n"},
    {"tributaries.csv", "name,reach,chainage [km],flow [m3/s],COD [kg/d]\nT,R1,1,1,10\n"},
    {"outfalls.csv",
     "code,name,status,reach,chainage [km],flow [m3/d],COD [mg/L],COD limit [mg/L]\nW,厂,治,R1,2,100,50,50\n"},
    {"laterals.csv", "name,reach,from [km],to [km],flow [m3/s],COD [kg/d]\nL,R1,1,2,0.1,5\n"},
    {"withdrawals.csv", "code,name,kind,reach,chainage [km],flow [m3/s]\nQ,水厂,intake,R1,3,0.1\n"},
    {"stations.csv",
     "name,reach,chainage [km],tailrace_reach,tailrace_chainage [km],capacity [m3/s],rule,eco_flow [m3/s]\n"
     "P,R1,4,R2,1,2,fixed,1\n"},
    {"transfers.csv",
     "code,name,reach,chainage [km],to_reach,to_chainage [km],flow [m3/s],capacity [m3/s]\nD,渠,R1,3.5,R2,3,0.1,0.2\n"},
    {"sections.csv", "code,name,reach,chainage [km],target\nS,断面,R2,4,Ⅲ\n"},
    {"held_levels.csv", "node,level [m],COD [mg/L]\nC,12,5\n"},
    {"storage_curves.csv", "name,level [m],volume [m3]\nK,100,0\nK,105,50000\n"},
    {"reservoirs.csv", "name,reach,chainage [km],curve,level [m]\nM,R1,4,K,103\n"},
    {"structures.csv",
     "code,reservoir,kind,crest [m],width [m],coefficient,opening [m]\nW,M,weir,104,5,0.6,\nG,M,gate,101,2,0.6,0\n"},
    {"operation_rules.csv", "structure,from,to,starts_at [m],ends_at [m],opening [m]\nG,05-01,09-30,103,102,0.5\n"},
};
enum { N_FILE = sizeof good / sizeof good[0] };

static void clean_up(void) { fuzz_close(N_FILE, good); }

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    fuzz_open(N_FILE, good);
    expect(atexit(clean_up) == 0);
    return 0;
}

static void read_case(size_t n_setting, const qh_setting *setting) {
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_case *river_case = NULL;
    const qh_status status = qh_case_read(fuzz_folder, n_setting, setting, diag, &river_case);
    expect((status == QH_OK) == (river_case != NULL));
    expect((status == QH_OK) == (qh_diag_count(diag, QH_ERROR) == 0));
    if (river_case) {
        qh_network *network = NULL;
        if (qh_network_create(river_case, diag, &network) == QH_OK) qh_network_destroy(network);
    }
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        expect(qh_diag_line(diag, i)[0] != '\0');
    qh_case_destroy(river_case);
    qh_diag_destroy(diag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    const size_t which = data[0] % (N_FILE + 1);
    if (which < N_FILE) {
        fuzz_write(good[which].name, data + 1, size - 1);
        read_case(0, NULL);
        fuzz_write(good[which].name, good[which].text, strlen(good[which].text));
        return 0;
    }
    char *text = malloc(size);
    expect(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    char *equal = strchr(text, '=');
    if (equal) *equal = '\0';
    const qh_setting setting = {text, equal ? equal + 1 : ""};
    read_case(1, &setting);
    free(text);
    return 0;
}
