// What a plan says ought to be seen, compiled: for which cells, under which
// further observations, and which outcomes satisfy it.
#ifndef SOCKDRIFT_CORE_PLAN_EXPECTATION_H_
#define SOCKDRIFT_CORE_PLAN_EXPECTATION_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/behaviour/record.h"

namespace sockdrift {

// What is known of a host, by name; docs/facts.md lists the names.
using Facts = std::map<std::string, std::string>;

// "this observation's outcome is (not) one of these".
struct OutcomeCondition {
  uint16_t observation;               // index into Program::observations
  std::vector<std::string> outcomes;  // any of them
  bool negated = false;
};

// A condition on a fact: `kernel: ">=4.11"`, `net.ipv6.bindv6only: 0`.
struct FactCondition {
  enum class Relation : uint8_t {
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual
  };
  std::string fact;
  Relation relation = Relation::kEqual;
  // For the order relations compared as dotted version numbers.
  std::string value;
};

// From a fact's name and what is written of it: ">=6.3", "!=0", "1". The value
// is empty where none is written.
FactCondition ParseFactCondition(std::string fact, absl::string_view text);

// Whether a fact of this value meets the condition.
bool Meets(const FactCondition& condition, absl::string_view value);

// In these cells, where all of `where` hold, all of `expected` must.
struct Check {
  std::vector<uint32_t> cells;  // cell numbers, ascending
  std::vector<OutcomeCondition> where;
  std::vector<OutcomeCondition> expected;
};

// `claim: A1` or `claim: not B4`.
struct ClaimReference {
  std::string id;
  bool negated = false;
};

struct Expectation {
  std::string id;      // unique in the plan
  std::string says;    // one sentence
  std::string source;  // RFC, man page, kernel commit, textbook chapter
  int line = 0;        // where it stands in the plan's file, 1-based
  std::vector<ClaimReference> claims;  // empty: it is a rule
  std::vector<FactCondition> given;    // all must hold; else not tested
  std::vector<Check> checks;
  bool is_claim() const { return !claims.empty(); }
};

enum class Verdict : uint8_t {
  kHolds,
  kBroken,       // of a rule: a finding
  kDoesNotHold,  // of a claim: in no tested cell
  kDepends,      // of a claim: in some tested cells
  kNotTested,    // `given` is not met, or no tested cell
};
// "holds", "broken", "does-not-hold", "depends"; kNotTested is "not-tested" of
// a rule and "not-testable" of a claim.
absl::string_view VerdictName(Verdict verdict, bool is_claim);

// What an expectation's verdict says of a claim that it names: of `not B4`,
// holds is that B4 does not hold, and the other way round.
Verdict VerdictOfClaim(const ClaimReference& claim, Verdict verdict);

struct Finding {
  Verdict verdict = Verdict::kNotTested;
  // Numbers of the tested cells that satisfied it in every check, and of those
  // that did not.
  std::vector<uint32_t> satisfied;
  std::vector<uint32_t> violated;
  std::string reason;  // why it was not tested
};

// Judges an expectation over the DONE cells of a record. Precondition: the
// record is of the program that the expectation was compiled with.
Finding Evaluate(const Expectation& expectation, const Record& record,
                 const Facts& facts);

// Compares dotted version numbers ("6.1.0-46-amd64" is 6.1.0): negative, zero
// or positive. What follows the first character that is neither digit nor dot
// does not count.
int CompareVersions(absl::string_view a, absl::string_view b);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PLAN_EXPECTATION_H_
