#include "alert/render/words.h"

#include "judge/judge.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

static FILE *out;
static char *text;
static size_t size;

static void
start(void)
{
    free(text);
    text = NULL;
    out = open_memstream(&text, &size);
}

static const char *
finish(void)
{
    fclose(out);
    return text;
}

Test(words, counts_are_grouped_as_each_language_does)
{
    static const struct {
        uint64_t count;
        const char *es, *en;
    } rows[] = {
        { 0, "0", "0" },
        { 412, "412", "412" },
        { 1290, "1290", "1,290" },
        { 12900, "12.900", "12,900" },
        { 1234567, "1.234.567", "1,234,567" },
        { UINT64_MAX, "18.446.744.073.709.551.615", "18,446,744,073,709,551,615" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start();
        words_count(out, rows[i].count, LANG_ES);
        cr_expect_str_eq(finish(), rows[i].es);
        start();
        words_count(out, rows[i].count, LANG_EN);
        cr_expect_str_eq(finish(), rows[i].en);
    }
}

Test(words, numbers_and_shares)
{
    static const struct {
        void (*write)(FILE *, double, enum lang);
        double value;
        const char *es, *en;
    } rows[] = {
        { words_number, 19.52, "19,5", "19.5" },
        { words_number, 19.96, "20", "20" },
        { words_number, 0.04, "0", "0" },
        { words_number, 104.4, "104", "104" },
        { words_number, 12345.6, "12.346", "12,346" },
        { words_number, -3, "0", "0" },
        { words_number, (double)NAN, "0", "0" },
        { words_number, (double)INFINITY, "1.000.000.000.000.000", "1,000,000,000,000,000" },
        { words_share, 0.71, "71 %", "71%" },
        { words_share, 0.004, "0,4 %", "0.4%" },
        { words_share, 1, "100 %", "100%" },
        { words_ratio, 21.4, "x21", "21x" },
        { words_ratio, 3.14, "x3,1", "3.1x" },
        { words_chance, -40, "menos de 1 entre un billón", "less than 1 in a trillion" },
        { words_chance, -6.2, "menos de 1 entre un millón", "less than 1 in a million" },
        { words_chance, -3, "menos de 1 entre 1000", "less than 1 in 1,000" },
        { words_chance, 0, "más de 1 entre 100", "more than 1 in 100" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start();
        rows[i].write(out, rows[i].value, LANG_ES);
        cr_expect_str_eq(finish(), rows[i].es, "row %zu: %s", i, text);
        start();
        rows[i].write(out, rows[i].value, LANG_EN);
        cr_expect_str_eq(finish(), rows[i].en, "row %zu: %s", i, text);
    }
}

Test(words, spans_keep_their_two_largest_units)
{
    static const struct {
        int64_t span_ms;
        const char *span, *minutes;
    } rows[] = {
        { -5, "0 s", "0 s" },
        { 40000, "40 s", "40 s" },
        { 60000, "1 min", "1 minuto" },
        { 31 * 60000, "31 min", "31 minutos" },
        { 119 * 60000, "1 h 59 min", "119 minutos" },
        { 125 * 60000, "2 h 5 min", "2 h 5 min" },
        { 7200000, "2 h", "2 h" },
        { 273600000, "3 d 4 h", "3 d 4 h" },
        { 172800000, "2 d", "2 d" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start();
        words_span(out, rows[i].span_ms);
        cr_expect_str_eq(finish(), rows[i].span);
        start();
        words_minutes(out, rows[i].span_ms, LANG_ES);
        cr_expect_str_eq(finish(), rows[i].minutes);
    }
    start();
    words_moment(out, 1393093780000, LANG_ES);
    cr_expect_str_eq(finish(), "22/02/2014 18:29 UTC");
    start();
    words_moment(out, 1393093780000, LANG_EN);
    cr_expect_str_eq(finish(), "22 Feb 2014 18:29 UTC");
    start();
    words_day(out, 1393113599999, LANG_ES);
    cr_expect_str_eq(finish(), "22/02/2014");
    start();
    words_day(out, 1393113600000, LANG_EN);
    cr_expect_str_eq(finish(), "23 Feb 2014");
}

Test(words, quoted_text_is_shown_and_not_obeyed)
{
    static const struct {
        const char *text, *shown;
        size_t size_max;
    } rows[] = {
        { "no funciona", "no funciona", 180 },
        { "  two\n\nlines\there \r\n", "two lines here", 180 },
        { "\033]52;c;aGk=\a", "\\x1b]52;c;aGk=\\x07", 180 },
        { "\033[2Jgone", "\\x1b[2Jgone", 180 },
        { "\xe2\x80\xaegnp.exe", "\\u202egnp.exe", 180 },
        { "\xc2\x9b"
          "31m",
                "\\x9b31m", 180 },
        { "<script>alert(1)</script>", "<script>alert(1)</script>", 180 },
        { "\xff\xfe", "\\xff\\xfe", 180 },
        { "ca\xc3\xad"
          "da",
                "ca…", 3 },
        { "", "", 180 },
        { "   ", "", 180 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start();
        words_quote(out, view_of(rows[i].text), rows[i].size_max);
        cr_expect_str_eq(finish(), rows[i].shown, "row %zu: %s", i, text);
    }
}
