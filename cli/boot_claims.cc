#include "cli/boot_claims.h"

#include "absl/strings/str_cat.h"
#include "cli/claims_report.h"
#include "cli/table.h"
#include "cli/verdicts.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

struct KernelClaims {
  const Audit* audit = nullptr;
  std::vector<JudgedClaim> claims;  // the same ids in the same order for all
};

std::vector<KernelClaims> ClaimsOfEach(const std::vector<BootedAudit>& audits,
                                       const ClaimBook& book,
                                       const ChosenPlans& plans,
                                       const ClaimChoice& choice) {
  std::vector<KernelClaims> kernels;
  for (const BootedAudit& one : audits) {
    if (!one.audit.ok()) continue;
    kernels.push_back({.audit = &*one.audit,
                       .claims = ClaimsOf(*one.audit, book, plans, choice)});
  }
  return kernels;
}

std::string SideBySide(const std::vector<KernelClaims>& kernels,
                       const Console& console) {
  std::vector<Column> columns = {{.title = "CLAIM"}};
  for (const KernelClaims& kernel : kernels) {
    columns.push_back({.title = kernel.audit->host});
  }
  columns.push_back({.title = "", .shrinks = true});
  Table table(std::move(columns));
  const std::vector<JudgedClaim>& claims = kernels.front().claims;
  for (size_t i = 0; i < claims.size(); ++i) {
    std::vector<TableCell> row = {claims[i].id};
    bool same = true;
    for (const KernelClaims& kernel : kernels) {
      same &= kernel.claims[i].verdict() == claims[i].verdict();
    }
    for (const KernelClaims& kernel : kernels) {
      row.emplace_back(
          std::string(VerdictName(kernel.claims[i].verdict(), true)),
          same ? Paint::kNone : Paint::kDoubtful);
    }
    row.emplace_back(claims[i].Brief());
    table.Add(std::move(row));
  }
  return table.Render(console);
}

}  // namespace

std::string BootClaimsText(const std::vector<BootedAudit>& audits,
                           const ClaimBook& book, const ChosenPlans& plans,
                           const ClaimChoice& choice, const Console& console) {
  const std::vector<KernelClaims> kernels =
      ClaimsOfEach(audits, book, plans, choice);
  if (kernels.empty()) return "";
  if (kernels.size() > 1 && choice.claim.empty()) {
    return SideBySide(kernels, console);
  }
  std::string text;
  for (const KernelClaims& kernel : kernels) {
    if (kernels.size() > 1) {
      absl::StrAppend(&text, text.empty() ? "" : "\n",
                      console.Painted(kernel.audit->host, Paint::kBold), "\n");
    }
    text += ClaimsIn(OutputFormat::kTable, *kernel.audit, kernel.claims, choice,
                     console);
  }
  return text;
}

std::string BootClaimsJson(const std::vector<BootedAudit>& audits,
                           const ClaimBook& book, const ChosenPlans& plans,
                           const ClaimChoice& choice) {
  Json kernels = Json::array();
  for (const BootedAudit& one : audits) {
    const std::string claims =
        one.audit.ok()
            ? ClaimsJson(*one.audit, ClaimsOf(*one.audit, book, plans, choice))
            : "";
    if (audits.size() == 1) return claims;
    kernels.push_back(
        {{"kernel", one.kernel.name},
         {"reason", std::string(one.audit.status().message())},
         {"claims", claims.empty() ? Json::object() : Json::parse(claims)}});
  }
  return Printed(
      {{"schema", "sockdrift.boot-claims/1"}, {"kernels", std::move(kernels)}});
}

}  // namespace sockdrift
