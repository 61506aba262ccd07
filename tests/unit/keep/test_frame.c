/* Bytes that prove to be whole, or are refused with a reason. */
#include "keep/frame.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static const struct frame_owner ours = { VIEW("main"), VIEW("madrid") };

static struct view
pack(const struct frame_owner *owner, const struct keep_item *items, size_t count)
{
    struct view bytes = { 0 };

    bytes.at = frame_pack(owner, 777, items, count, &bytes.size);
    cr_assert_not_null(bytes.at);
    return bytes;
}

static void
drop(struct view bytes)
{
    free((void *)(uintptr_t)bytes.at);
}

Test(frame, items_come_back_as_they_were)
{
    char big[100000];
    memset(big, 'x', sizeof big);
    const struct keep_item items[] = { { 3, VIEW("three\0and more") }, { 0, { big, sizeof big } },
        { 9, { "", 0 } } };
    struct view bytes = pack(&ours, items, COUNT(items));
    struct keep_box box = { 0 };
    char trouble[KEEP_TROUBLE_SIZE] = "";

    cr_assert_lt(bytes.size, 2000, "zeros and repetitions are packed");
    cr_assert_eq(frame_unpack(bytes, &ours, &box, trouble), KEEP_OK, "%s", trouble);
    cr_assert_eq(box.count, COUNT(items));
    cr_assert_eq(box.written_ms, 777);
    for (size_t i = 0; i < COUNT(items); i++) {
        cr_assert_eq(box.items[i].number, items[i].number);
        cr_assert(view_equal(box.items[i].bytes, items[i].bytes));
    }
    keep_box_fini(&box);
    drop(bytes);
}

Test(frame, cut_anywhere_it_is_damaged)
{
    const struct keep_item items[] = { { 3, VIEW("three") }, { 1, VIEW("one") } };
    struct view bytes = pack(&ours, items, COUNT(items));

    for (size_t size = 0; size < bytes.size; size++) {
        struct keep_box box = { 0 };
        char trouble[KEEP_TROUBLE_SIZE] = "";
        char *copy = malloc(size + 1);
        memcpy(copy, bytes.at, size);
        cr_assert_eq(frame_unpack((struct view){ copy, size }, &ours, &box, trouble), KEEP_DAMAGED,
                "%zu", size);
        cr_assert_eq(box.count, 0);
        cr_assert_neq(trouble[0], '\0');
        free(copy);
        keep_box_fini(&box);
    }
    drop(bytes);
}

/* Not every flipped bit of a compressed stream changes what comes out of it; what comes out wrong is told. */
Test(frame, with_any_bit_changed_it_is_refused_or_the_same)
{
    const struct keep_item items[] = { { 3, VIEW("three three three three three three") } };
    struct view bytes = pack(&ours, items, COUNT(items));
    char *copy = malloc(bytes.size);
    size_t refused = 0;

    for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
        struct keep_box box = { 0 };
        char trouble[KEEP_TROUBLE_SIZE] = "";
        memcpy(copy, bytes.at, bytes.size);
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
        enum keep_outcome outcome =
                frame_unpack((struct view){ copy, bytes.size }, &ours, &box, trouble);
        refused += outcome == KEEP_DAMAGED;
        if (outcome == KEEP_OK) {
            cr_assert(view_equal(box.items[0].bytes, items[0].bytes), "bit %zu", bit);
        }
        keep_box_fini(&box);
    }
    cr_assert_geq(refused, 8 * (bytes.size - 4));
    free(copy);
    drop(bytes);
}

Test(frame, the_reason_tells_what_is_wrong)
{
    static const struct {
        size_t at;
        char byte;
        const char *says;
    } rows[] = {
        { 0, 'x', "no checkpoint" },
        { 8, 2, "its version is 2, this program reads version 1" },
        { 12, 1, "sizes do not agree" },
        { 20, 1, "checksum" },
    };
    const struct keep_item items[] = { { 3, VIEW("three") } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view bytes = pack(&ours, items, COUNT(items));
        struct keep_box box = { 0 };
        char trouble[KEEP_TROUBLE_SIZE] = "";
        char *changed = (char *)(uintptr_t)bytes.at;
        changed[rows[i].at] = rows[i].byte;
        cr_assert_eq(frame_unpack(bytes, &ours, &box, trouble), KEEP_DAMAGED);
        cr_assert_not_null(strstr(trouble, rows[i].says), "%s", trouble);
        drop(bytes);
    }
}

Test(frame, what_is_somebody_elses_is_foreign)
{
    static const struct {
        struct frame_owner owner;
        enum keep_outcome expected;
        const char *says;
    } rows[] = {
        { { VIEW("main"), VIEW("madrid") }, KEEP_OK, "" },
        { { VIEW(""), VIEW("madrid") }, KEEP_OK, "" }, /* learnt for any namespace */
        { { VIEW("other"), VIEW("madrid") }, KEEP_FOREIGN, "it is of namespace other, not main" },
        { { VIEW("main"), VIEW("lima") }, KEEP_FOREIGN, "it is of deployment lima, not madrid" },
        { { VIEW("main"), VIEW("") }, KEEP_FOREIGN, "deployment" },
    };
    const struct keep_item items[] = { { 3, VIEW("three") } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view bytes = pack(&rows[i].owner, items, COUNT(items));
        struct keep_box box = { 0 };
        char trouble[KEEP_TROUBLE_SIZE] = "";
        cr_assert_eq(frame_unpack(bytes, &ours, &box, trouble), rows[i].expected, "row %zu", i);
        cr_assert_not_null(strstr(trouble, rows[i].says), "%s", trouble);
        keep_box_fini(&box);
        drop(bytes);
    }
}
