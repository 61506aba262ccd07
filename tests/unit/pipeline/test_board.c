/* The board: what the page is told. */
#include "pipeline/board.h"

#include "fixture.h"

#define MINUTE_BUCKETS 6

static struct board *board;
static const struct rule_set *rules;

static void
open_board(void)
{
    rules = fixture_rules();
    board = board_create(rules);
    cr_assert_not_null(board);
}

static void
close_board(void)
{
    board_destroy(&board);
    cr_expect_null(board);
    rule_set_destroy(&rules);
}

TestSuite(board, .init = open_board, .fini = close_board);

static void
expect_brands(const char *part)
{
    char *json = board_brands_json(board);

    cr_expect_not_null(strstr(json, part), "%s\nis not in\n%s", part, json);
    free(json);
}

/* The last `count` minutes of the only brand, as they end its "spark". */
static void
expect_spark_end(const char *end)
{
    char wanted[256];

    snprintf(wanted, sizeof wanted, "%s],", end);
    expect_brands(wanted);
}

static void
add_minute(uint32_t minute, uint64_t total)
{
    board_add_bucket(board, 0, DAY_ONE_BUCKET + minute * MINUTE_BUCKETS, total);
}

Test(board, starts_empty)
{
    char *brands = board_brands_json(board);
    char *incidents = board_incidents_json(board);

    cr_expect_str_eq(brands, "{\"brands\":[],\"watermark\":null}");
    cr_expect_str_eq(incidents, "{\"incidents\":[]}");
    free(brands);
    free(incidents);
}

Test(board, shows_a_status_as_it_was_set)
{
    struct brand_status status = { .state = BRAND_OPEN,
        .severity = SEVERITY_CRITICAL,
        .count_10m = 12,
        .authors_10m = 7,
        .expected_10m = 0.5,
        .ratio = 14,
        .silence_ms = 61999,
        .grade = 'A',
        .incident = "0011223344556677" };

    add_minute(0, 3);
    board_set_status(board, 0, &status);
    expect_brands("\"state\":\"open\"");
    expect_brands("\"severity\":\"critical\"");
    expect_brands("\"count_10m\":12");
    expect_brands("\"authors_10m\":7");
    expect_brands("\"expected_10m\":0.5");
    expect_brands("\"silence_s\":61");
    expect_brands("\"grade\":\"A\"");
    expect_brands("\"incident\":\"0011223344556677\"");
    expect_brands("\"id\":\"acme\"");
}

Test(board, a_spark_adds_up_minutes_and_rolls_over)
{
    add_minute(0, 3);
    board_add_bucket(board, 0, DAY_ONE_BUCKET + 1, 2);
    expect_spark_end("0,0,5");
    add_minute(2, 1);
    expect_spark_end("0,5,0,1");
    add_minute(1, 4); /* a bucket that comes behind its time still has its place */
    expect_spark_end("5,4,1");
    add_minute(61, 9);
    expect_brands("\"spark\":[1,0,");
    expect_spark_end(",0,9");
    add_minute(500, 2);
    expect_brands("\"spark\":[0,0,");
    expect_spark_end(",0,0,2");
    add_minute(100, 7); /* an hour and more behind: not on the page any more */
    expect_spark_end(",0,0,2");
}

Test(board, a_brand_that_falls_silent_is_shown_silent)
{
    add_minute(0, 3);
    board_set_watermark(board, DAY_ONE_MS + 2 * 60 * 1000);
    expect_spark_end("0,3,0,0");
    board_set_watermark(board, DAY_ONE_MS + 59 * 60 * 1000);
    expect_brands("\"spark\":[3,0,");
    board_set_watermark(board, DAY_ONE_MS + 60 * 60 * 1000);
    expect_brands("\"spark\":[0,0,");
    expect_spark_end(",0,0,0");
}

Test(board, the_watermark_never_goes_back)
{
    board_set_watermark(board, DAY_ONE_MS + 5000);
    board_set_watermark(board, DAY_ONE_MS);
    expect_brands("\"watermark\":\"2024-01-01T00:00:05Z\"");
}

static struct judge_event
incident_event(uint32_t number, enum judge_event_kind kind, uint32_t revision)
{
    struct judge_event event = { .kind = kind, .time_ms = DAY_ONE_MS };

    snprintf(event.incident.id, sizeof event.incident.id, "%016x", number);
    snprintf(event.incident.brand, sizeof event.incident.brand, "acme");
    event.incident.state = kind == EVENT_RESOLVED ? INCIDENT_RESOLVED : INCIDENT_OPEN;
    event.incident.revision = revision;
    event.incident.onset_ms = DAY_ONE_MS;
    event.incident.opened_ms = DAY_ONE_MS;
    event.incident.resolved_ms = TIME_NONE;
    event.incident.clock.answered_ms = TIME_NONE;
    event.incident.clock.grade = 'B';
    event.incident.why.rule = UINT32_MAX;
    for (size_t i = 0; i < PLAYBOOK_COUNT; i++) {
        event.incident.playbook[i].time_ms = i == 0 ? DAY_ONE_MS : TIME_NONE;
    }
    return event;
}

static size_t
count_incidents(const char *json)
{
    size_t count = 0;

    for (const char *at = strstr(json, "\"id\":\""); at != NULL; at = strstr(at + 1, "\"id\":\"")) {
        count++;
    }
    return count;
}

Test(board, an_incident_is_shown_once_as_its_last_event_left_it)
{
    struct judge_event opened = incident_event(1, EVENT_OPENED, 1);
    struct judge_event resolved = incident_event(1, EVENT_RESOLVED, 2);

    board_add_event(board, &opened);
    board_add_event(board, &resolved);
    char *json = board_incidents_json(board);
    cr_expect_eq(count_incidents(json), 1, "%s", json);
    cr_expect_not_null(strstr(json, "\"state\":\"resolved\""));
    cr_expect_not_null(strstr(json, "\"done\":[\"acknowledge\"]"), "%s", json);
    cr_expect_not_null(strstr(json, "\"answered\":null"));
    free(json);
}

Test(board, the_newest_incidents_come_first_and_the_oldest_go)
{
    for (uint32_t i = 1; i <= 150; i++) {
        struct judge_event event = incident_event(i, EVENT_OPENED, 1);
        board_add_event(board, &event);
    }
    char *json = board_incidents_json(board);
    char *newest = strstr(json, "\"id\":\"0000000000000096\"");
    char *oldest = strstr(json, "\"id\":\"0000000000000033\"");
    cr_expect_eq(count_incidents(json), 100);
    cr_expect(newest != NULL && oldest != NULL && newest < oldest);
    cr_expect_null(strstr(json, "\"id\":\"0000000000000032\""));
    free(json);
}

Test(board, metrics_have_every_brand)
{
    struct brand_status status = { .count_10m = 12, .silence_ms = 60000, .grade = '-' };

    board_set_status(board, 1, &status);
    char *text = board_metrics(board);
    cr_expect_not_null(strstr(text, "rebato_window_posts{brand=\"acme\"} 0\n"));
    cr_expect_not_null(strstr(text, "rebato_window_posts{brand=\"zeta\"} 12\n"));
    cr_expect_not_null(strstr(text, "rebato_silence_seconds{brand=\"zeta\"} 60\n"));
    free(text);
}
