/* rebato rules bench: what every pattern costs, by what is certain in it and by the clock. */
#include "app/rules/actions.h"
#include "app/rules/texts.h"
#include "core/arena.h"
#include "core/process/clock.h"
#include "core/text/utf8.h"
#include "match/price.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXTS_MAX    4096
#define INVENTED     "demo"
#define PATTERN_SHOW 60
/* Texts that one pattern is timed on: enough for a mean, few enough for thousands of patterns. */
#define TIMED_MAX 512

struct cost {
    size_t index;      /* of its price */
    uint32_t runs;     /* of PCRE2, on all texts */
    double run_ns;     /* one of them */
    double mention_ns; /* all of them, by mention */
};

struct bench {
    struct price_list *prices;
    struct arena *arena;
    struct view *texts;
    size_t text_count;
    size_t text_bytes;
    struct cost *costs;
    size_t count;
    struct scan_counts scanned;
    uint64_t runs;
    double mention_ns;
};

static int
keep_text(void *owner, const struct mention *mention, struct view folded)
{
    struct bench *bench = owner;

    (void)mention;
    bench->texts[bench->text_count] = arena_copy(bench->arena, folded);
    assert(bench->texts[bench->text_count].at != NULL);
    bench->text_count++;
    bench->text_bytes += folded.size;
    return bench->text_count < TEXTS_MAX;
}

static enum exit_code
read_texts(struct bench *bench, const struct rules_bench *wanted)
{
    struct texts texts = {
        .verb = "rules", .reader = wanted->reader, .take = keep_text, .owner = bench
    };
    enum exit_code code = wanted->archive == NULL ? texts_invent(&texts, INVENTED)
                                                  : texts_read(&texts, wanted->archive);

    if (code == EXIT_FINE && bench->text_count == 0) {
        cli_complain("rules", "see: rebato match FILE", "%s holds no mention (%zu records refused)",
                wanted->archive == NULL ? INVENTED : wanted->archive, texts.refused);
        code = EXIT_USAGE;
    }
    return code;
}

/* The mean over the first texts; matching or not makes no difference to the scan's decision. */
static double
time_pattern(struct bench *bench, size_t index)
{
    size_t count = bench->text_count < TIMED_MAX ? bench->text_count : TIMED_MAX;
    int64_t start = clock_thread_cpu_ns();

    for (size_t i = 0; i < count; i++) {
        (void)price_try(bench->prices, index, bench->texts[i]);
    }
    return (double)(clock_thread_cpu_ns() - start) / (double)count;
}

static int
dearest_first(const void *a, const void *b)
{
    const struct cost *x = a;
    const struct cost *y = b;

    if (x->mention_ns != y->mention_ns) {
        return x->mention_ns < y->mention_ns ? 1 : -1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

static void
measure(struct bench *bench)
{
    uint32_t *runs = calloc(bench->count + 1, sizeof *runs);

    assert(runs != NULL);
    int scanned = price_scan(bench->prices, bench->texts, bench->text_count, runs, &bench->scanned);
    assert(scanned);
    (void)scanned;
    for (size_t i = 0; i < bench->count; i++) {
        struct cost *cost = &bench->costs[i];
        *cost = (struct cost){ .index = i, .runs = runs[i] };
        cost->run_ns = time_pattern(bench, i);
        cost->mention_ns = cost->run_ns * cost->runs / (double)bench->text_count;
        bench->runs += cost->runs;
        bench->mention_ns += cost->mention_ns;
    }
    free(runs);
    qsort(bench->costs, bench->count, sizeof *bench->costs, dearest_first);
}

static double
per_mention(const struct bench *bench, uint64_t count)
{
    return (double)count / (double)bench->text_count;
}

static void
print_line(const struct bench *bench, const struct cost *cost)
{
    const struct price *price = price_at(bench->prices, cost->index);
    struct view shown = utf8_cut(price->text, PATTERN_SHOW);

    printf("%-8s %9.1f %9.1f %8.0f %10.2f  %s%.*s  %.*s%s\n", price_kind_name(price->kind),
            price->rate * 1000, per_mention(bench, cost->runs) * 1000, cost->run_ns,
            cost->mention_ns, price->is_brand ? "brand " : "", (int)price->owner.size,
            price->owner.at, (int)shown.size, shown.at, shown.size < price->text.size ? "..." : "");
}

static void
print_always(const struct bench *bench)
{
    for (size_t i = 0; i < bench->count; i++) {
        const struct price *price = price_at(bench->prices, i);
        if (price->kind == PRICE_ALWAYS) {
            printf("%s:%zu: %.*s: %.*s\n    runs on every text: %s\n", price->file, price->line,
                    (int)price->owner.size, price->owner.at, (int)price->text.size, price->text.at,
                    price->why);
        }
    }
}

static void
print_text(const struct bench *bench)
{
    struct scan_summary summary = price_summary(bench->prices);
    const struct scan_counts *scanned = &bench->scanned;

    printf("%-8s %9s %9s %8s %10s  %s\n", "KIND", "EXPECTED", "RUNS", "NS/RUN", "NS/MENTION",
            "RULE OR BRAND, PATTERN      (expected, runs: of PCRE2 in 1,000 mentions)");
    for (size_t i = 0; i < bench->count; i++) {
        print_line(bench, &bench->costs[i]);
    }
    print_always(bench);
    printf("%zu patterns: %zu exact, %zu required, %zu always\n", bench->count,
            price_count_of(bench->prices, PRICE_EXACT),
            price_count_of(bench->prices, PRICE_REQUIRED),
            price_count_of(bench->prices, PRICE_ALWAYS));
    printf("%zu literals under %zu keys, %zu bytes of tables, filter %.1f %% full\n",
            summary.literals, summary.keys, summary.table_bytes, summary.filter_fill * 100);
    printf("%zu mentions of %.0f bytes: a mention has %.2f candidates, %.3f literals, %.3f runs of "
           "PCRE2 (%.1f ns)\n",
            bench->text_count, per_mention(bench, bench->text_bytes),
            per_mention(bench, scanned->candidates), per_mention(bench, scanned->literals),
            per_mention(bench, bench->runs), bench->mention_ns);
}

static json_t *
cost_json(const struct bench *bench, const struct cost *cost)
{
    const struct price *price = price_at(bench->prices, cost->index);
    json_t *json = json_pack("{s:s, s:s%, s:s%, s:s, s:I, s:I, s:f, s:f, s:f, s:f}", "kind",
            price_kind_name(price->kind), price->is_brand ? "brand" : "rule", price->owner.at,
            price->owner.size, "pattern", price->text.at, price->text.size, "file", price->file,
            "line", (json_int_t)price->line, "literals", (json_int_t)price->literals,
            "expected_per_1000", price->rate * 1000, "runs_per_1000",
            per_mention(bench, cost->runs) * 1000, "ns_per_run", cost->run_ns, "ns_per_mention",
            cost->mention_ns);

    assert(json != NULL);
    if (price->why != NULL) {
        json_object_set_new(json, "why", json_string(price->why));
    }
    return json;
}

static json_t *
summary_json(const struct bench *bench)
{
    struct scan_summary summary = price_summary(bench->prices);
    const struct scan_counts *scanned = &bench->scanned;
    json_t *json = json_object();

    for (int kind = 0; kind < PRICE_KIND_COUNT; kind++) {
        json_object_set_new(json, price_kind_name((enum price_kind)kind),
                json_integer((json_int_t)price_count_of(bench->prices, (enum price_kind)kind)));
    }
    json_object_set_new(json, "literals", json_integer((json_int_t)summary.literals));
    json_object_set_new(json, "keys", json_integer((json_int_t)summary.keys));
    json_object_set_new(json, "table_bytes", json_integer((json_int_t)summary.table_bytes));
    json_object_set_new(json, "filter_fill", json_real(summary.filter_fill));
    json_object_set_new(json, "mentions", json_integer((json_int_t)bench->text_count));
    json_object_set_new(
            json, "candidates_per_mention", json_real(per_mention(bench, scanned->candidates)));
    json_object_set_new(
            json, "literals_per_mention", json_real(per_mention(bench, scanned->literals)));
    json_object_set_new(json, "runs_per_mention", json_real(per_mention(bench, bench->runs)));
    json_object_set_new(json, "ns_per_mention", json_real(bench->mention_ns));
    return json;
}

static void
print_json(const struct bench *bench)
{
    json_t *json = json_object();
    json_t *list = json_array();

    for (size_t i = 0; i < bench->count; i++) {
        json_array_append_new(list, cost_json(bench, &bench->costs[i]));
    }
    json_object_set_new(json, "summary", summary_json(bench));
    json_object_set_new(json, "patterns", list);
    json_dumpf(json, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(json);
}

enum exit_code
rules_bench(const struct rule_set *rules, const struct rules_bench *wanted)
{
    struct bench bench = { .prices = price_list_create(rules),
        .arena = arena_create(),
        .texts = calloc(TEXTS_MAX, sizeof *bench.texts) };

    assert(bench.prices != NULL && bench.arena != NULL && bench.texts != NULL);
    bench.count = price_count(bench.prices);
    bench.costs = calloc(bench.count + 1, sizeof *bench.costs);
    assert(bench.costs != NULL);
    enum exit_code code = read_texts(&bench, wanted);
    if (code == EXIT_FINE) {
        measure(&bench);
        if (wanted->format == RULES_JSON) {
            print_json(&bench);
        } else {
            print_text(&bench);
        }
    }
    free(bench.costs);
    free(bench.texts);
    arena_destroy(&bench.arena);
    price_list_destroy(&bench.prices);
    return code;
}
