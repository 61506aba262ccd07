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

#define BIT(name) (UINT32_C(1) << SIGN_##name)

/* Looked through from the top; the first row that fits names the shape. */
static const struct signature {
    enum shape_number shape;
    uint32_t all;
    uint32_t any; /* 0: no such condition */
    uint32_t none;
} signatures[] = {
    { SHAPE_BLUESKY, BIT(did) | BIT(kind), 0, BIT(text) },
    { SHAPE_REDDIT, BIT(kind) | BIT(data), 0, BIT(text) },
    { SHAPE_REDDIT, BIT(subreddit), BIT(body) | BIT(selftext), BIT(text) },
    { SHAPE_MASTODON, BIT(content) | BIT(account), 0, 0 },
    { SHAPE_MASTODON, BIT(event) | BIT(payload), 0, BIT(text) },
    { SHAPE_X, BIT(user), BIT(text) | BIT(full_text), 0 },
    { SHAPE_X, 0,
            BIT(delete) | BIT(limit) | BIT(warning) | BIT(scrub_geo) | BIT(status_withheld) |
                    BIT(user_withheld) | BIT(disconnect) | BIT(friends),
            BIT(text) | BIT(data) | BIT(content) },
    { SHAPE_X2, BIT(data), 0, BIT(text) | BIT(kind) },
    { SHAPE_X2, BIT(author_id) | BIT(text), 0, BIT(author) | BIT(user) },
    { SHAPE_NATIVE, BIT(text), 0, 0 },
};

static uint32_t
signs_of(const struct json_picks *picks, const struct shape_wants *wants)
{
    uint32_t signs = 0;

    for (int sign = 0; sign < SHAPE_SIGN_COUNT; sign++) {
        signs |= (uint32_t)(json_picked(picks, wants->signs[sign]) != NULL) << sign;
    }
    return signs;
}

enum shape_number
shape_detect(const struct json_picks *picks, const struct shape_wants *wants)
{
    uint32_t signs = signs_of(picks, wants);

    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        const struct signature *row = &signatures[i];
        if ((signs & row->all) == row->all && (row->any == 0 || (signs & row->any) != 0) &&
                (signs & row->none) == 0) {
            return row->shape;
        }
    }
    return SHAPE_COUNT;
}

enum shape_number
shape_named(const char *name)
{
    enum shape_number shape = SHAPE_NATIVE;

    while (shape < SHAPE_COUNT && strcmp(shapes[shape].name, name) != 0) {
        shape++;
    }
    return shape;
}

int
shape_want_signs(struct json_picker *picker, struct shape_wants *wants)
{
    static const struct view pointers[SHAPE_SIGN_COUNT] = {
#define SIGN_POINTER(name) { "/" #name, sizeof #name },
        SHAPE_SIGNS(SIGN_POINTER)
#undef SIGN_POINTER
    };

    for (int sign = 0; sign < SHAPE_SIGN_COUNT; sign++) {
        if (!json_picker_want(picker, pointers[sign], &wants->signs[sign])) {
            return 0;
        }
    }
    return 1;
}

int
shape_want_asides(struct json_picker *picker, enum shape_number shape, struct shape_wants *wants)
{
    static const struct {
        enum shape_number shape;
        const char *pointer;
    } asides[SHAPE_ASIDE_COUNT] = {
#define ASIDE_ROW(name, shape, pointer) { shape, pointer },
        SHAPE_ASIDES(ASIDE_ROW)
#undef ASIDE_ROW
    };

    for (int i = 0; i < SHAPE_ASIDE_COUNT; i++) {
        struct view pointer = view_of(asides[i].pointer);
        int whole = view_starts(pointer, VIEW("+"));
        pointer = view_slice(pointer, (size_t)whole, pointer.size);
        if (asides[i].shape == shape &&
                !(whole ? json_picker_want_whole(picker, pointer, &wants->asides[i])
                        : json_picker_want(picker, pointer, &wants->asides[i]))) {
            return 0;
        }
    }
    return 1;
}
