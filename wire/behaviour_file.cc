#include "wire/behaviour_file.h"

#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "core/base/bytes.h"
#include "core/base/status_macros.h"
#include "core/behaviour/canonical.h"
#include "core/plan/cells.h"
#include "core/plan/program_codec.h"
#include "wire/baseline_file.h"
#include "wire/digests.h"
#include "wire/file_bytes.h"
#include "wire/host_section.h"
#include "wire/sections.h"

namespace sockdrift {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 30;
// Outcomes of all entries together. Hosts that share a record share its bytes
// in the file, but not in memory.
constexpr uint64_t kMaxHeld = 500'000'000;

// What a host's entry points to in the file.
struct FileContents {
  absl::flat_hash_map<Digest, size_t> programs;  // to BehaviourFile::programs
  absl::flat_hash_map<Digest, DecodedRecord> records;
  uint64_t held = 0;  // outcomes of the entries so far
};

absl::StatusOr<BehaviourEntry> TakeEntry(HostSection::Entry listed,
                                         FileContents& contents) {
  const auto record = contents.records.find(listed.record);
  if (record == contents.records.end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "an entry of ", listed.plan, " whose record is not in the file"));
  }
  BehaviourEntry entry;
  entry.plan = std::move(listed.plan);
  entry.world = listed.world;
  entry.notes = std::move(listed.notes);
  entry.measurement = record->second.measurement;
  entry.record = record->second.record;
  contents.held += entry.record.cells() * entry.record.columns.size();
  if (contents.held > kMaxHeld) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "more than ", kMaxHeld, " outcomes; export fewer hosts or plans"));
  }
  return entry;
}

absl::StatusOr<HostBehaviour> TakeHost(absl::string_view bytes,
                                       FileContents& contents) {
  SOCKDRIFT_ASSIGN_OR_RETURN(HostSection section, DecodeHost(bytes));
  HostBehaviour host;
  host.host = std::move(section.host);
  host.taken = section.taken;
  host.facts = std::move(section.facts);
  for (HostSection::Entry& listed : section.entries) {
    SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourEntry entry,
                               TakeEntry(std::move(listed), contents));
    host.entries.push_back(std::move(entry));
  }
  return host;
}

absl::Status AddRecord(const Section& section, const BehaviourFile& file,
                       FileContents& contents) {
  SOCKDRIFT_ASSIGN_OR_RETURN(DecodedRecord record, DecodeRecord(section.bytes));
  const auto program = contents.programs.find(record.measurement);
  if (program == contents.programs.end()) {
    return absl::InvalidArgumentError(
        "a record whose program is not in the file");
  }
  SOCKDRIFT_RETURN_IF_ERROR(
      CheckShape(record.record, file.programs[program->second]));
  contents.records.emplace(section.digest, std::move(record));
  return absl::OkStatus();
}

// Takes one section in. What it points to must have come before it.
absl::Status AddSection(const Section& section, BehaviourFile& file,
                        FileContents& contents) {
  switch (section.kind) {
    case SectionKind::kHead: {
      ByteReader in(section.bytes, "head");
      SOCKDRIFT_ASSIGN_OR_RETURN(file.made_by, in.Text());
      return in.End();
    }
    case SectionKind::kProgram: {
      SOCKDRIFT_ASSIGN_OR_RETURN(Program program, DecodeProgram(section.bytes));
      contents.programs.emplace(section.digest, file.programs.size());
      file.programs.push_back(std::move(program));
      return absl::OkStatus();
    }
    case SectionKind::kRecord:
      return AddRecord(section, file, contents);
    case SectionKind::kHost: {
      SOCKDRIFT_ASSIGN_OR_RETURN(HostBehaviour host,
                                 TakeHost(section.bytes, contents));
      file.hosts.push_back(std::move(host));
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError("an unknown section");
}

// One head, then programs and records each ascending by digest, then hosts.
absl::Status CheckOrder(const std::vector<Section>& sections,
                        absl::string_view what) {
  const auto invalid = [&](absl::string_view how) {
    return absl::InvalidArgumentError(absl::StrCat(what, ": corrupt: ", how));
  };
  if (sections.empty() || sections[0].kind != SectionKind::kHead) {
    return invalid("it does not begin with its head");
  }
  for (size_t i = 1; i < sections.size(); ++i) {
    const Section& before = sections[i - 1];
    const Section& section = sections[i];
    const bool named = section.kind == SectionKind::kProgram ||
                       section.kind == SectionKind::kRecord;
    if (section.kind < before.kind || section.kind == SectionKind::kHead ||
        (named && section.kind == before.kind &&
         section.digest <= before.digest)) {
      return invalid("its sections are out of order");
    }
  }
  return absl::OkStatus();
}

}  // namespace

const Program* BehaviourFile::FindProgram(const Digest& measurement) const {
  for (const Program& program : programs) {
    if (MeasurementDigest(program) == measurement) return &program;
  }
  return nullptr;
}

std::string EncodeBehaviourFile(const BehaviourFile& file) {
  SectionWriter out;
  ByteWriter head;
  head.Text(file.made_by);
  out.Add(SectionKind::kHead, head.bytes());
  std::map<Digest, std::string> named;
  for (const Program& program : file.programs) {
    std::string bytes = EncodeProgram(program);
    const Digest digest = Sha256(bytes);
    named.emplace(digest, std::move(bytes));
  }
  for (const auto& [digest, bytes] : named) {
    out.Add(SectionKind::kProgram, bytes);
  }
  named.clear();
  for (const HostBehaviour& host : file.hosts) {
    for (const BehaviourEntry& entry : host.entries) {
      std::string bytes = EncodeRecord(entry.record, entry.measurement);
      const Digest digest = Sha256(bytes);
      named.emplace(digest, std::move(bytes));
    }
  }
  for (const auto& [digest, bytes] : named) {
    out.Add(SectionKind::kRecord, bytes);
  }
  for (const HostBehaviour& host : file.hosts) {
    out.Add(SectionKind::kHost, EncodeHost(host));
  }
  return std::move(out).Finish();
}

absl::StatusOr<BehaviourFile> DecodeBehaviourFile(absl::string_view bytes,
                                                  absl::string_view what) {
  if (IsBaselineFile(bytes)) {
    SOCKDRIFT_ASSIGN_OR_RETURN(Baseline baseline, DecodeBaseline(bytes, what));
    return std::move(baseline.behaviours);
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<Section> sections,
                             ReadSections(bytes, what));
  SOCKDRIFT_RETURN_IF_ERROR(CheckOrder(sections, what));
  BehaviourFile file;
  FileContents contents;
  for (const Section& section : sections) {
    const absl::Status status = AddSection(section, file, contents);
    if (!status.ok()) {
      return absl::Status(status.code(),
                          absl::StrCat(what, ": ", status.message()));
    }
  }
  return file;
}

absl::Status WriteBehaviourFile(const BehaviourFile& file,
                                const std::string& path) {
  absl::flat_hash_map<Digest, const Program*> programs;
  for (const Program& program : file.programs) {
    programs.emplace(MeasurementDigest(program), &program);
  }
  for (const HostBehaviour& host : file.hosts) {
    for (const BehaviourEntry& entry : host.entries) {
      const auto program = programs.find(entry.measurement);
      if (program == programs.end()) {
        return absl::InternalError(absl::StrCat(
            path, ": not written: the program of ", entry.plan, " is missing"));
      }
      SOCKDRIFT_RETURN_IF_ERROR(CheckShape(entry.record, *program->second));
    }
  }
  return WriteFileAtomically(path, EncodeBehaviourFile(file));
}

absl::StatusOr<BehaviourFile> ReadBehaviourFile(const std::string& path) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string bytes,
                             ReadFileBytes(path, kMaxFileBytes));
  return DecodeBehaviourFile(bytes, path);
}

}  // namespace sockdrift
