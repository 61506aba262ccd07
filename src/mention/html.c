#include "mention/html.h"

#include "core/text/utf8.h"

#include <stdint.h>

/* Longest entity that is looked for, "&" and ";" included. */
#define ENTITY_SIZE_MAX 12

/* The ones that posts in Spanish and English carry; any other can come as a number. */
static const struct entity {
    const char *name;
    const char *text;
} entities[] = { { "amp", "&" }, { "lt", "<" }, { "gt", ">" }, { "quot", "\"" }, { "apos", "'" },
    { "nbsp", " " }, { "aacute", "á" }, { "eacute", "é" }, { "iacute", "í" }, { "oacute", "ó" },
    { "uacute", "ú" }, { "ntilde", "ñ" }, { "uuml", "ü" }, { "Aacute", "Á" }, { "Eacute", "É" },
    { "Iacute", "Í" }, { "Oacute", "Ó" }, { "Uacute", "Ú" }, { "Ntilde", "Ñ" }, { "Uuml", "Ü" },
    { "ccedil", "ç" }, { "iexcl", "¡" }, { "iquest", "¿" }, { "laquo", "«" }, { "raquo", "»" },
    { "lsquo", "‘" }, { "rsquo", "’" }, { "ldquo", "“" }, { "rdquo", "”" }, { "hellip", "…" },
    { "ndash", "–" }, { "mdash", "—" }, { "middot", "·" }, { "bull", "•" }, { "deg", "°" },
    { "euro", "€" }, { "pound", "£" }, { "copy", "©" }, { "reg", "®" }, { "trade", "™" } };

enum which_entities {
    ENTITIES_ALL,
    ENTITIES_PLAIN, /* the first three */
};

static void
put(struct html_text *out, struct view text)
{
    if (out->cut || text.size > out->capacity - out->size) {
        struct view fitting = utf8_cut(text, out->cut ? 0 : out->capacity - out->size);
        out->cut = 1;
        text = fitting;
    }
    if (text.size > 0) {
        memcpy(out->at + out->size, text.at, text.size);
        out->size += text.size;
    }
}

static int
digit_of(char byte, uint32_t base)
{
    int value = 99;

    if (byte >= '0' && byte <= '9') {
        value = byte - '0';
    } else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f') {
        value = (byte | 0x20) - 'a' + 10;
    }
    return value < (int)base ? value : -1;
}

/* "39" or "x27": the code point, or 0. */
static uint32_t
parse_number(struct view digits)
{
    uint32_t base = digits.size > 0 && (digits.at[0] | 0x20) == 'x' ? 16 : 10;
    uint32_t value = 0;

    digits = view_slice(digits, base == 16 ? 1 : 0, digits.size);
    for (size_t i = 0; i < digits.size; i++) {
        int digit = digit_of(digits.at[i], base);
        if (digit < 0) {
            return 0;
        }
        value = value * base + (uint32_t)digit; /* eight digits at most: cannot overflow */
    }
    return value;
}

static int
put_named(struct view name, enum which_entities which, struct html_text *out)
{
    size_t count = which == ENTITIES_PLAIN ? 3 : sizeof entities / sizeof entities[0];

    for (size_t i = 0; i < count; i++) {
        if (view_equal(name, view_of(entities[i].name))) {
            put(out, view_of(entities[i].text));
            return 1;
        }
    }
    return 0;
}

static int
put_numbered(struct view digits, struct html_text *out)
{
    char bytes[4];
    uint32_t number = parse_number(digits);

    if (number == 0) {
        return 0;
    }
    put(out, (struct view){ bytes, utf8_put(number, bytes) });
    return 1;
}

/* At an "&". Returns the bytes used: an unknown or unfinished entity is an "&" like any other. */
static size_t
take_entity(struct view text, enum which_entities which, struct html_text *out)
{
    size_t limit = text.size < ENTITY_SIZE_MAX ? text.size : ENTITY_SIZE_MAX;
    const char *end = memchr(text.at, ';', limit);
    size_t size = end == NULL ? 0 : (size_t)(end - text.at);
    int known = 0;

    if (size > 1 && text.at[1] == '#') {
        known = which == ENTITIES_ALL && put_numbered(view_slice(text, 2, size), out);
    } else if (size > 1) {
        known = put_named(view_slice(text, 1, size), which, out);
    }
    if (!known) {
        put(out, VIEW("&"));
    }
    return known ? size + 1 : 1;
}

void
html_unescape_plain(struct view text, struct html_text *out)
{
    for (size_t at = 0; at < text.size && !out->cut;) {
        const char *mark = memchr(text.at + at, '&', text.size - at);
        size_t end = mark == NULL ? text.size : (size_t)(mark - text.at);
        put(out, view_slice(text, at, end));
        at = end;
        if (at < text.size) {
            at += take_entity(view_slice(text, at, text.size), ENTITIES_PLAIN, out);
        }
    }
}

static int
is_name_byte(int byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9');
}

/* Behind the ">" that ends a tag; one inside quotes ends nothing. A tag that never ends takes the rest
 * with it. */
static size_t
tag_end(struct view text)
{
    for (size_t i = 1; i < text.size; i++) {
        if (text.at[i] == '>') {
            return i + 1;
        }
        if (text.at[i] == '"' || text.at[i] == '\'') {
            const char *close = memchr(text.at + i + 1, text.at[i], text.size - i - 1);
            i = close == NULL ? text.size : (size_t)(close - text.at);
        }
    }
    return text.size;
}

/* At "<": the tag's size, or 0 when this is a sign like "<3". */
static size_t
tag_size(struct view text)
{
    unsigned char second = text.size > 1 ? (unsigned char)text.at[1] : 0;

    if (view_starts(text, VIEW("<!--"))) {
        const char *end = memmem(text.at, text.size, "-->", 3);
        return end == NULL ? text.size : (size_t)(end - text.at) + 3;
    }
    int named = is_name_byte(second) && second > '9';
    return named || second == '/' || second == '!' ? tag_end(text) : 0;
}

static struct view
tag_name(struct view tag)
{
    size_t from = tag.size > 1 && tag.at[1] == '/' ? 2 : 1;
    size_t to = from;

    while (to < tag.size && is_name_byte(tag.at[to])) {
        to++;
    }
    return view_slice(tag, from, to);
}

/* What a tag leaves behind. Returns the bytes used, more than the tag for a script's inside. */
static size_t
take_tag(struct view text, size_t size, struct html_text *out)
{
    struct view tag = view_slice(text, 0, size);
    struct view name = tag_name(tag);
    int closing = view_starts(tag, VIEW("</"));

    if (view_equal_caseless(name, VIEW("br")) ||
            (closing && (view_equal_caseless(name, VIEW("p")) ||
                                view_equal_caseless(name, VIEW("li")) ||
                                view_equal_caseless(name, VIEW("div"))))) {
        put(out, VIEW("\n"));
    }
    if (!closing && (view_equal_caseless(name, VIEW("script")) ||
                            view_equal_caseless(name, VIEW("style")))) {
        const char *end = memmem(text.at + size, text.size - size, "</", 2);
        return end == NULL ? text.size : (size_t)(end - text.at);
    }
    return size;
}

void
html_to_text(struct view markup, struct html_text *out)
{
    size_t start = out->size;

    for (size_t at = 0; at < markup.size && !out->cut;) {
        struct view rest = view_slice(markup, at, markup.size);
        size_t plain = 0;
        while (plain < rest.size && rest.at[plain] != '<' && rest.at[plain] != '&') {
            plain++;
        }
        put(out, view_slice(rest, 0, plain));
        at += plain;
        rest = view_slice(rest, plain, rest.size);
        if (rest.size == 0) {
            break;
        }
        size_t size = rest.at[0] == '<' ? tag_size(rest) : 0;
        if (rest.at[0] == '&') {
            at += take_entity(rest, ENTITIES_ALL, out);
        } else if (size > 0) {
            at += take_tag(rest, size, out);
        } else {
            put(out, VIEW("<"));
            at++;
        }
    }
    while (out->size > start && (out->at[out->size - 1] == '\n' || out->at[out->size - 1] == ' ')) {
        out->size--;
    }
}
