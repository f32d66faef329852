#include "controller/analysis/acknowledgement_proto.h"

#include "controller/runs/run_proto.h"

namespace sockdrift {

v1::Acknowledgement ToProto(const AcknowledgementRow& row, bool expired,
                            const AcknowledgementReach& reach) {
  v1::Acknowledgement out;
  out.set_id(row.id);
  out.set_where(row.where);
  out.set_selector(row.selector);
  out.set_behaviour(row.behaviour);
  out.set_owner(row.owner);
  out.set_reason(row.reason);
  out.set_link(row.link);
  out.set_expires(row.expires);
  out.set_created_by(row.created_by);
  // Of one that is only validated there is none.
  if (!row.id.empty()) *out.mutable_create_time() = ToTimestamp(row.created);
  out.set_removed_by(row.removed_by);
  if (row.removed.has_value()) {
    *out.mutable_remove_time() = ToTimestamp(*row.removed);
  }
  out.set_expired(expired);
  out.set_cell_count(static_cast<int64_t>(reach.cells));
  out.mutable_host_ids()->Add(reach.hosts.begin(), reach.hosts.end());
  return out;
}

AcknowledgementRow FromProto(const v1::Acknowledgement& proto) {
  AcknowledgementRow row;
  row.where = proto.where();
  row.selector = proto.selector();
  row.behaviour = proto.behaviour();
  row.owner = proto.owner();
  row.reason = proto.reason();
  row.link = proto.link();
  row.expires = proto.expires();
  row.created_by = proto.created_by();
  return row;
}

}  // namespace sockdrift
