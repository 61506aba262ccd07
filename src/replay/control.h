/*
 * control: what a replay has to be told beside the topic, so that it gives the live run's log.
 *
 *   {"allow_ms":30000,...,"type":"control","version":1}                  whose log this is: it must fit
 *   {"from":17,"late_below":139301000,"partition":3,"shard":2,"topic":"mentions","type":"idle"}
 *   {"from":17,"partition":3,"shard":2,"topic":"mentions","type":"idle","void":true}
 *   {"digest":"xxh3:...","from":139301001,"number":2,"type":"rules"}
 *   {"digest":"xxh3:...","part":0,"parts":2,"text":"...","type":"text"}
 *
 * NDJSON, members sorted, one line an event. An `idle` line says: from that offset of the partition on,
 * posts of buckets up to `late_below` (a number: tens of seconds since 1970) are late for the brands of that
 * shard. The partition had left the watermark, and the judge closed those buckets meanwhile; nothing in
 * the topic tells. `void` takes it back: it was in a part of Redis's memory that Redis has lost. `rules`
 * lists a revision of the rules (fence/revisions.h), from which bucket on all counted and judged by it; `text` is
 * a piece of that set's files (match/rule_text.h), so that the log says all there is to say.
 *
 * A line with the key of an earlier one takes its place, so the log may be compacted, and said twice is
 * said once. What this version does not know is refused: a replay that left it out would be wrong, and
 * nobody would see it.
 *
 * Pure; one thread at a time.
 */
#ifndef REBATO_REPLAY_CONTROL_H
#define REBATO_REPLAY_CONTROL_H

#include "core/view.h"

#include <stdint.h>

#define CONTROL_TROUBLE_SIZE 256
/* Topics that one deployment reads. */
#define CONTROL_TOPICS_MAX 64

struct control_header {
    const char *deployment; /* part of incident ids */
    const char *name_space;
    uint32_t shards;
    int64_t allow_ms;
    int64_t max_age_ms;
    uint32_t dedupe;
    const char *topics[CONTROL_TOPICS_MAX]; /* names, or patterns that begin with ^ */
    size_t topic_count;
};

struct control_idle {
    struct view topic;
    int32_t partition;
    uint32_t shard;
    int64_t from;
    uint32_t late_below;
};

struct control_rules {
    const char *digest;
    uint32_t number;
    uint32_t from; /* bucket */
};

/* A piece of a set's files: a line of the log has to fit a record. */
#define CONTROL_TEXT_SIZE_MAX  ((size_t)200 * 1024)
#define CONTROL_TEXT_PARTS_MAX 1024
struct control_text {
    const char *digest;
    uint32_t part;
    uint32_t parts;
    struct view text;
};

struct control;

/* NULL when out of memory. */
struct control *control_create(void);
void control_destroy(struct control **control);

/* One line, with or without its newline. False, and nothing has changed, when it is not one of the above:
 * `trouble` says why. Blank lines are none. */
int control_take(struct control *control, struct view line, char trouble[CONTROL_TROUBLE_SIZE]);
/* All lines of a file. A last line without an end that cannot be read was being written when the writer died:
 * it is left out, and counted in `*torn`. */
int control_take_all(struct control *control,
        struct view text,
        size_t *torn,
        char trouble[CONTROL_TROUBLE_SIZE]);

/* What holds after all of it; pointers live until the next line is taken. */
const struct control_header *control_header(const struct control *control); /* NULL: none came */
/* Sorted by topic, partition, shard, offset; without those that are void. */
const struct control_idle *control_idles(struct control *control, size_t *count);
/* By number, each once. */
const struct control_rules *control_rules_at(const struct control *control, size_t index);
size_t control_rules_count(const struct control *control);
/* All pieces of a set's files, put together; malloc'd. NULL: some are missing. */
char *control_rules_text(const struct control *control, const char *digest, size_t *size);

/* The line and what makes it the same as another; both malloc'd, never NULL. */
char *control_header_line(const struct control_header *header);
char *control_idle_line(const struct control_idle *idle);
char *control_void_line(const struct control_idle *idle);
char *control_rules_line(const struct control_rules *rules);
/* All lines of a set's files, each with its key, for `take`, which takes the line over; it returns 0 to stop. False:
 * it did. The line is NULL when the text is no UTF-8, and cannot be kept. */
int control_text_lines(const char *digest,
        struct view text,
        int (*take)(void *context, const char *key, char *line),
        void *context);
char *control_idle_key(const struct control_idle *idle);

int control_compare_idle(const struct control_idle *a, const struct control_idle *b);

#endif
