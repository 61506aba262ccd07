#include "ledger/feed.h"

#include "core/rng.h"

#include <stdio.h>
#include <stdlib.h>

/* Records of one partition that come at a stretch. */
#define RUN 500
/* 2026-01-01, the beginning of a bucket. */
#define EPOCH_MS 1767225600000LL

enum { TOTAL, FIRST, REPOST, SPANISH, ENGLISH, X, WEB, PRAISE, OUTAGE, DELIVERY };

static const char *const dim_names[FEED_DIMS] = {
    [TOTAL] = DIM_TOTAL,
    [FIRST] = DIM_FIRST,
    [REPOST] = DIM_REPOST,
    [SPANISH] = DIM_LANG "es",
    [ENGLISH] = DIM_LANG "en",
    [X] = DIM_PLATFORM "x",
    [WEB] = DIM_PLATFORM "web",
    [PRAISE] = DIM_SIGNAL "praise",
    [OUTAGE] = DIM_SIGNAL "outage",
    [DELIVERY] = DIM_SIGNAL "delivery",
};

/* ---- mentions ---- */

static int
chance(struct rng *rng, uint32_t of_100)
{
    return rng_below(rng, 100) < of_100;
}

/* Brands with small numbers are spoken of more. */
static struct feed_mention
draw(struct rng *rng, const struct feed_shape *shape)
{
    const uint32_t one = rng_below(rng, shape->brands);
    const uint32_t other = rng_below(rng, shape->brands);
    struct feed_mention mention = { .author = rng_below(rng, shape->authors),
        .brand = (uint8_t)(one < other ? one : other) };
    unsigned dims = 1U << TOTAL;

    dims |= chance(rng, 40) ? 1U << FIRST : 0;
    dims |= chance(rng, 20) ? 1U << REPOST : 0;
    dims |= chance(rng, 80) ? 1U << SPANISH : 1U << ENGLISH;
    dims |= chance(rng, 90) ? 1U << X : 1U << WEB;
    if (chance(rng, shape->complaints)) {
        mention.complaint = chance(rng, 70) ? OUTAGE : DELIVERY;
        dims |= 1U << mention.complaint;
    } else {
        dims |= 1U << PRAISE;
    }
    mention.dims = (uint16_t)dims;
    return mention;
}

uint64_t
feed_author(uint32_t author)
{
    /* Spread over 64 bits, as hashes of ids are; an odd factor keeps them distinct. */
    return (author + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

static int64_t
time_of(const struct feed *feed, size_t mention)
{
    return EPOCH_MS + (int64_t)(mention * 1000 / feed->shape.rate);
}

/* ---- the truth ---- */

size_t
feed_place(const struct feed *feed, uint32_t bucket, uint32_t brand, uint32_t dim)
{
    return ((size_t)(bucket - feed->first_bucket) * feed->shape.brands + brand) * FEED_DIMS + dim;
}

/* One bit for each account in each place of a complaint. */
static int
count_truth(struct feed *feed)
{
    const struct feed_shape *shape = &feed->shape;
    const size_t words = shape->authors / 64 + 1;
    const size_t places = (size_t)feed->buckets * shape->brands * FEED_DIMS;
    uint64_t **seen = calloc(places, sizeof *seen);
    int fine = seen != NULL;

    for (size_t i = 0; fine && i < shape->mentions; i++) {
        const struct feed_mention *mention = &feed->mentions[i];
        const size_t place = feed_place(feed, bucket_of(time_of(feed, i)), mention->brand, 0);
        for (uint32_t dim = 0; dim < FEED_DIMS; dim++) {
            feed->counts[place + dim] += mention->dims >> dim & 1U;
        }
        uint64_t **bits = &seen[place + mention->complaint];
        if (mention->complaint == 0) {
            continue;
        }
        *bits = *bits == NULL ? calloc(words, sizeof **bits) : *bits;
        fine = *bits != NULL;
        if (fine) {
            const uint64_t bit = UINT64_C(1) << mention->author % 64;
            uint64_t *word = &(*bits)[mention->author / 64];
            feed->authors[place + mention->complaint] += (*word & bit) == 0;
            *word |= bit;
        }
    }
    for (size_t i = 0; seen != NULL && i < places; i++) {
        free(seen[i]);
    }
    free(seen);
    return fine;
}

/* ---- lifetime ---- */

static int
name_all(struct feed *feed)
{
    char text[16];

    feed->names = names_create(64);
    if (feed->names == NULL) {
        return 0;
    }
    for (uint32_t i = 0; i < feed->shape.brands; i++) {
        (void)snprintf(text, sizeof text, "brand-%02u", i);
        feed->brands[i] = names_number(feed->names, view_of(text));
    }
    for (uint32_t i = 0; i < FEED_DIMS; i++) {
        feed->dims[i] = names_number(feed->names, view_of(dim_names[i]));
    }
    return 1;
}

int
feed_init(struct feed *feed, const struct feed_shape *shape)
{
    *feed = (struct feed){ .shape = *shape, .first_bucket = bucket_of(EPOCH_MS) };
    feed->buckets = bucket_of(time_of(feed, shape->mentions - 1)) - feed->first_bucket + 1;
    const size_t places = (size_t)feed->buckets * shape->brands * FEED_DIMS;
    feed->mentions = calloc(shape->mentions, sizeof *feed->mentions);
    feed->counts = calloc(places, sizeof *feed->counts);
    feed->authors = calloc(places, sizeof *feed->authors);
    if (feed->mentions == NULL || feed->counts == NULL || feed->authors == NULL ||
            !name_all(feed)) {
        return 0;
    }
    struct rng rng = rng_seeded(shape->seed);
    for (size_t i = 0; i < shape->mentions; i++) {
        feed->mentions[i] = draw(&rng, shape);
    }
    return count_truth(feed);
}

void
feed_fini(struct feed *feed)
{
    free(feed->mentions);
    free(feed->counts);
    free(feed->authors);
    names_destroy(&feed->names);
    *feed = (struct feed){ 0 };
}

/* ---- feeding ---- */

/* A mention's offset in its partition, when `partitions` take turns. */
static int64_t
offset_of(size_t mention, uint32_t partitions)
{
    return (int64_t)(mention / RUN / partitions * RUN + mention % RUN);
}

int64_t
feed_end(const struct feed *feed, uint32_t partition)
{
    const uint32_t partitions = feed->shape.partitions;
    const size_t turn = (size_t)RUN * partitions;
    const size_t whole = feed->shape.mentions / turn * RUN;
    const size_t rest = feed->shape.mentions % turn;
    const size_t before = (size_t)RUN * partition;
    const size_t mine = rest <= before ? 0 : rest - before;

    return (int64_t)(whole + (mine > RUN ? RUN : mine));
}

void
feed_add(const struct feed *feed, size_t mention, uint32_t ranges, struct tally *tally)
{
    const struct feed_mention *what = &feed->mentions[mention];
    const int64_t time_ms = time_of(feed, mention);
    const int64_t offset = offset_of(mention, ranges);
    const uint32_t range = tally_open_range(tally, (uint32_t)(mention / RUN % ranges), offset);
    struct tally_cell cell = { .range = range,
        .bucket = bucket_of(time_ms),
        .brand = feed->brands[what->brand],
        .kind = CELL_ON_TIME,
        .count = 1 };

    for (unsigned dims = what->dims; dims != 0; dims &= dims - 1) {
        cell.dim = feed->dims[__builtin_ctz(dims)];
        tally_add(tally, &cell);
    }
    if (what->complaint != 0) {
        tally_add_author(tally, &(struct tally_author){ .range = range,
                                        .bucket = cell.bucket,
                                        .brand = cell.brand,
                                        .dim = feed->dims[what->complaint],
                                        .author = feed_author(what->author) });
    }
    tally_cover(tally, range, offset + 1, time_ms);
}
