#include "mention/json.h"

#include "core/utf8.h"

#include <assert.h>
#include <stdlib.h>

struct node {
    uint32_t at;
    uint32_t size;
    uint32_t next; /* the node behind this one and all it holds; for a key: the next key */
};

struct json_document {
    /* Fixed at creation. */
    size_t size_max;
    struct node *nodes;
    uint32_t node_count_max;

    /* Of the text being read. */
    struct view text;
    uint32_t node_count;
};

/* A run through one text. `open` holds the containers not yet closed, `keys` the key that each of them
 * is at (objects only). */
struct run {
    struct json_document *document;
    struct view text;
    size_t at;
    size_t depth;
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

static uint32_t
add_node(struct run *run, size_t at)
{
    struct json_document *document = run->document;

    assert(document->node_count < document->node_count_max);
    document->nodes[document->node_count] = (struct node){ .at = (uint32_t)at };
    return document->node_count++;
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
    return run->at < run->text.size ? (unsigned char)run->text.at[run->at] : -1;
}

static void
skip_space(struct run *run)
{
    while (run->at < run->text.size &&
            (run->text.at[run->at] == ' ' || run->text.at[run->at] == '\n' ||
                    run->text.at[run->at] == '\r' || run->text.at[run->at] == '\t')) {
        run->at++;
    }
}

static int
is_hex(int byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
           (byte >= 'A' && byte <= 'F');
}

static int
is_digit(int byte)
{
    return byte >= '0' && byte <= '9';
}

/* Behind a backslash. */
static int
scan_escape(struct run *run)
{
    int letter = peek(run);

    if (letter < 0 || strchr("\"\\/bfnrtu", letter) == NULL || letter == 0) {
        return fail(run, JSON_MALFORMED);
    }
    run->at++;
    for (int i = 0; letter == 'u' && i < 4; i++, run->at++) {
        if (!is_hex(peek(run))) {
            return fail(run, JSON_MALFORMED);
        }
    }
    return 1;
}

/* Eight bytes at once, as long as none of them ends, escapes or breaks a string. The sums set the upper
 * bit of a byte that equals the mark, or is below a blank; carries between bytes can only stop us early,
 * and then the loop over single bytes decides. */
static size_t
skip_plain(struct view text, size_t at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);

    while (text.size - at >= 8) {
        uint64_t word;
        memcpy(&word, text.at + at, sizeof word);
        uint64_t quote = word ^ (ones * '"');
        uint64_t slash = word ^ (ones * '\\');
        uint64_t found = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
                         ((word - ones * 0x20) & ~word);
        if ((found & tops) != 0) {
            return at;
        }
        at += 8;
    }
    return at;
}

static int
scan_string(struct run *run)
{
    run->at++;
    for (;;) {
        run->at = skip_plain(run->text, run->at);
        int byte = peek(run);
        if (byte < 0x20) { /* the end, or a control character that must be escaped */
            return fail(run, JSON_MALFORMED);
        }
        run->at++;
        if (byte == '"') {
            return 1;
        }
        if (byte == '\\' && !scan_escape(run)) {
            return 0;
        }
    }
}

static int
scan_digits(struct run *run)
{
    size_t start = run->at;

    while (is_digit(peek(run))) {
        run->at++;
    }
    return run->at > start || fail(run, JSON_MALFORMED);
}

static int
scan_number(struct run *run)
{
    if (peek(run) == '-') {
        run->at++;
    }
    if (peek(run) == '0') {
        run->at++; /* and nothing behind it: 01 is no number */
    } else if (!scan_digits(run)) {
        return 0;
    }
    if (peek(run) == '.') {
        run->at++;
        if (!scan_digits(run)) {
            return 0;
        }
    }
    if (peek(run) == 'e' || peek(run) == 'E') {
        run->at++;
        if (peek(run) == '+' || peek(run) == '-') {
            run->at++;
        }
        return scan_digits(run);
    }
    return 1;
}

static int
scan_word(struct run *run, struct view word)
{
    if (!view_starts(view_slice(run->text, run->at, run->text.size), word)) {
        return fail(run, JSON_MALFORMED);
    }
    run->at += word.size;
    return 1;
}

static int
scan_scalar(struct run *run)
{
    uint32_t node = add_node(run, run->at);
    int good;

    switch (peek(run)) {
    case '"':
        good = scan_string(run);
        break;
    case 't':
        good = scan_word(run, VIEW("true"));
        break;
    case 'f':
        good = scan_word(run, VIEW("false"));
        break;
    case 'n':
        good = scan_word(run, VIEW("null"));
        break;
    default:
        good = scan_number(run);
        break;
    }
    end_node(run, node);
    return good;
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
    if (run->depth > 0 && is_object(run, run->open[run->depth - 1])) {
        run->document->nodes[run->keys[run->depth - 1]].next = run->document->node_count;
    }
}

/* Closes what ends here. Afterwards a value is due, or depth is 0 and the text is read. */
static int
scan_closers(struct run *run)
{
    end_member(run);
    while (run->depth > 0) {
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
    run->open[run->depth++] = add_node(run, run->at);
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
    } while (run->depth > 0);
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
    document->text = text;
    document->node_count = 0;
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
    switch (document->text.at[document->nodes[node].at]) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 't':
    case 'f':
        return JSON_FLAG;
    case 'n':
        return JSON_NULL;
    default:
        return JSON_NUMBER;
    }
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
