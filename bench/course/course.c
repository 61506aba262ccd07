#include "course/course.h"

#include "core/limits.h"
#include "core/text/utf8.h"
#include "mention/html.h"
#include "mention/timestamp.h"

int
course_at(size_t index, struct course *course)
{
    switch (index) {
    case 0:
        course_rebato(course);
        return 1;
    case 1:
        course_simdjson(course);
        course->name = "simdjson+vectorscan";
        course->engine = "vectorscan-folded";
        return 1;
    case 2:
        course_simdjson(course);
        course->name = "simdjson+vectorscan-batched";
        course->engine = "vectorscan-folded-batched";
        return 1;
    case 3:
        course_dom(course);
        return 1;
    default:
        return 0;
    }
}

void
course_count(const struct pairs *hits,
        const struct course_times *times,
        size_t count,
        struct course_result *result)
{
    size_t mention = 0;

    for (size_t from = 0, to = 0; from < hits->count; from = to) {
        uint32_t line = hits->at[from].line;
        while (to < hits->count && hits->at[to].line == line) {
            to++;
        }
        while (mention < count && times[mention].line != line) {
            mention++;
        }
        assert(mention < count);
        tally_table_count(result->tally, hits->at + from, to - from, times[mention].time_ms);
        result->matched++;
    }
    for (size_t i = 0; i < hits->count && result->pairs != NULL; i++) {
        pairs_add(result->pairs, hits->at[i].line, hits->at[i].rule);
    }
}

int64_t
course_time(const struct record *record)
{
    int64_t time_ms = record->time_ms;

    if (record->created.size > 0 &&
            timestamp_parse((struct view){ record->created.at, record->created.size }, &time_ms) !=
                    TIMESTAMP_GOOD) {
        return 0;
    }
    return time_ms;
}

struct view
/* NOLINTNEXTLINE(readability-non-const-parameter): it is written through the struct below */
course_text(const struct record *record, char *out)
{
    struct view text = { record->text.at, record->text.size };

    if (text.size > 0 && memchr(text.at, '&', text.size) != NULL) {
        struct html_text plain = { .at = out, .capacity = TEXT_SIZE_MAX };
        html_unescape_plain(text, &plain);
        text = (struct view){ plain.at, plain.size };
    }
    return utf8_cut(text, TEXT_SIZE_MAX);
}
