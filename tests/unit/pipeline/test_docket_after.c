/* What a judge finds that was not there from the start: another one has ended, or the ledger has lost all. */
#include "line.h"
#include "pipeline/docket/private.h"

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
                "acme 7 s.outage 8; acme 7 total 8; acme 7 voices 8",
                "acme 20 lang.other 1; acme 20 plat.other 1; acme 20 total 1" },
        { 300,
                "acme 10 lang.other 1; acme 10 plat.other 1; acme 10 total 1; "
                "acme 20 lang.other 1; acme 20 plat.other 1; acme 20 total 1; "
                "acme 7 first 8; acme 7 lang.other 8; acme 7 plat.other 8; "
                "acme 7 s.outage 8; acme 7 total 8; acme 7 voices 8",
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

/* A shard that lost its counts begins at a mark, and is closed again up to where it was: what comes by on the way is
 * judged already. */
Test(docket, what_is_counted_again_takes_nothing_back_that_is_shown)
{
    struct line line;
    char *shown[2];
    line_init(&line);
    line_storm(&line, 70, "acme no va");
    line_say(&line, &(struct said){ .second = 200, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);

    struct docket_brand *acme = &line.docket->shards[0].brands[0];
    uint32_t stands = docket_known(line.docket, acme)->folded_through;
    cr_assert_gt(stands, 8);
    for (uint32_t through = stands; through >= stands - 8; through -= 8) {
        struct shard_request request = { .before = stands, .through = through };
        int has_more = 1;
        line.docket->brand_case = (struct docket_case){ .stage = PUBLISH_SHOW };
        while (has_more) {
            cr_assert_eq(docket_publish(line.docket, acme, &request, &has_more), LEDGER_OK);
        }
        shown[through != stands] = board_metrics(line.board);
    }
    cr_expect_not_null(strstr(shown[0], "brand=\"acme\""));
    cr_expect_str_eq(shown[0], shown[1]);
    free(shown[0]);
    free(shown[1]);
    line_fini(&line);
}

static void
keep_zeta(void *context, struct view brand, uint32_t folded_through, struct view state)
{
    struct view *kept = context;

    (void)folded_through;
    if (view_equal(brand, VIEW("zeta"))) {
        char *bytes = malloc(state.size);
        memcpy(bytes, state.at, state.size);
        free((char *)kept->at);
        *kept = (struct view){ bytes, state.size };
    }
}

/* Days are read at once, and nobody speaks of zeta on the first of them. */
static struct view
zeta_after_days(int dies_early)
{
    struct line line;
    struct view kept = { .size = 0 };

    line_init(&line);
    line.options.on_event = NULL;
    line.options.on_cells = NULL;
    line.options.on_state = keep_zeta;
    line.options.context = &kept;
    docket_destroy(&line.docket);
    line.docket = docket_create(&line.options);
    for (int64_t second = 0; second < 4 * 86400; second += 3600) {
        line_say(&line, &(struct said){ .second = second, .who = "eva", .text = "hola acme" });
        if (second >= 2 * 86400) {
            line_say(&line, &(struct said){ .second = second, .who = "ana", .text = "zeta no va" });
        }
    }
    line_hand_over(&line);
    if (dies_early) {
        line_fold_and_die(&line);
    }
    line_turn(&line);
    line_fini(&line);
    return kept;
}

/* Its first turn folds acme and no more. What is learnt of zeta is what was counted of it, and not when it was
 * looked at by whom. */
Test(docket, a_judge_that_ends_within_its_first_turn_changes_nothing_for_the_brands_behind)
{
    struct view calm = zeta_after_days(0);
    struct view hurried = zeta_after_days(1);

    cr_assert_gt(calm.size, 0);
    cr_expect(view_equal(calm, hurried));
    free((char *)calm.at);
    free((char *)hurried.at);
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
