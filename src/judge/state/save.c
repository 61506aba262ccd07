#include "judge/judge.h"

#include "core/hash.h"
#include "judge/state/save_parts.h"

#include <string.h>

/* Grows with every change of what is walked: an older judge must not guess. */
#define STATE_MAGIC   UINT32_C(0x6a746272) /* "rbtj" */
#define STATE_VERSION 7

static void
walk_life(struct codec *codec, struct life *life)
{
    walk_incident(codec, &life->incident);
    codec_i64(codec, &life->hot_ms);
    codec_i64(codec, &life->cooling_ms);
    codec_i64(codec, &life->noted_ms);
    codec_f64(codec, &life->noted_severity);
    codec_u32(codec, &life->untold);
    codec_u32(codec, &life->crowd);
    codec_u32(codec, &life->announced);
    codec_u32(codec, &life->gap_reminders);
    codec_i64(codec, &life->gap_reminded_ms);
    codec_i64(codec, &life->previous_ms);
}

static void
walk_officials(struct codec *codec, struct answer_log *log)
{
    log->count = codec_limited(codec, (uint32_t)log->count, INCIDENT_POSTS_MAX);
    for (size_t i = 0; i < log->count; i++) {
        walk_post(codec, &log->posts[i]);
    }
}

static void
walk_replies(struct codec *codec, struct reply_log *log)
{
    log->count = codec_limited(codec, (uint32_t)log->count, REPLIES_KEPT);
    for (size_t i = 0; i < log->count; i++) {
        codec_i64(codec, &log->recent[i].time_ms);
        codec_u32(codec, &log->recent[i].names);
        codec_u64(codec, &log->recent[i].sketch);
    }
    codec_u32(codec, &log->day);
    codec_f64(codec, &log->days);
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        codec_u32(codec, &log->today[i]);
        codec_f64(codec, &log->usual[i]);
    }
}

/* Thresholds are numbered by the settings: after a change of rules what they held since is void. */
static void
walk_thresholds(struct codec *codec, struct brand_judge *judge)
{
    uint32_t own = (uint32_t)judge->settings->threshold_count;
    uint32_t count = codec_limited(codec, own, RULES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        int64_t since_ms = i < own ? judge->threshold_since[i] : TIME_NONE;
        codec_i64(codec, &since_ms);
        if (codec->mode == CODEC_READ && count == own) {
            judge->threshold_since[i] = since_ms;
        }
    }
}

static void
walk_voices(struct codec *codec, struct voices *voices)
{
    uint32_t count = codec_limited(codec, voices->count, VOICES_MAX);

    codec_f64(codec, &voices->known);
    codec_f64(codec, &voices->month);
    codec_f64(codec, &voices->half_year);
    for (uint32_t i = 0; i < count; i++) {
        struct voice_heard heard = { 0 };
        if (codec->mode != CODEC_READ) {
            heard = voices->ring[(voices->first + i) & (voices->capacity - 1)];
        }
        codec_u32(codec, &heard.bucket);
        codec_u32(codec, &heard.signals);
        codec_u64(codec, &heard.voice);
        if (codec->mode == CODEC_READ) {
            voices_hear(voices, &heard, VOICE_IN_INCIDENT);
        }
    }
}

static void
walk_all_series(struct codec *codec, struct brand_judge *judge)
{
    for (uint32_t i = 0; i < SERIES_COUNT; i++) {
        uint32_t present = codec_limited(codec, judge->series[i] != NULL, 1);
        if (present && judge->series[i] == NULL) {
            judge->series[i] = judge_series_born(judge, i);
        }
        if (present && judge->series[i] == NULL) {
            codec->broken = 1; /* out of memory: better no state than half a state */
            return;
        }
        if (present) {
            judge->heard |= UINT32_C(1) << i;
            walk_series(codec, judge->series[i]);
            series_settle(judge->series[i], judge->step);
        }
    }
}

static void
walk_state(struct codec *codec, struct brand_judge *judge)
{
    judge->started = codec_limited(codec, judge->started, 1);
    codec_u32(codec, &judge->last_bucket);
    codec_u32(codec, &judge->step);
    codec_u64(codec, &judge->observed_steps);
    walk_window(codec, &judge->total);
    walk_window(codec, &judge->reposts);
    walk_window(codec, &judge->first_person);
    walk_window(codec, &judge->late);
    codec_u64(codec, &judge->step_total);
    codec_f64(codec, &judge->mentions_faded);
    codec_f64(codec, &judge->reposts_faded);
    walk_baseline(codec, &judge->volume);
    codec_u32(codec, &judge->silent_steps);
    codec_u32(codec, &judge->in_gap);
    codec_f64(codec, &judge->silent_expected);
    walk_thresholds(codec, judge);
    for (int i = 0; i < 2; i++) {
        walk_dims(codec, judge->scopes[i].dims, &judge->scopes[i].count);
    }
    codec_u32(codec, &judge->scope_epoch);
    walk_officials(codec, &judge->officials);
    walk_replies(codec, &judge->replies);
    walk_authors(codec, &judge->crowd);
    walk_life(codec, &judge->life);
    walk_kin_log(codec, &judge->kin);
    walk_voices(codec, &judge->voices);
    walk_all_series(codec, judge);
}

/* Which state this is: of this program, this version, this brand. */
static int
walk_head(struct codec *codec, const struct brand_settings *brand)
{
    uint32_t magic = STATE_MAGIC;
    uint32_t version = STATE_VERSION;
    char id[sizeof brand->id];

    memcpy(id, brand->id, sizeof id);
    codec_u32(codec, &magic);
    codec_u32(codec, &version);
    codec_text(codec, id, sizeof id);
    return !codec->broken && magic == STATE_MAGIC && version == STATE_VERSION &&
           strcmp(id, brand->id) == 0;
}

size_t
brand_judge_save(const struct brand_judge *judge, void *out, size_t size)
{
    /* The walk takes pointers it could write through; writing a state only reads it. */
    struct brand_judge *walked;
    struct codec codec = { .mode = CODEC_WRITE, .out = out, .size = size };

    memcpy(&walked, &judge, sizeof(void *));
    walk_head(&codec, judge->brand);
    walk_state(&codec, walked);
    uint64_t check = codec.used <= size ? hash_bytes(out, codec.used) : 0;
    codec_u64(&codec, &check);
    return codec.broken ? 0 : codec.used;
}

int
brand_judge_load(struct brand_judge *judge, const void *bytes, size_t size)
{
    struct codec codec = { .mode = CODEC_READ, .in = bytes, .size = size };
    uint64_t check = 0;

    /* Whole before it is read: a damaged number could send any walk astray. */
    if (size < sizeof check || !walk_head(&codec, judge->brand)) {
        return 0;
    }
    struct codec tail = {
        .mode = CODEC_READ, .in = bytes, .size = size, .used = size - sizeof check
    };
    codec_u64(&tail, &check);
    if (hash_bytes(bytes, size - sizeof check) != check) {
        return 0;
    }
    struct brand_judge *fresh = brand_judge_create(judge->settings, judge->brand);
    if (fresh == NULL) {
        return 0;
    }
    walk_state(&codec, fresh);
    if (codec.broken || codec.used != size - sizeof check) {
        brand_judge_destroy(&fresh);
        return 0;
    }
    judge_take(judge, &fresh);
    judge->next_due = judge_next_due(judge);
    return 1;
}
