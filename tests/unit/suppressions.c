/*
 * What LeakSanitizer finds inside Criterion itself is not ours: its runner for tests with a timeout keeps a few
 * bytes when the test process ends. Leaks of our own code have our own frames and are reported all the same.
 */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
    return "leak:libcriterion.so\n";
}
