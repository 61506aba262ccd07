/* Any bytes as a settings or rule file: a document that can be walked, or faults; never neither. */
#include "core/yaml/yaml.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aliases may repeat what is below, so the walk is bounded by the promise that yaml.h makes. */
static void
walk(const struct yaml_node *node, struct fault_list *faults, size_t *left)
{
    static const char *const known[] = { "any", "none", "id" };
    int64_t number;

    assert(*left > 0);
    (*left)--;
    assert(yaml_place(node).line >= 1 && yaml_place(node).column >= 1);
    yaml_read_i64(node, &number, faults);
    yaml_expect_keys(node, known, 3, faults);
    for (size_t i = 0; i < yaml_size(node); i++) {
        walk(yaml_kind_of(node) == YAML_LIST ? yaml_item(node, i) : yaml_value(node, i), faults,
                left);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view text = { (const char *)data, size };
    struct fault_list *faults = fault_list_create();
    struct yaml_document *document = yaml_parse("fuzz.yaml", text, faults);
    size_t left = size + 10002;

    assert(document != NULL || fault_count(faults, FAULT_ERROR) > 0);
    if (document != NULL) {
        walk(yaml_root(document), faults, &left);
    }
    char *printed = NULL;
    size_t printed_size = 0;
    FILE *out = open_memstream(&printed, &printed_size);
    fault_print(faults, out, FAULT_PLAIN);
    fclose(out);
    free(printed);
    yaml_destroy(&document);
    fault_list_destroy(&faults);
    return 0;
}
