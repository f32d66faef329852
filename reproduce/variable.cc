#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "reproduce/script.h"

namespace sockdrift {
namespace {

// Keywords of either language, what the programs' own code is called, and what
// of the libraries it calls. A test holds this to reproduce/parts/.
constexpr absl::string_view kReserved =
    " "
    "_exit waited_once seen_count this_cpu show_cpu cpu_in accept addr_of "
    "address all "
    "all_of also and "
    "anyway as "
    "as_administrator as_ipv6 as_user ask asked assert async attempt auto "
    "await await_state await_turn begin bind bound break by_outcome "
    "byte call cannot capabilities case change_address channel channels "
    "char checked choose_port chosen class class_of clock_in close "
    "collections confine connect const continue count count_of_made ctypes "
    "def default del dial do double duration_in elif else end_text ends "
    "enter enum errno error_in error_name except exit extern failed false "
    "fcntl finally float for fork form_of found fresh_namespace from get "
    "get_any global goto group hand_over i if import in in_time "
    "in_user_namespace inline int int_in ip_text ipv4 ipv4_in ipv6 is "
    "is_free kept key_in kill lambda leave_root libc linger_in link link_in "
    "link_number list listen long lookup_error_name made main make_channels "
    "make_file make_hosts match me memcpy memset must named names needs new "
    "none nonlocal not not_reached nothing now_ms number numbered "
    "numbers_in observe on open opened or os outcome own own_caps parity_of "
    "pass pass_descriptor permitted_caps poll polled port_in port_name "
    "port_of print private_etc program raise "
    "range range_in ready receive receive_address receive_destination "
    "receivers recv refused register remember remember_name resolve "
    "restrict return room round run run_until_ok says seen select send sendto "
    "set_any "
    "set_link setsockopt settle short show show_addr show_all show_clock "
    "show_duration show_error show_events show_form show_int show_ipv4 "
    "show_key show_linger show_link show_list show_nearest show_parity "
    "show_port show_range show_receivers show_state show_word shutdown "
    "signal signed sizeof socket start_process state_facing state_name "
    "state_of static stdout str strcmp strlen struct subprocess switch sys "
    "take take_all take_descriptor there time to_itself told_in told_port "
    "true try try_to_write type_of typedef u32 union unsigned unspec value "
    "value_size void volatile wait wait_ms waited waitpid while who_is_at "
    "whole with word_in write_end write_file yield ";

}  // namespace

std::string VariableOf(absl::string_view name) {
  std::string variable;
  for (char c : name) {
    variable.push_back(absl::ascii_isalnum(c) ? c : '_');
  }
  if (absl::StrContains(kReserved, absl::StrCat(" ", variable, " ")) ||
      variable.empty() || absl::ascii_isdigit(variable[0])) {
    variable.push_back('_');
  }
  return variable;
}

}  // namespace sockdrift
