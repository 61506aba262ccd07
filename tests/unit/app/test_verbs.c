/* The small verbs as they are called: what they answer, where they say it, and how they end. */
#include "app/verbs.h"
#include "fixture.h"
#include "ingest/broker.h"

#include <jansson.h>
#include <unistd.h>

#define ARGUMENTS_MAX 10

struct answer {
    enum exit_code code;
    char *out;
    char *err;
};

static char *
read_back(FILE *file)
{
    char *text = calloc(1, 1024 * 1024);

    cr_assert_not_null(text);
    rewind(file);
    size_t size = fread(text, 1, 1024 * 1024 - 1, file);
    text[size] = '\0';
    (void)fclose(file);
    return text;
}

/* Both streams go to files meanwhile. */
static struct answer
ask(const char *const *arguments)
{
    char *copies[ARGUMENTS_MAX + 1] = { NULL };
    int count = 0;
    FILE *out = tmpfile();
    FILE *err = tmpfile();
    int kept[] = { dup(STDOUT_FILENO), dup(STDERR_FILENO) };

    for (; arguments[count] != NULL; count++) {
        copies[count] = strdup(arguments[count]);
    }
    fflush(stdout);
    dup2(fileno(out), STDOUT_FILENO);
    dup2(fileno(err), STDERR_FILENO);
    struct answer answer = { .code = verb_find(arguments[0])->run(count, copies) };
    fflush(stdout);
    dup2(kept[0], STDOUT_FILENO);
    dup2(kept[1], STDERR_FILENO);
    close(kept[0]);
    close(kept[1]);
    answer.out = read_back(out);
    answer.err = read_back(err);
    for (int i = 0; i < count; i++) {
        free(copies[i]);
    }
    return answer;
}

static void
answer_end(struct answer *answer)
{
    free(answer->out);
    free(answer->err);
}

static const char good_rules[] =
        "schema: rebato/rules/v1\n"
        "brands: [{id: acme, names: ['acme'], official_accounts: [{x: 7, handle: acme}]}]\n"
        "rules:\n"
        "  - id: down\n"
        "    signal: outage\n"
        "    match: {any: ['\\bis down\\b', '\\bnever said\\b'], none: ['\\bcalmed down\\b']}\n"
        "    tests: [{match: ['acme <is> is \"down\" & is down']}, {no_match: ['acme calmed "
        "down']}]\n";
static const char bad_rules[] = "schema: rebato/rules/v1\nrules: [{id: a, sginal: outage}]\n";
static const char failing_rules[] =
        "schema: rebato/rules/v1\n"
        "rules:\n"
        "  - id: down\n"
        "    signal: outage\n"
        "    match: {any: ['\\bis down\\b']}\n"
        "    tests: [{match: ['it is up']}, {no_match: ['it is down']}]\n";
static const char untested_rules[] =
        "schema: rebato/rules/v1\n"
        "rules: [{id: a, signal: outage, match: {any: ['\\bxbox\\b']}}]\n";
static const char dear_rules[] = "schema: rebato/rules/v1\n"
                                 "rules:\n"
                                 "  - id: digits\n"
                                 "    signal: outage\n"
                                 "    match: {any: ['[0-9]{4}'], none: ['\\bcalmed down\\b']}\n"
                                 "    tests: [{match: ['at 1234']}, {no_match: ['never']}]\n";
static const char good_settings[] =
        FILE_OF("rules: good-rules.yaml\n"
                "input: {kafka: {brokers: '127.0.0.1:1', topics: t}}\n");
static const char bad_settings[] = FILE_OF("lnag: es\nrules: bad-rules.yaml\n");
static const char idle_settings[] = FILE_OF("rules: good-rules.yaml\n");
static const char odd_settings[] =
        FILE_OF("rules: good-rules.yaml\n"
                "input: {kafka: {brokers: b, topics: t, properties: {no.such.property: 1}}}\n"
                "channels: {a: {type: webhook, url: 'ftp://example.org'}}\n");

static const char dear_settings[] = FILE_OF("rules: dear-rules.yaml\n"
                                            "input: {kafka: {brokers: '127.0.0.1:1', topics: t}}\n"
                                            "patterns: {always_max: 0}\n");
static const char posts[] =
        "{\"id\":\"1\",\"lang\":\"es\",\"text\":\"NO va, no va el \\u00e1tico\"}\n"
        "{\"id\":\"2\",\"lang\":\"en\",\"text\":\"it is down\"}\n"
        "no post\n";

static char folder[] = "/tmp/rebato-verbs-XXXXXX";

static const struct {
    const char *name;
    const char *text;
} files[] = {
    { "good-rules.yaml", good_rules },
    { "bad-rules.yaml", bad_rules },
    { "failing-rules.yaml", failing_rules },
    { "untested-rules.yaml", untested_rules },
    { "dear-rules.yaml", dear_rules },
    { "dear.yaml", dear_settings },
    { "posts.ndjson", posts },
    { "good.yaml", good_settings },
    { "bad.yaml", bad_settings },
    { "idle.yaml", idle_settings },
    { "odd.yaml", odd_settings },
};

static void
setup(void)
{
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        FILE *out = fopen(files[i].name, "wb");
        cr_assert_not_null(out);
        fputs(files[i].text, out);
        (void)fclose(out);
    }
}

static void
teardown(void)
{
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)unlink(files[i].name);
    }
    (void)unlink("junit.xml");
    (void)rmdir(folder);
}

TestSuite(verbs, .init = setup, .fini = teardown);

struct row {
    const char *arguments[ARGUMENTS_MAX];
    enum exit_code code;
    const char *out; /* stands in it */
    const char *err;
};

static void
expect_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct answer answer = ask(rows[i].arguments);
        cr_expect_eq(answer.code, rows[i].code, "row %zu: code %d\n%s%s", i, (int)answer.code,
                answer.out, answer.err);
        cr_expect_not_null(strstr(answer.out, rows[i].out), "row %zu: \"%s\" is not in\n%s", i,
                rows[i].out, answer.out);
        cr_expect_not_null(strstr(answer.err, rows[i].err), "row %zu: \"%s\" is not in\n%s", i,
                rows[i].err, answer.err);
        answer_end(&answer);
    }
}

Test(verbs, check_ends_with_the_code_of_what_is_wrong)
{
    static const struct row rows[] = {
        { { "check" }, EXIT_FINE, "(all JIT), digest xxh3:", "" },
        { { "check", "good-rules.yaml" }, EXIT_FINE, "1 rules, 1 brands, ", "" },
        { { "check", "-c", "good.yaml" }, EXIT_FINE, "1 rules, 1 brands, ", "" },
        { { "check", "untested-rules.yaml" }, EXIT_FINE, "0 error(s), 1 warning(s)", "no tests" },
        { { "check", "untested-rules.yaml", "--deny-warnings" }, EXIT_FINDINGS, "1 warning(s)",
                "no tests" },
        { { "check", "bad-rules.yaml" }, EXIT_RULES, "error(s)",
                "bad-rules.yaml:2:17: error: unknown key \"sginal\"" },
        { { "check", "no-such.yaml" }, EXIT_RULES, "1 error(s)", "no-such.yaml" },
        { { "check", "-c", "no-such.yaml" }, EXIT_USAGE, "", "no-such.yaml" },
        { { "check", "-c", "bad.yaml" }, EXIT_USAGE, "", "bad.yaml:2:1: error: unknown key" },
        /* Faults of the rules are told beside those of the settings. */
        { { "check", "-c", "bad.yaml" }, EXIT_USAGE, "", "bad-rules.yaml:2:17: error" },
        { { "check", "-c", "idle.yaml" }, EXIT_USAGE, "", "input.kafka.brokers is missing" },
        { { "check", "-c", "odd.yaml" }, EXIT_USAGE, "", "\"no.such.property\"" },
        { { "check", "-c", "odd.yaml" }, EXIT_USAGE, "",
                "odd.yaml:4:12: error: channel a: option" },
        { { "check", "--format", "xml" }, EXIT_USAGE, "", "text, json, sarif" },
        { { "check", "--connect" }, EXIT_USAGE, "", "add -c FILE" },
        { { "check", "-c", "good.yaml", "--connect" }, EXIT_AWAY, "1 rules", "Kafka: " },
    };

    expect_rows(rows, sizeof rows / sizeof rows[0]);
}

Test(verbs, patterns_without_a_certain_word_are_named_and_have_a_budget)
{
    static const struct row rows[] = {
        { { "check", "dear-rules.yaml" }, EXIT_FINE, "0 error(s), 1 warning(s)",
                "dear-rules.yaml:3:9: warning: digits: [0-9]{4} runs on every text: " },
        { { "check", "dear-rules.yaml" }, EXIT_FINE, "1 rules", "rebato rules bench" },
        { { "check", "dear-rules.yaml", "--deny-warnings" }, EXIT_FINDINGS, "1 warning(s)", "" },
        { { "check", "good-rules.yaml", "--deny-warnings" }, EXIT_FINE, "1 rules", "" },
        { { "check", "-c", "dear.yaml" }, EXIT_RULES, "2 error(s)",
                "1 patterns run on every text, 0 are allowed" },
        { { "run", "-c", "dear.yaml" }, EXIT_RULES, "", "error: digits: [0-9]{4} runs on every" },
    };

    expect_rows(rows, sizeof rows / sizeof rows[0]);
}

Test(verbs, rules_bench_prices_every_pattern)
{
    static const struct row rows[] = {
        { { "rules", "bench", "dear-rules.yaml" }, EXIT_FINE, "always      1000.0    1000.0", "" },
        { { "rules", "bench", "dear-rules.yaml" }, EXIT_FINE,
                "2 patterns: 1 exact, 0 required, 1 always", "" },
        { { "rules", "bench", "dear-rules.yaml" }, EXIT_FINE,
                "dear-rules.yaml:3: digits: [0-9]{4}\n    runs on every text: ", "" },
        { { "rules", "bench", "good-rules.yaml", "--archive", "posts.ndjson" }, EXIT_FINE,
                "2 mentions of 16 bytes", "" },
        { { "rules", "bench", "good-rules.yaml", "-a", "no-such.ndjson" }, EXIT_USAGE, "",
                "no-such.ndjson" },
        { { "rules", "bench", "good-rules.yaml", "-a", "good.yaml" }, EXIT_USAGE, "",
                "holds no mention" },
        { { "rules", "bench", "bad-rules.yaml" }, EXIT_RULES, "", "unknown key" },
        { { "rules", "bunch" }, EXIT_USAGE, "", "bench" },
        { { "rules" }, EXIT_USAGE, "", "`ls`, `bench` or `learn`" },
    };

    expect_rows(rows, sizeof rows / sizeof rows[0]);
}

Test(verbs, rules_bench_speaks_json)
{
    static const char *const arguments[] = { "rules", "bench", "dear-rules.yaml", "--format",
        "json", NULL };
    struct answer answer = ask(arguments);
    json_t *json = json_loads(answer.out, 0, NULL);

    cr_assert(json_is_object(json), "%s", answer.out);
    const json_t *summary = json_object_get(json, "summary");
    const json_t *patterns = json_object_get(json, "patterns");
    const json_t *dearest = json_array_get(patterns, 0);
    cr_expect_eq(json_integer_value(json_object_get(summary, "always")), 1);
    cr_expect_eq(json_integer_value(json_object_get(summary, "exact")), 1);
    cr_expect_eq(json_array_size(patterns), 2);
    cr_expect_str_eq(json_string_value(json_object_get(dearest, "kind")), "always");
    cr_expect_str_eq(json_string_value(json_object_get(dearest, "pattern")), "[0-9]{4}");
    cr_expect(json_is_string(json_object_get(dearest, "why")));
    cr_expect_float_eq(json_number_value(json_object_get(dearest, "runs_per_1000")), 1000, 1e-9);
    json_decref(json);
    answer_end(&answer);
}

Test(verbs, rules_learn_prints_a_table_of_beginnings)
{
    static const struct row rows[] = {
        /* "no v" twice in the one Spanish mention; the other one has none. */
        { { "rules", "learn", "posts.ndjson", "--lang", "es" }, EXIT_FINE, "no v\t2.000000\n", "" },
        { { "rules", "learn", "posts.ndjson" }, EXIT_FINE, "no v\t1.000000\n", "" },
        { { "rules", "learn", "posts.ndjson" }, EXIT_FINE, "atic\t0.500000\n", "" },
        { { "rules", "learn", "posts.ndjson" }, EXIT_FINE, "\n#20\t", "" },
        { { "rules", "learn", "posts.ndjson", "--lang", "pt" }, EXIT_FINDINGS, "",
                "nothing to learn from" },
        { { "rules", "learn", "no-such.ndjson" }, EXIT_USAGE, "", "no-such.ndjson" },
    };

    expect_rows(rows, sizeof rows / sizeof rows[0]);
}

Test(verbs, check_speaks_json_and_sarif)
{
    static const char *const as_json[] = { "check", "bad-rules.yaml", "--format", "json", NULL };
    static const char *const as_sarif[] = { "check", "bad-rules.yaml", "--format", "sarif", NULL };
    struct answer answer = ask(as_json);
    json_t *json = json_loads(answer.out, 0, NULL);

    cr_expect_eq(answer.code, EXIT_RULES);
    cr_assert(json_is_array(json), "%s", answer.out);
    const json_t *first = json_array_get(json, 0);
    cr_expect_str_eq(json_string_value(json_object_get(first, "file")), "bad-rules.yaml");
    cr_expect_eq(json_integer_value(json_object_get(first, "line")), 2);
    cr_expect_str_eq(json_string_value(json_object_get(first, "level")), "error");
    cr_expect_str_eq(
            json_string_value(json_object_get(first, "advice")), "did you mean \"signal\"?");
    json_decref(json);
    answer_end(&answer);

    answer = ask(as_sarif);
    json = json_loads(answer.out, 0, NULL);
    cr_assert(json_is_object(json), "%s", answer.out);
    cr_expect_str_eq(json_string_value(json_object_get(json, "version")), "2.1.0");
    const json_t *run = json_array_get(json_object_get(json, "runs"), 0);
    cr_expect_gt(json_array_size(json_object_get(run, "results")), 0);
    json_decref(json);
    answer_end(&answer);
}

Test(verbs, check_connects_to_a_broker_that_is_there, .timeout = 60)
{
    char trouble[256];
    struct broker *broker = broker_create("t", 2, trouble);
    static const char *const arguments[] = { "check", "-c", "live.yaml", "--connect", NULL };

    cr_assert_not_null(broker, "%s", trouble);
    FILE *out = fopen("live.yaml", "wb");
    fprintf(out, FILE_OF("rules: good-rules.yaml\ninput: {kafka: {brokers: '%s', topics: t}}\n"),
            broker_address(broker));
    (void)fclose(out);
    struct answer answer = ask(arguments);
    cr_expect_eq(answer.code, EXIT_FINE, "%s%s", answer.out, answer.err);
    cr_expect_not_null(strstr(answer.err, "Kafka: fine"), "%s", answer.err);
    answer_end(&answer);
    (void)unlink("live.yaml");
    broker_destroy(&broker);
}

Test(verbs, test_tells_what_failed_and_why)
{
    static const struct row rows[] = {
        { { "test" }, EXIT_FINE, " 0 failed\n", "" },
        { { "test", "good-rules.yaml" }, EXIT_FINE, "2 tests, 2 passed, 0 failed\n", "" },
        { { "test", "failing-rules.yaml" }, EXIT_FINDINGS, "2 tests, 0 passed, 2 failed\n", "" },
        { { "test", "failing-rules.yaml" }, EXIT_FINDINGS,
                "failing-rules.yaml:6: down must match\n          it is up\n"
                "          no pattern of any matched\n",
                "" },
        { { "test", "failing-rules.yaml" }, EXIT_FINDINGS,
                "down must not match\n          it is down\n             ^~~~~~~\n", "" },
        { { "test", "good-rules.yaml", "--run", "^d" }, EXIT_FINE, "2 tests", "" },
        { { "test", "good-rules.yaml", "--run", "^x" }, EXIT_FINDINGS, "0 tests",
                "nothing to test" },
        { { "test", "good-rules.yaml", "--run", "(" }, EXIT_USAGE, "", "--run: " },
        { { "test", "good-rules.yaml", "--coverage" }, EXIT_FINE,
                "no text for any \\bnever said\\b\ncoverage: 2 of 3 patterns (67 %)\n", "" },
        { { "test", "bad-rules.yaml" }, EXIT_RULES, "", "unknown key" },
        { { "test", "untested-rules.yaml" }, EXIT_FINDINGS, "0 tests", "nothing to test" },
        { { "test", "good-rules.yaml", "--junit", "/no/such/folder/j.xml" }, EXIT_USAGE, "",
                "cannot write" },
    };

    expect_rows(rows, sizeof rows / sizeof rows[0]);
}

Test(verbs, test_writes_junit)
{
    static const char *const arguments[] = { "test", "good-rules.yaml", "failing-rules.yaml",
        NULL };
    static const char *const failing[] = { "test", "failing-rules.yaml", "--junit", "junit.xml",
        NULL };
    static const char *const good[] = { "test", "good-rules.yaml", "--junit", "junit.xml", NULL };
    struct answer answer = ask(arguments);

    cr_expect_eq(answer.code, EXIT_RULES, "the same id in both");
    answer_end(&answer);

    answer = ask(failing);
    answer_end(&answer);
    char *xml = read_back(fopen("junit.xml", "rb"));
    cr_expect_not_null(strstr(xml, "tests=\"2\" failures=\"2\""), "%s", xml);
    cr_expect_not_null(strstr(xml, "<failure message=\"no pattern of any matched\"/>"), "%s", xml);
    cr_expect_not_null(strstr(xml, "<failure message=\"it matched\"/>"), "%s", xml);
    free(xml);

    answer = ask(good);
    answer_end(&answer);
    xml = read_back(fopen("junit.xml", "rb"));
    cr_expect_not_null(strstr(xml, "tests=\"2\" failures=\"0\""), "%s", xml);
    cr_expect_not_null(strstr(xml, "acme &#60;is&#62; is &#34;down&#34; &#38; is down"), "%s", xml);
    free(xml);
}

Test(verbs, explain_says_why_and_why_not)
{
    static const struct row rows[] = {
        { { "explain", "--rules", "good-rules.yaml", "Acme IS down" }, EXIT_FINE,
                "folded    acme is down\n", "" },
        { { "explain", "--rules", "good-rules.yaml", "Acme IS down" }, EXIT_FINE,
                "counts    acme: outage\n", "" },
        { { "explain", "--rules", "good-rules.yaml", "Acme IS down" }, EXIT_FINE,
                "          Acme IS down\n               ^~~~~~~\n", "" },
        { { "explain", "--rules", "good-rules.yaml", "Acme is up" }, EXIT_FINE,
                "0 of 1 rules match", "" },
        { { "explain", "--rules", "good-rules.yaml", "-r", "down", "acme is down, calmed down" },
                EXIT_FINE, "does not match: pattern 1 of none matched", "" },
        { { "explain", "--rules", "good-rules.yaml", "-r", "down", "it is down" }, EXIT_FINE,
                "does not match: no brand is named", "" },
        { { "explain", "--rules", "good-rules.yaml", "--official", "acme", "acme is down" },
                EXIT_FINE, "brand     acme speaks", "" },
        { { "explain", "--rules", "good-rules.yaml", "acme \033[2J" }, EXIT_FINE, "acme \\x1b[2J",
                "" },
        { { "explain", "--rules", "good-rules.yaml", "-r", "dwon", "x" }, EXIT_USAGE, "",
                "did you mean \"down\"?" },
        { { "explain", "--rules", "good-rules.yaml", "-r", "my.yaml", "x" }, EXIT_USAGE, "",
                "--rules" },
        { { "explain", "--rules", "good-rules.yaml", "--official", "acm", "x" }, EXIT_USAGE, "",
                "did you mean \"acme\"?" },
        { { "explain", "--rules", "bad-rules.yaml", "x" }, EXIT_RULES, "", "unknown key" },
        { { "explain", "" }, EXIT_USAGE, "", "the text is empty" },
        { { "explain" }, EXIT_USAGE, "", "one text is wanted" },
        { { "explain", "a", "b" }, EXIT_USAGE, "", "one text is wanted" },
        { { "explain", "--post", "no-such.json" }, EXIT_USAGE, "", "no-such.json" },
        { { "explain", "--post", "good.yaml" }, EXIT_FINDINGS, "", "malformed" },
    };

    expect_rows(rows, sizeof rows / sizeof rows[0]);
}

Test(verbs, the_rest_answer_what_they_are_asked)
{
    static const struct row rows[] = {
        { { "rules", "ls", "good-rules.yaml" }, EXIT_FINE, "good-rules.yaml:4\n", "" },
        { { "rules", "ls", "good-rules.yaml" }, EXIT_FINE, "1 rules, 1 brands", "" },
        { { "rules", "ls", "good-rules.yaml", "--format", "json" }, EXIT_FINE, "\"tests\": 2", "" },
        { { "rules", "ls", "bad-rules.yaml" }, EXIT_RULES, "", "unknown key" },
        { { "rules" }, EXIT_USAGE, "", "`learn` is wanted" },
        { { "rules", "list" }, EXIT_USAGE, "", "ls" },
        { { "config", "init" }, EXIT_FINE, "schema: rebato/config/v1\n", "" },
        { { "config", "schema" }, EXIT_FINE, "\"additionalProperties\": false", "" },
        { { "config", "show" }, EXIT_FINE, "url: \"memory:\"", "" },
        { { "config", "show", "-c", "good.yaml" }, EXIT_FINE, "brokers: \"127.0.0.1:1\"", "" },
        { { "config", "show", "-c", "bad.yaml" }, EXIT_USAGE, "", "unknown key" },
        { { "config" }, EXIT_USAGE, "", "init, show and schema" },
        { { "config", "edit" }, EXIT_USAGE, "", "init, show, schema" },
        { { "keys" }, EXIT_FINE, "now:<brand>", "" },
        { { "keys", "--namespace", "prod", "--acl" }, EXIT_FINE, "~rebato:prod:*", "" },
        { { "keys", "-n", "prod", "--format", "json" }, EXIT_FINE, "\"rebato:prod:meta\"", "" },
        { { "keys", "-n", "a b" }, EXIT_USAGE, "", "is no namespace" },
        { { "keys", "now" }, EXIT_USAGE, "", "is too much" },
        { { "version" }, EXIT_FINE, "librdkafka ", "" },
        { { "version", "--json" }, EXIT_FINE, "\"allocator\": ", "" },
        { { "version", "--yaml" }, EXIT_USAGE, "", "unknown" },
    };

    expect_rows(rows, sizeof rows / sizeof rows[0]);
}
