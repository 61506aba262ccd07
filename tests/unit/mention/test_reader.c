#include "core/limits.h"
#include "core/text/utf8.h"
#include "mention/reader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct mention mention;
static struct reader_trouble trouble;

static enum rebato_fate
read_with(const struct reader_options *options, struct view record)
{
    static struct reader *reader;

    /* The reader of the call before held the bytes that `mention` looks into. */
    if (reader != NULL) {
        reader_destroy(&reader);
    }
    reader = reader_create(options);
    return reader_read(reader, record, &mention, &trouble);
}

static enum rebato_fate
read_one(const char *record)
{
    return read_with(&(struct reader_options){ 0 }, view_of(record));
}

static void
expect_view(struct view found, const char *wanted, const char *what, size_t row)
{
    cr_assert(view_equal(found, view_of(wanted)), "row %zu, %s: \"%.*s\", not \"%s\"", row, what,
            (int)found.size, found.at == NULL ? "" : found.at, wanted);
}

#define NATIVE "{\"text\":\"No va\",\"created_at\":\"2014-02-22T18:31:10Z\""
#define REPOST_V1                                                                                  \
    "{\"created_at\":\"Sat Oct 01 23:35:10 +0000 2016\",\"id\":505874924095815681,\"text\":"       \
    "\"RT @b: cut\",\"lang\":\"es\",\"user\":{\"id\":7,\"screen_name\":\"ana\","                   \
    "\"followers_count\":12,\"created_at\":\"Sun Aug 03 15:50:40 +0000 2014\"},"                   \
    "\"retweeted_status\":{\"id_str\":\"99\",\"text\":\"x\",\"extended_tweet\":"                   \
    "{\"full_text\":\"entero &amp; bien\"},\"user\":{}}}"
#define V2                                                                                         \
    "{\"data\":{\"id\":\"5\",\"text\":\"@b hola\",\"author_id\":\"7\",\"lang\":\"es\","            \
    "\"created_at\":\"2023-01-01T00:00:00.000Z\",\"in_reply_to_user_id\":\"8\","                   \
    "\"referenced_tweets\":[{\"type\":\"replied_to\",\"id\":\"4\"},{\"type\":\"quoted\","          \
    "\"id\":\"3\"}]},\"includes\":{\"users\":[{\"id\":\"8\",\"username\":\"marca\"},"              \
    "{\"id\":\"7\",\"username\":\"ana\",\"created_at\":\"2013-12-14T04:35:55.000Z\","              \
    "\"public_metrics\":{\"followers_count\":33}}],"                                               \
    "\"tweets\":[{\"id\":\"3\",\"text\":\"citado\"}]}}"
#define BLUESKY                                                                                    \
    "{\"did\":\"did:plc:abc\",\"time_us\":1783175888085434,\"kind\":\"commit\",\"commit\":"        \
    "{\"operation\":\"create\",\"collection\":\"app.bsky.feed.post\",\"rkey\":\"3k\",\"record\":"  \
    "{\"createdAt\":\"1999-01-01T00:00:00Z\",\"langs\":[\"pt-BR\"],\"text\":\"oi\",\"reply\":"     \
    "{\"parent\":{\"uri\":\"at://p\"},\"root\":{\"uri\":\"at://r\"}}}}}"
#define MASTODON                                                                                   \
    "{\"id\":\"11\",\"created_at\":\"2026-08-01T13:49:42.878Z\",\"language\":\"en\",\"url\":"      \
    "\"https://m.example/11\",\"content\":\"<p>it&#39;s <b>down</b></p>\",\"spoiler_text\":\"\","  \
    "\"in_reply_to_id\":\"10\",\"in_reply_to_account_id\":\"2\",\"account\":{\"id\":\"1\","        \
    "\"acct\":\"ana@m.example\",\"followers_count\":5},\"mentions\":[{\"id\":\"2\",\"acct\":"      \
    "\"marca\"}],\"reblog\":null}"
#define REBLOG                                                                                     \
    "{\"id\":\"12\",\"created_at\":\"2026-08-01T13:49:42.878Z\",\"content\":\"\",\"account\":"     \
    "{\"id\":\"1\",\"acct\":\"ana\"},\"reblog\":{\"id\":\"9\",\"content\":\"<p>otra</p>\","        \
    "\"spoiler_text\":\"aviso\"}}"
#define COMMENT                                                                                    \
    "{\"kind\":\"t1\",\"data\":{\"name\":\"t1_c\",\"body\":\"a &gt; b\",\"author\":\"ana\","       \
    "\"author_fullname\":\"t2_x\",\"created_utc\":1513271415.0,\"parent_id\":\"t3_p\","            \
    "\"permalink\":\"/r/x/c\"}}"
#define SUBMISSION                                                                                 \
    "{\"kind\":\"t3\",\"data\":{\"name\":\"t3_s\",\"title\":\"Caído\",\"selftext\":\"desde "      \
    "ayer\","                                                                                      \
    "\"author\":\"[deleted]\",\"created_utc\":1513271415}}"

Test(reader, an_account_is_as_old_as_its_platform_says_and_else_of_unknown_age)
{
    static const struct {
        const char *record;
        int64_t since_ms;
    } rows[] = {
        { NATIVE ",\"author\":{\"id\":\"7\",\"created_at\":\"2013-12-14T04:35:55Z\"}}",
                1386995755000 },
        { NATIVE ",\"author\":{\"id\":\"7\",\"since\":1386995755}}", 1386995755000 },
        { NATIVE ",\"author\":{\"id\":\"7\",\"created_at\":\"long ago\"}}", 0 },
        { NATIVE ",\"author\":\"ana\"}", 0 },
        { REPOST_V1, 1407081040000 },
        { V2, 1386995755000 },
        { BLUESKY, 0 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct reader *reader = reader_create(&(struct reader_options){ 0 });
        enum rebato_fate fate = reader_read(reader, view_of(rows[i].record), &mention, &trouble);
        cr_assert_eq(fate, REBATO_FATE_unmatched, "row %zu: %s %s", i, trouble.field, trouble.what);
        cr_expect_eq(mention.author_since_ms, rows[i].since_ms, "row %zu", i);
        reader_destroy(&reader);
    }
}

Test(reader, every_preset_gives_the_same_mention)
{
    static const struct {
        const char *record;
        const char *shape;
        enum platform platform;
        int64_t time_ms;
        const char *id, *text, *quoted, *lang, *author, *handle, *reply, *reply_handle, *root;
        int64_t reach;
    } rows[] = {
        { NATIVE ",\"id\":\"1\",\"platform\":\"twitter\",\"lang\":\"ES\",\"author\":{\"id\":\"7\","
                 "\"handle\":\"@ana\",\"followers\":9},\"in_reply_to\":null}",
                "native", PLATFORM_X, 1393093870000, "1", "No va", "", "es", "7", "ana", "", "", "",
                9 },
        { NATIVE ",\"author\":\"ana\",\"quoted\":{\"text\":\"q\"},\"root_id\":5}", "native",
                PLATFORM_OTHER, 1393093870000, "", "No va", "q", "", "", "ana", "", "", "5", 0 },
        { REPOST_V1, "x-v1.1", PLATFORM_X, 1475364910000, "505874924095815681", "entero & bien", "",
                "es", "7", "ana", "", "", "99", 12 },
        { V2, "x-v2", PLATFORM_X, 1672531200000, "5", "@b hola", "citado", "es", "7", "ana", "4",
                "marca", "", 33 },
        { BLUESKY, "bluesky", PLATFORM_BLUESKY, 1783175888085,
                "at://did:plc:abc/app.bsky.feed.post/3k", "oi", "", "pt", "did:plc:abc", "",
                "at://p", "", "", 0 },
        { MASTODON, "mastodon", PLATFORM_MASTODON, 1785592182878, "11", "it's down", "", "en", "1",
                "ana@m.example", "10", "marca", "", 5 },
        { REBLOG, "mastodon", PLATFORM_MASTODON, 1785592182878, "12", "aviso\notra", "", "", "1",
                "ana", "", "", "9", 0 },
        { COMMENT, "reddit", PLATFORM_REDDIT, 1513271415000, "t1_c", "a > b", "", "", "t2_x", "ana",
                "t3_p", "", "", 0 },
        { SUBMISSION, "reddit", PLATFORM_REDDIT, 1513271415000, "t3_s", "Caído\ndesde ayer", "", "",
                "", "", "", "", "", 0 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct reader *reader = reader_create(&(struct reader_options){ 0 });
        enum rebato_fate fate = reader_read(reader, view_of(rows[i].record), &mention, &trouble);
        cr_assert_eq(fate, REBATO_FATE_unmatched, "row %zu: %s %s", i, trouble.field, trouble.what);
        cr_assert_str_eq(reader_shape(reader), rows[i].shape, "row %zu", i);
        cr_assert_eq(mention.platform, rows[i].platform, "row %zu", i);
        cr_assert_eq(mention.time_ms, rows[i].time_ms, "row %zu", i);
        cr_assert_eq(mention.reach, rows[i].reach, "row %zu", i);
        expect_view(mention.id, rows[i].id, "id", i);
        expect_view(mention.text, rows[i].text, "text", i);
        expect_view(mention.quoted, rows[i].quoted, "quoted", i);
        expect_view(mention.lang, rows[i].lang, "lang", i);
        expect_view(mention.author_id, rows[i].author, "author", i);
        expect_view(mention.author_handle, rows[i].handle, "handle", i);
        expect_view(mention.reply_to_id, rows[i].reply, "reply_to", i);
        expect_view(mention.reply_to_handle, rows[i].reply_handle, "reply_to_handle", i);
        expect_view(mention.root_id, rows[i].root, "root", i);
        reader_destroy(&reader);
    }
}

Test(reader, links_are_those_a_person_can_open)
{
    static const char *const rows[][2] = { { REPOST_V1,
                                                   "https://x.com/ana/status/505874924095815681" },
        { V2, "https://x.com/ana/status/5" },
        { BLUESKY, "https://bsky.app/profile/did:plc:abc/post/3k" },
        { MASTODON, "https://m.example/11" }, { COMMENT, "https://www.reddit.com/r/x/c" },
        { SUBMISSION, "" } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert_eq(read_one(rows[i][0]), REBATO_FATE_unmatched);
        expect_view(mention.link, rows[i][1], "link", i);
    }
}

Test(reader, every_refusal_has_its_fate_and_its_field)
{
    static const struct {
        const char *record;
        enum rebato_fate fate;
        const char *field;
    } rows[] = {
        { "", REBATO_FATE_empty, "" },
        { " ", REBATO_FATE_malformed, "" },
        { "{\"text\":", REBATO_FATE_malformed, "" },
        { NATIVE "}x", REBATO_FATE_malformed, "" },
        { NATIVE "}" NATIVE "}", REBATO_FATE_malformed, "" },
        { "[]", REBATO_FATE_malformed, "" },
        { "\"text\"", REBATO_FATE_malformed, "" },
        { "{}", REBATO_FATE_unknown_shape, "" },
        { "{\"temperature\":21}", REBATO_FATE_unknown_shape, "" },
        { "{\"lang\":\"es\",\"text\":\"hola\",\"label\":{}}", REBATO_FATE_bad_field, "time" },
        { "{\"text\":\"a\",\"ts\":null}", REBATO_FATE_bad_field, "time" },
        { "{\"text\":\"a\",\"ts\":{}}", REBATO_FATE_bad_field, "time" },
        { "{\"text\":\"a\",\"ts\":true}", REBATO_FATE_bad_field, "time" },
        { "{\"text\":\"a\",\"ts\":1e400}", REBATO_FATE_bad_field, "time" },
        { "{\"text\":\"a\",\"ts\":\"mañana\"}", REBATO_FATE_bad_field, "time" },
        { "{\"text\":\"a\",\"ts\":\"2015-02-30T00:00:00Z\"}", REBATO_FATE_bad_time, "time" },
        { "{\"text\":\"a\",\"ts\":\"9999-01-01T00:00:00Z\"}", REBATO_FATE_bad_time, "time" },
        { "{\"text\":\"a\",\"ts\":0}", REBATO_FATE_bad_time, "time" },
        { "{\"text\":\"a\",\"ts\":\"2003-12-31T23:59:59Z\"}", REBATO_FATE_bad_time, "time" },
        { "{\"text\":123,\"ts\":1393093870}", REBATO_FATE_bad_field, "text" },
        { "{\"text\":null,\"ts\":1393093870}", REBATO_FATE_bad_field, "text" },
        { NATIVE ",\"id\":{}}", REBATO_FATE_bad_field, "id" },
        { NATIVE ",\"id\":1.5}", REBATO_FATE_bad_field, "id" },
        { NATIVE ",\"author\":{\"id\":[]}}", REBATO_FATE_bad_field, "author" },
        { NATIVE ",\"lang\":7.5}", REBATO_FATE_bad_field, "lang" },
        { NATIVE ",\"quoted\":5}", REBATO_FATE_bad_field, "quoted" },
        { NATIVE ",\"reach\":{}}", REBATO_FATE_bad_field, "reach" },
        { "{\"delete\":{\"status\":{\"id\":1}}}", REBATO_FATE_not_a_mention, "" },
        { "{\"limit\":{\"track\":5}}", REBATO_FATE_not_a_mention, "" },
        { "{\"did\":\"d\",\"time_us\":1,\"kind\":\"identity\"}", REBATO_FATE_not_a_mention, "" },
        { "{\"did\":\"d\",\"kind\":\"commit\",\"commit\":{\"operation\":\"delete\",\"collection\":"
          "\"app.bsky.feed.post\"}}",
                REBATO_FATE_not_a_mention, "" },
        { "{\"did\":\"d\",\"kind\":\"commit\",\"commit\":{\"operation\":\"create\",\"collection\":"
          "\"app.bsky.feed.like\"}}",
                REBATO_FATE_not_a_mention, "" },
        { "{\"kind\":\"t5\",\"data\":{}}", REBATO_FATE_not_a_mention, "" },
        { "{\"event\":\"delete\",\"payload\":\"1\"}", REBATO_FATE_not_a_mention, "" },
        { "{\"kind\":\"t1\",\"data\":{\"created_utc\":1513271415}}", REBATO_FATE_bad_field,
                "text" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        enum rebato_fate fate = read_one(rows[i].record);
        cr_assert_eq(fate, rows[i].fate, "%s: %s (%s %s)", rows[i].record, fate_name(fate),
                trouble.field, trouble.what);
        cr_assert_str_eq(trouble.field, rows[i].field, "%s", rows[i].record);
        cr_assert_gt(strlen(trouble.what), 0, "%s", rows[i].record);
    }
}

Test(reader, size_and_depth_have_their_own_fates)
{
    static char record[RECORD_SIZE_MAX * 2];

    memset(record, ' ', sizeof record);
    cr_assert_eq(read_with(&(struct reader_options){ 0 }, (struct view){ record, sizeof record }),
            REBATO_FATE_too_large);
    memset(record, '[', sizeof record);
    cr_assert_eq(read_with(&(struct reader_options){ 0 }, (struct view){ record, RECORD_SIZE_MAX }),
            REBATO_FATE_too_deep);
}

Test(reader, what_was_read_before_a_refusal_is_kept)
{
    cr_assert_eq(read_one("{\"text\":5,\"id\":\"abc\",\"ts\":1393093870}"), REBATO_FATE_bad_field);
    expect_view(mention.id, "abc", "id", 0);
    cr_assert_eq(read_one("{\"text\":\"a\" \"b\"}"), REBATO_FATE_malformed);
    cr_assert_eq(trouble.at, 12);
}

Test(reader, values_longer_than_their_limit_are_refused_or_cut_and_said)
{
    static char record[20000];
    char id[ID_SIZE_MAX + 2];

    memset(id, '7', sizeof id);
    id[ID_SIZE_MAX + 1] = '\0';
    snprintf(record, sizeof record, NATIVE ",\"id\":\"%s\"}", id);
    cr_assert_eq(read_one(record), REBATO_FATE_bad_field);
    id[ID_SIZE_MAX] = '\0';
    snprintf(record, sizeof record, NATIVE ",\"id\":\"%s\"}", id);
    cr_assert_eq(read_one(record), REBATO_FATE_unmatched);
    cr_assert_eq(mention.id.size, ID_SIZE_MAX);

    size_t size = (size_t)snprintf(record, sizeof record, "{\"ts\":1393093870,\"text\":\"x");
    for (int i = 0; i < 3000; i++) {
        size += (size_t)snprintf(record + size, sizeof record - size, "ñ");
    }
    snprintf(record + size, sizeof record - size, "\"}");
    cr_assert_eq(read_one(record), REBATO_FATE_unmatched);
    cr_assert(mention.text_truncated);
    cr_assert_eq(mention.text.size, TEXT_SIZE_MAX - 1, "%zu", mention.text.size);
    cr_assert(utf8_valid(mention.text));
}

Test(reader, text_is_decoded_repaired_and_unescaped_where_its_platform_escapes)
{
    static const struct {
        const char *record;
        const char *text;
        int repaired;
    } rows[] = {
        { "{\"ts\":1393093870,\"text\":\"\\ud83d\\ude21 a\\u0000b\"}", NULL, 0 },
        { "{\"ts\":1393093870,\"text\":\"\\ud83d!\"}", "\uFFFD!", 1 },
        { "{\"ts\":1393093870,\"text\":\"a\xFF\"}", "a\uFFFD", 1 },
        { "{\"ts\":1393093870,\"text\":\"a &amp; b\"}", "a &amp; b", 0 },
        { "{\"ts\":1393093870,\"platform\":\"x\",\"text\":\"a &amp; b\"}", "a & b", 0 },
        { "{\"ts\":1393093870,\"text\":\"uno\",\"text\":\"dos\"}", "dos", 0 },
        { "\xEF\xBB\xBF{\"ts\":1393093870,\"te\\u0078t\":\"dos\",\"text\":\"tres\"}", "tres", 0 },
        { "{\"ts\":1393093870,\"text\":\"\"}", "", 0 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert_eq(read_one(rows[i].record), REBATO_FATE_unmatched, "row %zu", i);
        struct view wanted =
                rows[i].text == NULL ? (struct view){ "😡 a\0b", 8 } : view_of(rows[i].text);
        cr_assert(view_equal(mention.text, wanted), "row %zu: %.*s", i, (int)mention.text.size,
                mention.text.at);
        cr_assert_eq(mention.utf8_repaired, rows[i].repaired, "row %zu", i);
    }
}

Test(reader, languages_are_their_primary_subtag_or_nothing)
{
    static const char *const rows[][2] = { { "es", "es" }, { "es-MX", "es" }, { "EN_us", "en" },
        { "zh-Hant", "zh" }, { "und", "" }, { "", "" }, { "e", "" }, { "12", "" },
        { "español", "" } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char record[256];
        snprintf(record, sizeof record, NATIVE ",\"lang\":\"%s\"}", rows[i][0]);
        cr_assert_eq(read_one(record), REBATO_FATE_unmatched);
        expect_view(mention.lang, rows[i][1], "lang", i);
    }
}

Test(reader, a_field_map_reads_anything)
{
    struct reader_options options = { .pointers = { [READER_FIELD_text] = "/b/0/msg",
                                              [READER_FIELD_time] = "/a~1b",
                                              [READER_FIELD_id] = "/i" } };

    cr_assert_eq(
            read_with(&options, VIEW("{\"a/b\":1393093870,\"b\":[{\"msg\":\"hola\"}],\"i\":9}")),
            REBATO_FATE_unmatched);
    expect_view(mention.text, "hola", "text", 0);
    expect_view(mention.id, "9", "id", 0);
    cr_assert_eq(
            read_with(&options, VIEW("{\"text\":\"a\",\"ts\":1393093870}")), REBATO_FATE_bad_field);
    cr_assert_str_eq(trouble.field, "time");
}

Test(reader, a_field_map_overrides_a_preset_and_leaves_the_rest)
{
    struct reader_options options = { .shape = "bluesky",
        .pointers = { [READER_FIELD_id] = "/commit/cid", [READER_FIELD_time] = "/commit/at" } };

    cr_assert_eq(
            read_with(&options,
                    VIEW("{\"did\":\"d\",\"kind\":\"commit\",\"time_us\":1,\"commit\":{"
                         "\"operation\":"
                         "\"create\",\"collection\":\"app.bsky.feed.post\",\"rkey\":\"k\",\"cid\":"
                         "\"bafy\",\"at\":1393093870,\"record\":{\"text\":\"oi\"}}}")),
            REBATO_FATE_unmatched);
    expect_view(mention.id, "bafy", "id", 0);
    cr_assert_eq(mention.time_ms, 1393093870000);
}

Test(reader, a_told_shape_is_kept_to)
{
    struct reader_options options = { .shape = "native" };

    cr_assert_eq(read_with(&options, VIEW("{\"hello\":1}")), REBATO_FATE_bad_field);
    cr_assert_str_eq(trouble.field, "time");
    options.shape = "bluesky";
    cr_assert_eq(read_with(&options, VIEW(NATIVE "}")), REBATO_FATE_unknown_shape);
    cr_assert(reader_shape_known(NULL));
    cr_assert(reader_shape_known("x-v2"));
    cr_assert_not(reader_shape_known("x-v3"));
}

Test(reader, a_default_time_reads_records_without_one)
{
    struct reader_options options = { .time_default_ms = 1393093870000 };

    cr_assert_eq(read_with(&options, VIEW("{\"lang\":\"es\",\"text\":\"hola\",\"label\":1}")),
            REBATO_FATE_unmatched);
    cr_assert_eq(mention.time_ms, 1393093870000);
    cr_assert_eq(read_with(&options, VIEW("{\"text\":\"hola\",\"ts\":1400000000}")),
            REBATO_FATE_unmatched);
    cr_assert_eq(mention.time_ms, 1400000000000);
}

Test(reader, the_fate_of_a_record_does_not_depend_on_its_neighbours)
{
    static const char *const records[] = { NATIVE "}", REPOST_V1, V2, BLUESKY, MASTODON, COMMENT,
        "{}", "{\"text\":\"a\"}", "{\"limit\":{}}", "x" };
    struct reader *reader = reader_create(&(struct reader_options){ 0 });

    for (size_t i = 0; i < COUNT(records); i++) {
        enum rebato_fate alone = read_one(records[i]);
        for (size_t j = 0; j < COUNT(records); j++) {
            reader_read(reader, view_of(records[j]), &mention, &trouble);
            cr_assert_eq(reader_read(reader, view_of(records[i]), &mention, &trouble), alone,
                    "%zu after %zu", i, j);
        }
    }
    reader_destroy(&reader);
    cr_assert_null(reader);
}

Test(reader, mentions_stay_until_they_are_cleared)
{
    /* All of them have something that the record does not hold: decoded, composed or lowered. */
    static const char *const records[] = { REPOST_V1, V2, BLUESKY, MASTODON, REBLOG, COMMENT,
        SUBMISSION, NATIVE ",\"lang\":\"ES\",\"id\":\"\\u0061\"}" };
    static struct mention kept[COUNT(records)];
    struct reader *reader = reader_create(&(struct reader_options){ 0 });

    reader_clear(reader);
    for (size_t i = 0; i < COUNT(records); i++) {
        cr_assert(reader_has_room(reader));
        cr_assert_eq(reader_read_on(reader, view_of(records[i]), &kept[i], &trouble),
                REBATO_FATE_unmatched);
    }
    for (size_t i = 0; i < COUNT(records); i++) {
        cr_assert_eq(read_one(records[i]), REBATO_FATE_unmatched);
        cr_assert(view_equal(kept[i].id, mention.id), "row %zu", i);
        cr_assert(view_equal(kept[i].text, mention.text), "row %zu", i);
        cr_assert(view_equal(kept[i].quoted, mention.quoted), "row %zu", i);
        cr_assert(view_equal(kept[i].lang, mention.lang), "row %zu", i);
        cr_assert(view_equal(kept[i].link, mention.link), "row %zu", i);
    }
    reader_destroy(&reader);
}

Test(reader, there_is_room_for_any_record_until_it_is_said_that_there_is_none)
{
    static char record[8192 + 22 * 4 * ID_SIZE_MAX];
    struct reader *reader = reader_create(&(struct reader_options){ 0 });
    size_t size = (size_t)snprintf(record, sizeof record, NATIVE ",\"text\":\"\\n%04000d\"", 0);
    size_t count = 0;

    snprintf(record + size, sizeof record - size,
            ",\"quoted\":\"\\n%04000d\",\"id\":\"\\t%0255d\",\"url\":\"\\t%0255d\"}", 0, 0, 0);
    reader_clear(reader);
    for (; reader_has_room(reader); count++) {
        cr_assert_eq(
                reader_read_on(reader, view_of(record), &mention, &trouble), REBATO_FATE_unmatched);
    }
    cr_assert(count > 20 && count < 40, "%zu", count);
    reader_clear(reader);
    cr_assert(reader_has_room(reader));
    reader_destroy(&reader);
}

/* The research data beside the repository, where there is any. */
Test(reader, real_payloads_are_all_read_or_refused_with_a_reason)
{
    static const char *const files[] = { "bluesky-jetstream.jsonl", "mastodon-statuses.jsonl",
        "reddit-things.jsonl", "x-original-format-and-broken.json" };
    static char line[RECORD_SIZE_MAX];
    struct reader *reader = reader_create(&(struct reader_options){ 0 });
    size_t read = 0;

    for (size_t i = 0; i < COUNT(files); i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/../../shared/data/json/%s", TEST_ROOT, files[i]);
        FILE *file = fopen(path, "r");
        if (file == NULL) {
            cr_log_info("%s is absent: not read\n",
                    files[i]); /* A warning would fail the whole program. */
            continue;
        }
        while (fgets(line, sizeof line, file) != NULL) {
            struct view record = view_trim(view_of(line));
            enum rebato_fate fate = reader_read(reader, record, &mention, &trouble);
            cr_assert(fate == REBATO_FATE_unmatched || fate == REBATO_FATE_not_a_mention ||
                              (fate == REBATO_FATE_empty && record.size == 0),
                    "%s: %s %s %s", files[i], fate_name(fate), trouble.field, trouble.what);
            cr_assert(
                    fate != REBATO_FATE_unmatched || (mention.time_ms > 0 && mention.id.size > 0));
            read++;
        }
        fclose(file);
    }
    reader_destroy(&reader);
    if (read == 0) {
        cr_skip("no real payloads beside the project");
    }
}
