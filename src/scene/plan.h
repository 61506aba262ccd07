/*
 * plan: who writes when, and when it arrives; before a single word is put down. Private to this folder.
 *
 * All posts of a variant as small records in order of arrival. What a post says is drawn later from its
 * own numbers (source, ordinal), so the order of drawing does not matter.
 */
#ifndef REBATO_SCENE_PLAN_H
#define REBATO_SCENE_PLAN_H

#include "scene/model.h"

/* Where a post comes from: with the index of the brand or event. */
enum plan_origin { PLAN_CALM, PLAN_SUPPORT, PLAN_EVENT };

struct plan_post {
    int64_t time_ms;
    int64_t arrived_ms;
    uint32_t origin;  /* enum plan_origin */
    uint32_t index;   /* of the brand or event */
    uint32_t ordinal; /* among the posts of its source, in order of time */
    uint32_t author;  /* among the people of its source; of a reply: whom it answers */
    uint32_t root;    /* ordinal that it reposts or answers; SCENE_NONE: neither */
    uint32_t grumble; /* a complaint of calm days */
};

struct plan {
    struct plan_post *posts;
    size_t count;
    size_t capacity;
};

/* False when out of memory. */
int plan_init(
        struct plan *plan, const struct scene *scene, uint64_t seed, enum scene_variant variant);
void plan_fini(struct plan *plan);

/* The private seed of a source. */
uint64_t plan_seed(const struct scene *scene, uint64_t seed, uint32_t origin, uint32_t index);

#endif
