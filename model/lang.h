/* Languages. The English literal in the source is the key; its Chinese stands in model/lang/zh.po, compiled in. */
#ifndef QH_MODEL_LANG_H
#define QH_MODEL_LANG_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_lang { QH_EN, QH_ZH } qh_lang;

/* `english` in `lang`: the catalogue's text, or `english` itself when the catalogue has none. Never NULL; static. */
const char *qh_tr(qh_lang lang, const char *english) __attribute__((format_arg(2)));

/* Marks a literal for the catalogue where it cannot be translated on the spot (tables of texts). */
#define QH_N(english) (english)

/* Language of a locale name such as "zh_CN.UTF-8" or "C"; QH_EN for all but Chinese. NULL is allowed. */
qh_lang qh_lang_of_locale(const char *locale);

#ifdef __cplusplus
}
#endif
#endif
