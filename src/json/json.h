/*
 * json: a record's bytes, validated once and then looked at by pointer.
 *
 *   {"user":{"id":7}}  ── jdoc_parse ──▶  nodes in document order, each knowing where it ends
 *                                         /user/id ─▶ the node of 7
 *
 * No recursion, no allocation after creation, no conversion of what nobody asks for: numbers stay text,
 * so an id of 19 digits survives. Nesting beyond JSON_DEPTH_MAX is refused. Where a key stands twice the
 * last one counts. UTF-8 is not checked here: jdoc_text() repairs what is asked for.
 */
#ifndef REBATO_JSON_JSON_H
#define REBATO_JSON_JSON_H

#include "core/isa.h"
#include "core/limits.h"
#include "core/view.h"

#include <stdint.h>

enum json_kind {
    JSON_ABSENT,
    JSON_NULL,
    JSON_FLAG, /* true or false */
    JSON_NUMBER,
    JSON_STRING,
    JSON_OBJECT,
    JSON_ARRAY,
};

enum json_outcome {
    JSON_GOOD,
    JSON_MALFORMED,
    JSON_TOO_DEEP,
    JSON_TOO_LARGE,
};

/* A node's number in its document. */
typedef uint32_t json_node;
#define JSON_NOWHERE UINT32_MAX
#define JSON_ROOT    0U

struct json_document;

/* For documents of up to `size_max` bytes; about 6 bytes of address space per byte of it, touched only
 * as documents need it. NULL when out of memory. */
struct json_document *jdoc_create(size_t size_max);
void jdoc_destroy(struct json_document **document);

/* Reads one value that fills `text` (white space around it and a byte order mark are accepted).
 * `text` must outlive the use of the nodes; the next call forgets them. `*at` is where reading stopped
 * when the outcome is not good. */
enum json_outcome jdoc_parse(struct json_document *document, struct view text, size_t *at);

/* Of a node, or of JSON_NOWHERE (absent, empty). */
enum json_kind jdoc_kind_of(const struct json_document *document, json_node node);
/* As it stands in the text: strings with quotes and escapes, objects with braces. */
struct view jdoc_raw(const struct json_document *document, json_node node);

/* Members of an object; JSON_NOWHERE when `node` is something else or has no such key. */
json_node jdoc_member(const struct json_document *document, json_node node, struct view key);

/* Elements of an array, or keys of an object (a key is a string node; its value is the node behind it,
 * key + 1). JSON_NOWHERE at the end. */
json_node jdoc_first(const struct json_document *document, json_node node);
json_node jdoc_next(const struct json_document *document, json_node container, json_node node);

/* The value of a pointer (RFC 6901) from `from`. "" is `from` itself. The pointer is well-formed. */
json_node jdoc_find(const struct json_document *document, json_node from, struct view pointer);
int jdoc_pointer_valid(struct view pointer);

/* A value without its document: what whoever reads fields wants to know of it. */
struct json_value {
    struct view raw;     /* as it stands in the text */
    unsigned char kind;  /* enum json_kind */
    unsigned char plain; /* a string that is known to have no escapes */
    unsigned char ascii; /* and one that is known to be ASCII */
};

struct json_value jdoc_value(const struct json_document *document, json_node node);

/* What a string holds. */
struct json_text {
    struct view text;
    size_t repaired; /* bytes and surrogates that were no UTF-8, each now U+FFFD */
    int cut;         /* not all of it fitted */
};

/* The characters of a string: a view into the record where it can be, else decoded into `out`, whole
 * code points only. Nothing when `value` is something else, or NULL. */
struct json_text jdoc_text(
        const struct json_value *value, enum isa isa, char *out, size_t out_size);

#endif
