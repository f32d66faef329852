#include "atlas/likeness_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/causes/cause.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

// "6.8" of "6.8.0-51-generic"; empty where it is no release.
std::string SeriesOf(absl::string_view version) {
  size_t end = 0;
  for (int dots = 0; end < version.size(); ++end) {
    if (version[end] == '.' ? ++dots == 2 : !absl::ascii_isdigit(version[end]))
      break;
  }
  const absl::string_view series = version.substr(0, end);
  return series.find('.') == absl::string_view::npos ? "" : std::string(series);
}

std::string SeriesOf(const HostSection& entry) {
  if (entry.facts.contains(atlas_fact::kVariantOf)) return "";
  return SeriesOf(KernelVersionOf(entry.facts));
}

// "6.18 (Linux 6.18.15-1 (Debian))", or the names of several.
std::string Names(const Atlas& atlas, const std::vector<Likeness>& ranked) {
  const absl::Span<const Likeness> alike = Nearest(ranked);
  const std::string names = NameEntries(atlas, alike);
  if (alike.size() > 1) return names;
  return absl::StrCat(names, " (",
                      FactOf(*ranked.front().entry, atlas_fact::kTitle), ")");
}

// "76 of 117,878 cells differ, in 3 of 87 plans"
std::string Differs(const Likeness& likeness) {
  return absl::StrCat(WithCommas(likeness.differing), " of ",
                      Counted(likeness.compared, "cell", "cells"),
                      likeness.differing == 1 ? " differs" : " differ", ", in ",
                      likeness.plans.size(), " of ",
                      Counted(likeness.plans_compared, "plan", "plans"));
}

// What its kernel calls itself, where that is not what it behaves like.
std::string Though(const KernelClaim& kernel) {
  if (kernel.version.empty() || kernel.is_like) return "";
  if (kernel.namesake == nullptr) {
    return absl::StrCat("; the atlas has no entry of its kernel, ",
                        kernel.version);
  }
  return absl::StrCat(", though its kernel is ", kernel.version,
                      ": from atlas:", kernel.namesake->entry->host, " ",
                      Counted(kernel.namesake->differing, "cell", "cells"),
                      kernel.namesake->differing == 1 ? " differs" : " differ");
}

}  // namespace

KernelClaim CompareKernel(const std::vector<Likeness>& ranked,
                          absl::string_view version) {
  KernelClaim kernel;
  kernel.version = std::string(version);
  const std::string series = SeriesOf(version);
  if (series.empty()) return kernel;
  const size_t alike = Nearest(ranked).size();
  for (size_t i = 0; i < ranked.size(); ++i) {
    if (SeriesOf(*ranked[i].entry) != series) continue;
    if (i < alike) {
      kernel.is_like = true;
    } else if (kernel.namesake == nullptr ||
               (!IsRelease(*kernel.namesake->entry) &&
                IsRelease(*ranked[i].entry))) {
      kernel.namesake = &ranked[i];
    }
  }
  if (kernel.is_like) kernel.namesake = nullptr;
  return kernel;
}

std::string LikenessSentence(const Atlas& atlas,
                             const std::vector<Likeness>& ranked,
                             const KernelClaim& kernel) {
  const Likeness& first = ranked.front();
  const std::string names = Names(atlas, ranked);
  if (first.differing == 0) {
    return absl::StrCat("behaves like ", names, " in all ",
                        Counted(first.compared, "cell", "cells"), " compared",
                        Though(kernel));
  }
  if (first.far()) {
    return absl::StrCat("far from every entry: from the nearest, ", names, ", ",
                        Differs(first));
  }
  return absl::StrCat("behaves most like ", names, ": ", Differs(first),
                      Though(kernel));
}

std::string LikenessWords(const Atlas& atlas,
                          const std::vector<Likeness>& ranked,
                          const KernelClaim& kernel) {
  const Likeness& first = ranked.front();
  if (first.far()) {
    return absl::StrCat("none, ", first.entry->host, " is nearest");
  }
  return absl::StrCat(
      NameEntries(atlas, Nearest(ranked)),
      first.differing == 0
          ? ""
          : absl::StrCat(" but for ",
                         Counted(first.differing, "cell", "cells")),
      kernel.namesake == nullptr
          ? ""
          : absl::StrCat(", not ", kernel.namesake->entry->host));
}

}  // namespace sockdrift
