#include "ledger/redis/field.h"

#include "ledger/link/bytes.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* Up to `end`, and moves `rest` behind it. 0 when there is none. */
static int
take(struct view *rest, char end, struct view *part)
{
    const char *at = rest->size == 0 ? NULL : memchr(rest->at, end, rest->size);

    if (at == NULL) {
        return 0;
    }
    size_t size = (size_t)(at - rest->at);
    *part = view_slice(*rest, 0, size);
    *rest = view_slice(*rest, size + 1, rest->size);
    return 1;
}

static int
hex_parse(struct view text, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.size; i++) {
        char digit = text.at[i];
        int value = digit >= '0' && digit <= '9'   ? digit - '0'
                    : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                                                   : -1;
        if (value < 0) {
            return 0;
        }
        *number = *number << 4 | (uint64_t)value;
    }
    return text.size == 16;
}

/* "<bucket>:<brand>:", and moves `rest` behind it. */
static int
take_series(struct view *rest, uint32_t *bucket, struct view *brand)
{
    struct view number;

    return take(rest, ':', &number) && view_to_u32_strict(number, bucket) &&
           take(rest, ':', brand) && brand->size > 0;
}

static int
cell_parse(struct view name, struct view value, struct ledger_cell *cell)
{
    struct view rest = view_slice(name, 4, name.size); /* behind "c:1:" */

    *cell = (struct ledger_cell){ .kind = name.at[0] == 'c' ? CELL_ON_TIME : CELL_LATE };
    if (!take_series(&rest, &cell->bucket, &cell->brand) || rest.size == 0 ||
            !view_to_u64(value, &cell->count)) {
        return 0;
    }
    cell->dim = rest;
    return 1;
}

static int
official_value_parse(struct view value, struct ledger_official *official)
{
    struct view time;
    struct view signals;
    struct view broadcast;
    struct view hash;
    struct view number;
    uint32_t id_size = 0;

    if (!take(&value, '|', &time) || !take(&value, '|', &signals) ||
            !take(&value, '|', &broadcast) || !take(&value, '|', &hash) ||
            !take(&value, '|', &number)) {
        return 0;
    }
    if (!view_to_i64_strict(time, &official->time_ms) ||
            !view_to_u32_strict(signals, &official->signals) ||
            !view_to_u32_strict(broadcast, &official->broadcast) ||
            !hex_parse(view_slice(hash, 0, 16), &official->sketch) ||
            (hash.size > 16 && !hex_parse(view_slice(hash, 16, hash.size), &official->topics)) ||
            !view_to_u32_strict(number, &id_size) || id_size > value.size) {
        return 0;
    }
    official->id = view_slice(value, 0, id_size);
    official->link = view_slice(value, id_size, value.size);
    return 1;
}

static int
official_parse(struct view name, struct view value, struct ledger_official *official)
{
    struct view rest = view_slice(name, 2, name.size); /* behind "o:" */
    uint64_t post = 0;

    *official = (struct ledger_official){ 0 };
    return take_series(&rest, &official->bucket, &official->brand) && hex_parse(rest, &post) &&
           official_value_parse(value, official);
}

enum redis_field
redis_field_parse(struct view name,
        struct view value,
        struct ledger_cell *cell,
        struct ledger_official *official)
{
    if (view_starts(name, VIEW("c:1:")) || view_starts(name, VIEW("l:1:"))) {
        return cell_parse(name, value, cell) ? FIELD_CELL : FIELD_CORRUPT;
    }
    if (view_starts(name, VIEW("o:"))) {
        return official_parse(name, value, official) ? FIELD_OFFICIAL : FIELD_CORRUPT;
    }
    if (view_starts(name, VIEW("c:")) || view_starts(name, VIEW("l:"))) {
        return FIELD_CORRUPT; /* a revision we do not know: its counts must not be left out */
    }
    return FIELD_OTHER;
}

size_t
redis_official_print(const struct tally_official *official, char out[REDIS_OFFICIAL_SIZE])
{
    int size = snprintf(out, REDIS_OFFICIAL_SIZE,
            "%" PRId64 "|%" PRIu32 "|%" PRIu32 "|%016" PRIx64 "%016" PRIx64 "|%zu|%s%s",
            official->time_ms, official->signals, official->broadcast, official->sketch,
            official->topics, strlen(official->id), official->id, official->link);

    assert(size > 0 && size < REDIS_OFFICIAL_SIZE);
    return (size_t)size;
}

int
redis_time_parse(struct view text, int64_t *time_ms)
{
    *time_ms = INT64_MIN;
    return view_equal(text, VIEW("-")) || view_to_i64_strict(text, time_ms);
}

int
redis_witness_parse(struct view text, struct redis_witness *witness)
{
    struct view last;
    struct view max;
    struct view idle;

    if (!take(&text, '|', &last) || !take(&text, '|', &max) || !take(&text, '|', &idle)) {
        return 0;
    }
    witness->idle = !view_equal(idle, VIEW("0"));
    return redis_time_parse(max, &witness->max_time_ms);
}

void
redis_seen_parse(struct view last, int64_t *offset, int64_t *stamp_ms)
{
    struct view counted;
    struct view at;

    *offset = -1;
    if (take(&last, '@', &counted) && take(&last, '@', &at) &&
            (!view_to_i64_strict(at, offset) || !view_to_i64_strict(last, stamp_ms))) {
        *offset = -1;
    }
}
