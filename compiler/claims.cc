#include "compiler/claims.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/map_reader.h"
#include "compiler/report.h"
#include "compiler/yaml_tree.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kFileName = "claims.yaml";
// plans/claims.yaml is one above plans/bind/conflict.yaml.
constexpr int kFoldersAbove = 3;

// "A10" as ("A", 10, "A10").
std::tuple<std::string, int, std::string> ClaimKey(const std::string& id) {
  const size_t digits = std::min(id.find_first_of("0123456789"), id.size());
  int number = 0;
  if (!absl::SimpleAtoi(id.substr(digits), &number)) number = 0;
  return {id.substr(0, digits), number, id};
}

Claim ReadClaim(const YamlNode& id, const YamlNode& node, Report& report) {
  MapReader map(node, "a claim", report);
  Claim claim;
  claim.id = id.text;
  claim.brief = map.RequireText("short").value_or("");
  claim.says = map.RequireText("says").value_or("");
  claim.origin = map.Text("origin").value_or("");
  map.Finish();
  return claim;
}

absl::Status ReadInto(const std::string& path, ClaimBook& book) {
  std::ifstream file(path, std::ios::binary);
  const std::string yaml{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    return absl::InvalidArgumentError(absl::StrCat(path, " cannot be read"));
  }
  const std::vector<Diagnostic> wrong = book.Read(yaml, path);
  if (wrong.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the claims are not valid:\n  ",
      absl::StrJoin(wrong, "\n  ", [](std::string* out, const Diagnostic& one) {
        absl::StrAppend(out, one.ToString());
      })));
}

}  // namespace

bool IsClaimId(absl::string_view id) {
  return id.size() > 1 && absl::ascii_isupper(id[0]) &&
         absl::ascii_isdigit(id.back()) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

bool ClaimOrder::operator()(const std::string& a, const std::string& b) const {
  return ClaimKey(a) < ClaimKey(b);
}

std::vector<Diagnostic> ClaimBook::Read(absl::string_view yaml,
                                        absl::string_view file) {
  Report report(file);
  const YamlNode root = ParseYaml(yaml, report);
  MapReader map(root, "a file of claims", report);
  const YamlNode* claims = map.Require("claims");
  map.Finish();
  if (claims != nullptr && !claims->map()) {
    report.Add(*claims, "`claims:` is a map of ids, such as {A1: {short: …}}");
  }
  for (size_t i = 0; claims != nullptr && i < claims->keys.size(); ++i) {
    const YamlNode& id = claims->keys[i];
    if (!IsClaimId(id.text)) {
      report.Add(id, absl::StrCat("\"", id.text,
                                  "\" is no claim's id: one such as A1 is"));
      continue;
    }
    Claim claim = ReadClaim(id, claims->items[i], report);
    claim.file = std::string(file);
    const auto [known, fresh] = claims_.emplace(claim.id, claim);
    if (!fresh && known->second.says != claim.says) {
      report.Add(id, absl::StrCat("the claim ", claim.id, " stands in ",
                                  known->second.file,
                                  " already and says something else"));
    }
  }
  return std::move(report).Take();
}

const Claim* ClaimBook::Find(absl::string_view id) const {
  const auto found = claims_.find(std::string(id));
  return found == claims_.end() ? nullptr : &found->second;
}

const ClaimBook& BuiltInClaims() {
  static const ClaimBook* const book = [] {
    auto* claims = new ClaimBook();
    const EmbeddedClaims embedded = EmbeddedClaimTexts();
    // The tests hold the file to it.
    if (!claims->Read(embedded.yaml, embedded.path).empty()) std::abort();
    return claims;
  }();
  return *book;
}

absl::StatusOr<std::shared_ptr<const ClaimBook>> ClaimsOfFolder(
    const std::string& folder) {
  const std::string path = (fs::path(folder) / std::string(kFileName)).string();
  std::error_code error;
  if (!fs::exists(path, error)) return nullptr;
  auto book = std::make_shared<ClaimBook>(BuiltInClaims());
  SOCKDRIFT_RETURN_IF_ERROR(ReadInto(path, *book));
  return book;
}

absl::StatusOr<std::shared_ptr<const ClaimBook>> ClaimsNear(
    const std::string& plan_file) {
  std::error_code error;
  fs::path folder = fs::absolute(plan_file, error).parent_path();
  for (int i = 0; !error && i < kFoldersAbove; ++i) {
    if (fs::exists(folder / std::string(kFileName), error)) {
      return ClaimsOfFolder(folder.string());
    }
    folder = folder.parent_path();
  }
  return nullptr;
}

absl::StatusOr<ClaimBook> ClaimsWith(const std::vector<std::string>& folders) {
  ClaimBook book = BuiltInClaims();
  for (const std::string& folder : folders) {
    const std::string path =
        (fs::path(folder) / std::string(kFileName)).string();
    std::error_code error;
    if (!fs::exists(path, error)) continue;
    SOCKDRIFT_RETURN_IF_ERROR(ReadInto(path, book));
  }
  return book;
}

}  // namespace sockdrift
