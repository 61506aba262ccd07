#include "core/rng.h"
#include "fence/recent.h"

#include <criterion/criterion.h>

static struct recent
make(uint32_t window)
{
    struct recent recent;

    cr_assert(recent_init(&recent, window));
    recent_clear(&recent, 0);
    return recent;
}

/* Every record has an id of its own: 1000 + its offset. */
static void
add_through(struct recent *recent, int64_t from, int64_t last)
{
    for (int64_t offset = from; offset <= last; offset++) {
        (void)recent_add(recent, offset, 1000 + (uint64_t)offset);
    }
}

Test(recent, an_id_is_known_for_as_many_offsets_as_are_looked_back_on)
{
    static const struct {
        int64_t offset;
        uint64_t id;
        int known;
    } rows[] = {
        { 10, 1, 0 },
        { 11, 1, 1 },
        { 12, 2, 0 },
        { 19, 1, 1 },
        { 21, 2, 0 }, /* 9 after the first */
        { 22, 0, 0 }, /* no id */
        { 23, 0, 0 },
    };
    struct recent recent = make(8);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(recent_add(&recent, rows[i].offset, rows[i].id), rows[i].known, "row %zu", i);
    }
    recent_fini(&recent);
}

struct return_row {
    int64_t begin;
    int64_t offset;
    int64_t next; /* to be added */
};

/* Each row on a filter of its own, to which `from` to `last` were added. */
static void
expect_returns(const struct return_row *rows, size_t count, int64_t from, int64_t last)
{
    for (size_t i = 0; i < count; i++) {
        struct recent recent = make(16);
        recent_clear(&recent, from);
        add_through(&recent, from, last);
        cr_expect_eq(
                recent_return(&recent, rows[i].begin, rows[i].offset), rows[i].next, "row %zu", i);
        recent_fini(&recent);
    }
}

Test(recent, goes_back_as_far_as_it_reaches)
{
    /* Offsets 100 to 163 were added, of these the ring has 139 to 163: 16 are looked back on, 8 more are kept
     * and the 9th is the one that is missing first. */
    static const struct return_row rows[] = {
        { 148, 164, 164 }, /* where it stands */
        { 147, 163, 163 },
        { 140, 156, 156 }, /* all that is kept is looked back on */
        { 139, 155, 139 }, /* one too many: it starts over */
        { 84, 100, 84 },
        { 150, 166, 164 }, /* somebody else has counted two: these are to be added */
        { 164, 180, 164 },
        { 165, 181, 165 }, /* one is missing in between */
        { 155, 156, 156 }, /* the log begins there by now: it knows more than it needs */
        { 156, 156, 156 },
        { 900, 916, 900 },
    };

    expect_returns(rows, sizeof rows / sizeof rows[0], 100, 163);
}

Test(recent, what_was_never_added_is_not_believed_to_be_known)
{
    static const struct return_row rows[] = {
        { 484, 500, 484 }, /* begun at 490: what is before is missing */
        { 489, 505, 489 },
        { 490, 506, 500 }, /* as far as it got */
        { 490, 495, 495 },
        { 491, 507, 500 },
    };

    expect_returns(rows, sizeof rows / sizeof rows[0], 490, 499);
}

Test(recent, what_came_later_is_unknown_again_and_what_was_forgotten_is_known)
{
    static const struct {
        uint64_t id;
        int known;
    } rows[] = {
        { 1000 + 20, 1 }, /* the last before */
        { 1000 + 13, 1 }, /* the first that is looked back on; forgotten when 21 came */
        { 1000 + 12, 0 }, /* too old */
        { 1000 + 21, 0 }, /* comes again */
        { 1000 + 23, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct recent recent = make(8);
        add_through(&recent, 0, 23);
        cr_assert_eq(recent_return(&recent, 13, 21), 21);
        cr_expect_eq(recent_add(&recent, 21, rows[i].id), rows[i].known, "row %zu", i);
        recent_fini(&recent);
    }
}

Test(recent, an_id_that_occurs_again_is_as_old_as_it_was)
{
    struct recent recent = make(8);

    (void)recent_add(&recent, 0, 7);
    (void)recent_add(&recent, 6, 7); /* is known from there now; that is taken back */
    cr_assert_eq(recent_return(&recent, 0, 3), 3);
    cr_expect(recent_add(&recent, 8, 7));
    cr_assert_eq(recent_return(&recent, 0, 3), 3);
    cr_expect_not(recent_add(&recent, 9, 7));
    recent_fini(&recent);
}

Test(recent, without_a_window_there_is_nothing_to_add)
{
    struct recent recent = make(0);

    cr_expect_not(recent_add(&recent, 5, 7));
    cr_expect_not(recent_add(&recent, 6, 7));
    cr_expect_eq(recent_return(&recent, 4, 4), 4);
    cr_expect_eq(recent_return(&recent, 90, 90), 90);
    cr_expect_not(recent_add(&recent, 91, 7));
    recent_fini(&recent);
}

/* ---- against one that starts over every time ---- */

enum { LOG = 3000, IDS = 60 };

struct story {
    struct rng rng;
    uint32_t window;
    int64_t offsets[LOG]; /* with gaps */
    uint64_t ids[LOG];    /* few, so that they come again; some are none */
    size_t at;            /* the next of them to add */
};

static void
tell(struct story *story, uint64_t seed)
{
    int64_t offset = 0;

    story->rng = rng_seeded(seed);
    story->window = 1 + rng_below(&story->rng, 90);
    for (size_t i = 0; i < LOG; i++) {
        uint32_t gap = rng_below(&story->rng, 20) == 0 ? rng_below(&story->rng, 100) : 0;
        offset += 1 + (int64_t)gap;
        story->offsets[i] = offset;
        story->ids[i] = rng_below(&story->rng, IDS);
    }
    story->at = 0;
}

static size_t
index_of(const struct story *story, int64_t offset)
{
    size_t index = 0;

    while (index < LOG && story->offsets[index] < offset) {
        index++;
    }
    return index;
}

/* Both add what is left up to `offset`; above it they have to agree for as long as anything may show. */
static void
compare(const struct story *story, struct recent *kept, int64_t next, int64_t begin, int64_t offset)
{
    struct recent fresh = make(story->window);
    size_t from = index_of(story, offset);

    recent_clear(&fresh, begin);
    for (size_t i = index_of(story, next); i < from; i++) {
        (void)recent_add(kept, story->offsets[i], story->ids[i]);
    }
    for (size_t i = index_of(story, begin); i < from; i++) {
        (void)recent_add(&fresh, story->offsets[i], story->ids[i]);
    }
    for (size_t i = from; i < LOG && i < from + 150; i++) {
        cr_assert_eq(recent_add(kept, story->offsets[i], story->ids[i]),
                recent_add(&fresh, story->offsets[i], story->ids[i]),
                "window %u, from %lld on, offset %lld", story->window, (long long)offset,
                (long long)story->offsets[i]);
    }
    recent_fini(&fresh);
}

static void
live(struct story *story, uint64_t seed, size_t *gone_on)
{
    tell(story, seed);
    struct recent kept = make(story->window);

    for (int turn = 0; turn < 40; turn++) {
        uint32_t count = rng_below(&story->rng, 120);
        for (; count > 0 && story->at < LOG; count--, story->at++) {
            (void)recent_add(&kept, story->offsets[story->at], story->ids[story->at]);
        }
        /* Mostly back; sometimes ahead, where somebody else has counted. */
        int64_t offset = (story->at == 0 ? 0 : story->offsets[story->at - 1]) + 10 -
                         (int64_t)rng_below(&story->rng, 80);
        offset = offset < 0 ? 0 : offset;
        int64_t begin = offset < story->window ? 0 : offset - story->window;
        int64_t next = recent_return(&kept, begin, offset);
        cr_assert(next >= begin && next <= offset);
        *gone_on += next > begin;
        compare(story, &kept, next, begin, offset);
        story->at = index_of(story, kept.offset);
    }
    recent_fini(&kept);
}

Test(recent, says_after_going_back_what_one_says_that_starts_over)
{
    static struct story story;
    size_t gone_on = 0;

    for (uint64_t seed = 1; seed <= 300; seed++) {
        live(&story, seed, &gone_on);
    }
    cr_expect_gt(gone_on, 3000, "only %zu of 12000", gone_on);
    cr_expect_lt(gone_on, 11000, "%zu of 12000", gone_on);
}
