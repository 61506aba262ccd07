#include "core/yaml/tree.h"

#include <assert.h>
#include <stdlib.h>

static int
find_lines(struct yaml_document *document)
{
    struct view source = document->source;
    size_t count = 1;

    for (size_t i = 0; i < source.size; i++) {
        count += source.at[i] == '\n';
    }
    document->lines = arena_take(document->arena, count * sizeof *document->lines);
    if (document->lines == NULL) {
        return 0;
    }
    document->lines[document->line_count++] = source.at;
    for (size_t i = 0; i < source.size; i++) {
        if (source.at[i] == '\n') {
            document->lines[document->line_count++] = source.at + i + 1;
        }
    }
    assert(document->line_count == count);
    return 1;
}

struct yaml_document *
yaml_document_create(const char *file, struct view text)
{
    struct yaml_document *document = calloc(1, sizeof *document);

    if (document == NULL) {
        return NULL;
    }
    document->arena = arena_create();
    if (document->arena != NULL) {
        document->file = arena_copy(document->arena, view_of(file)).at;
        document->source = arena_copy(document->arena, text);
    }
    if (document->file == NULL || document->source.at == NULL || !find_lines(document)) {
        yaml_destroy(&document);
    }
    return document;
}

void
yaml_destroy(struct yaml_document **document)
{
    if (*document == NULL) {
        return;
    }
    arena_destroy(&(*document)->arena);
    free(*document);
    *document = NULL;
}

struct view
yaml_line(const struct yaml_document *document, size_t line)
{
    if (line == 0 || line > document->line_count) {
        return (struct view){ 0 };
    }
    const char *start = document->lines[line - 1];
    const char *end = line < document->line_count ? document->lines[line] - 1
                                                  : document->source.at + document->source.size;
    size_t size = (size_t)(end - start);
    if (size > 0 && start[size - 1] == '\r') {
        size--;
    }
    return (struct view){ .at = start, .size = size };
}

const struct yaml_node *
yaml_root(const struct yaml_document *document)
{
    return document == NULL ? NULL : document->root;
}

enum yaml_kind
yaml_kind_of(const struct yaml_node *node)
{
    return node == NULL ? YAML_NONE : node->kind;
}

struct fault_place
yaml_place(const struct yaml_node *node)
{
    if (node == NULL) {
        return (struct fault_place){ 0 };
    }
    return (struct fault_place){ .file = node->document->file,
        .line = node->line,
        .column = node->column,
        .length = node->length,
        .source = yaml_line(node->document, node->line) };
}

struct view
yaml_text(const struct yaml_node *node)
{
    return node == NULL ? (struct view){ 0 } : node->text;
}

int
yaml_is_null(const struct yaml_node *node)
{
    if (node == NULL) {
        return 1;
    }
    return node->kind == YAML_SCALAR && node->plain &&
           (node->text.size == 0 || view_equal(node->text, VIEW("null")) ||
                   view_equal(node->text, VIEW("~")));
}

size_t
yaml_size(const struct yaml_node *node)
{
    switch (yaml_kind_of(node)) {
    case YAML_LIST:
        return node->count;
    case YAML_MAP:
        return node->count / 2;
    case YAML_NONE:
    case YAML_SCALAR:
        break;
    }
    return 0;
}

const struct yaml_node *
yaml_item(const struct yaml_node *node, size_t index)
{
    assert(index < yaml_size(node) && node->kind == YAML_LIST);
    return node->children[index];
}

const struct yaml_node *
yaml_key_node(const struct yaml_node *map, size_t index)
{
    assert(index < yaml_size(map) && map->kind == YAML_MAP);
    return map->children[2 * index];
}

struct view
yaml_key(const struct yaml_node *map, size_t index)
{
    return yaml_key_node(map, index)->text;
}

const struct yaml_node *
yaml_value(const struct yaml_node *map, size_t index)
{
    assert(index < yaml_size(map) && map->kind == YAML_MAP);
    return map->children[2 * index + 1];
}

const struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
    if (yaml_kind_of(map) != YAML_MAP) {
        return NULL;
    }
    for (size_t i = 0; i < yaml_size(map); i++) {
        if (view_equal(yaml_key(map, i), view_of(key))) {
            return yaml_value(map, i);
        }
    }
    return NULL;
}
