// sockdrift-mutant: runs a command on a kernel whose socket semantics are made
// wrong on purpose.
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "tests/mutants/run_mutant.h"

namespace sockdrift::mutants {
namespace {

constexpr int kUsageError = 2;
// As in tests: what is needed cannot be had.
constexpr int kCannotBeHad = 77;

// One a line: name, kind, what, where it was seen, with tabs between.
void List() {
  for (const Mutant& mutant : Mutants()) {
    const std::string line =
        absl::StrCat(mutant.name, "\t", KindOf(mutant), "\t", mutant.what, "\t",
                     mutant.seen_in);
    std::puts(line.c_str());
  }
}

int Run(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--list") == 0) {
    List();
    return 0;
  }
  if (argc < 4 || std::strcmp(argv[2], "--") != 0) {
    std::fputs("usage: sockdrift-mutant --list | NAME -- COMMAND…\n", stderr);
    return kUsageError;
  }
  for (const Mutant& mutant : Mutants()) {
    if (mutant.name != argv[1]) continue;
    const absl::StatusOr<int> status = RunMutant(mutant, argv + 3);
    if (status.ok()) return *status;
    std::fprintf(stderr, "sockdrift-mutant: %s: %s\n", argv[1],
                 std::string(status.status().message()).c_str());
    return kCannotBeHad;
  }
  std::fprintf(stderr, "sockdrift-mutant: no mutant %s; --list names them\n",
               argv[1]);
  return kUsageError;
}

}  // namespace
}  // namespace sockdrift::mutants

int main(int argc, char** argv) { return sockdrift::mutants::Run(argc, argv); }
