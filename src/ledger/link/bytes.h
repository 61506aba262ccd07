/*
 * bytes: a buffer that grows at its end and remembers when it could not.
 *
 * Private to the Redis ledger; one thread.
 */
#ifndef REBATO_LEDGER_LINK_BYTES_H
#define REBATO_LEDGER_LINK_BYTES_H

#include "core/view.h"

#include <stdint.h>

struct redis_bytes {
    char *at;
    size_t size;
    size_t room;
    int short_of_memory; /* something is missing; until the next clear */
};

void redis_bytes_fini(struct redis_bytes *bytes);
void redis_bytes_clear(struct redis_bytes *bytes);
void redis_bytes_add(struct redis_bytes *bytes, struct view piece);
struct view redis_bytes_view(const struct redis_bytes *bytes);

/* The whole view as a decimal number, with or without a minus sign; 0 when it is not one. */
int view_to_i64_strict(struct view text, int64_t *number);
/* The same for what must fit 32 bits and is not negative. */
int view_to_u32_strict(struct view text, uint32_t *number);

#endif
