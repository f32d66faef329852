#include "core/divergence/render_explanation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace sockdrift {
namespace {

// So many of the facts that always change together are named.
constexpr size_t kMaxInseparable = 4;
constexpr size_t kIndent = 4;
constexpr size_t kMaxValue = 60;

absl::string_view Sign(FactCondition::Relation relation) {
  using Relation = FactCondition::Relation;
  switch (relation) {
    case Relation::kEqual:
      return "=";
    case Relation::kNotEqual:
      return "≠";
    case Relation::kLess:
      return "<";
    case Relation::kLessEqual:
      return "≤";
    case Relation::kGreater:
      return ">";
    case Relation::kGreaterEqual:
      return "≥";
  }
  return "?";
}

// Long values (a list of capabilities) are cut, between code points.
std::string Shortened(const std::string& value) {
  if (value.size() <= kMaxValue) return value;
  size_t end = kMaxValue;
  while ((value[end] & 0xc0) == 0x80) --end;
  return absl::StrCat(value.substr(0, end), "…");
}

std::string Hosts(size_t count) {
  return absl::StrCat(WithCommas(count), count == 1 ? " host" : " hosts");
}

std::string Inseparable(const std::vector<FactCondition>& conditions) {
  if (conditions.empty()) return "";
  const size_t shown = std::min(conditions.size(), kMaxInseparable);
  const std::string names = absl::StrJoin(
      conditions.begin(), conditions.begin() + static_cast<ptrdiff_t>(shown),
      ", ", [](std::string* out, const FactCondition& condition) {
        out->append(RenderFactCondition(condition));
      });
  const size_t rest = conditions.size() - shown;
  return absl::StrCat("; always change together here, not separable: ", names,
                      rest == 0 ? "" : absl::StrCat(" and ", rest, " more"));
}

std::string OnTheGroup(const Candidate& candidate) {
  if (candidate.covered == candidate.group_size) {
    return absl::StrCat(candidate.group_size == 1 ? "on the " : "on all ",
                        Hosts(candidate.group_size), " of the group");
  }
  return absl::StrCat("on ", WithCommas(candidate.covered), " of ",
                      Hosts(candidate.group_size), " of the group");
}

std::string Elsewhere(const Candidate& candidate) {
  if (candidate.exceptions == 0) {
    return candidate.others == 1
               ? std::string("not on the other one")
               : absl::StrCat("on none of the ", WithCommas(candidate.others),
                              " others");
  }
  return absl::StrCat("on ", WithCommas(candidate.exceptions), " of ",
                      WithCommas(candidate.others),
                      candidate.others == 1 ? " other" : " others");
}

}  // namespace

std::string RenderFactCondition(const FactCondition& condition) {
  return absl::StrCat(condition.fact, " ", Sign(condition.relation), " ",
                      Shortened(condition.value));
}

std::string RenderCandidate(const Candidate& candidate) {
  const std::string terms = absl::StrJoin(
      candidate.terms, candidate.join == Join::kAll ? " and " : " or ",
      [](std::string* out, const FactCondition& condition) {
        out->append(RenderFactCondition(condition));
      });
  return absl::StrCat(terms, ": ", OnTheGroup(candidate), ", ",
                      Elsewhere(candidate), " (",
                      EvidenceName(candidate.evidence), ")",
                      Inseparable(candidate.inseparable));
}

std::vector<std::string> RenderCandidates(
    const std::vector<Candidate>& candidates, const RenderLimits& limits) {
  if (candidates.empty()) {
    return {"no known fact separates these hosts from the others"};
  }
  std::vector<std::string> lines;
  for (const Candidate& candidate : candidates) {
    const std::vector<std::string> wrapped =
        Wrap(RenderCandidate(candidate), limits.width, kIndent);
    // The best one is shown however few lines there are.
    if (!lines.empty() && lines.size() + wrapped.size() > limits.lines) break;
    lines.insert(lines.end(), wrapped.begin(), wrapped.end());
  }
  return lines;
}

}  // namespace sockdrift
