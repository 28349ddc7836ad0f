/* The schema's data, continued: plans of many scenarios. */
#include <math.h>

#include "io/plan_internal.h"
#include "io/schema_internal.h"

static const qh_choice designs[] = {{"factorial", "全因子", QH_DESIGN_FACTORIAL},
                                    {"lists", "逐项", QH_DESIGN_LISTS},
                                    {"table", "表", QH_DESIGN_TABLE},
                                    {"latin-hypercube", "拉丁超立方", QH_DESIGN_LATIN_HYPERCUBE},
                                    {"sobol", "Sobol序列", QH_DESIGN_SOBOL},
                                    {"random", "随机", QH_DESIGN_RANDOM},
                                    {0}};

static const qh_choice distributions[] = {{"uniform", "均匀", QH_UNIFORM},
                                          {"loguniform", "对数均匀", QH_LOGUNIFORM},
                                          {"normal", "正态", QH_NORMAL},
                                          {"lognormal", "对数正态", QH_LOGNORMAL},
                                          {"triangular", "三角", QH_TRIANGULAR},
                                          {"empirical", "经验", QH_EMPIRICAL},
                                          {0}};

static const qh_choice statistics[] = {{"mean", "平均", 0},    {"instant", "瞬时", 0}, {"daily", "日均", 0},
                                       {"monthly", "月均", 0}, {"annual", "年均", 0},  {0}};

static const qh_key plan_keys[] = {
    {.name = "title",
     .aliases = "标题",
     TEXT_AT(qh_plan_keys, title),
     OR_NOTHING,
     .help = QH_N("One line for people: what the plan is about.")},
    {.name = "case",
     .aliases = "算例|案例",
     TEXT_AT(qh_plan_keys, river_case),
     .help = QH_N("Folder of the case, relative to the plan's own.")},
    {.name = "scenario",
     .aliases = "情景",
     TEXT_AT(qh_plan_keys, scenario),
     LEFT_OUT,
     .help = QH_N("A scenario of the case that is laid over it first; the variables change what it leaves.")},
    {.name = "standard",
     .aliases = "水质标准|标准",
     TEXT_AT(qh_plan_keys, standard),
     LEFT_OUT,
     .help = QH_N("Water quality standard that verdicts follow; that of the case when left out.")},
    {.name = "statistic",
     .aliases = "评价统计量",
     NAME_AT(qh_plan_keys, statistic),
     LEFT_OUT,
     .choice = statistics,
     .help =
         QH_N("What an unsteady run is judged by: as for `qinghe assess`, which also says what holds when it is left "
              "out.")},
    {.name = "design",
     .aliases = "设计|抽样方法",
     CHOICE_AT(qh_plan_keys, design, int),
     .choice = designs,
     .help =
         QH_N("How scenarios are laid out: every value with every other (factorial), the lists side by side (lists), "
              "the rows of a CSV file (table), or drawn: latin-hypercube, sobol, random.")},
    {.name = "count",
     .aliases = "样本数",
     COUNT_AT(qh_plan_keys, count),
     LEFT_OUT,
     BETWEEN(1, QH_PLAN_MOST_COUNT),
     .help = QH_N("How many points are drawn; of Sobol's sequence best a power of 2.")},
    {.name = "seed",
     .aliases = "随机种子|种子",
     COUNT_AT(qh_plan_keys, seed),
     DEFAULT("1"),
     .help = QH_N("Seed of the random numbers: the same seed gives the same scenarios.")},
    {.name = "table",
     .aliases = "表|数据表",
     TEXT_AT(qh_plan_keys, table),
     LEFT_OUT,
     .help = QH_N(
         "CSV file of the design table, relative to the plan's folder: a row a scenario, a column a variable, with "
         "its unit in brackets.")},
    {.name = "indices",
     .aliases = "敏感性指数",
     FLAG_AT(qh_plan_keys, indices),
     DEFAULT("no"),
     .help =
         QH_N("Whether Sobol's sensitivity indices are wanted: each point then takes as many scenarios as there are "
              "variables, and two more.")},
    {.name = "keep",
     .aliases = "保留",
     .kind = QH_KEY_TEXTS,
     LEFT_OUT,
     .offset = QH_NOT_STORED,
     .help = QH_N("What is kept of each scenario: any of statistics, verdicts (both when left out), series (of the "
                  "sections), fields (at all points of the network).")},
    {.name = "variables",
     .aliases = "变量",
     .kind = QH_KEY_LIST,
     .table = "plan.variables",
     .offset = QH_NOT_STORED,
     .help = QH_N("What varies.")},
};

#define NUMBER_TEXT(key, zh, field, text)                                                                              \
    { .name = (key), .aliases = (zh), TEXT_AT(qh_plan_variable_keys, field), LEFT_OUT, .help = (text) }

static const qh_key variable_keys[] = {
    {.name = "name",
     .aliases = "名称",
     TEXT_AT(qh_plan_variable_keys, name),
     .help = QH_N("Name of the variable, unique; in a design table that of its column.")},
    {.name = "change",
     .aliases = "改动|变更",
     .kind = QH_KEY_TEXTS,
     .table = "scenario.changes",
     .offset = QH_NOT_STORED,
     .help = QH_N(
         "What it changes: a change as in a scenario's file, or a list of them, with $value ($值) in place of the "
         "value; or `{scenario: $value}`, which lays a whole scenario of the case over it (`none`: no scenario).")},
    {.name = "values",
     .aliases = "取值",
     .kind = QH_KEY_TEXTS,
     LEFT_OUT,
     .offset = QH_NOT_STORED,
     .help =
         QH_N("The values it takes, each as it would stand in the change, with its unit. Drawn designs give each the "
              "same chance.")},
    {.name = "distribution",
     .aliases = "分布",
     CHOICE_AT(qh_plan_variable_keys, distribution, int),
     LEFT_OUT,
     .choice = distributions,
     .help =
         QH_N("How its values are distributed, in drawn designs: uniform and loguniform (low, high), normal (mean, sd, "
              "low, high), lognormal (mean, sd; low and high where wanted), triangular (low, mode, high), empirical "
              "(values, or a column of a file).")},
    NUMBER_TEXT("low", "下限", low, QH_N("Smallest value, with its unit.")),
    NUMBER_TEXT("high", "上限", high, QH_N("Largest value, with its unit.")),
    NUMBER_TEXT("mean", "均值", mean, QH_N("Mean, before the distribution is cut at its bounds.")),
    NUMBER_TEXT("sd", "标准差", sd, QH_N("Standard deviation of the quantity itself, before it is cut.")),
    NUMBER_TEXT("mode", "众数", mode, QH_N("Most likely value (triangular).")),
    NUMBER_TEXT("file", "文件", file, QH_N("CSV file of values (empirical), relative to the plan's folder.")),
    NUMBER_TEXT("column", "列", column, QH_N("Column of that file, whose header gives the unit in brackets.")),
    {.name = "each",
     .aliases = "逐个",
     FLAG_AT(qh_plan_variable_keys, each),
     DEFAULT("no"),
     .help = QH_N("Whether every source that the change selects has a variable of its own, independent of the others, "
                  "called NAME[SOURCE].")},
};

#define PLAN_PART                                                                                                      \
    .form = QH_FORM_PLAN, .file = "plan.yaml", .limit_offset = QH_NOT_STORED, .input_offset = QH_NOT_STORED

const qh_key_table qh_schema_plan_tables[] = {
    {.name = "plan",
     .aliases = "方案",
     PLAN_PART,
     NO_PLACE(qh_plan_keys),
     KEYS(plan_keys),
     .help = QH_N(
         "A plan of many scenarios for `qinghe sweep`: a YAML file of any name, usually in the folder `plans` of a "
         "case. See docs/method/sampling.md.")},
    {.name = "plan.variables",
     .aliases = "方案.变量",
     .row_name = QH_N("variable"),
     PLAN_PART,
     ROWS_OF(qh_plan_variable_keys),
     KEYS(variable_keys),
     .identity = "name",
     .help = QH_N("What varies from scenario to scenario: a change of the case and the values it takes.")},
};

const size_t qh_schema_plan_table_count = sizeof qh_schema_plan_tables / sizeof qh_schema_plan_tables[0];
