/* A checkpoint's topic from its beginning to its end, and what of it is whole. No group is joined. */
#include "core/process/clock.h"
#include "keep/topic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Without anything from the broker for so long it is given up. */
#define SILENCE_MS 15000
/* Records that are looked at at all: a topic of somebody else's may hold anything. */
#define RECORDS_MAX 65536

/* The last value of a key. */
struct part {
    uint32_t number;
    uint32_t part;
    uint32_t parts;
    char generation;
    uint64_t id;
    char *bytes; /* malloc'd */
    size_t size;
};

struct reading {
    const struct keep *keep;
    rd_kafka_t *kafka;
    struct part *parts;
    size_t count;
    size_t room;
    uint64_t newest; /* of what was whole */
};

static uint64_t
get_number(const char *at, size_t size)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++) {
        number |= (uint64_t)(unsigned char)at[i] << (8 * i);
    }
    return number;
}

/* ---- one record ---- */

/* The text up to the next '/', taken off. */
static struct view
next_word(struct view *rest)
{
    const char *slash = rest->size == 0 ? NULL : memchr(rest->at, '/', rest->size);
    size_t size = slash == NULL ? rest->size : (size_t)(slash - rest->at);
    struct view word = view_slice(*rest, 0, size);

    *rest = view_slice(*rest, size + (slash != NULL), rest->size);
    return word;
}

/* 0: not one of ours. */
static int
key_parse(const struct keep *keep, struct view key, struct part *part)
{
    uint64_t number = 0;
    uint64_t index = 0;
    size_t owner = strlen(keep->options.deployment);

    if (key.size <= owner || !view_starts(key, view_of(keep->options.deployment)) ||
            key.at[owner] != '/') {
        return 0;
    }
    struct view rest = view_slice(key, owner + 1, key.size);
    int fine = view_to_u64(next_word(&rest), &number) && number < KEEP_ITEMS_MAX;
    struct view generation = next_word(&rest);
    fine = fine && (view_equal(generation, VIEW("a")) || view_equal(generation, VIEW("b")));
    if (!fine || !view_to_u64(rest, &index) || index >= TOPIC_PARTS_MAX) {
        return 0;
    }
    part->number = (uint32_t)number;
    part->part = (uint32_t)index;
    part->generation = generation.at[0];
    return 1;
}

static struct part *
part_of(struct reading *reading, const struct part *wanted)
{
    for (size_t i = 0; i < reading->count; i++) {
        struct part *part = &reading->parts[i];
        if (part->number == wanted->number && part->part == wanted->part &&
                part->generation == wanted->generation) {
            return part;
        }
    }
    if (reading->count == reading->room) {
        size_t room = reading->room == 0 ? 64 : 2 * reading->room;
        struct part *more = realloc(reading->parts, room * sizeof *more);
        if (more == NULL || room > RECORDS_MAX) {
            reading->parts = more == NULL ? reading->parts : more;
            return NULL;
        }
        reading->parts = more;
        reading->room = room;
    }
    reading->parts[reading->count] = *wanted;
    return &reading->parts[reading->count++];
}

static void
take_record(struct reading *reading, const rd_kafka_message_t *message)
{
    struct part found = { .bytes = NULL };
    struct view key = { message->key, message->key_len };
    struct view value = { message->payload, message->len };

    if (!key_parse(reading->keep, key, &found)) {
        return;
    }
    struct part *part = part_of(reading, &found);
    if (part == NULL) {
        return;
    }
    free(part->bytes);
    part->bytes = NULL;
    part->size = 0;
    if (value.size < TOPIC_HEAD_SIZE || get_number(value.at + 8, 4) != found.part) {
        return; /* a tombstone, or nothing of ours: there is no such part */
    }
    part->id = get_number(value.at, 8);
    part->parts = (uint32_t)get_number(value.at + 12, 4);
    part->size = value.size - TOPIC_HEAD_SIZE;
    part->bytes = malloc(part->size + 1);
    if (part->bytes != NULL) {
        memcpy(part->bytes, value.at + TOPIC_HEAD_SIZE, part->size);
    }
}

/* ---- the whole topic ---- */

static enum keep_outcome
fail(const struct reading *reading, rd_kafka_resp_err_t error, char trouble[KEEP_TROUBLE_SIZE])
{
    snprintf(trouble, KEEP_TROUBLE_SIZE, "topic %.100s: %s", reading->keep->options.topic,
            rd_kafka_err2str(error));
    return KEEP_AWAY;
}

/* All partitions from their beginning; *count is how many. NONE: there is no such topic. */
static enum keep_outcome
begin(struct reading *reading, int *count, char trouble[KEEP_TROUBLE_SIZE])
{
    const char *name = reading->keep->options.topic;
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(reading->kafka, name, NULL);

    if (topic == NULL) {
        return fail(reading, rd_kafka_last_error(), trouble);
    }
    rd_kafka_resp_err_t error =
            rd_kafka_metadata(reading->kafka, 0, topic, &metadata, TOPIC_ANSWER_MS);
    rd_kafka_topic_destroy(topic);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(reading, error, trouble);
    }
    enum keep_outcome outcome = KEEP_NONE;
    error = metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
        *count = metadata->topics[0].partition_cnt;
        for (int i = 0; i < *count; i++) {
            rd_kafka_topic_partition_list_add(list, name, metadata->topics[0].partitions[i].id)
                    ->offset = RD_KAFKA_OFFSET_BEGINNING;
        }
        error = rd_kafka_assign(reading->kafka, list);
        rd_kafka_topic_partition_list_destroy(list);
        outcome = error == RD_KAFKA_RESP_ERR_NO_ERROR ? KEEP_OK : fail(reading, error, trouble);
    } else if (error != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART &&
               error != RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
        outcome = fail(reading, error, trouble);
    }
    rd_kafka_metadata_destroy(metadata);
    return outcome;
}

static enum keep_outcome
read_records(struct reading *reading, int partitions, char trouble[KEEP_TROUBLE_SIZE])
{
    int64_t heard_ms = clock_monotonic_ms();

    while (partitions > 0) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reading->kafka, 100);
        if (message == NULL && clock_monotonic_ms() - heard_ms > SILENCE_MS) {
            return fail(reading, RD_KAFKA_RESP_ERR__TIMED_OUT, trouble);
        }
        if (message == NULL) {
            continue;
        }
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            heard_ms = clock_monotonic_ms();
            take_record(reading, message);
        } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            heard_ms = clock_monotonic_ms();
            partitions--;
        }
        rd_kafka_message_destroy(message);
    }
    return KEEP_OK;
}

static enum keep_outcome
read_topic(struct reading *reading, char trouble[KEEP_TROUBLE_SIZE])
{
    static const struct keep_property ours[] = {
        { "client.id", "rebato" },
        { "group.id", "rebato-checkpoint" }, /* demanded by the library, never joined */
        { "enable.auto.commit", "false" },
        { "enable.auto.offset.store", "false" },
        { "enable.partition.eof", "true" },
        { "auto.offset.reset", "earliest" },
        { "allow.auto.create.topics", "false" },
    };
    rd_kafka_conf_t *conf = topic_conf(reading->keep, ours, sizeof ours / sizeof ours[0], trouble);
    int partitions = 0;

    if (conf == NULL) {
        return KEEP_AWAY;
    }
    reading->kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, trouble, KEEP_TROUBLE_SIZE);
    if (reading->kafka == NULL) {
        rd_kafka_conf_destroy(conf);
        return KEEP_AWAY;
    }
    (void)rd_kafka_poll_set_consumer(reading->kafka);
    enum keep_outcome outcome = begin(reading, &partitions, trouble);
    if (outcome == KEEP_OK) {
        outcome = read_records(reading, partitions, trouble);
    }
    (void)rd_kafka_consumer_close(reading->kafka);
    rd_kafka_destroy(reading->kafka);
    return outcome;
}

/* ---- what is whole ---- */

static int
compare_parts(const void *left, const void *right)
{
    const struct part *a = left;
    const struct part *b = right;

    if (a->number != b->number) {
        return a->number < b->number ? -1 : 1;
    }
    if (a->generation != b->generation) {
        return a->generation < b->generation ? -1 : 1;
    }
    return (a->part > b->part) - (a->part < b->part);
}

/* The frame whose first part is `parts`, of at most `left` parts there are; NULL when one is missing or
 * of another writing. malloc'd. */
static char *
join_parts(const struct part *parts, size_t left, size_t *size)
{
    *size = 0;
    if (parts->parts == 0 || parts->parts > left || parts->part != 0) {
        return NULL;
    }
    for (size_t i = 0; i < parts->parts; i++) {
        if (parts[i].bytes == NULL || parts[i].id != parts->id || parts[i].part != i ||
                parts[i].number != parts->number || parts[i].generation != parts->generation) {
            return NULL;
        }
        *size += parts[i].size;
    }
    char *frame = malloc(*size + 1);
    size_t used = 0;
    for (size_t i = 0; frame != NULL && i < parts->parts; i++) {
        memcpy(frame + used, parts[i].bytes, parts[i].size);
        used += parts[i].size;
    }
    return frame;
}

/* Adds the frame that begins at `parts` to the box unless a newer one of its number is there. */
static enum keep_outcome
take_frame(struct reading *reading,
        const struct part *parts,
        size_t left,
        struct keep_box *box,
        char trouble[KEEP_TROUBLE_SIZE])
{
    struct view bytes = { 0 };
    char *frame = join_parts(parts, left, &bytes.size);

    if (frame == NULL) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "item %" PRIu32 " is not whole", parts->number);
        return KEEP_DAMAGED;
    }
    bytes.at = frame;
    enum keep_outcome outcome = frame_unpack(bytes, &reading->keep->owner, box, trouble);
    free(frame);
    if (outcome == KEEP_OK && parts->id > reading->newest) {
        reading->newest = parts->id;
    }
    return outcome;
}

/* The newer generation of a number first, then the other one if that is not whole. */
static enum keep_outcome
take_number(struct reading *reading,
        size_t from,
        size_t to,
        struct keep_box *box,
        char trouble[KEEP_TROUBLE_SIZE])
{
    size_t second = from;

    while (second < to && reading->parts[second].generation == reading->parts[from].generation) {
        second++;
    }
    size_t begins[2] = { from, second };
    if (second < to && reading->parts[second].id > reading->parts[from].id) {
        begins[0] = second;
        begins[1] = from;
    }
    enum keep_outcome outcome =
            take_frame(reading, &reading->parts[begins[0]], to - begins[0], box, trouble);
    if (outcome == KEEP_DAMAGED && second < to) {
        outcome = take_frame(reading, &reading->parts[begins[1]], to - begins[1], box, trouble);
    }
    return outcome;
}

/* One number that is lost for good makes the rest worthless: a deployment is its shards together. */
static enum keep_outcome
take_frames(struct reading *reading, struct keep_box *box, char trouble[KEEP_TROUBLE_SIZE])
{
    enum keep_outcome outcome = reading->count == 0 ? KEEP_NONE : KEEP_OK;
    size_t to = 0;

    if (reading->count > 1) {
        qsort(reading->parts, reading->count, sizeof *reading->parts, compare_parts);
    }
    for (size_t from = 0; from < reading->count && outcome == KEEP_OK; from = to) {
        for (to = from;
                to < reading->count && reading->parts[to].number == reading->parts[from].number;
                to++) {
        }
        outcome = take_number(reading, from, to, box, trouble);
    }
    return outcome;
}

enum keep_outcome
keep_topic_read(struct keep *keep, struct keep_box *box, char trouble[KEEP_TROUBLE_SIZE])
{
    struct reading reading = { .keep = keep };
    enum keep_outcome outcome = read_topic(&reading, trouble);

    if (outcome == KEEP_OK) {
        outcome = take_frames(&reading, box, trouble);
    }
    keep->newest = reading.newest > keep->newest ? reading.newest : keep->newest;
    if (outcome == KEEP_NONE) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "there is none yet");
    }
    for (size_t i = 0; i < reading.count; i++) {
        free(reading.parts[i].bytes);
    }
    free(reading.parts);
    return outcome;
}
