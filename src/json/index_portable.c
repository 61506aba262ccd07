#include "json/block.h"

#define ONES UINT64_C(0x0101010101010101)
#define LOWS UINT64_C(0x7F7F7F7F7F7F7F7F)
#define TOPS UINT64_C(0x8080808080808080)

/* The first byte lowest, on every machine. */
static uint64_t
load_word(const char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* The upper bits of eight bytes, side by side. */
static uint64_t
gather_tops(uint64_t word)
{
    return ((word & TOPS) >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

/* Upper bits of the bytes that are zero: adding 127 to the lower seven bits sets the upper one of all
 * that are not, without a carry into the next byte. */
static uint64_t
zero_bytes(uint64_t word)
{
    return ~(((word & LOWS) + LOWS) | word) & TOPS;
}

static uint64_t
equal(uint64_t word, char byte)
{
    return gather_tops(zero_bytes(word ^ (ONES * (unsigned char)byte)));
}

static uint64_t
below_blank(uint64_t word)
{
    return gather_tops(~((word | TOPS) - ONES * 0x20) & ~word);
}

static struct json_block
classify(const char *bytes)
{
    struct json_block block = { 0 };

    for (size_t i = 0; i < 8; i++) {
        uint64_t word = load_word(bytes + 8 * i);
        uint64_t folded = word | ONES * 0x20; /* lays both brackets of a kind over each other */
        block.quotes |= equal(word, '"') << 8 * i;
        block.slashes |= equal(word, '\\') << 8 * i;
        block.controls |= below_blank(word) << 8 * i;
        block.blanks |= equal(word, ' ') << 8 * i;
        block.marks |= (equal(word, ':') | equal(word, ',')) << 8 * i;
        block.brackets |= equal(folded, '{') << 8 * i;
        block.closers |= equal(folded, '}') << 8 * i;
        block.wide |= gather_tops(word) << 8 * i;
    }
    block.brackets |= block.closers;
    block.marks |= block.brackets;
    return block;
}

static uint64_t
parity_of(uint64_t bits)
{
    for (int shift = 1; shift < 64; shift *= 2) {
        bits ^= bits << shift;
    }
    return bits;
}

static size_t
list_bits(uint64_t bits, size_t base, uint32_t *list)
{
    size_t count = 0;

    for (; bits != 0; bits &= bits - 1) {
        list[count++] = (uint32_t)(base + (size_t)__builtin_ctzll(bits));
    }
    return count;
}

void
json_index_portable(struct json_index *index, struct view text, struct json_state *out)
{
    struct json_state state = *out; /* a copy that the compiler can keep in registers */
    uint32_t *list = index->marks;
    char tail[64];

    for (size_t at = 0; at < text.size; at += 64) {
        const char *bytes = text.at + at;
        if (text.size - at < 64) {
            memset(tail, JSON_FILLER, sizeof tail);
            memcpy(tail, bytes, text.size - at);
            bytes = tail;
        }
        struct json_block block = classify(bytes);
        block.quotes &= ~json_escaped(block.slashes, &state);
        uint64_t marks = json_block_take(index, &state, &block, parity_of(block.quotes), bytes);
        state.mark_count += list_bits(marks, at, list + state.mark_count);
    }
    *out = state;
}
