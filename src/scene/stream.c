/* Puts words to a plan, one post at a time. */
#include "core/rng.h"
#include "core/text/calendar.h"
#include "scene/compose.h"
#include "scene/json_out.h"
#include "scene/plan.h"
#include "scene/rate.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY_MS INT64_C(86400000)
/* A post with the longest text, every byte of it escaped, fits. */
#define POST_SIZE_MAX ((size_t)16 * 1024)
#define ID_SIZE       160
#define PERSON_SIZE   (SCENE_NAME_SIZE_MAX + 1)

/* Numbers of a source are used for its posts and for its people; these keep the two apart. */
#define MIX_POST   (UINT64_C(1) << 40)
#define MIX_PERSON (UINT64_C(2) << 40)

static_assert(ID_SIZE > (size_t)2 * SCENE_NAME_SIZE_MAX + sizeof "syn---support-4294967295",
        "an id fits");
static_assert(POST_SIZE_MAX > 6 * COMPOSE_SIZE_MAX + 4 * ID_SIZE + 2048, "a post fits");

struct scene_stream {
    const struct scene *scene;
    uint64_t seed;
    struct plan plan;
    size_t next;
    struct json_out out;
    struct compose_text text;
    char key[PERSON_SIZE];
};

struct person {
    char id[PERSON_SIZE];
    char handle[PERSON_SIZE];
    uint32_t followers;
    int64_t since_ms;
};

/* Everything a post says besides its text. */
struct draft {
    const struct plan_post *post;
    const struct scene_brand *brand;
    const struct scene_event *event; /* NULL on calm days */
    uint64_t seed;                   /* of its source */
    struct person author;
    enum scene_lang lang;
    struct view truth;
    char reply_id[ID_SIZE];
    char reply_handle[PERSON_SIZE];
    char repost_id[ID_SIZE];
};

/* A person is a function of their number: who comes back is the same again, and nobody is stored. */
static struct person
person_of(const struct scene_stream *stream, uint64_t seed, uint32_t number, int young)
{
    static const char *const names[] = { "ana", "luis", "marta", "pepe", "lucia", "jorge", "carmen",
        "dani", "sara", "raul", "elena_", "javi", "nuria", "pablo", "irene", "tomas", "kate", "ben",
        "amy", "joe", "lily", "mark" };
    struct rng rng = rng_seeded(rate_mix(seed, MIX_PERSON + number));
    struct person person;
    uint32_t name = rng_below(&rng, sizeof names / sizeof names[0]);
    double fame = rng_unit(&rng);
    int64_t days = young ? 2 + rng_below(&rng, 20) : 60 + rng_below(&rng, 900);

    snprintf(person.id, sizeof person.id, "9%012" PRIu64, rng_next(&rng) % UINT64_C(1000000000000));
    snprintf(person.handle, sizeof person.handle, "%s%05u", names[name], rng_below(&rng, 100000));
    person.followers = young ? rng_below(&rng, 5) : (uint32_t)(fame * fame * fame * fame * 30000);
    person.since_ms = stream->scene->head.start_ms - days * DAY_MS;
    return person;
}

/* Somebody with a name in the file, which is the id as well where none is given. */
static struct person
person_named(const struct scene_stream *stream, struct view handle, struct view id)
{
    struct person person;

    person.followers = 250000;
    person.since_ms = stream->scene->head.start_ms - 1000 * DAY_MS;
    (void)view_copy(handle, person.handle, sizeof person.handle);
    (void)view_copy(id.size > 0 ? id : handle, person.id, sizeof person.id);
    return person;
}

/* syn-<scene>-<source>-<ordinal>: says that it is invented and where it comes from, and stays the same
 * when other events come or go. */
static void
print_id(const struct scene_stream *stream,
        const struct plan_post *post,
        uint32_t ordinal,
        char id[ID_SIZE])
{
    const struct scene *scene = stream->scene;
    struct view source = post->origin == PLAN_EVENT ? scene->events[post->index].id
                                                    : scene->brands[post->index].id;
    const char *part = post->origin == PLAN_SUPPORT ? "-support" : "";

    snprintf(id, ID_SIZE, "syn-%.*s-%.*s%s-%06u", (int)scene->head.id.size, scene->head.id.at,
            (int)source.size, source.at, part, ordinal);
}

/* To one of those who complained; its phrase is drawn, but nobody mistypes in the brand's name. */
static int
is_reply(const struct draft *draft)
{
    return draft->post->origin == PLAN_SUPPORT ||
           (draft->event != NULL && draft->event->kind == SCENE_REPLIES);
}

/* In this order: support is never a grumble, and a match has grumbles of its own. */
static const struct phrase_bank *
pick_bank(const struct draft *draft, struct rng *rng)
{
    const struct bank_list *banks = &draft->brand->chatter;

    if (draft->post->origin == PLAN_SUPPORT) {
        banks = &draft->brand->support.banks;
    } else if (draft->post->grumble) {
        banks = &draft->brand->complaints;
    } else if (draft->event != NULL) {
        banks = &draft->event->banks;
    }
    assert(banks->count > 0);
    return banks->at[rng_below(rng, (uint32_t)banks->count)];
}

/* A repost has its root's numbers, and so its root's words. */
static void
write_phrase(struct scene_stream *stream, struct draft *draft)
{
    const struct plan_post *post = draft->post;
    int is_repost = !is_reply(draft) && post->root != SCENE_NONE;
    uint32_t ordinal = is_repost ? post->root : post->ordinal;
    struct rng rng = rng_seeded(rate_mix(draft->seed, MIX_POST + ordinal));
    double spanish = draft->event != NULL ? draft->event->spanish : draft->brand->spanish;
    struct compose_voice voice = { .book = &stream->scene->book,
        .brand = draft->brand,
        .addressee = view_of(draft->reply_handle) };

    draft->lang = rng_unit(&rng) < spanish ? SCENE_ES : SCENE_EN;
    const struct phrase_bank *bank = pick_bank(draft, &rng);
    const struct phrase_list *phrases = &bank->phrases[draft->lang];
    int is_bot = draft->event != NULL && draft->event->bot;
    size_t chosen = is_bot ? 0 : rng_below(&rng, (uint32_t)phrases->count);
    compose_fill(&voice, phrases->at[chosen], &rng, &stream->text);
    draft->truth = is_reply(draft) ? VIEW("official") : bank->signal;
    if (is_bot) {
        compose_number(&stream->text, &rng);
    } else if (!is_reply(draft)) {
        int calm = view_equal(bank->signal, VIEW("none"));
        compose_type(&stream->text, draft->lang, calm ? COMPOSE_EASY : COMPOSE_UPSET, &rng);
    }
}

/* Anybody: on calm days, in a crowd, at a match, behind a bot. */
static void
draft_crowd(struct scene_stream *stream, struct draft *draft)
{
    const struct plan_post *post = draft->post;

    draft->author =
            person_of(stream, draft->seed, post->author, draft->event != NULL && draft->event->bot);
    if (post->root != SCENE_NONE) {
        print_id(stream, post, post->root, draft->repost_id);
    }
    write_phrase(stream, draft);
}

/* Whom an account answers, of the source that the plan says, and who. */
static void
draft_reply(struct scene_stream *stream,
        struct draft *draft,
        const struct plan_post *asked,
        const struct person *author)
{
    uint64_t seed = plan_seed(stream->scene, stream->seed, asked->origin, asked->index);
    struct person person = person_of(stream, seed, asked->author, 0);

    print_id(stream, asked, asked->root, draft->reply_id);
    memcpy(draft->reply_handle, person.handle, sizeof draft->reply_handle);
    draft->author = *author;
    write_phrase(stream, draft);
}

/* The brand answers a complaint of a calm day. */
static void
draft_support(struct scene_stream *stream, struct draft *draft)
{
    const struct scene_support *support = &draft->brand->support;
    struct person author = person_named(stream, support->account, support->account_id);
    struct plan_post asked = *draft->post;

    asked.origin = PLAN_CALM;
    draft_reply(stream, draft, &asked, &author);
}

/* Or one of a burst. */
static void
draft_answer(struct scene_stream *stream, struct draft *draft)
{
    const struct scene_event *event = draft->event;
    struct person author = person_named(stream, event->account, event->account_id);
    struct plan_post asked = *draft->post;

    asked.index = event->reply_to;
    draft_reply(stream, draft, &asked, &author);
}

/* A post of the story, word for word, by the account it names. */
static void
draft_said(struct scene_stream *stream, struct draft *draft)
{
    const struct scene_event *event = draft->event;

    draft->author = person_named(stream, event->account, event->account_id);
    if (view_equal(event->truth, VIEW("person"))) {
        draft->author.followers = 180;
    }
    draft->lang = event->lang;
    draft->truth = event->truth;
    if (event->reply_to != SCENE_NONE) {
        struct plan_post asked = { .origin = PLAN_EVENT, .index = event->reply_to };
        const struct scene_event *said = &stream->scene->events[event->reply_to];
        print_id(stream, &asked, 0, draft->reply_id);
        (void)view_copy(said->account, draft->reply_handle, sizeof draft->reply_handle);
    }
    struct compose_voice voice = { .book = &stream->scene->book,
        .brand = draft->brand,
        .addressee = view_of(draft->reply_handle) };
    struct rng rng = rng_seeded(draft->seed);
    compose_fill(&voice, event->text, &rng, &stream->text);
}

/* `key` brings its comma and brace along: the shape can be read off the calls. */
static void
put_text(struct json_out *out, const char *key, struct view text)
{
    json_out_raw(out, view_of(key));
    if (text.size == 0) {
        json_out_raw(out, VIEW("null"));
    } else {
        json_out_string(out, text);
    }
}

static void
put_author(struct json_out *out, const struct person *author)
{
    char since[CALENDAR_TEXT_SIZE];

    put_text(out, ",\"author\":{\"id\":", view_of(author->id));
    put_text(out, ",\"handle\":", view_of(author->handle));
    json_out_raw(out, VIEW(",\"followers\":"));
    json_out_number(out, author->followers);
    put_text(out, ",\"created_at\":", view_of(calendar_print(author->since_ms, since)));
    json_out_raw(out, VIEW("}"));
}

/* The native shape, all keys always: a reader that detects shapes sees one and the same. */
static void
put_post(struct scene_stream *stream, const struct draft *draft)
{
    struct json_out *out = &stream->out;
    char id[ID_SIZE];
    char time[CALENDAR_TEXT_SIZE];
    struct view text = { .at = stream->text.at, .size = stream->text.size };

    out->size = 0;
    print_id(stream, draft->post, draft->post->ordinal, id);
    put_text(out, "{\"id\":", view_of(id));
    put_text(out, ",\"created_at\":", view_of(calendar_print(draft->post->time_ms, time)));
    put_text(out, ",\"lang\":", draft->lang == SCENE_ES ? VIEW("es") : VIEW("en"));
    json_out_raw(out, VIEW(",\"platform\":\"x\""));
    put_author(out, &draft->author);
    put_text(out, ",\"text\":", text);
    put_text(out, ",\"in_reply_to\":", view_of(draft->reply_id));
    put_text(out, ",\"in_reply_to_handle\":", view_of(draft->reply_handle));
    put_text(out, ",\"repost_of\":", view_of(draft->repost_id));
    json_out_raw(out, VIEW(",\"synthetic\":true"));
    put_text(out, ",\"truth\":", draft->truth);
    json_out_raw(out, VIEW("}"));
    assert(!out->broken);
}

struct scene_stream *
scene_stream_create(const struct scene *scene, uint64_t seed, enum scene_variant variant)
{
    struct scene_stream *stream = calloc(1, sizeof *stream);

    if (stream == NULL) {
        return NULL;
    }
    stream->scene = scene;
    stream->seed = seed;
    if (!json_out_init(&stream->out, POST_SIZE_MAX) ||
            !plan_init(&stream->plan, scene, seed, variant)) {
        scene_stream_destroy(&stream);
    }
    return stream;
}

void
scene_stream_destroy(struct scene_stream **stream)
{
    if (*stream == NULL) {
        return;
    }
    plan_fini(&(*stream)->plan);
    json_out_fini(&(*stream)->out);
    free(*stream);
    *stream = NULL;
}

size_t
scene_stream_count(const struct scene_stream *stream)
{
    return stream->plan.count;
}

int
scene_stream_next(struct scene_stream *stream, struct scene_post *post)
{
    const struct scene *scene = stream->scene;

    assert(scene != NULL);
    if (stream->next == stream->plan.count) {
        return 0;
    }
    struct draft draft = { .post = &stream->plan.posts[stream->next++] };
    draft.seed = plan_seed(scene, stream->seed, draft.post->origin, draft.post->index);
    draft.event = draft.post->origin == PLAN_EVENT ? &scene->events[draft.post->index] : NULL;
    draft.brand = &scene->brands[draft.event != NULL ? draft.event->brand : draft.post->index];
    if (draft.post->origin == PLAN_SUPPORT) {
        draft_support(stream, &draft);
    } else if (draft.event != NULL && draft.event->kind == SCENE_SAID) {
        draft_said(stream, &draft);
    } else if (draft.event != NULL && draft.event->kind == SCENE_REPLIES) {
        draft_answer(stream, &draft);
    } else {
        draft_crowd(stream, &draft);
    }
    put_post(stream, &draft);
    memcpy(stream->key, draft.author.id, sizeof stream->key);
    *post = (struct scene_post){ .time_ms = draft.post->time_ms,
        .arrived_ms = draft.post->arrived_ms,
        .json = { .at = stream->out.at, .size = stream->out.size },
        .key = view_of(stream->key) };
    return 1;
}
