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

int
view_to_u64(struct view text, uint64_t *number)
{
    uint64_t value = 0;

    if (text.size == 0) {
        return 0;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') {
            return 0;
        }
        uint64_t digit = (uint64_t)(text.at[i] - '0');
        if (i >= 19 && value > (UINT64_MAX - digit) / 10) { /* 19 digits always fit */
            return 0;
        }
        value = value * 10 + digit;
    }
    *number = value;
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
