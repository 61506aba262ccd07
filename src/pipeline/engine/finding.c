#include "pipeline/engine/finding.h"

#include "pipeline/engine/exemplar.h"
#include "window/tally.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>

#define ALIGNMENT alignof(max_align_t)
/* All one mention can leave in the notes; each piece may need padding. */
#define NOTES_EACH                                                                                 \
    (sizeof(struct note) +                                                                         \
            MENTION_FACETS_MAX * (sizeof(struct noted_facet) + FACET_SIZE_MAX + ALIGNMENT) +       \
            EXEMPLAR_JSON_SIZE + sizeof(struct noted_talk) +                                       \
            (size_t)2 * (OFFICIAL_ID_SIZE + OFFICIAL_LINK_SIZE) + 12 * ALIGNMENT)

const struct note finding_put_off = { .slot = UINT32_MAX };

int
findings_init(struct findings *findings, size_t capacity)
{
    assert(capacity > 0);
    *findings = (struct findings){ .capacity = capacity };
    findings->at = malloc(capacity * sizeof *findings->at);
    findings->notes = malloc(capacity * NOTES_EACH);
    if (findings->at == NULL || findings->notes == NULL) {
        findings_fini(findings);
        return 0;
    }
    return 1;
}

void
findings_fini(struct findings *findings)
{
    free(findings->at);
    free(findings->notes);
    *findings = (struct findings){ .at = NULL };
}

void
findings_clear(struct findings *findings)
{
    findings->count = 0;
    findings->notes_size = 0;
}

struct finding *
findings_add(struct findings *findings)
{
    assert(findings->count < findings->capacity);
    struct finding *finding = &findings->at[findings->count++];

    *finding = (struct finding){ .note = NULL };
    return finding;
}

void *
findings_note(struct findings *findings, size_t size)
{
    void *at = findings->notes + findings->notes_size;

    findings->notes_size += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    assert(findings->notes_size <= findings->capacity * NOTES_EACH);
    return at;
}

struct view
findings_copy(struct findings *findings, struct view bytes)
{
    if (bytes.size == 0) {
        return bytes;
    }
    return (struct view){ .at = memcpy(findings_note(findings, bytes.size), bytes.at, bytes.size),
        .size = bytes.size };
}
