#include "ledger/link/reply.h"

#include "ledger/link/bytes.h"

#include <stdio.h>

static int
contains(struct view text, struct view part)
{
    return memmem(text.at, text.size, part.at, part.size) != NULL;
}

enum ledger_outcome
redis_error_outcome(struct view error)
{
    /* A bad day, over when Redis says so. NOSCRIPT: the server was restarted or flushed. MOVED, ASK,
     * TRYAGAIN: somewhere else in the cluster, now or soon. */
    static const char *const passing[] = { "LOADING", "OOM", "READONLY", "MISCONF", "BUSY",
        "NOSCRIPT", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "MOVED ", "ASK ",
        "ERR max number of clients" };

    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        if (view_starts(error, view_of(passing[i]))) {
            return LEDGER_AWAY;
        }
    }
    /* Before Redis 7 an error inside a script came wrapped: "ERR Error running script ...: -OOM ...". */
    for (size_t i = 0; i < 4 && view_starts(error, VIEW("ERR ")); i++) {
        char inner[16];
        snprintf(inner, sizeof inner, "-%s ", passing[i]);
        if (contains(error, view_of(inner))) {
            return LEDGER_AWAY;
        }
    }
    return LEDGER_REFUSED;
}

int
redis_reply_i64(const redisReply *reply, size_t index, int64_t *number)
{
    if (reply->type != REDIS_REPLY_ARRAY || index >= reply->elements) {
        return 0;
    }
    const redisReply *element = reply->element[index];
    if (element->type == REDIS_REPLY_INTEGER) {
        *number = element->integer;
        return 1;
    }
    return view_to_i64_strict(redis_reply_text(reply, index), number);
}

struct view
redis_reply_text(const redisReply *reply, size_t index)
{
    if (reply->type != REDIS_REPLY_ARRAY || index >= reply->elements ||
            (reply->element[index]->type != REDIS_REPLY_STRING &&
                    reply->element[index]->type != REDIS_REPLY_STATUS)) {
        return (struct view){ 0 };
    }
    return (struct view){ reply->element[index]->str, reply->element[index]->len };
}
