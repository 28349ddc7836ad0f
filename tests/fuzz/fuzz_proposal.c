/* Fuzzer of proposals: any bytes as a proposal on a small case give a sound one or messages, and a sound one can be
 * evaluated or is told why not. Run by `make fuzz`. */
#include <math.h>

#include "io/case_reader.h"
#include "io/proposal_reader.h"
#include "io/standard_reader.h"
#include "scenarios/permit.h"
#include "tests/fuzz/folder.h"

/* A case with all that a proposal can name, as small as it gets. */
static const fuzz_file good[] = {
    {"case.yaml", "format: 1\nname: f\nrun: {type: steady, month: 1, temperature: 10 degC}\n"
                  "constituents: [{name: COD, title: 化学需氧量, k20: 0.1 1/d}, {name: NH3-N, k20: 0.1 1/d}]\n"},
    {"reaches.csv", "name,from,to,length [km],law,area [m2],width [m],slope [m/m],dispersion [m2/s]\n"
                    "R1,A,B,5,fixed,10,20,0.001,5\nR2,B,C,5,fixed,10,20,0.001,5\n"},
    {"headwaters.csv", "name,node,flow [m3/s],COD [mg/L],NH3-N [mg/L]\nH,A,5,5,1\n"},
    {"outfalls.csv", "code,name,reach,chainage [km],flow [m3/d],COD [mg/L],NH3-N [kg/d]\nW1,厂,R1,2,100,50,50\n"},
    {"sections.csv", "code,name,reach,chainage [km],target\nS,断面,R2,4,Ⅲ\n"},
    {"zones.csv", "code,name,kind,reach,from [km],to [km]\nZ,区,source_1,R2,1,2\n"},
    {"flow.csv", "time,flow [m3/s]\n2020-01,5\n2020-02,6\n"},
    {"scenarios/s.yaml", "changes: [{scale: W1, load: 50 %}]\n"},
};
enum { N_FILE = sizeof good / sizeof good[0] };

static qh_case *river_case;
static qh_standard *standard;

static void clean_up(void) {
    qh_case_destroy(river_case);
    qh_standard_destroy(standard);
    fuzz_remove("p.yaml");
    fuzz_close(N_FILE, good);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    fuzz_open(N_FILE, good);
    expect(qh_case_read(fuzz_folder, 0, NULL, NULL, &river_case) == QH_OK);
    expect(qh_standard_read("GB3838-2002", NULL, &standard) == QH_OK);
    expect(atexit(clean_up) == 0);
    return 0;
}

static void check_proposal(const qh_proposal *p) {
    expect(isfinite(p->outfall.flow) && p->outfall.flow > 0 && p->days > 0);
    expect(p->outfall.chainage >= 0 && p->outfall.chainage <= river_case->reach[p->outfall.reach].length);
    expect(p->n_period > 0 && p->n_discharged >= river_case->n_constituent);
    for (size_t i = 0; i < p->n_discharged; i++)
        expect(isfinite(p->discharged[i].load) && p->discharged[i].load >= 0 && p->discharged[i].name);
    for (size_t t = 0; t < p->n_period; t++)
        expect(p->period[t].name && p->period[t].season != QH_SEASON_UNKNOWN);
}

static void evaluate(const qh_proposal *p, qh_diag *diag) {
    qh_permit *permit = NULL;
    const qh_status status = qh_permit_create(river_case, p, standard, diag, &permit);
    expect((status == QH_OK) == (permit != NULL));
    if (!permit) return;
    for (size_t i = 0; i < permit->n_finding; i++)
        expect(permit->finding[i].text[QH_EN][0] && permit->finding[i].clause.clause[0]);
    qh_permit_destroy(permit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[FUZZ_PATH];
    fuzz_write("p.yaml", data, size);
    fuzz_path("p.yaml", path);
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_proposal *proposal = NULL;
    const qh_status status = qh_proposal_read(river_case, path, diag, &proposal);
    expect((status == QH_OK) == (proposal != NULL));
    expect((status == QH_OK) == (qh_diag_count(diag, QH_ERROR) == 0));
    if (proposal) {
        check_proposal(proposal);
        evaluate(proposal, diag);
    }
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        expect(qh_diag_line(diag, i)[0] != '\0');
    qh_proposal_destroy(proposal);
    qh_diag_destroy(diag);
    return 0;
}
