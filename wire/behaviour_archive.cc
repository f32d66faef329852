#include "wire/behaviour_archive.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/bytes.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"
#include "core/plan/program_codec.h"

namespace sockdrift {

absl::StatusOr<BehaviourArchive> BehaviourArchive::Open(
    absl::string_view bytes, absl::string_view what) {
  BehaviourArchive archive(what);
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<PackedSection> sections,
                             FindSections(bytes, what));
  for (const PackedSection& packed : sections) {
    const auto kind = static_cast<SectionKind>(packed.kind);
    if (kind != SectionKind::kHead && kind != SectionKind::kHost) {
      archive.sections_.emplace(packed.digest, packed);
      continue;
    }
    SOCKDRIFT_ASSIGN_OR_RETURN(const Section section, Unpack(packed, what));
    if (kind == SectionKind::kHead) {
      ByteReader in(section.bytes, "head");
      SOCKDRIFT_ASSIGN_OR_RETURN(archive.made_by_, in.Text());
    } else {
      SOCKDRIFT_ASSIGN_OR_RETURN(HostSection host, DecodeHost(section.bytes));
      archive.hosts_.push_back(std::move(host));
    }
  }
  return archive;
}

absl::StatusOr<Section> BehaviourArchive::Get(const Digest& digest) const {
  const auto found = sections_.find(digest);
  if (found == sections_.end()) {
    return absl::NotFoundError(
        absl::StrCat(what_, ": holds no section ", digest.ShortHex()));
  }
  return Unpack(found->second, what_);
}

absl::StatusOr<DecodedRecord> BehaviourArchive::ReadRecord(
    const Digest& digest) const {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Section section, Get(digest));
  return DecodeRecord(section.bytes);
}

absl::StatusOr<Program> BehaviourArchive::ReadProgram(
    const Digest& measurement) const {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Section section, Get(measurement));
  return DecodeProgram(section.bytes);
}

absl::StatusOr<BehaviourFile> BehaviourArchive::Load(
    const HostSection& host) const {
  BehaviourFile file;
  file.made_by = made_by_;
  HostBehaviour behaviour = {host.host, host.facts, host.taken, {}};
  absl::flat_hash_map<Digest, size_t> programs;
  for (const HostSection::Entry& entry : host.entries) {
    SOCKDRIFT_ASSIGN_OR_RETURN(DecodedRecord record, ReadRecord(entry.record));
    const auto [program, is_new] =
        programs.try_emplace(record.measurement, file.programs.size());
    if (is_new) {
      SOCKDRIFT_ASSIGN_OR_RETURN(file.programs.emplace_back(),
                                 ReadProgram(record.measurement));
    }
    SOCKDRIFT_RETURN_IF_ERROR(
        CheckShape(record.record, file.programs[program->second]));
    behaviour.entries.push_back({entry.plan, entry.world, record.measurement,
                                 std::move(record.record), entry.notes});
  }
  file.hosts.push_back(std::move(behaviour));
  return file;
}

}  // namespace sockdrift
