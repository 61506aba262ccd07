/* The ledger over TLS, against a real server with certificates of the test's own. */
#include "test_server.h"

#include "core/process/clock.h"
#include "core/process/log.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct tls_server {
    char directory[64];
    uint16_t port, open_port; /* with TLS, without */
    pid_t pid;
};

__attribute__((format(printf, 1, 2))) static int
shell(const char *format, ...)
{
    char command[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return system(command);
}

/* An authority, a certificate of it for localhost and 127.0.0.1, one for another name, and a stranger's. */
static void
make_certificates(const char *directory)
{
    static const char *const rows[][2] = { { "server", "DNS:localhost,IP:127.0.0.1" },
        { "other", "DNS:redis.example" } };

    cr_assert_eq(
            shell("cd %s && for ca in ca stranger; do openssl req -x509 -newkey rsa:2048 -nodes "
                  "-days 2 -subj /CN=$ca -keyout $ca.key -out $ca.crt 2>/dev/null || exit 1; done",
                    directory),
            0);
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(
                shell("cd %s && openssl req -newkey rsa:2048 -nodes -subj /CN=%s -keyout %s.key "
                      "-out request 2>/dev/null && echo subjectAltName=%s >names && openssl x509 "
                      "-req -in request -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 "
                      "-extfile names -out %s.crt 2>/dev/null",
                        directory, rows[i][0], rows[i][0], rows[i][1], rows[i][0]),
                0);
    }
}

static _Noreturn void
become_server(const struct tls_server *server, const char *certificate, const char *clients)
{
    char port[8];
    char open_port[8];
    char file[32];
    char key[32];
    int log;

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that crashes takes its server along */
    if (chdir(server->directory) != 0) {
        _exit(126);
    }
    log = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    snprintf(port, sizeof port, "%d", server->port);
    snprintf(open_port, sizeof open_port, "%d", server->open_port);
    snprintf(file, sizeof file, "%s.crt", certificate);
    snprintf(key, sizeof key, "%s.key", certificate);
    execlp("redis-server", "redis-server", "--port", open_port, "--tls-port", port, "--bind",
            "127.0.0.1", "--save", "", "--maxmemory-policy", "noeviction", "--tls-cert-file", file,
            "--tls-key-file", key, "--tls-ca-cert-file", "ca.crt", "--tls-auth-clients", clients,
            (char *)NULL);
    _exit(127);
}

static void
stop(struct tls_server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    cr_assert_eq(shell("rm -rf '%s'", server->directory), 0);
}

/* Skips the test, aloud, where redis-server or openssl are missing or know no TLS. */
static void
start(struct tls_server *server, const char *certificate, const char *clients)
{
    char trouble[160];
    char url[64];

    test_server_required();
    if (shell("command -v openssl >/dev/null") != 0) {
        cr_skip("no openssl in PATH: install the package openssl");
    }
    log_setup(LOG_ERROR, LOG_SILENT); /* trouble is the subject here */
    signal(SIGPIPE, SIG_IGN);         /* as the process does */
    snprintf(server->directory, sizeof server->directory, "/tmp/rebato-tls-XXXXXX");
    cr_assert_not_null(mkdtemp(server->directory));
    make_certificates(server->directory);
    server->port = test_port();
    server->open_port = test_port();
    server->pid = fork();
    cr_assert_geq(server->pid, 0);
    if (server->pid == 0) {
        become_server(server, certificate, clients);
    }
    snprintf(url, sizeof url, "redis://127.0.0.1:%d", server->open_port);
    struct ledger *ledger = test_ledger_make(NULL, url, 4);
    int64_t until = clock_monotonic_ms() + 10000;
    while (ledger_check(ledger, trouble) != LEDGER_OK && clock_monotonic_ms() < until) {
        if (waitpid(server->pid, NULL, WNOHANG) != 0) {
            cr_skip("redis-server was built without TLS");
        }
        clock_sleep_ms(10);
    }
    ledger_destroy(&ledger);
}

/* What ledger_check() makes of "rediss://<host>:<port>/<rest>", where every @ in the rest is the directory of
 * the certificates. */
static enum ledger_outcome
check(const struct tls_server *server, const char *host, const char *rest, char trouble[160])
{
    char url[512];
    int used = snprintf(url, sizeof url, "rediss://%s:%d/", host, server->port);

    for (const char *at = rest; *at != '\0'; at++) {
        used += *at == '@'
                        ? snprintf(url + used, sizeof url - (size_t)used, "%s", server->directory)
                        : snprintf(url + used, sizeof url - (size_t)used, "%c", *at);
    }
    struct ledger *ledger = test_ledger_make(NULL, url, 4);
    enum ledger_outcome outcome = ledger_check(ledger, trouble);
    ledger_destroy(&ledger);
    return outcome;
}

Test(redis_tls, the_ledger_works_over_it, .timeout = 60)
{
    char url[128];
    struct tls_server server;
    struct test_bench bench;

    start(&server, "server", "no");
    snprintf(
            url, sizeof url, "rediss://localhost:%d/0?ca=%s/ca.crt", server.port, server.directory);
    test_bench_open_at(&bench, url);
    test_live_a_day(&bench);
    /* More than a record, and more than a socket takes at once. */
    test_fill(&bench, 17, 18, NULL, 0);
    for (uint64_t i = 0; i < TALLY_AUTHORS_MAX; i++) {
        test_add_author(&bench, i, 200 + (uint32_t)(i / 3000));
    }
    struct ledger_claim claim;
    cr_assert_eq(ledger_claim(bench.writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(test_submit(&bench, bench.writer), LEDGER_OK);
    kill(server.pid, SIGKILL);
    cr_assert_eq(ledger_claim(bench.writer, 0, VIEW("menciones"), 0, &claim), LEDGER_AWAY);
    test_bench_close(&bench);
    stop(&server);
}

Test(redis_tls, who_cannot_be_verified_is_not_spoken_to, .timeout = 60)
{
    static const struct {
        const char *host, *rest, *trouble;
    } rows[] = {
        { "localhost", "?ca=@/ca.crt", NULL },
        { "127.0.0.1", "?ca=@/ca.crt", NULL },
        { "localhost", "",
                "certificate of localhost" }, /* the system does not know our authority */
        { "localhost", "?ca=@/stranger.crt", "certificate of localhost" },
        { "localhost", "?ca=@/missing.crt", "cannot read authorities" },
        { "localhost", "?ca=@/ca.crt&cert=@/server.crt&key=@/other.key", "key=" },
    };
    char trouble[160];
    struct tls_server server;

    start(&server, "server", "no");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum ledger_outcome outcome = check(&server, rows[i].host, rows[i].rest, trouble);
        cr_assert_eq(outcome == LEDGER_OK, rows[i].trouble == NULL, "row %zu: %s", i, trouble);
        cr_assert(rows[i].trouble == NULL || strstr(trouble, rows[i].trouble) != NULL,
                "row %zu: %s", i, trouble);
    }
    stop(&server);
}

Test(redis_tls, a_certificate_for_another_name_is_refused, .timeout = 60)
{
    char trouble[160];
    struct tls_server server;

    start(&server, "other", "no");
    cr_assert_neq(check(&server, "localhost", "?ca=@/ca.crt", trouble), LEDGER_OK);
    cr_assert_not_null(strstr(trouble, "ostname mismatch"), "%s", trouble);
    cr_assert_neq(check(&server, "127.0.0.1", "?ca=@/ca.crt", trouble), LEDGER_OK);
    cr_assert_not_null(strstr(trouble, "address mismatch"), "%s", trouble);
    stop(&server);
}

Test(redis_tls, a_server_may_ask_who_we_are, .timeout = 60)
{
    char trouble[160];
    struct tls_server server;

    start(&server, "server", "yes");
    cr_assert_neq(check(&server, "localhost", "?ca=@/ca.crt", trouble), LEDGER_OK);
    cr_assert_eq(
            check(&server, "localhost", "?ca=@/ca.crt&cert=@/other.crt&key=@/other.key", trouble),
            LEDGER_OK, "%s", trouble);
    stop(&server);
}

Test(redis_tls, a_server_without_it_is_not_waited_for_for_ever, .timeout = 60)
{
    char url[64];
    char trouble[160];
    struct tls_server server;

    start(&server, "server", "no");
    snprintf(url, sizeof url, "rediss://localhost:%d", server.open_port);
    struct ledger *ledger = test_ledger_make(NULL, url, 4);
    int64_t begin = clock_monotonic_ms();
    cr_assert_eq(ledger_check(ledger, trouble), LEDGER_AWAY);
    cr_assert_not_null(strstr(trouble, "TLS"), "%s", trouble);
    cr_assert_lt(clock_monotonic_ms() - begin, 10000);
    ledger_destroy(&ledger);
    stop(&server);
}
