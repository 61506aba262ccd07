/*
 * tree: what yaml.h's nodes are made of. Private to the yaml files.
 *
 * The tree is ours and not the library's: nodes know their place and their document, an alias is the
 * node it stands for, and nothing here has to be asked of the library again.
 */
#ifndef REBATO_CORE_YAML_TREE_H
#define REBATO_CORE_YAML_TREE_H

#include "core/arena.h"
#include "core/yaml/yaml.h"

struct yaml_node {
    struct yaml_document *document;
    enum yaml_kind kind;
    int plain; /* a scalar without quotes: only such a one can be null, a number or a flag */
    size_t line;
    size_t column;
    size_t length;
    struct view text;   /* scalars */
    struct view anchor; /* its &name, or empty */

    /* Lists: the items. Maps: key, value, key, value. */
    const struct yaml_node **children;
    size_t count;
    size_t capacity;

    size_t weight; /* nodes one walks from here, aliases followed */
};

struct yaml_document {
    const char *file;
    struct view source; /* all of it */
    const char **lines; /* where each line starts */
    size_t line_count;
    const struct yaml_node *root;
    struct arena *arena; /* everything above, and every node */
};

/* A document that holds copies and knows its lines, without nodes; NULL when out of memory. */
struct yaml_document *yaml_document_create(const char *file, struct view text);

/* The text of a line (from 1), without its end; empty past the last one. */
struct view yaml_line(const struct yaml_document *document, size_t line);

#endif
