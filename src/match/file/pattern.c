/* A pattern in a rule file: from the scalar to compiled code, and from a fault back to its
 * column. */
#include "match/file/file.h"

#include "core/text/utf8.h"

/* One character of a scalar as it stands in the file: bytes there, columns there, bytes it
 * means. */
struct written {
    size_t source;
    size_t columns;
    size_t value;
};

/* In double quotes: \n and the like, \x41, \u00e9, \U0001f4a9. */
static struct written
written_escape(struct view rest)
{
    char letter = (char)(rest.size > 1 ? rest.at[1] : '\0');
    size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    uint32_t code_point = 0;
    char bytes[4];
    for (size_t i = 2; i < 2 + digits && i < rest.size; i++) {
        char c = rest.at[i];
        uint32_t digit = c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a' + 10);
        code_point = code_point << 4 | (digit & 15);
    }
    size_t size = 2 + digits < rest.size ? 2 + digits : rest.size;
    return (struct written){
        .source = size, .columns = size, .value = digits == 0 ? 1 : utf8_put(code_point, bytes)
    };
}

static struct written
written_next(struct view rest, char quote)
{
    size_t size = 0;
    if (quote == '"' && rest.at[0] == '\\') {
        return written_escape(rest);
    }
    if (quote == '\'' && view_starts(rest, VIEW("''"))) {
        return (struct written){ .source = 2, .columns = 2, .value = 1 };
    }
    (void)utf8_next(rest, &size);
    return (struct written){ .source = size, .columns = 1, .value = size };
}

/* Columns that the first `at` bytes of the scalar take, which is written as `rest` says. */
static size_t
columns_before(struct view rest, char quote, size_t at)
{
    size_t columns = 0;
    for (size_t value = 0; value < at && rest.size > 0;) {
        struct written next = written_next(rest, quote);
        rest = view_slice(rest, next.source, rest.size);
        columns += next.columns;
        value += next.value;
    }
    return columns;
}

/* The byte of a line at which column `column` begins. */
static size_t
byte_of_column(struct view line, size_t column)
{
    size_t at = 0;
    for (size_t i = 1; i < column && at < line.size; i++) {
        (void)utf8_next(line, &at);
    }
    return at;
}

/* The place of bytes [at, at + length) of the scalar. A scalar of several lines is named as a
 * whole. */
static struct fault_place
place_inside(const struct yaml_node *node, size_t at, size_t length)
{
    struct fault_place place = yaml_place(node);
    struct view text = yaml_text(node);
    size_t start = byte_of_column(place.source, place.column);
    /* A block scalar's place is its line's first column. */
    for (; start < place.source.size && place.source.at[start] == ' '; start++) {
        place.column++;
    }
    struct view rest = view_slice(place.source, start, place.source.size);
    /* The scalar's place is behind its opening quote. */
    char quote = (char)(start > 0 ? place.source.at[start - 1] : '\0');
    if (rest.size == 0 || memchr(text.at, '\n', text.size) != NULL) {
        return place;
    }
    size_t before = columns_before(rest, quote, at);
    size_t end = at + length < text.size ? at + length : text.size;
    size_t behind = columns_before(rest, quote, end);
    place.column += before;
    place.length = behind > before ? behind - before : 1;
    return place;
}

static int
fault_compile(
        struct rule_reader *reader, const struct yaml_node *node, const struct pattern_error *error)
{
    const struct pattern_source *source = &reader->source;
    size_t at = error->at < source->size ? source->origin[error->at] : source->origin[source->size];
    fault_addf(reader->faults, FAULT_ERROR, place_inside(node, at, 1),
            "patterns are PCRE2: \\ before a character makes it literal",
            "the pattern does not compile: %s", error->what);
    return 0;
}

static void
count_pattern(struct rule_set *set, const struct pattern *pattern)
{
    set->pattern_count++;
    set->jit_count += pattern->jit ? 1 : 0;
    if (pattern->group_count > set->group_count_max) {
        set->group_count_max = pattern->group_count;
    }
}

static int
read_source(struct rule_reader *reader, const struct yaml_node *node, struct view *text)
{
    if (!yaml_read_text(node, text, reader->faults)) {
        return 0;
    }
    if (text->size == 0 || text->size > PATTERN_SIZE_MAX || !utf8_valid(*text)) {
        yaml_fault(node, reader->faults, NULL, "a pattern is 1 to %d bytes of UTF-8",
                PATTERN_SIZE_MAX);
        return 0;
    }
    if (!pattern_source_read(*text, &reader->source)) {
        const struct pattern_source *source = &reader->source;
        fault_addf(reader->faults, FAULT_ERROR, place_inside(node, source->at, source->length),
                source->advice, "a rule may not use this: %s", source->refused);
        return 0;
    }
    return 1;
}

void
rule_file_probe(struct rule_reader *reader,
        const struct yaml_node *node,
        struct pattern *pattern,
        struct view text)
{
    static const char advice[] =
            "begin with a rare word; bound every repeat, as in {0,30}; no \\w+, "
            "\\d+ or .* at the beginning";
    if (reader->probe == NULL) {
        return;
    }
    pattern->worst_steps = probe_worst_steps(reader->probe, pattern, text);
    if (pattern->worst_steps > WORST_STEPS_MAX) {
        yaml_fault(node, reader->faults, advice,
                "a text can make this pattern take %u steps or more, %d are allowed",
                pattern->worst_steps, WORST_STEPS_MAX);
    } else if (pattern->worst_steps > WORST_STEPS_DEAR) {
        yaml_warn(node, reader->faults, advice, "a text can make this pattern slow: %u steps of %d",
                pattern->worst_steps, WORST_STEPS_MAX);
    }
}

int
rule_file_compile(struct rule_reader *reader,
        struct view folded,
        struct pattern *pattern,
        struct pattern_error *error)
{
    const struct pattern *known = known_patterns_find(reader->known, folded);
    if (known == NULL) {
        return pattern_init(pattern, folded, PATTERN_UNICODE, error);
    }
    pattern_share(known, pattern);
    pattern->worst_steps = 0; /* it may not have been probed */
    return 1;
}

int
rule_file_read_pattern(
        struct rule_reader *reader, const struct yaml_node *node, struct rule_pattern *pattern)
{
    struct view text;
    struct pattern_error error;
    if (!read_source(reader, node, &text)) {
        return 0;
    }
    if (!rule_file_compile(
                reader, pattern_source_view(&reader->source), &pattern->compiled, &error)) {
        return fault_compile(reader, node, &error);
    }
    if (pattern->compiled.may_be_empty) {
        yaml_warn(node, reader->faults, "such matches are ignored: ask for at least one character",
                "the pattern matches the empty text");
    }
    rule_file_probe(reader, node, &pattern->compiled, pattern_source_view(&reader->source));
    pattern->text = rule_set_copy(reader->set, text);
    pattern->folded = rule_set_copy(reader->set, pattern_source_view(&reader->source));
    count_pattern(reader->set, &pattern->compiled);
    return 1;
}
