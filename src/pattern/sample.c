#include "pattern/sample.h"

#include "core/text/utf8.h"

#include <assert.h>

#define DEPTH_MAX 64
#define CLASS_MAX 16

struct sampler {
    struct view pattern;
    size_t at;
    size_t depth;
    uint64_t random;
    char *out;
    size_t size;
    size_t capacity;
};

static void sample_choice(struct sampler *sampler);

static uint32_t
next_random(struct sampler *sampler, uint32_t below)
{
    assert(below > 0);
    sampler->random = sampler->random * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(sampler->random >> 33) % below;
}

static char
peek(const struct sampler *sampler, size_t ahead)
{
    size_t at = sampler->at + ahead;
    return (char)(at < sampler->pattern.size ? sampler->pattern.at[at] : '\0');
}

static void
emit(struct sampler *sampler, struct view text)
{
    if (text.size <= sampler->capacity - sampler->size && text.size > 0) {
        memmove(sampler->out + sampler->size, text.at, text.size);
        sampler->size += text.size;
    }
}

static void
emit_char(struct sampler *sampler, char c)
{
    emit(sampler, (struct view){ &c, 1 });
}

/* One character of `text`. */
static void
emit_one_of(struct sampler *sampler, const char *text)
{
    emit_char(sampler, text[next_random(sampler, (uint32_t)strlen(text))]);
}

static void
skip_through(struct sampler *sampler, char end)
{
    while (sampler->at < sampler->pattern.size && sampler->pattern.at[sampler->at] != end) {
        sampler->at++;
    }
    sampler->at += sampler->at < sampler->pattern.size ? 1 : 0;
}

/* The whole character at the pattern's next byte. */
static struct view
take_character(struct sampler *sampler)
{
    size_t begin = sampler->at;
    if (begin < sampler->pattern.size) {
        (void)utf8_next(sampler->pattern, &sampler->at);
    }
    return view_slice(sampler->pattern, begin, sampler->at);
}

/* Behind the backslash. */
static void
sample_escape(struct sampler *sampler)
{
    char letter = peek(sampler, 0);
    if (letter == '\0' || strchr("wdshvWDSNRXxpP", letter) == NULL) {
        struct view literal = take_character(sampler);
        /* \b, \A and their like match between characters. */
        if (letter == '\0' || strchr("bBAZzGQE", letter) == NULL) {
            emit(sampler, letter == 'n' || letter == 'r' ? VIEW("\n") : literal);
        }
        return;
    }
    sampler->at++;
    if (peek(sampler, 0) == '{' && strchr("xpP", letter) != NULL) {
        skip_through(sampler, '}');
    }
    emit_one_of(sampler, strchr("dD", letter) != NULL      ? "0159"
                         : strchr("shvWR", letter) != NULL ? " "
                                                           : "aeon");
}

/* Behind the bracket. */
static void
sample_class(struct sampler *sampler)
{
    char members[CLASS_MAX + 1];
    size_t count = 0;
    int negated = peek(sampler, 0) == '^';
    sampler->at += negated ? 1 : 0;
    for (int first = 1; sampler->at < sampler->pattern.size && (first || peek(sampler, 0) != ']');
            first = 0) {
        size_t begin = sampler->size;
        if (peek(sampler, 0) == '[' && peek(sampler, 1) == ':') {
            skip_through(sampler, ']');
        } else if (peek(sampler, 0) == '\\') {
            sampler->at++;
            sample_escape(sampler);
        } else {
            emit(sampler, take_character(sampler));
        }
        /* Members of one byte are kept: one in a longer character cannot be cut out again. */
        if (sampler->size == begin + 1 && count < CLASS_MAX) {
            members[count++] = sampler->out[begin];
        }
        sampler->size = begin;
    }
    sampler->at += sampler->at < sampler->pattern.size ? 1 : 0;
    members[count] = '\0';
    emit_one_of(sampler, negated || count == 0 ? "7!-" : members);
}

/* Behind "(?": true when what the group holds is part of a match. */
static int
open_group(struct sampler *sampler)
{
    char kind = peek(sampler, 0);
    char next = peek(sampler, 1);
    if (kind == '<' && (next == '=' || next == '!')) {
        sampler->at += 2;
        return 0;
    }
    if (kind == '=' || kind == '!') {
        sampler->at++;
        return 0;
    }
    if (kind == '<' || kind == 'P') {
        skip_through(sampler, '>');
    } else if (kind == '\'') {
        sampler->at++;
        skip_through(sampler, '\'');
    } else {
        while (peek(sampler, 0) != ':' && peek(sampler, 0) != '>' && peek(sampler, 0) != ')' &&
                sampler->at < sampler->pattern.size) {
            sampler->at++;
        }
        sampler->at += peek(sampler, 0) == ')' ? 0 : 1;
    }
    return 1;
}

/* Behind the bracket. */
static void
sample_group(struct sampler *sampler)
{
    size_t begin = sampler->size;
    int matches = 1;
    if (sampler->depth == DEPTH_MAX) {
        sampler->at = sampler->pattern.size;
        return;
    }
    if (peek(sampler, 0) == '?') {
        sampler->at++;
        matches = open_group(sampler);
    }
    sampler->depth++;
    sample_choice(sampler);
    sampler->depth--;
    sampler->at += peek(sampler, 0) == ')' ? 1 : 0;
    sampler->size = matches ? sampler->size : begin;
}

static uint32_t
take_number(struct sampler *sampler)
{
    uint32_t number = 0;
    for (char c = peek(sampler, 0); c >= '0' && c <= '9'; c = peek(sampler, 0)) {
        number = number < 1000 ? number * 10 + (uint32_t)(c - '0') : number;
        sampler->at++;
    }
    return number;
}

/* How often what stands before is taken: the least, the most, or something between. */
static uint32_t
take_repeats(struct sampler *sampler)
{
    char c = peek(sampler, 0);
    uint32_t least = c == '?' || c == '*' ? 0 : 1;
    uint32_t most = c == '*' || c == '+' ? SAMPLE_REPEATS_MAX : 1;
    char digit = peek(sampler, 1);
    if (c == '?' || c == '*' || c == '+') {
        sampler->at++;
    } else if (c == '{' && digit >= '0' && digit <= '9') {
        sampler->at++;
        least = take_number(sampler);
        most = least;
        if (peek(sampler, 0) == ',') {
            sampler->at++;
            most = peek(sampler, 0) == '}' ? least + SAMPLE_REPEATS_MAX : take_number(sampler);
        }
        skip_through(sampler, '}');
    } else {
        return 1;
    }
    c = peek(sampler, 0);
    sampler->at += c == '?' || c == '+' ? 1 : 0;
    most = most < least ? least : most;
    uint32_t choice = next_random(sampler, 3);
    return choice == 0   ? least
           : choice == 1 ? most
                         : least + next_random(sampler, most - least + 1);
}

static void
sample_atom(struct sampler *sampler)
{
    char c = peek(sampler, 0);
    if (c == '(' || c == '[' || c == '\\' || c == '.' || c == '^' || c == '$') {
        sampler->at++;
    }
    if (c == '(') {
        sample_group(sampler);
    } else if (c == '[') {
        sample_class(sampler);
    } else if (c == '\\') {
        sample_escape(sampler);
    } else if (c == '.') {
        emit_one_of(sampler, "x e.");
    } else if (c != '^' && c != '$') {
        emit(sampler, take_character(sampler));
    }
}

static void
sample_sequence(struct sampler *sampler)
{
    while (sampler->at < sampler->pattern.size && peek(sampler, 0) != '|' &&
            (peek(sampler, 0) != ')' || sampler->depth == 0)) {
        size_t begin = sampler->size;
        sample_atom(sampler);
        size_t length = sampler->size - begin;
        uint32_t repeats = take_repeats(sampler);
        sampler->size = repeats == 0 ? begin : sampler->size;
        for (uint32_t i = 1; i < repeats && sampler->size > begin; i++) {
            emit(sampler, (struct view){ sampler->out + begin, length });
        }
    }
}

/* One of the alternatives: each is written behind the one kept so far, and one of the two stays. */
static void
sample_choice(struct sampler *sampler)
{
    size_t begin = sampler->size;
    uint32_t count = 1;
    sample_sequence(sampler);
    while (peek(sampler, 0) == '|' && sampler->at < sampler->pattern.size) {
        sampler->at++;
        count++;
        size_t other = sampler->size;
        sample_sequence(sampler);
        if (next_random(sampler, count) == 0) {
            memmove(sampler->out + begin, sampler->out + other, sampler->size - other);
            sampler->size = begin + (sampler->size - other);
        } else {
            sampler->size = other;
        }
    }
}

size_t
sample_pattern(struct view pattern, uint64_t seed, char *out, size_t capacity)
{
    struct sampler sampler = { .pattern = pattern, .capacity = capacity };
    sampler.random = seed * 0x9E3779B97F4A7C15U + 1;
    sampler.out = out;
    (void)next_random(&sampler, 1);
    sample_choice(&sampler);
    assert(sampler.size <= capacity);
    return sampler.size;
}
