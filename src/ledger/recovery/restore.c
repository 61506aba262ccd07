/*
 * Bringing a lost shard back from its image.
 *
 *   begin ─▶ gaps ─▶ authors ─▶ states, outbox ─▶ counts, closed ─▶ fences ─▶ the list of partitions
 *
 * Several steps, because no script takes that many values at once. A token in the shard's hash ties them
 * together: whoever begins anew takes it, and what the former one still sends is refused. Fences come
 * behind all counts, so no worker can count on a shard that is not whole; the list of partitions comes
 * last, so no judge can close anything in it. Stopped anywhere, it is begun again.
 *
 * Witnesses come back with the token "!": an apply that was built before the loss and happens to expect
 * just the fence that the image has is refused, since its authors are gone; the owner has to claim first.
 */
#include "ledger/redis/body.h"

#include "core/process/log.h"
#include "ledger/image.h"
#include "ledger/redis/field.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define TOPICS_MAX 256
#define IN_FLIGHT  256
/* A partition that was idle for so long has no owner who would say so again. */
#define ABANDONED_MS (INT64_C(24) * 3600 * 1000)

struct restore {
    struct redis_reader *reader;
    struct redis_link *link;
    uint32_t shard;
    struct view image;
    int64_t taken_ms;
    char token[REDIS_TOKEN_SIZE]; /* "": states alone, whatever the counts are */

    /* Numbers of topics: those of the image, and those they have now. */
    struct view was[TOPICS_MAX];
    uint32_t now[TOPICS_MAX];
    size_t topic_count;
};

/* ---- requests in chunks ---- */

/* Up to REDIS_ARGUMENTS_CHUNK fields of one script call. */
struct chunk {
    enum script script;
    uint32_t shard;
    size_t count;
    struct view values[REDIS_ARGUMENTS_CHUNK];
};

static enum ledger_outcome
send_chunk(struct restore *restore, struct chunk *chunk)
{
    int64_t code = 0;

    if (chunk->count == 0) {
        return LEDGER_OK;
    }
    redis_begin_judge(restore->reader, chunk->script, chunk->shard, 0);
    redis_arg_text(restore->link, restore->token);
    for (size_t i = 0; i < chunk->count; i++) {
        redis_arg(restore->link, chunk->values[i]);
    }
    redis_end(restore->link);
    chunk->count = 0;
    enum ledger_outcome outcome = redis_await_code(restore->link, &code);
    return outcome == LEDGER_OK ? redis_code_outcome(code) : outcome;
}

/* Both views live until the chunk is sent. */
static enum ledger_outcome
chunk_add(struct restore *restore, struct chunk *chunk, struct view name, struct view value)
{
    chunk->values[chunk->count++] = name;
    chunk->values[chunk->count++] = value;
    return chunk->count + 2 > REDIS_ARGUMENTS_CHUNK ? send_chunk(restore, chunk) : LEDGER_OK;
}

/* ---- topics ---- */

static enum ledger_outcome
ask_topics(struct restore *restore)
{
    struct image_reader reader;
    struct image_entry entry;
    enum ledger_outcome outcome = LEDGER_OK;

    (void)image_open(&reader, restore->image);
    while (outcome == LEDGER_OK && image_next(&reader, &entry)) {
        if (entry.part != IMAGE_TOPIC || restore->topic_count == TOPICS_MAX) {
            continue;
        }
        restore->was[restore->topic_count] = entry.name;
        outcome = redis_ask_topic(restore->link, entry.value, &restore->now[restore->topic_count]);
        restore->topic_count++;
    }
    return outcome;
}

/* "<t>:<p>" in today's numbers. 0: of no known topic, or too long. */
static int
translate(const struct restore *restore, struct view name, char out[64])
{
    const char *colon = name.size == 0 ? NULL : memchr(name.at, ':', name.size);
    size_t size = colon == NULL ? 0 : (size_t)(colon - name.at);

    for (size_t i = 0; size > 0 && i < restore->topic_count; i++) {
        if (view_equal(view_slice(name, 0, size), restore->was[i])) {
            int printed = snprintf(
                    out, 64, "%" PRIu32 "%.*s", restore->now[i], (int)(name.size - size), colon);
            return printed > 0 && printed < 64;
        }
    }
    return 0;
}

/* ---- authors ---- */

/* One member, and how long its set lives. */
static enum ledger_outcome
restore_authors(struct restore *restore)
{
    struct image_reader reader;
    struct image_entry entry;
    size_t due = 0;
    enum ledger_outcome outcome = LEDGER_OK;

    (void)image_open(&reader, restore->image);
    while (outcome == LEDGER_OK && image_next(&reader, &entry)) {
        if (entry.part != IMAGE_AUTHOR) {
            continue;
        }
        redis_begin(restore->link, "SADD");
        redis_key(restore->link, "{%" PRIu32 "}:au:%.*s", restore->shard, (int)entry.name.size,
                entry.name.at);
        redis_arg(restore->link, entry.value);
        redis_end(restore->link);
        redis_begin(restore->link, "EXPIRE");
        redis_key(restore->link, "{%" PRIu32 "}:au:%.*s", restore->shard, (int)entry.name.size,
                entry.name.at);
        redis_arg_i64(restore->link, REDIS_AUTHORS_TTL_S);
        redis_end(restore->link);
        due += 2;
        if (due >= IN_FLIGHT) {
            outcome = redis_await_all(restore->link, due);
            due = 0;
        }
    }
    return outcome == LEDGER_OK ? redis_await_all(restore->link, due) : outcome;
}

/* ---- what the judge knows ---- */

/* Everything that is not there yet: what is, is newer. */
static enum ledger_outcome
restore_judged(struct restore *restore)
{
    struct chunk chunk = { .script = SCRIPT_RESTORE_JUDGED, .shard = restore->shard };
    struct image_reader reader;
    struct image_entry entry;
    enum ledger_outcome outcome = LEDGER_OK;

    (void)image_open(&reader, restore->image);
    while (outcome == LEDGER_OK && image_next(&reader, &entry)) {
        if (entry.part == IMAGE_JUDGED) {
            outcome = chunk_add(restore, &chunk, entry.name, entry.value);
        }
    }
    return outcome == LEDGER_OK ? send_chunk(restore, &chunk) : outcome;
}

/* Whoever judges now has read an empty shard: it has to load again. */
static enum ledger_outcome
end_lease(struct restore *restore, uint32_t shard)
{
    redis_begin(restore->link, "HSET");
    redis_key_judge(restore->link, shard);
    redis_arg_text(restore->link, "lease");
    redis_arg_text(restore->link, "restored|0");
    redis_end(restore->link);
    return redis_await_all(restore->link, 1);
}

/* ---- counts and fences ---- */

/* Kinds of fields that belong to a partition, in the order in which they come back: the fence is what a claim
 * looks for, and must find the others. */
static const char *const partition_kinds[] = { "w:", "k:", "ks:", "f:" };
#define PARTITION_KINDS (sizeof partition_kinds / sizeof partition_kinds[0])

static int
is_of_partition(struct view name)
{
    for (size_t i = 0; i < PARTITION_KINDS; i++) {
        if (view_starts(name, view_of(partition_kinds[i]))) {
            return 1;
        }
    }
    return 0;
}

static enum ledger_outcome
restore_counts(struct restore *restore)
{
    struct chunk chunk = { .script = SCRIPT_RESTORE_COUNTS, .shard = restore->shard };
    struct image_reader reader;
    struct image_entry entry;
    enum ledger_outcome outcome = LEDGER_OK;

    (void)image_open(&reader, restore->image);
    while (outcome == LEDGER_OK && image_next(&reader, &entry)) {
        if (entry.part == IMAGE_COUNTS && !is_of_partition(entry.name) &&
                !view_equal(entry.name, VIEW("ps"))) {
            outcome = chunk_add(restore, &chunk, entry.name, entry.value);
        }
    }
    return outcome == LEDGER_OK ? send_chunk(restore, &chunk) : outcome;
}

/* "last|max|idle|late|token": nobody owns it now, and an idle one holds time up again until its owner has
 * said that it is still idle: records may have come since. */
static int
witness_again(struct view was, int64_t taken_ms, char out[160])
{
    struct view parts[5];
    size_t count = 0;
    size_t from = 0;
    int64_t idle_ms = 0;

    for (size_t i = 0; i <= was.size && count < 5; i++) {
        if (i == was.size || was.at[i] == '|') {
            parts[count++] = view_slice(was, from, i);
            from = i + 1;
        }
    }
    if (count != 5 || !redis_time_parse(parts[2], &idle_ms)) {
        return 0;
    }
    int abandoned = idle_ms != 0 && taken_ms - idle_ms > ABANDONED_MS;
    int size = snprintf(out, 160, "%.*s|%.*s|%.*s|%.*s|!", (int)parts[0].size, parts[0].at,
            (int)parts[1].size, parts[1].at, abandoned ? (int)parts[2].size : 1,
            abandoned ? parts[2].at : "0", (int)parts[3].size, parts[3].at);
    return size > 0 && size < 160;
}

/* One field, in a call of its own: there are few, and its name is ours to print. */
static enum ledger_outcome
restore_fence(struct restore *restore, const char *kind, const struct image_entry *entry)
{
    struct chunk chunk = { .script = SCRIPT_RESTORE_COUNTS, .shard = restore->shard };
    char place[64];
    char name[72];
    char witness[160];
    struct view value = entry->value;

    if (!translate(restore, view_slice(entry->name, strlen(kind), entry->name.size), place)) {
        return LEDGER_OK;
    }
    snprintf(name, sizeof name, "%s%s", kind, place);
    if (kind[0] == 'w') {
        if (!witness_again(entry->value, restore->taken_ms, witness)) {
            log_event(LOG_ERROR, "checkpoint_corrupt", "field=%s", name);
            return LEDGER_REFUSED;
        }
        value = view_of(witness);
    }
    (void)chunk_add(restore, &chunk, view_of(name), value);
    return send_chunk(restore, &chunk);
}

static enum ledger_outcome
restore_kind(struct restore *restore, const char *kind)
{
    struct image_reader reader;
    struct image_entry entry;
    enum ledger_outcome outcome = LEDGER_OK;

    (void)image_open(&reader, restore->image);
    while (outcome == LEDGER_OK && image_next(&reader, &entry)) {
        if (entry.part == IMAGE_COUNTS && view_starts(entry.name, view_of(kind))) {
            outcome = restore_fence(restore, kind, &entry);
        }
    }
    return outcome;
}

static enum ledger_outcome
restore_fences(struct restore *restore)
{
    enum ledger_outcome outcome = LEDGER_OK;

    for (size_t i = 0; i < PARTITION_KINDS && outcome == LEDGER_OK; i++) {
        outcome = restore_kind(restore, partition_kinds[i]);
    }
    return outcome;
}

/* The list "<t>:<p>,<t>:<p>": the shard is whole, the token has done its work. */
static enum ledger_outcome
restore_partitions(struct restore *restore, struct view list)
{
    struct chunk chunk = { .script = SCRIPT_RESTORE_COUNTS, .shard = restore->shard };
    char *now = calloc(1, 64 * (list.size + 1)); /* every name grows a little at most */
    size_t used = 0;
    size_t from = 0;

    if (now == NULL) {
        return LEDGER_AWAY;
    }
    for (size_t i = 0; i <= list.size; i++) {
        char place[64];
        if (i < list.size && list.at[i] != ',') {
            continue;
        }
        if (translate(restore, view_slice(list, from, i), place)) {
            used += (size_t)snprintf(now + used, 66, "%s%s", used == 0 ? "" : ",", place);
        }
        from = i + 1;
    }
    (void)chunk_add(restore, &chunk, VIEW("ps"), (struct view){ now, used });
    (void)chunk_add(restore, &chunk, VIEW("restore"), (struct view){ "", 0 });
    enum ledger_outcome outcome = send_chunk(restore, &chunk);
    free(now);
    return outcome;
}

static struct view
partitions_of(struct view image)
{
    struct image_reader reader;
    struct image_entry entry;

    (void)image_open(&reader, image);
    while (image_next(&reader, &entry)) {
        if (entry.part == IMAGE_COUNTS && view_equal(entry.name, VIEW("ps"))) {
            return entry.value;
        }
    }
    return (struct view){ .size = 0 };
}

/* ---- all of it ---- */

/* CLASH: the shard has fences. */
static enum ledger_outcome
begin(struct restore *restore)
{
    int64_t code = 0;

    redis_token_make(restore->token);
    redis_begin_judge(restore->reader, SCRIPT_RESTORE, restore->shard, 0);
    redis_arg_text(restore->link, restore->token);
    redis_end(restore->link);
    enum ledger_outcome outcome = redis_await_code(restore->link, &code);
    return outcome == LEDGER_OK ? redis_code_outcome(code) : outcome;
}

static enum ledger_outcome
restore_shard(struct restore *restore, struct view partitions)
{
    enum ledger_outcome outcome = begin(restore);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    outcome = ask_topics(restore);
    outcome = outcome == LEDGER_OK ? redis_show_gaps(restore->link, restore->image) : outcome;
    outcome = outcome == LEDGER_OK ? restore_authors(restore) : outcome;
    outcome = outcome == LEDGER_OK ? restore_judged(restore) : outcome;
    outcome = outcome == LEDGER_OK ? restore_counts(restore) : outcome;
    outcome = outcome == LEDGER_OK ? restore_fences(restore) : outcome;
    outcome = outcome == LEDGER_OK ? restore_partitions(restore, partitions) : outcome;
    /* Refused on the way: somebody else has begun. Until he is done nobody may count here. */
    return outcome == LEDGER_CLASH ? LEDGER_AWAY : outcome;
}

static enum ledger_outcome
restore_state(struct restore *restore, const struct image_state *brand)
{
    struct chunk chunk = { .script = SCRIPT_RESTORE_JUDGED,
        .shard = ledger_shard_of(restore->reader->base.ledger, brand->brand) };
    char names[2][BRAND_ID_SIZE_MAX + 8];
    char number[16];

    if (brand->brand.size > BRAND_ID_SIZE_MAX) {
        return LEDGER_OK; /* no rule set has such a brand */
    }
    snprintf(names[0], sizeof names[0], "st:%.*s", (int)brand->brand.size, brand->brand.at);
    snprintf(names[1], sizeof names[1], "ft:%.*s", (int)brand->brand.size, brand->brand.at);
    snprintf(number, sizeof number, "%" PRIu32, brand->folded_through);
    (void)chunk_add(restore, &chunk, view_of(names[0]), brand->state);
    (void)chunk_add(restore, &chunk, view_of(names[1]), view_of(number));
    return send_chunk(restore, &chunk);
}

/* Every brand where it lives now. */
static enum ledger_outcome
restore_states(struct restore *restore)
{
    size_t count = 0;
    struct image_state *states = image_states(restore->image, &count);
    enum ledger_outcome outcome = states == NULL ? LEDGER_AWAY : LEDGER_OK;

    for (size_t i = 0; i < count && outcome == LEDGER_OK; i++) {
        outcome = restore_state(restore, &states[i]);
    }
    free(states);
    for (uint32_t shard = 0;
            outcome == LEDGER_OK && shard < ledger_shard_count(restore->reader->base.ledger);
            shard++) {
        outcome = end_lease(restore, shard);
    }
    return outcome;
}

enum ledger_outcome
redis_restore(struct ledger_reader *base, struct view image, const struct image_head *head)
{
    struct restore *restore = calloc(1, sizeof *restore);

    if (restore == NULL) {
        return LEDGER_AWAY;
    }
    restore->reader = redis_reader_of(base);
    restore->link = restore->reader->link;
    restore->shard = head->shard;
    restore->image = image;
    restore->taken_ms = head->taken_ms;
    enum ledger_outcome outcome = redis_link_open_shards(restore->link);
    struct view partitions = partitions_of(image);
    if (outcome == LEDGER_OK && head->shards == ledger_shard_count(base->ledger) &&
            partitions.size > 0) {
        outcome = restore_shard(restore, partitions);
        outcome = outcome == LEDGER_OK ? end_lease(restore, restore->shard) : outcome;
    } else if (outcome == LEDGER_OK) {
        outcome = restore_states(restore);
    }
    free(restore);
    return outcome;
}
