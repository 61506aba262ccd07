/*
 * store: a model of the Redis side: what src/ledger/lua does, on tables instead of hashes.
 *
 * Every request is one atomic step with at most one write. All writes of a node stand in a history and
 * can be taken back from its end, as a failover or a restart does. Written beside the Lua, not from the
 * machines: what the scripts compare is compared here, in the same order.
 */
#ifndef REBATO_TESTS_SIM_STORE_H
#define REBATO_TESTS_SIM_STORE_H

#include "fence/claim.h"
#include "sim/world.h"

enum code {
    CODE_MOVED = 0,
    CODE_DONE = 1,
    CODE_AHEAD = 2,
    CODE_NO_FENCE = 3,
    CODE_CLOSED = 4,
    CODE_LOST = 5,
    CODE_ERROR = 6, /* the server's own: refused before any write */
};

enum op {
    OP_CLAIM,
    OP_START,
    OP_FOUND,
    OP_REMAKE,
    OP_AUTHORS,
    OP_APPLY,
    OP_IDLE,
    OP_LEASE,
    OP_LOAD,
    OP_MEND,
    OP_PROGRESS,
    OP_CLOSE,
    OP_READ,
    OP_COMMIT,
    OP_PUBLISH,
    OP_UNLINK,
    OP_ERASE,
    OP_OUTBOX,
    OP_DELIVERED,
    OP_MARK,
    OP_COUNT,
};

/* Cells of one brand. */
struct counts {
    uint16_t on[BUCKETS][SERIES];
    uint16_t late[BUCKETS][SERIES];
    uint16_t authors[BUCKETS][SIGNALS]; /* a bit per author */
};

#define CELLS_MAX 64
struct cell {
    uint32_t brand;
    uint32_t bucket;
    uint32_t series;
    uint32_t kind; /* enum cell_kind */
    uint32_t count;
};

struct request {
    enum op op;
    uint32_t client;
    uint32_t shard;
    uint32_t partition;
    uint32_t brand;
    uint32_t bucket; /* authors, close, publish, delivered; commit, erase: through */
    uint32_t before; /* commit; publish: the newest entry there should be */
    uint32_t signal;
    uint32_t authors;
    uint32_t late_below; /* apply: for what stands at its fence, */
    uint32_t late_next;  /* and for what stands behind it */
    uint32_t lowest;
    int keep; /* claim: wake; lease: ours may stay */
    uint64_t token;
    uint64_t token_new;
    uint64_t notices;
    int64_t expect;
    int64_t to;
    int64_t time_ms; /* apply: greatest; close: watermark; lease: now */
    uint32_t cell_count;
    union {
        struct cell cells[CELLS_MAX];
        struct counts counts;
    };
};

/* Of one partition in one shard. */
#define LAPSES_MAX 16

struct reply {
    enum op op;
    enum code code;
    uint32_t shard;
    int64_t fence;
    int64_t max_time_ms;
    uint32_t late_below;
    struct claim_lapse lapses[LAPSES_MAX];
    uint32_t lapse_count;
    int touched; /* claim: something was applied; lease: fresh */
    uint32_t closed;
    uint32_t newest; /* mend: bucket of the newest entry */
    uint32_t partitions;
    int64_t watermark_ms;
    int64_t latest_ms;
};

/* What a judge's read brings; too large for a reply, handed over beside it. */
struct page {
    struct counts brands[BRANDS];
    struct counts state;
    uint32_t folded_through;
    uint64_t outbox;
};

struct source_row {
    int known;
    int idle;
    int touched;
    uint32_t late_below;
    int64_t fence;
    int64_t max_time_ms;
    uint64_t token;
};

/* The `k:` fields of a partition: by offset, from it on buckets up to this one are late; 0: no field. */
struct raised {
    uint32_t late_below[RECORDS * 3 + 1];
};

/* Fences of a moment, and the bucket up to which all below them was counted. */
struct mark {
    uint32_t top; /* 0: no mark */
    uint32_t closed;
    struct source_row sources[PARTITIONS];
    struct raised raised[PARTITIONS];
};

struct shard_row {
    struct source_row sources[PARTITIONS];
    struct raised raised[PARTITIONS];
    uint32_t closed;
    uint64_t lease_token;
    int64_t lease_until;
    struct mark safe;
    struct mark soon;
    struct mark shut; /* when it was closed last: what is late from there on */
};

struct brand_row {
    struct counts cells;
    struct counts folded;
    uint32_t folded_through;
    uint64_t outbox; /* a bit per bucket */
};

struct published_row {
    struct counts at;
    uint8_t there[BUCKETS];
};

/* What was there before each write, newest last. */
#define UNDO_MAX   65536
#define UNDO_BYTES 4194304
struct history {
    struct undo {
        uint32_t write;
        uint32_t offset;
        uint32_t size;
    } undos[UNDO_MAX];
    unsigned char bytes[UNDO_BYTES];
    uint32_t count;
    uint32_t used;
    uint32_t writes;
};

/* One history for all, or one per shard and one for what is published. */
#define NODES (SHARDS + 1)

struct tables {
    struct shard_row shards[SHARDS];
    struct brand_row brands[BRANDS];
    struct published_row published[BRANDS];
    int64_t starts[PARTITIONS]; /* -1: not decided */
};

struct store {
    struct tables tables;
    struct history histories[NODES];
    uint32_t node; /* of the write going on */
};

struct store *store_create(void);
void store_destroy(struct store **store);
void store_reset(struct store *store);

/* Executes one request. `page` may be NULL when nobody will read it. */
struct reply store_execute(struct world *world, const struct request *request, struct page *page);

/* Takes back the last `writes` writes of a node; node 0 is everything unless shards stand alone. */
void store_roll_back(struct store *store, uint32_t node, uint32_t writes);
/* How many of the last `writes` to what is published on a server of its own can be lost, so that nothing goes but
 * what is kept beside the states. Several losses in a row add up: less than a ring each, and together more. */
uint32_t store_published_writes(const struct world *world, uint32_t writes);
/* A shard's counts are gone, its states and its marks stay. 0: it has no mark, or evidence of lateness would go. */
int store_lose_shard(struct world *world, uint32_t shard);
/* What the node has now it will not lose. */
void store_settle(struct store *store, uint32_t node);
uint32_t store_node_of_shard(const struct world *world, uint32_t shard);
uint32_t store_node_of_published(const struct world *world);

/* ---- private to the store: store.c, store_worker.c, store_judge.c ---- */

void store_begin(struct store *store, uint32_t node);
void store_put(struct store *store, void *field, const void *value, size_t size);
void store_put_u16(struct store *store, uint16_t *field, uint32_t value);
void store_put_u32(struct store *store, uint32_t *field, uint32_t value);
void store_put_u64(struct store *store, uint64_t *field, uint64_t value);
void store_put_i64(struct store *store, int64_t *field, int64_t value);

struct reply store_claim(struct world *world, const struct request *request);
struct reply store_start(struct world *world, const struct request *request);
struct reply store_found(struct world *world, const struct request *request);
struct reply store_remake(struct world *world, const struct request *request);
struct reply store_authors(struct world *world, const struct request *request);
struct reply store_apply(struct world *world, const struct request *request);
struct reply store_idle(struct world *world, const struct request *request);
struct reply store_judge(struct world *world, const struct request *request, struct page *page);

#endif
