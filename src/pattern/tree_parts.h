/* tree_parts: what the files of tree share while a pattern is read. Private to tree. */
#ifndef REBATO_PATTERN_TREE_PARTS_H
#define REBATO_PATTERN_TREE_PARTS_H

#include "pattern/tree.h"

struct tree_parser {
    struct view text;
    size_t at;
    enum pattern_mode mode;
    struct arena *arena;
    char *bytes; /* of literals: those that follow each other lie behind each other */
    size_t room;
    size_t depth;
    int caseless;
    int quoted; /* between \Q and \E */
    int failed; /* out of memory */
    const char *why;
};

/* The byte `ahead` of here; 0 behind the end. */
static inline char
tree_peek(const struct tree_parser *parser, size_t ahead)
{
    return (char)(parser->at + ahead < parser->text.size ? parser->text.at[parser->at + ahead] : 0);
}

static inline struct view
tree_rest(const struct tree_parser *parser)
{
    return view_slice(parser->text, parser->at, parser->text.size);
}

/* Moves behind the next `end`, or to the end. */
void tree_skip_through(struct tree_parser *parser, char end);

/* A node, or NULL when out of memory. */
struct tree *tree_node(struct tree_parser *parser, enum tree_kind kind);
struct tree *tree_open(struct tree_parser *parser, int clean);
/* The same for what stands for one character, whichever. */
struct tree *tree_open_one(struct tree_parser *parser, int clean);
/* One character of the pattern: bytes, or open when it stands for more than itself. */
struct tree *tree_character(struct tree_parser *parser, uint32_t code_point);
/* The next character as it is written, a byte in PATTERN_BYTES. */
uint32_t tree_next(struct tree_parser *parser);

/* The first reason is the one that is told. NULL, for returning. */
struct tree *tree_give_up(struct tree_parser *parser, const char *why);

/* The character that the escape at `at` stands for, and moves behind it; false, and nothing moved,
 * when it is a class, an assertion or a reference. */
int tree_escaped(struct tree_parser *parser, uint32_t *code_point);

/* [...] and the escapes that are classes: \d, \w, \s. */
struct tree *tree_class(struct tree_parser *parser);
struct tree *tree_class_escape(struct tree_parser *parser);

#endif
