/* Fuzzer of text decoding and the CSV reader: any bytes give records or messages, never a crash; what is read keeps the
 * reader's promises. Run by `make fuzz`. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int holds) {
    if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    qh_arena *arena = qh_arena_create();
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_text_file file;
    qh_csv csv;
    const qh_status decoded = qh_text_decode(arena, size, (const char *)data, "fuzz.csv", diag, &file);
    expect(decoded == QH_OK || qh_diag_count(diag, QH_ERROR) > 0);
    if (decoded == QH_OK) {
        expect(strlen(file.text) == file.size && qh_utf8_valid_until(file.text, file.size) == file.size);
        const qh_status parsed = qh_csv_parse(arena, &file, diag, &csv);
        expect(parsed == QH_OK || qh_diag_count(diag, QH_ERROR) > 0);
        int last_line = 0;
        for (size_t r = 0; parsed == QH_OK && r < csv.n_record; r++) {
            expect(csv.record[r].count > 0 && csv.record[r].cell[0].line > last_line);
            last_line = csv.record[r].cell[0].line;
            for (size_t c = 0; c < csv.record[r].count; c++)
                expect(csv.record[r].cell[c].column > 0 &&
                       qh_utf8_valid_until(csv.record[r].cell[c].text, strlen(csv.record[r].cell[c].text)) ==
                           strlen(csv.record[r].cell[c].text));
        }
    }
    qh_diag_destroy(diag);
    qh_arena_destroy(arena);
    return 0;
}
