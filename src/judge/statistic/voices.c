#include "judge/statistic/voices.h"

#include "core/line.h"
#include "core/pages.h"
#include "judge/statistic/baseline.h"
#include "judge/statistic/special.h"
#include "window/voice.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY_FEWEST 32
#define FADE_TWO_WEEKS  0.9998281032728207 /* of a step, half-life 14 days */
/* Before anything is known of a brand: worth ten people, of whom so many are young. What is usual might as well be two
 * standard deviations higher: of whom little is known, much is believed. */
#define PRIOR_PEOPLE    10.0
#define PRIOR_MONTH     0.5
#define PRIOR_HALF_YEAR 1.5
#define USUAL_DOUBT     2.0
#define USUAL_MOST      0.9
/* More young accounts than chance brings once in a thousand times, and never fewer than these. */
#define LOG_UNUSUAL  (-6.907755278982137)
#define YOUNG_FEWEST 3
/* People who say the same: from so many on they are judged by themselves; groups that are too small for a verdict,
 * all together. */
#define GROUP_FEWEST 4
#define GROUP_SMALL  12
/* Texts are compared with those that share two digits in the same places, and of these with the nearest. */
#define BANDS       5
#define BAND_BITS   8
#define BAND_MASK   UINT64_C(0xFF)
#define NEIGHBOURS  8
#define PLACE_BITS  11
#define SKETCH_BITS 40

static_assert(VOICES_MAX <= 1 << PLACE_BITS, "a place fits beside its sketch");
static_assert(BAND_BITS + SKETCH_BITS + PLACE_BITS < 64, "band, sketch and place are one number");

static void
free_ring(struct voices *voices)
{
    pages_give(voices->ring, voices->capacity * sizeof *voices->ring);
}

void
voices_fini(struct voices *voices)
{
    free_ring(voices);
    *voices = (struct voices){ 0 };
}

static const struct voice_heard *
voice_at(const struct voices *voices, uint32_t place)
{
    return &voices->ring[(voices->first + place) & (voices->capacity - 1)];
}

static void
learn(struct voices *voices, uint64_t voice)
{
    enum voice_age age = voice_age(voice);

    voices->known += age != VOICE_AGE_UNKNOWN;
    voices->month += age == VOICE_AGE_MONTH;
    voices->half_year += age == VOICE_AGE_MONTH || age == VOICE_AGE_HALF_YEAR;
}

static void
drop_oldest(struct voices *voices, enum voice_lesson lesson)
{
    if (lesson == VOICE_USUAL) {
        learn(voices, voice_at(voices, 0)->voice);
    }
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
    struct voice_heard *ring = capacity > VOICES_MAX ? NULL : pages_take(capacity * sizeof *ring);
    if (ring == NULL) {
        return 0;
    }
    for (uint32_t i = 0; i < voices->count; i++) {
        ring[i] = *voice_at(voices, i);
    }
    free_ring(voices);
    voices->ring = ring;
    voices->capacity = capacity;
    voices->first = 0;
    return 1;
}

void
voices_fetch(const struct voices *voices)
{
    if (voices->capacity > 0) {
        line_fetch(voice_at(voices, 0), 1);
        line_fetch(voice_at(voices, voices->count), 1);
    }
}

void
voices_hear(struct voices *voices, const struct voice_heard *heard, enum voice_lesson lesson)
{
    while (voices->count > 0 && voice_at(voices, 0)->bucket + VOICES_HOUR <= heard->bucket) {
        drop_oldest(voices, lesson);
    }
    if (!grow(voices)) {
        if (voices->count == 0) {
            return;
        }
        drop_oldest(voices, lesson);
    }
    voices->ring[(voices->first + voices->count++) & (voices->capacity - 1)] = *heard;
}

void
voices_forget(struct voices *voices)
{
    voices->count = 0;
}

void
voices_fade(struct voices *voices)
{
    voices->known *= FADE_TWO_WEEKS;
    voices->month *= FADE_TWO_WEEKS;
    voices->half_year *= FADE_TWO_WEEKS;
}

/* ---- who speaks alike ---- */

/* Who is looked at, and by place in the ring who speaks alike. */
struct crowd {
    const struct voices *voices;
    signal_set signals;
    uint32_t from;
    uint16_t group[VOICES_MAX]; /* another place of the same group, or its own: union-find */
};

static int
is_in(const struct crowd *crowd, uint32_t place)
{
    const struct voice_heard *heard = voice_at(crowd->voices, place);
    return heard->bucket >= crowd->from && (heard->signals & crowd->signals) != 0;
}

static uint16_t
group_of(struct crowd *crowd, uint16_t place)
{
    while (crowd->group[place] != place) {
        crowd->group[place] = crowd->group[crowd->group[place]];
        place = crowd->group[place];
    }
    return place;
}

static void
join_groups(struct crowd *crowd, uint16_t one, uint16_t other)
{
    uint16_t a = group_of(crowd, one);
    uint16_t b = group_of(crowd, other);

    crowd->group[a < b ? b : a] = a < b ? a : b;
}

static int
compare_rows(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* `rows` are sorted, and `i` is a place among them: joins it with those before that say the same. */
static void
join_near(struct crowd *crowd, const uint64_t *rows, size_t i)
{
    const uint64_t places = (UINT64_C(1) << PLACE_BITS) - 1;

    for (size_t back = 1; back <= NEIGHBOURS && back <= i; back++) {
        if (rows[i] >> (SKETCH_BITS + PLACE_BITS) != rows[i - back] >> (SKETCH_BITS + PLACE_BITS)) {
            return;
        }
        uint64_t one = rows[i] >> PLACE_BITS & VOICE_SKETCH_MASK;
        uint64_t other = rows[i - back] >> PLACE_BITS & VOICE_SKETCH_MASK;
        if (voice_sketch_near(one, other)) {
            join_groups(crowd, (uint16_t)(rows[i] & places), (uint16_t)(rows[i - back] & places));
        }
    }
}

/* Everybody's sketch that has a word in it, with the digits of this band in front. */
static size_t
list_band(const struct crowd *crowd, int band, uint64_t rows[VOICES_MAX])
{
    size_t count = 0;

    for (uint32_t i = 0; i < crowd->voices->count; i++) {
        uint64_t sketch = voice_sketch(voice_at(crowd->voices, i)->voice);
        if (sketch != 0 && is_in(crowd, i)) {
            uint64_t digits = sketch >> (BAND_BITS * band) & BAND_MASK;
            rows[count++] = (digits << SKETCH_BITS | sketch) << PLACE_BITS | i;
        }
    }
    return count;
}

static void
find_groups(struct crowd *crowd)
{
    uint64_t rows[VOICES_MAX];

    for (uint32_t i = 0; i < crowd->voices->count; i++) {
        crowd->group[i] = (uint16_t)i;
    }
    for (int band = 0; band < BANDS; band++) {
        size_t count = list_band(crowd, band, rows);
        if (count > 1) {
            qsort(rows, count, sizeof *rows, compare_rows);
        }
        for (size_t i = 1; i < count; i++) {
            join_near(crowd, rows, i);
        }
    }
}

/* ---- weighing ---- */

/* People by the age of their accounts. */
struct ages {
    uint32_t people, known, month, half_year;
};

static void
ages_add(struct ages *ages, const struct ages *more)
{
    ages->people += more->people;
    ages->known += more->known;
    ages->month += more->month;
    ages->half_year += more->half_year;
}

static struct ages
ages_of(uint64_t voice)
{
    enum voice_age age = voice_age(voice);

    return (struct ages){ .people = 1,
        .known = age != VOICE_AGE_UNKNOWN,
        .month = age == VOICE_AGE_MONTH,
        .half_year = age == VOICE_AGE_MONTH || age == VOICE_AGE_HALF_YEAR };
}

/* The shares of young accounts that need no explanation. */
struct usual {
    double month, half_year;
};

static double
share_at_most(double young, double known)
{
    double share = young / known;
    double high = share + USUAL_DOUBT * spread_of(share * (1 - share) / known, 0);

    return high < USUAL_MOST ? high : USUAL_MOST;
}

static struct usual
usual_of(const struct voices *voices)
{
    double known = voices->known + PRIOR_PEOPLE;

    return (struct usual){ .month = share_at_most(voices->month + PRIOR_MONTH, known),
        .half_year = share_at_most(voices->half_year + PRIOR_HALF_YEAR, known) };
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

/* Do accounts made lately speak with one voice here? */
static int
is_campaign(const struct ages *group, const struct usual *usual)
{
    if (group->people < GROUP_FEWEST || 2 * group->known < group->people) {
        return 0;
    }
    return (2 * group->month >= group->known &&
                   is_unusual(group->month, group->known, usual->month)) ||
           (2 * group->half_year >= group->known &&
                   is_unusual(group->half_year, group->known, usual->half_year));
}

/* More of `young` among `known` than usual: so many. */
static double
excess_of(uint32_t young, uint32_t known, double usual)
{
    double excess = (young - usual * known) / (1 - usual);
    return excess > 0 ? excess : 0;
}

/* Everybody by group: of those who speak alike, and of those who speak for themselves. */
struct weighed {
    struct ages all, small, single;
    uint32_t campaign; /* people of groups that are one */
};

static void
weigh_group(struct weighed *weighed, const struct ages *group, const struct usual *usual)
{
    ages_add(&weighed->all, group);
    if (is_campaign(group, usual)) {
        weighed->campaign += group->people;
    } else if (group->people > 1 && group->people < GROUP_SMALL) {
        ages_add(&weighed->small, group);
    } else {
        ages_add(&weighed->single, group);
    }
}

static void
weigh_groups(struct crowd *crowd, const struct usual *usual, struct weighed *weighed)
{
    struct ages groups[VOICES_MAX];

    *weighed = (struct weighed){ 0 };
    memset(groups, 0, crowd->voices->count * sizeof groups[0]);
    for (uint32_t i = 0; i < crowd->voices->count; i++) {
        struct ages one = ages_of(voice_at(crowd->voices, i)->voice);
        if (is_in(crowd, i)) {
            ages_add(&groups[group_of(crowd, (uint16_t)i)], &one);
        }
    }
    for (uint32_t i = 0; i < crowd->voices->count; i++) {
        if (groups[i].people > 0) {
            weigh_group(weighed, &groups[i], usual);
        }
    }
    if (is_campaign(&weighed->small, usual)) {
        weighed->campaign += weighed->small.people;
    } else {
        ages_add(&weighed->single, &weighed->small);
    }
}

/* How many are not what they seem: the campaigns, and of the rest what is unusually young. */
static double
count_suspects(const struct weighed *weighed, const struct usual *usual)
{
    const struct ages *all = &weighed->all;
    const struct ages *rest = &weighed->single;
    double excess = 0;

    if (is_unusual(all->month, all->known, usual->month)) {
        excess = excess_of(rest->month, rest->known, usual->month);
    }
    if (is_unusual(all->half_year, all->known, usual->half_year)) {
        double more = excess_of(rest->half_year, rest->known, usual->half_year);
        excess = more > excess ? more : excess;
    }
    return weighed->campaign + excess;
}

struct authenticity
voices_weigh(const struct voices *voices, signal_set signals, uint32_t from)
{
    struct crowd crowd = { .voices = voices, .signals = signals, .from = from };
    struct usual usual = usual_of(voices);
    struct weighed weighed;

    find_groups(&crowd);
    weigh_groups(&crowd, &usual, &weighed);
    uint32_t suspects = (uint32_t)(count_suspects(&weighed, &usual) + 0.5);
    return (struct authenticity){ .people = weighed.all.people,
        .known = weighed.all.known,
        .young = weighed.all.month,
        .copied = weighed.campaign,
        .organic = suspects < weighed.all.people ? weighed.all.people - suspects : 0 };
}

double
authenticity_share(const struct authenticity *authenticity)
{
    return authenticity->people == 0 ? 1 : (double)authenticity->organic / authenticity->people;
}
