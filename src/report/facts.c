#include "report/facts.h"

#include "window/cell.h"

#include <assert.h>
#include <stdlib.h>

#define DAY_MS INT64_C(86400000)

/* ---- the timeline ---- */

/* At the same time: what began, what the brand said, then what was told of it. */
static int
rank(const struct timeline_row *row)
{
    static const int ranks[] = {
        [TIMELINE_ONSET] = 0, [TIMELINE_OFFICIAL] = 1, [TIMELINE_EVENT] = 2, [TIMELINE_PEAK] = 3
    };

    return ranks[row->kind];
}

static int
comes_before(const struct timeline_row *a, const struct timeline_row *b)
{
    return a->time_ms != b->time_ms ? a->time_ms < b->time_ms : rank(a) < rank(b);
}

/* Behind all that comes before it; equals keep their order. */
static void
insert_row(struct timeline_row *rows, size_t *count, const struct timeline_row *row)
{
    size_t place = (*count)++;

    assert(place < TIMELINE_MAX);
    for (; place > 0 && comes_before(row, &rows[place - 1]); place--) {
        rows[place] = rows[place - 1];
    }
    rows[place] = *row;
}

size_t
facts_timeline(const struct study_incident *incident, struct timeline_row rows[TIMELINE_MAX])
{
    const struct incident *last = &incident->last;
    size_t count = 0;
    struct timeline_row onset = { .time_ms = last->onset_ms, .kind = TIMELINE_ONSET };
    struct timeline_row peak = { .time_ms = last->peak_ms, .kind = TIMELINE_PEAK };

    insert_row(rows, &count, &onset);
    for (size_t i = 0; i < last->official_count; i++) {
        struct timeline_row row = { .time_ms = last->official[i].time_ms,
            .kind = TIMELINE_OFFICIAL,
            .post = &last->official[i] };
        insert_row(rows, &count, &row);
    }
    for (size_t i = 0; i < incident->event_count; i++) {
        struct timeline_row row = { .time_ms = incident->events[i].time_ms,
            .kind = TIMELINE_EVENT,
            .event = &incident->events[i] };
        insert_row(rows, &count, &row);
    }
    if (last->peak_authors > 0) {
        insert_row(rows, &count, &peak);
    }
    return count;
}

/* ---- clocks ---- */

int64_t
facts_end_ms(const struct incident *incident)
{
    return incident->resolved_ms == TIME_NONE ? incident->updated_ms : incident->resolved_ms;
}

struct facts_clock
facts_clock_of(const struct incident *incident, int64_t from_ms)
{
    int answered = incident->clock.answered_ms != TIME_NONE;
    int64_t to_ms = answered ? incident->clock.answered_ms : facts_end_ms(incident);

    return (struct facts_clock){ .from_ms = from_ms,
        .to_ms = to_ms,
        .span_ms = to_ms > from_ms ? to_ms - from_ms : 0,
        .answered = answered };
}

static void
note_gap(const struct study_incident *incident,
        struct facts_gap gaps[GAPS_MAX],
        size_t *count,
        const struct facts_gap *gap)
{
    int64_t every_ms = incident->settings.update_every_ms;

    if (every_ms > 0 && gap->to_ms - gap->from_ms > every_ms && *count < GAPS_MAX) {
        gaps[(*count)++] = *gap;
    }
}

/* Updates are owed from the answer on until the brand says that it is over, or until it is. */
size_t
facts_gaps(const struct study_incident *incident, struct facts_gap gaps[GAPS_MAX])
{
    const struct incident *last = &incident->last;
    int64_t said_over_ms = last->playbook[PLAYBOOK_RESOLVED].time_ms;
    int64_t end_ms = facts_end_ms(last);
    int64_t from_ms = last->clock.answered_ms;
    size_t count = 0;

    if (from_ms == TIME_NONE) {
        return 0;
    }
    if (said_over_ms != TIME_NONE && said_over_ms < end_ms) {
        end_ms = said_over_ms;
    }
    from_ms = from_ms > last->opened_ms ? from_ms : last->opened_ms;
    for (size_t i = 0; i < last->official_count; i++) {
        const struct incident_post *post = &last->official[i];
        if (!post->broadcast || post->time_ms <= from_ms || post->time_ms > end_ms) {
            continue;
        }
        struct facts_gap gap = { from_ms, post->time_ms };
        note_gap(incident, gaps, &count, &gap);
        from_ms = post->time_ms;
    }
    struct facts_gap gap = { from_ms, end_ms };
    note_gap(incident, gaps, &count, &gap);
    return count;
}

/* ---- the scope ---- */

static struct scope_group *
group_of(struct scope_group *groups, size_t *count, struct view name, int is_facet)
{
    for (size_t i = 0; i < *count; i++) {
        if (view_equal(groups[i].name, name) && groups[i].is_facet == is_facet) {
            return &groups[i];
        }
    }
    if (*count == SCOPE_GROUPS_MAX) {
        return NULL;
    }
    groups[*count] = (struct scope_group){ .name = name, .is_facet = is_facet };
    return &groups[(*count)++];
}

/* By count, then name; the last one makes room. */
static void
add_value(struct scope_group *group, const struct incident_dim *dim, struct view label)
{
    size_t place = group->value_count;

    group->sum += dim->count;
    while (place > 0 && (group->values[place - 1]->count < dim->count ||
                                (group->values[place - 1]->count == dim->count &&
                                        strcmp(group->values[place - 1]->name, dim->name) > 0))) {
        place--;
    }
    if (place == SCOPE_VALUES_MAX) {
        group->rest += dim->count;
        return;
    }
    if (group->value_count == SCOPE_VALUES_MAX) {
        group->rest += group->values[SCOPE_VALUES_MAX - 1]->count;
    } else {
        group->value_count++;
    }
    for (size_t i = group->value_count - 1; i > place; i--) {
        group->values[i] = group->values[i - 1];
        group->labels[i] = group->labels[i - 1];
    }
    group->values[place] = dim;
    group->labels[place] = label;
}

/* Dimensions are named by the grammar of window/cell.h. */
static void
add_dim(struct scope_group *groups, size_t *count, const struct incident_dim *dim)
{
    struct view name = view_of(dim->name);
    int is_facet = view_starts(name, VIEW(DIM_FACET));
    size_t skip = is_facet ? sizeof DIM_FACET - 1 : 0;
    const char *point = name.size > skip ? memchr(name.at + skip, '.', name.size - skip) : NULL;

    if (point == NULL || (!is_facet && !view_starts(name, VIEW(DIM_LANG)) &&
                                 !view_starts(name, VIEW(DIM_PLATFORM)))) {
        return;
    }
    size_t end = (size_t)(point - name.at);
    struct scope_group *group = group_of(groups, count, view_slice(name, skip, end), is_facet);
    if (group != NULL) {
        add_value(group, dim, view_slice(name, end + 1, name.size));
    }
}

size_t
facts_scope(const struct incident *incident, struct scope_group groups[SCOPE_GROUPS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < incident->dim_count; i++) {
        add_dim(groups, &count, &incident->dims[i]);
    }
    return count;
}

uint64_t
facts_commentary(const struct study_incident *incident)
{
    uint64_t affected = incident->last.first_person;

    return incident->mentions > affected ? incident->mentions - affected : 0;
}

/* ---- other settings, other incidents ---- */

static int
overlaps(const struct preset_alert *alert, const struct study_incident *incident)
{
    int64_t end_ms = facts_end_ms(&incident->last);

    return alert->brand == incident->brand && alert->onset_ms <= end_ms &&
           (alert->resolved_ms == TIME_NONE || alert->resolved_ms >= incident->last.onset_ms);
}

void
facts_what_if(const struct report *report,
        const struct study_incident *incident,
        enum sensitivity sensitivity,
        struct facts_what_if *what)
{
    const struct preset_result *result = &report->presets[sensitivity];

    *what = (struct facts_what_if){ .sensitivity = sensitivity,
        .alerts = result->count + result->left_out,
        .notices = result->notices };
    for (size_t i = 0; i < result->count && what->alert == NULL; i++) {
        if (overlaps(&result->alerts[i], incident)) {
            what->alert = &result->alerts[i];
            what->earlier_ms = incident->last.opened_ms - what->alert->opened_ms;
        }
    }
}

size_t
facts_kin(const struct report *report,
        const struct study_incident *incident,
        const struct study_incident *kin[KIN_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < report->known_count; i++) {
        const struct study_incident *other = report->known[i];
        if (other->brand != incident->brand || strcmp(other->last.id, incident->last.id) == 0) {
            continue;
        }
        if (count == KIN_MAX) {
            memmove(kin, kin + 1, (KIN_MAX - 1) * sizeof(struct study_incident *));
            count--;
        }
        kin[count++] = other;
    }
    return count;
}

size_t
facts_holes(const struct report *report,
        const struct study_incident *incident,
        enum hole_sort sort,
        struct hole holes[HOLES_SHOWN])
{
    const struct incident *last = &incident->last;
    const struct hole_list *list =
            report->holes == NULL ? NULL : holes_of(report->holes, last->brand, sort);
    size_t count = 0;

    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct hole *hole = &list->at[i];
        if (hole->to_ms < last->onset_ms - DAY_MS || hole->from_ms > facts_end_ms(last)) {
            continue;
        }
        if (count == HOLES_SHOWN) {
            memmove(holes, holes + 1, (HOLES_SHOWN - 1) * sizeof holes[0]);
            count--;
        }
        holes[count++] = *hole;
    }
    return count;
}

const struct incident_waits *
facts_waits(const struct report *report, const struct study_incident *incident)
{
    return report->waits == NULL ? NULL : waits_of(report->waits, incident->last.id);
}

const struct study_event *
facts_opening(const struct study_incident *incident)
{
    assert(incident->event_count > 0);
    return &incident->events[0];
}

size_t
facts_steps_done(const struct incident *incident)
{
    size_t done = 0;

    for (size_t i = 0; i < PLAYBOOK_COUNT; i++) {
        done += incident->playbook[i].time_ms != TIME_NONE;
    }
    return done;
}

struct view
facts_title(const struct report *report, const struct study_incident *incident)
{
    struct view title = { .at = NULL };

    if (report->rules != NULL && incident->brand < rule_set_brand_count(report->rules)) {
        title = rule_set_brand(report->rules, incident->brand)->title;
    }
    return title.size > 0 ? title : view_of(incident->last.brand);
}

int
facts_link_is_safe(struct view link)
{
    return view_starts(link, VIEW("https://")) || view_starts(link, VIEW("http://"));
}
