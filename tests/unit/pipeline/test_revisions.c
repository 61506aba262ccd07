/* Two rule sets and the bucket between them: what counts and what is judged by which. */
#include "line.h"

/* The second set is in force from here on. */
#define BORDER_SECOND 150
#define BORDER        (DAY_ONE_BUCKET + BORDER_SECOND / 10)

struct pair {
    struct line line;
    const struct rule_set *other;
    struct judge_settings judge;
    struct judge_threshold threshold;
    struct revisions revisions;
};

static void
pair_hold(struct pair *pair)
{
    struct engine_rules *rules = engine_rules_create(pair->other, 1);
    struct docket_rules judged = { .slot = 1, .rules = pair->other, .judge = &pair->judge };

    engine_hold(pair->line.engine, 1, rules);
    engine_rules_destroy(&rules);
    docket_hold(pair->line.docket, &judged);
}

static void
pair_init(struct pair *pair)
{
    line_init(&pair->line);
    pair->other = fixture_compile(fixture_other_yaml);
    pair->judge = fixture_judge();
    pair->threshold = fixture_threshold;
    pair->threshold.rule = (uint32_t)rule_set_find_rule(pair->other, VIEW("down"));
    pair->judge.thresholds = &pair->threshold;
    pair->revisions = (struct revisions){ .count = 0 };
    revisions_add(&pair->revisions, rule_set_digest(pair->line.rules));
    revisions_reach(&pair->revisions, BORDER - 1);
    revisions_add(&pair->revisions, rule_set_digest(pair->other));
    pair->revisions.horizon = UINT32_MAX;
    pair_hold(pair);
    engine_follow(pair->line.engine, &pair->revisions);
    docket_follow(pair->line.docket, &pair->revisions);
}

static void
pair_fini(struct pair *pair)
{
    const struct rule_set *other = pair->other;

    line_fini(&pair->line);
    rule_set_destroy(&other);
}

static void
pair_storm(struct pair *pair, int64_t second, const char *text, int turns)
{
    line_storm(&pair->line, second, text);
    if (turns) {
        line_hand_over(&pair->line);
        line_turn(&pair->line);
    }
}

Test(revisions, a_post_is_counted_and_judged_by_the_set_of_its_bucket_whenever_turns_are_taken)
{
    char *first = NULL;

    for (int turns = 0; turns <= 1; turns++) {
        struct pair pair;
        pair_init(&pair);
        pair_storm(&pair, 100, "zeta no va", turns);
        pair_storm(&pair, 100, "abba caido", turns);
        pair_storm(&pair, BORDER_SECOND - 1, "acme no va", turns);
        pair_storm(&pair, BORDER_SECOND, "abba caido", turns);
        pair_storm(&pair, BORDER_SECOND, "zeta no va", turns);
        line_say(&pair.line, &(struct said){ .second = 300, .who = "eva", .text = "hola acme" });
        line_hand_over(&pair.line);
        line_turn(&pair.line);
        char *cells = bag_text(&pair.line.bag);
        cr_expect_not_null(strstr(cells, "zeta 10 s.outage 8"), "%s", cells);
        cr_expect_null(strstr(cells, "zeta 15"), "%s", cells);
        cr_expect_null(strstr(cells, "abba 10"), "%s", cells);
        cr_expect_not_null(strstr(cells, "abba 15 s.outage 8"), "%s", cells);
        cr_expect_str_eq(pair.line.log_text, "zeta opened r1; acme opened r1; abba opened r1; ");
        cr_expect(first == NULL || strcmp(first, cells) == 0);
        free(first);
        first = cells;
        pair_fini(&pair);
    }
    free(first);
}

Test(revisions, a_late_post_counts_by_the_set_of_the_time_it_speaks_of)
{
    struct pair pair;

    pair_init(&pair);
    line_say(&pair.line, &(struct said){ .second = 200, .who = "eva", .text = "hola acme" });
    line_say(&pair.line, &(struct said){ .second = 140, .who = "ana", .text = "acme no va" });
    line_say(&pair.line, &(struct said){ .second = 140, .who = "leo", .text = "acme caido" });
    line_say(&pair.line, &(struct said){ .second = 300, .who = "eva", .text = "hola acme" });
    line_hand_over(&pair.line);
    line_turn(&pair.line);
    char *cells = bag_text(&pair.line.bag);
    cr_expect_not_null(strstr(cells, "acme 20 late.s.outage 1"), "%s", cells);
    cr_expect_not_null(strstr(cells, "acme 20 late.total 2"), "%s", cells);
    free(cells);
    pair_fini(&pair);
}

/* What the examiner makes of a post at that second. */
static const struct note *
note_at(struct pair *pair, int64_t second)
{
    char *json =
            fixture_json(&(struct said){ .second = second, .who = "ana", .text = "hola acme" }, 7);
    struct engine_record record = { .bytes = view_of(json), .ingest_ms = INGEST_UNKNOWN };
    struct findings findings;

    cr_assert(findings_init(&findings, 1));
    examiner_add(engine_examiner(pair->line.engine), &record, &findings);
    examiner_flush(engine_examiner(pair->line.engine), &findings);
    const struct note *note = findings.at[0].note;
    int put_off = note == &finding_put_off;
    int64_t put_off_ms = examiner_put_off_ms(engine_examiner(pair->line.engine));
    cr_expect_eq(put_off, put_off_ms != INT64_MIN);
    findings_fini(&findings);
    free(json);
    return put_off ? &finding_put_off : NULL;
}

Test(revisions, a_post_waits_for_its_promise_and_for_its_rules)
{
    struct pair pair;
    struct engine_rules *nothing = engine_rules_create(NULL, 1);

    pair_init(&pair);
    pair.revisions.horizon = BORDER + 2;
    engine_follow(pair.line.engine, &pair.revisions);
    cr_expect_null(note_at(&pair, BORDER_SECOND + 19));
    cr_expect_eq(note_at(&pair, BORDER_SECOND + 20), &finding_put_off, "it is not promised");
    engine_hold(pair.line.engine, 1, nothing);
    cr_expect_null(note_at(&pair, BORDER_SECOND - 1));
    cr_expect_eq(note_at(&pair, BORDER_SECOND), &finding_put_off, "its rules are gone");
    engine_hold(pair.line.engine, 1, nothing);
    cr_expect_null(note_at(&pair, BORDER_SECOND));
    engine_rules_destroy(&nothing);
    pair_fini(&pair);
}

Test(revisions, a_bucket_is_not_judged_before_it_is_promised_or_without_its_set)
{
    struct pair pair;

    pair_init(&pair);
    pair.revisions.horizon = BORDER - 2;
    docket_follow(pair.line.docket, &pair.revisions);
    pair_storm(&pair, BORDER_SECOND - 15, "acme no va", 0);
    line_say(&pair.line, &(struct said){ .second = 300, .who = "eva", .text = "hola acme" });
    line_hand_over(&pair.line);
    line_turn(&pair.line);
    cr_expect_str_eq(pair.line.log_text, "");
    cr_expect(docket_is_behind(pair.line.docket));
    pair.revisions.horizon = UINT32_MAX;
    revisions_add(&pair.revisions, "nobody-has-it");
    pair.revisions.at[2].from = BORDER + 5;
    docket_follow(pair.line.docket, &pair.revisions);
    line_turn(&pair.line);
    cr_expect_str_eq(pair.line.log_text, "acme opened r1; ");
    cr_expect_eq(docket_wanted_revision(pair.line.docket), 3);
    cr_expect(docket_is_behind(pair.line.docket));
    pair_fini(&pair);
}

/* The list of promises was lost with everything else; the counts were brought back, and nobody adds to them. */
Test(revisions, what_is_counted_is_judged_although_nobody_has_promised_it)
{
    struct line line;
    struct revisions known = { .count = 0 };

    line_init(&line);
    docket_destroy(&line.docket);
    line.options.asks = 1;
    line.docket = docket_create(&line.options);
    struct ledger_reader *reader = ledger_reader_create(line.ledger);
    cr_assert_eq(ledger_revise(reader, rule_set_digest(line.rules), VIEW(""), &known), LEDGER_OK);
    line_turn(&line);
    cr_assert_eq(ledger_revisions(reader, 0, &known), LEDGER_OK);
    cr_expect_eq(known.horizon, 0, "nothing is counted yet");
    line_storm(&line, 100, "acme no va");
    line_say(&line, &(struct said){ .second = 300, .who = "eva", .text = "hola acme" });
    line_hand_over(&line);
    line_turn(&line);
    cr_expect_str_eq(line.log_text, "acme opened r1; ");
    ledger_reader_destroy(&reader);
    line_fini(&line);
}
