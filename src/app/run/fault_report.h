/*
 * fault_report: faults for machines: an array of JSON objects, or SARIF 2.1.0 for code hosts and
 * editors. For people there is fault_print().
 */
#ifndef REBATO_APP_RUN_FAULT_REPORT_H
#define REBATO_APP_RUN_FAULT_REPORT_H

#include "core/yaml/fault.h"

/* [{file, line, column, level, what, advice}]; line and column are 0 where the whole file is
 * meant. */
void fault_report_json(const struct fault_list *faults, FILE *out);

/* Lines and columns in code points, paths as URI references. */
void fault_report_sarif(const struct fault_list *faults, FILE *out);

#endif
