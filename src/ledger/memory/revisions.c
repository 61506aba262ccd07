/* Revisions of the rules in the memory ledger: those of one process. */
#include "ledger/memory/body.h"

#include <assert.h>
#include <stdlib.h>

/* What was promised is the caller's; the list is everybody's. */
static void
tell(const struct memory_ledger *ledger, struct revisions *revisions)
{
    *revisions = ledger->revisions;
}

enum ledger_outcome
memory_reach(struct ledger_writer *writer, uint32_t bucket, struct revisions *revisions)
{
    struct memory_ledger *ledger = memory_ledger_of(writer->ledger);

    pthread_mutex_lock(&ledger->lock);
    revisions_reach(&ledger->revisions, bucket);
    tell(ledger, revisions);
    pthread_mutex_unlock(&ledger->lock);
    return LEDGER_OK;
}

enum ledger_outcome
memory_revisions(struct ledger_reader *reader, uint32_t bucket, struct revisions *revisions)
{
    struct memory_ledger *ledger = memory_ledger_of(reader->ledger);

    pthread_mutex_lock(&ledger->lock);
    if (bucket > 0) {
        revisions_reach(&ledger->revisions, bucket);
    }
    tell(ledger, revisions);
    pthread_mutex_unlock(&ledger->lock);
    return LEDGER_OK;
}

/* With the lock held. NULL: there is none. */
static struct memory_rules *
find(struct memory_ledger *ledger, const char *name)
{
    for (size_t i = 0; i < REVISIONS_MAX; i++) {
        if (strcmp(ledger->rules[i].name, name) == 0) {
            return &ledger->rules[i];
        }
    }
    return NULL;
}

/* With the lock held. Takes the place of one that is no longer listed: there are as many as can be listed. */
static void
keep(struct memory_ledger *ledger, const struct memory_rules *rules)
{
    struct memory_rules *place = find(ledger, rules->name);

    for (size_t i = 0; place == NULL && i < REVISIONS_MAX; i++) {
        if (revisions_find(&ledger->revisions, ledger->rules[i].name) == NO_REVISION) {
            place = &ledger->rules[i];
        }
    }
    assert(place != NULL); /* as many as can be listed, and the new one is listed already */
    free(place->text);
    *place = *rules;
}

static int
lists_end_alike(const struct revisions *a, const struct revisions *b)
{
    return a->count == b->count && strcmp(revisions_newest(a), revisions_newest(b)) == 0 &&
           !revisions_are_ahead(a, b) && !revisions_are_ahead(b, a);
}

enum ledger_outcome
memory_revise(struct ledger_reader *reader,
        const char *name,
        struct view text,
        struct revisions *revisions)
{
    struct memory_ledger *ledger = memory_ledger_of(reader->ledger);
    struct memory_rules rules = { .text = malloc(text.size + 1), .size = text.size };
    enum ledger_outcome outcome = LEDGER_CLASH;

    if (rules.text == NULL) {
        return LEDGER_AWAY;
    }
    if (text.size > 0) {
        memcpy(rules.text, text.at, text.size);
    }
    view_copy(view_of(name), rules.name, sizeof rules.name);
    pthread_mutex_lock(&ledger->lock);
    if (lists_end_alike(&ledger->revisions, revisions)) {
        revisions_add(&ledger->revisions, name);
        keep(ledger, &rules);
        outcome = LEDGER_OK;
    } else {
        free(rules.text);
    }
    tell(ledger, revisions);
    pthread_mutex_unlock(&ledger->lock);
    return outcome;
}

enum ledger_outcome
memory_rules(struct ledger_reader *reader, const char *name, char **text, size_t *size)
{
    struct memory_ledger *ledger = memory_ledger_of(reader->ledger);

    pthread_mutex_lock(&ledger->lock);
    const struct memory_rules *rules = find(ledger, name);
    char *copy = rules == NULL ? NULL : malloc(rules->size + 1);
    if (copy != NULL) {
        memcpy(copy, rules->text, rules->size);
        *size = rules->size;
    }
    pthread_mutex_unlock(&ledger->lock);
    *text = copy;
    return rules == NULL ? LEDGER_CLASH : copy == NULL ? LEDGER_AWAY : LEDGER_OK;
}
