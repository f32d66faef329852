#include "core/divergence/fact_table.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "core/divergence/explain.h"
#include "core/divergence/fact_relevance.h"

namespace sockdrift {
namespace {

// A column while it grows: codes in the order of first appearance, the first of
// which is that of a host that lacks the fact.
struct Growing {
  explicit Growing(size_t hosts) : codes(hosts, 0) {}

  std::vector<absl::string_view> values = {absl::string_view()};
  absl::flat_hash_map<absl::string_view, uint32_t> known;
  std::vector<uint32_t> codes;
  size_t seen = 0;  // hosts that have it
  uint32_t last = 0;

  void Set(size_t host, absl::string_view value) {
    ++seen;
    // Neighbours are mostly alike.
    if (last == 0 || values[last] != value) {
      const auto [it, is_new] =
          known.try_emplace(value, static_cast<uint32_t>(values.size()));
      if (is_new) values.push_back(value);
      last = it->second;
    }
    codes[host] = last;
  }
};

FactColumn Finish(absl::string_view fact, Growing growing) {
  FactColumn column;
  column.fact = std::string(fact);
  const bool all_known = growing.seen == growing.codes.size();
  growing.values[0] = kUnknownFact;
  std::vector<uint32_t> order(growing.values.size());
  std::iota(order.begin(), order.end(), 0);
  if (all_known) order.erase(order.begin());
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return growing.values[a] < growing.values[b];
  });
  std::vector<uint32_t> renamed(growing.values.size(), 0);
  for (uint32_t i = 0; i < order.size(); ++i) {
    renamed[order[i]] = i;
    column.values.emplace_back(growing.values[order[i]]);
  }
  column.codes = std::move(growing.codes);
  for (uint32_t& code : column.codes) code = renamed[code];
  return column;
}

}  // namespace

std::vector<FactColumn> TabulateFacts(absl::Span<const Facts* const> hosts) {
  std::map<absl::string_view, Growing> columns;
  for (size_t host = 0; host < hosts.size(); ++host) {
    auto column = columns.begin();
    for (const auto& [fact, value] : *hosts[host]) {
      while (column != columns.end() && column->first < fact) ++column;
      if (column == columns.end() || column->first != fact) {
        column = columns.try_emplace(column, fact, hosts.size());
      }
      column->second.Set(host, value);
    }
  }
  std::vector<FactColumn> table;
  for (auto& [fact, growing] : columns) {
    const bool same =
        growing.values.size() == 2 && growing.seen == hosts.size();
    if (same || FindIrrelevant(fact) != nullptr) continue;
    table.push_back(Finish(fact, std::move(growing)));
  }
  return table;
}

}  // namespace sockdrift
