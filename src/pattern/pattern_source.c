#include "pattern/pattern_source.h"

#include "core/text/utf8.h"
#include "fold/fold.h"
#include "pattern/pattern_lint.h"

#include <assert.h>

/* One pass over the pattern. What stands between brackets, and between \Q and \E, has rules of
 * its own. */
struct reading {
    struct view pattern;
    size_t at;
    enum fold_options options;
    struct pattern_source *out;
    struct pattern_lint lint;
    int in_class;
    size_t class_start;  /* a ] here is a literal, not the end */
    int quoted;          /* between \Q and \E */
    uint32_t run_letter; /* the literal letter just written, and how often in a row */
    size_t run_length;
    int prefix_open; /* the literals so far are still what every match begins with */
};

static void
put(struct reading *reading, const char *bytes, size_t size, size_t origin)
{
    struct pattern_source *out = reading->out;
    assert(out->size + size <= sizeof out->text);
    for (size_t i = 0; i < size; i++) {
        out->text[out->size] = bytes[i];
        out->origin[out->size] = (uint16_t)origin;
        out->size++;
    }
}

static void
end_run(struct reading *reading)
{
    reading->run_length = 0;
}

/* Copies what is no literal, in whole characters; it ends a run of letters and what is known of the
 * first bytes. */
static void
put_raw(struct reading *reading, size_t size)
{
    struct view pattern = reading->pattern;
    while (reading->at + size < pattern.size &&
            ((unsigned char)pattern.at[reading->at + size] & 0xC0) == 0x80) {
        size++;
    }
    for (size_t i = 0; i < size; i++) {
        put(reading, pattern.at + reading->at + i, 1, reading->at + i);
    }
    reading->at += size;
    reading->prefix_open = 0;
    end_run(reading);
}

static int
is_ascii_letter(uint32_t code_point)
{
    return code_point >= 'a' && code_point <= 'z';
}

static int
is_ascii_punctuation(uint32_t code_point)
{
    return code_point > ' ' && code_point < 0x7F && !is_ascii_letter(code_point) &&
           !(code_point >= '0' && code_point <= '9') && code_point != '_' &&
           !(code_point >= 'A' && code_point <= 'Z');
}

/* Folding may turn a character into one that has a meaning: a wide bracket is still no group. */
static void
put_code_point(struct reading *reading, uint32_t code_point, uint32_t original, size_t origin)
{
    char bytes[4];
    if (code_point != original && is_ascii_punctuation(code_point) && !reading->quoted) {
        put(reading, "\\", 1, origin);
    }
    put(reading, bytes, utf8_put(code_point, bytes), origin);
}

/* Texts have no three equal letters in a row, so patterns do not either. True when the letter just
 * counted is one too many; the second of the run is then taken back. */
static int
squeezes(struct reading *reading, uint32_t letter)
{
    /* ñ is the one letter beyond ASCII that rules are likely to hold three of. */
    if (!is_ascii_letter(letter) && letter != 0xF1) {
        end_run(reading);
        return 0;
    }
    if (reading->run_length == 0 || reading->run_letter != letter) {
        reading->run_letter = letter;
        reading->run_length = 1;
        return 0;
    }
    reading->run_length++;
    struct pattern_source *out = reading->out;
    if (reading->run_length == 3) {
        out->size -= letter == 0xF1 ? 2 : 1;
        out->prefix_size = out->prefix_size > out->size ? out->size : out->prefix_size;
    }
    return reading->run_length >= 3;
}

static int
quantifier_follows(const struct reading *reading, size_t at)
{
    return pattern_quantifier(reading->pattern, at).size > 0 && !reading->quoted;
}

static void
extend_prefix(struct reading *reading, size_t out_before, size_t next)
{
    struct pattern_source *out = reading->out;
    if (quantifier_follows(reading, next)) {
        reading->prefix_open = 0;
    }
    for (size_t i = out_before; reading->prefix_open && i < out->size; i++) {
        if (out->prefix_size < PATTERN_PREFIX_SIZE) {
            out->prefix[out->prefix_size++] = out->text[i];
        }
    }
}

static void
put_folded(struct reading *reading, uint32_t original, size_t next)
{
    uint32_t folded[4];
    size_t count = fold_code_point_with(original, reading->options, folded);
    size_t before = reading->out->size;
    int grouped = count > 1 && !reading->in_class && !reading->quoted;
    if (grouped) {
        /* "ﬁ?" asks for an optional "fi", not for an "f" and an optional "i". */
        put(reading, "(?:", 3, reading->at);
        reading->prefix_open = 0;
    }
    for (size_t i = 0; i < count; i++) {
        put_code_point(reading, folded[i], original, reading->at);
    }
    if (grouped) {
        put(reading, ")", 1, reading->at);
    }
    if (!is_ascii_letter(original) && (count != 1 || is_ascii_punctuation(folded[0]))) {
        reading->prefix_open = 0;
    }
    extend_prefix(reading, before, next);
}

static void
read_literal(struct reading *reading)
{
    size_t next = reading->at;
    uint32_t original = fold_next(reading->pattern, &next);
    uint32_t folded[4] = { 0 };
    size_t count = fold_code_point_with(original, reading->options, folded);
    struct pattern_quantifier quantifier = pattern_quantifier(reading->pattern, next);
    /* "noo?" may have two or one; only plain letters and "one or more" are a run. */
    int runs = count == 1 && !reading->in_class &&
               (quantifier.size == 0 || quantifier.one_or_more || reading->quoted);
    if (!runs) {
        end_run(reading);
        put_folded(reading, original, next);
    } else if (!squeezes(reading, folded[0])) {
        put_folded(reading, original, next);
    }
    reading->at = next;
}

/* The escape at `at`, or what is wrong with it. */
static void
read_escape(struct reading *reading)
{
    struct view pattern = reading->pattern;
    size_t size = pattern_escape_size(pattern, reading->at);
    unsigned char letter =
            reading->at + 1 < pattern.size ? (unsigned char)pattern.at[reading->at + 1] : 0;
    if (letter >= 0x80) {
        /* A backslash before a letter with an accent: drop it, or "\á" would become "\a". */
        reading->at++;
        read_literal(reading);
        return;
    }
    pattern_lint_escape(&reading->lint, pattern, reading->at, reading->in_class);
    reading->quoted = letter == 'Q';
    put_raw(reading, size);
}

static void
read_class_open(struct reading *reading)
{
    struct view rest = view_slice(reading->pattern, reading->at, reading->pattern.size);
    size_t size = view_starts(rest, VIEW("[^")) ? 2 : 1;
    reading->in_class = 1;
    put_raw(reading, size);
    reading->class_start = reading->at;
}

/* "[:alpha:]" inside a class; 0 when none stands here. */
static size_t
posix_class_size(const struct reading *reading)
{
    struct view rest = view_slice(reading->pattern, reading->at, reading->pattern.size);
    if (!view_starts(rest, VIEW("[:"))) {
        return 0;
    }
    for (size_t i = 2; i + 1 < rest.size && rest.at[i] != ']'; i++) {
        if (rest.at[i] == ':' && rest.at[i + 1] == ']') {
            return i + 2;
        }
    }
    return 0;
}

static void
read_in_class(struct reading *reading)
{
    char c = reading->pattern.at[reading->at];
    size_t posix = posix_class_size(reading);
    if (posix > 0) {
        put_raw(reading, posix);
    } else if (c == '\\') {
        read_escape(reading);
    } else if (c == ']' && reading->at != reading->class_start) {
        reading->in_class = 0;
        put_raw(reading, 1);
    } else {
        read_literal(reading);
    }
    end_run(reading);
}

static void
read_quoted(struct reading *reading)
{
    struct view rest = view_slice(reading->pattern, reading->at, reading->pattern.size);
    assert(rest.at != NULL);
    if (view_starts(rest, VIEW("\\E"))) {
        reading->quoted = 0;
        put_raw(reading, 2);
    } else {
        read_literal(reading);
    }
}

static void
read_quantifier(struct reading *reading, struct pattern_quantifier quantifier)
{
    pattern_lint_quantifier(&reading->lint, quantifier);
    put_raw(reading, quantifier.size);
}

static void
read_plain(struct reading *reading)
{
    char c = reading->pattern.at[reading->at];
    struct pattern_quantifier quantifier = pattern_quantifier(reading->pattern, reading->at);
    if (quantifier.size > 0) {
        read_quantifier(reading, quantifier);
    } else if (c == '\\') {
        read_escape(reading);
    } else if (c == '[') {
        read_class_open(reading);
    } else if (c == '(') {
        put_raw(reading, pattern_lint_open(&reading->lint, reading->pattern, reading->at));
    } else if (c == ')') {
        pattern_lint_close(&reading->lint, reading->pattern, reading->at);
        put_raw(reading, 1);
    } else if (c == '|' || c == '.' || c == '^' || c == '$') {
        /* A choice at the top: no start is common to all. */
        if (c == '|' && reading->lint.depth == 0) {
            reading->out->prefix_size = 0;
        }
        put_raw(reading, 1);
    } else {
        read_literal(reading);
    }
}

int
pattern_source_read_with(struct view pattern, enum fold_options options, struct pattern_source *out)
{
    assert(pattern.size <= PATTERN_SIZE_MAX);
    struct reading reading = {
        .pattern = pattern, .options = options, .out = out, .prefix_open = 1
    };
    out->size = 0;
    out->prefix_size = 0;
    while (reading.at < pattern.size && reading.lint.what == NULL) {
        if (reading.quoted) {
            read_quoted(&reading);
        } else if (reading.in_class) {
            read_in_class(&reading);
        } else {
            read_plain(&reading);
        }
    }
    out->origin[out->size] = (uint16_t)pattern.size;
    out->refused = reading.lint.what;
    out->advice = reading.lint.advice;
    out->at = reading.lint.at;
    out->length = reading.lint.length;
    return out->refused == NULL;
}

int
pattern_source_read(struct view pattern, struct pattern_source *out)
{
    return pattern_source_read_with(pattern, FOLD_SQUEEZE_REPEATS, out);
}
