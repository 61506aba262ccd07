#include "json/json.h"

#include "core/text/utf8.h"
#include "core/text/utf8_fast.h"
#include "json/nodes.h"
#include "json/token.h"

#include <assert.h>

/* Of a byte that is a digit of base 16: by a table, because which kind comes next is anybody's guess. */
static uint32_t
digit_value(char byte)
{
    static const unsigned char values[256] = { ['1'] = 1,
        ['2'] = 2,
        ['3'] = 3,
        ['4'] = 4,
        ['5'] = 5,
        ['6'] = 6,
        ['7'] = 7,
        ['8'] = 8,
        ['9'] = 9,
        ['a'] = 10,
        ['b'] = 11,
        ['c'] = 12,
        ['d'] = 13,
        ['e'] = 14,
        ['f'] = 15,
        ['A'] = 10,
        ['B'] = 11,
        ['C'] = 12,
        ['D'] = 13,
        ['E'] = 14,
        ['F'] = 15 };

    return values[(unsigned char)byte];
}

static uint32_t
hex_value(struct view text, size_t at)
{
    const char *digits = text.at + at;

    return digit_value(digits[0]) << 12 | digit_value(digits[1]) << 8 |
           digit_value(digits[2]) << 4 | digit_value(digits[3]);
}

/* Behind "\u", whose digits jdoc_parse() has checked. A high surrogate takes its partner along; without
 * one it stays a surrogate, which utf8_put() replaces. */
static uint32_t
take_hex(struct view text, size_t *at)
{
    uint32_t high = hex_value(text, *at);

    *at += 4;
    if (high < 0xD800 || high > 0xDBFF ||
            !view_starts(view_slice(text, *at, text.size), VIEW("\\u"))) {
        return high;
    }
    uint32_t low = hex_value(text, *at + 2);
    if (low < 0xDC00 || low > 0xDFFF) {
        return high;
    }
    *at += 6;
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

/* One character of a string's inside; `*good` becomes 0 when it had to be replaced. */
static uint32_t
take_character(struct view text, size_t *at, int *good)
{
    static const char meanings[256] = {
        ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'
    };

    if (text.at[*at] != '\\') {
        size_t start = *at;
        uint32_t code_point = utf8_next(text, at);
        *good = code_point != UTF8_REPLACEMENT ||
                view_starts(view_slice(text, start, text.size), VIEW("\xEF\xBF\xBD"));
        return code_point;
    }
    char letter = text.at[*at + 1];
    *at += 2;
    *good = 1;
    if (letter == 'u') {
        uint32_t code_point = take_hex(text, at);
        *good = code_point < 0xD800 || code_point > 0xDFFF;
        return code_point;
    }
    char meaning = meanings[(unsigned char)letter];
    return (unsigned char)(meaning == '\0' ? letter : meaning);
}

/* The bytes in front of the next escape, which are UTF-8: as many as fit. */
static size_t
take_run(struct view text, size_t at, char *out, size_t room)
{
    if (text.at[at] == '\\') {
        return 0;
    }
    const char *slash = memchr(text.at + at, '\\', text.size - at);
    size_t end = slash == NULL ? text.size : (size_t)(slash - text.at);
    struct view run = { text.at + at, end - at };
    if (run.size > room) {
        run = utf8_cut(run, room);
    }

    if (run.size > 0) {
        memcpy(out, run.at, run.size);
    }
    return run.size;
}

/* A string's inside, escape by escape and, when it is no UTF-8, character by character. */
static struct json_text
decode_string(struct view raw, int valid, char *out, size_t out_size)
{
    struct json_text result = { .text = { .at = out } };
    size_t size = 0;

    for (size_t at = 0; at < raw.size;) {
        char bytes[4];
        int good;
        size_t run = valid ? take_run(raw, at, out + size, out_size - size) : 0;
        at += run;
        size += run;
        if (at == raw.size) {
            break;
        }
        size_t count = utf8_put(take_character(raw, &at, &good), bytes);
        if (size + count > out_size) {
            result.cut = 1;
            break;
        }
        memcpy(out + size, bytes, count);
        size += count;
        result.repaired += !good;
    }
    result.text.size = size;
    return result;
}

/* Wider copies than needed write so much behind what they should. */
#define COPY_SLACK 8

/* Copies bytes up to the next backslash or the end; returns how many. */
static inline size_t
copy_plain(struct view text, char *out)
{
    size_t size = 0;

    while (text.size - size >= 8) {
        uint64_t slashes = json_slashes(text.at + size);
        memcpy(out + size, text.at + size, 8);
        if (slashes != 0) {
            return size + (size_t)__builtin_ctzll(slashes) / 8;
        }
        size += 8;
    }
    while (size < text.size && text.at[size] != '\\') {
        out[size] = text.at[size];
        size++;
    }
    return size;
}

/* decode_string() for nearly all: UTF-8 that fits with room behind it, since no escape is shorter than what
 * it stands for. */
static struct json_text
decode_fitting(struct view raw, char *out)
{
    struct json_text result = { .text = { .at = out } };
    size_t size = 0;
    int good;

    for (size_t at = 0; at < raw.size;) {
        size_t plain = copy_plain((struct view){ raw.at + at, raw.size - at }, out + size);
        at += plain;
        size += plain;
        if (at < raw.size) {
            size += utf8_put(take_character(raw, &at, &good), out + size);
            result.repaired += !good;
        }
    }
    result.text.size = size;
    return result;
}

struct json_text
jdoc_text(const struct json_value *value, enum isa isa, char *out, size_t out_size)
{
    struct json_text result = { 0 };

    if (value == NULL || value->kind != JSON_STRING) {
        return result;
    }
    struct view raw = view_slice(value->raw, 1, value->raw.size - 1);
    int valid = value->ascii || utf8_valid_for(isa, raw);
    int plain = value->plain || raw.size == 0 || memchr(raw.at, '\\', raw.size) == NULL;
    if (!plain || !valid) {
        return valid && raw.size + COPY_SLACK <= out_size
                       ? decode_fitting(raw, out)
                       : decode_string(raw, valid, out, out_size);
    }
    result.text = utf8_cut(raw, out_size);
    result.cut = result.text.size < raw.size;
    return result;
}

/* Keys are nearly always plain, and then their bytes are compared. */
static int
key_equals(const struct json_document *document, json_node key, struct view wanted)
{
    struct view raw = jdoc_raw(document, key);
    char decoded[ID_SIZE_MAX];

    if (raw.size - 2 == wanted.size && view_equal(view_slice(raw, 1, raw.size - 1), wanted)) {
        return 1;
    }
    /* An escape takes two bytes at least, so a key shorter than what is wanted cannot become it. */
    if (raw.size - 2 <= wanted.size || memchr(raw.at, '\\', raw.size) == NULL) {
        return 0;
    }
    struct json_value value = jdoc_value(document, key);
    struct json_text text = jdoc_text(&value, ISA_PORTABLE, decoded, sizeof decoded);
    return !text.cut && view_equal(text.text, wanted);
}

json_node
jdoc_member(const struct json_document *document, json_node node, struct view key)
{
    json_node found = JSON_NOWHERE;

    if (jdoc_kind_of(document, node) != JSON_OBJECT) {
        return JSON_NOWHERE;
    }
    for (json_node at = jdoc_first(document, node); at != JSON_NOWHERE;
            at = jdoc_next(document, node, at)) {
        if (key_equals(document, at, key)) {
            found = at + 1; /* and go on: the last one counts */
        }
    }
    return found;
}

/* The element of an array that a token names: digits without leading zeros. */
static json_node
element(const struct json_document *document, json_node node, struct view token)
{
    uint64_t index;

    if (jdoc_kind_of(document, node) != JSON_ARRAY || !view_to_u64(token, &index) ||
            (token.size > 1 && token.at[0] == '0')) {
        return JSON_NOWHERE;
    }
    json_node at = jdoc_first(document, node);
    for (; at != JSON_NOWHERE && index > 0; index--) {
        at = jdoc_next(document, node, at);
    }
    return at;
}

json_node
jdoc_step(const struct json_document *document, json_node node, struct view token)
{
    return jdoc_kind_of(document, node) == JSON_ARRAY ? element(document, node, token)
                                                      : jdoc_member(document, node, token);
}

/* "~1" is a slash and "~0" a tilde. */
struct view
jdoc_pointer_take(struct view *pointer, char copy[ID_SIZE_MAX])
{
    const char *slash = memchr(pointer->at + 1, '/', pointer->size - 1);
    size_t end = slash == NULL ? pointer->size : (size_t)(slash - pointer->at);
    struct view token = view_slice(*pointer, 1, end);
    size_t size = 0;

    *pointer = view_slice(*pointer, end, pointer->size);
    if (token.size == 0 || memchr(token.at, '~', token.size) == NULL) {
        return token;
    }
    for (size_t i = 0; i < token.size; i++) {
        if (size == ID_SIZE_MAX) {
            return (struct view){ 0 };
        }
        int tilde = token.at[i] == '~';
        i += (size_t)tilde;
        copy[size++] = (char)(!tilde ? token.at[i] : token.at[i] == '1' ? '/' : '~');
    }
    return (struct view){ .at = copy, .size = size };
}

json_node
jdoc_find(const struct json_document *document, json_node from, struct view pointer)
{
    json_node node = from;

    while (pointer.size > 0 && node != JSON_NOWHERE) {
        char copy[ID_SIZE_MAX];
        struct view token = jdoc_pointer_take(&pointer, copy);
        node = token.at == NULL ? JSON_NOWHERE : jdoc_step(document, node, token);
    }
    return node;
}

int
jdoc_pointer_valid(struct view pointer)
{
    if (pointer.size > ID_SIZE_MAX || (pointer.size > 0 && pointer.at[0] != '/')) {
        return 0;
    }
    for (size_t i = 0; i < pointer.size; i++) {
        int after = i + 1 < pointer.size ? (unsigned char)pointer.at[i + 1] : 0;
        if (pointer.at[i] == '~' && after != '0' && after != '1') {
            return 0;
        }
    }
    return utf8_valid(pointer);
}
