// Which hosts: Kubernetes' label selectors over labels and facts.
//
//   pool=canary,kernel.release in (6.1.*, 6.12.*),!gpu
//
// Requirements, all of which must hold, separated by commas:
//
//   key            the host has it
//   !key           the host has it not
//   key=v, key==v  it has that value
//   key!=v         it has another value, or the host has it not
//   key in (v, w)  one of these values
//   key notin (v)  none of them, or the host has it not
//   key>v, key>=v, key<v, key<=v   compared as dotted version numbers
//
// `*` in a value stands for any text. A value in double quotes may hold what
// else would end it; `*` in it is a star. A label hides a fact of the same
// name; `host` is the host's id.
#ifndef SOCKDRIFT_CONTROLLER_FLEET_SELECTOR_H_
#define SOCKDRIFT_CONTROLLER_FLEET_SELECTOR_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/plan/expectation.h"

namespace sockdrift {

using Labels = std::map<std::string, std::string>;

// What a selector looks at. The pointers may be null.
struct Selectable {
  absl::string_view host;
  const Labels* labels = nullptr;
  const Facts* facts = nullptr;
};

class Selector {
 public:
  // Every host.
  Selector() = default;

  // INVALID_ARGUMENT names the column, from 1, and what would be right there.
  static absl::StatusOr<Selector> Parse(absl::string_view text);

  bool Matches(const Selectable& host) const;

 private:
  friend class SelectorParser;

  enum class Relation {
    kExists,
    kMissing,
    kIn,
    kNotIn,
    kGreater,
    kGreaterEqual,
    kLess,
    kLessEqual
  };
  struct Value {
    std::string text;
    bool pattern = false;  // `*` in it stands for any text
  };
  struct Requirement {
    std::string key;
    Relation relation = Relation::kExists;
    std::vector<Value> values;
  };

  static bool Holds(const Requirement& requirement, const Selectable& host);

  std::vector<Requirement> requirements_;
};

// Whether `text` fits `pattern`, in which `*` stands for any text.
bool MatchesWildcard(absl::string_view pattern, absl::string_view text);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_FLEET_SELECTOR_H_
