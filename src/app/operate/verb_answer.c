/*
 * rebato answer: the brand's own word, where it stands outside the stream.
 *
 * A press note, a banner in the app or a post on a platform that nobody collects answers people too. This verb makes
 * a mention of it, from the brand's official account: what the judge hears of it then is part of the log like any
 * other post, in a replay as well, and it is held to the same measure. What that measure makes of the words is said
 * first; nothing is sent unless it is asked for.
 */
#include "app/packs.h"
#include "app/settings/verb_settings.h"
#include "app/verbs.h"

#include "alert/sink.h"
#include "core/hash.h"
#include "core/process/clock.h"
#include "core/text/calendar.h"
#include "judge/judge.h"
#include "match/matcher.h"
#include "mention/reader.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPT_RULES, OPT_AT, OPT_LINK, OPT_SEND, OPT_CONFIG };

static const struct cli_option options[] = {
    { "rules", 'r', "PATH", "rule file or folder; repeat for more (default: the packs inside)" },
    { "at", 0, "TIME", "when it was published (default: now)" },
    { "link", 0, "URL", "where it can be read" },
    { "send", 0, NULL, "put it into the topic of --config; without it, it is only shown" },
    { "config", 'c', "FILE", "the settings of the daemon: topic, brokers and rules" },
};

struct answer {
    const struct rule_set *rules;
    const struct brand *brand;
    const struct account *account;
    const char *text;
    const char *link;
    int64_t time_ms;
    char *json; /* malloc'd */
    char id[32];
};

/* ---- the mention ---- */

static int
find_speaker(struct answer *answer, const char *brand)
{
    size_t index = rule_set_find_brand(answer->rules, view_of(brand));

    if (index == SIZE_MAX) {
        cli_complain("answer", "the ids stand in the brands' files, see --rules",
                "there is no brand \"%s\"", brand);
        return 0;
    }
    answer->brand = rule_set_brand(answer->rules, index);
    if (answer->brand->account_count == 0) {
        cli_complain("answer", "add one under official_accounts in the brand's file",
                "%s has no official account that could speak for it", brand);
        return 0;
    }
    answer->account = &answer->brand->accounts[0];
    return 1;
}

static json_t *
author_json(const struct account *account)
{
    json_t *author = json_object();

    if (account->id.size > 0) {
        json_object_set_new(author, "id", json_stringn(account->id.at, account->id.size));
    }
    if (account->handle.size > 0) {
        json_object_set_new(
                author, "handle", json_stringn(account->handle.at, account->handle.size));
    }
    return author;
}

/* The same words at the same time are the same answer: sent twice, they count once. */
static void
name_answer(struct answer *answer)
{
    uint64_t name = hash_bytes(answer->text, strlen(answer->text)) ^ (uint64_t)answer->time_ms;

    snprintf(answer->id, sizeof answer->id, "answer-%016" PRIx64, name);
}

static int
write_mention(struct answer *answer)
{
    char time[CALENDAR_TEXT_SIZE];
    json_t *json = json_object();
    json_t *text = json_string(answer->text);

    name_answer(answer);
    if (text == NULL) {
        cli_complain("answer", "write it in UTF-8", "the text is no valid UTF-8");
        json_decref(json);
        return 0;
    }
    json_object_set_new(json, "id", json_string(answer->id));
    json_object_set_new(json, "created_at", json_string(calendar_print(answer->time_ms, time)));
    json_object_set_new(json, "platform", json_string(platform_name(answer->account->platform)));
    json_object_set_new(json, "author", author_json(answer->account));
    json_object_set_new(json, "text", text);
    if (answer->link != NULL) {
        json_object_set_new(json, "url", json_string(answer->link));
    }
    answer->json = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(json);
    return answer->json != NULL;
}

/* ---- what the judge will make of it ---- */

static void
say_signals(const char *what, signal_set signals, enum signal_kind kind)
{
    const char *before = "";

    fprintf(stderr, "%s", what);
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((signals & SIGNAL_BIT(i)) != 0 && signal_kind_of((enum signal)i) == kind) {
            fprintf(stderr, "%s%s", before, signal_name((enum signal)i));
            before = ", ";
        }
    }
    fprintf(stderr, "%s\n", *before == '\0' ? "nothing" : "");
}

/* 1: it would stop the clock of an incident that it names. */
static int
say_verdict(signal_set said)
{
    int answers = judge_is_answer(said);
    int names = judge_matters_of(said) != 0;

    say_signals("it does:  ", said, SIGNAL_KIND_OFFICIAL);
    say_signals("it names: ", judge_matters_of(said), SIGNAL_KIND_COMPLAINT);
    if (!answers) {
        fputs("It stops no clock: nothing in it acknowledges, explains, instructs or resolves (or "
              "it denies).\n"
              "  say that you know of it, since when, and what people can do meanwhile\n",
                stderr);
    } else if (!names) {
        fputs("It stops no clock: it does not name what is wrong.\n"
              "  say it in plain words: \"payments fail\", \"the app is down\"\n",
                stderr);
    } else {
        fputs("It stops the clock of an incident about what it names.\n", stderr);
    }
    return answers && names;
}

/* Read as the daemon will read it. */
static int
weigh(const struct answer *answer)
{
    struct reader_options as_native = { .shape = "native" };
    struct reader_trouble trouble = { .field = "" };
    struct mention mention;
    struct match_result result = { .brand_count = 0 };
    struct reader *reader = reader_create(&as_native);
    struct matcher *matcher = matcher_create(answer->rules);
    signal_set said = 0;

    assert(reader != NULL && matcher != NULL);
    if (reader_read(reader, view_of(answer->json), &mention, &trouble) == REBATO_FATE_unmatched) {
        (void)matcher_match(matcher, &mention, &result);
    }
    for (size_t i = 0; i < result.brand_count; i++) {
        if (rule_set_brand(answer->rules, result.brands[i].brand) == answer->brand &&
                result.brands[i].relation == BRAND_SPEAKING) {
            said = result.brands[i].signals;
        }
    }
    reader_destroy(&reader);
    matcher_destroy(&matcher);
    return say_verdict(said);
}

/* ---- sending ---- */

static enum exit_code
deliver(const struct answer *answer, const struct settings *settings)
{
    struct sink_option list[SETTINGS_LIST_MAX + 2] = { { "brokers", settings->brokers },
        { "topic", settings->topics[0] } };
    size_t count = 2;
    char trouble[256];
    enum exit_code code = EXIT_AWAY;

    for (size_t i = 0; i < settings->property_count; i++) {
        list[count++] =
                (struct sink_option){ settings->properties[i].name, settings->properties[i].value };
    }
    struct sink *sink = sink_create("input", "kafka", list, count, trouble);
    if (sink == NULL) {
        cli_complain("answer", "see input.kafka in the settings", "%s", trouble);
        return EXIT_USAGE;
    }
    struct notice notice = { .key = view_of(answer->id),
        .incident = view_of(answer->id),
        .kind = VIEW("answer"),
        .json = view_of(answer->json) };
    if (sink_deliver(sink, &notice) == SINK_DELIVERED) {
        fprintf(stderr, "sent to %s\n", settings->topics[0]);
        code = EXIT_FINE;
    } else {
        char time[CALENDAR_TEXT_SIZE];
        char again[96];
        snprintf(again, sizeof again, "try it again with --at %s: however often, it counts once",
                calendar_print(answer->time_ms, time));
        cli_complain("answer", again, "not sent: %s", sink_trouble(sink));
    }
    sink_destroy(&sink);
    return code;
}

/* ---- the verb ---- */

static int
read_values(const struct cli_values *values, struct answer *answer)
{
    const char *at = cli_value(values, OPT_AT, NULL);

    if (values->rest_count != 2 || values->rest[1][0] == '\0') {
        cli_complain("answer", "rebato answer whatsapp \"We know that ...\"",
                "a brand and a text are needed, in quotes");
        return 0;
    }
    answer->text = values->rest[1];
    answer->link = cli_value(values, OPT_LINK, NULL);
    answer->time_ms = clock_wall_ms();
    return at == NULL || cli_time("answer", "at", at, &answer->time_ms);
}

/* Settings are only needed for sending, but whoever gives them wants their rules. */
static int
read_settings(const struct cli_values *values, struct settings *settings)
{
    const char *path = cli_value(values, OPT_CONFIG, NULL);
    int send = cli_count(values, OPT_SEND) > 0;

    if (path == NULL && !send) {
        settings_init(settings);
        return 1;
    }
    if (!verb_settings_read("answer", path, settings)) {
        return 0;
    }
    if (send && (settings->brokers == NULL || settings->topic_count == 0)) {
        cli_complain("answer", "give input.kafka its brokers and topics",
                "%s names no topic to send to", path);
        return 0;
    }
    return 1;
}

static const struct rule_set *
compile(const struct cli_values *values, const struct settings *settings, enum exit_code *code)
{
    if (cli_count(values, OPT_RULES) > 0) {
        return packs_compile(
                "answer", values->options[OPT_RULES].values, cli_count(values, OPT_RULES), code);
    }
    return packs_compile("answer", settings->rules, settings->rule_count, code);
}

static enum exit_code
show_or_send(struct answer *answer, const struct settings *settings, int send)
{
    int stops = weigh(answer);

    if (send) {
        return deliver(answer, settings);
    }
    puts(answer->json);
    return stops ? EXIT_FINE : EXIT_FINDINGS;
}

static enum exit_code
run_answer(int argc, char **argv)
{
    struct cli_values values;
    struct settings settings = { .memory = NULL };
    struct answer answer = { .json = NULL };
    enum exit_code code = EXIT_FINE;

    if (!cli_parse(&verb_answer, argc, argv, &values, &code)) {
        return code;
    }
    code = EXIT_USAGE;
    if (read_values(&values, &answer) && read_settings(&values, &settings)) {
        answer.rules = compile(&values, &settings, &code);
    }
    if (answer.rules != NULL) {
        code = find_speaker(&answer, values.rest[0]) && write_mention(&answer)
                       ? show_or_send(&answer, &settings, cli_count(&values, OPT_SEND) > 0)
                       : EXIT_USAGE;
    }
    free(answer.json);
    rule_set_destroy(&answer.rules);
    settings_fini(&settings);
    return code;
}

const struct cli_verb verb_answer = {
    .name = "answer",
    .summary = "the brand's own word, where it is not in the stream",
    .usage = "[-c FILE --send] [--at TIME] [--link URL] BRAND TEXT",
    .examples =
            "  rebato answer whatsapp \"We know that check-in fails since 9:40. Desks are open, "
            "we are sorry.\"\n"
            "  rebato answer -c rebato.yaml --send --at 2026-03-02T10:05:00Z --link "
            "https://example.com/news "
            "whatsapp \"...\"\n"
            "  rebato answer whatsapp \"...\" | kcat -P -b broker:9092 -t mentions\n"
            "Without --send it exits with 1 when the words would stop no clock.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_answer,
};
