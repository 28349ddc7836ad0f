#include "cli/settings.h"

#include <stdlib.h>
#include <string.h>

#include "cli/messages.h"

int qh_read_settings(const qh_app *app, const char *command, const qh_text_list *set, qh_setting **settings) {
    size_t bytes = (set->count + 1) * sizeof **settings;
    for (size_t i = 0; i < set->count; i++)
        bytes += strlen(set->item[i]) + 1;
    qh_setting *setting = qh_need(malloc(bytes));
    char *texts = (char *)(setting + set->count + 1); /* behind the array, in the same block */
    for (size_t i = 0; i < set->count; i++) {
        const char *equal = strchr(set->item[i], '=');
        if (!equal || equal == set->item[i]) {
            free(setting);
            return qh_wrong_use(app, command, qh_tr(app->lang, "--set takes key=value, such as run.month=1, not '%s'"),
                                set->item[i]);
        }
        const size_t length = strlen(set->item[i]);
        memcpy(texts, set->item[i], length + 1);
        texts[equal - set->item[i]] = '\0';
        setting[i] = (qh_setting){.key = texts, .value = texts + (equal - set->item[i]) + 1};
        texts += length + 1;
    }
    *settings = setting;
    return -1;
}

int qh_read_study_request(const qh_app *app, const char *command, const qh_study_request *request,
                          qh_study_options *options) {
    qh_setting *setting = NULL;
    const int wrong = qh_read_settings(app, command, &request->set, &setting);
    if (wrong >= 0) return wrong;
    *options = (qh_study_options){.folder = request->folder,
                                  .n_setting = request->set.count,
                                  .setting = setting,
                                  .scenario = request->scenario,
                                  .standard = request->standard};
    return -1;
}
