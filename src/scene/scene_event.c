/* The events of a scene file: what breaks the calm. */
#include "scene/model.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define BURST_POSTS_MAX     200000
#define REPLY_WAIT_LEAST_MS INT64_C(60000)

/* Which keys a kind of event has. */
enum key_set {
    KEYS_ENVELOPE = 1,
    KEYS_PEOPLE = 2,
    KEYS_FACTOR = 4,
    KEYS_GAP = 8,
    KEYS_SAID = 16,
    KEYS_REPLIES = 32
};

static const struct kind_row {
    const char *name;
    enum scene_event_kind kind;
    unsigned keys;
    const char *truth; /* of a post that is given word for word */
} kinds[] = {
    { "crowd", SCENE_BURST, KEYS_ENVELOPE | KEYS_PEOPLE, "" },
    { "newsletter", SCENE_BURST, KEYS_ENVELOPE | KEYS_PEOPLE, "" },
    { "bot", SCENE_BURST, KEYS_ENVELOPE | KEYS_PEOPLE, "" },
    { "volume", SCENE_VOLUME, KEYS_ENVELOPE | KEYS_FACTOR, "" },
    { "gap", SCENE_GAP, KEYS_GAP, "" },
    { "official", SCENE_SAID, KEYS_SAID, "official" },
    { "impostor", SCENE_SAID, KEYS_SAID, "impostor" },
    { "person", SCENE_SAID, KEYS_SAID, "person" },
    { "replies", SCENE_REPLIES, KEYS_REPLIES, "official" },
};

/* One table instead of a list of keys per kind: what is known, what is needed. */
static const struct key_row {
    const char *name;
    unsigned sets; /* 0: every kind */
    int needed;
} key_rows[] = {
    { "id", 0, 1 },
    { "kind", 0, 1 },
    { "at", 0, 1 },
    { "brand", KEYS_ENVELOPE | KEYS_SAID | KEYS_GAP | KEYS_REPLIES, 0 },
    { "ramp", KEYS_ENVELOPE, 0 },
    { "hold", KEYS_ENVELOPE, 1 },
    { "decay", KEYS_ENVELOPE, 0 },
    { "every", KEYS_PEOPLE | KEYS_GAP, 0 },
    { "posts", KEYS_PEOPLE, 1 },
    { "authors", KEYS_PEOPLE, 0 },
    { "reposts", KEYS_PEOPLE, 0 },
    { "spanish", KEYS_ENVELOPE | KEYS_REPLIES, 0 },
    { "banks", KEYS_ENVELOPE | KEYS_REPLIES, 1 },
    { "factor", KEYS_FACTOR, 1 },
    { "length", KEYS_GAP, 1 },
    { "delivered", KEYS_GAP, 1 },
    { "delivery", KEYS_GAP, 0 },
    { "text", KEYS_SAID, 1 },
    { "lang", KEYS_SAID, 0 },
    { "account", KEYS_SAID | KEYS_REPLIES, 1 },
    { "account_id", KEYS_SAID | KEYS_REPLIES, 0 },
    { "reply_to", KEYS_SAID, 0 },
    { "reply_to", KEYS_REPLIES, 1 },
    { "share", KEYS_REPLIES, 1 },
    { "wait", KEYS_REPLIES, 1 },
};

uint32_t
scene_find_event(const struct scene *scene, struct view id)
{
    for (uint32_t i = 0; i < scene->event_count; i++) {
        if (view_equal(scene->events[i].id, id)) {
            return i;
        }
    }
    return SCENE_NONE;
}

/* NULL after a fault: without its kind nothing else of an event can be checked. */
static const struct kind_row *
read_kind(struct scene_reader *reader, const struct yaml_node *map)
{
    const char *names[LENGTH(kinds)];
    struct view word = { 0 };

    if (!yaml_read_text(yaml_get(map, "kind"), &word, reader->faults)) {
        yaml_fault(map, reader->faults, "as in kind: crowd", "\"kind\" is missing");
        return NULL;
    }
    for (size_t i = 0; i < LENGTH(kinds); i++) {
        names[i] = kinds[i].name;
        if (view_equal(word, view_of(kinds[i].name))) {
            return &kinds[i];
        }
    }
    const char *near = fault_nearest(word, names, LENGTH(names));
    yaml_fault(yaml_get(map, "kind"), reader->faults,
            near != NULL
                    ? near
                    : "crowd, newsletter, bot, volume, gap, official, impostor, person, replies",
            "unknown kind of event");
    return NULL;
}

static void
check_keys(struct scene_reader *reader, const struct yaml_node *map, const struct kind_row *row)
{
    const char *known[LENGTH(key_rows)];
    size_t count = 0;

    for (size_t i = 0; i < LENGTH(key_rows); i++) {
        const struct key_row *key = &key_rows[i];
        if (key->sets != 0 && (key->sets & row->keys) == 0) {
            continue;
        }
        known[count++] = key->name;
        if (key->needed && yaml_get(map, key->name) == NULL) {
            yaml_fault(map, reader->faults, NULL, "\"%s\" is missing", key->name);
        }
    }
    yaml_expect_keys(map, known, count, reader->faults);
}

/* An id that nobody has: ids of posts are made from those of events and brands. */
static void
read_id(struct scene_reader *reader, const struct yaml_node *map, struct scene_event *event)
{
    const struct yaml_node *node = yaml_get(map, "id");

    scene_read_name(reader, node, &event->id);
    int taken = scene_find_event(reader->scene, event->id) != SCENE_NONE;
    for (uint32_t i = 0; i < reader->scene->brand_count; i++) {
        taken = taken || view_equal(reader->scene->brands[i].id, event->id);
    }
    if (taken) {
        yaml_fault(node, reader->faults, "choose another", "this name is taken");
    }
}

/* The brand is known by now: an event speaks its languages unless it says otherwise. */
static void
read_phrases(struct scene_reader *reader, const struct yaml_node *map, struct scene_event *event)
{
    static const double share_range[2] = { 0, 1 };

    event->spanish = event->brand == SCENE_NONE ? 1 : reader->scene->brands[event->brand].spanish;
    scene_read_number(reader, yaml_get(map, "spanish"), share_range, &event->spanish);
    if (yaml_get(map, "banks") != NULL) {
        scene_read_banks(reader, yaml_get(map, "banks"), event->spanish, &event->banks);
    }
}

static void
read_envelope(struct scene_reader *reader, const struct yaml_node *map, struct scene_event *event)
{
    (void)yaml_read_span(yaml_get(map, "ramp"), &event->ramp_ms, reader->faults);
    (void)yaml_read_span(yaml_get(map, "hold"), &event->hold_ms, reader->faults);
    (void)yaml_read_span(yaml_get(map, "decay"), &event->decay_ms, reader->faults);
    if (yaml_get(map, "hold") != NULL && event->ramp_ms + event->hold_ms + event->decay_ms <= 0) {
        yaml_fault(map, reader->faults, "as in hold: 30m", "the event lasts no time at all");
    }
    if (event->at_ms + event->ramp_ms + event->hold_ms + event->decay_ms >
            reader->scene->head.end_ms) {
        yaml_fault(map, reader->faults, "begin earlier, or change length",
                "the event goes on after the scene has ended");
    }
    read_phrases(reader, map, event);
}

/* Shorter than the event it would make two turns of it overlap: under the same ordinals, or in what they delay. */
static void
read_every(struct scene_reader *reader,
        const struct yaml_node *map,
        int64_t length_ms,
        struct scene_event *event)
{
    if (yaml_read_span(yaml_get(map, "every"), &event->every_ms, reader->faults) &&
            event->every_ms < length_ms) {
        yaml_fault(yaml_get(map, "every"), reader->faults, "a longer span",
                "the event would begin again before it has ended");
    }
}

static void
read_people(struct scene_reader *reader, const struct yaml_node *map, struct scene_event *event)
{
    static const double repost_range[2] = { 0, 0.95 };

    scene_read_count(reader, yaml_get(map, "posts"), &event->posts);
    if (event->posts > BURST_POSTS_MAX) {
        yaml_fault(yaml_get(map, "posts"), reader->faults, NULL, "more than %d posts in one event",
                BURST_POSTS_MAX);
        event->posts = BURST_POSTS_MAX;
    }
    event->authors = event->posts;
    scene_read_count(reader, yaml_get(map, "authors"), &event->authors);
    scene_read_number(reader, yaml_get(map, "reposts"), repost_range, &event->reposts);
    read_every(reader, map, event->ramp_ms + event->hold_ms + event->decay_ms, event);
}

/* The gap's length is kept as its hold: it has no slopes. */
static void
read_gap(struct scene_reader *reader, const struct yaml_node *map, struct scene_event *event)
{
    event->delivery_ms = INT64_C(10) * 60 * 1000;
    (void)yaml_read_span(yaml_get(map, "length"), &event->hold_ms, reader->faults);
    (void)yaml_read_span(yaml_get(map, "delivery"), &event->delivery_ms, reader->faults);
    read_every(reader, map, event->hold_ms, event);
    if (yaml_get(map, "delivered") == NULL) {
        return;
    }
    scene_read_time(reader, yaml_get(map, "delivered"), &event->delivered_ms);
    if (event->hold_ms <= 0 || event->delivered_ms < event->at_ms + event->hold_ms) {
        yaml_fault(yaml_get(map, "delivered"), reader->faults, "a time after at + length",
                "what is missing cannot be delivered before the gap ends");
    }
}

/* Word for word, but {author} and {handle} work here as well. */
static void
read_said(struct scene_reader *reader, const struct yaml_node *map, struct scene_event *event)
{
    struct view lang = VIEW("es");
    const struct yaml_node *text = yaml_get(map, "text");

    (void)yaml_read_text(text, &event->text, reader->faults);
    if (event->text.size > PHRASE_SIZE_MAX) {
        yaml_fault(text, reader->faults, NULL, "a text of up to %d bytes is expected here",
                PHRASE_SIZE_MAX);
    }
    if (text != NULL) {
        phrase_check(&reader->scene->book, text, reader->faults);
    }
    (void)yaml_read_text(yaml_get(map, "lang"), &lang, reader->faults);
    event->lang = view_equal(lang, VIEW("en")) ? SCENE_EN : SCENE_ES;
    if (event->lang == SCENE_ES && !view_equal(lang, VIEW("es"))) {
        yaml_fault(yaml_get(map, "lang"), reader->faults, NULL, "es or en is expected here");
    }
    scene_read_name(reader, yaml_get(map, "account"), &event->account);
    scene_read_name(reader, yaml_get(map, "account_id"), &event->account_id);
}

static void
read_replies(struct scene_reader *reader, const struct yaml_node *map, struct scene_event *event)
{
    static const double share_range[2] = { 0, 1 };

    scene_read_number(reader, yaml_get(map, "share"), share_range, &event->share);
    if (yaml_read_span(yaml_get(map, "wait"), &event->wait_ms, reader->faults) &&
            event->wait_ms < REPLY_WAIT_LEAST_MS) {
        yaml_fault(yaml_get(map, "wait"), reader->faults, "as in wait: 15m",
                "nobody answers that soon");
    }
    scene_read_name(reader, yaml_get(map, "account"), &event->account);
    scene_read_name(reader, yaml_get(map, "account_id"), &event->account_id);
    read_phrases(reader, map, event);
}

/* Whatever is wrong with one part, the others are still read, so that all faults come at once. */
static void
read_event(struct scene_reader *reader, const struct yaml_node *map, struct scene_event *event)
{
    static const double factor_range[2] = { 1, 200 };
    const struct kind_row *row = yaml_kind_of(map) == YAML_MAP ? read_kind(reader, map) : NULL;

    if (row == NULL) {
        return;
    }
    check_keys(reader, map, row);
    event->kind = row->kind;
    event->truth = view_of(row->truth);
    event->bot = view_equal(view_of(row->name), VIEW("bot"));
    read_id(reader, map, event);
    scene_read_time(reader, yaml_get(map, "at"), &event->at_ms);
    event->brand = scene_read_brand(reader, yaml_get(map, "brand"));
    if (yaml_get(map, "brand") == NULL && row->kind != SCENE_GAP) {
        yaml_fault(map, reader->faults, NULL, "\"brand\" is missing");
    }
    if (row->keys & KEYS_ENVELOPE) {
        read_envelope(reader, map, event);
    }
    if (row->keys & KEYS_PEOPLE) {
        read_people(reader, map, event);
    }
    if (row->keys & KEYS_GAP) {
        read_gap(reader, map, event);
    }
    if (row->keys & KEYS_SAID) {
        read_said(reader, map, event);
    }
    if (row->keys & KEYS_REPLIES) {
        read_replies(reader, map, event);
    }
    if (row->keys & KEYS_FACTOR) {
        scene_read_number(reader, yaml_get(map, "factor"), factor_range, &event->factor);
    }
}

void
scene_read_events(struct scene_reader *reader, const struct yaml_node *node, unsigned variants)
{
    struct scene *scene = reader->scene;

    if (yaml_kind_of(node) != YAML_LIST) {
        yaml_fault(
                node, reader->faults, "write \"- id: ...\" items", "a list of events is expected");
        return;
    }
    for (size_t i = 0; i < yaml_size(node); i++) {
        if (scene->event_count == SCENE_EVENTS_MAX) {
            yaml_fault(yaml_item(node, i), reader->faults, NULL, "more than %d events",
                    SCENE_EVENTS_MAX);
            return;
        }
        /* Counted after it was read, so that it does not find its own name taken. */
        struct scene_event *event = &scene->events[scene->event_count];
        *event = (struct scene_event){
            .variants = variants, .brand = SCENE_NONE, .reply_to = SCENE_NONE
        };
        read_event(reader, yaml_item(node, i), event);
        scene->event_count++;
    }
}

/* Only backwards: nobody replies to what has not been written. */
void
scene_link_events(struct scene_reader *reader, const struct yaml_node *node, uint32_t first)
{
    struct scene *scene = reader->scene;

    for (uint32_t i = first; i < scene->event_count; i++) {
        const struct yaml_node *name = yaml_get(yaml_item(node, i - first), "reply_to");
        if (name == NULL) {
            continue;
        }
        uint32_t event = scene_find_event(scene, yaml_text(name));
        int to_all = scene->events[i].kind == SCENE_REPLIES;
        enum scene_event_kind wanted = to_all ? SCENE_BURST : SCENE_SAID;
        if (event == SCENE_NONE || scene->events[event].kind != wanted ||
                scene->events[event].brand != scene->events[i].brand ||
                scene->events[event].at_ms >= scene->events[i].at_ms) {
            yaml_fault(name, reader->faults,
                    to_all ? "name an earlier crowd of this brand"
                           : "name an earlier official, impostor or person",
                    "there is no such post to reply to");
            continue;
        }
        scene->events[i].reply_to = event;
    }
}
