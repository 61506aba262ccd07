/* States from elsewhere in the memory ledger. It ends with its process, so it gives no images of its own. */
#include "ledger/memory/body.h"

#include <stdlib.h>

enum ledger_outcome
memory_image(struct ledger_reader *reader,
        uint32_t shard,
        const struct ledger_image_wish *wish,
        struct image_writer *image)
{
    (void)reader;
    (void)shard;
    (void)wish;
    (void)image;
    return LEDGER_REFUSED;
}

/* With the lock held. A brand that was folded here keeps what it has. */
static enum ledger_outcome
adopt(struct memory_ledger *ledger, const struct image_state *from)
{
    uint32_t brand = names_number(ledger->names, from->brand);
    char *bytes = malloc(from->state.size + 1);
    struct memory_state *state =
            brand == NAME_NONE || bytes == NULL ? NULL : memory_table_put(&ledger->states, &brand);

    if (state == NULL || state->folded_through > 0) {
        free(bytes);
        return state == NULL ? LEDGER_AWAY : LEDGER_OK;
    }
    if (from->state.size > 0) {
        memcpy(bytes, from->state.at, from->state.size);
    }
    free(state->bytes);
    state->bytes = bytes;
    state->size = from->state.size;
    state->folded_through = from->folded_through;
    return LEDGER_OK;
}

enum ledger_outcome
memory_restore(struct ledger_reader *reader, struct view image, const struct image_head *head)
{
    struct memory_ledger *ledger = memory_ledger_of(reader->ledger);
    size_t count = 0;
    struct image_state *states = image_states(image, &count);
    enum ledger_outcome outcome = states == NULL ? LEDGER_AWAY : LEDGER_OK;

    (void)head;
    pthread_mutex_lock(&ledger->lock);
    for (size_t i = 0; i < count && outcome == LEDGER_OK; i++) {
        outcome = adopt(ledger, &states[i]);
    }
    pthread_mutex_unlock(&ledger->lock);
    free(states);
    return outcome;
}
