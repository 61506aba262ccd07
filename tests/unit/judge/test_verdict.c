/* What people say of alerts, and where that leaves the threshold. */
#include "judge/verdict.h"

#include <criterion/criterion.h>

struct verdict_row {
    const char *sentence;
    const char *verdicts; /* n noise, e expected, r real */
    int32_t offset;
};

static const struct verdict_row rows[] = {
    { "nobody has said anything", "", 0 },
    { "noise raises by half a point", "n", 50 },
    { "so does what was expected", "e", 50 },
    { "they add up", "nen", 150 },
    { "to two points, and no more", "nnnnnn", 200 },
    { "a real one takes a step back", "nnr", 50 },
    { "from the top, too", "nnnnnnr", 150 },
    { "to where it began", "nrr", 0 },
    { "and never below: those who want more alarms say so", "rrr", 0 },
    { "what was real before is not held against later noise", "rrrn", 50 },
};

Test(verdict, moves_by_half_a_point_between_nothing_and_two)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int32_t offset = 0;
        for (const char *said = rows[i].verdicts; *said != '\0'; said++) {
            offset = verdict_move(offset, *said == 'n'   ? VERDICT_NOISE
                                          : *said == 'e' ? VERDICT_EXPECTED
                                                         : VERDICT_REAL);
        }
        cr_expect_eq(offset, rows[i].offset, "%s: %d", rows[i].sentence, offset);
    }
}
