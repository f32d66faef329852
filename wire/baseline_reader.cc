#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "core/plan/program_codec.h"
#include "wire/baseline_file.h"
#include "wire/digests.h"
#include "wire/record_text.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kMagic = "sockdrift-baseline ";
constexpr absl::string_view kVersion = "1";
// As for behaviour files: a small file must not be able to ask for all memory.
constexpr uint64_t kMaxHeld = 500'000'000;

absl::Status Wrong(absl::string_view how) {
  return absl::InvalidArgumentError(how);
}

absl::StatusOr<absl::Time> ReadTime(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime("%Y-%m-%dT%H:%M:%SZ", std::string(text), &time, &error)) {
    return time;
  }
  return Wrong(
      absl::StrCat("\"", text, "\" is no time such as 2026-11-21T15:00:00Z"));
}

// The line as its first word and the rest.
std::pair<absl::string_view, absl::string_view> Split(absl::string_view line) {
  return absl::StrSplit(line, absl::MaxSplits(' ', 1));
}

// Takes the lines in, one after another.
class Reader {
 public:
  absl::Status Take(absl::string_view line) {
    const auto [word, rest] = Split(line);
    if (absl::StartsWith(line, "<<<<<<<") || absl::StartsWith(line, "=====") ||
        absl::StartsWith(line, ">>>>>>>")) {
      return Wrong(
          "a merge left its marks here; take one side's file, or set and "
          "export the baseline again");
    }
    if (word == "plan") return BeginPlan(rest);
    if (word == "host") return BeginHost(rest);
    if (record_.has_value() || measurement_.has_value() || !plan_.empty()) {
      return TakePlan(word, rest);
    }
    if (host_ != nullptr) return TakeHost(word, rest);
    return TakeHead(word, rest);
  }

  absl::StatusOr<Baseline> Finish() && {
    SOCKDRIFT_RETURN_IF_ERROR(EndPlan());
    if (out_.name.empty()) return Wrong("the line with its name is missing");
    if (out_.behaviours.hosts.empty()) return Wrong("it holds no host");
    for (HostBehaviour& host : out_.behaviours.hosts) {
      host.facts.insert(common_.begin(), common_.end());
    }
    return std::move(out_);
  }

 private:
  static absl::Status Unknown(absl::string_view word) {
    return Wrong(absl::StrCat("\"", word, "\" cannot stand here"));
  }

  static absl::Status TakeFact(absl::string_view rest, Facts& facts) {
    const auto [name, value] = Split(rest);
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string key, Unescape(name));
    SOCKDRIFT_ASSIGN_OR_RETURN(facts[std::move(key)], Unescape(value));
    return absl::OkStatus();
  }

  absl::Status TakeHead(absl::string_view word, absl::string_view rest) {
    if (word == "fact") return TakeFact(rest, common_);
    if (word == "name") {
      out_.name = std::string(rest);
      return CheckBaselineName(rest);
    }
    if (word == "set") {
      SOCKDRIFT_ASSIGN_OR_RETURN(out_.set, ReadTime(rest));
    } else if (word == "source") {
      SOCKDRIFT_ASSIGN_OR_RETURN(out_.source, Unescape(rest));
    } else if (word == "made-by") {
      SOCKDRIFT_ASSIGN_OR_RETURN(out_.behaviours.made_by, Unescape(rest));
    } else {
      return Unknown(word);
    }
    return absl::OkStatus();
  }

  absl::Status BeginHost(absl::string_view rest) {
    if (!plan_.empty()) return Wrong("hosts stand before plans");
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string name, Unescape(rest));
    if (FindHost(name) != nullptr) {
      return Wrong(absl::StrCat("the host ", rest, " stands twice"));
    }
    out_.behaviours.hosts.emplace_back().host = std::move(name);
    host_ = &out_.behaviours.hosts.back();
    return absl::OkStatus();
  }

  absl::Status TakeHost(absl::string_view word, absl::string_view rest) {
    if (word == "fact") return TakeFact(rest, host_->facts);
    if (word != "taken") return Unknown(word);
    SOCKDRIFT_ASSIGN_OR_RETURN(host_->taken, ReadTime(rest));
    return absl::OkStatus();
  }

  absl::Status BeginPlan(absl::string_view rest) {
    SOCKDRIFT_RETURN_IF_ERROR(EndPlan());
    SOCKDRIFT_ASSIGN_OR_RETURN(plan_, Unescape(rest));
    if (plan_.empty()) return Wrong("the plan's name is missing");
    return absl::OkStatus();
  }

  absl::Status TakePlan(absl::string_view word, absl::string_view rest) {
    if (word == "record") return BeginRecord(rest);
    if (record_.has_value()) return TakeRecord(word, rest);
    if (word == "program") {
      base64_.append(rest.data(), rest.size());
      return absl::OkStatus();
    }
    if (word != "measurement") return Unknown(word);
    SOCKDRIFT_ASSIGN_OR_RETURN(measurement_, Digest::FromHex(rest));
    return absl::OkStatus();
  }

  // The plan's program: from the lines above, or that of an earlier plan.
  absl::Status ReadProgram() {
    if (!measurement_.has_value()) {
      return Wrong("the plan's line `measurement` is missing");
    }
    if (base64_.empty()) {
      if (programs_.contains(*measurement_)) return absl::OkStatus();
      return Wrong("the plan's lines `program` are missing");
    }
    std::string bytes;
    if (!absl::Base64Unescape(base64_, &bytes) ||
        Sha256(bytes) != *measurement_) {
      return Wrong(absl::StrCat("the lines `program` of ", plan_,
                                " are not those that `measurement` names"));
    }
    base64_.clear();
    SOCKDRIFT_ASSIGN_OR_RETURN(Program program, DecodeProgram(bytes));
    programs_[*measurement_] = std::make_unique<Program>(program);
    out_.behaviours.programs.push_back(std::move(program));
    return absl::OkStatus();
  }

  absl::Status BeginRecord(absl::string_view rest) {
    SOCKDRIFT_RETURN_IF_ERROR(EndRecord());
    SOCKDRIFT_RETURN_IF_ERROR(ReadProgram());
    SOCKDRIFT_ASSIGN_OR_RETURN(const Digest digest, Digest::FromHex(rest));
    record_.emplace(digest, *programs_[*measurement_]);
    return absl::OkStatus();
  }

  absl::Status TakeRecord(absl::string_view word, absl::string_view rest) {
    OpenRecord& open = *record_;
    if (word == "kind") return open.lines.Kind(rest);
    if (word == "cells") return open.lines.Cells(rest);
    if (word == "of" && rest == "all") {
      for (const HostBehaviour& host : out_.behaviours.hosts) {
        open.hosts[host.host];
      }
      return absl::OkStatus();
    }
    if (word == "of" || word == "note") {
      const auto [first, second] = Split(rest);
      const bool note = word == "note";
      SOCKDRIFT_ASSIGN_OR_RETURN(const std::string host,
                                 Unescape(note ? first : second));
      if (FindHost(host) == nullptr || (!note && first != "host")) {
        return Wrong(absl::StrCat("\"", rest, "\" names no host of the file"));
      }
      std::vector<std::string>& notes = open.hosts[host];
      if (!note) return absl::OkStatus();
      SOCKDRIFT_ASSIGN_OR_RETURN(notes.emplace_back(), Unescape(second));
      return absl::OkStatus();
    }
    if (word == "world") {
      SOCKDRIFT_ASSIGN_OR_RETURN(open.world, ParseWorld(rest));
      return absl::OkStatus();
    }
    if (word != "behaviour") return Unknown(word);
    SOCKDRIFT_ASSIGN_OR_RETURN(open.behaviour, Digest::FromHex(rest));
    return absl::OkStatus();
  }

  absl::Status EndRecord() {
    if (!record_.has_value()) return absl::OkStatus();
    OpenRecord open = *std::move(record_);
    record_.reset();
    const absl::StatusOr<Record> record = std::move(open.lines).Finish();
    if (!record.ok() || RecordDigest(*record, *measurement_) != open.digest ||
        BehaviourDigest(*record, *measurement_) != open.behaviour) {
      return Wrong(absl::StrCat(
          "the lines of a record of ", plan_, " (", open.digest.ShortHex(),
          ", before this line) are not those that its digests name: the file "
          "was edited or merged by hand; export the baseline again"));
    }
    if (open.hosts.empty() || !open.world.has_value()) {
      return Wrong(absl::StrCat("a record of ", plan_, " has no line `",
                                open.hosts.empty() ? "of" : "world", "`"));
    }
    for (auto& [host, notes] : open.hosts) {
      held_ += record->cells() * record->columns.size();
      if (held_ > kMaxHeld) {
        return absl::ResourceExhaustedError(
            absl::StrCat("more than ", kMaxHeld, " outcomes"));
      }
      FindHost(host)->entries.push_back(
          {plan_, *open.world, *measurement_, *record, std::move(notes)});
    }
    return absl::OkStatus();
  }

  absl::Status EndPlan() {
    SOCKDRIFT_RETURN_IF_ERROR(EndRecord());
    plan_.clear();
    measurement_.reset();
    if (base64_.empty()) return absl::OkStatus();
    return Wrong("a plan without a record");
  }

  HostBehaviour* FindHost(absl::string_view name) {
    for (HostBehaviour& host : out_.behaviours.hosts) {
      if (host.host == name) return &host;
    }
    return nullptr;
  }

  struct OpenRecord {
    OpenRecord(const Digest& named, const Program& program)
        : digest(named), lines(program) {}
    Digest digest;
    Digest behaviour;
    std::optional<World> world;
    std::map<std::string, std::vector<std::string>> hosts;  // with their notes
    RecordLineReader lines;
  };

  Baseline out_;
  Facts common_;
  HostBehaviour* host_ = nullptr;
  std::string plan_;
  std::optional<Digest> measurement_;
  std::string base64_;
  std::map<Digest, std::unique_ptr<const Program>> programs_;
  std::optional<OpenRecord> record_;
  uint64_t held_ = 0;
};

}  // namespace

absl::Status CheckBaselineName(absl::string_view name) {
  const bool good =
      !name.empty() && name.size() <= 63 &&
      absl::ascii_isalnum(static_cast<unsigned char>(name[0])) &&
      std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
      });
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("\"", name,
                   "\" is no baseline's name: 1 to 63 characters of "
                   "[A-Za-z0-9._-], the first a letter or digit"));
}

bool IsBaselineFile(absl::string_view bytes) {
  return absl::StartsWith(bytes, kMagic);
}

absl::StatusOr<Baseline> DecodeBaseline(absl::string_view text,
                                        absl::string_view what) {
  Reader reader;
  int number = 0;
  const auto in_line = [&](const absl::Status& status) {
    return absl::Status(
        status.code(), absl::StrCat(what, ":", number, ": ", status.message()));
  };
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (number == 1) {
      if (line == absl::StrCat(kMagic, kVersion)) continue;
      return in_line(absl::FailedPreconditionError(
          absl::StrCat("\"", line, "\": this build reads baselines of version ",
                       kVersion, "; use the build that wrote it")));
    }
    if (line.empty()) continue;
    const absl::Status taken = reader.Take(line);
    if (!taken.ok()) return in_line(taken);
  }
  absl::StatusOr<Baseline> baseline = std::move(reader).Finish();
  if (!baseline.ok()) return in_line(baseline.status());
  return baseline;
}

}  // namespace sockdrift
