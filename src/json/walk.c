/* The walk of json_pick: from key to key through the containers that something wanted is in. */
#include "json/token.h"
#include "json/wants.h"

#include <assert.h>

/* A container that was entered. */
struct frame {
    uint32_t want;
    uint32_t element; /* how many elements were before, in an array */
};

struct walk {
    struct json_picker *picker;
    struct view text;
    const uint32_t *mark;   /* the one that the walk has come to */
    struct frame *frame;    /* the innermost */
    size_t depth;           /* containers that are open */
    uint64_t kinds;         /* of each of them, the innermost lowest: 1 for an object */
    int spaced;             /* the index's */
    struct json_known *key; /* the last one that was met */
    size_t tail_at;         /* from where on the text is in `tail` as well */
    char tail[64 +
              JSON_KNOWN_SIZE_MAX]; /* with room behind it, so that all keys can be read alike */
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

/* A value of the text, [start, end) of it. */
static inline struct json_value *
pick(struct walk *walk, uint32_t want, size_t start, size_t end)
{
    struct json_value *value = json_picker_take(walk->picker, &walk->picker->picks[want]);

    value->raw.at = walk->text.at + start;
    value->raw.size = end - start;
    value->kind = (unsigned char)json_kind_by(walk->text.at[start]);
    value->plain = 0;
    value->ascii = 0;
    return value;
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

/* A container that is kept with all it holds. */
static int
keep_whole(struct walk *walk, uint32_t want, size_t start, size_t end)
{
    struct json_picker *picker = walk->picker;
    json_node node = picker->document->node_count;

    if (!jdoc_graft(picker->document, start, end, walk->depth)) {
        return 0;
    }
    json_picker_set(picker, want, node);
    if (picker->wants[want].child != JSON_NO_WANT) {
        json_picker_refill(picker, want);
    }
    return 1;
}

/* A container that is not entered. */
static enum step
step_over(struct walk *walk, uint32_t want)
{
    size_t start = *walk->mark;
    size_t end;

    if (!cross(walk, &end) || !touches(walk)) {
        return STEP_UNSURE;
    }
    if (want != JSON_NO_WANT && walk->picker->wants[want].whole) {
        return keep_whole(walk, want, start, end + 1) ? STEP_OVER : STEP_UNSURE;
    }
    if (want != JSON_NO_WANT) {
        pick(walk, want, start, end + 1);
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
    pick(walk, want, start, start);
    walk->frame = &walk->frames[walk->depth++];
    *walk->frame = (struct frame){ .want = want };
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

/* A string, a number or a word that is wanted, [start, end) of the text. Between two marks there is one
 * string, so that what begins and ends with a quote is one. */
static inline int
keep(struct walk *walk, uint32_t want, size_t start, size_t end)
{
    const struct json_index *index = &walk->picker->index;
    struct json_value *value = pick(walk, want, start, end);
    size_t at = start;

    if (value->kind != JSON_STRING) {
        return is_count(walk->text, start, end) || (json_token(walk->text, &at) && at == end);
    }
    struct json_traits traits = json_index_traits(index, start, end);
    value->plain = traits.slashes == 0;
    value->ascii = traits.wide == 0;
    return walk->text.at[end - 1] == '"' && (value->plain || json_escapes(walk->text, start, end));
}

/* A string, a number or a word, [start, end) of the text. Where nobody wants it, no more is asked than
 * whether one can begin so, which is enough to see NaN, None, undefined and the like. */
static inline int
take(struct walk *walk, uint32_t want, size_t start, size_t end)
{
    return want == JSON_NO_WANT ? json_kind_by(walk->text.at[start]) != JSON_ABSENT
                                : keep(walk, want, start, end);
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
    return take(walk, want, start, end_before(walk, *walk->mark)) ? STEP_OVER : STEP_UNSURE;
}

/* Is [from, to) of the text a key in its quotes? One with escapes may become one that is wanted: here
 * nobody can tell. */
static inline int
is_key(const struct walk *walk, size_t from, size_t to)
{
    const char *bytes = walk->text.at;

    return to >= from + 2 && bytes[from] == '"' && bytes[to - 1] == '"' &&
           json_index_traits(&walk->picker->index, from, to).slashes == 0;
}

/* A key that is not the one that was expected, or NULL when there is none. With white space between it and
 * its colon it is not remembered. */
static struct json_known *
meet(struct walk *walk, size_t from, size_t colon)
{
    struct json_picker *picker = walk->picker;
    uint32_t parent = walk->frame->want;
    size_t to = end_before(walk, colon);

    if (walk->text.at[colon] != ':' || !is_key(walk, from, to)) {
        return NULL;
    }
    size_t size = to == colon ? colon + 1 - from : SIZE_MAX;
    uint32_t hash = json_want_hash(parent, walk->text, from + 1, to - 1);
    const char *bytes = walk->text.at + from;
    struct json_known *key = json_known_meet(&picker->known, parent, hash, bytes, size);
    if (key->want == JSON_KNOWN_NONE) {
        key->want = json_want_find(picker, parent, walk->text, from + 1, to - 1);
        key->pick = key->want == JSON_NO_WANT ? NULL : &picker->picks[key->want];
    }
    walk->key->next = (uint32_t)(key - picker->known.keys);
    return key;
}

/* The address of a key, at which JSON_KNOWN_SIZE_MAX bytes can be read. */
static inline const char *
key_at(const struct walk *walk, size_t from)
{
    return walk->text.size - from >= JSON_KNOWN_SIZE_MAX ? walk->text.at + from
                                                         : walk->tail + (from - walk->tail_at);
}

/* The key behind a mark; NULL when there is none. */
static inline struct json_known *
recognise(struct walk *walk, const uint32_t *mark)
{
    uint32_t parent = walk->frame->want;
    size_t from = start_behind(walk, mark[0]);
    const char *bytes = key_at(walk, from);
    struct json_known *key = walk->key + 1;

    if (json_known_fits(key, parent, bytes)) {
        return key;
    }
    key = &walk->picker->known.keys[walk->key->next];
    return json_known_fits(key, parent, bytes) ? key : meet(walk, from, mark[1]);
}

/* At the mark before a key: goes on from member to member until a container begins or ends. */
static inline enum step
step_members(struct walk *walk)
{
    const uint32_t *mark = walk->mark;

    do {
        struct json_known *key = recognise(walk, mark);
        if (key == NULL) {
            return STEP_UNSURE;
        }
        walk->key = key;
        mark += 2;
        size_t start = start_behind(walk, mark[-1]);
        if (*mark == start) {
            walk->mark = mark;
            return step_value(walk, key->want);
        }
        if (!take(walk, key->want, start, end_before(walk, *mark))) {
            return STEP_UNSURE;
        }
    } while (walk->text.at[*mark] == ',');
    walk->mark = mark;
    return STEP_OVER;
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
        struct view *raw = &walk->picker->picks[walk->frame->want].value.raw;
        raw->size = (size_t)(walk->text.at + *walk->mark + 1 - raw->at);
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
        step = (walk->kinds & 1) == 0 ? step_element(walk) : step_members(walk);
    }
    return 0;
}

static inline void
copy_tail(struct walk *walk)
{
    struct view text = walk->text;

    if (text.size < 64) {
        walk->tail_at = 0;
        memset(walk->tail, 0, 64);
        memcpy(walk->tail, text.at, text.size);
    } else {
        walk->tail_at = text.size - 64;
        memcpy(walk->tail, text.at + walk->tail_at, 64);
    }
    memset(walk->tail + 64, 0, JSON_KNOWN_SIZE_MAX);
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
            json_skip_space(text, 0) != index->marks[0]) {
        return 0;
    }
    jdoc_begin(picker->document, text);
    walk.picker = picker;
    walk.text = text;
    walk.mark = index->marks;
    walk.spaced = index->spaced;
    picker->blanks = index->spaced; /* the next text is most likely written alike */
    walk.depth = 0;
    walk.kinds = 0;
    walk.key = picker->known.keys;
    copy_tail(&walk);
    return walk_all(&walk);
}
