/*
 * bench_generate: rules and corpora of a seed as files, to look at or to measure other programs
 * with.
 *
 *   bench_generate --seed 7 --kind lean|hot|full --rule-count 50|500|2000 --out-dir DIR
 */
#include "generator/generator.h"
#include "harness/options.h"

#include <stdio.h>
#include <stdlib.h>

static int
write_file(const char *folder, const char *name, struct generated generated)
{
    char path[4096];
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = generated.at == NULL || size < 0 || (size_t)size >= sizeof path
                         ? NULL
                         : fopen(path, "wbe");
    int written = 0;

    if (file != NULL) {
        written = fwrite(generated.at, 1, generated.size, file) == generated.size;
        written = fclose(file) == 0 && written;
    }
    free(generated.at);
    (void)fprintf(written ? stdout : stderr, "%s: %s\n", path, written ? "written" : "not written");
    return written;
}

int
main(int argc, char **argv)
{
    struct bench_options options;
    enum corpus_kind kind = CORPUS_LEAN;
    char name[64];
    int status;

    if (bench_options_read(&options, argc, argv, &status)) {
        return status;
    }
    uint64_t count = options.rule_count;
    if (options.rules != NULL && view_to_u64(view_of(options.rules), &count)) {
        options.rule_count = (size_t)count; /* here it is no file but how many to write */
    }
    if (options.out_dir == NULL || options.rule_count == 0 ||
            options.rule_count > GENERATED_RULES_MAX || !corpus_kind_named(options.kind, &kind)) {
        (void)fprintf(stderr, "%s: --out-dir is needed; at most %d rules\n", argv[0],
                GENERATED_RULES_MAX);
        return 2;
    }
    size_t lines = corpus_lines(kind);
    lines = options.limit < lines ? options.limit : lines;
    (void)snprintf(name, sizeof name, "rules_%zu.tsv", options.rule_count);
    int written =
            write_file(options.out_dir, name, generate_rules(options.seed, options.rule_count));
    (void)snprintf(name, sizeof name, "%s.ndjson", options.kind);
    written = write_file(options.out_dir, name, generate_corpus(options.seed, kind, lines)) &&
              written;
    return written ? 0 : 2;
}
