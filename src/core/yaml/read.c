#include "core/yaml/yaml.h"

#include "core/text/calendar.h"
#include "core/yaml/tree.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define NUMBER_SIZE_MAX 64

static void
add_fault(const struct yaml_node *node,
        struct fault_list *faults,
        enum fault_level level,
        const char *advice,
        const char *what)
{
    struct fault_place place = yaml_place(node);

    place.file = place.file == NULL ? "" : place.file;
    fault_add(faults, level, place, what, advice);
}

/* vsnprintf, for what a fault says. */
#define WHAT_SIZE 1024

void
yaml_fault(const struct yaml_node *node,
        struct fault_list *faults,
        const char *advice,
        const char *format,
        ...)
{
    char what[WHAT_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    add_fault(node, faults, FAULT_ERROR, advice, what);
}

void
yaml_warn(const struct yaml_node *node,
        struct fault_list *faults,
        const char *advice,
        const char *format,
        ...)
{
    char what[WHAT_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    add_fault(node, faults, FAULT_WARNING, advice, what);
}

static int
is_known(struct view key, const char *const *known, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (view_equal(key, view_of(known[i]))) {
            return 1;
        }
    }
    return 0;
}

static void
fault_unknown(const struct yaml_node *key,
        const char *const *known,
        size_t count,
        struct fault_list *faults)
{
    struct view text = yaml_text(key);
    const char *near = fault_nearest(text, known, count);
    char advice[512] = "";
    size_t size = 0;

    if (near != NULL) {
        snprintf(advice, sizeof advice, "did you mean \"%s\"?", near);
    } else {
        size = (size_t)snprintf(advice, sizeof advice, "known here:");
        for (size_t i = 0; i < count && size + strlen(known[i]) + 3 < sizeof advice; i++) {
            size += (size_t)snprintf(
                    advice + size, sizeof advice - size, "%s %s", i == 0 ? "" : ",", known[i]);
        }
    }
    yaml_fault(key, faults, advice, "unknown key \"%.*s\"",
            (int)(text.size < 100 ? text.size : 100), text.size == 0 ? "" : text.at);
}

/* By text, then by place: the first of each stays, those behind it are repeats. */
static int
compare_keys(const void *left, const void *right)
{
    const struct yaml_node *a = *(const struct yaml_node *const *)left;
    const struct yaml_node *b = *(const struct yaml_node *const *)right;
    int order = view_compare(a->text, b->text);

    if (order == 0) {
        order = (a->line > b->line) - (a->line < b->line);
    }
    return order != 0 ? order : (a->column > b->column) - (a->column < b->column);
}

static void
fault_repeated(const struct yaml_node *map, struct fault_list *faults)
{
    size_t count = yaml_size(map);
    const struct yaml_node **keys = calloc(count + 1, sizeof(struct yaml_node *));

    if (keys == NULL) {
        yaml_fault(map, faults, NULL, "out of memory");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        keys[i] = yaml_key_node(map, i);
    }
    qsort(keys, count, sizeof(struct yaml_node *), compare_keys);
    for (size_t i = 1; i < count; i++) {
        if (view_equal(keys[i]->text, keys[i - 1]->text)) {
            struct view text = keys[i]->text;
            yaml_fault(keys[i], faults, "keep one of the two", "key \"%.*s\" again, after line %zu",
                    (int)(text.size < 100 ? text.size : 100), text.at, keys[i - 1]->line);
        }
    }
    free(keys);
}

void
yaml_expect_keys(const struct yaml_node *map,
        const char *const *known,
        size_t count,
        struct fault_list *faults)
{
    if (yaml_kind_of(map) != YAML_MAP) {
        yaml_fault(map, faults, "write \"key: value\" lines", "a map of keys is expected here");
        return;
    }
    for (size_t i = 0; i < yaml_size(map); i++) {
        if (!is_known(yaml_key(map, i), known, count)) {
            fault_unknown(yaml_key_node(map, i), known, count, faults);
        }
    }
    fault_repeated(map, faults);
}

/* The scalar's text, or a fault that says what was wanted. 0 for an absent node, without a fault. */
static int
expect_scalar(const struct yaml_node *node,
        struct view *text,
        const char *wanted,
        struct fault_list *faults)
{
    if (node == NULL) {
        return 0;
    }
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        yaml_fault(node, faults, NULL, "%s is expected here, not %s", wanted,
                node->kind == YAML_LIST  ? "a list"
                : node->kind == YAML_MAP ? "a map"
                                         : "nothing");
        return 0;
    }
    *text = node->text;
    return 1;
}

static int
wrong_scalar(const struct yaml_node *node, const char *wanted, struct fault_list *faults)
{
    struct view text = node->text;

    yaml_fault(node, faults, node->plain ? NULL : "remove the quotes",
            "%s is expected here, not \"%.*s\"", wanted, (int)(text.size < 100 ? text.size : 100),
            text.at);
    return 0;
}

int
yaml_read_text(const struct yaml_node *node, struct view *text, struct fault_list *faults)
{
    return expect_scalar(node, text, "text", faults);
}

int
yaml_read_i64(const struct yaml_node *node, int64_t *number, struct fault_list *faults)
{
    struct view text;
    uint64_t value;

    if (!expect_scalar(node, &text, "a whole number", faults)) {
        return 0;
    }
    int negative = view_starts(text, VIEW("-"));
    struct view digits = view_slice(text, negative ? 1 : 0, text.size);
    uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    if (!node->plain || !view_to_u64(digits, &value) || value > limit) {
        return wrong_scalar(node, "a whole number", faults);
    }
    /* Through -(value - 1) - 1, because -INT64_MIN does not exist. */
    *number = !negative || value == 0 ? (int64_t)value : -(int64_t)(value - 1) - 1;
    return 1;
}

int
yaml_read_double(const struct yaml_node *node, double *number, struct fault_list *faults)
{
    struct view text;
    char copy[NUMBER_SIZE_MAX];
    char *end = copy;

    if (!expect_scalar(node, &text, "a number", faults)) {
        return 0;
    }
    /* Digits, sign, point and exponent only: strtod also reads "nan", "inf" and hexadecimal. */
    if (node->plain && view_copy(text, copy, sizeof copy) &&
            strspn(copy, "0123456789+-.eE") == text.size) {
        *number = strtod(copy, &end);
    }
    if (end == copy || *end != '\0' || !isfinite(*number)) {
        return wrong_scalar(node, "a number", faults);
    }
    return 1;
}

int
yaml_read_flag(const struct yaml_node *node, int *flag, struct fault_list *faults)
{
    static const char *const words[] = { "false", "true", "no", "yes", "off", "on" };
    struct view text;

    if (!expect_scalar(node, &text, "true or false", faults)) {
        return 0;
    }
    for (size_t i = 0; node->plain && i < sizeof words / sizeof words[0]; i++) {
        if (view_equal(text, view_of(words[i]))) {
            *flag = (int)(i % 2);
            return 1;
        }
    }
    return wrong_scalar(node, "true or false", faults);
}

int
yaml_read_span(const struct yaml_node *node, int64_t *span_ms, struct fault_list *faults)
{
    struct view text;

    if (!expect_scalar(node, &text, "a span of time such as 90s, 10m, 2h or 30d", faults)) {
        return 0;
    }
    return calendar_parse_span(text, span_ms) ||
           wrong_scalar(node, "a span of time such as 90s, 10m, 2h or 30d", faults);
}
