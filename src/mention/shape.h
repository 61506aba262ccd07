/*
 * shape: how each platform lays out a post. One row of pointers per preset; what a row cannot say (an id
 * made of three parts, an author listed elsewhere) is a pair of small functions. For reader.c alone.
 */
#ifndef REBATO_MENTION_SHAPE_H
#define REBATO_MENTION_SHAPE_H

#include "mention/mention.h"
#include "mention/reader.h"
#include "json/pick.h"

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

enum shape_number {
    SHAPE_NATIVE,
    SHAPE_X,
    SHAPE_X2,
    SHAPE_BLUESKY,
    SHAPE_MASTODON,
    SHAPE_REDDIT,
    SHAPE_COUNT
};
extern const struct shape shapes[SHAPE_COUNT];

/* What the functions of a shape look at beside its fields: name, shape, pointer. "+": with all it holds. */
#define SHAPE_ASIDES(ASIDE)                                                                        \
    ASIDE(x_text, SHAPE_X, "/text")                                                                \
    ASIDE(x_full_text, SHAPE_X, "/full_text")                                                      \
    ASIDE(x_user, SHAPE_X, "/user")                                                                \
    ASIDE(x2_references, SHAPE_X2, "+/data/referenced_tweets")                                     \
    ASIDE(x2_bare_references, SHAPE_X2, "+/referenced_tweets")                                     \
    ASIDE(x2_tweets, SHAPE_X2, "+/includes/tweets")                                                \
    ASIDE(x2_users, SHAPE_X2, "+/includes/users")                                                  \
    ASIDE(x2_answered, SHAPE_X2, "/data/in_reply_to_user_id")                                      \
    ASIDE(x2_bare_answered, SHAPE_X2, "/in_reply_to_user_id")                                      \
    ASIDE(bluesky_kind, SHAPE_BLUESKY, "/kind")                                                    \
    ASIDE(bluesky_operation, SHAPE_BLUESKY, "/commit/operation")                                   \
    ASIDE(bluesky_collection, SHAPE_BLUESKY, "/commit/collection")                                 \
    ASIDE(bluesky_key, SHAPE_BLUESKY, "/commit/rkey")                                              \
    ASIDE(mastodon_event, SHAPE_MASTODON, "/event")                                                \
    ASIDE(mastodon_account, SHAPE_MASTODON, "/account")                                            \
    ASIDE(mastodon_answered, SHAPE_MASTODON, "/in_reply_to_account_id")                            \
    ASIDE(mastodon_mentions, SHAPE_MASTODON, "+/mentions")                                         \
    ASIDE(reddit_kind, SHAPE_REDDIT, "/kind")

enum shape_aside {
#define SHAPE_ASIDE_ENUM(name, shape, pointer) ASIDE_##name,
    SHAPE_ASIDES(SHAPE_ASIDE_ENUM)
#undef SHAPE_ASIDE_ENUM
            SHAPE_ASIDE_COUNT
};

/* Keys of a record's outermost object that tell shapes apart. */
#define SHAPE_SIGNS(SIGN)                                                                          \
    SIGN(text)                                                                                     \
    SIGN(full_text)                                                                                \
    SIGN(user)                                                                                     \
    SIGN(data)                                                                                     \
    SIGN(kind)                                                                                     \
    SIGN(did)                                                                                      \
    SIGN(content)                                                                                  \
    SIGN(account)                                                                                  \
    SIGN(event)                                                                                    \
    SIGN(payload)                                                                                  \
    SIGN(author_id)                                                                                \
    SIGN(author)                                                                                   \
    SIGN(subreddit)                                                                                \
    SIGN(body)                                                                                     \
    SIGN(selftext)                                                                                 \
    SIGN(delete)                                                                                   \
    SIGN(limit)                                                                                    \
    SIGN(warning)                                                                                  \
    SIGN(scrub_geo)                                                                                \
    SIGN(status_withheld)                                                                          \
    SIGN(user_withheld)                                                                            \
    SIGN(disconnect)                                                                               \
    SIGN(friends)

enum shape_sign {
#define SHAPE_SIGN_ENUM(name) SIGN_##name,
    SHAPE_SIGNS(SHAPE_SIGN_ENUM)
#undef SHAPE_SIGN_ENUM
            SHAPE_SIGN_COUNT
};

/* The values that shapes look at, as they are wanted of a picker. */
struct shape_wants {
    json_want asides[SHAPE_ASIDE_COUNT];
    json_want signs[SHAPE_SIGN_COUNT];
};

/* 0 when out of memory. */
int shape_want_asides(
        struct json_picker *picker, enum shape_number shape, struct shape_wants *wants);
int shape_want_signs(struct json_picker *picker, struct shape_wants *wants);

/* The shape whose keys were found, or SHAPE_COUNT. */
enum shape_number shape_detect(const struct json_picks *picks, const struct shape_wants *wants);
/* SHAPE_COUNT when there is none. */
enum shape_number shape_named(const char *name);

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
