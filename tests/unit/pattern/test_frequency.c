/* How often words begin so: learned, kept in a file, estimated. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "pattern/frequency.h"

static double
at_start(const struct frequency *frequency, const char *text)
{
    return frequency_at_start(frequency, text, strlen(text));
}

Test(frequency, counts_beginnings_a_mention)
{
    struct frequency *frequency = frequency_create_empty();
    frequency_learn(frequency, VIEW("no va, no-va. nova"));
    frequency_learn(frequency, VIEW("a\xc3\xb1o x"));
    /* A sign is a blank, and the end of a text is one, too. */
    cr_expect_float_eq(at_start(frequency, "no v"), 1.0, 1e-9);
    cr_expect_float_eq(at_start(frequency, "no-v"), 1.0, 1e-9);
    cr_expect_float_eq(at_start(frequency, "va  "), 1.0, 1e-9);
    cr_expect_float_eq(at_start(frequency, "nova"), 0.5, 1e-9);
    cr_expect_float_eq(at_start(frequency, "no"), 1.5, 1e-9);
    /* Bytes of letters beyond ASCII are no word bytes: what stands behind one is a start. */
    cr_expect_float_eq(at_start(frequency, "o x "), 0.5, 1e-9);
    cr_expect_float_eq(frequency_of_byte(frequency, 'v'), 1.5, 1e-9);
    cr_expect_float_eq(frequency_of_byte(frequency, 'q'), 0.0, 1e-9);
    frequency_destroy(&frequency);
    cr_expect_null(frequency);
}

Test(frequency, what_has_no_row_is_rarer_than_what_has_one)
{
    struct frequency *frequency = frequency_create();
    double rarest = 1e9;
    double rate = 0;
    char key[4];
    size_t rows = 0;
    for (; frequency_row(frequency, rows, key, &rate); rows++) {
        rarest = rate < rarest ? rate : rarest;
    }
    cr_expect_geq(rows, 2500);
    cr_expect_lt(at_start(frequency, "zqxk"), rarest);
    cr_expect_lt(at_start(frequency, "zqxk"), at_start(frequency, "eatr"));
    cr_expect_lt(at_start(frequency, "funciona"), at_start(frequency, "func"));
    cr_expect_gt(at_start(frequency, "zqxk"), 0);
    frequency_destroy(&frequency);
}

Test(frequency, built_in_rates_are_those_of_posts_in_both_languages)
{
    static const char *const often[] = { "que ", "para", "the ", "and ", "you ", "por " };
    struct frequency *frequency = frequency_create();
    for (size_t i = 0; i < sizeof often / sizeof often[0]; i++) {
        double rate = at_start(frequency, often[i]);
        cr_expect(rate > 0.1 && rate < 2, "%s: %f", often[i], rate);
    }
    cr_expect_gt(frequency_of_byte(frequency, 'e'), frequency_of_byte(frequency, 'k'));
    frequency_destroy(&frequency);
}

Test(frequency, a_table_is_read_back_as_it_was_written)
{
    struct frequency *learned = frequency_create_empty();
    char *text = calloc(4096, 1);
    char line[FREQUENCY_LINE_SIZE];
    frequency_learn(learned, VIEW("el cajero no va y el cajero no da"));
    for (size_t i = 0; frequency_line(learned, i, line); i++) {
        cr_assert_lt(strlen(text) + strlen(line), 4096U * 4);
        text = realloc(text, strlen(text) + strlen(line) + 4096);
        (void)memcpy(text + strlen(text), line, strlen(line) + 1);
    }
    struct frequency *again = frequency_read(view_of(text));
    cr_assert_not_null(again);
    cr_expect_float_eq(at_start(again, "caje"), 2.0, 1e-6);
    cr_expect_float_eq(at_start(again, "el c"), at_start(learned, "el c"), 1e-6);
    cr_expect_float_eq(frequency_of_byte(again, 'j'), 2.0, 1e-6);
    frequency_destroy(&learned);
    frequency_destroy(&again);
    free(text);
}

Test(frequency, what_is_no_table_is_refused)
{
    static const char *const texts[] = { "", "\n", "abcd", "abcd\t", "abcd\tx", "abcd\t-1",
        "abcd\t1e9", "abcd\tnan", "abc\t1", " bcd\t1", "ABCD\t1", "b\xc3\xb1o\t1",
        "bbbb\t1\naaaa\t1", "aaaa\t1\naaaa\t1", "#xy\t1", "abcd\t1 2" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        errno = 0;
        cr_expect_null(frequency_read(view_of(texts[i])), "%s", texts[i]);
        cr_expect_eq(errno, EINVAL, "%s", texts[i]);
    }
}

Test(frequency, the_smallest_rows_make_room)
{
    struct frequency *frequency = frequency_create_empty();
    char text[] = "aaaa often";
    size_t rows = 0;
    char key[4];
    double rate = 0;
    for (unsigned i = 0; i < 60000; i++) {
        text[0] = (char)('a' + i % 26);
        text[1] = (char)('a' + i / 26 % 26);
        text[2] = (char)('a' + i / 676 % 26);
        text[3] = (char)('a' + i / 17576 % 26);
        frequency_learn(frequency, view_of(text));
    }
    while (frequency_row(frequency, rows, key, &rate)) {
        rows++;
    }
    cr_expect(rows > 0 && rows <= 16384, "%zu", rows);
    cr_expect_float_eq(at_start(frequency, "ofte"), 1.0, 1e-9);
    frequency_destroy(&frequency);
}
