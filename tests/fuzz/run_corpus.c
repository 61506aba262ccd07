/*
 * Every file of a corpus directory, once, in name order, through a fuzz target: so that what a
 * fuzzer ever found stays tested in every preset and with every compiler.
 *
 *     target DIRECTORY
 *
 * Fails when the directory holds no file: an empty corpus proves nothing. A crash names itself: the
 * file is printed before the target sees it.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_SIZE_MAX ((size_t)1 << 20)

static int
is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* A heap block of exactly the input's size: one byte read past the end is then seen by ASan. */
static int
run_bytes(FILE *file, size_t size)
{
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (data == NULL) {
        return -1;
    }
    int result = -1;
    if (fread(data, 1, size, file) == size) {
        result = LLVMFuzzerTestOneInput(data, size);
    }
    free(data);
    return result;
}

static int
run_file(const char *directory, const char *name)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof(path)) {
        return -1;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return -1;
    }
    struct stat about;
    int result = -1;
    if (fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode) && about.st_size >= 0 &&
            (size_t)about.st_size <= INPUT_SIZE_MAX) {
        result = run_bytes(file, (size_t)about.st_size);
    }
    (void)fclose(file);
    return result;
}

static int
run_directory(const char *directory, struct dirent **entries, int count)
{
    for (int index = 0; index < count; index++) {
        printf("%s\n", entries[index]->d_name);
        (void)fflush(stdout);
        if (run_file(directory, entries[index]->d_name) != 0) {
            (void)fprintf(stderr, "%s/%s: not run, or refused by the target\n", directory,
                    entries[index]->d_name);
            return EXIT_FAILURE;
        }
    }
    printf("%d inputs\n", count);
    return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: %s CORPUS_DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    struct dirent **entries = NULL;
    int count = scandir(argv[1], &entries, is_visible, alphasort);
    if (count < 0) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    int status = run_directory(argv[1], entries, count);
    for (int index = 0; index < count; index++) {
        free(entries[index]);
    }
    free(entries);
    return status;
}
