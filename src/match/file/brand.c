/* One brand of a file: how people name it, and who speaks for it. */
#include "match/file/file.h"
#include "match/set/grow.h"
#include "match/set/lookalike.h"

#include <assert.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define MINUTE_MS      ((int64_t)60 * 1000)
#define DAY_MS         (MINUTE_MS * 60 * 24)
#define NAMES_SIZE_MAX ((size_t)32 * 1024)

/* A name counts as whole words: next to its ends there is no further word character. Where it is
 * plain that the name begins or ends with a letter or digit that is a word's edge, which a scanner
 * understands; the long form holds whatever the name begins and ends with, also for #line and for
 * "telegram(?!\.me)". */
#define WORD_EDGE  "\\b"
#define NAME_BEGIN "(?:(?<!\\w)|(?!\\w))"
#define NAME_END   "(?:(?!\\w)|(?<!\\w))"

/* All names of a brand, joined into one pattern. */
struct joined_names {
    char *text;
    size_t size;
    size_t count;
};

static void
join(struct joined_names *names, struct view text)
{
    assert(names->size + text.size <= NAMES_SIZE_MAX);
    memcpy(names->text + names->size, text.at, text.size);
    names->size += text.size;
}

static int
is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Is every match of this name certain to begin with a letter or digit? */
static int
begins_plainly(const struct pattern_source *source)
{
    return source->prefix_size > 0 && is_plain(source->prefix[0]);
}

/* And to end with one? Said only when it is easy to see: one choice, no comment, and what the last
 * letters and digits stand behind is no backslash, which would make them an escape. */
static int
ends_plainly(const struct pattern_source *source)
{
    struct view text = pattern_source_view(source);
    size_t i = text.size;
    if (memchr(text.at, '|', text.size) != NULL || memchr(text.at, '#', text.size) != NULL) {
        return 0;
    }
    while (i > 0 && is_plain(text.at[i - 1])) {
        i--;
    }
    return i < text.size && (i == 0 || text.at[i - 1] != '\\');
}

/* Reads one name into the joined pattern. */
static void
read_name(struct rule_reader *reader, const struct yaml_node *node, struct joined_names *names)
{
    struct rule_pattern alone = { 0 };
    size_t patterns = reader->set->pattern_count;
    size_t jits = reader->set->jit_count;
    int usable = rule_file_read_pattern(reader, node, &alone);
    reader->set->pattern_count = patterns;
    reader->set->jit_count = jits;
    if (usable && alone.compiled.name_count > 0) {
        yaml_fault(node, reader->faults, "use (?:...) instead", "a name has no named groups");
        usable = 0;
    }
    pattern_fini(&alone.compiled);
    struct view text = pattern_source_view(&reader->source);
    if (!usable) {
        return;
    }
    if (names->size + text.size + 64 > NAMES_SIZE_MAX) {
        yaml_fault(node, reader->faults, "drop the rarest", "more than %zu bytes of names",
                NAMES_SIZE_MAX);
        return;
    }
    join(names, names->count == 0 ? VIEW("") : VIEW("|"));
    join(names, begins_plainly(&reader->source) ? VIEW(WORD_EDGE) : VIEW(NAME_BEGIN));
    join(names, VIEW("(?:"));
    join(names, text);
    join(names, VIEW(")"));
    join(names, ends_plainly(&reader->source) ? VIEW(WORD_EDGE) : VIEW(NAME_END));
    names->count++;
}

static void
compile_names(struct rule_reader *reader,
        const struct yaml_node *node,
        struct joined_names *names,
        struct pattern *pattern)
{
    struct pattern_error error;
    struct rule_set *set = reader->set;
    struct view folded = { names->text, names->size };
    if (!rule_file_compile(reader, folded, pattern, &error)) {
        yaml_fault(node, reader->faults, "check the brackets of each",
                "the names do not compile together: %s", error.what);
        return;
    }
    rule_file_probe(reader, node, pattern, folded);
    set->pattern_count++;
    set->jit_count += pattern->jit ? 1 : 0;
    if (pattern->group_count > set->group_count_max) {
        set->group_count_max = pattern->group_count;
    }
}

static void
read_names(struct rule_reader *reader, const struct yaml_node *map, struct brand_entry *entry)
{
    size_t count = rule_file_read_list(reader, map, "names");
    const struct yaml_node *list = yaml_get(map, "names");
    struct joined_names names = { .text = count == 0 ? NULL : malloc(NAMES_SIZE_MAX) };
    if (names.text == NULL) {
        reader->set->out_of_memory = reader->set->out_of_memory || count > 0;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        read_name(reader, yaml_item(list, i), &names);
    }
    if (names.count > 0) {
        compile_names(reader, list, &names, &entry->names);
        entry->names_folded = rule_set_copy(reader->set, (struct view){ names.text, names.size });
    }
    free(names.text);
}

/* In lower case and without its @: handles are told apart without regard to case. Empty: a
 * fault. */
static struct view
read_handle(struct rule_reader *reader, const struct yaml_node *node)
{
    struct view text;
    struct view none = { 0 };
    char lower[ID_SIZE_MAX];
    if (!yaml_read_text(node, &text, reader->faults)) {
        return none;
    }
    text = view_starts(text, VIEW("@")) ? view_slice(text, 1, text.size) : text;
    for (size_t i = 0; i < text.size && i < sizeof lower; i++) {
        char c = text.at[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        int known = (lower[i] >= 'a' && lower[i] <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                    (i > 0 && (c == '.' || c == '-' || c == '@'));
        if (!known) {
            text.size = 0;
        }
    }
    if (text.size == 0 || text.size > sizeof lower) {
        yaml_fault(node, reader->faults, "letters, digits and _; . - and @ for federated ones",
                "not a handle");
        return none;
    }
    return rule_set_copy(reader->set, (struct view){ lower, text.size });
}

static void
add_key(struct rule_reader *reader,
        struct brand_key_list *list,
        struct view text,
        enum platform platform)
{
    struct brand_key key = {
        .text = text, .platform = platform, .brand = (uint32_t)reader->set->brand_count - 1
    };
    if (!brand_index_add_key(list, key)) {
        reader->set->out_of_memory = 1;
    }
}

static void
read_handles(struct rule_reader *reader, const struct yaml_node *map)
{
    size_t count = rule_file_read_list(reader, map, "handles");
    const struct yaml_node *list = yaml_get(map, "handles");
    for (size_t i = 0; i < count; i++) {
        struct view handle = read_handle(reader, yaml_item(list, i));
        if (handle.size > 0) {
            add_key(reader, &reader->set->index.handles, handle, PLATFORM_OTHER);
        }
    }
}

/* The platforms an account can be on; the key of its id in a file. */
static const struct {
    const char *key;
    enum platform platform;
} platforms[] = {
    { "x", PLATFORM_X },
    { "twitter", PLATFORM_X },
    { "bluesky", PLATFORM_BLUESKY },
    { "mastodon", PLATFORM_MASTODON },
    { "reddit", PLATFORM_REDDIT },
};

static void
read_account_id(struct rule_reader *reader,
        const struct yaml_node *map,
        size_t row,
        struct account *account)
{
    struct view id;
    const struct yaml_node *node = yaml_get(map, platforms[row].key);
    if (node == NULL || !yaml_read_text(node, &id, reader->faults)) {
        return;
    }
    if (account->id.size > 0 || id.size == 0 || id.size > ID_SIZE_MAX) {
        yaml_fault(node, reader->faults,
                "one entry for each account: [{x: 1}, {bluesky: 'did:...'}]",
                account->id.size > 0 ? "a second id in one account" : "not an account's id");
        return;
    }
    account->platform = platforms[row].platform;
    account->id = rule_set_copy(reader->set, id);
}

static void
read_account_platform(
        struct rule_reader *reader, const struct yaml_node *node, struct account *account)
{
    const char *words[LENGTH(platforms)];
    size_t position = 0;
    for (size_t i = 0; i < LENGTH(platforms); i++) {
        words[i] = platforms[i].key;
    }
    if (rule_file_read_word(reader, node, words, LENGTH(words), &position)) {
        account->platform = platforms[position].platform;
    }
    if (node != NULL && account->id.size > 0) {
        yaml_fault(node, reader->faults, "remove it", "the key of the id names the platform");
    }
}

static void
read_account(struct rule_reader *reader, const struct yaml_node *node, struct account *account)
{
    static const char *const keys[] = { "x", "twitter", "bluesky", "mastodon", "reddit", "platform",
        "handle" };
    struct brand_index *index = &reader->set->index;
    yaml_expect_keys(node, keys, LENGTH(keys), reader->faults);
    if (yaml_kind_of(node) != YAML_MAP) {
        return;
    }
    for (size_t i = 0; i < LENGTH(platforms); i++) {
        read_account_id(reader, node, i, account);
    }
    read_account_platform(reader, yaml_get(node, "platform"), account);
    const struct yaml_node *handle = yaml_get(node, "handle");
    account->handle = handle == NULL ? (struct view){ 0 } : read_handle(reader, handle);
    if (account->id.size > 0) {
        add_key(reader, &index->official_ids, account->id, account->platform);
    } else if (account->handle.size > 0) {
        add_key(reader, &index->official_handles, account->handle, account->platform);
    } else if (handle == NULL) {
        yaml_fault(node, reader->faults, "as in {x: 40148479} or {handle: WhatsApp}",
                "an account without id and handle");
    }
    if (account->handle.size > 0) {
        char form[ID_SIZE_MAX];
        struct view looks = lookalike_form(account->handle, form);
        add_key(reader, &index->handles, account->handle, PLATFORM_OTHER);
        if (looks.size > 0) {
            add_key(reader, &index->official_forms, rule_set_copy(reader->set, looks),
                    PLATFORM_OTHER);
        }
    }
}

static void
read_accounts(struct rule_reader *reader, const struct yaml_node *map, struct brand *brand)
{
    size_t count = rule_file_read_list(reader, map, "official_accounts");
    const struct yaml_node *list = yaml_get(map, "official_accounts");
    struct account *accounts =
            count == 0 ? NULL : rule_set_take(reader->set, count, sizeof *accounts);
    if (accounts == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        read_account(reader, yaml_item(list, i), &accounts[i]);
    }
    brand->accounts = accounts;
    brand->account_count = count;
}

static void
read_span(struct rule_reader *reader, const struct yaml_node *node, int64_t *span_ms)
{
    int64_t value = 0;
    if (node == NULL || !yaml_read_span(node, &value, reader->faults)) {
        return;
    }
    if (value < MINUTE_MS || value > DAY_MS) {
        yaml_fault(node, reader->faults, "as in 15m", "the time is 1m to 24h");
        return;
    }
    *span_ms = value;
}

static void
read_thresholds(struct rule_reader *reader, const struct yaml_node *node, struct brand_entry *entry)
{
    if (node == NULL) {
        return;
    }
    uint32_t *threshold_milli = rule_set_take(reader->set, SIGNAL_COUNT, sizeof *threshold_milli);
    if (threshold_milli != NULL) {
        memset(threshold_milli, 0, SIGNAL_COUNT * sizeof *threshold_milli);
        rule_file_read_thresholds(reader, node, threshold_milli);
    }
    entry->threshold_milli = threshold_milli;
}

static struct brand_entry *
add_brand(struct rule_reader *reader, const struct yaml_node *node)
{
    struct rule_set *set = reader->set;
    if (set->brand_count == BRANDS_MAX) {
        yaml_fault(node, reader->faults, NULL, "more than %d brands", BRANDS_MAX);
        return NULL;
    }
    struct brand_entry *brands =
            grow(set->brands, &set->brand_capacity, set->brand_count, sizeof *brands);
    if (brands == NULL) {
        set->out_of_memory = 1;
        return NULL;
    }
    set->brands = brands;
    struct brand_entry *entry = &brands[set->brand_count++];
    *entry = (struct brand_entry){ .brand = { .ack_target_ms = 15 * MINUTE_MS,
                                           .update_every_ms = 30 * MINUTE_MS } };
    return entry;
}

void
rule_file_read_brand(struct rule_reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = { "id", "title", "names", "handles", "official_accounts",
        "thresholds", "ack_target", "update_every", "planned", "score_offsets" };
    yaml_expect_keys(node, keys, LENGTH(keys), reader->faults);
    struct brand_entry *entry = yaml_kind_of(node) == YAML_MAP ? add_brand(reader, node) : NULL;
    if (entry == NULL) {
        return;
    }
    struct brand *brand = &entry->brand;
    (void)rule_file_read_id(reader, node, BRAND_ID_SIZE_MAX, &brand->id);
    entry->place =
            rule_file_place(reader, yaml_get(node, "id") != NULL ? yaml_get(node, "id") : node);
    brand->file = entry->place.file;
    brand->line = entry->place.line;
    struct view title = { 0 };
    (void)yaml_read_text(yaml_get(node, "title"), &title, reader->faults);
    brand->title = title.size > 0 ? rule_set_copy(reader->set, title) : brand->id;
    read_names(reader, node, entry);
    read_handles(reader, node);
    read_accounts(reader, node, brand);
    read_thresholds(reader, yaml_get(node, "thresholds"), entry);
    read_span(reader, yaml_get(node, "ack_target"), &brand->ack_target_ms);
    read_span(reader, yaml_get(node, "update_every"), &brand->update_every_ms);
    rule_file_read_planned(reader, node, brand);
    rule_file_read_score_offsets(reader, yaml_get(node, "score_offsets"), brand);
    if (yaml_get(node, "names") == NULL && yaml_get(node, "handles") == NULL &&
            yaml_get(node, "official_accounts") == NULL) {
        yaml_fault(node, reader->faults, "add names:, handles: or official_accounts:",
                "nothing tells that a text speaks of this brand");
    }
}
