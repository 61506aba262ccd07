/*
 * finding: what a record says by itself, whatever came before it.
 *
 *   bytes ── examiner ──▶ finding ── engine ──▶ on time? new? ──▶ counts
 *            any thread   48 bytes   one thread a partition
 *
 * A finding needs nothing of the record's bytes, of a reader or of a matcher: what counting wants was
 * written down beside it. So a block of findings can wait, or move to another thread. Of a mention that
 * matched nothing, most of them, nothing is written down.
 */
#ifndef REBATO_PIPELINE_ENGINE_FINDING_H
#define REBATO_PIPELINE_ENGINE_FINDING_H

#include "match/matcher.h"
#include "mention/mention.h"

struct noted_brand {
    uint32_t brand; /* index in its set */
    signal_set signals;
    enum brand_relation relation;
    int first_person;
    signal_set imitates; /* said in its name by an impostor */
};

struct noted_facet {
    uint32_t brand;
    struct view name;  /* lives with the set */
    struct view value; /* folded */
};

/* Who speaks with whom: talk.h. Hashes of mention.h, 0 where there is none. */
struct noted_talk {
    uint64_t author;
    uint64_t handle;
    uint64_t addressee;
    uint64_t target; /* the post that is answered, or reposted */
    struct view id;
    struct view link; /* one that does not name the author */
};

/* What a mention adds to the counts when its partition admits it. */
struct note {
    uint32_t slot; /* of the rule set that matched it: brands below are by index in that */
    enum platform platform;
    int original;
    int broadcast;
    int64_t reach;
    uint64_t author; /* 0 when no complaint is among the signals */
    uint64_t voice;  /* window/voice.h; 0 as well */
    uint64_t sketch; /* of the folded text; 0 when no brand speaks */
    struct view lang;
    struct view id; /* id and link of a post by a brand; else empty */
    struct view link;
    struct view exemplar; /* as the ledger keeps it; empty when no complaint is among the signals */
    const struct noted_talk
            *talk; /* of complaints and a brand's posts, when the examiner is asked; else NULL */
    size_t brand_count;
    size_t facet_count;
    struct noted_brand brands[MENTION_BRANDS_MAX];
    struct noted_facet facets[]; /* facet_count of them */
};

struct finding {
    int64_t offset;
    int64_t ingest_ms; /* INGEST_UNKNOWN for files */
    int64_t time_ms;   /* the event's; only of unmatched */
    uint64_t id_hash;
    const struct note *note; /* NULL: no rule matched, or none was tried; or finding_put_off */
    enum rebato_fate fate;   /* unmatched: a mention, its partition decides; else its end */
    uint32_t partition;      /* of its feed */
};

/* The rules of its bucket are not to be had yet: it cannot be counted, and comes again. */
extern const struct note finding_put_off;

/* A block of findings and their notes. */
struct findings {
    struct finding *at;
    size_t count;
    size_t capacity;
    char *notes;
    size_t notes_size;
};

/* Memory for so many findings, however much there is to note of each; of what is not used the system
 * gives none. False when out of memory. */
int findings_init(struct findings *findings, size_t capacity);
void findings_fini(struct findings *findings);
void findings_clear(struct findings *findings);
static inline int
findings_full(const struct findings *findings)
{
    return findings->count == findings->capacity;
}

/* A new finding, all zero. There is room. */
struct finding *findings_add(struct findings *findings);
/* Room in the notes for at most what one mention needs: any type may stand there. `note_size` bytes
 * behind the last ones stay with the block. */
void *findings_note(struct findings *findings, size_t size);
/* Bytes copied behind the notes. */
struct view findings_copy(struct findings *findings, struct view bytes);

#endif
