/* What a settings file may say, and what holds where it says nothing. */
#include "app/settings/table.h"
#include "fixture.h"
#include "judge/judge.h"
#include "ledger/ledger.h"
#include "pipeline/live/live.h"

#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

static struct reading *
fine_reading_of(const char *text)
{
    struct reading *reading = reading_of(text);

    cr_assert(reading->fine, "%s", reading->faults);
    return reading;
}

Test(settings, every_key_is_read)
{
    struct reading *reading = fine_reading_of(
            FILE_OF("lang: en\n"
                    "timezone: Europe/Madrid\n"
                    "workers: 3\n"
                    "linger: 50ms\n"
                    "turn: 1s\n"
                    "input:\n"
                    "  shape: mastodon\n"
                    "  fields: {text: /a~1b, author_since: /c}\n"
                    "  max_age: 2d\n"
                    "  kafka:\n"
                    "    brokers: [a:9092, b:9092]\n"
                    "    topics: [menciones, '^otras-.*']\n"
                    "    group: g\n"
                    "    start: 2014-02-22T18:00:00Z\n"
                    "    properties: {security.protocol: SSL, fetch.min.bytes: 10}\n"
                    "  late: {allow: 45, idle: 1m}\n"
                    "  dedupe: {over: 0}\n"
                    "redis:\n"
                    "  url: redis://u:p@h:1/2\n"
                    "  namespace: prod-es\n"
                    "  shards: 16\n"
                    "  timeout: 250ms\n"
                    "  retention: {10s: 48h, 5m: 70d, 1h: 300d}\n"
                    "judge: {deployment: es, sensitivity: more, learning: 7d, cool_after: 5m,\n"
                    "  resolve_after: 30m, reopen_within: 1h}\n"
                    "web: {listen: '127.0.0.1:8080', external_url: 'https://rebato.example.org'}\n"
                    "log: {level: debug, format: json}\n"));
    const struct settings *settings = &reading->settings;

    cr_expect_eq(settings->lang, LANG_EN);
    cr_expect_str_eq(settings->timezone, "Europe/Madrid");
    cr_expect_eq(settings->workers, 3);
    cr_expect_eq(settings->linger_ms, 50);
    cr_expect_eq(settings->turn_ms, 1000);
    cr_expect_str_eq(settings->reader.shape, "mastodon");
    cr_expect_str_eq(settings->reader.pointers[READER_FIELD_text], "/a~1b");
    cr_expect_str_eq(settings->reader.pointers[READER_FIELD_author_since], "/c");
    cr_expect_null(settings->reader.pointers[READER_FIELD_time]);
    cr_expect_eq(settings->max_age_ms, 2 * 86400000LL);
    cr_expect_str_eq(settings->brokers, "a:9092,b:9092");
    cr_expect_eq(settings->topic_count, 2);
    cr_expect_str_eq(settings->topics[1], "^otras-.*");
    cr_expect_str_eq(settings->group, "g");
    cr_expect_eq(settings->start, START_TIME);
    cr_expect_eq(settings->start_time_ms, 1393092000000LL);
    cr_expect_eq(settings->property_count, 2);
    cr_expect_str_eq(settings->properties[1].name, "fetch.min.bytes");
    cr_expect_str_eq(settings->properties[1].value, "10");
    cr_expect_eq(settings->allow_ms, 45000);
    cr_expect_eq(settings->idle_ms, 60000);
    cr_expect_eq(settings->dedupe_records, 0);
    cr_expect_str_eq(settings->redis_url, "redis://u:p@h:1/2");
    cr_expect_str_eq(settings->redis_namespace, "prod-es");
    cr_expect_eq(settings->redis_shards, 16);
    cr_expect_eq(settings->redis_timeout_ms, 250);
    cr_expect_eq(settings->retain_10s_ms, 48 * 3600000LL);
    cr_expect_eq(settings->retain_5m_ms, 70 * 86400000LL);
    cr_expect_eq(settings->retain_1h_ms, 300 * 86400000LL);
    cr_expect_str_eq(settings->deployment, "es");
    cr_expect_eq(settings->sensitivity, SENSITIVITY_MORE);
    cr_expect(settings->has_sensitivity);
    cr_expect_eq(settings->learning_ms, 7 * 86400000LL);
    cr_expect_eq(settings->cool_after_ms, 300000);
    cr_expect_eq(settings->resolve_after_ms, 1800000);
    cr_expect_eq(settings->reopen_within_ms, 3600000);
    cr_expect_str_eq(settings->web_listen, "127.0.0.1:8080");
    cr_expect_str_eq(settings->external_url, "https://rebato.example.org");
    cr_expect_eq(settings->log_level, LOG_DEBUG);
    cr_expect_eq(settings->log_format, LOG_JSON);
    reading_end(reading);
}

/* The table repeats what other folders hold for normal, so that people can read it in one place. */
Test(settings, normal_values_are_those_of_the_folders_they_go_to)
{
    struct settings settings;
    struct judge_settings judge;
    struct ledger_options ledger;
    struct live_options live;

    settings_init(&settings);
    judge_settings_init(&judge);
    ledger_options_init(&ledger);
    cr_expect_eq(settings.learning_ms, judge.learning_ms);
    cr_expect_eq(settings.cool_after_ms, judge.cool_after_ms);
    cr_expect_eq(settings.resolve_after_ms, judge.resolve_after_ms);
    cr_expect_eq(settings.reopen_within_ms, judge.reopen_within_ms);
    cr_expect_str_eq(settings.redis_url, ledger.url);
    cr_expect_str_eq(settings.redis_namespace, ledger.name_space);
    cr_expect_str_eq(settings.deployment, ledger.name_space);
    cr_expect_eq(settings.redis_shards, ledger.shards);
    cr_expect_eq(settings.redis_timeout_ms, ledger.timeout_ms);
    cr_expect_eq(settings.retain_10s_ms, ledger.retain_10s_ms);
    cr_expect_eq(settings.retain_5m_ms, ledger.retain_5m_ms);
    cr_expect_eq(settings.retain_1h_ms, ledger.retain_1h_ms);
    live_options_init(&live, NULL, &judge);
    cr_expect_eq(settings.allow_ms, live.allow_ms);
    cr_expect_eq(settings.turn_ms, live.turn_ms);
    cr_expect_eq(settings.linger_ms, live.worker.linger_ms);
    cr_expect_eq(settings.idle_ms, live.worker.idle_ms);
    cr_expect_eq(settings.dedupe_records, live.worker.engine.partition.dedupe_records);
    cr_expect_eq(settings.max_age_ms, live.worker.engine.partition.max_age_ms);
    cr_expect_eq(settings.lang, live.lang);
    cr_expect_geq(settings.workers, 1);
    cr_expect_not(settings.has_sensitivity);
    cr_expect_null(settings.web_listen);
    settings_fini(&settings);
}

Test(settings, texts_may_stand_alone_or_in_a_list)
{
    struct reading *reading =
            fine_reading_of(FILE_OF("input: {kafka: {brokers: 'a:1,b:2', topics: t}}\n"));

    cr_expect_str_eq(reading->settings.brokers, "a:1,b:2");
    cr_expect_eq(reading->settings.topic_count, 1);
    reading_end(reading);
}

Test(settings, start_is_a_word_or_a_time)
{
    static const struct {
        const char *text;
        enum start_policy start;
    } rows[] = { { "committed", START_COMMITTED }, { "earliest", START_EARLIEST },
        { "latest", START_LATEST }, { "2014-02-22", START_TIME }, { "1393092000", START_TIME } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[128];
        snprintf(text, sizeof text, FILE_OF("input: {kafka: {start: %s}}\n"), rows[i].text);
        struct reading *reading = fine_reading_of(text);
        cr_expect_eq(reading->settings.start, rows[i].start, "%s", rows[i].text);
        reading_end(reading);
    }
}

Test(settings, the_deployment_is_the_namespace_unless_it_is_said)
{
    struct reading *reading = fine_reading_of(FILE_OF("redis: {namespace: prod}\n"));

    cr_expect_str_eq(reading->settings.deployment, "prod");
    reading_end(reading);
}

Test(settings, variables_come_from_the_environment)
{
    setenv("REBATO_TEST_TOPIC", "menciones", 1);
    struct reading *reading = fine_reading_of(FILE_OF(
            "input: {kafka: {topics: '${REBATO_TEST_TOPIC}', group: '${REBATO_NONE:-g}'}}\n"));

    cr_expect_str_eq(reading->settings.topics[0], "menciones");
    cr_expect_str_eq(reading->settings.group, "g");
    reading_end(reading);
}

/* ---- channels ---- */

static const char *
option(const struct settings_channel *channel, const char *name)
{
    for (size_t i = 0; i < channel->option_count; i++) {
        if (strcmp(channel->options[i].name, name) == 0) {
            return channel->options[i].value;
        }
    }
    return "";
}

Test(settings, channels_keep_their_order_and_options)
{
    struct reading *reading =
            fine_reading_of(FILE_OF("lang: en\n"
                                    "input: {kafka: {brokers: k:9092}}\n"
                                    "channels:\n"
                                    "  pantalla: {type: terminal, stream: stderr}\n"
                                    "  sala: {type: webhook, url: 'https://example.org/x', "
                                    "timeout: 3s, allow_private: true}\n"
                                    "  bus: {type: kafka, topic: alertas, compression.type: zstd}\n"
                                    "  otro: {type: kafka, topic: alertas, brokers: other:9092}\n"
                                    "  libro: {type: file, path: /var/log/a.ndjson}\n"));
    const struct settings_channel *channels = reading->settings.channels;

    cr_assert_eq(reading->settings.channel_count, 5);
    cr_expect_str_eq(channels[0].name, "pantalla");
    cr_expect_str_eq(channels[0].type, "terminal");
    cr_expect_str_eq(option(&channels[0], "stream"), "stderr");
    cr_expect_str_eq(option(&channels[0], "lang"), "en", "the file's language");
    cr_expect_eq(channels[1].line, 6);
    cr_expect_str_eq(option(&channels[1], "allow_private"), "true");
    cr_expect_str_eq(option(&channels[1], "lang"), "", "a webhook has no language");
    cr_expect_str_eq(option(&channels[2], "brokers"), "k:9092", "the input's brokers");
    cr_expect_str_eq(option(&channels[2], "compression.type"), "zstd");
    cr_expect_str_eq(option(&channels[3], "brokers"), "other:9092");
    cr_expect_str_eq(channels[4].name, "libro");
    reading_end(reading);
}

/* ---- files ---- */

struct folder {
    char path[64];
};

static struct folder
folder_make(void)
{
    struct folder folder = { .path = "/tmp/rebato-settings-XXXXXX" };

    cr_assert_not_null(mkdtemp(folder.path));
    return folder;
}

static void
folder_write(const struct folder *folder, const char *name, const char *text, mode_t mode)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    FILE *out = fopen(path, "wb");
    cr_assert_not_null(out);
    fputs(text, out);
    (void)fclose(out);
    cr_assert_eq(chmod(path, mode), 0);
}

static void
folder_remove(const struct folder *folder, const char *const *names, size_t count)
{
    char path[128];

    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder->path, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder->path);
}

Test(settings, secrets_are_read_from_files_beside_and_trimmed)
{
    static const char *const names[] = { "redis", "hook", "rebato.yaml" };
    struct folder folder = folder_make();
    struct fault_list *faults = fault_list_create();
    struct settings settings;
    char path[128];

    folder_write(&folder, "redis", "  redis://:hunter2@h:6379/0 \n", 0600);
    folder_write(&folder, "hook", "https://example.org/hook/hunter2\n", 0644);
    folder_write(&folder, "rebato.yaml",
            FILE_OF("redis: {url_file: redis}\nchannels: {a: {type: webhook, url_file: hook}}\n"),
            0600);
    snprintf(path, sizeof path, "%s/rebato.yaml", folder.path);
    settings_init(&settings);
    cr_expect(settings_read(&settings, path, faults));
    cr_expect_str_eq(settings.redis_url, "redis://:hunter2@h:6379/0");
    cr_expect_str_eq(option(&settings.channels[0], "url"), "https://example.org/hook/hunter2");
    cr_expect_eq(settings.secret_count, 2);
    /* The one that others may read is told. */
    cr_assert_eq(fault_count(faults, FAULT_WARNING), 1);
    cr_expect_eq(fault_at(faults, 0)->line, 3);
    cr_expect_not_null(strstr(fault_at(faults, 0)->what, "644"));
    char *shown = settings_show(&settings);
    cr_expect_null(strstr(shown, "hunter2"), "%s", shown);
    free(shown);
    settings_fini(&settings);
    fault_list_destroy(&faults);
    folder_remove(&folder, names, 3);
}

Test(settings, an_empty_secret_and_a_second_url_are_faults)
{
    static const char *const names[] = { "empty" };
    struct folder folder = folder_make();
    char text[256];

    folder_write(&folder, "empty", " \n", 0600);
    snprintf(text, sizeof text, FILE_OF("redis: {url_file: %s/empty}\n"), folder.path);
    struct reading *reading = reading_of(text);
    cr_expect_not_null(
            strstr(reading->faults, "the secret's file is empty"), "%s", reading->faults);
    reading_end(reading);
    snprintf(text, sizeof text, FILE_OF("redis: {url: 'unix:/a', url_file: %s/empty}\n"),
            folder.path);
    reading = reading_of(text);
    cr_expect_not_null(strstr(reading->faults, "both given"), "%s", reading->faults);
    reading_end(reading);
    folder_remove(&folder, names, 1);
}

Test(settings, rule_patterns_are_expanded_from_the_folder_of_the_file)
{
    static const char *const names[] = { "b.yaml", "a.yaml", "c.txt", "rebato.yaml" };
    struct folder folder = folder_make();
    struct fault_list *faults = fault_list_create();
    struct settings settings;
    char path[128];
    char expected[128];

    for (size_t i = 0; i < 3; i++) {
        folder_write(&folder, names[i], "x", 0600);
    }
    folder_write(&folder, "rebato.yaml", FILE_OF("rules: ['[ab].yaml', /dev/null]\n"), 0600);
    snprintf(path, sizeof path, "%s/rebato.yaml", folder.path);
    snprintf(expected, sizeof expected, "%s/a.yaml", folder.path);
    settings_init(&settings);
    cr_expect(settings_read(&settings, path, faults));
    cr_assert_eq(settings.rule_count, 3);
    cr_expect_str_eq(settings.rules[0], expected);
    cr_expect_str_eq(settings.rules[2], "/dev/null");
    settings_fini(&settings);
    fault_list_destroy(&faults);
    folder_remove(&folder, names, 4);
}

/* ---- sample, schema, show ---- */

Test(settings, the_sample_is_read_without_a_fault_and_says_the_normal_values)
{
    struct settings normal;
    char *sample = settings_sample();
    struct reading *reading = fine_reading_of(sample);
    struct settings *settings = &reading->settings;

    cr_expect_str_eq(reading->faults, "");
    settings_init(&normal);
    /* Only what a run cannot do without is another value than the normal one. */
    cr_expect_str_eq(settings->brokers, "localhost:9092");
    cr_expect_eq(settings->topic_count, 1);
    cr_expect_eq(settings->channel_count, 1);
    cr_expect_eq(settings->linger_ms, normal.linger_ms);
    cr_expect_eq(settings->dedupe_records, normal.dedupe_records);
    cr_expect_eq(settings->retain_1h_ms, normal.retain_1h_ms);
    cr_expect_eq(settings->learning_ms, normal.learning_ms);
    cr_expect_eq(settings->workers, normal.workers);
    cr_expect_eq(settings->has_sensitivity, 0);
    settings_fini(&normal);
    reading_end(reading);
    free(sample);
}

/* Taking the # off the lines that show a setting gives a file that is right as well. */
Test(settings, the_sample_names_every_setting)
{
    char *sample = settings_sample();

    for (size_t i = 0; i < setting_row_count; i++) {
        char key[64];
        snprintf(key, sizeof key, "%s:", setting_rows[i].key);
        cr_expect_not_null(strstr(sample, key), "%s", setting_rows[i].key);
        cr_expect_not_null(strstr(sample, setting_rows[i].why), "%s", setting_rows[i].why);
    }
    free(sample);
}

Test(settings, the_schema_is_json_and_names_every_setting)
{
    char *text = settings_schema();
    json_error_t error;
    json_t *schema = json_loads(text, JSON_REJECT_DUPLICATES, &error);

    cr_assert_not_null(schema, "%s", error.text);
    for (size_t i = 0; i < setting_row_count; i++) {
        const char *section = setting_rows[i].section;
        json_t *at = schema;
        while (*section != '\0') {
            char key[32];
            size_t size = strcspn(section, ".");
            view_copy((struct view){ .at = section, .size = size }, key, sizeof key);
            at = json_object_get(json_object_get(at, "properties"), key);
            section += size + (section[size] == '.');
        }
        cr_expect_not_null(json_object_get(json_object_get(at, "properties"), setting_rows[i].key),
                "%s.%s", setting_rows[i].section, setting_rows[i].key);
    }
    cr_expect(json_is_false(json_object_get(schema, "additionalProperties")));
    json_decref(schema);
    free(text);
}

Test(settings, what_is_shown_can_be_read_again)
{
    struct reading *reading = fine_reading_of(FILE_OF(
            "linger: 50ms\n"
            "input: {kafka: {brokers: [a:1, b:2], topics: ['^\"x\\\\.y'], start: 2014-02-22},\n"
            "  fields: {text: /a}, late: {allow: 90s}, dedupe: {over: 7}}\n"
            "redis: {retention: {10s: 36h}}\n"
            "judge: {sensitivity: fewer}\n"
            "web: {listen: '[::1]:0'}\n"
            "channels: {a: {type: terminal}, b: {type: file, path: 'c:d'}}\n"));
    char *shown = settings_show(&reading->settings);
    struct reading *again = fine_reading_of(shown);
    char *second = settings_show(&again->settings);

    cr_expect_str_eq(second, shown);
    cr_expect_str_eq(again->settings.topics[0], reading->settings.topics[0]);
    cr_expect_eq(again->settings.retain_10s_ms, 36 * 3600000LL);
    cr_expect_eq(again->settings.sensitivity, SENSITIVITY_FEWER);
    cr_expect_eq(again->settings.channel_count, 2);
    free(second);
    reading_end(again);
    free(shown);
    reading_end(reading);
}

Test(settings, what_is_shown_holds_no_secret)
{
    static const char *const rows[] = {
        "redis: {url: 'redis://user:hunter2@h:1/0'}\n",
        "redis: {url: 'redis://:hunter2@h'}\n",
        "input: {kafka: {properties: {sasl.password: hunter2}}}\n",
        "input: {kafka: {properties: {ssl.key.pem: hunter2}}}\n",
        "input: {kafka: {properties: {ssl.keystore.password: hunter2}}}\n",
        "input: {kafka: {properties: {sasl.oauthbearer.client.secret: hunter2}}}\n",
        "input: {kafka: {properties: {sasl.oauthbearer.config: hunter2}}}\n",
        "channels: {a: {type: webhook, url: 'https://example.org/services/hunter2'}}\n",
        "channels: {a: {type: webhook, url: 'https://example.org?token=hunter2'}}\n",
        "channels: {a: {type: webhook, url: 'https://me:hunter2@example.org'}}\n",
        "channels: {a: {type: webhook, url: 'https://example.org', secret: whsec_hunter2}}\n",
        "channels: {a: {type: kafka, brokers: b, topic: t, sasl.password: hunter2}}\n",
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, FILE_OF("%s"), rows[i]);
        struct reading *reading = fine_reading_of(text);
        char *shown = settings_show(&reading->settings);
        cr_expect_null(strstr(shown, "hunter2"), "%s", shown);
        cr_expect_not_null(strstr(shown, "***"), "%s", shown);
        free(shown);
        reading_end(reading);
    }
}

Test(settings, what_is_no_secret_is_shown)
{
    struct reading *reading = fine_reading_of(
            FILE_OF("redis: {url: 'redis://h:1/3', namespace: prod}\n"
                    "input: {kafka: {properties: {security.protocol: SASL_SSL}}}\n"
                    "channels: {a: {type: webhook, url: 'https://example.org', timeout: 3s}}\n"));
    char *shown = settings_show(&reading->settings);

    cr_expect_null(strstr(shown, "***"), "%s", shown);
    cr_expect_not_null(strstr(shown, "redis://h:1/3"), "%s", shown);
    cr_expect_not_null(strstr(shown, "SASL_SSL"), "%s", shown);
    cr_expect_not_null(strstr(shown, "https://example.org"), "%s", shown);
    free(shown);
    reading_end(reading);
}
