/* Reading a water quality standard.
 *
 * A standard is one YAML file: data with its clauses, never code. Those that ship lie in scenarios/standards/ and are
 * embedded at build time; a user's own file has the same form:
 *
 *     format: 1                     # of this file
 *     code: GB3838-2002             # what `standard:` in a case and `--standard` say
 *     title: Environmental quality standards for surface water, Table 1
 *     title_zh: 地表水环境质量标准 表1
 *     source: GB 3838-2002          # the document, as it is cited
 *     classes: [Ⅰ, Ⅱ, Ⅲ, Ⅳ, Ⅴ]      # best first, at most 8
 *     exceedance:                   # the base of the national multiple of exceedance (C - base)/base
 *       base_class: Ⅲ
 *       clause: 环办〔2011〕22号
 *       confidence: M+              # V, V2, M+, M~, M-: how sure the text is
 *     items:
 *       - code: COD                 # unique; what `item:` of a constituent says
 *         title: chemical oxygen demand
 *         title_zh: 化学需氧量
 *         unit: mg/L                # of the limits below, as the standard writes it; "-" for a pure number (pH)
 *         sense: max                # max: at most the limit; min: at least (dissolved oxygen); range: between (pH)
 *         limits: [15, 15, 20, 30, 40]   # one a class, from the best class to the worst
 *         evaluated: yes            # counts in the evaluation of surface water; yes when left out
 *         toxic: no                 # named first among the main pollution items when exceeded; no when left out
 *         clause: GB 3838-2002, Table 1, item 5
 *         confidence: V
 *       - code: pH
 *         title: pH
 *         title_zh: pH值
 *         unit: "-"
 *         sense: range
 *         limits: [6, 6, 6, 6, 6]        # lower ends
 *         limits_high: [9, 9, 9, 9, 9]   # upper ends, with sense: range only
 *         clause: GB 3838-2002, Table 1, item 2
 *         confidence: V
 *
 * Limits of `max` must not fall and limits of `min` must not rise from class to class: a slip of the pen in a standard
 * would pass for law. Everything not marked "when left out" is required. */
#include "io/standard_reader.h"
