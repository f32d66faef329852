#include "wire/json/acknowledgement_json.h"

#include <vector>

namespace sockdrift {
namespace {

std::string TextOf(bool there, const google::protobuf::Timestamp& time) {
  return there ? TimeText(absl::FromUnixSeconds(time.seconds())) : "";
}

}  // namespace

Json AcknowledgementJson(const v1::Acknowledgement& acknowledgement) {
  const v1::Acknowledgement& it = acknowledgement;
  return {{"id", it.id()},
          {"where", it.where()},
          {"selector", it.selector()},
          {"behaviour", it.behaviour()},
          {"owner", it.owner()},
          {"reason", it.reason()},
          {"link", it.link()},
          {"expires", it.expires()},
          {"expired", it.expired()},
          {"created_by", it.created_by()},
          {"created", TextOf(it.has_create_time(), it.create_time())},
          {"removed_by", it.removed_by()},
          {"removed", TextOf(it.has_remove_time(), it.remove_time())},
          {"cells", it.cell_count()},
          {"hosts", std::vector<std::string>(it.host_ids().begin(),
                                             it.host_ids().end())}};
}

Json AcknowledgementsJson(const v1::ListAcknowledgementsResponse& response) {
  Json list = Json::array();
  for (const v1::Acknowledgement& one : response.acknowledgements()) {
    list.push_back(AcknowledgementJson(one));
  }
  return {{"schema", "sockdrift.acknowledgements/1"},
          {"acknowledgements", std::move(list)}};
}

Json AcknowledgedJson(const v1::PlanAnalysis& plan) {
  Json list = Json::array();
  for (const v1::AcknowledgedDivergence& one : plan.acknowledged()) {
    Json json = {{"group", one.group()}};
    json.update(AcknowledgementJson(one.acknowledgement()));
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace sockdrift
