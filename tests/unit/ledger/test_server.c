#include "test_server.h"

#include "core/process/clock.h"
#include "core/process/log.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct test_contract *test_contracts;

static int
in_path(const char *program)
{
    char path[512];
    const char *at = getenv("PATH");

    while (at != NULL && *at != '\0') {
        size_t size = strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)size, at, program);
        if (access(path, X_OK) == 0) {
            return 1;
        }
        at += size + (at[size] == ':');
    }
    return 0;
}

uint16_t
test_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static _Noreturn void
become_server(const struct test_server *server)
{
    char path[96];
    char port[8];
    int log;

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that crashes takes its server along */
    snprintf(path, sizeof path, "%s/log", server->directory);
    log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    snprintf(path, sizeof path, "%s/socket", server->directory);
    snprintf(port, sizeof port, "%d", server->port);
    execlp("redis-server", "redis-server", "--port", port, "--bind", "127.0.0.1", "--unixsocket",
            path, "--dir", server->directory, "--save", "", "--appendonly", "yes", "--appendfsync",
            "always", "--maxmemory-policy", "noeviction", (char *)NULL);
    _exit(127);
}

void
test_server_restart(struct test_server *server)
{
    char trouble[160] = "";
    struct ledger_options options;

    server->pid = fork();
    cr_assert_geq(server->pid, 0);
    if (server->pid == 0) {
        become_server(server);
    }
    ledger_options_init(&options);
    options.url = server->url;
    options.name_space = "probe";
    struct ledger *ledger = ledger_create(&options, trouble);
    int64_t until = clock_monotonic_ms() + 10000;
    enum ledger_outcome outcome = LEDGER_AWAY;
    while (outcome == LEDGER_AWAY && clock_monotonic_ms() < until) {
        clock_sleep_ms(10);
        outcome = ledger_check(ledger, trouble);
    }
    ledger_destroy(&ledger);
    cr_assert_eq(outcome, LEDGER_OK, "redis-server does not start: %s", trouble);
}

void
test_server_required(void)
{
    if (!in_path("redis-server")) {
        cr_skip("no redis-server in PATH: install the package redis-server");
    }
}

void
test_server_start(struct test_server *server)
{
    test_server_required();
    snprintf(server->directory, sizeof server->directory, "/tmp/rebato-ledger-XXXXXX");
    cr_assert_not_null(mkdtemp(server->directory));
    server->port = test_port();
    snprintf(server->url, sizeof server->url, "unix:%s/socket", server->directory);
    log_setup(LOG_ERROR, LOG_SILENT); /* trouble is the subject here */
    test_server_restart(server);
}

void
test_server_kill(struct test_server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    server->pid = 0;
}

void
test_server_stop(struct test_server *server)
{
    char command[96];

    test_server_kill(server);
    snprintf(command, sizeof command, "rm -rf '%s'", server->directory);
    cr_assert_eq(system(command), 0);
}

struct ledger *
test_ledger_make(const struct test_server *server, const char *url, uint32_t shards)
{
    char trouble[160] = "";
    struct ledger_options options;

    ledger_options_init(&options);
    options.url = server != NULL ? server->url : url;
    options.name_space = "test";
    options.shards = shards;
    struct ledger *ledger = ledger_create(&options, trouble);
    cr_assert_not_null(ledger, "%s", trouble);
    return ledger;
}

/* Everything but the ledger. */
static void
furnish(struct test_bench *bench)
{
    char trouble[160] = "";

    cr_assert_eq(ledger_check(bench->ledger, trouble), LEDGER_OK, "%s", trouble);
    bench->names = names_create(1000);
    bench->writer = ledger_writer_create(bench->ledger, bench->names);
    bench->reader = ledger_reader_create(bench->ledger);
    bench->tally = tally_create();
    cr_assert(bench->names && bench->writer && bench->reader && bench->tally);
}

void
test_bench_open(struct test_bench *bench, enum test_body body)
{
    *bench = (struct test_bench){ .body = body };
    log_setup(LOG_ERROR, LOG_SILENT);
    if (body == BODY_REDIS) {
        test_server_start(&bench->server);
        bench->ledger = test_ledger_make(&bench->server, NULL, 4);
    } else {
        bench->ledger = test_ledger_make(NULL, "memory:", 4);
    }
    furnish(bench);
}

void
test_bench_open_at(struct test_bench *bench, const char *url)
{
    *bench = (struct test_bench){ .body = BODY_CLUSTER };
    log_setup(LOG_ERROR, LOG_SILENT);
    bench->ledger = test_ledger_make(NULL, url, 4);
    furnish(bench);
}

void
test_bench_close(struct test_bench *bench)
{
    tally_destroy(&bench->tally);
    ledger_writer_destroy(&bench->writer);
    ledger_reader_destroy(&bench->reader);
    ledger_destroy(&bench->ledger);
    names_destroy(&bench->names);
    if (bench->body == BODY_REDIS) {
        test_server_stop(&bench->server);
    }
}

static redisReply *
redis_list(const struct ledger *ledger, va_list arguments)
{
    redisReply *reply = NULL;
    struct redis_link *link = redis_link_create(ledger);

    cr_assert_eq(redis_link_open(link), LEDGER_OK, "%s", redis_link_trouble(link));
    redis_begin(link, va_arg(arguments, const char *));
    for (const char *text; (text = va_arg(arguments, const char *)) != NULL;) {
        redis_arg_text(link, text);
    }
    redis_end(link);
    if (redis_await(link, &reply) != LEDGER_OK) {
        reply = NULL;
    }
    redis_link_destroy(&link);
    return reply;
}

redisReply *
test_redis(const struct ledger *ledger, ...)
{
    va_list arguments;

    va_start(arguments, ledger);
    redisReply *reply = redis_list(ledger, arguments);
    va_end(arguments);
    return reply;
}

long long
test_redis_number(const struct ledger *ledger, ...)
{
    va_list arguments;

    va_start(arguments, ledger);
    redisReply *reply = redis_list(ledger, arguments);
    va_end(arguments);
    long long number = -1000;
    if (reply != NULL && reply->type == REDIS_REPLY_INTEGER) {
        number = reply->integer;
    } else if (reply != NULL && reply->type == REDIS_REPLY_STRING) {
        number = strtoll(reply->str, NULL, 10);
    }
    freeReplyObject(reply);
    return number;
}

void
test_take(struct test_bench *bench, struct ledger_writer *writer)
{
    struct ledger_claim claim;

    (void)bench;
    cr_assert_eq(ledger_claim(writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    if (!claim.known) {
        cr_assert_eq(ledger_found(writer, 0, 0, &claim), LEDGER_OK);
        cr_assert(claim.known);
    }
}

void
test_fill(struct test_bench *bench,
        int64_t from,
        int64_t to,
        const struct test_cell *cells,
        size_t count)
{
    uint32_t highest = 0;

    tally_clear(bench->tally);
    uint32_t range = tally_open_range(bench->tally, 0, from);
    for (size_t i = 0; i < count; i++) {
        struct tally_cell cell = {
            .range = range,
            .bucket = cells[i].bucket,
            .brand = names_number(bench->names, view_of(cells[i].brand)),
            .dim = names_number(bench->names, view_of(cells[i].dim)),
            .kind = cells[i].kind,
            .count = cells[i].count,
        };
        tally_add(bench->tally, &cell);
        highest = cells[i].bucket > highest ? cells[i].bucket : highest;
    }
    tally_cover(bench->tally, range, to, count == 0 ? INT64_MIN : bucket_start_ms(highest + 1) - 1);
}

enum ledger_outcome
test_submit(struct test_bench *bench, struct ledger_writer *writer)
{
    enum ledger_outcome outcome = LEDGER_PENDING;

    ledger_submit(writer, bench->tally);
    cr_assert(ledger_busy(writer));
    for (int i = 0; i < 100 && outcome == LEDGER_PENDING; i++) {
        outcome = ledger_poll(writer, 100);
    }
    cr_assert_not(ledger_busy(writer));
    return outcome;
}

enum ledger_outcome
test_count(struct test_bench *bench,
        int64_t from,
        int64_t to,
        const struct test_cell *cells,
        size_t count)
{
    test_fill(bench, from, to, cells, count);
    return test_submit(bench, bench->writer);
}

void
test_all_fences(const struct test_bench *bench, const struct ledger_claim *claim, int64_t offset)
{
    for (uint32_t shard = 0; shard < ledger_shard_count(bench->ledger); shard++) {
        cr_assert_eq(claim->fence[shard], offset);
    }
}

uint64_t
test_sum(struct test_bench *bench, uint32_t through, const char *brand, const char *dim)
{
    uint64_t sum = 0;

    for (uint32_t shard = 0; shard < ledger_shard_count(bench->ledger); shard++) {
        struct ledger_page page;
        cr_assert_eq(ledger_read(bench->reader, shard, through, &page), LEDGER_OK);
        for (size_t i = 0; i < page.cell_count; i++) {
            if (view_equal(page.cells[i].brand, view_of(brand)) &&
                    view_equal(page.cells[i].dim, view_of(dim))) {
                cr_assert_eq(shard, test_shard(bench, brand));
                sum += page.cells[i].count;
            }
        }
    }
    return sum;
}

uint64_t
test_sum_cells(struct test_bench *bench, const struct test_cell *cells, size_t count)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        sum += test_sum(bench, UINT32_MAX, cells[i].brand, cells[i].dim);
    }
    return sum;
}

void
test_lease(struct test_bench *bench, struct ledger_reader *reader)
{
    for (uint32_t shard = 0; shard < ledger_shard_count(bench->ledger); shard++) {
        int fresh = 0;
        cr_assert_eq(ledger_lease(reader, shard, 1000, 10000, &fresh), LEDGER_OK);
    }
}

uint32_t
test_shard(const struct test_bench *bench, const char *brand)
{
    return ledger_shard_of(bench->ledger, view_of(brand));
}

void
test_add_author(struct test_bench *bench, uint64_t author, uint32_t bucket)
{
    tally_add_author(bench->tally, &(struct tally_author){
                                           .range = 0,
                                           .bucket = bucket,
                                           .brand = names_number(bench->names, VIEW("iberia")),
                                           .dim = names_number(bench->names, VIEW("s.outage")),
                                           .author = author,
                                   });
}
