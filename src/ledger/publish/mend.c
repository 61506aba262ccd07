/*
 * Published series that stand where the brand's state does.
 *
 * They have keys of their own and may come back from a bad day with less than the state says, or with more.
 * The newest entries are kept beside the state, in a ring of fields of the judge's hash: written by the commit
 * that folds them, so that they go back with it and with nothing else.
 */
#include "ledger/redis/body.h"

#include "ledger/link/bytes.h"

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

static int
compare_entries(const void *a, const void *b)
{
    const struct ledger_ring_entry *x = a;
    const struct ledger_ring_entry *y = b;

    return x->bucket < y->bucket ? -1 : x->bucket > y->bucket;
}

/* In rising order. Where nothing was said for long there are older ones among them than the ring has buckets. */
static size_t
ring_parse(const redisReply *reply, struct ledger_ring_entry entries[LEDGER_RING_BUCKETS])
{
    size_t count = 0;

    for (size_t i = 0; i < LEDGER_RING_BUCKETS; i++) {
        count += entry_parse(redis_reply_text(reply, i), &entries[count]) ? 1U : 0U;
    }
    qsort(entries, count, sizeof *entries, compare_entries);
    return count;
}

/* From this bucket on nothing else was published than what is in the ring. Below its oldest entry, nobody knows:
 * it may be younger than the series. */
static uint32_t
ring_first(const struct ledger_ring_entry *entries, size_t count, uint32_t through)
{
    uint32_t first = through < LEDGER_RING_BUCKETS ? 1 : through - LEDGER_RING_BUCKETS + 1;

    if (count == 0) {
        return through + 1;
    }
    return entries[0].bucket > first ? entries[0].bucket : first;
}

/* ---- streams ---- */

static void
begin_mend(struct redis_link *link, enum ledger_series series, struct view brand, int64_t from_ms)
{
    redis_begin_script(link, SCRIPT_MEND, 1);
    redis_key_series(link, series, brand);
    redis_arg_format(link, "%" PRId64 "-0", from_ms > 0 ? from_ms : 1);
}

/* The newest entry there is then; 0: none. */
static enum ledger_outcome
end_mend(struct redis_link *link, int64_t *last_ms)
{
    redisReply *reply = NULL;

    redis_end(link);
    enum ledger_outcome outcome = redis_await(link, &reply);
    if (outcome == LEDGER_OK) {
        struct view id = redis_reply_text(reply, 1);
        *last_ms = id.size == 0 ? 0 : strtoll(id.at, NULL, 10); /* up to its hyphen */
    }
    freeReplyObject(reply);
    return outcome;
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

/* From the period on that holds `from_ms`. */
static enum ledger_outcome
cut(struct redis_link *link,
        enum ledger_series series,
        struct view brand,
        int64_t from_ms,
        int64_t last_ms[LEDGER_SERIES_COUNT])
{
    int64_t span_ms = series == LEDGER_SERIES_5M ? HOUR_MS / 12 : HOUR_MS;

    begin_mend(link, series, brand, from_ms - from_ms % span_ms);
    return end_mend(link, &last_ms[series]);
}

/* The periods are made again of the 10 s entries, as far as these reach back. */
static enum ledger_outcome
cut_periods(struct ledger_reader *base,
        struct view brand,
        uint32_t oldest,
        int64_t last_ms[LEDGER_SERIES_COUNT])
{
    struct redis_link *link = redis_reader_of(base)->link;
    int reach_hours = base->ledger->options.retain_10s_ms >= 2 * HOUR_MS;
    int64_t from_ms = bucket_start_ms(oldest);

    enum ledger_outcome outcome = cut(link, LEDGER_SERIES_5M, brand, from_ms, last_ms);
    return outcome == LEDGER_OK
                   ? cut(link, LEDGER_SERIES_1H, brand, reach_hours ? from_ms : INT64_MAX, last_ms)
                   : outcome;
}

static enum ledger_outcome
read_ring(struct redis_reader *reader, uint32_t shard, struct view brand, redisReply **reply)
{
    redis_begin(reader->link, "HMGET");
    redis_key_judge(reader->link, shard);
    for (uint32_t slot = 0; slot < LEDGER_RING_BUCKETS; slot++) {
        redis_arg_ring(reader->link, brand, slot);
    }
    redis_end(reader->link);
    return redis_await(reader->link, reply);
}

enum ledger_outcome
redis_mend(struct ledger_reader *base,
        uint32_t shard,
        struct view brand,
        uint32_t through,
        int64_t last_ms[LEDGER_SERIES_COUNT])
{
    struct redis_reader *reader = redis_reader_of(base);
    struct ledger_ring_entry entries[LEDGER_RING_BUCKETS];
    redisReply *reply = NULL;
    enum ledger_outcome outcome = redis_link_open(reader->link);

    if (outcome == LEDGER_OK) {
        outcome = read_ring(reader, shard, brand, &reply);
    }
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    size_t count = ring_parse(reply, entries);
    /* Nobody takes hours of periods away for a state that is not there yet. */
    uint32_t first = through == 0 ? 1 : ring_first(entries, count, through);
    uint32_t oldest = through == 0 ? UINT32_MAX : first;
    begin_mend(reader->link, LEDGER_SERIES_10S, brand, bucket_start_ms(first));
    for (size_t i = 0; i < count && entries[i].bucket <= through; i++) {
        arg_entry(reader->link, &entries[i]);
    }
    freeReplyObject(reply);
    outcome = end_mend(reader->link, &last_ms[LEDGER_SERIES_10S]);
    return outcome == LEDGER_OK ? cut_periods(base, brand, oldest, last_ms) : outcome;
}
