#include "alert/render/words.h"

#include "core/text/calendar.h"
#include "core/text/utf8.h"

#include <inttypes.h>
#include <math.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
    "Oct", "Nov", "Dec" };

/* A share or a ratio comes out of a division: whatever it gave, a number is written. */
static uint64_t
rounded(double number, double scale)
{
    if (!(number > 0)) {
        return 0;
    }
    return number * scale >= 1e15 ? (uint64_t)1e15 : (uint64_t)floor(number * scale + 0.5);
}

void
words_count(FILE *out, uint64_t count, enum lang lang)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRIu64, count);
    int grouped = lang == LANG_EN || size > 4;

    for (int i = 0; i < size; i++) {
        if (grouped && i > 0 && (size - i) % 3 == 0) {
            fputc(lang == LANG_ES ? '.' : ',', out);
        }
        fputc(digits[i], out);
    }
}

void
words_number(FILE *out, double number, enum lang lang)
{
    uint64_t tenths = rounded(number, 10);

    if (tenths >= 1000) {
        words_count(out, rounded(number, 1), lang);
        return;
    }
    words_count(out, tenths / 10, lang);
    if (tenths % 10 != 0) {
        fprintf(out, "%c%" PRIu64, lang == LANG_ES ? ',' : '.', tenths % 10);
    }
}

void
words_share(FILE *out, double share, enum lang lang)
{
    double percent = share * 100;

    /* "0,4 %" says something that "0 %" does not. */
    words_number(out, percent < 1 ? percent : (double)rounded(percent, 1), lang);
    fputs(lang == LANG_ES ? " %" : "%", out);
}

void
words_ratio(FILE *out, double ratio, enum lang lang)
{
    fputs(lang == LANG_ES ? "x" : "", out);
    words_number(out, ratio < 10 ? ratio : (double)rounded(ratio, 1), lang);
    fputs(lang == LANG_ES ? "" : "x", out);
}

void
words_span(FILE *out, int64_t span_ms)
{
    int64_t span = span_ms < 0 ? 0 : span_ms;

    if (span < MINUTE_MS) {
        fprintf(out, "%" PRId64 " s", span / SECOND_MS);
    } else if (span < HOUR_MS) {
        fprintf(out, "%" PRId64 " min", span / MINUTE_MS);
    } else if (span < DAY_MS) {
        fprintf(out, "%" PRId64 " h", span / HOUR_MS);
        if (span % HOUR_MS >= MINUTE_MS) {
            fprintf(out, " %" PRId64 " min", span % HOUR_MS / MINUTE_MS);
        }
    } else {
        fprintf(out, "%" PRId64 " d", span / DAY_MS);
        if (span % DAY_MS >= HOUR_MS) {
            fprintf(out, " %" PRId64 " h", span % DAY_MS / HOUR_MS);
        }
    }
}

void
words_minutes(FILE *out, int64_t span_ms, enum lang lang)
{
    int64_t minutes = span_ms / MINUTE_MS;

    if (minutes >= 120 || minutes < 1) {
        words_span(out, span_ms);
        return;
    }
    fprintf(out, "%" PRId64 " %s%s", minutes, lang == LANG_ES ? "minuto" : "minute",
            minutes == 1 ? "" : "s");
}

void
words_day(FILE *out, int64_t time_ms, enum lang lang)
{
    struct calendar_date date = calendar_date_of(time_ms);

    if (lang == LANG_ES) {
        fprintf(out, "%02d/%02d/%04d", (int)date.day, (int)date.month, (int)date.year);
    } else {
        fprintf(out, "%d %s %04d", (int)date.day, months[date.month - 1], (int)date.year);
    }
}

void
words_moment(FILE *out, int64_t time_ms, enum lang lang)
{
    struct calendar_date date = calendar_date_of(time_ms);

    words_day(out, time_ms, lang);
    fprintf(out, " %02d:%02d UTC", (int)date.hour, (int)date.minute);
}

/* The largest round figure that the probability stays below. */
void
words_chance(FILE *out, double p_log10, enum lang lang)
{
    static const struct {
        double p_log10;
        const char *text[2];
    } rows[] = {
        { -12, { "menos de 1 entre un billón", "less than 1 in a trillion" } },
        { -9, { "menos de 1 entre mil millones", "less than 1 in a billion" } },
        { -6, { "menos de 1 entre un millón", "less than 1 in a million" } },
        { -5, { "menos de 1 entre 100.000", "less than 1 in 100,000" } },
        { -4, { "menos de 1 entre 10.000", "less than 1 in 10,000" } },
        { -3, { "menos de 1 entre 1000", "less than 1 in 1,000" } },
        { -2, { "menos de 1 entre 100", "less than 1 in 100" } },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (p_log10 <= rows[i].p_log10) {
            fputs(rows[i].text[lang], out);
            return;
        }
    }
    fputs(lang == LANG_ES ? "más de 1 entre 100" : "more than 1 in 100", out);
}

static int
is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

void
words_quote(FILE *out, struct view text, size_t size_max)
{
    struct view cut = utf8_cut(view_trim(text), size_max);
    int blank = 0;

    for (size_t at = 0; at < cut.size;) {
        size_t start = at;
        char shown[32];
        utf8_next(cut, &at);
        if (is_blank(cut.at[start])) {
            blank = 1;
            continue;
        }
        fputs(blank ? " " : "", out);
        blank = 0;
        fwrite(shown, 1, utf8_escape(view_slice(cut, start, at), shown, sizeof shown), out);
    }
    fputs(cut.size < view_trim(text).size ? "…" : "", out);
}
