#include "core/limits.h"
#include "core/yaml/yaml.h"

#include <stdlib.h>

#define VARIABLE_SIZE_MAX 128

struct output {
    char *at;
    size_t size;
    size_t capacity;
    int failed;
};

static void
put(struct output *output, struct view text)
{
    if (output->failed || output->size + text.size + 1 > RULE_FILE_SIZE_MAX) {
        output->failed = 1;
        return;
    }
    if (output->size + text.size + 1 > output->capacity) {
        size_t capacity = (output->size + text.size + 1) * 2;
        char *grown = realloc(output->at, capacity);
        if (grown == NULL) {
            output->failed = 1;
            return;
        }
        output->at = grown;
        output->capacity = capacity;
    }
    view_copy(text, output->at + output->size, text.size + 1);
    output->size += text.size;
}

/* NAME or NAME:-default, between the braces. */
struct variable {
    char name[VARIABLE_SIZE_MAX];
    struct view fallback;
    int has_fallback;
};

static int
parse_variable(struct view inside, struct variable *variable)
{
    size_t size = 0;

    while (size < inside.size &&
            (inside.at[size] == '_' || (inside.at[size] >= '0' && inside.at[size] <= '9') ||
                    (inside.at[size] >= 'A' && inside.at[size] <= 'Z') ||
                    (inside.at[size] >= 'a' && inside.at[size] <= 'z'))) {
        size++;
    }
    struct view rest = view_slice(inside, size, inside.size);
    variable->has_fallback = view_starts(rest, VIEW(":-"));
    variable->fallback =
            variable->has_fallback ? view_slice(rest, 2, rest.size) : (struct view){ 0 };
    return size > 0 && view_copy(view_slice(inside, 0, size), variable->name, VARIABLE_SIZE_MAX) &&
           (variable->has_fallback || rest.size == 0);
}

static int
put_variable(struct output *output,
        const struct variable *variable,
        struct fault_place place,
        struct fault_list *faults)
{
    /* Settings are read before any other thread starts. NOLINTNEXTLINE(concurrency-mt-unsafe) */
    const char *value = getenv(variable->name);

    if ((value == NULL || *value == '\0') && variable->has_fallback) {
        put(output, variable->fallback);
        return 1;
    }
    if (value == NULL) {
        fault_addf(faults, FAULT_ERROR, place, "set it, or write ${NAME:-default}",
                "environment variable %s is not set", variable->name);
        return 0;
    }
    /* A line end would let a value write settings of its own. */
    if (strpbrk(value, "\r\n") != NULL) {
        fault_addf(faults, FAULT_ERROR, place, NULL, "environment variable %s has several lines",
                variable->name);
        return 0;
    }
    put(output, view_of(value));
    return 1;
}

static int
expand_line(struct output *output,
        struct view line,
        struct fault_place place,
        struct fault_list *faults)
{
    size_t done = 0;
    int good = 1;
    int comment = view_starts(view_trim(line), VIEW("#"));

    for (size_t at = 0; at + 1 < line.size && !comment; at++) {
        if (line.at[at] != '$' || line.at[at + 1] != '{') {
            continue;
        }
        struct variable variable;
        const char *close = memchr(line.at + at, '}', line.size - at);
        size_t end = close == NULL ? line.size : (size_t)(close - line.at);
        place.column = at + 1;
        place.length = end - at + (close != NULL);
        put(output, view_slice(line, done, at));
        if (close == NULL || !parse_variable(view_slice(line, at + 2, end), &variable)) {
            fault_add(faults, FAULT_ERROR, place, "not of the form ${NAME} or ${NAME:-default}",
                    NULL);
            good = 0;
        } else {
            good = put_variable(output, &variable, place, faults) && good;
        }
        done = close == NULL ? line.size : end + 1;
        at = done - 1;
    }
    put(output, view_slice(line, done, line.size));
    return good;
}

char *
yaml_expand(const char *file, struct view text, size_t *size, struct fault_list *faults)
{
    struct output output = { 0 };
    struct fault_place place = { .file = file };
    int good = 1;

    put(&output, VIEW("")); /* an empty file is a string as well */
    for (size_t at = 0; at < text.size;) {
        const char *newline = memchr(text.at + at, '\n', text.size - at);
        size_t end = newline == NULL ? text.size : (size_t)(newline - text.at) + 1;
        struct view line = view_slice(text, at, end);
        place.line++;
        place.source = view_slice(line, 0, line.size - (newline != NULL));
        good = expand_line(&output, line, place, faults) && good;
        at = end;
    }
    if (output.failed) {
        place = (struct fault_place){ .file = file };
        fault_add(faults, FAULT_ERROR, place, "too large once variables are filled in", NULL);
        good = 0;
    }
    if (!good) {
        free(output.at);
        return NULL;
    }
    *size = output.size;
    return output.at;
}
