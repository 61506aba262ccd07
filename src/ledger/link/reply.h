/*
 * reply: what a reply says, read without believing its shape. Private to the Redis ledger; pure.
 */
#ifndef REBATO_LEDGER_LINK_REPLY_H
#define REBATO_LEDGER_LINK_REPLY_H

#include "ledger/ledger.h"

#include <hiredis/hiredis.h>
#include <stdint.h>

/* What an error reply asks of us: AWAY (try later) or REFUSED (a person must act). */
enum ledger_outcome redis_error_outcome(struct view error);

/* The number at `index` of an array of numbers or decimal strings. 0 when there is none. */
int redis_reply_i64(const redisReply *reply, size_t index, int64_t *number);
/* The bytes at `index` of an array; an empty view for nil. */
struct view redis_reply_text(const redisReply *reply, size_t index);

#endif
