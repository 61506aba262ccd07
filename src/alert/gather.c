#include "alert/gather.h"

#include "alert/render/parts.h"
#include "alert/render/surge_payload.h"
#include "core/hash.h"
#include "judge/surge.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* An opening on its way. */
struct held {
    struct surge_opening opening;
    struct surge surge; /* number 0: none */
    json_t *payload;
    char key[OUTBOX_KEY_SIZE];
    char incident[OUTBOX_KEY_SIZE];
    char kind[16];
    size_t json_size;
    char *json; /* malloc'd */
};

/* Notices that went as one, until its receipt. */
struct group {
    struct group *next;
    char key[OUTBOX_KEY_SIZE];
    int settled;
    size_t count;
    char keys[GATHER_ALERTS_MAX][OUTBOX_KEY_SIZE];
};

struct gather {
    size_t brand_count;
    struct surge_watch watch;
    struct held held[GATHER_MAX]; /* the first `ready` of them are looked through, and in order */
    size_t count;
    size_t ready;
    int64_t first_ms; /* when the oldest came of those that are not ready */

    /* What gather_next() has given out. */
    char *json;          /* malloc'd; NULL: nothing */
    size_t taken;        /* how many of the first it stands for */
    struct group *group; /* of several; malloc'd */
    char also[GATHER_ALERTS_MAX * (INCIDENT_ID_SIZE - 1)];

    struct group *groups; /* sent, or settled and not told yet */
};

struct gather *
gather_create(void)
{
    struct gather *gather = calloc(1, sizeof *gather);

    assert(gather != NULL);
    return gather;
}

static void
held_fini(struct held *held)
{
    json_decref(held->payload);
    free(held->json);
}

void
gather_destroy(struct gather **gather)
{
    if (*gather == NULL) {
        return;
    }
    for (size_t i = 0; i < (*gather)->count; i++) {
        held_fini(&(*gather)->held[i]);
    }
    while ((*gather)->groups != NULL) {
        struct group *next = (*gather)->groups->next;
        free((*gather)->groups);
        (*gather)->groups = next;
    }
    free((*gather)->group);
    free((*gather)->json);
    free(*gather);
    *gather = NULL;
}

void
gather_watch(struct gather *gather, size_t brand_count)
{
    gather->brand_count = brand_count;
}

/* ---- in ---- */

static int
stands_for(const struct group *group, struct view key)
{
    for (size_t i = 0; i < group->count; i++) {
        if (view_equal(view_of(group->keys[i]), key)) {
            return 1;
        }
    }
    return 0;
}

static int
is_known(const struct gather *gather, struct view key)
{
    for (size_t i = 0; i < gather->count; i++) {
        if (view_equal(view_of(gather->held[i].key), key)) {
            return 1;
        }
    }
    for (const struct group *group = gather->groups; group != NULL; group = group->next) {
        if (stands_for(group, key)) {
            return 1;
        }
    }
    return 0;
}

static int
is_opening(struct view kind)
{
    return view_equal(kind, VIEW("opened")) || view_equal(kind, VIEW("early"));
}

enum gather_taken
gather_take(struct gather *gather, const struct notice *notice, int64_t now_ms)
{
    if (gather->brand_count == 0 || !is_opening(notice->kind)) {
        return GATHER_PASSES;
    }
    if (is_known(gather, notice->key)) {
        return GATHER_KNOWN;
    }
    struct held held = { .json_size = notice->json.size };
    if (gather->count == GATHER_MAX || notice->json.size == 0 ||
            !view_copy(notice->key, held.key, sizeof held.key) ||
            !view_copy(notice->incident, held.incident, sizeof held.incident) ||
            !view_copy(notice->kind, held.kind, sizeof held.kind)) {
        return GATHER_PASSES;
    }
    held.payload = surge_payload_read(notice->json, &held.opening);
    if (held.payload == NULL) {
        return GATHER_PASSES; /* it pages nobody, or is none of ours */
    }
    held.json = malloc(notice->json.size);
    assert(held.json != NULL);
    memcpy(held.json, notice->json.at, notice->json.size);
    if (gather->count == gather->ready) {
        gather->first_ms = now_ms;
    }
    gather->held[gather->count++] = held;
    return GATHER_TAKEN;
}

/* ---- out ---- */

static int
compare_held(const void *left, const void *right)
{
    const struct held *a = left;
    const struct held *b = right;

    if (a->opening.opened_ms != b->opening.opened_ms) {
        return a->opening.opened_ms < b->opening.opened_ms ? -1 : 1;
    }
    int order = strcmp(a->opening.brand, b->opening.brand);
    return order != 0 ? order : strcmp(a->key, b->key);
}

/* Those of one surge side by side, behind those of none; else as they were. */
static int
compare_surges(const void *left, const void *right)
{
    const struct held *a = left;
    const struct held *b = right;

    if (a->surge.number != b->surge.number) {
        return a->surge.number < b->surge.number ? -1 : 1;
    }
    return compare_held(left, right);
}

/* In the order of the incident log they are heard. Who came ahead of the opening that made a surge of them, and is
 * still here, is part of it. */
static void
look_through(struct gather *gather)
{
    struct held *first = &gather->held[gather->ready];
    size_t count = gather->count - gather->ready;
    uint32_t begun = 0;

    qsort(first, count, sizeof *first, compare_held);
    for (size_t i = 0; i < count; i++) {
        struct surge surge;
        (void)surge_hear(&gather->watch, &first[i].opening, gather->brand_count, &surge);
        begun = surge.begun ? surge.number : begun;
    }
    for (size_t i = 0; i < count; i++) {
        (void)surge_hear(&gather->watch, &first[i].opening, gather->brand_count, &first[i].surge);
        first[i].surge.begun = begun != 0 && first[i].surge.number == begun;
    }
    qsort(first, count, sizeof *first, compare_surges);
    gather->ready = gather->count;
}

/* How many of the first go together. */
static size_t
count_together(const struct gather *gather)
{
    uint32_t number = gather->held[0].surge.number;
    size_t count = 1;

    while (number != 0 && count < gather->ready && count < GATHER_ALERTS_MAX &&
            gather->held[count].surge.number == number) {
        count++;
    }
    return count;
}

/* By what it stands for, so that a repetition has the same key only when it says the same. */
static void
name_group(struct group *group)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < group->count; i++) {
        hash = hash_view(view_of(group->keys[i]), hash);
    }
    snprintf(group->key, sizeof group->key, "%016" PRIx64 ":%zu:surge", hash, group->count);
}

static void
give_one(struct gather *gather, struct notice *notice)
{
    struct held *held = &gather->held[0];

    *notice = (struct notice){ .key = view_of(held->key),
        .incident = view_of(held->incident),
        .kind = view_of(held->kind),
        .json = { .at = held->json, .size = held->json_size } };
    if (held->surge.number != 0) {
        struct surge_told told = { .watch = &gather->watch, .surge = &held->surge };
        gather->json = surge_payload_join(&told, &held->payload, 1);
        notice->json = view_of(gather->json);
    }
}

static void
give_several(struct gather *gather, struct notice *notice)
{
    struct held *held = gather->held;
    struct surge_told told = { .watch = &gather->watch, .surge = &held->surge };
    json_t *payloads[GATHER_ALERTS_MAX];
    struct group *group = calloc(1, sizeof *group);

    assert(group != NULL);
    gather->group = group;
    for (size_t i = 0; i < gather->taken; i++) {
        payloads[i] = held[i].payload;
        memcpy(group->keys[group->count++], held[i].key, sizeof held[i].key);
        memcpy(gather->also + i * (INCIDENT_ID_SIZE - 1), held[i].opening.incident,
                INCIDENT_ID_SIZE - 1);
    }
    name_group(group);
    gather->json = surge_payload_join(&told, payloads, gather->taken);
    *notice = (struct notice){ .key = view_of(group->key),
        .incident = view_of(held->surge.id),
        .kind = VIEW("opened"),
        .also = { .at = gather->also, .size = gather->taken * (INCIDENT_ID_SIZE - 1) },
        .json = view_of(gather->json) };
}

int
gather_next(struct gather *gather, enum gather_haste haste, int64_t now_ms, struct notice *notice)
{
    int due = haste == GATHER_NOW || now_ms - gather->first_ms >= GATHER_HOLD_MS;

    if (gather->ready == 0 && gather->count > 0 && due) {
        look_through(gather);
    }
    if (gather->ready == 0) {
        return 0;
    }
    free(gather->json);
    free(gather->group);
    gather->json = NULL;
    gather->group = NULL;
    gather->taken = count_together(gather);
    if (gather->taken == 1) {
        give_one(gather, notice);
    } else {
        give_several(gather, notice);
    }
    return 1;
}

void
gather_sent(struct gather *gather)
{
    size_t taken = gather->taken;

    assert(taken > 0 && taken <= gather->ready);
    for (size_t i = 0; i < taken; i++) {
        held_fini(&gather->held[i]);
    }
    gather->count -= taken;
    gather->ready -= taken;
    memmove(gather->held, gather->held + taken, gather->count * sizeof gather->held[0]);
    if (gather->group != NULL) {
        gather->group->next = gather->groups;
        gather->groups = gather->group;
        gather->group = NULL;
    }
    free(gather->json);
    gather->json = NULL;
    gather->taken = 0;
}

/* ---- receipts ---- */

int
gather_receipt(struct gather *gather, struct view key)
{
    for (struct group *group = gather->groups; group != NULL; group = group->next) {
        if (!group->settled && view_equal(view_of(group->key), key)) {
            group->settled = 1;
            return 1;
        }
    }
    return 0;
}

int
gather_settled(struct gather *gather, char key[OUTBOX_KEY_SIZE])
{
    struct group **at = &gather->groups;

    while (*at != NULL && !(*at)->settled) {
        at = &(*at)->next;
    }
    struct group *group = *at;
    if (group == NULL) {
        return 0;
    }
    memcpy(key, group->keys[--group->count], OUTBOX_KEY_SIZE);
    if (group->count == 0) {
        *at = group->next;
        free(group);
    }
    return 1;
}
