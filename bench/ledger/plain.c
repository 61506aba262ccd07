#include "ledger/audit.h"
#include "ledger/carrier.h"

#include "core/hash.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

/* As the ledger does it. */
#define AUTHORS_PER_COMMAND 1000
#define AUTHORS_TTL_S       "172800"
#define NUMBER_SIZE         24

struct plain {
    const struct feed *feed;
    const struct carrier_place *place;
    redisContext *link;

    /* A set that is full is left alone. Replies to SADD come in the order of `asked`. */
    uint32_t *held;  /* members, by the feed's places */
    uint32_t *flown; /* authors in flight, some of which may be members already */
    size_t *asked;   /* places; SIZE_MAX for a reply of which nothing is learnt */
    size_t asked_count, asked_done;

    struct tally_author authors[TALLY_AUTHORS_MAX]; /* sorted copy */
    char numbers[AUTHORS_PER_COMMAND][NUMBER_SIZE];
    const char *arguments[AUTHORS_PER_COMMAND + 2];
    size_t sizes[AUTHORS_PER_COMMAND + 2];
};

/* Cells, and two commands for each author at worst. */
#define ASKED_MAX (TALLY_CELLS_MAX + 2 * TALLY_AUTHORS_MAX)

static void
plain_destroy(void *self)
{
    struct plain *plain = self;

    server_disconnect(&plain->link);
    free(plain->held);
    free(plain->flown);
    free(plain->asked);
    free(plain);
}

/* ---- commands ---- */

static void
argument(struct plain *plain, int at, const char *text, size_t size)
{
    plain->arguments[at] = text;
    plain->sizes[at] = size;
}

/* `learn` is a place whose members the reply counts, or SIZE_MAX. */
static void
send_command(struct plain *plain, int count, size_t learn)
{
    (void)redisAppendCommandArgv(plain->link, count, plain->arguments, plain->sizes);
    plain->asked[plain->asked_count++] = learn;
}

static uint32_t
shard_of(const struct plain *plain, struct view brand)
{
    return (uint32_t)(hash_view(brand, 0) % plain->place->shards);
}

static void
send_cell(struct plain *plain, const struct tally_cell *cell)
{
    const struct view brand = names_text(plain->feed->names, cell->brand);
    const struct view dim = names_text(plain->feed->names, cell->dim);
    char key[96];
    char field[192];
    char count[NUMBER_SIZE];

    argument(plain, 0, "HINCRBY", 7);
    argument(plain, 1, key,
            (size_t)snprintf(key, sizeof key, "rebato:%s:{%" PRIu32 "}", plain->place->name_space,
                    shard_of(plain, brand)));
    argument(plain, 2, field,
            (size_t)snprintf(field, sizeof field, "c:1:%" PRIu32 ":%.*s:%.*s", cell->bucket,
                    (int)brand.size, brand.at, (int)dim.size, dim.at));
    argument(plain, 3, count, (size_t)snprintf(count, sizeof count, "%" PRIu32, cell->count));
    send_command(plain, 4, SIZE_MAX);
}

/* Where the feed keeps what it knows of an author's series. */
static size_t
place_of(const struct plain *plain, const struct tally_author *author)
{
    const struct feed *feed = plain->feed;
    uint32_t brand = 0;
    uint32_t dim = 0;

    while (feed->brands[brand] != author->brand) {
        brand++;
    }
    while (feed->dims[dim] != author->dim) {
        dim++;
    }
    return feed_place(feed, author->bucket, brand, dim);
}

/* `count` authors of one series and bucket. */
static void
send_authors(struct plain *plain, const struct tally_author *authors, size_t count)
{
    const struct view brand = names_text(plain->feed->names, authors->brand);
    const struct view dim = names_text(plain->feed->names, authors->dim);
    const size_t place = place_of(plain, authors);
    char key[256];

    if (plain->held[place] + plain->flown[place] >= AUDIT_AUTHORS_MAX) {
        return;
    }
    plain->flown[place] += (uint32_t)count;
    argument(plain, 0, "SADD", 4);
    argument(plain, 1, key,
            (size_t)snprintf(key, sizeof key, "rebato:%s:{%" PRIu32 "}:au:1:%.*s:%.*s:%" PRIu32,
                    plain->place->name_space, shard_of(plain, brand), (int)brand.size, brand.at,
                    (int)dim.size, dim.at, authors->bucket));
    for (size_t i = 0; i < count; i++) {
        char *number = plain->numbers[i];
        argument(plain, (int)i + 2, number,
                (size_t)snprintf(number, NUMBER_SIZE, "%" PRId64, (int64_t)authors[i].author));
    }
    send_command(plain, (int)count + 2, place);
    argument(plain, 0, "EXPIRE", 6);
    argument(plain, 2, AUTHORS_TTL_S, sizeof AUTHORS_TTL_S - 1);
    send_command(plain, 3, SIZE_MAX);
}

/* ---- a tally ---- */

static int
compare_authors(const void *left, const void *right)
{
    const struct tally_author *a = left;
    const struct tally_author *b = right;

    if (a->range != b->range) {
        return a->range < b->range ? -1 : 1;
    }
    if (a->brand != b->brand) {
        return a->brand < b->brand ? -1 : 1;
    }
    if (a->dim != b->dim) {
        return a->dim < b->dim ? -1 : 1;
    }
    return (a->bucket > b->bucket) - (a->bucket < b->bucket);
}

static void
plain_submit(void *self, const struct tally *tally)
{
    struct plain *plain = self;
    size_t count = 0;

    plain->asked_count = 0;
    plain->asked_done = 0;
    for (size_t i = 0; i < tally_author_count(tally); i++) {
        const struct tally_author *author = tally_author_at(tally, i);
        if (plain->held[place_of(plain, author)] < AUDIT_AUTHORS_MAX) {
            plain->authors[count++] = *author;
        }
    }
    qsort(plain->authors, count, sizeof *plain->authors, compare_authors);
    for (size_t i = 0, end = 0; i < count; i = end) {
        for (end = i + 1; end < count && end - i < AUTHORS_PER_COMMAND &&
                          compare_authors(&plain->authors[i], &plain->authors[end]) == 0;
                end++) {
        }
        send_authors(plain, &plain->authors[i], end - i);
    }
    for (size_t i = 0; i < tally_cell_count(tally); i++) {
        send_cell(plain, tally_cell_at(tally, i));
    }
}

/* ---- replies ---- */

/* Until something has come or the socket takes more. */
static void
wait_for(const struct plain *plain, int64_t wait_ms)
{
    const int all_sent = sdslen(plain->link->obuf) == 0;
    struct pollfd wanted = { .fd = plain->link->fd,
        .events = (short)(all_sent ? POLLIN : POLLIN | POLLOUT) };

    (void)poll(&wanted, 1, (int)wait_ms);
}

/* Takes what has come. False when a reply is an error or the connection is gone. */
static int
take_replies(struct plain *plain)
{
    void *reply = NULL;
    int fine = redisGetReplyFromReader(plain->link, &reply) == REDIS_OK;

    while (fine && reply != NULL) {
        const redisReply *answer = reply;
        const size_t place = plain->asked[plain->asked_done++];
        fine = answer->type == REDIS_REPLY_INTEGER;
        if (place != SIZE_MAX) {
            plain->held[place] += (uint32_t)answer->integer;
            plain->flown[place] = 0; /* the next tally is sent when all have come */
        }
        freeReplyObject(reply);
        reply = NULL;
        fine = fine && redisGetReplyFromReader(plain->link, &reply) == REDIS_OK;
    }
    return fine;
}

static enum carrier_news
plain_poll(void *self, int64_t wait_ms)
{
    struct plain *plain = self;
    int sent = 0;

    for (int turn = 0; turn < 2; turn++) {
        if (redisBufferWrite(plain->link, &sent) != REDIS_OK ||
                redisBufferRead(plain->link) != REDIS_OK || !take_replies(plain)) {
            (void)fprintf(stderr, "plain: %s\n", plain->link->errstr);
            return CARRIER_FAILED;
        }
        if (plain->asked_done == plain->asked_count) {
            return CARRIER_LANDED;
        }
        if (turn == 0 && wait_ms > 0) {
            wait_for(plain, wait_ms);
        }
    }
    return CARRIER_IN_THE_AIR;
}

int
carrier_plain(struct carrier *carrier, const struct feed *feed, const struct carrier_place *place)
{
    struct plain *plain = calloc(1, sizeof *plain);

    if (plain == NULL) {
        return 0;
    }
    *carrier = (struct carrier){ plain, plain_submit, plain_poll, plain_destroy };
    plain->feed = feed;
    plain->place = place;
    const size_t places = (size_t)feed->buckets * feed->shape.brands * FEED_DIMS;
    plain->held = calloc(places, sizeof *plain->held);
    plain->flown = calloc(places, sizeof *plain->flown);
    plain->asked = calloc(ASKED_MAX, sizeof *plain->asked);
    plain->link = server_connect(place->url);
    if (plain->held == NULL || plain->flown == NULL || plain->asked == NULL ||
            plain->link == NULL || fcntl(plain->link->fd, F_SETFL, O_NONBLOCK) != 0) {
        plain_destroy(plain);
        return 0;
    }
    plain->link->flags &= ~REDIS_BLOCK; /* it has to fill the next tally meanwhile */
    return 1;
}
