/* The file: the page that was bundled when the program was built, with the document put where it waits for it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model/clause.h"
#include "model/ecoflow.h"
#include "model/embedded.h"
#include "model/source.h"
#include "viz/report/markdown_internal.h"

/* Stands once in the page; the document takes its place. */
static const char PLACE[] = "@@qinghe-report-document@@";

static const qh_embedded *part(const char *name) {
    for (const qh_embedded *e = qh_embedded_page; e->name; e++) {
        if (strcmp(e->name, name) == 0) return e;
    }
    return NULL;
}

/* The Chinese of every text of the page. The page's own texts are English, its list of them is made with it. */
static qh_status put_texts(qh_json root) {
    const qh_embedded *const list = part("texts.json");
    json_t *const keys = list ? json_loadb(list->text, list->size, 0, NULL) : NULL;
    if (!json_is_array(keys)) {
        json_decref(keys);
        return QH_E_NOMEM;
    }
    const qh_json out = qh_page_object(root, "zh");
    size_t i = 0;
    json_t *key = NULL;
    json_array_foreach(keys, i, key) {
        const char *const english = json_string_value(key);
        if (english) qh_page_text(out, english, qh_tr(QH_ZH, english));
    }
    json_decref(keys);
    for (size_t r = 0; qh_registry_ecoflow[r]; r++) /* named by the document, not by the page */
        qh_page_text(out, qh_registry_ecoflow[r]->title, qh_tr(QH_ZH, qh_registry_ecoflow[r]->title));
    for (size_t kind = 0; kind <= QH_SOURCE_LATERAL; kind++) {
        const char *const name = qh_source_kind_name((qh_source_kind)kind);
        qh_page_text(out, name, qh_tr(QH_ZH, name));
    }
    qh_page_text(out, "background", qh_tr(QH_ZH, "background"));
    return QH_OK;
}

/* The Chinese of every clause that the document names. */
static void put_clauses(const json_t *value, qh_json zh) { /* NOLINT(misc-no-recursion): as deep as the document */
    size_t i = 0;
    const char *key = NULL;
    json_t *inner = NULL;
    if (json_is_array(value)) {
        json_array_foreach(value, i, inner) put_clauses(inner, zh);
    } else if (json_is_object(value)) {
        json_object_foreach((json_t *)(uintptr_t)value, key, inner) {
            const char *const clause = strcmp(key, "clause") == 0 ? json_string_value(inner) : NULL;
            char text[256];
            if (!clause) {
                put_clauses(inner, zh);
                continue;
            }
            qh_clause_write(QH_ZH, clause, sizeof text, text);
            if (strcmp(text, clause) != 0) qh_page_text(zh, clause, text);
        }
    }
}

static int to_file(const char *text, size_t size, void *file) { return fwrite(text, 1, size, file) == size ? 0 : -1; }

static qh_status write_page(const qh_embedded *page, qh_json root, FILE *file) {
    const char *const place = strstr(page->text, PLACE);
    if (!place) return QH_E_IO;
    const char *const rest = place + sizeof PLACE - 1;
    if (to_file(page->text, (size_t)(place - page->text), file) != 0) return QH_E_IO;
    QH_TRY(qh_page_write(root, to_file, file));
    return to_file(rest, page->size - (size_t)(rest - page->text), file) == 0 ? QH_OK : QH_E_IO;
}

static qh_status write_file(const qh_report *report, qh_json root) {
    const char *const path = report->request->output;
    const char *const temporary = qh_arena_printf(report->arena, "%s.part", path);
    if (!temporary) return QH_E_NOMEM;
    FILE *const file = fopen(temporary, "wb");
    QH_CHECK(file, QH_E_IO, report->diag, QH_NOWHERE, "cannot write %s: %s", path, strerror(errno));
    qh_status status = write_page(part("report.html"), root, file);
    if (fclose(file) != 0 && status == QH_OK) status = QH_E_IO;
    if (status == QH_OK && rename(temporary, path) != 0) status = QH_E_IO;
    if (status == QH_E_IO)
        qh_diag_add(report->diag, QH_ERROR, QH_NOWHERE, "cannot write %s: %s", path, strerror(errno));
    if (status != QH_OK) (void)remove(temporary);
    return status;
}

/* ------------------------------------------------------------------------------------------- what is reported */

/* Profiles of several runs lie over one another: that has a meaning on the same reaches only. */
static qh_status same_network(const qh_report *report, const qh_store_info *info) {
    const qh_store_info *const first = report->run[0].info;
    bool same = info->n_reach == first->n_reach && info->n_node == first->n_node;
    for (size_t i = 0; same && i < info->n_reach; i++) {
        const qh_stored_reach *const a = &first->reach[i], *const b = &info->reach[i];
        same = a->from == b->from && a->to == b->to && a->length == b->length && strcmp(a->name, b->name) == 0;
    }
    QH_CHECK(same, QH_E_INPUT, report->diag, QH_NOWHERE,
             "%s and %s are of different networks: a report puts runs of the same reaches side by side", first->path,
             info->path);
    return QH_OK;
}

static qh_status take_run(qh_report *report, qh_store *store, qh_report_run *run) {
    const qh_store_info *const info = qh_store_get_info(store);
    QH_CHECK(info->complete, QH_E_INPUT, report->diag, QH_NOWHERE,
             "%s: the run was stopped before its end; a report takes complete runs only", info->path);
    *run = (qh_report_run){.store = store, .info = info};
    QH_TRY(same_network(report, info));
    return qh_assess(store, report->request->standard, qh_statistic_default(info), report->diag, &run->assessment);
}

static bool ends_in(const char *text, const char *ending) {
    const size_t length = strlen(text), tail = strlen(ending);
    return length > tail && strcmp(text + length - tail, ending) == 0;
}

static qh_status fill(qh_report *report) {
    const char *const output = report->request->output;
    const bool page = ends_in(output, ".html");
    QH_CHECK(!page || (part("report.html") && part("texts.json")), QH_E_USAGE, report->diag, QH_NOWHERE,
             "this build of qinghe has no page for reports: it was made without npm; `make report-page` adds it");
    const qh_report_request *const request = report->request;
    /* Any other ending is a slip, at worst that of the store itself. */
    QH_CHECK(page || ends_in(output, ".md") || ends_in(output, ".docx"), QH_E_USAGE, report->diag, QH_NOWHERE,
             "the name of a report must end in .html, .md or .docx, not '%s'", output);
    report->run = qh_arena_alloc(report->arena, request->n_store, sizeof *report->run);
    if (!report->run) return QH_E_NOMEM;
    for (size_t i = 0; i < request->n_store; i++) {
        report->n_run = i + 1;
        QH_TRY(take_run(report, request->store[i], &report->run[i]));
    }
    const qh_json root = qh_page_root(&report->failed);
    qh_status status = page ? put_texts(root) : QH_OK;
    if (status == QH_OK && page) status = qh_report_document(report, root);
    if (status == QH_OK && page) {
        const qh_json zh = {json_object_get(root.value, "zh"), root.failed};
        put_clauses(json_object_get(root.value, "permit"), zh);
        put_clauses(json_object_get(root.value, "runs"), zh);
        put_clauses(json_object_get(root.value, "constituents"), zh);
        put_clauses(json_object_get(root.value, "standard"), zh);
    }
    if (status == QH_OK) status = page ? write_file(report, root) : qh_report_editable(report, root);
    json_decref(root.value);
    return status;
}

qh_status qh_report_write(const qh_report_request *request, qh_diag *diag) {
    qh_report report = {.request = request, .diag = diag, .arena = qh_arena_create()};
    if (!report.arena) return QH_E_NOMEM;
    const qh_status status = fill(&report);
    for (size_t i = 0; report.run && i < report.n_run; i++)
        qh_assessment_destroy(report.run[i].assessment);
    qh_arena_destroy(report.arena);
    return status;
}
