#include "json/token.h"

static unsigned int
is_hex(char byte)
{
    static const unsigned char digits[256] = { ['0'] = 1,
        ['1'] = 1,
        ['2'] = 1,
        ['3'] = 1,
        ['4'] = 1,
        ['5'] = 1,
        ['6'] = 1,
        ['7'] = 1,
        ['8'] = 1,
        ['9'] = 1,
        ['a'] = 1,
        ['b'] = 1,
        ['c'] = 1,
        ['d'] = 1,
        ['e'] = 1,
        ['f'] = 1,
        ['A'] = 1,
        ['B'] = 1,
        ['C'] = 1,
        ['D'] = 1,
        ['E'] = 1,
        ['F'] = 1 };

    return digits[(unsigned char)byte];
}

static int
is_digit(int byte)
{
    return byte >= '0' && byte <= '9';
}

int
json_escape(struct view text, size_t *at)
{
    static const unsigned char letters[256] = { ['"'] = 1,
        ['\\'] = 1,
        ['/'] = 1,
        ['b'] = 1,
        ['f'] = 1,
        ['n'] = 1,
        ['r'] = 1,
        ['t'] = 1,
        ['u'] = 1 };
    int letter = json_peek(text, *at);

    if (letter < 0 || !letters[letter]) {
        return 0;
    }
    (*at)++;
    if (letter != 'u') {
        return 1;
    }
    const char *digits = text.at + *at;
    if (text.size - *at >= 4 &&
            (is_hex(digits[0]) & is_hex(digits[1]) & is_hex(digits[2]) & is_hex(digits[3])) != 0) {
        *at += 4;
        return 1;
    }
    while (*at < text.size && is_hex(text.at[*at])) {
        (*at)++; /* up to what is none: there reading stops */
    }
    return 0;
}

/* The first backslash in [from, to), or `to`. */
static inline size_t
next_slash(struct view text, size_t from, size_t to)
{
    for (; to - from >= 8; from += 8) {
        uint64_t slashes = json_slashes(text.at + from);
        if (slashes != 0) {
            return from + (size_t)__builtin_ctzll(slashes) / 8;
        }
    }
    while (from < to && text.at[from] != '\\') {
        from++;
    }
    return from;
}

int
json_escapes(struct view text, size_t from, size_t to)
{
    const size_t quote = to - 1;
    size_t at = next_slash(text, from + 1, quote);

    while (at < quote) {
        at++;
        if (!json_escape(text, &at)) {
            return 0;
        }
        at = at < quote ? next_slash(text, at, quote) : at;
    }
    return at == quote; /* an escape that takes the quote along leaves none to end the string */
}

/* Eight bytes at once, as long as none of them ends, escapes or breaks a string. The sums set the upper
 * bit of a byte that equals the mark, or is below a blank; carries between bytes can only stop us early,
 * and then the loop over single bytes decides. */
static size_t
skip_plain(struct view text, size_t at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);

    while (text.size - at >= 8) {
        uint64_t word;
        memcpy(&word, text.at + at, sizeof word);
        uint64_t quote = word ^ (ones * '"');
        uint64_t slash = word ^ (ones * '\\');
        uint64_t found = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
                         ((word - ones * 0x20) & ~word);
        if ((found & tops) != 0) {
            return at;
        }
        at += 8;
    }
    return at;
}

static int
take_string(struct view text, size_t *at)
{
    (*at)++;
    for (;;) {
        *at = skip_plain(text, *at);
        int byte = json_peek(text, *at);
        if (byte < 0x20) { /* the end, or a control character that must be escaped */
            return 0;
        }
        (*at)++;
        if (byte == '"') {
            return 1;
        }
        if (byte == '\\' && !json_escape(text, at)) {
            return 0;
        }
    }
}

static int
take_digits(struct view text, size_t *at)
{
    size_t start = *at;

    while (is_digit(json_peek(text, *at))) {
        (*at)++;
    }
    return *at > start;
}

static int
take_exponent(struct view text, size_t *at)
{
    (*at)++;
    if (json_peek(text, *at) == '+' || json_peek(text, *at) == '-') {
        (*at)++;
    }
    return take_digits(text, at);
}

static int
take_number(struct view text, size_t *at)
{
    if (json_peek(text, *at) == '-') {
        (*at)++;
    }
    if (json_peek(text, *at) == '0') {
        (*at)++; /* and nothing behind it: 01 is no number */
    } else if (!take_digits(text, at)) {
        return 0;
    }
    if (json_peek(text, *at) == '.') {
        (*at)++;
        if (!take_digits(text, at)) {
            return 0;
        }
    }
    return (json_peek(text, *at) | 0x20) != 'e' || take_exponent(text, at);
}

static int
take_word(struct view text, size_t *at, struct view word)
{
    if (!view_starts(view_slice(text, *at, text.size), word)) {
        return 0;
    }
    *at += word.size;
    return 1;
}

int
json_token(struct view text, size_t *at)
{
    switch (json_peek(text, *at)) {
    case '"':
        return take_string(text, at);
    case 't':
        return take_word(text, at, VIEW("true"));
    case 'f':
        return take_word(text, at, VIEW("false"));
    case 'n':
        return take_word(text, at, VIEW("null"));
    default:
        return take_number(text, at);
    }
}
