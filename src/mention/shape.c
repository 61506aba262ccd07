#include "mention/shape.h"

#define AT(field) [READER_FIELD_##field]

/* Three generations of X v1.1 named its text differently, and nest it alike. */
#define X_TEXT                                                                                     \
    "/retweeted_status/extended_tweet/full_text|/retweeted_status/full_text"                       \
    "|/retweeted_status/text|/extended_tweet/full_text|/full_text|/text"
#define X_QUOTED                                                                                   \
    "/quoted_status/extended_tweet/full_text|/quoted_status/full_text|/quoted_status/text"         \
    "|/retweeted_status/quoted_status/full_text|/retweeted_status/quoted_status/text"

/* clang-format off: a table is read in columns. */
const struct shape shapes[SHAPE_COUNT] = {
    {
        .name = "native",
        .platform = PLATFORM_OTHER,
        .pointers = {
            AT(text) = "/text",
            AT(time) = "/created_at|/ts|/time|/timestamp",
            AT(id) = "/id|/id_str",
            AT(lang) = "/lang|/language",
            AT(platform) = "/platform|/channel",
            AT(author) = "/author/id|/author_id",
            AT(handle) = "/author/handle|/handle|?/author",
            AT(reply_to) = "/in_reply_to|/reply_to",
            AT(reply_to_handle) = "/in_reply_to_handle|/reply_to_handle",
            AT(root) = "/root_id|/repost_of",
            AT(quoted) = "?/quoted|/quoted/text",
            AT(link) = "/url|/link",
            AT(reach) = "/author/followers|/reach",
            AT(author_since) = "/author/created_at|/author/since",
        },
    },
    {
        .name = "x-v1.1",
        .platform = PLATFORM_X,
        .markup = MARKUP_ESCAPED,
        .admit = shape_admit_x,
        .finish = shape_finish_x,
        .pointers = {
            /* A repost's own text is the original's, cut short: the original is read. */
            AT(text) = X_TEXT, /* NOLINT(bugprone-suspicious-missing-comma): one list, two lines */
            AT(time) = "/created_at|/timestamp_ms",
            AT(id) = "/id_str|/id",
            AT(lang) = "/lang|/metadata/iso_language_code",
            AT(author) = "/user/id_str|/user/id",
            AT(handle) = "/user/screen_name",
            AT(reply_to) = "/in_reply_to_status_id_str|/in_reply_to_status_id",
            AT(reply_to_handle) = "/in_reply_to_screen_name",
            AT(root) = "/retweeted_status/id_str|/retweeted_status/id",
            AT(quoted) = X_QUOTED,
            AT(reach) = "/user/followers_count",
            AT(author_since) = "/user/created_at",
        },
    },
    {
        .name = "x-v2",
        .platform = PLATFORM_X,
        .markup = MARKUP_ESCAPED,
        .finish = shape_finish_x2,
        .pointers = {
            AT(text) = "/data/note_tweet/text|/data/text|/note_tweet/text|/text",
            AT(time) = "/data/created_at|/created_at",
            AT(id) = "/data/id|/id",
            AT(lang) = "/data/lang|/lang",
            AT(author) = "/data/author_id|/author_id",
        },
    },
    {
        .name = "bluesky",
        .platform = PLATFORM_BLUESKY,
        .admit = shape_admit_bluesky,
        .finish = shape_finish_bluesky,
        .pointers = {
            AT(text) = "/commit/record/text",
            /* When the relay saw it; the author's own clock may say anything. */
            AT(time) = "/time_us|/commit/record/createdAt",
            AT(lang) = "/commit/record/langs/0",
            AT(author) = "/did",
            AT(reply_to) = "/commit/record/reply/parent/uri",
        },
    },
    {
        .name = "mastodon",
        .platform = PLATFORM_MASTODON,
        .markup = MARKUP_HTML,
        .admit = shape_admit_mastodon,
        .finish = shape_finish_mastodon,
        .lead = "/reblog/spoiler_text|/spoiler_text",
        .pointers = {
            AT(text) = "/reblog/content|/content",
            AT(time) = "/created_at",
            AT(id) = "/id",
            AT(lang) = "/reblog/language|/language",
            AT(author) = "/account/id",
            AT(handle) = "/account/acct|/account/username",
            AT(reply_to) = "/in_reply_to_id",
            AT(root) = "/reblog/id",
            AT(quoted) = "/quote/quoted_status/content|/quote/content",
            AT(link) = "/url|/uri",
            AT(reach) = "/account/followers_count",
            AT(author_since) = "/account/created_at",
        },
    },
    {
        .name = "reddit",
        .platform = PLATFORM_REDDIT,
        .markup = MARKUP_ESCAPED,
        .admit = shape_admit_reddit,
        .finish = shape_finish_reddit,
        .lead = "/data/title|/title",
        .pointers = {
            AT(text) = "/data/body|/data/selftext|/body|/selftext",
            AT(time) = "/data/created_utc|/created_utc",
            AT(id) = "/data/name|/name|/data/id|/id",
            AT(author) = "/data/author_fullname|/author_fullname",
            AT(handle) = "/data/author|/author",
            AT(reply_to) = "/data/parent_id|/parent_id",
            AT(link) = "/data/permalink|/permalink",
            AT(author_since) = "/data/author_created_utc|/author_created_utc",
        },
    },
};
/* clang-format on */

const struct shape shape_map = { .name = "map", .platform = PLATFORM_OTHER };

/* Keys of a record's outermost object that tell shapes apart. */
#define SIGNS(SIGN)                                                                                \
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

enum sign {
#define SIGN_ENUM(name) SIGN_##name,
    SIGNS(SIGN_ENUM)
#undef SIGN_ENUM
            SIGN_COUNT
};

#define BIT(name) (UINT32_C(1) << SIGN_##name)

/* Looked through from the top; the first row that fits names the shape. */
static const struct signature {
    size_t shape;
    uint32_t all;
    uint32_t any; /* 0: no such condition */
    uint32_t none;
} signatures[] = {
    { 3, BIT(did) | BIT(kind), 0, BIT(text) },
    { 5, BIT(kind) | BIT(data), 0, BIT(text) },
    { 5, BIT(subreddit), BIT(body) | BIT(selftext), BIT(text) },
    { 4, BIT(content) | BIT(account), 0, 0 },
    { 4, BIT(event) | BIT(payload), 0, BIT(text) },
    { 1, BIT(user), BIT(text) | BIT(full_text), 0 },
    { 1, 0,
            BIT(delete) | BIT(limit) | BIT(warning) | BIT(scrub_geo) | BIT(status_withheld) |
                    BIT(user_withheld) | BIT(disconnect) | BIT(friends),
            BIT(text) | BIT(data) | BIT(content) },
    { 2, BIT(data), 0, BIT(text) | BIT(kind) },
    { 2, BIT(author_id) | BIT(text), 0, BIT(author) | BIT(user) },
    { 0, BIT(text), 0, 0 },
};

static uint32_t
signs_of(const struct json_document *json)
{
    static const struct view names[SIGN_COUNT] = {
#define SIGN_NAME(name) { #name, sizeof #name - 1 },
        SIGNS(SIGN_NAME)
#undef SIGN_NAME
    };
    uint32_t signs = 0;

    for (json_node key = jdoc_first(json, JSON_ROOT); key != JSON_NOWHERE;
            key = jdoc_next(json, JSON_ROOT, key)) {
        struct view raw = jdoc_raw(json, key);
        struct view name = view_slice(raw, 1, raw.size - 1);
        for (int sign = 0; sign < SIGN_COUNT; sign++) {
            signs |= view_equal(name, names[sign]) ? UINT32_C(1) << sign : 0;
        }
    }
    return signs;
}

const struct shape *
shape_detect(const struct json_document *json)
{
    uint32_t signs = signs_of(json);

    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        const struct signature *row = &signatures[i];
        if ((signs & row->all) == row->all && (row->any == 0 || (signs & row->any) != 0) &&
                (signs & row->none) == 0) {
            return &shapes[row->shape];
        }
    }
    return NULL;
}

const struct shape *
shape_named(const char *name)
{
    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        if (strcmp(shapes[i].name, name) == 0) {
            return &shapes[i];
        }
    }
    return NULL;
}
