#include "pattern/tree.h"

#include "core/text/utf8.h"
#include "pattern/pattern_lint.h"
#include "pattern/tree_parts.h"

/* Bytes of literals that are taken at once. */
#define LITERALS_ROOM 256

static struct tree *read_choice(struct tree_parser *parser);

struct tree *
tree_give_up(struct tree_parser *parser, const char *why)
{
    parser->why = parser->why == NULL ? why : parser->why;
    return NULL;
}

struct tree *
tree_node(struct tree_parser *parser, enum tree_kind kind)
{
    struct tree *node = arena_take(parser->arena, sizeof *node);
    if (node == NULL) {
        parser->failed = 1;
        return NULL;
    }
    node->kind = kind;
    return node;
}

struct tree *
tree_open(struct tree_parser *parser, int clean)
{
    struct tree *node = tree_node(parser, TREE_OPEN);
    if (node != NULL) {
        node->clean = clean;
        node->width = TREE_NO_BOUND;
    }
    return node;
}

struct tree *
tree_open_one(struct tree_parser *parser, int clean)
{
    struct tree *node = tree_open(parser, clean);
    if (node != NULL) {
        node->width = parser->mode == PATTERN_UNICODE ? 4 : 1;
    }
    return node;
}

/* Products and sums that stop at TREE_NO_BOUND. */
static uint32_t
bounded(uint64_t width)
{
    return width < TREE_NO_BOUND ? (uint32_t)width : TREE_NO_BOUND;
}

static uint32_t
width_of_repeat(const struct tree *tree)
{
    uint32_t one = tree_width(tree->first);
    if (one == TREE_NO_BOUND || (tree->hi == TREE_NO_BOUND && one > 0)) {
        return TREE_NO_BOUND;
    }
    return bounded((uint64_t)one * tree->hi);
}

uint32_t
tree_width(const struct tree *tree)
{
    uint64_t sum = 0;
    uint32_t most = 0;
    switch (tree->kind) {
    case TREE_BYTES:
        return (uint32_t)tree->bytes.size;
    case TREE_OPEN:
        return tree->width;
    case TREE_REPEAT:
        return width_of_repeat(tree);
    case TREE_BOUNDARY:
    case TREE_NO_WORD_BEFORE:
    case TREE_NO_WORD_BEHIND:
    case TREE_ASSERT:
        return 0;
    case TREE_CLASS:
    case TREE_SEQUENCE:
    case TREE_CHOICE:
    case TREE_SEALED:
        break;
    }
    for (const struct tree *child = tree->first; child != NULL; child = child->next) {
        uint32_t width = tree_width(child);
        sum += width;
        most = width > most ? width : most;
    }
    return tree->kind == TREE_SEQUENCE ? bounded(sum) : most;
}

static struct tree *
assertion(struct tree_parser *parser, int clean)
{
    struct tree *node = tree_node(parser, TREE_ASSERT);
    if (node != NULL) {
        node->clean = clean;
    }
    return node;
}

void
tree_skip_through(struct tree_parser *parser, char end)
{
    while (parser->at < parser->text.size && parser->text.at[parser->at] != end) {
        parser->at++;
    }
    parser->at += parser->at < parser->text.size ? 1 : 0;
}

uint32_t
tree_next(struct tree_parser *parser)
{
    if (parser->mode == PATTERN_BYTES) {
        return (unsigned char)parser->text.at[parser->at++];
    }
    return utf8_next(parser->text, &parser->at);
}

static struct view
keep(struct tree_parser *parser, const char *bytes, size_t size)
{
    if (parser->room < size) {
        parser->bytes = arena_take(parser->arena, LITERALS_ROOM);
        parser->room = LITERALS_ROOM;
    }
    if (parser->bytes == NULL) {
        parser->failed = 1;
        return (struct view){ 0 };
    }
    struct view kept = { parser->bytes, size };
    memcpy(parser->bytes, bytes, size);
    parser->bytes += size;
    parser->room -= size;
    return kept;
}

struct tree *
tree_character(struct tree_parser *parser, uint32_t code_point)
{
    char bytes[4] = { (char)code_point };
    size_t size = 1;
    if (code_point == 0 || (parser->mode == PATTERN_BYTES && code_point >= 0xFF)) {
        return tree_open_one(parser, 0);
    }
    /* Without regard to case a letter is several characters, some of them beyond ASCII. */
    int letter = tree_word_byte((unsigned char)(code_point & 0x7F)) || code_point >= 0x80;
    if (parser->caseless && letter && !(code_point >= '0' && code_point <= '9')) {
        return tree_open_one(parser, 0);
    }
    if (parser->mode == PATTERN_UNICODE) {
        size = utf8_put(code_point, bytes);
    }
    struct tree *node = tree_node(parser, TREE_BYTES);
    if (node != NULL) {
        node->bytes = keep(parser, bytes, size);
    }
    return node;
}

static int
hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \xhh and \x{hhh}; the backslash is at `at`. */
static int
escaped_hex(struct tree_parser *parser, uint32_t *code_point)
{
    int braces = tree_peek(parser, 2) == '{';
    size_t i = braces ? 3 : 2;
    uint32_t value = 0;
    size_t digits = 0;
    while (hex_value(tree_peek(parser, i)) >= 0 && digits < (braces ? 6U : 2U)) {
        value = value * 16 + (uint32_t)hex_value(tree_peek(parser, i));
        digits++;
        i++;
    }
    if (digits == 0 || (braces && tree_peek(parser, i) != '}')) {
        return 0;
    }
    parser->at += i + (braces ? 1 : 0);
    *code_point = value;
    return 1;
}

int
tree_escaped(struct tree_parser *parser, uint32_t *code_point)
{
    static const char letters[] = "aefnrt";
    static const char values[] = "\a\x1b\f\n\r\t";
    char letter = tree_peek(parser, 1);
    if (letter == 'x') {
        return escaped_hex(parser, code_point);
    }
    const char *known = letter == 0 ? NULL : strchr(letters, letter);
    if (known != NULL) {
        *code_point = (unsigned char)values[known - letters];
        parser->at += 2;
        return 1;
    }
    int alphanumeric = tree_word_byte((unsigned char)letter) && letter != '_';
    if (letter == 0 || alphanumeric) {
        return 0;
    }
    parser->at++;
    *code_point = tree_next(parser);
    return 1;
}

/* An escape outside of a class. */
static struct tree *
read_escape(struct tree_parser *parser)
{
    uint32_t code_point = 0;
    char letter = tree_peek(parser, 1);
    if (tree_escaped(parser, &code_point)) {
        return tree_character(parser, code_point);
    }
    if (letter != 0 && strchr("dDwWsS", letter) != NULL) {
        return tree_class_escape(parser);
    }
    if (letter != 0 && strchr("hHvVRNXpPCc", letter) != NULL) {
        parser->at += pattern_escape_size(parser->text, parser->at);
        return tree_open(parser, letter == 'h' || letter == 'v' || letter == 'R');
    }
    parser->at += 2;
    switch (letter) {
    case 'b':
        return tree_node(parser, TREE_BOUNDARY);
    case 'A':
        return assertion(parser, 1);
    case 'B':
    case 'G':
    case 'z':
    case 'Z':
        return assertion(parser, 0);
    default:
        return tree_give_up(parser, "it refers to what another part of it matched");
    }
}

/* "(?i)", "(?s-m:": true when it was one, and `at` is behind it. */
static int
read_setting(struct tree_parser *parser)
{
    size_t i = 2;
    int off = 0;
    int caseless = parser->caseless;
    for (char c = tree_peek(parser, i); c != 0 && strchr("imsnJU^-", c) != NULL;
            c = tree_peek(parser, ++i)) {
        off = off || c == '-';
        caseless = c == '^' ? 0 : c == 'i' ? !off : caseless;
    }
    char end = tree_peek(parser, i);
    if (i == 2 || (end != ')' && end != ':')) {
        return 0;
    }
    parser->caseless = caseless;
    parser->at += i;
    return 1;
}

/* Behind an opening bracket of any kind: the choices and the closing one. */
static struct tree *
read_inside(struct tree_parser *parser)
{
    if (parser->depth == TREE_DEPTH_MAX) {
        return tree_give_up(parser, "its groups are nested too deep");
    }
    parser->depth++;
    int caseless = parser->caseless;
    struct tree *inside = read_choice(parser);
    parser->caseless = caseless;
    parser->depth--;
    parser->at += parser->at < parser->text.size ? 1 : 0;
    return inside;
}

static struct tree *
read_sealed(struct tree_parser *parser)
{
    struct tree *inside = read_inside(parser);
    struct tree *node = inside == NULL ? NULL : tree_node(parser, TREE_SEALED);
    if (node != NULL) {
        node->first = inside;
    }
    return node;
}

/* What cannot stand before a word byte once this is refused there. */
static int
holds_all_word_bytes(struct view inside)
{
    return view_equal(inside, VIEW("[\\w]")) || view_equal(inside, VIEW("[a-z0-9_]")) ||
           view_equal(inside, VIEW("\\S"));
}

/* "(?<!\w)" and "(?!\w)" say as much as a boundary does; of all others only the place is known. */
static struct tree *
read_look_around(struct tree_parser *parser, size_t opening)
{
    int before = tree_peek(parser, 2) == '<';
    int negative = tree_peek(parser, opening - 1) == '!';
    parser->at += opening;
    size_t start = parser->at;
    if (read_inside(parser) == NULL) {
        return NULL;
    }
    struct view inside = view_slice(parser->text, start, parser->at - 1);
    if (negative && view_equal(inside, VIEW("\\w"))) {
        return tree_node(parser, before ? TREE_NO_WORD_BEFORE : TREE_NO_WORD_BEHIND);
    }
    return assertion(parser, negative && before && holds_all_word_bytes(inside));
}

/* What stands behind "(?" and has a name: moves behind it. */
static int
read_name(struct tree_parser *parser)
{
    struct view rest = tree_rest(parser);
    if (view_starts(rest, VIEW("(?<")) || view_starts(rest, VIEW("(?P<"))) {
        tree_skip_through(parser, '>');
        return 1;
    }
    if (view_starts(rest, VIEW("(?'"))) {
        parser->at += 3;
        tree_skip_through(parser, '\'');
        return 1;
    }
    return 0;
}

static struct tree *
read_special_group(struct tree_parser *parser)
{
    struct view rest = tree_rest(parser);
    if (view_starts(rest, VIEW("(?:")) || view_starts(rest, VIEW("(?|"))) {
        parser->at += 3;
        return read_inside(parser);
    }
    if (view_starts(rest, VIEW("(?>"))) {
        parser->at += 3;
        return read_sealed(parser);
    }
    if (view_starts(rest, VIEW("(?=")) || view_starts(rest, VIEW("(?!"))) {
        return read_look_around(parser, 3);
    }
    if (view_starts(rest, VIEW("(?<=")) || view_starts(rest, VIEW("(?<!"))) {
        return read_look_around(parser, 4);
    }
    if (view_starts(rest, VIEW("(?<*")) || !read_name(parser)) {
        return tree_give_up(parser, "it holds a kind of group that is not looked into");
    }
    return read_inside(parser);
}

static struct tree *
read_group(struct tree_parser *parser)
{
    if (tree_peek(parser, 1) == '*') {
        return tree_give_up(parser, "it holds a verb");
    }
    if (tree_peek(parser, 1) != '?') {
        parser->at++;
        return read_inside(parser);
    }
    if (tree_peek(parser, 2) == '#') {
        tree_skip_through(parser, ')');
        return pattern_quantifier(parser->text, parser->at).size > 0
                       ? tree_give_up(parser, "a repeat stands behind a comment")
                       : tree_node(parser, TREE_SEQUENCE);
    }
    int caseless = parser->caseless;
    if (!read_setting(parser)) {
        return read_special_group(parser);
    }
    int group = tree_peek(parser, 0) == ':';
    parser->at++;
    if (!group) {
        return tree_node(parser, TREE_SEQUENCE); /* to the end of the group around it */
    }
    struct tree *inside = read_inside(parser);
    parser->caseless = caseless;
    return inside;
}

/* "{" that is no repeat here, but is one in other versions of PCRE2. */
static int
is_doubtful_brace(const struct tree_parser *parser)
{
    size_t i = 1;
    while (tree_peek(parser, i) != 0 && strchr("0123456789, ", tree_peek(parser, i)) != NULL) {
        i++;
    }
    return tree_peek(parser, i) == '}' && i > 1;
}

static struct tree *
read_atom(struct tree_parser *parser)
{
    char c = tree_peek(parser, 0);
    if (parser->quoted) {
        return tree_character(parser, tree_next(parser));
    }
    switch (c) {
    case '\\':
        return read_escape(parser);
    case '[':
        return tree_class(parser);
    case '(':
        return read_group(parser);
    case '.':
        parser->at++;
        return tree_open_one(parser, 0);
    case '^':
        parser->at++;
        return assertion(parser, 1);
    case '$':
        parser->at++;
        return assertion(parser, 0);
    case '{':
        if (is_doubtful_brace(parser)) {
            return tree_give_up(parser, "braces stand where versions of PCRE2 differ");
        }
        break;
    default:
        break;
    }
    return tree_character(parser, tree_next(parser));
}

/* "\Q", "\E" are no atoms; a lone "\E" and "\Q\E" are nothing at all. */
static void
skip_quotes(struct tree_parser *parser)
{
    for (;;) {
        struct view rest = tree_rest(parser);
        if (view_starts(rest, VIEW("\\E"))) {
            parser->quoted = 0;
        } else if (!parser->quoted && view_starts(rest, VIEW("\\Q"))) {
            parser->quoted = 1;
        } else {
            return;
        }
        parser->at += 2;
    }
}

static uint32_t
read_number(const struct tree_parser *parser, size_t *ahead)
{
    uint32_t number = 0;
    for (char c = tree_peek(parser, *ahead); c >= '0' && c <= '9';
            c = tree_peek(parser, ++*ahead)) {
        number = number > 100000 ? number : number * 10 + (uint32_t)(c - '0');
    }
    return number;
}

static void
read_bounds(const struct tree_parser *parser, struct tree *repeat)
{
    char c = tree_peek(parser, 0);
    repeat->lo = c == '+' ? 1 : 0;
    repeat->hi = c == '?' ? 1 : TREE_NO_BOUND;
    if (c != '{') {
        return;
    }
    size_t ahead = 1;
    repeat->lo = read_number(parser, &ahead);
    repeat->hi = repeat->lo;
    if (tree_peek(parser, ahead) == ',') {
        ahead++;
        repeat->hi = tree_peek(parser, ahead) == '}' ? TREE_NO_BOUND : read_number(parser, &ahead);
    }
}

static struct tree *
wrap(struct tree_parser *parser, struct tree *inside, enum tree_kind kind)
{
    struct tree *node = tree_node(parser, kind);
    if (node != NULL) {
        node->first = inside;
    }
    return node;
}

/* The quantifiers behind an atom; a possessive one gives nothing back. */
static struct tree *
read_repeats(struct tree_parser *parser, struct tree *atom)
{
    while (atom != NULL && !parser->quoted) {
        struct pattern_quantifier quantifier = pattern_quantifier(parser->text, parser->at);
        if (quantifier.size == 0) {
            break;
        }
        atom = wrap(parser, atom, TREE_REPEAT);
        if (atom != NULL) {
            read_bounds(parser, atom);
        }
        parser->at += quantifier.size;
        if (atom != NULL && quantifier.possessive) {
            atom = wrap(parser, atom, TREE_SEALED);
        }
        skip_quotes(parser);
    }
    return atom;
}

static int
joins(const struct tree *last, const struct tree *atom)
{
    return last != NULL && last->kind == TREE_BYTES && atom->kind == TREE_BYTES &&
           last->bytes.at + last->bytes.size == atom->bytes.at;
}

/* Atoms up to a "|", a closing bracket or the end. Bytes that follow each other become one. */
static struct tree *
read_sequence(struct tree_parser *parser)
{
    struct tree *sequence = tree_node(parser, TREE_SEQUENCE);
    struct tree *last = NULL;
    for (;;) {
        skip_quotes(parser);
        char c = tree_peek(parser, 0);
        if (parser->at >= parser->text.size || (!parser->quoted && (c == '|' || c == ')'))) {
            return sequence;
        }
        struct tree *atom = read_atom(parser);
        skip_quotes(parser);
        atom = read_repeats(parser, atom);
        if (atom == NULL || sequence == NULL || parser->why != NULL) {
            return NULL;
        }
        if (joins(last, atom)) {
            last->bytes.size += atom->bytes.size;
            continue;
        }
        *(last == NULL ? &sequence->first : &last->next) = atom;
        last = atom;
    }
}

static struct tree *
read_choice(struct tree_parser *parser)
{
    struct tree *branch = read_sequence(parser);
    if (branch == NULL || tree_peek(parser, 0) != '|' || parser->at >= parser->text.size) {
        return branch;
    }
    struct tree *choice = wrap(parser, branch, TREE_CHOICE);
    while (choice != NULL && parser->at < parser->text.size && tree_peek(parser, 0) == '|') {
        parser->at++;
        branch->next = read_sequence(parser);
        branch = branch->next;
        if (branch == NULL) {
            return NULL;
        }
    }
    return choice;
}

struct tree_reading
tree_read(struct view text, enum pattern_mode mode, struct arena *arena)
{
    struct tree_parser parser = { .text = text, .mode = mode, .arena = arena };
    struct tree_reading reading = { 0 };
    struct tree *root = read_choice(&parser);
    if (root != NULL && parser.at < text.size) {
        (void)tree_give_up(&parser, "its brackets do not pair");
    }
    reading.why = parser.failed ? NULL : parser.why;
    reading.root = parser.failed || parser.why != NULL ? NULL : root;
    return reading;
}
