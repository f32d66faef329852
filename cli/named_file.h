// Behaviours that an operand names: of a file, or of an entry of the atlas.
#ifndef SOCKDRIFT_CLI_NAMED_FILE_H_
#define SOCKDRIFT_CLI_NAMED_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

// Whether it is "atlas:NAME".
bool IsAtlasOperand(absl::string_view operand);

// "atlas:NAME" or a file's path. NOT_FOUND names the entries that are near;
// else errors are those of ReadBehaviourFile.
absl::StatusOr<BehaviourFile> ReadNamedFile(const std::string& operand);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_NAMED_FILE_H_
