#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"
#include "core/behaviour/canonical.h"
#include "core/plan/program_codec.h"
#include "wire/baseline_file.h"
#include "wire/digests.h"
#include "wire/record_text.h"

namespace sockdrift {
namespace {

constexpr size_t kBase64Columns = 76;

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

// One record of a plan, and who showed it.
struct Shown {
  const Record* record = nullptr;
  std::vector<std::string> hosts;
  std::vector<std::pair<std::string, std::string>> notes;  // host, text
};

// Keyed by what the file is sorted by.
using PlanKey = std::pair<std::string, Digest>;  // name, measurement
using RecordKey = std::pair<World, Digest>;      // record digest
using Plans = std::map<PlanKey, std::map<RecordKey, Shown>>;

// Facts that every host has alike.
Facts CommonFacts(const std::vector<HostBehaviour>& hosts) {
  Facts common = hosts.empty() ? Facts() : hosts[0].facts;
  for (const HostBehaviour& host : hosts) {
    std::erase_if(common, [&](const auto& fact) {
      const auto it = host.facts.find(fact.first);
      return it == host.facts.end() || it->second != fact.second;
    });
  }
  return common;
}

class Writer {
 public:
  absl::StatusOr<std::string> Write(const Baseline& baseline) && {
    Line("sockdrift-baseline 1");
    Line("name ", baseline.name);
    Line("source ", EscapeLine(baseline.source));
    Line("set ", TimeText(baseline.set));
    Line("made-by ", EscapeLine(baseline.behaviours.made_by));
    Plans plans;
    SOCKDRIFT_RETURN_IF_ERROR(WriteHosts(baseline.behaviours, plans));
    std::map<Digest, const Program*> programs;
    for (const Program& program : baseline.behaviours.programs) {
      programs[MeasurementDigest(program)] = &program;
    }
    for (const auto& [key, records] : plans) {
      const auto program = programs.find(key.second);
      if (program == programs.end()) {
        return absl::InternalError(
            absl::StrCat("the program of ", key.first, " is missing"));
      }
      WritePlan(key, *program->second, records);
    }
    return std::move(out_);
  }

 private:
  template <typename... Parts>
  void Line(const Parts&... parts) {
    absl::StrAppend(&out_, parts..., "\n");
  }

  void WriteFacts(const Facts& facts, const Facts& but, const char* indent) {
    for (const auto& [name, value] : facts) {
      if (but.contains(name)) continue;
      Line(indent, "fact ", EscapeWord(name), value.empty() ? "" : " ",
           EscapeLine(value));
    }
  }

  absl::Status WriteHosts(const BehaviourFile& file, Plans& plans) {
    const Facts common = CommonFacts(file.hosts);
    Line();
    WriteFacts(common, {}, "");
    std::vector<const HostBehaviour*> sorted;
    for (const HostBehaviour& host : file.hosts) sorted.push_back(&host);
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return a->host < b->host; });
    for (const HostBehaviour* host : sorted) {
      if (!hosts_.insert(host->host).second) {
        return absl::InvalidArgumentError(
            absl::StrCat("the host \"", host->host,
                         "\" stands twice; a baseline has each "
                         "host once"));
      }
      Line("\nhost ", EscapeWord(host->host));
      Line("  taken ", TimeText(host->taken));
      WriteFacts(host->facts, common, "  ");
      for (const BehaviourEntry& entry : host->entries) {
        Shown& shown = plans[{entry.plan, entry.measurement}][{
            entry.world, RecordDigest(entry.record, entry.measurement)}];
        shown.record = &entry.record;
        shown.hosts.push_back(host->host);
        for (const std::string& note : entry.notes) {
          shown.notes.emplace_back(host->host, note);
        }
      }
    }
    return absl::OkStatus();
  }

  void WritePlan(const PlanKey& key, const Program& program,
                 const std::map<RecordKey, Shown>& records) {
    Line("\nplan ", EscapeWord(key.first));
    Line("  measurement ", key.second.Hex());
    // Once, however many plans' names it goes by.
    if (written_.insert(key.second).second) {
      const std::string base64 = absl::Base64Escape(EncodeProgram(program));
      for (size_t at = 0; at < base64.size(); at += kBase64Columns) {
        Line("  program ", base64.substr(at, kBase64Columns));
      }
    }
    for (const auto& [place, shown] : records) {
      Line("  record ", place.second.Hex());
      Line("    world ", WorldName(place.first));
      Line("    behaviour ", BehaviourDigest(*shown.record, key.second).Hex());
      WriteWho(shown);
      for (const std::string& line : RecordLines(*shown.record, program)) {
        Line("    ", line);
      }
    }
  }

  void WriteWho(const Shown& shown) {
    if (shown.hosts.size() == hosts_.size()) {
      Line("    of all");
    } else {
      for (const std::string& host : shown.hosts) {
        Line("    of host ", EscapeWord(host));
      }
    }
    for (const auto& [host, note] : shown.notes) {
      Line("    note ", EscapeWord(host), " ", EscapeLine(note));
    }
  }

  std::string out_;
  std::set<std::string> hosts_;
  std::set<Digest> written_;  // programs
};

}  // namespace

absl::StatusOr<std::string> EncodeBaseline(const Baseline& baseline) {
  return Writer().Write(baseline);
}

}  // namespace sockdrift
