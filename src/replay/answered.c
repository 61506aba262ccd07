#include "replay/answered.h"

#include "fold/sketch.h"

#include <assert.h>
#include <stdlib.h>

/* Replies in other words than those before them that are remembered: a desk has fewer canned sentences. */
#define SENTENCES_MAX 64

enum reply_sort { REPLY_NONE, REPLY_CANNED, REPLY_OWN_WORDS, REPLY_NAMED };

struct person {
    uint64_t author;
    uint64_t handle;
    int64_t since_ms;
    int64_t answered_ms;
    uint64_t reach;
    uint32_t posts;
    uint32_t reposts;
    int first_person;
    enum reply_sort best;
    const struct heard *first;
};

/* A post, or a handle, and whose it is. */
struct owned {
    uint64_t hash;
    size_t person;
};

struct crowd {
    struct person *people; /* by author */
    size_t person_count;
    struct owned *posts; /* by hash */
    size_t post_count;
    struct owned *handles; /* by hash */
    size_t handle_count;
    uint64_t *passed_on; /* authors of reposts */
    size_t passed_count;
};

static const struct heard *
heard_at(const struct heard_list *list, size_t index)
{
    return &list->ring[(list->first + index) & list->mask];
}

static int
is_about_it(
        const struct answered_question *question, const struct heard *heard, enum waits_voice voice)
{
    return heard->voice == voice && heard->brand == question->brand &&
           heard->time_ms >= question->onset_ms && heard->time_ms < question->over_ms &&
           (heard->signals & question->signals) != 0;
}

/* ---- people ---- */

static int
compare_hashes(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Complaints by author, then time; the id decides between two at once. */
static int
by_author(const void *left, const void *right)
{
    const struct heard *a = *(const struct heard *const *)left;
    const struct heard *b = *(const struct heard *const *)right;
    int order = compare_hashes(a->author, b->author);

    if (order != 0) {
        return order;
    }
    if (a->time_ms != b->time_ms) {
        return a->time_ms < b->time_ms ? -1 : 1;
    }
    return strcmp(a->words, b->words);
}

static int
by_hash(const void *left, const void *right)
{
    const struct owned *a = left;
    const struct owned *b = right;
    int order = compare_hashes(a->hash, b->hash);

    return order != 0 ? order : (a->person > b->person) - (a->person < b->person);
}

static int
by_number(const void *left, const void *right)
{
    return compare_hashes(*(const uint64_t *)left, *(const uint64_t *)right);
}

static void
add_complaint(struct crowd *crowd, const struct heard *heard)
{
    struct person *person =
            crowd->person_count == 0 ? NULL : &crowd->people[crowd->person_count - 1];

    if (person == NULL || person->author != heard->author) {
        person = &crowd->people[crowd->person_count++];
        *person = (struct person){ .author = heard->author,
            .handle = heard->handle,
            .since_ms = heard->time_ms,
            .answered_ms = TIME_NONE,
            .first = heard };
    }
    person->posts++;
    person->first_person |= heard->first_person;
    person->reach = heard->weight > person->reach ? heard->weight : person->reach;
    if (heard->post != 0) {
        crowd->posts[crowd->post_count++] =
                (struct owned){ .hash = heard->post, .person = crowd->person_count - 1 };
    }
}

static size_t
count_of(const struct heard_list *list,
        const struct answered_question *question,
        enum waits_voice voice)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        count += (size_t)is_about_it(question, heard_at(list, i), voice);
    }
    return count;
}

static void *
allocate(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);

    assert(memory != NULL);
    return memory;
}

static void
gather_people(struct crowd *crowd,
        const struct heard_list *list,
        const struct answered_question *question)
{
    size_t count = 0;
    size_t complaints = count_of(list, question, WAITS_COMPLAINT);
    const struct heard **sorted = allocate(complaints, sizeof(const struct heard *));

    for (size_t i = 0; i < list->count; i++) {
        if (is_about_it(question, heard_at(list, i), WAITS_COMPLAINT)) {
            sorted[count++] = heard_at(list, i);
        }
    }
    qsort((void *)sorted, count, sizeof(const struct heard *), by_author);
    crowd->people = allocate(count, sizeof *crowd->people);
    crowd->posts = allocate(count, sizeof *crowd->posts);
    for (size_t i = 0; i < count; i++) {
        add_complaint(crowd, sorted[i]);
    }
    free((void *)sorted);
    crowd->handles = allocate(crowd->person_count, sizeof *crowd->handles);
    for (size_t i = 0; i < crowd->person_count; i++) {
        if (crowd->people[i].handle != 0) {
            crowd->handles[crowd->handle_count++] =
                    (struct owned){ .hash = crowd->people[i].handle, .person = i };
        }
    }
    qsort(crowd->posts, crowd->post_count, sizeof *crowd->posts, by_hash);
    qsort(crowd->handles, crowd->handle_count, sizeof *crowd->handles, by_hash);
}

static void
crowd_fini(struct crowd *crowd)
{
    free(crowd->people);
    free(crowd->posts);
    free(crowd->handles);
    free(crowd->passed_on);
}

/* The first place whose hash is not less. */
static struct person *
find_owner(const struct crowd *crowd, const struct owned *owned, size_t count, uint64_t hash)
{
    size_t low = 0;

    for (size_t high = count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (owned[middle].hash < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return hash == 0 || low == count || owned[low].hash != hash ? NULL
                                                                : &crowd->people[owned[low].person];
}

static int
by_person(const void *key, const void *element)
{
    return compare_hashes(*(const uint64_t *)key, ((const struct person *)element)->author);
}

/* ---- what was passed on ---- */

static void
gather_reposts(struct crowd *crowd,
        const struct heard_list *list,
        const struct answered_question *question)
{
    size_t count = count_of(list, question, WAITS_REPOST);

    crowd->passed_on = allocate(count, sizeof *crowd->passed_on);
    for (size_t i = 0; i < list->count; i++) {
        const struct heard *heard = heard_at(list, i);
        if (!is_about_it(question, heard, WAITS_REPOST)) {
            continue;
        }
        struct person *owner = find_owner(crowd, crowd->posts, crowd->post_count, heard->target);
        if (owner != NULL) {
            owner->reposts++;
        }
        crowd->passed_on[crowd->passed_count++] = heard->author;
    }
    qsort(crowd->passed_on, crowd->passed_count, sizeof *crowd->passed_on, by_number);
}

static uint64_t
count_passed_on(const struct crowd *crowd)
{
    uint64_t count = 0;

    for (size_t i = 0; i < crowd->passed_count; i++) {
        const uint64_t *author = &crowd->passed_on[i];
        count += (i == 0 || author[-1] != *author) &&
                 bsearch(author, crowd->people, crowd->person_count, sizeof *crowd->people,
                         by_person) == NULL;
    }
    return count;
}

/* ---- replies ---- */

/* What the brand said to people, the latest last. */
struct sentences {
    uint64_t at[SENTENCES_MAX];
    size_t count;
};

/* In words that nobody had got before? */
static int
is_new(struct sentences *sentences, uint64_t sketch)
{
    for (size_t i = 0; i < sentences->count; i++) {
        if (sketch_near(sentences->at[i], sketch)) {
            return 0;
        }
    }
    if (sentences->count == SENTENCES_MAX) {
        memmove(sentences->at, sentences->at + 1, (SENTENCES_MAX - 1) * sizeof sentences->at[0]);
        sentences->count--;
    }
    sentences->at[sentences->count++] = sketch;
    return 1;
}

static void
take_reply(struct crowd *crowd, const struct heard *reply, enum reply_sort sort)
{
    struct person *person = find_owner(crowd, crowd->posts, crowd->post_count, reply->target);

    if (person == NULL) {
        person = find_owner(crowd, crowd->handles, crowd->handle_count, reply->handle);
    }
    if (person == NULL || reply->time_ms < person->since_ms) {
        return;
    }
    if (person->answered_ms == TIME_NONE || reply->time_ms < person->answered_ms) {
        person->answered_ms = reply->time_ms;
    }
    person->best = sort > person->best ? sort : person->best;
}

/* A canned sentence is known from before the onset, too. */
static void
take_replies(struct crowd *crowd,
        const struct heard_list *list,
        const struct answered_question *question)
{
    struct sentences sentences = { .count = 0 };

    for (size_t i = 0; i < list->count; i++) {
        const struct heard *heard = heard_at(list, i);
        if (heard->voice != WAITS_REPLY || heard->brand != question->brand) {
            continue;
        }
        int new = is_new(&sentences, heard->weight);
        int names = judge_reply_names(heard->signals, question->signals);
        if (heard->time_ms >= question->onset_ms && heard->time_ms <= question->until_ms) {
            take_reply(crowd, heard, !new ? REPLY_CANNED : names ? REPLY_NAMED : REPLY_OWN_WORDS);
        }
    }
}

/* ---- figures ---- */

static int
by_span(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static int64_t
median_wait(const struct crowd *crowd)
{
    size_t count = 0;
    int64_t median = TIME_NONE;
    int64_t *spans = allocate(crowd->person_count, sizeof *spans);

    for (size_t i = 0; i < crowd->person_count; i++) {
        const struct person *person = &crowd->people[i];
        if (person->answered_ms != TIME_NONE) {
            spans[count++] = person->answered_ms - person->since_ms;
        }
    }
    qsort(spans, count, sizeof *spans, by_span);
    if (count > 0) {
        median = (spans[(count - 1) / 2] + spans[count / 2]) / 2;
    }
    free(spans);
    return median;
}

static void
count_person(const struct person *person, struct incident_waits *out)
{
    int answered = person->best != REPLY_NONE;

    out->people++;
    out->affected += person->first_person != 0;
    out->answered += (uint64_t)answered;
    out->answered_affected += answered && person->first_person;
    out->named += person->best == REPLY_NAMED;
    out->own_words += person->best == REPLY_OWN_WORDS;
    out->canned += person->best == REPLY_CANNED;
}

/* Whom most people saw waiting. */
static int
waits_before(const struct person *a, const struct person *b)
{
    if (a->reach != b->reach) {
        return a->reach > b->reach;
    }
    if (a->reposts != b->reposts) {
        return a->reposts > b->reposts;
    }
    if (a->posts != b->posts) {
        return a->posts > b->posts;
    }
    return a->since_ms != b->since_ms ? a->since_ms < b->since_ms
                                      : strcmp(a->first->words, b->first->words) < 0;
}

/* The first ones, in order; returns how many. */
static size_t
choose_waiting(const struct crowd *crowd, const struct person *chosen[WAITS_SHOWN])
{
    size_t count = 0;

    for (size_t i = 0; i < crowd->person_count; i++) {
        const struct person *person = &crowd->people[i];
        size_t place = count;
        while (place > 0 && waits_before(person, chosen[place - 1])) {
            place--;
        }
        if (person->best != REPLY_NONE || place == WAITS_SHOWN) {
            continue;
        }
        count += count < WAITS_SHOWN;
        for (size_t j = count - 1; j > place; j--) {
            chosen[j] = chosen[j - 1];
        }
        chosen[place] = person;
    }
    return count;
}

static void
copy_waiting(const struct person *person, struct waiting *row)
{
    struct view id = view_of(person->first->words);

    *row = (struct waiting){ .since_ms = person->since_ms,
        .reach = person->reach,
        .posts = person->posts,
        .reposts = person->reposts,
        .first_person = person->first_person };
    (void)view_copy(id, row->id, sizeof row->id);
    if (!view_copy(view_of(id.at + id.size + 1), row->link, sizeof row->link)) {
        row->link[0] = '\0'; /* half a link leads nowhere */
    }
}

void
answered_find(const struct heard_list *list,
        const struct answered_question *question,
        struct incident_waits *out)
{
    struct crowd crowd = { .people = NULL };
    const struct person *chosen[WAITS_SHOWN] = { NULL };

    *out = (struct incident_waits){ .until_ms = question->until_ms };
    gather_people(&crowd, list, question);
    gather_reposts(&crowd, list, question);
    take_replies(&crowd, list, question);
    for (size_t i = 0; i < crowd.person_count; i++) {
        count_person(&crowd.people[i], out);
    }
    out->passed_on = count_passed_on(&crowd);
    out->median_ms = median_wait(&crowd);
    out->waiting_count = choose_waiting(&crowd, chosen);
    for (size_t i = 0; i < out->waiting_count; i++) {
        assert(chosen[i] != NULL);
        copy_waiting(chosen[i], &out->waiting[i]);
    }
    crowd_fini(&crowd);
}
