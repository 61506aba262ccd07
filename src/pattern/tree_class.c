/* Classes: spelled out while they are small, otherwise only asked whether they hold word bytes. */
#include "core/text/utf8.h"
#include "pattern/tree_parts.h"

/* What a class allows. Code points below 256 (bytes, in PATTERN_BYTES) are known one by one. */
struct members {
    uint8_t low[256];
    uint32_t high[TREE_CLASS_MAX];
    size_t high_count;
    int more;    /* others, from 128 on, that are not told apart */
    int unknown; /* no telling what is in it */
};

static void
add_range(struct members *members, uint32_t from, uint32_t to)
{
    for (uint32_t c = from; c <= to && c < 256; c++) {
        members->low[c] = 1;
    }
    uint32_t start = from < 256 ? 256 : from;
    if (to >= start && to - start >= TREE_CLASS_MAX - members->high_count) {
        members->more = 1;
        return;
    }
    for (uint32_t c = start; c <= to; c++) {
        members->high[members->high_count++] = c;
    }
}

static int
is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int
is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

/* What letter escapes allow. A capital letter is the opposite. Beyond ASCII nothing is told apart. */
static void
add_escape(struct members *members, char letter, enum pattern_mode mode)
{
    char kind = (char)(letter | 0x20);
    int opposite = letter != kind;
    for (unsigned c = 0; c < 128; c++) {
        unsigned char byte = (unsigned char)c;
        int has = kind == 'd'   ? is_digit(byte)
                  : kind == 'w' ? tree_word_byte(byte)
                                : is_space(byte);
        members->low[c] |= (uint8_t)(has != opposite);
    }
    int plain = mode == PATTERN_BYTES && (kind == 'd' || kind == 'w' || kind == 's') && !opposite;
    members->more |= !plain;
}

static struct tree *
open_class(struct tree_parser *parser, const struct members *members, int negated)
{
    int clean = !members->unknown;
    for (unsigned c = 0; c < 128; c++) {
        clean = clean && (members->low[c] == negated || !tree_word_byte((unsigned char)c));
    }
    return tree_open_one(parser, clean);
}

static int
add_child(struct tree_parser *parser, struct tree *node, uint32_t code_point)
{
    struct tree *child = tree_character(parser, code_point);
    if (child == NULL || child->kind != TREE_BYTES) {
        return 0;
    }
    child->next = node->first;
    node->first = child;
    return 1;
}

/* Small classes become a choice of bytes. */
static struct tree *
finish(struct tree_parser *parser, const struct members *members, int negated)
{
    size_t count = members->high_count;
    for (unsigned c = 0; c < 256; c++) {
        count += members->low[c];
    }
    if (negated || members->more || members->unknown || count == 0 || count > TREE_CLASS_MAX) {
        return open_class(parser, members, negated);
    }
    struct tree *node = tree_node(parser, TREE_CLASS);
    int whole = node != NULL;
    for (uint32_t c = 0; c < 256 && whole; c++) {
        whole = !members->low[c] || add_child(parser, node, c);
    }
    for (size_t i = 0; i < members->high_count && whole; i++) {
        whole = add_child(parser, node, members->high[i]);
    }
    return whole ? node : open_class(parser, members, 0);
}

struct tree *
tree_class_escape(struct tree_parser *parser)
{
    struct members members = { 0 };
    add_escape(&members, tree_peek(parser, 1), parser->mode);
    parser->at += 2;
    return finish(parser, &members, 0);
}

/* "[:alpha:]": its letters are not told apart; false when none stands here. */
static int
read_posix(struct tree_parser *parser, struct members *members)
{
    char kind = tree_peek(parser, 1);
    if (tree_peek(parser, 0) != '[' || (kind != ':' && kind != '.' && kind != '=')) {
        return 0;
    }
    for (size_t i = 2; parser->at + i + 1 < parser->text.size; i++) {
        if (tree_peek(parser, i) == kind && tree_peek(parser, i + 1) == ']') {
            parser->at += i + 2;
            members->unknown = 1;
            return 1;
        }
        if (tree_peek(parser, i) == ']') {
            break;
        }
    }
    return 0;
}

/* One member that may begin a range; false when it was none and everything is taken care of. */
static int
read_member(struct tree_parser *parser, struct members *members, uint32_t *code_point)
{
    if (read_posix(parser, members)) {
        return 0;
    }
    char letter = tree_peek(parser, 1);
    if (tree_peek(parser, 0) != '\\') {
        *code_point = tree_next(parser);
        return 1;
    }
    if (letter == 'b') {
        parser->at += 2;
        *code_point = '\b';
        return 1;
    }
    if (tree_escaped(parser, code_point)) {
        return 1;
    }
    if (letter != 0 && strchr("dDwWsS", letter) != NULL) {
        add_escape(members, letter, parser->mode);
        parser->at += 2;
    } else if (letter == 'h' || letter == 'v') {
        add_escape(members, 's', PATTERN_UNICODE);
        parser->at += 2;
    } else {
        (void)tree_give_up(parser, "a class holds an escape that is not looked into");
    }
    return 0;
}

static int
is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* A member, or the range that it begins. */
static void
read_item(struct tree_parser *parser, struct members *members)
{
    uint32_t from = 0;
    if (!read_member(parser, members, &from)) {
        return;
    }
    uint32_t to = from;
    if (tree_peek(parser, 0) == '-' && tree_peek(parser, 1) != ']' && tree_peek(parser, 1) != 0) {
        size_t minus = parser->at;
        parser->at++;
        if (!read_member(parser, members, &to)) {
            /* "[a-\d]": three members, of which one is the minus. */
            members->low['-'] = 1;
            to = from;
            assert(parser->at > minus || parser->why != NULL);
        }
    }
    add_range(members, from, to);
    if (parser->caseless && (is_letter(from) || is_letter(to) || to - from > 26)) {
        members->unknown = 1;
    }
}

struct tree *
tree_class(struct tree_parser *parser)
{
    struct members members = { 0 };
    parser->at++;
    int negated = tree_peek(parser, 0) == '^';
    parser->at += negated ? 1 : 0;
    size_t start = parser->at;
    while (parser->at < parser->text.size && parser->why == NULL && !parser->failed) {
        if (tree_peek(parser, 0) == ']' && parser->at != start) {
            parser->at++;
            return finish(parser, &members, negated);
        }
        if (view_starts(tree_rest(parser), VIEW("\\Q")) ||
                view_starts(tree_rest(parser), VIEW("\\E"))) {
            break;
        }
        read_item(parser, &members);
    }
    return tree_give_up(parser, "a class is written in a way that is not looked into");
}
