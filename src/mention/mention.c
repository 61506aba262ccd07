#include "mention/mention.h"

#include "core/hash.h"
#include "core/limits.h"

#include <assert.h>

static const struct view platform_names[PLATFORM_COUNT] = {
    [PLATFORM_OTHER] = { "other", 5 },
    [PLATFORM_X] = { "x", 1 },
    [PLATFORM_BLUESKY] = { "bluesky", 7 },
    [PLATFORM_MASTODON] = { "mastodon", 8 },
    [PLATFORM_REDDIT] = { "reddit", 6 },
};

const char *
platform_name(enum platform platform)
{
    assert(platform < PLATFORM_COUNT);
    return platform_names[platform].at;
}

enum platform
platform_of(struct view name)
{
    for (int i = 0; i < PLATFORM_COUNT; i++) {
        if (name.size == platform_names[i].size && view_equal_caseless(name, platform_names[i])) {
            return (enum platform)i;
        }
    }
    return view_equal_caseless(name, VIEW("twitter")) ? PLATFORM_X : PLATFORM_OTHER;
}

const char *
fate_name(enum rebato_fate fate)
{
    static const char *const names[REBATO_FATE_COUNT] = {
#define FATE_NAME(name, meaning) #name,
        REBATO_FATES(FATE_NAME)
#undef FATE_NAME
    };

    assert(fate < REBATO_FATE_COUNT);
    return names[fate];
}

const char *
fate_meaning(enum rebato_fate fate)
{
    static const char *const meanings[REBATO_FATE_COUNT] = {
#define FATE_MEANING(name, meaning) meaning,
        REBATO_FATES(FATE_MEANING)
#undef FATE_MEANING
    };

    assert(fate < REBATO_FATE_COUNT);
    return meanings[fate];
}

int
mention_is_original(const struct mention *mention)
{
    return mention->root_id.size == 0;
}

int
mention_is_broadcast(const struct mention *mention)
{
    return mention_is_original(mention) && mention->reply_to_id.size == 0 &&
           mention->reply_to_handle.size == 0 && !view_starts(view_trim(mention->text), VIEW("@"));
}

/* Seeds keep what is hashed apart: an id of one kind never equals an id of another. They differ in all their
 * bits: of a short text the hash is a function of text XOR seed and little else, so that with seeds 16 and 17
 * the posts "100" of one platform and "101" of another would be one. */
enum hashed { HASHED_AUTHOR_ID = 1, HASHED_AUTHOR_HANDLE, HASHED_ID, HASHED_HANDLE };
#define SEED_STEP UINT64_C(0x9e3779b97f4a7c15)

static uint64_t
hash_of(enum hashed kind, enum platform platform, struct view text)
{
    uint64_t number = (uint64_t)kind * PLATFORM_COUNT + (uint64_t)platform;
    uint64_t hash = hash_view(text, number * SEED_STEP);

    return hash == 0 ? 1 : hash; /* 0 means "none" */
}

uint64_t
mention_author_hash(const struct mention *mention)
{
    if (mention->author_id.size > 0) {
        return hash_of(HASHED_AUTHOR_ID, mention->platform, mention->author_id);
    }
    return hash_of(HASHED_AUTHOR_HANDLE, mention->platform, mention->author_handle);
}

static uint64_t
post_hash(enum platform platform, struct view id)
{
    return id.size == 0 ? 0 : hash_of(HASHED_ID, platform, id);
}

uint64_t
mention_id_hash(const struct mention *mention)
{
    return post_hash(mention->platform, mention->id);
}

uint64_t
mention_answered_hash(const struct mention *mention)
{
    return post_hash(mention->platform, mention->reply_to_id);
}

uint64_t
mention_root_hash(const struct mention *mention)
{
    return post_hash(mention->platform, mention->root_id);
}

/* Handles are the same person in large and small letters. One that is too long is nobody's. */
static uint64_t
handle_hash(enum platform platform, struct view handle)
{
    char small[ID_SIZE_MAX];

    if (handle.size == 0 || handle.size > sizeof small) {
        return 0;
    }
    for (size_t i = 0; i < handle.size; i++) {
        char c = handle.at[i];
        small[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return hash_of(HASHED_HANDLE, platform, (struct view){ .at = small, .size = handle.size });
}

uint64_t
mention_handle_hash(const struct mention *mention)
{
    return handle_hash(mention->platform, mention->author_handle);
}

static int
is_handle_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '@';
}

/* "@ana: we are sorry": ana. */
static struct view
named_first(struct view text)
{
    struct view trimmed = view_trim(text);
    size_t size = 1;

    if (!view_starts(trimmed, VIEW("@"))) {
        return VIEW("");
    }
    while (size < trimmed.size && is_handle_letter(trimmed.at[size])) {
        size++;
    }
    while (size > 1 && trimmed.at[size - 1] == '.') {
        size--; /* of the sentence */
    }
    return view_slice(trimmed, 1, size);
}

uint64_t
mention_addressee_hash(const struct mention *mention)
{
    struct view handle = mention->reply_to_handle;

    return handle_hash(mention->platform, handle.size > 0 ? handle : named_first(mention->text));
}
