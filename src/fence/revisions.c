#include "fence/revisions.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* Who has to ask again so soon asks for more. */
#define SOON_MS 1000

/* ---- text ---- */

static int
is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
           c == '.' || c == '-' || c == '_';
}

int
revision_name_valid(struct view name)
{
    if (name.size == 0 || name.size >= REVISION_NAME_SIZE) {
        return 0;
    }
    for (size_t i = 0; i < name.size; i++) {
        if (!is_plain(name.at[i])) {
            return 0;
        }
    }
    return 1;
}

/* What stands before the next `end`, or before the end of all; takes both off. */
static struct view
cut(struct view *text, char end)
{
    const char *at = text->size == 0 ? NULL : memchr(text->at, end, text->size);
    size_t size = at == NULL ? text->size : (size_t)(at - text->at);
    struct view head = view_slice(*text, 0, size);

    *text = view_slice(*text, at == NULL ? size : size + 1, text->size);
    return head;
}

static int
take_u32(struct view text, uint32_t *number)
{
    uint64_t wide = 0;

    if (!view_to_u64(text, &wide) || wide > UINT32_MAX) {
        return 0;
    }
    *number = (uint32_t)wide;
    return 1;
}

/* Entries follow each other, in number and in time. */
static int
follows(const struct revisions *list, const struct revision *next)
{
    if (list->count == 0) {
        return next->number >= 1;
    }
    const struct revision *last = &list->at[list->count - 1];
    return next->number == last->number + 1 && next->from >= last->from;
}

static int
take_entry(struct revisions *list, struct view entry)
{
    struct revision next;
    struct view number = cut(&entry, ':');
    struct view from = cut(&entry, ':');

    if (list->count == REVISIONS_MAX || !take_u32(number, &next.number) ||
            !take_u32(from, &next.from) || !revision_name_valid(entry) || !follows(list, &next)) {
        return 0;
    }
    view_copy(entry, next.name, sizeof next.name);
    list->at[list->count++] = next;
    return 1;
}

int
revisions_parse(struct view text, struct revisions *revisions)
{
    struct revisions list = { .horizon = revisions->horizon };

    while (text.size > 0) {
        if (!take_entry(&list, cut(&text, ' '))) {
            return 0;
        }
    }
    *revisions = list;
    return 1;
}

void
revisions_print(const struct revisions *revisions, char text[REVISIONS_TEXT_SIZE])
{
    size_t size = 0;

    text[0] = '\0';
    for (size_t i = 0; i < revisions->count; i++) {
        const struct revision *entry = &revisions->at[i];
        size += (size_t)snprintf(text + size, REVISIONS_TEXT_SIZE - size,
                "%s%" PRIu32 ":%" PRIu32 ":%s", i == 0 ? "" : " ", entry->number, entry->from,
                entry->name);
        assert(size < REVISIONS_TEXT_SIZE);
    }
}

/* ---- which one ---- */

size_t
revisions_index_any(const struct revisions *revisions, uint32_t bucket)
{
    if (revisions->count == 0) {
        return NO_REVISION;
    }
    size_t index = revisions->count - 1;
    while (index > 0 && revisions->at[index].from > bucket) {
        index--;
    }
    return index;
}

size_t
revisions_index(const struct revisions *revisions, uint32_t bucket)
{
    return bucket >= revisions->horizon ? NO_REVISION : revisions_index_any(revisions, bucket);
}

uint32_t
revisions_end(const struct revisions *revisions, size_t index)
{
    assert(index < revisions->count);
    return index + 1 < revisions->count ? revisions->at[index + 1].from : UINT32_MAX;
}

size_t
revisions_find(const struct revisions *revisions, const char *name)
{
    for (size_t i = revisions->count; i > 0; i--) {
        if (strcmp(revisions->at[i - 1].name, name) == 0) {
            return i - 1;
        }
    }
    return NO_REVISION;
}

const char *
revisions_newest(const struct revisions *revisions)
{
    return revisions->count == 0 ? "" : revisions->at[revisions->count - 1].name;
}

/* ---- changes ---- */

void
revisions_add(struct revisions *revisions, const char *name)
{
    struct revision next = { .number = 1, .from = 0 };

    assert(revision_name_valid(view_of(name)));
    if (revisions->count > 0) {
        const struct revision *last = &revisions->at[revisions->count - 1];
        next.number = last->number + 1;
        next.from = revisions->horizon > last->from ? revisions->horizon : last->from;
    }
    if (revisions->count == REVISIONS_MAX) {
        memmove(revisions->at, revisions->at + 1, (REVISIONS_MAX - 1) * sizeof revisions->at[0]);
        revisions->count--;
    }
    view_copy(view_of(name), next.name, sizeof next.name);
    revisions->at[revisions->count++] = next;
}

void
revisions_reach(struct revisions *revisions, uint32_t bucket)
{
    if (bucket != UINT32_MAX && revisions->horizon <= bucket) {
        revisions->horizon = bucket + 1;
    }
}

static uint32_t
newest_number(const struct revisions *revisions)
{
    return revisions->count == 0 ? 0 : revisions->at[revisions->count - 1].number;
}

int
revisions_are_ahead(const struct revisions *known, const struct revisions *found)
{
    return newest_number(known) > newest_number(found);
}

/* ---- how far to reach ---- */

uint32_t
reach_pace_ask(struct reach_pace *pace, uint32_t bucket, int64_t now_ms)
{
    if (pace->buckets == 0 || now_ms - pace->asked_ms >= SOON_MS) {
        pace->buckets = REACH_BUCKETS_MIN;
    } else if (pace->buckets < REACH_BUCKETS_MAX / 2) {
        pace->buckets *= 2;
    } else {
        pace->buckets = REACH_BUCKETS_MAX;
    }
    pace->asked_ms = now_ms;
    return bucket > UINT32_MAX - 1 - pace->buckets ? UINT32_MAX - 1 : bucket + pace->buckets;
}

int
reach_pace_is_due(const struct reach_pace *pace, uint32_t bucket, uint32_t horizon)
{
    return horizon <= bucket || horizon - bucket <= pace->buckets / 2;
}
