#include "judge/verdict.h"

#include <assert.h>

const char *
verdict_name(enum verdict verdict)
{
    static const char *const names[] = { "real", "noise", "expected" };

    assert(verdict <= VERDICT_EXPECTED);
    return names[verdict];
}

int32_t
verdict_move(int32_t offset, enum verdict verdict)
{
    int32_t moved = offset + (verdict == VERDICT_REAL ? -SCORE_OFFSET_STEP : SCORE_OFFSET_STEP);

    assert(offset >= SCORE_OFFSET_MIN && offset <= SCORE_OFFSET_MAX);
    moved = moved < SCORE_OFFSET_MIN ? SCORE_OFFSET_MIN : moved;
    return moved > SCORE_OFFSET_MAX ? SCORE_OFFSET_MAX : moved;
}
