#include "pipeline/engine/examiner.h"

#include "fence/partition.h"
#include "fold/sketch.h"
#include "pipeline/engine/exemplar.h"
#include "pipeline/engine/talk.h"
#include "window/voice.h"

#include <assert.h>
#include <stdlib.h>

/* A longer tag is no plain one, which the first bytes show. */
#define LANG_SIZE_MAX 4

/* A rule set, and the mentions of the batch that wait for it. */
struct lane {
    struct matcher *matcher; /* NULL: nothing is held here */
    size_t waiting[MATCHER_BATCH_MAX];
    size_t count;
};

struct examiner {
    /* Fixed at creation. */
    struct reader *reader;
    signal_set complaints;

    /* Changed between batches only. */
    struct lane lanes[RULE_SLOTS];
    struct rule_map map;
    int notes_talk;

    /* Of the batch: mentions that wait for a matcher, and which findings are theirs. */
    struct mention mentions[MATCHER_BATCH_MAX];
    size_t places[MATCHER_BATCH_MAX];
    size_t count;
    int64_t put_off_ms;
    struct match_result result;
};

struct examiner *
examiner_create(struct matcher *matcher, const struct reader_options *options)
{
    struct examiner *examiner = calloc(1, sizeof *examiner);

    if (examiner == NULL) {
        matcher_destroy(&matcher);
        return NULL;
    }
    examiner->reader = reader_create(options);
    examiner->lanes[0].matcher = matcher;
    examiner->map = rule_map_of_one();
    examiner->put_off_ms = INT64_MIN;
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        int complaint = signal_kind_of((enum signal)i) == SIGNAL_KIND_COMPLAINT;
        examiner->complaints |= complaint ? SIGNAL_BIT(i) : 0;
    }
    if (examiner->reader == NULL || matcher == NULL) {
        examiner_destroy(&examiner);
    }
    return examiner;
}

void
examiner_destroy(struct examiner **examiner)
{
    if (*examiner == NULL) {
        return;
    }
    for (size_t i = 0; i < RULE_SLOTS; i++) {
        matcher_destroy(&(*examiner)->lanes[i].matcher);
    }
    reader_destroy(&(*examiner)->reader);
    free(*examiner);
    *examiner = NULL;
}

struct matcher *
examiner_use_matcher(struct examiner *examiner, uint32_t slot, struct matcher *matcher)
{
    assert(slot < RULE_SLOTS);
    struct matcher *before = examiner->lanes[slot].matcher;

    assert(examiner->count == 0); /* what waits was added for the other one */
    examiner->lanes[slot].matcher = matcher;
    return before;
}

void
examiner_use_map(struct examiner *examiner, const struct rule_map *map)
{
    assert(examiner->count == 0 && map->count >= 1);
    examiner->map = *map;
}

void
examiner_note_talk(struct examiner *examiner)
{
    assert(examiner->count == 0);
    examiner->notes_talk = 1;
}

int64_t
examiner_put_off_ms(struct examiner *examiner)
{
    int64_t put_off_ms = examiner->put_off_ms;

    examiner->put_off_ms = INT64_MIN;
    return put_off_ms;
}

/* ---- noting down ---- */

/* Its first bytes, at most so many. */
static struct view
head(struct view text, size_t size_max)
{
    return view_slice(text, 0, text.size < size_max ? text.size : size_max);
}

static void
note_facets(struct findings *out, struct note *note, const struct match_result *result)
{
    for (size_t i = 0; i < result->facet_count; i++) {
        const struct facet *facet = &result->facets[i];
        note->facets[i] = (struct noted_facet){
            .brand = facet->brand, .name = facet->name, .value = findings_copy(out, facet->value)
        };
    }
    note->facet_count = result->facet_count;
}

static void
note_official(const struct matcher *matcher,
        struct findings *out,
        struct note *note,
        const struct mention *mention)
{
    note->broadcast = mention_is_broadcast(mention);
    note->sketch = sketch_of(matcher_folded(matcher));
    note->id = findings_copy(out, head(mention->id, OFFICIAL_ID_SIZE - 1));
    /* A link that was cut leads nowhere; better none. */
    if (mention->link.size < OFFICIAL_LINK_SIZE) {
        note->link = findings_copy(out, mention->link);
    }
}

static uint64_t
voice_of(const struct matcher *matcher, const struct mention *mention, uint64_t author)
{
    enum voice_age age = voice_age_of(mention->author_since_ms, mention->time_ms);

    uint64_t voice = voice_make(author, age, sketch_of(matcher_folded(matcher)));

    return mention_is_original(mention) ? voice : voice_passed_on(voice);
}

static void
note_complaint(const struct matcher *matcher,
        struct findings *out,
        struct note *note,
        const struct mention *mention)
{
    char json[EXEMPLAR_JSON_SIZE];
    struct view exemplar = { .at = json, .size = exemplar_write(mention, json) };

    note->author = mention_author_hash(mention);
    note->voice = voice_of(matcher, mention, note->author);
    note->exemplar = findings_copy(out, exemplar);
}

static const struct note *
note_down(struct examiner *examiner,
        const struct lane *lane,
        struct findings *out,
        const struct mention *mention)
{
    const struct match_result *result = &examiner->result;
    struct note *note =
            findings_note(out, sizeof *note + result->facet_count * sizeof note->facets[0]);
    int speaking = 0;
    int complaining = 0;

    *note = (struct note){ .slot = (uint32_t)(lane - examiner->lanes),
        .platform = mention->platform,
        .original = mention_is_original(mention),
        .reach = mention->reach,
        .brand_count = result->brand_count };
    for (size_t i = 0; i < result->brand_count; i++) {
        const struct brand_match *match = &result->brands[i];
        note->brands[i] = (struct noted_brand){ .brand = match->brand,
            .signals = match->signals,
            .relation = match->relation,
            .first_person = match->first_person,
            .imitates = match->imitates };
        speaking |= match->relation == BRAND_SPEAKING || match->imitates != 0;
        complaining |=
                match->relation == BRAND_SPOKEN_OF && (match->signals & examiner->complaints) != 0;
    }
    note->lang = findings_copy(out, head(mention->lang, LANG_SIZE_MAX));
    note_facets(out, note, result);
    if (speaking) {
        note_official(lane->matcher, out, note, mention);
    }
    if (complaining) {
        note_complaint(lane->matcher, out, note, mention);
    }
    if (examiner->notes_talk && (speaking || complaining)) {
        note->talk = talk_note(out, mention);
    }
    return note;
}

/* ---- the batch ---- */

static void
match_lane(struct examiner *examiner, struct lane *lane, struct findings *out)
{
    if (lane->count == 0) {
        return;
    }
    matcher_scan(lane->matcher);
    for (size_t i = 0; i < lane->count; i++) {
        size_t mention = lane->waiting[i];
        if (matcher_take(lane->matcher, i, &examiner->result)) {
            out->at[examiner->places[mention]].note =
                    note_down(examiner, lane, out, &examiner->mentions[mention]);
        }
    }
    matcher_clear(lane->matcher);
    lane->count = 0;
}

/* Matches what waits. The mentions' strings stay as they are. */
static void
match_waiting(struct examiner *examiner, struct findings *out)
{
    if (examiner->count == 0) {
        return;
    }
    for (size_t i = 0; i < RULE_SLOTS; i++) {
        match_lane(examiner, &examiner->lanes[i], out);
    }
    examiner->count = 0;
}

void
examiner_flush(struct examiner *examiner, struct findings *out)
{
    match_waiting(examiner, out);
    reader_clear(examiner->reader);
}

/* The last mention read waits for the matcher with the others. */
static void
wait_for_match(struct examiner *examiner, struct lane *lane, struct findings *out)
{
    struct mention *mention = &examiner->mentions[examiner->count];

    if (!matcher_add(lane->matcher, mention)) {
        struct mention late = *mention;
        match_waiting(examiner, out);
        mention = &examiner->mentions[0];
        *mention = late;
        int added = matcher_add(lane->matcher, mention);
        assert(added); /* an empty batch has room */
    }
    lane->waiting[lane->count++] = examiner->count;
    examiner->places[examiner->count++] = out->count - 1;
}

/* The rules of its time, if they are to be had. A time that cannot be is nobody's, and no rule's. */
static void
match_by_time(struct examiner *examiner, struct finding *finding, struct findings *out)
{
    if (arrival_time_impossible(finding->ingest_ms, finding->time_ms)) {
        return;
    }
    uint32_t slot = rule_map_slot(&examiner->map, finding->time_ms);
    if (slot != NO_SLOT) {
        wait_for_match(examiner, &examiner->lanes[slot], out);
        return;
    }
    finding->note = &finding_put_off;
    if (finding->time_ms > examiner->put_off_ms) {
        examiner->put_off_ms = finding->time_ms;
    }
}

static enum rebato_fate
read_record(struct examiner *examiner, const struct engine_record *record)
{
    struct reader_trouble trouble;

    if (record->tombstone) {
        return REBATO_FATE_tombstone;
    }
    if (record->too_large || record->bytes.size > RECORD_SIZE_MAX) {
        return REBATO_FATE_too_large;
    }
    return reader_read_on(
            examiner->reader, record->bytes, &examiner->mentions[examiner->count], &trouble);
}

void
examiner_add(struct examiner *examiner, const struct engine_record *record, struct findings *out)
{
    if (examiner->count == MATCHER_BATCH_MAX || !reader_has_room(examiner->reader)) {
        examiner_flush(examiner, out);
    }
    struct finding *finding = findings_add(out);

    finding->offset = record->offset;
    finding->ingest_ms = record->ingest_ms;
    finding->partition = record->partition;
    finding->fate = read_record(examiner, record);
    if (finding->fate != REBATO_FATE_unmatched) {
        return;
    }
    const struct mention *mention = &examiner->mentions[examiner->count];
    finding->time_ms = mention->time_ms;
    finding->id_hash = mention_id_hash(mention);
    if (!record->counted) {
        match_by_time(examiner, finding, out);
    }
}
