#include "cli/analysis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json_print.h"
#include "cli/messages.h"

int qh_open_analysis(const qh_app *app, const char *command, const qh_analysis_request *request, qh_diag *diag,
                     qh_analysis **analysis) {
    qh_margin margin;
    if (!qh_margin_parse(request->margin, &margin))
        return qh_wrong_use(app, command,
                            qh_tr(app->lang, "--margin takes none, hj2.3 or a part such as 10%%, not '%s'"),
                            request->margin);
    qh_setting *settings = NULL;
    const int wrong = qh_read_settings(app, command, &request->set, &settings);
    if (wrong >= 0) return wrong;
    const qh_analysis_options options = {.folder = request->folder,
                                         .n_setting = request->set.count,
                                         .setting = settings,
                                         .scenario = request->scenario,
                                         .standard = request->standard,
                                         .margin = margin};
    const qh_status status = qh_analysis_open(&options, diag, analysis);
    free(settings);
    if (status != QH_OK) return qh_fail(app, diag, status);
    qh_print_messages(diag);
    return -1;
}

void qh_print_part(const qh_app *app, const char *text) {
    printf(app->color ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

void qh_print_analysis_head(const qh_app *app, const qh_analysis *analysis, const char *margin) {
    const qh_lang lang = app->lang;
    const qh_case *c = analysis->study->river_case;
    const qh_standard *standard = analysis->standard;
    printf("%s: %s%s%s%s%s\n", qh_tr(lang, "Case"), c->name, *c->title ? "  " : "", c->title, *c->note ? "  " : "",
           c->note);
    if (c->scenario) printf("%s: %s  %s\n", qh_tr(lang, "Scenario"), c->scenario->name, c->scenario->title);
    printf("%s: %s, %s\n", qh_tr(lang, "Standard"), standard->code,
           lang == QH_ZH ? standard->title_zh : standard->title);
    const bool by_class = strcmp(margin, "hj2.3") == 0;
    printf("%s: %s%s\n", qh_tr(lang, "Margin"), margin,
           by_class ? " (" QH_MARGIN_HJ2_3_CLAUSE " [" QH_MARGIN_HJ2_3_CONFIDENCE "])" : "");
}

void qh_json_put_head(json_t *root, const qh_analysis *analysis, const char *margin) {
    const qh_case *c = analysis->study->river_case;
    qh_json_put(root, "format", json_integer(1));
    qh_json_put(root, "case", json_string(c->name));
    qh_json_put_text(root, "scenario", c->scenario ? c->scenario->name : NULL);
    qh_json_put(root, "standard", json_string(analysis->standard->code));
    qh_json_put(root, "margin", json_string(margin));
}
