/* The docket over the memory ledger: close, fold, commit, publish, erase; and what a crash in between leaves. */
#include "pipeline/docket.h"

#include "alert/render.h"
#include "fixture.h"
#include "pipeline/engine.h"

#define ALLOW_S 30

/* A line without Kafka: posts into one partition, turns when the test says so. */
struct line {
    const struct rule_set *rules;
    struct judge_settings judge;
    struct ledger *ledger;
    struct engine *engine;
    struct engine_source source;
    struct ledger_writer *writer;
    struct tally *tally;
    struct board *board;
    struct docket *docket;
    struct docket_options options;
    int64_t offset;
    FILE *log;
    char *log_text;
    size_t log_size;
    struct bag bag;
};

static void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    struct line *line = context;

    cr_expect_gt(payload.size, 0);
    fprintf(line->log, "%s %s r%u; ", event->incident.brand, judge_event_name(event->kind),
            event->incident.revision);
}

static void
on_cells(void *context, struct view brand, const struct ledger_cell *cells, size_t cell_count)
{
    struct line *line = context;

    for (size_t i = 0; i < cell_count; i++) {
        bag_add(&line->bag, brand, &cells[i]);
    }
}

static void
line_claim(struct line *line)
{
    struct ledger_claim claim;

    cr_assert_eq(ledger_claim(line->writer, 0, VIEW("t"), 0, &claim), LEDGER_OK);
    if (!claim.known) {
        cr_assert_eq(ledger_found(line->writer, 0, 0, &claim), LEDGER_OK);
    }
}

static void
line_init(struct line *line)
{
    struct engine_options engine;

    log_setup(LOG_ERROR, LOG_SILENT);
    *line = (struct line){
        .rules = fixture_rules(), .judge = fixture_judge(), .ledger = fixture_ledger()
    };
    engine_options_init(&engine, line->rules);
    line->engine = engine_create(&engine);
    cr_assert(engine_source_init(line->engine, &line->source));
    line->writer = ledger_writer_create(line->ledger, engine_names(line->engine));
    line->tally = tally_create();
    line->board = board_create(line->rules);
    line->log = open_memstream(&line->log_text, &line->log_size);
    line->options = (struct docket_options){ .ledger = line->ledger,
        .rules = line->rules,
        .judge = &line->judge,
        .allow_ms = ALLOW_S * 1000,
        .lease_ms = INT64_C(1) << 40,
        .external_url = "",
        .board = line->board,
        .on_event = on_event,
        .on_cells = on_cells,
        .context = line };
    line->docket = docket_create(&line->options);
    cr_assert_not_null(line->docket);
    line_claim(line);
}

static void
line_fini(struct line *line)
{
    docket_destroy(&line->docket);
    ledger_writer_destroy(&line->writer);
    tally_destroy(&line->tally);
    engine_source_fini(&line->source);
    engine_destroy(&line->engine);
    board_destroy(&line->board);
    ledger_destroy(&line->ledger);
    rule_set_destroy(&line->rules);
    fclose(line->log);
    free(line->log_text);
    free(bag_text(&line->bag));
}

static void
line_say(struct line *line, const struct said *said)
{
    char *json = fixture_json(said, (size_t)line->offset);
    struct engine_record record = {
        .bytes = view_of(json), .offset = line->offset, .ingest_ms = INGEST_UNKNOWN
    };
    struct engine_target target = { .tally = line->tally,
        .range = tally_open_range(line->tally, 0, line->offset) };

    (void)engine_take(line->engine, &line->source, &record, &target);
    tally_cover(
            line->tally, target.range, ++line->offset, partition_max_time(line->source.partition));
    free(json);
}

static void
line_hand_over(struct line *line)
{
    ledger_submit(line->writer, line->tally);
    cr_assert_eq(ledger_poll(line->writer, 0), LEDGER_OK);
    tally_clear(line->tally);
}

static void
line_storm(struct line *line, int64_t second, const char *text)
{
    char who[16];

    for (int i = 0; i < 8; i++) {
        snprintf(who, sizeof who, "p%d", i);
        line_say(line, &(struct said){ .second = second, .who = who, .text = text });
    }
}

static void
line_turn(struct line *line)
{
    cr_expect_eq(docket_turn(line->docket, 0), LEDGER_OK);
    fflush(line->log);
}

/* ---- tests ---- */

struct close_row {
    int64_t second; /* a post at that time moves the watermark there */
    uint32_t closed;
};

Test(docket, closes_what_the_watermark_has_passed_by_the_allowance)
{
    static const struct close_row rows[] = {
        { 0, 0 }, /* day one less 30 s: the day before, which is not 0 in absolute numbers */
        { 39, 0 }, { 40, 1 }, { 49, 1 }, { 50, 2 }, { 45, 2 }, { 3630, 360 }
    };
    struct line line;

    line_init(&line);
    for (size_t i = 1; i < LENGTH(rows); i++) {
        line_say(&line,
                &(struct said){ .second = rows[i].second, .who = "eva", .text = "hola acme" });
        line_hand_over(&line);
        line_turn(&line);
        cr_expect_eq(docket_closed(line.docket), DAY_ONE_BUCKET + rows[i].closed - 1, "row %zu: %u",
                i, docket_closed(line.docket) - DAY_ONE_BUCKET);
    }
    line_fini(&line);
}

Test(docket, what_is_folded_is_erased_and_what_is_open_stays)
{
    struct line line;

    line_init(&line);
    line_say(&line, &(struct said){ .second = 5, .who = "eva", .text = "hola acme" });
    line_say(&line, &(struct said){ .second = 60, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    char *left = fixture_ledger_text(line.ledger);
    char *folded = bag_text(&line.bag);
    cr_expect_str_eq(folded, "acme 0 lang.other 1; acme 0 plat.other 1; acme 0 total 1");
    cr_expect_str_eq(left, "acme 6 lang.other 1; acme 6 plat.other 1; acme 6 total 1");
    free(left);
    free(folded);
    line_fini(&line);
}

Test(docket, events_of_a_turn_come_by_time_brand_and_revision)
{
    struct line line;

    line_init(&line);
    line_storm(&line, 100, "zeta no va");
    line_storm(&line, 105, "acme no va");
    line_say(&line, &(struct said){ .second = 200, .who = "acme", .text = "lo sabemos" });
    line_say(&line, &(struct said){ .second = 9000, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    cr_expect_str_eq(line.log_text,
            "acme opened r1; zeta opened r1; acme answered r2; acme cooling r3; zeta cooling r2; "
            "zeta silence r3; zeta silence r4; acme resolved r4; zeta resolved r5; ",
            "%s", line.log_text);
    line_fini(&line);
}

static void
count_notice(void *context, uint32_t shard, const struct ledger_notice *notice)
{
    size_t *count = context;

    cr_expect_eq(shard, 0);
    cr_expect_gt(notice->json.size, 0);
    (*count)++;
}

static void
keep_first_key(void *context, uint32_t shard, const struct ledger_notice *notice)
{
    char *key = context;

    (void)shard;
    if (key[0] == '\0') {
        view_copy(notice->key, key, 64);
    }
}

Test(docket, notices_wait_in_the_ledger_until_they_are_delivered)
{
    struct line line;
    size_t count = 0;
    char key[64] = "";

    line_init(&line);
    line_storm(&line, 100, "acme no va");
    line_say(&line, &(struct said){ .second = 300, .who = "acme", .text = "lo sabemos" });
    line_say(&line, &(struct said){ .second = 400, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    docket_each_notice(line.docket, count_notice, &count);
    cr_expect_eq(count, 2);
    docket_each_notice(line.docket, keep_first_key, key);
    cr_expect(docket_delivered(line.docket, 0, view_of(key)));
    count = 0;
    docket_each_notice(line.docket, count_notice, &count);
    cr_expect_eq(count, 1);
    line_fini(&line);
}

/* A judge that ends between two turns: the next one goes on from what was committed. */
Test(docket, another_judge_goes_on_where_the_first_has_stopped)
{
    struct line line;

    line_init(&line);
    line_storm(&line, 100, "acme no va");
    line_say(&line, &(struct said){ .second = 200, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    cr_expect_str_eq(line.log_text, "acme opened r1; ");
    docket_release(line.docket);
    docket_destroy(&line.docket);
    line.docket = docket_create(&line.options);

    line_say(&line, &(struct said){ .second = 300, .who = "acme", .text = "lo sabemos" });
    line_say(&line, &(struct said){ .second = 9000, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    cr_expect_str_eq(line.log_text,
            "acme opened r1; acme answered r2; acme cooling r3; acme resolved r4; ", "%s",
            line.log_text);
    line_fini(&line);
}

/* A judge before ours: it closes, folds what it read, commits, and is gone before it publishes or erases. */
static void
line_fold_and_die(struct line *line)
{
    struct ledger_page page;
    struct ledger_progress progress;
    int fresh = 0;
    struct ledger_reader *before = ledger_reader_create(line->ledger);

    cr_assert_eq(ledger_lease(before, 0, 0, 1000, &fresh), LEDGER_OK);
    cr_assert_eq(ledger_progress(before, 0, &progress), LEDGER_OK);
    uint32_t closed = bucket_of(progress.watermark_ms - ALLOW_S * 1000) - 1;
    cr_assert_eq(ledger_close(before, 0, closed, progress.watermark_ms), LEDGER_OK);
    cr_assert_eq(ledger_read(before, 0, closed, &page), LEDGER_OK);
    cr_assert_gt(page.cell_count, 0);
    struct ledger_commit commit = { .brand = VIEW("acme"), .folded_through = closed };
    cr_assert_eq(ledger_commit(before, 0, &commit), LEDGER_OK);
    ledger_unlease(before, 0);
    ledger_reader_destroy(&before);
}

struct leftover_row {
    int64_t next;        /* second of a post that comes after the judge's end; 0: none comes */
    const char *handled; /* acme's cells that our judge had in its hands, published and erased */
    const char *left;
};

/* Its cells are still there, folded already, and perhaps no reader of the published keys has seen them. */
Test(docket, cells_that_were_folded_but_not_erased_are_published_and_not_folded_again)
{
    static const struct leftover_row rows[] = {
        { 0,
                "acme 10 lang.other 1; acme 10 plat.other 1; acme 10 total 1; "
                "acme 7 first 8; acme 7 lang.other 8; acme 7 plat.other 8; "
                "acme 7 s.outage 8; acme 7 total 8",
                "acme 20 lang.other 1; acme 20 plat.other 1; acme 20 total 1" },
        { 300,
                "acme 10 lang.other 1; acme 10 plat.other 1; acme 10 total 1; "
                "acme 20 lang.other 1; acme 20 plat.other 1; acme 20 total 1; "
                "acme 7 first 8; acme 7 lang.other 8; acme 7 plat.other 8; "
                "acme 7 s.outage 8; acme 7 total 8",
                "acme 30 lang.other 1; acme 30 plat.other 1; acme 30 total 1" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct line line;
        line_init(&line);
        line_storm(&line, 70, "acme no va");
        line_say(&line, &(struct said){ .second = 100, .who = "eva", .text = "hola acme" });
        line_say(&line, &(struct said){ .second = 200, .who = "eva", .text = "hola acme" });
        line_hand_over(&line);
        line_fold_and_die(&line);
        if (rows[i].next != 0) {
            line_say(&line,
                    &(struct said){ .second = rows[i].next, .who = "eva", .text = "hola acme" });
            line_hand_over(&line);
        }
        line_turn(&line);
        cr_expect_str_eq(
                line.log_text, "", "the storm belongs to the judge before: %s", line.log_text);
        char *handled = bag_text(&line.bag);
        char *left = fixture_ledger_text(line.ledger);
        cr_expect_str_eq(handled, rows[i].handled, "row %zu: %s", i, handled);
        cr_expect_str_eq(left, rows[i].left, "row %zu: %s", i, left);
        free(handled);
        free(left);
        line_fini(&line);
    }
}

/* A pause longer than the lease: another judge folds the storm, and ours must not fold it from its memory. */
Test(docket, what_another_judge_folded_during_a_pause_is_not_folded_again)
{
    struct line line;
    struct ledger_progress progress;
    int fresh = 0;

    line_init(&line);
    line.options.lease_ms = 1000;
    docket_destroy(&line.docket);
    line.docket = docket_create(&line.options);
    line_say(&line, &(struct said){ .second = 0, .who = "eva", .text = "hola acme" });
    line_say(&line, &(struct said){ .second = 60, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    uint32_t before = docket_closed(line.docket);
    line_storm(&line, 200, "acme no va");
    line_say(&line, &(struct said){ .second = 400, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);

    struct ledger_reader *other = ledger_reader_create(line.ledger);
    cr_assert_eq(ledger_lease(other, 0, 500, 1000, &fresh), LEDGER_LOST, "the lease still runs");
    cr_assert_eq(ledger_lease(other, 0, 5000, 1000, &fresh), LEDGER_OK);
    cr_assert_eq(ledger_progress(other, 0, &progress), LEDGER_OK);
    uint32_t closed = DAY_ONE_BUCKET + 30;
    cr_assert_eq(ledger_close(other, 0, closed, progress.watermark_ms), LEDGER_OK);
    struct ledger_commit commit = {
        .brand = VIEW("acme"), .before = before, .folded_through = closed
    };
    cr_assert_eq(ledger_commit(other, 0, &commit), LEDGER_OK);
    cr_expect_eq(docket_turn(line.docket, 5500), LEDGER_OK, "somebody else's shard is no trouble");
    fflush(line.log);
    cr_expect_str_eq(line.log_text, "");
    ledger_unlease(other, 0);
    ledger_reader_destroy(&other);

    cr_expect_eq(docket_turn(line.docket, 9000), LEDGER_OK);
    fflush(line.log);
    cr_expect_str_eq(line.log_text, "", "%s", line.log_text);
    char *left = fixture_ledger_text(line.ledger);
    cr_expect_null(strstr(left, "acme 20 "), "leftovers are gone: %s", left);
    free(left);
    line_fini(&line);
}

/* A place beside the ledger that keeps the last state of one brand. */
struct keeper {
    uint32_t folded_through;
    char *bytes;
    size_t size;
    int asked;
};

static struct keeper keeper;

static void
keep_state(void *context, struct view brand, uint32_t folded_through, struct view state)
{
    (void)context;
    if (!view_equal(brand, VIEW("acme"))) {
        return;
    }
    free(keeper.bytes);
    keeper = (struct keeper){ folded_through, malloc(state.size), state.size, keeper.asked };
    memcpy(keeper.bytes, state.at, state.size);
}

static int
find_kept_state(void *context, struct view brand, uint32_t *folded_through, struct view *state)
{
    (void)context;
    keeper.asked++;
    if (!view_equal(brand, VIEW("acme")) || keeper.bytes == NULL) {
        return 0;
    }
    *folded_through = keeper.folded_through;
    *state = (struct view){ keeper.bytes, keeper.size };
    return 1;
}

static void
line_keep(struct line *line)
{
    line_init(line);
    line->options.on_state = keep_state;
    line->options.find_state = find_kept_state;
    docket_destroy(&line->docket);
    line->docket = docket_create(&line->options);
}

/* A ledger that has lost everything does not make a brand forget: its incident goes on from what is kept. */
Test(docket, what_the_ledger_does_not_know_is_asked_for_elsewhere)
{
    struct line line;

    line_keep(&line);
    line_storm(&line, 100, "acme no va");
    line_say(&line, &(struct said){ .second = 200, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    cr_expect_eq(keeper.folded_through, docket_closed(line.docket));
    line_fini(&line);

    keeper.asked = 0;
    line_keep(&line);
    line_say(&line, &(struct said){ .second = 300, .who = "acme", .text = "lo sabemos" });
    line_say(&line, &(struct said){ .second = 9000, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    cr_expect_str_eq(line.log_text, "acme answered r2; acme cooling r3; acme resolved r4; ", "%s",
            line.log_text);
    cr_expect_gt(keeper.asked, 1, "every brand that the ledger does not know");
    cr_expect_eq(keeper.folded_through, docket_closed(line.docket));

    /* Now the ledger knows the brand, and what is kept is not asked for. */
    keeper.asked = 0;
    docket_release(line.docket);
    line_turn(&line);
    cr_expect_eq(keeper.asked, 0, "%d", keeper.asked);
    free(keeper.bytes);
    line_fini(&line);
}

Test(docket, the_page_shows_a_bucket_once)
{
    struct line line;

    line_init(&line);
    line_storm(&line, 100, "acme no va");
    line_say(&line, &(struct said){ .second = 200, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    line_turn(&line);
    char *json = board_brands_json(line.board);
    cr_expect_not_null(strstr(json, "\"id\":\"acme\""));
    cr_expect_null(strstr(json, "\"id\":\"zeta\""), "nobody has spoken of it");
    cr_expect_not_null(strstr(json, ",0,8,0,0]"), "the eight posts of two minutes ago: %s", json);
    free(json);
    line_fini(&line);
}

/* Values of facets are words of strangers: as many as they like. */
Test(docket, a_storm_of_facets_does_not_stop_the_judge)
{
    struct line line;
    char text[64];

    line_init(&line);
    for (int i = 0; i < 400; i++) {
        snprintf(text, sizeof text, "en mi cosa%d acme no va", i);
        line_say(&line, &(struct said){ .second = 100, .who = "eva", .text = text });
    }
    line_say(&line, &(struct said){ .second = 200, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    char *folded = bag_text(&line.bag);
    cr_expect_not_null(strstr(folded, "acme 10 total 400"));
    cr_expect_not_null(strstr(folded, "acme 10 f.thing.cosa399 1"));
    free(folded);
    line_fini(&line);
}

Test(docket, without_a_partition_there_is_nothing_to_judge)
{
    struct line line;

    line_init(&line);
    line_turn(&line);
    cr_expect_eq(docket_closed(line.docket), 0);
    cr_expect_not(docket_is_behind(line.docket));
    cr_expect_eq(docket_advance(line.docket, DAY_ONE_BUCKET), LEDGER_OK);
    cr_expect_str_eq(line.log_text, "");
    line_fini(&line);
}

/* ---- other rules ---- */

/* Engine and docket by other rules; those before are destroyed, as they are in a run. */
static void
line_swap(struct line *line, const struct rule_set *other, const struct judge_settings *judge)
{
    struct engine_rules *rules = engine_rules_create(other, 1);
    struct docket_rules docket = { .rules = other, .judge = judge };

    docket_use_rules(line->docket, &docket);
    engine_use_rules(line->engine, rules);
    engine_rules_destroy(&rules);
    rule_set_destroy(&line->rules);
    line->rules = other;
}

struct swap_row {
    const char *what;
    const char *brand; /* the storm before */
    const char *after; /* what is said after it */
    const char *log;
};

Test(docket, other_rules_leave_brands_what_they_know)
{
    static const struct swap_row rows[] = {
        { "an open incident goes on and is answered", "acme no va", "acme lo sabemos",
                "acme opened r1; acme answered r2; " },
        { "what opened stays open: nobody is told twice", "acme no va", "acme caido",
                "acme opened r1; " },
        { "a brand that is gone says no more", "zeta no va", "zeta no va", "zeta opened r1; " },
        { "a new brand is judged", "hola acme", "abba caido", "abba opened r1; " },
        { "a new word of a rule counts", "hola acme", "acme caido", "acme opened r1; " },
        { "a word that is gone does not", "hola acme", "acme no va", "" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct rule_set *other = fixture_compile(fixture_other_yaml);
        struct judge_settings judge = fixture_judge();
        struct judge_threshold threshold = fixture_threshold;
        struct line line;
        threshold.rule = (uint32_t)rule_set_find_rule(other, VIEW("down"));
        judge.thresholds = &threshold;
        line_init(&line);
        line_storm(&line, 100, rows[i].brand);
        line_say(&line, &(struct said){ .second = 200, .who = "eva", .text = "hola acme" });
        line_hand_over(&line);
        line_turn(&line);
        line_swap(&line, other, &judge);
        if (strcmp(rows[i].after, "acme lo sabemos") == 0) {
            line_say(&line, &(struct said){ .second = 210, .who = "acme", .text = "lo sabemos" });
        } else {
            line_storm(&line, 210, rows[i].after);
        }
        line_say(&line, &(struct said){ .second = 300, .who = "eva", .text = "hola acme" });
        line_hand_over(&line);
        line_turn(&line);
        cr_expect_str_eq(line.log_text, rows[i].log, "%s: %s", rows[i].what, line.log_text);
        line_fini(&line);
    }
}

static int
page_says(struct line *line, const char *text)
{
    char *brands = board_brands_json(line->board);
    char *incidents = board_incidents_json(line->board);
    char *metrics = board_metrics(line->board);
    int says = strstr(brands, text) != NULL || strstr(incidents, text) != NULL ||
               strstr(metrics, text) != NULL;

    free(brands);
    free(incidents);
    free(metrics);
    return says;
}

Test(docket, the_page_shows_the_brands_of_the_new_rules)
{
    const struct rule_set *other = fixture_compile(fixture_other_yaml);
    struct judge_settings judge = fixture_judge();
    struct line line;

    line_init(&line);
    line_storm(&line, 100, "acme no va");
    line_storm(&line, 100, "zeta no va");
    line_say(&line, &(struct said){ .second = 200, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    cr_expect(page_says(&line, "brand=\"zeta\"") && !page_says(&line, "brand=\"abba\""));
    line_swap(&line, other, &judge);
    cr_expect(page_says(&line, "brand=\"abba\""));
    cr_expect_not(page_says(&line, "brand=\"zeta\""));
    cr_expect(page_says(&line, ",0,8,0,0]"), "what was said before the swap is shown after it");
    cr_expect(page_says(&line, "\"brand\":\"zeta\""), "its incident is history, and stays");
    line_fini(&line);
}
