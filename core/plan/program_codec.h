// The canonical bytes of a program (docs/canonical-form.md). Encoding is a
// function: equal programs give equal bytes; decoding accepts nothing that
// encoding would not have written.
#ifndef SOCKDRIFT_CORE_PLAN_PROGRAM_CODEC_H_
#define SOCKDRIFT_CORE_PLAN_PROGRAM_CODEC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/bytes.h"
#include "core/plan/program.h"

namespace sockdrift {

// The version in the bytes' head. A program of another version is refused
// with FAILED_PRECONDITION, which says which one this build reads.
inline constexpr int kProgramVersion = 1;

// Precondition: ValidateProgram(program) (validate_program.h) is OK.
std::string EncodeProgram(const Program& program);

// INVALID_ARGUMENT for bytes that are no program, FAILED_PRECONDITION for
// another version, UNIMPLEMENTED for an operation or field that this build does
// not know (a SKIP of every cell); a decoded program is valid.
absl::StatusOr<Program> DecodeProgram(absl::string_view bytes);

// Appends the hosts and named ports, which stand alike in the bytes of a
// program and of its cells.
void WriteHostsAndPorts(ByteWriter& out, const Program& program);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PLAN_PROGRAM_CODEC_H_
