/* Records by the batch are the records one by one, whatever the file is made of and wherever a block ends. */
#include "core/hash.h"
#include "core/limits.h"
#include "core/rng.h"
#include "ingest/feed.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static char path[64];
static char trouble[256];

static void
make_file(void)
{
    (void)snprintf(path, sizeof path, "/tmp/rebato-fill-XXXXXX");
    int file = mkstemp(path);
    cr_assert_geq(file, 0);
    (void)close(file);
}

static void
remove_file(void)
{
    (void)unlink(path);
}

TestSuite(feed_fill, .init = make_file, .fini = remove_file, .timeout = 120);

static void
write_bytes(struct view bytes)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes.at, 1, bytes.size, file), bytes.size);
    cr_assert_eq(fclose(file), 0);
}

/* Everything that a feed says, as text. */
struct said {
    char *text;
    size_t size;
    FILE *out;
    size_t count;
    size_t batches;
};

static void
say(struct said *said, const struct feed_record *record)
{
    size_t shown = record->bytes.size > 60 ? 60 : record->bytes.size;

    said->count++;
    fprintf(said->out, "%lld:%llu:%d:%zu:%016llx:%.*s|", (long long)record->offset,
            (unsigned long long)record->line, record->too_large, record->bytes.size,
            (unsigned long long)hash_view(record->bytes, 0), (int)shown,
            shown == 0 ? "" : record->bytes.at);
}

static struct said
one_by_one(const char *from)
{
    struct said said = { .text = NULL };
    struct feed *feed = feed_open(from, trouble);
    struct feed_record record;
    enum feed_outcome outcome;

    cr_assert_not_null(feed, "%s", trouble);
    said.out = open_memstream(&said.text, &said.size);
    while ((outcome = feed_next(feed, &record)) == FEED_RECORD) {
        say(&said, &record);
    }
    fprintf(said.out, "%s", outcome == FEED_END ? "END" : feed_trouble(feed));
    (void)fclose(said.out);
    feed_close(&feed);
    return said;
}

static struct said
by_batches(const char *from, size_t capacity, size_t size)
{
    struct said said = { .text = NULL };
    struct feed *feed = feed_open(from, trouble);
    struct feed_batch batch;
    enum feed_outcome outcome;

    cr_assert_not_null(feed, "%s", trouble);
    cr_assert(feed_batch_init(&batch, capacity));
    said.out = open_memstream(&said.text, &said.size);
    do {
        outcome = feed_fill(feed, &batch, size);
        said.batches++;
        cr_assert(batch.count > 0 || outcome != FEED_RECORD, "a batch holds something");
        cr_assert_leq(batch.count, capacity);
        for (size_t i = 0; i < batch.count; i++) {
            say(&said, &batch.records[i]);
        }
    } while (outcome == FEED_RECORD);
    fprintf(said.out, "%s", outcome == FEED_END ? "END" : feed_trouble(feed));
    cr_assert_eq(feed_fill(feed, &batch, size), outcome, "what has ended stays ended");
    cr_assert_eq(batch.count, 0);
    (void)fclose(said.out);
    feed_batch_fini(&batch);
    feed_close(&feed);
    return said;
}

static void
expect_same(const char *from, const char *what)
{
    static const struct {
        size_t capacity;
        size_t size;
    } ways[] = { { 1, 1 }, { 3, 50 }, { 1000, 64 }, { 1000, 1000 }, { 1000, 262144 },
        { 7, RECORD_SIZE_MAX } };
    struct said one = one_by_one(from);

    for (size_t i = 0; i < LENGTH(ways); i++) {
        struct said many = by_batches(from, ways[i].capacity, ways[i].size);
        cr_expect_str_eq(many.text, one.text, "%s, %zu records of %zu bytes", what,
                ways[i].capacity, ways[i].size);
        free(many.text);
    }
    free(one.text);
}

struct file_row {
    const char *what;
    const char *bytes;
};

Test(feed_fill, whatever_a_file_is_made_of)
{
    static const struct file_row rows[] = {
        { "nothing", "" },
        { "white space", " \n\n\t\r\n  " },
        { "lines", "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n" },
        { "no line feed at the end", "{\"id\":1}\n{\"id\":2}" },
        { "blank lines and white space around", "\n  {\"id\":1}\t\r\n\r\n\n {\"id\":2} \n\n" },
        { "a byte order mark", "\xEF\xBB\xBF{\"id\":1}\n{\"id\":2}\n" },
        { "a mark alone", "\xEF\xBB\xBF" },
        { "half a mark", "\xEF\xBB" },
        { "garbage", "hello\n\x01\x02\n{\n{\"id\":1}\n" },
        { "an array on one line", "[{\"id\":1},{\"id\":2}]\n" },
        { "an array behind lines", "{\"id\":1}\n[{\"id\":2},\n{\"id\":3}]\n{\"id\":4}\n" },
        { "a bracket that begins no array of objects", "{\"id\":1}\n[1,2]\n{\"id\":4}\n" },
        { "objects over lines", "{\n \"id\":1\n}\n{\n \"id\":2\n}\n" },
        { "an opening brace behind a line", "{\"id\":1}\n{\n\"id\":2}\n{\"id\":3}\n" },
        { "a container", "{\"statuses\":[{\"id\":1},{\"id\":2}],\"x\":{}}\n{\"id\":3}\n" },
        { "a container behind lines",
                "{\"id\":1}\n{\"data\":[{\"id\":2},\n{\"id\":3}]}\n{\"id\":4}\n" },
        { "a container whose array is on the next line",
                "{\"id\":1}\n{\"meta\":{\"a\":1},\"data\":\n[{\"id\":2}]}\n{\"id\":4}\n" },
        { "a key of containers in a record",
                "{\"data\":1,\"id\":1}\n{\"kind\":\"x\"}\n{\"id\":2}\n" },
        { "white space where keys begin", "{ \"id\" : 1 }\n{  \"data\": [ {\"id\":2} ] }\n" },
        { "a container as the last line", "{\"id\":1}\n{\"posts\":[{\"id\":2}" },
        { "a head that is cut", "{\"id\":1}\n{\"id\"" },
        { "one quote", "{\"id\":1}\n{\"\n{\"id\":2}\n" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        write_bytes(view_of(rows[i].bytes));
        expect_same(path, rows[i].what);
    }
}

Test(feed_fill, lines_up_to_the_limit_and_beyond)
{
    static const size_t sizes[] = { 1000, 262143, 262144, 262145, RECORD_SIZE_MAX - 1,
        RECORD_SIZE_MAX, RECORD_SIZE_MAX + 1, 3 * RECORD_SIZE_MAX };

    for (size_t i = 0; i < LENGTH(sizes); i++) {
        FILE *file = fopen(path, "w");
        cr_assert_not_null(file);
        fputs("{\"id\":1}\n", file);
        for (size_t at = 0; at < sizes[i]; at++) {
            putc('x', file);
        }
        fputs("\n{\"id\":2}\n{\"id\":3}\n", file);
        cr_assert_eq(fclose(file), 0);
        expect_same(path, "a long line");
    }
}

Test(feed_fill, files_put_together_at_random)
{
    static const char *const pieces[] = { "{\"id\":1,\"text\":\"hola\"}\n", "{\"id\":22}\r\n", "\n",
        "  \n", "x\n", "{\"meta\":1}\n", "{\"id\":\"\\u00e1\\\"\"}\n",
        "{\"a rather longer line\":\"of no particular meaning, so that blocks end inside\"}\n",
        "[{\"id\":3}]\n", "{\"data\":[{\"id\":4}]}\n", "{\n", "}\n", "[1]\n" };
    struct rng rng = rng_seeded(20140222);

    for (int round = 0; round < 300; round++) {
        char bytes[4096];
        size_t size = 0;
        /* Of most files nothing but lines is wanted. */
        uint32_t kinds = round % 3 == 0 ? (uint32_t)LENGTH(pieces) : 8;
        uint32_t count = rng_below(&rng, 40);
        for (uint32_t i = 0; i < count; i++) {
            const char *piece = pieces[rng_below(&rng, kinds)];
            memcpy(bytes + size, piece, strlen(piece));
            size += strlen(piece);
        }
        size -= size > 0 && rng_below(&rng, 4) == 0 ? 1 : 0;
        write_bytes((struct view){ .at = bytes, .size = size });
        expect_same(path, "pieces");
    }
}

Test(feed_fill, plain_lines_come_many_at_a_time_from_where_they_were_read)
{
    struct feed *feed = NULL;
    struct feed_batch batch;
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file);
    for (int i = 0; i < 10000; i++) {
        fprintf(file, "{\"id\":%d}\n", i);
    }
    cr_assert_eq(fclose(file), 0);
    feed = feed_open(path, trouble);
    cr_assert_not_null(feed);
    cr_assert(feed_batch_init(&batch, 4096));
    cr_expect_eq(feed_fill(feed, &batch, 65536), FEED_RECORD);
    cr_expect_gt(batch.count, 4000);
    for (size_t i = 0; i < batch.count; i++) {
        const char *at = batch.records[i].bytes.at;
        cr_expect(at >= batch.bytes && at < batch.bytes + 65536);
    }
    feed_batch_fini(&batch);
    feed_close(&feed);
}

struct entry {
    const char *name;
    struct view bytes;
};

static void
expect_same_directory(const char *what, const struct entry *entries, size_t count)
{
    char directory[64] = "/tmp/rebato-fill-XXXXXX";
    char name[128];

    cr_assert_not_null(mkdtemp(directory));
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(name, sizeof name, "%s/%s", directory, entries[i].name);
        FILE *file = fopen(name, "w");
        cr_assert_not_null(file);
        cr_assert_eq(
                fwrite(entries[i].bytes.at, 1, entries[i].bytes.size, file), entries[i].bytes.size);
        cr_assert_eq(fclose(file), 0);
    }
    expect_same(directory, what);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(name, sizeof name, "%s/%s", directory, entries[i].name);
        (void)unlink(name);
    }
    (void)rmdir(directory);
}

Test(feed_fill, a_directory_goes_on_from_file_to_file)
{
    static const struct entry entries[] = { { "a.ndjson", VIEW("{\"id\":1}\n{\"id\":2}") },
        { "b.ndjson", VIEW("") }, { "c.ndjson", VIEW("{\"id\":3}\n") },
        { "d.json", VIEW("[{\"id\":4}]") }, { "e.csv", VIEW("id,text\n5,hola\n") },
        { "f.ndjson", VIEW("{\"id\":6}\n") }, { "g.ndjson", VIEW("\n{\"id\":7}\n[{\"id\":8}]") },
        { "h.ndjson", VIEW("{\"id\":9}\n") } };

    for (size_t i = 1; i <= LENGTH(entries); i++) {
        expect_same_directory("a directory", entries, i);
    }
}

Test(feed_fill, a_file_that_breaks_off_says_so_behind_what_was_whole)
{
    /* The head of a gzip file, and nothing that could follow it. */
    static const struct entry entries[] = { { "a.ndjson", VIEW("{\"id\":1}\n{\"id\":2}") },
        { "b.gz", VIEW("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x07\x07\x07\x07") },
        { "c.ndjson", VIEW("{\"id\":1}\n{\"id\":2}") } };

    expect_same_directory("a damaged file", entries, LENGTH(entries));
}
