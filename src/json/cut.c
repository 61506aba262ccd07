#include "json/cut.h"

#include <assert.h>

#define BYTE_ORDER_MARK VIEW("\xEF\xBB\xBF")

/* Between values a comma is as good as a blank: it separates the elements of an array. */
static int
is_between(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t' || byte == ',';
}

static size_t
skip_between(struct view bytes, size_t at)
{
    while (at < bytes.size && is_between(bytes.at[at])) {
        at++;
    }
    /* A byte order mark belongs to the file, not to its first value. */
    if (at == 0 && view_starts(bytes, BYTE_ORDER_MARK)) {
        return skip_between(view_slice(bytes, 3, bytes.size), 0) + 3;
    }
    return at;
}

/* A string's inside, up to behind its closing quote. */
static void
cross_string(struct json_cutter *cutter, struct view bytes)
{
    for (; cutter->at < bytes.size && cutter->in_string; cutter->at++) {
        char byte = bytes.at[cutter->at];
        if (cutter->escaped) {
            cutter->escaped = 0;
        } else if (byte == '\\') {
            cutter->escaped = 1;
        } else if (byte == '"') {
            cutter->in_string = 0;
        }
    }
}

/* One byte outside strings. 1 when the value ends with it. */
static int
cross_byte(struct json_cutter *cutter, char byte)
{
    cutter->at++;
    switch (byte) {
    case '"':
        cutter->in_string = 1;
        return 0;
    case '[':
    case '{':
        cutter->depth++;
        return 0;
    case ']':
    case '}':
        cutter->depth--;
        return cutter->depth == 0;
    default:
        return 0;
    }
}

/* A number or a word ends before what cannot belong to it. */
static int
ends_word(char byte)
{
    return is_between(byte) || byte == ']' || byte == '}' || byte == ':';
}

static enum json_cut
cross_value(struct json_cutter *cutter, struct view bytes, enum json_input input)
{
    while (cutter->at < bytes.size) {
        int was_string = cutter->in_string;
        cross_string(cutter, bytes);
        if (was_string && !cutter->in_string && cutter->depth == 0) {
            return JSON_CUT_VALUE;
        }
        if (cutter->at == bytes.size) {
            break;
        }
        if (cutter->depth == 0 && cutter->at > cutter->from && ends_word(bytes.at[cutter->at])) {
            return JSON_CUT_VALUE;
        }
        if (cross_byte(cutter, bytes.at[cutter->at])) {
            return JSON_CUT_VALUE;
        }
    }
    if (input == JSON_MORE_COMES) {
        return JSON_CUT_MORE;
    }
    return cutter->depth == 0 && !cutter->in_string ? JSON_CUT_VALUE : JSON_CUT_BROKEN;
}

enum json_cut
jdoc_cut(struct json_cutter *cutter, struct view bytes, enum json_input input)
{
    assert(cutter->at <= bytes.size);
    if (!cutter->started) {
        if (cutter->at == 0 && input == JSON_MORE_COMES && view_starts(BYTE_ORDER_MARK, bytes)) {
            return JSON_CUT_MORE; /* nothing yet, or part of a mark */
        }
        cutter->at = skip_between(bytes, cutter->at);
        cutter->from = cutter->at;
        if (cutter->at == bytes.size) {
            return input == JSON_MORE_COMES ? JSON_CUT_MORE : JSON_CUT_END;
        }
        if (strchr("]}:", bytes.at[cutter->at]) != NULL && bytes.at[cutter->at] != '\0') {
            cutter->at++;
            return JSON_CUT_BROKEN;
        }
        cutter->started = 1;
    }
    return cross_value(cutter, bytes, input);
}

void
jdoc_cutter_next(struct json_cutter *cutter)
{
    *cutter = (struct json_cutter){ .from = cutter->at, .at = cutter->at };
}

/* Moves behind the opening bracket of `text`; 0 when it does not begin with that one. */
static int
enter(struct view *text, char opener)
{
    size_t at = skip_between(*text, 0);

    if (at == text->size || text->at[at] != opener) {
        return 0;
    }
    *text = view_slice(*text, at + 1, text->size);
    return 1;
}

/* Cuts the next value off the front of `text`. */
static int
take_value(struct view *text, struct view *value)
{
    struct json_cutter cutter = { 0 };

    if (jdoc_cut(&cutter, *text, JSON_AT_END) != JSON_CUT_VALUE) {
        return 0;
    }
    *value = view_slice(*text, cutter.from, cutter.at);
    *text = view_slice(*text, cutter.at, text->size);
    return 1;
}

/* From an object to the text that begins with the value of `key`. */
static int
enter_member(struct view *text, struct view key)
{
    struct view name;
    struct view value;

    if (!enter(text, '{')) {
        return 0;
    }
    while (take_value(text, &name)) {
        size_t colon = skip_between(*text, 0);
        if (colon == text->size || text->at[colon] != ':') {
            return 0;
        }
        *text = view_slice(*text, colon + 1, text->size);
        if (name.size == key.size + 2 && view_equal(view_slice(name, 1, name.size - 1), key)) {
            return 1;
        }
        if (!take_value(text, &value)) {
            return 0;
        }
    }
    return 0;
}

int
jdoc_array_open(struct json_array *array, struct view value, struct view pointer)
{
    *array = (struct json_array){ .text = value };
    while (pointer.size > 0) {
        const char *slash = memchr(pointer.at + 1, '/', pointer.size - 1);
        size_t end = slash == NULL ? pointer.size : (size_t)(slash - pointer.at);
        if (!enter_member(&array->text, view_slice(pointer, 1, end))) {
            return 0;
        }
        pointer = view_slice(pointer, end, pointer.size);
    }
    return enter(&array->text, '[');
}

int
jdoc_array_next(struct json_array *array, struct view *element)
{
    struct view rest = view_slice(array->text, array->cutter.at, array->text.size);
    size_t at = skip_between(rest, 0);

    if (array->broken || (at < rest.size && rest.at[at] == ']')) {
        return 0;
    }
    jdoc_cutter_next(&array->cutter);
    array->broken = jdoc_cut(&array->cutter, array->text, JSON_AT_END) != JSON_CUT_VALUE;
    if (array->broken) {
        return 0;
    }
    *element = view_slice(array->text, array->cutter.from, array->cutter.at);
    return 1;
}
