/* Replays: the same counts and verdicts, however often the judge looks and in whatever order files are named. */
#include "pipeline/replay/run.h"

#include "alert/render.h"
#include "fixture.h"

#include <unistd.h>

#define FILES_MAX 3

/* One run: what it is given, and what it said. */
struct run {
    struct replay_options options;
    const struct rule_set *rules;
    struct judge_settings judge;
    struct feed *feeds[FILES_MAX];
    size_t feed_count;
    struct replay_summary summary;
    struct bag bag;
    FILE *log;
    char *log_text;
    size_t log_size;
    char *cells;
    int64_t event_ms; /* of the last event */
    char trouble[256];
};

static void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    struct run *run = context;
    char *line = render_log_line(event);

    (void)payload;
    cr_expect_geq(event->time_ms, run->event_ms, "events come in the order of their time");
    run->event_ms = event->time_ms;
    fprintf(run->log, "%s\n", line);
    free(line);
}

static void
on_cells(void *context, struct view brand, const struct ledger_cell *cells, size_t cell_count)
{
    struct run *run = context;

    for (size_t i = 0; i < cell_count; i++) {
        bag_add(&run->bag, brand, &cells[i]);
    }
}

static void
run_init(struct run *run)
{
    *run = (struct run){
        .rules = fixture_rules(), .judge = fixture_judge(), .event_ms = INT64_MIN
    };
    run->log = open_memstream(&run->log_text, &run->log_size);
    replay_options_init(&run->options, run->rules, &run->judge);
    run->options.on_event = on_event;
    run->options.on_cells = on_cells;
    run->options.context = run;
}

/* False when a feed broke off. */
static int
run_play(struct run *run)
{
    struct replay *replay = replay_create(&run->options);

    cr_assert_not_null(replay);
    for (size_t i = 0; i < run->feed_count; i++) {
        cr_assert(replay_add(replay, run->feeds[i]));
    }
    int fine = replay_run(replay, &run->summary, run->trouble);
    replay_destroy(&replay);
    fflush(run->log);
    run->cells = bag_text(&run->bag);
    return fine;
}

static void
run_fini(struct run *run)
{
    fclose(run->log);
    free(run->log_text);
    free(run->cells);
    rule_set_destroy(&run->rules);
}

static size_t
count_events(const struct run *run, const char *kind)
{
    char wanted[64];
    size_t count = 0;

    snprintf(wanted, sizeof wanted, "\"kind\":\"%s\"", kind);
    for (const char *at = strstr(run->log_text, wanted); at != NULL; at = strstr(at + 1, wanted)) {
        count++;
    }
    return count;
}

/* ---- archives ---- */

struct archive {
    char path[64];
    FILE *out;
    size_t count;
};

static void
archive_init(struct archive *archive)
{
    snprintf(archive->path, sizeof archive->path, "/tmp/rebato-replay-XXXXXX");
    int file = mkstemp(archive->path);
    cr_assert_geq(file, 0);
    archive->out = fdopen(file, "w");
    archive->count = 0;
}

static void
archive_say(struct archive *archive, const struct said *said)
{
    /* Ids of two archives do not meet: duplicates are looked for in one partition anyway. */
    char *json = fixture_json(said, archive->count++);

    fprintf(archive->out, "%s\n", json);
    free(json);
}

static struct feed *
archive_open(struct archive *archive)
{
    char trouble[256];

    fflush(archive->out);
    struct feed *feed = feed_open(archive->path, trouble);
    cr_assert_not_null(feed, "%s", trouble);
    return feed;
}

static void
archive_fini(struct archive *archive)
{
    fclose(archive->out);
    unlink(archive->path);
}

/* Ten people for whom acme does not work, in ten seconds. */
static void
archive_storm(struct archive *archive, int64_t second)
{
    char who[16];

    for (int i = 0; i < 10; i++) {
        snprintf(who, sizeof who, "p%d", i);
        archive_say(
                archive, &(struct said){ .second = second + i, .who = who, .text = "acme no va" });
    }
}

/* Two days: people chat every ten minutes, and there is a storm at noon; the second day's is answered. */
static void
archive_days(struct archive *archive, const char *brand, int64_t shift)
{
    char text[32];

    snprintf(text, sizeof text, "hola %s", brand);
    for (int64_t second = shift; second < 2 * 86400; second += 600) {
        archive_say(archive, &(struct said){ .second = second, .who = "eva", .text = text });
        if (second % 86400 == 43200) {
            archive_storm(archive, second + 1);
        }
        if (second == 86400 + 43200) {
            archive_say(archive,
                    &(struct said){ .second = second + 300, .who = "acme", .text = "lo sabemos" });
        }
    }
}

/* ---- tests ---- */

Test(replay_run, verdicts_and_counts_do_not_depend_on_how_often_the_judge_looks)
{
    static const uint32_t turns[] = { 1, 7, 30, 1000, UINT32_MAX };
    struct archive archive;
    char *log = NULL;
    char *cells = NULL;

    archive_init(&archive);
    archive_days(&archive, "acme", 0);
    for (size_t i = 0; i < LENGTH(turns); i++) {
        struct run run;
        run_init(&run);
        run.options.turn_buckets = turns[i];
        run.feeds[run.feed_count++] = archive_open(&archive);
        cr_assert(run_play(&run));
        if (i == 0) {
            cr_expect_eq(count_events(&run, "opened"), 2, "%s", run.log_text);
            cr_expect_eq(count_events(&run, "answered"), 1);
            cr_expect_eq(count_events(&run, "resolved"), 2);
            log = strdup(run.log_text);
            cells = strdup(run.cells);
        }
        cr_expect_str_eq(run.log_text, log, "turns of %u buckets", turns[i]);
        cr_expect_str_eq(run.cells, cells, "turns of %u buckets", turns[i]);
        run_fini(&run);
    }
    free(log);
    free(cells);
    archive_fini(&archive);
}

/* When nobody speaks of a brand for a day, and then many do. What is usual is learnt from the first day on
 * which anybody was spoken of, not from the turn in which the judge happened to look first. */
Test(replay_run, a_watch_begins_on_the_same_day_however_often_the_judge_looks)
{
    static const uint32_t turns[] = { 1, 360, UINT32_MAX };
    struct archive archive;
    char *log = NULL;

    archive_init(&archive);
    for (int64_t second = 0; second < 4 * 86400; second += 3600) {
        archive_say(&archive, &(struct said){ .second = second, .who = "eva", .text = "buenas" });
        if (second >= 86400) {
            archive_say(&archive,
                    &(struct said){ .second = second + 1, .who = "eva", .text = "hola zeta" });
        }
        if (second == 3 * 86400 + 43200) {
            archive_storm(&archive, second + 2);
        }
    }
    for (size_t i = 0; i < LENGTH(turns); i++) {
        struct run run;
        run_init(&run);
        run.judge.judged =
                SIGNAL_BIT(SIGNAL_OUTAGE); /* by the statistic, which has to learn first */
        run.judge.threshold_count = 0;
        run.judge.learning_ms = (INT64_C(2) * 24 + 6) * 3600 * 1000;
        run.options.turn_buckets = turns[i];
        run.feeds[run.feed_count++] = archive_open(&archive);
        cr_assert(run_play(&run));
        log = i == 0 ? strdup(run.log_text) : log;
        cr_expect_str_eq(run.log_text, log, "turns of %u buckets", turns[i]);
        cr_expect_eq(count_events(&run, "opened"), 1, "%s", run.log_text);
        run_fini(&run);
    }
    free(log);
    archive_fini(&archive);
}

/* A partition that ends early holds everything back until the end of the input: all at once, then. */
Test(replay_run, more_events_than_one_turn_takes_are_all_told)
{
    enum { STORMS = 80 };
    struct archive archive;
    struct run run;

    archive_init(&archive);
    for (int i = 0; i < STORMS; i++) {
        archive_storm(&archive, (int64_t)i * 6 * 3600);
    }
    run_init(&run);
    run.options.turn_buckets = UINT32_MAX;
    run.options.engine.until_ms = DAY_ONE_MS + (int64_t)STORMS * 6 * 3600 * 1000;
    run.feeds[run.feed_count++] = archive_open(&archive);
    cr_assert(run_play(&run));
    cr_expect_eq(count_events(&run, "opened"), STORMS);
    cr_expect_eq(count_events(&run, "resolved"), STORMS);
    run_fini(&run);
    archive_fini(&archive);
}

Test(replay_run, inputs_are_merged_by_time_and_named_in_any_order)
{
    struct archive archives[FILES_MAX];
    char *log = NULL;
    char *cells = NULL;

    for (size_t i = 0; i < FILES_MAX; i++) {
        archive_init(&archives[i]);
    }
    archive_days(&archives[0], "acme", 0);
    archive_days(&archives[1], "zeta", 86400 + 5); /* begins a day later: nothing waits for it */
    archive_say(
            &archives[2], &(struct said){ .second = 50000, .who = "luz", .text = "acme fatal" });
    for (size_t turn = 0; turn < FILES_MAX; turn++) {
        struct run run;
        run_init(&run);
        for (size_t i = 0; i < FILES_MAX; i++) {
            run.feeds[run.feed_count++] = archive_open(&archives[(turn + i) % FILES_MAX]);
        }
        cr_assert(run_play(&run));
        cr_expect_eq(
                run.summary.received, archives[0].count + archives[1].count + archives[2].count);
        cr_expect_eq(run.summary.fates[REBATO_FATE_matched], run.summary.received);
        cr_expect_eq(run.summary.first_ms, DAY_ONE_MS);
        log = turn == 0 ? strdup(run.log_text) : log;
        cells = turn == 0 ? strdup(run.cells) : cells;
        cr_expect_str_eq(run.log_text, log);
        cr_expect_str_eq(run.cells, cells);
        run_fini(&run);
    }
    free(log);
    free(cells);
    for (size_t i = 0; i < FILES_MAX; i++) {
        archive_fini(&archives[i]);
    }
}

Test(replay_run, fates_add_up_to_what_was_received)
{
    static const char *const lines[] = { "", "{", "nonsense", "{\"a\":1}", "[1,2]",
        "{\"text\":\"acme\"}" };
    struct archive archive;
    struct run run;
    uint64_t fates = 0;

    archive_init(&archive);
    archive_say(&archive,
            &(struct said){ .second = 900, .who = "eva", .text = "acme no va", .id = "a" });
    archive_say(&archive,
            &(struct said){ .second = 900, .who = "eva", .text = "acme no va", .id = "a" });
    archive_say(&archive, &(struct said){ .second = 100, .who = "eva", .text = "acme no va" });
    archive_say(&archive, &(struct said){ .second = 901, .who = "eva", .text = "buenas" });
    for (size_t i = 0; i < LENGTH(lines); i++) {
        fprintf(archive.out, "%s\n", lines[i]);
    }
    run_init(&run);
    run.feeds[run.feed_count++] = archive_open(&archive);
    cr_assert(run_play(&run));
    for (size_t i = 0; i < REBATO_FATE_COUNT; i++) {
        fates += run.summary.fates[i];
    }
    cr_expect_eq(fates, run.summary.received);
    cr_expect_geq(run.summary.received, 4 + LENGTH(lines) - 1, "an empty line may be no record");
    cr_expect_eq(run.summary.fates[REBATO_FATE_matched], 1);
    cr_expect_eq(run.summary.fates[REBATO_FATE_duplicate], 1);
    cr_expect_eq(run.summary.fates[REBATO_FATE_late], 1);
    cr_expect_eq(run.summary.fates[REBATO_FATE_unmatched], 1);
    run_fini(&run);
    archive_fini(&archive);
}

struct until_row {
    int64_t second; /* of --until */
    size_t opened, silence, resolved;
};

Test(replay_run, time_goes_on_to_the_end_that_was_asked_for)
{
    static const struct until_row rows[] = {
        { 500, 0, 0, 0 },             /* before the storm */
        { 1000 + 10, 1, 0, 0 },       /* right behind it */
        { 1000 + 3600, 1, 1, 0 },     /* an hour of silence */
        { 1000 + 6 * 3600, 1, 1, 1 }, /* long over */
        { INT64_C(-1000) * 86400, 0, 0, 0 },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct archive archive;
        struct run run;
        archive_init(&archive);
        archive_say(&archive, &(struct said){ .who = "eva", .text = "hola acme" });
        archive_storm(&archive, 990);
        run_init(&run);
        run.options.engine.until_ms = DAY_ONE_MS + rows[i].second * 1000;
        run.feeds[run.feed_count++] = archive_open(&archive);
        cr_assert(run_play(&run));
        cr_expect_eq(count_events(&run, "opened"), rows[i].opened, "row %zu: %s", i, run.log_text);
        cr_expect_eq(count_events(&run, "silence") > 0, rows[i].silence, "row %zu", i);
        cr_expect_eq(count_events(&run, "resolved"), rows[i].resolved, "row %zu", i);
        run_fini(&run);
        archive_fini(&archive);
    }
}

/* A storm within the span; what a longer archive has before and behind it must not matter. */
static char *
log_of_span(int64_t before, int64_t behind)
{
    struct archive archive;
    struct run run;

    archive_init(&archive);
    if (before != 0) {
        archive_say(
                &archive, &(struct said){ .second = before, .who = "eva", .text = "hola acme" });
    }
    archive_say(&archive, &(struct said){ .who = "eva", .text = "hola acme" });
    archive_storm(&archive, 990);
    if (behind != 0) {
        archive_say(
                &archive, &(struct said){ .second = behind, .who = "eva", .text = "hola acme" });
    }
    run_init(&run);
    run.options.engine.since_ms = DAY_ONE_MS;
    run.options.engine.until_ms = DAY_ONE_MS + 4600 * INT64_C(1000);
    run.feeds[run.feed_count++] = archive_open(&archive);
    cr_assert(run_play(&run));
    cr_expect_eq(count_events(&run, "opened"), 1);
    cr_expect_eq(count_events(&run, "resolved"), 0, "that is hours behind the end asked for");
    char *text = strdup(run.log_text);
    run_fini(&run);
    archive_fini(&archive);
    return text;
}

Test(replay_run, what_lies_outside_the_span_moves_no_time)
{
    static const int64_t rows[][2] = { { -86400, 0 }, { 0, 5000 }, { 0, 86400 }, { -600, 43200 } };
    char *alone = log_of_span(0, 0);

    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *text = log_of_span(rows[i][0], rows[i][1]);
        cr_expect_str_eq(text, alone, "row %zu", i);
        free(text);
    }
    free(alone);
}

Test(replay_run, an_empty_input_says_nothing)
{
    static const int64_t untils[] = { INT64_MAX, DAY_ONE_MS };

    for (size_t i = 0; i < LENGTH(untils); i++) {
        struct archive archive;
        struct run run;
        archive_init(&archive);
        run_init(&run);
        run.options.engine.until_ms = untils[i];
        run.feeds[run.feed_count++] = archive_open(&archive);
        cr_expect(run_play(&run));
        cr_expect_eq(run.summary.received, 0);
        cr_expect_eq(run.summary.first_ms, INT64_MIN);
        cr_expect_str_eq(run.log_text, "");
        cr_expect_str_eq(run.cells, "");
        run_fini(&run);
        archive_fini(&archive);
    }
}

/* A gzip that is cut off in the middle, or at once. */
Test(replay_run, an_input_that_breaks_off_is_named_and_what_came_before_counts)
{
    struct archive archive;
    char path[80];
    char command[256];

    archive_init(&archive);
    archive_days(&archive, "acme", 0);
    fflush(archive.out);
    snprintf(path, sizeof path, "%s.gz", archive.path);
    static const int sizes[] = { 2000, 60 };
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        char trouble[256];
        struct run run;
        snprintf(command, sizeof command, "gzip -c %s | head -c %d > %s", archive.path, sizes[i],
                path);
        cr_assert_eq(system(command), 0);
        run_init(&run);
        run.feeds[0] = feed_open(path, trouble);
        run.feed_count = 1;
        if (run.feeds[0] != NULL) {
            cr_expect_not(run_play(&run), "%d bytes", sizes[i]);
            cr_expect_not_null(
                    strstr(run.trouble, path), "%d bytes: \"%s\"", sizes[i], run.trouble);
        } else {
            cr_expect_not_null(strstr(trouble, path), "%d bytes: \"%s\"", sizes[i], trouble);
        }
        run_fini(&run);
        unlink(path);
    }
    archive_fini(&archive);
}

/* Three archives: one in order, one that repeats itself and is late, one with what nobody can read. */
static void
archives_mixed(struct archive archives[3])
{
    for (size_t i = 0; i < 3; i++) {
        archive_init(&archives[i]);
    }
    archive_days(&archives[0], "acme", 0);
    archive_days(&archives[1], "zeta", 300);
    for (int64_t second = 0; second < 86400; second += 977) {
        archive_say(&archives[1], &(struct said){ .second = second, .who = "eva", .text = "acme" });
        archive_say(&archives[1],
                &(struct said){ .second = second, .who = "eva", .text = "acme no va", .id = "a" });
        fprintf(archives[2].out, second % 2 == 0 ? "{broken\n" : "\n[]\n7\n");
        archive_say(&archives[2],
                &(struct said){
                        .second = second * 2, .who = "tom", .text = "en mi casa zeta no va" });
    }
    archive_storm(&archives[2], 40000);
}

static void
play_mixed_over(struct run *run,
        struct archive archives[3],
        uint32_t workers,
        size_t chunk_size,
        uint32_t shards)
{
    run_init(run);
    run->options.engine.shards = shards;
    run->options.workers = workers;
    run->options.chunk_size = chunk_size;
    for (size_t i = 0; i < 3; i++) {
        run->feeds[run->feed_count++] = archive_open(&archives[i]);
    }
    cr_assert(run_play(run));
}

Test(replay_run, neither_workers_nor_chunks_nor_shards_change_a_byte)
{
    static const struct {
        uint32_t workers;
        size_t chunk_size;
        uint32_t shards;
    } rows[] = { { 1, 1, 1 }, { 1, 1000, 1 }, { 2, 0, 1 }, { 2, 1, 1 }, { 2, 300, 1 },
        { 3, 5000, 1 }, { 3, 0, 1 }, { 8, 100, 1 }, { 1, 0, 3 }, { 2, 0, 3 }, { 8, 300, 3 },
        { 1, 0, 7 }, { 2, 300, 7 }, { 8, 0, 7 } };
    struct archive archives[3];
    struct run plain;

    archives_mixed(archives);
    play_mixed_over(&plain, archives, 1, 0, 1);
    cr_assert_gt(count_events(&plain, "opened"), 0);
    cr_assert_gt(plain.summary.fates[REBATO_FATE_duplicate], 0);
    cr_assert_gt(plain.summary.fates[REBATO_FATE_late], 0);
    cr_assert_gt(plain.summary.fates[REBATO_FATE_malformed], 0);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct run run;
        play_mixed_over(&run, archives, rows[i].workers, rows[i].chunk_size, rows[i].shards);
        cr_expect_str_eq(run.log_text, plain.log_text, "%u workers, chunks of %zu bytes, %u shards",
                rows[i].workers, rows[i].chunk_size, rows[i].shards);
        cr_expect_str_eq(run.cells, plain.cells);
        cr_expect_arr_eq(&run.summary, &plain.summary, sizeof run.summary);
        run_fini(&run);
    }
    run_fini(&plain);
    for (size_t i = 0; i < 3; i++) {
        archive_fini(&archives[i]);
    }
}
