#include "agent/engine/field_number.h"

#include <linux/filter.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/engine/duration_class.h"
#include "agent/engine/option_value.h"
#include "agent/engine/tcp_states.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

struct NamedNumber {
  absl::string_view name;
  int64_t number;
};

constexpr NamedNumber kFamilies[] = {
    {"inet", AF_INET}, {"inet6", AF_INET6}, {"unix", AF_UNIX}};
constexpr NamedNumber kTypes[] = {{"stream", SOCK_STREAM},
                                  {"dgram", SOCK_DGRAM},
                                  {"seqpacket", SOCK_SEQPACKET},
                                  {"rdm", SOCK_RDM},
                                  {"raw", SOCK_RAW}};
constexpr int kProtocolMptcp = 262;  // IPPROTO_MPTCP, Linux 5.6
constexpr NamedNumber kProtocols[] = {
    {"default", 0},
    {"tcp", IPPROTO_TCP},
    {"udp", IPPROTO_UDP},
    {"mptcp", kProtocolMptcp},
    {"udplite", IPPROTO_UDPLITE},
    {"sctp", IPPROTO_SCTP},
    {"icmp", IPPROTO_ICMP},
};
constexpr NamedNumber kFlags[] = {
    {"dontwait", MSG_DONTWAIT},
    {"oob", MSG_OOB},
    {"peek", MSG_PEEK},
    {"fastopen", MSG_FASTOPEN},
    {"nosignal", MSG_NOSIGNAL},
    {"more", MSG_MORE},
    // Those of a look-up have other names.
    {"v4mapped", AI_V4MAPPED},
    {"all", AI_ALL},
    {"addrconfig", AI_ADDRCONFIG},
    {"passive", AI_PASSIVE},
    {"numerichost", AI_NUMERICHOST},
};
constexpr NamedNumber kLookupFamilies[] = {
    {"unspec", AF_UNSPEC}, {"inet", AF_INET}, {"inet6", AF_INET6}};
constexpr NamedNumber kEvents[] = {{"in", POLLIN},
                                   {"out", POLLOUT},
                                   {"err", POLLERR},
                                   {"hup", POLLHUP},
                                   {"rdhup", POLLRDHUP}};
constexpr NamedNumber kHow[] = {
    {"rd", SHUT_RD}, {"wr", SHUT_WR}, {"rdwr", SHUT_RDWR}, {"fin", 0},
    {"reset", 1},    {"add", 0},      {"remove", 1}};

constexpr NamedNumber kShow[] = {
    {"sender", static_cast<int64_t>(Show::kSender)},
    {"all", static_cast<int64_t>(Show::kAll)},
    {"addr", static_cast<int64_t>(Show::kAddress)},
    {"port", static_cast<int64_t>(Show::kPort)},
    {"parity", static_cast<int64_t>(Show::kParity)},
    {"form", static_cast<int64_t>(Show::kForm)},
    {"destination", static_cast<int64_t>(Show::kDestination)},
    {"result", static_cast<int64_t>(Show::kResult)},
    {"list", static_cast<int64_t>(Show::kList)}};

absl::StatusOr<int64_t> NumberOf(absl::Span<const NamedNumber> names,
                                 absl::string_view text) {
  for (const NamedNumber& entry : names) {
    if (entry.name == text) return entry.number;
  }
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is unknown"));
}

absl::StatusOr<int64_t> UnionOf(absl::Span<const NamedNumber> names,
                                absl::string_view text) {
  int64_t all = 0;
  for (absl::string_view part : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const int64_t one, NumberOf(names, part));
    all |= one;
  }
  return all;
}

template <typename T>
int64_t AddTo(std::vector<T>& list, T item) {
  const auto it = std::find(list.begin(), list.end(), item);
  const int64_t index = it - list.begin();
  if (it == list.end()) list.push_back(std::move(item));
  return index;
}

absl::StatusOr<int64_t> WordNumber(const FieldSpec& field,
                                   absl::string_view text) {
  switch (field.id) {
    case FieldId::kHow:
      return NumberOf(kHow, text);
    case FieldId::kShow:
      return NumberOf(kShow, text);
    case FieldId::kFamily:
      return NumberOf(kLookupFamilies, text);
    case FieldId::kWait:
      return text == "no" ? 1 : 0;
    case FieldId::kState:
      if (text != "up" && text != "down") return TcpStateOf(text);
      return text == "down" ? 1 : 0;
    default: {
      const auto it = std::find(field.words.begin(), field.words.end(), text);
      if (it != field.words.end()) return it - field.words.begin();
      return absl::InvalidArgumentError(
          absl::StrCat("\"", text, "\" is unknown"));
    }
  }
}

absl::StatusOr<int64_t> EndpointNumber(absl::string_view text,
                                       Assembly& assembly) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      const Endpoint endpoint,
      ParseEndpoint(text, assembly.ports, [&](absl::string_view name) {
        return assembly.SlotOf(name);
      }));
  assembly.endpoints.push_back(endpoint);
  return static_cast<int64_t>(assembly.endpoints.size()) - 1;
}

absl::StatusOr<int64_t> ListPortNumber(absl::string_view text,
                                       Assembly& assembly) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      const Endpoint endpoint,
      ParseListPort(text, assembly.ports, [&](absl::string_view name) {
        return assembly.SlotOf(name);
      }));
  assembly.endpoints.push_back(endpoint);
  return static_cast<int64_t>(assembly.endpoints.size()) - 1;
}

absl::StatusOr<int64_t> ListNumber(absl::string_view text, Assembly& assembly) {
  std::vector<int> slots;
  for (absl::string_view name : absl::StrSplit(text, ',')) {
    slots.push_back(assembly.SlotOf(name));
  }
  return AddTo(assembly.lists, std::move(slots));
}

template <typename T>
absl::StatusOr<T> OrInvalid(std::optional<T> value, absl::string_view text) {
  if (value.has_value()) return *std::move(value);
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" cannot be read"));
}

}  // namespace

absl::StatusOr<int64_t> FieldNumber(const FieldSpec& field,
                                    absl::string_view text,
                                    Assembly& assembly) {
  switch (field.type) {
    case FieldType::kNewSocket:
    case FieldType::kSocket:
      return assembly.SlotOf(text);
    case FieldType::kNewProcess:
      return assembly.SlotOf(text);
    case FieldType::kProcess:
      if (text == "main") return kMainProcess;
      return assembly.SlotOf(text);
    case FieldType::kSocketList:
      return ListNumber(text, assembly);
    case FieldType::kFamily:
      return NumberOf(kFamilies, text);
    case FieldType::kSocketType:
      return NumberOf(kTypes, text);
    case FieldType::kProtocol:
      return NumberOf(kProtocols, text);
    case FieldType::kEndpoint:
      return EndpointNumber(text, assembly);
    case FieldType::kListPort:
      return ListPortNumber(text, assembly);
    case FieldType::kAddress: {
      SOCKDRIFT_ASSIGN_OR_RETURN(const Endpoint address,
                                 ParseBareAddress(text));
      assembly.endpoints.push_back(address);
      return static_cast<int64_t>(assembly.endpoints.size()) - 1;
    }
    case FieldType::kInteger: {
      int64_t number = 0;
      if (absl::SimpleAtoi(text, &number)) return number;
      return absl::InvalidArgumentError(
          absl::StrCat("\"", text, "\" is no number"));
    }
    case FieldType::kDuration:
      return OrInvalid(ParseMilliseconds(text), text);
    case FieldType::kMarks: {
      SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<int64_t> marks,
                                 OrInvalid(ParseMarks(text), text));
      return AddTo(assembly.marks, std::move(marks));
    }
    case FieldType::kWord:
      return WordNumber(field, text);
    case FieldType::kWords:
      return UnionOf(field.id == FieldId::kEvents ? absl::MakeConstSpan(kEvents)
                                                  : absl::MakeConstSpan(kFlags),
                     text);
    case FieldType::kOutcome:
    case FieldType::kText:
    case FieldType::kOptionName:
    case FieldType::kOptionValue:
      break;
  }
  return AddTo(assembly.texts, std::string(text));
}

absl::StatusOr<int64_t> AddOption(absl::string_view name,
                                  const std::string* value, int64_t size,
                                  Assembly& assembly) {
  OptionCall call;
  call.option = FindOption(name);
  if (call.option == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no socket option \"", name, "\""));
  }
  if (value != nullptr) {
    SOCKDRIFT_ASSIGN_OR_RETURN(call.bytes,
                               OptionBytes(*value, call.option->kind));
    call.link = LinkOf(*value, call.option->kind);
  } else {
    call.bytes.resize(OptionSize(call.option->kind));
  }
  call.size = static_cast<socklen_t>(call.bytes.size());
  if (size != kUnset) call.size = static_cast<socklen_t>(size);
  // The kernel reads and writes no more than it is told of, so a wrong length
  // needs that much memory behind it. Of a filter that is read the length
  // counts instructions.
  constexpr int64_t kLongest = 65536;
  const bool counts_instructions =
      value == nullptr && call.option->kind == OptionKind::kFilter;
  const size_t told = static_cast<size_t>(
      std::clamp<int64_t>(static_cast<int32_t>(call.size), 0, kLongest));
  const size_t room = told * (counts_instructions ? sizeof(sock_filter) : 1);
  call.bytes.resize(std::max(call.bytes.size(), room));
  assembly.options.push_back(std::move(call));
  return static_cast<int64_t>(assembly.options.size()) - 1;
}

}  // namespace sockdrift
