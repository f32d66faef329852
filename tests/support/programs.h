// Programs and records made by hand, for tests of whatever reads them.
#ifndef SOCKDRIFT_TESTS_SUPPORT_PROGRAMS_H_
#define SOCKDRIFT_TESTS_SUPPORT_PROGRAMS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/behaviour/record.h"
#include "core/plan/program.h"

namespace sockdrift::testing {

// The same text in every cell.
Scalar Constant(absl::string_view text);
// One text for each value of one axis; nullopt is `unset`.
Scalar OfAxis(uint8_t axis, std::vector<std::optional<std::string>> texts);

// Two sockets bound one after the other: axes a.addr, a.reuse, b.addr, b.reuse
// (`addresses`² × 4 cells), observations bind.a and bind.b.
Program BindPair(std::vector<std::string> addresses = {"0.0.0.0", "127.0.0.1",
                                                       "::", "::1"});

// Uses each part that a program can have: guards, an excluded run, unset
// texts, capabilities, users, hosts, ports, settings and nested loops.
Program EveryPart();

// A canonical record: every cell DONE, with this outcome everywhere.
Record Uniform(const Program& program, absl::string_view outcome = "ok");

// Changes one outcome; the record is canonical again afterwards.
void SetOutcome(Record& record, size_t observation, size_t cell,
                absl::string_view outcome);
// Ends a cell with another status; canonical again afterwards.
void SetStatus(Record& record, size_t cell, CellStatus status,
               absl::string_view reason);

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_SUPPORT_PROGRAMS_H_
