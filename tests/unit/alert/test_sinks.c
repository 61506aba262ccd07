#include "alert/sink.h"
#include "fixture.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct notice
notice_of(const char *json)
{
    return (struct notice){ .key = VIEW("9f2c:3"),
        .incident = VIEW("9f2c"),
        .kind = VIEW("opened"),
        .json = view_of(json) };
}

static char *
contents(const char *path)
{
    static char text[16384];
    int file = open(path, O_RDONLY);
    ssize_t size = read(file, text, sizeof text - 1);

    close(file);
    text[size < 0 ? 0 : size] = '\0';
    return text;
}

static void
temporary(char path[32])
{
    memcpy(path, "/tmp/rebato-sink-XXXXXX", 24);
    int file = mkstemp(path);
    cr_assert_geq(file, 0);
    close(file);
}

Test(sinks, types_and_options_are_checked)
{
    static const struct {
        const char *type;
        struct sink_option options[2];
        size_t count;
        const char *named;
    } rows[] = {
        { "carrier-pigeon", { { 0 } }, 0, "carrier-pigeon" },
        { "file", { { 0 } }, 0, "path" },
        { "file", { { "path", "x" }, { "mode", "a" } }, 2, "mode" },
        { "terminal", { { "lang", "fr" } }, 1, "fr" },
        { "terminal", { { "stream", "both" } }, 1, "both" },
        { "kafka", { { "brokers", "127.0.0.1:1" } }, 1, "topic" },
        { "kafka", { { "topic", "alertas" } }, 1, "brokers" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char trouble[256];
        cr_expect_null(sink_create("x", rows[i].type, rows[i].options, rows[i].count, trouble),
                "row %zu", i);
        cr_expect_not_null(strstr(trouble, rows[i].named), "row %zu: %s", i, trouble);
    }
}

Test(sinks, kafka_names_the_property_that_is_wrong)
{
    const struct sink_option options[] = { { "brokers", "127.0.0.1:1" }, { "topic", "alertas" },
        { "no.such.property", "1" } };
    char trouble[256];

    cr_expect_null(sink_create("bus", "kafka", options, 3, trouble));
    cr_expect_not_null(strstr(trouble, "no.such.property"), "%s", trouble);
}

Test(sinks, file_appends_one_line_for_each_notice)
{
    char path[32];
    char trouble[256];
    temporary(path);
    const struct sink_option options[] = { { "path", path } };
    struct sink *sink = sink_create("log", "file", options, 1, trouble);
    struct notice one = notice_of("{\"a\":1}");
    struct notice two = notice_of("{\"a\":2}");

    cr_assert_str_eq(sink_name(sink), "log");
    cr_assert_eq(sink_deliver(sink, &one), SINK_DELIVERED);
    cr_assert_eq(sink_deliver(sink, &two), SINK_DELIVERED);
    cr_assert_str_eq(contents(path), "{\"a\":1}\n{\"a\":2}\n");
    unlink(path); /* rotated away */
    cr_assert_eq(sink_deliver(sink, &two), SINK_DELIVERED);
    cr_assert_str_eq(contents(path), "{\"a\":2}\n");
    unlink(path);
    sink_destroy(&sink);
    sink_destroy(&sink);
}

Test(sinks, file_that_cannot_be_written_is_tried_again)
{
    static const char *const paths[] = { "/nonexistent/folder/x", "/", "/dev/full" };

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        const struct sink_option options[] = { { "path", paths[i] } };
        char trouble[256];
        struct sink *sink = sink_create("log", "file", options, 1, trouble);
        struct notice one = notice_of("{}");
        cr_assert_eq(sink_deliver(sink, &one), SINK_RETRY, "%s", paths[i]);
        cr_assert_not_null(strstr(sink_trouble(sink), paths[i]), "%s", sink_trouble(sink));
        sink_destroy(&sink);
    }
}

Test(sinks, terminal_writes_plain_lines_into_a_file)
{
    char path[32];
    char trouble[256];
    temporary(path);
    const struct sink_option options[] = { { "lang", "en" }, { "stream", "stderr" } };
    struct sink *sink = sink_create("tty", "terminal", options, 2, trouble);
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_ES);
    char *payload = render_payload(&event, &context);
    struct notice good = notice_of(payload);
    struct notice bad = notice_of("{}");
    int kept = dup(STDERR_FILENO);
    int file = open(path, O_WRONLY);

    dup2(file, STDERR_FILENO);
    enum sink_outcome outcomes[] = { sink_deliver(sink, &good), sink_deliver(sink, &bad) };
    dup2(kept, STDERR_FILENO);
    cr_assert_eq(outcomes[0], SINK_DELIVERED);
    cr_assert_eq(outcomes[1], SINK_REFUSED);
    const char *text = contents(path);
    cr_assert_eq(strncmp(text, "CRITICAL · new incident · whatsapp", 34), 0, "%s", text);
    cr_assert_null(strchr(text, '\033'), "no colour where nobody looks");
    unlink(path);
    free(payload);
    sink_destroy(&sink);
}
