#include "ledger/memory/body.h"

#include <stdlib.h>

static void
memory_destroy(struct ledger *base)
{
    struct memory_ledger *ledger = memory_ledger_of(base);

    for (size_t i = 0; i < ledger->partition_count; i++) {
        free(ledger->partitions[i].topic);
    }
    for (size_t i = 0; i < ledger->notice_count; i++) {
        free(ledger->notices[i].text);
    }
    for (size_t i = 0; i < ledger->states.count; i++) {
        struct memory_state *state = memory_table_at(&ledger->states, i);
        free(state->bytes);
    }
    for (size_t i = 0; i < REVISIONS_MAX; i++) {
        free(ledger->rules[i].text);
    }
    free(ledger->partitions);
    free(ledger->lapses);
    free(ledger->notices);
    memory_table_fini(&ledger->cells);
    memory_table_fini(&ledger->authors);
    memory_table_fini(&ledger->officials);
    memory_table_fini(&ledger->exemplars);
    memory_table_fini(&ledger->states);
    names_destroy(&ledger->names);
    pthread_mutex_destroy(&ledger->lock);
    free(ledger);
}

/* Nothing to connect to and nothing that could disagree. */
static enum ledger_outcome
memory_check(struct ledger *ledger, char trouble[160])
{
    (void)ledger;
    trouble[0] = '\0';
    return LEDGER_OK;
}

/* Nobody reads published keys in here; the count lets a test see that they were sent. */
static enum ledger_outcome
published(struct ledger_reader *reader)
{
    struct memory_ledger *ledger = memory_ledger_of(reader->ledger);

    pthread_mutex_lock(&ledger->lock);
    ledger->published++;
    pthread_mutex_unlock(&ledger->lock);
    return LEDGER_OK;
}

static enum ledger_outcome
memory_publish_series(struct ledger_reader *reader,
        struct view brand,
        const struct ledger_slot *place,
        const struct ledger_fields *fields)
{
    (void)brand;
    (void)place;
    (void)fields;
    return published(reader);
}

static enum ledger_outcome
memory_publish_rollup(
        struct ledger_reader *reader, struct view brand, const struct ledger_slot *place)
{
    (void)brand;
    (void)place;
    return published(reader);
}

static enum ledger_outcome
memory_publish_named(
        struct ledger_reader *reader, struct view name, const struct ledger_fields *fields)
{
    (void)name;
    (void)fields;
    return published(reader);
}

static enum ledger_outcome
memory_publish_top(struct ledger_reader *reader, struct view brand)
{
    (void)brand;
    return published(reader);
}

static enum ledger_outcome
memory_publish_alert(struct ledger_reader *reader, const struct ledger_alert *alert)
{
    (void)alert;
    return published(reader);
}

static const struct ledger_ops memory_ops = {
    .destroy = memory_destroy,
    .check = memory_check,
    .writer_create = memory_writer_create,
    .reader_create = memory_reader_create,
    .writer_destroy = memory_writer_destroy,
    .claim = memory_claim,
    .found = memory_found,
    .renew = memory_renew,
    .release = memory_release,
    .idle = memory_idle,
    .reach = memory_reach,
    .submit = memory_submit,
    .poll = memory_poll,
    .reader_destroy = memory_reader_destroy,
    .lease = memory_lease,
    .unlease = memory_unlease,
    .progress = memory_progress,
    .close = memory_close,
    .mark = memory_mark,
    .read = memory_read,
    .lapses = memory_lapses,
    .load = memory_load,
    .commit = memory_commit,
    .erase = memory_erase,
    .outbox = memory_outbox,
    .delivered = memory_delivered,
    .lines = memory_lines,
    .forget_lines = memory_forget_lines,
    .revisions = memory_revisions,
    .revise = memory_revise,
    .rules = memory_rules,
    .publish_series = memory_publish_series,
    .publish_rollup = memory_publish_rollup,
    .publish_now = memory_publish_named,
    .publish_top = memory_publish_top,
    .publish_alert = memory_publish_alert,
    .publish_instance = memory_publish_named,
    .image = memory_image,
    .restore = memory_restore,
};

struct ledger *
ledger_memory_create(void)
{
    struct memory_ledger *ledger = calloc(1, sizeof *ledger);

    if (ledger == NULL) {
        return NULL;
    }
    ledger->base.ops = &memory_ops;
    pthread_mutex_init(&ledger->lock, NULL);
    memory_table_init(&ledger->cells, sizeof(struct memory_cell), MEMORY_CELL_KEY);
    memory_table_init(&ledger->authors, sizeof(struct memory_author), MEMORY_AUTHOR_KEY);
    memory_table_init(&ledger->officials, sizeof(struct memory_official), MEMORY_OFFICIAL_KEY);
    memory_table_init(&ledger->exemplars, sizeof(struct memory_exemplar), MEMORY_EXEMPLAR_KEY);
    memory_table_init(&ledger->states, sizeof(struct memory_state), MEMORY_STATE_KEY);
    ledger->names = names_create(NAMES_MAX);
    if (ledger->names == NULL) {
        memory_destroy(&ledger->base);
        return NULL;
    }
    return &ledger->base;
}
