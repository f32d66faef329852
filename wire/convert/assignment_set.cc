#include "wire/convert/assignment_set.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/status_macros.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

struct CellRange {
  uint32_t first;
  uint32_t count;
};

std::vector<CellRange> RangesOf(const std::vector<uint32_t>& cells) {
  std::vector<CellRange> ranges;
  for (const uint32_t cell : cells) {
    if (!ranges.empty() && ranges.back().first + ranges.back().count == cell) {
      ++ranges.back().count;
    } else {
      ranges.push_back({.first = cell, .count = 1});
    }
  }
  return ranges;
}

absl::Status ValidateAssignment(const Assignment& assignment) {
  if (assignment.plan.empty()) {
    return absl::InvalidArgumentError("it names no plan");
  }
  for (size_t i = 0; i < assignment.cells.size(); ++i) {
    if (assignment.cells[i] >= kMaxCells ||
        (i > 0 && assignment.cells[i] <= assignment.cells[i - 1])) {
      return absl::InvalidArgumentError(absl::StrCat(
          "cell ", assignment.cells[i], " is out of order or range"));
    }
  }
  if (!assignment.overrides.empty() && !IsFresh(assignment.world)) {
    return absl::InvalidArgumentError(
        absl::StrCat("it sets sysctls in the world '",
                     WorldName(assignment.world), "', which is not fresh"));
  }
  if (assignment.root_cgroup && !IsFresh(assignment.world)) {
    return absl::InvalidArgumentError(
        absl::StrCat("it leaves its cgroup in the world '",
                     WorldName(assignment.world), "', which is not fresh"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<uint32_t>> CellsFromProto(
    const v1::Assignment& proto) {
  std::vector<uint32_t> cells;
  int64_t least = 0;
  for (const v1::CellRange& range : proto.cells()) {
    const int64_t end = int64_t{range.first()} + range.count();
    if (range.first() < least || range.count() < 1 ||
        end > static_cast<int64_t>(kMaxCells)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the cells ", range.first(), " + ", range.count(),
                       " are out of order or range"));
    }
    for (int64_t cell = range.first(); cell < end; ++cell) {
      cells.push_back(static_cast<uint32_t>(cell));
    }
    least = end + 1;  // touching ranges would be one
  }
  return cells;
}

absl::StatusOr<Assignment> AssignmentFromProto(const v1::Assignment& proto) {
  Assignment out;
  out.plan = proto.plan();
  SOCKDRIFT_ASSIGN_OR_RETURN(out.measurement,
                             Digest::FromBytes(proto.measurement_digest()));
  SOCKDRIFT_ASSIGN_OR_RETURN(out.world, FromProto(proto.world()));
  SOCKDRIFT_ASSIGN_OR_RETURN(out.cells, CellsFromProto(proto));
  for (const v1::SysctlOverride& override : proto.overrides()) {
    if (!out.overrides.emplace(override.name(), override.value()).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("it sets ", override.name(), " twice"));
    }
  }
  out.root_cgroup = proto.root_cgroup();
  return out;
}

}  // namespace

absl::Status ValidateAssignmentSet(const AssignmentSet& set) {
  if (set.assignments.empty() || set.assignments.size() > kMaxAssignments) {
    return absl::InvalidArgumentError(
        absl::StrCat("a set of ", set.assignments.size(),
                     " assignments; it must hold 1 to ", kMaxAssignments));
  }
  for (size_t i = 0; i < set.assignments.size(); ++i) {
    const absl::Status valid = ValidateAssignment(set.assignments[i]);
    if (!valid.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("assignment ", i, " (",
                                                     set.assignments[i].plan,
                                                     "): ", valid.message()));
    }
  }
  return absl::OkStatus();
}

std::string EncodeAssignmentSet(const AssignmentSet& set) {
  // Every other set keeps the name that it always had.
  const bool leaves_cgroup =
      std::ranges::any_of(set.assignments, &Assignment::root_cgroup);
  ByteWriter out;
  out.Raw("sockdrift-set/");
  out.Varint(leaves_cgroup ? 2 : 1);
  out.Varint(set.assignments.size());
  for (const Assignment& assignment : set.assignments) {
    out.Text(assignment.plan);
    out.Raw(assignment.measurement.View());
    out.Byte(static_cast<uint8_t>(assignment.world));
    const std::vector<CellRange> ranges = RangesOf(assignment.cells);
    out.Varint(ranges.size());
    uint32_t end = 0;
    for (const CellRange& range : ranges) {
      out.Varint(range.first - end);
      out.Varint(range.count);
      end = range.first + range.count;
    }
    out.Varint(assignment.overrides.size());
    for (const auto& [name, value] : assignment.overrides) {
      out.Text(name);
      out.Text(value);
    }
    if (leaves_cgroup) out.Byte(assignment.root_cgroup ? 1 : 0);
  }
  return std::move(out).Take();
}

Digest AssignmentSetDigest(const AssignmentSet& set) {
  return Sha256(EncodeAssignmentSet(set));
}

v1::AssignmentSet ToProto(const AssignmentSet& set) {
  v1::AssignmentSet proto;
  proto.set_set_digest(std::string(AssignmentSetDigest(set).View()));
  for (const Assignment& assignment : set.assignments) {
    v1::Assignment& out = *proto.add_assignments();
    out.set_plan(assignment.plan);
    out.set_measurement_digest(std::string(assignment.measurement.View()));
    out.set_world(ToProto(assignment.world));
    for (const CellRange& range : RangesOf(assignment.cells)) {
      v1::CellRange& cells = *out.add_cells();
      cells.set_first(static_cast<int32_t>(range.first));
      cells.set_count(static_cast<int32_t>(range.count));
    }
    for (const auto& [name, value] : assignment.overrides) {
      v1::SysctlOverride& override = *out.add_overrides();
      override.set_name(name);
      override.set_value(value);
    }
    out.set_root_cgroup(assignment.root_cgroup);
  }
  return proto;
}

absl::StatusOr<AssignmentSet> FromProto(const v1::AssignmentSet& proto) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Digest stated,
                             Digest::FromBytes(proto.set_digest()));
  AssignmentSet set;
  size_t listed_cells = 0;
  for (const v1::Assignment& assignment : proto.assignments()) {
    absl::StatusOr<Assignment> read = AssignmentFromProto(assignment);
    if (!read.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("assignment ", set.assignments.size(), " (",
                       assignment.plan(), "): ", read.status().message()));
    }
    // A few bytes of ranges could otherwise ask for gigabytes of numbers.
    listed_cells += read->cells.size();
    if (listed_cells > kMaxCells) {
      return absl::InvalidArgumentError(absl::StrCat(
          "a set that lists more than ", kMaxCells, " cells one by one"));
    }
    set.assignments.push_back(*std::move(read));
  }
  SOCKDRIFT_RETURN_IF_ERROR(ValidateAssignmentSet(set));
  if (AssignmentSetDigest(set) != stated) {
    return absl::InvalidArgumentError(
        absl::StrCat("an assignment set that is not the one its digest ",
                     stated.ShortHex(), " names; the other side may be newer"));
  }
  return set;
}

v1::World ToProto(World world) {
  switch (world) {
    case World::kReplica:
      return v1::WORLD_REPLICA;
    case World::kPristine:
      return v1::WORLD_PRISTINE;
    case World::kOwn:
      return v1::WORLD_OWN;
    case World::kHost:
      return v1::WORLD_HOST;
  }
  return v1::WORLD_UNSPECIFIED;
}

absl::StatusOr<World> FromProto(v1::World world) {
  switch (world) {
    case v1::WORLD_REPLICA:
      return World::kReplica;
    case v1::WORLD_PRISTINE:
      return World::kPristine;
    case v1::WORLD_OWN:
      return World::kOwn;
    case v1::WORLD_HOST:
      return World::kHost;
    default:
      return absl::InvalidArgumentError(absl::StrCat(
          "world ", static_cast<int>(world), " is not known here"));
  }
}

}  // namespace sockdrift
