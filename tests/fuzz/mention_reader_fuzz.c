/* Any bytes as a record, under every shape: no crash, one fate, and what comes out keeps its promises; and
 * no instruction set, nor the strict reading, makes another mention of them. */
#include "core/limits.h"
#include "core/text/utf8.h"
#include "mention/reader.h"
#include "json/cut.h"

#include <assert.h>

/* The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct mention *mention)
{
    const struct view labels[] = { mention->id, mention->lang, mention->author_id,
        mention->author_handle, mention->reply_to_id, mention->reply_to_handle, mention->root_id,
        mention->link };

    assert(mention->text.size <= TEXT_SIZE_MAX && utf8_valid(mention->text));
    assert(mention->quoted.size <= TEXT_SIZE_MAX && utf8_valid(mention->quoted));
    assert(mention->time_ms >= EVENT_TIME_MIN_MS && mention->time_ms < EVENT_TIME_MAX_MS);
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        assert(labels[i].size <= ID_SIZE_MAX && utf8_valid(labels[i]));
    }
    assert(mention_author_hash(mention) != 0);
}

/* Cutting must end, move forward and stay inside, whatever stands there. */
static void
check_cutting(struct view bytes)
{
    struct json_cutter cutter = { 0 };
    size_t last = 0;

    while (jdoc_cut(&cutter, bytes, JSON_AT_END) != JSON_CUT_END) {
        struct json_array array;
        struct view element;
        assert(cutter.from >= last && cutter.at > cutter.from && cutter.at <= bytes.size);
        last = cutter.at;
        struct view value = view_slice(bytes, cutter.from, cutter.at);
        int found = jdoc_array_open(&array, value, VIEW("/data/children"));
        while (found && jdoc_array_next(&array, &element)) {
            assert(element.at >= value.at && element.at + element.size <= value.at + value.size);
        }
        jdoc_cutter_next(&cutter);
    }
}

/* Told shapes, none told, and a field map of its own. */
static const struct reader_options kinds[] = { { 0 }, { .shape = "native" }, { .shape = "x-v1.1" },
    { .shape = "x-v2" }, { .shape = "bluesky" }, { .shape = "mastodon" }, { .shape = "reddit" },
    { .pointers = { [READER_FIELD_text] = "/a/0/b",
              [READER_FIELD_time] = "/t",
              [READER_FIELD_id] = "/a/1",
              [READER_FIELD_link] = "/a" } } };
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

/* What one reader made of the record. */
struct outcome {
    enum rebato_fate fate;
    struct mention mention;
    struct reader_trouble trouble;
};

static int
same(const struct outcome *a, const struct outcome *b)
{
    const struct mention *x = &a->mention;
    const struct mention *y = &b->mention;

    return a->fate == b->fate && strcmp(a->trouble.field, b->trouble.field) == 0 &&
           strcmp(a->trouble.what, b->trouble.what) == 0 && a->trouble.at == b->trouble.at &&
           x->time_ms == y->time_ms && x->platform == y->platform && view_equal(x->id, y->id) &&
           view_equal(x->text, y->text) && view_equal(x->quoted, y->quoted) &&
           view_equal(x->lang, y->lang) && view_equal(x->author_id, y->author_id) &&
           view_equal(x->author_handle, y->author_handle) &&
           view_equal(x->reply_to_id, y->reply_to_id) &&
           view_equal(x->reply_to_handle, y->reply_to_handle) &&
           view_equal(x->root_id, y->root_id) && view_equal(x->link, y->link) &&
           x->author_since_ms == y->author_since_ms && x->reach == y->reach &&
           x->text_truncated == y->text_truncated && x->utf8_repaired == y->utf8_repaired;
}

static void
read_one(struct reader **reader,
        const struct reader_options *options,
        enum isa isa,
        struct view record,
        struct outcome *outcome)
{
    if (*reader == NULL) {
        *reader = reader_create_for(options, isa);
        assert(*reader != NULL);
    }
    outcome->fate = reader_read(*reader, record, &outcome->mention, &outcome->trouble);
    assert(outcome->fate < REBATO_FATE_COUNT);
    assert((outcome->fate == REBATO_FATE_unmatched) == (outcome->trouble.what[0] == '\0'));
    if (outcome->fate == REBATO_FATE_unmatched) {
        check(&outcome->mention);
    }
}

/* Every instruction set gives the same; and so does the strict reading, unless it finds that this is no
 * JSON where the others had no reason to look. */
static void
check_kind(size_t kind, struct view record)
{
    static struct reader *readers[KIND_COUNT][ISA_COUNT];
    static struct reader *strict[KIND_COUNT];
    static struct outcome reference;
    static struct outcome outcomes[ISA_COUNT];
    struct reader_options options = kinds[kind];

    options.strict = 1;
    read_one(&strict[kind], &options, ISA_PORTABLE, record, &reference);
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (isa_available((enum isa)isa)) {
            read_one(&readers[kind][isa], &kinds[kind], (enum isa)isa, record, &outcomes[isa]);
            assert(same(&outcomes[isa], &outcomes[ISA_PORTABLE]));
        }
    }
    assert(reference.fate == REBATO_FATE_malformed || same(&reference, &outcomes[ISA_PORTABLE]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view record = { (const char *)data, size };

    for (size_t kind = 0; kind < KIND_COUNT; kind++) {
        check_kind(kind, record);
    }
    check_cutting(record);
    return 0;
}
