/*
 * scripts: the Lua that runs inside Redis, so that looking and writing are one step there.
 *
 * Rules all of them keep: keys are declared and share one hash tag; at most ONE write command, since a
 * crash may keep half of two (but for streams, which can be mended); no script makes a fence that was not there,
 * except SCRIPT_FOUND and SCRIPT_REMAKE; what is wrong with the data is an error reply, never repaired. The first
 * element of an answer is a code:
 */
#ifndef REBATO_LEDGER_LUA_SCRIPTS_H
#define REBATO_LEDGER_LUA_SCRIPTS_H

enum script_code {
    CODE_MOVED = 0, /* the fence, the token or folded_through stands elsewhere */
    CODE_DONE = 1,
    CODE_AHEAD = 2, /* the fence is at `to` or beyond */
    CODE_NO_FENCE = 3,
    CODE_CLOSED = 4, /* a bucket is closed, or the partition is idle or woke meanwhile */
    CODE_LOST = 5,   /* the lease is not ours */
};

enum script {
    SCRIPT_META,     /* meta: compare the layout, or write it when the namespace is new */
    SCRIPT_TOPIC,    /* meta: the number of a topic, given out when new */
    SCRIPT_RENEW,    /* meta: another number for a name whose topic was made again */
    SCRIPT_START,    /* meta: the first offset of a partition, kept when there is one */
    SCRIPT_REACH,    /* meta: promise buckets, read the revisions, put back what was lost of them */
    SCRIPT_REVISE,   /* meta: list another revision, if the list is as it was */
    SCRIPT_CLAIM,    /* shard: leave a token, read fence and witness */
    SCRIPT_FOUND,    /* shard: the same, making the fence when there is none */
    SCRIPT_AUTHORS,  /* shard, set: add authors of one series and bucket */
    SCRIPT_APPLY,    /* shard: counts and fence in one write */
    SCRIPT_IDLE,     /* shard: the partition leaves the watermark */
    SCRIPT_LEAVE,    /* shard: all partitions of a topic leave it for good */
    SCRIPT_LEASE,    /* judge: take or renew */
    SCRIPT_UNLEASE,  /* judge: give back */
    SCRIPT_PROGRESS, /* shard: closed, and the witness of every partition */
    SCRIPT_CLOSE,    /* shard, judge: no more on-time counts up to a bucket */
    SCRIPT_COMMIT,   /* shard, judge: state, folded_through and notices in one write */
    SCRIPT_GUARD,    /* shard, judge: whether an erase would be allowed */
    SCRIPT_ERASE,    /* shard, judge: remove folded fields */
    SCRIPT_UNLINK,   /* shard, judge, keys: remove folded author sets */
    SCRIPT_PUBLISH,  /* stream: an entry, if the newest one is known */
    SCRIPT_MEND,     /* stream: what stands there from an entry on, made to be what is given */
    SCRIPT_GAP,      /* stream: begins with a gap, if it was lost */
    SCRIPT_IMAGE,   /* shard, judge: both hashes as of one moment, unless somebody just took them */
    SCRIPT_RESTORE, /* shard: begin to bring back one that has no fences */
    SCRIPT_RESTORE_COUNTS, /* shard, judge: fields of the shard being brought back */
    SCRIPT_RESTORE_JUDGED, /* shard, judge: fields of the judge that are not there */
    SCRIPT_MARK,   /* shard, judge: fences below which all is judged, kept beside the states */
    SCRIPT_REMAKE, /* shard, judge: fences of a shard that lost them */
    SCRIPT_FENCES, /* shard: fences and witnesses of all partitions */
    SCRIPT_COUNT,
};

const char *script_text(enum script script);

/* ---- private to this room ---- */

extern const char script_mark[];
extern const char script_remake[];
extern const char script_fences[];

#endif
