#include "ledger/carrier.h"

#include "ledger/ledger.h"

#include <stdio.h>
#include <stdlib.h>

/* A reply may wait behind a whole tally. */
#define TIMEOUT_MS 10000

struct fenced {
    struct ledger *ledger;
    struct ledger_writer *writer;
};

static void
fenced_destroy(void *self)
{
    struct fenced *fenced = self;

    ledger_writer_destroy(&fenced->writer);
    ledger_destroy(&fenced->ledger);
    free(fenced);
}

static void
fenced_submit(void *self, const struct tally *tally)
{
    const struct fenced *fenced = self;

    ledger_submit(fenced->writer, tally);
}

static enum carrier_news
fenced_poll(void *self, int64_t wait_ms)
{
    const struct fenced *fenced = self;
    const enum ledger_outcome outcome = ledger_poll(fenced->writer, wait_ms);

    if (outcome == LEDGER_OK || outcome == LEDGER_PENDING) {
        return outcome == LEDGER_OK ? CARRIER_LANDED : CARRIER_IN_THE_AIR;
    }
    (void)fprintf(stderr, "the ledger: %s\n", ledger_outcome_name(outcome));
    return CARRIER_FAILED;
}

static int
claim_all(struct fenced *fenced, uint32_t partitions)
{
    enum ledger_outcome outcome = LEDGER_OK;
    struct ledger_claim claim;

    for (uint32_t i = 0; i < partitions && outcome == LEDGER_OK; i++) {
        outcome = ledger_claim(fenced->writer, i, VIEW("bench"), (int32_t)i, &claim);
        if (outcome == LEDGER_OK && !claim.known) {
            outcome = ledger_found(fenced->writer, i, 0, &claim);
        }
    }
    return outcome == LEDGER_OK;
}

int
carrier_fenced(struct carrier *carrier, const struct feed *feed, const struct carrier_place *place)
{
    struct ledger_options options;
    char trouble[160] = "";
    struct fenced *fenced = calloc(1, sizeof *fenced);

    if (fenced == NULL) {
        return 0;
    }
    *carrier = (struct carrier){ fenced, fenced_submit, fenced_poll, fenced_destroy };
    ledger_options_init(&options);
    options.url = place->url;
    options.name_space = place->name_space;
    options.shards = place->shards;
    options.timeout_ms = TIMEOUT_MS;
    fenced->ledger = ledger_create(&options, trouble);
    if (fenced->ledger != NULL && ledger_check(fenced->ledger, trouble) == LEDGER_OK) {
        fenced->writer = ledger_writer_create(fenced->ledger, feed->names);
    }
    if (fenced->writer != NULL && claim_all(fenced, feed->shape.partitions)) {
        return 1;
    }
    (void)fprintf(stderr, "the ledger: %s\n", trouble[0] == '\0' ? "no claim" : trouble);
    fenced_destroy(fenced);
    return 0;
}
