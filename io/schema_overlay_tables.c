/* The schema's data, continued: scenarios (overlays of a case) and discharge standards.
 *
 * A kind of change `kind` of model/changes has an entry in change_keys and a table "scenario.kind", whose first key is
 * `kind` itself; the first key of an entry in a scenario's `changes` tells which table it is read by. */
#include <math.h>

#include "io/schema_internal.h"
#include "model/overlay.h"

#define PER_DAY (1.0 / 86400.0)

/* ---- the scenario's file ---- */

static const qh_key scenario_keys[] = {
    {.name = "title",
     .aliases = "标题",
     TEXT_AT(qh_overlay, title),
     OR_NOTHING,
     .help = QH_N("One line for people: what the scenario is about.")},
    {.name = "extends",
     .aliases = "基于",
     .kind = QH_KEY_TEXTS,
     LEFT_OUT,
     .offset = QH_NOT_STORED,
     .help =
         QH_N("Scenarios whose changes come before these: a name or a list of names. One that is reached by several "
              "ways counts once.")},
    {.name = "changes",
     .aliases = "变更|改动",
     .kind = QH_KEY_LIST,
     .table = "scenario.changes",
     LEFT_OUT,
     .offset = QH_NOT_STORED,
     .help = QH_N("What is changed. The first key of each entry tells the kind of change; later changes win.")},
};

#define CHANGE_KEY(kind_name, zh, text)                                                                                \
    { .name = (kind_name), .aliases = (zh), .kind = QH_KEY_TEXTS, LEFT_OUT, .offset = QH_NOT_STORED, .help = (text) }

static const qh_key change_keys[] = {
    CHANGE_KEY("scale", "缩放", QH_N("Multiplies flow, concentration or load of sources by a factor.")),
    CHANGE_KEY("set", "设定", QH_N("Gives sources another flow, concentration or load.")),
    CHANGE_KEY("close", "关闭", QH_N("Closes outfalls.")),
    CHANGE_KEY(
        "upgrade", "提标",
        QH_N("Holds outfalls to a grade of a discharge standard: concentrations above its limits sink to them.")),
    CHANGE_KEY("move", "迁移", QH_N("Moves an outfall to another place.")),
    CHANGE_KEY("add", "新增", QH_N("Adds an outfall.")),
    CHANGE_KEY("release", "下泄", QH_N("Changes the ecological-flow rule of a diversion station.")),
    CHANGE_KEY("kinetics", "动力学|降解",
               QH_N("Changes decay, settling or background of a constituent, everywhere or in a reach.")),
    CHANGE_KEY("temperature", "水温", QH_N("Changes the water temperature of the run.")),
    CHANGE_KEY("design_flow", "设计流量",
               QH_N("Multiplies the flow of all headwaters, tributaries and distributed inflows by a factor.")),
};

/* ---- what is selected ---- */

#define NAMES_KEY(key, zh, text)                                                                                       \
    { .name = (key), .aliases = (zh), .kind = QH_KEY_TEXTS, LEFT_OUT, .offset = QH_NOT_STORED, .help = (text) }

static const qh_key selection_keys[] = {
    NAMES_KEY("outfall", "排污口",
              QH_N("Outfalls by code, or by name where it is unique; `all` (全部) for all of them.")),
    NAMES_KEY("headwater", "上游来水|源头", QH_N("Headwaters by name, or `all`.")),
    NAMES_KEY("tributary", "支流", QH_N("Tributaries by name, or `all`.")),
    NAMES_KEY("lateral", "区间入流", QH_N("Distributed inflows by name, or `all`.")),
    NAMES_KEY("category", "类别|排污口类型", QH_N("Only outfalls of these categories.")),
    NAMES_KEY("district", "行政区|行政区划", QH_N("Only outfalls of these districts.")),
    NAMES_KEY("body", "责任主体", QH_N("Only outfalls of these responsible bodies.")),
};

/* ---- the kinds of change ---- */

#define SELECTION_KEY(key, zh, text)                                                                                   \
    {                                                                                                                  \
        .name = (key), .aliases = (zh), .kind = QH_KEY_TEXTS, .table = "scenario.selection", .offset = QH_NOT_STORED,  \
        .help = (text)                                                                                                 \
    }
#define FACTOR_KEY(key, zh, field, text)                                                                               \
    {                                                                                                                  \
        .name = (key), .aliases = (zh), OPTIONAL_AT(qh_change, field), IN(QH_DIM_NONE, "-"), BETWEEN(0.0, 1000.0),     \
        .help = (text)                                                                                                 \
    }
#define ONLY_KEY                                                                                                       \
    {                                                                                                                  \
        .name = "constituent", .aliases = "污染物|指标", .kind = QH_KEY_TEXTS, .table = "constituents", LEFT_OUT,      \
        .offset = QH_NOT_STORED, .help = QH_N("Only these constituents: a name or a list of names; else all.")         \
    }

static const qh_key scale_keys[] = {
    SELECTION_KEY("scale", "缩放",
                  QH_N("Which sources: the code of an outfall, a list of codes, `all` outfalls, or a mapping such as "
                       "{category: ..., district: ...} or {headwater: ...}.")),
    FACTOR_KEY("flow", "流量", flow_factor,
               QH_N("Factor of the flow, a number such as 0.8 or a percentage. Alone it leaves concentrations where "
                    "the case has "
                    "concentrations, and loads where it has loads.")),
    FACTOR_KEY("concentration", "浓度", concentration_factor, QH_N("Factor of the concentrations.")),
    FACTOR_KEY("load", "负荷", load_factor, QH_N("Factor of the loads, whatever becomes of the flow.")),
    ONLY_KEY,
};

static const qh_key set_keys[] = {
    SELECTION_KEY("set", "设定", QH_N("Which sources: as for `scale`.")),
    {.name = "flow",
     .aliases = "流量",
     OPTIONAL_AT(qh_change, flow),
     IN(QH_DIM_FLOW, "m3/d"),
     AT_LEAST(0.0),
     .help = QH_N("The new flow of each of them.")},
};

static const qh_key close_keys[] = {
    SELECTION_KEY("close", "关闭", QH_N("Which outfalls: codes, `all`, or a mapping of attributes.")),
};

static const qh_key upgrade_keys[] = {
    SELECTION_KEY("upgrade", "提标", QH_N("Which outfalls: codes, `all`, or a mapping of attributes.")),
    {.name = "standard",
     .aliases = "标准|排放标准",
     .kind = QH_KEY_TEXT,
     .offset = QH_NOT_STORED,
     .help = QH_N("Discharge standard: the code of one that ships (`qinghe list discharge`) or the path of a file, "
                  "relative to the case folder.")},
    {.name = "grade",
     .aliases = "等级|级别",
     .kind = QH_KEY_TEXT,
     .offset = QH_NOT_STORED,
     .help = QH_N("Grade of that standard, such as 1A or 一级A.")},
    {.name = "temperature",
     .aliases = "水温",
     OPTIONAL_AT(qh_change, temperature),
     IN(QH_DIM_TEMPERATURE, "degC"),
     BETWEEN(0.0, 45.0),
     .help = QH_N("Temperature that limits depend on; that of the river at the outfall when left out.")},
    ONLY_KEY,
};

static const qh_key move_keys[] = {
    SELECTION_KEY("move", "迁移", QH_N("Which outfall: its code.")),
    {.name = "reach",
     .aliases = "河段|所在河段",
     REFERENCE_AT(qh_change, reach),
     .table = "reaches",
     .help = QH_N("Reach in which it lies from now on.")},
    {.name = "chainage",
     .aliases = "里程|距离",
     NUMBER_AT(qh_change, chainage),
     IN(QH_DIM_LENGTH, "km"),
     AT_LEAST(0.0),
     .help = QH_N("Distance from that reach's upstream end; at most the reach's length.")},
};

#define ATTRIBUTE_KEY(key, zh, field, text)                                                                            \
    { .name = (key), .aliases = (zh), TEXT_AT(qh_change, outfall.field), OR_NOTHING, .help = (text) }

static const qh_key add_keys[] = {
    {.name = "add", .aliases = "新增", TEXT_AT(qh_change, outfall.code), .help = QH_N("Code of the new outfall.")},
    {.name = "name",
     .aliases = "名称|排污口名称",
     TEXT_AT(qh_change, outfall.name),
     LEFT_OUT,
     .help = QH_N("Name of the outfall; its code when left out.")},
    ATTRIBUTE_KEY("category", "类别|排污口类型", category, QH_N("Category of HJ 1312-2023, or the user's own.")),
    ATTRIBUTE_KEY("district", "行政区|行政区划", district, QH_N("District.")),
    ATTRIBUTE_KEY("body", "责任主体", body, QH_N("Responsible body.")),
    ATTRIBUTE_KEY("permit", "许可证号|排污许可证号", permit, QH_N("Number of the discharge permit.")),
    ATTRIBUTE_KEY("standard", "排放标准|执行标准", standard, QH_N("Discharge standard and grade that it is held to.")),
    ATTRIBUTE_KEY("entry", "入河方式|排放方式", entry,
                  QH_N("How it enters the river: continuous, intermittent, by pipe ...")),
    ATTRIBUTE_KEY("note", "备注", note, QH_N("A remark.")),
    {.name = "reach",
     .aliases = "河段|所在河段",
     REFERENCE_AT(qh_change, outfall.reach),
     .table = "reaches",
     .help = QH_N("Reach in which it lies.")},
    {.name = "chainage",
     .aliases = "里程|距离",
     NUMBER_AT(qh_change, outfall.chainage),
     IN(QH_DIM_LENGTH, "km"),
     AT_LEAST(0.0),
     .help = QH_N("Distance from the reach's upstream end, along the river; at most the reach's length.")},
    {.name = "flow",
     .aliases = "流量|排放量|污水量",
     NUMBER_AT(qh_change, outfall.flow),
     IN(QH_DIM_FLOW, "m3/d"),
     AT_LEAST(0.0),
     .help = QH_N("Discharge.")},
};

#define MONTHLY_KEY(n)                                                                                                 \
    {                                                                                                                  \
        .name = "flow_" #n, .aliases = #n "月生态流量|" #n "月流量",                                                   \
        OPTIONAL_AT(qh_change, station_rule.monthly[n - 1]), IN(QH_DIM_FLOW, "m3/s"), AT_LEAST(0.0),                   \
        .help = QH_N("Ecological flow of this month (rule monthly).")                                                  \
    }

static const qh_key release_keys[] = {
    {.name = "release",
     .aliases = "下泄|电站",
     REFERENCE_AT(qh_change, station),
     .table = "stations",
     .help = QH_N("Name of the station.")},
    {.name = "rule",
     .aliases = "生态流量规则|规则",
     NAME_AT(qh_change, station_rule.rule),
     LEFT_OUT,
     .registry = qh_schema_ecoflow_rules,
     .or_largest = true,
     .help = QH_N("Another rule; it forgets the parameters of the old one but for the mean annual flow and Q90.")},
    {.name = "eco_flow",
     .aliases = "生态流量",
     OPTIONAL_AT(qh_change, station_rule.eco_flow),
     IN(QH_DIM_FLOW, "m3/s"),
     AT_LEAST(0.0),
     .help = QH_N("Ecological flow (rule fixed).")},
    {.name = "mean_annual_flow",
     .aliases = "多年平均流量",
     OPTIONAL_AT(qh_change, station_rule.mean_annual_flow),
     IN(QH_DIM_FLOW, "m3/s"),
     OVER(0.0),
     .help = QH_N("Natural mean annual flow at the dam (rules share and tennant).")},
    {.name = "share",
     .aliases = "比例",
     OPTIONAL_AT(qh_change, station_rule.share),
     IN(QH_DIM_NONE, "-"),
     BETWEEN(0.0, 2.0),
     .help = QH_N("Part of the mean annual flow (rule share).")},
    {.name = "tennant_grade",
     .aliases = "Tennant等级|等级",
     NAME_AT(qh_change, station_rule.tennant_grade),
     LEFT_OUT,
     .choice = qh_schema_tennant_grades,
     .help = QH_N("Grade of Tennant's table (rule tennant).")},
    {.name = "q90_flow",
     .aliases = "Q90流量|最枯月流量",
     OPTIONAL_AT(qh_change, station_rule.q90_flow),
     IN(QH_DIM_FLOW, "m3/s"),
     AT_LEAST(0.0),
     .help = QH_N("Natural flow of the driest month at the dam that nine years of ten reach (rule q90).")},
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

static const qh_key kinetics_keys[] = {
    {.name = "kinetics",
     .aliases = "动力学|降解",
     REFERENCE_AT(qh_change, constituent),
     .table = "constituents",
     .help = QH_N("Name of the constituent.")},
    {.name = "reach",
     .aliases = "河段|所在河段",
     REFERENCE_AT(qh_change, reach),
     LEFT_OUT,
     .table = "reaches",
     .help = QH_N("Only in this reach; else everywhere, also in reaches that have values of their own.")},
    FACTOR_KEY(
        "factor", "倍数", rate_factor,
        QH_N("Factor of k20: of the case's and of every reach's own, or of the one reach; k20 itself is not given "
             "then.")),
    {.name = "k20",
     .aliases = "降解系数",
     OPTIONAL_AT(qh_change, k20),
     IN(QH_DIM_RATE, "1/d"),
     BETWEEN(0.0, 1000.0 * PER_DAY),
     .help = QH_N("First-order decay rate at 20 degC from now on.")},
    {.name = "theta",
     .aliases = "温度系数",
     OPTIONAL_AT(qh_change, theta),
     IN(QH_DIM_NONE, "-"),
     BETWEEN(1.0, 1.5),
     .help = QH_N("Temperature coefficient of the decay: k = k20 theta^(T-20).")},
    {.name = "k2_20",
     .aliases = "二级降解系数",
     OPTIONAL_AT(qh_change, k2_20),
     IN(QH_DIM_SECOND_ORDER, "m3/g/d"),
     BETWEEN(0.0, 1000.0 * PER_DAY),
     .help = QH_N("Second-order decay rate at 20 degC, k2_20 theta^(T-20) C^2; over 0 the case is nonlinear.")},
    {.name = "settling",
     .aliases = "沉降速度|沉降速率",
     OPTIONAL_AT(qh_change, settling),
     IN(QH_DIM_VELOCITY, "m/d"),
     BETWEEN(0.0, 1.0),
     .help = QH_N("Settling velocity.")},
    {.name = "background",
     .aliases = "背景浓度|本底浓度",
     OPTIONAL_AT(qh_change, background),
     IN(QH_DIM_CONCENTRATION, "mg/L"),
     AT_LEAST(0.0),
     .help = QH_N("Level that decay tends to.")},
};

static const qh_key temperature_keys[] = {
    {.name = "temperature",
     .aliases = "水温",
     .kind = QH_KEY_OPTIONAL,
     .offset = AT(qh_change, temperature, qh_optional),
     IN(QH_DIM_TEMPERATURE, "degC"),
     BETWEEN(0.0, 45.0),
     .help = QH_N("The new water temperature, where a reach gives none of its own.")},
};

static const qh_key design_flow_keys[] = {
    {.name = "design_flow",
     .aliases = "设计流量",
     .kind = QH_KEY_OPTIONAL,
     .offset = AT(qh_change, flow_factor, qh_optional),
     IN(QH_DIM_NONE, "-"),
     OVER_UP_TO(0.0, 1000.0),
     .help = QH_N("Factor of the flow of all headwaters, tributaries and distributed inflows, a number such as 0.8 or "
                  "a percentage; "
                  "outfalls keep theirs.")},
};

/* ---- a discharge standard's file ---- */

typedef struct two_titles {
    const char *title, *title_zh;
} two_titles;
_Static_assert(offsetof(qh_discharge_standard, title_zh) - offsetof(qh_discharge_standard, title) ==
                   offsetof(two_titles, title_zh),
               "titles of a discharge standard are side by side");

static const qh_key discharge_keys[] = {
    {.name = "code", .aliases = "", TEXT_AT(qh_discharge_standard, code), .help = QH_N("Code by which it is chosen.")},
    {.name = "title",
     .aliases = "",
     .kind = QH_KEY_SECTION,
     .table = "standard.title",
     .offset = offsetof(qh_discharge_standard, title),
     .help = QH_N("English and Chinese name.")},
    {.name = "source",
     .aliases = "",
     TEXT_AT(qh_discharge_standard, source),
     .help = QH_N("The document, as it is cited.")},
    {.name = "grades",
     .aliases = "",
     .kind = QH_KEY_TEXTS,
     .offset = QH_NOT_STORED,
     .help = QH_N("Names of the grades, at most 8: 1A, 1B ...")},
    {.name = "grades_zh",
     .aliases = "",
     .kind = QH_KEY_TEXTS,
     .offset = QH_NOT_STORED,
     .help = QH_N("Chinese names of the grades, in the same order.")},
    {.name = "items",
     .aliases = "",
     .kind = QH_KEY_LIST,
     .table = "discharge.items",
     .offset = QH_NOT_STORED,
     .help = QH_N("What is limited.")},
};

static const qh_key discharge_item_keys[] = {
    {.name = "code",
     .aliases = "",
     TEXT_AT(qh_discharge_item, code),
     .help = QH_N("Code, unique; what `item` of a constituent says.")},
    {.name = "unit",
     .aliases = "",
     TEXT_AT(qh_discharge_item, unit),
     .help = QH_N("Unit of the limits, as the standard writes it.")},
    {.name = "limits",
     .aliases = "",
     .kind = QH_KEY_NUMBERS,
     .offset = QH_NOT_STORED,
     .help = QH_N("One limit a grade, in the order of the grades; - where a grade sets none.")},
    {.name = "limits_cold",
     .aliases = "",
     .kind = QH_KEY_NUMBERS,
     LEFT_OUT,
     .offset = QH_NOT_STORED,
     .help = QH_N("Other limits that hold in cold water, with `cold_until`.")},
    {.name = "cold_until",
     .aliases = "",
     NUMBER_AT(qh_discharge_item, cold_until),
     LEFT_OUT,
     IN(QH_DIM_TEMPERATURE, "degC"),
     BETWEEN(0.0, 45.0),
     .help = QH_N("Highest temperature at which `limits_cold` hold.")},
    {.name = "clause", .aliases = "", TEXT_AT(qh_discharge_item, clause), .help = QH_N("Clause that says so.")},
    {.name = "confidence",
     .aliases = "",
     NAME_AT(qh_discharge_item, confidence),
     .choice = qh_schema_confidences,
     .help = QH_N("How sure the text is: V read in the standard, V2 in a secondary source, M+ M~ M- from working "
                  "knowledge.")},
};

/* ---- the tables ---- */

#define SCENARIO_PART  .form = QH_FORM_SCENARIO, .file = "scenarios/NAME.yaml", .limit_offset = QH_NOT_STORED
#define NO_INPUTS      .input_offset = QH_NOT_STORED
#define INPUTS         .input_offset = AT(qh_change, input, const qh_given_input *), .input_loads = true
#define DISCHARGE_PART .form = QH_FORM_STANDARD, .file = "discharge.yaml", .limit_offset = QH_NOT_STORED, NO_INPUTS

#define CHANGE(kind, zh, keys, text)                                                                                   \
    .name = "scenario." kind, .aliases = "情景." zh, SCENARIO_PART, ROWS_OF(qh_change), KEYS(keys), .help = (text)

const qh_key_table qh_schema_overlay_tables[] = {
    {.name = "scenario",
     .aliases = "情景",
     SCENARIO_PART,
     NO_PLACE(qh_overlay),
     NO_INPUTS,
     KEYS(scenario_keys),
     .help = QH_N("A scenario: a named list of changes of the case, a file of the folder `scenarios`. Its name is that "
                  "of the file.")},
    {.name = "scenario.changes",
     .aliases = "情景.变更",
     .row_name = QH_N("change"),
     SCENARIO_PART,
     NO_PLACE(qh_change),
     NO_INPUTS,
     KEYS(change_keys),
     .help = QH_N("The kinds of change. One of these keys begins an entry; each has further keys of its own.")},
    {.name = "scenario.selection",
     .aliases = "情景.选择",
     SCENARIO_PART,
     NO_PLACE(qh_change),
     NO_INPUTS,
     KEYS(selection_keys),
     .help =
         QH_N("Which sources a change is about, where codes alone do not say it. Names add up; attributes leave those "
              "outfalls that have all of them.")},
    {CHANGE("scale", "缩放", scale_keys, QH_N("Flow, concentration or load of sources times a factor.")), NO_INPUTS},
    {CHANGE("set", "设定", set_keys, QH_N("Another flow, concentration or load of sources.")), INPUTS},
    {CHANGE("close", "关闭", close_keys,
            QH_N("Outfalls that no longer discharge; they stay in the results, without flow and load.")),
     NO_INPUTS},
    {CHANGE(
         "upgrade", "提标", upgrade_keys,
         QH_N("Outfalls held to a discharge standard: a concentration becomes the smaller of itself and the limit; a "
              "load is compared with the limit times the flow.")),
     NO_INPUTS},
    {CHANGE("move", "迁移", move_keys, QH_N("An outfall at another place.")), NO_INPUTS},
    {CHANGE("add", "新增", add_keys, QH_N("A new outfall.")), INPUTS},
    {CHANGE("release", "下泄", release_keys,
            QH_N("Another ecological flow of a diversion station; what is not given stays as it is.")),
     NO_INPUTS},
    {CHANGE("kinetics", "动力学", kinetics_keys, QH_N("Other kinetics of a constituent; what is not given stays.")),
     NO_INPUTS},
    {CHANGE("temperature", "水温", temperature_keys,
            QH_N("Another water temperature; it counts before all other changes, since limits may depend on it.")),
     NO_INPUTS},
    {CHANGE("design_flow", "设计流量", design_flow_keys, QH_N("Another design flow.")), NO_INPUTS},
    {.name = "discharge",
     .aliases = "",
     DISCHARGE_PART,
     NO_PLACE(qh_discharge_standard),
     KEYS(discharge_keys),
     .help = QH_N("A discharge standard: a YAML file of its own.")},
    {.name = "discharge.items",
     .aliases = "",
     .row_name = QH_N("item"),
     DISCHARGE_PART,
     ROWS_OF(qh_discharge_item),
     KEYS(discharge_item_keys),
     .identity = "code",
     .help = QH_N("What is limited.")},
};

const size_t qh_schema_overlay_table_count = sizeof qh_schema_overlay_tables / sizeof qh_schema_overlay_tables[0];
