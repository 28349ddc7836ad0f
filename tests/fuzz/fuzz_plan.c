/* Fuzzer of plans: any bytes as plans/p.yaml of a small case give a sound plan or messages; values of a sound one are
 * finite and in their ranges, and what they change can be laid over the case or is told why not. Run by `make fuzz`. */
#include <math.h>
#include <stdlib.h>

#include "scenarios/plan.h"
#include "tests/fuzz/folder.h"

/* A case with every table that a plan can touch, as small as it gets, with scenarios and a table to refer to. */
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
    {"scenarios/b.yaml", "changes: [{close: W2}]\n"},
    {"plans/t.csv", "t [degC],q,w[W1],w[W2]\n10,1,1,2\n12,1.5,3,4\n"},
    {"scenarios/c.yaml", "changes: [{close: W1}]\n"},
};
enum { N_FILE = sizeof good / sizeof good[0] };

static void clean_up(void) {
    fuzz_remove("plans/p.yaml");
    fuzz_close(N_FILE, good);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    fuzz_open(N_FILE, good);
    expect(atexit(clean_up) == 0);
    return 0;
}

static void check_values(const qh_sweep_plan *plan, const double *value) {
    for (size_t j = 0; j < plan->n_variable; j++) {
        const qh_plan_variable *v = &plan->variable[j];
        expect(isfinite(value[j]));
        if (v->is_number && v->n_value == 0) {
            double low = 0, high = 0;
            qh_distribution_support(&v->distribution, &low, &high);
            expect(value[j] >= low && value[j] <= high);
        }
        if (!v->is_number) expect(value[j] >= 0 && value[j] < (double)v->n_value);
    }
}

static void check_scenario(const qh_sweep_plan *plan, const qh_sampler *sampler, qh_composer *composer, uint64_t i) {
    double *value = calloc(plan->n_variable, sizeof *value);
    expect(value != NULL);
    qh_sampler_values(sampler, i, 1, value);
    check_values(plan, value);
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_case *changed = NULL;
    const qh_status status = qh_overlay_apply(plan->river_case, qh_compose(composer, value), diag, &changed);
    expect((status == QH_OK) == (changed != NULL));
    qh_case_destroy(changed);
    qh_diag_destroy(diag);
    free(value);
}

static void check_plan(const qh_sweep_plan *plan) {
    qh_sampler *sampler = NULL;
    qh_composer *composer = NULL;
    expect(plan->n_variable > 0 && plan->n_scenario > 0);
    expect(qh_sampler_create(plan, &sampler) == QH_OK && qh_composer_create(plan, &composer) == QH_OK);
    for (uint64_t i = 0; i < plan->n_scenario && i < 20; i++)
        check_scenario(plan, sampler, composer, i);
    check_scenario(plan, sampler, composer, plan->n_scenario - 1);
    qh_composer_destroy(composer);
    qh_sampler_destroy(sampler);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[FUZZ_PATH];
    fuzz_write("plans/p.yaml", data, size);
    fuzz_path("plans/p.yaml", path);
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_sweep_plan *plan = NULL;
    const qh_status status = qh_sweep_plan_read(path, 0, NULL, diag, &plan);
    expect((status == QH_OK) == (plan != NULL));
    expect((status == QH_OK) == (qh_diag_count(diag, QH_ERROR) == 0));
    if (plan) check_plan(plan);
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        expect(qh_diag_line(diag, i)[0] != '\0');
    qh_sweep_plan_destroy(plan);
    qh_diag_destroy(diag);
    return 0;
}
