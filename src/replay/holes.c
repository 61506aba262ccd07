#include "replay/holes.h"

#include "core/limits.h"
#include "core/names.h"
#include "judge/look.h"
#include "window/cell.h"

#include <assert.h>
#include <stdlib.h>

/* Two that are no further apart are one. */
#define JOIN_MS (INT64_C(60) * 60 * 1000)

struct brand_holes {
    struct hole_list *lists[HOLE_SORTS]; /* each malloc'd with its first hole */
    uint32_t heard;                      /* the last bucket in which somebody spoke; 0: none yet */
    uint32_t folded;                     /* the last bucket folded, */
    uint32_t was_stale;                  /* and that it was stale then */
};

/* By id and not by number: in the middle of a replay other rules may number the brands anew. */
struct holes {
    struct names *names;
    struct brand_holes *brands; /* by number of the name */
    size_t room;
};

struct holes *
holes_create(void)
{
    struct holes *holes = calloc(1, sizeof *holes);

    assert(holes != NULL);
    holes->names = names_create(BRANDS_MAX);
    assert(holes->names != NULL);
    return holes;
}

void
holes_destroy(struct holes **holes)
{
    if (*holes == NULL) {
        return;
    }
    for (size_t i = 0; i < (*holes)->room; i++) {
        for (size_t sort = 0; sort < HOLE_SORTS; sort++) {
            free((*holes)->brands[i].lists[sort]);
        }
    }
    free((*holes)->brands);
    names_destroy(&(*holes)->names);
    free(*holes);
    *holes = NULL;
}

static struct brand_holes *
brand_of(struct holes *holes, const char *id)
{
    uint32_t number = names_number(holes->names, view_of(id));

    assert(number != NAME_NONE);
    if (number >= holes->room) {
        size_t room = 2 * ((size_t)number + 8);
        struct brand_holes *more = reallocarray(holes->brands, room, sizeof *more);
        assert(more != NULL);
        memset(more + holes->room, 0, (room - holes->room) * sizeof *more);
        holes->brands = more;
        holes->room = room;
    }
    return &holes->brands[number];
}

static struct hole_list *
list_of(struct brand_holes *brand, enum hole_sort sort)
{
    if (brand->lists[sort] == NULL) {
        brand->lists[sort] = calloc(1, sizeof *brand->lists[sort]);
        assert(brand->lists[sort] != NULL);
    }
    return brand->lists[sort];
}

/* The last one goes on to here; it may be one that was left out. */
static void
extend_hole(struct hole_list *list, int64_t to_ms)
{
    list->sum_ms += to_ms - list->end_ms;
    list->end_ms = to_ms;
    if (list->left_out == 0) {
        list->at[list->count - 1].to_ms = to_ms;
    }
}

/* What comes soon behind the last one is the same: at the edge of what is too much it would be many of a few
 * seconds. */
static void
add_hole(struct brand_holes *brand, enum hole_sort sort, const struct hole *hole)
{
    struct hole_list *list = list_of(brand, sort);

    if (list->count > 0 && hole->from_ms - list->end_ms <= JOIN_MS) {
        extend_hole(list, hole->to_ms);
        return;
    }
    list->sum_ms += hole->to_ms - hole->from_ms;
    list->end_ms = hole->to_ms;
    if (list->count == HOLES_MAX) {
        list->left_out++;
        return;
    }
    list->at[list->count++] = *hole;
}

/* Before the fold: what the judge knew when the silence ended, as it knew it while it lasted. */
static void
look_for_silence(struct brand_holes *brand, const struct watched_fold *fold)
{
    uint32_t bucket = fold->in->bucket;

    if (fold->in->total == 0 && fold->in->late == 0) {
        return;
    }
    if (brand->heard != 0 && brand_judge_would_miss(fold->judge, brand->heard, bucket)) {
        struct hole hole = { .from_ms = bucket_start_ms(brand->heard + 1),
            .to_ms = bucket_start_ms(bucket) };
        add_hole(brand, HOLE_MISSING, &hole);
    }
    brand->heard = bucket;
}

/* Between two folds nothing changes but that time passes: a brand is stale from a fold that finds it so to the last
 * one in a row that does. */
static void
look_for_late(struct brand_holes *brand, const struct watched_fold *fold)
{
    uint32_t bucket = fold->in->bucket;
    uint32_t stale = (uint32_t)brand_judge_is_stale(fold->judge, bucket);

    if (stale) {
        struct hole hole = { .from_ms =
                                     bucket_start_ms(brand->was_stale ? brand->folded + 1 : bucket),
            .to_ms = bucket_start_ms(bucket + 1) };
        add_hole(brand, HOLE_STALE, &hole);
    }
    brand->was_stale = stale;
}

void
holes_watch(struct holes *holes, enum fold_phase phase, const struct watched_fold *fold)
{
    struct brand_holes *brand = brand_of(holes, fold->settings->id);

    if (phase == FOLD_BEFORE) {
        look_for_silence(brand, fold);
    } else {
        look_for_late(brand, fold);
        brand->folded = fold->in->bucket;
    }
}

void
holes_each(const struct holes *holes,
        void (*take)(
                void *context, struct view brand, const struct hole_list *const lists[HOLE_SORTS]),
        void *context)
{
    for (uint32_t i = 0; i < names_count(holes->names); i++) {
        const struct brand_holes *brand = &holes->brands[i];
        const struct hole_list *const lists[HOLE_SORTS] = { brand->lists[HOLE_MISSING],
            brand->lists[HOLE_STALE] };
        take(context, names_text(holes->names, i), lists);
    }
}

const struct hole_list *
holes_of(const struct holes *holes, const char *brand, enum hole_sort sort)
{
    uint32_t number = names_find(holes->names, view_of(brand));

    return number == NAME_NONE ? NULL : holes->brands[number].lists[sort];
}
