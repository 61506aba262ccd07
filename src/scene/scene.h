/*
 * scene: a story about brands, written by hand, told as a stream of invented posts.
 *
 *   NAME.yaml + phrases.yaml ── scene_parse ──▶ scene ── scene_stream_create(seed, variant) ──▶ posts
 *
 * A scene names its brands and how much is said of them on calm days, the phrases people use, and the
 * events that break the calm: crowds, bots, matches, gaps of the collector, and what the brand itself
 * says. Its twin is the same story without its decisive element. Both carry their verdict, written
 * before the engine was asked.
 *
 * The stream is a function of (scene, seed, variant) alone: the same bytes on every host. Every part of
 * a scene draws from its own numbers, so removing one event leaves all other posts as they were. Posts
 * are in the native JSON shape, one object each, and every one says "synthetic":true; "truth" names the
 * signal its author meant ("none" for chatter), so that recognition can be measured.
 *
 * What it refuses: to look real. Ids, handles and accounts of people are made up on the spot; only the
 * brands' own accounts bear real names.
 *
 * Pure: no files, no clock. A scene is read-only once parsed and may be shared; a stream belongs to one
 * thread.
 */
#ifndef REBATO_SCENE_SCENE_H
#define REBATO_SCENE_SCENE_H

#include "core/view.h"
#include "core/yaml/fault.h"

#include <stdint.h>

/* Posts one stream may hold; a scene that asks for more is faulted. */
#define SCENE_POSTS_MAX 2000000

enum scene_variant {
    SCENE_STORY,
    SCENE_TWIN, /* without the decisive element */
};

struct scene;

/* What stands at the top of the file. Views live as long as the scene. */
struct scene_head {
    struct view id;          /* "tweetdeck-2014" */
    struct view title[2];    /* Spanish, English */
    struct view invented[2]; /* which figures and sentences are made up, and why */
    int64_t start_ms;        /* event time of the first possible post */
    int64_t end_ms;          /* no post is as late as this */
    int64_t story_ms;        /* when the first event begins: until then it is calm */
    uint64_t seed;           /* for those who have no wish of their own */
};

/* ---- any thread ---- */

/* Reads a scene (`file` names it in faults) with the shared phrases, which may be empty. All faults of
 * both texts are added; NULL when one of them is an error. */
struct scene *scene_parse(
        const char *file, struct view text, struct view phrases, struct fault_list *faults);
void scene_destroy(struct scene **scene);

const struct scene_head *scene_head(const struct scene *scene);

/* The verdict that the variant must get: one JSON object per line, malloc'd, NUL-terminated; NULL when
 * out of memory. The keys are those of the file's `expect` section (rules/scenarios/README.md). */
char *scene_expect_json(const struct scene *scene, enum scene_variant variant);

/* ---- one thread per stream ---- */

struct scene_stream;

struct scene_post {
    int64_t time_ms;    /* when it was written */
    int64_t arrived_ms; /* when the collector delivered it: later than time_ms only after a gap */
    struct view json;   /* without a newline; valid until the next call */
    struct view key;    /* the author's id, to partition by; valid until the next call */
};

/* The scene outlives the stream. NULL when out of memory. */
struct scene_stream *scene_stream_create(
        const struct scene *scene, uint64_t seed, enum scene_variant variant);
void scene_stream_destroy(struct scene_stream **stream);

/* Posts in all, known before the first one. */
size_t scene_stream_count(const struct scene_stream *stream);

/* The next post in order of arrival; 0 at the end. */
int scene_stream_next(struct scene_stream *stream, struct scene_post *post);

#endif
