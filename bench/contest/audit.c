#include "contest/audit.h"

#include "contest/variant.h"
#include "engines/compiled.h"

#include <stdlib.h>

/* The steps of the way; variants of the text come first (variant.h), then forms of the rule. */
enum {
    STEP_RULE = VARIANT_COUNT, /* the folded column instead of the raw one */
    STEP_NO_UCP,
    STEP_BYTES,
    STEP_COUNT
};

static const char *const step_names[STEP_COUNT] = {
    [VARIANT_RAW] = "the two runs disagree with a third of the same kind",
    [VARIANT_MARKS] = "combining mark in the text that the raw rule does not list",
    [VARIANT_LETTERS] = "letter with a diacritic that the raw rule does not list",
    [VARIANT_ENYE] = "n for enye, or enye for n",
    [VARIANT_QUOTES] = "curly quote where the rule has a straight one",
    [VARIANT_FORMS] = "ligature, wide or styled letter",
    [VARIANT_FOLDED] = "case mapping of a letter that is not ASCII",
    [STEP_RULE] = "the two columns of the rule differ in more than folding",
    [STEP_NO_UCP] = "a word boundary or class of the raw rule knows letters that are not ASCII",
    [STEP_BYTES] = "a dot or class counts bytes in the folded rule, characters in the raw one",
};

struct class
{
    size_t raw_only, folded_only;
    struct pair example;
    size_t span[2]; /* of the match, bytes of the text in which it was found */
};

struct audit {
    const struct texts *texts;
    struct compiled *forms[4]; /* raw, folded as code points with UCP, without, as bytes */
    struct compiled_scratch *scratch;
    struct variant *variant;
    struct class classes[STEP_COUNT];
    size_t unexplained;
};

static int
audit_init(struct audit *audit, const struct texts *texts, const struct rules *rules)
{
    static const enum compiled_form forms[] = { COMPILED_RAW, COMPILED_FOLDED_UTF_UCP,
        COMPILED_FOLDED_UTF, COMPILED_FOLDED };
    int complete = 1;

    *audit = (struct audit){ .texts = texts };
    for (size_t i = 0; i < 4; i++) {
        audit->forms[i] = compiled_create(rules, forms[i]);
        complete = complete && audit->forms[i] != NULL;
    }
    audit->scratch = compiled_scratch_create();
    audit->variant = malloc(sizeof *audit->variant);
    return complete && audit->scratch != NULL && audit->variant != NULL;
}

static void
audit_fini(struct audit *audit)
{
    for (size_t i = 0; i < 4; i++) {
        compiled_destroy(&audit->forms[i]);
    }
    compiled_scratch_destroy(&audit->scratch);
    free(audit->variant);
}

/* Does the rule match at this step of the way? */
static int
ask(struct audit *audit, struct pair pair, size_t step, size_t span[2])
{
    struct view text = audit->texts->folded[pair.line];

    if (step < VARIANT_FOLDED) {
        text = variant_make(audit->variant, audit->texts->raw[pair.line], (enum variant_kind)step);
    }
    size_t form = step < STEP_RULE ? 0 : step - STEP_RULE + 1;
    return compiled_find(audit->forms[form], audit->scratch, pair.rule, text, span);
}

/* The last step at which the answer turns. */
static size_t
find_turn(struct audit *audit, struct pair pair, size_t span[2])
{
    size_t turn = 0;
    int before = ask(audit, pair, 0, span);

    for (size_t step = 1; step < STEP_COUNT; step++) {
        int answer = ask(audit, pair, step, span);
        if (answer != before) {
            turn = step;
        }
        before = answer;
    }
    return turn;
}

/* A turn at the last step of folding has to be one of case; the C library says what case is. */
static int
is_explained(struct audit *audit, struct pair pair, size_t turn)
{
    if (turn == VARIANT_FOLDED) {
        struct view plain =
                variant_make(audit->variant, audit->texts->raw[pair.line], VARIANT_FORMS);
        return variant_is_case_of(plain, audit->texts->folded[pair.line]);
    }
    return turn != VARIANT_RAW && turn != STEP_RULE;
}

static void
class_pair(struct audit *audit, struct pair pair, int found_raw)
{
    size_t span[2] = { 0, 0 };
    size_t turn = find_turn(audit, pair, span);
    struct class *class = &audit->classes[turn];

    /* Both ends of the way have to say what the runs said. */
    if (ask(audit, pair, 0, span) != found_raw ||
            ask(audit, pair, STEP_COUNT - 1, span) == found_raw) {
        turn = VARIANT_RAW;
        class = &audit->classes[turn];
    }
    audit->unexplained += !is_explained(audit, pair, turn);
    if (class->raw_only + class->folded_only == 0) {
        class->example = pair;
        (void)ask(audit, pair, found_raw ? 0 : STEP_COUNT - 1, class->span);
    }
    class->raw_only += found_raw != 0;
    class->folded_only += found_raw == 0;
}

static void
walk(struct audit *audit, const struct pairs *folded, const struct pairs *raw)
{
    size_t i = 0;
    size_t j = 0;

    while (i < folded->count || j < raw->count) {
        int order = i == folded->count ? 1
                    : j == raw->count  ? -1
                                       : pair_compare(folded->at[i], raw->at[j]);
        if (order != 0) {
            class_pair(audit, order < 0 ? folded->at[i] : raw->at[j], order > 0);
        }
        i += order <= 0;
        j += order >= 0;
    }
}

static json_t *
describe_classes(const struct audit *audit)
{
    json_t *list = json_array();

    for (size_t i = 0; i < STEP_COUNT; i++) {
        const struct class *class = &audit->classes[i];
        if (class->raw_only + class->folded_only == 0) {
            continue;
        }
        json_array_append_new(list,
                json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "why", step_names[i], "raw_only",
                        (json_int_t) class->raw_only, "folded_only",
                        (json_int_t) class->folded_only, "line", (json_int_t) class->example.line,
                        "rule", (json_int_t) class->example.rule, "begin",
                        (json_int_t) class->span[0], "end", (json_int_t) class->span[1]));
    }
    return list;
}

size_t
audit_raw(const struct contest *contest, const struct rules *rules, json_t *report)
{
    const struct entrant *folded = contest_find(contest, "rebato");
    const struct entrant *raw = contest_find(contest, "pcre2-jit-raw");
    struct audit audit;

    if (folded == NULL || raw == NULL || !folded->ran_full || !raw->ran_full) {
        report_absent(report, "audit of raw rules", "needs rebato and pcre2-jit-raw on every line");
        return 0;
    }
    if (!audit_init(&audit, contest->texts, rules)) {
        report_absent(report, "audit of raw rules", "no memory");
        audit_fini(&audit);
        return 1;
    }
    walk(&audit, &folded->full, &raw->full);
    json_object_set_new(report, "raw_unexplained", json_integer((json_int_t)audit.unexplained));
    json_object_set_new(report, "raw_differences", describe_classes(&audit));
    size_t unexplained = audit.unexplained;
    audit_fini(&audit);
    return unexplained;
}
