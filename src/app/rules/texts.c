#include "app/rules/texts.h"

#include "app/scenes.h"
#include "fold/fold.h"
#include "ingest/feed.h"

#include <assert.h>
#include <stdlib.h>

struct reading {
    struct texts *texts;
    struct reader *reader;
    struct folded *folded;
};

static struct reading
reading_begin(struct texts *texts)
{
    struct reading reading = { .texts = texts };

    texts->reader.time_default_ms = 1; /* time decides nothing here */
    reading.reader = reader_create(&texts->reader);
    reading.folded = malloc(sizeof *reading.folded);
    assert(reading.reader != NULL && reading.folded != NULL);
    return reading;
}

static void
reading_end(struct reading *reading)
{
    reader_destroy(&reading->reader);
    free(reading->folded);
}

/* False when no more are wanted. */
static int
take_record(struct reading *reading, struct view record)
{
    struct mention mention = { .time_ms = 0 };
    struct reader_trouble trouble;
    struct texts *texts = reading->texts;

    if (reader_read(reading->reader, record, &mention, &trouble) != REBATO_FATE_unmatched) {
        texts->refused++;
        return 1;
    }
    fold_text(mention.text, FOLD_SQUEEZE_REPEATS, reading->folded);
    return texts->take(texts->owner, &mention, folded_view(reading->folded));
}

enum exit_code
texts_read(struct texts *texts, const char *path)
{
    char trouble[256];
    struct feed_record record;
    struct feed *feed = feed_open(path, trouble);
    enum feed_outcome outcome = FEED_END;

    if (feed == NULL) {
        cli_complain(texts->verb, "check the path", "%s", trouble);
        return EXIT_USAGE;
    }
    struct reading reading = reading_begin(texts);
    for (outcome = feed_next(feed, &record); outcome == FEED_RECORD;
            outcome = feed_next(feed, &record)) {
        texts->refused += record.too_large ? 1 : 0;
        if (!record.too_large && !take_record(&reading, record.bytes)) {
            break;
        }
    }
    if (outcome == FEED_ERROR) {
        cli_complain(texts->verb, NULL, "%s", feed_trouble(feed));
    }
    reading_end(&reading);
    feed_close(&feed);
    return outcome == FEED_ERROR ? EXIT_FINDINGS : EXIT_FINE;
}

enum exit_code
texts_invent(struct texts *texts, const char *scene_name)
{
    enum exit_code code = EXIT_FINE;
    struct scene_post post;
    struct scene *scene = scenes_open(texts->verb, scene_name, &code);

    if (scene == NULL) {
        return code;
    }
    struct scene_stream *stream = scene_stream_create(scene, scene_head(scene)->seed, SCENE_STORY);
    struct reading reading = reading_begin(texts);
    assert(stream != NULL);
    while (scene_stream_next(stream, &post) && take_record(&reading, post.json)) {
    }
    reading_end(&reading);
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
    return EXIT_FINE;
}
