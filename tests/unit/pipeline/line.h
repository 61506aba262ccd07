/* A line without Kafka and without threads: posts, an engine, the memory ledger and a docket over it. */
#ifndef REBATO_TESTS_UNIT_PIPELINE_LINE_H
#define REBATO_TESTS_UNIT_PIPELINE_LINE_H

#include "fixture.h"
#include "pipeline/docket/docket.h"
#include "pipeline/engine/engine.h"

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

static inline void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    struct line *line = context;

    cr_expect_gt(payload.size, 0);
    fprintf(line->log, "%s %s r%u; ", event->incident.brand, judge_event_name(event->kind),
            event->incident.revision);
}

static inline void
on_cells(void *context, struct view brand, const struct ledger_cell *cells, size_t cell_count)
{
    struct line *line = context;

    for (size_t i = 0; i < cell_count; i++) {
        bag_add(&line->bag, brand, &cells[i]);
    }
}

static inline void
line_claim(struct line *line)
{
    struct ledger_claim claim;

    cr_assert_eq(ledger_claim(line->writer, 0, VIEW("t"), 0, &claim), LEDGER_OK);
    if (!claim.known) {
        cr_assert_eq(ledger_found(line->writer, 0, 0, &claim), LEDGER_OK);
    }
}

static inline void
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

static inline void
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

static inline void
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

static inline void
line_hand_over(struct line *line)
{
    ledger_submit(line->writer, line->tally);
    cr_assert_eq(ledger_poll(line->writer, 0), LEDGER_OK);
    tally_clear(line->tally);
}

static inline void
line_storm(struct line *line, int64_t second, const char *text)
{
    char who[16];

    for (int i = 0; i < 8; i++) {
        snprintf(who, sizeof who, "p%d", i);
        line_say(line, &(struct said){ .second = second, .who = who, .text = text });
    }
}

static inline void
line_turn(struct line *line)
{
    cr_expect_eq(docket_turn(line->docket, 0), LEDGER_OK);
    fflush(line->log);
}

#endif
