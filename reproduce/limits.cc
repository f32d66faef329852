#include "reproduce/limits.h"

#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

constexpr LimitText kLimits[] = {
    {Limit::kProcessInLoop,
     "a step of another process, or `pass`, inside a `repeat` or `sample`",
     "processes take turns in an order that is written out"},
    {Limit::kUntilAroundLoop,
     "`repeat` with `until` around another `repeat` or `sample`",
     "Python leaves one loop at a time"},
    {Limit::kUserWithRights,
     "`user` in a plan with `hosts`, capabilities, or steps that change the "
     "world",
     "an effective uid that is not root's takes the rights for these away"},
    {Limit::kDialToSocketsPort, "`dial` to the port of a socket",
     "a list is dialled whether or not that socket is there"},
};

}  // namespace

absl::Span<const LimitText> Limits() { return kLimits; }

absl::Status CannotSay(Limit limit) {
  const LimitText& text = kLimits[static_cast<int>(limit)];
  return absl::UnimplementedError(absl::StrCat(text.what, ": ", text.why));
}

}  // namespace sockdrift
