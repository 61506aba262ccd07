#include "crisis/agreement.h"

#include "crisis/counts.h"
#include "crisis/intake.h"
#include "crisis/phrases.h"

#include "core/hash.h"
#include "core/text/calendar.h"

#include "mention/mention.h"
#include "pipeline/engine/engine.h"

#include "window/voice.h"

#include "app/packs.h"

#include <inttypes.h>
#include <stdio.h>

/* The product's way. */
struct product {
    struct engine *engine;
    struct engine_source source;
    struct tally *tally;
    struct counts counts;
};

const struct rule_set *
agreement_rules(void)
{
    struct fault_list *faults = fault_list_create();
    const struct rule_set *rules = packs_compile_with(NULL, 0, faults);

    if (rules == NULL) {
        fault_print(faults, stderr, FAULT_PLAIN);
    }
    fault_list_destroy(&faults);
    return rules;
}

/* ---- as the product counts ---- */

static int
dim_of(struct view name)
{
    if (view_equal(name, VIEW(DIM_TOTAL))) {
        return COUNT_TOTAL;
    }
    if (view_equal(name, VIEW(DIM_REPOST))) {
        return COUNT_REPOSTS;
    }
    if (view_equal(name, VIEW(DIM_VOICES))) {
        return COUNT_VOICES;
    }
    if (!view_starts(name, VIEW(DIM_SIGNAL))) {
        return -1;
    }
    return COUNT_POSTS + (int)signal_find(view_slice(name, sizeof DIM_SIGNAL - 1, name.size));
}

/* Whose words they are is left out: phrases stand for many texts. */
static uint64_t
voice_manner(uint64_t voice)
{
    return voice & ~VOICE_SKETCH_MASK;
}

static void
take_cells(struct product *product)
{
    const struct names *names = engine_names(product->engine);

    for (size_t i = 0; i < tally_cell_count(product->tally); i++) {
        const struct tally_cell *cell = tally_cell_at(product->tally, i);
        int dim = dim_of(names_text(names, cell->dim));
        if (!view_equal(names_text(names, cell->brand), VIEW(PHRASE_BRAND))) {
            dim = COUNT_STRANGE; /* nobody spoke of that one */
        } else if (cell->kind == CELL_LATE) {
            dim = dim == COUNT_TOTAL ? COUNT_LATE : -1;
        }
        if (dim >= 0 && dim != COUNT_VOICES) {
            counts_add(&product->counts, cell->bucket, dim, cell->count);
        }
    }
    for (size_t i = 0; i < tally_author_count(product->tally); i++) {
        const struct tally_author *one = tally_author_at(product->tally, i);
        int dim = dim_of(names_text(names, one->dim));
        if (dim == COUNT_VOICES) {
            counts_add_author(&product->counts, one->bucket, dim, voice_manner(one->author));
        } else {
            counts_add_author(
                    &product->counts, one->bucket, dim - COUNT_POSTS + COUNT_AUTHORS, one->author);
        }
    }
    tally_clear(product->tally);
}

static size_t
write_json(const struct post *post, char *out, size_t size)
{
    enum lang lang = post->text % 2 == 0 ? LANG_ES : LANG_EN;
    char time[CALENDAR_TEXT_SIZE];
    char since[CALENDAR_TEXT_SIZE];
    char root[64] = "";

    if (post->root != 0) {
        (void)snprintf(root, sizeof root, ",\"repost_of\":\"r%" PRIx64 "\"", post->root);
    }
    int length = snprintf(out, size,
            "{\"created_at\":\"%s\",\"id\":\"%" PRIx64 "\",\"text\":\"%s %u\",\"lang\":\"%s\"%s,"
            "\"author\":{\"id\":\"%" PRIx64 "\",\"handle\":\"u%" PRIx64
            "\",\"created_at\":\"%s\"}}",
            calendar_print(post->time_ms, time), post->id,
            phrase_of((enum signal)post->signal, lang, post->text), (unsigned)post->text,
            lang == LANG_ES ? "es" : "en", root, post->author, post->author,
            calendar_print(post->time_ms - post->age_days * DAY_MS, since));
    return length < 0 || (size_t)length >= size ? 0 : (size_t)length;
}

static int
product_open(struct product *product, const struct rule_set *rules)
{
    struct engine_options options;

    engine_options_init(&options, rules);
    options.partition.allow_ms = ALLOW_MS;
    product->engine = engine_create(&options);
    product->tally = tally_create();
    return product->engine != NULL && product->tally != NULL &&
           engine_source_init(product->engine, &product->source);
}

static void
product_close(struct product *product)
{
    engine_source_fini(&product->source);
    engine_destroy(&product->engine);
    tally_destroy(&product->tally);
    counts_fini(&product->counts);
}

static void
product_count(struct product *product, const struct stream *stream)
{
    char json[512];

    for (size_t i = 0; i < stream->count; i++) {
        size_t size = write_json(&stream->posts[i], json, sizeof json);
        struct engine_record record = {
            .bytes = { json, size }, .offset = (int64_t)i, .ingest_ms = INGEST_UNKNOWN
        };
        if (!tally_has_room(product->tally)) {
            take_cells(product);
        }
        struct engine_target target = { .tally = product->tally,
            .range = tally_open_range(product->tally, 0, (int64_t)i) };
        (void)engine_take(product->engine, &product->source, &record, &target);
    }
    take_cells(product);
}

/* ---- as the measures count ---- */

static void
take_bucket(void *context, const struct brand_bucket *bucket)
{
    struct counts *counts = context;

    counts_add(counts, bucket->bucket, COUNT_TOTAL, bucket->total);
    counts_add(counts, bucket->bucket, COUNT_REPOSTS, bucket->reposts);
    counts_add(counts, bucket->bucket, COUNT_LATE, bucket->late);
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        counts_add(counts, bucket->bucket, COUNT_POSTS + i, bucket->posts[i]);
        counts_add(counts, bucket->bucket, COUNT_AUTHORS + i, bucket->author_count[i]);
    }
    for (size_t i = 0; i < bucket->voice_count; i++) {
        counts_add_author(counts, bucket->bucket, COUNT_VOICES, voice_manner(bucket->voices[i]));
    }
}

/* As the reader knows them: a voice keeps twenty bits of that, and now and then two people of a bucket share them. */
static uint64_t
author_of(const struct post *post)
{
    char id[24];
    int length = snprintf(id, sizeof id, "%" PRIx64, post->author);
    struct mention mention = { .author_id = { id, (size_t)length } };

    return mention_author_hash(&mention);
}

static int
count_by_intake(const struct stream *stream, struct counts *counts)
{
    struct intake *intake = intake_create(take_bucket, counts);
    int64_t clock_ms = stream->era.from_ms;
    int fine = intake != NULL;

    for (size_t i = 0; fine && i < stream->count; i++) {
        const struct post *post = &stream->posts[i];
        struct heard heard = { post->time_ms, post->id, author_of(post), (enum signal)post->signal,
            post->root != 0, post->age_days, hash_bytes(&post->text, sizeof post->text) };
        fine = intake_hear(intake, &heard, clock_ms);
        clock_ms = post->time_ms > clock_ms ? post->time_ms : clock_ms;
    }
    if (fine) {
        intake_end(intake);
    }
    intake_destroy(&intake);
    return fine;
}

int
agreement_check(const struct stream *stream, const struct rule_set *rules, struct agreement *sum)
{
    struct product product = { 0 };
    struct counts counts = { 0 };
    int fine = product_open(&product, rules) && count_by_intake(stream, &counts);

    if (fine) {
        product_count(&product, stream);
        counts_settle(&counts);
        counts_settle(&product.counts);
        sum->brands++;
        sum->mentions += stream->count;
        sum->numbers += counts.count;
        sum->differences += counts_differ(&counts, &product.counts);
        fine = !counts.failed && !product.counts.failed;
    }
    product_close(&product);
    counts_fini(&counts);
    return fine;
}
