#include "test_cluster_servers.h"

#include "core/process/clock.h"
#include "core/process/log.h"
#include "test_server.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 12
#define PATIENCE  20000 /* ms for whatever a cluster agrees on */

static _Noreturn void
become_member(const struct cluster *cluster, const struct cluster_member *member)
{
    char directory[80];
    int log;

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that crashes takes its servers along */
    snprintf(directory, sizeof directory, "%s/%s", cluster->directory, member->server.port);
    if (mkdir(directory, 0700) != 0 || chdir(directory) != 0) {
        _exit(126);
    }
    log = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execlp("redis-server", "redis-server", "--port", member->server.port, "--bind", "127.0.0.1",
            "--dir", directory, "--save", "", "--appendonly", "no", "--maxmemory-policy",
            "noeviction", "--cluster-enabled", "yes", "--cluster-node-timeout", "1000",
            "--cluster-replica-validity-factor", "0", "--cluster-require-full-coverage", "no",
            "--repl-diskless-sync-delay", "0", (char *)NULL);
    _exit(127);
}

/* Other servers talk to a member on its port + 10000. */
static uint16_t
member_port(void)
{
    uint16_t port = 0;

    do {
        port = test_port();
    } while (port > 55000);
    return port;
}

static redisReply *
ask_words(struct cluster *cluster, uint32_t number, const char *const *words)
{
    struct cluster_member *member = &cluster->members[number];
    struct redis_digests digests;
    redisReply *reply = NULL;
    int64_t until = clock_monotonic_ms() + PATIENCE;

    while (redis_node_number(member->node) == 0 &&
            redis_node_open(member->node, 1, &digests) != LEDGER_OK &&
            clock_monotonic_ms() < until) {
        clock_sleep_ms(20);
    }
    return redis_node_ask(member->node, words, &reply) == LEDGER_OK ? reply : NULL;
}

static void
list_words(const char *words[WORDS_MAX + 1], va_list arguments)
{
    size_t count = 0;

    do {
        cr_assert_leq(count, WORDS_MAX);
        words[count] = va_arg(arguments, const char *);
    } while (words[count++] != NULL);
}

redisReply *
cluster_ask(struct cluster *cluster, uint32_t member, ...)
{
    const char *words[WORDS_MAX + 1];
    va_list arguments;

    va_start(arguments, member);
    list_words(words, arguments);
    va_end(arguments);
    return ask_words(cluster, member, words);
}

void
cluster_tell_words(struct cluster *cluster, uint32_t member, const char *const *words)
{
    redisReply *reply = ask_words(cluster, member, words);

    cr_assert_not_null(reply, "%s %s: %s", words[0], words[1] == NULL ? "" : words[1],
            redis_node_trouble(cluster->members[member].node));
    freeReplyObject(reply);
}

void
cluster_tell(struct cluster *cluster, uint32_t member, ...)
{
    const char *words[WORDS_MAX + 1];
    va_list arguments;

    va_start(arguments, member);
    list_words(words, arguments);
    va_end(arguments);
    cluster_tell_words(cluster, member, words);
}

/* The answer has the text in it. */
static int
says(struct cluster *cluster, uint32_t member, const char *const *words, const char *text)
{
    redisReply *reply = ask_words(cluster, member, words);
    int found = reply != NULL && reply->str != NULL && strstr(reply->str, text) != NULL;

    freeReplyObject(reply);
    return found;
}

static void
await_says(struct cluster *cluster, uint32_t member, const char *const *words, const char *text)
{
    int64_t until = clock_monotonic_ms() + PATIENCE;

    while (!says(cluster, member, words, text)) {
        cr_assert_lt(clock_monotonic_ms(), until, "member %u never says %s", member, text);
        clock_sleep_ms(20);
    }
}

/* ---- start and stop ---- */

/* 0 when it ended at once: somebody else took one of its ports meanwhile. */
static int
try_member(struct cluster *cluster, uint32_t number)
{
    struct cluster_member *member = &cluster->members[number];
    struct redis_digests digests;
    int64_t until = clock_monotonic_ms() + PATIENCE;

    snprintf(member->server.host, sizeof member->server.host, "127.0.0.1");
    snprintf(member->server.port, sizeof member->server.port, "%u", member_port());
    redis_node_destroy(&member->node);
    member->node = redis_node_create(cluster->ledger, &member->server);
    member->pid = fork();
    cr_assert_geq(member->pid, 0);
    if (member->pid == 0) {
        become_member(cluster, member);
    }
    while (redis_node_open(member->node, 1, &digests) != LEDGER_OK) {
        if (waitpid(member->pid, NULL, WNOHANG) == member->pid) {
            return 0;
        }
        cr_assert_lt(clock_monotonic_ms(), until, "redis-server does not answer: %s",
                redis_node_trouble(member->node));
        clock_sleep_ms(20);
    }
    return 1;
}

static void
start_member(struct cluster *cluster, uint32_t number)
{
    struct cluster_member *member = &cluster->members[number];
    int tries = 0;

    while (!try_member(cluster, number)) {
        cr_assert_lt(++tries, 10, "redis-server does not start");
    }
    redisReply *id = cluster_ask(cluster, number, "CLUSTER", "MYID", NULL);
    cr_assert_not_null(id, "no id: %s", redis_node_trouble(member->node));
    snprintf(member->id, sizeof member->id, "%s", id->str);
    freeReplyObject(id);
}

static uint32_t
first_slot(const struct cluster *cluster, uint32_t master)
{
    return master * REDIS_SLOTS / cluster->masters;
}

uint32_t
cluster_home(const struct cluster *cluster, uint32_t slot)
{
    uint32_t master = 0;

    while (slot >= first_slot(cluster, master + 1)) {
        master++;
    }
    return master;
}

/* Slots and a rank of its own for every master; then they are introduced to each other. */
static void
join(struct cluster *cluster)
{
    char number[16];

    for (uint32_t i = 0; i < cluster->count; i++) {
        snprintf(number, sizeof number, "%u", i + 1);
        cluster_tell(cluster, i, "CLUSTER", "SET-CONFIG-EPOCH", number, NULL);
        if (i < cluster->masters) {
            char last[16];
            snprintf(number, sizeof number, "%u", first_slot(cluster, i));
            snprintf(last, sizeof last, "%u", first_slot(cluster, i + 1) - 1);
            cluster_tell(cluster, i, "CLUSTER", "ADDSLOTSRANGE", number, last, NULL);
        }
        if (i > 0) {
            const struct ledger_server *server = &cluster->members[i].server;
            cluster_tell(cluster, 0, "CLUSTER", "MEET", server->host, server->port, NULL);
        }
    }
}

static void
await_agreement(struct cluster *cluster)
{
    const char *const info[] = { "CLUSTER", "INFO", NULL };
    const char *const replication[] = { "INFO", "replication", NULL };
    char known[40];

    snprintf(known, sizeof known, "cluster_known_nodes:%u\r", cluster->count);
    for (uint32_t i = 0; i < cluster->count; i++) {
        await_says(cluster, i, info, known);
    }
    for (uint32_t i = cluster->masters; i < cluster->count; i++) {
        const char *master = cluster->members[i - cluster->masters].id;
        cluster_tell(cluster, i, "CLUSTER", "REPLICATE", master, NULL);
    }
    for (uint32_t i = 0; i < cluster->count; i++) {
        await_says(cluster, i, info, "cluster_state:ok");
        await_says(cluster, i, info, "cluster_slots_ok:16384");
        if (i >= cluster->masters) {
            await_says(cluster, i, replication, "master_link_status:up");
        }
    }
}

void
cluster_start(struct cluster *cluster, uint32_t masters, uint32_t replicas)
{
    char trouble[160] = "";
    struct ledger_options options;

    test_server_required();
    *cluster = (struct cluster){ .masters = masters, .count = masters + replicas };
    cr_assert_leq(cluster->count, CLUSTER_MEMBERS_MAX);
    snprintf(cluster->directory, sizeof cluster->directory, "/tmp/rebato-cluster-XXXXXX");
    cr_assert_not_null(mkdtemp(cluster->directory));
    log_setup(LOG_ERROR, LOG_SILENT); /* trouble is the subject here */
    ledger_options_init(&options);
    options.url = "redis://127.0.0.1:1";
    cluster->ledger = ledger_create(&options, trouble);
    for (uint32_t i = 0; i < cluster->count; i++) {
        start_member(cluster, i);
    }
    snprintf(cluster->url, sizeof cluster->url, "redis-cluster://127.0.0.1:%s,127.0.0.1:%s",
            cluster->members[0].server.port, cluster->members[masters - 1].server.port);
    join(cluster);
    await_agreement(cluster);
}

void
cluster_stop(struct cluster *cluster)
{
    char command[96];

    for (uint32_t i = 0; i < cluster->count; i++) {
        struct cluster_member *member = &cluster->members[i];
        if (member->pid != 0) {
            kill(member->pid, SIGKILL);
            waitpid(member->pid, NULL, 0);
        }
        redis_node_destroy(&member->node);
    }
    ledger_destroy(&cluster->ledger);
    snprintf(command, sizeof command, "rm -rf '%s'", cluster->directory);
    cr_assert_eq(system(command), 0);
}

void
cluster_flush(struct cluster *cluster)
{
    for (uint32_t i = 0; i < cluster->masters; i++) {
        cluster_tell(cluster, i, "FLUSHALL", NULL);
    }
}

/* ---- moves ---- */

void
cluster_begin_move(struct cluster *cluster, uint32_t slot, uint32_t from, uint32_t to)
{
    const struct cluster_member *target = &cluster->members[to];
    char number[16];

    snprintf(number, sizeof number, "%u", slot);
    cluster_tell(cluster, to, "CLUSTER", "SETSLOT", number, "IMPORTING", cluster->members[from].id,
            NULL);
    cluster_tell(cluster, from, "CLUSTER", "SETSLOT", number, "MIGRATING", target->id, NULL);
    for (size_t left = 1; left > 0;) {
        redisReply *keys =
                cluster_ask(cluster, from, "CLUSTER", "GETKEYSINSLOT", number, "1", NULL);
        cr_assert_not_null(keys);
        left = keys->elements;
        if (left > 0) {
            cluster_tell(cluster, from, "MIGRATE", target->server.host, target->server.port,
                    keys->element[0]->str, "0", "5000", NULL);
        }
        freeReplyObject(keys);
    }
}

void
cluster_end_move(struct cluster *cluster, uint32_t slot, uint32_t from, uint32_t to)
{
    const char *id = cluster->members[to].id;
    char number[16];

    snprintf(number, sizeof number, "%u", slot);
    cluster_tell(cluster, to, "CLUSTER", "SETSLOT", number, "NODE", id, NULL);
    cluster_tell(cluster, from, "CLUSTER", "SETSLOT", number, "NODE", id, NULL);
    for (uint32_t i = 0; i < cluster->masters; i++) {
        if (i != to && i != from) {
            cluster_tell(cluster, i, "CLUSTER", "SETSLOT", number, "NODE", id, NULL);
        }
    }
}

void
cluster_await_master(struct cluster *cluster, uint32_t member)
{
    const char *const words[] = { "INFO", "replication", NULL };
    await_says(cluster, member, words, "role:master");
}
