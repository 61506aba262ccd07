/* The longer resolutions of the published series, summed from the finest one where that is published. */
#include "ledger/redis/body.h"

#include <inttypes.h>
#include <stdio.h>

#define NUMBER_SIZE 21

struct rollup_field {
    struct view name;
    struct view last; /* as it stands in the last entry */
    uint64_t sum;
    int summed; /* every value so far was a count */
};

struct rollup {
    struct rollup_field fields[LEDGER_FIELDS_MAX];
    size_t count;
};

/* What is a state of its time and no count: the last one says how the period ended. */
static int
is_status(struct view name)
{
    return view_starts(name, VIEW("state")) || view_starts(name, VIEW("expected")) ||
           view_starts(name, VIEW("authors"));
}

static void
rollup_add(struct rollup *rollup, struct view name, struct view value)
{
    size_t i = 0;
    uint64_t number = 0;
    int is_count = view_to_u64(value, &number) && !is_status(name);

    while (i < rollup->count && !view_equal(rollup->fields[i].name, name)) {
        i++;
    }
    if (i == LEDGER_FIELDS_MAX) {
        return; /* an entry has as many fields at most: what is left out are rare facets */
    }
    struct rollup_field *field = &rollup->fields[i];
    if (i == rollup->count) {
        rollup->count++;
        *field = (struct rollup_field){ .name = name, .summed = 1 };
    }
    field->last = value;
    field->summed = field->summed && is_count;
    field->sum += number;
}

/* One entry of XRANGE: id, {name, value, ...}. */
static void
rollup_add_entry(struct rollup *rollup, const redisReply *entry)
{
    if (entry->type != REDIS_REPLY_ARRAY || entry->elements != 2 ||
            entry->element[1]->type != REDIS_REPLY_ARRAY) {
        return;
    }
    const redisReply *pairs = entry->element[1];
    for (size_t i = 0; i + 1 < pairs->elements; i += 2) {
        rollup_add(rollup, redis_reply_text(pairs, i), redis_reply_text(pairs, i + 1));
    }
}

static enum ledger_outcome
rollup_publish(struct ledger_reader *base,
        struct view brand,
        const struct ledger_slot *place,
        const struct rollup *rollup)
{
    struct ledger_field fields[LEDGER_FIELDS_MAX];
    char numbers[LEDGER_FIELDS_MAX][NUMBER_SIZE];
    struct ledger_fields list = { fields, rollup->count };

    for (size_t i = 0; i < rollup->count; i++) {
        const struct rollup_field *field = &rollup->fields[i];
        fields[i] = (struct ledger_field){ field->name, field->last };
        if (field->summed) {
            snprintf(numbers[i], NUMBER_SIZE, "%" PRIu64, field->sum);
            fields[i].value = view_of(numbers[i]);
        }
    }
    return redis_publish_series(base, brand, place, &list);
}

enum ledger_outcome
redis_publish_rollup(struct ledger_reader *base, struct view brand, const struct ledger_slot *place)
{
    struct redis_link *link = redis_reader_of(base)->link;
    int64_t span_ms = place->series == LEDGER_SERIES_5M ? 300 * 1000LL : 3600 * 1000LL;
    struct rollup rollup = { .count = 0 };
    redisReply *reply = NULL;

    enum ledger_outcome outcome = redis_link_open(link);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin(link, "XRANGE");
    redis_key_series(link, LEDGER_SERIES_10S, brand);
    redis_arg_i64(link, place->at_ms);
    redis_arg_i64(link, place->at_ms + span_ms - 1);
    redis_end(link);
    outcome = redis_await(link, &reply);
    for (size_t i = 0; outcome == LEDGER_OK && i < reply->elements; i++) {
        rollup_add_entry(&rollup, reply->element[i]);
    }
    if (outcome == LEDGER_OK && rollup.count > 0) {
        outcome = rollup_publish(base, brand, place, &rollup);
    }
    freeReplyObject(reply);
    return outcome;
}
