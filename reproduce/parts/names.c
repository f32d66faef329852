//: What getsockname, getpeername and recvfrom tell.
//@ named: address outcome | sys/socket.h

// What getsockname, getpeername and recvfrom tell.
static struct sockaddr_storage named;
static socklen_t *room(int size) {
  static socklen_t length;
  memset(&named, 0, sizeof named);
  length = (socklen_t)size;
  return &length;
}
//@ ip_text: named | stdio.h string.h

// "127.0.0.1", "::1", "v4mapped(127.0.0.1)"
static const char *ip_text(int brackets) {
  static char text[80], ip[INET6_ADDRSTRLEN];
  const struct sockaddr_in *v4 = (const struct sockaddr_in *)&named;
  const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&named;
  if (named.ss_family == AF_INET) {
    inet_ntop(AF_INET, &v4->sin_addr, ip, sizeof ip);
    snprintf(text, sizeof text, "%s", ip);
  } else if (named.ss_family != AF_INET6) {
    snprintf(text, sizeof text, "other");
  } else if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
    inet_ntop(AF_INET, v6->sin6_addr.s6_addr + 12, ip, sizeof ip);
    snprintf(text, sizeof text, "v4mapped(%s)", ip);
  } else {
    inet_ntop(AF_INET6, &v6->sin6_addr, ip, sizeof ip);
    snprintf(text, sizeof text, brackets ? "[%s]" : "%s", ip);
  }
  return text;
}
//@ show_all: ip_text port_name | stdio.h

static void show_all(int result) {
  const int port = ntohs(((struct sockaddr_in *)&named)->sin_port);
  const int no_port = named.ss_family != AF_INET && named.ss_family != AF_INET6;
  if (says(result) < 0) return;
  snprintf(outcome, sizeof outcome, "%s:%s", ip_text(1),
           port_name(no_port ? 0 : port));
}
//@ show_addr: ip_text | stdio.h

static void show_addr(int result) {
  if (says(result) < 0) return;
  snprintf(outcome, sizeof outcome, "%s", ip_text(0));
}
//@ show_port: named port_name | stdio.h

static void show_port(int result) {
  if (says(result) < 0) return;
  const int no_port = named.ss_family != AF_INET && named.ss_family != AF_INET6;
  const int port = ntohs(((struct sockaddr_in *)&named)->sin_port);
  snprintf(outcome, sizeof outcome, "%s", port_name(no_port ? 0 : port));
}
//@ show_parity: named | string.h

static void show_parity(int result) {
  if (says(result) < 0) return;
  const int port = ntohs(((struct sockaddr_in *)&named)->sin_port);
  strcpy(outcome, port % 2 == 0 ? "even" : "odd");
}
//@ show_form: named | string.h

static void show_form(int result) {
  const struct in6_addr *ip = &((struct sockaddr_in6 *)&named)->sin6_addr;
  if (says(result) < 0) return;
  strcpy(outcome, named.ss_family == AF_INET      ? "inet"
                  : named.ss_family != AF_INET6   ? "other"
                  : IN6_IS_ADDR_V4MAPPED(ip)      ? "v4mapped"
                                                  : "inet6");
}
//@ receive_address: ready nothing named type_of

// Takes what is there, and tells of its sender's address.
static void receive_address(int s, int flags, int ms, void (*show)(int)) {
  static char data[65536];
  nothing();
  if (!ready(s, POLLIN, ms)) return;
  const int got = (int)recvfrom(s, data, sizeof data, MSG_DONTWAIT | flags,
                                (struct sockaddr *)&named, room(sizeof named));
  if (got < 0 && errno == EAGAIN) return;
  if (got == 0 && type_of(s) == SOCK_STREAM) strcpy(outcome, "eof");
  else show(got);
}
//@ receive_destination: ready nothing ip_text | sys/uio.h

// The address that a datagram was sent to, by IP_PKTINFO or IPV6_PKTINFO.
static void receive_destination(int s, int flags, int ms) {
  char byte, room_for[512];
  struct iovec into = {&byte, 1};
  struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1,
                           .msg_control = room_for,
                           .msg_controllen = sizeof room_for};
  nothing();
  if (!ready(s, POLLIN, ms)) return;
  const long got = recvmsg(s, &message, MSG_DONTWAIT | flags);
  if (got < 0 && errno == EAGAIN) return;
  if (says((int)got) < 0) return;
  memset(&named, 0, sizeof named);
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c != NULL;
       c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      named.ss_family = AF_INET6;
      memcpy(&((struct sockaddr_in6 *)&named)->sin6_addr, CMSG_DATA(c), 16);
      break;
    }
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo about;
      memcpy(&about, CMSG_DATA(c), sizeof about);
      named.ss_family = AF_INET;
      ((struct sockaddr_in *)&named)->sin_addr = about.ipi_addr;
    }
  }
  snprintf(outcome, sizeof outcome, "%s",
           named.ss_family == 0 ? "none" : ip_text(0));
}
