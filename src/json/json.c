#include "json/json.h"

#include "json/nodes.h"
#include "json/token.h"

#include <assert.h>
#include <stdlib.h>

/* A run through one text. `open` holds the containers not yet closed, `keys` the key that each of them
 * is at (objects only). */
struct run {
    struct json_document *document;
    struct view text;
    size_t at;
    size_t depth;
    size_t floor; /* containers that are open around all of it */
    enum json_outcome outcome;
    uint32_t open[JSON_DEPTH_MAX];
    uint32_t keys[JSON_DEPTH_MAX];
};

struct json_document *
jdoc_create(size_t size_max)
{
    assert(size_max < UINT32_MAX / 2);
    struct json_document *document = calloc(1, sizeof *document);
    if (document == NULL) {
        return NULL;
    }
    document->size_max = size_max;
    /* Two bytes a node at least ("1,"), but for the containers still open. */
    document->node_count_max = (uint32_t)(size_max / 2 + JSON_DEPTH_MAX + 4);
    document->nodes = malloc(document->node_count_max * sizeof *document->nodes);
    if (document->nodes == NULL) {
        jdoc_destroy(&document);
    }
    return document;
}

void
jdoc_destroy(struct json_document **document)
{
    if (*document == NULL) {
        return;
    }
    free((*document)->nodes);
    free(*document);
    *document = NULL;
}

static int
fail(struct run *run, enum json_outcome outcome)
{
    run->outcome = outcome;
    return 0;
}

static void
end_node(struct run *run, uint32_t number)
{
    struct node *node = &run->document->nodes[number];

    node->size = (uint32_t)(run->at - node->at);
    node->next = run->document->node_count;
}

static int
peek(const struct run *run)
{
    return json_peek(run->text, run->at);
}

static void
skip_space(struct run *run)
{
    run->at = json_skip_space(run->text, run->at);
}

static int
scan_scalar(struct run *run)
{
    uint32_t node = jdoc_add(run->document, run->at, 0);
    int good = json_token(run->text, &run->at);

    end_node(run, node);
    return good || fail(run, JSON_MALFORMED);
}

/* `"key" :`, up to its value. */
static int
scan_key(struct run *run)
{
    skip_space(run);
    if (peek(run) != '"') {
        return fail(run, JSON_MALFORMED);
    }
    run->keys[run->depth - 1] = run->document->node_count;
    if (!scan_scalar(run)) {
        return 0;
    }
    skip_space(run);
    if (peek(run) != ':') {
        return fail(run, JSON_MALFORMED);
    }
    run->at++;
    return 1;
}

static int
is_object(const struct run *run, uint32_t node)
{
    return run->text.at[run->document->nodes[node].at] == '{';
}

/* A value has ended: so has, in an object, its key's turn. */
static void
end_member(struct run *run)
{
    if (run->depth > run->floor && is_object(run, run->open[run->depth - 1])) {
        run->document->nodes[run->keys[run->depth - 1]].next = run->document->node_count;
    }
}

/* Closes what ends here. Afterwards a value is due, or depth is 0 and the text is read. */
static int
scan_closers(struct run *run)
{
    end_member(run);
    while (run->depth > run->floor) {
        uint32_t node = run->open[run->depth - 1];
        skip_space(run);
        int byte = peek(run);
        if (byte == ',') {
            run->at++;
            return !is_object(run, node) || scan_key(run);
        }
        if (byte != (is_object(run, node) ? '}' : ']')) {
            return fail(run, JSON_MALFORMED);
        }
        run->at++;
        run->depth--;
        end_node(run, node);
        end_member(run);
    }
    return 1;
}

/* Behind [ or {. Sets `*empty` when it closes at once; else a value is due. */
static int
scan_opener(struct run *run, int *empty)
{
    int closer = peek(run) == '{' ? '}' : ']';

    if (run->depth == JSON_DEPTH_MAX) {
        return fail(run, JSON_TOO_DEEP);
    }
    run->open[run->depth++] = jdoc_add(run->document, run->at, 0);
    run->at++;
    skip_space(run);
    *empty = peek(run) == closer;
    if (*empty) {
        run->at++;
        end_node(run, run->open[--run->depth]);
        return 1;
    }
    return closer == ']' || scan_key(run);
}

static void
scan(struct run *run)
{
    do {
        int whole = 1;
        skip_space(run);
        int good =
                peek(run) == '{' || peek(run) == '[' ? scan_opener(run, &whole) : scan_scalar(run);
        if (!good || (whole && !scan_closers(run))) {
            return;
        }
    } while (run->depth > run->floor);
    skip_space(run);
    if (run->at != run->text.size) {
        fail(run, JSON_MALFORMED);
    }
}

enum json_outcome
jdoc_parse(struct json_document *document, struct view text, size_t *at)
{
    struct run run = { .document = document, .text = text };

    *at = 0;
    jdoc_begin(document, text);
    if (text.size > document->size_max) {
        return JSON_TOO_LARGE;
    }
    run.at = view_starts(text, VIEW("\xEF\xBB\xBF")) ? 3 : 0;
    scan(&run);
    if (run.outcome != JSON_GOOD) {
        document->node_count = 0; /* half a tree must not be looked at */
        *at = run.at;
    }
    return run.outcome;
}

int
jdoc_graft(struct json_document *document, size_t from, size_t to, size_t depth)
{
    struct run run = { .document = document,
        .text = view_slice(document->text, 0, to),
        .at = from,
        .depth = depth,
        .floor = depth };

    scan(&run);
    return run.outcome == JSON_GOOD;
}

struct view
jdoc_raw(const struct json_document *document, json_node node)
{
    if (node >= document->node_count) {
        return (struct view){ 0 };
    }
    size_t at = document->nodes[node].at;
    return view_slice(document->text, at, at + document->nodes[node].size);
}

enum json_kind
jdoc_kind_of(const struct json_document *document, json_node node)
{
    if (node >= document->node_count) {
        return JSON_ABSENT;
    }
    return json_kind_by(document->text.at[document->nodes[node].at]);
}

struct json_value
jdoc_value(const struct json_document *document, json_node node)
{
    return (struct json_value){ .raw = jdoc_raw(document, node),
        .kind = (unsigned char)jdoc_kind_of(document, node) };
}

json_node
jdoc_first(const struct json_document *document, json_node node)
{
    enum json_kind kind = jdoc_kind_of(document, node);

    if ((kind != JSON_OBJECT && kind != JSON_ARRAY) || document->nodes[node].next == node + 1) {
        return JSON_NOWHERE;
    }
    return node + 1;
}

json_node
jdoc_next(const struct json_document *document, json_node container, json_node node)
{
    uint32_t next = document->nodes[node].next;

    return next < document->nodes[container].next ? next : JSON_NOWHERE;
}
