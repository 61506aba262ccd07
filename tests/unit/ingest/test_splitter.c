/* What stands in a file, and the records it becomes; whole, and byte by byte. */
#include "core/limits.h"
#include "ingest/split/splitter.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define OUT_SIZE 4096

struct row {
    const char *what;
    enum split_kind kind;
    const char *bytes;
    const char *records; /* each as "line:bytes|", control characters as they are */
};

static void
note(char *out, const struct feed_record *record)
{
    size_t used = strlen(out);
    (void)snprintf(out + used, OUT_SIZE - used, "%llu:%.*s%s|", (unsigned long long)record->line,
            (int)record->bytes.size, record->bytes.at, record->too_large ? " (cut)" : "");
}

/* Feeds `step` bytes at a time. */
static void
split(enum split_kind kind, struct view bytes, size_t step, char out[OUT_SIZE])
{
    struct splitter *splitter = splitter_create();
    struct feed_record record = { .line = 0 };
    size_t at = 0;
    cr_assert_not_null(splitter);
    splitter_begin(splitter, kind);
    out[0] = '\0';
    for (;;) {
        enum split_outcome outcome = splitter_next(splitter, &record);
        if (outcome == SPLIT_RECORD) {
            note(out, &record);
            continue;
        }
        if (outcome != SPLIT_MORE) {
            size_t used = strlen(out);
            (void)snprintf(out + used, OUT_SIZE - used, "%s",
                    outcome == SPLIT_TROUBLE ? splitter_trouble(splitter) : "");
            break;
        }
        size_t room = 0;
        char *window = splitter_room(splitter, &room);
        size_t size = bytes.size - at < step ? bytes.size - at : step;
        size = size < room ? size : room;
        if (size > 0) {
            memcpy(window, bytes.at + at, size);
        }
        at += size;
        splitter_filled(splitter, size);
        if (at == bytes.size) {
            splitter_finish(splitter);
        }
    }
    splitter_destroy(&splitter);
    cr_assert_null(splitter);
}

static void
check(const struct row *rows, size_t count)
{
    static const size_t steps[] = { 1, 2, 7, 100000 };
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < sizeof(steps) / sizeof(steps[0]); k++) {
            char out[OUT_SIZE];
            split(rows[i].kind, view_of(rows[i].bytes), steps[k], out);
            cr_expect_str_eq(out, rows[i].records, "%s, %zu at a time:\n%s\nexpected\n%s",
                    rows[i].what, steps[k], out, rows[i].records);
        }
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

Test(splitter, a_line_is_a_record)
{
    static const struct row rows[] = {
        { "nothing", SPLIT_JSON, "", "" },
        { "blank lines only", SPLIT_JSON, "\n \r\n\t\n", "" },
        { "two lines", SPLIT_JSON, "{\"a\":1}\n{\"b\":2}\n", "1:{\"a\":1}|2:{\"b\":2}|" },
        { "no final newline", SPLIT_JSON, "{\"a\":1}\n{\"b\":2}", "1:{\"a\":1}|2:{\"b\":2}|" },
        { "CRLF", SPLIT_JSON, "{\"a\":1}\r\n{\"b\":2}\r\n", "1:{\"a\":1}|2:{\"b\":2}|" },
        { "byte order mark", SPLIT_JSON, "\xEF\xBB\xBF{\"a\":1}\n", "1:{\"a\":1}|" },
        { "half a mark", SPLIT_JSON, "\xEF\xBB", "1:\xEF\xBB|" },
        { "blank lines between", SPLIT_JSON, "{}\n\n\r\n  {\"b\":2}\n", "1:{}|4:{\"b\":2}|" },
        { "broken lines stay lines", SPLIT_JSON, "{\"a\":\n}\nhello\n{\"b\":2}\n",
                "1:{\"a\":|2:}|3:hello|4:{\"b\":2}|" },
        { "a broken first line", SPLIT_JSON, "{\"a\":\"x\n{\"b\":2}\n",
                "1:{\"a\":\"x|2:{\"b\":2}|" },
        { "two values on a line", SPLIT_JSON, "{} {}\n", "1:{} {}|" },
        { "an array of numbers is a line", SPLIT_JSON, "[1,2]\n{}\n", "1:[1,2]|2:{}|" },
        { "a log line", SPLIT_JSON, "[2014-02-22] x\n{}\n", "1:[2014-02-22] x|2:{}|" },
    };
    CHECK(rows);
}

Test(splitter, an_array_gives_its_elements)
{
    static const struct row rows[] = {
        { "on one line", SPLIT_JSON, "[{\"a\":1},{\"b\":[2]}]", "1:{\"a\":1}|1:{\"b\":[2]}|" },
        { "one a line", SPLIT_JSON, "[\n{\"a\":1},\n{\"b\":2}\n]\n", "2:{\"a\":1}|3:{\"b\":2}|" },
        { "pretty", SPLIT_JSON, "[{\n\t\"a\": 1\n}, {\n\t\"b\": \"}\\\"{\"\n}]",
                "1:{\n\t\"a\": 1\n}|3:{\n\t\"b\": \"}\\\"{\"\n}|" },
        { "empty", SPLIT_JSON, "[]\n", "" },
        { "empty, over lines", SPLIT_JSON, "[\n\n]\n", "" },
        { "two arrays", SPLIT_JSON, "[{}]\n[{\"a\":1}]\n", "1:{}|2:{\"a\":1}|" },
        { "cut off between", SPLIT_JSON, "[{\"a\":1},", "1:{\"a\":1}|" },
        { "cut off inside", SPLIT_JSON, "[{\"a\":1},{\"b\"", "1:{\"a\":1}|1:{\"b\"|" },
        { "lines behind it", SPLIT_JSON, "[{\"a\":1}]\n{\"b\":2}\n", "1:{\"a\":1}|2:{\"b\":2}|" },
    };
    CHECK(rows);
}

Test(splitter, a_container_gives_the_elements_of_its_array)
{
    static const struct row rows[] = {
        { "search", SPLIT_JSON,
                "{\"statuses\":[{\"a\":1},{\"b\":2}],\"search_metadata\":{\"n\":[]}}",
                "1:{\"a\":1}|1:{\"b\":2}|" },
        { "pretty search", SPLIT_JSON,
                "{\n  \"statuses\": [\n    {\n      \"a\": 1\n    }\n  ],\n  \"search_metadata\": "
                "{}\n}\n",
                "3:{\n      \"a\": 1\n    }|" },
        { "a page a line", SPLIT_JSON,
                "{\"data\":[{\"a\":1}],\"includes\":{}}\n{\"data\":[{\"b\":2}]}\n",
                "1:{\"a\":1}|2:{\"b\":2}|" },
        { "meta first", SPLIT_JSON, "{\"meta\":{\"n\":1},\"data\":[{\"a\":1}]}", "1:{\"a\":1}|" },
        { "listing", SPLIT_JSON,
                "{\"kind\":\"Listing\",\"data\":{\"after\":\"t\",\"children\":[{\"kind\":\"t3\"}],"
                "\"x\":1}}\n{}",
                "1:{\"kind\":\"t3\"}|2:{}|" },
        { "an empty one", SPLIT_JSON, "{\"statuses\":[]}\n{\"a\":1}\n", "2:{\"a\":1}|" },
        { "a thing is no listing", SPLIT_JSON, "{\"kind\":\"t1\",\"data\":{\"body\":\"x\"}}\n",
                "1:{\"kind\":\"t1\",\"data\":{\"body\":\"x\"}}|" },
        { "a single post is no page", SPLIT_JSON, "{\"data\":{\"id\":\"1\"}}\n",
                "1:{\"data\":{\"id\":\"1\"}}|" },
        { "numbers are no records", SPLIT_JSON, "{\"data\":[1,2]}\n", "1:{\"data\":[1,2]}|" },
        { "a record with such a key", SPLIT_JSON, "{\"id\":1,\"data\":[{}]}\n",
                "1:{\"id\":1,\"data\":[{}]}|" },
        { "cut off in its head", SPLIT_JSON, "{\"kind\":\"Lis", "1:{\"kind\":\"Lis|" },
    };
    CHECK(rows);
}

Test(splitter, objects_may_span_lines_when_the_first_line_is_a_lone_brace)
{
    static const struct row rows[] = {
        { "two", SPLIT_JSON, "{\n  \"a\": 1\n}\n{\n  \"b\": 2\n}\n",
                "1:{\n  \"a\": 1\n}|4:{\n  \"b\": 2\n}|" },
        { "one-liners between", SPLIT_JSON, "{\n  \"a\": 1\n}\n{\"b\":2}\n",
                "1:{\n  \"a\": 1\n}|4:{\"b\":2}|" },
        { "the first is broken", SPLIT_JSON, "{\n  \"a\": 1,\n}\n{\n  \"b\": 2\n}\n",
                "1:{\n  \"a\": 1,\n}|4:{\n  \"b\": 2\n}|" },
        { "cut off", SPLIT_JSON, "{\n  \"a\": 1\n", "1:{\n  \"a\": 1|" },
    };
    CHECK(rows);
}

Test(splitter, a_broken_element_is_one_record_and_takes_no_other_with_it)
{
    static const struct row rows[] = {
        { "a lost brace", SPLIT_JSON, "[\n{\"a\":{\"x\":1},\n{\"b\":2},\n{\"c\":3}\n]\n",
                "2:{\"a\":{\"x\":1},|3:{\"b\":2}|4:{\"c\":3}|" },
        { "a lost quote", SPLIT_JSON, "[\n{\"a\":\"x},\n{\"b\":2}\n]\n",
                "2:{\"a\":\"x},|3:{\"b\":2}|" },
        { "pretty, a lost quote", SPLIT_JSON,
                "[{\n\t\"a\": \"x,\n\t\"u\": {\n\t\t\"n\": 1\n\t}\n}, {\n\t\"b\": 2\n}]",
                "1:{\n\t\"a\": \"x,\n\t\"u\": {\n\t\t\"n\": 1\n\t}\n}|6:{\n\t\"b\": 2\n}|" },
        { "a zero byte", SPLIT_JSON, "[\n{},\x01\n{}]", "2:{}|2:\x01|3:{}|" },
        { "junk between", SPLIT_JSON, "[\n{\"a\":1},\noops\n{\"b\":2}\n]\n",
                "2:{\"a\":1}|3:oops|4:{\"b\":2}|" },
        { "a wrong closer", SPLIT_JSON, "[\n{\"a\":[1}},\n{\"b\":2}\n]\n",
                "2:{\"a\":[1}},|3:{\"b\":2}|" },
        { "the rest of a container", SPLIT_JSON, "{\"data\":[{\"a\":1}],]}\n{\"b\":2}\n",
                "1:{\"a\":1}|1:]}|2:{\"b\":2}|" },
        { "to the end", SPLIT_JSON, "[{\"a\":1},{\"b\":}, {\"c\":3}]",
                "1:{\"a\":1}|1:{\"b\":}, {\"c\":3}]|" },
    };
    CHECK(rows);
}

Test(splitter, a_csv_row_is_an_object_of_strings)
{
    static const struct row rows[] = {
        { "commas", SPLIT_CSV, "id,text\n1,hola\n2,adios\n",
                "2:{\"id\":\"1\",\"text\":\"hola\"}|3:{\"id\":\"2\",\"text\":\"adios\"}|" },
        { "semicolons", SPLIT_CSV, "id;text\n1;a,b\n", "2:{\"id\":\"1\",\"text\":\"a,b\"}|" },
        { "tabs", SPLIT_CSV, "id\ttext\n\t\n", "2:{\"id\":\"\",\"text\":\"\"}|" },
        { "one column", SPLIT_CSV, "text\nhola\n", "2:{\"text\":\"hola\"}|" },
        { "quotes", SPLIT_CSV, "id,text\n1,\"no \"\"va\"\", dice\"\n",
                "2:{\"id\":\"1\",\"text\":\"no \\\"va\\\", dice\"}|" },
        { "a newline in a field", SPLIT_CSV, "id,text\n1,\"a\r\nb\"\n2,c\n",
                "2:{\"id\":\"1\",\"text\":\"a\\r\\nb\"}|4:{\"id\":\"2\",\"text\":\"c\"}|" },
        { "what JSON escapes", SPLIT_CSV, "t\na\\b\x01\tc\n", "2:{\"t\":\"a\\\\b\\u0001\\tc\"}|" },
        { "a quote inside a field", SPLIT_CSV, "t,u\n5\" tv,x\n",
                "2:{\"t\":\"5\\\" tv\",\"u\":\"x\"}|" },
        { "behind the closing quote", SPLIT_CSV, "t,u\n\"a\"b,c\n",
                "2:{\"t\":\"ab\",\"u\":\"c\"}|" },
        { "mark, CRLF, quoted header", SPLIT_CSV, "\xEF\xBB\xBF\"id\",\"a \"\"b\"\"\"\r\n1,2\r\n",
                "2:{\"id\":\"1\",\"a \\\"b\\\"\":\"2\"}|" },
        { "few and many fields", SPLIT_CSV, "a,b\n1\n1,2,3\n",
                "2:{\"a\":\"1\"}|3:{\"a\":\"1\",\"b\":\"2\",\"column_3\":\"3\"}|" },
        { "nameless columns", SPLIT_CSV, ",b\n1,2\n", "2:{\"column_1\":\"1\",\"b\":\"2\"}|" },
        { "empty lines", SPLIT_CSV, "\na,b\n\n1,2\n\r\n\n", "4:{\"a\":\"1\",\"b\":\"2\"}|" },
        { "no final newline", SPLIT_CSV, "a,b\n1,2", "2:{\"a\":\"1\",\"b\":\"2\"}|" },
        { "a delimiter in a quoted name", SPLIT_CSV, "\"a;b;c\",d\n1,2\n",
                "2:{\"a;b;c\":\"1\",\"d\":\"2\"}|" },
    };
    CHECK(rows);
}

Test(splitter, csv_that_is_none_is_told_or_delivered_as_it_stands)
{
    static const struct row rows[] = {
        { "nothing", SPLIT_CSV, "", "" },
        { "a header alone", SPLIT_CSV, "a,b\n", "" },
        { "a quote that never closes", SPLIT_CSV, "a,b\n1,\"x\n2,y\n",
                "2:1,\"x|3:{\"a\":\"2\",\"b\":\"y\"}|" },
        { "in the header", SPLIT_CSV, "a,\"b\n1,2\n",
                "the CSV header has a quote that is never closed" },
    };
    CHECK(rows);
    char *wide = calloc(1, 4096);
    cr_assert_not_null(wide);
    memset(wide, ',', 600);
    wide[600] = '\n';
    char out[OUT_SIZE];
    split(SPLIT_CSV, view_of(wide), 4096, out);
    cr_expect_not_null(strstr(out, "more than 512 columns"), "%s", out);
    free(wide);
}

/* `size` bytes: `head`, then x's, then `tail`. */
static char *
long_text(const char *head, size_t size, const char *tail)
{
    char *text = malloc(size + 1);
    cr_assert_not_null(text);
    memset(text, 'x', size);
    memcpy(text, head, strlen(head));
    memcpy(text + size - strlen(tail), tail, strlen(tail));
    text[size] = '\0';
    return text;
}

Test(splitter, a_record_beyond_the_limit_is_delivered_cut_and_reading_goes_on_behind_it)
{
    static const struct {
        const char *what;
        enum split_kind kind;
        size_t size;
        const char *head;
        const char *tail;
        size_t first; /* bytes of the long record */
        int too_large;
        int next; /* a record behind it */
    } rows[] = {
        { "a line of 2 MB", SPLIT_JSON, 2000000, "{\"a\":\"", "\"}\n{}\n", RECORD_SIZE_MAX, 1, 1 },
        { "a line of 5 MB", SPLIT_JSON, 5000000, "{\"a\":\"", "\"}\n{}\n", RECORD_SIZE_MAX, 1, 1 },
        { "one byte too long", SPLIT_JSON, RECORD_SIZE_MAX + 5, "{\"", "\"}\n{}\n", RECORD_SIZE_MAX,
                1, 1 },
        { "just right", SPLIT_JSON, RECORD_SIZE_MAX + 4, "{\"", "\"}\n{}\n", RECORD_SIZE_MAX, 0,
                1 },
        { "an element", SPLIT_JSON, 3000000, "[{\"a\":\"", "\"},{}]", RECORD_SIZE_MAX, 1, 1 },
        { "an element that breaks", SPLIT_JSON, 3000000, "[\n{\"a\":\"", "\n{}]", RECORD_SIZE_MAX,
                1, 1 },
        { "no end at all", SPLIT_JSON, 3000000, "{\"a\":\"", "", RECORD_SIZE_MAX, 1, 0 },
        { "a field", SPLIT_CSV, 3000000, "a,b\n1,", "\n2,3", RECORD_SIZE_MAX, 1, 1 },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text = long_text(rows[i].head, rows[i].size, rows[i].tail);
        struct splitter *splitter = splitter_create();
        struct feed_record record = { .line = 0 };
        size_t at = 0;
        int count = 0;
        enum split_outcome outcome;
        splitter_begin(splitter, rows[i].kind);
        while ((outcome = splitter_next(splitter, &record)) != SPLIT_END) {
            if (outcome == SPLIT_RECORD) {
                cr_expect_eq(
                        record.too_large, count == 0 ? rows[i].too_large : 0, "%s", rows[i].what);
                cr_expect(count > 0 || record.bytes.size == rows[i].first, "%s: %zu", rows[i].what,
                        record.bytes.size);
                count++;
                continue;
            }
            size_t room = 0;
            char *window = splitter_room(splitter, &room);
            size_t size = rows[i].size - at < room ? rows[i].size - at : room;
            memcpy(window, text + at, size);
            at += size;
            splitter_filled(splitter, size);
            if (at == rows[i].size) {
                splitter_finish(splitter);
            }
        }
        cr_expect_eq(count, 1 + rows[i].next, "%s: %d records", rows[i].what, count);
        splitter_destroy(&splitter);
        free(text);
    }
}
