/* Feeds: files as they lie about, directories, and a span of a topic. */
#include "core/process/log.h"
#include "ingest/broker.h"
#include "ingest/consumer.h"
#include "ingest/feed.h"

#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 512
#define OUT_SIZE  65536

static char directory[PATH_SIZE];
static char trouble[256];

static void
make_directory(void)
{
    log_setup(LOG_ERROR, LOG_SILENT);
    (void)snprintf(directory, sizeof(directory), "/tmp/rebato-feed-XXXXXX");
    cr_assert_not_null(mkdtemp(directory));
}

static void
remove_directory(void)
{
    DIR *handle = opendir(directory);
    const struct dirent *entry;
    while (handle != NULL && (entry = readdir(handle)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            (void)unlinkat(
                    dirfd(handle), entry->d_name, entry->d_type == DT_DIR ? AT_REMOVEDIR : 0);
        }
    }
    (void)closedir(handle);
    (void)rmdir(directory);
}

TestSuite(feed, .init = make_directory, .fini = remove_directory, .timeout = 120);

static const char *
path_to(const char *name)
{
    static char path[PATH_SIZE * 2];
    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    return path;
}

static void
write_file(const char *name, struct view bytes, const char *mode)
{
    FILE *file = fopen(path_to(name), mode);
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes.at, 1, bytes.size, file), bytes.size);
    cr_assert_eq(fclose(file), 0);
}

/* One member of a compressed file; more may follow it. */
static size_t
pack(const char *filter, struct view bytes, char *out, size_t size)
{
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    size_t used = 0;
    cr_assert_eq(archive_write_add_filter_by_name(archive, filter), ARCHIVE_OK);
    cr_assert_eq(archive_write_set_format_raw(archive), ARCHIVE_OK);
    (void)archive_write_set_bytes_in_last_block(archive, 1);
    cr_assert_eq(archive_write_open_memory(archive, out, size, &used), ARCHIVE_OK);
    archive_entry_set_pathname(entry, "data");
    archive_entry_set_filetype(entry, AE_IFREG);
    cr_assert_eq(archive_write_header(archive, entry), ARCHIVE_OK);
    cr_assert_eq(archive_write_data(archive, bytes.at, bytes.size), (la_ssize_t)bytes.size);
    cr_assert_eq(archive_write_close(archive), ARCHIVE_OK);
    archive_entry_free(entry);
    (void)archive_write_free(archive);
    return used;
}

/* All records as "offset:line:bytes|", then "END" or the trouble. */
static void
drain(struct feed *feed, char out[OUT_SIZE])
{
    struct feed_record record;
    enum feed_outcome outcome;
    size_t used = 0;
    double progress = -1;
    out[0] = '\0';
    while ((outcome = feed_next(feed, &record)) == FEED_RECORD) {
        cr_assert(feed_progress(feed) >= progress, "progress goes forward");
        progress = feed_progress(feed);
        cr_assert_eq(record.ingest_ms, INT64_MIN);
        cr_assert_not(record.tombstone);
        used += (size_t)snprintf(out + used, OUT_SIZE - used, "%lld:%llu:%.*s|",
                (long long)record.offset, (unsigned long long)record.line,
                record.bytes.size > 100 ? 100 : (int)record.bytes.size, record.bytes.at);
    }
    (void)snprintf(
            out + used, OUT_SIZE - used, "%s", outcome == FEED_END ? "END" : feed_trouble(feed));
    cr_assert_eq(feed_next(feed, &record), outcome, "what has ended stays ended");
}

static void
read_all(const char *path, char out[OUT_SIZE])
{
    struct feed *feed = feed_open(path, trouble);
    cr_assert_not_null(feed, "%s", trouble);
    cr_assert_str_eq(feed_name(feed), path);
    drain(feed, out);
    feed_close(&feed);
    cr_assert_null(feed);
}

Test(feed, a_file_is_read_plain_or_packed)
{
    static const char *const filters[] = { "gzip", "zstd", "bzip2", "xz", "lz4" };
    static char packed[OUT_SIZE];
    static char out[OUT_SIZE];
    struct view text = VIEW("{\"a\":1}\n{\"b\":2}\n");
    write_file("plain.ndjson", text, "w");
    read_all(path_to("plain.ndjson"), out);
    cr_expect_str_eq(out, "0:1:{\"a\":1}|1:2:{\"b\":2}|END");
    for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
        /* Two members, as rotated logs are joined; the name does not matter. */
        size_t size = pack(filters[i], text, packed, sizeof(packed));
        write_file("packed", (struct view){ packed, size }, "w");
        write_file("packed", (struct view){ packed, size }, "a");
        read_all(path_to("packed"), out);
        cr_expect_str_eq(out, "0:1:{\"a\":1}|1:2:{\"b\":2}|2:3:{\"a\":1}|3:4:{\"b\":2}|END",
                "%s: %s", filters[i], out);
    }
}

Test(feed, an_empty_file_has_no_records)
{
    static char out[OUT_SIZE];
    write_file("empty.ndjson", VIEW(""), "w");
    read_all(path_to("empty.ndjson"), out);
    cr_expect_str_eq(out, "END");
}

Test(feed, a_line_of_two_megabytes_is_cut_and_the_next_one_is_whole)
{
    char *text = malloc(2000000);
    cr_assert_not_null(text);
    memset(text, 'x', 2000000);
    memcpy(text + 1999996, "\n{}\n", 4);
    write_file("long.ndjson", (struct view){ text, 2000000 }, "w");
    free(text);
    struct feed *feed = feed_open(path_to("long.ndjson"), trouble);
    struct feed_record record;
    cr_assert_eq(feed_next(feed, &record), FEED_RECORD);
    cr_expect(record.too_large);
    cr_expect_eq(record.bytes.size, 1024 * 1024);
    cr_assert_eq(feed_next(feed, &record), FEED_RECORD);
    cr_expect_not(record.too_large);
    cr_expect_eq(record.line, 2);
    cr_expect(view_equal(record.bytes, VIEW("{}")));
    cr_assert_eq(feed_next(feed, &record), FEED_END);
    cr_expect_eq(feed_progress(feed), 1.0);
    feed_close(&feed);
}

Test(feed, csv_is_known_by_its_name_below_the_compression)
{
    static char packed[OUT_SIZE];
    static char out[OUT_SIZE];
    struct view text = VIEW("id;texto\n1;\"hola; \"\"tu\"\"\"\n");
    const char *expected = "0:2:{\"id\":\"1\",\"texto\":\"hola; \\\"tu\\\"\"}|END";
    write_file("a.csv", text, "w");
    read_all(path_to("a.csv"), out);
    cr_expect_str_eq(out, expected, "%s", out);
    size_t size = pack("gzip", text, packed, sizeof(packed));
    write_file("a.CSV.gz", (struct view){ packed, size }, "w");
    read_all(path_to("a.CSV.gz"), out);
    cr_expect_str_eq(out, expected, "%s", out);
}

Test(feed, a_directory_is_its_visible_files_in_order_of_name)
{
    static char out[OUT_SIZE];
    write_file("b.csv", VIEW("x\n1\n"), "w");
    write_file("a.ndjson", VIEW("{\"a\":1}\n{\"a\":2}"), "w");
    write_file("B.json", VIEW("[{\"b\":1}]"), "w");
    write_file(".hidden", VIEW("{\"no\":1}"), "w");
    write_file("c.empty", VIEW(""), "w");
    cr_assert_eq(mkdir(path_to("sub"), 0700), 0);
    read_all(directory, out);
    cr_expect_str_eq(
            out, "0:1:{\"b\":1}|1:1:{\"a\":1}|2:2:{\"a\":2}|3:2:{\"x\":\"1\"}|END", "%s", out);
}

Test(feed, what_cannot_be_opened_is_told_with_its_name)
{
    cr_assert_null(feed_open("/nowhere/at-all.ndjson", trouble));
    cr_expect_not_null(strstr(trouble, "/nowhere/at-all.ndjson"), "%s", trouble);
    cr_expect_not_null(strstr(trouble, "No such file"), "%s", trouble);
    cr_assert_null(feed_open(directory, trouble));
    cr_expect_not_null(strstr(trouble, "no files in the directory"), "%s", trouble);
}

Test(feed, a_packed_file_that_was_cut_short_gives_what_it_has_and_then_an_error)
{
    static char packed[1000000];
    static char text[1000000];
    size_t used = 0;
    for (unsigned i = 0; used < sizeof(text) - 64; i++) {
        used += (size_t)snprintf(text + used, sizeof(text) - used, "{\"n\":%u}\n", i * 2654435761U);
    }
    size_t size = pack("gzip", (struct view){ text, used }, packed, sizeof(packed));
    write_file("cut.ndjson.gz", (struct view){ packed, size / 2 }, "w");
    struct feed *feed = feed_open(path_to("cut.ndjson.gz"), trouble);
    cr_assert_not_null(feed, "%s", trouble);
    struct feed_record record;
    enum feed_outcome outcome;
    int64_t count = 0;
    while ((outcome = feed_next(feed, &record)) == FEED_RECORD) {
        cr_assert_eq(record.offset, count);
        count++;
    }
    cr_expect_gt(count, 10000);
    cr_expect_eq(outcome, FEED_ERROR);
    cr_expect_not_null(strstr(feed_trouble(feed), "cut.ndjson.gz"), "%s", feed_trouble(feed));
    feed_close(&feed);
}

Test(feed, a_csv_header_that_cannot_be_used_is_told_with_file_and_line)
{
    static char out[OUT_SIZE];
    write_file("bad.csv", VIEW("a,\"b\n1,2\n"), "w");
    read_all(path_to("bad.csv"), out);
    cr_expect_not_null(strstr(out, "bad.csv:1: the CSV header"), "%s", out);
}

Test(feed, text_that_begins_like_an_encoding_is_text)
{
    static char out[OUT_SIZE];
    write_file("uu.txt", VIEW("begin 644 x\n#0V%T\n`\nend\n"), "w");
    read_all(path_to("uu.txt"), out);
    cr_expect_str_eq(out, "0:1:begin 644 x|1:2:#0V%T|2:3:`|3:4:end|END", "%s", out);
}

/* Real exports, when they lie beside the checkout: every record begins with a brace. */
Test(feed, real_exports_split_into_objects)
{
    static const struct {
        const char *name;
        int records_min;
    } rows[] = {
        { "x-v1.1-statuses.json", 10 },
        { "x-search-ja.json", 100 },
        { "bluesky-jetstream.jsonl", 10 },
        { "mastodon-statuses.jsonl", 1 },
        { "reddit-things.jsonl", 1 },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char path[PATH_SIZE];
        (void)snprintf(path, sizeof(path), "%s/../../shared/data/json/%s", TEST_ROOT, rows[i].name);
        struct feed *feed = feed_open(path, trouble);
        if (feed == NULL) {
            (void)fprintf(stderr, "skipped: %s\n", trouble);
            continue;
        }
        struct feed_record record;
        int count = 0;
        int objects = 0;
        while (feed_next(feed, &record) == FEED_RECORD) {
            count++;
            objects += record.bytes.at[0] == '{' && record.bytes.at[record.bytes.size - 1] == '}';
        }
        cr_expect_eq(feed_trouble(feed)[0], '\0');
        cr_expect_geq(count, rows[i].records_min, "%s: %d", rows[i].name, count);
        cr_expect_eq(objects, count, "%s: %d of %d", rows[i].name, objects, count);
        feed_close(&feed);
    }
}

#define TOPIC "menciones"

static void
produce(const struct broker *broker, int count)
{
    struct producer *producer = producer_create(broker_address(broker), TOPIC, trouble);
    cr_assert_not_null(producer, "%s", trouble);
    for (int i = 0; i < count; i++) {
        char text[32];
        int size = snprintf(text, sizeof(text), "%d", i);
        struct view view = { .at = text, .size = (size_t)size };
        /* Pairs share a timestamp; every tenth arrives late. */
        cr_assert(producer_send(producer, view, i % 50 == 49 ? (struct view){ NULL, 0 } : view,
                1000000 + i / 2 * 2 - (i % 10 == 9 ? 100 : 0)));
    }
    cr_assert(producer_flush(producer, 30000));
    producer_destroy(&producer);
}

static int
drain_topic(const struct broker *broker, int64_t since_ms, int64_t until_ms, uint64_t *order)
{
    struct feed_kafka options = { .brokers = broker_address(broker),
        .topic = TOPIC,
        .since_ms = since_ms,
        .until_ms = until_ms };
    struct feed *feed = feed_open_kafka(&options, trouble);
    struct feed_record record;
    int64_t next[3] = { 0, 0, 0 };
    int count = 0;
    *order = 0;
    cr_assert_not_null(feed, "%s", trouble);
    while (feed_next(feed, &record) == FEED_RECORD) {
        cr_assert_lt(record.partition, 3);
        cr_assert_geq(record.offset, next[record.partition], "a partition keeps its order");
        cr_assert(record.ingest_ms >= since_ms && record.ingest_ms <= until_ms);
        cr_assert_eq(record.tombstone, record.bytes.at == NULL);
        next[record.partition] = record.offset + 1;
        *order = *order * 31 + (uint64_t)record.offset * 3 + record.partition;
        count++;
    }
    cr_assert_str_eq(feed_trouble(feed), "");
    cr_assert_eq(feed_progress(feed), 1.0);
    cr_assert_str_eq(feed_name(feed), "kafka:" TOPIC);
    feed_close(&feed);
    return count;
}

Test(feed, a_topic_is_merged_by_timestamp_the_same_way_each_time)
{
    struct broker *broker = broker_create(TOPIC, 3, trouble);
    cr_assert_not_null(broker, "%s", trouble);
    produce(broker, 1000);
    uint64_t first = 0;
    uint64_t again = 1;
    cr_expect_eq(drain_topic(broker, INT64_MIN, INT64_MAX, &first), 1000);
    cr_expect_eq(drain_topic(broker, INT64_MIN, INT64_MAX, &again), 1000);
    cr_expect_eq(first, again);
    broker_destroy(&broker);
}

Test(feed, a_span_of_a_topic_has_the_records_of_that_time_only)
{
    struct broker *broker = broker_create(TOPIC, 3, trouble);
    cr_assert_not_null(broker, "%s", trouble);
    produce(broker, 1000);
    uint64_t order = 0;
    int all = 0;
    for (int i = 0; i < 1000; i++) {
        int64_t at = 1000000 + i / 2 * 2 - (i % 10 == 9 ? 100 : 0);
        all += at >= 1000200 && at <= 1000399;
    }
    cr_expect_eq(drain_topic(broker, 1000200, 1000399, &order), all);
    cr_expect_eq(drain_topic(broker, 2000000, INT64_MAX, &order), 0);
    broker_destroy(&broker);
}

Test(feed, a_topic_that_cannot_be_read_is_told)
{
    struct broker *broker = broker_create(TOPIC, 3, trouble);
    cr_assert_not_null(broker, "%s", trouble);
    static const struct consumer_property reserved = { "check.crcs", "false" };
    struct feed_kafka options = { .brokers = broker_address(broker),
        .topic = TOPIC,
        .until_ms = INT64_MAX,
        .properties = &reserved,
        .property_count = 1 };
    cr_assert_null(feed_open_kafka(&options, trouble));
    cr_expect_not_null(strstr(trouble, "check.crcs"), "%s", trouble);
    options.property_count = 0;
    options.brokers = "127.0.0.1:1";
    cr_assert_null(feed_open_kafka(&options, trouble));
    cr_expect_not_null(strstr(trouble, "kafka:menciones"), "%s", trouble);
    broker_destroy(&broker);
}
