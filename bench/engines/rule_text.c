#include "engines/rule_text.h"

static int
holds(struct view set, char byte)
{
    return memchr(set.at, byte, set.size) != NULL;
}

/* Bytes that open a look around at `at`, 0 when none does. */
static size_t
look_at(struct view pattern, size_t at)
{
    static const struct view looks[] = { { "(?!", 3 }, { "(?=", 3 }, { "(?<!", 4 }, { "(?<=", 4 } };

    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        if (view_starts(view_slice(pattern, at, pattern.size), looks[i])) {
            return looks[i].size;
        }
    }
    return 0;
}

/* The byte behind the element (an escape, a class or a byte) at `at`. */
static size_t
skip_element(struct view pattern, size_t at)
{
    if (pattern.at[at] == '\\' && at + 1 < pattern.size) {
        return at + 2;
    }
    if (pattern.at[at] != '[') {
        return at + 1;
    }
    for (size_t i = at + 2; i < pattern.size; i++) {
        if (pattern.at[i] == '\\') {
            i++;
        } else if (pattern.at[i] == ']') {
            return i + 1;
        }
    }
    return pattern.size;
}

/* The byte behind the group that opens at `at`. */
static size_t
skip_group(struct view pattern, size_t at)
{
    size_t depth = 0;

    while (at < pattern.size) {
        depth += pattern.at[at] == '(';
        if (pattern.at[at] == ')' && --depth == 0) {
            return at + 1;
        }
        at = skip_element(pattern, at);
    }
    return pattern.size;
}

int
rule_looks_around(struct view pattern)
{
    for (size_t at = 0; at < pattern.size; at = skip_element(pattern, at)) {
        if (look_at(pattern, at) > 0) {
            return 1;
        }
    }
    return 0;
}

/* [:space:] in a class, or a group that may change what a dot is: (?s), (?m:...). */
static int
rule_opens_unknown(struct view rest)
{
    return view_starts(rest, VIEW("[:")) ||
           (view_starts(rest, VIEW("(?")) && rest.size > 2 && !holds(VIEW(":!=<"), rest.at[2]));
}

int
rule_may_cross_lines(struct view pattern)
{
    for (size_t at = 0; at < pattern.size; at++) {
        char byte = pattern.at[at];
        if (byte == '^' || byte == '$' || byte == '\n') {
            return 1; /* an anchor of the text, or [^...] */
        }
        if (rule_opens_unknown(view_slice(pattern, at, pattern.size))) {
            return 1;
        }
        if (byte != '\\') {
            continue;
        }
        at++;
        /* What is known to stay on its line: digits, word bytes, boundaries, escaped punctuation.
         * */
        if (at < pattern.size && !holds(VIEW("dwbB.+*?()[]{}|\\/-&'@#_"), pattern.at[at])) {
            return 1;
        }
    }
    return 0;
}

size_t
rule_without_looks(struct view pattern, char *out)
{
    size_t size = 0;

    for (size_t at = 0; at < pattern.size;) {
        if (look_at(pattern, at) > 0) {
            at = skip_group(pattern, at);
            continue;
        }
        size_t end = skip_element(pattern, at);
        memcpy(out + size, pattern.at + at, end - at);
        size += end - at;
        at = end;
    }
    return size;
}

int
rule_needs_ends(struct view pattern)
{
    for (size_t at = 0; at + 1 < pattern.size; at = skip_element(pattern, at)) {
        if (pattern.at[at] == '\\' && holds(VIEW("AZzG"), pattern.at[at + 1])) {
            return 1;
        }
    }
    return 0;
}
