/* Reading a water quality standard.
 *
 * A standard is one YAML file: data with its clauses, never code. Those that ship lie in scenarios/standards/ and are
 * embedded at build time; a user's own file has the same form:
 *
 *     code: GB3838-2002             # what `standard:` in a case and `--standard` say
 *     title: {en: Environmental quality standards for surface water, zh: 地表水环境质量标准}
 *     source: GB 3838-2002          # the document, as it is cited
 *     classes: [Ⅰ, Ⅱ, Ⅲ, Ⅳ, Ⅴ]      # best first, at most 8
 *     exceedance:                   # the base of the national multiple of exceedance (C - base)/base
 *       base_class: 3
 *       clause: 环办〔2011〕22号
 *       confidence: M+              # V, V2, M+, M~, M-: how sure the text is
 *     grading: ...                  # of sections and rivers; may be left out; see scenarios/standards/gb3838-2002.yaml
 *     items:
 *       - code: COD                 # unique; what `item:` of a constituent says
 *         title: {en: chemical oxygen demand, zh: 化学需氧量}
 *         unit: mg/L                # of the limits below, as the standard writes it; "-" for a pure number (pH)
 *         sense: max                # max: at most the limit; min: at least (dissolved oxygen); range: between (pH)
 *         limits: [15, 15, 20, 30, 40]   # one a class, from the best class to the worst
 *         limits_high: [9, 9, 9, 9, 9]   # upper ends, with sense: range only (limits are the lower ends then)
 *         evaluated: yes            # counts in the class of a section; yes when left out
 *         toxic: no                 # named first among the main pollution items when exceeded; no when left out
 *         clause: GB 3838-2002, Table 1, item 5
 *         confidence: V
 *
 * The keys with their checks stand in io/schema.c. Limits of `max` must not fall and limits of `min` must not rise from
 * class to class: a slip of the pen in a standard would pass for law. */
#include "io/standard_reader.h"
