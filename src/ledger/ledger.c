#include "ledger/ledger.h"

#include "core/hash.h"
#include "ledger/ops.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define HOUR_MS (3600 * 1000LL)
#define DAY_MS  (24 * HOUR_MS)

void
ledger_options_init(struct ledger_options *options)
{
    *options = (struct ledger_options){
        .url = "memory:",
        .name_space = "main",
        .shards = 8,
        .timeout_ms = 2000,
        .retain_10s_ms = DAY_MS,
        .retain_5m_ms = 35 * DAY_MS,
        .retain_1h_ms = 400 * DAY_MS,
    };
}

static int
options_valid(const struct ledger_options *options, char trouble[160])
{
    if (!ledger_namespace_valid(view_of(options->name_space))) {
        snprintf(trouble, 160, "the namespace is 1 to %d of a-z, 0-9 and hyphens",
                NAMESPACE_SIZE - 1);
        return 0;
    }
    if (options->shards == 0 || options->shards > SHARDS_MAX) {
        snprintf(trouble, 160, "the number of shards is 1 to %d", SHARDS_MAX);
        return 0;
    }
    if (options->timeout_ms <= 0 || options->retain_10s_ms <= 0 || options->retain_5m_ms <= 0 ||
            options->retain_1h_ms <= 0) {
        snprintf(trouble, 160, "the ledger's timeout and retentions are more than nothing");
        return 0;
    }
    return 1;
}

struct ledger *
ledger_create(const struct ledger_options *options, char trouble[160])
{
    struct ledger_address address;

    if (!ledger_url_parse(view_of(options->url), &address, trouble) ||
            !options_valid(options, trouble)) {
        return NULL;
    }
    struct ledger *ledger =
            address.place == LEDGER_IN_MEMORY ? ledger_memory_create() : ledger_redis_create();
    if (ledger == NULL) {
        snprintf(trouble, 160, "not enough memory for the ledger");
        return NULL;
    }
    ledger->options = *options;
    ledger->options.url = NULL; /* taken apart; it may hold a password */
    ledger->address = address;
    if (address.place == LEDGER_IN_MEMORY) {
        ledger->options.shards = 1; /* one lock, so nothing to spread */
    }
    view_copy(view_of(options->name_space), ledger->name_space, sizeof ledger->name_space);
    ledger->options.name_space = ledger->name_space;
    return ledger;
}

void
ledger_destroy(struct ledger **ledger)
{
    if (*ledger != NULL) {
        (*ledger)->ops->destroy(*ledger);
        *ledger = NULL;
    }
}

enum ledger_outcome
ledger_check(struct ledger *ledger, char trouble[160])
{
    trouble[0] = '\0';
    return ledger->ops->check(ledger, trouble);
}

uint32_t
ledger_shard_count(const struct ledger *ledger)
{
    return ledger->options.shards;
}

uint32_t
ledger_shard_of(const struct ledger *ledger, struct view brand)
{
    return (uint32_t)(hash_view(brand, 0) % ledger->options.shards);
}

size_t
ledger_cells_max(const struct ledger *ledger)
{
    return ledger->address.place == LEDGER_IN_MEMORY ? TALLY_CELLS_MAX : LEDGER_APPLY_CELLS_MAX;
}

/* ---- worker threads ---- */

struct ledger_writer *
ledger_writer_create(struct ledger *ledger, const struct names *names)
{
    struct ledger_writer *writer = ledger->ops->writer_create(ledger, names);

    if (writer != NULL) {
        writer->ledger = ledger;
        writer->names = names;
    }
    return writer;
}

void
ledger_writer_destroy(struct ledger_writer **writer)
{
    if (*writer != NULL) {
        (*writer)->ledger->ops->writer_destroy(*writer);
        *writer = NULL;
    }
}

enum ledger_outcome
ledger_claim(struct ledger_writer *writer,
        uint32_t source,
        struct view topic,
        int32_t partition,
        struct ledger_claim *claim)
{
    assert(source < PARTITIONS_MAX && partition >= 0);
    assert(!ledger_busy(writer)); /* its replies would be taken for the claim's */
    return writer->ledger->ops->claim(writer, source, topic, partition, claim);
}

enum ledger_outcome
ledger_renew(struct ledger_writer *writer, uint32_t source, struct view topic)
{
    assert(source < PARTITIONS_MAX && topic.size > 0);
    assert(!ledger_busy(writer));
    return writer->ledger->ops->renew(writer, source, topic);
}

enum ledger_outcome
ledger_found(
        struct ledger_writer *writer, uint32_t source, int64_t offset, struct ledger_claim *claim)
{
    assert(source < PARTITIONS_MAX && offset >= 0);
    assert(!ledger_busy(writer));
    return writer->ledger->ops->found(writer, source, offset, claim);
}

/* A range of this source is in flight: its replies still need what the source knows. */
static int
in_flight(const struct ledger_writer *writer, uint32_t source)
{
    for (size_t i = 0; ledger_busy(writer) && i < writer->range_count; i++) {
        if (tally_range_at(writer->tally, i)->source == source) {
            return 1;
        }
    }
    return 0;
}

void
ledger_release(struct ledger_writer *writer, uint32_t source)
{
    if (!in_flight(writer, source)) {
        writer->ledger->ops->release(writer, source);
        return;
    }
    for (size_t i = 0; i < writer->leaving_count; i++) {
        if (writer->leaving[i] == source) {
            return;
        }
    }
    assert(writer->leaving_count < TALLY_RANGES_MAX); /* one for each range at most */
    writer->leaving[writer->leaving_count++] = source;
}

enum ledger_outcome
ledger_idle(struct ledger_writer *writer, uint32_t source, int64_t end_offset)
{
    assert(!ledger_busy(writer));
    return writer->ledger->ops->idle(writer, source, end_offset);
}

void
ledger_submit(struct ledger_writer *writer, const struct tally *tally)
{
    assert(!ledger_busy(writer));
    assert(tally_range_count(tally) <= TALLY_RANGES_MAX);
    writer->tally = tally;
    writer->range_count = tally_range_count(tally);
    for (size_t i = 0; i < writer->range_count; i++) {
        writer->ranges[i] = LEDGER_PENDING;
    }
    writer->ledger->ops->submit(writer, tally);
}

enum ledger_outcome
ledger_poll(struct ledger_writer *writer, int64_t wait_ms)
{
    if (!ledger_busy(writer)) {
        return ledger_ranges_outcome(writer);
    }
    enum ledger_outcome outcome = writer->ledger->ops->poll(writer, wait_ms);
    while (!ledger_busy(writer) && writer->leaving_count > 0) {
        writer->ledger->ops->release(writer, writer->leaving[--writer->leaving_count]);
    }
    return outcome;
}

enum ledger_outcome
ledger_range_outcome(const struct ledger_writer *writer, size_t range)
{
    assert(range < writer->range_count);
    return writer->ranges[range];
}

int
ledger_busy(const struct ledger_writer *writer)
{
    return writer->tally != NULL;
}

enum ledger_outcome
ledger_ranges_outcome(const struct ledger_writer *writer)
{
    /* Least first: what the caller must do for a later one includes what an earlier one asks. */
    static const enum ledger_outcome order[] = { LEDGER_OK, LEDGER_CLOSED, LEDGER_CLASH,
        LEDGER_AWAY, LEDGER_REFUSED };
    size_t worst = 0;

    for (size_t i = 0; i < writer->range_count; i++) {
        for (size_t rank = worst + 1; rank < sizeof order / sizeof order[0]; rank++) {
            worst = writer->ranges[i] == order[rank] ? rank : worst;
        }
    }
    return order[worst];
}

uint64_t
ledger_post_hash(const struct tally_official *official)
{
    return hash_view(view_of(official->id), 0);
}

/* ---- the judge thread ---- */

void
ledger_progress_start(struct ledger_progress *progress, uint32_t closed)
{
    *progress = (struct ledger_progress){
        .watermark_ms = INT64_MAX, .latest_ms = INT64_MIN, .closed = closed
    };
}

void
ledger_progress_add(struct ledger_progress *progress, int64_t max_time_ms, int idle)
{
    progress->partitions++;
    if (max_time_ms > progress->latest_ms) {
        progress->latest_ms = max_time_ms;
    }
    if (!idle && max_time_ms < progress->watermark_ms) {
        progress->watermark_ms = max_time_ms;
    }
}

void
ledger_progress_end(struct ledger_progress *progress)
{
    if (progress->partitions == 0) {
        progress->watermark_ms = INT64_MIN; /* nobody is not the same as all idle */
    }
}

struct ledger_reader *
ledger_reader_create(struct ledger *ledger)
{
    struct ledger_reader *reader = ledger->ops->reader_create(ledger);

    if (reader != NULL) {
        reader->ledger = ledger;
    }
    return reader;
}

void
ledger_reader_destroy(struct ledger_reader **reader)
{
    if (*reader != NULL) {
        (*reader)->ledger->ops->reader_destroy(*reader);
        *reader = NULL;
    }
}

enum ledger_outcome
ledger_lease(
        struct ledger_reader *reader, uint32_t shard, int64_t now_ms, int64_t lease_ms, int *fresh)
{
    assert(shard < ledger_shard_count(reader->ledger) && lease_ms > 0);
    *fresh = 0;
    return reader->ledger->ops->lease(reader, shard, now_ms, lease_ms, fresh);
}

void
ledger_unlease(struct ledger_reader *reader, uint32_t shard)
{
    assert(shard < ledger_shard_count(reader->ledger));
    reader->ledger->ops->unlease(reader, shard);
}

enum ledger_outcome
ledger_progress(struct ledger_reader *reader, uint32_t shard, struct ledger_progress *progress)
{
    assert(shard < ledger_shard_count(reader->ledger));
    return reader->ledger->ops->progress(reader, shard, progress);
}

enum ledger_outcome
ledger_close(struct ledger_reader *reader, uint32_t shard, uint32_t bucket, int64_t watermark_ms)
{
    assert(shard < ledger_shard_count(reader->ledger) && bucket < UINT32_MAX);
    return reader->ledger->ops->close(reader, shard, bucket, watermark_ms);
}

enum ledger_outcome
ledger_mark(struct ledger_reader *reader, uint32_t shard, uint32_t judged)
{
    assert(shard < ledger_shard_count(reader->ledger));
    return reader->ledger->ops->mark(reader, shard, judged);
}

enum ledger_outcome
ledger_read(
        struct ledger_reader *reader, uint32_t shard, uint32_t through, struct ledger_page *page)
{
    assert(shard < ledger_shard_count(reader->ledger));
    *page = (struct ledger_page){ 0 };
    return reader->ledger->ops->read(reader, shard, through, page);
}

enum ledger_outcome
ledger_lapses(struct ledger_reader *reader, uint32_t shard, struct ledger_page *page)
{
    assert(shard < ledger_shard_count(reader->ledger));
    *page = (struct ledger_page){ 0 };
    return reader->ledger->ops->lapses(reader, shard, page);
}

enum ledger_outcome
ledger_load(
        struct ledger_reader *reader, uint32_t shard, struct view brand, struct ledger_state *state)
{
    assert(shard < ledger_shard_count(reader->ledger));
    *state = (struct ledger_state){ 0 };
    return reader->ledger->ops->load(reader, shard, brand, state);
}

enum ledger_outcome
ledger_commit(struct ledger_reader *reader, uint32_t shard, const struct ledger_commit *commit)
{
    assert(shard < ledger_shard_count(reader->ledger));
    assert(commit->notice_count <= LEDGER_NOTICES_MAX);
    assert(commit->line_count <= LEDGER_NOTICES_MAX);
    assert(commit->folded_through >= commit->before);
    assert(commit->early.size <= LEDGER_EARLY_SIZE_MAX);
    return reader->ledger->ops->commit(reader, shard, commit);
}

enum ledger_outcome
ledger_erase(struct ledger_reader *reader, uint32_t shard, struct view brand, uint32_t through)
{
    assert(shard < ledger_shard_count(reader->ledger));
    return reader->ledger->ops->erase(reader, shard, brand, through);
}

enum ledger_outcome
ledger_outbox(struct ledger_reader *reader,
        uint32_t shard,
        struct ledger_notice *notices,
        size_t max,
        size_t *count)
{
    assert(shard < ledger_shard_count(reader->ledger));
    *count = 0;
    return reader->ledger->ops->outbox(reader, shard, notices, max, count);
}

enum ledger_outcome
ledger_delivered(struct ledger_reader *reader, uint32_t shard, struct view key)
{
    assert(shard < ledger_shard_count(reader->ledger));
    return reader->ledger->ops->delivered(reader, shard, key);
}

enum ledger_outcome
ledger_lines(struct ledger_reader *reader,
        uint32_t shard,
        const struct ledger_line **lines,
        size_t *count)
{
    assert(shard < ledger_shard_count(reader->ledger));
    *lines = NULL;
    *count = 0;
    return reader->ledger->ops->lines(reader, shard, lines, count);
}

enum ledger_outcome
ledger_forget_lines(struct ledger_reader *reader, uint32_t shard, uint32_t bucket)
{
    assert(shard < ledger_shard_count(reader->ledger));
    return reader->ledger->ops->forget_lines(reader, shard, bucket);
}

/* ---- published keys ---- */

enum ledger_outcome
ledger_publish_series(struct ledger_reader *reader,
        struct view brand,
        const struct ledger_slot *place,
        const struct ledger_field *fields,
        size_t field_count)
{
    struct ledger_fields list = { fields, field_count };

    assert(field_count > 0 && field_count <= LEDGER_FIELDS_MAX);
    return reader->ledger->ops->publish_series(reader, brand, place, &list);
}

enum ledger_outcome
ledger_publish_rollup(
        struct ledger_reader *reader, struct view brand, const struct ledger_slot *place)
{
    assert(place->series != LEDGER_SERIES_10S); /* that is what a rollup is made from */
    return reader->ledger->ops->publish_rollup(reader, brand, place);
}

enum ledger_outcome
ledger_publish_now(struct ledger_reader *reader,
        struct view brand,
        const struct ledger_field *fields,
        size_t field_count)
{
    struct ledger_fields list = { fields, field_count };

    assert(field_count > 0 && field_count <= LEDGER_FIELDS_MAX);
    return reader->ledger->ops->publish_now(reader, brand, &list);
}

enum ledger_outcome
ledger_mend(struct ledger_reader *reader,
        uint32_t shard,
        struct view brand,
        uint32_t through,
        int64_t last_ms[LEDGER_SERIES_COUNT])
{
    assert(shard < ledger_shard_count(reader->ledger));
    memset(last_ms, 0, LEDGER_SERIES_COUNT * sizeof *last_ms);
    return reader->ledger->ops->mend == NULL
                   ? LEDGER_OK
                   : reader->ledger->ops->mend(reader, shard, brand, through, last_ms);
}

enum ledger_outcome
ledger_publish_top(struct ledger_reader *reader, struct view brand)
{
    return reader->ledger->ops->publish_top(reader, brand);
}

enum ledger_outcome
ledger_publish_alert(struct ledger_reader *reader, const struct ledger_alert *alert)
{
    return reader->ledger->ops->publish_alert(reader, alert);
}

enum ledger_outcome
ledger_publish_instance(struct ledger_reader *reader,
        struct view name,
        const struct ledger_field *fields,
        size_t field_count)
{
    struct ledger_fields list = { fields, field_count };

    assert(field_count > 0 && field_count <= LEDGER_FIELDS_MAX);
    return reader->ledger->ops->publish_instance(reader, name, &list);
}

/* ---- images ---- */

enum ledger_outcome
ledger_image(struct ledger_reader *reader,
        uint32_t shard,
        const struct ledger_image_wish *wish,
        struct image_writer *image)
{
    assert(shard < ledger_shard_count(reader->ledger) && wish->every_ms >= 0);
    return reader->ledger->ops->image(reader, shard, wish, image);
}

enum ledger_outcome
ledger_restore(struct ledger_reader *reader, struct view image)
{
    struct image_reader opened;

    if (!image_open(&opened, image) || !image_is_whole(image) ||
            (opened.head.shards > 0 && opened.head.shard >= opened.head.shards)) {
        return LEDGER_REFUSED;
    }
    return reader->ledger->ops->restore(reader, image, &opened.head);
}
