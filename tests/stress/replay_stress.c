/*
 * A replay with several workers, many times over: three archives, chunks of all sizes, and replays that end
 * in the middle because an archive breaks off.
 *
 * A plain program for ThreadSanitizer. What each run says is compared with what one worker said.
 */
#include "c11_threads.h"
#include "core/hash.h"
#include "core/process/log.h"
#include "pipeline/replay/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ARCHIVES 3
#define POSTS    3000
#define START_MS INT64_C(1704067200000)

static const char yaml[] =
        "schema: rebato/rules/v1\n"
        "brands:\n"
        "  - {id: acme, names: [acme], handles: [acme], official_accounts: [{handle: acme}]}\n"
        "rules:\n"
        "  - {id: down, signal: outage, match: {any: ['no va']}, tests: [{match: ['acme no "
        "va']}]}\n";

/* All that a replay tells, in one number. */
struct digest {
    struct hash_stream *stream;
    uint64_t events;
};

struct way {
    uint32_t workers;
    size_t chunk_size;
};

static void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    struct digest *digest = context;

    (void)event;
    digest->events++;
    hash_stream_add(digest->stream, payload.at, payload.size);
}

static void
on_cells(void *context, struct view brand, const struct ledger_cell *cells, size_t cell_count)
{
    struct digest *digest = context;

    hash_stream_add(digest->stream, brand.at, brand.size);
    for (size_t i = 0; i < cell_count; i++) {
        hash_stream_add(digest->stream, cells[i].dim.at, cells[i].dim.size);
        hash_stream_add(digest->stream, &cells[i].bucket, sizeof cells[i].bucket);
        hash_stream_add(digest->stream, &cells[i].count, sizeof cells[i].count);
    }
}

static int
write_archive(const char *path, int number)
{
    FILE *file = fopen(path, "w");

    for (int i = 0; file != NULL && i < POSTS; i++) {
        /* A calm day, then everybody; some twice, some late, some broken. */
        int calm = i < POSTS / 2 ? i : POSTS / 2;
        int64_t time_ms = START_MS + calm * INT64_C(20000) + (i - calm) * INT64_C(500) +
                          number * INT64_C(777);
        fprintf(file,
                "{\"id\":\"%d-%d\",\"ts\":%" PRId64 ",\"author\":{\"id\":\"u%d\"},\"lang\":\"es\","
                "\"text\":\"%s\"}\n",
                number, i % 97 == 0 ? 0 : i, i % 89 == 0 ? time_ms - 600000 : time_ms, i % 613,
                i % 3 == 0 ? "acme no va" : "hola \\u00e1 todos");
        fprintf(file, i % 101 == 0 ? "{broken\n" : "");
    }
    return file != NULL && fclose(file) == 0;
}

static uint64_t
play(const struct rule_set *rules, char paths[][64], size_t count, struct way way)
{
    struct judge_settings judge;
    struct judge_threshold threshold = { .signal = SIGNAL_OUTAGE,
        .threshold = { .window_ms = INT64_C(60000), .min_authors = 5 },
        .severity = SEVERITY_CRITICAL };
    struct replay_options options;
    struct replay_summary summary;
    struct digest digest = { .stream = hash_stream_create() };
    char trouble[256];

    judge_settings_init(&judge);
    judge.deployment = "stress";
    judge.thresholds = &threshold;
    judge.threshold_count = 1;
    replay_options_init(&options, rules, &judge);
    options.on_event = on_event;
    options.on_cells = on_cells;
    options.context = &digest;
    options.workers = way.workers;
    options.chunk_size = way.chunk_size;
    struct replay *replay = replay_create(&options);
    for (size_t i = 0; i < count; i++) {
        struct feed *feed = feed_open(paths[i], trouble);
        if (feed == NULL || !replay_add(replay, feed)) {
            fprintf(stderr, "%s\n", trouble);
            abort();
        }
    }
    int fine = replay_run(replay, &summary, trouble);
    replay_destroy(&replay);
    hash_stream_add(digest.stream, &summary, sizeof summary);
    hash_stream_add(digest.stream, &fine, sizeof fine);
    hash_stream_add(digest.stream, &digest.events, sizeof digest.events);
    uint64_t value = hash_stream_value(digest.stream);
    hash_stream_destroy(&digest.stream);
    if (digest.events == 0) {
        fprintf(stderr, "nothing was judged\n");
        abort();
    }
    return value;
}

static const struct rule_set *
compile(void)
{
    struct fault_list *faults = fault_list_create();
    struct rule_file file = { .name = "rules.yaml", .text = view_of(yaml) };
    const struct rule_set *rules = rule_set_compile(&file, 1, faults);

    if (rules == NULL) {
        fault_print(faults, stderr, FAULT_PLAIN);
        abort();
    }
    fault_list_destroy(&faults);
    return rules;
}

/* Two lines, packed, and nothing that could follow them. */
static int
write_broken(const char *path)
{
    FILE *file = fopen(path, "w");
    static const char bytes[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x00\x12\x00\xed\xff"
                                "{\"id\":1}\n{\"id\":2}\n"
                                "\x07\x07\x07\x07\x07\x07";

    return file != NULL && fwrite(bytes, 1, sizeof bytes - 1, file) == sizeof bytes - 1 &&
           fclose(file) == 0;
}

/* All ways of replaying these inputs say the same. */
static int
compare(const struct rule_set *rules, char paths[][64], size_t count)
{
    static const struct way ways[] = { { 2, 0 }, { 2, 200 }, { 2, 4000 }, { 3, 1000 }, { 3, 30000 },
        { 8, 700 } };
    uint64_t expected = play(rules, paths, count, (struct way){ .workers = 1 });

    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        uint64_t value = play(rules, paths, count, ways[i]);
        if (value != expected) {
            fprintf(stderr, "%u workers, chunks of %zu: %016" PRIx64 " and not %016" PRIx64 "\n",
                    ways[i].workers, ways[i].chunk_size, value, expected);
            return 0;
        }
    }
    return 1;
}

int
main(void)
{
    char directory[] = "/tmp/rebato-replay-stress-XXXXXX";
    char paths[ARCHIVES + 1][64];
    char broken[64];
    int fine = mkdtemp(directory) != NULL;

    log_setup(LOG_ERROR, LOG_SILENT);
    for (int i = 0; fine && i < ARCHIVES; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%d.ndjson", directory, i);
        fine = write_archive(paths[i], i);
    }
    /* The directory's last file cannot be read: a replay of it ends in the middle of the others. */
    snprintf(broken, sizeof broken, "%s/9.gz", directory);
    snprintf(paths[ARCHIVES], sizeof paths[ARCHIVES], "%s", directory);
    const struct rule_set *rules = compile();

    fine = fine && compare(rules, paths, 1) && compare(rules, paths, ARCHIVES);
    fine = fine && write_broken(broken) && compare(rules, &paths[1], ARCHIVES);
    rule_set_destroy(&rules);
    for (int i = 0; i < ARCHIVES; i++) {
        (void)unlink(paths[i]);
    }
    (void)unlink(broken);
    (void)rmdir(directory);
    return fine ? 0 : 1;
}
