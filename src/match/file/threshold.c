/* thresholds: {complaint: 1.5}: from which sum of weights on a post says what its rules say; for
 * all brands at the top of a file, for one brand in its entry. */
#include "match/file/file.h"

#define THRESHOLD_MAX 100.0

static void
read_threshold(struct rule_reader *reader,
        const struct yaml_node *map,
        size_t index,
        uint32_t threshold_milli[SIGNAL_COUNT])
{
    const struct yaml_node *node = yaml_value(map, index);
    enum signal signal = signal_find(yaml_key(map, index));
    double threshold = 0;
    if (signal == SIGNAL_COUNT || !yaml_read_double(node, &threshold, reader->faults)) {
        return;
    }
    if (!(threshold >= 0.001 && threshold <= THRESHOLD_MAX)) {
        yaml_fault(node, reader->faults,
                "1.0 is the default; a rule weighs 1.0 unless it says less",
                "a threshold is 0.001 to %g", THRESHOLD_MAX);
        return;
    }
    if (threshold_milli[signal] != 0) {
        yaml_fault(node, reader->faults, "keep one of them",
                "the threshold of %s is set in two places", signal_name(signal));
        return;
    }
    threshold_milli[signal] = (uint32_t)(threshold * 1000 + 0.5);
}

void
rule_file_read_thresholds(struct rule_reader *reader,
        const struct yaml_node *node,
        uint32_t threshold_milli[SIGNAL_COUNT])
{
    const char *keys[SIGNAL_COUNT];
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        keys[i] = signal_name((enum signal)i);
    }
    yaml_expect_keys(node, keys, SIGNAL_COUNT, reader->faults);
    for (size_t i = 0; yaml_kind_of(node) == YAML_MAP && i < yaml_size(node); i++) {
        read_threshold(reader, node, i, threshold_milli);
    }
}
