/* input_options: the options that say how records are to be read, shared by match, replay and run. */
#ifndef REBATO_APP_INPUT_OPTIONS_H
#define REBATO_APP_INPUT_OPTIONS_H

#include "app/cli.h"
#include "mention/reader.h"

/* "text=/body" into `reader`; complains and returns 0. `setting` outlives the reader. */
int input_option_field(const char *verb, const char *setting, struct reader_options *reader);

/* A preset's name; complains and returns 0. */
int input_option_shape(const char *verb, const char *shape, struct reader_options *reader);

#endif
