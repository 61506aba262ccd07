#include "core/view.h"

#include <assert.h>

static unsigned char
ascii_lower(char byte)
{
    unsigned char value = (unsigned char)byte;
    return (unsigned char)(value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value);
}

static int
is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

int
view_equal_caseless(struct view a, struct view b)
{
    if (a.size != b.size) {
        return 0;
    }
    for (size_t i = 0; i < a.size; i++) {
        if (ascii_lower(a.at[i]) != ascii_lower(b.at[i])) {
            return 0;
        }
    }
    return 1;
}

struct view
view_trim(struct view text)
{
    size_t from = 0;
    size_t to = text.size;

    while (from < to && is_blank(text.at[from])) {
        from++;
    }
    while (to > from && is_blank(text.at[to - 1])) {
        to--;
    }
    return view_slice(text, from, to);
}

/* Four bytes, the first one lowest. */
static uint64_t
load_four(const char *at)
{
    uint32_t word;

    memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

static uint64_t
load_one(const char *at)
{
    return (unsigned char)*at;
}

/* The number that eight digits are, or UINT64_MAX when some byte is none. Digits are 30 to 39, whether or
 * not six are added; neighbours are put together, then pairs, then fours, each times its place. */
static uint64_t
eight_digits(uint64_t word)
{
    if (((word & (word + UINT64_C(0x0606060606060606))) & UINT64_C(0xF0F0F0F0F0F0F0F0)) !=
            UINT64_C(0x3030303030303030)) {
        return UINT64_MAX;
    }
    word &= UINT64_C(0x0F0F0F0F0F0F0F0F);
    word = (word * 10 + (word >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
    word = (word * 100 + (word >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
    return (word * 10000 + (word >> 32)) & UINT64_C(0xFFFFFFFF);
}

/* The same of one to eight: laid together of two or three loads that may overlap, with zeros in front. */
static uint64_t
few_digits(const char *at, size_t size)
{
    uint64_t word;

    if (size >= 4) {
        word = load_four(at) | load_four(at + size - 4) << 8 * (size - 4);
    } else {
        word = load_one(at) | load_one(at + size / 2) << 8 * (size / 2) |
               load_one(at + size - 1) << 8 * (size - 1);
    }
    if (size < 8) {
        word = word << 8 * (8 - size) | UINT64_C(0x3030303030303030) >> 8 * size;
    }
    return eight_digits(word);
}

/* More than sixteen digits: a number may be too large from the twentieth on. */
static int
many_digits(struct view text, uint64_t *number)
{
    uint64_t value = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') {
            return 0;
        }
        uint64_t digit = (uint64_t)(text.at[i] - '0');
        if (i >= 19 && value > (UINT64_MAX - digit) / 10) {
            return 0;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return 1;
}

int
view_to_u64(struct view text, uint64_t *number)
{
    uint64_t upper = 0;
    size_t size = text.size;

    if (size == 0 || size > 16) {
        return size > 16 && many_digits(text, number);
    }
    if (size > 8) {
        size -= 8;
        upper = few_digits(text.at, size);
        text.at += size;
        size = 8;
    }
    uint64_t lower = few_digits(text.at, size);
    if (upper == UINT64_MAX || lower == UINT64_MAX) {
        return 0;
    }
    *number = upper * 100000000 + lower;
    return 1;
}

int
view_compare(struct view a, struct view b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.at, b.at, common);

    if (order != 0) {
        return order;
    }
    return (a.size > b.size) - (a.size < b.size);
}

int
view_copy(struct view text, char *at, size_t size)
{
    assert(size > 0);
    size_t kept = text.size < size ? text.size : size - 1;

    if (kept > 0) {
        memcpy(at, text.at, kept);
    }
    at[kept] = '\0';
    return kept == text.size;
}
