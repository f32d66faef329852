#include "controller/analysis/cell_search.h"

#include <algorithm>
#include <compare>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/analysis/acknowledge.h"
#include "core/base/status_macros.h"
#include "core/query/cell_query.h"
#include "core/query/narrow.h"
#include "core/query/query_names.h"
#include "wire/convert/assignment_set.h"

namespace sockdrift {
namespace {

constexpr int kLimit = 1'000;
constexpr int kMostLimit = 10'000;
constexpr int kMostHosts = 20;

const Facts& FactsOf(const HostShowing& host) {
  static const auto* const none = new Facts();
  return host.facts == nullptr ? *none : *host.facts;
}

// A query that was held to the names that there are.
class Search {
 public:
  static absl::StatusOr<Search> Make(const std::string& where,
                                     const std::vector<PlanGroups>& plans) {
    SOCKDRIFT_ASSIGN_OR_RETURN(CellQuery query, CellQuery::Parse(where));
    Search search(std::move(query));
    for (const PlanGroups& plan : plans) {
      search.names_.AddProgram(plan.program->program);
      for (const HostShowing& host : plan.hosts) {
        search.names_.AddFacts(FactsOf(host));
      }
    }
    const CellQuery::Term* unknown = search.names_.FindUnknown(search.query_);
    if (unknown == nullptr) return search;
    return QueryError(search.query_.text(), unknown->position,
                      absl::StrCat("\"", unknown->name,
                                   "\" is no axis, observation or fact of "
                                   "what was selected"));
  }

  const CellQuery& query() const { return query_; }

  bool MatchesHost(const HostShowing& host) const {
    return query_.MatchesHost(
        {host.host, &FactsOf(host)},
        [this](absl::string_view name) { return names_.IsFactAlone(name); });
  }

 private:
  explicit Search(CellQuery query) : query_(std::move(query)) {}

  CellQuery query_;
  QueryNames names_;
};

QueriedSide SideOf(const PlanGroups& plan, const HostShowing& host,
                   const Record& record) {
  return {{host.host, &FactsOf(host)}, &plan.program->program, &record, 0};
}

// The group as a side: its behaviour, and a host of it that the query speaks
// of where there is one.
QueriedSide SideOf(const PlanGroups& plan, size_t group, const Search& search) {
  const Group& members = plan.grouping.groups[group];
  const HostShowing& stands_for = plan.hosts[members.representative];
  for (const size_t member : members.members) {
    if (!search.MatchesHost(plan.hosts[member])) continue;
    return SideOf(plan, plan.hosts[member], *stands_for.record);
  }
  return SideOf(plan, stands_for, *stands_for.record);
}

using Answers = std::vector<std::pair<std::string, std::string>>;

// What a host answered in a cell, so that like answers meet.
struct Answered {
  CellStatus status = CellStatus::kMiss;
  std::string reason;
  Answers answers;
  friend auto operator<=>(const Answered&, const Answered&) = default;
};

Answered AnswerOf(const Program& program, const Record& record, uint32_t cell) {
  Answered answered = {
      record.status[cell], std::string(record.Reason(cell)), {}};
  for (size_t i = 0; i < program.observations.size(); ++i) {
    const absl::string_view outcome = record.Outcome(i, cell);
    if (outcome.empty()) continue;
    answered.answers.emplace_back(program.observations[i], outcome);
  }
  return answered;
}

// The hosts of a plan that the query speaks of, by their records.
using HostsByRecord = std::map<Digest, std::vector<const HostShowing*>>;

class Lister {
 public:
  Lister(const std::optional<Search>& search, int limit)
      : search_(search), limit_(limit) {}

  void Take(const PlanGroups& plan) {
    HostsByRecord hosts;
    for (const HostShowing& host : plan.hosts) {
      if (search_.has_value() && !search_->MatchesHost(host)) continue;
      hosts[host.record_digest].push_back(&host);
    }
    const CellSpace& cells = plan.program->cells;
    looked_at_ += cells.size();
    for (uint32_t cell = 0; cell < cells.size(); ++cell) {
      const std::vector<uint16_t> at = cells.Coordinate(cell);
      std::map<Answered, std::vector<std::string>> found;
      for (const auto& [digest, alike] : hosts) {
        QueriedSide side = SideOf(plan, *alike[0], *alike[0]->record);
        side.cell = cell;
        if (search_.has_value() && !search_->query().MatchesCell(at, {side})) {
          continue;
        }
        std::vector<std::string>& names =
            found[AnswerOf(plan.program->program, *alike[0]->record, cell)];
        for (const HostShowing* host : alike) names.push_back(host->host);
      }
      Write(plan, at, std::move(found));
    }
  }

  v1::ListCellsResponse Finish() && {
    response_.set_found_count(found_);
    response_.set_looked_at_count(looked_at_);
    return std::move(response_);
  }

 private:
  void Write(const PlanGroups& plan, absl::Span<const uint16_t> at,
             std::map<Answered, std::vector<std::string>> found) {
    using Row = std::pair<const Answered*, std::vector<std::string>*>;
    std::vector<Row> rows;
    for (auto& [answered, hosts] : found) rows.emplace_back(&answered, &hosts);
    std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
      return a.second->size() > b.second->size();
    });
    for (const auto& [answered, hosts] : rows) {
      if (found_++ >= limit_) continue;
      std::ranges::sort(*hosts);
      v1::FoundCell& out = *response_.add_cells();
      out.set_plan(plan.plan);
      out.set_world(ToProto(plan.key.world));
      out.set_cell(
          absl::StrCat(plan.plan, CellName(plan.program->program, at)));
      out.set_status(std::string(CellStatusName(answered->status)));
      out.set_reason(answered->reason);
      for (const auto& [observation, outcome] : answered->answers) {
        v1::CellAnswer& answer = *out.add_answers();
        answer.set_observation(observation);
        answer.set_outcome(outcome);
      }
      out.set_host_count(static_cast<int64_t>(hosts->size()));
      for (const std::string& host : *hosts) {
        if (out.host_ids_size() == kMostHosts) break;
        out.add_host_ids(host);
      }
    }
  }

  const std::optional<Search>& search_;
  const int64_t limit_;
  int64_t found_ = 0;
  int64_t looked_at_ = 0;
  v1::ListCellsResponse response_;
};

}  // namespace

absl::StatusOr<int64_t> NarrowGroups(const std::string& where,
                                     std::vector<PlanGroups>& plans) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Search search, Search::Make(where, plans));
  int64_t matching = 0;
  std::erase_if(plans, [&](PlanGroups& plan) {
    if (!search.query().MatchesPlan(plan.plan, plan.key.world)) return true;
    for (size_t group = 1; group < plan.comparisons.size(); ++group) {
      matching += static_cast<int64_t>(NarrowComparison(
          search.query(), SideOf(plan, 0, search), SideOf(plan, group, search),
          plan.comparisons[group]));
    }
    FollowComparisons(plan);
    return plan.DifferingCells().empty();
  });
  return matching;
}

absl::StatusOr<v1::ListCellsResponse> FindCells(
    const std::string& where, int limit, const std::vector<PlanGroups>& plans) {
  if (limit < 0 || limit > kMostLimit) {
    return absl::InvalidArgumentError(
        absl::StrCat("at most ", kMostLimit, " cells, not ", limit));
  }
  std::optional<Search> search;
  if (!where.empty()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(search, Search::Make(where, plans));
    if (const CellQuery::Term* arrow = search->query().FindArrow()) {
      return QueryError(where, arrow->position,
                        "an arrow leads from one side to another, and cells "
                        "have one");
    }
  }
  Lister lister(search, limit == 0 ? kLimit : limit);
  for (const PlanGroups& plan : plans) {
    if (search.has_value() &&
        !search->query().MatchesPlan(plan.plan, plan.key.world)) {
      continue;
    }
    lister.Take(plan);
  }
  return std::move(lister).Finish();
}

}  // namespace sockdrift
