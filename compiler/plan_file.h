// Plans' files: single ones, and those of a folder of the user's own.
#ifndef SOCKDRIFT_COMPILER_PLAN_FILE_H_
#define SOCKDRIFT_COMPILER_PLAN_FILE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "compiler/claims.h"

namespace sockdrift {

// A plan's text, not compiled yet.
struct PlanText {
  std::string file;  // its name in messages
  std::string yaml;
  bool built_in = false;  // compiled into this program
  // Which claims it may name; null: any.
  std::shared_ptr<const ClaimBook> claims = nullptr;
};

// A file's text, with the claims of the nearest claims.yaml; NOT_FOUND,
// PERMISSION_DENIED or INVALID_ARGUMENT (a folder, larger than a plan can be,
// or a bad claims.yaml).
absl::StatusOr<PlanText> ReadPlanFile(const std::string& path);

// Every file below the folder that ends in .yaml or .yml, in the order of their
// paths. Left out are the folder's claims.yaml and what has a name that begins
// with a dot: the copies that a mounted Kubernetes ConfigMap keeps.
// INVALID_ARGUMENT where it cannot be read or has no plan.
absl::StatusOr<std::vector<PlanText>> ReadPlanFolder(const std::string& folder);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_PLAN_FILE_H_
