/*
 * shape: how each platform lays out a post. One row of pointers per preset; what a row cannot say (an id
 * made of three parts, an author listed elsewhere) is a pair of small functions. For reader.c alone.
 */
#ifndef REBATO_MENTION_SHAPE_H
#define REBATO_MENTION_SHAPE_H

#include "mention/json.h"
#include "mention/mention.h"
#include "mention/reader.h"

struct reading;

/* What the text's characters went through before they came here. */
enum markup {
    MARKUP_NONE,
    MARKUP_ESCAPED, /* &amp; &lt; &gt; */
    MARKUP_HTML,
};

struct shape {
    const char *name;
    enum platform platform;
    enum markup markup;
    /* Alternatives are separated by "|"; the first that is there and not null counts. One that begins
     * with "?" is passed over when it is an object or array. */
    const char *pointers[READER_FIELD_COUNT];
    const char *lead; /* stands above the text: a title, a warning; may be NULL */
    /* Is it a post at all? REBATO_FATE_unmatched to go on. May be NULL. */
    enum rebato_fate (*admit)(struct reading *reading);
    /* After the fields were read. May be NULL. */
    enum rebato_fate (*finish)(struct reading *reading);
};

#define SHAPE_COUNT 6
extern const struct shape shapes[SHAPE_COUNT];

/* The shape whose keys the object has, or NULL. */
const struct shape *shape_detect(const struct json_document *json);
const struct shape *shape_named(const char *name);

/* For records told to be of a shape by settings that name every field. */
extern const struct shape shape_map;

/* Of the presets; see shape_platforms.c. */
enum rebato_fate shape_admit_x(struct reading *reading);
enum rebato_fate shape_admit_bluesky(struct reading *reading);
enum rebato_fate shape_admit_mastodon(struct reading *reading);
enum rebato_fate shape_admit_reddit(struct reading *reading);
enum rebato_fate shape_finish_x(struct reading *reading);
enum rebato_fate shape_finish_x2(struct reading *reading);
enum rebato_fate shape_finish_bluesky(struct reading *reading);
enum rebato_fate shape_finish_mastodon(struct reading *reading);
enum rebato_fate shape_finish_reddit(struct reading *reading);

#endif
