/*
 * e2e_crowds BROKERS TOPIC RATE SECONDS CROWDS: a stream as it comes, with its clock the wall's.
 *
 * RATE harmless mentions a second (0: as many as go through), a quarter of them of the brands loud000 to
 * loud019; and spread evenly, CROWDS times, forty people at once who say that crowd000, crowd001, ... does
 * not work: each brand once. After each crowd its brand and the wall time in ms at which its last post was handed to the client go
 * to standard output; at the end, "sent" and the number of all mentions.
 */
#include "core/process/clock.h"
#include "core/rng.h"
#include "core/text/calendar.h"
#include "ingest/broker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define CROWD       40
#define CROWDS_MAX  120
#define LOUD        20
#define MENTION_MAX 512
#define QUEUE_EVERY 256 /* mentions between two looks at the clock */

struct stream {
    struct producer *producer;
    struct rng rng;
    uint64_t sent;
    int fine;
};

static void
say(struct stream *stream, const char *what, uint64_t author)
{
    char text[MENTION_MAX];
    char time[CALENDAR_TEXT_SIZE];
    int64_t now_ms = clock_wall_ms();
    int size = snprintf(text, sizeof text,
            "{\"id\":\"%" PRIu64
            "\",\"created_at\":\"%s\",\"text\":\"%s\",\"lang\":\"es\",\"author\":{\"id\":\"%" PRIu64
            "\",\"handle\":\"h%" PRIu64 "\",\"followers\":10}}",
            ++stream->sent, calendar_print(now_ms, time), what, author, author);
    struct view value = { .at = text, .size = (size_t)size };
    struct view key = { .at = text + 7, .size = 8 };

    stream->fine = stream->fine && producer_send(stream->producer, key, value, now_ms);
}

static void
gather(struct stream *stream, uint32_t brand)
{
    char text[64];

    snprintf(text, sizeof text, "crowd%03" PRIu32 " no funciona", brand);
    for (uint64_t i = 0; i < CROWD; i++) {
        say(stream, text, 1000000 + brand * CROWD + i);
    }
    printf("crowd%03" PRIu32 " %" PRId64 "\n", brand, clock_wall_ms());
    fflush(stdout);
}

static void
say_something(struct stream *stream)
{
    char text[96];
    uint32_t what = rng_below(&stream->rng, 4 * LOUD);

    snprintf(text, sizeof text, "me gusta mucho lo que hace %s%03" PRIu32 ", y lo digo",
            what < LOUD ? "loud" : "mi vecino ", what);
    say(stream, text, rng_below(&stream->rng, 900000));
}

/* How many mentions should have been sent by now. */
static uint64_t
due(uint64_t rate, int64_t spent_ms, uint64_t sent)
{
    return rate == 0 ? sent + QUEUE_EVERY : rate * (uint64_t)spent_ms / 1000;
}

static void
run(struct stream *stream, uint64_t rate, int64_t length_ms, uint32_t crowds)
{
    int64_t begin_ms = clock_monotonic_ms();
    uint32_t gathered = 0;

    for (int64_t spent_ms = 0; stream->fine && spent_ms < length_ms;
            spent_ms = clock_monotonic_ms() - begin_ms) {
        uint64_t until = due(rate, spent_ms, stream->sent);
        if (stream->sent >= until) {
            clock_sleep_ms(1);
        }
        for (int i = 0; i < QUEUE_EVERY && stream->sent < until; i++) {
            say_something(stream);
        }
        if (gathered < crowds && spent_ms >= length_ms * (gathered + 1) / (crowds + 1)) {
            gather(stream, gathered++);
        }
    }
}

int
main(int argc, char **argv)
{
    char trouble[256];

    if (argc != 6) {
        fprintf(stderr, "usage: e2e_crowds BROKERS TOPIC RATE SECONDS CROWDS\n");
        return 2;
    }
    struct stream stream = {
        .producer = producer_create(argv[1], argv[2], trouble), .rng = rng_seeded(1), .fine = 1
    };
    if (stream.producer == NULL) {
        fprintf(stderr, "e2e_crowds: %s\n", trouble);
        return 2;
    }
    uint32_t crowds = (uint32_t)strtoul(argv[5], NULL, 10);
    run(&stream, strtoull(argv[3], NULL, 10), strtoll(argv[4], NULL, 10) * 1000,
            crowds < CROWDS_MAX ? crowds : CROWDS_MAX);
    int fine = stream.fine && producer_flush(stream.producer, 30000);
    printf("sent %" PRIu64 "\n", stream.sent);
    producer_destroy(&stream.producer);
    return fine ? 0 : 1;
}
