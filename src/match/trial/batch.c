/*
 * Mentions on their way through the scanner. Most speak of no brand that we know: they end here, with
 * no text folded a second time and no pattern run.
 */
#include "match/set/lookalike.h"
#include "match/trial/private.h"

#include "core/text/utf8.h"

#include <assert.h>

static_assert(MATCHER_BATCH_MAX * 2 <= SCAN_TEXTS_MAX, "each mention has a text and a quoted one");
static_assert(2 * (TEXT_SIZE_MAX * FOLD_GROWTH_MAX + FOLD_SLACK) < SCAN_ARENA_SIZE / 2,
        "any mention fits in an empty batch");
static_assert(FOLD_SLACK <= SCAN_SLACK, "folding writes no further than the scanner allows");

void
matcher_clear(struct matcher *matcher)
{
    matcher->batch_count = 0;
    scanner_clear(matcher->scanner);
}

static uint32_t
add_text(struct matcher *matcher, struct view text, char *room)
{
    size_t size = fold_into(matcher->isa, text, FOLD_SQUEEZE_REPEATS, room);
    return scanner_add(matcher->scanner, size);
}

int
matcher_add(struct matcher *matcher, const struct mention *mention)
{
    struct view quoted = utf8_cut(mention->quoted, TEXT_SIZE_MAX);
    size_t size = (mention->text.size + quoted.size) * FOLD_GROWTH_MAX + SCAN_SLACK;

    assert(mention->text.size <= TEXT_SIZE_MAX);
    if (matcher->batch_count == MATCHER_BATCH_MAX) {
        return 0;
    }
    char *room = scanner_room(matcher->scanner, size);
    if (room == NULL) {
        return 0;
    }
    struct batch_place *place = &matcher->batch[matcher->batch_count++];
    place->mention = mention;
    place->text = add_text(matcher, mention->text, room);
    place->quoted = NO_TEXT;
    if (quoted.size > 0) {
        room = scanner_room(matcher->scanner, quoted.size * FOLD_GROWTH_MAX);
        assert(room != NULL);
        place->quoted = add_text(matcher, quoted, room);
    }
    return 1;
}

size_t
matcher_count(const struct matcher *matcher)
{
    return matcher->batch_count;
}

void
matcher_scan(struct matcher *matcher)
{
    scanner_run(matcher->scanner);
}

static void
take_in_hand(struct matcher *matcher, const struct batch_place *place)
{
    matcher->mention = place->mention;
    matcher->text = scanner_text(matcher->scanner, place->text);
    matcher->way_back_known = 0;
    matcher->hits = scanner_hits(matcher->scanner, place->text, &matcher->hit_count);
    matcher->quoted_hit_count = 0;
    if (place->quoted != NO_TEXT) {
        matcher->quoted = scanner_text(matcher->scanner, place->quoted);
        matcher->quoted_hits =
                scanner_hits(matcher->scanner, place->quoted, &matcher->quoted_hit_count);
    }
}

const struct folded *
matcher_way_back(struct matcher *matcher)
{
    if (!matcher->way_back_known) {
        fold_text(matcher->mention->text, FOLD_SQUEEZE_REPEATS, &matcher->way_back);
        assert(matcher->way_back.size == matcher->text.size);
        matcher->way_back_known = 1;
    }
    return &matcher->way_back;
}

void
matcher_scan_one(struct matcher *matcher, const struct mention *mention)
{
    matcher_clear(matcher);
    int added = matcher_add(matcher, mention);
    assert(added);
    matcher_scan(matcher);
    take_in_hand(matcher, &matcher->batch[0]);
}

int
matcher_hit(const struct matcher *matcher, uint32_t number)
{
    size_t low = 0;
    size_t high = matcher->hit_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (matcher->hits[middle].pattern < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < matcher->hit_count && matcher->hits[low].pattern == number;
}

/* Could a brand be named, or a rule hold that asks for none? */
static int
hits_matter(const struct matcher *matcher)
{
    const struct rule_set *set = matcher->set;
    for (size_t i = 0; i < matcher->hit_count; i++) {
        const struct plan_owner *owner = &set->owners[matcher->hits[i].pattern];
        if (owner->kind == PLAN_NAMES || owner->kind == PLAN_HANDLE) {
            return 1;
        }
        if (owner->kind == PLAN_ANY && !set->rules[owner->index].rule.require_brand) {
            return 1;
        }
    }
    return matcher->quoted_hit_count > 0;
}

/* Could its author speak for a brand, or could it answer one? */
static int
accounts_matter(const struct rule_set *set, const struct mention *mention)
{
    const struct brand_index *index = &set->index;
    return brand_key_sketched(&index->official_ids, mention->author_id) ||
           brand_key_sketched(&index->official_handles, mention->author_handle) ||
           brand_key_sketched(&index->handles, mention->reply_to_handle);
}

/* Could it say something in the name of a brand that it does not even name? */
static int
looks_official(const struct matcher *matcher, const struct mention *mention)
{
    char form[ID_SIZE_MAX];
    return matcher->hit_count > 0 && brand_key_sketched(&matcher->set->index.official_forms,
                                             lookalike_form(mention->author_handle, form));
}

int
matcher_take(struct matcher *matcher, size_t index, struct match_result *result)
{
    assert(index < matcher->batch_count);
    const struct batch_place *place = &matcher->batch[index];
    result->brand_count = 0;
    result->hit_count = 0;
    result->facet_count = 0;
    result->dropped = 0;
    result->limit_reached = 0;
    take_in_hand(matcher, place);
    if (!hits_matter(matcher) && !accounts_matter(matcher->set, place->mention) &&
            !looks_official(matcher, place->mention)) {
        return 0;
    }
    return matcher_found(matcher, place->mention, result);
}

int
matcher_match(struct matcher *matcher, const struct mention *mention, struct match_result *result)
{
    matcher_clear(matcher);
    int added = matcher_add(matcher, mention);
    assert(added);
    matcher_scan(matcher);
    return matcher_take(matcher, 0, result);
}
