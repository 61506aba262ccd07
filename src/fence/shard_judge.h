/*
 * shard_judge: what a judge does next with one shard, and what it makes of the answer.
 *
 *   lease ─▶ load, mend ─▶ progress ─▶ close ─▶ read ─▶ brand by brand: look ─▶ fold ─▶ commit ─▶ publish ─▶ erase
 *
 * The rules of the protocol are decided here and nowhere else:
 *   - What is read is closed first, so that it cannot change. A close that was refused is asked for anew, from
 *     another look at the partitions.
 *   - A shard is remembered only while nothing casts doubt on it: a refusal, an answer that stays out or a
 *     fresh token, and all of it is loaded again.
 *   - A brand is folded from where it stands up to what is closed, and committed as a whole. Cells at or below
 *     that were left behind by a judge before us: they are published and erased, never folded.
 *   - What is published is committed; what is erased is published. What stands there already may know less than
 *     the state that was loaded, or more: it is mended before anything is added.
 *   - A turn that takes long asks for its lease again in between: also while one brand is published.
 *
 * Pure: it asks for nothing itself. Whoever drives it carries each request out and tells it the outcome: the
 * docket against the ledger, the simulator against a model of Redis.
 *
 *   shard_judge_begin(judge, wall_ms);
 *   while ((request = shard_judge_next(judge, now_ms)).ask != SHARD_REST) { ... shard_judge_answer(judge, &answer); }
 */
#ifndef REBATO_FENCE_SHARD_JUDGE_H
#define REBATO_FENCE_SHARD_JUDGE_H

#include <stddef.h>
#include <stdint.h>

enum shard_ask {
    SHARD_REST, /* the turn is over */

    /* To the ledger. */
    SHARD_LEASE,    /* take it, or renew it */
    SHARD_LOAD,     /* a brand's state */
    SHARD_MEND,     /* what is published of a brand, to be what its state says: through `through` */
    SHARD_PROGRESS, /* what is closed, and how far the partitions are */
    SHARD_CLOSE,    /* buckets up to `through`, at the watermark given */
    SHARD_READ,     /* cells up to `through` */
    SHARD_COMMIT,   /* a brand's new state: from `before` to `through` */
    SHARD_PUBLISH,  /* the next slice of what the fold came to; asked again until nothing is left */
    SHARD_ERASE,    /* a brand's cells up to `through` */

    /* To whoever drives. */
    SHARD_FORGET, /* drop what is in memory of all brands */
    SHARD_LOOK,   /* is there anything of the brand among the cells read? */
    SHARD_FOLD, /* a brand's closed buckets above `before`, as far as the turn has room for its events */
};

enum shard_outcome {
    SHARD_OK,
    SHARD_CLASH, /* it stands elsewhere than we thought */
    SHARD_LOST,  /* the lease is somebody else's */
    SHARD_AWAY,  /* refused by the server, or unknown whether it was done */
};

struct shard_request {
    enum shard_ask ask;
    size_t brand; /* load, mend, look, fold, commit, publish, erase */
    uint32_t before;
    uint32_t through;
    int64_t watermark_ms; /* close; INT64_MAX: all partitions are idle */
};

/* The fields an ask does not name are not looked at. */
struct shard_answer {
    enum shard_outcome outcome;
    int fresh;    /* lease: it was not ours before */
    int is_new;   /* read: nothing was ever counted anywhere; no watch begins */
    int holds;    /* look: something of it was read */
    int has_more; /* publish: another slice is left */

    /* Progress. */
    uint32_t closed;
    int64_t watermark_ms; /* INT64_MIN: nothing yet; INT64_MAX: all partitions are idle */
    int64_t latest_ms;    /* INT64_MIN: nothing yet */

    uint32_t folded_through; /* load; fold: how far it came */
    uint32_t stored_through; /* load: of the ledger; less where an older state was kept elsewhere */
    uint32_t next_due; /* load, publish: a fold is wanted then, cells or not; UINT32_MAX: never */
};

/* What the machine knows of a brand. */
struct shard_brand {
    int loaded;
    uint32_t folded_through; /* 0: never */
    uint32_t stored_through; /* what the ledger has; the next commit is compared with it */
    uint32_t next_due;
};

struct shard_judge_options {
    int64_t allow_ms; /* lateness that sources may have: buckets stay open this much longer */
    int64_t lease_ms;
};

struct shard_judge {
    /* Fixed at the start. */
    struct shard_judge_options options;

    /* The caller's, in the order in which they are judged. */
    struct shard_brand *brands;
    size_t brand_count;

    /* What is known of the shard. */
    int ours;
    uint32_t closed;
    uint32_t judged;   /* all brands are folded up to here */
    uint32_t limit;    /* no bucket above it is judged, closed or not; UINT32_MAX: none is given */
    int64_t leased_ms; /* when the lease was asked for last */

    /* The turn. */
    enum shard_ask ask;
    int renewing; /* the lease is asked for again; then `ask` */
    int64_t now_ms;
    int64_t wall_ms; /* the time by which buckets are closed on a quiet night */
    uint32_t until;  /* time is to go on to this bucket; 0: by itself */
    uint32_t through;
    uint32_t before; /* of the brand in hand */
    uint32_t reached;
    int64_t watermark_ms;
    size_t brand;
    int holds;
    int more; /* a brand had its fill of events */
    enum shard_outcome outcome;
};

void shard_judge_init(struct shard_judge *judge, const struct shard_judge_options *options);
/* Between two turns: its brands from now on. Those that are not `loaded` are loaded in the next turn. */
void shard_judge_use(struct shard_judge *judge, struct shard_brand *brands, size_t brand_count);
/* Between two turns: by what the brands are judged from the bucket behind it on is another matter. */
void shard_judge_limit(struct shard_judge *judge, uint32_t bucket);
/* Between two turns: the lease is given back, or something else casts doubt on what is known. */
void shard_judge_forget(struct shard_judge *judge);

/* A turn begins. `wall_ms` is the wall clock of a live stream. */
void shard_judge_begin(struct shard_judge *judge, int64_t wall_ms);
/* A turn in which time goes on to `bucket` although nothing more came. */
void shard_judge_begin_until(struct shard_judge *judge, uint32_t bucket);
/* What is to be done. `now_ms` is the clock of leases. Asked again before an answer, it says the same. */
struct shard_request shard_judge_next(struct shard_judge *judge, int64_t now_ms);
/* How it went. */
void shard_judge_answer(struct shard_judge *judge, const struct shard_answer *answer);

/* After the turn. OK: all went well, or the shard is somebody else's. AWAY: the ledger did not answer. */
enum shard_outcome shard_judge_outcome(const struct shard_judge *judge);
/* Something is closed that is not judged yet. */
int shard_judge_is_behind(const struct shard_judge *judge);

const char *shard_ask_name(enum shard_ask ask);

#endif
