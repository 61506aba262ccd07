/* A ledger that knows nothing takes what was kept; what cannot be used is told to whoever is looking. */
#include "pipeline/copies/keeper.h"

#include "fixture.h"

#include <unistd.h>

struct stage {
    char path[64];
    struct ledger *ledger;
    struct ledger_reader *reader;
    struct keeper *keeper;
};

static struct keep *
keep_at(const char *path, const char *deployment)
{
    char trouble[KEEP_TROUBLE_SIZE];
    struct keep_options options = { .file = path, .name_space = "main", .deployment = deployment };
    struct keep *keep = keep_create(&options, trouble);

    cr_assert_not_null(keep);
    return keep;
}

static void
stage_open(struct stage *stage)
{
    struct ledger_options options;
    char trouble[160];

    snprintf(stage->path, sizeof stage->path, "/tmp/rebato-keeper-XXXXXX");
    int file = mkstemp(stage->path);
    cr_assert_geq(file, 0);
    (void)close(file);
    (void)unlink(stage->path);
    ledger_options_init(&options);
    stage->ledger = ledger_create(&options, trouble);
    stage->reader = ledger_reader_create(stage->ledger);
    struct keeper_options keeper = {
        .ledger = stage->ledger, .keep = keep_at(stage->path, "main"), .every_ms = 1000
    };
    stage->keeper = keeper_create(&keeper);
    cr_assert_not_null(stage->keeper);
}

static void
stage_close(struct stage *stage)
{
    keeper_destroy(&stage->keeper);
    ledger_reader_destroy(&stage->reader);
    ledger_destroy(&stage->ledger);
    (void)unlink(stage->path);
}

static void
teach(const struct stage *stage, const char *deployment, const char *state)
{
    struct image_writer image = { .at = NULL };
    char trouble[KEEP_TROUBLE_SIZE];
    struct keep *keep = keep_at(stage->path, deployment);

    image_begin(&image, &(struct image_head){ .shards = 0 });
    image_add_state(&image, VIEW("acme"), 100, view_of(state));
    struct keep_item item = { 0, { image.at, image.size } };
    cr_assert_eq(keep_write(keep, &item, 1, trouble), KEEP_OK, "%s", trouble);
    image_fini(&image);
    keep_destroy(&keep);
}

static void
expect_state(struct stage *stage, uint32_t through, const char *text)
{
    struct ledger_state state;

    cr_assert_eq(ledger_load(stage->reader, 0, VIEW("acme"), &state), LEDGER_OK);
    cr_assert_eq(state.folded_through, through);
    cr_assert(view_equal(state.state, view_of(text)));
}

Test(keeper, without_a_checkpoint_everything_begins)
{
    struct stage stage;
    char trouble[KEEPER_TROUBLE_SIZE];

    stage_open(&stage);
    cr_assert_eq(keeper_begin(stage.keeper, trouble), LEDGER_OK);
    expect_state(&stage, 0, "");
    cr_assert_eq(keeper_kept_count(stage.keeper), 0);
    stage_close(&stage);
}

Test(keeper, an_empty_ledger_takes_what_was_kept)
{
    struct stage stage;
    char trouble[KEEPER_TROUBLE_SIZE];

    stage_open(&stage);
    teach(&stage, "main", "weeks");
    cr_assert_eq(keeper_begin(stage.keeper, trouble), LEDGER_OK, "%s", trouble);
    expect_state(&stage, 100, "weeks");
    stage_close(&stage);
}

Test(keeper, what_is_found_missing_later_is_brought_back_then)
{
    struct stage stage;

    stage_open(&stage);
    teach(&stage, "main", "weeks");
    cr_assert_eq(keeper_rescue(stage.keeper), LEDGER_OK);
    expect_state(&stage, 100, "weeks");
    stage_close(&stage);
}

Test(keeper, a_ledger_with_fences_is_left_alone)
{
    struct stage stage;
    struct ledger_claim claim;
    char trouble[KEEPER_TROUBLE_SIZE];
    struct names *names = names_create(NAMES_MAX);

    stage_open(&stage);
    struct ledger_writer *writer = ledger_writer_create(stage.ledger, names);
    cr_assert_eq(ledger_claim(writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(ledger_found(writer, 0, 0, &claim), LEDGER_OK);
    teach(&stage, "main", "weeks");
    cr_assert_eq(keeper_begin(stage.keeper, trouble), LEDGER_OK);
    cr_assert_eq(keeper_rescue(stage.keeper), LEDGER_OK);
    expect_state(&stage, 0, "");
    ledger_writer_destroy(&writer);
    names_destroy(&names);
    stage_close(&stage);
}

static void
expect_refused(struct stage *stage, const char *reason)
{
    char trouble[KEEPER_TROUBLE_SIZE];

    cr_assert_eq(keeper_begin(stage->keeper, trouble), LEDGER_REFUSED);
    cr_assert_not_null(strstr(trouble, reason), "%s", trouble);
    cr_assert_not_null(strstr(trouble, stage->path), "%s", trouble);
    cr_assert_not_null(strstr(trouble, "remove it to begin anew"), "%s", trouble);
    /* In a run nobody is there to mend it: it goes on, and learns. */
    cr_assert_eq(keeper_rescue(stage->keeper), LEDGER_OK);
    expect_state(stage, 0, "");
}

Test(keeper, a_torn_checkpoint_ends_the_start_and_not_the_run)
{
    struct stage stage;

    stage_open(&stage);
    teach(&stage, "main", "weeks");
    cr_assert_eq(truncate(stage.path, 40), 0);
    expect_refused(&stage, "torn");
    stage_close(&stage);
}

Test(keeper, so_does_that_of_another_deployment)
{
    struct stage stage;

    stage_open(&stage);
    teach(&stage, "lima", "weeks");
    expect_refused(&stage, "it is of deployment lima, not main");
    stage_close(&stage);
}

/* The memory ledger keeps nothing: what was learnt before must not be overwritten by that. */
Test(keeper, what_cannot_be_kept_leaves_what_was)
{
    struct stage stage;
    struct keep_box box;
    char trouble[KEEPER_TROUBLE_SIZE];

    stage_open(&stage);
    teach(&stage, "main", "weeks");
    cr_assert_eq(keeper_begin(stage.keeper, trouble), LEDGER_OK);
    cr_assert(keeper_start(stage.keeper));
    keeper_stop(stage.keeper);
    cr_assert_eq(keeper_kept_count(stage.keeper), 0);
    struct keep *keep = keep_at(stage.path, "main");
    cr_assert_eq(keep_read(keep, &box, trouble), KEEP_OK);
    cr_assert_eq(box.count, 1);
    keep_box_fini(&box);
    keep_destroy(&keep);
    stage_close(&stage);
}
