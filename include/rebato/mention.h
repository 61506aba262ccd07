/*
 * The fates of a record: every record that arrives ends in exactly one of them, and the fates of a
 * source add up to what was received. One table serves the code, the summaries and the metrics.
 */
#ifndef REBATO_MENTION_H
#define REBATO_MENTION_H

#define REBATO_FATES(FATE)                                                                         \
    FATE(matched, "at least one rule matched; counted in its buckets")                             \
    FATE(unmatched, "read, but no rule matched")                                                   \
    FATE(late, "older than its partition's progress allows; matched, counted aside as late")       \
    FATE(duplicate, "same platform and id as a recent record of its partition")                    \
    FATE(bad_time, "event time missing from the calendar, too old or in the future")               \
    FATE(out_of_range, "outside the span asked for with --since and --until")                      \
    FATE(not_a_mention, "a well-formed event that is no post: a like, a deletion, a profile")      \
    FATE(unknown_shape, "JSON, but of no shape that the source's settings describe")               \
    FATE(bad_field, "a field that is needed is missing, of the wrong type or too long")            \
    FATE(malformed, "not the JSON object that was promised")                                       \
    FATE(too_deep, "nested deeper than the reader goes")                                           \
    FATE(too_large, "larger than one record may be")                                               \
    FATE(empty, "no bytes at all")                                                                 \
    FATE(tombstone, "a Kafka record without a value")

enum rebato_fate {
#define REBATO_FATE_ENUM(name, meaning) REBATO_FATE_##name,
    REBATO_FATES(REBATO_FATE_ENUM)
#undef REBATO_FATE_ENUM
            REBATO_FATE_COUNT
};

#endif
