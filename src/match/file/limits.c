/* What moves the limits of one brand: `planned:`, events that are known beforehand, and `score_offsets:`, what people
 * made of its alerts. How far either moves them is judge/statistic/page_limits.h. */
#include "core/text/calendar.h"
#include "match/file/file.h"

#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define DAY_MS      (INT64_C(24) * 60 * 60 * 1000)
#define ADVICE_TIME "as in 2026-05-23T20:30:00+02:00, with the offset from UTC or Z"
#define ADVICE_SPLIT                                                                               \
    "plan the days on which people will speak more; what lasts longer is learnt as usual"

/* ---- planned events ---- */

static int
read_time(
        struct rule_reader *reader, const struct yaml_node *map, const char *key, int64_t *time_ms)
{
    const struct yaml_node *node = yaml_get(map, key);
    struct view text;

    if (node == NULL) {
        yaml_fault(map, reader->faults, ADVICE_TIME, "a planned event has no %s", key);
        return 0;
    }
    if (!yaml_read_text(node, &text, reader->faults)) {
        return 0;
    }
    if (!calendar_parse(text, time_ms) || *time_ms < EVENT_TIME_MIN_MS ||
            *time_ms > EVENT_TIME_MAX_MS) {
        yaml_fault(node, reader->faults, ADVICE_TIME, "not a point in time from 2004 to 2099");
        return 0;
    }
    return 1;
}

static int
read_times(struct rule_reader *reader, const struct yaml_node *map, struct planned_event *event)
{
    int has_start = read_time(reader, map, "start", &event->start_ms);
    int has_end = read_time(reader, map, "end", &event->end_ms);

    if (!has_start || !has_end) {
        return 0;
    }
    if (event->end_ms <= event->start_ms) {
        yaml_fault(yaml_get(map, "end"), reader->faults, "are they the wrong way round?",
                "a planned event ends before it starts");
        return 0;
    }
    if (event->end_ms - event->start_ms > PLANNED_DAYS_MAX * DAY_MS) {
        yaml_fault(yaml_get(map, "end"), reader->faults, ADVICE_SPLIT,
                "a planned event of more than %d days", PLANNED_DAYS_MAX);
        return 0;
    }
    return 1;
}

static void
read_event_name(
        struct rule_reader *reader, const struct yaml_node *map, struct planned_event *event)
{
    const struct yaml_node *node = yaml_get(map, "name");
    struct view text;

    if (node == NULL) {
        yaml_fault(map, reader->faults, "as in name: final de Copa: alerts will say it",
                "a planned event has no name");
    } else if (yaml_read_text(node, &text, reader->faults)) {
        if (text.size == 0 || text.size > PLANNED_NAME_SIZE_MAX) {
            yaml_fault(node, reader->faults, "it stands in one line of an alert",
                    "the name is 1 to %d bytes long", PLANNED_NAME_SIZE_MAX);
            return;
        }
        event->name = rule_set_copy(reader->set, text);
    }
}

/* The complaint signals by name; returns how many. */
static size_t
complaint_names(const char *names[SIGNAL_COUNT])
{
    size_t count = 0;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (signal_kind_of((enum signal)i) == SIGNAL_KIND_COMPLAINT) {
            names[count++] = signal_name((enum signal)i);
        }
    }
    return count;
}

/* Left out: any complaint. */
static void
read_event_signals(
        struct rule_reader *reader, const struct yaml_node *map, struct planned_event *event)
{
    const char *names[SIGNAL_COUNT];
    size_t name_count = complaint_names(names);
    const struct yaml_node *list = yaml_get(map, "signals");
    size_t count = rule_file_read_list(reader, map, "signals");

    for (size_t i = 0; i < count; i++) {
        size_t position = 0;
        if (rule_file_read_word(reader, yaml_item(list, i), names, name_count, &position)) {
            event->signals |= SIGNAL_BIT(signal_find(view_of(names[position])));
        }
    }
    if (list == NULL) {
        for (size_t i = 0; i < name_count; i++) {
            event->signals |= SIGNAL_BIT(signal_find(view_of(names[i])));
        }
    } else if (yaml_kind_of(list) == YAML_LIST && count == 0) {
        yaml_fault(list, reader->faults, "leave signals out for all of them",
                "a planned event that concerns no signal");
    }
}

/* False: it has no usable time, and is not kept. */
static int
read_event(struct rule_reader *reader, const struct yaml_node *map, struct planned_event *event)
{
    static const char *const keys[] = { "name", "start", "end", "signals" };

    yaml_expect_keys(map, keys, LENGTH(keys), reader->faults);
    if (yaml_kind_of(map) != YAML_MAP) {
        return 0;
    }
    *event = (struct planned_event){ .name = VIEW("") };
    read_event_name(reader, map, event);
    read_event_signals(reader, map, event);
    return read_times(reader, map, event);
}

/* Two at once would ask which of them is said, and whether they add up. They do not. */
static void
check_overlap(struct rule_reader *reader,
        const struct yaml_node *map,
        const struct planned_event *events,
        size_t count)
{
    const struct planned_event *event = &events[count];

    for (size_t i = 0; i < count; i++) {
        if (events[i].start_ms < event->end_ms && event->start_ms < events[i].end_ms &&
                (events[i].signals & event->signals) != 0) {
            yaml_fault(map, reader->faults, "make them one, or name the signals of each",
                    "it overlaps the planned event \"%.*s\"", (int)events[i].name.size,
                    events[i].name.at);
            return;
        }
    }
}

static int
compare_events(const void *left, const void *right)
{
    const struct planned_event *a = left;
    const struct planned_event *b = right;

    if (a->start_ms != b->start_ms) {
        return a->start_ms < b->start_ms ? -1 : 1;
    }
    return (a->signals > b->signals) - (a->signals < b->signals);
}

void
rule_file_read_planned(struct rule_reader *reader, const struct yaml_node *map, struct brand *brand)
{
    const struct yaml_node *list = yaml_get(map, "planned");
    size_t count = rule_file_read_list(reader, map, "planned");
    size_t kept = 0;

    if (count > PLANNED_MAX) {
        yaml_fault(list, reader->faults, "take out those that are over",
                "more than %d planned events", PLANNED_MAX);
        return;
    }
    struct planned_event *events =
            count == 0 ? NULL : rule_set_take(reader->set, count, sizeof *events);
    for (size_t i = 0; events != NULL && i < count; i++) {
        if (read_event(reader, yaml_item(list, i), &events[kept])) {
            check_overlap(reader, yaml_item(list, i), events, kept);
            kept++;
        }
    }
    if (kept > 0) {
        qsort(events, kept, sizeof *events, compare_events);
    }
    brand->planned = events;
    brand->planned_count = kept;
}

/* ---- score offsets ---- */

static void
read_offset(struct rule_reader *reader,
        const struct yaml_node *map,
        size_t index,
        int32_t score_offsets[SIGNAL_COUNT])
{
    const struct yaml_node *node = yaml_value(map, index);
    enum signal signal = signal_find(yaml_key(map, index));
    double offset = 0;

    if (!yaml_read_double(node, &offset, reader->faults)) {
        return;
    }
    int in_range = offset >= SCORE_OFFSET_MIN / 100.0 && offset <= SCORE_OFFSET_MAX / 100.0;
    double steps = offset * 100 / SCORE_OFFSET_STEP;
    int32_t whole = in_range ? (int32_t)steps : 0;
    if (!in_range || steps < whole || steps > whole) {
        yaml_fault(node, reader->faults, "a verdict moves it by 0.5: `rebato verdict` says which",
                "an offset is %g to %g, in steps of 0.5", SCORE_OFFSET_MIN / 100.0,
                SCORE_OFFSET_MAX / 100.0);
        return;
    }
    score_offsets[signal] = whole * SCORE_OFFSET_STEP;
}

void
rule_file_read_score_offsets(
        struct rule_reader *reader, const struct yaml_node *node, struct brand *brand)
{
    const char *names[SIGNAL_COUNT];
    size_t count = complaint_names(names);

    if (node == NULL) {
        return;
    }
    size_t errors = fault_count(reader->faults, FAULT_ERROR);
    yaml_expect_keys(node, names, count, reader->faults);
    int32_t *score_offsets = rule_set_take(reader->set, SIGNAL_COUNT, sizeof *score_offsets);
    if (fault_count(reader->faults, FAULT_ERROR) > errors || score_offsets == NULL) {
        return; /* a key that is no signal has no place */
    }
    memset(score_offsets, 0, SIGNAL_COUNT * sizeof *score_offsets);
    for (size_t i = 0; i < yaml_size(node); i++) {
        read_offset(reader, node, i, score_offsets);
    }
    brand->score_offsets = score_offsets;
}
