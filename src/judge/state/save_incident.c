#include "judge/state/save_parts.h"

static void
walk_flag(struct codec *codec, int *flag)
{
    *flag = (int)codec_limited(codec, (uint32_t)*flag, 1);
}

static void
walk_count(struct codec *codec, size_t *count, uint32_t most)
{
    *count = codec_limited(codec, (uint32_t)*count, most);
}

void
walk_post(struct codec *codec, struct incident_post *post)
{
    codec_i64(codec, &post->time_ms);
    codec_u32(codec, &post->signals);
    walk_flag(codec, &post->broadcast);
    walk_flag(codec, &post->impostor);
    codec_u64(codec, &post->topics);
    codec_text(codec, post->id, sizeof post->id);
    codec_text(codec, post->link, sizeof post->link);
}

void
walk_dims(struct codec *codec, struct incident_dim *dims, size_t *count)
{
    walk_count(codec, count, INCIDENT_DIMS_MAX);
    for (size_t i = 0; i < *count; i++) {
        codec_text(codec, dims[i].name, sizeof dims[i].name);
        codec_u64(codec, &dims[i].count);
    }
}

static void
walk_why(struct codec *codec, struct incident_why *why)
{
    why->signal = (enum signal)codec_limited(codec, (uint32_t)why->signal, SIGNAL_COUNT - 1);
    codec_u32(codec, &why->anything);
    codec_u32(codec, &why->fired);
    codec_u32(codec, &why->rule);
    codec_i64(codec, &why->window_ms);
    codec_u64(codec, &why->posts);
    codec_u64(codec, &why->authors);
    codec_f64(codec, &why->expected);
    codec_f64(codec, &why->ratio);
    codec_f64(codec, &why->p_log10);
    codec_f64(codec, &why->z);
    codec_f64(codec, &why->share);
    codec_f64(codec, &why->usual_share);
    codec_f64(codec, &why->cusum);
}

static void
walk_kin(struct codec *codec, struct incident_kin *kin)
{
    codec_u32(codec, &kin->before);
    codec_i64(codec, &kin->since_ms);
    codec_i64(codec, &kin->last_resolved_ms);
    codec_bytes(codec, &kin->last_grade, 1);
    codec_text(codec, kin->last_id, sizeof kin->last_id);
}

void
walk_kin_log(struct codec *codec, struct kin_log *log)
{
    walk_count(codec, &log->count, KIN_KEPT);
    for (size_t i = 0; i < log->count; i++) {
        struct kin_past *past = &log->past[i];
        codec_text(codec, past->id, sizeof past->id);
        codec_u32(codec, &past->signals);
        codec_i64(codec, &past->opened_ms);
        codec_i64(codec, &past->resolved_ms);
        codec_bytes(codec, &past->grade, 1);
    }
}

static void
walk_clock(struct codec *codec, struct incident *incident)
{
    codec_i64(codec, &incident->clock.answered_ms);
    codec_i64(codec, &incident->clock.last_official_ms);
    codec_u32(codec, &incident->clock.reminders);
    codec_bytes(codec, &incident->clock.grade, 1);
    incident->replies.heard = codec_limited(codec, incident->replies.heard, 1);
    incident->replies.more = codec_limited(codec, incident->replies.more, 1);
    codec_u32(codec, &incident->replies.count);
    codec_u32(codec, &incident->replies.different);
    for (size_t step = 0; step < PLAYBOOK_COUNT; step++) {
        codec_i64(codec, &incident->playbook[step].time_ms);
        codec_text(
                codec, incident->playbook[step].post_id, sizeof incident->playbook[step].post_id);
    }
    walk_count(codec, &incident->official_count, INCIDENT_POSTS_MAX);
    for (size_t i = 0; i < incident->official_count; i++) {
        walk_post(codec, &incident->official[i]);
    }
}

void
walk_incident(struct codec *codec, struct incident *incident)
{
    codec_text(codec, incident->id, sizeof incident->id);
    codec_text(codec, incident->brand, sizeof incident->brand);
    incident->state =
            (enum incident_state)codec_limited(codec, (uint32_t)incident->state, INCIDENT_RESOLVED);
    incident->severity =
            (enum severity)codec_limited(codec, (uint32_t)incident->severity, SEVERITY_CRITICAL);
    incident->coordinated = codec_limited(codec, incident->coordinated, 1);
    codec_u32(codec, &incident->revision);
    codec_u32(codec, &incident->signals);
    codec_i64(codec, &incident->onset_ms);
    codec_i64(codec, &incident->opened_ms);
    codec_i64(codec, &incident->updated_ms);
    codec_i64(codec, &incident->resolved_ms);
    codec_i64(codec, &incident->peak_ms);
    codec_u64(codec, &incident->peak_authors);
    walk_why(codec, &incident->why);
    walk_kin(codec, &incident->kin);
    codec_u64(codec, &incident->posts);
    codec_u64(codec, &incident->authors);
    codec_u64(codec, &incident->first_person);
    codec_u64(codec, &incident->reposts);
    codec_u64(codec, &incident->late);
    codec_u32(codec, &incident->authenticity.people);
    codec_u32(codec, &incident->authenticity.known);
    codec_u32(codec, &incident->authenticity.young);
    codec_u32(codec, &incident->authenticity.copied);
    codec_u32(codec, &incident->authenticity.organic);
    codec_u64(codec, &incident->denied_by_others);
    walk_dims(codec, incident->dims, &incident->dim_count);
    walk_clock(codec, incident);
}
