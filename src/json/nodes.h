/*
 * nodes: what a document is made of. For this folder alone: json.c, which makes a node of everything, and
 * json/walk.c, which makes nodes of what is wanted.
 */
#ifndef REBATO_JSON_NODES_H
#define REBATO_JSON_NODES_H

#include "json/json.h"

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

/* A document of `text` that has no nodes yet. */
static inline void
jdoc_begin(struct json_document *document, struct view text)
{
    document->text = text;
    document->node_count = 0;
}

/* What a value is that begins with this byte; JSON_ABSENT: none does. A table, because what comes next is
 * anybody's guess. */
static inline enum json_kind
json_kind_by(char first)
{
    static const unsigned char kinds[256] = { ['{'] = JSON_OBJECT,
        ['['] = JSON_ARRAY,
        ['"'] = JSON_STRING,
        ['t'] = JSON_FLAG,
        ['f'] = JSON_FLAG,
        ['n'] = JSON_NULL,
        ['-'] = JSON_NUMBER,
        ['0'] = JSON_NUMBER,
        ['1'] = JSON_NUMBER,
        ['2'] = JSON_NUMBER,
        ['3'] = JSON_NUMBER,
        ['4'] = JSON_NUMBER,
        ['5'] = JSON_NUMBER,
        ['6'] = JSON_NUMBER,
        ['7'] = JSON_NUMBER,
        ['8'] = JSON_NUMBER,
        ['9'] = JSON_NUMBER };

    return (enum json_kind)kinds[(unsigned char)first];
}

/* A node that holds nothing: a scalar, or a container whose inside is not kept. */
static inline json_node
jdoc_add(struct json_document *document, size_t at, size_t size)
{
    json_node node = document->node_count++;

    assert(node < document->node_count_max);
    document->nodes[node] =
            (struct node){ .at = (uint32_t)at, .size = (uint32_t)size, .next = node + 1 };
    return node;
}

/* Adds bytes [from, to) of the text with all they hold; `depth` containers are open around them. 0 when
 * they are not one good value. */
int jdoc_graft(struct json_document *document, size_t from, size_t to, size_t depth);

/* The member or element that one token of a pointer names: JSON_NOWHERE when there is none. */
json_node jdoc_step(const struct json_document *document, json_node node, struct view token);

/* Cuts the first token off a pointer that is not empty; it is decoded into `copy` when it has to be.
 * `*token` is without address when it does not fit. */
struct view jdoc_pointer_take(struct view *pointer, char copy[ID_SIZE_MAX]);

#endif
