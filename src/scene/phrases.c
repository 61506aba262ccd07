#include "scene/phrases.h"

#include "core/yaml/fault.h"

/* Filled by who speaks of whom; a file cannot define them anew. */
static const struct view own_slots[] = { { "brand", 5 }, { "handle", 6 }, { "author", 6 } };

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static int
is_own_slot(struct view name)
{
    for (size_t i = 0; i < LENGTH(own_slots); i++) {
        if (view_equal(name, own_slots[i])) {
            return 1;
        }
    }
    return 0;
}

/* The good texts of a list are kept although others are faulted: the walk goes on to find more. */
struct phrase_list
phrase_list_read(const struct yaml_node *node,
        size_t size_max,
        struct arena *arena,
        struct fault_list *faults)
{
    struct phrase_list list = { 0 };
    if (node == NULL) {
        return list;
    }
    if (yaml_kind_of(node) != YAML_LIST || yaml_size(node) == 0) {
        yaml_fault(node, faults, "write [one, two]", "a list of texts is expected here");
        return list;
    }
    struct view *texts = arena_take(arena, yaml_size(node) * sizeof *texts);
    if (texts == NULL) {
        yaml_fault(node, faults, NULL, "out of memory");
        return list;
    }
    for (size_t i = 0; i < yaml_size(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        struct view text = { 0 };
        if (!yaml_read_text(item, &text, faults)) {
            continue;
        }
        if (text.size == 0 || text.size > size_max) {
            yaml_fault(item, faults, NULL, "a text of 1 to %zu bytes is expected here", size_max);
            continue;
        }
        texts[list.count++] = text;
    }
    list.at = texts;
    return list;
}

const struct phrase_bank *
phrase_book_bank(const struct phrase_book *book, struct view id)
{
    for (size_t i = 0; i < book->bank_count; i++) {
        if (view_equal(book->banks[i].id, id)) {
            return &book->banks[i];
        }
    }
    return NULL;
}

const struct phrase_slot *
phrase_book_slot(const struct phrase_book *book, struct view id)
{
    for (size_t i = 0; i < book->slot_count; i++) {
        if (view_equal(book->slots[i].id, id)) {
            return &book->slots[i];
        }
    }
    return NULL;
}

struct view
phrase_next_slot(struct view phrase, size_t *at, size_t *end)
{
    for (size_t open = *at; open < phrase.size; open++) {
        if (phrase.at[open] != '{') {
            continue;
        }
        const char *close = memchr(phrase.at + open, '}', phrase.size - open);
        if (close == NULL) {
            break;
        }
        *at = open;
        *end = (size_t)(close - phrase.at) + 1;
        return view_slice(phrase, open + 1, *end - 1);
    }
    *at = phrase.size;
    return (struct view){ 0 };
}

/* Checked here, once, so that composing a million posts needs no doubt. */
void
phrase_check(
        const struct phrase_book *book, const struct yaml_node *node, struct fault_list *faults)
{
    struct view phrase = yaml_text(node);
    size_t count = 0;
    size_t at = 0;
    size_t end = 0;
    for (struct view name = phrase_next_slot(phrase, &at, &end); at < phrase.size;
            at = end, name = phrase_next_slot(phrase, &at, &end)) {
        count++;
        if (!is_own_slot(name) && phrase_book_slot(book, name) == NULL) {
            yaml_fault(node, faults, "name it under slots, or use {brand}, {handle}, {author}",
                    "unknown slot {%.*s}", (int)(name.size < 40 ? name.size : 40), name.at);
        }
    }
    if (count > PHRASE_SLOTS_EACH_MAX) {
        yaml_fault(node, faults, NULL, "more than %d slots in one sentence", PHRASE_SLOTS_EACH_MAX);
    }
}

/* A slot whose values are all faulted is left out; phrases that use it are then faulted too. */
static void
read_slots(struct phrase_book *book,
        const struct yaml_node *map,
        struct arena *arena,
        struct fault_list *faults)
{
    if (map != NULL && yaml_kind_of(map) != YAML_MAP) {
        yaml_fault(
                map, faults, "write \"name: [value, value]\" lines", "a map of slots is expected");
        return;
    }
    for (size_t i = 0; i < yaml_size(map); i++) {
        struct phrase_slot slot = { .id = yaml_key(map, i) };
        const struct yaml_node *key = yaml_key_node(map, i);
        if (is_own_slot(slot.id) || phrase_book_slot(book, slot.id) != NULL) {
            yaml_fault(key, faults, "choose another name", "this slot is known already");
            continue;
        }
        if (book->slot_count == PHRASE_SLOTS_MAX) {
            yaml_fault(key, faults, NULL, "more than %d slots", PHRASE_SLOTS_MAX);
            return;
        }
        slot.values = phrase_list_read(yaml_value(map, i), PHRASE_SLOT_SIZE_MAX, arena, faults);
        if (slot.values.count > 0) {
            book->slots[book->slot_count++] = slot;
        }
    }
}

/* One language of a bank. Slots are looked up while the place is known, for the fault. */
static void
read_sentences(struct phrase_book *book,
        struct phrase_list *list,
        const struct yaml_node *node,
        struct arena *arena,
        struct fault_list *faults)
{
    *list = phrase_list_read(node, PHRASE_SIZE_MAX, arena, faults);
    for (size_t i = 0; yaml_kind_of(node) == YAML_LIST && i < yaml_size(node); i++) {
        phrase_check(book, yaml_item(node, i), faults);
    }
}

/* The signal is free text: which signals exist is the business of a higher floor. */
static void
read_bank(struct phrase_book *book,
        const struct yaml_node *node,
        struct phrase_bank *bank,
        struct arena *arena,
        struct fault_list *faults)
{
    static const char *const keys[] = { "signal", "es", "en" };

    yaml_expect_keys(node, keys, LENGTH(keys), faults);
    if (yaml_kind_of(node) != YAML_MAP) {
        return;
    }
    if (yaml_get(node, "signal") == NULL) {
        yaml_fault(node, faults, "write signal: outage, or signal: none for chatter",
                "what this bank's sentences mean is missing");
    }
    (void)yaml_read_text(yaml_get(node, "signal"), &bank->signal, faults);
    read_sentences(book, &bank->phrases[SCENE_ES], yaml_get(node, "es"), arena, faults);
    read_sentences(book, &bank->phrases[SCENE_EN], yaml_get(node, "en"), arena, faults);
}

/* The scene's own banks come after the shared ones, whose names they cannot take. */
static void
read_banks(struct phrase_book *book,
        const struct yaml_node *map,
        struct arena *arena,
        struct fault_list *faults)
{
    if (map != NULL && yaml_kind_of(map) != YAML_MAP) {
        yaml_fault(map, faults, "write \"name: {signal: ..., es: [...]}\" lines",
                "a map of phrase banks is expected here");
        return;
    }
    for (size_t i = 0; i < yaml_size(map); i++) {
        struct phrase_bank bank = { .id = yaml_key(map, i) };
        const struct yaml_node *key = yaml_key_node(map, i);
        if (phrase_book_bank(book, bank.id) != NULL) {
            yaml_fault(key, faults, "choose another name", "this bank is known already");
            continue;
        }
        if (book->bank_count == PHRASE_BANKS_MAX) {
            yaml_fault(key, faults, NULL, "more than %d phrase banks", PHRASE_BANKS_MAX);
            return;
        }
        read_bank(book, yaml_value(map, i), &bank, arena, faults);
        book->banks[book->bank_count++] = bank;
    }
}

void
phrase_book_read(struct phrase_book *book,
        const struct yaml_node *root,
        struct arena *arena,
        struct fault_list *faults)
{
    /* Slots first: sentences may name them. */
    read_slots(book, yaml_get(root, "slots"), arena, faults);
    read_banks(book, yaml_get(root, "banks"), arena, faults);
}
