/* Streams of records: what came before makes reading faster, and changes nothing. */
#include "core/rng.h"
#include "mention/reader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

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

/* What is being written. */
struct draft {
    char *at;
    size_t size;
    size_t capacity;
    int fresh; /* nothing stands in the container yet */
};

static void
put(struct draft *draft, const char *text)
{
    draft->size +=
            (size_t)snprintf(draft->at + draft->size, draft->capacity - draft->size, "%s", text);
}

static void
put_member(struct draft *draft, const char *key, const char *value)
{
    put(draft, draft->fresh ? "\"" : ",\"");
    put(draft, key);
    put(draft, "\":");
    put(draft, value);
    draft->fresh = *value == '{' && value[1] == '\0';
}

static const char *
value_of(const char *key, struct rng *rng)
{
    return rng_below(rng, ODD_VALUES) == 0 ? odd[rng_below(rng, (uint32_t)COUNT(odd))] : usual(key);
}

/* A record of a stream; now and then a key is left out, or all from one on, or has an odd value. */
static struct view
write_record(const struct stream *stream, struct rng *rng, struct draft *draft)
{
    size_t depth = 1;

    draft->size = 0;
    draft->fresh = 1;
    put(draft, "{");
    for (const char *const *key = stream->keys; *key != NULL; key++) {
        if (**key == '}') {
            put(draft, "}");
            depth--;
            draft->fresh = 0;
        } else if (key[1] != NULL && *key[1] == '{') {
            put_member(draft, *key++, "{");
            depth++;
        } else if (rng_below(rng, 60) == 0) {
            break;
        } else if (rng_below(rng, 40) != 0) {
            put_member(draft, *key, value_of(*key, rng));
        }
    }
    for (; depth > 0; depth--) {
        put(draft, "}");
    }
    return (struct view){ draft->at, draft->size };
}

static int
same_numbers(const struct mention *a, const struct mention *b)
{
    return a->time_ms == b->time_ms && a->platform == b->platform && a->reach == b->reach &&
           a->author_since_ms == b->author_since_ms && a->text_truncated == b->text_truncated &&
           a->utf8_repaired == b->utf8_repaired;
}

static int
same_views(const struct mention *a, const struct mention *b)
{
    const struct view *const of_a[] = { &a->id, &a->text, &a->quoted, &a->lang, &a->author_id,
        &a->author_handle, &a->reply_to_id, &a->reply_to_handle, &a->root_id, &a->link };
    int same = 1;

    for (size_t i = 0; i < COUNT(of_a); i++) {
        size_t offset = (size_t)((const char *)of_a[i] - (const char *)a);
        const void *of_b = (const char *)b + offset;
        same = same && view_equal(*of_a[i], *(const struct view *)of_b);
    }
    return same;
}

struct pair {
    struct reader *fast;
    struct reader *strict;
};

static int
read_alike(const struct pair *readers, struct view record)
{
    struct mention a;
    struct mention b;
    struct reader_trouble why;
    enum rebato_fate fate = reader_read(readers->fast, record, &a, &why);

    return fate == reader_read(readers->strict, record, &b, &why) && same_numbers(&a, &b) &&
           same_views(&a, &b) &&
           strcmp(reader_shape(readers->fast), reader_shape(readers->strict)) == 0;
}

/* Runs of one stream and switches between them, as several sources in one topic give them. Returns the
 * record that is read in two ways, or nothing. */
static struct view
find_difference(const struct pair *readers, uint64_t seed, struct draft *draft)
{
    struct rng rng = rng_seeded(seed);
    const struct stream *stream = streams;

    for (size_t i = 0; i < 10000; i++) {
        if (rng_below(&rng, 200) == 0) {
            stream = &streams[rng_below(&rng, (uint32_t)COUNT(streams))];
        }
        struct view record = write_record(stream, &rng, draft);
        if (!read_alike(readers, record)) {
            return record;
        }
    }
    return (struct view){ 0 };
}

static struct view
find_with(enum isa isa, uint64_t seed)
{
    const struct reader_options fast = { 0 };
    const struct reader_options slow = { .strict = 1 };
    struct pair readers = { reader_create_for(&fast, isa), reader_create_for(&slow, ISA_PORTABLE) };
    static char text[4096];
    struct draft draft = { .at = text, .capacity = sizeof text };
    struct view record = find_difference(&readers, seed, &draft);

    reader_destroy(&readers.fast);
    reader_destroy(&readers.strict);
    return record;
}

Test(reader_stream, records_are_read_as_if_each_were_the_first)
{
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        for (uint64_t seed = 1; seed < 5 && isa_available((enum isa)isa); seed++) {
            struct view record = find_with((enum isa)isa, seed);
            cr_assert_eq(record.size, 0, "%.*s", (int)record.size, record.at);
        }
    }
}
