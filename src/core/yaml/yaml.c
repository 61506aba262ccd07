/* Builds the tree of tree.h from libfyaml's events. Events and not the library's own documents:
 * those refuse repeated keys without a usable place, and expand aliases without a bound. */
#include "core/yaml/yaml.h"

#include "core/limits.h"
#include "core/text/utf8.h"
#include "core/yaml/tree.h"

#include <libfyaml.h>
#include <stdlib.h>

#define DEPTH_MAX   64
#define ANCHORS_MAX 1024
/* Nodes that aliases may add to a walk, all together. */
#define ALIAS_WEIGHT_MAX 10000

struct builder {
    struct yaml_document *document;
    struct fault_list *faults;
    struct yaml_node *open[DEPTH_MAX]; /* lists and maps not yet ended, outermost first */
    size_t depth;
    const struct yaml_node *anchors[ANCHORS_MAX];
    size_t anchor_count;
    size_t alias_weight;
    size_t documents;
};

static struct fault_place
place_at(const struct yaml_document *document, const struct fy_mark *start)
{
    size_t line = start == NULL || start->line < 0 ? 1 : (size_t)start->line + 1;
    size_t column = start == NULL || start->column < 0 ? 1 : (size_t)start->column + 1;

    return (struct fault_place){ .file = document->file,
        .line = line,
        .column = column,
        .length = 1,
        .source = yaml_line(document, line) };
}

/* All refusals of this file end the walk: what follows a broken structure would be guesses. */
static int
refuse(struct builder *builder, struct fault_place place, const char *what, const char *advice)
{
    fault_add(builder->faults, FAULT_ERROR, place, what, advice);
    return 0;
}

static int
out_of_memory(struct builder *builder)
{
    struct fault_place place = { .file = builder->document->file };
    return refuse(builder, place, "out of memory", NULL);
}

static struct yaml_node *
node_create(struct builder *builder, enum yaml_kind kind, struct fy_token *token)
{
    struct yaml_node *node = arena_take(builder->document->arena, sizeof *node);
    const struct fy_mark *start = token == NULL ? NULL : fy_token_start_mark(token);
    const struct fy_mark *end = token == NULL ? NULL : fy_token_end_mark(token);

    if (node == NULL) {
        return NULL;
    }
    struct fault_place place = place_at(builder->document, start);
    *node = (struct yaml_node){ .document = builder->document,
        .kind = kind,
        .line = place.line,
        .column = place.column,
        .length = 1,
        .weight = 1 };
    if (start != NULL && end != NULL && end->line == start->line && end->column > start->column) {
        node->length = (size_t)(end->column - start->column);
    }
    return node;
}

static struct view
token_text(struct fy_token *token)
{
    struct view text = { 0 };

    if (token != NULL) {
        text.at = fy_token_get_text(token, &text.size);
    }
    return text.at == NULL ? (struct view){ 0 } : text;
}

/* Children double in the arena; what is left behind is at most as much again. */
static int
add_child(struct builder *builder, struct yaml_node *parent, const struct yaml_node *child)
{
    if (parent->count == parent->capacity) {
        size_t capacity = parent->capacity == 0 ? 4 : parent->capacity * 2;
        const struct yaml_node **children =
                arena_take(builder->document->arena, capacity * sizeof(struct yaml_node *));
        if (children == NULL) {
            return out_of_memory(builder);
        }
        for (size_t i = 0; i < parent->count; i++) {
            children[i] = parent->children[i];
        }
        parent->children = children;
        parent->capacity = capacity;
    }
    parent->children[parent->count++] = child;
    parent->weight += child->weight;
    return 1;
}

/* Puts a finished node (or a list or map that begins) where it belongs. */
static int
attach(struct builder *builder, const struct yaml_node *node)
{
    if (builder->depth == 0) {
        builder->document->root = node;
        return 1;
    }
    struct yaml_node *parent = builder->open[builder->depth - 1];
    if (parent->kind == YAML_MAP && parent->count % 2 == 0 && node->kind != YAML_SCALAR) {
        return refuse(builder, yaml_place(node), "a list or map cannot be a key",
                "put quotes around a key that begins with [ or {");
    }
    return add_child(builder, parent, node);
}

static int
remember_anchor(struct builder *builder, struct yaml_node *node, struct fy_token *anchor)
{
    if (anchor == NULL) {
        return 1;
    }
    if (builder->anchor_count == ANCHORS_MAX) {
        return refuse(builder, yaml_place(node), "more than 1,024 anchors", NULL);
    }
    node->anchor = arena_copy(builder->document->arena, token_text(anchor));
    if (node->anchor.at == NULL) {
        return out_of_memory(builder);
    }
    builder->anchors[builder->anchor_count++] = node;
    return 1;
}

static int
refuse_tag(struct builder *builder, struct fy_token *tag)
{
    if (tag == NULL) {
        return 1;
    }
    return refuse(builder, place_at(builder->document, fy_token_start_mark(tag)),
            "tags (!...) have no meaning here", "put quotes around text that begins with !");
}

/* A value that is left out has no place of its own: it stands where its key, or what holds it, stands. */
static void
place_missing(const struct builder *builder, struct yaml_node *node)
{
    const struct yaml_node *parent = builder->depth == 0 ? NULL : builder->open[builder->depth - 1];

    if (node->text.size == 0 && node->plain && parent != NULL) {
        const struct yaml_node *before =
                parent->count > 0 ? parent->children[parent->count - 1] : parent;
        node->line = before->line;
        node->column = before->column;
        node->length = before->length;
    }
}

static int
on_scalar(struct builder *builder, const struct fy_event_scalar_data *event)
{
    struct yaml_node *node = node_create(builder, YAML_SCALAR, event->value);

    if (node == NULL) {
        return out_of_memory(builder);
    }
    node->plain = fy_token_scalar_style(event->value) == FYSS_PLAIN;
    node->text = arena_copy(builder->document->arena, token_text(event->value));
    if (node->text.at == NULL) {
        return out_of_memory(builder);
    }
    place_missing(builder, node);
    return refuse_tag(builder, event->tag) && remember_anchor(builder, node, event->anchor) &&
           attach(builder, node);
}

static int
is_open(const struct builder *builder, const struct yaml_node *node)
{
    for (size_t i = 0; i < builder->depth; i++) {
        if (builder->open[i] == node) {
            return 1;
        }
    }
    return 0;
}

static int
on_alias(struct builder *builder, const struct fy_event_alias_data *event)
{
    struct view name = token_text(event->anchor);
    struct fault_place place = place_at(builder->document, fy_token_start_mark(event->anchor));
    const struct yaml_node *target = NULL;

    /* The last one of that name: an anchor may be given anew. */
    for (size_t i = builder->anchor_count; i > 0 && target == NULL; i--) {
        if (view_equal(builder->anchors[i - 1]->anchor, name)) {
            target = builder->anchors[i - 1];
        }
    }
    if (target == NULL) {
        return refuse(builder, place, "alias to an anchor that was not set before it",
                "put quotes around text that begins with *");
    }
    if (is_open(builder, target)) {
        return refuse(builder, place, "alias to a node that it is a part of", NULL);
    }
    builder->alias_weight += target->weight;
    if (builder->alias_weight > ALIAS_WEIGHT_MAX) {
        return refuse(builder, place, "aliases repeat more than 10,000 nodes", NULL);
    }
    return attach(builder, target);
}

static int
on_start(struct builder *builder, struct yaml_node *node, struct fy_token *anchor)
{
    if (node == NULL) {
        return out_of_memory(builder);
    }
    if (builder->depth == DEPTH_MAX) {
        return refuse(builder, yaml_place(node), "nested more than 64 deep", NULL);
    }
    /* A container that begins is attached when it ends: only then is its weight known. */
    if (!remember_anchor(builder, node, anchor)) {
        return 0;
    }
    builder->open[builder->depth++] = node;
    return 1;
}

static int
on_end(struct builder *builder)
{
    struct yaml_node *node = builder->open[--builder->depth];

    return attach(builder, node);
}

static int
on_document(struct builder *builder, const struct fy_event_document_start_data *event)
{
    if (++builder->documents == 1) {
        return 1;
    }
    const struct fy_mark *mark =
            event->document_start == NULL ? NULL : fy_token_start_mark(event->document_start);
    return refuse(builder, place_at(builder->document, mark), "a second document in one file",
            "one file holds one document: remove the line ---");
}

static int
on_event(struct builder *builder, struct fy_event *event)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return on_document(builder, &event->document_start);
    case FYET_SCALAR:
        return on_scalar(builder, &event->scalar);
    case FYET_ALIAS:
        return on_alias(builder, &event->alias);
    case FYET_MAPPING_START:
        return refuse_tag(builder, event->mapping_start.tag) &&
               on_start(builder, node_create(builder, YAML_MAP, event->mapping_start.mapping_start),
                       event->mapping_start.anchor);
    case FYET_SEQUENCE_START:
        return refuse_tag(builder, event->sequence_start.tag) &&
               on_start(builder,
                       node_create(builder, YAML_LIST, event->sequence_start.sequence_start),
                       event->sequence_start.anchor);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return on_end(builder);
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
        break;
    }
    return 1;
}

/* The library's own faults; it collects them instead of printing. */
static void
take_faults(struct builder *builder, struct fy_diag *diag)
{
    void *position = NULL;
    struct fy_diag_error *error;

    while ((error = fy_diag_errors_iterate(diag, &position)) != NULL) {
        /* Marks count from 0, faults of the library from 1. */
        struct fy_mark mark = { .line = error->line - 1, .column = error->column - 1 };
        const char *what = error->msg == NULL ? "cannot be read as YAML" : error->msg;
        fault_add(builder->faults, error->type == FYET_WARNING ? FAULT_WARNING : FAULT_ERROR,
                place_at(builder->document, &mark), what, NULL);
    }
}

static void
say_nothing(struct fy_diag *diag, void *user, const char *text, size_t size)
{
    (void)diag;
    (void)user;
    (void)text;
    (void)size;
}

/* 1 when the whole stream was read without a fault. */
static int
run_parser(struct builder *builder, struct fy_parser *parser)
{
    struct view source = builder->document->source;
    int good = fy_parser_set_string(parser, source.at, source.size) == 0;

    for (int more = good; more && good;) {
        struct fy_event *event = fy_parser_parse(parser);
        more = event != NULL && event->type != FYET_STREAM_END;
        good = event != NULL && on_event(builder, event);
        fy_parser_event_free(parser, event);
    }
    return good && !fy_parser_get_stream_error(parser);
}

static int
build(struct builder *builder)
{
    struct fy_diag_cfg quiet;
    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    quiet.output_fn = say_nothing;
    struct fy_diag *diag = fy_diag_create(&quiet);
    if (diag == NULL) {
        return out_of_memory(builder);
    }
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg settings = { .flags = FYPCF_DEFAULT_PARSE, .diag = diag };
    struct fy_parser *parser = fy_parser_create(&settings);
    int good = parser != NULL && run_parser(builder, parser);
    if (!good) {
        take_faults(builder, diag);
    }
    fy_parser_destroy(parser);
    fy_diag_destroy(diag); /* unref alone would leave the collected errors behind */
    if (!good && fault_count(builder->faults, FAULT_ERROR) == 0) {
        struct fault_place place = { .file = builder->document->file };
        refuse(builder, place, "cannot be read as YAML", NULL);
    }
    return good;
}

/* What is refused before the library sees it: it is no place for hostile bytes. */
static int
check_bytes(const struct yaml_document *document, struct fault_list *faults)
{
    for (size_t line = 1; line <= document->line_count; line++) {
        struct view text = yaml_line(document, line);
        struct fault_place place = { .file = document->file, .line = line };
        if (!utf8_valid(text)) {
            fault_add(faults, FAULT_ERROR, place, "bytes that are not UTF-8",
                    "save the file as UTF-8");
            return 0;
        }
        if (text.size > 0 && memchr(text.at, '\0', text.size) != NULL) {
            fault_add(faults, FAULT_ERROR, place, "a NUL byte", "is this a text file?");
            return 0;
        }
    }
    return 1;
}

struct yaml_document *
yaml_parse(const char *file, struct view text, struct fault_list *faults)
{
    struct fault_place whole = { .file = file };

    if (text.size > RULE_FILE_SIZE_MAX) {
        fault_add(faults, FAULT_ERROR, whole, "larger than 8 MiB", "split it into several files");
        return NULL;
    }
    struct yaml_document *document = yaml_document_create(file, text);
    struct builder *builder = calloc(1, sizeof *builder);
    if (document == NULL || builder == NULL) {
        fault_add(faults, FAULT_ERROR, whole, "out of memory", NULL);
        yaml_destroy(&document);
    } else {
        *builder = (struct builder){ .document = document, .faults = faults };
        if (!check_bytes(document, faults) || !build(builder)) {
            yaml_destroy(&document);
        } else if (yaml_is_null(document->root)) {
            fault_add(faults, FAULT_ERROR, whole, "the file is empty", NULL);
            yaml_destroy(&document);
        }
    }
    free(builder);
    return document;
}
