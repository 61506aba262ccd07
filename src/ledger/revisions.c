/* Revisions of the rules: what both bodies have in common. */
#include "ledger/ops.h"

#include <assert.h>

enum ledger_outcome
ledger_reach(struct ledger_writer *writer, uint32_t bucket, struct revisions *revisions)
{
    assert(bucket < UINT32_MAX);
    assert(!ledger_busy(writer)); /* its replies would be taken for this one's */
    return writer->ledger->ops->reach(writer, bucket, revisions);
}

enum ledger_outcome
ledger_revisions(struct ledger_reader *reader, uint32_t bucket, struct revisions *revisions)
{
    assert(bucket < UINT32_MAX);
    return reader->ledger->ops->revisions(reader, bucket, revisions);
}

enum ledger_outcome
ledger_revise(struct ledger_reader *reader,
        const char *name,
        struct view text,
        struct revisions *revisions)
{
    assert(revision_name_valid(view_of(name)) && text.size <= LEDGER_RULES_SIZE_MAX);
    return reader->ledger->ops->revise(reader, name, text, revisions);
}

enum ledger_outcome
ledger_rules(struct ledger_reader *reader, const char *name, char **text, size_t *size)
{
    assert(revision_name_valid(view_of(name)));
    *text = NULL;
    *size = 0;
    return reader->ledger->ops->rules(reader, name, text, size);
}
