/* What is wrong with a settings file is told with its place and with what to do; all at once. */
#include "fixture.h"

#include <sys/stat.h>
#include <unistd.h>

struct row {
    const char *text;
    const char *place; /* "rebato.yaml:2:1: error" */
    const char *what;
    const char *advice;
};

static const struct row rows[] = {
    /* keys */
    { "lang: es\n", "rebato.yaml:1:1: error", "the schema is missing", "schema: rebato/config/v1" },
    { "schema: rebato/config/v2\n", "rebato.yaml:1:9: error", "an unknown schema",
            "rebato/config/v1" },
    { FILE_OF("lnag: es\n"), "rebato.yaml:2:1: error", "unknown key \"lnag\"",
            "did you mean \"lang\"?" },
    { FILE_OF("plugins: [a]\n"), "rebato.yaml:2:1: error", "unknown key \"plugins\"",
            "known here:" },
    { FILE_OF("lang: es\nlang: en\n"), "rebato.yaml:3:1: error", "key \"lang\" again", "keep one" },
    { FILE_OF("input: {late: {alow: 30s}}\n"), "rebato.yaml:2:16: error", "unknown key \"alow\"",
            "did you mean \"allow\"?" },
    { FILE_OF("redis:\n"), "rebato.yaml:2:", "a map of keys is expected", "key: value" },
    { FILE_OF("redis: [a]\n"), "rebato.yaml:2:8: error", "a map of keys is expected",
            "key: value" },
    { "", "rebato.yaml", "error", "" },
    { "- a\n", "rebato.yaml:1:1: error", "a map of keys is expected", "key: value" },
    /* keys that live elsewhere or come later */
    { FILE_OF("brands: [{id: whatsapp}]\n"), "rebato.yaml:2:1: error", "brands are not settings",
            "brands live in rule files" },
    { FILE_OF("alerts: {group_by: [brand]}\n"), "rebato.yaml:2:1: error", "no routes",
            "every channel gets every alert" },
    { FILE_OF("privacy: {authors: hash}\n"), "rebato.yaml:2:1: error", "privacy", "hashes" },
    { FILE_OF("web: {listen: 'localhost:1', tls: on}\n"), "rebato.yaml:2:30: error", "plain HTTP",
            "proxy" },
    { FILE_OF("input: {dedupe: {by: id}}\n"), "rebato.yaml:2:18: error", "platform and id",
            "remove it" },
    /* plain values */
    { FILE_OF("lang: fr\n"), "rebato.yaml:2:7: error", "\"fr\" is not known here", "es" },
    { FILE_OF("log: {level: wran}\n"), "rebato.yaml:2:14: error", "\"wran\"",
            "did you mean \"warn\"?" },
    { FILE_OF("workers: 0\n"), "rebato.yaml:2:10: error", "workers is 1 to 64 threads", "group" },
    { FILE_OF("workers: 65\n"), "rebato.yaml:2:10: error", "workers is 1 to 64 threads", "group" },
    { FILE_OF("workers: many\n"), "rebato.yaml:2:10: error", "a whole number is expected", "" },
    { FILE_OF("workers:\n"), "rebato.yaml:2:", "a whole number is expected", "" },
    { FILE_OF("linger: 9ms\n"), "rebato.yaml:2:9: error", "linger is 10ms to 5s", "fresher" },
    { FILE_OF("linger: soon\n"), "rebato.yaml:2:9: error", "a span of time", "" },
    { FILE_OF("input: {late: {allow: 2h}}\n"), "rebato.yaml:2:23: error", "allow is 0s to 1h",
            "late" },
    { FILE_OF("redis: {retention: {10s: 1m}}\n"), "rebato.yaml:2:26: error", "10s is 10m to", "" },
    { FILE_OF("timezone: ''\n"), "rebato.yaml:2:12: error", "the text is empty",
            "leave the key out" },
    { FILE_OF("timezone: \"a\\0b\"\n"), "rebato.yaml:2:12: error", "a control character",
            "one line" },
    /* input */
    { FILE_OF("input: {kafka: {brokers: 'kafka://a:9092'}}\n"), "rebato.yaml:2:27: error",
            "a broker is host:port", "localhost:9092" },
    { FILE_OF("input: {kafka: {brokers: []}}\n"), "rebato.yaml:2:26: error", "1 to 64 entries",
            "" },
    { FILE_OF("input: {kafka: {topics: ['a b']}}\n"), "rebato.yaml:2:27: error",
            "not a topic's name", "begins with ^" },
    { FILE_OF("input: {kafka: {start: earlyest}}\n"), "rebato.yaml:2:24: error",
            "no place to start", "did you mean \"earliest\"?" },
    { FILE_OF("input: {kafka: {start: 2014-02-31}}\n"), "rebato.yaml:2:24: error",
            "no place to start", "committed" },
    { FILE_OF("input: {kafka: {properties: {enable.auto.commit: true}}}\n"),
            "rebato.yaml:2:30: error",
            "enable.auto.commit cannot be set: offsets are committed once they are counted",
            "remove it" },
    { FILE_OF("input: {kafka: {properties: {group.id: a}}}\n"), "rebato.yaml:2:30: error",
            "group.id cannot be set", "remove it" },
    { FILE_OF("input: {kafka: {properties: [a]}}\n"), "rebato.yaml:2:29: error",
            "a map of keys is expected", "" },
    { FILE_OF("input: {kafka: {properties: {a.b: {c: d}}}}\n"), "rebato.yaml:2:35: error",
            "text is expected here, not a map", "" },
    { FILE_OF("input: {shape: x-v3}\n"), "rebato.yaml:2:16: error", "\"x-v3\" is not known",
            "did you mean \"x-v2\"?" },
    { FILE_OF("input: {fields: {txt: /a}}\n"), "rebato.yaml:2:18: error", "unknown key \"txt\"",
            "did you mean \"text\"?" },
    { FILE_OF("input: {fields: {text: body}}\n"), "rebato.yaml:2:24: error", "not a JSON pointer",
            "/user/id" },
    { FILE_OF("rules: [no-such-folder/*.yaml]\n"), "rebato.yaml:2:9: error",
            "no rule file is there", "folder of this file" },
    /* redis */
    { FILE_OF("redis: {url: 'http://redis'}\n"), "rebato.yaml:2:15: error", "no known form",
            "unix:/path" },
    { FILE_OF("redis: {namespace: Main}\n"), "rebato.yaml:2:20: error", "a namespace is 1 to 32",
            "prod-es" },
    { FILE_OF("redis: {shards: 257}\n"), "rebato.yaml:2:17: error", "shards is 1 to 256", "fixed" },
    { FILE_OF("redis: {url_file: /no/such/file}\n"), "rebato.yaml:2:19: error",
            "cannot read the secret's file: No such file", "check the path" },
    { FILE_OF("redis: {url_file: /tmp}\n"), "rebato.yaml:2:19: error",
            "cannot read the secret's file", "check the path" },
    /* web */
    { FILE_OF("web: {listen: '8080'}\n"), "rebato.yaml:2:16: error", "host:port",
            "127.0.0.1:8080" },
    { FILE_OF("web: {listen: 'a:65536'}\n"), "rebato.yaml:2:16: error", "host:port",
            "127.0.0.1:8080" },
    { FILE_OF("web: {external_url: rebato}\n"), "rebato.yaml:2:21: error", "a browser",
            "https://" },
    /* channels */
    { FILE_OF("channels: {a: {stream: stdout}}\n"), "rebato.yaml:2:15: error",
            "the channel's type is missing", "terminal, webhook, kafka, file" },
    { FILE_OF("channels: {a: {}}\n"), "rebato.yaml:2:15: error", "the channel's type is missing",
            "terminal, webhook, kafka, file" },
    { FILE_OF("channels: {a: {type: webhok}}\n"), "rebato.yaml:2:22: error", "\"webhok\"",
            "did you mean \"webhook\"?" },
    { FILE_OF("channels: {a: {type: slack, url: 'https://x'}}\n"), "rebato.yaml:2:22: error",
            "no channel of type slack", "use a webhook" },
    { FILE_OF("channels: {a: {type: terminal}, a: {type: terminal}}\n"), "rebato.yaml:2:33: error",
            "key \"a\" again", "keep one" },
    { FILE_OF("channels: {'a b': {type: terminal}}\n"), "rebato.yaml:2:13: error",
            "a channel's name", "letters" },
    { FILE_OF("channels: {a: {type: webhook, ulr: 'https://x'}}\n"), "rebato.yaml:2:31: error",
            "has no option \"ulr\"", "did you mean \"url\"?" },
    { FILE_OF("channels: {a: {type: webhook}}\n"), "rebato.yaml:2:15: error",
            "option \"url\" is missing", "_file" },
    { FILE_OF("channels: {a: {type: kafka, topic: t}}\n"), "rebato.yaml:2:15: error",
            "option \"brokers\" is missing", "write it" },
    { FILE_OF("channels: {a: {type: kafka, topic: t, brokers: b, topics: c}}\n"),
            "rebato.yaml:2:51: error", "has no option \"topics\"", "did you mean \"topic\"?" },
    { FILE_OF("channels: {a: {type: file}}\n"), "rebato.yaml:2:15: error",
            "option \"path\" is missing", "" },
    { FILE_OF("channels: {a: {type: webhook, url: u, url_file: f}}\n"), "rebato.yaml:2:39: error",
            "\"url\" is given twice", "keep the one from the file" },
    { FILE_OF("channels: [a]\n"), "rebato.yaml:2:11: error", "a map of keys is expected", "" },
    /* the environment */
    { FILE_OF("lang: ${REBATO_TEST_NO_SUCH_NAME}\n"), "rebato.yaml:2:7: error", "is not set",
            ":-default}" },
};

Test(settings_faults, each_is_told_with_its_place_and_advice)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reading *reading = reading_of(rows[i].text);
        cr_expect_not(reading->fine, "row %zu: %s", i, rows[i].text);
        cr_expect_not_null(strstr(reading->faults, rows[i].place), "row %zu: %s is not in\n%s", i,
                rows[i].place, reading->faults);
        cr_expect_not_null(strstr(reading->faults, rows[i].what), "row %zu: %s is not in\n%s", i,
                rows[i].what, reading->faults);
        const char *advice = strstr(reading->faults, "advice: ");
        cr_expect(rows[i].advice[0] == '\0' ||
                          (advice != NULL && strstr(advice, rows[i].advice) != NULL) ||
                          strstr(reading->faults, rows[i].advice) != NULL,
                "row %zu: %s is not in\n%s", i, rows[i].advice, reading->faults);
        reading_end(reading);
    }
}

Test(settings_faults, all_are_told_at_once)
{
    struct reading *reading = reading_of(FILE_OF("lang: fr\nworkers: 0\nlog: {level: loud}\n"
                                                 "brands: []\nchannels: {a: {type: file}}\n"));

    for (int line = 2; line <= 6; line++) {
        char place[32];
        snprintf(place, sizeof place, "rebato.yaml:%d:", line);
        cr_expect_not_null(
                strstr(reading->faults, place), "%s is not in\n%s", place, reading->faults);
    }
    reading_end(reading);
}

Test(settings_faults, a_wrong_value_leaves_the_normal_one)
{
    struct reading *reading = reading_of(FILE_OF("linger: 1h\nredis: {shards: 0}\n"));

    cr_expect_not(reading->fine);
    cr_expect_eq(reading->settings.linger_ms, 200);
    cr_expect_eq(reading->settings.redis_shards, 8);
    reading_end(reading);
}

Test(settings_faults, what_the_environment_holds_is_not_printed)
{
    static const char *const texts[] = {
        FILE_OF("redis: {url: 'redis://:${REBATO_TEST_PASSWORD}@host:port', shards: 0}\n"),
        FILE_OF("lang: ${REBATO_TEST_PASSWORD}\n"),
        FILE_OF("workers: ${REBATO_TEST_PASSWORD}\n"),
        FILE_OF("redis: {${REBATO_TEST_PASSWORD}: 1, timeout: x}\n"),
        FILE_OF("channels: {a: {type: terminal, ${REBATO_TEST_PASSWORD}: b}}\n"),
        FILE_OF("input: {kafka: {topics: ['${REBATO_TEST_PASSWORD} x'], start: x}}\n"),
    };

    setenv("REBATO_TEST_PASSWORD", "hunter2", 1);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct reading *reading = reading_of(texts[i]);
        cr_expect_not(reading->fine);
        cr_expect_null(strstr(reading->faults, "hunter2"), "%s", reading->faults);
        cr_expect_not_null(
                strstr(reading->faults, "${REBATO_TEST_PASSWORD}"), "%s", reading->faults);
        reading_end(reading);
    }
}

Test(settings_faults, a_file_that_is_not_there_is_told)
{
    struct settings settings;
    struct fault_list *faults = fault_list_create();

    settings_init(&settings);
    cr_expect_not(settings_read(&settings, "/no/such/rebato.yaml", faults));
    cr_expect_eq(fault_count(faults, FAULT_ERROR), 1);
    cr_expect_str_eq(fault_at(faults, 0)->file, "/no/such/rebato.yaml");
    settings_fini(&settings);
    fault_list_destroy(&faults);
}

Test(settings_faults, a_run_without_kafka_is_told)
{
    struct reading *reading = reading_of(FILE_OF("lang: es\n"));
    struct fault_list *faults = fault_list_create();

    cr_expect(reading->fine, "%s", reading->faults);
    cr_expect_not(settings_expect_input(&reading->settings, "rebato.yaml", faults));
    cr_expect_eq(fault_count(faults, FAULT_ERROR), 2);
    fault_list_destroy(&faults);
    reading_end(reading);
}
