#include "kafka/duty.h"

#include "harness/calibration.h"
#include "harness/texts.h"
#include "mention/reader.h"
#include "pattern/frequency.h"
#include "scan/scanner.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE = 64, SLOW_STEPS = 600 };

struct duty_set {
    struct frequency *frequency;
    struct pattern *patterns;
    size_t count;
    const struct scan_set *set;
};

struct duty {
    enum duty_kind kind;
    enum isa isa;
    struct reader *reader;
    struct scanner *scanner;
    uint64_t *counts; /* a rule */
    size_t count;
    uint64_t sum; /* of the bytes that were touched */
};

static int
add_rules(struct duty_set *set, struct scan_builder *builder, const struct rules *rules)
{
    struct pattern_error error;

    for (size_t i = 0; i < rules->count; i++) {
        struct view text = rules->at[i].folded;
        if (!pattern_init(&set->patterns[i], text, PATTERN_BYTES, &error)) {
            (void)fprintf(stderr, "rule %zu: %s\n", i, error.what);
            return 0;
        }
        set->count = i + 1;
        if (!scan_builder_add(builder, &set->patterns[i], text, PATTERN_BYTES, NULL)) {
            return 0;
        }
    }
    return 1;
}

struct duty_set *
duty_set_create(const struct rules *rules)
{
    struct duty_set *set = calloc(1, sizeof *set);

    if (set == NULL) {
        return NULL;
    }
    set->frequency = frequency_create();
    set->patterns = calloc(rules->count + 1, sizeof *set->patterns);
    struct scan_builder *builder =
            set->frequency == NULL ? NULL : scan_builder_create(set->frequency);
    if (builder != NULL && set->patterns != NULL && add_rules(set, builder, rules)) {
        set->set = scan_set_build(builder);
    }
    scan_builder_destroy(&builder);
    if (set->set == NULL) {
        duty_set_destroy(&set);
    }
    return set;
}

void
duty_set_destroy(struct duty_set **set)
{
    if (*set == NULL) {
        return;
    }
    scan_set_destroy(&(*set)->set);
    for (size_t i = 0; i < (*set)->count; i++) {
        pattern_fini(&(*set)->patterns[i]);
    }
    free((*set)->patterns);
    frequency_destroy(&(*set)->frequency);
    free(*set);
    *set = NULL;
}

struct duty *
duty_create(const struct duty_set *set, enum duty_kind kind, enum isa isa)
{
    const struct reader_options options = { .shape = NULL };
    struct duty *duty = calloc(1, sizeof *duty);

    if (duty == NULL) {
        return NULL;
    }
    duty->kind = kind;
    duty->isa = isa;
    duty->reader = reader_create(&options);
    duty->scanner = scanner_create(set->set, isa);
    duty->count = scan_set_count(set->set);
    duty->counts = calloc(duty->count + 1, sizeof *duty->counts);
    if (duty->reader == NULL || duty->scanner == NULL || duty->counts == NULL) {
        duty_destroy(&duty);
        return NULL;
    }
    scanner_clear(duty->scanner);
    return duty;
}

void
duty_destroy(struct duty **duty)
{
    if (*duty == NULL) {
        return;
    }
    reader_destroy(&(*duty)->reader);
    scanner_destroy(&(*duty)->scanner);
    free((*duty)->counts);
    free(*duty);
    *duty = NULL;
}

static void
scan(struct duty *duty)
{
    const uint32_t texts = scanner_text_count(duty->scanner);
    size_t count;

    scanner_run(duty->scanner);
    for (uint32_t text = 0; text < texts; text++) {
        (void)scanner_confirm(duty->scanner, text);
        const struct scan_hit *hits = scanner_hits(duty->scanner, text, &count);
        for (size_t i = 0; i < count; i++) {
            duty->counts[hits[i].pattern]++;
        }
    }
    scanner_clear(duty->scanner);
}

static void
match(struct duty *duty, struct view record)
{
    struct mention mention;
    struct reader_trouble trouble;

    if (reader_read(duty->reader, record, &mention, &trouble) != REBATO_FATE_unmatched) {
        return;
    }
    const size_t wanted = mention.text.size * FOLD_GROWTH_MAX;
    char *room = scanner_room(duty->scanner, wanted);
    if (room == NULL) {
        scan(duty);
        room = scanner_room(duty->scanner, wanted);
    }
    (void)scanner_add(duty->scanner, fold_into(duty->isa, mention.text, BENCH_FOLD, room));
}

static void
touch(struct duty *duty, struct view record)
{
    uint64_t word = 0;

    for (size_t at = 0; at + sizeof word <= record.size; at += LINE) {
        memcpy(&word, record.at + at, sizeof word);
        duty->sum += word;
    }
}

void
duty_take(struct duty *duty, struct view record)
{
    switch (duty->kind) {
    case DUTY_TOUCH:
        touch(duty, record);
        break;
    case DUTY_CORE:
        match(duty, record);
        break;
    case DUTY_SLOW:
        duty->sum += calibration_alu(SLOW_STEPS);
        break;
    }
}

void
duty_finish(struct duty *duty)
{
    if (scanner_text_count(duty->scanner) > 0) {
        scan(duty);
    }
}

uint64_t
duty_sum(const struct duty *duty)
{
    uint64_t sum = duty->sum;

    for (size_t i = 0; i < duty->count; i++) {
        sum += duty->counts[i];
    }
    return sum;
}
