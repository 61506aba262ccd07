/*
 * control_scribe: keeps the control log a copy of what the ledger knows of idle closes.
 *
 *   judge ─ a shard is ours; each time it is read: its lapses ─▶ scribe ─ what is missing, what is void ─▶ log
 *
 * The ledger is the truth: what it has and the log lacks is appended, what the log has and the ledger has lost
 * with its last writes is voided. When a shard is new to us the log is read again first, since another
 * process has written to it. The judge only leaves a copy of what it saw, and never waits: a log that cannot be
 * written is said, tried again, and holds nobody up.
 *
 * Lapses that lie long behind a later one of their partition have left the ledger, by LEDGER_LAPSE_KEPT: these
 * are not voided.
 */
#ifndef REBATO_PIPELINE_COPIES_CONTROL_SCRIBE_H
#define REBATO_PIPELINE_COPIES_CONTROL_SCRIBE_H

#include "ledger/ledger.h"
#include "pipeline/copies/control_store.h"

struct control_scribe_options {
    struct control_store_options store;
    struct control_header header; /* of this deployment */
    const char *process;
};

struct control_scribe;

/* Main thread. Strings of the options outlive it. NULL: `trouble` says why. */
struct control_scribe *control_scribe_create(
        const struct control_scribe_options *options, char trouble[CONTROL_TROUBLE_SIZE]);
void control_scribe_destroy(struct control_scribe **scribe);
int control_scribe_start(struct control_scribe *scribe);
/* Writes what is left, when that can be done within seconds. */
void control_scribe_stop(struct control_scribe *scribe);
/* That revision is listed, and these are its rules (match/rule_text.h). Copied. */
void control_scribe_note_revision(
        struct control_scribe *scribe, const struct revision *revision, struct view text);

/* The judge's thread: the docket's on_shard and on_lapses, whose context is the scribe. Copied. */
void control_scribe_take_shard(void *scribe, uint32_t shard);
void control_scribe_note(
        void *scribe, uint32_t shard, const struct ledger_lapse *lapses, size_t count);

/* ---- pure: what has to be written ---- */

struct control_changes {
    struct control_idle *added; /* malloc'd; texts are those of the lapses and of the log */
    size_t added_count;
    struct control_idle *voided;
    size_t voided_count;
};
/* `lapses` as a page has them. Never fails: memory is a precondition. */
void control_compare(struct control *log,
        uint32_t shard,
        const struct ledger_lapse *lapses,
        size_t count,
        struct control_changes *changes);
void control_changes_fini(struct control_changes *changes);

#endif
