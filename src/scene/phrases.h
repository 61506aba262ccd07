/*
 * phrases: what people say, as banks of sentences with slots.
 *
 *   banks:
 *     messenger-down: {signal: outage, es: ['{brand} no funciona en {city}'], en: ['{brand} is down']}
 *   slots:
 *     city: [Sevilla, Bilbao]
 *
 * {brand} and {handle} are filled by the brand that is spoken of, {author} by whom a reply addresses. A
 * bank belongs to one signal, or to "none" when it is chatter. Private to this folder.
 */
#ifndef REBATO_SCENE_PHRASES_H
#define REBATO_SCENE_PHRASES_H

#include "core/arena.h"
#include "core/view.h"
#include "core/yaml/yaml.h"

#define PHRASE_BANKS_MAX      96
#define PHRASE_SLOTS_MAX      32
#define PHRASE_SIZE_MAX       600
#define PHRASE_SLOT_SIZE_MAX  64
#define PHRASE_SLOTS_EACH_MAX 8
/* No text grows past this when its slots are filled. */
#define PHRASE_TEXT_SIZE_MAX (PHRASE_SIZE_MAX + PHRASE_SLOTS_EACH_MAX * PHRASE_SLOT_SIZE_MAX)

enum scene_lang { SCENE_ES, SCENE_EN, SCENE_LANG_COUNT };

struct phrase_list {
    const struct view *at;
    size_t count;
};

struct phrase_bank {
    struct view id;
    struct view signal; /* "none": chatter */
    struct phrase_list phrases[SCENE_LANG_COUNT];
};

struct phrase_slot {
    struct view id;
    struct phrase_list values;
};

struct phrase_book {
    struct phrase_bank banks[PHRASE_BANKS_MAX];
    size_t bank_count;
    struct phrase_slot slots[PHRASE_SLOTS_MAX];
    size_t slot_count;
};

/* Adds the `slots` and `banks` of a file's root to the book. Views borrow from the document. */
void phrase_book_read(struct phrase_book *book,
        const struct yaml_node *root,
        struct arena *arena,
        struct fault_list *faults);

/* NULL when there is none of that name. */
const struct phrase_bank *phrase_book_bank(const struct phrase_book *book, struct view id);
const struct phrase_slot *phrase_book_slot(const struct phrase_book *book, struct view id);

/* A list of texts, each at most `size_max` bytes and not empty; one faulty text empties nothing else. */
struct phrase_list phrase_list_read(const struct yaml_node *node,
        size_t size_max,
        struct arena *arena,
        struct fault_list *faults);

/* One sentence: its size, and that the book knows every slot in it. */
void phrase_check(
        const struct phrase_book *book, const struct yaml_node *node, struct fault_list *faults);

/* The next {slot} at or behind *at: its name, with *at moved to its opening brace and *end behind the
 * closing one. Empty when there is none left. */
struct view phrase_next_slot(struct view phrase, size_t *at, size_t *end);

#endif
