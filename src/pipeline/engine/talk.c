#include "pipeline/engine/talk.h"

#include "window/tally.h"

#include <assert.h>
#include <stdio.h>

static char
small_letter(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* ASCII case does not matter. */
static int
stands_at(struct view text, size_t at, struct view what)
{
    for (size_t i = 0; i < what.size; i++) {
        if (small_letter(text.at[at + i]) != small_letter(what.at[i])) {
            return 0;
        }
    }
    return 1;
}

static int
contains(struct view text, struct view what)
{
    for (size_t at = 0; what.size > 0 && at + what.size <= text.size; at++) {
        if (stands_at(text, at, what)) {
            return 1;
        }
    }
    return 0;
}

/* X finds a post by its id alone. */
static struct view
nameless_link(const struct mention *mention, char link[OFFICIAL_LINK_SIZE])
{
    int is_x = mention->platform == PLATFORM_X &&
               (view_starts(mention->link, VIEW("https://x.com/")) ||
                       view_starts(mention->link, VIEW("https://twitter.com/")));

    if (mention->link.size < OFFICIAL_LINK_SIZE &&
            !contains(mention->link, mention->author_handle)) {
        return mention->link;
    }
    if (!is_x || contains(mention->id, mention->author_handle)) {
        return VIEW("");
    }
    int size = snprintf(link, OFFICIAL_LINK_SIZE, "https://x.com/i/status/%.*s",
            (int)mention->id.size, mention->id.at);
    return size < OFFICIAL_LINK_SIZE ? (struct view){ .at = link, .size = (size_t)size } : VIEW("");
}

const struct noted_talk *
talk_note(struct findings *out, const struct mention *mention)
{
    char link[OFFICIAL_LINK_SIZE];
    struct noted_talk *talk = findings_note(out, sizeof *talk);
    int original = mention_is_original(mention);
    size_t size = mention->id.size < OFFICIAL_ID_SIZE ? mention->id.size : OFFICIAL_ID_SIZE - 1;

    *talk = (struct noted_talk){ .author = mention_author_hash(mention),
        .handle = mention_handle_hash(mention),
        .addressee = original ? mention_addressee_hash(mention) : 0,
        .target = original ? mention_answered_hash(mention) : mention_root_hash(mention) };
    talk->id = findings_copy(out, view_slice(mention->id, 0, size));
    talk->link = findings_copy(out, nameless_link(mention, link));
    return talk;
}

static enum waits_voice
voice_of(const struct note *note, const struct noted_brand *match)
{
    if (match->relation == BRAND_SPEAKING) {
        return note->original && !note->broadcast ? WAITS_REPLY : WAITS_NEITHER;
    }
    return match->signals == 0 ? WAITS_NEITHER : note->original ? WAITS_COMPLAINT : WAITS_REPOST;
}

void
talk_tell(
        const struct talk_listener *listener, const struct finding *finding, enum rebato_fate fate)
{
    const struct note *note = finding->note;
    int counted = fate == REBATO_FATE_matched || fate == REBATO_FATE_late;

    for (size_t i = 0; counted && note->talk != NULL && i < note->brand_count; i++) {
        const struct noted_brand *match = &note->brands[i];
        enum waits_voice voice = voice_of(note, match);
        if (voice == WAITS_NEITHER || (fate == REBATO_FATE_late && voice != WAITS_REPLY)) {
            continue;
        }
        struct waits_post post = { .brand = rule_set_brand(listener->rules, match->brand)->id,
            .voice = voice,
            .time_ms = finding->time_ms,
            .signals = match->signals,
            .first_person = match->first_person,
            .reach = note->reach < 0 ? 0 : (uint64_t)note->reach,
            .sketch = note->sketch,
            .post = finding->id_hash,
            .author = note->talk->author,
            .handle = note->talk->handle,
            .addressee = note->talk->addressee,
            .target = note->talk->target,
            .id = note->talk->id,
            .link = note->talk->link };
        listener->hear(listener->context, &post);
    }
}
