/* The schema's data: every key of case.yaml, of the tables and of a standard's file, in the order in which a newcomer
 * should read them. A new key is one entry here, with the field that it fills; parser, `qinghe explain` and docs/reference
 * follow (run `make docs`), and model/lang/zh.po wants its help in Chinese. */
#include <math.h>

#include "io/schema_internal.h"
#include "model/case.h"
#include "model/channel.h"
#include "model/dispersion.h"
#include "model/ecoflow.h"
#include "model/standard.h"

/* ---- registries as choices ---- */

static qh_named channel_laws(size_t index) {
    const qh_channel_law *law = qh_registry_channel[index];
    return law ? (qh_named){law->name, law->title} : (qh_named){NULL, NULL};
}

static qh_named dispersion_formulas(size_t index) {
    const qh_dispersion_formula *formula = qh_registry_dispersion[index];
    return formula ? (qh_named){formula->name, formula->title} : (qh_named){NULL, NULL};
}

static qh_named ecoflow_rules(size_t index) {
    const qh_ecoflow_rule *rule = qh_registry_ecoflow[index];
    return rule ? (qh_named){rule->name, rule->title} : (qh_named){NULL, NULL};
}

/* ---- choices ---- */

static const qh_choice run_types[] = {{"steady", "稳态", QH_STEADY}, {"unsteady", "非稳态", QH_UNSTEADY}, {0}};
static const qh_choice initials[] = {{"steady", "稳态", QH_INITIAL_STEADY}, {"given", "给定", QH_INITIAL_GIVEN}, {0}};
static const qh_choice interpolations[] = {{"step", "阶梯", QH_STEP}, {"linear", "线性", QH_LINEAR}, {0}};
static const qh_choice inlets[] = {
    {"concentration", "浓度", QH_INLET_CONCENTRATION}, {"flux", "通量", QH_INLET_FLUX}, {0}};
static const qh_choice remediations[] = {
    {"surveyed", "查", QH_REMEDIATION_SURVEYED},      {"monitored", "测", QH_REMEDIATION_MONITORED},
    {"traced", "溯", QH_REMEDIATION_TRACED},          {"treated", "治", QH_REMEDIATION_TREATED},
    {"closed", "销号|已销号", QH_REMEDIATION_CLOSED}, {0}};
static const qh_choice withdrawal_kinds[] = {
    {"withdrawal", "取水口|取水", 0}, {"intake", "饮用水取水口|水源地取水口|饮用水水源地", 1}, {0}};
static const qh_choice tennant_grades[] = {
    {"flush", "冲刷|最大", 0}, {"optimum", "最佳", 1}, {"outstanding", "极好", 2}, {"excellent", "非常好", 3},
    {"good", "好", 4},         {"fair", "中|一般", 5}, {"poor", "差|最小", 6},     {0}};
static const qh_choice target_classes[] = {{"Ⅰ", "I|1|Ⅰ类|I类|1类|一类", 1},     {"Ⅱ", "II|2|Ⅱ类|II类|2类|二类", 2},
                                           {"Ⅲ", "III|3|Ⅲ类|III类|3类|三类", 3}, {"Ⅳ", "IV|4|Ⅳ类|IV类|4类|四类", 4},
                                           {"Ⅴ", "V|5|Ⅴ类|V类|5类|五类", 5},     {0}};
static const qh_choice flags[] = {{"yes", "是|true", 1}, {"no", "否|false", 0}, {0}};
static const qh_choice senses[] = {
    {"max", "", QH_LIMIT_MAX}, {"min", "", QH_LIMIT_MIN}, {"range", "", QH_LIMIT_RANGE}, {0}};
static const qh_choice confidences[] = {{"V", "", 0}, {"V2", "", 1}, {"M+", "", 2}, {"M~", "", 3}, {"M-", "", 4}, {0}};

/* ---- how entries are written ---- */

/* Offset of a field, refused by the compiler when the field's type is not the one its key kind stores. */
#define AT(row, field, type) (offsetof(row, field) + 0 * sizeof(_Generic(((row *)0)->field, type : 0)))

#define TEXT_AT(row, field)   .kind = QH_KEY_TEXT, .offset = AT(row, field, const char *)
#define NUMBER_AT(row, field) .kind = QH_KEY_NUMBER, .offset = AT(row, field, double)
#define OPTIONAL_AT(row, field)                                                                                        \
    .kind = QH_KEY_OPTIONAL, .presence = QH_MAY_BE_LEFT_OUT, .offset = AT(row, field, qh_optional)
#define INTEGER_AT(row, field)      .kind = QH_KEY_INTEGER, .offset = AT(row, field, int)
#define COUNT_AT(row, field)        .kind = QH_KEY_COUNT, .offset = AT(row, field, size_t)
#define CHOICE_AT(row, field, type) .kind = QH_KEY_CHOICE, .offset = AT(row, field, type)
#define NAME_AT(row, field)         .kind = QH_KEY_NAME, .offset = AT(row, field, const char *)
#define FLAG_AT(row, field)         .kind = QH_KEY_FLAG, .choice = flags, .offset = AT(row, field, bool)
#define REFERENCE_AT(row, field)    .kind = QH_KEY_REFERENCE, .offset = AT(row, field, size_t)
#define TIME_AT(row, field)         .kind = QH_KEY_TIME, .offset = AT(row, field, const char *)

#define DEFAULT(text)  .presence = QH_HAS_DEFAULT, .fallback = (text)
#define OR_NOTHING     .presence = QH_HAS_DEFAULT, .fallback = ""
#define LEFT_OUT       .presence = QH_MAY_BE_LEFT_OUT
#define IN(dim, shown) .dimension = (dim), .unit = (shown)

#define AT_LEAST(x)      .range = {(x), HUGE_VAL, false}
#define OVER(x)          .range = {(x), HUGE_VAL, true}
#define BETWEEN(a, b)    .range = {(a), (b), false}
#define OVER_UP_TO(a, b) .range = {(a), (b), true}

#define PER_DAY (1.0 / 86400.0)

/* Keys that several tables share. */
#define REACH_KEY(row)                                                                                                 \
    {                                                                                                                  \
        .name = "reach", .aliases = "河段|所在河段", REFERENCE_AT(row, reach), .table = "reaches",                     \
        .help = QH_N("Reach in which it lies.")                                                                        \
    }
#define CHAINAGE_KEY(row)                                                                                              \
    {                                                                                                                  \
        .name = "chainage", .aliases = "里程|距离", NUMBER_AT(row, chainage), IN(QH_DIM_LENGTH, "km"), AT_LEAST(0.0),  \
        .help = QH_N("Distance from the reach's upstream end, along the river; at most the reach's length.")           \
    }
#define LONGITUDE_KEY(row)                                                                                             \
    {                                                                                                                  \
        .name = "longitude", .aliases = "经度", NUMBER_AT(row, longitude), LEFT_OUT, IN(QH_DIM_ANGLE, "deg"),          \
        .unit_optional = true, BETWEEN(-180.0, 180.0),                                                                 \
        .help = QH_N("Longitude (CGCS2000), decimal degrees, for maps; goes with the latitude.")                       \
    }
#define LATITUDE_KEY(row)                                                                                              \
    {                                                                                                                  \
        .name = "latitude", .aliases = "纬度", NUMBER_AT(row, latitude), LEFT_OUT, IN(QH_DIM_ANGLE, "deg"),            \
        .unit_optional = true, BETWEEN(-90.0, 90.0),                                                                   \
        .help = QH_N("Latitude (CGCS2000), decimal degrees, for maps; goes with the longitude.")                       \
    }

/* ---- case.yaml ---- */

static const qh_key case_keys[] = {
    {.name = "format",
     .aliases = "格式",
     .kind = QH_KEY_INTEGER,
     BETWEEN(1.0, 1.0),
     .offset = QH_NOT_STORED,
     .help = QH_N("Version of this file format: 1.")},
    {.name = "name", .aliases = "名称", TEXT_AT(qh_case, name), .help = QH_N("Short name of the river or the study.")},
    {.name = "title", .aliases = "标题", TEXT_AT(qh_case, title), OR_NOTHING, .help = QH_N("One line for people.")},
    {.name = "note",
     .aliases = "备注|说明",
     TEXT_AT(qh_case, note),
     OR_NOTHING,
     .help = QH_N("A remark that goes with every result, such as that values are invented.")},
    {.name = "standard",
     .aliases = "标准|水质标准",
     TEXT_AT(qh_case, standard),
     DEFAULT("GB3838-2002"),
     .help = QH_N("Water quality standard: the code of one that ships (`qinghe list standards`) or the path of a file, "
                  "relative to the case folder.")},
    {.name = "run",
     .aliases = "计算|运行",
     .kind = QH_KEY_SECTION,
     .table = "run",
     .offset = offsetof(qh_case, run),
     .help = QH_N("What is computed: steady or unsteady, and under which conditions.")},
    {.name = "constituents",
     .aliases = "污染物|指标",
     .kind = QH_KEY_LIST,
     .table = "constituents",
     .offset = QH_NOT_STORED,
     .help = QH_N("The substances that are computed; every source table has a column for each.")},
    {.name = "series",
     .aliases = "序列|时间序列",
     .kind = QH_KEY_LIST,
     .table = "series",
     LEFT_OUT,
     .offset = QH_NOT_STORED,
     .help = QH_N("Time series, for unsteady runs; a cell `series:NAME` refers to one.")},
    {.name = "routes",
     .aliases = "路线",
     .kind = QH_KEY_LIST,
     .table = "routes",
     LEFT_OUT,
     .offset = QH_NOT_STORED,
     .help = QH_N("Ways down the network that longitudinal profiles are drawn along.")},
    {.name = "solver",
     .aliases = "求解|求解器",
     .kind = QH_KEY_SECTION,
     .table = "solver",
     LEFT_OUT,
     .offset = offsetof(qh_case, solver),
     .help = QH_N("Numerical settings; every one has a default.")},
};

static const qh_key run_keys[] = {
    {.name = "type",
     .aliases = "类型",
     CHOICE_AT(qh_run_options, type, qh_run_type),
     .choice = run_types,
     .help = QH_N("steady: constant flow, loads and boundaries. unsteady: concentrations change in time.")},
    {.name = "month",
     .aliases = "月份",
     INTEGER_AT(qh_run_options, month),
     LEFT_OUT,
     BETWEEN(1.0, 12.0),
     .help = QH_N("Month of the year that the run stands for; needed where an ecological-flow rule depends on it.")},
    {.name = "temperature",
     .aliases = "水温",
     NUMBER_AT(qh_run_options, temperature),
     IN(QH_DIM_TEMPERATURE, "degC"),
     BETWEEN(0.0, 45.0),
     .help = QH_N("Water temperature, where a reach gives none of its own.")},
    {.name = "transverse_mixing",
     .aliases = "横向混合系数",
     NUMBER_AT(qh_run_options, transverse_mixing),
     IN(QH_DIM_NONE, "-"),
     DEFAULT("0.6"),
     OVER_UP_TO(0.0, 100.0),
     .help = QH_N("Ey/(H u*), for the advice on mixing lengths; about 0.6 in natural rivers, more in sharp bends.")},
    {.name = "start",
     .aliases = "开始时间|起始时间",
     TIME_AT(qh_run_options, start),
     LEFT_OUT,
     .help = QH_N("Local time at which the run begins, ISO 8601; needed in unsteady runs.")},
    {.name = "duration",
     .aliases = "历时|时长",
     NUMBER_AT(qh_run_options, duration),
     IN(QH_DIM_TIME, "d"),
     OVER(0.0),
     .presence = QH_UNSTEADY_ONLY,
     .help = QH_N("How long the run lasts.")},
    {.name = "output_interval",
     .aliases = "输出间隔",
     NUMBER_AT(qh_run_options, output_interval),
     IN(QH_DIM_TIME, "h"),
     OVER(0.0),
     .presence = QH_UNSTEADY_ONLY,
     .help = QH_N("Time between stored profiles of the whole network; at most the duration.")},
    {.name = "sample_interval",
     .aliases = "断面间隔|采样间隔",
     NUMBER_AT(qh_run_options, sample_interval),
     IN(QH_DIM_TIME, "h"),
     OVER(0.0),
     .presence = QH_UNSTEADY_ONLY,
     .help = QH_N("Time between stored values at the control sections; at most the duration.")},
    {.name = "initial",
     .aliases = "初始条件",
     CHOICE_AT(qh_run_options, initial, qh_initial),
     .choice = initials,
     .presence = QH_UNSTEADY_ONLY,
     .help =
         QH_N("steady: begin from the steady state of the first instant. given: from `initial` of each constituent.")},
};

static const qh_key constituent_keys[] = {
    {.name = "name",
     .aliases = "名称",
     TEXT_AT(qh_constituent, name),
     .help = QH_N("Name of the substance; tables have a column of this name.")},
    {.name = "title",
     .aliases = "标题|全称",
     TEXT_AT(qh_constituent, title),
     LEFT_OUT,
     .help = QH_N("Name for people, also accepted as a column name; the name itself when left out.")},
    {.name = "item",
     .aliases = "评价项目",
     TEXT_AT(qh_constituent, item),
     LEFT_OUT,
     .help = QH_N("Item of the standard by which it is judged; the item of its own name, if any, when left out.")},
    {.name = "k20",
     .aliases = "降解系数",
     NUMBER_AT(qh_constituent, k20),
     IN(QH_DIM_RATE, "1/d"),
     BETWEEN(0.0, 1000.0 * PER_DAY),
     .help = QH_N("First-order decay rate at 20 degC.")},
    {.name = "theta",
     .aliases = "温度系数",
     NUMBER_AT(qh_constituent, theta),
     IN(QH_DIM_NONE, "-"),
     DEFAULT("1.047"),
     BETWEEN(1.0, 1.5),
     .help = QH_N("Temperature coefficient of the decay: k = k20 theta^(T-20).")},
    {.name = "settling",
     .aliases = "沉降速度|沉降速率",
     NUMBER_AT(qh_constituent, settling),
     IN(QH_DIM_VELOCITY, "m/d"),
     DEFAULT("0 m/d"),
     BETWEEN(0.0, 1.0),
     .help = QH_N("Settling velocity.")},
    {.name = "background",
     .aliases = "背景浓度|本底浓度",
     NUMBER_AT(qh_constituent, background),
     IN(QH_DIM_CONCENTRATION, "mg/L"),
     DEFAULT("0 mg/L"),
     AT_LEAST(0.0),
     .help = QH_N("Concentration that the decay tends to.")},
    {.name = "initial",
     .aliases = "初始浓度",
     OPTIONAL_AT(qh_constituent, initial),
     IN(QH_DIM_CONCENTRATION, "mg/L"),
     AT_LEAST(0.0),
     .help = QH_N("Concentration everywhere at the start; needed with `run.initial: given`, of no use else.")},
};

static const qh_key series_keys[] = {
    {.name = "name", .aliases = "名称", TEXT_AT(qh_series_entry, name), .help = QH_N("Name, for cells `series:NAME`.")},
    {.name = "file",
     .aliases = "文件",
     TEXT_AT(qh_series_entry, file),
     .help =
         QH_N("CSV file, relative to the case folder, with a column `time` (ISO 8601 local time) or `time [h]` (since "
              "the start of the run) that increases strictly and covers the run.")},
    {.name = "column",
     .aliases = "列",
     TEXT_AT(qh_series_entry, column),
     .help = QH_N("Header of the column with the values, unit included: \"COD [mg/L]\".")},
    {.name = "interpolation",
     .aliases = "插值",
     CHOICE_AT(qh_series_entry, interpolation, qh_interpolation),
     .choice = interpolations,
     .help = QH_N("step: a value holds until the next one, the last one to the end of the run. linear: straight lines "
                  "between values.")},
};

static const qh_key route_keys[] = {
    {.name = "name", .aliases = "名称", TEXT_AT(qh_route, name), .help = QH_N("Name of the route.")},
    {.name = "reaches",
     .aliases = "河段",
     .kind = QH_KEY_TEXTS,
     .table = "reaches",
     .offset = QH_NOT_STORED,
     .help = QH_N("Its reaches, downstream: each begins at the node where the one before it ends.")},
};

static const qh_key solver_keys[] = {
    {.name = "engine",
     .aliases = "引擎",
     TEXT_AT(qh_solver_options, engine),
     DEFAULT("auto"),
     .help = QH_N("How the transport is solved: auto, or one of `qinghe list engines`.")},
    {.name = "cell_length",
     .aliases = "网格长度",
     NUMBER_AT(qh_solver_options, cell_length),
     IN(QH_DIM_LENGTH, "m"),
     DEFAULT("100 m"),
     OVER(0.0),
     .help = QH_N("Largest length of a finite volume.")},
    {.name = "relative_tolerance",
     .aliases = "相对误差",
     NUMBER_AT(qh_solver_options, relative_tolerance),
     IN(QH_DIM_NONE, "-"),
     DEFAULT("1e-6"),
     BETWEEN(1e-14, 0.1),
     .help = QH_N("Relative tolerance of the time integration.")},
    {.name = "absolute_tolerance",
     .aliases = "绝对误差",
     NUMBER_AT(qh_solver_options, absolute_tolerance),
     IN(QH_DIM_CONCENTRATION, "mg/L"),
     DEFAULT("1e-6 mg/L"),
     OVER(0.0),
     .help = QH_N("Absolute tolerance of the time integration.")},
    {.name = "balance_tolerance",
     .aliases = "质量平衡误差",
     NUMBER_AT(qh_solver_options, balance_tolerance),
     IN(QH_DIM_NONE, "-"),
     DEFAULT("1e-10"),
     OVER_UP_TO(0.0, 0.01),
     .help = QH_N("Largest residual of the mass balance, over the throughput; more of it fails the run (exit 3).")},
    {.name = "max_steps",
     .aliases = "最大步数",
     COUNT_AT(qh_solver_options, max_steps),
     DEFAULT("100000"),
     BETWEEN(1.0, 1e9),
     .help = QH_N("Most time steps between two outputs.")},
};

/* ---- tables ---- */

static const qh_key node_keys[] = {
    {.name = "name", .aliases = "名称|节点", TEXT_AT(qh_node, name), .help = QH_N("Name of the node.")},
    LONGITUDE_KEY(qh_node),
    LATITUDE_KEY(qh_node),
};

static const qh_key reach_keys[] = {
    {.name = "name", .aliases = "名称|河段", TEXT_AT(qh_reach, name), .help = QH_N("Name of the reach.")},
    {.name = "river",
     .aliases = "河流",
     TEXT_AT(qh_reach, river),
     OR_NOTHING,
     .help = QH_N("River that it belongs to.")},
    {.name = "from",
     .aliases = "起点|上游节点",
     REFERENCE_AT(qh_reach, from),
     .table = "nodes",
     .help = QH_N("Node at its upstream end; a node needs no row in nodes.csv.")},
    {.name = "to",
     .aliases = "终点|下游节点",
     REFERENCE_AT(qh_reach, to),
     .table = "nodes",
     .help = QH_N("Node at its downstream end.")},
    {.name = "length",
     .aliases = "长度|河长",
     NUMBER_AT(qh_reach, length),
     IN(QH_DIM_LENGTH, "km"),
     OVER(0.0),
     .help = QH_N("Length along the river.")},
    {.name = "law",
     .aliases = "水力公式|断面形式",
     NAME_AT(qh_reach, channel.law),
     .registry = channel_laws,
     .help = QH_N("How depth, width and velocity follow from the discharge; it decides which columns are needed.")},
    {.name = "slope",
     .aliases = "比降|坡降",
     OPTIONAL_AT(qh_reach, channel.slope),
     IN(QH_DIM_SLOPE, "m/m"),
     OVER_UP_TO(0.0, 1.0),
     .help = QH_N("Slope of the bed (Manning laws, and shear velocity in dispersion formulas).")},
    {.name = "manning",
     .aliases = "糙率",
     OPTIONAL_AT(qh_reach, channel.manning),
     IN(QH_DIM_MANNING, "s/m^(1/3)"),
     .unit_optional = true,
     BETWEEN(0.005, 1.0),
     .help = QH_N("Manning's roughness n.")},
    {.name = "bottom_width",
     .aliases = "底宽",
     OPTIONAL_AT(qh_reach, channel.bottom_width),
     IN(QH_DIM_LENGTH, "m"),
     AT_LEAST(0.0),
     .help = QH_N("Bottom width of a trapezoid.")},
    {.name = "side_slope",
     .aliases = "边坡系数|边坡",
     OPTIONAL_AT(qh_reach, channel.side_slope),
     IN(QH_DIM_NONE, "-"),
     BETWEEN(0.0, 100.0),
     .help = QH_N("Side slope of a trapezoid, horizontal per vertical.")},
    {.name = "cross_section",
     .aliases = "横断面|断面",
     .kind = QH_KEY_POINTER,
     LEFT_OUT,
     .table = "cross_sections",
     .offset = AT(qh_reach, channel.cross_section, const qh_cross_section *),
     .help = QH_N("Surveyed cross-section.")},
    {.name = "velocity_coefficient",
     .aliases = "流速系数",
     OPTIONAL_AT(qh_reach, channel.velocity_coefficient),
     IN(QH_DIM_NONE, "-"),
     OVER(0.0),
     .help = QH_N("a of U = a Q^b, with U in m/s and Q in m3/s.")},
    {.name = "velocity_exponent",
     .aliases = "流速指数",
     OPTIONAL_AT(qh_reach, channel.velocity_exponent),
     IN(QH_DIM_NONE, "-"),
     BETWEEN(0.0, 1.0),
     .help = QH_N("b of U = a Q^b.")},
    {.name = "depth_coefficient",
     .aliases = "水深系数",
     OPTIONAL_AT(qh_reach, channel.depth_coefficient),
     IN(QH_DIM_NONE, "-"),
     OVER(0.0),
     .help = QH_N("c of H = c Q^d, with H in m and Q in m3/s.")},
    {.name = "depth_exponent",
     .aliases = "水深指数",
     OPTIONAL_AT(qh_reach, channel.depth_exponent),
     IN(QH_DIM_NONE, "-"),
     BETWEEN(0.0, 1.0),
     .help = QH_N("d of H = c Q^d.")},
    {.name = "area",
     .aliases = "过水面积",
     OPTIONAL_AT(qh_reach, channel.area),
     IN(QH_DIM_AREA, "m2"),
     OVER(0.0),
     .help = QH_N("Flow area, where it is given.")},
    {.name = "width",
     .aliases = "水面宽|河宽",
     OPTIONAL_AT(qh_reach, channel.width),
     IN(QH_DIM_LENGTH, "m"),
     OVER(0.0),
     .help = QH_N("Width at the surface, where it is given.")},
    {.name = "share",
     .aliases = "分流比",
     OPTIONAL_AT(qh_reach, share),
     IN(QH_DIM_NONE, "-"),
     BETWEEN(0.0, 1.0),
     .help = QH_N("Part of the discharge that it takes where its upstream node bifurcates.")},
    {.name = "dispersion",
     .aliases = "离散系数|纵向离散系数",
     OPTIONAL_AT(qh_reach, dispersion),
     IN(QH_DIM_DISPERSION, "m2/s"),
     AT_LEAST(0.0),
     .help = QH_N("Longitudinal dispersion coefficient; or a formula.")},
    {.name = "dispersion_formula",
     .aliases = "离散公式|离散系数公式",
     NAME_AT(qh_reach, dispersion_formula),
     LEFT_OUT,
     .registry = dispersion_formulas,
     .help = QH_N("Formula for the dispersion coefficient; or its value.")},
    {.name = "storage_area",
     .aliases = "滞留区面积",
     OPTIONAL_AT(qh_reach, storage_area),
     IN(QH_DIM_AREA, "m2"),
     OVER(0.0),
     .help = QH_N("Area of the transient storage zone; goes with storage_exchange.")},
    {.name = "storage_exchange",
     .aliases = "滞留区交换系数",
     OPTIONAL_AT(qh_reach, storage_exchange),
     IN(QH_DIM_RATE, "1/s"),
     AT_LEAST(0.0),
     .help = QH_N("Exchange rate with the storage zone; goes with storage_area.")},
    {.name = "temperature",
     .aliases = "水温",
     OPTIONAL_AT(qh_reach, temperature),
     IN(QH_DIM_TEMPERATURE, "degC"),
     BETWEEN(0.0, 45.0),
     .help = QH_N("Water temperature; that of the run when left out.")},
    {.name = "transverse_mixing",
     .aliases = "横向混合系数",
     OPTIONAL_AT(qh_reach, transverse_mixing),
     IN(QH_DIM_NONE, "-"),
     OVER_UP_TO(0.0, 100.0),
     .help = QH_N("Ey/(H u*); that of the run when left out.")},
};

static const qh_key cross_section_keys[] = {
    {.name = "name",
     .aliases = "名称|横断面|断面",
     TEXT_AT(qh_survey_point, name),
     .help = QH_N("Name of the cross-section; its points stand in rows one after another.")},
    {.name = "offset",
     .aliases = "起点距",
     NUMBER_AT(qh_survey_point, offset),
     IN(QH_DIM_LENGTH, "m"),
     .help = QH_N("Distance from the left end, not decreasing.")},
    {.name = "elevation",
     .aliases = "高程",
     NUMBER_AT(qh_survey_point, elevation),
     IN(QH_DIM_LENGTH, "m"),
     .help = QH_N("Elevation of the bed.")},
};

static const qh_key kinetics_keys[] = {
    REACH_KEY(qh_kinetics_override),
    {.name = "constituent",
     .aliases = "污染物|指标",
     REFERENCE_AT(qh_kinetics_override, constituent),
     .table = "constituents",
     .help = QH_N("Constituent whose kinetics differ in this reach.")},
    {.name = "k20",
     .aliases = "降解系数",
     OPTIONAL_AT(qh_kinetics_override, k20),
     IN(QH_DIM_RATE, "1/d"),
     BETWEEN(0.0, 1000.0 * PER_DAY),
     .help = QH_N("First-order decay rate at 20 degC in this reach.")},
    {.name = "theta",
     .aliases = "温度系数",
     OPTIONAL_AT(qh_kinetics_override, theta),
     IN(QH_DIM_NONE, "-"),
     BETWEEN(1.0, 1.5),
     .help = QH_N("Temperature coefficient in this reach.")},
    {.name = "settling",
     .aliases = "沉降速度|沉降速率",
     OPTIONAL_AT(qh_kinetics_override, settling),
     IN(QH_DIM_VELOCITY, "m/d"),
     BETWEEN(0.0, 1.0),
     .help = QH_N("Settling velocity in this reach.")},
    {.name = "background",
     .aliases = "背景浓度|本底浓度",
     OPTIONAL_AT(qh_kinetics_override, background),
     IN(QH_DIM_CONCENTRATION, "mg/L"),
     AT_LEAST(0.0),
     .help = QH_N("Background concentration in this reach.")},
};

static const qh_key headwater_keys[] = {
    {.name = "name", .aliases = "名称", TEXT_AT(qh_headwater, name), .help = QH_N("Name of the headwater.")},
    {.name = "node",
     .aliases = "节点",
     REFERENCE_AT(qh_headwater, node),
     .table = "nodes",
     .help = QH_N("Node at which the river enters the network.")},
    {.name = "flow",
     .aliases = "流量",
     NUMBER_AT(qh_headwater, flow),
     IN(QH_DIM_FLOW, "m3/s"),
     OVER(0.0),
     .help =
         QH_N("Discharge; or `design(Q90 FILE)`, a design flow of a flow record in the case folder: Q90, Q95, Q90-P3, "
              "Q95-P3, ten-years, 7Q10, mean; see docs/hydrology.md.")},
    {.name = "inlet",
     .aliases = "边界类型",
     CHOICE_AT(qh_headwater, inlet, qh_inlet),
     .choice = inlets,
     DEFAULT("concentration"),
     .help = QH_N("concentration: the water at the node has the given concentration. flux: the given mass enters, "
                  "advection and dispersion together.")},
};

static const qh_key tributary_keys[] = {
    {.name = "name", .aliases = "名称", TEXT_AT(qh_tributary, name), .help = QH_N("Name of the tributary.")},
    REACH_KEY(qh_tributary),
    CHAINAGE_KEY(qh_tributary),
    {.name = "flow",
     .aliases = "流量",
     NUMBER_AT(qh_tributary, flow),
     IN(QH_DIM_FLOW, "m3/s"),
     AT_LEAST(0.0),
     .help =
         QH_N("Discharge; or `design(Q90 FILE)`, a design flow of a flow record in the case folder: Q90, Q95, Q90-P3, "
              "Q95-P3, ten-years, 7Q10, mean; see docs/hydrology.md.")},
};

static const qh_key outfall_keys[] = {
    {.name = "code",
     .aliases = "编码|排污口编码",
     TEXT_AT(qh_outfall, code),
     .help = QH_N("Code of the register; unique.")},
    {.name = "name", .aliases = "名称|排污口名称", TEXT_AT(qh_outfall, name), .help = QH_N("Name of the outfall.")},
    {.name = "category",
     .aliases = "类别|排污口类型",
     TEXT_AT(qh_outfall, category),
     OR_NOTHING,
     .help = QH_N("Category of HJ 1312-2023, or the user's own.")},
    {.name = "district",
     .aliases = "行政区|行政区划",
     TEXT_AT(qh_outfall, district),
     OR_NOTHING,
     .help = QH_N("District.")},
    {.name = "body", .aliases = "责任主体", TEXT_AT(qh_outfall, body), OR_NOTHING, .help = QH_N("Responsible body.")},
    {.name = "permit",
     .aliases = "许可证号|排污许可证号",
     TEXT_AT(qh_outfall, permit),
     OR_NOTHING,
     .help = QH_N("Number of the discharge permit.")},
    {.name = "standard",
     .aliases = "排放标准|执行标准",
     TEXT_AT(qh_outfall, standard),
     OR_NOTHING,
     .help = QH_N("Discharge standard and grade that it is held to.")},
    {.name = "entry",
     .aliases = "入河方式|排放方式",
     TEXT_AT(qh_outfall, entry),
     OR_NOTHING,
     .help = QH_N("How it enters the river: continuous, intermittent, by pipe ...")},
    {.name = "status",
     .aliases = "整治状态|状态",
     CHOICE_AT(qh_outfall, status, qh_remediation),
     LEFT_OUT,
     .choice = remediations,
     .help = QH_N("Remediation status in the register.")},
    LONGITUDE_KEY(qh_outfall),
    LATITUDE_KEY(qh_outfall),
    REACH_KEY(qh_outfall),
    CHAINAGE_KEY(qh_outfall),
    {.name = "flow",
     .aliases = "流量|排放量|污水量",
     NUMBER_AT(qh_outfall, flow),
     IN(QH_DIM_FLOW, "m3/d"),
     AT_LEAST(0.0),
     .help = QH_N("Discharge.")},
    {.name = "note", .aliases = "备注", TEXT_AT(qh_outfall, note), OR_NOTHING, .help = QH_N("A remark.")},
};

static const qh_key lateral_keys[] = {
    {.name = "name", .aliases = "名称", TEXT_AT(qh_lateral, name), .help = QH_N("Name of the distributed inflow.")},
    REACH_KEY(qh_lateral),
    {.name = "from",
     .aliases = "起点|起点里程",
     NUMBER_AT(qh_lateral, from),
     IN(QH_DIM_LENGTH, "km"),
     AT_LEAST(0.0),
     .help = QH_N("Where the stretch begins, from the reach's upstream end.")},
    {.name = "to",
     .aliases = "终点|终点里程",
     NUMBER_AT(qh_lateral, to),
     IN(QH_DIM_LENGTH, "km"),
     AT_LEAST(0.0),
     .help = QH_N("Where the stretch ends; beyond `from`, at most the reach's length.")},
    {.name = "flow",
     .aliases = "流量",
     NUMBER_AT(qh_lateral, flow),
     IN(QH_DIM_FLOW, "m3/s"),
     AT_LEAST(0.0),
     .help = QH_N("Discharge over the whole stretch; loads are of the whole stretch as well.")},
};

static const qh_key withdrawal_keys[] = {
    {.name = "code", .aliases = "编码", TEXT_AT(qh_withdrawal, code), .help = QH_N("Code; unique.")},
    {.name = "name", .aliases = "名称", TEXT_AT(qh_withdrawal, name), .help = QH_N("Name of the withdrawal.")},
    {.name = "kind",
     .aliases = "类型",
     NAME_AT(qh_withdrawal, kind),
     .choice = withdrawal_kinds,
     DEFAULT("withdrawal"),
     .help = QH_N("withdrawal, or the intake of a drinking-water works.")},
    REACH_KEY(qh_withdrawal),
    CHAINAGE_KEY(qh_withdrawal),
    {.name = "flow",
     .aliases = "流量|取水量",
     NUMBER_AT(qh_withdrawal, flow),
     IN(QH_DIM_FLOW, "m3/s"),
     AT_LEAST(0.0),
     .help = QH_N("Discharge asked for; what the river cannot give is reported.")},
};

#define MONTHLY_KEY(n)                                                                                                 \
    {                                                                                                                  \
        .name = "flow_" #n, .aliases = #n "月生态流量|" #n "月流量", OPTIONAL_AT(qh_station, monthly[n - 1]),          \
        IN(QH_DIM_FLOW, "m3/s"), AT_LEAST(0.0), .help = QH_N("Ecological flow of this month (rule monthly).")          \
    }

static const qh_key station_keys[] = {
    {.name = "name", .aliases = "名称|电站", TEXT_AT(qh_station, name), .help = QH_N("Name of the station.")},
    REACH_KEY(qh_station),
    {.name = "chainage",
     .aliases = "里程|距离",
     NUMBER_AT(qh_station, chainage),
     IN(QH_DIM_LENGTH, "km"),
     AT_LEAST(0.0),
     .help = QH_N("Where the dam stands, from the reach's upstream end.")},
    {.name = "tailrace_reach",
     .aliases = "尾水河段",
     REFERENCE_AT(qh_station, tailrace_reach),
     .table = "reaches",
     .help = QH_N("Reach to which the tailrace returns the water.")},
    {.name = "tailrace_chainage",
     .aliases = "尾水里程",
     NUMBER_AT(qh_station, tailrace_chainage),
     IN(QH_DIM_LENGTH, "km"),
     AT_LEAST(0.0),
     .help = QH_N("Where it does so, from that reach's upstream end.")},
    {.name = "capacity",
     .aliases = "引用流量|引水能力",
     NUMBER_AT(qh_station, capacity),
     IN(QH_DIM_FLOW, "m3/s"),
     AT_LEAST(0.0),
     .help = QH_N("Largest discharge it diverts, once the ecological flow is left in the river.")},
    {.name = "rule",
     .aliases = "生态流量规则|规则",
     NAME_AT(qh_station, rule),
     .registry = ecoflow_rules,
     .help = QH_N("How the ecological flow is set; it decides which columns are needed.")},
    {.name = "eco_flow",
     .aliases = "生态流量",
     OPTIONAL_AT(qh_station, eco_flow),
     IN(QH_DIM_FLOW, "m3/s"),
     AT_LEAST(0.0),
     .help = QH_N("Ecological flow (rule fixed).")},
    {.name = "mean_annual_flow",
     .aliases = "多年平均流量",
     OPTIONAL_AT(qh_station, mean_annual_flow),
     IN(QH_DIM_FLOW, "m3/s"),
     OVER(0.0),
     .help = QH_N("Natural mean annual flow at the dam (rules share and tennant).")},
    {.name = "share",
     .aliases = "比例",
     OPTIONAL_AT(qh_station, share),
     IN(QH_DIM_NONE, "-"),
     BETWEEN(0.0, 2.0),
     .help = QH_N("Part of the mean annual flow (rule share).")},
    {.name = "tennant_grade",
     .aliases = "Tennant等级|等级",
     NAME_AT(qh_station, tennant_grade),
     LEFT_OUT,
     .choice = tennant_grades,
     .help = QH_N("Grade of Tennant's table (rule tennant).")},
    MONTHLY_KEY(1),
    MONTHLY_KEY(2),
    MONTHLY_KEY(3),
    MONTHLY_KEY(4),
    MONTHLY_KEY(5),
    MONTHLY_KEY(6),
    MONTHLY_KEY(7),
    MONTHLY_KEY(8),
    MONTHLY_KEY(9),
    MONTHLY_KEY(10),
    MONTHLY_KEY(11),
    MONTHLY_KEY(12),
};

static const qh_key section_keys[] = {
    {.name = "code", .aliases = "编码|断面编码", TEXT_AT(qh_section, code), .help = QH_N("Code; unique.")},
    {.name = "name",
     .aliases = "名称|断面名称",
     TEXT_AT(qh_section, name),
     .help = QH_N("Name of the control section.")},
    {.name = "level",
     .aliases = "级别|断面级别",
     TEXT_AT(qh_section, level),
     OR_NOTHING,
     .help = QH_N("National, provincial, city ...")},
    {.name = "district",
     .aliases = "行政区|行政区划",
     TEXT_AT(qh_section, district),
     OR_NOTHING,
     .help = QH_N("District.")},
    REACH_KEY(qh_section),
    CHAINAGE_KEY(qh_section),
    {.name = "target",
     .aliases = "目标|水质目标|目标水质",
     INTEGER_AT(qh_section, target_class),
     .choice = target_classes,
     .help = QH_N("Class that it must meet.")},
    {.name = "protected",
     .aliases = "保护目标|敏感目标",
     FLAG_AT(qh_section, is_protected),
     DEFAULT("no"),
     .help = QH_N("Whether it is a protected target (drinking water, fish ...).")},
    LONGITUDE_KEY(qh_section),
    LATITUDE_KEY(qh_section),
};

/* ---- a standard's file ---- */

#define CLAUSE_KEY(at)                                                                                                 \
    { .name = "clause", .aliases = "", .kind = QH_KEY_TEXT, .offset = (at), .help = QH_N("Clause that says so.") }
#define CONFIDENCE_KEY(at)                                                                                             \
    {                                                                                                                  \
        .name = "confidence", .aliases = "", .kind = QH_KEY_NAME, .choice = confidences, .offset = (at),               \
        .help = QH_N("How sure the text is: V read in the standard, V2 in a secondary source, M+ M~ M- from working "  \
                     "knowledge.")                                                                                     \
    }
#define TITLE_KEY(row)                                                                                                 \
    {                                                                                                                  \
        .name = "title", .aliases = "", .kind = QH_KEY_SECTION, .table = "standard.title",                             \
        .offset = offsetof(row, title), .help = QH_N("English and Chinese name.")                                      \
    }

/* English and Chinese text side by side, as they stand in every struct that has both. */
typedef struct two_titles {
    const char *title, *title_zh;
} two_titles;
_Static_assert(offsetof(qh_standard, title_zh) - offsetof(qh_standard, title) == offsetof(two_titles, title_zh),
               "titles of a standard are side by side");
_Static_assert(offsetof(qh_standard_item, title_zh) - offsetof(qh_standard_item, title) ==
                   offsetof(two_titles, title_zh),
               "titles of an item are side by side");
_Static_assert(offsetof(qh_grading, title_zh) - offsetof(qh_grading, title) == offsetof(two_titles, title_zh),
               "titles of a grading are side by side");

static const qh_key standard_keys[] = {
    {.name = "code", .aliases = "", TEXT_AT(qh_standard, code), .help = QH_N("Code by which it is chosen.")},
    TITLE_KEY(qh_standard),
    {.name = "source", .aliases = "", TEXT_AT(qh_standard, source), .help = QH_N("The document, as it is cited.")},
    {.name = "classes",
     .aliases = "",
     .kind = QH_KEY_TEXTS,
     .offset = QH_NOT_STORED,
     .help = QH_N("Names of the classes, best first; at most 8.")},
    {.name = "exceedance",
     .aliases = "",
     .kind = QH_KEY_SECTION,
     .table = "standard.exceedance",
     .offset = 0,
     .help = QH_N("Base of the national multiple of exceedance (C - base)/base.")},
    {.name = "grading",
     .aliases = "",
     .kind = QH_KEY_SECTION,
     .table = "standard.grading",
     LEFT_OUT,
     .offset = offsetof(qh_standard, grading),
     .help = QH_N("How sections and rivers are graded from classes.")},
    {.name = "items",
     .aliases = "",
     .kind = QH_KEY_LIST,
     .table = "standard.items",
     .offset = QH_NOT_STORED,
     .help = QH_N("What is limited.")},
};

static const qh_key title_keys[] = {
    {.name = "en", .aliases = "", TEXT_AT(two_titles, title), .help = QH_N("English.")},
    {.name = "zh", .aliases = "", TEXT_AT(two_titles, title_zh), .help = QH_N("Chinese.")},
};

static const qh_key exceedance_keys[] = {
    {.name = "base_class",
     .aliases = "",
     INTEGER_AT(qh_standard, exceedance_base_class),
     BETWEEN(1.0, QH_MAX_CLASSES),
     .help = QH_N("Class whose limit is the base, 1 for the first.")},
    CLAUSE_KEY(offsetof(qh_standard, exceedance_clause)),
    CONFIDENCE_KEY(offsetof(qh_standard, exceedance_confidence)),
};

static const qh_key grading_keys[] = {
    {.name = "code", .aliases = "", TEXT_AT(qh_grading, code), .help = QH_N("Number of the document.")},
    TITLE_KEY(qh_grading),
    {.name = "source", .aliases = "", TEXT_AT(qh_grading, source), .help = QH_N("The document, as it is cited.")},
    {.name = "grades",
     .aliases = "",
     .kind = QH_KEY_LIST,
     .table = "standard.grading.grades",
     .offset = QH_NOT_STORED,
     .help = QH_N("Grades, best first; a river has the first whose conditions both hold.")},
    {.name = "class_grade",
     .aliases = "",
     .kind = QH_KEY_SECTION,
     .table = "standard.grading.class_grade",
     .offset = 0,
     .help = QH_N("Grade of a section by its class.")},
    {.name = "share",
     .aliases = "",
     .kind = QH_KEY_SECTION,
     .table = "standard.grading.share",
     .offset = 0,
     .help = QH_N("When and how a river is graded by shares of its sections.")},
    {.name = "main_items",
     .aliases = "",
     .kind = QH_KEY_SECTION,
     .table = "standard.grading.main_items",
     .offset = 0,
     .help = QH_N("Main pollution items.")},
};

static const qh_key grade_keys[] = {
    {.name = "en", .aliases = "", TEXT_AT(qh_grade, title), .help = QH_N("English.")},
    {.name = "zh", .aliases = "", TEXT_AT(qh_grade, title_zh), .help = QH_N("Chinese.")},
    {.name = "good_from",
     .aliases = "",
     NUMBER_AT(qh_grade, good_from),
     IN(QH_DIM_NONE, "-"),
     LEFT_OUT,
     BETWEEN(0.0, 1.0),
     .help = QH_N("Least share of sections in good classes; no condition when left out.")},
    {.name = "worst_below",
     .aliases = "",
     NUMBER_AT(qh_grade, worst_below),
     IN(QH_DIM_NONE, "-"),
     LEFT_OUT,
     OVER_UP_TO(0.0, 1.0),
     .help = QH_N("Share of sections worse than the last class that must not be reached; no condition when left out.")},
};

static const qh_key class_grade_keys[] = {
    {.name = "grades",
     .aliases = "",
     .kind = QH_KEY_NUMBERS,
     .offset = QH_NOT_STORED,
     .help = QH_N("Grade of each class, 1 for the first, and of what is worse than the last class.")},
    CLAUSE_KEY(offsetof(qh_grading, class_clause)),
    CONFIDENCE_KEY(offsetof(qh_grading, class_confidence)),
};

static const qh_key share_keys[] = {
    {.name = "good_class",
     .aliases = "",
     INTEGER_AT(qh_grading, good_class),
     BETWEEN(1.0, QH_MAX_CLASSES),
     .help = QH_N("Last class that is good.")},
    {.name = "min_sections",
     .aliases = "",
     COUNT_AT(qh_grading, min_sections),
     BETWEEN(1.0, 1000.0),
     .help = QH_N("Sections from which on shares are used.")},
    CLAUSE_KEY(offsetof(qh_grading, share_clause)),
    CONFIDENCE_KEY(offsetof(qh_grading, share_confidence)),
};

static const qh_key main_item_keys[] = {
    {.name = "max",
     .aliases = "",
     COUNT_AT(qh_grading, max_main_items),
     BETWEEN(1.0, QH_MAX_MAIN_ITEMS),
     .help = QH_N("Most items that are named.")},
    CLAUSE_KEY(offsetof(qh_grading, main_clause)),
    CONFIDENCE_KEY(offsetof(qh_grading, main_confidence)),
};

static const qh_key item_keys[] = {
    {.name = "code",
     .aliases = "",
     TEXT_AT(qh_standard_item, code),
     .help = QH_N("Code, unique; what `item` of a constituent says.")},
    TITLE_KEY(qh_standard_item),
    {.name = "unit",
     .aliases = "",
     TEXT_AT(qh_standard_item, unit),
     .help = QH_N("Unit of the limits, as the standard writes it; \"-\" for a pure number.")},
    {.name = "sense",
     .aliases = "",
     CHOICE_AT(qh_standard_item, sense, qh_limit_sense),
     .choice = senses,
     .help = QH_N("max: at most the limit. min: at least. range: between limits and limits_high.")},
    {.name = "limits",
     .aliases = "",
     .kind = QH_KEY_NUMBERS,
     .offset = QH_NOT_STORED,
     .help = QH_N("One limit a class, from the best class to the worst.")},
    {.name = "limits_high",
     .aliases = "",
     .kind = QH_KEY_NUMBERS,
     LEFT_OUT,
     .offset = QH_NOT_STORED,
     .help = QH_N("Upper limits, with `sense: range` only.")},
    {.name = "evaluated",
     .aliases = "",
     FLAG_AT(qh_standard_item, evaluated),
     DEFAULT("yes"),
     .help = QH_N("Whether it counts in the class of a section.")},
    {.name = "toxic",
     .aliases = "",
     FLAG_AT(qh_standard_item, toxic),
     DEFAULT("no"),
     .help = QH_N("Whether it is named first among the main pollution items.")},
    CLAUSE_KEY(offsetof(qh_standard_item, clause)),
    CONFIDENCE_KEY(offsetof(qh_standard_item, confidence)),
};

/* ---- the tables ---- */

#define KEYS(array) .key = (array), .n_key = sizeof(array) / sizeof((array)[0])
#define YAML_PART                                                                                                      \
    .form = QH_FORM_YAML, .file = "case.yaml", .input_offset = QH_NOT_STORED, .limit_offset = QH_NOT_STORED
#define STANDARD_PART                                                                                                  \
    .form = QH_FORM_STANDARD, .file = "standard.yaml", .input_offset = QH_NOT_STORED, .limit_offset = QH_NOT_STORED
#define ROWS_OF(row)  .row_size = sizeof(row), .place_offset = AT(row, place, qh_place)
#define NO_PLACE(row) .row_size = sizeof(row), .place_offset = QH_NOT_STORED
#define NO_INPUTS     .input_offset = QH_NOT_STORED, .limit_offset = QH_NOT_STORED
#define INPUTS(row)   .input_offset = AT(row, input, const qh_input *)

const qh_key_table qh_schema_tables[] = {
    {.name = "",
     .aliases = "case|算例",
     YAML_PART,
     NO_PLACE(qh_case),
     KEYS(case_keys),
     .help = QH_N("The case as a whole: the top level of case.yaml.")},
    {.name = "run",
     .aliases = "计算|运行",
     YAML_PART,
     ROWS_OF(qh_run_options),
     KEYS(run_keys),
     .help = QH_N("What is computed, in case.yaml.")},
    {.name = "constituents",
     .aliases = "污染物|指标",
     .row_name = QH_N("constituent"),
     YAML_PART,
     ROWS_OF(qh_constituent),
     KEYS(constituent_keys),
     .identity = "name",
     .help = QH_N("The substances, a list in case.yaml.")},
    {.name = "series",
     .aliases = "序列|时间序列",
     .row_name = QH_N("series"),
     YAML_PART,
     ROWS_OF(qh_series_entry),
     KEYS(series_keys),
     .identity = "name",
     .help = QH_N("Time series of unsteady runs, a list in case.yaml.")},
    {.name = "routes",
     .aliases = "路线",
     .row_name = QH_N("route"),
     YAML_PART,
     ROWS_OF(qh_route),
     KEYS(route_keys),
     .identity = "name",
     .help = QH_N("Routes for longitudinal profiles, a list in case.yaml.")},
    {.name = "solver",
     .aliases = "求解|求解器",
     YAML_PART,
     ROWS_OF(qh_solver_options),
     KEYS(solver_keys),
     .help = QH_N("Numerical settings, in case.yaml.")},
    {.name = "nodes",
     .aliases = "节点表|节点",
     .row_name = QH_N("node"),
     .form = QH_FORM_CSV,
     .file = "nodes.csv",
     ROWS_OF(qh_node),
     KEYS(node_keys),
     .identity = "name",
     NO_INPUTS,
     .help = QH_N("Positions of nodes, for maps. Nodes that reaches name need no row here.")},
    {.name = "reaches",
     .aliases = "河段表|河段",
     .row_name = QH_N("reach"),
     .form = QH_FORM_CSV,
     .file = "reaches.csv",
     .required = true,
     ROWS_OF(qh_reach),
     KEYS(reach_keys),
     .identity = "name",
     NO_INPUTS,
     .help = QH_N("The river network: reaches from node to node, with channel and dispersion.")},
    {.name = "cross_sections",
     .aliases = "横断面表|横断面",
     .row_name = QH_N("cross-section"),
     .form = QH_FORM_CSV,
     .file = "cross_sections.csv",
     ROWS_OF(qh_survey_point),
     KEYS(cross_section_keys),
     .identity = "name",
     NO_INPUTS,
     .help = QH_N("Surveyed cross-sections, a point a row, from the left bank to the right.")},
    {.name = "kinetics",
     .aliases = "反应参数表|反应参数",
     .row_name = QH_N("kinetics row"),
     .form = QH_FORM_CSV,
     .file = "kinetics.csv",
     ROWS_OF(qh_kinetics_override),
     KEYS(kinetics_keys),
     NO_INPUTS,
     .help =
         QH_N("Kinetics of single reaches, where they differ from the constituent's; an empty cell keeps its value.")},
    {.name = "headwaters",
     .aliases = "源头表|源头边界|源头",
     .row_name = QH_N("headwater"),
     .form = QH_FORM_CSV,
     .file = "headwaters.csv",
     .required = true,
     ROWS_OF(qh_headwater),
     KEYS(headwater_keys),
     .identity = "name",
     INPUTS(qh_headwater),
     .limit_offset = QH_NOT_STORED,
     .help = QH_N("Where rivers enter the network. A column a constituent, a concentration.")},
    {.name = "tributaries",
     .aliases = "支流表|支流",
     .row_name = QH_N("tributary"),
     .form = QH_FORM_CSV,
     .file = "tributaries.csv",
     ROWS_OF(qh_tributary),
     KEYS(tributary_keys),
     .identity = "name",
     INPUTS(qh_tributary),
     .input_loads = true,
     .limit_offset = QH_NOT_STORED,
     .help =
         QH_N("Tributaries that are no reaches: water entering at a point. A column a constituent, concentration or "
              "load.")},
    {.name = "outfalls",
     .aliases = "排污口表|排污口",
     .row_name = QH_N("outfall"),
     .form = QH_FORM_CSV,
     .file = "outfalls.csv",
     ROWS_OF(qh_outfall),
     KEYS(outfall_keys),
     .identity = "code",
     INPUTS(qh_outfall),
     .input_loads = true,
     .limit_offset = AT(qh_outfall, limit, const qh_optional *),
     .help = QH_N(
         "The register of outfalls. A column a constituent, concentration or load, and, if wanted, a column of its "
         "limit.")},
    {.name = "laterals",
     .aliases = "沿程入流表|沿程入流|面源",
     .row_name = QH_N("distributed inflow"),
     .form = QH_FORM_CSV,
     .file = "laterals.csv",
     ROWS_OF(qh_lateral),
     KEYS(lateral_keys),
     .identity = "name",
     INPUTS(qh_lateral),
     .input_loads = true,
     .limit_offset = QH_NOT_STORED,
     .help = QH_N("Water that enters along a stretch. A column a constituent, concentration or load.")},
    {.name = "withdrawals",
     .aliases = "取水口表|取水口",
     .row_name = QH_N("withdrawal"),
     .form = QH_FORM_CSV,
     .file = "withdrawals.csv",
     ROWS_OF(qh_withdrawal),
     KEYS(withdrawal_keys),
     .identity = "code",
     NO_INPUTS,
     .help = QH_N("Withdrawals and drinking-water intakes.")},
    {.name = "stations",
     .aliases = "电站表|引水式电站|电站",
     .row_name = QH_N("diversion station"),
     .form = QH_FORM_CSV,
     .file = "stations.csv",
     ROWS_OF(qh_station),
     KEYS(station_keys),
     .identity = "name",
     NO_INPUTS,
     .help = QH_N("Diversion power stations, with dewatered reach, tailrace and ecological flow.")},
    {.name = "sections",
     .aliases = "断面表|控制断面|断面",
     .row_name = QH_N("control section"),
     .form = QH_FORM_CSV,
     .file = "sections.csv",
     ROWS_OF(qh_section),
     KEYS(section_keys),
     .identity = "code",
     NO_INPUTS,
     .help = QH_N("Control sections and the class that each must meet.")},
    {.name = "standard",
     .aliases = "",
     STANDARD_PART,
     NO_PLACE(qh_standard),
     KEYS(standard_keys),
     .help = QH_N("A water quality standard: a YAML file of its own.")},
    {.name = "standard.title",
     .aliases = "",
     STANDARD_PART,
     NO_PLACE(two_titles),
     KEYS(title_keys),
     .help = QH_N("A name in two languages.")},
    {.name = "standard.exceedance",
     .aliases = "",
     STANDARD_PART,
     NO_PLACE(qh_standard),
     KEYS(exceedance_keys),
     .help = QH_N("Base of the national multiple of exceedance (C - base)/base.")},
    {.name = "standard.grading",
     .aliases = "",
     STANDARD_PART,
     NO_PLACE(qh_grading),
     KEYS(grading_keys),
     .help = QH_N("How sections and rivers are graded from classes.")},
    {.name = "standard.grading.grades",
     .aliases = "",
     .row_name = QH_N("grade"),
     STANDARD_PART,
     NO_PLACE(qh_grade),
     KEYS(grade_keys),
     .help = QH_N("Grades of water quality.")},
    {.name = "standard.grading.class_grade",
     .aliases = "",
     STANDARD_PART,
     NO_PLACE(qh_grading),
     KEYS(class_grade_keys),
     .help = QH_N("Grade of a section by its class.")},
    {.name = "standard.grading.share",
     .aliases = "",
     STANDARD_PART,
     NO_PLACE(qh_grading),
     KEYS(share_keys),
     .help = QH_N("When and how a river is graded by shares of its sections.")},
    {.name = "standard.grading.main_items",
     .aliases = "",
     STANDARD_PART,
     NO_PLACE(qh_grading),
     KEYS(main_item_keys),
     .help = QH_N("Main pollution items.")},
    {.name = "standard.items",
     .aliases = "",
     .row_name = QH_N("item"),
     STANDARD_PART,
     ROWS_OF(qh_standard_item),
     KEYS(item_keys),
     .identity = "code",
     .help = QH_N("What is limited.")},
};

const size_t qh_schema_table_count = sizeof qh_schema_tables / sizeof qh_schema_tables[0];
