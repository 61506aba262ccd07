/* The docket over the memory ledger: close, fold, commit, publish, erase. */
#include "pipeline/docket/docket.h"

#include "alert/render.h"
#include "line.h"

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

    docket_hold(line->docket, &docket);
    engine_hold(line->engine, 0, rules);
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
