/* What people are told of buckets that are still open, and how the close settles it. */
#include "line.h"

#define EARLY_MS 300

struct keys {
    char text[512];
};

static void
add_key(void *context, uint32_t shard, const struct ledger_notice *notice)
{
    struct keys *keys = context;
    size_t used = strlen(keys->text);

    (void)shard;
    /* Without the id: the same for all keys of an incident, and compared below. */
    snprintf(keys->text + used, sizeof keys->text - used, "%.*s ",
            (int)(notice->key.size - INCIDENT_ID_SIZE + 1), notice->key.at + INCIDENT_ID_SIZE - 1);
}

static void
first_id(void *context, uint32_t shard, const struct ledger_notice *notice)
{
    char *ids = context;
    size_t used = strlen(ids);

    (void)shard;
    snprintf(ids + used, 512 - used, "%.*s ", INCIDENT_ID_SIZE - 1, notice->key.at);
}

static void
expect_keys(struct line *line, const char *expected)
{
    struct keys keys = { "" };

    docket_each_notice(line->docket, add_key, &keys);
    cr_expect_str_eq(keys.text, expected, "%s", keys.text);
}

/* A calm beginning, so that the brands are watched. */
static void
begin(struct line *line)
{
    line_init(line);
    line->options.early_ms = EARLY_MS;
    docket_destroy(&line->docket);
    line->docket = docket_create(&line->options);
    line_say(line, &(struct said){ .second = 5, .who = "eva", .text = "hola acme" });
    line_say(line, &(struct said){ .second = 95, .who = "eva", .text = "hola acme" });
    line_hand_over(line);
    line_turn(line);
}

static void
turn_at(struct line *line, int64_t wall_ms)
{
    cr_expect_eq(docket_turn(line->docket, DAY_ONE_MS + wall_ms), LEDGER_OK);
    fflush(line->log);
}

static void
pass_by(struct line *line, int64_t second)
{
    line_say(line, &(struct said){ .second = second, .who = "eva", .text = "hola acme" });
    line_hand_over(line);
}

Test(docket_early, people_are_told_before_the_bucket_closes_and_the_close_confirms_it)
{
    struct line line;
    char ids[512] = "";

    begin(&line);
    line_storm(&line, 100, "acme no va");
    line_hand_over(&line);
    uint64_t made = docket_notices_made(line.docket);
    turn_at(&line, 1000);
    expect_keys(&line, ":1:early ");
    cr_expect_eq(docket_notices_made(line.docket), made + 1);
    cr_expect_str_eq(line.log_text, "", "the incident log knows what is closed: %s", line.log_text);

    pass_by(&line, 200);
    turn_at(&line, 2000);
    expect_keys(&line, ":1:early :1:opened ");
    cr_expect_str_eq(line.log_text, "acme opened r1; ");
    docket_each_notice(line.docket, first_id, ids);
    cr_expect_eq(strncmp(ids, ids + INCIDENT_ID_SIZE, INCIDENT_ID_SIZE - 1), 0, "one id: %s", ids);
    line_fini(&line);
}

Test(docket_early, a_crowd_is_told_of_once_however_it_grows)
{
    struct line line;

    begin(&line);
    for (int i = 0; i < 4; i++) {
        line_storm(&line, 100, "acme no va");
        line_hand_over(&line);
        turn_at(&line, 1000 * (i + 1));
    }
    expect_keys(&line, ":1:early ");
    line_fini(&line);
}

/* The crowd is half of what is said when it is looked at, and a tenth when all have spoken. */
static void
tell_too_early(struct line *line, struct judge_threshold *by_share)
{
    begin(line);
    *by_share = fixture_threshold;
    by_share->threshold.share = 0.5;
    line->judge.thresholds = by_share;
    line_storm(line, 100, "acme no va");
    line_hand_over(line);
    turn_at(line, 1000);
    expect_keys(line, ":1:early ");
    for (int i = 0; i < 100; i++) {
        line_say(line, &(struct said){ .second = 101, .who = "eva", .text = "hola acme" });
    }
}

Test(docket_early, what_does_not_hold_is_withdrawn_and_stays_out_of_the_log)
{
    struct line line;
    struct judge_threshold by_share;

    tell_too_early(&line, &by_share);
    pass_by(&line, 200);
    turn_at(&line, 2000);
    expect_keys(&line, ":1:early :1:withdrawn ");
    cr_expect_str_eq(line.log_text, "", "%s", line.log_text);
    pass_by(&line, 300);
    turn_at(&line, 3000);
    expect_keys(&line, ":1:early :1:withdrawn ");
    line_fini(&line);
}

Test(docket_early, another_judge_withdraws_what_the_first_has_told)
{
    struct line line;
    struct judge_threshold by_share;

    tell_too_early(&line, &by_share);
    docket_release(line.docket);
    docket_destroy(&line.docket);
    line.docket = docket_create(&line.options);
    pass_by(&line, 200);
    turn_at(&line, 2000);
    expect_keys(&line, ":1:early :1:withdrawn ");
    line_fini(&line);
}

struct silent_row {
    const char *what;
    int64_t early_ms;
    int transient;
    const char *text;
    int64_t wall_ms;
};

Test(docket_early, nobody_is_told_early_where_it_is_not_wanted_or_nothing_happens)
{
    static const struct silent_row rows[] = {
        { "off", 0, 0, "acme no va", 100000 },
        { "a replay", EARLY_MS, 1, "acme no va", 100000 },
        { "ordinary talk", EARLY_MS, 0, "hola acme", 100000 },
        { "nobody's", EARLY_MS, 0, "no va", 100000 },
        { "a day old", EARLY_MS, 0, "acme no va", INT64_C(86400000) },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct line line;
        begin(&line);
        docket_destroy(&line.docket);
        line.options.early_ms = rows[i].early_ms;
        line.options.transient = rows[i].transient;
        line.docket = docket_create(&line.options);
        line_storm(&line, 100, rows[i].text);
        line_hand_over(&line);
        turn_at(&line, rows[i].wall_ms);
        expect_keys(&line, "");
        line_fini(&line);
    }
}
