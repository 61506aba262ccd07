#include "core/text/utf8.h"

#include <assert.h>
#include <stdio.h>

/* What a lead byte promises: how many bytes follow, and between what the first of them must lie (the
 * narrower ranges exclude overlong forms, surrogates and values past U+10FFFF). */
struct lead {
    int follow; /* -1: not a lead byte */
    unsigned char low;
    unsigned char high;
};

static struct lead
lead_of(unsigned char byte)
{
    if (byte < 0x80) {
        return (struct lead){ .follow = 0 };
    }
    if (byte < 0xC2 || byte > 0xF4) {
        return (struct lead){ .follow = -1 };
    }
    if (byte < 0xE0) {
        return (struct lead){ .follow = 1, .low = 0x80, .high = 0xBF };
    }
    if (byte < 0xF0) {
        return (struct lead){
            .follow = 2, .low = byte == 0xE0 ? 0xA0 : 0x80, .high = byte == 0xED ? 0x9F : 0xBF
        };
    }
    return (struct lead){
        .follow = 3, .low = byte == 0xF0 ? 0x90 : 0x80, .high = byte == 0xF4 ? 0x8F : 0xBF
    };
}

/* utf8_next(), and whether what stood there was whole. */
static int
decode(struct view text, size_t *at, uint32_t *code_point)
{
    unsigned char first = (unsigned char)text.at[(*at)++];
    struct lead lead = lead_of(first);

    *code_point = UTF8_REPLACEMENT;
    if (lead.follow <= 0) {
        *code_point = lead.follow == 0 ? first : UTF8_REPLACEMENT;
        return lead.follow == 0;
    }
    uint32_t value = first & (0x3FU >> lead.follow);
    for (int i = 0; i < lead.follow; i++) {
        unsigned char byte = *at < text.size ? (unsigned char)text.at[*at] : 0;
        unsigned char low = i == 0 ? lead.low : 0x80;
        unsigned char high = i == 0 ? lead.high : 0xBF;
        if (byte < low || byte > high) {
            return 0;
        }
        value = value << 6 | (byte & 0x3FU);
        (*at)++;
    }
    *code_point = value;
    return 1;
}

uint32_t
utf8_next(struct view text, size_t *at)
{
    uint32_t code_point;

    assert(*at < text.size);
    decode(text, at, &code_point);
    return code_point;
}

size_t
utf8_put(uint32_t code_point, char out[4])
{
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        code_point = UTF8_REPLACEMENT;
    }
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    /* The lead byte's upper bits: 110, 1110, 11110. */
    out[0] = (char)((0xF00U >> size & 0xFF) | code_point);
    return size;
}

/* Behind the ASCII that begins at `at`, eight bytes at once; the last eight may overlap those before. */
static size_t
skip_ascii(struct view text, size_t at)
{
    const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t word;

    for (; text.size - at >= 8; at += 8) {
        memcpy(&word, text.at + at, sizeof word);
        if ((word & tops) != 0) {
            break;
        }
    }
    if (text.size - at < 8 && text.size >= 8) {
        memcpy(&word, text.at + text.size - 8, sizeof word);
        if ((word & tops) == 0) {
            return text.size;
        }
    }
    while (at < text.size && (unsigned char)text.at[at] < 0x80) {
        at++;
    }
    return at;
}

int
utf8_valid(struct view text)
{
    uint32_t code_point;

    for (size_t at = skip_ascii(text, 0); at < text.size; at = skip_ascii(text, at)) {
        if (!decode(text, &at, &code_point)) {
            return 0;
        }
    }
    return 1;
}

struct view
utf8_cut(struct view text, size_t size_max)
{
    if (text.size <= size_max) {
        return text;
    }
    size_t end = size_max;
    /* A byte 10xxxxxx continues a code point: no place to cut before it. */
    for (int i = 0; i < 3 && end > 0 && ((unsigned char)text.at[end] & 0xC0) == 0x80; i++) {
        end--;
    }
    return view_slice(text, 0, end);
}

size_t
utf8_repair(struct view text, char *out, size_t out_size, size_t *repaired)
{
    size_t size = 0;

    *repaired = 0;
    for (size_t at = 0; at < text.size;) {
        uint32_t code_point;
        char bytes[4];
        *repaired += decode(text, &at, &code_point) ? 0 : 1;
        size_t count = utf8_put(code_point, bytes);
        if (size + count > out_size) {
            break;
        }
        memcpy(out + size, bytes, count);
        size += count;
    }
    return size;
}

/* What a terminal would act on instead of showing. */
static int
is_active(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x061C ||
           code_point == 0x200E || code_point == 0x200F ||
           (code_point >= 0x2028 && code_point <= 0x202E) ||
           (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0xFEFF;
}

/* One code point, or one faulty sequence byte by byte, as it is shown: at most 4 times \xHH. */
static size_t
escape_next(struct view text, size_t *at, char out[20])
{
    size_t start = *at;
    uint32_t code_point;
    int count = 0;

    if (!decode(text, at, &code_point)) {
        for (; start < *at; start++) {
            count += snprintf(out + count, 20 - (size_t)count, "\\x%02x",
                    (unsigned)(unsigned char)text.at[start]);
        }
    } else if (is_active(code_point)) {
        count = snprintf(out, 20, code_point < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code_point);
    } else {
        return utf8_put(code_point, out);
    }
    return (size_t)count;
}

size_t
utf8_escape(struct view text, char *out, size_t out_size)
{
    size_t size = 0;

    for (size_t at = 0; at < text.size;) {
        char bytes[20];
        size_t count = escape_next(text, &at, bytes);
        if (size + count > out_size) {
            break;
        }
        memcpy(out + size, bytes, count);
        size += count;
    }
    return size;
}
