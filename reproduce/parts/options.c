//: Values of socket options.
//@ option: outcome | sys/socket.h string.h

// The value of a socket option, and its length.
static union {
  int number;
  unsigned char bytes[65536];
} value;
static socklen_t value_size;

static int get(int s, int level, int name, int size) {
  memset(&value, 0, sizeof value);
  value_size = (socklen_t)size;
  return says(getsockopt(s, level, name, &value, &value_size));
}
//@ option_int: option | stdio.h

static void show_int(int s, int level, int name, int size) {
  if (get(s, level, name, size) < 0) return;
  const int number = value_size == 1 ? value.bytes[0] : value.number;
  snprintf(outcome, sizeof outcome, "%d", number);
}
//@ option_error: option | stdio.h

static void show_error(int s, int level, int name, int size) {
  if (get(s, level, name, size) < 0) return;
  snprintf(outcome, sizeof outcome, "%s",
           value.number == 0 ? "0" : error_name(value.number));
}
//@ option_clock: option | string.h

static void show_clock(int s, int level, int name, int size) {
  if (get(s, level, name, size) < 0) return;
  strcpy(outcome, value.number == 0 ? "0" : "running");
}
//@ option_cpu: option this_cpu | stdio.h

static void show_cpu(int s, int level, int name, int size) {
  if (get(s, level, name, size) < 0) return;
  const int other = this_cpu() + 1;
  snprintf(outcome, sizeof outcome, "%d", value.number);
  if (value.number < 0) strcpy(outcome, "none");
  if (value.number == other - 1) strcpy(outcome, "this");
  if (value.number == other) strcpy(outcome, "other");
}
//@ option_linger: option | stdio.h

static void show_linger(int s, int level, int name, int size) {
  if (get(s, level, name, size) < 0) return;
  const struct linger *is = (const struct linger *)&value;
  snprintf(outcome, sizeof outcome, "%d/%ds", is->l_onoff, is->l_linger);
}
//@ option_duration: option | stdio.h sys/time.h

static void show_duration(int s, int level, int name, int size) {
  if (get(s, level, name, size) < 0) return;
  const struct timeval *is = (const struct timeval *)&value;
  snprintf(outcome, sizeof outcome, "%lldms",
           (long long)is->tv_sec * 1000 + (long long)is->tv_usec / 1000);
}
//@ option_range: option | stdio.h

static void show_range(int s, int level, int name, int size) {
  if (get(s, level, name, size) < 0) return;
  const unsigned is = (unsigned)value.number;
  snprintf(outcome, sizeof outcome, "%u-%u", is & 0xffff, is >> 16);
}
//@ option_word: option | stdio.h

static void show_word(int s, int level, int name, int size) {
  if (get(s, level, name, size) < 0) return;
  snprintf(outcome, sizeof outcome, "%.*s", (int)value_size,
           value_size == 0 || value.bytes[0] == 0 ? "none"
                                                  : (char *)value.bytes);
  if (value_size == 0) strcpy(outcome, "none");
}
//@ option_key: option | string.h

static void show_key(int s, int level, int name, int size) {
  if (get(s, level, name, size) < 0) return;
  strcpy(outcome, value_size == 0 ? "none" : "set");
}
//@ option_ipv4: option | arpa/inet.h

static void show_ipv4(int s, int level, int name, int size) {
  if (get(s, level, name, size) < 0) return;
  inet_ntop(AF_INET, &value, outcome, sizeof outcome);
}
//@ option_link: option | net/if.h sys/ioctl.h stdio.h arpa/inet.h

static void show_link(int s, int level, int name, int size, int network_order) {
  struct ifreq request = {0};
  if (get(s, level, name, size) < 0) return;
  request.ifr_ifindex =
      network_order ? (int)ntohl((unsigned)value.number) : value.number;
  const char *text = request.ifr_ifindex == 0                  ? "none"
                     : ioctl(s, SIOCGIFNAME, &request) < 0 ? "other"
                                                           : request.ifr_name;
  snprintf(outcome, sizeof outcome, "%s", text);
}
