// The claims that expectations name, with their texts: those of
// plans/claims.yaml, compiled into the program, and those of the claims.yaml of
// a folder of the user's own.
#ifndef SOCKDRIFT_COMPILER_CLAIMS_H_
#define SOCKDRIFT_COMPILER_CLAIMS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "compiler/compile.h"

namespace sockdrift {

// "A1", "S-12": capital letters, '-' and digits, one of them last.
bool IsClaimId(absl::string_view id);

// Orders A2 before A10.
struct ClaimOrder {
  bool operator()(const std::string& a, const std::string& b) const;
};

struct Claim {
  std::string id;
  std::string brief;   // what fits half a line
  std::string says;    // one or two sentences
  std::string origin;  // who says so; may be empty
  std::string file;    // where it stands
};

class ClaimBook {
 public:
  using Claims = std::map<std::string, Claim, ClaimOrder>;

  // Takes a file's claims in. What is wrong with it is answered: no claim's id,
  // a key that is missing or unknown, an id that says something else in
  // another file.
  std::vector<Diagnostic> Read(absl::string_view yaml, absl::string_view file);
  // Null where there is none of that id.
  const Claim* Find(absl::string_view id) const;
  const Claims& claims() const { return claims_; }

 private:
  Claims claims_;
};

struct EmbeddedClaims {
  absl::string_view path;  // "plans/claims.yaml"
  absl::string_view yaml;
};
EmbeddedClaims EmbeddedClaimTexts();

// The claims that came with this program.
const ClaimBook& BuiltInClaims();

// The claims that the plans of these folders may name beside the built-in ones.
// INVALID_ARGUMENT with every diagnostic.
absl::StatusOr<ClaimBook> ClaimsWith(const std::vector<std::string>& folders);

// What a folder's plans may name: the built-in claims and those of its
// claims.yaml. Null where it has no such file: then they may name any.
// INVALID_ARGUMENT with every diagnostic.
absl::StatusOr<std::shared_ptr<const ClaimBook>> ClaimsOfFolder(
    const std::string& folder);
// That of the nearest folder above the plan's file that has a claims.yaml, as
// plans/claims.yaml is for plans/bind/conflict.yaml.
absl::StatusOr<std::shared_ptr<const ClaimBook>> ClaimsNear(
    const std::string& plan_file);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_CLAIMS_H_
