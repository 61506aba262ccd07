#include "pattern/pattern_lint.h"

#include <assert.h>

static void
refuse(struct pattern_lint *lint, size_t at, size_t length, const char *what, const char *advice)
{
    if (lint->what == NULL) {
        lint->what = what;
        lint->advice = advice;
        lint->at = at;
        lint->length = length;
    }
}

static char
char_at(struct view pattern, size_t at)
{
    return (char)(at < pattern.size ? pattern.at[at] : '\0');
}

static int
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes up to and with `end`, or to the end of the pattern. */
static size_t
size_through(struct view pattern, size_t at, char end)
{
    size_t size = 0;
    while (at + size < pattern.size) {
        size++;
        if (pattern.at[at + size - 1] == end) {
            break;
        }
    }
    return size;
}

/* "{2}", "{2,}", "{2,5}"; anything else in braces is literal text. */
static struct pattern_quantifier
braces(struct view pattern, size_t at)
{
    struct pattern_quantifier none = { 0 };
    size_t i = at + 1;
    while (is_digit(char_at(pattern, i))) {
        i++;
    }
    if (i == at + 1) {
        return none;
    }
    int unbounded = 0;
    if (char_at(pattern, i) == ',') {
        i++;
        unbounded = char_at(pattern, i) == '}';
        while (is_digit(char_at(pattern, i))) {
            i++;
        }
    }
    if (char_at(pattern, i) != '}') {
        return none;
    }
    return (struct pattern_quantifier){ .size = i + 1 - at, .unbounded = unbounded };
}

struct pattern_quantifier
pattern_quantifier(struct view pattern, size_t at)
{
    struct pattern_quantifier quantifier = { 0 };
    char c = char_at(pattern, at);
    if (c != '?' && c != '*' && c != '+' && c != '{') {
        return quantifier; /* asked of every character */
    }
    if (c == '{') {
        quantifier = braces(pattern, at);
    } else {
        quantifier = (struct pattern_quantifier){
            .size = 1, .unbounded = c != '?', .one_or_more = c == '+'
        };
    }
    if (quantifier.size > 0) {
        char tail = char_at(pattern, at + quantifier.size);
        quantifier.possessive = tail == '+';
        quantifier.size += tail == '+' || tail == '?' ? 1 : 0;
    }
    return quantifier;
}

size_t
pattern_escape_size(struct view pattern, size_t at)
{
    char letter = char_at(pattern, at + 1);
    char next = char_at(pattern, at + 2);
    if (at + 1 >= pattern.size) {
        return 1;
    }
    if (next == '{' && strchr("xopPNgk", letter) != NULL) {
        return size_through(pattern, at, '}');
    }
    if ((letter == 'p' || letter == 'P' || letter == 'c') && at + 2 < pattern.size) {
        return 3;
    }
    size_t digits = 0;
    if (letter == 'x') {
        while (digits < 2 && strchr("0123456789abcdefABCDEF", char_at(pattern, at + 2 + digits)) &&
                at + 2 + digits < pattern.size) {
            digits++;
        }
    }
    return 2 + digits;
}

/* An escape that refers to a group, or that has no place in a rule. */
void
pattern_lint_escape(struct pattern_lint *lint, struct view pattern, size_t at, int in_class)
{
    char letter = char_at(pattern, at + 1);
    size_t size = pattern_escape_size(pattern, at);
    if (letter == 'C') {
        refuse(lint, at, size, "\\C matches half a character",
                "use . for any character or \\X for a whole one");
    } else if (in_class) {
        return;
    } else if (letter == 'K') {
        refuse(lint, at, size, "\\K moves the start of what is shown",
                "use a look-behind of fixed length: (?<=...)");
    } else if ((letter >= '1' && letter <= '9') || letter == 'k') {
        refuse(lint, at, size, "a back-reference",
                "write both places out; a rule cannot ask for the same words twice");
    } else if (letter == 'g') {
        refuse(lint, at, size, "a back-reference or a call of a group",
                "write the group's words out again");
    }
}

/* The frame of the group that a quantifier or a closing bracket stands in. */
static struct pattern_group_state *
innermost(struct pattern_lint *lint)
{
    return lint->depth > 0 ? &lint->groups[lint->depth - 1] : NULL;
}

void
pattern_lint_quantifier(struct pattern_lint *lint, struct pattern_quantifier quantifier)
{
    struct pattern_group_state *group = innermost(lint);
    if (group != NULL && quantifier.unbounded && !quantifier.possessive) {
        group->unbounded = 1;
    }
}

/* Openings that are refused, by what stands behind "(?"; longest first where one begins another. */
struct opening {
    const char *text;
    const char *what;
    const char *advice;
};

static const struct opening refused_openings[] = {
    { "P=", "a back-reference", "write both places out" },
    { "P>", "a call of a group", "write the group's words out again" },
    { "&", "a call of a group", "write the group's words out again" },
    { "R", "recursion", "write out as many levels as people type" },
    { "C", "a callout", "remove it: rules do not run code" },
    { "(", "a condition", "write two patterns, one for each case" },
    { "*", "a look-around that is not atomic", "use (?=...) or (?<=...)" },
    { "<*", "a look-around that is not atomic", "use (?=...) or (?<=...)" },
};

static int
refuse_opening(struct pattern_lint *lint, struct view pattern, size_t at)
{
    struct view rest = view_slice(pattern, at + 2, pattern.size);
    size_t length = size_through(pattern, at, ')');
    for (size_t i = 0; i < sizeof refused_openings / sizeof refused_openings[0]; i++) {
        const struct opening *opening = &refused_openings[i];
        if (view_starts(rest, view_of(opening->text))) {
            refuse(lint, at, length, opening->what, opening->advice);
            return 1;
        }
    }
    char first = char_at(pattern, at + 2);
    int is_signed = first == '+' || first == '-';
    if (is_digit(char_at(pattern, at + (is_signed ? 3 : 2)))) {
        refuse(lint, at, length, "recursion or a call of a group",
                "write the group's words out again");
        return 1;
    }
    return 0;
}

/* "(?i)", "(?s-m:": letters that change how the rest is read. Bytes, or 0 when it is no setting. */
static size_t
option_setting(struct pattern_lint *lint, struct view pattern, size_t at)
{
    size_t i = at + 2;
    while (strchr("imsxnJUa^-", char_at(pattern, i)) != NULL && i < pattern.size) {
        if (strchr("xnJa", pattern.at[i]) != NULL) {
            refuse(lint, i, 1, "an option that rules do not have",
                    "i, m, s and U are allowed; texts are lower case already");
        }
        i++;
    }
    char end = char_at(pattern, i);
    return i > at + 2 && (end == ')' || end == ':') ? i + 1 - at : 0;
}

static void
push(struct pattern_lint *lint, size_t at, struct pattern_group_state group)
{
    if (lint->depth == PATTERN_DEPTH_MAX) {
        refuse(lint, at, 1, "groups nested more than 64 deep", "split the pattern");
        return;
    }
    if (lint->look_behinds > 0) {
        refuse(lint, at, 1, "a group inside a look-behind",
                "write one look-behind for each case, next to each other");
    }
    lint->groups[lint->depth++] = group;
    lint->look_behinds += group.look_behind ? 1 : 0;
}

/* Bytes of a group's opening that begins with "(?", and what kind of group it is. */
static size_t
group_opening(struct view pattern, size_t at, struct pattern_group_state *group)
{
    struct view rest = view_slice(pattern, at + 2, pattern.size);
    assert(rest.at != NULL);
    if (view_starts(rest, VIEW("<=")) || view_starts(rest, VIEW("<!"))) {
        *group = (struct pattern_group_state){ .look_behind = 1, .sealed = 1 };
        return 4;
    }
    char kind = char_at(pattern, at + 2);
    group->sealed = kind == '=' || kind == '!' || kind == '>';
    if (kind == '<') {
        return size_through(pattern, at, '>');
    }
    if (kind == '\'') {
        return 3 + size_through(pattern, at + 3, '\'');
    }
    if (view_starts(rest, VIEW("P<"))) {
        return size_through(pattern, at, '>');
    }
    return kind == '\0' ? 2 : 3;
}

size_t
pattern_lint_open(struct pattern_lint *lint, struct view pattern, size_t at)
{
    assert(pattern.at != NULL);
    struct pattern_group_state group = { 0 };
    char second = char_at(pattern, at + 1);
    if (second == '*') {
        refuse(lint, at, size_through(pattern, at, ')'), "a verb",
                "remove it: limits and options are set for all rules alike");
        return 1;
    }
    if (second != '?') {
        push(lint, at, group);
        return 1;
    }
    if (refuse_opening(lint, pattern, at)) {
        return 1;
    }
    if (char_at(pattern, at + 2) == '#') {
        return size_through(pattern, at, ')');
    }
    size_t setting = option_setting(lint, pattern, at);
    if (setting > 0 && pattern.at[at + setting - 1] == ')') {
        return setting;
    }
    size_t size = setting > 0 ? setting : group_opening(pattern, at, &group);
    push(lint, at, group);
    return size;
}

void
pattern_lint_close(struct pattern_lint *lint, struct view pattern, size_t at)
{
    if (lint->depth == 0) {
        return; /* PCRE2 says where the bracket too many is */
    }
    struct pattern_group_state group = lint->groups[--lint->depth];
    lint->look_behinds -= group.look_behind ? 1 : 0;
    struct pattern_quantifier quantifier = pattern_quantifier(pattern, at + 1);
    if (group.unbounded && !group.sealed && quantifier.unbounded && !quantifier.possessive) {
        refuse(lint, at, 1 + quantifier.size, "an endless repeat of an endless repeat",
                "bound the outer one, as in {0,5}: some texts would take exponential time");
    }
    struct pattern_group_state *outer = innermost(lint);
    if (outer != NULL && group.unbounded && !group.sealed) {
        outer->unbounded = 1;
    }
}
