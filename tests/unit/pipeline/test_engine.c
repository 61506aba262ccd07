/* The engine: records in, a fate and cells out. */
#include "pipeline/engine/engine.h"

#include "window/voice.h"

#include "fixture.h"

struct bench {
    const struct rule_set *rules;
    struct engine_options options;
    struct engine *engine;
    struct engine_source source;
    struct tally *tally;
    struct engine_target target;
    int64_t offset;
};

static void
bench_open(struct bench *bench)
{
    bench->engine = engine_create(&bench->options);
    bench->tally = tally_create();
    cr_assert(bench->engine != NULL && bench->tally != NULL);
    cr_assert(engine_source_init(bench->engine, &bench->source));
    bench->target.tally = bench->tally;
    bench->target.range = tally_open_range(bench->tally, 0, 0);
}

static void
bench_init(struct bench *bench)
{
    *bench = (struct bench){ .rules = fixture_rules() };
    engine_options_init(&bench->options, bench->rules);
}

static void
bench_fini(struct bench *bench)
{
    engine_source_fini(&bench->source);
    engine_destroy(&bench->engine);
    tally_destroy(&bench->tally);
    rule_set_destroy(&bench->rules);
}

static enum rebato_fate
bench_say(struct bench *bench, const struct said *said)
{
    char *json = fixture_json(said, (size_t)bench->offset);
    struct engine_record record = {
        .bytes = view_of(json), .offset = bench->offset++, .ingest_ms = INGEST_UNKNOWN
    };
    enum rebato_fate fate = engine_take(bench->engine, &bench->source, &record, &bench->target);

    free(json);
    return fate;
}

/* The tally's cells, as those of a ledger would be written. */
static char *
bench_cells(const struct bench *bench)
{
    const struct names *names = engine_names(bench->engine);
    struct bag bag = { .lines = NULL };

    for (size_t i = 0; i < tally_cell_count(bench->tally); i++) {
        const struct tally_cell *from = tally_cell_at(bench->tally, i);
        struct ledger_cell cell = { .dim = names_text(names, from->dim),
            .bucket = from->bucket,
            .kind = from->kind,
            .count = from->count };
        bag_add(&bag, names_text(names, from->brand), &cell);
    }
    return bag_text(&bag);
}

static void
expect_cells(const struct bench *bench, const char *expected)
{
    char *cells = bench_cells(bench);

    cr_expect_str_eq(cells, expected, "got: %s", cells);
    free(cells);
}

struct cells_row {
    const char *what;
    struct said said;
    const char *cells;
};

Test(engine, one_post_adds_one_to_each_of_its_dimensions)
{
    static const struct cells_row rows[] = {
        { "nothing said of any brand", { .who = "ana", .text = "buenos dias" }, "" },
        { "a brand and no signal", { .who = "ana", .text = "hola acme", .lang = "es" },
                "acme 0 lang.es 1; acme 0 plat.other 1; acme 0 total 1" },
        { "a complaint of somebody affected",
                { .second = 25, .who = "ana", .text = "acme no va", .lang = "es", .platform = "x" },
                "acme 2 first 1; acme 2 lang.es 1; acme 2 plat.x 1; acme 2 s.outage 1; "
                "acme 2 total 1; acme 2 voices 1" },
        { "a complaint of nobody in particular",
                { .who = "ana", .text = "acme fatal", .lang = "es" },
                "acme 0 lang.es 1; acme 0 plat.other 1; acme 0 s.complaint 1; acme 0 total 1; acme "
                "0 voices 1" },
        { "a facet", { .who = "ana", .text = "en mi iphone acme no va", .lang = "es" },
                "acme 0 f.thing.iphone 1; acme 0 first 1; acme 0 lang.es 1; acme 0 plat.other 1; "
                "acme 0 s.outage 1; acme 0 total 1; acme 0 voices 1" },
        { "a repost", { .who = "ana", .text = "hola acme", .lang = "es", .repost_of = "r1" },
                "acme 0 lang.es 1; acme 0 plat.other 1; acme 0 repost 1; acme 0 total 1" },
        { "no language", { .who = "ana", .text = "hola acme" },
                "acme 0 lang.other 1; acme 0 plat.other 1; acme 0 total 1" },
        { "a language nobody has heard of", { .who = "ana", .text = "hola acme", .lang = "x7" },
                "acme 0 lang.other 1; acme 0 plat.other 1; acme 0 total 1" },
        { "two brands, one complaint: the nearest",
                { .who = "ana", .text = "acme no va y me paso a zeta", .lang = "es" },
                "acme 0 first 1; acme 0 lang.es 1; acme 0 plat.other 1; acme 0 s.outage 1; "
                "acme 0 total 1; acme 0 voices 1; zeta 0 lang.es 1; zeta 0 plat.other 1; zeta 0 "
                "total 1" },
        { "the brand itself", { .who = "acme", .text = "lo sabemos", .lang = "es" },
                "acme 0 official 1" },
        { "the brand of another", { .who = "acme", .text = "zeta no va", .lang = "es" },
                "acme 0 official 1; zeta 0 first 1; zeta 0 lang.es 1; zeta 0 plat.other 1; "
                "zeta 0 s.outage 1; zeta 0 total 1; zeta 0 voices 1" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct bench bench;
        bench_init(&bench);
        bench_open(&bench);
        enum rebato_fate fate = bench_say(&bench, &rows[i].said);
        cr_expect_eq(fate, rows[i].cells[0] == '\0' ? REBATO_FATE_unmatched : REBATO_FATE_matched,
                "%s", rows[i].what);
        char *cells = bench_cells(&bench);
        cr_expect_str_eq(cells, rows[i].cells, "%s: %s", rows[i].what, cells);
        free(cells);
        bench_fini(&bench);
    }
}

Test(engine, people_are_counted_once_a_bucket_and_signal)
{
    static const struct said rows[] = { { .who = "ana", .text = "acme no va" },
        { .who = "ana", .text = "acme no va nada" }, { .who = "eva", .text = "acme no va" },
        { .second = 10, .who = "ana", .text = "acme no va" },
        { .second = 10, .who = "ana", .text = "acme fatal" },
        { .second = 10, .who = "ana", .text = "hola acme" } };
    struct bench bench;

    bench_init(&bench);
    bench_open(&bench);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        cr_expect_eq(bench_say(&bench, &rows[i]), REBATO_FATE_matched);
    }
    /* ana, eva; ana's outage, ana's complaint; and five times somebody said something else. */
    cr_expect_eq(tally_author_count(bench.tally), 9);
    bench_fini(&bench);
}

/* The only voice among what the last post added. */
static uint64_t
said_voice(struct bench *bench, const char *json)
{
    const struct names *names = engine_names(bench->engine);
    struct engine_record record = {
        .bytes = view_of(json), .offset = bench->offset++, .ingest_ms = INGEST_UNKNOWN
    };
    uint64_t voice = 0;

    tally_clear(bench->tally);
    bench->target.range = tally_open_range(bench->tally, 0, 0);
    (void)engine_take(bench->engine, &bench->source, &record, &bench->target);
    for (size_t i = 0; i < tally_author_count(bench->tally); i++) {
        const struct tally_author *one = tally_author_at(bench->tally, i);
        if (view_equal(names_text(names, one->dim), VIEW(DIM_VOICES))) {
            cr_expect_eq(voice, 0u);
            voice = one->author;
        }
    }
    return voice;
}

#define POST(id, since, text, more)                                                                \
    "{\"id\":\"" id "\",\"created_at\":\"2024-03-01T00:00:00Z\",\"text\":\"" text "\"," more       \
    "\"author\":{\"id\":\"7\"" since "}}"

Test(engine, a_complaint_brings_the_age_of_the_account_and_its_words)
{
    struct bench bench;

    bench_init(&bench);
    bench_open(&bench);
    uint64_t unknown = said_voice(&bench, POST("1", "", "acme no va desde ayer", ""));
    uint64_t young = said_voice(&bench,
            POST("2", ",\"created_at\":\"2024-02-20T00:00:00Z\"", "acme no va desde AYER!", ""));
    uint64_t older = said_voice(
            &bench, POST("3", ",\"created_at\":\"2014-02-20T00:00:00Z\"", "acme fatal", ""));
    uint64_t passed =
            said_voice(&bench, POST("4", "", "acme no va desde ayer", "\"repost_of\":\"1\","));

    cr_expect_eq(voice_age(unknown), VOICE_AGE_UNKNOWN);
    cr_expect_eq(voice_age(young), VOICE_AGE_MONTH);
    cr_expect_eq(voice_age(older), VOICE_AGE_OLDER);
    cr_expect_eq(voice_author_of(unknown), voice_author_of(older));
    cr_expect_neq(voice_sketch(unknown), 0u);
    cr_expect_eq(voice_sketch(unknown), voice_sketch(young));
    cr_expect_not(voice_sketch_near(voice_sketch(unknown), voice_sketch(older)));
    cr_expect_eq(passed, voice_passed_on(unknown));
    cr_expect_eq(said_voice(&bench, POST("5", "", "hola acme", "")), 0u);
    bench_fini(&bench);
}

Test(engine, an_official_post_brings_its_evidence)
{
    static const struct said rows[] = {
        { .who = "acme", .text = "lo sabemos", .id = "77", .platform = "x" },
        { .who = "acme", .text = "lo sabemos", .reply_to = "9" },
        { .who = "acme", .text = "feliz lunes" },
    };
    struct bench bench;

    bench_init(&bench);
    bench_open(&bench);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        cr_expect_eq(bench_say(&bench, &rows[i]), REBATO_FATE_matched);
    }
    cr_assert_eq(tally_official_count(bench.tally), 3);
    const struct tally_official *post = tally_official_at(bench.tally, 0);
    cr_expect_str_eq(post->id, "77");
    cr_expect_eq(
            post->signals, SIGNAL_BIT(SIGNAL_OFFICIAL_ACKNOWLEDGE) | SIGNAL_BIT(SIGNAL_OUTAGE));
    cr_expect_eq(post->broadcast, 1);
    cr_expect_eq(post->time_ms, DAY_ONE_MS);
    const struct tally_official *reply = tally_official_at(bench.tally, 1);
    cr_expect_eq(reply->broadcast, 0);
    cr_expect_eq(reply->sketch, post->sketch, "the same words");
    cr_expect_eq(tally_official_at(bench.tally, 2)->signals, 0);
    bench_fini(&bench);
}

Test(engine, an_impostor_is_a_person_whose_words_are_kept_as_what_they_are)
{
    static const struct said rows[] = {
        { .who = "acme_ayuda", .text = "acme no va, lo sabemos", .id = "5", .platform = "x" },
        { .who = "acme_ayuda", .text = "acme no va", .platform = "x" },
    };
    struct bench bench;

    bench_init(&bench);
    bench_open(&bench);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        cr_expect_eq(bench_say(&bench, &rows[i]), REBATO_FATE_matched);
    }
    cr_assert_eq(tally_official_count(bench.tally), 1);
    const struct tally_official *post = tally_official_at(bench.tally, 0);
    cr_expect_eq(post->broadcast, VOICE_IMPOSTOR);
    cr_expect_str_eq(post->id, "5");
    cr_expect_eq(tally_author_count(bench.tally), 3, "it complains as everybody may, twice");
    char *cells = bench_cells(&bench);
    cr_expect(strstr(cells, "total") != NULL && strstr(cells, "official") == NULL, "%s", cells);
    free(cells);
    bench_fini(&bench);
}

struct fate_row {
    struct said said;
    enum rebato_fate fate;
};

Test(engine, what_comes_late_twice_or_out_of_range_has_a_fate_of_its_own)
{
    static const struct fate_row rows[] = {
        { { .second = 100, .who = "ana", .text = "acme no va", .id = "a" }, REBATO_FATE_matched },
        { { .second = 71, .who = "eva", .text = "acme no va" }, REBATO_FATE_matched },
        { { .second = 69, .who = "luz", .text = "acme no va" }, REBATO_FATE_late },
        { { .second = 69, .who = "luz", .text = "buenos dias" }, REBATO_FATE_unmatched },
        { { .second = 100, .who = "ana", .text = "acme no va", .id = "a" }, REBATO_FATE_duplicate },
        { { .second = 599, .who = "ana", .text = "acme no va" }, REBATO_FATE_matched },
        { { .second = 600, .who = "ana", .text = "acme no va" }, REBATO_FATE_out_of_range },
        { { .second = 30, .who = "ana", .text = "acme no va" }, REBATO_FATE_out_of_range },
        { { .second = -800000000, .who = "ana", .text = "acme no va" }, REBATO_FATE_bad_time },
        { { .who = "ana", .text = NULL }, REBATO_FATE_COUNT }, /* any fate but a count */
    };
    struct bench bench;

    bench_init(&bench);
    bench.options.since_ms = DAY_ONE_MS + 60 * 1000;
    bench.options.until_ms = DAY_ONE_MS + 600 * 1000;
    bench_open(&bench);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        enum rebato_fate fate = bench_say(&bench, &rows[i].said);
        if (rows[i].fate == REBATO_FATE_COUNT) {
            cr_expect(fate != REBATO_FATE_matched && fate != REBATO_FATE_late);
        } else {
            cr_expect_eq(fate, rows[i].fate, "row %zu: %s", i, fate_name(fate));
        }
    }
    expect_cells(&bench,
            "acme 10 first 1; acme 10 lang.other 1; acme 10 late.first 1; acme 10 late.lang.other "
            "1; "
            "acme 10 late.plat.other 1; acme 10 late.s.outage 1; acme 10 late.total 1; "
            "acme 10 plat.other 1; acme 10 s.outage 1; acme 10 total 1; acme 10 voices 1; "
            "acme 59 first 1; acme 59 lang.other 1; acme 59 plat.other 1; acme 59 s.outage 1; "
            "acme 59 total 1; acme 59 voices 1; "
            "acme 7 first 1; acme 7 lang.other 1; acme 7 plat.other 1; acme 7 s.outage 1; "
            "acme 7 total 1; acme 7 voices 1");
    cr_expect_eq(
            tally_author_count(bench.tally), 6, "a late author is not counted, and no late voice");
    uint64_t fates = 0;
    for (size_t i = 0; i < REBATO_FATE_COUNT; i++) {
        fates += engine_fate_count(bench.engine, (enum rebato_fate)i);
    }
    cr_expect_eq(fates, LENGTH(rows));
    bench_fini(&bench);
}

struct bytes_row {
    const char *bytes;
    int tombstone;
    int too_large;
    enum rebato_fate fate;
};

Test(engine, records_that_are_no_posts_are_counted_by_fate_and_nowhere_else)
{
    static const struct bytes_row rows[] = {
        { "", 0, 0, REBATO_FATE_empty },
        { "acme no va", 0, 0, REBATO_FATE_malformed },
        { "{\"text\":\"acme no va\"", 0, 0, REBATO_FATE_malformed },
        { "{\"hola\":1}", 0, 0, REBATO_FATE_unknown_shape },
        { "", 1, 0, REBATO_FATE_tombstone },
        { "{}", 0, 1, REBATO_FATE_too_large },
    };
    struct bench bench;

    bench_init(&bench);
    bench_open(&bench);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct engine_record record = { .bytes = view_of(rows[i].bytes),
            .offset = (int64_t)i,
            .ingest_ms = INGEST_UNKNOWN,
            .tombstone = rows[i].tombstone,
            .too_large = rows[i].too_large };
        enum rebato_fate fate = engine_take(bench.engine, &bench.source, &record, &bench.target);
        cr_expect_eq(fate, rows[i].fate, "row %zu: %s", i, fate_name(fate));
        cr_expect_eq(engine_fate_count(bench.engine, rows[i].fate) > 0, 1);
    }
    expect_cells(&bench, "");
    bench_fini(&bench);
}

Test(engine, warm_records_teach_the_duplicate_filter_and_add_nothing)
{
    static const struct said warm = { .who = "ana", .text = "acme no va", .id = "a" };
    struct bench bench;

    bench_init(&bench);
    bench_open(&bench);
    bench.source.fence[0] = 10;
    bench.source.lowest_fence = 10;
    char *json = fixture_json(&warm, 0);
    struct engine_record record = {
        .bytes = view_of(json), .offset = 3, .ingest_ms = INGEST_UNKNOWN, .counted = 1
    };
    struct findings findings;
    cr_assert(findings_init(&findings, 1));
    examiner_add(engine_examiner(bench.engine), &record, &findings);
    examiner_flush(engine_examiner(bench.engine), &findings);
    cr_expect_null(findings.at[0].note);
    engine_warm(bench.engine, &bench.source, &findings.at[0]);
    findings_fini(&findings);
    free(json);
    expect_cells(&bench, "");
    cr_expect_eq(engine_fate_count(bench.engine, REBATO_FATE_matched), 0);

    bench.offset = 10;
    cr_expect_eq(bench_say(&bench, &warm), REBATO_FATE_duplicate);
    cr_expect_eq(bench_say(&bench, &(struct said){ .who = "ana", .text = "acme no va" }),
            REBATO_FATE_matched);
    bench_fini(&bench);
}

Test(engine, a_shard_that_is_ahead_takes_nothing_twice)
{
    enum { SHARDS = 8 };
    struct bench bench;
    struct ledger_options options;
    char trouble[160];

    ledger_options_init(&options);
    options.shards = SHARDS;
    options.url = "redis://127.0.0.1:1";
    struct ledger *ledger = ledger_create(&options, trouble);
    cr_assert_not_null(ledger, "%s", trouble);
    bench_init(&bench);
    bench.options.shards = SHARDS;
    bench_open(&bench);
    uint32_t acme = ledger_shard_of(ledger, VIEW("acme"));
    cr_assert_neq(acme, ledger_shard_of(ledger, VIEW("zeta")), "two shards are needed here");

    bench.source.fence[acme] = 5; /* acme's shard has counted up to 5, all others nothing */
    bench.offset = 4;
    (void)bench_say(&bench, &(struct said){ .who = "ana", .text = "hola acme y zeta" });
    expect_cells(&bench, "zeta 0 lang.other 1; zeta 0 plat.other 1; zeta 0 total 1");
    (void)bench_say(&bench, &(struct said){ .who = "ana", .text = "hola acme" });
    expect_cells(&bench, "acme 0 lang.other 1; acme 0 plat.other 1; acme 0 total 1; "
                         "zeta 0 lang.other 1; zeta 0 plat.other 1; zeta 0 total 1");
    ledger_destroy(&ledger);
    bench_fini(&bench);
}

Test(engine, what_one_shard_has_closed_is_late_there_and_on_time_elsewhere)
{
    enum { SHARDS = 8 };
    struct bench bench;

    bench_init(&bench);
    bench.options.shards = SHARDS;
    bench_open(&bench);
    struct engine_rules *rules = engine_rules_create(bench.rules, SHARDS);
    cr_assert_not_null(rules);
    uint32_t acme = rules->brands[0].shard;
    cr_assert(view_equal(rule_set_brand(bench.rules, 0)->id, VIEW("acme")));
    engine_rules_destroy(&rules);

    bench.source.late_below[acme] = DAY_ONE_BUCKET + 3;
    cr_expect_eq(bench_say(&bench, &(struct said){ .who = "ana", .text = "hola acme y zeta" }),
            REBATO_FATE_late);
    expect_cells(&bench, "acme 4 late.lang.other 1; acme 4 late.plat.other 1; acme 4 late.total 1; "
                         "zeta 0 lang.other 1; zeta 0 plat.other 1; zeta 0 total 1");
    cr_expect_eq(bench_say(&bench, &(struct said){ .who = "ana", .text = "hola zeta" }),
            REBATO_FATE_matched);
    bench_fini(&bench);
}

/* The bench's engine by other rules; those before are destroyed, as they are in a run. */
static void
bench_swap(struct bench *bench, const char *yaml)
{
    const struct rule_set *other = fixture_compile(yaml);
    struct engine_rules *rules = engine_rules_create(other, bench->options.shards);

    cr_assert_not_null(rules);
    engine_hold(bench->engine, 0, rules);
    cr_expect_eq(matcher_rule_set(rules->matcher), bench->rules, "the former ones come back");
    engine_rules_destroy(&rules);
    rule_set_destroy(&bench->rules);
    bench->rules = other;
}

Test(engine, other_rules_count_on_where_the_former_have_stopped)
{
    struct bench bench;

    bench_init(&bench);
    bench_open(&bench);
    for (int i = 0; i < 2; i++) {
        bench_say(&bench, &(struct said){ .who = "ana", .text = "acme caido" });
        bench_say(&bench, &(struct said){ .who = "eva", .text = "zeta no va" });
        bench_say(&bench, &(struct said){ .who = "ana", .text = "abba caido" });
        bench_say(&bench, &(struct said){ .who = "acme", .text = "lo sabemos" });
        if (i == 0) {
            bench_swap(&bench, fixture_other_yaml);
        }
    }
    expect_cells(&bench,
            "abba 0 first 1; abba 0 lang.other 1; abba 0 plat.other 1; abba 0 s.outage 1; "
            "abba 0 total 1; abba 0 voices 1; "
            "acme 0 first 1; acme 0 lang.other 2; acme 0 official 2; acme 0 plat.other 2; "
            "acme 0 s.outage 1; acme 0 total 2; acme 0 voices 1; "
            "zeta 0 first 1; zeta 0 lang.other 1; zeta 0 plat.other 1; zeta 0 s.outage 1; "
            "zeta 0 total 1; zeta 0 voices 1");
    cr_expect_eq(tally_official_count(bench.tally), 2);
    bench_fini(&bench);
}

Test(engine, rules_to_and_fro_take_no_new_names)
{
    struct bench bench;

    bench_init(&bench);
    bench_open(&bench);
    bench_swap(&bench, fixture_other_yaml);
    uint32_t names = names_count(engine_names(bench.engine));
    uint32_t acme = names_find(engine_names(bench.engine), VIEW("acme"));
    for (int i = 0; i < 10; i++) {
        bench_swap(&bench, i % 2 == 0 ? fixture_yaml : fixture_other_yaml);
    }
    cr_expect_eq(names_count(engine_names(bench.engine)), names);
    cr_expect_eq(names_find(engine_names(bench.engine), VIEW("acme")), acme);
    bench_fini(&bench);
}
