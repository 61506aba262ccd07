/* What the ledger knows of idle closes, and what the control log does. */
#include "pipeline/copies/control_scribe.h"

#include <assert.h>
#include <stdlib.h>

static int
compare_idles(const void *left, const void *right)
{
    return control_compare_idle(left, right);
}

/* In the order of the log. malloc'd. */
static struct control_idle *
idles_of(uint32_t shard, const struct ledger_lapse *lapses, size_t count)
{
    struct control_idle *idles = calloc(count + 1, sizeof *idles);

    assert(idles != NULL);
    for (size_t i = 0; i < count; i++) {
        idles[i] = (struct control_idle){ .topic = lapses[i].topic,
            .partition = lapses[i].partition,
            .shard = shard,
            .from = lapses[i].offset,
            .late_below = lapses[i].through };
    }
    if (count > 0) {
        qsort(idles, count, sizeof *idles, compare_idles);
    }
    return idles;
}

static const struct control_idle *
find(const struct control_idle *idles, size_t count, const struct control_idle *wanted)
{
    return count == 0 ? NULL : bsearch(wanted, idles, count, sizeof *idles, compare_idles);
}

/* The ledger lets a lapse go when a later one of the same partition lies far above it. */
static int
has_left(const struct control_idle *idle, const struct control_idle *known, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (known[i].partition == idle->partition && view_equal(known[i].topic, idle->topic) &&
                known[i].late_below >= idle->late_below + LEDGER_LAPSE_KEPT) {
            return 1;
        }
    }
    return 0;
}

void
control_compare(struct control *log,
        uint32_t shard,
        const struct ledger_lapse *lapses,
        size_t count,
        struct control_changes *changes)
{
    size_t said_count = 0;
    const struct control_idle *said = control_idles(log, &said_count);
    struct control_idle *known = idles_of(shard, lapses, count);

    *changes = (struct control_changes){
        .added = calloc(count + 1, sizeof *changes->added),
        .voided = calloc(said_count + 1, sizeof *changes->voided),
    };
    assert(changes->added != NULL && changes->voided != NULL);
    for (size_t i = 0; i < count; i++) {
        const struct control_idle *same = find(said, said_count, &known[i]);
        if (same == NULL || same->late_below != known[i].late_below) {
            changes->added[changes->added_count++] = known[i];
        }
    }
    for (size_t i = 0; i < said_count; i++) {
        if (said[i].shard == shard && find(known, count, &said[i]) == NULL &&
                !has_left(&said[i], known, count)) {
            changes->voided[changes->voided_count++] = said[i];
        }
    }
    free(known);
}

void
control_changes_fini(struct control_changes *changes)
{
    free(changes->added);
    free(changes->voided);
    *changes = (struct control_changes){ .added = NULL };
}
