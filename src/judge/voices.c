#include "judge/voices.h"

#include "judge/special.h"
#include "window/voice.h"

#include <assert.h>
#include <stdlib.h>

#define CAPACITY_FEWEST 32
#define FADE_TWO_WEEKS  0.9998281032728207 /* of a step, half-life 14 days */
/* Before anything is known of a brand: worth forty people, of whom so many are young. */
#define PRIOR_PEOPLE    40.0
#define PRIOR_MONTH     2.0
#define PRIOR_HALF_YEAR 6.0
#define USUAL_MOST      0.9
/* More young accounts than chance brings once in a thousand times, and never fewer than these. */
#define LOG_UNUSUAL   (-6.907755278982137)
#define YOUNG_FEWEST  3
#define COPIED_FEWEST 4
/* Texts are compared with those that share three digits in the same places, and of these with the nearest. */
#define BANDS       3
#define BAND_BITS   12
#define BAND_MASK   UINT64_C(0xFFF)
#define NEIGHBOURS  8
#define PLACE_BITS  11
#define SKETCH_BITS 40

static_assert(VOICES_MAX <= 1 << PLACE_BITS, "a place fits beside its sketch");
static_assert(BAND_BITS + SKETCH_BITS + PLACE_BITS < 64, "band, sketch and place are one number");

void
voices_fini(struct voices *voices)
{
    free(voices->ring);
    *voices = (struct voices){ 0 };
}

static const struct voice_heard *
voice_at(const struct voices *voices, uint32_t place)
{
    return &voices->ring[(voices->first + place) & (voices->capacity - 1)];
}

static void
drop_oldest(struct voices *voices)
{
    voices->first = (voices->first + 1) & (voices->capacity - 1);
    voices->count--;
}

/* False when there is no room for one more, for lack of memory too. */
static int
grow(struct voices *voices)
{
    uint32_t capacity = voices->capacity == 0 ? CAPACITY_FEWEST : 2 * voices->capacity;

    if (voices->count < voices->capacity) {
        return 1;
    }
    struct voice_heard *ring = capacity > VOICES_MAX ? NULL : calloc(capacity, sizeof *ring);
    if (ring == NULL) {
        return 0;
    }
    for (uint32_t i = 0; i < voices->count; i++) {
        ring[i] = *voice_at(voices, i);
    }
    free(voices->ring);
    voices->ring = ring;
    voices->capacity = capacity;
    voices->first = 0;
    return 1;
}

void
voices_hear(struct voices *voices, const struct voice_heard *heard)
{
    while (voices->count > 0 && voice_at(voices, 0)->bucket + VOICES_HOUR <= heard->bucket) {
        drop_oldest(voices);
    }
    if (!grow(voices)) {
        if (voices->count == 0) {
            return;
        }
        drop_oldest(voices);
    }
    voices->ring[(voices->first + voices->count++) & (voices->capacity - 1)] = *heard;
}

void
voices_learn(struct voices *voices, uint64_t voice)
{
    enum voice_age age = voice_age(voice);

    voices->known += age != VOICE_AGE_UNKNOWN;
    voices->month += age == VOICE_AGE_MONTH;
    voices->half_year += age == VOICE_AGE_MONTH || age == VOICE_AGE_HALF_YEAR;
}

void
voices_fade(struct voices *voices)
{
    voices->known *= FADE_TWO_WEEKS;
    voices->month *= FADE_TWO_WEEKS;
    voices->half_year *= FADE_TWO_WEEKS;
}

/* ---- weighing ---- */

/* A group of people by the age of their accounts. */
struct ages {
    uint32_t people, known, month, half_year;
};

static void
ages_add(struct ages *ages, uint64_t voice)
{
    enum voice_age age = voice_age(voice);

    ages->people++;
    ages->known += age != VOICE_AGE_UNKNOWN;
    ages->month += age == VOICE_AGE_MONTH;
    ages->half_year += age == VOICE_AGE_MONTH || age == VOICE_AGE_HALF_YEAR;
}

static double
usual(const struct voices *voices, double young, double prior)
{
    double share = (young + prior) / (voices->known + PRIOR_PEOPLE);
    return share < USUAL_MOST ? share : USUAL_MOST;
}

/* P[at least `young` of `people`] where each is young with probability `usual`: terms fall from the first on,
 * because `young` is above the mean. */
static int
is_unusual(uint32_t young, uint32_t people, double usual)
{
    double n = people;
    double k = young;

    if (young < YOUNG_FEWEST || k <= usual * n) {
        return 0;
    }
    double first = special_lgamma(n + 1) - special_lgamma(k + 1) - special_lgamma(n - k + 1) +
                   k * special_log(usual) + (n - k) * special_log(1 - usual);
    double ratio = (n - k) / (k + 1) * usual / (1 - usual); /* no later one is greater */
    return first - special_log(1 - ratio) < LOG_UNUSUAL;
}

static int
compare_rows(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* `rows` are sorted, and `i` is a place among them: marks it and those before that say the same. */
static void
mark_near(const uint64_t *rows, size_t i, unsigned char copied[VOICES_MAX])
{
    const uint64_t places = (UINT64_C(1) << PLACE_BITS) - 1;

    for (size_t back = 1; back <= NEIGHBOURS && back <= i; back++) {
        if (rows[i] >> (SKETCH_BITS + PLACE_BITS) != rows[i - back] >> (SKETCH_BITS + PLACE_BITS)) {
            return;
        }
        uint64_t one = rows[i] >> PLACE_BITS & VOICE_SKETCH_MASK;
        uint64_t other = rows[i - back] >> PLACE_BITS & VOICE_SKETCH_MASK;
        if (voice_sketch_near(one, other)) {
            copied[rows[i] & places] = 1;
            copied[rows[i - back] & places] = 1;
        }
    }
}

/* Who wrote what somebody else wrote as well, by place in the ring. */
static void
find_copies(const struct voices *voices,
        signal_set signals,
        uint32_t from,
        unsigned char copied[VOICES_MAX])
{
    uint64_t rows[VOICES_MAX];

    for (int band = 0; band < BANDS; band++) {
        size_t count = 0;
        for (uint32_t i = 0; i < voices->count; i++) {
            const struct voice_heard *heard = voice_at(voices, i);
            uint64_t sketch = voice_sketch(heard->voice);
            if (heard->bucket >= from && (heard->signals & signals) != 0 && sketch != 0) {
                uint64_t digits = sketch >> (BAND_BITS * band) & BAND_MASK;
                rows[count++] = (digits << SKETCH_BITS | sketch) << PLACE_BITS | i;
            }
        }
        if (count > 1) {
            qsort(rows, count, sizeof *rows, compare_rows);
        }
        for (size_t i = 1; i < count; i++) {
            mark_near(rows, i, copied);
        }
    }
}

/* How many of these are not what they seem. */
static double
count_suspects(
        const struct voices *voices, const struct ages *all, const struct ages *copied)
{
    double month = usual(voices, voices->month, PRIOR_MONTH);
    double half_year = usual(voices, voices->half_year, PRIOR_HALF_YEAR);
    struct ages rest = *all;
    double suspects = 0;

    if (copied->people >= COPIED_FEWEST && 2 * copied->known >= copied->people &&
            2 * copied->half_year >= copied->known &&
            is_unusual(copied->half_year, copied->known, half_year)) {
        suspects = copied->people;
        rest.known -= copied->known;
        rest.month -= copied->month;
    }
    if (is_unusual(all->month, all->known, month)) {
        double excess = (rest.month - month * rest.known) / (1 - month);
        suspects += excess > 0 ? excess : 0;
    }
    return suspects;
}

struct authenticity
voices_weigh(const struct voices *voices, signal_set signals, uint32_t from)
{
    unsigned char is_copied[VOICES_MAX] = { 0 };
    struct ages all = { 0 };
    struct ages copied = { 0 };

    find_copies(voices, signals, from, is_copied);
    for (uint32_t i = 0; i < voices->count; i++) {
        const struct voice_heard *heard = voice_at(voices, i);
        if (heard->bucket < from || (heard->signals & signals) == 0) {
            continue;
        }
        ages_add(&all, heard->voice);
        if (is_copied[i]) {
            ages_add(&copied, heard->voice);
        }
    }
    double suspects = count_suspects(voices, &all, &copied);
    return (struct authenticity){ .people = all.people,
        .known = all.known,
        .young = all.month,
        .copied = copied.people,
        .organic = all.people - (uint32_t)(suspects + 0.5) };
}

double
authenticity_share(const struct authenticity *authenticity)
{
    return authenticity->people == 0 ? 1
                                     : (double)authenticity->organic / authenticity->people;
}
