/* Streams of records: what came before makes reading faster, and changes nothing. */
#include "core/rng.h"
#include "mention/reader.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Of one stream: the keys that its records have, in their order. */
struct stream {
    const char *keys[24]; /* "{" opens a container behind its key, "}" closes it */
};

static const struct stream streams[] = {
    { { "id", "ts", "lang", "author", "{", "id", "name", "handle", "followers", "}", "text",
            "source", "channel", "in_reply_to", "retweet" } },
    { { "created_at", "id_str", "text", "user", "{", "id_str", "screen_name", "followers_count",
            "created_at", "}", "lang", "in_reply_to_status_id_str", "id" } },
    { { "did", "time_us", "kind", "commit", "{", "operation", "collection", "rkey", "record", "{",
            "text", "createdAt", "langs", "}", "}" } },
    { { "id", "created_at", "in_reply_to_id", "language", "url", "content", "account", "{", "id",
            "acct", "followers_count", "}", "reblog" } },
    { { "text", "time", "author", "quoted", "url", "reach", "platform", "extra" } },
};

/* One in so many values is of a kind that its key does not ask for. */
#define ODD_VALUES 12

static const char *const odd[] = { "null", "true", "{}", "[]", "-1.5e3", "\"\"", "[\"es\"]",
    "{\"id\":\"1\",\"text\":\"b\"}", "\"a\\u00f1o \\\"x\\\"\"", "7", "\"\xC3(\"",
    "99999999999999999999" };

static const char *
usual(const char *key)
{
    static const char *const table[][2] = { { "ts", "1654658857018" },
        { "time_us", "1725911162329308" }, { "created_at", "\"2026-08-01T17:49:23Z\"" },
        { "time", "1785606563" }, { "kind", "\"commit\"" }, { "operation", "\"create\"" },
        { "collection", "\"app.bsky.feed.post\"" }, { "lang", "\"es\"" }, { "followers", "48" },
        { "followers_count", "1200" }, { "reach", "12" }, { "retweet", "false" },
        { "in_reply_to", "null" }, { "text", "\"Otra vez sin señal, y van \\\"tres\\\" días 😡\"" },
        { "content", "\"<p>no va</p>\"" }, { "source", "\"<a href=\\\"http://x\\\">web</a>\"" },
        { "reblog", "null" } };

    for (size_t i = 0; i < COUNT(table); i++) {
        if (strcmp(table[i][0], key) == 0) {
            return table[i][1];
        }
    }
    return "\"value\"";
}

/* A record of a stream; now and then a key is left out, doubled, or has a value of another kind. */
static size_t
write_record(const struct stream *stream, struct rng *rng, char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "{");
    int first = 1;

    for (const char *const *key = stream->keys; *key != NULL; key++) {
        if (**key == '}') {
            at += (size_t)snprintf(out + at, size - at, "}");
            first = 0;
            continue;
        }
        int opens = key[1] != NULL && *key[1] == '{';
        if (!opens && rng_below(rng, 40) == 0) {
            continue;
        }
        at += (size_t)snprintf(out + at, size - at, "%s\"%s\":", first ? "" : ",", *key);
        first = 0;
        if (opens) {
            at += (size_t)snprintf(out + at, size - at, "{");
            first = 1;
            key++;
            continue;
        }
        const char *value = rng_below(rng, ODD_VALUES) == 0
                                    ? odd[rng_below(rng, (uint32_t)COUNT(odd))]
                                    : usual(*key);
        at += (size_t)snprintf(out + at, size - at, "%s", value);
    }
    return at + (size_t)snprintf(out + at, size - at, "}");
}

static void
expect_same(const struct mention *a, const struct mention *b, struct view record)
{
    cr_assert(a->time_ms == b->time_ms && a->platform == b->platform && a->reach == b->reach &&
                      a->author_since_ms == b->author_since_ms &&
                      a->text_truncated == b->text_truncated &&
                      a->utf8_repaired == b->utf8_repaired,
            "%.*s", (int)record.size, record.at);
    cr_assert(view_equal(a->id, b->id) && view_equal(a->text, b->text) &&
                      view_equal(a->quoted, b->quoted) && view_equal(a->lang, b->lang) &&
                      view_equal(a->author_id, b->author_id) &&
                      view_equal(a->author_handle, b->author_handle) &&
                      view_equal(a->reply_to_id, b->reply_to_id) &&
                      view_equal(a->reply_to_handle, b->reply_to_handle) &&
                      view_equal(a->root_id, b->root_id) && view_equal(a->link, b->link),
            "%.*s", (int)record.size, record.at);
}

/* Runs of one stream and switches between them, as several sources in one topic give them. */
static void
expect_streams_read_alike(enum isa isa)
{
    const struct reader_options fast = { 0 };
    const struct reader_options slow = { .strict = 1 };
    struct reader *reader = reader_create_for(&fast, isa);
    struct reader *strict = reader_create_for(&slow, ISA_PORTABLE);
    struct rng rng = rng_seeded(17);
    const struct stream *stream = streams;
    static char text[4096];

    for (size_t i = 0; i < 30000; i++) {
        struct mention a;
        struct mention b;
        struct reader_trouble why;
        if (rng_below(&rng, 50) == 0) {
            stream = &streams[rng_below(&rng, (uint32_t)COUNT(streams))];
        }
        struct view record = { text, write_record(stream, &rng, text, sizeof text) };
        enum rebato_fate fate = reader_read(reader, record, &a, &why);
        cr_assert_eq(fate, reader_read(strict, record, &b, &why), "%s", text);
        expect_same(&a, &b, record);
        cr_assert_str_eq(reader_shape(reader), reader_shape(strict), "%s", text);
    }
    reader_destroy(&reader);
    reader_destroy(&strict);
}

Test(reader_stream, records_are_read_as_if_each_were_the_first)
{
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (isa_available((enum isa)isa)) {
            expect_streams_read_alike((enum isa)isa);
        }
    }
}
