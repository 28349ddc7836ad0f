/* Fuzzer of the YAML reader: any bytes give a tree within its limits or messages. Run by `make fuzz`. */
#include <stdint.h>
#include <stdlib.h>

#include "io/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int holds) {
    if (!holds) abort();
}

static size_t count_nodes(const qh_yaml *node, int depth) {
    expect(depth <= QH_YAML_DEPTH);
    expect(node->kind == QH_YAML_SCALAR ? node->text != NULL && !node->first : node->text == NULL);
    size_t children = 0, nodes = 1;
    for (const qh_yaml *child = node->first; child; child = child->next, children++) {
        expect((child->key != NULL) == (node->kind == QH_YAML_MAPPING));
        expect(!child->key || qh_yaml_get(node, child->key) == child); /* keys are unique */
        nodes += count_nodes(child, depth + 1);
    }
    expect(children == node->count);
    return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    qh_arena *arena = qh_arena_create();
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_text_file file;
    qh_yaml *root = NULL;
    if (qh_text_decode(arena, size, (const char *)data, "fuzz.yaml", diag, &file) == QH_OK) {
        const qh_status status = qh_yaml_parse(arena, &file, diag, NULL, &root);
        expect(status == QH_OK || qh_diag_count(diag, QH_ERROR) > 0);
        if (status == QH_OK) expect(count_nodes(root, 1) <= QH_YAML_NODES);
    }
    qh_diag_destroy(diag);
    qh_arena_destroy(arena);
    return 0;
}
