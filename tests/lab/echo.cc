// What the boot tests run in a guest: copies its input to its output, or does
// as its first argument says.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

int main(int argc, char** argv) {
  const char* word = argc > 1 ? argv[1] : "copy";
  if (std::strcmp(word, "exit") == 0) {
    std::fputs("to standard error\n", stderr);
    return std::atoi(argv[2]);
  }
  if (std::strcmp(word, "abort") == 0) raise(SIGABRT);
  if (std::strcmp(word, "hang") == 0) {
    std::puts("hanging");
    std::fflush(stdout);
    pause();
  }
  if (std::strcmp(word, "crash") == 0) {
    // The kernel itself, on request of its administrator.
    FILE* file = std::fopen("/proc/sysrq-trigger", "w");
    if (file == nullptr) return 1;
    std::fputs("c", file);
    std::fclose(file);
    pause();
  }
  if (std::strcmp(word, "show") == 0) {
    FILE* file = std::fopen(argv[2], "r");
    if (file == nullptr) return 1;
    for (int c; (c = std::fgetc(file)) != EOF;) std::putchar(c);
    return std::fclose(file);
  }
  char buffer[65536];
  for (ssize_t got; (got = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0;) {
    if (std::fwrite(buffer, 1, static_cast<size_t>(got), stdout) == 0) return 1;
  }
  return 0;
}
