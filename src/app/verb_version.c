/* rebato version: this binary and what it runs on. */
#include "app/packs.h"
#include "app/verbs.h"
#include "core/isa.h"
#include "ingest/consumer.h"

#include <assert.h>
#include <dlfcn.h>
#include <jansson.h>
#include <stdio.h>

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

enum { OPT_JSON };

static const struct cli_option options[] = {
    { "json", 0, NULL, "as one JSON object" },
};

struct version {
    const char *allocator;
    size_t patterns; /* of the packs inside */
    size_t jit;
    char digest[32];
};

/* Whoever defines mallctl serves malloc as well. */
static const char *
allocator_name(void)
{
    return dlsym(RTLD_DEFAULT, "mallctl") != NULL ? "jemalloc" : "libc";
}

/* What the JIT can do here is seen by letting it: a hardened service forbids it without a word. */
static enum exit_code
look(struct version *version)
{
    enum exit_code code = EXIT_FINE;
    const struct rule_set *rules = packs_compile("version", NULL, 0, &code);

    if (rules == NULL) {
        return EXIT_BROKEN; /* our own packs */
    }
    version->allocator = allocator_name();
    version->patterns = rule_set_pattern_count(rules);
    version->jit = rule_set_jit_count(rules);
    snprintf(version->digest, sizeof version->digest, "%s", rule_set_digest(rules));
    rule_set_destroy(&rules);
    return EXIT_FINE;
}

static void
print_json(const struct version *version)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s}", "version",
            REBATO_VERSION, "compiler", COMPILER, "librdkafka", consumer_library_version(),
            "jansson", jansson_version_str(), "allocator", version->allocator, "vectors",
            isa_name(isa_choose()), "patterns", (json_int_t)version->patterns, "jit",
            (json_int_t)version->jit, "packs", version->digest);

    assert(json != NULL);
    json_dumpf(json, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(json);
}

static void
print_text(const struct version *version)
{
    printf("rebato %s\ncompiler   %s\nlibrdkafka %s\njansson    %s\nallocator  %s\n",
            REBATO_VERSION, COMPILER, consumer_library_version(), jansson_version_str(),
            version->allocator);
    printf("packs      %s, %zu patterns\n", version->digest, version->patterns);
    printf("vectors    %s\n", isa_name(isa_choose()));
    printf("JIT        %s", version->jit == version->patterns ? "all patterns" : "");
    if (version->jit < version->patterns) {
        printf("%zu of %zu patterns: the rest are about six times slower", version->jit,
                version->patterns);
    }
    putchar('\n');
}

static enum exit_code
run_version(int argc, char **argv)
{
    struct cli_values values;
    enum exit_code code = EXIT_FINE;
    struct version version = { .patterns = 0 };

    if (!cli_parse(&verb_version, argc, argv, &values, &code)) {
        return code;
    }
    code = look(&version);
    if (code != EXIT_FINE) {
        return code;
    }
    if (cli_count(&values, OPT_JSON) > 0) {
        print_json(&version);
    } else {
        print_text(&version);
    }
    return EXIT_FINE;
}

const struct cli_verb verb_version = {
    .name = "version",
    .summary = "this binary and what it runs on",
    .usage = "[--json]",
    .examples = "  rebato version\n"
                "  rebato version --json\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_version,
};
