//: Who sent, and who received.
//@ made: address | sys/socket.h string.h

// Which sockets there are, to find out whose address a sender has.
static struct {
  int s;
  const char *name;
} made[1024];
static int count_of_made;

static void remember_name(int s, const char *name) {
  for (int i = 0; i < count_of_made; ++i) {
    if (made[i].s == s) made[i].s = -1;  // closed since
  }
  if (s < 0 || count_of_made == 1024) return;
  made[count_of_made].s = s;
  made[count_of_made++].name = name;
}

// An IPv4 address as IPv6 has it.
static struct in6_addr as_ipv6(const struct sockaddr_in6 *address) {
  struct in6_addr ip = {0};
  if (address->sin6_family == AF_INET6) return address->sin6_addr;
  ip.s6_addr[10] = ip.s6_addr[11] = 0xff;
  memcpy(ip.s6_addr + 12, &((const struct sockaddr_in *)address)->sin_addr, 4);
  return ip;
}

static const char *who_is_at(int receiver, const struct sockaddr_in6 *sender,
                             int stream) {
  const struct in6_addr ip = as_ipv6(sender);
  for (int i = 0; i < count_of_made; ++i) {
    struct sockaddr_in6 own = {0}, peer = {0};
    socklen_t size = sizeof own, peer_size = sizeof peer;
    if (made[i].s == receiver ||
        getsockname(made[i].s, (struct sockaddr *)&own, &size) < 0 ||
        own.sin6_port != sender->sin6_port) {
      continue;
    }
    const struct in6_addr here = as_ipv6(&own);
    static const unsigned char mapped_any[16] = {[10] = 0xff, [11] = 0xff};
    if (memcmp(&here, &ip, 16) != 0 && memcmp(&here, &in6addr_any, 16) != 0 &&
        memcmp(&here, mapped_any, 16) != 0) {
      continue;
    }
    // A listener has the address of what it accepted.
    if (stream && getpeername(made[i].s, (struct sockaddr *)&peer,
                              &peer_size) < 0) {
      continue;
    }
    return made[i].name;
  }
  return "other";
}
//@ receive: names ready nothing type_of | sys/socket.h string.h

// Who sent what is there: sockets send their names.
static void receive(int s, int flags, int ms) {
  static char data[65537];
  struct sockaddr_in6 from = {0};
  socklen_t size = sizeof from;
  if (!ready(s, POLLIN, ms)) {
    nothing();
    return;
  }
  const long got = recvfrom(s, data, sizeof data - 1, MSG_DONTWAIT | flags,
                            (struct sockaddr *)&from, &size);
  if (got < 0) {
    if (errno == EAGAIN) nothing();
    else says(-1);
    return;
  }
  const int stream = type_of(s) == SOCK_STREAM;
  if (got == 0 && stream) {
    strcpy(outcome, "eof");
    return;
  }
  const char *sender = "";
  for (int i = 0; names[i] != NULL; ++i) {
    const size_t length = strlen(names[i]);
    if (length > strlen(sender) && length <= (size_t)got &&
        memcmp(data, names[i], length) == 0) {
      sender = names[i];
    }
  }
//@ receive_by_address: receive made
  if (*sender == 0) {
    if (stream) getpeername(s, (struct sockaddr *)&from, &(socklen_t){28});
    sender = who_is_at(s, &from, stream);
  }
//@ receive_end: receive | stdio.h
  snprintf(outcome, sizeof outcome, "from:%s", *sender ? sender : "other");
}
//@ receivers: ready type_of | stdio.h string.h sys/socket.h

// Which sockets received, and how much.
static struct {
  char name[64];
  int count;
} receivers[256];
static int receiver_count, asked, waited_once;

static void take_all(int s, const char *name, int index, int flags, int ms) {
  static char data[65536];
  int count = 0;
  if (s < 0) return;
  ++asked;
  // Who has waited for one has waited for all.
  if (!ready(s, POLLIN, waited_once ? 0 : ms)) {
    waited_once = 1;
    return;
  }
  while (count < 4096) {
    const long got = recv(s, data, sizeof data, MSG_DONTWAIT | flags);
    if (got < 0) break;
    if (type_of(s) == SOCK_STREAM) {
      count = got > 0;
      break;
    }
    ++count;
  }
  if (count == 0 || receiver_count == 256) return;
  snprintf(receivers[receiver_count].name, 64, index == 0 ? "%s" : "%s[%d]",
           name, index);
  receivers[receiver_count++].count = count;
}

static void show_receivers(void) {
  int alike = 1;
  size_t end = 0;
  for (int i = 0; i < receiver_count; ++i) {
    alike &= receivers[i].count == receivers[0].count;
  }
  strcpy(outcome, asked == 0 ? "not-reached" : "nothing");
  for (int i = 0; i < receiver_count; ++i) {
    const int last = i + 1 == receiver_count;
    end += (size_t)snprintf(outcome + end, sizeof outcome - end, "%s%s%s",
                            alike && i > 0 ? "" : "{", receivers[i].name,
                            alike && !last ? "," : "}");
    if (!alike || (last && receivers[0].count > 1)) {
      end += (size_t)snprintf(outcome + end, sizeof outcome - end, "*%d%s",
                              receivers[i].count, last ? "" : ",");
    }
  }
  receiver_count = asked = waited_once = 0;
}
