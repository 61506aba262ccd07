/*
 * model: a parsed scene. Written by scene_file*.c, read by plan.c and stream.c; private to this folder.
 *
 * Texts are views into the two documents, which the scene keeps.
 */
#ifndef REBATO_SCENE_MODEL_H
#define REBATO_SCENE_MODEL_H

#include "scene/phrases.h"
#include "scene/scene.h"

#define SCENE_BRANDS_MAX     16
#define SCENE_EVENTS_MAX     96
#define SCENE_BANKS_EACH_MAX 8
#define SCENE_NAME_SIZE_MAX  48 /* ids, handles, accounts */
#define SCENE_NONE           UINT32_MAX

enum scene_event_kind {
    SCENE_BURST,   /* so many posts of so many people within an envelope */
    SCENE_VOLUME,  /* the brand's calm level times a factor, with its usual share of complaints */
    SCENE_GAP,     /* the collector delivers nothing, and all of it later */
    SCENE_SAID,    /* one post of one account, word for word */
    SCENE_REPLIES, /* an account answers those of a burst, one by one */
};

/* Variants an event belongs to. */
#define SCENE_IN(variant) (1U << (variant))

struct bank_list {
    const struct phrase_bank *at[SCENE_BANKS_EACH_MAX];
    size_t count;
};

/* Answers that the brand's support gives to complaints on calm days. */
struct scene_support {
    double share; /* of complaints that get one */
    struct view account;
    struct view account_id;
    struct bank_list banks;
};

struct scene_brand {
    struct view id;
    struct view handle; /* what people put behind the @ */
    struct phrase_list names;
    double daily;           /* mentions on an average day */
    double complaint_share; /* of them */
    double spanish;         /* share of posts in Spanish; the rest is English */
    uint32_t authors;       /* people who speak of it on calm days */
    struct bank_list chatter;
    struct bank_list complaints;
    struct scene_support support;
};

struct scene_event {
    struct view id;
    enum scene_event_kind kind;
    struct view
            truth; /* of what is said: "official", "impostor", "person"; empty: the bank's signal */
    unsigned variants; /* SCENE_IN bits */
    int bot;           /* near-identical texts from young accounts */
    uint32_t brand;    /* SCENE_NONE: all of them (gap) */
    int64_t at_ms;
    int64_t ramp_ms, hold_ms, decay_ms;
    int64_t every_ms; /* repeated to the end, a gap with its delivery; 0: once */
    uint32_t posts, authors;
    double reposts; /* share of its posts that repeat an earlier one */
    double factor;  /* volume */
    double spanish;
    struct bank_list banks;
    int64_t delivered_ms, delivery_ms; /* gap: from when, and for how long */
    struct view text;                  /* said */
    enum scene_lang lang;
    struct view account, account_id;
    uint32_t reply_to; /* event, or SCENE_NONE */
    double share;    /* replies: of the burst's own posts, passed on ones left out, that get one, */
    int64_t wait_ms; /* after this at most */
};

struct scene {
    struct scene_head head;
    int64_t utc_offset_ms;
    struct scene_brand brands[SCENE_BRANDS_MAX];
    uint32_t brand_count;
    struct scene_event events[SCENE_EVENTS_MAX];
    uint32_t event_count;
    struct phrase_book book;
    const struct yaml_node *expect[2]; /* by variant; lists */

    struct arena *arena;
    struct yaml_document *document;
    struct yaml_document *phrases;
};

/* ---- while parsing ---- */

struct scene_reader {
    struct scene *scene;
    struct fault_list *faults;
};

/* Items of `node` are added with these variants. */
void scene_read_events(
        struct scene_reader *reader, const struct yaml_node *node, unsigned variants);
/* Looks up what events say of each other. */
void scene_link_events(struct scene_reader *reader, const struct yaml_node *node, uint32_t first);
void scene_check_expect(struct scene_reader *reader, const struct yaml_node *node);

void scene_read_one_brand(struct scene_reader *reader, const struct yaml_node *map);
/* A fault when the map lacks the key. */
void scene_need(struct scene_reader *reader, const struct yaml_node *map, const char *key);
/* A short text: an id, a handle. */
void scene_read_name(struct scene_reader *reader, const struct yaml_node *node, struct view *name);
/* The brand named by a scalar; a fault and SCENE_NONE when it is not one of the scene. */
uint32_t scene_read_brand(struct scene_reader *reader, const struct yaml_node *node);
/* Index of an event by id, or SCENE_NONE. */
uint32_t scene_find_event(const struct scene *scene, struct view id);
/* One bank's name or a list of them; with a fault when a language that is spoken has no sentence. */
void scene_read_banks(struct scene_reader *reader,
        const struct yaml_node *node,
        double spanish,
        struct bank_list *list);
/* A number between the two. Absent: unchanged. */
void scene_read_number(struct scene_reader *reader,
        const struct yaml_node *node,
        const double range[2],
        double *number);
void scene_read_count(struct scene_reader *reader, const struct yaml_node *node, uint32_t *count);
/* RFC 3339, within the scene. */
void scene_read_time(struct scene_reader *reader, const struct yaml_node *node, int64_t *time_ms);

#endif
