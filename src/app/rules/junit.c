#include "app/rules/junit.h"

#include "core/text/utf8.h"

#include <assert.h>
#include <stdlib.h>

/* Cases are written as they come, the counts stand before them: hence a buffer. */
struct junit {
    FILE *cases;
    char *text;
    size_t size;
    size_t count;
    size_t failed;
};

struct junit *
junit_create(void)
{
    struct junit *junit = calloc(1, sizeof *junit);

    assert(junit != NULL);
    junit->cases = open_memstream(&junit->text, &junit->size);
    assert(junit->cases != NULL);
    return junit;
}

void
junit_destroy(struct junit **junit)
{
    if (*junit == NULL) {
        return;
    }
    fclose((*junit)->cases);
    free((*junit)->text);
    free(*junit);
    *junit = NULL;
}

/* XML 1.0: tab, line ends, and everything from the blank up but surrogates, U+FFFE and U+FFFF. */
static int
is_xml(uint32_t point)
{
    return point >= ' ' ? point != 0xFFFE && point != 0xFFFF
                        : point == '\t' || point == '\n' || point == '\r';
}

void
junit_put_text(struct view text, FILE *out)
{
    for (size_t at = 0; at < text.size;) {
        char bytes[4];
        uint32_t point = utf8_next(text, &at);
        /* Bare white space would become a blank. */
        int named = point < 0x80 && point != 0 && strchr("<>&\"'\t\n\r", (int)point) != NULL;
        if (named) {
            fprintf(out, "&#%u;", point);
        } else {
            fwrite(bytes, 1, utf8_put(is_xml(point) ? point : UTF8_REPLACEMENT, bytes), out);
        }
    }
}

void
junit_add(struct junit *junit, struct view rule, const struct rule_test *test, const char *failure)
{
    FILE *out = junit->cases;

    junit->count++;
    fputs("    <testcase classname=\"", out);
    junit_put_text(rule, out);
    fprintf(out, "\" name=\"%s: ", test->expect_match ? "match" : "no_match");
    junit_put_text(test->text, out);
    fputs("\" file=\"", out);
    junit_put_text(view_of(test->file), out);
    fprintf(out, "\" line=\"%zu\"", test->line);
    if (failure == NULL) {
        fputs("/>\n", out);
        return;
    }
    junit->failed++;
    fputs(">\n      <failure message=\"", out);
    junit_put_text(failure[0] == '\0' ? VIEW("it matched") : view_of(failure), out);
    fputs("\"/>\n    </testcase>\n", out);
}

int
junit_write(const struct junit *junit, const char *path)
{
    FILE *out = fopen(path, "wb");

    if (out == NULL) {
        return 0;
    }
    fflush(junit->cases);
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
            "  <testsuite name=\"rebato rules\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n",
            junit->count, junit->failed);
    fwrite(junit->text, 1, junit->size, out);
    fputs("  </testsuite>\n</testsuites>\n", out);
    int fine = ferror(out) == 0;
    return fclose(out) == 0 && fine;
}
