#include "pipeline/engine/engine.h"

#include "core/hash.h"
#include "pipeline/engine/exemplar.h"
#include "window/topics.h"

#include <assert.h>
#include <stdlib.h>

#define ALLOW_MS INT64_C(30000)

/* Numbers of the dimensions that every mention may add to, looked up once. */
struct fixed_dims {
    uint32_t total;
    uint32_t first;
    uint32_t repost;
    uint32_t official;
    uint32_t voices;
    uint32_t signal[SIGNAL_COUNT];
    uint32_t platform[PLATFORM_COUNT];
    uint32_t other_lang;
};

struct engine {
    /* Fixed at creation. */
    struct engine_options options;
    struct fixed_dims dims;
    signal_set complaints;

    /* Owned by the engine's thread. */
    struct engine_rules sets[RULE_SLOTS]; /* without their matchers: the examiner has them */
    struct revisions revisions;
    int follows; /* revisions */
    struct examiner *examiner;
    struct findings one; /* of engine_take() */
    struct names *names;

    /* Written by the engine's thread, read by any. */
    meter fates[REBATO_FATE_COUNT];
};

/* Where the cells of one mention go. */
struct place {
    struct tally *tally;
    uint32_t range;
    uint32_t bucket;
    enum cell_kind kind;
};

void
engine_options_init(struct engine_options *options, const struct rule_set *rules)
{
    *options = (struct engine_options){
        .rules = rules,
        .partition = { .allow_ms = ALLOW_MS, .dedupe_records = DEDUPE_RECORDS },
        .shards = 1,
        .since_ms = INT64_MIN,
        .until_ms = INT64_MAX,
    };
}

/* "s." and "outage" make "s.outage"; NAME_NONE when the table is full, and then nothing is counted there. */
static uint32_t
dim_number(struct names *names, const char *prefix, struct view rest)
{
    char text[NAME_SIZE_MAX];
    struct view start = view_of(prefix);

    if (start.size + rest.size > sizeof text) {
        return NAME_NONE;
    }
    memcpy(text, start.at, start.size);
    if (rest.size > 0) {
        memcpy(text + start.size, rest.at, rest.size);
    }
    return names_number(names, (struct view){ .at = text, .size = start.size + rest.size });
}

static void
number_dims(struct engine *engine)
{
    struct fixed_dims *dims = &engine->dims;

    dims->total = names_number(engine->names, VIEW(DIM_TOTAL));
    dims->first = names_number(engine->names, VIEW(DIM_FIRST));
    dims->repost = names_number(engine->names, VIEW(DIM_REPOST));
    dims->official = names_number(engine->names, VIEW(DIM_OFFICIAL));
    dims->voices = names_number(engine->names, VIEW(DIM_VOICES));
    dims->other_lang = names_number(engine->names, VIEW(DIM_LANG "other"));
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        dims->signal[i] =
                dim_number(engine->names, DIM_SIGNAL, view_of(signal_name((enum signal)i)));
        int complaint = signal_kind_of((enum signal)i) == SIGNAL_KIND_COMPLAINT;
        engine->complaints |= complaint ? SIGNAL_BIT(i) : 0;
    }
    for (size_t i = 0; i < PLATFORM_COUNT; i++) {
        dims->platform[i] =
                dim_number(engine->names, DIM_PLATFORM, view_of(platform_name((enum platform)i)));
    }
}

static void
number_brands(struct names *names, struct engine_rules *rules)
{
    const struct rule_set *set = matcher_rule_set(rules->matcher);

    for (size_t i = 0; i < rules->brand_count; i++) {
        rules->brands[i].name = names_number(names, rule_set_brand(set, i)->id);
    }
}

struct rule_map
engine_map(const struct engine *engine)
{
    char names[RULE_SLOTS][REVISION_NAME_SIZE];

    if (!engine->follows) {
        return rule_map_of_one();
    }
    for (size_t i = 0; i < RULE_SLOTS; i++) {
        memcpy(names[i], engine->sets[i].name, sizeof names[i]);
    }
    return rule_map_make(&engine->revisions, names);
}

static void
map_slots(struct engine *engine)
{
    struct rule_map map = engine_map(engine);

    examiner_use_map(engine->examiner, &map);
}

void
engine_hold(struct engine *engine, uint32_t slot, struct engine_rules *rules)
{
    assert(slot < RULE_SLOTS);
    if (rules->matcher != NULL) {
        number_brands(engine->names, rules);
    }
    struct engine_rules before = engine->sets[slot];
    before.matcher = examiner_use_matcher(engine->examiner, slot, rules->matcher);
    engine->sets[slot] = *rules;
    engine->sets[slot].matcher = NULL;
    *rules = before;
    map_slots(engine);
}

void
engine_follow(struct engine *engine, const struct revisions *revisions)
{
    engine->revisions = *revisions;
    engine->follows = 1;
    map_slots(engine);
}

uint32_t
engine_slot_of(const struct engine *engine, const char *name)
{
    for (uint32_t slot = 0; slot < RULE_SLOTS; slot++) {
        if (name[0] != '\0' && strcmp(engine->sets[slot].name, name) == 0) {
            return slot;
        }
    }
    return NO_SLOT;
}

/* False when out of memory. */
static int
create_sets(struct engine *engine)
{
    struct engine_rules *rules = engine_rules_create(engine->options.rules, engine->options.shards);

    if (rules == NULL) {
        return 0;
    }
    number_brands(engine->names, rules);
    engine->examiner = examiner_create(rules->matcher, &engine->options.reader);
    rules->matcher = NULL; /* the examiner's, however it ended */
    engine->sets[0] = *rules;
    free(rules);
    return engine->examiner != NULL;
}

struct engine *
engine_create(const struct engine_options *options)
{
    assert(options->rules != NULL);
    assert(options->shards >= 1 && options->shards <= SHARDS_MAX);

    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        return NULL;
    }
    engine->options = *options;
    engine->names = names_create(NAMES_MAX);
    if (engine->names == NULL || !findings_init(&engine->one, 1) || !create_sets(engine)) {
        engine_destroy(&engine);
        return NULL;
    }
    number_dims(engine);
    return engine;
}

void
engine_destroy(struct engine **engine)
{
    if (*engine == NULL) {
        return;
    }
    examiner_destroy(&(*engine)->examiner);
    findings_fini(&(*engine)->one);
    names_destroy(&(*engine)->names);
    for (size_t i = 0; i < RULE_SLOTS; i++) {
        free((*engine)->sets[i].brands);
    }
    free(*engine);
    *engine = NULL;
}

int
engine_source_init(const struct engine *engine, struct engine_source *source)
{
    *source = (struct engine_source){ .partition = partition_create(&engine->options.partition) };
    return source->partition != NULL;
}

void
engine_source_fini(struct engine_source *source)
{
    partition_destroy(&source->partition);
}

static void
add(const struct place *place, uint32_t brand, uint32_t dim)
{
    if (dim == NAME_NONE || brand == NAME_NONE) {
        return;
    }
    struct tally_cell cell = { .range = place->range,
        .bucket = place->bucket,
        .brand = brand,
        .dim = dim,
        .kind = place->kind,
        .count = 1 };
    tally_add(place->tally, &cell);
}

/* Language tags come from outside: only plain two- and three-letter ones become a dimension. */
static uint32_t
lang_dim(struct engine *engine, struct view lang)
{
    if (lang.size < 2 || lang.size > 3) {
        return engine->dims.other_lang;
    }
    for (size_t i = 0; i < lang.size; i++) {
        if (lang.at[i] < 'a' || lang.at[i] > 'z') {
            return engine->dims.other_lang;
        }
    }
    return dim_number(engine->names, DIM_LANG, lang);
}

/* Values of captures are text of a stranger: what is not a plain word becomes '-'. Empty when it does
 * not fit. */
static struct view
facet_text(const struct noted_facet *facet, char text[NAME_SIZE_MAX])
{
    size_t size = 0;

    if (facet->name.size + 1 + facet->value.size > NAME_SIZE_MAX) {
        return (struct view){ .size = 0 };
    }
    for (size_t i = 0; i < facet->name.size; i++) {
        text[size++] = facet->name.at[i];
    }
    text[size++] = '.';
    for (size_t i = 0; i < facet->value.size; i++) {
        char c = facet->value.at[i];
        int plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        text[size++] = (char)(plain ? c : '-');
    }
    return (struct view){ .at = text, .size = size };
}

static uint32_t
facet_dim(struct engine *engine, const struct noted_facet *facet)
{
    char text[NAME_SIZE_MAX];
    struct view name = facet_text(facet, text);

    return name.size == 0 ? NAME_NONE : dim_number(engine->names, DIM_FACET, name);
}

/* The facets that a brand's own post names. */
static uint64_t
topics_of(const struct note *note, uint32_t brand)
{
    char text[NAME_SIZE_MAX];
    uint64_t topics = 0;

    for (size_t i = 0; i < note->facet_count; i++) {
        if (note->facets[i].brand == brand) {
            topics = topics_with(topics, facet_text(&note->facets[i], text));
        }
    }
    return topics;
}

static const struct engine_brand *
brand_of(const struct engine *engine, const struct note *note, const struct noted_brand *match)
{
    return &engine->sets[note->slot].brands[match->brand];
}

static void
add_signals(struct engine *engine,
        const struct place *place,
        const struct noted_brand *match,
        const struct note *note)
{
    uint32_t brand = brand_of(engine, note, match)->name;
    struct tally_author author = {
        .range = place->range, .bucket = place->bucket, .brand = brand, .author = note->author
    };

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((match->signals & SIGNAL_BIT(i)) == 0) {
            continue;
        }
        add(place, brand, engine->dims.signal[i]);
        /* A late author would change a window that is judged already: late posts are counted aside. */
        if (place->kind == CELL_ON_TIME && (engine->complaints & SIGNAL_BIT(i)) != 0) {
            author.dim = engine->dims.signal[i];
            tally_add_author(place->tally, &author);
        }
    }
}

/* How it was said; of a late post nobody asks any more. */
static void
add_voice(struct engine *engine,
        const struct place *place,
        const struct noted_brand *match,
        const struct note *note)
{
    uint32_t brand = brand_of(engine, note, match)->name;

    if (place->kind != CELL_ON_TIME || (match->signals & engine->complaints) == 0) {
        return;
    }
    add(place, brand, engine->dims.voices);
    tally_add_author(place->tally, &(struct tally_author){ .range = place->range,
                                           .bucket = place->bucket,
                                           .brand = brand,
                                           .dim = engine->dims.voices,
                                           .author = note->voice });
}

/* A late post is shown where it is counted. */
static void
add_exemplar(struct engine *engine,
        const struct place *place,
        const struct noted_brand *match,
        const struct note *note)
{
    struct tally_exemplar exemplar;

    if ((match->signals & engine->complaints) == 0) {
        return;
    }
    exemplar.brand = brand_of(engine, note, match)->name;
    exemplar.bucket = place->bucket;
    exemplar.weight = exemplar_weight(note->reach, match->first_person);
    exemplar.json_size = (uint32_t)note->exemplar.size;
    memcpy(exemplar.json, note->exemplar.at, note->exemplar.size);
    tally_add_exemplar(place->tally, &exemplar);
}

static void
add_spoken_of(struct engine *engine,
        const struct place *place,
        const struct noted_brand *match,
        const struct note *note)
{
    uint32_t brand = brand_of(engine, note, match)->name;

    add(place, brand, engine->dims.total);
    if (match->first_person) {
        add(place, brand, engine->dims.first);
    }
    if (!note->original) {
        add(place, brand, engine->dims.repost);
    }
    add(place, brand, lang_dim(engine, note->lang));
    add(place, brand, engine->dims.platform[note->platform]);
    add_signals(engine, place, match, note);
    add_voice(engine, place, match, note);
    for (size_t i = 0; i < note->facet_count; i++) {
        if (note->facets[i].brand == match->brand) {
            add(place, brand, facet_dim(engine, &note->facets[i]));
        }
    }
    add_exemplar(engine, place, match, note);
}

static enum official_voice
voice_of(const struct noted_brand *match, const struct note *note)
{
    if (match->imitates != 0) {
        return VOICE_IMPOSTOR;
    }
    return note->broadcast ? VOICE_BROADCAST : VOICE_REPLY;
}

/* A post in the brand's name, by itself or by somebody who looks like it. */
static void
add_speaking(struct engine *engine,
        const struct place *place,
        const struct noted_brand *match,
        const struct finding *finding)
{
    const struct note *note = finding->note;
    struct tally_official post = { .range = place->range,
        .bucket = place->bucket,
        .brand = brand_of(engine, note, match)->name,
        .signals = match->imitates != 0 ? match->imitates : match->signals,
        .broadcast = voice_of(match, note),
        .time_ms = finding->time_ms,
        .sketch = note->sketch,
        .topics = topics_of(note, match->brand) };

    view_copy(note->id, post.id, sizeof post.id);
    view_copy(note->link, post.link, sizeof post.link);
    if (match->imitates == 0) {
        add(place, post.brand, engine->dims.official);
    }
    tally_add_official(place->tally, &post);
}

/* Adds what the match found of one brand, on time or late as its shard has it; returns which. */
static enum cell_kind
add_brand(struct engine *engine,
        const struct noted_brand *match,
        const struct finding *finding,
        const struct admission *admission,
        const struct engine_target *target)
{
    int late = admission->fate == REBATO_FATE_late;
    struct place place = { .tally = target->tally,
        .range = target->range,
        .bucket = late ? admission->arrived_bucket : admission->bucket,
        .kind = late ? CELL_LATE : CELL_ON_TIME };

    if (match->relation == BRAND_SPEAKING) {
        add_speaking(engine, &place, match, finding);
    } else {
        add_spoken_of(engine, &place, match, finding->note);
    }
    if (match->imitates != 0) {
        add_speaking(engine, &place, match, finding);
    }
    return place.kind;
}

/* What the order of the log and the span asked for have to say: unmatched or late means go on. */
static struct admission
admit(const struct engine *engine, struct engine_source *source, const struct finding *finding)
{
    struct arrival arrival = { .offset = finding->offset,
        .ingest_ms = finding->ingest_ms,
        .time_ms = finding->time_ms,
        .id_hash = finding->id_hash };
    struct admission admission = partition_arrive(source->partition, &arrival);
    int go_on = admission.fate == REBATO_FATE_unmatched || admission.fate == REBATO_FATE_late;

    if (go_on && (finding->time_ms < engine->options.since_ms ||
                         finding->time_ms >= engine->options.until_ms)) {
        admission.fate = REBATO_FATE_out_of_range;
    }
    return admission;
}

/* A mention's fate, and its cells. One that is late for one of its brands is a late one. */
static enum rebato_fate
count_mention(struct engine *engine,
        struct engine_source *source,
        const struct finding *finding,
        const struct engine_target *target)
{
    const struct admission admission = admit(engine, source, finding);
    int late = admission.fate == REBATO_FATE_late;

    if (!late && admission.fate != REBATO_FATE_unmatched) {
        return admission.fate;
    }
    if (finding->note == NULL) {
        return REBATO_FATE_unmatched;
    }
    for (size_t i = 0; i < finding->note->brand_count; i++) {
        const struct noted_brand *match = &finding->note->brands[i];
        uint32_t shard = brand_of(engine, finding->note, match)->shard;
        if (finding->offset < source->fence[shard]) {
            continue; /* it is in the counts of this shard */
        }
        struct admission here = admission_in_shard(admission, source->late_below[shard]);
        late |= add_brand(engine, match, finding, &here, target) == CELL_LATE;
    }
    return late ? REBATO_FATE_late : REBATO_FATE_matched;
}

struct examiner *
engine_examiner(struct engine *engine)
{
    return engine->examiner;
}

enum rebato_fate
engine_count(struct engine *engine,
        struct engine_source *source,
        const struct finding *finding,
        const struct engine_target *target)
{
    enum rebato_fate fate = finding->fate;

    assert(finding->offset >= source->lowest_fence && finding->note != &finding_put_off);
    if (fate == REBATO_FATE_unmatched) {
        fate = count_mention(engine, source, finding, target);
    }
    assert(fate < REBATO_FATE_COUNT);
    meter_add(&engine->fates[fate], 1);
    return fate;
}

void
engine_warm(struct engine *engine, struct engine_source *source, const struct finding *finding)
{
    assert(finding->offset < source->lowest_fence);
    if (finding->fate == REBATO_FATE_unmatched) {
        (void)admit(engine, source, finding);
    }
}

enum rebato_fate
engine_take(struct engine *engine,
        struct engine_source *source,
        const struct engine_record *record,
        const struct engine_target *target)
{
    findings_clear(&engine->one);
    examiner_add(engine->examiner, record, &engine->one);
    examiner_flush(engine->examiner, &engine->one);
    return engine_count(engine, source, &engine->one.at[0], target);
}

uint64_t
engine_fate_count(const struct engine *engine, enum rebato_fate fate)
{
    assert(fate < REBATO_FATE_COUNT);
    return meter_read(&engine->fates[fate]);
}

const struct names *
engine_names(const struct engine *engine)
{
    return engine->names;
}
