#include "crisis/details.h"

#include "crisis/sheet.h"

#include <inttypes.h>
#include <string.h>

static double
hours(int64_t span_ms)
{
    return (double)span_ms / (60.0 * (double)MINUTE_MS);
}

static void
print_head(FILE *out, const char *what, const struct stream *stream)
{
    (void)fprintf(out,
            "{\"what\":\"%s\",\"seed\":%" PRIu64 ",\"brand\":%u,\"volume\":%.1f,\"share\":%.3f,"
            "\"warm\":%d",
            what, stream->era.seed, stream->era.brand, stream->traits.volume, stream->traits.share,
            stream->traits.warm);
}

static void
print_false(FILE *out,
        const struct stream *stream,
        const struct truth *truth,
        const struct alarm *alarm)
{
    size_t number = sheet_event_of(truth, alarm->opened_ms);
    char name[48];

    print_head(out, "false", stream);
    (void)fprintf(out,
            ",\"cause\":\"%s\",\"day\":%.2f,\"signal\":\"%s\",\"fired\":%u,\"authors\":%" PRIu64
            ",\"expected\":%.3f",
            cause_name(
                    number < truth->event_count ? (int)truth->events[number].kind : CAUSE_NOTHING,
                    name),
            hours(alarm->opened_ms - stream->era.scored_ms) / 24, signal_name(alarm->signal),
            alarm->fired, alarm->authors, alarm->expected);
    if (number < truth->event_count) {
        const struct event *event = &truth->events[number];
        (void)fprintf(out, ",\"hours_in\":%.2f,\"hours_after\":%.2f,\"share_rise\":%.2f",
                hours(alarm->opened_ms - event->start_ms), hours(alarm->opened_ms - event->end_ms),
                event->share);
    }
    (void)fputs("}\n", out);
}

/* A page of a crisis; the second one of it is a duplicate, so many hours after the incident before it was over. */
static void
print_found(FILE *out,
        const struct stream *stream,
        const struct event *event,
        const struct alarm *alarm,
        const struct alarm *before)
{
    print_head(out, before != NULL ? "again" : "found", stream);
    (void)fprintf(out,
            ",\"kind\":\"%s\",\"people\":%u,\"hours\":%.2f,\"minutes_in\":%.1f,\"signal\":\"%s\","
            "\"fired\":%u,\"authors\":%" PRIu64 ",\"expected\":%.3f",
            happening_name(event->kind), event->people, hours(event->end_ms - event->start_ms),
            60 * hours(alarm->opened_ms - event->start_ms), signal_name(alarm->signal),
            alarm->fired, alarm->authors, alarm->expected);
    if (before != NULL) {
        (void)fprintf(out, ",\"lasted\":%.2f,\"quiet\":%.2f",
                hours(before->resolved_ms - before->opened_ms),
                hours(alarm->opened_ms - before->resolved_ms));
    }
    (void)fputs("}\n", out);
}

/* People were told of something else already, and are not told again. */
static int
was_open(const struct alarm_list *list, const struct event *event)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct alarm *alarm = &list->alarms[i];
        if (alarm->opened_ms < event->start_ms &&
                (alarm->resolved_ms == TIME_NONE || alarm->resolved_ms > event->start_ms)) {
            return 1;
        }
    }
    return 0;
}

static void
print_missed(FILE *out,
        const struct stream *stream,
        const struct event *event,
        const struct alarm_list *list)
{
    print_head(out, "missed", stream);
    (void)fprintf(out,
            ",\"kind\":\"%s\",\"day\":%.2f,\"hours\":%.2f,\"people\":%u,\"busy_an_hour\":%.2f,"
            "\"visible\":%d,\"was_open\":%d,\"signal\":\"%s\"}\n",
            happening_name(event->kind), hours(event->start_ms - stream->era.scored_ms) / 24,
            hours(event->end_ms - event->start_ms), event->people, 60 * stream->traits.busy,
            event->visible, was_open(list, event), signal_name(event->signal));
}

void
details_print(FILE *out,
        const struct stream *stream,
        const struct truth *truth,
        const struct panel *panel)
{
    const struct alarm_list *list = panel_alarms(panel, TIER_PAGE);
    int hit[EVENTS_MAX] = { 0 };

    for (size_t i = 0; i < list->count; i++) {
        const struct alarm *alarm = &list->alarms[i];
        size_t number = sheet_event_of(truth, alarm->opened_ms);
        if (alarm->coordinated || alarm->opened_ms < truth->scored_ms ||
                alarm->opened_ms >= truth->until_ms) {
            continue;
        }
        if (number < truth->event_count && sheet_is_hit(&truth->events[number], alarm->opened_ms)) {
            print_found(out, stream, &truth->events[number], alarm, hit[number] ? alarm - 1 : NULL);
            hit[number] = 1;
        } else {
            print_false(out, stream, truth, alarm);
        }
    }
    for (size_t i = 0; i < truth->event_count; i++) {
        if (happening_is_crisis(truth->events[i].kind) && sheet_is_scored(&truth->events[i]) &&
                !hit[i]) {
            print_missed(out, stream, &truth->events[i], list);
        }
    }
}

void
details_print_stream(FILE *out, const struct stream *stream)
{
    for (size_t i = 0; i < stream->count; i++) {
        const struct post *post = &stream->posts[i];
        (void)fprintf(out,
                "{\"t\":%" PRId64 ",\"arrived\":%" PRId64 ",\"brand\":\"b%u\",\"author\":\"%" PRIx64
                "\",\"id\":\"%" PRIx64 "\"",
                post->time_ms, post->arrived_ms, stream->era.brand, post->author, post->id);
        if (post->root != 0) {
            (void)fprintf(out, ",\"root\":\"%" PRIx64 "\"", post->root);
        }
        if (post->signal != SIGNAL_COUNT) {
            (void)fprintf(out, ",\"complaint\":1,\"signal\":\"%s\"",
                    signal_name((enum signal)post->signal));
        }
        if (post->event != NO_EVENT) {
            (void)fprintf(out, ",\"event\":\"%s\"",
                    happening_name(stream->plan.events[post->event].kind));
        }
        (void)fprintf(out, ",\"age\":%u,\"text\":\"%u\"}\n", post->age_days, post->text);
    }
}
