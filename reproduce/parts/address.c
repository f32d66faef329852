//: Addresses, ports and links.
//@ address: | arpa/inet.h netinet/in.h string.h

static union {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  char zero[256];  // behind an address whose length is wrong on purpose
} address;
//@ ipv4: address

static const struct sockaddr *ipv4(const char *ip, int port) {
  memset(&address, 0, sizeof address);
  address.v4.sin_family = AF_INET;
  address.v4.sin_port = htons((unsigned short)port);
  inet_pton(AF_INET, ip, &address.v4.sin_addr);
  return &address.any;
}
//@ ipv6: address

static const struct sockaddr *ipv6(const char *ip, int port, int scope) {
  memset(&address, 0, sizeof address);
  address.v6.sin6_family = AF_INET6;
  address.v6.sin6_port = htons((unsigned short)port);
  address.v6.sin6_scope_id = (unsigned)scope;
  inet_pton(AF_INET6, ip, &address.v6.sin6_addr);
  return &address.any;
}
//@ unspec: address

// AF_UNSPEC, whatever else there is.
static const struct sockaddr *unspec(const struct sockaddr *to) {
  if (to == NULL) memset(&address, 0, sizeof address);
  address.any.sa_family = AF_UNSPEC;
  return &address.any;
}
//@ link_number: | net/if.h sys/ioctl.h string.h

// Where the socket is; a number that no link has where there is none.
static int link_number(int s, const char *name) {
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  return ioctl(s, SIOCGIFINDEX, &request) < 0 ? 0x7ffffffe
                                              : request.ifr_ifindex;
}
//@ port_of: address | sys/socket.h

static int port_of(int s) {
  struct sockaddr_in6 own = {0};
  socklen_t size = sizeof own;
  getsockname(s, (struct sockaddr *)&own, &size);
  return ntohs(own.sin6_port);
}
//@ number_in: | stdio.h

static void numbers_in(const char *file, int *first, int *second) {
  FILE *in = fopen(file, "r");
  if (in == NULL) return;
  if (fscanf(in, "%d %d", first, second) == 0) *first = 0;
  fclose(in);
}
//@ choose_port: number_in cannot | sys/socket.h netinet/in.h unistd.h

// Whether nobody has the port, of any protocol and address.
static int is_free(int port) {
  for (int i = 0; i < 4; ++i) {
    struct sockaddr_in6 any = {.sin6_family = i < 2 ? AF_INET : AF_INET6,
                               .sin6_port = htons((unsigned short)port)};
    const int s = socket(any.sin6_family,
                         i % 2 == 0 ? SOCK_STREAM : SOCK_DGRAM, 0);
    const int taken =
        bind(s, (struct sockaddr *)&any, i < 2 ? 16 : 28) < 0 &&
        errno == EADDRINUSE;
    if (s >= 0) close(s);
    if (taken) return 0;
  }
  return 1;
}

// A free port of first to last that was not chosen before: outside of the range
// that the kernel chooses from (-1), inside it (1), or wherever (0).
static int choose_port(int first, int last, int inside) {
  static char chosen[65536];
  int low = 32768, high = 60999, start = 1024, none = 0;
  numbers_in("/proc/sys/net/ipv4/ip_local_port_range", &low, &high);
  numbers_in("/proc/sys/net/ipv4/ip_unprivileged_port_start", &start, &none);
  for (int port = first; port <= last; ++port) {
    const int is_inside = port >= low && port <= high;
    if (chosen[port] || (inside == 1 && !is_inside) ||
        (inside == -1 && (is_inside || port < start)) || !is_free(port)) {
      continue;
    }
    chosen[port] = 1;
    return port;
  }
  if (inside == -1) return choose_port(first, last, 1);
  errno = EADDRINUSE;
  cannot("find a free port");
  return 0;
}
//@ group: | netinet/in.h arpa/inet.h sys/socket.h

// The level follows from the group: an IPv6 socket may join an IPv4 group.
static int group(int s, const char *ip, int link_index, int join) {
  struct ip_mreqn v4 = {.imr_ifindex = link_index};
  struct ipv6_mreq v6 = {.ipv6mr_interface = (unsigned)link_index};
  if (inet_pton(AF_INET, ip, &v4.imr_multiaddr) == 1) {
    return setsockopt(s, IPPROTO_IP,
                      join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &v4,
                      sizeof v4);
  }
  inet_pton(AF_INET6, ip, &v6.ipv6mr_multiaddr);
  return setsockopt(s, IPPROTO_IPV6,
                    join ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP, &v6,
                    sizeof v6);
}
//@ numbered: | stdio.h string.h

// "s[3]", as a socket of the third round is called.
static const char *numbered(const char *name, int number_of_round) {
  static char text[64];
  snprintf(text, sizeof text, "%s[%d]", name, number_of_round);
  return text;
}
