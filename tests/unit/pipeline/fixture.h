/* Shared by the tests of src/pipeline: two brands and a few rules, invented posts, counts as text. */
#ifndef REBATO_TESTS_UNIT_PIPELINE_FIXTURE_H
#define REBATO_TESTS_UNIT_PIPELINE_FIXTURE_H

#include "core/process/log.h"
#include "core/text/calendar.h"
#include "judge/judge.h"
#include "ledger/ledger.h"
#include "match/rule_set.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* Monday 2024-01-01, 00:00 UTC. */
#define DAY_ONE_MS     INT64_C(1704067200000)
#define DAY_ONE_BUCKET 170406720U

static const char fixture_yaml[] =
        "schema: rebato/rules/v1\n"
        "brands:\n"
        "  - {id: acme, names: [acme], handles: [acme], official_accounts: [{handle: acme}]}\n"
        "  - {id: zeta, names: [zeta], handles: [zeta], official_accounts: [{handle: zeta}]}\n"
        "rules:\n"
        "  - {id: down, signal: outage, first_person: true, match: {any: ['no va']},\n"
        "     facets: ['\\bmi (?<thing>[a-z0-9]+)\\b'], tests: [{match: ['acme no va']}]}\n"
        "  - {id: bad, signal: complaint, match: {any: ['fatal']}, tests: [{match: ['acme "
        "fatal']}]}\n"
        "  - {id: known, signal: official-acknowledge, match: {any: ['lo sabemos']},\n"
        "     tests: [{match: ['lo sabemos']}]}\n"
        "  - {id: fixed, signal: official-resolved, match: {any: ['resuelto']},\n"
        "     tests: [{match: ['resuelto']}]}\n"
        "  - {id: matter, signal: outage, match: {any: ['sabemos', 'resuelto'], require: "
        "[official]},\n"
        "     tests: [{match: ['lo sabemos']}]}\n";

/* Another day's rules: zeta is gone, abba is new, and acme and its rule have other places. */
static const char fixture_other_yaml[] =
        "schema: rebato/rules/v1\n"
        "brands:\n"
        "  - {id: abba, names: [abba], handles: [abba], official_accounts: [{handle: abba}]}\n"
        "  - {id: acme, names: [acme], handles: [acme], official_accounts: [{handle: acme}]}\n"
        "rules:\n"
        "  - {id: dear, signal: billing, match: {any: ['caro']}, tests: [{match: ['acme "
        "caro']}]}\n"
        "  - {id: known, signal: official-acknowledge, match: {any: ['lo sabemos']},\n"
        "     tests: [{match: ['lo sabemos']}]}\n"
        "  - {id: down, signal: outage, first_person: true, match: {any: ['caido']},\n"
        "     tests: [{match: ['acme caido']}]}\n"
        "  - {id: matter, signal: outage, match: {any: ['sabemos', 'resuelto'], require: "
        "[official]},\n"
        "     tests: [{match: ['lo sabemos']}]}\n";

static inline const struct rule_set *
fixture_compile(const char *yaml)
{
    struct fault_list *faults = fault_list_create();
    struct rule_file file = { .name = "rules.yaml", .text = view_of(yaml) };
    const struct rule_set *set = rule_set_compile(&file, 1, faults);

    if (set == NULL) {
        fault_print(faults, stderr, FAULT_PLAIN);
    }
    fault_list_destroy(&faults);
    cr_assert_not_null(set);
    return set;
}

static inline const struct rule_set *
fixture_rules(void)
{
    return fixture_compile(fixture_yaml);
}

/* Five people in a minute who say that it does not work open an incident. */
static const struct judge_threshold fixture_threshold = { .signal = SIGNAL_OUTAGE,
    .threshold = { .window_ms = 60 * 1000, .min_authors = 5 },
    .severity = SEVERITY_CRITICAL };

static inline struct judge_settings
fixture_judge(void)
{
    struct judge_settings settings;

    judge_settings_init(&settings);
    settings.deployment = "test";
    settings.judged = 0; /* only the threshold: verdicts that a reader can count out */
    settings.thresholds = &fixture_threshold;
    settings.threshold_count = 1;
    return settings;
}

/* What somebody posts, in seconds since DAY_ONE. Empty fields are left out of the record. */
struct said {
    int64_t second;
    const char *who;
    const char *text;
    const char *id; /* NULL: one of its own */
    const char *lang;
    const char *platform;
    const char *repost_of;
    const char *reply_to;
};

static inline void
fixture_field(FILE *out, const char *name, const char *value)
{
    if (value != NULL) {
        fprintf(out, ",\"%s\":\"%s\"", name, value);
    }
}

/* The record as it stands in a topic or a file; malloc'd. `number` serves as the id if there is none. */
static inline char *
fixture_json(const struct said *said, size_t number)
{
    char *text = NULL;
    size_t size = 0;
    char time[CALENDAR_TEXT_SIZE];
    FILE *out = open_memstream(&text, &size);

    fprintf(out, "{\"created_at\":\"%s\"", calendar_print(DAY_ONE_MS + said->second * 1000, time));
    if (said->id != NULL) {
        fixture_field(out, "id", said->id);
    } else {
        fprintf(out, ",\"id\":\"p%zu\"", number);
    }
    fixture_field(out, "text", said->text);
    fixture_field(out, "lang", said->lang);
    fixture_field(out, "platform", said->platform);
    fixture_field(out, "repost_of", said->repost_of);
    fixture_field(out, "in_reply_to", said->reply_to);
    fprintf(out, ",\"author\":{\"id\":\"%s\",\"handle\":\"%s\",\"followers\":10}}", said->who,
            said->who);
    fclose(out);
    return text;
}

/* ---- counts, as sorted lines: comparable whatever the order they came in ---- */

struct bag {
    char **lines;
    size_t count;
    size_t capacity;
};

/* Takes the line over. */
static inline void
bag_take(struct bag *bag, char *line)
{
    if (bag->count == bag->capacity) {
        bag->capacity = bag->capacity == 0 ? 256 : 2 * bag->capacity;
        bag->lines = realloc(bag->lines, bag->capacity * sizeof *bag->lines);
        cr_assert_not_null(bag->lines);
    }
    bag->lines[bag->count++] = line;
}

/* "acme 0 s.outage 3": brand, bucket since DAY_ONE, dimension ("late." in front), count. */
static inline void
bag_add(struct bag *bag, struct view brand, const struct ledger_cell *cell)
{
    char *line = NULL;

    cr_assert(asprintf(&line, "%.*s %u %s%.*s %" PRIu64, (int)brand.size, brand.at,
                      cell->bucket - DAY_ONE_BUCKET, cell->kind == CELL_LATE ? "late." : "",
                      (int)cell->dim.size, cell->dim.at, cell->count) > 0);
    bag_take(bag, line);
}

static inline int
bag_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All lines in order, joined by "; "; malloc'd. The bag is empty then. */
static inline char *
bag_text(struct bag *bag)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (bag->count > 1) {
        qsort(bag->lines, bag->count, sizeof *bag->lines, bag_compare);
    }
    for (size_t i = 0; i < bag->count; i++) {
        fprintf(out, "%s%s", i == 0 ? "" : "; ", bag->lines[i]);
        free(bag->lines[i]);
    }
    fclose(out);
    free(bag->lines);
    *bag = (struct bag){ .lines = NULL };
    return text;
}

/* Everything that a ledger of one shard holds, closed or open. */
static inline char *
fixture_ledger_text(struct ledger *ledger)
{
    struct ledger_reader *reader = ledger_reader_create(ledger);
    struct ledger_page page;
    struct bag bag = { .lines = NULL };

    cr_assert_eq(ledger_read(reader, 0, UINT32_MAX, &page), LEDGER_OK);
    for (size_t i = 0; i < page.cell_count; i++) {
        bag_add(&bag, page.cells[i].brand, &page.cells[i]);
    }
    ledger_reader_destroy(&reader);
    return bag_text(&bag);
}

static inline struct ledger *
fixture_ledger(void)
{
    struct ledger_options options;
    char trouble[160];

    ledger_options_init(&options);
    options.url = "memory:";
    struct ledger *ledger = ledger_create(&options, trouble);
    cr_assert_not_null(ledger, "%s", trouble);
    return ledger;
}

#endif
