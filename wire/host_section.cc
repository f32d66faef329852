#include "wire/host_section.h"

#include <utility>

#include "core/base/bytes.h"
#include "core/base/status_macros.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

constexpr uint64_t kMaxList = 1 << 20;

absl::StatusOr<Facts> DecodeFacts(ByteReader& in) {
  Facts facts;
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t count, in.Count(kMaxList));
  for (uint64_t i = 0; i < count; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string name, in.Text());
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string value, in.Text());
    if (!facts.empty() && name <= facts.rbegin()->first) {
      return in.Error("facts that are not ascending");
    }
    facts.emplace_hint(facts.end(), std::move(name), std::move(value));
  }
  return facts;
}

absl::StatusOr<HostSection::Entry> DecodeEntry(ByteReader& in) {
  HostSection::Entry entry;
  SOCKDRIFT_ASSIGN_OR_RETURN(entry.plan, in.Text());
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t world, in.Byte());
  entry.world = static_cast<World>(world);
  if (entry.world < World::kReplica || entry.world > World::kHost) {
    return in.Error("an unknown world");
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const absl::string_view bytes, in.Raw(32));
  SOCKDRIFT_ASSIGN_OR_RETURN(entry.record, Digest::FromBytes(bytes));
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t notes, in.Count(kMaxList));
  for (uint64_t i = 0; i < notes; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string note, in.Text());
    entry.notes.push_back(std::move(note));
  }
  return entry;
}

}  // namespace

std::string EncodeHost(const HostBehaviour& host) {
  ByteWriter out;
  out.Text(host.host);
  out.SignedVarint(absl::ToUnixMicros(host.taken));
  out.Varint(host.facts.size());
  for (const auto& [name, value] : host.facts) {
    out.Text(name);
    out.Text(value);
  }
  out.Varint(host.entries.size());
  for (const BehaviourEntry& entry : host.entries) {
    out.Text(entry.plan);
    out.Byte(static_cast<uint8_t>(entry.world));
    out.Raw(RecordDigest(entry.record, entry.measurement).View());
    out.Varint(entry.notes.size());
    for (const std::string& note : entry.notes) out.Text(note);
  }
  return std::move(out).Take();
}

absl::StatusOr<HostSection> DecodeHost(absl::string_view bytes) {
  ByteReader in(bytes, "host");
  HostSection host;
  SOCKDRIFT_ASSIGN_OR_RETURN(host.host, in.Text());
  SOCKDRIFT_ASSIGN_OR_RETURN(const int64_t taken, in.SignedVarint());
  host.taken = absl::FromUnixMicros(taken);
  SOCKDRIFT_ASSIGN_OR_RETURN(host.facts, DecodeFacts(in));
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t entries, in.Count(kMaxList));
  for (uint64_t i = 0; i < entries; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(HostSection::Entry entry, DecodeEntry(in));
    host.entries.push_back(std::move(entry));
  }
  SOCKDRIFT_RETURN_IF_ERROR(in.End());
  return host;
}

}  // namespace sockdrift
