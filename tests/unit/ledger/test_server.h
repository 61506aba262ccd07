/* A Redis of the test's own: on a socket in a directory of its own, gone when the test is. */
#ifndef REBATO_TESTS_UNIT_LEDGER_TEST_SERVER_H
#define REBATO_TESTS_UNIT_LEDGER_TEST_SERVER_H

#include "ledger/ledger.h"
#include "ledger/link/link.h"

#include <sys/types.h>

struct test_server {
    pid_t pid; /* 0: not running */
    char directory[64];
    char url[96];
    uint16_t port; /* it listens on loopback too, for users and passwords */
};

/* Skips the test, aloud, when there is no redis-server. */
void test_server_required(void);
/* A port of loopback that was free a moment ago. */
uint16_t test_port(void);
/* Skips the test, aloud, when there is no redis-server; fails it when there is one that does not start. */
void test_server_start(struct test_server *server);
/* Kills it as a power cut would. The directory stays for a restart. */
void test_server_kill(struct test_server *server);
void test_server_restart(struct test_server *server);
void test_server_stop(struct test_server *server);

/* A ledger with a writer, a reader and names, in either body. */
enum test_body { BODY_MEMORY, BODY_REDIS, BODY_CLUSTER };

struct test_bench {
    enum test_body body;
    struct test_server server; /* Redis only */
    struct ledger *ledger;
    struct names *names;
    struct ledger_writer *writer;
    struct ledger_reader *reader;
    struct tally *tally;
};

void test_bench_open(struct test_bench *bench, enum test_body body);
/* On a server, or a cluster of them, that somebody else starts and stops. */
void test_bench_open_at(struct test_bench *bench, const char *url);
void test_bench_close(struct test_bench *bench);
struct ledger *test_ledger_make(const struct test_server *server, const char *url, uint32_t shards);

/* One command on a link of the test's own; NULL when it failed. Ends with a NULL. */
redisReply *test_redis(const struct ledger *ledger, ...) __attribute__((sentinel));
/* The same, as a number; -1000 when it is none. */
long long test_redis_number(const struct ledger *ledger, ...) __attribute__((sentinel));

/* ---- a worker's doings in one line each ---- */

struct test_cell {
    const char *brand;
    const char *dim;
    uint32_t bucket;
    enum cell_kind kind;
    uint32_t count;
};

/* Claims "menciones" partition 0 as source 0, founding it at 0 when new. */
void test_take(struct test_bench *bench, struct ledger_writer *writer);
/* Fills the bench's tally with a range of source 0; `max_time_ms` is the end of the highest bucket. */
void test_fill(struct test_bench *bench,
        int64_t from,
        int64_t to,
        const struct test_cell *cells,
        size_t count);
/* Adds an author of iberia's s.outage to the tally's first range. */
void test_add_author(struct test_bench *bench, uint64_t author, uint32_t bucket);
/* Submits the bench's tally and waits for the end. */
enum ledger_outcome test_submit(struct test_bench *bench, struct ledger_writer *writer);
/* Fill and submit by the bench's writer. */
enum ledger_outcome test_count(struct test_bench *bench,
        int64_t from,
        int64_t to,
        const struct test_cell *cells,
        size_t count);

/* The claim found the fences of all shards at `offset`. */
void test_all_fences(
        const struct test_bench *bench, const struct ledger_claim *claim, int64_t offset);

/* ---- and a judge's ---- */

/* Sum over all shards of a dimension of a brand, as ledger_read() shows it. */
uint64_t test_sum(struct test_bench *bench, uint32_t through, const char *brand, const char *dim);
/* The same of all brands and dimensions that cells name. */
uint64_t test_sum_cells(struct test_bench *bench, const struct test_cell *cells, size_t count);
/* Leases every shard; fails the test if one is not to be had. */
void test_lease(struct test_bench *bench, struct ledger_reader *reader);
uint32_t test_shard(const struct test_bench *bench, const char *brand);

/* Everything a process does, once, on a server that knows nothing yet. */
void test_live_a_day(struct test_bench *bench);

/* What a body promises, in a list for whoever has a body to offer. */
struct test_contract {
    const char *name;
    void (*run)(struct test_bench *bench);
    struct test_contract *next;
};
extern struct test_contract *test_contracts;

/* CONTRACT(name) { ... } runs with `bench` open, in memory, in Redis, and in a cluster (test_cluster.c). */
#define CONTRACT(name)                                                                             \
    static void contract_##name(struct test_bench *bench);                                         \
    __attribute__((constructor)) static void list_##name(void)                                     \
    {                                                                                              \
        static struct test_contract entry = { #name, contract_##name, NULL };                      \
        entry.next = test_contracts;                                                               \
        test_contracts = &entry;                                                                   \
    }                                                                                              \
    Test(memory_ledger, name)                                                                      \
    {                                                                                              \
        struct test_bench bench;                                                                   \
        test_bench_open(&bench, BODY_MEMORY);                                                      \
        contract_##name(&bench);                                                                   \
        test_bench_close(&bench);                                                                  \
    }                                                                                              \
    Test(redis_ledger, name)                                                                       \
    {                                                                                              \
        struct test_bench bench;                                                                   \
        test_bench_open(&bench, BODY_REDIS);                                                       \
        contract_##name(&bench);                                                                   \
        test_bench_close(&bench);                                                                  \
    }                                                                                              \
    static void contract_##name(struct test_bench *bench)

/* A test on a server of its own. */
static inline void
test_on_redis(struct test_bench *bench, void (*test)(struct test_bench *bench))
{
    test_bench_open(bench, BODY_REDIS);
    test(bench);
    test_bench_close(bench);
}

#define REDIS_TEST_OF(suite, name)                                                                 \
    static void redis_##name(struct test_bench *bench);                                            \
    Test(suite, name)                                                                              \
    {                                                                                              \
        struct test_bench bench;                                                                   \
        test_on_redis(&bench, redis_##name);                                                       \
    }                                                                                              \
    static void redis_##name(struct test_bench *bench)

#endif
