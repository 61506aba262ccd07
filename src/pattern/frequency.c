#include "pattern/frequency.h"

#include "pattern/frequency_table.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define KEY_SIZE 4
/* Rows of a table, and how many are left when the smallest made room. */
#define ROWS_MAX  16384
#define ROWS_LEFT 12288
#define RATE_MAX  1e6
/* Behind a key the next letter is mostly foretold: even a rare one is right so often, and a common
 * one this many times as often as its share of all bytes says. */
#define FORETOLD_LEAST 0.2
#define FORETOLD_TIMES 4.0
/* Of a byte that was never seen. */
#define SHARE_UNSEEN 0.01
#define NUMBER_SIZE  32

struct row {
    uint32_t key; /* first byte highest, so that keys sort as their bytes do */
    double count;
};

struct frequency {
    struct row rows[ROWS_MAX]; /* by key */
    size_t row_count;
    double mentions;
    double bytes[256];
    /* Sums of the above, for estimates. */
    double starts;
    double smallest; /* row; 0: none */
    double all_bytes;
    double other_bytes; /* those that keys do not tell apart */
};

static int
is_key_byte(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

static int
is_word_byte(unsigned char byte)
{
    return is_key_byte(byte) || (byte >= 'A' && byte <= 'Z');
}

/* The first `size` bytes as a key, blanks behind them. */
static uint32_t
key_of(const char *at, size_t size)
{
    uint32_t key = 0;
    for (size_t i = 0; i < KEY_SIZE; i++) {
        unsigned char byte = i < size ? (unsigned char)at[i] : ' ';
        key = key << 8 | (is_key_byte(byte) ? byte : ' ');
    }
    return key;
}

/* The first row whose key is not below. */
static size_t
row_at(const struct frequency *frequency, uint32_t key)
{
    size_t low = 0;
    size_t high = frequency->row_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (frequency->rows[middle].key < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct frequency *
frequency_create_empty(void)
{
    return calloc(1, sizeof(struct frequency));
}

void
frequency_destroy(struct frequency **frequency)
{
    free(*frequency);
    *frequency = NULL;
}

static void
count_byte(struct frequency *frequency, unsigned char byte, double count)
{
    frequency->bytes[byte] += count;
    frequency->all_bytes += count;
    frequency->other_bytes += is_key_byte(byte) ? 0 : count;
}

static void
drop_rows(struct frequency *frequency, double count_max)
{
    size_t kept = 0;
    for (size_t i = 0; i < frequency->row_count; i++) {
        if (frequency->rows[i].count > count_max) {
            frequency->rows[kept++] = frequency->rows[i];
        }
    }
    frequency->row_count = kept;
}

/* Rows go by their counts until there is room, so that what is frequent stays. */
static void
make_room(struct frequency *frequency)
{
    double smallest = 1;
    while (frequency->row_count > ROWS_LEFT) {
        drop_rows(frequency, smallest);
        smallest *= 2;
    }
}

static void
count_key(struct frequency *frequency, uint32_t key)
{
    frequency->starts += 1;
    frequency->smallest = 1;
    size_t at = row_at(frequency, key);
    if (at < frequency->row_count && frequency->rows[at].key == key) {
        frequency->rows[at].count += 1;
        return;
    }
    if (frequency->row_count == ROWS_MAX) {
        make_room(frequency);
        at = row_at(frequency, key);
    }
    struct row *row = &frequency->rows[at];
    memmove(row + 1, row, (frequency->row_count - at) * sizeof *row);
    *row = (struct row){ .key = key, .count = 1 };
    frequency->row_count++;
}

void
frequency_learn(struct frequency *frequency, struct view folded)
{
    int before = 0;
    frequency->mentions += 1;
    for (size_t i = 0; i < folded.size; i++) {
        unsigned char byte = (unsigned char)folded.at[i];
        count_byte(frequency, byte, 1);
        if (!before && is_key_byte(byte)) {
            count_key(frequency, key_of(folded.at + i, folded.size - i));
        }
        before = is_word_byte(byte);
    }
}

static double
a_mention(const struct frequency *frequency, double count)
{
    return frequency->mentions > 0 ? count / frequency->mentions : 0;
}

double
frequency_of_byte(const struct frequency *frequency, unsigned char byte)
{
    return a_mention(frequency, frequency->bytes[byte]);
}

/* Share of a byte among all; those that keys do not tell apart are one. */
static double
share_of(const struct frequency *frequency, unsigned char byte)
{
    double these = is_key_byte(byte) ? frequency->bytes[byte] : frequency->other_bytes;
    return (these + SHARE_UNSEEN) / (frequency->all_bytes + 1);
}

/* A key without a row is rarer than any that has one, and its letters say how rare. */
static double
estimate(const struct frequency *frequency, uint32_t key)
{
    double guess = frequency->starts;
    for (int shift = 24; shift >= 0; shift -= 8) {
        guess *= share_of(frequency, (unsigned char)(key >> shift));
    }
    return a_mention(frequency, guess < frequency->smallest ? guess : frequency->smallest);
}

double
frequency_at_start(const struct frequency *frequency, const char *at, size_t size)
{
    assert(size > 0);
    size_t sure = size < KEY_SIZE ? size : KEY_SIZE;
    uint32_t first = key_of(at, size) & ~(uint32_t)((UINT64_C(1) << (8 * (KEY_SIZE - sure))) - 1);
    uint32_t last = first + (uint32_t)((UINT64_C(1) << (8 * (KEY_SIZE - sure))) - 1);
    double count = 0;
    for (size_t i = row_at(frequency, first);
            i < frequency->row_count && frequency->rows[i].key <= last; i++) {
        count += frequency->rows[i].count;
    }
    double rate = count > 0 ? a_mention(frequency, count) : estimate(frequency, key_of(at, size));
    for (size_t i = KEY_SIZE; i < size; i++) {
        double share = FORETOLD_LEAST + FORETOLD_TIMES * share_of(frequency, (unsigned char)at[i]);
        rate *= share < 1 ? share : 1;
    }
    return rate;
}

int
frequency_row(const struct frequency *frequency, size_t index, char key[4], double *rate)
{
    if (index >= frequency->row_count) {
        return 0;
    }
    const struct row *row = &frequency->rows[index];
    for (size_t i = 0; i < KEY_SIZE; i++) {
        key[i] = (char)(row->key >> (24 - 8 * i));
    }
    *rate = a_mention(frequency, row->count);
    return 1;
}

static int
hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "#6b": a byte anywhere; four bytes: a start. Keys rise. False when it is neither. */
static int
add_fact(struct frequency *frequency, struct view key, double rate)
{
    if (key.size == 3 && key.at[0] == '#') {
        int high = hex_value(key.at[1]);
        int low = hex_value(key.at[2]);
        if (high < 0 || low < 0) {
            return 0;
        }
        count_byte(frequency, (unsigned char)(high * 16 + low), rate);
        return 1;
    }
    size_t count = frequency->row_count;
    uint32_t packed = key.size == KEY_SIZE ? key_of(key.at, KEY_SIZE) : 0;
    char same[KEY_SIZE] = { (char)(packed >> 24), (char)(packed >> 16), (char)(packed >> 8),
        (char)packed };
    if (key.size != KEY_SIZE || memcmp(same, key.at, KEY_SIZE) != 0 || same[0] == ' ' ||
            count == ROWS_MAX || (count > 0 && frequency->rows[count - 1].key >= packed)) {
        return 0;
    }
    frequency->rows[frequency->row_count++] = (struct row){ .key = packed, .count = rate };
    frequency->starts += rate;
    frequency->smallest = count == 0 || rate < frequency->smallest ? rate : frequency->smallest;
    return 1;
}

struct frequency *
frequency_create(void)
{
    struct frequency *frequency = frequency_create_empty();
    if (frequency == NULL) {
        return NULL;
    }
    frequency->mentions = 1;
    for (size_t i = 0; i < frequency_fact_count; i++) {
        const struct frequency_fact *fact = &frequency_facts[i];
        struct view key = { fact->key, fact->key[0] == '#' ? 3 : KEY_SIZE };
        int sound = add_fact(frequency, key, fact->rate / 1e6);
        assert(sound);
        (void)sound;
    }
    return frequency;
}

/* "key<TAB>rate". */
static int
read_line(struct frequency *frequency, struct view line)
{
    char number[NUMBER_SIZE];
    const char *tab = memchr(line.at, '\t', line.size);
    size_t key_size = tab == NULL ? line.size : (size_t)(tab - line.at);
    if (tab == NULL ||
            !view_copy(view_slice(line, key_size + 1, line.size), number, sizeof number)) {
        return 0;
    }
    char *end = NULL;
    double rate = strtod(number, &end);
    if (end == number || *end != '\0' || !isfinite(rate) || rate < 0 || rate > RATE_MAX) {
        return 0;
    }
    return add_fact(frequency, view_slice(line, 0, key_size), rate);
}

struct frequency *
frequency_read(struct view text)
{
    struct frequency *frequency = frequency_create_empty();
    if (frequency == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    frequency->mentions = 1;
    for (size_t at = 0; at < text.size;) {
        const char *end = memchr(text.at + at, '\n', text.size - at);
        size_t size = end == NULL ? text.size - at : (size_t)(end - text.at) - at;
        if (size > 0 && !read_line(frequency, view_slice(text, at, at + size))) {
            frequency_destroy(&frequency);
            errno = EINVAL;
            return NULL;
        }
        at += size + 1;
    }
    if (frequency->row_count == 0) {
        frequency_destroy(&frequency);
        errno = EINVAL;
    }
    return frequency;
}

int
frequency_line(const struct frequency *frequency, size_t index, char line[FREQUENCY_LINE_SIZE])
{
    char key[KEY_SIZE];
    double rate = 0;
    if (frequency_row(frequency, index, key, &rate)) {
        (void)snprintf(line, FREQUENCY_LINE_SIZE, "%.4s\t%.6f\n", key, rate);
        return 1;
    }
    size_t byte = index - frequency->row_count;
    if (byte >= 256) {
        return 0;
    }
    (void)snprintf(line, FREQUENCY_LINE_SIZE, "#%02zx\t%.6f\n", byte,
            frequency_of_byte(frequency, (unsigned char)byte));
    return 1;
}
