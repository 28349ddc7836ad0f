#include "model/lang.h"

#include <stdlib.h>
#include <string.h>

#include "model/lang_internal.h"

static int by_english(const void *key, const void *entry) { return strcmp(key, ((const qh_translation *)entry)->en); }

const char *qh_tr(qh_lang lang, const char *english) {
    if (lang != QH_ZH) return english;
    const qh_translation *found =
        bsearch(english, qh_catalogue_zh, qh_catalogue_zh_count, sizeof *qh_catalogue_zh, by_english);
    return found ? found->zh : english;
}

qh_lang qh_lang_of_locale(const char *locale) {
    if (!locale || (locale[0] != 'z' && locale[0] != 'Z') || (locale[1] != 'h' && locale[1] != 'H')) return QH_EN;
    /* "zh", "zh_CN.UTF-8", "zh-Hans", "zh.UTF-8", "zh@pinyin"; but "zha" is Zhuang. */
    return locale[2] == '\0' || strchr("_-.@:", locale[2]) ? QH_ZH : QH_EN;
}
