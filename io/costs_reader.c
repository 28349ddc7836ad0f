#include "io/costs_reader.h"

#include <string.h>

#include "io/csv.h"
#include "io/discharge_reader.h"
#include "io/names_internal.h"
#include "io/number_internal.h"
#include "io/schema.h"

typedef enum column { OUTFALL, STANDARD, GRADE, CONSTITUENT, COST, MOST, N_COLUMN } column;
static const struct {
    const char *name, *aliases;
} known[N_COLUMN] = {{"outfall", "排污口"}, {"standard", "标准|排放标准"}, {"grade", "等级"}, {"constituent", "组分"},
                     {"cost", "费用"},      {"most", "最大削减"}};

static const double GRAMS_A_SECOND = 31.536; /* t/a in a g/s */

typedef struct costs_reader {
    const qh_case *river_case;
    qh_diag *diag;
    qh_arena *scratch;
    qh_csv csv;
    size_t at[N_COLUMN]; /* column + 1, 0: not there */
    qh_costs *made;
    qh_cost_level *level;
    qh_cost_cut *cut;
} costs_reader;

#define WRONG(r, cell, ...) (qh_diag_add((r)->diag, QH_ERROR, qh_csv_place(&(r)->csv, (cell)), __VA_ARGS__), false)

/* ---- header ---- */

static bool read_header(costs_reader *r) {
    const qh_csv_record *header = &r->csv.record[0];
    bool good = true;
    for (size_t c = 0; c < header->count; c++) {
        const char *text = header->cell[c].text;
        if (*text == '#' || *text == '\0') continue; /* a note of the user's */
        size_t k = 0;
        while (k < N_COLUMN && !qh_is_called(text, known[k].name, known[k].aliases))
            k++;
        if (k == N_COLUMN)
            good = WRONG(r, &header->cell[c],
                         "unknown column '%s'; there are outfall, standard, grade, constituent, cost, most", text);
        else if (r->at[k])
            good = WRONG(r, &header->cell[c], "column '%s' stands twice", text);
        else
            r->at[k] = c + 1;
    }
    if (!r->at[OUTFALL]) good = WRONG(r, &header->cell[0], "column '%s' is missing", known[OUTFALL].name);
    if (!r->at[COST]) good = WRONG(r, &header->cell[0], "column '%s' is missing", known[COST].name);
    return good;
}

/* ---- cells ---- */

/* NULL: not given. */
static const qh_csv_cell *cell_of(const costs_reader *r, const qh_csv_record *record, column which) {
    const size_t at = r->at[which];
    if (at == 0 || at > record->count || record->cell[at - 1].text[0] == '\0') return NULL;
    return &record->cell[at - 1];
}

static bool read_outfall(const costs_reader *r, const qh_csv_cell *cell, size_t *outfall) {
    const qh_case *c = r->river_case;
    qh_nearest nearest = qh_nearest_begin(cell->text);
    for (size_t j = 0; j < c->n_outfall; j++) {
        if (strcmp(c->outfall[j].code, cell->text) == 0) return *outfall = j, true;
        qh_nearest_offer(&nearest, c->outfall[j].code);
    }
    if (*nearest.best) return WRONG(r, cell, "there is no outfall '%s'; did you mean '%s'?", cell->text, nearest.best);
    return WRONG(r, cell, "there is no outfall '%s'", cell->text);
}

static bool read_constituent(const costs_reader *r, const qh_csv_cell *cell, size_t *species) {
    const qh_case *c = r->river_case;
    qh_nearest nearest = qh_nearest_begin(cell->text);
    for (size_t i = 0; i < c->n_constituent; i++) {
        if (strcmp(c->constituent[i].name, cell->text) == 0) return *species = i, true;
        qh_nearest_offer(&nearest, c->constituent[i].name);
    }
    if (*nearest.best)
        return WRONG(r, cell, "there is no constituent '%s'; did you mean '%s'?", cell->text, nearest.best);
    return WRONG(r, cell, "there is no constituent '%s'", cell->text);
}

/* A number from 0 to `high`; a percent sign is allowed where high is 1. */
static bool read_number(const costs_reader *r, const qh_csv_cell *cell, double high, double *value) {
    const char *rest = "";
    double number = 0;
    if (qh_number_read(cell->text, &number, &rest) != QH_NUMBER_FINE)
        return WRONG(r, cell, "'%s' is no number", cell->text);
    if (high == 1.0 && strcmp(rest, "%") == 0) number /= 100, rest = "";
    if (*rest != '\0') return WRONG(r, cell, "'%s' is no number", cell->text);
    if (!(number >= 0 && number <= high))
        return WRONG(r, cell, high == 1.0 ? "'%s' must be from 0 to 1" : "'%s' must be at least 0", cell->text);
    *value = number;
    return true;
}

/* The standard of that name; each is read once. */
static bool read_standard(const costs_reader *r, const qh_csv_cell *cell, const qh_discharge_standard **standard) {
    qh_costs *made = r->made;
    for (size_t i = 0; i < made->n_standard; i++)
        if (strcmp(made->standard[i]->code, cell->text) == 0) return *standard = made->standard[i], true;
    qh_discharge_standard *read = NULL;
    if (qh_discharge_read(cell->text, r->diag, &read) != QH_OK)
        return WRONG(r, cell, "there is no discharge standard '%s'; see qinghe list discharge", cell->text);
    made->standard[made->n_standard++] = read;
    *standard = read;
    return true;
}

/* ---- rows ---- */

static bool read_level(costs_reader *r, const qh_csv_record *record, size_t outfall, double cost) {
    const qh_csv_cell *standard = cell_of(r, record, STANDARD), *grade = cell_of(r, record, GRADE);
    qh_cost_level level = {.place = qh_csv_place(&r->csv, standard), .outfall = outfall, .cost = cost};
    if (!grade) return WRONG(r, standard, "'%s' and '%s' go together", known[STANDARD].name, known[GRADE].name);
    if (cell_of(r, record, MOST))
        return WRONG(r, cell_of(r, record, MOST), "'most' goes with a constituent, not with a standard");
    if (!read_standard(r, standard, &level.standard)) return false;
    if (!qh_discharge_grade_find(level.standard, grade->text, &level.grade))
        return WRONG(r, grade, "%s has no grade '%s'", level.standard->code, grade->text);
    r->level[r->made->n_level++] = level;
    return true;
}

static bool read_cut(costs_reader *r, const qh_csv_record *record, size_t outfall, double cost) {
    const qh_csv_cell *constituent = cell_of(r, record, CONSTITUENT), *most = cell_of(r, record, MOST);
    qh_cost_cut cut = {
        .place = qh_csv_place(&r->csv, constituent), .outfall = outfall, .cost = cost * GRAMS_A_SECOND, .most = 1};
    const bool good = read_constituent(r, constituent, &cut.species);
    if (most && !read_number(r, most, 1.0, &cut.most)) return false;
    if (!good) return false;
    for (size_t i = 0; i < r->made->n_cut; i++)
        if (r->cut[i].outfall == outfall && r->cut[i].species == cut.species)
            return WRONG(r, constituent, "the cost of %s of this outfall stands twice", constituent->text);
    r->cut[r->made->n_cut++] = cut;
    return true;
}

static bool read_row(costs_reader *r, const qh_csv_record *record) {
    const qh_csv_cell *outfall = cell_of(r, record, OUTFALL), *cost = cell_of(r, record, COST);
    const qh_csv_cell *standard = cell_of(r, record, STANDARD), *constituent = cell_of(r, record, CONSTITUENT);
    size_t index = 0;
    double money = 0;
    if (!outfall) return WRONG(r, &record->cell[0], "the outfall is missing");
    bool good = read_outfall(r, outfall, &index);
    if (!cost)
        good = WRONG(r, outfall, "the cost is missing");
    else if (!read_number(r, cost, 1e300, &money))
        good = false;
    if (!standard == !constituent) /* both or none */
        return WRONG(r, outfall, "give either a standard with its grade or a constituent");
    const bool more = standard ? read_level(r, record, index, money) : read_cut(r, record, index, money);
    return good && more;
}

/* An outfall is either upgraded to a level or cut by the tonne. */
static bool check_kinds(const costs_reader *r) {
    bool good = true;
    for (size_t k = 0; k < r->made->n_cut; k++) {
        for (size_t l = 0; l < r->made->n_level; l++) {
            if (r->level[l].outfall != r->cut[k].outfall) continue;
            qh_diag_add(r->diag, QH_ERROR, r->cut[k].place, "outfall %s has both levels and costs by the tonne",
                        r->river_case->outfall[r->cut[k].outfall].code);
            good = false;
            break;
        }
    }
    return good;
}

static qh_status read_rows(costs_reader *r, const qh_text_file *file) {
    QH_TRY(qh_csv_parse(r->scratch, file, r->diag, &r->csv));
    QH_CHECK(r->csv.n_record > 0, QH_E_INPUT, r->diag, ((qh_place){file->name, 1, 1}), "the table is empty");
    const size_t n = r->csv.n_record;
    r->level = qh_arena_alloc(r->made->arena, n, sizeof *r->level);
    r->cut = qh_arena_alloc(r->made->arena, n, sizeof *r->cut);
    r->made->standard = qh_arena_alloc(r->made->arena, n, sizeof(qh_discharge_standard *));
    if (!r->level || !r->cut || !r->made->standard) return QH_E_NOMEM;
    bool good = read_header(r) && !r->csv.faulty;
    for (size_t i = 1; i < n && r->at[OUTFALL] && r->at[COST]; i++)
        good = read_row(r, &r->csv.record[i]) && good;
    good = check_kinds(r) && good;
    r->made->level = r->level;
    r->made->cut = r->cut;
    if (!good) return QH_E_INPUT;
    QH_CHECK(r->made->n_level + r->made->n_cut > 0, QH_E_INPUT, r->diag, ((qh_place){file->name, 1, 1}),
             "the table is empty");
    return QH_OK;
}

/* Places in messages refer to file names of the scratch arena: those that stay get their own copy. */
static qh_status keep_places(costs_reader *r, const char *name) {
    const char *own = qh_arena_strdup(r->made->arena, name);
    if (!own) return QH_E_NOMEM;
    for (size_t i = 0; i < r->made->n_level; i++)
        r->level[i].place.file = own;
    for (size_t i = 0; i < r->made->n_cut; i++)
        r->cut[i].place.file = own;
    return QH_OK;
}

qh_status qh_costs_read(const char *path, const qh_case *river_case, qh_diag *diag, qh_costs **costs) {
    qh_arena *arena = qh_arena_create(), *scratch = qh_arena_create();
    qh_costs *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made || !scratch) {
        qh_arena_destroy(arena);
        qh_arena_destroy(scratch);
        return QH_E_NOMEM;
    }
    made->arena = arena;
    costs_reader r = {.river_case = river_case, .diag = diag, .scratch = scratch, .made = made};
    qh_text_file file;
    qh_status status = qh_text_file_read(scratch, path, path, diag, &file);
    if (status == QH_OK) status = read_rows(&r, &file);
    if (status == QH_OK) status = keep_places(&r, path);
    qh_arena_destroy(scratch);
    if (status != QH_OK) {
        qh_costs_destroy(made);
        return status;
    }
    *costs = made;
    return QH_OK;
}

void qh_costs_destroy(qh_costs *costs) {
    if (!costs) return;
    for (size_t i = 0; i < costs->n_standard; i++)
        qh_discharge_standard_destroy(costs->standard[i]);
    qh_arena_destroy(costs->arena);
}
