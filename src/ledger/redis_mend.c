/*
 * Published series that stand where the brand's state does.
 *
 * They have keys of their own and may come back from a bad day with less than the state says, or with more.
 * The newest entries are kept beside the state, in a ring of fields of the judge's hash: written by the commit
 * that folds them, so that they go back with it and with nothing else.
 */
#include "ledger/redis_ledger.h"

#include "ledger/redis_bytes.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define HOUR_MS INT64_C(3600000)

void
redis_arg_ring(struct redis_link *link, struct view brand, uint32_t slot)
{
    redis_arg_format(link, "pb:%.*s:%" PRIu32, (int)brand.size, brand.at, slot);
}

/* "<bucket>|<packed fields>" */
void
redis_arg_ring_entry(struct redis_link *link, const struct ledger_ring_entry *entry)
{
    size_t size = entry->fields.size + 16;
    char *text = malloc(size);

    assert(text != NULL);
    size_t head = (size_t)snprintf(text, size, "%" PRIu32 "|", entry->bucket);
    memcpy(text + head, entry->fields.at, entry->fields.size);
    redis_arg(link, (struct view){ text, head + entry->fields.size });
    free(text);
}

static int
entry_parse(struct view value, struct ledger_ring_entry *entry)
{
    size_t bar = 0;

    while (bar < value.size && value.at[bar] != '|') {
        bar++;
    }
    if (bar == value.size) {
        return 0;
    }
    entry->fields = view_slice(value, bar + 1, value.size);
    return view_to_u32_strict(view_slice(value, 0, bar), &entry->bucket);
}

/* Those of the window that begins with `first`, in rising order: they were asked for in that order. */
static size_t
ring_parse(const redisReply *reply,
        uint32_t first,
        struct ledger_ring_entry entries[LEDGER_RING_BUCKETS])
{
    size_t count = 0;

    for (size_t i = 0; i < LEDGER_RING_BUCKETS; i++) {
        struct ledger_ring_entry entry;
        if (entry_parse(redis_reply_text(reply, i), &entry) &&
                entry.bucket == first + (uint32_t)i) {
            entries[count++] = entry;
        }
    }
    return count;
}

/* ---- streams ---- */

static void
begin_mend(struct redis_link *link, const char *kind, struct view brand, int64_t from_ms)
{
    redis_begin_script(link, SCRIPT_MEND, 1);
    redis_key(link, "%s%.*s", kind, (int)brand.size, brand.at);
    redis_arg_format(link, "%" PRId64 "-0", from_ms > 0 ? from_ms : 1);
}

static void
arg_entry(struct redis_link *link, const struct ledger_ring_entry *entry)
{
    struct view packed = entry->fields;
    struct ledger_field field;
    int64_t count = 0;

    while (ledger_unpack_field(&packed, &field)) {
        count += 2;
    }
    redis_arg_format(link, "%" PRId64 "-0", bucket_start_ms(entry->bucket));
    redis_arg_i64(link, count);
    packed = entry->fields;
    while (ledger_unpack_field(&packed, &field)) {
        redis_arg(link, field.name);
        redis_arg(link, field.value);
    }
}

static enum ledger_outcome
cut(struct redis_link *link, const char *kind, struct view brand, int64_t from_ms)
{
    begin_mend(link, kind, brand, from_ms);
    redis_end(link);
    return redis_await_all(link, 1);
}

/* The periods are made again of the 10 s entries, as far as these reach back. */
static enum ledger_outcome
cut_periods(struct ledger_reader *base, struct view brand, uint32_t oldest)
{
    struct redis_link *link = redis_reader_of(base)->link;
    int64_t from_ms = bucket_start_ms(oldest);

    enum ledger_outcome outcome = cut(link, "ts:5m:", brand, from_ms - from_ms % (HOUR_MS / 12));
    if (outcome == LEDGER_OK && base->ledger->options.retain_10s_ms >= 2 * HOUR_MS) {
        outcome = cut(link, "ts:1h:", brand, from_ms - from_ms % HOUR_MS);
    }
    return outcome;
}

static enum ledger_outcome
read_ring(struct redis_reader *reader,
        uint32_t shard,
        struct view brand,
        uint32_t first,
        redisReply **reply)
{
    redis_begin(reader->link, "HMGET");
    redis_key_judge(reader->link, shard);
    for (uint32_t i = 0; i < LEDGER_RING_BUCKETS; i++) {
        redis_arg_ring(reader->link, brand, (first + i) % LEDGER_RING_BUCKETS);
    }
    redis_end(reader->link);
    return redis_await(reader->link, reply);
}

enum ledger_outcome
redis_mend(struct ledger_reader *base,
        uint32_t shard,
        struct view brand,
        uint32_t through,
        uint32_t *oldest)
{
    struct redis_reader *reader = redis_reader_of(base);
    struct ledger_ring_entry entries[LEDGER_RING_BUCKETS];
    uint32_t first = through < LEDGER_RING_BUCKETS ? 1 : through - LEDGER_RING_BUCKETS + 1;
    redisReply *reply = NULL;
    enum ledger_outcome outcome = redis_link_open(reader->link);

    if (outcome == LEDGER_OK) {
        outcome = read_ring(reader, shard, brand, first, &reply);
    }
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    size_t count = ring_parse(reply, first, entries);
    *oldest = count > 0 ? entries[0].bucket : through + 1;
    begin_mend(reader->link, "ts:10s:", brand, bucket_start_ms(*oldest));
    for (size_t i = 0; i < count; i++) {
        arg_entry(reader->link, &entries[i]);
    }
    redis_end(reader->link);
    freeReplyObject(reply);
    outcome = redis_await_all(reader->link, 1);
    return outcome == LEDGER_OK ? cut_periods(base, brand, *oldest) : outcome;
}
