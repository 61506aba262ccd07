/* What the rows of shape.c cannot say, platform by platform. */
#include "mention/shape.h"

#include "mention/reading.h"
#include "mention/timestamp.h"

static const struct json_value *
value_at(const struct reading *reading, enum shape_aside aside)
{
    return json_picked(&reading->picks, reading->wants.asides[aside]);
}

/* Of what is wanted whole. */
static json_node
node_at(const struct reading *reading, enum shape_aside aside)
{
    return json_picked_node(reading->picker, reading->wants.asides[aside]);
}

static enum json_kind
kind_at(const struct reading *reading, enum shape_aside aside)
{
    const struct json_value *value = value_at(reading, aside);

    return value == NULL ? JSON_ABSENT : (enum json_kind)value->kind;
}

static struct view
string_at(const struct reading *reading, enum shape_aside aside)
{
    const struct json_value *value = value_at(reading, aside);

    /* Fixed words and keys of the platform: as they stand, they have no escapes. */
    return value != NULL && value->kind == JSON_STRING
                   ? view_slice(value->raw, 1, value->raw.size - 1)
                   : (struct view){ 0 };
}

/* The element of an array of objects whose `key` is `value`. */
static json_node
find_element(const struct reading *reading, json_node array, struct view key, struct view value)
{
    if (jdoc_kind_of(reading->json, array) != JSON_ARRAY || value.size == 0) {
        return JSON_NOWHERE;
    }
    for (json_node node = jdoc_first(reading->json, array); node != JSON_NOWHERE;
            node = jdoc_next(reading->json, array, node)) {
        struct view raw = jdoc_raw(reading->json, jdoc_member(reading->json, node, key));
        if (raw.size == value.size + 2 && view_equal(view_slice(raw, 1, raw.size - 1), value)) {
            return node;
        }
    }
    return JSON_NOWHERE;
}

/* A label from `node`'s member, unless the mention has one already. */
static int
fill_label(struct reading *reading, json_node node, const char *key, struct view *label)
{
    if (label->size > 0) {
        return 1;
    }
    struct json_value value =
            jdoc_value(reading->json, jdoc_member(reading->json, node, view_of(key)));
    return reading_label(reading, key, &value, label);
}

/* The streaming API mixes notices with posts: deletions, limits, withheld content. */
enum rebato_fate
shape_admit_x(struct reading *reading)
{
    if (kind_at(reading, ASIDE_x_text) == JSON_ABSENT &&
            kind_at(reading, ASIDE_x_full_text) == JSON_ABSENT &&
            kind_at(reading, ASIDE_x_user) == JSON_ABSENT) {
        return reading_refuse(reading, REBATO_FATE_not_a_mention, "", "a notice of the stream");
    }
    return REBATO_FATE_unmatched;
}

static void
compose_x_link(struct reading *reading)
{
    struct mention *out = reading->out;
    struct view pieces[] = { VIEW("https://x.com/"),
        out->author_handle.size > 0 ? out->author_handle : VIEW("i"), VIEW("/status/"), out->id };

    if (out->link.size == 0) {
        out->link = reading_join(reading, pieces, 4);
    }
}

enum rebato_fate
shape_finish_x(struct reading *reading)
{
    compose_x_link(reading);
    return REBATO_FATE_unmatched;
}

/* The tweet of `type` that this one refers to: "retweeted", "quoted", "replied_to". */
static json_node
find_reference(const struct reading *reading, struct view type)
{
    json_node list = node_at(reading, ASIDE_x2_references);

    if (list == JSON_NOWHERE) {
        list = node_at(reading, ASIDE_x2_bare_references);
    }
    return find_element(reading, list, VIEW("type"), type);
}

/* The text of a tweet that came along under "includes"; absent when there is none. */
static struct json_value
find_included_text(const struct reading *reading, struct view id)
{
    json_node tweet = find_element(reading, node_at(reading, ASIDE_x2_tweets), VIEW("id"), id);
    json_node text = jdoc_find(reading->json, tweet, VIEW("/note_tweet/text"));

    if (text == JSON_NOWHERE) {
        text = jdoc_member(reading->json, tweet, VIEW("text"));
    }
    struct json_value value = jdoc_value(reading->json, text);
    return value.kind == JSON_STRING ? value : (struct json_value){ .kind = JSON_ABSENT };
}

static int
read_x2_people(struct reading *reading)
{
    struct mention *out = reading->out;
    json_node users = node_at(reading, ASIDE_x2_users);
    json_node author = find_element(reading, users, VIEW("id"), out->author_id);
    struct json_value reached = jdoc_value(reading->json,
            jdoc_find(reading->json, author, VIEW("/public_metrics/followers_count")));
    struct view answered = string_at(reading, ASIDE_x2_answered);
    struct json_value made =
            jdoc_value(reading->json, jdoc_member(reading->json, author, VIEW("created_at")));
    struct view followers;
    struct view since;
    int64_t since_ms;
    uint64_t reach;

    if (answered.size == 0) {
        answered = string_at(reading, ASIDE_x2_bare_answered);
    }
    if (!fill_label(reading, author, "username", &out->author_handle) ||
            !fill_label(reading, find_element(reading, users, VIEW("id"), answered), "username",
                    &out->reply_to_handle) ||
            !reading_label(reading, "reach", &reached, &followers) ||
            !reading_label(reading, "author_since", &made, &since)) {
        return 0;
    }
    if (out->author_since_ms == 0 && timestamp_parse(since, &since_ms) == TIMESTAMP_GOOD) {
        out->author_since_ms = since_ms;
    }
    if (out->reach == 0 && view_to_u64(followers, &reach) && reach <= INT64_MAX) {
        out->reach = (int64_t)reach;
    }
    return 1;
}

enum rebato_fate
shape_finish_x2(struct reading *reading)
{
    struct mention *out = reading->out;
    struct view quoted = { 0 };

    if (!read_x2_people(reading) ||
            !fill_label(reading, find_reference(reading, VIEW("replied_to")), "id",
                    &out->reply_to_id) ||
            !fill_label(reading, find_reference(reading, VIEW("retweeted")), "id", &out->root_id) ||
            !fill_label(reading, find_reference(reading, VIEW("quoted")), "id", &quoted)) {
        return REBATO_FATE_bad_field;
    }
    struct json_value original = find_included_text(reading, out->root_id);
    struct json_value aside = find_included_text(reading, quoted);
    if (original.kind != JSON_ABSENT && !reading->plan->mapped[READER_FIELD_text]) {
        reading_text(reading, NULL, &original);
    }
    if (aside.kind != JSON_ABSENT && out->quoted.size == 0) {
        reading_quoted(reading, &aside);
    }
    compose_x_link(reading);
    return REBATO_FATE_unmatched;
}

/* Likes, follows, profiles, deletions and reposts (which carry no text) come on the same stream. */
enum rebato_fate
shape_admit_bluesky(struct reading *reading)
{
    if (kind_at(reading, ASIDE_bluesky_kind) != JSON_STRING) {
        return reading_refuse(reading, REBATO_FATE_unknown_shape, "", "no event of Jetstream");
    }
    if (!view_equal(string_at(reading, ASIDE_bluesky_kind), VIEW("commit")) ||
            !view_equal(string_at(reading, ASIDE_bluesky_operation), VIEW("create")) ||
            !view_equal(string_at(reading, ASIDE_bluesky_collection), VIEW("app.bsky.feed.post"))) {
        return reading_refuse(reading, REBATO_FATE_not_a_mention, "", "not the creation of a post");
    }
    return REBATO_FATE_unmatched;
}

/* at://did/collection/rkey is how the network itself names a post. */
enum rebato_fate
shape_finish_bluesky(struct reading *reading)
{
    struct mention *out = reading->out;
    struct view key;

    if (!reading_label(reading, "id", value_at(reading, ASIDE_bluesky_key), &key)) {
        return REBATO_FATE_bad_field;
    }
    if (!reading->plan->mapped[READER_FIELD_id]) {
        struct view pieces[] = { VIEW("at://"), out->author_id, VIEW("/app.bsky.feed.post/"), key };
        out->id = reading_join(reading, pieces, 4);
        if (out->id.size == 0) {
            return reading_refuse(reading, REBATO_FATE_bad_field, "id",
                    "did or rkey missing, or too long together");
        }
    }
    if (out->link.size == 0) {
        struct view pieces[] = { VIEW("https://bsky.app/profile/"), out->author_id, VIEW("/post/"),
            key };
        out->link = reading_join(reading, pieces, 4);
    }
    return REBATO_FATE_unmatched;
}

/* The streaming API wraps events; a post inside one is a string and must be unwrapped at the source. */
enum rebato_fate
shape_admit_mastodon(struct reading *reading)
{
    if (kind_at(reading, ASIDE_mastodon_event) == JSON_STRING &&
            kind_at(reading, ASIDE_mastodon_account) == JSON_ABSENT) {
        return view_equal(string_at(reading, ASIDE_mastodon_event), VIEW("update"))
                       ? reading_refuse(reading, REBATO_FATE_unknown_shape, "",
                                 "a wrapped event: its payload should be sent")
                       : reading_refuse(
                                 reading, REBATO_FATE_not_a_mention, "", "a notice of the stream");
    }
    return REBATO_FATE_unmatched;
}

/* Whom it answers is told by account id; the name stands among those it mentions. */
enum rebato_fate
shape_finish_mastodon(struct reading *reading)
{
    struct view answered = string_at(reading, ASIDE_mastodon_answered);
    json_node mentions = node_at(reading, ASIDE_mastodon_mentions);
    json_node person = find_element(reading, mentions, VIEW("id"), answered);

    return fill_label(reading, person, "acct", &reading->out->reply_to_handle)
                   ? REBATO_FATE_unmatched
                   : REBATO_FATE_bad_field;
}

/* t1 is a comment, t3 a submission; accounts, communities and awards are no posts. */
enum rebato_fate
shape_admit_reddit(struct reading *reading)
{
    struct view kind = string_at(reading, ASIDE_reddit_kind);

    if (kind_at(reading, ASIDE_reddit_kind) == JSON_ABSENT || view_equal(kind, VIEW("t1")) ||
            view_equal(kind, VIEW("t3"))) {
        return REBATO_FATE_unmatched;
    }
    return reading_refuse(
            reading, REBATO_FATE_not_a_mention, "", "neither a comment nor a submission");
}

enum rebato_fate
shape_finish_reddit(struct reading *reading)
{
    struct mention *out = reading->out;

    if (view_equal(out->author_handle, VIEW("[deleted]"))) {
        out->author_handle = (struct view){ 0 };
    }
    if (view_starts(out->link, VIEW("/"))) {
        struct view pieces[] = { VIEW("https://www.reddit.com"), out->link };
        out->link = reading_join(reading, pieces, 2);
    }
    return REBATO_FATE_unmatched;
}
