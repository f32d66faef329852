// Makes the atlas: `pack` gathers its entries into the file that is compiled
// into the programs, `entry` makes an entry of what an audit saved, `merge`
// puts what an audit of some plans saved into an entry, and `stale` says which
// plans an entry lacks.
#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "atlas/entry_order.h"
#include "atlas/pack/agreement.h"
#include "atlas/pack/documented_file.h"
#include "compiler/catalogue.h"
#include "core/base/status_macros.h"
#include "wire/baseline_file.h"
#include "wire/behaviour_file.h"
#include "wire/digests.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

constexpr size_t kMaxFile = size_t{64} << 20;
constexpr char kUsage[] =
    "usage: sockdrift-atlas-pack pack OUT FILE…\n"
    "       sockdrift-atlas-pack entry NAME SAVED[,SAVED…] OUT [FACT=VALUE…]\n"
    "       sockdrift-atlas-pack merge NAME SAVED[,SAVED…] OUT [FACT=VALUE…]\n"
    "       sockdrift-atlas-pack stale FILE\n";

absl::StatusOr<BehaviourFile> ReadEntry(
    const std::string& path, absl::Span<const CompiledPlan> catalogue) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string bytes,
                             ReadFileBytes(path, kMaxFile));
  if (absl::EndsWith(path, ".yaml")) {
    return ParseDocumented(bytes, path, catalogue);
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(Baseline baseline, DecodeBaseline(bytes, path));
  if (baseline.behaviours.hosts.size() != 1 ||
      baseline.behaviours.hosts[0].host != baseline.name) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": an entry is one host of the entry's name"));
  }
  return std::move(baseline.behaviours);
}

absl::Status Pack(const std::string& out, absl::Span<char* const> paths) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<CompiledPlan> catalogue,
                             Catalogue());
  BehaviourFile atlas;
  atlas.made_by = "the atlas";
  for (const char* path : paths) {
    SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourFile entry, ReadEntry(path, catalogue));
    for (const HostBehaviour& host : atlas.hosts) {
      if (host.host != entry.hosts[0].host) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": the entry ", host.host, " stands twice"));
    }
    // Their writer keeps each once.
    atlas.programs.insert(atlas.programs.end(), entry.programs.begin(),
                          entry.programs.end());
    atlas.hosts.push_back(std::move(entry.hosts[0]));
  }
  SortEntries(atlas.hosts);
  return WriteFileAtomically(out, EncodeBehaviourFile(atlas));
}

// The measurement digests of the plans that an entry is to have, by name.
absl::StatusOr<std::map<std::string, Digest>> Wanted() {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<CompiledPlan> catalogue,
                             Catalogue());
  std::map<std::string, Digest> wanted;
  for (const CompiledPlan& plan : catalogue) {
    if (plan.program.long_running) continue;
    wanted.emplace(plan.name, MeasurementDigest(plan.program));
  }
  return wanted;
}

absl::StatusOr<BehaviourFile> ReadMeasured(const std::string& path) {
  return ReadEntry(path, {});
}

// Prints the plans that the entry lacks as they are now.
absl::Status ListStale(const std::string& path) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const auto wanted, Wanted());
  SOCKDRIFT_ASSIGN_OR_RETURN(const BehaviourFile entry, ReadMeasured(path));
  for (const auto& [plan, measurement] : wanted) {
    const auto& entries = entry.hosts[0].entries;
    const bool has = std::any_of(
        entries.begin(), entries.end(), [&](const BehaviourEntry& one) {
          return one.plan == plan && one.measurement == measurement;
        });
    if (!has) std::printf("%s\n", plan.c_str());
  }
  return absl::OkStatus();
}

// Adds what the entry at `path` has of the plans as they are now and the new
// file has not.
absl::Status KeepOthers(const std::string& path, BehaviourFile& file) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const auto wanted, Wanted());
  SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourFile old, ReadMeasured(path));
  std::vector<BehaviourEntry>& entries = file.hosts[0].entries;
  std::set<std::string> measured;
  for (const BehaviourEntry& one : entries) measured.insert(one.plan);
  for (BehaviourEntry& one : old.hosts[0].entries) {
    const auto now = wanted.find(one.plan);
    if (measured.contains(one.plan) || now == wanted.end() ||
        now->second != one.measurement) {
      continue;
    }
    entries.push_back(std::move(one));
  }
  file.programs.insert(file.programs.end(), old.programs.begin(),
                       old.programs.end());
  return absl::OkStatus();
}

// What all of the files "A,B,…" agree on.
absl::StatusOr<BehaviourFile> ReadAgreed(absl::string_view paths) {
  std::optional<BehaviourFile> agreed;
  for (const absl::string_view path : absl::StrSplit(paths, ',')) {
    SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourFile file,
                               ReadBehaviourFile(std::string(path)));
    if (file.hosts.size() != 1) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": an entry is made of one host"));
    }
    if (agreed.has_value()) {
      SOCKDRIFT_RETURN_IF_ERROR(KeepAgreed(*agreed, file));
    } else {
      agreed = std::move(file);
    }
  }
  return *std::move(agreed);
}

// What `sockdrift boot` wrote of the package that it booted is the entry's.
absl::Status CheckPackage(const Facts& facts) {
  const auto package = facts.find("boot.package");
  const auto version = facts.find("boot.package_version");
  const auto entry = facts.find("atlas.package");
  if (package == facts.end() || version == facts.end() ||
      entry == facts.end()) {
    return absl::OkStatus();
  }
  const std::string booted =
      absl::StrCat(package->second, "=", version->second);
  if (absl::StartsWith(entry->second, absl::StrCat(booted, ":"))) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("what was measured is of ", booted, ", and the entry of ",
                   entry->second, ": measure it again"));
}

absl::Status MakeEntry(const std::string& name, const std::string& saved,
                       const std::string& out, absl::Span<char* const> facts,
                       bool merge) {
  Baseline baseline;
  SOCKDRIFT_RETURN_IF_ERROR(CheckBaselineName(name));
  SOCKDRIFT_ASSIGN_OR_RETURN(baseline.behaviours, ReadAgreed(saved));
  if (merge) {
    SOCKDRIFT_RETURN_IF_ERROR(KeepOthers(out, baseline.behaviours));
  }
  HostBehaviour& host = baseline.behaviours.hosts[0];
  baseline.name = name;
  baseline.source = "measured for the atlas";
  baseline.set = host.taken;
  host.host = name;
  for (const std::string fact : facts) {
    const size_t mark = fact.find('=');
    if (mark == std::string::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat(fact, ": a fact is written FACT=VALUE"));
    }
    host.facts[fact.substr(0, mark)] = fact.substr(mark + 1);
  }
  SOCKDRIFT_RETURN_IF_ERROR(CheckPackage(host.facts));
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string text, EncodeBaseline(baseline));
  return WriteFileAtomically(out, text);
}

int Run(absl::Span<char* const> arguments) {
  absl::Status done;
  const std::string verb = arguments.size() > 1 ? arguments[1] : "";
  if (verb == "pack" && arguments.size() > 2) {
    done = Pack(arguments[2], arguments.subspan(3));
  } else if ((verb == "entry" || verb == "merge") && arguments.size() > 4) {
    done = MakeEntry(arguments[2], arguments[3], arguments[4],
                     arguments.subspan(5), verb == "merge");
  } else if (verb == "stale" && arguments.size() == 3) {
    done = ListStale(arguments[2]);
  } else {
    std::fputs(kUsage, stderr);
    return 2;
  }
  if (done.ok()) return 0;
  std::fprintf(stderr, "sockdrift-atlas-pack: %s\n",
               std::string(done.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace sockdrift

int main(int argc, char** argv) {
  return sockdrift::Run(absl::MakeConstSpan(argv, static_cast<size_t>(argc)));
}
