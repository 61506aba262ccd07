#include "pattern/literals.h"

#include "pattern/anchor.h"
#include "pattern/spelling.h"
#include "pattern/tree.h"

/* Required sets that are kept of a part of a pattern, the cheapest first. */
#define SETS_KEPT 3
/* Repeats that are written out. */
#define REPEATS_MAX 32
/* A second set costs a note of every literal met, and saves runs of PCRE2 where only the first was.
 * Tables of everybody's words know nothing of how often a brand is named in its own stream, so what
 * counts is that the second is seldom in itself. */
#define SECOND_RATE_MAX 0.2

/* What is known of a part of the pattern. */
struct found {
    int finite;
    struct spellings all; /* when finite */
    /* Sets of which every match of the part holds a string each; from different places. */
    struct anchor_set sets[SETS_KEPT];
    size_t set_count;
    unsigned lead; /* what is certain behind it: SPELLING_BEGINS, SPELLING_CLEAN */
};

struct finder {
    struct spelling_room room;
    const struct frequency *frequency;
    const struct tree *root;
};

static struct found find(struct finder *finder, const struct tree *tree, unsigned lead);

static struct spellings
empty(struct finder *finder, unsigned lead)
{
    unsigned flags = lead & (SPELLING_BEGINS | SPELLING_CLEAN);
    return spellings_empty(
            &finder->room, flags | ((lead & SPELLING_BEGINS) != 0 ? SPELLING_ENDS : 0U));
}

static struct found
finite(struct spellings all)
{
    return (struct found){ .finite = 1, .all = all, .lead = spellings_lead(&all) };
}

static void
keep_set(struct found *found, const struct anchor_set *set)
{
    size_t at = found->set_count;
    while (at > 0 && anchor_cost(set) < anchor_cost(&found->sets[at - 1])) {
        at--;
    }
    if (at == SETS_KEPT) {
        return;
    }
    found->set_count += found->set_count < SETS_KEPT ? 1 : 0;
    for (size_t i = found->set_count - 1; i > at; i--) {
        found->sets[i] = found->sets[i - 1];
    }
    found->sets[at] = *set;
}

static void
keep_spellings(struct finder *finder, struct found *found, const struct spellings *spellings)
{
    struct anchor_set set;
    if (anchor_choose(&finder->room, finder->frequency, spellings, &set)) {
        keep_set(found, &set);
    }
}

static void
keep_sets(struct found *found, const struct found *part)
{
    for (size_t i = 0; i < part->set_count; i++) {
        keep_set(found, &part->sets[i]);
    }
}

static struct found
find_bytes(struct finder *finder, const struct tree *tree)
{
    struct spellings all;
    struct view bytes = tree->bytes;
    assert(bytes.size > 0);
    if (spellings_of(&finder->room, bytes, &all)) {
        return finite(all);
    }
    struct found found = { 0 };
    if (spellings_of(&finder->room, view_slice(bytes, 0, LITERAL_SIZE_MAX), &all)) {
        keep_spellings(finder, &found, &all);
    }
    found.lead = tree_word_byte((unsigned char)bytes.at[bytes.size - 1]) ? 0 : SPELLING_CLEAN;
    return found;
}

static struct found
find_class(struct finder *finder, const struct tree *tree)
{
    struct spellings all = { 0 };
    for (const struct tree *member = tree->first; member != NULL; member = member->next) {
        struct spellings one;
        if (!spellings_of(&finder->room, member->bytes, &one) ||
                !spellings_append(&finder->room, &all, &one)) {
            return (struct found){ 0 };
        }
    }
    return finite(all);
}

/* A walk along a sequence: the strings that the parts since the last gap spell. */
struct walk {
    struct found found;
    struct spellings run;
    size_t at;   /* the child in hand */
    size_t from; /* the one that the run begins with */
    int whole;   /* no gap yet: the run is everything */
};

/* A set that lies in children `from` to `to`, whatever it knew of places inside of one. */
static void
keep_placed(struct walk *walk, const struct anchor_set *set, size_t from, size_t to)
{
    struct anchor_set placed = *set;
    placed.from = from;
    placed.to = to;
    keep_set(&walk->found, &placed);
}

/* The run ends before child `end`. */
static void
keep_run(struct finder *finder, struct walk *walk, size_t end)
{
    struct anchor_set set;
    if (anchor_choose(&finder->room, finder->frequency, &walk->run, &set)) {
        keep_placed(walk, &set, walk->from, end > walk->from ? end - 1 : walk->from);
    }
}

static void
walk_gap(struct finder *finder, struct walk *walk, const struct found *part)
{
    keep_run(finder, walk, walk->at);
    walk->whole = 0;
    walk->from = walk->at;
    if (part->finite) {
        struct spellings before = empty(finder, spellings_lead(&walk->run));
        if (spellings_joined(&finder->room, &before, &part->all, &walk->run)) {
            return;
        }
    }
    for (size_t i = 0; i < part->set_count; i++) {
        keep_placed(walk, &part->sets[i], walk->at, walk->at);
    }
    walk->from = walk->at + 1;
    walk->run = empty(finder, part->lead);
}

static struct found
find_sequence(struct finder *finder, const struct tree *tree, unsigned lead)
{
    struct walk walk = { .run = empty(finder, lead), .whole = 1 };
    for (const struct tree *child = tree->first; child != NULL; child = child->next, walk.at++) {
        struct found part = find(finder, child, spellings_lead(&walk.run));
        if (!part.finite || !spellings_joined(&finder->room, &walk.run, &part.all, &walk.run)) {
            walk_gap(finder, &walk, &part);
        }
    }
    if (walk.whole) {
        return finite(walk.run);
    }
    walk.found.lead = spellings_lead(&walk.run);
    keep_run(finder, &walk, walk.at);
    return walk.found;
}

/* The sets of one more branch: what all branches have is what the choice has. */
static void
add_branch(struct finder *finder, struct found *choice, struct found *branch)
{
    if (branch->finite) {
        branch->set_count = 0;
        keep_spellings(finder, branch, &branch->all);
    }
    if (choice->set_count > branch->set_count) {
        choice->set_count = branch->set_count;
    }
    for (size_t i = 0; i < choice->set_count; i++) {
        if (!anchor_unite(&finder->room, &choice->sets[i], &branch->sets[i])) {
            choice->set_count = i;
        }
    }
}

static size_t
count_children(const struct tree *tree)
{
    size_t count = 0;
    for (const struct tree *child = tree->first; child != NULL; child = child->next) {
        count++;
    }
    return count;
}

static struct found
find_choice(struct finder *finder, const struct tree *tree, unsigned lead)
{
    size_t count = count_children(tree);
    struct found *branches = arena_take(finder->room.arena, count * sizeof *branches);
    struct found choice = { .finite = 1, .lead = SPELLING_BEGINS | SPELLING_CLEAN };
    if (branches == NULL) {
        finder->room.failed = 1;
        return (struct found){ 0 };
    }
    size_t i = 0;
    for (const struct tree *child = tree->first; child != NULL; child = child->next, i++) {
        branches[i] = find(finder, child, lead);
        choice.lead &= branches[i].lead;
        choice.finite = choice.finite && branches[i].finite &&
                        spellings_append(&finder->room, &choice.all, &branches[i].all);
    }
    if (choice.finite) {
        return choice;
    }
    choice.set_count = SETS_KEPT;
    for (i = 0; i < count; i++) {
        add_branch(finder, &choice, &branches[i]);
    }
    for (i = 0; i < choice.set_count; i++) {
        anchor_tidy(&choice.sets[i], finder->frequency);
    }
    return choice;
}

/* All strings of `lo` to `hi` times `one`; false when they are too many. */
static int
repeated(struct finder *finder,
        const struct tree *tree,
        const struct spellings *one,
        struct spellings *out)
{
    struct spellings power = empty(finder, 0);
    struct spellings all = { 0 };
    if (tree->hi > REPEATS_MAX ||
            (tree->lo == 0 && !spellings_append(&finder->room, &all, &power))) {
        return 0;
    }
    for (uint32_t times = 1; times <= tree->hi; times++) {
        if (!spellings_joined(&finder->room, &power, one, &power)) {
            return 0;
        }
        if (times >= tree->lo && !spellings_append(&finder->room, &all, &power)) {
            return 0;
        }
    }
    *out = all;
    return 1;
}

static struct found
find_repeat(struct finder *finder, const struct tree *tree, unsigned lead)
{
    struct spellings all;
    /* What stands before the repeat stands before its first round only. */
    struct found part = find(finder, tree->first, tree->hi == 1 ? lead : 0);
    if (part.finite && repeated(finder, tree, &part.all, &all)) {
        return finite(all);
    }
    struct found found = { .lead = tree->lo == 0 ? part.lead & lead : part.lead };
    if (tree->lo > 0 && part.finite) {
        keep_spellings(finder, &found, &part.all);
    } else if (tree->lo > 0) {
        keep_sets(&found, &part);
    }
    return found;
}

static struct found
find_empty(struct finder *finder, unsigned flags)
{
    return finite(spellings_empty(&finder->room, flags));
}

static struct found
find(struct finder *finder, const struct tree *tree, unsigned lead)
{
    struct found part;
    switch (tree->kind) {
    case TREE_BYTES:
        return find_bytes(finder, tree);
    case TREE_CLASS:
        return find_class(finder, tree);
    case TREE_SEQUENCE:
        return find_sequence(finder, tree, lead);
    case TREE_CHOICE:
        return find_choice(finder, tree, lead);
    case TREE_REPEAT:
        return find_repeat(finder, tree, lead);
    case TREE_SEALED:
        part = find(finder, tree->first, lead);
        spellings_doubt(&part.all);
        return part;
    case TREE_BOUNDARY:
        return find_empty(finder, SPELLING_BEGINS | SPELLING_ENDS);
    case TREE_NO_WORD_BEFORE:
        return find_empty(finder, SPELLING_NO_WORD_BEFORE | SPELLING_CLEAN);
    case TREE_NO_WORD_BEHIND:
        return find_empty(finder, SPELLING_NO_WORD_BEHIND);
    case TREE_ASSERT:
        return find_empty(finder, SPELLING_PERHAPS | (tree->clean ? SPELLING_CLEAN : 0U));
    case TREE_OPEN:
    default:
        return (struct found){ .lead = tree->clean ? SPELLING_CLEAN : 0 };
    }
}

/* Matches are never empty: what may be left out altogether is there once. */
static struct found
find_root(struct finder *finder, const struct tree *root)
{
    struct tree once = *root;
    if (root->kind == TREE_REPEAT && root->lo == 0 && root->hi > 0) {
        once.lo = 1;
    }
    struct found found = find(finder, &once, 0);
    size_t kept = 0;
    for (size_t i = 0; i < (found.finite ? found.all.count : 0); i++) {
        if (found.all.at[i].size > 0) {
            found.all.at[kept++] = found.all.at[i];
        }
    }
    found.all.count = kept;
    return found;
}

/* Can a scan decide both ends of every string? */
static int
is_decided(enum pattern_mode mode, const struct spellings *all)
{
    for (size_t i = 0; i < all->count && mode == PATTERN_UNICODE; i++) {
        const struct spelling *spelling = &all->at[i];
        unsigned char first = (unsigned char)spelling->at[0];
        unsigned char last = (unsigned char)spelling->at[spelling->size - 1];
        if (((spelling->flags & SPELLING_BEGINS) != 0 && first >= 0x80) ||
                ((spelling->flags & SPELLING_ENDS) != 0 && last >= 0x80)) {
            return 0;
        }
    }
    return 1;
}

/* Copies into the arena of the caller. */
static int
publish(struct arena *arena, const struct anchor_set *set, struct literal_set *out)
{
    size_t size = 0;
    for (size_t i = 0; i < set->count; i++) {
        size += set->at[i].size;
    }
    struct literal *literals = arena_take(arena, (set->count + 1) * sizeof *literals);
    char *bytes = arena_take(arena, size + 1);
    if (literals == NULL || bytes == NULL) {
        return 0;
    }
    for (size_t i = 0; i < set->count; i++) {
        literals[i] = set->at[i];
        literals[i].at = bytes;
        memcpy(bytes, set->at[i].at, set->at[i].size);
        bytes += set->at[i].size;
    }
    *out = (struct literal_set){ .at = literals, .count = set->count, .rate = set->rate };
    return 1;
}

static const struct anchor_set *
second_of(const struct found *found)
{
    for (size_t i = 1; i < found->set_count; i++) {
        if (found->sets[i].rate < SECOND_RATE_MAX) {
            return &found->sets[i];
        }
    }
    return NULL;
}

/* The most bytes that the children `from` to `to` take together, up to INT32_MAX. */
static int32_t
width_between(const struct tree *sequence, size_t from, size_t to)
{
    uint64_t sum = 0;
    size_t i = 0;
    for (const struct tree *child = sequence->first; child != NULL; child = child->next, i++) {
        sum += i >= from && i <= to ? tree_width(child) : 0;
    }
    return sum < INT32_MAX ? (int32_t)sum : INT32_MAX;
}

/* Sets of one sequence stand in its order, and no further apart than what lies between them. */
static int32_t
reach_of(const struct tree *root, const struct anchor_set *first, const struct anchor_set *second)
{
    if (root->kind != TREE_SEQUENCE) {
        return 0;
    }
    if (first->to < second->from) {
        return width_between(root, first->from, second->to);
    }
    return second->to < first->from ? -width_between(root, second->from, first->to) : 0;
}

static const char *
reason(const struct found *found)
{
    if (found->finite) {
        return "its words are too short or may be missing: three letters of one word are needed";
    }
    return "no word is certain: all of it is classes, repeats or optional";
}

static int
decide(struct finder *finder, struct found *found, struct arena *arena, struct literals *out)
{
    struct anchor_set set;
    enum pattern_mode mode = finder->room.mode;
    if (found->finite && is_decided(mode, &found->all) && spellings_settle(&found->all) &&
            anchor_choose(&finder->room, finder->frequency, &found->all, &set)) {
        out->kind = LITERALS_EXACT;
        return publish(arena, &set, &out->first);
    }
    if (found->finite) {
        keep_spellings(finder, found, &found->all);
    }
    if (found->set_count == 0) {
        out->why = reason(found);
        return 1;
    }
    out->kind = LITERALS_REQUIRED;
    const struct anchor_set *second = second_of(found);
    out->reach = second == NULL ? 0 : reach_of(finder->root, &found->sets[0], second);
    return publish(arena, &found->sets[0], &out->first) &&
           (second == NULL || publish(arena, second, &out->second));
}

int
literals_find(struct view text,
        enum pattern_mode mode,
        const struct frequency *frequency,
        struct arena *arena,
        struct literals *out)
{
    *out = (struct literals){ .kind = LITERALS_NONE };
    struct arena *scratch = arena_create();
    if (scratch == NULL) {
        return 0;
    }
    struct finder finder = { .room = { .mode = mode, .arena = scratch }, .frequency = frequency };
    struct tree_reading reading = tree_read(text, mode, scratch);
    int whole = reading.root != NULL || reading.why != NULL;
    finder.root = reading.root;
    if (reading.root != NULL) {
        struct found found = find_root(&finder, reading.root);
        whole = decide(&finder, &found, arena, out) && !finder.room.failed;
    } else {
        out->why = reading.why;
    }
    arena_destroy(&scratch);
    return whole;
}
