/* What a judge leaves in the memory ledger: states of brands, notices, and the removal of what is folded. */
#include "ledger/memory/body.h"

#include "ledger/page.h"

#include <stdlib.h>

enum ledger_outcome
memory_load(struct ledger_reader *base, uint32_t shard, struct view brand, struct ledger_state *out)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    struct memory_reader *reader = memory_reader_of(base);
    enum ledger_outcome outcome = LEDGER_OK;

    (void)shard;
    free(reader->state);
    reader->state = NULL;
    pthread_mutex_lock(&ledger->lock);
    uint32_t name = names_find(ledger->names, brand);
    const struct memory_state *state = memory_table_find(&ledger->states, &name);
    if (state != NULL) {
        out->folded_through = state->folded_through;
        reader->state = malloc(state->size + state->early_size + 1);
        outcome = reader->state == NULL ? LEDGER_AWAY : LEDGER_OK;
    }
    if (state != NULL && reader->state != NULL) {
        memcpy(reader->state, state->bytes == NULL ? "" : state->bytes,
                state->size + state->early_size);
        out->state = (struct view){ reader->state, state->size };
        out->early = (struct view){ reader->state + state->size, state->early_size };
    }
    pthread_mutex_unlock(&ledger->lock);
    return outcome;
}

/* Everything a commit needs, before anything is changed. */
struct commit_parts {
    char *bytes;
    struct memory_notice notices[LEDGER_NOTICES_MAX];
};

static void
parts_free(struct commit_parts *parts, size_t count)
{
    free(parts->bytes);
    for (size_t i = 0; i < count; i++) {
        free(parts->notices[i].text);
    }
    free(parts);
}

static struct commit_parts *
parts_copy(const struct ledger_commit *commit)
{
    struct commit_parts *parts = calloc(1, sizeof *parts);

    if (parts == NULL) {
        return NULL;
    }
    parts->bytes = malloc(commit->state.size + commit->early.size + 1);
    int complete = parts->bytes != NULL;
    if (complete && commit->state.size > 0) {
        memcpy(parts->bytes, commit->state.at, commit->state.size);
    }
    if (complete && commit->early.size > 0) {
        memcpy(parts->bytes + commit->state.size, commit->early.at, commit->early.size);
    }
    for (size_t i = 0; i < commit->notice_count && complete; i++) {
        const struct ledger_notice *notice = &commit->notices[i];
        size_t size = notice->key.size + notice->json.size;
        struct memory_notice *copy = &parts->notices[i];
        *copy = (struct memory_notice){ malloc(size + 1), notice->key.size, notice->json.size };
        complete = copy->text != NULL;
        if (complete) {
            memcpy(copy->text, notice->key.at, notice->key.size);
            memcpy(copy->text + notice->key.size, notice->json.at, notice->json.size);
        }
    }
    if (!complete) {
        parts_free(parts, commit->notice_count);
        return NULL;
    }
    return parts;
}

static size_t
find_notice(const struct memory_ledger *ledger, struct view key)
{
    size_t i = 0;

    for (; i < ledger->notice_count; i++) {
        const struct memory_notice *notice = &ledger->notices[i];
        if (view_equal((struct view){ notice->text, notice->key_size }, key)) {
            break;
        }
    }
    return i;
}

static void
remove_notice(struct memory_ledger *ledger, size_t index)
{
    free(ledger->notices[index].text);
    ledger->notice_count--;
    memmove(&ledger->notices[index], &ledger->notices[index + 1],
            (ledger->notice_count - index) * sizeof *ledger->notices);
}

/* Takes the notice's memory over. A key that is there already is replaced: it is the same notice. */
static int
add_notice(struct memory_ledger *ledger, struct memory_notice *notice)
{
    size_t same = find_notice(ledger, (struct view){ notice->text, notice->key_size });
    void *at = ledger->notices;

    if (same < ledger->notice_count) {
        remove_notice(ledger, same);
    }
    if (!page_grow(&at, &ledger->notice_room, ledger->notice_count, sizeof *notice)) {
        return 0;
    }
    ledger->notices = at;
    ledger->notices[ledger->notice_count++] = *notice;
    notice->text = NULL;
    return 1;
}

/* With the lock held. */
static enum ledger_outcome
commit_locked(
        struct ledger_reader *base, const struct ledger_commit *commit, struct commit_parts *parts)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    uint32_t brand = names_number(ledger->names, commit->brand);

    if (!memory_holds_lease(base)) {
        return LEDGER_LOST;
    }
    struct memory_state *state =
            brand == NAME_NONE ? NULL : memory_table_put(&ledger->states, &brand);
    if (state == NULL) {
        return LEDGER_AWAY;
    }
    if (state->folded_through != commit->before || commit->folded_through > ledger->closed) {
        return LEDGER_CLASH;
    }
    for (size_t i = 0; i < commit->notice_count; i++) {
        if (!add_notice(ledger, &parts->notices[i])) {
            return LEDGER_AWAY; /* those before it are there; the same commit replaces them */
        }
    }
    free(state->bytes);
    state->bytes = parts->bytes;
    state->size = commit->state.size;
    state->early_size = commit->early.size;
    state->folded_through = commit->folded_through;
    parts->bytes = NULL;
    return LEDGER_OK;
}

enum ledger_outcome
memory_commit(struct ledger_reader *base, uint32_t shard, const struct ledger_commit *commit)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    struct commit_parts *parts = parts_copy(commit);

    (void)shard;
    if (parts == NULL) {
        return LEDGER_AWAY;
    }
    pthread_mutex_lock(&ledger->lock);
    enum ledger_outcome outcome = commit_locked(base, commit, parts);
    pthread_mutex_unlock(&ledger->lock);
    parts_free(parts, commit->notice_count);
    return outcome;
}

static void
erase_brand(struct memory_ledger *ledger, uint32_t brand, uint32_t through)
{
    if (through > ledger->erased_through[brand]) {
        ledger->erased_through[brand] = through;
        ledger->unswept = 1;
    }
}

enum ledger_outcome
memory_erase(struct ledger_reader *base, uint32_t shard, struct view brand, uint32_t through)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    enum ledger_outcome outcome = LEDGER_CLASH;

    (void)shard;
    pthread_mutex_lock(&ledger->lock);
    uint32_t name = names_find(ledger->names, brand);
    const struct memory_state *state = memory_table_find(&ledger->states, &name);
    if (!memory_holds_lease(base)) {
        outcome = LEDGER_LOST;
    } else if (state != NULL && state->folded_through >= through) {
        erase_brand(ledger, name, through);
        outcome = LEDGER_OK;
    }
    pthread_mutex_unlock(&ledger->lock);
    return outcome;
}

enum ledger_outcome
memory_outbox(struct ledger_reader *base,
        uint32_t shard,
        struct ledger_notice *notices,
        size_t max,
        size_t *count)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    struct memory_reader *reader = memory_reader_of(base);
    size_t size = 0;
    enum ledger_outcome outcome = LEDGER_OK;

    (void)shard;
    pthread_mutex_lock(&ledger->lock);
    size_t taken = ledger->notice_count < max ? ledger->notice_count : max;
    for (size_t i = 0; i < taken; i++) {
        size += ledger->notices[i].key_size + ledger->notices[i].json_size;
    }
    free(reader->outbox);
    reader->outbox = malloc(size + 1);
    if (reader->outbox == NULL) {
        taken = 0;
        outcome = LEDGER_AWAY;
    }
    for (size_t i = 0, at = 0; i < taken; i++) {
        const struct memory_notice *notice = &ledger->notices[i];
        char *text =
                memcpy(reader->outbox + at, notice->text, notice->key_size + notice->json_size);
        notices[i].key = (struct view){ text, notice->key_size };
        notices[i].json = (struct view){ text + notice->key_size, notice->json_size };
        at += notice->key_size + notice->json_size;
    }
    pthread_mutex_unlock(&ledger->lock);
    *count = taken;
    return outcome;
}

enum ledger_outcome
memory_delivered(struct ledger_reader *base, uint32_t shard, struct view key)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);

    (void)shard;
    pthread_mutex_lock(&ledger->lock);
    size_t index = find_notice(ledger, key);
    if (index < ledger->notice_count) {
        remove_notice(ledger, index);
    }
    pthread_mutex_unlock(&ledger->lock);
    return LEDGER_OK;
}

/* Kept nowhere: see ledger.h. */
enum ledger_outcome
memory_lines(struct ledger_reader *reader,
        uint32_t shard,
        const struct ledger_line **lines,
        size_t *count)
{
    (void)reader;
    (void)shard;
    *lines = NULL;
    *count = 0;
    return LEDGER_OK;
}

enum ledger_outcome
memory_forget_lines(struct ledger_reader *reader, uint32_t shard, uint32_t bucket)
{
    (void)reader;
    (void)shard;
    (void)bucket;
    return LEDGER_OK;
}
