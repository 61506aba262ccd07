/* The walk of json_pick: from key to key through the containers that something wanted is in. */
#include "mention/json_token.h"
#include "mention/json_wants.h"

#include <assert.h>

/* A container that was entered. */
struct frame {
    uint32_t want;
    uint32_t element; /* how many elements were before, in an array */
    json_node node;
};

struct walk {
    struct json_picker *picker;
    struct view text;
    const uint32_t *mark; /* the one that the walk has come to */
    struct frame *frame;  /* the innermost */
    size_t depth;         /* containers that are open */
    uint64_t kinds;       /* of each of them, the innermost lowest: 1 for an object */
    int spaced;           /* the index's */
    struct frame frames[JSON_DEPTH_MAX];
};

static_assert(JSON_DEPTH_MAX <= 64, "a bit for each open container");

/* Where the walk stands. */
enum step {
    STEP_UNSURE,
    STEP_OVER, /* at the mark behind a value */
    STEP_INTO, /* at the mark before a member or an element that has to be there */
};

/* Of a bracket and nothing else, 0 or 1. [ is 5B, ] 5D, { 7B, } 7D. */
static inline uint64_t
is_opener(char bracket)
{
    return (unsigned char)bracket >> 1 & 1;
}

static inline uint64_t
is_brace(char bracket)
{
    return (unsigned char)bracket >> 5 & 1;
}

/* Where the value that stands before a mark ends. */
static inline size_t
end_before(const struct walk *walk, size_t mark)
{
    while (walk->spaced && json_skip_space(walk->text, mark - 1) != mark - 1) {
        mark--;
    }
    return mark;
}

/* Where the value that stands behind a mark begins. */
static inline size_t
start_behind(const struct walk *walk, size_t mark)
{
    return walk->spaced ? json_skip_space(walk->text, mark + 1) : mark + 1;
}

/* At the mark behind a container's closer: nothing stands between the two. */
static inline int
touches(const struct walk *walk)
{
    return start_behind(walk, walk->mark[-1]) == *walk->mark;
}

static inline void
pick(struct walk *walk, uint32_t want, json_node node)
{
    struct json_picker *picker = walk->picker;
    int again = picker->picks[want] != JSON_NOWHERE && picker->wants[want].child != JSON_NO_WANT;

    picker->picks[want] = node;
    if (again) {
        json_picker_refill(
                picker, want); /* the key stood here before: what was in it counts no more */
    }
}

/* 1 when the bracket does not fit, or goes too deep. */
static inline uint64_t
cross_bracket(struct walk *walk, char bracket)
{
    uint64_t brace = is_brace(bracket);
    uint64_t wrong = (walk->kinds ^ brace) & 1;

    if (is_opener(bracket)) {
        walk->kinds = walk->kinds << 1 | brace;
        walk->depth++;
        return walk->depth > JSON_DEPTH_MAX;
    }
    walk->kinds >>= 1;
    walk->depth--;
    return wrong;
}

/* From a container's opener to the mark behind it. The brackets fit if every closer is of the kind that
 * was opened last. 0 when they do not. */
static int
cross(struct walk *walk, size_t *end)
{
    const struct json_index *index = &walk->picker->index;
    const struct json_word *word = &index->words[*walk->mark / 64];
    const struct json_word *last = &index->words[(walk->text.size - 1) / 64];
    uint64_t bits = word->brackets & UINT64_MAX << *walk->mark % 64;
    size_t outside = walk->depth;
    uint64_t wrong = 0;

    do {
        while (bits == 0 && word < last) {
            bits = (++word)->brackets;
        }
        if (bits == 0) {
            return 0;
        }
        *end = (size_t)(word - index->words) * 64 + (size_t)__builtin_ctzll(bits);
        bits &= bits - 1;
        char bracket = walk->text.at[*end];
        wrong |= cross_bracket(walk, bracket);
    } while (walk->depth > outside && !wrong);
    walk->mark = index->marks + json_index_rank(index, *end) + 1;
    return !wrong;
}

/* A container that is not entered; it may be kept, with all it holds. */
static enum step
step_over(struct walk *walk, uint32_t want)
{
    struct json_picker *picker = walk->picker;
    size_t start = *walk->mark;
    int whole = want != JSON_NO_WANT && picker->wants[want].whole;
    json_node node = picker->document->node_count;
    size_t end;

    if (!cross(walk, &end) || !touches(walk) ||
            (whole && !jdoc_graft(picker->document, start, end + 1, walk->depth))) {
        return STEP_UNSURE;
    }
    if (want != JSON_NO_WANT) {
        pick(walk, want, whole ? node : jdoc_add(picker->document, start, end + 1 - start));
    }
    if (whole && picker->wants[want].child != JSON_NO_WANT) {
        json_picker_refill(picker, want);
    }
    return STEP_OVER;
}

static inline enum step
step_into(struct walk *walk, uint32_t want)
{
    size_t start = *walk->mark;
    char opener = walk->text.at[start];

    if (walk->depth == JSON_DEPTH_MAX) {
        return STEP_UNSURE;
    }
    json_node node = jdoc_add(walk->picker->document, start, 0);
    pick(walk, want, node);
    walk->frame = &walk->frames[walk->depth++];
    *walk->frame = (struct frame){ .want = want, .node = node };
    walk->kinds = walk->kinds << 1 | is_brace(opener);
    char next = walk->text.at[walk->mark[1]];
    if (walk->mark[1] != start_behind(walk, start) || (next != '}' && next != ']')) {
        return STEP_INTO;
    }
    walk->mark++; /* nothing is in it: its closer is taken like that of any other */
    return STEP_OVER;
}

static inline enum step
step_container(struct walk *walk, uint32_t want)
{
    const struct want *wants = walk->picker->wants;

    return want != JSON_NO_WANT && wants[want].child != JSON_NO_WANT && !wants[want].whole
                   ? step_into(walk, want)
                   : step_over(walk, want);
}

/* Eight bytes: is none of them anything but a digit? Those are 30 to 39, whether or not six are added. */
static inline int
are_digits(uint64_t word)
{
    return ((word & (word + UINT64_C(0x0606060606060606))) & UINT64_C(0xF0F0F0F0F0F0F0F0)) ==
           UINT64_C(0x3030303030303030);
}

/* [start, end) of the text: one to sixteen digits, the first no zero? So is nearly every number. */
static inline int
is_count(struct view text, size_t start, size_t end)
{
    const uint64_t zeros = UINT64_C(0x3030303030303030);
    size_t size = end - start;

    if ((unsigned char)(text.at[start] - '1') > 8 || size > 16) {
        return 0;
    }
    if (size < 8) {
        return are_digits(json_load(text, start, size) | zeros << 8 * size);
    }
    return are_digits(json_load(text, start, 8)) && are_digits(json_load(text, end - 8, 8));
}

/* Of a string [start, end) that has backslashes. The index has seen that it ends where it should, and that
 * no control character is in it. */
static int
escapes_well(struct view text, size_t start, size_t end)
{
    size_t at = start + 1;

    for (;;) {
        const char *slash = memchr(text.at + at, '\\', end - 1 - at);
        if (slash == NULL) {
            return 1;
        }
        at = (size_t)(slash - text.at) + 1;
        if (!json_escape(text, &at)) {
            return 0;
        }
    }
}

/* A string or a scalar that is wanted, [start, end) of the text. Between two marks there is one string,
 * so that what begins and ends with a quote is one. */
static inline enum step
keep(struct walk *walk, uint32_t want, size_t start, size_t end)
{
    struct json_picker *picker = walk->picker;
    const char *bytes = walk->text.at;
    size_t at = start;
    int string = bytes[start] == '"' && bytes[end - 1] == '"';
    int plain =
            string && (!picker->index.slashed || !json_index_slashed(&picker->index, start, end));

    if (string) {
        if (!plain && !escapes_well(walk->text, start, end)) {
            return STEP_UNSURE;
        }
    } else if (!is_count(walk->text, start, end) && (!json_token(walk->text, &at) || at != end)) {
        return STEP_UNSURE;
    }
    json_node node = jdoc_add(picker->document, start, end - start);
    picker->document->nodes[node].plain = (unsigned char)plain;
    picker->document->nodes[node].ascii = !picker->index.wide;
    pick(walk, want, node);
    return STEP_OVER;
}

/* Could a string, a number or a word of JSON begin so? Of a value that nobody wants no more is asked, and
 * it is enough to see NaN, None, undefined and the like. */
static inline int
begins_value(char byte)
{
    unsigned char c = (unsigned char)byte;
    return c == '"' || (unsigned char)(c - '0') < 10 || c == '-' || c == 't' || c == 'f' ||
           c == 'n';
}

/* The value between the mark before the walk's and the walk's own, or the container that begins there. */
static inline enum step
step_value(struct walk *walk, uint32_t want)
{
    size_t start = start_behind(walk, walk->mark[-1]);

    if (*walk->mark == start) {
        char mark = walk->text.at[start]; /* of any kind: there may be nothing between the two */
        return mark == '{' || mark == '[' ? step_container(walk, want) : STEP_UNSURE;
    }
    if (want == JSON_NO_WANT) {
        return begins_value(walk->text.at[start]) ? STEP_OVER : STEP_UNSURE;
    }
    return keep(walk, want, start, end_before(walk, *walk->mark));
}

/* At the mark before a key. */
static inline enum step
step_member(struct walk *walk)
{
    const struct json_picker *picker = walk->picker;
    const char *bytes = walk->text.at;
    size_t from = start_behind(walk, walk->mark[0]) + 1;
    size_t to = end_before(walk, walk->mark[1]) - 1;

    if (bytes[walk->mark[1]] != ':' || to < from || bytes[from - 1] != '"' || bytes[to] != '"') {
        return STEP_UNSURE;
    }
    uint32_t want = json_want_find(picker, walk->frame->want, walk->text, from, to);
    walk->mark += 2;
    return step_value(walk, want);
}

/* Most members by far: without white space, with a comma behind a string or a scalar. Goes past them, up
 * to a member that is another one, and there step_member() looks at what it is; 0 when one is broken. */
static inline int
run_members(struct walk *walk)
{
    const struct json_picker *picker = walk->picker;
    const struct view text = walk->text;
    const uint32_t parent = walk->frame->want;
    const uint32_t *mark = walk->mark;

    while (text.at[mark[1]] == ':' && text.at[mark[2]] == ',' && mark[2] > mark[1] + 1) {
        size_t from = (size_t)mark[0] + 2;
        size_t to = (size_t)mark[1] - 1;
        if (to < from || text.at[from - 1] != '"' || text.at[to] != '"') {
            return 0;
        }
        uint32_t want = json_want_find(picker, parent, text, from, to);
        size_t value = (size_t)mark[1] + 1;
        if (want == JSON_NO_WANT ? !begins_value(text.at[value])
                                 : keep(walk, want, value, mark[2]) == STEP_UNSURE) {
            return 0;
        }
        mark += 2;
    }
    walk->mark = mark;
    return 1;
}

/* At the mark before an element. */
static inline enum step
step_element(struct walk *walk)
{
    const struct want *wants = walk->picker->wants;
    uint32_t want = wants[walk->frame->want].child;

    while (want != JSON_NO_WANT && wants[want].index != walk->frame->element) {
        want = wants[want].sibling;
    }
    walk->frame->element++;
    walk->mark++;
    return step_value(walk, want);
}

/* At the mark behind a value: closes what ends here, up to a comma or to the end. */
static inline int
close_values(struct walk *walk)
{
    while (*walk->mark != walk->text.size) {
        char byte = walk->text.at[*walk->mark];
        if (byte == ',') {
            return 1;
        }
        if (byte != (walk->kinds & 1 ? '}' : ']')) {
            return 0;
        }
        struct node *node = &walk->picker->document->nodes[walk->frame->node];
        node->size = (uint32_t)(*walk->mark + 1 - node->at);
        walk->kinds >>= 1;
        walk->depth--;
        walk->mark++;
        if (walk->depth == 0) {
            return 1;
        }
        walk->frame--;
        if (!touches(walk)) {
            return 0;
        }
    }
    return 0;
}

static int
walk_all(struct walk *walk)
{
    enum step step = step_into(walk, JSON_WANT_ROOT);

    while (step != STEP_UNSURE) {
        if (step == STEP_OVER && !close_values(walk)) {
            return 0;
        }
        if (walk->depth == 0) {
            /* Behind the last mark only white space may stand. */
            return json_skip_space(walk->text, (size_t)walk->mark[-1] + 1) == walk->text.size;
        }
        if ((walk->kinds & 1) == 0) {
            step = step_element(walk);
        } else {
            step = walk->spaced || run_members(walk) ? step_member(walk) : STEP_UNSURE;
        }
    }
    return 0;
}

/* The first backslash at or behind `from`, or the text's size. */
static inline size_t
next_slash(const struct json_index *index, struct view text, size_t from)
{
    const struct json_word *word = &index->words[from / 64];
    const struct json_word *last = &index->words[(text.size - 1) / 64];
    uint64_t bits = word->slashes & UINT64_MAX << from % 64;

    while (bits == 0 && word < last) {
        bits = (++word)->slashes;
    }
    return bits == 0 ? text.size
                     : (size_t)(word - index->words) * 64 + (size_t)__builtin_ctzll(bits);
}

/* A key with escapes may become one that is wanted. From backslash to backslash, string by string: the
 * mark behind a key is a colon. Somebody's keys that nobody wants count as well. */
static int
escapes_key(const struct json_index *index, struct view text)
{
    size_t at = next_slash(index, text, 0);

    while (at < text.size) {
        size_t mark = index->marks[json_index_rank(index, at)];
        if (mark == text.size || text.at[mark] == ':') {
            return 1;
        }
        at = next_slash(index, text, mark);
    }
    return 0;
}

int
json_walk(struct json_picker *picker, struct view text)
{
    const struct json_index *index = &picker->index;
    struct walk walk;

    json_index_make(&picker->index, text);
    /* With a closer as its last mark, there is one behind every comma, colon and opener. */
    if (index->broken || index->mark_count == 0 || text.at[index->marks[0]] != '{' ||
            text.at[index->marks[index->mark_count - 1]] != '}' ||
            json_skip_space(text, 0) != index->marks[0] ||
            (index->slashed && escapes_key(index, text))) {
        return 0;
    }
    jdoc_begin(picker->document, text);
    walk.picker = picker;
    walk.text = text;
    walk.mark = index->marks;
    walk.spaced = index->spaced;
    walk.depth = 0;
    walk.kinds = 0;
    return walk_all(&walk);
}
