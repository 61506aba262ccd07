/* The walk over an index, held against jdoc_parse() and jdoc_find(). */
#include "core/limits.h"
#include "core/rng.h"
#include "json/index.h"
#include "json/pick.h"
#include "json/wants.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const pointers[] = { "/id", "/user/name", "/user/id", "/user", "/list/1",
    "/list/0/a", "/text", "/deep/a/b", "/a key that is longer than sixteen bytes", "/12345678",
    "/123456789", "/" };
#define WHOLE "/whole"

static struct json_document *oracle;
static struct json_picker *strict;
static struct json_picker *pickers[ISA_COUNT];
static json_want wants[COUNT(pointers)];
static json_want whole;

static struct json_picker *
make_picker(enum isa isa)
{
    struct json_picker *picker = json_picker_create(RECORD_SIZE_MAX, isa);

    cr_assert_not_null(picker);
    for (size_t i = 0; i < COUNT(pointers); i++) {
        cr_assert(json_picker_want(picker, view_of(pointers[i]), &wants[i]));
    }
    cr_assert(json_picker_want_whole(picker, VIEW(WHOLE), &whole));
    return picker;
}

static void
setup(void)
{
    oracle = jdoc_create(RECORD_SIZE_MAX);
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        pickers[isa] = isa_available((enum isa)isa) ? make_picker((enum isa)isa) : NULL;
    }
    strict = make_picker(ISA_PORTABLE);
    json_picker_be_strict(strict);
}

static void
teardown(void)
{
    jdoc_destroy(&oracle);
    json_picker_destroy(&strict);
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        json_picker_destroy(&pickers[isa]);
    }
}

TestSuite(json_pick, .init = setup, .fini = teardown);

static struct json_value
picked(const struct json_picker *picker, json_want want)
{
    struct json_picks picks = json_picker_picks(picker);
    const struct json_value *value = json_picked(&picks, want);

    return value == NULL ? (struct json_value){ .kind = JSON_ABSENT } : *value;
}

static int
is_ascii(struct view text)
{
    for (size_t i = 0; i < text.size; i++) {
        if ((unsigned char)text.at[i] > 0x7F) {
            return 0;
        }
    }
    return 1;
}

static void
expect_same_value(const struct json_picker *picker, json_want want, struct view pointer)
{
    struct json_value found = picked(picker, want);
    struct json_value wanted = jdoc_value(oracle, jdoc_find(oracle, JSON_ROOT, pointer));

    cr_assert_eq(found.kind, wanted.kind, "%.*s", (int)pointer.size, pointer.at);
    cr_assert(view_equal(found.raw, wanted.raw), "%.*s", (int)pointer.size, pointer.at);
    int string = found.kind == JSON_STRING;
    cr_assert(!string || !found.plain || memchr(found.raw.at, '\\', found.raw.size) == NULL);
    cr_assert(!string || !found.ascii || is_ascii(found.raw));
}

/* Reads `text` in all ways. Where it is JSON they agree in every value; where it is none, only what
 * json/pick.h names may be taken for JSON. Returns whether the walk took it. */
static int
agree(struct view text)
{
    size_t at;
    size_t same_at;
    enum json_outcome outcome = jdoc_parse(oracle, text, &at);
    int first = -1;

    cr_assert_eq(json_pick(strict, text, &same_at), outcome);
    cr_assert_eq(at, same_at);
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (pickers[isa] == NULL) {
            continue;
        }
        pickers[isa]->caution = 0; /* it is run through, whatever the texts before were like */
        enum json_outcome found = json_pick(pickers[isa], text, &at);
        cr_assert(first == -1 || first == (int)found, "%s: %.*s", isa_name((enum isa)isa),
                (int)text.size, text.at);
        first = (int)found;
        cr_assert(found == outcome || found == JSON_GOOD, "%.*s", (int)text.size, text.at);
        for (size_t i = 0; i < COUNT(pointers) && outcome == JSON_GOOD; i++) {
            expect_same_value(pickers[isa], wants[i], view_of(pointers[i]));
        }
        if (outcome == JSON_GOOD) {
            expect_same_value(pickers[isa], whole, VIEW(WHOLE));
        }
    }
    return first == JSON_GOOD;
}

static int
agree_on(const char *text)
{
    return agree(view_of(text));
}

#define LONG_KEY "a key that is longer than sixteen bytes"

Test(json_pick, what_is_json_is_read_alike)
{
    static const char *const rows[] = { "{}", " { } ", "[]", "1", "{\"id\":1}",
        "{\"id\" : \"x\" , \"user\" : { \"name\" : null , \"id\" : -1.5e3 } }",
        "{\n\t\"id\": 1,\r\n\t\"user\": {\n\t\t\"name\": \"a\"\n\t}\n}\n",
        "{\"x\":{\"id\":2,\"user\":{\"id\":3}},\"user\":{\"x\":{\"id\":4}}}",
        "{\"x\":\"{\\\"id\\\":5}\",\"id\":\"\\\\\\\"}\",\"text\":\"a\\\\\"}", "{\"id\":1,\"id\":2}",
        "{\"user\":{\"id\":1},\"user\":{}}", "{\"user\":{\"id\":1},\"user\":5}",
        "{\"user\":5,\"user\":{\"id\":1}}", "{\"list\":[]}", "{\"list\":[{\"a\":1},[2]]}",
        "{\"list\":{\"1\":7,\"0\":{\"a\":8}}}", "{\"list\":[[{\"a\":1}],{\"a\":2}]}",
        "{\"\":9,\"\\u0069d\":7}", "{\"i\\u0064\":7}",
        "{\"" LONG_KEY "\":1,\"a key that is longer than sixteen bytez\":2}",
        "{\"a key that is longer than Sixteen bytes\":2,\"12345678\":3,\"123456789\":4}",
        "{\"1234567\":3,\"1234567890\":4}", "{\"whole\":[1,{\"a\":[]}],\"whole\":{\"id\":1}}",
        "{\"deep\":{\"a\":{\"b\":[[[]]]}}}", "{\"deep\":[],\"x\":[{},[],{\"a\":[{}]}]}",
        "\xEF\xBB\xBF{\"id\":1}", "{\"id\":true,\"text\":false}", "{\"x\":\"\\\\\",\"id\":\"a\"}",
        "{\"x\":\",:{[]}\",\"id\":\"[\\\"]\"}", "{\"user\":{},\"list\":[],\"id\":{}}" };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert(agree_on(rows[i]), "%s", rows[i]);
    }
}

Test(json_pick, what_is_none_is_refused_wherever_something_is_wanted)
{
    static const char *const rows[] = { "", " ", "{", "}", "{\"id\"}", "{\"id\":}", "{\"id\":1,}",
        "{,}", "{,\"id\":1}", "{\"id\":1,,\"x\":2}", "{\"id\":1}}", "{\"id\":1}x", "{\"id\":1} x",
        "{\"id\":1}{}", "{\"id\":1},", "x{\"id\":1}", "{\"id\":\"a\"\"b\"}", "{\"id\":\"a\" \"b\"}",
        "{\"id\":\"a\"x}", "{\"id\":x\"a\"}", "{\"id\":1 2}", "{\"id\":01}", "{\"id\":NaN}",
        "{\"id\":tru}", "{\"id\":\"\\x\"}", "{\"id\":\"\\u12g4\"}", "{\"id\":\"a\nb\"}",
        "{\"x\":\"a\nb\"}", "{\"x\ty\":1}", "{\"id\":\"a}", "{\"id\":1]", "{\"x\":[}",
        "{\"x\":[{]}}", "{\"x\":{]}", "{id:1}", "{\"id\"1}", "{\"id\"::1}", "{\"id\":\"a\":\"b\"}",
        "{'id':1}", "{\"id\":1 \"x\":2}", "{\"id\":1:2}", "{\"id\",1}", "{\"user\":{\"x\"}}",
        "{\"user\":{\"id\":1,}}", "{\"user\":[1,]}", "{\"user\":[:]}", "{\"list\":[,1]}",
        "{\"list\":[1,]}", "{\"list\":[1 2,{}]}", "{\"list\":[\"a\":1]}", "{\"whole\":[1 2]}",
        "{\"whole\":{\"a\"}}", "{\"whole\":[NaN]}", "{1:2}", "{\"a\"x:1}", "{\"x\":[\"a\"\"b\"]}",
        "{\"x\":[{\"a\":1}{\"b\":2}]}", "{\"x\":\f1}", "{\"x\":\x01}", "{\"list\":[{\"a\":1}2]}",
        "{\"x\":NaN,\"id\":1}", "{\"x\":oops,\"id\":1}", "{\"id\":1,\"x\":undefined}",
        "{\"x\":'a',\"id\":1}", "{\"id\":-}", "{\"id\":\\\"\\\"}", "{\"id\":\"a\"b\\\"}",
        "{\"id\":\"a\"b\\\",\"x\":1}", "{\"user\":{\"id\":1}" };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert_not(agree_on(rows[i]), "%s", rows[i]);
    }
}

/* The faults that json/pick.h names: none of them hides a wanted value. */
Test(json_pick, faults_that_nobody_looks_at_pass)
{
    static const char *const rows[] = { "{\"x\":[1 2],\"id\":1}", "{\"x\":{\"a\"},\"id\":1}",
        "{\"x\":[,],\"id\":1}", "{\"x\":[\"a\":1],\"id\":1}", "{\"x\":nil,\"id\":1}",
        "{\"x\":01,\"id\":1}", "{\"x\":\"\\x\",\"id\":1}", "{\"x\":\"a\"b,\"id\":1}" };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert(agree_on(rows[i]), "%s", rows[i]);
        size_t at;
        cr_assert_eq(jdoc_parse(oracle, view_of(rows[i]), &at), JSON_MALFORMED);
        struct view raw = picked(pickers[ISA_PORTABLE], wants[0]).raw;
        cr_assert(view_equal(raw, VIEW("1")), "%s", rows[i]);
    }
}

Test(json_pick, blocks_end_anywhere)
{
    static const char *const pieces[] = { "\\\"", "\\\\", "\\\\\\\"", "\"", "{", "é", "€", "😡",
        "\\u00e9", ":", " " };
    char text[512];

    for (size_t shift = 0; shift < 130; shift++) {
        for (size_t i = 0; i < COUNT(pieces); i++) {
            int written = snprintf(text, sizeof text,
                    "{\"x\":\"%0*d%s\",\"user\":{\"id\":\"%s%s%s\",\"name\":[{}]},\"id\":\"b\"}",
                    (int)shift + 1, 0, pieces[i], pieces[i], pieces[i], pieces[i]);
            int json = strcmp(pieces[i], "\"") != 0;
            cr_assert_eq(agree((struct view){ text, (size_t)written }), json, "%s", text);
        }
    }
}

Test(json_pick, runs_of_backslashes_cross_blocks)
{
    char text[400];

    for (size_t shift = 0; shift < 70; shift++) {
        for (size_t run = 0; run < 140; run++) {
            size_t size = (size_t)snprintf(text, sizeof text, "{\"x\":\"%0*d", (int)shift + 1, 0);
            memset(text + size, '\\', run);
            size += run;
            size += (size_t)snprintf(text + size, sizeof text - size, "\",\"id\":\"\"}");
            cr_assert_eq(agree((struct view){ text, size }), run % 2 == 0, "%zu %zu", shift, run);
        }
    }
}

Test(json_pick, nesting_ends_where_it_ends)
{
    char text[512];

    for (size_t depth = 1; depth < 80; depth++) {
        size_t size = (size_t)snprintf(text, sizeof text, "{\"x\":");
        memset(text + size, '[', depth);
        memset(text + size + depth, ']', depth);
        size += 2 * depth;
        text[size++] = '}';
        cr_assert_eq(agree((struct view){ text, size }), depth < JSON_DEPTH_MAX, "%zu", depth);
        text[size / 2 + 2] = '}';
        cr_assert_not(agree((struct view){ text, size }));
    }
}

#define RECORD_LEAN                                                                                \
    "{\"id\":\"12\",\"ts\":1654658857018,\"user\":{\"id\":\"7\",\"name\":\"Sof\\u00eda ✨\"},"    \
    "\"text\":\"No va \\\"nada\\\" 😡\",\"x\":\"<a href=\\\"u\\\">b</a>\",\"list\":[1,{}],"      \
    "\"whole\":[{\"a\":[\"b\"]}],\"y\":null,\"z\":false}"

/* Nothing in it makes a run give up. */
#define RECORD_STRAIGHT                                                                             \
    "{\"id\":\"12\",\"ts\":1654658857018,\"user\":{\"id\":\"7\",\"name\":\"Sof\\u00eda ✨\"},"     \
    "\"text\":\"No va \\\"nada\\\" 😡 y una frase que no cabe en sesenta y cuatro bytes, ni por " \
    "asomo\","                                                                                      \
    "\"n\":0,\"x\":\"<a "                                                                           \
    "href=\\\"u\\\">b</"                                                                            \
    "a>\",\"12345678\":null,\"123456789\":true,\"z\":false,\"deep\":{\"a\":{\"b\":1}}}"

/* As some languages write it by default. */
#define RECORD_SPACED                                                                              \
    "{\"id\": \"12\", \"ts\": 1654658857018, \"user\": {\"id\": \"7\", \"name\": "                 \
    "\"Sof\\u00eda\"}, "                                                                           \
    "\"text\": \"No va \\\"nada\\\" y una frase que no cabe en sesenta y cuatro bytes, ni por "    \
    "asomo\", "                                                                                    \
    "\"n\": 0, \"x\": \"<a href=\\\"u\\\">b</a>\", \"12345678\": null, \"123456789\": true, "      \
    "\"z\": false}"

static const struct view records[] = { { RECORD_LEAN, sizeof RECORD_LEAN - 1 },
    { RECORD_STRAIGHT, sizeof RECORD_STRAIGHT - 1 }, { RECORD_SPACED, sizeof RECORD_SPACED - 1 } };

/* The bytes end where the page ends: whoever reads on falls off. */
Test(json_pick, nothing_is_read_outside_the_text)
{
    const size_t page = 4096;
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    cr_assert_neq(pages, MAP_FAILED);
    cr_assert_eq(mprotect(pages + page, page, PROT_NONE), 0);
    for (size_t i = 0; i < COUNT(records); i++) {
        struct view record = records[i];
        cr_assert(agree(record));
        for (size_t size = 0; size <= record.size; size++) {
            char *text = pages + page - size;
            memcpy(text, record.at, size);
            cr_assert_eq(agree((struct view){ text, size }), size == record.size, "%zu", size);
        }
    }
    munmap(pages, 2 * page);
}

/* Any byte of a good text made another one, twice over: mostly no JSON, and then mostly refused. */
Test(json_pick, changed_bytes_are_judged_alike)
{
    static const char bytes[] = "{}[]:,\"\\ \n\tx0-eE+.tfn/u\x01\x80\xFF";
    struct rng rng = rng_seeded(7);
    char text[512];

    for (size_t i = 0; i < 120000; i++) {
        struct view record = records[i % COUNT(records)];
        memcpy(text, record.at, record.size);
        for (size_t changes = 1 + rng_below(&rng, 3); changes > 0; changes--) {
            text[rng_below(&rng, (uint32_t)record.size)] =
                    bytes[rng_below(&rng, (uint32_t)(sizeof bytes - 1))];
        }
        agree((struct view){ text, record.size });
    }
}

/* Values of all lengths, so that each of them ends at every place of what is looked at at once. */
Test(json_pick, values_of_any_length_are_read_alike)
{
    static const char *const forms[][2] = { { "\"", "\"" }, { "\"", "\\\"\"" }, { "1", "" },
        { "\"", "é\"" }, { "\"", "\\\\\"" }, { "0.", "" } };
    char text[2048];
    char value[256];

    for (size_t length = 0; length < 200 * COUNT(forms); length++) {
        const char *const *form = forms[length % COUNT(forms)];
        int written = snprintf(value, sizeof value, "%s%0*d%s", form[0],
                (int)(length / COUNT(forms)) + 1, 0, form[1]);
        cr_assert_lt((size_t)written, sizeof value);
        written = snprintf(text, sizeof text,
                "{\"id\":%s,\"x\":%s,\"user\":{\"id\":%s},\"text\":\"%0*d\",\"12345678\":%s}",
                value, value, value, 100, 0, value);
        cr_assert(agree((struct view){ text, (size_t)written }), "%s", text);
        cr_assert(agree((struct view){ text, (size_t)written }), "%s", text);
    }
}

/* It is no use to be fast where it does not happen: a stream whose records are alike is run through. */
Test(json_pick, records_like_those_before_are_run_through)
{
    size_t at;

    for (int isa = ISA_PORTABLE + 1; isa < ISA_COUNT && pickers[isa] != NULL; isa++) {
        for (size_t i = 0; i < 600; i++) {
            cr_assert_eq(json_pick(pickers[isa], records[1 + i / 300], &at), JSON_GOOD);
            cr_assert(i % 300 != 299 || pickers[isa]->retreat == 0, "%s", records[1 + i / 300].at);
        }
        cr_assert_eq(json_pick(pickers[isa], records[0], &at), JSON_GOOD);
        cr_assert_gt(pickers[isa]->retreat, 0);
    }
}

/* What a key is does not hang on the keys of earlier texts: in any order, with keys left out, doubled, or
 * new ones, and more of them than are remembered. */
Test(json_pick, keys_may_come_in_any_order)
{
    static const char *const members[] = { "\"id\":\"a\"", "\"id\":7",
        "\"user\":{\"id\":1,\"name\":\"b\"}",
        "\"user\":{\"name\":null,\"x\":{\"id\":0},\"id\":\"c\"}", "\"user\":null",
        "\"text\":\"é\\n\"", "\"12345678\":true", "\"123456789\":[1]", "\"" LONG_KEY "\":5",
        "\"" LONG_KEY LONG_KEY "\":6", "\"list\":[{\"a\":1},2]", "\"whole\":[{\"a\":[]}]", "\"\":9",
        "\"i\":1", "\"idd\":1" };
    struct rng rng = rng_seeded(3);
    char text[2048];

    for (size_t round = 0; round < 30000; round++) {
        size_t size = (size_t)snprintf(text, sizeof text, "{\"n%u\":1", rng_below(&rng, 600));
        for (size_t count = rng_below(&rng, 9); count > 0; count--) {
            size += (size_t)snprintf(text + size, sizeof text - size, ",%s",
                    members[rng_below(&rng, (uint32_t)COUNT(members))]);
        }
        text[size++] = '}';
        cr_assert(agree((struct view){ text, size }), "%.*s", (int)size, text);
    }
}

Test(json_pick, indexes_are_the_same_byte_for_byte)
{
    static const char bytes[] = "{}[]:,\"\\\\ \nab0";
    struct json_index indexes[ISA_COUNT];
    struct rng rng = rng_seeded(11);
    char text[300];

    for (int isa = 0; isa < ISA_COUNT && isa_available((enum isa)isa); isa++) {
        cr_assert(json_index_init(&indexes[isa], sizeof text, (enum isa)isa));
    }
    for (size_t round = 0; round < 20000; round++) {
        size_t size = 1 + rng_below(&rng, (uint32_t)(sizeof text));
        for (size_t i = 0; i < size; i++) {
            text[i] = rng_below(&rng, 3) == 0 ? bytes[rng_below(&rng, (uint32_t)(sizeof bytes - 1))]
                                              : (char)rng_below(&rng, 256);
        }
        json_index_make(&indexes[0], (struct view){ text, size });
        for (int isa = 1; isa < ISA_COUNT && isa_available((enum isa)isa); isa++) {
            const struct json_index *a = &indexes[0];
            struct json_index *b = &indexes[isa];
            json_index_make(b, (struct view){ text, size });
            cr_assert_eq(a->mark_count, b->mark_count);
            cr_assert_eq(memcmp(a->marks, b->marks, a->mark_count * sizeof *a->marks), 0);
            cr_assert_eq(memcmp(a->words, b->words, (size + 63) / 64 * sizeof *a->words), 0);
            cr_assert(a->broken == b->broken && a->spaced == b->spaced);
        }
    }
    for (int isa = 0; isa < ISA_COUNT && isa_available((enum isa)isa); isa++) {
        json_index_fini(&indexes[isa]);
    }
}
