#include "pipeline/examiner.h"

#include "core/hash.h"
#include "pipeline/exemplar.h"

#include <assert.h>
#include <stdlib.h>

/* A longer tag is no plain one, which the first bytes show. */
#define LANG_SIZE_MAX 4

struct examiner {
    /* Fixed at creation. */
    struct reader *reader;
    struct matcher *matcher;
    signal_set complaints;

    /* Of the batch: mentions that wait for the matcher, and which findings are theirs. */
    struct mention mentions[MATCHER_BATCH_MAX];
    size_t places[MATCHER_BATCH_MAX];
    size_t count;
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
    examiner->matcher = matcher;
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        int complaint = signal_kind_of((enum signal)i) == SIGNAL_KIND_COMPLAINT;
        examiner->complaints |= complaint ? SIGNAL_BIT(i) : 0;
    }
    if (examiner->reader == NULL || examiner->matcher == NULL) {
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
    matcher_destroy(&(*examiner)->matcher);
    reader_destroy(&(*examiner)->reader);
    free(*examiner);
    *examiner = NULL;
}

struct matcher *
examiner_use_matcher(struct examiner *examiner, struct matcher *matcher)
{
    struct matcher *before = examiner->matcher;

    assert(examiner->count == 0); /* what waits was added for the other one */
    examiner->matcher = matcher;
    return before;
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
note_official(struct examiner *examiner,
        struct findings *out,
        struct note *note,
        const struct mention *mention)
{
    note->broadcast = mention_is_broadcast(mention);
    note->text_hash = hash_view(matcher_folded(examiner->matcher), 0);
    note->id = findings_copy(out, head(mention->id, OFFICIAL_ID_SIZE - 1));
    /* A link that was cut leads nowhere; better none. */
    if (mention->link.size < OFFICIAL_LINK_SIZE) {
        note->link = findings_copy(out, mention->link);
    }
}

static void
note_complaint(struct findings *out, struct note *note, const struct mention *mention)
{
    char json[EXEMPLAR_JSON_SIZE];
    struct view exemplar = { .at = json, .size = exemplar_write(mention, json) };

    note->author = mention_author_hash(mention);
    note->exemplar = findings_copy(out, exemplar);
}

static const struct note *
note_down(struct examiner *examiner, struct findings *out, const struct mention *mention)
{
    const struct match_result *result = &examiner->result;
    struct note *note =
            findings_note(out, sizeof *note + result->facet_count * sizeof note->facets[0]);
    int speaking = 0;
    int complaining = 0;

    *note = (struct note){ .platform = mention->platform,
        .original = mention_is_original(mention),
        .reach = mention->reach,
        .brand_count = result->brand_count };
    for (size_t i = 0; i < result->brand_count; i++) {
        const struct brand_match *match = &result->brands[i];
        note->brands[i] = (struct noted_brand){ .brand = match->brand,
            .signals = match->signals,
            .relation = match->relation,
            .first_person = match->first_person };
        speaking |= match->relation == BRAND_SPEAKING;
        complaining |=
                match->relation == BRAND_SPOKEN_OF && (match->signals & examiner->complaints) != 0;
    }
    note->lang = findings_copy(out, head(mention->lang, LANG_SIZE_MAX));
    note_facets(out, note, result);
    if (speaking) {
        note_official(examiner, out, note, mention);
    }
    if (complaining) {
        note_complaint(out, note, mention);
    }
    return note;
}

/* ---- the batch ---- */

/* Matches what waits. The mentions' strings stay as they are. */
static void
match_waiting(struct examiner *examiner, struct findings *out)
{
    if (examiner->count == 0) {
        return;
    }
    matcher_scan(examiner->matcher);
    for (size_t i = 0; i < examiner->count; i++) {
        if (matcher_take(examiner->matcher, i, &examiner->result)) {
            out->at[examiner->places[i]].note = note_down(examiner, out, &examiner->mentions[i]);
        }
    }
    matcher_clear(examiner->matcher);
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
wait_for_match(struct examiner *examiner, struct findings *out)
{
    struct mention *mention = &examiner->mentions[examiner->count];

    if (!matcher_add(examiner->matcher, mention)) {
        struct mention late = *mention;
        match_waiting(examiner, out);
        mention = &examiner->mentions[0];
        *mention = late;
        int added = matcher_add(examiner->matcher, mention);
        assert(added); /* an empty batch has room */
    }
    examiner->places[examiner->count++] = out->count - 1;
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
        wait_for_match(examiner, out);
    }
}
