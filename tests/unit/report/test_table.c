/* Columns for a terminal, and what stands in them. */
#include "fixture.h"
#include "report/decisions.h"
#include "report/table.h"

#include <jansson.h>

/* ---- cells ---- */

struct printed {
    char *text;
    size_t size;
    FILE *out;
};

static FILE *
begin(struct printed *printed)
{
    printed->out = open_memstream(&printed->text, &printed->size);
    cr_assert_not_null(printed->out);
    return printed->out;
}

static void
expect(struct printed *printed, const char *expected, size_t row)
{
    fclose(printed->out);
    cr_expect_str_eq(printed->text, expected, "row %zu: \"%s\"", row, printed->text);
    free(printed->text);
}

Test(table, width_is_counted_in_letters)
{
    static const struct {
        const char *text;
        int width;
        const char *left, *right;
    } rows[] = {
        { "abc", 5, "abc  ", "  abc" },
        { "año", 5, "año  ", "  año" },
        { "–", 3, "–  ", "  –" },
        { "😡", 3, "😡  ", "  😡" },
        { "", 2, "  ", "  " },
        { "longer", 3, "longer", "longer" },
        { "abc", 0, "abc", "abc" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct printed printed;
        table_left(begin(&printed), rows[i].text, rows[i].width);
        expect(&printed, rows[i].left, i);
        table_right(begin(&printed), rows[i].text, rows[i].width);
        expect(&printed, rows[i].right, i);
    }
}

Test(table, hundredths_are_hundredths_in_both_languages)
{
    static const struct {
        double number;
        const char *es, *en;
    } rows[] = {
        { 0, "    0,00", "    0.00" },
        { 6.88, "    6,88", "    6.88" },
        { 6.884999, "    6,88", "    6.88" },
        { -7.305, "   -7,31", "   -7.31" },
        { -0.001, "    0,00", "    0.00" },
        { 0.999, "    1,00", "    1.00" },
        { 12345.5, "12.345,50", "12,345.50" },
        { 1e300, "1.000.000.000.000.000,00", "1,000,000,000,000,000.00" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct printed printed;
        table_hundredths(begin(&printed), rows[i].number, LANG_ES, 8);
        expect(&printed, rows[i].es, i);
        table_hundredths(begin(&printed), rows[i].number, LANG_EN, 8);
        expect(&printed, rows[i].en, i);
    }
}

Test(table, what_is_less_than_one_keeps_two_decimals)
{
    static const struct {
        double number;
        const char *expected;
    } rows[] = { { 0, "    0" }, { 0.05, " 0.05" }, { 0.994, " 0.99" }, { 0.996, "    1" },
        { 1.84, "  1.8" }, { 140.6, "  141" } };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct printed printed;
        table_number(begin(&printed), rows[i].number, LANG_EN, 5);
        expect(&printed, rows[i].expected, i);
    }
}

/* ---- decisions ---- */

static const char rules_text[] =
        "schema: rebato/rules/v1\n"
        "brands:\n  - {id: acme, names: [acme]}\n"
        "rules:\n"
        "  - id: many\n"
        "    title: {es: Muchos, en: Many}\n"
        "    severity: critical\n"
        "    signal: outage\n"
        "    match: {any: ['\\bdown\\b']}\n"
        "    detect: {threshold: {window: 10m, min_authors: 20, share: 0.3, for: 20s}}\n"
        "    tests: [{match: ['acme down']}]\n";

static const struct rule_set *
compile(void)
{
    struct rule_file file = { .name = "rules.yaml", .text = view_of(rules_text) };
    struct fault_list *faults = fault_list_create();
    const struct rule_set *rules = rule_set_compile(&file, 1, faults);

    if (rules == NULL) {
        fault_print(faults, stderr, FAULT_PLAIN);
    }
    cr_assert_not_null(rules);
    fault_list_destroy(&faults);
    return rules;
}

/* A look at one signal with everything in it. */
static void
look(struct study_event *event)
{
    event->looks = calloc(1, sizeof *event->looks);
    event->look_count = 1;
    event->looks[0].subject = SIGNAL_OUTAGE;
    struct signal_look *seen = &event->looks[0].look;
    *seen = (struct signal_look){ .cusum = 3.25,
        .cusum_limit = 11.88,
        .cusum_from_ms = ONSET_MS,
        .severity = 9.5,
        .usual_share = 0.08,
        .sensitivity = SENSITIVITY_BALANCED };
    for (int i = 0; i < SIGNAL_WINDOWS; i++) {
        static const int64_t minutes[] = { 10, 60, 360, 1440 };
        seen->windows[i] = (struct signal_window){ .window_ms = minutes[i] * MINUTE_MS,
            .needed = 6.88,
            .people = 27,
            .posts = 30,
            .mentions = 42,
            .expected = 1.8,
            .dispersion = 0.15,
            .p_log10 = -13.02,
            .score = i == 0 ? 13.02 : 0 };
    }
}

static char *
tell(const struct fixture *fixture, const struct rule_set *rules, enum lang lang)
{
    struct judge_settings judge;
    struct printed printed;

    judge_settings_init(&judge);
    struct decisions decisions = {
        .incident = &fixture->incident, .judge = &judge, .rules = rules
    };
    decisions_text(begin(&printed), &decisions, lang);
    fclose(printed.out);
    return printed.text;
}

Test(decisions, each_says_what_it_was_taken_by)
{
    static const struct {
        enum judge_event_kind kind;
        uint32_t fired;
        int64_t answered_ms;
        const char *said;
        const char *not_said;
    } rows[] = {
        { EVENT_OPENED, DETECTOR_SCAN_10M, TIME_NONE,
                "   10 min      27      30       42     71%      1.8   0.15   -13.02   13.02       "
                "  "
                "6.88  ← tells",
                "threshold of" },
        { EVENT_OPENED, DETECTOR_CUSUM, TIME_NONE, "collected (CUSUM) 3.25, needed 11.88",
                "13.02  ←" },
        { EVENT_OPENED, DETECTOR_THRESHOLD, TIME_NONE, "threshold of many, 10 min\n", "← tells" },
        { EVENT_OPENED, DETECTOR_THRESHOLD, TIME_NONE, "people 27, asked for 20\n", "posts 30" },
        { EVENT_OPENED, DETECTOR_THRESHOLD, TIME_NONE, "without a break for 20 s", "times the" },
        { EVENT_COOLING, DETECTOR_SCAN_10M, TIME_NONE, "has not held for 10 min", "← tells" },
        { EVENT_RESOLVED, DETECTOR_SCAN_10M, TIME_NONE, "calm for 1 h", "← tells" },
        { EVENT_SILENCE, DETECTOR_SCAN_10M, TIME_NONE, "the brand's target is 15 min",
                "answered," },
        { EVENT_SILENCE, DETECTOR_SCAN_10M, OPENED_MS, "without an update for 30 min", "target" },
        { EVENT_ANSWERED, DETECTOR_SCAN_10M, OPENED_MS + 7 * MINUTE_MS, "after 7 min", "target" },
        { EVENT_ANSWERED, DETECTOR_SCAN_10M, OPENED_MS - MINUTE_MS, "after 0 s", "target" },
    };

    const struct rule_set *rules = compile();
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture *fixture = fixture_create();
        struct study_event *event = &fixture->incident.events[0];
        event->kind = rows[i].kind;
        event->why.fired = rows[i].fired;
        event->why.rule = rows[i].fired == DETECTOR_THRESHOLD ? 0 : UINT32_MAX;
        event->answered_ms = rows[i].answered_ms;
        fixture->incident.settings.ack_target_ms = 15 * MINUTE_MS;
        look(event);
        char *text = tell(fixture, rules, LANG_EN);
        cr_expect_not_null(strstr(text, rows[i].said), "row %zu:\n%s", i, text);
        cr_expect_null(strstr(text, rows[i].not_said), "row %zu:\n%s", i, text);
        free(text);
        free(event->looks);
        free(fixture);
    }
    rule_set_destroy(&rules);
}

Test(decisions, spanish_is_spanish_and_what_is_left_out_is_said)
{
    struct fixture *fixture = fixture_create();
    fixture->incident.events_left_out = 3;
    look(&fixture->incident.events[0]);
    char *text = tell(fixture, NULL, LANG_ES);
    cr_expect_not_null(strstr(text, "comienzo estimado 22/02/2014 18:30 UTC"), "%s", text);
    cr_expect_not_null(strstr(text, "hacen falta"));
    cr_expect_not_null(strstr(text, "3 decisiones más"));
    cr_expect_null(strstr(text, "needed"));
    free(text);
    free(fixture->incident.events[0].looks);
    free(fixture);
}

Test(decisions, json_has_every_figure_and_a_threshold_only_where_one_decided)
{
    struct judge_settings judge;
    const struct rule_set *rules = compile();

    judge_settings_init(&judge);
    for (uint32_t fired = 0; fired < 2; fired++) {
        struct printed printed;
        struct fixture *fixture = fixture_create();
        struct study_event *event = &fixture->incident.events[0];
        event->why.fired = fired != 0 ? DETECTOR_THRESHOLD : DETECTOR_SCAN_10M;
        event->why.rule = 0;
        look(event);
        struct decisions decisions = {
            .incident = &fixture->incident, .judge = &judge, .rules = rules
        };
        decisions_json(begin(&printed), &decisions);
        fclose(printed.out);
        json_t *root = json_loads(printed.text, 0, NULL);
        json_t *first = json_array_get(json_object_get(root, "decisions"), 0);
        json_t *seen = json_array_get(json_object_get(first, "seen"), 0);
        json_t *window = json_array_get(json_object_get(seen, "windows"), 0);
        cr_expect_eq(
                json_is_null(json_object_get(first, "threshold")), fired == 0, "%s", printed.text);
        cr_expect_eq(json_object_size(window), (size_t)10);
        cr_expect_eq(json_integer_value(json_object_get(window, "people")), 27);
        cr_expect_float_eq(json_number_value(json_object_get(window, "score_needed")), 6.88, 1e-9);
        json_decref(root);
        free(printed.text);
        free(event->looks);
        free(fixture);
    }
    rule_set_destroy(&rules);
}
