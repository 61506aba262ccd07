/* The ledger's cells, back into the buckets that the judge folds. */
#include "pipeline/bucket/builder.h"

#include "fixture.h"

#define CELL(at, name, number)                                                                     \
    {                                                                                              \
        .brand = VIEW("acme"), .dim = VIEW(name), .bucket = (at), .count = (number)                \
    }
#define LATE(at, name, number)                                                                     \
    {                                                                                              \
        .brand = VIEW("acme"), .dim = VIEW(name), .bucket = (at), .kind = CELL_LATE,               \
        .count = (number)                                                                          \
    }
#define AUTHOR(at, name, hash)                                                                     \
    {                                                                                              \
        .brand = VIEW("acme"), .dim = VIEW(name), .bucket = (at), .author = (hash)                 \
    }

/* "b5 t3 l1 f1 r1 | outage 2(2) | lang.es 3 | official 1", one bucket after the other. */
static char *
build_all(const struct page_slice *slice, uint32_t folded)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct bucket_builder *builder = bucket_builder_create();
    struct brand_bucket bucket;

    bucket_builder_start(builder, slice, folded);
    for (uint32_t next = bucket_builder_next(builder); next != UINT32_MAX;
            next = bucket_builder_next(builder)) {
        bucket_builder_build(builder, next, &bucket);
        fprintf(out, "b%u t%" PRIu64 " l%" PRIu64 " f%" PRIu64 " r%" PRIu64, bucket.bucket,
                bucket.total, bucket.late, bucket.first_person, bucket.reposts);
        for (size_t i = 0; i < SIGNAL_COUNT; i++) {
            if (bucket.posts[i] + bucket.author_count[i] > 0) {
                fprintf(out, " %s %" PRIu64 "(%zu)", signal_name((enum signal)i), bucket.posts[i],
                        bucket.author_count[i]);
            }
        }
        for (size_t i = 0; i < bucket.dim_count; i++) {
            fprintf(out, " %.*s %" PRIu64, (int)bucket.dims[i].name.size, bucket.dims[i].name.at,
                    bucket.dims[i].count);
        }
        fprintf(out, "%s", bucket.official_count > 0 ? " official" : "");
        fputs("; ", out);
    }
    bucket_builder_destroy(&builder);
    fclose(out);
    return text;
}

static const struct ledger_cell cells[] = { CELL(3, "total", 9), CELL(5, "f.os.ios", 2),
    CELL(5, "first", 1), CELL(5, "lang.es", 3), CELL(5, "official", 1), CELL(5, "plat.x", 3),
    CELL(5, "repost", 1), CELL(5, "s.outage", 2), CELL(5, "total", 3), CELL(5, "voices", 2),
    LATE(5, "s.outage", 1), LATE(5, "total", 1), CELL(9, "s.never-heard-of", 4),
    CELL(9, "total", 4) };
static const struct ledger_author authors[] = { AUTHOR(5, "s.outage", 8), AUTHOR(5, "s.outage", 7),
    AUTHOR(5, "voices", 12), AUTHOR(5, "voices", 11), AUTHOR(5, "voices", 13),
    AUTHOR(7, "s.complaint", 1), AUTHOR(7, "s.never-heard-of", 2) };
static const struct ledger_official officials[] = { { .brand = VIEW("acme"),
        .bucket = 6,
        .time_ms = 60001,
        .signals = 4,
        .broadcast = 1,
        .sketch = 99,
        .topics = 98,
        .id = VIEW("p1"),
        .link = VIEW("l1") } };

static const struct page_slice slice = { .cells = cells,
    .cell_count = LENGTH(cells),
    .authors = authors,
    .author_count = LENGTH(authors),
    .officials = officials,
    .official_count = LENGTH(officials) };

struct folded_row {
    uint32_t folded;
    const char *buckets;
};

Test(bucket_builder, walks_all_lists_side_by_side_and_passes_over_what_is_folded)
{
#define AT_5 "b5 t3 l1 f1 r1 outage 2(2) f.os.ios 2 lang.es 3 plat.x 3; "
#define AT_6 "b6 t0 l0 f0 r0 official; "
#define AT_7 "b7 t0 l0 f0 r0 complaint 0(1); "
#define AT_9 "b9 t4 l0 f0 r0; "
    static const struct folded_row rows[] = {
        { 0, "b3 t9 l0 f0 r0; " AT_5 AT_6 AT_7 AT_9 },
        { 3, AT_5 AT_6 AT_7 AT_9 },
        { 4, AT_5 AT_6 AT_7 AT_9 },
        { 5, AT_6 AT_7 AT_9 },
        { 6, AT_7 AT_9 },
        { 7, AT_9 },
        { 9, "" },
        { UINT32_MAX, "" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *text = build_all(&slice, rows[i].folded);
        cr_expect_str_eq(text, rows[i].buckets, "from %u: %s", rows[i].folded, text);
        free(text);
    }
}

Test(bucket_builder, a_bucket_before_the_next_is_empty_and_moves_nothing)
{
    struct bucket_builder *builder = bucket_builder_create();
    struct brand_bucket bucket;

    bucket_builder_start(builder, &slice, 0);
    bucket_builder_build(builder, 1, &bucket);
    cr_expect_eq(bucket.bucket, 1);
    cr_expect_eq(bucket.total + bucket.late + bucket.official_count + bucket.dim_count, 0);
    cr_expect_eq(bucket_builder_next(builder), 3);
    bucket_builder_destroy(&builder);
}

Test(bucket_builder, authors_are_sorted_and_official_posts_are_whole)
{
    struct bucket_builder *builder = bucket_builder_create();
    struct brand_bucket bucket;

    bucket_builder_start(builder, &slice, 4);
    bucket_builder_build(builder, 5, &bucket);
    cr_assert_eq(bucket.author_count[SIGNAL_OUTAGE], 2);
    cr_expect_eq(bucket.authors[SIGNAL_OUTAGE][0], 7);
    cr_expect_eq(bucket.authors[SIGNAL_OUTAGE][1], 8);
    cr_assert_eq(bucket.voice_count, 3);
    cr_expect_eq(bucket.voices[0], 11);
    cr_expect_eq(bucket.voices[2], 13);
    bucket_builder_build(builder, 6, &bucket);
    cr_assert_eq(bucket.official_count, 1);
    cr_expect_eq(bucket.official[0].time_ms, 60001);
    cr_expect_eq(bucket.official[0].signals, 4);
    cr_expect_eq(bucket.official[0].sketch, 99);
    cr_expect_eq(bucket.official[0].topics, 98);
    cr_expect(view_equal(bucket.official[0].id, VIEW("p1")));
    cr_expect(view_equal(bucket.official[0].link, VIEW("l1")));
    bucket_builder_destroy(&builder);
}

Test(bucket_builder, more_dimensions_than_the_judge_looks_at_cost_no_count)
{
    enum { MANY = 400 };
    static struct ledger_cell many[MANY + 1];
    static char names[MANY][16];
    struct page_slice wide = { .cells = many, .cell_count = MANY + 1 };
    struct bucket_builder *builder = bucket_builder_create();
    struct brand_bucket bucket;

    for (size_t i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "f.thing.v%03zu", i);
        many[i] = (struct ledger_cell){
            .brand = VIEW("acme"), .dim = view_of(names[i]), .bucket = 5, .count = 1
        };
    }
    many[MANY] = (struct ledger_cell)CELL(5, "total", MANY);
    bucket_builder_start(builder, &wide, 0);
    bucket_builder_build(builder, 5, &bucket);
    cr_expect_eq(bucket.total, MANY);
    cr_expect_gt(bucket.dim_count, 0);
    cr_expect_lt(bucket.dim_count, MANY);
    cr_expect_eq(bucket_builder_next(builder), UINT32_MAX);
    bucket_builder_destroy(&builder);
}

/* ---- the walk over a page ---- */

struct walk_row {
    const char *ask; /* brands, in rising order, split by spaces */
    const char *got; /* cells, authors, official posts and exemplars of each */
};

Test(page_walk, gives_each_brand_its_run_and_passes_over_those_nobody_asks_for)
{
    static const struct ledger_cell some[] = { { .brand = VIEW("acme") }, { .brand = VIEW("acme") },
        { .brand = VIEW("gone") }, { .brand = VIEW("zeta") } };
    static const struct ledger_author few[] = { { .brand = VIEW("gone") },
        { .brand = VIEW("zeta") } };
    static const struct ledger_exemplar one[] = { { .brand = VIEW("acme") } };
    static const struct ledger_page page = { .cells = some,
        .cell_count = LENGTH(some),
        .authors = few,
        .author_count = LENGTH(few),
        .exemplars = one,
        .exemplar_count = 1 };
    static const struct walk_row rows[] = {
        { "acme zeta", "2 0 0 1; 1 1 0 0; " },
        { "zeta", "1 1 0 0; " },
        { "aaaa acme", "0 0 0 0; 2 0 0 1; " },
        { "acm acme acmes gone", "0 0 0 0; 2 0 0 1; 0 0 0 0; 1 1 0 0; " },
        { "zzz", "0 0 0 0; " },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct page_walk walk;
        char got[256] = "";
        char asked[64];
        char *rest = asked;
        snprintf(asked, sizeof asked, "%s", rows[i].ask);
        page_walk_start(&walk, &page);
        for (const char *id = strsep(&rest, " "); id != NULL; id = strsep(&rest, " ")) {
            struct page_slice part = page_walk_take(&walk, view_of(id));
            size_t used = strlen(got);
            snprintf(got + used, sizeof got - used, "%zu %zu %zu %zu; ", part.cell_count,
                    part.author_count, part.official_count, part.exemplar_count);
            cr_expect_eq(page_slice_is_empty(&part),
                    part.cell_count + part.author_count + part.official_count == 0);
        }
        cr_expect_str_eq(got, rows[i].got, "%s", rows[i].ask);
    }
}
